//! Label Studio's labeling configuration: control tags for regions (`RectangleLabels` and its kin, with a `Label` each) and
//! for answers (`Choices`, `Taxonomy`, `Rating`, `Number`, `TextArea`, `DateTime`), with conditions as attributes of tags.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

use limn_core::geometry::SpatialType;

/// Its tags for labels and our kinds of shapes. Its rectangles and ellipses can be turned.
const REGIONS: [(&str, SpatialType); 7] = [
    ("RectangleLabels", SpatialType::Box),
    ("PolygonLabels", SpatialType::Polygon),
    ("KeyPointLabels", SpatialType::Point),
    ("EllipseLabels", SpatialType::Ellipse),
    ("BrushLabels", SpatialType::Mask),
    ("BitmaskLabels", SpatialType::Mask),
    ("VectorLabels", SpatialType::Polyline),
];
