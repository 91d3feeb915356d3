//! Polygons as pixels, for formats that cannot hold holes, and measures of masks that follow their runs.

use limn_core::geometry::{CURVE_TOLERANCE, Path};
use limn_core::{ImagePos, Mask, Polygon, Rect};

/// Most work for one polygon, in crossings of an edge and visits of a ring, each once per column: far above what any
/// drawn one needs, low enough to be over in a few seconds.
const MAX_WORK: u64 = 1 << 26;

/// Largest frame, in pixels, as [`Mask`] has it: beyond it the runs of the background alone would fill the memory.
const MAX_PIXELS: u64 = 1 << 40;

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

/// The pixels whose centres lie inside a part and in none of its holes (even-odd rule in each ring), of a frame of this
/// size; what lies outside the frame is cut off. `None` when the frame has no pixels or more than any
/// image, a number is not finite, or the work has no measure.
pub(crate) fn polygon_mask(polygon: &Polygon, width: u32, height: u32) -> Option<Mask> {
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
    let mut runs = Runs { height: u64::from(height), ..Runs::default() };
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
            runs.add(u64::from(x), u64::from(top), u64::from(bottom));
        }
        x += 1;
    }
    Mask::from_counts(width, height, runs.finish(u64::from(width))).ok()
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

/// Column-major run lengths in the making.
#[derive(Default)]
struct Runs {
    height: u64,
    counts: Vec<u32>,
    at: u64,
}

impl Runs {
    fn add(&mut self, x: u64, top: u64, bottom: u64) {
        let (start, end) = (x * self.height + top, x * self.height + bottom);
        match self.counts.last_mut().filter(|_| start == self.at) {
            // A stretch that goes on at the top of the next column is one run.
            Some(last) if u64::from(*last) + end - start <= u64::from(u32::MAX) => *last += (end - start) as u32,
            Some(_) => self.push_pair(0, end - start),
            None => self.push_pair(start - self.at, end - start),
        }
        self.at = end;
    }

    /// Background, then foreground (which is at most a column, so that only the background can be too long for one run).
    fn push_pair(&mut self, mut background: u64, foreground: u64) {
        while background > u64::from(u32::MAX) {
            self.counts.extend([u32::MAX, 0]);
            background -= u64::from(u32::MAX);
        }
        self.counts.extend([background as u32, foreground as u32]);
    }

    fn finish(mut self, width: u64) -> Vec<u32> {
        let rest = width * self.height - self.at;
        if rest > 0 || self.counts.is_empty() {
            self.push_pair(rest, 0);
            self.counts.pop();
        }
        self.counts
    }
}

/// The smallest rectangle around a mask's pixels, in time that follows its runs (a run may span millions of columns).
pub(crate) fn mask_bounds(mask: &Mask) -> Option<Rect> {
    let height = u64::from(mask.height());
    let mut at = 0_u64;
    let mut bounds: Option<[u64; 4]> = None;
    for (number, count) in mask.counts().iter().enumerate() {
        let (start, end) = (at, at + u64::from(*count));
        at = end;
        if number % 2 == 0 || start == end {
            continue;
        }
        let (first, last) = (start / height, (end - 1) / height);
        let (top, bottom) = if first == last { (start - first * height, end - first * height) } else { (0, height) };
        bounds = Some(match bounds {
            None => [first, top, last + 1, bottom],
            Some([x0, y0, x1, y1]) => [x0.min(first), y0.min(top), x1.max(last + 1), y1.max(bottom)],
        });
    }
    bounds.map(|[x0, y0, x1, y1]| Rect { min: ImagePos::new(x0 as f64, y0 as f64), max: ImagePos::new(x1 as f64, y1 as f64) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::Part;
    use proptest::prelude::*;

    fn ring() -> impl Strategy<Value = Vec<ImagePos>> {
        prop::collection::vec((-5.0..25.0_f64, -5.0..25.0_f64).prop_map(|(x, y)| ImagePos::new(x, y)), 3..9)
    }

    proptest! {
        #[test]
        fn pixels_are_in_when_their_centres_are(parts in prop::collection::vec((ring(), prop::collection::vec(ring(), 0..3)), 1..4)) {
            let polygon = Polygon { parts: parts.into_iter().map(|(outer, holes)| Part { outer: outer.into(), holes: holes.into_iter().map(Path::from).collect() }).collect() };
            let mask = polygon_mask(&polygon, 20, 17).unwrap();
            for (x, y) in (0..20).flat_map(|x| (0..17).map(move |y| (x, y))) {
                let centre = ImagePos::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                prop_assert_eq!(mask.contains(centre), polygon.contains(centre), "pixel {} {}", x, y);
            }
            prop_assert_eq!(mask_bounds(&mask), mask.bounds());
        }
    }

    #[test]
    fn the_whole_frame_is_one_run() {
        let square = Polygon::simple([[-1., -1.], [9., -1.], [9., 9.], [-1., 9.]].map(ImagePos::from).to_vec());
        assert_eq!(polygon_mask(&square, 4, 3).unwrap().counts(), [0, 12]);
        assert_eq!(polygon_mask(&Polygon::default(), 4, 3).unwrap().counts(), [12]);
        assert_eq!(polygon_mask(&square, 0, 3), None);
    }

    #[test]
    fn work_without_measure_is_refused() {
        let small = Polygon::simple([[1., 1.], [9., 1.], [9., 9.]].map(ImagePos::from).to_vec());
        assert_eq!(polygon_mask(&small, u32::MAX, u32::MAX), None);
        assert!(polygon_mask(&small, 1 << 20, 1 << 20).is_some());
        let zigzag = (0..100).map(|at| ImagePos::new(f64::from(at % 2) * 4e9, f64::from(at))).collect();
        assert_eq!(polygon_mask(&Polygon::simple(zigzag), u32::MAX, 1), None);
        let wide = Mask::from_counts(u32::MAX, 1, vec![0, u32::MAX]).unwrap();
        assert_eq!(mask_bounds(&wide), Some(Rect::from_xywh(0., 0., f64::from(u32::MAX), 1.)));
    }
}
