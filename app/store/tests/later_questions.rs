//! Required questions that came after files, or stretches of frames, were complete.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use limn_core::log::{Change, FileSet, Gesture, InstanceSet, kind};
use limn_core::schema::attribute::{Attribute, AttributeType, Subject};
use limn_core::schema::{Answer, AttributeId};
use limn_core::sequence::Member;
use limn_core::{
    FileId, FileKind, FileRecord, FileStatus, Geometry, IdSource, Instance, LabelId, Mark, Progress, Rect, Schema, Sequence, SequenceId,
};
use limn_store::{Identity, Project};

const COLOUR: AttributeId = AttributeId(1);
const WEATHER: AttributeId = AttributeId(2);

fn commit(project: &mut Project, changes: Vec<Change>) {
    project.commit(Gesture { kind: kind::EDIT, title: "Test".into(), target: None, changes }).unwrap();
}

fn file(ids: &mut IdSource, name: &str, frames: u64) -> FileRecord {
    let kind = if frames > 1 { FileKind::Video } else { FileKind::Image };
    FileRecord {
        id: ids.file(1),
        name: name.into(),
        path: name.into(),
        kind,
        width: 10,
        height: 10,
        frames,
        bytes: 5,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    }
}

fn question(id: AttributeId, of: Subject) -> Attribute {
    Attribute { of, required: true, ..Attribute::new(id, &format!("question {id}"), AttributeType::Text) }
}

#[test]
fn files_and_frames_fall_behind_by_questions_that_came_later_until_these_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut schema = Schema::default();
    schema.add_label("car");
    let mut project = Project::create(&folder.path().join("p.limn"), "p", &schema, Identity::from_seed([7; 32], "ada")).unwrap();
    let mut ids = IdSource::new([3; 32]);
    let files = [file(&mut ids, "a.png", 1), file(&mut ids, "b.png", 1), file(&mut ids, "v.mp4", 30), file(&mut ids, "w.mp4", 30)];
    let [a, b, v, w] = [0, 1, 2, 3].map(|at: usize| files[at].id);
    let instance = |ids: &mut IdSource, file: FileId, frame: u64| {
        Instance::new(ids.instance(1), file, frame, LabelId(1), Geometry::Box(Rect::from_xywh(1.0, 1.0, 2.0, 2.0)))
    };
    let cars = [(a, 0), (a, 0), (v, 5)].map(|(file, frame)| instance(&mut ids, file, frame));
    let first = cars[0].id;
    let sequence = Sequence::new(SequenceId::from_parts(1, [4; 10]), w, 1, LabelId(1));
    let keyframes =
        [3, 9].map(|frame| Instance { member: Some(Member { sequence: sequence.id, part: 0 }), ..instance(&mut ids, w, frame) });
    let complete = |id| [FileSet::Status(FileStatus::Complete), FileSet::CompleteUnder(Some(0))].map(|set| Change::FileSet { id, set });
    let stretch = |first, last| Change::FileSet { id: v, set: FileSet::Stretch { first, looked: Some((last, 0)) } };
    let mut changes: Vec<Change> = files.into_iter().map(|file| Change::FileAdd(Box::new(file))).collect();
    changes.push(Change::SequenceAdd(Box::new(sequence)));
    changes.extend(cars.into_iter().chain(keyframes).map(|instance| Change::InstanceAdd(Box::new(instance))));
    changes.extend([a, b, w].into_iter().flat_map(complete));
    changes.extend([stretch(0, 9), stretch(20, 29)]);
    commit(&mut project, changes);

    let told = |project: &Project| {
        let rows = project.files().unwrap();
        for row in &rows {
            assert_eq!(project.file(row.file.id).unwrap().as_ref(), Some(row), "one file is told as all are");
        }
        let of = |at: usize| (rows[at].looked.progress(rows[at].file.status), rows[at].looked.unanswered.clone());
        let stretches: Vec<bool> = rows[2].looked.stretches.iter().map(|stretch| stretch.is_behind).collect();
        ([of(0), of(1), of(3)], stretches)
    };
    let whole = || (Progress::Complete, vec![]);
    let behind = |open: &[(AttributeId, u64)]| (Progress::Behind, open.to_vec());
    assert_eq!(told(&project), ([whole(), whole(), whole()], vec![false, false]));
    schema.attributes.push(question(COLOUR, Subject::Instance));
    project.publish_schema(&schema).unwrap();
    // One answer holds for all of a sequence; what is empty has nobody to be asked about.
    assert_eq!(told(&project), ([behind(&[(COLOUR, 2)]), whole(), behind(&[(COLOUR, 1)])], vec![true, false]));
    schema.attributes.push(question(WEATHER, Subject::File));
    project.publish_schema(&schema).unwrap();
    let all = |count| behind(&[(COLOUR, count), (WEATHER, 1)]);
    assert_eq!(told(&project), ([all(2), behind(&[(WEATHER, 1)]), all(1)], vec![true, false]));

    let text = || Some(Answer::Text("red".into()));
    commit(&mut project, vec![Change::InstanceSet { id: first, set: InstanceSet::Mark(Mark::Answer(COLOUR, text())) }]);
    let weather = FileSet::Answer { frame: None, attribute: WEATHER, answer: text() };
    commit(&mut project, vec![Change::FileSet { id: b, set: weather }]);
    assert_eq!(told(&project), ([all(1), whole(), all(1)], vec![true, false]));
    project.undo().unwrap().unwrap();
    assert_eq!(told(&project).0[1], behind(&[(WEATHER, 1)]));
    // Called complete again, a file is up to date whatever is open on it.
    commit(&mut project, complete(a).into());
    assert_eq!(told(&project).0[0], whole());
    // Nothing is missing to a question that is not required any more.
    schema.attributes.iter_mut().for_each(|one| one.required = false);
    project.publish_schema(&schema).unwrap();
    assert_eq!(told(&project), ([whole(), whole(), whole()], vec![false, false]));
}
