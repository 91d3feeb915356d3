//! Paint masks: with a brush, an eraser, a lasso, or by filling.

use crate::consts::{CLOSE_DISTANCE, DRAG_THRESHOLD, DUPLICATE_DISTANCE, FREEHAND_SPACING, SAME_PLACE};
use crate::event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
use crate::mask_work::{MaskCache, MaskWork, frame, selected_mask};
use crate::motion::nudge;
use crate::options::{BrushMode, BrushOptions, DragDraws};
use crate::output::{Cursor, Handle, HandleKind, Hint, Input, Preview, PreviewKind, ToolAction, ToolCommandName, hint};
use crate::raster::{Brush, hole_at, part_at};
use crate::tool::Tool;
use limn_core::geometry::MaskTiles;
use limn_core::{ImagePos, Polygon};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// The button is down; what the brush passes is painted.
    Painting,
    /// The lasso has points; the button is up.
    Lasso,
    /// The button is still down on the lasso's last point, which follows it.
    Placing,
    /// The button is down, and a side is dragged from the lasso's last point to the pointer.
    Side,
    /// The lasso's points stream in behind the pointer. `alone`: the stream began the lasso, and its end closes it.
    Freehand { alone: bool },
}

/// Paints the selected mask, or a new one.
#[derive(Debug)]
pub struct BrushTool {
    state: State,
    /// The pointer over the canvas.
    pos: Option<ImagePos>,
    press: ImagePos,
    modifiers: Modifiers,
    pressure: f64,
    /// The mask in hand while something is under way.
    work: Option<MaskWork>,
    cache: Option<MaskCache>,
    /// What was given to the editor last, to go on with if it is refused.
    given: Option<MaskWork>,
    /// It was refused: the next stroke goes on with it.
    refused: Option<MaskWork>,
    /// Whether the stroke or lasso under way takes away.
    erases: bool,
    /// The brush where it was last, in this stroke or, for straight lines, the one before.
    last: Option<Brush>,
    lasso: Vec<ImagePos>,
    /// For the hints, which see no options.
    mode: BrushMode,
    /// Whether a drag draws a side of the lasso.
    sides: bool,
}

impl Default for BrushTool {
    fn default() -> Self {
        Self {
            state: State::Idle,
            pos: None,
            press: ImagePos::default(),
            modifiers: Modifiers::default(),
            pressure: 1.0,
            work: None,
            cache: None,
            given: None,
            refused: None,
            erases: false,
            last: None,
            lasso: Vec::new(),
            mode: BrushMode::Stroke,
            sides: false,
        }
    }
}

impl Tool for BrushTool {
    fn handle(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        self.options_changed(cx);
        self.given = None;
        match *event {
            ToolEvent::Press { pos, .. } | ToolEvent::Move { pos, .. } | ToolEvent::Release { pos, .. } if !pos.is_finite() => Vec::new(),
            // The release got lost (a window came between): what was painted so far counts.
            ToolEvent::Press { .. } | ToolEvent::Move { pressed: false, .. } if self.is_held() => self.release(cx),
            ToolEvent::Press { pos, modifiers, clicks } => {
                (self.pos, self.press, self.modifiers) = (Some(pos), pos, modifiers);
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
            ToolEvent::Cancel => {
                let idle = self.state == State::Idle && self.refused.is_none();
                self.refused = None;
                self.drop_all();
                if idle && !cx.selection.is_empty() { vec![ToolAction::Select(Vec::new())] } else { Vec::new() }
            }
        }
    }

    fn preview(&self, cx: &ToolCx<'_>) -> Preview {
        let mut preview = Preview {
            mask: self.work.as_ref().or(self.refused.as_ref()).map(MaskWork::preview),
            refused: self.refused.is_some(),
            ..Preview::default()
        };
        if let Some(first) = self.lasso.first() {
            let mut line = self.lasso.clone();
            line.extend(self.pos.filter(|_| matches!(self.state, State::Lasso | State::Side)));
            preview.add(PreviewKind::Drawing, true, vec![line]);
            let hot = self.pos.is_some_and(|pos| self.would_close(pos, cx));
            preview.handles.push(Handle { pos: *first, kind: HandleKind::FirstPoint, hot });
        } else if let Some(pos) = self.pos.filter(|_| cx.options.brush.mode == BrushMode::Stroke) {
            let brush = self.brush_at(pos, cx);
            preview.add(PreviewKind::Brush, true, vec![brush.outline()]);
            if let Some(last) = self.last.filter(|_| self.state == State::Idle && self.modifiers.shift) {
                preview.add(PreviewKind::Guide, false, vec![vec![last.pos, brush.pos]]);
            }
        }
        preview
    }

    fn cursor(&self, cx: &ToolCx<'_>) -> Cursor {
        let erases = if self.state == State::Idle { erases(&cx.options.brush, self.modifiers) } else { self.erases };
        match erases && cx.options.brush.mode != BrushMode::Stroke {
            true => Cursor::Remove,
            false => Cursor::Crosshair,
        }
    }

    fn hints(&self) -> Vec<Hint> {
        let drop = |text| hint(Input::Cancel, text);
        let new = hint(Input::Command(ToolCommandName::Finish), "start a new mask");
        let pick = hint(Input::CtrlClick, "take the mask under the pointer");
        match (self.state, self.mode) {
            (State::Idle, _) if self.refused.is_some() => {
                vec![
                    hint(Input::Drag, "go on with the mask that was not taken"),
                    hint(Input::AltDrag, "erase from it"),
                    hint(Input::Command(ToolCommandName::Finish), "try again, with another label"),
                    drop("drop it"),
                ]
            }
            (State::Idle, BrushMode::Stroke) => vec![
                hint(Input::Drag, "paint"),
                hint(Input::AltDrag, "erase"),
                hint(Input::ShiftClick, "straight on from the last stroke"),
                new,
                pick,
            ],
            (State::Idle, BrushMode::Lasso) => vec![
                hint(Input::Drag, if self.sides { "draw a side of the line" } else { "paint what the line goes round" }),
                hint(Input::Click, "set points of the line"),
                hint(Input::AltDrag, if self.sides { "erase what the line goes round" } else { "erase it" }),
                new,
                pick,
            ],
            (State::Idle, BrushMode::Fill) => {
                vec![hint(Input::Click, "fill the hole here"), hint(Input::AltClick, "remove the part here"), new, pick]
            }
            (State::Painting, _) => vec![drop("drop the stroke")],
            (State::Freehand { .. }, _) => vec![drop("drop the line")],
            (State::Lasso | State::Placing | State::Side, _) => vec![
                hint(Input::Click, "set the next point"),
                hint(Input::Command(ToolCommandName::Finish), "close the line"),
                hint(Input::DoubleClick, "close the line here"),
                hint(Input::Command(ToolCommandName::RemoveLast), "remove the last point"),
                drop("drop the line"),
            ],
        }
    }

    fn is_busy(&self) -> bool {
        self.state != State::Idle || self.refused.is_some()
    }

    fn take_refusal(&mut self) {
        self.refused = self.given.take();
    }

    fn options_changed(&mut self, cx: &ToolCx<'_>) {
        self.mode = cx.options.brush.mode;
        self.sides = cx.options.path.drag == DragDraws::Side;
    }

    fn set_pressure(&mut self, pressure: f64) {
        self.pressure = if pressure.is_finite() { pressure.clamp(0.0, 1.0) } else { 1.0 };
    }
}

/// Alt turns painting into erasing, and back.
fn erases(options: &BrushOptions, modifiers: Modifiers) -> bool {
    options.erases != modifiers.alt
}

impl BrushTool {
    /// What a stroke begins with: what was refused before it, or the selected mask, or nothing.
    fn begin(&mut self, cx: &ToolCx<'_>) -> MaskWork {
        self.refused.take().unwrap_or_else(|| MaskWork::begin(self.cache.as_ref(), cx))
    }

    /// Whether the button is down for something.
    fn is_held(&self) -> bool {
        matches!(self.state, State::Painting | State::Placing | State::Side | State::Freehand { .. })
    }

    fn drop_all(&mut self) {
        self.state = State::Idle;
        self.work = None;
        self.lasso.clear();
        // A pen says how hard it is pressed before each stroke; a mouse does not.
        self.pressure = 1.0;
    }

    fn brush_at(&self, pos: ImagePos, cx: &ToolCx<'_>) -> Brush {
        let options = &cx.options.brush;
        let diameter = options.diameter.clamp(BrushOptions::LEAST, BrushOptions::MOST) * self.pressure;
        Brush::new(options.shape, pos, diameter, BrushOptions::MOST)
    }

    fn press(&mut self, pos: ImagePos, modifiers: Modifiers, clicks: u8, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        if self.state == State::Lasso {
            let near_last = |last: &ImagePos| last.distance(cx.in_image(pos)) <= CLOSE_DISTANCE * cx.px;
            if self.would_close(pos, cx) || (clicks >= 2 && self.lasso.last().is_some_and(near_last)) {
                return self.close_lasso(cx);
            }
            // The next side begins where the last one ended.
            self.add_point(pos, if self.sides { SAME_PLACE } else { DUPLICATE_DISTANCE }, cx);
            self.state = State::Placing;
            return Vec::new();
        }
        if modifiers.ctrl {
            return pick(pos, cx);
        }
        self.erases = erases(&cx.options.brush, modifiers);
        match cx.options.brush.mode {
            BrushMode::Stroke => {
                self.work = Some(self.begin(cx));
                self.state = State::Painting;
                let here = self.brush_at(pos, cx);
                let from = self.last.filter(|_| modifiers.shift).unwrap_or(here);
                self.sweep(from, here, cx);
            }
            BrushMode::Lasso => {
                self.work = Some(self.begin(cx));
                self.add_point(pos, DUPLICATE_DISTANCE, cx);
                self.state = State::Placing;
            }
            BrushMode::Fill => return self.fill(pos, cx),
        }
        Vec::new()
    }

    fn follow(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        (self.pos, self.modifiers) = (Some(pos), modifiers);
        match self.state {
            State::Painting => {
                let here = self.brush_at(pos, cx);
                let from = self.last.unwrap_or(here);
                // Still over the same pixels.
                if from != here {
                    self.sweep(from, here, cx);
                }
            }
            State::Placing if self.sides && !modifiers.shift && self.is_drag(pos, cx) => self.state = State::Side,
            State::Placing if self.is_drag(pos, cx) => {
                self.state = State::Freehand { alone: self.lasso.len() == 1 };
                self.add_point(pos, FREEHAND_SPACING, cx);
            }
            State::Freehand { .. } => self.add_point(pos, FREEHAND_SPACING, cx),
            State::Idle | State::Lasso | State::Placing | State::Side => {}
        }
    }

    fn is_drag(&self, pos: ImagePos, cx: &ToolCx<'_>) -> bool {
        self.press.distance(pos) > DRAG_THRESHOLD * cx.px
    }

    /// Paints or erases between two places of the brush.
    fn sweep(&mut self, from: Brush, to: Brush, cx: &ToolCx<'_>) {
        let Some(work) = &mut self.work else { return };
        let (width, height) = frame(cx);
        // The form may have been changed since the last stroke.
        let area = Brush { shape: to.shape, ..from }.swept(&to, width, height);
        if self.erases {
            work.remove(&area);
        } else {
            work.add(area, cx);
        }
        self.last = Some(to);
    }

    fn release(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match self.state {
            State::Idle | State::Lasso => Vec::new(),
            State::Painting => self.commit(if self.erases { "Erase" } else { "Paint" }, cx),
            State::Placing => {
                self.state = State::Lasso;
                Vec::new()
            }
            // Where the button goes up is as good as a click.
            State::Side => {
                let end = self.pos.filter(|pos| !self.would_close(*pos, cx));
                let closes = end.is_none() && self.pos.is_some();
                if let Some(pos) = end {
                    self.add_point(pos, DUPLICATE_DISTANCE, cx);
                }
                self.state = State::Lasso;
                if closes { self.close_lasso(cx) } else { Vec::new() }
            }
            State::Freehand { alone: true } => self.close_lasso(cx),
            State::Freehand { alone: false } => {
                let closes = self.pos.is_some_and(|pos| self.near_first(pos, cx));
                self.state = State::Lasso;
                if closes { self.close_lasso(cx) } else { Vec::new() }
            }
        }
    }

    fn commit(&mut self, title: &'static str, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let work = self.work.take();
        self.given.clone_from(&work);
        self.drop_all();
        work.map(|work| work.commit(title, &mut self.cache, cx)).unwrap_or_default()
    }

    fn near_first(&self, pos: ImagePos, cx: &ToolCx<'_>) -> bool {
        self.lasso.first().is_some_and(|first| first.distance(cx.in_image(pos)) <= CLOSE_DISTANCE * cx.px)
    }

    /// Whether a press here closes the lasso.
    fn would_close(&self, pos: ImagePos, cx: &ToolCx<'_>) -> bool {
        matches!(self.state, State::Lasso | State::Side) && self.lasso.len() >= 3 && self.near_first(pos, cx)
    }

    /// Adds a point to the lasso, at least `spacing` screen points from the last.
    fn add_point(&mut self, pos: ImagePos, spacing: f64, cx: &ToolCx<'_>) {
        let pos = cx.in_image(pos);
        if self.lasso.last().is_none_or(|last| last.distance(pos) >= spacing * cx.px) {
            self.lasso.push(pos);
        }
    }

    /// Paints or erases the inside of the lasso; with fewer than three points, goes on.
    fn close_lasso(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        if self.lasso.len() < 3 {
            self.state = State::Lasso;
            return Vec::new();
        }
        let (width, height) = frame(cx);
        let area = MaskTiles::of_polygon(&Polygon::simple(std::mem::take(&mut self.lasso)), width, height);
        if let (Some(work), Some(area)) = (&mut self.work, area) {
            if self.erases {
                work.remove(&area);
            } else {
                work.add(area, cx);
            }
        }
        self.commit(if self.erases { "Erase inside a line" } else { "Paint inside a line" }, cx)
    }

    /// Fills the hole at a place, or removes the part there.
    fn fill(&mut self, pos: ImagePos, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let mut work = self.refused.clone().unwrap_or_else(|| MaskWork::begin(self.cache.as_ref(), cx));
        // A place left of or above the picture must not become its first pixel.
        if pos.x < 0.0 || pos.y < 0.0 {
            return Vec::new();
        }
        let (x, y) = (pos.x as u32, pos.y as u32);
        if self.erases {
            let Some(part) = part_at(work.tiles(), x, y) else { return Vec::new() };
            work.remove(&part);
        } else {
            let Some(hole) = hole_at(work.tiles(), x, y) else { return Vec::new() };
            work.add(hole, cx);
        }
        self.refused = None;
        self.given = Some(work.clone());
        work.commit(if self.erases { "Remove a part" } else { "Fill a hole" }, &mut self.cache, cx)
    }

    fn command(&mut self, command: ToolCommand, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match (self.state, command) {
            (State::Idle, ToolCommand::Nudge(by)) => nudge(by, cx),
            // Once more, now that it has another label or there is room.
            (State::Idle, ToolCommand::Finish) if self.refused.is_some() => {
                self.work = self.refused.take();
                self.commit("Paint", cx)
            }
            (State::Idle, ToolCommand::RemoveLast) if self.refused.is_some() => {
                self.refused = None;
                Vec::new()
            }
            (State::Idle, ToolCommand::Delete) if self.refused.is_some() => {
                self.refused = None;
                vec![ToolAction::Select(cx.selection.to_vec())]
            }
            // The mask is done: the next stroke begins another.
            (State::Idle, ToolCommand::Finish) if selected_mask(cx).is_some() => vec![ToolAction::Select(Vec::new())],
            (State::Lasso | State::Placing | State::Side, ToolCommand::Finish) => self.close_lasso(cx),
            (State::Lasso | State::Placing | State::Side, ToolCommand::RemoveLast) => {
                self.lasso.pop();
                self.state = State::Lasso;
                if self.lasso.is_empty() {
                    self.drop_all();
                }
                Vec::new()
            }
            (State::Painting | State::Freehand { .. }, ToolCommand::RemoveLast) => {
                self.drop_all();
                Vec::new()
            }
            // While something is under way it means that, not the selected shape: see `ToolCommand::Delete`.
            (state, ToolCommand::Delete) if state != State::Idle => {
                self.drop_all();
                vec![ToolAction::Select(cx.selection.to_vec())]
            }
            _ => Vec::new(),
        }
    }
}

/// Selects the mask under a place; where there is none, nothing.
fn pick(pos: ImagePos, cx: &ToolCx<'_>) -> Vec<ToolAction> {
    let is_mask = |id: &_| cx.document.get(*id).is_some_and(|instance| matches!(instance.geometry, limn_core::Geometry::Mask(_)));
    let found: Vec<_> = cx.hits(pos).into_iter().find(is_mask).into_iter().collect();
    if found == cx.selection { Vec::new() } else { vec![ToolAction::Select(found)] }
}
