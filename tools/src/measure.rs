//! Measures distances in the picture; makes nothing.

use crate::consts::DRAG_THRESHOLD;
use crate::event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
use crate::output::{Cursor, Handle, HandleKind, Hint, Input, Preview, PreviewKind, ToolAction, hint};
use crate::snap::on_angle;
use crate::tool::Tool;
use limn_core::ImagePos;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    /// Nothing is under way; a line that was measured stays to be read.
    #[default]
    Idle,
    /// Down at the first end: a click or a drag?
    Pressed,
    /// The button is down for the second end.
    Dragging,
    /// The first end was clicked; the button is up.
    Placed,
}

/// A tape: from a place to another, its length and its angle.
#[derive(Debug, Default)]
pub struct MeasureTool {
    state: State,
    from: Option<ImagePos>,
    to: ImagePos,
}

impl Tool for MeasureTool {
    fn handle(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match *event {
            ToolEvent::Press { pos, .. } | ToolEvent::Move { pos, .. } | ToolEvent::Release { pos, .. } if !pos.is_finite() => {}
            ToolEvent::Press { pos, modifiers, .. } => {
                self.follow(pos, modifiers, cx);
                if self.state == State::Placed {
                    self.state = State::Idle;
                } else {
                    let at = cx.placed(pos);
                    (self.from, self.to, self.state) = (Some(at), at, State::Pressed);
                }
            }
            ToolEvent::Move { pos, modifiers, .. } => self.follow(pos, modifiers, cx),
            ToolEvent::Release { pos, modifiers } => {
                self.follow(pos, modifiers, cx);
                self.state = match self.state {
                    State::Pressed => State::Placed,
                    State::Dragging => State::Idle,
                    other => other,
                };
            }
            ToolEvent::Leave => {}
            ToolEvent::Command(ToolCommand::RemoveLast | ToolCommand::Delete) if self.from.is_some() => {
                *self = Self::default();
                // Any action keeps the editor from deleting the selection.
                return vec![ToolAction::Select(cx.selection.to_vec())];
            }
            ToolEvent::Command(_) => {}
            ToolEvent::Cancel => {
                let measured = std::mem::take(self).from.is_some();
                if !measured && !cx.selection.is_empty() {
                    return vec![ToolAction::Select(Vec::new())];
                }
            }
        }
        Vec::new()
    }

    fn preview(&self, cx: &ToolCx<'_>) -> Preview {
        let mut preview = Preview::default();
        let Some(from) = self.from else { return preview };
        preview.add(PreviewKind::Tape, false, vec![vec![from, self.to]]);
        preview.handles = [from, self.to].map(|pos| Handle { pos, kind: HandleKind::Vertex, hot: false }).to_vec();
        let along = self.to - from;
        let angle = -along.y.atan2(along.x).to_degrees();
        let angle = if along.length() == 0.0 { 0.0 } else { (angle * 10.0).round() / 10.0 + 0.0 };
        preview.readout = Some(format!("{}  {angle}°", cx.options.scale.text(along.length())));
        preview
    }

    fn cursor(&self, _cx: &ToolCx<'_>) -> Cursor {
        Cursor::Crosshair
    }

    fn hints(&self) -> Vec<Hint> {
        match self.state {
            State::Idle => {
                vec![hint(Input::Drag, "measure"), hint(Input::Click, "set the first end"), hint(Input::ShiftDrag, "measure at 15° steps")]
            }
            State::Pressed | State::Dragging | State::Placed => {
                vec![hint(Input::Click, "set the second end"), hint(Input::Cancel, "drop the measure")]
            }
        }
    }

    fn is_busy(&self) -> bool {
        self.state != State::Idle
    }
}

impl MeasureTool {
    fn follow(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        let Some(from) = self.from.filter(|_| self.state != State::Idle) else { return };
        self.to = cx.placed(if modifiers.shift { on_angle(from, pos) } else { pos });
        if self.state == State::Pressed && from.distance(pos) > DRAG_THRESHOLD * cx.px {
            self.state = State::Dragging;
        }
    }
}
