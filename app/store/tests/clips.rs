//! Clips, cameras, stretches that were looked through and identities across files on the disk: written, undone, built again, and
//! learnt from the log of an earlier version.

#![allow(clippy::unwrap_used, reason = "a test")]

use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::sequence::SequenceSet;
use limn_core::{Camera, Clip, FileId, FileKind, FileRecord, FileStatus, IdSource, LabelId, LookedStretch, Schema, Sequence, SequenceId};
use limn_store::{Access, Identity, Project};
use std::path::Path;

fn identity() -> Identity {
    Identity::from_seed([7; 32], "ada")
}

fn commit(project: &mut Project, kind: &'static str, changes: Vec<Change>) {
    project.commit(Gesture { kind, title: "Test".into(), target: None, changes }).unwrap();
}

struct Made {
    project: Project,
    file: FileId,
    source: FileId,
    sequences: [SequenceId; 2],
}

fn project(dir: &Path) -> Made {
    let mut project = Project::create(dir, "p", &Schema::default(), identity()).unwrap();
    let mut ids = IdSource::new([3; 32]);
    let (file, source, sequences) = (ids.file(1), ids.file(1), [1, 2].map(|n| SequenceId::from_parts(n, [4; 10])));
    let record = FileRecord {
        id: file,
        name: "v.mp4".into(),
        path: "v.mp4".into(),
        kind: FileKind::Video,
        width: 10,
        height: 10,
        frames: 300,
        bytes: 5,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    };
    commit(&mut project, kind::FILES, vec![Change::FileAdd(Box::new(record))]);
    let stands_alone = Sequence::new(sequences[0], file, 1, LabelId(0));
    let same = Sequence { same_as: Some(sequences[0]), ..Sequence::new(sequences[1], file, 2, LabelId(0)) };
    commit(&mut project, kind::EDIT, [stands_alone, same].map(|it| Change::SequenceAdd(Box::new(it))).to_vec());
    Made { project, file, source, sequences }
}

/// What is told of the file, and the identities of its sequences.
fn now(project: &Project, made: (FileId, [SequenceId; 2])) -> (Option<Clip>, Option<Camera>, Vec<LookedStretch>, [SequenceId; 2]) {
    let row = project.file(made.0).unwrap().unwrap();
    assert_eq!(project.files().unwrap(), std::slice::from_ref(&row));
    (row.file.clip, row.file.camera, row.looked.stretches, made.1.map(|id| project.sequence(id).unwrap().unwrap().identity()))
}

#[test]
fn each_is_a_step_that_goes_back_and_the_log_gives_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    let Made { mut project, file, source, sequences } = project(&dir);
    let made = (file, sequences);
    assert_eq!(now(&project, made), (None, None, vec![], [sequences[0]; 2]));
    let (clip, camera) = (Clip { of: source, first: 270 }, Camera { clock: source, offset_us: -40_000 });
    let set = |set| Change::FileSet { id: file, set };
    let stretch = |first, looked| set(FileSet::Stretch { first, looked });
    commit(&mut project, kind::EDIT, vec![set(FileSet::Clip(Some(clip))), set(FileSet::Camera(Some(camera)))]);
    commit(&mut project, kind::EDIT, vec![stretch(100, Some((199, 0))), stretch(0, Some((50, 0)))]);
    commit(&mut project, kind::EDIT, vec![Change::SequenceSet { id: sequences[1], set: SequenceSet::SameAs(None) }]);
    commit(&mut project, kind::EDIT, vec![stretch(100, Some((120, 0)))]);
    let number = project.schema_number().unwrap();
    let looked = |last| [(0, 50), (100, last)].map(|(first, last)| LookedStretch { first, last, under: number, is_behind: false }).to_vec();
    let last = (Some(clip), Some(camera), looked(120), sequences);
    assert_eq!(now(&project, made), last);
    project.undo().unwrap().unwrap();
    assert_eq!(now(&project, made), (Some(clip), Some(camera), looked(199), sequences));
    project.undo().unwrap().unwrap();
    assert_eq!(now(&project, made).3, [sequences[0]; 2]);
    project.undo().unwrap().unwrap();
    assert_eq!(now(&project, made).2, vec![]);
    project.undo().unwrap().unwrap();
    assert_eq!(now(&project, made), (None, None, vec![], [sequences[0]; 2]));
    for _ in 0..4 {
        project.redo().unwrap().unwrap();
    }
    assert_eq!(now(&project, made), last);
    assert_eq!(project.verify(true).unwrap().problems, Vec::<String>::new());
    assert_eq!(now(&project, made), last);
    let refused = Gesture { kind: kind::EDIT, title: "Test".into(), target: None, changes: vec![stretch(u64::MAX, Some((0, 0)))] };
    assert!(project.commit(refused).is_err(), "no file has so many frames");
}

#[test]
fn a_project_of_the_format_before_learns_them_from_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    let Made { project: mut first, file, source, sequences } = project(&dir);
    let (clip, made) = (Clip { of: source, first: 270 }, (file, sequences));
    commit(&mut first, kind::EDIT, vec![Change::FileSet { id: file, set: FileSet::Clip(Some(clip)) }]);
    drop(first);
    let database = rusqlite::Connection::open(dir.join("project.db")).unwrap();
    database
        .execute_batch("ALTER TABLE file DROP COLUMN clip_of; ALTER TABLE sequence DROP COLUMN same_as; DROP TABLE stretch; DELETE FROM inverse; PRAGMA user_version = 6")
        .unwrap();
    drop(database);
    let expected = (Some(clip), None, vec![], [sequences[0]; 2]);
    let reader = Project::open(&dir, identity(), Access::Read).unwrap();
    assert_eq!(now(&reader, made), expected);
    drop(reader);
    let mut writer = Project::open(&dir, identity(), Access::Write).unwrap();
    assert_eq!(now(&writer, made), expected);
    writer.undo().unwrap().unwrap();
    assert_eq!(now(&writer, made).0, None);
}
