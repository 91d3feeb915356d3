//! Names of files in COCO, where the name is all that finds an image again.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':')
}

/// Chooses `file_name`s.
#[derive(Default)]
pub(super) struct FileNames {
    /// Hashes, since a million names take room; one met by chance only makes a name longer.
    taken: HashSet<u64>,
}

impl FileNames {
    /// The relative path of a file, since loaders join it to their image folder; of an absolute path the name alone,
    /// which says nothing of this machine, unless another file has it already.
    pub(super) fn choose<'a>(&mut self, name: &'a str, path: &'a str) -> &'a str {
        let short = if path.is_empty() || is_absolute(path) { name } else { path };
        if self.take(short) || path.is_empty() {
            return short;
        }
        self.take(path);
        path
    }

    fn take(&mut self, name: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        self.taken.insert(hasher.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_stay_and_absolute_ones_are_named_once() {
        let mut names = FileNames::default();
        let cases = [
            ("a.jpg", "train/a.jpg", "train/a.jpg"),
            ("a.jpg", "/home/ada/a.jpg", "a.jpg"),
            ("a.jpg", "/mnt/a.jpg", "/mnt/a.jpg"),
            ("b.jpg", r"C:\data\b.jpg", "b.jpg"),
            ("c.jpg", "", "c.jpg"),
        ];
        for (name, path, wanted) in cases {
            assert_eq!(names.choose(name, path), wanted);
        }
        let name = |path| crate::FileItem::new(path, limn_core::FileKind::Image, (0, 0), 1).name;
        assert_eq!([r"C:\x\y.jpg", "x/y.jpg", "y.jpg", "dir/", ""].map(name), ["y.jpg", "y.jpg", "y.jpg", "dir", ""]);
    }
}
