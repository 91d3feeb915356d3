//! Masks as run lengths, the form that COCO uses.

use super::outline::rings_of_runs;
use super::polygon::Polygon;
use super::pos::{ImagePos, ImageVec};
use super::raster::{MAX_PIXELS, each_stretch};
use super::rect::Rect;

/// A set of pixels of a `width * height` frame.
///
/// `counts`: run lengths in pixels, background first, **column-major** (down each column, then the next column).
/// Source: COCO API, `common/maskApi.h`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    width: u32,
    height: u32,
    counts: Vec<u32>,
}

/// Why some run lengths are no mask.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RleError {
    /// The runs do not fill the frame exactly.
    #[error("the run lengths add up to {sum} pixels, but a mask of {width} by {height} has {expected}")]
    WrongLength {
        /// Sum of the runs.
        sum: u64,
        /// Frame width in pixels.
        width: u32,
        /// Frame height in pixels.
        height: u32,
        /// Pixels of the frame.
        expected: u64,
    },
    /// A character that the compressed form never has, or a run outside 0..2^32.
    #[error("the compressed run lengths are damaged at character {at}")]
    Damaged {
        /// Byte position in the text.
        at: usize,
    },
    /// Larger than any image.
    #[error("a mask of {width} by {height} pixels is larger than any image that Limn opens")]
    TooLarge {
        /// Frame width in pixels.
        width: u32,
        /// Frame height in pixels.
        height: u32,
    },
}

impl Mask {
    /// A mask from run lengths (see the type).
    ///
    /// # Errors
    /// [`RleError::WrongLength`] if the runs do not sum to `width * height`.
    pub fn from_counts(width: u32, height: u32, counts: Vec<u32>) -> Result<Self, RleError> {
        let expected = u64::from(width) * u64::from(height);
        if expected > MAX_PIXELS {
            return Err(RleError::TooLarge { width, height });
        }
        let sum = counts.iter().map(|count| u64::from(*count)).sum();
        if sum != expected {
            return Err(RleError::WrongLength { sum, width, height, expected });
        }
        Ok(Self { width, height, counts })
    }

    /// A mask from the compressed text form: six bits a character from '0' on, five of value and one to go on; from
    /// the third run on, differences to the run two before. Source: COCO API, `rleFrString`.
    ///
    /// # Errors
    /// [`RleError`] when the text is damaged or does not fill the frame.
    pub fn from_compressed(width: u32, height: u32, text: &str) -> Result<Self, RleError> {
        let mut counts: Vec<u32> = Vec::new();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            let (mut value, mut shift) = (0_i64, 0_u32);
            loop {
                let digit = match bytes.get(at) {
                    Some(byte @ 48..=111) if shift <= 35 => i64::from(*byte) - 48,
                    _ => return Err(RleError::Damaged { at }),
                };
                value |= (digit & 0x1f) << shift;
                shift += 5;
                at += 1;
                if digit & 0x20 == 0 {
                    if digit & 0x10 != 0 {
                        value |= -1_i64 << shift;
                    }
                    break;
                }
            }
            if counts.len() > 2 {
                value += i64::from(counts[counts.len() - 2]);
            }
            counts.push(u32::try_from(value).ok().ok_or(RleError::Damaged { at: start })?);
        }
        Self::from_counts(width, height, counts)
    }

    /// The compressed text form (see [`Self::from_compressed`]).
    pub fn to_compressed(&self) -> String {
        let mut text = String::new();
        for (at, count) in self.counts.iter().enumerate() {
            let mut value = i64::from(*count);
            if at > 2 {
                value -= i64::from(self.counts[at - 2]);
            }
            loop {
                let mut digit = value & 0x1f;
                value >>= 5;
                let more = if digit & 0x10 != 0 { value != -1 } else { value != 0 };
                if more {
                    digit |= 0x20;
                }
                text.push(char::from(digit as u8 + 48));
                if !more {
                    break;
                }
            }
        }
        text
    }

    /// Width of the frame in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height of the frame in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The run lengths (see the type).
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// Number of pixels in the mask.
    pub fn area(&self) -> u64 {
        self.counts.iter().skip(1).step_by(2).map(|count| u64::from(*count)).sum()
    }

    /// Whether the pixel under this place is in the mask.
    pub fn contains(&self, pos: ImagePos) -> bool {
        if !(pos.x >= 0.0 && pos.y >= 0.0 && pos.x < f64::from(self.width) && pos.y < f64::from(self.height)) {
            return false;
        }
        let wanted = pos.x as u64 * u64::from(self.height) + pos.y as u64;
        let mut end = 0;
        for (at, count) in self.counts.iter().enumerate() {
            end += u64::from(*count);
            if wanted < end {
                return at % 2 == 1;
            }
        }
        false
    }

    /// Vertical stretches `(column, first row, row behind the last)` of the mask, in column order.
    pub fn stretches(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        let height = u64::from(self.height);
        let mut at = 0_u64;
        let runs = self.counts.iter().enumerate().filter_map(move |(number, count)| {
            let start = at;
            at += u64::from(*count);
            (number % 2 == 1 && *count > 0).then_some((start, at))
        });
        runs.flat_map(move |(start, end)| {
            (start / height..=(end - 1) / height).map(move |column| {
                let top = column * height;
                ((column) as u32, (start.max(top) - top) as u32, (end.min(top + height) - top) as u32)
            })
        })
    }

    /// The smallest rectangle around the pixels; `None` when there are none. In time that follows the runs: one may span
    /// millions of columns.
    pub fn bounds(&self) -> Option<Rect> {
        let height = u64::from(self.height);
        let mut at = 0_u64;
        let mut bounds: Option<[u64; 4]> = None;
        for (number, count) in self.counts.iter().enumerate() {
            let (start, end) = (at, at + u64::from(*count));
            at = end;
            if number % 2 == 0 || start == end {
                continue;
            }
            let (first, last) = (start / height, (end - 1) / height);
            let (top, bottom) = if first == last { (start - first * height, end - first * height) } else { (0, height) };
            bounds = Some(match bounds {
                None => [first, top, last + 1, bottom],
                Some([x0, y0, x1, y1]) => [x0.min(first), y0.min(top), x1.max(last + 1), y1.max(bottom)],
            });
        }
        bounds.map(|[x0, y0, x1, y1]| Rect { min: ImagePos::new(x0 as f64, y0 as f64), max: ImagePos::new(x1 as f64, y1 as f64) })
    }

    /// Its borders along pixel edges: closed rings, to be filled by the even-odd rule.
    pub fn outline(&self) -> Vec<Vec<ImagePos>> {
        rings_of_runs(self.stretches())
    }

    /// The mask moved by whole pixels; what leaves the frame is cut off.
    #[must_use]
    pub fn translated(&self, by: ImageVec) -> Self {
        let (dx, dy) = (by.x.round() as i64, by.y.round() as i64);
        let (width, height) = (i64::from(self.width), i64::from(self.height));
        let moved = self.stretches().filter_map(|(x, top, bottom)| {
            let x = i64::from(x) + dx;
            let (top, bottom) = ((i64::from(top) + dy).clamp(0, height), (i64::from(bottom) + dy).clamp(0, height));
            ((0..width).contains(&x) && top < bottom).then_some((x as u64, top as u64, bottom as u64))
        });
        Self::from_stretches(self.width, self.height, moved)
    }

    /// The pixels whose centres lie inside a part and in none of its holes (even-odd rule in each ring), of a frame of this
    /// size; what lies outside the frame is cut off. `None` when the frame has no pixels or more than any image, a number is
    /// not finite, or the work has no measure.
    pub fn of_polygon(polygon: &Polygon, width: u32, height: u32) -> Option<Self> {
        let mut runs = Runs::new(height);
        each_stretch(polygon, width, height, |x, top, bottom| runs.add(u64::from(x), u64::from(top), u64::from(bottom)))?;
        Some(Self { width, height, counts: runs.finish(u64::from(width)) })
    }

    /// From stretches `(column, first row, row behind the last)` in column order, inside the frame.
    pub(super) fn from_stretches(width: u32, height: u32, stretches: impl Iterator<Item = (u64, u64, u64)>) -> Self {
        let mut runs = Runs::new(height);
        stretches.for_each(|(x, top, bottom)| runs.add(x, top, bottom));
        Self { width, height, counts: runs.finish(u64::from(width)) }
    }
}

/// Column-major run lengths in the making.
struct Runs {
    height: u64,
    counts: Vec<u32>,
    at: u64,
}

impl Runs {
    fn new(height: u32) -> Self {
        Self { height: u64::from(height), counts: Vec::new(), at: 0 }
    }

    fn add(&mut self, x: u64, top: u64, bottom: u64) {
        let (start, end) = (x * self.height + top, x * self.height + bottom);
        match self.counts.last_mut().filter(|_| start == self.at) {
            // A stretch that goes on at the top of the next column is one run.
            Some(last) if u64::from(*last) + end - start <= u64::from(u32::MAX) => *last += (end - start) as u32,
            Some(_) => self.push_pair(0, end - start),
            None => self.push_pair(start - self.at, end - start),
        }
        self.at = end;
    }

    /// Background, then foreground (which is at most a column, so that only the background can be too long for one run).
    fn push_pair(&mut self, mut background: u64, foreground: u64) {
        while background > u64::from(u32::MAX) {
            self.counts.extend([u32::MAX, 0]);
            background -= u64::from(u32::MAX);
        }
        self.counts.extend([background as u32, foreground as u32]);
    }

    fn finish(mut self, width: u64) -> Vec<u32> {
        let rest = width * self.height - self.at;
        if rest > 0 || self.counts.is_empty() {
            self.push_pair(rest, 0);
            self.counts.pop();
        }
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // 3 wide, 4 high; column-major bits 0011 1100 0010
    fn mask() -> Mask {
        Mask::from_counts(3, 4, vec![2, 4, 4, 1, 1]).unwrap()
    }

    #[test]
    fn area_bounds_and_pixels() {
        assert_eq!(mask().area(), 5);
        assert_eq!(mask().bounds(), Some(Rect::from_xywh(0., 0., 3., 4.)));
        assert!(mask().contains(ImagePos::new(0.5, 2.5)));
        assert!(!mask().contains(ImagePos::new(0.5, 1.5)));
        assert!(mask().contains(ImagePos::new(2.5, 2.0)));
        assert!(!mask().contains(ImagePos::new(3.0, 2.0)));
    }

    #[test]
    fn compressed_text_is_what_the_reference_gives() {
        // What pycocotools 2.0.11 encodes for the same pixels.
        assert_eq!(mask().to_compressed(), "244MM");
        assert_eq!(Mask::from_compressed(3, 4, "244MM").unwrap(), mask());
        let long = Mask::from_counts(1000, 1000, vec![123_456, 7, 800_000, 76_537]).unwrap();
        assert_eq!(long.to_compressed(), "Pbh37PX]h0bgZ2");
        assert_eq!(Mask::from_compressed(1000, 1000, "Pbh37PX]h0bgZ2").unwrap(), long);
    }

    #[test]
    fn wrong_runs_are_told() {
        assert!(matches!(Mask::from_counts(3, 4, vec![2, 4]), Err(RleError::WrongLength { sum: 6, .. })));
        assert!(matches!(Mask::from_compressed(3, 4, "24 1"), Err(RleError::Damaged { at: 2 })));
        assert!(matches!(Mask::from_compressed(3, 4, "oooooooooo"), Err(RleError::Damaged { .. })));
        assert!(matches!(Mask::from_counts(u32::MAX, u32::MAX, vec![]), Err(RleError::TooLarge { .. })));
    }

    #[test]
    fn moving_cuts_at_the_frame() {
        let moved = mask().translated(ImageVec::new(1.0, 0.0));
        assert_eq!(moved.area(), 4);
        assert!(moved.contains(ImagePos::new(1.5, 3.5)));
        assert_eq!(mask().translated(ImageVec::default()), mask());
        assert_eq!(mask().translated(ImageVec::new(9.0, 0.0)).area(), 0);
    }

    #[test]
    fn outlines_enclose_the_area() {
        let solid = Mask::from_counts(4, 4, vec![5, 2, 2, 2, 5]).unwrap();
        let rings = solid.outline();
        assert_eq!(rings.len(), 1);
        assert_eq!(crate::geometry::Polygon::simple(rings[0].clone()).area(), 4.0);
        // A ring of pixels has an outer and an inner border.
        let ring = Mask::from_counts(3, 3, vec![0, 4, 1, 4]).unwrap();
        assert_eq!(ring.outline().len(), 2);
    }
}
