//! What goes out comes back.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::{Memory, export_bytes, given, import_bytes, problem};
use limn_core::geometry::{Keypoint, Keypoints, Sight};
use limn_core::schema::{Answer, AttributeId, Choice, OptionId};
use limn_core::{FileKind, FileStatus, Geometry, ImagePos, LabelId, Looked, Mask, Part, Polygon, Rect, Template, TemplatePoint};
use limn_formats::{Effect, ExportOptions, FileAnswer, FileItem, InstanceItem, RleForm};
use proptest::prelude::*;

fn file(name: &str, kind: FileKind, frames: u64) -> FileItem {
    FileItem {
        answers: Vec::new(),
        id: None,
        name: name.rsplit('/').next().unwrap().to_owned(),
        path: name.to_owned(),
        kind,
        width: given::WIDTH,
        height: given::HEIGHT,
        frames,
        bytes: 0,
        hash: None,
        status: FileStatus::Open,
        looked: None,
        work_frames: Default::default(),
        clip: None,
        camera: None,
        extra: None,
    }
}

fn crowd_marks(crowd: bool) -> limn_core::Marks {
    if crowd { limn_core::Marks::one(limn_core::Mark::Role(limn_core::Role::Crowd)) } else { limn_core::Marks::default() }
}

fn instance(file: usize, frame: u64, geometry: Geometry) -> InstanceItem {
    InstanceItem {
        id: None,
        file,
        frame,
        label: LabelId(1),
        geometry,
        marks: limn_core::Marks::default(),
        run: None,
        confidence: None,
        author: None,
        created: None,
        extra: None,
        member: None,
    }
}

fn face() -> Template {
    let point = |(name, x, y): (&str, f64, f64)| TemplatePoint { name: name.to_owned(), x, y, color: None };
    let points = [("nose", 0.5, 0.5), ("left eye", 0.75, 0.25), ("right eye", 0.25, 0.25), ("mouth", 0.5, 1.0)];
    Template { points: points.map(point).to_vec(), edges: vec![[0, 1], [0, 2], [0, 3]], pairs: vec![[1, 2]] }
}

fn square(from: f64, to: f64) -> Vec<ImagePos> {
    Rect { min: ImagePos::new(from, from), max: ImagePos::new(to, to) }.corners().to_vec()
}

fn memory(files: Vec<FileItem>, instances: Vec<InstanceItem>) -> Memory {
    Memory {
        project: "test".to_owned(),
        schema: given::schema(),
        files,
        runs: Vec::new(),
        sequences: Vec::new(),
        events: Vec::new(),
        instances,
    }
}

proptest! {
    // Each case writes files to the disk.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn limn_loses_nothing(mut project in given::project()) {
        let (bytes, report) = export_bytes("limn", &mut project, &ExportOptions::default());
        prop_assert!(report.losses.is_empty(), "{}", report.losses);
        let (mut again, report, done) = import_bytes("limn", &bytes);
        done.unwrap();
        prop_assert!(report.problems.is_empty(), "{}", report.problems);
        // Debug text tells -0.0 from 0.0.
        prop_assert_eq!(format!("{again:?}"), format!("{project:?}"));
        prop_assert_eq!(export_bytes("limn", &mut again, &ExportOptions::default()).0, bytes);
    }

    #[test]
    fn coco_gives_back_what_it_can_hold(
        shapes in prop::collection::vec((prop_oneof![given::drawn_box(), given::polygon(given::drawn(), 0), given::mask()], 0..2_usize, any::<bool>(), prop::option::of(0.0..=1.0_f32)), 0..8),
        plain in any::<bool>(),
    ) {
        let instances = shapes.into_iter().enumerate().map(|(at, (geometry, file, crowd, confidence))| {
            InstanceItem { marks: crowd_marks(crowd), confidence, extra: Some(format!("{{\"coco_id\":{},\"note\":\"é\"}}", 100 - at)), ..instance(file, 0, geometry) }
        });
        let mut source = memory(vec![file("a/b.jpg", FileKind::Image, 1), file("c.jpg", FileKind::Image, 1)], instances.collect());
        let options = ExportOptions { rle: if plain { RleForm::Uncompressed } else { RleForm::Compressed }, ..ExportOptions::default() };
        let (bytes, _) = export_bytes("coco", &mut source, &options);
        let (mut again, report, done) = import_bytes("coco", &bytes);
        done.unwrap();
        let kept = |text: &str| text.contains("info");
        prop_assert!(report.problems.kinds().iter().all(|kind| kept(&kind.text)), "{}", report.problems);
        prop_assert_eq!(&again.instances, &source.instances);
        prop_assert_eq!(again.files.iter().map(|file| &file.path).collect::<Vec<_>>(), ["a/b.jpg", "c.jpg"]);
        // The second time nothing differs but the project's name.
        again.project = "test".to_owned();
        let (second, _) = export_bytes("coco", &mut again, &options);
        prop_assert_eq!(String::from_utf8(second).unwrap(), String::from_utf8(bytes).unwrap());
    }

    #[test]
    fn coco_gives_keypoints_back(points in prop::collection::vec((given::drawn(), 0..3_usize), 4), body in any::<bool>()) {
        prop_assume!(points.iter().any(|(_, sight)| *sight > 0));
        let point = |(pos, sight): (ImagePos, usize)| match sight {
            0 => Keypoint { pos: ImagePos::default(), sight: Sight::Absent },
            1 => Keypoint { pos, sight: Sight::Occluded },
            _ => Keypoint { pos, sight: Sight::Visible },
        };
        let geometry = Geometry::Keypoints(Keypoints { points: points.into_iter().map(point).collect() });
        let bounds = geometry.bounds().unwrap();
        // Unless an import left the box of the whole thing, it is that of the points.
        let bbox = if body { [1.0, 2.0, 30.0, 20.0] } else { [bounds.min.x, bounds.min.y, bounds.width(), bounds.height()] };
        let extra = serde_json::json!({"coco_id": 5, "bbox": bbox, "area": 600.0, "segmentation": [[1.0, 2.0, 9.0, 2.0, 9.0, 9.0]]});
        let extra = body.then(|| extra.to_string());
        let mut source = memory(vec![file("a.jpg", FileKind::Image, 1)], vec![InstanceItem { extra: extra.clone(), ..instance(0, 0, geometry) }]);
        source.schema.labels[0].keypoints = Some(face());
        let (bytes, report) = export_bytes("coco", &mut source, &ExportOptions::default());
        prop_assert!(!report.losses.kinds().iter().any(|kind| kind.text.contains("keypoint")), "{}", report.losses);
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(&json["categories"][0]["skeleton"], &serde_json::json!([[1, 2], [1, 3], [1, 4]]));
        let (mut again, _, done) = import_bytes("coco", &bytes);
        done.unwrap();
        prop_assert_eq!(&again.instances[0].geometry, &source.instances[0].geometry);
        prop_assert_eq!(&again.schema.labels[0].keypoints, &source.schema.labels[0].keypoints);
        if let Some(extra) = extra {
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            prop_assert_eq!(value(again.instances[0].extra.as_deref().unwrap()), value(&extra));
        }
        again.project = "test".to_owned();
        prop_assert_eq!(String::from_utf8(export_bytes("coco", &mut again, &ExportOptions::default()).0).unwrap(), String::from_utf8(bytes).unwrap());
    }

    #[test]
    fn boxes_anywhere_keep_their_corners_nearly(a in given::anywhere(), b in given::anywhere()) {
        let rect = Rect::from_corners(a, b);
        prop_assume!(rect.width() > 0.0 && rect.height() > 0.0 && rect.width().is_finite() && rect.height().is_finite() && rect.area().is_finite());
        let (bytes, _) = export_bytes("coco", &mut memory(vec![file("a", FileKind::Image, 1)], vec![instance(0, 0, Geometry::Box(rect))]), &ExportOptions::default());
        let again = import_bytes("coco", &bytes).0;
        let Geometry::Box(got) = &again.instances[0].geometry else { panic!() };
        prop_assert_eq!(got.min, rect.min);
        let scale = |low: f64, high: f64| low.abs().max(high.abs()) * 4.0 * f64::EPSILON;
        prop_assert!((got.max.x - rect.max.x).abs() <= scale(rect.min.x, rect.max.x));
        prop_assert!((got.max.y - rect.max.y).abs() <= scale(rect.min.y, rect.max.y));
    }

    #[test]
    fn any_project_is_written_as_coco(mut project in given::project()) {
        let (bytes, report) = export_bytes("coco", &mut project, &ExportOptions::default());
        serde_json::from_slice::<serde_json::Value>(&bytes).unwrap();
        let left_out = report.losses.kinds().iter().filter(|kind| kind.text.starts_with("an instance")).map(|kind| kind.count).sum::<u64>();
        prop_assert_eq!(report.instances + left_out, project.instances.len() as u64);
        prop_assert!(export_bytes("coco", &mut project, &ExportOptions::default()).0 == bytes);
        let (_, _, done) = import_bytes("coco", &bytes);
        done.unwrap();
    }
}

#[test]
fn labels_without_keys_stay_so() {
    let mut source = memory(Vec::new(), Vec::new());
    source.schema.labels.iter_mut().for_each(|label| label.key = None);
    let (bytes, _) = export_bytes("limn", &mut source, &ExportOptions::default());
    assert_eq!(import_bytes("limn", &bytes).0, source);
}

#[test]
fn coco_is_written_as_documented() {
    let mut source = memory(
        vec![file("a/b.jpg", FileKind::Image, 1), file("/home/ada/c.jpg", FileKind::Image, 1)],
        vec![
            instance(1, 0, Geometry::Box(Rect { min: ImagePos::new(10.1, 2.0), max: ImagePos::new(30.3, 3.5) })),
            InstanceItem {
                confidence: Some(0.9),
                extra: Some(r#"{"coco_id":7,"note":1,"area":3}"#.to_owned()),
                ..instance(0, 0, Geometry::Polygon(Polygon::simple(square(0.0, 2.0))))
            },
            InstanceItem {
                extra: Some(r#"{"coco_id":7}"#.to_owned()),
                marks: crowd_marks(true),
                ..instance(0, 0, Geometry::Mask(Mask::from_counts(3, 4, vec![2, 4, 4, 1, 1]).unwrap()))
            },
        ],
    );
    let (bytes, report) = export_bytes("coco", &mut source, &ExportOptions::default());
    let wanted = r##"{"info":{"description":"test"},
"licenses":[],
"categories":[
{"id":1,"name":"car","color":[1,2,3],"supercategory":""},
{"id":2,"name":"Straße \"x\"","color":[1,2,3],"supercategory":""},
{"id":3,"name":"old","color":[1,2,3],"supercategory":"thing"}],
"images":[
{"id":1,"file_name":"a/b.jpg","width":40,"height":30},
{"id":2,"file_name":"c.jpg","width":40,"height":30}],
"annotations":[
{"id":8,"image_id":2,"category_id":1,"bbox":[10.1,2,20.2,1.5],"area":30.3,"segmentation":[],"iscrowd":0},
{"id":7,"image_id":1,"category_id":1,"bbox":[0,0,2,2],"area":4,"segmentation":[[0,0,2,0,2,2,0,2]],"iscrowd":0,"score":0.9,"note":1},
{"id":9,"image_id":1,"category_id":1,"bbox":[0,0,3,4],"area":5,"segmentation":{"size":[4,3],"counts":"244MM"},"iscrowd":1}]}
"##;
    assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
    assert_eq!((report.files, report.instances), (2, 3));
    for (text, count) in
        [("foreign fields of the schema", 1), ("key of a label", 1), ("allowed shapes", 1), ("deprecated", 1), ("field \"area\"", 1)]
    {
        assert_eq!(problem(&report.losses, text), (count, Effect::Left));
    }
    assert_eq!(report.losses.kinds().len(), 5, "{}", report.losses);
}

#[test]
fn frames_of_a_video_are_images_and_become_a_video_again() {
    let shape = || Geometry::Box(Rect::from_xywh(1.0, 2.0, 3.0, 4.0));
    let mut source = memory(
        vec![
            file("v/clip.mp4", FileKind::Video, 900),
            file("a.jpg", FileKind::Image, 1),
            file("seq", FileKind::Sequence, 5),
            file("none.mp4", FileKind::Video, 9),
        ],
        vec![
            instance(0, 374, shape()),
            instance(0, 374, shape()),
            instance(0, 2, shape()),
            instance(1, 0, shape()),
            instance(2, 4, shape()),
        ],
    );
    let (bytes, report) = export_bytes("coco", &mut source, &ExportOptions::default());
    let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let names: Vec<_> = document["images"].as_array().unwrap().iter().map(|image| image["file_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["v/clip.mp4#frame=2", "v/clip.mp4#frame=374", "a.jpg", "seq#frame=4"]);
    assert_eq!(problem(&report.losses, "written as an image of its own"), (3, Effect::Changed));
    assert_eq!(problem(&report.losses, "video without annotations"), (1, Effect::Left));
    let (again, report, done) = import_bytes("coco", &bytes);
    done.unwrap();
    assert_eq!(report.file_fields.count(Effect::Left), 1, "the image's id alone");
    let files: Vec<_> = again.files.iter().map(|file| (file.path.as_str(), file.kind, file.frames)).collect();
    assert_eq!(files, [("v/clip.mp4", FileKind::Video, 900), ("a.jpg", FileKind::Image, 1), ("seq", FileKind::Sequence, 5)]);
    let places: Vec<_> = again.instances.iter().map(|instance| (instance.file, instance.frame)).collect();
    assert_eq!(places, [(0, 374), (0, 374), (0, 2), (1, 0), (2, 4)]);
}

#[test]
fn a_polygon_with_holes_becomes_a_mask() {
    let holed =
        || Geometry::Polygon(Polygon { parts: vec![Part { outer: square(2.0, 12.0).into(), holes: vec![square(4.0, 6.0).into()] }] });
    let mut source = memory(vec![file("a.jpg", FileKind::Image, 1)], vec![instance(0, 0, holed())]);
    let (bytes, report) = export_bytes("coco", &mut source, &ExportOptions::default());
    assert_eq!(problem(&report.losses, "polygon with holes written as a mask"), (1, Effect::Changed));
    let again = import_bytes("coco", &bytes).0;
    let Geometry::Mask(mask) = &again.instances[0].geometry else { panic!() };
    assert_eq!((mask.area(), mask.width(), mask.height()), (96, given::WIDTH, given::HEIGHT));

    source.files[0].width = 0;
    let (bytes, report) = export_bytes("coco", &mut source, &ExportOptions::default());
    assert_eq!(problem(&report.losses, "holes of a polygon left out"), (1, Effect::Left));
    assert_eq!(import_bytes("coco", &bytes).0.instances[0].geometry.area(), 100.0);
}

#[test]
fn what_coco_cannot_hold_is_counted() {
    let mut source =
        memory(vec![file("a.jpg", FileKind::Image, 1)], vec![instance(0, 0, Geometry::Box(Rect::from_xywh(1.0, 2.0, 3.0, 4.0)))]);
    source.files[0].hash = Some([7; 32]);
    source.instances[0].author = Some("ada".to_owned());
    source.instances[0].created = Some(1);
    source.instances[0].label = LabelId(17);
    let mut unsound = instance(0, 0, Geometry::Box(Rect { min: ImagePos::new(1.0, 1.0), max: ImagePos::new(f64::NAN, 2.0) }));
    unsound.extra = Some("nonsense".to_owned());
    source.instances.push(unsound);
    let (bytes, report) = export_bytes("coco", &mut source, &ExportOptions::default());
    for text in ["content hash", "author", "time of making", "not finite; left out"] {
        assert_eq!(problem(&report.losses, text), (1, Effect::Left));
    }
    assert_eq!(problem(&report.losses, "label that the schema does not name"), (1, Effect::Changed));
    assert_eq!(report.instances, 1);
    let (again, ..) = import_bytes("coco", &bytes);
    assert_eq!(again.schema.labels.last().map(|label| (label.id.0, label.name.as_str())), Some((17, "label 17")));
    assert_eq!(again.instances[0].label, LabelId(17));
}

#[test]
fn coco_marks_what_no_program_may_take_for_background() {
    let looked = |under, absent: &[u32], missing: &[u32]| {
        let labels = |ids: &[u32]| ids.iter().map(|id| LabelId(*id)).collect();
        Some(Looked { under, absent: labels(absent), later: labels(missing), ..Looked::default() })
    };
    let files = [
        (FileStatus::Open, None),
        (FileStatus::Open, looked(None, &[2], &[])),
        (FileStatus::Complete, looked(Some(1), &[], &[])),
        (FileStatus::Complete, looked(Some(1), &[1], &[2, 3])),
        (FileStatus::Complete, looked(None, &[], &[])),
    ];
    let files = files.into_iter().enumerate().map(|(at, (status, looked))| FileItem {
        status,
        looked,
        ..file(&format!("{at}.jpg"), FileKind::Image, 1)
    });
    let mut source = memory(files.collect(), Vec::new());
    let (bytes, report) = export_bytes("coco", &mut source, &ExportOptions::default());
    let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let marks =
        |at: usize| ["incomplete", "neg_category_ids", "not_looked_for_category_ids"].map(|name| document["images"][at][name].to_string());
    assert_eq!(marks(0), ["null", "null", "null"]);
    assert_eq!(marks(1), ["true", "[2]", "null"]);
    assert_eq!(marks(2), ["null", "null", "null"]);
    assert_eq!(marks(3), ["null", "[1]", "[2,3]"]);
    assert_eq!(marks(4), ["true", "null", "null"]);
    let told = report.losses.to_string();
    assert!(!told.contains("status") && !told.contains("complete"), "{told}");
    let (bytes, _) = export_bytes("limn", &mut source, &ExportOptions::default());
    let (again, ..) = import_bytes("limn", &bytes);
    assert_eq!(again.files, source.files);
}

#[test]
fn conversion_needs_no_project() {
    let dir = tempfile::tempdir().unwrap();
    let [first, second, third] = ["a.json", "b.jsonl", "c.json"].map(|name| dir.path().join(name));
    common::write(
        &first,
        r#"{"annotations":[{"id":5,"image_id":397133,"category_id":2,"bbox":[1,2,3,4],"ignore":0},{"id":6,"image_id":1,"category_id":2}],
            "images":[{"id":397133,"file_name":"a.jpg","width":9,"height":9,"license":4}],"categories":[{"id":2,"name":"car"}]}"#,
    );
    let options = ExportOptions::default();
    let there = limn_formats::convert("coco", &first, "limn", &second, &options, &mut |_, _| true).unwrap();
    assert_eq!((there.export.files, there.export.instances, there.import.instances), (1, 1, 1));
    assert_eq!(problem(&there.import.problems, "an image that the file does not name"), (1, Effect::Left));
    assert!(there.export.losses.is_empty(), "{}", there.export.losses);
    let back = limn_formats::convert("limn", &second, "coco", &third, &options, &mut |_, _| true).unwrap();
    assert!(back.import.problems.is_empty(), "{}", back.import.problems);
    let document: serde_json::Value = serde_json::from_slice(&std::fs::read(&third).unwrap()).unwrap();
    assert_eq!(document["images"][0]["id"], 397_133);
    assert_eq!(document["images"][0]["license"], 4);
    assert_eq!(document["annotations"][0]["id"], 5);
    assert_eq!(document["annotations"][0]["ignore"], 0);

    let stopped = limn_formats::convert("coco", &first, "coco", &third, &options, &mut |_, _| false);
    assert!(matches!(stopped, Err(limn_formats::FormatError::Cancelled)));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 3);
    // A file may be converted onto itself.
    limn_formats::convert("limn", &second, "limn", &second, &options, &mut |_, _| true).unwrap();
    assert_eq!(import_bytes("limn", &std::fs::read(&second).unwrap()).0.instances.len(), 1);
}

/// Answers about instances are an annotation's attributes; those to questions that are not asked now are none.
#[test]
fn coco_has_the_answers_that_are_in_force() {
    let schema = r#"{"labels":[{"id":1,"name":"car"}],"attributes":[
        {"name":"parked","type":"boolean"},
        {"name":"where","type":"select","options":["road","yard"],"when":{"attribute":"parked","says":true}},
        {"name":"load","type":"multi","options":["sand","wood"]},
        {"name":"seats","type":"integer"}]}"#;
    let schema = limn_core::Schema::from_written(serde_json::from_str(schema).unwrap(), &limn_core::Schema::default()).unwrap();
    let car = |parked: bool| {
        let choice = |id, text: &str| Choice { option: OptionId(id), text: text.to_owned() };
        let mut one = instance(0, 0, Geometry::Box(Rect::from_xywh(1.0, 2.0, 3.0, 4.0)));
        for (id, answer) in [
            (1, Answer::Bool(parked)),
            (2, Answer::Choice(choice(2, "yard"))),
            (3, Answer::Choices(vec![choice(1, "sand"), choice(2, "wood")])),
            (4, Answer::Integer(5)),
        ] {
            one.marks.set(limn_core::Mark::Answer(AttributeId(id), Some(answer)));
        }
        one
    };
    let foreign = InstanceItem { extra: Some(r#"{"attributes":{"seats":9,"old":"x"}}"#.to_owned()), ..car(false) };
    let mut file = file("a.jpg", FileKind::Image, 1);
    file.answers = vec![FileAnswer { frame: None, attribute: AttributeId(9), answer: Answer::Bool(true) }];
    let mut memory = memory(vec![file], vec![car(true), foreign]);
    memory.schema = schema;
    let (bytes, report) = export_bytes("coco", &mut memory, &ExportOptions::default());
    let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let attributes = |at: usize| document["annotations"][at]["attributes"].clone();
    assert_eq!(attributes(0), serde_json::json!({ "parked": true, "where": "yard", "load": ["sand", "wood"], "seats": 5 }));
    assert_eq!(attributes(1), serde_json::json!({ "parked": false, "load": ["sand", "wood"], "seats": 5, "old": "x" }));
    for text in ["answers to questions that are not asked left out", "answers about files and frames left out"] {
        assert_eq!(problem(&report.losses, text), (1, Effect::Left));
    }
}
