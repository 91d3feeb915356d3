//! What queries hold for.

use super::*;
use crate::geometry::{Geometry, Rect};
use crate::ids::{FileId, InstanceId, LabelId};
use crate::schema::{Answer, Choice, OptionId};

fn instance() -> Instance {
    Instance {
        id: InstanceId::from_parts(1, [0; 10]),
        file: FileId::from_parts(1, [0; 10]),
        frame: 7,
        label: LabelId(1),
        geometry: Geometry::Box(Rect::from_xywh(0., 0., 20., 10.)),
        marks: crate::marks::Marks::default(),
        run: None,
        confidence: None,
        extra: None,
        member: None,
    }
}

fn holds(text: &str) -> bool {
    let instance = instance();
    let context = Context { label: "car", file: "Street 1.jpg", author: "ada", answers: None, looked: None };
    Query::parse(text).unwrap().resolve(&Schema::default()).unwrap().matches(&instance, context)
}

#[test]
fn conditions_join() {
    assert!(holds(""));
    assert!(holds("label = car and area >= 200 and frame<8"));
    assert!(!holds("label = car and area > 200"));
    assert!(holds("file ~ street and type=box and author != bob"));
    assert!(!holds("confidence > 0"));
    assert!(holds("occluded = no and role = object and points = 4 and group ="));
    assert!(!holds("occluded = yes"));
}

#[test]
fn mistakes_are_named() {
    assert_eq!(Query::parse("label car"), Err(QueryError::Form("label car".into())));
    assert_eq!(Query::parse("colour = red"), Err(QueryError::Field("colour".into())));
    assert_eq!(Query::parse("area > big"), Err(QueryError::Number("big".into())));
}

const SCHEMA: &str = r#"{"labels": ["car"], "attributes": [
    {"name": "paint", "type": "tree", "options": ["red", {"name": "ruby and rose", "parent": "red"}, "blue"]},
    {"name": "extras", "type": "multi", "options": ["rack", "hook"]},
    {"name": "top speed", "type": "integer"},
    {"name": "moving", "type": "boolean"},
    {"name": "plate", "type": "text"},
    {"name": "where to", "type": "text", "when": {"attribute": "moving", "says": true}},
    {"name": "weather", "type": "select", "of": "file", "options": ["rain", "sun"]},
    {"name": "shaken", "type": "boolean", "of": "frame"},
    {"name": "parts", "type": "multi", "catalogue": "parts"},
    {"name": "old", "type": "text", "deprecated": true}]}"#;

/// What the query says of a car that is ruby and rose, has a hook, drives 50, does not move and yet says where to.
fn answers_hold(text: &str) -> Result<bool, QueryError> {
    let schema = Schema::from_document(SCHEMA).unwrap();
    let id = |name: &str| schema.attributes.iter().find(|attribute| attribute.name == name).unwrap().id;
    let choice = |name: &str, option: u32| {
        schema.attributes.iter().find(|attribute| attribute.name == name).unwrap().choice(OptionId(option)).unwrap()
    };
    let mut marks = crate::marks::Marks::default();
    for (name, answer) in [
        ("paint", Answer::Choice(choice("paint", 2))),
        ("extras", Answer::Choices(vec![choice("extras", 2)])),
        ("top speed", Answer::Integer(50)),
        ("moving", Answer::Bool(false)),
        ("where to", Answer::Text("Rome".into())),
        (
            "parts",
            Answer::Choices(
                [(7, "Bolt"), (5_000_000, "Nut")].map(|(id, text)| Choice { option: OptionId(id), text: text.into() }).to_vec(),
            ),
        ),
        ("old", Answer::Text("x".into())),
    ] {
        marks.set(crate::marks::Mark::Answer(id(name), Some(answer)));
    }
    let mut place = PlaceAnswers::default();
    place.file.insert(id("weather"), Answer::Choice(choice("weather", 1)));
    place.frame.insert(id("shaken"), Answer::Bool(true));
    let instance = Instance { marks, ..instance() };
    let context = Context { label: "car", file: "a.jpg", author: "ada", answers: Some(&place), looked: None };
    let query = Query::parse(text)?;
    Ok(query.resolve(&schema)?.matches(&instance, context))
}

#[test]
fn answers_are_asked_for() {
    for yes in [
        "attribute.paint = red",
        "attribute.paint = \"ruby and rose\" and label = car",
        "attribute.paint != blue and attribute.paint ~ RUBY",
        "attribute.extras = hook and attribute.extras != rack",
        "attribute.\"top speed\" >= 50 and attribute.\"top speed\"<51",
        "attribute.parts = Nut and attribute.parts = Bolt and attribute.parts != Ring and attribute.parts ~ nut",
        "attribute.moving = no and attribute.weather = rain and attribute.shaken = yes",
        "attribute.paint and attribute.paint !=",
        "not attribute.plate and attribute.plate =",
        // Hidden: it does not move.
        "not attribute.\"where to\"",
    ] {
        assert_eq!(answers_hold(yes), Ok(true), "{yes}");
    }
    for no in [
        "attribute.paint = blue",
        "attribute.paint != red",
        "attribute.\"top speed\" != 50",
        "attribute.plate != x",
        "attribute.\"where to\" = Rome",
        "attribute.weather = sun",
        "attribute.plate",
        "not attribute.paint",
    ] {
        assert_eq!(answers_hold(no), Ok(false), "{no}");
    }
}

#[test]
fn mistakes_about_answers_are_named() {
    for (text, error) in [
        ("attribute.", QueryError::Form("attribute.".into())),
        ("attribute.\"paint", QueryError::Form("attribute.\"paint".into())),
        ("not attribute.paint = red", QueryError::Form("not attribute.paint = red".into())),
        ("attribute.pain = red", QueryError::Attribute("pain".into())),
        ("attribute.old = x", QueryError::Attribute("old".into())),
        ("attribute.paint = green", QueryError::Option("paint".into(), "green".into())),
        ("attribute.paint < red", QueryError::Order("paint".into())),
        ("attribute.moving = perhaps", QueryError::YesOrNo("perhaps".into())),
        ("attribute.top speed > fast", QueryError::Number("fast".into())),
    ] {
        assert_eq!(answers_hold(text), Err(error), "{text}");
    }
}

#[test]
fn quotes_hold_a_value_together_only_where_they_open_it() {
    let parts = |text| super::text::parts(text).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(parts("file = \"a and b\" and area > 3"), ["file = \"a and b\"", "area > 3"]);
    assert_eq!(parts("file = 24\" screen and area > 3"), ["file = 24\" screen", "area > 3"]);
    assert_eq!(parts("label = \"é and "), ["label = \"é and "]);
    assert_eq!(parts(" and  and "), ["", "", ""]);
}

#[test]
fn files_are_found_by_how_far_they_are() {
    let mut schema = Schema::default();
    for name in ["car", "traffic light"] {
        schema.add_label(name);
    }
    let looked = Looked { under: Some(1), absent: vec![LabelId(2)], later: vec![LabelId(1)], ..Looked::default() };
    let context = Context { label: "car", file: "a.jpg", author: "", answers: None, looked: Some((FileStatus::Complete, &looked)) };
    let holds = |text: &str| {
        let query = Query::parse(text).unwrap();
        let resolved = query.resolve(&schema).unwrap();
        assert_eq!(resolved.matches_file(context), resolved.matches(&instance(), context) && query.is_of_files(), "{text}");
        resolved.matches(&instance(), context)
    };
    assert!(holds("complete = behind and file = a.jpg"));
    assert!(holds("complete != no"));
    assert!(!holds("complete = yes"));
    assert!(holds("absent.\"traffic light\" and not absent.car"));
    assert!(holds("absent.traffic light and label = car"));
    assert!(!holds("absent.car"));
    // Said to be absent, it was looked for; what came later was not.
    assert!(holds("looked.\"traffic light\" and not looked.car"));
    assert!(!holds("looked.car"));
    assert!(!Query::parse("label = car and complete = no").unwrap().is_of_files());
    assert_eq!(Query::parse("complete = often"), Err(QueryError::State("often".into())));
    assert_eq!(Query::parse("absent.bus").unwrap().resolve(&schema).unwrap_err(), QueryError::Label("bus".into()));
}
