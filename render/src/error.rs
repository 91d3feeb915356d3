//! What can go wrong while drawing.

/// Every error this crate returns. The text says what happened, why, and what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// Not one mip level was handed over.
    #[error("the picture has no levels, so there is nothing to draw; hand over at least the full-size level")]
    NoLevels,
    /// A level's bytes do not fit its size.
    #[error(
        "level {level} is {width} x {height} but has {found} bytes; the decoder stopped early or the size is wrong; \
         decode the picture again and hand over width x height x 4 bytes of RGBA"
    )]
    LevelSize {
        /// Index of the level, 0 is the full size.
        level: usize,
        /// Its width in texels.
        width: u32,
        /// Its height in texels.
        height: u32,
        /// The number of bytes handed over.
        found: usize,
    },
    /// A video frame says something of itself that cannot be.
    #[error(
        "a video frame has {what}, which no video has; the file is damaged or of a kind that is not known here; \
         convert the video to H.264 and open that"
    )]
    FrameLayout {
        /// What is wrong, in words.
        what: String,
    },
    /// A plane of a video frame is shorter than its size says, or its rows overlap.
    #[error(
        "plane {plane} of a video frame is {width} x {height} samples in rows of {stride} bytes, but has {found} bytes; \
         the decoder stopped early or the file is damaged; decode the frame again"
    )]
    PlaneSize {
        /// 0 is luma, 1 and 2 are chroma.
        plane: usize,
        /// Samples across.
        width: u32,
        /// Samples down.
        height: u32,
        /// Bytes from row to row.
        stride: u32,
        /// The number of bytes handed over.
        found: usize,
    },
    /// A video frame is larger than the device's textures.
    #[error(
        "the video is {width} x {height}, but this graphics device holds at most {limit} pixels a side; \
         convert the video to a smaller size"
    )]
    FrameTooLarge {
        /// Luma samples across.
        width: u32,
        /// Luma samples down.
        height: u32,
        /// The most that the device holds on a side.
        limit: u32,
    },
    /// The graphics memory is full.
    #[error("the graphics memory is full ({detail}); close other pictures or windows, or open a smaller version")]
    OutOfMemory {
        /// What the driver said.
        detail: String,
    },
    /// The graphics device did not take the work.
    #[error("the graphics device refused the work ({detail}); the driver may be at fault; update it, then start the program again")]
    Refused {
        /// What the device said.
        detail: String,
    },
    /// One shape needs a larger buffer than the device allows.
    #[error("shape {index} has {points} points, more than this graphics device can hold; simplify it")]
    ShapeTooLarge {
        /// Its index in the layer.
        index: usize,
        /// The number of its points.
        points: usize,
    },
    /// A layer has more shapes than the device's style table can hold.
    #[error("{found} shapes in one layer, but this graphics device can hold {limit}; split them over several layers")]
    TooManyShapes {
        /// The number handed over.
        found: usize,
        /// The most that fit.
        limit: usize,
    },
    /// A mask index is outside the layer.
    #[error("there is no mask {index} in this layer of {len}; build the layer again after masks were added or removed")]
    NoSuchMask {
        /// The index asked for.
        index: usize,
        /// The number of masks in the layer.
        len: usize,
    },
    /// The masks of a layer have more tiles than the device can draw.
    #[error("the masks have {found} tiles of 64 x 64 pixels, but this graphics device can hold {limit}; hide or simplify some")]
    TooManyMaskTiles {
        /// Tiles, with those around them.
        found: usize,
        /// The most that fit.
        limit: usize,
    },
    /// A shape index is outside the layer.
    #[error("there is no shape {index} in this layer of {len}; set the layer again after shapes were added or removed")]
    NoSuchShape {
        /// The index asked for.
        index: usize,
        /// The number of shapes in the layer.
        len: usize,
    },
    /// No graphics adapter, not even a software one.
    #[error("no graphics adapter was found ({detail}); install a Vulkan driver, for example Mesa's software driver lavapipe")]
    NoAdapter {
        /// What was tried.
        detail: String,
    },
    /// The adapter refused to give a device.
    #[error("the graphics device could not be opened ({detail}); update the driver or choose another adapter")]
    NoDevice {
        /// What the driver said.
        detail: String,
    },
    /// The drawn pixels could not be read back.
    #[error("the drawn pixels could not be read back ({detail}); the graphics device may have been lost; try again")]
    ReadBack {
        /// What the driver said.
        detail: String,
    },
}
