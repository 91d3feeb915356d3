//! Shapes: what the caller describes, how it becomes triangles and segments, and the layers that hold them.

mod buffers;
mod builder;
mod depth;
mod layer;
mod marks;
mod mesh;
mod nesting;
mod page;
mod steps;
mod style;
mod sweep;
mod thin;

pub use layer::ShapeLayer;
pub use marks::{EdgeLook, EdgeMark, Marker, MarkerKind};
pub(crate) use mesh::Vertex;
pub(crate) use steps::Pipelines as ShapePipelines;
pub(crate) use style::StyleTable;
pub use style::{Dash, Pattern, ShapeStyle};

/// Which parts of a shape are filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FillRule {
    /// Those that lie in an odd number of rings: a ring in a ring is a hole.
    #[default]
    EvenOdd,
    /// Those around which the rings turn more often one way than the other: parts that overlap are filled once.
    NonZero,
}

/// A polygon with holes or parts, a polyline, or a dot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Points in image px. Rings of closed shapes do not repeat their first point. A ring of one point is a dot as
    /// wide as the stroke. Points that are not finite are left out.
    pub rings: Vec<Vec<[f64; 2]>>,
    /// False for polylines: no fill, and the halo on both sides.
    pub closed: bool,
    /// What is filled of a closed shape. Rings of more than 4,096 points together that cross are filled anyhow.
    pub rule: FillRule,
    /// Edges that look different, if any; others than those of the rings are left out.
    pub edges: Vec<EdgeMark>,
    /// Drawn with the outline; none if the style has neither stroke nor halo.
    pub markers: Vec<Marker>,
    /// Its looks.
    pub style: ShapeStyle,
}

impl Shape {
    /// Whether it has no pattern, dashes and markers.
    fn is_plain(&self) -> bool {
        self.style.is_plain() && self.markers.is_empty() && !self.edges.iter().any(|edge| edge.look == EdgeLook::Dashed)
    }
}
