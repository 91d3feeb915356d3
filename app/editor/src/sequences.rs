//! Sequences in the editor: what is done to a shape on a frame becomes what is written of its sequence.
//!
//! Everything else here changes instances by the ids under which they are shown. At the one door through which all changes go
//! ([`Editor::commit`]) those of a sequence are turned into what the log has words for: geometry and flags of a keyframe at this
//! frame (made, where there is none), label and fixed answers of the whole sequence.

use crate::editor::Editor;
use limn_core::log::{Change, InstanceSet};
use limn_core::sequence::carry::FLOW_RUN;
use limn_core::sequence::{Member, Presence, SequenceSet, Shown, Track, shown_id};
use limn_core::{Events, FileId, Instance, InstanceId, Mark, Marks, Sequence, SequenceId, Sequences, SpatialType};
use std::collections::{BTreeMap, BTreeSet};

impl Editor {
    /// The sequences of the open video.
    pub fn sequences(&self) -> &Sequences {
        &self.sequences
    }

    /// The part of a sequence that the person looks at, also where it is not in the picture.
    pub fn followed(&self) -> Option<Member> {
        self.followed
    }

    /// Whether what is drawn in a video goes on through its frames.
    pub fn draws_sequences(&self) -> bool {
        self.draws_sequences
    }

    /// What a shown instance is a part of.
    pub fn member(&self, id: InstanceId) -> Option<Member> {
        self.sequences.member(id)
    }

    pub(crate) fn take_sequences(&mut self, file: FileId, sequences: Sequences, events: Events) {
        if self.place().is_some_and(|place| place.file == file) && self.unsaved.is_empty() {
            (self.sequences, self.sequences_of) = (sequences, Some(file));
            self.take_identities();
            self.happening.all = events;
            self.happening.revision += 1;
        }
    }

    /// Applies changes to the sequences and shows what they look like now; says how many keyframes there are more.
    pub(crate) fn show_sequences(&mut self, changes: &[Change]) -> i64 {
        let Some(file) = self.sequences_of else { return 0 };
        let before = self.sequences.num_keyframes() as i64;
        let touched: BTreeSet<SequenceId> = changes.iter().flat_map(|change| self.sequences.apply(file, change)).collect();
        if self.loaded.is_some() {
            for id in touched {
                self.refresh(id);
            }
        }
        self.sequences.num_keyframes() as i64 - before
    }

    fn refresh(&mut self, id: SequenceId) {
        let Some(track) = self.sequences.get(id).cloned() else { return };
        for part in track.parts() {
            let shown = shown_id(Member { sequence: id, part });
            match track.shown(part, self.frame) {
                Some(now) => self.document.put(now.instance),
                None => self.document.take_away(shown),
            }
        }
    }

    /// Changes of shown instances as what is written of them.
    pub(crate) fn as_keyframes(&mut self, changes: Vec<Change>) -> Vec<Change> {
        let Some(file) = self.sequences_of else { return changes };
        let mut written = Vec::with_capacity(changes.len());
        let mut sets: BTreeMap<Member, Vec<InstanceSet>> = BTreeMap::new();
        let mut number = self.sequences.next_number();
        for change in changes {
            match change {
                Change::InstanceAdd(new) if self.goes_on(&new, file) => {
                    written.extend(self.begun(*new, number));
                    number = number.saturating_add(1);
                }
                Change::InstanceSet { id, set } => match self.sequences.member(id) {
                    Some(member) => sets.entry(member).or_default().push(set),
                    None => written.push(Change::InstanceSet { id, set }),
                },
                other => written.push(other),
            }
        }
        for (member, list) in sets {
            self.write_member(member, list, &mut written);
        }
        written
    }

    /// Whether something new becomes a sequence.
    fn goes_on(&self, new: &Instance, file: FileId) -> bool {
        self.draws_sequences
            && new.member.is_none()
            && (new.file, new.frame) == (file, self.frame)
            && new.geometry.spatial_type() != SpatialType::Tag
    }

    /// A sequence that begins as this instance, and is shown under its id.
    pub(crate) fn begun(&mut self, new: Instance, number: u32) -> [Change; 2] {
        let mut sequence = Sequence::new(SequenceId(new.id.0), new.file, number, new.label);
        let mut marks = Marks::default();
        for mark in new.marks.set_ones() {
            let list = if self.is_of_frame(&mark) { &mut marks } else { &mut sequence.marks };
            list.set(mark);
        }
        let member = Some(Member { sequence: sequence.id, part: 0 });
        let keyframe = Instance { id: self.ids.instance(self.now), marks, member, ..new };
        [Change::SequenceAdd(Box::new(sequence)), Change::InstanceAdd(Box::new(keyframe))]
    }

    /// Whether a mark may differ from frame to frame.
    pub(crate) fn is_of_frame(&self, mark: &Mark) -> bool {
        match mark {
            Mark::Role(_) | Mark::Pinned(_) | Mark::Group(_) | Mark::Relations(_) | Mark::Approved(_) => false,
            Mark::Accepted(..) | Mark::NotSame(..) => false,
            Mark::Answer(id, _) => self.attribute(*id).is_some_and(|attribute| attribute.per_frame),
            _ => true,
        }
    }

    /// Writes what is set on a part of a sequence at this frame.
    fn write_member(&mut self, member: Member, sets: Vec<InstanceSet>, written: &mut Vec<Change>) {
        let mut of_frame = Vec::new();
        for set in sets {
            let whole = match set {
                InstanceSet::Label(label) => SequenceSet::Label(label),
                InstanceSet::Mark(mark) if !self.is_of_frame(&mark) => SequenceSet::Mark(mark),
                InstanceSet::Deleted(true) => return self.leave(member, written),
                other => {
                    of_frame.push(other);
                    continue;
                }
            };
            written.push(Change::SequenceSet { id: member.sequence, set: whole });
        }
        if !of_frame.is_empty() {
            written.extend(self.keyframe_with(member, self.frame, of_frame));
        }
    }

    /// The keyframe at a frame, changed; made, where there is none.
    pub(crate) fn keyframe_with(&mut self, member: Member, frame: u64, sets: Vec<InstanceSet>) -> Vec<Change> {
        let Some(Shown { instance, presence }) = self.sequences.state(member, frame) else { return Vec::new() };
        let mut changes = Vec::new();
        if let Presence::Keyframe(id) = presence {
            let is_tracked = instance.run == Some(FLOW_RUN) && !sets.is_empty();
            if is_tracked {
                // A person's from now on: tracking anew must not take it away.
                changes.push(self.keyframe_set(member.sequence, id, InstanceSet::Deleted(true)));
            } else {
                return sets.into_iter().map(|set| self.keyframe_set(member.sequence, id, set)).collect();
            }
        }
        let mut keyframe = self.keyframe_of(instance);
        for set in sets {
            match set {
                InstanceSet::Geometry(geometry) => keyframe.geometry = geometry,
                InstanceSet::Mark(mark) => drop(keyframe.marks.set(mark)),
                InstanceSet::Label(_) | InstanceSet::Deleted(_) | InstanceSet::Member(_) | InstanceSet::Frame(_) => {}
            }
        }
        // Whose hand moved it, it is from now on.
        (keyframe.run, keyframe.confidence, keyframe.extra) = (None, None, None);
        changes.push(Change::InstanceAdd(Box::new(keyframe)));
        changes
    }

    /// A change of a keyframe, which is this sequence's.
    pub(crate) fn keyframe_set(&mut self, of: SequenceId, id: InstanceId, set: InstanceSet) -> Change {
        self.sequences.remember(id, of);
        Change::InstanceSet { id, set }
    }

    /// A new keyframe that looks like a shown instance: without what its sequence says.
    pub(crate) fn keyframe_of(&mut self, shown: Instance) -> Instance {
        let mut marks = Marks::default();
        shown.marks.set_ones().filter(|mark| self.is_of_frame(mark)).for_each(|mark| drop(marks.set(mark)));
        Instance { id: self.ids.instance(self.now), marks, ..shown }
    }

    /// Takes a part out of the picture at this frame alone. A sequence that is nowhere else goes whole.
    fn leave(&mut self, member: Member, written: &mut Vec<Change>) {
        let frame = self.frame;
        let Some(track) = self.sequences.get(member.sequence).cloned() else { return };
        let is_only_here = |track: &Track| track.num_keyframes() < 2 && track.first_frame().is_none_or(|first| first == frame);
        if is_only_here(&track) {
            return written.push(Change::SequenceSet { id: member.sequence, set: SequenceSet::Deleted(true) });
        }
        // What follows stays as it is, from the next frame on that is annotated.
        if let Some(next) = self.stepped(true, 1)
            && track.keyframe_at(member.part, next).is_none()
            && let Some(shown) = track.state(member.part, next)
        {
            let keyframe = self.keyframe_of(shown.instance);
            written.push(Change::InstanceAdd(Box::new(keyframe)));
        }
        written.extend(self.keyframe_with(member, frame, vec![InstanceSet::Mark(Mark::Outside(true))]));
    }
}
