//! Questions that are answered from a catalogue, by keys alone and by pointing.

use super::session::Session;
use limn_core::Schema;
use limn_core::log::{Change, Gesture, kind};
use limn_core::schema::{Answer, Choice, OptionId};
use limn_editor::{Event, recent_first};

const SCHEMA: &str = r#"{"labels": ["car"], "attributes": [
    {"name": "part", "type": "select", "catalogue": "parts"}, {"name": "paints", "type": "multi", "catalogue": "paints"}]}"#;

fn session() -> Session {
    let mut session = Session::over(false, |dir| {
        let mut project = limn_tests::new_project(dir).unwrap().0;
        let mut schema = Schema::from_written(serde_json::from_str(SCHEMA).unwrap(), project.schema()).unwrap();
        schema.fill_keys();
        let changes = vec![Change::SchemaPublish { number: 0, document: schema.to_document() }];
        project.commit(Gesture { kind: kind::SCHEMA, title: "Schema".into(), target: None, changes }).unwrap();
        project
    });
    session.play("B drag 100,100>160,140 drag 300,100>360,140 V Escape Escape");
    session
}

fn entries(texts: &[(u32, &str)]) -> Vec<Choice> {
    texts.iter().map(|(id, text)| Choice { option: OptionId(*id), text: (*text).to_owned() }).collect()
}

fn found(session: &mut Session, catalogue: &str, typed: &str, texts: &[(u32, &str)]) {
    session.send(Event::CatalogueFound { catalogue: catalogue.into(), typed: typed.into(), found: Ok(entries(texts)) });
}

fn searches(session: &mut Session) -> Vec<String> {
    std::mem::take(&mut session.searches).into_iter().map(|(catalogue, typed)| format!("{catalogue}/{typed}")).collect()
}

fn shown(session: &Session) -> Vec<String> {
    session.editor.ask_choices().iter().map(|choice| format!("{} {}", choice.key, choice.name)).collect()
}

/// Each instance's answers, with the numbers that they keep.
fn answers(session: &Session) -> Vec<String> {
    let taken =
        |answer: &Answer| answer.choices().iter().map(|one| format!("{} {}", one.option.0, one.text)).collect::<Vec<_>>().join(", ");
    session.all().iter().map(|one| one.marks.answers.values().map(taken).collect::<Vec<_>>().join("; ")).collect()
}

#[test]
fn the_last_that_is_typed_is_searched_and_taken() {
    let mut session = session();
    session.play("F7");
    assert_eq!(searches(&mut session), ["parts/"]);
    found(&mut session, "parts", "", &[(1, "Bolt M8"), (2, "Nut M8")]);
    assert_eq!(shown(&session), ["1 Bolt M8", "2 Nut M8"]);
    session.play("type n");
    session.play("type u");
    assert_eq!(searches(&mut session), ["parts/n", "parts/nu"]);
    // An answer to what is no longer typed is dropped, and so is one about another catalogue; what is shown stays until then.
    found(&mut session, "parts", "n", &[(9, "Nail")]);
    found(&mut session, "paints", "nu", &[(9, "Nude")]);
    assert_eq!(shown(&session).len(), 2);
    // Enter before the search has ended takes its best, not what happens to be shown.
    session.play("Enter");
    assert_eq!(answers(&session), ["", ""]);
    found(&mut session, "parts", "nu", &[(2, "Nut M8"), (3, "Nut M10")]);
    assert_eq!(answers(&session), ["2 Nut M8", ""]);
    // The next question begins with nothing typed, and is of several.
    assert_eq!(searches(&mut session), ["paints/"]);
    assert!(shown(&session).is_empty());
    found(&mut session, "paints", "", &[(1, "red"), (2, "blue")]);
    session.play("1 2 Enter");
    assert_eq!(answers(&session), ["2 Nut M8; 1 red, 2 blue", ""]);
    // What was taken lately comes first, also where the search has it further down, with its text as it is now.
    found(&mut session, "parts", "", &[(1, "Bolt M8"), (2, "Nut M8 zinc")]);
    assert_eq!(shown(&session), ["1 Nut M8 zinc", "2 Bolt M8"]);
    session.play("Ctrl+Z");
    assert_eq!(answers(&session)[0], "2 Nut M8; 1 red");
}

#[test]
fn digits_are_typed_once_something_is_and_arrows_mark() {
    let mut session = session();
    session.play("F7");
    found(&mut session, "parts", "", &[(1, "Bolt M8")]);
    session.play("type m");
    session.play("type 8");
    assert_eq!(session.searches.last().unwrap().1, "m8");
    found(&mut session, "parts", "m8", &[(1, "Bolt M8"), (2, "Nut M8"), (3, "Ring M8")]);
    assert_eq!(shown(&session), ["↵ Bolt M8", "  Nut M8", "  Ring M8"]);
    session.play("Down Down Down Up Enter");
    assert_eq!(answers(&session), ["2 Nut M8", ""]);
}

#[test]
fn an_entry_in_hand_is_given_by_pointing_and_what_left_is_no_longer_recent() {
    let mut session = session();
    session.play("Ctrl+F7");
    found(&mut session, "parts", "", &[(7, "Bolt M8")]);
    session.play("1 click 130,120 click 330,120");
    assert_eq!(answers(&session), ["7 Bolt M8", "7 Bolt M8"]);
    assert_eq!(session.editor.recent().len(), 1);
    searches(&mut session);
    session.send(Event::CatalogueChanged("parts".into()));
    assert_eq!(searches(&mut session), ["parts/"]);
    assert!(session.editor.recent().is_empty());
    session.send(Event::CatalogueFound { catalogue: "parts".into(), typed: String::new(), found: Err("no catalogue".into()) });
    assert_eq!(session.editor.asking().unwrap().catalogue_problem(), Some("no catalogue"));
    assert_eq!(answers(&session)[0], "7 Bolt M8", "what was answered stays readable");
}

#[test]
fn only_recent_ones_that_fit_come_first() {
    let recent = entries(&[(5, "Crème"), (4, "Bolt")]);
    assert_eq!(recent_first("creme", &recent, entries(&[(1, "Creme fine"), (5, "Crème")])), entries(&[(5, "Crème"), (1, "Creme fine")]));
    assert_eq!(recent_first("", &recent, Vec::new()), recent);
}
