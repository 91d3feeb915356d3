//! What a person at the window waits for: the first picture, the next file; and what the window costs while nobody is at it.

use super::clock::process_cpu;
use super::input::Random;
use super::media::write_jpeg;
use super::{Measured, Row, scaled};
use crate::error::CliError;
use crate::output::Output;
use crate::window::{Window, WindowPlan, WindowTimes};
use limn_core::log::{Change, Gesture, kind};
use limn_core::{FileRecord, Geometry, IdSource, ImagePos, Instance, LabelId, Rect, Schema};
use limn_jobs::AddOptions;
use limn_store::{Identity, Project};
use std::path::Path;
use std::time::Duration;

/// Pictures of 1920 × 1080 pixels.
const SMALL: usize = 12;
/// Places of the pictures of 24 megapixels among them.
const LARGE: [usize; 2] = [4, 9];
/// In the names of the large ones.
const LARGE_MARK: &str = "24mp";
/// Boxes on each.
const BOXES: usize = 100;
/// Enough for the neighbours to be decoded, and no more than a person looks at a picture.
const REST: Duration = Duration::from_millis(400);
const IDLE: Duration = Duration::from_secs(5);

pub(super) fn run(size: u64, window: &dyn Window, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let project = dir.path().join("p.limn");
    let files = make_project(dir.path(), &project, output)?;
    output.message("Windows open and close by themselves now; leave mouse and keyboard alone until the figures come.");
    let home = dir.path().join("home");
    std::fs::create_dir(&home)?;
    let mut plan = WindowPlan { home, project, steps: files - 1, by_frame: false, rest: REST, idle: IDLE, cpu: process_cpu };
    let mut windows = Vec::new();
    for _ in 0..size.min(100) {
        windows.push(window.measure(&plan).map_err(CliError::Failed)?);
        // One walk is enough; the others are opened for their first picture.
        plan = WindowPlan { steps: 0, idle: Duration::ZERO, ..plan };
    }
    Ok(rows(&windows))
}

/// A project of pictures with boxes; the answer is their number.
fn make_project(dir: &Path, project: &Path, output: &mut Output) -> Result<usize, CliError> {
    let (small, large) = (dir.join("small.jpg"), dir.join("large.jpg"));
    write_jpeg(&small, 1920, 1080)?;
    write_jpeg(&large, 6000, 4000)?;
    let media = dir.join("media");
    std::fs::create_dir(&media)?;
    let mut paths = Vec::new();
    for number in 0..SMALL + LARGE.len() {
        let is_large = LARGE.contains(&number);
        let (from, mark) = if is_large { (&large, LARGE_MARK) } else { (&small, "1080p") };
        let path = media.join(format!("{number:02} {mark}.jpg"));
        std::fs::copy(from, &path)?;
        paths.push(path);
    }
    let schema = Schema::from_document(r#"{"labels":[{"name":"car"},{"name":"person"}]}"#).map_err(limn_jobs::JobError::from)?;
    let mut project = Project::create(project, "bench", &schema, Identity::from_seed([1; 32], "bench"))?;
    let report = output.job(|cx| limn_jobs::add_paths(&mut project, &paths, AddOptions::default(), cx))?;
    let (mut ids, mut random) = (IdSource::new([2; 32]), Random(17));
    for file in &report.added {
        let changes = (0..BOXES).map(|_| Change::InstanceAdd(Box::new(one_box(file, &mut ids, &mut random)))).collect();
        project.commit(Gesture { kind: kind::EDIT, title: "Draw boxes".into(), target: Some(file.id.0), changes })?;
    }
    Ok(report.added.len())
}

fn one_box(file: &FileRecord, ids: &mut IdSource, random: &mut Random) -> Instance {
    let (width, height) = (f64::from(file.width), f64::from(file.height));
    let mut side = |length: f64| {
        let start = random.unit() * length * 0.9;
        (start, start + length * (0.02 + 0.08 * random.unit()))
    };
    let ((left, right), (top, bottom)) = (side(width), side(height));
    Instance {
        id: ids.instance(2),
        file: file.id,
        frame: 0,
        label: LabelId(1 + random.below(2) as u32),
        geometry: Geometry::Box(Rect::from_corners(ImagePos::new(left, top), ImagePos::new(right, bottom))),
        marks: limn_core::Marks::default(),
        run: None,
        confidence: None,
        extra: None,
        member: None,
    }
}

/// The figures of windows opened one after the other, of which the first was also walked through.
fn rows(windows: &[WindowTimes]) -> Measured {
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let of_each = |time: &dyn Fn(&WindowTimes) -> Duration| windows.iter().map(|window| ms(time(window))).collect::<Vec<_>>();
    let Some(first) = windows.first() else { return (Vec::new(), Vec::new()) };
    let steps = |large: bool| {
        let those = first.steps.iter().filter(|step| step.file.contains(LARGE_MARK) == large);
        those.map(|step| ms(step.took)).collect::<Vec<_>>()
    };
    // labelme 6.3.1 and X-AnyLabeling 4.2.1: until the empty window is there, and until the next image without shapes is
    // painted (1080p; and half of what 48 megapixels take).
    let next = ("goal, at most", 50.0);
    let large = [next, ("labelme, not decoded ahead", scaled(695.0, 48, 24)), ("X-AnyLabeling, not decoded ahead", scaled(413.0, 48, 24))];
    let mut rows = vec![
        Row::new("driver up until the first picture is drawn", "ms", of_each(&|window| window.first_picture), &[("goal, at most", 1000.0)]),
        Row::new("the same, first window of the process", "ms", vec![ms(first.first_picture)], &[("goal, at most", 1000.0)]),
        Row::new(
            "window asked for until then",
            "ms",
            of_each(&|window| window.driver_up + window.first_picture),
            &[("labelme: start, empty window", 820.0), ("X-AnyLabeling: start, empty window", 2100.0)],
        ),
        Row::new("key until next file is drawn, 1080p", "ms", steps(false), &[next, ("labelme", 31.0), ("X-AnyLabeling", 24.0)]),
        Row::new("key until next file is drawn, 24 megapixels", "ms", steps(true), &large),
    ];
    rows.push(Row::new(
        "frames from the key on, with that one",
        "frames",
        first.steps.iter().map(|step| step.frames as f64).collect(),
        &[],
    ));
    if let Some(idle) = first.idle {
        let seconds = idle.wall.as_secs_f64();
        rows.push(Row::new(format!("frames in {seconds:.0} s without input, goal 0"), "frames", vec![idle.frames as f64], &[]));
        // Elsewhere the clock of the process is not known.
        if cfg!(unix) {
            let percent = 100.0 * idle.cpu.as_secs_f64() / seconds;
            rows.push(Row::new("CPU of the process meanwhile, goal 0", "% of a core", vec![percent], &[]));
        }
    }
    let [width, height] = first.size;
    let notes = vec![
        format!("Driver: {}; window of {width}×{height} pixels, {BOXES} boxes on each picture", first.driver),
        format!(
            "Windows are opened one after the other in this process; neighbours had {} ms to be decoded. Peers with a software painter, \
             their starts from the beginning of the process",
            REST.as_millis()
        ),
    ];
    (rows, notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::{WindowIdle, WindowStep};

    fn window(first_picture: u64) -> WindowTimes {
        let took = |file: &str, ms| WindowStep { file: file.into(), took: Duration::from_millis(ms), frames: 2 };
        WindowTimes {
            driver: "a driver".into(),
            size: [1440, 900],
            driver_up: Duration::from_millis(100),
            first_picture: Duration::from_millis(first_picture),
            steps: vec![took("01 1080p.jpg", 20), took("04 24mp.jpg", 40), took("05 1080p.jpg", 22), took("04 24mp.jpg", 60)],
            idle: Some(WindowIdle { wall: Duration::from_secs(5), cpu: Duration::from_millis(50), frames: 2 }),
        }
    }

    #[test]
    fn every_window_counts_for_the_start_and_the_first_for_the_rest() {
        let (rows, _) = rows(&[window(500), window(300), window(200)]);
        let figures: Vec<_> = rows.iter().map(|row| (row.median, row.p95, row.n)).collect();
        assert_eq!(
            figures,
            [
                (300.0, 500.0, 3),
                (500.0, 500.0, 1),
                (400.0, 600.0, 3),
                (22.0, 22.0, 2),
                (60.0, 60.0, 2),
                (2.0, 2.0, 4),
                (2.0, 2.0, 1),
                (1.0, 1.0, 1)
            ]
        );
    }
}
