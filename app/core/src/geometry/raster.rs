//! Polygons as pixels.

use super::path::{CURVE_TOLERANCE, Path};
use super::polygon::Polygon;
use super::pos::ImagePos;

/// Most work for one polygon, in crossings of an edge and visits of a ring, each once per column: far above what any
/// drawn one needs, low enough to be over in a few seconds.
const MAX_WORK: u64 = 1 << 26;

/// Largest frame, in pixels, as masks have it: beyond it the runs of the background alone would fill the memory.
pub(super) const MAX_PIXELS: u64 = 1 << 40;

/// An edge of a ring, left to right.
struct Edge {
    ring: usize,
    left: ImagePos,
    slope: f64,
    /// First column whose centre it crosses.
    first: u32,
    /// Column behind the last.
    end: u32,
}

/// Gives the pixels whose centres lie inside a part and in none of its holes (even-odd rule in each ring), of a frame of
/// this size, as stretches `(column, first row, row behind the last)` in order; what lies outside the frame is cut off.
/// `None`, and no stretch, when the frame has no pixels or more than any image, a number is not finite, or the work has no
/// measure.
pub(super) fn each_stretch(polygon: &Polygon, width: u32, height: u32, mut take: impl FnMut(u32, u32, u32)) -> Option<()> {
    let frame = u64::from(width) * u64::from(height);
    if frame == 0 || frame > MAX_PIXELS || !polygon.rings().all(|ring| ring.all_positions().all(ImagePos::is_finite)) {
        return None;
    }
    let polygon = &*polygon.flattened(CURVE_TOLERANCE);
    let mut edges = edges(polygon, width);
    edges.sort_by_key(|edge| edge.first);
    let columns = edges.iter().map(|edge| edge.end).max().unwrap_or(0) - edges.first().map_or(0, |edge| edge.first);
    let visits = u64::from(columns) * polygon.rings().count() as u64;
    if edges.iter().map(|edge| u64::from(edge.end - edge.first)).fold(visits, u64::saturating_add) > MAX_WORK {
        return None;
    }
    let mut active: Vec<&Edge> = Vec::new();
    let mut waiting = edges.iter().peekable();
    let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); polygon.rings().count()];
    let mut x = 0;
    loop {
        active.retain(|edge| edge.end > x);
        if active.is_empty() {
            let Some(next) = waiting.peek() else { break };
            x = next.first;
        }
        while let Some(edge) = waiting.next_if(|edge| edge.first <= x) {
            active.push(edge);
        }
        crossings.iter_mut().for_each(Vec::clear);
        for edge in &active {
            crossings[edge.ring].push(edge.left.y + (f64::from(x) + 0.5 - edge.left.x) * edge.slope);
        }
        for (top, bottom) in column(polygon, &mut crossings, height) {
            take(x, top, bottom);
        }
        x += 1;
    }
    Some(())
}

fn edges(polygon: &Polygon, width: u32) -> Vec<Edge> {
    let mut edges = Vec::with_capacity(polygon.num_points());
    for (ring, points) in polygon.rings().map(Path::points).enumerate() {
        for (a, b) in points.iter().zip(points.iter().cycle().skip(1)) {
            let (left, right) = if a.x <= b.x { (*a, *b) } else { (*b, *a) };
            let (first, end) = (first_centre(left.x, width), first_centre(right.x, width));
            if first < end {
                edges.push(Edge { ring, left, slope: (right.y - left.y) / (right.x - left.x), first, end });
            }
        }
    }
    edges
}

/// The first pixel whose centre is at or behind the coordinate, at most `len`.
fn first_centre(coordinate: f64, len: u32) -> u32 {
    // A float to integer conversion saturates.
    ((coordinate - 0.5).ceil() as u32).min(len)
}

/// The rows of one column that lie inside, in order and apart from each other.
fn column(polygon: &Polygon, crossings: &mut [Vec<f64>], height: u32) -> Vec<(u32, u32)> {
    let mut inside = Vec::new();
    let mut ring = 0;
    for part in &polygon.parts {
        let mut rows = stretches(&mut crossings[ring], height);
        for hole in 1..=part.holes.len() {
            rows = without(&rows, &stretches(&mut crossings[ring + hole], height));
        }
        ring += 1 + part.holes.len();
        inside.extend(rows);
    }
    inside.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::with_capacity(inside.len());
    for (top, bottom) in inside {
        match joined.last_mut() {
            Some(last) if top <= last.1 => last.1 = last.1.max(bottom),
            _ => joined.push((top, bottom)),
        }
    }
    joined
}

/// Rows between the first and second crossing, third and fourth, and so on.
fn stretches(crossings: &mut [f64], height: u32) -> Vec<(u32, u32)> {
    crossings.sort_unstable_by(f64::total_cmp);
    let rows = crossings.chunks_exact(2).map(|pair| (first_centre(pair[0], height), first_centre(pair[1], height)));
    rows.filter(|(top, bottom)| top < bottom).collect()
}

/// What of `rows` is not in `cut`; both in order.
fn without(rows: &[(u32, u32)], cut: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut rest = Vec::with_capacity(rows.len());
    let mut next = 0;
    for (top, bottom) in rows {
        let mut at = *top;
        while let Some((cut_top, cut_bottom)) = cut.get(next).filter(|cut| cut.0 < *bottom) {
            if *cut_top > at {
                rest.push((at, *cut_top));
            }
            at = at.max(*cut_bottom);
            if *cut_bottom > *bottom {
                break; // It may cut the next stretch, too.
            }
            next += 1;
        }
        if at < *bottom {
            rest.push((at, *bottom));
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Mask, MaskTiles, Part, Rect};
    use proptest::prelude::*;

    fn ring() -> impl Strategy<Value = Vec<ImagePos>> {
        prop::collection::vec((-5.0..25.0_f64, -5.0..25.0_f64).prop_map(|(x, y)| ImagePos::new(x, y)), 3..9)
    }

    proptest! {
        #[test]
        fn pixels_are_in_when_their_centres_are(parts in prop::collection::vec((ring(), prop::collection::vec(ring(), 0..3)), 1..4)) {
            let polygon = Polygon { parts: parts.into_iter().map(|(outer, holes)| Part { outer: outer.into(), holes: holes.into_iter().map(Path::from).collect() }).collect() };
            let mask = Mask::of_polygon(&polygon, 20, 17).unwrap();
            for (x, y) in (0..20).flat_map(|x| (0..17).map(move |y| (x, y))) {
                let centre = ImagePos::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                prop_assert_eq!(mask.contains(centre), polygon.contains(centre), "pixel {} {}", x, y);
            }
            prop_assert_eq!(MaskTiles::of_polygon(&polygon, 20, 17).unwrap(), MaskTiles::from(&mask));
        }
    }

    #[test]
    fn the_whole_frame_is_one_run() {
        let square = Polygon::simple([[-1., -1.], [9., -1.], [9., 9.], [-1., 9.]].map(ImagePos::from).to_vec());
        assert_eq!(Mask::of_polygon(&square, 4, 3).unwrap().counts(), [0, 12]);
        assert_eq!(Mask::of_polygon(&Polygon::default(), 4, 3).unwrap().counts(), [12]);
        assert_eq!(Mask::of_polygon(&square, 0, 3), None);
    }

    #[test]
    fn work_without_measure_is_refused() {
        let small = Polygon::simple([[1., 1.], [9., 1.], [9., 9.]].map(ImagePos::from).to_vec());
        assert_eq!(Mask::of_polygon(&small, u32::MAX, u32::MAX), None);
        assert!(Mask::of_polygon(&small, 1 << 20, 1 << 20).is_some());
        let zigzag = (0..100).map(|at| ImagePos::new(f64::from(at % 2) * 4e9, f64::from(at))).collect();
        assert_eq!(Mask::of_polygon(&Polygon::simple(zigzag), u32::MAX, 1), None);
        let wide = Mask::from_counts(u32::MAX, 1, vec![0, u32::MAX]).unwrap();
        assert_eq!(wide.bounds(), Some(Rect::from_xywh(0., 0., f64::from(u32::MAX), 1.)));
    }
}
