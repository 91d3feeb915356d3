//! Which file a name of a label file means: Limn's own list beside the data file, a JSON object a line.

use crate::exchange::FileItem;
use limn_core::FileKind;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

/// Longest line that is read, in bytes.
const MAX_LINE: u64 = 1 << 16;
/// Longest name of a label file, in bytes, without what is added behind.
const MAX_STEM: usize = 180;
/// Fewest digits of a number of a frame.
const MIN_DIGITS: usize = 6;

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Name of its label file without the ending; of a video, what stands before `_` and the frame.
    pub labels: String,
    pub kind: String,
    pub width: u32,
    pub height: u32,
    pub frames: u64,
    pub path: String,
}

impl Entry {
    pub fn new(labels: &str, item: &FileItem, frames: u64) -> Self {
        let kind = match item.kind {
            FileKind::Image => "image",
            FileKind::Video => "video",
            FileKind::Sequence => "sequence",
        };
        Self { labels: labels.to_owned(), kind: kind.to_owned(), width: item.width, height: item.height, frames, path: item.path.clone() }
    }

    pub fn kind(&self) -> FileKind {
        match self.kind.as_str() {
            "video" => FileKind::Video,
            "sequence" => FileKind::Sequence,
            _ => FileKind::Image,
        }
    }
}

/// Name of the list of a part, such as `train`.
pub(super) fn list_name(part: &str) -> String {
    format!("{part}.files.jsonl")
}

/// The lists of all parts in this folder, by part and name. Lines that are none are read past, and counted.
pub(super) fn read_lists(root: &Path) -> (HashMap<(String, String), Entry>, u64) {
    let (mut entries, mut bad) = (HashMap::new(), 0);
    let Ok(folder) = std::fs::read_dir(root) else { return (entries, bad) };
    for path in folder.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(part) = name.strip_suffix(".files.jsonl").filter(|part| !part.is_empty()) else { continue };
        let Ok(file) = File::open(&path) else { continue };
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        loop {
            line.clear();
            if reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line).unwrap_or(0) == 0 {
                break;
            }
            match serde_json::from_slice::<Entry>(&line) {
                Ok(entry) if entry.width > 0 && entry.height > 0 => drop(entries.insert((part.to_owned(), entry.labels.clone()), entry)),
                _ => bad += 1,
            }
        }
    }
    (entries, bad)
}

/// The name of a frame's label file.
pub(super) fn frame_name(stem: &str, frame: u64, frames: u64) -> String {
    let digits = frames.saturating_sub(1).to_string().len().max(MIN_DIGITS);
    format!("{stem}_{frame:0digits$}")
}

/// What stands before `_` and a number, and the number.
pub(super) fn frame_of(name: &str) -> Option<(&str, u64)> {
    let (stem, frame) = name.rsplit_once('_')?;
    let is_number = !frame.is_empty() && frame.bytes().all(|byte| byte.is_ascii_digit());
    Some((stem, frame.parse().ok().filter(|_| is_number && !stem.is_empty())?))
}

/// Names for label files, no two of which mean the same on any disk.
#[derive(Default)]
pub(super) struct Stems {
    taken: HashSet<String>,
    /// Of images that are called as frames of a video would be.
    before_number: HashSet<String>,
    videos: HashSet<String>,
}

impl Stems {
    /// The name of a file's labels, and whether it is the file's own.
    pub fn choose(&mut self, item: &FileItem) -> (String, bool) {
        let last = item.path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or("file");
        let own = if item.kind == FileKind::Sequence { last } else { last.rsplit_once('.').map_or(last, |(stem, _)| stem) };
        let is_bad = |letter: char| letter.is_control() || "/\\:*?\"<>|".contains(letter);
        let mut stem: String = own.chars().map(|letter| if is_bad(letter) { '_' } else { letter }).collect();
        while stem.len() > MAX_STEM {
            stem.pop();
        }
        let stem = match stem.trim_start_matches('.') {
            "" | "classes" => format!("file-{stem}"),
            stem => stem.to_owned(),
        };
        let mut name = stem.clone();
        let mut number = 2_u64;
        while !self.take(&name, item.kind) {
            name = format!("{stem}-{number}");
            number += 1;
        }
        let is_own = name == own;
        (name, is_own)
    }

    fn take(&mut self, name: &str, kind: FileKind) -> bool {
        let key = name.to_lowercase();
        let before = frame_of(&key).map(|(stem, _)| stem.to_owned());
        let is_image = kind == FileKind::Image;
        let clashes =
            if is_image { before.as_ref().is_some_and(|stem| self.videos.contains(stem)) } else { self.before_number.contains(&key) };
        if clashes || !self.taken.insert(key.clone()) {
            return false;
        }
        if is_image {
            self.before_number.extend(before);
        } else {
            self.videos.insert(key);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(path: &str, kind: FileKind) -> FileItem {
        FileItem::new(path, kind, (1, 1), 1)
    }

    #[test]
    fn no_two_files_share_a_name() {
        let mut stems = Stems::default();
        use FileKind::{Image, Sequence, Video};
        for (path, kind, wanted, is_own) in [
            ("a/1.jpg", Image, "1", true),
            ("b/1.png", Image, "1-2", false),
            ("b/A.png", Image, "A", true),
            ("b/a.mp4", Video, "a-2", false),
            ("b/v.mp4", Video, "v", true),
            ("b/v_000007.png", Image, "v_000007-2", false),
            ("b/w_07.png", Image, "w_07", true),
            ("b/w.mp4", Video, "w-2", false),
            ("b/x.y.png", Image, "x.y", true),
            ("b/img.1", Sequence, "img.1", true),
            ("b/classes.jpg", Image, "file-classes", false),
            ("", Image, "file", true),
            ("b/.hidden.jpg", Image, "hidden", false),
        ] {
            assert_eq!(stems.choose(&item(path, kind)), (wanted.to_owned(), is_own), "{path}");
        }
    }

    #[test]
    fn a_frame_is_in_the_name() {
        assert_eq!(frame_name("a", 7, 100), "a_000007");
        assert_eq!(frame_name("a", 7, 10_000_001), "a_00000007");
        assert_eq!(frame_of("a_b_000007"), Some(("a_b", 7)));
        assert_eq!(["a", "a_", "_7", "a_+7", "a_99999999999999999999"].map(frame_of), [None; 5]);
    }
}
