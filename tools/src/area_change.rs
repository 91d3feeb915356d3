//! Commands that make other areas and lines out of the selected ones, whatever tool is in hand.

use crate::area::{AreaOp, closed, combined, curved, grown, joined, opened, reduced, reversed, smoothed, started_at};
use crate::event::ToolCx;
use crate::grips::is_allowed;
use crate::links::Shared;
use crate::mask_work::is_of_frame;
use crate::output::ToolAction;
use limn_core::geometry::{MaskTiles, Path};
use limn_core::{Geometry, ImagePos, InstanceId, Mask, Part, Polygon};

/// What can be done to the selected areas and lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AreaCommand {
    /// The first selected becomes what it makes together with the others. These are gone after that, but not when they are
    /// subtracted.
    Combine(AreaOp),
    /// Grow each by so many pixels, or shrink it when that is negative.
    Grow(f64),
    /// Cut the corners off so many times.
    Smooth(u32),
    /// Bend straight edges so that there are no corners.
    Curve,
    /// Leave out points that lie at most so many pixels from the rest. While borders are linked, shared points stay.
    Simplify(f64),
    /// Walk the border the other way round.
    Reverse,
    /// Let the border begin at the point nearest to here.
    StartAt(ImagePos),
    /// A shape of its own for each part.
    SplitParts,
    /// One shape whose parts the selected are.
    MergeParts,
    /// Join the ends of two lines that are nearest to each other.
    JoinLines,
    /// Two lines from one, at its point nearest to here.
    SplitLine(ImagePos),
    /// An area from each line, a line from each area that begins at its point nearest to here.
    CloseOrOpen(ImagePos),
}

/// What a command does to the selection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AreaChange {
    /// New geometry.
    pub edits: Vec<(InstanceId, Geometry)>,
    /// New instances like the one named.
    pub copies: Vec<(InstanceId, Geometry)>,
    /// What goes.
    pub delete: Vec<InstanceId>,
    /// The farthest that a point left out lies from the new border, in pixels.
    pub error: f64,
    /// Points of the edited shapes before.
    pub num_before: usize,
    /// Points of the edited shapes after.
    pub num_after: usize,
}

impl AreaCommand {
    /// Name of the undo step.
    pub fn title(self) -> &'static str {
        match self {
            Self::Combine(AreaOp::Union) => "Union",
            Self::Combine(AreaOp::Subtract) => "Subtract",
            Self::Combine(AreaOp::Intersect) => "Intersect",
            Self::Combine(AreaOp::Exclude) => "Exclude",
            Self::Grow(by) if by < 0.0 => "Shrink",
            Self::Grow(_) => "Grow",
            Self::Smooth(_) => "Smooth",
            Self::Curve => "Bend edges",
            Self::Simplify(_) => "Simplify",
            Self::Reverse => "Reverse direction",
            Self::StartAt(_) => "Set start point",
            Self::SplitParts => "Split parts",
            Self::MergeParts => "Merge as parts",
            Self::JoinLines => "Join lines",
            Self::SplitLine(_) => "Split line",
            Self::CloseOrOpen(_) => "Close or open",
        }
    }
}

/// What a command does to the selection: one undo step, or nothing. Locked and hidden shapes stay as they are.
pub fn change_areas(command: AreaCommand, cx: &ToolCx<'_>) -> Vec<ToolAction> {
    let AreaChange { edits, copies, delete, .. } = area_change(command, cx);
    let title = command.title();
    match (edits.is_empty(), copies.is_empty() && delete.is_empty()) {
        (true, _) => Vec::new(),
        (false, true) => vec![ToolAction::Edit { title, edits }],
        (false, false) => vec![ToolAction::Derive { title, edits, copies, delete }],
    }
}

/// The same without doing it.
pub fn area_change(command: AreaCommand, cx: &ToolCx<'_>) -> AreaChange {
    let mut shapes: Vec<(InstanceId, &Geometry)> = Vec::with_capacity(cx.selection.len());
    for id in cx.selection {
        if let Some(geometry) = cx.editable_geometry(*id).filter(|_| shapes.iter().all(|(other, _)| other != id)) {
            shapes.push((*id, geometry));
        }
    }
    let mut change = match command {
        AreaCommand::Combine(op) => combine(op, &shapes, cx),
        AreaCommand::SplitParts => split_parts(&shapes),
        AreaCommand::MergeParts => merge_parts(&shapes),
        AreaCommand::JoinLines => join_lines(&shapes),
        AreaCommand::SplitLine(pos) => split_line(&shapes, pos),
        _ => each(command, &shapes, cx),
    };
    let sound = |(id, geometry): &(InstanceId, Geometry)| is_allowed(geometry, &cx.holding(*id));
    // All of it or nothing: a part must not get lost.
    let derives = !change.copies.is_empty() || !change.delete.is_empty();
    if derives && !(change.edits.iter().all(sound) && change.copies.iter().all(sound)) {
        return AreaChange::default();
    }
    change.edits.retain(|edit| sound(edit) && (derives || cx.editable_geometry(edit.0) != Some(&edit.1)));
    let before = change.edits.iter().filter_map(|(id, _)| cx.document.get(*id)).map(|instance| instance.geometry.num_points());
    change.num_before = before.sum();
    change.num_after = change.edits.iter().map(|(_, geometry)| geometry.num_points()).sum();
    change
}

/// The area of a shape as a polygon; `None` for lines, points and masks.
pub(crate) fn area_of(geometry: &Geometry) -> Option<Polygon> {
    match geometry {
        Geometry::Polygon(polygon) => Some(polygon.clone()),
        Geometry::Box(_) | Geometry::RotatedBox(_) | Geometry::Ellipse(_) | Geometry::Cuboid(_) => {
            let part = |ring: Vec<ImagePos>| Part { outer: Path::from(ring), holes: Vec::new() };
            Some(Polygon { parts: geometry.rings().into_iter().map(part).collect() })
        }
        Geometry::Mask(_) | Geometry::Polyline(_) | Geometry::Keypoints(_) | Geometry::Point(_) | Geometry::Tag => None,
    }
}

fn combine(op: AreaOp, shapes: &[(InstanceId, &Geometry)], cx: &ToolCx<'_>) -> AreaChange {
    if let Some(change) = combine_masks(op, shapes, cx) {
        return change;
    }
    let areas: Vec<(InstanceId, Polygon)> = shapes.iter().filter_map(|(id, geometry)| Some((*id, area_of(geometry)?))).collect();
    let Some(((id, first), others)) = areas.split_first() else { return AreaChange::default() };
    // One alone can be united with itself: what crosses is put right.
    if others.is_empty() && op != AreaOp::Union {
        return AreaChange::default();
    }
    let result = combined(op, first, &others.iter().map(|(_, area)| area).collect::<Vec<_>>());
    let delete = if op == AreaOp::Subtract { Vec::new() } else { others.iter().map(|(id, _)| *id).collect() };
    AreaChange { edits: vec![(*id, Geometry::Polygon(result))], delete, ..AreaChange::default() }
}

/// Masks are combined pixel by pixel.
fn combine_masks(op: AreaOp, shapes: &[(InstanceId, &Geometry)], cx: &ToolCx<'_>) -> Option<AreaChange> {
    let masks: Vec<(InstanceId, MaskTiles)> = shapes
        .iter()
        .filter_map(|(id, geometry)| match geometry {
            Geometry::Mask(mask) if is_of_frame(mask, cx) => Some((*id, MaskTiles::from(mask))),
            _ => None,
        })
        .collect();
    if masks.len() < 2 || masks.len() != shapes.len() {
        return None;
    }
    let ((id, first), others) = masks.split_first()?;
    let mut result = first.clone();
    for (_, other) in others {
        match op {
            AreaOp::Union => result.union(other),
            AreaOp::Subtract => result.subtract(other),
            AreaOp::Intersect => result.intersect(other),
            AreaOp::Exclude => {
                let mut both = result.clone();
                both.intersect(other);
                result.union(other);
                result.subtract(&both);
            }
        }
    }
    let delete = if op == AreaOp::Subtract { Vec::new() } else { others.iter().map(|(id, _)| *id).collect() };
    Some(AreaChange { edits: vec![(*id, Geometry::Mask(Mask::from(&result)))], delete, ..AreaChange::default() })
}

/// Commands that change each shape by itself.
fn each(command: AreaCommand, shapes: &[(InstanceId, &Geometry)], cx: &ToolCx<'_>) -> AreaChange {
    let mut change = AreaChange::default();
    for (id, geometry) in shapes {
        let changed = match (command, *geometry) {
            (AreaCommand::Simplify(tolerance), Geometry::Polygon(polygon)) => {
                let shared = Shared::of(*id, geometry, cx);
                let (less, error) = reduced(polygon, tolerance, &|pos| shared.contains(pos));
                change.error = change.error.max(error);
                Some(Geometry::Polygon(less))
            }
            (AreaCommand::Simplify(tolerance), Geometry::Polyline(line)) => {
                let shared = Shared::of(*id, geometry, cx);
                let (less, error) = crate::area::reduced_path(line, false, tolerance, &|pos| shared.contains(pos));
                change.error = change.error.max(error);
                Some(Geometry::Polyline(less))
            }
            (AreaCommand::Grow(by), other) => area_of(other).map(|area| Geometry::Polygon(grown(&area, by, cx.room_of(*id)))),
            (AreaCommand::Smooth(passes), Geometry::Polygon(polygon)) => Some(Geometry::Polygon(smoothed(polygon, passes))),
            (AreaCommand::Curve, Geometry::Polygon(polygon)) => Some(Geometry::Polygon(within(curved(polygon), &cx.holding(*id)))),
            (AreaCommand::Reverse, Geometry::Polygon(polygon)) => Some(Geometry::Polygon(reversed(polygon))),
            (AreaCommand::Reverse, Geometry::Polyline(line)) => {
                let mut line = line.clone();
                line.reverse(false);
                Some(Geometry::Polyline(line))
            }
            (AreaCommand::StartAt(pos), Geometry::Polygon(polygon)) => Some(Geometry::Polygon(started_at(polygon, pos))),
            (AreaCommand::CloseOrOpen(_), Geometry::Polyline(line)) => closed(line).map(Geometry::Polygon),
            (AreaCommand::CloseOrOpen(pos), Geometry::Polygon(polygon)) => opened(polygon, pos).map(Geometry::Polyline),
            _ => None,
        };
        change.edits.extend(changed.map(|changed| (*id, changed)));
    }
    change
}

/// With every control point where the label lets it be.
fn within(polygon: Polygon, cx: &ToolCx<'_>) -> Polygon {
    polygon.map(|pos| cx.clamped(pos))
}

fn split_parts(shapes: &[(InstanceId, &Geometry)]) -> AreaChange {
    let mut change = AreaChange::default();
    for (id, geometry) in shapes {
        let Geometry::Polygon(polygon) = geometry else { continue };
        if polygon.parts.len() < 2 {
            continue;
        }
        let single = |part: &Part| Polygon { parts: vec![part.clone()] };
        let mut parts: Vec<Polygon> = polygon.parts.iter().map(single).collect();
        // The largest keeps the identity.
        let largest = parts.iter().enumerate().max_by(|a, b| a.1.area().total_cmp(&b.1.area()).then(b.0.cmp(&a.0)));
        let kept = parts.remove(largest.map_or(0, |(at, _)| at));
        change.edits.push((*id, Geometry::Polygon(kept)));
        change.copies.extend(parts.into_iter().map(|part| (*id, Geometry::Polygon(part))));
    }
    change
}

fn merge_parts(shapes: &[(InstanceId, &Geometry)]) -> AreaChange {
    let areas: Vec<(InstanceId, Polygon)> = shapes.iter().filter_map(|(id, geometry)| Some((*id, area_of(geometry)?))).collect();
    let [(id, _), others @ ..] = &areas[..] else { return AreaChange::default() };
    if others.is_empty() {
        return AreaChange::default();
    }
    let parts = areas.iter().flat_map(|(_, area)| area.parts.clone()).collect();
    let delete = others.iter().map(|(id, _)| *id).collect();
    AreaChange { edits: vec![(*id, Geometry::Polygon(Polygon { parts }))], delete, ..AreaChange::default() }
}

fn join_lines(shapes: &[(InstanceId, &Geometry)]) -> AreaChange {
    let [(id, Geometry::Polyline(first)), (other, Geometry::Polyline(second))] = shapes else { return AreaChange::default() };
    let edits = joined(first, second).map(|line| (*id, Geometry::Polyline(line)));
    AreaChange { edits: edits.into_iter().collect(), delete: vec![*other], ..AreaChange::default() }
}

fn split_line(shapes: &[(InstanceId, &Geometry)], pos: ImagePos) -> AreaChange {
    let [(id, Geometry::Polyline(line))] = shapes else { return AreaChange::default() };
    let inner = line.points().iter().enumerate().skip(1).take(line.len().saturating_sub(2));
    let Some((at, _)) = inner.min_by(|a, b| a.1.distance(pos).total_cmp(&b.1.distance(pos))) else { return AreaChange::default() };
    let piece = |first, last| (*id, Geometry::Polyline(crate::area::between(line, first, last)));
    AreaChange { edits: vec![piece(0, at)], copies: vec![piece(at, line.len() - 1)], ..AreaChange::default() }
}
