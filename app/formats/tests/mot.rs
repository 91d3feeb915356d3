//! MOT: as the challenge writes it, as we write it, and damaged.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::tracks::{assert_same, box_shape, export_path, import_path, keyframe, memory, plain, sequence, square, tracks, video};
use common::{Memory, problem};
use limn_core::sequence::Motion;
use limn_core::{FileKind, Geometry, ImagePos, LabelId, Mark, Marks, Polygon, Rect, Role};
use limn_formats::{Effect, FileItem, FormatError, ImportReport, InstanceItem, MemberItem, SequenceItem};
use proptest::prelude::*;

fn marks() -> impl Strategy<Value = Marks> {
    (prop::option::of(0..100_u8), any::<bool>()).prop_map(|(visible, is_ignored)| {
        let mut marks = Marks::one(Mark::Visible(visible));
        marks.set(Mark::Role(if is_ignored { Role::Ignore } else { Role::Object }));
        marks
    })
}

proptest! {
    // Each case writes files to the disk.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_frame_comes_back(mut source in tracks(box_shape().boxed(), marks().boxed())) {
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (dir.path().join("first"), dir.path().join("second"));
        export_path("mot", &mut source, &first).unwrap();
        let (mut again, report, done) = import_path("mot", &first);
        done.unwrap();
        prop_assert!(report.problems.is_empty(), "{}", report.problems);
        // What is never in the picture has no rows.
        let seen: std::collections::BTreeSet<u32> =
            common::tracks::seen(&source).into_iter().flatten().map(|(number, ..)| number).collect();
        prop_assert_eq!(again.sequences.iter().map(|item| item.number).collect::<Vec<_>>(), seen.into_iter().collect::<Vec<_>>());
        assert_same(&source, &again)?;
        export_path("mot", &mut again, &second).unwrap();
        let text = |path: &std::path::Path| std::fs::read_to_string(path.join("gt/gt.txt")).unwrap();
        prop_assert_eq!(text(&first), text(&second));
    }
}

#[test]
fn it_is_written_as_the_challenge_has_it() {
    let mut source = memory(
        vec![sequence(4, 2), SequenceItem { exit: Some(12), ..sequence(9, 1) }],
        vec![
            InstanceItem { label: LabelId(2), ..keyframe(0, 0, square(0.5), Marks::one(Mark::Visible(Some(40)))) },
            keyframe(0, 2, square(2.5), Marks::default()),
            keyframe(0, 3, square(2.5), Marks::one(Mark::Outside(true))),
            keyframe(1, 10, square(8.0), Marks::one(Mark::Role(Role::Ignore))),
            plain(11, square(100.0)),
        ],
    );
    let dir = tempfile::tempdir().unwrap();
    let report = export_path("mot", &mut source, &dir.path().join("a")).unwrap();
    let read = |name: &str| std::fs::read_to_string(dir.path().join("a").join(name)).unwrap();
    assert_eq!(
        read("gt/gt.txt"),
        "1,4,1.5,3,30,40,1,2,0.4\n2,4,2.5,3,30,40,1,2,0.4\n3,4,3.5,3,30,40,1,2,1\n11,9,9,3,30,40,0,1,1\n\
         12,9,9,3,30,40,0,1,1\n12,10,101,3,30,40,1,1,1\n"
    );
    assert_eq!(read("gt/labels.txt"), "car\nbus\n");
    assert_eq!(read("seqinfo.ini"), "[Sequence]\nname=a.mp4\nimDir=img1\nseqLength=60\nimWidth=640\nimHeight=480\nimExt=.jpg\n");
    let bytes: usize = ["gt/gt.txt", "gt/labels.txt", "seqinfo.ini"].map(|name| read(name).len()).iter().sum();
    assert_eq!((report.files, report.sequences, report.instances, report.bytes), (1, 2, 6, bytes as u64));
    assert_eq!(problem(&report.losses, "between keyframes"), (2, Effect::Changed));
    assert_eq!(problem(&report.losses, "on one frame alone"), (1, Effect::Changed));

    let (again, report, done) = import_path("mot", &dir.path().join("a"));
    done.unwrap();
    assert!(report.problems.is_empty(), "{}", report.problems);
    let file = &again.files[0];
    assert_eq!((file.path.as_str(), file.kind, file.width, file.height, file.frames), ("a.mp4", FileKind::Video, 640, 480, 60));
    let frames: Vec<_> = again.instances.iter().map(|item| (item.member.unwrap().sequence, item.frame, item.marks.outside)).collect();
    // Visibility is a step; a straight line needs its ends alone.
    assert_eq!(
        frames,
        [(0, 0, false), (0, 2, false), (0, 3, true), (1, 10, false), (1, 12, true), (2, 11, false), (2, 12, true)],
        "keyframes where something begins, turns or is gone"
    );
    assert_eq!(again.instances[1].geometry, square(2.5));
}

#[test]
fn what_has_no_place_is_told() {
    let ring = vec![ImagePos::new(0.0, 0.0), ImagePos::new(10.0, 0.0), ImagePos::new(0.0, 10.0)];
    let mut hidden = Marks::one(Mark::Occluded(true));
    hidden.set(Mark::Role(Role::Crowd));
    let mut source = memory(
        vec![SequenceItem { name: Some("red".into()), motion: Motion::Smooth, ..sequence(1, 1) }, sequence(2, 1)],
        vec![
            keyframe(0, 0, Geometry::Polygon(Polygon::simple(ring)), Marks::default()),
            InstanceItem { member: Some(MemberItem { sequence: 0, part: 1 }), ..keyframe(0, 59, square(1.0), hidden) },
            InstanceItem { author: Some("ada".into()), confidence: Some(0.5), ..plain(59, Geometry::Tag) },
            plain(90, square(1.0)),
        ],
    );
    let dir = tempfile::tempdir().unwrap();
    let report = export_path("mot", &mut source, &dir.path().join("out.txt")).unwrap();
    for (part, count, effect) in [
        ("name of a sequence", 1, Effect::Left),
        ("parts of a sequence", 1, Effect::Changed),
        ("without keyframes", 1, Effect::Left),
        ("written as the box around it", 60, Effect::Changed),
        ("mark \"occluded\"", 1, Effect::Left),
        ("a crowd written", 1, Effect::Changed),
        ("author", 1, Effect::Left),
        ("confidence", 1, Effect::Left),
        ("without an area", 1, Effect::Left),
        ("behind the end", 1, Effect::Left),
        ("rate of the frames", 1, Effect::Left),
    ] {
        assert_eq!(problem(&report.losses, part), (count, effect), "{part}");
    }
    assert!(dir.path().join("labels.txt").is_file() && dir.path().join("seqinfo.ini").is_file());
}

fn rows(text: &str) -> (Memory, ImportReport, Result<(), FormatError>) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("gt")).unwrap();
    std::fs::write(dir.path().join("gt/gt.txt"), text).unwrap();
    let info = "[Sequence]\nname=MOT17-02\nimDir=img1\nframeRate=30\nseqLength=20\nimWidth=1920\nimHeight=1080\nimExt=.jpg\n";
    std::fs::write(dir.path().join("seqinfo.ini"), info).unwrap();
    import_path("mot", dir.path())
}

#[test]
fn a_sequence_of_the_challenge_is_taken() {
    let (memory, report, done) = rows("1,2,912,484,97,109,0,7,1\r\n2,2,912,484,97,109,0,7,1\r\n4,2,912,484,97,109,0,7,1\r\n");
    done.unwrap();
    assert_eq!(problem(&report.problems, "no labels.txt"), (1, Effect::Kept));
    let file = &memory.files[0];
    assert_eq!((file.path.as_str(), file.kind, file.frames), ("MOT17-02/img1", FileKind::Sequence, 20));
    assert_eq!((memory.schema.labels[0].name.as_str(), memory.schema.labels[0].id), ("static person", LabelId(7)));
    let keyframes: Vec<_> = memory.instances.iter().map(|item| (item.frame, item.marks.outside, item.marks.role)).collect();
    assert_eq!(keyframes, [(0, false, Role::Ignore), (2, true, Role::Ignore), (3, false, Role::Ignore), (4, true, Role::Ignore)]);
    assert_eq!(memory.instances[0].geometry, Geometry::Box(Rect::from_xywh(911.0, 483.0, 97.0, 109.0)));
}

#[test]
fn detections_belong_to_no_object() {
    let (memory, report, done) = rows("1,-1,10,20,5.5,6,0.75,-1,-1,-1\n1,-1,10,20,5.5,6,64.1,-1,-1,-1\n3,8,10,20,5.5,6,-1,-1,-1,-1\n");
    done.unwrap();
    assert_eq!(problem(&report.problems, "a confidence"), (1, Effect::Left));
    assert_eq!((memory.sequences.len(), memory.schema.labels[0].name.as_str()), (1, "object"));
    let plain: Vec<_> = memory.instances.iter().filter(|item| item.member.is_none()).map(|item| (item.frame, item.confidence)).collect();
    assert_eq!(plain, [(0, Some(0.75)), (0, None)]);
}

#[test]
fn bad_rows_are_told() {
    let good = "1,1,1,1,5,5,1,1,1\n";
    for (row, part, effect) in [
        ("0,1,1,1,5,5,1,1,1", "frame 0", Effect::Left),
        ("-3,1,1,1,5,5,1,1,1", "as frame", Effect::Left),
        ("2.5,1,1,1,5,5,1,1,1", "as frame", Effect::Left),
        ("99999999999999999999,1,1,1,5,5,1,1,1", "as frame", Effect::Left),
        ("1,1,2,1,5,5,1,1,1", "two rows on one frame", Effect::Left),
        ("2,1,1,1,5,5,1,2,1", "changes its label", Effect::Changed),
        ("21,1,1,1,5,5,1,1,1", "behind the last frame", Effect::Kept),
        ("2,1,nan,1,5,5,1,1,1", "not finite", Effect::Left),
        ("2,1,1,inf,5,5,1,1,1", "not finite", Effect::Left),
        ("2,1,1e300,1,5,5,1,1,1", "no area", Effect::Left),
        ("2,1,1,1,0,5,1,1,1", "no area", Effect::Left),
        ("2,1,1,1,-5,5,1,1,1", "no area", Effect::Left),
        ("2,x,1,1,5,5,1,1,1", "what is no number", Effect::Left),
        ("2,-7,1,1,5,5,1,1,1", "as id", Effect::Left),
        ("2,1,1,1,5", "fewer than six", Effect::Left),
        ("2,1,1,1,5,5,1,99999999,1", "number of a class", Effect::Left),
        ("2,1,1,1,5,5,1,1,7", "visibility that is not", Effect::Left),
        ("2,1,1,1,5,5,1,1,0.123", "visibility rounded", Effect::Changed),
        ("2,1,1,1,5,5,3,1,1", "considered", Effect::Changed),
        ("2,0,1,1,5,5,1,1,1", "cannot be that of a sequence", Effect::Changed),
        ("2,7777777777,1,1,5,5,1,1,1", "cannot be that of a sequence", Effect::Changed),
        ("2,1,1,1,5,5,1,14,1", "a class has no name", Effect::Changed),
    ] {
        let (memory, report, done) = rows(&format!("{good}{row}\n"));
        done.unwrap();
        assert_eq!(problem(&report.problems, part), (1, effect), "{row}");
        assert!(!memory.instances.is_empty());
    }
    let (memory, report, done) = rows("3,1,1,1,5,5,1,1,1\n1,1,1,1,5,5,1,1,1\n2,1,1,1,5,5,1,1,1\n");
    done.unwrap();
    assert_eq!(problem(&report.problems, "not in the order"), (1, Effect::Kept));
    assert_eq!(memory.instances.iter().map(|item| item.frame).collect::<Vec<_>>(), [0, 3]);
    // Each label is a sequence, and where the other is, it is not.
    let (memory, _, done) = rows("1,1,1,1,5,5,1,1,1\n2,1,1,1,5,5,1,2,1\n3,1,1,1,5,5,1,1,1\n");
    done.unwrap();
    assert_eq!(memory.sequences.iter().map(|it| (it.number, it.label.0)).collect::<Vec<_>>(), [(1, 1), (2, 2)]);
    let frames: Vec<_> = memory.instances.iter().map(|it| (it.label.0, it.frame, it.marks.outside)).collect();
    assert_eq!(frames, [(1, 0, false), (1, 1, true), (1, 2, false), (1, 3, true), (2, 1, false), (2, 2, true)]);
}

#[test]
fn what_is_no_mot_file_says_so() {
    for text in ["hello\n", "1 2 3\n", "a,b,c,d,e,f\n", "{\"images\":[]}\n"] {
        assert!(matches!(rows(text).2, Err(FormatError::Syntax { format: "MOT", .. })), "{text}");
    }
    let (memory, _, done) = rows("");
    done.unwrap();
    assert_eq!((memory.files.len(), memory.instances.len()), (1, 0));
    let nowhere = import_path("mot", std::path::Path::new("/nowhere/at/all"));
    assert!(matches!(nowhere.2, Err(FormatError::Read { .. })));
}

#[test]
fn one_video_of_a_length_that_can_be_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("a");
    for files in [vec![video("a.mp4"), video("b.mp4")], vec![FileItem { kind: FileKind::Image, ..video("a.png") }], Vec::new()] {
        let error = export_path("mot", &mut Memory { files, ..memory(Vec::new(), Vec::new()) }, &out).unwrap_err();
        assert!(error.to_string().starts_with("MOT holds one video"), "{error}");
    }
    let mut endless = memory(vec![sequence(1, 1)], vec![keyframe(0, 0, square(1.0), Marks::default())]);
    endless.files[0].frames = u64::MAX;
    let error = export_path("mot", &mut endless, &out).unwrap_err();
    assert!(matches!(error, FormatError::TooManyRows { rows: u64::MAX, .. }), "{error}");
    assert!(!out.exists());
}
