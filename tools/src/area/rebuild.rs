//! Polygons out of pieces of borders: pieces of one edge become that edge again, or a part of it.

use super::grid::{Origin, Shapes, SourceEdge, Sources, cell, pos_of};
use i_overlay::vector::edge::DataVectorEdge;
use limn_core::geometry::{Bend, Edge, Path};
use limn_core::{ImagePos, Part, Polygon};

/// What lies nearer to 0 or 1 than this is the end of an edge.
const AT_END: f64 = 1e-9;
/// Smaller rings are nothing but rounding. Square pixels.
const LEAST_AREA: f64 = 0.01;

/// A stretch of one edge of the input.
#[derive(Clone, Copy)]
struct Run {
    edge: u32,
    forward: bool,
    /// Where on the edge it begins and ends, in the direction in which it is walked.
    t: [f64; 2],
    start: ImagePos,
}

/// The polygon of these shapes: rings begin and turn as in the input, parts come in its order. Where edges of different rings
/// go on in one line, no point is left between.
pub(super) fn polygon(shapes: &Shapes, sources: &Sources) -> Polygon {
    rebuilt(shapes, sources, None)
}

/// The same as in the input from edge number `lead` on, and with every point of it.
pub(super) fn polygon_with_points(shapes: &Shapes, sources: &Sources, lead: u32) -> Polygon {
    rebuilt(shapes, sources, Some(lead))
}

fn rebuilt(shapes: &Shapes, sources: &Sources, lead: Option<u32>) -> Polygon {
    let mut parts: Vec<(u32, Part)> = Vec::new();
    for shape in shapes {
        let mut rings = shape.iter().map(|contour| ring(contour, sources, lead));
        let Some(Some((order, outer))) = rings.next() else { continue };
        let mut holes: Vec<(u32, Path)> = rings.flatten().collect();
        holes.sort_by_key(|(order, _)| *order);
        parts.push((order, Part { outer, holes: holes.into_iter().map(|(_, hole)| hole).collect() }));
    }
    parts.sort_by_key(|(order, _)| *order);
    Polygon { parts: parts.into_iter().map(|(_, part)| part).collect() }
}

/// A ring, and the first edge of the input that is in it.
fn ring(contour: &[DataVectorEdge<i64, Origin>], sources: &Sources, lead: Option<u32>) -> Option<(u32, Path)> {
    let mut runs = runs(contour, sources);
    // A ring that begins within an edge would have two pieces of it.
    if let [first, .., last] = runs.as_slice()
        && first.edge == last.edge
        && first.forward == last.forward
        && (first.t[0] - last.t[1]).abs() < AT_END
    {
        let t = [last.t[0], first.t[1]];
        let start = last.start;
        runs[0] = Run { t, start, ..runs[0] };
        runs.pop();
    }
    if lead.is_none() {
        drop_joints(&mut runs, sources);
    }
    let lead = lead.unwrap_or(0);
    // What rounding made one point is one.
    let starts: Vec<ImagePos> = runs.iter().map(|run| run.start).collect();
    let end = |at: usize| starts[(at + 1) % starts.len()];
    let mut kept: Vec<(Run, Edge)> = Vec::with_capacity(runs.len());
    for (at, run) in runs.iter().enumerate() {
        let edge = edge(run, sources.edges.get(run.edge as usize)?);
        if run.start != end(at) || edge.bend != Bend::Straight {
            kept.push((*run, edge));
        }
    }
    let (at, first) = kept.iter().enumerate().min_by_key(|(_, (run, _))| run.edge.wrapping_sub(lead))?;
    let (order, forward) = (first.0.edge.wrapping_sub(lead), first.0.forward);
    let points = kept.iter().map(|(run, _)| run.start).collect::<Vec<_>>();
    let mut path = Path::with_edges(points, kept.iter().map(|(_, edge)| *edge).collect());
    if path.len() == 1 {
        // A loop of one curve: two points can be seen to enclose something.
        path.split(0, 0.5);
        path.set_point(1, path.points().get(1)?.rounded());
        return Some((order, path)).filter(|(_, path)| Polygon::of_ring(path.clone()).area() >= LEAST_AREA);
    }
    let start = if forward { at } else { path.len() - 1 - (at + 1) % path.len() };
    if !forward {
        path.reverse(true);
    }
    path.start_at(start);
    let encloses = path.len() + path.special_edges().filter(|(_, edge)| edge.bend != Bend::Straight).count() >= 3;
    (encloses && Polygon::of_ring(path.clone()).area() >= LEAST_AREA).then_some((order, path))
}

/// Leaves out points between straight edges of different rings that go on in one line.
fn drop_joints(runs: &mut Vec<Run>, sources: &Sources) {
    let straight = |run: &Run| sources.edges.get(run.edge as usize).filter(|source| source.edge.bend == Bend::Straight);
    let mut at = 0;
    while at < runs.len() && runs.len() > 3 {
        let len = runs.len();
        let (before, run, next) = (runs[(at + len - 1) % len], runs[at], runs[(at + 1) % len]);
        let (into, out) = (run.start - before.start, next.start - run.start);
        let is_joint = straight(&before).zip(straight(&run)).is_some_and(|(a, b)| a.ring != b.ring && a.edge == b.edge)
            && into.x * out.y == into.y * out.x
            && into.x * out.x + into.y * out.y > 0.0;
        if is_joint {
            runs.remove(at);
        } else {
            at += 1;
        }
    }
}

/// Pieces of one edge that follow one another are one run.
fn runs(contour: &[DataVectorEdge<i64, Origin>], sources: &Sources) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for piece in contour {
        let Some(source) = sources.edges.get(piece.data.edge as usize) else { continue };
        let (from, to) = source.piece(piece.data.step);
        let (a, b) = (pos_of(piece.a), pos_of(piece.b));
        let along = to - from;
        let forward = (b - a).x * along.x + (b - a).y * along.y >= 0.0;
        let t = [source.parameter(piece.data.step, a), source.parameter(piece.data.step, b)];
        // A curve that crosses itself may go on elsewhere.
        let near = 0.25 / f64::from(source.steps.max(1));
        match runs.last_mut() {
            Some(run) if run.edge == piece.data.edge && run.forward == forward && (run.t[1] - t[0]).abs() < near => run.t[1] = t[1],
            _ => {
                let start = sources.point(piece.a).unwrap_or_else(|| a.rounded());
                runs.push(Run { edge: piece.data.edge, forward, t, start });
            }
        }
    }
    runs
}

impl SourceEdge {
    /// The ends of a straight piece.
    fn piece(&self, step: u32) -> (ImagePos, ImagePos) {
        let at = |step: u32| self.edge.bend.at(self.from, self.to, f64::from(step) / f64::from(self.steps.max(1)));
        let end = if step + 1 >= self.steps { self.to } else { at(step + 1) };
        (if step == 0 { self.from } else { at(step) }, end)
    }

    /// How far along the edge a place on one of its pieces is.
    fn parameter(&self, step: u32, pos: ImagePos) -> f64 {
        let (from, to) = self.piece(step);
        let along = to - from;
        let length_squared = along.x * along.x + along.y * along.y;
        let on = pos - from;
        let share = match pos {
            pos if cell(pos) == cell(from) => 0.0,
            pos if cell(pos) == cell(to) => 1.0,
            _ if length_squared == 0.0 => 0.0,
            _ => ((on.x * along.x + on.y * along.y) / length_squared).clamp(0.0, 1.0),
        };
        (f64::from(step) + share) / f64::from(self.steps.max(1))
    }
}

/// The form of a run.
fn edge(run: &Run, source: &SourceEdge) -> Edge {
    let [start, end] = if run.forward { run.t } else { [run.t[1], run.t[0]] };
    let bend = stretch(source.edge.bend, source.from, source.to, start, end);
    Edge { bend: if run.forward { bend } else { bend.reversed() }, ..source.edge }
}

/// The part of an edge between two of its parameters. All of it is itself; the control points of less lie on hundredths.
pub(crate) fn stretch(bend: Bend, from: ImagePos, to: ImagePos, start: f64, end: f64) -> Bend {
    if bend == Bend::Straight || (start < AT_END && end > 1.0 - AT_END) {
        return bend;
    }
    let (before, middle, _) = bend.split(from, to, end);
    let bend = if start < AT_END || end <= 0.0 { before } else { before.split(from, middle, start / end).2 };
    bend.map(ImagePos::rounded)
}
