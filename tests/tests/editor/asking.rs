//! Questions gone through by keys alone.

use super::session::Session;
use limn_core::Schema;
use limn_core::log::{Change, Gesture, kind};
use limn_editor::{AskFilter, Command, Event};

const SCHEMA: &str = r#"{
  "labels": [{ "name": "car" }, { "name": "person" }],
  "attributes": [
    { "name": "colour", "type": "select", "labels": ["car"], "required": true, "options": ["red", "green"] },
    { "name": "seats", "type": "integer", "labels": ["car"], "min": 1, "max": 12 },
    { "name": "plate", "type": "text", "labels": ["car"], "pattern": "[a-z]+" },
    { "name": "bag", "type": "boolean", "labels": ["person"] },
    { "name": "carries", "type": "multi", "labels": ["person"], "options": ["pram", "dog", "stick"] }
  ]
}"#;

/// What follows from answers, options below each other, and many of them.
const NESTED: &str = r#"{
  "labels": [{ "name": "car" }],
  "attributes": [
    { "name": "kind", "type": "select", "options": [
      { "name": "lorry", "attributes": [
        { "name": "load", "type": "select", "options": ["none", { "name": "wood", "attributes": [
          { "name": "sort", "type": "select", "options": ["oak", "fir"] }
        ] }] },
        { "name": "axles", "type": "integer", "min": 2, "max": 9 }
      ] },
      "bus"
    ] },
    { "name": "place", "type": "tree", "options": [
      "town", "field", { "name": "street", "parent": "town" }, { "name": "square", "parent": "town" },
      { "name": "lane", "parent": "street" }, { "name": "kerb", "parent": "street" }
    ] },
    { "name": "maker", "type": "select", "options": [
      "Ada", "Bora", "Cid", "Dala", "Ekko", "Fura", "Gela", "Hane", "Ilmo", "Jura", "Kaya", "Luno"
    ] }
  ]
}"#;

fn with(schema: &str, shapes: &str) -> Session {
    let mut session = Session::over(false, |dir| {
        let mut project = limn_tests::new_project(dir).unwrap().0;
        let mut schema = Schema::from_written(serde_json::from_str(schema).unwrap(), project.schema()).unwrap();
        schema.fill_keys();
        let changes = vec![Change::SchemaPublish { number: 0, document: schema.to_document() }];
        project.commit(Gesture { kind: kind::SCHEMA, title: "Schema".into(), target: None, changes }).unwrap();
        project
    });
    session.play(shapes);
    session.play("V Escape Escape");
    session
}

/// Two cars and a person.
const THREE: &str = "B drag 100,100>160,140 drag 300,100>360,140 drag 100,200>160,240 2";

/// Plays a script and gives the answers to its questions.
fn replay(session: &mut Session, script: &str) -> Vec<String> {
    let before = session.answers().len();
    session.play(script);
    session.answers()[before..].to_vec()
}

/// Each instance's answers in the order of the schema.
fn answers(session: &Session) -> Vec<String> {
    let one = |instance: &limn_core::Instance| instance.marks.answers.values().map(limn_core::schema::Answer::text).collect::<Vec<_>>();
    session.all().iter().map(|instance| one(instance).join(" ")).collect()
}

#[test]
fn every_answer_leads_to_the_next_question() {
    let mut session = with(SCHEMA, "B drag 100,100>160,140 drag 300,100>360,140 drag 100,200>160,240 2");
    let view = session.editor.view();
    let asked = replay(
        &mut session,
        "F7 ?ask 2 ?ask type 4 ?ask type ab Enter ?ask 1 type 1 ?ask type 2 ?ask type q Enter ?ask type y ?ask 1 3 ?ask Enter ?ask",
    );
    let want = [
        "0 colour 1 red 2 green",
        "0 seats",
        "0 plate",
        "1 colour 1 red 2 green",
        "1 seats 1",
        "1 plate",
        "2 bag 1 yes 2 no",
        "2 carries 1 pram 2 dog 3 stick",
        "2 carries 1*pram 2 dog 3*stick",
        "done",
    ];
    assert_eq!(asked, want);
    assert_eq!(answers(&session), ["green 4 ab", "red 12 q", "yes pram, stick"]);
    assert_ne!(session.editor.view(), view);
    assert_eq!(replay(&mut session, "Escape ?ask"), ["not asking"]);
    assert_eq!(session.editor.view(), view, "the view is what it was");
    assert!(session.editor.selection().is_empty() && !session.editor.is_isolated());
}

#[test]
fn the_canvas_looks_at_whom_is_asked_about() {
    let mut session = with(SCHEMA, THREE);
    session.play("F7");
    let (first, view) = (session.editor.selection().to_vec(), session.editor.view());
    assert!(session.editor.is_isolated() && view.visible().contains(limn_core::ImagePos::new(130.0, 120.0)));
    session.play("1");
    assert_eq!(session.editor.view(), view, "the second question about it moves nothing");
    session.play("Tab Tab");
    assert_ne!(session.editor.selection(), first);
    assert!(!session.editor.view().visible().contains(limn_core::ImagePos::new(130.0, 120.0)));
    // A shape that is clicked is asked about.
    session.send(Event::Select(first.clone()));
    assert_eq!(replay(&mut session, "?ask"), ["0 seats"]);
    // Selecting nothing or many does not take the question away.
    session.play("Ctrl+A");
    assert_eq!(session.editor.selection(), first);
}

#[test]
fn back_skip_and_take_back() {
    let mut session = with(SCHEMA, THREE);
    let script =
        "F7 Tab ?ask Backspace ?ask 1 type x Backspace ?ask Backspace ?ask 2 Shift+Tab Delete ?ask Tab Tab Tab ?ask Backspace ?ask";
    let want = [
        "0 seats",
        "0 colour 1 red 2 green",
        "0 seats",
        "0 colour 1*red 2 green",
        "0 colour 1 red 2 green",
        "1 colour 1 red 2 green",
        "0 plate",
    ];
    assert_eq!(replay(&mut session, script), want);
    assert_eq!(answers(&session), ["", "", ""]);
}

#[test]
fn an_undo_is_one_answer_and_goes_back_to_it() {
    let mut session = with(SCHEMA, THREE);
    assert_eq!(replay(&mut session, "F7 1 type 3 Ctrl+Z ?ask"), ["0 seats"]);
    assert_eq!(answers(&session)[0], "red");
    assert_eq!(
        replay(&mut session, "type 5 type a Enter ?ask Ctrl+Z Ctrl+Z Ctrl+Z ?ask"),
        ["1 colour 1 red 2 green", "0 colour 1 red 2 green"]
    );
    assert_eq!(answers(&session)[0], "");
}

#[test]
fn what_is_wrong_is_said_and_stays_to_be_mended() {
    let mut session = with(SCHEMA, THREE);
    let asked = replay(&mut session, "F7 1 type 13 Enter ?ask Backspace Enter ?ask type A1 Enter ?ask");
    assert_eq!(asked[0], "0 seats 13 \"seats\" is 12 at most, not 13");
    assert_eq!(asked[1], "0 plate");
    assert!(asked[2].starts_with("0 plate A1 \"A1\" does not have the form"), "{}", asked[2]);
}

#[test]
fn one_question_for_all() {
    let mut session = with(SCHEMA, "B drag 100,100>160,140 drag 300,100>360,140 drag 100,200>160,240 2 drag 300,200>360,240 1");
    let asked = replay(&mut session, "Shift+F7 ?ask 2 ?ask 1 ?ask 2 ?ask Down ?ask Up Up ?ask");
    let want =
        ["0 colour 1 red 2 green", "1 colour 1 red 2 green", "3 colour 1 red 2 green", "done", "0 seats", "2 carries 1 pram 2 dog 3 stick"];
    assert_eq!(asked, want);
    assert_eq!(answers(&session), ["green", "red", "", "green"]);
    // From the question that is asked, about all; the same command again ends it.
    assert_eq!(
        replay(&mut session, "Escape F7 ?ask Shift+F7 ?ask type 7 ?ask Shift+F7 ?ask"),
        ["0 seats", "0 seats", "1 seats", "not asking"]
    );
}

#[test]
fn which_questions_come_is_chosen() {
    let mut session = with(SCHEMA, THREE);
    session.play("F7 1 Escape");
    assert_eq!(replay(&mut session, "F7 ?ask F3 ?ask F3 ?ask"), ["0 seats", "1 colour 1 red 2 green", "1 colour 1 red 2 green"]);
    assert_eq!(session.editor.preferences.ask_filter, AskFilter::All);
    assert_eq!(session.editor.ask_progress().map(|progress| (progress.instance, progress.instances, progress.questions)), Some((2, 3, 3)));
    session.play("Escape");
    // All comes again, and is answered anew or confirmed.
    assert_eq!(replay(&mut session, "F7 ?ask Enter ?ask"), ["0 colour 1*red 2 green", "0 seats"]);
}

#[test]
fn what_follows_from_an_answer_comes_next() {
    let mut session = with(NESTED, "B drag 100,100>160,140 drag 300,100>360,140");
    let script = "F7 ?ask 1 ?ask 2 ?ask 2 ?ask type 3 ?ask 1 ?ask 1 ?ask 2 ?ask type j Enter ?ask 2 ?ask";
    let want = [
        "0 kind 1 lorry 2 bus",
        "0 load 1 none 2 wood",
        "0 sort 1 oak 2 fir",
        "0 axles",
        "0 place 1 town> 2 field",
        "0 place 1 street> 2 square",
        "0 place 1 lane 2 kerb",
        "0 maker 1 Ada 2 Bora 3 Cid 4 Dala 5 Ekko 6 Fura 7 Gela 8 Hane 9 Ilmo 0 Jura",
        "1 kind 1 lorry 2 bus",
        "1 place 1 town> 2 field",
    ];
    assert_eq!(replay(&mut session, script), want);
    assert_eq!(answers(&session), ["lorry wood fir 3 kerb Jura", "bus"]);
    // In a tree, back leads up, and Enter takes the branch itself.
    let asked = replay(&mut session, "1 1 ?ask Backspace ?ask 1 Enter Right ?ask 2 ?ask");
    assert_eq!(asked, ["1 place 1 lane 2 kerb", "1 place 1 street> 2 square", "1 maker 1 Kaya 2 Luno", "done"]);
    assert_eq!(answers(&session)[1], "bus street Luno");
}

#[test]
fn without_advancing_an_answer_stays() {
    let mut session = with(SCHEMA, THREE);
    session.editor.preferences.answers_advance = false;
    assert_eq!(replay(&mut session, "F7 1 ?ask 2 ?ask Enter ?ask"), ["0 colour 1*red 2 green", "0 colour 1 red 2*green", "0 seats"]);
}

#[test]
fn the_next_file_is_asked_about_when_this_one_is_done() {
    let mut session = with(SCHEMA, "B drag 100,100>160,140 2");
    session.play("file 1 B drag 100,100>160,140 2 V Escape Escape file 0");
    assert_eq!(
        replay(&mut session, "F7 1 1 Enter ?ask Enter ?ask 2 ?ask Escape ?place")[..3],
        ["done", "0 bag 1 yes 2 no", "0 carries 1 pram 2 dog 3 stick"]
    );
    assert_eq!(answers(&session), ["yes pram", "no"]);
}

#[test]
fn who_is_gone_hidden_or_locked_is_not_asked_about() {
    let mut session = with(SCHEMA, "B drag 100,100>160,140 drag 300,100>360,140 drag 100,200>160,240");
    let ids: Vec<_> = session.all().iter().map(|instance| instance.id).collect();
    session.send(Event::SetLocked(vec![ids[1]], true));
    session.play("F7 1");
    session.send(Event::Command(Command::Delete));
    assert_eq!(replay(&mut session, "?ask"), ["1 colour 1 red 2 green"], "the third, which is the second now");
    session.play("Escape");
    session.send(Event::Select(Vec::new()));
    session.send(Event::SetHidden(ids.clone(), true));
    session.play("F7");
    assert_eq!(replay(&mut session, "?ask ?notice"), ["not asking", "The schema asks nothing here."]);
}

/// Questions about the file, the frame and the shapes of it.
const PLACE: &str = r#"{
  "labels": [{ "name": "car" }],
  "attributes": [
    { "name": "colour", "type": "select", "options": ["red", "green"] },
    { "name": "weather", "type": "select", "of": "file", "required": true, "options": ["sun", { "name": "rain", "attributes": [
      { "name": "heavy", "type": "boolean", "default": false }
    ] }] },
    { "name": "camera", "type": "text", "of": "file", "default": "front" },
    { "name": "blurred", "type": "boolean", "of": "frame" }
  ]
}"#;

/// What is stored about files and frames, in the order of the log's keys.
fn stored(session: &Session) -> Vec<String> {
    let rows = session.project.answers().unwrap();
    rows.iter().map(|row| format!("{:?} {} {}", row.frame, row.attribute, row.answer.text())).collect()
}

#[test]
fn files_and_frames_are_asked_about_too() {
    let mut session = with(PLACE, "B drag 100,100>160,140");
    let asked = replay(&mut session, "F7 ?ask 2 ?ask type y ?ask");
    assert_eq!(asked, ["file weather 1 sun 2 rain", "frame blurred 1 yes 2 no", "0 colour 1 red 2 green"]);
    // With the first answer, those that the file begins with are stored.
    assert_eq!(stored(&session), ["None 2 rain", "None 3 no", "None 4 front", "Some(0) 5 yes"]);
    assert_eq!(replay(&mut session, "Ctrl+Z ?ask Ctrl+Z ?ask"), ["frame blurred 1 yes 2 no", "file weather 1 sun 2 rain"]);
    assert_eq!(stored(&session), Vec::<String>::new());
    session.play("Ctrl+Shift+Z Ctrl+Shift+Z Escape");
    assert_eq!(stored(&session).len(), 4);
    let rebuilt = session.project.verify(true).unwrap();
    assert_eq!(rebuilt.problems, Vec::<String>::new());
    assert_eq!(stored(&session).len(), 4);
    session.play("restart");
    session.check();
}

#[test]
fn what_a_file_begins_with_is_no_open_question() {
    use limn_core::schema::attribute::Subject;
    use limn_core::schema::{Answer, AttributeId};
    use limn_editor::{Reply, Said};
    let mut session = with(PLACE, "V");
    let said = |session: &Session| {
        let asked = session.editor.asked_of_place(true).into_iter();
        asked.map(|asked| (asked.attribute.id.0, asked.said.clone(), asked.is_open)).collect::<Vec<_>>()
    };
    let front = Said::Same(Answer::Text("front".into()));
    assert_eq!(said(&session), [(2, Said::Nothing, true), (4, front.clone(), false)]);
    // A question that is not asked, of another kind of whom, or with a wrong answer changes nothing.
    for (subject, id, answer) in [(Subject::File, 3, true), (Subject::File, 5, true), (Subject::Frame, 4, true), (Subject::File, 4, true)] {
        session.send(Event::AnswerPlace(subject, AttributeId(id), Reply::Set(Answer::Bool(answer))));
    }
    assert_eq!(stored(&session), Vec::<String>::new());
    session.send(Event::AnswerPlace(Subject::File, AttributeId(4), Reply::Set(Answer::Text("rear".into()))));
    assert_eq!(stored(&session), ["None 4 rear"]);
    session.play("file 1");
    assert_eq!(said(&session)[1], (4, front, false), "another file");
    session.play("Ctrl+Z");
    assert_eq!(stored(&session), Vec::<String>::new());
}

#[test]
fn an_answer_in_hand_is_given_by_pointing() {
    let mut session = with(SCHEMA, "B drag 100,100>160,140 drag 200,100>260,140 drag 300,100>360,140 drag 100,200>160,240 2");
    let view = session.editor.view();
    session.play("Ctrl+F7");
    assert_eq!(session.editor.pointed(), Some((3, 0)), "the person is not asked for the colour");
    session.play("click 130,120");
    assert_eq!(answers(&session), ["", "", "", ""], "nothing is in hand");
    // A fast sweep over three cars, and over the person; the picture beside them is nothing.
    session.play("2 press 130,220 move 130,120 move 330,120 release 330,300");
    assert_eq!(answers(&session), ["green", "green", "green", ""]);
    assert_eq!((session.editor.selection().len(), session.editor.view()), (3, view), "who has it is bright, and nothing moves");
    session.play("1 click 230,120");
    assert_eq!(
        (answers(&session), session.editor.selection().len()),
        (vec!["green".into(), "red".into(), "green".into(), String::new()], 1)
    );
    session.play("Delete click 130,120 2 Enter");
    assert_eq!(answers(&session)[0], "green", "all that have none get it");
    // A number is written; the next question but one is the person's.
    session.play("Down type 4 Enter Enter Down Down 1 click 130,220");
    assert_eq!(answers(&session), ["green 4", "red 4", "green 4", "yes"]);
    session.play("Ctrl+Z Ctrl+Z");
    assert_eq!(answers(&session), ["green", "red", "green", ""]);
    session.play("Escape");
    assert!(session.editor.asking().is_none() && session.editor.selection().is_empty() && !session.editor.is_isolated());
}

#[test]
fn options_of_several_are_given_one_by_one() {
    let mut session = with(SCHEMA, "B drag 100,100>160,140 2 drag 300,100>360,140 2");
    session.play("Ctrl+F7 Down 1 Enter 3 click 330,120");
    assert_eq!(answers(&session), ["pram", "pram stick"].map(|text| text.replace(' ', ", ")));
}
