//! RGBA straight from planar YUV, for the layouts that nearly all videos have.
//!
//! Several times as fast as swscale with exact rounding, and it cannot wrap around where impossible
//! colours leave the range. Chroma is taken from the nearest sample, so every value shown is in the file.

/// Weights of a YUV matrix, for results from 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Matrix {
    luma_offset: f32,
    luma: f32,
    chroma_offset: f32,
    red_v: f32,
    green_u: f32,
    green_v: f32,
    blue_u: f32,
}

impl Matrix {
    /// From the luma weights of red and blue, the range, and the bits of a sample.
    pub fn new(kr: f32, kb: f32, full_range: bool, bits: u8) -> Matrix {
        let step = f32::from(1_u16 << (bits - 8));
        let (luma_offset, luma_range, chroma_range) =
            if full_range { (0.0, 256.0 * step - 1.0, 256.0 * step - 1.0) } else { (16.0 * step, 219.0 * step, 224.0 * step) };
        let chroma = 2.0 * 255.0 / chroma_range;
        let kg = 1.0 - kr - kb;
        Matrix {
            luma_offset,
            luma: 255.0 / luma_range,
            chroma_offset: 128.0 * step,
            red_v: (1.0 - kr) * chroma,
            green_u: (1.0 - kb) * chroma * kb / kg,
            green_v: (1.0 - kr) * chroma * kr / kg,
            blue_u: (1.0 - kb) * chroma,
        }
    }
}

/// One plane: samples row by row, `stride` bytes from row to row.
#[derive(Clone, Copy)]
pub(super) struct Plane<'a> {
    pub bytes: &'a [u8],
    pub stride: usize,
}

/// Luma and two chroma planes; chroma has `1 << shift` times fewer samples on each axis.
pub(super) struct Yuv<'a> {
    pub width: usize,
    pub height: usize,
    pub planes: [Plane<'a>; 3],
    pub shift_x: u32,
    pub shift_y: u32,
    /// 8, or 9 to 16 in two bytes, little-endian.
    pub bits: u8,
}

/// `None` when a plane is shorter than it should be.
pub(super) fn to_rgba(yuv: &Yuv<'_>, matrix: Matrix) -> Option<Vec<u8>> {
    if yuv.bits == 8 {
        convert(yuv, matrix, 1, |row, out| widen(row, out, |&byte| f32::from(byte)))
    } else {
        convert(yuv, matrix, 2, |row, out| widen(row.as_chunks::<2>().0, out, |b| f32::from(u16::from_le_bytes(*b))))
    }
}

fn widen<T>(row: &[T], out: &mut [f32], value: impl Fn(&T) -> f32) {
    for (out, sample) in out.iter_mut().zip(row) {
        *out = value(sample);
    }
}

/// What chroma adds to each colour of one row of pixels.
struct ChromaRow {
    red: Vec<f32>,
    green: Vec<f32>,
    blue: Vec<f32>,
}

fn convert(yuv: &Yuv<'_>, m: Matrix, sample_bytes: usize, read: impl Fn(&[u8], &mut [f32])) -> Option<Vec<u8>> {
    let chroma_width = yuv.width.div_ceil(1 << yuv.shift_x);
    let row_of = |plane: usize, y: usize, width: usize| {
        let Plane { bytes, stride } = yuv.planes[plane];
        bytes.get(y * stride..y * stride + width * sample_bytes)
    };
    let floats = |n: usize| vec![0.0_f32; n];
    let (mut u, mut v, mut luma) = (floats(chroma_width), floats(chroma_width), floats(yuv.width));
    let mut chroma = ChromaRow { red: floats(yuv.width), green: floats(yuv.width), blue: floats(yuv.width) };
    let mut rgba = vec![0; yuv.width * yuv.height * 4];
    for (y, out) in rgba.chunks_exact_mut(yuv.width * 4).enumerate() {
        if y & ((1 << yuv.shift_y) - 1) == 0 {
            let from = y >> yuv.shift_y;
            read(row_of(1, from, chroma_width)?, &mut u);
            read(row_of(2, from, chroma_width)?, &mut v);
            chroma.fill(&u, &v, yuv.shift_x, m);
        }
        read(row_of(0, y, yuv.width)?, &mut luma);
        let colours = chroma.red.iter().zip(&chroma.green).zip(&chroma.blue);
        for (out, (&y, ((&r, &g), &b))) in out.as_chunks_mut::<4>().0.iter_mut().zip(luma.iter().zip(colours)) {
            let grey = (y - m.luma_offset) * m.luma;
            let pixel = byte(grey + r) | byte(grey + g) << 8 | byte(grey + b) << 16 | 0xff << 24;
            *out = pixel.to_le_bytes();
        }
    }
    Some(rgba)
}

/// Rounded to 0..=255. Adding 2^23 leaves the rounded number in the low bits, which every
/// processor does for several numbers at once, unlike a checked conversion.
#[inline]
fn byte(value: f32) -> u32 {
    (value.clamp(0.0, 255.0) + 8_388_608.0).to_bits() & 0xff
}

impl ChromaRow {
    fn fill(&mut self, u: &[f32], v: &[f32], shift: u32, m: Matrix) {
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

    fn one_pixel(y: u16, u: u16, v: u16, matrix: Matrix, bits: u8) -> [u8; 3] {
        let bytes = |value: u16| if bits == 8 { vec![value as u8] } else { value.to_le_bytes().to_vec() };
        let (y, u, v) = (bytes(y), bytes(u), bytes(v));
        let plane = |bytes| Plane { bytes, stride: 2 };
        let yuv = Yuv { width: 1, height: 1, planes: [plane(&y), plane(&u), plane(&v)], shift_x: 1, shift_y: 1, bits };
        to_rgba(&yuv, matrix).unwrap()[..3].try_into().unwrap()
    }

    #[test]
    fn known_colours_of_each_matrix_and_range() {
        let bt601 = |full, bits| Matrix::new(0.299, 0.114, full, bits);
        assert_eq!(one_pixel(16, 128, 128, bt601(false, 8), 8), [0, 0, 0]);
        assert_eq!(one_pixel(235, 128, 128, bt601(false, 8), 8), [255, 255, 255]);
        assert_eq!(one_pixel(82, 90, 240, bt601(false, 8), 8), [255, 1, 0]);
        assert_eq!(one_pixel(76, 85, 255, bt601(true, 8), 8), [254, 0, 0]);
        assert_eq!(one_pixel(940, 512, 512, bt601(false, 10), 10), [255, 255, 255]);
        assert_eq!(one_pixel(512, 512, 512, bt601(true, 10), 10), [128, 128, 128]);
        let bt709 = Matrix::new(0.2126, 0.0722, false, 8);
        assert_eq!(one_pixel(63, 102, 240, bt709, 8), [255, 1, 0]);
    }

    #[test]
    fn impossible_colours_end_at_the_edge() {
        let bt709 = Matrix::new(0.2126, 0.0722, false, 8);
        assert_eq!(one_pixel(255, 255, 128, bt709, 8)[2], 255);
        assert_eq!(one_pixel(0, 0, 0, bt709, 8), [0, 77, 0]);
    }

    #[test]
    fn each_pixel_takes_its_nearest_chroma() {
        let y = [100; 15];
        let (u, v) = ([128, 200, 128, 128, 128, 128], [128; 6]);
        let plane = |bytes, stride| Plane { bytes, stride };
        let yuv = Yuv { width: 5, height: 3, planes: [plane(&y, 5), plane(&u, 3), plane(&v, 3)], shift_x: 1, shift_y: 1, bits: 8 };
        let rgba = to_rgba(&yuv, Matrix::new(0.299, 0.114, false, 8)).unwrap();
        let blue: Vec<bool> = rgba.as_chunks::<4>().0.iter().map(|p| p[2] > p[0]).collect();
        assert_eq!(blue, [false, false, true, true, false, false, false, true, true, false, false, false, false, false, false]);
        let short = Yuv { planes: [plane(&y[..14], 5), plane(&u, 3), plane(&v, 3)], ..yuv };
        assert_eq!(to_rgba(&short, Matrix::new(0.299, 0.114, false, 8)), None);
    }
}
