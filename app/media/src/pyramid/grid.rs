//! The arithmetic of levels and tiles.

use crate::mips::SMALLEST_SIDE;

/// Pixels of a side of a tile, without its border.
pub(crate) const TILE_SIDE: u32 = 512;
/// The first level whose longer side is at most this many pixels is always in memory.
pub(super) const COARSE_SIDE: u32 = 1024;

/// A tile of a picture: which level, and which column and row of tiles of [`Pyramid::TILE_SIDE`](super::Pyramid::TILE_SIDE) pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    /// 0 is the full size, each next level has half of it.
    pub level: u32,
    /// Counted from the left.
    pub column: u32,
    /// Counted from the top.
    pub row: u32,
}

/// A rectangle of whole pixels of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl Rect {
    /// The whole of a level.
    pub fn of(size: [u32; 2]) -> Rect {
        Rect { x: 0, y: 0, width: size[0], height: size[1] }
    }

    /// The part inside a level of that size; `None` when nothing is left.
    pub fn within(self, size: [u32; 2]) -> Option<Rect> {
        let end = |from: u32, len: u32, most: u32| from.saturating_add(len).min(most);
        let (right, bottom) = (end(self.x, self.width, size[0]), end(self.y, self.height, size[1]));
        let is_something = right > self.x && bottom > self.y;
        is_something.then(|| Rect { width: right - self.x, height: bottom - self.y, ..self })
    }

    /// The pixels of the next larger level that are averaged into these.
    pub fn doubled(self, size: [u32; 2]) -> Option<Rect> {
        let twice = |v: u32| v.saturating_mul(2);
        Rect { x: twice(self.x), y: twice(self.y), width: twice(self.width), height: twice(self.height) }.within(size)
    }

    /// Columns and rows of a grid with cells of that size that it touches: first and last, both included.
    pub fn cells(self, cell: [u32; 2]) -> [(u32, u32); 2] {
        let span = |from: u32, len: u32, cell: u32| (from / cell, (from + len.max(1) - 1) / cell);
        [span(self.x, self.width, cell[0]), span(self.y, self.height, cell[1])]
    }

    pub fn pixels(self) -> usize {
        self.width as usize * self.height as usize
    }
}

/// The full size and all smaller ones, each half of the one before, rounded up.
pub(super) fn level_sizes(full: [u32; 2]) -> Vec<[u32; 2]> {
    let next = |size: &[u32; 2]| (size[0].max(size[1]) > SMALLEST_SIDE).then(|| size.map(|side| side.div_ceil(2)));
    std::iter::successors(Some(full), next).collect()
}

/// What a tile draws, and the same with the border of one pixel that filtering needs, both cut to the level.
pub(super) fn tile_rects(id: TileId, size: [u32; 2]) -> Option<(Rect, Rect)> {
    let (x, y) = (id.column.checked_mul(TILE_SIDE)?, id.row.checked_mul(TILE_SIDE)?);
    let drawn = Rect { x, y, width: TILE_SIDE, height: TILE_SIDE }.within(size)?;
    let (left, top) = (x.saturating_sub(1), y.saturating_sub(1));
    let held = Rect { x: left, y: top, width: drawn.width + x - left + 1, height: drawn.height + y - top + 1 }.within(size)?;
    Some((drawn, held))
}

/// Copies the part that two rectangles share, pixel by pixel of `N` values.
pub(super) fn copy_shared<T: Copy>(from: &[T], from_rect: Rect, to: &mut [T], to_rect: Rect) {
    let left = from_rect.x.max(to_rect.x);
    let top = from_rect.y.max(to_rect.y);
    let right = (from_rect.x + from_rect.width).min(to_rect.x + to_rect.width);
    let bottom = (from_rect.y + from_rect.height).min(to_rect.y + to_rect.height);
    if left >= right {
        return;
    }
    let length = (right - left) as usize;
    for y in top..bottom {
        let at = |rect: Rect| (y - rect.y) as usize * rect.width as usize + (left - rect.x) as usize;
        let (from_at, to_at) = (at(from_rect), at(to_rect));
        if let (Some(source), Some(target)) = (from.get(from_at..from_at + length), to.get_mut(to_at..to_at + length)) {
            target.copy_from_slice(source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_halve_rounded_up() {
        assert_eq!(level_sizes([1001, 70]), [[1001, 70], [501, 35], [251, 18], [126, 9], [63, 5]]);
        assert_eq!(level_sizes([100_000, 100_000]).len(), 12);
    }

    #[test]
    fn tiles_have_a_border_where_there_are_neighbours() {
        let tile = |level, column, row| tile_rects(TileId { level, column, row }, [1100, 600]);
        let (drawn, held) = tile(0, 1, 0).unwrap();
        assert_eq!(drawn, Rect { x: 512, y: 0, width: 512, height: 512 });
        assert_eq!(held, Rect { x: 511, y: 0, width: 514, height: 513 });
        let (drawn, held) = tile(0, 2, 1).unwrap();
        assert_eq!(drawn, Rect { x: 1024, y: 512, width: 76, height: 88 });
        assert_eq!(held, Rect { x: 1023, y: 511, width: 77, height: 89 });
        assert_eq!(tile(0, 3, 0), None);
        assert_eq!(tile(0, u32::MAX, 0), None);
    }

    #[test]
    fn shared_parts_are_copied_where_they_belong() {
        let from: Vec<u32> = (0..12).collect();
        let mut to = vec![99; 9];
        copy_shared(&from, Rect { x: 2, y: 1, width: 4, height: 3 }, &mut to, Rect { x: 4, y: 0, width: 3, height: 3 });
        assert_eq!(to, [99, 99, 99, 2, 3, 99, 6, 7, 99]);
    }
}
