//! How the picture is shown. Colours come from the caller's theme; the defaults suit a dark one.

/// Which channel of the picture is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChannelView {
    /// The picture in colour.
    #[default]
    Rgb,
    /// Red as grey.
    Red,
    /// Green as grey.
    Green,
    /// Blue as grey.
    Blue,
    /// Opacity as grey.
    Alpha,
    /// BT.709 luma as grey.
    Luma,
}

/// Adjustments of the view; the pixels themselves are never changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImageAdjust {
    /// Added to every channel, -1 to 1; 0 changes nothing.
    pub brightness: f32,
    /// Stretch around mid-grey; 1 changes nothing.
    pub contrast: f32,
    /// Values are raised to 1 / gamma; 1 changes nothing.
    pub gamma: f32,
    /// The channel shown.
    pub channel: ChannelView,
}

impl Default for ImageAdjust {
    fn default() -> Self {
        Self { brightness: 0.0, contrast: 1.0, gamma: 1.0, channel: ChannelView::Rgb }
    }
}

/// Colours and switches of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CanvasOptions {
    /// The two colours of the checkerboard beneath transparent pixels; their alpha is ignored.
    pub checker: [[u8; 4]; 2],
    /// Side of a checkerboard square in screen px.
    pub checker_px: f32,
    /// The hairline just outside the picture; alpha 0 switches it off.
    pub border: [u8; 4],
    /// Thin lines between pixels, fading in from zoom 12.
    pub pixel_grid: bool,
    /// Distance between the lines or dots of patterns in screen px.
    pub hatch_px: f32,
    /// Adjustments of the view.
    pub adjust: ImageAdjust,
    /// Opacity of all shape layers but the last, and of the masks if `dim_masks`: below 1 what is in hand stands out.
    pub others_opacity: f32,
    /// Whether the opacity is that of the masks, too.
    pub dim_masks: bool,
}

impl Default for CanvasOptions {
    fn default() -> Self {
        Self {
            checker: [[102, 102, 102, 255], [153, 153, 153, 255]],
            checker_px: 8.0,
            border: [0, 0, 0, 110],
            pixel_grid: true,
            hatch_px: 8.0,
            adjust: ImageAdjust::default(),
            others_opacity: 1.0,
            dim_masks: true,
        }
    }
}
