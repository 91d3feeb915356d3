//! Videos of unusual size, layout, rate and time, and files that change while they are open.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use limn_media::{Damage, Hardware, MediaError, Picture, VideoIndex, VideoReader, probe};

use crate::clips::{self, FRAMES, number_in};
use crate::video::{build, check, clip, shuffled};

const X264: &str = "-c:v libx264 -preset veryfast -crf 24 -bf 3 -sc_threshold 0 -g 40";

/// Frame `n` is all of one grey, `40 + 8 n` in limited range.
fn greys(dir: &Path, name: &str, size: &str, frames: u32, options: &str) -> PathBuf {
    let path = dir.join(name);
    let source = format!("color=black:s=16x16:r=25,format=yuv444p,geq=lum='40+8*N':cb=128:cr=128,scale={size}:flags=neighbor");
    let done = Command::new("ffmpeg")
        .args(["-y", "-v", "error", "-f", "lavfi", "-i", &source, "-frames:v", &frames.to_string()])
        .args(options.split_whitespace())
        .arg(&path)
        .status()
        .unwrap();
    assert!(done.success(), "ffmpeg could not make {name}");
    path
}

fn grey_in(picture: &Picture) -> [i32; 2] {
    let at = |x, y| {
        let [r, g, b, _] = picture.rgba_at(x, y).unwrap();
        assert!(r.abs_diff(g) < 6 && g.abs_diff(b) < 6, "{r} {g} {b}");
        i32::from(g)
    };
    [at(0, 0), at(picture.width - 1, picture.height - 1)]
}

/// All frames, in random order, have the grey of their number.
fn check_greys(path: &Path, frames: u64, size: (u32, u32)) -> Arc<VideoIndex> {
    let index = build(path);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!((index.frames(), index.size()), (frames, size), "{name}");
    let mut reader = VideoReader::open(path, index.clone()).unwrap();
    for n in shuffled(frames) {
        let picture = reader.frame(n).unwrap_or_else(|error| panic!("{name} {n}: {error}"));
        assert_eq!((picture.width, picture.height), size, "{name}");
        assert_eq!(picture.marks, [""; 0], "{name} {n}");
        let expected = ((24 + 8 * n as i32) * 255 + 109) / 219;
        assert!(grey_in(&picture).iter().all(|grey| (grey - expected).abs() <= 4), "{name} {n}: {:?} is not {expected}", grey_in(&picture));
    }
    index
}

#[test]
fn sizes_from_one_pixel_on() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let vp9 = "-pix_fmt yuv420p -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 400k -g 8";
    for (codec, options) in [
        ("vp9.webm", vp9),
        ("mpeg4.avi", "-c:v mpeg4 -q:v 2 -g 8 -bf 2"),
        ("mjpeg.mov", "-pix_fmt yuvj420p -c:v mjpeg -q:v 2"),
        ("ffv1.mkv", "-pix_fmt yuv420p -c:v ffv1"),
    ] {
        for (width, height) in [(1, 1), (2, 2), (35, 17), (3, 64)] {
            let path = greys(dir.path(), &format!("{width}x{height}{codec}"), &format!("{width}x{height}"), 14, options);
            check_greys(&path, 14, (width, height));
        }
    }
}

#[test]
fn a_video_of_8k() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = greys(dir.path(), "8k.mov", "7680x4320", 2, "-pix_fmt yuvj420p -c:v mjpeg -q:v 9");
    check_greys(&path, 2, (7680, 4320));
}

#[test]
fn sample_layouts_of_every_kind() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let check = |name: &str, options: &str| {
        let path = greys(dir.path(), name, "66x38", 10, options);
        check_greys(&path, 10, (66, 38));
        probe(&path).unwrap().pixel_format
    };
    let planar = ["yuv420p10le", "yuv420p12le", "yuv422p12le", "yuv444p12le", "yuv444p16le", "yuv410p", "yuv411p", "yuv440p", "yuva420p"];
    for layout in planar.into_iter().chain(["gray", "gray10le", "gray16le", "gbrp12le", "bgra"]) {
        assert_eq!(check(&format!("{layout}.mkv"), &format!("-c:v ffv1 -pix_fmt {layout}")), layout);
    }
    let named = [
        ("full.mov", "-vf scale=out_range=full -c:v mjpeg -q:v 2 -pix_fmt yuvj420p", "yuvj420p"),
        ("full.mp4", "-vf scale=out_range=full -c:v libx264 -qp 10 -pix_fmt yuv420p -color_range pc", "yuvj420p"),
        ("rgb.mp4", "-c:v libx264rgb -qp 10 -pix_fmt rgb24 -bf 2 -g 5", "gbrp"),
        ("gray.mp4", "-c:v libx264 -qp 10 -pix_fmt gray -bf 2 -g 5", "yuvj420p"),
        ("ten.mp4", "-c:v libx264 -qp 10 -pix_fmt yuv422p10le -bf 2 -g 5", "yuv422p10le"),
        // With alpha: shown, whether or not the decoder gives it.
        ("alpha.webm", "-c:v libvpx-vp9 -pix_fmt yuva420p -deadline realtime -cpu-used 8 -b:v 400k -auto-alt-ref 0", "yuv420p"),
        ("qtrle.mov", "-c:v qtrle -pix_fmt argb", "argb"),
        ("png.mov", "-c:v png -pix_fmt rgba", "rgba"),
    ];
    for (name, options, layout) in named {
        assert_eq!(check(name, options), layout, "{name}");
    }
}

#[test]
fn ten_bit_hevc_with_open_gops() {
    let options = "-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le \
        -x265-params log-level=none:keyint=26:min-keyint=26:open-gop=1:bframes=3:b-adapt=0:scenecut=0";
    let Some((_dir, path)) = clip(options, "ten.mp4") else { return };
    assert_eq!((check(&path).frames(), probe(&path).unwrap().bit_depth), (FRAMES, 10));
}

#[test]
fn drop_frame_time_code() {
    let Some((_dir, path)) = clip(&format!("-vf setpts=N*1001/30000/TB -r 30000/1001 -timecode 00:00:59;20 {X264}"), "df.mov") else {
        return;
    };
    let index = check(&path);
    assert_eq!((index.frames(), index.rate()), (FRAMES, Some((30000, 1001))));
    assert!((index.frame_time_s(60).unwrap() - 2.002).abs() < 1e-4);
}

#[test]
fn interlaced_pictures() {
    let Some((dir, path)) = clip(&format!("{X264} -flags +ilme+ildct -x264-params tff=1"), "mbaff.mp4") else { return };
    check(&path);
    let ts = clips::convert(&path, "", "-c copy", "mbaff.ts");
    check(&ts);
    let mpeg2 = clips::encode(dir.path(), "fields.mpg", 60, "-c:v mpeg2video -q:v 3 -bf 2 -g 12 -flags +ilme+ildct -top 1");
    check(&mpeg2);
}

#[test]
fn strange_rates_and_times() {
    if !clips::have_ffmpeg() {
        return;
    }
    const FRAMES: u64 = 60;
    let dir = tempfile::tempdir().unwrap();
    let sync = clips::sync_option();
    let encode = |name: &str, options: &str| clips::encode(dir.path(), name, FRAMES, options);
    let fast = encode("fast.mkv", &format!("-vf setpts=N/1000/TB -r 1000 {X264}"));
    assert_eq!(check(&fast).rate(), Some((1000, 1)));
    let slow = encode("slow.mp4", &format!("-vf setpts=N*7200/TB {sync} passthrough -video_track_timescale 1 -enc_time_base 1 {X264}"));
    assert_eq!(check(&slow).frame_time_s(1), Some(7200.0));
    let once = encode("once.mkv", "-c:v mjpeg -q:v 3");
    let twice = clips::convert(&once, "", "-c copy -bsf:v setts=ts=floor(N/2)*40", "twice.mkv");
    let index = check(&twice);
    assert!(index.is_marked() && index.reasons()[0].contains("more than once"), "{:?}", index.reasons());
    let plain = encode("plain.mp4", X264);
    let negative = clips::convert(&plain, "", "-c copy -output_ts_offset -1 -avoid_negative_ts disabled", "negative.mkv");
    assert_eq!(check(&negative).frames(), FRAMES);
    let negative = clips::convert(&plain, "", "-c copy -output_ts_offset -1 -avoid_negative_ts disabled -use_editlist 0", "negative.mp4");
    check(&negative);
    let late = clips::convert(&plain, "", "-c copy -output_ts_offset 36000", "late.mp4");
    assert_eq!(check(&late).frame_time_s(0), Some(0.0));
    // Two recordings one after the other in one file: times jump back in the middle.
    let half = clips::convert(&plain, "", "-c copy", "half.ts");
    let bytes = std::fs::read(&half).unwrap();
    let joined = dir.path().join("joined.ts");
    std::fs::write(&joined, [bytes.clone(), bytes].concat()).unwrap();
    assert_eq!(check(&joined).frames(), 2 * FRAMES);
}

#[test]
fn a_rate_and_a_length_that_lie() {
    let Some((dir, path)) = clip(&format!("{X264} -movflags +faststart"), "a.mp4") else { return };
    let whole = std::fs::read(&path).unwrap();
    let lie = |name: &str, of: &[u8; 4], at: usize, value: u32| {
        let mut bytes = whole.clone();
        let boxes: Vec<usize> = (4..bytes.len()).filter(|i| bytes[*i..].starts_with(of)).collect();
        let at = boxes[0] + 4 + at;
        bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    // Lengths of hours in the headers: `mvhd` and `mdhd` have version and flags, two dates, units, length.
    for (name, of) in [("movie.mp4", b"mvhd"), ("media.mp4", b"mdhd")] {
        assert_eq!(check(&lie(name, of, 16, u32::MAX - 1)).frames(), FRAMES);
    }
    // No units of time, and a table that claims two thousand million frames.
    for (name, of, at, value) in
        [("units.mp4", b"mdhd", 12, 0), ("table.mp4", b"stts", 8, i32::MAX as u32), ("sizes.mp4", b"stsz", 8, u32::MAX)]
    {
        let path = lie(name, of, at, value);
        match VideoIndex::build(&path, &|_, _| {}, &AtomicBool::new(false)) {
            Ok(index) => {
                // As many as the command line shows.
                let truth = clips::numbers_by_command_line(&path);
                let mut reader = VideoReader::open(&path, Arc::new(index)).unwrap();
                for n in shuffled(reader.index().frames()) {
                    assert_eq!(number_in(&reader.frame(n).unwrap()), truth[n as usize], "{name} {n}");
                }
            }
            Err(error) => assert!(!matches!(error, MediaError::Panicked { .. }), "{name}: {error}"),
        }
    }
}

/// The same film with another matrix in its header: `(a, b, c, d)` takes (x, y) to (ax + cy, bx + dy).
fn turned(path: &Path, (a, b, c, d): (i32, i32, i32, i32)) -> PathBuf {
    let mut bytes = std::fs::read(path).unwrap();
    let header = bytes.windows(4).position(|w| w == b"tkhd").unwrap() + 4;
    // Version and flags, dates, number, length, eight and eight more bytes; then nine numbers.
    for (i, value) in [a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30].into_iter().enumerate() {
        let at = header + 40 + 4 * i;
        bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }
    let copy = path.with_file_name("turned.mp4");
    std::fs::write(&copy, bytes).unwrap();
    copy
}

#[test]
fn all_turns_and_mirrors_are_applied() {
    let Some((_dir, path)) = clip(X264, "a.mp4") else { return };
    let upright = VideoReader::open(&path, build(&path)).unwrap().frame(7).unwrap();
    for matrix @ (a, b, c, d) in
        [(1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0), (-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0)]
    {
        let path = turned(&path, matrix);
        let index = build(&path);
        let picture = VideoReader::open(&path, index.clone()).unwrap().frame(7).unwrap();
        let (w, h) = if a == 0 { (240, 320) } else { (320, 240) };
        assert_eq!((index.size(), picture.width, picture.height), ((w, h), w, h), "{matrix:?}");
        assert_eq!(picture.marks, [""; 0]);
        for (x, y) in [(0, 0), (319, 0), (0, 239), (319, 239), (130, 9), (41, 200), (250, 77)] {
            let place = |x: i32, y: i32, of_x: i32, of_y: i32, side: u32| {
                let along = of_x * x + of_y * y;
                (if of_x + of_y < 0 { along + side as i32 - 1 } else { along }) as u32
            };
            let (to_x, to_y) = (place(x, y, a, c, w), place(x, y, b, d, h));
            assert_eq!(picture.rgba_at(to_x, to_y), upright.rgba_at(x as u32, y as u32), "{matrix:?} at {x}, {y}");
        }
    }
    let skewed = turned(&path, (1, 1, 0, 1));
    assert!(probe(&skewed).unwrap().marks.iter().any(|mark| mark.contains("no quarter turn")));
}

#[test]
fn cover_pictures_are_no_videos() {
    let Some((dir, path)) = clip(X264, "a.mp4") else { return };
    let cover = greys(dir.path(), "cover.png", "640x640", 1, "");
    let mux = |name: &str, inputs: &[&Path], maps: &str| {
        let out = dir.path().join(name);
        let mut command = Command::new("ffmpeg");
        command.args(["-y", "-v", "error"]);
        for input in inputs {
            command.arg("-i").arg(input);
        }
        assert!(command.args(maps.split_whitespace()).arg(&out).status().unwrap().success(), "{name}");
        out
    };
    let behind = mux("behind.mp4", &[&path, &cover], "-map 0 -map 1 -c copy -disposition:v:1 attached_pic");
    assert_eq!(check(&behind).frames(), FRAMES);
    let before = mux("before.mp4", &[&path, &cover], "-map 1 -map 0 -c copy -disposition:v:0 attached_pic");
    assert_eq!(check(&before).frames(), FRAMES);
    let sound = clips::convert(&path, "-f lavfi -i sine=d=1", "-map 0:a -c:a aac", "sound.m4a");
    let covered = mux("covered.m4a", &[&sound, &cover], "-map 0 -map 1 -c copy -disposition:v:0 attached_pic");
    assert!(matches!(probe(&covered), Err(MediaError::NoVideo { .. })));
    let text = dir.path().join("text.mp4");
    std::fs::write(&text, "This is no film.\n".repeat(400)).unwrap();
    assert!(matches!(probe(&text), Err(MediaError::NotMedia { .. })));
    std::fs::write(&text, "").unwrap();
    assert!(matches!(probe(&text), Err(MediaError::Empty { .. })));
}

/// The number in a picture that was scaled to another size: the middle of each cell.
fn number_in_scaled(picture: &Picture) -> Option<u64> {
    let bit = |cell: u32| picture.rgba_at((cell * 2 + 1) * picture.width / 32, picture.height / 24).is_some_and(|rgba| rgba[0] > 125);
    let value = (0..16).fold(0_u32, |value, cell| value | u32::from(bit(cell)) << cell);
    let n = value & 0xff;
    (value >> 8 == ((n * 167) ^ 0x5a) & 0xff).then_some(u64::from(n))
}

#[test]
fn size_and_layout_may_change_in_the_middle() {
    if !clips::have_ffmpeg() {
        return;
    }
    const PART: u64 = 50;
    let dir = tempfile::tempdir().unwrap();
    let part = |name: &str, more: &str| clips::encode(dir.path(), name, PART, &format!("{more} {X264}"));
    for (name, other) in
        [("small", "-vf scale=160:120"), ("large", "-vf scale=640:480"), ("layout", "-pix_fmt yuv422p"), ("deep", "-pix_fmt yuv420p10le")]
    {
        let first = part("first.ts", "");
        // Times go on, as in a recording.
        let second = part("second.ts", &format!("{other} -output_ts_offset 2"));
        let path = dir.path().join(format!("{name}.ts"));
        std::fs::write(&path, [std::fs::read(first).unwrap(), std::fs::read(second).unwrap()].concat()).unwrap();
        let index = build(&path);
        assert_eq!((index.frames(), index.size()), (2 * PART, (320, 240)), "{name}");
        let mut reader = VideoReader::open(&path, index).unwrap();
        for order in [shuffled(2 * PART), (0..2 * PART).collect(), (0..2 * PART).rev().collect()] {
            for n in order {
                let picture = reader.frame(n).unwrap_or_else(|error| panic!("{name} {n}: {error}"));
                assert_eq!((picture.width, picture.height), (320, 240), "{name} {n}");
                assert_eq!(number_in_scaled(&picture), Some(n % PART), "{name} {n}");
                let is_scaled = n >= PART && other.contains("scale");
                assert_eq!(picture.marks.iter().any(|mark| mark.contains("shown scaled")), is_scaled, "{name} {n}: {:?}", picture.marks);
                // MPEG-TS cannot tell a new recording from a lost piece.
                assert!(matches!(reader.damage(n), None | Some(Damage::Doubtful)), "{name} {n}: {:?}", reader.damage(n));
            }
        }
    }
}

#[test]
fn a_file_that_shrinks_or_vanishes_is_told_and_can_come_back() {
    let Some((dir, path)) = clip("-c:v libx264 -preset veryfast -bf 3 -g 20 -sc_threshold 0", "a.mp4") else { return };
    let kept = dir.path().join("kept.mp4");
    std::fs::copy(&path, &kept).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let opened = || {
        std::fs::copy(&kept, &path).unwrap();
        let mut reader = VideoReader::open(&path, build(&path)).unwrap();
        assert_eq!(number_in(&reader.frame(5).unwrap()), Some(5));
        reader
    };
    let ask = |reader: &mut VideoReader| (reader.frame(100), reader.frame(6), reader.frame(45));
    // Cut off in place.
    let mut reader = opened();
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(whole.len() as u64 / 2).unwrap();
    let (far, _, back) = ask(&mut reader);
    assert!(matches!(far, Err(MediaError::Changed { .. })), "{far:?}");
    assert!(matches!(back, Err(MediaError::Changed { .. })), "{back:?}");
    let _ = VideoIndex::build(&path, &|_, _| {}, &AtomicBool::new(false));
    // Emptied, removed, and another file in its place.
    let mut reader = opened();
    std::fs::write(&path, b"").unwrap();
    assert!(matches!(ask(&mut reader).0, Err(MediaError::Empty { .. })));
    let mut reader = opened();
    std::fs::remove_file(&path).unwrap();
    let (far, near, _) = ask(&mut reader);
    assert!(matches!(&far, Err(error @ MediaError::Io { .. }) if error.to_string().contains("still there")), "{far:?}");
    // What is read already may still come, but never another frame.
    assert!(near.map_or(true, |picture| number_in(&picture) == Some(6)));
    let index = reader.index().clone();
    assert!(matches!(VideoReader::open(&path, index), Err(MediaError::Io { .. })));
    let mut reader = opened();
    let other = clips::encode(dir.path(), "other.mp4", 60, "-c:v mpeg4 -g 10");
    std::fs::rename(other, &path).unwrap();
    assert!(matches!(ask(&mut reader).0, Err(MediaError::Changed { .. })));
    // Back again.
    assert_eq!(number_in(&opened().frame(100).unwrap()), Some(100));
}

#[test]
fn frames_are_the_same_whether_hardware_is_allowed_or_not() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = greys(dir.path(), "large.mp4", "1280x720", 8, "-c:v libx264 -preset ultrafast -qp 10 -pix_fmt yuv420p -bf 2 -g 5");
    for hardware in [Hardware::Off, Hardware::Auto] {
        let mut reader = VideoReader::open_with_hardware(&path, build(&path), hardware).unwrap();
        let name = reader.decoder_name();
        assert!(name == "h264 in software" || hardware == Hardware::Auto && name.starts_with("h264 on "), "{name}");
        for n in shuffled(8) {
            let expected = ((24 + 8 * n as i32) * 255 + 109) / 219;
            assert!(grey_in(&reader.frame(n).unwrap()).iter().all(|grey| (grey - expected).abs() <= 4), "{hardware:?} {n}");
        }
    }
}

#[test]
fn a_stream_tagged_2020_is_converted_by_2020() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (tag, kr, kb) in [("bt2020nc", 0.2627, 0.0593), ("bt709", 0.2126, 0.0722), ("smpte170m", 0.299, 0.114)] {
        let path = dir.path().join(format!("{tag}.mkv"));
        let source = format!("color=s=64x48:r=5,format=yuv420p10le,geq=lum=400:cb=380:cr=680,setparams=colorspace={tag}:range=tv");
        let mut command = Command::new("ffmpeg");
        command.args(["-y", "-v", "error", "-f", "lavfi", "-i", &source, "-frames:v", "2", "-c:v", "ffv1", "-colorspace", tag]);
        assert!(command.arg(&path).status().unwrap().success());
        let picture = VideoReader::open(&path, build(&path)).unwrap().frame(1).unwrap();
        let grey = (400.0 - 64.0) / 876.0;
        let (u, v) = ((380.0 - 512.0) / 896.0, (680.0 - 512.0) / 896.0);
        let green = grey - (2.0 * (1.0 - kb) * kb * u + 2.0 * (1.0 - kr) * kr * v) / (1.0 - kr - kb);
        let expected = [grey + 2.0 * (1.0 - kr) * v, green, grey + 2.0 * (1.0 - kb) * u].map(|part: f64| part * 255.0);
        let [r, g, b, _] = picture.rgba_at(20, 20).unwrap();
        let off = [r, g, b].iter().zip(expected).map(|(ours, expected)| (f64::from(*ours) - expected).abs()).fold(0.0, f64::max);
        assert!(off <= 1.0, "{tag}: {r} {g} {b}, not {expected:?}");
    }
}

#[test]
fn transparency_that_is_left_out_is_told() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (format, marks) in [("yuva420p", vec!["The video has transparency, which is not shown."]), ("yuv420p", vec![])] {
        let path = greys(dir.path(), &format!("{format}.webm"), "64x48", 3, &format!("-pix_fmt {format} -c:v libvpx-vp9 -auto-alt-ref 0"));
        assert_eq!(build(&path).marks(), marks, "{format}");
    }
}
