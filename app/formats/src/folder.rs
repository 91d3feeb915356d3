//! A folder that an export writes: beside its place first, so that a half-written one never takes it.

use crate::error::FormatError;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// See the module. Dropped before [`Self::finish`], it leaves nothing behind.
pub(crate) struct Folder {
    place: PathBuf,
    temp: PathBuf,
    /// The folders above that were not there, the lowest first.
    made: Vec<PathBuf>,
    is_done: bool,
}

impl Folder {
    /// `is_ours`: what is there was written by an export, and may be replaced.
    ///
    /// # Errors
    /// [`FormatError::NotOurs`] where something else is there, [`FormatError::Write`].
    pub fn create(place: PathBuf, is_ours: bool) -> Result<Self, FormatError> {
        let is_empty = fs::read_dir(&place).map_or(!place.exists(), |mut entries| entries.next().is_none());
        if !is_empty && !is_ours {
            return Err(FormatError::NotOurs { path: place });
        }
        let above = place.parent().map(Path::to_owned).unwrap_or_default();
        let made = above.ancestors().filter(|path| !path.as_os_str().is_empty()).take_while(|path| !path.exists()).map(Path::to_owned);
        let made = made.collect();
        let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let temp = above.join(format!(".{name}.{}.part", std::process::id()));
        let make = || -> io::Result<()> {
            fs::create_dir_all(&above)?;
            if temp.is_dir() {
                fs::remove_dir_all(&temp)?;
            }
            fs::create_dir(&temp)
        };
        make().map_err(|error| FormatError::write(&place, error))?;
        Ok(Self { place, temp, made, is_done: false })
    }

    /// Where its files are to be written.
    pub fn path(&self) -> &Path {
        &self.temp
    }

    /// Takes the place.
    pub fn finish(mut self) -> Result<(), FormatError> {
        let replace = || -> io::Result<()> {
            if self.place.is_dir() {
                fs::remove_dir_all(&self.place)?;
            }
            fs::rename(&self.temp, &self.place)
        };
        replace().map_err(|error| FormatError::write(&self.place, error))?;
        self.is_done = true;
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_done {
            let _ = fs::remove_dir_all(&self.temp);
            // Only where nothing else lies in them by now.
            self.made.iter().for_each(|path| drop(fs::remove_dir(path)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_one_leaves_everything_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("new/labels/train");
        drop(Folder::create(place.clone(), false).unwrap());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        let folder = Folder::create(place.clone(), false).unwrap();
        fs::write(folder.path().join("a.txt"), "a").unwrap();
        folder.finish().unwrap();
        assert_eq!(fs::read(place.join("a.txt")).unwrap(), b"a");
        assert!(matches!(Folder::create(place.clone(), false), Err(FormatError::NotOurs { .. })));
        drop(Folder::create(place.clone(), true).unwrap());
        assert!(place.join("a.txt").is_file());
        Folder::create(place.clone(), true).unwrap().finish().unwrap();
        assert!(place.is_dir() && !place.join("a.txt").exists());
    }
}
