//! Sequences carried on by a program that looks at the pictures: what is asked of it, and what it gives back.

use super::Member;
use crate::geometry::Geometry;
use crate::ids::RunId;
use crate::work_frames::WorkFrames;

/// The run of all keyframes that optical flow made, in every project: so it is known which ones it may make anew, and that no
/// person made them.
pub const FLOW_RUN: RunId = RunId(uuid::Uuid::from_bytes(*b"limn/flow\0\x80\0\0\0\0\x01"));

/// What people read of it.
pub const FLOW_RUN_NAME: &str = "optical flow";

/// A part of a sequence to be carried on.
#[derive(Clone, Debug, PartialEq)]
pub struct CarryTask {
    /// Which.
    pub member: Member,
    /// What it is on the frame from which it goes on.
    pub shape: Geometry,
    /// The next keyframe of a person on the way, and what it is there: not passed, not changed.
    pub barrier: Option<(u64, Geometry)>,
    /// A keyframe on each frame, since nothing moves between them.
    pub keeps_all: bool,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct CarryOrder {
    /// The frame on which the shapes are.
    pub start: u64,
    /// Towards the end of the video, or its beginning.
    pub forward: bool,
    /// Most frames to go.
    pub most: u64,
    /// All in one pass over the frames.
    pub tasks: Vec<CarryTask>,
    /// The frames on which keyframes are made.
    pub on: WorkFrames,
}

impl CarryOrder {
    /// The frames behind the start, in the order in which they are gone through: as many as there are in a video of `frames`.
    pub fn way(&self, frames: u64) -> impl Iterator<Item = u64> + use<> {
        let (start, forward) = (self.start, self.forward);
        let left = if forward { frames.saturating_sub(start.saturating_add(1)) } else { start };
        (1..=left.min(self.most)).map(move |by| if forward { start + by } else { start - by })
    }
}

/// Why it went no further.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CarryEnd {
    /// A person's keyframe comes next, and what was carried there is so many pixels beside it.
    Barrier {
        /// Its frame.
        frame: u64,
        /// The largest distance of a corner of the bounds, image pixels; `None`: it was not in sight there.
        off: Option<f64>,
    },
    /// The video ends.
    Video,
    /// As many frames as were asked for.
    Asked,
    /// It went over the border of the picture: from this frame on it is outside.
    Left(u64),
    /// It was not found any more from this frame on.
    Lost(u64),
}

/// What came of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// Which.
    pub member: Member,
    /// Frame, shape and confidence (0 to 1) of the keyframes to be made, in the order of the way.
    pub keyframes: Vec<(u64, Geometry, f32)>,
    /// The last frame on which it was seen.
    pub until: u64,
    /// How far the way there and back disagree on each frame, image pixels, in the order of frames.
    pub disagreement: Vec<(u64, f32)>,
    /// Why it went no further.
    pub end: CarryEnd,
}

impl Carried {
    /// The frame in most doubt.
    pub fn worst(&self) -> Option<(u64, f32)> {
        self.disagreement.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))
    }
}
