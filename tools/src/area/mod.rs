//! Operations on areas: pure functions from polygons to polygons.
//!
//! What an operation does not touch stays as it is: edges that survive keep their form (a curve stays a curve, a cut curve
//! is a piece of the same curve) and points keep their coordinates bit for bit. New points, where borders cross, lie on
//! hundredths of a pixel. Each part of the input is filled by the even-odd rule; results never overlap themselves.

mod boolean;
mod grid;
mod line;
mod offset;
mod rebuild;
mod reduce;
mod slice;
mod smooth;

pub(crate) use boolean::cut_to;
pub use boolean::{AreaOp, combined};
pub(crate) use line::{append, between};
pub use line::{closed, joined, opened, sliced_line};
pub use offset::{MOST_OFFSET, grown};
pub use reduce::reduced;
pub(crate) use reduce::reduced_path;
pub use slice::sliced;
pub use smooth::{curved, smoothed};

use limn_core::Polygon;
use limn_core::geometry::Path;

/// The same area with the ring that has the point nearest to `pos`, in image pixels, beginning at that point.
#[must_use]
pub fn started_at(polygon: &Polygon, pos: limn_core::ImagePos) -> Polygon {
    let mut polygon = polygon.clone();
    let rings = polygon.rings().enumerate();
    let points = rings.flat_map(|(ring, path)| path.points().iter().enumerate().map(move |(at, point)| (ring, at, point.distance(pos))));
    let nearest = points.min_by(|a, b| a.2.total_cmp(&b.2)).map(|(ring, at, _)| (ring, at));
    if let Some((ring, at)) = nearest
        && let Some(path) = polygon.rings_mut().nth(ring)
    {
        path.start_at(at);
    }
    polygon
}

/// The same area with every ring walked the other way round, from the same first point.
#[must_use]
pub fn reversed(polygon: &Polygon) -> Polygon {
    let mut polygon = polygon.clone();
    for ring in polygon.rings_mut() {
        reverse_ring(ring);
    }
    polygon
}

/// Goes the other way round, from the same first point.
pub(crate) fn reverse_ring(ring: &mut Path) {
    ring.reverse(true);
    ring.start_at(ring.len().saturating_sub(1));
}
