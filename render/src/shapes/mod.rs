//! Shapes: what the caller describes, how it becomes triangles and segments, and the layers that hold them.

mod buffers;
mod builder;
mod layer;
mod mesh;
mod nesting;
mod page;
mod style;
mod thin;

pub use layer::ShapeLayer;
pub(crate) use mesh::Vertex;
pub(crate) use style::StyleTable;
pub use style::{Pattern, ShapeStyle};

/// A polygon with holes or parts, a polyline, or a dot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Points in image px. Closed shapes are filled by the even-odd rule over all rings, which do not repeat
    /// their first point. A ring of one point is a dot as wide as the stroke. Points that are not finite
    /// are left out.
    pub rings: Vec<Vec<[f64; 2]>>,
    /// False for polylines: no fill, and the halo on both sides.
    pub closed: bool,
    /// Its looks.
    pub style: ShapeStyle,
}
