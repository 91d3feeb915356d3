use super::*;
use crate::geometry::{Geometry, Rect};
use crate::instance::Instance;
use crate::log::{Change, InstanceSet, changes_from_bytes, changes_to_bytes};
use crate::schema::{Answer, AttributeId};

fn file() -> FileId {
    FileId::from_parts(1, [1; 10])
}

fn id(number: u8) -> SequenceId {
    SequenceId::from_parts(u64::from(number), [7; 10])
}

fn keyframe(number: u8, of: SequenceId, frame: u64, x: f64) -> Instance {
    let geometry = Geometry::Box(Rect::from_xywh(x, 0., 10., 10.));
    let member = Some(Member { sequence: of, part: 0 });
    Instance { member, ..Instance::new(InstanceId::from_parts(1000, [number; 10]), file(), frame, LabelId(9), geometry) }
}

fn with(instance: Instance, mark: Mark) -> Instance {
    let mut instance = instance;
    instance.marks.set(mark);
    instance
}

fn one(keyframes: Vec<Instance>) -> Sequences {
    Sequences::new(vec![Sequence::new(id(1), file(), 1, LabelId(2))], keyframes)
}

/// Left edge of the only sequence at a frame.
fn x_at(sequences: &Sequences, frame: u64) -> Option<f64> {
    let shown: Vec<Instance> = sequences.at(frame);
    assert!(shown.len() < 2);
    shown.first().map(|instance| instance.geometry.bounds().unwrap().min.x)
}

#[test]
fn before_nothing_between_blended_after_held() {
    let sequences = one(vec![keyframe(2, id(1), 20, 100.), keyframe(1, id(1), 10, 0.)]);
    let xs = [9, 10, 15, 20, 999].map(|frame| x_at(&sequences, frame));
    assert_eq!(xs, [None, Some(0.), Some(50.), Some(100.), Some(100.)]);
    let shown = sequences.at(15).remove(0);
    assert_eq!((shown.id, shown.label, shown.frame), (InstanceId(id(1).0), LabelId(2), 15), "the sequence says what it is");
}

#[test]
fn flags_and_answers_are_steps() {
    let seven = Mark::Answer(AttributeId(3), Some(Answer::Integer(7)));
    let mut sequences = one(vec![
        keyframe(1, id(1), 0, 0.),
        with(with(keyframe(2, id(1), 10, 100.), Mark::Occluded(true)), seven.clone()),
        keyframe(3, id(1), 20, 0.),
    ]);
    let marks = |sequences: &Sequences, frame| sequences.at(frame).remove(0).marks;
    assert!(!marks(&sequences, 9).occluded && marks(&sequences, 10).occluded && marks(&sequences, 19).occluded);
    assert!(!marks(&sequences, 20).occluded && marks(&sequences, 20).answers.is_empty());
    sequences.apply(file(), &Change::SequenceSet { id: id(1), set: SequenceSet::Mark(seven) });
    assert_eq!(marks(&sequences, 3).answers.len(), 1, "a fixed answer holds on every frame");
}

#[test]
fn outside_is_nowhere_until_the_next_keyframe() {
    let out = with(keyframe(2, id(1), 10, 100.), Mark::Outside(true));
    let sequences = one(vec![keyframe(1, id(1), 0, 0.), out, keyframe(3, id(1), 20, 40.)]);
    assert_eq!([9, 10, 19, 20].map(|frame| x_at(&sequences, frame)), [Some(90.), None, None, Some(40.)]);
    let member = Member { sequence: id(1), part: 0 };
    assert_eq!(sequences.state(member, 15).unwrap().instance.geometry.bounds().unwrap().min.x, 100., "what is gone does not move");
    let stretches = sequences.get(id(1)).unwrap().stretches(0, 30);
    assert_eq!(
        stretches.iter().map(|it| (it.frames.clone(), it.is_outside)).collect::<Vec<_>>(),
        [(0..10, false), (10..20, true), (20..30, false)]
    );
}

#[test]
fn exit_ends_it_and_deleting_ends_all() {
    let mut sequences = one(vec![keyframe(1, id(1), 0, 0.)]);
    let set = |sequences: &mut Sequences, set| sequences.apply(file(), &Change::SequenceSet { id: id(1), set });
    set(&mut sequences, SequenceSet::Exit(Some(5)));
    assert_eq!((x_at(&sequences, 4), x_at(&sequences, 5)), (Some(0.), None));
    set(&mut sequences, SequenceSet::Deleted(true));
    assert_eq!((x_at(&sequences, 0), sequences.tracks().count(), sequences.next_number()), (None, 0, 2));
    set(&mut sequences, SequenceSet::Deleted(false));
    assert_eq!(x_at(&sequences, 0), Some(0.));
}

#[test]
fn of_two_keyframes_on_one_frame_the_last_made_counts() {
    let sequences = one(vec![keyframe(1, id(1), 0, 0.), keyframe(5, id(1), 10, 50.), keyframe(4, id(1), 10, 100.)]);
    assert_eq!([5, 10, 11].map(|frame| x_at(&sequences, frame)), [Some(25.), Some(50.), Some(50.)]);
}

#[test]
fn still_and_smooth() {
    let mut sequences = one(vec![keyframe(1, id(1), 0, 0.), keyframe(2, id(1), 10, 100.), keyframe(3, id(1), 20, 0.)]);
    let mut go = |motion| {
        sequences.apply(file(), &Change::SequenceSet { id: id(1), set: SequenceSet::Motion(motion) });
        (x_at(&sequences, 5).unwrap(), x_at(&sequences, 10).unwrap(), x_at(&sequences, 15).unwrap())
    };
    assert_eq!(go(Motion::Still), (0., 100., 100.));
    let (a, b, c) = go(Motion::Smooth);
    assert!(a > 55. && b == 100. && (a - c).abs() < 1e-9, "{a} {b} {c}");
}

#[test]
fn changes_reach_keyframes_and_are_told() {
    let mut sequences = Sequences::default();
    let sequence = Sequence::new(id(1), file(), 1, LabelId(2));
    assert_eq!(sequences.apply(file(), &Change::SequenceAdd(Box::new(sequence))), [id(1)]);
    let first = keyframe(1, id(1), 0, 0.);
    sequences.apply(file(), &Change::InstanceAdd(Box::new(first.clone())));
    let moved = InstanceSet::Geometry(Geometry::Box(Rect::from_xywh(30., 0., 10., 10.)));
    assert_eq!(sequences.apply(file(), &Change::InstanceSet { id: first.id, set: moved }), [id(1)]);
    assert_eq!(x_at(&sequences, 7), Some(30.));
    let other = Sequence::new(id(2), file(), 2, LabelId(2));
    sequences.apply(file(), &Change::SequenceAdd(Box::new(other)));
    let member = InstanceSet::Member(Some(Member { sequence: id(2), part: 0 }));
    assert_eq!(sequences.apply(file(), &Change::InstanceSet { id: first.id, set: member }), [id(1), id(2)]);
    assert_eq!(sequences.at(0).iter().map(|it| it.id).collect::<Vec<_>>(), [InstanceId(id(2).0)]);
    sequences.apply(file(), &Change::InstanceSet { id: first.id, set: InstanceSet::Deleted(true) });
    assert_eq!(x_at(&sequences, 0), None);
    assert!(sequences.apply(FileId::from_parts(2, [2; 10]), &Change::InstanceAdd(Box::new(first))).is_empty(), "another file's");
}

#[test]
fn parts_are_shown_under_ids_of_their_own() {
    let second = Instance { member: Some(Member { sequence: id(1), part: 1 }), ..keyframe(2, id(1), 0, 50.) };
    let sequences = one(vec![keyframe(1, id(1), 0, 0.), second]);
    let shown: Vec<Instance> = sequences.at(4);
    assert_eq!(shown.len(), 2);
    for instance in shown {
        assert_eq!(sequences.member(instance.id), instance.member);
    }
    assert_eq!(sequences.member(InstanceId(id(3).0)), None);
}

#[test]
fn what_the_log_says_of_sequences_is_read_back() {
    let mut sequence = Sequence::new(id(1), file(), 12, LabelId(2));
    (sequence.name, sequence.motion, sequence.exit) = (Some("number 7".into()), Motion::Smooth, Some(99));
    sequence.same_as = Some(id(9));
    sequence.extra = Some("{}".into());
    sequence.marks.set(Mark::Pinned(true));
    let part = Instance { member: Some(Member { sequence: id(1), part: 3 }), ..with(keyframe(1, id(1), 4, 0.), Mark::Outside(true)) };
    let sets = [
        SequenceSet::Number(3),
        SequenceSet::Label(LabelId(1)),
        SequenceSet::Name(None),
        SequenceSet::Name(Some("a".into())),
        SequenceSet::Motion(Motion::Still),
        SequenceSet::Exit(None),
        SequenceSet::Exit(Some(1)),
        SequenceSet::SameAs(None),
        SequenceSet::SameAs(Some(id(4))),
        SequenceSet::Deleted(true),
        SequenceSet::Mark(Mark::Occluded(true)),
    ];
    let mut changes = vec![Change::SequenceAdd(Box::new(sequence)), Change::InstanceAdd(Box::new(part.clone()))];
    changes.extend(sets.into_iter().map(|set| Change::SequenceSet { id: id(1), set }));
    changes.push(Change::InstanceSet { id: part.id, set: InstanceSet::Member(part.member) });
    changes.push(Change::InstanceSet { id: part.id, set: InstanceSet::Member(None) });
    assert_eq!(changes_from_bytes(&changes_to_bytes(&changes)).unwrap(), changes);
}

#[test]
fn very_many_are_shown_in_the_same_order_as_few() {
    let ids: Vec<SequenceId> = (0..4_321_u64).map(|number| SequenceId::from_parts(number, [7; 10])).collect();
    let keyframes = ids.iter().zip(0_u64..).flat_map(|(of, number)| {
        [0, 10].map(|frame| {
            let moved = number as f64 + if frame == 0 { 0.0 } else { 100.0 };
            let id = InstanceId::from_parts(number * 2 + frame / 10, [1; 10]);
            Instance { id, ..keyframe(1, *of, frame, moved) }
        })
    });
    let many = Sequences::new(ids.iter().map(|id| Sequence::new(*id, file(), 1, LabelId(2))).collect(), keyframes);
    let shown = many.at(5);
    assert!(shown.iter().map(|instance| SequenceId(instance.id.0)).eq(ids.iter().copied()));
    let one_by_one: Vec<Instance> = ids.iter().map(|id| many.state(Member { sequence: *id, part: 0 }, 5).unwrap().instance).collect();
    assert_eq!(shown, one_by_one);
}
