//! Which shapes look different though the document is the same.

use crate::editor::Editor;
use limn_core::InstanceId;
use std::collections::VecDeque;

/// Changes that are remembered; whoever is further behind looks at all shapes again.
const MAX_CHANGED: usize = 4096;

/// Hidden, locked, another schema.
#[derive(Debug, Default)]
pub struct Appearance {
    revision: u64,
    /// What each of the last revisions changed, the newest last.
    changed: VecDeque<InstanceId>,
}

impl Appearance {
    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What looks different since that revision, some of it perhaps several times; `None`: perhaps everything.
    pub fn changed_since(&self, then: u64) -> Option<impl Iterator<Item = InstanceId> + '_> {
        let count = usize::try_from(self.revision.checked_sub(then)?).ok()?;
        let first = self.changed.len().checked_sub(count)?;
        Some(self.changed.range(first..).copied())
    }

    pub(crate) fn change(&mut self, ids: &[InstanceId]) {
        if ids.len() > MAX_CHANGED {
            return self.change_all();
        }
        self.revision += ids.len() as u64;
        self.changed.extend(ids);
        self.changed.drain(..self.changed.len().saturating_sub(MAX_CHANGED));
    }

    pub(crate) fn change_all(&mut self) {
        self.revision += 1;
        self.changed.clear();
    }
}

impl Editor {
    pub(crate) fn set_hidden(&mut self, ids: &[InstanceId], hidden: bool) {
        for id in ids {
            if hidden {
                self.hidden.insert(*id)
            } else {
                self.hidden.remove(id)
            };
        }
        if hidden {
            self.selection.retain(|id| !self.hidden.contains(id));
        }
        self.appearance.change(ids);
        self.look += 1;
    }

    pub(crate) fn set_locked(&mut self, ids: &[InstanceId], locked: bool) {
        for id in ids {
            if locked {
                self.locked.insert(*id)
            } else {
                self.locked.remove(id)
            };
        }
        self.appearance.change(ids);
        self.look += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_named_and_many_are_all() {
        let id = |at: u64| InstanceId::from_parts(at, [0; 10]);
        let mut appearance = Appearance::default();
        let start = appearance.revision();
        appearance.change(&[id(1), id(2)]);
        appearance.change(&[id(1)]);
        assert_eq!(appearance.changed_since(start).unwrap().collect::<Vec<_>>(), [id(1), id(2), id(1)]);
        assert_eq!(appearance.changed_since(appearance.revision()).unwrap().count(), 0);
        appearance.change_all();
        assert!(appearance.changed_since(start).is_none());
        let then = appearance.revision();
        appearance.change(&vec![id(3); MAX_CHANGED]);
        assert_eq!(appearance.changed_since(then).unwrap().count(), MAX_CHANGED);
        appearance.change(&[id(4)]);
        assert!(appearance.changed_since(then).is_none());
        let then = appearance.revision();
        appearance.change(&vec![id(3); MAX_CHANGED + 1]);
        assert!(appearance.changed_since(then).is_none());
    }
}
