//! Constants of feel. Lengths are screen points unless their name says otherwise; multiply by [`crate::ToolCx::px`] to get
//! image pixels.

/// A press that moves less than this is a click. Points.
pub const DRAG_THRESHOLD: f64 = 4.0;
/// The same for a press on a handle, where small corrections are the rule. Points.
pub const HANDLE_DRAG_THRESHOLD: f64 = 1.5;
/// How far outside its border a shape can still be clicked. Points.
pub const HIT_TOLERANCE: f64 = 4.0;
/// How far from a handle, vertex or box edge a press still takes it. Points.
pub const HANDLE_HIT: f64 = 8.0;
/// The same in the drawing tools, where a press beside the shown handle must draw. Points.
pub const HANDLE_HIT_EXACT: f64 = 5.0;
/// How far from a point of a shape that is not selected a press still takes the point, and not the shape. Points.
pub const LOOSE_HIT: f64 = 5.0;
/// A point that is nearer to its neighbours is only taken of a selected shape: the border between them is to be pressed, too.
/// Points.
pub const LOOSE_SPACING: f64 = 20.0;
/// Inside a box its handles reach at most this share of the side, so that a small box keeps a middle to move it by.
pub const HANDLE_SHARE: f64 = 0.25;
/// Shorter box sides show no handle in their middle. Points.
pub const EDGE_HANDLE_MIN_SIDE: f64 = 32.0;
/// Shorter polygon edges show no midpoint handle. Points.
pub const MIDPOINT_MIN_EDGE: f64 = 28.0;
/// Shapes with more points than this show handles only near the pointer.
pub const MANY_POINTS: usize = 1500;
/// How near that is. Points.
pub const SHOWN_NEAR: f64 = 160.0;
/// Vertices nearer than this to the last one shown get no handle of their own (they can still be dragged). Points.
pub const HANDLE_SPACING: f64 = 4.0;
/// A click this near to the first point closes a polygon; two clicks this near to each other are one double click. Points.
pub const CLOSE_DISTANCE: f64 = 8.0;
/// A click this near to the last click is at the same place, and goes on to the next shape under it. Points.
pub const SAME_PLACE: f64 = 4.0;
/// Distance between the points of a freehand line. Points.
pub const FREEHAND_SPACING: f64 = 3.0;
/// How far a simplified freehand line may stray from the drawn one. Points.
pub const FREEHAND_SIMPLIFY: f64 = 1.0;
/// A polygon point nearer than this to the one before is the same point. Points.
pub const DUPLICATE_DISTANCE: f64 = 0.5;
/// How near a point must come to what it sticks to. Points.
pub const SNAP_DISTANCE: f64 = 8.0;
/// From the own top side of a shape to the handle that turns it. Points.
pub const TURN_DISTANCE: f64 = 24.0;
/// Steps of an angle with Shift. Degrees.
pub const TURN_STEP: f64 = 15.0;
/// Half the shorter side of a shape from which the arrow of its direction lies inside it. Points.
pub const ARROW_ROOM: f64 = 40.0;
/// How long the arrow is then, as a share of that.
pub const ARROW_INSIDE: f64 = 0.6;
/// How far the arrow of a smaller shape reaches beyond its border. Points.
pub const ARROW_BEYOND: f64 = 12.0;
/// The shortest arrow. Points.
pub const ARROW_MIN: f64 = 24.0;
/// A cuboid's face of less than this squared shows no handle. Points.
pub const FACE_HANDLE_MIN: f64 = 48.0;
/// From the lowest keypoint to the row of absent ones. Points.
pub const PARK_DISTANCE: f64 = 18.0;
/// Between the absent ones. Points.
pub const PARK_SPACING: f64 = 14.0;
/// The way that the wand is dragged for each step of its tolerance. Points.
pub const WAND_POINTS_A_STEP: f64 = 3.0;
/// Parts and holes of an area that becomes a polygon are left out below this. Square image pixels.
pub const MIN_TRACED_AREA_PX: f64 = 4.0;
/// Smallest side of a drawn or resized box. Image pixels.
pub const MIN_BOX_SIDE_PX: f64 = 1.0;
/// Smallest area of a drawn polygon. Square image pixels.
pub const MIN_POLYGON_AREA_PX: f64 = 0.01;
