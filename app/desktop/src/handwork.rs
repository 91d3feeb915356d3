//! The window with a hand at its canvas, for `limn bench pan`: real pointer events go in where eframe hands over input, and
//! every frame is timed from one such place to the next.

use crate::app::LimnApp;
use crate::canvas::canvas_id;
use crate::rehearsal::{Report, driver_of, key_for, rehearse};
use egui::{Event, Modifiers, PointerButton, Pos2, Rect, Vec2};
use limn_cli::{CanvasPlan, CanvasTimes};
use limn_core::InstanceId;
use limn_editor::Command;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The longest wait for anything.
const LIMIT: Duration = Duration::from_secs(900);
/// Frames until pop-ups of the layout have settled.
const CALM: usize = 5;
/// The same where a frame takes seconds.
const CALM_OF_MANY: usize = 1;

/// Opens the window, works on its canvas and closes it.
///
/// # Errors
/// A sentence when there is no screen or driver, or when the plan could not be gone through.
pub fn measure_canvas(plan: &CanvasPlan) -> Result<CanvasTimes, String> {
    let plan = plan.clone();
    let (home, project) = (plan.home.clone(), plan.project.clone());
    rehearse(&home, project, move |_, _, app, report| {
        let key = |command: Command| key_for(&app, command);
        let keys = Keys {
            fit: key(Command::Fit)?,
            one_to_one: key(Command::OneToOne)?,
            select: key(Command::ToolSelect)?,
            draw: key(Command::ToolBox)?,
            undo: key(Command::Undo)?,
        };
        let driver = driver_of(&app);
        let hand = Hand {
            cpu: plan.cpu,
            keys,
            begun: Instant::now(),
            known: None,
            stage: Stage::Opening,
            script: VecDeque::new(),
            left: plan.gestures,
            frames: plan.frames,
            calm: if plan.frames < 20 { CALM_OF_MANY } else { CALM },
            gestures: plan.gestures,
            last: None,
            kind: Kind::Opening,
            costliest: Duration::ZERO,
            times: CanvasTimes { driver, ..CanvasTimes::default() },
            report: Some(report),
        };
        Ok(Box::new(Handwork { app, hand }))
    })
}

type Key = [Event; 2];

struct Keys {
    fit: Key,
    one_to_one: Key,
    select: Key,
    draw: Key,
    undo: Key,
}

/// What is being done; the next begins when its script has run out.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Opening,
    Still,
    Pan,
    PanNear,
    Drag,
    Draw,
    Undo { revision: u64, calm: usize },
    Bare,
}

/// What a frame is counted as.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Only what comes between.
    Between,
    Opening,
    Still,
    Pan,
    PanNear,
    Drag,
    /// Of a gesture of which the costliest frame counts.
    Gesture,
    /// Nothing is laid out or drawn.
    Bare,
}

/// The events of a frame, and as what it counts.
type Beat = (Kind, Vec<Event>);

struct Hand {
    cpu: fn() -> Duration,
    keys: Keys,
    begun: Instant,
    /// When the shapes were there to be drawn.
    known: Option<Instant>,
    stage: Stage,
    script: VecDeque<Beat>,
    /// Gestures still to be made.
    left: usize,
    frames: usize,
    calm: usize,
    gestures: usize,
    /// The thread's CPU time at the start of the frame before.
    last: Option<Duration>,
    /// What that frame counts as.
    kind: Kind,
    costliest: Duration,
    times: CanvasTimes,
    report: Option<Report<CanvasTimes>>,
}

fn button(pos: Pos2, button: PointerButton, pressed: bool) -> Event {
    Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE }
}

/// There and back, so that the picture stays in the middle.
fn swing(at: usize) -> Vec2 {
    let step = (at % 40) as f32;
    let out = if step < 20.0 { step } else { 40.0 - step };
    Vec2::new(out * 4.0, out * 2.0)
}

impl Hand {
    /// Counts the frame that has just ended.
    fn count(&mut self) {
        let now = (self.cpu)();
        let Some(took) = self.last.replace(now).map(|before| now.saturating_sub(before)) else { return };
        match self.kind {
            Kind::Between => {}
            Kind::Opening => self.times.opening = self.times.opening.max(took),
            Kind::Still => self.times.still.push(took),
            Kind::Pan => self.times.pan.push(took),
            Kind::PanNear => self.times.pan_near.push(took),
            Kind::Drag => self.times.drag.push(took),
            Kind::Bare => self.times.bare.push(took),
            Kind::Gesture => self.costliest = self.costliest.max(took),
        }
    }

    /// Counts the part of the frame that has been done by now.
    fn count_layout(&mut self) {
        if let Some(begun) = self.last.filter(|_| matches!(self.kind, Kind::Pan | Kind::PanNear)) {
            self.times.layout.push((self.cpu)().saturating_sub(begun));
        }
    }

    /// The events of the next frame.
    fn beat(&mut self, app: &LimnApp, canvas: Rect) -> Vec<Event> {
        if self.script.is_empty() {
            self.next_stage(app, canvas);
        }
        let (kind, events) = self.script.pop_front().unwrap_or((Kind::Between, Vec::new()));
        self.kind = kind;
        events
    }

    fn next_stage(&mut self, app: &LimnApp, canvas: Rect) {
        match self.stage {
            Stage::Opening => {
                if app.editor.is_ready() && app.on_canvas.is_some() {
                    let known = *self.known.get_or_insert_with(Instant::now);
                    if app.shapes.is_settled() {
                        self.times.shown = known.elapsed();
                        self.stage = Stage::Still;
                        self.rest();
                        self.script.extend(std::iter::repeat_n((Kind::Still, Vec::new()), self.frames.min(40)));
                        return;
                    }
                }
                self.script.push_back((Kind::Opening, Vec::new()));
            }
            Stage::Still => {
                self.stage = Stage::Pan;
                self.pan(Kind::Pan, canvas);
            }
            Stage::Pan => {
                self.stage = Stage::PanNear;
                self.press(self.keys.one_to_one.clone());
                self.pan(Kind::PanNear, canvas);
            }
            Stage::PanNear => {
                self.stage = Stage::Drag;
                self.press(self.keys.fit.clone());
                self.press(self.keys.select.clone());
                self.drag(app, canvas);
            }
            Stage::Drag => {
                self.stage = Stage::Draw;
                self.press(self.keys.one_to_one.clone());
                self.press(self.keys.draw.clone());
            }
            Stage::Draw => {
                if self.left < self.gestures {
                    self.times.drawn.push(std::mem::take(&mut self.costliest));
                }
                self.costliest = Duration::ZERO;
                if self.left > 0 {
                    self.draw(canvas);
                    self.left -= 1;
                    return;
                }
                self.left = self.gestures;
                self.undo(app);
            }
            Stage::Undo { revision, calm } => {
                self.script.push_back((Kind::Gesture, Vec::new()));
                if app.editor.document().revision() == revision {
                    return;
                }
                if calm > 0 {
                    self.stage = Stage::Undo { revision, calm: calm - 1 };
                    return;
                }
                self.times.undone.push(std::mem::take(&mut self.costliest));
                match self.left {
                    0 => {
                        self.stage = Stage::Bare;
                        self.script.extend(std::iter::repeat_n((Kind::Bare, Vec::new()), self.frames));
                    }
                    _ => self.undo(app),
                }
            }
            Stage::Bare => self.finish(Ok(())),
        }
    }

    fn rest(&mut self) {
        self.script.extend(std::iter::repeat_n((Kind::Between, Vec::new()), self.calm));
    }

    fn press(&mut self, key: Key) {
        self.script.push_back((Kind::Between, key.to_vec()));
        self.rest();
    }

    fn pan(&mut self, kind: Kind, canvas: Rect) {
        let from = canvas.center();
        self.script.push_back((Kind::Between, vec![Event::PointerMoved(from)]));
        self.rest();
        self.script.push_back((Kind::Between, vec![button(from, PointerButton::Middle, true)]));
        self.script.extend((1..=self.frames).map(|at| (kind, vec![Event::PointerMoved(from + swing(at))])));
        self.script.push_back((Kind::Between, vec![button(from, PointerButton::Middle, false)]));
        self.rest();
    }

    /// Moves the shape that is nearest to the middle.
    fn drag(&mut self, app: &LimnApp, canvas: Rect) {
        let mut view = app.editor.view();
        view.fit(app.editor.image());
        let far = |center: limn_core::ImagePos| center.distance(view.center);
        let middles =
            app.editor.document().instances().iter().filter_map(|instance| Some((instance.id, instance.geometry.bounds()?.center())));
        let nearest: Option<(InstanceId, limn_core::ImagePos)> = middles.min_by(|a, b| far(a.1).total_cmp(&far(b.1)));
        let Some((_, middle)) = nearest else {
            return self.finish(Err("the project to be measured has no shapes. Give a size of at least 1".into()));
        };
        let [x, y] = view.canvas_from_image(middle);
        let from = canvas.min + Vec2::new(x as f32, y as f32);
        self.script.push_back((Kind::Between, vec![Event::PointerMoved(from)]));
        self.rest();
        self.script.push_back((Kind::Between, vec![button(from, PointerButton::Primary, true)]));
        self.script.push_back((Kind::Between, vec![Event::PointerMoved(from + Vec2::splat(12.0))]));
        self.script.extend((1..=self.frames).map(|at| (Kind::Drag, vec![Event::PointerMoved(from + Vec2::splat(12.0) + swing(at))])));
        self.script.push_back((Kind::Between, vec![button(from, PointerButton::Primary, false)]));
        self.rest();
    }

    fn draw(&mut self, canvas: Rect) {
        let from = canvas.center() + Vec2::new(-200.0 + 37.0 * self.left as f32, -100.0 + 13.0 * self.left as f32);
        let to = from + Vec2::new(60.0, 40.0);
        let beats = [
            vec![Event::PointerMoved(from)],
            vec![button(from, PointerButton::Primary, true)],
            vec![Event::PointerMoved(from + (to - from) / 2.0)],
            vec![Event::PointerMoved(to)],
            vec![button(to, PointerButton::Primary, false)],
        ];
        self.script.extend(beats.into_iter().map(|events| (Kind::Gesture, events)));
        self.script.extend(std::iter::repeat_n((Kind::Gesture, Vec::new()), self.calm));
    }

    fn undo(&mut self, app: &LimnApp) {
        self.left -= 1;
        self.stage = Stage::Undo { revision: app.editor.document().revision(), calm: self.calm };
        self.script.push_back((Kind::Gesture, self.keys.undo.to_vec()));
    }

    fn finish(&mut self, result: Result<(), String>) {
        self.script.clear();
        if let Some(report) = self.report.take() {
            let _ = report.send(result.map(|()| self.times.clone()));
        }
    }
}

/// The program as ever, with its pointer from the script.
struct Handwork {
    app: LimnApp,
    hand: Hand,
}

impl eframe::App for Handwork {
    fn raw_input_hook(&mut self, ctx: &egui::Context, input: &mut egui::RawInput) {
        let hand = &mut self.hand;
        hand.count();
        if hand.report.is_none() {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            return;
        }
        if hand.begun.elapsed() > LIMIT {
            hand.finish(Err(format!("the window took more than {} s. Measure with a smaller --size", LIMIT.as_secs())));
        }
        let size = ctx.content_rect().size() * ctx.pixels_per_point();
        hand.times.size = [size.x.round() as u32, size.y.round() as u32];
        // The real pointer stays out of it.
        input.events.retain(|event| !matches!(event, Event::PointerMoved(_) | Event::PointerGone | Event::MouseMoved(_)));
        let canvas = ctx.read_response(canvas_id()).map_or(Rect::ZERO, |response| response.rect);
        input.events.extend(hand.beat(&self.app, canvas));
    }

    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        if self.hand.kind != Kind::Bare {
            self.app.logic(ctx, frame);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        if self.hand.kind != Kind::Bare {
            self.app.ui(ui, frame);
        }
        self.hand.count_layout();
        ui.ctx().request_repaint();
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        crate::theme::ground(visuals)
    }

    fn on_exit(&mut self) {
        self.app.on_exit();
    }
}
