//! What the store answers to a gesture: that it was refused, taken back, or done again.

use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use crate::event::UndoneStep;
use limn_core::InstanceId;
use limn_core::log::{Change, FileSet, InstanceSet};
use limn_core::sequence::shown_id;

impl Editor {
    /// Gestures that are not on the disk yet.
    pub fn num_unsaved(&self) -> usize {
        self.unsaved.len()
    }

    /// Why the last gesture could not be written.
    pub fn save_problem(&self) -> Option<&str> {
        self.save_problem.as_deref()
    }

    pub(crate) fn take_not_saved(&mut self, ticket: u64, text: String, kept: bool, out: &mut Vec<Effect>) {
        if kept {
            self.save_problem = Some(text);
            return;
        }
        // Refused for good: what is shown must be what is stored.
        self.unsaved.remove(&ticket);
        out.push(Effect::Notify(Notice::error(format!("The last change was not saved: {text}"))));
        self.reload_all(out);
    }

    pub(crate) fn take_undone(&mut self, step: Option<UndoneStep>, out: &mut Vec<Effect>) {
        let Some(step) = step else {
            out.push(Effect::Notify(Notice::info("There is nothing more to undo or redo.")));
            return;
        };
        self.num_remade += 1;
        self.show_looked(&step.changes);
        self.show_work_frames(&step.changes);
        self.show_cameras(&step.changes);
        let is_of_issues = |change: &Change| matches!(change, Change::IssueAdd(_) | Change::IssueSet { .. });
        let is_of_events = |change: &Change| matches!(change, Change::EventAdd(_) | Change::EventSet { .. });
        let here = self.place().map(|place| (place.file, place.frame));
        let is_elsewhere = |change: &Change| match change {
            Change::InstanceAdd(instance) => Some((instance.file, instance.frame)) != step.place,
            Change::InstanceSet { id, set: InstanceSet::Deleted(true) } => step.place == here && self.document.get(*id).is_none(),
            _ => false,
        };
        let is_of_sequence = |change: &Change| match change {
            // Clips come and go.
            Change::FileAdd(_) | Change::FileSet { set: FileSet::Deleted(_) | FileSet::Clip(_), .. } => true,
            // With the schema goes what is told of files.
            Change::SequenceAdd(_) | Change::SequenceSet { .. } | Change::SchemaPublish { .. } => true,
            Change::InstanceAdd(instance) => instance.member.is_some(),
            _ => false,
        };
        let is_of_looked = |change: &Change| {
            let Change::FileSet { set, .. } = change else { return false };
            matches!(set, FileSet::Stretch { .. } | FileSet::Absent { .. })
        };
        // A step that touched several files, or what is counted through many frames: count them all again.
        if step.changes.iter().any(is_of_sequence)
            || step.changes.iter().any(is_of_looked)
            || step.changes.iter().any(is_elsewhere)
            || (step.place != here && step.changes.len() > 1)
        {
            out.push(Effect::RefreshFiles);
        }
        // An answer about a file as a whole has no frame of its own.
        let is_of_file = |change: &Change| {
            let Change::FileSet { set, .. } = change else { return false };
            matches!(set, FileSet::Answer { frame: None, .. } | FileSet::Absent { .. } | FileSet::WorkFrames(_) | FileSet::Stretch { .. })
        };
        let is_here = |change: &Change| is_of_file(change) || is_of_events(change) || is_of_issues(change);
        let is_of_this_file = step.changes.iter().all(is_here) && step.place.map(|(file, _)| file) == here.map(|(file, _)| file);
        if step.place.is_none() || step.place == here || is_of_this_file {
            self.show(&step.changes);
            if !self.unsaved.is_empty() {
                // The hand was quicker than the disk: those gestures come after this step, which now lies over them.
                self.reload(out);
            }
            let touched = step.changes.iter().filter_map(|change| match change {
                Change::InstanceAdd(instance) => Some(instance.member.map_or(instance.id, shown_id)),
                Change::SequenceAdd(sequence) => Some(InstanceId(sequence.id.0)),
                Change::SequenceSet { id, .. } => Some(InstanceId(id.0)),
                Change::InstanceSet { id, .. } => Some(*id),
                _ => None,
            });
            let mut touched: Vec<_> = touched.filter(|id| self.document.get(*id).is_some()).collect();
            touched.sort_unstable();
            touched.dedup();
            self.select(touched);
            self.follow_undone_events(&step.title, &step.changes);
        } else if let Some((file, frame)) = step.place
            && let Some(at) = self.files.iter().position(|entry| entry.file.id == file)
        {
            // The step was made elsewhere: show it there rather than change something out of sight. Sequences reach here, too.
            self.show_sequences(&step.changes);
            self.show_events(&step.changes);
            self.show_issues(&step.changes);
            self.recount(at, &step.changes);
            self.open_file(at, frame, out);
            out.push(Effect::Notify(Notice::info(format!("{} — here", step.title))));
        }
    }

    /// Counts the instances of a file that is not on the canvas.
    fn recount(&mut self, at: usize, changes: &[Change]) {
        let count = &mut self.files[at].num_instances;
        for change in changes {
            match change {
                Change::InstanceAdd(_) => *count += 1,
                Change::InstanceSet { set: InstanceSet::Deleted(true), .. } => *count = count.saturating_sub(1),
                _ => {}
            }
        }
    }
}
