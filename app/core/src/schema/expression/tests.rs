//! What expressions say, and that none can do harm.

use super::*;
use crate::geometry::{Geometry, Rect};
use crate::ids::{FileId, InstanceId};
use crate::marks::Mark;

fn schema() -> Schema {
    Schema::from_document(
        r#"{"labels":["vehicle",{"name":"car","parent":"vehicle"},"Straßenbahn","자동차"],
            "attributes":[{"name":"doors","type":"integer"},{"name":"moving","type":"boolean"},{"name":"plate","type":"text"},
              {"name":"цвет","type":"select","options":["красный","синий"]}]}"#,
    )
    .unwrap()
}

struct Around;

impl Surroundings for Around {
    fn near(&self, label: LabelId, px: f64) -> usize {
        if label == LabelId(3) && px >= 50.0 { 2 } else { 0 }
    }
    fn overlap(&self, label: LabelId) -> f64 {
        if label == LabelId(1) { 0.25 } else { 0.0 }
    }
}

fn holds(text: &str) -> bool {
    let schema = schema();
    let geometry = Geometry::Box(Rect::from_xywh(10.0, 20.0, 30.0, 8.0));
    let mut instance = Instance::new(InstanceId::from_parts(1, [0; 10]), FileId::from_parts(1, [0; 10]), 7, LabelId(2), geometry);
    instance.marks.set(Mark::Occluded(true));
    instance.marks.set(Mark::Answer(AttributeId(1), Some(Answer::Integer(4))));
    let colour = &schema.attributes[3];
    let red = colour.choice(colour.options[0].id).unwrap();
    instance.marks.set(Mark::Answer(AttributeId(4), Some(Answer::Choice(red))));
    let questions = Questions::new(&schema);
    let expression = Expression::parse(text, &schema).unwrap_or_else(|why| panic!("{text}: {why}"));
    expression.holds(Subject { instance: &instance, schema: &schema, questions: &questions, around: &Around })
}

fn why(text: &str) -> String {
    Expression::parse(text, &schema()).unwrap_err()
}

#[test]
fn an_expression_looks_at_all_that_it_may_name() {
    for text in [
        "width = 30 and height == 8 && area = 240",
        "x = 25 and y = 24 and points = 4 and frame = 7",
        "label = \"car\" and kind = \"box\" and role = \"object\"",
        "is(\"vehicle\") and not is(\"Straßenbahn\") and !is(\"자동차\")",
        "occluded and not truncated and not unsure",
        "number(\"doors\") + 1 = 5 and answered(\"doors\")",
        "takes(\"цвет\", \"красный\") and text(\"цвет\") = \"красный\" and not takes(\"цвет\", \"синий\")",
        "not yes(\"moving\") and not answered(\"moving\")",
        "near(\"Straßenbahn\", 50) = 2 and near(\"Straßenbahn\", 49.5) = 0",
        "overlap(\"vehicle\") <= 0.25 and overlap(\"car\") < 0.1",
        "width / height > 3.7 and width / height < 3.8",
        "2 + 3 * 4 = 14 and (2 + 3) * 4 = 20 and 10 - 4 - 3 = 3 and -(-2) = 2",
        "false or true and true",
        "text(\"plate\") = \"\" and \"a\\\"b\" != \"ab\"",
        "(width > 1) = (height > 1)",
    ] {
        assert!(holds(text), "{text}");
        assert!(!holds(&format!("not ({text})")), "{text}");
    }
}

#[test]
fn what_is_not_there_is_neither_less_nor_greater() {
    assert!(!holds("confidence < 0.5") && !holds("confidence >= 0.5") && holds("confidence != 0.5"));
    assert!(!holds("1 / 0 < 0") && holds("1 / 0 > 5") && holds("0 / 0 != 0 / 0"));
}

#[test]
fn mistakes_are_told_before_anything_is_asked() {
    for (text, told) in [
        ("", "ends where a value should stand"),
        ("width", "gives a number, not yes or no"),
        ("width > \"a\"", "compares a number with a text"),
        ("width and height > 1", "has a number beside \"and\""),
        ("\"a\" + 1 = 2", "has a text beside \"+\""),
        ("breadth > 1", "names \"breadth\", which is nothing"),
        ("is(\"karr\")", "the label \"karr\", which the schema has not"),
        ("near(\"karr\", 5) > 1", "the label \"karr\", which the schema has not"),
        ("near(\"car\", 1000000) > 1", "looks 1000000 pixels far"),
        ("near(\"car\") > 1", "something else than it takes"),
        ("is(label)", "no text in quotes"),
        ("number(\"plate\") > 1", "takes the answer to \"plate\" for a number, but it is a text"),
        ("answered(\"weather\")", "names the question \"weather\""),
        ("takes(\"цвет\", \"зелёный\")", "is no option of \"цвет\""),
        ("system(\"rm\")", "asks system(…), which is nothing"),
        ("width > 1 height", "goes on with \"height\""),
        ("width > 1 \u{202e}", "means nothing in an expression"),
        ("(width > 1", "not closed"),
        ("label = \"car", "without an end"),
        ("1.2.3 > 1", "has the number 1.2.3"),
        ("while true { }", "has \"{\", which means nothing"),
        ("while true", "names \"while\", which is nothing"),
        ("for x in 1", "names \"for\", which is nothing"),
        ("width > 1; height > 1", "means nothing"),
    ] {
        let why = why(text);
        assert!(why.contains(told), "{text}: {why}");
    }
}

#[test]
fn nothing_is_too_deep_or_too_long_to_be_refused() {
    assert!(why(&"(".repeat(3000)).contains("32 deep"));
    assert!(why(&"not ".repeat(1000)).contains("32 deep"));
    assert!(why(&format!("{}1 > 0", "-".repeat(4000))).contains("32 deep"));
    assert!(why(&format!("1{} > 0", "+1".repeat(1500))).contains("in a row"));
    assert!(why(&format!("width > {}", "9".repeat(5000))).contains("4096 are allowed"));
    // As wide as it can be, and asked in no time.
    assert!(holds(&format!("true{}", " and true".repeat(400))));
    assert!(!holds(&format!("width = {}", "9".repeat(4000))));
}

#[test]
fn how_far_it_looks_is_known() {
    let reach = |text: &str| Expression::parse(text, &schema()).unwrap().reach();
    assert_eq!(reach("width > 1"), None);
    assert_eq!(reach("overlap(\"car\") < 1"), Some(0.0));
    assert_eq!(reach("not (near(\"car\", 5) > 1 or near(\"car\", 40) + near(\"car\", 9) = 0)"), Some(40.0));
}
