//! KITTI tracking: as KITTI writes it, as we write it, and damaged.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::tracks::{assert_same, box_shape, keyframe, memory, plain, sequence, square, tracks};
use common::{export_bytes, import_bytes, problem};
use limn_core::{Geometry, LabelId, Mark, Marks, Rect, Role};
use limn_formats::{Effect, ExportOptions, FormatError, InstanceItem};
use proptest::prelude::*;

fn marks() -> impl Strategy<Value = Marks> {
    any::<(bool, bool)>().prop_map(|(occluded, truncated)| {
        let mut marks = Marks::one(Mark::Occluded(occluded));
        marks.set(Mark::Truncated(truncated));
        marks
    })
}

proptest! {
    // Each case writes files to the disk.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_frame_comes_back(mut source in tracks(box_shape().boxed(), marks().boxed())) {
        let (first, report) = export_bytes("kitti-tracking", &mut source, &ExportOptions::default());
        let (mut again, read, done) = import_bytes("kitti-tracking", &first);
        done.unwrap();
        prop_assert!(read.problems.is_empty(), "{}", read.problems);
        let rows = first.iter().filter(|byte| **byte == b'\n').count();
        prop_assert_eq!(report.instances, rows as u64);
        // KITTI knows no length.
        again.files[0].frames = source.files[0].frames;
        assert_same(&source, &again)?;
        prop_assert_eq!(String::from_utf8(export_bytes("kitti-tracking", &mut again, &ExportOptions::default()).0).unwrap(), String::from_utf8(first).unwrap());
    }
}

/// As KITTI has it.
const THEIRS: &str = "0 -1 DontCare -1 -1 -10.000000 219.310000 188.490000 245.500000 218.560000 -1000.000000 -1000.000000 -1000.000000 -10.000000 -1.000000 -1.000000 -1.000000
0 0 Van 0 2 -1.793451 296.744956 161.752147 455.226042 292.372804 2.000000 1.823255 4.433886 -4.552284 1.858523 13.410495 -2.115488
1 0 Van 1 0 -1.793451 296.744956 161.752147 455.226042 292.372804 2.000000 1.823255 4.433886 -4.552284 1.858523 13.410495 -2.115488
3 0 Van 0 3 -1.793451 296.744956 161.752147 455.226042 292.372804 2.000000 1.823255 4.433886 -4.552284 1.858523 13.410495 -2.115488
";

#[test]
fn what_kitti_says_in_space_is_given_back() {
    let (mut memory, report, done) = import_bytes("kitti-tracking", THEIRS.as_bytes());
    done.unwrap();
    assert!(report.problems.is_empty(), "{}", report.problems);
    assert_eq!(memory.sequences.iter().map(|it| (it.number, it.label)).collect::<Vec<_>>(), [(1, LabelId(2))]);
    let frames: Vec<_> = memory.instances.iter().map(|it| (it.frame, it.marks.outside, it.marks.occluded, it.marks.truncated)).collect();
    let wanted = [
        (0, false, true, false),
        (1, false, false, true),
        (2, true, false, true),
        (3, false, false, false),
        (4, true, false, false),
        (0, false, false, false),
    ];
    assert_eq!(frames, wanted);
    let last = memory.instances.last().unwrap();
    assert_eq!((last.label, last.marks.role, last.member), (LabelId(1), Role::Ignore, None));
    let (bytes, _) = export_bytes("kitti-tracking", &mut memory, &ExportOptions::default());
    let text = String::from_utf8(bytes).unwrap();
    let numbers = |text: &str| {
        let mut rows: Vec<Vec<String>> = text
            .lines()
            .map(|line| line.split(' ').map(|cell| cell.parse::<f64>().map_or(cell.to_owned(), |number| number.to_string())).collect())
            .collect();
        rows.sort();
        rows
    };
    // The placeholders of a DontCare area are in another order in KITTI's own files.
    let without = |rows: Vec<Vec<String>>| {
        rows.into_iter().map(|row| if row[2] == "DontCare" { row[..10].to_vec() } else { row }).collect::<Vec<_>>()
    };
    assert_eq!(without(numbers(&text)), without(numbers(THEIRS)));
}

#[test]
fn what_has_no_place_is_told() {
    let mut source = memory(
        vec![sequence(1, 2)],
        vec![
            InstanceItem { extra: Some("{\"note\":1}".into()), confidence: Some(0.5), ..keyframe(0, 58, square(1.0), Marks::default()) },
            InstanceItem { marks: Marks::one(Mark::Role(Role::Ignore)), ..plain(0, square(1.0)) },
            InstanceItem { marks: Marks::one(Mark::Visible(Some(3))), ..plain(0, square(1.0)) },
        ],
    );
    source.schema.labels[1].name = "big bus".into();
    let (bytes, report) = export_bytes("kitti-tracking", &mut source, &ExportOptions::default());
    let unknown = "-1 -1 -1 -1000 -1000 -1000 -10";
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        format!(
            "0 -1 DontCare -1 -1 -10 1 2 31 42 {unknown}\n0 2 car 0 0 -10 1 2 31 42 {unknown}\n\
             58 0 big_bus 0 0 -10 1 2 31 42 {unknown} 0.5\n59 0 big_bus 0 0 -10 1 2 31 42 {unknown} 0.5\n"
        )
    );
    for (part, count, effect) in [
        ("foreign fields left out", 1, Effect::Left),
        ("written as DontCare", 1, Effect::Changed),
        ("mark \"visible\"", 1, Effect::Left),
        ("written as _", 1, Effect::Changed),
        ("between keyframes", 1, Effect::Changed),
        ("on one frame alone", 1, Effect::Changed),
    ] {
        assert_eq!(problem(&report.losses, part), (count, effect), "{part}");
    }
    assert_eq!((report.sequences, report.instances), (1, 4));
}

#[test]
fn bad_rows_are_told() {
    let good = "0 0 Car 0 0 -10 1 1 5 5\n";
    for (row, part, effect) in [
        ("-1 0 Car 0 0 -10 1 1 5 5", "as frame", Effect::Left),
        ("0 0 Car 0 0 -10 2 1 5 5", "two rows on one frame", Effect::Left),
        ("1 0 Bus 0 0 -10 1 1 5 5", "changes its label", Effect::Changed),
        ("1 0 Car 0 0 -10 nan 1 5 5", "not finite", Effect::Left),
        ("1 0 Car 0 0 -10 1 1 1e999 5", "not finite", Effect::Left),
        ("1 0 Car 0 0 -10 5 1 1 5", "no area", Effect::Left),
        ("1 x Car 0 0 -10 1 1 5 5", "as id", Effect::Left),
        ("1 0 Car 0 0 -10 1 1 5", "fewer than ten", Effect::Left),
        ("1 0 Car 0 0 -10 1 1 5 y", "no number", Effect::Left),
        ("1 0 Car 0.5 0 -10 1 1 5 5", "not a whole number", Effect::Changed),
        ("1 0 Car 0 0 -10 1 1 5 5 -1 -1 -1 -1 -1 -1 -1 7", "a score", Effect::Left),
        ("1 4294967299 Car 0 0 -10 1 1 5 5", "cannot be that of a sequence", Effect::Changed),
    ] {
        let (memory, report, done) = import_bytes("kitti-tracking", format!("{good}{row}\n").as_bytes());
        done.unwrap();
        assert_eq!(problem(&report.problems, part), (1, effect), "{row}");
        assert_eq!(memory.instances[0].geometry, Geometry::Box(Rect::from_xywh(1.0, 1.0, 4.0, 4.0)));
    }
    assert!(matches!(import_bytes("kitti-tracking", b"1,1,1,1,5,5,1,1,1\n").2, Err(FormatError::Syntax { .. })));
}
