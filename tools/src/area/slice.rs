//! Cutting along a line.

use super::grid::{Cell, Region, Sources, cell, overlaid};
use super::rebuild::polygon;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::string::overlay::StringOverlay;
use i_overlay::string::rule::StringRule;
use limn_core::{ImagePos, Part, Polygon};

/// The pieces into which an open line cuts an area, the largest first. The line may cross itself and the area often; where it
/// ends within the area it does not cut. Parts that it does not cut stay with the largest piece. `None`: it cuts nothing.
#[must_use]
pub fn sliced(area: &Polygon, line: &[ImagePos]) -> Option<Vec<Polygon>> {
    let line: Vec<_> = line.iter().filter(|pos| pos.is_finite()).map(|pos| cell(*pos)).collect();
    if line.len() < 2 {
        return None;
    }
    let mut whole = Vec::new();
    let mut pieces = Vec::new();
    for part in &area.parts {
        match cut(part, &line) {
            cut if cut.len() > 1 => pieces.extend(cut),
            _ => whole.push(part.clone()),
        }
    }
    if pieces.len() < 2 {
        return None;
    }
    let areas: Vec<f64> = pieces.iter().map(Polygon::area).collect();
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by(|a, b| areas[*b].total_cmp(&areas[*a]).then(a.cmp(b)));
    let mut pieces: Vec<Polygon> = order.into_iter().map(|at| std::mem::take(&mut pieces[at])).collect();
    pieces[0].parts.extend(whole);
    Some(pieces)
}

/// The pieces of one part; one that is not cut is none.
fn cut(part: &Part, line: &[Cell]) -> Vec<Polygon> {
    let mut sources = Sources::default();
    let region = sources.region(&Polygon { parts: vec![part.clone()] });
    let shapes = overlaid(region.clone(), Region::new(), OverlayRule::Subject, FillRule::NonZero);
    let mut overlay = StringOverlay::new(line.len() + region.len());
    for contour in shapes.iter().flatten() {
        overlay.add_shape_contour_iter(contour.iter().map(|edge| edge.a));
    }
    overlay.add_string_path(line);
    let Some(graph) = overlay.build_graph_view(FillRule::NonZero) else { return Vec::new() };
    let pieces = graph.extract_shapes(StringRule::Slice);
    if pieces.len() <= shapes.len() {
        return Vec::new();
    }
    // They know nothing of curves: what they cut out of the area does.
    let piece = |rings: Vec<Vec<Cell>>| {
        let mask = rings.iter().flat_map(|ring| sources.cells(ring)).collect();
        polygon(&overlaid(region.clone(), mask, OverlayRule::Intersect, FillRule::NonZero), &sources)
    };
    pieces.into_iter().map(piece).filter(|piece| !piece.parts.is_empty()).collect()
}
