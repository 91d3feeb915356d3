//! Pictures too large to hold, as tiles of a chain of levels, each half the size of the one before.
//!
//! A TIFF is read by region: a tile is put together from the chunks that lie under it, and the two levels below one that
//! the file has are made from it when they are asked for. Whatever else is needed is made in one pass over the picture and
//! kept as tiles in the cache folder: the coarser levels of a TIFF without copies of its own, and all levels of a picture
//! that can only be decoded from top to bottom. Until a tile is made, there is a coarse picture, from the file's own small
//! copy, from the cache, or from chunks picked here and there.

mod blocks;
mod build;
mod chunk;
mod directory;
mod grid;
mod pass;
mod region;
mod rows;
mod sample;
mod store;
mod tiff;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use image::ImageFormat;

use crate::error::MediaError;
use crate::info::FileStamp;
use crate::limits::{MAX_SIDE, WHOLE_PIXELS};
use crate::mips;
use crate::picture::{Level, PixelValue};
use crate::still::{Profile, Samples, ToSrgb};
use crate::turn::Turn;
use blocks::{Block, Blocks};
pub(crate) use grid::TILE_SIDE;
pub use grid::TileId;
use grid::{COARSE_SIDE, Rect, copy_shared, level_sizes, tile_rects};
use region::Reading;
use rows::RowsHead;
pub(crate) use store::prune;
use store::{StoreHead, TileStore};
use tiff::TiffFile;

/// Bytes of decoded parts that are kept of one picture.
const BLOCK_BYTES: usize = 256 << 20;
/// What is shown where nothing is known yet.
const UNKNOWN: [u8; 4] = [48, 48, 48, 255];

/// A tile with its border, as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Which one.
    pub id: TileId,
    /// Pixels of the tile and, where it has neighbours, one more on that side.
    pub pixels: Level,
}

/// How the full size is read.
#[derive(Debug)]
enum Source {
    Tiff(TiffFile),
    /// From top to bottom.
    Rows(ImageFormat),
}

/// A picture as tiles. Shared by threads; no call but [`Self::tile`] and the pass touches a file.
pub struct Pyramid {
    path: Arc<Path>,
    stamp: FileStamp,
    /// Sizes of all levels as stored, before the turn.
    sizes: Vec<[u32; 2]>,
    turn: Turn,
    source: Source,
    coarse_level: u32,
    /// The first level that the cache file holds; beyond `coarse_level` when none is needed.
    first_kept: u32,
    /// Where the cache file is, or is to be.
    cache_file: Option<PathBuf>,
    store: Mutex<Option<Arc<TileStore>>>,
    is_whole: AtomicBool,
    /// Whether there is a coarse picture yet.
    is_known: AtomicBool,
    coarse: Mutex<Arc<Level>>,
    blocks: Mutex<Blocks>,
    channels: u8,
    bit_depth: u8,
    pixel_format: &'static str,
    /// Applied to what is shown; blocks and kept tiles have the file's own values.
    to_srgb: Option<ToSrgb>,
    marks: Vec<String>,
}

impl fmt::Debug for Pyramid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pyramid").field("path", &self.path).field("sizes", &self.sizes).finish_non_exhaustive()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Changed in small steps that do not panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pyramid {
    /// Pixels of a side of a tile, without its border.
    pub const TILE_SIDE: u32 = TILE_SIDE;

    /// Opens a picture of more than [`WHOLE_PIXELS`]; `None`: it is smaller, or of a kind that can only be decoded whole.
    /// `cache_dir` is where tiles are kept.
    ///
    /// # Errors
    /// `Io`; `TooLarge` when it is of a size that nothing here can show; `Unsupported` when it can neither be read by region
    /// nor is small enough to be decoded whole.
    pub(crate) fn open(path: &Path, format: ImageFormat, cache_dir: Option<&Path>) -> Result<Option<Pyramid>, MediaError> {
        Self::open_above(path, format, cache_dir, Bounds { whole_pixels: WHOLE_PIXELS, coarse_side: COARSE_SIDE })
    }

    /// As [`Self::open`] with other bounds, so that tests see many levels in a small picture.
    fn open_above(path: &Path, format: ImageFormat, cache_dir: Option<&Path>, bounds: Bounds) -> Result<Option<Pyramid>, MediaError> {
        match format {
            ImageFormat::Tiff => Self::open_tiff(path, cache_dir, bounds),
            ImageFormat::Png | ImageFormat::Jpeg => Self::open_rows(path, format, cache_dir, bounds),
            _ => Ok(None),
        }
    }

    fn open_tiff(path: &Path, cache_dir: Option<&Path>, bounds: Bounds) -> Result<Option<Pyramid>, MediaError> {
        // What is not understood here is left to the decoder of whole pictures, which says what is wrong.
        let Ok(file) = TiffFile::open(path)? else { return Ok(None) };
        let page = file.first();
        let size = [page.width, page.height];
        if !bounds.exceeded(path, size)? {
            return Ok(None);
        }
        let channels = match (page.photometric, page.samples) {
            (0 | 1, 1) => 1,
            (0 | 1, _) => 2,
            (2, 4..) => 4,
            _ => 3,
        };
        let pixel_format = pixel_format(channels, page.bits as u8);
        let (turn, bit_depth, first_kept) = (file.turn(), page.bits as u8, file.last_direct() + 1);
        let profile = profile(Some(&page.profile).filter(|bytes| !bytes.is_empty()).map(Vec::as_slice), channels);
        let facts = Facts { size, turn, channels, bit_depth, pixel_format, profile, first_kept };
        Self::new(path, Source::Tiff(file), facts, cache_dir, bounds).map(Some)
    }

    fn open_rows(path: &Path, format: ImageFormat, cache_dir: Option<&Path>, bounds: Bounds) -> Result<Option<Pyramid>, MediaError> {
        if cache_dir.is_none() {
            return Ok(None);
        }
        let Ok((_, head)) = rows::open(path, format)? else { return Ok(None) };
        if !bounds.exceeded(path, head.size)? {
            return Ok(None);
        }
        let pixel_format = pixel_format(head.channels, head.bit_depth);
        let RowsHead { size, channels, bit_depth, turn, icc } = head;
        let profile = profile(icc.as_deref(), channels);
        let facts = Facts { size, turn, channels, bit_depth, pixel_format, profile, first_kept: 0 };
        Self::new(path, Source::Rows(format), facts, cache_dir, bounds).map(Some)
    }

    fn new(path: &Path, source: Source, facts: Facts, cache_dir: Option<&Path>, bounds: Bounds) -> Result<Pyramid, MediaError> {
        let stamp = FileStamp::of(path)?;
        let sizes = level_sizes(facts.size);
        let coarse_level = sizes.iter().position(|size| size[0].max(size[1]) <= bounds.coarse_side).unwrap_or(0) as u32;
        let [width, height] = sizes[coarse_level as usize];
        let unknown = Level { width, height, rgba: UNKNOWN.repeat(width as usize * height as usize) };
        let pyramid = Pyramid {
            path: path.into(),
            stamp,
            sizes,
            turn: facts.turn,
            source,
            coarse_level,
            first_kept: facts.first_kept,
            cache_file: cache_dir.map(|dir| TileStore::file_of(path, stamp, dir)),
            store: Mutex::default(),
            is_whole: AtomicBool::new(facts.first_kept > coarse_level),
            is_known: AtomicBool::new(false),
            coarse: Mutex::new(Arc::new(unknown)),
            blocks: Mutex::new(Blocks::new(BLOCK_BYTES)),
            channels: facts.channels,
            bit_depth: facts.bit_depth,
            pixel_format: facts.pixel_format,
            to_srgb: facts.profile.to_srgb,
            marks: facts.profile.mark.into_iter().collect(),
        };
        Ok(pyramid)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Arc<Path> {
        &self.path
    }

    /// Width and height as shown.
    #[must_use]
    pub fn size(&self) -> [u32; 2] {
        let [width, height] = self.sizes[0];
        let (width, height) = self.turn.size(width, height);
        [width, height]
    }

    /// The level that is in memory, at most some 1,000 pixels a side; all larger ones come as tiles.
    #[must_use]
    pub fn coarse_level(&self) -> u32 {
        self.coarse_level
    }

    /// That level as shown, as well as it is known now.
    #[must_use]
    pub fn coarse(&self) -> Arc<Level> {
        locked(&self.coarse).clone()
    }

    pub(crate) fn channels(&self) -> u8 {
        self.channels
    }

    pub(crate) fn bit_depth(&self) -> u8 {
        self.bit_depth
    }

    pub(crate) fn pixel_format(&self) -> &'static str {
        self.pixel_format
    }

    pub(crate) fn marks(&self) -> &[String] {
        &self.marks
    }

    /// True while nothing at all is known of how it looks.
    pub(crate) fn is_unknown(&self) -> bool {
        !self.is_known.load(Ordering::Relaxed)
    }

    /// Lets go of what is decoded.
    pub(crate) fn let_go(&self) {
        locked(&self.blocks).clear();
    }

    /// True when a pass over the picture is still to be made.
    #[must_use]
    pub fn needs_pass(&self) -> bool {
        !self.is_whole.load(Ordering::Relaxed) && self.cache_file.is_some()
    }

    /// Finds the first coarse picture: from the file's own copy, from tiles that were kept, or from a sample.
    pub(crate) fn look(&self, stop: &AtomicBool) -> Result<(), MediaError> {
        self.open_store();
        let rect = Rect::of(self.sizes[self.coarse_level as usize]);
        let found = match self.region(self.coarse_level, rect, stop) {
            Err(MediaError::IndexFile { .. }) => None,
            found => found?,
        };
        let level = match (found, &self.source) {
            (Some(level), _) => level,
            (None, Source::Tiff(file)) => sample::sampled(file, [rect.width, rect.height], stop)?,
            (None, Source::Rows(ImageFormat::Jpeg)) => {
                match sample::of_jpeg(&self.path, &self.sizes[..=self.coarse_level as usize], stop) {
                    Some(level) => level,
                    None => return Ok(()),
                }
            }
            (None, Source::Rows(_)) => return Ok(()),
        };
        self.publish(level);
        Ok(())
    }

    fn open_store(&self) {
        let Some(file) = self.cache_file.as_ref().filter(|_| self.needs_pass()) else { return };
        match TileStore::open(file, &self.head()) {
            Ok(store) => {
                *locked(&self.store) = Some(Arc::new(store));
                self.is_whole.store(true, Ordering::Relaxed);
            }
            Err(MediaError::Io { .. }) => {}
            Err(error) => tracing::warn!(%error, "kept tiles were refused"),
        }
    }

    fn head(&self) -> StoreHead {
        let sizes = self.sizes[self.first_kept as usize..=self.coarse_level as usize].to_vec();
        StoreHead { stamp: self.stamp, tile_side: TILE_SIDE, first_level: self.first_kept, sizes }
    }

    /// Shows another coarse picture, given as stored.
    fn publish(&self, level: Level) {
        *locked(&self.coarse) = Arc::new(self.shown(level));
        self.is_known.store(true, Ordering::Relaxed);
    }

    /// Pixels as shown, from those stored.
    fn shown(&self, level: Level) -> Level {
        let level = self.turned(level);
        match &self.to_srgb {
            Some(to_srgb) => Level { rgba: to_srgb.pixels(&level.rgba), ..level },
            None => level,
        }
    }

    fn turned(&self, level: Level) -> Level {
        if self.turn == Turn::NONE {
            return level;
        }
        let rgba = self.turn.apply_samples(&level.rgba, 4, level.width, level.height);
        let (width, height) = self.turn.size(level.width, level.height);
        Level { width, height, rgba }
    }

    /// A tile as shown; `None` while it is not made yet. Takes until its parts are read and decoded.
    ///
    /// # Errors
    /// `Cancelled` when `stop` is set; whatever reading and decoding give; `BrokenImage` when there is no such tile.
    pub fn tile(&self, id: TileId, stop: &AtomicBool) -> Result<Option<Tile>, MediaError> {
        let none = || MediaError::BrokenImage { path: self.path.to_path_buf(), reason: "a tile outside of it was asked for".to_owned() };
        let [width, height] = self.sizes.get(id.level as usize).copied().ok_or_else(none)?;
        let (shown_width, shown_height) = self.turn.size(width, height);
        let (_, held) = tile_rects(id, [shown_width, shown_height]).ok_or_else(none)?;
        let (x0, y0) = self.turn.source(held.x, held.y, width, height);
        let (x1, y1) = self.turn.source(held.x + held.width - 1, held.y + held.height - 1, width, height);
        let rect = Rect { x: x0.min(x1), y: y0.min(y1), width: x0.abs_diff(x1) + 1, height: y0.abs_diff(y1) + 1 };
        match self.region(id.level, rect, stop) {
            Ok(found) => Ok(found.map(|level| Tile { id, pixels: self.shown(level) })),
            Err(error @ MediaError::IndexFile { .. }) => {
                tracing::warn!(%error, "kept tiles are made again");
                self.forget_store();
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Damaged tiles are of no use; the next pass makes them again.
    fn forget_store(&self) {
        let store = locked(&self.store).take();
        if let (Some(store), Some(file)) = (store, &self.cache_file) {
            store.remove(file);
        }
        locked(&self.blocks).clear();
        self.is_whole.store(false, Ordering::Relaxed);
    }

    /// Pixels of a level as stored.
    fn region(&self, level: u32, rect: Rect, stop: &AtomicBool) -> Result<Option<Level>, MediaError> {
        if stop.load(Ordering::Relaxed) {
            return Err(MediaError::Cancelled { path: self.path.to_path_buf() });
        }
        if level >= self.first_kept {
            return self.kept_region(level, rect);
        }
        let Source::Tiff(file) = &self.source else { return Ok(None) };
        if let Some(page) = file.page(level) {
            return Reading { file, page, level, blocks: &self.blocks, stop }.region(rect).map(Some);
        }
        let above = level.checked_sub(1).and_then(|above| Some((above, rect.doubled(self.sizes[above as usize])?)));
        let Some((above, twice)) = above else { return Ok(None) };
        let found = self.region(above, twice, stop)?;
        Ok(found.map(|full| mips::half(&full, mips::is_opaque(&full.rgba))))
    }

    fn kept_region(&self, level: u32, rect: Rect) -> Result<Option<Level>, MediaError> {
        let mut rgba = vec![[0; 4]; rect.pixels()];
        let [(left, right), (top, bottom)] = rect.cells([TILE_SIDE; 2]);
        for (column, row) in (top..=bottom).flat_map(|row| (left..=right).map(move |column| (column, row))) {
            let Some(block) = self.kept_block([level, column, row])? else { return Ok(None) };
            copy_shared(block.pixels.rgba.as_chunks::<4>().0, block.rect, &mut rgba, rect);
        }
        Ok(Some(Level { width: rect.width, height: rect.height, rgba: rgba.into_flattened() }))
    }

    fn kept_block(&self, id: [u32; 3]) -> Result<Option<Arc<Block>>, MediaError> {
        if let Some(block) = locked(&self.blocks).get(id) {
            return Ok(Some(block));
        }
        let Some(store) = locked(&self.store).clone() else { return Ok(None) };
        let Some(level) = store.get(id)? else { return Ok(None) };
        let rect = Rect { x: id[1] * TILE_SIDE, y: id[2] * TILE_SIDE, width: level.width, height: level.height };
        let block = Arc::new(Block { rect, pixels: chunk::Pixels { rgba: level.rgba, deep: None } });
        locked(&self.blocks).put(id, block.clone());
        Ok(Some(block))
    }

    /// The part of the full size in memory that holds a pixel given as shown, and the pixel's place in it.
    fn pixel(&self, x: u32, y: u32) -> Option<(Arc<Block>, usize)> {
        let [width, height] = self.size();
        if x >= width || y >= height {
            return None;
        }
        let [width, height] = self.sizes[0];
        let (x, y) = self.turn.source(x, y, width, height);
        let cell = match &self.source {
            Source::Tiff(file) => file.first().chunk,
            Source::Rows(_) => [TILE_SIDE; 2],
        };
        let block = locked(&self.blocks).get([0, x / cell[0], y / cell[1]])?;
        let at = (y - block.rect.y) as usize * block.rect.width as usize + (x - block.rect.x) as usize;
        Some((block, at))
    }

    /// The colour of a pixel as shown; `None` where its tile is not in memory.
    pub(crate) fn rgba_at(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        let own = self.own_at(x, y)?;
        match &self.to_srgb {
            Some(to_srgb) => to_srgb.pixels(&own).try_into().ok(),
            None => Some(own),
        }
    }

    /// The file's own colour of a pixel in 8 bit; `None` where its tile is not in memory.
    pub(crate) fn own_at(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        let (block, at) = self.pixel(x, y)?;
        block.pixels.rgba.as_chunks::<4>().0.get(at).copied()
    }

    /// The file's own samples of a pixel of more than 8 bit; `None` where they are not in memory.
    pub(crate) fn deep_at(&self, x: u32, y: u32) -> Option<PixelValue> {
        let (block, at) = self.pixel(x, y)?;
        let (channels, deep) = block.pixels.deep.as_ref()?;
        let n = usize::from(*channels).min(4);
        let mut samples = [0; 4];
        samples[..n].copy_from_slice(deep.get(at * n..(at + 1) * n)?);
        Some(PixelValue { channels: *channels, bit_depth: self.bit_depth, samples })
    }
}

struct Facts {
    size: [u32; 2],
    turn: Turn,
    channels: u8,
    bit_depth: u8,
    pixel_format: &'static str,
    profile: Profile,
    first_kept: u32,
}

/// What a colour profile means for samples of so many channels.
fn profile(bytes: Option<&[u8]>, channels: u8) -> Profile {
    Profile::of(bytes, if channels < 3 { Samples::Gray } else { Samples::Rgb })
}

/// From when on a picture is shown as tiles, and how small its coarse level is.
#[derive(Clone, Copy)]
struct Bounds {
    whole_pixels: u64,
    coarse_side: u32,
}

impl Bounds {
    fn exceeded(self, path: &Path, size: [u32; 2]) -> Result<bool, MediaError> {
        let [width, height] = size.map(u64::from);
        if width > MAX_SIDE || height > MAX_SIDE {
            return Err(MediaError::TooLarge { path: path.to_path_buf(), width, height });
        }
        Ok(width * height > self.whole_pixels)
    }
}

/// Name of the layout of samples.
fn pixel_format(channels: u8, bits: u8) -> &'static str {
    match (channels, bits) {
        (1, 8) => "gray8",
        (1, _) => "gray16",
        (2, 8) => "graya8",
        (2, _) => "graya16",
        (4, 8) => "rgba8",
        (4, _) => "rgba16",
        (_, 8) => "rgb8",
        _ => "rgb16",
    }
}

#[cfg(test)]
mod tests;
