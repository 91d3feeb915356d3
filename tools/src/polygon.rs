//! Draw polygons: point by point, freehand, or both.

use crate::consts::{CLOSE_DISTANCE, DRAG_THRESHOLD, DUPLICATE_DISTANCE, FREEHAND_SIMPLIFY, FREEHAND_SPACING, MIN_POLYGON_AREA_PX};
use crate::draft::Draft;
use crate::event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
use crate::grips::{Grip, Reach};
use crate::handle_edit::HandleEdit;
use crate::motion::nudge;
use crate::output::{Cursor, Handle, HandleKind, Hint, Input, Preview, PreviewKind, ToolAction, ToolCommandName, hint};
use crate::simplify::simplified;
use crate::tool::Tool;
use limn_core::{Geometry, ImagePos, Polygon};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// Down on a handle of the selected shape.
    OnHandle,
    /// There are points; the button is up.
    Drawing,
    /// The button is still down on the last point, which follows it.
    Placing,
    /// Points stream in behind the pointer, from point `start` on.
    Freehand { start: usize },
}

/// Draws polygons, one after the other.
#[derive(Debug)]
pub struct PolygonTool {
    state: State,
    points: Vec<ImagePos>,
    /// The pointer over the canvas.
    pos: Option<ImagePos>,
    modifiers: Modifiers,
    press: ImagePos,
    handle: HandleEdit,
    /// Where the last polygon was closed: the second press of a double click there starts no new one.
    finished: Option<ImagePos>,
    /// What a press would hold, and whether it would close; for the hints, which see no shapes.
    hot: Option<Grip>,
    closes: bool,
}

impl Default for PolygonTool {
    fn default() -> Self {
        Self {
            state: State::Idle,
            points: Vec::new(),
            pos: None,
            modifiers: Modifiers::default(),
            press: ImagePos::default(),
            handle: HandleEdit::new(Reach::Exact),
            finished: None,
            hot: None,
            closes: false,
        }
    }
}

impl Tool for PolygonTool {
    fn handle(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let actions = match *event {
            ToolEvent::Press { pos, .. } | ToolEvent::Move { pos, .. } | ToolEvent::Release { pos, .. } if !pos.is_finite() => {
                return Vec::new();
            }
            // The release got lost (a window came between): what was dragged so far counts.
            ToolEvent::Press { .. } | ToolEvent::Move { pressed: false, .. } if self.is_held() => self.release(cx),
            ToolEvent::Press { pos, modifiers, clicks } => {
                (self.pos, self.modifiers) = (Some(pos), modifiers);
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
        self.closes = self.pos.is_some_and(|pos| self.would_close(pos, cx));
        actions
    }

    fn preview(&self, cx: &ToolCx<'_>) -> Preview {
        let mut preview = Preview::default();
        let Some(first) = self.points.first() else {
            self.handle.show(&mut preview, self.pos, cx);
            return preview;
        };
        let closes = self.pos.is_some_and(|pos| self.would_close(pos, cx));
        let mut line = self.points.clone();
        if let (State::Drawing, Some(pos), false) = (self.state, self.pos, closes) {
            line.push(cx.clamped(pos));
        }
        if let Some(end) = line.last().filter(|_| line.len() > 2 && !closes) {
            preview.add(PreviewKind::Guide, false, vec![vec![*end, *first]]);
        }
        preview.add(PreviewKind::Drawing, closes, vec![line]);
        preview.handles.push(Handle { pos: *first, kind: HandleKind::FirstPoint, hot: closes });
        // A freehand line is simplified when it ends; until then handles on it would only flicker.
        let placed = if let State::Freehand { start } = self.state { start + 1 } else { self.points.len() };
        let others = self.points.iter().take(placed).skip(1);
        preview.handles.extend(others.map(|pos| Handle { pos: *pos, kind: HandleKind::Vertex, hot: false }));
        let plural = if self.points.len() == 1 { "" } else { "s" };
        preview.readout = Some(format!("{} point{plural}", self.points.len()));
        preview
    }

    fn cursor(&self, cx: &ToolCx<'_>) -> Cursor {
        let on_handle = matches!(self.state, State::Idle | State::OnHandle);
        on_handle.then(|| self.handle.cursor(self.pos, self.modifiers, cx)).flatten().unwrap_or(Cursor::Crosshair)
    }

    fn hints(&self) -> Vec<Hint> {
        let freehand = hint(Input::ShiftDrag, "draw freehand");
        let key = |name, text| hint(Input::Command(name), text);
        let remove_last = key(ToolCommandName::RemoveLast, "remove the last point");
        let drop = hint(Input::Cancel, "drop the polygon");
        match (self.state, self.hot) {
            (State::Idle, Some(grip)) => {
                let mut hints = HandleEdit::hints(grip);
                hints.push(hint(Input::Click, "start a polygon here"));
                hints
            }
            (State::Idle, None) => vec![hint(Input::Click, "set the first point"), freehand],
            (State::OnHandle, _) => self.handle.held_hints(),
            (State::Freehand { .. }, _) => vec![drop],
            (State::Drawing | State::Placing, _) if self.closes => {
                vec![hint(Input::Click, "close the polygon"), remove_last, drop]
            }
            (State::Drawing | State::Placing, _) if self.points.len() < 3 => {
                let finish = key(ToolCommandName::Finish, "needs 3 points to close");
                vec![hint(Input::Click, "set the next point"), freehand, remove_last, finish, drop]
            }
            (State::Drawing | State::Placing, _) => {
                let finish = key(ToolCommandName::Finish, "close");
                let double = hint(Input::DoubleClick, "close here");
                vec![hint(Input::Click, "set the next point"), freehand, remove_last, finish, double, drop]
            }
        }
    }

    fn is_busy(&self) -> bool {
        self.state != State::Idle
    }

    fn draft(&self) -> Option<Draft> {
        (!self.points.is_empty()).then(|| Draft { points: self.points.clone(), ..Draft::default() })
    }

    fn resume(&mut self, draft: Draft) {
        self.handle.cancel();
        self.points = draft.points;
        self.points.retain(|pos| pos.is_finite());
        self.rest();
    }
}

impl PolygonTool {
    /// Whether the button is down for something.
    fn is_held(&self) -> bool {
        !matches!(self.state, State::Idle | State::Drawing)
    }

    /// The state with the button up.
    fn rest(&mut self) {
        self.state = if self.points.is_empty() { State::Idle } else { State::Drawing };
    }

    fn near_first(&self, pos: ImagePos, cx: &ToolCx<'_>) -> bool {
        self.points.first().is_some_and(|first| first.distance(cx.clamped(pos)) <= CLOSE_DISTANCE * cx.px)
    }

    /// Whether a press here, or letting go of a freehand line, closes the polygon.
    fn would_close(&self, pos: ImagePos, cx: &ToolCx<'_>) -> bool {
        if self.points.len() < 3 || !self.near_first(pos, cx) {
            return false;
        }
        match self.state {
            State::Drawing => true,
            // The line must have gone somewhere: at its start every place is near the first point.
            State::Freehand { start } => self.points[start.min(self.points.len())..]
                .iter()
                .any(|point| point.distance(self.points[0]) > 2.0 * CLOSE_DISTANCE * cx.px),
            State::Idle | State::OnHandle | State::Placing => false,
        }
    }

    fn press(&mut self, pos: ImagePos, modifiers: Modifiers, clicks: u8, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        self.press = pos;
        if self.state == State::Idle {
            let near = |end: ImagePos| end.distance(pos) <= CLOSE_DISTANCE * cx.px;
            if self.finished.take().is_some_and(|end| clicks >= 2 && near(end)) {
                return Vec::new();
            }
            if let Some(actions) = self.handle.press(pos, modifiers, cx) {
                self.state = if self.handle.is_held() { State::OnHandle } else { State::Idle };
                return actions;
            }
        } else {
            let near_last = |last: &ImagePos| last.distance(cx.clamped(pos)) <= CLOSE_DISTANCE * cx.px;
            // Two quick clicks at different places are two points, whatever the window calls them.
            let double = clicks >= 2 && self.points.last().is_some_and(near_last);
            if double || self.would_close(pos, cx) {
                return self.finish(cx);
            }
        }
        self.add(pos, DUPLICATE_DISTANCE, cx);
        self.state = if modifiers.shift { State::Freehand { start: self.points.len() - 1 } } else { State::Placing };
        Vec::new()
    }

    fn follow(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        (self.pos, self.modifiers) = (Some(pos), modifiers);
        match self.state {
            State::OnHandle => self.handle.drag(pos, modifiers, cx),
            State::Placing if self.press.distance(pos) > DRAG_THRESHOLD * cx.px => {
                if modifiers.shift {
                    self.state = State::Freehand { start: self.points.len().saturating_sub(1) };
                    self.add(pos, FREEHAND_SPACING, cx);
                } else if let Some(last) = self.points.last_mut() {
                    *last = cx.placed(pos);
                }
            }
            State::Freehand { .. } => self.add(pos, FREEHAND_SPACING, cx),
            State::Idle | State::Drawing | State::Placing => {}
        }
    }

    fn release(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match self.state {
            State::Idle | State::Drawing => Vec::new(),
            State::Placing => {
                self.rest();
                Vec::new()
            }
            State::OnHandle => {
                let edited = self.handle.release(cx);
                if edited.is_none() {
                    // A mere click on a handle is the first point of a polygon that starts there.
                    self.add(self.press, DUPLICATE_DISTANCE, cx);
                }
                self.rest();
                edited.unwrap_or_default()
            }
            State::Freehand { start } => self.end_freehand(start, cx),
        }
    }

    fn end_freehand(&mut self, start: usize, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let closes = self.pos.is_some_and(|pos| self.would_close(pos, cx));
        if closes {
            // The line ends in the first point itself, so that the seam leaves no point of its own.
            let first = self.points[0];
            let near = |pos: &ImagePos| pos.distance(first) <= CLOSE_DISTANCE * cx.px;
            while self.points.len() > start + 1 && self.points.last().is_some_and(near) {
                self.points.pop();
            }
            self.points.push(first);
        } else if let Some(pos) = self.pos {
            self.add(pos, DUPLICATE_DISTANCE, cx);
        }
        let line = self.points.split_off(start.min(self.points.len()));
        self.points.extend(simplified(&line, FREEHAND_SIMPLIFY * cx.px));
        self.rest();
        if closes { self.finish(cx) } else { Vec::new() }
    }

    /// Adds a point at least `spacing` screen points from the last.
    fn add(&mut self, pos: ImagePos, spacing: f64, cx: &ToolCx<'_>) {
        let pos = cx.placed(pos);
        if self.points.last().is_none_or(|last| *last != pos && last.distance(pos) >= spacing * cx.px) {
            self.points.push(pos);
        }
    }

    /// Closes the polygon; with fewer than three different points, or without an area, goes on drawing.
    fn finish(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let mut ring: Vec<ImagePos> = self.points.iter().map(|pos| cx.placed(*pos)).collect();
        ring.dedup();
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        let polygon = Polygon::simple(ring);
        if polygon.num_points() < 3 || polygon.area() < MIN_POLYGON_AREA_PX {
            self.rest();
            return Vec::new();
        }
        self.points.clear();
        self.state = State::Idle;
        self.finished = self.pos;
        vec![ToolAction::Create { geometry: Geometry::Polygon(polygon), title: "Draw polygon" }]
    }

    fn remove_last(&mut self) {
        match self.state {
            State::Freehand { start } => self.points.truncate(start),
            _ => drop(self.points.pop()),
        }
        self.rest();
    }

    fn command(&mut self, command: ToolCommand, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match (self.state, command) {
            (State::OnHandle, _) => Vec::new(),
            (State::Idle, ToolCommand::Nudge(by)) => nudge(by, cx),
            (State::Idle, ToolCommand::Delete) => self.handle.delete(self.pos, cx),
            (State::Drawing | State::Placing, ToolCommand::Finish) => self.finish(cx),
            (State::Drawing | State::Placing | State::Freehand { .. }, ToolCommand::RemoveLast) => {
                self.remove_last();
                Vec::new()
            }
            // While drawing it means the point, not the selected shape: see `ToolCommand::Delete`.
            (State::Drawing | State::Placing | State::Freehand { .. }, ToolCommand::Delete) => {
                self.remove_last();
                vec![ToolAction::Select(cx.selection.to_vec())]
            }
            _ => Vec::new(),
        }
    }

    fn cancel(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        self.handle.cancel();
        self.points.clear();
        let idle = std::mem::take(&mut self.state) == State::Idle;
        if idle && !cx.selection.is_empty() { vec![ToolAction::Select(Vec::new())] } else { Vec::new() }
    }
}
