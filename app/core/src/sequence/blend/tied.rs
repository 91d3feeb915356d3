//! Contours with tied vertices: cut at the ties, and matched by least travel from each tie to the next.

use super::super::tie::{Tie, Vertex, place_of, rings, vertex_at, vertices};
use super::contour::{ContourBlend, FAVOUR, controls, doubled_area, left_over, travel, warped};
use crate::geometry::{CURVE_TOLERANCE, Geometry, ImagePos, Path};

/// Most ties of a stretch; the ones made last count.
pub const MOST_TIES: usize = 256;

/// A tie that holds: the vertices of both ends.
pub type TiedPair = (Vertex, Vertex);

/// The ties that hold between two geometries, each with its number in the list. Of those that contradict one another (one vertex
/// twice, crossing ways, rings that are paired otherwise) the later one in the list holds.
pub fn in_force(from: &Geometry, to: &Geometry, ties: &[Tie]) -> Vec<(usize, TiedPair)> {
    if ties.is_empty() || from.spatial_type() != to.spatial_type() {
        return Vec::new();
    }
    let closed = matches!(from, Geometry::Polygon(_));
    let mut held: Vec<(usize, TiedPair)> = Vec::new();
    for (number, tie) in ties.iter().enumerate().rev().take(MOST_TIES) {
        let Some(pair) = vertex_at(from, tie.from).zip(vertex_at(to, tie.to)) else { continue };
        if agrees(&held, pair, closed) {
            held.push((number, pair));
        }
    }
    held.reverse();
    held
}

/// Whether a pair can hold beside others.
fn agrees(held: &[(usize, TiedPair)], (a, b): TiedPair, closed: bool) -> bool {
    // An outer ring is no hole, and what is paired stays so.
    let is_paired_otherwise = |(_, (c, d)): &(usize, TiedPair)| {
        let of_ring = |vertex: &Vertex| (vertex.part, vertex.ring);
        (c.part == a.part) != (d.part == b.part) || (of_ring(c) == of_ring(&a)) != (of_ring(d) == of_ring(&b))
    };
    if (a.ring == 0) != (b.ring == 0) || held.iter().any(is_paired_otherwise) {
        return false;
    }
    let same_ring = held.iter().filter(|(_, (c, _))| (c.part, c.ring) == (a.part, a.ring)).map(|(_, (c, d))| (c.at, d.at));
    let mut pairs: Vec<(usize, usize)> = same_ring.collect();
    if pairs.iter().any(|(c, d)| *c == a.at || *d == b.at) {
        return false;
    }
    pairs.push((a.at, b.at));
    pairs.sort_unstable();
    let falls = num_falls(&pairs, closed);
    pairs.len() == 1 || falls == usize::from(closed) || falls + 1 == pairs.len()
}

/// How often the later vertices go down along the earlier ones; round a ring, also from the last to the first.
fn num_falls(pairs: &[(usize, usize)], closed: bool) -> usize {
    let inner = pairs.windows(2).filter(|pair| pair[1].1 < pair[0].1).count();
    let round = pairs.last().zip(pairs.first()).filter(|_| closed && pairs.len() > 1);
    inner + usize::from(round.is_some_and(|(last, first)| first.1 < last.1))
}

/// Whether tied vertices, in the order of the earlier contour, run the other way round on the later one; `None`: too few to say.
fn runs_backwards(pairs: &[(usize, usize)], closed: bool) -> Option<bool> {
    (pairs.len() >= if closed { 3 } else { 2 }).then(|| num_falls(pairs, closed) != usize::from(closed))
}

/// Where tied vertices lie in a geometry that lies between.
pub fn carried(blend: &super::Blend, tie: &Tie, between: &Geometry) -> Option<ImagePos> {
    let far = |ends: &[ImagePos; 2]| ends[0].distance(tie.from).max(ends[1].distance(tie.to));
    let all = blend.contours().into_iter().flat_map(|(part, ring, contour)| {
        contour.ends().enumerate().map(move |(at, ends)| (Vertex { part, ring, at }, ends)).collect::<Vec<_>>()
    });
    let (vertex, ends) = all.min_by(|(_, one), (_, other)| far(one).total_cmp(&far(other)))?;
    place_of(between, vertex).filter(|_| far(&ends) < SAME)
}

/// Whether the border through a vertex of the earlier geometry is gone along the other way on the later one.
pub(super) fn is_backwards(blend: &super::Blend, vertex: ImagePos, later: &Geometry) -> bool {
    let is_through = |contour: &ContourBlend| contour.ends().any(|[from, _]| from.distance(vertex) < SAME);
    let Some((.., contour)) = blend.contours().into_iter().find(|(.., contour)| is_through(contour)) else { return false };
    let there: Vec<ImagePos> = contour.ends().map(|[_, to]| to).collect();
    let nearest = |to: &ImagePos| vertices(later).min_by(|one, other| one.1.distance(*to).total_cmp(&other.1.distance(*to)));
    let Some(((first, _), (last, _))) = there.first().and_then(nearest).zip(there.last().and_then(nearest)) else { return false };
    match later {
        Geometry::Polygon(_) => {
            let ring = rings(later).into_iter().find(|(part, ring, _)| (*part, *ring) == (first.part, first.ring));
            ring.is_some_and(|(.., path)| doubled_area(path.points()) * doubled_area(&there) < 0.0)
        }
        _ => last.at < first.at,
    }
}

/// Pixels within which what was worked out is a place that is known.
pub const SAME: f64 = 1e-3;

/// Matched points of a contour, or of a piece of one.
#[derive(Default)]
struct Pieces {
    pairs: Vec<[ImagePos; 2]>,
    controls: Vec<Option<[[ImagePos; 2]; 2]>>,
    /// Of the edges that leave them, at both ends.
    inferred: Vec<[bool; 2]>,
}

impl ContourBlend {
    /// As [`Self::new`] with these vertices tied, in any order; they must agree with one another, see [`in_force`].
    pub fn tied(a: &Path, b: &Path, closed: bool, ties: &[(usize, usize)]) -> Self {
        let held = |(i, j): &(usize, usize)| *i < a.len() && *j < b.len();
        let ties: Vec<(usize, usize)> = ties.iter().copied().filter(held).collect();
        if ties.is_empty() {
            return Self::new(a, b, closed);
        }
        // Of several matchings that are equally good, the same one is found forwards and backwards in time.
        let key = |path: &Path| path.points().iter().flat_map(|pos| [pos.x, pos.y]).collect::<Vec<f64>>();
        let is_flipped = key(b) < key(a);
        let mut matched = if is_flipped {
            let (mut matched, is_backwards) = pieces_of(b, a, closed, ties.iter().map(|(i, j)| (*j, *i)).collect());
            matched.flip();
            if is_backwards {
                matched.reverse(closed);
            }
            matched
        } else {
            pieces_of(a, b, closed, ties).0
        };
        if closed {
            // It begins where the earlier one does.
            let start = matched.pairs.iter().position(|[from, _]| a.points().first() == Some(from)).unwrap_or(0);
            matched.rotate_left(start);
        }
        let controls = if matched.controls.iter().all(Option::is_none) { Vec::new() } else { matched.controls };
        let inferred: Vec<bool> = matched.inferred.iter().map(|[earlier, _]| *earlier).collect();
        let inferred = if inferred.contains(&true) { inferred } else { Vec::new() };
        Self::of_pairs(matched.pairs, controls, inferred, closed)
    }
}

impl Pieces {
    fn straight(pairs: Vec<[ImagePos; 2]>) -> Self {
        let len = pairs.len();
        Self { pairs, controls: vec![None; len], inferred: vec![[false; 2]; len] }
    }

    fn append(&mut self, mut other: Self) {
        self.pairs.append(&mut other.pairs);
        self.controls.append(&mut other.controls);
        self.inferred.append(&mut other.inferred);
    }

    fn pop(&mut self) {
        self.pairs.pop();
        self.controls.pop();
        self.inferred.pop();
    }

    fn rotate_left(&mut self, by: usize) {
        self.pairs.rotate_left(by);
        self.controls.rotate_left(by);
        self.inferred.rotate_left(by);
    }

    /// The later contour as the earlier one.
    fn flip(&mut self) {
        self.pairs.iter_mut().for_each(|pair| pair.reverse());
        self.controls.iter_mut().flatten().flatten().for_each(|control| control.reverse());
        self.inferred.iter_mut().for_each(|ends| ends.reverse());
    }

    /// Goes the other way round. An edge belongs to the point that it leaves, which is its other one then.
    fn reverse(&mut self, closed: bool) {
        self.pairs.reverse();
        self.controls.reverse();
        self.controls.iter_mut().flatten().for_each(|controls| controls.reverse());
        self.inferred.reverse();
        if !self.pairs.is_empty() {
            self.controls.rotate_left(1);
            self.inferred.rotate_left(1);
        }
        debug_assert!(closed || self.controls.last().is_none_or(Option::is_none));
    }
}

/// Matched from tie to tie, and whether the later contour is gone through from its end.
fn pieces_of(a: &Path, b: &Path, closed: bool, mut ties: Vec<(usize, usize)>) -> (Pieces, bool) {
    ties.sort_unstable();
    ties.dedup_by_key(|(at, _)| *at);
    let along = |is_backwards: bool| (pieces(a, b, closed, &ties, is_backwards), is_backwards);
    if let Some(is_backwards) = runs_backwards(&ties, closed) {
        return along(is_backwards);
    }
    if closed {
        let area = |path: &Path| doubled_area(&path.flattened(true, CURVE_TOLERANCE));
        return along(area(a) * area(b) < 0.0);
    }
    let far = |it: &Pieces| {
        let (ends_a, ends_b): (Vec<ImagePos>, Vec<ImagePos>) = it.pairs.iter().map(|[a, b]| (*a, *b)).unzip();
        travel(&ends_a, &ends_b) / it.pairs.len().max(1) as f64
    };
    let (there, back) = (along(false), along(true));
    if far(&back.0) < far(&there.0) { back } else { there }
}

fn pieces(a: &Path, b: &Path, closed: bool, ties: &[(usize, usize)], is_backwards: bool) -> Pieces {
    let mut b = b.clone();
    let len = b.len();
    if is_backwards {
        b.reverse(closed);
    }
    let ties: Vec<(usize, usize)> = ties.iter().map(|(i, j)| (*i, if is_backwards { len - 1 - *j } else { *j })).collect();
    let mut all = Pieces::default();
    let mut add = |from: (usize, usize), steps: (usize, usize), is_last: bool| {
        let mut piece = matched(&stretch(a, from.0, steps.0), &stretch(&b, from.1, steps.1));
        if !is_last {
            // It is the first of the next piece.
            piece.pop();
        }
        all.append(piece);
    };
    let (first, last) = (ties[0], ties[ties.len() - 1]);
    if !closed {
        add((0, 0), first, false);
    }
    for pair in ties.windows(2) {
        add(pair[0], (pair[1].0 - pair[0].0, (pair[1].1 + len - pair[0].1) % len), false);
    }
    if closed {
        let round = |from: usize, to: usize, len: usize| if from == to { len } else { (to + len - from) % len };
        add(last, (round(last.0, first.0, a.len()), round(last.1, first.1, len)), false);
    } else {
        add(last, (a.len() - 1 - last.0, len - 1 - last.1), true);
    }
    all
}

/// The piece of a contour that begins at a point and goes so many edges on.
fn stretch(path: &Path, from: usize, steps: usize) -> Path {
    let points = (from..=from + steps).map(|at| path.points()[at % path.len()]).collect();
    Path::with_edges(points, (from..from + steps).map(|at| path.edge(at % path.len())).collect())
}

/// Two lines whose ends are partners.
fn matched(a: &Path, b: &Path) -> Pieces {
    let (flat_a, flat_b) = (a.flattened(false, CURVE_TOLERANCE), b.flattened(false, CURVE_TOLERANCE));
    let warp = || -> Vec<[ImagePos; 2]> { warped(&flat_a, &flat_b, false).into_iter().map(|(a, b)| [a, b]).collect() };
    if a.len() != b.len() {
        return Pieces::straight(warp());
    }
    if a.len() > 3 {
        // As for whole contours: one to one, unless another matching is much better.
        let pairs = warp();
        let (ends_a, ends_b): (Vec<ImagePos>, Vec<ImagePos>) = pairs.iter().map(|[a, b]| (*a, *b)).unzip();
        let size = flat_a.windows(2).map(|pair| pair[0].distance(pair[1])).sum::<f64>() / a.len() as f64;
        if left_over(a.points(), b.points()) > FAVOUR * left_over(&ends_a, &ends_b) + size * size / 16.0 {
            return Pieces::straight(pairs);
        }
    }
    let pairs: Vec<[ImagePos; 2]> = a.points().iter().zip(b.points()).map(|(a, b)| [*a, *b]).collect();
    let inferred = (0..a.len()).map(|at| [a.edge(at).inferred, b.edge(at).inferred]).collect();
    let bends = controls(a, b);
    let controls = if bends.is_empty() { vec![None; pairs.len()] } else { bends };
    Pieces { pairs, controls, inferred }
}

#[cfg(test)]
mod tests;
