use super::*;
use crate::{Event, FileEntry, ProjectInfo, UndoneStep};
use limn_core::log::Gesture;
use limn_core::{Camera, Events, FileRecord, FileStatus, Geometry, Instance, Looked, Rect, Schema, WorkFrames};

fn file(n: u64) -> FileId {
    FileId::from_parts(n, [1; 10])
}

fn id(n: u8) -> SequenceId {
    SequenceId::from_parts(u64::from(n), [n; 10])
}

fn entry(n: u64, kind: FileKind, camera: Option<Camera>) -> FileEntry {
    let name = ["left.mp4", "right.mp4", "back.mp4", "top.mp4", "roof.mp4", "still.png"][n as usize];
    let file = FileRecord {
        id: file(n),
        name: name.into(),
        path: name.into(),
        kind,
        width: 640,
        height: 480,
        frames: if kind == FileKind::Video { 100 } else { 1 },
        bytes: 1,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera,
    };
    FileEntry { file, num_instances: 0, looked: Looked::default(), work_frames: WorkFrames::default() }
}

/// Five videos and an image; the first video is open.
fn editor(cameras: [Option<Camera>; 5]) -> Editor {
    let schema = Schema::from_document(r#"{"labels":[{"name":"car"},{"name":"bus"}]}"#).unwrap();
    let mut files: Vec<FileEntry> = (0..5).zip(cameras).map(|(n, camera)| entry(n, FileKind::Video, camera)).collect();
    files.push(entry(5, FileKind::Image, None));
    let mut editor = Editor::new([2; 32]);
    editor.update(Event::ProjectOpened { info: ProjectInfo::default(), schema, files, place: None });
    editor
}

fn two_linked() -> Editor {
    let camera = |offset_us| Some(Camera { clock: file(0), offset_us });
    editor([camera(0), camera(1_500_000), None, None, None])
}

/// The only gesture among the effects.
fn gesture(effects: Vec<Effect>) -> Gesture {
    let mut gestures =
        effects.into_iter().filter_map(|effect| if let Effect::Commit { gesture, .. } = effect { Some(gesture) } else { None });
    let first = gestures.next().unwrap();
    assert_eq!(gestures.next(), None, "one step");
    first
}

fn told(effects: &[Effect]) -> String {
    let notice = |effect: &Effect| if let Effect::Notify(notice) = effect { Some(notice.text.clone()) } else { None };
    effects.iter().filter_map(notice).collect::<Vec<_>>().join(" ")
}

fn tell(editor: &mut Editor, event: CameraEvent) -> Vec<Effect> {
    editor.update(Event::Camera(event))
}

/// A sequence of a file that begins at frame 0.
fn track(n: u8, of: u64, label: u32, same_as: Option<SequenceId>) -> Sequences {
    let sequence = Sequence { same_as, ..Sequence::new(id(n), file(of), n.into(), LabelId(label)) };
    let geometry = Geometry::Box(Rect::from_xywh(10.0, 10.0, 20.0, 20.0));
    let member = Some(Member { sequence: id(n), part: 0 });
    let keyframe = Instance { member, ..Instance::new(InstanceId::from_parts(9, [n; 10]), file(of), 0, LabelId(label), geometry) };
    Sequences::new(vec![sequence], [keyframe])
}

fn load(editor: &mut Editor, sequences: Sequences) {
    let place = editor.place().unwrap();
    editor.update(Event::Loaded {
        file: place.file,
        frame: place.frame,
        shapes: Vec::new().into(),
        answers: Default::default(),
        sequences: Some(Box::new((sequences, Events::default()))),
        draft: None,
    });
    editor.update(Event::PictureShown { file: place.file, frame: place.frame, size: [640.0, 480.0] });
}

fn linked(editor: &Editor) -> Vec<FileId> {
    editor.linked().iter().map(|(id, _)| *id).collect()
}

#[test]
fn videos_are_linked_and_unlinked_in_one_step() {
    let mut editor = editor([None; 5]);
    let effects = tell(&mut editor, CameraEvent::Link(vec![(file(0), 0), (file(1), 1_500_000), (file(2), -40_000)]));
    assert!(effects.contains(&Effect::Camera(CameraEffect::Load(file(1)))), "what is in them is read");
    let camera = |n, offset_us| Change::FileSet { id: file(n), set: FileSet::Camera(Some(Camera { clock: file(0), offset_us })) };
    assert_eq!(gesture(effects).changes, [camera(0, 0), camera(1, 1_500_000), camera(2, -40_000)]);
    assert_eq!(editor.linked(), [(file(0), 0), (file(1), 1_500_000), (file(2), -40_000)]);
    // From the second one's side, and its own clock stays the first.
    editor.update(Event::OpenFile(1));
    assert_eq!(linked(&editor), [0, 1, 2].map(file));
    assert_eq!(editor.company(file(1))[0], (file(0), 0));
    let changes = gesture(tell(&mut editor, CameraEvent::Link(vec![(file(1), 0)]))).changes;
    assert_eq!(changes, [Change::FileSet { id: file(1), set: FileSet::Camera(None) }]);
    assert_eq!((linked(&editor), editor.company(file(0)).len()), (vec![], 2), "the others stay together");
    // Taken back: what the log says is shown.
    let step = UndoneStep { title: "Unlink cameras".into(), changes: vec![camera(1, 1_500_000)], place: None };
    editor.update(Event::Undone(Some(step)));
    assert_eq!(linked(&editor), [0, 1, 2].map(file));
}

#[test]
fn what_cannot_be_linked_is_told_and_changes_nothing() {
    let mut editor = editor([None; 5]);
    for (group, says) in [
        (vec![(file(0), 0), (file(5), 0)], "still.png is no video"),
        (vec![(file(0), 0), (file(9), 0)], "a file that is gone is no video"),
        ((0..5).map(|n| (file(n), 0)).collect(), "at most 4 videos go together, not 5"),
        (vec![(file(0), 0), (file(0), 1)], "a video is named twice"),
    ] {
        let effects = tell(&mut editor, CameraEvent::Link(group));
        assert!(told(&effects).contains(says), "{}", told(&effects));
        assert!(effects.iter().all(|effect| !matches!(effect, Effect::Commit { .. })));
    }
    let effects = editor.update(Event::Command(Command::NextCamera));
    assert!(told(&effects).contains("goes with no other one"));
}

#[test]
fn odd_logs_link_nothing_or_four() {
    let camera = |clock| Some(Camera { clock: file(clock), offset_us: 5 });
    assert_eq!(linked(&editor([camera(9), None, None, None, None])), [], "a clock that nobody else goes by");
    assert_eq!(linked(&editor([camera(1), camera(0), None, None, None])), [], "each names the other");
    assert_eq!(linked(&editor([camera(9), camera(9), None, None, None])), [0, 1].map(file), "a clock that is not in the project");
    assert_eq!(linked(&editor([camera(0); 5])).len(), 4);
    let mut removed = two_linked();
    let left = removed.files.iter().filter(|entry| entry.file.id != file(1)).cloned().collect();
    removed.update(Event::FilesChanged(left));
    assert_eq!(linked(&removed), [], "the other one was removed");
}

#[test]
fn two_places_of_one_moment_are_asked_for_one_after_the_other() {
    let mut editor = editor([None; 5]);
    editor.update(Event::GoToFrame(12));
    let effects = editor.update(Event::Command(Command::SameMoment));
    assert!(told(&effects).contains("Frame 12 of left.mp4"));
    // Another frame of the same video takes its place.
    editor.update(Event::GoToFrame(13));
    editor.update(Event::Command(Command::SameMoment));
    tell(&mut editor, CameraEvent::Open(file(1), 40));
    let effects = editor.update(Event::Command(Command::SameMoment));
    let (first, second) = (Place { file: file(0), frame: 13 }, Place { file: file(1), frame: 40 });
    assert!(effects.contains(&Effect::Camera(CameraEffect::Meet(first, second))), "{effects:?}");
}

#[test]
fn objects_are_joined_and_parted_each_in_one_step() {
    let mut editor = two_linked();
    load(&mut editor, track(1, 0, 1, None));
    let other = track(2, 1, 1, None);
    tell(&mut editor, CameraEvent::Loaded(file(1), other.clone()));
    editor.update(Event::Follow(Member { sequence: id(1), part: 0 }));
    let effects = editor.update(Event::Command(Command::SameObject));
    assert!(effects.contains(&Effect::Camera(CameraEffect::Pick(id(1)))));
    let effects = tell(&mut editor, CameraEvent::Same(id(1), id(2)));
    assert!(effects.contains(&Effect::Camera(CameraEffect::Find { one: id(1), other: Some(id(2)) })));
    let here = editor.sequences().get(id(1)).unwrap().sequence.clone();
    let there = other.get(id(2)).unwrap().sequence.clone();
    // A third one, of a file that is not open, is one with the first already.
    let third = Sequence { same_as: Some(id(1)), ..Sequence::new(id(3), file(4), 3, LabelId(1)) };
    let all = vec![here.clone(), there.clone(), third];
    let effects = tell(&mut editor, CameraEvent::Found { one: id(1), other: Some(id(2)), all: all.clone() });
    assert!(told(&effects).contains("car 1 of left.mp4 and car 2 of right.mp4 are one object."), "{}", told(&effects));
    let same = |n, object| Change::SequenceSet { id: id(n), set: SequenceSet::SameAs(object) };
    assert_eq!(gesture(effects).changes, [same(1, Some(id(2))), same(3, Some(id(2)))]);
    assert_eq!((editor.identities()[&id(1)], editor.selected_objects()), (id(2), BTreeSet::from([id(2)])));
    editor.update(Event::Saved { ticket: 1 });
    // The other camera has it selected, too.
    tell(&mut editor, CameraEvent::Open(file(1), 7));
    assert_eq!(editor.followed(), Some(Member { sequence: id(2), part: 0 }));
    load(&mut editor, other);
    assert_eq!(editor.selection(), [InstanceId(id(2).0)]);
    // It stood for the others; they stay one without it.
    let all: Vec<Sequence> = all.into_iter().map(|it| Sequence { same_as: (it.id != id(2)).then_some(id(2)), ..it }).collect();
    let effects = editor.update(Event::Command(Command::NotSame));
    assert!(effects.contains(&Effect::Camera(CameraEffect::Find { one: id(2), other: None })));
    let effects = tell(&mut editor, CameraEvent::Found { one: id(2), other: None, all });
    assert_eq!(gesture(effects).changes, [same(1, None), same(3, Some(id(1)))]);
    let effects = tell(&mut editor, CameraEvent::Found { one: id(2), other: None, all: vec![there] });
    assert!(told(&effects).contains("one object with no other"));
}

#[test]
fn what_is_drawn_with_an_object_in_hand_is_that_object() {
    let mut editor = two_linked();
    load(&mut editor, track(1, 0, 1, Some(id(8))));
    editor.update(Event::Command(Command::TakeIdentity));
    assert_eq!(editor.in_hand(), None, "nothing is selected");
    editor.update(Event::Follow(Member { sequence: id(1), part: 0 }));
    editor.update(Event::Command(Command::TakeIdentity));
    assert_eq!(editor.in_hand().map(|hand| (hand.object, hand.name.as_str())), Some((id(8), "car 1")));
    tell(&mut editor, CameraEvent::Open(file(1), 0));
    load(&mut editor, Sequences::default());
    let draw = |editor: &mut Editor, label: u32, n: u64| {
        let geometry = Geometry::Box(Rect::from_xywh(10.0 * n as f64, 10.0, 20.0, 20.0));
        let new = Instance::new(InstanceId::from_parts(50 + n, [5; 10]), file(1), 0, LabelId(label), geometry);
        let mut out = Vec::new();
        editor.commit(kind::EDIT, "Draw", vec![Change::InstanceAdd(Box::new(new))], &mut out);
        let said = told(&out);
        let begun = gesture(out)
            .changes
            .into_iter()
            .find_map(|change| if let Change::SequenceAdd(new) = change { Some(new.same_as) } else { None });
        (begun.unwrap(), said)
    };
    let (same_as, said) = draw(&mut editor, 2, 1);
    assert!(same_as.is_none() && said.contains("another label"), "{said}");
    let (same_as, said) = draw(&mut editor, 1, 2);
    assert!(same_as == Some(id(8)) && said.contains("one object with car 1"), "{said}");
    let (same_as, said) = draw(&mut editor, 1, 3);
    assert!(same_as.is_none() && said.contains("on this frame already"), "{said}");
    editor.select(Vec::new());
    editor.followed = None;
    editor.update(Event::Command(Command::TakeIdentity));
    assert_eq!(editor.in_hand(), None, "it was put down");
}
