//! The picture: textures in tiles and which of them a camera sees.

mod plan;
mod texture;

pub(crate) use plan::{ImagePlan, TileQuad};
pub use texture::{ImageTexture, MipLevel};
