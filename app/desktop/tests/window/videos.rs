//! Projects of videos.

use super::identity;
use limn_core::log::Change;
use limn_core::{FileId, FileKind, FileRecord, FileStatus, Schema};
use limn_store::Project;
use std::path::Path;
use std::process::Command;

/// Makes a video of 320 × 240 pixels by ffmpeg, from this source on; false without it.
pub fn make(path: &Path, source: &str, options: &[&str]) -> bool {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", source]).args(options);
    let is_made = ffmpeg.arg(path).status().is_ok_and(|status| status.success());
    assert!(is_made || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
    if !is_made {
        eprintln!("skipped: the ffmpeg command line is not installed");
    }
    is_made
}

/// A new project with the label "car" and a home to open it with.
pub fn project(dir: &Path) -> Project {
    std::fs::create_dir_all(dir.join("home")).unwrap();
    std::fs::write(dir.join("home/settings.toml"), "welcomed = true\nreduced_motion = true\n").unwrap();
    let schema = Schema::from_document(r#"{"labels":[{"name":"car"}]}"#).unwrap();
    Project::create(&dir.join("p.limn"), "streets", &schema, identity()).unwrap()
}

/// The video beside the project.
pub fn add(id: FileId, name: &str, frames: u64) -> Change {
    Change::FileAdd(Box::new(FileRecord {
        id,
        name: name.into(),
        path: format!("../{name}"),
        kind: FileKind::Video,
        width: 320,
        height: 240,
        frames,
        bytes: 0,
        hash: Some([0; 32]),
        status: FileStatus::Open,
        clip: None,
        camera: None,
    }))
}
