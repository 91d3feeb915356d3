//! An image sequence in the window: its folder is listed behind it, and one that is not there is looked for again.

use super::{videos, wait_for, window};
use egui::Vec2;
use egui_kittest::kittest::Queryable as _;
use limn_core::log::{Change, Gesture, kind};
use limn_core::{FileId, FileKind, FileRecord};
use limn_desktop::Start;
use std::time::{Duration, Instant};

#[test]
fn a_folder_of_images_that_comes_back_is_shown() {
    let dir = tempfile::tempdir().unwrap();
    let Change::FileAdd(record) = videos::add(FileId::from_parts(1, [4; 10]), "walk", 3) else { panic!("no file") };
    let record = Change::FileAdd(Box::new(FileRecord { kind: FileKind::Sequence, ..*record }));
    videos::project(dir.path()).commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes: vec![record] }).unwrap();
    let start = Start { project: Some(dir.path().join("p.limn")), ..Start::default() };
    let mut harness = window(&dir.path().join("home"), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "/ 2");
    for _ in 0..30 {
        std::thread::sleep(Duration::from_millis(10));
        harness.step();
    }
    let folder = dir.path().join("walk");
    std::fs::create_dir(&folder).unwrap();
    for number in 0..3_u8 {
        image::RgbImage::from_pixel(320, 240, image::Rgb([50 + number, 60, 70])).save(folder.join(format!("{number:04}.png"))).unwrap();
    }
    let end = Instant::now() + Duration::from_secs(30);
    super::press(&mut harness, egui::Modifiers::NONE, egui::Key::End);
    while harness.query_by_label("52, 60, 70").is_none() {
        assert!(Instant::now() < end, "the last image is not shown");
        std::thread::sleep(Duration::from_millis(20));
        let middle = harness.get_by_label_contains("Canvas, ").rect().center();
        harness.hover_at(middle);
        harness.step();
    }
}
