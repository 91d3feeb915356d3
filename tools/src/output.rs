//! What tools say: actions to carry out, things to show, hints.

use crate::heading::Headed;
use crate::options::ToolOptions;
use limn_core::geometry::MaskTiles;
use limn_core::{Geometry, ImagePos, InstanceId};

/// Something to carry out. Geometry is sound; what of it lies outside the image is kept, cut off or refused by the editor, as
/// the label says.
#[derive(Clone, Debug, PartialEq)]
pub enum ToolAction {
    /// A new instance of the active label; the editor selects it.
    Create {
        /// Where.
        geometry: Geometry,
        /// Name of the undo step.
        title: &'static str,
    },
    /// New geometry for instances: one undo step.
    Edit {
        /// Name of the undo step.
        title: &'static str,
        /// Each instance once.
        edits: Vec<(InstanceId, Geometry)>,
    },
    /// Other directions, and new geometry of what was turned with them: one undo step, with at least one of them.
    Point {
        /// Name of the undo step.
        title: &'static str,
        /// New geometry, each instance once.
        edits: Vec<(InstanceId, Geometry)>,
        /// New directions in degrees, each attribute of an instance once.
        headings: Vec<Headed>,
    },
    /// Several things as one undo step, at least one.
    Together {
        /// Name of the undo step.
        title: &'static str,
        /// A new instance, as [`Self::Create`] has it.
        create: Option<Geometry>,
        /// New geometry, each instance once.
        edits: Vec<(InstanceId, Geometry)>,
        /// What goes, because nothing is left of it; none of those edited.
        delete: Vec<InstanceId>,
    },
    /// Several shapes out of one, or one out of several, as one undo step. What results is selected.
    Derive {
        /// Name of the undo step.
        title: &'static str,
        /// New geometry, each instance once.
        edits: Vec<(InstanceId, Geometry)>,
        /// New instances that have the label and the marks of the one named.
        copies: Vec<(InstanceId, Geometry)>,
        /// What has become part of another; none of those edited.
        delete: Vec<InstanceId>,
    },
    /// Other options of the tools, from now on.
    Options(Box<ToolOptions>),
    /// The complete new selection.
    Select(Vec<InstanceId>),
    /// Ask for the label of the selection, here.
    AskLabel {
        /// Image pixels.
        pos: ImagePos,
    },
    /// Delete instances: one undo step.
    DeleteInstances(Vec<InstanceId>),
    /// The vanishing point of the file's cuboids, in image pixels.
    SetVanishing(ImagePos),
    /// The active label needs keypoints before they can be placed.
    AskTemplate,
}

/// What to draw over the stored shapes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// Lines and areas that are no instances.
    pub shapes: Vec<PreviewShape>,
    /// Handles; the hot one, if any, is what a press would take.
    pub handles: Vec<Handle>,
    /// Shown instead of the stored geometry while dragging.
    pub replaced: Vec<(InstanceId, Geometry)>,
    /// Shown instead of the answered directions while turning.
    pub headings: Vec<Headed>,
    /// The shape that a click would select.
    pub hovered: Option<InstanceId>,
    /// The mask being worked on.
    pub mask: Option<PreviewMask>,
    /// What is shown will not be taken as it is.
    pub refused: bool,
    /// A few words beside the cursor, such as "88 × 41".
    pub readout: Option<String>,
}

/// A mask being worked on, as it is now. Tiles that did not change since the last time are the same ones.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewMask {
    /// Whose it is, to be shown instead of the stored one; a new mask of the active label when it is nobody's.
    pub id: Option<InstanceId>,
    /// Its pixels.
    pub tiles: MaskTiles,
}

/// Lines or an area that are no instance.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewShape {
    /// Image pixels.
    pub rings: Vec<Vec<ImagePos>>,
    /// Whether each ring goes back to its first point.
    pub closed: bool,
    /// How to draw it.
    pub kind: PreviewKind,
}

/// What a [`PreviewShape`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewKind {
    /// A shape in the making, in the colour of the active label.
    Drawing,
    /// The rectangle of a selection by dragging.
    RubberBand,
    /// A faint line to aim with.
    Guide,
    /// A line that is measured.
    Tape,
    /// The border of a brush under the pointer: a line only, to be seen on any ground.
    Brush,
}

/// A handle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handle {
    /// Image pixels.
    pub pos: ImagePos,
    /// What it does.
    pub kind: HandleKind,
    /// Under the pointer or being dragged.
    pub hot: bool,
}

/// What a [`Handle`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandleKind {
    /// Corner of a box.
    Corner,
    /// Middle of a box's side.
    Edge,
    /// Point of a polygon.
    Vertex,
    /// Middle of a polygon's edge: dragging it makes a new point.
    Midpoint,
    /// First point of a polygon being drawn: clicking it closes the polygon.
    FirstPoint,
    /// Control point of a curve.
    Control,
    /// Turns a shape about its middle.
    Turn,
    /// Middle of a cuboid's face.
    Face,
    /// A keypoint that something hides.
    Occluded,
    /// A keypoint that is not in the picture: dragging it brings it back.
    Absent,
    /// The tip of the arrow that shows a direction.
    Direction,
    /// Where the next point sticks.
    Snap,
}

/// The shape of the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// Draws.
    Crosshair,
    /// Selects.
    Arrow,
    /// Moves a shape.
    Move,
    /// Resizes along the falling diagonal.
    ResizeNwSe,
    /// Resizes along the rising diagonal.
    ResizeNeSw,
    /// Resizes sideways.
    ResizeH,
    /// Resizes up and down.
    ResizeV,
    /// Turns a shape.
    Turn,
    /// Moves a vertex.
    Vertex,
    /// Adds a vertex, or a shape to the selection.
    Add,
    /// Removes a vertex.
    Remove,
    /// Nothing can be done here.
    Forbidden,
}

/// One thing that can be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// By what.
    pub input: Input,
    /// What it does, as a short verb phrase: "close the polygon".
    pub text: &'static str,
}

/// What the hand does; the window names keys as the person's keymap has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Click.
    Click,
    /// Click with Shift.
    ShiftClick,
    /// Click with Alt.
    AltClick,
    /// Click with Ctrl.
    CtrlClick,
    /// Second click at once.
    DoubleClick,
    /// Press, move, let go.
    Drag,
    /// The same with Shift.
    ShiftDrag,
    /// The same with Ctrl.
    CtrlDrag,
    /// The same with Alt.
    AltDrag,
    /// A key of [`crate::ToolCommand`].
    Command(ToolCommandName),
    /// The key of [`crate::ToolEvent::Cancel`].
    Cancel,
}

/// The name of a [`crate::ToolCommand`] without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolCommandName {
    /// [`crate::ToolCommand::Finish`]
    Finish,
    /// [`crate::ToolCommand::RemoveLast`]
    RemoveLast,
    /// [`crate::ToolCommand::Delete`]
    Delete,
    /// [`crate::ToolCommand::NextHit`]
    NextHit,
    /// [`crate::ToolCommand::PreviousHit`]
    PreviousHit,
    /// [`crate::ToolCommand::Nudge`]
    Nudge,
    /// [`crate::ToolCommand::SkipPoint`]
    SkipPoint,
    /// [`crate::ToolCommand::Bend`]
    Bend,
    /// Turns following borders on or off; the editor does so by itself.
    FollowBorders,
}

impl Preview {
    pub(crate) fn add(&mut self, kind: PreviewKind, closed: bool, rings: Vec<Vec<ImagePos>>) {
        self.shapes.push(PreviewShape { rings, closed, kind });
    }
}

pub(crate) const fn hint(input: Input, text: &'static str) -> Hint {
    Hint { input, text }
}

/// "88 × 41": width and height in pixels, with a decimal where it matters.
pub(crate) fn size_text(width: f64, height: f64) -> String {
    let side = |length: f64| if length < 10.0 { format!("{length:.1}") } else { format!("{length:.0}") };
    format!("{} × {}", side(width), side(height))
}
