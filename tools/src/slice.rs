//! Cut shapes in two along a line.

use crate::area::{sliced, sliced_line};
use crate::area_change::area_of;
use crate::consts::{CLOSE_DISTANCE, DRAG_THRESHOLD, FREEHAND_SIMPLIFY, FREEHAND_SPACING};
use crate::event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
use crate::grips::{is_allowed, paths};
use crate::output::{Cursor, Handle, HandleKind, Hint, Input, Preview, PreviewKind, ToolAction, ToolCommandName, hint};
use crate::overlap::geometry_meets_line;
use crate::simplify::simplified;
use crate::tool::Tool;
use limn_core::{Geometry, ImagePos, InstanceId, Polygon, Rect};

/// Most shapes whose pieces are shown while the line is drawn, and most points of all of them together: what is shown must
/// come as quickly as the hand moves. More are cut all the same.
const MOST_SHOWN: usize = 40;
const MOST_POINTS: usize = 20_000;
/// How far the shown border of a curved piece may stray. Points.
const SHOWN_TOLERANCE: f64 = 0.5;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// Down at the last point: a click or a drag?
    Pressed,
    /// A straight line follows the pointer.
    Dragging,
    /// The line follows the way of the pointer.
    Freehand,
    /// Some points are put; the button is up.
    Placed,
}

/// Draws a line and cuts along it: the selected shapes when it touches any of them, else all that it crosses.
#[derive(Debug, Default)]
pub struct SliceTool {
    state: State,
    line: Vec<ImagePos>,
    pos: Option<ImagePos>,
    /// What a cut here would make.
    shown: Shown,
}

/// The pieces that the line would cut, as far as they are shown.
#[derive(Debug, Default)]
struct Shown {
    pieces: Vec<Geometry>,
    /// How many shapes are cut.
    shapes: usize,
    /// There are more than are shown.
    more: bool,
}

impl Tool for SliceTool {
    fn handle(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let actions = self.take(event, cx);
        self.shown = self.try_cut(cx);
        actions
    }

    fn preview(&self, cx: &ToolCx<'_>) -> Preview {
        let mut preview = Preview::default();
        for piece in &self.shown.pieces {
            let rings = paths(piece).map(|(path, closed)| path.segments(closed, SHOWN_TOLERANCE * cx.px));
            let rings = rings.map(|edges| edges.first().map(|edge| edge.0).into_iter().chain(edges.iter().map(|edge| edge.1)).collect());
            let rings: Vec<Vec<ImagePos>> = match piece {
                Geometry::Box(rect) => vec![rect.corners().to_vec()],
                _ => rings.collect(),
            };
            // Where lines are cut nothing else would be seen.
            if let Geometry::Polyline(path) = piece {
                let ends = [path.points().first(), path.points().last()].into_iter().flatten();
                preview.handles.extend(ends.map(|pos| Handle { pos: *pos, kind: HandleKind::Vertex, hot: false }));
            }
            preview.add(PreviewKind::Drawing, !matches!(piece, Geometry::Polyline(_)), rings);
        }
        let line = self.line_now(cx);
        if line.len() > 1 {
            preview.add(PreviewKind::Tape, false, vec![line]);
            let (shapes, pieces) = (self.shown.shapes, self.shown.pieces.len());
            let more = if self.shown.more { "+" } else { "" };
            preview.readout = Some(match shapes {
                0 if self.shown.more => "cuts".to_owned(),
                0 => "cuts nothing".to_owned(),
                1 => format!("{pieces}{more} pieces"),
                _ => format!("{shapes}{more} shapes, {pieces}{more} pieces"),
            });
        }
        preview
    }

    fn cursor(&self, _cx: &ToolCx<'_>) -> Cursor {
        Cursor::Crosshair
    }

    fn hints(&self) -> Vec<Hint> {
        let drop = hint(Input::Cancel, "cut nothing");
        let finish = hint(Input::Command(ToolCommandName::Finish), "cut");
        match self.state {
            State::Idle => vec![
                hint(Input::Drag, "cut along a straight line"),
                hint(Input::ShiftDrag, "cut freehand"),
                hint(Input::Click, "cut along several points"),
            ],
            State::Placed => vec![hint(Input::Click, "next point"), hint(Input::DoubleClick, "cut"), finish, drop],
            State::Pressed | State::Dragging | State::Freehand => vec![drop],
        }
    }

    fn is_busy(&self) -> bool {
        self.state != State::Idle
    }
}

impl SliceTool {
    fn take(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match *event {
            ToolEvent::Press { pos, .. } | ToolEvent::Move { pos, .. } | ToolEvent::Release { pos, .. } if !pos.is_finite() => Vec::new(),
            ToolEvent::Press { .. } | ToolEvent::Move { pressed: false, .. } if self.is_held() => self.release(cx),
            ToolEvent::Press { pos, clicks, .. } => self.press(pos, clicks, cx),
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
            ToolEvent::Command(ToolCommand::Finish) if self.state == State::Placed => self.finish(cx),
            ToolEvent::Command(ToolCommand::RemoveLast | ToolCommand::Delete) if self.is_busy() => {
                self.line.pop();
                self.state = if self.line.is_empty() { State::Idle } else { State::Placed };
                vec![ToolAction::Select(cx.selection.to_vec())]
            }
            ToolEvent::Command(_) => Vec::new(),
            ToolEvent::Cancel => {
                let was_busy = self.is_busy();
                self.drop_line();
                if was_busy || cx.selection.is_empty() { Vec::new() } else { vec![ToolAction::Select(Vec::new())] }
            }
        }
    }
}

impl SliceTool {
    fn is_held(&self) -> bool {
        matches!(self.state, State::Pressed | State::Dragging | State::Freehand)
    }

    fn drop_line(&mut self) {
        self.line.clear();
        self.state = State::Idle;
    }

    /// The line with the pointer at its end.
    fn line_now(&self, cx: &ToolCx<'_>) -> Vec<ImagePos> {
        let mut line = self.line.clone();
        if matches!(self.state, State::Placed | State::Dragging) {
            let end = self.pos.map(|pos| self.aimed(pos, cx));
            line.extend(end.filter(|end| line.last() != Some(end)));
        }
        line
    }

    /// What the line would cut if it ended at the pointer.
    fn try_cut(&self, cx: &ToolCx<'_>) -> Shown {
        let mut shown = Shown::default();
        if !self.is_busy() {
            return shown;
        }
        let mut line = self.line_now(cx);
        if self.state == State::Freehand {
            line = simplified(&line, FREEHAND_SIMPLIFY * cx.px);
        }
        line.dedup();
        if line.len() < 2 {
            return shown;
        }
        let mut points = 0;
        for id in meant(&line, cx) {
            let Some(geometry) = cx.editable_geometry(id).filter(|geometry| geometry_meets_line(geometry, &line)) else { continue };
            points += paths(geometry).map(|(path, _)| path.len()).sum::<usize>();
            if points > MOST_POINTS || shown.shapes == MOST_SHOWN {
                shown.more = true;
                break;
            }
            if let Some(pieces) = cut_of(id, geometry, &line, cx) {
                shown.shapes += 1;
                shown.pieces.extend(pieces);
            }
        }
        shown
    }

    fn aimed(&self, pos: ImagePos, cx: &ToolCx<'_>) -> ImagePos {
        self.line.last().map_or(pos, |last| cx.at_angle(*last, pos))
    }

    fn press(&mut self, pos: ImagePos, clicks: u8, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let at = self.aimed(pos, cx);
        self.pos = Some(pos);
        let is_again = self.line.last().is_some_and(|last| last.distance(pos) <= CLOSE_DISTANCE * cx.px);
        if self.state == State::Placed && clicks >= 2 && is_again {
            return self.finish(cx);
        }
        if !is_again || self.line.is_empty() {
            self.line.push(at);
        }
        self.state = State::Pressed;
        Vec::new()
    }

    fn follow(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        self.pos = Some(pos);
        let distance = self.line.last().map_or(0.0, |last| last.distance(pos)) / cx.px.max(f64::MIN_POSITIVE);
        match self.state {
            State::Pressed if distance > DRAG_THRESHOLD => {
                self.state = if modifiers.shift { State::Freehand } else { State::Dragging };
                if modifiers.shift {
                    self.line.push(pos);
                }
            }
            State::Freehand if distance >= FREEHAND_SPACING => self.line.push(pos),
            _ => {}
        }
    }

    fn release(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match self.state {
            State::Pressed => {
                self.state = State::Placed;
                Vec::new()
            }
            State::Dragging | State::Freehand => {
                let end = self.pos.map(|pos| if self.state == State::Freehand { pos } else { self.aimed(pos, cx) });
                self.line.extend(end);
                self.finish(cx)
            }
            State::Idle | State::Placed => Vec::new(),
        }
    }

    fn finish(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let mut line = std::mem::take(&mut self.line);
        if self.state == State::Freehand {
            line = simplified(&line, FREEHAND_SIMPLIFY * cx.px);
        }
        line.dedup();
        if line.len() < 2 {
            self.line = line;
            self.state = if self.line.is_empty() { State::Idle } else { State::Placed };
            return Vec::new();
        }
        self.state = State::Idle;
        cut(&line, cx)
    }
}

/// Cuts what the line crosses: the largest piece keeps the identity, the others are new instances like it.
fn cut(line: &[ImagePos], cx: &ToolCx<'_>) -> Vec<ToolAction> {
    let mut edits: Vec<(InstanceId, Geometry)> = Vec::new();
    let mut copies: Vec<(InstanceId, Geometry)> = Vec::new();
    for id in meant(line, cx) {
        let Some(geometry) = cx.editable_geometry(id).filter(|_| edits.iter().all(|(done, _)| *done != id)) else { continue };
        let Some(mut pieces) = cut_of(id, geometry, line, cx) else { continue };
        edits.push((id, pieces.remove(0)));
        copies.extend(pieces.into_iter().map(|piece| (id, piece)));
    }
    if edits.is_empty() { Vec::new() } else { vec![ToolAction::Derive { title: "Slice", edits, copies, delete: Vec::new() }] }
}

/// The shapes that a line is drawn across.
fn meant(line: &[ImagePos], cx: &ToolCx<'_>) -> Vec<InstanceId> {
    // Who draws across the selected means the selected, even where nothing comes of it: others below it are not to be cut.
    let is_met = |id: &InstanceId| cx.document.get(*id).is_some_and(|instance| geometry_meets_line(&instance.geometry, line));
    if cx.selection.iter().any(is_met) {
        cx.selection.to_vec()
    } else {
        let Some(bounds) = Rect::around(line.iter()) else { return Vec::new() };
        let mut near: Vec<InstanceId> = cx.scene.near(cx.document, bounds, cx.editable).map(|instance| instance.id).collect();
        near.sort_unstable();
        near
    }
}

/// The pieces of a shape that is cut, the largest first; at least two.
fn cut_of(id: InstanceId, geometry: &Geometry, line: &[ImagePos], cx: &ToolCx<'_>) -> Option<Vec<Geometry>> {
    let pieces = pieces(geometry, line);
    (pieces.len() > 1 && pieces.iter().all(|piece| is_allowed(piece, &cx.holding(id)))).then_some(pieces)
}

/// The pieces of a shape, the largest first. A box that is cut along its sides gives boxes.
fn pieces(geometry: &Geometry, line: &[ImagePos]) -> Vec<Geometry> {
    if let Geometry::Polyline(path) = geometry {
        let length = |path: &limn_core::geometry::Path| -> f64 { path.segments(false, 1.0).iter().map(|(a, b, _)| a.distance(*b)).sum() };
        let mut pieces = sliced_line(path, line).unwrap_or_default();
        pieces.sort_by(|a, b| length(b).total_cmp(&length(a)));
        return pieces.into_iter().map(Geometry::Polyline).collect();
    }
    let Some(area) = area_of(geometry) else { return Vec::new() };
    let pieces = sliced(&area, line).unwrap_or_default();
    let boxes: Option<Vec<Geometry>> = match geometry {
        Geometry::Box(_) => pieces.iter().map(|piece| as_box(piece).map(Geometry::Box)).collect(),
        _ => None,
    };
    boxes.unwrap_or_else(|| pieces.into_iter().map(Geometry::Polygon).collect())
}

/// The area as a box, if it is one.
fn as_box(area: &Polygon) -> Option<Rect> {
    let [part] = &area.parts[..] else { return None };
    let bounds = Rect::around(part.outer.points())?;
    let is_corner = |pos: &ImagePos| (pos.x == bounds.min.x || pos.x == bounds.max.x) && (pos.y == bounds.min.y || pos.y == bounds.max.y);
    let is_box = part.holes.is_empty() && part.outer.is_straight() && part.outer.len() == 4 && part.outer.points().iter().all(is_corner);
    is_box.then_some(bounds)
}
