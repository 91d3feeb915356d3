//! Open lines: cutting, joining, opening and closing.

use limn_core::geometry::{Bend, CURVE_TOLERANCE, Edge, Path};
use limn_core::{ImagePos, Polygon};

/// Cuts nearer than this to a point are cuts at the point. Pixels.
const AT_POINT: f64 = 0.01;

/// The pieces into which a line cuts an open path, in its order. New points lie on hundredths. `None`: it cuts nothing off.
#[must_use]
pub fn sliced_line(path: &Path, line: &[ImagePos]) -> Option<Vec<Path>> {
    let segments = path.segments(false, CURVE_TOLERANCE);
    let mut cuts: Vec<(usize, f64)> = Vec::new();
    let mut start = 0;
    while let Some((.., edge)) = segments.get(start) {
        let steps = segments[start..].iter().take_while(|(.., at)| at == edge).count();
        for (step, (a, b, _)) in segments[start..start + steps].iter().enumerate() {
            for pair in line.windows(2) {
                if let Some(share) = crossing((*a, *b), (pair[0], pair[1])) {
                    cuts.push((*edge, (step as f64 + share) / steps as f64));
                }
            }
        }
        start += steps;
    }
    cuts.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    // From the end on, so that the numbers in front stay right.
    let mut path = path.clone();
    let mut places: Vec<usize> = Vec::new();
    let mut whole = (usize::MAX, 1.0);
    for (edge, t) in cuts.into_iter().rev() {
        let share = if whole.0 == edge { t / whole.1 } else { t };
        let (from, to) = (*path.points().get(edge)?, *path.points().get(edge + 1)?);
        let pos = path.edge(edge).bend.at(from, to, share);
        if pos.distance(from) < AT_POINT {
            places.push(edge);
        } else if pos.distance(to) < AT_POINT {
            places.push(edge + 1);
        } else {
            let new = path.split(edge, share)?;
            path.set_point(new, pos.rounded());
            places.iter_mut().for_each(|place| *place += 1);
            places.push(new);
            whole = (edge, t);
        }
    }
    places.retain(|place| *place > 0 && *place + 1 < path.len());
    places.sort_unstable();
    places.dedup();
    if places.is_empty() {
        return None;
    }
    places.push(path.len() - 1);
    let mut first = 0;
    let piece = |last: &usize| {
        let piece = between(&path, first, *last);
        first = *last;
        piece
    };
    Some(places.iter().map(piece).collect())
}

/// The points of an open path from one to another, and the edges between them.
pub(crate) fn between(path: &Path, first: usize, last: usize) -> Path {
    let points: Vec<ImagePos> = path.points().iter().skip(first).take(last + 1 - first).copied().collect();
    let edges = (first..last).map(|at| path.edge(at)).collect();
    Path::with_edges(points, edges)
}

/// Both lines as one, from the nearest ends; where the ends are one point it stays one.
#[must_use]
pub fn joined(first: &Path, second: &Path) -> Option<Path> {
    let ends = |path: &Path| Some([*path.points().first()?, *path.points().last()?]);
    let ([a, b], [c, d]) = (ends(first)?, ends(second)?);
    let ways = [(b.distance(c), false, false), (b.distance(d), false, true), (a.distance(c), true, false), (a.distance(d), true, true)];
    let (_, turn_first, turn_second) = ways.into_iter().min_by(|x, y| x.0.total_cmp(&y.0))?;
    let turned = |path: &Path, turn: bool| {
        let mut path = path.clone();
        if turn {
            path.reverse(false);
        }
        path
    };
    let (mut line, second) = (turned(first, turn_first), turned(second, turn_second));
    append(&mut line, &second);
    // Walked as the first one was.
    if turn_first {
        line.reverse(false);
    }
    Some(line)
}

/// Adds a path to the end of another: by a straight edge, or at once when it begins where that one ends.
pub(crate) fn append(line: &mut Path, more: &Path) {
    let mut leads = Edge::default();
    for (at, pos) in more.points().iter().enumerate() {
        if !(at == 0 && line.points().last() == Some(pos)) {
            line.push(*pos, leads);
        }
        leads = more.edge(at);
    }
}

/// The area inside a line whose ends are joined; `None` when that is none.
#[must_use]
pub fn closed(line: &Path) -> Option<Polygon> {
    let mut ring = line.clone();
    if ring.len() > 1 && ring.points().first() == ring.points().last() {
        let last = ring.edge(ring.len() - 2);
        ring.pop();
        ring.set_edge(ring.len() - 1, last);
    }
    let curves = ring.special_edges().filter(|(_, edge)| edge.bend != Bend::Straight).count();
    let polygon = Polygon::of_ring(ring);
    (polygon.num_points() >= 2 && polygon.num_points() + curves >= 3 && polygon.area() > 0.0).then_some(polygon)
}

/// The border of an area of one ring as a line that begins and ends at its point nearest to `pos`.
#[must_use]
pub fn opened(polygon: &Polygon, pos: ImagePos) -> Option<Path> {
    let [part] = &polygon.parts[..] else { return None };
    if !part.holes.is_empty() {
        return None;
    }
    let mut ring = part.outer.clone();
    let distances = ring.points().iter().map(|point| point.distance(pos)).enumerate();
    let (at, _) = distances.min_by(|a, b| a.1.total_cmp(&b.1))?;
    ring.start_at(at);
    let (first, last) = (*ring.points().first()?, ring.edge(ring.len() - 1));
    ring.push(first, last);
    Some(ring)
}

/// How far along the first segment the second crosses it.
fn crossing((a, b): (ImagePos, ImagePos), (c, d): (ImagePos, ImagePos)) -> Option<f64> {
    let (along, across) = (b - a, d - c);
    let cross = along.x * across.y - along.y * across.x;
    let to = c - a;
    let t = (to.x * across.y - to.y * across.x) / cross;
    let u = (to.x * along.y - to.y * along.x) / cross;
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then_some(t)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(points: &[[f64; 2]]) -> Vec<ImagePos> {
        points.iter().map(|pos| ImagePos::from(*pos)).collect()
    }

    #[test]
    fn a_line_is_cut_where_it_is_crossed() {
        let zigzag = Path::from(at(&[[0., 0.], [10., 10.], [20., 0.], [30., 10.]]));
        let pieces = sliced_line(&zigzag, &at(&[[-1., 5.], [40., 5.]])).unwrap();
        let points: Vec<Vec<[f64; 2]>> = pieces.iter().map(|piece| piece.points().iter().map(|pos| [pos.x, pos.y]).collect()).collect();
        assert_eq!(
            points,
            [
                vec![[0., 0.], [5., 5.]],
                vec![[5., 5.], [10., 10.], [15., 5.]],
                vec![[15., 5.], [20., 0.], [25., 5.]],
                vec![[25., 5.], [30., 10.]]
            ]
        );
        assert_eq!(sliced_line(&zigzag, &at(&[[10., 20.], [10., 10.]])).map(|pieces| pieces.len()), Some(2), "at a point");
        assert_eq!(sliced_line(&zigzag, &at(&[[0., -5.], [0., 0.]])), None, "at its end");
        assert_eq!(sliced_line(&zigzag, &at(&[[0., 20.], [30., 20.]])), None);
        let twice = sliced_line(&Path::from(at(&[[0., 0.], [30., 0.]])), &at(&[[10., -5.], [10., 5.], [20., 5.], [20., -5.]])).unwrap();
        assert_eq!(twice.iter().map(|piece| piece.points()[0].x).collect::<Vec<_>>(), [0., 10., 20.], "twice on one edge");
    }

    #[test]
    fn the_nearest_ends_are_joined() {
        let line = |points: &[[f64; 2]]| Path::from(at(points));
        let (a, b) = (line(&[[0., 0.], [10., 0.]]), line(&[[30., 0.], [12., 0.]]));
        assert_eq!(joined(&a, &b), Some(line(&[[0., 0.], [10., 0.], [12., 0.], [30., 0.]])));
        assert_eq!(joined(&line(&[[0., 0.], [10., 0.]]), &line(&[[0., 0.], [0., 9.]])), Some(line(&[[0., 9.], [0., 0.], [10., 0.]])));
    }

    #[test]
    fn opened_and_closed_again_is_the_same_border() {
        let mut ring = Path::from(at(&[[0., 0.], [10., 0.], [10., 10.]]));
        ring.set_edge(2, Edge { bend: Bend::Quadratic([0., 10.].into()), inferred: false });
        let polygon = Polygon::of_ring(ring);
        let line = opened(&polygon, ImagePos::new(9., 1.)).unwrap();
        assert_eq!((line.len(), line.points()[0], line.points()[3]), (4, [10., 0.].into(), [10., 0.].into()));
        let again = closed(&line).unwrap();
        assert_eq!(crate::area::started_at(&again, ImagePos::default()), polygon);
        assert_eq!(closed(&Path::from(at(&[[0., 0.], [10., 0.], [0., 0.]]))), None);
    }
}
