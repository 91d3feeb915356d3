//! What a person may choose about the tools. The editor holds it, the window shows what belongs to the tool in hand.

use limn_core::ImagePos;

/// The options of all tools.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolOptions {
    /// What drawn and dragged points stick to.
    pub snap: SnapOptions,
    /// How boxes are drawn.
    pub bbox: BoxOptions,
    /// How ellipses are drawn.
    pub ellipse: EllipseMode,
    /// How cuboids are drawn.
    pub cuboid: CuboidOptions,
    /// What a pixel is in the world.
    pub scale: Scale,
}

/// How boxes are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoxOptions {
    /// By which points.
    pub mode: BoxMode,
    /// Width and height of boxes of one size, in image pixels.
    pub size: [f64; 2],
}

impl Default for BoxOptions {
    fn default() -> Self {
        Self { mode: BoxMode::Corners, size: [64.0, 64.0] }
    }
}

/// By which points boxes are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BoxMode {
    /// Two opposite corners.
    #[default]
    Corners,
    /// The four outermost points of the thing.
    Extreme,
    /// The middle; the size is set.
    Fixed,
}

/// By which points ellipses are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EllipseMode {
    /// Two opposite corners of the box around it.
    #[default]
    Bounds,
    /// The middle of a circle and a point on it.
    Center,
    /// Both ends of an axis and how wide it is; with Shift, three points of a circle.
    ThreePoints,
}

/// How cuboids are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CuboidOptions {
    /// By which points.
    pub mode: CuboidMode,
    /// The file's vanishing point in image pixels, if it is set; it may lie outside the image.
    pub vanishing: Option<ImagePos>,
}

/// By which points cuboids are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CuboidMode {
    /// The front face as a box, then how deep it is.
    #[default]
    FrontAndDepth,
    /// Three corners of the front face, then a corner behind.
    FourCorners,
    /// The front face as a box, then how deep it goes towards the vanishing point.
    Vanishing,
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
