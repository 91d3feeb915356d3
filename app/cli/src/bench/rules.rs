//! The schema's rules on one frame: found once, and after each change.

use super::clock::thread_cpu;
use super::input::Random;
use super::{Measured, Row};
use limn_core::log::{Change, InstanceSet};
use limn_core::sequence::Member;
use limn_core::{
    Document, FileId, Geometry, IdSource, ImagePos, Instance, InstanceId, LabelId, Polygon, Rect, Schema, Sequence, SequenceId, Sequences,
};
use limn_tools::problems::{Frame, Problems, Rules, whole};

/// Each kind of rule that is asked at every change, and neighbours among them.
const SCHEMA: &str = r#"{"labels":["car","person","road"],
    "attributes":[{"name":"colour","type":"text","required":true,"labels":["car"]}],
    "rules":[
      {"name":"answers","check":"answered"}, {"name":"inside","check":"inside"}, {"name":"simple","check":"simple"},
      {"name":"size","check":{"size":{"min_side":4,"max_area":90000}}}, {"name":"many","check":{"count":{"max":9000}}},
      {"name":"twice","check":{"duplicates":{"iou":0.9}}},
      {"name":"on the road","labels":["car"],"check":{"overlap":{"with":["person"],"most":0.5}}},
      {"name":"wide","check":{"expression":"width < 3 * height or label = \"road\""}},
      {"name":"alone","labels":["person"],"check":{"expression":"near(\"person\", 30) < 4 and overlap(\"car\") < 0.8"}},
      {"name":"cover","severity":"informs","check":{"covered":{"least":0.99}}}]}"#;
/// Changes that are measured.
const CHANGES: usize = 1000;
/// Frames and sequences of the video.
const VIDEO_FRAMES: u64 = 20_000;
const VIDEO_SEQUENCES: u32 = 50;
/// Points of each polygon.
const POINTS: usize = 24;

pub(super) fn run(count: u64) -> Result<Measured, crate::error::CliError> {
    let schema = Schema::from_document(SCHEMA).map_err(|error| crate::error::CliError::Failed(error.to_string()))?;
    let rules = Rules::new(&schema);
    // About as dense as a picture of a crowd: each meets a few others.
    let side = 40.0 * (count as f64).sqrt();
    let picture = Rect::from_xywh(0.0, 0.0, side, side);
    let (mut random, mut ids) = (Random(5), IdSource::new([8; 32]));
    let file = FileId::from_parts(1, [1; 10]);
    let mut all: Vec<InstanceId> = Vec::new();
    let instances = (0..count).map(|at| {
        all.push(ids.instance(at));
        Instance::new(all[all.len() - 1], file, 0, LabelId(1 + (at % 3) as u32), shape(&mut random, side))
    });
    let mut document = Document::new(instances.collect());
    let mut problems = Problems::default();
    let timed = |work: &mut dyn FnMut()| {
        let start = thread_cpu();
        work();
        thread_cpu().saturating_sub(start).as_secs_f64() * 1e3
    };
    // As the window does, whose thread gets them shared.
    let now = document.instances().clone();
    let whole = timed(&mut || problems.update(&rules, Frame { instances: &now, picture, is_file: true, sequences: None }, None));
    let found = problems.list().len();
    let mut times = Vec::with_capacity(CHANGES);
    let mut lists = Vec::with_capacity(CHANGES);
    for at in 0..CHANGES {
        let id = all[(random.unit() * all.len() as f64) as usize % all.len()];
        let set = match at % 5 {
            0 => InstanceSet::Label(LabelId(1 + (at / 5 % 3) as u32)),
            _ => InstanceSet::Geometry(shape(&mut random, side)),
        };
        document.apply(file, 0, &Change::InstanceSet { id, set });
        let now = document.instances().clone();
        times.push(timed(&mut || problems.update(&rules, Frame { instances: &now, picture, is_file: true, sequences: None }, Some(&[id]))));
        lists.push(timed(&mut || drop(problems.list())));
    }
    let now = document.instances().clone();
    let cover = timed(&mut || {
        let _ = problems.look_at_cover(&rules, Frame { instances: &now, picture, is_file: true, sequences: None }, &|| false);
    });
    let video = timed(&mut || whole_video(&rules));
    let rows = vec![
        Row::new("after a change, CPU", "ms", times, &[]).p95_within(5.0),
        Row::new("the list of them, CPU", "ms", lists, &[]),
        Row::new("all of the frame at first, CPU", "ms", vec![whole], &[]),
        Row::new("how much is covered, CPU", "ms", vec![cover], &[]),
        Row::new("all frames of a video, CPU", "ms", vec![video], &[]),
    ];
    let notes = [
        format!("{found} problems at first, under {} rules", schema.rules.len()),
        format!("the video: {VIDEO_FRAMES} frames, {VIDEO_SEQUENCES} sequences of boxes with a keyframe at every 100th"),
    ];
    Ok((rows, notes.into()))
}

/// Looks at a long video as completing it does.
fn whole_video(rules: &Rules) {
    let file = FileId::from_parts(1, [1; 10]);
    let mut ids = IdSource::new([9; 32]);
    let (mut sequences, mut keyframes) = (Vec::new(), Vec::new());
    for number in 0..VIDEO_SEQUENCES {
        let id = SequenceId(ids.instance(1).0);
        sequences.push(Sequence::new(id, file, number, LabelId(1 + number % 3)));
        for frame in (0..VIDEO_FRAMES).step_by(100) {
            let rect = Rect::from_xywh(f64::from(number) * 7.0 + (frame / 100 % 2) as f64 * 9.0, 50.0, 20.0, 10.0);
            let keyframe = Instance::new(ids.instance(1), file, frame, LabelId(1), Geometry::Box(rect));
            keyframes.push(Instance { member: Some(Member { sequence: id, part: 0 }), ..keyframe });
        }
    }
    let sequences = Sequences::new(sequences, keyframes);
    let picture = Rect::from_xywh(0.0, 0.0, 400.0, 300.0);
    let file = whole::File { picture, frames: VIDEO_FRAMES, sequences: Some(&sequences), own: &[] };
    let Ok(found) = whole::look(rules, file, &mut Alone);
    std::hint::black_box(found);
}

/// All is in sequences.
struct Alone;

impl whole::Source for Alone {
    type Error = std::convert::Infallible;

    fn instances_at(&mut self, _frame: u64) -> Result<Vec<Instance>, Self::Error> {
        Ok(Vec::new())
    }

    fn goes_on(&mut self, _done: u64, _total: u64) -> bool {
        true
    }
}

/// A round thing somewhere in the picture, or a box.
fn shape(random: &mut Random, side: f64) -> Geometry {
    let (x, y, size) = (random.unit() * side, random.unit() * side, 10.0 + random.unit() * 50.0);
    if random.unit() < 0.5 {
        return Geometry::Box(Rect::from_xywh(x, y, size, size * (0.3 + random.unit())));
    }
    let point = |at: usize| {
        let turn = at as f64 / POINTS as f64 * std::f64::consts::TAU;
        ImagePos::new(x + size / 2.0 * turn.cos(), y + size / 2.0 * turn.sin() * 0.7).rounded()
    };
    Geometry::Polygon(Polygon::simple((0..POINTS).map(point).collect()))
}
