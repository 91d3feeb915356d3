//! Any bytes and any mutation of a good file are read or refused.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::tracks::{export_path, import_path};
use common::{Memory, given, import_bytes};
use limn_core::FileKind;
use limn_formats::{FORMATS, FormatError};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Mutation {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index, prop::sample::Index),
    Double(prop::sample::Index, prop::sample::Index),
    Insert(prop::sample::Index, String),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let index = any::<prop::sample::Index>;
    let piece = r#"[\[\]{},:"\\0-9.eE-]{1,4}|null|NaN|-1|1e999|4294967296|99999999999999999999|""|\{\}|\[\]|"size":|"counts":|"id":"#;
    prop_oneof![
        (index(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        (index(), index()).prop_map(|(at, len)| Mutation::Cut(at, len)),
        (index(), index()).prop_map(|(at, len)| Mutation::Double(at, len)),
        (index(), piece).prop_map(|(at, text)| Mutation::Insert(at, text)),
    ]
}

fn mutate(bytes: &mut Vec<u8>, mutation: Mutation) {
    if bytes.is_empty() {
        return;
    }
    let range = |at: prop::sample::Index, len: prop::sample::Index, bytes: &[u8]| {
        let at = at.index(bytes.len());
        at..(at + len.index(40)).min(bytes.len())
    };
    match mutation {
        Mutation::Set(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        Mutation::Cut(at, len) => drop(bytes.drain(range(at, len, bytes))),
        Mutation::Double(at, len) => {
            let range = range(at, len, bytes);
            let piece = bytes[range.clone()].to_vec();
            bytes.splice(range.start..range.start, piece);
        }
        Mutation::Insert(at, text) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, text.into_bytes());
        }
    }
}

/// Formats that hold one video.
const ONE_VIDEO: [&str; 5] = ["cvat", "kitti-tracking", "mot", "mots", "mots-png"];

/// Reads the bytes, and writes in every format what was read.
fn survive(format: &str, bytes: &[u8]) {
    let (mut memory, ..) = import_bytes(format, bytes);
    FORMATS.iter().for_each(|out| drop(written(out.id, &mut memory)));
}

/// Nothing where the format has no room.
fn written(format: &str, memory: &mut Memory) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.txt");
    let done = export_path(format, memory, &path);
    let is_video = matches!(memory.files.as_slice(), [file] if file.kind != FileKind::Image);
    // Rows for each frame: the number of frames may be any.
    let may_be_refused = (ONE_VIDEO.contains(&format) && !is_video) || !["cvat", "coco", "limn"].contains(&format);
    assert!(done.is_ok() || may_be_refused, "{format}: {done:?}");
    if done.is_ok() {
        let (_, _, read) = import_path(format, &path);
        // Broken files give labels that no schema takes.
        assert!(matches!(read, Ok(_) | Err(FormatError::Schema { .. })), "{format}: {read:?}");
    }
    std::fs::read(&path).unwrap_or_default()
}

proptest! {
    // Each case writes files to the disk.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        FORMATS.iter().for_each(|format| survive(format.id, &bytes));
    }

    #[test]
    fn any_mutation(mut project in given::project(), mutations in prop::collection::vec(mutation(), 1..6)) {
        for format in FORMATS.iter().map(|format| format.id) {
            if ONE_VIDEO.contains(&format) {
                project.files.truncate(1);
                project.files[0].kind = FileKind::Video;
                project.instances.iter_mut().for_each(|item| item.file = 0);
                project.sequences.iter_mut().for_each(|item| item.file = 0);
                project.events.iter_mut().for_each(|item| item.file = 0);
            }
            if !["cvat", "coco", "limn"].contains(&format) {
                project.files.iter_mut().for_each(|file| file.frames %= 40);
            }
            let mut bytes = written(format, &mut project);
            mutations.iter().cloned().for_each(|mutation| mutate(&mut bytes, mutation));
            survive(format, &bytes);
        }
    }
}
