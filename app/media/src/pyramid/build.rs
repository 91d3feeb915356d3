//! Levels out of rows: each level keeps one row of tiles, and passes what it got on at half the size.

use super::grid::TILE_SIDE;
use super::store::TileStore;
use crate::error::MediaError;
use crate::mips;
use crate::picture::Level;

/// Takes the rows of a level from top to bottom and makes the tiles of this level and of all smaller ones.
pub(super) struct Builder<'a> {
    /// Without it only the coarse level is made.
    store: Option<&'a TileStore>,
    levels: Vec<Growing>,
    /// The smallest level, as far as it is known.
    pub coarse: Level,
    coarse_rows: usize,
}

/// A level that is coming in.
struct Growing {
    number: u32,
    size: [u32; 2],
    /// Rows of the row of tiles that is not full yet.
    band: Vec<u8>,
    /// Rows that were made into tiles.
    done: u32,
    /// Rows that were not passed on to the next level yet: fewer than two.
    rest: Vec<u8>,
}

impl<'a> Builder<'a> {
    /// For levels of these sizes, the first one being `first_level`; `coarse` is what is known of the last one.
    pub fn new(store: Option<&'a TileStore>, first_level: u32, sizes: &[[u32; 2]], coarse: Level) -> Builder<'a> {
        let grow = |(number, size): (u32, &[u32; 2])| Growing { number, size: *size, band: Vec::new(), done: 0, rest: Vec::new() };
        Builder { store, levels: (first_level..).zip(sizes).map(grow).collect(), coarse, coarse_rows: 0 }
    }

    /// Takes the next rows of the first level; `rgba` holds whole rows.
    pub fn push(&mut self, rgba: &[u8]) -> Result<(), MediaError> {
        self.push_to(0, rgba)
    }

    fn push_to(&mut self, index: usize, rgba: &[u8]) -> Result<(), MediaError> {
        let is_last = index + 1 == self.levels.len();
        let Some(level) = self.levels.get_mut(index) else { return Ok(()) };
        let row = level.size[0] as usize * 4;
        if is_last {
            let at = self.coarse_rows * row;
            if let Some(target) = self.coarse.rgba.get_mut(at..at + rgba.len()) {
                target.copy_from_slice(rgba);
            }
            self.coarse_rows += rgba.len() / row;
        }
        let mut left = rgba;
        while !left.is_empty() {
            let room = TILE_SIDE as usize * row - level.band.len();
            let (now, later) = left.split_at(room.min(left.len()));
            level.band.extend_from_slice(now);
            left = later;
            level.flush(self.store)?;
        }
        if is_last {
            return Ok(());
        }
        level.rest.extend_from_slice(rgba);
        let known = level.done as usize + (level.band.len() / row);
        let rows = level.rest.len() / row;
        // The last row of an odd height is averaged with itself.
        let take = if known == level.size[1] as usize { rows } else { rows / 2 * 2 };
        if take == 0 {
            return Ok(());
        }
        let rest = level.rest.split_off(take * row);
        let strip = Level { width: level.size[0], height: take as u32, rgba: std::mem::replace(&mut level.rest, rest) };
        let half = mips::half(&strip, mips::is_opaque(&strip.rgba));
        self.push_to(index + 1, &half.rgba)
    }
}

impl Growing {
    /// Makes tiles of the band when it is full or the last one.
    fn flush(&mut self, store: Option<&TileStore>) -> Result<(), MediaError> {
        let stride = self.size[0] as usize * 4;
        let rows = (self.band.len() / stride) as u32;
        if rows == 0 || rows < TILE_SIDE && self.done + rows < self.size[1] {
            return Ok(());
        }
        if let Some(store) = store {
            self.make_tiles(store, rows)?;
        }
        self.band.clear();
        self.done += rows;
        Ok(())
    }

    fn make_tiles(&self, store: &TileStore, rows: u32) -> Result<(), MediaError> {
        let stride = self.size[0] as usize * 4;
        for column in 0..self.size[0].div_ceil(TILE_SIDE) {
            let left = column * TILE_SIDE;
            let width = TILE_SIDE.min(self.size[0] - left);
            let part = left as usize * 4..(left + width) as usize * 4;
            let rgba = self.band.chunks_exact(stride).flat_map(|row| &row[part.clone()]).copied().collect();
            store.put([self.number, column, self.done / TILE_SIDE], &Level { width, height: rows, rgba })?;
        }
        Ok(())
    }
}
