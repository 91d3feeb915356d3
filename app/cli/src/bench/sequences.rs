//! A long video with very many sequences: opening it, and what is in the picture at a frame.

use super::clock::peak_rss_mib;
use super::input::Random;
use super::{Measured, Row};
use crate::error::CliError;
use crate::output::Output;
use limn_core::log::{Change, Gesture, kind};
use limn_core::sequence::{Member, Sequence};
use limn_core::{FileKind, FileRecord, FileStatus, Geometry, IdSource, Instance, LabelId, Rect, Schema, SequenceId, Sequences};
use limn_store::{Identity, Project};
use std::time::Instant;

/// Frames of the video.
const FRAMES: u64 = 20_000;
/// Keyframes of each sequence.
const KEYFRAMES: u64 = 200;
/// Sequences in one entry of the log.
const BATCH: u64 = 50;
/// Frames that are looked at.
const LOOKS: usize = 200;

pub(super) fn run(size: u64, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("p.limn");
    let mut project = Project::create(&path, "bench", &Schema::default(), Identity::from_seed([3; 32], "bench"))?;
    let mut ids = IdSource::new([5; 32]);
    let file = FileRecord {
        id: ids.file(1),
        name: "long.mp4".into(),
        path: "media/long.mp4".into(),
        kind: FileKind::Video,
        width: 1920,
        height: 1080,
        frames: FRAMES,
        bytes: 1,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    };
    let (file, add) = (file.id, Change::FileAdd(Box::new(file)));
    project.commit(Gesture { kind: kind::FILES, title: "Add files".into(), target: None, changes: vec![add] })?;
    output.message(&format!("Writing {size} sequences of {KEYFRAMES} keyframes."));
    let mut random = Random(11);
    for from in (0..size).step_by(BATCH as usize) {
        let numbers = from..(from + BATCH).min(size);
        let changes = numbers.flat_map(|number| one(file, number, &mut ids, &mut random)).collect();
        project.commit(Gesture { kind: kind::IMPORT, title: "Import".into(), target: None, changes })?;
    }
    drop(project);
    let before = peak_rss_mib();
    let (mut opens, mut sequences) = (Vec::new(), Sequences::default());
    for _ in 0..3 {
        drop(std::mem::take(&mut sequences));
        let start = Instant::now();
        let project = Project::open(&path, Identity::from_seed([3; 32], "bench"), limn_store::Access::Read)?;
        sequences = project.sequences(file)?;
        opens.push(start.elapsed().as_secs_f64());
    }
    let peak = peak_rss_mib();
    let (mut jumps, mut steps, mut shown) = (Vec::new(), Vec::new(), 0);
    for _ in 0..LOOKS {
        let frame = random.below(FRAMES - 1);
        for (frame, list) in [(frame, &mut jumps), (frame + 1, &mut steps)] {
            let start = Instant::now();
            let there: Vec<Instance> = sequences.at(frame);
            list.push(start.elapsed().as_secs_f64() * 1e3);
            shown = shown.max(there.len());
        }
    }
    let rows = vec![
        Row::new("open the project and read its sequences, wall", "s", opens, &[]).within(3.0),
        Row::new("what is at a random frame, wall", "ms", jumps, &[]).within(2.0),
        Row::new("the frame after it, wall", "ms", steps, &[]).within(1.0),
        Row::new("peak memory of this process", "MiB", peak.into_iter().collect(), &[]).within(600.0),
    ];
    let note = format!(
        "{size} sequences, {} keyframes, {FRAMES} frames; at most {shown} in the picture at once; {:.0} MiB before reading",
        size * KEYFRAMES,
        before.unwrap_or(0.0)
    );
    Ok((rows, vec![note]))
}

/// A box that goes through most of the video, with a keyframe every few dozen frames.
fn one(file: limn_core::FileId, number: u64, ids: &mut IdSource, random: &mut Random) -> Vec<Change> {
    let (millis, bytes) = ids.next_parts(number + 2);
    let sequence = Sequence::new(SequenceId::from_parts(millis, bytes), file, number as u32 + 1, LabelId(1));
    let member = Some(Member { sequence: sequence.id, part: 0 });
    let mut changes = vec![Change::SequenceAdd(Box::new(sequence))];
    let every = FRAMES / KEYFRAMES;
    changes.extend((0..KEYFRAMES).map(|at| {
        let frame = at * every + random.below(every);
        let (x, y) = (random.below(1800) as f64, random.below(1000) as f64);
        let geometry = Geometry::Box(Rect::from_xywh(x, y, 60.0, 40.0));
        let instance = Instance::new(ids.instance(number + 2), file, frame, LabelId(1), geometry);
        Change::InstanceAdd(Box::new(Instance { member, ..instance }))
    }));
    changes
}
