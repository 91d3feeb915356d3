//! What can be measured of sequences: how long they are in the picture, how they move from keyframe to keyframe, who lies on whom.
//! The list of doubts and the rules of a schema both judge by these.

use super::{Keyframe, Member, Sequences, Track};
use crate::geometry::Rect;
use crate::ids::{InstanceId, LabelId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Frames between two looks for doubles, and most looks: a look costs as much as showing the frame.
const LOOK_EVERY: u64 = 10;
const MOST_LOOKS: u64 = 2_000;
/// Looks in a row on which two that lie on each other are a double.
pub const LOOKS: usize = 3;

/// From one keyframe to the next, in the picture at both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The frame of the first keyframe.
    pub start: u64,
    /// The frame of the second one, behind the first.
    pub end: u64,
    /// Its bounds at the first, image pixels.
    pub from: Rect,
    /// Its bounds at the second.
    pub to: Rect,
}

impl Step {
    /// The shorter diagonal of both, at least a pixel.
    pub fn size(&self) -> f64 {
        diagonal(self.from).min(diagonal(self.to)).max(1.0)
    }

    /// How far it moves in a frame, in diagonals of its own.
    pub fn speed(&self) -> f64 {
        let by = self.to.center() - self.from.center();
        by.x.hypot(by.y) / self.size() / self.frames()
    }

    /// How many times its area grows or shrinks in a frame, 1 or more.
    pub fn growth(&self) -> f64 {
        let (a, b) = (self.from.area().max(1.0), self.to.area().max(1.0));
        (a.max(b) / a.min(b)).powf(1.0 / self.frames())
    }

    fn frames(&self) -> f64 {
        (self.end - self.start) as f64
    }
}

fn diagonal(rect: Rect) -> f64 {
    rect.width().hypot(rect.height())
}

/// The steps of a part, in order.
pub fn steps(track: &Track, part: u16) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut last: Option<(u64, Rect)> = None;
    for (end, keyframe) in track.keyframes(part) {
        let bounds = bounds(keyframe);
        if let (Some((start, from)), Some(to)) = (last, bounds)
            && end > start
        {
            steps.push(Step { start, end, from, to });
        }
        last = bounds.map(|bounds| (end, bounds));
    }
    steps
}

/// Where it is in the picture at a keyframe.
fn bounds(keyframe: &Keyframe) -> Option<Rect> {
    keyframe.geometry.bounds().filter(|bounds| !keyframe.marks.outside && bounds.is_finite())
}

/// The keyframes of a part that lie wholly beyond the picture and are not marked as outside.
pub fn beyond(track: &Track, part: u16, picture: Rect) -> impl Iterator<Item = (u64, Rect)> {
    let placed = track.keyframes(part).filter_map(|(frame, keyframe)| Some((frame, bounds(keyframe)?)));
    placed.filter(move |(_, bounds)| !bounds.intersects(picture))
}

/// Where a part is in the picture (true) and where it is not, in order, up to `end` (the number of frames).
fn presence(track: &Track, part: u16, end: u64) -> Vec<(Range<u64>, bool)> {
    let mut rows: Vec<(Range<u64>, bool)> = Vec::new();
    for stretch in track.stretches(part, end) {
        match rows.last_mut() {
            Some((frames, is_in)) if *is_in != stretch.is_outside => frames.end = stretch.frames.end,
            _ => rows.push((stretch.frames, !stretch.is_outside)),
        }
    }
    rows
}

/// On how many frames a part is in the picture, up to `end`.
pub fn seen(track: &Track, part: u16, end: u64) -> u64 {
    presence(track, part, end).iter().filter(|(_, is_in)| *is_in).map(|(frames, _)| frames.end - frames.start).sum()
}

/// The frames on which a part is gone and comes back after, each time.
pub fn gaps(track: &Track, part: u16, end: u64) -> Vec<Range<u64>> {
    let rows = presence(track, part, end);
    let between = rows.windows(3).map(|three| &three[1]);
    between.filter(|(_, is_in)| !is_in).map(|(frames, _)| frames.clone()).collect()
}

/// The frames that nobody looked at while a part is in the picture: from each keyframe to the next one, or to where it ends. Both
/// ends are keyframes, but for the last.
pub fn unlooked(track: &Track, part: u16, end: u64) -> Vec<Range<u64>> {
    let end = track.sequence.exit.unwrap_or(end).min(end);
    let keyframes: Vec<(u64, bool)> = track.keyframes(part).map(|(frame, keyframe)| (frame, !keyframe.marks.outside)).collect();
    let next = |at: usize| keyframes.get(at + 1).map_or(end.saturating_sub(1), |(frame, _)| *frame);
    let rows = keyframes.iter().enumerate().filter(|(_, (_, is_in))| *is_in).map(|(at, (frame, _))| *frame..next(at).min(end));
    rows.filter(|frames| !frames.is_empty()).collect()
}

/// A step that is too long, and whose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jump {
    /// Whose.
    pub member: Member,
    /// Of this label.
    pub label: LabelId,
    /// From where to where.
    pub step: Step,
}

/// A step is at least a jump from so many of its own diagonals in a frame on …
const FAR: f64 = 1.5;
/// … and so many times what is usual for this one.
const UNUSUAL: f64 = 4.0;

/// The steps of a part that are much longer than its others, and than its size lets one expect.
pub fn jumps(track: &Track, part: u16) -> Vec<Jump> {
    let steps = steps(track, part);
    let mut speeds: Vec<f64> = steps.iter().map(Step::speed).collect();
    speeds.sort_by(f64::total_cmp);
    let usual = speeds.get(speeds.len() / 2).copied().unwrap_or(0.0);
    // With few steps nothing is usual.
    let is_jump = |step: &Step| step.speed() > FAR && (step.speed() > UNUSUAL * usual || speeds.len() < 4);
    let member = Member { sequence: track.sequence.id, part };
    let label = track.sequence.label;
    steps.into_iter().filter(is_jump).map(|step| Jump { member, label, step }).collect()
}

/// Of two of a label that jump at the same time to where the other one was, both; they are taken out of `jumps`.
pub fn exchanges(jumps: &mut Vec<Jump>) -> Vec<(Jump, Jump)> {
    jumps.sort_by_key(|jump| (jump.label, jump.step.end, jump.member));
    let mut found = Vec::new();
    let mut taken = vec![false; jumps.len()];
    for at in 0..jumps.len() {
        let one = jumps[at];
        // A handful of jumps at one time; more of them are no exchange.
        for other_at in (at + 1..jumps.len()).take(64) {
            let other = jumps[other_at];
            if other.label != one.label || other.step.end > one.step.end + 2 {
                break;
            }
            let near = |a: Rect, b: Rect| {
                let by = a.center() - b.center();
                by.x.hypot(by.y) < one.step.size().max(other.step.size())
            };
            if !taken[at] && !taken[other_at] && near(one.step.to, other.step.from) && near(other.step.to, one.step.from) {
                (taken[at], taken[other_at]) = (true, true);
                found.push((one, other));
            }
        }
    }
    let mut taken = taken.into_iter();
    jumps.retain(|_| !taken.next().unwrap_or(false));
    found
}

/// Two that lie on each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Double {
    /// Both, the older one first.
    pub members: [Member; 2],
    /// The first frame on which they were found so.
    pub frame: u64,
    /// Where the older one is there, image pixels.
    pub area: Rect,
    /// How much they share of what both cover together, at most, 0 to 1.
    pub shared: f64,
}

/// Pairs of one label whose bounds share more than this part of what both cover together, on several looks in a row. `wanted`
/// says which labels; `goes_on` is asked now and then, and `None` is the answer when it says no.
pub fn doubles(
    sequences: &Sequences,
    frames: u64,
    most: f64,
    wanted: impl Fn(LabelId) -> bool,
    mut goes_on: impl FnMut() -> bool,
) -> Option<Vec<Double>> {
    // A short video is looked at on each frame.
    let every = if frames < LOOK_EVERY * LOOKS as u64 { 1 } else { LOOK_EVERY.max(frames / MOST_LOOKS) };
    let mut rows: BTreeMap<(InstanceId, InstanceId), (u64, usize, f64, Rect)> = BTreeMap::new();
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for frame in (0..frames).step_by(usize::try_from(every).unwrap_or(usize::MAX)) {
        if !goes_on() {
            return None;
        }
        let placed = sequences.at(frame).into_iter().filter(|it| wanted(it.label));
        let mut boxes: Vec<(LabelId, Rect, InstanceId)> =
            placed.filter_map(|it| Some((it.label, it.geometry.bounds()?, it.id))).filter(|(_, rect, _)| rect.is_finite()).collect();
        boxes.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.min.x.total_cmp(&b.1.min.x)).then(a.2.cmp(&b.2)));
        let mut here = BTreeMap::new();
        for (at, (label, rect, id)) in boxes.iter().enumerate() {
            // Sorted by their left borders: behind the right one there is nobody any more.
            for (_, other, other_id) in boxes[at + 1..].iter().take_while(|other| other.0 == *label && other.1.min.x <= rect.max.x) {
                let shared = shared(*rect, *other);
                if shared > most {
                    let pair = (*id.min(other_id), *id.max(other_id));
                    let area = if id < other_id { *rect } else { *other };
                    let (first, count, before, area) = rows.get(&pair).copied().unwrap_or((frame, 0, 0.0, area));
                    here.insert(pair, (first, count + 1, shared.max(before), area));
                }
            }
        }
        for ((one, other), (first, count, shared, area)) in &here {
            if *count == LOOKS
                && told.insert((*one, *other))
                && let (Some(one), Some(other)) = (sequences.member(*one), sequences.member(*other))
            {
                found.push(Double { members: [one, other], frame: *first, area: *area, shared: *shared });
            }
        }
        rows = here;
    }
    Some(found)
}

/// Intersection over union.
fn shared(a: Rect, b: Rect) -> f64 {
    let width = a.max.x.min(b.max.x) - a.min.x.max(b.min.x);
    let height = a.max.y.min(b.max.y) - a.min.y.max(b.min.y);
    let shared = width.max(0.0) * height.max(0.0);
    shared / (a.area() + b.area() - shared).max(f64::MIN_POSITIVE)
}
