//! The label files of a folder, and which picture each one is of.

use super::files::{Entry, frame_of, read_lists};
use crate::exchange::{FileItem, Here};
use crate::tracking::Out;
use limn_core::FileKind;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// How deep folders may lie in each other.
const MAX_DEPTH: usize = 12;
/// Text files that hold no labels.
const NO_LABELS: [&str; 6] = ["classes.txt", "train.txt", "val.txt", "test.txt", "labels.txt", "requirements.txt"];
/// The folder of label files, and that of the pictures, which lies where that does.
const LABELS: &str = "labels";
const IMAGES: &str = "images";

/// A label file.
pub(super) struct LabelFile {
    pub path: PathBuf,
    /// Its folder from the root, with `/` between.
    pub folder: String,
    /// Its name without the ending.
    pub stem: String,
    pub bytes: u64,
}

/// Every label file below a folder, in order.
pub(super) fn label_files(root: &Path) -> Vec<LabelFile> {
    let mut found = Vec::new();
    walk(root, "", 0, &mut found);
    let is_below_labels = |file: &LabelFile| file.folder.split('/').any(|part| part == LABELS);
    if found.iter().any(is_below_labels) {
        found.retain(is_below_labels);
        found.retain(|file| file.stem != "classes");
    } else {
        found.retain(|file| !NO_LABELS.contains(&format!("{}.txt", file.stem).as_str()) && !file.stem.starts_with("README"));
    }
    found.sort_by(|a, b| (&a.folder, &a.stem).cmp(&(&b.folder, &b.stem)));
    found
}

fn walk(dir: &Path, folder: &str, depth: usize, found: &mut Vec<LabelFile>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else { continue };
        if name.starts_with('.') {
            continue;
        }
        // A folder that a link leads to may be one above.
        if kind.is_dir() && depth < MAX_DEPTH {
            walk(&entry.path(), &joined(folder, &name), depth + 1, found);
        } else if let Some(stem) = name.strip_suffix(".txt")
            && let Some(meta) = std::fs::metadata(entry.path()).ok().filter(std::fs::Metadata::is_file)
        {
            found.push(LabelFile { path: entry.path(), folder: folder.to_owned(), stem: stem.to_owned(), bytes: meta.len() });
        }
    }
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Which picture a label file is of.
pub(super) struct Found {
    pub item: FileItem,
    /// 0 for an image.
    pub frame: u64,
}

/// Finds pictures.
pub(super) struct Pictures {
    root: PathBuf,
    /// By part and name.
    listed: HashMap<(String, String), Entry>,
    /// Lines of the lists that are none.
    pub bad_lines: u64,
    /// Names by stem, of the folder that was looked into last.
    last: Option<(String, BTreeMap<String, String>)>,
    /// What was told of videos by their stem.
    videos: HashMap<String, Option<FileItem>>,
}

impl Pictures {
    pub fn new(root: &Path) -> Self {
        let (listed, bad_lines) = read_lists(root);
        Self { root: root.to_owned(), listed, bad_lines, last: None, videos: HashMap::new() }
    }

    /// The lines of the lists, with their parts.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.listed.iter().map(|((part, _), entry)| (part.as_str(), entry))
    }

    /// The picture of a label file, with its size; `None` when nothing tells it.
    pub fn find(&mut self, file: &LabelFile, out: &mut Out<'_>) -> Option<Found> {
        self.in_list(file).or_else(|| self.in_folder(file, out)).or_else(|| self.elsewhere(file, out))
    }

    fn in_list(&self, file: &LabelFile) -> Option<Found> {
        let part = file.folder.rsplit('/').next().unwrap_or_default();
        let entry = |stem: &str| self.listed.get(&(part.to_owned(), stem.to_owned()));
        if let Some(entry) = entry(&file.stem).filter(|entry| entry.kind() == FileKind::Image) {
            return Some(Found { item: FileItem::new(&entry.path, FileKind::Image, (entry.width, entry.height), 1), frame: 0 });
        }
        let (stem, frame) = frame_of(&file.stem)?;
        let entry = entry(stem).filter(|entry| entry.kind() != FileKind::Image)?;
        Some(Found { item: FileItem::new(&entry.path, entry.kind(), (entry.width, entry.height), entry.frames), frame })
    }

    /// An image beside the labels, as training programs want it.
    fn in_folder(&mut self, file: &LabelFile, out: &mut Out<'_>) -> Option<Found> {
        let mut parts: Vec<&str> = file.folder.split('/').collect();
        if let Some(at) = parts.iter().rposition(|part| *part == LABELS) {
            parts[at] = IMAGES;
        }
        let folder = parts.join("/");
        if self.last.as_ref().is_none_or(|(last, _)| *last != folder) {
            let names = std::fs::read_dir(self.root.join(&folder)).into_iter().flatten().filter_map(Result::ok);
            let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
            let by_stem = names.filter_map(|name| Some((name.rsplit_once('.').filter(|(_, end)| *end != "txt")?.0.to_owned(), name)));
            self.last = Some((folder.clone(), by_stem.collect()));
        }
        let name = self.last.as_ref()?.1.get(&file.stem)?;
        let item = FileItem::new(&joined(&folder, name), FileKind::Image, (0, 0), 1);
        sized(item, out).filter(|item| item.kind == FileKind::Image).map(|item| Found { item, frame: 0 })
    }

    /// An image or video that is known where this is imported.
    fn elsewhere(&mut self, file: &LabelFile, out: &mut Out<'_>) -> Option<Found> {
        // The ending means nothing: a file is known without it, too.
        let image = sized(FileItem::new(&format!("{}.jpg", file.stem), FileKind::Image, (0, 0), 1), out);
        if let Some(item) = image.filter(|item| item.kind == FileKind::Image) {
            return Some(Found { item, frame: 0 });
        }
        let (stem, frame) = frame_of(&file.stem)?;
        let known = self.videos.entry(stem.to_owned()).or_insert_with(|| {
            let found = sized(FileItem::new(&format!("{stem}.mp4"), FileKind::Video, (0, 0), 0), out);
            found.filter(|item| item.kind != FileKind::Image)
        });
        known.clone().map(|item| Found { item, frame })
    }
}

/// With what is known of it; `None` when that is not its size.
fn sized(item: FileItem, out: &mut Out<'_>) -> Option<FileItem> {
    let Here { kind, width, height, frames, first: _ } = out.sink.here(&item).filter(|here| here.width > 0 && here.height > 0)?;
    Some(FileItem { kind, width, height, frames, ..item })
}
