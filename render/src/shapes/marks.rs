//! What a shape has besides rings: edges that look different, and markers.

/// An edge that is not drawn like the rest of the outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeMark {
    /// Which ring.
    pub ring: u32,
    /// The point of the ring at which the edge begins.
    pub edge: u32,
    /// How it is drawn.
    pub look: EdgeLook,
}

/// How an edge is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EdgeLook {
    /// Like the rest.
    #[default]
    Plain,
    /// With the dashes of [`crate::ShapeStyle::edge_dash_px`].
    Dashed,
    /// Not at all; the fill stays.
    Invisible,
}

/// A sign of constant size on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marker {
    /// Its middle, of an arrow the tip; image px.
    pub pos: [f64; 2],
    /// What it looks like.
    pub kind: MarkerKind,
}

/// What a marker looks like; size, colour and halo are those of the shape's style.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MarkerKind {
    /// A filled circle.
    Disc,
    /// A circle as wide as the stroke.
    Ring,
    /// Two crossed strokes, half as long again as a circle is wide: as much ink.
    Cross,
    /// The head of an arrow that comes from there, image px.
    Arrow {
        /// A point on the line that leads to it.
        from: [f64; 2],
    },
}

impl MarkerKind {
    /// The number that `shapes.wgsl` knows it by.
    pub(super) fn number(self) -> u32 {
        match self {
            Self::Disc => 0,
            Self::Ring => 1,
            Self::Cross => 2,
            Self::Arrow { .. } => 3,
        }
    }
}
