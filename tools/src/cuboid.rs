//! Draw cuboids: the front face and how deep it is, four corners, or towards a vanishing point.

use crate::bbox::between;
use crate::draft::Draft;
use crate::event::{Modifiers, ToolCx};
use crate::options::CuboidMode;
use crate::output::{Hint, Input, Preview, PreviewKind, ToolAction, ToolCommandName, hint};
use crate::sketch::{Sketch, Stage};
use limn_core::geometry::{Cuboid, ImageVec};
use limn_core::{Geometry, ImagePos, Rect};

/// The back face never reaches the vanishing point itself.
const DEEPEST: f64 = 0.98;
/// Half the length of the lines of the cross at the vanishing point. Points.
const CROSS: f64 = 10.0;

/// Draws cuboids.
#[derive(Debug, Default)]
pub(crate) struct CuboidSketch {
    mode: CuboidMode,
    /// The vanishing point must be set first.
    unset: bool,
}

impl Sketch for CuboidSketch {
    fn title(&self) -> &'static str {
        "Draw cuboid"
    }

    fn num_points(&self, cx: &ToolCx<'_>) -> usize {
        if cx.options.cuboid.mode == CuboidMode::FourCorners { 4 } else { 3 }
    }

    fn shape(&self, points: &Draft, _modifiers: Modifiers, cx: &ToolCx<'_>) -> Option<Geometry> {
        let options = &cx.options.cuboid;
        let cuboid = match (options.mode, points.points.as_slice()) {
            (CuboidMode::FourCorners, [a, b, c]) => {
                return Some(Geometry::Polygon(limn_core::Polygon::simple(slanted(*a, *b, *c).to_vec())));
            }
            (CuboidMode::FourCorners, [a, b, c, depth]) => pushed(slanted(*a, *b, *c), *depth),
            (_, [from, to]) => return Some(Geometry::Box(Rect::from_corners(*from, *to))),
            (CuboidMode::FrontAndDepth, [from, to, depth]) => pushed(Rect::from_corners(*from, *to).corners(), *depth),
            (CuboidMode::Vanishing, [from, to, depth]) => shrunk(Rect::from_corners(*from, *to).corners(), *depth, options.vanishing?),
            _ => return None,
        };
        Some(Geometry::Cuboid(Box::new(cuboid.map(|pos| pos.rounded()))))
    }

    fn place(&self, points: &Draft, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) -> ImagePos {
        match (cx.options.cuboid.mode, points.points.as_slice()) {
            (CuboidMode::FourCorners, _) | (_, [] | [_, _, ..]) => cx.placed(pos),
            (_, [from]) if modifiers.shift => {
                let rect = between(*from, cx.placed(pos), Modifiers { alt: false, ..modifiers }, cx);
                let far = |at: f64, min: f64, max: f64| if at == min { max } else { min };
                ImagePos::new(far(from.x, rect.min.x, rect.max.x), far(from.y, rect.min.y, rect.max.y))
            }
            _ => cx.placed(pos),
        }
    }

    fn instead(&self, pos: ImagePos, cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        let unset = cx.options.cuboid.mode == CuboidMode::Vanishing && cx.options.cuboid.vanishing.is_none();
        unset.then(|| vec![ToolAction::SetVanishing(pos.rounded())])
    }

    fn show(&self, points: &Draft, _modifiers: Modifiers, cx: &ToolCx<'_>, preview: &mut Preview) {
        let options = &cx.options.cuboid;
        let Some(vanishing) = options.vanishing.filter(|_| options.mode == CuboidMode::Vanishing) else { return };
        let by = CROSS * cx.px;
        let line = |x: f64, y: f64| vec![vanishing + ImageVec::new(-x, -y), vanishing + ImageVec::new(x, y)];
        preview.add(PreviewKind::Guide, false, vec![line(by, 0.0), line(0.0, by)]);
        let front = match (points.points.as_slice(), cx.sole_selected()) {
            ([from, to, ..], _) => Rect::from_corners(*from, *to).corners(),
            ([], Some((_, Geometry::Cuboid(cuboid)))) => cuboid.front,
            _ => return,
        };
        preview.add(PreviewKind::Guide, false, front.map(|corner| vec![corner, vanishing]).to_vec());
    }

    fn remember(&mut self, cx: &ToolCx<'_>) {
        self.mode = cx.options.cuboid.mode;
        self.unset = cx.options.cuboid.vanishing.is_none();
    }

    fn start_hint(&self) -> &'static str {
        "start a cuboid here"
    }

    fn hints(&self, stage: Stage) -> Vec<Hint> {
        let drop = hint(Input::Cancel, "drop the cuboid");
        let remove_last = hint(Input::Command(ToolCommandName::RemoveLast), "take the point back");
        match (self.mode, stage) {
            (CuboidMode::Vanishing, Stage::Nothing) if self.unset => vec![hint(Input::Click, "set the vanishing point of this file")],
            (CuboidMode::FourCorners, Stage::Nothing) => vec![hint(Input::Click, "click three corners of the front face in turn")],
            (CuboidMode::FourCorners, Stage::Dragging) => vec![drop],
            (CuboidMode::FourCorners, Stage::Points(1 | 2)) => vec![hint(Input::Click, "set the next corner"), remove_last, drop],
            (_, Stage::Nothing) => vec![hint(Input::Drag, "draw the front face"), hint(Input::Click, "set its first corner")],
            (_, Stage::Dragging) => vec![hint(Input::ShiftDrag, "make it a square"), drop],
            (_, Stage::Points(1)) => vec![hint(Input::Click, "set the opposite corner of the front face"), remove_last, drop],
            (_, Stage::Points(_)) => vec![hint(Input::Click, "set how deep it is"), remove_last, drop],
        }
    }
}

/// The parallelogram through three corners, beginning at its top left and going round as seen.
fn slanted(a: ImagePos, b: ImagePos, c: ImagePos) -> [ImagePos; 4] {
    let mut face = [a, b, c, a + (c - b)];
    if (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x) < 0.0 {
        face.reverse();
    }
    let first = (0..4).min_by(|a, b| (face[*a].x + face[*a].y).total_cmp(&(face[*b].x + face[*b].y))).unwrap_or(0);
    face.rotate_left(first);
    face
}

/// The corner of a face that a place lies behind.
fn nearest_corner(face: [ImagePos; 4], pos: ImagePos) -> ImagePos {
    face.into_iter().min_by(|a, b| a.distance(pos).total_cmp(&b.distance(pos))).unwrap_or(pos)
}

/// The back face is the front one, moved so that the corner nearest to `depth` lies there.
fn pushed(front: [ImagePos; 4], depth: ImagePos) -> Cuboid {
    let by = depth - nearest_corner(front, depth);
    Cuboid { front, back: front.map(|corner| corner + by) }
}

/// The back face is the front one, drawn together towards the vanishing point as far as `depth` is.
fn shrunk(front: [ImagePos; 4], depth: ImagePos, vanishing: ImagePos) -> Cuboid {
    let corner = nearest_corner(front, depth);
    let (way, to) = (vanishing - corner, depth - corner);
    let squared = way.x * way.x + way.y * way.y;
    let share = if squared > 0.0 { ((way.x * to.x + way.y * to.y) / squared).clamp(0.0, DEEPEST) } else { 0.0 };
    Cuboid { front, back: front.map(|corner| corner + (vanishing - corner) * share) }
}
