//! One sequence with its keyframes, and what it looks like at a frame.

use super::blend::{Blend, Neighbour, bend_path};
use super::{Member, Motion, Sequence, shown_id};
use crate::geometry::Geometry;
use crate::ids::{InstanceId, RunId};
use crate::instance::Instance;
use crate::marks::{Mark, Marks};
use smallvec::SmallVec;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A keyframe, without what its sequence says already.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyframe {
    /// The instance's own id.
    pub id: InstanceId,
    /// Where it is, in image pixels.
    pub geometry: Geometry,
    /// Flags, order, answers that hold from here on.
    pub marks: Marks,
    /// Seldom there. Boxed to keep millions of keyframes small.
    source: Option<Box<Source>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Source {
    run: Option<RunId>,
    confidence: Option<f32>,
    extra: Option<String>,
}

impl Keyframe {
    /// The run that made it; `None`: a person.
    pub fn run(&self) -> Option<RunId> {
        self.source.as_ref().and_then(|source| source.run)
    }
}

impl From<Instance> for Keyframe {
    fn from(instance: Instance) -> Self {
        let source = Source { run: instance.run, confidence: instance.confidence, extra: instance.extra };
        let is_plain = source.run.is_none() && source.confidence.is_none() && source.extra.is_none();
        let source = (!is_plain).then(|| Box::new(source));
        Self { id: instance.id, geometry: instance.geometry, marks: instance.marks, source }
    }
}

/// How it is known what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// A keyframe is at this very frame; its id.
    Keyframe(InstanceId),
    /// It lies between two keyframes.
    Between,
    /// It stays as its last keyframe is.
    Held,
}

/// What a part of a sequence is at a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// As everything on the canvas is; its id is the same on every frame.
    pub instance: Instance,
    /// How that is known.
    pub presence: Presence,
}

/// Frames on which a part is the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From the first frame to the one behind the last.
    pub frames: Range<u64>,
    /// It is not in the picture.
    pub is_outside: bool,
    /// Something hides a part of it.
    pub is_occluded: bool,
}

/// A sequence with its keyframes.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// What is said about it as a whole.
    pub sequence: Sequence,
    /// By their numbers. Nearly all have one.
    parts: SmallVec<[Part; 1]>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Part {
    number: u16,
    /// The frame of each keyframe, in order. Of several at one frame (two people made one at the same time) the last made counts.
    frames: Vec<u64>,
    keyframes: Vec<Keyframe>,
    /// The first and the last of the frames, kept here since looking them up costs two waits for the memory.
    ends: Option<(u64, u64)>,
    /// Where the last frame was found: the next one that is asked for is near.
    hint: Hint,
    matched: Matched,
}

/// See [`Part::hint`]; any number does no harm.
#[derive(Debug, Default)]
struct Hint(AtomicUsize);

impl Clone for Hint {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Hint {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The stretch that was looked at last, matched: stepping through it asks for it again and again.
#[derive(Debug, Default)]
struct Matched(Mutex<Option<([InstanceId; 2], Arc<Blend>)>>);

/// A copy is about to be changed.
impl Clone for Matched {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Matched {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Matched {
    fn blend(&self, from: &Keyframe, to: &Keyframe) -> Arc<Blend> {
        let ids = [from.id, to.id];
        let matched = || Arc::new(Blend::tied(&from.geometry, &to.geometry, &from.marks.ties));
        let Ok(mut kept) = self.0.lock() else { return matched() };
        match &*kept {
            Some((of, blend)) if *of == ids => blend.clone(),
            _ => {
                let blend = matched();
                *kept = Some((ids, blend.clone()));
                blend
            }
        }
    }

    fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Part {
    /// The keyframe at a frame or the last one before it.
    fn at_or_before(&self, frame: u64) -> Option<usize> {
        let near = self.hint.0.load(Ordering::Relaxed);
        // Where it was last, or one on.
        for at in near..near.saturating_add(2) {
            if self.frames.get(at).is_some_and(|there| *there <= frame) && self.frames.get(at + 1).is_none_or(|next| *next > frame) {
                if at != near {
                    self.hint.0.store(at, Ordering::Relaxed);
                }
                return Some(at);
            }
        }
        let found = self.search(frame)?;
        self.hint.0.store(found, Ordering::Relaxed);
        Some(found)
    }

    /// Looks near where it would be if they were spread evenly, and widens from there: each place that is looked at costs a
    /// wait for the memory, and halving a list of hundreds again and again is twice as many of them.
    fn search(&self, frame: u64) -> Option<usize> {
        let (first, last) = self.ends?;
        if frame < first {
            return None;
        }
        if frame >= last {
            return Some(self.frames.len() - 1);
        }
        let share = (frame - first) as f64 / (last - first) as f64;
        let guess = ((share * (self.frames.len() - 1) as f64) as usize).min(self.frames.len() - 1);
        let (mut low, mut high, mut step) = (guess, guess + 1, 4);
        while low > 0 && self.frames[low] > frame {
            (high, low) = (low, low.saturating_sub(step));
            step *= 2;
        }
        step = 4;
        while high < self.frames.len() && self.frames[high] <= frame {
            (low, high) = (high, (high + step).min(self.frames.len()));
            step *= 2;
        }
        Some(low + self.frames[low..high].partition_point(|at| *at <= frame) - 1)
    }

    /// The next keyframe behind a frame.
    fn after(&self, frame: u64) -> Option<usize> {
        self.behind(self.at_or_before(frame).map_or(0, |at| at + 1))
    }

    /// The keyframe that counts at the frame of this one.
    fn behind(&self, first: usize) -> Option<usize> {
        let frame = *self.frames.get(first)?;
        let same = self.frames[first..].iter().take_while(|at| **at == frame).count();
        Some(first + same - 1)
    }

    fn geometry(&self, at: usize, frame: u64, motion: Motion) -> Geometry {
        let from = &self.keyframes[at];
        let is_between = motion != Motion::Still && self.frames[at] != frame;
        let Some(next) = self.behind(at + 1).filter(|_| is_between) else { return from.geometry.clone() };
        let to = &self.keyframes[next];
        let (start, length) = (self.frames[at], (self.frames[next] - self.frames[at]) as f64);
        let t = (frame - start) as f64 / length;
        // Nothing to match, and most are these.
        if let (Geometry::Box(a), Geometry::Box(b), Motion::Linear) = (&from.geometry, &to.geometry, motion) {
            return Geometry::Box(super::blend::rect(*a, *b, t));
        }
        let blend = self.matched.blend(from, to);
        if motion != Motion::Smooth {
            return blend.at(t);
        }
        let neighbour = |at: Option<usize>| {
            let keyframe = self.keyframes.get(at?).filter(|keyframe| !keyframe.marks.outside)?;
            let far = self.frames[at?] as f64 - start as f64;
            Some(Neighbour { geometry: &keyframe.geometry, at: far / length })
        };
        let before = start.checked_sub(1).and_then(|frame| self.at_or_before(frame));
        bend_path(&from.geometry, &to.geometry, &blend, neighbour(before), neighbour(self.after(self.frames[next])), t)
    }

    fn insert(&mut self, frame: u64, keyframe: Keyframe) {
        self.remove(keyframe.id);
        let mut at = self.frames.partition_point(|other| *other < frame);
        while self.frames.get(at) == Some(&frame) && self.keyframes[at].id < keyframe.id {
            at += 1;
        }
        self.frames.insert(at, frame);
        self.keyframes.insert(at, keyframe);
        self.changed();
    }

    /// Brings what is known of the keyframes in step with them.
    fn changed(&mut self) {
        self.ends = self.frames.first().copied().zip(self.frames.last().copied());
        self.matched.forget();
    }

    fn remove(&mut self, id: InstanceId) -> Option<(u64, Keyframe)> {
        let at = self.keyframes.iter().position(|keyframe| keyframe.id == id)?;
        let removed = (self.frames.remove(at), self.keyframes.remove(at));
        self.changed();
        Some(removed)
    }
}

/// Two neighbouring keyframes, each with its frame.
pub type Ends<'a> = [(u64, &'a Keyframe); 2];

impl Track {
    /// A sequence without keyframes: it is nowhere.
    pub fn new(sequence: Sequence) -> Self {
        Self { sequence, parts: SmallVec::new() }
    }

    /// Takes keyframes in any order: `(frame, part, keyframe)`.
    pub fn extend(&mut self, keyframes: Vec<(u64, u16, Keyframe)>) {
        let mut sorted = keyframes;
        sorted.sort_by_key(|(frame, part, keyframe)| (*part, *frame, keyframe.id));
        for (frame, number, keyframe) in sorted {
            let part = self.part_mut(number);
            if part.frames.last().zip(part.keyframes.last()).is_none_or(|(last, other)| (*last, other.id) < (frame, keyframe.id)) {
                part.frames.push(frame);
                part.keyframes.push(keyframe);
            } else {
                part.insert(frame, keyframe);
            }
        }
        for part in &mut self.parts {
            part.frames.shrink_to_fit();
            part.keyframes.shrink_to_fit();
            part.changed();
        }
    }

    fn part_mut(&mut self, number: u16) -> &mut Part {
        let at = self.parts.partition_point(|part| part.number < number);
        if self.parts.get(at).is_none_or(|part| part.number != number) {
            self.parts.insert(at, Part { number, ..Part::default() });
        }
        &mut self.parts[at]
    }

    fn part(&self, number: u16) -> Option<&Part> {
        self.parts.iter().find(|part| part.number == number)
    }

    /// Adds a keyframe, or puts it in the place of the one with its id.
    pub(super) fn insert(&mut self, part: u16, frame: u64, keyframe: Keyframe) {
        self.part_mut(part).insert(frame, keyframe);
    }

    /// Takes a keyframe out.
    pub(super) fn remove(&mut self, id: InstanceId) -> Option<(u64, u16, Keyframe)> {
        self.parts.iter_mut().find_map(|part| part.remove(id).map(|(frame, keyframe)| (frame, part.number, keyframe)))
    }

    /// Changes a keyframe in place.
    pub(super) fn change(&mut self, id: InstanceId, change: impl FnOnce(&mut Keyframe)) {
        for part in &mut self.parts {
            if let Some(keyframe) = part.keyframes.iter_mut().find(|keyframe| keyframe.id == id) {
                part.matched.forget();
                return change(keyframe);
            }
        }
    }

    /// Whether a keyframe is one of this sequence.
    pub fn has(&self, id: InstanceId) -> bool {
        self.parts.iter().any(|part| part.keyframes.iter().any(|keyframe| keyframe.id == id))
    }

    /// Whether vertices of any keyframe are tied to those of the next one.
    pub fn has_ties(&self) -> bool {
        self.parts.iter().any(|part| part.keyframes.iter().any(|keyframe| !keyframe.marks.ties.is_empty()))
    }

    /// A keyframe as the log has it.
    pub fn instance(&self, id: InstanceId) -> Option<Instance> {
        let at = |part: &Part| part.keyframes.iter().position(|keyframe| keyframe.id == id);
        let (part, at) = self.parts.iter().find_map(|part| Some((part, at(part)?)))?;
        let (frame, keyframe) = (part.frames[at], &part.keyframes[at]);
        let member = Some(Member { sequence: self.sequence.id, part: part.number });
        let plain = Instance::new(id, self.sequence.file, frame, self.sequence.label, keyframe.geometry.clone());
        let source = keyframe.source.as_deref().cloned().unwrap_or_default();
        Some(Instance {
            marks: keyframe.marks.clone(),
            run: source.run,
            confidence: source.confidence,
            extra: source.extra,
            member,
            ..plain
        })
    }

    /// The numbers of its parts.
    pub fn parts(&self) -> impl Iterator<Item = u16> + '_ {
        self.parts.iter().map(|part| part.number)
    }

    /// The keyframes of a part in order, each with its frame.
    pub fn keyframes(&self, part: u16) -> impl DoubleEndedIterator<Item = (u64, &Keyframe)> {
        self.part(part).into_iter().flat_map(|part| part.frames.iter().copied().zip(&part.keyframes))
    }

    /// Keyframes of all parts.
    pub fn num_keyframes(&self) -> usize {
        self.parts.iter().map(|part| part.frames.len()).sum()
    }

    /// The next frame behind this one that has a keyframe of any part.
    pub fn next_keyframe(&self, frame: u64) -> Option<u64> {
        self.parts.iter().filter_map(|part| Some(part.frames[part.after(frame)?])).min()
    }

    /// The last frame before this one that has a keyframe of any part.
    pub fn previous_keyframe(&self, frame: u64) -> Option<u64> {
        let before = frame.checked_sub(1)?;
        self.parts.iter().filter_map(|part| Some(part.frames[part.at_or_before(before)?])).max()
    }

    /// The first frame with a keyframe.
    pub fn first_frame(&self) -> Option<u64> {
        self.parts.iter().filter_map(|part| part.frames.first().copied()).min()
    }

    /// The last frame with a keyframe.
    pub fn last_frame(&self) -> Option<u64> {
        self.parts.iter().filter_map(|part| part.frames.last().copied()).max()
    }

    /// The keyframe of a part at this very frame.
    pub fn keyframe_at(&self, part: u16, frame: u64) -> Option<&Keyframe> {
        let part = self.part(part)?;
        let at = part.at_or_before(frame)?;
        (part.frames[at] == frame).then(|| &part.keyframes[at])
    }

    /// The keyframe of a part at or before a frame and the one behind it, each with its frame, and how they are matched.
    pub fn stretch(&self, number: u16, frame: u64) -> Option<(Ends<'_>, Arc<Blend>)> {
        let part = self.part(number)?;
        let at = part.at_or_before(frame)?;
        let next = part.behind(at + 1)?;
        let ends = [at, next].map(|at| (part.frames[at], &part.keyframes[at]));
        Some((ends, part.matched.blend(ends[0].1, ends[1].1)))
    }

    /// What a part is at a frame; `None` where it is not in the picture.
    pub fn shown(&self, number: u16, frame: u64) -> Option<Shown> {
        self.state(number, frame).filter(|shown| !shown.instance.marks.outside)
    }

    /// Adds every part that is in the picture at a frame.
    pub(super) fn add_shown(&self, frame: u64, there: &mut Vec<Instance>) {
        if self.is_gone(frame) || self.sequence.marks.outside {
            return;
        }
        for part in &self.parts {
            if let Some(at) = part.at_or_before(frame)
                && !part.keyframes[at].marks.outside
            {
                there.push(self.seen(part, at, frame));
            }
        }
    }

    fn is_gone(&self, frame: u64) -> bool {
        self.sequence.is_deleted || self.sequence.exit.is_some_and(|exit| frame >= exit)
    }

    /// As [`Self::shown`], also where it is marked as outside; `None` only before the first keyframe and from the exit on.
    pub fn state(&self, number: u16, frame: u64) -> Option<Shown> {
        self.state_of(self.part(number)?, frame)
    }

    fn state_of(&self, part: &Part, frame: u64) -> Option<Shown> {
        if self.is_gone(frame) {
            return None;
        }
        let at = part.at_or_before(frame)?;
        let presence = match part.frames[at] == frame {
            true => Presence::Keyframe(part.keyframes[at].id),
            false if at + 1 < part.frames.len() => Presence::Between,
            false => Presence::Held,
        };
        Some(Shown { instance: self.seen(part, at, frame), presence })
    }

    /// What a part is at a frame, which has this keyframe at or before it.
    fn seen(&self, part: &Part, at: usize, frame: u64) -> Instance {
        let (sequence, keyframe) = (&self.sequence, &part.keyframes[at]);
        // What is not in the picture does not move.
        let motion = if keyframe.marks.outside { Motion::Still } else { sequence.motion };
        let mut marks = keyframe.marks.clone();
        if !marks.ties.is_empty() {
            // They are of the keyframe; what is shown has gone by them.
            marks.set(Mark::Ties(Vec::new()));
        }
        if !sequence.marks.is_none() {
            sequence.marks.set_ones().for_each(|mark| drop(marks.set(mark)));
        }
        let member = Member { sequence: sequence.id, part: part.number };
        let source = keyframe.source.as_deref();
        Instance {
            id: shown_id(member),
            file: sequence.file,
            frame,
            label: sequence.label,
            geometry: part.geometry(at, frame, motion),
            marks,
            run: source.and_then(|source| source.run),
            confidence: source.and_then(|source| source.confidence),
            extra: source.and_then(|source| source.extra.clone()),
            member: Some(member),
        }
    }

    /// Where a part is in the picture, outside, or hidden in part, in order, up to `end` (the number of frames).
    pub fn stretches(&self, number: u16, end: u64) -> Vec<Stretch> {
        let end = self.sequence.exit.unwrap_or(end).min(end);
        let mut stretches: Vec<Stretch> = Vec::new();
        for (frame, keyframe) in self.keyframes(number).filter(|(frame, _)| *frame < end) {
            let (is_outside, is_occluded) = (keyframe.marks.outside, keyframe.marks.occluded);
            match stretches.last_mut() {
                Some(last) if (last.is_outside, last.is_occluded) == (is_outside, is_occluded) => continue,
                Some(last) => last.frames.end = frame,
                None => {}
            }
            stretches.push(Stretch { frames: frame..end, is_outside, is_occluded });
        }
        stretches.retain(|stretch| !stretch.frames.is_empty());
        stretches
    }
}
