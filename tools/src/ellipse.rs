//! Draw ellipses and circles: by the box around them, from the middle, or by three points.

use crate::bbox::between;
use crate::draft::Draft;
use crate::event::{Modifiers, ToolCx};
use crate::options::EllipseMode;
use crate::output::{Hint, Input, Preview, PreviewKind, ToolCommandName, hint};
use crate::rotated_box::side_and_depth;
use crate::sketch::{Sketch, Stage};
use limn_core::geometry::{Ellipse, own_coordinates, rounded_angle};
use limn_core::{Geometry, ImagePos};

/// Draws ellipses.
#[derive(Debug, Default)]
pub(crate) struct EllipseSketch {
    mode: EllipseMode,
}

impl Sketch for EllipseSketch {
    fn title(&self) -> &'static str {
        "Draw ellipse"
    }

    fn num_points(&self, cx: &ToolCx<'_>) -> usize {
        if cx.options.ellipse == EllipseMode::ThreePoints { 3 } else { 2 }
    }

    fn shape(&self, points: &Draft, modifiers: Modifiers, cx: &ToolCx<'_>) -> Option<Geometry> {
        let ellipse = match (cx.options.ellipse, points.points.as_slice()) {
            (EllipseMode::Bounds, [from, to]) => {
                let rect = between(*from, *to, modifiers, cx);
                Ellipse { center: rect.center(), rx: rect.width() / 2.0, ry: rect.height() / 2.0, angle: 0.0 }
            }
            (EllipseMode::Center, [center, border]) => circle(*center, center.distance(*border)),
            (EllipseMode::ThreePoints, [a, b, c]) if modifiers.shift => circle_through(*a, *b, *c)?,
            (EllipseMode::ThreePoints, [a, b, c]) => on_axis(*a, *b, *c)?,
            _ => return None,
        };
        Some(Geometry::Ellipse(ellipse))
    }

    fn show(&self, points: &Draft, modifiers: Modifiers, cx: &ToolCx<'_>, preview: &mut Preview) {
        match (cx.options.ellipse, points.points.as_slice()) {
            (EllipseMode::Bounds, [from, to]) => {
                preview.add(PreviewKind::Guide, true, vec![between(*from, *to, modifiers, cx).corners().to_vec()]);
            }
            (EllipseMode::Center, [center, border]) => preview.add(PreviewKind::Guide, false, vec![vec![*center, *border]]),
            _ => {}
        }
    }

    fn remember(&mut self, cx: &ToolCx<'_>) {
        self.mode = cx.options.ellipse;
    }

    fn start_hint(&self) -> &'static str {
        "start an ellipse here"
    }

    fn hints(&self, stage: Stage) -> Vec<Hint> {
        let drop = hint(Input::Cancel, "drop the ellipse");
        let remove_last = hint(Input::Command(ToolCommandName::RemoveLast), "take the point back");
        match (self.mode, stage) {
            (EllipseMode::Bounds, Stage::Nothing) => vec![
                hint(Input::Drag, "draw an ellipse by the box around it"),
                hint(Input::ShiftDrag, "draw a circle"),
                hint(Input::AltDrag, "draw from the middle"),
            ],
            (EllipseMode::Bounds, Stage::Dragging) => {
                vec![hint(Input::ShiftDrag, "make it a circle"), hint(Input::AltDrag, "draw from the middle"), drop]
            }
            (EllipseMode::Bounds, Stage::Points(_)) => {
                let circle = hint(Input::ShiftClick, "make it a circle");
                vec![hint(Input::Click, "set the opposite corner"), circle, remove_last, drop]
            }
            (EllipseMode::Center, Stage::Nothing) => vec![hint(Input::Drag, "draw a circle from its middle")],
            (EllipseMode::Center, Stage::Dragging) => vec![drop],
            (EllipseMode::Center, Stage::Points(_)) => vec![hint(Input::Click, "click on its border"), remove_last, drop],
            (EllipseMode::ThreePoints, Stage::Nothing) => vec![hint(Input::Click, "set one end of an axis")],
            (EllipseMode::ThreePoints, Stage::Dragging) => vec![drop],
            (EllipseMode::ThreePoints, Stage::Points(1)) => vec![hint(Input::Click, "set the other end of the axis"), remove_last, drop],
            (EllipseMode::ThreePoints, Stage::Points(_)) => {
                let through = hint(Input::ShiftClick, "circle through the three points");
                vec![hint(Input::Click, "set how wide it is"), through, remove_last, drop]
            }
        }
    }
}

fn circle(center: ImagePos, radius: f64) -> Ellipse {
    let radius = (radius * 100.0).round() / 100.0;
    Ellipse { center: center.rounded(), rx: radius, ry: radius, angle: 0.0 }
}

/// The ellipse with one axis from `a` to `b` and a border as far from that axis as `c`.
fn on_axis(a: ImagePos, b: ImagePos, c: ImagePos) -> Option<Ellipse> {
    let axis = side_and_depth(a, b, c)?;
    let center = a + (b - a) * 0.5;
    let angle = rounded_angle((b - a).y.atan2((b - a).x).to_degrees());
    let (ry, rx) = (own_coordinates(c, center, angle).y.abs(), axis.width / 2.0);
    Some(Ellipse { center: center.rounded(), rx, ry: (ry * 100.0).round() / 100.0, angle })
}

/// The circle through three points; `None` when they lie on a line.
fn circle_through(a: ImagePos, b: ImagePos, c: ImagePos) -> Option<Ellipse> {
    let (b, c) = (b - a, c - a);
    let twice = 2.0 * (b.x * c.y - b.y * c.x);
    if twice.abs() < 1e-9 {
        return None;
    }
    let (b2, c2) = (b.x * b.x + b.y * b.y, c.x * c.x + c.y * c.y);
    let to = limn_core::geometry::ImageVec::new((c.y * b2 - b.y * c2) / twice, (b.x * c2 - c.x * b2) / twice);
    Some(circle(a + to, to.length()))
}
