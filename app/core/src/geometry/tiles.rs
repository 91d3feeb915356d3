//! A mask to be worked on: bits in tiles, of which only those that hold something exist.

use super::mask::Mask;
use super::polygon::Polygon;
use super::raster::each_stretch;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Pixels along each side of a tile.
pub const TILE: u32 = 64;

/// The pixels of a tile: a word a column, in which bit 0 is the topmost row. Columns, because the run lengths of a
/// [`Mask`] go down columns.
pub type Tile = [u64; TILE as usize];

pub(super) const EMPTY: Tile = [0; TILE as usize];

/// Which tile: column and row of tiles, from 0.
pub type TilePos = (u32, u32);

/// A set of pixels of a `width * height` frame as sparse tiles. A stroke touches the tiles under it and no others, and a
/// copy shares all tiles: what changed since is told by [`Arc::ptr_eq`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaskTiles {
    pub(super) width: u32,
    pub(super) height: u32,
    /// None is empty.
    pub(super) tiles: BTreeMap<TilePos, Arc<Tile>>,
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
            let tile = self.tiles.entry(pos).or_insert_with(|| Arc::new(EMPTY));
            if tile[column] & bits != bits {
                Arc::make_mut(tile)[column] |= bits;
            }
        } else if let Some(tile) = self.tiles.get_mut(&pos)
            && tile[column] & bits != 0
        {
            Arc::make_mut(tile)[column] &= !bits;
            if **tile == EMPTY {
                self.tiles.remove(&pos);
            }
        }
    }

    /// A tile, if it holds something.
    pub fn tile(&self, pos: TilePos) -> Option<&Arc<Tile>> {
        self.tiles.get(&pos)
    }

    /// Puts these pixels in the place of a tile; what lies outside the frame is cut off.
    pub fn set_tile(&mut self, pos: TilePos, mut tile: Tile) {
        cut(&mut tile, pos, self.width, self.height);
        if tile == EMPTY {
            self.tiles.remove(&pos);
        } else {
            self.tiles.insert(pos, Arc::new(tile));
        }
    }

    /// Puts a tile of a mask of the same frame in the place of a tile, without a copy.
    pub fn share_tile(&mut self, pos: TilePos, tile: &Arc<Tile>) {
        self.tiles.insert(pos, tile.clone());
    }

    /// Vertical stretches `(column, first row, row behind the last)`, column after column, each as long as can be.
    pub fn stretches(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        let mut tiles = self.tiles.iter().peekable();
        let mut found = Vec::new().into_iter();
        std::iter::from_fn(move || {
            loop {
                if let Some(stretch) = found.next() {
                    return Some(stretch);
                }
                let across = tiles.peek()?.0.0;
                let mut rows = Vec::new();
                while let Some((pos, tile)) = tiles.next_if(|(pos, _)| pos.0 == across) {
                    rows.push((pos.1, &**tile));
                }
                found = stretches_of(across, &rows).into_iter();
            }
        })
    }

    /// The mask of these stretches `(column, first row, row behind the last)`, which come in column order; what lies outside
    /// the frame is cut off.
    pub fn from_stretches(width: u32, height: u32, stretches: impl IntoIterator<Item = (u32, u32, u32)>) -> Self {
        let mut builder = Builder::new(width, height);
        stretches.into_iter().for_each(|(x, top, bottom)| builder.add(x, top, bottom));
        builder.finish()
    }

    /// The pixels of a mask that lie in a frame of another size.
    pub fn of_mask(mask: &Mask, width: u32, height: u32) -> Self {
        Self::from_stretches(width, height, mask.stretches().take_while(|stretch| stretch.0 < width))
    }

    /// As [`Mask::of_polygon`].
    pub fn of_polygon(polygon: &Polygon, width: u32, height: u32) -> Option<Self> {
        let mut builder = Builder::new(width, height);
        each_stretch(polygon, width, height, |x, top, bottom| builder.add(x, top, bottom))?;
        Some(builder.finish())
    }
}

/// Takes away what lies outside the frame.
pub(super) fn cut(tile: &mut Tile, pos: TilePos, width: u32, height: u32) {
    let room = |at: u32, len: u32| len.saturating_sub(at.saturating_mul(TILE)).min(TILE);
    let (columns, rows) = (room(pos.0, width), room(pos.1, height));
    if rows < TILE {
        let inside = (1_u64 << rows) - 1;
        tile.iter_mut().for_each(|word| *word &= inside);
    }
    tile.iter_mut().skip(columns as usize).for_each(|word| *word = 0);
}

/// The stretches in the tiles of one column of tiles.
fn stretches_of(across: u32, rows: &[(u32, &Tile)]) -> Vec<(u32, u32, u32)> {
    let mut found: Vec<(u32, u32, u32)> = Vec::new();
    for column in 0..TILE {
        let x = across * TILE + column;
        for (down, tile) in rows {
            for (top, bottom) in ones(tile[column as usize]) {
                let (top, bottom) = (down * TILE + top, down * TILE + bottom);
                match found.last_mut() {
                    Some(last) if last.0 == x && last.2 == top => last.2 = bottom,
                    _ => found.push((x, top, bottom)),
                }
            }
        }
    }
    found
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

/// Tiles in the making, of stretches in column order. A column of tiles is written to in place, since looking each tile up
/// would take longer than filling it.
struct Builder {
    width: u32,
    height: u32,
    /// The column of tiles that is being filled.
    across: u32,
    /// Number of the first tile in `rows`.
    first: u32,
    rows: Vec<Tile>,
    done: Vec<(TilePos, Arc<Tile>)>,
    /// Shared by all tiles that are full: large areas take hardly any memory.
    full: Arc<Tile>,
}

impl Builder {
    fn new(width: u32, height: u32) -> Self {
        Self { width, height, across: 0, first: 0, rows: Vec::new(), done: Vec::new(), full: Arc::new([u64::MAX; TILE as usize]) }
    }

    fn add(&mut self, x: u32, top: u32, bottom: u32) {
        let bottom = bottom.min(self.height);
        if x >= self.width || top >= bottom {
            return;
        }
        if x / TILE != self.across {
            self.flush();
            self.across = x / TILE;
        }
        let (from, to) = (top / TILE, (bottom - 1) / TILE + 1);
        if self.rows.is_empty() {
            self.first = from;
        } else if from < self.first {
            let more = (self.first - from) as usize;
            self.rows.splice(0..0, std::iter::repeat_n(EMPTY, more));
            self.first = from;
        }
        if self.rows.len() < (to - self.first) as usize {
            self.rows.resize((to - self.first) as usize, EMPTY);
        }
        let mut at = top;
        while at < bottom {
            let end = bottom.min((at / TILE + 1) * TILE);
            let bits = (u64::MAX >> (TILE - (end - at))) << (at % TILE);
            self.rows[(at / TILE - self.first) as usize][(x % TILE) as usize] |= bits;
            at = end;
        }
    }

    fn flush(&mut self) {
        for (down, tile) in (self.first..).zip(self.rows.drain(..)) {
            let shared = if tile == *self.full { self.full.clone() } else { Arc::new(tile) };
            if *shared != EMPTY {
                self.done.push(((self.across, down), shared));
            }
        }
    }

    fn finish(mut self) -> MaskTiles {
        self.flush();
        MaskTiles { width: self.width, height: self.height, tiles: self.done.into_iter().collect() }
    }
}

impl From<&Mask> for MaskTiles {
    fn from(mask: &Mask) -> Self {
        Self::of_mask(mask, mask.width(), mask.height())
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
