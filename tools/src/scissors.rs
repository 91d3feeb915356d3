//! Draw polygons that follow the edges of the picture from click to click.

use crate::consts::{CLOSE_DISTANCE, DUPLICATE_DISTANCE, MIN_POLYGON_AREA_PX};
use crate::draft::Draft;
use crate::event::{Modifiers, ToolCommand, ToolCx, ToolEvent};
use crate::motion::nudge;
use crate::output::{Cursor, Handle, HandleKind, Hint, Input, Preview, PreviewKind, ToolAction, ToolCommandName, hint};
use crate::raster::LiveWire;
use crate::tool::Tool;
use limn_core::{Geometry, ImagePos, Polygon};

/// Cells that the tree of ways may grow by for one move of the pointer: some milliseconds.
const GROWTH_A_MOVE: usize = 40_000;
/// The same for a click, which is worth a wait of a few frames: all of the window.
const GROWTH_A_CLICK: usize = 1_000_000;
/// How many cells a click may be off the edge that it means.
const AIM: usize = 4;

/// Follows edges.
#[derive(Debug, Default)]
pub struct ScissorsTool {
    /// From click to click, the first point of each being the click; the last has the last click alone.
    stretches: Vec<Vec<ImagePos>>,
    /// From the last click to the pointer.
    way: Vec<ImagePos>,
    /// The ways from the last click.
    wire: Option<LiveWire>,
    /// The pointer over the canvas.
    pos: Option<ImagePos>,
    modifiers: Modifiers,
    /// Where the last polygon was closed: the second press of a double click there starts no new one.
    finished: Option<ImagePos>,
    closes: bool,
}

impl Tool for ScissorsTool {
    fn handle(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let actions = match *event {
            ToolEvent::Press { pos, .. } | ToolEvent::Move { pos, .. } | ToolEvent::Release { pos, .. } if !pos.is_finite() => {
                return Vec::new();
            }
            ToolEvent::Press { pos, modifiers, clicks } => {
                (self.pos, self.modifiers) = (Some(pos), modifiers);
                self.press(pos, clicks, cx)
            }
            ToolEvent::Move { pos, modifiers, .. } => {
                (self.pos, self.modifiers) = (Some(pos), modifiers);
                self.follow(GROWTH_A_MOVE, cx);
                Vec::new()
            }
            ToolEvent::Release { pos, modifiers } => {
                (self.pos, self.modifiers) = (Some(pos), modifiers);
                Vec::new()
            }
            ToolEvent::Leave => {
                self.pos = None;
                self.way.clear();
                Vec::new()
            }
            ToolEvent::Command(command) => self.command(command, cx),
            ToolEvent::Cancel => {
                let busy = self.is_busy();
                self.drop_all();
                if !busy && !cx.selection.is_empty() { vec![ToolAction::Select(Vec::new())] } else { Vec::new() }
            }
        };
        self.closes = self.pos.is_some_and(|pos| self.would_close(pos, cx));
        actions
    }

    fn preview(&self, cx: &ToolCx<'_>) -> Preview {
        let mut preview = Preview::default();
        let Some(first) = self.first() else { return preview };
        let mut line = self.stretches.concat();
        line.extend(self.way.iter().skip(1));
        let closes = self.pos.is_some_and(|pos| self.would_close(pos, cx));
        if let Some(end) = line.last().filter(|_| line.len() > 2 && !closes) {
            preview.add(PreviewKind::Guide, false, vec![vec![*end, first]]);
        }
        preview.add(PreviewKind::Drawing, closes, vec![line]);
        preview.handles.push(Handle { pos: first, kind: HandleKind::FirstPoint, hot: closes });
        let clicks = self.stretches.iter().skip(1).filter_map(|stretch| stretch.first());
        preview.handles.extend(clicks.map(|pos| Handle { pos: *pos, kind: HandleKind::Vertex, hot: false }));
        preview
    }

    fn cursor(&self, _cx: &ToolCx<'_>) -> Cursor {
        Cursor::Crosshair
    }

    fn hints(&self) -> Vec<Hint> {
        let key = |name, text| hint(Input::Command(name), text);
        let straight = hint(Input::ShiftClick, "go straight there");
        let remove_last = key(ToolCommandName::RemoveLast, "remove the last point");
        let drop = hint(Input::Cancel, "drop the polygon");
        match self.stretches.len() {
            0 => {
                vec![hint(Input::Click, "set the first point on an edge"), hint(Input::CtrlClick, "exactly here instead")]
            }
            _ if self.closes => vec![hint(Input::Click, "close the polygon"), remove_last, drop],
            _ => vec![hint(Input::Click, "follow the edge to here"), straight, remove_last, key(ToolCommandName::Finish, "close"), drop],
        }
    }

    fn is_busy(&self) -> bool {
        !self.stretches.is_empty()
    }

    fn draft(&self) -> Option<Draft> {
        self.is_busy().then(|| Draft { points: self.stretches.concat(), ..Draft::default() })
    }

    fn resume(&mut self, draft: Draft) {
        self.drop_all();
        // Clicks are not told apart from what lies between them: every point counts as one.
        self.stretches = draft.points.into_iter().filter(|pos| pos.is_finite()).map(|pos| vec![pos]).collect();
    }
}

impl ScissorsTool {
    fn drop_all(&mut self) {
        self.stretches.clear();
        self.way.clear();
        self.wire = None;
    }

    fn first(&self) -> Option<ImagePos> {
        self.stretches.first().and_then(|stretch| stretch.first()).copied()
    }

    /// The last click.
    fn anchor(&self) -> Option<ImagePos> {
        self.stretches.last().and_then(|stretch| stretch.first()).copied()
    }

    fn num_points(&self) -> usize {
        self.stretches.iter().map(Vec::len).sum()
    }

    fn would_close(&self, pos: ImagePos, cx: &ToolCx<'_>) -> bool {
        // Two clicks and the way between them may go round something already.
        let goes_round = self.stretches.len() >= 2 && self.num_points() >= 3;
        goes_round && self.first().is_some_and(|first| first.distance(cx.in_image(pos)) <= CLOSE_DISTANCE * cx.px)
    }

    fn press(&mut self, pos: ImagePos, clicks: u8, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let near = |place: Option<ImagePos>| place.is_some_and(|place| place.distance(cx.in_image(pos)) <= CLOSE_DISTANCE * cx.px);
        let Some(anchor) = self.anchor() else {
            let stray = clicks >= 2 && near(self.finished.take());
            if !stray {
                let at = self.aimed(pos, cx);
                self.stretches.push(vec![at]);
            }
            return Vec::new();
        };
        if self.would_close(pos, cx) || (clicks >= 2 && near(Some(anchor))) {
            return self.finish(cx);
        }
        let at = self.aimed(pos, cx);
        self.go_to(at, cx);
        Vec::new()
    }

    /// Goes on along the edges to a place, from where the next way begins.
    fn go_to(&mut self, to: ImagePos, cx: &ToolCx<'_>) {
        let Some(anchor) = self.anchor().filter(|anchor| anchor.distance(to) >= DUPLICATE_DISTANCE * cx.px) else { return };
        let mut way = self.way_to(anchor, to, GROWTH_A_CLICK, cx);
        way.pop();
        if let Some(last) = self.stretches.last_mut() {
            *last = way;
        }
        self.stretches.push(vec![to]);
        self.way.clear();
        self.wire = None;
    }

    /// The way from the last click to a place: along edges, or straight with Shift and where there is no picture.
    fn way_to(&mut self, anchor: ImagePos, to: ImagePos, growth: usize, cx: &ToolCx<'_>) -> Vec<ImagePos> {
        let straight = vec![anchor, to];
        let Some(pixels) = cx.pixels.filter(|_| !self.modifiers.shift) else { return straight };
        let scale = LiveWire::scale_at(cx.px);
        if self.wire.as_ref().is_none_or(|wire| wire.scale() != scale) {
            self.wire = LiveWire::new(pixels, anchor, cx.px);
        }
        let Some(wire) = &mut self.wire else { return straight };
        wire.grow(pixels, to, growth);
        let way = wire.path(anchor, to).into_iter().map(|pos| cx.in_image(pos.rounded()));
        let mut way: Vec<ImagePos> = way.collect();
        // Both ends exactly: stretches meet in them.
        if let [first, .., last] = way.as_mut_slice() {
            (*first, *last) = (anchor, to);
        }
        way.dedup();
        if way.len() < 2 { straight } else { way }
    }

    /// Where a click is meant: on the clearest edge nearby, unless Ctrl is held.
    fn aimed(&mut self, pos: ImagePos, cx: &ToolCx<'_>) -> ImagePos {
        let at = cx.in_image(cx.in_image(pos).rounded());
        let Some(pixels) = cx.pixels.filter(|_| !self.modifiers.ctrl && !self.modifiers.shift) else { return at };
        match LiveWire::new(pixels, at, cx.px) {
            Some(mut wire) => cx.in_image(wire.nearest_edge(pixels, at, AIM).rounded()),
            None => at,
        }
    }

    fn follow(&mut self, growth: usize, cx: &ToolCx<'_>) {
        self.way.clear();
        let (Some(anchor), Some(pos)) = (self.anchor(), self.pos) else { return };
        // Near the first point the way leads there: what is shown is what a click gives.
        let to = self.first().filter(|_| self.would_close(pos, cx)).unwrap_or(cx.in_image(pos));
        self.way = self.way_to(anchor, to, growth, cx);
    }

    /// Closes the polygon along the edges; without an area, goes on.
    fn finish(&mut self, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let (Some(first), Some(anchor)) = (self.first(), self.anchor()) else { return Vec::new() };
        if self.stretches.len() < 2 {
            return Vec::new();
        }
        let mut ring = self.stretches.concat();
        let mut back = self.way_to(anchor, first, GROWTH_A_CLICK, cx);
        back.pop();
        ring.extend(back.into_iter().skip(1));
        // The picture may be another size than when the points were set.
        ring.iter_mut().for_each(|pos| *pos = cx.in_image(*pos));
        ring.dedup();
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        let polygon = Polygon::simple(ring);
        if polygon.num_points() < 3 || polygon.area() < MIN_POLYGON_AREA_PX {
            return Vec::new();
        }
        self.drop_all();
        self.finished = self.pos;
        vec![ToolAction::Create { geometry: Geometry::Polygon(polygon), title: "Cut out along edges" }]
    }

    fn remove_last(&mut self, cx: &ToolCx<'_>) {
        self.stretches.pop();
        self.wire = None;
        if let Some(last) = self.stretches.last_mut() {
            last.truncate(1);
        }
        self.follow(GROWTH_A_MOVE, cx);
    }

    fn command(&mut self, command: ToolCommand, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        match (self.is_busy(), command) {
            (false, ToolCommand::Nudge(by)) => nudge(by, cx),
            (true, ToolCommand::Finish) => self.finish(cx),
            (true, ToolCommand::RemoveLast) => {
                self.remove_last(cx);
                Vec::new()
            }
            // While drawing it means the point, not the selected shape: see `ToolCommand::Delete`.
            (true, ToolCommand::Delete) => {
                self.remove_last(cx);
                vec![ToolAction::Select(cx.selection.to_vec())]
            }
            _ => Vec::new(),
        }
    }
}
