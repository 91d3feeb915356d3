//! A demo project out of street scenes that this crate draws itself, with ground truth.
//!
//! Nothing is taken from anywhere: pictures, videos and outlines come from the code and a
//! seed, so they are free of any licence. Coordinates are image pixels, (0, 0) the outer
//! corner of the top-left pixel, y down; for the picture with EXIF orientation they are
//! those of the picture as it is shown. Frames count from 0 in presentation order.

mod draw;
mod error;
mod generate;
mod out;
mod plan;
mod scene;

pub use error::DemoError;
pub use generate::generate;
pub use plan::DemoOptions;

use std::path::PathBuf;

/// The six labels with a colour for each, red, green, blue.
pub const LABELS: &[(&str, [u8; 3])] = &[
    ("car", [0x2F, 0x80, 0xED]),
    ("truck", [0x9B, 0x51, 0xE0]),
    ("person", [0xF2, 0x5F, 0x5C]),
    ("bicycle", [0x27, 0xAE, 0x60]),
    ("sign", [0xF2, 0xC9, 0x4C]),
    ("traffic light", [0x17, 0xBE, 0xCF]),
];

/// One object in one picture, as far as it can be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct TruthObject {
    /// One of `LABELS`.
    pub label: &'static str,
    /// The same over all frames of a video; unique within a file.
    pub object: u32,
    /// 0 in a still.
    pub frame: u64,
    /// Box of the visible pixels: x, y, width, height of its edges, in image pixels.
    pub bbox: [f64; 4],
    /// Outer outline of the largest visible piece, in image pixels.
    pub polygon: Vec<[f64; 2]>,
    /// Outlines of further visible pieces, where something in front cuts the object.
    pub parts: Vec<Vec<[f64; 2]>>,
    /// Outline of the whole object inside the picture, as if nothing stood in front.
    pub amodal: Vec<[f64; 2]>,
    /// Something stands in front of more than 3 % of it.
    pub occluded: bool,
    /// It reaches beyond the picture.
    pub truncated: bool,
}

/// A file of the demo project.
#[derive(Clone, Debug)]
pub struct DemoFile {
    /// File name without folder, such as `street_01_noon.jpg`.
    pub name: String,
    /// Where it was written.
    pub path: PathBuf,
    /// A video; else a still.
    pub video: bool,
    /// Pixels, as shown.
    pub width: u32,
    /// Pixels, as shown.
    pub height: u32,
    /// 1 for a still.
    pub frames: u64,
    /// Every visible object, by frame, then by object.
    pub truth: Vec<TruthObject>,
    /// Something to tell the person, such as that H.264 was not at hand.
    pub warning: Option<String>,
}
