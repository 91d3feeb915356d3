//! Calling a file complete: only when nothing on it breaks a rule that blocks. Of a picture the rules are asked all the time; all
//! frames of a video are looked at when it is to be complete.

use crate::command::Command;
use crate::editor::{Editor, Place};
use crate::effect::{Effect, Notice};
use crate::stretches::Reach;
use limn_core::accepted::{look_of, look_of_track};
use limn_core::document::Stamp;
use limn_core::log::{Change, InstanceSet, kind};
use limn_core::schema::{RuleId, Severity};
use limn_core::{Accepted, FileId, FileStatus, InstanceId, Mark};

/// A file, or a stretch of its frames, that is to be complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Completing {
    place: Place,
    /// Whether the next file is to be opened then.
    and_next: bool,
    /// Only these frames.
    reach: Option<Reach>,
    /// See [`Editor::work_revision`].
    work: u64,
}

impl Editor {
    /// Grows with every change that may have touched the work.
    pub fn work_revision(&self) -> u64 {
        self.next_ticket + self.num_remade
    }

    /// Whether the schema has a rule that may keep a file from being complete.
    fn may_be_blocked(&self) -> bool {
        self.schema.rules.iter().any(|rule| !rule.off && rule.severity == Severity::Blocks)
    }

    /// Calls the file complete, now or as soon as the rules were asked; or tells why not.
    pub(crate) fn complete(&mut self, and_next: bool, out: &mut Vec<Effect>) {
        self.completing = None;
        let Some(place) = self.place().filter(|_| self.may_be_blocked()) else { return self.finish(and_next, out) };
        let completing = Completing { place, and_next, reach: None, work: self.work_revision() };
        if self.is_video() {
            self.completing = Some(completing);
            return out.push(Effect::CheckFile(place.file));
        }
        let now = self.checked.as_ref().filter(|(at, stamp, _)| *at == place && stamp == self.document.stamp());
        match now.map(|(.., blocking)| *blocking) {
            None => self.completing = Some(completing),
            Some(0) => self.finish(and_next, out),
            Some(blocking) => out.push(Effect::Notify(blocked(blocking))),
        }
    }

    /// Says that a stretch was looked through, now or as soon as the rules were asked; or tells why not.
    pub(crate) fn complete_reach(&mut self, reach: Reach, out: &mut Vec<Effect>) {
        self.completing = None;
        let Some(place) = self.place().filter(|_| self.may_be_blocked()) else { return self.finish_stretch(reach, out) };
        self.completing = Some(Completing { place, and_next: false, reach: Some(reach), work: self.work_revision() });
        out.push(Effect::CheckFile(place.file));
    }

    /// How many of the problems that block keep these frames, or all of the file, from being complete. Of what is wrong between two
    /// work frames nobody is asked.
    fn num_blocking(&self, problems: &[Option<Reach>], reach: Option<Reach>) -> usize {
        let work = self.work_frames();
        let concerns = |problem: &&Option<Reach>| match (problem, reach) {
            (None, reach) => reach.is_none(),
            (Some((first, last)), reach) => {
                let (from, to) = reach.unwrap_or((0, u64::MAX));
                let (from, to) = (from.max(*first), to.min(*last));
                from <= to && work.within(from..to.saturating_add(1)).next().is_some()
            }
        };
        problems.iter().filter(concerns).count()
    }

    fn finish(&mut self, and_next: bool, out: &mut Vec<Effect>) {
        self.set_status(FileStatus::Complete, out);
        if and_next && !self.step_file(1, out) {
            out.push(Effect::Notify(Notice::info("That was the last file.")));
        }
    }

    pub(crate) fn take_checked(&mut self, checked: (Place, Stamp, usize), out: &mut Vec<Effect>) {
        self.checked = Some(checked);
        if self.is_video() {
            return;
        }
        // Who went on to another file meanwhile did not mean that one.
        if let Some(completing) = self.completing.take().filter(|completing| self.place() == Some(completing.place)) {
            self.complete(completing.and_next, out);
        }
    }

    /// Lets a rule be broken by something as it is now, with a note; or no longer.
    pub(crate) fn accept(&mut self, id: InstanceId, rule: RuleId, note: Option<String>, out: &mut Vec<Effect>) {
        let track = self.sequences.member(id).and_then(|member| self.sequences.get(member.sequence));
        let look = track.map(|track| look_of_track(track)).or_else(|| self.document.get(id).map(look_of));
        let Some(look) = look else {
            return out.push(Effect::Notify(Notice::info("It is on another frame. Go to it first.")));
        };
        let title = if note.is_some() { "Accept as it is" } else { "No longer accepted" };
        let mark = Mark::Accepted(rule, note.map(|note| Accepted { note, look }));
        self.commit(kind::EDIT, title, vec![Change::InstanceSet { id, set: InstanceSet::Mark(mark) }], out);
    }

    pub(crate) fn take_file_checked(&mut self, file: FileId, work: u64, blocking: Option<Vec<Option<Reach>>>, out: &mut Vec<Effect>) {
        let is_it = |completing: &Completing| completing.place.file == file && completing.work == work;
        let Some(completing) = self.completing.filter(is_it) else { return };
        self.completing = None;
        // Frames may have been gone through meanwhile; who went on to another file did not mean that one.
        if self.place().is_none_or(|place| place.file != file) {
            return;
        }
        let not = |why: &str| Effect::Notify(Notice::info(format!("Not complete: {why}")));
        let reach = completing.reach;
        match blocking.map(|problems| self.num_blocking(&problems, reach)) {
            _ if work != self.work_revision() => out.push(not("it was changed while its frames were looked at. Ask again.")),
            None => out.push(not("not all of its frames were looked at. Ask again.")),
            Some(0) => match reach {
                Some(reach) => self.finish_stretch(reach, out),
                None => self.finish(completing.and_next, out),
            },
            Some(blocking) => out.push(Effect::Notify(blocked(blocking))),
        }
    }
}

fn blocked(blocking: usize) -> Notice {
    let problems = if blocking == 1 { "1 problem blocks".to_owned() } else { format!("{blocking} problems block") };
    let text = format!("Not complete: {problems} it. Mend what breaks the rules, or change the rules.");
    Notice::info(text).with(Command::NextProblem)
}
