//! Union, difference, intersection, exclusion.

use super::grid::{Sources, overlaid};
use super::rebuild::{polygon, polygon_with_points};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use limn_core::Polygon;

/// How areas are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaOp {
    /// What lies in any of them.
    Union,
    /// What lies in the first and in none of the others.
    Subtract,
    /// What lies in all of them.
    Intersect,
    /// What lies in an odd number of them.
    Exclude,
}

/// The first area combined with the others, one after the other. Nothing left is a polygon without parts.
///
/// Where borders lie on one another the points of the earlier one count.
#[must_use]
pub fn combined(op: AreaOp, first: &Polygon, others: &[&Polygon]) -> Polygon {
    let rule = match op {
        AreaOp::Union => OverlayRule::Union,
        AreaOp::Subtract => OverlayRule::Difference,
        AreaOp::Intersect => OverlayRule::Intersect,
        AreaOp::Exclude => OverlayRule::Xor,
    };
    let mut sources = Sources::default();
    let mut region = sources.region(first);
    let mut others: Vec<_> = others.iter().map(|other| sources.region(other)).collect();
    let shapes = match op {
        // All at once: what lies in one of the others lies in all of them together.
        AreaOp::Union | AreaOp::Subtract => overlaid(region, others.concat(), rule, FillRule::NonZero),
        AreaOp::Intersect | AreaOp::Exclude => {
            let last = others.pop().unwrap_or_else(|| if op == AreaOp::Intersect { region.clone() } else { Vec::new() });
            for other in others {
                region = super::grid::edges_of(&overlaid(region, other, rule, FillRule::NonZero));
            }
            overlaid(region, last, rule, FillRule::NonZero)
        }
    };
    polygon(&shapes, &sources)
}

/// What of the area is left without the others, where borders that lie on one another get the points of the others: so that
/// nothing is between them.
#[must_use]
pub(crate) fn cut_to(area: &Polygon, others: &[&Polygon]) -> Polygon {
    let mut sources = Sources::default();
    let others: Vec<_> = others.iter().flat_map(|other| sources.region(other)).collect();
    let lead = sources.edges.len() as u32;
    let region = sources.region(area);
    polygon_with_points(&overlaid(region, others, OverlayRule::Difference, FillRule::NonZero), &sources, lead)
}
