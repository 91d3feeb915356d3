//! Playing: which frame is due by the clock. Frames are shown by their own times; one that comes too late is left out,
//! and the frame number never drifts.

use crate::app::LimnApp;
use limn_core::clip::MediaFrames;
use limn_editor::{Command, Event, Notice, Speed, Stops};
use limn_media::VideoIndex;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Frames a second that screens show: of more, most would be decoded for nothing.
const SCREEN_RATE: f64 = 60.0;
/// Frames a second of what has no times of its own.
const NO_RATE: f64 = 25.0;
/// Seconds for which a frame is shown at normal speed where not all of them are.
const HOLD: f64 = 0.6;

/// When the frames of the open file are shown, by its own times.
#[derive(Clone, Default)]
pub struct FrameTimes(Option<Arc<VideoIndex>>, MediaFrames);

impl FrameTimes {
    /// Seconds from the first frame.
    pub fn seconds(&self, frame: u64) -> f64 {
        self.0.as_ref().and_then(|index| limn_jobs::time_s(index, self.1, frame)).unwrap_or(frame as f64 / NO_RATE)
    }

    /// Frames a second on average.
    fn rate(&self) -> f64 {
        let rate = self.0.as_ref().and_then(|index| index.rate()).filter(|(_, den)| *den > 0);
        rate.map_or(NO_RATE, |(num, den)| f64::from(num) / f64::from(den))
    }
}

/// Playing on from a frame at one speed, one way.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pace {
    /// The frame that was shown at the start.
    from: u64,
    speed: Speed,
    is_backward: bool,
    /// Only every so many-th frame is shown; at least 1.
    stride: u64,
}

impl Pace {
    /// The frame that is due so many seconds after the start; `shown` is the one shown now, which is never gone back
    /// behind, and from which every [`Self::stride`]-th frame counts. Going backward, a frame stays as long as it lies
    /// after the one before it.
    fn due(&self, shown: u64, last: u64, elapsed: f64, time: impl Fn(u64) -> f64) -> u64 {
        let way = elapsed * self.speed.factor();
        let mut due = shown;
        if self.is_backward {
            let now = time(self.from) - way;
            while due > 0 && time(due - 1) >= now {
                due -= 1;
            }
            if due == 0 { 0 } else { due + (shown - due) % self.stride }
        } else {
            let now = time(self.from) + way;
            while due < last && time(due + 1) <= now {
                due += 1;
            }
            if due == last { last } else { due - (due - shown) % self.stride }
        }
    }

    /// Seconds after the start at which the frame after `shown` is due.
    fn next_at(&self, shown: u64, last: u64, time: impl Fn(u64) -> f64) -> f64 {
        let next = if self.is_backward { shown.saturating_sub(self.stride) } else { shown.saturating_add(self.stride).min(last) };
        (time(next) - time(self.from)).abs() / self.speed.factor()
    }
}

/// The clock of playing.
#[derive(Debug, Default)]
pub struct Player {
    run: Option<Run>,
    /// Where only some frames are shown: the one that is, and since when.
    held: Option<(u64, Instant)>,
}

#[derive(Debug)]
struct Run {
    pace: Pace,
    started: Instant,
    shown: u64,
    num_shown: u64,
    strides: Strides,
}

/// How many frames the screen goes on at a time: what a slow machine leaves out anyway is left out on purpose, so that the
/// frames that are shown are ready when they are due. All steps are multiples of the least one, whose frames are decoded.
#[derive(Debug)]
struct Strides {
    /// As many as the screen leaves out at this speed.
    least: u64,
    most: u64,
    /// Steps in time since the last late one.
    in_time: u32,
}

impl Strides {
    /// After so many steps in time, less is left out.
    const PATIENCE: u32 = 40;

    /// `frames_per_second`: of the video at its speed.
    fn new(frames_per_second: f64) -> Self {
        let least = ((frames_per_second / SCREEN_RATE) as u64).max(1);
        Self { least, most: ((frames_per_second / 4.0) as u64).max(least), in_time: 0 }
    }

    /// The next stride after a step of so many frames.
    fn after(&mut self, stride: u64, step: u64) -> u64 {
        if step > stride {
            self.in_time = 0;
            let more = (stride + stride.div_ceil(2)).min(step).min(self.most).max(stride);
            return more - more % self.least;
        }
        self.in_time += 1;
        if self.in_time < Self::PATIENCE || stride == self.least {
            return stride;
        }
        self.in_time = 0;
        stride - self.least
    }
}

impl Player {
    /// How many frames on the next one to be decoded lies, and the next one to be shown.
    pub fn strides(&self) -> (u64, u64) {
        self.run.as_ref().map_or((1, 1), |run| (run.strides.least, run.pace.stride))
    }

    /// What became of a run, in the log: figures that people feel.
    fn stop(&mut self) {
        if let Some(run) = self.run.take() {
            let frames = run.shown.abs_diff(run.pace.from);
            let seconds = run.started.elapsed().as_secs_f64();
            tracing::info!("played {frames} frames in {seconds:.2} s at {}, {} of them on the screen", run.pace.speed, run.num_shown);
        }
    }
}

impl LimnApp {
    /// For measuring, while frames are played by the clock: the one gone to last, for how long it has been due, and how many
    /// frames on at least the next one lies.
    pub(crate) fn behind_clock(&self) -> Option<(u64, Duration, u64)> {
        let run = self.player.run.as_ref()?;
        let (times, pace) = (self.frame_times(), run.pace);
        let due = (times.seconds(run.shown) - times.seconds(pace.from)).abs() / pace.speed.factor();
        let behind = run.started.elapsed().saturating_sub(Duration::try_from_secs_f64(due).ok()?);
        Some((run.shown, behind, run.strides.least))
    }

    /// Goes on to the frame that is due.
    pub(crate) fn play(&mut self) {
        // A hand on the timeline holds the clock.
        if !self.editor.is_playing() || self.scrub.is_held() {
            self.player.held = None;
            return self.player.stop();
        }
        if self.editor.stops() != Stops::Frames {
            self.player.stop();
            return self.play_stops();
        }
        self.player.held = None;
        let (frame, last) = (self.editor.frame(), self.editor.num_frames().saturating_sub(1));
        let (speed, is_backward) = (self.editor.speed(), self.editor.plays_backward());
        let times = self.frame_times();
        let time = |frame| times.seconds(frame);
        // A jump of the person, another speed and the other way start the clock anew.
        let goes_on = |run: &Run| run.shown == frame && run.pace.speed == speed && run.pace.is_backward == is_backward;
        if !self.player.run.as_ref().is_some_and(goes_on) {
            self.player.stop();
            if self.awaits_picture() {
                return; // It wakes the window when it comes.
            }
            let strides = Strides::new(speed.factor() * times.rate());
            let pace = Pace { from: frame, speed, is_backward, stride: strides.least };
            self.player.run = Some(Run { pace, started: Instant::now(), shown: frame, num_shown: 0, strides });
        }
        let waits = self.awaits_picture();
        let Some(run) = &mut self.player.run else { return };
        let elapsed = run.started.elapsed().as_secs_f64();
        let due = run.pace.due(frame, last, elapsed, time);
        // The next is shown when this one was; waiting never loses a frame's number.
        if due != frame && !waits {
            run.pace.stride = run.strides.after(run.pace.stride, due.abs_diff(frame));
            run.shown = due;
            run.num_shown += 1;
            self.tell(Event::GoToFrame(due));
        }
        if self.player.run.as_ref().is_some_and(|run| run.shown == if is_backward { 0 } else { last }) {
            self.player.stop();
            self.tell(Event::Paused);
        }
    }

    /// Goes on to the next of the frames that are shown when this one was seen for a moment.
    fn play_stops(&mut self) {
        let frame = self.editor.frame();
        if self.awaits_picture() {
            return;
        }
        let since = match self.player.held {
            Some((held, since)) if held == frame => since,
            _ => Instant::now(),
        };
        self.player.held = Some((frame, since));
        if since.elapsed() < self.hold() {
            return;
        }
        match self.next_stop(frame, !self.editor.plays_backward()) {
            Some(next) => self.tell(Event::GoToFrame(next)),
            None => {
                self.tell(Event::Paused);
                let notice = match self.editor.stops() {
                    Stops::Differences if self.ui.compare.is_none() => {
                        Notice::info("Nothing is compared. Choose first with what.").with(Command::Compare)
                    }
                    stops => Notice::info(format!("There are no more {} that way.", stops.title())).with(Command::PlayStops),
                };
                self.ui.toasts.add(&notice);
            }
        }
    }

    /// How long a frame is shown where not all of them are.
    fn hold(&self) -> Duration {
        Duration::from_secs_f64(HOLD / self.editor.speed().factor())
    }

    fn next_stop(&self, frame: u64, forward: bool) -> Option<u64> {
        let work = self.editor.work_frames();
        match self.editor.stops() {
            Stops::Frames => None,
            Stops::Keyframes => self.editor.next_keyframe(forward),
            Stops::WorkFrames if work.is_all() => None,
            Stops::WorkFrames => {
                if forward {
                    work.after(frame)
                } else {
                    work.before(frame)
                }
            }
            Stops::Differences => self.ui.compare.as_ref()?.next_different(frame, forward),
        }
        .filter(|next| *next < self.editor.num_frames())
    }

    /// Wakes the window when the next frame is due.
    pub(crate) fn await_next_frame(&self, ctx: &egui::Context) {
        if let Some((_, since)) = self.player.held {
            let wait = if self.awaits_picture() { Duration::from_millis(250) } else { self.hold().saturating_sub(since.elapsed()) };
            return ctx.request_repaint_after(wait.max(Duration::from_millis(1)));
        }
        let Some(run) = &self.player.run else { return };
        if self.awaits_picture() {
            // The picture wakes the window when it comes; this only makes sure.
            return ctx.request_repaint_after(Duration::from_millis(250));
        }
        let (times, last) = (self.frame_times(), self.editor.num_frames().saturating_sub(1));
        let wait = run.pace.next_at(run.shown, last, |frame| times.seconds(frame)) - run.started.elapsed().as_secs_f64();
        ctx.request_repaint_after(Duration::from_secs_f64(wait.clamp(0.001, 10.0)));
    }

    /// Whether the picture of the frame may still come: one that is damaged and never comes does not hold up playing.
    fn awaits_picture(&self) -> bool {
        let frames = self.media_frames();
        let failed = self.ui.picture_problem.as_ref().is_some_and(|(key, _)| frames.own(key.frame) == Some(self.editor.frame()));
        (self.editor.waits_for_picture() && !failed) || self.awaits_pane()
    }

    /// When the frames of the open file are shown.
    pub(crate) fn frame_times(&self) -> FrameTimes {
        let path = self.editor.file().and_then(|entry| self.path_of(&entry.file.path));
        FrameTimes(path.and_then(|path| self.pictures.index(&path)), self.media_frames())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(from: u64, factor: f64, is_backward: bool, stride: u64) -> Pace {
        Pace { from, speed: Speed::all().find(|speed| speed.factor() == factor).unwrap(), is_backward, stride }
    }

    /// Variable rate: ten frames of 40 ms, then ten of 100 ms.
    fn time(frame: u64) -> f64 {
        0.04 * frame.min(10) as f64 + 0.1 * frame.saturating_sub(10) as f64
    }

    #[test]
    fn frames_are_due_by_their_own_times_both_ways() {
        let due = |pace: Pace, elapsed: f64| pace.due(pace.from, 20, elapsed, time);
        let forward = pace(8, 1.0, false, 1);
        assert_eq!([0.0, 0.039, 0.041, 0.081, 0.179, 0.181, 9.0].map(|elapsed| due(forward, elapsed)), [8, 8, 9, 10, 10, 11, 20]);
        let backward = pace(12, 1.0, true, 1);
        assert_eq!([0.0, 0.099, 0.101, 0.201, 0.239, 0.241, 9.0].map(|elapsed| due(backward, elapsed)), [12, 12, 11, 10, 10, 9, 0]);
        assert_eq!([0.39, 0.41].map(|elapsed| due(pace(0, 0.1, false, 1), elapsed)), [0, 1], "a tenth of the speed");
        assert_eq!([0.019, 0.021].map(|elapsed| due(pace(0, 2.0, false, 1), elapsed)), [0, 1], "twice the speed");
    }

    #[test]
    fn late_frames_are_left_out_and_the_number_never_drifts() {
        let rate = |frame: u64| frame as f64 / 30.0;
        for (factor, is_backward) in [(0.1, false), (1.0, false), (1.0, true), (2.0, true), (8.0, false), (8.0, true)] {
            let pace = pace(if is_backward { 100_000 } else { 0 }, factor, is_backward, 1);
            let (mut shown, mut elapsed) = (pace.from, 0.0);
            // The screen shows a frame now and then, each at another distance.
            for step in 0..2000 {
                elapsed += 0.016 + 0.05 * f64::from(step % 7 == 0);
                shown = pace.due(shown, 100_000, elapsed, rate);
                let wanted = elapsed * factor * 30.0;
                let drift = wanted - shown.abs_diff(pace.from) as f64;
                assert!((-1e-6..1.0 + 1e-6).contains(&drift), "{factor}× backward {is_backward}: {drift} frames off after {elapsed} s");
            }
        }
    }

    #[test]
    fn fast_playing_keeps_to_every_so_many_th_frame_and_to_both_ends() {
        let rate = |frame: u64| frame as f64 / 30.0;
        let forward = pace(3, 8.0, false, 4);
        let due = |shown, elapsed| forward.due(shown, 100, elapsed, rate);
        assert_eq!([due(3, 0.012), due(3, 0.017), due(7, 0.03), due(7, 0.07)], [3, 7, 7, 19]);
        assert_eq!(due(99, 10.0), 100, "the last frame is shown, whatever the stride");
        assert!((forward.next_at(7, 100, rate) - 8.0 / 240.0).abs() < 1e-9);
        let backward = pace(98, 8.0, true, 4);
        let due = |shown, elapsed| backward.due(shown, 100, elapsed, rate);
        assert_eq!([due(98, 0.012), due(98, 0.017), due(94, 0.07), due(2, 10.0)], [98, 94, 82, 0]);
    }

    #[test]
    fn a_slow_machine_leaves_out_on_purpose_what_it_cannot_show() {
        let mut strides = Strides::new(30.0);
        assert_eq!((strides.least, strides.most), (1, 7));
        // Every step is four frames late at first.
        let mut stride = 1;
        for _ in 0..6 {
            stride = strides.after(stride, stride.max(4));
        }
        assert_eq!(stride, 4);
        for _ in 0..4 * Strides::PATIENCE {
            stride = strides.after(stride, stride);
        }
        assert_eq!(stride, 1, "a machine that is free again shows every frame");
        assert_eq!(strides.after(7, 100), 7, "something is shown four times a second");
        assert_eq!(Strides::new(240.0).least, 4);
    }

    #[test]
    fn the_next_frame_is_waited_for_by_its_own_time() {
        assert!((pace(9, 1.0, false, 1).next_at(10, 20, time) - 0.14).abs() < 1e-9);
        assert!((pace(11, 0.5, true, 1).next_at(11, 20, time) - 0.2).abs() < 1e-9);
    }
}
