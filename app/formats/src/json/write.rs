//! The file that an export writes: beside its place first, so that a half-written one never takes it.

use crate::error::FormatError;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Bytes gathered before they are written.
const BLOCK: usize = 1 << 20;

/// See the module. Dropped before [`Self::finish`], it leaves nothing behind.
pub(crate) struct Output {
    path: PathBuf,
    temp: PathBuf,
    file: Option<File>,
    written: u64,
    /// What is to be written; give it up with [`Self::flow`] now and then.
    pub(crate) buf: Vec<u8>,
}

impl Output {
    pub(crate) fn create(path: &Path) -> Result<Self, FormatError> {
        let name = path.file_name().ok_or_else(|| FormatError::write(path, io::Error::from(io::ErrorKind::IsADirectory)))?;
        if path.is_dir() {
            return Err(FormatError::write(path, io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let mut temp_name = OsString::from(".");
        temp_name.push(name);
        temp_name.push(format!(".{}.part", std::process::id()));
        let temp = path.with_file_name(temp_name);
        let file = File::create(&temp).map_err(|error| FormatError::write(path, error))?;
        Ok(Self { path: path.to_owned(), temp, file: Some(file), written: 0, buf: Vec::with_capacity(BLOCK + BLOCK / 8) })
    }

    /// Writes what is gathered, once it is a block.
    pub(crate) fn flow(&mut self) -> Result<(), FormatError> {
        if self.buf.len() >= BLOCK { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), FormatError> {
        if let Some(file) = &mut self.file {
            file.write_all(&self.buf).map_err(|error| FormatError::write(&self.path, error))?;
        }
        self.written += self.buf.len() as u64;
        self.buf.clear();
        Ok(())
    }

    /// Writes the rest to the disk and takes the place of the file; its size in bytes.
    pub(crate) fn finish(mut self) -> Result<u64, FormatError> {
        self.write()?;
        let place = |file: File| -> io::Result<()> {
            file.sync_all()?;
            drop(file);
            std::fs::rename(&self.temp, &self.path)?;
            sync_folder(&self.path)
        };
        let file = self.file.take();
        if let Some(Err(error)) = file.map(place) {
            // The file was moved out of `self`, so that `drop` no longer clears up.
            let _ = std::fs::remove_file(&self.temp);
            return Err(FormatError::write(&self.path, error));
        }
        Ok(self.written)
    }
}

/// Makes the new name itself durable.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            drop(file);
            let _ = std::fs::remove_file(&self.temp);
        }
    }
}

/// Writes a JSON text with its quotes.
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    // Writing into a Vec cannot fail.
    let _ = serde_json::to_writer(out, text);
}

/// Writes any JSON value.
pub(crate) fn labels(out: &mut Vec<u8>, labels: &[limn_core::LabelId]) {
    out.push(b'[');
    for (at, label) in labels.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        super::number::write_u64(out, u64::from(label.0));
    }
    out.push(b']');
}

pub(crate) fn value(out: &mut Vec<u8>, value: &serde_json::Value) {
    let _ = serde_json::to_writer(out, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_export_leaves_the_old_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.json");
        std::fs::write(&path, "old").unwrap();
        let mut output = Output::create(&path).unwrap();
        output.buf.extend_from_slice(b"new");
        drop(output);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");

        let mut output = Output::create(&path).unwrap();
        output.buf.extend_from_slice(b"new");
        assert_eq!(output.finish().unwrap(), 3);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_folder_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(Output::create(dir.path()), Err(FormatError::Write { .. })));
        assert!(matches!(Output::create(&dir.path().join("no/such/folder.json")), Err(FormatError::Write { .. })));
    }
}
