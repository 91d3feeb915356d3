//! Pixels of a rectangle of a page of a TIFF, from the chunks that lie under it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::blocks::{Block, Blocks};
use super::directory::Page;
use super::grid::{Rect, copy_shared};
use super::locked;
use super::tiff::TiffFile;
use crate::error::MediaError;
use crate::picture::Level;

/// A page that is being read.
pub(super) struct Reading<'a> {
    pub file: &'a TiffFile,
    pub page: &'a Page,
    /// Which level the page is.
    pub level: u32,
    /// Where decoded chunks are kept for the next rectangle.
    pub blocks: &'a Mutex<Blocks>,
    pub stop: &'a AtomicBool,
}

impl Reading<'_> {
    /// Pixels of a rectangle, which may go a little beyond the page: its last column and row stand for what is missing.
    pub fn region(&self, rect: Rect) -> Result<Level, MediaError> {
        let page = self.page;
        let mut rgba = vec![[0; 4]; rect.pixels()];
        if let Some(inside) = rect.within([page.width, page.height]) {
            let [(left, right), (top, bottom)] = inside.cells(page.chunk);
            for (column, row) in (top..=bottom).flat_map(|row| (left..=right).map(move |column| (column, row))) {
                let block = self.chunk(column, row)?;
                copy_shared(block.pixels.rgba.as_chunks::<4>().0, block.rect, &mut rgba, rect);
            }
            let width = rect.width as usize;
            if inside.width < rect.width && inside.width > 0 {
                for row in rgba.chunks_exact_mut(width) {
                    let last = row[inside.width as usize - 1];
                    row[inside.width as usize..].fill(last);
                }
            }
            if inside.height < rect.height && inside.height > 0 {
                let last = (inside.height as usize - 1) * width;
                for y in inside.height as usize..rect.height as usize {
                    rgba.copy_within(last..last + width, y * width);
                }
            }
        }
        Ok(Level { width: rect.width, height: rect.height, rgba: rgba.into_flattened() })
    }

    /// A chunk, out of memory or decoded now.
    pub fn chunk(&self, column: u32, row: u32) -> Result<Arc<Block>, MediaError> {
        let id = [self.level, column, row];
        if let Some(block) = locked(self.blocks).get(id) {
            return Ok(block);
        }
        if self.stop.load(Ordering::Relaxed) {
            return Err(self.file.cancelled());
        }
        let (rect, pixels) = self.file.chunk(self.page, column, row)?;
        let block = Arc::new(Block { rect, pixels });
        locked(self.blocks).put(id, block.clone());
        Ok(block)
    }
}
