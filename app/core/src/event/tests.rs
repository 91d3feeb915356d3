use super::*;
use crate::log::{Change, changes_from_bytes, changes_to_bytes};
use crate::schema::{Answer, AttributeId};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn file(number: u8) -> FileId {
    FileId::from_parts(u64::from(number), [number; 10])
}

fn event_id(number: u16) -> EventId {
    EventId::from_parts(u64::from(number), [3; 10])
}

fn sequence(number: u8) -> SequenceId {
    SequenceId::from_parts(u64::from(number), [4; 10])
}

/// Short ones: what a whole block of the fold has in common tells something then.
fn frames() -> impl Strategy<Value = Frames> {
    (0_u64..58, 0_u64..3).prop_map(|(first, more)| Frames::new(first, first + more))
}

fn mark() -> impl Strategy<Value = Mark> {
    let answer = prop::option::of(any::<String>().prop_map(Answer::Text));
    prop_oneof![
        any::<Option<String>>().prop_map(Mark::Unsure),
        (0_u32..4, answer).prop_map(|(attribute, answer)| Mark::Answer(AttributeId(attribute), answer)),
    ]
}

fn set() -> impl Strategy<Value = EventSet> {
    let list = prop::collection::vec((0_u8..4).prop_map(sequence), 0..3);
    let role = prop_oneof![Just("who".to_owned()), Just("target".to_owned()), any::<String>()];
    prop_oneof![
        frames().prop_map(EventSet::Frames),
        (0_u32..5).prop_map(|label| EventSet::Label(LabelId(label))),
        (role, list).prop_map(|(role, list)| EventSet::Participants(role, list)),
        mark().prop_map(EventSet::Mark),
        any::<bool>().prop_map(EventSet::Deleted),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    (0_u16..700, frames(), prop::collection::vec(set(), 0..4), any::<Option<String>>()).prop_map(|(number, frames, sets, extra)| {
        let mut event = Event { extra, ..Event::new(event_id(number), file(1), frames, LabelId(1)) };
        sets.into_iter().for_each(|set| drop(event.set(set)));
        Event { is_deleted: false, ..event }
    })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        event().prop_map(|event| Change::EventAdd(Box::new(event))),
        (0_u16..700, set()).prop_map(|(number, set)| Change::EventSet { id: event_id(number), set }),
    ]
}

/// By looking at each.
fn scan(all: &BTreeMap<EventId, Event>, frames: Frames) -> Vec<EventId> {
    let mut found: Vec<_> = all.values().filter(|event| !event.is_deleted && event.frames.meets(frames)).collect();
    found.sort_by_key(|event| (event.frames.first(), event.id));
    found.into_iter().map(|event| event.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_fold_finds_what_a_scan_finds(
        start in prop::collection::vec(event(), 0..900), changes in prop::collection::vec(change(), 0..120), range in (0_u64..60, 0_u64..60)
    ) {
        let range = Frames::new(range.0, range.1);
        let mut all: BTreeMap<EventId, Event> = start.iter().map(|event| (event.id, event.clone())).collect();
        let mut events = Events::new(all.values().cloned());
        for change in &changes {
            match change {
                Change::EventAdd(event) => drop(all.entry(event.id).or_insert_with(|| (**event).clone())),
                Change::EventSet { id, set } => drop(all.get_mut(id).map(|event| event.set(set.clone()))),
                _ => {}
            }
            events.apply(file(1), change);
        }
        prop_assert_eq!(&events, &Events::new(all.values().cloned()), "folding is the same as beginning with all");
        let found: Vec<EventId> = events.meeting(range).map(|event| event.id).collect();
        prop_assert_eq!(found, scan(&all, range));
        for frame in 0..62 {
            let found: Vec<EventId> = events.at(frame).map(|event| event.id).collect();
            prop_assert_eq!(found, scan(&all, Frames::new(frame, frame)));
            let live = || all.values().filter(|event| !event.is_deleted).flat_map(|event| [event.frames.first(), event.frames.last()]);
            prop_assert_eq!(events.boundary_after(frame), live().filter(|end| *end > frame).min());
            prop_assert_eq!(events.boundary_before(frame), live().filter(|end| *end < frame).max());
        }
        let live = all.values().filter(|event| !event.is_deleted).count();
        prop_assert_eq!((events.len(), events.iter().count(), events.slice(0..live).count()), (live, live, live));
    }

    #[test]
    fn what_was_set_can_be_taken_back(start in event(), sets in prop::collection::vec(set(), 0..12)) {
        let mut event = start.clone();
        let before: Vec<EventSet> = sets.into_iter().map(|set| event.set(set)).collect();
        let after = event.clone();
        let bytes = participants_to_bytes(&after.participants);
        prop_assert_eq!(bytes.map(|bytes| participants_from_bytes(&bytes).unwrap()).unwrap_or_default(), after.participants.clone());
        before.into_iter().rev().for_each(|set| drop(event.set(set)));
        prop_assert_eq!(&event, &start);
        start.sets_to(&after).into_iter().for_each(|set| drop(event.set(set)));
        prop_assert_eq!(event, after);
    }

    #[test]
    fn the_log_gives_back_what_was_written_and_damage_is_an_error(changes in prop::collection::vec(change(), 1..4)) {
        let bytes = changes_to_bytes(&changes);
        prop_assert_eq!(&changes_from_bytes(&bytes).unwrap(), &changes);
        for len in 0..bytes.len() {
            prop_assert!(changes_from_bytes(&bytes[..len]).is_err(), "cut at {}", len);
        }
    }

    #[test]
    fn no_bytes_are_too_much(mut bytes in prop::collection::vec(any::<u8>(), 0..80), code in 22_u8..24) {
        bytes.splice(0..0, [0x81, if code == 22 { 0x87 } else { 0x84 }, code, 0x50]);
        let _ = changes_from_bytes(&bytes);
    }
}

#[test]
fn what_no_version_writes_is_kept_and_changes_nothing() {
    let mut event = Event::new(event_id(1), file(1), Frames::new(5, 9), LabelId(1));
    event.set(EventSet::Participants("who".into(), vec![sequence(1), sequence(2)]));
    let add = changes_to_bytes(&[Change::EventAdd(Box::new(event.clone()))]);
    let set = changes_to_bytes(&[Change::EventSet { id: event.id, set: EventSet::Frames(Frames::new(5, 9)) }]);
    for bytes in [add, set] {
        // The end before the beginning: 5 to 9 becomes 5 to 4.
        let at = bytes.windows(2).position(|pair| pair == [5, 9]).unwrap();
        let mut wrong = bytes;
        wrong[at + 1] = 4;
        let read = changes_from_bytes(&wrong).unwrap();
        assert!(matches!(read.as_slice(), [Change::Unknown(_)]), "{read:?}");
        assert_eq!(changes_to_bytes(&read), wrong);
        let mut events = Events::new([event.clone()]);
        assert_eq!(events.apply(file(1), &read[0]), None);
        assert_eq!(events, Events::new([event.clone()]));
    }
    // A register of a newer version.
    let unknown = Change::EventSet { id: event.id, set: EventSet::Label(LabelId(7)) };
    let bytes = changes_to_bytes(&[unknown]);
    let at = bytes.windows(5).position(|word| word == b"label").unwrap();
    let mut newer = bytes;
    newer[at..at + 5].copy_from_slice(b"level");
    assert!(matches!(changes_from_bytes(&newer).unwrap().as_slice(), [Change::Unknown(_)]));
}

#[test]
fn events_of_other_files_are_passed_over() {
    let mut events = Events::default();
    let other = Event::new(event_id(1), file(2), Frames::new(0, 0), LabelId(1));
    assert_eq!(events.apply(file(1), &Change::EventAdd(Box::new(other))), None);
    assert_eq!(events.apply(file(1), &Change::EventSet { id: event_id(1), set: EventSet::Deleted(true) }), None);
    assert!(events.is_empty());
}

#[test]
fn the_widest_range_is_counted() {
    let all = Frames::new(u64::MAX, 0);
    assert_eq!((all.first(), all.last(), all.count()), (0, u64::MAX, u64::MAX));
    assert_eq!(serde_json::from_str::<Frames>("[3, 5]").unwrap(), Frames::new(3, 5));
    assert!(serde_json::from_str::<Frames>("[5, 3]").is_err());
}

#[test]
fn many_that_go_leave_the_others_to_be_found() {
    let mut events =
        Events::new((0..700).map(|at| Event::new(event_id(at), file(1), Frames::new(u64::from(at), u64::from(at)), LabelId(1))));
    for at in 0..200 {
        events.apply(file(1), &Change::EventSet { id: event_id(at), set: EventSet::Deleted(true) });
    }
    for at in 0..700 {
        let found: Vec<EventId> = events.at(u64::from(at)).map(|event| event.id).collect();
        assert_eq!(found, if at < 200 { vec![] } else { vec![event_id(at)] }, "{at}");
    }
}
