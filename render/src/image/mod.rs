//! The picture: textures in tiles, how video frames get there, and which tiles a camera sees.

mod convert;
mod plan;
mod texture;
mod yuv;

pub use convert::YuvConverter;
pub(crate) use plan::{ImagePlan, TileQuad};
pub use texture::{ImageTexture, MipLevel};
pub use yuv::{YuvFrame, YuvMatrix, YuvPlane};
