//! Straight edges and Bézier curves between two points.

use super::pos::ImagePos;

/// Subdivisions of one edge at most: enough for a curve of a hundred thousand pixels.
const MAX_STEPS: f64 = 4096.0;

/// The form of an edge between its two points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Bend {
    /// A straight line.
    #[default]
    Straight,
    /// A quadratic Bézier curve with its control point.
    Quadratic(ImagePos),
    /// A cubic Bézier curve with the control points of its start and its end.
    Cubic(ImagePos, ImagePos),
}

impl Bend {
    /// The place `t` of the way along, from 0 to 1.
    pub fn at(self, from: ImagePos, to: ImagePos, t: f64) -> ImagePos {
        let between = |a: ImagePos, b: ImagePos| a + (b - a) * t;
        match self {
            Self::Straight => between(from, to),
            Self::Quadratic(control) => between(between(from, control), between(control, to)),
            Self::Cubic(first, second) => {
                let (a, b, c) = (between(from, first), between(first, second), between(second, to));
                between(between(a, b), between(b, c))
            }
        }
    }

    /// Both halves and the point between them, cut `t` of the way along (de Casteljau).
    pub fn split(self, from: ImagePos, to: ImagePos, t: f64) -> (Self, ImagePos, Self) {
        let between = |a: ImagePos, b: ImagePos| a + (b - a) * t;
        match self {
            Self::Straight => (self, between(from, to), self),
            Self::Quadratic(control) => {
                let (a, b) = (between(from, control), between(control, to));
                (Self::Quadratic(a), between(a, b), Self::Quadratic(b))
            }
            Self::Cubic(first, second) => {
                let (a, b, c) = (between(from, first), between(first, second), between(second, to));
                let (ab, bc) = (between(a, b), between(b, c));
                (Self::Cubic(a, ab), between(ab, bc), Self::Cubic(bc, c))
            }
        }
    }

    /// The same line walked from its end to its start.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Cubic(first, second) => Self::Cubic(second, first),
            other => other,
        }
    }

    /// The same with every control point changed.
    #[must_use]
    pub fn map(self, mut change: impl FnMut(ImagePos) -> ImagePos) -> Self {
        match self {
            Self::Straight => self,
            Self::Quadratic(control) => Self::Quadratic(change(control)),
            Self::Cubic(first, second) => {
                let first = change(first);
                Self::Cubic(first, change(second))
            }
        }
    }

    /// The control points: none, one or two.
    pub fn controls(self) -> impl Iterator<Item = ImagePos> {
        let (first, second) = match self {
            Self::Straight => (None, None),
            Self::Quadratic(control) => (Some(control), None),
            Self::Cubic(first, second) => (Some(first), Some(second)),
        };
        first.into_iter().chain(second)
    }

    /// As a cubic curve of the same form.
    pub fn to_cubic(self, from: ImagePos, to: ImagePos) -> (ImagePos, ImagePos) {
        match self {
            Self::Straight => (from + (to - from) * (1.0 / 3.0), to + (from - to) * (1.0 / 3.0)),
            Self::Quadratic(control) => (from + (control - from) * (2.0 / 3.0), to + (control - to) * (2.0 / 3.0)),
            Self::Cubic(first, second) => (first, second),
        }
    }
}

/// Gives points along a curve, the last of them `to`, such that the straight lines through them, beginning at `from`, lie
/// nowhere farther than `tolerance` pixels from it.
///
/// Even steps; their number follows from the greatest second derivative (Wang's formula).
pub(super) fn flatten(from: ImagePos, bend: Bend, to: ImagePos, tolerance: f64, give: &mut impl FnMut(ImagePos)) {
    let second = |a: ImagePos, b: ImagePos, c: ImagePos| ((b - a) + (b - c)).length();
    let (degree_factor, bow) = match bend {
        Bend::Straight => (0.0, 0.0),
        Bend::Quadratic(control) => (2.0, second(from, control, to)),
        Bend::Cubic(first, last) => (6.0, second(from, first, last).max(second(first, last, to))),
    };
    let steps = (degree_factor * bow / (8.0 * tolerance.max(1e-6))).sqrt().ceil();
    // Also what is no number ends here.
    let steps = if steps >= 1.0 { steps.min(MAX_STEPS) as u32 } else { 1 };
    for step in 1..steps {
        give(bend.at(from, to, f64::from(step) / f64::from(steps)));
    }
    give(to);
}
