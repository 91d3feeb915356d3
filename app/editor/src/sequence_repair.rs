//! Mending identities: another label or another sequence from a frame on, and stretches of keyframes used again. Each is one step.

use crate::command::Command;
use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use limn_core::log::{Change, InstanceSet, kind};
use limn_core::sequence::{Member, SequenceSet, Track};
use limn_core::{Instance, InstanceId, LabelId, Mark, Sequence, SequenceId};
use std::sync::Arc;

/// Most keyframes that are copied at once.
const MOST_COPIED: usize = 20_000;

/// What happens with another sequence from a frame on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// What was followed is that one from here on: its keyframes become that one's.
    Continue,
    /// The two were mixed up: they change places from here on.
    Exchange,
}

/// Keyframes that were copied, and the frame that counts as the first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CopiedStretch {
    first: u64,
    keyframes: Vec<Instance>,
}

impl Editor {
    /// Whether the label that is chosen next is that of the selected sequences from this frame on.
    pub fn relabels_from_here(&self) -> bool {
        self.relabelling
    }

    /// Asks for the label that the selected sequences have from this frame on.
    pub(crate) fn ask_label_from_here(&mut self, out: &mut Vec<Effect>) {
        if self.told_tracks(out).is_empty() {
            return;
        }
        self.relabelling = true;
        self.asking_label = Some(self.pointer().unwrap_or(self.view.center));
    }

    /// The selected sequences end before this frame, and others with this label go on; those that begin here change as a whole.
    pub(crate) fn label_from_here(&mut self, label: LabelId, out: &mut Vec<Effect>) {
        let frame = self.frame;
        let (mut changes, mut made) = (Vec::new(), Vec::new());
        let mut number = self.sequences.next_number();
        for track in self.told_tracks(out) {
            let old = &track.sequence;
            if old.label == label || old.exit.is_some_and(|exit| exit <= frame) {
                continue;
            }
            if track.first_frame().is_none_or(|first| first >= frame) {
                changes.push(Change::SequenceSet { id: old.id, set: SequenceSet::Label(label) });
                made.push(InstanceId(old.id.0));
                continue;
            }
            let id = SequenceId(self.ids.instance(self.now).0);
            changes.push(Change::SequenceAdd(Box::new(Sequence { id, number, label, same_as: None, ..old.clone() })));
            changes.extend(self.cut(&track, id));
            changes.push(Change::SequenceSet { id: old.id, set: SequenceSet::Exit(Some(frame)) });
            made.push(InstanceId(id.0));
            number = number.saturating_add(1);
        }
        if changes.is_empty() {
            return out.push(Effect::Notify(Notice::info("It has that label from here on, or is not here any more.")));
        }
        let name = self.schema.shown(label).0;
        self.commit(kind::EDIT, &format!("Label {name} from here on"), changes, out);
        self.select(made);
    }

    /// Gives a sequence a name beside its number; an empty one takes it away.
    pub(crate) fn name_sequence(&mut self, id: SequenceId, name: &str, out: &mut Vec<Effect>) {
        let Some(track) = self.sequences.get(id) else { return };
        let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        if track.sequence.name != name {
            self.commit(kind::EDIT, "Name sequence", vec![Change::SequenceSet { id, set: SequenceSet::Name(name) }], out);
        }
    }

    /// Mends the identity of a sequence from this frame on.
    pub(crate) fn repair(&mut self, of: SequenceId, with: SequenceId, how: Repair, out: &mut Vec<Effect>) {
        let both = self.sequences.get(of).cloned().zip(self.sequences.get(with).cloned());
        let Some((own, other)) = both.filter(|_| of != with) else { return };
        match how {
            Repair::Exchange => self.exchange(&own, &other, out),
            Repair::Continue => self.continue_as(&own, &other, out),
        }
    }

    /// What `own` is from this frame on becomes `other`'s.
    fn continue_as(&mut self, own: &Arc<Track>, other: &Arc<Track>, out: &mut Vec<Effect>) {
        let frame = self.frame;
        let mut changes = Vec::new();
        // Of one frame, that which was looked at counts.
        for part in own.parts() {
            let theirs = other.keyframes(part).filter(|(at, _)| *at >= frame).map(|(_, keyframe)| keyframe.id);
            let theirs: Vec<InstanceId> = theirs.collect();
            changes.extend(theirs.into_iter().map(|id| self.keyframe_set(other.sequence.id, id, InstanceSet::Deleted(true))));
        }
        // Between the end of that one and this frame it is not in the picture.
        if let Some(exit) = other.sequence.exit.filter(|exit| *exit < frame)
            && let Some(last) = other.state(0, exit.saturating_sub(1))
        {
            let mut keyframe = Instance { frame: exit, ..self.keyframe_of(last.instance) };
            keyframe.marks.set(Mark::Outside(true));
            changes.push(Change::InstanceAdd(Box::new(keyframe)));
        }
        changes.extend(self.hold_before(other));
        changes.extend(self.cut(own, other.sequence.id));
        if other.sequence.exit != own.sequence.exit {
            changes.push(Change::SequenceSet { id: other.sequence.id, set: SequenceSet::Exit(own.sequence.exit) });
        }
        let is_whole = own.first_frame().is_none_or(|first| first >= frame);
        let set = if is_whole { SequenceSet::Deleted(true) } else { SequenceSet::Exit(Some(frame)) };
        changes.push(Change::SequenceSet { id: own.sequence.id, set });
        let title = format!("{} is {} from here on", self.sequence_name(&own.sequence), self.sequence_name(&other.sequence));
        self.commit(kind::EDIT, &title, changes, out);
        self.follow(Some(Member { sequence: other.sequence.id, part: 0 }));
        out.push(Effect::Notify(Notice::info(format!("{title}.")).with(Command::Undo)));
    }

    /// Copies the keyframes of the selected part of a sequence, from its keyframe at or before this frame up to a later one.
    pub(crate) fn copy_stretch(&mut self, from: u64, to: u64, out: &mut Vec<Effect>) {
        let Some(member) = self.members().first().copied() else { return drop(self.told_tracks(out)) };
        let Some(track) = self.sequences.get(member.sequence) else { return };
        let (first, last) = (from.min(to), from.max(to));
        let ids: Vec<InstanceId> = track
            .keyframes(member.part)
            .filter(|(frame, _)| (first..=last).contains(frame))
            .map(|(_, keyframe)| keyframe.id)
            .take(MOST_COPIED)
            .collect();
        let keyframes: Vec<Instance> = ids.into_iter().filter_map(|id| track.instance(id)).collect();
        if keyframes.is_empty() {
            return out.push(Effect::Notify(Notice::info(format!("It has no keyframe from frame {first} to {last}."))));
        }
        let text = format!(
            "Keyframes copied: {}, from frame {first} to {last}. Go to a frame, or select another sequence, and paste them.",
            keyframes.len()
        );
        self.copied_stretch = Some(CopiedStretch { first, keyframes });
        self.stretch_from = None;
        out.push(Effect::Notify(Notice::info(text).with(Command::PasteStretch)));
    }

    /// The first time remembers this frame, the second time copies the keyframes between the two.
    pub(crate) fn mark_stretch(&mut self, out: &mut Vec<Effect>) {
        if self.members().is_empty() {
            return drop(self.told_tracks(out));
        }
        match self.stretch_from.take() {
            Some(from) => self.copy_stretch(from, self.frame, out),
            None => {
                self.stretch_from = Some(self.frame);
                let text = format!("From frame {}: go to the last frame of the stretch, and ask for this once more.", self.frame);
                out.push(Effect::Notify(Notice::info(text)));
            }
        }
    }

    /// Puts the copied keyframes into the selected sequence, the first frame of the stretch at this frame.
    pub(crate) fn paste_stretch(&mut self, out: &mut Vec<Effect>) {
        let Some(copied) = self.copied_stretch.clone() else {
            return out.push(Effect::Notify(Notice::info("Copy the keyframes of a stretch first.").with(Command::CopyStretch)));
        };
        let Some(member) = self.members().first().copied() else { return drop(self.told_tracks(out)) };
        let Some(track) = self.sequences.get(member.sequence).cloned() else { return };
        let last = self.num_frames().saturating_sub(1);
        let (mut changes, mut left) = (Vec::new(), 0);
        for keyframe in copied.keyframes {
            let frame = self.frame.saturating_add(keyframe.frame - copied.first);
            if frame > last || track.sequence.exit.is_some_and(|exit| frame >= exit) {
                left += 1;
                continue;
            }
            if let Some(there) = track.keyframe_at(member.part, frame).map(|there| there.id) {
                changes.push(self.keyframe_set(member.sequence, there, InstanceSet::Deleted(true)));
            }
            let plain = Instance {
                frame,
                file: track.sequence.file,
                label: track.sequence.label,
                member: Some(member),
                ..self.keyframe_of(keyframe)
            };
            // Whose hand put it there, it is from now on.
            changes.push(Change::InstanceAdd(Box::new(Instance { run: None, confidence: None, extra: None, ..plain })));
        }
        if left > 0 {
            let text = format!("Left out as they would lie behind the end of the sequence or the video: {left} of the keyframes.");
            out.push(Effect::Notify(Notice::info(text)));
        }
        let followed = Some(member);
        self.commit(kind::EDIT, "Paste keyframes", changes, out);
        self.follow(followed);
    }
}
