//! Saying that frames of a video were looked through, stretch by stretch, before all of it is complete.

use crate::command::Command;
use crate::editor::{Editor, FileEntry};
use crate::effect::{Effect, Notice};
use limn_core::log::{Change, FileSet, kind};
use limn_core::{FileStatus, LookedStretch};

/// Frames of a video, with the last of them.
pub(crate) type Reach = (u64, u64);

impl Editor {
    /// The stretches of the open video that were looked through, in order, without overlaps; of a complete file none.
    pub fn looked_stretches(&self) -> Vec<LookedStretch> {
        self.unfinished().map(|entry| entry.looked.covered()).unwrap_or_default()
    }

    /// The open file, if it is a video that is not complete.
    fn unfinished(&self) -> Option<&FileEntry> {
        self.file().filter(|entry| self.is_video() && entry.file.status == FileStatus::Open)
    }

    /// The stretch that is said next: from behind the last frame that was looked through up to the one on the canvas.
    fn reach_to_here(&self) -> Option<Reach> {
        let entry = self.unfinished()?;
        Some((entry.looked.begin_before(self.frame), self.frame))
    }

    /// Says that all frames up to this one were looked through, now or as soon as the rules were asked; or tells why not.
    pub(crate) fn look_through_to_here(&mut self, out: &mut Vec<Effect>) {
        match self.reach_to_here() {
            Some(reach) => self.complete_reach(reach, out),
            None => out.push(Effect::Notify(Notice::info("The whole file is complete.").with(Command::Complete))),
        }
    }

    /// Says so of these frames, of which no rule has anything to say.
    pub(crate) fn finish_stretch(&mut self, (first, last): Reach, out: &mut Vec<Effect>) {
        let Some(entry) = self.file() else { return };
        let (sets, frames) = (entry.looked.say(first, last), entry.file.frames);
        if sets.is_empty() {
            return out.push(Effect::Notify(Notice::info("These frames were looked through before.")));
        }
        self.commit_stretches(&format!("Frames {first} to {last} looked through"), sets, out);
        let left = self.file().and_then(|entry| entry.looked.next_unlooked(last, frames));
        let notice = match left {
            Some(_) => Notice::info(format!("Frames {first} to {last} were looked through.")),
            None => Notice::info("All frames were looked through. Mark the file complete.").with(Command::Complete),
        };
        out.push(Effect::Notify(notice));
    }

    /// Says so no longer, from this frame to the end of the stretch that it is in.
    pub(crate) fn not_looked_from_here(&mut self, out: &mut Vec<Effect>) {
        let at = self.unfinished().and_then(|entry| Some((entry, entry.looked.stretch_at(self.frame)?)));
        let Some((entry, stretch)) = at else {
            return out.push(Effect::Notify(Notice::info("Nobody said that this frame was looked through.")));
        };
        let sets = entry.looked.unsay(self.frame, stretch.last);
        self.commit_stretches(&format!("Frames {} to {} to be looked through again", self.frame, stretch.last), sets, out);
    }

    fn commit_stretches(&mut self, title: &str, sets: Vec<FileSet>, out: &mut Vec<Effect>) {
        let Some(id) = self.file().map(|entry| entry.file.id) else { return };
        self.commit(kind::EDIT, title, sets.into_iter().map(|set| Change::FileSet { id, set }).collect(), out);
        // With the number of the version, which the store gives.
        out.push(Effect::RefreshFiles);
    }

    /// To the first frame that is still to be looked through.
    pub(crate) fn go_to_unlooked(&mut self, out: &mut Vec<Effect>) {
        let frames = self.num_frames();
        let next = self.unfinished().and_then(|entry| entry.looked.next_unlooked(self.frame, frames));
        match next {
            Some(frame) => {
                self.playback.is_playing = false;
                self.go_to_frame(frame, out);
            }
            None => out.push(Effect::Notify(Notice::info("All frames were looked through."))),
        }
    }
}
