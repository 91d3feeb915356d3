//! Work frames: the frames of a video that are annotated. The others can be looked at and played, but nobody has to draw on them.
//!
//! What is chosen is kept as numbers of frames, however it was chosen: a rate and scene changes are turned into numbers once, so
//! that nothing depends on a decoder later. What lies on other frames stays: choosing more, fewer or all changes no annotation.

mod codec;
mod text;

pub use text::parse_frames;

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::sync::Arc;

/// Most frames of a list.
pub const MOST_LISTED: usize = 1 << 20;
/// A frame whose time falls short of its turn by so little (in parts of the way to the next turn) is meant.
const NEARLY: f64 = 1e-4;

/// Which frames of a file are annotated. A copy shares the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkFrames {
    pick: Pick,
    made: Made,
}

/// How they were chosen, to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Made {
    /// As numbers.
    #[default]
    ByHand,
    /// So many thousandths of a frame each second.
    Rate(u32),
    /// Where the picture changes at once.
    Scenes,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Pick {
    #[default]
    All,
    Every {
        step: NonZeroU64,
        offset: u64,
    },
    /// In order, each once; at least one.
    List(Arc<[u64]>),
}

/// Why frames cannot be chosen so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkFramesError {
    /// Every 0th frame.
    #[error("every 0th frame is no frame. Write 1 or more")]
    Step,
    /// Not a number of frames in a second.
    #[error("\"{0}\" is no number of frames in a second. Write a number such as 2 or 0.5")]
    Rate(String),
    /// Neither a number nor a range.
    #[error("\"{0}\" is neither a frame nor a range of frames. Write numbers and ranges, such as 1, 5, 9-20")]
    Text(String),
    /// The last frame stands before the first.
    #[error("the range {0}-{1} ends before it begins")]
    Backwards(u64, u64),
    /// There are not so many frames.
    #[error("there is no frame {frame}: the last one is {last}")]
    Beyond {
        /// What was named.
        frame: u64,
        /// What there is.
        last: u64,
    },
    /// None was named, or none is there.
    #[error("that is no frame at all")]
    Empty,
    /// More than [`MOST_LISTED`].
    #[error("more than {MOST_LISTED} frames cannot be listed one by one. Take every n-th")]
    TooMany,
}

impl WorkFrames {
    /// Every `step`-th frame from `offset` on.
    ///
    /// # Errors
    /// [`WorkFramesError::Step`] when that is 0.
    pub fn every(step: u64, offset: u64) -> Result<Self, WorkFramesError> {
        let step = NonZeroU64::new(step).ok_or(WorkFramesError::Step)?;
        let is_all = step.get() == 1 && offset == 0;
        let pick = if is_all { Pick::All } else { Pick::Every { step, offset } };
        Ok(Self { pick, made: Made::ByHand })
    }

    /// These frames, in any order.
    ///
    /// # Errors
    /// [`WorkFramesError::Empty`], [`WorkFramesError::TooMany`].
    pub fn listed(mut frames: Vec<u64>) -> Result<Self, WorkFramesError> {
        frames.sort_unstable();
        frames.dedup();
        match frames.len() {
            0 => Err(WorkFramesError::Empty),
            count if count > MOST_LISTED => Err(WorkFramesError::TooMany),
            _ => Ok(Self { pick: Pick::List(frames.into()), made: Made::ByHand }),
        }
    }

    /// Where another scene begins; the first frame begins one.
    ///
    /// # Errors
    /// As [`Self::listed`].
    pub fn at_scenes(begins: Vec<u64>) -> Result<Self, WorkFramesError> {
        let frames = std::iter::once(0).chain(begins).collect();
        Ok(Self { made: Made::Scenes, ..Self::listed(frames)? })
    }

    /// So many frames a second: the first at or after each turn, by the time of each frame in seconds. `frames`: how many
    /// there are.
    ///
    /// # Errors
    /// [`WorkFramesError::Rate`], and those of [`Self::listed`].
    pub fn at_rate(per_second: f64, frames: u64, time: impl Fn(u64) -> f64) -> Result<Self, WorkFramesError> {
        let thousandths = (per_second * 1000.0).round();
        if !(1.0..=f64::from(u32::MAX)).contains(&thousandths) {
            return Err(WorkFramesError::Rate(per_second.to_string()));
        }
        let start = time(0);
        let (mut chosen, mut turn) = (Vec::new(), f64::NEG_INFINITY);
        // Evenly spaced so far, by so many, however many there are.
        let mut step = None;
        let mut is_even = true;
        let mut last = None;
        for frame in 0..frames {
            let now = ((time(frame) - start) * per_second + NEARLY).floor();
            if now <= turn && frame > 0 {
                continue;
            }
            turn = now;
            if let Some(before) = last {
                is_even &= *step.get_or_insert(frame - before) == frame - before;
            }
            last = Some(frame);
            if chosen.len() <= MOST_LISTED {
                chosen.push(frame);
            }
        }
        let even = match step.zip(last) {
            Some((step, last)) if is_even && last + step >= frames => Self::every(step, 0)?,
            _ => Self::listed(chosen)?,
        };
        Ok(Self { made: Made::Rate(thousandths as u32), ..even })
    }

    /// Whether nothing was chosen, so that all are annotated.
    pub fn is_all(&self) -> bool {
        self.pick == Pick::All
    }

    /// How they were chosen.
    pub fn made(&self) -> Made {
        self.made
    }

    /// Step and offset, where it is every n-th.
    pub fn step(&self) -> Option<(u64, u64)> {
        match self.pick {
            Pick::Every { step, offset } => Some((step.get(), offset)),
            _ => None,
        }
    }

    /// The frames, where they are listed.
    pub fn list(&self) -> Option<&[u64]> {
        match &self.pick {
            Pick::List(frames) => Some(frames),
            _ => None,
        }
    }

    /// How many there are before a frame. Given the number of frames of a file: how many it has.
    pub fn count_before(&self, frame: u64) -> u64 {
        match &self.pick {
            Pick::All => frame,
            Pick::Every { step, offset } => frame.checked_sub(*offset).map_or(0, |beyond| beyond.div_ceil(step.get())),
            Pick::List(frames) => frames.partition_point(|other| *other < frame) as u64,
        }
    }

    /// The n-th of them, counted from 0; it may lie beyond the end of the file.
    pub fn nth(&self, n: u64) -> Option<u64> {
        match &self.pick {
            Pick::All => Some(n),
            Pick::Every { step, offset } => step.get().checked_mul(n)?.checked_add(*offset),
            Pick::List(frames) => frames.get(usize::try_from(n).ok()?).copied(),
        }
    }

    /// Whether a frame is one of them.
    pub fn contains(&self, frame: u64) -> bool {
        self.nth(self.count_before(frame)) == Some(frame)
    }

    /// Its number among them, counted from 0, as frames are.
    pub fn number_of(&self, frame: u64) -> Option<u64> {
        let number = self.count_before(frame);
        (self.nth(number) == Some(frame)).then_some(number)
    }

    /// The next one behind a frame; it may lie beyond the end of the file.
    pub fn after(&self, frame: u64) -> Option<u64> {
        self.nth(self.count_before(frame.checked_add(1)?))
    }

    /// The last one before a frame.
    pub fn before(&self, frame: u64) -> Option<u64> {
        self.nth(self.count_before(frame).checked_sub(1)?)
    }

    /// The frame itself, or the last one before it.
    pub fn at_or_before(&self, frame: u64) -> Option<u64> {
        if self.contains(frame) { Some(frame) } else { self.before(frame) }
    }

    /// The nearest one of a file of so many frames; the earlier one of two.
    pub fn nearest(&self, frame: u64, frames: u64) -> Option<u64> {
        let frame = frame.min(frames.checked_sub(1)?);
        let (before, after) = (self.at_or_before(frame), self.after(frame));
        let there = [before, after].into_iter().flatten().filter(|other| *other < frames);
        there.min_by_key(|other| other.abs_diff(frame))
    }

    /// Those of a stretch, in order.
    pub fn within(&self, frames: std::ops::Range<u64>) -> impl Iterator<Item = u64> + '_ {
        let first = self.count_before(frames.start);
        (first..).map_while(|n| self.nth(n)).take_while(move |frame| *frame < frames.end)
    }

    /// As a person reads it.
    pub fn describe(&self) -> String {
        let which = match &self.pick {
            Pick::All => return "every frame".into(),
            Pick::Every { step, offset: 0 } => format!("every {}", nth(step.get())),
            Pick::Every { step, offset } => format!("every {} from {offset} on", nth(step.get())),
            Pick::List(frames) if frames.len() == 1 => "1 listed".into(),
            Pick::List(frames) => format!("{} listed", frames.len()),
        };
        match self.made {
            Made::ByHand => which,
            made => format!("{made} ({which})"),
        }
    }
}

/// "10th frame"
fn nth(step: u64) -> String {
    let ending = match (step % 10, step % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    if step == 1 { "frame".into() } else { format!("{step}{ending} frame") }
}

/// Behind the number of a rate.
const PER_SECOND: &str = " per second";
const SCENES: &str = "scene changes";

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByHand => f.write_str("by hand"),
            Self::Rate(thousandths) => write!(f, "{}{PER_SECOND}", f64::from(*thousandths) / 1000.0),
            Self::Scenes => f.write_str(SCENES),
        }
    }
}

impl FromStr for Made {
    type Err = std::convert::Infallible;

    /// What this version does not know was chosen by hand.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rate = || {
            let number: f64 = text.strip_suffix(PER_SECOND)?.parse().ok()?;
            let thousandths = (number * 1000.0).round();
            (1.0..=f64::from(u32::MAX)).contains(&thousandths).then_some(Self::Rate(thousandths as u32))
        };
        Ok(if text == SCENES { Self::Scenes } else { rate().unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests;
