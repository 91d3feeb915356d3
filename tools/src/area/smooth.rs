//! Borders without corners.

use super::reduce::reduced_path;
use limn_core::geometry::{Bend, CURVE_TOLERANCE, Edge, ImageVec, Path};
use limn_core::{ImagePos, Part, Polygon};

/// Rounds of cutting corners, at most.
const MOST_PASSES: u32 = 5;
/// Points that are not needed for the smooth line to within this are left out. Pixels.
const STRAIGHT: f64 = 0.05;

/// The area with its corners cut off, and those that come of it again, so many times (1 to 5): stairs become slopes. Every
/// point moves; curves become straight pieces within 0.05 px first. Source: Chaikin, 1974.
#[must_use]
pub fn smoothed(polygon: &Polygon, passes: u32) -> Polygon {
    let ring = |ring: &Path| {
        let mut points = ring.flattened(true, CURVE_TOLERANCE).into_owned();
        if points.len() < 3 {
            return ring.clone();
        }
        for _ in 0..passes.min(MOST_PASSES) {
            let next = points.iter().cycle().skip(1);
            points = points.iter().zip(next).flat_map(|(a, b)| [*a + (*b - *a) * 0.25, *a + (*b - *a) * 0.75]).collect();
        }
        let rounded = Path::from(points.into_iter().map(ImagePos::rounded).collect::<Vec<_>>());
        reduced_path(&rounded, true, STRAIGHT, &|_| false).0
    };
    each_ring(polygon, ring)
}

/// The area with its straight edges bent so that the border has no corner: points stay where they are, each edge becomes a
/// cubic curve along the directions from neighbour to neighbour (Catmull and Rom, 1974). Curves stay.
#[must_use]
pub fn curved(polygon: &Polygon) -> Polygon {
    each_ring(polygon, |ring| {
        let points = ring.points();
        let len = points.len();
        if len < 3 {
            return ring.clone();
        }
        let mut ring = ring.clone();
        let points = points.to_vec();
        for at in 0..len {
            let edge = ring.edge(at);
            if edge.bend != Bend::Straight {
                continue;
            }
            let [before, from, to, after] = [at + len - 1, at, at + 1, at + 2].map(|at| points[at % len]);
            let length = from.distance(to);
            // No farther than a third of the edge: long neighbours must not throw a short edge out of its way.
            let handle = |way: ImageVec| way * (length / 3.0 / way.length().max(f64::MIN_POSITIVE));
            let (first, second) = (from + handle(to - before), to + handle(from - after));
            ring.set_edge(at, Edge { bend: Bend::Cubic(first.rounded(), second.rounded()), ..edge });
        }
        ring
    })
}

fn each_ring(polygon: &Polygon, ring: impl Fn(&Path) -> Path) -> Polygon {
    let part = |part: &Part| Part { outer: ring(&part.outer), holes: part.holes.iter().map(&ring).collect() };
    Polygon { parts: polygon.parts.iter().map(part).collect() }
}
