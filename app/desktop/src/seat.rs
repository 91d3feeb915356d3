//! The window over its whole life. A graphics device can be lost while the program runs: the driver crashed or was updated,
//! the machine slept, a card was pulled. Then this window closes and another one with a new device takes the program over as
//! it stands, a shape half drawn included.

use crate::app::{LimnApp, Start};
use crate::window::{cannot_open, options};
use limn_editor::Notice;
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A device that is lost again within this time is not worth a third.
const SOON: Duration = Duration::from_secs(20);
/// So many losses in a row are enough.
const MOST_LOSSES: usize = 3;

/// What goes from one window to the next.
struct Left {
    app: LimnApp,
    /// Which panels are open and where lists are scrolled to.
    memory: egui::util::IdTypeMap,
}

/// The program in one window.
struct Seat {
    /// `None` when it has left.
    app: Option<LimnApp>,
    ctx: egui::Context,
    lost: Arc<AtomicBool>,
    left: Rc<RefCell<Option<Left>>>,
}

/// Opens the window, and the next one whenever the graphics device is lost; returns when the person closes it.
///
/// # Errors
/// A sentence when there is no screen or driver, or none that lasts.
pub(crate) fn run(home: &Path, start: Start) -> Result<(), String> {
    let left: Rc<RefCell<Option<Left>>> = Rc::default();
    let mut losses = 0;
    loop {
        let opened = Instant::now();
        let (home, start, seat) = (home.to_owned(), start.clone(), left.clone());
        let creator: eframe::AppCreator<'_> = Box::new(move |cc| Ok(Box::new(Seat::take(cc, &home, start, seat)?)));
        let ended = eframe::run_native("limn", options(), creator);
        if left.borrow().is_none() {
            return ended.map_err(|error| cannot_open(&error));
        }
        if let Err(error) = ended {
            tracing::warn!("{error}");
        }
        losses = if opened.elapsed() < SOON { losses + 1 } else { 1 };
        if losses >= MOST_LOSSES {
            // What is in hand is written before the program ends.
            if let Some(mut left) = left.borrow_mut().take() {
                eframe::App::on_exit(&mut left.app);
            }
            return Err("the graphics device was lost again and again. Your work is saved. Restart the machine or update the graphics \
                        driver; WGPU_BACKEND=opengl limn draws through another part of it"
                .into());
        }
    }
}

impl Seat {
    fn take(cc: &eframe::CreationContext<'_>, home: &Path, start: Start, left: Rc<RefCell<Option<Left>>>) -> Result<Self, String> {
        let before = left.borrow_mut().take();
        let app = match before {
            None => LimnApp::new(cc, home, start)?,
            Some(Left { mut app, memory }) => {
                cc.egui_ctx.memory_mut(|new| new.data = memory);
                app.move_to(cc)?;
                // Keys went to the window that is gone.
                cc.egui_ctx.send_viewport_cmd(egui::ViewportCommand::Focus);
                app.ui.toasts.add(&Notice::info("The graphics were started anew. Nothing was lost."));
                app
            }
        };
        let lost = Arc::<AtomicBool>::default();
        if let Some(gpu) = &cc.wgpu_render_state {
            let (flag, ctx) = (lost.clone(), cc.egui_ctx.clone());
            gpu.device.set_device_lost_callback(move |reason, message| {
                tracing::warn!("the graphics device was lost ({reason:?}): {message}");
                flag.store(true, Ordering::Relaxed);
                ctx.request_repaint();
            });
        }
        Ok(Self { app: Some(app), ctx: cc.egui_ctx.clone(), lost, left })
    }
}

impl eframe::App for Seat {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        let Some(app) = &mut self.app else { return };
        if self.lost.load(Ordering::Relaxed) {
            return ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        app.logic(ctx, frame);
        if std::mem::take(&mut app.ui.restart_graphics)
            && let Some(gpu) = &app.gpu
        {
            // Just as if it had been lost.
            gpu.device.destroy();
            self.lost.store(true, Ordering::Relaxed);
            ctx.request_repaint();
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        if let Some(app) = self.app.as_mut().filter(|_| !self.lost.load(Ordering::Relaxed)) {
            app.ui(ui, frame);
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        crate::theme::ground(visuals)
    }

    fn on_exit(&mut self) {
        let Some(mut app) = self.app.take() else { return };
        if self.lost.load(Ordering::Relaxed) {
            let memory = self.ctx.memory(|memory| memory.data.clone());
            *self.left.borrow_mut() = Some(Left { app, memory });
        } else {
            app.on_exit();
        }
    }
}
