//! The workstation's window: eframe shell, egui panels, executors of the editor's effects.
//!
//! State flows one way: input becomes an [`limn_editor::Event`], the editor answers with effects, effects are carried out
//! on threads, whose answers are events again. Panels read the state and return what they were asked for.

mod ahead;
mod app;
mod background;
mod cameras;
mod canvas;
mod carry;
mod catalogues;
mod crops;
mod dialogs;
mod effects;
mod handwork;
mod icons;
mod keys;
mod pictures;
mod player;
mod playwork;
mod problems;
mod proxies;
mod rehearsal;
mod renewal;
mod scenes;
mod scrub;
mod seat;
mod session;
mod settings;
mod stitch;
mod theme;
mod thumbs;
mod tiles;
mod ui;
mod upload;
mod window;

pub use app::{LimnApp, Start};
pub use handwork::measure_canvas;
pub use playwork::measure_play;
pub use rehearsal::measure;
pub use window::open_window;
