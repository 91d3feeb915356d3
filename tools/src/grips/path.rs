//! Polygons and polylines by their points and edges.

use super::{Grip, nearest};
use crate::consts::{HANDLE_HIT, HANDLE_SPACING, LOOSE_HIT, LOOSE_SPACING, MANY_POINTS, MIDPOINT_MIN_EDGE, SHOWN_NEAR};
use crate::event::ToolCx;
use limn_core::geometry::{Bend, Edge, Path};
use limn_core::{Geometry, ImagePos, Polygon};

/// The paths of a polygon or polyline, and whether they are closed. A [`Grip`] counts them in this order.
pub(crate) fn paths(geometry: &Geometry) -> impl Iterator<Item = (&Path, bool)> {
    let (polygon, line) = match geometry {
        Geometry::Polygon(polygon) => (Some(polygon), None),
        Geometry::Polyline(line) => (None, Some(line)),
        _ => (None, None),
    };
    let rings = polygon.into_iter().flat_map(Polygon::rings).map(|ring| (ring, true));
    rings.chain(line.map(|line| (line, false)))
}

/// The geometry with one of its paths changed; `None` when it has no such path or the change fails.
pub(crate) fn with_path(geometry: &Geometry, number: usize, change: impl FnOnce(&mut Path) -> Option<()>) -> Option<Geometry> {
    let mut geometry = geometry.clone();
    let path = match &mut geometry {
        Geometry::Polygon(polygon) => polygon.rings_mut().nth(number)?,
        Geometry::Polyline(line) if number == 0 => line,
        _ => return None,
    };
    change(path)?;
    Some(geometry)
}

/// Where a point is.
pub(super) fn vertex_pos(geometry: &Geometry, ring: usize, at: usize) -> Option<ImagePos> {
    paths(geometry).nth(ring)?.0.points().get(at).copied()
}

/// The middle of an edge.
pub(super) fn edge_pos(geometry: &Geometry, ring: usize, at: usize) -> Option<ImagePos> {
    let (path, closed) = paths(geometry).nth(ring)?;
    (at < path.num_edges(closed)).then(|| middle(path, at))
}

fn middle(path: &Path, at: usize) -> ImagePos {
    let points = path.points();
    path.edge(at).bend.at(points[at], points[(at + 1) % points.len()], 0.5)
}

/// A control point of an edge.
pub(super) fn control_pos(geometry: &Geometry, ring: usize, at: usize, second: bool) -> Option<ImagePos> {
    let (path, closed) = paths(geometry).nth(ring)?;
    (at < path.num_edges(closed)).then(|| path.edge(at).bend.controls().nth(usize::from(second)))?
}

/// The handles to show. Of very many only those near the pointer.
pub(super) fn shown(geometry: &Geometry, px: f64, pointer: Option<ImagePos>) -> Vec<(Grip, ImagePos)> {
    let is_many = geometry.num_points() > MANY_POINTS;
    let reach = SHOWN_NEAR * px;
    let is_near = |pos: ImagePos| !is_many || pointer.is_some_and(|at| (pos.x - at.x).abs() <= reach && (pos.y - at.y).abs() <= reach);
    let mut shown = Vec::new();
    for (ring, (path, closed)) in paths(geometry).enumerate() {
        let mut last_shown: Option<ImagePos> = None;
        for (at, pos) in path.points().iter().enumerate().filter(|(_, pos)| is_near(**pos)) {
            if last_shown.is_none_or(|last| last.distance(*pos) >= HANDLE_SPACING * px) {
                shown.push((Grip::Vertex { ring, at }, *pos));
                last_shown = Some(*pos);
            }
        }
        shown.extend(midpoints(ring, path, closed, px, is_near));
        let points = path.points();
        let is_long = |at: usize| points[at].distance(points[(at + 1) % points.len()]) >= MIDPOINT_MIN_EDGE * px;
        let of_long = |grip: Grip| matches!(grip, Grip::Control { at, .. } if is_long(at));
        shown.extend(controls(ring, path, closed).filter(|(grip, pos)| of_long(*grip) && is_near(*pos)));
    }
    shown
}

fn midpoints(
    ring: usize,
    path: &Path,
    closed: bool,
    px: f64,
    is_near: impl Fn(ImagePos) -> bool,
) -> impl Iterator<Item = (Grip, ImagePos)> {
    let points = path.points();
    (0..path.num_edges(closed))
        .map(move |at| (at, middle(path, at)))
        .filter(move |(_, pos)| is_near(*pos))
        .filter(move |(at, _)| points[*at].distance(points[(at + 1) % points.len()]) >= MIDPOINT_MIN_EDGE * px)
        .map(move |(at, pos)| (Grip::Edge { ring, at }, pos))
}

/// The control points of curves.
fn controls(ring: usize, path: &Path, closed: bool) -> impl Iterator<Item = (Grip, ImagePos)> {
    let edges = path.special_edges().filter(move |(at, _)| *at < path.num_edges(closed));
    edges.flat_map(move |(at, edge)| {
        let numbered = edge.bend.controls().enumerate();
        numbered.map(move |(number, pos)| (Grip::Control { ring, at, second: number > 0 }, pos))
    })
}

/// What a press at `pos` takes hold of.
pub(super) fn grip_at(geometry: &Geometry, pos: ImagePos, px: f64) -> Option<Grip> {
    let reach = HANDLE_HIT * px;
    let grips = paths(geometry).enumerate().flat_map(|(ring, (path, closed))| {
        let vertices = path.points().iter().enumerate().map(move |(at, pos)| (Grip::Vertex { ring, at }, *pos));
        let is_near = |at: ImagePos| (at.x - pos.x).abs() <= reach && (at.y - pos.y).abs() <= reach;
        let middles = midpoints(ring, path, closed, px, is_near);
        vertices.chain(middles).chain(controls(ring, path, closed))
    });
    nearest(grips, pos, HANDLE_HIT * px)
}

/// The point that a press at `pos` takes hold of though the shape is not selected: one that leaves room around it.
pub(super) fn loose_at(geometry: &Geometry, pos: ImagePos, px: f64) -> Option<Grip> {
    let vertices = paths(geometry).enumerate().flat_map(|(ring, (path, _))| {
        let all = path.points().iter().enumerate();
        all.map(move |(at, pos)| (Grip::Vertex { ring, at }, *pos))
    });
    let found = nearest(vertices, pos, LOOSE_HIT * px)?;
    let Grip::Vertex { ring, at } = found else { return None };
    let (path, closed) = paths(geometry).nth(ring)?;
    let (points, len) = (path.points(), path.len());
    let here = points.get(at)?;
    let after = if at + 1 < len || closed { points.get((at + 1) % len) } else { None };
    let before = if at > 0 || closed { points.get((at + len - 1) % len) } else { None };
    let has_room = |next: &ImagePos| next.distance(*here) >= LOOSE_SPACING * px;
    after.into_iter().chain(before).all(has_room).then_some(found)
}

/// The edge within `within` pixels of `pos`, and the place on it.
pub(crate) fn edge_at(geometry: &Geometry, pos: ImagePos, within: f64) -> Option<(Grip, ImagePos)> {
    let edges = paths(geometry).enumerate().flat_map(|(ring, (path, closed))| {
        let segments = path.segments(closed, within / 8.0);
        segments.into_iter().map(move |(a, b, at)| (Grip::Edge { ring, at }, nearest_on(pos, a, b)))
    });
    let near = edges.map(|(grip, on)| (grip, on, on.distance(pos))).filter(|(.., distance)| *distance <= within);
    near.min_by(|a, b| a.2.total_cmp(&b.2)).map(|(grip, on, _)| (grip, on))
}

/// The place on the segment from `a` to `b` that is nearest to `pos`.
pub(crate) fn nearest_on(pos: ImagePos, a: ImagePos, b: ImagePos) -> ImagePos {
    let along = b - a;
    let length_squared = along.x * along.x + along.y * along.y;
    if length_squared == 0.0 {
        return a;
    }
    let to = pos - a;
    a + along * ((to.x * along.x + to.y * along.y) / length_squared).clamp(0.0, 1.0)
}

/// The geometry with a point moved.
pub(super) fn with_vertex(geometry: &Geometry, ring: usize, at: usize, target: ImagePos, cx: &ToolCx<'_>) -> Option<Geometry> {
    with_path(geometry, ring, |path| path.set_point(at, cx.placed(target)).then_some(()))
}

/// The geometry with a new point on an edge, moved to `target`.
pub(super) fn with_new_vertex(geometry: &Geometry, ring: usize, at: usize, target: ImagePos, cx: &ToolCx<'_>) -> Option<Geometry> {
    with_path(geometry, ring, |path| {
        let new = path.split(at, 0.5)?;
        path.set_point(new, cx.placed(target)).then_some(())
    })
}

/// The geometry with an edge bent so that its middle lies at `target`.
pub(super) fn with_bent_edge(geometry: &Geometry, ring: usize, at: usize, target: ImagePos, cx: &ToolCx<'_>) -> Option<Geometry> {
    with_path(geometry, ring, |path| {
        path.set_edge(at, bent(path, at, target, cx)?);
        Some(())
    })
}

/// An edge bent so that its middle lies at `target`, as far as control points may go.
pub(crate) fn bent(path: &Path, at: usize, target: ImagePos, cx: &ToolCx<'_>) -> Option<Edge> {
    let points = path.points();
    let (from, to) = (*points.get(at)?, *points.get((at + 1) % points.len())?);
    let edge = path.edge(at);
    let middle = edge.bend.at(from, to, 0.5);
    let bend = match edge.bend {
        Bend::Straight | Bend::Quadratic(_) => Bend::Quadratic(target + (target - (from + (to - from) * 0.5))),
        // Both go along, so that the curve keeps its character.
        Bend::Cubic(first, second) => {
            let by = (target - middle) * (4.0 / 3.0);
            Bend::Cubic(first + by, second + by)
        }
    };
    Some(Edge { bend: bend.map(|pos| cx.rounded(pos)), ..edge })
}

/// The next form of an edge: straight, one control point, two, and straight again.
pub(crate) fn next_bend(path: &Path, at: usize, cx: &ToolCx<'_>) -> Option<Edge> {
    let points = path.points();
    let (from, to) = (*points.get(at)?, *points.get((at + 1) % points.len())?);
    let edge = path.edge(at);
    let bend = match edge.bend {
        Bend::Straight => {
            let along = to - from;
            // A little to the side, so that it can be seen and taken hold of.
            let aside = limn_core::geometry::ImageVec::new(-along.y, along.x) * 0.25;
            Bend::Quadratic(from + along * 0.5 + aside)
        }
        Bend::Quadratic(_) => {
            let (first, second) = edge.bend.to_cubic(from, to);
            Bend::Cubic(first, second)
        }
        Bend::Cubic(..) => Bend::Straight,
    };
    Some(Edge { bend: bend.map(|pos| cx.rounded(pos)), ..edge })
}

/// The geometry with a control point moved.
pub(super) fn with_control(
    geometry: &Geometry,
    ring: usize,
    at: usize,
    second: bool,
    target: ImagePos,
    cx: &ToolCx<'_>,
) -> Option<Geometry> {
    let target = cx.rounded(target);
    with_path(geometry, ring, |path| {
        let edge = path.edge(at);
        let bend = match (edge.bend, second) {
            (Bend::Quadratic(_), false) => Bend::Quadratic(target),
            (Bend::Cubic(_, last), false) => Bend::Cubic(target, last),
            (Bend::Cubic(first, _), true) => Bend::Cubic(first, target),
            _ => return None,
        };
        path.set_edge(at, Edge { bend, ..edge });
        Some(())
    })
}

/// The geometry without a point. A hole that would keep only two goes as a whole; `None` when an outer border would, or
/// when a line would keep only one.
pub(crate) fn without_vertex(geometry: &Geometry, ring: usize, at: usize) -> Option<Geometry> {
    match geometry {
        Geometry::Polyline(line) if ring == 0 && line.len() > 2 && at < line.len() => {
            let mut line = line.clone();
            line.remove(at);
            Some(Geometry::Polyline(line))
        }
        Geometry::Polygon(polygon) => polygon_without_vertex(polygon, ring, at).map(Geometry::Polygon),
        _ => None,
    }
}

fn polygon_without_vertex(polygon: &Polygon, ring: usize, at: usize) -> Option<Polygon> {
    let mut polygon = polygon.clone();
    let mut number = ring;
    for part in &mut polygon.parts {
        // Among the rings of this part 0 is the outer one.
        if number > part.holes.len() {
            number -= 1 + part.holes.len();
            continue;
        }
        let points = if number == 0 { &mut part.outer } else { &mut part.holes[number - 1] };
        if at >= points.len() || (number == 0 && points.len() <= 3) {
            return None;
        }
        if points.len() > 3 {
            points.remove(at);
        } else {
            part.holes.remove(number - 1);
        }
        return Some(polygon);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::Part;

    fn ring(len: usize) -> Path {
        (0..len).map(|at| ImagePos::new(at as f64, (at * at) as f64)).collect::<Vec<_>>().into()
    }

    fn rings(polygon: Option<Polygon>) -> Option<Vec<usize>> {
        polygon.map(|polygon| polygon.rings().map(Path::len).collect())
    }

    #[test]
    fn points_go_down_to_three_and_holes_go_away() {
        let parts = vec![
            Part { outer: ring(4), holes: vec![ring(3), ring(5)] },
            Part { outer: ring(3), holes: vec![] },
            Part { outer: ring(6), holes: vec![ring(3)] },
        ];
        let polygon = Polygon { parts };
        let rows: [(usize, usize, Option<&[usize]>); 9] = [
            (0, 3, Some(&[3, 3, 5, 3, 6, 3])),
            (1, 0, Some(&[4, 5, 3, 6, 3])),
            (2, 4, Some(&[4, 3, 4, 3, 6, 3])),
            (3, 0, None),
            (4, 5, Some(&[4, 3, 5, 3, 5, 3])),
            (5, 1, Some(&[4, 3, 5, 3, 6])),
            (6, 0, None),
            (0, 4, None),
            (5, 9, None),
        ];
        for (ring, at, want) in rows {
            assert_eq!(rings(polygon_without_vertex(&polygon, ring, at)).as_deref(), want, "ring {ring} point {at}");
        }
    }
}
