//! Coverage: which parts of a picture no area covers, and which several cover.

use crate::area::{AreaOp, combined, cut_to};
use crate::area_change::area_of;
use crate::event::ToolCx;
use crate::output::ToolAction;
use crate::raster::traced;
use limn_core::geometry::MaskTiles;
use limn_core::{Geometry, ImagePos, Instance, InstanceId, Part, Polygon, Rect, Role};
use std::collections::BTreeMap;

/// What is narrower, on the whole, is a gap between neighbours rather than a place that nobody drew on. Image pixels.
const GAP_WIDTH: f64 = 4.0;
/// What is narrower is nothing but the rounding of points. Image pixels.
const LEAST_WIDTH: f64 = 0.02;
/// How near a gap's border lies to that of a neighbour along which it runs. Image pixels.
const ALONG: f64 = 0.05;
/// Flaws that are told; a picture with more is not nearly covered.
const MAX_FLAWS: usize = 1000;

/// What is wrong at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlawKind {
    /// A narrow strip that no area covers.
    Gap,
    /// A part of the picture that no area covers.
    Uncovered,
    /// Two areas cover it.
    Overlap,
}

/// A place where the picture is not covered exactly once.
#[derive(Clone, Debug, PartialEq)]
pub struct Flaw {
    /// What is wrong.
    pub kind: FlawKind,
    /// Where, in image pixels: one part.
    pub area: Polygon,
    /// Square pixels.
    pub size: f64,
    /// The areas beside it, or the two that overlap; the upper one last.
    pub between: Vec<InstanceId>,
}

/// How much of a picture is covered, and where it is not covered once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    /// Of the picture, 0 to 1. What is to be ignored counts as covered.
    pub share: f64,
    /// The largest first; at most a thousand.
    pub flaws: Vec<Flaw>,
    /// Whether there are more.
    pub is_cut: bool,
}

/// Looks at all areas (and masks) in the picture. Areas to ignore, and crowds, may overlap anything and need no cover.
/// `None` when `is_cancelled` said so on the way.
pub fn coverage<'a>(instances: impl Iterator<Item = &'a Instance>, picture: Rect, is_cancelled: &dyn Fn() -> bool) -> Option<Coverage> {
    let mut things: Vec<(InstanceId, Polygon, Rect)> = Vec::new();
    let mut others: Vec<Polygon> = Vec::new();
    for instance in instances {
        let Some(area) = covered_by(&instance.geometry) else { continue };
        let Some(bounds) = area.bounds().filter(|bounds| bounds.intersects(picture)) else { continue };
        match instance.marks.role {
            Role::Object => things.push((instance.id, area, bounds)),
            Role::Ignore | Role::Crowd => others.push(area),
        }
    }
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
    let at = |(x, y): (f64, f64)| ImagePos::new(picture.min.x + x * picture.width(), picture.min.y + y * picture.height());
    let whole = Polygon::simple(corners.map(at).to_vec());
    let all: Vec<&Polygon> = things.iter().map(|(_, area, _)| area).chain(&others).collect();
    let open = cut_to(&whole, &all);
    let mut coverage = Coverage { share: 1.0 - open.area() / whole.area().max(f64::MIN_POSITIVE), ..Coverage::default() };
    for part in open.parts {
        if is_cancelled() {
            return None;
        }
        let area = Polygon { parts: vec![part] };
        let width = width(&area);
        if width < LEAST_WIDTH {
            continue;
        }
        let kind = if width < GAP_WIDTH { FlawKind::Gap } else { FlawKind::Uncovered };
        let Some(reach) = area.bounds().map(|bounds| bounds.grown(ALONG)) else { continue };
        let beside = things.iter().filter(|(_, _, bounds)| bounds.intersects(reach)).map(|(id, ..)| *id).collect();
        coverage.flaws.push(Flaw { kind, size: area.area(), area, between: beside });
    }
    // By their left sides, so that each is compared only with those that begin before it ends.
    things.sort_by(|a, b| a.2.min.x.total_cmp(&b.2.min.x));
    'all: for (at, (id, area, bounds)) in things.iter().enumerate() {
        for (other_id, other, other_bounds) in things[at + 1..].iter().take_while(|(_, _, other)| other.min.x < bounds.max.x) {
            if !other_bounds.intersects(*bounds) {
                continue;
            }
            if is_cancelled() {
                return None;
            }
            for part in combined(AreaOp::Intersect, area, &[other]).parts {
                let area = Polygon { parts: vec![part] };
                if width(&area) >= LEAST_WIDTH {
                    let between = vec![*id.min(other_id), *id.max(other_id)];
                    coverage.flaws.push(Flaw { kind: FlawKind::Overlap, size: area.area(), area, between });
                }
            }
            if coverage.flaws.len() > 2 * MAX_FLAWS {
                break 'all;
            }
        }
    }
    coverage.flaws.sort_by(|a, b| b.size.total_cmp(&a.size));
    coverage.is_cut = coverage.flaws.len() > MAX_FLAWS;
    coverage.flaws.truncate(MAX_FLAWS);
    Some(coverage)
}

/// What of the picture a shape covers, if it is an area at all.
pub(crate) fn covered_by(geometry: &Geometry) -> Option<Polygon> {
    match geometry {
        Geometry::Mask(mask) => Some(traced(&MaskTiles::from(mask), 0.0, 0.0)),
        other => area_of(other),
    }
}

/// How wide a strip of this area and border would be.
fn width(area: &Polygon) -> f64 {
    let around: f64 = area.rings().flat_map(|ring| ring.segments(true, 0.25)).map(|(a, b, _)| a.distance(b)).sum();
    if around > 0.0 { 2.0 * area.area() / around } else { 0.0 }
}

/// Mends these places in one step: what is not covered goes to the polygon beside it with the longest common border, what is
/// covered twice is cut from the lower polygon, or from the upper one where the lower is no polygon or nothing would be left
/// of it. Locked and hidden shapes, and those that are no polygons, stay as they are.
pub fn mended(flaws: &[Flaw], cx: &ToolCx<'_>) -> Vec<ToolAction> {
    let mut edits: BTreeMap<InstanceId, Polygon> = BTreeMap::new();
    for flaw in flaws {
        let now = |id: InstanceId| match edits.get(&id) {
            Some(polygon) => Some(polygon.clone()),
            None => match cx.editable_geometry(id) {
                Some(Geometry::Polygon(polygon)) => Some(polygon.clone()),
                _ => None,
            },
        };
        let open = flaw.between.iter().filter_map(|id| Some((*id, now(*id)?)));
        let sound = |polygon: &Polygon| Geometry::Polygon(polygon.clone()).is_sound();
        let mended = match flaw.kind {
            // The lower one, unless nothing would be left of it: then it lies in the upper one, which gets a hole.
            FlawKind::Overlap => open.map(|(id, polygon)| (id, cut_to(&polygon, &[&flaw.area]))).find(|(_, left)| sound(left)),
            FlawKind::Gap | FlawKind::Uncovered => {
                let common = |polygon: &Polygon| -> f64 {
                    let sides = flaw.area.rings().flat_map(|ring| ring.segments(true, 0.05));
                    let along = sides.filter(|(a, b, _)| polygon.border_distance(*a + (*b - *a) * 0.5) <= ALONG);
                    along.map(|(a, b, _)| a.distance(b)).sum()
                };
                let nearest = open.map(|(id, polygon)| (common(&polygon), id, polygon)).max_by(|a, b| a.0.total_cmp(&b.0));
                let beside = nearest.filter(|(common, ..)| *common > 0.0);
                beside.map(|(_, id, polygon)| (id, combined(AreaOp::Union, &polygon, &[&flaw.area])))
            }
        };
        edits.extend(mended);
    }
    let edits: Vec<(InstanceId, Geometry)> = edits.into_iter().map(|(id, polygon)| (id, Geometry::Polygon(polygon))).collect();
    if edits.is_empty() { Vec::new() } else { vec![ToolAction::Edit { title: "Mend coverage", edits }] }
}

/// The place as a new instance of the active label.
pub fn filled(flaw: &Flaw) -> ToolAction {
    let parts: Vec<Part> = flaw.area.parts.clone();
    ToolAction::Create { geometry: Geometry::Polygon(Polygon { parts }), title: "Fill what is not covered" }
}
