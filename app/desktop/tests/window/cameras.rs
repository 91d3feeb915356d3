//! Cameras side by side: panes show their frames by the videos' own times, and one object is linked through them.

use super::{identity, press, videos, wait_for, window};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::{Harness, kittest::Queryable as _};
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::sequence::Member;
use limn_core::{Camera, FileId, Geometry, IdSource, Instance, LabelId, Rect, Sequence, SequenceId};
use limn_desktop::{LimnApp, Start};
use limn_store::{Access, Project};
use std::path::Path;

fn file(n: u64) -> FileId {
    FileId::from_parts(n, [4; 10])
}

fn sequence(n: u64) -> SequenceId {
    SequenceId::from_parts(n, [6; 10])
}

/// Two videos: a of 100 frames at 25 a second, b of 60 uneven frames (gaps of 1, 1, 2 and 3 sixtieths of a second), each with a car
/// from its first frame on. `offset_us`: b begins so much later; `None`: they are not linked. False without ffmpeg.
fn project(dir: &Path, offset_us: Option<i64>) -> bool {
    let uneven = "settb=1/60000,setpts=1000*(7*floor(N/4)+if(eq(mod(N\\,4)\\,3)\\,4\\,mod(N\\,4)))";
    for (name, filter, count) in [("a.mp4", "null", "100"), ("b.mp4", uneven, "60")] {
        let times = ["-fps_mode", "passthrough", "-enc_time_base", "1/60000", "-video_track_timescale", "60000"];
        let options = [&["-vf", filter, "-frames:v", count][..], &times, &["-c:v", "mpeg4"]].concat();
        if !videos::make(&dir.join(name), "testsrc2=s=320x240:r=25", &options) {
            return false;
        }
    }
    let mut project = videos::project(dir);
    let mut ids = IdSource::new([5; 32]);
    let mut changes = Vec::new();
    for (n, name, frames) in [(1, "a.mp4", 100), (2, "b.mp4", 60)] {
        changes.push(videos::add(file(n), name, frames));
        changes.push(Change::SequenceAdd(Box::new(Sequence::new(sequence(n), file(n), 1, LabelId(1)))));
        let geometry = Geometry::Box(Rect::from_xywh(100.0, 80.0, 120.0, 80.0));
        let member = Some(Member { sequence: sequence(n), part: 0 });
        let keyframe = Instance { member, ..Instance::new(ids.instance(1), file(n), 0, LabelId(1), geometry) };
        changes.push(Change::InstanceAdd(Box::new(keyframe)));
    }
    for (n, offset_us) in offset_us.into_iter().flat_map(|offset| [(1, 0), (2, offset)]) {
        changes.push(Change::FileSet { id: file(n), set: FileSet::Camera(Some(Camera { clock: file(1), offset_us })) });
    }
    project.commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes }).unwrap();
    true
}

fn open(dir: &Path) -> Harness<'static, LimnApp> {
    let start = Start { project: Some(dir.join("p.limn")), ..Start::default() };
    let mut harness = window(&dir.join("home"), start, Vec2::new(1366.0, 768.0), true);
    wait_for(&mut harness, "Canvas, a.mp4");
    wait_for(&mut harness, "/ 99");
    harness
}

fn go_to(harness: &mut Harness<'static, LimnApp>, frame: u64) {
    press(harness, Modifiers::NONE, Key::G);
    wait_for(harness, "Go to frame");
    press(harness, Modifiers::COMMAND, Key::A);
    harness.event(egui::Event::Text(frame.to_string()));
    harness.step();
    press(harness, Modifiers::NONE, Key::Enter);
}

fn drawn_by(dir: &Path) -> Project {
    Project::open(&dir.join("p.limn"), identity(), Access::Read).unwrap()
}

#[test]
fn panes_show_the_frame_of_the_moment_or_say_why_not() {
    let dir = tempfile::tempdir().unwrap();
    if !project(dir.path(), Some(1_500_000)) {
        return;
    }
    let mut harness = open(dir.path());
    wait_for(&mut harness, "Camera b.mp4, begins 1.50 s later");
    // At 2.4 s of a it is 0.9 s = 54/60 s in b: 7 groups of 4 frames take 49/60 s, and the fourth of the next begins at 53/60 s.
    go_to(&mut harness, 60);
    wait_for(&mut harness, "Camera b.mp4, frame 31, 1 shape");
    // One frame on, at 56.4/60 s: the first of the next group begins at 56/60 s.
    press(&mut harness, Modifiers::NONE, Key::D);
    wait_for(&mut harness, "Camera b.mp4, frame 32, 1 shape");
    // Its last frame begins at 102/60 s.
    go_to(&mut harness, 99);
    wait_for(&mut harness, "Camera b.mp4, ended 0.7");
    // The other one takes its place on the canvas, at the moment; back again it is the same frame.
    go_to(&mut harness, 60);
    wait_for(&mut harness, "Camera b.mp4, frame 31, 1 shape");
    press(&mut harness, Modifiers::NONE, Key::F12);
    wait_for(&mut harness, "Canvas, b.mp4, 1 instances");
    wait_for(&mut harness, "Camera a.mp4, frame 59, 1 shape");
    press(&mut harness, Modifiers::SHIFT, Key::F8);
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains("Camera a.mp4").next().is_none(), "it is alone");
    press(&mut harness, Modifiers::SHIFT, Key::F8);
    wait_for(&mut harness, "Camera a.mp4, frame 59, 1 shape");
    // A click goes there, too.
    harness.get_by_label_contains("Camera a.mp4").click();
    harness.step();
    wait_for(&mut harness, "Canvas, a.mp4, 1 instances");
    wait_for(&mut harness, "Camera b.mp4, frame 3");
}

#[test]
fn a_camera_whose_file_is_gone_says_so_and_the_others_go_on() {
    let dir = tempfile::tempdir().unwrap();
    if !project(dir.path(), Some(0)) {
        return;
    }
    std::fs::remove_file(dir.path().join("b.mp4")).unwrap();
    let mut harness = open(dir.path());
    wait_for(&mut harness, "Camera b.mp4, ");
    wait_for(&mut harness, "No such file");
    go_to(&mut harness, 50);
    wait_for(&mut harness, "Canvas, a.mp4, 1 instances");
}

#[test]
fn the_sheet_links_and_one_key_makes_one_object_of_two() {
    let dir = tempfile::tempdir().unwrap();
    if !project(dir.path(), None) {
        return;
    }
    let mut harness = open(dir.path());
    press(&mut harness, Modifiers::COMMAND, Key::F8);
    wait_for(&mut harness, "b.mp4 begins so much later");
    harness.get_by_label("b.mp4 begins so much later").click();
    harness.step();
    press(&mut harness, Modifiers::COMMAND, Key::A);
    harness.event(egui::Event::Text("x".into()));
    harness.step();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "\"x\" is no time");
    harness.get_by_label("b.mp4 begins so much later").click();
    harness.step();
    press(&mut harness, Modifiers::COMMAND, Key::A);
    harness.event(egui::Event::Text("5 f".into()));
    harness.step();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "Camera b.mp4, begins 0.20 s later");
    go_to(&mut harness, 20);
    wait_for(&mut harness, "Camera b.mp4, frame 21, 1 shape");
    press(&mut harness, Modifiers::NONE, Key::Tab);
    wait_for(&mut harness, "Selected: car");
    press(&mut harness, Modifiers::ALT | Modifiers::SHIFT, Key::O);
    wait_for(&mut harness, "car 1 is the same object as");
    wait_for(&mut harness, "car 1 of b.mp4");
    press(&mut harness, Modifiers::NONE, Key::Num1);
    wait_for(&mut harness, "One object: = car 1 of b.mp4");
    wait_for(&mut harness, "Save state: saved here");
    let identities = |dir: &Path| [1, 2].map(|n| drawn_by(dir).sequence(sequence(n)).unwrap().unwrap().identity());
    assert_eq!(identities(dir.path()), [sequence(2); 2]);
    // Asked again, a click on the box in its picture answers; it is one already.
    press(&mut harness, Modifiers::ALT | Modifiers::SHIFT, Key::O);
    wait_for(&mut harness, "car 1 of b.mp4 — one already");
    let pane = harness.get_by_label_contains("Camera b.mp4").rect();
    harness.drag_at(pane.center());
    harness.drop_at(pane.center());
    harness.step();
    wait_for(&mut harness, "are one object already");
    press(&mut harness, Modifiers::COMMAND | Modifiers::ALT, Key::U);
    wait_for(&mut harness, "is an object of its own again");
    wait_for(&mut harness, "Save state: saved here");
    assert_eq!(identities(dir.path()), [sequence(1), sequence(2)]);
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    wait_for(&mut harness, "One object: = car 1 of b.mp4");
}
