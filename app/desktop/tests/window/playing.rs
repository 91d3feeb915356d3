//! What is seen while a video plays is the frame whose number is told; what is seen while a hand scrubs is at once a frame
//! that is quickly there, and the exact one when the hand rests.

use super::{press, videos, wait_for, window};
use egui::{Key, Modifiers, Pos2, Vec2};
use egui_kittest::{Harness, kittest::NodeT as _, kittest::Queryable as _};
use limn_core::FileId;
use limn_core::log::{Gesture, kind};
use limn_desktop::{LimnApp, Start};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// Luma of a video that grows by one every second frame.
const SLOW: &str = "16+floor(N/2)";
/// One in which the frames around a frame look quite unlike it.
const QUICK: &str = "16+27*mod(N,8)";

/// A video of so many frames of this luma; false without ffmpeg.
fn project(dir: &Path, frames: u64, luma: &str, coded: &[&str]) -> bool {
    let count = frames.to_string();
    let options: Vec<&str> = ["-frames:v", &count].into_iter().chain(coded.iter().copied()).collect();
    let source = format!("color=s=320x240:r=25,format=yuv420p,geq=lum='{luma}':cb=128:cr=128");
    if !videos::make(&dir.join("v.mkv"), &source, &options) {
        return false;
    }
    let changes = vec![videos::add(FileId::from_parts(1, [4; 10]), "v.mkv", frames)];
    videos::project(dir).commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes }).unwrap();
    true
}

fn open(dir: &Path, last: u64) -> Harness<'static, LimnApp> {
    let start = Start { project: Some(dir.join("p.limn")), ..Start::default() };
    let mut harness = window(&dir.join("home"), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Canvas, v.mkv");
    wait_for(&mut harness, &format!("/ {last}"));
    harness
}

fn frame(harness: &Harness<'static, LimnApp>) -> u64 {
    harness.get_by_label("Frame number").accesskit_node().numeric_value().unwrap() as u64
}

/// The value of the pixel under the pointer, which is grey.
fn gray(harness: &Harness<'static, LimnApp>) -> Option<u64> {
    let is_value = |text: &str| text.split(", ").count() == 3 && text.split(", ").all(|part| part.parse::<u8>().is_ok());
    let value = harness.query_by(|node| node.value().is_some_and(|text| is_value(&text)))?.accesskit_node().value()?;
    value.split(", ").next()?.parse().ok()
}

fn gray_of(frame: u64) -> u64 {
    ((frame / 2) as f64 * 255.0 / 219.0).round() as u64
}

/// Plays to the end; the answer is the frames that were seen, each checked by its picture.
fn played(harness: &mut Harness<'static, LimnApp>, key: (Modifiers, Key), end: u64) -> BTreeSet<u64> {
    let middle = harness.get_by_label_contains("Canvas, ").rect().center();
    press(harness, key.0, key.1);
    let (mut seen, limit) = (BTreeSet::new(), Instant::now() + Duration::from_secs(60));
    while frame(harness) != end || gray(harness).is_none() {
        assert!(Instant::now() < limit, "it plays no further than {}", frame(harness));
        std::thread::sleep(Duration::from_millis(5));
        harness.hover_at(middle);
        harness.step();
        if let Some(gray) = gray(harness) {
            let told = frame(harness);
            assert!(gray.abs_diff(gray_of(told)) <= 1, "the picture at frame {told} is as bright as {gray}, not {}", gray_of(told));
            seen.insert(told);
        }
    }
    seen
}

#[test]
fn what_is_seen_while_playing_is_the_frame_that_is_told() {
    const LAST: u64 = 199;
    let dir = tempfile::tempdir().unwrap();
    if !project(dir.path(), LAST + 1, SLOW, &["-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", "-g", "50", "-bf", "2"]) {
        return;
    }
    let mut harness = open(dir.path(), LAST);
    for speed in [2, 3] {
        for _ in 0..speed - 1 {
            press(&mut harness, Modifiers::SHIFT, Key::Period);
        }
        let forward = played(&mut harness, (Modifiers::NONE, Key::K), LAST);
        let backward = played(&mut harness, (Modifiers::SHIFT, Key::K), 0);
        assert!(forward.len() > 10 && backward.len() > 10, "{forward:?} {backward:?}");
    }
}

/// A pointer on the timeline at a share of its width.
fn on_timeline(harness: &Harness<'static, LimnApp>, share: f32) -> Pos2 {
    let bar = harness.get_by_label("Timeline").rect();
    egui::pos2(bar.left() + 8.0 + (bar.width() - 16.0) * share, bar.bottom() - 8.0)
}

#[test]
fn scrubbing_shows_a_key_at_once_and_the_exact_frame_when_the_hand_rests() {
    let dir = tempfile::tempdir().unwrap();
    if !project(dir.path(), 300, QUICK, &["-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", "-g", "250", "-bf", "2"]) {
        return;
    }
    let mut harness = open(dir.path(), 299);
    harness.run_steps(10);
    let place = on_timeline(&harness, 0.5);
    harness.hover_at(place);
    harness.step();
    harness.drag_at(place);
    harness.step();
    // While the hand moves, there is the key before it, or what is nearer and decoded; never a wrong number.
    let mut stood_in = false;
    for step in 0..40 {
        let moved = on_timeline(&harness, 0.5 + 0.005 * (step % 30) as f32);
        harness.hover_at(moved);
        harness.step();
        stood_in |= harness.query_all_by_label_contains("For now the picture of frame").next().is_some();
        std::thread::sleep(Duration::from_millis(15));
    }
    assert!(stood_in, "nothing stood in while the hand moved");
    // It rests: the frame itself comes, with the button still down.
    let end = Instant::now() + Duration::from_secs(30);
    while harness.query_all_by_label_contains("For now the picture of frame").next().is_some() {
        assert!(Instant::now() < end, "the frame itself does not come");
        std::thread::sleep(Duration::from_millis(10));
        harness.step();
    }
    let told = frame(&harness);
    assert_eq!(told, 163, "the frame under the hand");
    let place = on_timeline(&harness, 0.5 + 0.005 * 9.0);
    harness.drop_at(place);
    harness.run_steps(2);
    assert_eq!(frame(&harness), told);
    let middle = harness.get_by_label_contains("Canvas, ").rect().center();
    harness.hover_at(middle);
    harness.run_steps(3);
    let expected = ((27 * (told % 8)) as f64 * 255.0 / 219.0).round() as u64;
    assert!(gray(&harness).is_some_and(|gray| gray.abs_diff(expected) <= 1), "{:?} at {told}, not {expected}", gray(&harness));
}
