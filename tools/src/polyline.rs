//! Draw polylines.

use crate::drawing::Drawing;
use crate::tool::Tool;

/// Draws open lines, one after the other. A click on an end of the selected one goes on with it.
pub(crate) fn polyline_tool() -> Box<dyn Tool> {
    Box::new(Drawing::new(false))
}
