//! The canvas: input to editor events, the picture and shapes through wgpu, and what lies over them through egui.

mod callback;
mod input;
mod overlay;
mod shapes;

pub use callback::{CanvasGpu, CanvasPaint};
pub use input::{CanvasInput, InputCx};
pub use overlay::{LabelLook, overlay_ui};
pub use shapes::{Look as ShapeLook, ShapeCache, live, live_ids};

/// The canvas's widget id: keys go to the editor while it has the focus.
pub fn canvas_id() -> egui::Id {
    egui::Id::unique("canvas")
}
