//! The picture: textures in tiles, how video frames get there, and which tiles a camera sees.

mod convert;
mod plan;
mod sparse;
mod texture;
mod yuv;

pub use convert::YuvConverter;
pub(crate) use plan::{ImagePlan, TileQuad};
pub use sparse::TileId;
pub use texture::{ImageTexture, MipLevel};
pub use yuv::{YuvFrame, YuvMatrix, YuvPlane};
