//! What a file was looked through for, what an export takes, and what becomes of a label that goes.

use super::*;
use egui_kittest::kittest::Queryable as _;
use limn_core::LabelId;
use limn_core::log::FileSet;
use limn_core::schema::AttributeId;
use limn_core::schema::attribute::{Attribute, AttributeType};
use limn_store::{Access, Project};

fn labels(project: &Project) -> Vec<LabelId> {
    let mut labels = Vec::new();
    project
        .for_each_place(|place| {
            labels.push(place.label);
            Ok::<_, limn_store::StoreError>(())
        })
        .unwrap();
    labels
}

#[test]
fn a_label_is_said_to_be_absent_by_a_click_and_an_export_asks_for_what_is_not_complete() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "None of car");
    harness.get_by_label("None of car").click_accesskit();
    wait_for(&mut harness, "Absent: car");
    press(&mut harness, Modifiers::NONE, Key::X);
    wait_for(&mut harness, "a.png, empty and checked");
    press(&mut harness, Modifiers::COMMAND, Key::E);
    wait_for(&mut harness, "files are complete.");
    wait_for(&mut harness, "Export files that are not complete, too");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    wait_for(&mut harness, "Save state: saved here");
    drop(harness);
    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    let row = &project.files().unwrap()[0];
    assert_eq!((row.looked.under, &row.looked.absent), (Some(1), &vec![LabelId(1)]));
}

#[test]
fn what_was_drawn_as_a_label_that_goes_becomes_another_with_the_publishing() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    wait_for(&mut harness, "Save state: saved here");
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    wait_for(&mut harness, "car, label");
    harness.get_by_label_contains("car, label").click_accesskit();
    wait_for(&mut harness, "Remove the label");
    harness.get_by_label("Remove the label").click_accesskit();
    wait_for(&mut harness, "Offer it again");
    harness.get_by_label("Publish…").click_accesskit();
    wait_for(&mut harness, "car: stays as it is");
    harness.get_by_label("car: stays as it is").click_accesskit();
    wait_for(&mut harness, "becomes person");
    harness.get_by_label("becomes person").click_accesskit();
    wait_for(&mut harness, "car: becomes person");
    harness.get_by_label("Publish").click_accesskit();
    wait_for(&mut harness, "1 instances were changed");
    wait_for(&mut harness, "as published");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    wait_for(&mut harness, "person 1, box");
    let stored = || {
        let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
        (labels(&project), project.schema().label(LabelId(1)).unwrap().deprecated)
    };
    assert_eq!(stored(), (vec![LabelId(2)], true));
    // One step back: the label is offered again, and the box has it.
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    wait_for(&mut harness, "car 1, box");
    assert_eq!(stored(), (vec![LabelId(1)], false));
}

/// Steps until nothing of this name is there any more.
fn wait_until_gone(harness: &mut Harness<'static, LimnApp>, name: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    while harness.query_all_by_label_contains(name).next().is_some() {
        assert!(Instant::now() < end, "something is still called \"{name}\"");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
}

/// A complete file with a car on it.
fn with_complete_car(place: &Place) -> Project {
    let mut project = Project::open(&place.project(), identity(), Access::Write).unwrap();
    let id = project.files().unwrap()[0].file.id;
    let geometry = limn_core::Geometry::Box(limn_core::Rect::from_xywh(50.0, 50.0, 100.0, 80.0));
    let car = limn_core::Instance::new(IdSource::new([8; 32]).instance(1), id, 0, LabelId(1), geometry);
    let sets = [FileSet::Status(FileStatus::Complete), FileSet::CompleteUnder(Some(0))].map(|set| Change::FileSet { id, set });
    let changes = [Change::InstanceAdd(Box::new(car))].into_iter().chain(sets).collect();
    project.commit(Gesture { kind: kind::EDIT, title: "Draw".into(), target: None, changes }).unwrap();
    project
}

#[test]
fn a_question_that_came_later_is_told_until_it_is_answered() {
    let place = Place::new();
    let mut project = with_complete_car(&place);
    let mut schema = project.schema().clone();
    let seen = Attribute::new(AttributeId(1), "seen", AttributeType::Boolean);
    schema.attributes.push(Attribute { required: true, ..seen });
    project.publish_schema(&schema).unwrap();
    drop(project);
    let start = Start { project: Some(place.project()), ..Start::default() };
    let mut harness = window(&place.home(), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "a.png, complete, questions open");
    wait_for(&mut harness, "Not answered yet: seen (1)");
    wait_for(&mut harness, "car 1, box");
    harness.get_by_label_contains("car 1, box").click_accesskit();
    wait_for(&mut harness, "seen: yes");
    harness.get_by_label("seen: yes").click_accesskit();
    wait_until_gone(&mut harness, "complete, questions open");
    wait_for(&mut harness, "a.png, complete");
    // Taken back, it is open again.
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    wait_for(&mut harness, "a.png, complete, questions open");
}

#[test]
fn work_that_came_late_is_taken_over_by_a_button() {
    let place = Place::new();
    let mut project = with_complete_car(&place);
    let text = r#"{"steps": [{"merge": ["car"], "into": "person"}]}"#;
    let plan = limn_core::schema::mapping::Mapping::from_document(text).unwrap().plan(project.schema()).unwrap();
    // The schema that came with a migration which this car was not there for.
    project.publish_schema(&plan.published(1)).unwrap();
    drop(project);
    let start = Start { project: Some(place.project()), ..Start::default() };
    let mut harness = window(&place.home(), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "car 1, box");
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    wait_for(&mut harness, "Coverage of files");
    harness.get_by_label("Coverage of files").click_accesskit();
    wait_for(&mut harness, "1 instance is still as version 1 had it");
    harness.get_by_label("Take them over").click_accesskit();
    wait_for(&mut harness, "1 instance was taken over");
    wait_until_gone(&mut harness, "is still as version 1");
    drop(harness);
    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    assert_eq!(labels(&project), [LabelId(2)]);
}

#[test]
fn what_a_catalogue_tells_of_an_entry_stands_below_the_answer() {
    let place = Place::new();
    let mut project = Project::open(&place.project(), identity(), Access::Write).unwrap();
    let mut schema = project.schema().clone();
    let part = Attribute::new(AttributeId(1), "part", AttributeType::Select);
    schema.attributes.push(Attribute { catalogue: Some("parts".into()), ..part });
    project.publish_schema(&schema).unwrap();
    drop(project);
    let path = limn_store::catalogue::path_of(&place.project(), "parts").unwrap();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut builder = limn_store::catalogue::Builder::new(&path, 100).unwrap();
    builder.add("1", "bolt M4", "Steel, bin 7").unwrap();
    builder.add("2", "nut M4", "").unwrap();
    builder.finish("", 1, &mut |_, _| true).unwrap();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    wait_for(&mut harness, "part: bolt M4");
    assert!(harness.query_all_by_label_contains("Steel, bin 7").next().is_none());
    harness.get_by_label("part: bolt M4").click_accesskit();
    wait_for(&mut harness, "Steel, bin 7");
    harness.get_by_label("part: bolt M4").click_accesskit();
    wait_until_gone(&mut harness, "Steel, bin 7");
    // While the questions are gone through, below the one that Enter takes.
    press(&mut harness, Modifiers::NONE, Key::F7);
    wait_for(&mut harness, "Question: part");
    harness.event(egui::Event::Text("bol".into()));
    wait_for(&mut harness, "↵: bolt M4");
    wait_for(&mut harness, "Steel, bin 7");
}
