//! All sequences of one file: a fold of changes, as [`crate::Document`] is one of a frame.

use super::{Keyframe, Member, Sequence, Shown, Track, shown_id};
use crate::ids::{FileId, InstanceId, SequenceId};
use crate::instance::Instance;
use crate::log::{Change, InstanceSet};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// From so many sequences on, several threads look where they are, since each waits for the memory; at most so many.
const MANY: usize = 4_000;
const MOST_THREADS: usize = 4;
/// Keyframes of which it is remembered whose they are; of others it is searched.
const MAX_RECENT: usize = 1 << 17;

/// The sequences of a file, the oldest first. A copy shares them, and the next change copies one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sequences {
    /// By id; deleted ones among them, for they may come back.
    tracks: Vec<Arc<Track>>,
    recent: BTreeMap<InstanceId, SequenceId>,
}

impl Sequences {
    /// Sequences and their keyframes, both in any order. Keyframes of other sequences are dropped.
    pub fn new(sequences: Vec<Sequence>, keyframes: impl IntoIterator<Item = Instance>) -> Self {
        let mut builder = Self::builder(sequences);
        keyframes.into_iter().for_each(|keyframe| builder.keyframe(keyframe));
        builder.build()
    }

    /// Sequences whose keyframes come one by one.
    pub fn builder(sequences: Vec<Sequence>) -> SequencesBuilder {
        let tracks = sequences.into_iter().map(|sequence| (sequence.id, (sequence, Vec::new())));
        SequencesBuilder { tracks: tracks.collect(), last: None }
    }

    /// Whether a copy that was made earlier is of this very state.
    pub fn is_same(&self, earlier: &Self) -> bool {
        self.tracks.len() == earlier.tracks.len() && self.tracks.iter().zip(&earlier.tracks).all(|(now, then)| Arc::ptr_eq(now, then))
    }

    /// A copy for who only looks: it costs a count for each sequence.
    #[must_use]
    pub fn to_look_at(&self) -> Self {
        Self { tracks: self.tracks.clone(), recent: BTreeMap::new() }
    }

    /// These alone, to try changes out on.
    #[must_use]
    pub fn only(&self, ids: &BTreeSet<SequenceId>) -> Self {
        Self { tracks: ids.iter().filter_map(|id| self.get(*id).cloned()).collect(), recent: BTreeMap::new() }
    }

    /// Whether there is none, not even a deleted one.
    pub fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }

    /// Those that are not deleted, the oldest first.
    pub fn tracks(&self) -> impl DoubleEndedIterator<Item = &Arc<Track>> + Clone {
        self.tracks.iter().filter(|track| !track.sequence.is_deleted)
    }

    /// Keyframes of those that are not deleted.
    pub fn num_keyframes(&self) -> usize {
        self.tracks().map(|track| track.num_keyframes()).sum()
    }

    /// A sequence, also a deleted one.
    pub fn get(&self, id: SequenceId) -> Option<&Arc<Track>> {
        let at = self.tracks.binary_search_by_key(&id, |track| track.sequence.id).ok()?;
        self.tracks.get(at)
    }

    fn get_mut(&mut self, id: SequenceId) -> Option<&mut Track> {
        let at = self.tracks.binary_search_by_key(&id, |track| track.sequence.id).ok()?;
        self.tracks.get_mut(at).map(Arc::make_mut)
    }

    /// The number that a new sequence gets: one more than the largest there ever was.
    pub fn next_number(&self) -> u32 {
        self.tracks.iter().map(|track| track.sequence.number).max().map_or(1, |last| last.saturating_add(1))
    }

    /// Whom this id stands for on every frame.
    pub fn member(&self, shown: InstanceId) -> Option<Member> {
        if let Some(track) = self.get(SequenceId(shown.0)) {
            return Some(Member { sequence: track.sequence.id, part: 0 });
        }
        // Other parts lie a few behind the first.
        let from = self.tracks.partition_point(|track| track.sequence.id.as_bytes()[..14] < shown.as_bytes()[..14]);
        let near = self.tracks.get(from..)?.iter().take_while(|track| track.sequence.id.as_bytes()[..14] == shown.as_bytes()[..14]);
        near.flat_map(|track| track.parts().map(|part| Member { sequence: track.sequence.id, part }))
            .find(|member| shown_id(*member) == shown)
    }

    /// What is in the picture at a frame, in painting order.
    pub fn at(&self, frame: u64) -> Vec<Instance> {
        let threads = match self.tracks.len() {
            0..MANY => 1,
            _ => std::thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_THREADS)),
        };
        let shown = |tracks: &[Arc<Track>], room: usize| {
            let mut there = Vec::with_capacity(room);
            tracks.iter().for_each(|track| track.add_shown(frame, &mut there));
            there
        };
        let mut shares = self.tracks.chunks(self.tracks.len().div_ceil(threads).max(1));
        let own = shares.next().unwrap_or_default();
        std::thread::scope(|scope| {
            let others: Vec<_> = shares.map(|tracks| scope.spawn(move || shown(tracks, tracks.len()))).collect();
            let mut there = shown(own, self.tracks.len());
            for other in others {
                match other.join() {
                    Ok(list) => there.extend(list),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            there
        })
    }

    /// What one of them is at a frame, also where it is outside.
    pub fn state(&self, member: Member, frame: u64) -> Option<Shown> {
        self.get(member.sequence)?.state(member.part, frame)
    }

    /// Applies a change as far as it concerns this file; says which sequences look different now.
    pub fn apply(&mut self, file: FileId, change: &Change) -> Vec<SequenceId> {
        match change {
            Change::SequenceAdd(sequence) if sequence.file == file => {
                let at = self.tracks.partition_point(|track| track.sequence.id < sequence.id);
                if self.tracks.get(at).is_none_or(|track| track.sequence.id != sequence.id) {
                    self.tracks.insert(at, Arc::new(Track::new((**sequence).clone())));
                }
                vec![sequence.id]
            }
            Change::SequenceSet { id, set } => {
                let Some(track) = self.get_mut(*id) else { return Vec::new() };
                track.sequence.set(set.clone());
                vec![*id]
            }
            Change::InstanceAdd(instance) if instance.file == file => {
                let Some(member) = instance.member else { return Vec::new() };
                let Some(track) = self.get_mut(member.sequence) else { return Vec::new() };
                track.insert(member.part, instance.frame, (**instance).clone().into());
                self.remember(instance.id, member.sequence);
                vec![member.sequence]
            }
            Change::InstanceSet { id, set } => self.set_keyframe(*id, set),
            _ => Vec::new(),
        }
    }

    fn set_keyframe(&mut self, id: InstanceId, set: &InstanceSet) -> Vec<SequenceId> {
        let Some(sequence) = self.owner(id) else { return Vec::new() };
        let Some(track) = self.get_mut(sequence) else { return Vec::new() };
        match set {
            InstanceSet::Geometry(geometry) => track.change(id, |keyframe| keyframe.geometry = geometry.clone()),
            InstanceSet::Mark(mark) => track.change(id, |keyframe| drop(keyframe.marks.set(mark.clone()))),
            InstanceSet::Deleted(true) => drop(track.remove(id)),
            InstanceSet::Member(member) => {
                if let Some((frame, _, keyframe)) = track.remove(id)
                    && let Some(member) = member
                    && let Some(other) = self.get_mut(member.sequence)
                {
                    other.insert(member.part, frame, keyframe);
                    self.remember(id, member.sequence);
                    return vec![sequence, member.sequence];
                }
            }
            InstanceSet::Frame(frame) => {
                if let Some((_, part, keyframe)) = track.remove(id) {
                    track.insert(part, *frame, keyframe);
                }
            }
            // The label is the sequence's, and a restored keyframe comes as a new one.
            InstanceSet::Label(_) | InstanceSet::Deleted(false) => return Vec::new(),
        }
        vec![sequence]
    }

    /// Whose keyframe this is.
    pub fn owner(&self, id: InstanceId) -> Option<SequenceId> {
        let recent = self.recent.get(&id).copied().filter(|of| self.get(*of).is_some_and(|track| track.has(id)));
        recent.or_else(|| self.tracks.iter().find(|track| track.has(id)).map(|track| track.sequence.id))
    }

    /// Remembers whose a keyframe is: a change of it, which comes next, names only the keyframe, and to search all of them takes
    /// longer than a frame may.
    pub fn remember(&mut self, id: InstanceId, of: SequenceId) {
        if self.recent.len() >= MAX_RECENT {
            self.recent.pop_first();
        }
        self.recent.insert(id, of);
    }
}

/// See [`Sequences::builder`].
pub struct SequencesBuilder {
    tracks: BTreeMap<SequenceId, (Sequence, Vec<Placed>)>,
    /// The one that keyframes come of just now.
    last: Option<(SequenceId, Vec<Placed>)>,
}

/// Frame, part, keyframe.
type Placed = (u64, u16, Keyframe);

impl SequencesBuilder {
    /// Takes a keyframe; one of a sequence that is not there is dropped.
    pub fn keyframe(&mut self, instance: Instance) {
        let Some(member) = instance.member else { return };
        // They come sequence by sequence: looking each up among very many would cost more than reading it.
        if self.last.as_ref().is_none_or(|(id, _)| *id != member.sequence) {
            self.put_back();
            self.last = self.tracks.get_mut(&member.sequence).map(|(_, list)| (member.sequence, std::mem::take(list)));
        }
        if let Some((_, list)) = &mut self.last {
            list.push((instance.frame, member.part, instance.into()));
        }
    }

    fn put_back(&mut self) {
        if let Some((id, list)) = self.last.take()
            && let Some((_, place)) = self.tracks.get_mut(&id)
        {
            *place = list;
        }
    }

    /// The sequences.
    pub fn build(mut self) -> Sequences {
        self.put_back();
        let tracks = self.tracks.into_values().map(|(sequence, keyframes)| {
            let mut track = Track::new(sequence);
            track.extend(keyframes);
            Arc::new(track)
        });
        Sequences { tracks: tracks.collect(), recent: BTreeMap::new() }
    }
}
