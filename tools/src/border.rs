//! Borders of other shapes: places on them, the way along them, and points that both sides have.

use crate::area::{between, cut_to};
use crate::area_change::area_of;
use crate::consts::HANDLE_HIT;
use crate::event::ToolCx;
use crate::grips::{nearest_on, paths, with_path};
use crate::links::is_same;
use limn_core::geometry::{Bend, CURVE_TOLERANCE, Path, segment_distance};
use limn_core::{Geometry, ImagePos, InstanceId, Polygon, Rect};
use std::borrow::Cow;

/// A point lies on an edge when it is no farther from it than rounding moves it. Pixels.
const ON_EDGE: f64 = 0.02;

/// A place on the border of a shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot {
    pub id: InstanceId,
    /// Rings are counted as [`paths`] does.
    pub ring: usize,
    /// The edge that leaves this point.
    pub at: usize,
    /// How far along the edge: 0 is the point itself, below 1.
    pub t: f64,
    /// In hundredths, or the point exactly.
    pub pos: ImagePos,
}

/// What of a shape can be followed: rings and lines as they are, the sides of a box.
fn border(geometry: &Geometry) -> Option<Cow<'_, Geometry>> {
    match geometry {
        Geometry::Polygon(_) | Geometry::Polyline(_) => Some(Cow::Borrowed(geometry)),
        Geometry::Box(_) => area_of(geometry).map(|area| Cow::Owned(Geometry::Polygon(area))),
        _ => None,
    }
}

/// The nearest place within reach of the pointer on the border of a shape that is seen: points first. Of a shape that is
/// locked only points, since it could not get new ones. `only`: of this shape alone.
pub(crate) fn spot_near(pos: ImagePos, only: Option<InstanceId>, cx: &ToolCx<'_>) -> Option<Spot> {
    let reach = HANDLE_HIT * cx.px;
    let around = Rect { min: pos, max: pos }.grown(reach);
    let seen = |id: InstanceId| only.is_none_or(|only| only == id) && !(cx.hidden)(id);
    let mut point: Option<(f64, Spot)> = None;
    let mut edge: Option<(f64, Spot)> = None;
    let nearer = |best: &Option<(f64, Spot)>, distance: f64| best.as_ref().is_none_or(|(least, _)| distance < *least);
    for instance in cx.scene.near(cx.document, around, &seen) {
        let Some(geometry) = border(&instance.geometry) else { continue };
        let gets_points = (cx.editable)(instance.id) || matches!(instance.geometry, Geometry::Box(_));
        for (ring, (path, closed)) in paths(&geometry).enumerate() {
            for (at, vertex) in path.points().iter().enumerate() {
                let distance = vertex.distance(pos);
                if distance <= reach && nearer(&point, distance) {
                    point = Some((distance, Spot { id: instance.id, ring, at, t: 0.0, pos: *vertex }));
                }
            }
            if gets_points
                && let Some((distance, at, t)) = nearest_edge(path, closed, pos, reach).filter(|(distance, ..)| nearer(&edge, *distance))
            {
                edge = Some((distance, Spot { id: instance.id, ring, at, t, pos: place(path, at, t) }));
            }
        }
    }
    point.or(edge).map(|(_, spot)| spot)
}

/// The edge of a path that is nearest within `reach`: distance, number, and how far along it.
fn nearest_edge(path: &Path, closed: bool, pos: ImagePos, reach: f64) -> Option<(f64, usize, f64)> {
    let mut best: Option<(f64, usize, f64)> = None;
    let around = Rect { min: pos, max: pos }.grown(reach);
    let points = path.points();
    for at in 0..path.num_edges(closed) {
        let (from, to, bend) = (points[at], points[(at + 1) % points.len()], path.edge(at).bend);
        let hull = bend.controls().fold(Rect::from_corners(from, to), |hull, pos| hull.union(Rect { min: pos, max: pos }));
        if !hull.intersects(around) {
            continue;
        }
        if let Some((distance, t)) = along(from, bend, to, pos)
            && distance <= reach
            && best.is_none_or(|(least, ..)| distance < least)
        {
            best = Some((distance, at, t));
        }
    }
    best
}

/// The place on an edge nearest to `pos`: how far from it, and how far along.
fn along(from: ImagePos, bend: Bend, to: ImagePos, pos: ImagePos) -> Option<(f64, f64)> {
    let edge = Path::with_edges(vec![from, to], vec![limn_core::geometry::Edge { bend, inferred: false }]);
    let pieces = edge.segments(false, CURVE_TOLERANCE / 10.0);
    let steps = pieces.len() as f64;
    let nearest = pieces.iter().enumerate().map(|(step, (a, b, _))| (step, *a, *b, segment_distance(pos, *a, *b)));
    let (step, a, b, _) = nearest.min_by(|x, y| x.3.total_cmp(&y.3))?;
    let on = nearest_on(pos, a, b);
    let length = a.distance(b);
    let mut t = (step as f64 + if length > 0.0 { a.distance(on) / length } else { 0.0 }) / steps;
    if bend != Bend::Straight {
        // The pieces are not the curve: a few steps towards the place on it that is nearest.
        let mut step = 0.5 / steps;
        for _ in 0..48 {
            let better = [t - step, t + step].into_iter().map(|t| t.clamp(0.0, 1.0));
            let distance = |t: f64| bend.at(from, to, t).distance(pos);
            match better.min_by(|a, b| distance(*a).total_cmp(&distance(*b))).filter(|other| distance(*other) < distance(t)) {
                Some(other) => t = other,
                None => step /= 2.0,
            }
        }
    }
    Some((bend.at(from, to, t).distance(pos), t))
}

fn place(path: &Path, at: usize, t: f64) -> ImagePos {
    let points = path.points();
    path.edge(at).bend.at(points[at], points[(at + 1) % points.len()], t).rounded()
}

/// The path with points at both places, and their numbers.
fn with_spots(path: &Path, spots: [&Spot; 2]) -> Option<(Path, [usize; 2])> {
    let mut path = path.clone();
    let len = path.len();
    // The later one first: the other's number stays right. At the end of an edge stands the point behind it.
    let is_later = (spots[0].at, spots[0].t) > (spots[1].at, spots[1].t);
    let order = if is_later { [0, 1] } else { [1, 0] };
    let mut numbers = [0; 2];
    let mut cut = (usize::MAX, 1.0);
    for (turn, which) in order.into_iter().enumerate() {
        let spot = spots[which];
        if spot.at >= len {
            return None;
        }
        let to = path.points()[(spot.at + 1) % path.len()];
        numbers[which] = if spot.pos == path.points()[spot.at] || spot.t <= 0.0 {
            spot.at
        } else if spot.pos == to {
            (spot.at + 1) % path.len()
        } else {
            let share = if cut.0 == spot.at { spot.t / cut.1 } else { spot.t };
            let new = path.split(spot.at, share.clamp(0.0, 1.0))?;
            path.set_point(new, spot.pos);
            path.set_edge(spot.at, rounded(path.edge(spot.at)));
            path.set_edge(new, rounded(path.edge(new)));
            cut = (spot.at, spot.t);
            if turn == 1 && numbers[order[0]] > spot.at {
                numbers[order[0]] += 1;
            }
            new
        };
    }
    Some((path, numbers))
}

/// What is stored lies on hundredths.
fn rounded(edge: limn_core::geometry::Edge) -> limn_core::geometry::Edge {
    limn_core::geometry::Edge { bend: edge.bend.map(ImagePos::rounded), ..edge }
}

/// The way along a border from one place to another on the same ring or line: the short one, or the long one of a ring.
pub(crate) fn stretch(from: &Spot, to: &Spot, long: bool, cx: &ToolCx<'_>) -> Option<Path> {
    if (from.id, from.ring) != (to.id, to.ring) || from.pos == to.pos {
        return None;
    }
    let geometry = border(&cx.document.get(from.id)?.geometry)?;
    let (path, closed) = paths(&geometry).nth(from.ring)?;
    let (ahead, back) = ways(path, closed, from, to)?;
    Some(match (ahead, back) {
        (Some(ahead), Some(back)) => {
            if (length(&ahead) <= length(&back)) != long {
                ahead
            } else {
                back
            }
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return None,
    })
}

/// Both ways from one place to another: ahead, and back. Of a line there is only one.
pub(crate) fn ways(path: &Path, closed: bool, from: &Spot, to: &Spot) -> Option<(Option<Path>, Option<Path>)> {
    let (path, [a, b]) = with_spots(path, [from, to])?;
    if a == b {
        return None;
    }
    let turned = |mut path: Path| {
        path.reverse(false);
        path
    };
    if closed {
        return Some((Some(walked(&path, a, b)), Some(turned(walked(&path, b, a)))));
    }
    Some(if a < b { (Some(between(&path, a, b)), None) } else { (None, Some(turned(between(&path, b, a)))) })
}

/// The points of a ring from one to another, in its direction.
fn walked(ring: &Path, from: usize, to: usize) -> Path {
    let mut ring = ring.clone();
    let len = ring.len();
    ring.start_at(from);
    between(&ring, 0, (to + len - from) % len)
}

pub(crate) fn length(path: &Path) -> f64 {
    path.segments(false, CURVE_TOLERANCE).iter().map(|(a, b, _)| a.distance(*b)).sum()
}

/// An area cut to the borders of all others that are seen, and what of it is left has their points along them.
pub(crate) fn drawn_over(area: &Polygon, cx: &ToolCx<'_>) -> Polygon {
    let Some(bounds) = area.bounds() else { return area.clone() };
    let seen = |id: InstanceId| !(cx.hidden)(id);
    let mut near: Vec<_> = cx.scene.near(cx.document, bounds, &seen).collect();
    near.sort_by_key(|instance| instance.id);
    let others: Vec<Polygon> = near.into_iter().filter_map(|instance| area_of(&instance.geometry)).collect();
    cut_to(area, &others.iter().collect::<Vec<_>>())
}

/// An area and its neighbours with the same points and edges along their borders: where a point of the area lies on an edge
/// of a neighbour, that one gets it, too. The neighbours that changed, as they become.
pub(crate) fn welded(area: Polygon, cx: &ToolCx<'_>) -> (Polygon, Vec<(InstanceId, Geometry)>) {
    let mut edits = Vec::new();
    let Some(bounds) = area.bounds().map(|bounds| bounds.grown(ON_EDGE + CURVE_TOLERANCE)) else { return (area, edits) };
    let open = |id: InstanceId| (cx.editable)(id);
    let mut near: Vec<_> = cx.scene.near(cx.document, bounds, &open).collect();
    near.sort_by_key(|instance| instance.id);
    // Where one part of it meets the border of another, a neighbour that gets the point there needs it on both.
    let mut area = match with_points_of(&Geometry::Polygon(area.clone()), &area, bounds) {
        Some(Geometry::Polygon(area)) => area,
        _ => area,
    };
    for instance in near {
        if !matches!(instance.geometry, Geometry::Polygon(_) | Geometry::Polyline(_)) {
            continue;
        }
        let changed = with_points_of(&instance.geometry, &area, bounds);
        take_curves(&mut area, changed.as_ref().unwrap_or(&instance.geometry));
        edits.extend(changed.filter(Geometry::is_sound).map(|changed| (instance.id, changed)));
    }
    (area, edits)
}

/// The geometry with the points of an area that lie on its edges; `None` when none does.
fn with_points_of(geometry: &Geometry, area: &Polygon, bounds: Rect) -> Option<Geometry> {
    let mut changed: Option<Geometry> = None;
    // The bounds are those of straight lines, which a curve may leave by the tolerance.
    let reach = geometry.bounds()?.grown(ON_EDGE + CURVE_TOLERANCE);
    let points: Vec<ImagePos> = area.rings().flat_map(Path::points).copied().filter(|pos| reach.contains(*pos)).collect();
    for (ring, (path, closed)) in paths(geometry).enumerate() {
        // From the end on, so that the numbers in front stay right.
        for at in (0..path.num_edges(closed)).rev() {
            let (from, to, bend) = (path.points()[at], path.points()[(at + 1) % path.len()], path.edge(at).bend);
            let hull = bend.controls().fold(Rect::from_corners(from, to), |hull, pos| hull.union(Rect { min: pos, max: pos }));
            let hull = hull.grown(ON_EDGE);
            if !hull.intersects(bounds) {
                continue;
            }
            let on = |pos: &ImagePos| {
                let is_end = is_same(*pos, from) || is_same(*pos, to);
                let (distance, t) = along(from, bend, to, *pos).filter(|_| !is_end && hull.contains(*pos))?;
                (distance <= ON_EDGE && t > 0.0 && t < 1.0).then_some((t, *pos))
            };
            let mut places: Vec<(f64, ImagePos)> = points.iter().filter_map(on).collect();
            places.sort_by(|a, b| b.0.total_cmp(&a.0));
            places.dedup_by(|a, b| a.1 == b.1);
            if places.is_empty() {
                continue;
            }
            changed = with_path(changed.as_ref().unwrap_or(geometry), ring, |path| {
                let mut last = 1.0;
                for (t, pos) in places {
                    let new = path.split(at, (t / last).clamp(0.0, 1.0))?;
                    path.set_point(new, pos);
                    path.set_edge(new, rounded(path.edge(new)));
                    last = t;
                }
                path.set_edge(at, rounded(path.edge(at)));
                Some(())
            });
        }
    }
    changed
}

/// Edges of the area that run along curves of a neighbour become exactly these.
fn take_curves(area: &mut Polygon, neighbour: &Geometry) {
    let Some(reach) = neighbour.bounds().map(|bounds| bounds.grown(ON_EDGE + CURVE_TOLERANCE)) else { return };
    for ring in area.rings_mut() {
        for at in 0..ring.len() {
            let (from, to, edge) = (ring.points()[at], ring.points()[(at + 1) % ring.len()], ring.edge(at));
            if edge.bend == Bend::Straight || !reach.contains(from) {
                continue;
            }
            let middle = edge.bend.at(from, to, 0.5);
            let found = paths(neighbour).find_map(|(path, closed)| {
                (0..path.num_edges(closed)).find_map(|other| {
                    let (a, b, bend) = (path.points()[other], path.points()[(other + 1) % path.len()], path.edge(other).bend);
                    let bend = match (is_same(a, from) && is_same(b, to), is_same(a, to) && is_same(b, from)) {
                        (true, _) => bend,
                        (false, true) => bend.reversed(),
                        _ => return None,
                    };
                    (bend.at(from, to, 0.5).distance(middle) <= 5.0 * ON_EDGE).then_some(bend)
                })
            });
            if let Some(bend) = found {
                ring.set_edge(at, limn_core::geometry::Edge { bend, ..edge });
            }
        }
    }
}
