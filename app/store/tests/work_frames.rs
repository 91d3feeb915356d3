//! Work frames on the disk: what is written, undone, built again, and what an earlier version left.

#![allow(clippy::unwrap_used, reason = "a test")]

use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::{FileId, FileKind, FileRecord, FileStatus, IdSource, Schema, WorkFrames};
use limn_store::{Access, Identity, Project};
use std::path::Path;

fn identity() -> Identity {
    Identity::from_seed([7; 32], "ada")
}

fn commit(project: &mut Project, kind: &'static str, change: Change) {
    project.commit(Gesture { kind, title: "Test".into(), target: None, changes: vec![change] }).unwrap();
}

fn project(dir: &Path) -> (Project, FileId) {
    let mut project = Project::create(dir, "p", &Schema::default(), identity()).unwrap();
    let id = IdSource::new([3; 32]).file(1);
    let file = FileRecord {
        id,
        name: "v.mp4".into(),
        path: "v.mp4".into(),
        kind: FileKind::Video,
        width: 10,
        height: 10,
        frames: 1000,
        bytes: 5,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    };
    commit(&mut project, kind::FILES, Change::FileAdd(Box::new(file)));
    (project, id)
}

fn set(project: &mut Project, id: FileId, frames: &WorkFrames) {
    commit(project, kind::EDIT, Change::FileSet { id, set: FileSet::WorkFrames(frames.clone()) });
}

fn now(project: &Project, id: FileId) -> WorkFrames {
    let row = project.file(id).unwrap().unwrap();
    assert_eq!(project.files().unwrap(), std::slice::from_ref(&row));
    row.work_frames
}

#[test]
fn each_choice_is_one_step_and_the_log_gives_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    let (mut project, id) = project(&dir);
    let (sparse, dense) = (WorkFrames::every(50, 7).unwrap(), WorkFrames::at_scenes((1..900).step_by(7).collect()).unwrap());
    assert!(now(&project, id).is_all());
    set(&mut project, id, &sparse);
    project.snapshot("sparse").unwrap();
    set(&mut project, id, &dense);
    assert_eq!(now(&project, id), dense);
    let undone = project.undo().unwrap().unwrap();
    assert_eq!((now(&project, id), undone.place), (sparse.clone(), Some((id, 0))));
    project.undo().unwrap().unwrap();
    assert!(now(&project, id).is_all());
    project.redo().unwrap().unwrap();
    project.redo().unwrap().unwrap();
    assert_eq!(now(&project, id), dense);
    assert_eq!(now(&project.at_snapshot("sparse").unwrap(), id), sparse);
    assert_eq!(project.verify(true).unwrap().problems, Vec::<String>::new());
    assert_eq!(now(&project, id), dense);
}

#[test]
fn a_project_of_the_format_before_learns_them_from_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    let (mut first, id) = project(&dir);
    let chosen = WorkFrames::every(50, 7).unwrap();
    set(&mut first, id, &chosen);
    drop(first);
    let database = || rusqlite::Connection::open(dir.join("project.db")).unwrap();
    // Written by a program that kept the word and did not know it.
    database().execute_batch("ALTER TABLE file DROP COLUMN work_frames; DELETE FROM inverse; PRAGMA user_version = 5").unwrap();
    let reader = Project::open(&dir, identity(), Access::Read).unwrap();
    assert_eq!(now(&reader, id), chosen);
    drop(reader);
    let mut writer = Project::open(&dir, identity(), Access::Write).unwrap();
    assert_eq!(now(&writer, id), chosen);
    assert_eq!(writer.verify(false).unwrap().problems, Vec::<String>::new());
    writer.undo().unwrap().unwrap();
    assert!(now(&writer, id).is_all());
}
