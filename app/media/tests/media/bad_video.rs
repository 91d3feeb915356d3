//! Videos with damaged data, that change in their middle, or that vanish while they are open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;

use limn_media::{Damage, MediaError, Picture, VideoReader, find_damage};

use crate::clips::{self, number_in};
use crate::video::{build, shuffled};

const X264: &str = "-c:v libx264 -preset veryfast -crf 24 -bf 3 -sc_threshold 0 -g 40";

/// Where each packet's data lies in the file, and how long it is.
fn places(path: &Path) -> Vec<(usize, usize)> {
    let out = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pos,size", "-of", "csv=p=0"])
        .arg(path)
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let pairs = text.lines().map(|line| line.split(',').filter_map(|field| field.parse().ok()).collect::<Vec<usize>>());
    // The order of the two fields is that of the program: size, pos.
    pairs.filter(|pair| pair.len() >= 2).map(|pair| (pair[1], pair[0])).collect()
}

/// A copy of `path` with the bytes `from` to `to` (parts of its length) of each packet changed.
pub fn damaged(path: &Path, packets: &[usize], (from, to): (f64, f64), change: impl Fn(u8) -> u8) -> PathBuf {
    let mut bytes = std::fs::read(path).unwrap();
    let places = places(path);
    for &packet in packets {
        let (at, size) = places[packet];
        let part = |share: f64| at + (size as f64 * share) as usize;
        bytes[part(from)..part(to)].iter_mut().for_each(|byte| *byte = change(*byte));
    }
    let copy = path.with_file_name(format!("damaged_{}", path.file_name().unwrap().to_str().unwrap()));
    std::fs::write(&copy, bytes).unwrap();
    copy
}

/// Every frame in random order; what came, and what is known about each after all.
fn read_all(path: &Path) -> (Vec<Option<Picture>>, BTreeMap<u64, Damage>) {
    let index = build(path);
    let n = index.frames();
    let mut reader = VideoReader::open(path, index.clone()).unwrap();
    let mut pictures = vec![None; n as usize];
    for frame in shuffled(n) {
        match reader.frame(frame) {
            Ok(picture) => pictures[frame as usize] = Some(picture),
            Err(error) => assert!(matches!(error, MediaError::FrameMissing { frame: of, .. } if of == frame), "{error}"),
        }
    }
    let damage = (0..n).filter_map(|frame| Some((frame, reader.damage(frame)?))).collect();
    (pictures, damage)
}

/// What damage did to a clip, beside the clip as it was.
struct Outcome {
    /// Frames whose picture is another one than before.
    changed: Vec<u64>,
    came: Vec<bool>,
    marks: BTreeMap<u64, Damage>,
}

fn outcome(clean: &Path, packets: &[usize], part: (f64, f64), change: impl Fn(u8) -> u8) -> Outcome {
    let (pictures, none) = read_all(clean);
    assert!(none.is_empty(), "{}: {none:?}", clean.display());
    let path = damaged(clean, packets, part, change);
    let (got, marks) = read_all(&path);
    let name = path.display();
    assert_eq!(got.len(), pictures.len(), "{name}");
    let frames = || got.iter().zip(&pictures).zip(0_u64..);
    let is_changed = |a: &Picture, b: &Picture| a.rgba() != b.rgba();
    let changed = frames().filter(|((a, b), _)| a.as_ref().zip(b.as_ref()).is_some_and(|(a, b)| is_changed(a, b)));
    let changed: Vec<u64> = changed.map(|(_, n)| n).collect();
    for (n, picture) in (0_u64..).zip(&got) {
        let said = picture.as_ref().map(|picture| picture.marks.join(" "));
        match marks.get(&n) {
            None => assert_eq!(said.as_deref(), Some(""), "{name} {n}"),
            Some(Damage::Missing) => assert_eq!(said, None, "{name} {n}"),
            // The picture may have been given before all damage around it was met.
            Some(_) => assert!(said.is_some(), "{name} {n}"),
        }
    }
    // Looking through the whole file finds at least as much.
    let whole = find_damage(&path, &build(&path), &|_, _| {}, &AtomicBool::new(false)).unwrap();
    let whole: BTreeMap<u64, Damage> = whole.into_iter().collect();
    assert!(changed.iter().all(|n| !marks.contains_key(n) || whole.contains_key(n)), "{name}: {marks:?} {whole:?}");
    Outcome { changed, came: got.iter().map(Option::is_some).collect(), marks }
}

const FLIP: fn(u8) -> u8 = |byte| byte ^ 0x5a;
const ZERO: fn(u8) -> u8 = |_| 0;
const MIDDLE: (f64, f64) = (0.4, 0.7);
const ALL: (f64, f64) = (0.0, 1.0);

#[test]
fn damaged_frames_are_marked_and_the_others_are_exact() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let clips = [("a.mp4", X264, 40), ("m.avi", "-c:v mpeg4 -q:v 3 -bf 2 -g 40", 40), ("p.mov", "-c:v prores_ks", 1)];
    for (name, options, gop) in clips {
        let clean = clips::encode(dir.path(), name, 80, options);
        for change in [FLIP, ZERO] {
            let Outcome { changed, came, marks } = outcome(&clean, &[20, 26, 51], MIDDLE, change);
            assert!(changed.len() >= 3 && came.iter().all(|came| *came), "{name}: {changed:?}");
            assert!(changed.iter().all(|n| marks.contains_key(n)), "{name}: {changed:?} of {marks:?}");
            assert_eq!(marks.values().filter(|damage| **damage == Damage::Own).count(), 3, "{name}: {marks:?}");
            // Damage ends at a key, and does not lie before the packet that has it.
            assert!(marks.keys().all(|n| (18..40).contains(n) || (48..80).contains(n)) && marks.len() < 3 + 2 * gop, "{name}: {marks:?}");
        }
    }
    // The same packets where the container shows them to the decoder otherwise.
    let mkv = clips::convert(&dir.path().join("a.mp4"), "", "-c copy", "a.mkv");
    let Outcome { changed, marks, .. } = outcome(&mkv, &[20, 26, 51], MIDDLE, ZERO);
    assert!(changed.iter().all(|n| marks.contains_key(n)), "{changed:?} of {marks:?}");
}

#[test]
fn frames_that_never_come_are_told_and_leave_the_numbers_alone() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let hevc = "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=40:min-keyint=40:bframes=3:scenecut=0";
    for (name, options) in [("a.mp4", X264), ("h.mp4", hevc), ("j.mov", "-c:v mjpeg -q:v 3")] {
        let clean = clips::encode(dir.path(), name, 80, options);
        let Outcome { changed, came, marks } = outcome(&clean, &[20, 26, 51, 79], ALL, ZERO);
        let missing: Vec<u64> = (0..80).filter(|n| !came[*n as usize]).collect();
        assert_eq!(missing.len(), 4, "{name}: {missing:?}");
        assert!(missing.iter().all(|n| marks[n] == Damage::Missing), "{name}: {marks:?}");
        assert!(changed.iter().all(|n| marks.contains_key(n)), "{name}: {changed:?} of {marks:?}");
        let path = dir.path().join(format!("damaged_{name}"));
        let whole = find_damage(&path, &build(&path), &|_, _| {}, &AtomicBool::new(false)).unwrap();
        let found: Vec<u64> = whole.iter().filter(|(_, damage)| *damage == Damage::Missing).map(|(n, _)| *n).collect();
        assert_eq!(found, missing, "{name}");
        let mut reader = VideoReader::open(&path, build(&path)).unwrap();
        let error = reader.frame(missing[0]).unwrap_err().to_string();
        assert!(error.starts_with(&format!("frame {} of", missing[0])) && error.contains("its neighbours can"), "{error}");
        assert_eq!(number_in(&reader.frame(missing[0] - 1).unwrap()), Some(missing[0] - 1), "{name}");
        // Going on over them, forward and backward.
        for order in [(0..80).collect::<Vec<u64>>(), (0..80).rev().collect()] {
            let mut reader = VideoReader::open(&path, build(&path)).unwrap();
            let came = order.into_iter().filter(|n| reader.frame(*n).is_ok()).count();
            assert_eq!(came, 76, "{name}");
        }
    }
}

#[test]
fn errors_that_the_decoders_threads_hide_are_found() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let clean = clips::encode(dir.path(), "a.mp4", 120, X264);
    let (pictures, _) = read_all(&clean);
    for packet in [9, 14, 26, 33, 47, 58, 61, 76, 90, 103] {
        let path = damaged(&clean, &[packet], (0.3, 0.9), FLIP);
        let mut reader = VideoReader::open(&path, build(&path)).unwrap();
        for n in 0..120 {
            let picture = reader.frame(n).unwrap();
            let changed = pictures[n as usize].as_ref().unwrap().rgba() != picture.rgba();
            assert!(!changed || !picture.marks.is_empty(), "packet {packet}: frame {n} is changed and says nothing");
        }
    }
}

#[test]
fn codecs_without_a_check_still_give_every_frame_under_its_number() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let vp9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 400k -g 40";
    let clean = clips::encode(dir.path(), "v.webm", 80, vp9);
    let Outcome { changed, came, marks } = outcome(&clean, &[20, 51], MIDDLE, FLIP);
    // Frames before the damage, and those of the next group of pictures, are as they were.
    let whole = |n: &u64| (0..20).contains(n) || (40..51).contains(n);
    assert!(!changed.iter().chain(marks.keys()).any(whole), "{changed:?} {marks:?}");
    assert!((0..80).filter(whole).all(|n| came[n as usize]));
}
