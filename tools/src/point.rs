//! Put single points.

use crate::draft::Draft;
use crate::event::{Modifiers, ToolCx};
use crate::output::{Hint, Input, hint};
use crate::sketch::{Sketch, Stage};
use limn_core::Geometry;

/// Puts points.
#[derive(Debug, Default)]
pub(crate) struct PointSketch;

impl Sketch for PointSketch {
    fn title(&self) -> &'static str {
        "Draw point"
    }

    fn num_points(&self, _cx: &ToolCx<'_>) -> usize {
        1
    }

    fn shape(&self, points: &Draft, _modifiers: Modifiers, _cx: &ToolCx<'_>) -> Option<Geometry> {
        points.points.first().map(|pos| Geometry::Point(*pos))
    }

    fn start_hint(&self) -> &'static str {
        "put a point here"
    }

    fn hints(&self, _stage: Stage) -> Vec<Hint> {
        vec![hint(Input::Click, "put a point")]
    }
}
