//! The samples of one row of units, component by component.

use super::entropy::{Coefficients, ESCAPE};
use super::headers::{Component, Header};
use super::idct::Idct;

/// Place in a block, row by row, of each coefficient of the stream (T.81, figure A.6).
const PLACES: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56,
    57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Blocks that are transformed together. Of several, the first ones' values have reached the cache when they are loaded
/// again; of one alone, the processor would wait for them.
const BATCH: usize = 8;

/// Samples of one component.
#[derive(Clone, Default)]
pub(super) struct Plane {
    pub samples: Vec<u8>,
    /// Samples from row to row.
    pub stride: usize,
}

impl Plane {
    pub fn row(&self, y: usize) -> &[u8] {
        &self.samples[y * self.stride..(y + 1) * self.stride]
    }
}

/// All components of one row of units.
#[derive(Clone, Default)]
pub(super) struct Planes(pub Vec<Plane>);

impl Planes {
    pub fn new(header: &Header) -> Planes {
        let (units, _) = header.units();
        let plane = |c: &Component| {
            let stride = units * c.across * 8;
            Plane { samples: vec![128; stride * c.down * 8], stride }
        };
        Planes(header.components.iter().map(plane).collect())
    }

    /// Makes samples of row `row` of `from`. Components without mark in `wanted` are left out. What is missing becomes gray.
    #[inline(always)]
    pub fn fill(&mut self, header: &Header, tables: &Tables, from: &Coefficients, row: usize, wanted: [bool; 3], idct: impl Idct) {
        let Some(&(first_word, first_block)) = from.rows.get(row) else { return self.gray() };
        let last_block = from.rows.get(row + 1).map_or(from.dc.len(), |next| next.1);
        let blocks_of_unit = header.blocks_of_unit();
        let (units, _) = header.units();
        if last_block - first_block < units * blocks_of_unit {
            self.gray();
        }
        let (dc, counts) = (&from.dc[first_block..last_block], &from.counts[first_block..last_block]);
        let mut words = &from.words[first_word..from.used];
        let mut batch = Batch::new();
        for (unit, (dc, counts)) in dc.chunks_exact(blocks_of_unit).zip(counts.chunks_exact(blocks_of_unit)).enumerate() {
            let mut blocks = dc.iter().zip(counts);
            for (n, component) in header.components.iter().enumerate() {
                let left = unit * component.across * 8;
                let stride = self.0[n].stride;
                for down in 0..component.down {
                    for across in 0..component.across {
                        let Some((dc, count)) = blocks.next() else { return };
                        let (mine, rest) = words.split_at(usize::from(*count).min(words.len()));
                        words = rest;
                        if wanted[n] {
                            let corner = down * 8 * stride + left + across * 8;
                            batch.add(&mut self.0[n], n, corner, *dc, mine, &tables.0[n]);
                            if batch.len == BATCH {
                                batch.finish(&mut self.0, idct);
                            }
                        }
                    }
                }
            }
        }
        batch.finish(&mut self.0, idct);
    }

    fn gray(&mut self) {
        self.0.iter_mut().for_each(|plane| plane.samples.fill(128));
    }
}

/// Where each coefficient goes, and what it is multiplied by, for each component.
pub(super) struct Tables(Vec<[Step; 64]>);

#[derive(Clone, Copy)]
struct Step {
    factor: i16,
    place: u8,
}

impl Tables {
    pub fn new(header: &Header) -> Tables {
        let steps = |c: &Component| std::array::from_fn(|n| Step { factor: c.steps[n] as i16, place: PLACES[n] });
        Tables(header.components.iter().map(steps).collect())
    }
}

/// Sample of a flat block; also what stands for a block in the coarse picture.
#[inline(always)]
pub(super) fn flat(dc: i16, step: i16) -> u8 {
    let value = i32::from(dc.wrapping_mul(step));
    (((value + 4) >> 3) + 128).clamp(0, 255) as u8
}

/// Blocks that wait for being transformed.
struct Batch {
    coefficients: [i16; 64 * BATCH],
    /// Component, and place of the first sample, of each.
    targets: [(usize, usize); BATCH],
    len: usize,
}

impl Batch {
    fn new() -> Batch {
        Batch { coefficients: [0; 64 * BATCH], targets: [(0, 0); BATCH], len: 0 }
    }

    #[inline(always)]
    fn add(&mut self, plane: &mut Plane, component: usize, corner: usize, dc: i16, words: &[u16], steps: &[Step; 64]) {
        if words.is_empty() {
            let row = [flat(dc, steps[0].factor); 8];
            for y in 0..8 {
                if let Some(target) = plane.samples.get_mut(corner + y * plane.stride..).and_then(|rest| rest.first_chunk_mut()) {
                    *target = row;
                }
            }
            return;
        }
        let blocks = self.coefficients.as_chunks_mut::<64>().0;
        let Some(block) = blocks.get_mut(self.len) else { return };
        block[0] = dc.wrapping_mul(steps[0].factor);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let step = steps[usize::from(word >> 10)];
            let mut value = (word << 6) as i16 >> 6;
            if value == ESCAPE {
                value = words.next().map_or(0, |next| *next as i16);
            }
            block[usize::from(step.place & 63)] = value.wrapping_mul(step.factor);
        }
        self.targets[self.len] = (component, corner);
        self.len += 1;
    }

    #[inline(always)]
    fn finish(&mut self, planes: &mut [Plane], idct: impl Idct) {
        for (pair, targets) in self.coefficients.as_chunks::<128>().0.iter().zip(self.targets[..self.len].chunks(2)) {
            for ((component, corner), rows) in targets.iter().zip(idct.two(pair)) {
                let Some(plane) = planes.get_mut(*component) else { continue };
                for (y, row) in rows.iter().enumerate() {
                    if let Some(target) = plane.samples.get_mut(corner + y * plane.stride..).and_then(|rest| rest.first_chunk_mut()) {
                        *target = row.to_le_bytes();
                    }
                }
            }
        }
        self.coefficients.fill(0);
        self.len = 0;
    }
}
