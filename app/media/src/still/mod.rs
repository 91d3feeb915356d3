//! Still images: what the header says, and decoding.

mod count;
mod jpeg;
mod profile;
mod stoppable;

use std::any::Any;
use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use image::error::UnsupportedErrorKind;
use image::{ColorType, ExtendedColorType, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbaImage, imageops};

use crate::error::MediaError;
use crate::jpeg::num_components;
use crate::kind;
use crate::limits::{MAX_DECODED_BYTES, MAX_IMAGE_FILE_BYTES, MAX_PIXELS, MAX_SIDE};
use crate::mips;
use crate::picture::{Deep, Level, Picture, Pixels};
use crate::pyramid::Pyramid;
use crate::turn::Turn;
use crate::zune;
pub(crate) use profile::{Profile, Samples, ToSrgb};
use stoppable::Stoppable;

/// From so many pixels on a coarse picture is worth showing, and planes of JPEGs are kept: smaller ones are sharp soon enough.
const LARGE: u64 = 4_000_000;

/// What the header of an image says. Sizes are as stored, before the turn.
pub(crate) struct Header {
    pub width: u32,
    pub height: u32,
    pub turn: Turn,
    pub color: ColorType,
    pub pixel_format: &'static str,
    pub channels: u8,
    pub bit_depth: u8,
    pub marks: Vec<String>,
    to_srgb: Option<ToSrgb>,
}

/// Decodes an image, turned upright by its EXIF orientation, with its smaller levels.
///
/// The kind is recognised by content. Of animated WebP and multi-page TIFF the first picture is given.
/// A JPEG that ends early is given as far as it goes, and says so in `marks`.
///
/// # Errors
/// Any of the image variants of [`MediaError`]; limits are checked before memory is taken.
pub fn decode_image(path: &Path) -> Result<Picture, MediaError> {
    decode_image_staged(path, &AtomicBool::new(false), &mut |_| {})
}

/// The same in two stages where that pays: of most JPEGs of more than 4 megapixels `coarse` gets a picture of an eighth of the
/// size ([`Picture::is_coarse`]) after about half of the time. `cancel` stops the decoding of most files within
/// a row of blocks or some 64 kB; progressive JPEG and WebP are decoded to their end.
///
/// # Errors
/// As [`decode_image`]; `Cancelled` when `cancel` became true.
pub fn decode_image_staged(path: &Path, cancel: &AtomicBool, coarse: &mut dyn FnMut(Picture)) -> Result<Picture, MediaError> {
    regular_file_len(path)?;
    let format = sniff(path)?.ok_or_else(|| MediaError::NotMedia { path: path.to_path_buf() })?;
    let bytes = read_all(path)?;
    guarded(path, || {
        if format == ImageFormat::Jpeg
            && let Some(picture) = jpeg::decode(path, &bytes, cancel, coarse)?
        {
            return Ok(picture);
        }
        let stopped = Cell::new(false);
        let decoded = decode_bytes(path, format, &bytes, Stoppable::new(&bytes, cancel, &stopped));
        if stopped.get() { Err(MediaError::Cancelled { path: path.to_path_buf() }) } else { decoded }
    })
}

/// A coarse picture out of a small one of the whole, where the image is large and cannot be decoded coarsely soon.
pub(crate) fn blurred(path: &Path, small: Level) -> Result<Option<Picture>, MediaError> {
    let Some(format) = sniff(path)?.filter(|format| *format != ImageFormat::Jpeg) else { return Ok(None) };
    let header = read_header(path, format)?;
    let (width, height) = header.turn.size(header.width, header.height);
    if u64::from(width) * u64::from(height) <= LARGE {
        return Ok(None);
    }
    let covers = |size: &&(u32, u32)| size.0 >= small.width && size.1 >= small.height;
    let sizes = mips::sizes(width, height);
    let first = sizes[1..].iter().rev().find(covers);
    let Some((first, small)) = first.zip(RgbaImage::from_raw(small.width, small.height, small.rgba)) else { return Ok(None) };
    let rgba = imageops::resize(&small, first.0, first.1, imageops::FilterType::Triangle).into_raw();
    Ok(Some(Picture {
        width,
        height,
        pixels: Pixels::Levels(mips::chain(Level { width: first.0, height: first.1, rgba })),
        deep: None,
        own: None,
        source_channels: header.channels,
        bit_depth: header.bit_depth,
        marks: header.marks,
    }))
}

/// An image in tiles, where it is large and of a kind that can be read in parts; `None`: it is to be decoded whole. Tiles that
/// have to be made once are kept in `tile_dir`.
pub(crate) fn open_large(path: &Path, tile_dir: Option<&Path>, cancel: &AtomicBool) -> Result<Option<Picture>, MediaError> {
    regular_file_len(path)?;
    let Some(format) = sniff(path)? else { return Ok(None) };
    guarded(path, || {
        let pyramid = Pyramid::open(path, format, tile_dir)?;
        pyramid.map(|pyramid| pyramid.look(cancel).map(|()| Picture::from_pyramid(pyramid))).transpose()
    })
}

/// Reads the header of an image in `format`.
pub(crate) fn read_header(path: &Path, format: ImageFormat) -> Result<Header, MediaError> {
    let file_bytes = regular_file_len(path)?;
    let open = || File::open(path).map_err(MediaError::io(path));
    guarded(path, || {
        if format == ImageFormat::Jpeg {
            // The decoder reads its input to the end before it looks at it. The header is nearly
            // always in the first part; only a file of very large metadata needs the rest.
            const HEAD: u64 = 1 << 20;
            let mut head = Vec::new();
            open()?.take(HEAD).read_to_end(&mut head).map_err(MediaError::io(path))?;
            let first = header_of(path, format, Cursor::new(&head), &head, file_bytes);
            return match first {
                Err(MediaError::BrokenImage { .. }) if file_bytes > HEAD => {
                    let all = read_all(path)?;
                    header_of(path, format, Cursor::new(&all), &all, file_bytes)
                }
                other => other,
            };
        }
        let mut head = Vec::new();
        open()?.take(64).read_to_end(&mut head).map_err(MediaError::io(path))?;
        header_of(path, format, BufReader::new(open()?), &head, file_bytes)
    })
}

fn header_of(path: &Path, format: ImageFormat, reader: impl BufRead + Seek, head: &[u8], file_bytes: u64) -> Result<Header, MediaError> {
    let (_, header) = open_decoder(path, format, reader, head, file_bytes)?;
    Ok(header)
}

fn decode_bytes(path: &Path, format: ImageFormat, bytes: &[u8], reader: Stoppable<'_>) -> Result<Picture, MediaError> {
    let (decoder, header) = open_decoder(path, format, reader, bytes, bytes.len() as u64)?;
    let Header { width, height, turn, color, channels, bit_depth, mut marks, to_srgb, .. } = header;
    let is_whole = format != ImageFormat::Jpeg || jpeg_is_complete(bytes);
    if !is_whole {
        marks.push("The file ends before the picture does; the lower part is not from the file.".to_owned());
    }
    if format == ImageFormat::Jpeg
        && color == ColorType::Rgb8
        && is_whole
        && let Some(rgba) = zune::rgba(bytes, width, height)
    {
        let rgba = turn_samples(turn, rgba, 4, width, height);
        let (width, height) = turn.size(width, height);
        let (levels, own) = converted(mips::chain_of(Level { width, height, rgba }, true), to_srgb.as_ref(), true);
        let pixels = Pixels::Levels(levels);
        return Ok(Picture { width, height, pixels, deep: None, own, source_channels: channels, bit_depth, marks });
    }
    let length = usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX);
    // Zeroed memory is only really taken when it is written to, so a lying header costs little.
    let mut samples = vec![0; length];
    decoder.read_image(&mut samples).map_err(|e| image_error(path, e))?;
    let (rgba, deep) = match color {
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => {
            let samples: Vec<u16> = samples.as_chunks::<2>().0.iter().map(|b| u16::from_ne_bytes(*b)).collect();
            let rgba = rgba_of(&samples, channels, |s| ((u32::from(s) + 128) / 257) as u8);
            (rgba, Some(Deep { channels, samples: turn_samples(turn, samples, channels, width, height) }))
        }
        ColorType::Rgba8 => (samples, None),
        _ => (rgba_of(&samples, color.channel_count(), |s| s), None),
    };
    let rgba = turn_samples(turn, rgba, 4, width, height);
    let (width, height) = turn.size(width, height);
    let opaque = mips::is_opaque(&rgba);
    // Made before the conversion, smaller levels would be made twice.
    let full = Level { width, height, rgba };
    let levels = if to_srgb.is_some() { vec![full] } else { mips::chain_of(full, opaque) };
    let (levels, own) = converted(levels, to_srgb.as_ref(), opaque);
    Ok(Picture { width, height, pixels: Pixels::Levels(levels), deep, own, source_channels: channels, bit_depth, marks })
}

/// The levels in sRGB, and the file's own values of the first one where that is not the same. Without anything to convert, the
/// levels are given back as they are.
fn converted(mut levels: Vec<Level>, to_srgb: Option<&ToSrgb>, opaque: bool) -> (Vec<Level>, Option<Vec<u8>>) {
    let Some(to_srgb) = to_srgb else { return (levels, None) };
    levels.truncate(1);
    let Some(level) = levels.pop() else { return (levels, None) };
    let rgba = to_srgb.pixels(&level.rgba);
    (mips::chain_of(Level { rgba, ..level }, opaque), Some(level.rgba))
}

fn turn_samples<S: Copy>(turn: Turn, samples: Vec<S>, channels: u8, width: u32, height: u32) -> Vec<S> {
    if turn == Turn::NONE { samples } else { turn.apply_samples(&samples, channels, width, height) }
}

/// RGBA of 8 bit from interleaved samples.
fn rgba_of<S: Copy>(samples: &[S], channels: u8, to8: impl Fn(S) -> u8) -> Vec<u8> {
    match channels {
        1 => samples.iter().map(|&s| to8(s)).flat_map(|v| [v, v, v, 255]).collect(),
        2 => samples.as_chunks::<2>().0.iter().flat_map(|&[v, a]| [to8(v), to8(v), to8(v), to8(a)]).collect(),
        3 => {
            // A loop over two slices of known chunks: three times as fast as a chain of iterators here.
            let (pixels, _) = samples.as_chunks::<3>();
            let mut rgba = vec![255; pixels.len() * 4];
            for (out, &[r, g, b]) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
                *out = [to8(r), to8(g), to8(b), 255];
            }
            rgba
        }
        _ => samples.iter().map(|&s| to8(s)).collect(),
    }
}

/// Opens a decoder and checks everything that can be checked before pixels are decoded.
/// `head` is the beginning of the file, 64 bytes or more where there are so many.
fn open_decoder<'a, R: BufRead + Seek + 'a>(
    path: &Path,
    format: ImageFormat,
    mut reader: R,
    head: &[u8],
    file_bytes: u64,
) -> Result<(impl ImageDecoder + 'a, Header), MediaError> {
    let be32 = |at: usize| head.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
    if format == ImageFormat::Png
        && let (Some(width), Some(height)) = (be32(16), be32(20))
    {
        // The decoder takes memory for a row when it is made; the true size is known before.
        check_size(path, width, height)?;
    }
    let further = count::mark(&mut reader, format);
    let mut reader = ImageReader::with_format(reader, format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| image_error(path, e))?;

    let (width, height) = decoder.dimensions();
    check_size(path, width, height)?;
    let needed = decoder.total_bytes();
    if needed > MAX_DECODED_BYTES {
        let what = format!("a picture whose samples take {} MiB (the limit is {} MiB)", needed >> 20, MAX_DECODED_BYTES >> 20);
        return Err(MediaError::Unsupported { path: path.to_path_buf(), what });
    }
    if !plausible(format, width, height, needed, file_bytes) {
        return Err(MediaError::Implausible { path: path.to_path_buf(), width, height, bytes: file_bytes });
    }
    let color = decoder.color_type();
    if matches!(color, ColorType::Rgb32F | ColorType::Rgba32F) {
        return Err(MediaError::Unsupported { path: path.to_path_buf(), what: "an image of 32-bit float samples".to_owned() });
    }
    let mut marks: Vec<String> = kind::extension_mark(path, Some(format), kind::format_name(format)).into_iter().collect();
    marks.extend(further);
    let icc = decoder.icc_profile().ok().flatten();
    let is_cmyk_jpeg = format == ImageFormat::Jpeg && num_components(head) == Some(4);
    let original = if is_cmyk_jpeg { ExtendedColorType::Cmyk8 } else { decoder.original_color_type() };
    let samples = match (original, color) {
        (ExtendedColorType::Cmyk8 | ExtendedColorType::Cmyk16, _) => Samples::Cmyk,
        (_, ColorType::L8 | ColorType::La8 | ColorType::L16 | ColorType::La16) => Samples::Gray,
        _ => Samples::Rgb,
    };
    let profile = Profile::of(icc.as_deref(), samples);
    marks.extend(profile.mark);
    // Broken EXIF data must not keep a good picture from being seen.
    let turn = decoder.orientation().map(Turn::from_orientation).unwrap_or_default();
    let png_depth_and_kind = (format == ImageFormat::Png).then(|| head.get(24).copied().zip(head.get(25).copied())).flatten();
    let (pixel_format, channels, bit_depth) = sample_layout(color, original, png_depth_and_kind);
    let header = Header { width, height, turn, color, pixel_format, channels, bit_depth, marks, to_srgb: profile.to_srgb };
    Ok((decoder, header))
}

/// Name, channels and bits of the samples in the file.
fn sample_layout(color: ColorType, original: ExtendedColorType, png: Option<(u8, u8)>) -> (&'static str, u8, u8) {
    const PNG_GRAY: u8 = 0;
    const PNG_PALETTE: u8 = 3;
    match (png, original) {
        (Some((_, PNG_PALETTE)), _) => return ("palette8", color.channel_count(), 8),
        (Some((depth @ (1 | 2 | 4), PNG_GRAY)), _) => return ("gray", color.channel_count(), depth),
        (_, ExtendedColorType::L1) => return ("gray", 1, 1),
        (_, ExtendedColorType::Cmyk8) => return ("cmyk8", 3, 8),
        (_, ExtendedColorType::Cmyk16) => return ("cmyk16", 3, 16),
        _ => {}
    }
    match color {
        ColorType::L8 => ("gray8", 1, 8),
        ColorType::La8 => ("graya8", 2, 8),
        ColorType::Rgb8 => ("rgb8", 3, 8),
        ColorType::Rgba8 => ("rgba8", 4, 8),
        ColorType::L16 => ("gray16", 1, 16),
        ColorType::La16 => ("graya16", 2, 16),
        ColorType::Rgb16 => ("rgb16", 3, 16),
        ColorType::Rgba16 => ("rgba16", 4, 16),
        _ => ("float32", color.channel_count(), 32),
    }
}

pub(crate) fn check_size(path: &Path, width: u32, height: u32) -> Result<(), MediaError> {
    let (width, height) = (u64::from(width), u64::from(height));
    if width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS {
        return Err(MediaError::TooLarge { path: path.to_path_buf(), width, height });
    }
    if width == 0 || height == 0 {
        return Err(MediaError::BrokenImage { path: path.to_path_buf(), reason: "it claims to have no pixels".to_owned() });
    }
    Ok(())
}

/// False when so few bytes cannot hold so many pixels in this format.
///
/// WebP and TIFF have modes that pack a plain picture into almost nothing, so they get no bound.
fn plausible(format: ImageFormat, width: u32, height: u32, decoded_bytes: u64, file_bytes: u64) -> bool {
    let pixels = u64::from(width) * u64::from(height);
    match format {
        // Deflate packs at most 1,032 to 1; samples of 1 bit are counted as bytes in `decoded_bytes`.
        ImageFormat::Png => decoded_bytes / 8 <= file_bytes.saturating_mul(1032),
        // Each 8 x 8 block takes at least one bit.
        ImageFormat::Jpeg => pixels / 512 <= file_bytes,
        _ => true,
    }
}

/// True when the entropy-coded data of a JPEG ends in an end-of-image marker.
fn jpeg_is_complete(bytes: &[u8]) -> bool {
    let mut at = 2;
    let mut in_scan = false;
    while at + 1 < bytes.len() {
        if bytes[at] != 0xff {
            if !in_scan {
                return false;
            }
            at += 1;
            continue;
        }
        match bytes[at + 1] {
            0xd9 => return true,
            // Stuffed byte, restart markers, fill.
            0x00 | 0x01 | 0xd0..=0xd8 => at += 2,
            0xff => at += 1,
            marker => {
                let Some(&[high, low]) = bytes.get(at + 2..at + 4) else { return false };
                in_scan |= marker == 0xda;
                at += 2 + usize::from(u16::from_be_bytes([high, low]));
            }
        }
    }
    false
}

fn image_error(path: &Path, error: ImageError) -> MediaError {
    let path = path.to_path_buf();
    match error {
        ImageError::Unsupported(e) if let UnsupportedErrorKind::Color(ExtendedColorType::Unknown(bits)) = e.kind() => {
            MediaError::Unsupported { path, what: format!("an image of a rare kind of samples ({bits} bits to a pixel)") }
        }
        ImageError::Unsupported(e) => MediaError::Unsupported { path, what: e.to_string() },
        ImageError::Limits(_) => MediaError::Unsupported { path, what: "an image that takes more memory than the limit".to_owned() },
        ImageError::IoError(e) if e.kind() != std::io::ErrorKind::UnexpectedEof => MediaError::Io { path, source: e },
        other => MediaError::BrokenImage { path, reason: other.to_string() },
    }
}

/// Length of a regular file that has bytes.
pub(crate) fn regular_file_len(path: &Path) -> Result<u64, MediaError> {
    let meta = std::fs::metadata(path).map_err(MediaError::io(path))?;
    if !meta.is_file() {
        return Err(MediaError::NotAFile { path: path.to_path_buf() });
    }
    if meta.len() == 0 {
        return Err(MediaError::Empty { path: path.to_path_buf() });
    }
    Ok(meta.len())
}

/// The image format that the file's content says; `None` for anything else, such as a video.
pub(crate) fn sniff(path: &Path) -> Result<Option<ImageFormat>, MediaError> {
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(32).read_to_end(&mut head)).map_err(MediaError::io(path))?;
    Ok(kind::image_format(&head))
}

fn read_all(path: &Path) -> Result<Vec<u8>, MediaError> {
    let length = regular_file_len(path)?;
    if length > MAX_IMAGE_FILE_BYTES {
        let what = format!("an image file of {} MiB (the limit is {} MiB)", length >> 20, MAX_IMAGE_FILE_BYTES >> 20);
        return Err(MediaError::Unsupported { path: path.to_path_buf(), what });
    }
    // The length may be wrong by now, but it says how much memory to begin with.
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    let file = File::open(path).map_err(MediaError::io(path))?;
    file.take(MAX_IMAGE_FILE_BYTES).read_to_end(&mut bytes).map_err(MediaError::io(path))?;
    Ok(bytes)
}

/// Runs a decoder on untrusted bytes; a panic in it becomes an error.
pub(crate) fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, MediaError>) -> Result<T, MediaError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(MediaError::Panicked { path: path.to_path_buf(), reason: panic_text(&*panic) }))
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
