//! What rules find in the sequences of a video, and on all of its frames.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use limn_core::document::Instances;
use limn_core::log::{Change, InstanceSet};
use limn_core::schema::RuleId;
use limn_core::sequence::{Member, Motion, SequenceSet, shown_id};
use limn_core::{Document, FileId, Geometry, Instance, InstanceId, LabelId, Mark, Rect, Role, Schema, Sequence, SequenceId, Sequences};
use limn_tools::problems::whole::{self, File, Found, Source};
use limn_tools::problems::{Frame, Problem, Problems, Rules, SequenceProblems, Video};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

const FRAMES: u64 = 100;

fn picture() -> Rect {
    Rect::from_xywh(0.0, 0.0, 400.0, 300.0)
}

fn rules(rules: &str) -> Rules {
    Rules::new(&Schema::from_document(&format!(r#"{{"labels":["car","person"],"rules":[{rules}]}}"#)).unwrap())
}

fn file() -> FileId {
    FileId::from_parts(1, [1; 10])
}

fn id(number: u8) -> SequenceId {
    SequenceId::from_parts(u64::from(number), [number; 10])
}

fn member(number: u8) -> Member {
    Member { sequence: id(number), part: 0 }
}

/// A frame and the left border of a box of 20 × 10; `None`: outside.
type Placed = (u64, Option<f64>);

fn keyframe(of: u8, at: usize, frame: u64, geometry: Geometry, is_outside: bool) -> Instance {
    let mut instance = Instance::new(InstanceId::from_parts(u64::from(of), [at as u8; 10]), file(), frame, LabelId(1), geometry);
    instance.marks.set(Mark::Outside(is_outside));
    Instance { member: Some(member(of)), ..instance }
}

fn boxes(of: u8, places: &[Placed]) -> Vec<Instance> {
    let place = |(at, (frame, x)): (usize, &Placed)| {
        let geometry = Geometry::Box(Rect::from_xywh(x.unwrap_or(50.0), 50.0, 20.0, 10.0));
        keyframe(of, at, *frame, geometry, x.is_none())
    };
    places.iter().enumerate().map(place).collect()
}

fn sequences(all: &[Vec<Instance>]) -> Sequences {
    let list = (1..=all.len() as u8).map(|number| Sequence::new(id(number), file(), u32::from(number), LabelId(1)));
    Sequences::new(list.collect(), all.concat())
}

fn lines<'a>(problems: impl IntoIterator<Item = &'a Arc<Problem>>) -> Vec<String> {
    problems
        .into_iter()
        .map(|problem| match problem.frames {
            Some((first, last)) if first == last => format!("{first}: {}", problem.message),
            Some((first, last)) => format!("{first}-{last}: {}", problem.message),
            None => problem.message.clone(),
        })
        .collect()
}

fn told(check: &str, all: &[Vec<Instance>]) -> Vec<String> {
    let rules = rules(&format!(r#"{{"name":"a","check":{{"sequence":{check}}}}}"#));
    let (sequences, mut found) = (sequences(all), SequenceProblems::default());
    assert!(found.update(&rules, Video { sequences: &sequences, picture: picture(), frames: FRAMES }, || true));
    lines(found.list())
}

#[test]
fn each_check_of_sequences_tells_what_breaks_it_and_nothing_else() {
    let here = Some(50.0);
    let one = |places: &[Placed]| [boxes(1, places)];
    let seen = [(10, here), (13, None)];
    assert_eq!(told(r#"{"frames":{"min":4}}"#, &one(&seen)), ["10: car 1 is in the picture on 3 frames, at least 4 frames wanted"]);
    assert_eq!(told(r#"{"frames":{"min":3,"max":3}}"#, &one(&seen)), [""; 0]);
    assert_eq!(told(r#"{"frames":{"max":2}}"#, &one(&seen)), ["10: car 1 is in the picture on 3 frames, at most 2 frames wanted"]);
    assert_eq!(told(r#"{"frames":{"min":4}}"#, &one(&[(10, None)])), [""; 0], "what is never there has no length");

    let gone = [(0, here), (20, None), (25, here), (30, None)];
    assert_eq!(told(r#"{"gaps":{"min":6}}"#, &one(&gone)), ["20-24: car 1 is gone for 5 frames, at least 6 frames wanted"]);
    assert_eq!(told(r#"{"gaps":{"max":4}}"#, &one(&gone)), ["20-24: car 1 is gone for 5 frames, at most 4 frames wanted"]);
    assert_eq!(told(r#"{"gaps":{"min":5,"max":5}}"#, &one(&gone)), [""; 0], "what does not come back is no gap");

    let looked = [(0, here), (20, here), (45, here), (60, None)];
    assert_eq!(
        told(r#"{"keyframes":{"most":24}}"#, &one(&looked)),
        ["20-45: car 1 has no keyframe for 25 frames, at most 24 frames wanted"]
    );
    assert_eq!(told(r#"{"keyframes":{"most":25}}"#, &one(&looked)), [""; 0], "nobody need look where it is outside");
    assert_eq!(
        told(r#"{"keyframes":{"most":50}}"#, &one(&[(0, here)])),
        ["0-99: car 1 has no keyframe for 99 frames, at most 50 frames wanted"]
    );

    // 90 pixels in 2 frames, of a diagonal of 22.4.
    let fast = [(0, Some(10.0)), (2, Some(100.0)), (12, Some(110.0))];
    assert_eq!(told(r#"{"speed":{"most":1.9}}"#, &one(&fast)), ["2: car 1 moves 2 times its size in a frame, at most 1.9 wanted"]);
    assert_eq!(told(r#"{"speed":{"most":2.1}}"#, &one(&fast)), [""; 0]);

    let mut grown = boxes(1, &[(0, here), (1, here)]);
    grown[1].geometry = Geometry::Box(Rect::from_xywh(50.0, 50.0, 40.0, 10.0));
    assert_eq!(
        told(r#"{"growth":{"most":1.9}}"#, std::slice::from_ref(&grown)),
        ["1: car 1 changes its size 2 times in a frame, at most 1.9 wanted"]
    );
    assert_eq!(told(r#"{"growth":{"most":2}}"#, &[grown]), [""; 0]);

    let beyond = one(&[(0, here), (60, Some(500.0)), (70, None)]);
    assert_eq!(told(r#""marked""#, &beyond), ["60: car 1 lies beyond the picture and is not marked as outside"]);
    assert_eq!(told(r#""marked""#, &one(&[(0, Some(390.0))])), [""; 0]);
}

#[test]
fn jumps_exchanges_and_doubles() {
    let way = |places: [f64; 6]| (0..).zip(places.map(Some)).collect::<Vec<_>>();
    let there = boxes(1, &way([10.0, 12.0, 14.0, 16.0, 200.0, 202.0]));
    let back = boxes(2, &way([194.0, 196.0, 198.0, 198.0, 18.0, 20.0]));
    assert_eq!(told(r#""jumps""#, std::slice::from_ref(&there)), ["4: car 1 jumps"]);
    assert_eq!(told(r#""exchanges""#, std::slice::from_ref(&there)), [""; 0]);
    let both = [there, back];
    assert_eq!(told(r#""exchanges""#, &both), ["4: car 1 may have changed places with car 2"]);
    assert_eq!(told(r#""jumps""#, &both), [""; 0], "an exchange is no jump");

    let on = [boxes(1, &[(0, Some(50.0))]), boxes(2, &[(0, Some(52.0))])];
    assert_eq!(told(r#"{"doubles":{"iou":0.8}}"#, &on), ["0: car 1 lies on car 2 (82 %)"]);
    assert_eq!(told(r#"{"doubles":{"iou":0.9}}"#, &on), [""; 0]);
}

#[test]
fn who_is_to_be_ignored_or_of_another_label_is_not_asked() {
    let rules = rules(r#"{"name":"a","labels":["person"],"check":{"sequence":{"frames":{"min":5}}}}"#);
    let short = |label: u32, role: Role| {
        let mut sequence = Sequence::new(id(1), file(), 1, LabelId(label));
        sequence.marks.set(Mark::Role(role));
        let sequences = Sequences::new(vec![sequence], boxes(1, &[(0, Some(1.0)), (2, None)]));
        let mut found = SequenceProblems::default();
        found.update(&rules, Video { sequences: &sequences, picture: picture(), frames: FRAMES }, || true);
        found.list().count()
    };
    assert_eq!((short(2, Role::Object), short(1, Role::Object), short(2, Role::Ignore)), (1, 0, 0));
}

#[test]
fn a_message_of_its_own_names_the_sequence() {
    let rules =
        rules(r#"{"name":"a","check":{"sequence":{"frames":{"min":5}}},"message":"{label} no. {sequence}: {found}, {kind} {width}"}"#);
    let sequences = sequences(&[boxes(1, &[(3, Some(1.0)), (4, None)])]);
    let mut found = SequenceProblems::default();
    found.update(&rules, Video { sequences: &sequences, picture: picture(), frames: FRAMES }, || true);
    assert_eq!(lines(found.list()), ["3: car no. 1: 1 frame, box 20"]);
    let first = found.list().next().unwrap();
    assert_eq!((first.instance, first.area), (Some(shown_id(member(1))), Some(Rect::from_xywh(1.0, 50.0, 20.0, 10.0))));
}

/// What was accepted is told as such until the sequence changes, on frames and through the video; what blocks is not.
#[test]
fn what_is_accepted_may_stand_until_it_changes() {
    let told = |severity: &str, x: f64| {
        let rules = rules(&format!(
            r#"{{"name":"in","severity":"{severity}","check":"inside"}}, {{"name":"long","check":{{"sequence":{{"frames":{{"min":5}}}}}}}}"#
        ));
        let mut sequences = sequences(&[boxes(1, &[(0, Some(390.0)), (2, None)])]);
        let as_it_was = limn_core::accepted::look_of_track(sequences.get(id(1)).unwrap());
        for rule in [1, 2] {
            let mark = Mark::Accepted(RuleId(rule), Some(limn_core::Accepted { note: "why".into(), look: as_it_was }));
            sequences.apply(file(), &Change::SequenceSet { id: id(1), set: SequenceSet::Mark(mark) });
        }
        let geometry = Geometry::Box(Rect::from_xywh(x, 50.0, 20.0, 10.0));
        let first = InstanceId::from_parts(1, [0; 10]);
        sequences.apply(file(), &Change::InstanceSet { id: first, set: InstanceSet::Geometry(geometry) });
        let found = look(&rules, &sequences, &mut Memory::default()).unwrap();
        found.problems.iter().map(|problem| problem.accepted.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(told("warns", 390.0), [true, true]);
    assert_eq!(told("warns", 391.0), [false, false]);
    assert_eq!(told("blocks", 390.0), [false, true]);
}

/// Instances of frames, out of memory.
#[derive(Default)]
struct Memory {
    own: BTreeMap<u64, Vec<Instance>>,
    looked: Vec<u64>,
    stop: bool,
}

impl Source for Memory {
    type Error = Infallible;

    fn instances_at(&mut self, frame: u64) -> Result<Vec<Instance>, Infallible> {
        Ok(self.own.get(&frame).cloned().unwrap_or_default())
    }

    fn choose(&mut self, frame: u64, _: &Instances, _: &mut Vec<Arc<Problem>>) -> Result<(), Infallible> {
        self.looked.push(frame);
        Ok(())
    }

    fn goes_on(&mut self, _: u64, _: u64) -> bool {
        !self.stop
    }
}

fn look(rules: &Rules, sequences: &Sequences, memory: &mut Memory) -> Option<Found> {
    let own: Vec<u64> = memory.own.keys().copied().collect();
    let Ok(found) = whole::look(rules, File { picture: picture(), frames: FRAMES, sequences: Some(sequences), own: &own }, memory);
    found
}

fn plain(frame: u64, x: f64) -> Instance {
    let geometry = Geometry::Box(Rect::from_xywh(x, 50.0, 20.0, 10.0));
    Instance::new(InstanceId::from_parts(90 + frame, [9; 10]), file(), frame, LabelId(1), geometry)
}

#[test]
fn a_whole_video_is_asked_and_a_row_of_frames_told_once() {
    let rules = rules(
        r#"{"name":"in","severity":"blocks","check":"inside"}, {"name":"all","check":{"sequence":"always"}},
           {"name":"long","check":{"sequence":{"frames":{"min":5}}}}, {"name":"few","check":{"count":{"max":2,"per":"file"}}},
           {"name":"alone","severity":"informs","check":{"count":{"max":1}}}"#,
    );
    // It leaves the picture between two keyframes that lie inside, and comes back; then it stands still.
    let mut out = boxes(1, &[(0, Some(300.0)), (20, Some(390.0)), (40, Some(300.0))]);
    out[1].geometry = Geometry::Box(Rect::from_xywh(400.0, 50.0, 20.0, 10.0));
    let sequences = sequences(&[out, boxes(2, &[(90, Some(50.0)), (93, None)])]);
    let mut memory = Memory::default();
    memory.own.insert(70, vec![plain(70, 100.0)]);
    let found = look(&rules, &sequences, &mut memory).unwrap();
    assert_eq!(
        lines(&found.problems),
        [
            "17-23: car reaches outside the picture",
            "70: car is in no sequence",
            "90: car 2 is in the picture on 3 frames, at least 5 frames wanted",
            "70: 2 of all labels on the frame, at most 1 wanted",
            "90-92: 2 of all labels on the frame, at most 1 wanted",
        ]
    );
    // A sequence is one, on however many frames it is.
    assert_eq!(lines(&found.counted), ["3 of all labels in the file, at most 2 wanted"]);
    // Where nothing moves, one look does.
    let want: Vec<u64> = (0..=40).chain([70, 71, 90, 93]).collect();
    assert_eq!(memory.looked, want);
    memory.stop = true;
    assert_eq!(look(&rules, &sequences, &mut memory), None);
}

#[test]
fn numbers_from_a_damaged_file_cost_nothing() {
    let rules = rules(r#"{"name":"in","check":"inside"}, {"name":"k","check":{"sequence":{"keyframes":{"most":5}}}}"#);
    // The database holds no greater ones.
    let last = i64::MAX as u64;
    let sequences = sequences(&[boxes(1, &[(0, Some(1.0)), (last - 1, Some(9.0)), (last, Some(500.0))])]);
    let mut memory = Memory::default();
    memory.own.insert(last, vec![plain(3, 390.0)]);
    let found = look(&rules, &sequences, &mut memory).unwrap();
    assert!(lines(&found.problems)[0].ends_with("car reaches outside the picture"), "{:?}", lines(&found.problems));
    assert!(memory.looked.len() < 110);
}

type Two = (Option<InstanceId>, Option<InstanceId>);

/// All frames one by one, with nothing left out and nothing remembered.
fn one_by_one(rules: &Rules, sequences: &Sequences, memory: &Memory) -> BTreeSet<(u64, String, Two)> {
    let on = |at: u64| {
        let own = memory.own.get(&at).cloned().unwrap_or_default();
        let document = Document::new(own.into_iter().chain(sequences.at(at)).collect());
        let frame = Frame { instances: document.instances(), picture: picture(), is_file: false, sequences: Some(sequences) };
        let mut problems = Problems::default();
        if !document.instances().is_empty() {
            problems.update(rules, frame, None);
        }
        problems.list().into_iter().map(move |problem| (at, problem.message.clone(), (problem.instance, problem.other))).collect::<Vec<_>>()
    };
    (0..FRAMES).flat_map(on).collect()
}

fn track() -> impl Strategy<Value = Vec<(u64, Option<u16>)>> {
    let step = (1_u64..30, prop::option::weighted(0.8, prop::sample::select(vec![0_u16, 60, 200, 385, 390])));
    prop::collection::vec(step, 1..6).prop_map(|steps| {
        let mut at = 0;
        let placed = steps.into_iter().map(|(by, x)| {
            at += by;
            (at - 1, x)
        });
        placed.filter(|(frame, _)| *frame < FRAMES).collect()
    })
}

proptest! {
    /// Which frames can be left out is a matter of time only.
    #[test]
    fn whatever_is_left_out_says_nothing_new(
        tracks in prop::collection::vec((track(), 0..3_usize, prop::option::of(1..FRAMES)), 1..4),
        own in prop::collection::btree_set(0..FRAMES, 0..4),
        numbered in any::<bool>(),
    ) {
        let off = if numbered { "false" } else { "true" };
        let rules = rules(&format!(
            r#"{{"name":"in","check":"inside"}}, {{"name":"all","check":{{"sequence":"always"}}}},
               {{"name":"two","check":{{"count":{{"min":2}}}},"message":"{{wanted}} wanted"}},
               {{"name":"apart","check":{{"duplicates":{{"iou":0.3}}}},"message":"twice"}},
               {{"name":"odd","off":{off},"check":{{"expression":"frame < 40 or x > 100"}}}}"#
        ));
        let all: Vec<Vec<Instance>> = (1..).zip(&tracks).map(|(number, (placed, ..))| {
            let placed: Vec<Placed> = placed.iter().map(|(frame, x)| (*frame, x.map(f64::from))).collect();
            boxes(number, &placed)
        }).collect();
        let mut sequences = sequences(&all);
        for (number, (_, motion, exit)) in (1..).zip(&tracks) {
            let set = |set| Change::SequenceSet { id: id(number), set };
            sequences.apply(file(), &set(SequenceSet::Motion(Motion::ALL[*motion])));
            sequences.apply(file(), &set(SequenceSet::Exit(*exit)));
        }
        let mut memory = Memory { own: own.into_iter().map(|at| (at, vec![plain(at, 390.0)])).collect(), ..Memory::default() };
        let found = look(&rules, &sequences, &mut memory).unwrap();
        let mut told = BTreeSet::new();
        for problem in &found.problems {
            let (first, last) = problem.frames.unwrap();
            for at in first..=last {
                prop_assert!(told.insert((at, problem.message.clone(), (problem.instance, problem.other))), "twice at {at}");
            }
        }
        prop_assert_eq!(told, one_by_one(&rules, &sequences, &memory));
    }

    /// What is kept of sequences that did not change is what a fresh look finds.
    #[test]
    fn looking_only_at_what_changed_finds_the_same(changes in prop::collection::vec((1..4_u8, 0..3_usize, 0..5_u16), 1..12)) {
        let rules = rules(
            r#"{"name":"a","check":{"sequence":{"frames":{"min":40}}}}, {"name":"b","check":{"sequence":"jumps"}},
               {"name":"c","check":{"sequence":{"doubles":{"iou":0.5}}}}, {"name":"d","check":{"sequence":{"speed":{"most":1}}}}"#,
        );
        let start: Vec<Placed> = vec![(0, Some(0.0)), (10, Some(20.0)), (11, Some(30.0)), (50, None)];
        let mut sequences = sequences(&[boxes(1, &start), boxes(2, &start), boxes(3, &start)]);
        let mut kept = SequenceProblems::default();
        for (of, at, x) in changes {
            let geometry = Geometry::Box(Rect::from_xywh(f64::from(x) * 70.0, 50.0, 20.0, 10.0));
            let id = InstanceId::from_parts(u64::from(of), [at as u8; 10]);
            sequences.apply(file(), &Change::InstanceSet { id, set: InstanceSet::Geometry(geometry) });
            let video = Video { sequences: &sequences, picture: picture(), frames: FRAMES };
            let mut fresh = SequenceProblems::default();
            kept.update(&rules, video, || true);
            fresh.update(&rules, video, || true);
            prop_assert_eq!(lines(kept.list()), lines(fresh.list()));
        }
    }
}
