use super::*;

fn schema(text: &str) -> Schema {
    Schema::from_document(text).unwrap()
}

fn numbers(text: &str) -> Vec<[usize; 3]> {
    effort(&schema(text)).iter().map(|effort| [effort.least, effort.most, effort.required]).collect()
}

#[test]
fn questions_are_counted_from_least_to_most() {
    let text = r#"{"labels": ["vehicle", {"name": "car", "parent": "vehicle"}, "road"], "attributes": [
        {"name": "seen", "type": "boolean", "required": true},
        {"name": "kind", "type": "select", "labels": ["vehicle"], "options": ["a", "b", "c"], "required": true},
        {"name": "a1", "type": "text", "labels": ["vehicle"], "when": {"attribute": "kind", "is": ["a"]}},
        {"name": "a2", "type": "text", "labels": ["vehicle"], "when": {"attribute": "kind", "is": ["a", "b"]}, "required": true},
        {"name": "b1", "type": "text", "labels": ["vehicle"], "when": {"attribute": "kind", "is": ["b"]}},
        {"name": "car only", "type": "text", "when": {"label": ["car"]}},
        {"name": "of car", "type": "text", "labels": ["vehicle"], "when": {"all": [{"label": ["car"]}, {"attribute": "kind", "is": ["c"]}]}},
        {"name": "about the file", "type": "text", "of": "file"},
        {"name": "was", "type": "text", "deprecated": true}]}"#;
    // Of a, b and c one is the answer: two questions at most hang below it.
    assert_eq!(numbers(text), [[2, 4, 3], [3, 5, 3], [1, 1, 1]]);
}

#[test]
fn several_answers_open_all_that_hangs_below_them() {
    let text = r#"{"labels": ["a"], "attributes": [
        {"name": "k", "type": "multi", "options": ["x", "y"]},
        {"name": "1", "type": "text", "when": {"attribute": "k", "is": ["x"]}},
        {"name": "2", "type": "text", "when": {"attribute": "k", "is": ["y"]}},
        {"name": "3", "type": "text", "when": {"not": {"attribute": "k", "answered": true}}}]}"#;
    assert_eq!(numbers(text), [[1, 4, 0]]);
}

#[test]
fn seconds_are_told_where_they_were_measured() {
    let schema = schema(
        r#"{"labels": [{"name": "a", "shapes": ["box", "mask"]}, {"name": "b", "shapes": ["polygon"]}, "c", {"name": "d", "default_shape": "box"}],
            "attributes": [{"name": "q", "type": "text", "labels": ["a", "b"]},
                           {"name": "r", "type": "text", "labels": ["a"], "when": {"attribute": "q", "text": "x"}}]}"#,
    );
    let middle = |seconds: f64| Middle { seconds, of: 3 };
    let mut pace = Pace { answer: Some(middle(1.0)), ..Pace::default() };
    pace.shapes = [(SpatialType::Box, middle(2.0)), (SpatialType::Mask, middle(9.0))].into();
    let told: Vec<Option<[f64; 2]>> = effort(&schema).iter().map(|effort| pace.seconds(&schema, effort)).collect();
    assert_eq!(told, [Some([3.0, 11.0]), None, Some([2.0, 9.0]), Some([2.0, 2.0])]);
    pace.answer = None;
    let told: Vec<bool> = effort(&schema).iter().map(|effort| pace.seconds(&schema, effort).is_some()).collect();
    assert_eq!(told, [false, false, true, true], "without a question nothing has to be known of answers");
    assert_eq!(Middle::new(vec![5000, 1000, 3000]), Some(middle(3.0)));
    assert_eq!(Middle::new(Vec::new()), None);
}

#[test]
fn tasks_are_served_by_what_labels_may_be() {
    let schema = schema(
        r#"{"labels": [{"name": "a", "shapes": ["box"]}, {"name": "b", "shapes": ["polygon", "mask"]}, {"name": "c", "shapes": ["keypoints"]}],
            "attributes": [{"name": "colour", "type": "select", "options": ["x"]}, {"name": "note", "type": "text"},
                           {"name": "weather", "type": "select", "of": "file", "options": ["x"]}]}"#,
    );
    let told = |task: Task| {
        let found = tasks(&schema).into_iter().find(|found| found.task == task).unwrap();
        (found.served().as_str(), found.directly, found.converted, found.of)
    };
    assert_eq!(told(Task::Detection), ("directly", 1, 1, 3));
    assert_eq!(told(Task::InstanceSegmentation), ("directly", 1, 0, 3));
    assert_eq!(told(Task::TurnedDetection), ("by conversion", 0, 2, 3));
    // Without a template, keypoints are nothing that a model can learn.
    assert_eq!(told(Task::Keypoints), ("no", 0, 0, 3));
    assert_eq!(told(Task::Classification), ("directly", 1, 2, 4));
    assert_eq!(told(Task::Attributes), ("directly", 1, 0, 2));
    // A label of events alone is asked for no shapes.
    let schema =
        self::schema(r#"{"labels": [{"name": "turns", "used_for": "events"}, {"name": "car", "shapes": ["box"], "used_for": "shapes"}]}"#);
    let of = |task: Task| tasks(&schema).into_iter().find(|found| found.task == task).map(|found| (found.directly, found.of));
    assert_eq!((of(Task::Action), of(Task::Detection)), (Some((1, 2)), Some((1, 1))));
}

fn texts(text: &str) -> Vec<String> {
    hints(&schema(text)).into_iter().map(|hint| hint.text).filter(|text| !text.contains("no description")).collect()
}

#[test]
fn names_that_are_taken_for_each_other() {
    assert_eq!(texts(r#"{"labels": ["car", "Cars", "person"]}"#).len(), 1);
    assert_eq!(texts(r#"{"labels": ["pedestrian", "person"]}"#).len(), 1, "one meaning");
    assert_eq!(texts(r#"{"labels": ["sidewalk", "sidewolk"]}"#).len(), 1, "a slip of the pen");
    assert_eq!(texts(r#"{"labels": ["sidewalk", "sidewlk", "bus", "bug", "class 1", "class 2", "defect a", "defect b"]}"#).len(), 1);
}

#[test]
fn a_part_is_better_a_label() {
    let questions = |names: [&str; 2]| {
        let [a, b] = names;
        texts(&format!(
            r#"{{"labels": ["person", "helmet"], "attributes": [{{"name": "{a}", "type": "text", "labels": ["person"]}},
                {{"name": "{b}", "type": "text", "labels": ["person"]}}]}}"#
        ))
    };
    assert!(questions(["helmet colour", "age"])[0].contains("asks about \"helmet\", which is a label"));
    assert!(questions(["plate text", "plate colour"])[0].contains("both ask about \"plate\""));
    assert_eq!(questions(["person age", "age"]), [""; 0], "about itself it may ask");
}

#[test]
fn who_explains_nothing_is_told() {
    let label = |rest: &str| hints(&schema(&format!(r#"{{"labels": [{{"name": "a"{rest}}}]}}"#))).first().map(|hint| hint.field);
    assert_eq!(label(""), Some("description"));
    assert_eq!(label(r#", "description": "d""#), Some("guide"));
    assert_eq!(label(r#", "description": "d", "guide": "words""#), Some("guide"));
    assert_eq!(label(r#", "guide": "words ![a](a.png)""#), None);
}
