//! The pass over a whole picture that makes what only such a pass can make.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::blocks::Blocks;
use super::build::Builder;
use super::grid::{Rect, copy_shared};
use super::region::Reading;
use super::rows::{self, Rows};
use super::store::TileStore;
use super::{Pyramid, Source, UNKNOWN, locked, tiff};
use crate::error::MediaError;
use crate::info::FileStamp;
use crate::mips;
use crate::picture::Level;
use crate::still;

/// Bytes of decoded chunks that are kept for the next rows.
const PASS_BYTES: usize = 96 << 20;
/// So often is the coarse picture shown anew while the picture is read.
const COARSE_STEPS: u64 = 64;

/// Rows that are made at a time of the first level that is kept: eight times as many of the file's own.
const BAND: u32 = 64;

impl Pyramid {
    /// Goes over the whole picture and makes what only that can make. `progress` is told parts done and in all, and whether
    /// the coarse picture is another one since. Tiles can be read as soon as they are made.
    ///
    /// # Errors
    /// `Cancelled` when `stop` is set; `Changed` when the file is another one since it was opened; whatever reading,
    /// decoding and writing give.
    pub(crate) fn pass(&self, progress: &dyn Fn(u64, u64), stop: &AtomicBool) -> Result<(), MediaError> {
        let Some(file) = self.cache_file.as_ref().filter(|_| self.needs_pass()) else { return Ok(()) };
        if FileStamp::of(&self.path)? != self.stamp {
            return Err(MediaError::Changed { path: self.path.to_path_buf() });
        }
        let store = Arc::new(TileStore::create(file, self.head())?);
        *locked(&self.store) = Some(store.clone());
        let done = self.pass_into(Some(&store), progress, stop).and_then(|coarse| {
            self.publish(coarse);
            store.finish(file)
        });
        match done {
            Ok(()) => self.is_whole.store(true, Ordering::Relaxed),
            Err(_) => self.forget_store(),
        }
        done
    }

    /// Finds the coarse level of a picture of which nothing is known, and keeps nothing else: for a small picture.
    pub(crate) fn look_through(&self) -> Result<(), MediaError> {
        let coarse = self.pass_into(None, &|_, _| {}, &AtomicBool::new(false))?;
        self.publish(coarse);
        Ok(())
    }

    /// Gives the coarse level as stored.
    fn pass_into(&self, store: Option<&TileStore>, progress: &dyn Fn(u64, u64), stop: &AtomicBool) -> Result<Level, MediaError> {
        // The coarse picture as stored: what is not known yet stays as it is shown.
        let [width, height] = self.sizes[self.coarse_level as usize];
        let known = self.coarse();
        let mut coarse = Level { width, height, rgba: UNKNOWN.repeat(width as usize * height as usize) };
        let shown = known.rgba.as_chunks::<4>().0;
        for (n, pixel) in shown.iter().enumerate() {
            let (x, y) = self.turn.source(n as u32 % known.width, n as u32 / known.width, width, height);
            coarse.rgba[(y as usize * width as usize + x as usize) * 4..][..4].copy_from_slice(pixel);
        }
        let mut builder = Builder::new(store, self.first_kept, &self.head().sizes, coarse);
        let [width, height] = self.sizes[self.first_kept as usize];
        let mut rows = self.rows()?;
        // Apart from those of what is looked at, which are not to be put out by this.
        let blocks = Mutex::new(Blocks::new(PASS_BYTES));
        let (mut done, mut rgba) = (0, Vec::new());
        while done < height {
            if stop.load(Ordering::Relaxed) {
                return Err(MediaError::Cancelled { path: self.path.to_path_buf() });
            }
            rgba.clear();
            let got = match &mut rows {
                Some(rows) => rows.next(64, &mut rgba)?,
                None => self.next_rows(done, &blocks, &mut rgba, stop)?,
            };
            if got == 0 || rgba.len() != got as usize * width as usize * 4 {
                return Err(MediaError::BrokenImage { path: self.path.to_path_buf(), reason: "it ends before its last row".to_owned() });
            }
            builder.push(&rgba)?;
            done += got;
            let step = |row: u32| u64::from(row) * COARSE_STEPS / u64::from(height);
            if done < height && step(done) > step(done - got) {
                self.publish(builder.coarse.clone());
            }
            progress(u64::from(done), u64::from(height));
        }
        Ok(builder.coarse)
    }

    fn rows(&self) -> Result<Option<Box<dyn Rows>>, MediaError> {
        match &self.source {
            Source::Tiff(_) => Ok(None),
            Source::Rows(format) => match rows::open(&self.path, *format)? {
                Ok((rows, _)) => Ok(Some(rows)),
                Err(reason) => Err(MediaError::BrokenImage { path: self.path.to_path_buf(), reason }),
            },
        }
    }

    /// Rows of the first level that is kept, made from the file's own pixels, several columns at the same time.
    fn next_rows(&self, from: u32, blocks: &Mutex<Blocks>, rgba: &mut Vec<u8>, stop: &AtomicBool) -> Result<u32, MediaError> {
        let Source::Tiff(file) = &self.source else { return Ok(0) };
        let size = self.sizes[self.first_kept as usize];
        let own = self.first_kept - tiff::DERIVED - 1;
        let page = file.page(own).unwrap_or(file.first());
        // Whole chunks at a time, so that few are decoded twice; of wide strips fewer rows.
        let step = (page.chunk[0] >> (tiff::DERIVED + 1)).next_multiple_of(BAND).max(BAND);
        let band = Rect { x: 0, y: from, width: size[0], height: if step > 1024 { BAND / 4 } else { BAND } };
        let Some(band) = band.within(size) else { return Ok(0) };
        let reading = Reading { file, page, level: own, blocks, stop };
        let parts: Vec<Rect> = (0..size[0]).step_by(step as usize).filter_map(|x| Rect { x, width: step, ..band }.within(size)).collect();
        let (next, made) = (AtomicUsize::new(0), Mutex::new((vec![[0; 4]; band.pixels()], None)));
        let work = || {
            while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
                // A panic in a codec must not end the program with the thread.
                let level = still::guarded(&self.path, || self.shrunk(&reading, *part));
                let mut made = locked(&made);
                match level {
                    Ok(level) => copy_shared(level.rgba.as_chunks::<4>().0, *part, &mut made.0, band),
                    Err(error) => {
                        next.store(parts.len(), Ordering::Relaxed);
                        made.1.get_or_insert(error);
                    }
                }
            }
        };
        // One core is left to what is looked at meanwhile.
        let helpers = thread::available_parallelism().map_or(1, NonZero::get).saturating_sub(2).min(parts.len() - 1);
        thread::scope(|scope| {
            (0..helpers).for_each(|_| drop(scope.spawn(work)));
            work();
        });
        match made.into_inner().unwrap_or_else(PoisonError::into_inner) {
            (_, Some(error)) => Err(error),
            (pixels, None) => {
                rgba.extend_from_slice(pixels.as_flattened());
                Ok(band.height)
            }
        }
    }

    /// A rectangle of the first level that is kept, from the page that is read.
    fn shrunk(&self, reading: &Reading<'_>, rect: Rect) -> Result<Level, MediaError> {
        let above = (reading.level..self.first_kept).rev();
        let wanted = above.clone().try_fold(rect, |rect, level| rect.doubled(self.sizes[level as usize]));
        let mut level = reading.region(wanted.unwrap_or(rect))?;
        for _ in above {
            level = mips::half(&level, mips::is_opaque(&level.rgba));
        }
        Ok(level)
    }
}
