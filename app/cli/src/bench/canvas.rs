//! Drawing polygons, and finding the one under the cursor.

use super::clock::thread_cpu;
use super::input::Random;
use super::{Measured, Row};
use crate::error::CliError;
use limn_core::{Document, FileId, Geometry, IdSource, ImagePos, Instance, LabelId, Polygon};
use limn_render::bench as gpu;
use limn_tools::Scene;
use std::time::Duration;

/// One repaint, zoomed to fit, CPU in ms, by number of polygons: labelme 6.3.1, X-AnyLabeling 4.2.1.
pub(super) const REPAINT: [(u64, f64, f64); 4] =
    [(100, 27.0, 31.0), (1_000, 151.0, 118.0), (10_000, 1_230.0, 724.0), (100_000, 10_400.0, 6_600.0)];
/// The same at 200 %.
pub(super) const REPAINT_NEAR: [(u64, f64, f64); 4] =
    [(100, 8.9, 6.8), (1_000, 63.0, 60.0), (10_000, 635.0, 572.0), (100_000, 6_530.0, 6_730.0)];
/// One mouse move (X-AnyLabeling's has one repaint in it), CPU in ms.
pub(super) const HOVER: [(u64, f64, f64); 4] = [(100, 4.1, 38.0), (1_000, 8.6, 193.0), (10_000, 88.0, 1_380.0), (100_000, 900.0, 14_700.0)];

/// The peers' figures at the size nearest to this one, if it is near.
pub(super) fn peers(table: &[(u64, f64, f64)], size: u64) -> Vec<(&'static str, f64)> {
    let known = table.iter().find(|(at, ..)| size >= *at && size < at * 2);
    known.map(|(_, labelme, anylabeling)| vec![("labelme", *labelme), ("X-AnyLabeling", *anylabeling)]).unwrap_or_default()
}

/// What the adapter may take for a frame of up to a hundred thousand polygons, in ms.
const MOST_GPU: f64 = 4.0;

/// What encoding and submitting a frame of so many polygons may take, in ms.
fn most_for_a_frame(size: u64) -> f64 {
    match size {
        0..=20_000 => 0.2,
        20_001..=200_000 => 0.3,
        _ => 0.5,
    }
}

pub(super) fn render(size: u64) -> Result<Measured, CliError> {
    let frames = match size {
        0..=20_000 => 60,
        20_001..=200_000 => 12,
        _ => 4,
    };
    let failed = |error: limn_render::RenderError| {
        CliError::Failed(format!("{error}. Drawing needs a graphics driver; Mesa's software driver will do"))
    };
    let ms = |times: &[Duration]| times.iter().map(|time| time.as_secs_f64() * 1e3).collect::<Vec<_>>();
    let video = gpu::video(1920, 1080, 30).map_err(failed)?;
    let mut rows = vec![
        Row::new("1080p video frame from planes: calling thread, CPU", "ms", ms(&video.calls), &[]),
        Row::new("the same until it is drawn, wall", "ms", ms(&video.drawn), &[]),
    ];
    let mut notes = Vec::new();
    for (zoom, name, table) in [(1.0, "at fit", REPAINT), (4.0, "zoomed in", REPAINT_NEAR)] {
        let done = gpu::shapes(size as usize, zoom, frames).map_err(failed)?;
        let row = Row::new(format!("a frame while panning, {name}: UI thread, CPU"), "ms", ms(&done.frames), &peers(&table, size));
        rows.push(row.within(most_for_a_frame(size)));
        rows.push(Row::new(format!("the same until all is drawn, {name}, wall"), "ms", ms(&done.drawn), &[]));
        if !done.gpu.is_empty() {
            let by = if done.is_software { "the software driver's time for it" } else { "the GPU's time for it" };
            let row = Row::new(format!("{by}, {name}"), "ms", ms(&done.gpu), &[]);
            rows.push(if size > 200_000 { row } else { row.within(MOST_GPU) });
        }
        if zoom == 1.0 {
            rows.push(Row::new("one polygon changed, CPU", "ms", ms(&done.updates), &[]));
            notes.push(format!(
                "Driver: {}; {} MB of geometry, built in {:.0} ms. Peers paint in software on the UI thread",
                done.adapter,
                done.geometry_bytes / 1_000_000,
                done.build.as_secs_f64() * 1e3
            ));
        }
    }
    Ok((rows, notes))
}

pub(super) fn hit_test(size: u64) -> Result<Measured, CliError> {
    let mut random = Random(5);
    let mut ids = IdSource::new([3; 32]);
    let file = FileId::from_parts(1, [1; 10]);
    let instances = (0..size).map(|at| Instance {
        id: ids.instance(1),
        file,
        frame: 0,
        label: LabelId(1),
        geometry: Geometry::Polygon(Polygon::simple(random.polygon_in_grid(at, size, [8000.0, 6000.0]))),
        marks: limn_core::Marks::default(),
        run: None,
        confidence: None,
        extra: None,
        member: None,
    });
    let document = Document::new(instances.collect());
    let mut scene = Scene::new();
    let start = thread_cpu();
    scene.sync(&document);
    let built = thread_cpu().saturating_sub(start);
    let mut found = 0;
    let mut times = Vec::new();
    for _ in 0..2000 {
        let pos = ImagePos { x: random.unit() * 8000.0, y: random.unit() * 6000.0 };
        let start = thread_cpu();
        scene.sync(&document);
        found += scene.hits(&document, pos, 4.0, &|_| true).len();
        times.push(thread_cpu().saturating_sub(start).as_secs_f64() * 1e3);
    }
    let limit = if size > 200_000 { 0.1 } else { 0.05 };
    let rows = vec![
        Row::new("shapes under the cursor, CPU", "ms", times, &peers(&HOVER, size)).within(limit),
        Row::new("index of all shapes, CPU", "ms", vec![built.as_secs_f64() * 1e3], &[]),
    ];
    Ok((rows, vec![format!("{:.1} shapes under the cursor on average", f64::from(found as u32) / 2000.0)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frame_of_the_canvas_has_its_limit() {
        assert_eq!([1_000, 10_000, 100_000, 1_000_000].map(most_for_a_frame), [0.2, 0.2, 0.3, 0.5]);
        let (rows, notes) = render(20).unwrap();
        let limits: Vec<f64> = rows.iter().filter_map(|row| row.limit.as_ref()).map(|limit| limit.value).collect();
        assert!(limits == [0.2, 0.2] || limits == [0.2, MOST_GPU, 0.2, MOST_GPU], "{limits:?}");
        assert!(notes[0].starts_with("Driver: "));
    }
}
