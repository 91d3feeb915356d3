//! Keeping an index: round trip, and refusing what is damaged or belongs to another file.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use limn_media::{MediaError, VideoIndex, VideoReader};

use crate::clips::{self, number_in};
use crate::video::build;

#[test]
fn an_index_comes_back_as_it_was_and_works() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for name in ["a.mp4", "a.h264"] {
        let path = clips::encode(dir.path(), name, 40, "-c:v libx264 -preset ultrafast -g 15 -bf 2");
        let index = build(&path);
        let file = dir.path().join("kept");
        index.save(&file).unwrap();
        let kept = VideoIndex::load(&file, &path).unwrap();
        assert_eq!(kept, *index);
        let mut reader = VideoReader::open(&path, Arc::new(kept)).unwrap();
        assert_eq!(number_in(&reader.frame(33).unwrap()), Some(33));
    }
}

#[test]
fn any_damage_is_refused() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = clips::encode(dir.path(), "a.mp4", 12, "-c:v mpeg4 -g 5");
    let file = dir.path().join("kept");
    build(&path).save(&file).unwrap();
    let whole = std::fs::read(&file).unwrap();
    for at in (0..whole.len()).step_by(13) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&file, bytes).unwrap();
        assert!(matches!(VideoIndex::load(&file, &path), Err(MediaError::IndexFile { .. })), "bit flipped at {at}");
        std::fs::write(&file, &whole[..at]).unwrap();
        assert!(matches!(VideoIndex::load(&file, &path), Err(MediaError::IndexFile { .. })), "cut at {at}");
    }
    // Numbers that lie, under a checksum that is right.
    let head = whole.len() - 32;
    let mut bytes = whole[..head].to_vec();
    bytes[8..16].copy_from_slice(&u64::MAX.to_le_bytes());
    let hash = blake3_of(&bytes);
    bytes.extend_from_slice(&hash);
    std::fs::write(&file, bytes).unwrap();
    assert!(matches!(VideoIndex::load(&file, &path), Err(MediaError::IndexFile { .. })));
}

fn blake3_of(bytes: &[u8]) -> [u8; 32] {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    std::fs::write(&path, bytes).unwrap();
    limn_media::hash_file(&path, &|_, _| {}, &AtomicBool::new(false)).unwrap()
}

#[test]
fn an_index_of_another_file_is_not_used_but_made_again() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    let go_on = AtomicBool::new(false);
    let path = clips::encode(dir.path(), "a.mp4", 12, "-c:v mpeg4 -g 5");
    let first = VideoIndex::load_or_build(&path, &cache, &|_, _| {}, &go_on).unwrap();
    let file = VideoIndex::cache_file(&path, &cache);
    assert_eq!(VideoIndex::load(&file, &path).unwrap(), first);
    clips::encode(dir.path(), "a.mp4", 20, "-c:v mpeg4 -g 5");
    assert!(matches!(VideoIndex::load(&file, &path), Err(MediaError::Changed { .. })));
    assert_eq!(VideoIndex::load_or_build(&path, &cache, &|_, _| {}, &go_on).unwrap().frames(), 20);
    std::fs::write(&file, b"rubbish").unwrap();
    assert_eq!(VideoIndex::load_or_build(&path, &cache, &|_, _| {}, &go_on).unwrap().frames(), 20);
    assert_eq!(VideoIndex::load(&file, &path).unwrap().frames(), 20);
}
