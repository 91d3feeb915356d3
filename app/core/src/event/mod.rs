//! Events: what happens at a frame or over a range of frames of a file.
//!
//! An event without participants is about the file. One with participants is about the sequences that take part, each in a
//! role ("who", "target"): with one it is an event of that sequence, with two it is what relates them to each other for so long.
//! So there are no relations over a range beside events.

mod file;

pub use file::Events;

use crate::ids::{EventId, FileId, LabelId, RunId, SequenceId};
use crate::marks::{Mark, Marks};
use minicbor::{Decoder, Encoder};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A range of 0-based frames; both ends belong to it, and the last is never before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Frames {
    first: u64,
    last: u64,
}

impl Frames {
    /// From one frame to another one, in either order.
    pub fn new(one: u64, other: u64) -> Self {
        Self { first: one.min(other), last: one.max(other) }
    }

    /// The first frame.
    pub fn first(self) -> u64 {
        self.first
    }

    /// The last frame, which belongs to it.
    pub fn last(self) -> u64 {
        self.last
    }

    /// How many frames it has.
    pub fn count(self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }

    /// Whether a frame belongs to it.
    pub fn has(self, frame: u64) -> bool {
        (self.first..=self.last).contains(&frame)
    }

    /// Whether a frame belongs to both.
    pub fn meets(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// The roles of participants where a label names none: who does it, and to whom.
pub const ROLES: [&str; 2] = ["who", "target"];

/// Who takes part: the sequences of each role, in the order in which they were added. No role is without one.
pub type Participants = BTreeMap<String, Vec<SequenceId>>;

/// Participants as a CBOR map from role to sequences; `None` when there is none.
pub fn participants_to_bytes(participants: &Participants) -> Option<Vec<u8>> {
    let mut e = Encoder::new(Vec::new());
    let written = e.map(participants.len() as u64).map(drop).and_then(|()| {
        participants.iter().try_for_each(|(role, sequences)| {
            e.str(role)?;
            crate::log::write_sequences(&mut e, sequences)
        })
    });
    match written {
        Ok(()) => Some(e.into_writer()).filter(|_| !participants.is_empty()),
        Err(error) => match error.into_write() {
            // Writing into a Vec cannot fail.
            None => None,
        },
    }
}

/// The participants in bytes that [`participants_to_bytes`] wrote.
///
/// # Errors
/// When the bytes are anything else.
pub fn participants_from_bytes(bytes: &[u8]) -> Result<Participants, minicbor::decode::Error> {
    let mut d = Decoder::new(bytes);
    let mut participants = Participants::new();
    for _ in 0..crate::log::definite(d.map()?)? {
        let role = d.str()?.to_owned();
        participants.insert(role, crate::log::read_sequences(&mut d)?);
    }
    Ok(participants)
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its identity for ever.
    pub id: EventId,
    /// The file that it happens in.
    pub file: FileId,
    /// When. They may lie behind the end of a file that was replaced by a shorter one.
    pub frames: Frames,
    /// What it is.
    pub label: LabelId,
    /// Who takes part. A sequence may be gone.
    pub participants: Participants,
    /// Answers, and whether the person is unsure.
    pub marks: Marks,
    /// The model run or import of predictions that it came from.
    pub run: Option<RunId>,
    /// Foreign fields kept as a JSON object.
    pub extra: Option<String>,
    /// It was deleted.
    pub is_deleted: bool,
}

impl Event {
    /// An event of which nothing else is known.
    pub fn new(id: EventId, file: FileId, frames: Frames, label: LabelId) -> Self {
        let (participants, marks, run, extra) = (Participants::new(), Marks::default(), None, None);
        Self { id, file, frames, label, participants, marks, run, extra, is_deleted: false }
    }

    /// Sets a register; gives what it was before.
    pub fn set(&mut self, set: EventSet) -> EventSet {
        use EventSet as S;
        use std::mem::replace;
        match set {
            S::Frames(new) => S::Frames(replace(&mut self.frames, new)),
            S::Label(new) => S::Label(replace(&mut self.label, new)),
            S::Mark(new) => S::Mark(self.marks.set(new)),
            S::Deleted(new) => S::Deleted(replace(&mut self.is_deleted, new)),
            S::Participants(role, new) if new.is_empty() => {
                let before = self.participants.remove(&role).unwrap_or_default();
                S::Participants(role, before)
            }
            S::Participants(role, new) => {
                let before = self.participants.insert(role.clone(), new).unwrap_or_default();
                S::Participants(role, before)
            }
        }
    }

    /// Role and sequence of each that takes part.
    pub fn takes_part(&self) -> impl Iterator<Item = (&str, SequenceId)> {
        self.participants.iter().flat_map(|(role, sequences)| sequences.iter().map(move |id| (role.as_str(), *id)))
    }

    /// What makes this event, which is new, what another one is.
    pub fn sets_to(&self, wanted: &Self) -> Vec<EventSet> {
        let mut sets = Vec::new();
        let mut set_if = |differs: bool, set: EventSet| sets.extend(differs.then_some(set));
        set_if(self.is_deleted != wanted.is_deleted, EventSet::Deleted(wanted.is_deleted));
        set_if(self.frames != wanted.frames, EventSet::Frames(wanted.frames));
        set_if(self.label != wanted.label, EventSet::Label(wanted.label));
        let gone = self.participants.keys().filter(|role| !wanted.participants.contains_key(*role));
        gone.for_each(|role| set_if(true, EventSet::Participants(role.clone(), Vec::new())));
        for (role, sequences) in &wanted.participants {
            set_if(self.participants.get(role) != Some(sequences), EventSet::Participants(role.clone(), sequences.clone()));
        }
        let mut marks = self.marks.clone();
        for mark in wanted.marks.set_ones() {
            let before = marks.set(mark.clone());
            set_if(before != mark, EventSet::Mark(mark));
        }
        // What is marked here and not there.
        for mark in self.marks.set_ones().filter(|mark| !wanted.marks.set_ones().any(|other| other.register() == mark.register())) {
            let mut none = Marks::default();
            set_if(true, EventSet::Mark(none.set(mark)));
        }
        sets
    }
}

/// A register of an event, with its new value.
#[derive(Clone, Debug, PartialEq)]
pub enum EventSet {
    /// See [`Event::frames`].
    Frames(Frames),
    /// See [`Event::label`].
    Label(LabelId),
    /// The sequences of a role; none: the role is empty.
    Participants(String, Vec<SequenceId>),
    /// See [`Event::marks`].
    Mark(Mark),
    /// Deleted or restored.
    Deleted(bool),
}

/// Before the name of a role in the name of its register.
pub(crate) const PARTICIPANTS: &str = "participants ";

impl EventSet {
    /// The register's name.
    pub fn register(&self) -> Cow<'static, str> {
        match self {
            Self::Frames(_) => "frames".into(),
            Self::Label(_) => "label".into(),
            Self::Participants(role, _) => format!("{PARTICIPANTS}{role}").into(),
            Self::Mark(mark) => mark.register(),
            Self::Deleted(_) => "deleted".into(),
        }
    }
}

/// Frames as JSON: `[first, last]`.
impl Serialize for Frames {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.first, self.last).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Frames {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (first, last) = <(u64, u64)>::deserialize(deserializer)?;
        if first > last {
            return Err(serde::de::Error::custom(format!("the frames {first} to {last} end before they begin")));
        }
        Ok(Self { first, last })
    }
}

#[cfg(test)]
mod tests;
