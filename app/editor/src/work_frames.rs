//! Work frames in the editor: which way a step goes, and what is made on which frames.

use crate::command::Command;
use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use limn_core::log::{Change, FileSet, kind};
use limn_core::{FileId, FileKind, WorkFrames};

/// Said where there are none.
const NONE: &str = "All frames of this file are annotated: no work frames were chosen.";

impl Editor {
    /// Which frames of the open file are annotated.
    pub fn work_frames(&self) -> WorkFrames {
        self.file().map(|entry| entry.work_frames.clone()).unwrap_or_default()
    }

    /// Whether a step goes to the next work frame, so that keyframes are made on those alone.
    pub fn steps_by_work_frames(&self) -> bool {
        self.preferences.steps_by_work_frames && self.is_video() && self.file().is_some_and(|entry| !entry.work_frames.is_all())
    }

    /// Number of the frame on the canvas among the work frames, and the last number, both counted from 0 as frames are; `None`
    /// where all frames are annotated. The first is `None` between two work frames.
    pub fn work_frame(&self) -> Option<(Option<u64>, u64)> {
        let entry = self.file().filter(|entry| !entry.work_frames.is_all())?;
        let last = entry.work_frames.count_before(entry.file.frames).saturating_sub(1);
        Some((entry.work_frames.number_of(self.frame), last))
    }

    /// The frame that is meant when a person points at one in time: the nearest work frame, while steps go by them.
    pub fn frame_meant(&self, frame: u64) -> u64 {
        if !self.steps_by_work_frames() {
            return frame;
        }
        self.work_frames().nearest(frame, self.num_frames()).unwrap_or(frame)
    }

    /// The frame so many steps on, as the person's steps go; `None`: there is none.
    pub(crate) fn stepped(&self, forward: bool, steps: u64) -> Option<u64> {
        let frames = self.num_frames();
        let all = if self.steps_by_work_frames() { self.work_frames() } else { WorkFrames::default() };
        let number = match forward {
            // From between two, the next one is the first step.
            true => all.count_before(self.frame.saturating_add(1)).checked_add(steps.checked_sub(1)?)?,
            false => all.count_before(self.frame).checked_sub(steps)?,
        };
        all.nth(number).filter(|frame| *frame < frames)
    }

    /// As far as so many steps go, or to the last frame on the way that a step reaches.
    pub(crate) fn step_frames(&mut self, forward: bool, steps: u64, out: &mut Vec<Effect>) {
        self.playback.is_playing = false;
        let frames = self.num_frames();
        let frame = self.stepped(forward, steps).or_else(|| {
            let all = if self.steps_by_work_frames() { self.work_frames() } else { WorkFrames::default() };
            let end = if forward { all.before(frames).filter(|end| *end > self.frame) } else { all.nth(0).filter(|end| *end < self.frame) };
            end.filter(|end| *end < frames)
        });
        match frame {
            Some(frame) => self.go_to_frame(frame, out),
            None if self.steps_by_work_frames() => {
                let which = if forward { "last" } else { "first" };
                let text = format!("That was the {which} work frame.");
                out.push(Effect::Notify(Notice::info(text).with(Command::WorkFrames)));
            }
            None => {}
        }
    }

    /// To the next frame or the one before, whatever steps go by.
    pub(crate) fn step_one(&mut self, forward: bool, out: &mut Vec<Effect>) {
        self.playback.is_playing = false;
        self.go_to_frame(if forward { self.frame.saturating_add(1) } else { self.frame.saturating_sub(1) }, out);
    }

    /// To the next work frame or the one before, whatever steps go by.
    pub(crate) fn step_work(&mut self, forward: bool, out: &mut Vec<Effect>) {
        self.playback.is_playing = false;
        let (all, frames) = (self.work_frames(), self.num_frames());
        if all.is_all() {
            return out.push(Effect::Notify(Notice::info(NONE).with(Command::WorkFrames)));
        }
        let to = if forward { all.after(self.frame) } else { all.before(self.frame) };
        match to.filter(|to| *to < frames) {
            Some(to) => self.go_to_frame(to, out),
            None => {
                let which = if forward { "after" } else { "before" };
                out.push(Effect::Notify(Notice::info(format!("There is no work frame {which} this one."))));
            }
        }
    }

    pub(crate) fn toggle_work_steps(&mut self, out: &mut Vec<Effect>) {
        let by_work = &mut self.preferences.steps_by_work_frames;
        *by_work = !*by_work;
        let text = if *by_work { "Steps go from work frame to work frame." } else { "Steps go to every frame." };
        out.push(Effect::Notify(Notice::info(text).with(Command::WorkSteps)));
        self.look += 1;
    }

    /// Chooses which frames of a file are annotated; what lies on others stays.
    pub(crate) fn set_work_frames(&mut self, file: FileId, frames: WorkFrames, out: &mut Vec<Effect>) {
        let Some(entry) = self.files.iter().find(|entry| entry.file.id == file) else { return };
        if entry.file.kind == FileKind::Image || entry.work_frames == frames {
            return;
        }
        let title = match frames.is_all() {
            true => "All frames are work frames".to_owned(),
            false => format!("Work frames: {}", frames.describe()),
        };
        let text = match frames.is_all() {
            true => "All frames are annotated again.".to_owned(),
            false => format!("{} work frames: {}.", frames.count_before(entry.file.frames), frames.describe()),
        };
        let before = self.next_ticket;
        self.commit(kind::EDIT, &title, vec![Change::FileSet { id: file, set: FileSet::WorkFrames(frames) }], out);
        if self.next_ticket != before {
            out.push(Effect::Notify(Notice::info(text).with(Command::Undo)));
        }
    }

    /// Applies changes to the files of the list.
    pub(crate) fn show_work_frames(&mut self, changes: &[Change]) {
        for change in changes {
            let Change::FileSet { id, set: FileSet::WorkFrames(frames) } = change else { continue };
            if let Some(entry) = self.files.iter_mut().find(|entry| entry.file.id == *id) {
                entry.work_frames = frames.clone();
                self.look += 1;
            }
        }
    }
}
