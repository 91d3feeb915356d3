//! From coefficients to samples: the accurate integer transform that libjpeg calls "islow", bit for bit.
//!
//! Source of the factorisation: C. Loeffler, A. Ligtenberg and G. Moschytz, "Practical fast 1-D DCT algorithms with 11
//! multiplications", ICASSP 1989; constants in 13 bit fixed point.

/// Samples of two blocks: eight rows each, a row's eight samples in one word, the left one lowest.
pub(super) type Two = [[u64; 8]; 2];

/// A way to transform two blocks of coefficients (row by row, divided out).
pub(super) trait Idct: Copy {
    fn two(self, blocks: &[i16; 128]) -> Two;
}

/// For every processor.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Idct for Portable {
    #[inline(always)]
    fn two(self, blocks: &[i16; 128]) -> Two {
        let (blocks, _) = blocks.as_chunks::<64>();
        [one(&blocks[0]), one(&blocks[1])]
    }
}

/// Weights in 13 bit fixed point; the name says the sum of cosines.
pub(super) mod weight {
    pub const W0_298: i16 = 2446;
    pub const W0_390: i16 = 3196;
    pub const W0_541: i16 = 4433;
    pub const W0_765: i16 = 6270;
    pub const W0_899: i16 = 7373;
    pub const W1_175: i16 = 9633;
    pub const W1_501: i16 = 12299;
    pub const W1_847: i16 = 15137;
    pub const W1_961: i16 = 16069;
    pub const W2_053: i16 = 16819;
    pub const W2_562: i16 = 20995;
    pub const W3_072: i16 = 25172;
}

/// Bits that the first pass keeps beyond whole numbers.
const KEPT: u32 = 2;
/// Shift after the first pass, and after the second.
pub(super) const SHIFTS: [u32; 2] = [13 - KEPT, 13 + KEPT + 3];

type Rows = [[i16; 8]; 8];

#[inline(always)]
fn one(block: &[i16; 64]) -> [u64; 8] {
    let rows: &Rows = block.as_chunks::<8>().0.first_chunk().unwrap_or(&[[0; 8]; 8]);
    let columns_done = pass(rows, SHIFTS[0]);
    let samples = turned(&pass(&turned(&columns_done), SHIFTS[1]));
    samples.map(|row| u64::from_le_bytes(row.map(|v| (v.clamp(-128, 127) + 128) as u8)))
}

#[inline(always)]
fn turned(rows: &Rows) -> Rows {
    std::array::from_fn(|y| std::array::from_fn(|x| rows[x][y]))
}

/// Eight transforms of length eight side by side, down the columns.
#[inline(always)]
fn pass(rows: &Rows, shift: u32) -> Rows {
    use weight::*;
    let mut out = [[0; 8]; 8];
    for lane in 0..8 {
        let at = |row: usize| rows[row][lane];
        let sum = |a: i16, wa: i16, b: i16, wb: i16| (i32::from(a) * i32::from(wa)).wrapping_add(i32::from(b) * i32::from(wb));
        let round = 1 << (shift - 1);
        let middle = i32::from(at(0).wrapping_add(at(4))) * 8192 + round;
        let other = i32::from(at(0).wrapping_sub(at(4))) * 8192 + round;
        let near = sum(at(2), W0_541 + W0_765, at(6), W0_541);
        let far = sum(at(2), W0_541, at(6), W0_541 - W1_847);
        let even = [middle.wrapping_add(near), other.wrapping_add(far), other.wrapping_sub(far), middle.wrapping_sub(near)];

        let (z3, z4) = (at(7).wrapping_add(at(3)), at(5).wrapping_add(at(1)));
        let a = sum(z3, W1_175 - W1_961, z4, W1_175);
        let b = sum(z3, W1_175, z4, W1_175 - W0_390);
        let odd = [
            sum(at(7), -W0_899, at(1), W1_501 - W0_899).wrapping_add(b),
            sum(at(5), -W2_562, at(3), W3_072 - W2_562).wrapping_add(a),
            sum(at(5), W2_053 - W2_562, at(3), -W2_562).wrapping_add(b),
            sum(at(7), W0_298 - W0_899, at(1), -W0_899).wrapping_add(a),
        ];
        let fitted = |v: i32| (v >> shift).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16;
        for n in 0..4 {
            out[n][lane] = fitted(even[n].wrapping_add(odd[n]));
            out[7 - n][lane] = fitted(even[n].wrapping_sub(odd[n]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_dc_gives_a_flat_block() {
        for dc in [-1024, -9, -4, 0, 3, 4, 5, 1016] {
            let mut blocks = [0; 128];
            blocks[0] = dc;
            let value = (128 + ((dc + 4) >> 3)).clamp(0, 255) as u8;
            assert_eq!(Portable.two(&blocks), [[u64::from_le_bytes([value; 8]); 8], [u64::from_le_bytes([128; 8]); 8]]);
        }
    }

    /// The transform by its definition, in floating point.
    fn slow(block: &[i16]) -> Vec<f64> {
        let c = |u: usize| if u == 0 { 0.5_f64.sqrt() } else { 1.0 };
        let cos = |x: usize, u: usize| ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0).cos();
        let sum = |x: usize, y: usize| {
            (0..64).map(|n| (n % 8, n / 8)).map(|(u, v)| c(u) * c(v) * f64::from(block[v * 8 + u]) * cos(x, u) * cos(y, v)).sum::<f64>()
        };
        (0..64).map(|n| (sum(n % 8, n / 8) / 4.0 + 128.0).clamp(0.0, 255.0)).collect()
    }

    #[test]
    fn samples_are_those_of_the_definition() {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i16
        };
        for wide in [20, 60, 200] {
            let blocks: [i16; 128] = std::array::from_fn(|_| random() % wide);
            for (block, rows) in blocks.chunks(64).zip(Portable.two(&blocks)) {
                let samples: Vec<u8> = rows.iter().flat_map(|row| row.to_le_bytes()).collect();
                for (fast, slow) in samples.iter().zip(slow(block)) {
                    assert!((f64::from(*fast) - slow).abs() <= 1.0, "{fast} for {slow}");
                }
            }
        }
    }
}
