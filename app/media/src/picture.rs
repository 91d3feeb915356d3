//! A decoded picture: what is drawn, and the true sample values behind it.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use image::{ExtendedColorType, ImageEncoder};

use crate::error::MediaError;
use crate::jpeg::Photo;
use crate::mips;
use crate::pyramid::Pyramid;
use crate::yuv::YuvFrame;

/// One level of a picture: RGBA, 8 bit, sRGB, straight alpha, row by row without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

impl Level {
    /// Pixels of row `y` from column `x` on, which must not go beyond the row; `None` below the last one.
    fn row(&self, x: u32, y: u32, width: u32) -> Option<&[[u8; 4]]> {
        let at = y as usize * self.width as usize + x as usize;
        self.rgba.as_chunks::<4>().0.get(at..at + width as usize)
    }
}

/// The samples of an image of more than 8 bit, turned like the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deep {
    /// Samples to a pixel: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    pub channels: u8,
    /// Row by row, interleaved, `width * height * channels` of them.
    pub samples: Vec<u16>,
}

/// The pixels of a picture, as they go to the screen.
#[derive(Clone, Debug)]
pub enum Pixels {
    /// Level 0 is the whole picture, as shown; each next one has half the size (rounded up), down to 64 pixels.
    /// Of a coarse picture ([`Picture::is_coarse`]) the first level is smaller already.
    Levels(Vec<Level>),
    /// The planes of a video frame, not yet turned.
    Planes(YuvFrame),
    /// A large photograph: planes at full size, pixels from a quarter of it on.
    Photo(Arc<Photo>),
    /// A picture too large to hold: a coarse level in memory, all else as tiles.
    Tiles(Arc<Pyramid>),
}

/// A decoded picture. Coordinates are image pixels after the turn
/// that the file asks for (EXIF orientation, display matrix), (0, 0) at the top left.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// What is shown.
    pub pixels: Pixels,
    /// True samples of images of more than 8 bit. Video frames are shown in 8 bit and have none.
    pub deep: Option<Deep>,
    /// RGBA of the whole picture with the file's own values, where what is shown was converted by a colour profile.
    pub own: Option<Vec<u8>>,
    /// Channels of the file: 1 gray, 2 gray and alpha, 3 colour, 4 colour and alpha.
    pub source_channels: u8,
    /// Bits of a sample in the file.
    pub bit_depth: u8,
    /// What the user should know: a truncated file, a colour profile that was applied or could not be.
    pub marks: Vec<String>,
}

/// The value of one pixel as it is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelValue {
    /// How many of `samples` count.
    pub channels: u8,
    /// Bits of each sample.
    pub bit_depth: u8,
    /// Gray; gray, alpha; red, green, blue; or red, green, blue, alpha.
    pub samples: [u16; 4],
}

impl fmt::Display for PixelValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, sample) in self.samples.iter().take(usize::from(self.channels)).enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{sample}")?;
        }
        Ok(())
    }
}

impl Picture {
    /// From 8-bit RGBA; makes the smaller levels. `rgba` must hold `width * height * 4` bytes;
    /// a different length is mended (cut or filled with transparent black) rather than trusted.
    pub fn from_rgba(width: u32, height: u32, mut rgba: Vec<u8>) -> Picture {
        rgba.resize(width as usize * height as usize * 4, 0);
        let pixels = Pixels::Levels(mips::chain(Level { width, height, rgba }));
        Picture { width, height, pixels, deep: None, own: None, source_channels: 4, bit_depth: 8, marks: Vec::new() }
    }

    /// From the planes of a video frame.
    pub(crate) fn from_planes(frame: YuvFrame) -> Picture {
        let (width, height) = frame.size();
        let bit_depth = frame.bits();
        Picture { width, height, pixels: Pixels::Planes(frame), deep: None, own: None, source_channels: 3, bit_depth, marks: Vec::new() }
    }

    /// From a pyramid that was looked at.
    pub(crate) fn from_pyramid(pyramid: Pyramid) -> Picture {
        let [width, height] = pyramid.size();
        let (source_channels, bit_depth, marks) = (pyramid.channels(), pyramid.bit_depth(), pyramid.marks().to_vec());
        Picture { width, height, pixels: Pixels::Tiles(Arc::new(pyramid)), deep: None, own: None, source_channels, bit_depth, marks }
    }

    /// True when only smaller levels are there yet: the pixels themselves are still being decoded.
    pub fn is_coarse(&self) -> bool {
        !matches!(self.pixels, Pixels::Tiles(_)) && self.first_size() != (self.width, self.height)
    }

    /// Size of the first level.
    pub(crate) fn first_size(&self) -> (u32, u32) {
        match &self.pixels {
            Pixels::Levels(levels) => levels.first().map_or((0, 0), |level| (level.width, level.height)),
            Pixels::Planes(_) | Pixels::Photo(_) => (self.width, self.height),
            Pixels::Tiles(pyramid) => {
                let coarse = pyramid.coarse();
                (coarse.width, coarse.height)
            }
        }
    }

    /// RGBA of the first level as shown, 8 bit: of the whole picture unless it is coarse, of a picture in tiles the coarse
    /// level. Planes are converted.
    pub fn rgba(&self) -> Cow<'_, [u8]> {
        match &self.pixels {
            Pixels::Levels(levels) => Cow::Borrowed(levels.first().map_or(&[], |level| &level.rgba)),
            Pixels::Planes(frame) => Cow::Owned(frame.to_rgba()),
            Pixels::Photo(photo) => Cow::Owned(photo.to_level(false).rgba),
            Pixels::Tiles(pyramid) => Cow::Owned(pyramid.coarse().rgba.clone()),
        }
    }

    /// RGBA levels, the largest first, of a picture in tiles from the coarse level on; planes are converted.
    pub fn into_levels(self) -> Vec<Level> {
        match self.pixels {
            Pixels::Levels(levels) => levels,
            Pixels::Planes(frame) => mips::chain(Level { width: self.width, height: self.height, rgba: frame.to_rgba() }),
            Pixels::Photo(photo) => {
                [photo.to_level(false), photo.to_level(true)].into_iter().chain(photo.smaller().iter().cloned()).collect()
            }
            Pixels::Tiles(pyramid) => mips::chain(pyramid.coarse().as_ref().clone()),
        }
    }

    /// The levels that are in memory as pixels of the whole picture, and which level the first of them is. None of a picture in
    /// planes or tiles.
    pub fn levels(&self) -> (u32, &[Level]) {
        match &self.pixels {
            Pixels::Levels(levels) => (0, levels),
            Pixels::Photo(photo) => (2, photo.smaller()),
            Pixels::Planes(_) | Pixels::Tiles(_) => (0, &[]),
        }
    }

    /// A rectangle of a level of a picture whose levels are in memory, as shown; `None` elsewhere and outside.
    pub fn region(&self, level: u32, [x, y, width, height]: [u32; 4]) -> Option<Level> {
        if let (Pixels::Photo(photo), 0 | 1) = (&self.pixels, level) {
            return photo.region(level == 1, [x, y, width, height]);
        }
        let (first, levels) = self.levels();
        let level = levels.get(level.checked_sub(first)? as usize)?;
        if x.checked_add(width)? > level.width || y.checked_add(height)? > level.height {
            return None;
        }
        let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
        for y in y..y + height {
            rgba.extend_from_slice(level.row(x, y, width)?.as_flattened());
        }
        Some(Level { width, height, rgba })
    }

    /// Colours shown in row `y` from column `x` on; how many were there: none outside, of a coarse picture and of one in tiles
    /// that are not in memory.
    pub fn row(&self, x: u32, y: u32, out: &mut [[u8; 4]]) -> usize {
        if x >= self.width || y >= self.height || self.is_coarse() {
            return 0;
        }
        let len = out.len().min((self.width - x) as usize);
        let out = &mut out[..len];
        let made;
        let row = match &self.pixels {
            Pixels::Levels(levels) => levels.first().and_then(|level| level.row(x, y, len as u32)),
            Pixels::Photo(photo) => {
                made = photo.region(false, [x, y, len as u32, 1]);
                made.as_ref().and_then(|level| level.row(0, 0, len as u32))
            }
            Pixels::Planes(_) | Pixels::Tiles(_) => None,
        };
        if let Some(row) = row {
            out.copy_from_slice(row);
            return len;
        }
        for (at, out) in out.iter_mut().enumerate() {
            let Some(pixel) = self.rgba_at(x + at as u32, y) else { return at };
            *out = pixel;
        }
        len
    }

    /// The 8-bit colour shown at column `x`, row `y`; `None` outside the picture, everywhere while it is coarse, and where a
    /// picture in tiles is not in memory.
    pub fn rgba_at(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if self.is_coarse() {
            return None;
        }
        match &self.pixels {
            Pixels::Planes(frame) => frame.rgba_at(x, y),
            Pixels::Photo(photo) => photo.rgba_at(x, y),
            Pixels::Tiles(pyramid) => pyramid.rgba_at(x, y),
            Pixels::Levels(levels) => {
                let inside = x < self.width && y < self.height;
                let pixel = inside.then_some(y as usize * self.width as usize + x as usize)?;
                levels.first()?.rgba.as_chunks::<4>().0.get(pixel).copied()
            }
        }
    }

    /// Memory that the picture takes, bytes. Of a picture in tiles only what it always takes: decoded tiles are bounded by
    /// themselves and kept only while it is looked at.
    pub fn bytes(&self) -> u64 {
        let pixels = match &self.pixels {
            Pixels::Levels(levels) => levels.iter().map(|level| level.rgba.len() as u64).sum(),
            Pixels::Planes(frame) => frame.bytes(),
            Pixels::Photo(photo) => photo.bytes(),
            Pixels::Tiles(pyramid) => pyramid.coarse().rgba.len() as u64,
        };
        let own = self.own.as_ref().map_or(0, |own| own.len() as u64);
        pixels + own + self.deep.as_ref().map_or(0, |deep| deep.samples.len() as u64 * 2)
    }

    /// The value of the pixel at column `x`, row `y`; `None` outside the picture, everywhere while it is coarse, and where a
    /// picture in tiles is not in memory.
    ///
    /// Images give the file's own samples; samples of 1, 2 or 4 bit are given in their own range, and
    /// palette images give the colour of the entry. Video frames give the shown 8-bit colour.
    pub fn value_at(&self, x: u32, y: u32) -> Option<PixelValue> {
        if self.is_coarse() {
            return None;
        }
        let mut samples = [0; 4];
        let mut rgba = match &self.pixels {
            Pixels::Tiles(pyramid) => match pyramid.deep_at(x, y) {
                Some(value) => return Some(value),
                None => pyramid.own_at(x, y)?,
            },
            Pixels::Photo(photo) => photo.own_at(x, y)?,
            Pixels::Levels(_) | Pixels::Planes(_) => self.rgba_at(x, y)?,
        };
        let pixel = y as usize * self.width as usize + x as usize;
        if let Some(own) = self.own.as_ref().and_then(|own| own.as_chunks::<4>().0.get(pixel)) {
            rgba = *own;
        }
        if let Some(deep) = &self.deep {
            let n = usize::from(deep.channels).min(4);
            let from = deep.samples.get(pixel * n..(pixel + 1) * n)?;
            samples[..n].copy_from_slice(from);
            return Some(PixelValue { channels: deep.channels, bit_depth: self.bit_depth, samples });
        }
        let bit_depth = self.bit_depth.min(8);
        let max = (1_u16 << bit_depth) - 1;
        let scaled = |v: u8| (u16::from(v) * max + 127) / 255;
        match self.source_channels {
            1 => samples[0] = scaled(rgba[0]),
            2 => (samples[0], samples[1]) = (scaled(rgba[0]), scaled(rgba[3])),
            _ => (0..4).for_each(|i| samples[i] = scaled(rgba[i])),
        }
        Some(PixelValue { channels: self.source_channels, bit_depth, samples })
    }

    /// True when every pixel is fully opaque.
    pub fn is_opaque(&self) -> bool {
        mips::is_opaque(&self.rgba())
    }

    /// Writes the picture as PNG: 16 bit with the file's channels where true samples are kept,
    /// else 8-bit RGB, or RGBA where something is transparent. The file appears whole or not at all.
    ///
    /// # Errors
    /// `Io` and `Write` when the file cannot be made; `TooLarge` for a picture in tiles, which is never whole in memory.
    pub fn write_png(&self, path: &Path) -> Result<(), MediaError> {
        if let Pixels::Tiles(pyramid) = &self.pixels {
            return Err(MediaError::TooLarge {
                path: pyramid.path().to_path_buf(),
                width: u64::from(self.width),
                height: u64::from(self.height),
            });
        }
        let (bytes, colour) = self.png_samples();
        write_png_file(path, &bytes, self.width, self.height, colour)
    }

    fn png_samples(&self) -> (Vec<u8>, ExtendedColorType) {
        if let Some(deep) = &self.deep {
            let colour = match deep.channels {
                1 => ExtendedColorType::L16,
                2 => ExtendedColorType::La16,
                3 => ExtendedColorType::Rgb16,
                _ => ExtendedColorType::Rgba16,
            };
            return (deep.samples.iter().flat_map(|s| s.to_ne_bytes()).collect(), colour);
        }
        let rgba = self.rgba();
        if mips::is_opaque(&rgba) {
            (rgba.as_chunks::<4>().0.iter().flat_map(|p| [p[0], p[1], p[2]]).collect(), ExtendedColorType::Rgb8)
        } else {
            (rgba.into_owned(), ExtendedColorType::Rgba8)
        }
    }
}

/// Writes beside the target and renames, so that no reader ever sees half a file.
pub(crate) fn write_png_file(path: &Path, samples: &[u8], width: u32, height: u32, colour: ExtendedColorType) -> Result<(), MediaError> {
    replace_file(path, |file| {
        let encoder = image::codecs::png::PngEncoder::new_with_quality(
            file,
            image::codecs::png::CompressionType::Fast,
            image::codecs::png::FilterType::Adaptive,
        );
        encoder
            .write_image(samples, width, height, colour)
            .map_err(|e| MediaError::Write { path: path.to_path_buf(), reason: e.to_string() })
    })
}

/// Fills a new file beside `path` and puts it in the place of `path` once it is complete.
pub(crate) fn replace_file(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> Result<(), MediaError>) -> Result<(), MediaError> {
    use std::sync::atomic::{AtomicU64, Ordering};
    // The process id and a counter keep two writers of the same file apart.
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}-{}.part", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let part = path.with_file_name(name);
    let done = (|| {
        let mut file = BufWriter::new(File::create(&part).map_err(MediaError::io(&part))?);
        fill(&mut file)?;
        file.flush().map_err(MediaError::io(&part))?;
        drop(file);
        std::fs::rename(&part, path).map_err(MediaError::io(path))
    })();
    if done.is_err() {
        // The error that matters is the first one; a part file left behind is harmless.
        let _ = std::fs::remove_file(&part);
    }
    done
}
