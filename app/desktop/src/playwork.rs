//! The window with a video playing in it, for `limn bench play`: each frame of the video is timed against the clock when it
//! has been handed to the screen.

use crate::app::LimnApp;
use crate::rehearsal::{Report, driver_of, key_for, rehearse};
use limn_cli::{PlayPlan, PlayTimes, PlayedRun};
use limn_editor::{Command, Event, Speed};
use std::time::{Duration, Instant};

/// The longest wait for a picture.
const LIMIT: Duration = Duration::from_secs(120);
/// A person looks at the frame before it is played on from.
const REST: Duration = Duration::from_secs(1);

/// Opens the window, plays its first file as the plan says and closes it.
///
/// # Errors
/// A sentence when there is no screen or driver, or when the plan could not be gone through.
pub fn measure_play(plan: &PlayPlan) -> Result<PlayTimes, String> {
    let plan = plan.clone();
    let (home, project) = (plan.home.clone(), plan.project.clone());
    rehearse(&home, project, move |_, _, app, report| {
        let key = |command: Command| key_for(&app, command);
        let keys = [key(Command::Play)?, key(Command::PlayBackward)?];
        let driver = driver_of(&app);
        let times = PlayTimes { driver, ..PlayTimes::default() };
        let stage = Stage::Turn;
        Ok(Box::new(Playwork { app, keys, plan, stage, since: Instant::now(), cpu: None, last: None, times, report: Some(report) }))
    })
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// Go to where the next run begins.
    Turn,
    /// Its picture and shapes are awaited.
    Await,
    /// They are seen for a while, then the key is pressed.
    Rest,
    Play,
}

/// The program as ever, with its keys from the plan.
struct Playwork {
    app: LimnApp,
    /// Forward, backward.
    keys: [[egui::Event; 2]; 2],
    plan: PlayPlan,
    stage: Stage,
    /// When that stage began.
    since: Instant,
    /// The thread's CPU time at the start of the frame before.
    cpu: Option<Duration>,
    /// The frame of the video that was last seen.
    last: Option<u64>,
    times: PlayTimes,
    report: Option<Report<PlayTimes>>,
}

impl Playwork {
    fn enter(&mut self, stage: Stage) {
        (self.stage, self.since) = (stage, Instant::now());
    }

    fn finish(&mut self, result: Result<(), String>) {
        if let Some(report) = self.report.take() {
            let _ = report.send(result.map(|()| self.times.clone()));
        }
    }

    /// Counts what has just been handed to the screen.
    fn count(&mut self) {
        let now = (self.plan.cpu)();
        let took = self.cpu.replace(now).map(|before| now.saturating_sub(before));
        if self.stage != Stage::Play {
            return;
        }
        let seen = self.seen().filter(|(frame, ..)| self.last != Some(*frame));
        let Some(run) = self.times.runs.last_mut() else { return };
        run.cpu.extend(took);
        if let Some((frame, behind, stride)) = seen
            && let Some(last) = self.last.replace(frame)
        {
            run.late.push(behind);
            run.passed += frame.abs_diff(last);
            run.stride = stride;
        }
    }

    /// The frame of the video that is on the screen, with its shapes, since when it was due, and how many frames on the next
    /// one lies.
    fn seen(&self) -> Option<(u64, Duration, u64)> {
        self.app.behind_clock().filter(|_| self.app.editor.is_ready())
    }

    /// What is pressed now.
    fn go_on(&mut self) -> Vec<egui::Event> {
        let begun = usize::from(self.stage != Stage::Turn);
        let Some((factor, is_backward)) = self.plan.runs.get(self.times.runs.len().saturating_sub(begun)).copied() else {
            self.finish(Ok(()));
            return Vec::new();
        };
        let frames = self.app.editor.num_frames();
        let begin = if is_backward { frames.saturating_sub(1) } else { 0 };
        let is_there = self.app.editor.is_ready() && self.app.editor.frame() == begin && self.app.shapes.is_settled();
        match self.stage {
            // How many frames there are is known when they are counted.
            Stage::Turn if self.app.editor.is_ready() && frames > 1 => {
                let Some(speed) = Speed::all().find(|speed| speed.factor() == factor) else {
                    self.finish(Err(format!("nothing plays at {factor}×")));
                    return Vec::new();
                };
                self.app.tell(Event::SetSpeed(speed));
                self.app.tell(Event::GoToFrame(begin));
                self.times.runs.push(PlayedRun::default());
                self.last = None;
                self.enter(Stage::Await);
            }
            Stage::Await if is_there => self.enter(Stage::Rest),
            Stage::Rest if self.since.elapsed() > REST => {
                self.enter(Stage::Play);
                return self.keys[usize::from(is_backward)].to_vec();
            }
            // It begins in the frame after the key.
            Stage::Play if self.since.elapsed() > self.plan.lasting || (self.last.is_some() && !self.app.editor.is_playing()) => {
                if self.app.editor.is_playing() {
                    self.app.tell(Event::Paused);
                }
                self.enter(Stage::Turn);
            }
            _ if self.since.elapsed() > LIMIT => {
                self.finish(Err(format!("no picture was drawn within {} s. Run it again with the window in view", LIMIT.as_secs())));
            }
            _ => {}
        }
        Vec::new()
    }
}

impl eframe::App for Playwork {
    fn raw_input_hook(&mut self, ctx: &egui::Context, input: &mut egui::RawInput) {
        self.count();
        if self.report.is_none() {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            return;
        }
        let size = ctx.content_rect().size() * ctx.pixels_per_point();
        self.times.size = [size.x.round() as u32, size.y.round() as u32];
        // The real pointer stays out of it.
        input.events.retain(|event| !matches!(event, egui::Event::PointerMoved(_) | egui::Event::PointerGone | egui::Event::MouseMoved(_)));
        input.events.extend(self.go_on());
    }

    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.app.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.app.ui(ui, frame);
        match self.stage {
            // The next frame begins when this one has been handed over; beyond that, the program wakes itself.
            Stage::Play if self.seen().is_some_and(|(shown, ..)| self.last != Some(shown)) => ui.ctx().request_repaint(),
            Stage::Play => ui.ctx().request_repaint_after(Duration::from_millis(100)),
            _ => ui.ctx().request_repaint_after(Duration::from_millis(20)),
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        crate::theme::ground(visuals)
    }

    fn on_exit(&mut self) {
        self.app.on_exit();
    }
}
