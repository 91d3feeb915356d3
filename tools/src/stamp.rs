//! Stamps a shape that was taken as a template: as it is with a click, scaled and turned by a drag.

use crate::consts::DRAG_THRESHOLD;
use crate::event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
use crate::motion::nudge;
use crate::output::{Cursor, Hint, Input, Preview, PreviewKind, ToolAction, hint};
use crate::outside::{Fit, fitted};
use crate::snap::on_angle;
use crate::tool::Tool;
use limn_core::geometry::ImageVec;
use limn_core::schema::Outside;
use limn_core::{Geometry, ImagePos};

/// Sizes of a stamp, as factors of the template's.
const SCALES: std::ops::RangeInclusive<f64> = 0.05..=20.0;

/// Puts copies of [`crate::ToolOptions::stamp`] on the picture.
#[derive(Debug, Default)]
pub struct StampTool {
    /// The pointer over the canvas.
    pos: Option<ImagePos>,
    /// The middle of the stamp being put down.
    press: Option<ImagePos>,
    dragged: bool,
    modifiers: Modifiers,
}

impl Tool for StampTool {
    fn handle(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match *event {
            ToolEvent::Press { pos, .. } | ToolEvent::Move { pos, .. } | ToolEvent::Release { pos, .. } if !pos.is_finite() => Vec::new(),
            // The release got lost: what was dragged so far counts.
            ToolEvent::Press { .. } | ToolEvent::Move { pressed: false, .. } if self.press.is_some() => self.put(cx),
            ToolEvent::Press { pos, modifiers, .. } => {
                (self.pos, self.modifiers, self.dragged) = (Some(pos), modifiers, false);
                self.press = cx.options.stamp.as_ref().map(|_| cx.placed(pos));
                Vec::new()
            }
            ToolEvent::Move { pos, modifiers, .. } => {
                self.follow(pos, modifiers, cx);
                Vec::new()
            }
            ToolEvent::Release { pos, modifiers } => {
                self.follow(pos, modifiers, cx);
                self.put(cx)
            }
            ToolEvent::Leave => {
                self.pos = None;
                Vec::new()
            }
            ToolEvent::Command(ToolCommand::Nudge(by)) => nudge(by, cx),
            ToolEvent::Command(_) => Vec::new(),
            ToolEvent::Cancel => {
                let idle = self.press.take().is_none();
                if idle && !cx.selection.is_empty() { vec![ToolAction::Select(Vec::new())] } else { Vec::new() }
            }
        }
    }

    fn preview(&self, cx: &ToolCx<'_>) -> Preview {
        let mut preview = Preview::default();
        let Some(stamped) = self.stamped(cx) else { return preview };
        // What will be there, not what is put.
        let stamped = match (cx.outside(), fitted(&stamped, cx.image)) {
            (Outside::Clip, Fit::Cut(cut)) => cut,
            (Outside::Clip, Fit::Gone) => return preview,
            _ => stamped,
        };
        let rings = stamped.rings();
        match &stamped {
            Geometry::Polyline(line) => preview.add(PreviewKind::Drawing, false, vec![line.points().to_vec()]),
            Geometry::Keypoints(keypoints) => {
                preview.add(PreviewKind::Drawing, false, keypoints.present().map(|(_, point)| cross(point.pos, cx.px)).collect());
            }
            Geometry::Point(pos) => preview.add(PreviewKind::Drawing, false, vec![cross(*pos, cx.px)]),
            _ => preview.add(PreviewKind::Drawing, true, rings),
        }
        if self.dragged {
            let (scale, degrees) = self.size_and_turn(cx);
            preview.readout = Some(format!("{:.0} %  {:.0}°", scale * 100.0, degrees));
        }
        preview
    }

    fn cursor(&self, cx: &ToolCx<'_>) -> Cursor {
        if cx.options.stamp.is_some() { Cursor::Crosshair } else { Cursor::Forbidden }
    }

    fn hints(&self) -> Vec<Hint> {
        match self.press {
            Some(_) => vec![hint(Input::ShiftDrag, "turn by 15°"), hint(Input::Cancel, "drop it")],
            None => vec![hint(Input::Click, "put the shape here"), hint(Input::Drag, "put it here, scaled and turned")],
        }
    }

    fn is_busy(&self) -> bool {
        self.press.is_some()
    }
}

/// Two short lines, for what has no outline.
fn cross(pos: ImagePos, px: f64) -> Vec<ImagePos> {
    let (x, y) = (ImageVec::new(4.0 * px, 0.0), ImageVec::new(0.0, 4.0 * px));
    vec![pos + -x, pos + x, pos, pos + -y, pos + y]
}

impl StampTool {
    fn follow(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        (self.pos, self.modifiers) = (Some(pos), modifiers);
        self.dragged |= self.press.is_some_and(|press| press.distance(pos) > DRAG_THRESHOLD * cx.px);
    }

    /// The factor, and degrees clockwise: the drag reaches from the middle to where the template's right side comes.
    fn size_and_turn(&self, cx: &ToolCx<'_>) -> (f64, f64) {
        let plain = (1.0, 0.0);
        let (Some(press), Some(pos), true) = (self.press, self.pos, self.dragged) else { return plain };
        let Some(bounds) = cx.options.stamp.as_ref().and_then(|stamp| stamp.bounds()) else { return plain };
        let reach = (bounds.width() / 2.0).max(bounds.height() / 2.0).max(1.0);
        let by = if self.modifiers.shift { on_angle(press, pos) } else { pos } - press;
        ((by.length() / reach).clamp(*SCALES.start(), *SCALES.end()), by.y.atan2(by.x).to_degrees())
    }

    fn stamped(&self, cx: &ToolCx<'_>) -> Option<Geometry> {
        let template = cx.options.stamp.as_ref()?;
        let at = self.press.or(self.pos)?;
        let (scale, degrees) = self.size_and_turn(cx);
        template.similar(template.bounds()?.center(), at, scale, degrees)
    }

    fn put(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let stamped = self.stamped(cx).map(|geometry| match geometry {
            // What is turned keeps its form; its middle stays in the picture. Else what lies outside is cut off later.
            turned @ (Geometry::RotatedBox(_) | Geometry::Ellipse(_)) => turned.map(|pos| cx.clamped(pos).rounded()),
            other => other.map(ImagePos::rounded),
        });
        let put = self.press.take().is_some();
        let geometry = stamped.filter(|geometry| put && geometry.is_sound());
        geometry.map(|geometry| vec![ToolAction::Create { geometry, title: "Stamp" }]).unwrap_or_default()
    }
}
