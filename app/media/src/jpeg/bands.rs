//! Pixels and smaller levels of a whole picture, in bands that several threads take in turn.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::dispatch::{Work, fastest};
use super::entropy::Coefficients;
use super::headers::Header;
use super::idct::Idct;
use super::planes::{Planes, Tables};
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
/// Most threads for one picture.
const MOST_THREADS: usize = 8;

/// The rows of each level that belong to one band.
struct Band<'a> {
    first_row: usize,
    levels: Vec<&'a mut [u8]>,
}

/// All levels of the picture.
pub(super) fn levels(header: &Header, from: &Coefficients, cancel: &AtomicBool) -> Result<Vec<Level>, Stop> {
    let mut sizes = mips::sizes(header.width as u32, header.height as u32);
    sizes.truncate(LEVELS);
    let empty = |(width, height)| Level { width, height, rgba: memory::zeroed(width as usize * height as usize * 4) };
    let mut levels: Vec<Level> = sizes.into_iter().map(empty).collect();

    let (_, units_down) = header.units();
    let rows_of_band = UNITS_OF_BAND * header.most().1 * 8;
    let num_bands = units_down.div_ceil(UNITS_OF_BAND);
    let mut bands: Vec<Band> = (0..num_bands).map(|n| Band { first_row: n * UNITS_OF_BAND, levels: Vec::with_capacity(LEVELS) }).collect();
    for (n, level) in levels.iter_mut().enumerate() {
        let bytes_of_band = (rows_of_band >> n) * level.width as usize * 4;
        for (band, part) in bands.iter_mut().zip(level.rgba.chunks_mut(bytes_of_band)) {
            band.levels.push(part);
        }
    }

    let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS).min(num_bands);
    let tables = Tables::new(header);
    let left = Mutex::new(bands.into_iter());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let mut worker = Worker::new(header);
        while let Some(band) = next() {
            fastest(InBand { worker: &mut worker, header, tables: &tables, from, band, cancel })?;
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
    })?;
    go_on(cancel)?;
    if let Some(smallest) = levels.pop() {
        levels.extend(mips::chain_of(smallest, true));
    }
    Ok(levels)
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

struct InBand<'a> {
    worker: &'a mut Worker,
    header: &'a Header,
    tables: &'a Tables,
    from: &'a Coefficients,
    band: Band<'a>,
    cancel: &'a AtomicBool,
}

impl Work for InBand<'_> {
    type Answer = Result<(), Stop>;

    #[inline(always)]
    fn run(self, idct: impl Idct) -> Result<(), Stop> {
        let InBand { worker: Worker { strips, planes }, header, tables, from, mut band, cancel } = self;
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
            // The smaller ones lie in the cache still.
            let (mut width, mut first, mut rows) = (header.width.div_ceil(2), first / 2, rows.div_ceil(2));
            let mut above = half;
            for level in levels {
                let Some(from) = above.take() else { break };
                let from_rows = &from.as_chunks::<4>().0[first * width..(first + rows) * width];
                let from_width = width;
                (width, first, rows) = (width.div_ceil(2), first / 2, rows.div_ceil(2));
                let out = &mut level.as_chunks_mut::<4>().0[first * width..(first + rows) * width];
                mips::half_opaque(from_rows, from_width, out);
                above = Some(level);
            }
            planes.rotate_left(1);
        }
        Ok(())
    }
}
