//! Draw polygons.

use crate::drawing::Drawing;
use crate::tool::Tool;

/// Draws polygons, one after the other.
pub(crate) fn polygon_tool() -> Box<dyn Tool> {
    Box::new(Drawing::new(true))
}
