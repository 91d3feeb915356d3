//! Where this machine keeps what belongs to no project: the device's key, settings, caches, logs.

use limn_store::{Identity, StoreError};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// `LIMN_HOME`, else the system's place for a user's application data.
pub fn dir() -> PathBuf {
    place(&|name| std::env::var_os(name))
}

fn place(var: &dyn Fn(&str) -> Option<OsString>) -> PathBuf {
    let path = |name: &str| var(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(home) = path("LIMN_HOME") {
        return home;
    }
    let user = || path("HOME").or_else(|| path("USERPROFILE")).unwrap_or_else(std::env::temp_dir);
    if cfg!(windows) {
        return path("LOCALAPPDATA").unwrap_or_else(|| user().join("AppData/Local")).join("Limn");
    }
    if cfg!(target_os = "macos") {
        return user().join("Library/Application Support/Limn");
    }
    // The XDG rules: a relative path there is to be ignored.
    path("XDG_DATA_HOME").filter(|data| data.is_absolute()).unwrap_or_else(|| user().join(".local/share")).join("limn")
}

/// What can be made again at any time: thumbnails, indexes and stepping proxies of videos.
pub fn cache_dir() -> PathBuf {
    dir().join("cache")
}

/// Kept indexes of videos.
pub fn index_dir() -> PathBuf {
    cache_dir().join("index")
}

/// Kept stepping proxies of videos.
pub fn proxy_dir() -> PathBuf {
    cache_dir().join("proxies")
}

/// Log files.
pub fn log_dir() -> PathBuf {
    dir().join("logs")
}

/// The name under which operations are written: `LIMN_USER`, else the system's user name.
pub fn user() -> String {
    let names = ["LIMN_USER", "USER", "USERNAME", "LOGNAME"];
    names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty())).unwrap_or_else(|| "someone".into())
}

/// This device and this person.
///
/// # Errors
/// [`StoreError::Io`] when the device's key can be neither read nor made.
pub fn identity() -> Result<Identity, StoreError> {
    Identity::of_machine(&dir(), &user())
}

/// The project folder that a person means: the folder itself, the folder with `.limn` at its end where only that is a
/// project, or the folder of a `project.db`.
pub fn project_dir(given: &Path) -> PathBuf {
    if given.file_name().is_some_and(|name| name == "project.db")
        && let Some(parent) = given.parent()
    {
        return if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() };
    }
    if given.join("project.db").is_file() {
        return given.to_owned();
    }
    let mut name = given.as_os_str().to_owned();
    name.push(".limn");
    let suffixed = PathBuf::from(name);
    if suffixed.join("project.db").is_file() { suffixed } else { given.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn the_place_follows_the_system() {
        let with = |vars: &'static [(&str, &str)]| {
            place(&move |name| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value)))
        };
        assert_eq!(with(&[("HOME", "/h")]), Path::new("/h/.local/share/limn"));
        assert_eq!(with(&[("HOME", "/h"), ("XDG_DATA_HOME", "/d")]), Path::new("/d/limn"));
        assert_eq!(with(&[("HOME", "/h"), ("XDG_DATA_HOME", "d")]), Path::new("/h/.local/share/limn"));
        assert_eq!(with(&[("HOME", "/h"), ("LIMN_HOME", "/l")]), Path::new("/l"));
    }

    #[test]
    fn a_project_is_found_by_three_names() {
        let dir = tempfile::tempdir().unwrap();
        let project = dir.path().join("a.limn");
        std::fs::create_dir(&project).unwrap();
        std::fs::write(project.join("project.db"), "").unwrap();
        for given in ["a.limn", "a", "a.limn/project.db"] {
            assert_eq!(project_dir(&dir.path().join(given)), project);
        }
        assert_eq!(project_dir(Path::new("none")), Path::new("none"));
    }
}
