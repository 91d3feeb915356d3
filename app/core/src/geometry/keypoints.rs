//! Keypoints: the named points of a template, placed.

use super::pos::ImagePos;
use super::rect::Rect;
use serde::{Deserialize, Serialize};

/// How a keypoint is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sight {
    /// Seen.
    #[default]
    Visible,
    /// Where it is, is known though something hides it.
    Occluded,
    /// Not in the picture: its place means nothing.
    Absent,
}

/// One placed point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Keypoint {
    /// Where, in image pixels; of an absent one, where it would be drawn if it came back.
    pub pos: ImagePos,
    /// How it is seen.
    pub sight: Sight,
}

/// Points in the order of the label's template (see [`crate::schema::Template`]). Where the template has grown since,
/// the missing ones are absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keypoints {
    /// One for each point of the template.
    pub points: Vec<Keypoint>,
}

impl Keypoints {
    /// The points that are somewhere in the picture, with their numbers in the template.
    pub fn present(&self) -> impl Iterator<Item = (usize, Keypoint)> + '_ {
        self.points.iter().copied().enumerate().filter(|(_, point)| point.sight != Sight::Absent)
    }

    /// The place of a point, if it is in the picture.
    pub fn pos(&self, at: usize) -> Option<ImagePos> {
        self.points.get(at).filter(|point| point.sight != Sight::Absent).map(|point| point.pos)
    }

    /// The smallest rectangle around the points that are in the picture.
    pub fn bounds(&self) -> Option<Rect> {
        let places: Vec<ImagePos> = self.present().map(|(_, point)| point.pos).collect();
        Rect::around(places.iter())
    }

    /// Every place changed.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(ImagePos) -> ImagePos) -> Self {
        Self { points: self.points.iter().map(|point| Keypoint { pos: change(point.pos), ..*point }).collect() }
    }
}
