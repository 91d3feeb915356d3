//! The room in which the schema is changed.

use super::{Place, draw_first_box, identity, press, wait_for};
use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::{Harness, kittest::NodeT as _, kittest::Queryable as _};
use limn_desktop::LimnApp;
use limn_store::{Access, Project};

fn type_into(harness: &mut Harness<'static, LimnApp>, name: &str, text: &str) {
    harness.get_by(|node| is_field(node.role()) && node.label().as_deref() == Some(name)).focus();
    harness.step();
    harness.event(egui::Event::Text(text.into()));
    harness.step();
}

fn is_field(role: Role) -> bool {
    matches!(role, Role::TextInput | Role::MultilineTextInput)
}

fn edit_schema(harness: &mut Harness<'static, LimnApp>) {
    press(harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    wait_for(harness, "car, label");
    harness.step();
}

#[test]
fn a_schema_is_changed_tried_and_published() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    wait_for(&mut harness, "Save state: saved here");
    edit_schema(&mut harness);
    type_into(&mut harness, "New label", "bus");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "bus, label");
    // By keys: up once, and below the one above it.
    press(&mut harness, Modifiers::ALT, Key::ArrowUp);
    press(&mut harness, Modifiers::ALT, Key::ArrowRight);
    type_into(&mut harness, "New question", "colour");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "colour, question");
    type_into(&mut harness, "New options, one a line", "red\nblue\nred\n");
    harness.get_by_label("Add the options").click_accesskit();
    // The preview is answered, and asks what depends on the answer.
    wait_for(&mut harness, "colour: blue");
    harness.get_by_label("colour: blue").click_accesskit();
    harness.run_steps(3);
    wait_for(&mut harness, "Clear the answers");
    harness.get_by_label("Required: work is not complete without an answer").click_accesskit();
    harness.run_steps(3);
    // A name that stands twice is told and leads back.
    type_into(&mut harness, "New question", "colour");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "1 problem keeps it from being published");
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    wait_for(&mut harness, "No problems");
    harness.step();
    let names: Vec<String> = harness
        .root()
        .children_recursive()
        .filter(|node| {
            is_field(node.accesskit_node().role())
                || matches!(node.accesskit_node().role(), Role::Button | Role::CheckBox | Role::ComboBox | Role::SpinButton)
        })
        .filter(|node| node.accesskit_node().label().unwrap_or_default().trim().is_empty())
        .map(|node| format!("{:?}", node.accesskit_node().role()))
        .collect();
    assert!(names.is_empty(), "controls without a name: {names:?}");
    harness.get_by_label("Publish…").click_accesskit();
    wait_for(&mut harness, "1 instance is touched");
    type_into(&mut harness, "A few words about this version", "colours");
    harness.get_by_label("Publish").click_accesskit();
    wait_for(&mut harness, "The schema is published.");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.run_steps(2);
    wait_for(&mut harness, "Save state: saved here");
    wait_for(&mut harness, "Canvas, a.png");
    drop(harness);

    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    let schema = project.schema();
    let bus = schema.label_named("bus").unwrap();
    assert_eq!((bus.parent, bus.key), (schema.label_named("car").map(|car| car.id), Some('3')));
    let options: Vec<_> = schema.attributes[0].options.iter().map(|option| option.name.as_str()).collect();
    assert_eq!((options, schema.attributes[0].required), (vec!["red", "blue"], true));
    assert_eq!(project.setting("schema-draft").unwrap().as_deref(), Some(""));
}

#[test]
fn a_draft_comes_back_and_is_discarded_only_when_asked() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    edit_schema(&mut harness);
    type_into(&mut harness, "New label", "tram");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "tram, label");
    std::thread::sleep(std::time::Duration::from_millis(600));
    harness.run_steps(3);
    drop(harness);

    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    edit_schema(&mut harness);
    wait_for(&mut harness, "your draft from before");
    wait_for(&mut harness, "tram, label");
    harness.get_by_label("Discard…").click_accesskit();
    wait_for(&mut harness, "Discard the draft?");
    harness.get_by_label("Keep it").click_accesskit();
    harness.run_steps(3);
    wait_for(&mut harness, "tram, label");
    harness.get_by_label("Discard…").click_accesskit();
    wait_for(&mut harness, "Discard the draft?");
    harness.get_by_label("Discard").click_accesskit();
    wait_for(&mut harness, "as published");
    harness.run_steps(2);
    assert!(harness.query_by_label("tram, label").is_none());
}

#[test]
fn a_rule_and_a_guide_are_written_and_tried_on_the_open_picture() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    wait_for(&mut harness, "Save state: saved here");
    edit_schema(&mut harness);
    type_into(&mut harness, "New rule", "Not too small");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "Not too small, rule");
    wait_for(&mut harness, "Nothing on a.png breaks it.");
    harness.get_by_label("Looks at: required questions are answered").click_accesskit();
    wait_for(&mut harness, "an expression holds");
    harness.get_by_label("an expression holds").click_accesskit();
    wait_for(&mut harness, "Expression");
    // Behind "area > 0".
    type_into(&mut harness, "Expression", " and");
    wait_for(&mut harness, "1 problem keeps it from being published");
    type_into(&mut harness, "Expression", " width > 9999");
    wait_for(&mut harness, "No problems");
    wait_for(&mut harness, "On a.png: ");
    harness.get_by_label("Guide for all labels").click_accesskit();
    wait_for(&mut harness, "For all labels");
    harness.step();
    type_into(&mut harness, "Guide", "# Draw tightly");
    wait_for(&mut harness, "Draw tightly");
    harness.get_by_label("Publish…").click_accesskit();
    wait_for(&mut harness, "A few words about this version");
    harness.get_by_label("Publish").click_accesskit();
    wait_for(&mut harness, "The schema is published.");
    harness.run_steps(3);
    drop(harness);

    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    let schema = project.schema();
    assert_eq!((schema.guide.as_str(), schema.rules.len()), ("# Draw tightly", 1));
    assert_eq!(schema.rules[0].name, "Not too small");
}

/// Shapes become another kind and some of a label another one, with the draft, as one step.
#[test]
fn old_work_is_taken_over_when_it_was_seen() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    wait_for(&mut harness, "Save state: saved here");
    edit_schema(&mut harness);
    type_into(&mut harness, "New label", "van");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "van, label");
    let click = |harness: &mut Harness<'static, LimnApp>, name: &str| {
        wait_for(harness, name);
        harness.get_by_label(name).click_accesskit();
        harness.run_steps(3);
    };
    let choose = |harness: &mut Harness<'static, LimnApp>, combo: &str, name: &str| {
        click(harness, combo);
        click(harness, name);
    };
    click(&mut harness, "What becomes of old work");
    click(&mut harness, "Split a label");
    wait_for(&mut harness, "Choose the labels of each step.");
    choose(&mut harness, "Label to split: choose a label", "car");
    choose(&mut harness, "Label that they become: choose a label", "van");
    wait_for(&mut harness, "step 1 splits \"car\" by no condition; write one in \"where\", such as \"area < 400\"");
    type_into(&mut harness, "Condition", "area > 1");
    click(&mut harness, "Convert shapes");
    choose(&mut harness, "Label whose shapes change: choose a label", "van");
    choose(&mut harness, "Kind of shape: box", "polygon");
    click(&mut harness, "See what would happen");
    wait_for(&mut harness, "Step 1 changes: 1 instance");
    wait_for(&mut harness, "Step 2 changes: 1 instance");
    wait_for(&mut harness, "Nobody has to do anything again.");
    // What was seen is not what is done any more.
    type_into(&mut harness, "Condition", " and area > 2");
    assert!(harness.query_by_label("Step 1 changes: 1 instance").is_none());
    click(&mut harness, "See what would happen");
    wait_for(&mut harness, "Step 2 changes: 1 instance");
    click(&mut harness, "Publish and take over");
    wait_for(&mut harness, "as published");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    wait_for(&mut harness, "Canvas, a.png");
    let shown = || {
        let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
        let all = project.instances_at(project.files().unwrap()[0].file.id, 0).unwrap();
        let of = |one: &limn_core::Instance| (project.schema().shown(one.label).0, one.geometry.spatial_type().as_str());
        all.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(shown(), [("van".to_owned(), "polygon")]);
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    for _ in 0..300 {
        harness.step();
        if shown()[0].0 == "car" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    drop(harness);
    assert_eq!(shown(), [("car".to_owned(), "box")]);
    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    assert!(project.schema().label_named("van").is_none(), "the version goes back, too");
}
