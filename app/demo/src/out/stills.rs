//! Writes pictures in the forms that people's pictures come in.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};
use tiny_skia::Pixmap;

use crate::DemoError;
use crate::scene::Film;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    /// Stored on its side, with EXIF orientation 6.
    JpegRotated,
    Png,
    Png16,
    Webp,
}

const JPEG_QUALITY: u8 = 92;

pub(crate) fn write(path: &Path, format: Format, picture: &Pixmap, film: &Film) -> Result<(), DemoError> {
    let (w, h) = (picture.width(), picture.height());
    let io = |source| DemoError::Write { path: path.to_path_buf(), source };
    let encode = |source| DemoError::Encode { path: path.to_path_buf(), reason: format!("{source}") };
    let mut out = BufWriter::new(File::create(path).map_err(io)?);
    match format {
        Format::Png16 => {
            let mut deep = vec![0u16; w as usize * h as usize * 3];
            film.develop(picture, 0, &mut deep, |v| (v * 257.0 + 0.5) as u16);
            let data: Vec<u8> = deep.into_iter().flat_map(u16::to_ne_bytes).collect();
            PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Up)
                .write_image(&data, w, h, ExtendedColorType::Rgb16)
                .map_err(encode)?;
        }
        _ => {
            let mut rgb = vec![0u8; w as usize * h as usize * 3];
            film.develop(picture, 0, &mut rgb, |v| (v + 0.5) as u8);
            match format {
                Format::Jpeg => JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY)
                    .write_image(&rgb, w, h, ExtendedColorType::Rgb8)
                    .map_err(encode)?,
                Format::JpegRotated => {
                    let mut jpeg = Vec::new();
                    let (turned, tw, th) = on_its_side(&rgb, w as usize, h as usize);
                    JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY)
                        .write_image(&turned, tw as u32, th as u32, ExtendedColorType::Rgb8)
                        .map_err(encode)?;
                    let (start, rest) = jpeg.split_at(2.min(jpeg.len()));
                    for part in [start, &EXIF_ORIENTATION_6, rest] {
                        out.write_all(part).map_err(io)?;
                    }
                }
                Format::Webp => WebPEncoder::new_lossless(&mut out).write_image(&rgb, w, h, ExtendedColorType::Rgb8).map_err(encode)?,
                Format::Png | Format::Png16 => PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Up)
                    .write_image(&rgb, w, h, ExtendedColorType::Rgb8)
                    .map_err(encode)?,
            }
        }
    }
    out.flush().map_err(io)
}

/// An APP1 segment with one entry: tag 0x0112 (orientation), SHORT, 1, value 6:
/// "turn by 90 degrees clockwise to show".
const EXIF_ORIENTATION_6: [u8; 36] = [
    0xFF, 0xE1, 0x00, 0x22, b'E', b'x', b'i', b'f', 0, 0, // marker, length, name
    b'M', b'M', 0x00, 0x2A, 0x00, 0x00, 0x00, 0x08, // big-endian TIFF, first directory at 8
    0x00, 0x01, // one entry
    0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x06, 0x00, 0x00, //
    0x00, 0x00, 0x00, 0x00, // no further directory
];

/// Turned by 90 degrees anticlockwise, as a camera held upright stores it.
fn on_its_side(rgb: &[u8], w: usize, h: usize) -> (Vec<u8>, usize, usize) {
    let mut out = Vec::with_capacity(rgb.len());
    for row in 0..w {
        let x = w - 1 - row;
        for y in 0..h {
            let at = (y * w + x) * 3;
            out.extend_from_slice(&rgb[at..at + 3]);
        }
    }
    (out, h, w)
}
