//! One chunk of a TIFF, a tile or a strip, to pixels.
//!
//! The chunk is put into a TIFF of its own, which `tiff` decodes: so it reads each chunk without the directory of the whole
//! picture, on any thread, and takes memory for nothing but this chunk.

use std::io::Cursor;

use tiff::ColorType;
use tiff::decoder::{Decoder, Limits};

use super::directory::Page;

/// Most bytes of the decoded samples of one chunk.
pub(super) const MAX_CHUNK_BYTES: u64 = 128 << 20;

/// Order of bytes in the file's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    pub fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            ByteOrder::Little => u16::from_le_bytes(bytes),
            ByteOrder::Big => u16::from_be_bytes(bytes),
        }
    }

    /// Of one to eight bytes.
    pub fn number(self, bytes: &[u8]) -> u64 {
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        match self {
            ByteOrder::Little => bytes.iter().rev().fold(0, add),
            ByteOrder::Big => bytes.iter().fold(0, add),
        }
    }

    fn put16(self, out: &mut Vec<u8>, value: u16) {
        out.extend(match self {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        });
    }

    fn put32(self, out: &mut Vec<u8>, value: u32) {
        out.extend(match self {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        });
    }
}

/// Decoded pixels of a chunk.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pixels {
    pub rgba: Vec<u8>,
    /// The file's own samples where they have 16 bit, and how many to a pixel.
    pub deep: Option<(u8, Vec<u16>)>,
}

/// Samples as `tiff` gives them: interleaved, in the order of this machine.
enum Samples {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
}

/// Decodes a chunk of `size` pixels. `planes` holds the bytes of the chunk, or of the chunk of each sample where these lie
/// apart; none stands for a chunk that the file leaves out, which is black. `Err` says in words what is wrong.
pub(super) fn decode(page: &Page, order: ByteOrder, planes: &[Vec<u8>], size: [u32; 2]) -> Result<Pixels, String> {
    let num = size[0] as usize * size[1] as usize;
    let (channels, samples) = match planes {
        [] => (1, Samples::Eight(vec![0; num])),
        [whole] => decode_plane(page, order, whole, size, page.samples)?,
        planes => interleaved(planes.iter().map(|plane| decode_plane(page, order, plane, size, 1)), num)?,
    };
    let is_luma = page.photometric == PHOTO_YCBCR && !planes.is_empty();
    if page.photometric == PHOTO_PALETTE {
        return palette_pixels(page, &samples, num);
    }
    match samples {
        Samples::Eight(samples) => Ok(Pixels { rgba: rgba_of(&samples, channels, page, is_luma, num, |v| v)?, deep: None }),
        Samples::Sixteen(samples) => {
            let rgba = rgba_of(&samples, channels, page, is_luma, num, |v| ((u32::from(v) + 128) / 257) as u8)?;
            let deep = (channels <= 4 && page.photometric != PHOTO_CMYK).then_some((channels as u8, samples));
            Ok(Pixels { rgba, deep })
        }
    }
}

pub(super) const PHOTO_PALETTE: u16 = 3;
pub(super) const PHOTO_CMYK: u16 = 5;
pub(super) const PHOTO_YCBCR: u16 = 6;

/// Samples of a chunk and how many there are to a pixel.
fn decode_plane(page: &Page, order: ByteOrder, bytes: &[u8], size: [u32; 2], samples: u16) -> Result<(usize, Samples), String> {
    let file = wrapped(page, order, bytes, size, samples)?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_CHUNK_BYTES as usize;
    limits.intermediate_buffer_size = MAX_CHUNK_BYTES as usize;
    let mut decoder = Decoder::new(Cursor::new(&file)).map_err(|e| e.to_string())?.with_limits(limits);
    let color = decoder.colortype().map_err(|e| e.to_string())?;
    let num = size[0] as usize * size[1] as usize;
    let channels = match color {
        ColorType::Gray(_) => 1,
        ColorType::RGB(_) | ColorType::YCbCr(_) => 3,
        ColorType::RGBA(_) | ColorType::CMYK(_) => 4,
        ColorType::Multiband { num_samples, .. } if num_samples <= 8 => usize::from(num_samples),
        other => return Err(format!("pixels of the kind {other:?} are not supported")),
    };
    // The buffer is of the size that was checked when the file was opened.
    let values = num.checked_mul(channels).ok_or("a chunk is too large")?;
    if page.bits == 8 {
        let mut out = vec![0; values];
        decoder.read_chunk_bytes(0, &mut out).map_err(|e| e.to_string())?;
        return Ok((channels, Samples::Eight(out)));
    }
    let mut out = vec![0; values * 2];
    decoder.read_chunk_bytes(0, &mut out).map_err(|e| e.to_string())?;
    Ok((channels, Samples::Sixteen(out.as_chunks::<2>().0.iter().map(|b| u16::from_ne_bytes(*b)).collect())))
}

fn interleaved(planes: impl ExactSizeIterator<Item = Result<(usize, Samples), String>>, num: usize) -> Result<(usize, Samples), String> {
    fn put<S: Copy>(out: &mut [S], plane: &[S], channel: usize, channels: usize) {
        for (pixel, value) in out.chunks_exact_mut(channels).zip(plane) {
            pixel[channel] = *value;
        }
    }
    let channels = planes.len();
    let (mut eight, mut sixteen) = (Vec::new(), Vec::new());
    for (channel, plane) in planes.enumerate() {
        match plane?.1 {
            Samples::Eight(plane) => {
                eight.resize(num * channels, 0);
                put(&mut eight, &plane, channel, channels);
            }
            Samples::Sixteen(plane) => {
                sixteen.resize(num * channels, 0);
                put(&mut sixteen, &plane, channel, channels);
            }
        }
    }
    Ok((channels, if sixteen.is_empty() { Samples::Eight(eight) } else { Samples::Sixteen(sixteen) }))
}

/// A TIFF of one strip.
fn wrapped(page: &Page, order: ByteOrder, bytes: &[u8], size: [u32; 2], samples: u16) -> Result<Vec<u8>, String> {
    let is_one = samples == 1;
    // A palette's numbers, and a plane of colours, are to be read as they are.
    let photometric = if is_one && page.photometric > 1 { 1 } else { page.photometric };
    let length = u32::try_from(bytes.len()).map_err(|_large| "a chunk is too large".to_owned())?;
    let mut entries: Vec<(u16, u16, Vec<u32>)> = vec![
        (256, 4, vec![size[0]]),
        (257, 4, vec![size[1]]),
        (258, 3, vec![u32::from(page.bits)]),
        (259, 3, vec![u32::from(page.compression)]),
        (262, 3, vec![u32::from(photometric)]),
        (273, 4, vec![0]),
        (277, 3, vec![u32::from(samples)]),
        (278, 4, vec![size[1]]),
        (279, 4, vec![length]),
        (317, 3, vec![u32::from(page.predictor)]),
    ];
    if !is_one && !page.extra_samples.is_empty() {
        entries.push((338, 3, page.extra_samples.iter().take(8).map(|v| u32::from(*v)).collect()));
    }
    if !page.jpeg_tables.is_empty() {
        entries.push((347, 7, page.jpeg_tables.iter().map(|v| u32::from(*v)).collect()));
    }
    if let Some(subsampling) = page.subsampling {
        entries.push((530, 3, subsampling.map(u32::from).to_vec()));
    }
    Ok(file_of(order, &entries, bytes))
}

fn file_of(order: ByteOrder, entries: &[(u16, u16, Vec<u32>)], bytes: &[u8]) -> Vec<u8> {
    let width = |kind: u16| match kind {
        3 => 2,
        4 => 4,
        _ => 1,
    };
    let directory = 8 + 2 + entries.len() * 12 + 4;
    let beyond: usize = entries.iter().map(|(_, kind, values)| width(*kind) * values.len()).filter(|bytes| *bytes > 4).sum();
    let first_pixel = directory + beyond;
    let mut out = Vec::with_capacity(first_pixel + bytes.len());
    out.extend(if order == ByteOrder::Little { b"II" } else { b"MM" });
    order.put16(&mut out, 42);
    order.put32(&mut out, 8);
    order.put16(&mut out, entries.len() as u16);
    let mut after = Vec::new();
    for (tag, kind, values) in entries {
        order.put16(&mut out, *tag);
        order.put16(&mut out, *kind);
        order.put32(&mut out, values.len() as u32);
        let mut value = Vec::new();
        for v in values {
            match (*tag, *kind) {
                (273, _) => order.put32(&mut value, first_pixel as u32),
                (_, 3) => order.put16(&mut value, *v as u16),
                (_, 4) => order.put32(&mut value, *v),
                _ => value.push(*v as u8),
            }
        }
        if value.len() <= 4 {
            value.resize(4, 0);
            out.extend(value);
        } else {
            order.put32(&mut out, (directory + after.len()) as u32);
            after.extend(value);
        }
    }
    order.put32(&mut out, 0);
    out.extend(after);
    out.extend(bytes);
    out
}

fn palette_pixels(page: &Page, samples: &Samples, num: usize) -> Result<Pixels, String> {
    let entries = page.palette.len() / 3;
    let color = |n: usize, channel: usize| page.palette.get(channel * entries + n).map_or(0, |v| (v >> 8) as u8);
    let Samples::Eight(samples) = samples else { return Err("a palette of 16 bit is not supported".to_owned()) };
    let table: Vec<[u8; 4]> =
        (0..256).map(|n| if n < entries { [color(n, 0), color(n, 1), color(n, 2), 255] } else { [0, 0, 0, 255] }).collect();
    Ok(Pixels { rgba: samples.iter().take(num).flat_map(|n| table[usize::from(*n)]).collect(), deep: None })
}

fn rgba_of<S: Copy>(
    samples: &[S],
    channels: usize,
    page: &Page,
    is_luma: bool,
    num: usize,
    to8: impl Fn(S) -> u8,
) -> Result<Vec<u8>, String> {
    let mut rgba = vec![255; num * 4];
    let out = rgba.as_chunks_mut::<4>().0;
    match (channels, page.photometric) {
        (1, _) => out.iter_mut().zip(samples).for_each(|(p, v)| *p = [to8(*v), to8(*v), to8(*v), 255]),
        (3.., PHOTO_YCBCR) if is_luma => {
            out.iter_mut().zip(samples.chunks_exact(channels)).for_each(|(p, s)| *p = from_ycbcr([to8(s[0]), to8(s[1]), to8(s[2])]));
        }
        (4.., PHOTO_CMYK) => {
            let ink = |v: u8, black: u8| ((255 - u32::from(v)) * (255 - u32::from(black)) / 255) as u8;
            for (p, s) in out.iter_mut().zip(samples.chunks_exact(channels)) {
                let black = to8(s[3]);
                *p = [ink(to8(s[0]), black), ink(to8(s[1]), black), ink(to8(s[2]), black), 255];
            }
        }
        (3, _) => out.iter_mut().zip(samples.as_chunks::<3>().0).for_each(|(p, s)| *p = [to8(s[0]), to8(s[1]), to8(s[2]), 255]),
        (4.., 2) => {
            let opaque = page.planar && page.extra_samples.first().is_some_and(|extra| *extra == 0);
            for (p, s) in out.iter_mut().zip(samples.chunks_exact(channels)) {
                *p = [to8(s[0]), to8(s[1]), to8(s[2]), if opaque { 255 } else { to8(s[3]) }];
            }
        }
        // Gray with further samples: the second is opacity where the file says so.
        (2.., 0 | 1) => {
            let has_alpha = matches!(page.extra_samples.first(), Some(1 | 2));
            for (p, s) in out.iter_mut().zip(samples.chunks_exact(channels)) {
                *p = [to8(s[0]), to8(s[0]), to8(s[0]), if has_alpha { to8(s[1]) } else { 255 }];
            }
        }
        (channels, photometric) => {
            return Err(format!("{channels} samples to a pixel in the colour model {photometric} are not supported"));
        }
    }
    Ok(rgba)
}

/// JFIF: BT.601, full range.
fn from_ycbcr([y, cb, cr]: [u8; 3]) -> [u8; 4] {
    let (y, cb, cr) = (i32::from(y) << 16, i32::from(cb) - 128, i32::from(cr) - 128);
    let value = |v: i32| ((v + (1 << 15)) >> 16).clamp(0, 255) as u8;
    [value(y + 91_881 * cr), value(y - 22_554 * cb - 46_802 * cr), value(y + 116_130 * cb), 255]
}
