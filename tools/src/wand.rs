//! Select areas of one colour, as masks or polygons.

use crate::consts::{DRAG_THRESHOLD, FREEHAND_SIMPLIFY, MIN_TRACED_AREA_PX, WAND_POINTS_A_STEP};
use crate::event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
use crate::mask_work::{MaskCache, MaskWork, selected_mask};
use crate::motion::nudge;
use crate::options::{ToolOptions, WandOptions};
use crate::output::{Cursor, Hint, Input, Preview, ToolAction, ToolCommandName, hint};
use crate::raster::{ColourArea, closed, traced};
use crate::tool::Tool;
use limn_core::geometry::MaskTiles;
use limn_core::{Geometry, ImagePos};

/// Shown when the search for an area came to its limit.
const PART: &str = "too large: only a part";

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// The button is down at the place of a colour; dragging changes the tolerance.
    Held,
    /// The button is down inside the area: a click takes it, a drag begins anew.
    Confirming,
    /// An area is shown; the button is up.
    Shown,
}

/// What an area does to what was there before.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Effect {
    Adds,
    Removes,
}

/// Selects areas by colour.
#[derive(Debug, Default)]
pub struct WandTool {
    state: State,
    /// The pointer over the canvas.
    pos: Option<ImagePos>,
    press: ImagePos,
    modifiers: Modifiers,
    /// The colour's area, and the mask as it was before it was applied.
    area: Option<(ColourArea, Effect)>,
    before: Option<MaskWork>,
    /// The mask with the area.
    work: Option<MaskWork>,
    cache: Option<MaskCache>,
    /// What the area was made with.
    made_with: WandOptions,
    /// The tolerance at the press.
    tolerance: u8,
}

impl Tool for WandTool {
    fn handle(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match *event {
            ToolEvent::Press { pos, .. } | ToolEvent::Move { pos, .. } | ToolEvent::Release { pos, .. } if !pos.is_finite() => Vec::new(),
            // The release got lost (a window came between).
            ToolEvent::Press { .. } | ToolEvent::Move { pressed: false, .. } if self.is_held() => self.release(cx),
            ToolEvent::Press { pos, modifiers, .. } => {
                (self.pos, self.press, self.modifiers) = (Some(pos), pos, modifiers);
                self.press(pos, modifiers, cx);
                Vec::new()
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
                let idle = self.state == State::Idle;
                self.drop_all();
                if idle && !cx.selection.is_empty() { vec![ToolAction::Select(Vec::new())] } else { Vec::new() }
            }
        }
    }

    fn preview(&self, _cx: &ToolCx<'_>) -> Preview {
        // Else one would take a part for the whole.
        let part = self.area.as_ref().filter(|(area, _)| area.is_part()).map(|_| PART);
        let readout = match (self.state, part) {
            (State::Held, part) => {
                Some(format!("tolerance {}{}", self.made_with.tolerance, part.map(|part| format!(", {part}")).unwrap_or_default()))
            }
            (State::Confirming | State::Shown, Some(part)) => Some(part.to_owned()),
            (State::Idle | State::Confirming | State::Shown, _) => None,
        };
        Preview { mask: self.work.as_ref().map(MaskWork::preview), readout, ..Preview::default() }
    }

    fn cursor(&self, cx: &ToolCx<'_>) -> Cursor {
        match (cx.pixels.is_some(), self.modifiers) {
            (false, _) => Cursor::Forbidden,
            (_, modifiers) if modifiers.alt || modifiers.ctrl => Cursor::Remove,
            (_, modifiers) if modifiers.shift => Cursor::Add,
            _ => Cursor::Crosshair,
        }
    }

    fn hints(&self) -> Vec<Hint> {
        let add = hint(Input::ShiftClick, "add the colour to the mask");
        let remove = hint(Input::AltClick, "remove the colour from the mask");
        let tolerance = hint(Input::Drag, "change the tolerance");
        match self.state {
            State::Idle => vec![hint(Input::Click, "select the area of a colour"), tolerance, add, remove],
            State::Held | State::Confirming => vec![tolerance, hint(Input::Cancel, "drop the area")],
            State::Shown => vec![
                hint(Input::Click, "inside: take the area; outside: select another"),
                hint(Input::Command(ToolCommandName::Finish), "take the area"),
                add,
                remove,
                hint(Input::Cancel, "drop the area"),
            ],
        }
    }

    fn is_busy(&self) -> bool {
        self.state != State::Idle
    }

    fn options_changed(&mut self, cx: &ToolCx<'_>) {
        // What it becomes in the end changes nothing now.
        let wanted = WandOptions { polygon: self.made_with.polygon, ..cx.options.wand };
        if self.state != State::Idle && wanted != self.made_with {
            self.apply(cx.options.wand, cx);
        }
    }
}

impl WandTool {
    fn is_held(&self) -> bool {
        matches!(self.state, State::Held | State::Confirming)
    }

    fn drop_all(&mut self) {
        self.state = State::Idle;
        (self.area, self.before, self.work) = (None, None, None);
    }

    fn press(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        let plain = modifiers == Modifiers::default();
        let inside = |work: &MaskWork| pos.x >= 0.0 && pos.y >= 0.0 && work.tiles().contains(pos.x as u32, pos.y as u32);
        if plain && self.state == State::Shown && self.work.as_ref().is_some_and(inside) {
            self.state = State::Confirming;
            return;
        }
        self.take_colour(pos, modifiers, cx);
    }

    /// Begins with the colour at a place; where there is none, nothing happens.
    fn take_colour(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        if pos.x < 0.0 || pos.y < 0.0 {
            return;
        }
        let Some(area) = cx.pixels.and_then(|pixels| ColourArea::new(pixels, pos.x as u32, pos.y as u32)) else { return };
        let removes = modifiers.alt || modifiers.ctrl;
        // With Shift or Alt it goes on with what is shown, else with the selected mask; without, it begins a new one.
        let before = match self.work.take() {
            Some(work) if removes || modifiers.shift => work,
            _ if removes || modifiers.shift => MaskWork::begin(self.cache.as_ref(), cx),
            _ => MaskWork::new(cx),
        };
        self.before = Some(before);
        self.area = Some((area, if removes { Effect::Removes } else { Effect::Adds }));
        self.tolerance = cx.options.wand.tolerance;
        self.state = State::Held;
        self.apply(cx.options.wand, cx);
    }

    /// Finds the area anew and applies it to what was there before.
    fn apply(&mut self, options: WandOptions, cx: &ToolCx<'_>) {
        self.made_with = options;
        let (Some((area, effect)), Some(before), Some(pixels)) = (&mut self.area, &self.before, cx.pixels) else { return };
        let found = area.within(pixels, options.tolerance, options.contiguous);
        let found = closed(&found, options.smooth.min(WandOptions::MOST_SMOOTH));
        let mut work = before.clone();
        match effect {
            Effect::Adds => work.add(found, cx),
            Effect::Removes => work.remove(&found),
        }
        self.work = Some(work);
    }

    fn follow(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        (self.pos, self.modifiers) = (Some(pos), modifiers);
        let dragged = self.press.distance(pos) > DRAG_THRESHOLD * cx.px;
        if self.state == State::Confirming && dragged {
            self.take_colour(self.press, Modifiers::default(), cx);
        }
        if self.state != State::Held {
            return;
        }
        // Right and up is more.
        let along = (pos.x - self.press.x) - (pos.y - self.press.y);
        let steps = if dragged { (along / cx.px / WAND_POINTS_A_STEP).round() } else { 0.0 };
        let tolerance = (f64::from(self.tolerance) + steps).clamp(0.0, f64::from(ColourArea::MOST)) as u8;
        if tolerance != self.made_with.tolerance {
            self.apply(WandOptions { tolerance, ..self.made_with }, cx);
        }
    }

    fn release(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match self.state {
            State::Idle | State::Shown => Vec::new(),
            State::Confirming => self.commit(cx),
            State::Held => {
                self.state = State::Shown;
                let wand = WandOptions { tolerance: self.made_with.tolerance, ..cx.options.wand };
                if wand == cx.options.wand {
                    return Vec::new();
                }
                // What the hand found is where the next area begins.
                vec![ToolAction::Options(Box::new(ToolOptions { wand, ..cx.options.clone() }))]
            }
        }
    }

    fn commit(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let work = self.work.take();
        self.drop_all();
        let Some(work) = work else { return Vec::new() };
        if cx.options.wand.polygon && work.is_new() {
            return polygon_of(work.tiles(), cx);
        }
        work.commit("Select by colour", &mut self.cache, cx)
    }

    fn command(&mut self, command: ToolCommand, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match (self.state, command) {
            (State::Idle, ToolCommand::Nudge(by)) => nudge(by, cx),
            (State::Idle, ToolCommand::Finish) if selected_mask(cx).is_some() => vec![ToolAction::Select(Vec::new())],
            (State::Shown, ToolCommand::Finish) => self.commit(cx),
            (state, ToolCommand::RemoveLast) if state != State::Idle => {
                self.take_back();
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

    /// Takes the last colour back; the ones before stay.
    fn take_back(&mut self) {
        self.area = None;
        match self.before.take().filter(MaskWork::is_changed) {
            Some(before) => (self.work, self.state) = (Some(before), State::Shown),
            None => self.drop_all(),
        }
    }
}

fn polygon_of(tiles: &MaskTiles, cx: &ToolCx<'_>) -> Vec<ToolAction> {
    let polygon = Geometry::Polygon(traced(tiles, (FREEHAND_SIMPLIFY * cx.px).max(1.0), MIN_TRACED_AREA_PX));
    match polygon.is_sound() {
        true => vec![ToolAction::Create { geometry: polygon, title: "Select by colour" }],
        false => Vec::new(),
    }
}
