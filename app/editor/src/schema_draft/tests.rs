//! Drafts as they are worked on.

use super::*;
use crate::keymap::Keymap;
use limn_core::LabelId;
use limn_core::schema::attribute::AttributeType;
use limn_core::schema::rule::{Check, Overlap};
use limn_core::schema::{AttributeId, OptionId, Place, RuleId};
use serde_json::json;

fn schema(document: serde_json::Value, over: &Schema) -> Schema {
    Schema::from_written(document, over).unwrap_or_else(|error| panic!("{error}"))
}

fn street() -> Schema {
    let document = json!({"name": "Street", "labels": ["vehicle", {"name": "car", "parent": "vehicle", "key": "1"},
            {"name": "bus", "parent": "vehicle"}, "person"],
        "attributes": [{"name": "colour", "type": "select", "labels": ["car"], "options": ["red", "blue"]}]});
    schema(document, &Schema::default())
}

fn draft() -> SchemaDraft {
    SchemaDraft::new(street())
}

/// The tree, a row each.
fn tree(draft: &SchemaDraft) -> String {
    let row = |branch: &Branch| format!("{}{}", "-".repeat(branch.depth), draft.schema().shown(branch.id).0);
    branches(draft.schema()).iter().map(row).collect::<Vec<_>>().join(" ")
}

fn label(draft: &SchemaDraft, name: &str) -> LabelId {
    draft.schema().label_named(name).map(|label| label.id).unwrap_or(LabelId(0))
}

#[test]
fn labels_are_moved_and_nested_with_all_below_them() {
    let mut draft = draft();
    let (vehicle, car, person) = (LabelId(1), LabelId(2), LabelId(4));
    assert_eq!(tree(&draft), "vehicle -car -bus person");
    assert!(draft.apply(Edit::MoveLabel(car, Spot::Down)));
    assert_eq!(tree(&draft), "vehicle -bus -car person");
    assert!(!draft.apply(Edit::MoveLabel(car, Spot::Down)), "it is the last of its family");
    assert!(draft.apply(Edit::MoveLabel(person, Spot::Up)));
    assert_eq!(tree(&draft), "person vehicle -bus -car");
    assert!(draft.apply(Edit::MoveLabel(vehicle, Spot::In)));
    assert_eq!(tree(&draft), "person -vehicle --bus --car");
    assert!(!draft.apply(Edit::MoveLabel(person, Spot::Below(car))), "not below itself");
    assert!(draft.apply(Edit::MoveLabel(car, Spot::Out)));
    assert_eq!(tree(&draft), "person -vehicle --bus -car");
    assert!(draft.apply(Edit::MoveLabel(vehicle, Spot::After(car))));
    assert_eq!(tree(&draft), "person -car -vehicle --bus");
    assert!(draft.apply(Edit::MoveLabel(car, Spot::Before(person))));
    assert_eq!(tree(&draft), "car person -vehicle --bus");
    while draft.undo_title().is_some() {
        draft.undo();
    }
    assert_eq!(draft.schema(), &street());
    assert!(!draft.is_changed());
    draft.redo();
    assert_eq!(tree(&draft), "vehicle -bus -car person");
}

#[test]
fn what_may_be_in_use_is_retired_and_what_is_new_goes() {
    let mut draft = draft();
    draft.apply(Edit::AddLabel { name: "tram".into(), parent: Some(LabelId(1)) });
    assert_eq!((tree(&draft).as_str(), label(&draft, "tram")), ("vehicle -car -bus -tram person", LabelId(5)));
    assert_eq!(draft.schema().label(LabelId(5)).and_then(|label| label.key), Some('2'));
    draft.apply(Edit::AddAttribute { name: "line".into(), kind: AttributeType::Text, label: Some(LabelId(5)) });
    draft.apply(Edit::RemoveLabel(LabelId(5)));
    assert!(draft.schema().label(LabelId(5)).is_none());
    // Nothing that it could be asked about is left.
    assert!(draft.schema().attributes[1].deprecated && draft.schema().attributes[1].labels.is_empty());
    draft.apply(Edit::RemoveLabel(LabelId(1)));
    assert_eq!(tree(&draft), "car bus person");
    assert!(draft.schema().label(LabelId(1)).is_some_and(|label| label.deprecated));
    let colour = AttributeId(1);
    draft.apply(Edit::AddOptions(colour, "green\n red \n\nblue\ngreen".into()));
    draft.apply(Edit::RemoveOption(colour, OptionId(3)));
    draft.apply(Edit::RemoveOption(colour, OptionId(1)));
    let options: Vec<_> = draft.schema().attributes[0].options.iter().map(|option| (option.name.as_str(), option.deprecated)).collect();
    assert_eq!(options, [("red", true), ("blue", false)]);
    // Written again, it is the old one, not a new one of the same name.
    draft.apply(Edit::AddOptions(colour, "red".into()));
    assert_eq!(draft.schema().attributes[0].options.len(), 2);
    assert!(draft.schema().problems(9).is_empty());
}

#[test]
fn a_tree_is_pasted_by_its_indents() {
    let mut draft = draft();
    draft.apply(Edit::AddAttribute { name: "kind".into(), kind: AttributeType::Tree, label: None });
    draft.apply(Edit::AddOptions(AttributeId(2), "animal\n  bird\n    owl\n  cat\nplant\n".into()));
    let above: Vec<_> = draft.schema().attributes[1].options.iter().map(|option| option.parent.map(|id| id.0)).collect();
    assert_eq!(above, [None, Some(1), Some(2), Some(1), None]);
    assert!(!draft.apply(Edit::NestOption(AttributeId(2), OptionId(1), Some(OptionId(3)))), "below itself");
    draft.apply(Edit::MoveOption(AttributeId(2), OptionId(5), -1));
    assert_eq!(draft.schema().attributes[1].options[0].name, "plant", "past its neighbour with all below that");
    let mut attribute = draft.schema().attributes[1].clone();
    attribute.kind = AttributeType::Text;
    draft.apply(Edit::SetAttribute(Box::new(attribute)));
    assert!(draft.schema().problems(9).is_empty(), "another kind takes its options with it");
}

#[test]
fn typing_in_one_field_is_one_step() {
    let mut draft = draft();
    for name in ["t", "tr", "truck"] {
        let mut label = draft.schema().labels[1].clone();
        label.name = name.into();
        draft.apply(Edit::SetLabel(Box::new(label)));
    }
    let mut label = draft.schema().labels[1].clone();
    label.description = "Large.".into();
    draft.apply(Edit::SetLabel(Box::new(label)));
    draft.undo();
    assert_eq!(draft.schema().labels[1].name, "truck");
    draft.undo();
    assert_eq!(draft.schema().labels[1].name, "car");
    assert_eq!((draft.undo_title(), draft.redo_title()), (None, Some("Change label car")));
}

#[test]
fn a_kept_draft_meets_what_came_into_force_meanwhile() {
    let mut draft = draft();
    draft.apply(Edit::AddLabel { name: "tram".into(), parent: None });
    draft.apply(Edit::AddLabel { name: "lane".into(), parent: Some(LabelId(5)) });
    draft.apply(Edit::AddAttribute { name: "line".into(), kind: AttributeType::Text, label: Some(LabelId(5)) });
    draft.apply(Edit::AddOptions(AttributeId(1), "green".into()));
    let (base, now) = draft.parts();
    let text = SchemaDraft::kept_text(&base, &now);
    let theirs = json!({"name": "Street 2", "labels": ["vehicle", {"name": "car", "parent": "vehicle", "key": "1", "description": "Also taxis."},
            {"name": "bus", "parent": "vehicle"}, "person", "dog", "lane"],
        "attributes": [{"name": "colour", "type": "select", "labels": ["car"], "options": ["red", "blue", "white"]},
            {"name": "breed", "type": "text", "labels": ["dog"]}]});
    let in_force = schema(theirs, &street());
    let kept = SchemaDraft::from_kept(&text, &in_force).unwrap_or_default();
    let schema = kept.schema();
    assert!(schema.problems(9).is_empty(), "{:?}", schema.problems(9));
    assert_eq!((schema.name.as_str(), schema.label(LabelId(2)).map(|label| label.description.as_str())), ("Street 2", Some("Also taxis.")));
    // Numbers in force keep their meaning; ours got out of the way, and the label of one name is one label.
    let named = |id| schema.shown(LabelId(id)).0;
    assert_eq!([named(5), named(6)], ["dog", "lane"]);
    let tram = label(&kept, "tram");
    assert!(tram.0 > 6 && schema.label(LabelId(6)).is_some_and(|lane| lane.parent == Some(tram)));
    let line = schema.attributes.iter().find(|attribute| attribute.name == "line").map(|line| (line.id, line.labels.clone()));
    assert_eq!(line, Some((AttributeId(3), vec![tram])));
    assert_eq!(schema.attributes.iter().find(|one| one.id == AttributeId(2)).map(|one| one.name.as_str()), Some("breed"));
    let options: Vec<_> = schema.attributes[0].options.iter().map(|option| (option.id.0, option.name.as_str())).collect();
    assert_eq!(options, [(1, "red"), (2, "blue"), (4, "green"), (3, "white")]);
    assert!(SchemaDraft::from_kept("{}", &in_force).is_none());
}

#[test]
fn keys_with_two_meanings_and_names_alike_are_told() {
    let mut draft = draft();
    let mut person = draft.schema().labels[3].clone();
    person.key = Some('1');
    draft.apply(Edit::SetLabel(Box::new(person)));
    let mut colour = draft.schema().attributes[0].clone();
    colour.key = Some('b');
    draft.apply(Edit::SetAttribute(Box::new(colour)));
    let (keymap, _) = Keymap::load("limn", "");
    let found: Vec<_> = clashes(draft.schema(), &keymap).into_iter().map(|clash| (clash.place, clash.text)).collect();
    assert_eq!(found.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [Place::Label(1), Place::Label(3), Place::Attribute(0)]);
    assert!(found[0].1.contains("\"person\"") && found[2].1.contains("\"Box\""), "{found:?}");
    draft.apply(Edit::AddLabel { name: "Persons".into(), parent: None });
    let hints = limn_core::schema::advice::hints(draft.schema());
    assert!(hints.iter().any(|hint| hint.field == "name" && hint.place == Place::Label(4)), "{hints:?}");
    assert_eq!(hints.iter().filter(|hint| hint.field == "description").count(), 5);
}

fn rule_names(schema: &Schema) -> Vec<(u32, &str)> {
    schema.rules.iter().map(|rule| (rule.id.0, rule.name.as_str())).collect()
}

#[test]
fn rules_are_written_ordered_and_told_by_their_fields() {
    let mut draft = draft();
    draft.apply(Edit::AddRule("Small".into()));
    draft.apply(Edit::AddRule("Twice".into()));
    draft.apply(Edit::MoveRule(RuleId(2), -1));
    assert_eq!(rule_names(draft.schema()), [(2, "Twice"), (1, "Small")]);
    for text in ["a", "ar", "area >"] {
        let mut rule = draft.schema().rules[0].clone();
        rule.check = Check::Expression(text.into());
        draft.apply(Edit::SetRule(Box::new(rule)));
    }
    let problems = draft.schema().problems(9);
    assert_eq!(problems.iter().map(|problem| (problem.place, problem.field)).collect::<Vec<_>>(), [(Place::Rule(0), "check")]);
    draft.undo();
    assert_eq!(draft.schema().rules[0].check, Check::Expression("a".into()), "typing on is one step, another kind of check is its own");
    draft.undo();
    assert_eq!(draft.schema().rules[0].check, Check::Answered);
    draft.apply(Edit::RemoveRule(RuleId(2)));
    assert_eq!(rule_names(draft.schema()), [(1, "Small")]);
    draft.apply(Edit::Guide("# All".into()));
    draft.undo();
    draft.undo();
    assert_eq!((draft.schema().guide.as_str(), draft.schema().rules.len()), ("", 2));
}

#[test]
fn a_rule_about_a_label_that_goes_is_off() {
    let mut draft = draft();
    draft.apply(Edit::AddLabel { name: "tram".into(), parent: None });
    let tram = label(&draft, "tram");
    draft.apply(Edit::AddRule("Apart".into()));
    let mut rule = draft.schema().rules[0].clone();
    (rule.labels, rule.check) = (vec![tram], Check::Overlap(Overlap { with: vec![LabelId(1), tram], most: 0.5 }));
    draft.apply(Edit::SetRule(Box::new(rule)));
    draft.apply(Edit::RemoveLabel(tram));
    let rule = &draft.schema().rules[0];
    assert!(rule.off && rule.labels.is_empty());
    assert_eq!(rule.check, Check::Overlap(Overlap { with: vec![LabelId(1)], most: 0.5 }));
    assert!(draft.schema().problems(9).is_empty());
}

#[test]
fn rules_and_guide_that_came_into_force_meanwhile_stay() {
    let one = |name: &str, check: &str| json!({"name": name, "check": check});
    let with = |guide: &str, rules: Vec<serde_json::Value>, over: &Schema| {
        schema(json!({"labels": ["car"], "guide": guide, "rules": rules}), over)
    };
    let base = with("old", vec![one("A", "simple"), one("B", "simple"), one("C", "simple")], &Schema::default());
    let mut draft = SchemaDraft::new(base.clone());
    draft.apply(Edit::RemoveRule(RuleId(2)));
    draft.apply(Edit::AddRule("New".into()));
    draft.apply(Edit::AddRule("D".into()));
    // They changed A, removed C, and made a D, too.
    let theirs = with("new", vec![one("A", "inside"), one("B", "simple"), one("D", "inside")], &base);
    draft.rebase(&theirs);
    assert!(draft.schema().problems(9).is_empty(), "{:?}", draft.schema().problems(9));
    assert_eq!(draft.schema().guide, "new");
    let theirs_d = theirs.rules.iter().find(|rule| rule.name == "D").map(|rule| rule.id);
    let mut names: Vec<_> = draft.schema().rules.iter().map(|rule| (rule.name.clone(), rule.check.clone())).collect();
    names.sort_by(|a, b| a.0.cmp(&b.0));
    let told: Vec<_> = names.iter().map(|(name, check)| (name.split(' ').next().unwrap_or_default(), check)).collect();
    assert_eq!(told, [("A", &Check::Inside), ("D", &Check::Inside), ("D", &Check::Answered), ("New", &Check::Answered)]);
    assert_eq!(draft.schema().rules.iter().find(|rule| rule.name == "D").map(|rule| rule.id), theirs_d);
}

#[test]
fn guides_and_pictures_of_options_are_steps_and_come_together() {
    let with = |options: serde_json::Value, over: &Schema| {
        schema(json!({"labels": ["car"], "attributes": [{"name": "paint", "type": "select", "options": options}]}), over)
    };
    let base = with(json!(["red", "blue", "green"]), &Schema::default());
    let mut draft = SchemaDraft::new(base.clone());
    let (paint, red, blue) = (AttributeId(1), OptionId(1), OptionId(2));
    for text in ["W", "Wa", "Warm."] {
        draft.apply(Edit::GuideOption(paint, red, text.into()));
    }
    assert_eq!(draft.undo_title(), Some("Change the guide of red"));
    draft.apply(Edit::PictureOption(paint, blue, "guides/blue.png".into()));
    assert_eq!(draft.undo_title(), Some("Change the picture of blue"));
    draft.apply(Edit::RenameOption(paint, red, "crimson".into()));
    let told = |draft: &SchemaDraft| -> Vec<String> {
        let all = draft.schema().attributes[0].options.iter();
        all.map(|one| format!("{}|{}|{}", one.name, one.guide, one.picture)).collect()
    };
    assert_eq!(told(&draft), ["crimson|Warm.|", "blue||guides/blue.png", "green||"]);
    for _ in 0..3 {
        draft.undo();
    }
    assert_eq!((told(&draft), draft.is_changed()), (vec!["red||".into(), "blue||".into(), "green||".into()], false), "typing is one step");
    for _ in 0..2 {
        draft.redo();
    }
    // They wrote about all three: what the draft has itself stays, the rest is taken over.
    let theirs = |name: &str| json!({"name": name, "guide": format!("Their {name}."), "picture": format!("{name}.jpg")});
    draft.rebase(&with(json!([theirs("red"), theirs("blue"), theirs("green")]), &base));
    assert_eq!(told(&draft), ["red|Warm.|red.jpg", "blue|Their blue.|guides/blue.png", "green|Their green.|green.jpg"]);
    assert!(draft.schema().problems(9).is_empty());
    draft.apply(Edit::PictureOption(paint, blue, "../blue.png".into()));
    assert_eq!(draft.schema().problems(9).iter().map(|problem| problem.field).collect::<Vec<_>>(), ["options"]);
}
