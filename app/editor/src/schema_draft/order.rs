//! The order of labels, and which stand below which.

use limn_core::{LabelId, Schema};
use std::collections::{HashMap, HashSet};

/// A row of the tree of labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The label.
    pub id: LabelId,
    /// Its place in the schema's list.
    pub at: usize,
    /// How many stand above it.
    pub depth: usize,
}

/// Where a label goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// Before its neighbour above, below the same label.
    Up,
    /// Behind its neighbour below, below the same label.
    Down,
    /// Below its neighbour above, as the last there.
    In,
    /// Behind the label that it stands below.
    Out,
    /// Before another one, below the same label as that.
    Before(LabelId),
    /// Behind another one and all below that, below the same label as that.
    After(LabelId),
    /// Below another one, as the last there.
    Below(LabelId),
}

/// The offered labels as a tree from top to bottom, each family in the order of the list; what stands below a retired label,
/// or below itself, stands at the top.
pub fn branches(schema: &Schema) -> Vec<Branch> {
    let offered: HashSet<LabelId> = schema.offered().map(|label| label.id).collect();
    let mut below: HashMap<Option<LabelId>, Vec<usize>> = HashMap::new();
    for (at, label) in schema.labels.iter().enumerate().filter(|(_, label)| !label.deprecated) {
        below.entry(label.parent.filter(|parent| offered.contains(parent))).or_default().push(at);
    }
    let mut rows = Vec::with_capacity(offered.len());
    let mut open: Vec<(usize, usize)> = below.get(&None).into_iter().flatten().rev().map(|at| (*at, 0)).collect();
    let mut seen = HashSet::new();
    while let Some((at, depth)) = open.pop() {
        let id = schema.labels[at].id;
        if seen.insert(at) {
            rows.push(Branch { id, at, depth });
            open.extend(below.get(&Some(id)).into_iter().flatten().rev().map(|at| (*at, depth + 1)));
        }
    }
    // Those of a circle hang on nothing; the person must see them to take it out.
    let lost = schema.labels.iter().enumerate().filter(|(at, label)| !label.deprecated && !seen.contains(at));
    rows.extend(lost.map(|(at, label)| Branch { id: label.id, at, depth: 0 }));
    rows
}

/// Behind which place of the list a new label below `parent` goes.
pub(super) fn end_of(schema: &Schema, parent: LabelId) -> Option<usize> {
    let rows = branches(schema);
    let start = rows.iter().position(|row| row.id == parent)?;
    let family = rows[start..].iter().enumerate().take_while(|(at, row)| *at == 0 || row.depth > rows[start].depth);
    family.map(|(_, row)| row.at + 1).max()
}

/// Rows of a label and all below it.
fn family(rows: &[Branch], id: LabelId) -> Option<std::ops::Range<usize>> {
    let start = rows.iter().position(|row| row.id == id)?;
    let len = rows[start + 1..].iter().take_while(|row| row.depth > rows[start].depth).count();
    Some(start..start + 1 + len)
}

/// The neighbours above and below, and the label above it in the tree.
fn around(schema: &Schema, rows: &[Branch], id: LabelId) -> [Option<LabelId>; 3] {
    let Some(at) = rows.iter().position(|row| row.id == id) else { return [None; 3] };
    let depth = rows[at].depth;
    let near = |row: Option<&Branch>| row.filter(|row| row.depth == depth).map(|row| row.id);
    let before = near(rows[..at].iter().rev().find(|row| row.depth <= depth));
    let after = near(rows[at + 1..].iter().find(|row| row.depth <= depth));
    let parent = (depth > 0).then(|| schema.label(id)?.parent).flatten();
    [before, after, parent]
}

/// Puts a label with all below it elsewhere; nothing happens when there is no such place.
pub(super) fn move_label(schema: &mut Schema, id: LabelId, spot: Spot) {
    let rows = branches(schema);
    let [before, after, parent] = around(schema, &rows, id);
    let spot = match spot {
        Spot::Up => before.map(Spot::Before),
        Spot::Down => after.map(Spot::After),
        Spot::In => before.map(Spot::Below),
        Spot::Out => parent.map(Spot::After),
        other => Some(other),
    };
    let Some((spot, moved)) = spot.zip(family(&rows, id)) else { return };
    let (Spot::Before(other) | Spot::After(other) | Spot::Below(other)) = spot else { return };
    let Some(target) = family(&rows, other).filter(|target| !moved.contains(&target.start)) else { return };
    let parent = if let Spot::Below(_) = spot { Some(other) } else { schema.label(other).and_then(|label| label.parent) };
    let to = if let Spot::Before(_) = spot { target.start } else { target.end };
    let mut order: Vec<LabelId> = rows.iter().map(|row| row.id).collect();
    let block: Vec<LabelId> = order.drain(moved.clone()).collect();
    let to = if to > moved.start { to - block.len().min(to - moved.start) } else { to };
    order.splice(to..to, block);
    let places: HashMap<LabelId, usize> = order.into_iter().enumerate().map(|(at, id)| (id, at)).collect();
    schema.labels.sort_by_key(|label| places.get(&label.id).copied().unwrap_or(usize::MAX));
    if let Some(label) = schema.labels.iter_mut().find(|label| label.id == id) {
        label.parent = parent;
    }
}

/// Moves one of a list by so many places among those that `counts` says are seen; at most to the ends.
pub(super) fn shift<T>(list: &mut [T], at: usize, by: isize, counts: impl Fn(&T) -> bool) {
    let mut at = at;
    for _ in 0..by.unsigned_abs() {
        let next =
            if by < 0 { list[..at].iter().rposition(&counts) } else { list[at + 1..].iter().position(&counts).map(|next| at + 1 + next) };
        let Some(next) = next else { return };
        if next < at {
            list[next..=at].rotate_right(1)
        } else {
            list[at..=next].rotate_left(1)
        }
        at = next;
    }
}
