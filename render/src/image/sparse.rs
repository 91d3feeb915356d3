//! The levels of a large picture of which only some tiles are in graphics memory: those that were seen last.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::texture::{MipLevel, Tile, TileMaker, premultiplied, write_tile};
use crate::error::RenderError;
use crate::gpu;

/// A tile of a level of a large picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    /// 0 is the full size, each next level has half of it.
    pub level: u32,
    /// Counted from the left.
    pub column: u32,
    /// Counted from the top.
    pub row: u32,
}

/// The levels above those that are there as a whole.
#[derive(Debug)]
pub(super) struct SparseLevels {
    /// The largest first.
    pub sizes: Vec<[u32; 2]>,
    /// Texels of a side of a tile, without its border.
    pub side: u32,
    maker: TileMaker,
    is_fine: bool,
    kept: Mutex<Kept>,
}

/// The tiles that are there.
#[derive(Debug)]
pub(super) struct Kept {
    tiles: BTreeMap<TileId, (Tile, u64)>,
    bytes: u64,
    max_bytes: u64,
    clock: u64,
}

impl Kept {
    /// What is looked at from here on counts as seen later than all before.
    pub fn begin(&mut self) {
        self.clock += 1;
    }

    /// The tile, if it is there; it counts as seen.
    pub fn see(&mut self, id: TileId) -> Option<&Tile> {
        let (tile, seen) = self.tiles.get_mut(&id)?;
        *seen = self.clock;
        Some(tile)
    }

    fn put(&mut self, id: TileId, tile: Tile) {
        self.bytes += tile.bytes();
        if let Some((old, _)) = self.tiles.insert(id, (tile, self.clock)) {
            self.bytes -= old.bytes();
        }
        while self.bytes > self.max_bytes && self.tiles.len() > 1 {
            let others = self.tiles.iter().filter(|(other, _)| **other != id);
            let oldest = others.min_by_key(|(id, (_, seen))| (*seen, id.level)).map(|(id, _)| *id);
            let Some((old, _)) = oldest.and_then(|id| self.tiles.remove(&id)) else { break };
            self.bytes -= old.bytes();
        }
    }
}

impl SparseLevels {
    pub fn new(device: &wgpu::Device, sizes: Vec<[u32; 2]>, side: u32, max_bytes: u64, is_fine: bool) -> Self {
        let kept = Kept { tiles: BTreeMap::new(), bytes: 0, max_bytes, clock: 0 };
        let maker = TileMaker::new(device, wgpu::TextureUsages::empty(), is_fine);
        Self { sizes, side, maker, is_fine, kept: Mutex::new(kept) }
    }

    pub fn lock(&self) -> MutexGuard<'_, Kept> {
        // Changed in small steps that do not panic.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn bytes(&self) -> u64 {
        self.lock().bytes
    }

    /// So many tiles fit at the same time.
    pub fn capacity(&self) -> usize {
        let each = (u64::from(self.side) + 2).pow(2) * if self.is_fine { 8 } else { 4 };
        usize::try_from(self.lock().max_bytes / each).unwrap_or(usize::MAX)
    }

    /// Where a tile begins and ends in texels of its level; `None`: there is no such tile.
    pub fn span(&self, id: TileId) -> Option<([u32; 2], [u32; 2])> {
        let size = self.sizes.get(id.level as usize)?;
        let (column, row) = (id.column.checked_mul(self.side)?, id.row.checked_mul(self.side)?);
        let is_there = column < size[0] && row < size[1];
        let end = |from: u32, most: u32| from.saturating_add(self.side).min(most);
        is_there.then(|| ([column, row], [end(column, size[0]), end(row, size[1])]))
    }

    pub fn insert(&self, device: &wgpu::Device, queue: &wgpu::Queue, id: TileId, pixels: &MipLevel<'_>) -> Result<(), RenderError> {
        let wrong =
            || RenderError::LevelSize { level: id.level as usize, width: pixels.width, height: pixels.height, found: pixels.rgba.len() };
        let (min, max) = self.span(id).ok_or_else(wrong)?;
        let tile = gpu::catching_out_of_memory(device, || {
            let tile = self.maker.tile(device, self.sizes[id.level as usize], min, max);
            let fits = tile.held_size() == [pixels.width, pixels.height];
            let has_all = |bytes: &[u8]| bytes.len() as u64 == u64::from(pixels.width) * u64::from(pixels.height) * 4;
            let fits = fits && has_all(pixels.rgba) && pixels.fine.is_some() == self.is_fine && pixels.fine.is_none_or(has_all);
            fits.then(|| {
                let [rgba, fine] = premultiplied(pixels);
                write_tile(queue, &tile, [0, 0], [&rgba, &fine], pixels.width);
                // Starts the copy, so that staging memory is freed while many tiles come.
                queue.submit([]);
                tile
            })
        })?;
        self.lock().put(id, tile.ok_or_else(wrong)?);
        Ok(())
    }
}
