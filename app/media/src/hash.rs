//! Content hash of files: media is known by it.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::MediaError;

/// BLAKE3 of the content of `path`. `progress` gets bytes done and bytes in all.
///
/// # Errors
/// `Io`, or `Cancelled` once `cancel` is set.
pub fn hash_file(path: &Path, progress: &dyn Fn(u64, u64), cancel: &AtomicBool) -> Result<[u8; 32], MediaError> {
    let mut file = File::open(path).map_err(MediaError::io(path))?;
    let total = file.metadata().map_err(MediaError::io(path))?.len();
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    let mut done = 0;
    loop {
        if cancel.load(Ordering::Relaxed) {
            return Err(MediaError::Cancelled { path: path.to_path_buf() });
        }
        let n = file.read(&mut buffer).map_err(MediaError::io(path))?;
        if n == 0 {
            break;
        }
        hasher.update(&buffer[..n]);
        done += n as u64;
        progress(done, total.max(done));
    }
    Ok(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn the_hash_is_that_of_the_whole_content() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let content: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
        std::fs::write(&path, &content).unwrap();
        let last = Cell::new((0, 0));
        let hash = hash_file(&path, &|done, total| last.set((done, total)), &AtomicBool::new(false)).unwrap();
        assert_eq!(hash, *blake3::hash(&content).as_bytes());
        assert_eq!(last.get(), (3_000_000, 3_000_000));
    }

    #[test]
    fn it_stops_when_asked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, b"x").unwrap();
        let answer = hash_file(&path, &|_, _| {}, &AtomicBool::new(true));
        assert!(matches!(answer, Err(MediaError::Cancelled { .. })));
    }
}
