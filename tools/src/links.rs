//! Borders that shapes share.
//!
//! Nothing is stored about it: points of polygons and polylines that lie at the same hundredth of a pixel are one point to
//! the hand, and edges of the same form between such points are one edge. While the option is on (Ctrl suspends it), whatever
//! is done to one is done to all, as one undo step. When one of them is locked or hidden nothing is done at all: moving the
//! others would open a gap that nobody sees.

use crate::event::ToolCx;
use crate::grips::{Grip, paths, with_path, without_vertex};
use limn_core::geometry::{Bend, Path};
use limn_core::{Geometry, ImagePos, InstanceId, Rect};
use std::collections::HashSet;

/// Points are the same within this many pixels in both directions, at most.
const SAME: f64 = 0.01;

/// A point of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub id: InstanceId,
    pub ring: usize,
    pub at: usize,
}

/// The hundredth of a pixel in which a place lies.
fn key(pos: ImagePos) -> [i64; 2] {
    [(pos.x * 100.0).round() as i64, (pos.y * 100.0).round() as i64]
}

pub(crate) fn is_same(a: ImagePos, b: ImagePos) -> bool {
    (a.x - b.x).abs() < SAME && (a.y - b.y).abs() < SAME && key(a) == key(b)
}

/// The points of a geometry that lie here.
fn points_at(geometry: &Geometry, pos: ImagePos) -> impl Iterator<Item = (usize, usize)> {
    let numbered = |(ring, (path, _)): (usize, (&Path, bool))| {
        let points = path.points().iter().enumerate();
        points.filter(|(_, point)| is_same(**point, pos)).map(|(at, _)| (ring, at)).collect::<Vec<_>>()
    };
    paths(geometry).enumerate().flat_map(numbered).collect::<Vec<_>>().into_iter()
}

/// The points of all shapes, locked and hidden ones too, that lie here.
pub(crate) fn owners(pos: ImagePos, cx: &ToolCx<'_>) -> impl Iterator<Item = Owner> {
    near(Rect { min: pos, max: pos }, cx)
        .flat_map(move |(id, geometry)| points_at(geometry, pos).map(move |(ring, at)| Owner { id, ring, at }))
}

fn near<'a>(rect: Rect, cx: &ToolCx<'a>) -> impl Iterator<Item = (InstanceId, &'a Geometry)> {
    cx.scene.near(cx.document, rect.grown(SAME), &|_| true).map(|instance| (instance.id, &instance.geometry))
}

/// The points that other shapes have in the bounds of this one.
pub(crate) struct Shared(HashSet<[i64; 2]>);

impl Shared {
    pub fn of(id: InstanceId, geometry: &Geometry, cx: &ToolCx<'_>) -> Self {
        let Some(bounds) = geometry.bounds().filter(|_| cx.options.path.linked) else { return Self(HashSet::new()) };
        let others = near(bounds, cx).filter(|(other, _)| *other != id);
        let points = others.flat_map(|(_, other)| paths(other).flat_map(|(path, _)| path.points().iter().map(|pos| key(*pos))));
        Self(points.collect())
    }

    pub fn contains(&self, pos: ImagePos) -> bool {
        self.0.contains(&key(pos))
    }
}

/// What all shapes become when a grip of one of them made it into `after`: that one first. `None`: one that has to go along
/// may not be changed.
pub(crate) fn together(id: InstanceId, after: Geometry, grip: Grip, cx: &ToolCx<'_>) -> Option<Vec<(InstanceId, Geometry)>> {
    let is_on = cx.options.path.linked && cx.snaps;
    let Some(before) = cx.document.get(id).map(|instance| &instance.geometry).filter(|_| is_on) else { return Some(vec![(id, after)]) };
    let step = match grip {
        Grip::Vertex { ring, at } => Step::Move { from: point(before, ring, at)?, to: point(&after, ring, at)? },
        Grip::Edge { ring, at } | Grip::Control { ring, at, .. } => {
            let (path, _) = paths(before).nth(ring)?;
            let (new, _) = paths(&after).nth(ring)?;
            let ends = [path.points().get(at).copied()?, path.points().get((at + 1) % path.len())?.to_owned()];
            let new_bends = [new.edge(at).bend, new.edge(at + 1).bend];
            let pos = (new.len() > path.len()).then(|| new.points().get(at + 1).copied()).flatten();
            Step::Edge { ends, old: path.edge(at).bend, new: new_bends, pos }
        }
        _ => return Some(vec![(id, after)]),
    };
    let places: Vec<InstanceId> = match &step {
        Step::Move { from, .. } => owners(*from, cx).map(|owner| owner.id).collect(),
        Step::Edge { ends: [a, b], .. } => {
            let second: HashSet<InstanceId> = owners(*b, cx).map(|owner| owner.id).collect();
            owners(*a, cx).map(|owner| owner.id).filter(|id| second.contains(id)).collect()
        }
    };
    let mut edits = vec![(id, after)];
    for other in places {
        if edits.iter().any(|(done, _)| *done == other) {
            continue;
        }
        let Some(changed) = cx.document.get(other).and_then(|instance| step.done_to(&instance.geometry)) else { continue };
        if !(cx.editable)(other) {
            return None;
        }
        edits.push((other, changed));
    }
    // Other points of the shape itself that lie in the same place go along, too.
    if let Step::Move { from, to } = step
        && let Some(changed) = (Step::Move { from, to }).done_to(&edits[0].1)
    {
        edits[0].1 = changed;
    }
    Some(edits)
}

/// What all shapes become without a point; `None` when one of them cannot be without it.
pub(crate) fn without(id: InstanceId, ring: usize, at: usize, cx: &ToolCx<'_>) -> Option<Vec<(InstanceId, Geometry)>> {
    let geometry = cx.editable_geometry(id)?;
    let pos = point(geometry, ring, at)?;
    let mut edits = vec![(id, without_vertex(geometry, ring, at)?)];
    if !(cx.options.path.linked && cx.snaps) {
        return Some(edits);
    }
    for owner in owners(pos, cx) {
        if edits.iter().any(|(done, _)| *done == owner.id) {
            continue;
        }
        edits.push((owner.id, without_vertex(cx.editable_geometry(owner.id)?, owner.ring, owner.at)?));
    }
    Some(edits)
}

fn point(geometry: &Geometry, ring: usize, at: usize) -> Option<ImagePos> {
    paths(geometry).nth(ring)?.0.points().get(at).copied()
}

enum Step {
    /// A point goes elsewhere.
    Move { from: ImagePos, to: ImagePos },
    /// The edge between two points gets another form, or a point within, with an edge on each side.
    Edge { ends: [ImagePos; 2], old: Bend, new: [Bend; 2], pos: Option<ImagePos> },
}

impl Step {
    /// The geometry after it; `None` if it does not have what is changed.
    fn done_to(&self, geometry: &Geometry) -> Option<Geometry> {
        match self {
            Self::Move { from, to } => {
                let mut moved = None;
                for (ring, at) in points_at(geometry, *from) {
                    moved = with_path(moved.as_ref().unwrap_or(geometry), ring, |path| path.set_point(at, *to).then_some(()));
                }
                moved
            }
            Self::Edge { ends, old, new, pos } => {
                let (ring, at, forward) = edge_between(geometry, *ends, *old)?;
                let [first, second] = if forward { *new } else { [new[1].reversed(), new[0].reversed()] };
                with_path(geometry, ring, |path| {
                    let mut edge = path.edge(at);
                    match pos {
                        Some(pos) => {
                            let added = path.split(at, 0.5)?;
                            path.set_point(added, *pos);
                            for (at, bend) in [(at, first), (added, second)] {
                                edge.bend = bend;
                                path.set_edge(at, edge);
                            }
                        }
                        None => {
                            edge.bend = if forward { new[0] } else { new[0].reversed() };
                            path.set_edge(at, edge);
                        }
                    }
                    Some(())
                })
            }
        }
    }
}

/// The edge of this form between two points, and whether it leads from the first to the second.
pub(crate) fn edge_between(geometry: &Geometry, [a, b]: [ImagePos; 2], bend: Bend) -> Option<(usize, usize, bool)> {
    for (ring, (path, closed)) in paths(geometry).enumerate() {
        let points = path.points();
        for at in 0..path.num_edges(closed) {
            let (from, to, own) = (points[at], points[(at + 1) % points.len()], path.edge(at).bend);
            if is_same(from, a) && is_same(to, b) && is_same_bend(own, bend) {
                return Some((ring, at, true));
            }
            if is_same(from, b) && is_same(to, a) && is_same_bend(own, bend.reversed()) {
                return Some((ring, at, false));
            }
        }
    }
    None
}

fn is_same_bend(a: Bend, b: Bend) -> bool {
    match (a, b) {
        (Bend::Straight, Bend::Straight) => true,
        (Bend::Quadratic(a), Bend::Quadratic(b)) => is_same(a, b),
        (Bend::Cubic(a, b), Bend::Cubic(c, d)) => is_same(a, c) && is_same(b, d),
        _ => false,
    }
}
