//! Thumbnails, and a folder that keeps them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use image::{ExtendedColorType, RgbaImage, imageops};

use crate::error::MediaError;
use crate::info::FileStamp;
use crate::picture::{Level, Picture, Pixels, write_png_file};
use crate::still::{self, decode_image};
use crate::video::{self, VideoIndex, VideoReader};

/// A small copy of an image or of frame `frame` of a video, at most `max_side` pixels a side.
/// A picture that is smaller already keeps its size.
///
/// Frame 0 needs no index; any other frame of a video reads through the whole file first.
/// For several frames of one video use [`ThumbCache`] or the pool.
///
/// # Errors
/// Any variant of [`MediaError`] that decoding gives.
pub fn thumbnail(path: &Path, frame: u64, max_side: u32) -> Result<Level, MediaError> {
    ThumbMaker::default().make(path, ThumbOf::Frame(frame), max_side)
}

/// What a small picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ThumbOf {
    /// This frame.
    Frame(u64),
    /// The whole file: of a video, some frame that is likely to say what it is about.
    File,
}

/// Makes thumbnails; keeps the last video open, since the next one is often of the same.
#[derive(Default)]
pub(crate) struct ThumbMaker {
    reader: Option<(PathBuf, VideoReader)>,
    /// Where indexes of videos are kept.
    pub index_dir: Option<PathBuf>,
    /// Where tiles of large pictures are kept.
    pub tile_dir: Option<PathBuf>,
}

impl ThumbMaker {
    pub fn make(&mut self, path: &Path, of: ThumbOf, max_side: u32) -> Result<Level, MediaError> {
        let picture = still::guarded(path, || self.picture(path, of, max_side))?;
        Ok(shrink(picture, max_side.max(1)))
    }

    fn picture(&mut self, path: &Path, of: ThumbOf, max_side: u32) -> Result<Picture, MediaError> {
        still::regular_file_len(path)?;
        if still::sniff(path)?.is_some() {
            return match of {
                ThumbOf::File | ThumbOf::Frame(0) => self.image(path, max_side),
                ThumbOf::Frame(frame) => Err(MediaError::FrameOutOfRange { path: path.to_path_buf(), frame, frames: 1 }),
            };
        }
        let frame = match of {
            ThumbOf::File => return video::poster_frame(path),
            ThumbOf::Frame(0) => return video::first_frame(path),
            ThumbOf::Frame(frame) => frame,
        };
        // Taken out, so that a reader that fails is not used again.
        let (path, mut reader) = match self.reader.take() {
            Some((open, reader)) if open == path && reader.index().matches(path) => (open, reader),
            _ => (path.to_path_buf(), self.open(path)?),
        };
        let picture = reader.frame(frame)?;
        self.reader = Some((path, reader));
        Ok(picture)
    }

    fn image(&self, path: &Path, max_side: u32) -> Result<Picture, MediaError> {
        let large = still::open_large(path, self.tile_dir.as_deref(), &AtomicBool::new(false))?;
        let Some(picture) = large else { return large_enough(path, max_side) };
        match &picture.pixels {
            // There is nothing of it yet.
            Pixels::Tiles(pyramid) if pyramid.is_unknown() => pyramid.look_through().map(|()| picture),
            _ => Ok(picture),
        }
    }

    fn open(&self, path: &Path) -> Result<VideoReader, MediaError> {
        let go_on = AtomicBool::new(false);
        let index = match &self.index_dir {
            Some(dir) => VideoIndex::load_or_build(path, dir, &|_, _| {}, &go_on)?,
            None => VideoIndex::build(path, &|_, _| {}, &go_on)?,
        };
        VideoReader::open(path, Arc::new(index))
    }
}

/// The image, or its coarse form where that has enough pixels: half of the work of a large JPEG.
fn large_enough(path: &Path, max_side: u32) -> Result<Picture, MediaError> {
    let enough = AtomicBool::new(false);
    let mut coarse = None;
    let whole = still::decode_image_staged(path, &enough, &mut |picture| {
        if picture.first_size().0.max(picture.first_size().1) >= max_side {
            coarse = Some(picture);
            enough.store(true, Ordering::Relaxed);
        }
    });
    coarse.map_or(whole, Ok)
}

fn shrink(picture: Picture, max_side: u32) -> Level {
    let longest = picture.width.max(picture.height).max(1);
    let scaled = |side: u32| ((u64::from(side) * u64::from(max_side) + u64::from(longest) / 2) / u64::from(longest)).max(1) as u32;
    let (width, height) =
        if longest <= max_side { (picture.width, picture.height) } else { (scaled(picture.width), scaled(picture.height)) };
    // The smallest level that is still large enough: little is left to shrink from there.
    let mut levels = picture.into_levels();
    let enough = levels.iter().rposition(|level| level.width >= width && level.height >= height).unwrap_or(0);
    if levels.is_empty() {
        return Level { width: 0, height: 0, rgba: Vec::new() };
    }
    let level = levels.swap_remove(enough);
    if (level.width, level.height) == (width, height) {
        return level;
    }
    match RgbaImage::from_raw(level.width, level.height, level.rgba) {
        Some(image) => Level { width, height, rgba: imageops::thumbnail(&image, width, height).into_raw() },
        None => Level { width: 0, height: 0, rgba: Vec::new() },
    }
}

/// Thumbnails kept as PNG files in a folder, found by path, length, time of change, frame and size.
pub struct ThumbCache {
    dir: PathBuf,
    maker: ThumbMaker,
}

impl ThumbCache {
    /// Keeps thumbnails in `dir`, which is made if it does not exist.
    ///
    /// # Errors
    /// `Io` when it cannot be made.
    pub fn new(dir: &Path) -> Result<ThumbCache, MediaError> {
        fs::create_dir_all(dir).map_err(MediaError::io(dir))?;
        Ok(ThumbCache { dir: dir.to_path_buf(), maker: ThumbMaker::default() })
    }

    /// Where the makers of other things keep what takes long.
    pub(crate) fn keep_in(mut self, index_dir: Option<PathBuf>, tile_dir: Option<PathBuf>) -> ThumbCache {
        (self.maker.index_dir, self.maker.tile_dir) = (index_dir, tile_dir);
        self
    }

    /// The kept thumbnail, or a new one that is then kept. A damaged kept file is made again.
    ///
    /// # Errors
    /// As [`thumbnail`]; that a thumbnail could not be kept is only logged.
    pub fn get(&mut self, path: &Path, frame: u64, max_side: u32) -> Result<Level, MediaError> {
        self.of(path, ThumbOf::Frame(frame), max_side)
    }

    pub(crate) fn of(&mut self, path: &Path, of: ThumbOf, max_side: u32) -> Result<Level, MediaError> {
        let kept = file_of(&self.dir, path, of, max_side)?;
        if let Some(level) = read_kept(&kept, max_side) {
            return Ok(level);
        }
        let level = self.maker.make(path, of, max_side)?;
        if let Err(error) = write_png_file(&kept, &level.rgba, level.width, level.height, ExtendedColorType::Rgba8) {
            tracing::warn!(%error, "a thumbnail could not be kept");
        }
        Ok(level)
    }

    /// Removes the oldest thumbnails until at most `max_bytes` are left.
    ///
    /// # Errors
    /// `Io` when the folder cannot be read.
    pub fn prune(&self, max_bytes: u64) -> Result<(), MediaError> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(MediaError::io(&self.dir))?.flatten() {
            let path = entry.path();
            // Only what this cache wrote: another file in the folder is not ours to remove.
            let ours = path.extension().is_some_and(|e| e == "png") && path.file_stem().is_some_and(|s| s.len() == 32);
            if let Ok(meta) = entry.metadata()
                && ours
            {
                files.push((meta.modified().unwrap_or(SystemTime::UNIX_EPOCH), meta.len(), path));
            }
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, path) in files {
            if total <= max_bytes {
                break;
            }
            if fs::remove_file(&path).is_ok() {
                total -= bytes;
            }
        }
        Ok(())
    }
}

/// The small picture of a whole file that is kept in `dir`, if it is.
pub(crate) fn kept_poster(dir: &Path, path: &Path, max_side: u32) -> Option<Level> {
    read_kept(&file_of(dir, path, ThumbOf::File, max_side).ok()?, max_side)
}

fn file_of(dir: &Path, path: &Path, of: ThumbOf, max_side: u32) -> Result<PathBuf, MediaError> {
    let stamp = FileStamp::of(path)?;
    let frame = match of {
        ThumbOf::Frame(frame) => frame,
        ThumbOf::File => u64::MAX,
    };
    let mut hasher = blake3::Hasher::new();
    for number in [stamp.bytes, stamp.modified_ns, frame, u64::from(max_side)] {
        hasher.update(&number.to_le_bytes());
    }
    hasher.update(path.as_os_str().as_encoded_bytes());
    Ok(dir.join(format!("{}.png", &hasher.finalize().to_hex()[..32])))
}

fn read_kept(kept: &Path, max_side: u32) -> Option<Level> {
    let picture = decode_image(kept).ok()?;
    let fits = picture.width.max(picture.height) <= max_side.max(1);
    picture.into_levels().into_iter().next().filter(|_| fits)
}
