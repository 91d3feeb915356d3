//! What is likely a mistake in sequences. Each finding is a guess with a place to look at, not a verdict.

use super::{Member, Sequence, Sequences, Track, measure, shown_id};
use crate::geometry::Rect;
use crate::ids::{InstanceId, SequenceId};
use std::collections::BTreeMap;

/// What may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// One object is there twice at one time.
    Twice,
    /// One object has another label elsewhere.
    OtherLabel,
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
    pub const ALL: [Self; 9] =
        [Self::Twice, Self::OtherLabel, Self::Exchange, Self::Jump, Self::Size, Self::Double, Self::Gap, Self::OneFrame, Self::BeyondImage];

    /// What it says of one place.
    pub fn title(self) -> &'static str {
        match self {
            Self::Twice => "is one object with another that is there at the same time",
            Self::OtherLabel => "is one object with one of another label",
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

/// Growth of the area from one frame to the next that nothing real shows.
const GROWTH: f64 = 1.6;
/// Frames up to which being gone is a moment.
const MOMENT: u64 = 10;
/// Share of both that two on one object have in common.
const SAME: f64 = 0.8;
/// Most findings of one kind.
const MOST: usize = 1_000;

/// Everything in doubt, the gravest first, by frame. `elsewhere`: sequences of other files; `image`: width and height of the frames
/// in pixels; `frames`: their number. `goes_on` is asked now and then; `None` when it says no.
pub fn find(
    sequences: &Sequences,
    elsewhere: &[Sequence],
    image: [f64; 2],
    frames: u64,
    mut goes_on: impl FnMut() -> bool,
) -> Option<Vec<Finding>> {
    let mut found = Vec::new();
    objects(sequences, elsewhere, frames, &mut found);
    let mut jumps = Vec::new();
    let picture = Rect::from_xywh(0.0, 0.0, image[0], image[1]);
    for track in sequences.tracks() {
        if !goes_on() {
            return None;
        }
        for part in track.parts() {
            of_part(track, part, picture, frames, &mut found);
            jumps.extend(measure::jumps(track, part));
        }
    }
    found.extend(measure::exchanges(&mut jumps).into_iter().map(|(one, other)| Finding {
        doubt: Doubt::Exchange,
        member: one.member,
        other: Some(other.member),
        frame: one.step.end,
    }));
    found.extend(jumps.into_iter().map(|jump| Finding { doubt: Doubt::Jump, member: jump.member, other: None, frame: jump.step.end }));
    let doubles = measure::doubles(sequences, frames, SAME, |_| true, goes_on)?;
    found.extend(doubles.into_iter().map(|double| Finding {
        doubt: Doubt::Double,
        member: double.members[0],
        other: Some(double.members[1]),
        frame: double.frame,
    }));
    found.sort_by_key(|finding| (finding.doubt, finding.frame, finding.member));
    let mut counts = BTreeMap::new();
    found.retain(|finding| {
        let count: &mut usize = counts.entry(finding.doubt).or_default();
        *count += 1;
        *count <= MOST
    });
    Some(found)
}

/// Objects that are there twice at one time, or of several labels.
fn objects(sequences: &Sequences, elsewhere: &[Sequence], frames: u64, found: &mut Vec<Finding>) {
    let mut objects: BTreeMap<SequenceId, Vec<&Track>> = BTreeMap::new();
    sequences.tracks().for_each(|track| objects.entry(track.sequence.identity()).or_default().push(track));
    let member = |sequence: SequenceId| Member { sequence, part: 0 };
    for (identity, tracks) in objects {
        let named = || tracks.iter().map(|track| &track.sequence);
        let others = || named().chain(elsewhere.iter().filter(|other| !other.is_deleted && other.identity() == identity));
        for track in &tracks {
            let (of, frame) = (&track.sequence, track.first_frame().unwrap_or(0));
            if let Some(other) = others().find(|other| other.label != of.label) {
                found.push(Finding { doubt: Doubt::OtherLabel, member: member(of.id), other: Some(member(other.id)), frame });
            }
        }
        if tracks.len() < 2 {
            continue;
        }
        let stretches = |track: &&Track| -> Vec<(u64, u64, SequenceId)> {
            let seen = track.parts().flat_map(|part| track.stretches(part, frames)).filter(|stretch| !stretch.is_outside);
            seen.map(|stretch| (stretch.frames.start, stretch.frames.end, track.sequence.id)).collect()
        };
        let mut seen: Vec<_> = tracks.iter().flat_map(stretches).collect();
        seen.sort_unstable();
        // The one that is there longest of those that were met.
        let mut longest: Option<(u64, SequenceId)> = None;
        for (frame, end, id) in seen {
            if let Some((_, other)) = longest.filter(|(until, other)| frame < *until && *other != id) {
                found.push(Finding { doubt: Doubt::Twice, member: member(id), other: Some(member(other)), frame });
            }
            if longest.is_none_or(|(until, _)| end > until) {
                longest = Some((end, id));
            }
        }
    }
}

fn of_part(track: &Track, number: u16, picture: Rect, frames: u64, found: &mut Vec<Finding>) {
    let member = Member { sequence: track.sequence.id, part: number };
    let mut add = |doubt, frame| found.push(Finding { doubt, member, other: None, frame });
    if measure::seen(track, number, frames) == 1
        && let Some(first) = track.first_frame()
    {
        add(Doubt::OneFrame, first);
    }
    let gaps = measure::gaps(track, number, frames).into_iter().filter(|gap| gap.end - gap.start <= MOMENT);
    gaps.for_each(|gap| add(Doubt::Gap, gap.start));
    measure::beyond(track, number, picture).for_each(|(frame, _)| add(Doubt::BeyondImage, frame));
    let grown = measure::steps(track, number).into_iter().filter(|step| step.growth() > GROWTH);
    grown.for_each(|step| add(Doubt::Size, step.end));
}

/// The ids under which those of a finding are shown.
pub fn shown(finding: &Finding) -> Vec<InstanceId> {
    [Some(finding.member), finding.other].into_iter().flatten().map(shown_id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Geometry;
    use crate::ids::{FileId, LabelId, SequenceId};
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
        let found = find(&sequences, &[], [400.0, 300.0], 100, || true).unwrap();
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
    fn one_object_is_in_one_place_and_of_one_label() {
        let here = Some((50.0, 50.0));
        let keyframes = [boxes(1, &[(0, here)]), boxes(2, &[(30, Some((200.0, 50.0)))]), boxes(3, &[(90, Some((300.0, 150.0)))])].concat();
        let find = |exit, labels: [u32; 3], elsewhere: &[Sequence]| {
            let list = (1..4_u8).zip(labels).map(|(n, label)| {
                let same_as = (n > 1).then_some(id(1));
                Sequence { same_as, exit: if n == 1 { exit } else { Some(80) }, ..Sequence::new(id(n), file(), n.into(), LabelId(label)) }
            });
            let sequences = Sequences::new(list.collect(), keyframes.clone());
            let found = super::find(&sequences, elsewhere, [400.0, 300.0], 100, || true).unwrap();
            let of = |finding: &Finding| (finding.doubt, finding.member.sequence, finding.other.unwrap().sequence, finding.frame);
            found.iter().filter(|finding| finding.other.is_some()).map(of).collect::<Vec<_>>()
        };
        assert_eq!(find(Some(30), [1; 3], &[]), [], "one after the other");
        assert_eq!(find(Some(31), [1; 3], &[]), [(Doubt::Twice, id(2), id(1), 30)]);
        let other = |n| Sequence { same_as: Some(id(1)), ..Sequence::new(id(n), FileId::from_parts(2, [2; 10]), 1, LabelId(2)) };
        assert_eq!(find(Some(30), [1; 3], &[Sequence { same_as: None, ..other(9) }]), [], "it is another object");
        assert_eq!(find(Some(30), [1; 3], &[other(9)]).len(), 3);
        let found = find(Some(30), [1, 2, 1], &[]);
        assert!(
            found.contains(&(Doubt::OtherLabel, id(2), id(1), 30)) && found.contains(&(Doubt::OtherLabel, id(1), id(2), 0)),
            "{found:?}"
        );
    }

    #[test]
    fn it_can_be_stopped() {
        let sequences = Sequences::new(vec![Sequence::new(id(1), file(), 1, LabelId(1))], boxes(1, &[(0, Some((1.0, 1.0)))]));
        assert_eq!(find(&sequences, &[], [400.0, 300.0], 100, || false), None);
    }
}
