//! Sequences through Limn's own format: out of one project, into another.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use limn_core::event::{Event, EventSet};
use limn_core::log::{Change, Gesture, kind};
use limn_core::query::Query;
use limn_core::sequence::{Member, Motion, Tie};
use limn_core::{
    EventId, FileId, FileKind, FileRecord, FileStatus, Frames, Geometry, IdSource, Instance, Label, LabelId, Mark, Polygon, Rect, Role,
    Schema, Sequence, SequenceId, Sequences,
};
use limn_jobs::{ExportOptions, ImportOptions, ImportSummary, JobCx};
use limn_store::{Identity, Project};
use std::path::Path;
use std::sync::atomic::AtomicBool;

static GO_ON: AtomicBool = AtomicBool::new(false);

fn quietly<R>(run: impl FnOnce(&mut JobCx<'_>) -> R) -> R {
    run(&mut JobCx { progress: &mut |_| {}, cancel: &GO_ON })
}

fn empty(dir: &Path, name: &str) -> Project {
    Project::create(&dir.join(name), "p", &Schema::default(), Identity::from_seed([7; 32], "ada")).unwrap()
}

fn file() -> FileId {
    FileId::from_parts(1, [1; 10])
}

fn id(number: u8) -> SequenceId {
    SequenceId::from_parts(u64::from(number), [7; 10])
}

/// A video with two sequences, one of them of two parts, and a plain box.
fn filled(dir: &Path) -> Project {
    let mut project = empty(dir, "a.limn");
    let labels = vec![Label::new(LabelId(1), "car"), Label::new(LabelId(2), "bus")];
    let labels = labels.into_iter().map(|label| Label { color: [1, 2, 3], ..label }).collect();
    project.publish_schema(&Schema { labels, ..Schema::default() }).unwrap();
    let mut ids = IdSource::new([1; 32]);
    let record = FileRecord {
        id: file(),
        name: "a.mp4".into(),
        path: "a.mp4".into(),
        kind: FileKind::Video,
        width: 640,
        height: 480,
        frames: 100,
        bytes: 5,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    };
    let mut bus = Sequence::new(id(2), file(), 7, LabelId(2));
    (bus.name, bus.motion, bus.exit, bus.extra) = (Some("red".into()), Motion::Smooth, Some(80), Some(r#"{"source":"hand"}"#.into()));
    bus.marks.set(Mark::Role(Role::Ignore));
    let mut changes = vec![
        Change::FileAdd(Box::new(record)),
        Change::SequenceAdd(Box::new(Sequence::new(id(1), file(), 1, LabelId(1)))),
        Change::SequenceAdd(Box::new(bus)),
    ];
    let mut add = |member: Option<Member>, frame: u64, outside: bool| {
        let geometry = Geometry::Box(Rect::from_xywh(frame as f64 / 3.0, 1., 5., 5.));
        let mut instance = Instance { member, ..Instance::new(ids.instance(5), file(), frame, LabelId(1), geometry) };
        instance.marks.set(Mark::Outside(outside));
        changes.push(Change::InstanceAdd(Box::new(instance)));
    };
    let part = |number, part| Some(Member { sequence: id(number), part });
    add(part(1, 0), 60, true);
    add(part(1, 0), 10, false);
    add(part(2, 0), 0, false);
    add(part(2, 3), 5, false);
    add(None, 7, false);
    // The two meet, and something happens of which nobody says who takes part.
    let event = |number: u8, first, last| Event::new(EventId::from_parts(9, [number; 10]), file(), Frames::new(first, last), LabelId(2));
    let mut meet = Event { extra: Some(r#"{"source":"hand"}"#.into()), ..event(1, 10, 40) };
    meet.set(EventSet::Participants("who".into(), vec![id(1)]));
    meet.set(EventSet::Participants("target".into(), vec![id(2)]));
    meet.set(EventSet::Mark(Mark::Unsure(Some("dark".into()))));
    changes.push(Change::EventAdd(Box::new(meet)));
    changes.push(Change::EventAdd(Box::new(event(2, 5, 5))));
    project.commit(Gesture { kind: kind::EDIT, title: "Draw".into(), target: None, changes }).unwrap();
    project
}

fn export(project: &Project, out: &Path, query: &str) -> u64 {
    let options = ExportOptions { query: Query::parse(query).unwrap(), ..ExportOptions::default() };
    let done = quietly(|cx| limn_jobs::export(project, "limn", out, &options, cx)).unwrap();
    done.files[0].report.sequences
}

fn import(project: &mut Project, path: &Path) -> ImportSummary {
    let done = quietly(|cx| limn_jobs::import(project, "limn", path, &ImportOptions::default(), cx)).unwrap();
    assert!(done.stopped_by.is_none(), "{done:?}");
    done
}

/// But the authors that an import notes on keyframes.
fn same(project: &Project, other: &Project) -> bool {
    let told = |project: &Project| {
        let sequences: Sequences = project.sequences(file()).unwrap();
        let tracks = sequences.tracks().map(|track| {
            let keyframes = track.parts().flat_map(|part| track.keyframes(part).map(move |(frame, keyframe)| (part, frame, keyframe)));
            let keyframes = keyframes.map(|(part, frame, key)| (part, frame, key.id, key.geometry.clone(), key.marks.clone()));
            (track.sequence.clone(), keyframes.collect::<Vec<_>>())
        });
        tracks.collect::<Vec<_>>()
    };
    told(project) == told(other) && project.events(file()).unwrap().iter().eq(other.events(file()).unwrap().iter())
}

#[test]
fn an_import_of_an_export_gives_the_same_sequences() {
    let dir = tempfile::tempdir().unwrap();
    let first = filled(dir.path());
    let [out, again] = ["out.jsonl", "again.jsonl"].map(|name| dir.path().join(name));
    assert_eq!(export(&first, &out, ""), 2);
    let mut second = empty(dir.path(), "b.limn");
    let done = import(&mut second, &out);
    assert_eq!((done.sequences, done.events, done.instances), (2, 2, 5));
    assert!(same(&first, &second));
    assert_eq!(second.sequences(file()).unwrap().num_keyframes(), 4);
    assert_eq!(second.verify(false).unwrap().problems, Vec::<String>::new());
    export(&second, &again, "");
    let text = |path: &Path| std::fs::read_to_string(path).unwrap();
    assert_eq!(text(&again), text(&out));

    // Once more: everything is there already.
    let done = import(&mut second, &out);
    assert_eq!((done.sequences, done.events, done.instances, done.instances_skipped), (0, 0, 0, 5));
    assert!(same(&first, &second));
    // Taken back, and imported again: the same ones come back.
    second.undo().unwrap().unwrap();
    assert_eq!(second.sequences(file()).unwrap().tracks().count(), 0);
    assert_eq!(second.events(file()).unwrap().len(), 0);
    let done = import(&mut second, &out);
    assert_eq!((done.sequences, done.events, done.instances), (2, 2, 5));
    assert!(same(&first, &second));
    assert_eq!(second.verify(true).unwrap().problems, Vec::<String>::new());
}

#[test]
fn ties_between_vertices_come_along_and_other_formats_go_by_them() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = filled(dir.path());
    let mut ids = IdSource::new([2; 32]);
    let corners = |x: f64| Rect::from_xywh(x, 100.1, 40.3, 40.7).corners();
    let keyframe = |ids: &mut IdSource, frame: u64, x: f64| {
        let geometry = Geometry::Polygon(Polygon::simple(corners(x).to_vec()));
        let member = Some(Member { sequence: id(3), part: 0 });
        Instance { member, ..Instance::new(ids.instance(6), file(), frame, LabelId(1), geometry) }
    };
    let mut tied = keyframe(&mut ids, 20, 100.0);
    tied.marks.set(Mark::Ties(vec![Tie { from: corners(100.0)[0], to: corners(200.0)[1] }]));
    let mut changes = vec![Change::SequenceAdd(Box::new(Sequence::new(id(3), file(), 9, LabelId(1))))];
    changes.extend([tied, keyframe(&mut ids, 30, 200.0)].map(|one| Change::InstanceAdd(Box::new(one))));
    first.commit(Gesture { kind: kind::EDIT, title: "Draw".into(), target: None, changes }).unwrap();

    let shown = |project: &Project| project.sequences(file()).unwrap().state(Member { sequence: id(3), part: 0 }, 25).unwrap().instance;
    let turned = |geometry: &Geometry| geometry.bounds().unwrap().width() > 50.0;
    assert!(turned(&shown(&first).geometry), "an eighth of a turn: {:?}", shown(&first));
    let out = dir.path().join("out.jsonl");
    export(&first, &out, "");
    let mut second = empty(dir.path(), "b.limn");
    import(&mut second, &out);
    assert!(same(&first, &second));
    assert_eq!(shown(&second).geometry, shown(&first).geometry);
    assert_eq!(second.verify(true).unwrap().problems, Vec::<String>::new());

    // Every frame of it, as the canvas shows them.
    let coco = dir.path().join("coco.json");
    let options = ExportOptions { incomplete: true, ..ExportOptions::default() };
    quietly(|cx| limn_jobs::export(&first, "coco-tracks", &coco, &options, cx)).unwrap();
    let text = std::fs::read_to_string(&coco).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let widths =
        document["annotations"].as_array().unwrap().iter().filter(|row| row["track_id"] == 9).map(|row| row["bbox"][2].as_f64().unwrap());
    assert_eq!(widths.filter(|width| *width > 50.0).count(), 7, "{text}");
}

#[test]
fn a_sequence_of_which_one_keyframe_is_chosen_is_exported_whole() {
    let dir = tempfile::tempdir().unwrap();
    let first = filled(dir.path());
    let out = dir.path().join("out.jsonl");
    assert_eq!(export(&first, &out, "label = bus"), 1);
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(text.matches("{\"instance\"").count(), 2, "{text}");
    // The event in which it takes part comes along, without the other one.
    assert_eq!(text.matches("{\"event\"").count(), 1, "{text}");
    assert!(text.contains(r#""participants":{"target":[0]}"#), "{text}");
    assert_eq!(export(&first, &out, "frame = 60"), 1);
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(text.matches("{\"instance\"").count(), 2, "both keyframes of it: {text}");
}

#[test]
fn numbers_and_ids_that_are_taken_change() {
    let dir = tempfile::tempdir().unwrap();
    let first = filled(dir.path());
    let out = dir.path().join("out.jsonl");
    export(&first, &out, "");
    let mut second = empty(dir.path(), "b.limn");
    import(&mut second, &out);
    // The same without ids: new ones beside those that are there.
    let lines = std::fs::read_to_string(&out).unwrap();
    let without = |line: &str| match line.find("{\"id\":") {
        Some(at) if !line.starts_with("{\"file\"") && !line.starts_with("{\"schema\"") => format!("{}{}", &line[..=at], &line[at + 45..]),
        _ => line.to_owned(),
    };
    let text: Vec<String> = lines.lines().map(|line| without(line).trim_start_matches(',').replace("{,", "{")).collect();
    std::fs::write(&out, text.join("\n")).unwrap();
    let done = import(&mut second, &out);
    assert_eq!((done.sequences, done.instances), (2, 5), "{done:?}\n{}", text.join("\n"));
    let sequences = second.sequences(file()).unwrap();
    let mut numbers: Vec<u32> = sequences.tracks().map(|track| track.sequence.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 7, 8, 9]);
    assert!(done.problems.iter().any(|kind| kind.text.contains("number of a sequence is taken") && kind.count == 2), "{:?}", done.problems);
    assert_eq!(sequences.num_keyframes(), 8);
}

/// What a CVAT file answers comes to the questions of that name that the project asks already.
#[test]
fn answers_of_a_cvat_file_find_the_questions_of_the_project() {
    let dir = tempfile::tempdir().unwrap();
    let mut project = empty(dir.path(), "a.limn");
    let asked = r#"{"labels":[{"name":"bus"},{"name":"car"}],"attributes":[{"name":"seats","type":"integer"},
        {"name":"colour","type":"select","options":["blue","red"]}]}"#;
    project.publish_schema(&Schema::from_document(asked).unwrap()).unwrap();
    let path = dir.path().join("in.xml");
    let attribute =
        "<attribute><name>colour</name><mutable>False</mutable><input_type>select</input_type><values>red\nblue</values></attribute>";
    let shape = r#"keyframe="1" outside="0" xtl="1" ytl="2" xbr="3" ybr="4"><attribute name="colour">red</attribute></box>"#;
    let text = format!(
        r#"<annotations><meta><task><name>t</name><size>50</size><labels><label><name>car</name><attributes>{attribute}</attributes></label></labels>
        <original_size><width>64</width><height>48</height></original_size></task><source>a.mp4</source></meta>
        <track id="3" label="car"><box frame="2" {shape}<box frame="9" {shape}</track></annotations>"#
    );
    std::fs::write(&path, text).unwrap();
    let done = quietly(|cx| limn_jobs::import(&mut project, "cvat", &path, &ImportOptions::default(), cx)).unwrap();
    assert_eq!((done.sequences, done.instances, done.files_missing), (1, 2, 1), "{done:?}");
    let file = project.files().unwrap()[0].file.id;
    let sequences = project.sequences(file).unwrap();
    let track = sequences.tracks().next().unwrap();
    assert_eq!((track.sequence.number, track.sequence.label, track.first_frame(), track.last_frame()), (4, LabelId(2), Some(2), Some(9)));
    let answers: Vec<_> =
        track.sequence.marks.answers.iter().map(|(id, answer)| (id.0, answer.choices()[0].option.0, answer.text())).collect();
    assert_eq!(answers, [(2, 2, "red".to_owned())]);
    // And out again.
    let out = dir.path().join("out.xml");
    let done = quietly(|cx| limn_jobs::export(&project, "cvat", &out, &ExportOptions { incomplete: true, ..ExportOptions::default() }, cx))
        .unwrap();
    assert_eq!((done.files[0].report.sequences, done.files[0].report.instances), (1, 2));
    assert_eq!(std::fs::read_to_string(&out).unwrap().matches("<attribute name=\"colour\">red</attribute>").count(), 2);
    assert_eq!(project.verify(false).unwrap().problems, Vec::<String>::new());
}

/// A folder of MOT into a project and out again: the same rows, on the folder of frames that lies beside them.
#[test]
fn rows_of_mot_become_sequences_and_rows_again() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("M-02");
    std::fs::create_dir_all(folder.join("gt")).unwrap();
    std::fs::write(folder.join("seqinfo.ini"), "[Sequence]\nname=M-02\nimDir=img1\nseqLength=9\nimWidth=64\nimHeight=48\n").unwrap();
    let rows = "1,1,1,1,5,5,1,1,1\n2,1,2,1,5,5,1,1,1\n3,1,3,1,5,5,1,1,1\n3,4,9,9,5,5,1,2,1\n5,1,3,1,5,5,1,1,0.5\n";
    std::fs::write(folder.join("gt/gt.txt"), rows).unwrap();
    std::fs::write(folder.join("gt/labels.txt"), "car\nbus\n").unwrap();
    let mut project = empty(dir.path(), "a.limn");
    let done = quietly(|cx| limn_jobs::import(&mut project, "mot", &folder, &ImportOptions::default(), cx)).unwrap();
    assert_eq!((done.sequences, done.instances, done.files_missing, done.labels_added.len()), (2, 7, 1, 2), "{done:?}");
    let file = project.files().unwrap()[0].file.clone();
    assert_eq!((file.kind, file.frames), (FileKind::Sequence, 9));
    let sequences = project.sequences(file.id).unwrap();
    let seen: Vec<usize> = (0..9).map(|frame| sequences.at(frame).len()).collect();
    assert_eq!(seen, [1, 1, 2, 0, 1, 0, 0, 0, 0]);
    let out = dir.path().join("out");
    let done = quietly(|cx| limn_jobs::export(&project, "mot", &out, &ExportOptions { incomplete: true, ..ExportOptions::default() }, cx))
        .unwrap();
    assert_eq!((done.files[0].report.sequences, done.files[0].report.instances), (2, 5));
    assert_eq!(std::fs::read_to_string(out.join("gt/gt.txt")).unwrap(), rows);
    assert_eq!(project.verify(false).unwrap().problems, Vec::<String>::new());
}
