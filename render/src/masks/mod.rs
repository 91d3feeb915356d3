//! Masks: sets of pixels as sparse tiles of bits, of which a change uploads those that it touched.
//!
//! Each tile has a slot of a texture with its pixels and, for views from afar, what ever larger squares of them hold.
//! Each tile that may show something is one quad; its shader looks up the tile and the eight around it, so that outlines
//! go across the borders of tiles.

mod atlas;
mod cells;
mod layer;
mod slot;

pub(crate) use cells::Cell;
pub(crate) use layer::Side;
pub use layer::{MaskLayer, MaskRank};

/// Pixels along each side of a tile.
pub const MASK_TILE: u32 = 64;

/// The pixels of a tile: a word a column from the left, bit 0 is the topmost row.
pub type MaskTile = [u64; MASK_TILE as usize];

/// Which tile: column and row of tiles; the tile (0, 0) begins at image px (0, 0).
pub type MaskTilePos = (u32, u32);
