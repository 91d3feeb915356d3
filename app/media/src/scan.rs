//! Finding media in folders: natural order, and numbered images that form a sequence.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::MediaError;
use crate::kind;
use crate::limits::MAX_FOLDER_DEPTH;

/// Media found in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Paths with an extension of images or videos, in natural order (img2 before img10).
    pub files: Vec<PathBuf>,
    /// What could not be looked at, or will not open.
    pub problems: Vec<ScanProblem>,
}

/// Something in a folder that the user should know about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanProblem {
    /// Where.
    pub path: PathBuf,
    /// What, and what to do.
    pub message: String,
}

/// Numbered images of one stem: `walk_0001.png`, `walk_0002.png`, ...
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// What stands before the number in every name.
    pub stem: String,
    /// Number of the first file.
    pub first: u64,
    /// The files by number; the n-th is frame n.
    pub files: Vec<PathBuf>,
    /// Ranges of numbers (first, last) that are missing between the first and the last file.
    pub missing: Vec<(u64, u64)>,
}

/// Lists the media files of `dir`, and of the folders in it when `recursive`.
///
/// Hidden files are left out; links to folders are not followed (they may lead in a circle) but reported.
///
/// # Errors
/// `Io` when `dir` itself cannot be read. Everything below is reported in `problems`.
pub fn scan_folder(dir: &Path, recursive: bool) -> Result<Scan, MediaError> {
    let mut scan = Scan::default();
    let mut folders = vec![(dir.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if depth == 0 => return Err(MediaError::Io { path: folder, source: e }),
            Err(e) => {
                scan.problem(folder, format!("This folder could not be read: {e}. Check its permissions."));
                continue;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    scan.problem(folder.clone(), format!("The folder could not be listed to its end: {e}."));
                    break;
                }
            };
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            let is_link = entry.file_type().is_ok_and(|t| t.is_symlink());
            match fs::metadata(&path) {
                Ok(meta) if meta.is_dir() && recursive => {
                    if is_link {
                        scan.problem(path, "This is a link to a folder and was not followed. Add that folder itself.".to_owned());
                    } else if depth + 1 >= MAX_FOLDER_DEPTH {
                        scan.problem(path, format!("This folder is more than {MAX_FOLDER_DEPTH} deep and was left out."));
                    } else {
                        folders.push((path, depth + 1));
                    }
                }
                Ok(meta) if meta.is_file() && kind::is_media_path(&path) => {
                    if meta.len() == 0 {
                        scan.problem(path, "This file is empty (0 bytes) and was left out. Copy it again.".to_owned());
                    } else {
                        scan.files.push(path);
                    }
                }
                Ok(_) => {}
                Err(e) if kind::is_media_path(&path) => {
                    scan.problem(path, format!("This file could not be looked at: {e}."));
                }
                Err(_) => {}
            }
        }
    }
    scan.files.sort_by_cached_key(|path| natural_key(path));
    scan.problems.sort_by_cached_key(|problem| natural_key(&problem.path));
    Ok(scan)
}

impl Scan {
    fn problem(&mut self, path: PathBuf, message: String) {
        self.problems.push(ScanProblem { path, message });
    }
}

/// What paths are sorted by, so that they come in the order in which people count: numbers by value, letters without case, a
/// folder before what is in it; ties by the path itself. Made once a path, for a folder may hold very many.
fn natural_key(path: &Path) -> (Vec<u8>, PathBuf) {
    let mut key = Vec::with_capacity(path.as_os_str().len() + 8);
    for component in path.components() {
        let name = component.as_os_str().to_string_lossy();
        let mut rest = &*name;
        while let Some(first) = rest.chars().next() {
            if !first.is_ascii_digit() {
                let mut bytes = [0; 4];
                first.to_lowercase().for_each(|lower| key.extend_from_slice(lower.encode_utf8(&mut bytes).as_bytes()));
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let (digits, after) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
            let value = digits.trim_start_matches('0');
            // More digits is the larger number, whatever its length: no overflow to think of. Between other signs a number
            // stands where its digits do.
            key.push(b'0');
            key.extend_from_slice(&(value.len() as u32).to_be_bytes());
            key.extend_from_slice(value.as_bytes());
            rest = after;
        }
        key.push(0);
    }
    (key, path.to_owned())
}

/// The images of `dir` as one sequence, when all of them share a stem and an extension and are numbered.
///
/// `None` when there are fewer than two images, or images of several stems.
///
/// # Errors
/// `Io` when the folder cannot be read.
pub fn detect_sequence(dir: &Path) -> Result<Option<Sequence>, MediaError> {
    let scan = scan_folder(dir, false)?;
    let images: Vec<PathBuf> = scan.files.into_iter().filter(|path| kind::is_image_path(path)).collect();
    let mut numbered = Vec::with_capacity(images.len());
    let mut shared: Option<(String, String)> = None;
    for path in images {
        let Some((stem, number, extension)) = number_in_name(&path) else { return Ok(None) };
        let (shared_stem, shared_extension) = shared.get_or_insert_with(|| (stem.clone(), extension.clone()));
        if (&*shared_stem, &*shared_extension) != (&stem, &extension) {
            return Ok(None);
        }
        numbered.push((number, path));
    }
    numbered.sort();
    if numbered.len() < 2 || numbered.windows(2).any(|w| w[0].0 == w[1].0) {
        return Ok(None);
    }
    let missing = numbered.windows(2).filter(|w| w[1].0 - w[0].0 > 1).map(|w| (w[0].0 + 1, w[1].0 - 1)).collect();
    let Some((stem, _)) = shared else { return Ok(None) };
    let first = numbered[0].0;
    let files = numbered.into_iter().map(|(_, path)| path).collect();
    Ok(Some(Sequence { stem, first, files, missing }))
}

/// Stem, number and lower-case extension of `walk_0001.PNG`.
fn number_in_name(path: &Path) -> Option<(String, u64, String)> {
    let name = path.file_stem()?.to_str()?;
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name[stem.len()..].parse().ok()?;
    Some((stem.to_owned(), number, path.extension()?.to_str()?.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(dir: &Path, name: &str) {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, b"x").unwrap();
    }

    #[test]
    fn numbers_count_by_value() {
        let sorted =
            ["a.png", "b/2.png", "b/11/1.png", "b 1.png", "img.png", "img1.png", "IMG2.png", "img02.png", "img10.png", "img10a.png"];
        let mut names = sorted.to_vec();
        names.push("img99999999999999999999999.png");
        names.reverse();
        names.sort_by_cached_key(|name| natural_key(Path::new(name)));
        assert_eq!(names[..10], sorted);
    }

    #[test]
    fn a_scan_is_sorted_and_tells_its_problems() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b10.jpg", "b9.jpg", "sub/c.mp4", ".hidden.png", "notes.txt"] {
            touch(dir.path(), name);
        }
        fs::write(dir.path().join("empty.png"), b"").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path(), dir.path().join("sub/loop")).unwrap();
        let names = |scan: &Scan| -> Vec<String> {
            scan.files.iter().map(|p| p.strip_prefix(dir.path()).unwrap().to_string_lossy().into_owned()).collect()
        };
        let flat = scan_folder(dir.path(), false).unwrap();
        assert_eq!(names(&flat), ["b9.jpg", "b10.jpg"]);
        assert_eq!(flat.problems.len(), 1);
        let deep = scan_folder(dir.path(), true).unwrap();
        assert_eq!(names(&deep), ["b9.jpg", "b10.jpg", "sub/c.mp4"]);
        assert_eq!(deep.problems.len(), if cfg!(unix) { 2 } else { 1 });
        assert!(scan_folder(&dir.path().join("absent"), true).is_err());
    }

    #[test]
    fn one_stem_is_a_sequence_and_two_are_not() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["walk_0010.png", "walk_0009.png", "walk_0013.png"] {
            touch(dir.path(), name);
        }
        let found = detect_sequence(dir.path()).unwrap().unwrap();
        assert_eq!((found.stem.as_str(), found.first, found.files.len()), ("walk_", 9, 3));
        assert_eq!(found.missing, [(11, 12)]);
        assert!(found.files[2].ends_with("walk_0013.png"));
        touch(dir.path(), "run_0001.png");
        assert_eq!(detect_sequence(dir.path()).unwrap(), None);
    }
}
