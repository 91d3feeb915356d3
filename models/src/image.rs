//! Gray pictures, and pieces of them made smaller.

use limn_core::Rect;

/// A picture of 8-bit luma, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Gray {
    width: usize,
    height: usize,
    samples: Vec<u8>,
}

impl Gray {
    /// `None` when there are not `width * height` samples, or none.
    pub fn new(width: usize, height: usize, samples: Vec<u8>) -> Option<Self> {
        let fits = width.checked_mul(height).is_some_and(|count| count > 0 && count == samples.len());
        fits.then_some(Self { width, height, samples })
    }

    /// Pixels across and down.
    pub fn size(&self) -> [usize; 2] {
        [self.width, self.height]
    }

    /// The value at a place, between pixels blended; beyond the border, that of the border. Pixel centres lie at halves.
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        let (column, row, dx, dy) = split(x - 0.5, y - 0.5, self.width, self.height);
        let row_at = |row: usize| row * self.width;
        let (right, below) = ((column + 1).min(self.width - 1), (row + 1).min(self.height - 1));
        let value = |column: usize, row: usize| f32::from(self.samples[row_at(row) + column]);
        let top = value(column, row) * (1.0 - dx) + value(right, row) * dx;
        let bottom = value(column, below) * (1.0 - dx) + value(right, below) * dx;
        top * (1.0 - dy) + bottom * dy
    }
}

/// The pixel at or left above a place, and how far the place is from it.
fn split(x: f32, y: f32, width: usize, height: usize) -> (usize, usize, f32, f32) {
    let x = x.clamp(0.0, (width - 1) as f32);
    let y = y.clamp(0.0, (height - 1) as f32);
    // Within the picture, so never below 0.
    let (column, row) = (x as usize, y as usize);
    (column, row, x - column as f32, y - row as f32)
}

/// A small picture of numbers. Pixel centres lie at whole numbers.
#[derive(Clone, Debug)]
pub(crate) struct Plane {
    pub width: usize,
    pub height: usize,
    values: Vec<f32>,
}

impl Plane {
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (column, row, dx, dy) = split(x, y, self.width, self.height);
        let right = usize::from(column + 1 < self.width);
        let below = if row + 1 < self.height { self.width } else { 0 };
        let at = row * self.width + column;
        let (a, b) = (self.values[at], self.values[at + right]);
        let (c, d) = (self.values[at + below], self.values[at + below + right]);
        let top = a + (b - a) * dx;
        top + (c + (d - c) * dx - top) * dy
    }

    pub fn contains(&self, x: f32, y: f32) -> bool {
        x >= 0.0 && y >= 0.0 && x <= (self.width - 1) as f32 && y <= (self.height - 1) as f32
    }

    fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut values = Vec::with_capacity(width * height);
        for row in 0..height {
            let upper = &self.values[2 * row * self.width..];
            let lower = &self.values[(2 * row + 1) * self.width..];
            values.extend((0..width).map(|at| (upper[2 * at] + upper[2 * at + 1] + lower[2 * at] + lower[2 * at + 1]) * 0.25));
        }
        Self { width, height, values }
    }
}

/// Least side of a level of a pyramid.
const LEAST_SIDE: usize = 20;
/// Most levels.
const MOST_LEVELS: usize = 4;

/// A piece of a frame in several sizes, each half of the one before it.
#[derive(Clone, Debug)]
pub(crate) struct Pyramid {
    pub levels: Vec<Plane>,
    /// The piece's left top corner in the frame, pixels.
    origin: [usize; 2],
    /// Pixels of the frame to one of the first level, across and down.
    pub factor: usize,
}

impl Pyramid {
    /// The piece of a frame that has this rectangle in it, `factor` times smaller; `None` where they do not meet.
    pub fn of(frame: &Gray, rect: Rect, factor: usize) -> Option<Self> {
        let factor = factor.max(1);
        let bound = |value: f64, most: usize| value.clamp(0.0, most as f64) as usize;
        let (left, top) = (bound(rect.min.x.floor(), frame.width), bound(rect.min.y.floor(), frame.height));
        let (right, bottom) = (bound(rect.max.x.ceil(), frame.width), bound(rect.max.y.ceil(), frame.height));
        let (width, height) = (right.saturating_sub(left) / factor, bottom.saturating_sub(top) / factor);
        if width < 4 || height < 4 {
            return None;
        }
        let mut values = Vec::with_capacity(width * height);
        let share = 1.0 / (factor * factor) as f32;
        let mut sums = vec![0_u32; width];
        for row in 0..height {
            sums.fill(0);
            for line in 0..factor {
                let start = (top + row * factor + line) * frame.width + left;
                let samples = &frame.samples[start..start + width * factor];
                for (sum, group) in sums.iter_mut().zip(samples.chunks_exact(factor)) {
                    *sum += group.iter().map(|sample| u32::from(*sample)).sum::<u32>();
                }
            }
            values.extend(sums.iter().map(|sum| *sum as f32 * share));
        }
        let mut levels = vec![Plane { width, height, values }];
        while let Some(last) = levels.last().filter(|last| last.width.min(last.height) >= 2 * LEAST_SIDE && levels.len() < MOST_LEVELS) {
            let next = last.halved();
            levels.push(next);
        }
        Some(Self { levels, origin: [left, top], factor })
    }

    /// A place of the frame on the first level.
    pub fn to_own(&self, x: f64, y: f64) -> [f32; 2] {
        let factor = self.factor as f64;
        let own = |value: f64, origin: usize| ((value - origin as f64) / factor - 0.5) as f32;
        [own(x, self.origin[0]), own(y, self.origin[1])]
    }

    /// A place of the first level in the frame.
    pub fn to_frame(&self, [x, y]: [f32; 2]) -> [f64; 2] {
        let frame = |value: f32, origin: usize| (f64::from(value) + 0.5) * self.factor as f64 + origin as f64;
        [frame(x, self.origin[0]), frame(y, self.origin[1])]
    }
}
