//! Filling rings that cross themselves or each other, by the even-odd or the non-zero rule: the plane is cut into bands
//! between the heights of all corners and crossings, and what is inside becomes trapezoids over as many bands as they reach.

use super::FillRule;

/// Rings of more points are filled as if nothing crossed: time grows with the square of their number.
const MAX_POINTS: usize = 4096;
/// Crossings beyond so many mean noise, not a shape.
const MAX_CROSSINGS: usize = 4000;
/// Edges looked at in all bands together, at most: some milliseconds.
const MAX_WORK: usize = 1_000_000;

#[derive(Clone, Copy)]
struct Edge {
    top: [f64; 2],
    bottom: [f64; 2],
    /// 1 if the ring goes down here, else -1.
    turns: i32,
}

impl Edge {
    fn x_at(&self, y: f64) -> f64 {
        let height = self.bottom[1] - self.top[1];
        self.top[0] + (y - self.top[1]) / height * (self.bottom[0] - self.top[0])
    }
}

/// A trapezoid that goes on downwards, between two edges.
struct Open {
    left: usize,
    right: usize,
    top: f64,
}

/// Calls `quad` for each trapezoid with its corners: top left, top right, bottom right, bottom left. `false`: the rings have
/// too many points or crossings, and what was called for is to be forgotten.
pub(super) fn fill<'a>(rings: impl Iterator<Item = &'a [[f64; 2]]> + Clone, rule: FillRule, mut quad: impl FnMut([[f64; 2]; 4])) -> bool {
    if rings.clone().map(<[_]>::len).sum::<usize>() > MAX_POINTS {
        return false;
    }
    let mut edges: Vec<Edge> = rings.flat_map(edges_of).collect();
    edges.sort_by(|a, b| a.top[1].total_cmp(&b.top[1]));
    let mut heights: Vec<f64> = edges.iter().flat_map(|edge| [edge.top[1], edge.bottom[1]]).collect();
    if !add_crossings(&edges, &mut heights) {
        return false;
    }
    heights.sort_by(f64::total_cmp);
    heights.dedup();
    let mut next_edge = 0;
    let mut active: Vec<usize> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut work = 0;
    for band in heights.windows(2) {
        let (top, bottom) = (band[0], band[1]);
        active.retain(|edge| edges[*edge].bottom[1] > top);
        while next_edge < edges.len() && edges[next_edge].top[1] <= top {
            active.push(next_edge);
            next_edge += 1;
        }
        let middle = top / 2.0 + bottom / 2.0;
        active.sort_by(|a, b| edges[*a].x_at(middle).total_cmp(&edges[*b].x_at(middle)));
        let mut spans: Vec<(usize, usize)> = Vec::new();
        let (mut winding, mut left) = (0, None);
        for &edge in &active {
            winding += edges[edge].turns;
            let inside = match rule {
                FillRule::EvenOdd => winding % 2 != 0,
                FillRule::NonZero => winding != 0,
            };
            match left {
                None if inside => left = Some(edge),
                Some(from) if !inside => {
                    spans.push((from, edge));
                    left = None;
                }
                _ => {}
            }
        }
        work += active.len() + spans.len() * open.len() / 4;
        if work > MAX_WORK {
            return false;
        }
        open.retain(|span| {
            let goes_on = spans.contains(&(span.left, span.right));
            if !goes_on {
                quad(corners(&edges, span, top));
            }
            goes_on
        });
        for (left, right) in spans {
            if !open.iter().any(|span| (span.left, span.right) == (left, right)) {
                open.push(Open { left, right, top });
            }
        }
    }
    for span in &open {
        let bottom = edges[span.left].bottom[1].min(edges[span.right].bottom[1]);
        quad(corners(&edges, span, bottom));
    }
    true
}

fn corners(edges: &[Edge], span: &Open, bottom: f64) -> [[f64; 2]; 4] {
    let (left, right) = (&edges[span.left], &edges[span.right]);
    let at = |edge: &Edge, y: f64| [edge.x_at(y), y];
    [at(left, span.top), at(right, span.top), at(right, bottom), at(left, bottom)]
}

/// All but the level ones.
fn edges_of(ring: &[[f64; 2]]) -> impl Iterator<Item = Edge> {
    ring.iter().zip(ring.iter().cycle().skip(1)).filter_map(|(&a, &b)| {
        if a[1] < b[1] {
            Some(Edge { top: a, bottom: b, turns: 1 })
        } else if a[1] > b[1] {
            Some(Edge { top: b, bottom: a, turns: -1 })
        } else {
            None
        }
    })
}

/// Adds the heights at which two edges cross; they are in order of their tops. `false`: too many.
fn add_crossings(edges: &[Edge], heights: &mut Vec<f64>) -> bool {
    let mut found = 0;
    for (at, a) in edges.iter().enumerate() {
        let (low, high) = (a.top[0].min(a.bottom[0]), a.top[0].max(a.bottom[0]));
        for b in edges.iter().skip(at + 1).take_while(|b| b.top[1] < a.bottom[1]) {
            if b.top[0].min(b.bottom[0]) > high || b.top[0].max(b.bottom[0]) < low {
                continue;
            }
            let (top, bottom) = (b.top[1], a.bottom[1].min(b.bottom[1]));
            let (from, to) = (a.x_at(top) - b.x_at(top), a.x_at(bottom) - b.x_at(bottom));
            if from * to < 0.0 {
                let y = top + from / (from - to) * (bottom - top);
                if y > top && y < bottom {
                    heights.push(y);
                    found += 1;
                }
            }
        }
        if found > MAX_CROSSINGS {
            return false;
        }
    }
    true
}

/// Whether two rings have edges that cross.
pub(super) fn cross(a: &[[f64; 2]], b: &[[f64; 2]]) -> bool {
    if a.len().saturating_mul(b.len()) > MAX_POINTS * MAX_POINTS {
        return false;
    }
    let side = |p: [f64; 2], q: [f64; 2], r: [f64; 2]| (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
    let pairs =
        |ring: &[[f64; 2]]| -> Vec<([f64; 2], [f64; 2])> { ring.iter().copied().zip(ring.iter().copied().cycle().skip(1)).collect() };
    let others = pairs(b);
    pairs(a).into_iter().any(|(p, q)| {
        let apart = |axis: usize, r: [f64; 2], s: [f64; 2]| {
            p[axis].max(q[axis]) < r[axis].min(s[axis]) || p[axis].min(q[axis]) > r[axis].max(s[axis])
        };
        others.iter().any(|&(r, s)| {
            let near = !apart(0, r, s) && !apart(1, r, s);
            near && side(p, q, r) * side(p, q, s) < 0.0 && side(r, s, p) * side(r, s, q) < 0.0
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(rings: &[&[[f64; 2]]], rule: FillRule) -> f64 {
        let mut area = 0.0;
        let filled = fill(rings.iter().copied(), rule, |[a, b, c, d]| {
            assert!(a[1] == b[1] && c[1] == d[1] && a[1] <= c[1] && a[0] <= b[0] + 1e-9 && d[0] <= c[0] + 1e-9);
            area += (b[0] - a[0] + c[0] - d[0]) / 2.0 * (c[1] - a[1]);
        });
        assert!(filled);
        area
    }

    const A: [[f64; 2]; 4] = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
    const B: [[f64; 2]; 4] = [[2.0, 2.0], [6.0, 2.0], [6.0, 6.0], [2.0, 6.0]];

    #[test]
    fn overlapping_parts_count_once_or_not_at_all() {
        assert_eq!(area(&[&A, &B], FillRule::NonZero), 28.0);
        assert_eq!(area(&[&A, &B], FillRule::EvenOdd), 24.0);
        let back: Vec<[f64; 2]> = B.iter().rev().copied().collect();
        // Against each other they make a hole.
        assert_eq!(area(&[&A, &back], FillRule::NonZero), 24.0);
        assert!(cross(&A, &B) && !cross(&A, &A.map(|p| p.map(|v| v / 4.0 + 1.0))));
    }

    #[test]
    fn a_bow_has_two_halves_and_many_bands_few_trapezoids() {
        let bow = [[0.0, 0.0], [4.0, 4.0], [4.0, 0.0], [0.0, 4.0]];
        assert_eq!(area(&[&bow], FillRule::EvenOdd), 8.0);
        // A comb: every tooth's end is a band, the back is one piece.
        let mut comb = vec![[0.0, 0.0]];
        for tooth in 0..50 {
            let y = f64::from(tooth);
            comb.extend([[8.0, y], [4.0, y + 0.5]]);
        }
        comb.push([0.0, 50.0]);
        let mut count = 0;
        assert!(fill(std::iter::once(comb.as_slice()), FillRule::EvenOdd, |_| count += 1));
        assert!(count <= 2 * comb.len(), "{count}");
    }

    #[test]
    fn what_has_too_many_points_is_left_to_others() {
        let ring: Vec<[f64; 2]> = (0..5000).map(|at| [f64::from(at % 7), f64::from(at)]).collect();
        assert!(!fill(std::iter::once(ring.as_slice()), FillRule::EvenOdd, |_| {}));
    }
}
