//! What a file was looked through for, what an export takes, and what becomes of a label that goes.

use super::*;
use egui_kittest::kittest::Queryable as _;
use limn_core::LabelId;
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
