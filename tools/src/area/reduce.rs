//! Fewer points.

use crate::simplify::simplified;
use limn_core::geometry::{Edge, Path, segment_distance};
use limn_core::{ImagePos, Part, Polygon};

/// The area with points left out, none of them farther than `tolerance` pixels from the new border, and how far the farthest
/// of them is. Curves and their ends stay, and every point that `keeps` wants (points that others share). A hole that would
/// keep fewer than three points stays as it is, and so does such an outer border.
#[must_use]
pub fn reduced(polygon: &Polygon, tolerance: f64, keeps: &dyn Fn(ImagePos) -> bool) -> (Polygon, f64) {
    let mut worst = 0.0_f64;
    let mut ring = |ring: &Path| {
        let (less, error) = reduced_path(ring, true, tolerance, keeps);
        if less.len() < 3 {
            return ring.clone();
        }
        worst = worst.max(error);
        less
    };
    let parts = polygon.parts.iter().map(|part| Part { outer: ring(&part.outer), holes: part.holes.iter().map(&mut ring).collect() });
    (Polygon { parts: parts.collect() }, worst)
}

/// The same for one path.
pub(crate) fn reduced_path(path: &Path, closed: bool, tolerance: f64, keeps: &dyn Fn(ImagePos) -> bool) -> (Path, f64) {
    let points = path.points();
    let len = points.len();
    if len < 3 || tolerance.is_nan() || tolerance <= 0.0 {
        return (path.clone(), 0.0);
    }
    let is_plain = |at: usize| path.edge(at) == Edge::default();
    // Points that must stay: the ends of special edges, and what others share.
    let before = |at: usize| if at == 0 { len - 1 } else { at - 1 };
    let stays = |at: usize| !is_plain(at) || !is_plain(before(at)) || keeps(points[at]);
    let mut fixed: Vec<usize> = (0..len).filter(|at| stays(*at)).collect();
    if closed {
        // A ring needs two points to hold on to: its first and the one farthest from it.
        if fixed.is_empty() {
            fixed.push(0);
        }
        if let [only] = fixed[..] {
            let farthest = (0..len).max_by(|a, b| points[*a].distance(points[only]).total_cmp(&points[*b].distance(points[only])));
            fixed.extend(farthest.filter(|at| *at != only));
            fixed.sort_unstable();
        }
    } else {
        fixed.extend([0, len - 1]);
        fixed.sort_unstable();
        fixed.dedup();
    }
    let mut kept: Vec<(ImagePos, Edge)> = Vec::with_capacity(len);
    let mut worst = 0.0_f64;
    let stretches = if closed { fixed.len() } else { fixed.len().saturating_sub(1) };
    for number in 0..stretches {
        let (from, to) = (fixed[number], fixed[(number + 1) % fixed.len()]);
        if !is_plain(from) {
            kept.push((points[from], path.edge(from)));
            continue;
        }
        let steps = if to > from { to - from } else { to + len - from };
        let line: Vec<ImagePos> = (0..=steps).map(|step| points[(from + step) % len]).collect();
        let less = simplified(&line, tolerance);
        worst = worst.max(error(&line, &less));
        kept.extend(less.iter().take(less.len() - 1).map(|pos| (*pos, Edge::default())));
    }
    if !closed && let Some(last) = points.last() {
        kept.push((*last, Edge::default()));
    }
    let start = if closed { fixed.first().copied().unwrap_or(0) } else { 0 };
    let (points_kept, edges) = kept.into_iter().unzip();
    let mut less = Path::with_edges(points_kept, edges);
    if start > 0 {
        // Begins where it did, or at the first point behind that is still there.
        let again = (0..len).find_map(|at| less.points().iter().position(|pos| *pos == points[at]));
        less.start_at(again.unwrap_or(0));
    }
    (less, worst)
}

/// The farthest that a point of the line lies from the line of fewer of its points.
fn error(line: &[ImagePos], less: &[ImagePos]) -> f64 {
    let mut worst = 0.0_f64;
    let mut next = 1;
    for pos in line {
        let (Some(a), Some(b)) = (less.get(next - 1), less.get(next)) else { break };
        worst = worst.max(segment_distance(*pos, *a, *b));
        if pos == b {
            next += 1;
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(points: &[[f64; 2]]) -> Vec<ImagePos> {
        points.iter().map(|pos| ImagePos::from(*pos)).collect()
    }

    #[test]
    fn a_ring_loses_what_is_straight_and_tells_how_much() {
        let ring = at(&[[0., 0.], [5., 0.2], [10., 0.], [10., 5.], [10., 10.], [0., 10.]]);
        let (less, error) = reduced(&Polygon::simple(ring.clone()), 0.5, &|_| false);
        assert_eq!(less, Polygon::simple(at(&[[0., 0.], [10., 0.], [10., 10.], [0., 10.]])));
        assert!((error - 0.2).abs() < 1e-9, "{error}");
        let (kept, _) = reduced(&Polygon::simple(ring.clone()), 0.5, &|pos| pos == ring[3]);
        assert_eq!(kept.num_points(), 5);
        assert_eq!(reduced(&Polygon::simple(ring.clone()), 100.0, &|_| false).0, Polygon::simple(ring));
    }

    proptest! {
        #[test]
        fn the_error_told_is_the_error_made(points in prop::collection::vec((0.0..50.0, 0.0..50.0), 3..40), tolerance in 0.1..10.0, start in 0_usize..40) {
            let ring: Vec<ImagePos> = points.iter().map(|(x, y)| ImagePos::new(*x, *y)).collect();
            let shared = ring[start % ring.len()];
            let (less, error) = reduced(&Polygon::simple(ring.clone()), tolerance, &|pos| pos == shared);
            prop_assert!(error <= tolerance);
            let farthest = ring.iter().map(|pos| less.border_distance(*pos)).fold(0.0, f64::max);
            prop_assert!(farthest <= error + 1e-9, "{farthest} {error}");
            prop_assert!(less.parts[0].outer.points().contains(&shared));
        }
    }
}
