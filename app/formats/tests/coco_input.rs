//! What COCO files hold, good and bad: the sentence, and that the rest is taken over.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::{Memory, import_bytes, problem};
use limn_core::{FileKind, Geometry, LabelId, Rect};
use limn_formats::{CallerError, Effect, FormatError, ImportItem, ImportReport, ImportSink};

const IMAGES: &str =
    r#""images":[{"id":1,"file_name":"dir/a.jpg","width":100,"height":50},{"id":2,"file_name":"b.jpg","width":10,"height":10}]"#;
const CATEGORIES: &str = r#""categories":[{"id":3,"name":"car","supercategory":"vehicle"},{"id":7,"name":"dog","color":[1,2,3]}]"#;
/// One that is always good.
const GOOD: &str = r#"{"id":99,"image_id":1,"category_id":3,"bbox":[1,2,3,4]}"#;

fn document(annotations: &str) -> String {
    format!("{{{IMAGES},{CATEGORIES},\"annotations\":[{annotations}]}}")
}

/// Imports one annotation followed by the good one, which must come through.
fn with(annotation: &str) -> (Memory, ImportReport) {
    let (memory, report, done) = import_bytes("coco", document(&format!("{annotation},{GOOD}")).as_bytes());
    done.unwrap();
    let last = memory.instances.last().unwrap();
    assert_eq!(last.extra.as_deref(), Some(r#"{"coco_id":99}"#));
    (memory, report)
}

/// Imports one annotation that is to be left out with this sentence.
fn left(annotation: &str, text: &str) {
    let (memory, report) = with(annotation);
    assert_eq!(memory.instances.len(), 1, "{annotation}");
    assert_eq!(problem(&report.problems, text), (1, Effect::Left), "{annotation}");
}

fn fields(rest: &str) -> String {
    format!(r#"{{"id":1,"image_id":1,"category_id":7,{rest}}}"#)
}

#[test]
fn images_and_categories_become_files_and_labels() {
    let (memory, report, done) = import_bytes("coco", document(GOOD).as_bytes());
    done.unwrap();
    assert!(report.problems.is_empty(), "{}", report.problems);
    assert_eq!((report.files, report.labels, report.instances), (2, 2, 1));
    assert_eq!(problem(&report.file_fields, "id").0, 2);
    let file = &memory.files[0];
    assert_eq!(
        (file.name.as_str(), file.path.as_str(), file.kind, file.width, file.height),
        ("a.jpg", "dir/a.jpg", FileKind::Image, 100, 50)
    );
    let labels: Vec<_> = memory.schema.labels.iter().map(|label| (label.id.0, label.name.as_str(), label.key)).collect();
    assert_eq!(labels, [(3, "car", Some('1')), (7, "dog", Some('2'))]);
    assert_eq!(memory.schema.labels[0].extra["supercategory"], "vehicle");
    assert_eq!(memory.schema.labels[1].color, [1, 2, 3]);
    let instance = &memory.instances[0];
    assert_eq!((instance.file, instance.frame, instance.label, instance.marks.is_none()), (0, 0, LabelId(3), true));
    assert_eq!(instance.geometry, Geometry::Box(Rect::from_xywh(1., 2., 3., 4.)));
}

#[test]
fn lists_may_stand_in_any_order() {
    let annotations = format!("\"annotations\":[{GOOD}]");
    let members = [IMAGES, CATEGORIES, annotations.as_str()];
    let (wanted, ..) = import_bytes("coco", document(GOOD).as_bytes());
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let text = format!("\u{feff} {{ {} }}\n", order.map(|at| members[at]).join(" ,\n "));
        let (memory, report, done) = import_bytes("coco", text.as_bytes());
        done.unwrap();
        assert_eq!((memory.instances, memory.files), (wanted.instances.clone(), wanted.files.clone()), "{order:?}");
        assert!(report.problems.is_empty(), "{}", report.problems);
    }
}

#[test]
fn keypoints_are_taken_where_the_category_names_them() {
    let categories = r#""categories":[{"id":3,"name":"car"},{"id":7,"name":"person","keypoints":["nose","left_eye","right_eye"],"skeleton":[[1,2],[1,3]]}]"#;
    let annotations = [
        r#"{"id":1,"image_id":1,"category_id":7,"keypoints":[5,6,2,7,8,1,0,0,0],"num_keypoints":2,"bbox":[1,2,30,40],"area":500.5,"segmentation":[[1,2,9,2,9,9]]}"#,
        r#"{"id":2,"image_id":1,"category_id":7,"keypoints":[0,0,0,0,0,0,0,0,0],"num_keypoints":0,"bbox":[1,2,30,40]}"#,
        r#"{"id":3,"image_id":1,"category_id":3,"keypoints":[5,6,2],"bbox":[1,2,30,40]}"#,
        r#"{"id":4,"image_id":1,"category_id":7,"keypoints":"none","bbox":[1,2,30,40]}"#,
    ];
    let text = format!("{{{IMAGES},{categories},\"annotations\":[{}]}}", annotations.join(","));
    let (memory, report, done) = import_bytes("coco", text.as_bytes());
    done.unwrap();
    let template = memory.schema.labels[1].keypoints.as_ref().unwrap();
    assert_eq!((template.points.len(), template.edges.as_slice(), template.pairs.as_slice()), (3, &[[0, 1], [0, 2]][..], &[[1, 2]][..]));
    let Geometry::Keypoints(keypoints) = &memory.instances[0].geometry else { panic!() };
    assert_eq!(keypoints.points.iter().map(|point| point.sight as u8).collect::<Vec<_>>(), [0, 1, 2]);
    let extra: serde_json::Value = serde_json::from_str(memory.instances[0].extra.as_deref().unwrap()).unwrap();
    assert_eq!((&extra["area"], &extra["bbox"][3]), (&serde_json::json!(500.5), &serde_json::json!(40.0)));
    assert_eq!(problem(&report.problems, "box and segmentation of an annotation with keypoints kept as foreign fields"), (1, Effect::Kept));
    for other in &memory.instances[1..] {
        assert_eq!(other.geometry, Geometry::Box(Rect::from_xywh(1., 2., 30., 40.)));
    }
    assert!(memory.instances[1].extra.as_deref() == Some(r#"{"coco_id":2}"#), "nothing of it is labelled");
    assert!(memory.instances[2].extra.as_deref().unwrap().contains("keypoints"), "nobody knows what they mean");
}

#[test]
fn every_form_of_shape_is_taken() {
    let polygon = fields(r#""segmentation":[[0,0,9,0,9,9],[20,20,30,20,30,30.5]],"bbox":[0,0,30,30.5],"area":1"#);
    let (memory, report) = with(&polygon);
    assert!(report.problems.is_empty(), "{}", report.problems);
    let Geometry::Polygon(polygon) = &memory.instances[0].geometry else { panic!() };
    assert_eq!((polygon.parts.len(), polygon.num_points()), (2, 6));

    let flat = with(&fields(r#""segmentation":[0,0,9,0,9,9]"#)).0;
    assert!(matches!(&flat.instances[0].geometry, Geometry::Polygon(polygon) if polygon.num_points() == 3));
    for no_shape in ["[]", "null"] {
        let (memory, _) = with(&fields(&format!(r#""segmentation":{no_shape},"bbox":[10.1,20.2,20.2,10.1]"#)));
        assert_eq!(memory.instances[0].geometry.bounds().unwrap().max.x, 30.3);
    }
    let crowd = with(&fields(r#""iscrowd":1,"segmentation":{"size":[50,100],"counts":[0,5000]}"#)).0;
    assert!(crowd.instances[0].marks.role == limn_core::Role::Crowd && crowd.instances[0].geometry.area() == 5000.0);
    let closed = with(&fields(r#""segmentation":[[0,0,9,0,9,9,0,0]]"#));
    assert!(matches!(&closed.0.instances[0].geometry, Geometry::Polygon(polygon) if polygon.num_points() == 3));
    assert_eq!(problem(&closed.1.problems, "repeats its first point"), (1, Effect::Changed));
}

#[test]
fn foreign_fields_and_scores_are_kept() {
    let (memory, _) = with(&fields(r#""bbox":[1,2,3,4],"score":0.75,"note":{"b":[1,null],"a":"\u00e9"}"#));
    assert_eq!(memory.instances[0].confidence, Some(0.75));
    assert_eq!(memory.instances[0].extra.as_deref(), Some(r#"{"coco_id":1,"note":{"a":"é","b":[1,null]}}"#));
    let (memory, report) = with(&fields(r#""bbox":[1,2,3,4],"score":12.5"#));
    assert_eq!(memory.instances[0].confidence, None);
    assert_eq!(memory.instances[0].extra.as_deref(), Some(r#"{"coco_id":1,"score":12.5}"#));
    assert_eq!(problem(&report.problems, "not between 0 and 1"), (1, Effect::Kept));
}

#[test]
fn what_belongs_to_nothing_is_told() {
    left(r#"{"id":1,"image_id":1,"category_id":17,"bbox":[1,2,3,4]}"#, "a category that the file does not name");
    left(r#"{"id":1,"image_id":17,"category_id":7,"bbox":[1,2,3,4]}"#, "an image that the file does not name");
    left(r#"{"id":1,"category_id":7,"bbox":[1,2,3,4]}"#, "an image that the file does not name");
    let (_, report) = with(r#"{"id":5,"image_id":1,"category_id":17,"bbox":[1,2,3,4]}"#);
    assert_eq!(report.problems.kinds()[0].examples, ["annotation 5: category 17"]);
}

#[test]
fn shapes_that_are_none_are_told() {
    left(&fields(r#""bbox":[1,2,NaN,4]"#), "cannot be read");
    left(&fields(r#""segmentation":[[1,2,Infinity,4,5,6]]"#), "cannot be read");
    left(&fields(r#""bbox":[1,2,1e999,4]"#), "cannot be read");
    left(&fields(r#""bbox":[1,2,0,4]"#), "no area");
    left(&fields(r#""bbox":[1,2,3,-4]"#), "no area");
    left(&fields(r#""bbox":[1e300,2,1,4]"#), "no area");
    left(&fields(r#""bbox":[1,2,3]"#), "not x, y, width, height");
    left(&fields(r#""bbox":"1 2 3 4""#), "cannot be read");
    left(&fields(r#""area":3"#), "neither a segmentation nor a bbox");
    left(&fields(r#""segmentation":"none""#), "cannot be read");
    left("17", "cannot be read");
    left("[[]]", "cannot be read");
    left("", "cannot be read");

    let two = with(&fields(r#""segmentation":[[0,0,9,0]]"#));
    assert_eq!(problem(&two.1.problems, "fewer than three points"), (1, Effect::Left));
    assert_eq!(two.0.instances.len(), 1);
    let odd = with(&fields(r#""segmentation":[[0,0,9,0,9,9,4],[0,0,9,0,9,9]]"#));
    assert_eq!(problem(&odd.1.problems, "odd number of coordinates"), (1, Effect::Left));
    assert_eq!(odd.0.instances.len(), 2, "its other part is kept");

    let (_, report) = with(&fields(r#""bbox":[1,2,NaN,4]"#));
    assert!(report.problems.kinds()[0].examples[0].ends_with("a number is NaN or infinite"), "{}", report.problems);
}

#[test]
fn run_lengths_that_are_wrong_are_told() {
    let rle = |rest: &str| fields(&format!(r#""segmentation":{{{rest}}}"#));
    left(&rle(r#""size":[50,100],"counts":[0,4999]"#), "run lengths are wrong");
    left(&rle(r#""size":[50,100],"counts":"0 !""#), "run lengths are wrong");
    left(&rle(r#""size":[50,100],"counts":"""#), "run lengths are wrong");
    left(&rle(r#""size":[100,50],"counts":[0,5000]"#), "of another size than the image");
    left(&rle(r#""size":[50,100],"counts":[0,-5,5005]"#), "cannot be read");
    left(&rle(r#""size":[50,-100],"counts":[]"#), "cannot be read");
    left(&rle(r#""size":[50,100]"#), "cannot be read");
    left(&rle(r#""size":[50,100],"counts":[5000]"#), "no pixels");
    let (_, report) = with(&rle(r#""size":[50,100],"counts":[0,4999]"#));
    assert_eq!(
        report.problems.kinds()[0].examples,
        ["annotation 1: the run lengths add up to 4999 pixels, but a mask of 100 by 50 has 5000"]
    );
}

#[test]
fn odd_things_are_kept_and_told() {
    let (memory, report) = with(&fields(r#""bbox":[-5,2,300,4]"#));
    assert_eq!(problem(&report.problems, "outside its image"), (1, Effect::Kept));
    assert_eq!(memory.instances[0].geometry, Geometry::Box(Rect::from_xywh(-5., 2., 300., 4.)));
    let (_, report) = with(&fields(r#""segmentation":[[0,0,9,0,9,9]],"bbox":[0,0,20,9]"#));
    assert_eq!(problem(&report.problems, "not that of the segmentation"), (1, Effect::Changed));
    let (memory, report) = with(&GOOD.replace("[1,2,3,4]", "[5,6,7,8]"));
    assert_eq!(problem(&report.problems, "two annotations have one id"), (1, Effect::Kept));
    assert_eq!(memory.instances.len(), 2);
}

#[test]
fn headers_that_are_wrong_are_told() {
    let images =
        r#""images":[{"id":1,"file_name":"a.jpg","width":100,"height":50},{"id":1,"file_name":"b.jpg"},{"id":4},{"file_name":"x"},7]"#;
    let categories = r#""categories":[{"id":0,"name":"zero"},{"id":3,"name":"car"},{"id":3,"name":"cat"},{"id":5},{"id":6,"name":"car"},{"id":8,"name":"key","key":"x"},{"name":"q"}]"#;
    let text = format!(
        r#"{{"info":{{"year":2017}},"licenses":[],{images},{categories},"annotations":[{GOOD},{}],"extra":[1,2,3]}} x"#,
        GOOD.replace(":3,", ":6,").replace("99", "98")
    );
    let (memory, report, done) = import_bytes("coco", text.as_bytes());
    done.unwrap();
    let texts = [
        ("\"info\" of the file left out", 1),
        ("\"extra\" of the file left out", 1),
        ("two images have one id", 1),
        ("no width or height", 1),
        ("no file_name", 1),
        ("image has no whole number", 1),
        ("an entry of the list \"images\" cannot be read", 1),
        ("cannot be the number of a label", 1),
        ("two categories have one id", 1),
        ("category has no name", 1),
        ("two categories have one name", 1),
        ("the field \"key\" in another form", 1),
        ("a category has no whole number", 1),
        ("behind the end", 1),
    ];
    for (text, count) in texts {
        assert_eq!(problem(&report.problems, text).0, count, "{text}");
    }
    assert_eq!(report.problems.kinds().len(), texts.len(), "{}", report.problems);
    assert_eq!(memory.files.len(), 2);
    let labels: Vec<_> = memory.schema.labels.iter().map(|label| (label.id.0, label.name.as_str())).collect();
    assert_eq!(labels, [(1, "zero"), (3, "car"), (5, "category 5"), (8, "key")]);
    assert_eq!(memory.instances.iter().map(|instance| instance.label.0).collect::<Vec<_>>(), [3, 3]);
}

#[test]
fn files_that_are_no_coco_say_so() {
    let error = |bytes: &[u8]| import_bytes("coco", bytes).2.unwrap_err();
    assert!(matches!(error(b""), FormatError::Empty { .. }));
    assert!(matches!(error(b" \n "), FormatError::Empty { .. }));
    assert!(matches!(error(b"[{\"image_id\":1}]"), FormatError::Results { .. }));
    assert!(matches!(error(b"{}"), FormatError::NoImages { .. }));
    assert!(matches!(error(b"\xff\xfe{\0"), FormatError::Encoding { .. }));
    assert!(matches!(error(b"{\0\"\0"), FormatError::Encoding { .. }));
    let text = error(b"hello").to_string();
    assert!(text.contains("no COCO file: at byte 0 stands \"hello\", expected an object"), "{text}");
    assert!(matches!(error(b"{\"images\":{}}"), FormatError::Syntax { position: 10, .. }));
    assert!(matches!(error(b"{\"images\":[] \"x\":1}"), FormatError::Syntax { position: 13, .. }));
    assert!(matches!(
        limn_formats::import("coco", "/no/such".as_ref(), &mut Memory::default(), &mut ImportReport::default()),
        Err(FormatError::Read { .. })
    ));
    assert!(matches!(import_bytes("no-such", b"x").2, Err(FormatError::UnknownFormat(_))));
}

#[test]
fn a_file_cut_off_gives_what_stands_before_the_cut() {
    let whole = document(&format!("{GOOD},{}", GOOD.replace("99", "100")));
    let counts: Vec<usize> = (1..whole.len())
        .map(|len| {
            let (memory, _, done) = import_bytes("coco", &whole.as_bytes()[..len]);
            let error = done.unwrap_err();
            assert!(matches!(&error, FormatError::Cut { position, .. } if *position == len as u64), "{len}: {error}");
            memory.instances.len()
        })
        .collect();
    assert!(counts.is_sorted() && counts.last() == Some(&2) && counts[0] == 0);
}

#[test]
fn deep_nesting_is_left_out() {
    let bomb = "[".repeat(200_000) + &"]".repeat(200_000);
    left(&fields(&format!(r#""segmentation":{bomb}"#)), "cannot be read");
    left(&fields(&format!(r#""note":{bomb}"#)), "cannot be read");
    let (_, report, done) = import_bytes("coco", document(GOOD).replacen('{', &format!("{{\"x\":{bomb},"), 1).as_bytes());
    done.unwrap();
    assert_eq!(problem(&report.problems, "\"x\" of the file left out").0, 1);
    assert!(matches!(import_bytes("coco", "{\"a\":".repeat(200_000).as_bytes()).2, Err(FormatError::Cut { .. })));
}

/// Writes and imports a file with one annotation of 70 MiB; memory is bounded by the reader's limit.
#[test]
fn an_endless_annotation_is_left_out() {
    let huge = fields(&format!(r#""note":"{}""#, "x".repeat(70 << 20)));
    left(&huge, "cannot be read");
}

struct Full(usize);

impl ImportSink for Full {
    fn item(&mut self, item: ImportItem) -> Result<(), CallerError> {
        if let ImportItem::Instance(_) = item {
            self.0 -= 1;
            if self.0 == 0 {
                return Err("the disk is full".into());
            }
        }
        Ok(())
    }

    fn progress(&mut self, done: u64, total: u64) -> bool {
        assert!(done <= total);
        self.0 < 100
    }
}

#[test]
fn the_sink_may_stop_the_import() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("in.json");
    common::write(&path, &document(&format!("{GOOD},{GOOD},{GOOD}")));
    let mut report = ImportReport::default();
    let error = limn_formats::import("coco", &path, &mut Full(2), &mut report).unwrap_err();
    assert_eq!(error.to_string(), "the disk is full");
    assert_eq!(report.instances, 2);
    let error = limn_formats::import("coco", &path, &mut Full(100), &mut ImportReport::default()).unwrap_err();
    assert!(matches!(error, FormatError::Cancelled));
}
