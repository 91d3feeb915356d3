//! Geometry in image pixels: (0, 0) is the outer corner of the top-left pixel, x right, y down, a pixel's centre at
//! half. Everything is f64; no other space is allowed here.

mod codec;
mod mask;
mod outline;
mod polygon;
mod pos;
mod rect;
mod tiles;

pub use codec::GeometryCodecError;
pub use mask::{Mask, RleError};
pub use polygon::{Part, Polygon, segment_distance};
pub use pos::{ImagePos, ImageVec};
pub use rect::Rect;
pub use tiles::{MaskTiles, TILE, Tile, TilePos};

use serde::{Deserialize, Serialize};

/// The kinds of geometry that an instance may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpatialType {
    /// Axis-parallel rectangle.
    Box,
    /// Straight-sided area, with holes and several parts.
    Polygon,
    /// Pixels.
    Mask,
}

impl SpatialType {
    /// The name in listings, files and the window.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Box => "box",
            Self::Polygon => "polygon",
            Self::Mask => "mask",
        }
    }
}

/// Where an instance is.
#[derive(Clone, Debug, PartialEq)]
pub enum Geometry {
    /// Axis-parallel rectangle.
    Box(Rect),
    /// Straight-sided area.
    Polygon(Polygon),
    /// Pixels.
    Mask(Mask),
}

impl Geometry {
    /// Which kind it is.
    pub fn spatial_type(&self) -> SpatialType {
        match self {
            Self::Box(_) => SpatialType::Box,
            Self::Polygon(_) => SpatialType::Polygon,
            Self::Mask(_) => SpatialType::Mask,
        }
    }

    /// The smallest rectangle around it; `None` when it is empty.
    pub fn bounds(&self) -> Option<Rect> {
        match self {
            Self::Box(rect) => Some(*rect),
            Self::Polygon(polygon) => polygon.bounds(),
            Self::Mask(mask) => mask.bounds(),
        }
    }

    /// Area in square pixels.
    pub fn area(&self) -> f64 {
        match self {
            Self::Box(rect) => rect.area(),
            Self::Polygon(polygon) => polygon.area(),
            Self::Mask(mask) => mask.area() as f64,
        }
    }

    /// Whether the point lies inside.
    pub fn contains(&self, pos: ImagePos) -> bool {
        match self {
            Self::Box(rect) => rect.contains(pos),
            Self::Polygon(polygon) => polygon.contains(pos),
            Self::Mask(mask) => mask.contains(pos),
        }
    }

    /// Distance in pixels from the point to the nearest border; infinite for a mask, which is hit by its pixels only.
    pub fn border_distance(&self, pos: ImagePos) -> f64 {
        match self {
            Self::Box(rect) => {
                let corners = rect.corners();
                (0..4).map(|at| segment_distance(pos, corners[at], corners[(at + 1) % 4])).fold(f64::INFINITY, f64::min)
            }
            Self::Polygon(polygon) => polygon.border_distance(pos),
            Self::Mask(_) => f64::INFINITY,
        }
    }

    /// The same, moved. A mask moves by whole pixels and keeps what stays inside its frame.
    #[must_use]
    pub fn translated(&self, by: ImageVec) -> Self {
        match self {
            Self::Box(rect) => Self::Box(rect.translated(by)),
            Self::Polygon(polygon) => Self::Polygon(polygon.map(|pos| pos + by)),
            Self::Mask(mask) => Self::Mask(mask.translated(by)),
        }
    }

    /// The outlines to draw: rings in image pixels, filled by the even-odd rule.
    pub fn rings(&self) -> Vec<Vec<ImagePos>> {
        match self {
            Self::Box(rect) => vec![rect.corners().to_vec()],
            Self::Polygon(polygon) => polygon.rings().cloned().collect(),
            Self::Mask(mask) => mask.outline(),
        }
    }

    /// Whether every number is finite and there is something to see.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Box(rect) => rect.is_finite() && rect.width() > 0.0 && rect.height() > 0.0,
            Self::Polygon(polygon) => {
                polygon.parts.iter().all(|part| part.outer.len() >= 3)
                    && polygon.rings().flatten().all(|pos| pos.is_finite())
                    && polygon.parts.iter().any(|_| true)
            }
            Self::Mask(mask) => mask.area() > 0,
        }
    }
}
