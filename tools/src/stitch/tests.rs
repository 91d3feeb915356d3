use super::*;
use limn_core::sequence::Member;
use limn_core::{FileId, Instance, InstanceId, LabelId, Mark, Rect, Sequence};

fn id(of: u8, at: u8) -> SequenceId {
    SequenceId::from_parts(u64::from(at), [of; 10])
}

/// A sequence: its label, and its keyframes: frame, left border of a box of 40 pixels, whether it goes out there.
type Made<'a> = (u32, &'a [(u64, f64, bool)]);

fn clip(of: u8, made: &[Made<'_>]) -> Sequences {
    let file = FileId::from_parts(1, [of; 10]);
    let (mut sequences, mut keyframes) = (Vec::new(), Vec::new());
    for (at, (label, places)) in (0..).zip(made) {
        sequences.push(Sequence::new(id(of, at), file, u32::from(at) + 1, LabelId(*label)));
        for (frame, left, outside) in *places {
            let geometry = Geometry::Box(Rect::from_xywh(*left, 0.0, 40.0, 40.0));
            let number = InstanceId::from_parts(u64::from(at) * 1000 + frame, [of; 10]);
            let mut keyframe = Instance {
                member: Some(Member { sequence: id(of, at), part: 0 }),
                ..Instance::new(number, file, *frame, LabelId(*label), geometry)
            };
            keyframe.marks.set(Mark::Outside(*outside));
            keyframes.push(keyframe);
        }
    }
    Sequences::new(sequences, keyframes)
}

fn found(a: &Sequences, b: &Sequences, least: f64) -> Vec<(u8, u8, u64, f64)> {
    // 0 to 99 and 70 to 169: 30 frames of both.
    let side = |sequences, first| Side { sequences, first, frames: 100 };
    let pairs = pairs(side(a, 0), side(b, 70), least, &mut |_, _| true).unwrap();
    let at = |id: SequenceId| id.as_bytes()[5];
    pairs.iter().map(|pair| (at(pair.a), at(pair.b), pair.frames, (pair.likeness * 100.0).round() / 100.0)).collect()
}

#[test]
fn the_same_objects_are_found_in_the_frames_of_both() {
    // Moving to the right by 1 pixel a frame, and one that stands.
    let a = clip(1, &[(1, &[(0, 0.0, false), (99, 99.0, false)]), (1, &[(0, 500.0, false)]), (2, &[(0, 500.0, false)])]);
    let b = clip(2, &[(1, &[(0, 500.0, false)]), (1, &[(0, 70.0, false), (99, 169.0, false)]), (3, &[(0, 500.0, false)])]);
    assert_eq!(found(&a, &b, 0.5), [(0, 1, 30, 1.0), (1, 0, 30, 1.0)], "of one label alone");
}

#[test]
fn frames_on_which_one_alone_is_seen_count_against_it() {
    let a = clip(1, &[(1, &[(0, 0.0, false), (85, 0.0, true)])]);
    let b = clip(2, &[(1, &[(0, 0.0, false)])]);
    assert_eq!(found(&a, &b, 0.4), [(0, 0, 15, 0.5)]);
    assert_eq!(found(&a, &b, 0.51), []);
    let never = clip(1, &[(1, &[(0, 0.0, false), (70, 0.0, true)])]);
    assert_eq!(found(&never, &b, 0.0), []);
}

#[test]
fn each_is_in_one_pair_at_most_and_the_whole_is_best() {
    // The same is 1, 10 px off is 0.6, 20 px 0.33: 1 and 0.33 are more than 0.6 twice.
    let a = clip(1, &[(1, &[(0, 0.0, false)]), (1, &[(0, 10.0, false)])]);
    let b = clip(2, &[(1, &[(0, 10.0, false)]), (1, &[(0, 20.0, false)])]);
    assert_eq!(found(&a, &b, 0.3), [(1, 0, 30, 1.0), (0, 1, 30, 0.33)]);
    // Without the last, 0.6 twice are more than 1.
    assert_eq!(found(&a, &b, 0.4), [(0, 0, 30, 0.6), (1, 1, 30, 0.6)]);
}

#[test]
fn what_is_one_object_already_is_left_out() {
    let a = clip(1, &[(1, &[(0, 0.0, false)]), (1, &[(0, 200.0, false)])]);
    let b = clip(2, &[(1, &[(0, 0.0, false)]), (1, &[(0, 200.0, false)])]);
    let file = FileId::from_parts(1, [2; 10]);
    let mut joined = b.clone();
    joined
        .apply(file, &limn_core::log::Change::SequenceSet { id: id(2, 0), set: limn_core::sequence::SequenceSet::SameAs(Some(id(1, 0))) });
    assert_eq!(found(&a, &joined, 0.5), [(1, 1, 30, 1.0)]);
}

#[test]
fn clips_that_share_nothing_and_strange_numbers_give_nothing() {
    let a = clip(1, &[(1, &[(0, 0.0, false)])]);
    let side = |first, frames| Side { sequences: &a, first, frames };
    for other in [side(100, 10), side(u64::MAX, u64::MAX), side(0, 0)] {
        assert_eq!(pairs(side(0, 100), other, 0.0, &mut |_, _| true), Some(Vec::new()));
    }
    let mut calls = 0;
    let stopped = pairs(side(0, u64::MAX), side(5, u64::MAX), 0.0, &mut |_, of| {
        calls += 1;
        assert_eq!(of, MOST_FRAMES);
        calls < 3
    });
    assert_eq!((stopped, calls), (None, 3));
}
