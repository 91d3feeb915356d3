//! Questions of a schema, answered on the selection.

use super::session::Session;
use limn_core::Schema;
use limn_core::log::{Change, Gesture, kind};
use limn_core::schema::{Answer, AttributeId, Choice, OptionId};
use limn_editor::{Command, Event, Reply, Said};

const SCHEMA: &str = r#"{
  "labels": [{ "name": "car" }, { "name": "person" }],
  "attributes": [
    { "name": "colour", "type": "select", "labels": ["car"], "required": true, "options": ["red", "green"] },
    { "name": "seats", "type": "integer", "labels": ["car"], "min": 1, "max": 9, "default": 4 },
    { "name": "bag", "type": "boolean", "labels": ["person"], "default": true },
    { "name": "extras", "type": "multi", "labels": ["car"], "options": ["rack", "hook"] }
  ]
}"#;
const COLOUR: AttributeId = AttributeId(1);
const SEATS: AttributeId = AttributeId(2);
const BAG: AttributeId = AttributeId(3);
const EXTRAS: AttributeId = AttributeId(4);

/// Two cars are drawn and selected.
fn two_cars() -> Session {
    let mut session = session_of(SCHEMA);
    session.play("B drag 100,100>160,140 Escape drag 300,100>360,140 Ctrl+A");
    assert_eq!(session.editor.selection().len(), 2);
    session
}

fn session_of(written: &str) -> Session {
    Session::over(false, |dir| {
        let mut project = limn_tests::new_project(dir).unwrap().0;
        let mut schema = Schema::from_written(serde_json::from_str(written).unwrap(), project.schema()).unwrap();
        schema.fill_keys();
        let changes = vec![Change::SchemaPublish { number: 0, document: schema.to_document() }];
        project.commit(Gesture { kind: kind::SCHEMA, title: "Schema".into(), target: None, changes }).unwrap();
        project
    })
}

fn answers(session: &Session, attribute: AttributeId) -> Vec<String> {
    let text = |answer: Option<&Answer>| answer.map_or("-".to_owned(), Answer::text);
    session.all().iter().map(|instance| text(instance.marks.answers.get(&attribute))).collect()
}

fn say(session: &mut Session, attribute: AttributeId, reply: Reply) {
    let ids = session.editor.selection().to_vec();
    session.send(Event::Answer(ids, attribute, reply));
}

fn red() -> Answer {
    Answer::Choice(Choice { option: OptionId(1), text: "red".into() })
}

#[test]
fn all_that_is_selected_is_answered_in_one_step() {
    let mut session = two_cars();
    say(&mut session, COLOUR, Reply::Set(red()));
    assert_eq!(answers(&session, COLOUR), ["red", "red"]);
    session.play("Ctrl+Z");
    assert_eq!(answers(&session, COLOUR), ["-", "-"]);
    session.play("Ctrl+Shift+Z");
    say(&mut session, COLOUR, Reply::TakeBack);
    assert_eq!(answers(&session, COLOUR), ["-", "-"]);
}

#[test]
fn a_new_instance_and_a_new_label_begin_with_answers() {
    let mut session = two_cars();
    assert_eq!(answers(&session, SEATS), ["4", "4"]);
    say(&mut session, SEATS, Reply::Set(Answer::Integer(2)));
    session.play("2");
    assert_eq!(answers(&session, BAG), ["yes", "yes"]);
    // The question is hidden now; its answer is kept for when it comes back.
    assert_eq!(answers(&session, SEATS), ["2", "2"]);
    assert!(session.editor.asked().iter().all(|asked| asked.attribute.id == BAG));
    say(&mut session, SEATS, Reply::Set(Answer::Integer(3)));
    assert_eq!(answers(&session, SEATS), ["2", "2"], "answered though it is not asked");
    session.play("Ctrl+Z");
    assert_eq!(answers(&session, BAG), ["-", "-"], "the label and its answers are one step");
}

#[test]
fn a_wrong_answer_changes_nothing_and_is_said() {
    let mut session = two_cars();
    say(&mut session, SEATS, Reply::Set(Answer::Integer(12)));
    assert_eq!(answers(&session, SEATS), ["4", "4"]);
    assert_eq!(session.notices.last().unwrap(), "\"seats\" is 9 at most, not 12.");
}

#[test]
fn what_differs_is_mixed_and_what_is_open_is_found() {
    let mut session = two_cars();
    let (first, second) = (session.editor.selection()[0], session.editor.selection()[1]);
    session.send(Event::Select(vec![first]));
    say(&mut session, COLOUR, Reply::Set(red()));
    assert_eq!(session.editor.asked()[0].said, Said::Same(red()));
    assert!(!session.editor.asked()[0].is_open);
    session.send(Event::Select(vec![first, second]));
    assert_eq!(session.editor.asked()[0].said, Said::Mixed);
    assert!(session.editor.asked()[0].is_open);
    session.send(Event::Select(Vec::new()));
    session.send(Event::Command(Command::NextOpen));
    assert_eq!(session.editor.selection(), [second]);
    say(&mut session, COLOUR, Reply::Set(red()));
    session.send(Event::Command(Command::NextOpen));
    assert_eq!(session.notices.last().unwrap(), "No instance here has an open question.");
}

#[test]
fn of_several_options_each_instance_keeps_its_others() {
    let mut session = two_cars();
    let both = session.editor.selection().to_vec();
    session.send(Event::Answer(vec![both[0]], EXTRAS, Reply::Take(Choice { option: OptionId(1), text: "rack".into() }, true)));
    session.send(Event::Answer(both.clone(), EXTRAS, Reply::Take(Choice { option: OptionId(2), text: "hook".into() }, true)));
    assert_eq!(answers(&session, EXTRAS), ["rack, hook", "hook"]);
    session.send(Event::Answer(both, EXTRAS, Reply::Take(Choice { option: OptionId(2), text: "hook".into() }, false)));
    assert_eq!(answers(&session, EXTRAS), ["rack", "-"]);
    session.play("Ctrl+Z Ctrl+Z Ctrl+Z");
    assert_eq!(answers(&session, EXTRAS), ["-", "-"]);
}

#[test]
fn an_answer_is_of_those_it_was_given_for() {
    let mut session = two_cars();
    let (first, second) = (session.editor.selection()[0], session.editor.selection()[1]);
    session.send(Event::Select(vec![second]));
    session.send(Event::Answer(vec![first], COLOUR, Reply::Set(red())));
    assert_eq!(answers(&session, COLOUR), ["red", "-"]);
    session.send(Event::SetLocked(vec![first], true));
    session.send(Event::Answer(vec![first, second], COLOUR, Reply::TakeBack));
    assert_eq!(answers(&session, COLOUR), ["red", "-"], "a locked one keeps its answer");
}

#[test]
fn a_direction_is_pointed_turned_and_taken_back_in_single_steps() {
    let mut session = session_of(
        r#"{
      "labels": [{ "name": "car" }, { "name": "person" }],
      "attributes": [{ "name": "heading", "type": "direction", "labels": ["car"] }]
    }"#,
    );
    session.play("B drag 100,100>200,180 Escape V click 150,140");
    let heading = AttributeId(1);
    // Nothing is asked about a person.
    session.play("2 Shift+Z");
    assert!(!session.editor.is_drawing());
    session.play("1 Shift+Z");
    assert!(session.editor.is_drawing());
    session.play("drag 152,150>150,170");
    assert_eq!(answers(&session, heading), ["90"]);
    // By the tip, 24 below the middle.
    session.play("drag 150,164>100,140");
    assert_eq!(answers(&session, heading), ["180"]);
    session.play("Alt+Period");
    assert_eq!(answers(&session, heading), ["195"], "turns with the box");
    session.play("Ctrl+Z Ctrl+Z");
    assert_eq!(answers(&session, heading), ["90"], "each was one step");
    session.play("Alt+M");
    assert_eq!(answers(&session, heading), ["90"]);
    session.play("Ctrl+Z");
    assert_eq!(answers(&session, heading), ["-"]);
}
