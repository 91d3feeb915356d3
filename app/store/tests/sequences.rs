//! Sequences on the disk: what is written, undone and built again.

#![allow(clippy::unwrap_used, reason = "a test")]

use limn_core::log::{Change, Gesture, InstanceSet, kind};
use limn_core::sequence::{Member, Motion, SequenceSet};
use limn_core::{
    FileId, FileKind, FileRecord, FileStatus, Geometry, IdSource, Instance, LabelId, Mark, Rect, Schema, Sequence, SequenceId, Sequences,
};
use limn_store::{Access, Identity, Project, StoreError};
use std::path::Path;

fn identity() -> Identity {
    Identity::from_seed([7; 32], "ada")
}

fn new_project(dir: &Path, ids: &mut IdSource) -> (Project, FileId) {
    let mut project = Project::create(dir, "test", &Schema::default(), identity()).unwrap();
    let id = ids.file(1);
    let file = FileRecord {
        id,
        name: "v.mp4".into(),
        path: "v.mp4".into(),
        kind: FileKind::Video,
        width: 400,
        height: 300,
        frames: 100,
        bytes: 1,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    };
    commit(&mut project, vec![Change::FileAdd(Box::new(file))]).unwrap();
    (project, id)
}

fn commit(project: &mut Project, changes: Vec<Change>) -> Result<(), StoreError> {
    project.commit(Gesture { kind: kind::EDIT, title: "Edit".into(), target: None, changes }).map(drop)
}

fn sequence(number: u8, file: FileId) -> Sequence {
    Sequence::new(SequenceId::from_parts(u64::from(number), [number; 10]), file, u32::from(number), LabelId(1))
}

fn keyframe(ids: &mut IdSource, of: &Sequence, frame: u64) -> Instance {
    let geometry = Geometry::Box(Rect::from_xywh(frame as f64, 0., 10., 10.));
    let instance = Instance::new(ids.instance(5), of.file, frame, LabelId(1), geometry);
    Instance { member: Some(Member { sequence: of.id, part: 0 }), ..instance }
}

/// Two sequences with keyframes at 0 and 10; the keyframes of the first.
fn two(project: &mut Project, file: FileId, ids: &mut IdSource) -> ([Sequence; 2], [Instance; 2]) {
    let both = [sequence(1, file), sequence(2, file)];
    let first = [keyframe(ids, &both[0], 0), keyframe(ids, &both[0], 10)];
    let second = [keyframe(ids, &both[1], 0), keyframe(ids, &both[1], 10)];
    let mut changes: Vec<Change> = both.iter().map(|one| Change::SequenceAdd(Box::new(one.clone()))).collect();
    changes.extend(first.iter().chain(&second).map(|one| Change::InstanceAdd(Box::new(one.clone()))));
    commit(project, changes).unwrap();
    (both, first)
}

fn live(sequences: &Sequences) -> Vec<(u32, Vec<u64>)> {
    sequences.tracks().map(|track| (track.sequence.number, track.keyframes(0).map(|(frame, _)| frame).collect())).collect()
}

#[test]
fn every_register_is_kept_undone_and_built_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([1; 32]);
    let (mut project, file) = new_project(&folder.path().join("p.limn"), &mut ids);
    let (both, first) = two(&mut project, file, &mut ids);
    let before = project.sequences(file).unwrap();
    let id = both[0].id;
    let sets = [
        SequenceSet::Number(7),
        SequenceSet::Label(LabelId(3)),
        SequenceSet::Name(Some("the red one".into())),
        SequenceSet::Motion(Motion::Smooth),
        SequenceSet::Exit(Some(50)),
        SequenceSet::Mark(Mark::Pinned(true)),
        SequenceSet::Deleted(true),
    ];
    for set in sets {
        commit(&mut project, vec![Change::SequenceSet { id, set: set.clone() }]).unwrap();
        let stored = project.sequences(file).unwrap();
        let mut copy = stored.get(id).unwrap().sequence.clone();
        assert_eq!(copy.set(set.clone()), set, "kept");
        project.undo().unwrap();
        assert_eq!(project.sequences(file).unwrap(), before, "{set:?} undone");
        project.redo().unwrap();
        assert_eq!(project.sequences(file).unwrap(), stored, "{set:?} done again");
        project.undo().unwrap();
    }
    let to_second = InstanceSet::Member(Some(Member { sequence: both[1].id, part: 1 }));
    commit(&mut project, vec![Change::InstanceSet { id: first[1].id, set: to_second }]).unwrap();
    commit(&mut project, vec![Change::InstanceSet { id: first[0].id, set: InstanceSet::Mark(Mark::Outside(true)) }]).unwrap();
    let now = project.sequences(file).unwrap();
    assert_eq!(live(&now), [(1, vec![0]), (2, vec![0, 10])]);
    assert_eq!(project.verify(false).unwrap().problems, Vec::<String>::new());
    assert_eq!(project.verify(true).unwrap().problems, Vec::<String>::new());
    assert_eq!(project.sequences(file).unwrap(), now);
}

#[test]
fn a_deleted_sequence_is_neither_counted_nor_listed() {
    let folder = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([1; 32]);
    let (mut project, file) = new_project(&folder.path().join("p.limn"), &mut ids);
    let (both, _) = two(&mut project, file, &mut ids);
    assert_eq!(project.file(file).unwrap().unwrap().num_instances, 4);
    commit(&mut project, vec![Change::SequenceSet { id: both[0].id, set: SequenceSet::Deleted(true) }]).unwrap();
    assert_eq!(project.file(file).unwrap().unwrap().num_instances, 2);
    assert!(project.instances_at(file, 0).unwrap().is_empty(), "keyframes are no instances of their own");
    let (mut instances, mut sequences) = (0, 0);
    let count = |number: &mut u32| {
        *number += 1;
        Ok::<_, StoreError>(())
    };
    project.for_each_instance(|_| count(&mut instances)).unwrap();
    project.for_each_sequence(|_| count(&mut sequences)).unwrap();
    assert_eq!((instances, sequences), (2, 1));
    // The way back: one step for all its keyframes.
    project.undo().unwrap();
    assert_eq!(live(&project.sequences(file).unwrap()), [(1, vec![0, 10]), (2, vec![0, 10])]);
}

#[test]
fn a_keyframe_of_no_sequence_is_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([1; 32]);
    let (mut project, file) = new_project(&folder.path().join("p.limn"), &mut ids);
    let lost = sequence(9, file);
    let one = sequence(1, file);
    let changes = vec![
        Change::SequenceAdd(Box::new(one.clone())),
        Change::InstanceAdd(Box::new(keyframe(&mut ids, &one, 0))),
        Change::InstanceAdd(Box::new(keyframe(&mut ids, &lost, 0))),
    ];
    assert!(matches!(commit(&mut project, changes), Err(StoreError::Refused(_))));
    assert!(project.sequences(file).unwrap().is_empty(), "nothing by half");
    let twice = vec![Change::SequenceAdd(Box::new(one.clone())), Change::SequenceAdd(Box::new(one))];
    assert!(matches!(commit(&mut project, twice), Err(StoreError::Refused(_))));
    let unknown = Change::SequenceSet { id: lost.id, set: SequenceSet::Exit(None) };
    assert!(matches!(commit(&mut project, vec![unknown]), Err(StoreError::Refused(_))));
}

#[test]
fn a_project_of_an_earlier_format_is_read_without_being_touched() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    let mut ids = IdSource::new([1; 32]);
    let (mut project, file) = new_project(&dir, &mut ids);
    two(&mut project, file, &mut ids);
    let now = project.sequences(file).unwrap();
    drop(project);
    // As a program of then left it: the log, and views of another form.
    let db = rusqlite::Connection::open(dir.join("project.db")).unwrap();
    db.execute_batch(
        "DROP TABLE sequence; DROP TABLE instance; CREATE TABLE instance (n INTEGER PRIMARY KEY, id BLOB); PRAGMA user_version = 3",
    )
    .unwrap();
    drop(db);
    let bytes = std::fs::read(dir.join("project.db")).unwrap();
    let read = Project::open(&dir, identity(), Access::Read).unwrap();
    assert_eq!(read.sequences(file).unwrap(), now);
    assert_eq!(read.file(file).unwrap().unwrap().num_instances, 4);
    drop(read);
    assert_eq!(std::fs::read(dir.join("project.db")).unwrap(), bytes, "the file is as it was");
    let written = Project::open(&dir, identity(), Access::Write).unwrap();
    assert_eq!(written.sequences(file).unwrap(), now);
}
