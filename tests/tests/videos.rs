//! Numbered-frame videos through the built command line: every frame that is asked for is the one that comes.

use crate::helper::{have, limn};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const CELL: u32 = 20;
const FRAMES: u64 = 150;
/// Asked for in this order; first, last, around key frames, some of them twice.
const ASKED: [u64; 16] = [0, 149, 17, 16, 18, 12, 11, 13, 30, 29, 88, 148, 1, 0, 75, 74];

fn code(number: u64) -> u16 {
    let number = number as u16 & 0xff;
    number | (number.wrapping_mul(167) ^ 0x5a) << 8
}

/// The number in a picture's top row of cells (see `make_videos.py`); `None` when the check fails.
fn number_in(picture: &image::RgbImage) -> Option<u64> {
    let is_white = |bit: u32| {
        let cell = (6..14).flat_map(|y| (6..14).map(move |x| (bit * CELL + x, y)));
        cell.map(|(x, y)| u32::from(picture.get_pixel(x, y).0[0])).sum::<u32>() / 64 > 125
    };
    let value = (0..16).fold(0_u16, |value, bit| value | u16::from(is_white(bit)) << bit);
    let number = u64::from(value & 0xff);
    (code(number) == value).then_some(number)
}

/// Runs `limn … --json` with a home of its own.
fn answer(home: &Path, args: &[&std::ffi::OsStr]) -> Value {
    let out = Command::new(limn()).args(args).arg("--json").env("LIMN_HOME", home).output().unwrap();
    assert!(out.status.success(), "limn {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap_or_else(|error| panic!("limn {args:?}: {error}"))
}

/// Seconds from a frame to the next, as the video was made.
fn gap(name: &str, frame: u64) -> f64 {
    if name.starts_with("drop_frame") {
        return 1001.0 / 30000.0;
    }
    let ticks = if name.starts_with("uneven") { [1, 1, 2, 3][frame as usize % 4] } else { 1 };
    f64::from(ticks) / 25.0
}

#[test]
fn frames_are_exact_by_command_line() {
    if !(have("ffmpeg") && have("python3")) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (home, videos) = (folder.path().join("home"), folder.path().join("videos"));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/make_videos.py");
    let made = Command::new("python3").arg(script).arg(&videos).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let names: Vec<String> =
        String::from_utf8_lossy(&made.stdout).lines().filter_map(|line| Some(line.split_once(' ')?.0.to_owned())).collect();
    assert!(names.len() >= 12, "{names:?}");
    for name in &names {
        let video = videos.join(name);
        check_probe(name, &answer(&home, &["probe".as_ref(), video.as_ref(), "--frames".as_ref()]));
        check_frames(name, &home, &video, &folder.path().join(format!("{name} frames")));
    }
}

fn check_probe(name: &str, probe: &Value) {
    assert_eq!((&probe["kind"], &probe["width"], &probe["height"]), (&"video".into(), &320.into(), &240.into()), "{name}");
    assert_eq!(probe["num_frames"], FRAMES, "{name}");
    let frames = probe["frames"].as_array().unwrap();
    assert_eq!(frames.len() as u64, FRAMES, "{name}");
    assert_eq!(frames[0]["key"], true, "{name}");
    for (at, pair) in frames.windows(2).enumerate() {
        assert_eq!(pair[0]["number"], at, "{name}");
        // AVI gives no presentation time to some packets.
        if let (Some(pts), Some(next)) = (pair[0]["pts"].as_i64(), pair[1]["pts"].as_i64()) {
            assert!(pts < next, "{name}: pts of frame {at}");
        }
        let seconds = pair[1]["time"].as_f64().unwrap() - pair[0]["time"].as_f64().unwrap();
        assert!((seconds - gap(name, at as u64)).abs() < 0.0015, "{name}: {seconds} s from frame {at} to the next");
    }
    // Seconds count from the first frame; the file's own time says where that stands.
    assert_eq!(frames[0]["time"], 0.0, "{name}");
    let begins =
        frames[0]["pts"].as_f64().map(|pts| pts * probe["time_base"][0].as_f64().unwrap() / probe["time_base"][1].as_f64().unwrap());
    assert!((begins.unwrap_or(0.0) - if name.starts_with("late") { 5.0 } else { 0.0 }).abs() < 0.2, "{name} begins at {begins:?} s");
}

fn check_frames(name: &str, home: &Path, video: &Path, out: &Path) {
    let numbers = ASKED.map(|number| number.to_string());
    let mut args: Vec<&std::ffi::OsStr> = vec!["frame".as_ref(), video.as_ref()];
    args.extend(numbers.iter().map(AsRef::<std::ffi::OsStr>::as_ref));
    args.extend(["--out".as_ref(), out.as_os_str()]);
    answer(home, &args);
    for number in ASKED {
        let picture = image::open(out.join(format!("{number:06}.png"))).unwrap().to_rgb8();
        assert_eq!(number_in(&picture), Some(number), "{name}");
    }
}

#[test]
fn a_frame_that_is_not_there_is_refused_before_anything_is_written() {
    if !(have("ffmpeg") && have("python3")) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let video = folder.path().join("two.mp4");
    let made = Command::new("ffmpeg").args(["-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:r=5:d=0.4"]).arg(&video).status();
    assert!(made.unwrap().success());
    let out = folder.path().join("frames");
    let refused = Command::new(limn())
        .args(["frame".as_ref(), video.as_os_str(), "1".as_ref(), "9".as_ref(), "--out".as_ref(), out.as_os_str()])
        .env("LIMN_HOME", folder.path().join("home"))
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let sentence = String::from_utf8_lossy(&refused.stderr);
    assert!(sentence.contains('9') && sentence.contains("two.mp4"), "{sentence}");
    assert!(!out.exists());
}
