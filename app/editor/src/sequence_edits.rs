//! What a person does to sequences as such: keyframes, ends, splitting, merging, exchanging, deleting with a stated reach. Each is
//! one step.

use crate::command::Command;
use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use limn_core::log::{Change, InstanceSet, kind};
use limn_core::sequence::{Member, Motion, SequenceSet, Shown, Track, shown_id};
use limn_core::{Instance, InstanceId, Mark, Sequence, SequenceId};
use std::sync::Arc;

/// Ghosts that are shown at once; more say nothing.
const MOST_AROUND: usize = 50;
/// Said when a command is about a sequence and there is none.
const NONE: &str = "Select a sequence first: something that was drawn in the video and goes on through its frames.";

impl Editor {
    /// The selected parts of sequences, else the one that is followed.
    pub(crate) fn members(&self) -> Vec<Member> {
        let free = self.selection.iter().filter(|id| !self.locked.contains(id));
        let selected: Vec<Member> = free.filter_map(|id| self.sequences.member(*id)).collect();
        if selected.is_empty() && self.selection.is_empty() { self.followed.into_iter().collect() } else { selected }
    }

    /// The selected sequences, each once; nobody hears of it when there is none.
    fn tracks(&self) -> Vec<Arc<Track>> {
        let mut ids: Vec<SequenceId> = Vec::new();
        for member in self.members() {
            if !ids.contains(&member.sequence) {
                ids.push(member.sequence);
            }
        }
        ids.iter().filter_map(|id| self.sequences.get(*id).cloned()).collect()
    }

    pub(crate) fn told_tracks(&self, out: &mut Vec<Effect>) -> Vec<Arc<Track>> {
        let tracks = self.tracks();
        if tracks.is_empty() {
            out.push(Effect::Notify(Notice::info(NONE)));
        }
        tracks
    }

    /// What people call a sequence: "car 3".
    pub fn sequence_name(&self, sequence: &Sequence) -> String {
        let label = self.schema.shown(sequence.label).0;
        match &sequence.name {
            Some(name) => format!("{label} {} \"{name}\"", sequence.number),
            None => format!("{label} {}", sequence.number),
        }
    }

    pub(crate) fn make_sequences(&mut self, out: &mut Vec<Effect>) {
        let Some(file) = self.sequences_of else { return };
        let single: Vec<Instance> = self.chosen().filter(|instance| instance.member.is_none()).cloned().collect();
        let mut changes = Vec::new();
        let mut number = self.sequences.next_number();
        let mut made = Vec::new();
        for old in single {
            // Under a new id: the old one keeps its history, and comes back with undo.
            let id = self.ids.instance(self.now);
            made.push(id);
            changes.push(Change::InstanceSet { id: old.id, set: InstanceSet::Deleted(true) });
            changes.extend(self.begun(Instance { id, file, ..old }, number));
            number = number.saturating_add(1);
        }
        if changes.is_empty() {
            return out.push(Effect::Notify(Notice::info("Select shapes of this frame that are in no sequence yet.")));
        }
        self.commit(kind::EDIT, "Make sequence", changes, out);
        self.select(made);
    }

    pub(crate) fn toggle_keyframe(&mut self, out: &mut Vec<Effect>) {
        let members = self.members();
        if members.is_empty() {
            return out.push(Effect::Notify(Notice::info(NONE)));
        }
        let here = |editor: &Self, member: &Member| {
            let track = editor.sequences.get(member.sequence)?;
            track.keyframe_at(member.part, editor.frame).map(|keyframe| keyframe.id)
        };
        let mut changes = Vec::new();
        if members.iter().all(|member| here(self, member).is_some()) {
            for member in &members {
                let is_last = self.sequences.get(member.sequence).is_none_or(|track| track.num_keyframes() < 2);
                match here(self, member) {
                    Some(_) if is_last => {
                        out.push(Effect::Notify(Notice::info("This is its only keyframe, and it stays.").with(Command::DeleteSequence)));
                    }
                    Some(id) => changes.push(self.keyframe_set(member.sequence, id, InstanceSet::Deleted(true))),
                    None => {}
                }
            }
            return self.commit(kind::EDIT, "Remove keyframe", changes, out);
        }
        for member in members {
            if here(self, &member).is_none() {
                changes.extend(self.keyframe_with(member, self.frame, Vec::new()));
            }
        }
        self.commit(kind::EDIT, "Make keyframe", changes, out);
    }

    /// The selected parts of sequences as they are at the keyframe before this frame, and at the next one: `[before, behind]`.
    pub fn around(&self) -> [Vec<Instance>; 2] {
        let at = |member: &Member, forward: bool| Some(self.at_keyframe(*member, forward)?.instance).filter(|it| !it.marks.outside);
        let members = self.members();
        [false, true].map(|forward| members.iter().take(MOST_AROUND).filter_map(|member| at(member, forward)).collect())
    }

    fn at_keyframe(&self, member: Member, forward: bool) -> Option<Shown> {
        let track = self.sequences.get(member.sequence)?;
        let mut frames = track.keyframes(member.part).map(|(frame, _)| frame);
        let frame = match forward {
            true => frames.find(|frame| *frame > self.frame),
            false => frames.rfind(|frame| *frame < self.frame),
        };
        track.state(member.part, frame?)
    }

    /// Puts the selected where they are at their keyframe before this frame, or at their next one.
    pub(crate) fn take_as_at_keyframe(&mut self, forward: bool, out: &mut Vec<Effect>) {
        let members = self.members();
        if members.is_empty() {
            return out.push(Effect::Notify(Notice::info(NONE)));
        }
        let mut changes = Vec::new();
        for member in members {
            if let Some(there) = self.at_keyframe(member, forward) {
                changes.extend(match self.sequences.state(member, self.frame) {
                    Some(_) => self.keyframe_with(member, self.frame, vec![InstanceSet::Geometry(there.instance.geometry)]),
                    // Before it begins: from now on it begins here.
                    None if forward => {
                        let keyframe = self.keyframe_of(there.instance);
                        let by_hand = Instance { frame: self.frame, run: None, confidence: None, extra: None, ..keyframe };
                        vec![Change::InstanceAdd(Box::new(by_hand))]
                    }
                    None => Vec::new(),
                });
            }
        }
        if changes.is_empty() {
            let which = if forward { "behind" } else { "before" };
            return out.push(Effect::Notify(Notice::info(format!("It has no keyframe {which} this frame."))));
        }
        self.commit(kind::EDIT, if forward { "As at the next keyframe" } else { "As at the keyframe before" }, changes, out);
        if self.selection.is_empty() {
            self.follow(self.followed);
        }
    }

    pub(crate) fn toggle_outside(&mut self, out: &mut Vec<Effect>) {
        let members = self.members();
        if members.is_empty() {
            return out.push(Effect::Notify(Notice::info(NONE)));
        }
        let is_outside = |editor: &Self, member: &Member| {
            let shown = editor.sequences.state(*member, editor.frame);
            shown.is_none_or(|shown| shown.instance.marks.outside)
        };
        let outside = !members.iter().all(|member| is_outside(self, member));
        let mut changes = Vec::new();
        for member in &members {
            changes.extend(self.keyframe_with(*member, self.frame, vec![InstanceSet::Mark(Mark::Outside(outside))]));
        }
        if changes.is_empty() {
            return out.push(Effect::Notify(Notice::info("It has not begun yet here, or has ended.")));
        }
        let followed = self.followed.or_else(|| members.first().copied());
        self.commit(kind::EDIT, if outside { "Outside from here on" } else { "Back in the picture" }, changes, out);
        self.follow(followed);
    }

    /// Looks at a part of a sequence, and selects it where it can be seen.
    pub(crate) fn follow(&mut self, member: Option<Member>) {
        self.select(member.map(shown_id).into_iter().filter(|id| self.document.get(*id).is_some()).collect());
        self.followed = member;
        self.look += 1;
    }

    pub(crate) fn go_to_keyframe(&mut self, forward: bool, out: &mut Vec<Effect>) {
        self.playback.is_playing = false;
        match self.next_keyframe(forward) {
            Some(frame) => self.go_to_frame(frame, out),
            None => out.push(Effect::Notify(Notice::info(format!(
                "There is no keyframe {}.",
                if forward { "after this frame" } else { "before this frame" }
            )))),
        }
    }

    /// The nearest frame on that side on which the selected sequences, or any, have a keyframe.
    pub fn next_keyframe(&self, forward: bool) -> Option<u64> {
        let of = |track: &Arc<Track>| if forward { track.next_keyframe(self.frame) } else { track.previous_keyframe(self.frame) };
        let chosen = self.tracks();
        let frames: Vec<u64> = match chosen.is_empty() {
            true => self.sequences.tracks().filter_map(of).collect(),
            false => chosen.iter().filter_map(of).collect(),
        };
        if forward { frames.into_iter().min() } else { frames.into_iter().max() }
    }

    /// A keyframe at another time. It must not meet another one.
    pub(crate) fn move_keyframe(&mut self, member: Member, from: u64, to: u64, out: &mut Vec<Effect>) {
        let to = to.min(self.num_frames().saturating_sub(1));
        let Some(track) = self.sequences.get(member.sequence).cloned() else { return };
        let Some(keyframe) = track.keyframe_at(member.part, from).filter(|_| from != to) else { return };
        if track.keyframe_at(member.part, to).is_some() {
            return out.push(Effect::Notify(Notice::info("There is a keyframe at that frame already.")));
        }
        let Some(shown) = track.state(member.part, from) else { return };
        let moved = Instance { frame: to, ..self.keyframe_of(shown.instance) };
        let gone = self.keyframe_set(member.sequence, keyframe.id, InstanceSet::Deleted(true));
        self.commit(kind::EDIT, "Move keyframe", vec![Change::InstanceAdd(Box::new(moved)), gone], out);
    }

    pub(crate) fn start_here(&mut self, out: &mut Vec<Effect>) {
        let mut changes = Vec::new();
        for track in self.told_tracks(out) {
            for part in track.parts() {
                let member = Member { sequence: track.sequence.id, part };
                if track.state(part, self.frame).is_none() {
                    continue;
                }
                if track.keyframe_at(part, self.frame).is_none() {
                    changes.extend(self.keyframe_with(member, self.frame, Vec::new()));
                }
                let earlier = track.keyframes(part).filter(|(frame, _)| *frame < self.frame).map(|(_, keyframe)| keyframe.id);
                let earlier: Vec<_> = earlier.collect();
                changes.extend(earlier.into_iter().map(|id| self.keyframe_set(member.sequence, id, InstanceSet::Deleted(true))));
            }
        }
        self.commit(kind::EDIT, "Start here", changes, out);
    }

    pub(crate) fn end_here(&mut self, out: &mut Vec<Effect>) {
        let exit = Some(self.frame.saturating_add(1));
        let set = |track: &Arc<Track>| {
            let exit = if track.sequence.exit == exit { None } else { exit };
            let is_there = track.first_frame().is_some_and(|first| first <= self.frame);
            is_there.then_some(Change::SequenceSet { id: track.sequence.id, set: SequenceSet::Exit(exit) })
        };
        let changes = self.told_tracks(out).iter().filter_map(set).collect();
        self.commit(kind::EDIT, "End here", changes, out);
    }

    pub(crate) fn delete_from_here(&mut self, out: &mut Vec<Effect>) {
        let set = |track: &Arc<Track>| {
            let begins_later = track.first_frame().is_none_or(|first| first >= self.frame);
            let set = if begins_later { SequenceSet::Deleted(true) } else { SequenceSet::Exit(Some(self.frame)) };
            Change::SequenceSet { id: track.sequence.id, set }
        };
        let changes = self.told_tracks(out).iter().map(set).collect();
        self.commit(kind::EDIT, "Delete from here on", changes, out);
    }

    pub(crate) fn delete_sequences(&mut self, out: &mut Vec<Effect>) {
        let tracks = self.told_tracks(out);
        let set = |track: &Arc<Track>| Change::SequenceSet { id: track.sequence.id, set: SequenceSet::Deleted(true) };
        let changes = tracks.iter().map(set).collect();
        self.commit(kind::EDIT, "Delete sequence", changes, out);
        self.followed = None;
    }

    pub(crate) fn next_motion(&mut self, out: &mut Vec<Effect>) {
        let tracks = self.told_tracks(out);
        let Some(first) = tracks.first() else { return };
        let at = Motion::ALL.iter().position(|motion| *motion == first.sequence.motion).unwrap_or(0);
        let motion = Motion::ALL[(at + 1) % Motion::ALL.len()];
        let set = |track: &Arc<Track>| Change::SequenceSet { id: track.sequence.id, set: SequenceSet::Motion(motion) };
        let changes = tracks.iter().map(set).collect();
        self.commit(kind::EDIT, &format!("Motion {}", motion.as_str()), changes, out);
        let told = match motion {
            Motion::Linear => "straight from keyframe to keyframe",
            Motion::Smooth => "on a smooth curve through the keyframes",
            Motion::Still => "not at all: each keyframe stays until the next",
        };
        out.push(Effect::Notify(Notice::info(format!("It moves {told}."))));
    }

    pub(crate) fn split_here(&mut self, out: &mut Vec<Effect>) {
        let (frame, mut changes, mut made) = (self.frame, Vec::new(), Vec::new());
        let mut number = self.sequences.next_number();
        for track in self.told_tracks(out) {
            let old = &track.sequence;
            let is_inside = track.first_frame().is_some_and(|first| first < frame) && old.exit.is_none_or(|exit| exit > frame);
            if !is_inside {
                out.push(Effect::Notify(Notice::info("There is nothing of it before this frame, so nothing to split.")));
                continue;
            }
            let id = SequenceId(self.ids.instance(self.now).0);
            changes.push(Change::SequenceAdd(Box::new(Sequence { id, number, same_as: None, ..old.clone() })));
            changes.extend(self.cut(&track, id));
            changes.push(Change::SequenceSet { id: old.id, set: SequenceSet::Exit(Some(frame)) });
            made.push(InstanceId(id.0));
            number = number.saturating_add(1);
        }
        self.commit(kind::EDIT, "Split sequence", changes, out);
        if !made.is_empty() {
            self.select(made);
        }
    }

    /// The keyframes from this frame on become another sequence's, which begins with what is seen here.
    pub(crate) fn cut(&mut self, track: &Track, to: SequenceId) -> Vec<Change> {
        let (frame, mut changes) = (self.frame, Vec::new());
        for part in track.parts() {
            let member = Some(Member { sequence: to, part });
            if track.keyframe_at(part, frame).is_none()
                && let Some(shown) = track.state(part, frame)
            {
                let keyframe = Instance { member, ..self.keyframe_of(shown.instance) };
                changes.push(Change::InstanceAdd(Box::new(keyframe)));
            }
            let later = track.keyframes(part).filter(|(at, _)| *at >= frame);
            changes.extend(later.map(|(_, keyframe)| self.keyframe_set(track.sequence.id, keyframe.id, InstanceSet::Member(member))));
        }
        changes
    }

    pub(crate) fn swap_from_here(&mut self, out: &mut Vec<Effect>) {
        let tracks = self.tracks();
        let [a, b] = &tracks[..] else {
            return out.push(Effect::Notify(Notice::info("Select the two sequences that were mixed up, here or with Shift in the list.")));
        };
        let (a, b) = (a.clone(), b.clone());
        self.exchange(&a, &b, out);
    }

    /// The two change places from this frame on.
    pub(crate) fn exchange(&mut self, a: &Arc<Track>, b: &Arc<Track>, out: &mut Vec<Effect>) {
        let mut changes = self.hold_before(a);
        changes.extend(self.hold_before(b));
        changes.extend(self.cut(a, b.sequence.id));
        changes.extend(self.cut(b, a.sequence.id));
        for (of, exit) in [(a, b.sequence.exit), (b, a.sequence.exit)] {
            if of.sequence.exit != exit {
                changes.push(Change::SequenceSet { id: of.sequence.id, set: SequenceSet::Exit(exit) });
            }
        }
        self.commit(kind::EDIT, "Exchange from here on", changes, out);
    }

    /// A keyframe on the frame before this one, so that what is there stays when something else comes here.
    pub(crate) fn hold_before(&mut self, track: &Track) -> Vec<Change> {
        let Some(before) = self.stepped(false, 1).filter(|_| track.sequence.motion != Motion::Still) else { return Vec::new() };
        let free: Vec<u16> = track.parts().filter(|part| track.keyframe_at(*part, before).is_none()).collect();
        let held = free.into_iter().filter_map(|part| track.shown(part, before));
        held.map(|shown| Change::InstanceAdd(Box::new(self.keyframe_of(shown.instance)))).collect()
    }

    /// The first time remembers what is selected, the second time merges what is selected then into it: the two need not be
    /// seen on one frame.
    pub(crate) fn merge(&mut self, out: &mut Vec<Effect>) {
        let tracks = self.told_tracks(out);
        let (into, from) = match (&tracks[..], self.merging.take().and_then(|id| self.sequences.get(id).cloned())) {
            ([into, from], _) => (into.clone(), from.clone()),
            ([from], Some(into)) if into.sequence.id != from.sequence.id && !into.sequence.is_deleted => (into, from.clone()),
            ([first], _) => {
                self.merging = Some(first.sequence.id);
                let name = self.sequence_name(&first.sequence);
                let text =
                    format!("{name} goes on as another one: go to a frame where that one is, select it, and ask for this once more.");
                return out.push(Effect::Notify(Notice::info(text)));
            }
            _ => return,
        };
        let changes = self.merged(&into, &from);
        let title = format!("Merge {} into {}", self.sequence_name(&from.sequence), self.sequence_name(&into.sequence));
        self.commit(kind::EDIT, &title, changes, out);
        self.follow(Some(Member { sequence: into.sequence.id, part: 0 }));
        out.push(Effect::Notify(Notice::info(format!("{title}: done."))));
    }

    fn merged(&mut self, into: &Track, from: &Track) -> Vec<Change> {
        let mut changes = Vec::new();
        for part in from.parts() {
            let member = Member { sequence: into.sequence.id, part };
            for (frame, keyframe) in from.keyframes(part) {
                // Where both have one, that of the sequence which stays counts.
                let set = match into.keyframe_at(part, frame) {
                    Some(_) => InstanceSet::Deleted(true),
                    None => InstanceSet::Member(Some(member)),
                };
                changes.push(self.keyframe_set(from.sequence.id, keyframe.id, set));
            }
            // Between the end of one and the beginning of the other it is not in the picture.
            if let (Some(exit), Some(first)) = (into.sequence.exit, from.keyframes(part).next().map(|(frame, _)| frame))
                && exit < first
                && let Some(last) = into.state(part, exit.saturating_sub(1))
            {
                let mut keyframe = Instance { frame: exit, ..self.keyframe_of(last.instance) };
                keyframe.marks.set(Mark::Outside(true));
                changes.push(Change::InstanceAdd(Box::new(keyframe)));
            }
        }
        let is_later = from.last_frame() > into.last_frame();
        let exit = if is_later { from.sequence.exit } else { into.sequence.exit };
        if exit != into.sequence.exit {
            changes.push(Change::SequenceSet { id: into.sequence.id, set: SequenceSet::Exit(exit) });
        }
        changes.push(Change::SequenceSet { id: from.sequence.id, set: SequenceSet::Deleted(true) });
        // What it was one object with in other files, it still is.
        if let (None, Some(object)) = (into.sequence.same_as, from.sequence.same_as.filter(|object| *object != into.sequence.id)) {
            changes.push(Change::SequenceSet { id: into.sequence.id, set: SequenceSet::SameAs(Some(object)) });
        }
        changes
    }
}
