//! What labels say of kinds, size, number and the border of the picture, from the hand to the disk.

use super::session::Session;
use limn_core::log::{Change, Gesture, kind};
use limn_core::schema::Outside;
use limn_core::schema::RuleId;
use limn_core::{FileStatus, Geometry, Polygon, Rect, Schema};
use limn_editor::Event;
use limn_tests::new_project;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// 1 is cut off at the border, 2 goes on outside, 3 refuses that, 4 is a polygon only, 5 is a box of some size, two a frame.
const LABELS: &str = r#"{"labels":[
    {"name":"cut","key":"1"},
    {"name":"free","key":"2","outside":"allow"},
    {"name":"in","key":"3","outside":"refuse"},
    {"name":"lane","key":"4","shapes":["polygon","polyline"],"default_shape":"polygon"},
    {"name":"few","key":"5","min_size":20,"max_count":2}]}"#;

fn session() -> Session {
    Session::over(false, |dir| {
        let mut project = new_project(dir).unwrap().0;
        let document = Schema::from_document(LABELS).unwrap().to_document();
        let changes = vec![Change::SchemaPublish { number: 0, document }];
        project.commit(Gesture { kind: kind::SCHEMA, title: "Labels".into(), target: None, changes }).unwrap();
        project
    })
}

fn check(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(script, want)| {
            let mut session = session();
            session.play(script);
            (script, want, session.answers().join(" | "))
        })
        .filter(|(_, want, got)| *want != got)
        .map(|(script, want, got)| format!("\n  {script}\n    want {want}\n    got  {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

const MUST_BE_IN: &str = "Not taken: \"in\" must lie inside the picture, and this reaches outside. Put it inside.";
const CUT: &str = "Cut at the border of the picture.";

#[test]
fn drawn_over_the_border() {
    check(&[
        ("1 B drag 350,250>450,350 ?", "*cut box 350,250 400,300"),
        ("2 B drag 350,250>450,350 ? ?notice restart ?", "*free box 350,250 450,350 |  | free box 350,250 450,350"),
        ("3 B drag 350,250>390,290 ?", "*in box 350,250 390,290"),
        // Refused: the first corner stays, and another click makes the box.
        (
            "3 B drag 350,250>450,350 ? ?notice ?drawing click 390,290 ?",
            &format!("nothing | {MUST_BE_IN} | drawing | *in box 350,250 390,290"),
        ),
        (
            "3 P click 350,250 click 390,250 click 450,290 Enter ? ?draft Backspace click 390,290 Enter ?",
            "nothing | Polygon 350,250 390,250 450,290 | *in poly 350,250 390,250 390,290",
        ),
        ("2 P click 350,250 click 390,250 click 450,290 Enter ?", "*free poly 350,250 390,250 450,290"),
        ("2 Shift+O click 420,10 ?", "*free point 420,10"),
        ("3 Shift+O click 420,10 ? click 20,10 ?", "nothing | *in point 20,10"),
    ]);
}

#[test]
fn moved_and_reshaped_over_the_border() {
    check(&[
        // Nothing is cut by a move: it stops.
        ("1 B drag 350,250>390,290 V drag 370,270>420,270 ?", "*cut box 360,250 400,290"),
        ("2 B drag 350,250>390,290 V drag 370,270>420,270 ?", "*free box 400,250 440,290"),
        (
            "3 B drag 350,250>390,290 V drag 370,270>420,270 ? ?notice drag 370,270>375,270 ?",
            &format!("*in box 350,250 390,290 | {MUST_BE_IN} | *in box 355,250 395,290"),
        ),
        // The label of the shape counts, not the one that is drawn next.
        ("2 B drag 350,250>390,290 Escape 1 V click 370,270 drag 390,290>420,310 ?", "*free box 350,250 420,310"),
        ("1 B drag 350,250>390,290 Escape 2 V click 370,270 drag 390,290>420,310 ?", "*cut box 350,250 400,300"),
        ("3 B drag 350,250>390,290 V drag 390,290>420,310 ? ?notice", &format!("*in box 350,250 390,290 | {MUST_BE_IN}")),
        ("1 B drag 10,10>50,40 box 380,30,60,40 ? ?notice", &format!("*cut box 380,30 400,70 | {CUT}")),
        ("2 B drag 10,10>50,40 box 380,30,60,40 ?", "*free box 380,30 440,70"),
        ("3 B drag 10,10>50,40 box 380,30,60,40 ? ?notice", &format!("*in box 10,10 50,40 | {MUST_BE_IN}")),
    ]);
}

#[test]
fn copied_over_the_border() {
    let free = "2 P click 350,10 click 450,10 click 450,110 Enter Ctrl+C";
    let stamp = "1 P click 10,10 click 110,10 click 110,110 Enter";
    check(&[
        // Named anew it is cut as the new label has it, where its side crosses the border, and no point is moved.
        (&format!("{free} 1 ? ?notice"), &format!("*cut poly 350,10 400,10 400,60 | {CUT}")),
        (&format!("{free} 3 ? ?notice"), &format!("*free poly 350,10 450,10 450,110 | {MUST_BE_IN}")),
        (&format!("{free} move 10,200 Delete Ctrl+Shift+V ?"), "*free poly 350,10 450,10 450,110"),
        (&format!("{free} ahead 1 PageDown ?"), "free poly 350,10 450,10 450,110"),
        // At the border a copy goes to the other side.
        ("3 B drag 350,250>400,300 Ctrl+D ?", "in box 350,250 400,300; *in box 342,242 392,292"),
        ("1 B drag 350,250>400,300 Ctrl+D ?", "cut box 350,250 400,300; *cut box 342,242 392,292"),
        ("3 B drag 0,0>400,300 Ctrl+D ? ?notice", &format!("*in box 0,0 400,300 | {MUST_BE_IN}")),
        ("1 B drag 0,0>400,300 Ctrl+D ? ?notice", &format!("cut box 0,0 400,300; *cut box 8,8 400,300 | {CUT}")),
    ]);
    let stamped = |label: &str, at: &str| {
        let mut session = session();
        session.play(stamp);
        session.play(&format!("Alt+S Escape {label} click {at} ?"));
        session.answers().join("")
    };
    assert!(stamped("1", "390,150").ends_with("*cut poly 340,100 400,100 400,160"), "{}", stamped("1", "390,150"));
    assert!(stamped("2", "390,150").ends_with("*free poly 340,100 440,100 440,200"), "{}", stamped("2", "390,150"));
    assert_eq!(stamped("3", "390,150"), "cut poly 10,10 110,10 110,110");
}

#[test]
fn kinds_size_and_number() {
    let not_box = "\"lane\" may be polygon or polyline, not box. Take another tool, or another label.";
    let few = "Not taken: a frame may have 2 of \"few\" and no more. Delete one, or take another label.";
    let two = "5 B drag 10,10>50,50 drag 60,10>100,50";
    check(&[
        // The label brings its tool, and another tool is told of at once.
        ("4 ?tool B ?notice drag 10,10>50,50 ?", &format!("Polygon | {not_box} | nothing")),
        ("1 B drag 10,10>50,50 4 ? ?notice", &format!("*cut box 10,10 50,50 | Not taken: {not_box}")),
        ("1 B drag 10,10>50,50 Escape 4 ?tool", "Polygon"),
        (
            "5 B drag 10,10>50,25 ? ?notice",
            "nothing | Not taken: \"few\" must be at least 20 pixels wide and high. Make it larger, or take another label.",
        ),
        ("5 B drag 10,10>50,50 drag 50,50>25,25 ?", "*few box 10,10 50,50"),
        (&format!("{two} drag 110,10>150,50 ? ?notice"), &format!("few box 10,10 50,50; *few box 60,10 100,50 | {few}")),
        (&format!("{two} Ctrl+D ?notice"), few),
        (&format!("{two} Delete drag 110,10>150,50 ?"), "few box 10,10 50,50; *few box 110,10 150,50"),
        (&format!("{two} PageDown drag 110,10>150,50 ?"), "*few box 110,10 150,50"),
        (
            "4 click 10,10 click 50,10 click 50,50 Enter Ctrl+Alt+B ? ?notice",
            &format!("*lane poly 10,10 50,10 50,50 | Not taken: {not_box}"),
        ),
        (&format!("{two} Escape 1 drag 110,10>150,50 5 ?notice"), few),
    ]);
}

fn is_inside(geometry: &Geometry) -> bool {
    let bounds = geometry.bounds().unwrap();
    bounds.min.x >= 0.0 && bounds.min.y >= 0.0 && bounds.max.x <= 400.0 && bounds.max.y <= 300.0
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 24, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() }
}

fn gesture() -> impl Strategy<Value = String> {
    let place = || (-6..=46_i32, -6..=36_i32).prop_map(|(x, y)| format!("{},{}", x * 10, y * 10));
    let triangle = (place(), place(), place()).prop_map(|(a, b, c)| format!("P click {a} click {b} click {c} Enter Escape"));
    prop_oneof![
        3 => (place(), place()).prop_map(|(a, b)| format!("B drag {a}>{b} Escape")),
        3 => triangle,
        3 => (place(), place()).prop_map(|(a, b)| format!("V drag {a}>{b}")),
        1 => (place(), place()).prop_map(|(a, b)| format!("V click {a} drag+shift {a}>{b}")),
        1 => place().prop_map(|at| format!("Ctrl+A Ctrl+C move {at} Ctrl+V")),
        1 => Just("Ctrl+A Ctrl+D".to_owned()),
        1 => Just("Ctrl+A Shift+Right Shift+Down".to_owned()),
        1 => place().prop_map(|at| format!("V click {at} Period Alt+M Alt+Equals")),
        1 => prop_oneof![Just("V Escape Escape 1"), Just("V Escape Escape 2"), Just("Ctrl+A 1"), Just("Ctrl+A 3")].prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(config())]

    /// Whatever is done: what is cut off or refused at the border is never outside.
    #[test]
    fn nothing_of_those_labels_is_outside(gestures in prop::collection::vec(gesture(), 1..12), first in 1..=3_u32) {
        let mut session = session();
        session.play(&format!("{first} {}", gestures.join(" ")));
        for instance in session.all() {
            let outside = session.editor.schema.label(instance.label).unwrap().outside;
            let is_turned = matches!(instance.geometry, Geometry::RotatedBox(_)) && outside == Outside::Clip;
            prop_assert!(outside == Outside::Allow || is_turned || is_inside(&instance.geometry), "{instance:?}");
        }
    }

    /// An area is cut to what of it lies in the picture, no more and no less.
    #[test]
    fn what_is_cut_is_what_lies_inside(points in prop::collection::vec((-200..=600_i32, -200..=500_i32), 3..9)) {
        let points: Vec<_> = points.into_iter().map(|(x, y)| [f64::from(x), f64::from(y)].into()).collect();
        let whole = Geometry::Polygon(Polygon::simple(limn_core::geometry::convex_hull(points)));
        prop_assume!(whole.is_sound() && whole.area() > 100.0);
        let cut = match limn_tools::fitted(&whole, [400.0, 300.0]) {
            limn_tools::Fit::Whole => { prop_assert!(is_inside(&whole)); whole.clone() }
            limn_tools::Fit::Cut(cut) => cut,
            limn_tools::Fit::Gone => {
                let far = Rect::from_xywh(1.0, 1.0, 398.0, 298.0);
                prop_assert!(far.corners().iter().chain([&far.center()]).all(|pos| !whole.contains(*pos)));
                return Ok(());
            }
        };
        prop_assert!(is_inside(&cut) && cut.area() <= whole.area() + 0.01 * whole.num_points() as f64 * 700.0);
        for (x, y) in (0..20).flat_map(|x| (0..15).map(move |y| (x, y))) {
            let pos = [f64::from(x) * 20.0 + 10.3, f64::from(y) * 20.0 + 10.7].into();
            prop_assert!(cut.contains(pos) == whole.contains(pos) || whole.border_distance(pos) < 0.05, "{pos:?}");
        }
    }
}

/// The first label is retired and takes no boxes any more.
fn narrower(session: &Session) -> Schema {
    let mut schema = session.project.schema().clone();
    schema.labels[0].shapes = vec![limn_core::SpatialType::Mask];
    (schema.labels[0].deprecated, schema.labels[0].key) = (true, None);
    schema
}

#[test]
fn a_drawing_begun_under_one_version_is_saved_after_the_next_came() {
    let mut session = session();
    session.play("1 P click 50,50 click 90,50 click 90,90");
    let schema = narrower(&session);
    session.send(limn_editor::Event::PublishSchema(Box::new(schema.clone()), "masks only".into()));
    assert_eq!(session.project.schema(), &schema, "in force at once");
    session.play("Enter ? ?notice");
    let answers = session.answers();
    assert_eq!(answers[0], "*cut poly 50,50 90,50 90,90", "{answers:?}");
    assert_eq!(session.editor.schema, schema);
    // The next drawing is of the version in force.
    assert_eq!(session.editor.active_label(), Some(limn_core::LabelId(2)));
    session.play("Escape 1 B drag 100,100>140,140 ?");
    assert!(session.answers().last().is_some_and(|answer| answer.contains("*free box")), "{:?}", session.answers());
}

#[test]
fn a_version_that_cannot_be_used_is_not_published() {
    let mut session = session();
    let before = session.project.schema().clone();
    let mut schema = before.clone();
    schema.labels[1].name = "cut".into();
    session.send(limn_editor::Event::PublishSchema(Box::new(schema), String::new()));
    assert!(session.notices.last().is_some_and(|notice| notice.contains("stands twice")), "{:?}", session.notices);
    assert_eq!((session.project.schema(), &session.editor.schema), (&before, &before));
    // A label that is named while a drawing goes on joins the version that came meanwhile.
    session.play("1 P click 50,50 click 90,50");
    let schema = narrower(&session);
    session.send(limn_editor::Event::PublishSchema(Box::new(schema), String::new()));
    session.send(limn_editor::Event::NameLabel("late".into()));
    let stored = session.project.schema();
    assert!(stored.labels[0].deprecated && stored.label_named("late").is_some());
}

/// While it is moved it is told whether it will be taken.
#[test]
fn what_will_be_refused_is_told_while_it_is_moved() {
    let mut session = session();
    let told = |session: &Session| session.editor.preview().refused;
    session.play("3 B drag 40,40>80,80 Escape V click 60,60");
    session.play("press 60,60 move 30,60");
    assert!(!told(&session));
    session.play("move 10,60");
    let preview = session.editor.preview();
    assert!(preview.refused);
    assert_eq!(preview.readout.as_deref(), Some("outside: not taken"));
    session.play("move 60,60 release 60,60");
    assert!(!told(&session));
    // The same under another label.
    session.play("Escape 2 B drag 140,40>180,80 Escape V click 160,60 press 160,60 move 160,10");
    assert!(!told(&session));
}

/// A stroke that is refused is not lost: it can be gone on with, tried again, or dropped.
#[test]
fn a_refused_stroke_is_kept_for_correction() {
    let mut session = session();
    // Not 20 pixels high.
    session
        .play("5 R OpenBracket OpenBracket OpenBracket OpenBracket OpenBracket OpenBracket OpenBracket OpenBracket drag 100,100>160,100");
    assert_eq!((session.all().len(), session.editor.is_drawing()), (0, true));
    let preview = session.editor.preview();
    assert!(preview.refused && preview.mask.is_some());
    session.play("drag 100,100>100,140");
    let bounds = session.all()[0].geometry.bounds().unwrap();
    assert!(session.all().len() == 1 && bounds.width() > 55.0 && bounds.height() > 35.0, "both strokes: {bounds:?}");
    assert!(!session.editor.is_drawing() && !session.editor.preview().refused);
    // With another label it is taken.
    session.play("Escape drag 100,200>160,200 1 Enter");
    assert_eq!(session.all().len(), 2);
    session.play("Escape 5 drag 200,200>260,200 Escape");
    assert_eq!((session.all().len(), session.editor.is_drawing()), (2, false));
}

/// What is on the canvas must have been asked, in the state in which it is.
#[test]
fn a_file_that_breaks_a_rule_that_blocks_stays_open() {
    let rule = |severity: &str| format!(r#"{{"labels":["a"],"rules":[{{"name":"r","severity":"{severity}","check":"inside"}}]}}"#);
    let session = |severity: &str| {
        Session::over(false, |dir| {
            let mut project = new_project(dir).unwrap().0;
            project.publish_schema(&Schema::from_document(&rule(severity)).unwrap()).unwrap();
            project
        })
    };
    let is_complete = |session: &Session, at: usize| session.editor.files[at].file.status == FileStatus::Complete;
    let told = |session: &mut Session, blocking: usize| {
        let (place, stamp) = (session.editor.place().unwrap(), session.editor.document().stamp().clone());
        session.send(Event::Checked { place, stamp, blocking });
    };
    let mut free = session("warns");
    free.play("X");
    assert!(is_complete(&free, 0));

    let mut held = session("blocks");
    held.play("B drag 10,10>40,40 Shift+Enter");
    assert!(!is_complete(&held, 0) && held.editor.current() == Some(0), "nobody knows yet");
    told(&mut held, 2);
    assert!(!is_complete(&held, 0) && held.notices.last().unwrap().starts_with("Not complete: 2 problems block it"));
    told(&mut held, 0);
    assert!(!is_complete(&held, 0), "it has to be asked for again");
    held.play("V drag 20,20>25,20 X");
    assert!(!is_complete(&held, 0), "that was another state");
    told(&mut held, 0);
    assert!(is_complete(&held, 0));
    // Who goes on while it is looked at did not mean the next file.
    held.play("X B drag 50,50>60,60 X PageDown");
    told(&mut held, 0);
    assert!(!is_complete(&held, 0) && !is_complete(&held, 1));
}

/// A video is complete when all of its frames were asked, in the state in which they are.
#[test]
fn a_video_is_complete_when_all_its_frames_were_looked_at() {
    let rule = r#"{"labels":["a"],"rules":[{"name":"r","severity":"blocks","check":"inside"}]}"#;
    let mut session = Session::over(false, |dir| {
        let mut project = new_project(dir).unwrap().0;
        project.publish_schema(&Schema::from_document(rule).unwrap()).unwrap();
        project
    });
    session.play("file 2 B drag 10,10>30,20");
    let is_complete = |session: &Session| session.editor.files[2].file.status == FileStatus::Complete;
    let told = |session: &mut Session, blocking: Option<usize>| {
        let (file, work) = (session.checks.pop().unwrap(), session.editor.work_revision());
        session.send(Event::FileChecked { file, work, blocking: blocking.map(|count| vec![None; count]) });
    };
    // What is found on the canvas says nothing of the other frames.
    let canvas = |session: &mut Session| {
        let (place, stamp) = (session.editor.place().unwrap(), session.editor.document().stamp().clone());
        session.send(Event::Checked { place, stamp, blocking: 0 });
    };
    canvas(&mut session);
    session.play("X");
    canvas(&mut session);
    assert!(!is_complete(&session) && session.checks.len() == 1);
    told(&mut session, Some(3));
    assert!(!is_complete(&session) && session.notices.last().unwrap().starts_with("Not complete: 3 problems block it"));
    session.play("X");
    told(&mut session, None);
    assert!(!is_complete(&session) && session.notices.last().unwrap().contains("not all of its frames were looked at"));
    // Frames may be gone through meanwhile; what is changed meanwhile was not looked at.
    session.play("X");
    let work = session.editor.work_revision();
    session.play("frame 3 V drag 20,15>25,15");
    let file = session.checks.pop().unwrap();
    session.send(Event::FileChecked { file, work, blocking: Some(Vec::new()) });
    assert!(!is_complete(&session) && session.notices.last().unwrap().contains("it was changed while"));
    session.play("X Ctrl+Z");
    session.send(Event::FileChecked { file, work: session.editor.work_revision() - 1, blocking: Some(Vec::new()) });
    assert!(!is_complete(&session), "a step that is taken back is a change");
    session.play("X frame 1");
    session.checks.push(file);
    told(&mut session, Some(0));
    assert!(is_complete(&session));
}

/// What is accepted is marked on the instance, or on the sequence of all its frames, as one step.
#[test]
fn what_is_accepted_is_one_step() {
    let mut session = Session::new(false);
    session.play("B drag 10,10>40,40");
    let id = session.editor.document().instances().iter().next().unwrap().id;
    let accepted =
        |session: &Session| session.editor.document().get(id).unwrap().marks.accepted.get(&RuleId(1)).map(|one| one.note.clone());
    session.send(Event::Accept(id, RuleId(1), Some("small".into())));
    assert_eq!(accepted(&session).as_deref(), Some("small"));
    session.play("Ctrl+Z");
    assert_eq!(accepted(&session), None);
    session.play("Ctrl+Y");
    session.send(Event::Accept(id, RuleId(1), None));
    assert_eq!(accepted(&session), None);
    session.play("file 2 B drag 10,10>30,20 frame 4");
    let track = session.editor.sequences().tracks().next().unwrap().clone();
    let shown = limn_core::sequence::shown_id(limn_core::sequence::Member { sequence: track.sequence.id, part: 0 });
    session.send(Event::Accept(shown, RuleId(2), Some(String::new())));
    let now = session.editor.sequences().get(track.sequence.id).unwrap().clone();
    assert!(now.sequence.marks.accepted.contains_key(&RuleId(2)) && now.num_keyframes() == 1);
    session.check();
}
