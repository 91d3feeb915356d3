//! YOLO: a text file for each image, a line for each object, places as shares of the picture.
//!
//! ```text
//! data.yaml                 names of the classes, which folders are for what
//! labels/train/a.txt        of images/train/a.jpg
//! labels/train/b_000007.txt of frame 7 of the video b, from 0
//! train.files.jsonl         Limn's own: which file each name means, and its size
//! ```
//!
//! | task | line |
//! | --- | --- |
//! | detect | class, centre x and y, width, height |
//! | segment | class, x and y of each point of one ring |
//! | obb | class, x and y of four corners |
//! | pose | as detect, then x, y and how it is seen (0 absent, 1 hidden, 2 seen) of each keypoint |
//!
//! A number behind the line is that of the object that goes on through the frames. Sizes in pixels are not in the files: they are
//! in Limn's own list, or known where the files are imported.
//!
//! Source: Ultralytics documentation, pages on datasets.

mod data;
mod files;
mod geometry;
mod line;
mod read;
mod shape;
mod tree;
mod write;

pub(crate) use read::import;
pub(crate) use write::export;

/// What the lines hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Detect,
    Segment,
    Obb,
    Pose,
}

impl Task {
    /// Of the format of this id.
    pub fn of_format(id: &str) -> Option<Self> {
        Some(match id {
            "yolo" => Self::Detect,
            "yolo-seg" => Self::Segment,
            "yolo-obb" => Self::Obb,
            "yolo-pose" => Self::Pose,
            _ => return None,
        })
    }

    /// As Ultralytics calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Detect => "detect",
            Self::Segment => "segment",
            Self::Obb => "obb",
            Self::Pose => "pose",
        }
    }
}

pub(crate) use data::format_of_folder;
