//! Stretches of a video that were looked through before all of it was: each under a version of the schema of its own.

use super::{IN_FORCE, Looked};
use crate::log::FileSet;
use std::collections::BTreeMap;

/// Stretches that are told one by one.
const MOST_TOLD: usize = 3;

/// Frames of a video that were looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookedStretch {
    /// The first of them.
    pub first: u64,
    /// The last of them.
    pub last: u64,
    /// The version of the schema that they were looked through under, [`IN_FORCE`] for the newest.
    pub under: u64,
    /// Labels are offered now that were not then, or required questions are open that were not asked then, so that somebody has to
    /// look again.
    pub is_behind: bool,
}

impl Looked {
    /// The stretches without overlaps, in order; where two people looked, the later version counts. One without a frame is none.
    pub fn covered(&self) -> Vec<LookedStretch> {
        // What comes last lies on top.
        let mut all: Vec<LookedStretch> = self.stretches.iter().copied().filter(|stretch| stretch.first <= stretch.last).collect();
        all.sort_by_key(|stretch| (!stretch.is_behind, if stretch.under == IN_FORCE { u64::MAX } else { stretch.under }));
        let mut covered: Vec<LookedStretch> = Vec::new();
        for stretch in all {
            covered = without(covered, stretch.first, stretch.last);
            covered.push(stretch);
        }
        covered.sort_by_key(|stretch| stretch.first);
        covered.dedup_by(|next, before| {
            let goes_on = before.last.checked_add(1) == Some(next.first) && before.is_behind == next.is_behind;
            if goes_on && before.under == next.under {
                before.last = next.last;
            }
            goes_on && before.under == next.under
        });
        covered
    }

    /// The stretch that a frame is in.
    pub fn stretch_at(&self, frame: u64) -> Option<LookedStretch> {
        self.covered().into_iter().find(|stretch| (stretch.first..=stretch.last).contains(&frame))
    }

    /// How many of a video's frames were looked through under what is offered now.
    pub fn num_looked(&self, frames: u64) -> u64 {
        let within = |stretch: &LookedStretch| (stretch.last.saturating_add(1)).min(frames).saturating_sub(stretch.first);
        self.covered().iter().filter(|stretch| !stretch.is_behind).map(within).sum()
    }

    /// The first frame from this one on, or else from the beginning on, that is still to be looked through.
    pub fn next_unlooked(&self, from: u64, frames: u64) -> Option<u64> {
        let covered = self.covered();
        let first_after = |mut frame: u64| {
            for stretch in covered.iter().filter(|stretch| !stretch.is_behind) {
                if (stretch.first..=stretch.last).contains(&frame) {
                    frame = stretch.last.saturating_add(1);
                }
            }
            Some(frame).filter(|frame| *frame < frames)
        };
        first_after(from).or_else(|| first_after(0))
    }

    /// Where a stretch begins that ends at this frame and takes up what was done before: behind the last frame that was looked
    /// through.
    pub fn begin_before(&self, frame: u64) -> u64 {
        let done = self.covered().into_iter().rev().find(|stretch| !stretch.is_behind && stretch.first <= frame);
        match done {
            Some(stretch) if stretch.last >= frame => stretch.first,
            Some(stretch) => stretch.last + 1,
            None => 0,
        }
    }

    /// What says that these frames were looked through under the version in force; empty when that is said already.
    pub fn say(&self, first: u64, last: u64) -> Vec<FileSet> {
        let covered = self.covered();
        if covered.iter().any(|stretch| !stretch.is_behind && stretch.first <= first && last <= stretch.last) {
            return Vec::new();
        }
        let (mut from, mut to) = (first, last);
        for stretch in covered.iter().filter(|stretch| !stretch.is_behind) {
            if stretch.first <= last.saturating_add(1) && first <= stretch.last.saturating_add(1) {
                (from, to) = (from.min(stretch.first), to.max(stretch.last));
            }
        }
        let mut now = without(covered, from, to);
        now.push(LookedStretch { first: from, last: to, under: IN_FORCE, is_behind: false });
        self.sets(&now)
    }

    /// What says so no longer.
    pub fn unsay(&self, first: u64, last: u64) -> Vec<FileSet> {
        self.sets(&without(self.covered(), first, last))
    }

    /// What makes these of the stretches that there are.
    fn sets(&self, now: &[LookedStretch]) -> Vec<FileSet> {
        let value = |stretch: &LookedStretch| (stretch.first, (stretch.last, stretch.under));
        let before: BTreeMap<u64, (u64, u64)> = self.stretches.iter().map(value).collect();
        let now: BTreeMap<u64, (u64, u64)> = now.iter().map(value).collect();
        let gone = before.keys().filter(|first| !now.contains_key(first)).map(|first| FileSet::Stretch { first: *first, looked: None });
        let new = now.iter().filter(|(first, looked)| before.get(first) != Some(looked));
        gone.chain(new.map(|(first, looked)| FileSet::Stretch { first: *first, looked: Some(*looked) })).collect()
    }

    /// Takes over what the log says of a stretch.
    pub fn take_stretch(&mut self, first: u64, looked: Option<(u64, u64)>) {
        self.stretches.retain(|stretch| stretch.first != first);
        if let Some((last, under)) = looked {
            let at = self.stretches.partition_point(|stretch| stretch.first < first);
            self.stretches.insert(at, LookedStretch { first, last, under, is_behind: false });
        }
    }
}

/// The first few of them, such as "frames 0 to 99, 200 to 240 looked through; 100 to 150 not for labels that came later".
pub(super) fn told(covered: &[LookedStretch]) -> String {
    let named = |is_behind: bool| {
        let mut rows: Vec<_> = covered.iter().copied().filter(|stretch| stretch.is_behind == is_behind).collect();
        // Under whatever version, if it counts as much.
        rows.dedup_by(|next, before| {
            let goes_on = before.last.checked_add(1) == Some(next.first);
            before.last = if goes_on { next.last } else { before.last };
            goes_on
        });
        let mut names: Vec<String> = rows.iter().take(MOST_TOLD).map(|stretch| format!("{} to {}", stretch.first, stretch.last)).collect();
        if rows.len() > MOST_TOLD {
            names.push(format!("{} more stretches", rows.len() - MOST_TOLD));
        }
        names.join(", ")
    };
    match (named(false), named(true)) {
        (now, before) if before.is_empty() => format!("frames {now} looked through"),
        (now, before) if now.is_empty() => format!("frames {before} looked through, but not for labels that came later"),
        (now, before) => format!("frames {now} looked through; {before} not for labels that came later"),
    }
}

/// Stretches without the frames of a row.
fn without(stretches: Vec<LookedStretch>, first: u64, last: u64) -> Vec<LookedStretch> {
    let parts = |stretch: LookedStretch| {
        let overlaps = stretch.first <= last && first <= stretch.last;
        let left =
            overlaps.then(|| first.checked_sub(1)).map(|end| end.map(|end| LookedStretch { last: end.min(stretch.last), ..stretch }));
        let right = overlaps
            .then(|| last.checked_add(1))
            .map(|begin| begin.map(|begin| LookedStretch { first: begin.max(stretch.first), ..stretch }));
        let whole = (!overlaps).then_some(stretch);
        whole.into_iter().chain(left.flatten()).chain(right.flatten()).filter(|part| part.first <= part.last)
    };
    stretches.into_iter().flat_map(parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAMES: u64 = 24;

    fn stretch(first: u64, last: u64, under: u64) -> LookedStretch {
        LookedStretch { first, last, under, is_behind: under == 1 }
    }

    fn of(stretches: &[LookedStretch]) -> Looked {
        Looked { stretches: stretches.to_vec(), ..Looked::default() }
    }

    /// The version of each frame, and whether that is behind.
    fn frames(looked: &Looked) -> Vec<Option<(u64, bool)>> {
        (0..FRAMES).map(|frame| looked.stretch_at(frame).map(|stretch| (stretch.under, stretch.is_behind))).collect()
    }

    fn apply(looked: &mut Looked, sets: Vec<FileSet>) {
        let behind: Vec<u64> = looked.stretches.iter().filter(|stretch| stretch.is_behind).map(|stretch| stretch.under).collect();
        for set in sets {
            let FileSet::Stretch { first, looked: value } = set else { panic!("{set:?}") };
            looked.take_stretch(first, value);
        }
        looked.stretches.iter_mut().for_each(|stretch| stretch.is_behind = behind.contains(&stretch.under));
    }

    #[test]
    fn each_stretch_goes_on_where_the_last_one_ended() {
        let mut looked = Looked::default();
        assert_eq!((looked.begin_before(9), looked.next_unlooked(5, FRAMES)), (0, Some(5)));
        let sets = looked.say(0, 9);
        apply(&mut looked, sets);
        assert_eq!((looked.begin_before(15), looked.begin_before(4)), (10, 0));
        assert_eq!(looked.next_unlooked(3, FRAMES), Some(10));
        let sets = looked.say(10, 15);
        apply(&mut looked, sets);
        assert_eq!(looked.covered(), [stretch(0, 15, IN_FORCE)], "one, not two");
        assert_eq!((looked.num_looked(FRAMES), looked.num_looked(10)), (16, 10));
        assert_eq!(looked.say(3, 12), [], "that is said already");
        let sets = looked.say(20, FRAMES - 1);
        apply(&mut looked, sets);
        assert_eq!(looked.next_unlooked(20, FRAMES), Some(16), "from the beginning on");
        let sets = looked.say(16, 19);
        apply(&mut looked, sets);
        assert_eq!((looked.next_unlooked(0, FRAMES), looked.num_looked(FRAMES)), (None, FRAMES));
    }

    #[test]
    fn where_labels_came_later_somebody_looks_again() {
        let mut looked = of(&[stretch(0, 20, 1)]);
        assert_eq!((looked.num_looked(FRAMES), looked.next_unlooked(0, FRAMES)), (0, Some(0)));
        let sets = looked.say(5, 9);
        apply(&mut looked, sets);
        assert_eq!(looked.covered(), [stretch(0, 4, 1), stretch(5, 9, IN_FORCE), stretch(10, 20, 1)]);
    }

    #[test]
    fn foreign_numbers_do_no_harm() {
        let looked = of(&[stretch(7, 3, 2), stretch(0, u64::MAX, 2), stretch(u64::MAX, u64::MAX, 1)]);
        assert_eq!(looked.covered(), [stretch(0, u64::MAX, 2)]);
        assert_eq!((looked.num_looked(FRAMES), looked.next_unlooked(0, FRAMES), looked.begin_before(9)), (FRAMES, None, 0));
        assert_eq!(looked.unsay(0, u64::MAX).len(), 3);
    }

    proptest! {
        #[test]
        fn what_is_said_holds_for_these_frames_and_changes_no_other(
            stretches in prop::collection::btree_map(0..FRAMES, (0..FRAMES, 1..4_u64), 0..6),
            first in 0..FRAMES, len in 0..FRAMES, says: bool,
        ) {
            let stretches: Vec<_> = stretches.into_iter().map(|(first, (len, under))| stretch(first, (first + len).min(FRAMES - 1), under)).collect();
            let (mut looked, last) = (of(&stretches), (first + len).min(FRAMES - 1));
            // Overlaps: the later version counts.
            for (frame, found) in frames(&looked).into_iter().enumerate() {
                let under = stretches.iter().filter(|it| (it.first..=it.last).contains(&(frame as u64))).map(|it| it.under).max();
                prop_assert_eq!(found.map(|(under, _)| under), under);
            }
            let before = frames(&looked);
            let sets = if says { looked.say(first, last) } else { looked.unsay(first, last) };
            apply(&mut looked, sets);
            let mut registers: Vec<u64> = looked.stretches.iter().map(|it| it.first).collect();
            registers.dedup();
            prop_assert_eq!(registers.len(), looked.stretches.len());
            for (frame, (before, now)) in before.into_iter().zip(frames(&looked)).enumerate() {
                if (first..=last).contains(&(frame as u64)) {
                    prop_assert_eq!(now.is_some_and(|(_, is_behind)| !is_behind), says);
                } else {
                    prop_assert_eq!(now.map(|(_, is_behind)| is_behind), before.map(|(_, is_behind)| is_behind));
                }
            }
        }
    }
}
