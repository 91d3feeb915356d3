//! What the whole-program tests and their helper program share: a small project to work on.

use limn_core::log::{Change, Gesture, kind};
use limn_core::{FileId, FileKind, FileRecord, FileStatus, Geometry, IdSource, Instance, LabelId, Rect, Schema};
use limn_store::{Identity, Project, StoreError};
use std::path::Path;

/// Width and height of the project's pictures in pixels; no picture is ever read.
pub const IMAGE: [u32; 2] = [400, 300];
/// Frames of the project's video.
pub const VIDEO_FRAMES: u64 = 5;

/// The same device on every run.
pub fn identity() -> Identity {
    Identity::from_seed([7; 32], "ada")
}

/// A project with the labels car and person and the files a.png, b.png and v.mp4.
///
/// # Errors
/// As [`Project::create`].
pub fn new_project(dir: &Path) -> Result<(Project, Vec<FileId>), StoreError> {
    let schema = r#"{"labels":[{"name":"car","key":"1"},{"name":"person","key":"2"}]}"#;
    let schema = Schema::from_document(schema).map_err(|error| StoreError::Refused(error.to_string()))?;
    let mut project = Project::create(dir, "test", &schema, identity())?;
    let mut ids = IdSource::new([1; 32]);
    let files: Vec<FileRecord> = [("a.png", 1), ("b.png", 1), ("v.mp4", VIDEO_FRAMES)]
        .into_iter()
        .map(|(name, frames)| FileRecord {
            id: ids.file(1),
            name: name.to_owned(),
            path: format!("media/{name}"),
            kind: if frames > 1 { FileKind::Video } else { FileKind::Image },
            width: IMAGE[0],
            height: IMAGE[1],
            frames,
            bytes: 1,
            hash: None,
            status: FileStatus::Open,
            clip: None,
            camera: None,
        })
        .collect();
    let names = files.iter().map(|file| file.id).collect();
    let changes = files.into_iter().map(|file| Change::FileAdd(Box::new(file))).collect();
    project.commit(Gesture { kind: kind::FILES, title: "Add files".into(), target: None, changes })?;
    Ok((project, names))
}

/// A gesture that draws one box; `at` makes it differ from others.
pub fn draw_box(ids: &mut IdSource, file: FileId, at: u64) -> Gesture {
    let (x, y) = ((at % 380) as f64, (at / 380 % 280) as f64);
    let instance = Instance {
        id: ids.instance(at),
        file,
        frame: 0,
        label: LabelId(1),
        geometry: Geometry::Box(Rect::from_xywh(x, y, 20.0, 20.0)),
        marks: limn_core::Marks::default(),
        run: None,
        confidence: None,
        extra: None,
        member: None,
    };
    let changes = vec![Change::InstanceAdd(Box::new(instance))];
    Gesture { kind: kind::EDIT, title: "Draw box".into(), target: Some(file.0), changes }
}
