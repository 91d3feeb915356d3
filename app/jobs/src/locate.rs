//! Which file of the project an annotation file means. It says a name or a path of another machine; nothing of it is
//! trusted, and what was only guessed is told.

use limn_core::clip::global_frame;
use limn_core::{FileId, FileKind, FileRecord};
use limn_formats::FileItem;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// How a file of the project was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// By identity, content hash or path: certain.
    Sure,
    /// By its name; the folders differ.
    Name,
    /// By its name without the ending.
    Stem,
}

/// What a file of the annotation file is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Located {
    /// A file of the project: its number in [`Locator::known`].
    Known(usize, Match),
    /// Not in the project, but on the disk.
    OnDisk {
        /// Where it lies.
        path: PathBuf,
        /// The same as the project keeps it.
        stored: String,
    },
    /// Nowhere; where it would be looked for.
    Nowhere {
        /// As the project keeps it.
        stored: String,
    },
}

/// A file of the project.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub id: FileId,
    pub kind: FileKind,
    pub width: u32,
    pub height: u32,
    pub frames: u64,
    /// Of a clip, where it begins in its source; else 0.
    pub first: u64,
    path: String,
}

/// A folder in which media may lie.
struct SearchPlace {
    dir: PathBuf,
    stored: String,
}

/// Finds files.
pub(crate) struct Locator {
    project: PathBuf,
    known: Vec<Known>,
    by_id: HashMap<FileId, usize>,
    by_hash: HashMap<[u8; 32], usize>,
    by_path: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    by_stem: HashMap<String, Vec<usize>>,
    /// Clips by the hash or path of their media, their first frame there and how many they have.
    clips: HashMap<(String, u64, u64), usize>,
    places: Vec<SearchPlace>,
}

impl Locator {
    /// Over the files of a project at `project`, for an annotation file whose media may lie in `images` or near it.
    pub fn new(project: &Path, files: impl IntoIterator<Item = FileRecord>, annotations: &Path, images: &[PathBuf]) -> Self {
        let places = search_places(annotations, images)
            .into_iter()
            .map(|dir| SearchPlace { stored: limn_store::stored_path(project, &dir), dir })
            .collect();
        let mut locator = Self {
            project: project.to_owned(),
            known: Vec::new(),
            by_id: HashMap::new(),
            by_hash: HashMap::new(),
            by_path: HashMap::new(),
            by_name: HashMap::new(),
            by_stem: HashMap::new(),
            clips: HashMap::new(),
            places,
        };
        for file in files {
            let at = locator.known.len();
            if let Some(hash) = file.hash.filter(|_| file.clip.is_none()) {
                locator.by_hash.entry(hash).or_insert(at);
            }
            let told = file.told_path();
            let name = last_part(&told).to_owned();
            locator.by_stem.entry(stem(&name).to_owned()).or_default().push(at);
            if name != file.name && file.clip.is_some() {
                locator.by_name.entry(file.name.clone()).or_default().push(at);
            }
            locator.by_name.entry(name).or_default().push(at);
            locator.note(&file);
        }
        locator
    }

    /// A file that joined the project meanwhile; later items of the same path or id mean it.
    pub fn note(&mut self, file: &FileRecord) -> usize {
        let at = self.known.len();
        self.by_id.insert(file.id, at);
        if let Some(clip) = &file.clip {
            for media in [file.hash.map(|hash| limn_core::ids::hex(&hash)), Some(file.path.clone())].into_iter().flatten() {
                self.clips.entry((media, clip.first, file.frames)).or_insert(at);
            }
        }
        self.by_path.entry(file.told_path()).or_insert(at);
        self.known.push(Known {
            id: file.id,
            kind: file.kind,
            width: file.width,
            height: file.height,
            frames: file.frames,
            first: global_frame(file.clip.as_ref(), 0),
            path: file.told_path(),
        });
        at
    }

    pub fn known(&self, at: usize) -> &Known {
        &self.known[at]
    }

    /// The file that an item means.
    pub fn locate(&self, item: &FileItem) -> Located {
        if let Some(clip) = &item.clip {
            return self.locate_clip(item, clip.first);
        }
        let by_identity = item.id.and_then(|id| self.by_id.get(&id)).or_else(|| item.hash.and_then(|hash| self.by_hash.get(&hash)));
        if let Some(at) = by_identity {
            return Located::Known(*at, Match::Sure);
        }
        let parts = safe_parts(&item.path);
        let relative = parts.join("/");
        let in_places = || self.places.iter().map(|place| (place, joined(&place.stored, &relative)));
        if let Some(at) = self.by_path.get(&item.path).or_else(|| in_places().find_map(|(_, stored)| self.by_path.get(&stored))) {
            return Located::Known(*at, Match::Sure);
        }
        let named = self.named(&parts);
        match named {
            // Its whole path is the end of the known one; or a copy that the project made, whose folder says nothing.
            Some((at, shared)) if shared == parts.len() => return Located::Known(at, Match::Sure),
            Some((at, _)) if self.known[at].path.starts_with("media/") => return Located::Known(at, Match::Name),
            _ => {}
        }
        if let Some((path, stored)) = self.on_disk(item, &relative) {
            return match self.by_path.get(&stored) {
                Some(at) => Located::Known(*at, Match::Sure),
                None => Located::OnDisk { path, stored },
            };
        }
        if let Some((at, _)) = named {
            return Located::Known(at, Match::Name);
        }
        // A folder of the frames of a video is called as the video, or lies in one that is.
        let above = parts.len().checked_sub(2).and_then(|at| parts.get(at)).filter(|_| item.kind == FileKind::Sequence);
        for name in parts.last().into_iter().chain(above) {
            if let Some([at]) = self.by_stem.get(stem(name)).map(Vec::as_slice) {
                return Located::Known(*at, Match::Stem);
            }
        }
        let stored = match self.places.first() {
            // A record that came with its identity keeps its path, so that nothing is lost on the way.
            _ if item.id.is_some() => item.path.clone(),
            Some(place) if !is_absolute(&item.path) => joined(&place.stored, &relative),
            _ => item.path.clone(),
        };
        Located::Nowhere { stored }
    }

    /// A clip is known by its media and its frames; it lies where its source lies.
    fn locate_clip(&self, item: &FileItem, first: u64) -> Located {
        let of_media = |media: String| self.clips.get(&(media, first, item.frames));
        let by_media = || item.hash.and_then(|hash| of_media(limn_core::ids::hex(&hash))).or_else(|| of_media(item.path.clone()));
        if let Some(at) = item.id.and_then(|id| self.by_id.get(&id)).or_else(by_media) {
            return Located::Known(*at, Match::Sure);
        }
        let source = item.hash.and_then(|hash| self.by_hash.get(&hash)).map(|at| self.known[*at].path.clone());
        if let Some(stored) = source {
            return Located::OnDisk { path: limn_store::resolve(&self.project, &stored), stored };
        }
        match self.on_disk(item, &safe_parts(&item.path).join("/")) {
            Some((path, stored)) => Located::OnDisk { path, stored },
            None => Located::Nowhere { stored: item.path.clone() },
        }
    }

    /// The one known file of this name that shares the most folders with the item, and how many parts they share;
    /// `None` when there is none, or several alike.
    fn named(&self, parts: &[&str]) -> Option<(usize, usize)> {
        let candidates = self.by_name.get(*parts.last()?)?;
        let shared = |at: &usize| {
            let known = self.known[*at].path.rsplit(['/', '\\']);
            parts.iter().rev().zip(known).take_while(|(wanted, known)| **wanted == *known).count()
        };
        let best = candidates.iter().map(shared).max()?;
        let mut with_best = candidates.iter().filter(|at| shared(at) == best);
        let at = *with_best.next()?;
        with_best.next().is_none().then_some((at, best))
    }

    fn on_disk(&self, item: &FileItem, relative: &str) -> Option<(PathBuf, String)> {
        let is_there = |path: &Path| if item.kind == FileKind::Sequence { path.is_dir() } else { path.is_file() };
        if relative.is_empty() {
            return None;
        }
        if item.id.is_some() || is_absolute(&item.path) {
            let path = limn_store::resolve(&self.project, &item.path);
            let is_media = item.kind == FileKind::Sequence || limn_media::is_media_path(&path);
            if is_media && is_there(&path) {
                let stored = if item.id.is_some() { item.path.clone() } else { limn_store::stored_path(&self.project, &path) };
                return Some((path, stored));
            }
        }
        let mut places = self.places.iter().map(|place| (place.dir.join(relative), place));
        let (path, place) = places.find(|(path, _)| is_there(path))?;
        Some((path, joined(&place.stored, relative)))
    }
}

/// Where the media of an annotation file use to lie: where the person says, beside it, in `images` beside it or beside
/// its folder, and for COCO's own layout (`annotations/instances_train2017.json`) in `../train2017`; likewise for those of MOT and
/// KITTI.
fn search_places(annotations: &Path, images: &[PathBuf]) -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = images.to_vec();
    let folder = annotations.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    places.extend([folder.to_owned(), folder.join("images")]);
    if annotations.is_dir() {
        // Of YOLO the folder itself is given.
        places.push(annotations.to_owned());
    }
    if let Some(above) = folder.canonicalize().ok().and_then(|folder| folder.parent().map(Path::to_owned)) {
        places.push(above.join("images"));
        let split = annotations.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.rsplit_once('_'));
        places.extend(split.map(|(_, split)| above.join(split)));
        // `a/gt/gt.txt` of MOT lies beside `a/img1`, and KITTI's `label_02` beside `image_02`.
        match folder.file_name().and_then(|name| name.to_str()) {
            Some("gt" | "det") => places.extend(above.parent().map(Path::to_owned)),
            Some("label_02") => places.push(above.join("image_02")),
            _ => {}
        }
    }
    places.retain(|place| place.is_dir());
    places
}

/// The parts of a foreign path that may be joined to a folder of ours: no root, drive or way up.
fn safe_parts(path: &str) -> Vec<&str> {
    path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "..") && !part.ends_with(':')).collect()
}

fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':')
}

fn joined(stored: &str, relative: &str) -> String {
    match stored {
        "" => relative.to_owned(),
        folder if folder.ends_with('/') => format!("{folder}{relative}"),
        folder => format!("{folder}/{relative}"),
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path)
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::FileStatus;

    fn record(number: u8, path: &str) -> FileRecord {
        FileRecord {
            id: FileId::from_parts(u64::from(number), [number; 10]),
            name: last_part(path).into(),
            path: path.into(),
            kind: FileKind::Image,
            width: 10,
            height: 10,
            frames: 1,
            bytes: 1,
            hash: Some([number; 32]),
            status: FileStatus::Open,
            clip: None,
            camera: None,
        }
    }

    fn item(path: &str) -> FileItem {
        FileItem::new(path, FileKind::Image, (10, 10), 1)
    }

    #[test]
    fn files_are_recognised_by_what_is_surest() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let project = root.join("p.limn");
        std::fs::create_dir_all(root.join("data/images/val")).unwrap();
        std::fs::write(root.join("data/images/val/3.jpg"), "x").unwrap();
        let files = ["../a/train/1.jpg", "../a/val/1.jpg", "media/2.jpg", "../a/only.png", "/far/3.jpg"];
        let files = files.iter().zip(0..).map(|(path, number)| record(number, path));
        let locator = Locator::new(&project, files, &root.join("data/coco.json"), &[]);
        let known = |at, how| Located::Known(at, how);
        for (path, wanted) in [
            ("../a/train/1.jpg", known(0, Match::Sure)),
            ("val/1.jpg", known(1, Match::Sure)),
            (r"val\1.jpg", known(1, Match::Sure)),
            ("test/2.jpg", known(2, Match::Name)),
            ("only.jpg", known(3, Match::Stem)),
            ("deep/only.png", known(3, Match::Name)),
            ("val/3.jpg", Located::OnDisk { path: root.join("data/images/val/3.jpg"), stored: "../data/images/val/3.jpg".into() }),
            ("../../etc/9.jpg", Located::Nowhere { stored: "../data/etc/9.jpg".into() }),
            // Two of that name, and nothing says which.
            ("test/1.jpg", Located::Nowhere { stored: "../data/test/1.jpg".into() }),
        ] {
            assert_eq!(locator.locate(&item(path)), wanted, "{path}");
        }
        let moved = FileItem { hash: Some([2; 32]), ..item("elsewhere.jpg") };
        assert_eq!(locator.locate(&moved), known(2, Match::Sure));
    }

    #[test]
    fn folders_of_frames_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        for folder in ["train/MOT-02/img1", "train/MOT-02/gt", "kitti/label_02", "kitti/image_02/0000"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        let located = |annotations: &str, path: &str, files: &[&str]| {
            let files = files.iter().zip(0..).map(|(path, number)| record(number, path));
            let frames = FileItem { kind: FileKind::Sequence, ..item(path) };
            Locator::new(&root.join("p.limn"), files, &root.join(annotations), &[]).locate(&frames)
        };
        let on_disk = |path: &str| Located::OnDisk { path: root.join(path), stored: format!("../{path}") };
        for annotations in ["train/MOT-02", "train/MOT-02/gt/gt.txt"] {
            assert_eq!(located(annotations, "MOT-02/img1", &[]), on_disk("train/MOT-02/img1"), "{annotations}");
        }
        assert_eq!(located("kitti/label_02/0000.txt", "0000", &[]), on_disk("kitti/image_02/0000"));
        // Made to a video meanwhile.
        assert_eq!(located("far/gt.txt", "MOT-02/img1", &["/a/MOT-02.mp4"]), Located::Known(0, Match::Stem));
        assert_eq!(located("far/0000.txt", "0000", &["/a/0000.mp4"]), Located::Known(0, Match::Stem));
    }
}
