//! Contours of any number of points. Three steps:
//!
//! 1. **Direction and start.** Rings go the same way round. Of all starting points the one is taken from which the points
//!    fit best, middles laid on each other, with as little turning as may be.
//! 2. **Pairs.** Contours of as many points are matched one to one, if that is not much worse than the best matching there is.
//!    Else every point of either contour gets a partner on the other, in order and by least travel (dynamic time warping over
//!    contours with points added on long edges).
//! 3. **Turning.** The turn that fits the pairs best is taken out, goes on evenly, and what remains is blended in straight
//!    lines. So a turning wheel does not shrink, and what only turned, grew and moved never crosses itself.

use super::{mix, pos};
use crate::geometry::{Bend, CURVE_TOLERANCE, Edge, ImagePos, ImageVec, Path};

/// Points of a contour while it is matched: few enough that the square of it takes under a millisecond.
const MOST_POINTS: usize = 256;
/// Points in which starts are compared.
const COARSE: usize = 64;
/// How much worse than the best matching one to one may be: points that a hand moves along an edge are still themselves.
pub(super) const FAVOUR: f64 = 4.0;

/// Matched points of two contours. As offsets from the middles, the later ones turned back.
#[derive(Clone, Debug)]
pub struct ContourBlend {
    middles: [ImagePos; 2],
    /// Radians from the earlier to the later.
    turn: f64,
    pairs: Vec<[ImageVec; 2]>,
    /// Control points of the edge that leaves each pair, as pairs are; `None` for straight ones. Empty where all are.
    controls: Vec<Option<[[ImageVec; 2]; 2]>>,
    /// Which edges are inferred; empty where none is.
    inferred: Vec<bool>,
}

impl ContourBlend {
    /// `closed`: both are rings.
    pub fn new(a: &Path, b: &Path, closed: bool) -> Self {
        if let Some(matched) = one_to_one(a, b, closed) {
            return matched;
        }
        let (flat_a, flat_b) = (a.flattened(closed, CURVE_TOLERANCE), b.flattened(closed, CURVE_TOLERANCE));
        let b = oriented(&flat_a, &flat_b, closed);
        let pairs = warped(&flat_a, &b, closed).into_iter().map(|(a, b)| [a, b]).collect();
        Self::of_pairs(pairs, Vec::new(), Vec::new(), closed)
    }

    pub(super) fn of_pairs(
        pairs: Vec<[ImagePos; 2]>,
        controls: Vec<Option<[[ImagePos; 2]; 2]>>,
        inferred: Vec<bool>,
        closed: bool,
    ) -> Self {
        let weights = weights(&pairs, closed);
        let total: f64 = weights.iter().sum();
        let middle = |end: usize| {
            let (mut x, mut y) = (0.0, 0.0);
            for (pair, weight) in pairs.iter().zip(&weights) {
                x += pair[end].x * weight;
                y += pair[end].y * weight;
            }
            if total > 0.0 { ImagePos::new(x / total, y / total) } else { pairs.first().map_or_else(ImagePos::default, |pair| pair[end]) }
        };
        let middles = [middle(0), middle(1)];
        let (mut along, mut across) = (0.0, 0.0);
        for (pair, weight) in pairs.iter().zip(&weights) {
            let (p, q) = (pair[0] - middles[0], pair[1] - middles[1]);
            along += weight * (p.x * q.x + p.y * q.y);
            across += weight * (p.x * q.y - p.y * q.x);
        }
        let turn = if along == 0.0 && across == 0.0 { 0.0 } else { across.atan2(along) };
        let offsets = |pair: [ImagePos; 2]| [pair[0] - middles[0], turned(pair[1] - middles[1], -turn)];
        Self {
            middles,
            turn,
            pairs: pairs.iter().map(|pair| offsets(*pair)).collect(),
            controls: controls.into_iter().map(|controls| controls.map(|controls| controls.map(offsets))).collect(),
            inferred,
        }
    }

    /// The matched points of both contours, in order, as near as can be worked out.
    pub fn ends(&self) -> impl Iterator<Item = [ImagePos; 2]> + '_ {
        self.pairs.iter().map(|[a, b]| [self.middles[0] + *a, self.middles[1] + turned(*b, self.turn)])
    }

    pub fn at(&self, t: f64) -> Path {
        let middle = pos(self.middles[0], self.middles[1], t);
        let (sin, cos) = (self.turn * t).sin_cos();
        let place = |pair: &[ImageVec; 2]| {
            let (x, y) = (mix(pair[0].x, pair[1].x, t), mix(pair[0].y, pair[1].y, t));
            ImagePos::new(middle.x + x * cos - y * sin, middle.y + x * sin + y * cos)
        };
        let points = self.pairs.iter().map(place).collect();
        if self.controls.is_empty() && self.inferred.is_empty() {
            return Path::from(points);
        }
        let bend = |at: usize| match self.controls.get(at) {
            Some(Some([first, second])) => Bend::Cubic(place(first), place(second)),
            _ => Bend::Straight,
        };
        let edge = |at: usize| Edge { bend: bend(at), inferred: self.inferred.get(at).copied().unwrap_or(false) };
        Path::with_edges(points, (0..self.pairs.len()).map(edge).collect())
    }
}

fn turned(by: ImageVec, radians: f64) -> ImageVec {
    let (sin, cos) = radians.sin_cos();
    ImageVec::new(by.x * cos - by.y * sin, by.x * sin + by.y * cos)
}

/// Twice the signed area of a ring.
pub(super) fn doubled_area(points: &[ImagePos]) -> f64 {
    let next = points.iter().cycle().skip(1);
    points.iter().zip(next).map(|(a, b)| a.x * b.y - a.y * b.x).sum()
}

/// Half the length of the edges at each point, in both contours: many points close together do not outweigh a long edge.
fn weights(pairs: &[[ImagePos; 2]], closed: bool) -> Vec<f64> {
    let len = pairs.len();
    let mut weights = vec![0.0; len];
    let edges = if closed { len } else { len.saturating_sub(1) };
    for at in 0..edges {
        let next = (at + 1) % len;
        let length = pairs[at][0].distance(pairs[next][0]) + pairs[at][1].distance(pairs[next][1]);
        weights[at] += length / 2.0;
        weights[next] += length / 2.0;
    }
    weights
}

/// Points of equal number, the later ones begun and directed for the least travel, unless another matching is much better.
fn one_to_one(a: &Path, b: &Path, closed: bool) -> Option<ContourBlend> {
    let len = a.len();
    if len != b.len() || len == 0 {
        return None;
    }
    let mut b = b.clone();
    let (flat_a, flat_b) = (a.flattened(closed, CURVE_TOLERANCE), b.flattened(closed, CURVE_TOLERANCE));
    let is_other_way = if closed {
        doubled_area(&flat_a) * doubled_area(&flat_b) < 0.0
    } else {
        let back: Vec<ImagePos> = b.points().iter().rev().copied().collect();
        travel(a.points(), &back) < travel(a.points(), b.points())
    };
    if is_other_way {
        b.reverse(closed);
    }
    let mut is_same_start = !is_other_way;
    if closed {
        // Trying each start costs the square of the number.
        let step = (len / MOST_POINTS).max(1);
        let best = best_start(a.points(), b.points(), (0..len).step_by(step))?;
        let best = best_start(a.points(), b.points(), best.saturating_sub(step - 1)..(best + step).min(len))?;
        is_same_start &= best == 0;
        b.start_at(best);
    }
    let own = left_over(a.points(), b.points());
    // Contours that begin at the same point are one that was edited: nothing else is looked for.
    if len > 3 && !is_same_start {
        let flat_b = b.flattened(closed, CURVE_TOLERANCE);
        let flat_b = oriented(&flat_a, &flat_b, closed);
        let pairs = warped(&flat_a, &flat_b, closed);
        let (ends_a, ends_b): (Vec<ImagePos>, Vec<ImagePos>) = pairs.into_iter().unzip();
        let best = left_over(&ends_a, &ends_b);
        let size = flat_a.iter().zip(flat_a.iter().skip(1)).map(|(p, q)| p.distance(*q)).sum::<f64>() / len as f64;
        if own > FAVOUR * best + size * size / 16.0 {
            return None;
        }
    }
    let pairs: Vec<[ImagePos; 2]> = a.points().iter().zip(b.points()).map(|(a, b)| [*a, *b]).collect();
    let controls = controls(a, &b);
    let inferred: Vec<bool> = (0..len).map(|at| a.edge(at).inferred).collect();
    let inferred = if inferred.contains(&true) { inferred } else { Vec::new() };
    Some(ContourBlend::of_pairs(pairs, controls, inferred, closed))
}

/// Control points of the edge that leaves each of as many points, as pairs are; empty where all edges are straight.
pub(super) fn controls(a: &Path, b: &Path) -> Vec<Option<[[ImagePos; 2]; 2]>> {
    if a.is_straight() && b.is_straight() {
        return Vec::new();
    }
    let len = a.len();
    let control = |at: usize| {
        let (next, edges) = ((at + 1) % len, [a.edge(at).bend, b.edge(at).bend]);
        if edges == [Bend::Straight; 2] {
            return None;
        }
        let (a1, a2) = edges[0].to_cubic(a.points()[at], a.points()[next]);
        let (b1, b2) = edges[1].to_cubic(b.points()[at], b.points()[next]);
        Some([[a1, b1], [a2, b2]])
    };
    (0..len).map(control).collect()
}

/// How points that lie in order fit others: both about their middles.
struct Fit {
    middles: [ImagePos; 2],
    /// Sums over all points of what lies along and across.
    along: f64,
    across: f64,
    /// Sums of the squared ways from the middles.
    sizes: [f64; 2],
}

impl Fit {
    fn new(a: &[ImagePos], b: &[ImagePos]) -> Self {
        Self::shifted(a, b, 0, [mean(a), mean(b)])
    }

    fn shifted(a: &[ImagePos], b: &[ImagePos], shift: usize, middles: [ImagePos; 2]) -> Self {
        let mut fit = Self { middles, along: 0.0, across: 0.0, sizes: [0.0; 2] };
        for (a, b) in a.iter().zip(b.iter().cycle().skip(shift)) {
            let (p, q) = (*a - middles[0], *b - middles[1]);
            fit.along += p.x * q.x + p.y * q.y;
            fit.across += p.x * q.y - p.y * q.x;
            fit.sizes[0] += p.x * p.x + p.y * p.y;
            fit.sizes[1] += q.x * q.x + q.y * q.y;
        }
        fit
    }

    /// What is left when they are turned for the best fit, and a little of what the turning takes. So a contour that only
    /// turned is known again, and one that looks the same from several sides turns as little as may be.
    fn misfit(&self) -> f64 {
        const TURNING: f64 = 0.01;
        let size = (self.sizes[0] * self.sizes[1]).sqrt();
        if size > 0.0 { 1.0 - self.along.hypot(self.across) / size + TURNING * (1.0 - self.along / size) } else { 0.0 }
    }

    /// A place on the later contour, laid on the earlier one.
    fn laid(&self, pos: ImagePos) -> ImagePos {
        let back = turned(pos - self.middles[1], -self.across.atan2(self.along));
        let scale = if self.sizes[1] > 0.0 { (self.sizes[0] / self.sizes[1]).sqrt() } else { 1.0 };
        self.middles[0] + back * scale
    }
}

/// The start of a ring from which it fits another of as many points best.
fn best_start(a: &[ImagePos], b: &[ImagePos], starts: impl Iterator<Item = usize>) -> Option<usize> {
    let middles = [mean(a), mean(b)];
    let misfit = |start: usize| Fit::shifted(a, b, start, middles).misfit();
    starts.map(|start| (misfit(start), start)).min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, start)| start)
}

fn mean(points: &[ImagePos]) -> ImagePos {
    let len = points.len().max(1) as f64;
    ImagePos::new(points.iter().map(|p| p.x).sum::<f64>() / len, points.iter().map(|p| p.y).sum::<f64>() / len)
}

/// The mean of the squared ways of points that lie in order, the later ones laid on the earlier ones.
pub(super) fn left_over(a: &[ImagePos], b: &[ImagePos]) -> f64 {
    let fit = Fit::new(a, b);
    let ways = a.iter().zip(b).map(|(a, b)| {
        let by = *a - fit.laid(*b);
        by.x * by.x + by.y * by.y
    });
    ways.sum::<f64>() / a.len().max(1) as f64
}

/// The sum of the squared ways of points that lie in order, the middles laid on each other.
pub(super) fn travel(a: &[ImagePos], b: &[ImagePos]) -> f64 {
    let by = mean(a) - mean(b);
    a.iter().zip(b).map(|(a, b)| (a.x - b.x - by.x).powi(2) + (a.y - b.y - by.y).powi(2)).sum()
}

/// The later contour, begun and directed for the least travel, at one of `COARSE` places evenly along it; its points follow.
fn oriented(a: &[ImagePos], b: &[ImagePos], closed: bool) -> Vec<ImagePos> {
    let mut b = b.to_vec();
    let is_other_way = if closed {
        doubled_area(a) * doubled_area(&b) < 0.0
    } else {
        let back: Vec<ImagePos> = b.iter().rev().copied().collect();
        let even = |points: &[ImagePos]| evenly(points, closed, COARSE);
        travel(&even(a), &even(&back)) < travel(&even(a), &even(&b))
    };
    if is_other_way {
        b.reverse();
    }
    if !closed || a.len() < 2 || b.len() < 2 {
        return b;
    }
    let (even_a, even_b) = (evenly(a, true, COARSE), evenly(&b, true, COARSE));
    let best = best_start(&even_a, &even_b, 0..COARSE).unwrap_or(0);
    let fit = Fit::shifted(&even_a, &even_b, best, [mean(&even_a), mean(&even_b)]);
    // The place there that comes nearest to the first point.
    const FINE: usize = 32;
    let ring = started_at(&b, (best + COARSE - 1) as f64 / COARSE as f64 % 1.0);
    let (near, total) = (2.0 / COARSE as f64, length(&ring, true));
    let far = |part: usize| fit.laid(place_at(&ring, total * near * part as f64 / FINE as f64)).distance(a[0]);
    let nearest = (0..=FINE).min_by(|one, other| far(*one).total_cmp(&far(*other))).unwrap_or(0);
    started_at(&ring, near * nearest as f64 / FINE as f64)
}

/// The place so many pixels along a ring.
fn place_at(points: &[ImagePos], mut way: f64) -> ImagePos {
    for at in 0..points.len() {
        let long = edge(points, at);
        if way < long {
            return pos(points[at], points[(at + 1) % points.len()], way / long);
        }
        way -= long;
    }
    points.first().copied().unwrap_or_default()
}

/// Points at even distances along a contour, the first one at its start.
fn evenly(points: &[ImagePos], closed: bool, count: usize) -> Vec<ImagePos> {
    let total = length(points, closed);
    let last = if closed { count } else { count - 1 };
    let mut even = Vec::with_capacity(count);
    let (mut at, mut walked) = (0, 0.0);
    for number in 0..count {
        let wanted = total * number as f64 / last as f64;
        while at + 1 < edges(points, closed) && walked + edge(points, at) < wanted {
            walked += edge(points, at);
            at += 1;
        }
        let (from, to) = (points[at], points[(at + 1) % points.len()]);
        let part = if edge(points, at) > 0.0 { ((wanted - walked) / edge(points, at)).clamp(0.0, 1.0) } else { 0.0 };
        even.push(pos(from, to, part));
    }
    even
}

fn edges(points: &[ImagePos], closed: bool) -> usize {
    if closed { points.len() } else { points.len().saturating_sub(1) }
}

fn edge(points: &[ImagePos], at: usize) -> f64 {
    points[at].distance(points[(at + 1) % points.len()])
}

fn length(points: &[ImagePos], closed: bool) -> f64 {
    (0..edges(points, closed)).map(|at| edge(points, at)).sum()
}

/// A ring that begins this part of its length along, with a point there.
fn started_at(points: &[ImagePos], part: f64) -> Vec<ImagePos> {
    let wanted = length(points, true) * part;
    let mut walked = 0.0;
    for at in 0..points.len() {
        let next = walked + edge(points, at);
        if next > wanted {
            let start = pos(points[at], points[(at + 1) % points.len()], (wanted - walked) / (next - walked));
            let mut ring = vec![start];
            ring.extend(points[at + 1..].iter().chain(&points[..=at]).copied().filter(|point| *point != start));
            return ring;
        }
        walked = next;
    }
    points.to_vec()
}

/// Points of a contour with others added on its long edges, and whether each is an own one.
fn dense(points: &[ImagePos], closed: bool) -> Vec<(ImagePos, bool)> {
    // Very many points are matched by even ones.
    if points.len() > MOST_POINTS {
        return evenly(points, closed, MOST_POINTS).into_iter().map(|point| (point, true)).collect();
    }
    let step = length(points, closed) / (MOST_POINTS / 2) as f64;
    let mut dense = Vec::with_capacity(MOST_POINTS * 2);
    for at in 0..points.len() {
        dense.push((points[at], true));
        if at < edges(points, closed) && step > 0.0 {
            // A number of the contour's own points times a bounded number.
            let between = ((edge(points, at) / step).ceil() as usize).clamp(1, MOST_POINTS);
            let to = points[(at + 1) % points.len()];
            dense.extend((1..between).map(|number| (pos(points[at], to, number as f64 / between as f64), false)));
        }
    }
    dense
}

/// Partners in order for the least travel, both contours begun at their first points; pairs without an own point of either
/// contour are left out.
pub(super) fn warped(a: &[ImagePos], b: &[ImagePos], closed: bool) -> Vec<(ImagePos, ImagePos)> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let (mut dense_a, mut dense_b) = (dense(a, closed), dense(b, closed));
    if closed {
        // Back to the start, so that the way round is complete.
        dense_a.push(dense_a[0]);
        dense_b.push(dense_b[0]);
    }
    let (rows, columns) = (dense_a.len(), dense_b.len());
    // Ways are measured with the later contour laid on the earlier one as well as turning and growing can.
    let fit = Fit::new(&evenly(a, closed, COARSE), &evenly(b, closed, COARSE));
    let laid: Vec<ImagePos> = dense_b.iter().map(|(pos, _)| fit.laid(*pos)).collect();
    let way = |row: usize, column: usize| {
        let by = dense_a[row].0 - laid[column];
        by.x * by.x + by.y * by.y
    };
    let mut cost = vec![f64::INFINITY; rows * columns];
    for row in 0..rows {
        for column in 0..columns {
            let before = match (row, column) {
                (0, 0) => 0.0,
                (0, _) => cost[column - 1],
                (_, 0) => cost[(row - 1) * columns],
                _ => {
                    let (up, left) = (cost[(row - 1) * columns + column], cost[row * columns + column - 1]);
                    cost[(row - 1) * columns + column - 1].min(up).min(left)
                }
            };
            cost[row * columns + column] = before + way(row, column);
        }
    }
    let (mut row, mut column) = (rows - 1, columns - 1);
    let mut way_back = vec![(row, column)];
    while (row, column) != (0, 0) {
        let at = |row: usize, column: usize| cost[row * columns + column];
        (row, column) = match (row, column) {
            (0, _) => (0, column - 1),
            (_, 0) => (row - 1, 0),
            _ => {
                let straight = at(row - 1, column - 1);
                let (up, left) = (at(row - 1, column), at(row, column - 1));
                if straight <= up && straight <= left {
                    (row - 1, column - 1)
                } else if up <= left {
                    (row - 1, column)
                } else {
                    (row, column - 1)
                }
            }
        };
        way_back.push((row, column));
    }
    way_back.reverse();
    if closed {
        way_back.pop();
    }
    let own = way_back.into_iter().filter(|(row, column)| dense_a[*row].1 || dense_b[*column].1);
    let mut pairs: Vec<(ImagePos, ImagePos)> = Vec::new();
    // Of several partners of one own point, none of them own, the nearest is enough.
    let mut last: Option<(usize, usize)> = None;
    for (row, column) in own {
        let replaces = last.is_some_and(|(last_row, last_column)| {
            (row == last_row && !dense_b[column].1 && !dense_b[last_column].1)
                || (column == last_column && !dense_a[row].1 && !dense_a[last_row].1)
        });
        let pair = (dense_a[row].0, dense_b[column].0);
        match pairs.last_mut().filter(|_| replaces) {
            Some(kept) => {
                if last.is_some_and(|(last_row, last_column)| way(row, column) < way(last_row, last_column)) {
                    *kept = pair;
                    last = Some((row, column));
                }
            }
            None => {
                pairs.push(pair);
                last = Some((row, column));
            }
        }
    }
    pairs
}
