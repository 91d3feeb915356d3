//! Where a project's files lie. Inside the project's folder or beside it the path is kept relative, so that the whole
//! can be carried elsewhere; anything else is absolute.

use std::path::{Component, Path, PathBuf};

/// The text to keep for a file: relative to the project folder with `/` (also `../` one level up), else absolute.
pub fn stored_path(project: &Path, file: &Path) -> String {
    let project = absolute(project);
    let file = absolute(file);
    if let Ok(inside) = file.strip_prefix(&project) {
        return portable(inside);
    }
    if let Some(Ok(beside)) = project.parent().map(|parent| file.strip_prefix(parent)) {
        return format!("../{}", portable(beside));
    }
    file.to_string_lossy().into_owned()
}

/// The place of a stored path.
pub fn resolve(project: &Path, stored: &str) -> PathBuf {
    let path = Path::new(stored);
    if path.is_absolute() {
        return path.to_owned();
    }
    let mut full = absolute(project);
    for part in path.components() {
        match part {
            Component::ParentDir => drop(full.pop()),
            part => full.push(part),
        }
    }
    full
}

fn absolute(path: &Path) -> PathBuf {
    // Links are followed where the path exists: a project reached through a link still finds its neighbours.
    path.canonicalize().or_else(|_missing| std::path::absolute(path)).unwrap_or_else(|_no_cwd| path.to_owned())
}

fn portable(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_near_the_project_are_relative() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let project = root.join("a.limn");
        for (file, stored) in [("a.limn/media/1.jpg", "media/1.jpg"), ("pics/1.jpg", "../pics/1.jpg")] {
            assert_eq!(stored_path(&project, &root.join(file)), stored);
            assert_eq!(resolve(&project, stored), root.join(file));
        }
        assert_eq!(stored_path(&project, Path::new("/elsewhere/x.png")), "/elsewhere/x.png");
    }
}
