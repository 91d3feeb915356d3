//! From a row for each frame to the keyframes from which the same comes.

use super::gather::Row;
use super::rounded;
use limn_core::sequence::blend::Blend;
use limn_core::{Geometry, Mark, Rect};

/// Half of what rows are written with.
const TOLERANCE: f64 = 0.5e-6;

/// The keyframes of an object: every row but those that lie between two others on a straight line, to a millionth of a pixel.
/// Where a frame has no row, a keyframe says that the object is not in the picture. `rows`: in order, one a frame; `frames`: how
/// many the video has, if that is known.
pub(super) fn keyframes(rows: Vec<Row>, frames: Option<u64>) -> Vec<Row> {
    let mut kept = Vec::new();
    let mut run: Vec<Row> = Vec::new();
    for row in rows {
        if let Some(last) = run.last().filter(|last| last.frame + 1 < row.frame) {
            run.push(gone(last));
            keep(&run, &mut kept);
            run.clear();
        }
        run.push(row);
    }
    let Some(last) = run.last() else { return kept };
    let ends_before = frames.is_none_or(|frames| last.frame + 1 < frames);
    if ends_before {
        run.push(gone(last));
    }
    keep(&run, &mut kept);
    // What stays as it is to the end of the video needs no second keyframe.
    if !ends_before
        && let [.., before, last] = kept.as_slice()
        && is_alike(before, last)
        && before.geometry == last.geometry
    {
        kept.pop();
    }
    kept
}

/// Behind the last row of a stretch.
fn gone(last: &Row) -> Row {
    let mut row = Row { frame: last.frame + 1, is_between: false, ..last.clone() };
    row.marks.set(Mark::Outside(true));
    row
}

/// Adds what is needed of rows on consecutive frames.
fn keep(run: &[Row], kept: &mut Vec<Row>) {
    let mut at = 0;
    while let Some(row) = run.get(at) {
        kept.push(row.clone());
        at = next(run, at);
    }
}

/// Everything but the place.
fn is_alike(a: &Row, b: &Row) -> bool {
    a.marks == b.marks && a.confidence == b.confidence && a.extra == b.extra
}

/// The farthest row such that all between it and the one at `start` follow from these two.
fn next(run: &[Row], start: usize) -> usize {
    let told = told(run, start);
    if told > start + 1 && follow(run, start, told) {
        return told;
    }
    let far = match &run[start].geometry {
        Geometry::Box(rect) => straight(run, start, *rect),
        geometry => still(run, start, geometry),
    };
    if far > start + 1 && follow(run, start, far) { far } else { start + 1 }
}

/// The next row of which the file does not say that it lies between others.
fn told(run: &[Row], start: usize) -> usize {
    let between = run[start + 1..].iter().take_while(|row| row.is_between && is_alike(&run[start], row)).count();
    (start + 1 + between).min(run.len() - 1)
}

/// Whether all rows between two are what is shown there when these two are keyframes.
fn follow(run: &[Row], start: usize, end: usize) -> bool {
    let blend = Blend::new(&run[start].geometry, &run[end].geometry);
    let length = (end - start) as f64;
    (start + 1..end).all(|at| match (blend.at((at - start) as f64 / length), &run[at].geometry) {
        (Geometry::Box(a), Geometry::Box(b)) => numbers(a).map(rounded) == numbers(*b).map(rounded),
        (shown, wanted) => shown == *wanted,
    })
}

fn numbers(rect: Rect) -> [f64; 4] {
    [rect.min.x, rect.min.y, rect.max.x, rect.max.y]
}

/// How far boxes go in a straight line: each one narrows the slopes that the next may have.
fn straight(run: &[Row], start: usize, first: Rect) -> usize {
    let first = numbers(first);
    let mut slopes = [(f64::NEG_INFINITY, f64::INFINITY); 4];
    let mut far = start + 1;
    while far + 1 < run.len() && is_alike(&run[start], &run[far]) {
        let (Geometry::Box(between), Geometry::Box(end)) = (&run[far].geometry, &run[far + 1].geometry) else { break };
        let steps = (far - start) as f64;
        for ((slope, from), to) in slopes.iter_mut().zip(first).zip(numbers(*between)) {
            slope.0 = slope.0.max((to - from - TOLERANCE) / steps);
            slope.1 = slope.1.min((to - from + TOLERANCE) / steps);
        }
        let fits = |((slope, from), to): ((&(f64, f64), f64), f64)| {
            let own = (to - from) / (steps + 1.0);
            slope.0 <= own && own <= slope.1
        };
        if !slopes.iter().zip(first).zip(numbers(*end)).all(fits) {
            break;
        }
        far += 1;
    }
    far
}

/// How far any other shape stays as it is.
fn still(run: &[Row], start: usize, first: &Geometry) -> usize {
    let mut far = start + 1;
    while far + 1 < run.len() && is_alike(&run[start], &run[far]) && run[far].geometry == *first && run[far + 1].geometry == *first {
        far += 1;
    }
    far
}
