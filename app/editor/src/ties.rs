//! Ties between vertices of neighbouring keyframes, kept up while keyframes change. Where an edit tells which vertex went where,
//! they follow; where it does not, they go in the same step, and vertices match by themselves again.

use crate::editor::Editor;
use limn_core::log::{Change, InstanceSet};
use limn_core::sequence::blend::carried;
use limn_core::sequence::tie::Followed;
use limn_core::sequence::{Keyframe, Member, Motion, Tie};
use limn_core::{Geometry, ImagePos, InstanceId, Mark, SequenceId, Sequences};
use std::collections::{BTreeMap, BTreeSet};

impl Editor {
    /// Adds to changes what they mean for ties.
    pub(crate) fn follow_ties(&self, changes: &mut Vec<Change>) {
        let Some(file) = self.sequences_of else { return };
        let mut touched: BTreeSet<SequenceId> = BTreeSet::new();
        for change in changes.iter() {
            match change {
                Change::InstanceAdd(instance) => touched.extend(instance.member.map(|member| member.sequence)),
                Change::InstanceSet { id, set: InstanceSet::Geometry(_) | InstanceSet::Deleted(_) } => {
                    touched.extend(self.sequences.owner(*id));
                }
                Change::InstanceSet { id, set: InstanceSet::Member(member) } => {
                    touched.extend(self.sequences.owner(*id));
                    touched.extend(member.map(|member| member.sequence));
                }
                _ => {}
            }
        }
        let before = self.sequences.only(&touched);
        if !before.tracks().any(|track| track.has_ties()) {
            return;
        }
        let mut after = before.clone();
        changes.iter().for_each(|change| drop(after.apply(file, change)));
        // Keyframes of other sequences that come in between are no edits of what was shown there.
        let is_of_one = !changes.iter().any(|change| matches!(change, Change::InstanceSet { set: InstanceSet::Member(_), .. }));
        let following = Following::new(&before, &after, is_of_one);
        let mut wanted: Vec<(InstanceId, Vec<Tie>)> = Vec::new();
        for (member, list) in lists(&after) {
            for pair in list.windows(2).filter(|pair| pair[0].0 < pair[1].0) {
                let now = following.ties(member, pair[0], pair[1]);
                wanted.extend(now.filter(|ties| *ties != pair[0].1.marks.ties).map(|ties| (pair[0].1.id, ties)));
            }
        }
        for (id, ties) in wanted {
            let new = changes.iter_mut().find_map(|change| match change {
                Change::InstanceAdd(instance) if instance.id == id => Some(instance),
                _ => None,
            });
            match new {
                Some(new) => drop(new.marks.set(Mark::Ties(ties))),
                None => changes.push(Change::InstanceSet { id, set: InstanceSet::Mark(Mark::Ties(ties)) }),
            }
        }
    }
}

/// A keyframe with its frame.
type Placed<'a> = (u64, &'a Keyframe);

fn lists(sequences: &Sequences) -> Vec<(Member, Vec<Placed<'_>>)> {
    let of_part = |sequence: SequenceId, part| Member { sequence, part };
    let all = sequences.tracks().flat_map(|track| track.parts().map(move |part| (track, part)));
    all.map(|(track, part)| (of_part(track.sequence.id, part), track.keyframes(part).collect())).collect()
}

/// Which list of keyframes, and which of it.
type At = (usize, usize);

struct Following<'a> {
    before: Vec<(Member, Vec<Placed<'a>>)>,
    by_id: BTreeMap<InstanceId, At>,
    /// Those that are no more.
    gone: Vec<At>,
    all: &'a Sequences,
    is_of_one: bool,
}

impl<'a> Following<'a> {
    fn new(all: &'a Sequences, after: &Sequences, is_of_one: bool) -> Self {
        let before = lists(all);
        let placed = |(list, (_, keyframes)): (usize, &(Member, Vec<Placed<'a>>))| {
            keyframes.iter().enumerate().map(move |(at, (_, keyframe))| (keyframe.id, (list, at))).collect::<Vec<_>>()
        };
        let by_id: BTreeMap<InstanceId, At> = before.iter().enumerate().flat_map(placed).collect();
        let left: BTreeSet<InstanceId> = lists(after).iter().flat_map(|(_, list)| list.iter().map(|(_, keyframe)| keyframe.id)).collect();
        let gone = by_id.iter().filter(|(id, _)| !left.contains(id)).map(|(_, at)| *at).collect();
        Self { before, by_id, gone, all, is_of_one }
    }

    /// What a keyframe was before. A new one may stand for one that is gone: at its frame, or moved to another frame.
    fn origin(&self, member: Member, (frame, keyframe): Placed<'_>) -> Option<At> {
        let find = |is_it: &dyn Fn(Placed<'a>) -> bool| {
            self.gone.iter().copied().find(|(list, at)| self.before[*list].0 == member && is_it(self.before[*list].1[*at]))
        };
        let by_id = self.by_id.get(&keyframe.id).copied();
        by_id.or_else(|| find(&|old| old.0 == frame)).or_else(|| find(&|old| old.1.geometry == keyframe.geometry))
    }

    /// The ties of a keyframe to the next one; `None`: as they are.
    fn ties(&self, member: Member, from: Placed<'_>, to: Placed<'_>) -> Option<Vec<Tie>> {
        match (self.origin(member, from), self.origin(member, to)) {
            (Some((list, first)), Some((other, last))) if list == other && first < last => {
                let (_, list) = &self.before[list];
                let (old_from, old_to) = (list[first].1, list[last].1);
                if first + 1 == last && old_from.id == from.1.id && old_from.geometry == from.1.geometry && old_to.geometry == to.1.geometry
                {
                    return None;
                }
                // What is tied through keyframes that are gone is tied.
                let through = |ties: Vec<Tie>, (_, next): &Placed<'_>| -> Vec<Tie> {
                    let on = |tie: Tie| next.marks.ties.iter().find(|it| it.from == tie.to).map(|it| Tie { from: tie.from, to: it.to });
                    ties.into_iter().filter_map(on).collect()
                };
                let ties = list[first + 1..last].iter().fold(old_from.marks.ties.clone(), through);
                Some(moved(&ties, &old_from.geometry, &from.1.geometry, &old_to.geometry, &to.1.geometry))
            }
            (Some(_), Some(_)) => None,
            (old_from, old_to) => self.divided(member, (from, old_from.is_some()), (to, old_to.is_some())),
        }
    }

    /// The ties where a new keyframe divides a stretch: vertices are where those between were.
    fn divided(&self, member: Member, (from, is_old): (Placed<'_>, bool), (to, is_next_old): (Placed<'_>, bool)) -> Option<Vec<Tie>> {
        let track = self.all.get(member.sequence).filter(|_| self.is_of_one)?;
        let (ends, blend) = track.stretch(member.part, from.0)?;
        let [(first, old_from), (last, old_to)] = ends;
        let is_inside = to.0 <= last && (!is_old || first == from.0) && (!is_next_old || last == to.0);
        if !is_inside || old_from.marks.ties.is_empty() {
            return None;
        }
        // What does not move lies between as it lies at its keyframe.
        let is_still = track.sequence.motion == Motion::Still || old_from.marks.outside;
        let place = |tie: &Tie, now: Placed<'_>| -> Option<ImagePos> {
            let between = track.state(member.part, now.0)?.instance.geometry;
            let there = if is_still { Some(tie.from) } else { carried(&blend, tie, &between) };
            Followed::new(&between, &now.1.geometry).place(there?)
        };
        let at_end = |old: &Geometry, now: &Geometry, there: ImagePos| Followed::new(old, now).place(there);
        let tie = |tie: &Tie| {
            let one = if is_old { at_end(&old_from.geometry, &from.1.geometry, tie.from) } else { place(tie, from) };
            let other = if is_next_old { at_end(&old_to.geometry, &to.1.geometry, tie.to) } else { place(tie, to) };
            Some(Tie { from: one?, to: other? })
        };
        Some(old_from.marks.ties.iter().filter_map(tie).collect())
    }
}

/// Ties whose ends were edited.
fn moved(ties: &[Tie], from: &Geometry, from_now: &Geometry, to: &Geometry, to_now: &Geometry) -> Vec<Tie> {
    let (one, other) = (Followed::new(from, from_now), Followed::new(to, to_now));
    ties.iter().filter_map(|tie| Some(Tie { from: one.place(tie.from)?, to: other.place(tie.to)? })).collect()
}
