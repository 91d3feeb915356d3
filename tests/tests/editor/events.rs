//! Events: what happens in a video, over which frames, and who takes part.

use super::session::{Session, check};
use limn_core::event::{Event as Happening, EventSet};
use limn_core::log::{Change, Gesture, kind};
use limn_core::schema::{Answer, AttributeId};
use limn_core::{EventId, Frames, LabelId, Mark, Schema};
use limn_editor::{Command, Event, EventEdit, Reply, Said};
use limn_store::Project;

const SCHEMA: &str = r#"{"labels":[
    {"name": "car", "key": "1", "used_for": "shapes"},
    {"name": "turns", "key": "2", "used_for": "events"},
    {"name": "follows", "key": "3", "used_for": "events", "roles": ["from", "to"]}],
  "attributes": [
    {"name": "way", "type": "select", "of": "event", "labels": ["turns"], "options": ["left", "right"], "required": true},
    {"name": "fast", "type": "boolean", "of": "event", "default": true}]}"#;

fn over_schema() -> Session {
    Session::over(false, |dir| {
        let (mut project, _) = limn_tests::new_project(dir).unwrap();
        project.publish_schema(&Schema::from_document(SCHEMA).unwrap()).unwrap();
        project
    })
}

fn play(script: &str) -> String {
    let mut session = over_schema();
    session.play(script);
    session.answers().join(" | ")
}

#[test]
fn one_key_begins_and_ends() {
    check(&[
        // The first asks what it is, the next ones are the same.
        ("file 2 frame 1 Insert ?asks 1 ?events frame 3 ?events Insert ?events", "asks for a label | *car 1-1+ | *car 1-3+ | *car 1-3"),
        (
            "file 2 Insert 1 frame 1 Insert frame 3 Insert ?asks ?events frame 4 Insert ?events",
            "does not ask | car 0-1; *car 3-3+ | car 0-1; *car 3-4",
        ),
        // Backwards, too: then the frame at which it was begun is its last.
        ("file 2 frame 3 Insert 1 frame 1 Insert ?events", "*car 1-3"),
        ("file 2 frame 2 Alt+Semicolon 2 frame 4 ?events Alt+Semicolon ?events", "*person 2-2 | person 2-2; *person 4-4"),
        // Several that are open: each in its turn, the last begun first, or the one that is selected.
        (
            "file 2 Insert 1 frame 1 Ctrl+Semicolon 2 frame 3 Insert ?events frame 4 Insert ?events",
            "car 0-3+; *person 1-3 | *car 0-4; person 1-3",
        ),
        ("file 2 Insert 1 frame 1 Ctrl+Semicolon frame 2 Alt+Shift+E frame 3 Insert ?events", "*car 0-3; car 1-3+"),
        // The label that is asked for is given up.
        ("file 2 Insert Escape ?asks ?events", "does not ask | "),
        // An image has no events.
        ("Insert ?asks", "does not ask"),
    ]);
}

#[test]
fn every_step_is_taken_back_alone_and_after_a_restart() {
    let mut session = Session::new(false);
    session.play("file 2 frame 1 Insert 1 2 frame 3 Insert Shift+OpenBracket ?events Ctrl+Z Ctrl+Z ?events Ctrl+Z ?events Ctrl+Z ?events");
    session.play("Ctrl+Y Ctrl+Y Ctrl+Y Ctrl+Y ?events restart ?events Ctrl+Z ?events");
    let whole = "person 3-3";
    let selected = format!("*{whole}");
    assert_eq!(session.answers(), [&selected, "*person 1-3+", "*car 1-3+", "", &selected, whole, "*person 1-3"]);
}

#[test]
fn an_end_that_was_taken_back_is_given_anew() {
    check(&[("file 2 Insert 1 frame 2 Insert Ctrl+Z frame 4 Insert ?events ?place", "*car 0-4 | v.mp4 4")]);
}

#[test]
fn who_is_selected_when_it_begins_takes_part() {
    check(&[
        ("file 2 B drag 10,10>30,20 Insert 1 ?events ?", "*car 0-0+ who car 1 | car box 10,10 30,20"),
        // The first is who, the second the target, as are all others.
        (
            "file 2 B drag 10,10>30,20 B drag 50,10>70,20 B drag 90,10>110,20 V click 60,15 click+shift 20,15 click+shift 100,15 Insert 2 ?events",
            "*person 0-0+ target car 1 target car 3 who car 2",
        ),
        // Later, in any role; twice is once.
        (
            "file 2 Insert 1 B drag 10,10>30,20 role driver role driver ?events Ctrl+Z ?events V click 20,15 role who V click 200,200 ?events",
            "*car 0-0+ driver car 1 | *car 0-0+ | *car 0-0+ who car 1",
        ),
        // The sequence is gone: the event says so, and stays.
        ("file 2 B drag 10,10>30,20 Insert 1 V click 20,15 Shift+Delete ?events", "*car 0-0+ who car 1"),
    ]);
}

#[test]
fn keys_are_about_shapes_first_and_then_about_the_event() {
    check(&[
        ("file 2 Insert 1 2 ?events Delete ?events ?notice", "*person 0-0+ |  | "),
        // A selected shape goes before.
        (
            "file 2 B drag 10,10>30,20 V click 300,200 Insert 1 click 20,15 2 ?events ? Delete ?events",
            "*car 0-0+ | *person box 10,10 30,20 | *car 0-0+",
        ),
        ("file 2 Insert 1 Escape ?events Delete ?events", "car 0-0+ | car 0-0+"),
    ]);
}

#[test]
fn ends_are_moved_gone_to_and_split() {
    check(&[
        (
            "file 2 frame 1 Insert 1 frame 3 Insert frame 2 Shift+CloseBracket ?events frame 4 Shift+OpenBracket ?events",
            "*car 1-2 | *car 4-4",
        ),
        ("file 2 frame 1 Insert 1 Insert frame 0 Shift+CloseBracket ?events", "*car 0-0"),
        ("file 2 Insert 1 Insert range 1>900 ?events range 3>3 ?events", "*car 1-4 | *car 3-3"),
        (
            "file 2 frame 1 Insert 1 frame 3 Insert Ctrl+OpenBracket ?place Ctrl+OpenBracket ?notice Ctrl+CloseBracket ?place Ctrl+CloseBracket ?notice",
            "v.mp4 1 | No event begins or ends before this frame. | v.mp4 3 | No event begins or ends after this frame.",
        ),
        ("file 2 Insert 1 frame 4 Insert frame 2 Alt+Shift+Semicolon ?events Ctrl+Z ?events", "car 0-1; *car 2-4 | *car 0-4"),
        ("file 2 Insert 1 Insert Alt+Shift+Semicolon ?notice", "Go to a frame within the event, behind its first, to cut it there."),
        (
            "file 2 Alt+Shift+E ?notice Shift+OpenBracket ?notice",
            "No event is at this frame. | Select an event first: click its bar in the lanes, or ask for the event at this frame.",
        ),
    ]);
}

#[test]
fn labels_say_what_they_are_for() {
    // No drawing has the label of an event, and no event that of a shape.
    let refused = "\"turns\" is for events, not for shapes. Take another label.";
    assert_eq!(play("file 2 B drag 10,10>30,20 2 ? ?notice"), format!("*car box 10,10 30,20 | Not taken: {refused}"));
    assert_eq!(play("file 2 Insert 1 ?events ?notice"), " | \"car\" is for shapes, not for events. Take another label.");
    // Chosen before, it is not asked for; and what is drawn stays what it was.
    assert_eq!(play("file 2 2 Insert ?events Escape B drag 10,10>30,20 ?"), "*turns 0-0+ | *car box 10,10 30,20");
    // The roles of the label, and a name that is new.
    let script = "file 2 B drag 10,10>30,20 B drag 50,10>70,20 V click 60,15 click+shift 20,15 Insert 3 ?events";
    assert_eq!(play(script), "*follows 0-0+ from car 2 to car 1");
    let mut session = over_schema();
    session.play("file 2 Insert name waits ?events B drag 10,10>30,20 ?");
    assert_eq!(session.answers(), ["*waits 0-0+", "*car box 10,10 30,20"]);
    assert!(!session.project.schema().label_named("waits").unwrap().takes(limn_core::SpatialType::Box));
}

#[test]
fn events_answer_what_is_asked_of_them() {
    let mut session = over_schema();
    session.play("file 2 2 Insert");
    let event = session.editor.selected_event().unwrap().clone();
    let asked = |session: &Session| {
        let event = session.editor.selected_event().unwrap();
        let told = session.editor.asked_of_event(event);
        told.into_iter().map(|asked| (asked.attribute.name.clone(), asked.said, asked.is_open)).collect::<Vec<_>>()
    };
    let fast = |said| ("fast".to_owned(), said, false);
    let yes = Said::Same(Answer::Bool(true));
    assert_eq!(asked(&session), [("way".to_owned(), Said::Nothing, true), fast(yes.clone())], "with what it begins with");
    let [way, fast_id] = [AttributeId(1), AttributeId(2)];
    let left = session.editor.attribute(way).unwrap().options[0].id;
    let left = Answer::Choice(session.editor.attribute(way).unwrap().choice(left).unwrap());
    let answer = |attribute, reply| Event::EditEvent(EventEdit::Answer(event.id, attribute, reply));
    session.send(answer(way, Reply::Set(left.clone())));
    session.check();
    assert_eq!(asked(&session)[0], ("way".to_owned(), Said::Same(left), false));
    // Nonsense changes nothing.
    session.send(answer(way, Reply::Set(Answer::Integer(3))));
    session.send(answer(AttributeId(77), Reply::TakeBack));
    session.send(Event::EditEvent(EventEdit::Answer(EventId::from_parts(1, [1; 10]), way, Reply::TakeBack)));
    session.send(answer(fast_id, Reply::TakeBack));
    session.play("3");
    assert_eq!(asked(&session), [fast(yes)], "another label asks other questions, and begins with what is missing");
    session.send(Event::EditEvent(EventEdit::Mark(event.id, Mark::Unsure(Some("far away".into())))));
    session.play("restart Ctrl+Z Ctrl+Z Ctrl+Z Ctrl+Z ?events");
    assert_eq!(session.answers(), ["*turns 0-0"]);
}

/// The project with a hundred thousand events in its video, some of them behind its end, and of a label that is not there.
fn many(dir: &std::path::Path) -> Project {
    let (mut project, files) = limn_tests::new_project(dir).unwrap();
    let event = |at: u64| {
        let id = EventId::from_parts(at, [1; 10]);
        let mut event = Happening::new(id, files[2], Frames::new(at % 90, at % 90 + at % 7), LabelId(1 + (at % 4) as u32));
        event.set(EventSet::Mark(Mark::Unsure(None)));
        Change::EventAdd(Box::new(event))
    };
    let changes = (0..100_000).map(event).collect();
    project.commit(Gesture { kind: kind::IMPORT, title: "Import".into(), target: None, changes }).unwrap();
    project
}

#[test]
fn a_hundred_thousand_events_do_not_hold_anybody_up() {
    let mut session = Session::over(false, many);
    session.send(Event::OpenFile(2));
    assert_eq!(session.editor.events().len(), 100_000);
    let start = std::time::Instant::now();
    for frame in 0..5 {
        session.send(Event::GoToFrame(frame));
        assert!(session.editor.events_here().len() > 1000);
    }
    session.play("Alt+Shift+E Ctrl+CloseBracket Ctrl+OpenBracket Shift+OpenBracket Ctrl+Z");
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn questions_about_events_are_gone_through_by_keys() {
    // "turns" over 1 to 3, then one at 2 alone; a third is elsewhere.
    let begun = "file 2 frame 1 Ctrl+Semicolon 2 frame 3 Insert frame 2 Alt+Semicolon 2 frame 4 Alt+Semicolon 2 frame 2";
    let asked = play(&format!("{begun} F7 ?ask 1 ?ask 2 ?ask Ctrl+Z ?ask Escape ?ask"));
    let want = ["event at 1 way 1 left 2 right", "event at 2 way 1 left 2 right", "done", "event at 2 way 1 left 2 right", "not asking"];
    assert_eq!(asked, want.join(" | "));
    // One question for all of them; what is not at this frame is asked about there.
    assert_eq!(play(&format!("{begun} frame 4 Shift+F7 ?ask 2 ?ask")), "event at 4 way 1 left 2 right | done");
    // One that is deleted meanwhile is not asked about any longer.
    let mut session = over_schema();
    session.play(&format!("{begun} F7 1 ?ask"));
    session.send(Event::Command(Command::DeleteEvent));
    session.play("?ask");
    assert_eq!(session.answers(), ["event at 2 way 1 left 2 right", "done"]);
}
