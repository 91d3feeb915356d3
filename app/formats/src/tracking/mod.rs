//! What the formats that have one row for each object and frame share.
//!
//! **In.** Rows are gathered by object, in any order, and become sequences: a keyframe for each row, but for those that come out
//! of the keyframes around them by going in a straight line (see [`simplify`]). A frame without a row is one on which the object is
//! not in the picture. A file's rows are held in memory while it is read.
//!
//! **Out.** Every frame on which a sequence is in the picture is written, also those between keyframes (see [`unroll`]). An export
//! holds the keyframes of its videos in memory.

mod gather;
pub(crate) mod labels;
pub(crate) mod layout;
mod lines;
mod simplify;
mod unroll;

pub(crate) use gather::{Gather, Out, Row};
pub(crate) use lines::{Line, Lines};
pub(crate) use unroll::{Keeps, Shape, Thing, Video, boxed, read, read_one, told_file, told_instance, told_object};

use limn_core::{ImagePos, Rect};

/// Told of every frame that is written and is no keyframe.
pub(crate) const BETWEEN: &str = "a frame between keyframes written as well: which ones are keyframes is not told";
/// Told of every instance that belongs to no sequence.
pub(crate) const PLAIN: &str = "what is on one frame alone written as an object of one frame";

/// Above this, in pixels, an f64 has no millionths to round to.
const MAX_ROUNDED: f64 = 1e8;

/// Rounded to a millionth of a pixel, as rows are written.
pub(crate) fn rounded(value: f64) -> f64 {
    // Adding 0 makes -0 a 0.
    if value.abs() < MAX_ROUNDED { (value * 1e6).round() / 1e6 + 0.0 } else { value }
}

/// Left, top, width and height of a box whose file counts places from `first` (0 or 1).
pub(crate) fn to_numbers(rect: Rect, first: f64) -> [f64; 4] {
    let (min, max) = (rect.min, rect.max);
    let size = |low: f64, high: f64| rounded(rounded(high) - rounded(low));
    [rounded(rounded(min.x) + first), rounded(rounded(min.y) + first), size(min.x, max.x), size(min.y, max.y)]
}

/// The box of such numbers; `None` when it has no area or a number is not finite.
pub(crate) fn from_numbers([left, top, width, height]: [f64; 4], first: f64) -> Option<Rect> {
    let min = ImagePos::new(rounded(left - first), rounded(top - first));
    let rect = Rect { min, max: ImagePos::new(rounded(min.x + width), rounded(min.y + height)) };
    (rect.is_finite() && rect.width() > 0.0 && rect.height() > 0.0).then_some(rect)
}

/// A whole number from 0, also where a program wrote it as `17.0` or `1.7e1`.
pub(crate) fn whole(text: &str) -> Option<u64> {
    const MAX: f64 = 9_007_199_254_740_992.0;
    if let Ok(whole) = text.parse::<u64>() {
        return (whole <= MAX as u64).then_some(whole);
    }
    let value = text.parse::<f64>().ok()?;
    ((0.0..=MAX).contains(&value) && value.fract() == 0.0).then_some(value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for rect in [Rect::from_xywh(0.1, 0.2, 0.3, 7.123_456), Rect::from_xywh(-5.0, 0.0, 12_345.678_9, 1e-6)] {
            for first in [0.0, 1.0] {
                let numbers = to_numbers(rect, first);
                let again = from_numbers(numbers, first).unwrap();
                assert_eq!(to_numbers(again, first), numbers);
                assert!((again.max.x - rect.max.x).abs() < 1e-6);
            }
        }
        assert_eq!(to_numbers(Rect::from_xywh(0.1, -1.0, 0.2, 0.3), 1.0), [1.1, 0.0, 0.2, 0.3]);
        assert_eq!(from_numbers([f64::NAN, 1.0, 1.0, 1.0], 0.0), None);
        assert_eq!(from_numbers([1.0, 1.0, 0.0, 1.0], 0.0), None);
        assert_eq!(from_numbers([1e300, 1.0, 1.0, 1.0], 0.0), None, "too large to have a width");
    }

    #[test]
    fn whole_numbers_in_any_dress() {
        let texts = ["17", "17.0", "1.7e1", "-1", "1.5", "nan", "inf", "99999999999999999999", "1e300", ""];
        assert_eq!(texts.map(whole), [Some(17), Some(17), Some(17), None, None, None, None, None, None, None]);
    }
}
