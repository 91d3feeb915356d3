//! Geometry in image pixels: (0, 0) is the outer corner of the top-left pixel, x right, y down, a pixel's centre at
//! half. Everything is f64; no other space is allowed here.

mod bend;
mod codec;
mod cuboid;
mod keypoints;
mod mask;
mod outline;
mod path;
mod polygon;
mod pos;
mod raster;
mod rect;
mod similarity;
mod spatial_type;
mod tile_ops;
mod tiles;
mod turned;

pub use bend::Bend;
pub use codec::GeometryCodecError;
pub use cuboid::{Cuboid, convex_hull};
pub use keypoints::{Keypoint, Keypoints, Sight};
pub use mask::{Mask, RleError};
pub use path::{CURVE_TOLERANCE, DRAWN_TOLERANCE, Edge, Path};
pub use polygon::{Part, Polygon, segment_distance};
pub use pos::{ImagePos, ImageVec};
pub use rect::Rect;
pub use spatial_type::SpatialType;
pub use tiles::{MaskTiles, TILE, Tile, TilePos};
pub use turned::{Ellipse, RotatedBox, axes, from_own_coordinates, own_coordinates, rounded_angle};

use polygon::line_distance;

/// Where an instance is.
#[derive(Clone, Debug, PartialEq)]
pub enum Geometry {
    /// Axis-parallel rectangle.
    Box(Rect),
    /// Turned rectangle.
    RotatedBox(RotatedBox),
    /// Area with straight and curved borders.
    Polygon(Polygon),
    /// Open line of straight and curved edges.
    Polyline(Path),
    /// Named points of the label's template.
    Keypoints(Keypoints),
    /// Turned ellipse.
    Ellipse(Ellipse),
    /// Two faces of a cuboid. Boxed: it is the largest, and rare.
    Cuboid(Box<Cuboid>),
    /// Pixels.
    Mask(Mask),
    /// One place.
    Point(ImagePos),
    /// The whole frame: no place at all.
    Tag,
}

impl Geometry {
    /// Which kind it is.
    pub fn spatial_type(&self) -> SpatialType {
        match self {
            Self::Box(_) => SpatialType::Box,
            Self::RotatedBox(_) => SpatialType::RotatedBox,
            Self::Polygon(_) => SpatialType::Polygon,
            Self::Polyline(_) => SpatialType::Polyline,
            Self::Keypoints(_) => SpatialType::Keypoints,
            Self::Ellipse(_) => SpatialType::Ellipse,
            Self::Cuboid(_) => SpatialType::Cuboid,
            Self::Mask(_) => SpatialType::Mask,
            Self::Point(_) => SpatialType::Point,
            Self::Tag => SpatialType::Tag,
        }
    }

    /// The smallest rectangle around it; `None` when it is nowhere.
    pub fn bounds(&self) -> Option<Rect> {
        match self {
            Self::Box(rect) => Some(*rect),
            Self::RotatedBox(turned) => Some(turned.bounds()),
            Self::Polygon(polygon) => polygon.bounds(),
            Self::Polyline(line) => Rect::around(line.flattened(false, CURVE_TOLERANCE).iter()),
            Self::Keypoints(keypoints) => keypoints.bounds(),
            Self::Ellipse(ellipse) => Some(ellipse.bounds()),
            Self::Cuboid(cuboid) => cuboid.bounds(),
            Self::Mask(mask) => mask.bounds(),
            Self::Point(pos) => Some(Rect { min: *pos, max: *pos }),
            Self::Tag => None,
        }
    }

    /// Area in square pixels; 0 for lines and points. Of a cuboid, what it covers in the picture.
    pub fn area(&self) -> f64 {
        match self {
            Self::Box(rect) => rect.area(),
            Self::RotatedBox(turned) => turned.width * turned.height,
            Self::Polygon(polygon) => polygon.area(),
            Self::Ellipse(ellipse) => ellipse.area(),
            Self::Cuboid(cuboid) => Polygon::simple(cuboid.silhouette()).area(),
            Self::Mask(mask) => mask.area() as f64,
            Self::Polyline(_) | Self::Keypoints(_) | Self::Point(_) | Self::Tag => 0.0,
        }
    }

    /// Whether the point lies inside its area.
    pub fn contains(&self, pos: ImagePos) -> bool {
        match self {
            Self::Box(rect) => rect.contains(pos),
            Self::RotatedBox(turned) => turned.contains(pos),
            Self::Polygon(polygon) => polygon.contains(pos),
            Self::Ellipse(ellipse) => ellipse.contains(pos),
            Self::Cuboid(cuboid) => Polygon::simple(cuboid.silhouette()).contains(pos),
            Self::Mask(mask) => mask.contains(pos),
            Self::Polyline(_) | Self::Keypoints(_) | Self::Point(_) | Self::Tag => false,
        }
    }

    /// Distance in pixels from the point to the nearest border, line or point of it; infinite for a mask, which is hit by
    /// its pixels only, and for a tag.
    pub fn border_distance(&self, pos: ImagePos) -> f64 {
        match self {
            Self::Polygon(polygon) => polygon.border_distance(pos),
            Self::Polyline(line) => line_distance(&line.flattened(false, DRAWN_TOLERANCE), false, pos),
            Self::Keypoints(keypoints) => keypoints.present().map(|(_, point)| point.pos.distance(pos)).fold(f64::INFINITY, f64::min),
            Self::Point(point) => point.distance(pos),
            Self::Ellipse(ellipse) => line_distance(&ellipse.outline(DRAWN_TOLERANCE), true, pos),
            Self::Box(_) | Self::RotatedBox(_) | Self::Cuboid(_) => {
                self.rings().iter().map(|ring| line_distance(ring, true, pos)).fold(f64::INFINITY, f64::min)
            }
            Self::Mask(_) | Self::Tag => f64::INFINITY,
        }
    }

    /// The same, moved. A mask moves by whole pixels and keeps what stays inside its frame.
    #[must_use]
    pub fn translated(&self, by: ImageVec) -> Self {
        match self {
            Self::Mask(mask) => Self::Mask(mask.translated(by)),
            other => other.map(|pos| pos + by),
        }
    }

    /// The same with every place changed in a way that keeps what is turned as it is, such as moving or rounding. Masks and
    /// tags stay as they are.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(ImagePos) -> ImagePos) -> Self {
        match self {
            Self::Box(rect) => Self::Box(Rect { min: change(rect.min), max: change(rect.max) }),
            Self::RotatedBox(turned) => Self::RotatedBox(RotatedBox { center: change(turned.center), ..*turned }),
            Self::Polygon(polygon) => Self::Polygon(polygon.map(change)),
            Self::Polyline(line) => {
                let mut line = line.clone();
                line.map_in_place(change);
                Self::Polyline(line)
            }
            Self::Keypoints(keypoints) => Self::Keypoints(keypoints.map(change)),
            Self::Ellipse(ellipse) => Self::Ellipse(Ellipse { center: change(ellipse.center), ..*ellipse }),
            Self::Cuboid(cuboid) => Self::Cuboid(Box::new(cuboid.map(change))),
            Self::Point(pos) => Self::Point(change(*pos)),
            Self::Mask(_) | Self::Tag => self.clone(),
        }
    }

    /// The outlines of its area: rings of straight edges in image pixels, filled by the even-odd rule. None for lines, points
    /// and tags; of a cuboid, the border of what it covers.
    pub fn rings(&self) -> Vec<Vec<ImagePos>> {
        match self {
            Self::Box(rect) => vec![rect.corners().to_vec()],
            Self::RotatedBox(turned) => vec![turned.corners().to_vec()],
            Self::Polygon(polygon) => polygon.rings().map(|ring| ring.flattened(true, CURVE_TOLERANCE).into_owned()).collect(),
            Self::Ellipse(ellipse) => vec![ellipse.outline(CURVE_TOLERANCE)],
            Self::Cuboid(cuboid) => vec![cuboid.silhouette()],
            Self::Mask(mask) => mask.outline(),
            Self::Polyline(_) | Self::Keypoints(_) | Self::Point(_) | Self::Tag => Vec::new(),
        }
    }

    /// Number of points that a person would count; 0 for masks and tags.
    pub fn num_points(&self) -> usize {
        match self {
            Self::Box(_) | Self::RotatedBox(_) | Self::Ellipse(_) => 4,
            Self::Polygon(polygon) => polygon.num_points(),
            Self::Polyline(line) => line.len(),
            Self::Keypoints(keypoints) => keypoints.present().count(),
            Self::Cuboid(_) => 8,
            Self::Point(_) => 1,
            Self::Mask(_) | Self::Tag => 0,
        }
    }

    /// Whether every number is finite.
    pub fn is_finite(&self) -> bool {
        match self {
            Self::Box(rect) => rect.is_finite(),
            Self::RotatedBox(r) => r.center.is_finite() && [r.width, r.height, r.angle].iter().all(|number| number.is_finite()),
            Self::Ellipse(e) => e.center.is_finite() && [e.rx, e.ry, e.angle].iter().all(|number| number.is_finite()),
            Self::Polygon(polygon) => polygon.rings().all(|ring| ring.all_positions().all(ImagePos::is_finite)),
            Self::Polyline(line) => line.all_positions().all(ImagePos::is_finite),
            Self::Keypoints(keypoints) => keypoints.points.iter().all(|point| point.pos.is_finite()),
            Self::Cuboid(cuboid) => cuboid.corners().all(ImagePos::is_finite),
            Self::Point(pos) => pos.is_finite(),
            Self::Mask(_) | Self::Tag => true,
        }
    }

    /// Whether every number is finite and there is something to see.
    pub fn is_sound(&self) -> bool {
        if !self.is_finite() {
            return false;
        }
        match self {
            Self::Box(rect) => rect.width() > 0.0 && rect.height() > 0.0,
            Self::RotatedBox(r) => r.width > 0.0 && r.height > 0.0,
            Self::Ellipse(e) => e.rx > 0.0 && e.ry > 0.0,
            Self::Polygon(polygon) => {
                // Two points and a curve enclose something, too.
                let encloses = |part: &Part| part.outer.len() + part.outer.special_edges().count() >= 3;
                !polygon.parts.is_empty() && polygon.parts.iter().all(encloses)
            }
            Self::Polyline(line) => line.len() >= 2,
            Self::Keypoints(keypoints) => keypoints.present().next().is_some(),
            Self::Cuboid(cuboid) => cuboid.is_legal(),
            Self::Mask(mask) => mask.area() > 0,
            Self::Point(_) | Self::Tag => true,
        }
    }
}
