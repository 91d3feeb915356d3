//! Which labels were looked for: what is said to be absent, and what came after a file was called complete.

use crate::command::Command;
use crate::editor::{Editor, FileEntry};
use crate::effect::{Effect, Notice};
use limn_core::event::EventSet;
use limn_core::log::{Change, FileSet, InstanceSet, kind};
use limn_core::looked::labels_since;
use limn_core::sequence::SequenceSet;
use limn_core::{FileId, FileStatus, LabelId, Looked, Progress, Schema};

impl FileEntry {
    /// How far it is.
    pub fn progress(&self) -> Progress {
        self.looked.progress(self.file.status)
    }
}

impl Editor {
    /// Says that the label in the hand is absent from the open file, or no longer.
    pub(crate) fn toggle_absent(&mut self, out: &mut Vec<Effect>) {
        let (Some(label), Some(entry)) = (self.active_label, self.file()) else {
            return out.push(Effect::Notify(Notice::info("There is no label to say it of.").with(Command::AskLabel)));
        };
        let absent = !entry.looked.absent.contains(&label);
        self.set_absent(label, absent, out);
    }

    /// Says that a label is absent from the open file, or no longer; what is seen to be there is not absent.
    pub(crate) fn set_absent(&mut self, label: LabelId, absent: bool, out: &mut Vec<Effect>) {
        let Some(entry) = self.file().filter(|entry| entry.looked.absent.contains(&label) != absent) else { return };
        let id = entry.file.id;
        let name = self.schema.shown(label).0;
        if absent && self.is_seen(label) {
            let text = format!("There is {name} here: it is not absent. Delete what is wrong first.");
            return out.push(Effect::Notify(Notice::info(text)));
        }
        let title = if absent { format!("Nothing of {name} here") } else { format!("No longer: nothing of {name} here") };
        self.commit(kind::EDIT, &title, vec![Change::FileSet { id, set: FileSet::Absent { label, absent } }], out);
        if self.file().is_some_and(|entry| !entry.looked.stretches.is_empty()) {
            // Stretches may be behind without it, and not with it.
            out.push(Effect::RefreshFiles);
        }
        if absent {
            out.push(Effect::Notify(Notice::info(format!("{title}."))));
        }
    }

    /// Whether the frame, or a sequence of the file, has the label.
    fn is_seen(&self, label: LabelId) -> bool {
        let in_sequence = || {
            self.sequences_of == self.place().map(|place| place.file) && self.sequences.tracks().any(|track| track.sequence.label == label)
        };
        let in_event = || self.events().iter().any(|event| event.label == label);
        self.document.instances().iter().any(|instance| instance.label == label) || in_sequence() || in_event()
    }

    /// Takes back that a label is absent where one is drawn: one step with the drawing.
    pub(crate) fn add_found(&self, changes: &mut Vec<Change>) {
        let Some(entry) = self.file().filter(|entry| !entry.looked.absent.is_empty()) else { return };
        let label = |change: &Change| match change {
            Change::InstanceAdd(instance) => Some(instance.label),
            Change::SequenceAdd(sequence) => Some(sequence.label),
            Change::EventAdd(event) => Some(event.label),
            Change::EventSet { set: EventSet::Label(label), .. } => Some(*label),
            Change::InstanceSet { set: InstanceSet::Label(label), .. } => Some(*label),
            Change::SequenceSet { set: SequenceSet::Label(label), .. } => Some(*label),
            _ => None,
        };
        let mut found: Vec<LabelId> = changes.iter().filter_map(label).filter(|label| entry.looked.absent.contains(label)).collect();
        found.sort_unstable();
        found.dedup();
        let id = entry.file.id;
        changes.extend(found.into_iter().map(|label| Change::FileSet { id, set: FileSet::Absent { label, absent: false } }));
    }

    /// Applies changes to how far the files of the list are.
    pub(crate) fn show_looked(&mut self, changes: &[Change]) {
        for change in changes {
            let Change::FileSet {
                id,
                set: set @ (FileSet::Status(_) | FileSet::CompleteUnder(_) | FileSet::Absent { .. } | FileSet::Stretch { .. }),
            } = change
            else {
                continue;
            };
            let Some(entry) = self.files.iter_mut().find(|entry| entry.file.id == *id) else { continue };
            let looked = &mut entry.looked;
            match set {
                FileSet::Status(status) => {
                    entry.file.status = *status;
                    let (absent, stretches) = (std::mem::take(&mut looked.absent), std::mem::take(&mut looked.stretches));
                    *looked = match status {
                        FileStatus::Open => Looked { absent, stretches, ..Looked::default() },
                        FileStatus::Complete => Looked { stretches, ..Looked::complete_now(absent) },
                    };
                }
                FileSet::CompleteUnder(under) => looked.under = *under,
                FileSet::Stretch { first, looked: stretch } => looked.take_stretch(*first, *stretch),
                FileSet::Absent { label, absent: true } => {
                    if let Err(at) = looked.absent.binary_search(label) {
                        looked.absent.insert(at, *label);
                    }
                }
                FileSet::Absent { label, .. } => looked.absent.retain(|other| other != label),
                _ => {}
            }
            self.look += 1;
        }
    }

    /// Takes over what was read of a file, unless it was changed meanwhile.
    pub(crate) fn take_looked(&mut self, file: FileId, work: u64, looked: Looked) {
        let is_now = work == self.work_revision() && self.unsaved.is_empty();
        if let Some(entry) = self.files.iter_mut().find(|entry| entry.file.id == file && entry.looked != looked).filter(|_| is_now) {
            entry.looked = looked;
            self.look += 1;
        }
    }

    /// Files that are complete are behind the labels that another version of the schema adds, and not behind those that it retires.
    pub(crate) fn note_new_labels(&mut self, schema: &Schema) {
        let (new, gone) = (labels_since(&self.schema, schema), labels_since(schema, &self.schema));
        if new.is_empty() && gone.is_empty() {
            return;
        }
        if !new.is_empty() {
            self.files.iter_mut().flat_map(|entry| &mut entry.looked.stretches).for_each(|stretch| stretch.is_behind = true);
        }
        for entry in self.files.iter_mut().filter(|entry| entry.file.status == FileStatus::Complete && entry.looked.under.is_some()) {
            let looked = &mut entry.looked;
            looked.later.retain(|label| !gone.contains(label));
            let is_new = |label: &&LabelId| !looked.later.contains(label);
            let later: Vec<LabelId> = new.iter().filter(is_new).copied().collect();
            looked.later.extend(later);
        }
    }
}
