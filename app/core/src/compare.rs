//! What is different between two states of a file, such as a named one and now: an earlier one (then) and a later one (now).

use crate::event::Frames;
use crate::instance::Instance;
use crate::marks::{Mark, Marks};
use crate::sequence::{Motion, Sequences, Track};
use crate::{InstanceId, SequenceId};
use std::collections::{BTreeMap, BTreeSet};

/// What stood on all frames of a file.
#[derive(Clone, Debug, Default)]
pub struct FileState {
    /// What goes on through its frames.
    pub sequences: Sequences,
    /// What is on one frame alone, by frame.
    pub single: BTreeMap<u64, Vec<Instance>>,
}

impl FileState {
    /// All that was in the picture at a frame.
    pub fn at(&self, frame: u64) -> Vec<Instance> {
        let mut all = self.single.get(&frame).cloned().unwrap_or_default();
        all.extend(self.sequences.at(frame));
        all
    }
}

/// How an instance differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is there now and was not then.
    Added,
    /// It was there then and is not now.
    Removed,
    /// Its label, place, form, marks or answers are others.
    Changed,
}

/// A difference on one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Which instance.
    pub id: InstanceId,
    /// How.
    pub kind: Kind,
    /// What it was then.
    pub then: Option<Instance>,
    /// What it is now.
    pub now: Option<Instance>,
}

/// Whether a person would call both the same. That it was approved meanwhile is no difference.
fn is_same(then: &Instance, now: &Instance) -> bool {
    let without = |marks: &Marks| {
        let mut marks = marks.clone();
        marks.set(Mark::Approved(false));
        marks
    };
    then.label == now.label && then.geometry == now.geometry && (then.marks == now.marks || without(&then.marks) == without(&now.marks))
}

/// How an instance differs; `None`: it does not.
pub fn difference(id: InstanceId, then: Option<&Instance>, now: Option<&Instance>) -> Option<Difference> {
    let kind = match (then, now) {
        (None, Some(_)) => Kind::Added,
        (Some(_), None) => Kind::Removed,
        (Some(then), Some(now)) if !is_same(then, now) => Kind::Changed,
        _ => return None,
    };
    Some(Difference { id, kind, then: then.cloned(), now: now.cloned() })
}

/// What differs on a frame, in the order of the instances' ids.
pub fn differences<'a>(then: &'a [Instance], now: impl Iterator<Item = &'a Instance>) -> Vec<Difference> {
    let mut both: BTreeMap<InstanceId, [Option<&Instance>; 2]> = BTreeMap::new();
    for (of, instance) in then.iter().map(|one| (0, one)).chain(now.map(|one| (1, one))) {
        both.entry(instance.id).or_default()[of] = Some(instance);
    }
    both.into_iter().filter_map(|(id, [then, now])| difference(id, then, now)).collect()
}

/// The frames outside of which nothing differs, in order and apart from each other; `end` is the number of frames. Frames in them
/// may be the same, where what differs happens to be so.
pub fn different_frames(then: &FileState, now: &FileState, end: u64) -> Vec<Frames> {
    let Some(last) = end.checked_sub(1) else { return Vec::new() };
    let mut ranges: Vec<Frames> = Vec::new();
    let singles: BTreeSet<u64> = then.single.keys().chain(now.single.keys()).copied().collect();
    let none = Vec::new();
    for frame in singles {
        let [then, now] = [then, now].map(|state| state.single.get(&frame).unwrap_or(&none));
        if !differences(then, now.iter()).is_empty() {
            ranges.push(Frames::new(frame, frame));
        }
    }
    let ids: BTreeSet<SequenceId> = then.sequences.tracks().chain(now.sequences.tracks()).map(|track| track.sequence.id).collect();
    let live = |sequences: &Sequences, id| sequences.get(id).filter(|track| !track.sequence.is_deleted).cloned();
    for id in ids {
        match (live(&then.sequences, id), live(&now.sequences, id)) {
            (Some(then), Some(now)) => of_tracks(&then, &now, last, &mut ranges),
            (Some(track), None) | (None, Some(track)) => {
                ranges.extend(track.first_frame().map(|first| Frames::new(first, last.max(first))))
            }
            (None, None) => {}
        }
    }
    ranges.retain(|range| range.first() <= last);
    ranges.sort_unstable();
    let mut apart: Vec<Frames> = Vec::new();
    for range in ranges {
        let range = Frames::new(range.first(), range.last().min(last));
        match apart.last_mut() {
            Some(before) if range.first() <= before.last().saturating_add(1) => {
                *before = Frames::new(before.first(), before.last().max(range.last()))
            }
            _ => apart.push(range),
        }
    }
    apart
}

/// Where a sequence differs from itself.
fn of_tracks(then: &Track, now: &Track, last: u64, ranges: &mut Vec<Frames>) {
    if then == now {
        return;
    }
    let (a, b) = (&then.sequence, &now.sequence);
    let mut marks = a.marks.clone();
    marks.set(Mark::Approved(b.marks.approved));
    if (a.label, a.motion, a.exit, &marks) != (b.label, b.motion, b.exit, &b.marks) {
        let first = then.first_frame().into_iter().chain(now.first_frame()).min().unwrap_or(0);
        return ranges.push(Frames::new(first, last.max(first)));
    }
    // A curve through the keyframes is bent by those next to its neighbours, too.
    let reach = if a.motion == Motion::Smooth { 2 } else { 1 };
    let parts: BTreeSet<u16> = then.parts().chain(now.parts()).collect();
    for part in parts {
        let [then, now] =
            [then, now].map(|track| track.keyframes(part).map(|(frame, keyframe)| (frame, keyframe.clone())).collect::<BTreeMap<_, _>>());
        let frames: Vec<u64> = then.keys().chain(now.keys()).copied().collect::<BTreeSet<_>>().into_iter().collect();
        for (at, frame) in frames.iter().enumerate() {
            let is_same = match (then.get(frame), now.get(frame)) {
                (Some(a), Some(b)) => a.geometry == b.geometry && a.marks == b.marks,
                _ => false,
            };
            if !is_same {
                let first = at.checked_sub(reach).map_or(frames[0], |before| frames[before]);
                let end = frames.get(at + reach).copied().unwrap_or(last);
                ranges.push(Frames::new(first, end.max(*frame)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Geometry, Rect};
    use crate::ids::{FileId, LabelId};
    use crate::sequence::{Member, Sequence};
    use proptest::prelude::*;

    const END: u64 = 30;

    fn file() -> FileId {
        FileId::from_parts(1, [1; 10])
    }

    fn boxed(x: i32) -> Geometry {
        Geometry::Box(Rect::from_xywh(f64::from(x), 0.0, 5.0, 5.0))
    }

    /// Of each sequence: smooth or straight, exit, keyframes with place and whether they are outside.
    type Given = Vec<(bool, Option<u64>, BTreeMap<u64, (i32, bool)>)>;

    fn state(tracks: &Given, singles: &BTreeMap<u64, i32>) -> FileState {
        let (mut sequences, mut keyframes) = (Vec::new(), Vec::new());
        for (number, (smooth, exit, frames)) in tracks.iter().enumerate() {
            let id = SequenceId::from_parts(number as u64 + 1, [2; 10]);
            let mut sequence = Sequence::new(id, file(), number as u32, LabelId(1));
            (sequence.exit, sequence.motion) = (*exit, if *smooth { Motion::Smooth } else { Motion::Linear });
            sequences.push(sequence);
            for (frame, (x, outside)) in frames {
                let id = InstanceId::from_parts(number as u64 * 100 + frame, [3; 10]);
                let mut keyframe = Instance::new(id, file(), *frame, LabelId(1), boxed(*x));
                keyframe.member = Some(Member { sequence: SequenceId::from_parts(number as u64 + 1, [2; 10]), part: 0 });
                keyframe.marks.set(Mark::Outside(*outside));
                keyframes.push(keyframe);
            }
        }
        let single = |(frame, x): (&u64, &i32)| {
            let id = InstanceId::from_parts(1000 + frame, [4; 10]);
            (*frame, vec![Instance::new(id, file(), *frame, LabelId(1), boxed(*x))])
        };
        FileState { sequences: Sequences::new(sequences, keyframes), single: singles.iter().map(single).collect() }
    }

    fn given() -> impl Strategy<Value = (Given, BTreeMap<u64, i32>)> {
        let frames = prop::collection::btree_map(0..END, (0..4, prop::bool::weighted(0.1)), 1..9);
        let track = (any::<bool>(), prop::option::weighted(0.3, 1..END), frames);
        (prop::collection::vec(track, 0..3), prop::collection::btree_map(0..END, 0..3, 0..4))
    }

    proptest! {
        #[test]
        fn outside_of_the_frames_nothing_differs((then, then_single) in given(), (other, now_single) in given(), mix in prop::collection::vec((0..3_u8, 0..9_usize, 0..4), 3)) {
            // Often a sequence is as it was, or is moved at one keyframe.
            let now: Given = then.iter().zip(&mix).enumerate().filter_map(|(at, (old, (how, which, x)))| match how {
                0 => other.get(at).cloned(),
                1 => Some(old.clone()),
                _ => {
                    let mut new = old.clone();
                    if let Some(keyframe) = new.2.values_mut().nth(*which) {
                        keyframe.0 = *x;
                    }
                    Some(new)
                }
            }).collect();
            let (then, now) = (state(&then, &then_single), state(&now, &now_single));
            let ranges = different_frames(&then, &now, END);
            prop_assert!(ranges.windows(2).all(|pair| pair[0].last() + 1 < pair[1].first()));
            for frame in 0..END {
                let found = differences(&then.at(frame), now.at(frame).iter());
                prop_assert!(found.is_empty() || ranges.iter().any(|range| range.has(frame)), "frame {} {:?}", frame, ranges);
            }
            prop_assert!(different_frames(&then, &then, END).is_empty());
        }
    }

    #[test]
    fn a_moved_keyframe_differs_up_to_its_neighbours() {
        let track = |x| vec![(false, None, BTreeMap::from([(5, (0, false)), (10, (x, false)), (20, (0, false))]))];
        let (then, now) = (state(&track(1), &BTreeMap::new()), state(&track(2), &BTreeMap::new()));
        assert_eq!(different_frames(&then, &now, END), [Frames::new(5, 20)]);
        let found = differences(&then.at(7), now.at(7).iter());
        assert_eq!((found.len(), found[0].kind), (1, Kind::Changed));
        assert!(different_frames(&then, &now, 0).is_empty());
    }

    #[test]
    fn what_came_and_went_is_told() {
        let (then, now) = (state(&Vec::new(), &BTreeMap::from([(3, 1)])), state(&Vec::new(), &BTreeMap::from([(4, 1)])));
        let kinds = |frame| differences(&then.at(frame), now.at(frame).iter()).iter().map(|one| one.kind).collect::<Vec<_>>();
        assert_eq!((kinds(3), kinds(4), kinds(5)), (vec![Kind::Removed], vec![Kind::Added], vec![]));
        let mut approved = then.clone();
        for instance in approved.single.values_mut().flatten() {
            instance.marks.set(Mark::Approved(true));
        }
        assert!(differences(&then.at(3), approved.at(3).iter()).is_empty());
    }
}
