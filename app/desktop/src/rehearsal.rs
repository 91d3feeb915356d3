//! The window with a thread at the keyboard, for `limn bench window`: real key events go in where eframe hands over input,
//! and what counts is the frame that a person would see.

use crate::app::{LimnApp, Start};
use crate::settings::Settings;
use crate::window;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use limn_cli::{WindowIdle, WindowPlan, WindowStep, WindowTimes};
use limn_editor::{Chord, Command, Keymap, Place};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The longest wait for a picture.
const LIMIT: Duration = Duration::from_secs(60);
/// After the last key, until nothing is under way any more.
const SETTLE: Duration = Duration::from_secs(2);

/// Opens the window, goes through the plan and closes it.
///
/// # Errors
/// A sentence when there is no screen or driver, or when the plan could not be gone through.
pub fn measure(plan: &WindowPlan) -> Result<WindowTimes, String> {
    let plan = plan.clone();
    let asked = Instant::now();
    let (home, project) = (plan.home.clone(), plan.project.clone());
    rehearse(&home, project, move |ctx, begun, app, report| {
        let key = |command: Command| key_for(&app, command);
        let steps = if plan.by_frame { [Command::Next, Command::Previous] } else { [Command::NextFile, Command::PreviousFile] };
        let (forward, back) = (key(steps[0])?, key(steps[1])?);
        let (press, pressed) = bounded(8);
        let (tell, drawn) = bounded(8);
        let frames = Arc::new(AtomicU64::new(0));
        let person = Person { ctx: ctx.clone(), press, drawn, frames: frames.clone(), forward, back, driver: driver_of(&app) };
        let driver_up = begun.duration_since(asked);
        std::thread::Builder::new().name("limn-rehearsal".into()).spawn(move || {
            let done = person.follow(&plan, begun, driver_up);
            let _ = report.send(done);
            person.ctx.send_viewport_cmd_to(egui::ViewportId::ROOT, egui::ViewportCommand::Close);
            person.ctx.request_repaint();
        })?;
        Ok(Box::new(Rehearsal { app, pressed, tell, frames, told: None, drawing: None }))
    })
}

/// Where the one at the keyboard leaves what was measured.
pub(crate) type Report<T> = Sender<Result<T, String>>;

/// Opens the window on a project, with what `begin` makes of the program, and waits until it is closed. `begin` is also told
/// since when the program is being made.
///
/// # Errors
/// A sentence when there is no screen or driver, or when the window was closed before there was a report; what was reported.
pub(crate) fn rehearse<T: 'static>(
    home: &Path,
    project: PathBuf,
    begin: impl FnOnce(&egui::Context, Instant, LimnApp, Report<T>) -> Result<Box<dyn eframe::App>, Box<dyn Error + Send + Sync>>,
) -> Result<T, String> {
    // Nothing of the first run may lie over the picture.
    Settings { welcomed: true, ..Settings::load(home) }.save(home);
    let (report, reported) = bounded(1);
    let creator: eframe::AppCreator<'_> = Box::new(move |cc| {
        let begun = Instant::now();
        let app = LimnApp::new(cc, home, Start { project: Some(project), ..Start::default() })?;
        begin(&cc.egui_ctx, begun, app, report)
    });
    eframe::run_native("limn", window::options(), creator).map_err(|error| window::cannot_open(&error))?;
    // A thread at the keyboard ends soon after its window, whatever happened.
    reported.recv().map_err(|_gone| closed_early())?
}

fn closed_early() -> String {
    "the window was closed before all was measured. Run it again and leave the window alone".into()
}

/// What draws, in words.
pub(crate) fn driver_of(app: &LimnApp) -> String {
    let info = app.gpu.as_ref().map(|gpu| gpu.adapter.get_info());
    info.map_or_else(String::new, |info| format!("{} ({:?}, {:?})", info.name, info.device_type, info.backend))
}

/// As [`key_of`], in the program's keys.
///
/// # Errors
/// A sentence where the command has no single key.
pub(crate) fn key_for(app: &LimnApp, command: Command) -> Result<[egui::Event; 2], String> {
    key_of(&app.keymap, command).ok_or_else(|| format!("no single key is set for {}", command.info().title))
}

/// The first single key of a command, pressed and let go.
fn key_of(keymap: &Keymap, command: Command) -> Option<[egui::Event; 2]> {
    keymap.keys(command).iter().find_map(|keys| match keys.0.as_slice() {
        [chord] => key_events(chord),
        _ => None,
    })
}

fn key_events(chord: &Chord) -> Option<[egui::Event; 2]> {
    let key = egui::Key::from_name(&chord.key)?;
    let modifiers = egui::Modifiers { alt: chord.alt, ctrl: chord.ctrl, shift: chord.shift, mac_cmd: false, command: chord.ctrl };
    Some([true, false].map(|pressed| egui::Event::Key { key, physical_key: Some(key), pressed, repeat: false, modifiers }))
}

/// A frame that shows another file than the one before.
struct Drawn {
    at: Instant,
    file: String,
    /// Frames so far, with this one.
    frames: u64,
}

/// The thread's end.
struct Person {
    ctx: egui::Context,
    press: Sender<egui::Event>,
    drawn: Receiver<Drawn>,
    frames: Arc<AtomicU64>,
    forward: [egui::Event; 2],
    back: [egui::Event; 2],
    driver: String,
}

impl Person {
    fn follow(&self, plan: &WindowPlan, begun: Instant, driver_up: Duration) -> Result<WindowTimes, String> {
        let first_picture = self.next_drawn()?.at.duration_since(begun);
        let mut steps = Vec::new();
        for keys in std::iter::repeat_n(&self.forward, plan.steps).chain(std::iter::repeat_n(&self.back, plan.steps)) {
            std::thread::sleep(plan.rest);
            let (pressed, frames) = (Instant::now(), self.num_frames());
            for event in keys {
                self.press.send(event.clone()).map_err(|_gone| closed_early())?;
            }
            self.ctx.request_repaint();
            let drawn = self.next_drawn()?;
            steps.push(WindowStep { file: drawn.file, took: drawn.at.duration_since(pressed), frames: drawn.frames - frames });
        }
        let idle = (!plan.idle.is_zero()).then(|| {
            std::thread::sleep(SETTLE);
            let (start, cpu, frames) = (Instant::now(), (plan.cpu)(), self.num_frames());
            std::thread::sleep(plan.idle);
            WindowIdle { wall: start.elapsed(), cpu: (plan.cpu)().saturating_sub(cpu), frames: self.num_frames() - frames }
        });
        let size = self.ctx.content_rect().size() * self.ctx.pixels_per_point();
        let size = [size.x.round() as u32, size.y.round() as u32];
        Ok(WindowTimes { driver: self.driver.clone(), size, driver_up, first_picture, steps, idle })
    }

    fn num_frames(&self) -> u64 {
        self.frames.load(Ordering::Relaxed)
    }

    fn next_drawn(&self) -> Result<Drawn, String> {
        self.drawn.recv_timeout(LIMIT).map_err(|error| match error {
            RecvTimeoutError::Timeout => format!(
                "no picture was drawn within {} s; a hidden window is not drawn. Run it again with the window in view",
                LIMIT.as_secs()
            ),
            RecvTimeoutError::Disconnected => closed_early(),
        })
    }
}

/// The program as ever, with its keys from the thread.
struct Rehearsal {
    app: LimnApp,
    pressed: Receiver<egui::Event>,
    tell: Sender<Drawn>,
    frames: Arc<AtomicU64>,
    /// What was last told to be drawn.
    told: Option<Place>,
    /// The file in the frame that is being drawn, if it is another one than before.
    drawing: Option<String>,
}

impl Rehearsal {
    /// The file whose picture and shapes this frame shows.
    fn shown(&self) -> Option<(Place, String)> {
        let place = self.app.editor.place().filter(|_| self.app.editor.is_ready())?;
        let (on_canvas, _) = self.app.on_canvas.as_ref()?;
        (*on_canvas == place).then_some((place, self.app.editor.file()?.file.name.clone()))
    }
}

impl eframe::App for Rehearsal {
    fn raw_input_hook(&mut self, _ctx: &egui::Context, input: &mut egui::RawInput) {
        // The frame before this one has been handed to the screen; the driver may still be at it.
        if let Some(file) = self.drawing.take() {
            if let Some(gpu) = &self.app.gpu {
                let _ = gpu.device.poll(egui_wgpu::wgpu::PollType::wait_indefinitely());
            }
            let _ = self.tell.try_send(Drawn { at: Instant::now(), file, frames: self.frames.load(Ordering::Relaxed) });
        }
        input.events.extend(self.pressed.try_iter());
    }

    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.app.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.frames.fetch_add(1, Ordering::Relaxed);
        self.app.ui(ui, frame);
        if let Some((place, file)) = self.shown().filter(|(place, _)| self.told != Some(*place)) {
            self.told = Some(place);
            self.drawing = Some(file);
            // The next frame begins when this one is drawn.
            ui.ctx().request_repaint();
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        crate::theme::ground(visuals)
    }

    fn on_exit(&mut self) {
        self.app.on_exit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyCaps;
    use limn_editor::Press;

    #[test]
    fn the_keys_pressed_mean_the_next_and_the_previous_file_in_every_profile() {
        for profile in limn_editor::PROFILES {
            let (mut keymap, _) = Keymap::load(profile.id, "");
            for command in [Command::NextFile, Command::PreviousFile, Command::Next, Command::Previous] {
                let [pressed, released] = key_of(&keymap, command).unwrap();
                let egui::Event::Key { key, physical_key, pressed: true, repeat: false, modifiers } = pressed else { panic!("no key") };
                assert!(matches!(released, egui::Event::Key { pressed: false, .. }));
                let chord = KeyCaps::default().chord(key, physical_key, modifiers);
                assert_eq!(keymap.press(&chord), Press::Command(command));
            }
        }
    }
}
