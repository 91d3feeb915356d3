//! The kinds of geometry by name.

use serde::{Deserialize, Serialize};

/// The kinds of geometry that an instance may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpatialType {
    /// Axis-parallel rectangle.
    Box,
    /// Turned rectangle.
    RotatedBox,
    /// Area with straight and curved borders, holes and several parts.
    Polygon,
    /// Open line.
    Polyline,
    /// Named points.
    Keypoints,
    /// Turned ellipse or circle.
    Ellipse,
    /// Projected cuboid.
    Cuboid,
    /// Pixels.
    Mask,
    /// One place.
    Point,
    /// The whole frame.
    Tag,
}

impl SpatialType {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Box,
        Self::RotatedBox,
        Self::Polygon,
        Self::Polyline,
        Self::Keypoints,
        Self::Ellipse,
        Self::Cuboid,
        Self::Mask,
        Self::Point,
        Self::Tag,
    ];

    /// The name in listings and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Box => "box",
            Self::RotatedBox => "rotated-box",
            Self::Polygon => "polygon",
            Self::Polyline => "polyline",
            Self::Keypoints => "keypoints",
            Self::Ellipse => "ellipse",
            Self::Cuboid => "cuboid",
            Self::Mask => "mask",
            Self::Point => "point",
            Self::Tag => "tag",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::RotatedBox => "rotated box",
            other => other.as_str(),
        }
    }
}
