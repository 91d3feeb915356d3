//! Playing: which frame is due by the clock. Frames are shown by their own times; one that comes too late is left out,
//! and the frame number never drifts.

use crate::app::LimnApp;
use limn_editor::Event;
use std::time::{Duration, Instant};

/// The clock of playing.
#[derive(Debug, Default)]
pub struct Player {
    started: Option<(Instant, f64, u64)>,
}

impl LimnApp {
    /// Goes on to the frame that is due.
    pub(crate) fn play(&mut self, ctx: &egui::Context) {
        if !self.editor.is_playing() {
            self.player.started = None;
            return;
        }
        let (frame, last) = (self.editor.frame(), self.editor.num_frames().saturating_sub(1));
        let time = |app: &Self, frame: u64| app.frame_time(frame).unwrap_or(frame as f64 / 25.0);
        // A jump of the person starts the clock anew.
        let (started, from, expected) = *self.player.started.get_or_insert((Instant::now(), 0.0, u64::MAX));
        if expected != frame {
            self.player.started = Some((Instant::now(), time(self, frame), frame));
            ctx.request_repaint();
            return;
        }
        let now = from + started.elapsed().as_secs_f64();
        let mut due = frame;
        while due < last && time(self, due + 1) <= now {
            due += 1;
        }
        if due == last {
            self.player.started = None;
            self.tell(Event::GoToFrame(last));
            self.tell(Event::Paused);
            return;
        }
        // The next is shown when it is decoded; waiting never loses a frame's number.
        if due > frame && !self.editor.waits_for_picture() {
            self.player.started = Some((started, from, due));
            self.tell(Event::GoToFrame(due));
        }
        let wait = time(self, self.editor.frame() + 1) - now;
        ctx.request_repaint_after(Duration::from_secs_f64(wait.clamp(0.001, 0.1)));
    }

    /// When a frame of the open video is shown, in seconds from its start.
    pub(crate) fn frame_time(&self, frame: u64) -> Option<f64> {
        let path = self.path_of(&self.editor.file()?.file.path)?;
        self.pictures.index(&path)?.frame_time_s(frame)
    }
}
