//! Files into a project: referenced where they lie, or copied into it.

use crate::cx::JobCx;
use crate::door::ProjectDoor;
use crate::error::JobError;
use crate::hash::{Missing, hash_content};
use crate::ids::Ids;
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::{FileKind, FileRecord, FileStatus};
use limn_media::{MediaInfo, MediaKind};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The stage of progress in which files are added, one a step.
pub const ADDING: &str = "adding files";
/// Files in one operation.
const BATCH: usize = 100;
/// The same once the first are in.
const LATER_BATCH: usize = 1000;

/// How files are added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddOptions {
    /// Copy them into the project's `media` folder instead of referring to them where they lie.
    pub copy: bool,
    /// Take a folder of numbered images as one image sequence instead of one file for each image.
    pub sequence: bool,
}

/// What [`add_paths`] did.
#[derive(Clone, Debug, Default)]
pub struct AddReport {
    /// New files, in the order in which they were added.
    pub added: Vec<FileRecord>,
    /// Files of the project whose place was lost and is known again, with their new path.
    pub found: Vec<FileRecord>,
    /// Paths that were in the project already.
    pub known: Vec<PathBuf>,
    /// Paths that could not be added, each with the sentence that says why.
    pub skipped: Vec<(PathBuf, String)>,
    /// What the person should know about files that were added.
    pub marks: Vec<(PathBuf, String)>,
}

/// Adds images, videos and folders (with the folders in them, in natural order). What cannot be read is reported and the
/// rest goes on; a path is never added twice. A file that the project misses and that is here is found again instead.
///
/// # Errors
/// [`JobError::Store`] when the log cannot be written, [`JobError::Cancelled`]; what was committed stays.
pub fn add_paths(door: &mut impl ProjectDoor, paths: &[PathBuf], options: AddOptions, cx: &mut JobCx<'_>) -> Result<AddReport, JobError> {
    let (dir, files) = door.with(|project| project.files().map(|files| (project.dir().to_owned(), files)))??;
    let files: Vec<FileRecord> = files.into_iter().map(|row| row.file).collect();
    // A clip lies where its source lies, which is to be added all the same where it is not in the project.
    let mut known: HashSet<String> = files.iter().filter(|file| file.clip.is_none()).map(|file| file.path.clone()).collect();
    let mut missing = Missing::of(&dir, files);
    let mut ids = Ids::new()?;
    let mut report = AddReport::default();
    let candidates = listed(paths, options, &mut report, cx)?;
    let total = Some(candidates.len() as u64);
    let (mut changes, mut batch) = (Vec::new(), BATCH);
    for (done, path) in (0..).zip(candidates) {
        cx.step(ADDING, done, total)?;
        let stored = limn_store::stored_path(&dir, &path);
        if known.contains(&stored) {
            report.known.push(path);
            continue;
        }
        match limn_media::probe(&path) {
            Err(error) => report.skipped.push((path, error.to_string())),
            Ok(info) => {
                let found = missing.claim(&path, &info, cx)?;
                let is_found = found.iter().any(|record| record.clip.is_none());
                for mut record in found {
                    record.path.clone_from(&stored);
                    changes.push(Change::FileSet { id: record.id, set: FileSet::Path(stored.clone()) });
                    if record.width == 0 || record.height == 0 {
                        // How long a clip is was said when it was cut.
                        let frames = if record.clip.is_some() { record.frames } else { info.frames };
                        let set = FileSet::Media { width: info.width, height: info.height, frames };
                        changes.push(Change::FileSet { id: record.id, set });
                    }
                    report.found.push(record);
                }
                if is_found {
                    known.insert(stored);
                } else {
                    let placed = if options.copy { copied(door, &dir, &path, &info, cx)? } else { Placed::At(stored, None) };
                    match placed {
                        Placed::Known => report.known.push(path),
                        Placed::At(stored, hash) => {
                            known.insert(stored.clone());
                            report.marks.extend(info.marks.iter().map(|mark| (path.clone(), mark.clone())));
                            let record = FileRecord { hash, ..record_of(&mut ids, &path, stored, &info) };
                            changes.push(Change::FileAdd(Box::new(record.clone())));
                            report.added.push(record);
                        }
                    }
                }
            }
        }
        if changes.len() >= batch {
            commit(door, std::mem::take(&mut changes))?;
            batch = LATER_BATCH;
        }
    }
    commit(door, changes)?;
    Ok(report)
}

fn commit(door: &mut impl ProjectDoor, changes: Vec<Change>) -> Result<(), JobError> {
    if changes.is_empty() {
        return Ok(());
    }
    let title = match changes.len() {
        1 => "Add a file".to_owned(),
        many => format!("Add {many} files"),
    };
    let gesture = Gesture { kind: kind::FILES, title, target: None, changes };
    door.with(move |project| project.commit(gesture))??;
    Ok(())
}

/// The files that the paths stand for.
fn listed(paths: &[PathBuf], options: AddOptions, report: &mut AddReport, cx: &mut JobCx<'_>) -> Result<Vec<PathBuf>, JobError> {
    let mut candidates = Vec::new();
    for path in paths {
        cx.step("looking through folders", candidates.len() as u64, None)?;
        if !path.is_dir() {
            candidates.push(path.clone());
            continue;
        }
        if options.sequence {
            match limn_media::detect_sequence(path) {
                Ok(Some(_)) => candidates.push(path.clone()),
                Ok(None) => report.skipped.push((path.clone(), not_numbered(path))),
                Err(error) => report.skipped.push((path.clone(), error.to_string())),
            }
            continue;
        }
        match limn_media::scan_folder(path, true) {
            Ok(scan) => {
                if scan.files.is_empty() {
                    report.skipped.push((path.clone(), no_media(path)));
                }
                candidates.extend(scan.files);
                report.skipped.extend(scan.problems.into_iter().map(|problem| (problem.path, problem.message)));
            }
            Err(error) => report.skipped.push((path.clone(), error.to_string())),
        }
    }
    Ok(candidates)
}

fn not_numbered(path: &Path) -> String {
    format!(
        "{} is no folder of numbered images, so it cannot be one sequence. Add it without that option to get its images one by one",
        path.display()
    )
}

fn no_media(path: &Path) -> String {
    format!("{} holds no images or videos known here. Check the folder", path.display())
}

pub(crate) fn record_of(ids: &mut Ids, path: &Path, stored: String, info: &MediaInfo) -> FileRecord {
    FileRecord {
        id: ids.file(),
        name: path.file_name().map_or_else(|| stored.clone(), |name| name.to_string_lossy().into_owned()),
        path: stored,
        kind: kind_of(info.kind),
        width: info.width,
        height: info.height,
        frames: info.frames,
        bytes: info.bytes,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    }
}

fn kind_of(kind: MediaKind) -> FileKind {
    match kind {
        MediaKind::Image => FileKind::Image,
        MediaKind::Video => FileKind::Video,
        MediaKind::Sequence => FileKind::Sequence,
    }
}

enum Placed {
    /// Stored path, and its hash where it had to be known.
    At(String, Option<[u8; 32]>),
    /// The project has this content already.
    Known,
}

/// Copies a file or a folder of numbered images into the project's `media` folder under a name of its own.
fn copied(door: &mut impl ProjectDoor, dir: &Path, path: &Path, info: &MediaInfo, cx: &mut JobCx<'_>) -> Result<Placed, JobError> {
    let hash = hash_content(path, kind_of(info.kind), cx)?;
    if door.with(move |project| project.file_with_hash(&hash))??.is_some() {
        return Ok(Placed::Known);
    }
    let media = dir.join("media");
    std::fs::create_dir_all(&media).map_err(JobError::io("make the folder", &media))?;
    let target = free_name(&media, path);
    // A copy that is cut off by a crash must not look like the file.
    let part = target.with_extension("part");
    if path.is_dir() {
        let sequence = limn_media::detect_sequence(path)?.map(|sequence| sequence.files).unwrap_or_default();
        std::fs::create_dir_all(&part).map_err(JobError::io("make the folder", &part))?;
        for file in &sequence {
            cx.check()?;
            if let Some(name) = file.file_name() {
                std::fs::copy(file, part.join(name)).map_err(JobError::io("copy", file))?;
            }
        }
    } else {
        std::fs::copy(path, &part).map_err(|error| {
            let _ = std::fs::remove_file(&part);
            JobError::io("copy", path)(error)
        })?;
    }
    std::fs::rename(&part, &target).map_err(JobError::io("write", &target))?;
    Ok(Placed::At(limn_store::stored_path(dir, &target), Some(hash)))
}

fn free_name(folder: &Path, path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default();
    let (stem, extension) = (Path::new(name).file_stem().unwrap_or(name), Path::new(name).extension());
    let numbered = |number: u32| {
        let mut text = stem.to_owned();
        if number > 1 {
            text.push(format!("-{number}"));
        }
        if let Some(extension) = extension {
            text.push(".");
            text.push(extension);
        }
        folder.join(text)
    };
    (1..).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(1))
}
