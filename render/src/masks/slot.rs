//! What the GPU knows of a tile: its bits, and for each level of squares of 2, 4, .. 64 px whether a square holds
//! something, whether it is full, and how much of it is covered. `masks.wgsl` reads the same layout.

use super::MaskTile;

/// 32-bit words of a slot.
pub(super) const SLOT_WORDS: usize = 341;
/// A slot.
pub(super) type Slot = [u32; SLOT_WORDS];

/// Coverage is kept from squares of this level on; finer ones are counted from the bits.
const FIRST_COVERAGE: usize = 2;
const LEVELS: usize = 7;
/// Where the coverage of each level begins, in words; one byte a square, down the columns. The last one lies between bits
/// and coverage, where two words are free.
const COVERAGE: [usize; LEVELS] = [0, 0, 256, 320, 336, 340, 254];

/// The slot of a tile.
pub(super) fn slot_of(tile: &MaskTile) -> Slot {
    let mut slot = [0; SLOT_WORDS];
    for (words, column) in slot.chunks_exact_mut(2).zip(tile) {
        words[0] = *column as u32;
        words[1] = (*column >> 32) as u32;
    }
    let mut some = *tile;
    let mut full = *tile;
    let mut counts = [[0_u16; 16]; 16];
    for (column, word) in tile.iter().enumerate() {
        for (row, count) in counts[column / 4].iter_mut().enumerate() {
            *count += (word >> (4 * row) & 0xf).count_ones() as u16;
        }
    }
    for level in 1..LEVELS {
        let side = 64 >> level;
        for column in 0..side {
            let (left, right) = (some[2 * column], some[2 * column + 1]);
            some[column] = every_other((left | right) | (left | right) >> 1);
            let (left, right) = (full[2 * column], full[2 * column + 1]);
            full[column] = every_other((left & right) & (left & right) >> 1);
            let at = 256 - (256 >> level) + 2 * column;
            slot[at] = some[column] as u32;
            slot[at + 1] = full[column] as u32;
        }
        if level < FIRST_COVERAGE {
            continue;
        }
        if level > FIRST_COVERAGE {
            for column in 0..side {
                for row in 0..side {
                    let below = |x: usize, y: usize| counts[2 * column + x][2 * row + y];
                    counts[column][row] = below(0, 0) + below(0, 1) + below(1, 0) + below(1, 1);
                }
            }
        }
        let pixels = 1_u32 << (2 * level);
        for (column, rows) in counts.iter().take(side).enumerate() {
            for (row, count) in rows.iter().take(side).enumerate() {
                let byte = (u32::from(*count) * 255 + pixels / 2) / pixels;
                let at = column * side + row;
                slot[COVERAGE[level] + at / 4] |= byte << (8 * (at % 4));
            }
        }
    }
    slot
}

/// Bits 0, 2, 4, .. side by side.
fn every_other(word: u64) -> u64 {
    let mut bits = word & 0x5555_5555_5555_5555;
    bits = (bits | bits >> 1) & 0x3333_3333_3333_3333;
    bits = (bits | bits >> 2) & 0x0f0f_0f0f_0f0f_0f0f;
    bits = (bits | bits >> 4) & 0x00ff_00ff_00ff_00ff;
    bits = (bits | bits >> 8) & 0x0000_ffff_0000_ffff;
    (bits | bits >> 16) & 0x0000_0000_ffff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_says_what_the_pixels_of_a_square_say() {
        let mut seed = 7_u64;
        let mut tile = [0; 64];
        for (column, word) in tile.iter_mut().enumerate() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Noise, empty and full parts, so that squares of every size are empty, full and mixed.
            *word = if column < 24 { u64::MAX << 7 } else { seed & 0xff00_ff00_0000_3fff };
        }
        let slot = slot_of(&tile);
        for level in 0..LEVELS {
            let (side, square) = (64 >> level, 1 << level);
            for (column, row) in (0..side).flat_map(|column| (0..side).map(move |row| (column, row))) {
                let pixels = (0..square).flat_map(|x| (0..square).map(move |y| (x, y)));
                let inside = |(x, y): &(usize, usize)| tile[column * square + x] >> (row * square + y) & 1 == 1;
                let count = pixels.filter(inside).count();
                if level == 0 {
                    assert_eq!(slot[2 * column + row / 32] >> (row % 32) & 1, count as u32);
                    continue;
                }
                let at = 256 - (256 >> level) + 2 * column;
                assert_eq!(slot[at] >> row & 1 == 1, count > 0, "{level} {column} {row}");
                assert_eq!(slot[at + 1] >> row & 1 == 1, count == square * square, "{level} {column} {row}");
                if level >= FIRST_COVERAGE {
                    let at = column * side + row;
                    let byte = slot[COVERAGE[level] + at / 4] >> (8 * (at % 4)) & 0xff;
                    let exact = count as f64 * 255.0 / (square * square) as f64;
                    assert!((f64::from(byte) - exact).abs() <= 0.5, "{level} {column} {row}: {byte} {exact}");
                }
            }
        }
    }
}
