//! What a person may choose about the tools. The editor holds it, the window shows what belongs to the tool in hand.

/// The options of all tools.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolOptions {
    /// What drawn and dragged points stick to.
    pub snap: SnapOptions,
}

/// What drawn and dragged points stick to. Ctrl suspends it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SnapOptions {
    /// Points of other shapes.
    pub vertices: bool,
    /// Borders of other shapes.
    pub edges: bool,
    /// The border of the image.
    pub image: bool,
    /// Lines at multiples of 15 degrees from the point before.
    pub angles: bool,
    /// A grid of so many pixels; 0 for none.
    pub grid: f64,
}

impl SnapOptions {
    /// Whether a point may stick to anything; guides alone do not count.
    pub fn is_on(&self) -> bool {
        self.vertices || self.edges || self.image || self.grid > 0.0
    }
}
