//! Video frames as their decoder gives them: luma and two chroma planes, which take a third of the memory of RGBA and are
//! converted where they are shown.
//!
//! The conversion here is for what needs colours on the processor (PNG files, single values, thumbnails): several times as
//! fast as swscale with exact rounding, and it cannot wrap around where impossible colours leave the range. Chroma is taken
//! from the nearest sample, so every value shown is in the file.

use crate::turn::Turn;

/// How luma and chroma make colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YuvMatrix {
    /// Weight of red in luma.
    pub kr: f32,
    /// Weight of blue in luma.
    pub kb: f32,
    /// Samples use all their values, not only those that television allows.
    pub full_range: bool,
}

/// A video frame in planes.
#[derive(Clone, PartialEq)]
pub struct YuvFrame {
    width: u32,
    height: u32,
    samples: Vec<u8>,
    shift: [u32; 2],
    bits: u8,
    matrix: YuvMatrix,
    turn: Turn,
}

/// One plane in memory: samples row by row, `stride` bytes from row to row.
#[derive(Clone, Copy)]
pub(crate) struct Plane<'a> {
    pub bytes: &'a [u8],
    pub stride: usize,
}

/// What a frame's planes are like.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    /// Luma samples across and down.
    pub size: [u32; 2],
    /// Chroma has `1 << shift` times fewer samples across and down.
    pub shift: [u32; 2],
    /// 8, or 9 to 16 in two bytes, little-endian.
    pub bits: u8,
    pub matrix: YuvMatrix,
    /// How the frame is to be shown.
    pub turn: Turn,
}

impl std::fmt::Debug for YuvFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("YuvFrame")
            .field("size", &[self.width, self.height])
            .field("shift", &self.shift)
            .field("bits", &self.bits)
            .finish_non_exhaustive()
    }
}

impl YuvFrame {
    /// Copies planes; `None` when one is shorter than it should be.
    pub(crate) fn copy(layout: Layout, planes: [Plane<'_>; 3]) -> Option<Self> {
        let Layout { size: [width, height], shift, bits, matrix, turn } = layout;
        let mut frame = Self { width, height, samples: Vec::new(), shift, bits, matrix, turn };
        frame.samples.reserve_exact((0..3).map(|plane| frame.plane_bytes(plane)).sum());
        for (number, plane) in planes.into_iter().enumerate() {
            let [row_bytes, rows] = frame.plane_size(number);
            for row in 0..rows {
                let from = row * plane.stride;
                frame.samples.extend_from_slice(plane.bytes.get(from..from + row_bytes)?);
            }
        }
        Some(frame)
    }

    /// Luma samples across, as stored (before the turn).
    pub fn stored_width(&self) -> u32 {
        self.width
    }

    /// Luma samples down, as stored (before the turn).
    pub fn stored_height(&self) -> u32 {
        self.height
    }

    /// Chroma has `1 << shift` times fewer samples across and down, rounded up.
    pub fn chroma_shift(&self) -> [u32; 2] {
        self.shift
    }

    /// Bits of a sample: 8 in one byte; more in two, little-endian.
    pub fn bits(&self) -> u8 {
        self.bits
    }

    /// How the planes make colours.
    pub fn matrix(&self) -> YuvMatrix {
        self.matrix
    }

    /// How the frame is to be turned to be shown, in the numbers of EXIF: 1 as it is, to 8.
    pub fn orientation(&self) -> u8 {
        self.turn.orientation()
    }

    /// Luma and both chroma planes, rows without padding, and the bytes of a row.
    pub fn planes(&self) -> [(&[u8], usize); 3] {
        let mut from = 0;
        std::array::from_fn(|number| {
            let (start, length) = (from, self.plane_bytes(number));
            from += length;
            (self.samples.get(start..start + length).unwrap_or(&[]), self.plane_size(number)[0])
        })
    }

    /// Luma in 8 bit as shown, row by row: what follows objects needs no colours.
    pub fn luma(&self) -> Vec<u8> {
        let (bytes, _) = self.planes()[0];
        let luma = match self.bits {
            8 => bytes.to_vec(),
            bits => bytes.as_chunks::<2>().0.iter().map(|pair| (u16::from_le_bytes(*pair) >> (bits - 8).min(8)) as u8).collect(),
        };
        if self.turn == Turn::NONE { luma } else { self.turn.apply(&luma, self.width, self.height) }
    }

    /// Memory taken, bytes.
    pub fn bytes(&self) -> u64 {
        self.samples.len() as u64
    }

    /// Size as shown.
    pub fn size(&self) -> (u32, u32) {
        self.turn.size(self.width, self.height)
    }

    /// The colour at column `x`, row `y` as shown; `None` outside.
    pub fn rgba_at(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        let (width, height) = self.size();
        if x >= width || y >= height {
            return None;
        }
        let (x, y) = self.turn.source(x, y, self.width, self.height);
        let planes = self.planes();
        let sample = |number: usize, x: u32, y: u32| {
            let (bytes, row_bytes) = planes[number];
            let row = bytes.get(y as usize * row_bytes..)?;
            Some(if self.bits == 8 {
                f32::from(*row.get(x as usize)?)
            } else {
                f32::from(u16::from_le_bytes(row.get(2 * x as usize..2 * x as usize + 2)?.try_into().ok()?))
            })
        };
        let (cx, cy) = (x >> self.shift[0], y >> self.shift[1]);
        Some(Weights::new(self.matrix, self.bits).rgba(sample(0, x, y)?, sample(1, cx, cy)?, sample(2, cx, cy)?).to_le_bytes())
    }

    /// RGBA of the frame as shown, row by row.
    pub fn to_rgba(&self) -> Vec<u8> {
        let rgba = if self.bits == 8 {
            self.convert(|row, out| widen(row, out, |&byte| f32::from(byte)))
        } else {
            self.convert(|row, out| widen(row.as_chunks::<2>().0, out, |b| f32::from(u16::from_le_bytes(*b))))
        };
        if self.turn == Turn::NONE { rgba } else { self.turn.apply(rgba.as_chunks::<4>().0, self.width, self.height).into_flattened() }
    }

    /// Bytes of a row and rows of plane 0, 1 or 2.
    fn plane_size(&self, number: usize) -> [usize; 2] {
        let shift = if number == 0 { [0, 0] } else { self.shift };
        let sample_bytes = if self.bits == 8 { 1 } else { 2 };
        [self.width.div_ceil(1 << shift[0]) as usize * sample_bytes, self.height.div_ceil(1 << shift[1]) as usize]
    }

    fn plane_bytes(&self, number: usize) -> usize {
        let [row_bytes, rows] = self.plane_size(number);
        row_bytes * rows
    }

    fn convert(&self, read: impl Fn(&[u8], &mut [f32])) -> Vec<u8> {
        let [luma_plane, u_plane, v_plane] = self.planes();
        let width = self.width as usize;
        let chroma_width = self.width.div_ceil(1 << self.shift[0]) as usize;
        let weights = Weights::new(self.matrix, self.bits);
        let floats = |n: usize| vec![0.0_f32; n];
        let (mut u, mut v, mut luma) = (floats(chroma_width), floats(chroma_width), floats(width));
        let mut chroma = ChromaRow { red: floats(width), green: floats(width), blue: floats(width) };
        let mut rgba = vec![0; width * self.height as usize * 4];
        for (y, out) in rgba.chunks_exact_mut(width * 4).enumerate() {
            if y & ((1 << self.shift[1]) - 1) == 0 {
                read(row(u_plane, y >> self.shift[1]), &mut u);
                read(row(v_plane, y >> self.shift[1]), &mut v);
                chroma.fill(&u, &v, self.shift[0], weights);
            }
            read(row(luma_plane, y), &mut luma);
            let colours = chroma.red.iter().zip(&chroma.green).zip(&chroma.blue);
            for (out, (&y, ((&r, &g), &b))) in out.as_chunks_mut::<4>().0.iter_mut().zip(luma.iter().zip(colours)) {
                let grey = (y - weights.luma_offset) * weights.luma;
                *out = packed(grey + r, grey + g, grey + b).to_le_bytes();
            }
        }
        rgba
    }
}

fn row((bytes, row_bytes): (&[u8], usize), y: usize) -> &[u8] {
    bytes.get(y * row_bytes..(y + 1) * row_bytes).unwrap_or(&[])
}

fn widen<T>(row: &[T], out: &mut [f32], value: impl Fn(&T) -> f32) {
    for (out, sample) in out.iter_mut().zip(row) {
        *out = value(sample);
    }
}

/// Weights for results from 0 to 255.
#[derive(Clone, Copy, Debug)]
struct Weights {
    luma_offset: f32,
    luma: f32,
    chroma_offset: f32,
    red_v: f32,
    green_u: f32,
    green_v: f32,
    blue_u: f32,
}

impl Weights {
    fn new(YuvMatrix { kr, kb, full_range }: YuvMatrix, bits: u8) -> Self {
        let step = (1_u32 << (bits.clamp(8, 16) - 8)) as f32;
        let (luma_offset, luma_range, chroma_range) =
            if full_range { (0.0, 256.0 * step - 1.0, 256.0 * step - 1.0) } else { (16.0 * step, 219.0 * step, 224.0 * step) };
        let chroma = 2.0 * 255.0 / chroma_range;
        let kg = 1.0 - kr - kb;
        Self {
            luma_offset,
            luma: 255.0 / luma_range,
            chroma_offset: 128.0 * step,
            red_v: (1.0 - kr) * chroma,
            green_u: (1.0 - kb) * chroma * kb / kg,
            green_v: (1.0 - kr) * chroma * kr / kg,
            blue_u: (1.0 - kb) * chroma,
        }
    }

    fn rgba(self, y: f32, u: f32, v: f32) -> u32 {
        let (grey, u, v) = ((y - self.luma_offset) * self.luma, u - self.chroma_offset, v - self.chroma_offset);
        packed(grey + v * self.red_v, grey + (-u * self.green_u - v * self.green_v), grey + u * self.blue_u)
    }
}

fn packed(red: f32, green: f32, blue: f32) -> u32 {
    byte(red) | byte(green) << 8 | byte(blue) << 16 | 0xff << 24
}

/// Rounded to 0..=255. Adding 2^23 leaves the rounded number in the low bits, which every
/// processor does for several numbers at once, unlike a checked conversion.
#[inline]
fn byte(value: f32) -> u32 {
    (value.clamp(0.0, 255.0) + 8_388_608.0).to_bits() & 0xff
}

/// What chroma adds to each colour of one row of pixels.
struct ChromaRow {
    red: Vec<f32>,
    green: Vec<f32>,
    blue: Vec<f32>,
}

impl ChromaRow {
    fn fill(&mut self, u: &[f32], v: &[f32], shift: u32, m: Weights) {
        let pixels = self.red.iter_mut().zip(&mut self.green).zip(&mut self.blue);
        for (x, ((red, green), blue)) in pixels.enumerate() {
            let (u, v) = (u[x >> shift] - m.chroma_offset, v[x >> shift] - m.chroma_offset);
            *red = v * m.red_v;
            *green = -u * m.green_u - v * m.green_v;
            *blue = u * m.blue_u;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BT601: YuvMatrix = YuvMatrix { kr: 0.299, kb: 0.114, full_range: false };
    const BT709: YuvMatrix = YuvMatrix { kr: 0.2126, kb: 0.0722, full_range: false };
    const FULL: YuvMatrix = YuvMatrix { full_range: true, ..BT601 };

    fn one_pixel(y: u16, u: u16, v: u16, matrix: YuvMatrix, bits: u8) -> [u8; 3] {
        let bytes = |value: u16| if bits == 8 { vec![value as u8] } else { value.to_le_bytes().to_vec() };
        let (y, u, v) = (bytes(y), bytes(u), bytes(v));
        let plane = |bytes| Plane { bytes, stride: 2 };
        let layout = Layout { size: [1, 1], shift: [1, 1], bits, matrix, turn: Turn::NONE };
        let frame = YuvFrame::copy(layout, [plane(&y), plane(&u), plane(&v)]).unwrap();
        let rgba = frame.to_rgba();
        assert_eq!(frame.rgba_at(0, 0).unwrap(), *rgba);
        rgba[..3].try_into().unwrap()
    }

    #[test]
    fn known_colours_of_each_matrix_and_range() {
        assert_eq!(one_pixel(16, 128, 128, BT601, 8), [0, 0, 0]);
        assert_eq!(one_pixel(235, 128, 128, BT601, 8), [255, 255, 255]);
        assert_eq!(one_pixel(82, 90, 240, BT601, 8), [255, 1, 0]);
        assert_eq!(one_pixel(76, 85, 255, FULL, 8), [254, 0, 0]);
        assert_eq!(one_pixel(940, 512, 512, BT601, 10), [255, 255, 255]);
        assert_eq!(one_pixel(512, 512, 512, FULL, 10), [128, 128, 128]);
        assert_eq!(one_pixel(63, 102, 240, BT709, 8), [255, 1, 0]);
    }

    #[test]
    fn impossible_colours_end_at_the_edge() {
        assert_eq!(one_pixel(255, 255, 128, BT709, 8)[2], 255);
        assert_eq!(one_pixel(0, 0, 0, BT709, 8), [0, 77, 0]);
    }

    /// 5 x 3 with padding at the end of each row, bright blue in the middle of the top.
    fn small(turn: Turn, y: &[u8]) -> Option<YuvFrame> {
        let (u, v) = ([128, 200, 128, 0, 128, 128, 128, 0], [128; 8]);
        let plane = |bytes, stride| Plane { bytes, stride };
        let layout = Layout { size: [5, 3], shift: [1, 1], bits: 8, matrix: BT601, turn };
        YuvFrame::copy(layout, [plane(y, 7), plane(&u, 4), plane(&v, 4)])
    }

    #[test]
    fn each_pixel_takes_its_nearest_chroma() {
        let y = [100; 19];
        let rgba = small(Turn::NONE, &y).unwrap().to_rgba();
        let blue: Vec<bool> = rgba.as_chunks::<4>().0.iter().map(|p| p[2] > p[0]).collect();
        assert_eq!(blue, [false, false, true, true, false, false, false, true, true, false, false, false, false, false, false]);
        assert!(small(Turn::NONE, &y[..18]).is_none());
    }

    #[test]
    fn single_pixels_are_those_of_the_whole_in_every_turn() {
        let y: Vec<u8> = (0..21).map(|n| 30 + 9 * n).collect();
        for orientation in 1..=8 {
            let turn = Turn::from_orientation(image::metadata::Orientation::from_exif(orientation).unwrap());
            let frame = small(turn, &y).unwrap();
            assert_eq!(frame.orientation(), orientation);
            let (width, height) = frame.size();
            assert_eq!((width, height), if orientation < 5 { (5, 3) } else { (3, 5) });
            let rgba = frame.to_rgba();
            for (n, pixel) in rgba.as_chunks::<4>().0.iter().enumerate() {
                let (x, y) = (n as u32 % width, n as u32 / width);
                assert_eq!(frame.rgba_at(x, y), Some(*pixel), "turn {orientation} at {x}, {y}");
            }
            assert_eq!(frame.rgba_at(width, 0), None);
            assert_eq!(frame.rgba_at(0, height), None);
        }
    }
}
