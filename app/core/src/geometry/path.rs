//! Lines of straight and curved edges: the rings of polygons, and polylines.

use super::bend::{Bend, flatten};
use super::pos::ImagePos;
use std::borrow::Cow;

/// How far in pixels a measured or exported line may lie from its curve: a tenth of what the eye tells apart at ten times
/// magnification.
pub const CURVE_TOLERANCE: f64 = 0.05;

/// The same for a line that is drawn or pointed at: a quarter of a point on the screen at the largest magnification, 128.
pub const DRAWN_TOLERANCE: f64 = 0.25 / 128.0;

/// How a line goes from one point to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Edge {
    /// Straight or curved.
    pub bend: Bend,
    /// The border was not seen here but inferred (behind something, out of focus); drawn dashed.
    pub inferred: bool,
}

/// Points and the edges between them. Whether an edge leads from the last point to the first is for the owner to say:
/// a ring is closed without repeating its first point, a polyline is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    points: Vec<ImagePos>,
    /// The edge that leaves each point; `None` while all are straight and seen, as nearly all are. Boxed to keep the
    /// rest small.
    #[allow(clippy::box_collection, reason = "eight bytes in each of millions of straight rings")]
    edges: Option<Box<Vec<Edge>>>,
}

impl From<Vec<ImagePos>> for Path {
    /// Straight edges through the points.
    fn from(points: Vec<ImagePos>) -> Self {
        Self { points, edges: None }
    }
}

impl Path {
    /// A path of points and the edge that leaves each. Missing edges are straight, those too many are dropped.
    pub fn with_edges(points: Vec<ImagePos>, mut edges: Vec<Edge>) -> Self {
        edges.resize(points.len(), Edge::default());
        let mut path = Self { points, edges: Some(Box::new(edges)) };
        path.settle();
        path
    }

    /// The points that the edges connect; control points of curves are not among them.
    pub fn points(&self) -> &[ImagePos] {
        &self.points
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Whether no edge is curved.
    pub fn is_straight(&self) -> bool {
        self.edges.as_ref().is_none_or(|edges| edges.iter().all(|edge| edge.bend == Bend::Straight))
    }

    /// The edge that leaves a point; straight where there is none.
    pub fn edge(&self, at: usize) -> Edge {
        self.edges.as_ref().and_then(|edges| edges.get(at)).copied().unwrap_or_default()
    }

    /// The edges that are not plainly straight, with the numbers of the points that they leave.
    pub fn special_edges(&self) -> impl Iterator<Item = (usize, Edge)> + '_ {
        let edges = self.edges.iter().flat_map(|edges| edges.iter().copied().enumerate());
        edges.filter(|(_, edge)| *edge != Edge::default())
    }

    /// Changes the edge that leaves a point.
    pub fn set_edge(&mut self, at: usize, edge: Edge) {
        if at >= self.points.len() || (self.edges.is_none() && edge == Edge::default()) {
            return;
        }
        let len = self.points.len();
        let edges = self.edges.get_or_insert_with(|| Box::new(vec![Edge::default(); len]));
        if let Some(old) = edges.get_mut(at) {
            *old = edge;
        }
        self.settle();
    }

    /// Moves a point; control points stay. `false` if there is no such point.
    pub fn set_point(&mut self, at: usize, pos: ImagePos) -> bool {
        self.points.get_mut(at).map(|point| *point = pos).is_some()
    }

    /// Adds a point at the end, with the edge that leads to it from the one before.
    pub fn push(&mut self, pos: ImagePos, from_last: Edge) {
        if let Some(last) = self.points.len().checked_sub(1) {
            self.set_edge(last, from_last);
        }
        self.points.push(pos);
        if let Some(edges) = &mut self.edges {
            edges.push(Edge::default());
        }
    }

    /// Takes the last point away, with the edge that led to it.
    pub fn pop(&mut self) -> Option<ImagePos> {
        let pos = self.points.pop()?;
        if let Some(edges) = &mut self.edges {
            edges.pop();
        }
        if let Some(last) = self.points.len().checked_sub(1) {
            self.set_edge(last, Edge::default());
        }
        Some(pos)
    }

    /// A new point on the edge that leaves point `at`, `t` of the way along it (0 to 1); a curve keeps its form. Returns
    /// the new point's number.
    pub fn split(&mut self, at: usize, t: f64) -> Option<usize> {
        let (from, to) = (*self.points.get(at)?, *self.points.get((at + 1) % self.points.len())?);
        let edge = self.edge(at);
        let (first, pos, second) = edge.bend.split(from, to, t);
        self.points.insert(at + 1, pos);
        if let Some(edges) = &mut self.edges {
            edges[at].bend = first;
            edges.insert(at + 1, Edge { bend: second, ..edge });
        }
        Some(at + 1)
    }

    /// A new point anywhere behind point `at`: the edge there becomes two straight ones.
    pub fn insert(&mut self, at: usize, pos: ImagePos) {
        if at >= self.points.len() {
            return;
        }
        let inferred = self.edge(at).inferred;
        self.points.insert(at + 1, pos);
        if let Some(edges) = &mut self.edges {
            let edge = Edge { bend: Bend::Straight, inferred };
            edges[at] = edge;
            edges.insert(at + 1, edge);
        }
        self.settle();
    }

    /// Takes a point away; the two edges at it become one straight edge, inferred if both were.
    pub fn remove(&mut self, at: usize) {
        if at >= self.points.len() {
            return;
        }
        self.points.remove(at);
        let len = self.points.len();
        if let Some(edges) = &mut self.edges {
            let removed = edges.remove(at);
            if len > 0 {
                let before = (at + len - 1) % len;
                let inferred = edges[before].inferred && removed.inferred;
                edges[before] = Edge { bend: Bend::Straight, inferred };
            }
        }
        self.settle();
    }

    /// Goes the other way round. `closed`: whether an edge leads from the last point to the first.
    pub fn reverse(&mut self, closed: bool) {
        self.points.reverse();
        if let Some(edges) = &mut self.edges {
            // The edge that left point n arrives at it now: it belongs to the one before.
            edges.reverse();
            for edge in edges.iter_mut() {
                edge.bend = edge.bend.reversed();
            }
            edges.rotate_left(1);
            if let Some(last) = edges.last_mut().filter(|_| !closed) {
                *last = Edge::default();
            }
        }
        self.settle();
    }

    /// Lets a ring begin at another of its points.
    pub fn start_at(&mut self, at: usize) {
        if at < self.points.len() {
            self.points.rotate_left(at);
            if let Some(edges) = &mut self.edges {
                edges.rotate_left(at);
            }
        }
    }

    /// Every point and control point changed.
    pub fn map_in_place(&mut self, mut change: impl FnMut(ImagePos) -> ImagePos) {
        for pos in &mut self.points {
            *pos = change(*pos);
        }
        for edge in self.edges.iter_mut().flat_map(|edges| edges.iter_mut()) {
            edge.bend = edge.bend.map(&mut change);
        }
    }

    /// Points and control points.
    pub fn all_positions(&self) -> impl Iterator<Item = ImagePos> + '_ {
        self.points.iter().copied().chain(self.special_edges().flat_map(|(_, edge)| edge.bend.controls()))
    }

    /// The straight edges that are drawn and measured: each as its two ends and the number of the edge that it is part of.
    pub fn segments(&self, closed: bool, tolerance: f64) -> Vec<(ImagePos, ImagePos, usize)> {
        let mut segments = Vec::with_capacity(self.points.len());
        for at in 0..self.num_edges(closed) {
            let (mut from, to) = (self.points[at], self.points[(at + 1) % self.points.len()]);
            let bend = self.edge(at).bend;
            if bend == Bend::Straight {
                segments.push((from, to, at));
                continue;
            }
            flatten(from, bend, to, tolerance, &mut |pos| {
                segments.push((from, pos, at));
                from = pos;
            });
        }
        segments
    }

    /// Number of edges.
    pub fn num_edges(&self, closed: bool) -> usize {
        if closed { self.points.len() } else { self.points.len().saturating_sub(1) }
    }

    /// The points of a line of straight edges that lies nowhere farther than `tolerance` pixels from this one.
    pub fn flattened(&self, closed: bool, tolerance: f64) -> Cow<'_, [ImagePos]> {
        if self.is_straight() {
            return Cow::Borrowed(&self.points);
        }
        let mut points: Vec<ImagePos> = self.segments(closed, tolerance).into_iter().map(|(from, ..)| from).collect();
        if !closed {
            points.extend(self.points.last());
        }
        Cow::Owned(points)
    }

    /// Drops the list of edges when it says nothing.
    fn settle(&mut self) {
        if self.edges.as_ref().is_some_and(|edges| edges.iter().all(|edge| *edge == Edge::default())) {
            self.edges = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pos() -> impl Strategy<Value = ImagePos> {
        (0.0..100.0, 0.0..100.0).prop_map(|(x, y)| ImagePos::new(x, y))
    }

    fn edge() -> impl Strategy<Value = Edge> {
        let bend = prop_oneof![Just(Bend::Straight), pos().prop_map(Bend::Quadratic), (pos(), pos()).prop_map(|(a, b)| Bend::Cubic(a, b)),];
        (bend, any::<bool>()).prop_map(|(bend, inferred)| Edge { bend, inferred })
    }

    fn path() -> impl Strategy<Value = Path> {
        prop::collection::vec((pos(), edge()), 3..9).prop_map(|both| {
            let (points, edges) = both.into_iter().unzip();
            Path::with_edges(points, edges)
        })
    }

    /// The farthest that any place of `a` lies from the line `b`.
    fn stray(a: &Path, b: &Path) -> f64 {
        let line = b.segments(true, 0.001);
        let distance =
            |pos: ImagePos| line.iter().map(|(from, to, _)| super::super::segment_distance(pos, *from, *to)).fold(f64::INFINITY, f64::min);
        a.flattened(true, 0.001).iter().map(|pos| distance(*pos)).fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn going_the_other_way_twice_changes_nothing(path in path(), start in 0_usize..9) {
            let mut twice = path.clone();
            twice.reverse(true);
            prop_assert!(stray(&path, &twice) < 0.01);
            twice.reverse(true);
            prop_assert_eq!(&twice, &path);
            twice.start_at(start % path.len());
            prop_assert!(stray(&path, &twice) < 0.01);
        }

        #[test]
        fn a_split_edge_keeps_its_form(path in path(), at in 0_usize..9, t in 0.01..0.99) {
            let mut split = path.clone();
            prop_assert_eq!(split.split(at % path.len(), t), Some(at % path.len() + 1));
            prop_assert_eq!(split.len(), path.len() + 1);
            prop_assert!(stray(&path, &split) < 0.01);
            prop_assert!(stray(&split, &path) < 0.01);
        }

        #[test]
        fn flattened_lines_stay_near(path in path(), tolerance in 0.01..2.0) {
            let flat = Path::from(path.flattened(true, tolerance).into_owned());
            prop_assert!(stray(&path, &flat) <= tolerance * 1.001 + 1e-9);
        }
    }

    #[test]
    fn a_path_without_curves_keeps_no_list_of_edges() {
        let mut path = Path::from(vec![ImagePos::new(0., 0.), ImagePos::new(1., 0.), ImagePos::new(1., 1.)]);
        path.set_edge(1, Edge { inferred: true, ..Edge::default() });
        assert!(path.edges.is_some() && path.is_straight());
        path.set_edge(1, Edge::default());
        assert!(path.edges.is_none());
        path.push(ImagePos::new(0., 1.), Edge { bend: Bend::Quadratic(ImagePos::new(0.5, 2.0)), inferred: false });
        assert!(!path.is_straight());
        assert_eq!(path.pop(), Some(ImagePos::new(0., 1.)));
        assert!(path.edges.is_none());
    }
}
