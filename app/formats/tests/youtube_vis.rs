//! YouTube-VIS: as its tools write it, as we write it, and damaged.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::tracks::{assert_same, box_shape, keyframe, memory, plain, sequence, square, tracks, video};
use common::{export_bytes, given, import_bytes, problem};
use limn_core::sequence::Motion;
use limn_core::{FileKind, Geometry, ImagePos, Mark, Marks, Role};
use limn_formats::{Effect, ExportOptions, FileItem, FormatError, InstanceItem, SequenceItem};
use proptest::prelude::*;

fn shape() -> impl Strategy<Value = Geometry> {
    prop_oneof![2 => box_shape(), 1 => given::polygon(given::drawn(), 0), 1 => given::mask()]
}

proptest! {
    // Each case writes files to the disk.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_frame_comes_back(mut source in tracks(shape().boxed(), Just(Marks::default()).boxed())) {
        (source.files[0].width, source.files[0].height) = (given::WIDTH, given::HEIGHT);
        let (first, _) = export_bytes("youtube-vis", &mut source, &ExportOptions::default());
        let (mut again, report, done) = import_bytes("youtube-vis", &first);
        done.unwrap();
        let told = report.problems.kinds().iter().filter(|kind| !kind.text.contains("reaches outside")).count();
        prop_assert_eq!(told, 0, "{}", report.problems);
        prop_assert_eq!(&again.files[0], &source.files[0]);
        assert_same(&source, &again)?;
        let lists = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            text.lines().map(|line| line.split_once("\"segmentations\"").map_or("", |(_, lists)| lists).to_owned()).collect::<Vec<_>>()
        };
        // Sums of boxes may differ in the last digit.
        prop_assert_eq!(lists(&first).len(), lists(&export_bytes("youtube-vis", &mut again, &ExportOptions::default()).0).len());
    }
}

#[test]
fn each_list_has_a_place_for_every_frame() {
    let mut source = memory(
        vec![sequence(7, 2)],
        vec![
            keyframe(0, 1, square(0.0), Marks::one(Mark::Role(Role::Crowd))),
            keyframe(0, 3, square(2.0), Marks::one(Mark::Role(Role::Crowd))),
            keyframe(0, 4, square(2.0), Marks::one(Mark::Outside(true))),
        ],
    );
    source.files[0].frames = 6;
    source.files.push(FileItem { kind: FileKind::Image, ..video("b.png") });
    source.instances.push(InstanceItem { file: 1, ..plain(0, square(1.0)) });
    let (bytes, report) = export_bytes("youtube-vis", &mut source, &ExportOptions::default());
    let text = String::from_utf8(bytes).unwrap();
    let wanted = r#"{"id":1,"video_id":1,"category_id":1,"track_id":7,"iscrowd":1,"width":640,"height":480,"length":6,"keyframes":[1,3],"segmentations":[null,null,null,null,null,null],"bboxes":[null,[0,2,30,40],[1,2,30,40],[2,2,30,40],null,null],"areas":[null,1200,1200,1200,null,null]}"#;
    assert!(text.contains(&wanted.replace("\"category_id\":1", "\"category_id\":2")), "{text}");
    assert!(text.contains(r#""file_names":["a/00000.jpg","a/00001.jpg","#), "{text}");
    serde_json::from_str::<serde_json::Value>(&text).unwrap();
    assert_eq!((report.files, report.sequences, report.instances), (1, 1, 3));
    assert_eq!(problem(&report.losses, "an image left out"), (1, Effect::Left));
    assert_eq!(problem(&report.losses, "a box has no segmentation"), (3, Effect::Kept));
    let (again, report, done) = import_bytes("youtube-vis", text.as_bytes());
    done.unwrap();
    assert!(report.problems.is_empty(), "{}", report.problems);
    let frames: Vec<_> = again.instances.iter().map(|it| (it.frame, it.marks.outside, it.marks.role)).collect();
    assert_eq!(frames, [(1, false, Role::Crowd), (3, false, Role::Crowd), (4, true, Role::Crowd)]);
    assert_eq!((again.sequences[0].number, again.schema.shown(again.sequences[0].label).0.as_str()), (7, "bus"));
}

#[test]
fn what_has_no_place_is_told() {
    let mut source = memory(
        vec![SequenceItem { motion: Motion::Still, name: Some("x".into()), ..sequence(1, 1) }],
        vec![
            keyframe(0, 58, square(1.0), Marks::one(Mark::Occluded(true))),
            keyframe(0, 59, square(1.0), Marks::one(Mark::Role(Role::Crowd))),
            plain(3, Geometry::Point(ImagePos::new(1.0, 2.0))),
            plain(3, square(9.0)),
        ],
    );
    let (_, report) = export_bytes("youtube-vis", &mut source, &ExportOptions::default());
    for (part, count, effect) in [
        ("name of a sequence", 1, Effect::Left),
        ("mark \"occluded\"", 1, Effect::Left),
        ("no form in YouTube-VIS", 1, Effect::Left),
        ("on one frame alone", 1, Effect::Changed),
        ("a crowd on some frames", 1, Effect::Changed),
        ("called as they are", 1, Effect::Kept),
    ] {
        assert_eq!(problem(&report.losses, part), (count, effect), "{part}");
    }
    source.files[0].frames = u64::MAX;
    let dir = tempfile::tempdir().unwrap();
    let done = common::tracks::export_path("youtube-vis", &mut source, &dir.path().join("out.json"));
    assert!(matches!(done, Err(FormatError::TooManyRows { .. })), "{done:?}");
}

/// As the tools of YouTube-VIS write it, shortened.
fn theirs(annotations: &str) -> String {
    let videos = r#"[{"id":3,"width":4,"height":3,"length":4,"date_captured":null,"file_names":["0f1/00000.jpg","0f1/00005.jpg","0f1/00010.jpg","0f1/00015.jpg"]}]"#;
    format!(
        r#"{{"info":{{"year":2019}},"annotations":[{annotations}],"videos":{videos},"licenses":[],"categories":[{{"id":1,"supercategory":"object","name":"person"}},{{"id":9,"name":"cat"}}]}}"#
    )
}

#[test]
fn a_file_of_its_tools_is_taken() {
    let rle = r#"{"size":[3,4],"counts":[1,2,9]}"#;
    let text = theirs(&format!(
        r#"{{"id":5,"video_id":3,"category_id":9,"iscrowd":0,"width":4,"height":3,"length":1,"areas":[null,2,2,null],"bboxes":[null,[0,1,1,2],[0,1,1,2],null],"segmentations":[null,{rle},{rle},null]}}"#
    ));
    let (memory, report, done) = import_bytes("youtube-vis", text.as_bytes());
    done.unwrap();
    assert!(report.problems.is_empty(), "{}", report.problems);
    let file = &memory.files[0];
    assert_eq!((file.path.as_str(), file.kind, file.frames, file.width), ("0f1", FileKind::Sequence, 4, 4));
    let frames: Vec<_> = memory.instances.iter().map(|it| (it.frame, it.marks.outside, it.geometry.area())).collect();
    assert_eq!(frames, [(1, false, 2.0), (3, true, 2.0)], "the same mask twice is one keyframe");
    assert_eq!((memory.sequences[0].number, memory.schema.shown(memory.sequences[0].label).0.as_str()), (5, "cat"));
}

#[test]
fn bad_entries_are_told() {
    let good = r#"{"id":1,"video_id":3,"category_id":1,"bboxes":[[0,0,1,1],null,null,null]}"#;
    for (entry, part, effect) in [
        (r#"{"id":2,"video_id":4,"category_id":1,"bboxes":[[0,0,1,1]]}"#, "on a video that", Effect::Left),
        (r#"{"id":2,"video_id":3,"category_id":2,"bboxes":[[0,0,1,1]]}"#, "has a category", Effect::Left),
        (r#"{"video_id":3,"category_id":1,"bboxes":[[0,0,1,1]]}"#, "as id", Effect::Left),
        (r#"{"id":-2,"video_id":3,"category_id":1,"bboxes":[[0,0,1,1]]}"#, "as id", Effect::Left),
        (r#"{"id":2,"video_id":3,"category_id":1,"bboxes":[null]}"#, "on no frame", Effect::Left),
        (r#"{"id":2,"video_id":3,"category_id":1,"bboxes":[[0,0,1,1],null,null,null,[0,0,1,1]]}"#, "behind the last frame", Effect::Kept),
        (r#"{"id":2,"video_id":3,"category_id":1,"bboxes":[[0,0,1,1]],"segmentations":[null,null]}"#, "of one length", Effect::Kept),
        (r#"{"id":2,"video_id":3,"category_id":1,"bboxes":[[0,0,0,1],[0,0,1,1]]}"#, "bbox has no area", Effect::Left),
        (r#"{"id":2,"video_id":3,"category_id":1,"bboxes":[[NaN,0,1,1]]}"#, "cannot be read", Effect::Left),
        (r#"{"id":2,"video_id":3,"category_id":1,"bboxes":[[1e999,0,1,1]]}"#, "cannot be read", Effect::Left),
        (r#"{"id":1,"video_id":3,"category_id":9,"bboxes":[null,[0,0,1,1]]}"#, "changes its label", Effect::Changed),
        (r#"{"id":1,"video_id":3,"category_id":1,"bboxes":[[0,0,2,2]]}"#, "two rows on one frame", Effect::Left),
        (
            r#"{"id":2,"video_id":3,"category_id":1,"bboxes":[[0,0,1,1],[0,0,1,1]],"segmentations":[{"size":[9,9],"counts":[81]},null]}"#,
            "of another size",
            Effect::Left,
        ),
    ] {
        let (memory, report, done) = import_bytes("youtube-vis", theirs(&format!("{good},{entry}")).as_bytes());
        done.unwrap();
        assert_eq!(problem(&report.problems, part), (1, effect), "{entry}");
        assert!(memory.instances.len() >= 2);
    }
    let coco = br#"{"images":[],"categories":[],"annotations":[]}"#;
    assert!(matches!(import_bytes("youtube-vis", coco).2, Err(FormatError::NoVideos { .. })));
    let whole = theirs(good);
    for len in 0..whole.len() {
        assert!(import_bytes("youtube-vis", &whole.as_bytes()[..len]).2.is_err(), "{len}");
    }
}
