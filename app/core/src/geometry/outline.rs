//! Borders of pixel sets along pixel edges, straight from run lengths: the work follows the runs, not the frame.

use super::pos::ImagePos;
use std::collections::HashMap;

type Corner = (u32, u32);

/// Closed rings around the pixels of vertical stretches `(column, first row, row behind the last)` in column order.
/// Points stand only where the border turns.
pub fn rings_of_runs(stretches: impl Iterator<Item = (u32, u32, u32)>) -> Vec<Vec<ImagePos>> {
    let edges = directed_edges(stretches);
    let mut order: Vec<Corner> = edges.keys().copied().collect();
    order.sort_unstable();
    let mut edges = edges;
    let mut rings = Vec::new();
    for start in order {
        while let Some(first) = take_edge(&mut edges, start, None) {
            let mut ring = vec![start];
            let (mut at, mut from) = (first, start);
            while at != start {
                ring.push(at);
                let Some(next) = take_edge(&mut edges, at, Some(from)) else { break };
                from = at;
                at = next;
            }
            rings.push(without_straight_points(&ring));
        }
    }
    rings
}

/// Every border edge, with the pixels on its right hand: start to the one or two ends.
fn directed_edges(stretches: impl Iterator<Item = (u32, u32, u32)>) -> HashMap<Corner, Vec<Corner>> {
    let mut edges: HashMap<Corner, Vec<Corner>> = HashMap::new();
    let mut add = |from: Corner, to: Corner| edges.entry(from).or_default().push(to);
    let mut column: Option<u32> = None;
    let (mut before, mut here): (Vec<Corner>, Vec<Corner>) = (Vec::new(), Vec::new());
    let mut finish_column = |x: u32, before: &[Corner], here: &[Corner]| {
        for (top, bottom) in difference(here, before) {
            add((x, bottom), (x, top)); // left border, upwards
        }
        for (top, bottom) in difference(before, here) {
            add((x, top), (x, bottom)); // right border of the column before, downwards
        }
        for (top, bottom) in here {
            add((x, *top), (x + 1, *top));
            add((x + 1, *bottom), (x, *bottom));
        }
    };
    for (x, top, bottom) in stretches {
        if column != Some(x) {
            if let Some(last) = column {
                finish_column(last, &before, &here);
                before = std::mem::take(&mut here);
                if last + 1 != x {
                    finish_column(last + 1, &before, &[]);
                    before.clear();
                }
            }
            column = Some(x);
        }
        match here.last_mut() {
            Some(last) if last.1 == top => last.1 = bottom,
            _ => here.push((top, bottom)),
        }
    }
    if let Some(last) = column {
        finish_column(last, &before, &here);
        finish_column(last + 1, &here, &[]);
    }
    edges
}

/// What of the sorted disjoint intervals `a` is not covered by `b`.
fn difference(a: &[Corner], b: &[Corner]) -> Vec<Corner> {
    let mut rest = Vec::new();
    for (start, end) in a {
        let mut at = *start;
        for (cut_start, cut_end) in b.iter().filter(|cut| cut.0 < *end && cut.1 > *start) {
            if *cut_start > at {
                rest.push((at, *cut_start));
            }
            at = at.max(*cut_end);
        }
        if at < *end {
            rest.push((at, *end));
        }
    }
    rest
}

/// Takes an edge that leaves `at`. Where two leave (pixels that touch at a corner) the one that turns right, so that
/// the two pixels get rings of their own and no ring crosses itself.
fn take_edge(edges: &mut HashMap<Corner, Vec<Corner>>, at: Corner, from: Option<Corner>) -> Option<Corner> {
    let ends = edges.get_mut(&at)?;
    let pick = match (ends.len(), from) {
        (0, _) => return None,
        (1, _) | (_, None) => 0,
        (_, Some(from)) => {
            let turn = |end: &Corner| {
                let (ax, ay) = (i64::from(at.0) - i64::from(from.0), i64::from(at.1) - i64::from(from.1));
                let (bx, by) = (i64::from(end.0) - i64::from(at.0), i64::from(end.1) - i64::from(at.1));
                (ax * by - ay * bx).signum()
            };
            ends.iter().position(|end| turn(end) > 0).unwrap_or(0)
        }
    };
    Some(ends.swap_remove(pick))
}

fn without_straight_points(ring: &[Corner]) -> Vec<ImagePos> {
    let len = ring.len();
    let straight = |a: Corner, b: Corner, c: Corner| (a.0 == b.0 && b.0 == c.0) || (a.1 == b.1 && b.1 == c.1);
    (0..len)
        .filter(|at| !straight(ring[(at + len - 1) % len], ring[*at], ring[(at + 1) % len]))
        .map(|at| ImagePos::new(f64::from(ring[at].0), f64::from(ring[at].1)))
        .collect()
}
