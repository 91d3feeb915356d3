//! Scenes found in real videos.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use limn_core::clip::MediaFrames;
use limn_jobs::{Footage, Frames, JobCx, JobError, find_scenes};
use limn_media::VideoIndex;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Hard cuts of the film, scenes of different lengths.
const CUTS: [u64; 4] = [11, 31, 36, 70];
const FRAMES: u64 = 90;

/// A film whose scenes move and differ only in what is where; `None` where there is no ffmpeg.
fn film(dir: &Path) -> Option<PathBuf> {
    let path = dir.join("v.mp4");
    let size = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "160x120", "-r", "25", "-i", "-"];
    // Key frames that do not stand at the cuts.
    let coded = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "28", "-g", "25", "-sc_threshold", "0"];
    let started = Command::new("ffmpeg").args(["-v", "error"]).args(size).args(coded).arg(&path).stdin(Stdio::piped()).spawn();
    assert!(started.is_ok() || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
    let mut ffmpeg = started.ok()?;
    let mut input = ffmpeg.stdin.take().unwrap();
    for frame in 0..FRAMES {
        let scene = CUTS.iter().filter(|cut| **cut <= frame).count() as f64;
        let value = |at: usize| {
            let (x, y) = ((at % 160) as f64 + frame as f64 * 2.0, (at / 160) as f64);
            (120.0 + 90.0 * (x * (0.04 + 0.02 * scene) + scene * 2.0).sin() * (y * (0.09 - 0.015 * scene)).cos()) as u8
        };
        input.write_all(&(0..160 * 120).map(value).collect::<Vec<u8>>()).unwrap();
    }
    drop(input);
    assert!(ffmpeg.wait().unwrap().success());
    Some(path)
}

fn frames(path: &Path) -> Frames {
    let index = Arc::new(VideoIndex::build(path, &|_, _| {}, &AtomicBool::new(false)).unwrap());
    Frames::Video(Footage::new(path, index, MediaFrames::default()))
}

#[test]
fn every_hard_cut_is_found_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let Some(path) = film(dir.path()) else { return eprintln!("there is no ffmpeg: left out") };
    let mut cx = JobCx { progress: &mut |_| {}, cancel: &AtomicBool::new(false) };
    assert_eq!(find_scenes(&frames(&path), &mut cx).unwrap(), CUTS);
    let cancel = AtomicBool::new(false);
    let mut stop = |progress: limn_jobs::Progress| cancel.store(progress.done == 9, Ordering::Relaxed);
    let done = find_scenes(&frames(&path), &mut JobCx { progress: &mut stop, cancel: &cancel });
    assert!(matches!(done, Err(JobError::Cancelled)));
}

#[test]
fn a_folder_of_images_has_scenes_too() {
    let dir = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = (0..12).map(|number| dir.path().join(format!("{number:03}.png"))).collect();
    for (number, file) in files.iter().enumerate() {
        let value = if number < 7 { [20, 40, 60] } else { [200, 90, 10] };
        image::RgbImage::from_fn(40, 30, |x, _| image::Rgb(value.map(|value: u8| value.saturating_add(x as u8)))).save(file).unwrap();
    }
    // One that cannot be read is left out.
    std::fs::write(&files[3], b"no picture").unwrap();
    let mut cx = JobCx { progress: &mut |_| {}, cancel: &AtomicBool::new(false) };
    assert_eq!(find_scenes(&Frames::Images(files.into()), &mut cx).unwrap(), [7]);
}

#[test]
fn the_videos_of_the_demo_are_one_scene_each() {
    let dir = tempfile::tempdir().unwrap();
    let mut cx = JobCx { progress: &mut |_| {}, cancel: &AtomicBool::new(false) };
    // As the demo's own, only smaller and shorter.
    let options = limn_jobs::DemoOptions { scale: 0.2, images: 1, seconds: 6.0, ..limn_jobs::DemoOptions::default() };
    let made = limn_jobs::make_demo(&dir.path().join("demo.limn"), &options, &mut cx).unwrap();
    let files = std::fs::read_dir(made.project.join("media")).unwrap().map(|entry| entry.unwrap().path());
    let videos: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "mp4")).collect();
    if videos.is_empty() {
        return eprintln!("there is no encoder: left out");
    }
    for video in videos {
        assert_eq!(find_scenes(&frames(&video), &mut cx).unwrap(), [0; 0], "{}", video.display());
    }
}
