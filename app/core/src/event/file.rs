//! All events of one file: a fold of changes, as [`crate::Sequences`] is one of its sequences.

use super::{Event, Frames};
use crate::ids::{EventId, FileId};
use crate::log::Change;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Events whose last frames are looked at together: few enough to walk through, many enough to pass over at once.
const BLOCK: usize = 256;

/// The events of a file. A copy shares them, and the next change copies one.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// Deleted ones among them, for they may come back.
    all: BTreeMap<EventId, Arc<Event>>,
    /// Those that are not deleted, by first frame and age.
    order: Vec<(Frames, EventId)>,
    /// Of each block of `order`, the last frame of all.
    ends: Vec<u64>,
}

impl PartialEq for Events {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

fn place((frames, id): &(Frames, EventId)) -> (u64, EventId) {
    (frames.first, *id)
}

impl Events {
    /// Events in any order.
    pub fn new(events: impl IntoIterator<Item = Event>) -> Self {
        let all: BTreeMap<_, _> = events.into_iter().map(|event| (event.id, Arc::new(event))).collect();
        let mut order: Vec<_> = all.values().filter(|event| !event.is_deleted).map(|event| (event.frames, event.id)).collect();
        order.sort_unstable_by_key(place);
        let mut events = Self { all, order, ends: Vec::new() };
        events.renew_ends(0);
        events
    }

    fn renew_ends(&mut self, from: usize) {
        let block = from / BLOCK;
        self.ends.truncate(block);
        let rest = self.order.get(block * BLOCK..).unwrap_or_default();
        self.ends.extend(rest.chunks(BLOCK).map(|block| block.iter().map(|(frames, _)| frames.last).max().unwrap_or(0)));
    }

    /// How many there are, without deleted ones.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is none, not counting deleted ones.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// An event, also a deleted one.
    pub fn get(&self, id: EventId) -> Option<&Arc<Event>> {
        self.all.get(&id)
    }

    /// An event that is not deleted.
    pub fn live(&self, id: EventId) -> Option<&Arc<Event>> {
        self.get(id).filter(|event| !event.is_deleted)
    }

    /// Those that are not deleted, by first frame and age.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Event>> {
        self.order.iter().filter_map(|(_, id)| self.all.get(id))
    }

    /// The same from one place to another in their order.
    pub fn slice(&self, range: Range<usize>) -> impl Iterator<Item = &Arc<Event>> {
        self.order.get(range).unwrap_or_default().iter().filter_map(|(_, id)| self.all.get(id))
    }

    /// Deleted ones among them, the oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Event>> {
        self.all.values()
    }

    /// What happens at a frame, by first frame and age.
    pub fn at(&self, frame: u64) -> impl Iterator<Item = &Arc<Event>> {
        self.meeting(Frames::new(frame, frame))
    }

    /// What happens at any of some frames, by first frame and age.
    pub fn meeting(&self, frames: Frames) -> impl Iterator<Item = &Arc<Event>> {
        let begun = self.order.partition_point(|(other, _)| other.first <= frames.last);
        let blocks = self.order[..begun].chunks(BLOCK).zip(&self.ends).filter(move |(_, end)| **end >= frames.first);
        let meeting = blocks.flat_map(|(block, _)| block).filter(move |(other, _)| other.last >= frames.first);
        meeting.filter_map(|(_, id)| self.all.get(id))
    }

    /// The next frame behind this one at which an event begins, or has its last frame.
    pub fn boundary_after(&self, frame: u64) -> Option<u64> {
        let begun = self.order.partition_point(|(other, _)| other.first <= frame);
        let begins = self.order.get(begun).map(|(frames, _)| frames.first);
        let blocks = self.order[..begun].chunks(BLOCK).zip(&self.ends).filter(|(_, end)| **end > frame);
        let ends = blocks.flat_map(|(block, _)| block).map(|(frames, _)| frames.last).filter(|last| *last > frame).min();
        // What begins later ends no earlier than it begins.
        begins.into_iter().chain(ends).min()
    }

    /// The last frame before this one at which an event begins, or has its last frame.
    pub fn boundary_before(&self, frame: u64) -> Option<u64> {
        let begun = self.order.partition_point(|(other, _)| other.first < frame);
        let begins = begun.checked_sub(1).map(|at| self.order[at].0.first);
        let ends = self.order[..begun].iter().map(|(frames, _)| frames.last).filter(|last| *last < frame).max();
        begins.into_iter().chain(ends).max()
    }

    /// Applies a change as far as it concerns this file; says which event is different now.
    pub fn apply(&mut self, file: FileId, change: &Change) -> Option<EventId> {
        match change {
            Change::EventAdd(event) if event.file == file => {
                if self.all.contains_key(&event.id) {
                    return None;
                }
                self.all.insert(event.id, Arc::new((**event).clone()));
                self.enter(event.id);
                Some(event.id)
            }
            Change::EventSet { id, set } => {
                let event = self.all.get_mut(id)?;
                let (before, was) = (event.frames, !event.is_deleted);
                Arc::make_mut(event).set(set.clone());
                if (event.frames, !event.is_deleted) != (before, was) {
                    if was {
                        self.leave(before, *id);
                    }
                    self.enter(*id);
                }
                Some(*id)
            }
            _ => None,
        }
    }

    fn enter(&mut self, id: EventId) {
        let Some(event) = self.live(id) else { return };
        let new = (event.frames, id);
        let at = self.order.partition_point(|other| place(other) < place(&new));
        self.order.insert(at, new);
        self.renew_ends(at);
    }

    fn leave(&mut self, frames: Frames, id: EventId) {
        if let Ok(at) = self.order.binary_search_by_key(&(frames.first, id), place) {
            self.order.remove(at);
            self.renew_ends(at);
        }
    }
}
