//! Stepping proxies: every frame is the video's, and nothing that is damaged is shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use limn_media::{
    Hardware, MediaError, MediaEvent, MediaPool, Picture, PictureKey, Pixels, PoolOptions, Proxies, ProxyReader, Request, RequestKind,
    VideoIndex, VideoReader, thumbnail, wants_proxy,
};

use crate::clips::{self, number_in};
use crate::video::{build, shuffled};

fn go() -> AtomicBool {
    AtomicBool::new(false)
}

/// A video and the folder of its proxy.
struct Case {
    path: PathBuf,
    dir: PathBuf,
    index: Arc<VideoIndex>,
}

impl Case {
    fn new(path: &Path) -> Case {
        let mut dir = path.as_os_str().to_owned();
        dir.push(".proxies");
        Case { path: path.to_path_buf(), dir: dir.into(), index: build(path) }
    }

    fn make(&self) -> limn_media::ProxyMade {
        Proxies::new(&self.dir).make(&self.path, &self.index, &|_, _| {}, &go()).unwrap()
    }

    fn proxy(&self) -> ProxyReader {
        ProxyReader::open(&self.path, &self.index, &self.dir).unwrap().expect("there is a proxy")
    }

    fn reader(&self) -> VideoReader {
        VideoReader::open(&self.path, self.index.clone()).unwrap()
    }

    fn files(&self) -> Vec<PathBuf> {
        std::fs::read_dir(&self.dir).map(|files| files.map(|file| file.unwrap().path()).collect()).unwrap_or_default()
    }
}

/// The first level of a coarse picture: width, height, RGBA.
fn coarse(picture: &Picture) -> (usize, usize, Vec<u8>) {
    assert!(picture.is_coarse() && picture.rgba_at(0, 0).is_none(), "it gives no values");
    match &picture.pixels {
        Pixels::Levels(levels) => (levels[0].width as usize, levels[0].height as usize, levels[0].rgba.clone()),
        other => panic!("{other:?}"),
    }
}

/// The number in a proxy's picture of a numbered video, made as large as the video by doubling.
fn number_in_coarse(picture: &Picture) -> Option<u64> {
    let (width, height, rgba) = coarse(picture);
    let pixel = |x: usize, y: usize| &rgba[(y / 2 * width + x / 2) * 4..][..4];
    let doubled = (0..height * 2).flat_map(|y| (0..width * 2).map(move |x| (x, y))).flat_map(|(x, y)| pixel(x, y).to_vec());
    number_in(&Picture::from_rgba(width as u32 * 2, height as u32 * 2, doubled.collect()))
}

/// How far a proxy's picture is from the frame made smaller in the same way: peak signal to noise, dB.
fn psnr(frame: Picture, proxy: &Picture) -> f64 {
    let size = (frame.width, frame.height);
    assert_eq!((proxy.width, proxy.height), size, "coordinates mean the same");
    let (width, height, ours) = coarse(proxy);
    let level = frame.into_levels().into_iter().find(|level| (level.width as usize, level.height as usize) == (width, height));
    let truth = level.expect("the size of one of the frame's levels").rgba;
    let squares: u64 = truth.iter().zip(&ours).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum();
    10.0 * (255.0 * 255.0 / (squares as f64 / (truth.len() as f64 * 0.75)).max(1e-3)).log10()
}

const X264: &str = "-c:v libx264 -preset veryfast -crf 20 -sc_threshold 0";

#[test]
fn frame_n_of_a_proxy_is_frame_n_of_the_video() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let plain = clips::encode(dir.path(), "b.mp4", 60, &format!("{X264} -g 25 -bf 3"));
    let variable =
        format!("-vf setpts='N*N/60/25/TB' {} passthrough -video_track_timescale 90000 {X264} -g 20 -bf 2", clips::sync_option());
    let paths = [
        plain.clone(),
        clips::encode(dir.path(), "open.mkv", 60, &format!("{X264} -g 12 -bf 3 -x264-params open-gop=1")),
        clips::encode(dir.path(), "vfr.mp4", 60, &variable),
        clips::encode(
            dir.path(),
            "hevc.mkv",
            40,
            "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=20 -pix_fmt yuv420p10le",
        ),
        // Begins between keys: the frames before are decoded and not shown.
        clips::convert(&plain, "-ss 1.3", "-c copy", "edited.mp4"),
        clips::encode(dir.path(), "p.ts", 40, &format!("{X264} -g 15 -bf 2")),
    ];
    for path in paths {
        let case = Case::new(&path);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let made = case.make();
        assert_eq!((made.frames, made.missing), (case.index.frames(), 0), "{name}");
        let (mut proxy, mut reader) = (case.proxy(), case.reader());
        for n in shuffled(case.index.frames()) {
            let exact = number_in(&reader.frame(n).unwrap());
            assert!(exact.is_some(), "{name} {n}");
            assert_eq!(number_in_coarse(&proxy.frame(n).unwrap().unwrap()), exact, "{name} {n}");
        }
        assert!(proxy.frame(case.index.frames()).unwrap().is_none(), "{name}");
    }
}

#[test]
fn colours_depth_sizes_and_turns_are_kept() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let make = |name: &str, size: &str, options: &str| {
        let path = dir.path().join(name);
        let source = format!("testsrc2=s=640x360:r=25,gblur=8,scale={}", size.replace('x', ":"));
        let mut command = std::process::Command::new("ffmpeg");
        command.args(["-y", "-v", "error", "-f", "lavfi", "-i", &source, "-frames:v", "4"]).args(options.split_whitespace());
        let done = command.arg(&path).output().unwrap();
        assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
        path
    };
    let tagged = |matrix: &str, range: &str| {
        format!("-vf scale=out_color_matrix={matrix}:out_range={range} -colorspace {matrix} -color_range {range}")
    };
    // With the least likeness, dB; what is small is steep, and chroma suffers.
    let cases = [
        (make("709.mp4", "640x360", &format!("{} -pix_fmt yuv420p {X264}", tagged("bt709", "tv"))), 36.0),
        (make("full.mp4", "640x360", &format!("{} -pix_fmt yuv420p {X264}", tagged("bt709", "pc"))), 36.0),
        (make("422.mkv", "641x363", "-pix_fmt yuv422p -c:v ffv1"), 36.0),
        (make("444-10.mkv", "333x127", "-pix_fmt yuv444p10le -c:v ffv1"), 31.0),
        (make("10.mkv", "640x360", "-pix_fmt yuv420p10le -c:v ffv1"), 36.0),
        (make("odd.mkv", "127x65", "-pix_fmt yuv420p -c:v ffv1"), 24.0),
        (make("line.mkv", "1x300", "-pix_fmt yuv444p -c:v ffv1"), 36.0),
        (make("row.mkv", "300x1", "-pix_fmt yuv444p -c:v ffv1"), 31.0),
        // Neither has planes of YUV here.
        (make("rgb.mkv", "333x127", "-pix_fmt bgr0 -c:v ffv1"), 31.0),
        (make("grey.mkv", "320x240", "-pix_fmt gray -c:v ffv1"), 36.0),
        // Three halves.
        (make("large.mkv", "9000x64", "-pix_fmt yuv420p -c:v ffv1"), 26.0),
    ];
    let turned = clips::convert(&cases[0].0, "", "-c copy -metadata:s:v rotate=90", "turned.mp4");
    for (path, least) in cases.iter().chain([&(turned.clone(), 36.0)]) {
        let case = Case::new(path);
        case.make();
        let (mut proxy, mut reader) = (case.proxy(), case.reader());
        for n in 0..case.index.frames() {
            let (frame, proxy) = (reader.frame(n).unwrap(), proxy.frame(n).unwrap().unwrap());
            assert_eq!(proxy.bit_depth, frame.bit_depth);
            let psnr = psnr(frame, &proxy);
            // The pattern is all borders of bright colours: chroma of 4:2:0 and JPEG do their worst.
            assert!(psnr > *least, "{} {n}: {psnr:.1} dB", path.display());
        }
    }
    assert_eq!(build(&turned).size(), (360, 640));
}

#[test]
fn what_needs_no_proxy_gets_none() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = clips::encode(dir.path(), "one.mkv", 3, "-vf scale=1:1 -pix_fmt yuv420p -c:v ffv1");
    let case = Case::new(&path);
    let refused = Proxies::new(&case.dir).make(&path, &case.index, &|_, _| {}, &go());
    assert!(matches!(refused, Err(MediaError::TooSmall { .. })));
    assert!(!wants_proxy(&case.index) && case.files().is_empty());
    let long = clips::encode(dir.path(), "long.mp4", 60, &format!("{X264} -g 250 -vf scale=3840:2160:flags=neighbor -preset ultrafast"));
    let short = clips::encode(dir.path(), "short.mp4", 60, &format!("{X264} -g 12 -vf scale=3840:2160:flags=neighbor -preset ultrafast"));
    assert_eq!([&long, &short].map(|path| wants_proxy(&build(path))), [true, false]);
}

#[test]
fn a_damaged_frame_has_no_picture_and_the_others_keep_their_number() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    // MJPEG: a frame whose data is nonsense gives none.
    let path = clips::encode(dir.path(), "a.avi", 20, "-c:v mjpeg -pix_fmt yuvj420p -q:v 3");
    let mut bytes = std::fs::read(&path).unwrap();
    let starts: Vec<usize> = (0..bytes.len() - 2).filter(|at| bytes[*at..].starts_with(&[0xff, 0xd8, 0xff])).collect();
    bytes[starts[7]..starts[7] + 400].fill(0);
    std::fs::write(&path, bytes).unwrap();
    let case = Case::new(&path);
    let mut reader = case.reader();
    let lost: Vec<u64> = (0..case.index.frames()).filter(|n| reader.frame(*n).is_err()).collect();
    assert_eq!(case.make().missing, lost.len() as u64);
    let mut proxy = case.proxy();
    for n in 0..case.index.frames() {
        let seen = proxy.frame(n).unwrap();
        assert_eq!(seen.is_none(), lost.contains(&n), "{n}");
        assert_eq!(seen.map(|picture| number_in_coarse(&picture)), reader.frame(n).ok().map(|picture| number_in(&picture)), "{n}");
    }
}

#[test]
fn a_damaged_proxy_is_taken_away_and_never_shows_another_frame() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let case = Case::new(&clips::encode(dir.path(), "a.mp4", 12, &format!("{X264} -g 12")));
    let file = case.make().path;
    let whole = std::fs::read(&file).unwrap();
    let truth: Vec<_> = (0..12).map(|n| coarse(&case.proxy().frame(n).unwrap().unwrap())).collect();
    for length in (0..whole.len()).step_by(whole.len() / 40).chain([whole.len() - 1]) {
        std::fs::write(&file, &whole[..length]).unwrap();
        assert!(ProxyReader::open(&case.path, &case.index, &case.dir).is_err(), "{length} bytes of it");
        assert!(!file.exists(), "{length} bytes of it");
    }
    let tail = whole.len() - 500;
    for at in (0..tail).step_by(tail / 60).chain((tail..whole.len()).step_by(3)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x15;
        std::fs::write(&file, &bytes).unwrap();
        let opened = ProxyReader::open(&case.path, &case.index, &case.dir);
        let Ok(Some(mut proxy)) = opened else {
            assert!(!file.exists());
            continue;
        };
        for n in 0..12 {
            match proxy.frame(n) {
                Ok(Some(picture)) => assert!(coarse(&picture) == truth[n as usize], "byte {at} changed frame {n}"),
                Ok(None) => panic!("byte {at} took frame {n} away"),
                Err(_) => assert!(!file.exists()),
            }
        }
    }
    // Made anew, it serves again.
    case.make();
    assert!(coarse(&case.proxy().frame(3).unwrap().unwrap()) == truth[3]);
}

#[test]
fn another_video_in_the_same_place_has_no_proxy() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let case = Case::new(&clips::encode(dir.path(), "a.mp4", 12, &format!("{X264} -g 12")));
    let file = case.make().path;
    clips::encode(dir.path(), "a.mp4", 13, &format!("{X264} -g 6"));
    let other = Case::new(&case.path);
    assert!(!Proxies::new(&other.dir).has(&other.path, &other.index));
    // Even under its name.
    let theirs = other.make().path;
    std::fs::copy(&file, &theirs).unwrap();
    assert!(matches!(ProxyReader::open(&other.path, &other.index, &other.dir), Err(MediaError::IndexFile { .. })));
    assert!(!theirs.exists());
    // The old index is of no use for the new video.
    let refused = Proxies::new(&case.dir).make(&case.path, &case.index, &|_, _| {}, &go());
    assert!(matches!(refused, Err(MediaError::Changed { .. })));
    assert!(Proxies::new(&case.dir).remove(&case.path, &case.index).unwrap());
    assert!(!Proxies::new(&case.dir).remove(&case.path, &case.index).unwrap());
}

#[test]
fn making_that_ends_early_leaves_nothing_behind() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let video = clips::encode(dir.path(), "a.mp4", 120, &format!("{X264} -crf 4 -g 12"));
    let case = Case::new(&video);
    let proxies = Proxies::new(&case.dir);
    let cancel = go();
    let stop_at = |n: u64| move |done: u64, _| done == n;
    let (stop, cancelled) = (stop_at(5), &cancel);
    let answer = proxies.make(&video, &case.index, &|done, all| cancelled.store(stop(done, all), Ordering::Relaxed), cancelled);
    assert!(matches!(answer, Err(MediaError::Cancelled { .. })));
    assert!(case.files().is_empty());
    // The video is cut off, or goes, while it is read.
    let bytes = std::fs::read(&video).unwrap();
    let shrink = |done, _| {
        if done == 3 {
            std::fs::File::options().write(true).open(&video).unwrap().set_len(bytes.len() as u64 / 2).unwrap();
        }
    };
    let answer = proxies.make(&video, &case.index, &shrink, &go());
    assert!(matches!(answer, Err(MediaError::Changed { .. })), "{answer:?}");
    assert!(case.files().is_empty());
    let again = clips::encode(dir.path(), "b.mp4", 40, &format!("{X264} -g 12"));
    let case = Case::new(&again);
    let vanish = |done, _| {
        if done == 3 {
            std::fs::remove_file(&again).unwrap();
        }
    };
    let answer = Proxies::new(&case.dir).make(&again, &case.index, &vanish, &go());
    assert!(matches!(answer, Err(MediaError::Io { .. } | MediaError::Changed { .. })), "{answer:?}");
    assert!(case.files().is_empty());
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let case = Case::new(&clips::encode(dir.path(), "a.mp4", 5, X264));
    std::fs::write(&case.dir, "a file where the folder should be").unwrap();
    let answer = Proxies::new(&case.dir).make(&case.path, &case.index, &|_, _| {}, &go());
    assert!(matches!(answer, Err(MediaError::Write { .. })), "{answer:?}");
}

/// A pool with a proxy that was made before or is made now.
struct Window {
    pool: MediaPool,
    path: Arc<Path>,
}

impl Window {
    fn open(cache: &Path, path: &Path) -> Window {
        let options = PoolOptions { threads: 2, cache_bytes: 64 << 20, cache_dir: Some(cache.to_path_buf()), hardware: Hardware::Off };
        Window { pool: MediaPool::new(options, Arc::new(|| {})).unwrap(), path: path.into() }
    }

    fn index(&self) -> Arc<VideoIndex> {
        self.pool.request(Request { key: PictureKey::new(self.path.clone(), 0), kind: RequestKind::Index, priority: 0 });
        wait("the index", || self.pool.index(&self.path))
    }

    /// What comes for a frame until the frame itself is there.
    fn go_to(&self, n: u64) -> Vec<(u64, bool, Option<u64>)> {
        let key = PictureKey::new(self.path.clone(), n);
        self.pool.set_wanted(vec![key.clone()], 1);
        let mut seen = Vec::new();
        wait("the frame", || {
            while let Some(event) = self.pool.try_recv() {
                match event {
                    MediaEvent::Coarse(ready) => seen.push((ready.key.frame, true, number_in_coarse(&ready.result.unwrap()))),
                    MediaEvent::Picture(ready) => seen.push((ready.key.frame, false, number_in(&ready.result.unwrap()))),
                    _ => {}
                }
            }
            seen.iter().any(|(frame, coarse, _)| *frame == n && !coarse).then_some(())
        });
        seen
    }
}

fn wait<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_pool_shows_the_proxy_first_and_then_the_frame_itself() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = clips::encode(dir.path(), "a.mp4", 240, &format!("{X264} -g 240 -bf 2"));
    let cache = dir.path().join("cache");
    let window = Window::open(&cache, &path);
    let index = window.index();
    assert!(window.go_to(200).iter().all(|(_, coarse, _)| !coarse) && !window.pool.has_proxy(&path));
    let proxies = window.pool.proxies().unwrap();
    let made = proxies.make(&path, &index, &|_, _| {}, &go()).unwrap();
    window.pool.renew_proxies();
    for n in [150, 20, 230, 90, 3] {
        let seen = window.go_to(n);
        assert!(seen.iter().all(|(frame, _, number)| *number == Some(*frame)), "{n}: {seen:?}");
        assert!(seen.iter().any(|(frame, coarse, _)| *frame == n && *coarse), "{n}: {seen:?}");
        assert!(!window.pool.get(&PictureKey::new(window.path.clone(), n)).unwrap().is_coarse(), "only the frame itself is kept");
    }
    assert!(window.pool.has_proxy(&path));
    // The next frame is decoded as fast as it is read from the proxy.
    assert!(window.go_to(4).iter().all(|(_, coarse, _)| !coarse));
    // Damaged under the eyes of the pool: the frames come all the same, and right.
    let bytes = std::fs::read(&made.path).unwrap();
    std::fs::write(&made.path, [&vec![0; bytes.len() - 900][..], &bytes[bytes.len() - 900..]].concat()).unwrap();
    let seen = window.go_to(120);
    assert!(seen.iter().all(|(frame, coarse, number)| !coarse && *number == Some(*frame)), "{seen:?}");
    assert!(!window.pool.has_proxy(&path) && !made.path.exists());
    // Small pictures are made of the video.
    let small = thumbnail(&path, 77, 320).unwrap();
    assert_eq!(number_in(&Picture::from_rgba(small.width, small.height, small.rgba)), Some(77));
}
