//! What all tools that draw by clicks and drags share: one shape after the other, each of a few points.

use crate::consts::{CLOSE_DISTANCE, DRAG_THRESHOLD, MIN_BOX_SIDE_PX, SAME_PLACE};
use crate::draft::Draft;
use crate::event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
use crate::grips::{Grip, Reach, is_allowed};
use crate::handle_edit::HandleEdit;
use crate::motion::nudge;
use crate::output::{Cursor, Handle, HandleKind, Hint, Input, Preview, PreviewKind, ToolAction, hint, size_text};
use crate::tool::Tool;
use limn_core::geometry::{DRAWN_TOLERANCE, Sight};
use limn_core::{Geometry, ImagePos};
use std::fmt::Debug;

/// What makes one drawing tool different from the others. The points are put by clicks; a drag puts one where it begins and
/// one where it ends.
pub(crate) trait Sketch: Debug {
    /// Name of the undo step.
    fn title(&self) -> &'static str;
    /// How many points make a shape.
    fn num_points(&self, cx: &ToolCx<'_>) -> usize;
    /// What the points make; also of fewer than all, when something can be shown of them. The last one follows the pointer.
    fn shape(&self, points: &Draft, modifiers: Modifiers, cx: &ToolCx<'_>) -> Option<Geometry>;
    /// What can be done with nothing begun, while the first two points are dragged, or with so many points put.
    fn hints(&self, stage: Stage) -> Vec<Hint>;
    /// What a click does beside a handle: "start a box here".
    fn start_hint(&self) -> &'static str;

    /// Where the next point is put when the pointer is at `pos`.
    fn place(&self, _points: &Draft, pos: ImagePos, _modifiers: Modifiers, cx: &ToolCx<'_>) -> ImagePos {
        cx.placed(pos)
    }
    /// How the next point is seen.
    fn sight(&self, _modifiers: Modifiers) -> Sight {
        Sight::Visible
    }
    /// A whole shape by a drag from `from` to `to`; `None`: its ends are two points.
    fn dragged(&self, _from: ImagePos, _to: ImagePos, _modifiers: Modifiers, _cx: &ToolCx<'_>) -> Option<Geometry> {
        None
    }
    /// The shape of fewer points than all, when the person wants no more.
    fn early(&self, _points: &Draft, _cx: &ToolCx<'_>) -> Option<Geometry> {
        None
    }
    /// Whether points may be left out.
    fn skips(&self) -> bool {
        false
    }
    /// What a click does instead of drawing.
    fn instead(&self, _pos: ImagePos, _cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        None
    }
    /// Whether lines through the pointer help to aim.
    fn aims(&self) -> bool {
        false
    }
    /// Shows more than the shape or its points: `points` with the one at the pointer, none while nothing is begun.
    fn show(&self, _points: &Draft, _modifiers: Modifiers, _cx: &ToolCx<'_>, _preview: &mut Preview) {}
    /// Remembers what the hints depend on: they see no context.
    fn remember(&mut self, _cx: &ToolCx<'_>) {}
}

/// How far a drawing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Nothing,
    Dragging,
    /// So many points are put; at least one.
    Points(usize),
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// Down on a handle of the selected shape.
    OnHandle,
    /// Down at the first point: a click or a drag?
    Pressed,
    /// Drawing with the button down.
    Dragging,
    /// Some points are put; the button is up.
    Placed,
    /// Down for the next point, which follows the pointer.
    Holding,
}

/// Draws with a [`Sketch`], one shape after the other.
#[derive(Debug)]
pub(crate) struct SketchTool<S> {
    sketch: S,
    state: State,
    points: Draft,
    /// The pointer over the canvas.
    pos: Option<ImagePos>,
    modifiers: Modifiers,
    /// The pointer when last seen.
    free: ImagePos,
    press: ImagePos,
    handle: HandleEdit,
    /// Where the last shape ended: the second press of a double click there starts no new one.
    finished: Option<ImagePos>,
    /// What a press would hold; for the hints, which see no shapes.
    hot: Option<Grip>,
}

impl<S: Sketch + Default> Default for SketchTool<S> {
    fn default() -> Self {
        Self {
            sketch: S::default(),
            state: State::Idle,
            points: Draft::default(),
            pos: None,
            modifiers: Modifiers::default(),
            free: ImagePos::default(),
            press: ImagePos::default(),
            handle: HandleEdit::new(Reach::Exact),
            finished: None,
            hot: None,
        }
    }
}

impl<S: Sketch> Tool for SketchTool<S> {
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
        self.sketch.remember(cx);
        self.hot = self.pos.filter(|_| self.state == State::Idle).and_then(|pos| self.handle.grip_under(pos, cx));
        actions
    }

    fn preview(&self, cx: &ToolCx<'_>) -> Preview {
        let mut preview = Preview::default();
        let on_handle = matches!(self.state, State::Idle | State::OnHandle);
        if on_handle {
            self.handle.show(&mut preview, self.pos, cx);
        }
        let is_free = !preview.handles.iter().any(|handle| handle.hot);
        if let Some(pos) = self.pos.filter(|_| is_free && self.sketch.aims()) {
            let (at, [width, height]) = (cx.in_image(pos), cx.image);
            let across = vec![ImagePos::new(0.0, at.y), ImagePos::new(width, at.y)];
            let down = vec![ImagePos::new(at.x, 0.0), ImagePos::new(at.x, height)];
            preview.add(PreviewKind::Guide, false, vec![across, down]);
        }
        let follows = self.pos.is_some() && self.state == State::Idle && is_free && self.sketch.num_points(cx) == 1;
        if !on_handle || follows {
            self.show_drawing(cx, &mut preview);
        } else {
            self.sketch.show(&Draft::default(), self.modifiers, cx, &mut preview);
        }
        preview
    }

    fn cursor(&self, cx: &ToolCx<'_>) -> Cursor {
        let on_handle = matches!(self.state, State::Idle | State::OnHandle);
        let other = if self.sketch.num_points(cx) == 0 { Cursor::Forbidden } else { Cursor::Crosshair };
        on_handle.then(|| self.handle.cursor(self.pos, self.modifiers, cx)).flatten().unwrap_or(other)
    }

    fn hints(&self) -> Vec<Hint> {
        match (self.state, self.hot) {
            (State::Idle, Some(grip)) => {
                let mut hints = HandleEdit::hints(grip);
                hints.push(hint(Input::Click, self.sketch.start_hint()));
                hints
            }
            (State::Idle, None) => self.sketch.hints(Stage::Nothing),
            (State::OnHandle, _) => self.handle.held_hints(),
            (State::Pressed | State::Dragging, _) => self.sketch.hints(Stage::Dragging),
            (State::Placed | State::Holding, _) => self.sketch.hints(Stage::Points(self.points.points.len())),
        }
    }

    fn is_busy(&self) -> bool {
        self.state != State::Idle
    }

    fn draft(&self) -> Option<Draft> {
        let is_kept = matches!(self.state, State::Placed | State::Holding) && !self.points.points.is_empty();
        is_kept.then(|| self.points.clone())
    }

    fn unfinished(&self) -> Option<Draft> {
        (self.state != State::Idle && !self.points.points.is_empty()).then(|| self.points.clone())
    }

    fn resume(&mut self, draft: Draft) {
        self.handle.cancel();
        self.points = Draft::default();
        for (at, pos) in draft.points.iter().enumerate().filter(|(_, pos)| pos.is_finite()) {
            self.points.push(*pos, draft.sight(at));
        }
        self.rest();
    }
}

impl<S: Sketch> SketchTool<S> {
    /// Whether the button is down for something.
    fn is_held(&self) -> bool {
        !matches!(self.state, State::Idle | State::Placed)
    }

    /// The state with the button up.
    fn rest(&mut self) {
        self.state = if self.points.points.is_empty() { State::Idle } else { State::Placed };
    }

    /// The points with the one at the pointer.
    fn with_free(&self, cx: &ToolCx<'_>) -> Draft {
        let mut points = self.points.clone();
        points.truncate(self.sketch.num_points(cx).saturating_sub(1));
        let pos = self.sketch.place(&points, self.free, self.modifiers, cx);
        points.push(pos, self.sketch.sight(self.modifiers));
        points
    }

    fn show_drawing(&self, cx: &ToolCx<'_>, preview: &mut Preview) {
        let points = self.with_free(cx);
        let dragging = matches!(self.state, State::Pressed | State::Dragging);
        let whole = dragging.then(|| self.sketch.dragged(self.press, self.free, self.modifiers, cx)).flatten();
        if let Some(whole) = whole {
            return show_geometry(&whole, cx, preview);
        }
        match self.sketch.shape(&points, self.modifiers, cx) {
            Some(geometry) => show_geometry(&geometry, cx, preview),
            None => {
                preview.add(PreviewKind::Drawing, false, vec![points.points.clone()]);
                let put = self.points.points.iter();
                preview.handles.extend(put.map(|pos| Handle { pos: *pos, kind: HandleKind::Vertex, hot: false }));
            }
        }
        self.sketch.show(&points, self.modifiers, cx, preview);
    }

    fn follow(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        (self.pos, self.free, self.modifiers) = (Some(pos), pos, modifiers);
        match self.state {
            State::OnHandle => self.handle.drag(pos, modifiers, cx),
            State::Pressed if self.press.distance(pos) > DRAG_THRESHOLD * cx.px => self.state = State::Dragging,
            State::Idle | State::Pressed | State::Dragging | State::Placed | State::Holding => {}
        }
    }

    fn press(&mut self, pos: ImagePos, modifiers: Modifiers, clicks: u8, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        if self.state == State::Placed {
            // The second press of a double click is no further point.
            let again = self.points.points.last().is_some_and(|last| last.distance(pos) <= SAME_PLACE * cx.px);
            if !(clicks >= 2 && again) {
                self.state = State::Holding;
            }
            return Vec::new();
        }
        if self.finished.take().is_some_and(|end| clicks >= 2 && end.distance(pos) <= CLOSE_DISTANCE * cx.px) {
            return Vec::new();
        }
        self.press = pos;
        if let Some(actions) = self.handle.press(pos, modifiers, cx) {
            self.state = if self.handle.is_held() { State::OnHandle } else { State::Idle };
            return actions;
        }
        if let Some(actions) = self.sketch.instead(pos, cx) {
            return actions;
        }
        match self.sketch.num_points(cx) {
            0 => {}
            1 => self.state = State::Holding,
            _ => {
                self.points = self.with_free(cx);
                self.state = State::Pressed;
            }
        }
        Vec::new()
    }

    fn release(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match self.state {
            State::Idle | State::Placed => Vec::new(),
            State::Pressed => {
                self.state = State::Placed;
                Vec::new()
            }
            State::Dragging => self.end_drag(cx),
            State::Holding => self.put(cx),
            State::OnHandle => {
                let edited = self.handle.release(cx);
                self.state = State::Idle;
                // A mere click on a handle is the first point of a shape that starts there.
                edited.unwrap_or_else(|| self.sketch.instead(self.press, cx).unwrap_or_else(|| self.put(cx)))
            }
        }
    }

    /// A drag that is too small for a shape leaves nothing behind.
    fn end_drag(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let is_last = self.points.points.len() + 1 >= self.sketch.num_points(cx);
        if let Some(geometry) = self.sketch.dragged(self.press, self.free, self.modifiers, cx) {
            self.drop_points();
            return self.create(Some(geometry), cx);
        }
        let actions = self.put(cx);
        if is_last && actions.is_empty() {
            self.drop_points();
        }
        actions
    }

    /// Puts a point at the pointer. The last one is not taken when nothing comes of it.
    fn put(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let (points, wanted) = (self.with_free(cx), self.sketch.num_points(cx));
        if points.points.len() < wanted {
            self.points = points;
            self.rest();
            return Vec::new();
        }
        let geometry = self.sketch.shape(&points, self.modifiers, cx).filter(|_| wanted > 0);
        let actions = self.create(geometry, cx);
        self.rest();
        actions
    }

    fn create(&mut self, geometry: Option<Geometry>, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let Some(geometry) = geometry.filter(|geometry| is_large_enough(geometry) && is_allowed(geometry, cx)) else { return Vec::new() };
        self.drop_points();
        self.finished = Some(self.free);
        vec![ToolAction::Create { geometry, title: self.sketch.title() }]
    }

    fn drop_points(&mut self) {
        self.points = Draft::default();
        self.state = State::Idle;
    }

    fn take_back(&mut self) {
        self.points.pop();
        self.rest();
    }

    fn command(&mut self, command: ToolCommand, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match (self.state, command) {
            (State::Idle, ToolCommand::Nudge(by)) => nudge(by, cx),
            (State::Idle, ToolCommand::Delete) => self.handle.delete(self.pos, cx),
            (State::Placed, ToolCommand::Finish) => match self.sketch.early(&self.points, cx) {
                Some(geometry) => self.create(Some(geometry), cx),
                None if self.points.points.len() + 1 >= self.sketch.num_points(cx) => self.put(cx),
                None => Vec::new(),
            },
            (State::Idle, ToolCommand::Bend) => self.handle.bend(self.pos, cx),
            (State::Placed, ToolCommand::SkipPoint) if self.sketch.skips() => self.skip(cx),
            // Before the first point it needs no click.
            (State::Idle, ToolCommand::SkipPoint) if self.sketch.skips() && self.sketch.num_points(cx) > 1 => self.skip(cx),
            (State::Placed, ToolCommand::RemoveLast) => {
                self.take_back();
                Vec::new()
            }
            // While drawing it means the point, not the selected shape: see `ToolCommand::Delete`.
            (State::Placed | State::Pressed | State::Dragging | State::Holding, ToolCommand::Delete) => {
                self.take_back();
                vec![ToolAction::Select(cx.selection.to_vec())]
            }
            _ => Vec::new(),
        }
    }

    fn skip(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let wanted = self.sketch.num_points(cx);
        let mut points = self.points.clone();
        points.truncate(wanted.saturating_sub(1));
        points.push(cx.placed(self.free), Sight::Absent);
        if points.points.len() >= wanted {
            let geometry = self.sketch.early(&points, cx);
            return self.create(geometry, cx);
        }
        self.points = points;
        self.rest();
        Vec::new()
    }

    fn cancel(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        self.handle.cancel();
        self.points = Draft::default();
        let idle = std::mem::take(&mut self.state) == State::Idle;
        if idle && !cx.selection.is_empty() { vec![ToolAction::Select(Vec::new())] } else { Vec::new() }
    }
}

/// Whether a hand meant it: a slip of the mouse makes no shape.
fn is_large_enough(geometry: &Geometry) -> bool {
    let sides = |width: f64, height: f64| width >= MIN_BOX_SIDE_PX && height >= MIN_BOX_SIDE_PX;
    match geometry {
        Geometry::Box(rect) => sides(rect.width(), rect.height()),
        Geometry::RotatedBox(turned) => sides(turned.width, turned.height),
        Geometry::Ellipse(ellipse) => sides(2.0 * ellipse.rx, 2.0 * ellipse.ry),
        Geometry::Cuboid(cuboid) => {
            let [a, b, _, d] = cuboid.front;
            sides(a.distance(b), a.distance(d))
        }
        _ => true,
    }
}

/// A shape in the making.
fn show_geometry(geometry: &Geometry, cx: &ToolCx<'_>, preview: &mut Preview) {
    preview.readout = match geometry {
        Geometry::Box(rect) => Some(size_text(rect.width(), rect.height())),
        Geometry::RotatedBox(turned) => Some(format!("{}, {:.0}°", size_text(turned.width, turned.height), turned.angle)),
        Geometry::Ellipse(ellipse) => Some(size_text(2.0 * ellipse.rx, 2.0 * ellipse.ry)),
        _ => None,
    };
    match geometry {
        Geometry::Cuboid(cuboid) => {
            preview.add(PreviewKind::Drawing, true, vec![cuboid.front.to_vec()]);
            let far = [0, 1, 2, 3].map(|at| vec![cuboid.front[at], cuboid.back[at], cuboid.back[(at + 1) % 4]]);
            preview.add(PreviewKind::Drawing, false, far.to_vec());
        }
        Geometry::Keypoints(keypoints) => {
            let edges = cx.template().map_or(&[][..], |template| &template.edges);
            let lines = edges.iter().filter_map(|[from, to]| Some(vec![keypoints.pos(*from)?, keypoints.pos(*to)?]));
            preview.add(PreviewKind::Drawing, false, lines.collect());
            let kind = |sight| if sight == Sight::Occluded { HandleKind::Occluded } else { HandleKind::Vertex };
            let handles = keypoints.present().map(|(_, point)| Handle { pos: point.pos, kind: kind(point.sight), hot: false });
            preview.handles.extend(handles);
        }
        Geometry::Point(pos) => preview.handles.push(Handle { pos: *pos, kind: HandleKind::Vertex, hot: false }),
        Geometry::Ellipse(ellipse) => preview.add(PreviewKind::Drawing, true, vec![ellipse.outline(DRAWN_TOLERANCE)]),
        other => preview.add(PreviewKind::Drawing, true, other.rings()),
    }
}
