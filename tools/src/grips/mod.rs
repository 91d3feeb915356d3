//! Where a selected shape can be taken hold of, and what becomes of it when a grip is dragged. One file for each kind of
//! geometry.

mod bbox;
mod cuboid;
mod keypoints;
mod path;
mod turned;

pub(crate) use cuboid::Corners;
pub(crate) use keypoints::{cycled, removed};
pub(crate) use path::{bent, edge_at, nearest_on, next_bend, paths, with_path, without_vertex};
pub(crate) use turned::{own_box, turn_handle};

use crate::change;
use crate::consts::{HANDLE_HIT, HANDLE_HIT_EXACT};
use crate::event::{Modifiers, ToolCx};
use crate::keypoints::kind_of;
use crate::output::{Cursor, HandleKind};
use limn_core::geometry::Sight;
use limn_core::schema::AttributeId;
use limn_core::schema::Outside;
use limn_core::{Geometry, ImagePos, Rect};

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
    /// The sides of a box, turned or not, or of the box around an ellipse that follow the pointer: two for a corner, one for
    /// an edge.
    Box { x: Option<Side>, y: Option<Side> },
    /// A point of a polygon or polyline.
    Vertex { ring: usize, at: usize },
    /// The edge from point `at` to the next: a new point is made on it.
    Edge { ring: usize, at: usize },
    /// A control point of that edge, the second one of a cubic curve or not.
    Control { ring: usize, at: usize, second: bool },
    /// Turns a box or an ellipse about its middle.
    Turn,
    /// Corners of a cuboid: one, two for an edge, four for a face.
    Corners(Corners),
    /// A keypoint.
    Keypoint(usize),
    /// The tip of the arrow of this attribute, which is no part of the geometry.
    Heading(AttributeId),
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
    /// How its handle looks on a shape.
    pub(crate) fn handle_kind(self, geometry: &Geometry) -> HandleKind {
        match self {
            Self::Box { x: Some(_), y: Some(_) } => HandleKind::Corner,
            Self::Box { .. } => HandleKind::Edge,
            Self::Vertex { .. } => HandleKind::Vertex,
            Self::Edge { .. } => HandleKind::Midpoint,
            Self::Control { .. } => HandleKind::Control,
            Self::Turn => HandleKind::Turn,
            Self::Heading(_) => HandleKind::Direction,
            Self::Corners(corners) => match corners.count_ones() {
                1 => HandleKind::Corner,
                2 => HandleKind::Edge,
                _ => HandleKind::Face,
            },
            Self::Keypoint(at) => kind_of(keypoints::sight(geometry, at).unwrap_or(Sight::Visible)),
        }
    }

    /// The pointer over it on a shape.
    pub(crate) fn cursor(self, geometry: &Geometry) -> Cursor {
        let upright = match self {
            Self::Box { x: Some(x), y: Some(y) } if x == y => 1,
            Self::Box { x: Some(_), y: Some(_) } => 3,
            Self::Box { x: Some(_), y: None } => 0,
            Self::Box { .. } => 2,
            Self::Vertex { .. } | Self::Control { .. } | Self::Keypoint(_) => return Cursor::Vertex,
            Self::Edge { .. } => return Cursor::Add,
            Self::Turn | Self::Heading(_) => return Cursor::Turn,
            Self::Corners(corners) => return if corners.count_ones() == 1 { Cursor::Vertex } else { Cursor::Move },
        };
        // Eighths of a turn from the image's x axis.
        let eighths = own_box(geometry).map_or(0.0, |own| (own.angle / 45.0).round()) as i64;
        match (upright + eighths).rem_euclid(4) {
            0 => Cursor::ResizeH,
            1 => Cursor::ResizeNwSe,
            2 => Cursor::ResizeV,
            _ => Cursor::ResizeNeSw,
        }
    }

    /// Where the handle is at a scale of `px` image pixels per point; `None` when the shape has no such part (any more).
    pub(crate) fn pos(self, geometry: &Geometry, px: f64) -> Option<ImagePos> {
        match (self, geometry) {
            (Self::Box { x, y }, Geometry::Box(rect)) => Some(bbox::pos(*rect, x, y)),
            (Self::Box { x, y }, _) => own_box(geometry).map(|own| turned::pos(&own, x, y)),
            (Self::Vertex { ring, at }, _) => path::vertex_pos(geometry, ring, at),
            (Self::Edge { ring, at }, _) => path::edge_pos(geometry, ring, at),
            (Self::Control { ring, at, second }, _) => path::control_pos(geometry, ring, at, second),
            (Self::Turn, _) => own_box(geometry).map(|own| turn_handle(&own, px).0),
            (Self::Corners(corners), Geometry::Cuboid(cuboid)) => Some(cuboid::pos(cuboid, corners)),
            (Self::Keypoint(at), Geometry::Keypoints(keypoints)) => keypoints::pos(keypoints, at, px),
            (Self::Corners(_) | Self::Keypoint(_) | Self::Heading(_), _) => None,
        }
    }
}

/// The handles to show at a scale of `px` image pixels per point. Where they would crowd, some are left out.
///
/// Of shapes with very many points only those near the pointer are shown.
pub(crate) fn shown_grips(geometry: &Geometry, px: f64, pointer: Option<ImagePos>) -> Vec<(Grip, ImagePos)> {
    let mut shown = match geometry {
        Geometry::Box(rect) => bbox::shown(*rect, px),
        Geometry::RotatedBox(_) | Geometry::Ellipse(_) => {
            let Some(own) = own_box(geometry) else { return Vec::new() };
            // Which ones have room is the same whichever way it is turned.
            let upright = bbox::shown(Rect::from_xywh(0.0, 0.0, own.width, own.height), px);
            upright.into_iter().filter_map(|(grip, _)| Some((grip, grip.pos(geometry, px)?))).collect()
        }
        Geometry::Cuboid(cuboid) => cuboid::shown(cuboid, px),
        Geometry::Keypoints(keypoints) => keypoints::shown(keypoints, px),
        _ => path::shown(geometry, px, pointer),
    };
    if let Some(own) = own_box(geometry).filter(|own| turned::shows_turn(own, px)) {
        shown.push((Grip::Turn, turn_handle(&own, px).0));
    }
    shown
}

/// What a press at `pos` takes hold of.
pub(crate) fn grip_at(geometry: &Geometry, pos: ImagePos, px: f64, reach: Reach) -> Option<Grip> {
    if reach == Reach::Exact {
        return nearest(shown_grips(geometry, px, Some(pos)), pos, HANDLE_HIT_EXACT * px);
    }
    let turn = own_box(geometry).filter(|own| turned::shows_turn(own, px) && turn_handle(own, px).0.distance(pos) <= HANDLE_HIT * px);
    if turn.is_some() {
        return Some(Grip::Turn);
    }
    match geometry {
        Geometry::Box(rect) => bbox::grip_at(*rect, pos, px),
        Geometry::RotatedBox(own) => turned::grip_at(own, pos, px),
        Geometry::Ellipse(_) => turned::ellipse_grip_at(geometry, pos, px),
        Geometry::Cuboid(cuboid) => cuboid::grip_at(cuboid, pos, px),
        Geometry::Keypoints(keypoints) => nearest(keypoints::shown(keypoints, px), pos, HANDLE_HIT * px),
        _ => path::grip_at(geometry, pos, px),
    }
}

/// The point that a press at `pos` takes hold of though the shape is not selected. Only points that leave room around them: all
/// of the shape must stay to be pressed, too.
pub(crate) fn loose_point_at(geometry: &Geometry, pos: ImagePos, px: f64) -> Option<Grip> {
    match geometry {
        Geometry::Keypoints(keypoints) => keypoints::loose_at(keypoints, pos, px),
        _ => path::loose_at(geometry, pos, px),
    }
}

/// The geometry with its grip dragged to `target`; `None` when it has no such grip. Only what was dragged is moved and
/// rounded: the rest keeps its stored coordinates exactly.
pub(crate) fn reshaped(geometry: &Geometry, grip: Grip, target: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) -> Option<Geometry> {
    match (grip, geometry) {
        (Grip::Box { x, y }, Geometry::Box(rect)) => Some(Geometry::Box(bbox::resized(*rect, x, y, target, modifiers, cx))),
        (Grip::Box { x, y }, _) => {
            let own = own_box(geometry)?;
            let wanted = turned::resized(&own, x, y, cx.placed(target), modifiers);
            Some(turned::last_allowed(geometry, own, wanted, cx))
        }
        (Grip::Vertex { ring, at }, _) => path::with_vertex(geometry, ring, at, target, cx),
        (Grip::Edge { ring, at }, _) if modifiers.shift => path::with_bent_edge(geometry, ring, at, target, cx),
        (Grip::Edge { ring, at }, _) => path::with_new_vertex(geometry, ring, at, target, cx),
        (Grip::Control { ring, at, second }, _) => path::with_control(geometry, ring, at, second, target, cx),
        (Grip::Turn, _) => {
            let own = own_box(geometry)?;
            let angle = turned::angle_to(&own, target, cx.px, modifiers)?;
            change::turned(geometry, angle - own.angle).filter(|turned| is_allowed(turned, cx))
        }
        (Grip::Corners(corners), Geometry::Cuboid(cuboid)) => cuboid::moved(cuboid, corners, target, cx),
        (Grip::Keypoint(at), Geometry::Keypoints(keypoints)) => keypoints::moved(keypoints, at, target, cx),
        (Grip::Corners(_) | Grip::Keypoint(_) | Grip::Heading(_), _) => None,
    }
}

/// Whether a hand may make this: sound, and inside the image unless the label says otherwise. What is turned or seen in
/// perspective may reach beyond the border, as the thing itself does, by as much as the image is large; the middle of what is
/// turned lies inside.
pub(crate) fn is_allowed(geometry: &Geometry, cx: &ToolCx<'_>) -> bool {
    let image = Rect::from_xywh(0.0, 0.0, cx.image[0], cx.image[1]);
    let Some(bounds) = geometry.bounds() else { return geometry.is_sound() };
    let fits = |room: Rect| room.contains(bounds.min) && room.contains(bounds.max);
    let around = Rect { min: ImagePos::new(-cx.image[0], -cx.image[1]), max: ImagePos::new(2.0 * cx.image[0], 2.0 * cx.image[1]) };
    let is_inside = match geometry {
        _ if cx.outside() != Outside::Clip => fits(around),
        Geometry::RotatedBox(turned) => image.contains(turned.center) && fits(around),
        Geometry::Ellipse(ellipse) => image.contains(ellipse.center) && fits(around),
        Geometry::Cuboid(_) => fits(around) && bounds.intersects(image),
        _ => fits(image),
    };
    geometry.is_sound() && is_inside
}

/// How far a change may go: the last allowed shape on the way from nothing (0) to all of it (1).
fn last_allowed(cx: &ToolCx<'_>, at: impl Fn(f64) -> Geometry) -> Option<Geometry> {
    let allowed = |share: f64| Some(at(share)).filter(|geometry| is_allowed(geometry, cx));
    if let Some(whole) = allowed(1.0) {
        return Some(whole);
    }
    let (mut low, mut high) = (0.0, 1.0);
    let mut last = None;
    for _ in 0..16 {
        let middle = (low + high) / 2.0;
        match allowed(middle) {
            Some(geometry) => (last, low) = (Some(geometry), middle),
            None => high = middle,
        }
    }
    last
}

fn nearest(grips: impl IntoIterator<Item = (Grip, ImagePos)>, pos: ImagePos, within: f64) -> Option<Grip> {
    let is_near = |at: ImagePos| (at.x - pos.x).abs() <= within && (at.y - pos.y).abs() <= within;
    let near = grips.into_iter().filter(|(_, at)| is_near(*at)).map(|(grip, at)| (grip, at.distance(pos)));
    let near = near.filter(|(_, distance)| *distance <= within);
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
            Some(Grip::Control { .. }) => "control",
            Some(Grip::Turn) => "turn",
            Some(Grip::Heading(_)) => "heading",
            Some(Grip::Corners(_) | Grip::Keypoint(_)) => "point",
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
        assert_eq!(shown_grips(&tiny, 1.0, None).len(), 4, "no room for handles on the sides");
        assert_eq!(shown_grips(&tiny, 0.1, None).len(), 9, "corners, sides and the one that turns");
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
        let shown = |px| shown_grips(&comb, px, None).into_iter().filter(|(grip, _)| matches!(grip, Grip::Vertex { .. })).count();
        assert_eq!(shown(1.0), 100, "far apart along the border");
        assert!(shown(20.0) < 30);
        let held = grip_at(&comb, ImagePos::new(51., 50.), 0.05, Reach::Near);
        assert_eq!(held, Some(Grip::Vertex { ring: 0, at: 51 }));
    }
}
