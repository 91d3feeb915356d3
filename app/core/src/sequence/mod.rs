//! Sequences: one real object through time.
//!
//! A **keyframe** is an [`Instance`] that names the sequence it is a [`Member`] of: geometry and marks at one frame, written by a
//! person, an import or a tracker. What is shown on the frames between keyframes follows from them (see [`blend`]) and is never
//! stored. Geometry is blended; flags and answers are steps that hold from their keyframe on. Before the first keyframe there
//! is nothing; after the last one it stays as it is, unless that one is *outside* or the sequence has an exit frame.
//!
//! To whoever draws and edits, a sequence is the same instance on every frame: it has one id there (see [`shown_id`]), so that
//! what is selected, hidden or on top stays so while the frames go by.

pub mod blend;
pub mod carry;
pub mod checks;
mod file;
pub mod identity;
pub mod measure;
pub mod tie;
mod track;

pub use file::{Sequences, SequencesBuilder};
pub use tie::Tie;
pub use track::{Ends, Keyframe, Presence, Shown, Stretch, Track};

use crate::ids::{FileId, InstanceId, LabelId, SequenceId};
use crate::marks::{Mark, Marks};
use serde::{Deserialize, Serialize};

/// What a keyframe is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Member {
    /// The sequence.
    pub sequence: SequenceId,
    /// Which of several parts of the object that are seen apart (a bus behind a post); 0 for most.
    #[serde(default, skip_serializing_if = "is_first")]
    pub part: u16,
}

fn is_first(part: &u16) -> bool {
    *part == 0
}

/// How a sequence goes from keyframe to keyframe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Motion {
    /// In straight lines, evenly.
    #[default]
    Linear,
    /// On a curve through the keyframes.
    Smooth,
    /// Not at all: each keyframe stays until the next.
    Still,
}

impl Motion {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Linear, Self::Smooth, Self::Still];

    /// The name in files and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Smooth => "smooth",
            Self::Still => "still",
        }
    }

    /// The motion of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|motion| motion.as_str() == name)
    }
}

/// What is said about a sequence as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// Its identity for ever.
    pub id: SequenceId,
    /// The video that it is in.
    pub file: FileId,
    /// What people call it: unique in the file, from 1.
    pub number: u32,
    /// What it is.
    pub label: LabelId,
    /// A name beside the number ("number 7").
    pub name: Option<String>,
    /// What happens between keyframes.
    pub motion: Motion,
    /// The first frame on which it is gone, if it does not stay to the end.
    pub exit: Option<u64>,
    /// The sequence that stands for the same object, in this file, another clip or another camera. See [`Self::identity`].
    pub same_as: Option<SequenceId>,
    /// What holds on every frame: fixed answers, role, group, relations.
    pub marks: Marks,
    /// Foreign fields kept as a JSON object.
    pub extra: Option<String>,
    /// It was deleted, with all its keyframes.
    pub is_deleted: bool,
}

impl Sequence {
    /// A sequence of which nothing else is known.
    pub fn new(id: SequenceId, file: FileId, number: u32, label: LabelId) -> Self {
        let (name, motion, exit, same_as, marks, extra) = (None, Motion::default(), None, None, Marks::default(), None);
        Self { id, file, number, label, name, motion, exit, same_as, marks, extra, is_deleted: false }
    }

    /// Its identity across files: that of the sequence which stands for the object. Sequences of one identity are one object.
    pub fn identity(&self) -> SequenceId {
        self.same_as.unwrap_or(self.id)
    }

    /// Whether a person said that the two are not one object.
    pub fn is_not_same(&self, other: &Self) -> bool {
        self.marks.not_same.contains(&other.id) || other.marks.not_same.contains(&self.id)
    }

    /// Sets a register; gives what it was before.
    pub fn set(&mut self, set: SequenceSet) -> SequenceSet {
        use SequenceSet as S;
        use std::mem::replace;
        match set {
            S::Number(new) => S::Number(replace(&mut self.number, new)),
            S::Label(new) => S::Label(replace(&mut self.label, new)),
            S::Name(new) => S::Name(replace(&mut self.name, new)),
            S::Motion(new) => S::Motion(replace(&mut self.motion, new)),
            S::Exit(new) => S::Exit(replace(&mut self.exit, new)),
            S::SameAs(new) => S::SameAs(replace(&mut self.same_as, new)),
            S::Mark(new) => S::Mark(self.marks.set(new)),
            S::Deleted(new) => S::Deleted(replace(&mut self.is_deleted, new)),
        }
    }
}

/// A register of a sequence, with its new value. Keyframes are instances and have their own.
#[derive(Clone, Debug, PartialEq)]
pub enum SequenceSet {
    /// See [`Sequence::number`].
    Number(u32),
    /// See [`Sequence::label`].
    Label(LabelId),
    /// See [`Sequence::name`].
    Name(Option<String>),
    /// See [`Sequence::motion`].
    Motion(Motion),
    /// See [`Sequence::exit`].
    Exit(Option<u64>),
    /// See [`Sequence::same_as`].
    SameAs(Option<SequenceId>),
    /// See [`Sequence::marks`].
    Mark(Mark),
    /// Deleted or restored, with all its keyframes.
    Deleted(bool),
}

impl SequenceSet {
    /// The register's name.
    pub fn register(&self) -> std::borrow::Cow<'static, str> {
        match self {
            Self::Number(_) => "number".into(),
            Self::Label(_) => "label".into(),
            Self::Name(_) => "name".into(),
            Self::Motion(_) => "motion".into(),
            Self::Exit(_) => "exit".into(),
            Self::SameAs(_) => "same as".into(),
            Self::Mark(mark) => mark.register(),
            Self::Deleted(_) => "deleted".into(),
        }
    }
}

/// The id under which a part of a sequence is shown on every frame. It sorts as the sequence does, so that what was begun
/// later lies on top of what was begun earlier, on each frame.
pub fn shown_id(member: Member) -> InstanceId {
    // The last two bytes are random ones: adding to them keeps the time in front.
    let mut bytes = *member.sequence.as_bytes();
    let last = u16::from_be_bytes([bytes[14], bytes[15]]).wrapping_add(member.part);
    bytes[14..].copy_from_slice(&last.to_be_bytes());
    InstanceId(uuid::Uuid::from_bytes(bytes))
}

#[cfg(test)]
mod tests;
