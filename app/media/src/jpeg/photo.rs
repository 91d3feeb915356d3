//! A large photograph in the planes of its file: a third of the memory of RGBA, and no colour is made before it is looked at.
//! From a quarter of the size on there are pixels.

use std::fmt;

use super::colour;
use super::dispatch::{Work, fastest};
use super::headers::{Colours, Header};
use super::idct::Idct;
use super::planes::Plane;
use super::upsample::{Near, higher, wider, wider_and_higher};
use crate::picture::Level;
use crate::still::ToSrgb;
use crate::turn::Turn;

/// All samples of one component.
struct Part {
    plane: Plane,
    /// True samples across and down, without the filling of the last blocks.
    size: [usize; 2],
    /// Half as many as the picture has pixels, across and down.
    halved: [bool; 2],
}

/// The full size of a picture, as decoded. Coordinates are those of the picture as shown.
pub struct Photo {
    parts: [Part; 3],
    /// As stored, before the turn.
    width: u32,
    height: u32,
    turn: Turn,
    to_srgb: Option<ToSrgb>,
    smaller: Vec<Level>,
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Photo").field("size", &self.size()).finish_non_exhaustive()
    }
}

/// How the components of a picture that can be kept in planes are halved: each that is not as wide or high as the picture has
/// half as many samples.
pub(super) fn halvings(header: &Header) -> Option<[[bool; 2]; 3]> {
    let (across, down) = header.most();
    let halved = |most: usize, own: usize| match most / own {
        1 => Some(false),
        2 => Some(true),
        _ => None,
    };
    let mut all = [[false; 2]; 3];
    if header.colours != Colours::YCbCr || header.components.len() != 3 {
        return None;
    }
    for (component, out) in header.components.iter().zip(&mut all) {
        *out = [halved(across, component.across)?, halved(down, component.down)?];
    }
    Some(all)
}

impl Photo {
    /// `smaller` are the levels from a quarter of the size on; planes and sizes are as stored.
    pub(super) fn new(header: &Header, planes: [Plane; 3], halved: [[bool; 2]; 3], turn: Turn, smaller: Vec<Level>) -> Photo {
        let size = [header.width, header.height];
        let mut halved = halved.into_iter();
        let parts = planes.map(|plane| {
            let halved = halved.next().unwrap_or_default();
            let size = std::array::from_fn(|axis| size[axis].div_ceil(1 + usize::from(halved[axis])));
            Part { plane, size, halved }
        });
        Photo { parts, width: header.width as u32, height: header.height as u32, turn, to_srgb: None, smaller }
    }

    /// With the smaller levels as they are shown, by a profile if there is one.
    pub(crate) fn shown(self, smaller: Vec<Level>, to_srgb: Option<ToSrgb>) -> Photo {
        Photo { to_srgb, smaller, ..self }
    }

    /// Pixels across and down.
    pub fn size(&self) -> (u32, u32) {
        self.turn.size(self.width, self.height)
    }

    /// The levels from a quarter of the size on.
    pub fn smaller(&self) -> &[Level] {
        &self.smaller
    }

    pub(crate) fn take_smaller(&mut self) -> Vec<Level> {
        std::mem::take(&mut self.smaller)
    }

    /// Memory taken, bytes.
    pub fn bytes(&self) -> u64 {
        let smaller: usize = self.smaller.iter().map(|level| level.rgba.len()).sum();
        (smaller + self.parts.iter().map(|part| part.plane.samples.len()).sum::<usize>()) as u64
    }

    /// Pixels of a rectangle as shown, of the full size or of half of it; `None` when it is not inside.
    pub fn region(&self, is_half: bool, rect: [u32; 4]) -> Option<Level> {
        let level = self.own_region(is_half, rect)?;
        Some(match &self.to_srgb {
            Some(to_srgb) => Level { rgba: to_srgb.pixels(&level.rgba), ..level },
            None => level,
        })
    }

    /// All pixels as shown, of the full size or of half of it.
    pub(crate) fn to_level(&self, is_half: bool) -> Level {
        let (width, height) = self.level_size(is_half);
        self.region(is_half, [0, 0, width, height]).unwrap_or(Level { width, height, rgba: Vec::new() })
    }

    fn level_size(&self, is_half: bool) -> (u32, u32) {
        let (width, height) = self.size();
        if is_half { (width.div_ceil(2), height.div_ceil(2)) } else { (width, height) }
    }

    fn own_region(&self, is_half: bool, [x, y, width, height]: [u32; 4]) -> Option<Level> {
        let size = self.level_size(is_half);
        let ends = (x.checked_add(width)?, y.checked_add(height)?);
        if width == 0 || height == 0 || ends.0 > size.0 || ends.1 > size.1 {
            return None;
        }
        // Opposite corners stay opposite corners.
        let (all_across, all_down) = self.turn.size(size.0, size.1);
        let (a, b) = self.turn.source(x, y, all_across, all_down);
        let (c, d) = self.turn.source(ends.0 - 1, ends.1 - 1, all_across, all_down);
        let (left, top) = (a.min(c) as usize, b.min(d) as usize);
        let (stored_width, stored_height) = self.turn.size(width, height);
        let mut rgba = vec![0; width as usize * height as usize * 4];
        fastest(Region { photo: self, is_half, left, top, width: stored_width as usize, out: rgba.as_chunks_mut().0 });
        if self.turn != Turn::NONE {
            rgba = self.turn.apply(rgba.as_chunks::<4>().0, stored_width, stored_height).into_flattened();
        }
        Some(Level { width, height, rgba })
    }

    /// The file's own colour at column `x`, row `y`, which must be inside.
    pub(crate) fn own_at(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        let (width, height) = self.size();
        if x >= width || y >= height {
            return None;
        }
        let (x, y) = self.turn.source(x, y, self.width, self.height);
        let [a, b, c] = self.parts.each_ref().map(|part| part.at(x as usize, y as usize));
        Some(colour::pixel(a, b, c))
    }

    /// As [`Self::own_at`], as shown.
    pub(crate) fn rgba_at(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        let own = self.own_at(x, y)?;
        match &self.to_srgb {
            Some(to_srgb) => to_srgb.pixels(&own).try_into().ok(),
            None => Some(own),
        }
    }

    /// Luma as shown, row by row.
    pub fn luma(&self) -> Vec<u8> {
        let part = &self.parts[0];
        let [width, height] = part.size;
        let mut luma = Vec::with_capacity(width * height);
        (0..height).for_each(|y| luma.extend_from_slice(&part.plane.row(y)[..width]));
        if self.turn == Turn::NONE { luma } else { self.turn.apply(&luma, self.width, self.height) }
    }
}

impl Part {
    /// The row of samples that is nearest to a row of pixels, and the next nearest.
    fn near(&self, y: usize) -> Near<'_> {
        let [_, rows] = self.size;
        let (near, below) = (y / 2, y % 2 == 1);
        let next = if below { (near + 1).min(rows - 1) } else { near.saturating_sub(1) };
        Near { row: self.plane.row(near), next: self.plane.row(next), below }
    }

    /// One sample as it is at a pixel; see `upsample` for the weights.
    fn at(&self, x: usize, y: usize) -> u8 {
        let beside = |x: usize| {
            let next = if x % 2 == 1 { (x / 2 + 1).min(self.size[0] - 1) } else { (x / 2).saturating_sub(1) };
            (x / 2, next)
        };
        match self.halved {
            [false, false] => self.plane.row(y)[x],
            [true, false] => {
                let (row, (near, next)) = (self.plane.row(y), beside(x));
                ((u16::from(row[near]) * 3 + u16::from(row[next]) + 1 + (x % 2) as u16) >> 2) as u8
            }
            [false, true] => {
                let mut out = [0];
                let Near { row, next, below } = self.near(y);
                higher(Near { row: &row[x..=x], next: &next[x..=x], below }, &mut out);
                out[0]
            }
            [true, true] => {
                let (rows, (near, next)) = (self.near(y), beside(x));
                let mixed = |x: usize| u16::from(rows.row[x]) * 3 + u16::from(rows.next[x]);
                ((mixed(near) * 3 + mixed(next) + 8 - (x % 2) as u16) >> 4) as u8
            }
        }
    }

    /// Samples for the pixels of row `y` from column `left` on, as many as `width`; `scratch` holds those that have to be made.
    #[inline(always)]
    fn row<'a>(&'a self, left: usize, y: usize, width: usize, scratch: &'a mut Vec<u8>) -> &'a [u8] {
        // One sample more on each side where there is one: the outermost of those made are not right inside the picture.
        let (first, end) = ((left / 2).saturating_sub(1), ((left + width - 1) / 2 + 2).min(self.size[0]));
        scratch.resize(2 * (end - first).max(width), 0);
        match self.halved {
            [false, false] => return &self.plane.row(y)[left..left + width],
            [true, false] => wider(&self.plane.row(y)[first..end], scratch.as_chunks_mut().0),
            [false, true] => {
                let Near { row, next, below } = self.near(y);
                let columns = left..left + width;
                higher(Near { row: &row[columns.clone()], next: &next[columns], below }, scratch);
                return &scratch[..width];
            }
            [true, true] => {
                let Near { row, next, below } = self.near(y);
                wider_and_higher(Near { row: &row[first..end], next: &next[first..end], below }, scratch.as_chunks_mut().0);
            }
        }
        &scratch[left - 2 * first..left - 2 * first + width]
    }
}

/// Pixels of a rectangle as stored.
struct Region<'a> {
    photo: &'a Photo,
    is_half: bool,
    left: usize,
    top: usize,
    width: usize,
    out: &'a mut [[u8; 4]],
}

impl Work for Region<'_> {
    type Answer = ();

    #[inline(always)]
    fn run(self, _: impl Idct) {
        let Region { photo, is_half, left, top, width, out } = self;
        let mut scratch: [Vec<u8>; 3] = Default::default();
        let size = [photo.width as usize, photo.height as usize];
        for (y, out) in out.chunks_exact_mut(width).enumerate() {
            let [a, b, c] = &mut scratch;
            let [first, second, third] = &photo.parts;
            let y = top + y;
            let samples = if is_half {
                let half = |part: &Part, out: &mut Vec<u8>| {
                    out.resize(width, 0);
                    PartOfPlane { plane: &part.plane, size, halved: part.halved }.half_row(y, left, out);
                };
                half(first, a);
                half(second, b);
                half(third, c);
                [&**a, &**b, &**c]
            } else {
                [first.row(left, y, width, a), second.row(left, y, width, b), third.row(left, y, width, c)]
            };
            colour::row(Colours::YCbCr, samples, out);
        }
    }
}

/// Samples of one component, from some row of units on.
#[derive(Clone, Copy)]
pub(super) struct PartOfPlane<'a> {
    pub plane: &'a Plane,
    /// True pixels across and down of what there is.
    pub size: [usize; 2],
    /// Whether there are half as many samples as pixels, across and down.
    pub halved: [bool; 2],
}

impl PartOfPlane<'_> {
    /// Row `y` of half the size, from column `left` on. An odd last row or column counts twice.
    #[inline(always)]
    pub fn half_row(self, y: usize, left: usize, out: &mut [u8]) {
        let [width, height] = self.size;
        let pixels = 2 * left..(2 * (left + out.len())).min(width);
        let (top, bottom) = (self.plane.row((2 * y) >> u32::from(self.halved[1])), (2 * y + 1).min(height - 1));
        match self.halved {
            [true, true] => out.copy_from_slice(&top[left..left + out.len()]),
            [true, false] => between(&top[left..], &self.plane.row(bottom)[left..], out),
            [false, true] => halve(&top[pixels.clone()], &top[pixels], out),
            [false, false] => halve(&top[pixels.clone()], &self.plane.row(bottom)[pixels], out),
        }
    }
}

/// Half of a row and the one below, rounded; of the odd last column only that one. `top` and `bottom` have the true width.
#[inline(always)]
pub(super) fn halve(top: &[u8], bottom: &[u8], out: &mut [u8]) {
    let (tops, bottoms) = (top.as_chunks::<2>(), bottom.as_chunks::<2>());
    for (out, (t, b)) in out.iter_mut().zip(tops.0.iter().zip(bottoms.0)) {
        *out = ((u16::from(t[0]) + u16::from(t[1]) + u16::from(b[0]) + u16::from(b[1]) + 2) >> 2) as u8;
    }
    if let (&[t], &[b], Some(out)) = (tops.1, bottoms.1, out.get_mut(tops.0.len())) {
        *out = (u16::from(t) + u16::from(b)).div_ceil(2) as u8;
    }
}

/// The mean of two rows.
#[inline(always)]
fn between(top: &[u8], bottom: &[u8], out: &mut [u8]) {
    for (out, (t, b)) in out.iter_mut().zip(top.iter().zip(bottom)) {
        *out = (u16::from(*t) + u16::from(*b)).div_ceil(2) as u8;
    }
}
