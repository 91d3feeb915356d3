//! What breaks the schema's rules, beside the picture.

use super::{Place, draw_first_box, identity, press, wait_for};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable as _;
use limn_core::{FileStatus, Schema};
use limn_store::{Access, Project};

#[test]
fn problems_are_told_gone_to_and_keep_a_file_open() {
    let place = Place::new();
    let mut project = Project::open(&place.project(), identity(), Access::Write).unwrap();
    let text = r#"{"labels":["car","person"],"rules":[
        {"name":"Flat","labels":["car"],"severity":"blocks","check":{"expression":"width < height"},"message":"{label} is {width} wide"},
        {"name":"A person","labels":["person"],"check":{"count":{"min":1}}}]}"#;
    let mut schema = Schema::from_document(text).unwrap();
    schema.fill_keys();
    project.publish_schema(&schema).unwrap();
    drop(project);
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Problems: 1 warns");
    draw_first_box(&mut harness);
    wait_for(&mut harness, "Problems: 1 block");
    press(&mut harness, Modifiers::NONE, Key::F3);
    wait_for(&mut harness, "1 blocks, 1 warns");
    wait_for(&mut harness, "warns: 0 of person on the frame, at least 1 wanted");
    harness.get_by_label_contains("blocks: car is ").click_accesskit();
    harness.run_steps(3);
    // A file that breaks a rule that blocks stays open, and says why.
    press(&mut harness, Modifiers::NONE, Key::X);
    wait_for(&mut harness, "Not complete: 1 problem blocks it");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.run_steps(2);
    assert!(harness.query_all_by_label_contains("at least 1 wanted").next().is_none(), "the panel is closed");
    // As another label it does. From the problem of the box to that of the frame, which selects nothing, and around to it.
    press(&mut harness, Modifiers::NONE, Key::F4);
    press(&mut harness, Modifiers::NONE, Key::F4);
    press(&mut harness, Modifiers::NONE, Key::Num2);
    wait_for(&mut harness, "person 1, box");
    press(&mut harness, Modifiers::NONE, Key::X);
    wait_for(&mut harness, "a.png, complete");
    assert!(harness.query_all_by_label_contains("Problems: ").next().is_none());
    press(&mut harness, Modifiers::NONE, Key::F4);
    wait_for(&mut harness, "Nothing breaks a rule here.");
    wait_for(&mut harness, "Save state: saved here");
    drop(harness);
    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    assert_eq!(project.files().unwrap()[0].file.status, FileStatus::Complete);
}
