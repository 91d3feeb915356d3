//! What rules look at in the sequences of a video: each checks one thing about an object through time.

use serde::{Deserialize, Serialize};

/// What has to hold of sequences. As JSON, a word or an object with one word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SequenceCheck {
    /// In a video, whatever has the label is in one.
    Always,
    /// On how many frames it is in the picture.
    Frames(Frames),
    /// For how many frames it is gone, each time before it comes back.
    Gaps(Frames),
    /// How many frames lie from a keyframe to the next one, or to its end: nobody looked at those between.
    Keyframes {
        /// The most.
        most: u64,
    },
    /// How far it moves in a frame.
    Speed {
        /// The farthest, in diagonals of its own bounds.
        most: f64,
    },
    /// How many times its area grows or shrinks in a frame.
    Growth {
        /// The most, 1 or more.
        most: f64,
    },
    /// It does not suddenly go far beyond what it does elsewhere.
    Jumps,
    /// No two of one label suddenly go to where the other one was.
    Exchanges,
    /// No two of one label lie on each other for long.
    Doubles {
        /// From which share of what both cover together on they do, 0 to 1.
        iou: f64,
    },
    /// What lies wholly beyond the picture is marked as outside.
    Marked,
}

/// A number of frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frames {
    /// The fewest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u64>,
    /// The most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
}

impl Frames {
    /// What is wanted where a number is not right, such as "at least 3 frames".
    pub fn wanted(self, number: u64) -> Option<String> {
        match self {
            Self { min: Some(min), .. } if number < min => Some(format!("at least {}", frames(min))),
            Self { max: Some(max), .. } if number > max => Some(format!("at most {}", frames(max))),
            _ => None,
        }
    }
}

/// A number of frames as people read it.
pub fn frames(number: u64) -> String {
    if number == 1 { "1 frame".to_owned() } else { format!("{number} frames") }
}

/// Why it cannot be asked.
pub(super) fn problem(check: &SequenceCheck) -> Option<String> {
    match check {
        SequenceCheck::Always | SequenceCheck::Jumps | SequenceCheck::Exchanges | SequenceCheck::Marked => None,
        SequenceCheck::Frames(Frames { min: None, max: None }) | SequenceCheck::Gaps(Frames { min: None, max: None }) => {
            Some("counts frames without a least or greatest number. Write min or max".into())
        }
        SequenceCheck::Frames(Frames { min: Some(min), max: Some(max) })
        | SequenceCheck::Gaps(Frames { min: Some(min), max: Some(max) })
            if min > max =>
        {
            Some(format!("wants at least {min} and at most {max} frames. Change them"))
        }
        SequenceCheck::Frames(_) | SequenceCheck::Gaps(_) => None,
        SequenceCheck::Keyframes { most } => {
            (*most == 0).then(|| "wants a keyframe on less than each frame (most 0). Write a number of frames such as 50".into())
        }
        SequenceCheck::Speed { most } => {
            let is_speed = most.is_finite() && *most >= 0.0;
            (!is_speed).then(|| format!("has the speed {most}. Write diagonals in a frame, such as 1.5"))
        }
        SequenceCheck::Growth { most } => {
            let is_growth = most.is_finite() && *most >= 1.0;
            (!is_growth).then(|| format!("has the growth {most}. Write how many times the area may grow in a frame, such as 1.6"))
        }
        SequenceCheck::Doubles { iou } => {
            let is_share = *iou > 0.0 && *iou <= 1.0;
            (!is_share).then(|| format!("has the share {iou}. Write one above 0 and up to 1, such as 0.8"))
        }
    }
}
