//! A video cut into clips from the window: a clip begins with its own frame of the source, and tells both numbers.

use super::{draw_first_box, identity, press, run, videos, wait_for, window};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::{Harness, kittest::Queryable as _};
use limn_core::log::{Gesture, kind};
use limn_core::{FileId, FileRecord};
use limn_desktop::{LimnApp, Start};
use limn_store::{Access, Project};
use std::path::Path;
use std::time::{Duration, Instant};

const FRAMES: u64 = 25;

/// A video of 25 frames, each as bright as its number says; false without ffmpeg.
fn project(dir: &Path) -> bool {
    let source = "color=s=320x240:r=25,format=yuv420p,geq=lum='16+8*N':cb=128:cr=128";
    if !videos::make(&dir.join("v.mkv"), source, &["-frames:v", "25", "-c:v", "ffv1"]) {
        return false;
    }
    let mut project = videos::project(dir);
    let changes = vec![videos::add(FileId::from_parts(1, [4; 10]), "v.mkv", FRAMES)];
    project.commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes }).unwrap();
    true
}

fn fill(harness: &mut Harness<'static, LimnApp>, field: &str, text: &str) {
    harness.get_by_label(field).click();
    harness.step();
    press(harness, Modifiers::COMMAND, Key::A);
    harness.event(egui::Event::Text(text.into()));
    harness.step();
}

/// Waits until the picture under the pointer is as bright as this frame of the source.
fn wait_for_picture_of(harness: &mut Harness<'static, LimnApp>, frame: u64) {
    let gray = (8.0 * frame as f64 * 255.0 / 219.0).round() as u64;
    let is_there = |harness: &Harness<'static, LimnApp>| {
        (gray.saturating_sub(1)..=gray + 1).any(|it| harness.query_by_label(&format!("{it}, {it}, {it}")).is_some())
    };
    let end = Instant::now() + Duration::from_secs(30);
    while !is_there(harness) {
        assert!(Instant::now() < end, "the picture is not that of frame {frame} ({gray})");
        std::thread::sleep(Duration::from_millis(5));
        let canvas = harness.get_by_label_contains("Canvas, ").rect();
        harness.hover_at(canvas.center());
        harness.step();
    }
}

#[test]
fn a_clip_begins_with_its_frame_of_the_source_and_tells_both_numbers() {
    let dir = tempfile::tempdir().unwrap();
    if !project(dir.path()) {
        return;
    }
    let start = Start { project: Some(dir.path().join("p.limn")), ..Start::default() };
    let mut harness = window(&dir.path().join("home"), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Canvas, v.mkv");
    wait_for(&mut harness, "/ 24");
    wait_for_picture_of(&mut harness, 0);
    run(&mut harness, "cut into clips");
    wait_for(&mut harness, "Frames of a clip");
    fill(&mut harness, "Frames of a clip", "15");
    fill(&mut harness, "Frames that two clips share", "5");
    wait_for(&mut harness, "Frames of the clips: 0–14,  10–24");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "2 clips cut.");
    run(&mut harness, "next file");
    wait_for(&mut harness, "frame 0 · 0 of the source");
    run(&mut harness, "next file");
    wait_for(&mut harness, "frame 0 · 10 of the source");
    wait_for(&mut harness, "/ 14");
    wait_for_picture_of(&mut harness, 10);
    press(&mut harness, Modifiers::NONE, Key::D);
    wait_for(&mut harness, "frame 1 · 11 of the source");
    wait_for_picture_of(&mut harness, 11);
    draw_first_box(&mut harness);
    wait_for(&mut harness, "frame 1 · 11 of the source");
    wait_for(&mut harness, "Save state: saved here");
    drop(harness);

    let project = Project::open(&dir.path().join("p.limn"), identity(), Access::Read).unwrap();
    let files: Vec<FileRecord> = project.files().unwrap().into_iter().map(|row| row.file).collect();
    let clip = files.iter().find(|file| file.clip.is_some_and(|clip| clip.global(0) == 10)).unwrap();
    let drawn: Vec<u64> = project.sequences(clip.id).unwrap().tracks().flat_map(|track| track.first_frame()).collect();
    assert_eq!((clip.frames, drawn), (15, vec![1]), "frames of a clip count from its first");
    let whole = files.iter().find(|file| file.clip.is_none()).unwrap();
    assert_eq!(project.sequences(whole.id).unwrap().tracks().count(), 0, "and the video has its own work");
}
