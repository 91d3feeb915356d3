//! A mask to be worked on: bits in tiles, of which only those that hold something exist.

use super::mask::Mask;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Pixels along each side of a tile.
pub const TILE: u32 = 64;

/// The pixels of a tile: a word a column, in which bit 0 is the topmost row. Columns, because the run lengths of a
/// [`Mask`] go down columns.
pub type Tile = [u64; TILE as usize];

/// Which tile: column and row of tiles, from 0.
pub type TilePos = (u32, u32);

/// A set of pixels of a `width * height` frame as sparse tiles. A stroke touches the tiles under it and no others, and a
/// copy shares all tiles: what changed since is told by [`Arc::ptr_eq`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaskTiles {
    width: u32,
    height: u32,
    /// None is empty.
    tiles: BTreeMap<TilePos, Arc<Tile>>,
}

impl MaskTiles {
    /// No pixels of a frame.
    pub fn new(width: u32, height: u32) -> Self {
        Self { width, height, tiles: BTreeMap::new() }
    }

    /// Width of the frame in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height of the frame in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The tiles that hold something, in column order.
    pub fn tiles(&self) -> impl Iterator<Item = (TilePos, &Arc<Tile>)> {
        self.tiles.iter().map(|(pos, tile)| (*pos, tile))
    }

    /// Whether there is no pixel.
    pub fn is_empty(&self) -> bool {
        self.tiles.is_empty()
    }

    /// Number of pixels.
    pub fn area(&self) -> u64 {
        self.tiles.values().flat_map(|tile| tile.iter()).map(|word| u64::from(word.count_ones())).sum()
    }

    /// Whether the pixel is in the mask; `false` outside the frame.
    pub fn contains(&self, x: u32, y: u32) -> bool {
        self.tiles.get(&(x / TILE, y / TILE)).is_some_and(|tile| tile[(x % TILE) as usize] >> (y % TILE) & 1 == 1)
    }

    /// Puts the pixels of a column from row `top` to before `bottom` into the mask, or takes them out; what lies outside
    /// the frame is left.
    pub fn set_column(&mut self, x: u32, top: u32, bottom: u32, inside: bool) {
        let bottom = bottom.min(self.height);
        if x >= self.width {
            return;
        }
        let mut at = top;
        while at < bottom {
            let end = bottom.min((at / TILE + 1) * TILE);
            let bits = (u64::MAX >> (TILE - (end - at))) << (at % TILE);
            self.set_bits((x / TILE, at / TILE), (x % TILE) as usize, bits, inside);
            at = end;
        }
    }

    fn set_bits(&mut self, pos: TilePos, column: usize, bits: u64, inside: bool) {
        if inside {
            let tile = self.tiles.entry(pos).or_insert_with(|| Arc::new([0; TILE as usize]));
            if tile[column] & bits != bits {
                Arc::make_mut(tile)[column] |= bits;
            }
        } else if let Some(tile) = self.tiles.get_mut(&pos)
            && tile[column] & bits != 0
        {
            Arc::make_mut(tile)[column] &= !bits;
            if tile.iter().all(|word| *word == 0) {
                self.tiles.remove(&pos);
            }
        }
    }

    /// Vertical stretches `(column, first row, row behind the last)`, column after column; one that crosses tiles comes in
    /// pieces.
    pub fn stretches(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        let columns = self.tiles.keys().map(|pos| pos.0).collect::<std::collections::BTreeSet<_>>();
        columns.into_iter().flat_map(move |across| {
            let rows: Vec<(u32, &Arc<Tile>)> =
                self.tiles.range((across, 0)..=(across, u32::MAX)).map(|(pos, tile)| (pos.1, tile)).collect();
            (0..TILE).flat_map(move |column| {
                let rows = rows.clone();
                rows.into_iter().flat_map(move |(down, tile)| {
                    ones(tile[column as usize]).map(move |(top, bottom)| (across * TILE + column, down * TILE + top, down * TILE + bottom))
                })
            })
        })
    }
}

/// The stretches of ones in a word, from the lowest bit on.
fn ones(word: u64) -> impl Iterator<Item = (u32, u32)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = word.checked_shr(at).unwrap_or(0);
        if rest == 0 {
            return None;
        }
        let start = at + rest.trailing_zeros();
        let end = start + (word >> start).trailing_ones();
        at = end;
        Some((start, end))
    })
}

impl From<&Mask> for MaskTiles {
    fn from(mask: &Mask) -> Self {
        let mut tiles = Self::new(mask.width(), mask.height());
        for (x, top, bottom) in mask.stretches() {
            tiles.set_column(x, top, bottom, true);
        }
        tiles
    }
}

impl From<&MaskTiles> for Mask {
    fn from(tiles: &MaskTiles) -> Self {
        let stretches = tiles.stretches().map(|(x, top, bottom)| (u64::from(x), u64::from(top), u64::from(bottom)));
        Self::from_stretches(tiles.width, tiles.height, stretches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn tiles_are_what_was_set(spans in prop::collection::vec((0_u32..150, 0_u32..210, 0_u32..210, any::<bool>()), 1..60)) {
            let (width, height) = (140_u32, 200_u32);
            let mut tiles = MaskTiles::new(width, height);
            let mut plain = vec![false; (width * height) as usize];
            for (x, top, bottom, inside) in spans {
                tiles.set_column(x, top, bottom, inside);
                for y in top..bottom.min(height) {
                    if x < width {
                        plain[(x * height + y) as usize] = inside;
                    }
                }
            }
            prop_assert_eq!(tiles.area(), plain.iter().filter(|pixel| **pixel).count() as u64);
            for x in 0..width {
                for y in 0..height {
                    prop_assert_eq!(tiles.contains(x, y), plain[(x * height + y) as usize]);
                }
            }
            let mask = Mask::from(&tiles);
            prop_assert_eq!(mask.area(), tiles.area());
            prop_assert_eq!(MaskTiles::from(&mask), tiles);
        }
    }

    #[test]
    fn a_copy_shares_what_is_the_same() {
        let mut tiles = MaskTiles::new(200, 200);
        tiles.set_column(3, 0, 200, true);
        let before = tiles.clone();
        tiles.set_column(3, 70, 71, false);
        let same: Vec<bool> = before.tiles().zip(tiles.tiles()).map(|(a, b)| Arc::ptr_eq(a.1, b.1)).collect();
        assert_eq!(same, [true, false, true, true]);
        tiles.set_column(3, 0, 200, false);
        assert!(tiles.is_empty());
    }
}
