//! What there is to know about a file is told where the person works, and when files are added.

use super::{identity, videos, wait_for, window};
use egui::Vec2;
use egui_kittest::kittest::Queryable as _;
use limn_core::log::{Change, Gesture, kind};
use limn_core::{FileId, FileKind, FileRecord};
use limn_desktop::Start;
use std::path::{Path, PathBuf};

/// A picture whose file ends half way.
fn cut_jpeg(path: &Path) {
    image::RgbImage::from_fn(320, 240, |x, y| image::Rgb([(x * 7 % 256) as u8, (y * 5 % 256) as u8, 90])).save(path).unwrap();
    let bytes = std::fs::read(path).unwrap();
    std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

/// A file let go over the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

fn image(id: FileId, name: &str) -> Change {
    match videos::add(id, name, 1) {
        Change::FileAdd(record) => Change::FileAdd(Box::new(FileRecord { kind: FileKind::Image, ..*record })),
        other => other,
    }
}

#[test]
fn an_image_that_is_cut_off_and_a_video_whose_frames_were_decoded_have_notes() {
    let dir = tempfile::tempdir().unwrap();
    if !videos::make(&dir.path().join("v.avi"), "testsrc2=s=320x240:r=25", &["-frames:v", "25", "-c:v", "mpeg4"]) {
        return;
    }
    cut_jpeg(&dir.path().join("cut.jpg"));
    image::RgbImage::new(320, 240).save(dir.path().join("whole.png")).unwrap();
    let mut project = videos::project(dir.path());
    let id = |at| FileId::from_parts(at, [4; 10]);
    let changes = vec![image(id(1), "cut.jpg"), image(id(2), "whole.png"), videos::add(id(3), "v.avi", 25)];
    project.commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes }).unwrap();
    drop(project);

    let start = Start { project: Some(dir.path().join("p.limn")), ..Start::default() };
    let mut harness = window(&dir.path().join("home"), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Canvas, cut.jpg");
    wait_for(&mut harness, "About this file: The file ends before the picture does");
    // By key, too: from the canvas the key for the next panel comes here.
    super::press(&mut harness, egui::Modifiers::NONE, egui::Key::F6);
    super::press(&mut harness, egui::Modifiers::NONE, egui::Key::Enter);
    harness.run_steps(4);
    assert_eq!(harness.query_all_by_label_contains("The file ends before the picture does").count(), 2);
    harness.key_press(egui::Key::Escape);
    harness.run_steps(4);

    super::run(&mut harness, "next file");
    wait_for(&mut harness, "Canvas, whole.png");
    harness.run_steps(20);
    assert!(harness.query_all_by_label_contains("About this file").next().is_none(), "nothing is wrong with this one");
    super::run(&mut harness, "next file");
    wait_for(&mut harness, "Canvas, v.avi");
    wait_for(&mut harness, "About this file: AVI files of this codec mark frames as keys that are none");
}

#[test]
fn adding_files_tells_that_one_has_a_note() {
    let dir = tempfile::tempdir().unwrap();
    drop(videos::project(dir.path()));
    let picture = image::RgbImage::new(64, 48);
    picture.save(dir.path().join("right.png")).unwrap();
    picture.save_with_format(dir.path().join("wrong.jpg"), image::ImageFormat::Png).unwrap();
    let start = Start { project: Some(dir.path().join("p.limn")), ..Start::default() };
    let mut harness = window(&dir.path().join("home"), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Save state");
    for name in ["right.png", "wrong.jpg"] {
        harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(dir.path().join(name))));
    }
    wait_for(&mut harness, "2 files added. There is a note on wrong.jpg: The name ends in .jpg but the content is png");
    assert_eq!(
        limn_store::Project::open(&dir.path().join("p.limn"), identity(), limn_store::Access::Read).unwrap().files().unwrap().len(),
        2
    );
}
