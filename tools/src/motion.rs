//! Moving whole shapes.

use crate::event::ToolCx;
use crate::heading::Headed;
use crate::output::ToolAction;
use limn_core::geometry::ImageVec;
use limn_core::{Geometry, ImagePos, InstanceId, Rect};

/// The shapes moved together by as much of `by` as the image, or their labels, allow; none when that is nothing.
///
/// Shapes that lie partly outside already (imports do) may stay so, but are moved no farther out. With a mask among
/// them all move by whole pixels. What is pinned stays.
pub(crate) fn moved(ids: &[InstanceId], by: ImageVec, cx: &ToolCx<'_>) -> Vec<(InstanceId, Geometry)> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let is_pinned = |id: &InstanceId| cx.document.get(*id).is_some_and(|instance| instance.marks.pinned);
    let free = ids.into_iter().filter(|id| !is_pinned(id));
    let shapes: Vec<(InstanceId, &Geometry)> = free.filter_map(|id| cx.editable_geometry(id).map(|geometry| (id, geometry))).collect();
    let by = allowed(&shapes, by, cx);
    if by == ImageVec::default() {
        return Vec::new();
    }
    shapes.into_iter().map(|(id, geometry)| (id, translated(geometry, by, &cx.holding(id)))).collect()
}

/// One undo step that moves the selection.
pub(crate) fn nudge(by: ImageVec, cx: &ToolCx<'_>) -> Vec<ToolAction> {
    edit("Move", moved(cx.selection, by, cx))
}

/// One undo step, or nothing without edits.
pub(crate) fn edit(title: &'static str, edits: Vec<(InstanceId, Geometry)>) -> Vec<ToolAction> {
    if edits.is_empty() { Vec::new() } else { vec![ToolAction::Edit { title, edits }] }
}

/// The same with directions that turn along.
pub(crate) fn pointed(title: &'static str, edits: Vec<(InstanceId, Geometry)>, headings: Vec<Headed>) -> Vec<ToolAction> {
    if headings.is_empty() { edit(title, edits) } else { vec![ToolAction::Point { title, edits, headings }] }
}

fn allowed(shapes: &[(InstanceId, &Geometry)], by: ImageVec, cx: &ToolCx<'_>) -> ImageVec {
    let (mut x, mut y) = (Room::default(), Room::default());
    let mut whole_pixels = false;
    for (id, geometry) in shapes {
        let Some(bounds) = geometry.bounds() else { continue };
        let mut room = cx.room_of(*id);
        if let Geometry::Mask(mask) = geometry {
            // What leaves a mask's own frame is cut off, whatever the label says.
            let [width, height] = cx.image;
            room = Rect::from_xywh(0.0, 0.0, width.min(f64::from(mask.width())), height.min(f64::from(mask.height())));
            whole_pixels = true;
        }
        x.take(bounds.min.x, bounds.max.x, room.min.x, room.max.x);
        y.take(bounds.min.y, bounds.max.y, room.min.y, room.max.y);
    }
    let step = |by: f64, room: Room| {
        let by = if by.is_finite() { by.max(room.back).min(room.ahead) } else { 0.0 };
        // Whole pixels towards zero: a mask pushed over the border would lose what is cut off.
        if whole_pixels { by.round().max(room.back.ceil()).min(room.ahead.floor()) } else { (by * 100.0).round() / 100.0 }
    };
    ImageVec::new(step(by.x, x), step(by.y, y))
}

/// How far a group may move along one axis, back (negative) and ahead.
#[derive(Clone, Copy)]
struct Room {
    back: f64,
    ahead: f64,
}

impl Default for Room {
    fn default() -> Self {
        Self { back: f64::NEG_INFINITY, ahead: f64::INFINITY }
    }
}

impl Room {
    fn take(&mut self, low: f64, high: f64, least: f64, most: f64) {
        self.back = self.back.max((least - low).min(0.0));
        self.ahead = self.ahead.min((most - high).max(0.0));
    }
}

fn translated(geometry: &Geometry, by: ImageVec, cx: &ToolCx<'_>) -> Geometry {
    let place = |pos: ImagePos| {
        let rounded = pos.rounded();
        // Rounding must not push over the border what was inside it.
        let inside = cx.clamped(pos).distance(pos) < 0.01;
        if inside { cx.clamped(rounded) } else { rounded }
    };
    let moved = geometry.translated(by);
    let rounded = match &moved {
        Geometry::Mask(_) => return moved,
        other => other.map(place),
    };
    // A shape thinner than the rounding keeps its exact size instead.
    if rounded.is_sound() { rounded } else { moved }
}
