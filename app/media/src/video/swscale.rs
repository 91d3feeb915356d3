//! The conversion to colours, in memory, beside that of swscale where both are exact (tests only).

use std::ptr;

use ffmpeg_next::ffi::{self, AVPixelFormat};

use crate::turn::Turn;
use crate::yuv::{Layout, Plane, YuvFrame, YuvMatrix};

const SIZE: [u32; 2] = [64, 32];

/// Samples that look random: colours that exist in every range, since swscale's exact way wraps around at others.
fn samples(bits: u8, shift: [u32; 2]) -> [Vec<u8>; 3] {
    let mut state = 7_u64;
    let mut next = |low: u64, range: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let value = (low << (bits - 8)) + (state >> 33) % (range << (bits - 8));
        value as u16
    };
    let mut plane = |count: u32, low: u64, range: u64| {
        let values = (0..count).map(|_| next(low, range));
        if bits == 8 { values.map(|value| value as u8).collect() } else { values.flat_map(u16::to_le_bytes).collect::<Vec<u8>>() }
    };
    let chroma = (SIZE[0] >> shift[0]) * (SIZE[1] >> shift[1]);
    [plane(SIZE[0] * SIZE[1], 70, 120), plane(chroma, 108, 40), plane(chroma, 108, 40)]
}

/// By swscale's exact way, with the nearest chroma sample for each pixel, as the canvas takes it.
#[expect(unsafe_code, reason = "swscale's colour details have no safe wrapper")]
fn by_swscale(planes: &[Vec<u8>; 3], format: AVPixelFormat, coefficients: i32, full: bool) -> Vec<u8> {
    let [width, height] = SIZE.map(|side| side as i32);
    let flags = ffi::SWS_POINT | ffi::SWS_ACCURATE_RND | ffi::SWS_FULL_CHR_H_INT | ffi::SWS_FULL_CHR_H_INP;
    let strides: [i32; 3] = std::array::from_fn(|plane| {
        let rows = if plane > 0 && format_shift(format)[1] == 1 { height / 2 } else { height };
        planes[plane].len() as i32 / rows
    });
    let mut rgba = vec![0; (width * height * 4) as usize];
    // SAFETY: planes and strides are those of the format, and the picture that is written has room for all its rows.
    unsafe {
        let rgb = AVPixelFormat::AV_PIX_FMT_RGBA;
        let context = ffi::sws_getContext(width, height, format, width, height, rgb, flags, ptr::null_mut(), ptr::null_mut(), ptr::null());
        assert!(!context.is_null());
        let table = ffi::sws_getCoefficients(coefficients);
        assert!(ffi::sws_setColorspaceDetails(context, table, i32::from(full), table, 1, 0, 1 << 16, 1 << 16) >= 0);
        let from = [planes[0].as_ptr(), planes[1].as_ptr(), planes[2].as_ptr()];
        let to = [rgba.as_mut_ptr()];
        let done = ffi::sws_scale(context, from.as_ptr(), strides.as_ptr(), 0, height, to.as_ptr(), [width * 4].as_ptr());
        assert_eq!(done, height);
        ffi::sws_freeContext(context);
    }
    rgba
}

fn format_shift(format: AVPixelFormat) -> [u32; 2] {
    match format {
        AVPixelFormat::AV_PIX_FMT_YUV420P | AVPixelFormat::AV_PIX_FMT_YUV420P10LE => [1, 1],
        AVPixelFormat::AV_PIX_FMT_YUV422P | AVPixelFormat::AV_PIX_FMT_YUV422P10LE => [1, 0],
        _ => [0, 0],
    }
}

#[test]
fn colours_are_those_of_swscale() {
    let formats = [
        (AVPixelFormat::AV_PIX_FMT_YUV420P, 8),
        (AVPixelFormat::AV_PIX_FMT_YUV422P, 8),
        (AVPixelFormat::AV_PIX_FMT_YUV444P, 8),
        (AVPixelFormat::AV_PIX_FMT_YUV420P10LE, 10),
        (AVPixelFormat::AV_PIX_FMT_YUV422P10LE, 10),
        (AVPixelFormat::AV_PIX_FMT_YUV444P10LE, 10),
    ];
    let matrices = [(ffi::SWS_CS_ITU601, 0.299, 0.114), (ffi::SWS_CS_ITU709, 0.2126, 0.0722), (ffi::SWS_CS_BT2020, 0.2627, 0.0593)];
    for (format, bits) in formats {
        let shift = format_shift(format);
        let planes = samples(bits, shift);
        for (coefficients, kr, kb) in matrices {
            for full_range in [false, true] {
                let layout = Layout { size: SIZE, shift, bits, matrix: YuvMatrix { kr, kb, full_range }, turn: Turn::NONE };
                let rows = [SIZE[1], SIZE[1] >> shift[1], SIZE[1] >> shift[1]];
                let each: [Plane<'_>; 3] =
                    std::array::from_fn(|number| Plane { bytes: &planes[number], stride: planes[number].len() / rows[number] as usize });
                let frame = YuvFrame::copy(layout, each).unwrap();
                let (ours, theirs) = (frame.to_rgba(), by_swscale(&planes, format, coefficients, full_range));
                let worst = ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
                assert!(worst <= 1, "{format:?} {kr} full {full_range}: {worst} of 255 off");
                let (x, y) = (37, 21);
                let at = ((y * SIZE[0] + x) * 4) as usize;
                assert_eq!(frame.rgba_at(x, y).unwrap(), ours[at..at + 4], "one pixel as all of them");
            }
        }
    }
}
