//! What a hand at the canvas costs the window's thread: moving the picture, moving one shape, drawing, taking back, with many
//! polygons on one picture.

use super::canvas::{HOVER, REPAINT, REPAINT_NEAR, peers};
use super::clock::thread_cpu;
use super::input::Random;
use super::media::write_jpeg;
use super::{Measured, Row};
use crate::error::CliError;
use crate::output::Output;
use crate::window::{CanvasPlan, CanvasTimes, Window};
use limn_core::log::{Change, Gesture, kind};
use limn_core::{FileRecord, Geometry, IdSource, Instance, LabelId, Polygon, Schema};
use limn_jobs::AddOptions;
use limn_store::{Identity, Project};
use std::path::Path;
use std::time::Duration;

/// As the peers were measured with.
const PICTURE: [u32; 2] = [8000, 6000];
/// Polygons in one entry of the log.
const BATCH: u64 = 10_000;

pub(super) fn run(size: u64, window: &dyn Window, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let project = dir.path().join("p.limn");
    make_project(dir.path(), &project, PICTURE, size, output)?;
    output.message("A window opens and closes by itself now; leave mouse and keyboard alone until the figures come.");
    let home = dir.path().join("home");
    std::fs::create_dir(&home)?;
    // Software drivers take seconds to paint a million polygons, in threads of their own.
    let frames = match size {
        0..=20_000 => 100,
        20_001..=200_000 => 12,
        _ => 5,
    };
    let gestures = if size > 20_000 { 1 } else { 10 };
    let plan = CanvasPlan { home, project, frames, gestures, cpu: thread_cpu };
    let times = window.measure_canvas(&plan).map_err(CliError::Failed)?;
    Ok(rows(size, &times))
}

fn make_project(dir: &Path, project: &Path, [width, height]: [u32; 2], size: u64, output: &mut Output) -> Result<(), CliError> {
    let media = dir.join("media");
    std::fs::create_dir(&media)?;
    let path = media.join("picture.jpg");
    write_jpeg(&path, width, height)?;
    let labels: Vec<String> = (1..=10).map(|at| format!(r#"{{"name":"class {at}"}}"#)).collect();
    let schema = Schema::from_document(&format!(r#"{{"labels":[{}]}}"#, labels.join(","))).map_err(limn_jobs::JobError::from)?;
    let mut project = Project::create(project, "bench", &schema, Identity::from_seed([1; 32], "bench"))?;
    let report = output.job(|cx| limn_jobs::add_paths(&mut project, &[path], AddOptions::default(), cx))?;
    let (mut ids, mut random) = (IdSource::new([2; 32]), Random(17));
    for file in &report.added {
        let mut left = size;
        while left > 0 {
            let count = left.min(BATCH);
            let numbers = size - left..size - left + count;
            left -= count;
            let changes = numbers.map(|at| Change::InstanceAdd(Box::new(polygon(file, at, size, &mut ids, &mut random)))).collect();
            project.commit(Gesture { kind: kind::EDIT, title: "Draw polygons".into(), target: Some(file.id.0), changes })?;
        }
    }
    Ok(())
}

/// One of `size` polygons.
fn polygon(file: &FileRecord, at: u64, size: u64, ids: &mut IdSource, random: &mut Random) -> Instance {
    let picture = [f64::from(file.width), f64::from(file.height)];
    Instance {
        id: ids.instance(2),
        file: file.id,
        frame: 0,
        label: LabelId(1 + random.below(10) as u32),
        geometry: Geometry::Polygon(Polygon::simple(random.polygon_in_grid(at, size, picture))),
        marks: limn_core::Marks::default(),
        run: None,
        confidence: None,
        extra: None,
        member: None,
    }
}

fn rows(size: u64, times: &CanvasTimes) -> Measured {
    let ms = |time: &Duration| time.as_secs_f64() * 1e3;
    let all = |times: &[Duration]| times.iter().map(ms).collect::<Vec<_>>();
    let most = if size > 200_000 { 3.0 } else { 2.0 };
    let bare = Row::new("the same window with nothing in it", "ms", all(&times.bare), &[]);
    let empty = [("the same window with nothing in it", bare.median)];
    let with = |table: &[(u64, f64, f64)]| empty.into_iter().chain(peers(table, size)).collect::<Vec<_>>();
    // What a person waits for when a shape moves under the hand: the mouse move and the repaint after it.
    let moved: Vec<(u64, f64, f64)> = HOVER.iter().zip(REPAINT).map(|(hover, repaint)| (hover.0, hover.1 + repaint.1, hover.2)).collect();
    let rows = vec![
        Row::new("a frame while panning, whole picture", "ms", all(&times.pan), &with(&REPAINT)).within(most),
        Row::new("a frame while panning, 100 %", "ms", all(&times.pan_near), &with(&REPAINT_NEAR)).within(most),
        Row::new("of these, until the layout is done", "ms", all(&times.layout), &[]),
        Row::new("a frame while one shape is dragged", "ms", all(&times.drag), &with(&moved)).within(most),
        Row::new("costliest frame of a box drawn, 100 %", "ms", all(&times.drawn), &[]),
        Row::new("costliest frame of an undo, 100 %", "ms", all(&times.undone), &[]),
        Row::new("a frame in which nothing changes", "ms", all(&times.still), &[]),
        bare,
        Row::new("costliest frame while the file opens", "ms", vec![ms(&times.opening)], &[]),
        Row::new("shapes known until all are drawn, wall", "ms", vec![ms(&times.shown)], &[]),
    ];
    let [width, height] = times.size;
    let notes = vec![
        format!("Driver: {}; window of {width}×{height} pixels; polygons of 12 points", times.driver),
        "CPU of the window's thread from one frame's input to the next one's: layout, triangles, encoding and submission in it".into(),
    ];
    (rows, notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_of_polygons_has_them_all_on_its_picture() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.limn");
        make_project(dir.path(), &path, [320, 240], 7, &mut Output::new(false)).unwrap();
        let project = Project::open(&path, Identity::from_seed([1; 32], "bench"), limn_store::Access::Read).unwrap();
        assert_eq!(project.files().unwrap()[0].num_instances, 7);
    }

    #[test]
    fn every_figure_has_its_row_and_the_goal_grows_with_a_million() {
        let ms = Duration::from_millis;
        let times = CanvasTimes {
            pan: vec![ms(1), ms(2), ms(9)],
            opening: ms(5),
            bare: vec![Duration::from_micros(500)],
            ..CanvasTimes::default()
        };
        let (rows, _) = rows(100_000, &times);
        assert_eq!((rows[0].median, rows[0].p95, rows[0].n), (2.0, 9.0, 3));
        assert_eq!(rows[0].peers.iter().map(|peer| peer.value).collect::<Vec<_>>(), [0.5, 10_400.0, 6_600.0]);
        assert_eq!((rows[7].median, rows[8].median), (0.5, 5.0));
        let limits = |size: u64| super::rows(size, &times).0.iter().map(|row| Some(row.limit.as_ref()?.value)).collect::<Vec<_>>();
        for (size, most) in [(1_000, 2.0), (10_000, 2.0), (100_000, 2.0), (1_000_000, 3.0)] {
            assert_eq!(limits(size)[..4], [Some(most), Some(most), None, Some(most)], "{size}");
        }
    }
}
