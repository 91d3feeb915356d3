//! Review: what is approved as it is, and what is to be looked at again, with what was said about it.

use crate::command::Command;
use crate::editor::Editor;
use crate::effect::{Dialog, Effect, Notice};
use limn_core::issue::{Comment, Issue, IssueSet, Target};
use limn_core::log::{Change, InstanceSet, kind};
use limn_core::sequence::SequenceSet;
use limn_core::{CommentId, FileId, FileStatus, Frames, ImagePos, Instance, InstanceId, IssueId, Issues, Mark, SequenceId};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The issues of the open file, and which one is looked at.
#[derive(Default)]
pub(crate) struct FileIssues {
    pub all: Issues,
    /// Of which file they are.
    pub of: Option<FileId>,
    pub selected: Option<IssueId>,
    /// What the one that is written now is about.
    asked: Option<Target>,
    /// What one that was gone to is about, while its frame is on its way.
    wanted: Option<InstanceId>,
}

/// What is told about issues.
#[derive(Clone, Debug, PartialEq)]
pub enum IssueEdit {
    /// A new one about what was meant when it was asked for, at these frames.
    Open(Frames, String),
    /// Look at this one where it is, with what it is about selected.
    GoTo(IssueId),
    /// Something is said to it.
    Reply(IssueId, String),
    /// Nothing is to be done any more, or again.
    Resolve(IssueId, bool),
    /// It is at these frames.
    SetFrames(IssueId, Frames),
    /// It was none.
    Delete(IssueId),
}

impl Editor {
    /// The issues of the open file.
    pub fn issues(&self) -> &Issues {
        &self.issues.all
    }

    /// The issue that is looked at.
    pub fn selected_issue(&self) -> Option<&Arc<Issue>> {
        self.issues().get(self.issues.selected?)
    }

    /// Those that are open at this frame, the oldest first.
    pub fn issues_here(&self) -> impl Iterator<Item = &Arc<Issue>> {
        self.issues().open().filter(|issue| issue.frames.has(self.frame))
    }

    /// What an issue is about, as it is shown at this frame.
    pub fn target_of(&self, issue: &Issue) -> Option<&Instance> {
        match issue.target {
            Target::Instance(id) => self.document.get(id),
            Target::Sequence(id) => self.document.get(self.shown_of(id)?),
            Target::File | Target::Place(_) => None,
        }
    }

    fn shown_of(&self, id: SequenceId) -> Option<InstanceId> {
        let shown = InstanceId(id.0);
        self.sequences.member(shown).map(|_| shown)
    }

    /// Issues that were read for the open file.
    pub(crate) fn take_issues(&mut self, file: FileId, issues: Issues, out: &mut Vec<Effect>) {
        if self.place().is_none_or(|place| place.file != file) {
            return;
        }
        if !self.unsaved.is_empty() {
            // Read before those gestures were written, and so without them.
            return out.push(Effect::LoadIssues(file));
        }
        (self.issues.all, self.issues.of) = (issues, Some(file));
        self.look += 1;
    }

    /// Asks for the issues of the open file, when others are here.
    pub(crate) fn want_issues(&mut self, out: &mut Vec<Effect>) {
        let Some(place) = self.place() else { return };
        if self.issues.of != Some(place.file) {
            (self.issues.all, self.issues.of) = (Issues::default(), None);
            out.push(Effect::LoadIssues(place.file));
        }
    }

    pub(crate) fn show_issues(&mut self, changes: &[Change]) {
        let Some(file) = self.issues.of else { return };
        for change in changes {
            if self.issues.all.apply(file, change).is_some() {
                self.look += 1;
            }
        }
    }

    fn commit_issue(&mut self, title: &str, id: IssueId, sets: Vec<IssueSet>, out: &mut Vec<Effect>) {
        let changes = sets.into_iter().map(|set| Change::IssueSet { id, set }).collect();
        self.commit(kind::EDIT, title, changes, out);
    }

    pub(crate) fn take_issue_edit(&mut self, edit: IssueEdit, out: &mut Vec<Effect>) {
        match edit {
            IssueEdit::Open(frames, text) => self.open_issue(frames, &text, out),
            IssueEdit::GoTo(id) => self.go_to_issue(id, out),
            IssueEdit::Reply(id, text) => {
                if let (Some(_), Some(comment)) = (self.issues().get(id), Comment::written(&text)) {
                    let set = IssueSet::Comment(self.next_comment(), Some(comment));
                    self.commit_issue("Reply", id, vec![set], out);
                }
            }
            IssueEdit::Resolve(id, on) => {
                if self.issues().get(id).is_some_and(|issue| issue.is_resolved != on) {
                    let title = if on { "Resolve issue" } else { "Open issue again" };
                    self.commit_issue(title, id, vec![IssueSet::Resolved(on)], out);
                }
            }
            IssueEdit::SetFrames(id, frames) => {
                let last = self.num_frames().saturating_sub(1);
                let frames = Frames::new(frames.first().min(last), frames.last().min(last));
                if self.issues().get(id).is_some_and(|issue| issue.frames != frames) {
                    self.commit_issue("Frames of issue", id, vec![IssueSet::Frames(frames)], out);
                }
            }
            IssueEdit::Delete(id) => {
                if self.issues().get(id).is_some() {
                    self.commit_issue("Delete issue", id, vec![IssueSet::Deleted(true)], out);
                }
            }
        }
    }

    fn next_comment(&mut self) -> CommentId {
        let (millis, random) = self.ids.next_parts(self.now);
        CommentId::from_parts(millis, random)
    }

    /// What is written about the selected; where nothing is selected, about the place that is pointed at, else about the file.
    pub(crate) fn ask_issue(&mut self, out: &mut Vec<Effect>) {
        self.playback.is_playing = false;
        if self.place().is_some_and(|place| self.issues.of == Some(place.file)) {
            self.issues.asked = Some(self.target());
            out.push(Effect::Ask(Dialog::Issue));
        }
    }

    /// A new issue. What it is about is not approved any more, and its file is not complete.
    fn open_issue(&mut self, frames: Frames, text: &str, out: &mut Vec<Effect>) {
        let (Some(file), Some(comment)) = (self.issues.of, Comment::written(text)) else { return };
        let last = self.num_frames().saturating_sub(1);
        let frames = Frames::new(frames.first().min(last), frames.last().min(last));
        let (millis, random) = self.ids.next_parts(self.now);
        let id = IssueId::from_parts(millis, random);
        let target = self.issues.asked.take().unwrap_or_else(|| self.target());
        let mut issue = Issue::new(id, file, frames, target);
        issue.set(IssueSet::Comment(self.next_comment(), Some(comment)));
        let mut changes = vec![Change::IssueAdd(Box::new(issue))];
        let approved = self.chosen().filter(|instance| instance.marks.approved);
        changes.extend(approved.map(|instance| approve(instance.id, false)));
        self.commit(kind::EDIT, "Open issue", changes, out);
        self.issues.selected = Some(id);
        if self.file().is_some_and(|entry| entry.file.status == FileStatus::Complete) {
            self.set_status(FileStatus::Open, out);
        }
    }

    /// What the issue that is written now is about.
    pub fn issue_target(&self) -> Target {
        self.issues.asked.unwrap_or(Target::File)
    }

    fn target(&self) -> Target {
        let is_in_picture = |pos: &ImagePos| (0.0..self.image[0]).contains(&pos.x) && (0.0..self.image[1]).contains(&pos.y);
        match (self.selection.last(), self.pointer.filter(is_in_picture)) {
            (Some(id), _) => self.target_for(*id),
            (None, Some(pos)) => Target::Place(pos),
            (None, None) => Target::File,
        }
    }

    fn go_to_issue(&mut self, id: IssueId, out: &mut Vec<Effect>) {
        let Some(issue) = self.issues().get(id).cloned() else { return };
        self.issues.selected = Some(id);
        self.playback.is_playing = false;
        match issue.target {
            Target::Sequence(sequence) => self.follow(self.shown_of(sequence).and_then(|shown| self.sequences.member(shown))),
            Target::Instance(instance) if self.document.get(instance).is_some() => self.select(vec![instance]),
            _ => {
                self.followed = None;
                self.select(Vec::new());
            }
        }
        if !issue.frames.has(self.frame) {
            if let Target::Instance(instance) = issue.target {
                self.issues.wanted = Some(instance);
            }
            self.go_to_frame(issue.frames.first(), out);
            return;
        }
        if let Some(shown) = self.target_of(&issue).map(|instance| instance.id) {
            self.select(vec![shown]);
            self.reveal(shown);
        }
        self.look += 1;
    }

    /// When a frame has come: what the issue that led there is about is selected.
    pub(crate) fn select_wanted(&mut self) {
        if let Some(id) = self.issues.wanted.take().filter(|id| self.document.get(*id).is_some()) {
            self.select(vec![id]);
            self.reveal(id);
        }
    }

    /// To the next open issue of the file, in the order of their frames, or to the one before; around at the end.
    pub(crate) fn step_issue(&mut self, forward: bool, out: &mut Vec<Effect>) {
        let mut open: Vec<(u64, IssueId)> = self.issues().open().map(|issue| (issue.frames.first(), issue.id)).collect();
        open.sort_unstable();
        let here = match self.selected_issue() {
            Some(issue) => (issue.frames.first(), issue.id),
            // Those of this frame come first.
            None => (self.frame, IssueId::from_parts(0, [0; 10])),
        };
        let next = match forward {
            true => open.iter().find(|place| **place > here).or(open.first()),
            false => open.iter().rev().find(|place| **place < here).or(open.last()),
        };
        match next {
            Some((_, id)) => self.go_to_issue(*id, out),
            None => out.push(Effect::Notify(Notice::info("No issue of this file is open."))),
        }
    }

    /// The selected issue, or the one about what is selected, is resolved, or open again.
    pub(crate) fn resolve_issue(&mut self, out: &mut Vec<Effect>) {
        let about = self.target();
        let of_selected = || self.issues_here().find(|issue| issue.target == about);
        match self.selected_issue().or_else(of_selected).map(|issue| (issue.id, issue.is_resolved)) {
            Some((id, is_resolved)) => self.take_issue_edit(IssueEdit::Resolve(id, !is_resolved), out),
            None => out.push(Effect::Notify(Notice::info("Select an issue first.").with(Command::NextIssue))),
        }
    }

    /// The selected are taken as they are, with all that was said about them resolved; asked again, no longer. The next that was not
    /// looked over is selected then.
    pub(crate) fn approve(&mut self, out: &mut Vec<Effect>) {
        let ids: Vec<InstanceId> = self.chosen().map(|instance| instance.id).collect();
        let on = !self.chosen().all(|instance| instance.marks.approved);
        if ids.is_empty() {
            return self.next_to_approve(out);
        }
        let about: Vec<Target> = ids.iter().map(|id| self.target_for(*id)).collect();
        let mut changes: Vec<Change> = self.chosen().filter(|one| one.marks.approved != on).map(|one| approve(one.id, on)).collect();
        if on {
            let said = self.issues().open().filter(|issue| about.contains(&issue.target));
            changes.extend(said.map(|issue| Change::IssueSet { id: issue.id, set: IssueSet::Resolved(true) }));
        }
        self.commit(kind::EDIT, if on { "Approve" } else { "No longer approved" }, changes, out);
        if on {
            self.next_to_approve(out);
        }
    }

    fn target_for(&self, id: InstanceId) -> Target {
        self.sequences.member(id).map_or(Target::Instance(id), |member| Target::Sequence(member.sequence))
    }

    /// Selects the next on the frame that was not approved; tells when there is none.
    fn next_to_approve(&mut self, out: &mut Vec<Effect>) {
        let after = self.selection.last().copied();
        let open =
            |instance: &&Instance| !instance.marks.approved && !self.hidden.contains(&instance.id) && !self.locked.contains(&instance.id);
        let all = || self.document.instances().iter().filter(open).map(|instance| instance.id);
        let next = all().find(|id| after.is_some_and(|after| *id > after)).or_else(|| all().next());
        match next {
            Some(id) => {
                self.select(vec![id]);
                self.followed = self.sequences.member(id);
                self.reveal(id);
            }
            None => {
                self.select(Vec::new());
                out.push(Effect::Notify(Notice::info("All on this frame is approved.")));
            }
        }
    }

    /// What was approved and is changed now is not approved any more: one step with the change.
    pub(crate) fn add_not_approved(&self, changes: &mut Vec<Change>) {
        let (mut instances, mut sequences) = (BTreeSet::new(), BTreeSet::new());
        let approved = |id: &SequenceId| self.sequences.get(*id).is_some_and(|track| track.sequence.marks.approved);
        for change in changes.iter_mut() {
            match change {
                // A copy was not looked over.
                Change::InstanceAdd(new) if new.marks.approved => drop(new.marks.set(Mark::Approved(false))),
                Change::SequenceAdd(new) if new.marks.approved => drop(new.marks.set(Mark::Approved(false))),
                Change::InstanceSet {
                    set: InstanceSet::Mark(Mark::Approved(_) | Mark::Accepted(..)) | InstanceSet::Deleted(_), ..
                } => {}
                Change::SequenceSet {
                    set: SequenceSet::Mark(Mark::Approved(_) | Mark::Accepted(..) | Mark::NotSame(..)) | SequenceSet::Deleted(_),
                    ..
                } => {}
                Change::InstanceSet { id, .. } => match self.document.get(*id) {
                    Some(instance) if instance.member.is_none() => instances.extend(instance.marks.approved.then_some(*id)),
                    // A keyframe.
                    _ => sequences.extend(self.sequences.owner(*id).filter(approved)),
                },
                Change::InstanceAdd(instance) => sequences.extend(instance.member.map(|member| member.sequence).filter(approved)),
                Change::SequenceSet { id, .. } => sequences.extend(Some(*id).filter(approved)),
                _ => {}
            }
        }
        changes.extend(instances.into_iter().map(|id| approve(id, false)));
        changes.extend(sequences.into_iter().map(|id| Change::SequenceSet { id, set: SequenceSet::Mark(Mark::Approved(false)) }));
    }

    /// Where an issue's mark stands on the picture.
    pub fn pin_of(&self, issue: &Issue) -> Option<ImagePos> {
        match issue.target {
            Target::Place(pos) => Some(pos),
            Target::File => Some(ImagePos::new(0.0, 0.0)),
            _ => self.target_of(issue)?.geometry.bounds().map(|bounds| ImagePos::new(bounds.max.x, bounds.min.y)),
        }
    }
}

fn approve(id: InstanceId, on: bool) -> Change {
    Change::InstanceSet { id, set: InstanceSet::Mark(Mark::Approved(on)) }
}
