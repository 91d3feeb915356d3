//! Pinholes and cracks closed, a word of pixels at a time.

use limn_core::geometry::{MaskTiles, TILE, Tile, TilePos};
use std::collections::BTreeSet;

/// The mask grown by `radius` pixels and shrunk by as many: holes and cracks up to twice that wide are gone, the rest of the
/// border stays where it is. What lies outside the frame counts as part of the mask when shrinking, so that a mask along the
/// frame stays there.
pub fn closed(mask: &MaskTiles, radius: u32) -> MaskTiles {
    let mut mask = mask.clone();
    for (steps, grow) in [(0..radius, true), (0..radius, false)] {
        // Sides only and corners, too, by turns: what grows is an octagon.
        for step in steps {
            mask = stepped(&mask, grow, step % 2 == 1);
        }
    }
    mask
}

/// Every pixel joined with its neighbours: with any of them when growing, with all of them when shrinking.
fn stepped(mask: &MaskTiles, grow: bool, corners: bool) -> MaskTiles {
    let around = |pos: TilePos| {
        let near = |at: u32| at.saturating_sub(1)..=at + 1;
        near(pos.0).flat_map(move |across| near(pos.1).map(move |down| (across, down)))
    };
    let places: BTreeSet<TilePos> = match grow {
        true => mask.tiles().flat_map(|(pos, _)| around(pos)).collect(),
        false => mask.tiles().map(|(pos, _)| pos).collect(),
    };
    let mut done = MaskTiles::new(mask.width(), mask.height());
    for pos in places.into_iter().filter(|pos| pos.0 * TILE < mask.width() && pos.1 * TILE < mask.height()) {
        let around = Around::of(mask, pos, !grow);
        match mask.tile(pos).filter(|tile| around.changes_nothing(tile, grow)) {
            Some(same) => done.share_tile(pos, same),
            None => done.set_tile(pos, around.stepped(grow, corners)),
        }
    }
    done
}

/// A tile and the eight around it: columns of three, from top to bottom.
struct Around<'a>([[Seen<'a>; 3]; 3]);

/// A tile as its neighbours see it.
#[derive(Clone, Copy)]
struct Seen<'a> {
    tile: Option<&'a Tile>,
    /// Bits of the rows that lie outside the frame, as they count there.
    rows_beyond: u64,
    /// Columns from this one on lie outside the frame.
    columns: usize,
    /// All of the bits of a column outside the frame, or none.
    beyond: u64,
}

impl<'a> Around<'a> {
    /// `outside`: whether what lies outside the frame counts as part of the mask.
    fn of(mask: &'a MaskTiles, pos: TilePos, outside: bool) -> Self {
        let beyond = if outside { u64::MAX } else { 0 };
        let place = |at: u32, step: usize| (at + step as u32).checked_sub(1);
        let seen = |across: Option<u32>, down: Option<u32>| {
            let nowhere = Seen { tile: None, rows_beyond: beyond, columns: 0, beyond };
            let (Some(across), Some(down)) = (across, down) else { return nowhere };
            let room = |at: u32, len: u32| len.saturating_sub(at.saturating_mul(TILE)).min(TILE);
            let (columns, rows) = (room(across, mask.width()), room(down, mask.height()));
            let rows_beyond = beyond.checked_shl(rows).unwrap_or(0);
            Seen { tile: mask.tile((across, down)).map(|tile| &**tile), rows_beyond, columns: columns as usize, beyond }
        };
        Self([0, 1, 2].map(|dx| [0, 1, 2].map(|dy| seen(place(pos.0, dx), place(pos.1, dy)))))
    }

    /// Whether the step leaves the tile as it is, as inside large areas.
    fn changes_nothing(&self, tile: &Tile, grow: bool) -> bool {
        let is_full = |seen: &Seen<'_>| (0..TILE as usize).all(|column| seen.word(column) == u64::MAX);
        *tile == [u64::MAX; TILE as usize] && (grow || self.0.iter().flatten().all(is_full))
    }

    fn stepped(&self, grow: bool, corners: bool) -> Tile {
        let join = |a: u64, b: u64| if grow { a | b } else { a & b };
        let upright = |[above, here, below]: [u64; 3]| join(join(here << 1 | above >> 63, here >> 1 | below << 63), here);
        let last = TILE as usize - 1;
        // With a column of the neighbours on each side.
        let mut columns = [[0_u64; 3]; TILE as usize + 2];
        columns[0] = self.0[0].map(|seen| seen.word(last));
        columns[last + 2] = self.0[2].map(|seen| seen.word(0));
        for (at, words) in columns[1..=last + 1].iter_mut().enumerate() {
            *words = self.0[1].map(|seen| seen.word(at));
        }
        std::array::from_fn(|at| {
            let sides = [columns[at], columns[at + 2]].map(|side| if corners { upright(side) } else { side[1] });
            join(upright(columns[at + 1]), join(sides[0], sides[1]))
        })
    }
}

impl Seen<'_> {
    fn word(&self, column: usize) -> u64 {
        if column >= self.columns { self.beyond } else { self.tile.map_or(0, |tile| tile[column]) | self.rows_beyond }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: i64 = 70;

    fn plain(bits: &[bool], grow: bool, corners: bool) -> Vec<bool> {
        let at = |x: i64, y: i64| {
            let inside = (0..SIZE).contains(&x) && (0..SIZE).contains(&y);
            if inside { bits[(x * SIZE + y) as usize] } else { !grow }
        };
        let near = |x: i64, y: i64| {
            let all = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))).filter(|(dx, dy)| corners || dx * dy == 0);
            let mut values = all.map(|(dx, dy)| at(x + dx, y + dy));
            if grow { values.any(|value| value) } else { values.all(|value| value) }
        };
        (0..SIZE).flat_map(|x| (0..SIZE).map(move |y| (x, y))).map(|(x, y)| near(x, y)).collect()
    }

    fn tiles(bits: &[bool]) -> MaskTiles {
        let set = bits.iter().enumerate().filter(|(_, bit)| **bit).map(|(at, _)| (at as u32 / SIZE as u32, at as u32 % SIZE as u32));
        MaskTiles::from_stretches(SIZE as u32, SIZE as u32, set.map(|(x, y)| (x, y, y + 1)))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn words_grow_and_shrink_as_pixels_do(share in 0.02..0.98, seed in prop::collection::vec(0.0..1.0, 4900), grow: bool, corners: bool) {
            let bits: Vec<bool> = seed.iter().map(|value| *value < share).collect();
            prop_assert_eq!(stepped(&tiles(&bits), grow, corners), tiles(&plain(&bits, grow, corners)));
        }
    }

    #[test]
    fn pinholes_close_and_borders_stay() {
        let mut mask = MaskTiles::from_stretches(200, 200, (20..120).map(|x| (x, 0, 200)));
        let whole = mask.clone();
        for (x, y) in [(63, 63), (64, 64), (40, 0), (80, 199), (100, 100), (101, 100)] {
            mask.set_column(x, y, y + 1, false);
        }
        assert_eq!(closed(&mask, 1), whole);
        assert_eq!(closed(&mask, 0), mask);
        mask.set_column(70, 0, 200, false);
        mask.set_column(71, 0, 200, false);
        mask.set_column(72, 0, 200, false);
        assert_ne!(closed(&mask, 1), whole);
        assert_eq!(closed(&mask, 2), whole);
    }
}
