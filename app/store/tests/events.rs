//! Events on the disk: what is written, undone and built again.

#![allow(clippy::unwrap_used, reason = "a test")]

use limn_core::event::{Event, EventSet};
use limn_core::log::{Change, Gesture, kind};
use limn_core::schema::{Answer, AttributeId};
use limn_core::{EventId, FileId, FileKind, FileRecord, FileStatus, Frames, IdSource, LabelId, Mark, RunId, Schema, Sequence, SequenceId};
use limn_store::{Access, Identity, Project, StoreError};
use std::path::Path;

fn identity() -> Identity {
    Identity::from_seed([7; 32], "ada")
}

/// A project with two videos, each with a sequence.
fn new_project(dir: &Path) -> (Project, [FileId; 2]) {
    let mut project = Project::create(dir, "test", &Schema::default(), identity()).unwrap();
    let mut ids = IdSource::new([1; 32]);
    let files = [ids.file(1), ids.file(1)];
    for (at, id) in files.into_iter().enumerate() {
        let (name, status) = (format!("{at}.mp4"), FileStatus::Open);
        let (path, kind) = (name.clone(), FileKind::Video);
        let file = FileRecord {
            id,
            name,
            path,
            kind,
            width: 400,
            height: 300,
            frames: 100,
            bytes: 1,
            hash: None,
            status,
            clip: None,
            camera: None,
        };
        commit(&mut project, vec![Change::FileAdd(Box::new(file))]).unwrap();
        commit(&mut project, vec![Change::SequenceAdd(Box::new(Sequence::new(sequence(at), id, 1, LabelId(1))))]).unwrap();
    }
    (project, files)
}

fn commit(project: &mut Project, changes: Vec<Change>) -> Result<(), StoreError> {
    project.commit(Gesture { kind: kind::EDIT, title: "Edit".into(), target: None, changes }).map(drop)
}

fn sequence(at: usize) -> SequenceId {
    SequenceId::from_parts(at as u64, [9; 10])
}

fn event(number: u8, file: FileId, first: u64, last: u64) -> Event {
    Event::new(EventId::from_parts(u64::from(number), [number; 10]), file, Frames::new(first, last), LabelId(1))
}

fn add(event: &Event) -> Change {
    Change::EventAdd(Box::new(event.clone()))
}

#[test]
fn every_register_is_kept_undone_and_built_again() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    let (mut project, [file, _]) = new_project(&dir);
    let run = RunId::from_parts(3, [3; 10]);
    let first = Event { run: Some(run), extra: Some("{\"a\":1}".into()), ..event(1, file, 10, 20) };
    commit(&mut project, vec![add(&first), add(&event(2, file, 5, 5))]).unwrap();
    let before = project.events(file).unwrap();
    assert_eq!(before.iter().map(|event| event.frames.first()).collect::<Vec<_>>(), [5, 10]);
    assert_eq!(**before.get(first.id).unwrap(), first);
    let sets = [
        EventSet::Frames(Frames::new(0, 99)),
        EventSet::Label(LabelId(3)),
        EventSet::Participants("who".into(), vec![sequence(0)]),
        EventSet::Mark(Mark::Answer(AttributeId(4), Some(Answer::Bool(true)))),
        EventSet::Mark(Mark::Unsure(Some("why".into()))),
        EventSet::Deleted(true),
    ];
    for set in sets {
        commit(&mut project, vec![Change::EventSet { id: first.id, set: set.clone() }]).unwrap();
        let stored = project.events(file).unwrap();
        let mut copy = (**stored.get(first.id).unwrap()).clone();
        assert_eq!(copy.set(set.clone()), set, "kept");
        // Also after the program was started again.
        drop(project);
        project = Project::open(&dir, identity(), Access::Write).unwrap();
        let undone = project.undo().unwrap().unwrap();
        assert_eq!(undone.place.unwrap().0, file);
        assert_eq!(project.events(file).unwrap(), before, "{set:?} undone");
        project.redo().unwrap();
        assert_eq!(project.events(file).unwrap(), stored, "{set:?} done again");
        project.undo().unwrap();
    }
    // The event itself.
    project.undo().unwrap();
    assert_eq!((project.events(file).unwrap().len(), project.num_events().unwrap()), (0, 0));
    project.redo().unwrap();
    assert_eq!((project.events(file).unwrap(), project.num_events().unwrap()), (before.clone(), 2));
    assert_eq!(project.verify(false).unwrap().problems, Vec::<String>::new());
    assert_eq!(project.verify(true).unwrap().problems, Vec::<String>::new());
    assert_eq!(project.events(file).unwrap(), before);
}

#[test]
fn an_event_of_nothing_is_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (mut project, [file, other]) = new_project(&folder.path().join("p.limn"));
    let known = event(1, file, 0, 3);
    let mut strange = event(2, file, 0, 3);
    // A sequence of another file takes no part in it.
    strange.set(EventSet::Participants("who".into(), vec![sequence(1)]));
    let refused = |project: &mut Project, changes| {
        assert!(matches!(commit(project, changes), Err(StoreError::Refused(_))));
        assert_eq!(project.num_events().unwrap(), 0, "nothing by half");
    };
    refused(&mut project, vec![add(&known), add(&strange)]);
    refused(&mut project, vec![add(&known), add(&known)]);
    refused(&mut project, vec![add(&event(3, FileId::from_parts(77, [7; 10]), 0, 0))]);
    refused(&mut project, vec![add(&event(3, file, 0, u64::MAX))]);
    refused(&mut project, vec![Change::EventSet { id: known.id, set: EventSet::Label(LabelId(2)) }]);
    // Behind the end of the file, and of a label that the schema has not: kept as it is.
    let beyond = Event { label: LabelId(99), ..event(4, other, 5000, 6000) };
    commit(&mut project, vec![add(&beyond)]).unwrap();
    assert_eq!(project.event(beyond.id).unwrap(), Some(beyond));
}

#[test]
fn a_project_of_the_format_before_is_renewed_and_only_read_without_being_touched() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    let (mut project, [file, _]) = new_project(&dir);
    commit(&mut project, vec![add(&event(1, file, 0, 3))]).unwrap();
    let now = project.events(file).unwrap();
    drop(project);
    let database = || rusqlite::Connection::open(dir.join("project.db")).unwrap();
    database().execute_batch("DROP TABLE event; PRAGMA user_version = 5").unwrap();
    let format = || database().pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(Project::open(&dir, identity(), Access::Read).unwrap().events(file).unwrap(), now);
    assert_eq!(format(), 5);
    let mut project = Project::open(&dir, identity(), Access::Write).unwrap();
    assert_eq!((project.events(file).unwrap(), format()), (now, 7));
    assert_eq!(project.verify(false).unwrap().problems, Vec::<String>::new());
}
