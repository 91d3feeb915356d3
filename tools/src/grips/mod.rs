//! Where a selected shape can be taken hold of, and what becomes of it when a grip is dragged. One file for each kind of
//! geometry.

mod bbox;
mod path;

pub(crate) use path::{edge_at, nearest_on, without_vertex};

use crate::consts::HANDLE_HIT_EXACT;
use crate::event::{Modifiers, ToolCx};
use crate::output::{Cursor, HandleKind};
use limn_core::{Geometry, ImagePos};

/// One of the two sides of a box along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Left or top.
    Min,
    /// Right or bottom.
    Max,
}

/// What of a shape is held. Rings are counted as [`path::paths`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grip {
    /// The sides of a box that follow the pointer: two for a corner, one for an edge.
    Box { x: Option<Side>, y: Option<Side> },
    /// A point of a polygon or polyline.
    Vertex { ring: usize, at: usize },
    /// The edge from point `at` to the next: a new point is made on it.
    Edge { ring: usize, at: usize },
}

/// How near the pointer must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Around handles, and anywhere along a box's sides.
    Near,
    /// On a shown handle only: beside it, drawing goes first.
    Exact,
}

impl Grip {
    pub(crate) fn handle_kind(self) -> HandleKind {
        match self {
            Self::Box { x: Some(_), y: Some(_) } => HandleKind::Corner,
            Self::Box { .. } => HandleKind::Edge,
            Self::Vertex { .. } => HandleKind::Vertex,
            Self::Edge { .. } => HandleKind::Midpoint,
        }
    }

    pub(crate) fn cursor(self) -> Cursor {
        match self {
            Self::Box { x: Some(x), y: Some(y) } if x == y => Cursor::ResizeNwSe,
            Self::Box { x: Some(_), y: Some(_) } => Cursor::ResizeNeSw,
            Self::Box { x: Some(_), y: None } => Cursor::ResizeH,
            Self::Box { .. } => Cursor::ResizeV,
            Self::Vertex { .. } => Cursor::Vertex,
            Self::Edge { .. } => Cursor::Add,
        }
    }

    /// Where the handle is; `None` when the shape has no such part (any more).
    pub(crate) fn pos(self, geometry: &Geometry) -> Option<ImagePos> {
        match (self, geometry) {
            (Self::Box { x, y }, Geometry::Box(rect)) => Some(bbox::pos(*rect, x, y)),
            (Self::Box { .. }, _) => None,
            (Self::Vertex { ring, at }, _) => path::vertex_pos(geometry, ring, at),
            (Self::Edge { ring, at }, _) => path::edge_pos(geometry, ring, at),
        }
    }
}

/// The handles to show at a scale of `px` image pixels per point. Where they would crowd, some are left out.
pub(crate) fn shown_grips(geometry: &Geometry, px: f64) -> Vec<(Grip, ImagePos)> {
    match geometry {
        Geometry::Box(rect) => bbox::shown(*rect, px),
        _ => path::shown(geometry, px),
    }
}

/// What a press at `pos` takes hold of.
pub(crate) fn grip_at(geometry: &Geometry, pos: ImagePos, px: f64, reach: Reach) -> Option<Grip> {
    match (reach, geometry) {
        (Reach::Exact, _) => nearest(shown_grips(geometry, px), pos, HANDLE_HIT_EXACT * px),
        (Reach::Near, Geometry::Box(rect)) => bbox::grip_at(*rect, pos, px),
        (Reach::Near, _) => path::grip_at(geometry, pos, px),
    }
}

/// The geometry with its grip dragged to `target`; `None` when it has no such grip. Only what was dragged is moved and
/// rounded: the rest keeps its stored coordinates exactly.
pub(crate) fn reshaped(geometry: &Geometry, grip: Grip, target: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) -> Option<Geometry> {
    match (grip, geometry) {
        (Grip::Box { x, y }, Geometry::Box(rect)) => Some(Geometry::Box(bbox::resized(*rect, x, y, target, modifiers, cx))),
        (Grip::Box { .. }, _) => None,
        (Grip::Vertex { ring, at }, _) => path::with_vertex(geometry, ring, at, target, cx),
        (Grip::Edge { ring, at }, _) => path::with_new_vertex(geometry, ring, at, target, cx),
    }
}

fn nearest(grips: impl IntoIterator<Item = (Grip, ImagePos)>, pos: ImagePos, within: f64) -> Option<Grip> {
    let near = grips.into_iter().map(|(grip, at)| (grip, at.distance(pos))).filter(|(_, distance)| *distance <= within);
    near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(grip, _)| grip)
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::{Polygon, Rect};

    fn at(grip: Option<Grip>) -> &'static str {
        let name = |side| match side {
            Some(Side::Min) => 0,
            None => 1,
            Some(Side::Max) => 2,
        };
        match grip {
            Some(Grip::Box { x, y }) => [["nw", "n", "ne"], ["w", "centre", "e"], ["sw", "s", "se"]][name(y)][name(x)],
            Some(Grip::Vertex { .. }) => "vertex",
            Some(Grip::Edge { .. }) => "edge",
            None => "none",
        }
    }

    #[test]
    fn sides_and_corners_of_a_box() {
        let large = Geometry::Box(Rect::from_xywh(100., 100., 100., 60.));
        let rows = [
            ([100., 100.], 1.0, "nw"),
            ([94., 94.], 1.0, "nw"),
            ([107., 107.], 1.0, "nw"),
            ([109., 109.], 1.0, "none"),
            ([91., 100.], 1.0, "none"),
            ([91., 100.], 2.0, "nw"),
            ([150., 104.], 1.0, "n"),
            ([130., 163.], 1.0, "s"),
            ([200., 130.], 1.0, "e"),
            ([195., 155.], 1.0, "se"),
            ([150., 130.], 1.0, "none"),
        ];
        for (pos, px, want) in rows {
            assert_eq!(at(grip_at(&large, pos.into(), px, Reach::Near)), want, "{pos:?} at {px}");
        }
    }

    #[test]
    fn a_tiny_box_keeps_a_middle() {
        let tiny = Geometry::Box(Rect::from_xywh(100., 100., 8., 8.));
        assert_eq!(at(grip_at(&tiny, ImagePos::new(104., 104.), 1.0, Reach::Near)), "none");
        assert_eq!(at(grip_at(&tiny, ImagePos::new(101., 101.), 1.0, Reach::Near)), "nw");
        assert_eq!(at(grip_at(&tiny, ImagePos::new(112., 112.), 1.0, Reach::Near)), "se");
        assert_eq!(shown_grips(&tiny, 1.0).len(), 4, "no room for handles on the sides");
        assert_eq!(shown_grips(&tiny, 0.1).len(), 8);
    }

    #[test]
    fn exact_reach_needs_a_shown_handle() {
        let rect = Geometry::Box(Rect::from_xywh(100., 100., 100., 60.));
        let exact = |x, y| at(grip_at(&rect, ImagePos::new(x, y), 1.0, Reach::Exact));
        assert_eq!([exact(104., 100.), exact(150., 100.), exact(130., 100.), exact(106., 100.)], ["nw", "n", "none", "none"]);
    }

    #[test]
    fn crowded_vertices_show_fewer_handles_but_can_all_be_held() {
        let points: Vec<ImagePos> = (0..100).map(|at| ImagePos::new(f64::from(at), f64::from(at % 2) * 50.0)).collect();
        let comb = Geometry::Polygon(Polygon::simple(points));
        let shown = |px| shown_grips(&comb, px).into_iter().filter(|(grip, _)| matches!(grip, Grip::Vertex { .. })).count();
        assert_eq!(shown(1.0), 100, "far apart along the border");
        assert!(shown(20.0) < 30);
        let held = grip_at(&comb, ImagePos::new(51., 50.), 0.05, Reach::Near);
        assert_eq!(held, Some(Grip::Vertex { ring: 0, at: 51 }));
    }
}
