//! Growing and shrinking.

use super::boolean::{AreaOp, combined};
use super::grid::{Sources, overlaid, pos_of};
use super::reduce::reduced;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::mesh::float::outline::offset::OutlineOffset as _;
use i_overlay::mesh::float::style::{LineJoin, OutlineStyle};
use limn_core::geometry::Path;
use limn_core::{Part, Polygon, Rect};

/// The most that an area is grown or shrunk by, in pixels.
pub const MOST_OFFSET: f64 = 10_000.0;
/// Points between which a grown border is straight anyway are left out. Pixels.
const STRAIGHT: f64 = 0.05;
/// Length of the pieces of a rounded corner, in radiuses.
const ROUND: f64 = 0.2;

/// The area grown by so many pixels on all sides, or shrunk when that is negative, and cut to `within`. Corners that grow
/// become round. Curves become straight pieces, at most 0.05 px from them; nothing left is a polygon without parts.
#[must_use]
pub fn grown(polygon: &Polygon, by: f64, within: Rect) -> Polygon {
    if !by.is_finite() || by == 0.0 {
        return polygon.clone();
    }
    let mut sources = Sources::default();
    let region = sources.region(polygon);
    let shapes: Vec<Vec<Vec<[f64; 2]>>> = overlaid(region, Vec::new(), OverlayRule::Subject, FillRule::NonZero)
        .into_iter()
        .map(|shape| shape.into_iter().map(|ring| ring.into_iter().map(|edge| pos_of(edge.a).into()).collect()).collect())
        .collect();
    let style = OutlineStyle::new(by.clamp(-MOST_OFFSET, MOST_OFFSET)).line_join(LineJoin::Round(ROUND));
    let parts = shapes.outline(&style).into_iter().filter_map(|shape| {
        let ring =
            |ring: Vec<[f64; 2]>| Path::from(ring.into_iter().map(|pos| limn_core::ImagePos::from(pos).rounded()).collect::<Vec<_>>());
        let mut rings = shape.into_iter().map(ring);
        Some(Part { outer: rings.next()?, holes: rings.collect() })
    });
    let grown = Polygon { parts: parts.collect() };
    let (thinned, _) = reduced(&grown, STRAIGHT, &|_| false);
    combined(AreaOp::Intersect, &thinned, &[&Polygon::simple(within.corners().to_vec())])
}
