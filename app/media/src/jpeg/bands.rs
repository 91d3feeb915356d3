//! Pixels or planes, and smaller levels, of a whole picture, in bands that several threads take in turn.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::colour;
use super::dispatch::{Work, fastest};
use super::entropy::Coefficients;
use super::headers::Header;
use super::idct::Idct;
use super::photo::{PartOfPlane, halve};
use super::planes::{Plane, Planes, Tables};
use super::strip::{Around, Strips};
use super::whole::{Stop, go_on};
use crate::memory;
use crate::mips;
use crate::picture::Level;

/// Rows of units in a band. The edges of a band are transformed twice, so it must not be small.
const UNITS_OF_BAND: usize = 8;
/// Levels that are made while their pixels are in the processor's cache, the full one among them. A row of units has eight
/// rows of pixels or sixteen, so it can be halved three times.
const LEVELS: usize = 4;
/// The first level of which pixels are made where planes are kept.
pub(super) const FIRST_OF_PHOTO: usize = 2;
/// Most threads for one picture.
const MOST_THREADS: usize = 8;

/// The rows of each level, and of each plane that is kept, that belong to one band.
struct Band<'a> {
    first_row: usize,
    levels: Vec<&'a mut [u8]>,
    planes: Vec<&'a mut [u8]>,
}

/// All levels of the picture.
pub(super) fn levels(header: &Header, from: &Coefficients, cancel: &AtomicBool) -> Result<Vec<Level>, Stop> {
    let mut levels = empty_levels(header, 0);
    in_bands(header, from, bands(header, &mut levels, 0, &mut []), |job| fastest(Colours { job, cancel }))?;
    Ok(finished(levels))
}

/// The planes of the whole picture and its levels from a quarter of the size on.
pub(super) fn planes(
    header: &Header,
    from: &Coefficients,
    halved: [[bool; 2]; 3],
    cancel: &AtomicBool,
) -> Result<([Plane; 3], Vec<Level>), Stop> {
    let (units_across, units_down) = header.units();
    let mut planes: [Plane; 3] = std::array::from_fn(|n| {
        let (across, down) = header.components.get(n).map_or((0, 0), |c| (c.across, c.down));
        let stride = units_across * across * 8;
        let len = stride * units_down * down * 8;
        Plane { samples: memory::zeroed(len, len), stride }
    });
    let mut levels = empty_levels(header, FIRST_OF_PHOTO);
    let bands = bands(header, &mut levels, FIRST_OF_PHOTO, &mut planes);
    in_bands(header, from, bands, |job| fastest(Samples { job, halved, cancel }))?;
    Ok((planes, finished(levels)))
}

/// Those from level `first` on that are made in bands.
fn empty_levels(header: &Header, first: usize) -> Vec<Level> {
    let sizes = mips::sizes(header.width as u32, header.height as u32);
    let empty = |(width, height)| {
        let bytes = width as usize * height as usize * 4;
        Level { width, height, rgba: memory::zeroed(bytes, bytes) }
    };
    sizes.into_iter().take(LEVELS).skip(first).map(empty).collect()
}

/// The smaller levels are made of the smallest one.
fn finished(mut levels: Vec<Level>) -> Vec<Level> {
    if let Some(smallest) = levels.pop() {
        levels.extend(mips::chain_of(smallest, true));
    }
    levels
}

/// `first` is the number of the first of `levels`.
fn bands<'a>(header: &Header, levels: &'a mut [Level], first: usize, planes: &'a mut [Plane]) -> Vec<Band<'a>> {
    let (_, units_down) = header.units();
    let rows_of_band = UNITS_OF_BAND * header.most().1 * 8;
    let empty = |n| Band { first_row: n * UNITS_OF_BAND, levels: Vec::with_capacity(LEVELS), planes: Vec::with_capacity(3) };
    let mut bands: Vec<Band<'a>> = (0..units_down.div_ceil(UNITS_OF_BAND)).map(empty).collect();
    for (n, level) in levels.iter_mut().enumerate() {
        let bytes_of_band = (rows_of_band >> (first + n)) * level.width as usize * 4;
        for (band, part) in bands.iter_mut().zip(level.rgba.chunks_mut(bytes_of_band)) {
            band.levels.push(part);
        }
    }
    for (component, plane) in header.components.iter().zip(planes) {
        let samples_of_band = UNITS_OF_BAND * component.down * 8 * plane.stride;
        for (band, part) in bands.iter_mut().zip(plane.samples.chunks_mut(samples_of_band)) {
            band.planes.push(part);
        }
    }
    bands
}

/// What is to be done for one band.
struct Job<'a> {
    worker: &'a mut Worker,
    header: &'a Header,
    tables: &'a Tables,
    from: &'a Coefficients,
    band: Band<'a>,
}

/// Does the work for all bands, on several threads.
fn in_bands(
    header: &Header,
    from: &Coefficients,
    bands: Vec<Band<'_>>,
    in_band: impl Fn(Job<'_>) -> Result<(), Stop> + Sync,
) -> Result<(), Stop> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS).min(bands.len());
    let tables = Tables::new(header);
    let left = Mutex::new(bands.into_iter());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let mut worker = Worker::new(header);
        while let Some(band) = next() {
            in_band(Job { worker: &mut worker, header, tables: &tables, from, band })?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let spawn = |n: usize| {
            let name = format!("limn-jpeg-{n}");
            // Where no thread can be had, this one does it all.
            thread::Builder::new().name(name).spawn_scoped(scope, || {
                // Whoever stops, the calling thread sees the same flag.
                let _ = work();
            })
        };
        let _others: Vec<_> = (1..threads).map(spawn).collect();
        work()
    })
}

/// What a thread needs for its work, taken once.
struct Worker {
    strips: Strips,
    /// Planes of the row of units above, of the one in work, and of the one below.
    planes: [Planes; 3],
}

impl Worker {
    fn new(header: &Header) -> Worker {
        let planes = Planes::new(header);
        Worker { strips: Strips::new(header), planes: [planes.clone(), planes.clone(), planes] }
    }
}

/// Pixels of all levels.
struct Colours<'a> {
    job: Job<'a>,
    cancel: &'a AtomicBool,
}

impl Work for Colours<'_> {
    type Answer = Result<(), Stop>;

    #[inline(always)]
    fn run(self, idct: impl Idct) -> Result<(), Stop> {
        let Colours { job: Job { worker: Worker { strips, planes }, header, tables, from, mut band }, cancel } = self;
        let (_, units_down) = header.units();
        let rows_of_unit = header.most().1 * 8;
        let end = (band.first_row + UNITS_OF_BAND).min(units_down);
        let all = [true; 3];
        let edge = strips.needs_neighbours();
        let has_edge = edge.contains(&true);
        if has_edge && band.first_row > 0 {
            planes[0].fill(header, tables, from, band.first_row - 1, edge, idct);
        }
        planes[1].fill(header, tables, from, band.first_row, all, idct);
        for row in band.first_row..end {
            go_on(cancel)?;
            if row + 1 < end {
                planes[2].fill(header, tables, from, row + 1, all, idct);
            } else if has_edge && row + 1 < units_down {
                planes[2].fill(header, tables, from, row + 1, edge, idct);
            }
            let [above, here, below] = &*planes;
            let around = Around { above, here, below };
            let rows = strips.rows(header, row);
            let first = (row - band.first_row) * rows_of_unit;
            let mut levels = band.levels.iter_mut();
            let Some(full) = levels.next() else { return Ok(()) };
            let mut half = levels.next();
            let pixels = &mut full.as_chunks_mut::<4>().0[first * header.width..(first + rows) * header.width];
            // Two rows at a time, and at once their share of the level below.
            for (pair, out) in pixels.chunks_mut(2 * header.width).enumerate() {
                for (n, out) in out.chunks_exact_mut(header.width).enumerate() {
                    strips.pixels(header, around, row, pair * 2 + n, out);
                }
                if let Some(half) = &mut half {
                    let width = header.width.div_ceil(2);
                    let half = &mut half.as_chunks_mut::<4>().0[(first / 2 + pair) * width..];
                    mips::half_opaque(out, header.width, &mut half[..width]);
                }
            }
            if let Some(half) = half {
                smaller(half, header.width.div_ceil(2), first / 2, rows.div_ceil(2), levels);
            }
            planes.rotate_left(1);
        }
        Ok(())
    }
}

/// Planes that are kept, and pixels of the levels from a quarter of the size on.
struct Samples<'a> {
    job: Job<'a>,
    halved: [[bool; 2]; 3],
    cancel: &'a AtomicBool,
}

impl Work for Samples<'_> {
    type Answer = Result<(), Stop>;

    #[inline(always)]
    fn run(self, idct: impl Idct) -> Result<(), Stop> {
        let Samples { job: Job { worker: Worker { strips, planes: [here, ..] }, header, tables, from, mut band }, halved, cancel } = self;
        let (_, units_down) = header.units();
        let rows_of_unit = header.most().1 * 8;
        let end = (band.first_row + UNITS_OF_BAND).min(units_down);
        let width = header.width.div_ceil(4);
        let mut lines: [Vec<u8>; 3] = std::array::from_fn(|_| vec![0; width]);
        let mut halves: [Vec<u8>; 2] = std::array::from_fn(|_| vec![0; header.width.div_ceil(2)]);
        for row in band.first_row..end {
            go_on(cancel)?;
            here.fill(header, tables, from, row, [true; 3], idct);
            for (kept, plane) in band.planes.iter_mut().zip(&here.0) {
                let len = plane.samples.len();
                let at = (row - band.first_row) * len;
                kept[at..at + len].copy_from_slice(&plane.samples);
            }
            let rows = strips.rows(header, row);
            let first = (row - band.first_row) * rows_of_unit;
            let mut levels = band.levels.iter_mut();
            let Some(quarter) = levels.next() else { continue };
            let out = quarter.as_chunks_mut::<4>().0[first / 4 * width..].chunks_exact_mut(width);
            for (y, out) in out.take(rows.div_ceil(4)).enumerate() {
                for ((plane, halved), line) in here.0.iter().zip(halved).zip(&mut lines) {
                    let part = PartOfPlane { plane, size: [header.width, rows], halved };
                    let [top, bottom] = &mut halves;
                    part.half_row(2 * y, 0, top);
                    // At an odd bottom the same again.
                    part.half_row((2 * y + 1).min(rows.div_ceil(2) - 1), 0, bottom);
                    halve(top, bottom, line);
                }
                let [a, b, c] = &lines;
                colour::row(header.colours, [a, b, c], out);
            }
            smaller(quarter, width, first / 4, rows.div_ceil(4), levels);
        }
        Ok(())
    }
}

/// The levels after one of which `rows` rows from `first` on were made: they lie in the cache still.
#[inline(always)]
fn smaller<'a, 'b: 'a>(
    mut above: &'a mut &'b mut [u8],
    mut width: usize,
    mut first: usize,
    mut rows: usize,
    levels: impl Iterator<Item = &'a mut &'b mut [u8]>,
) {
    for level in levels {
        let from_rows = &above.as_chunks::<4>().0[first * width..(first + rows) * width];
        let from_width = width;
        (width, first, rows) = (width.div_ceil(2), first / 2, rows.div_ceil(2));
        let out = &mut level.as_chunks_mut::<4>().0[first * width..(first + rows) * width];
        mips::half_opaque(from_rows, from_width, out);
        above = level;
    }
}
