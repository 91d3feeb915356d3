//! YOLO: of images and of frames, as others write it, and damaged.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::tracks::{assert_same, export_path, import_path, keyframe, memory, plain, sequence, square, tracks, video};
use common::{Memory, given, label, problem};
use limn_core::geometry::{Ellipse, Keypoint, Keypoints, RotatedBox, Sight};
use limn_core::{
    FileKind, Geometry, ImagePos, LabelId, Mark, Marks, Mask, Part, Polygon, Rect, Role, Schema, Template, TemplatePoint, WorkFrames,
};
use limn_formats::{
    CallerError, Effect, ExportOptions, ExportReport, FileItem, FormatError, Here, ImportItem, ImportReport, ImportSink, InstanceItem,
};
use proptest::prelude::*;
use std::path::Path;

fn tracked(format: &str, source: &mut Memory, out: &Path) -> ExportReport {
    let options = ExportOptions { track_ids: true, ..ExportOptions::default() };
    limn_formats::export(format, source, out, &options, &mut |_, _| true).unwrap()
}

/// Knows every image that is asked for, as an import into a project does.
#[derive(Default)]
struct Knowing {
    memory: Memory,
    known: Vec<(&'static str, FileKind)>,
}

impl ImportSink for Knowing {
    fn item(&mut self, item: ImportItem) -> Result<(), CallerError> {
        self.memory.item(item)
    }
    fn here(&mut self, item: &FileItem) -> Option<Here> {
        let stem = |name: &str| name.rsplit_once('.').map_or(name.to_owned(), |(stem, _)| stem.to_owned());
        let found = self.known.iter().find(|(name, _)| stem(name) == stem(&item.name))?;
        Some(Here { kind: found.1, width: 200, height: 100, frames: 20, first: 0 })
    }
}

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn read(dir: &Path, format: &str, known: &[(&'static str, FileKind)]) -> (Memory, ImportReport, Result<(), FormatError>) {
    let (mut sink, mut report) = (Knowing { known: known.to_vec(), ..Knowing::default() }, ImportReport::default());
    let done = limn_formats::import(format, dir, &mut sink, &mut report);
    (sink.memory, report, done)
}

fn inside() -> impl Strategy<Value = Geometry> {
    let number = |most: u32| (0..most * 1_000_000).prop_map(|n| f64::from(n) / 1e6);
    (number(600), number(440), number(39), number(39)).prop_map(|(x, y, w, h)| Geometry::Box(Rect::from_xywh(x, y, w + 0.25, h + 0.25)))
}

/// A polygon of one part inside the picture, no point of which stands twice in a row.
fn ring() -> impl Strategy<Value = Geometry> {
    prop::collection::vec(given::drawn(), 3..9).prop_filter_map("a ring", |mut ring| {
        ring.dedup();
        (ring.len() >= 3 && ring.first() != ring.last()).then(|| Geometry::Polygon(Polygon::simple(ring)))
    })
}

fn turned() -> impl Strategy<Value = Geometry> {
    (200.0..400.0_f64, 200.0..280.0_f64, 1.0..90.0_f64, 1.0..90.0_f64, -180.0..180.0_f64)
        .prop_map(|(x, y, width, height, angle)| Geometry::RotatedBox(RotatedBox { center: ImagePos::new(x, y), width, height, angle }))
}

fn images(shapes: Vec<(usize, Geometry)>) -> Memory {
    let mut source = memory(Vec::new(), Vec::new());
    source.files = ["a.jpg", "deep/b.png", "c.d.tif"].map(image).to_vec();
    source.instances = shapes.into_iter().map(|(file, shape)| InstanceItem { file: file % 3, ..plain(0, shape) }).collect();
    source.instances.sort_by_key(|instance| instance.file);
    source
}

fn image(path: &str) -> FileItem {
    FileItem { kind: FileKind::Image, frames: 1, name: path.rsplit('/').next().unwrap().into(), ..video(path) }
}

fn near(a: &Geometry, b: &Geometry) -> bool {
    let points = |geometry: &Geometry| match geometry {
        Geometry::Box(rect) => vec![rect.min, rect.max],
        other => other.rings().concat(),
    };
    let (a, b) = (points(a), points(b));
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.distance(*b) < 4e-6)
}

fn files(source: &Memory) -> Vec<(String, FileKind, u32, u32, u64)> {
    let mut files: Vec<_> = source.files.iter().map(|file| (file.path.clone(), file.kind, file.width, file.height, file.frames)).collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

proptest! {
    // Each case writes files to the disk.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_frame_of_a_video_comes_back(source in tracks(inside().boxed(), Just(Marks::default()).boxed())) {
        let mut source = source;
        let dir = tempfile::tempdir().unwrap();
        let report = tracked("yolo", &mut source, dir.path());
        let (mut again, read, done) = import_path("yolo", dir.path());
        done.unwrap();
        prop_assert!(read.problems.is_empty(), "{}", read.problems);
        prop_assert_eq!(files(&again), files(&source));
        assert_same(&source, &again)?;
        let second = dir.path().join("again");
        prop_assert_eq!(tracked("yolo", &mut again, &second).instances, report.instances);
    }

    #[test]
    fn shapes_on_images_come_back(
        boxes in prop::collection::vec((0..3_usize, inside()), 0..6),
        rings in prop::collection::vec((0..3_usize, ring()), 0..6),
        turned in prop::collection::vec((0..3_usize, turned()), 0..6),
    ) {
        for (format, shapes) in [("yolo", boxes.clone()), ("yolo-seg", rings), ("yolo-obb", turned), ("yolo-pose", boxes)] {
            let mut source = images(shapes);
            let dir = tempfile::tempdir().unwrap();
            let report = export_path(format, &mut source, dir.path()).unwrap();
            prop_assert_eq!(report.losses.count(Effect::Changed), 0, "{}", report.losses);
            let (again, read, done) = import_path(format, dir.path());
            done.unwrap();
            prop_assert!(read.problems.is_empty(), "{}", read.problems);
            prop_assert_eq!(files(&again), files(&source));
            prop_assert_eq!(again.instances.len(), source.instances.len());
            let of = |memory: &Memory, path: &str| {
                let at = memory.files.iter().position(|file| file.path == path).unwrap();
                memory.instances.iter().filter(|it| it.file == at).map(|it| it.geometry.clone()).collect::<Vec<_>>()
            };
            for file in &source.files {
                for (a, b) in of(&source, &file.path).iter().zip(of(&again, &file.path)) {
                    prop_assert!(near(a, &b), "{}: {:?} {:?}", format, a, b);
                }
            }
        }
    }

    #[test]
    fn any_lines_are_read_or_refused(
        lines in prop::collection::vec("[0-9 .eE-]{0,40}|[0-9]( [01]\\.[0-9]{1,3}){4,12}|\\PC{0,12}", 0..6),
        data in "names: \\[a, b\\]\n(kpt_shape: \\[[0-9]{1,9}, [0-9]\\]\n)?\\PC{0,12}",
    ) {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "data.yaml", &data);
        write(dir.path(), "labels/train/a.txt", &lines.join("\n"));
        for format in ["yolo", "yolo-seg", "yolo-obb", "yolo-pose"] {
            let (mut memory, _, done) = read(dir.path(), format, &[("a.jpg", FileKind::Image)]);
            prop_assert!(memory.instances.iter().all(|it| it.geometry.is_finite()));
            if done.is_ok() {
                let out = tempfile::tempdir().unwrap();
                export_path(format, &mut memory, out.path()).unwrap();
            }
        }
    }
}

#[test]
fn what_others_write_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    write(root, "data.yaml", "path: ../x\ntrain: train/images\nnames:\n  0: car\n  3: bus\n");
    write(root, "train/labels/a.txt", "0 0.5 0.5 0.25 0.5\n\n3 0 0 1 0 1 1\r\n3.0 0.5 0.5 1 1 0.75\n");
    write(root, "train/labels/clip_000002.txt", "3 0.5 0.5 0.1 0.1 7\n0 0.1 0.1 0.1 0.1\n");
    write(root, "train/labels/clip_000003.txt", "3 0.5 0.5 0.1 0.1 7\n9 0.5 0.5 0.1 0.1\n");
    write(root, "train/labels/empty.txt", "");
    write(root, "train/labels/nowhere.txt", "0 0.5 0.5 0.1 0.1\n");
    write(root, "README.txt", "0 0.5 0.5 0.1 0.1\n");
    let known = [("a.jpg", FileKind::Image), ("empty.png", FileKind::Image), ("clip.mp4", FileKind::Video)];
    let (memory, report, done) = read(root, "yolo", &known);
    done.unwrap();
    let names: Vec<_> = memory.schema.labels.iter().map(|label| label.name.as_str()).collect();
    assert_eq!(names, ["car", "bus", "class 9"]);
    assert_eq!(memory.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["a.jpg", "empty.jpg", "clip.mp4"]);
    assert_eq!(memory.instances[0].geometry, Geometry::Box(Rect::from_xywh(75.0, 25.0, 50.0, 50.0)));
    assert!(matches!(&memory.instances[1].geometry, Geometry::Polygon(polygon) if polygon.num_points() == 3));
    assert_eq!((memory.instances[2].label, memory.instances[2].confidence), (LabelId(2), Some(0.75)));
    assert_eq!(memory.sequences.iter().map(|it| (it.number, it.label)).collect::<Vec<_>>(), [(7, LabelId(2))]);
    let frames: Vec<_> = memory.instances[3..].iter().map(|it| (it.frame, it.member.is_some(), it.marks.outside)).collect();
    assert_eq!(frames, [(2, true, false), (4, true, true), (2, false, false), (3, false, false)]);
    for (part, count, effect) in
        [("gaps", 1, Effect::Changed), ("has no name", 1, Effect::Changed), ("no picture for a label file", 1, Effect::Left)]
    {
        assert_eq!(problem(&report.problems, part), (count, effect), "{part}");
    }
    assert!(report.problems.to_string().contains("train/labels/nowhere.txt"), "{}", report.problems);
}

#[test]
fn bad_lines_are_told_with_their_place() {
    for (format, line, part, effect) in [
        ("yolo", "x 0.5 0.5 0.1 0.1", "number of a class", Effect::Left),
        ("yolo", "70000 0.5 0.5 0.1 0.1", "number of a class", Effect::Left),
        ("yolo", "0 0.5 0.5 0.1", "another number of columns", Effect::Left),
        ("yolo", "0 0.5 0.5 nan 0.1", "not finite", Effect::Left),
        ("yolo", "0 0.5 0.5 0.1 y", "no number; left out", Effect::Left),
        ("yolo", "0 0.5 0.5 0 0.1", "no area", Effect::Left),
        ("yolo", "0 0.5 0.5 0.1 -0.1", "no area", Effect::Left),
        ("yolo", "0 320 240 64 48", "perhaps pixels", Effect::Left),
        ("yolo", "0 1.1 0.5 0.1 0.1", "outside the picture", Effect::Kept),
        ("yolo", "0 0.5 0.5 0.1 0.1 5", "neither a confidence", Effect::Left),
        ("yolo-obb", "0 0.5 0.5 0.1 0.1 0.1", "", Effect::Kept),
        ("yolo-obb", "0 0 0 1 0 1 0.5 0.9 1", "right-angled", Effect::Kept),
        ("yolo-obb", "0 0 0 1 0 1 1", "another number of columns", Effect::Left),
        ("yolo-pose", "0 0.5 0.5 0.1 0.1 0.5 0.5 2", "need kpt_shape", Effect::Left),
    ] {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "classes.txt", "car\n");
        write(dir.path(), "labels/a.txt", &format!("0 0.5 0.5 0.1 0.1\n{line}\n"));
        let (memory, report, done) = read(dir.path(), format, &[("a.jpg", FileKind::Image)]);
        done.unwrap();
        if part.is_empty() {
            assert!(report.problems.is_empty(), "{}", report.problems);
        } else {
            assert_eq!(problem(&report.problems, part), (1, effect), "{line}");
            assert!(report.problems.to_string().contains("labels/a.txt, line 2"), "{}", report.problems);
        }
        assert_eq!(memory.instances.len(), if effect == Effect::Left { 1 } else { 2 }, "{line}");
    }
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(read(dir.path(), "yolo", &[]).2, Err(FormatError::NoLabelFiles { .. })));
    write(dir.path(), "data.yaml", "names: [a");
    assert!(matches!(read(dir.path(), "yolo", &[]).2, Err(FormatError::Data { .. })));
}

#[test]
fn keypoints_go_with_their_box() {
    let point = |name: &str, x: f64| TemplatePoint { name: name.into(), x, y: 0.5, color: None };
    let mut source = images(Vec::new());
    source.schema = Schema { labels: vec![label(1, "person"), label(2, "car")], ..Schema::default() };
    source.schema.labels[0].keypoints =
        Some(Template { points: vec![point("nose", 0.1), point("tail", 0.9)], edges: vec![[0, 1]], pairs: Vec::new() });
    let placed = |sight| Keypoint { pos: ImagePos::new(64.0, 48.0), sight };
    let absent = Keypoint { pos: ImagePos::default(), sight: Sight::Absent };
    let points = Geometry::Keypoints(Keypoints { points: vec![placed(Sight::Occluded), absent] });
    source.instances = vec![
        InstanceItem { extra: Some(r#"{"bbox":[0,0,320,240]}"#.into()), ..plain(0, points.clone()) },
        InstanceItem { label: LabelId(2), ..plain(0, square(1.0)) },
        plain(0, Geometry::Keypoints(Keypoints { points: vec![absent, placed(Sight::Visible)] })),
    ];
    let dir = tempfile::tempdir().unwrap();
    let report = export_path("yolo-pose", &mut source, dir.path()).unwrap();
    assert_eq!(problem(&report.losses, "got the box around"), (1, Effect::Changed));
    let text = std::fs::read_to_string(dir.path().join("labels/train/a.txt")).unwrap();
    let first = text.lines().next().unwrap();
    assert_eq!(first, "0 0.25 0.25 0.5 0.5 0.1 0.1 1 0 0 0");
    let (again, read, done) = import_path("yolo-pose", dir.path());
    done.unwrap();
    assert_eq!(read.problems.count(Effect::Left), 0, "{}", read.problems);
    assert_eq!(again.instances[0].geometry, points);
    assert_eq!(again.instances[0].extra.as_deref(), Some(r#"{"bbox":[0,0,320,240]}"#));
    assert_eq!(again.instances[1].geometry, square(1.0));
    let template = again.schema.labels[0].keypoints.as_ref().unwrap();
    assert_eq!(template.points.iter().map(|point| point.name.as_str()).collect::<Vec<_>>(), ["nose", "tail"]);
    assert_eq!(again.schema.labels[1].keypoints, None);
}

#[test]
fn what_has_no_place_is_told() {
    let ring = |x: f64| vec![ImagePos::new(x, 10.0), ImagePos::new(x + 20.0, 10.0), ImagePos::new(x, 40.0)];
    let hole = vec![ImagePos::new(12.0, 12.0), ImagePos::new(14.0, 12.0), ImagePos::new(12.0, 14.0)];
    let parts = vec![Part { outer: ring(10.0).into(), holes: vec![hole.into()] }, Part { outer: ring(100.0).into(), holes: Vec::new() }];
    let mask = Mask::of_polygon(&Polygon::simple(ring(10.0)), 640, 480).unwrap();
    let ellipse = Ellipse { center: ImagePos::new(300.0, 200.0), rx: 40.0, ry: 10.0, angle: 30.0 };
    let shapes = vec![
        (0, Geometry::Polygon(Polygon { parts })),
        (0, Geometry::Mask(mask)),
        (0, Geometry::Ellipse(ellipse)),
        (0, Geometry::Box(Rect::from_xywh(-20.0, 0.0, 40.0, 10.0))),
        (0, Geometry::Box(Rect::from_xywh(-20.0, 0.0, 10.0, 10.0))),
        (0, Geometry::Point(ImagePos::new(1.0, 1.0))),
        (0, Geometry::Tag),
    ];
    let mut source = images(shapes);
    source.instances[3].marks.set(Mark::Occluded(true));
    source.instances.push(InstanceItem { marks: Marks::one(Mark::Role(Role::Ignore)), ..plain(0, square(1.0)) });
    source.files.push(FileItem { width: 0, ..image("e.jpg") });
    source.files.push(image("other/a.jpg"));
    let told = |format: &str, source: &mut Memory, rows: &[(&str, u64, Effect)]| {
        let dir = tempfile::tempdir().unwrap();
        let report = export_path(format, source, dir.path()).unwrap();
        for (part, count, effect) in rows {
            assert_eq!(problem(&report.losses, part), (*count, *effect), "{format}: {part}");
        }
        let text = std::fs::read_to_string(dir.path().join("labels/train/a.txt")).unwrap();
        let numbers = |line: &str| line.split(' ').map(|cell| cell.parse::<f64>().unwrap()).collect::<Vec<_>>();
        let lines: Vec<Vec<f64>> = text.lines().map(numbers).collect();
        assert!(lines.iter().flat_map(|line| &line[1..]).all(|share| (0.0..=1.0).contains(share)), "{text}");
        assert_eq!(report.instances, lines.len() as u64);
        assert!(dir.path().join("labels/train/a-2.txt").is_file() && !dir.path().join("labels/train/e.txt").exists());
        lines
    };
    use Effect::{Changed, Left};
    let all = [("size is not known", 1, Left), ("called otherwise", 1, Changed), ("to be ignored", 1, Left), ("\"occluded\"", 1, Left)];
    let rows = [("cut off", 1, Changed), ("wholly outside", 1, Left), ("a polygon written as the box", 1, Changed)];
    assert_eq!(told("yolo", &mut source, &[&all[..], &rows].concat()).len(), 4);
    let rows = [
        ("holes of an area filled", 1, Changed),
        ("several parts", 1, Changed),
        ("a mask written as the polygon", 1, Changed),
        ("cut off", 2, Changed),
        ("no area inside", 1, Left),
    ];
    let lines = told("yolo-seg", &mut source, &[&all[..], &rows].concat());
    assert_eq!((lines.len(), lines[0].len()), (4, 1 + 2 * 8));
    let rows = [("a box written as a turned one", 2, Changed), ("moved to its border", 1, Changed), ("wholly outside", 1, Left)];
    let lines = told("yolo-obb", &mut source, &[&all[..], &rows].concat());
    // As X-AnyLabeling and Label Studio had it wrong once: thirty degrees on a picture that is no square.
    let corners = RotatedBox { center: ellipse.center, width: 80.0, height: 20.0, angle: 30.0 }.corners();
    for (at, corner) in corners.iter().enumerate() {
        let found = ImagePos::new(lines[2][1 + 2 * at] * 640.0, lines[2][2 + 2 * at] * 480.0);
        assert!(found.distance(*corner) < 1e-5, "{found:?} {corner:?}");
    }
}

#[test]
fn frames_are_work_frames_and_without_numbers_single_ones() {
    struct On(Memory);
    impl limn_formats::ExportSource for On {
        fn project(&mut self) -> Result<String, FormatError> {
            self.0.project()
        }
        fn schema(&mut self) -> Result<Schema, FormatError> {
            self.0.schema()
        }
        fn runs(&mut self) -> Result<Vec<limn_formats::RunItem>, FormatError> {
            self.0.runs()
        }
        fn for_each_file(&mut self, each: &mut limn_formats::Each<'_, FileItem>) -> Result<(), FormatError> {
            self.0.for_each_file(each)
        }
        fn for_each_sequence(&mut self, each: &mut limn_formats::Each<'_, limn_formats::SequenceItem>) -> Result<(), FormatError> {
            self.0.for_each_sequence(each)
        }
        fn for_each_instance(&mut self, each: &mut limn_formats::Each<'_, InstanceItem>) -> Result<(), FormatError> {
            self.0.for_each_instance(each)
        }
        fn written_frames(&self, _: usize) -> WorkFrames {
            WorkFrames::every(10, 0).unwrap()
        }
    }
    let source = memory(vec![sequence(3, 2)], vec![keyframe(0, 18, square(0.0), Marks::default()), plain(20, square(9.0))]);
    let dir = tempfile::tempdir().unwrap();
    let report = limn_formats::export("yolo", &mut On(source), dir.path(), &ExportOptions::default(), &mut |_, _| true).unwrap();
    assert_eq!(problem(&report.losses, "which lines are the same object"), (1, Effect::Left));
    assert_eq!(problem(&report.losses, "between keyframes"), (4, Effect::Changed));
    let mut names: Vec<_> = std::fs::read_dir(dir.path().join("labels/train"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["a_000020.txt", "a_000030.txt", "a_000040.txt", "a_000050.txt"]);
    let (again, _, done) = import_path("yolo", dir.path());
    done.unwrap();
    assert_eq!((again.sequences.len(), again.instances.len()), (0, 5));
}

#[test]
fn an_export_replaces_its_own_labels_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut source = images(vec![(0, square(1.0))]);
    let part = |name: &str| ExportOptions { part: Some(name.into()), ..ExportOptions::default() };
    let export = |source: &mut Memory, options| limn_formats::export("yolo", source, dir.path(), &options, &mut |_, _| true);
    export(&mut source, part("val")).unwrap();
    source.files.truncate(1);
    export(&mut source, part("val")).unwrap();
    assert_eq!(std::fs::read_dir(dir.path().join("labels/val")).unwrap().count(), 1);
    export(&mut source, part("train")).unwrap();
    let data = std::fs::read_to_string(dir.path().join("data.yaml")).unwrap();
    assert!(data.starts_with("path: .\ntrain: images/train\nval: images/val\ntask: detect\nnames:\n"), "{data}");
    write(dir.path(), "labels/test/mine.txt", "0 0.5 0.5 0.1 0.1\n");
    assert!(matches!(export(&mut source, part("test")), Err(FormatError::NotOurs { .. })));
    assert!(dir.path().join("labels/test/mine.txt").is_file());
    let stopped = limn_formats::export("yolo", &mut source, &dir.path().join("new"), &part("train"), &mut |_, _| true);
    assert!(stopped.is_ok());
}
