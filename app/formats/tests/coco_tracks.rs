//! COCO with the frames of videos: as we write it, as other programs do, and damaged.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::tracks::{assert_same, box_shape, keyframe, memory, plain, sequence, square, tracks, video};
use common::{export_bytes, given, import_bytes, problem};
use limn_core::{FileKind, Geometry, ImagePos, Mark, Marks, Polygon};
use limn_formats::{Effect, ExportOptions, FileItem, InstanceItem, MemberItem};
use proptest::prelude::*;

fn shape() -> impl Strategy<Value = Geometry> {
    prop_oneof![2 => box_shape(), 1 => given::polygon(given::drawn(), 0)]
}

proptest! {
    // Each case writes files to the disk.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_frame_comes_back(mut source in tracks(shape().boxed(), Just(Marks::default()).boxed())) {
        let (first, _) = export_bytes("coco-tracks", &mut source, &ExportOptions::default());
        let (mut again, report, done) = import_bytes("coco-tracks", &first);
        done.unwrap();
        let told = report.problems.kinds().iter().filter(|kind| !["reaches outside", "\"info\""].iter().any(|known| kind.text.contains(known))).count();
        prop_assert_eq!(told, 0, "{}", report.problems);
        // A video of which nothing is seen is not written.
        if again.files.is_empty() {
            return Ok(());
        }
        assert_same(&source, &again)?;
        let (second, _) = export_bytes("coco-tracks", &mut again, &ExportOptions::default());
        let lines = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().lines().filter(|line| line.contains("track_id")).count();
        prop_assert_eq!(lines(&first), lines(&second));
    }
}

#[test]
fn frames_between_keyframes_are_marked_and_become_no_keyframes() {
    let ring =
        |x: f64| Geometry::Polygon(Polygon::simple([(x, 0.0), (x + 9.0, 1.5), (x + 2.0, 8.0)].map(|(x, y)| ImagePos::new(x, y)).into()));
    let mut source = memory(
        vec![sequence(7, 1)],
        vec![
            keyframe(0, 3, ring(1.0), Marks::default()),
            InstanceItem { extra: Some("{\"note\":\"x\"}".into()), ..keyframe(0, 10, ring(100.0), Marks::default()) },
            keyframe(0, 11, ring(100.0), Marks::one(Mark::Outside(true))),
            plain(5, square(1.0)),
        ],
    );
    let (bytes, report) = export_bytes("coco-tracks", &mut source, &ExportOptions::default());
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!((report.sequences, report.instances), (1, 9));
    assert_eq!((text.matches("\"track_id\":7").count(), text.matches("\"interpolated\":true").count()), (8, 6));
    assert!(text.contains("{\"id\":1,\"name\":\"a.mp4\",\"width\":640,\"height\":480,\"length\":60}"), "{text}");
    assert!(text.contains("\"video_id\":1,\"frame_id\":10}"), "{text}");
    let (again, report, done) = import_bytes("coco-tracks", text.as_bytes());
    done.unwrap();
    assert_eq!(report.problems.kinds().len(), 1, "{}", report.problems);
    assert_eq!(problem(&report.problems, "\"info\""), (1, Effect::Left));
    assert_eq!((again.files[0].kind, again.files[0].frames, again.sequences[0].number), (FileKind::Video, 60, 7));
    let frames: Vec<_> = again.instances.iter().map(|it| (it.frame, it.member.is_some(), it.marks.outside, it.extra.is_some())).collect();
    assert_eq!(frames, [(5, false, false, true), (3, true, false, false), (10, true, false, true), (11, true, true, true)]);
}

#[test]
fn images_stay_and_parts_are_told() {
    let mut source = memory(
        vec![sequence(1, 1)],
        vec![
            keyframe(0, 58, square(1.0), Marks::one(Mark::Occluded(true))),
            InstanceItem { member: Some(MemberItem { sequence: 0, part: 2 }), ..keyframe(0, 59, square(5.0), Marks::default()) },
            InstanceItem { file: 1, ..plain(0, square(9.0)) },
        ],
    );
    source.files.push(FileItem { kind: FileKind::Image, frames: 1, ..video("b.png") });
    let (bytes, report) = export_bytes("coco-tracks", &mut source, &ExportOptions::default());
    assert_eq!(problem(&report.losses, "parts of a sequence"), (1, Effect::Changed));
    assert_eq!(problem(&report.losses, "mark \"occluded\""), (2, Effect::Left));
    let (again, _, done) = import_bytes("coco-tracks", &bytes);
    done.unwrap();
    assert_eq!(again.sequences.iter().map(|item| item.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(again.files.iter().map(|file| file.kind).collect::<Vec<_>>(), [FileKind::Video, FileKind::Image]);
}

/// As programs that track objects write it, shortened.
fn theirs(annotations: &str) -> String {
    let image = |id: u32, frame: u32| {
        format!(r#"{{"id":{id},"file_name":"street/{frame:06}.jpg","width":64,"height":48,"video_id":1,"frame_id":{frame}}}"#)
    };
    let images = [image(1, 0), image(2, 1), image(3, 2), image(4, 3)].join(",");
    let videos = r#"[{"id":1,"name":"street"}]"#;
    format!(
        r#"{{"videos":{videos},"categories":[{{"id":1,"name":"car"}},{{"id":2,"name":"bus"}}],"images":[{images}],"annotations":[{annotations}]}}"#
    )
}

fn annotation(id: u32, image: u32, category: u32, rest: &str) -> String {
    format!(r#"{{"id":{id},"image_id":{image},"category_id":{category},"iscrowd":0,"area":4,"bbox":[1,2,3,4]{rest}}}"#)
}

#[test]
fn folders_of_frames_of_other_programs_are_image_sequences() {
    let list = [
        annotation(1, 3, 1, r#","instance_id":4"#),
        annotation(2, 1, 1, r#","instance_id":4"#),
        annotation(3, 1, 1, ""),
        annotation(4, 1, 2, r#","track_id":"x""#),
        annotation(5, 2, 2, r#","track_id":5"#),
        annotation(6, 2, 1, r#","track_id":5"#),
        annotation(7, 3, 1, r#","track_id":5"#),
    ];
    let (memory, report, done) = import_bytes("coco-tracks", theirs(&list.join(",")).as_bytes());
    done.unwrap();
    let file = &memory.files[0];
    assert_eq!((memory.files.len(), file.path.as_str(), file.kind, file.frames), (1, "street", FileKind::Sequence, 4));
    assert_eq!(memory.sequences.iter().map(|it| (it.number, it.label.0)).collect::<Vec<_>>(), [(4, 1), (5, 2), (6, 1)]);
    let frames: Vec<_> = memory.instances.iter().map(|it| (it.member.map(|it| it.sequence), it.frame, it.marks.outside)).collect();
    let wanted = [
        (None, 0, false),
        (None, 0, false),
        (Some(0), 0, false),
        (Some(0), 1, true),
        (Some(0), 2, false),
        (Some(0), 3, true),
        (Some(1), 1, false),
        (Some(1), 2, true),
        (Some(2), 2, false),
        (Some(2), 3, true),
    ];
    assert_eq!(frames, wanted);
    assert_eq!(problem(&report.problems, "not in the order"), (1, Effect::Kept));
    assert_eq!(problem(&report.problems, "two rows on one frame"), (1, Effect::Left));
    assert_eq!(problem(&report.problems, "changes its label"), (1, Effect::Changed));
}
