//! Videos with damaged data, that change in their middle, or that vanish while they are open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;

use limn_media::{Damage, MediaError, VideoReader, find_damage};

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
    let number = |text: &str| text.parse().unwrap();
    // The order of the two fields is that of the program: size, pos.
    text.lines().map(|line| line.split_once(',').unwrap()).map(|(size, pos)| (number(pos.trim_end_matches(',')), number(size))).collect()
}

/// A copy of `path` with the bytes `from` to `to` (parts of its length) of each packet changed.
fn damaged(path: &Path, packets: &[usize], (from, to): (f64, f64), change: impl Fn(u8) -> u8) -> PathBuf {
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
fn read_all(path: &Path) -> (Vec<Option<limn_media::Picture>>, BTreeMap<u64, Damage>) {
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

#[test]
fn explore() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (name, options) in [
        ("a.mp4", X264),
        ("a.mkv", X264),
        ("a.ts", X264),
        ("h.mp4", "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=40:min-keyint=40:bframes=3:scenecut=0"),
        ("m.avi", "-c:v mpeg4 -q:v 3 -bf 2 -g 40"),
        ("m.mpg", "-c:v mpeg2video -q:v 3 -bf 2 -g 12"),
        ("v.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 400k -g 40"),
        ("av.webm", "-c:v libaom-av1 -usage realtime -cpu-used 8 -b:v 200k -g 40"),
        ("j.mov", "-c:v mjpeg -q:v 3"),
        ("p.mov", "-c:v prores_ks"),
        ("f.mkv", "-c:v ffv1"),
    ] {
        let clean = clips::encode(dir.path(), name, 80, options);
        let (pictures, damage) = read_all(&clean);
        assert!(damage.is_empty(), "{damage:?}");
        for (what, part, zero) in [("flip", (0.4, 0.7), false), ("zero", (0.4, 0.7), true), ("whole", (0.0, 1.0), true)] {
            let path = damaged(&clean, &[20, 26, 51], part, |byte| if zero { 0 } else { byte ^ 0x5a });
            let (got, marks) = read_all(&path);
            let index = build(&path);
            let checked = find_damage(&path, &index, &|_, _| {}, &AtomicBool::new(false));
            let differ: Vec<_> = (0..got.len().min(80))
                .filter(|n| got[*n].as_ref().is_some_and(|p| p.rgba() != pictures[*n].as_ref().unwrap().rgba()))
                .collect();
            let wrong: Vec<_> = (0..got.len()).filter(|n| got[*n].as_ref().is_some_and(|p| number_in(p) != Some(*n as u64))).collect();
            let unmarked: Vec<_> = differ.iter().filter(|n| !marks.contains_key(&(**n as u64))).collect();
            let unchecked: Vec<_> =
                checked.as_ref().map(|c| differ.iter().filter(|n| !c.iter().any(|(m, _)| *m == **n as u64)).collect()).unwrap_or_default();
            println!(
                "== {name} {what}: {} frames, marked {}, {:?}\n   differ {differ:?}\n   wrong {wrong:?} unmarked {unmarked:?} unchecked {unchecked:?}",
                got.len(),
                marks.len(),
                marks.iter().filter(|(_, d)| !matches!(d, Damage::Inherited { .. })).collect::<Vec<_>>()
            );
        }
    }
}
