//! What needs a screen. This crate knows no window: the program that has one brings it along.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// The window of the program, which only some subcommands need.
pub trait Window {
    /// Opens it and returns when it is closed.
    fn open(&self, args: WindowArgs) -> ExitCode;

    /// Opens it, uses it as a person would, measures what that person waits for, and closes it.
    ///
    /// # Errors
    /// A sentence: what happened, why, and what to do next.
    fn measure(&self, plan: &WindowPlan) -> Result<WindowTimes, String>;

    /// Opens it, works on the canvas of its first file as a hand would, measures every frame, and closes it.
    ///
    /// # Errors
    /// A sentence: what happened, why, and what to do next.
    fn measure_canvas(&self, plan: &CanvasPlan) -> Result<CanvasTimes, String>;

    /// Opens it, plays its first file, which is a video, measures every frame, and closes it.
    ///
    /// # Errors
    /// A sentence: what happened, why, and what to do next.
    fn measure_play(&self, plan: &PlayPlan) -> Result<PlayTimes, String>;
}

/// What the window is to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowArgs {
    /// The project; `None`: the welcome page.
    pub project: Option<PathBuf>,
    /// Name or id of a file in it.
    pub file: Option<String>,
    /// 0-based frame.
    pub frame: Option<u64>,
}

/// What is to be done in a measured window.
#[derive(Clone, Debug)]
pub struct WindowPlan {
    /// The folder that stands for `LIMN_HOME`.
    pub home: PathBuf,
    /// The project to open.
    pub project: PathBuf,
    /// Files to go forward by key, and then as many back.
    pub steps: usize,
    /// Frames of the first file instead of files.
    pub by_frame: bool,
    /// Time between a picture and the next key, in which neighbours can be decoded.
    pub rest: Duration,
    /// How long to watch the window without input at the end; zero: not at all.
    pub idle: Duration,
    /// CPU time that this process has used so far.
    pub cpu: fn() -> Duration,
}

/// What was measured in one window.
#[derive(Clone, Debug)]
pub struct WindowTimes {
    /// The graphics driver, in words.
    pub driver: String,
    /// Width and height of the window in physical pixels.
    pub size: [u32; 2],
    /// From asking for the window until the graphics driver is up and the program in it begins.
    pub driver_up: Duration,
    /// From then until the first frame with picture and shapes is drawn.
    pub first_picture: Duration,
    /// The files gone to, in order.
    pub steps: Vec<WindowStep>,
    /// `None` when that was not asked for.
    pub idle: Option<WindowIdle>,
}

/// One file gone to.
#[derive(Clone, Debug)]
pub struct WindowStep {
    /// Its name.
    pub file: String,
    /// From the key until the frame with its picture and shapes is drawn.
    pub took: Duration,
    /// Frames that were drawn from the key on, with that one.
    pub frames: u64,
}

/// A while without input.
#[derive(Clone, Copy, Debug)]
pub struct WindowIdle {
    /// How long it was.
    pub wall: Duration,
    /// CPU time of the whole process in it.
    pub cpu: Duration,
    /// Frames that were drawn in it.
    pub frames: u64,
}

/// What is to be done on a measured canvas.
#[derive(Clone, Debug)]
pub struct CanvasPlan {
    /// The folder that stands for `LIMN_HOME`.
    pub home: PathBuf,
    /// The project to open; its first file has the shapes.
    pub project: PathBuf,
    /// Frames of each pan and of the drag.
    pub frames: usize,
    /// Boxes to draw, and then to undo.
    pub gestures: usize,
    /// CPU time that the calling thread has used so far.
    pub cpu: fn() -> Duration,
}

/// What was measured on one canvas: CPU time of the window's thread, of whole frames unless said otherwise.
#[derive(Clone, Debug, Default)]
pub struct CanvasTimes {
    /// The graphics driver, in words.
    pub driver: String,
    /// Width and height of the window in physical pixels.
    pub size: [u32; 2],
    /// From the file's shapes being known until all of them are drawn, wall time.
    pub shown: Duration,
    /// The costliest frame from the start until then.
    pub opening: Duration,
    /// Nothing changes.
    pub still: Vec<Duration>,
    /// The whole picture in sight, moved by the pointer.
    pub pan: Vec<Duration>,
    /// The same, one image pixel to a point.
    pub pan_near: Vec<Duration>,
    /// Of the frames of both pans, what making them took: input, layout, what is to be drawn.
    pub layout: Vec<Duration>,
    /// One shape moved by the pointer, the whole picture in sight.
    pub drag: Vec<Duration>,
    /// The costliest frame of each shape drawn, from the press until it is among the others.
    pub drawn: Vec<Duration>,
    /// The costliest frame of each step taken back.
    pub undone: Vec<Duration>,
    /// Nothing is laid out or drawn in the same window: what toolkit, graphics driver and screen take by themselves.
    pub bare: Vec<Duration>,
}

/// How a video is to be played in a measured window.
#[derive(Clone, Debug)]
pub struct PlayPlan {
    /// The folder that stands for `LIMN_HOME`.
    pub home: PathBuf,
    /// The project to open; its first file is a video.
    pub project: PathBuf,
    /// Each from the first frame on, or backward from the last one: speed, and whether it is backward.
    pub runs: Vec<(f64, bool)>,
    /// The longest that one takes.
    pub lasting: Duration,
    /// CPU time that the calling thread has used so far.
    pub cpu: fn() -> Duration,
}

/// What was measured while a video played in one window.
#[derive(Clone, Debug, Default)]
pub struct PlayTimes {
    /// The graphics driver, in words.
    pub driver: String,
    /// Width and height of the window in physical pixels.
    pub size: [u32; 2],
    /// In the order of the plan.
    pub runs: Vec<PlayedRun>,
}

/// What was measured while a video played at one speed.
#[derive(Clone, Debug, Default)]
pub struct PlayedRun {
    /// Of each frame of the video that was seen, without the first: from when it was due by the clock until it had been handed
    /// to the screen with its shapes.
    pub late: Vec<Duration>,
    /// CPU time of the window's thread of each of the window's frames.
    pub cpu: Vec<Duration>,
    /// Frames of the video from the first to the last one seen.
    pub passed: u64,
    /// Every so many-th of them is for the screen.
    pub stride: u64,
}
