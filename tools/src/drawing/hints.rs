//! What a person is told while drawing.

use super::{Drawing, Onto, State};
use crate::handle_edit::HandleEdit;
use crate::options::DragDraws;
use crate::output::{Hint, Input, ToolCommandName, hint};

impl Drawing {
    /// What mouse and keys do now.
    pub(super) fn shown_hints(&self) -> Vec<Hint> {
        let drag = match self.drag {
            DragDraws::Point => hint(Input::ShiftDrag, "draw freehand"),
            DragDraws::Side => hint(Input::Drag, "draw a side"),
            DragDraws::Freehand => hint(Input::Drag, "draw freehand"),
        };
        let key = |name, text| hint(Input::Command(name), text);
        let remove_last = key(ToolCommandName::RemoveLast, "remove the last point");
        let drop = hint(Input::Cancel, if self.closes { "drop the polygon" } else { "drop the line" });
        let mut hints = match (self.state, self.hot) {
            (State::Idle, Some(grip)) => {
                let mut hints = HandleEdit::hints(grip);
                hints.push(hint(Input::Click, if self.closes { "start a polygon here" } else { "start or go on with a line here" }));
                hints
            }
            (State::Idle, None) => {
                vec![
                    hint(Input::Click, "set the first point"),
                    drag,
                    key(ToolCommandName::FollowBorders, "follow borders of others, or not"),
                ]
            }
            (State::OnHandle, _) => self.handle.held_hints(),
            (State::Freehand { .. }, _) => vec![drop],
            (State::Bending { .. }, _) => vec![hint(Input::Drag, "bend the edge")],
            (State::Drawing | State::Placing | State::Side, _) if self.ends => {
                let end = if matches!(self.onto, Onto::Border(_)) { "replace the border" } else { "close the polygon" };
                vec![hint(Input::Click, end), remove_last, drop]
            }
            (State::Drawing | State::Placing | State::Side, _) if self.path.len() < 3 && self.closes && self.onto == Onto::Nothing => {
                let finish = key(ToolCommandName::Finish, "needs 3 points to close");
                vec![hint(Input::Click, "set the next point"), drag, remove_last, finish, drop]
            }
            (State::Drawing | State::Placing | State::Side, _) => {
                let (end, here) = if self.closes { ("close", "close here") } else { ("end the line", "end here") };
                let double = hint(Input::DoubleClick, here);
                vec![hint(Input::Click, "set the next point"), drag, remove_last, key(ToolCommandName::Finish, end), double, drop]
            }
        };
        if self.follows || (self.ends && matches!(self.onto, Onto::Border(_))) {
            hints.insert(1, key(ToolCommandName::NextHit, "go the other way round"));
        }
        hints
    }
}
