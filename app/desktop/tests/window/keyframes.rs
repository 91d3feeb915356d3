//! Small pictures of a sequence at its keyframes.

use super::{press, videos, wait_for, window};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::{Harness, kittest::NodeT as _, kittest::Queryable as _};
use limn_core::log::{Change, Gesture, kind};
use limn_core::sequence::Member;
use limn_core::{FileId, Geometry, IdSource, Instance, LabelId, Mark, Rect, Sequence, SequenceId};
use limn_desktop::{LimnApp, Start};
use std::path::Path;
use std::time::{Duration, Instant};

/// A car on so many frames of a video, one of them outside; false without ffmpeg.
fn project(dir: &Path, keyframes: impl Iterator<Item = u64>, frames: u64) -> bool {
    if !videos::make(&dir.join("v.mp4"), "testsrc2=s=320x240:r=25", &["-frames:v", &frames.to_string(), "-c:v", "mpeg4"]) {
        return false;
    }
    let mut project = videos::project(dir);
    let mut ids = IdSource::new([5; 32]);
    let (file, sequence) = (FileId::from_parts(1, [4; 10]), SequenceId::from_parts(1, [6; 10]));
    let mut changes = vec![videos::add(file, "v.mp4", frames), Change::SequenceAdd(Box::new(Sequence::new(sequence, file, 1, LabelId(1))))];
    for frame in keyframes {
        let geometry = Geometry::Box(Rect::from_xywh(40.0 + frame as f64 % 100.0, 80.0, 80.0, 60.0));
        let member = Some(Member { sequence, part: 0 });
        let mut keyframe = Instance { member, ..Instance::new(ids.instance(1), file, frame, LabelId(1), geometry) };
        keyframe.marks.set(Mark::Outside(frame == 30));
        changes.push(Change::InstanceAdd(Box::new(keyframe)));
    }
    project.commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes }).unwrap();
    true
}

fn open(dir: &Path) -> Harness<'static, LimnApp> {
    open_in(dir, Vec2::new(1366.0, 1000.0))
}

fn open_in(dir: &Path, size: Vec2) -> Harness<'static, LimnApp> {
    let start = Start { project: Some(dir.join("p.limn")), ..Start::default() };
    let mut harness = window(&dir.join("home"), start, size, false);
    wait_for(&mut harness, "Canvas, v.mp4, 1 instances");
    harness
}

fn frame(harness: &Harness<'static, LimnApp>) -> f64 {
    harness.get_by_label("Frame number").accesskit_node().numeric_value().unwrap()
}

fn wait_for_frame(harness: &mut Harness<'static, LimnApp>, wanted: f64) {
    let end = Instant::now() + Duration::from_secs(10);
    while frame(harness) != wanted {
        assert!(Instant::now() < end, "frame {} is shown, and not {wanted}", frame(harness));
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
}

fn hide(harness: &mut Harness<'static, LimnApp>) {
    press(harness, Modifiers::COMMAND, Key::K);
    wait_for(harness, "Command palette");
    harness.event(egui::Event::Text("pictures of keyframes".into()));
    harness.step();
    press(harness, Modifiers::NONE, Key::Enter);
    harness.run_steps(3);
}

#[test]
fn each_keyframe_of_the_selected_sequence_is_a_button_that_goes_there() {
    let dir = tempfile::tempdir().unwrap();
    if !project(dir.path(), [0, 12, 30, 44].into_iter(), 60) {
        return;
    }
    let mut harness = open(dir.path());
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains("keyframe at frame").next().is_none(), "nothing is selected");
    press(&mut harness, Modifiers::NONE, Key::Tab);
    wait_for(&mut harness, "keyframe at frame 0");
    wait_for(&mut harness, "keyframe at frame 30, outside");
    assert_eq!(harness.query_all_by_label_contains("keyframe at frame").count(), 4);
    harness.get_by_label("keyframe at frame 44").click();
    wait_for_frame(&mut harness, 44.0);
    // By the keyboard alone.
    harness.get_by_label("keyframe at frame 12").focus();
    harness.step();
    press(&mut harness, Modifiers::NONE, Key::Space);
    wait_for_frame(&mut harness, 12.0);
    hide(&mut harness);
    assert!(harness.query_all_by_label_contains("keyframe at frame").next().is_none(), "hidden");
    // Kept for the next time, as all settings are when the window closes.
    eframe::App::on_exit(harness.state_mut());
    let saved = std::fs::read_to_string(dir.path().join("home/settings.toml")).unwrap();
    assert!(saved.contains("show_keyframes = false"), "{saved}");
}

#[test]
fn of_thousands_of_keyframes_only_those_in_sight_are_there() {
    let dir = tempfile::tempdir().unwrap();
    if !project(dir.path(), (0..3000).filter(|frame| *frame != 30), 3000) {
        return;
    }
    let mut harness = open(dir.path());
    press(&mut harness, Modifiers::NONE, Key::Tab);
    wait_for(&mut harness, "keyframe at frame 0");
    assert!(harness.query_all_by_label_contains("keyframe at frame").count() < 40);
    press(&mut harness, Modifiers::NONE, Key::End);
    wait_for(&mut harness, "keyframe at frame 2999");
    assert!(harness.query_all_by_label_contains("keyframe at frame").count() < 40);
    assert!(harness.query_by_label("keyframe at frame 0").is_none());
}

#[test]
fn in_a_low_window_the_strip_gives_way_and_no_panel_lies_over_another() {
    let dir = tempfile::tempdir().unwrap();
    if !project(dir.path(), [0, 12].into_iter(), 60) {
        return;
    }
    let mut harness = open_in(dir.path(), Vec2::new(1366.0, 480.0));
    press(&mut harness, Modifiers::NONE, Key::Tab);
    wait_for(&mut harness, "Selected: car");
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains("keyframe at frame").next().is_none());
    // The list and what is told of the selected, the last tool in sight and the buttons below.
    let place = |name: &str| harness.get_by_label(name).rect();
    assert!(place("List: size").bottom() <= place("Selected: car").top());
    assert!(place("Mark: occluded").top() > place("Selected: car").top());
    assert!(place("Settings").bottom() < place("Sequences: draw sequences").top(), "{:?}", place("Settings"));
}
