//! Sequences of one identity are one object, in one file or in several: clips of a video, cameras. What has to be said to make two of
//! them one, and to take one out again.

use super::{Sequence, SequenceSet};
use crate::ids::SequenceId;
use crate::log::Change;
use std::collections::BTreeMap;

/// Who is one object with whom.
#[derive(Clone, Debug, Default)]
pub struct Identities {
    /// By identity, those who have it.
    groups: BTreeMap<SequenceId, Vec<SequenceId>>,
    of: BTreeMap<SequenceId, SequenceId>,
}

impl Identities {
    /// Of these sequences; deleted ones count, for they may come back.
    pub fn new<'a>(sequences: impl IntoIterator<Item = &'a Sequence>) -> Self {
        let mut identities = Self::default();
        for sequence in sequences {
            identities.groups.entry(sequence.identity()).or_default().push(sequence.id);
            identities.of.insert(sequence.id, sequence.identity());
        }
        identities
    }

    /// The identity of a sequence: its own id where nothing else is known.
    pub fn of(&self, id: SequenceId) -> SequenceId {
        self.of.get(&id).copied().unwrap_or(id)
    }

    /// Makes two one object: all that are one with the second become one with the first. What has to be written; nothing where they are
    /// one already.
    pub fn join(&mut self, first: SequenceId, second: SequenceId) -> Vec<Change> {
        let (to, from) = (self.of(first), self.of(second));
        if to == from {
            return Vec::new();
        }
        let mut moved = self.groups.remove(&from).unwrap_or_default();
        if !moved.contains(&second) {
            moved.push(second);
        }
        let set = |id: &SequenceId| Change::SequenceSet { id: *id, set: SequenceSet::SameAs((*id != to).then_some(to)) };
        let changes = moved.iter().map(set).collect();
        self.of.extend(moved.iter().map(|id| (*id, to)));
        let group = self.groups.entry(to).or_default();
        if !group.contains(&first) {
            group.push(first);
        }
        group.append(&mut moved);
        changes
    }

    /// Takes one out of those with which it is one object; they stay one. Nothing where it is alone.
    pub fn part(&mut self, id: SequenceId) -> Vec<Change> {
        let identity = self.of(id);
        let rest: Vec<SequenceId> = self.groups.get(&identity).into_iter().flatten().copied().filter(|other| *other != id).collect();
        let set = |id: SequenceId, same: Option<SequenceId>| Change::SequenceSet { id, set: SequenceSet::SameAs(same) };
        let mut changes = Vec::new();
        // Who stood for all of them goes: another one stands for the rest.
        let stands = match rest.first() {
            None if identity == id => return Vec::new(),
            Some(first) if identity == id => *first,
            _ => identity,
        };
        if identity == id {
            changes.extend(rest.iter().map(|other| set(*other, (*other != stands).then_some(stands))));
        } else {
            changes.push(set(id, None));
        }
        self.of.extend(rest.iter().map(|other| (*other, stands)));
        self.of.insert(id, id);
        self.groups.remove(&identity);
        self.groups.insert(stands, rest);
        self.groups.insert(id, vec![id]);
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{FileId, LabelId};
    use proptest::prelude::*;

    fn id(at: u8) -> SequenceId {
        SequenceId::from_parts(u64::from(at) + 1, [at; 10])
    }

    fn sequences(count: u8) -> Vec<Sequence> {
        (0..count).map(|at| Sequence::new(id(at), FileId::from_parts(1, [1; 10]), 1, LabelId(1))).collect()
    }

    fn write(sequences: &mut [Sequence], changes: Vec<Change>) {
        for change in changes {
            let Change::SequenceSet { id, set } = change else { panic!("{change:?}") };
            drop(sequences.iter_mut().find(|sequence| sequence.id == id).unwrap().set(set));
        }
    }

    #[test]
    fn joined_groups_have_one_identity_and_one_goes_out_alone() {
        let mut all = sequences(5);
        let say = |all: &mut Vec<Sequence>, join: bool, a: u8, b: u8| {
            let mut identities = Identities::new(all.iter());
            let changes = if join { identities.join(id(a), id(b)) } else { identities.part(id(a)) };
            write(all, changes);
        };
        say(&mut all, true, 0, 1);
        say(&mut all, true, 3, 2);
        say(&mut all, true, 1, 2);
        assert_eq!(all.iter().map(Sequence::identity).collect::<Vec<_>>(), [id(0), id(0), id(0), id(0), id(4)]);
        say(&mut all, false, 0, 0);
        assert_eq!(all.iter().map(Sequence::identity).collect::<Vec<_>>(), [id(0), id(1), id(1), id(1), id(4)]);
        say(&mut all, false, 3, 0);
        assert_eq!(all.iter().map(Sequence::identity).collect::<Vec<_>>(), [id(0), id(1), id(1), id(3), id(4)]);
        assert_eq!(Identities::new(&all).part(id(4)), Vec::new());
        assert_eq!(Identities::new(&all).join(id(1), id(2)), Vec::new());
    }

    #[test]
    fn one_whose_stand_in_is_gone_is_parted_from_it() {
        let mut all = sequences(2);
        all[1].same_as = Some(id(9));
        let changes = Identities::new(&all).part(id(1));
        write(&mut all, changes);
        assert_eq!(all[1].identity(), id(1));
    }

    proptest! {
        #[test]
        fn what_is_written_says_what_is_known(steps in proptest::collection::vec((any::<bool>(), 0..8_u8, 0..8_u8), 0..30)) {
            let mut all = sequences(8);
            let mut known = Identities::new(&all);
            let mut groups: Vec<usize> = (0..8).collect();
            for (join, a, b) in steps {
                let changes = if join { known.join(id(a), id(b)) } else { known.part(id(a)) };
                write(&mut all, changes);
                let (a, b) = (usize::from(a), usize::from(b));
                if join {
                    let (to, from) = (groups[a], groups[b]);
                    groups.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
                } else {
                    groups[a] = groups.iter().max().unwrap() + 1;
                }
                for one in 0..8_u8 {
                    prop_assert_eq!(known.of(id(one)), all[usize::from(one)].identity());
                    for other in 0..8_u8 {
                        let is_one = all[usize::from(one)].identity() == all[usize::from(other)].identity();
                        prop_assert_eq!(is_one, groups[usize::from(one)] == groups[usize::from(other)]);
                    }
                }
            }
        }
    }
}
