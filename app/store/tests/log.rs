//! The log as a person relies on it: saved is saved, undo restores, and the views are what the log says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use limn_core::log::{Change, FileSet, Gesture, InstanceSet, kind};
use limn_core::{FileId, FileKind, FileRecord, FileStatus, Geometry, IdSource, Instance, InstanceId, LabelId, Mark, Rect, Schema};
use limn_store::{Access, Identity, Project, StoreError};
use proptest::prelude::*;
use std::path::Path;

fn identity() -> Identity {
    Identity::from_seed([7; 32], "ada")
}

fn schema() -> Schema {
    Schema::from_document(r#"{"labels":[{"name":"car"},{"name":"person"}]}"#).unwrap()
}

fn file(ids: &mut IdSource, name: &str) -> FileRecord {
    FileRecord {
        id: ids.file(1),
        name: name.into(),
        path: format!("media/{name}"),
        kind: FileKind::Image,
        width: 100,
        height: 80,
        frames: 1,
        bytes: 5,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    }
}

fn instance(ids: &mut IdSource, file: FileId, x: f64) -> Instance {
    Instance {
        id: ids.instance(2),
        file,
        frame: 0,
        label: LabelId(1),
        geometry: Geometry::Box(Rect::from_xywh(x, 1.0, 10.0, 10.0)),
        marks: limn_core::Marks::default(),
        run: None,
        confidence: None,
        extra: None,
        member: None,
    }
}

fn gesture(changes: Vec<Change>) -> Gesture {
    Gesture { kind: kind::EDIT, title: "Test".into(), target: None, changes }
}

fn project(dir: &Path, ids: &mut IdSource) -> (Project, FileId) {
    let mut project = Project::create(&dir.join("p.limn"), "p", &schema(), identity()).unwrap();
    let file = file(ids, "a.png");
    let id = file.id;
    project.commit(Gesture { kind: kind::FILES, ..gesture(vec![Change::FileAdd(Box::new(file))]) }).unwrap();
    (project, id)
}

#[derive(Clone, Debug)]
enum Act {
    Add(u8),
    Move(usize, u8),
    Label(usize, u8),
    Mark(usize, u8),
    Delete(usize),
    AddMany(u8),
    Undo,
    Redo,
    Reopen,
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => any::<u8>().prop_map(Act::Add),
        3 => (any::<usize>(), any::<u8>()).prop_map(|(which, x)| Act::Move(which, x)),
        2 => (any::<usize>(), 1..3_u8).prop_map(|(which, label)| Act::Label(which, label)),
        2 => (any::<usize>(), any::<u8>()).prop_map(|(which, mark)| Act::Mark(which, mark)),
        2 => any::<usize>().prop_map(Act::Delete),
        1 => (2..6_u8).prop_map(Act::AddMany),
        4 => Just(Act::Undo),
        3 => Just(Act::Redo),
        1 => Just(Act::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any mix of edits, undo, redo and restarts: the state is that of a plain stack of copies, and the views can be
    /// built again from the log to the same content.
    #[test]
    fn undo_restores_and_the_log_tells_all(acts in prop::collection::vec(any_act(), 1..40)) {
        let dir = tempfile::tempdir().unwrap();
        let mut ids = IdSource::new([3; 32]);
        let (mut project, file) = project(dir.path(), &mut ids);
        let mut past: Vec<Vec<Instance>> = Vec::new();
        let mut now: Vec<Instance> = Vec::new();
        let mut future: Vec<Vec<Instance>> = Vec::new();
        for act in acts {
            let pick = |which: usize| (!now.is_empty()).then(|| which % now.len().max(1));
            let mut next = now.clone();
            let changes = match act {
                Act::Add(x) => {
                    let new = instance(&mut ids, file, f64::from(x));
                    next.push(new.clone());
                    vec![vec![Change::InstanceAdd(Box::new(new))]]
                }
                Act::AddMany(count) => {
                    let new: Vec<_> = (0..count).map(|at| instance(&mut ids, file, f64::from(at))).collect();
                    next.extend(new.iter().cloned());
                    new.into_iter().map(|new| vec![Change::InstanceAdd(Box::new(new))]).collect()
                }
                Act::Move(which, x) => {
                    let Some(at) = pick(which) else { continue };
                    let geometry = Geometry::Box(Rect::from_xywh(f64::from(x), 2.5, 3.0, 4.0));
                    next[at].geometry = geometry.clone();
                    vec![vec![Change::InstanceSet { id: now[at].id, set: InstanceSet::Geometry(geometry) }]]
                }
                Act::Label(which, label) => {
                    let Some(at) = pick(which) else { continue };
                    next[at].label = LabelId(u32::from(label));
                    vec![vec![Change::InstanceSet { id: now[at].id, set: InstanceSet::Label(LabelId(u32::from(label))) }]]
                }
                Act::Mark(which, number) => {
                    let Some(at) = pick(which) else { continue };
                    let mark = match number % 3 {
                        0 => Mark::Occluded(number % 2 == 0),
                        1 => Mark::Order(i32::from(number) - 100),
                        _ => Mark::Unsure((number % 2 == 0).then(|| "why".into())),
                    };
                    next[at].marks.set(mark.clone());
                    vec![vec![Change::InstanceSet { id: now[at].id, set: InstanceSet::Mark(mark) }]]
                }
                Act::Delete(which) => {
                    let Some(at) = pick(which) else { continue };
                    next.remove(at);
                    vec![vec![Change::InstanceSet { id: now[at].id, set: InstanceSet::Deleted(true) }]]
                }
                Act::Undo => {
                    let undone = project.undo().unwrap();
                    prop_assert_eq!(undone.is_some(), !past.is_empty());
                    if let Some(before) = past.pop() {
                        future.push(std::mem::replace(&mut now, before));
                    }
                    prop_assert_eq!(project.instances_at(file, 0).unwrap(), now.clone());
                    continue;
                }
                Act::Redo => {
                    let redone = project.redo().unwrap();
                    prop_assert_eq!(redone.is_some(), !future.is_empty());
                    if let Some(after) = future.pop() {
                        past.push(std::mem::replace(&mut now, after));
                    }
                    prop_assert_eq!(project.instances_at(file, 0).unwrap(), now.clone());
                    continue;
                }
                Act::Reopen => {
                    drop(project);
                    project = Project::open(&dir.path().join("p.limn"), identity(), Access::Write).unwrap();
                    continue;
                }
            };
            let mut gestures: Vec<_> = changes.into_iter().map(gesture).collect();
            if gestures.len() == 1 {
                project.commit(gestures.remove(0)).unwrap();
            } else {
                project.commit_bulk(gestures, None).unwrap();
            }
            past.push(std::mem::replace(&mut now, next));
            future.clear();
            prop_assert_eq!(project.instances_at(file, 0).unwrap(), now.clone());
        }
        for rebuild in [false, true] {
            let report = project.verify(rebuild).unwrap();
            prop_assert!(report.problems.is_empty(), "{:?}", report.problems);
        }
        prop_assert_eq!(&project.instances_at(file, 0).unwrap(), &now);
        for instance in now {
            let last = project.versions(instance.id).unwrap().pop().unwrap();
            prop_assert_eq!((last.instance, last.deleted), (instance, false));
        }
    }
}

#[test]
fn a_refused_change_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([1; 32]);
    let (mut project, file) = project(dir.path(), &mut ids);
    let good = Change::InstanceAdd(Box::new(instance(&mut ids, file, 1.0)));
    let bad = Change::InstanceSet { id: InstanceId::from_parts(9, [9; 10]), set: InstanceSet::Deleted(true) };
    let seq = project.last_seq();
    assert!(matches!(project.commit(gesture(vec![good.clone(), bad])), Err(StoreError::Refused(_))));
    assert_eq!(project.last_seq(), seq);
    assert!(project.instances_at(file, 0).unwrap().is_empty());
    project.commit(gesture(vec![good])).unwrap();
    assert!(project.verify(false).unwrap().problems.is_empty());
}

#[test]
fn operations_name_what_the_editor_had_seen() {
    use limn_core::log::Op;
    let dir = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([1; 32]);
    let (mut project, file) = project(dir.path(), &mut ids);
    let new = instance(&mut ids, file, 1.0);
    let id = new.id;
    let added = project.commit(gesture(vec![Change::InstanceAdd(Box::new(new))])).unwrap();
    let set = |label| gesture(vec![Change::InstanceSet { id, set: InstanceSet::Label(LabelId(label)) }]);
    let first = project.commit(set(2)).unwrap();
    project.commit(set(1)).unwrap();
    let mut ops = Vec::new();
    project
        .for_each_op(|row| {
            ops.push(Op::from_bytes(&row.bytes).unwrap());
            Ok::<(), StoreError>(())
        })
        .unwrap();
    let last = &ops[ops.len() - 2..];
    assert_eq!(last[0].base, [added.id]);
    assert_eq!(last[1].base, [first.id]);
    assert_eq!(last[1].prev, Some(first.id));
    assert!(ops.iter().zip(1..).all(|(op, seq)| op.seq == seq && op.lamport == seq));
    assert_eq!(last[1].schema, Some(*blake3::hash(schema().to_document().as_bytes()).as_bytes()));
}

#[test]
fn damage_is_found_and_views_are_built_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([1; 32]);
    let (mut project, file) = project(dir.path(), &mut ids);
    project.commit(gesture(vec![Change::InstanceAdd(Box::new(instance(&mut ids, file, 1.0)))])).unwrap();
    drop(project);
    let path = dir.path().join("p.limn");
    let tamper = |sql: &str| rusqlite::Connection::open(path.join("project.db")).unwrap().execute_batch(sql).unwrap();
    let open = || Project::open(&path, identity(), Access::Write).unwrap();

    tamper("UPDATE instance SET label = 2");
    assert!(open().verify(false).unwrap().problems[0].contains("\"instance\" differs"));
    open().verify(true).unwrap();
    assert_eq!(open().verify(false).unwrap().problems, Vec::<String>::new());

    tamper("UPDATE op SET bytes = substr(bytes, 1, length(bytes) - 1) || x'00' WHERE n = 4");
    assert!(open().verify(false).unwrap().problems.iter().any(|problem| problem.contains("do not match its hash")));
}

#[test]
fn one_writer_many_readers_and_no_newer_format() {
    let dir = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([1; 32]);
    let (project, file) = project(dir.path(), &mut ids);
    let path = dir.path().join("p.limn");
    let held = Project::open(&path, identity(), Access::Write).unwrap_err().to_string();
    assert!(held.contains(&format!("process {}", std::process::id())), "{held}");
    let mut reader = Project::open(&path, identity(), Access::Read).unwrap();
    assert_eq!(reader.files().unwrap()[0].file.id, file);
    assert!(matches!(reader.snapshot("x"), Err(StoreError::ReadOnly)));
    drop((project, reader));
    rusqlite::Connection::open(path.join("project.db")).unwrap().pragma_update(None, "user_version", 9).unwrap();
    let newer = Project::open(&path, identity(), Access::Write).unwrap_err().to_string();
    assert!(newer.contains("newer version of Limn (format 9"), "{newer}");
}

#[test]
fn a_snapshot_gives_the_past() {
    let dir = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([1; 32]);
    let (mut project, file) = project(dir.path(), &mut ids);
    let new = instance(&mut ids, file, 1.0);
    project.commit(gesture(vec![Change::InstanceAdd(Box::new(new.clone()))])).unwrap();
    project.snapshot("first").unwrap();
    project.commit(gesture(vec![Change::InstanceSet { id: new.id, set: InstanceSet::Deleted(true) }])).unwrap();
    project
        .commit(Gesture { kind: kind::FILES, ..gesture(vec![Change::FileSet { id: file, set: FileSet::Status(FileStatus::Complete) }]) })
        .unwrap();
    let past = project.at_snapshot("first").unwrap();
    assert_eq!(past.instances_at(file, 0).unwrap(), [new]);
    assert_eq!(past.files().unwrap()[0].file.status, FileStatus::Open);
    assert_eq!(past.schema(), project.schema());
    assert!(project.instances_at(file, 0).unwrap().is_empty());
    assert!(project.at_snapshot("last").unwrap_err().to_string().contains("Snapshots: first"));
    assert!(matches!(project.snapshot("first"), Err(StoreError::Refused(_))));
}

#[test]
fn what_each_author_left_can_be_looked_at_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([1; 32]);
    let (mut project, file) = project(dir.path(), &mut ids);
    let path = dir.path().join("p.limn");
    let mut shapes = [1.0, 2.0, 3.0, 4.0].map(|x| instance(&mut ids, file, x));
    shapes.sort_by_key(|shape| shape.id);
    let add = |shape: &Instance| gesture(vec![Change::InstanceAdd(Box::new(shape.clone()))]);
    assert_eq!(project.authors(file).unwrap(), Vec::<String>::new());
    project.commit(add(&shapes[0])).unwrap();
    drop(project);
    let bob = || Project::open(&path, Identity::from_seed([8; 32], "bob"), Access::Write).unwrap();
    let mut project = bob();
    project.commit(add(&shapes[1])).unwrap();
    project.commit(gesture(vec![Change::InstanceSet { id: shapes[0].id, set: InstanceSet::Deleted(true) }])).unwrap();
    assert_eq!(project.authors(file).unwrap(), ["ada", "bob"]);
    let left_by = |project: &Project, user: &str| project.at_last_step_of(user, file).unwrap().instances_at(file, 0).unwrap();
    assert_eq!(left_by(&project, "ada"), shapes[..1]);
    assert_eq!(left_by(&project, "bob"), project.instances_at(file, 0).unwrap());
    drop(project);
    // Whoever goes on is the last one; what is taken back is not counted.
    let mut project = Project::open(&path, identity(), Access::Write).unwrap();
    project.commit(add(&shapes[2])).unwrap();
    assert_eq!(project.authors(file).unwrap(), ["bob", "ada"]);
    assert_eq!((left_by(&project, "bob"), left_by(&project, "ada")), (shapes[1..2].to_vec(), shapes[1..3].to_vec()));
    project.undo().unwrap().unwrap();
    assert_eq!(project.authors(file).unwrap(), ["ada", "bob"]);
    let nobody = project.at_last_step_of("eve", file).map(drop).unwrap_err().to_string();
    assert!(nobody.contains("the work of eve"), "{nobody}");
    // Another file has authors of its own.
    assert_eq!(project.authors(ids.file(9)).unwrap(), Vec::<String>::new());
}

#[test]
fn two_devices_write_one_project_and_each_takes_back_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([3; 32]);
    let (mut first, file) = project(dir.path(), &mut ids);
    let path = dir.path().join("p.limn");
    // The same numbers of operations on both sides: shapes drawn, and moved.
    let mut drawn = Vec::new();
    for x in 0..6 {
        let shape = instance(&mut ids, file, f64::from(x));
        drawn.push(shape.id);
        first.commit(gesture(vec![Change::InstanceAdd(Box::new(shape))])).unwrap();
    }
    let moved = |id, x: f64| Change::InstanceSet { id, set: InstanceSet::Geometry(Geometry::Box(Rect::from_xywh(x, 0.0, 5.0, 5.0))) };
    for (at, id) in drawn.iter().enumerate() {
        first.commit(gesture(vec![moved(*id, 100.0 + at as f64)])).unwrap();
    }
    drop(first);
    let other = Identity::from_seed([77; 32], "bob");
    let mut second = Project::open(&path, other.clone(), Access::Write).unwrap();
    for (at, id) in drawn.iter().cycle().take(20).enumerate() {
        second.commit(gesture(vec![moved(*id, 200.0 + at as f64)])).unwrap();
    }
    let left = |project: &Project, id| match project.instance(id).unwrap().unwrap().instance.geometry {
        Geometry::Box(rect) => rect.min.x,
        _ => unreachable!(),
    };
    // The last of the twenty moved the second shape from where it was put six before.
    assert_eq!(second.undo().unwrap().unwrap().title, gesture(Vec::new()).title);
    assert_eq!(left(&second, drawn[1]), 213.0);
    for _ in 0..19 {
        assert!(second.undo().unwrap().is_some());
    }
    assert_eq!(second.undo().unwrap(), None, "what the first one did is not the second one's to take back");
    assert!(drawn.iter().enumerate().all(|(at, id)| left(&second, *id) == 100.0 + at as f64));
    assert!(second.redo().unwrap().is_some());
    drop(second);
    let mut first = Project::open(&path, identity(), Access::Write).unwrap();
    assert!(first.undo().unwrap().is_some());
    assert_eq!(first.verify(false).unwrap().problems, Vec::<String>::new());
}

#[test]
fn a_project_of_the_first_format_gets_its_views_anew() {
    let dir = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([3; 32]);
    let (mut project, file) = project(dir.path(), &mut ids);
    project.commit(gesture(vec![Change::InstanceAdd(Box::new(instance(&mut ids, file, 1.0)))])).unwrap();
    drop(project);
    let path = dir.path().join("p.limn");
    let db = rusqlite::Connection::open(path.join("project.db")).unwrap();
    db.execute_batch(
        "DROP TABLE step; DROP TABLE inverse; PRAGMA user_version = 1;
         CREATE TABLE step (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, title TEXT NOT NULL, state INTEGER NOT NULL, file BLOB, frame INTEGER);
         CREATE TABLE inverse (seq INTEGER PRIMARY KEY, changes BLOB NOT NULL);",
    )
    .unwrap();
    drop(db);
    let mut reader = Project::open(&path, identity(), Access::Read).unwrap();
    assert_eq!(reader.files().unwrap()[0].num_instances, 1);
    assert_eq!(reader.verify(false).unwrap().problems, Vec::<String>::new());
    drop(reader);
    let mut project = Project::open(&path, identity(), Access::Write).unwrap();
    assert_eq!(project.verify(false).unwrap().problems, Vec::<String>::new());
    assert!(project.undo().unwrap().is_some());
    assert_eq!(project.files().unwrap()[0].num_instances, 0);
}

#[test]
fn every_version_of_an_instance_and_every_step_on_a_file_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([1; 32]);
    let (mut project, file) = project(dir.path(), &mut ids);
    let (one, two) = (instance(&mut ids, file, 1.0), instance(&mut ids, file, 2.0));
    let titled = |title: &str, changes| Gesture { title: title.into(), ..gesture(changes) };
    let set = |id, set| Change::InstanceSet { id, set };
    project.commit(titled("Draw", vec![Change::InstanceAdd(Box::new(one.clone())), Change::InstanceAdd(Box::new(two.clone()))])).unwrap();
    project.commit(titled("Label", vec![set(two.id, InstanceSet::Label(LabelId(2)))])).unwrap();
    let both = vec![set(one.id, InstanceSet::Label(LabelId(2))), set(one.id, InstanceSet::Mark(Mark::Pinned(true)))];
    project.commit(titled("Pin", both)).unwrap();
    project.undo().unwrap();
    project.commit(titled("Delete", vec![set(one.id, InstanceSet::Deleted(true))])).unwrap();
    let versions = project.versions(one.id).unwrap();
    let told: Vec<_> = versions.iter().map(|v| (v.title.as_str(), v.instance.label.0, v.instance.marks.pinned, v.deleted)).collect();
    assert_eq!(told, [("Draw", 1, false, false), ("Pin", 2, true, false), ("Undo Pin", 1, false, false), ("Delete", 1, false, true)]);
    assert_eq!(versions[1].registers, ["label", "pinned"]);
    assert_eq!(versions[0].user, "ada");
    let steps = project.steps_on(file, 3).unwrap();
    let told: Vec<_> = steps.iter().map(|step| (step.title.as_str(), step.undone, step.changes.len())).collect();
    assert_eq!(told, [("Label", false, 1), ("Pin", true, 2), ("Delete", false, 1)]);
    assert!(project.versions(InstanceId::from_parts(9, [9; 10])).unwrap().is_empty());
}

#[test]
fn answers_about_files_and_frames_are_steps_and_a_view() {
    use limn_core::schema::{Answer, AttributeId};
    let dir = tempfile::tempdir().unwrap();
    let mut ids = IdSource::new([3; 32]);
    let (mut project, file) = project(dir.path(), &mut ids);
    let set = |frame, answer| Change::FileSet { id: file, set: FileSet::Answer { frame, attribute: AttributeId(2), answer } };
    let yes = Some(Answer::Bool(true));
    project.commit(gesture(vec![set(None, yes.clone())])).unwrap();
    project.commit(gesture(vec![set(Some(7), yes.clone()), set(None, Some(Answer::Bool(false)))])).unwrap();
    let at = |project: &Project, frame| {
        let answers = project.answers_at(file, frame).unwrap();
        (answers.file.values().next().map(Answer::text), answers.frame.values().next().map(Answer::text))
    };
    assert_eq!(at(&project, 7), (Some("no".into()), Some("yes".into())));
    assert_eq!(at(&project, 8), (Some("no".into()), None));
    assert_eq!(project.undo().unwrap().unwrap().place, Some((file, 7)));
    assert_eq!(at(&project, 7), (Some("yes".into()), None));
    project.redo().unwrap();
    assert_eq!(project.answers().unwrap().iter().map(|row| row.frame).collect::<Vec<_>>(), [None, Some(7)]);
    assert!(project.commit(gesture(vec![set(Some(u64::MAX), yes)])).is_err());
    assert_eq!(project.verify(false).unwrap().problems, Vec::<String>::new());
    // In the format before this table the log has them all the same.
    drop(project);
    let path = dir.path().join("p.limn");
    let db = rusqlite::Connection::open(path.join("project.db")).unwrap();
    db.execute_batch("DROP TABLE answer; PRAGMA user_version = 3;").unwrap();
    drop(db);
    assert_eq!(Project::open(&path, identity(), Access::Read).unwrap().answers().unwrap().len(), 2);
    let mut project = Project::open(&path, identity(), Access::Write).unwrap();
    assert_eq!(project.answers().unwrap().len(), 2);
    assert_eq!(project.verify(true).unwrap().problems, Vec::<String>::new());
    assert_eq!(project.answers().unwrap().len(), 2);
}
