//! Sequences tracked through a real video.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use limn_core::clip::MediaFrames;
use limn_core::geometry::{Keypoint, Keypoints, Sight};
use limn_core::sequence::Member;
use limn_core::sequence::carry::{Carried, CarryEnd, CarryOrder, CarryTask};
use limn_core::{Geometry, ImagePos, Rect, SequenceId, WorkFrames};
use limn_jobs::{Footage, Frames, JobCx, JobError};
use limn_media::VideoIndex;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const FRAMES: u64 = 50;

/// Left border of the object at a frame: it goes to the right, and from the middle on back.
fn left(frame: u64) -> f64 {
    40.0 + 3.0 * if frame <= 25 { frame as f64 } else { 50.0 - frame as f64 }
}

/// A video of 240 × 160 pixels, with an object of 48 × 40; `None` where there is no ffmpeg.
fn video(dir: &Path) -> Option<PathBuf> {
    video_of(dir, left)
}

fn video_of(dir: &Path, left: impl Fn(u64) -> f64) -> Option<PathBuf> {
    encoded(dir, [240, 160], |frame, x, y| {
        let (u, v) = (x - left(frame), y - 60.0);
        let on = (0.0..48.0).contains(&u) && (0.0..40.0).contains(&v);
        if on { 130.0 + 110.0 * uneven(u, v) } else { 90.0 + 50.0 * uneven(x * 0.4 + 70.0, y * 0.5) }
    })
}

fn uneven(x: f64, y: f64) -> f64 {
    ((x * 0.9).sin() * (y * 0.7).cos() + (x * 0.31 + y * 0.47).sin()) * 0.5
}

/// A video of so many pixels, as bright as is said of frame and place.
fn encoded(dir: &Path, [width, height]: [usize; 2], bright: impl Fn(u64, f64, f64) -> f64) -> Option<PathBuf> {
    let path = dir.join("v.mp4");
    let size = format!("{width}x{height}");
    let size = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", &size, "-r", "25", "-i", "-"];
    let coded = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "16", "-g", "12", "-bf", "2"];
    let started = Command::new("ffmpeg").args(["-v", "error"]).args(size).args(coded).arg(&path).stdin(Stdio::piped()).spawn();
    assert!(started.is_ok() || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
    let mut ffmpeg = started.ok()?;
    let mut input = ffmpeg.stdin.take().unwrap();
    for frame in 0..FRAMES {
        let value = |at: usize| {
            let (x, y) = ((at % width) as f64, (at / width) as f64);
            bright(frame, x, y).clamp(0.0, 255.0) as u8
        };
        input.write_all(&(0..width * height).map(value).collect::<Vec<u8>>()).unwrap();
    }
    drop(input);
    assert!(ffmpeg.wait().unwrap().success());
    Some(path)
}

fn shape(frame: u64) -> Geometry {
    Geometry::Box(Rect::from_xywh(left(frame), 60.0, 48.0, 40.0))
}

fn order(start: u64, forward: bool, barrier: Option<u64>) -> CarryOrder {
    let member = Member { sequence: SequenceId::from_parts(1, [1; 10]), part: 0 };
    let barrier = barrier.map(|frame| (frame, shape(frame)));
    CarryOrder {
        start,
        forward,
        most: 1000,
        tasks: vec![CarryTask { member, shape: shape(start), barrier, keeps_all: false }],
        on: WorkFrames::default(),
    }
}

fn tracked(path: &Path, order: &CarryOrder) -> Carried {
    let index = Arc::new(VideoIndex::build(path, &|_, _| {}, &AtomicBool::new(false)).unwrap());
    let mut cx = JobCx { progress: &mut |_| {}, cancel: &AtomicBool::new(false) };
    limn_jobs::track(&Frames::Video(Footage::new(path, index, MediaFrames::default())), order, &mut cx).unwrap().remove(0)
}

/// What is between keyframes is as near as the keyframes are.
fn check(result: &Carried, start: u64) {
    let mut all = vec![(start, shape(start).bounds().unwrap())];
    all.extend(result.keyframes.iter().map(|(frame, geometry, _)| (*frame, geometry.bounds().unwrap())));
    for pair in all.windows(2) {
        let ((from, a), (to, b)) = (pair[0], pair[1]);
        for frame in from.min(to)..=from.max(to) {
            let t = from.abs_diff(frame) as f64 / from.abs_diff(to) as f64;
            let x = a.center().x + (b.center().x - a.center().x) * t;
            assert!((x - left(frame) - 24.0).abs() < 1.5, "frame {frame}: {x}");
        }
    }
}

#[test]
fn there_and_back_with_few_keyframes() {
    let dir = tempfile::tempdir().unwrap();
    let Some(path) = video(dir.path()) else { return eprintln!("there is no ffmpeg: left out") };
    let forward = tracked(&path, &order(2, true, None));
    assert_eq!((forward.until, forward.end), (FRAMES - 1, CarryEnd::Video));
    assert_eq!(forward.disagreement.len() as u64, FRAMES - 3);
    check(&forward, 2);
    assert!((2..9).contains(&forward.keyframes.len()), "{} keyframes", forward.keyframes.len());
    let back = tracked(&path, &order(FRAMES - 1, false, None));
    assert_eq!((back.until, back.end), (0, CarryEnd::Video));
    check(&back, FRAMES - 1);
}

#[test]
fn keyframes_are_made_on_work_frames_alone() {
    let dir = tempfile::tempdir().unwrap();
    let Some(path) = video(dir.path()) else { return eprintln!("there is no ffmpeg: left out") };
    let on = WorkFrames::every(6, 1).unwrap();
    let result = tracked(&path, &CarryOrder { on: on.clone(), ..order(2, true, None) });
    let frames: Vec<u64> = result.keyframes.iter().map(|(frame, ..)| *frame).collect();
    assert!(frames.len() >= 2 && frames.iter().all(|frame| on.contains(*frame)), "{frames:?}");
    assert_eq!(frames.last(), Some(&49), "the last one that it was seen on");
    for (frame, geometry, _) in &result.keyframes {
        assert!((geometry.bounds().unwrap().min.x - left(*frame)).abs() < 1.5, "frame {frame}");
    }
}

#[test]
fn what_goes_over_the_border_has_left() {
    let dir = tempfile::tempdir().unwrap();
    // Its middle is over the right border from frame 22 on.
    let Some(path) = video_of(dir.path(), |frame| 40.0 + 8.0 * frame as f64) else { return eprintln!("there is no ffmpeg: left out") };
    let result = tracked(&path, &order(0, true, None));
    assert!(matches!(result.end, CarryEnd::Left(frame) if (19..26).contains(&frame)), "{:?}", result.end);
    assert!((15..23).contains(&result.until), "{}", result.until);
}

#[test]
fn a_barrier_stops_it_and_stopping_keeps_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let Some(path) = video(dir.path()) else { return eprintln!("there is no ffmpeg: left out") };
    let result = tracked(&path, &order(5, true, Some(20)));
    assert_eq!(result.until, 19);
    assert!(matches!(result.end, CarryEnd::Barrier { frame: 20, off: Some(off) } if off < 1.5), "{:?}", result.end);
    let index = Arc::new(VideoIndex::build(&path, &|_, _| {}, &AtomicBool::new(false)).unwrap());
    let cancel = AtomicBool::new(false);
    let mut stop = |progress: limn_jobs::Progress| cancel.store(progress.done == 9, Ordering::Relaxed);
    let done = limn_jobs::track(
        &Frames::Video(Footage::new(&path, index, MediaFrames::default())),
        &order(2, true, None),
        &mut JobCx { progress: &mut stop, cancel: &cancel },
    );
    assert!(matches!(done, Err(JobError::Cancelled)));
}

/// The same pictures in a folder: both ways, up to what is of another size.
#[test]
fn numbered_images_are_tracked_through_as_a_video_is() {
    let dir = tempfile::tempdir().unwrap();
    let Some(path) = video(dir.path()) else { return eprintln!("there is no ffmpeg: left out") };
    let made = Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(&path).arg(dir.path().join("%04d.png")).status().unwrap();
    assert!(made.success());
    let mut files: Vec<PathBuf> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "png"));
    files.sort();
    let track = |files: &[PathBuf], order: &CarryOrder| {
        let mut cx = JobCx { progress: &mut |_| {}, cancel: &AtomicBool::new(false) };
        limn_jobs::track(&Frames::Images(files.into()), order, &mut cx)
    };
    for order in [order(0, true, None), order(30, false, None), order(5, true, Some(20))] {
        let (images, video) = (track(&files, &order).unwrap().remove(0), tracked(&path, &order));
        // Coded pictures are not quite those of the folder.
        let end = |of: &Carried| std::mem::discriminant(&of.end);
        assert_eq!((images.until, end(&images)), (video.until, end(&video)));
        check(&images, order.start);
    }
    image::RgbImage::new(100, 80).save(&files[12]).unwrap();
    let refused = track(&files, &order(0, true, None)).unwrap_err().to_string();
    assert!(refused.contains("frame 12 is of another size"), "{refused}");
    std::fs::write(&files[12], b"no picture").unwrap();
    assert!(matches!(track(&files, &order(20, false, None)), Err(JobError::Media(_))));
    assert!(matches!(track(&files[..5], &order(7, true, None)), Err(JobError::Media(_))), "it begins behind the last");
}

/// Uneven brightness that is nowhere the same twice, different for each `of`.
fn noise(of: usize, x: f64, y: f64) -> f64 {
    let corner = |x: f64, y: f64| {
        let mut h = (x as i64 as u32).wrapping_mul(0x9E37_79B1) ^ (y as i64 as u32).wrapping_mul(0x85EB_CA77) ^ (of as u32 * 0x0C2B_2AE3);
        h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
        f64::from(((h ^ (h >> 12)).wrapping_mul(0x297A_2D39) >> 8) & 0xFFFF) / 65535.0
    };
    let (x, y) = (x / 5.0 + 100.0, y / 5.0 + 100.0);
    let (i, j, u, v) = (x.floor(), y.floor(), x.fract(), y.fract());
    let row = |j: f64| corner(i, j) * (1.0 - u) + corner(i + 1.0, j) * u;
    row(j) * (1.0 - v) + row(j + 1.0) * v
}

/// A body of six spots that goes to the right, and a limb that swings about the last of them.
fn joints(frame: u64) -> [[f64; 2]; 7] {
    let (x, angle) = (70.0 + 4.0 * frame as f64, (frame as f64 * 0.12).sin());
    let body = [[0.0, 60.0], [80.0, 60.0], [0.0, 110.0], [80.0, 110.0], [40.0, 30.0], [40.0, 160.0]].map(|[right, y]| [x + right, y]);
    let [a, b, c, d, e, f] = body;
    [a, b, c, d, e, f, [x + 40.0 + 90.0 * angle.sin(), 160.0 + 90.0 * angle.cos()]]
}

fn keypoints(frame: u64) -> Geometry {
    let points = joints(frame).map(|[x, y]| Keypoint { pos: ImagePos::new(x, y), sight: Sight::Visible });
    Geometry::Keypoints(Keypoints { points: points.to_vec() })
}

/// Each point by itself, forwards and backwards: few keyframes, a swing in them, and what is hidden for ten frames is said to be.
#[test]
fn keypoints_are_tracked_one_by_one() {
    let dir = tempfile::tempdir().unwrap();
    let hidden = |frame: u64| (20..30).contains(&frame);
    let path = encoded(dir.path(), [480, 320], |frame, x, y| {
        let spots = joints(frame);
        let spot = spots.iter().enumerate().find(|(_, spot)| (x + 0.5 - spot[0]).hypot(y + 0.5 - spot[1]) < 20.0);
        match spot {
            Some((1, _)) if hidden(frame) => 60.0,
            Some((at, spot)) => 20.0 + 220.0 * noise(at + 1, x + 0.5 - spot[0], y + 0.5 - spot[1]),
            None => 70.0 + 90.0 * noise(9, x, y),
        }
    });
    let Some(path) = path else { return eprintln!("there is no ffmpeg: left out") };
    for (start, forward) in [(0, true), (FRAMES - 1, false)] {
        let mut order = order(start, forward, None);
        order.tasks[0].shape = keypoints(start);
        let result = tracked(&path, &order);
        assert_eq!((result.until, result.end), (if forward { FRAMES - 1 } else { 0 }, CarryEnd::Video));
        assert!((4..30).contains(&result.keyframes.len()), "{} keyframes", result.keyframes.len());
        for (frame, geometry, _) in &result.keyframes {
            let Geometry::Keypoints(points) = geometry else { panic!("no keypoints") };
            for (at, [x, y]) in joints(*frame).into_iter().enumerate() {
                let off = points.points[at].pos.distance(ImagePos::new(x, y));
                // A limb is the hardest, and what is hidden is carried.
                let most = if at == 6 {
                    8.0
                } else if at == 1 && hidden(*frame) {
                    6.0
                } else {
                    2.5
                };
                assert!(off < most, "frame {frame}, point {at}: {off}");
            }
        }
        let sight = |frame: u64| {
            let last = result.keyframes.iter().filter(|it| it.0 <= frame).max_by_key(|it| it.0);
            last.map(|(_, geometry, _)| if let Geometry::Keypoints(it) = geometry { it.points[1].sight } else { Sight::Absent })
        };
        assert_eq!((sight(25), sight(36)), (Some(Sight::Occluded), Some(Sight::Visible)));
        assert!(result.worst().is_some_and(|(frame, off)| off > 1.0 && (18..34).contains(&frame)), "{:?}", result.worst());
    }
    // Up to a keyframe of a person, and how far the farthest point lies beside it.
    let mut order = order(0, true, None);
    order.tasks[0].shape = keypoints(0);
    let Geometry::Keypoints(mut there) = keypoints(12) else { panic!("no keypoints") };
    there.points[0].pos.y -= 9.0;
    order.tasks[0].barrier = Some((12, Geometry::Keypoints(there)));
    let result = tracked(&path, &order);
    assert!(matches!(result.end, CarryEnd::Barrier { frame: 12, off: Some(off) } if (7.0..11.0).contains(&off)), "{:?}", result.end);
    assert_eq!(result.until, 11);
}
