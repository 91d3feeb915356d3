//! Stepping proxies in the window: made, used and deleted by command.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use egui::{Key, Modifiers, Vec2};
use egui_kittest::{Harness, kittest::Queryable as _};
use limn_core::log::{Change, Gesture, kind};
use limn_core::{FileKind, FileRecord, FileStatus, IdSource, Schema};
use limn_desktop::{LimnApp, Start};
use limn_store::{Identity, Project};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn project_with_video(dir: &Path) -> bool {
    let video = dir.join("a.mp4");
    let source = "testsrc2=s=640x480:r=25:d=4";
    let made = Command::new("ffmpeg").args(["-v", "error", "-f", "lavfi", "-i", source, "-c:v", "mpeg4", "-g", "100"]).arg(&video).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("skipped: the ffmpeg command line is not installed");
        return false;
    }
    std::fs::create_dir_all(dir.join("home")).unwrap();
    std::fs::write(dir.join("home/settings.toml"), "welcomed = true\nreduced_motion = true\n").unwrap();
    let identity = Identity::from_seed([9; 32], "ada");
    let mut project = Project::create(&dir.join("p.limn"), "streets", &Schema::default(), identity).unwrap();
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
    }));
    project.commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes: vec![file] }).unwrap();
    true
}

fn wait_for(harness: &mut Harness<'static, LimnApp>, name: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    while harness.query_all_by_label_contains(name).next().is_none() {
        assert!(Instant::now() < end, "nothing is called \"{name}\"");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
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
    let builder = Harness::builder().with_size(Vec2::new(1366.0, 768.0)).with_max_steps(64);
    let mut harness = builder.build_eframe(move |cc| LimnApp::new(cc, &home, start).unwrap());
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
