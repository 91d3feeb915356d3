//! A TIFF that is read by region: its own levels, and their chunks.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::chunk::{self, MAX_CHUNK_BYTES, PHOTO_CMYK, PHOTO_PALETTE, PHOTO_YCBCR, Pixels};
use super::directory::{self, Directories, Page};
use super::grid::{Rect, level_sizes};
use crate::error::MediaError;
use crate::limits::MAX_SIDE;
use crate::turn::Turn;

/// Levels that are made from the one above when they are asked for: a tile of the second takes sixteen of the first.
pub(super) const DERIVED: u32 = 2;
/// Strips without compression are read in parts of about so many bytes.
const STRIP_BYTES: u64 = 4 << 20;
/// Most bytes of one chunk as it lies in the file.
const MAX_STORED_BYTES: u64 = 128 << 20;

/// An open TIFF.
#[derive(Debug)]
pub(super) struct TiffFile {
    path: PathBuf,
    file: Mutex<File>,
    length: u64,
    directories: Directories,
    /// Which level each usable page is, the full size first.
    own: Vec<(u32, usize)>,
}

impl TiffFile {
    /// Reads the directories. `Ok(Err)`: the file is not of the kind that can be read by region, and why.
    pub fn open(path: &Path) -> Result<Result<TiffFile, String>, MediaError> {
        let mut file = File::open(path).map_err(MediaError::io(path))?;
        let length = file.metadata().map_err(MediaError::io(path))?.len();
        let mut directories = match directory::read(&mut std::io::BufReader::new(&mut file), length) {
            Ok(directories) => directories,
            Err(reason) => return Ok(Err(reason)),
        };
        directories.pages.iter_mut().for_each(split_strips);
        let Some(first) = directories.pages.first() else { return Ok(Err("it holds no picture".to_owned())) };
        if let Err(reason) = suits(first) {
            return Ok(Err(reason));
        }
        let own = own_levels(&directories.pages);
        Ok(Ok(TiffFile { path: path.to_path_buf(), file: Mutex::new(file), length, directories, own }))
    }

    pub fn cancelled(&self) -> MediaError {
        MediaError::Cancelled { path: self.path.clone() }
    }

    pub fn first(&self) -> &Page {
        &self.directories.pages[0]
    }

    pub fn turn(&self) -> Turn {
        let orientation = u8::try_from(self.first().orientation).ok().and_then(image::metadata::Orientation::from_exif);
        orientation.map(Turn::from_orientation).unwrap_or_default()
    }

    /// The page that is this level, if the file has one.
    pub fn page(&self, level: u32) -> Option<&Page> {
        let (_, index) = self.own.iter().find(|(own, _)| *own == level)?;
        self.directories.pages.get(*index)
    }

    /// The last level that is there or can be made on demand from one that is.
    pub fn last_direct(&self) -> u32 {
        self.own.last().map_or(0, |(level, _)| level + DERIVED)
    }

    /// Decodes the chunk in column `column` and row `row`; gives the pixels inside the picture and where they lie.
    pub fn chunk(&self, page: &Page, column: u32, row: u32) -> Result<(Rect, Pixels), MediaError> {
        let broken = |reason: String| MediaError::BrokenImage { path: self.path.clone(), reason };
        let rect = Rect { x: column * page.chunk[0], y: row * page.chunk[1], width: page.chunk[0], height: page.chunk[1] };
        let inside = rect.within([page.width, page.height]).ok_or_else(|| broken("a chunk lies outside the picture".to_owned()))?;
        // Strips end with the picture, tiles are whole.
        let size = if page.is_tiled { page.chunk } else { [inside.width, inside.height] };
        let across = page.width.div_ceil(page.chunk[0]) as usize;
        let each = across * page.height.div_ceil(page.chunk[1]) as usize;
        let index = row as usize * across + column as usize;
        let num_planes = if page.planar { usize::from(page.samples) } else { 1 };
        let mut planes = Vec::new();
        for plane in 0..num_planes {
            let at = plane * each + index;
            let (Some(offset), Some(length)) = (page.offsets.get(at), page.lengths.get(at)) else {
                return Err(broken("it has fewer chunks than its size asks for".to_owned()));
            };
            // Sparse files leave out chunks in which there is nothing.
            if *length > 0 {
                planes.push(self.bytes(*offset, *length)?);
            }
        }
        if planes.len() < num_planes {
            planes.clear();
        }
        let pixels = chunk::decode(page, self.directories.order, &planes, size).map_err(broken)?;
        if [inside.width, inside.height] == size {
            return Ok((inside, pixels));
        }
        let whole = Rect { width: size[0], height: size[1], ..inside };
        Ok((inside, cut(pixels, whole, inside)))
    }

    fn bytes(&self, offset: u64, length: u64) -> Result<Vec<u8>, MediaError> {
        if length > MAX_STORED_BYTES || offset.checked_add(length).is_none_or(|end| end > self.length) {
            let reason = "a chunk lies outside the file, or is longer than any should be".to_owned();
            return Err(MediaError::BrokenImage { path: self.path.clone(), reason });
        }
        let mut bytes = vec![0; length as usize];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset)).and_then(|_| file.read_exact(&mut bytes)).map_err(MediaError::io(&self.path))?;
        Ok(bytes)
    }
}

fn cut(pixels: Pixels, whole: Rect, inside: Rect) -> Pixels {
    let mut rgba = vec![[0; 4]; inside.pixels()];
    super::grid::copy_shared(pixels.rgba.as_chunks::<4>().0, whole, &mut rgba, inside);
    let deep = pixels.deep.map(|(channels, samples)| {
        let n = usize::from(channels);
        let mut out = Vec::with_capacity(inside.pixels() * n);
        for row in samples.chunks_exact(whole.width as usize * n).take(inside.height as usize) {
            out.extend_from_slice(&row[..inside.width as usize * n]);
        }
        (channels, out)
    });
    Pixels { rgba: rgba.into_flattened(), deep }
}

/// Whether a page can be read by region; else why not, in words.
fn suits(page: &Page) -> Result<(), String> {
    let factors = [page.chunk[0], page.chunk[1], u32::from(page.samples), u32::from(page.bits.div_ceil(8))];
    let bytes = factors.iter().fold(1, |bytes: u64, factor| bytes.saturating_mul(u64::from(*factor)));
    if page.chunk.contains(&0) {
        return Err("its tiles have no size".to_owned());
    }
    if !matches!(page.bits, 8 | 16) || page.sample_format != 1 {
        return Err(format!("samples of {} bit and format {} are not supported", page.bits, page.sample_format));
    }
    if !matches!(page.compression, 1 | 5 | 7 | 8 | 32_773 | 32_946) {
        return Err(format!("its compression (number {}) is not supported", page.compression));
    }
    if !matches!(page.photometric, 0..=PHOTO_PALETTE | PHOTO_CMYK | PHOTO_YCBCR) || page.samples == 0 || page.samples > 8 {
        return Err(format!("its colour model (number {}, {} samples) is not supported", page.photometric, page.samples));
    }
    if bytes > MAX_CHUNK_BYTES {
        return Err(format!("its {} hold {} MiB each", if page.is_tiled { "tiles" } else { "strips" }, bytes >> 20));
    }
    Ok(())
}

/// Which levels the pages are: those whose size is that of a level, as long as what lies between can be derived.
fn own_levels(pages: &[Page]) -> Vec<(u32, usize)> {
    let Some(first) = pages.first() else { return Vec::new() };
    let mut own = vec![(0, 0)];
    let sizes = level_sizes([first.width, first.height]);
    for (level, size) in (0..).zip(&sizes).skip(1) {
        let last = own.last().map_or(0, |(last, _): &(u32, usize)| *last);
        if level > last + DERIVED + 1 {
            break;
        }
        // Some writers round down: a pixel less is still the same picture.
        let fits = |page: &Page| page.width.abs_diff(size[0]) <= 1 && page.height.abs_diff(size[1]) <= 1;
        let is_copy = |page: &Page| page.subfile & 4 == 0 && (page.subfile & 1 == 1 || page.is_tiled);
        let same = |page: &Page| (page.bits, page.samples, page.photometric) == (first.bits, first.samples, first.photometric);
        let found = pages.iter().skip(1).position(|page| fits(page) && is_copy(page) && same(page) && suits(page).is_ok());
        own.extend(found.map(|at| (level, at + 1)));
    }
    own
}

/// Cuts large strips of plain samples into smaller ones: their rows can be read without what comes before.
fn split_strips(page: &mut Page) {
    let row = u64::from(page.width) * u64::from(page.samples) * u64::from(page.bits / 8);
    let rows = page.chunk[1];
    if u64::from(page.width.max(page.height)) > MAX_SIDE {
        return;
    }
    if page.is_tiled || page.planar || page.compression != 1 || row == 0 || row * u64::from(rows) <= STRIP_BYTES {
        return;
    }
    let most = u32::try_from(STRIP_BYTES / row).unwrap_or(1).max(1);
    // A single strip may end anywhere; of several each must end with a part.
    let each = if rows >= page.height { most } else { (1..=most).rev().find(|n| rows.is_multiple_of(*n)).unwrap_or(1) };
    let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
    for (strip, offset) in (0..).zip(&page.offsets) {
        let first = rows.saturating_mul(strip);
        let rows_here = rows.min(page.height.saturating_sub(first));
        for from in (0..rows_here).step_by(each as usize) {
            offsets.push(offset.saturating_add(u64::from(from) * row));
            lengths.push(u64::from(each.min(rows_here - from)) * row);
        }
    }
    (page.offsets, page.lengths, page.chunk[1]) = (offsets, lengths, each);
}
