//! What is likely a mistake in sequences. Each finding is a guess with a place to look at, not a verdict.

use super::{Member, Sequences, Track, shown_id};
use crate::geometry::{ImagePos, ImageVec, Rect};
use crate::ids::{InstanceId, LabelId};
use std::collections::BTreeMap;

/// What may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Two of one label change places from one keyframe to the next.
    Exchange,
    /// It moves much farther than it does elsewhere, and than its size lets one expect.
    Jump,
    /// It becomes much larger or smaller in no time.
    Size,
    /// Two of one label lie on each other for many frames.
    Double,
    /// It is gone for a few frames only.
    Gap,
    /// It is in the picture on a single frame.
    OneFrame,
    /// A keyframe lies wholly outside the picture and is not marked as outside.
    BeyondImage,
}

impl Doubt {
    /// All of them, the gravest first.
    pub const ALL: [Self; 7] = [Self::Exchange, Self::Jump, Self::Size, Self::Double, Self::Gap, Self::OneFrame, Self::BeyondImage];

    /// What it says of one place.
    pub fn title(self) -> &'static str {
        match self {
            Self::Exchange => "may have changed places with another",
            Self::Jump => "jumps",
            Self::Size => "changes its size at once",
            Self::Double => "lies on another of its label",
            Self::Gap => "is gone for a moment",
            Self::OneFrame => "is there on one frame only",
            Self::BeyondImage => "lies outside the picture and is not marked so",
        }
    }
}

/// A place to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What may be wrong.
    pub doubt: Doubt,
    /// With whom.
    pub member: Member,
    /// With whom else.
    pub other: Option<Member>,
    /// The frame on which it is seen best.
    pub frame: u64,
}

/// A move of its own diagonal in one frame is fast; so many of them are a jump.
const FAR: f64 = 1.5;
/// And so many times what is usual for this one.
const UNUSUAL: f64 = 4.0;
/// Growth of the area from one frame to the next that nothing real shows.
const GROWTH: f64 = 1.6;
/// Frames up to which being gone is a moment.
const MOMENT: u64 = 10;
/// Share of both that two on one object have in common.
const SAME: f64 = 0.8;
/// Frames in a row on which they have it.
const LONG: usize = 3;
/// Frames between two looks for doubles, and most looks: a look costs as much as showing the frame.
const LOOK_EVERY: u64 = 10;
const MOST_LOOKS: u64 = 2_000;
/// Most findings of one kind.
const MOST: usize = 1_000;

/// Everything in doubt, the gravest first, by frame. `image`: width and height of the frames in pixels; `frames`: their number.
/// `goes_on` is asked now and then; `None` when it says no.
pub fn find(sequences: &Sequences, image: [f64; 2], frames: u64, mut goes_on: impl FnMut() -> bool) -> Option<Vec<Finding>> {
    let mut found = Vec::new();
    let mut jumps = Vec::new();
    for track in sequences.tracks() {
        if !goes_on() {
            return None;
        }
        for part in track.parts() {
            of_part(track, part, image, frames, &mut found, &mut jumps);
        }
    }
    exchanges(&mut jumps, &mut found);
    found.extend(jumps.into_iter().map(|jump| Finding { doubt: Doubt::Jump, member: jump.member, other: None, frame: jump.frame }));
    doubles(sequences, frames, &mut found, goes_on)?;
    found.sort_by_key(|finding| (finding.doubt, finding.frame, finding.member));
    let mut counts = BTreeMap::new();
    found.retain(|finding| {
        let count: &mut usize = counts.entry(finding.doubt).or_default();
        *count += 1;
        *count <= MOST
    });
    Some(found)
}

/// A move that is too far: from where to where.
struct Jump {
    member: Member,
    label: LabelId,
    frame: u64,
    from: ImagePos,
    to: ImagePos,
    size: f64,
}

fn of_part(track: &Track, number: u16, image: [f64; 2], frames: u64, found: &mut Vec<Finding>, jumps: &mut Vec<Jump>) {
    let member = Member { sequence: track.sequence.id, part: number };
    let mut add = |doubt, frame| found.push(Finding { doubt, member, other: None, frame });
    let seen: u64 = track.stretches(number, frames).iter().filter(|it| !it.is_outside).map(|it| it.frames.end - it.frames.start).sum();
    if seen == 1
        && let Some(first) = track.first_frame()
    {
        add(Doubt::OneFrame, first);
    }
    for pair in track.stretches(number, frames).windows(3) {
        let length = pair[1].frames.end - pair[1].frames.start;
        if pair[1].is_outside && length <= MOMENT {
            add(Doubt::Gap, pair[1].frames.start);
        }
    }
    let picture = Rect::from_xywh(0.0, 0.0, image[0], image[1]);
    let mut moves = Vec::new();
    let mut last: Option<(u64, Rect)> = None;
    for (frame, keyframe) in track.keyframes(number) {
        let bounds = keyframe.geometry.bounds().filter(|_| !keyframe.marks.outside);
        if let Some(bounds) = bounds
            && !bounds.intersects(picture)
        {
            add(Doubt::BeyondImage, frame);
        }
        if let (Some((before, from)), Some(to)) = (last, bounds)
            && frame > before
        {
            let steps = (frame - before) as f64;
            let size = diagonal(from).min(diagonal(to)).max(1.0);
            moves.push((frame, from.center(), to.center(), size, length(to.center() - from.center()) / size / steps));
            let (small, large) = (from.area().min(to.area()).max(1.0), from.area().max(to.area()));
            if (large / small).powf(1.0 / steps) > GROWTH {
                add(Doubt::Size, frame);
            }
        }
        last = bounds.map(|bounds| (frame, bounds));
    }
    let mut speeds: Vec<f64> = moves.iter().map(|(.., speed)| *speed).collect();
    speeds.sort_by(f64::total_cmp);
    let usual = speeds.get(speeds.len() / 2).copied().unwrap_or(0.0);
    for (frame, from, to, size, speed) in moves {
        // With few moves nothing is usual.
        if speed > FAR && (speed > UNUSUAL * usual || speeds.len() < 4) {
            jumps.push(Jump { member, label: track.sequence.label, frame, from, to, size });
        }
    }
}

fn diagonal(rect: Rect) -> f64 {
    rect.width().hypot(rect.height())
}

fn length(by: ImageVec) -> f64 {
    by.x.hypot(by.y)
}

/// Of two that jump at the same time to where the other one was, both are one finding.
fn exchanges(jumps: &mut Vec<Jump>, found: &mut Vec<Finding>) {
    jumps.sort_by_key(|jump| (jump.label, jump.frame, jump.member));
    let mut taken = vec![false; jumps.len()];
    for at in 0..jumps.len() {
        let one = &jumps[at];
        // A handful of jumps at one time; more of them are no exchange.
        for other_at in (at + 1..jumps.len()).take(64) {
            let other = &jumps[other_at];
            if other.label != one.label || other.frame > one.frame + 2 {
                break;
            }
            let near = |a: ImagePos, b: ImagePos| length(a - b) < one.size.max(other.size);
            if !taken[at] && !taken[other_at] && near(one.to, other.from) && near(other.to, one.from) {
                (taken[at], taken[other_at]) = (true, true);
                found.push(Finding { doubt: Doubt::Exchange, member: one.member, other: Some(other.member), frame: one.frame });
            }
        }
    }
    let mut taken = taken.into_iter();
    jumps.retain(|_| !taken.next().unwrap_or(false));
}

/// Pairs of one label that lie on each other on several looks in a row.
fn doubles(sequences: &Sequences, frames: u64, found: &mut Vec<Finding>, mut goes_on: impl FnMut() -> bool) -> Option<()> {
    let every = LOOK_EVERY.max(frames / MOST_LOOKS);
    // A short video is looked at on each frame.
    let every = if frames < LOOK_EVERY * LONG as u64 { 1 } else { every };
    let mut rows: BTreeMap<(InstanceId, InstanceId), (u64, usize)> = BTreeMap::new();
    let mut told = std::collections::BTreeSet::new();
    for frame in (0..frames).step_by(usize::try_from(every).unwrap_or(usize::MAX)) {
        if !goes_on() {
            return None;
        }
        let mut boxes: Vec<(LabelId, Rect, InstanceId)> =
            sequences.at(frame).into_iter().filter_map(|it| Some((it.label, it.geometry.bounds()?, it.id))).collect();
        boxes.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.min.x.total_cmp(&b.1.min.x)).then(a.2.cmp(&b.2)));
        let mut here = BTreeMap::new();
        for (at, (label, rect, id)) in boxes.iter().enumerate() {
            // Sorted by their left borders: behind the right one there is nobody any more.
            for (_, other, other_id) in boxes[at + 1..].iter().take_while(|other| other.0 == *label && other.1.min.x <= rect.max.x) {
                if overlap(*rect, *other) > SAME {
                    let pair = (*id.min(other_id), *id.max(other_id));
                    let (first, count) = rows.get(&pair).copied().unwrap_or((frame, 0));
                    here.insert(pair, (first, count + 1));
                }
            }
        }
        for ((one, other), (first, count)) in &here {
            if *count == LONG
                && told.insert((*one, *other))
                && let (Some(member), other) = (sequences.member(*one), sequences.member(*other))
            {
                found.push(Finding { doubt: Doubt::Double, member, other, frame: *first });
            }
        }
        rows = here;
    }
    Some(())
}

/// Intersection over union.
fn overlap(a: Rect, b: Rect) -> f64 {
    let width = a.max.x.min(b.max.x) - a.min.x.max(b.min.x);
    let height = a.max.y.min(b.max.y) - a.min.y.max(b.min.y);
    let shared = width.max(0.0) * height.max(0.0);
    shared / (a.area() + b.area() - shared).max(f64::MIN_POSITIVE)
}

/// The ids under which those of a finding are shown.
pub fn shown(finding: &Finding) -> Vec<InstanceId> {
    [Some(finding.member), finding.other].into_iter().flatten().map(shown_id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Geometry;
    use crate::ids::{FileId, SequenceId};
    use crate::instance::Instance;
    use crate::marks::Mark;
    use crate::sequence::Sequence;

    fn file() -> FileId {
        FileId::from_parts(1, [1; 10])
    }

    fn id(number: u8) -> SequenceId {
        SequenceId::from_parts(u64::from(number), [number; 10])
    }

    /// Frame and left top corner; `None`: outside.
    type Placed = (u64, Option<(f64, f64)>);

    /// A box of 20 × 10 pixels with its left top corner there, at a frame; `None`: outside.
    fn boxes(of: u8, places: &[Placed]) -> Vec<Instance> {
        let mut last = (0.0, 0.0);
        let keyframe = |(at, placed): (usize, &Placed)| {
            let (frame, place) = placed;
            last = place.unwrap_or(last);
            let geometry = Geometry::Box(Rect::from_xywh(last.0, last.1, 20.0, 10.0));
            let mut instance = Instance::new(InstanceId::from_parts(u64::from(of), [at as u8; 10]), file(), *frame, LabelId(1), geometry);
            instance.marks.set(Mark::Outside(place.is_none()));
            Instance { member: Some(Member { sequence: id(of), part: 0 }), ..instance }
        };
        places.iter().enumerate().map(keyframe).collect()
    }

    fn doubts(all: &[Vec<Instance>]) -> Vec<(Doubt, u64)> {
        let list = (1..=all.len() as u8).map(|number| Sequence::new(id(number), file(), u32::from(number), LabelId(1)));
        let sequences = Sequences::new(list.collect(), all.concat());
        let found = find(&sequences, [400.0, 300.0], 100, || true).unwrap();
        found.iter().map(|finding| (finding.doubt, finding.frame)).collect()
    }

    #[test]
    fn what_moves_evenly_is_in_no_doubt() {
        let even: Vec<Placed> = (0..10).map(|at| (at * 10, Some((at as f64 * 30.0, 50.0)))).collect();
        assert_eq!(doubts(&[boxes(1, &even)]), []);
        // Fast all the time is not a jump, either.
        let fast: Vec<Placed> = (0..6).map(|at| (at, Some((at as f64 * 50.0, 50.0)))).collect();
        assert_eq!(doubts(&[boxes(1, &fast)]), []);
    }

    #[test]
    fn jumps_and_exchanges() {
        let to = |x: f64| Some((x, 50.0));
        let one = [(0, to(10.0)), (1, to(12.0)), (2, to(14.0)), (3, to(16.0)), (4, to(200.0)), (5, to(202.0))];
        let other = [(0, to(194.0)), (1, to(196.0)), (2, to(198.0)), (3, to(198.0)), (4, to(18.0)), (5, to(20.0))];
        assert_eq!(doubts(&[boxes(1, &one)]), [(Doubt::Jump, 4)]);
        assert_eq!(doubts(&[boxes(1, &one), boxes(2, &other)]), [(Doubt::Exchange, 4)]);
    }

    #[test]
    fn gaps_single_frames_and_what_lies_beyond() {
        let here = Some((50.0, 50.0));
        assert_eq!(doubts(&[boxes(1, &[(0, here), (20, None), (25, here)])]), [(Doubt::Gap, 20)]);
        assert_eq!(doubts(&[boxes(1, &[(0, here), (20, None), (60, here)])]), [], "long enough to be true");
        assert_eq!(doubts(&[boxes(1, &[(7, here), (8, None)])]), [(Doubt::OneFrame, 7)]);
        assert_eq!(doubts(&[boxes(1, &[(0, here), (60, Some((500.0, 50.0)))])]), [(Doubt::BeyondImage, 60)]);
    }

    #[test]
    fn two_on_one_object_and_a_change_of_size() {
        let way = |dx: f64| (0..5).map(|at| (at * 20, Some((at as f64 * 30.0 + dx, 50.0)))).collect::<Vec<_>>();
        assert_eq!(doubts(&[boxes(1, &way(0.0)), boxes(2, &way(1.0))]), [(Doubt::Double, 0)]);
        assert_eq!(doubts(&[boxes(1, &way(0.0)), boxes(2, &way(10.0))]), [], "side by side");
        let mut grown = boxes(1, &[(0, Some((50.0, 50.0))), (1, Some((50.0, 50.0)))]);
        grown[1].geometry = Geometry::Box(Rect::from_xywh(45.0, 45.0, 40.0, 20.0));
        assert_eq!(doubts(&[grown]), [(Doubt::Size, 1)]);
    }

    #[test]
    fn it_can_be_stopped() {
        let sequences = Sequences::new(vec![Sequence::new(id(1), file(), 1, LabelId(1))], boxes(1, &[(0, Some((1.0, 1.0)))]));
        assert_eq!(find(&sequences, [400.0, 300.0], 100, || false), None);
    }
}
