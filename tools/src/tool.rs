//! What every tool can do, and which there are.

use crate::bbox::BoxSketch;
use crate::brush::BrushTool;
use crate::cuboid::CuboidSketch;
use crate::draft::Draft;
use crate::ellipse::EllipseSketch;
use crate::event::{ToolCx, ToolEvent};
use crate::keypoints::KeypointsSketch;
use crate::measure::MeasureTool;
use crate::output::{Cursor, Hint, Preview, ToolAction};
use crate::point::PointSketch;
use crate::polygon::polygon_tool;
use crate::polyline::polyline_tool;
use crate::rotated_box::RotatedBoxSketch;
use crate::scissors::ScissorsTool;
use crate::select::SelectTool;
use crate::sketch::SketchTool;
use crate::slice::SliceTool;
use crate::stamp::StampTool;
use crate::wand::WandTool;

/// A state machine from events to actions.
pub trait Tool {
    /// Takes an event; returns what is to be carried out, in order. Most events give nothing.
    fn handle(&mut self, event: &ToolEvent, cx: &ToolCx<'_>) -> Vec<ToolAction>;
    /// What to draw over the stored shapes now.
    fn preview(&self, cx: &ToolCx<'_>) -> Preview;
    /// The shape of the pointer now.
    fn cursor(&self, cx: &ToolCx<'_>) -> Cursor;
    /// What can be done now, the likeliest first.
    fn hints(&self) -> Vec<Hint>;
    /// Whether a gesture or a drawing is under way.
    fn is_busy(&self) -> bool;
    /// The drawing under way, to be kept somewhere safe.
    fn draft(&self) -> Option<Draft> {
        None
    }
    /// The drawing under way, to go on with when what came of it is refused.
    fn unfinished(&self) -> Option<Draft> {
        self.draft()
    }
    /// What came of the last event was refused; a tool that has no draft keeps it in its own way.
    fn take_refusal(&mut self) {}
    /// Goes on with a kept drawing.
    fn resume(&mut self, _draft: Draft) {}
    /// How hard the pen is pressed from now on, 0 to 1; a mouse says nothing.
    fn set_pressure(&mut self, _pressure: f64) {}
    /// The options are others now: what is shown must follow.
    fn options_changed(&mut self, _cx: &ToolCx<'_>) {}
}

/// The tools that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolKind {
    /// Selects, moves and reshapes.
    Select,
    /// Draws boxes.
    Box,
    /// Draws turned boxes.
    RotatedBox,
    /// Draws polygons.
    Polygon,
    /// Draws open lines.
    Polyline,
    /// Stamps a shape that was taken as a template.
    Stamp,
    /// Draws ellipses and circles.
    Ellipse,
    /// Draws cuboids.
    Cuboid,
    /// Places keypoints.
    Keypoints,
    /// Puts single points.
    Point,
    /// Paints masks.
    Brush,
    /// Selects areas of one colour.
    Wand,
    /// Draws polygons along the edges of the picture.
    Scissors,
    /// Measures distances.
    Measure,
    /// Cuts shapes along a line.
    Slice,
}

impl ToolKind {
    /// Every tool, in the order of the rail.
    pub const ALL: &[Self] = &[
        Self::Select,
        Self::Box,
        Self::RotatedBox,
        Self::Polygon,
        Self::Polyline,
        Self::Ellipse,
        Self::Cuboid,
        Self::Keypoints,
        Self::Point,
        Self::Brush,
        Self::Wand,
        Self::Scissors,
        Self::Stamp,
        Self::Slice,
        Self::Measure,
    ];

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Select => "Select",
            Self::Box => "Box",
            Self::RotatedBox => "Rotated box",
            Self::Polygon => "Polygon",
            Self::Polyline => "Polyline",
            Self::Stamp => "Stamp",
            Self::Ellipse => "Ellipse",
            Self::Cuboid => "Cuboid",
            Self::Keypoints => "Keypoints",
            Self::Point => "Point",
            Self::Brush => "Brush",
            Self::Wand => "Wand",
            Self::Scissors => "Scissors",
            Self::Measure => "Measure",
            Self::Slice => "Slice",
        }
    }

    /// Whether it puts points on the picture.
    pub fn draws(self) -> bool {
        self != Self::Select
    }

    /// A fresh tool of this kind.
    pub fn build(self) -> Box<dyn Tool> {
        match self {
            Self::Select => Box::new(SelectTool::default()),
            Self::Box => Box::new(SketchTool::<BoxSketch>::default()),
            Self::RotatedBox => Box::new(SketchTool::<RotatedBoxSketch>::default()),
            Self::Polygon => polygon_tool(),
            Self::Polyline => polyline_tool(),
            Self::Stamp => Box::new(StampTool::default()),
            Self::Ellipse => Box::new(SketchTool::<EllipseSketch>::default()),
            Self::Cuboid => Box::new(SketchTool::<CuboidSketch>::default()),
            Self::Keypoints => Box::new(SketchTool::<KeypointsSketch>::default()),
            Self::Point => Box::new(SketchTool::<PointSketch>::default()),
            Self::Brush => Box::new(BrushTool::default()),
            Self::Wand => Box::new(WandTool::default()),
            Self::Scissors => Box::new(ScissorsTool::default()),
            Self::Measure => Box::new(MeasureTool::default()),
            Self::Slice => Box::new(SliceTool::default()),
        }
    }
}
