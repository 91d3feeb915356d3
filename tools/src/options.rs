//! What a person may choose about the tools. The editor holds it, the window shows what belongs to the tool in hand.

use limn_core::Geometry;

/// The options of all tools.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolOptions {
    /// What drawn and dragged points stick to.
    pub snap: SnapOptions,
    /// What a pixel is in the world.
    pub scale: Scale,
    /// The shape that is stamped.
    pub stamp: Option<Geometry>,
}

/// What a pixel is in the world, for measures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scale {
    /// Units that a pixel is long; 0 when that is not known.
    pub per_pixel: f64,
    /// The unit, such as "mm".
    pub unit: String,
}

impl Scale {
    /// A length in pixels as text, with the length in the world where that is known: "20 px = 10 mm".
    pub fn text(&self, pixels: f64) -> String {
        let short = |length: f64| (length * 10.0).round() / 10.0;
        match self.per_pixel > 0.0 {
            true => format!("{} px = {} {}", short(pixels), short(pixels * self.per_pixel), self.unit),
            false => format!("{} px", short(pixels)),
        }
    }

    /// An area in square pixels, in square units where the scale is known.
    pub fn area_text(&self, pixels: f64) -> String {
        match self.per_pixel > 0.0 {
            true => format!("{pixels:.0} px² = {:.2} {}²", pixels * self.per_pixel * self.per_pixel, self.unit),
            false => format!("{pixels:.0} px²"),
        }
    }
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
