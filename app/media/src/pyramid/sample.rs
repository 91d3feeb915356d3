//! A first, coarse look at a picture of which not everything was read yet.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use image::{RgbaImage, imageops};

use super::blocks::Blocks;
use super::grid::Rect;
use super::region::Reading;
use super::tiff::TiffFile;
use crate::error::MediaError;
use crate::jpeg::Jpeg;
use crate::mips;
use crate::picture::Level;

/// Most chunks that are decoded for it: a fraction of a second of work.
const MAX_CHUNKS: u32 = 256;
/// Most points that are taken from one chunk each way.
const MAX_POINTS: u32 = 256;

/// How one direction is sampled: so many chunks of all, each giving so many points.
#[derive(Clone, Copy)]
struct Axis {
    all: u32,
    taken: u32,
    points: u32,
}

impl Axis {
    fn new(all: u32, most: u32, size: u32) -> Axis {
        let taken = all.min(most).max(1);
        // Only where no chunk is left out do the points within one lie where they belong.
        let points = if taken == all { (size / taken).clamp(1, MAX_POINTS) } else { 1 };
        Axis { all, taken, points }
    }

    fn chunk(self, n: u32) -> u32 {
        ((2 * u64::from(n) + 1) * u64::from(self.all) / (2 * u64::from(self.taken))) as u32
    }

    fn len(self) -> u32 {
        self.taken * self.points
    }
}

/// The smallest page of a file at `size`, from chunks picked evenly over it; between them it is blurred.
pub(super) fn sampled(file: &TiffFile, size: [u32; 2], stop: &AtomicBool) -> Result<Level, MediaError> {
    let own = (0..=file.last_direct()).rev().find(|level| file.page(*level).is_some()).unwrap_or(0);
    let page = file.page(own).unwrap_or(file.first());
    // None is needed twice.
    let blocks = Mutex::new(Blocks::new(0));
    let reading = Reading { file, page, level: own, blocks: &blocks, stop };
    let [columns, rows] = [page.width.div_ceil(page.chunk[0]), page.height.div_ceil(page.chunk[1])];
    let side = MAX_CHUNKS.isqrt();
    let across = Axis::new(columns, side.max(MAX_CHUNKS / rows.max(1)), size[0]);
    let down = Axis::new(rows, side.max(MAX_CHUNKS / columns.max(1)), size[1]);
    let mut points = RgbaImage::new(across.len(), down.len());
    for row in 0..down.taken {
        for column in 0..across.taken {
            let block = reading.chunk(across.chunk(column), down.chunk(row))?;
            let (rect, pixels) = (block.rect, block.pixels.rgba.as_chunks::<4>().0);
            for (x, y) in (0..down.points).flat_map(|y| (0..across.points).map(move |x| (x, y))) {
                let mean = mean(pixels, rect, [part(x, across.points, rect.width), part(y, down.points, rect.height)]);
                points.put_pixel(column * across.points + x, row * down.points + y, image::Rgba(mean));
            }
        }
    }
    let image = imageops::resize(&points, size[0], size[1], imageops::FilterType::Triangle);
    Ok(Level { width: size[0], height: size[1], rgba: image.into_raw() })
}

/// The last of the levels of these sizes, from the mean colours of the blocks of a JPEG; `None` where that would take too
/// much memory, or the file is not as it should be.
pub(super) fn of_jpeg(path: &Path, sizes: &[[u32; 2]], stop: &AtomicBool) -> Option<Level> {
    /// Blocks give the level of an eighth of the size.
    const LEVEL: usize = 3;
    /// Coefficients take up to four times as much as the file.
    const MAX_FILE_BYTES: u64 = 128 << 20;
    let eighth = sizes.get(LEVEL)?;
    if path.metadata().ok()?.len() > MAX_FILE_BYTES {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_FILE_BYTES).read_to_end(&mut bytes).ok()?;
    let jpeg = Jpeg::open(&bytes)?;
    let mut level = jpeg.coarse(&jpeg.coefficients(stop).ok()?);
    if [level.width, level.height] != *eighth {
        return None;
    }
    for _ in LEVEL + 1..sizes.len() {
        level = mips::half(&level, true);
    }
    Some(level)
}

/// The `n`-th of `all` parts of `length`, never empty.
fn part(n: u32, all: u32, length: u32) -> (u32, u32) {
    let at = |n: u32| (u64::from(n) * u64::from(length) / u64::from(all)) as u32;
    let from = at(n).min(length.saturating_sub(1));
    (from, at(n + 1).max(from + 1))
}

/// The mean of a part of a chunk; of a large part every so many-th pixel is looked at.
fn mean(pixels: &[[u8; 4]], rect: Rect, [(left, right), (top, bottom)]: [(u32, u32); 2]) -> [u8; 4] {
    const ENOUGH: u32 = 16;
    let step = |length: u32| (length / ENOUGH).max(1) as usize;
    let mut sum = [0_u64; 5];
    for y in (top..bottom).step_by(step(bottom - top)) {
        for x in (left..right).step_by(step(right - left)) {
            if let Some(pixel) = pixels.get(y as usize * rect.width as usize + x as usize) {
                (0..4).for_each(|i| sum[i] += u64::from(pixel[i]));
                sum[4] += 1;
            }
        }
    }
    std::array::from_fn(|i| (sum[i] / sum[4].max(1)) as u8)
}
