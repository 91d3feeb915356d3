//! Draw boxes: by dragging, with two clicks, by the outermost points, or of one size.

use crate::draft::Draft;
use crate::event::{Modifiers, ToolCx};
use crate::options::BoxMode;
use crate::output::{Handle, HandleKind, Hint, Input, Preview, PreviewKind, ToolCommandName, hint};
use crate::sketch::{Sketch, Stage};
use limn_core::geometry::ImageVec;
use limn_core::{Geometry, ImagePos, Rect};

/// Draws boxes.
#[derive(Debug, Default)]
pub(crate) struct BoxSketch {
    mode: BoxMode,
}

impl Sketch for BoxSketch {
    fn title(&self) -> &'static str {
        "Draw box"
    }

    fn num_points(&self, cx: &ToolCx<'_>) -> usize {
        match cx.options.bbox.mode {
            BoxMode::Corners => 2,
            BoxMode::Extreme => 4,
            BoxMode::Fixed => 1,
        }
    }

    fn shape(&self, points: &Draft, modifiers: Modifiers, cx: &ToolCx<'_>) -> Option<Geometry> {
        match (cx.options.bbox.mode, points.points.as_slice()) {
            (BoxMode::Corners, [from, to]) => Some(Geometry::Box(between(*from, *to, modifiers, cx))),
            (BoxMode::Extreme, all @ [_, _, _, _]) => Rect::around(all).map(Geometry::Box),
            (BoxMode::Fixed, [middle]) => Some(Geometry::Box(of_size(*middle, cx.options.bbox.size, cx))),
            _ => None,
        }
    }

    fn show(&self, points: &Draft, _modifiers: Modifiers, cx: &ToolCx<'_>, preview: &mut Preview) {
        if cx.options.bbox.mode != BoxMode::Extreme {
            return;
        }
        if let Some(rect) = Rect::around(&points.points).filter(|_| points.points.len() < 4) {
            preview.add(PreviewKind::Guide, true, vec![rect.corners().to_vec()]);
        } else if let Some((_, put)) = points.points.split_last() {
            preview.handles.extend(put.iter().map(|pos| Handle { pos: *pos, kind: HandleKind::Vertex, hot: false }));
        }
    }

    fn aims(&self) -> bool {
        true
    }

    fn remember(&mut self, cx: &ToolCx<'_>) {
        self.mode = cx.options.bbox.mode;
    }

    fn start_hint(&self) -> &'static str {
        "start a box here"
    }

    fn hints(&self, stage: Stage) -> Vec<Hint> {
        let remove_last = |text| hint(Input::Command(ToolCommandName::RemoveLast), text);
        match (self.mode, stage) {
            (BoxMode::Fixed, _) => vec![hint(Input::Click, "put the box, with the pointer in its middle")],
            (BoxMode::Extreme, Stage::Nothing) => vec![hint(Input::Click, "click the topmost, leftmost, lowest and rightmost point")],
            (BoxMode::Extreme, _) => {
                let next = hint(Input::Click, "click the next outermost point");
                vec![next, remove_last("take the point back"), hint(Input::Cancel, "drop the box")]
            }
            (BoxMode::Corners, Stage::Nothing) => vec![
                hint(Input::Drag, "draw a box"),
                hint(Input::Click, "set the first corner"),
                hint(Input::ShiftDrag, "draw a square"),
                hint(Input::AltDrag, "draw from the middle"),
            ],
            (BoxMode::Corners, Stage::Dragging) => vec![
                hint(Input::ShiftDrag, "make it a square"),
                hint(Input::AltDrag, "draw from the middle"),
                hint(Input::Cancel, "drop the box"),
            ],
            (BoxMode::Corners, Stage::Points(_)) => vec![
                hint(Input::Click, "set the opposite corner"),
                hint(Input::ShiftClick, "make it a square"),
                remove_last("drop the corner"),
                hint(Input::Cancel, "drop the corner"),
            ],
        }
    }
}

/// From the first corner to the pointer, where the label lets it be; a square with Shift, with Alt from the middle.
pub(crate) fn between(from: ImagePos, to: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) -> Rect {
    let mut by = to - from;
    let ahead = |at: f64, by: f64, low: f64, high: f64| if by < 0.0 { at - low } else { high - at };
    let around = |at: f64, low: f64, high: f64| (at - low).min(high - at);
    let Rect { min, max } = cx.room();
    let room = match modifiers.alt {
        true => [around(from.x, min.x, max.x), around(from.y, min.y, max.y)],
        false => [ahead(from.x, by.x, min.x, max.x), ahead(from.y, by.y, min.y, max.y)],
    };
    if modifiers.shift {
        let side = by.x.abs().max(by.y.abs()).min(room[0]).min(room[1]);
        by = ImageVec::new(side.copysign(by.x), side.copysign(by.y));
    } else if modifiers.alt {
        by = ImageVec::new(by.x.abs().min(room[0]), by.y.abs().min(room[1]));
    }
    match (modifiers.alt, modifiers.shift) {
        (true, _) => Rect::from_corners(cx.rounded(from + -by), cx.rounded(from + by)),
        (false, true) => Rect::from_corners(from, cx.rounded(from + by)),
        (false, false) => Rect::from_corners(from, to),
    }
}

/// Around a middle, as far inside as it fits where the label has it inside.
fn of_size(middle: ImagePos, size: [f64; 2], cx: &ToolCx<'_>) -> Rect {
    let along = |at: f64, size: f64, low: f64, high: f64| {
        let size = if size.is_finite() { size.max(1.0).min(high - low) } else { high - low };
        ((at - size / 2.0).min(high - size).max(low), size)
    };
    let room = cx.room();
    let (x, width) = along(middle.x, size[0], room.min.x, room.max.x);
    let (y, height) = along(middle.y, size[1], room.min.y, room.max.y);
    let min = cx.rounded(ImagePos::new(x, y));
    Rect::from_corners(min, cx.rounded(min + ImageVec::new(width, height)))
}
