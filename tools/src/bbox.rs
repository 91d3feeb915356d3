//! Draw boxes: by dragging, or with two clicks.

use crate::consts::{CLOSE_DISTANCE, DRAG_THRESHOLD, MIN_BOX_SIDE_PX};
use crate::event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
use crate::grips::{Grip, Reach};
use crate::handle_edit::HandleEdit;
use crate::motion::nudge;
use crate::output::{Cursor, Hint, Input, Preview, PreviewKind, ToolAction, ToolCommandName, hint, size_text};
use crate::tool::Tool;
use limn_core::geometry::ImageVec;
use limn_core::{Geometry, ImagePos, Rect};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// Down on a handle of the selected shape.
    OnHandle,
    /// Down at the first corner: a click or a drag?
    Pressed,
    /// Drawing with the button down.
    Dragging,
    /// The first corner was clicked; the button is up.
    Placed,
    /// Down for the opposite corner.
    Closing,
}

/// Draws boxes, one after the other.
#[derive(Debug)]
pub struct BoxTool {
    state: State,
    /// The pointer over the canvas.
    pos: Option<ImagePos>,
    modifiers: Modifiers,
    /// The pointer when last seen: the corner that follows it.
    free: ImagePos,
    anchor: ImagePos,
    press: ImagePos,
    handle: HandleEdit,
    /// Where the last box ended: the second press of a double click there starts no new one.
    finished: Option<ImagePos>,
    /// What a press would hold; for the hints, which see no shapes.
    hot: Option<Grip>,
}

impl Default for BoxTool {
    fn default() -> Self {
        Self {
            state: State::Idle,
            pos: None,
            modifiers: Modifiers::default(),
            free: ImagePos::default(),
            anchor: ImagePos::default(),
            press: ImagePos::default(),
            handle: HandleEdit::new(Reach::Exact),
            finished: None,
            hot: None,
        }
    }
}

impl Tool for BoxTool {
    fn handle(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let actions = match *event {
            ToolEvent::Press { pos, .. } | ToolEvent::Move { pos, .. } | ToolEvent::Release { pos, .. } if !pos.is_finite() => {
                return Vec::new();
            }
            // The release got lost (a window came between): what was dragged so far counts.
            ToolEvent::Press { .. } | ToolEvent::Move { pressed: false, .. } if self.is_held() => self.release(cx),
            ToolEvent::Press { pos, modifiers, clicks } => {
                self.follow(pos, modifiers, cx);
                self.press(pos, modifiers, clicks, cx)
            }
            ToolEvent::Move { pos, modifiers, .. } => {
                self.follow(pos, modifiers, cx);
                Vec::new()
            }
            ToolEvent::Release { pos, modifiers } => {
                self.follow(pos, modifiers, cx);
                self.release(cx)
            }
            ToolEvent::Leave => {
                self.pos = None;
                Vec::new()
            }
            ToolEvent::Command(command) => self.command(command, cx),
            ToolEvent::Cancel => self.cancel(cx),
        };
        self.hot = self.pos.filter(|_| self.state == State::Idle).and_then(|pos| self.handle.grip_under(pos, cx));
        actions
    }

    fn preview(&self, cx: &ToolCx<'_>) -> Preview {
        let mut preview = Preview::default();
        let on_handle = matches!(self.state, State::Idle | State::OnHandle);
        if on_handle {
            self.handle.show(&mut preview, self.pos, cx);
        }
        let aims = !preview.handles.iter().any(|handle| handle.hot);
        if let Some(pos) = self.pos.filter(|_| aims) {
            let (at, [width, height]) = (cx.clamped(pos), cx.image);
            let across = vec![ImagePos::new(0.0, at.y), ImagePos::new(width, at.y)];
            let down = vec![ImagePos::new(at.x, 0.0), ImagePos::new(at.x, height)];
            preview.add(PreviewKind::Guide, false, vec![across, down]);
        }
        if !on_handle {
            let rect = self.rect(cx);
            preview.add(PreviewKind::Drawing, true, vec![rect.corners().to_vec()]);
            preview.readout = Some(size_text(rect.width(), rect.height()));
        }
        preview
    }

    fn cursor(&self, cx: &ToolCx<'_>) -> Cursor {
        let on_handle = matches!(self.state, State::Idle | State::OnHandle);
        on_handle.then(|| self.handle.cursor(self.pos, self.modifiers, cx)).flatten().unwrap_or(Cursor::Crosshair)
    }

    fn hints(&self) -> Vec<Hint> {
        match (self.state, self.hot) {
            (State::Idle, Some(grip)) => {
                let mut hints = HandleEdit::hints(grip);
                hints.push(hint(Input::Click, "start a box here"));
                hints
            }
            (State::Idle, None) => {
                vec![hint(Input::Drag, "draw a box"), hint(Input::Click, "set the first corner"), hint(Input::ShiftDrag, "draw a square")]
            }
            (State::OnHandle, _) => self.handle.held_hints(),
            (State::Pressed | State::Dragging, _) => {
                vec![hint(Input::ShiftDrag, "make it a square"), hint(Input::Cancel, "drop the box")]
            }
            (State::Placed | State::Closing, _) => vec![
                hint(Input::Click, "set the opposite corner"),
                hint(Input::ShiftClick, "make it a square"),
                hint(Input::Command(ToolCommandName::RemoveLast), "drop the corner"),
                hint(Input::Cancel, "drop the corner"),
            ],
        }
    }

    fn is_busy(&self) -> bool {
        self.state != State::Idle
    }
}

impl BoxTool {
    /// Whether the button is down for something.
    fn is_held(&self) -> bool {
        !matches!(self.state, State::Idle | State::Placed)
    }

    fn follow(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        (self.pos, self.free, self.modifiers) = (Some(pos), pos, modifiers);
        match self.state {
            State::OnHandle => self.handle.drag(pos, modifiers, cx),
            State::Pressed if self.press.distance(pos) > DRAG_THRESHOLD * cx.px => self.state = State::Dragging,
            State::Idle | State::Pressed | State::Dragging | State::Placed | State::Closing => {}
        }
    }

    fn press(&mut self, pos: ImagePos, modifiers: Modifiers, clicks: u8, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        if self.state == State::Placed {
            self.state = State::Closing;
            return Vec::new();
        }
        let stray = self.finished.take().is_some_and(|end| clicks >= 2 && end.distance(pos) <= CLOSE_DISTANCE * cx.px);
        if stray {
            return Vec::new();
        }
        (self.press, self.anchor) = (pos, cx.placed(pos));
        if let Some(actions) = self.handle.press(pos, modifiers, cx) {
            self.state = if self.handle.is_held() { State::OnHandle } else { State::Idle };
            return actions;
        }
        self.state = State::Pressed;
        Vec::new()
    }

    fn release(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match self.state {
            State::Idle | State::Placed => Vec::new(),
            State::Pressed => {
                self.state = State::Placed;
                Vec::new()
            }
            State::Dragging => {
                self.state = State::Idle;
                self.create(cx)
            }
            State::Closing => self.close(cx),
            State::OnHandle => {
                let edited = self.handle.release(cx);
                // A mere click on a handle is the first corner of a box that starts there.
                self.state = if edited.is_some() { State::Idle } else { State::Placed };
                edited.unwrap_or_default()
            }
        }
    }

    /// The second corner of two clicks; too near to the first, it is not taken.
    fn close(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let actions = self.create(cx);
        self.state = if actions.is_empty() { State::Placed } else { State::Idle };
        actions
    }

    fn create(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let rect = self.rect(cx);
        if rect.width() < MIN_BOX_SIDE_PX || rect.height() < MIN_BOX_SIDE_PX {
            return Vec::new();
        }
        self.finished = Some(self.free);
        vec![ToolAction::Create { geometry: Geometry::Box(rect), title: "Draw box" }]
    }

    fn command(&mut self, command: ToolCommand, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match (self.state, command) {
            (State::Idle, ToolCommand::Nudge(by)) => nudge(by, cx),
            (State::Idle, ToolCommand::Delete) => self.handle.delete(self.pos, cx),
            (State::Placed, ToolCommand::Finish) => self.close(cx),
            (State::Placed, ToolCommand::RemoveLast) => {
                self.state = State::Idle;
                Vec::new()
            }
            // While drawing it means the box, not the selected shape: see `ToolCommand::Delete`.
            (State::Placed | State::Pressed | State::Dragging | State::Closing, ToolCommand::Delete) => {
                self.state = State::Idle;
                vec![ToolAction::Select(cx.selection.to_vec())]
            }
            _ => Vec::new(),
        }
    }

    fn cancel(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        self.handle.cancel();
        let idle = std::mem::take(&mut self.state) == State::Idle;
        if idle && !cx.selection.is_empty() { vec![ToolAction::Select(Vec::new())] } else { Vec::new() }
    }

    /// From the first corner to the pointer, inside the image; a square with Shift.
    fn rect(&self, cx: &ToolCx<'_>) -> Rect {
        let (anchor, target) = (self.anchor, cx.placed(self.free));
        if !self.modifiers.shift {
            return Rect::from_corners(anchor, target);
        }
        let to = target - anchor;
        let room = |at: f64, by: f64, limit: f64| if by < 0.0 { at } else { limit - at };
        let side = to.x.abs().max(to.y.abs()).min(room(anchor.x, to.x, cx.image[0])).min(room(anchor.y, to.y, cx.image[1]));
        let corner = anchor + ImageVec::new(side.copysign(to.x), side.copysign(to.y));
        Rect::from_corners(anchor, cx.placed(corner))
    }
}
