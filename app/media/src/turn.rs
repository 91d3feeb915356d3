//! Turning pictures by quarter turns and mirrors: EXIF orientation and the display matrix of video.

use image::metadata::Orientation;

/// A turn as a rule for fetching: destination (x, y) comes from (x, y), swapped if `transpose`,
/// then counted from the far edge of the source where flipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Turn {
    pub transpose: bool,
    pub flip_x: bool,
    pub flip_y: bool,
}

impl Turn {
    pub const NONE: Turn = Turn { transpose: false, flip_x: false, flip_y: false };

    pub fn from_orientation(orientation: Orientation) -> Turn {
        let (transpose, flip_x, flip_y) = match orientation {
            Orientation::NoTransforms => (false, false, false),
            Orientation::FlipHorizontal => (false, true, false),
            Orientation::Rotate180 => (false, true, true),
            Orientation::FlipVertical => (false, false, true),
            Orientation::Rotate90FlipH => (true, false, false),
            Orientation::Rotate90 => (true, false, true),
            Orientation::Rotate270FlipH => (true, true, true),
            Orientation::Rotate270 => (true, true, false),
        };
        Turn { transpose, flip_x, flip_y }
    }

    /// From FFmpeg's display matrix (nine 32-bit numbers, 16.16 fixed point, rows a b u, c d v, x y w).
    /// `None` when it is not a multiple of a quarter turn, with or without a mirror.
    pub fn from_display_matrix(bytes: &[u8]) -> Option<Turn> {
        let at = |i: usize| Some(i32::from_ne_bytes(bytes.get(i * 4..i * 4 + 4)?.try_into().ok()?));
        let (a, b, c, d) = (at(0)?, at(1)?, at(3)?, at(4)?);
        let unit = |v: i32| v.unsigned_abs() == 1 << 16;
        if unit(a) && unit(d) && b == 0 && c == 0 {
            Some(Turn { transpose: false, flip_x: a < 0, flip_y: d < 0 })
        } else if a == 0 && d == 0 && unit(b) && unit(c) {
            Some(Turn { transpose: true, flip_x: b < 0, flip_y: c < 0 })
        } else {
            None
        }
    }

    /// The turn in the numbers of EXIF, 1 (none) to 8.
    pub fn orientation(self) -> u8 {
        match (self.transpose, self.flip_x, self.flip_y) {
            (false, false, false) => 1,
            (false, true, false) => 2,
            (false, true, true) => 3,
            (false, false, true) => 4,
            (true, false, false) => 5,
            (true, false, true) => 6,
            (true, true, true) => 7,
            (true, true, false) => 8,
        }
    }

    /// Where the pixel that is shown at (x, y) lies in a source of `width` x `height`. Both must be inside.
    pub fn source(self, x: u32, y: u32, width: u32, height: u32) -> (u32, u32) {
        let (x, y) = if self.transpose { (y, x) } else { (x, y) };
        (if self.flip_x { width - 1 - x } else { x }, if self.flip_y { height - 1 - y } else { y })
    }

    /// Size after the turn.
    pub fn size(self, width: u32, height: u32) -> (u32, u32) {
        if self.transpose { (height, width) } else { (width, height) }
    }

    /// Turns `pixels` (row by row, `width` x `height`); a length that does not fit gives an empty answer.
    pub fn apply<P: Copy>(self, pixels: &[P], width: u32, height: u32) -> Vec<P> {
        let (w, h) = (width as usize, height as usize);
        if w.checked_mul(h) != Some(pixels.len()) {
            return Vec::new();
        }
        let mut out = Vec::with_capacity(pixels.len());
        if !self.transpose {
            for y in 0..h {
                let sy = if self.flip_y { h - 1 - y } else { y };
                let row = &pixels[sy * w..(sy + 1) * w];
                if self.flip_x {
                    out.extend(row.iter().rev());
                } else {
                    out.extend_from_slice(row);
                }
            }
            return out;
        }
        // Transposing walks the source down its columns. Going through it in square blocks keeps
        // the rows that are in use in the processor's cache.
        const BLOCK: usize = 32;
        let (out_w, out_h) = (h, w);
        if let Some(&first) = pixels.first() {
            out.resize(pixels.len(), first);
        }
        for block_y in (0..out_h).step_by(BLOCK) {
            for block_x in (0..out_w).step_by(BLOCK) {
                for y in block_y..(block_y + BLOCK).min(out_h) {
                    let sx = if self.flip_x { w - 1 - y } else { y };
                    for x in block_x..(block_x + BLOCK).min(out_w) {
                        let sy = if self.flip_y { h - 1 - x } else { x };
                        out[y * out_w + x] = pixels[sy * w + sx];
                    }
                }
            }
        }
        out
    }

    /// The same for interleaved samples, `channels` (1 to 4) to a pixel.
    pub fn apply_samples<S: Copy>(self, samples: &[S], channels: u8, width: u32, height: u32) -> Vec<S> {
        fn grouped<S: Copy, const N: usize>(turn: Turn, s: &[S], w: u32, h: u32) -> Vec<S> {
            turn.apply(s.as_chunks::<N>().0, w, h).into_flattened()
        }
        match channels {
            1 => self.apply(samples, width, height),
            2 => grouped::<S, 2>(self, samples, width, height),
            3 => grouped::<S, 3>(self, samples, width, height),
            4 => grouped::<S, 4>(self, samples, width, height),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(a: i32, b: i32, c: i32, d: i32) -> Vec<u8> {
        [a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30].iter().flat_map(|v| v.to_ne_bytes()).collect()
    }

    #[test]
    fn a_clockwise_quarter_turn_moves_the_left_column_to_the_top() {
        let turn = Turn::from_display_matrix(&matrix(0, 1, -1, 0)).unwrap();
        assert_eq!(turn, Turn::from_orientation(Orientation::Rotate90));
        assert_eq!(turn.apply(&[1, 2, 3, 4, 5, 6], 3, 2), [4, 1, 5, 2, 6, 3]);
        assert_eq!(turn.size(3, 2), (2, 3));
    }

    #[test]
    fn a_skewed_matrix_is_not_a_turn() {
        assert_eq!(Turn::from_display_matrix(&matrix(1, 1, 0, 1)), None);
        assert_eq!(Turn::from_display_matrix(&[0; 8]), None);
    }

    #[test]
    fn blocks_and_samples_agree_with_the_rule() {
        let (w, h) = (70_u32, 45_u32);
        let pixels: Vec<u32> = (0..w * h).collect();
        for o in 1..=8 {
            let turn = Turn::from_orientation(Orientation::from_exif(o).unwrap());
            let (ow, oh) = turn.size(w, h);
            let out = turn.apply(&pixels, w, h);
            for y in 0..oh {
                for x in 0..ow {
                    let (sx, sy) = turn.source(x, y, w, h);
                    assert_eq!(out[(y * ow + x) as usize], sy * w + sx, "orientation {o} at {x},{y}");
                }
            }
            let triples: Vec<u32> = pixels.iter().flat_map(|&p| [p, p + 1, p + 2]).collect();
            let turned: Vec<u32> = out.iter().flat_map(|&p| [p, p + 1, p + 2]).collect();
            assert_eq!(turn.apply_samples(&triples, 3, w, h), turned);
        }
    }
}
