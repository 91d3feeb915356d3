//! Sequences of two clips that overlap: a pair is refused, stays refused, and is compared again when a person asks.

use super::{press, run, videos, wait_for, window};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable as _;
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::sequence::Member;
use limn_core::{Clip, FileId, Geometry, Instance, InstanceId, LabelId, Rect, Sequence, SequenceId};
use limn_desktop::Start;

#[test]
fn a_refused_pair_comes_back_only_when_it_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let source = "color=s=320x240:r=25,format=yuv420p";
    if !videos::make(&dir.path().join("v.mkv"), source, &["-frames:v", "25", "-c:v", "ffv1"]) {
        return;
    }
    let mut project = videos::project(dir.path());
    let of = FileId::from_parts(1, [4; 10]);
    let mut changes = vec![videos::add(of, "v.mkv", 25)];
    for (number, first) in [(2_u64, 0_u64), (3, 10)] {
        let file = FileId::from_parts(number, [4; 10]);
        let Change::FileAdd(mut record) = videos::add(file, "v.mkv", 15) else { return };
        record.name = format!("clip {number}");
        record.clip = Some(Clip { of, first });
        let sequence = Sequence::new(SequenceId::from_parts(number, [5; 10]), file, 1, LabelId(1));
        let keyframe = Instance::new(
            InstanceId::from_parts(number, [6; 10]),
            file,
            0,
            LabelId(1),
            Geometry::Box(Rect::from_xywh(50.0, 50.0, 60.0, 60.0)),
        );
        let member = Some(Member { sequence: sequence.id, part: 0 });
        changes.extend([
            Change::FileAdd(record.clone()),
            Change::FileSet { id: file, set: FileSet::Clip(record.clip) },
            Change::SequenceAdd(Box::new(sequence)),
            Change::InstanceAdd(Box::new(Instance { member, ..keyframe })),
        ]);
    }
    project.commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes }).unwrap();
    drop(project);

    let start = Start { project: Some(dir.path().join("p.limn")), ..Start::default() };
    let mut harness = window(&dir.path().join("home"), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Canvas, v.mkv");
    run(&mut harness, "next file");
    wait_for(&mut harness, "Canvas, clip 2");
    run(&mut harness, "stitch sequences");
    wait_for(&mut harness, "car 1 = car 1 of clip 3: IoU 100 %");
    press(&mut harness, Modifiers::NONE, Key::Delete);
    wait_for(&mut harness, "No more pairs");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    run(&mut harness, "stitch sequences");
    wait_for(&mut harness, "Said not to be the same: 1");
    assert!(harness.query_by_label_contains("car 1 = car 1").is_none(), "it does not come back by itself");
    harness.get_by_label("Said not to be the same: 1").click();
    harness.run_steps(30);
    harness.get_by_label("car 1 and car 1 of clip 3: compare again").click();
    harness.step();
    wait_for(&mut harness, "car 1 = car 1 of clip 3: IoU 100 %");
}
