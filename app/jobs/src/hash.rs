//! Content hashes: a file is known by them, and found again when it was moved.

use crate::cx::{JobCx, Progress};
use crate::door::ProjectDoor;
use crate::error::JobError;
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::{FileKind, FileRecord};
use limn_media::{MediaError, MediaInfo};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Hashes in one operation.
const BATCH: usize = 64;

/// What [`hash_files`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HashReport {
    /// Files hashed now.
    pub hashed: u64,
    /// Files that are not where they should be.
    pub missing: Vec<FileRecord>,
    /// Files that could not be read, each with the sentence that says why.
    pub failed: Vec<(PathBuf, String)>,
}

/// What [`find_moved`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundReport {
    /// Files found again, with their new path.
    pub found: Vec<FileRecord>,
    /// Files that are still nowhere.
    pub missing: Vec<FileRecord>,
    /// Folders and files that could not be looked at.
    pub problems: Vec<(PathBuf, String)>,
}

/// Hash of a file's content; of an image sequence, the hash of its images' hashes in order.
///
/// # Errors
/// [`JobError::Media`] when it cannot be read.
pub fn hash_content(path: &Path, kind: FileKind, cx: &mut JobCx<'_>) -> Result<[u8; 32], JobError> {
    if kind != FileKind::Sequence {
        return hashed(path, cx);
    }
    let mut all = blake3::Hasher::new();
    for file in limn_media::detect_sequence(path)?.map(|sequence| sequence.files).unwrap_or_default() {
        all.update(&hashed(&file, cx)?);
    }
    Ok(*all.finalize().as_bytes())
}

fn hashed(path: &Path, cx: &mut JobCx<'_>) -> Result<[u8; 32], JobError> {
    match limn_media::hash_file(path, &|_, _| {}, cx.cancel) {
        Err(MediaError::Cancelled { .. }) => Err(JobError::Cancelled),
        answer => Ok(answer?),
    }
}

/// Hashes every file of the project that has no hash yet.
///
/// # Errors
/// [`JobError::Store`] when the log cannot be written, [`JobError::Cancelled`]; what was committed stays.
pub fn hash_files(door: &mut impl ProjectDoor, cx: &mut JobCx<'_>) -> Result<HashReport, JobError> {
    let (dir, files) = door.with(|project| project.files().map(|files| (project.dir().to_owned(), files)))??;
    let files: Vec<FileRecord> = files.into_iter().map(|row| row.file).filter(|file| file.hash.is_none()).collect();
    let total = files.iter().map(|file| file.bytes).sum();
    let mut report = HashReport::default();
    let mut changes = Vec::new();
    let mut done = 0;
    // Clips lie where their source lies.
    let mut known: HashMap<String, [u8; 32]> = HashMap::new();
    for file in files {
        cx.step("hashing", done, Some(total))?;
        let path = limn_store::resolve(&dir, &file.path);
        done += file.bytes;
        if let Some(hash) = known.get(&file.path) {
            report.hashed += 1;
            changes.push(Change::FileSet { id: file.id, set: FileSet::Hash(*hash) });
            continue;
        }
        if !path.exists() {
            report.missing.push(file);
            continue;
        }
        match hash_content(&path, file.kind, cx) {
            Ok(hash) => {
                report.hashed += 1;
                changes.push(Change::FileSet { id: file.id, set: FileSet::Hash(hash) });
                known.insert(file.path, hash);
            }
            Err(JobError::Media(error)) => report.failed.push((path, error.to_string())),
            Err(other) => {
                commit(door, "Hash files", changes)?;
                return Err(other);
            }
        }
        if changes.len() >= BATCH {
            commit(door, "Hash files", std::mem::take(&mut changes))?;
        }
    }
    commit(door, "Hash files", changes)?;
    Ok(report)
}

/// Looks through folders for the files of the project that are not where they were: same size first, then same hash. A
/// file that never was hashed is known by its name and size.
///
/// # Errors
/// [`JobError::Store`] when the log cannot be written, [`JobError::Cancelled`]; what was committed stays.
pub fn find_moved(door: &mut impl ProjectDoor, roots: &[PathBuf], cx: &mut JobCx<'_>) -> Result<FoundReport, JobError> {
    let (dir, files) = door.with(|project| project.files().map(|files| (project.dir().to_owned(), files)))??;
    let mut missing = Missing::of(&dir, files.into_iter().map(|row| row.file));
    let mut report = FoundReport::default();
    let mut changes = Vec::new();
    let mut done = 0;
    for root in roots {
        if missing.is_empty() {
            break;
        }
        let scan = match limn_media::scan_folder(root, true) {
            Ok(scan) => scan,
            Err(error) => {
                report.problems.push((root.clone(), error.to_string()));
                continue;
            }
        };
        report.problems.extend(scan.problems.into_iter().map(|problem| (problem.path, problem.message)));
        for path in scan.files {
            cx.step("looking for moved files", done, None)?;
            done += 1;
            if !missing.may_be(&path) {
                continue;
            }
            let Ok(info) = limn_media::probe(&path) else { continue };
            for mut record in missing.claim(&path, &info, cx)? {
                record.path = limn_store::stored_path(&dir, &path);
                changes.push(Change::FileSet { id: record.id, set: FileSet::Path(record.path.clone()) });
                report.found.push(record);
            }
            if changes.len() >= BATCH {
                commit(door, "Find moved files", std::mem::take(&mut changes))?;
            }
        }
    }
    commit(door, "Find moved files", changes)?;
    report.missing = missing.left();
    (cx.progress)(Progress { stage: "looking for moved files", done, total: Some(done) });
    Ok(report)
}

fn commit(door: &mut impl ProjectDoor, title: &str, changes: Vec<Change>) -> Result<(), JobError> {
    if !changes.is_empty() {
        let gesture = Gesture { kind: kind::FILES, title: title.to_owned(), target: None, changes };
        door.with(move |project| project.commit(gesture))??;
    }
    Ok(())
}

/// Files of a project that are not where they should be.
pub(crate) struct Missing {
    /// `None`: found again.
    records: Vec<Option<FileRecord>>,
    by_bytes: HashMap<u64, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    /// Others that lay at the same place as one of the records: clips, which are found with their source.
    along: HashMap<String, Vec<FileRecord>>,
    num_left: usize,
}

impl Missing {
    pub fn of(dir: &Path, files: impl IntoIterator<Item = FileRecord>) -> Self {
        let (records, by_bytes, by_name, along) = (Vec::new(), HashMap::new(), HashMap::new(), HashMap::new());
        let mut missing = Self { records, by_bytes, by_name, along, num_left: 0 };
        let mut places = HashSet::new();
        for file in files {
            if limn_store::resolve(dir, &file.path).exists() {
                continue;
            }
            if !places.insert(file.path.clone()) {
                missing.along.entry(file.path.clone()).or_default().push(file);
                continue;
            }
            let at = missing.records.len();
            if file.hash.is_some() {
                missing.by_bytes.entry(file.bytes).or_default().push(at);
            } else {
                // A clip has a name of its own.
                let of_media = file.clip.and_then(|_| file.path.rsplit(['/', '\\']).next());
                missing.by_name.entry(of_media.unwrap_or(&file.name).to_owned()).or_default().push(at);
            }
            missing.records.push(Some(file));
            missing.num_left += 1;
        }
        missing
    }

    pub fn is_empty(&self) -> bool {
        self.num_left == 0
    }

    /// Whether name or size could be those of a missing file; cheap.
    fn may_be(&self, path: &Path) -> bool {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| self.by_name.contains_key(&*name))
            || path.metadata().is_ok_and(|meta| self.by_bytes.contains_key(&meta.len()))
    }

    /// The missing file that this one is, with clips that lay at the same place; they are no longer missing then.
    pub fn claim(&mut self, path: &Path, info: &MediaInfo, cx: &mut JobCx<'_>) -> Result<Vec<FileRecord>, JobError> {
        let mut found: Vec<FileRecord> = self.claim_one(path, info, cx)?.into_iter().collect();
        let along = found.first().and_then(|record| self.along.remove(&record.path));
        found.extend(along.into_iter().flatten());
        Ok(found)
    }

    /// Those that are still nowhere.
    fn left(self) -> Vec<FileRecord> {
        self.records.into_iter().flatten().chain(self.along.into_values().flatten()).collect()
    }

    fn claim_one(&mut self, path: &Path, info: &MediaInfo, cx: &mut JobCx<'_>) -> Result<Option<FileRecord>, JobError> {
        if self.is_empty() {
            return Ok(None);
        }
        let same_size = self.by_bytes.get(&info.bytes).cloned().unwrap_or_default();
        if same_size.iter().any(|at| self.records[*at].is_some()) {
            let kind = if path.is_dir() { FileKind::Sequence } else { FileKind::Image };
            let hash = match hash_content(path, kind, cx) {
                Ok(hash) => Some(hash),
                Err(JobError::Media(_)) => None,
                Err(other) => return Err(other),
            };
            for at in same_size {
                if hash.is_some() && self.records[at].as_ref().is_some_and(|record| record.hash == hash) {
                    self.num_left -= 1;
                    return Ok(self.records[at].take());
                }
            }
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let fits = |record: &FileRecord| {
            let size = record.width == 0 || record.height == 0 || (record.width, record.height) == (info.width, info.height);
            size && (record.bytes == 0 || record.bytes == info.bytes)
        };
        let named: Vec<usize> = self.by_name.get(&name).into_iter().flatten().copied().collect();
        let mut fitting: Vec<usize> = named.into_iter().filter(|at| self.records[*at].as_ref().is_some_and(fits)).collect();
        if fitting.len() > 1 {
            // Several of one name: the one whose folder has the same name, too.
            let folder = |path: &Path| path.parent().and_then(Path::file_name).map(|name| name.to_owned());
            let wanted = folder(path);
            fitting.retain(|at| self.records[*at].as_ref().is_some_and(|record| folder(Path::new(&record.path)) == wanted));
        }
        let [at] = fitting[..] else { return Ok(None) };
        self.num_left -= 1;
        Ok(self.records[at].take())
    }
}
