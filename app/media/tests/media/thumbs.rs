//! Thumbnails and the folder that keeps them.

use image::ImageFormat;
use limn_media::{MediaEvent, MediaPool, PictureKey, PoolOptions, Request, RequestKind, ThumbCache, thumbnail};
use std::sync::Arc;
use std::time::Duration;

use crate::clips;
use crate::images::{encoded, gradient};

#[test]
fn thumbnails_keep_the_aspect_and_never_grow() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.png");
    std::fs::write(&path, encoded(&gradient(1000, 300).into(), ImageFormat::Png)).unwrap();
    let thumb = thumbnail(&path, 0, 128).unwrap();
    assert_eq!((thumb.width, thumb.height, thumb.rgba.len()), (128, 38, 128 * 38 * 4));
    let same = thumbnail(&path, 0, 4000).unwrap();
    assert_eq!((same.width, same.height), (1000, 300));
    let tiny = thumbnail(&path, 0, 1).unwrap();
    assert_eq!((tiny.width, tiny.height), (1, 1));
    assert!(thumbnail(&path, 1, 128).is_err());
}

#[test]
fn thumbnails_are_kept_until_the_file_changes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.png");
    std::fs::write(&path, encoded(&gradient(300, 200).into(), ImageFormat::Png)).unwrap();
    let store = dir.path().join("thumbs");
    let mut cache = ThumbCache::new(&store).unwrap();
    let first = cache.get(&path, 0, 100).unwrap();
    let file = std::fs::read_dir(&store).unwrap().next().unwrap().unwrap().path();
    // What is kept is what is given: a mark in the kept file shows up.
    let marked = image::RgbaImage::from_pixel(100, 67, image::Rgba([9, 8, 7, 255]));
    marked.save(&file).unwrap();
    assert_eq!(cache.get(&path, 0, 100).unwrap().rgba[..3], [9, 8, 7]);
    std::fs::write(&file, b"damaged").unwrap();
    assert_eq!(cache.get(&path, 0, 100).unwrap(), first);
    std::fs::write(&path, encoded(&gradient(50, 60).into(), ImageFormat::Png)).unwrap();
    assert_eq!(cache.get(&path, 0, 100).unwrap().width, 50);
    assert_eq!(std::fs::read_dir(&store).unwrap().count(), 2);
    std::fs::write(store.join("notes.txt"), b"not ours").unwrap();
    cache.prune(0).unwrap();
    assert_eq!(std::fs::read_dir(&store).unwrap().count(), 1);
}

#[test]
fn video_frames_have_thumbnails() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = clips::encode(dir.path(), "a.mp4", 20, "-c:v mpeg4 -g 10");
    let mut cache = ThumbCache::new(&dir.path().join("thumbs")).unwrap();
    let first = cache.get(&path, 0, 320).unwrap();
    let later = cache.get(&path, 13, 320).unwrap();
    let number = |level: limn_media::Level| clips::number_in(&limn_media::Picture::from_rgba(level.width, level.height, level.rgba));
    assert_eq!((number(first), number(later)), (Some(0), Some(13)));
}

#[test]
fn the_poster_of_a_video_is_a_frame_a_tenth_in() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let clips = [
        ("a.mp4", "-c:v mpeg4 -g 10", 12),
        ("b.mkv", "-c:v libx264 -preset ultrafast -g 200 -bf 2", 12),
        // No duration is known, or none that can be gone to.
        ("c.h264", "-c:v libx264 -preset ultrafast -g 40", 0),
    ];
    for (name, options, wanted) in clips {
        let path = clips::encode(dir.path(), name, clips::FRAMES, options);
        let options = PoolOptions { threads: 1, cache_bytes: 1 << 20, cache_dir: None };
        let pool = MediaPool::new(options, Arc::new(|| {})).unwrap();
        let key = PictureKey::new(path, 0);
        assert!(pool.request(Request { key, kind: RequestKind::Poster { max_side: 320 }, priority: 0 }));
        let event = std::iter::repeat_with(|| std::thread::sleep(Duration::from_millis(2))).take(20_000).find_map(|()| pool.try_recv());
        let Some(MediaEvent::Poster { result: Ok(level), .. }) = event else { panic!("{name}: {event:?}") };
        let number = clips::number_in(&limn_media::Picture::from_rgba(level.width, level.height, level.rgba.clone()));
        assert_eq!(number, Some(wanted), "{name}");
    }
}

#[test]
fn thumbnails_of_large_jpegs_show_the_picture() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.jpg");
    let colour = |x: u32, y: u32| [(x / 10) as u8, (y / 8) as u8, ((x + y) / 17) as u8];
    let image = image::RgbImage::from_fn(2400, 1800, |x, y| image::Rgb(colour(x, y)));
    std::fs::write(&path, encoded(&image.into(), ImageFormat::Jpeg)).unwrap();
    // Both from an eighth of the size, and from more than that.
    for (max_side, width, height) in [(128, 128, 96), (300, 300, 225), (400, 400, 300)] {
        let thumb = thumbnail(&path, 0, max_side).unwrap();
        assert_eq!((thumb.width, thumb.height), (width, height));
        for (n, pixel) in thumb.rgba.as_chunks::<4>().0.iter().enumerate() {
            let (x, y) = (n as u32 % width, n as u32 / width);
            let expected = colour((2 * x + 1) * 1200 / width, (2 * y + 1) * 900 / height);
            assert!(pixel.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 7), "{pixel:?} for {expected:?} at {x}, {y} of {width}");
        }
    }
}
