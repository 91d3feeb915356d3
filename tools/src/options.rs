//! What a person may choose about the tools. The editor holds it, the window shows what belongs to the tool in hand.

use crate::raster::BrushShape;
use limn_core::Geometry;
use limn_core::ImagePos;
use std::ops::Deref;
use std::sync::Arc;

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
    /// The shape that is stamped.
    pub stamp: Option<Stamped>,
    /// The brush.
    pub brush: BrushOptions,
    /// The wand.
    pub wand: WandOptions,
    /// Whose a pixel is that several masks want.
    pub overlap: Overlap,
    /// How polygons and lines are drawn and changed.
    pub path: PathOptions,
}

/// A shape that is stamped. Clones share it: options are copied in every frame, and it may have very many points.
#[derive(Clone, Debug)]
pub struct Stamped(Arc<Geometry>);

impl From<Geometry> for Stamped {
    fn from(geometry: Geometry) -> Self {
        Self(Arc::new(geometry))
    }
}

impl Deref for Stamped {
    type Target = Geometry;

    fn deref(&self) -> &Geometry {
        &self.0
    }
}

impl PartialEq for Stamped {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

/// The brush.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrushOptions {
    /// Its form.
    pub shape: BrushShape,
    /// Width in image pixels at full pressure, [`Self::LEAST`] to [`Self::MOST`].
    pub diameter: f64,
    /// What it does.
    pub mode: BrushMode,
    /// Whether it takes pixels away.
    pub erases: bool,
}

impl BrushOptions {
    /// The smallest diameter.
    pub const LEAST: f64 = 1.0;
    /// The largest diameter.
    pub const MOST: f64 = 4096.0;

    /// The width made larger (above 1) or smaller by a factor, and by a pixel at least.
    #[must_use]
    pub fn scaled(mut self, factor: f64) -> Self {
        let scaled = (self.diameter * factor).round();
        let other = if factor > 1.0 { scaled.max(self.diameter + 1.0) } else { scaled.min(self.diameter - 1.0) };
        self.diameter = other.clamp(Self::LEAST, Self::MOST);
        self
    }
}

impl Default for BrushOptions {
    fn default() -> Self {
        Self { shape: BrushShape::Round, diameter: 40.0, mode: BrushMode::Stroke, erases: false }
    }
}

/// What the brush does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BrushMode {
    /// Paints along the way of the pointer.
    #[default]
    Stroke,
    /// Paints the inside of a line drawn around it.
    Lasso,
    /// Fills the hole under a click; when erasing, takes the connected part under it.
    Fill,
}

/// Whose a pixel is that several masks of a frame want.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlap {
    /// Everyone's.
    #[default]
    Free,
    /// The one's that has it: nothing is painted where other masks are.
    Under,
    /// The last one's that is painted there: others lose it, unless they are locked or hidden.
    Over,
}

/// The wand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WandOptions {
    /// Greatest difference of a colour channel, 0 to 254.
    pub tolerance: u8,
    /// Whether only pixels connected with the clicked one count.
    pub contiguous: bool,
    /// Pinholes and cracks up to twice so many pixels wide are closed; 0 for none.
    pub smooth: u32,
    /// Whether the area becomes a polygon instead of a mask.
    pub polygon: bool,
}

impl WandOptions {
    /// The most that is smoothed.
    pub const MOST_SMOOTH: u32 = 16;
}

impl Default for WandOptions {
    fn default() -> Self {
        Self { tolerance: 24, contiguous: true, smooth: 2, polygon: false }
    }
}

/// How polygons and lines are drawn and changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathOptions {
    /// Points of several shapes in the same place are moved, added and removed together. Ctrl suspends it.
    pub linked: bool,
    /// While drawing, clicks on the border of another shape follow that border.
    pub auto_border: bool,
    /// What is drawn across other areas is cut to their borders.
    pub draw_over: bool,
    /// What a drawn area does to the selected one.
    pub combine: Combine,
    /// What a drag draws.
    pub drag: DragDraws,
}

impl Default for PathOptions {
    fn default() -> Self {
        Self { linked: true, auto_border: false, draw_over: false, combine: Combine::New, drag: DragDraws::Point }
    }
}

/// What a drag draws where clicks put points. With Shift it always draws freehand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DragDraws {
    /// One point, which follows the pointer until the button goes up. In the brush's line it is the same as freehand.
    #[default]
    Point,
    /// A side: a point where it begins and one where it ends.
    Side,
    /// Points along the way of the pointer.
    Freehand,
}

impl DragDraws {
    /// All, in the order in which a key goes through them.
    pub const ALL: [Self; 3] = [Self::Point, Self::Side, Self::Freehand];

    /// What it means, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::Point => "A drag puts one point, which follows the pointer",
            Self::Side => "A drag draws a side: a point where it begins and one where it ends",
            Self::Freehand => "A drag draws freehand",
        }
    }

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::Side => "Side",
            Self::Freehand => "Freehand",
        }
    }

    /// The one of this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|drag| drag.name().eq_ignore_ascii_case(name))
    }
}

/// What a drawn area does to the selected ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Combine {
    /// Nothing: it is an instance of its own.
    #[default]
    New,
    /// It is added to them.
    Add,
    /// It is taken off them: a hole, or a piece of the border.
    Subtract,
    /// They keep what lies in it.
    Intersect,
    /// A line drawn from border to border replaces the stretch of border between.
    Reshape,
}

impl Combine {
    /// All, in the order in which a key goes through them.
    pub const ALL: [Self; 5] = [Self::New, Self::Add, Self::Subtract, Self::Intersect, Self::Reshape];

    /// What it means, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::New => "What is drawn is a shape of its own",
            Self::Add => "What is drawn is added to the selected",
            Self::Subtract => "What is drawn is cut out of the selected",
            Self::Intersect => "The selected keeps what lies in the drawn",
            Self::Reshape => "A line from border to border of the selected replaces the stretch between",
        }
    }

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Add => "Add",
            Self::Subtract => "Subtract",
            Self::Intersect => "Intersect",
            Self::Reshape => "Reshape",
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_options_share_the_stamped_shape() {
        let stamp = |x: f64| Some(Stamped::from(Geometry::Point(ImagePos::new(x, 4.0))));
        let options = ToolOptions { stamp: stamp(3.0), ..ToolOptions::default() };
        let copy = options.clone();
        let (Some(one), Some(other)) = (&options.stamp, &copy.stamp) else { panic!("it has a stamp") };
        assert!(std::ptr::eq::<Geometry>(&**one, &**other));
        assert_eq!([options.stamp == copy.stamp, options.stamp == stamp(3.0), options.stamp == stamp(5.0)], [true, true, false]);
    }
}
