//! Smaller copies of a picture, each half the size of the one before (2 x 2 box filter).

use crate::picture::Level;

/// Levels end when the longer side is at most this many pixels.
pub(crate) const SMALLEST_SIDE: u32 = 64;

/// The level and all smaller ones.
pub(crate) fn chain(full: Level) -> Vec<Level> {
    let opaque = is_opaque(&full.rgba);
    chain_of(full, opaque)
}

/// The same where it is known whether every pixel is opaque.
pub(crate) fn chain_of(full: Level, opaque: bool) -> Vec<Level> {
    let mut levels = vec![full];
    while let Some(last) = levels.last() {
        if last.width.max(last.height) <= SMALLEST_SIDE {
            break;
        }
        let next = half(last, opaque);
        levels.push(next);
    }
    levels
}

/// Width and height of all levels of a picture.
pub(crate) fn sizes(width: u32, height: u32) -> Vec<(u32, u32)> {
    let halved = |size: &(u32, u32)| (size.0.max(size.1) > SMALLEST_SIDE).then(|| (size.0.div_ceil(2), size.1.div_ceil(2)));
    std::iter::successors(Some((width, height)), halved).collect()
}

/// True when no pixel is even partly transparent.
pub(crate) fn is_opaque(rgba: &[u8]) -> bool {
    // Whole rows at a time: a reduction without an exit inside is what the compiler vectorises.
    rgba.as_chunks::<4>().0.chunks(4096).all(|row| row.iter().fold(255, |all, p| all & p[3]) == 255)
}

/// Half of `level` on each side, rounded up; an odd last row or column is averaged with itself.
pub(crate) fn half(level: &Level, opaque: bool) -> Level {
    // Two copies of the loop, so that the simple average can be vectorised.
    if opaque { half_by(level, mix_opaque) } else { half_by(level, mix_alpha) }
}

fn half_by(level: &Level, mix: impl Fn([u8; 4], [u8; 4], [u8; 4], [u8; 4]) -> [u8; 4]) -> Level {
    let (width, height) = (level.width.div_ceil(2), level.height.div_ceil(2));
    let mut rgba = vec![0; width as usize * height as usize * 4];
    half_rows(level.rgba.as_chunks().0, level.width as usize, rgba.as_chunks_mut().0, mix);
    Level { width, height, rgba }
}

/// Half of some rows of opaque pixels, `width` across, into as many as that makes.
#[inline(always)]
pub(crate) fn half_opaque(pixels: &[[u8; 4]], width: usize, out: &mut [[u8; 4]]) {
    half_rows(pixels, width, out, mix_opaque);
}

#[inline(always)]
fn half_rows(pixels: &[[u8; 4]], width: usize, out: &mut [[u8; 4]], mix: impl Fn([u8; 4], [u8; 4], [u8; 4], [u8; 4]) -> [u8; 4]) {
    let rows = out.chunks_exact_mut(width.div_ceil(2).max(1));
    for (y, out) in rows.enumerate() {
        let top = &pixels[2 * y * width..(2 * y + 1) * width];
        // The row below, or the same one at an odd bottom.
        let bottom = pixels.get((2 * y + 1) * width..(2 * y + 2) * width).unwrap_or(top);
        let (top_pairs, top_rest) = top.as_chunks::<2>();
        let (bottom_pairs, bottom_rest) = bottom.as_chunks::<2>();
        for (out, (t, b)) in out.iter_mut().zip(top_pairs.iter().zip(bottom_pairs)) {
            *out = mix(t[0], t[1], b[0], b[1]);
        }
        if let ([t], [b], Some(out)) = (top_rest, bottom_rest, out.last_mut()) {
            *out = mix(*t, *t, *b, *b);
        }
    }
}

/// Average of four pixels, rounded. Two channels at a time in one word: 4 x 255 + 2 fits in 16 bits.
#[inline(always)]
fn mix_opaque(a: [u8; 4], b: [u8; 4], c: [u8; 4], d: [u8; 4]) -> [u8; 4] {
    const EVEN: u32 = 0x00ff_00ff;
    const ROUND: u32 = 0x0002_0002;
    let [a, b, c, d] = [a, b, c, d].map(u32::from_le_bytes);
    let low = ((a & EVEN) + (b & EVEN) + (c & EVEN) + (d & EVEN) + ROUND) >> 2 & EVEN;
    let high = (((a >> 8) & EVEN) + ((b >> 8) & EVEN) + ((c >> 8) & EVEN) + ((d >> 8) & EVEN) + ROUND) >> 2 & EVEN;
    (low | high << 8).to_le_bytes()
}

/// Average of four pixels, colours weighted by alpha: the colour under transparent pixels must not show.
fn mix_alpha(a: [u8; 4], b: [u8; 4], c: [u8; 4], d: [u8; 4]) -> [u8; 4] {
    let all = [a, b, c, d];
    let alpha: u32 = all.iter().map(|p| u32::from(p[3])).sum();
    if alpha == 0 {
        return mix_opaque(a, b, c, d);
    }
    let colour = |i: usize| {
        let sum: u32 = all.iter().map(|p| u32::from(p[i]) * u32::from(p[3])).sum();
        ((sum + alpha / 2) / alpha) as u8
    };
    [colour(0), colour(1), colour(2), ((alpha + 2) / 4) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up_and_end_at_64() {
        let level = Level { width: 1001, height: 3, rgba: vec![255; 1001 * 3 * 4] };
        let sizes: Vec<_> = chain(level).iter().map(|l| (l.width, l.height, l.rgba.len())).collect();
        assert_eq!(sizes, [(1001, 3, 12012), (501, 2, 4008), (251, 1, 1004), (126, 1, 504), (63, 1, 252)]);
    }

    #[test]
    fn four_pixels_are_averaged_with_rounding() {
        let rgba = [[0, 10, 255, 255], [1, 10, 255, 255], [1, 11, 255, 255], [0, 11, 254, 255]].concat();
        let out = half(&Level { width: 2, height: 2, rgba }, true);
        assert_eq!(out.rgba, [1, 11, 255, 255]);
    }

    #[test]
    fn an_odd_edge_keeps_its_own_colour() {
        let rgba = [[10, 0, 0, 255], [20, 0, 0, 255], [90, 0, 0, 255]].concat();
        let out = half(&Level { width: 3, height: 1, rgba }, true);
        assert_eq!(out.rgba, [15, 0, 0, 255, 90, 0, 0, 255]);
    }

    #[test]
    fn colour_under_transparent_pixels_does_not_show() {
        let rgba = [[200, 0, 0, 255], [0, 255, 0, 0], [200, 0, 0, 255], [0, 255, 0, 0]].concat();
        assert!(!is_opaque(&rgba));
        let out = half(&Level { width: 2, height: 2, rgba }, false);
        assert_eq!(out.rgba, [200, 0, 0, 128]);
    }
}
