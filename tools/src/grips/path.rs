//! Polygons and polylines by their points and edges.

use super::{Grip, nearest};
use crate::consts::{HANDLE_HIT, HANDLE_SPACING, MIDPOINT_MIN_EDGE};
use crate::event::ToolCx;
use limn_core::geometry::Path;
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
fn with_path(geometry: &Geometry, number: usize, change: impl FnOnce(&mut Path) -> Option<()>) -> Option<Geometry> {
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

/// The handles to show.
pub(super) fn shown(geometry: &Geometry, px: f64) -> Vec<(Grip, ImagePos)> {
    let mut shown = Vec::new();
    for (ring, (path, closed)) in paths(geometry).enumerate() {
        let mut last_shown: Option<ImagePos> = None;
        for (at, pos) in path.points().iter().enumerate() {
            if last_shown.is_none_or(|last| last.distance(*pos) >= HANDLE_SPACING * px) {
                shown.push((Grip::Vertex { ring, at }, *pos));
                last_shown = Some(*pos);
            }
        }
        shown.extend(midpoints(ring, path, closed, px));
    }
    shown
}

fn midpoints(ring: usize, path: &Path, closed: bool, px: f64) -> impl Iterator<Item = (Grip, ImagePos)> {
    let points = path.points();
    (0..path.num_edges(closed))
        .filter(move |at| points[*at].distance(points[(at + 1) % points.len()]) >= MIDPOINT_MIN_EDGE * px)
        .map(move |at| (Grip::Edge { ring, at }, middle(path, at)))
}

/// What a press at `pos` takes hold of.
pub(super) fn grip_at(geometry: &Geometry, pos: ImagePos, px: f64) -> Option<Grip> {
    let grips = paths(geometry).enumerate().flat_map(|(ring, (path, closed))| {
        let vertices = path.points().iter().enumerate().map(move |(at, pos)| (Grip::Vertex { ring, at }, *pos));
        vertices.chain(midpoints(ring, path, closed, px))
    });
    nearest(grips, pos, HANDLE_HIT * px)
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
