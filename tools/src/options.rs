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
    /// A grid of so many pixels; 0 for none.
    pub grid: f64,
}
