//! Every frame exact, whatever the container and the order in which frames are asked for.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use limn_media::{Damage, MediaError, MediaKind, RunOrder, VideoIndex, VideoReader, probe};

use crate::clips::{self, FRAMES, number_in};

pub fn build(path: &Path) -> Arc<VideoIndex> {
    Arc::new(VideoIndex::build(path, &|_, _| {}, &AtomicBool::new(false)).unwrap())
}

/// Numbers below `n` in a fixed order that looks random.
pub fn shuffled(n: u64) -> Vec<u64> {
    let mut all: Vec<u64> = (0..n).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for i in (1..all.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all.swap(i, (state >> 33) as usize % (i + 1));
    }
    all
}

/// Every frame of `path` in random order, forward, backward, and in runs, against the command line.
pub fn check(path: &Path) -> Arc<VideoIndex> {
    let truth = clips::numbers_by_command_line(path);
    let index = build(path);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(index.frames(), truth.len() as u64, "{name}: number of frames");
    assert!(truth.iter().all(Option::is_some), "{name}: the clip itself cannot be read");
    let mut reader = VideoReader::open(path, index.clone()).unwrap();
    let n = index.frames();
    for (kind, order) in [("random", shuffled(n)), ("forward", (0..n).collect()), ("backward", (n - n.min(40)..n).rev().collect())] {
        for frame in order {
            let picture = reader.frame(frame).unwrap_or_else(|e| panic!("{name}: {kind} {frame}: {e}"));
            assert_eq!(number_in(&picture), truth[frame as usize], "{name}: {kind} {frame}");
            // Where two recordings meet, MPEG-TS cannot tell whether something is lost.
            let doubtful = Some(Damage::Doubtful).filter(|_| name.starts_with("joined") && reader.damage(frame).is_some());
            assert_eq!(reader.damage(frame), doubtful, "{name}: {kind} {frame}: {:?}", picture.marks);
            assert_eq!(picture.marks.len(), usize::from(doubtful.is_some()), "{name}: {kind} {frame}: {:?}", picture.marks);
        }
    }
    let damage = limn_media::find_damage(path, &index, &|_, _| {}, &AtomicBool::new(false)).unwrap();
    assert!(damage.iter().all(|(_, damage)| *damage == Damage::Doubtful && name.starts_with("joined")), "{name}: {damage:?}");
    // No frame may have come only by the way for damaged files.
    assert_eq!(reader.retries(), 0, "{name}: retries");
    for last in [n - 1, n / 2, 7.min(n - 1)] {
        let first = last.saturating_sub(9);
        let mut got = Vec::new();
        reader
            .frames(first, last, RunOrder::NewestFirst { step: 1 }, &mut |at, picture| {
                assert_eq!(number_in(&picture), truth[at as usize], "{name}: run {at}");
                got.push(at);
                true
            })
            .unwrap();
        assert_eq!(got, (first..=last).rev().collect::<Vec<_>>(), "{name}");
    }
    index
}

pub fn clip(options: &str, name: &str) -> Option<(tempfile::TempDir, PathBuf)> {
    if !clips::have_ffmpeg() {
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = clips::encode(dir.path(), name, FRAMES, options);
    Some((dir, path))
}

const X264: &str = "-c:v libx264 -preset veryfast -crf 24 -bf 3 -sc_threshold 0";

#[test]
fn h264_with_one_long_gop_and_b_frames() {
    let Some((_dir, path)) = clip(&format!("{X264} -g 250"), "gop250.mp4") else { return };
    let index = check(&path);
    assert_eq!((index.frames(), index.is_marked()), (FRAMES, false));
    assert_eq!(index.rate(), Some((25, 1)));
    assert_eq!(index.frame_time_s(50), Some(2.0));
    assert!(index.is_key(0) && !index.is_key(60));
    let info = probe(&path).unwrap();
    assert_eq!((info.kind, info.width, info.height, info.frames), (MediaKind::Video, 320, 240, FRAMES));
    assert_eq!((info.codec.as_str(), info.pixel_format.as_str(), info.bit_depth), ("h264", "yuv420p", 8));
}

/// Frames that stand behind a key in the file but are shown before it.
fn num_leading(index: &VideoIndex) -> usize {
    let mut key = None;
    let mut leading = 0;
    for packet in index.packets() {
        if packet.key {
            key = packet.pts;
        } else if packet.pts < key {
            leading += 1;
        }
    }
    leading
}

#[test]
fn h264_with_open_gops() {
    let options = "-c:v libx264 -preset veryfast -x264-params open-gop=1:bframes=3:b-adapt=0:keyint=27:min-keyint=27:scenecut=0";
    let Some((_dir, path)) = clip(options, "open.mp4") else { return };
    let index = check(&path);
    assert_eq!(index.frames(), FRAMES);
    assert!(num_leading(&index) > 0, "the clip should have frames before its keys");
}

#[test]
fn hevc_with_open_gops() {
    let options = "-c:v libx265 -preset ultrafast \
        -x265-params log-level=none:keyint=26:min-keyint=26:open-gop=1:bframes=3:b-adapt=0:scenecut=0";
    let Some((_dir, path)) = clip(options, "hevc.mp4") else { return };
    let index = check(&path);
    assert_eq!(index.frames(), FRAMES);
    assert!(num_leading(&index) > 0, "the clip should have frames before its keys");
    let ts = clips::convert(&path, "", "-c copy", "hevc.ts");
    assert_eq!(check(&ts).frames(), FRAMES);
}

#[test]
fn h264_with_variable_rate() {
    let options = format!(
        "-vf setpts=(7*floor(N/4)+mod(N\\,4)+floor(mod(N\\,4)/3))/25/TB {} vfr -video_track_timescale 30000 {X264} -g 40",
        clips::sync_option()
    );
    let Some((_dir, path)) = clip(&options, "vfr.mp4") else { return };
    let index = check(&path);
    assert_eq!(index.frames(), FRAMES);
    let step = |n| index.frame_time_s(n + 1).unwrap() - index.frame_time_s(n).unwrap();
    assert!((step(0) - step(3)).abs() > 0.01, "the clip should be of variable rate");
}

#[test]
fn the_same_packets_in_other_containers() {
    if !clips::have_ffmpeg() {
        return;
    }
    const FRAMES: u64 = 70;
    let dir = tempfile::tempdir().unwrap();
    let path = clips::encode(dir.path(), "a.mp4", FRAMES, &format!("{X264} -g 30"));
    for name in ["a.mkv", "a.ts", "a.flv"] {
        let copy = clips::convert(&path, "", "-c copy", name);
        assert_eq!(check(&copy).frames(), FRAMES, "{name}");
    }
    let fragmented = clips::convert(&path, "", "-c copy -movflags frag_keyframe+empty_moov", "fragmented.mp4");
    assert_eq!(check(&fragmented).frames(), FRAMES);
    let late = clips::convert(&path, "", "-c copy -output_ts_offset 5", "late.mkv");
    let index = check(&late);
    assert_eq!(index.frame_time_s(0), Some(0.0));
}

#[test]
fn raw_h264_has_no_times_and_is_marked() {
    let Some((_dir, path)) = clip(&format!("{X264} -g 30"), "a.h264") else { return };
    let index = check(&path);
    assert_eq!(index.frames(), FRAMES);
    assert!(index.is_marked() && index.reasons()[0].contains("presentation time"));
}

#[test]
fn avi_mpeg4_with_b_frames() {
    let Some((_dir, path)) = clip("-c:v mpeg4 -q:v 3 -bf 2 -g 40", "a.avi") else { return };
    let index = check(&path);
    assert!(index.is_marked());
    // Frames that are no intra pictures must not be taken for keys.
    assert!((0..index.frames()).filter(|n| index.is_key(*n)).count() <= 6);
}

#[test]
fn mpeg2_program_stream() {
    let Some((_dir, path)) = clip("-c:v mpeg2video -q:v 3 -bf 2 -g 12", "a.mpg") else { return };
    assert_eq!(check(&path).frames(), FRAMES);
}

#[test]
fn mp4_cut_with_an_edit_list() {
    let Some((_dir, path)) = clip(&format!("{X264} -g 50"), "a.mp4") else { return };
    let cut = clips::convert(&path, "-ss 1.4", "-c copy", "cut.mp4");
    let index = check(&cut);
    assert!(index.frames() < FRAMES);
    assert!(index.packets().iter().any(|p| p.discard), "the clip should have packets outside its edit list");
}

#[test]
fn webm_with_vp9_and_av1() {
    let Some((dir, path)) = clip("-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 400k -g 40", "a.webm") else { return };
    assert_eq!(check(&path).frames(), FRAMES);
    let av1 = clips::encode(dir.path(), "b.webm", 50, "-c:v libaom-av1 -usage realtime -cpu-used 8 -b:v 200k -g 20");
    assert_eq!(check(&av1).frames(), 50);
}

#[test]
fn vp8_with_hidden_frames_in_packets_of_their_own() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let options = |pass| {
        let log = log.display();
        format!("-c:v libvpx -cpu-used 5 -b:v 400k -g 120 -auto-alt-ref 1 -lag-in-frames 25 -passlogfile {log} -pass {pass}")
    };
    clips::encode(dir.path(), "first.webm", 60, &options(1));
    let path = clips::encode(dir.path(), "a.webm", 60, &options(2));
    let index = check(&path);
    assert_eq!((index.frames(), index.is_marked()), (60, false));
    assert!(index.packets().iter().any(|p| p.discard), "the clip should have hidden frames");
}

#[test]
fn intra_only_and_gif() {
    let Some((dir, path)) = clip("-c:v mjpeg -q:v 3", "a.mov") else { return };
    let index = check(&path);
    assert!((0..FRAMES).all(|n| index.is_key(n)));
    let gif = clips::encode(dir.path(), "a.gif", 40, "-vf format=gray");
    assert_eq!(check(&gif).frames(), 40);
}

#[test]
fn a_video_with_sound_and_a_wrong_name() {
    let Some((_dir, path)) = clip(&format!("{X264} -g 30 -f mp4"), "a.mp4") else { return };
    let with_sound = clips::convert(&path, "-f lavfi -i sine=d=4.8", "-map 1:v -map 0:a -c:v copy -c:a aac", "sound.mp4");
    assert_eq!(check(&with_sound).frames(), FRAMES);
    let wrong = with_sound.with_file_name("wrong.jpg");
    std::fs::rename(&with_sound, &wrong).unwrap();
    let info = probe(&wrong).unwrap();
    assert_eq!(info.kind, MediaKind::Video);
    assert!(info.marks.iter().any(|m| m.contains(".jpg") && m.contains("h264")), "{:?}", info.marks);
}

#[test]
fn sound_alone_is_told() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = clips::encode(dir.path(), "a.mp4", 2, "-c:v mpeg4");
    let sound = clips::convert(&path, "-f lavfi -i sine=d=1", "-map 0:a -c:a aac", "sound.mp4");
    let error = probe(&sound).unwrap_err();
    assert!(matches!(error, MediaError::NoVideo { .. }), "{error}");
}

#[test]
fn rotation_is_applied() {
    let Some((_dir, path)) = clip(&format!("{X264} -g 30"), "a.mp4") else { return };
    // The tag counts counter-clockwise: 270 shows the picture turned clockwise by a quarter.
    let turned = clips::convert(&path, "", "-c copy -metadata:s:v:0 rotate=270", "turned.mp4");
    let info = probe(&turned).unwrap();
    assert_eq!((info.width, info.height), (240, 320));
    let upright = VideoReader::open(&path, build(&path)).unwrap().frame(5).unwrap();
    let picture = VideoReader::open(&turned, build(&turned)).unwrap().frame(5).unwrap();
    assert_eq!((picture.width, picture.height), (240, 320));
    let value = |x: u32, y: u32, p: &limn_media::Picture| p.value_at(x, y).unwrap().samples;
    let clockwise = (0..20).all(|i| value(239 - i, i, &picture) == value(i, i, &upright));
    let counter = (0..20).all(|i| value(i, 319 - i, &picture) == value(i, i, &upright));
    assert!(clockwise ^ counter, "the turn must be one of the two quarter turns");
    let shown = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&turned)
        .args(["-vf", "select=eq(n\\,5)", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"])
        .output()
        .unwrap()
        .stdout;
    // Corner of the code: bright and dark cells as the command line shows them.
    let corner = |x: usize, y: usize| shown[y * 240 + x] > 125;
    for i in 0..16 {
        let y = i * 20 + 10;
        let ours = picture.value_at(230, y as u32).unwrap().samples[0] > 125;
        assert_eq!(ours, corner(230, y), "cell {i}");
    }
}

#[test]
fn colours_follow_matrix_and_range() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let frame = |y: u8, u: u8, v: u8| [vec![y; 64 * 64], vec![u; 32 * 32], vec![v; 32 * 32]].concat();
    let cases = [
        // What the value is by definition of BT.601, BT.709 and full range.
        ("-colorspace smpte170m -color_range tv", (81, 90, 240), [254, 0, 0]),
        ("-colorspace bt709 -color_range tv", (63, 102, 240), [255, 1, 0]),
        ("-colorspace smpte170m -color_range pc", (76, 85, 255), [254, 0, 0]),
    ];
    for (i, (options, (y, u, v), expected)) in cases.into_iter().enumerate() {
        let path = dir.path().join(format!("{i}.mkv"));
        let raw = dir.path().join("raw.yuv");
        std::fs::write(&raw, frame(y, u, v)).unwrap();
        let status = std::process::Command::new("ffmpeg")
            .args(["-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "64x64", "-i"])
            .arg(&raw)
            .args("-c:v libx264 -qp 0".split_whitespace())
            .args(options.split_whitespace())
            .arg(&path)
            .status()
            .unwrap();
        assert!(status.success());
        let picture = VideoReader::open(&path, build(&path)).unwrap().frame(0).unwrap();
        let got = picture.value_at(20, 20).unwrap();
        assert_eq!(got.channels, 3);
        for c in 0..3 {
            assert!((i32::from(got.samples[c]) - expected[c]).abs() <= 2, "{options}: {got} is not {expected:?}");
        }
    }
}

#[test]
fn a_frame_outside_and_a_changed_file_are_errors() {
    let Some((_dir, path)) = clip(&format!("{X264} -g 30"), "a.mp4") else { return };
    let index = build(&path);
    let mut reader = VideoReader::open(&path, index.clone()).unwrap();
    assert!(matches!(reader.frame(FRAMES), Err(MediaError::FrameOutOfRange { frame: FRAMES, frames: FRAMES, .. })));
    assert_eq!(number_in(&reader.frame(FRAMES - 1).unwrap()), Some(FRAMES - 1));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.push(0);
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(VideoReader::open(&path, index), Err(MediaError::Changed { .. })));
}

#[test]
fn building_stops_when_asked() {
    let Some((_dir, path)) = clip("-c:v mpeg4 -g 30", "a.mp4") else { return };
    let answer = VideoIndex::build(&path, &|_, _| {}, &AtomicBool::new(true));
    assert!(matches!(answer, Err(MediaError::Cancelled { .. })));
}
