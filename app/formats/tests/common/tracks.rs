//! Videos with sequences, and what is seen on each frame of what was read.

use super::{Memory, label};
use limn_core::sequence::{Member, Motion};
use limn_core::{FileId, FileKind, Geometry, Instance, InstanceId, LabelId, Marks, Rect, Schema, Sequence, SequenceId, Sequences};
use limn_formats::{ExportOptions, ExportReport, FileItem, FormatError, ImportReport, InstanceItem, MemberItem, SequenceItem};
use proptest::prelude::*;
use std::path::Path;

pub const FRAMES: u64 = 60;

pub fn video(name: &str) -> FileItem {
    FileItem::new(name, FileKind::Video, (640, 480), FRAMES)
}

pub fn sequence(number: u32, label: u32) -> SequenceItem {
    let (name, exit, marks, extra) = (None, None, Marks::default(), None);
    SequenceItem { id: None, file: 0, number, label: LabelId(label), name, motion: Motion::Linear, exit, same_as: None, marks, extra }
}

pub fn keyframe(sequence: usize, frame: u64, geometry: Geometry, marks: Marks) -> InstanceItem {
    let member = Some(MemberItem { sequence, part: 0 });
    InstanceItem { member, marks, frame, ..plain(frame, geometry) }
}

pub fn plain(frame: u64, geometry: Geometry) -> InstanceItem {
    InstanceItem {
        id: None,
        file: 0,
        frame,
        label: LabelId(1),
        geometry,
        marks: Marks::default(),
        run: None,
        confidence: None,
        author: None,
        created: None,
        extra: None,
        member: None,
    }
}

pub fn square(x: f64) -> Geometry {
    Geometry::Box(Rect::from_xywh(x, 2.0, 30.0, 40.0))
}

pub fn memory(sequences: Vec<SequenceItem>, instances: Vec<InstanceItem>) -> Memory {
    let schema = Schema { labels: vec![label(1, "car"), label(2, "bus")], ..Schema::default() };
    Memory { project: "p".to_owned(), schema, files: vec![video("a.mp4")], runs: Vec::new(), sequences, events: Vec::new(), instances }
}

/// Boxes to six decimals, some far outside.
pub fn box_shape() -> impl Strategy<Value = Geometry> {
    let number = |most: i64| prop_oneof![(0..most * 4).prop_map(|n| n as f64 / 4.0), (0..most * 1_000_000).prop_map(|n| n as f64 / 1e6)];
    (number(600), number(400), number(90), number(90))
        .prop_map(|(x, y, width, height)| Geometry::Box(Rect::from_xywh(x - 50.0, y - 50.0, width + 0.25, height + 0.25)))
}

/// Sequences of one file with keyframes of these shapes and marks, some of which say that the object is gone.
pub fn tracks(shape: BoxedStrategy<Geometry>, marks: BoxedStrategy<Marks>) -> impl Strategy<Value = Memory> {
    let keyframe_of = (0..FRAMES, shape, marks, prop::bool::weighted(0.2));
    let track = (1..3_u32, prop::collection::vec(keyframe_of, 1..5), prop::option::weighted(0.3, 1..FRAMES));
    prop::collection::vec(track, 1..4).prop_map(|tracks| {
        let mut all = memory(Vec::new(), Vec::new());
        for (at, (label, mut keyframes, exit)) in tracks.into_iter().enumerate() {
            all.sequences.push(SequenceItem { exit, ..sequence(at as u32 * 3 + 1, label) });
            keyframes.sort_by_key(|keyframe| keyframe.0);
            keyframes.dedup_by_key(|keyframe| keyframe.0);
            for (frame, geometry, mut marks, is_outside) in keyframes {
                marks.set(limn_core::Mark::Outside(is_outside));
                let item = keyframe(at, frame, geometry, marks);
                all.instances.push(InstanceItem { label: LabelId(label), ..item });
            }
        }
        all
    })
}

/// What is seen of the first file: on each frame, number, name of the label, shape and marks.
pub fn seen(memory: &Memory) -> Vec<Vec<(u32, String, Geometry, Marks)>> {
    let file = FileId::from_parts(0, [0; 10]);
    let id = |at: usize| SequenceId::from_parts(at as u64, [0; 10]);
    let own = |(at, item): (usize, &SequenceItem)| {
        let sequence = Sequence::new(id(at), file, item.number, item.label);
        Sequence { motion: item.motion, exit: item.exit, marks: item.marks.clone(), ..sequence }
    };
    let list = memory.sequences.iter().enumerate().map(own).collect();
    let instance = |(at, item): (usize, &InstanceItem)| {
        let member = item.member.map(|member| Member { sequence: id(member.sequence), part: member.part });
        let plain = Instance::new(InstanceId::from_parts(at as u64, [0; 10]), file, item.frame, item.label, item.geometry.clone());
        Instance { marks: item.marks.clone(), member, ..plain }
    };
    let sequences = Sequences::new(list, memory.instances.iter().enumerate().map(instance));
    let frames = memory.files[0].frames;
    let at = |frame| {
        let mut shown: Vec<_> = sequences
            .tracks()
            .flat_map(|track| {
                track.parts().filter_map(|part| Some((track.sequence.number, track.shown(part, frame)?.instance))).collect::<Vec<_>>()
            })
            .map(|(number, it)| (number, memory.schema.shown(it.label).0, it.geometry, it.marks))
            .collect();
        shown.sort_by_key(|(number, ..)| *number);
        shown
    };
    (0..frames).map(at).collect()
}

/// Whether the same is seen, boxes to a millionth of a pixel.
pub fn assert_same(a: &Memory, b: &Memory) -> Result<(), TestCaseError> {
    let (a, b) = (seen(a), seen(b));
    prop_assert_eq!(a.len(), b.len());
    for (frame, (a, b)) in a.iter().zip(&b).enumerate() {
        prop_assert_eq!(a.len(), b.len(), "frame {}\n{:?}\n{:?}", frame, a, b);
        for (a, b) in a.iter().zip(b) {
            prop_assert_eq!((a.0, &a.1, &a.3), (b.0, &b.1, &b.3), "frame {}", frame);
            match (&a.2, &b.2) {
                (Geometry::Box(a), Geometry::Box(b)) => {
                    let off = |rect: &Rect| [rect.min.x, rect.min.y, rect.max.x, rect.max.y];
                    let far = off(a).into_iter().zip(off(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                    prop_assert!(far <= 1.01e-6, "frame {}: {}", frame, far);
                }
                (a, b) => prop_assert_eq!(a, b, "frame {}", frame),
            }
        }
    }
    Ok(())
}

pub fn import_path(format: &str, path: &Path) -> (Memory, ImportReport, Result<(), FormatError>) {
    let (mut memory, mut report) = (Memory::default(), ImportReport::default());
    let done = limn_formats::import(format, path, &mut memory, &mut report);
    (memory, report, done)
}

pub fn export_path(format: &str, source: &mut Memory, path: &Path) -> Result<ExportReport, FormatError> {
    limn_formats::export(format, source, path, &ExportOptions::default(), &mut |_, _| true)
}
