//! A JPEG decoded at once: a coarse picture as soon as all coefficients are read, then all pixels on several threads.

use std::sync::atomic::{AtomicBool, Ordering};

use image::metadata::Orientation;

use super::bands;
use super::colour;
use super::dispatch::fastest;
use super::entropy::{Coefficients, Entropy};
use super::headers::{self, Header};
use super::photo::{self, Photo};
use super::planes::flat;
use super::rows::Units;
use crate::memory;
use crate::picture::Level;
use crate::turn::Turn;

/// A JPEG of a kind that is decoded here.
pub(crate) struct Jpeg<'a> {
    pub(super) header: Header,
    bytes: &'a [u8],
}

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The data is damaged or ends early; another decoder may still make something of it.
    Damaged,
    /// It was asked for.
    Cancelled,
}

/// True once somebody has asked to stop.
pub(super) fn go_on(cancel: &AtomicBool) -> Result<(), Stop> {
    if cancel.load(Ordering::Relaxed) { Err(Stop::Cancelled) } else { Ok(()) }
}

impl<'a> Jpeg<'a> {
    /// Reads the headers; `None` for other kinds of JPEG and for broken ones.
    pub fn open(bytes: &'a [u8]) -> Option<Jpeg<'a>> {
        let header = headers::read(bytes).ok()?;
        Some(Jpeg { header, bytes })
    }

    /// Pixels across and down, before the turn.
    pub fn size(&self) -> (u32, u32) {
        (self.header.width as u32, self.header.height as u32)
    }

    /// The turn that the file asks for. Broken EXIF data asks for none.
    pub fn turn(&self) -> Turn {
        let exif = self.header.exif.as_deref();
        exif.and_then(Orientation::from_exif_chunk).map(Turn::from_orientation).unwrap_or_default()
    }

    pub fn is_gray(&self) -> bool {
        self.header.components.len() == 1
    }

    pub fn icc(&self) -> Option<&[u8]> {
        self.header.icc.as_deref()
    }

    /// Reads all coefficients. The memory that they take grows with the bytes that are read, not with the size in the header.
    pub fn coefficients(&self, cancel: &AtomicBool) -> Result<Coefficients, Stop> {
        let header = &self.header;
        let data = self.bytes.get(header.data_at..).unwrap_or_default();
        let (units_across, units_down) = header.units();
        let blocks = units_across * units_down * header.blocks_of_unit();
        // Each block takes two bits at least.
        if blocks / 4 > data.len() {
            return Err(Stop::Damaged);
        }
        let mut out = Coefficients {
            dc: Vec::with_capacity(blocks),
            counts: Vec::with_capacity(blocks),
            // As many as there usually are at most: a coefficient takes some six bits.
            words: memory::zeroed(data.len() * 2, data.len()),
            used: 0,
            rows: Vec::with_capacity(units_down),
        };
        let mut entropy = Entropy::new(header, 0);
        for _ in 0..units_down {
            go_on(cancel)?;
            out.begin_row();
            let units = Units { entropy: &mut entropy, header, data, units: units_across, out: &mut out };
            fastest(units).map_err(|_damaged| Stop::Damaged)?;
        }
        let rest = data.get(entropy.bits.pos..).unwrap_or_default();
        let is_whole = rest.windows(2).any(|marker| marker == [0xff, 0xd9]);
        if is_whole { Ok(out) } else { Err(Stop::Damaged) }
    }

    /// A picture of an eighth of the size (rounded up): the mean colour of each block.
    pub fn coarse(&self, from: &Coefficients) -> Level {
        let header = &self.header;
        let (width, height) = (header.width.div_ceil(8), header.height.div_ceil(8));
        let (across, down) = header.most();
        let (units, _) = header.units();
        let blocks_of_unit = header.blocks_of_unit();
        let mut rgba = vec![0; width * height * 4];
        let mut lines: [Vec<u8>; 3] = std::array::from_fn(|_| vec![0; units * across]);
        let pixels = rgba.as_chunks_mut::<4>().0;
        for (y, out) in pixels.chunks_exact_mut(width).enumerate() {
            let first = y / down * units * blocks_of_unit;
            let dc = from.dc.get(first..first + units * blocks_of_unit).unwrap_or_default();
            let mut block = 0;
            for (component, line) in header.components.iter().zip(&mut lines) {
                let step = component.steps[0] as i16;
                // Where the row of this component's blocks begins in a unit.
                let at = block + y % down * component.down / down * component.across;
                for (unit, out) in dc.chunks_exact(blocks_of_unit).zip(line.chunks_exact_mut(across)) {
                    for (x, out) in out.iter_mut().enumerate() {
                        *out = flat(unit[at + x * component.across / across], step);
                    }
                }
                block += component.across * component.down;
            }
            let [a, b, c] = &lines;
            colour::row(header.colours, [a, b, c], out);
        }
        Level { width: width as u32, height: height as u32, rgba }
    }

    /// All samples in their planes, and pixels from a quarter of the size on; `None` for kinds of which pixels are made at once.
    pub fn photo(&self, from: &Coefficients, cancel: &AtomicBool) -> Result<Option<Photo>, Stop> {
        let turn = self.turn();
        // Halved before the turn, an odd row or column is left over on the other side.
        let is_even = |side: usize| side.is_multiple_of(1 << bands::FIRST_OF_PHOTO);
        let Some(halved) =
            photo::halvings(&self.header).filter(|_| turn == Turn::NONE || is_even(self.header.width) && is_even(self.header.height))
        else {
            return Ok(None);
        };
        let (planes, smaller) = bands::planes(&self.header, from, halved, cancel)?;
        Ok(Some(Photo::new(&self.header, planes, halved, turn, smaller)))
    }

    /// All pixels and the smaller levels.
    pub fn sharp(&self, from: &Coefficients, cancel: &AtomicBool) -> Result<Vec<Level>, Stop> {
        bands::levels(&self.header, from, cancel)
    }
}
