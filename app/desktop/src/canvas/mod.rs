//! The canvas: input to editor events, the picture and shapes through wgpu, and what lies over them through egui.

pub mod aids;
mod arrows;
mod callback;
mod input;
mod kinds;
mod masks;
mod matching;
mod outline;
mod overlay;
mod pane;
mod pixels;
mod shapes;
mod stored;

pub use callback::{CanvasGpu, CanvasPaint};
pub use input::{CanvasInput, InputCx};
pub use masks::MasksInHand;
pub use matching::matched;
pub use overlay::{LabelLook, overlay_ui};
pub use pane::{PanePaint, PanesGpu};
pub use pixels::CanvasPixels;
pub use shapes::{Look as ShapeLook, around, compared, ghosts, in_pane, live, live_ids, object_color};
pub use stored::StoredShapes;

/// The canvas's widget id: keys go to the editor while it has the focus.
pub fn canvas_id() -> egui::Id {
    egui::Id::unique("canvas")
}
