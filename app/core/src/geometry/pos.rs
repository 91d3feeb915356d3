//! Points and displacements in image pixels.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Mul, Neg, Sub};

/// A place in image pixels; (0, 0) is the outer corner of the top-left pixel, y down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct ImagePos {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A displacement in image pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ImageVec {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl ImagePos {
    /// The place with these coordinates.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// Distance in pixels.
    pub fn distance(self, other: Self) -> f64 {
        (self - other).length()
    }

    /// Whether both coordinates are finite.
    pub fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }

    /// The nearest place inside an image of this size.
    #[must_use]
    pub fn clamped(self, width: f64, height: f64) -> Self {
        Self::new(self.x.clamp(0.0, width), self.y.clamp(0.0, height))
    }

    /// Rounded to hundredths of a pixel: finer than any hand, and it keeps the log small (see the geometry codec).
    #[must_use]
    pub fn rounded(self) -> Self {
        Self::new((self.x * 100.0).round() / 100.0, (self.y * 100.0).round() / 100.0)
    }
}

impl ImageVec {
    /// The displacement with these components.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// Length in pixels.
    pub fn length(self) -> f64 {
        self.x.hypot(self.y)
    }
}

impl From<[f64; 2]> for ImagePos {
    fn from([x, y]: [f64; 2]) -> Self {
        Self { x, y }
    }
}

impl From<ImagePos> for [f64; 2] {
    fn from(pos: ImagePos) -> Self {
        [pos.x, pos.y]
    }
}

impl Add<ImageVec> for ImagePos {
    type Output = Self;
    fn add(self, by: ImageVec) -> Self {
        Self::new(self.x + by.x, self.y + by.y)
    }
}

impl Sub for ImagePos {
    type Output = ImageVec;
    fn sub(self, other: Self) -> ImageVec {
        ImageVec::new(self.x - other.x, self.y - other.y)
    }
}

impl Add for ImageVec {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Mul<f64> for ImageVec {
    type Output = Self;
    fn mul(self, by: f64) -> Self {
        Self::new(self.x * by, self.y * by)
    }
}

impl Neg for ImageVec {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.x, -self.y)
    }
}
