//! Stepping proxies in the window: made, used and deleted by command.

use super::{identity, wait_for, window};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::Harness;
use limn_core::log::{Change, Gesture, kind};
use limn_core::{FileKind, FileRecord, FileStatus, IdSource, Schema};
use limn_desktop::{LimnApp, Start};
use limn_store::Project;
use std::path::Path;

fn project_with_video(dir: &Path) -> bool {
    let video = dir.join("a.mp4");
    if !super::videos::make(&video, "testsrc2=s=640x480:r=25:d=4", &["-c:v", "mpeg4", "-g", "100"]) {
        return false;
    }
    std::fs::create_dir_all(dir.join("home")).unwrap();
    std::fs::write(dir.join("home/settings.toml"), "welcomed = true\nreduced_motion = true\n").unwrap();
    let mut project = Project::create(&dir.join("p.limn"), "streets", &Schema::default(), identity()).unwrap();
    let file = Change::FileAdd(Box::new(FileRecord {
        id: IdSource::new([5; 32]).file(1),
        name: "a.mp4".into(),
        path: "../a.mp4".into(),
        kind: FileKind::Video,
        width: 640,
        height: 480,
        frames: 100,
        bytes: video.metadata().unwrap().len(),
        hash: Some([0; 32]),
        status: FileStatus::Open,
        clip: None,
        camera: None,
    }));
    project.commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes: vec![file] }).unwrap();
    true
}

fn run_command(harness: &mut Harness<'static, LimnApp>, words: &str) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    wait_for(harness, "Command palette");
    harness.event(egui::Event::Text(words.into()));
    harness.step();
    harness.key_press_modifiers(Modifiers::NONE, Key::Enter);
    harness.run_steps(2);
}

#[test]
fn a_proxy_is_made_and_deleted_by_command() {
    let dir = tempfile::tempdir().unwrap();
    if !project_with_video(dir.path()) {
        return;
    }
    let (home, start) = (dir.path().join("home"), Start { project: Some(dir.path().join("p.limn")), ..Start::default() });
    let kept = || std::fs::read_dir(dir.path().join("home/cache/proxies")).map_or(0, Iterator::count);
    let mut harness = window(&home, start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Canvas, a.mp4");
    wait_for(&mut harness, "/ 99");
    run_command(&mut harness, "make a stepping proxy");
    wait_for(&mut harness, "The stepping proxy of a.mp4 is made and takes");
    assert_eq!(kept(), 1);
    // Frames go on coming while it is in use.
    harness.key_press_modifiers(Modifiers::NONE, Key::End);
    harness.run_steps(2);
    wait_for(&mut harness, "Canvas, a.mp4");
    run_command(&mut harness, "make a stepping proxy");
    wait_for(&mut harness, "This video has a stepping proxy.");
    run_command(&mut harness, "delete the video's stepping");
    wait_for(&mut harness, "The stepping proxy is deleted.");
    assert_eq!(kept(), 0);
}
