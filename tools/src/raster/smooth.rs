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
        done.set_tile(pos, stepped_tile(mask, pos, grow, corners));
    }
    done
}

/// The columns of one tile with a column of the neighbours on each side, each as the word above, the word and the word below.
fn stepped_tile(mask: &MaskTiles, pos: TilePos, grow: bool, corners: bool) -> Tile {
    let words = |across: Option<u32>, column: usize| {
        [pos.1.checked_sub(1), Some(pos.1), Some(pos.1 + 1)].map(|down| word(mask, across.zip(down), column, !grow))
    };
    let join = |a: u64, b: u64| if grow { a | b } else { a & b };
    let last = TILE as usize - 1;
    let mut columns = [[0_u64; 3]; TILE as usize + 2];
    columns[0] = words(pos.0.checked_sub(1), last);
    columns[last + 2] = words(Some(pos.0 + 1), 0);
    for at in 0..=last {
        columns[at + 1] = words(Some(pos.0), at);
    }
    let upright = |[above, here, below]: [u64; 3]| join(join(here << 1 | above >> 63, here >> 1 | below << 63), here);
    let mut tile = [0; TILE as usize];
    for (at, word) in tile.iter_mut().enumerate() {
        let sides = [columns[at], columns[at + 2]].map(|side| if corners { upright(side) } else { side[1] });
        *word = join(upright(columns[at + 1]), join(sides[0], sides[1]));
    }
    tile
}

/// A word of the mask; outside the frame, all of the bits or none.
fn word(mask: &MaskTiles, pos: Option<TilePos>, column: usize, outside: bool) -> u64 {
    let beyond = if outside { u64::MAX } else { 0 };
    let Some(pos) = pos else { return beyond };
    let (x, y) = (pos.0 * TILE + column as u32, pos.1 * TILE);
    if x >= mask.width() || y >= mask.height() {
        return beyond;
    }
    let rows = mask.height() - y;
    let margin = if rows < TILE { beyond << rows } else { 0 };
    mask.tile(pos).map_or(0, |tile| tile[column]) | margin
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
