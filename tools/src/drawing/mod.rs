//! Drawing borders and lines: point by point, freehand, bent, along the borders of others, or all of it; the same for
//! polygons and polylines.

mod finish;
mod hints;

use crate::area::append;
use crate::border::{Spot, spot_near, stretch};
use crate::consts::{
    CLOSE_DISTANCE, DRAG_THRESHOLD, DUPLICATE_DISTANCE, FREEHAND_SIMPLIFY, FREEHAND_SPACING, HANDLE_HIT, HANDLE_HIT_EXACT,
    MIDPOINT_MIN_EDGE, SAME_PLACE,
};
use crate::draft::Draft;
use crate::event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
use crate::grips::{Grip, Reach, bent, next_bend};
use crate::handle_edit::HandleEdit;
use crate::motion::nudge;
use crate::options::{Combine, DragDraws};
use crate::output::{Cursor, Handle, HandleKind, Hint, Preview, PreviewKind, ToolAction};
use crate::simplify::simplified;
use crate::tool::Tool;
use limn_core::geometry::{DRAWN_TOLERANCE, Edge, Path};
use limn_core::{Geometry, ImagePos, InstanceId};

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
    /// The button is down, and a side is dragged from the last point to the pointer.
    Side,
    /// The button is down on the middle of a drawn edge, which is bent as soon as the pointer goes somewhere.
    Bending { at: usize, moved: bool },
    /// Points stream in behind the pointer, from point `start` on.
    Freehand { start: usize },
}

/// What the drawing becomes part of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Onto {
    /// Nothing.
    #[default]
    Nothing,
    /// The end of a line, or its beginning.
    Line { id: InstanceId, at_start: bool },
    /// A stretch of a border that begins here.
    Border(Spot),
}

/// Draws rings or lines, one after the other.
#[derive(Debug)]
pub(crate) struct Drawing {
    /// Whether what is drawn is closed.
    closes: bool,
    state: State,
    path: Path,
    onto: Onto,
    /// Where on the border of another shape the last point is.
    anchor: Option<Spot>,
    /// Whether the way round a border is the long one.
    long: bool,
    /// The pointer over the canvas.
    pos: Option<ImagePos>,
    modifiers: Modifiers,
    press: ImagePos,
    handle: HandleEdit,
    /// Where the last shape ended: the second press of a double click there starts no new one.
    finished: Option<ImagePos>,
    /// What a press would hold, whether it would end the drawing, and whether a border can be followed; for the hints, which
    /// see no shapes.
    hot: Option<Grip>,
    ends: bool,
    follows: bool,
    /// What a drag does; for the hints, too.
    drag: DragDraws,
}

impl Drawing {
    /// Draws closed borders, or else open lines.
    pub(crate) fn new(closes: bool) -> Self {
        Self {
            closes,
            state: State::Idle,
            path: Path::default(),
            onto: Onto::Nothing,
            anchor: None,
            long: false,
            pos: None,
            modifiers: Modifiers::default(),
            press: ImagePos::default(),
            handle: HandleEdit::new(Reach::Exact),
            finished: None,
            hot: None,
            ends: false,
            follows: false,
            drag: DragDraws::default(),
        }
    }
}

impl Tool for Drawing {
    fn handle(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        self.drag = cx.options.path.drag;
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
        self.ends = self.pos.is_some_and(|pos| self.would_end(pos, cx));
        self.follows = self.way(cx).is_some();
        actions
    }

    fn preview(&self, cx: &ToolCx<'_>) -> Preview {
        let mut preview = Preview::default();
        let spot = self
            .pos
            .filter(|_| matches!(self.state, State::Idle | State::Drawing | State::Side))
            .and_then(|pos| self.border_under(pos, cx));
        let snap = spot.map(|spot| Handle { pos: spot.pos, kind: HandleKind::Snap, hot: false });
        let Some(first) = self.path.points().first() else {
            self.handle.show(&mut preview, self.pos, cx);
            preview.handles.extend(snap);
            return preview;
        };
        let ends = self.pos.is_some_and(|pos| self.would_end(pos, cx));
        let mut line = self.path.clone();
        if let (State::Drawing | State::Side, Some(pos)) = (self.state, self.pos) {
            match (self.way(cx), self.border_end(pos, cx)) {
                (Some(way), _) => append(&mut line, &way),
                (None, Some(end)) => line.push(end.pos, Edge::default()),
                (None, None) if !ends => line.push(spot.map_or(cx.clamped(self.aimed(pos, cx)), |spot| spot.pos), Edge::default()),
                _ => {}
            }
        }
        let closed = ends && self.closes && self.onto == Onto::Nothing;
        if let Some(end) = line.points().last().filter(|_| self.closes && self.onto == Onto::Nothing && line.len() > 2 && !closed) {
            preview.add(PreviewKind::Guide, false, vec![vec![*end, *first]]);
        }
        preview.add(PreviewKind::Drawing, closed, vec![line.flattened(false, DRAWN_TOLERANCE).into_owned()]);
        if let Some((id, geometry)) = self.reshaped(&line, cx).filter(|_| ends && self.is_aiming()) {
            preview.replaced.push((id, geometry));
        }
        preview.handles.push(Handle { pos: *first, kind: HandleKind::FirstPoint, hot: closed });
        // A freehand line is simplified when it ends; until then handles on it would only flicker.
        let placed = if let State::Freehand { start } = self.state { start + 1 } else { self.path.len() };
        let others = self.path.points().iter().take(placed).skip(1);
        preview.handles.extend(others.map(|pos| Handle { pos: *pos, kind: HandleKind::Vertex, hot: false }));
        if let Some(middle) = self.middle_under(cx).filter(|_| !ends) {
            preview.handles.push(Handle { pos: middle.1, kind: HandleKind::Midpoint, hot: true });
        }
        preview.handles.extend(snap);
        let plural = if self.path.len() == 1 { "" } else { "s" };
        preview.readout = Some(format!("{} point{plural}", self.path.len()));
        preview
    }

    fn cursor(&self, cx: &ToolCx<'_>) -> Cursor {
        let on_handle = matches!(self.state, State::Idle | State::OnHandle) && self.reshape_start(self.pos, cx).is_none();
        on_handle.then(|| self.handle.cursor(self.pos, self.modifiers, cx)).flatten().unwrap_or(Cursor::Crosshair)
    }

    fn hints(&self) -> Vec<Hint> {
        self.shown_hints()
    }

    fn is_busy(&self) -> bool {
        self.state != State::Idle
    }

    fn draft(&self) -> Option<Draft> {
        (!self.path.is_empty()).then(|| Draft::of_path(&self.path))
    }

    fn options_changed(&mut self, cx: &ToolCx<'_>) {
        self.drag = cx.options.path.drag;
    }

    fn resume(&mut self, draft: Draft) {
        self.handle.cancel();
        self.path = draft.to_path();
        (self.onto, self.anchor) = (Onto::Nothing, None);
        self.rest();
    }
}

impl Drawing {
    /// Whether the button is down for something.
    fn is_held(&self) -> bool {
        !matches!(self.state, State::Idle | State::Drawing)
    }

    /// Whether the next point follows the pointer.
    fn is_aiming(&self) -> bool {
        matches!(self.state, State::Drawing | State::Side)
    }

    /// The state with the button up.
    fn rest(&mut self) {
        self.state = if self.path.is_empty() { State::Idle } else { State::Drawing };
        if self.path.is_empty() {
            self.forget();
        }
    }

    /// Nothing is begun.
    fn forget(&mut self) {
        self.path = Path::default();
        (self.onto, self.anchor, self.long) = (Onto::Nothing, None, false);
    }

    fn near_first(&self, pos: ImagePos, cx: &ToolCx<'_>) -> bool {
        self.path.points().first().is_some_and(|first| first.distance(cx.clamped(pos)) <= CLOSE_DISTANCE * cx.px)
    }

    /// Whether a press here, or letting go of a freehand line, ends the drawing.
    fn would_end(&self, pos: ImagePos, cx: &ToolCx<'_>) -> bool {
        if let Onto::Border(_) = self.onto {
            return (self.is_aiming() || matches!(self.state, State::Freehand { .. })) && self.border_end(pos, cx).is_some();
        }
        let points = self.path.points();
        let least = if self.path.is_straight() { 3 } else { 2 };
        if !self.closes || points.len() < least || !self.near_first(pos, cx) {
            return false;
        }
        match self.state {
            State::Drawing | State::Side => true,
            // The line must have gone somewhere: at its start every place is near the first point.
            State::Freehand { start } => {
                points[start.min(points.len())..].iter().any(|point| point.distance(points[0]) > 2.0 * CLOSE_DISTANCE * cx.px)
            }
            _ => false,
        }
    }

    /// Where a line that replaces a border would end.
    fn border_end(&self, pos: ImagePos, cx: &ToolCx<'_>) -> Option<Spot> {
        let Onto::Border(start) = self.onto else { return None };
        let end = spot_near(pos, Some(start.id), cx)?;
        let points = self.path.points();
        let went_away = points.len() > 1 || start.pos.distance(end.pos) > 2.0 * CLOSE_DISTANCE * cx.px;
        (end.ring == start.ring && end.pos != start.pos && went_away).then_some(end)
    }

    /// The border of another shape under the pointer, while borders are followed.
    fn border_under(&self, pos: ImagePos, cx: &ToolCx<'_>) -> Option<Spot> {
        if !cx.options.path.auto_border || matches!(self.onto, Onto::Border(_)) || self.would_end(pos, cx) {
            return None;
        }
        spot_near(pos, None, cx)
    }

    /// The way along a border that a click would take.
    fn way(&self, cx: &ToolCx<'_>) -> Option<Path> {
        let pos = self.pos.filter(|_| self.is_aiming())?;
        stretch(self.anchor.as_ref()?, &self.border_under(pos, cx)?, self.long, cx)
    }

    /// Where a line would begin that replaces a stretch of the selected border.
    fn reshape_start(&self, pos: Option<ImagePos>, cx: &ToolCx<'_>) -> Option<Spot> {
        let reshapes = cx.options.path.combine == Combine::Reshape && self.state == State::Idle;
        let (id, geometry) = cx.sole_selected().filter(|_| reshapes)?;
        matches!(geometry, Geometry::Polygon(_) | Geometry::Polyline(_)).then(|| spot_near(pos?, Some(id), cx))?
    }

    /// The middle of a drawn edge under the pointer.
    fn middle_under(&self, cx: &ToolCx<'_>) -> Option<(usize, ImagePos)> {
        let pos = self.pos.filter(|_| matches!(self.state, State::Drawing | State::Bending { .. }))?;
        let points = self.path.points();
        let middles = points.windows(2).enumerate().filter(|(_, pair)| pair[0].distance(pair[1]) >= MIDPOINT_MIN_EDGE * cx.px);
        let mut middles = middles.map(|(at, pair)| (at, self.path.edge(at).bend.at(pair[0], pair[1], 0.5)));
        middles.find(|(_, middle)| middle.distance(pos) <= HANDLE_HIT_EXACT * cx.px)
    }

    fn aimed(&self, pos: ImagePos, cx: &ToolCx<'_>) -> ImagePos {
        self.path.points().last().map_or(pos, |last| cx.at_angle(*last, pos))
    }

    fn press(&mut self, pos: ImagePos, modifiers: Modifiers, clicks: u8, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        self.press = pos;
        if self.state == State::Idle {
            let near = |end: ImagePos| end.distance(pos) <= CLOSE_DISTANCE * cx.px;
            if self.finished.take().is_some_and(|end| clicks >= 2 && near(end)) {
                return Vec::new();
            }
            if let Some(spot) = self.reshape_start(Some(pos), cx) {
                self.onto = Onto::Border(spot);
                self.path.push(spot.pos, Edge::default());
                self.state = if modifiers.shift { State::Freehand { start: 0 } } else { State::Placing };
                return Vec::new();
            }
            if let Some(actions) = self.handle.press(pos, modifiers, cx) {
                self.state = if self.handle.is_held() { State::OnHandle } else { State::Idle };
                return actions;
            }
        } else {
            let near_last = |last: &ImagePos| last.distance(cx.clamped(pos)) <= CLOSE_DISTANCE * cx.px;
            // Two quick clicks at different places are two points, whatever the window calls them.
            let double = clicks >= 2 && self.path.points().last().is_some_and(near_last);
            if double || self.would_end(pos, cx) {
                return self.finish(cx);
            }
            if let Some((at, _)) = self.middle_under(cx).filter(|_| !modifiers.shift) {
                self.state = State::Bending { at, moved: false };
                return Vec::new();
            }
            // The next side begins where the last one ended.
            if self.drag == DragDraws::Side && self.path.points().last().is_some_and(|last| last.distance(pos) <= SAME_PLACE * cx.px) {
                self.state = State::Placing;
                return Vec::new();
            }
        }
        if self.go_along(pos, cx) {
            self.state = State::Drawing;
            return Vec::new();
        }
        self.put(pos, cx);
        self.state = if modifiers.shift { State::Freehand { start: self.path.len() - 1 } } else { State::Placing };
        Vec::new()
    }

    /// Follows the border between the last point and this place, if both lie on it.
    fn go_along(&mut self, pos: ImagePos, cx: &ToolCx<'_>) -> bool {
        let Some(way) = self.way(cx) else { return false };
        append(&mut self.path, &way);
        self.long = false;
        self.anchor = self.border_under(pos, cx);
        true
    }

    /// Puts a point by a click: on the border of another shape, or here.
    fn put(&mut self, pos: ImagePos, cx: &ToolCx<'_>) {
        self.anchor = self.border_under(pos, cx);
        match self.anchor {
            Some(spot) if self.path.points().last() != Some(&spot.pos) => self.path.push(spot.pos, Edge::default()),
            Some(_) => {}
            None => self.add(self.aimed(pos, cx), DUPLICATE_DISTANCE, cx),
        }
    }

    fn follow(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        (self.pos, self.modifiers) = (Some(pos), modifiers);
        let far = self.press.distance(pos) > DRAG_THRESHOLD * cx.px;
        match self.state {
            State::OnHandle => self.handle.drag(pos, modifiers, cx),
            State::Placing if far => {
                if modifiers.shift || self.drag == DragDraws::Freehand {
                    self.state = State::Freehand { start: self.path.len().saturating_sub(1) };
                    self.add(pos, FREEHAND_SPACING, cx);
                } else if self.drag == DragDraws::Side {
                    self.state = State::Side;
                } else if let Some(last) = self.path.len().checked_sub(1).filter(|last| *last > 0 || self.onto == Onto::Nothing) {
                    self.anchor = None;
                    let before = last.checked_sub(1).and_then(|before| self.path.points().get(before).copied());
                    self.path.set_point(last, cx.placed(before.map_or(pos, |before| cx.at_angle(before, pos))));
                }
            }
            State::Bending { at, moved } if far || moved => {
                if let Some(edge) = bent(&self.path, at, pos, cx) {
                    self.path.set_edge(at, edge);
                }
                self.state = State::Bending { at, moved: true };
            }
            State::Freehand { .. } => self.add(pos, FREEHAND_SPACING, cx),
            _ => {}
        }
    }

    fn release(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match self.state {
            State::Idle | State::Drawing => Vec::new(),
            State::Placing | State::Bending { moved: true, .. } => {
                self.rest();
                Vec::new()
            }
            State::Side => self.end_side(cx),
            State::Bending { moved: false, .. } => {
                // A mere click is a point like any other.
                self.put(self.press, cx);
                self.rest();
                Vec::new()
            }
            State::OnHandle => {
                let edited = self.handle.release(cx);
                if edited.is_none() {
                    // A mere click on a handle is the first point of a shape that starts there, or goes on there.
                    self.onto = self.line_end(cx);
                    match self.onto {
                        Onto::Nothing => self.put(self.press, cx),
                        _ => self.path.push(self.line_end_pos(cx).unwrap_or(self.press), Edge::default()),
                    }
                }
                self.rest();
                edited.unwrap_or_default()
            }
            State::Freehand { start } => self.end_freehand(start, cx),
        }
    }

    /// Where the button goes up is as good as a click: it puts the next point, or ends the drawing.
    fn end_side(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        if let Some(pos) = self.pos {
            if self.would_end(pos, cx) {
                return self.finish(cx);
            }
            if !self.go_along(pos, cx) {
                self.put(pos, cx);
            }
        }
        self.rest();
        Vec::new()
    }

    /// The end of the selected line that was pressed.
    fn line_end(&self, cx: &ToolCx<'_>) -> Onto {
        let Some((id, Geometry::Polyline(line))) = cx.sole_selected().filter(|_| !self.closes) else { return Onto::Nothing };
        let is_near = |pos: Option<&ImagePos>| pos.is_some_and(|pos| pos.distance(self.press) <= HANDLE_HIT_EXACT * cx.px);
        match (is_near(line.points().first()), is_near(line.points().last())) {
            (_, true) => Onto::Line { id, at_start: false },
            (true, false) => Onto::Line { id, at_start: true },
            (false, false) => Onto::Nothing,
        }
    }

    fn line_end_pos(&self, cx: &ToolCx<'_>) -> Option<ImagePos> {
        let Onto::Line { id, at_start } = self.onto else { return None };
        let Geometry::Polyline(line) = cx.editable_geometry(id)? else { return None };
        if at_start { line.points().first().copied() } else { line.points().last().copied() }
    }

    fn end_freehand(&mut self, start: usize, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let ends = self.pos.is_some_and(|pos| self.would_end(pos, cx));
        let end = self.pos.and_then(|pos| self.border_end(pos, cx));
        let mut points = self.path.points().get(start..).unwrap_or_default().to_vec();
        while self.path.len() > start.max(1) {
            self.path.pop();
        }
        let first = self.path.points().first().copied();
        if let (true, None, Some(first)) = (ends, end, first) {
            // The line ends in the first point itself, so that the seam leaves no point of its own.
            while points.len() > 1 && points.last().is_some_and(|pos| pos.distance(first) <= CLOSE_DISTANCE * cx.px) {
                points.pop();
            }
            points.push(first);
        } else if let (None, Some(pos)) = (end, self.pos) {
            let pos = cx.placed(pos);
            points.extend((points.last() != Some(&pos)).then_some(pos));
        }
        for pos in simplified(&points, FREEHAND_SIMPLIFY * cx.px) {
            if self.path.points().last() != Some(&pos) {
                self.path.push(pos, Edge::default());
            }
        }
        self.state = State::Drawing;
        if ends { self.finish(cx) } else { Vec::new() }
    }

    /// Adds a point at least `spacing` screen points from the last.
    fn add(&mut self, pos: ImagePos, spacing: f64, cx: &ToolCx<'_>) {
        let pos = cx.placed(pos);
        if self.path.points().last().is_none_or(|last| *last != pos && last.distance(pos) >= spacing * cx.px) {
            self.path.push(pos, Edge::default());
        }
    }

    /// Ends the drawing; when nothing comes of it yet, goes on drawing.
    fn finish(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let actions = match (self.onto, self.closes) {
            (Onto::Border(_), _) => self.finish_reshape(cx),
            (_, true) => self.finish_ring(cx),
            (_, false) => self.finish_line(cx),
        };
        match actions {
            Some(actions) => {
                self.forget();
                self.state = State::Idle;
                self.finished = self.pos;
                actions
            }
            None => {
                self.rest();
                Vec::new()
            }
        }
    }

    fn remove_last(&mut self) {
        match self.state {
            State::Freehand { start } => {
                while self.path.len() > start {
                    self.path.pop();
                }
            }
            _ => drop(self.path.pop()),
        }
        self.anchor = None;
        self.rest();
    }

    /// Another form for the drawn edge under the pointer, else for the last one.
    fn bend(&mut self, cx: &ToolCx<'_>) {
        let points = self.path.points();
        let line = Geometry::Polyline(self.path.clone());
        let under = self.pos.and_then(|pos| crate::grips::edge_at(&line, pos, HANDLE_HIT * cx.px));
        let at = match under {
            Some((Grip::Edge { at, .. }, _)) => Some(at),
            _ => points.len().checked_sub(2),
        };
        if let Some((at, edge)) = at.and_then(|at| Some((at, next_bend(&self.path, at, cx)?))) {
            self.path.set_edge(at, edge);
        }
    }

    fn command(&mut self, command: ToolCommand, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match (self.state, command) {
            (State::OnHandle | State::Bending { .. }, _) => Vec::new(),
            (State::Idle, ToolCommand::Nudge(by)) => nudge(by, cx),
            (State::Idle, ToolCommand::Delete) => self.handle.delete(self.pos, cx),
            (State::Idle, ToolCommand::Bend) => self.handle.bend(self.pos, cx),
            (State::Drawing, ToolCommand::Bend) => {
                self.bend(cx);
                Vec::new()
            }
            (State::Drawing | State::Side, ToolCommand::NextHit | ToolCommand::PreviousHit) => {
                self.long = !self.long && (self.anchor.is_some() || matches!(self.onto, Onto::Border(_)));
                Vec::new()
            }
            (State::Drawing | State::Placing | State::Side, ToolCommand::Finish) => self.finish(cx),
            (State::Drawing | State::Placing | State::Side | State::Freehand { .. }, ToolCommand::RemoveLast) => {
                self.remove_last();
                Vec::new()
            }
            // While drawing it means the point, not the selected shape: see `ToolCommand::Delete`.
            (State::Drawing | State::Placing | State::Side | State::Freehand { .. }, ToolCommand::Delete) => {
                self.remove_last();
                vec![ToolAction::Select(cx.selection.to_vec())]
            }
            _ => Vec::new(),
        }
    }

    fn cancel(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        self.handle.cancel();
        self.forget();
        let idle = std::mem::take(&mut self.state) == State::Idle;
        if idle && !cx.selection.is_empty() { vec![ToolAction::Select(Vec::new())] } else { Vec::new() }
    }
}
