//! Decoded parts of a picture that were used last, bounded by bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::chunk::Pixels;
use super::grid::Rect;

/// Which part: level, column, row.
pub(super) type BlockId = [u32; 3];

/// A decoded part of a level, as stored.
#[derive(Debug)]
pub(super) struct Block {
    pub rect: Rect,
    pub pixels: Pixels,
}

impl Block {
    fn bytes(&self) -> usize {
        self.pixels.rgba.len() + self.pixels.deep.as_ref().map_or(0, |(_, samples)| samples.len() * 2)
    }
}

#[derive(Debug)]
pub(super) struct Blocks {
    max_bytes: usize,
    bytes: usize,
    clock: u64,
    kept: BTreeMap<BlockId, (Arc<Block>, u64)>,
}

impl Blocks {
    pub fn new(max_bytes: usize) -> Blocks {
        Blocks { max_bytes, bytes: 0, clock: 0, kept: BTreeMap::new() }
    }

    pub fn get(&mut self, id: BlockId) -> Option<Arc<Block>> {
        self.clock += 1;
        let (block, used) = self.kept.get_mut(&id)?;
        *used = self.clock;
        Some(block.clone())
    }

    /// Keeps a block; those used longest ago go, but never this one.
    pub fn put(&mut self, id: BlockId, block: Arc<Block>) {
        self.clock += 1;
        self.bytes += block.bytes();
        if let Some((old, _)) = self.kept.insert(id, (block, self.clock)) {
            self.bytes -= old.bytes();
        }
        while self.bytes > self.max_bytes && self.kept.len() > 1 {
            let oldest = self.kept.iter().min_by_key(|(_, (_, used))| *used).map(|(id, _)| *id);
            let Some((old, _)) = oldest.and_then(|id| self.kept.remove(&id)) else { break };
            self.bytes -= old.bytes();
        }
    }

    pub fn clear(&mut self) {
        self.kept.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_used_longest_ago_goes_first_and_a_large_one_stays_alone() {
        let block = |bytes| {
            let rect = Rect { x: 0, y: 0, width: 1, height: 1 };
            Arc::new(Block { rect, pixels: Pixels { rgba: vec![0; bytes], deep: None } })
        };
        let mut blocks = Blocks::new(100);
        blocks.put([0, 0, 0], block(40));
        blocks.put([0, 1, 0], block(40));
        assert!(blocks.get([0, 0, 0]).is_some());
        blocks.put([0, 2, 0], block(40));
        assert!(blocks.get([0, 1, 0]).is_none() && blocks.get([0, 0, 0]).is_some());
        assert_eq!(blocks.bytes, 80);
        blocks.put([0, 3, 0], block(1000));
        assert_eq!((blocks.bytes, blocks.kept.len()), (1000, 1));
    }
}
