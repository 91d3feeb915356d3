//! MOTS as text: as we write it, as others do, and damaged.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::tracks::{export_path, import_path, keyframe, memory, plain, seen, sequence, square, tracks};
use common::{Memory, given, problem};
use limn_core::{FileKind, Geometry, ImagePos, LabelId, Mark, Marks, Mask, Polygon, Rect, Role};
use limn_formats::{Effect, FormatError, ImportReport, InstanceItem};
use proptest::prelude::*;

fn small(mut source: Memory) -> Memory {
    (source.files[0].width, source.files[0].height) = (given::WIDTH, given::HEIGHT);
    source
}

fn shape() -> impl Strategy<Value = Geometry> {
    prop_oneof![given::mask(), given::drawn_box(), given::polygon(given::drawn(), 1)]
}

fn pixels(geometry: &Geometry) -> Vec<bool> {
    let Geometry::Mask(mask) = geometry else { panic!() };
    mask.counts().iter().enumerate().flat_map(|(at, count)| vec![at % 2 == 1; *count as usize]).collect()
}

proptest! {
    // Each case writes files to the disk.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_frame_comes_back_and_nothing_overlaps(
        source in tracks(shape().boxed(), any::<i32>().prop_map(|order| Marks::one(Mark::Order(order))).boxed()),
    ) {
        let mut source = small(source);
        source.files[0].frames = 20;
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (dir.path().join("first"), dir.path().join("second"));
        export_path("mots", &mut source, &first).unwrap();
        let (mut again, report, done) = import_path("mots", &first);
        done.unwrap();
        prop_assert!(report.problems.is_empty(), "{}", report.problems);
        prop_assert_eq!(&again.files[0], &source.files[0]);
        for (before, after) in seen(&source).iter().zip(seen(&again)) {
            let mut covered = vec![false; (given::WIDTH * given::HEIGHT) as usize];
            for (number, label, geometry, _) in &after {
                prop_assert!(before.iter().any(|(own, name, ..)| own == &(number % 1000) && name == label));
                for (covered, own) in covered.iter_mut().zip(pixels(geometry)) {
                    prop_assert!(!(*covered && own), "two objects share a pixel");
                    *covered |= own;
                }
            }
            // The uppermost mask is whole.
            let top = before.iter().max_by_key(|(number, _, _, marks)| (marks.order, *number));
            if let Some((number, _, Geometry::Mask(mask), _)) = top {
                let got = after.iter().find(|(other, ..)| other % 1000 == *number);
                prop_assert_eq!(got.map(|(_, _, geometry, _)| geometry.clone()), Some(Geometry::Mask(mask.clone())));
            }
        }
        export_path("mots", &mut again, &second).unwrap();
        let text = |path: &std::path::Path| std::fs::read_to_string(path.join("gt/gt.txt")).unwrap();
        prop_assert_eq!(text(&first), text(&second));
    }
}

proptest! {
    // Each case writes files to the disk.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn pictures_say_what_rows_say(
        source in tracks(shape().boxed(), any::<i32>().prop_map(|order| Marks::one(Mark::Order(order))).boxed()),
    ) {
        let mut source = small(source);
        source.files[0].frames = 20;
        let dir = tempfile::tempdir().unwrap();
        let (rows, pictures) = (dir.path().join("rows"), dir.path().join("pictures"));
        export_path("mots", &mut source, &rows).unwrap();
        let report = export_path("mots-png", &mut source, &pictures).unwrap();
        prop_assert!(report.bytes > 0);
        let (mut by_rows, ..) = import_path("mots", &rows);
        let (by_pictures, report, done) = import_path("mots-png", &pictures);
        done.unwrap();
        prop_assert!(report.problems.is_empty(), "{}", report.problems);
        prop_assert_eq!(&by_pictures.files, &source.files);
        prop_assert_eq!(seen(&by_pictures), seen(&by_rows));
        prop_assert_eq!(std::fs::read_dir(pictures.join("instances")).unwrap().count(), 20);
        // The same again in its place.
        export_path("mots-png", &mut by_rows, &pictures).unwrap();
        prop_assert_eq!(seen(&import_path("mots-png", &pictures.join("instances")).0), seen(&by_rows));
    }
}

fn picture(path: &std::path::Path, width: u32, depth: png::BitDepth, bytes: &[u8]) {
    let mut encoder = png::Encoder::new(std::fs::File::create(path).unwrap(), width, 1);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(depth);
    encoder.write_header().unwrap().write_image_data(bytes).unwrap();
}

#[test]
fn bad_pictures_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("0002");
    std::fs::create_dir(&folder).unwrap();
    assert!(matches!(import_path("mots-png", &folder).2, Err(FormatError::NoPictures { .. })));
    let values = |values: [u16; 4]| values.map(u16::to_be_bytes).concat();
    let deep = png::BitDepth::Sixteen;
    picture(&folder.join("000000.png"), 4, deep, &values([0, 2005, 2005, 10000]));
    picture(&folder.join("000001.png"), 4, deep, &values([7, 2005, 10001, 0]));
    picture(&folder.join("000002.png"), 2, deep, &values([7, 2005, 0, 0])[..4]);
    picture(&folder.join("000003.png"), 4, png::BitDepth::Eight, &[1, 2, 3, 4]);
    let whole = std::fs::read(folder.join("000000.png")).unwrap();
    std::fs::write(folder.join("000004.png"), &whole[..whole.len() - 20]).unwrap();
    std::fs::write(folder.join("notes.png"), "x").unwrap();
    assert_eq!(limn_formats::format_of_file(&folder), "mots-png");
    let (memory, report, done) = import_path("mots-png", &folder);
    done.unwrap();
    for (part, count, effect) in [
        ("no seqinfo.ini", 1, Effect::Kept),
        ("below 1000", 1, Effect::Left),
        ("another one than 10000", 1, Effect::Kept),
        ("another size", 1, Effect::Left),
        ("not of 16-bit", 1, Effect::Left),
        ("cannot be read", 1, Effect::Left),
    ] {
        assert_eq!(problem(&report.problems, part), (count, effect), "{part}");
    }
    let file = &memory.files[0];
    assert_eq!((file.path.as_str(), file.kind, file.width, file.height, file.frames), ("0002", FileKind::Sequence, 4, 1, 5));
    let frames: Vec<_> = memory.instances.iter().map(|it| (it.frame, it.label.0, it.marks.outside, it.marks.role)).collect();
    let object = Role::Object;
    let wanted =
        [(0, 2, false, object), (1, 2, false, object), (2, 2, true, object), (0, 10, false, Role::Ignore), (1, 10, false, Role::Ignore)];
    assert_eq!(frames, wanted);
    let masks: Vec<u64> = memory.instances[..2]
        .iter()
        .map(|it| match &it.geometry {
            Geometry::Mask(mask) => mask.area(),
            _ => 0,
        })
        .collect();
    assert_eq!(masks, [2, 1]);
}

#[test]
fn a_video_too_large_for_pictures_is_refused() {
    let mut source = memory(vec![sequence(1, 1)], vec![keyframe(0, 1, square(0.0), Marks::default())]);
    (source.files[0].width, source.files[0].height) = (u32::MAX, u32::MAX);
    let dir = tempfile::tempdir().unwrap();
    let error = export_path("mots-png", &mut source, &dir.path().join("a")).unwrap_err();
    assert!(matches!(error, FormatError::NoRoom { what: "pixels in a picture", .. }), "{error}");
    assert!(!dir.path().join("a").exists());
}

#[test]
fn what_is_above_keeps_its_pixels() {
    let at = |x: f64, order: i32| (Geometry::Box(Rect::from_xywh(x, 0.0, 4.0, 2.0)), Marks::one(Mark::Order(order)));
    let (low, high) = (at(0.0, 0), at(2.0, 5));
    let mut source = small(memory(
        vec![sequence(3, 2), sequence(7, 1)],
        vec![
            InstanceItem { label: LabelId(2), ..keyframe(0, 18, high.0, high.1) },
            keyframe(1, 19, low.0.clone(), low.1),
            InstanceItem { marks: Marks::one(Mark::Role(Role::Ignore)), ..plain(19, Geometry::Box(Rect::from_xywh(0.0, 0.0, 9.0, 1.0))) },
            InstanceItem { marks: Marks::one(Mark::Order(-1)), ..plain(19, low.0) },
            plain(19, Geometry::Point(ImagePos::new(1.0, 1.0))),
        ],
    ));
    source.files[0].frames = 20;
    let dir = tempfile::tempdir().unwrap();
    let report = export_path("mots", &mut source, &dir.path().join("a")).unwrap();
    let text = std::fs::read_to_string(dir.path().join("a/gt/gt.txt")).unwrap();
    let heads: Vec<String> = text.lines().map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect();
    assert_eq!(heads, ["19 2003 2 30 40", "20 1007 1 30 40", "20 2003 2 30 40", "20 10000 10 30 40"]);
    let area = |line: usize| Mask::from_compressed(40, 30, text.lines().nth(line).unwrap().rsplit(' ').next().unwrap()).unwrap().area();
    assert_eq!([area(0), area(1), area(2), area(3)], [8, 4, 8, 3]);
    for (part, count, effect) in [
        ("cut off", 1, Effect::Changed),
        ("wholly under", 1, Effect::Left),
        ("written as class 10", 1, Effect::Changed),
        ("gives no pixels", 1, Effect::Left),
        ("whose centres", 5, Effect::Changed),
        ("between keyframes", 1, Effect::Changed),
    ] {
        assert_eq!(problem(&report.losses, part), (count, effect), "{part}");
    }
    let (again, _, done) = import_path("mots", &dir.path().join("a"));
    done.unwrap();
    assert_eq!(again.instances.iter().filter(|it| it.marks.role == Role::Ignore && it.member.is_none()).count(), 1);
    assert_eq!(again.schema.labels.iter().map(|label| label.name.as_str()).collect::<Vec<_>>(), ["car", "bus", "ignore"]);
}

#[test]
fn a_label_has_room_for_a_thousand_objects() {
    let many = |count: u32| {
        let sequences = (1..=count).map(|number| sequence(number, 1)).collect();
        let keyframes = (0..count as usize).map(|at| keyframe(at, 59, square(0.0), Marks::default())).collect();
        small(memory(sequences, keyframes))
    };
    let dir = tempfile::tempdir().unwrap();
    export_path("mots", &mut many(1000), &dir.path().join("a.txt")).unwrap();
    let error = export_path("mots", &mut many(1001), &dir.path().join("b.txt")).unwrap_err();
    assert!(matches!(error, FormatError::NoRoom { count: 1001, most: 1000, .. }), "{error}");
    assert!(error.to_string().contains("1000 objects of one label, and there are 1001"), "{error}");
    assert!(!dir.path().join("b.txt").exists());
}

fn rows(text: &str) -> (Memory, ImportReport, Result<(), FormatError>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("0002.txt");
    std::fs::write(&path, text).unwrap();
    import_path("mots", &path)
}

#[test]
fn kitti_mots_counts_frames_from_0() {
    let rle = Mask::of_polygon(&Polygon::simple(square(0.0).rings().remove(0)), 64, 48).unwrap().to_compressed();
    let row = |frame: i64, id: i64, class: i64, rest: &str| format!("{frame} {id} {class} 48 64 {rest}\n");
    let good = row(0, 2005, 2, &rle);
    let (memory, report, done) = rows(&(good.clone() + &row(1, 2005, 2, &rle) + &row(1, 10000, 10, &rle)));
    done.unwrap();
    assert_eq!(problem(&report.problems, "no seqinfo.ini"), (1, Effect::Kept));
    let file = &memory.files[0];
    assert_eq!((file.path.as_str(), file.kind, file.width, file.height, file.frames), ("0002", FileKind::Sequence, 64, 48, 2));
    assert_eq!(memory.schema.labels.iter().map(|label| label.name.as_str()).collect::<Vec<_>>(), ["pedestrian", "ignore"]);
    let frames: Vec<_> = memory.instances.iter().map(|it| (it.frame, it.marks.outside, it.marks.role)).collect();
    assert_eq!(frames, [(0, false, Role::Object), (2, true, Role::Object), (1, false, Role::Ignore)]);
    for (bad, part, effect) in [
        (row(-1, 2005, 2, &rle), "as frame", Effect::Left),
        (row(0, 2005, 2, &rle), "two rows on one frame", Effect::Left),
        (row(1, 2005, 1, &rle), "changes its label", Effect::Changed),
        (row(1, 3005, 2, &rle), "class times 1000", Effect::Kept),
        (row(1, -5, 2, &rle), "as id", Effect::Left),
        (row(1, 2005, 0, &rle), "number of a class", Effect::Left),
        (row(1, 2005, 99999, &rle), "number of a class", Effect::Left),
        (row(1, 2005, 2, "`~"), "run lengths are wrong", Effect::Left),
        (row(1, 2005, 2, "1"), "run lengths are wrong", Effect::Left),
        (row(1, 2005, 2, "PP3"), "no pixels", Effect::Left),
        (format!("1 2005 2 4294967295 4294967295 {rle}\n"), "another size", Effect::Left),
        (format!("1 2005 2 0 64 {rle}\n"), "no size", Effect::Left),
        ("1 2005 2 48 64\n".to_owned(), "fewer than six", Effect::Left),
    ] {
        let (memory, report, done) = rows(&(good.clone() + &bad));
        done.unwrap();
        assert_eq!(problem(&report.problems, part), (1, effect), "{bad}");
        assert!(memory.instances.len() >= 2, "{bad}");
    }
    assert!(matches!(rows("1,1,1,1,5,5,1,1,1\n").2, Err(FormatError::Syntax { format: "MOTS", .. })));
}
