//! A video that was replaced by one of another rate: noticed when it is opened, and its work taken over by Enter.

use super::{identity, press, run, videos, wait_for, window};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable as _;
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::{FileId, Geometry, Instance, InstanceId, LabelId, Rect};
use limn_desktop::Start;
use limn_store::{Access, Project};

#[test]
fn a_replaced_video_is_told_and_its_work_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("v.mkv");
    if !videos::make(&path, "color=s=320x240:r=25,format=yuv420p", &["-frames:v", "50", "-c:v", "ffv1"]) {
        return;
    }
    let file = FileId::from_parts(1, [4; 10]);
    let shape = |id: u64, frame: u64| {
        let geometry = Geometry::Box(Rect::from_xywh(50.0, 50.0, 60.0, 60.0));
        Change::InstanceAdd(Box::new(Instance::new(InstanceId::from_parts(id, [6; 10]), file, frame, LabelId(1), geometry)))
    };
    let mut project = videos::project(dir.path());
    // Of another length than the one that lies there.
    let before = Change::FileSet { id: file, set: FileSet::Bytes(1) };
    let changes = vec![videos::add(file, "v.mkv", 25), before, shape(1, 0), shape(2, 10)];
    project.commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes }).unwrap();
    drop(project);
    let open = || {
        let start = Start { project: Some(dir.path().join("p.limn")), ..Start::default() };
        let mut harness = window(&dir.path().join("home"), start, Vec2::new(1366.0, 768.0), false);
        wait_for(&mut harness, "Canvas, v.mkv");
        wait_for(&mut harness, "/ 49");
        harness
    };
    let frames = || {
        let project = Project::open(&dir.path().join("p.limn"), identity(), Access::Read).unwrap();
        project.file_state(file).unwrap().single.keys().copied().collect::<Vec<_>>()
    };

    let mut harness = open();
    wait_for(&mut harness, "v.mkv is not the video that was annotated.");
    wait_for(&mut harness, "Moves: 1 shape of single frames.");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    wait_for(&mut harness, "The work is still on the frames of the video that was there before.");
    drop(harness);
    assert_eq!(frames(), [0, 10], "nothing was done");

    let mut harness = open();
    wait_for(&mut harness, "Moves: 1 shape of single frames.");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "Taken over to the new video: 1 shape of single frames.");
    drop(harness);
    assert_eq!(frames(), [0, 20]);

    let mut harness = open();
    run(&mut harness, "take the work over");
    wait_for(&mut harness, "v.mkv is the video that its work was made on.");
    assert!(harness.query_by_label_contains("is not the video").is_none());
}
