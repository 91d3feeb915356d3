//! Select, move and reshape.

use crate::consts::{CLOSE_DISTANCE, DRAG_THRESHOLD, FREEHAND_SPACING, SAME_PLACE};
use crate::event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
use crate::grips::{Grip, Reach, loose_point_at};
use crate::handle_edit::HandleEdit;
use crate::heading::{Headed, arrow, told, towards};
use crate::motion::{edit, moved, nudge, pointed};
use crate::output::{Cursor, Handle, HandleKind, Hint, Input, Preview, PreviewKind, ToolAction, ToolCommandName, hint};
use crate::tool::Tool;
use limn_core::schema::AttributeId;
use limn_core::{ImagePos, InstanceId, Polygon, Rect};
use std::collections::HashSet;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// Down on a shape; a drag would move `moving`.
    OnShape {
        just_selected: bool,
    },
    /// Down where nothing is, or with Shift or Ctrl; a drag would open a rubber band, with Ctrl or Alt a lasso.
    OnEmpty,
    /// Down on a handle.
    OnHandle {
        just_selected: bool,
    },
    Moving,
    Banding,
    Lassoing,
    /// The next press points where the selected are heading.
    Aiming {
        /// The button is down.
        pressed: bool,
    },
}

/// The last click, to know when the next one is at the same place.
#[derive(Clone, Copy, Debug)]
struct LastClick {
    pos: ImagePos,
    /// What was selected when this click went on to the next shape.
    left: Option<InstanceId>,
}

/// Clicks select, drags move, handles reshape.
#[derive(Debug)]
pub struct SelectTool {
    state: State,
    /// The pointer over the canvas.
    pos: Option<ImagePos>,
    modifiers: Modifiers,
    press: ImagePos,
    press_modifiers: Modifiers,
    /// The pointer while the button is down.
    drag: ImagePos,
    moving: Vec<InstanceId>,
    /// The way of the pointer while lassoing.
    lasso: Vec<ImagePos>,
    /// What is being pointed.
    aims: Vec<(InstanceId, AttributeId)>,
    handle: HandleEdit,
    last_click: Option<LastClick>,
    /// What a press would hold, of the selected shape or of another; for the hints, which see no shapes.
    hot: Option<Grip>,
    loose: bool,
}

impl Default for SelectTool {
    fn default() -> Self {
        Self {
            state: State::Idle,
            pos: None,
            modifiers: Modifiers::default(),
            press: ImagePos::default(),
            press_modifiers: Modifiers::default(),
            drag: ImagePos::default(),
            moving: Vec::new(),
            lasso: Vec::new(),
            aims: Vec::new(),
            handle: HandleEdit::new(Reach::Near),
            last_click: None,
            hot: None,
            loose: false,
        }
    }
}

impl Tool for SelectTool {
    fn handle(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let actions = match *event {
            ToolEvent::Press { pos, .. } | ToolEvent::Move { pos, .. } | ToolEvent::Release { pos, .. } if !pos.is_finite() => {
                return Vec::new();
            }
            ToolEvent::Press { pos, modifiers, .. } | ToolEvent::Move { pos, modifiers, .. } | ToolEvent::Release { pos, modifiers }
                if matches!(self.state, State::Aiming { .. }) =>
            {
                self.aim_at(pos, modifiers, event, cx)
            }
            // The release got lost (a window came between): what was dragged so far counts.
            ToolEvent::Press { .. } | ToolEvent::Move { pressed: false, .. } if self.state != State::Idle => self.release(cx),
            ToolEvent::Press { pos, modifiers, clicks } => self.press(pos, modifiers, clicks, cx),
            ToolEvent::Move { pos, modifiers, .. } => {
                self.drag_to(pos, modifiers, cx);
                Vec::new()
            }
            ToolEvent::Release { pos, modifiers } => {
                self.drag_to(pos, modifiers, cx);
                self.release(cx)
            }
            ToolEvent::Leave => Vec::new(),
            ToolEvent::Command(command) => self.command(command, cx),
            ToolEvent::Cancel => self.cancel(cx),
        };
        match *event {
            ToolEvent::Press { pos, modifiers, .. } | ToolEvent::Move { pos, modifiers, .. } | ToolEvent::Release { pos, modifiers } => {
                self.pos = Some(pos);
                self.modifiers = modifiers;
            }
            ToolEvent::Leave => self.pos = None,
            ToolEvent::Command(_) | ToolEvent::Cancel => {}
        }
        self.hot = self.pos.and_then(|pos| self.handle.grip_under(pos, cx));
        self.loose = self.hot.is_none() && self.loose_point(cx).is_some();
        actions
    }

    fn preview(&self, cx: &ToolCx<'_>) -> Preview {
        let mut preview = Preview::default();
        match self.state {
            State::Moving => preview.replaced = moved(&self.moving, self.drag - self.press, cx),
            State::Banding => preview.add(PreviewKind::RubberBand, true, vec![self.band().corners().to_vec()]),
            State::Lassoing => preview.add(PreviewKind::RubberBand, true, vec![self.lasso.clone()]),
            State::Aiming { .. } => {
                self.show_aim(&mut preview, cx);
                return preview;
            }
            State::Idle => preview.hovered = self.pos.and_then(|pos| cx.hits(pos).first().copied()),
            State::OnShape { .. } | State::OnEmpty | State::OnHandle { .. } => {}
        }
        if self.state != State::Moving {
            self.handle.show(&mut preview, self.pos.filter(|_| !matches!(self.state, State::Banding | State::Lassoing)), cx);
        }
        if let Some(handle) = self.loose_handle(cx).filter(|_| preview.handles.iter().all(|handle| !handle.hot)) {
            preview.handles.push(handle);
        }
        preview
    }

    fn cursor(&self, cx: &ToolCx<'_>) -> Cursor {
        match self.state {
            State::Moving => return Cursor::Move,
            State::Aiming { .. } => return Cursor::Crosshair,
            State::Banding | State::Lassoing => return Cursor::Arrow,
            State::Idle | State::OnHandle { .. } | State::OnShape { .. } | State::OnEmpty => {}
        }
        if let Some(cursor) = self.handle.cursor(self.pos, self.modifiers, cx) {
            return cursor;
        }
        if self.loose && self.loose_point(cx).is_some() {
            return Cursor::Vertex;
        }
        let hits = self.pos.map(|pos| cx.hits(pos)).unwrap_or_default();
        match hits.iter().any(|hit| cx.selection.contains(hit)) {
            _ if hits.is_empty() => Cursor::Arrow,
            _ if toggles(self.modifiers) => Cursor::Add,
            true => Cursor::Move,
            false => Cursor::Arrow,
        }
    }

    fn hints(&self) -> Vec<Hint> {
        match (self.state, self.hot) {
            (State::Idle, Some(grip)) => HandleEdit::hints(grip),
            (State::Idle, None) if self.loose => vec![hint(Input::Drag, "move the point"), hint(Input::Click, "select the shape")],
            (State::Idle, None) => vec![
                hint(Input::Click, "select, again for the shape below"),
                hint(Input::ShiftClick, "add or take off"),
                hint(Input::Drag, "move, or select by a rectangle"),
                hint(Input::CtrlDrag, "select by a loop"),
                hint(Input::DoubleClick, "change the label"),
                hint(Input::Command(ToolCommandName::NextHit), "next shape here"),
                hint(Input::Command(ToolCommandName::Nudge), "move by a step"),
            ],
            (State::OnHandle { .. }, _) => self.handle.held_hints(),
            (State::Aiming { .. }, _) => vec![
                hint(Input::Click, "point where it is heading"),
                hint(Input::Drag, "turn the arrow"),
                hint(Input::ShiftClick, "in steps of 15°"),
                hint(Input::Cancel, "leave it as it is"),
            ],
            (State::Banding | State::Lassoing, _) => vec![hint(Input::Cancel, "keep the selection")],
            (State::Moving | State::OnShape { .. } | State::OnEmpty, _) => vec![hint(Input::Cancel, "put it back")],
        }
    }

    fn is_busy(&self) -> bool {
        self.state != State::Idle
    }
}

impl SelectTool {
    fn press(&mut self, pos: ImagePos, modifiers: Modifiers, clicks: u8, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        (self.press, self.drag, self.press_modifiers) = (pos, pos, modifiers);
        let double = clicks >= 2 && !toggles(modifiers) && !modifiers.alt && self.clicked_within(CLOSE_DISTANCE, pos, cx);
        if double && let Some(actions) = self.ask_label(pos, cx) {
            return actions;
        }
        if let Some(actions) = self.handle.press(pos, modifiers, cx) {
            self.state = if self.handle.is_held() { State::OnHandle { just_selected: false } } else { State::Idle };
            return actions;
        }
        let hits = cx.hits(pos);
        let Some(smallest) = hits.first().filter(|_| !toggles(modifiers) && !modifiers.alt) else {
            self.state = State::OnEmpty;
            return Vec::new();
        };
        if let Some((id, grip)) = loose_point(&hits, pos, cx) {
            self.handle.hold(id, grip, pos, modifiers, cx);
            self.state = State::OnHandle { just_selected: true };
            return vec![ToolAction::Select(vec![id])];
        }
        // What is selected is moved even from below something smaller: else it could not be moved at all.
        let just_selected = !hits.iter().any(|hit| cx.selection.contains(hit));
        self.state = State::OnShape { just_selected };
        if just_selected {
            self.moving = vec![*smallest];
            return vec![ToolAction::Select(vec![*smallest])];
        }
        self.moving = cx.selection.to_vec();
        Vec::new()
    }

    /// The point of a shape that is not selected which a press here would hold.
    fn loose_point(&self, cx: &ToolCx<'_>) -> Option<(InstanceId, Grip)> {
        let pos = self.pos.filter(|_| self.state == State::Idle && !toggles(self.modifiers) && !self.modifiers.alt)?;
        loose_point(&cx.hits(pos), pos, cx)
    }

    /// Its handle.
    fn loose_handle(&self, cx: &ToolCx<'_>) -> Option<Handle> {
        if !self.loose {
            return None;
        }
        let (id, grip) = self.loose_point(cx)?;
        let geometry = cx.editable_geometry(id)?;
        Some(Handle { pos: grip.pos(geometry, cx.px)?, kind: grip.handle_kind(geometry), hot: true })
    }

    fn drag_to(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        self.drag = pos;
        let far = self.press.distance(pos) > DRAG_THRESHOLD * cx.px;
        match self.state {
            State::OnHandle { .. } => self.handle.drag(pos, modifiers, cx),
            State::OnShape { .. } if far => self.state = State::Moving,
            // Alt alone is not enough: many window managers take it for moving the window.
            State::OnEmpty if far && (self.press_modifiers.alt || self.press_modifiers.ctrl) => {
                self.state = State::Lassoing;
                self.lasso = vec![self.press, pos];
            }
            State::OnEmpty if far => self.state = State::Banding,
            State::Lassoing if self.lasso.last().is_none_or(|last| last.distance(pos) >= FREEHAND_SPACING * cx.px) => self.lasso.push(pos),
            State::Idle | State::OnShape { .. } | State::OnEmpty | State::Moving | State::Banding | State::Lassoing => {}
            State::Aiming { .. } => {}
        }
    }

    /// The directions asked about the selected: of each the first one without an answer, else the first.
    fn aim(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let of = |id: &InstanceId| {
            cx.editable_geometry(*id)?.bounds()?;
            let asked = (cx.headings)(*id);
            let open = asked.iter().find(|heading| heading.degrees.is_none()).or(asked.first())?;
            Some((*id, open.attribute))
        };
        self.aims = cx.selection.iter().filter_map(of).collect();
        if !self.aims.is_empty() {
            self.state = State::Aiming { pressed: false };
        }
        Vec::new()
    }

    /// Where what is pointed would point: all the same way as the first, from whose middle the arrow is drawn.
    fn aimed(&self, cx: &ToolCx<'_>) -> Vec<Headed> {
        let middle = self.aims.first().and_then(|(id, _)| arrow(cx.editable_geometry(*id)?, 0.0, cx.px));
        let far = self.pos.zip(middle).filter(|(pos, [middle, _])| pos.distance(*middle) > DRAG_THRESHOLD * cx.px);
        let Some(degrees) = far.and_then(|(pos, [middle, _])| towards(middle, pos, self.modifiers)) else { return Vec::new() };
        let there = self.aims.iter().filter(|(id, _)| cx.editable_geometry(*id).is_some());
        there.map(|(id, attribute)| (*id, *attribute, degrees)).collect()
    }

    fn aim_at(&mut self, pos: ImagePos, modifiers: Modifiers, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let State::Aiming { pressed } = self.state else { return Vec::new() };
        let lost = pressed && matches!(event, ToolEvent::Move { pressed: false, .. });
        if !lost {
            (self.pos, self.modifiers) = (Some(pos), modifiers);
        }
        if matches!(event, ToolEvent::Press { .. }) {
            self.state = State::Aiming { pressed: true };
        }
        if !(lost || (pressed && matches!(event, ToolEvent::Release { .. }))) {
            return Vec::new();
        }
        let mut aimed = self.aimed(cx);
        self.state = State::Aiming { pressed: false };
        if aimed.is_empty() {
            return Vec::new();
        }
        self.state = State::Idle;
        let is_new = |(id, attribute, degrees): &Headed| {
            (cx.headings)(*id).iter().any(|heading| heading.attribute == *attribute && heading.degrees != Some(*degrees))
        };
        aimed.retain(is_new);
        pointed("Set direction", Vec::new(), aimed)
    }

    fn show_aim(&self, preview: &mut Preview, cx: &ToolCx<'_>) {
        preview.headings = self.aimed(cx);
        let Some((id, _, degrees)) = preview.headings.first().copied() else { return };
        preview.readout = preview.headings.first().map(|heading| told(heading, cx));
        if let Some([_, pos]) = cx.editable_geometry(id).and_then(|geometry| arrow(geometry, degrees, cx.px)) {
            preview.handles.push(Handle { pos, kind: HandleKind::Direction, hot: true });
        }
    }

    fn release(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match std::mem::take(&mut self.state) {
            State::Idle | State::Aiming { .. } => Vec::new(),
            State::OnShape { just_selected } => self.click(just_selected, cx),
            State::OnEmpty => self.click(false, cx),
            State::OnHandle { just_selected } => self.handle.release(cx).unwrap_or_else(|| self.click(just_selected, cx)),
            State::Moving => edit("Move", moved(&std::mem::take(&mut self.moving), self.drag - self.press, cx)),
            State::Banding => self.select_found(cx.scene.in_rect(cx.document, self.band(), cx.editable), cx),
            State::Lassoing => {
                let area = Polygon::simple(std::mem::take(&mut self.lasso));
                self.select_found(cx.scene.in_loop(cx.document, &area, cx.editable), cx)
            }
        }
    }

    /// With Shift or Ctrl, what was selected stays.
    fn select_found(&self, found: Vec<InstanceId>, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let mut selection = if toggles(self.press_modifiers) { cx.selection.to_vec() } else { Vec::new() };
        let kept: HashSet<InstanceId> = selection.iter().copied().collect();
        selection.extend(found.into_iter().filter(|id| !kept.contains(id)));
        select(selection, cx)
    }

    /// A press and release at one place.
    fn click(&mut self, just_selected: bool, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let same_place = self.clicked_within(SAME_PLACE, self.press, cx);
        let mut click = LastClick { pos: self.press, left: None };
        let hits = cx.hits(self.press);
        let actions = match hits.first() {
            _ if just_selected => Vec::new(),
            Some(hit) if toggles(self.press_modifiers) => select(toggled(cx.selection, *hit), cx),
            None if toggles(self.press_modifiers) => Vec::new(),
            None => select(Vec::new(), cx),
            Some(smallest) => match next_of(&hits, cx.selection, 1).filter(|_| same_place) {
                Some(next) => {
                    click.left = cx.selection.first().copied();
                    select(vec![next], cx)
                }
                None => select(vec![*smallest], cx),
            },
        };
        self.last_click = Some(click);
        actions
    }

    /// A double click means what was selected before its first click went on to the shape below.
    fn ask_label(&mut self, pos: ImagePos, cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        let hits = cx.hits(pos);
        let smallest = *hits.first()?;
        let left = self.last_click.take().and_then(|click| click.left).filter(|id| hits.contains(id));
        let selection = match left {
            Some(left) => vec![left],
            None if hits.iter().any(|hit| cx.selection.contains(hit)) => cx.selection.to_vec(),
            None => vec![smallest],
        };
        let mut actions = select(selection, cx);
        actions.push(ToolAction::AskLabel { pos });
        Some(actions)
    }

    fn command(&mut self, command: ToolCommand, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        if self.is_busy() {
            return Vec::new();
        }
        match command {
            ToolCommand::NextHit => self.cycle(1, cx),
            ToolCommand::PreviousHit => self.cycle(-1, cx),
            ToolCommand::Delete => self.handle.delete(self.pos, cx),
            ToolCommand::Nudge(by) => nudge(by, cx),
            ToolCommand::Bend => self.handle.bend(self.pos, cx),
            ToolCommand::Aim => self.aim(cx),
            ToolCommand::Finish | ToolCommand::RemoveLast | ToolCommand::SkipPoint => Vec::new(),
        }
    }

    fn cycle(&mut self, step: isize, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let Some(pos) = self.pos else { return Vec::new() };
        let hits = cx.hits(pos);
        let end = if step < 0 { hits.last() } else { hits.first() };
        let next = next_of(&hits, cx.selection, step).or(end.copied());
        next.map(|next| select(vec![next], cx)).unwrap_or_default()
    }

    fn cancel(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        self.handle.cancel();
        self.moving.clear();
        self.lasso.clear();
        self.last_click = None;
        if std::mem::take(&mut self.state) == State::Idle { select(Vec::new(), cx) } else { Vec::new() }
    }

    fn clicked_within(&self, points: f64, pos: ImagePos, cx: &ToolCx<'_>) -> bool {
        self.last_click.is_some_and(|click| click.pos.distance(pos) <= points * cx.px)
    }

    fn band(&self) -> Rect {
        Rect::from_corners(self.press, self.drag)
    }
}

/// The point that a press would hold though its shape is not selected: of the shape that a click would select. What is pinned
/// keeps its points until it is selected, and what is selected goes before anything else.
fn loose_point(hits: &[InstanceId], pos: ImagePos, cx: &ToolCx<'_>) -> Option<(InstanceId, Grip)> {
    let id = *hits.first()?;
    let instance = cx.document.get(id).filter(|instance| !instance.marks.pinned)?;
    let grip = loose_point_at(&instance.geometry, pos, cx.px)?;
    hits.iter().all(|hit| !cx.selection.contains(hit)).then_some((id, grip))
}

fn toggles(modifiers: Modifiers) -> bool {
    modifiers.shift || modifiers.ctrl
}

/// The new selection, if it is new.
fn select(selection: Vec<InstanceId>, cx: &ToolCx<'_>) -> Vec<ToolAction> {
    if selection == cx.selection { Vec::new() } else { vec![ToolAction::Select(selection)] }
}

fn toggled(selection: &[InstanceId], id: InstanceId) -> Vec<InstanceId> {
    let mut selection = selection.to_vec();
    match selection.iter().position(|selected| *selected == id) {
        Some(at) => drop(selection.remove(at)),
        None => selection.push(id),
    }
    selection
}

/// The hit after (or before) the only selected one, going round; `None` if that is not among the hits.
fn next_of(hits: &[InstanceId], selection: &[InstanceId], step: isize) -> Option<InstanceId> {
    let [selected] = selection else { return None };
    let at = hits.iter().position(|hit| hit == selected)?;
    let next = (at as isize + step).rem_euclid(hits.len() as isize) as usize;
    hits.get(next).copied()
}
