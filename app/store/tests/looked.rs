//! How far files were looked through: under which version of the schema, and what is said to be absent.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::{FileId, FileKind, FileRecord, FileStatus, IdSource, LabelId, Looked, Progress, Schema};
use limn_store::{Access, Identity, Project};
use std::path::Path;

fn identity() -> Identity {
    Identity::from_seed([7; 32], "ada")
}

fn set(id: FileId, set: FileSet) -> Change {
    Change::FileSet { id, set }
}

fn commit(project: &mut Project, kind: &'static str, changes: Vec<Change>) {
    project.commit(Gesture { kind, title: "Test".into(), target: None, changes }).unwrap();
}

/// Files that are complete: by the status alone, under the version in force, under a version that nobody knows; and one that
/// is open. Then a label comes.
fn project(dir: &Path) -> (Project, [FileId; 4]) {
    let mut schema = Schema::default();
    schema.add_label("car");
    schema.add_label("bus");
    let mut project = Project::create(dir, "p", &schema, identity()).unwrap();
    let mut ids = IdSource::new([3; 32]);
    let files = ["a.png", "b.png", "c.png", "d.png"].map(|name| FileRecord {
        id: ids.file(1),
        name: name.into(),
        path: name.into(),
        kind: FileKind::Image,
        width: 10,
        height: 10,
        frames: 1,
        bytes: 5,
        hash: None,
        status: if name == "a.png" { FileStatus::Complete } else { FileStatus::Open },
        clip: None,
        camera: None,
    });
    let [a, b, c, d] = [0, 1, 2, 3].map(|at: usize| files[at].id);
    commit(&mut project, kind::FILES, files.into_iter().map(|file| Change::FileAdd(Box::new(file))).collect());
    let under = |id, number| [set(id, FileSet::Status(FileStatus::Complete)), set(id, FileSet::CompleteUnder(number))];
    commit(&mut project, kind::FILES, under(b, Some(0)).into());
    commit(&mut project, kind::FILES, under(c, None).into());
    commit(&mut project, kind::EDIT, vec![set(a, FileSet::Absent { label: LabelId(2), absent: true })]);
    schema.add_label("cyclist");
    project.publish_schema(&schema).unwrap();
    (project, [a, b, c, d])
}

fn looked(project: &Project) -> Vec<(Progress, Looked)> {
    let rows = project.files().unwrap();
    for row in &rows {
        assert_eq!(project.file(row.file.id).unwrap().as_ref(), Some(row));
    }
    rows.into_iter().map(|row| (row.looked.progress(row.file.status), row.looked)).collect()
}

fn expected() -> Vec<(Progress, Looked)> {
    let cyclist = vec![LabelId(3)];
    vec![
        (Progress::Behind, Looked { under: Some(1), absent: vec![LabelId(2)], later: cyclist.clone(), ..Looked::default() }),
        (Progress::Behind, Looked { under: Some(1), absent: vec![], later: cyclist, ..Looked::default() }),
        (Progress::Unknown, Looked::default()),
        (Progress::Open, Looked::default()),
    ]
}

#[test]
fn a_file_is_complete_under_the_version_that_was_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let (mut project, [a, b, ..]) = project(&folder.path().join("p.limn"));
    assert_eq!(looked(&project), expected());
    // What is absent need not be looked for again; what is complete again is up to date.
    commit(&mut project, kind::EDIT, vec![set(a, FileSet::Absent { label: LabelId(3), absent: true })]);
    commit(&mut project, kind::FILES, vec![set(b, FileSet::Status(FileStatus::Complete)), set(b, FileSet::CompleteUnder(Some(0)))]);
    let now = looked(&project);
    assert_eq!(
        now[0],
        (Progress::Complete, Looked { under: Some(1), absent: vec![LabelId(2), LabelId(3)], later: vec![LabelId(3)], ..Looked::default() })
    );
    assert_eq!(now[1], (Progress::Complete, Looked { under: Some(2), ..Looked::default() }));
    // Opened again, the version is forgotten.
    commit(&mut project, kind::FILES, vec![set(b, FileSet::Status(FileStatus::Open))]);
    assert_eq!(looked(&project)[1], (Progress::Open, Looked::default()));
    assert_eq!(project.verify(false).unwrap().problems, Vec::<String>::new());
}

#[test]
fn what_is_absent_is_taken_back_and_said_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut project, [a, ..]) = project(&folder.path().join("p.limn"));
    let absent = |project: &Project| looked(project)[0].1.absent.clone();
    // Said twice: taking the second back must not unsay the first.
    commit(&mut project, kind::EDIT, vec![set(a, FileSet::Absent { label: LabelId(2), absent: true })]);
    let undone = project.undo().unwrap().unwrap();
    assert_eq!((absent(&project), undone.place), (vec![LabelId(2)], Some((a, 0))));
    project.undo().unwrap().unwrap();
    assert_eq!(absent(&project), []);
    project.redo().unwrap().unwrap();
    assert_eq!(absent(&project), [LabelId(2)]);
}

#[test]
fn a_project_of_an_earlier_format_knows_the_version_from_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    let (mut project, [a, ..]) = project(&dir);
    commit(&mut project, kind::FILES, vec![set(a, FileSet::Absent { label: LabelId(1), absent: false })]);
    drop(project);
    let database = || rusqlite::Connection::open(dir.join("project.db")).unwrap();
    database().execute_batch("DROP TABLE absent; ALTER TABLE file DROP COLUMN complete_under; PRAGMA user_version = 4").unwrap();
    let format = || database().pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).unwrap();
    // Only read, nothing is touched; written, it is renewed.
    let reader = Project::open(&dir, identity(), Access::Read).unwrap();
    assert_eq!((looked(&reader), format()), (expected(), 4));
    drop(reader);
    let mut writer = Project::open(&dir, identity(), Access::Write).unwrap();
    assert_eq!((looked(&writer), format()), (expected(), 7));
    assert_eq!(writer.verify(false).unwrap().problems, Vec::<String>::new());
}
