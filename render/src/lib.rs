//! Draws the canvas with wgpu: the picture in tiles, shapes above it, in as many pixels as the screen has.
//!
//! The crate knows numbers only, no annotations and no user interface. It paints into a render pass that
//! somebody else opened, whose viewport is already set to the canvas rectangle, and it works without a window.
//!
//! Spaces: *image px* are f64, (0, 0) is the outer corner of the top-left pixel, y down. *Screen px* are
//! physical pixels of the canvas rectangle, (0, 0) its top-left corner, y down. Colours are `[r, g, b, a]`,
//! sRGB, straight alpha.

pub mod bench;
mod camera;
mod error;
mod gpu;
pub mod headless;
mod image;
mod masks;
mod options;
mod renderer;
mod shapes;

#[cfg(test)]
mod tests;

pub use camera::Camera;
pub use error::RenderError;
pub use image::{ImageTexture, MipLevel, TileId, YuvConverter, YuvFrame, YuvMatrix, YuvPlane};
pub use masks::{MASK_TILE, MaskLayer, MaskRank, MaskTile, MaskTilePos};
pub use options::{CanvasOptions, ChannelView, ImageAdjust};
pub use renderer::CanvasRenderer;
pub use shapes::{Dash, EdgeLook, EdgeMark, FillRule, Marker, MarkerKind, Pattern, Shape, ShapeLayer, ShapeStyle};
