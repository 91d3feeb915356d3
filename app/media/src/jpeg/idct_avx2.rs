//! The transform of `idct` for two blocks at once with AVX2: one block in each half of a register. Equal to the portable
//! one for all coefficients.

use std::arch::x86_64::*;

use super::idct::{Idct, SHIFTS, Two, weight::*};

/// Proof that this processor has AVX2.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    pub fn new() -> Option<Avx2> {
        is_x86_feature_detected!("avx2").then_some(Avx2(()))
    }
}

impl Idct for Avx2 {
    #[inline(always)]
    #[expect(unsafe_code, reason = "a function for a processor with AVX2 is called")]
    fn two(self, blocks: &[i16; 128]) -> Two {
        // SAFETY: `self` is only made where AVX2 is there.
        unsafe { two(blocks) }
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn two(blocks: &[i16; 128]) -> Two {
    let (rows, _) = blocks.as_chunks::<8>();
    let row = |n: usize| {
        let half = |row: &[i16; 8]| _mm_setr_epi16(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]);
        _mm256_setr_m128i(half(&rows[n]), half(&rows[n + 8]))
    };
    let rows = [row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7)];
    let columns_done = turned(pass::<{ SHIFTS[0] as i32 }>(rows));
    let [a, b, c, d, e, f, g, h] = turned(pass::<{ SHIFTS[1] as i32 }>(columns_done));
    // To bytes around zero, then to bytes from zero on; two rows to a register.
    let bytes = |a, b| _mm256_xor_si256(_mm256_packs_epi16(a, b), _mm256_set1_epi8(-128));
    let mut out = [[0; 8]; 2];
    for (n, pair) in [bytes(a, b), bytes(c, d), bytes(e, f), bytes(g, h)].into_iter().enumerate() {
        let (first, second) = (_mm256_castsi256_si128(pair), _mm256_extracti128_si256::<1>(pair));
        for (block, rows) in [first, second].into_iter().enumerate() {
            out[block][2 * n] = _mm_cvtsi128_si64(rows) as u64;
            out[block][2 * n + 1] = _mm_extract_epi64::<1>(rows) as u64;
        }
    }
    out
}

/// Two weights for neighbouring words.
#[target_feature(enable = "avx2")]
#[inline]
fn weights(first: i16, second: i16) -> __m256i {
    _mm256_set1_epi32(i32::from(first) & 0xffff | i32::from(second) << 16)
}

/// Lower and upper lanes of each half as 32-bit numbers.
#[derive(Clone, Copy)]
struct Wide(__m256i, __m256i);

/// `a * wa + b * wb` in all lanes.
#[target_feature(enable = "avx2")]
#[inline]
fn sum(a: __m256i, wa: i16, b: __m256i, wb: i16) -> Wide {
    let weights = weights(wa, wb);
    let (low, high) = (_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b));
    Wide(_mm256_madd_epi16(low, weights), _mm256_madd_epi16(high, weights))
}

#[target_feature(enable = "avx2")]
#[inline]
fn add(a: Wide, b: Wide) -> Wide {
    Wide(_mm256_add_epi32(a.0, b.0), _mm256_add_epi32(a.1, b.1))
}

#[target_feature(enable = "avx2")]
#[inline]
fn sub(a: Wide, b: Wide) -> Wide {
    Wide(_mm256_sub_epi32(a.0, b.0), _mm256_sub_epi32(a.1, b.1))
}

#[target_feature(enable = "avx2")]
#[inline]
fn pass<const SHIFT: i32>(at: [__m256i; 8]) -> [__m256i; 8] {
    let round = _mm256_set1_epi32(1 << (SHIFT - 1));
    let scaled = |v: __m256i| {
        // Into the upper half of each word, then down by three: times 8192.
        let zero = _mm256_setzero_si256();
        let (low, high) = (_mm256_unpacklo_epi16(zero, v), _mm256_unpackhi_epi16(zero, v));
        Wide(_mm256_add_epi32(_mm256_srai_epi32::<3>(low), round), _mm256_add_epi32(_mm256_srai_epi32::<3>(high), round))
    };
    let middle = scaled(_mm256_add_epi16(at[0], at[4]));
    let other = scaled(_mm256_sub_epi16(at[0], at[4]));
    let near = sum(at[2], W0_541 + W0_765, at[6], W0_541);
    let far = sum(at[2], W0_541, at[6], W0_541 - W1_847);
    let even = [add(middle, near), add(other, far), sub(other, far), sub(middle, near)];

    let (z3, z4) = (_mm256_add_epi16(at[7], at[3]), _mm256_add_epi16(at[5], at[1]));
    let a = sum(z3, W1_175 - W1_961, z4, W1_175);
    let b = sum(z3, W1_175, z4, W1_175 - W0_390);
    let odd = [
        add(sum(at[7], -W0_899, at[1], W1_501 - W0_899), b),
        add(sum(at[5], -W2_562, at[3], W3_072 - W2_562), a),
        add(sum(at[5], W2_053 - W2_562, at[3], -W2_562), b),
        add(sum(at[7], W0_298 - W0_899, at[1], -W0_899), a),
    ];
    let fitted = |v: Wide| _mm256_packs_epi32(_mm256_srai_epi32::<SHIFT>(v.0), _mm256_srai_epi32::<SHIFT>(v.1));
    [
        fitted(add(even[0], odd[0])),
        fitted(add(even[1], odd[1])),
        fitted(add(even[2], odd[2])),
        fitted(add(even[3], odd[3])),
        fitted(sub(even[3], odd[3])),
        fitted(sub(even[2], odd[2])),
        fitted(sub(even[1], odd[1])),
        fitted(sub(even[0], odd[0])),
    ]
}

/// Rows become columns, in both halves.
#[target_feature(enable = "avx2")]
#[inline]
fn turned(r: [__m256i; 8]) -> [__m256i; 8] {
    let pairs = |a, b| [_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)];
    let [a0, a1] = pairs(r[0], r[1]);
    let [b0, b1] = pairs(r[2], r[3]);
    let [c0, c1] = pairs(r[4], r[5]);
    let [d0, d1] = pairs(r[6], r[7]);
    let fours = |a, b| [_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)];
    let [ab0, ab1] = fours(a0, b0);
    let [ab2, ab3] = fours(a1, b1);
    let [cd0, cd1] = fours(c0, d0);
    let [cd2, cd3] = fours(c1, d1);
    let eights = |a, b| [_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b)];
    let [o0, o1] = eights(ab0, cd0);
    let [o2, o3] = eights(ab1, cd1);
    let [o4, o5] = eights(ab2, cd2);
    let [o6, o7] = eights(ab3, cd3);
    [o0, o1, o2, o3, o4, o5, o6, o7]
}

#[cfg(test)]
mod tests {
    use super::super::idct::Portable;
    use super::*;

    #[test]
    fn both_ways_agree_on_any_coefficients() {
        let Some(avx2) = Avx2::new() else { return };
        let mut state = 7_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i16
        };
        for round in 0..4000 {
            // From small values to such as only damaged files have, dense and sparse.
            let (shift, keep) = (round % 14, 1 + round / 14 % 8);
            let blocks: [i16; 128] = std::array::from_fn(|_| if random() % 8 < keep { random() >> shift } else { 0 });
            assert_eq!(avx2.two(&blocks), Portable.two(&blocks), "round {round}");
        }
    }
}
