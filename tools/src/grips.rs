//! Where a selected shape can be taken hold of.

use crate::consts::{EDGE_HANDLE_MIN_SIDE, HANDLE_HIT, HANDLE_HIT_EXACT, HANDLE_SHARE, HANDLE_SPACING, MIDPOINT_MIN_EDGE};
use crate::output::{Cursor, HandleKind};
use limn_core::{Geometry, ImagePos, Polygon, Rect};

/// One of the two sides of a box along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Left or top.
    Min,
    /// Right or bottom.
    Max,
}

/// What of a shape is held. Rings are counted as [`Polygon::rings`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grip {
    /// The sides of a box that follow the pointer: two for a corner, one for an edge.
    Box { x: Option<Side>, y: Option<Side> },
    /// A point of a polygon.
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

/// In the order of angle, corners and sides in turn.
const BOX_GRIPS: [(Option<Side>, Option<Side>); 8] = [
    (Some(Side::Min), Some(Side::Min)),
    (None, Some(Side::Min)),
    (Some(Side::Max), Some(Side::Min)),
    (Some(Side::Max), None),
    (Some(Side::Max), Some(Side::Max)),
    (None, Some(Side::Max)),
    (Some(Side::Min), Some(Side::Max)),
    (Some(Side::Min), None),
];

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
            (Self::Box { x, y }, Geometry::Box(rect)) => {
                let along = |side, min, max| match side {
                    Some(Side::Min) => min,
                    Some(Side::Max) => max,
                    None => (min + max) / 2.0,
                };
                Some(ImagePos::new(along(x, rect.min.x, rect.max.x), along(y, rect.min.y, rect.max.y)))
            }
            (Self::Vertex { ring, at }, Geometry::Polygon(polygon)) => polygon.rings().nth(ring)?.get(at).copied(),
            (Self::Edge { ring, at }, Geometry::Polygon(polygon)) => {
                let ring = polygon.rings().nth(ring)?;
                Some(middle(*ring.get(at)?, *ring.get((at + 1) % ring.len())?))
            }
            _ => None,
        }
    }
}

fn middle(a: ImagePos, b: ImagePos) -> ImagePos {
    a + (b - a) * 0.5
}

/// The handles to show at a scale of `px` image pixels per point. Where they would crowd, some are left out.
pub(crate) fn shown_grips(geometry: &Geometry, px: f64) -> Vec<(Grip, ImagePos)> {
    match geometry {
        Geometry::Box(rect) => {
            let roomy = |length: f64| length >= EDGE_HANDLE_MIN_SIDE * px;
            let shown = BOX_GRIPS.into_iter().filter(|(x, y)| match (x, y) {
                (None, _) => roomy(rect.width()),
                (_, None) => roomy(rect.height()),
                _ => true,
            });
            shown.filter_map(|(x, y)| Grip::Box { x, y }.pos(geometry).map(|pos| (Grip::Box { x, y }, pos))).collect()
        }
        Geometry::Polygon(polygon) => shown_polygon_grips(polygon, px),
        Geometry::Mask(_) => Vec::new(),
    }
}

fn shown_polygon_grips(polygon: &Polygon, px: f64) -> Vec<(Grip, ImagePos)> {
    let mut shown = Vec::new();
    for (ring, points) in polygon.rings().enumerate() {
        let mut last_shown: Option<ImagePos> = None;
        for (at, pos) in points.iter().enumerate() {
            if last_shown.is_none_or(|last| last.distance(*pos) >= HANDLE_SPACING * px) {
                shown.push((Grip::Vertex { ring, at }, *pos));
                last_shown = Some(*pos);
            }
        }
        shown.extend(midpoints(ring, points, px));
    }
    shown
}

fn midpoints(ring: usize, points: &[ImagePos], px: f64) -> impl Iterator<Item = (Grip, ImagePos)> {
    let edges = points.iter().zip(points.iter().cycle().skip(1)).enumerate();
    edges
        .filter(move |(_, (a, b))| a.distance(**b) >= MIDPOINT_MIN_EDGE * px)
        .map(move |(at, (a, b))| (Grip::Edge { ring, at }, middle(*a, *b)))
}

/// What a press at `pos` takes hold of.
pub(crate) fn grip_at(geometry: &Geometry, pos: ImagePos, px: f64, reach: Reach) -> Option<Grip> {
    match (reach, geometry) {
        (Reach::Exact, _) => nearest(shown_grips(geometry, px), pos, HANDLE_HIT_EXACT * px),
        (Reach::Near, Geometry::Box(rect)) => box_grip_at(*rect, pos, px),
        (Reach::Near, Geometry::Polygon(polygon)) => {
            let grips = polygon.rings().enumerate().flat_map(|(ring, points)| {
                let vertices = points.iter().enumerate().map(move |(at, pos)| (Grip::Vertex { ring, at }, *pos));
                vertices.chain(midpoints(ring, points, px))
            });
            nearest(grips, pos, HANDLE_HIT * px)
        }
        (Reach::Near, Geometry::Mask(_)) => None,
    }
}

fn nearest(grips: impl IntoIterator<Item = (Grip, ImagePos)>, pos: ImagePos, within: f64) -> Option<Grip> {
    let near = grips.into_iter().map(|(grip, at)| (grip, at.distance(pos))).filter(|(_, distance)| *distance <= within);
    near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(grip, _)| grip)
}

fn box_grip_at(rect: Rect, pos: ImagePos, px: f64) -> Option<Grip> {
    let outside = HANDLE_HIT * px;
    if !rect.grown(outside).contains(pos) {
        return None;
    }
    let side = |at: f64, min: f64, max: f64| {
        let inside = outside.min((max - min) * HANDLE_SHARE);
        match at {
            at if at <= min + inside => Some(Side::Min),
            at if at >= max - inside => Some(Side::Max),
            _ => None,
        }
    };
    match (side(pos.x, rect.min.x, rect.max.x), side(pos.y, rect.min.y, rect.max.y)) {
        (None, None) => None,
        (x, y) => Some(Grip::Box { x, y }),
    }
}

/// The polygon's edge within `within` pixels of `pos`, and the place on it.
pub(crate) fn edge_at(polygon: &Polygon, pos: ImagePos, within: f64) -> Option<(Grip, ImagePos)> {
    let edges = polygon.rings().enumerate().flat_map(|(ring, points)| {
        let pairs = points.iter().zip(points.iter().cycle().skip(1)).enumerate();
        pairs.map(move |(at, (a, b))| (Grip::Edge { ring, at }, nearest_on(pos, *a, *b)))
    });
    let near = edges.map(|(grip, on)| (grip, on, on.distance(pos))).filter(|(.., distance)| *distance <= within);
    near.min_by(|a, b| a.2.total_cmp(&b.2)).map(|(grip, on, _)| (grip, on))
}

fn nearest_on(pos: ImagePos, a: ImagePos, b: ImagePos) -> ImagePos {
    let along = b - a;
    let length_squared = along.x * along.x + along.y * along.y;
    if length_squared == 0.0 {
        return a;
    }
    let to = pos - a;
    a + along * ((to.x * along.x + to.y * along.y) / length_squared).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

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
