//! Annotation tools as pure state machines: pointer and key events in image pixels go in, actions and previews come out.
//!
//! A tool sees the frame's [`Document`](limn_core::Document) through a [`Scene`] (its spatial index) and the person's
//! selection through [`ToolCx`]; it changes neither. What it wants done it returns as [`ToolAction`]s, one committed
//! action a gesture; what should be shown meanwhile it tells as a [`Preview`]. No window, clock, file or random source
//! lives here, so a whole gesture is a line of text in a test.
//!
//! All places are image pixels, so that zooming and panning in the middle of a gesture change nothing; distances of
//! feel (in [`consts`]) are screen points and become pixels with [`ToolCx::px`], which may differ from event to event.

pub mod area;
mod area_change;
pub mod consts;
pub mod coverage;

mod bbox;
mod border;
mod brush;
mod change;
mod convert;
mod cuboid;
mod draft;
mod drawing;
mod ellipse;
mod event;
mod grips;
mod handle_edit;
mod heading;
mod keypoints;
mod links;
mod mask_work;
mod measure;
mod motion;
mod options;
mod output;
mod outside;
mod overlap;
mod pixels;
mod point;
mod polygon;
mod polyline;
pub mod problems;
pub mod raster;
mod rotated_box;
mod scene;
mod scissors;
mod select;
mod simplify;
mod sketch;
mod slice;
mod snap;
mod stamp;
pub mod stitch;
mod tool;
mod wand;

pub use area_change::{AreaChange, AreaCommand, area_change, change_areas};
pub use brush::BrushTool;
pub use change::{ROTATE_TO_BORDER, ShapeCommand, change_shapes};
pub use convert::{Converted, converted};
pub use draft::Draft;
pub use event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
pub use heading::{Headed, Heading, arrow};
pub use measure::MeasureTool;
pub use options::{
    BoxMode, BoxOptions, BrushMode, BrushOptions, Combine, CuboidMode, CuboidOptions, DragDraws, EllipseMode, Overlap, PathOptions, Scale,
    SnapOptions, Stamped, ToolOptions, WandOptions,
};
pub use output::{Cursor, Handle, HandleKind, Hint, Input, Preview, PreviewKind, PreviewMask, PreviewShape, ToolAction, ToolCommandName};
pub use outside::{Fit, fitted, reaches_outside};
pub use pixels::Pixels;
pub use scene::{Scene, Skeletons};
pub use scissors::ScissorsTool;
pub use select::SelectTool;
pub use simplify::simplified;
pub use slice::SliceTool;
pub use snap::{Guide, on_angle};
pub use stamp::StampTool;
pub use tool::{Tool, ToolKind};
pub use wand::WandTool;
