//! Axis-parallel rectangles.

use super::pos::{ImagePos, ImageVec};

/// An axis-parallel rectangle in image pixels; `min` is its top-left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Top-left corner.
    pub min: ImagePos,
    /// Bottom-right corner.
    pub max: ImagePos,
}

impl Rect {
    /// The rectangle between two opposite corners, in any order.
    pub fn from_corners(a: ImagePos, b: ImagePos) -> Self {
        Self { min: ImagePos::new(a.x.min(b.x), a.y.min(b.y)), max: ImagePos::new(a.x.max(b.x), a.y.max(b.y)) }
    }

    /// From the top-left corner and a size, as COCO writes boxes.
    pub fn from_xywh(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { min: ImagePos::new(x, y), max: ImagePos::new(x + width, y + height) }
    }

    /// The smallest rectangle around some points; `None` without any.
    pub fn around<'a>(points: impl IntoIterator<Item = &'a ImagePos>) -> Option<Self> {
        points.into_iter().fold(None, |bounds: Option<Self>, pos| {
            Some(match bounds {
                None => Self { min: *pos, max: *pos },
                Some(rect) => Self {
                    min: ImagePos::new(rect.min.x.min(pos.x), rect.min.y.min(pos.y)),
                    max: ImagePos::new(rect.max.x.max(pos.x), rect.max.y.max(pos.y)),
                },
            })
        })
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            min: ImagePos::new(self.min.x.min(other.min.x), self.min.y.min(other.min.y)),
            max: ImagePos::new(self.max.x.max(other.max.x), self.max.y.max(other.max.y)),
        }
    }

    /// Width in pixels.
    pub fn width(self) -> f64 {
        self.max.x - self.min.x
    }

    /// Height in pixels.
    pub fn height(self) -> f64 {
        self.max.y - self.min.y
    }

    /// Area in square pixels.
    pub fn area(self) -> f64 {
        self.width() * self.height()
    }

    /// The middle.
    pub fn center(self) -> ImagePos {
        ImagePos::new((self.min.x + self.max.x) / 2.0, (self.min.y + self.max.y) / 2.0)
    }

    /// Top-left, top-right, bottom-right, bottom-left.
    pub fn corners(self) -> [ImagePos; 4] {
        [self.min, ImagePos::new(self.max.x, self.min.y), self.max, ImagePos::new(self.min.x, self.max.y)]
    }

    /// Whether the point lies inside or on the border.
    pub fn contains(self, pos: ImagePos) -> bool {
        pos.x >= self.min.x && pos.x <= self.max.x && pos.y >= self.min.y && pos.y <= self.max.y
    }

    /// Whether the two share any point.
    pub fn intersects(self, other: Self) -> bool {
        self.min.x <= other.max.x && other.min.x <= self.max.x && self.min.y <= other.max.y && other.min.y <= self.max.y
    }

    /// The same, moved.
    #[must_use]
    pub fn translated(self, by: ImageVec) -> Self {
        Self { min: self.min + by, max: self.max + by }
    }

    /// The same, grown by a margin on every side.
    #[must_use]
    pub fn grown(self, by: f64) -> Self {
        Self { min: self.min + ImageVec::new(-by, -by), max: self.max + ImageVec::new(by, by) }
    }

    /// Whether every coordinate is finite.
    pub fn is_finite(self) -> bool {
        self.min.is_finite() && self.max.is_finite()
    }
}
