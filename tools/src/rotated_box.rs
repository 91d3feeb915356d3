//! Draw turned boxes: one side, then how deep it is.

use crate::draft::Draft;
use crate::event::{Modifiers, ToolCx};
use crate::output::{Hint, Input, ToolCommandName, hint};
use crate::sketch::{Sketch, Stage};
use crate::snap::on_angle;
use limn_core::geometry::{ImageVec, RotatedBox, from_own_coordinates, own_coordinates, rounded_angle};
use limn_core::{Geometry, ImagePos};

/// Draws turned boxes.
#[derive(Debug, Default)]
pub(crate) struct RotatedBoxSketch;

impl Sketch for RotatedBoxSketch {
    fn title(&self) -> &'static str {
        "Draw rotated box"
    }

    fn num_points(&self, _cx: &ToolCx<'_>) -> usize {
        3
    }

    fn place(&self, points: &Draft, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) -> ImagePos {
        match points.points.as_slice() {
            // Not rounded: that would leave the angle.
            [from] if modifiers.shift => cx.clamped_towards(*from, on_angle(*from, pos)),
            [from] => cx.placed(cx.at_angle(*from, pos)),
            _ => cx.placed(pos),
        }
    }

    fn shape(&self, points: &Draft, _modifiers: Modifiers, _cx: &ToolCx<'_>) -> Option<Geometry> {
        let [from, to, depth] = points.points.as_slice() else { return None };
        side_and_depth(*from, *to, *depth).map(Geometry::RotatedBox)
    }

    fn start_hint(&self) -> &'static str {
        "start a side here"
    }

    fn hints(&self, stage: Stage) -> Vec<Hint> {
        let steps = hint(Input::ShiftClick, "turn it in steps of 15°");
        let drop = hint(Input::Cancel, "drop the box");
        let remove_last = hint(Input::Command(ToolCommandName::RemoveLast), "take the point back");
        match stage {
            Stage::Nothing => vec![hint(Input::Click, "set one end of a side"), hint(Input::Drag, "draw a side")],
            Stage::Dragging => vec![hint(Input::ShiftDrag, "turn it in steps of 15°"), drop],
            Stage::Points(1) => vec![hint(Input::Click, "set the other end of the side"), steps, remove_last, drop],
            Stage::Points(_) => vec![hint(Input::Click, "set how deep it is"), remove_last, drop],
        }
    }
}

/// The box whose own top side goes from one point to another and that reaches as deep as the third.
pub(crate) fn side_and_depth(from: ImagePos, to: ImagePos, depth: ImagePos) -> Option<RotatedBox> {
    let side = to - from;
    let hundredths = |length: f64| (length * 100.0).round() / 100.0;
    let mut angle = rounded_angle(side.y.atan2(side.x).to_degrees());
    let middle = from + side * 0.5;
    let mut down = own_coordinates(depth, middle, angle).y;
    if down < 0.0 {
        // The drawn side is the top one wherever the rest lies.
        angle = rounded_angle(angle + 180.0);
        down = -down;
    }
    let center = from_own_coordinates(ImageVec::new(0.0, down / 2.0), middle, angle).rounded();
    let (width, height) = (hundredths(side.length()), hundredths(down));
    (width > 0.0).then_some(RotatedBox { center, width, height, angle })
}
