//! Sequences carried on by what the pictures show: what is asked for, and what comes back as one step. Keyframes of people are
//! barriers: they are neither passed nor changed.

use crate::command::Command;
use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use limn_core::log::{Change, InstanceSet, NewRun, kind};
use limn_core::sequence::carry::{Carried, CarryEnd, CarryOrder, CarryTask, FLOW_RUN, FLOW_RUN_NAME};
use limn_core::sequence::{Member, Motion, Presence, Track};
use limn_core::{FileId, Instance, Mark, SpatialType, WorkFrames};

/// Frames that one command goes at most.
const MOST: u64 = 1_000;
/// Pixels beside a person's keyframe that are worth a word.
const BESIDE: f64 = 3.0;

impl Editor {
    /// How far the way there and back disagreed on frames of a part when it was tracked since the program was started, by frame, in image
    /// pixels; empty when nothing of it is there any more.
    pub fn disagreement(&self, member: Member) -> &[(u64, f32)] {
        let is_there = |track: &Track| track.keyframes(member.part).any(|(_, keyframe)| keyframe.run() == Some(FLOW_RUN));
        match (self.sequences.get(member.sequence), self.disagreements.get(&member)) {
            (Some(track), Some(list)) if is_there(track) => list,
            _ => &[],
        }
    }

    pub(crate) fn track(&mut self, forward: bool, out: &mut Vec<Effect>) {
        let Some(file) = self.sequences_of else { return };
        if !self.is_video() {
            return;
        }
        let members = self.members();
        let (start, mut most) = (self.frame, 0);
        let mut tasks = Vec::new();
        for member in &members {
            let Some(track) = self.sequences.get(member.sequence) else { continue };
            let Some(shown) = track.shown(member.part, start) else { continue };
            if shown.instance.geometry.spatial_type() == SpatialType::Tag {
                continue;
            }
            let is_barrier = |(frame, _): &(u64, _)| if forward { *frame > start } else { *frame < start };
            let by_hand = track.keyframes(member.part).filter(|(_, keyframe)| keyframe.run() != Some(FLOW_RUN)).filter(is_barrier);
            let nearest = if forward { by_hand.min_by_key(|it| it.0) } else { by_hand.max_by_key(|it| it.0) };
            let barrier = nearest.map(|(frame, keyframe)| (frame, keyframe.geometry.clone()));
            let left = match track.sequence.exit {
                Some(exit) if forward => exit.saturating_sub(start + 1),
                _ => MOST,
            };
            most = left.clamp(most, MOST);
            let keeps_all = track.sequence.motion == Motion::Still;
            tasks.push(CarryTask { member: *member, shape: shown.instance.geometry, barrier, keeps_all });
        }
        if tasks.is_empty() {
            return out
                .push(Effect::Notify(Notice::info("Select a sequence that is in the picture here: it is tracked from this frame on.")));
        }
        let on = if self.steps_by_work_frames() { self.work_frames() } else { WorkFrames::default() };
        out.push(Effect::Carry { file, order: CarryOrder { start, forward, most, tasks, on } });
    }

    pub(crate) fn carried(&mut self, file: FileId, order: &CarryOrder, results: Vec<Carried>, out: &mut Vec<Effect>) {
        if self.sequences_of != Some(file) {
            self.carried_aside.push((file, order.clone(), results));
            let text = "Tracking is done. What was found is put in as soon as its video is open again.";
            return out.push(Effect::Notify(Notice::info(text)));
        }
        let mut changes = Vec::new();
        let mut told = Vec::new();
        for (result, task) in results.into_iter().zip(&order.tasks) {
            let made = self.carried_changes(order, task, &result);
            if !made.is_empty() {
                let list = self.disagreements.entry(result.member).or_default();
                list.retain(|(frame, _)| !result.disagreement.iter().any(|(new, _)| new == frame));
                list.extend(&result.disagreement);
                list.sort_by_key(|(frame, _)| *frame);
            }
            told.push(self.told(order, &result, made.is_empty()));
            changes.extend(made);
        }
        if !changes.is_empty() {
            changes.insert(0, Change::RunAdd(NewRun { id: FLOW_RUN, name: FLOW_RUN_NAME.into() }));
            let followed = self.followed;
            self.commit(kind::EDIT, if order.forward { "Track forwards" } else { "Track backwards" }, changes, out);
            self.followed = self.followed.or(followed);
        }
        let count = told.len();
        if count > 4 {
            told.truncate(3);
            told.push(format!("And {} more.", count - 3));
        }
        out.push(Effect::Notify(Notice::info(told.join("\n")).with(Command::WorstTracked)));
    }

    /// What is written of one of them, as the sequence is now: a person may have worked on it meanwhile.
    fn carried_changes(&mut self, order: &CarryOrder, task: &CarryTask, result: &Carried) -> Vec<Change> {
        let (start, forward, member) = (order.start, order.forward, result.member);
        let Some(track) = self.sequences.get(member.sequence).cloned() else { return Vec::new() };
        let Some(first) = track.shown(member.part, start).filter(|shown| shown.instance.geometry == task.shape) else { return Vec::new() };
        let is_on_the_way = |frame: u64| if forward { frame > start } else { frame < start };
        let by_hand = |frame: u64| track.keyframe_at(member.part, frame).is_some_and(|keyframe| keyframe.run() != Some(FLOW_RUN));
        let barriers: Vec<u64> =
            track.keyframes(member.part).map(|(frame, _)| frame).filter(|at| is_on_the_way(*at) && by_hand(*at)).collect();
        let barrier = if forward { barriers.first() } else { barriers.last() };
        let is_free = |frame: u64| {
            let before_barrier = barrier.is_none_or(|barrier| if forward { frame < *barrier } else { frame > *barrier });
            before_barrier && is_on_the_way(frame) && track.sequence.exit.is_none_or(|exit| frame < exit)
        };
        let new: Vec<_> = result.keyframes.iter().filter(|(frame, ..)| is_free(*frame)).collect();
        if new.is_empty() {
            return Vec::new();
        }
        let mut changes = Vec::new();
        // Where it begins, it stays as it is.
        if !matches!(first.presence, Presence::Keyframe(_)) {
            let mut keyframe = self.keyframe_of(first.instance.clone());
            (keyframe.run, keyframe.confidence, keyframe.extra) = (None, None, None);
            changes.push(Change::InstanceAdd(Box::new(keyframe)));
        }
        for (frame, keyframe) in track.keyframes(member.part) {
            let is_covered = if forward { frame <= result.until } else { frame >= result.until };
            if is_free(frame) && is_covered {
                changes.push(Change::InstanceSet { id: keyframe.id, set: InstanceSet::Deleted(true) });
            }
        }
        for (frame, geometry, confidence) in new {
            let there = track.state(member.part, *frame).map_or_else(|| first.instance.clone(), |shown| shown.instance);
            let keyframe = Instance {
                frame: *frame,
                geometry: geometry.clone(),
                run: Some(FLOW_RUN),
                confidence: Some(*confidence),
                extra: None,
                ..self.keyframe_of(there)
            };
            changes.push(Change::InstanceAdd(Box::new(keyframe)));
        }
        changes.extend(
            self.left_picture(order, &track, result).filter(|keyframe| is_free(keyframe.frame)).map(|it| Change::InstanceAdd(it.into())),
        );
        changes
    }

    /// The keyframe from which it is outside, where it went over the border of the picture. Backwards there is none: before its first
    /// keyframe it is nowhere.
    fn left_picture(&mut self, order: &CarryOrder, track: &Track, result: &Carried) -> Option<Instance> {
        let CarryEnd::Left(frame) = result.end else { return None };
        let frame = order.on.nth(order.on.count_before(frame)).filter(|frame| order.forward && *frame < self.num_frames())?;
        let (_, geometry, _) = result.keyframes.last()?;
        let there = track.state(result.member.part, frame)?.instance;
        let mut keyframe =
            Instance { frame, geometry: geometry.clone(), run: Some(FLOW_RUN), confidence: None, extra: None, ..self.keyframe_of(there) };
        keyframe.marks.set(Mark::Outside(true));
        Some(keyframe)
    }

    /// Puts in what was tracked in the video that is open now, while another one was.
    pub(crate) fn take_carried_aside(&mut self, out: &mut Vec<Effect>) {
        let of_open = |(file, ..): &(FileId, CarryOrder, Vec<Carried>)| self.sequences_of == Some(*file);
        let (now, later) = std::mem::take(&mut self.carried_aside).into_iter().partition(of_open);
        self.carried_aside = later;
        let now: Vec<_> = now;
        now.into_iter().for_each(|(file, order, results)| self.carried(file, &order, results, out));
    }

    fn told(&self, order: &CarryOrder, result: &Carried, is_nothing: bool) -> String {
        let name = self.sequences.get(result.member.sequence).map(|track| self.sequence_name(&track.sequence)).unwrap_or_default();
        let why = match result.end {
            CarryEnd::Barrier { frame, off: Some(off) } if off > BESIDE => {
                format!("up to the keyframe at {frame}, which lies {off:.0} pixels beside what was tracked")
            }
            CarryEnd::Barrier { frame, off: Some(_) } => format!("up to the keyframe at {frame}, and they agree"),
            CarryEnd::Barrier { frame, off: None } => format!("up to the keyframe at {frame}; it was not in sight before it"),
            CarryEnd::Video if order.forward => "to the end of the video".into(),
            CarryEnd::Video => "to the beginning of the video".into(),
            CarryEnd::Asked => "; ask again to go on".into(),
            CarryEnd::Left(frame) => format!("until it left the picture at frame {frame}"),
            CarryEnd::Lost(frame) => format!("and lost at frame {frame}: set it right there, and go on"),
        };
        match is_nothing {
            true => format!("{name}: nothing was tracked ({why})."),
            false => {
                let worst =
                    result.worst().map(|(frame, off)| format!(" In most doubt: frame {frame}, {off:.1} pixels.")).unwrap_or_default();
                format!("{name}: {} frames {why}.{worst}", result.until.abs_diff(order.start))
            }
        }
    }

    /// To the frame on which the way there and back disagree most; asked again, to the next one by that measure.
    pub(crate) fn worst_tracked(&mut self, out: &mut Vec<Effect>) {
        let chosen = self.members();
        let members: Vec<Member> = if chosen.is_empty() { self.disagreements.keys().copied().collect() } else { chosen };
        let mut all: Vec<(f32, u64, Member)> = Vec::new();
        for member in members {
            let list = self.disagreement(member);
            // The top of each hill.
            let is_top = |at: usize| {
                let here = list[at].1;
                (at == 0 || list[at - 1].1 <= here) && list.get(at + 1).is_none_or(|next| next.1 < here)
            };
            all.extend((0..list.len()).filter(|at| is_top(*at)).map(|at| (list[at].1, list[at].0, member)));
        }
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let here = all.iter().position(|(_, frame, member)| *frame == self.frame && self.followed.is_none_or(|it| it == *member));
        let next = here.map_or(0, |at| (at + 1) % all.len().max(1));
        let Some((_, frame, member)) = all.get(next).copied() else {
            return out
                .push(Effect::Notify(Notice::info("Nothing was tracked since the program was started, or all of it was set right.")));
        };
        self.playback.is_playing = false;
        self.follow(Some(member));
        self.go_to_frame(frame, out);
    }
}
