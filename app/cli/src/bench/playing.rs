//! A video that plays in the window, with many boxes moving over it.

use super::clock::thread_cpu;
use super::input::Random;
use super::{Measured, Row};
use crate::error::CliError;
use crate::output::Output;
use crate::window::{PlayPlan, PlayTimes, PlayedRun, Window};
use limn_core::log::{Change, Gesture, kind};
use limn_core::sequence::{Member, Sequence};
use limn_core::{FileRecord, Geometry, IdSource, Instance, LabelId, Rect, Schema, SequenceId};
use limn_jobs::AddOptions;
use limn_store::{Identity, Project};
use std::path::Path;
use std::time::Duration;

/// Boxes on every frame.
const BOXES: usize = 1_000;
/// The longest that is played at one speed.
const PLAYED: Duration = Duration::from_secs(5);
/// Speeds, and whether it goes backward.
const RUNS: [(f64, bool); 6] = [(0.1, false), (1.0, false), (8.0, false), (0.1, true), (1.0, true), (8.0, true)];
/// Milliseconds by which 19 of 20 frames may come after they are due: three of the screen's.
const MOST_LATE: f64 = 50.0;

/// Rows for the window; none, and a note, where it cannot be opened.
pub(super) fn rows(video: &Path, dir: &Path, window: &dyn Window, output: &mut Output) -> Result<Measured, CliError> {
    let (project, home) = (dir.join("p.limn"), dir.join("home"));
    make_project(&project, video, output)?;
    std::fs::create_dir(&home)?;
    output.message("A window opens and closes by itself now; leave mouse and keyboard alone until the figures come.");
    let plan = PlayPlan { home, project, runs: RUNS.to_vec(), lasting: PLAYED, cpu: thread_cpu };
    Ok(match window.measure_play(&plan) {
        Ok(times) => told(&times),
        Err(why) => (Vec::new(), vec![format!("not measured: the window. {why}")]),
    })
}

/// A project of the video with boxes that go from its first frame to its last one.
fn make_project(dir: &Path, video: &Path, output: &mut Output) -> Result<(), CliError> {
    let schema = Schema::from_document(r#"{"labels":["car","person"]}"#).map_err(limn_jobs::JobError::from)?;
    let mut project = Project::create(dir, "bench", &schema, Identity::from_seed([1; 32], "bench"))?;
    let report = output.job(|cx| limn_jobs::add_paths(&mut project, &[video.to_owned()], AddOptions::default(), cx))?;
    let (mut ids, mut random) = (IdSource::new([2; 32]), Random(17));
    for file in &report.added {
        let changes = (0..BOXES).flat_map(|number| moving(file, number, &mut ids, &mut random)).collect();
        project.commit(Gesture { kind: kind::IMPORT, title: "Import".into(), target: Some(file.id.0), changes })?;
    }
    Ok(())
}

fn moving(file: &FileRecord, number: usize, ids: &mut IdSource, random: &mut Random) -> Vec<Change> {
    let (millis, bytes) = ids.next_parts(2);
    let sequence = Sequence::new(SequenceId::from_parts(millis, bytes), file.id, number as u32 + 1, LabelId(1 + number as u32 % 2));
    let (label, member) = (sequence.label, Some(Member { sequence: sequence.id, part: 0 }));
    let mut changes = vec![Change::SequenceAdd(Box::new(sequence))];
    for frame in [0, file.frames.saturating_sub(1)] {
        let (x, y) = (random.unit() * f64::from(file.width) * 0.95, random.unit() * f64::from(file.height) * 0.95);
        let geometry = Geometry::Box(Rect::from_xywh(x, y, 60.0, 40.0));
        changes.push(Change::InstanceAdd(Box::new(Instance { member, ..Instance::new(ids.instance(2), file.id, frame, label, geometry) })));
    }
    changes
}

fn told(times: &PlayTimes) -> Measured {
    let ms = |times: &[Duration]| times.iter().map(|time| time.as_secs_f64() * 1e3).collect::<Vec<_>>();
    let mut rows = Vec::new();
    for ((factor, is_backward), run) in RUNS.iter().zip(&times.runs) {
        let name = format!("window, {factor}×{}", if *is_backward { " backward" } else { "" });
        if let Some(last) = run.late.last() {
            rows.push(Row::new(format!("{name}: a frame on the screen after it is due"), "ms", ms(&run.late), &[]).p95_within(MOST_LATE));
            rows.push(Row::new(format!("{name}: the last one"), "ms", ms(&[*last]), &[]));
        }
        rows.push(Row::new(format!("{name}: frames left out"), "%", vec![left_out(run)], &[]));
        rows.push(Row::new(format!("{name}: CPU of the window's thread, a frame of the window"), "ms", ms(&run.cpu), &[]));
    }
    let [width, height] = times.size;
    let note = format!(
        "window: {}; {width}×{height} pixels; {BOXES} boxes that move on every frame; at 8× every fourth frame or so is for the screen",
        times.driver
    );
    (rows, vec![note])
}

/// Of the frames that were for the screen, those that were not seen, in percent.
fn left_out(run: &PlayedRun) -> f64 {
    let due = run.passed as f64 / run.stride.max(1) as f64;
    100.0 * (1.0 - run.late.len() as f64 / due.max(1.0)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_late_and_what_is_left_out_have_their_rows() {
        let late = |ms: u64| Duration::from_millis(ms);
        let run = PlayedRun { late: vec![late(1), late(2), late(60)], cpu: vec![late(4)], passed: 16, stride: 4 };
        let times = PlayTimes { runs: vec![run; 2], ..PlayTimes::default() };
        let (rows, _) = told(&times);
        let figures: Vec<_> = rows.iter().map(|row| (row.median, row.p95)).collect();
        assert_eq!(figures[..4], [(2.0, 60.0), (60.0, 60.0), (25.0, 25.0), (4.0, 4.0)]);
        assert_eq!(rows.len(), 8);
        assert!(rows[0].limit.as_ref().is_some_and(|limit| limit.ratio > 1.0));
        let (rows, _) = told(&PlayTimes { runs: vec![PlayedRun::default()], ..PlayTimes::default() });
        assert_eq!((rows.len(), rows[0].median), (2, 100.0), "nothing was seen, and nothing is said to be in time");
    }

    #[test]
    fn a_project_to_play_has_its_boxes_on_every_frame() {
        let dir = tempfile::tempdir().unwrap();
        let mut output = Output::new(false);
        let options = limn_demo::DemoOptions { images: 0, videos: 1, seconds: 0.5, ..limn_demo::DemoOptions::default() };
        let go = std::sync::atomic::AtomicBool::new(false);
        let made = limn_demo::generate(dir.path(), &options, &mut |_, _, _| {}, &go).unwrap();
        make_project(&dir.path().join("p.limn"), &made[0].path, &mut output).unwrap();
        let project = Project::open(&dir.path().join("p.limn"), Identity::from_seed([1; 32], "bench"), limn_store::Access::Read).unwrap();
        let file = project.files().unwrap()[0].file.clone();
        assert_eq!(project.sequences(file.id).unwrap().at(file.frames / 2).len(), BOXES);
    }
}
