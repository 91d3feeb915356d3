//! What breaks the schema's rules, beside the picture.

use super::{Place, draw_first_box, frame_shown, identity, place_with_frames, press, wait_for, wait_for_frame, window};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable as _;
use limn_core::log::{Change, Gesture, kind};
use limn_core::sequence::Member;
use limn_core::{FileStatus, Geometry, IdSource, Instance, LabelId, Rect, Schema, Sequence, SequenceId};
use limn_desktop::Start;
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

/// A car that leaves the picture on another frame than that on the canvas.
#[test]
fn all_frames_of_a_video_are_looked_at_before_it_is_complete() {
    let place = place_with_frames();
    let dir = place.dir.path().join("q.limn");
    let mut project = Project::open(&dir, identity(), Access::Write).unwrap();
    let text = r#"{"labels":["car"],"rules":[{"name":"In","severity":"blocks","check":"inside"},
        {"name":"Looked at","check":{"sequence":{"keyframes":{"most":12}}}}]}"#;
    project.publish_schema(&Schema::from_document(text).unwrap()).unwrap();
    let file = project.files().unwrap()[0].file.id;
    let mut ids = IdSource::new([7; 32]);
    let sequence = SequenceId(ids.instance(1).0);
    let mut changes = vec![Change::SequenceAdd(Box::new(Sequence::new(sequence, file, 1, LabelId(1))))];
    for (frame, x) in [(0, 10.0), (10, 58.0), (20, 10.0)] {
        let geometry = Geometry::Box(Rect::from_xywh(x, 10.0, 10.0, 10.0));
        let keyframe = Instance::new(ids.instance(2 + frame), file, frame, LabelId(1), geometry);
        let member = Some(Member { sequence, part: 0 });
        changes.push(Change::InstanceAdd(Box::new(Instance { member, ..keyframe })));
    }
    project.commit(Gesture { kind: kind::EDIT, title: "Draw".into(), target: None, changes }).unwrap();
    drop(project);
    let mut harness = window(&place.home(), Start { project: Some(dir.clone()), ..Start::default() }, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Problems: 1 warns");
    press(&mut harness, Modifiers::NONE, Key::X);
    wait_for(&mut harness, "Not complete: 1 problem blocks it");
    press(&mut harness, Modifiers::NONE, Key::F3);
    wait_for(&mut harness, "1 blocks, 1 warns");
    wait_for(&mut harness, "blocks: 10: car reaches outside the picture");
    wait_for(&mut harness, "warns: 20 to 39: car 1 has no keyframe for 19 frames");
    // One key to the first, on its frame, with what breaks the rule selected.
    press(&mut harness, Modifiers::NONE, Key::F4);
    wait_for_frame(&mut harness, "the first problem", |frame| frame == 10.0);
    harness.get_by_label("This frame").click_accesskit();
    wait_for(&mut harness, "blocks: car reaches outside the picture");
    assert!((frame_shown(&harness) - 10.0).abs() < 0.5);
    // The list of all frames follows what is done, without being asked.
    harness.get_by_label("All frames").click_accesskit();
    wait_for(&mut harness, "warns: 20 to 39");
    harness.get_by_label_contains("warns: 20 to 39").click_accesskit();
    wait_for(&mut harness, "Accept as it is");
    harness.get_by_label("Accept as it is").click_accesskit();
    wait_for(&mut harness, "1 accepted");
    assert!(harness.query_all_by_label_contains("warns: 20 to 39").next().is_none());
    wait_for(&mut harness, "blocks: 10: car reaches outside the picture");
    drop(harness);
    let project = Project::open(&dir, identity(), Access::Read).unwrap();
    assert_eq!(project.files().unwrap()[0].file.status, FileStatus::Open);
}
