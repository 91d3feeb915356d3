//! Decoding in the background.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use image::ImageFormat;
use limn_media::{Hardware, MediaError, MediaEvent, MediaPool, Picture, PictureKey, PoolOptions, Request, RequestKind};

use crate::clips::{self, number_in};
use crate::images::{encoded, gradient};

struct Harness {
    pool: MediaPool,
    wakes: Arc<AtomicU64>,
    pictures: BTreeMap<PictureKey, Result<Arc<Picture>, Arc<MediaError>>>,
    /// The keys of `pictures` in the order in which they came.
    order: Vec<PictureKey>,
    others: Vec<MediaEvent>,
}

impl Harness {
    fn new(cache_bytes: u64) -> Harness {
        Harness::keeping_in(None, cache_bytes)
    }

    fn keeping_in(cache_dir: Option<&Path>, cache_bytes: u64) -> Harness {
        let wakes = Arc::new(AtomicU64::new(0));
        let counter = wakes.clone();
        let wake = Arc::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let options = PoolOptions { threads: 2, cache_bytes, cache_dir: cache_dir.map(Path::to_owned), hardware: Hardware::Auto };
        Harness { pool: MediaPool::new(options, wake).unwrap(), wakes, pictures: BTreeMap::new(), order: Vec::new(), others: Vec::new() }
    }

    fn drain(&mut self) {
        while let Some(event) = self.pool.try_recv() {
            match event {
                MediaEvent::Picture(ready) => {
                    self.order.push(ready.key.clone());
                    self.pictures.insert(ready.key, ready.result);
                }
                other => self.others.push(other),
            }
        }
    }

    /// Receives until `done`; a deadline that no working machine reaches keeps a fault from hanging the tests.
    fn until(&mut self, what: &str, done: impl Fn(&Harness) -> bool) {
        let begun = Instant::now();
        loop {
            self.drain();
            if done(self) {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(120), "waited too long for {what}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn cached(&self, key: &PictureKey) -> bool {
        self.pool.get(key).is_some()
    }
}

fn png(dir: &Path, name: &str, side: u32) -> PictureKey {
    let path = dir.join(name);
    std::fs::write(&path, encoded(&gradient(side, side).into(), ImageFormat::Png)).unwrap();
    PictureKey::new(path, 0)
}

#[test]
fn wanted_images_come_and_broken_ones_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let good = png(dir.path(), "a.png", 50);
    let broken = dir.path().join("b.png");
    std::fs::write(&broken, &std::fs::read(&*good.path).unwrap()[..60]).unwrap();
    let broken = PictureKey::new(broken, 0);
    let absent = PictureKey::new(dir.path().join("absent.png"), 0);
    let second_frame = PictureKey { frame: 1, ..good.clone() };
    let mut h = Harness::new(1 << 30);
    let all = vec![good.clone(), broken.clone(), absent.clone(), second_frame.clone()];
    h.pool.set_wanted(all.clone(), usize::MAX);
    h.until("four answers", |h| h.pictures.len() == 4);
    assert_eq!(h.pictures[&good].as_ref().unwrap().width, 50);
    assert!(matches!(**h.pictures[&broken].as_ref().unwrap_err(), MediaError::BrokenImage { .. }));
    assert!(matches!(**h.pictures[&absent].as_ref().unwrap_err(), MediaError::Io { .. }));
    assert!(matches!(**h.pictures[&second_frame].as_ref().unwrap_err(), MediaError::FrameOutOfRange { .. }));
    assert!(h.wakes.load(Ordering::Relaxed) >= 4);
    assert!(h.cached(&good) && !h.cached(&broken));
    // Mended and wanted again, it is tried again.
    std::fs::copy(&*good.path, &*broken.path).unwrap();
    h.pictures.clear();
    h.pool.set_wanted(all, usize::MAX);
    h.until("the mended file", |h| h.pictures.get(&broken).is_some_and(Result::is_ok));
}

#[test]
fn playing_and_stepping_back_give_exact_frames() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path: Arc<Path> = clips::encode(dir.path(), "a.mp4", 100, "-c:v libx264 -preset ultrafast -g 50 -bf 2").into();
    let key = |n: u64| PictureKey { path: path.clone(), frame: n };
    let mut h = Harness::new(64 << 20);
    for n in 0..30 {
        h.pool.set_wanted((n..(n + 9).min(100)).map(key).collect(), usize::MAX);
        h.until("a frame forward", |h| h.cached(&key(n)));
        assert_eq!(number_in(&h.pool.get(&key(n)).unwrap()), Some(n));
    }
    assert_eq!(h.pool.index(&path).unwrap().frames(), 100);
    assert!(h.others.iter().any(|e| matches!(e, MediaEvent::Index { result: Ok(_), .. })));
    for n in (40..90).rev() {
        h.pool.set_wanted((n - 8..=n).rev().map(key).collect(), usize::MAX);
        h.until("a frame backward", |h| h.cached(&key(n)));
        assert_eq!(number_in(&h.pool.get(&key(n)).unwrap()), Some(n));
    }
    for n in [3, 97, 55, 0, 99, 12] {
        h.pool.set_wanted(vec![key(n)], usize::MAX);
        h.until("a jump", |h| h.cached(&key(n)));
        assert_eq!(number_in(&h.pool.get(&key(n)).unwrap()), Some(n));
    }
    h.pool.set_wanted(vec![key(100)], usize::MAX);
    h.until("the frame after the last", |h| h.pictures.contains_key(&key(100)));
    assert!(matches!(**h.pictures[&key(100)].as_ref().unwrap_err(), MediaError::FrameOutOfRange { .. }));
}

#[test]
fn a_step_back_brings_the_frames_before_it_too() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path: Arc<Path> = clips::encode(dir.path(), "a.mp4", 60, "-c:v libx264 -preset ultrafast -g 60 -bf 2").into();
    let key = |n: u64| PictureKey { path: path.clone(), frame: n };
    let mut h = Harness::new(256 << 20);
    h.pool.set_wanted(vec![key(50)], usize::MAX);
    h.until("the first frame", |h| h.cached(&key(50)));
    h.pool.set_wanted(vec![key(49), key(48)], usize::MAX);
    h.until("the frames before", |h| (30..=49).all(|n| h.cached(&key(n))));
    assert!((30..=49).all(|n| number_in(&h.pool.get(&key(n)).unwrap()) == Some(n)));
}

#[test]
fn going_back_by_several_frames_decodes_only_those() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path: Arc<Path> = clips::encode(dir.path(), "a.mp4", 100, "-c:v libx264 -preset ultrafast -g 100 -bf 2").into();
    let key = |n: u64| PictureKey { path: path.clone(), frame: n };
    let mut h = Harness::new(256 << 20);
    let mut shown = Vec::new();
    for n in (0..=96_u64).rev().step_by(4) {
        // Twelve frames are wanted, one more at each step, as while playing.
        h.pool.set_wanted((0..12).map_while(|steps| n.checked_sub(4 * steps)).map(key).collect(), usize::MAX);
        h.until("a frame backward", |h| h.cached(&key(n)));
        shown.push(number_in(&h.pool.get(&key(n)).unwrap()));
    }
    assert_eq!(shown, (0..=96).rev().step_by(4).map(Some).collect::<Vec<_>>());
    assert!((0..=96).filter(|n| n % 4 != 0).all(|n| !h.cached(&key(n))), "what is left out is not kept");
}

#[test]
fn the_key_frame_comes_before_the_frame_that_hangs_on_it() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path: Arc<Path> =
        clips::encode(dir.path(), "a.mp4", 100, "-c:v libx264 -preset ultrafast -g 50 -keyint_min 50 -sc_threshold 0 -bf 2").into();
    let key = |n: u64| PictureKey { path: path.clone(), frame: n };
    let mut h = Harness::new(256 << 20);
    h.pool.set_wanted(vec![key(0)], usize::MAX);
    h.until("the first frame", |h| h.cached(&key(0)));
    for (n, before) in [(87, 50), (33, 0)] {
        assert_eq!(h.pool.index(&path).unwrap().key_frame_before(n), Some(before));
        h.pictures.clear();
        h.order.clear();
        h.pool.set_wanted(vec![key(before), key(n)], usize::MAX);
        h.until("key frame and frame", |h| h.cached(&key(before)) && h.pictures.contains_key(&key(n)));
        assert_eq!(h.order.last(), Some(&key(n)), "the key frame is there first");
        assert_eq!([before, n].map(|n| number_in(&h.pool.get(&key(n)).unwrap())), [Some(before), Some(n)]);
        assert_eq!(h.pool.nearest(&key(n - 1)), Some(n));
    }
    assert_eq!(h.pool.nearest(&key(60)), Some(50));
}

#[test]
fn the_cache_stays_within_its_bytes_and_comes_to_rest() {
    let dir = tempfile::tempdir().unwrap();
    let keys: Vec<PictureKey> = (0..6).map(|n| png(dir.path(), &format!("{n}.png"), 60)).collect();
    // Room for two pictures of 14,400 bytes.
    let mut h = Harness::new(30_000);
    h.pool.set_wanted(keys.clone(), usize::MAX);
    h.until("the first two", |h| h.cached(&keys[0]) && h.cached(&keys[1]));
    std::thread::sleep(Duration::from_millis(100));
    h.drain();
    assert!(h.cached(&keys[0]) && h.cached(&keys[1]), "what is needed most must stay");
    assert!(keys[2..].iter().all(|key| !h.cached(key)));
    let wakes = h.wakes.load(Ordering::Relaxed);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(h.wakes.load(Ordering::Relaxed), wakes, "nothing may be decoded over and over");
}

#[test]
fn what_is_no_longer_wanted_is_not_decoded() {
    let dir = tempfile::tempdir().unwrap();
    let keys: Vec<PictureKey> = (0..80).map(|n| png(dir.path(), &format!("{n}.png"), 300)).collect();
    let last = png(dir.path(), "last.png", 20);
    let mut h = Harness::new(1 << 30);
    h.pool.set_wanted(keys.clone(), usize::MAX);
    h.pool.set_wanted(vec![last.clone()], usize::MAX);
    h.until("the picture wanted now", |h| h.cached(&last));
    std::thread::sleep(Duration::from_millis(100));
    assert!(keys.iter().filter(|key| h.cached(key)).count() < 40);
}

#[test]
fn requests_thumbnails_and_indexes_are_answered() {
    let dir = tempfile::tempdir().unwrap();
    let image = png(dir.path(), "a.png", 300);
    let mut h = Harness::new(1 << 30);
    let request = |key: &PictureKey, kind| Request { key: key.clone(), kind, priority: 1 };
    assert!(h.pool.request(request(&image, RequestKind::Thumbnail { max_side: 64 })));
    assert!(h.pool.request(request(&image, RequestKind::Picture)));
    // A list that does not name it must not take the request away.
    h.pool.set_wanted(Vec::new(), usize::MAX);
    h.until("picture and thumbnail", |h| h.pictures.len() == 1 && h.others.len() == 1);
    let MediaEvent::Thumbnail { max_side: 64, result: Ok(level), .. } = &h.others[0] else { panic!("{:?}", h.others) };
    assert_eq!((level.width, level.height), (64, 64));
    h.pictures.clear();
    assert!(h.pool.request(request(&image, RequestKind::Picture)));
    h.drain();
    assert_eq!(h.pictures.len(), 1, "a cached picture is answered at once");
    h.others.clear();
    h.pool.request(request(&image, RequestKind::Poster { max_side: 32 }));
    h.until("the poster", |h| h.others.len() == 1);
    assert!(matches!(&h.others[0], MediaEvent::Poster { max_side: 32, result: Ok(level), .. } if level.width == 32));
    h.others.clear();
    h.pool.request(request(&image, RequestKind::Index));
    h.until("that an image has no index", |h| h.others.iter().any(|e| matches!(e, MediaEvent::Index { result: Err(_), .. })));
}

#[test]
fn a_file_that_changes_is_told_and_can_be_opened_again() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path: Arc<Path> = clips::encode(dir.path(), "a.mp4", 20, "-c:v mpeg4 -g 10").into();
    let key = PictureKey { path: path.clone(), frame: 15 };
    let mut h = Harness::new(1 << 20);
    h.pool.set_wanted(vec![key.clone()], usize::MAX);
    h.until("the frame", |h| h.cached(&key));
    clips::encode(dir.path(), "a.mp4", 10, "-c:v mpeg4 -g 10");
    h.pool.forget(&path);
    h.pictures.clear();
    h.pool.set_wanted(vec![key.clone()], usize::MAX);
    h.until("an error", |h| h.pictures.contains_key(&key));
    assert!(matches!(**h.pictures[&key].as_ref().unwrap_err(), MediaError::FrameOutOfRange { frames: 10, .. }));
}

#[test]
fn a_damaged_frame_is_an_error_of_its_own_and_stops_nothing() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let clean = clips::encode(dir.path(), "a.mp4", 60, "-c:v libx264 -preset ultrafast -g 20 -bf 2 -sc_threshold 0");
    let path: Arc<Path> = crate::bad_video::damaged(&clean, &[31], (0.0, 1.0), |_| 0).into();
    let key = |n: u64| PictureKey { path: path.clone(), frame: n };
    for forward in [true, false] {
        let mut h = Harness::new(256 << 20);
        let order: Vec<u64> = if forward { (0..60).collect() } else { (0..60).rev().collect() };
        for at in 0..60 {
            let wanted: Vec<PictureKey> = order[at..].iter().take(12).map(|n| key(*n)).collect();
            h.pool.set_wanted(wanted, usize::MAX);
            h.until("the frame or its error", |h| h.cached(&key(order[at])) || h.pictures.get(&key(order[at])).is_some_and(Result::is_err));
        }
        let failed: Vec<u64> = (0..60).filter(|n| !h.cached(&key(*n))).collect();
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert!(
            matches!(**h.pictures[&key(failed[0])].as_ref().unwrap_err(), MediaError::FrameMissing { frame, .. } if frame == failed[0])
        );
        assert!(h.pool.get(&key(10)).unwrap().marks.is_empty());
        assert!((20..40).any(|n| h.pool.get(&key(n)).is_some_and(|picture| picture.marks.iter().any(|mark| mark.contains("damaged")))));
    }
}

#[test]
fn a_video_that_is_gone_for_a_while_can_be_shown_again() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let kept = clips::encode(dir.path(), "kept.mp4", 60, "-c:v libx264 -preset ultrafast -g 20 -bf 2");
    let path: Arc<Path> = dir.path().join("a.mp4").into();
    let key = |n: u64| PictureKey { path: path.clone(), frame: n };
    std::fs::copy(&kept, &path).unwrap();
    let mut h = Harness::new(1 << 20);
    h.pool.set_wanted(vec![key(5)], usize::MAX);
    h.until("a frame", |h| h.cached(&key(5)));
    std::fs::remove_file(&path).unwrap();
    h.pool.set_wanted(vec![key(50)], usize::MAX);
    h.until("that it is gone", |h| h.pictures.get(&key(50)).is_some_and(Result::is_err));
    assert!(matches!(**h.pictures[&key(50)].as_ref().unwrap_err(), MediaError::Io { .. }));
    std::fs::copy(&kept, &path).unwrap();
    h.pictures.clear();
    h.pool.set_wanted(vec![key(50)], usize::MAX);
    h.until("the frame of the file that is back", |h| h.pictures.contains_key(&key(50)));
    assert_eq!(number_in(h.pictures[&key(50)].as_ref().unwrap()), Some(50));
}

#[test]
fn a_pool_ends_while_it_works() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path: Arc<Path> = clips::encode(dir.path(), "a.h264", 100, "-c:v libx264 -preset ultrafast -g 100").into();
    let begun = Instant::now();
    for n in 0..4 {
        let h = Harness::new(1 << 30);
        h.pool.set_wanted((n..90).map(|frame| PictureKey { path: path.clone(), frame }).collect(), usize::MAX);
        std::thread::sleep(Duration::from_millis(20 * n));
    }
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[test]
fn pictures_that_are_only_decoded_ahead_wake_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let keys: Vec<PictureKey> = (0..4).map(|n| png(dir.path(), &format!("{n}.png"), 50)).collect();
    let mut h = Harness::new(1 << 30);
    h.pool.set_wanted(keys.clone(), 1);
    h.until("all in the cache", |h| keys.iter().all(|key| h.cached(key)));
    h.until("the first one", |h| h.pictures.contains_key(&keys[0]));
    assert_eq!(h.pictures.len(), 1);
}

#[test]
fn a_large_picture_is_told_twice_where_it_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let mut keys = Vec::new();
    for name in ["a.jpg", "b.jpg"] {
        let path = dir.path().join(name);
        std::fs::write(&path, encoded(&gradient(2400, 1800).into(), ImageFormat::Jpeg)).unwrap();
        keys.push(PictureKey::new(path, 0));
    }
    let mut h = Harness::new(1 << 30);
    h.pool.set_wanted(keys.clone(), 1);
    h.until("both pictures", |h| h.pictures.contains_key(&keys[0]) && h.cached(&keys[1]));
    let coarse: Vec<_> = h.others.iter().filter(|e| matches!(e, MediaEvent::Coarse(_))).collect();
    let [MediaEvent::Coarse(ready)] = coarse.as_slice() else { panic!("{coarse:?}") };
    assert!(ready.key == keys[0] && ready.result.as_ref().unwrap().is_coarse());
    assert!(!h.pictures[&keys[0]].as_ref().unwrap().is_coarse());
}

#[test]
fn what_cannot_be_decoded_coarsely_is_seen_small_until_it_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let smooth = image::RgbImage::from_fn(2400, 1800, |x, y| image::Rgb([(x / 10) as u8, (y / 8) as u8, ((x + y) / 17) as u8]));
    let bytes = encoded(&smooth.into(), ImageFormat::Png);
    let mut keys: Vec<PictureKey> = ["a.png", "b.png", "small.png"].iter().map(|name| PictureKey::new(dir.path().join(name), 0)).collect();
    std::fs::write(&keys[0].path, &bytes).unwrap();
    std::fs::write(&keys[1].path, &bytes).unwrap();
    keys[2] = png(dir.path(), "small.png", 200);
    let mut h = Harness::keeping_in(Some(&dir.path().join("cache")), 1 << 30);
    for key in &keys {
        h.pool.request(Request { key: key.clone(), kind: RequestKind::Poster { max_side: 96 }, priority: 0 });
    }
    h.until("small pictures", |h| h.others.iter().filter(|e| matches!(e, MediaEvent::Poster { .. })).count() == 3);
    // One is waited for, one only decoded ahead, and one is no large picture.
    for (wanted, told) in [(vec![keys[0].clone(), keys[1].clone()], 1), (vec![keys[2].clone()], 1)] {
        h.pool.set_wanted(wanted.clone(), told);
        h.until("the pictures", |h| wanted.iter().all(|key| h.cached(key)) && h.pictures.contains_key(&wanted[0]));
    }
    let coarse: Vec<_> = h.others.iter().filter(|e| matches!(e, MediaEvent::Coarse(_))).collect();
    let [MediaEvent::Coarse(ready)] = coarse.as_slice() else { panic!("{coarse:?}") };
    let coarse = ready.result.as_ref().unwrap();
    assert!(ready.key == keys[0] && coarse.is_coarse());
    assert_eq!((coarse.width, coarse.height), (2400, 1800));
    let sharp = h.pictures[&keys[0]].as_ref().unwrap();
    assert!(!sharp.is_coarse());
    // It looks as the sharp one does from afar.
    let level = |picture: &Picture| picture.clone().into_levels().into_iter().find(|level| level.width == 150).unwrap();
    let (found, expected) = (level(coarse), level(sharp));
    let off = |at: usize| i32::from(found.rgba[at]).abs_diff(i32::from(expected.rgba[at]));
    assert!((0..found.rgba.len()).all(|at| off(at) <= 12), "{}", (0..found.rgba.len()).map(off).max().unwrap());
}
