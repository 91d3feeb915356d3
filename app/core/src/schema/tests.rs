//! Schemas as people write them, and which questions follow from them.

use super::attribute::{Control, Subject};
use super::questions::{About, Answers, Questions};
use super::*;
use crate::geometry::SpatialType;
use crate::palette;

fn street() -> Schema {
    Schema::from_document(
        r#"{"labels":["vehicle",{"name":"car","parent":"vehicle","outside":"allow"},"person"],
            "attributes":[
              {"name":"moving","type":"checkbox","default":true},
              {"name":"colour","type":"radio","labels":["vehicle"],"required":true,"options":[
                 "red",
                 {"name":"other","attributes":[{"name":"which colour","type":"text","required":true}]}]},
              {"name":"kind","type":"tree","labels":["car"],"options":["small",{"name":"tiny","parent":"small"},"large"]},
              {"name":"doors","type":"integer","min":0,"max":6,"when":{"all":[{"attribute":"kind","is":["small"]},{"shape":["box"]}]}},
              {"name":"weather","type":"select","of":"file","options":["dry","wet"]}]}"#,
    )
    .unwrap()
}

fn named<'s>(schema: &'s Schema, name: &str) -> &'s Attribute {
    schema.attributes.iter().find(|attribute| attribute.name == name).unwrap()
}

fn take(schema: &Schema, attribute: &str, option: &str) -> (AttributeId, Answer) {
    let attribute = named(schema, attribute);
    let option = attribute.options.iter().find(|one| one.name == option).unwrap().id;
    (attribute.id, Answer::Choice(attribute.choice(option).unwrap()))
}

fn asked(schema: &Schema, label: &str, answers: &[(AttributeId, Answer)]) -> Vec<String> {
    let answers: Answers = answers.iter().cloned().collect();
    let label = schema.label_named(label).map(|label| label.id);
    let about = About { subject: Subject::Instance, label, shape: Some(SpatialType::Box), answers: &answers };
    Questions::new(schema).asked(schema, about).iter().map(|attribute| attribute.name.clone()).collect()
}

#[test]
fn what_people_write_shortly_is_completed_and_stays_as_it_is() {
    let schema = street();
    assert_eq!(schema.label_named("car").unwrap().parent, Some(LabelId(1)));
    assert_eq!(schema.label_named("car").unwrap().outside, Outside::Allow);
    let colour = named(&schema, "colour");
    assert_eq!((colour.kind, colour.control, colour.labels.as_slice()), (AttributeType::Select, Control::Buttons, &[LabelId(1)][..]));
    assert_eq!(named(&schema, "moving").default, Some(Answer::Bool(true)));
    // The attribute within the option stands for the labels of that option's attribute, and after it.
    assert_eq!(named(&schema, "which colour").labels, colour.labels);
    assert_eq!(Schema::from_document(&schema.to_document()).unwrap(), schema);
}

#[test]
fn options_open_questions_and_hidden_answers_do_not_count() {
    let schema = street();
    assert_eq!(asked(&schema, "person", &[]), ["moving"]);
    assert_eq!(asked(&schema, "vehicle", &[]), ["moving", "colour"]);
    assert_eq!(asked(&schema, "car", &[]), ["moving", "colour", "kind"]);
    let other = take(&schema, "colour", "other");
    assert_eq!(asked(&schema, "vehicle", std::slice::from_ref(&other)), ["moving", "colour", "which colour"]);
    // A branch of the tree is taken by all that stands below it.
    assert_eq!(asked(&schema, "car", &[take(&schema, "kind", "tiny")]), ["moving", "colour", "kind", "doors"]);
    assert_eq!(asked(&schema, "car", &[take(&schema, "kind", "large")]), ["moving", "colour", "kind"]);
    // "kind" is not asked of a vehicle that is no car: its old answer opens nothing, and leaves with no export.
    let kept: Answers = [take(&schema, "kind", "tiny"), other].into_iter().collect();
    let label = schema.label_named("vehicle").map(|label| label.id);
    let about = About { subject: Subject::Instance, label, shape: Some(SpatialType::Box), answers: &kept };
    let questions = Questions::new(&schema);
    assert_eq!(questions.in_force(&schema, about).len(), 1);
    let open: Vec<&str> = questions.open(&schema, about).iter().map(|attribute| attribute.name.as_str()).collect();
    assert_eq!(open, ["which colour"]);
    let file = About { subject: Subject::File, label: None, shape: None, answers: &Answers::new() };
    assert_eq!(questions.asked(&schema, file), [named(&schema, "weather")]);
}

#[test]
fn each_condition_holds_when_it_says_so() {
    let text = |when: &str| {
        format!(
            r#"{{"labels":["vehicle",{{"name":"car","parent":"vehicle"}},"person"],"attributes":[
            {{"name":"lit","type":"boolean"}},{{"name":"count","type":"integer"}},{{"name":"word","type":"text"}},
            {{"name":"colour","type":"multi","options":["red","blue"]}},{{"name":"asked","type":"text","when":{when}}}]}}"#
        )
    };
    let (lit, count, word, colour) = (AttributeId(1), AttributeId(2), AttributeId(3), AttributeId(4));
    let red = Answer::Choices(vec![Choice { option: OptionId(1), text: "red".into() }]);
    let all = [(lit, Answer::Bool(true)), (count, Answer::Integer(4)), (word, Answer::Text("x".into())), (colour, red)];
    let rows = [
        (r#"{"attribute":"lit","says":true}"#, true, false),
        (r#"{"attribute":"lit","says":false}"#, false, false),
        (r#"{"not":{"attribute":"lit","says":true}}"#, false, true),
        (r#"{"attribute":"count","between":[4,9]}"#, true, false),
        (r#"{"attribute":"count","between":[5,9]}"#, false, false),
        (r#"{"attribute":"word","text":"x"}"#, true, false),
        (r#"{"attribute":"word","text":"X"}"#, false, false),
        (r#"{"attribute":"colour","is":["red"]}"#, true, false),
        (r#"{"attribute":"colour","is":["blue"]}"#, false, false),
        (r#"{"attribute":"colour","answered":true}"#, true, false),
        (r#"{"attribute":"colour","answered":false}"#, false, true),
        (r#"{"label":["vehicle"]}"#, true, true),
        (r#"{"label":["person"]}"#, false, false),
        (r#"{"shape":["polygon","box"]}"#, true, true),
        (r#"{"shape":["polygon"]}"#, false, false),
        (r#"{"any":[{"shape":["polygon"]},{"attribute":"lit","says":true}]}"#, true, false),
        (r#"{"all":[{"shape":["box"]},{"attribute":"lit","says":false}]}"#, false, false),
        (r#"{"any":[]}"#, false, false),
        (r#"{"all":[]}"#, true, true),
    ];
    for (when, answered, empty) in rows {
        let schema = Schema::from_document(&text(when)).unwrap();
        let is_asked = |answers: &[(AttributeId, Answer)]| asked(&schema, "car", answers).contains(&"asked".to_owned());
        assert_eq!((is_asked(&all), is_asked(&[])), (answered, empty), "{when}");
    }
}

#[test]
fn numbers_are_never_given_to_something_else() {
    let before = street();
    let written = serde_json::json!({"labels": ["bus", "person"], "attributes": [
        {"name": "colour", "type": "select", "options": ["blue", "other"]}, {"name": "size", "type": "float"}]});
    let now = Schema::from_written(written, &before).unwrap();
    assert_eq!(now.label_named("bus").unwrap().id, LabelId(4));
    assert_eq!(now.label_named("person").unwrap().id, before.label_named("person").unwrap().id);
    assert!(now.label_named("car").unwrap().deprecated);
    let (old, new) = (named(&before, "colour"), named(&now, "colour"));
    assert_eq!(old.id, new.id);
    let options: Vec<(&str, u32, bool)> = new.options.iter().map(|option| (option.name.as_str(), option.id.0, option.deprecated)).collect();
    assert_eq!(options, [("blue", 3, false), ("other", 2, false), ("red", 1, true)]);
    assert!(named(&now, "moving").deprecated && named(&now, "size").id.0 > 6);
}

#[test]
fn mistakes_in_attributes_are_named() {
    let error = |attributes: &str| {
        let text = format!(r#"{{"labels":["car"],"attributes":[{attributes}]}}"#);
        Schema::from_document(&text).unwrap_err().to_string()
    };
    let circle = r#"{"name":"a","type":"boolean","when":{"attribute":"b","says":true}},{"name":"b","type":"boolean","when":{"not":{"attribute":"a","says":true}}}"#;
    assert!(error(circle).contains("depends on itself"));
    assert!(
        error(r#"{"name":"a","type":"boolean","when":{"attribute":9,"says":true}}"#).contains("which the schema has not")
            || error(r#"{"name":"a","type":"boolean","when":{"attribute":9,"says":true}}"#).contains("the schema has not")
    );
    assert!(error(r#"{"name":"a","type":"rainbow"}"#).contains("rainbow"));
    assert!(error(r#"{"name":"a","type":"text"},{"name":"a","type":"text","labels":["car"]}"#).contains("twice for the same label"));
    assert!(error(r#"{"name":"a","type":"text","id":2},{"name":"b","type":"text","id":2}"#).contains("the id 2"));
    assert!(error(r#"{"name":"a","type":"text","pattern":"("}"#).contains("pattern"));
    assert!(error(r#"{"name":"a","type":"text","pattern":"((a{1,1000}){1,1000}){1,1000}"}"#).contains("pattern"));
    assert!(error(r#"{"name":"a\u0007","type":"text"}"#).contains("control character"));
    assert!(error(r#"{"name":"a","type":"integer","min":3,"max":1}"#).contains("above its greatest"));
    assert!(error(r#"{"name":"a","type":"integer","default":"x"}"#).contains("begins with an answer"));
    assert!(error(r#"{"name":"a","type":"select","options":["x","x"]}"#).contains("twice"));
    assert!(
        error(r#"{"name":"a","type":"tree","options":[{"id":1,"name":"x","parent":2},{"id":2,"name":"y","parent":1}]}"#)
            .contains("below itself")
    );
    // Few and many options are compared in different ways, and neither has to be in the order of the numbers.
    for count in [3, 40] {
        let options = |last: &str| {
            (1..=count).rev().map(|id| format!(r#"{{"id":{id},"name":"n{id}"}}"#)).chain([last.to_owned()]).collect::<Vec<_>>().join(",")
        };
        let select = |kind: &str, last: &str| format!(r#"{{"id":1,"name":"a","type":"{kind}","options":[{}]}}"#, options(last));
        assert!(error(&select("select", r#"{"id":90,"name":"n2"}"#)).contains("\"n2\" twice"));
        assert!(error(&select("select", r#"{"id":2,"name":"x"}"#)).contains("two options with the id 2"));
        assert!(error(&select("select", r#"{"id":90,"name":"x","parent":1}"#)).contains("is no tree"));
        assert!(error(&select("tree", r#"{"id":90,"name":"x","parent":91}"#)).contains("below one that it has not"));
        let other = |id: u32| {
            format!(r#"{},{{"name":"b","type":"text","when":{{"attribute":1,"is":[{id}]}}}}"#, select("select", r#"{"id":90,"name":"x"}"#))
        };
        assert!(error(&other(91)).contains("the option 91 of \"a\""));
        assert!(Schema::from_document(&format!(r#"{{"labels":[],"attributes":[{}]}}"#, other(2))).is_ok());
    }
    assert!(error(r#"{"name":"a","type":"text","labels":["car"]},{"name":"a","type":"text"}"#).contains("twice for the same label"));
    assert!(error(r#"{"name":"a","type":"text"},{"name":"a","type":"text"}"#).contains("twice for the same label"));
    assert!(
        error(r#"{"name":"a","type":"text","labels":[1]},{"name":"a","type":"date","labels":[1]}"#).contains("twice for the same label")
    );
    let apart = r#"{"name":"a","type":"text"},{"name":"a","type":"text","of":"frame"},{"name":"a","type":"text","deprecated":true}"#;
    assert!(Schema::from_document(&format!(r#"{{"labels":[],"attributes":[{apart}]}}"#)).is_ok());
    let long = format!(r#"{{"name":"a","type":"text","description":"{}"}}"#, "x".repeat(100_000));
    assert!(error(&long).contains("too long a description"));
    let chain: Vec<String> = (0..200)
        .map(|at| format!(r#"{{"id":{},"name":"a{at}","type":"boolean","when":{{"all":[{{"attribute":{},"says":true}},{{"attribute":{},"says":true}}]}}}}"#, at + 2, at + 1, at + 1))
        .collect();
    assert!(error(&format!(r#"{{"id":1,"name":"first","type":"boolean"}},{}"#, chain.join(","))).contains("in a row"));
    let labels = |text: &str| Schema::from_document(text).unwrap_err().to_string();
    assert!(labels(r#"{"labels":[{"name":"a","parent":"b"},{"name":"b","parent":"a"}]}"#).contains("below itself"));
    assert!(labels(r#"{"labels":[{"name":"a","parent":7}]}"#).contains("the schema has not"));
}

#[test]
fn what_is_no_list_retires_nothing() {
    let in_force = street();
    for text in [
        r#"{"name":"x"}"#,
        r#"{"labels":5}"#,
        r#"{"labels":["car"],"attributes":{}}"#,
        r#"[]"#,
        r#"{"labels":["car"],"attributes":[{"name":"colour","type":"select","options":"red"}]}"#,
        r#"{"labels":["car"],"attributes":[{"name":"a","type":"select","options":[{"name":"x","attributes":[{"name":"b","type":"select","options":7}]}]}]}"#,
    ] {
        let read = Schema::from_written(serde_json::from_str(text).unwrap(), &in_force);
        assert!(read.is_err(), "{text}: {read:?}");
    }
    let none = Schema::from_written(serde_json::json!({"labels": []}), &in_force).unwrap();
    assert!(none.offered().next().is_none() && none.labels.len() == 3);
}

#[test]
fn names_in_every_script_are_names() {
    let schema =
        Schema::from_document(r#"{"labels":["سيارة","🚗","車"],"attributes":[{"name":"색","type":"select","options":["أحمر","🟥"]}]}"#)
            .unwrap();
    assert_eq!(schema.labels.len(), 3);
    assert_eq!(schema.attributes[0].options.len(), 2);
}

#[test]
fn many_ways_to_the_same_condition_are_walked_once() {
    // Each of 60 looks twice at the one before: 2^60 ways.
    let twice = |at: usize| {
        format!(
            r#"{{"id":{},"name":"a{at}","type":"boolean","when":{{"all":[{{"attribute":{at},"says":true}},{{"attribute":{at},"says":true}}]}}}}"#,
            at + 1
        )
    };
    let attributes: Vec<String> = (1..60).map(twice).collect();
    let text = format!(r#"{{"labels":["car"],"attributes":[{{"id":1,"name":"a0","type":"boolean"}},{}]}}"#, attributes.join(","));
    let schema = Schema::from_document(&text).unwrap();
    let yes: Vec<(AttributeId, Answer)> = (1..=60).map(|id| (AttributeId(id), Answer::Bool(true))).collect();
    assert_eq!(asked(&schema, "car", &yes).len(), 60);
    assert_eq!(asked(&schema, "car", &yes[1..]).len(), 1);
}

#[test]
fn a_short_file_is_completed() {
    let schema =
        Schema::from_document(r##"{"labels":[{"name":"car"},{"name":"person","id":7,"color":"#ff0000"},{"name":"dog"}]}"##).unwrap();
    let got: Vec<_> = schema.labels.iter().map(|label| (label.id.0, label.name.as_str(), label.color)).collect();
    assert_eq!(got, [(8, "car", palette::label_color(0)), (7, "person", [255, 0, 0]), (9, "dog", palette::label_color(2))]);
    assert_eq!(Schema::from_document(&schema.to_document()).unwrap(), schema);
}

#[test]
fn a_file_that_is_nearly_whole_is_completed() {
    // Each reads without being completed, and would mean something else then.
    let of = |label: &str, attribute: &str| {
        let text =
            format!(r##"{{"labels":[{{"id":1,"name":"a{label}"}}],"attributes":[{{"id":1,"name":"q","type":"select"{attribute}}}]}}"##);
        Schema::from_document(&text).unwrap()
    };
    assert_eq!(of("", "").labels[0].color, palette::label_color(0));
    let color = r##"","color":"#111111"##;
    let default = of(color, r#","options":[{"id":1,"name":"x"}],"default":"x""#).attributes[0].default.clone();
    assert!(matches!(default, Some(Answer::Choice(choice)) if choice.option == OptionId(1)));
    assert_eq!(of(color, r#","options":[{"id":1,"name":"x","attributes":[{"id":2,"name":"y","type":"text"}]}]"#).attributes.len(), 2);
    assert_eq!(of(color, r#","options":[{"id":0,"name":"x"}]"#).attributes[0].options[0].id, OptionId(1));
}

#[test]
fn foreign_fields_are_kept() {
    let schema = Schema::from_document(r#"{"owner":"x","labels":[{"name":"car","wheels":4}]}"#).unwrap();
    let document = schema.to_document();
    assert!(document.contains("wheels") && document.contains("owner"));
}

#[test]
fn mistakes_are_named() {
    let error = |text: &str| Schema::from_document(text).unwrap_err().to_string();
    assert!(error(r#"{"labels":[{"name":"a"},{"name":"a"}]}"#).contains("\"a\" stands twice"));
    assert!(error(r#"{"labels":[{"name":"a","id":3},{"name":"b","id":3}]}"#).contains("the id 3"));
    assert!(error(r#"{"labels":[{"name":"a","color":"red"}]}"#).contains("no colour"));
    assert!(error(r#"{"labels":[{"name":"a","key":"x"}]}"#).contains("1 to 9"));
    let template = |points: &str, edges: &str| {
        error(&format!(r#"{{"labels":[{{"name":"a","keypoints":{{"points":[{points}],"edges":[{edges}]}}}}]}}"#))
    };
    assert!(template(r#"{"name":"n","x":0,"y":0}"#, "[0,1]").contains("the keypoint 1"));
    assert!(template(r#"{"name":"n","x":0,"y":0},{"name":"n","x":0,"y":0}"#, "").contains("two keypoints"));
    assert!(template(r#"{"name":"n","x":0,"y":0,"color":"red"}"#, "").contains("no colour"));
}

#[test]
fn labels_added_while_drawing_get_the_next_key() {
    let mut schema = Schema::default();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
        schema.add_label(name);
    }
    assert_eq!(schema.labels[8].key, Some('9'));
    assert_eq!(schema.labels[9].key, None);
    assert_eq!(schema.add_label("a"), LabelId(1));
}

fn ruled(rules: &str) -> Result<Schema, SchemaError> {
    Schema::from_document(&format!(r#"{{"labels":["car","路","Straße"],"rules":[{rules}]}}"#))
}

#[test]
fn rules_are_read_by_name_numbered_and_written_whole() {
    let schema = ruled(
        r#"{"name":"One road","labels":["路"],"severity":"blocks","check":{"count":{"min":1,"max":1}}},
           {"name":"Κανόνας","labels":["car"],"check":{"overlap":{"with":["Straße"],"most":0.5}},"message":"{label} lies on {other}"},
           {"name":"Wide","check":{"expression":"is(\"路\") or width > 3"},"off":true},
           {"name":"Answers","check":"answered"}"#,
    )
    .unwrap();
    let ids: Vec<u32> = schema.rules.iter().map(|rule| rule.id.0).collect();
    assert_eq!((ids, schema.rules[0].labels[0], schema.rules[0].severity), (vec![1, 2, 3, 4], LabelId(2), Severity::Blocks));
    assert!(matches!(&schema.rules[1].check, rule::Check::Overlap(overlap) if overlap.with == [LabelId(3)]));
    assert_eq!(Schema::from_document(&schema.to_document()).unwrap(), schema);
    // By name, a rule keeps its number; one that is left out is gone.
    let newer = serde_json::json!({"labels": ["car"], "rules": [{"name": "New", "check": "inside"}, {"name": "Wide", "check": "simple"}]});
    let newer = Schema::from_written(newer, &schema).unwrap();
    assert_eq!(newer.rules.iter().map(|rule| rule.id.0).collect::<Vec<_>>(), [5, 3]);
    let rows: Vec<String> = diff::diff(&schema, &newer)
        .iter()
        .filter(|row| row.piece == diff::Piece::Rule)
        .map(|row| format!("{} {} {:?}", row.name, row.detail, row.bearing))
        .collect();
    assert_eq!(rows[..3], ["New is new Narrowing", "Wide is on again Narrowing", "Wide looks at something else Narrowing"]);
    assert_eq!(rows[3..].len(), 3, "{rows:?}");
}

#[test]
fn a_message_tells_what_was_found() {
    let schema = ruled(r#"{"name":"a","check":"inside","message":"{label}: {found} of {wanted}, {not} {"}"#);
    assert!(schema.unwrap_err().to_string().contains("{not} in its message, which stands for nothing"));
    let schema = ruled(r#"{"name":"a","check":"inside","message":"{label}: {found} of {wanted} {"}"#).unwrap();
    let told = schema.rules[0].told("usual", |name| format!("<{name}>"));
    assert_eq!(told, "<label>: <found> of <wanted> {");
}

#[test]
fn a_rule_that_cannot_be_asked_is_refused_with_a_sentence() {
    for (rule, told) in [
        (r#"{"name":"a","check":"inside","labels":["lorry"]}"#, r#"the rule "a" is about the label "lorry", which the schema has not"#),
        (r#"{"name":"a","check":{"overlap":{"with":["lorry"],"most":0}}}"#, r#"about the label "lorry""#),
        (r#"{"name":"a","check":"inside","labels":[77]}"#, "a label that the schema has not"),
        (r#"{"name":" ","check":"inside"}"#, "has no name"),
        (r#"{"name":"a","check":"inside"},{"name":"a","check":"simple"}"#, "stands twice"),
        (r#"{"name":"a","check":{"count":{}}}"#, "without a least or greatest"),
        (r#"{"name":"a","check":{"count":{"min":3,"max":2}}}"#, "at least 3 and at most 2"),
        (r#"{"name":"a","check":{"size":{}}}"#, "has no size"),
        (r#"{"name":"a","check":{"size":{"min_side":-1}}}"#, "a size that is none"),
        (r#"{"name":"a","check":{"size":{"min_side":9,"max_side":8}}}"#, "above its greatest"),
        (r#"{"name":"a","check":{"size":{"min_width":9}}}"#, "unknown field `min_width`"),
        (r#"{"name":"a","check":{"duplicates":{"iou":1.5}}}"#, "Write one from 0 to 1"),
        (r#"{"name":"a","check":{"duplicates":{"iou":0}}}"#, "takes all for duplicates"),
        (r#"{"name":"a","check":{"covered":{"least":2}}}"#, "Write one from 0 to 1"),
        (r#"{"name":"a","check":{"sequence":{"frames":{}}}}"#, "counts frames without a least or greatest"),
        (r#"{"name":"a","check":{"sequence":{"gaps":{"min":3,"max":2}}}}"#, "at least 3 and at most 2 frames"),
        (r#"{"name":"a","check":{"sequence":{"keyframes":{"most":0}}}}"#, "a keyframe on less than each frame"),
        (r#"{"name":"a","check":{"sequence":{"speed":{"most":-1}}}}"#, "has the speed -1"),
        (r#"{"name":"a","check":{"sequence":{"growth":{"most":0.5}}}}"#, "has the growth 0.5"),
        (r#"{"name":"a","check":{"sequence":{"doubles":{"iou":0}}}}"#, "has the share 0"),
        (r#"{"name":"a","check":{"sequence":"never"}}"#, "unknown variant `never`"),
        (r#"{"name":"a","check":"loop"}"#, "unknown variant `loop`"),
        (r#"{"name":"a","check":{"expression":"while true {}"}}"#, r#"the rule "a" has an expression that has "{", which means nothing"#),
        (r#"{"name":"a"}"#, "missing field `check`"),
    ] {
        let why = ruled(rule).unwrap_err().to_string();
        assert!(why.contains(told), "{rule}: {why}");
    }
}

#[test]
fn every_problem_is_told_with_its_place() {
    let mut schema = street();
    schema.labels[0].min_size = Some(-1.0);
    schema.labels[2].name = "car".into();
    schema.labels[2].key = Some('x');
    schema.attributes[0].pattern = Some("(".into());
    schema.attributes[0].name = String::new();
    schema.attributes[1].options[0].name = String::new();
    schema.attributes[3].min = Some(7.0);
    let found: Vec<(Place, &str)> = schema.problems(100).iter().map(|problem| (problem.place, problem.field)).collect();
    let want = [
        (Place::Label(0), "min_size"),
        (Place::Label(2), "name"),
        (Place::Label(2), "key"),
        (Place::Attribute(0), "name"),
        (Place::Attribute(0), "pattern"),
        (Place::Attribute(1), "options"),
    ];
    assert_eq!(found[..6], want);
    // Attributes within options come after the one that they stand in.
    assert!(found[6..].iter().all(|(place, _)| matches!(place, Place::Attribute(_))), "{found:?}");
    assert_eq!(schema.problems(2).len(), 2);
    assert!(street().problems(100).is_empty());
}

#[test]
fn a_catalogue_stands_for_options_and_its_answers_are_readable_by_themselves() {
    let read = |fields: &str| Schema::from_document(&format!(r#"{{"labels":["car"],"attributes":[{{"name":"part",{fields}}}]}}"#));
    let schema = read(r#""type":"multi","catalogue":"parts""#).unwrap();
    assert_eq!(Schema::from_document(&schema.to_document()).unwrap(), schema);
    let part = &schema.attributes[0];
    let answer = |text: &str| Answer::Choices(vec![Choice { option: OptionId(4_999_999), text: text.into() }]);
    assert_eq!(part.problem_of(&answer("Bolt M8")), None);
    for text in ["", " ", "a\u{7}b", &"x".repeat(401)] {
        assert!(part.problem_of(&answer(text)).is_some_and(|why| why.contains("an entry of its catalogue")), "{text}");
    }
    for (fields, why) in [
        (r#""type":"tree","catalogue":"parts""#, "its type does not"),
        (r#""type":"text","catalogue":"parts""#, "its type does not"),
        (r#""type":"select","catalogue":"../parts""#, "no name of a file"),
        (r#""type":"select","catalogue":"""#, "no name of a file"),
        (r#""type":"select","catalogue":"parts","options":["a"]"#, "options and a catalogue"),
    ] {
        let error = read(fields).unwrap_err().to_string();
        assert!(error.contains(why), "{fields}: {error}");
    }
    // What was offered before it had a catalogue is retired, and in nobody's way.
    let before = read(r#""type":"select","options":["a"]"#).unwrap();
    let written = serde_json::json!({"labels": ["car"], "attributes": [{"name": "part", "type": "select", "catalogue": "parts"}]});
    let after = Schema::from_written(written, &before).unwrap();
    assert!(after.attributes[0].options[0].deprecated);
}
