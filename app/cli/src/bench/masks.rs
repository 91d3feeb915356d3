//! Painting on a large mask, and panning over many small ones.

use super::clock::thread_cpu;
use super::{Measured, Row};
use crate::error::CliError;
use limn_core::Mask;
use limn_core::geometry::MaskTiles;
use limn_render::headless::HeadlessTarget;
use limn_render::{Camera, CanvasRenderer, MaskLayer, RenderError, ShapeStyle};

/// Small: what is measured does not depend on it, and software drivers draw for long.
const VIEW: [u32; 2] = [64, 40];
/// Pixels of the brush from its middle to its edge, and of its way between two frames.
const BRUSH: [f64; 2] = [40.0, 25.0];
const STROKES: usize = 1000;
const SMALL_MASKS: u32 = 1000;
const SMALL_SIDE: u32 = 200;

struct Stage {
    target: HeadlessTarget,
    renderer: CanvasRenderer,
    frames: Vec<f64>,
}

pub(super) fn run(megapixels: u64) -> Result<Measured, CliError> {
    let failed = |error: RenderError| CliError::Failed(format!("{error}. Drawing needs a graphics driver; Mesa's software driver will do"));
    let target = HeadlessTarget::new(VIEW[0], VIEW[1]).map_err(failed)?;
    let renderer = CanvasRenderer::new(target.device(), target.format());
    let mut stage = Stage { target, renderer, frames: Vec::new() };
    let (mut rows, mut notes) = paint(megapixels.min(400), &mut stage).map_err(failed)?;
    let (more, note) = pan(&mut stage).map_err(failed)?;
    rows.extend(more);
    notes.extend(note);
    notes.push(format!("Driver: {}", stage.target.adapter_name()));
    Ok((rows, notes))
}

/// A mask over the whole picture of which no tile is even, and a brush that runs over it.
fn paint(megapixels: u64, stage: &mut Stage) -> Result<Measured, RenderError> {
    // Four to three, as cameras have it.
    let height = (megapixels as f64 * 1e6 * 0.75).sqrt() as u32;
    let width = height / 3 * 4;
    let mut tiles = MaskTiles::new(width, height);
    for x in 0..width {
        for y in (x % 40..height).step_by(48) {
            tiles.set_column(x, y, y + 20 + x % 7, true);
        }
    }
    let run_lengths = Mask::from(&tiles);
    let (tiles, read) = timed(|| MaskTiles::from(&run_lengths));
    let mut tiles = tiles;
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    let mut layer = MaskLayer::new(&device)?;
    let (shown, first) = timed(|| layer.push(&device, &queue, tiles.tiles(), style()));
    shown?;
    stage.target.wait()?;
    let (mut stamps, mut updates, mut all, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut at = [f64::from(width) * 0.1, f64::from(height) * 0.1];
    for stroke in 0..STROKES {
        // In turns, so that old and new ground are met.
        let turn = stroke as f64 * 0.013;
        at = [at[0] + BRUSH[1] * turn.cos(), at[1] + BRUSH[1] * turn.sin()];
        at = [at[0].rem_euclid(f64::from(width)), at[1].rem_euclid(f64::from(height))];
        let ((), stamp) = timed(|| disc(&mut tiles, at, stroke % 3 != 2));
        let before = layer.uploaded_bytes();
        let (done, update) = timed(|| layer.set_tiles(&device, &queue, 0, tiles.tiles()));
        done?;
        bytes.push((layer.uploaded_bytes() - before) as f64 / 1e3);
        let drawn = stage.draw(&layer, at, 1.0)?;
        stamps.push(stamp);
        updates.push(update);
        all.push(stamp + update + drawn);
    }
    let rows = vec![
        Row::new("painting: tiles changed by the brush, CPU", "ms", stamps, &[]),
        Row::new("painting: they go to the GPU, CPU", "ms", updates, &[]),
        Row::new("painting: the frame is encoded and submitted, CPU", "ms", std::mem::take(&mut stage.frames), &[]),
        Row::new("painting: all of a frame, CPU", "ms", all, &[]).p95_within(4.0),
        Row::new("painting: uploaded a frame", "kB", bytes, &[]),
        Row::new("run lengths of that mask read into tiles, CPU", "ms", vec![read], &[]),
        Row::new("that mask shown for the first time, CPU", "ms", vec![first], &[]),
    ];
    let note = format!("Mask of {width} x {height}, {} tiles, {} MB of graphics memory", tiles.tiles().count(), layer.bytes() / 1_000_000);
    Ok((rows, vec![note]))
}

fn pan(stage: &mut Stage) -> Result<Measured, RenderError> {
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    let mut layer = MaskLayer::new(&device)?;
    let side = 8000_u32;
    let masks: Vec<MaskTiles> = (0..SMALL_MASKS)
        .map(|at| {
            let mut tiles = MaskTiles::new(side, side);
            let half = f64::from(SMALL_SIDE) / 2.0;
            let middle = [(at * 7919) % (side - SMALL_SIDE), (at * 104_729) % (side - SMALL_SIDE)].map(|v| f64::from(v) + half);
            disc_of(&mut tiles, middle, half, true);
            tiles
        })
        .collect();
    let (built, time) = timed(|| masks.iter().try_for_each(|tiles| layer.push(&device, &queue, tiles.tiles(), style()).map(drop)));
    built?;
    for frame in 0..60 {
        stage.draw(&layer, [f64::from(side) / 2.0 + f64::from(frame) * 9.0, f64::from(side) / 2.0], 0.008)?;
    }
    let rows = vec![
        Row::new(
            format!("{SMALL_MASKS} masks of {SMALL_SIDE} x {SMALL_SIDE}: a frame while panning, CPU"),
            "ms",
            std::mem::take(&mut stage.frames),
            &[],
        ),
        Row::new("the same: shown for the first time, CPU", "ms", vec![time], &[]),
    ];
    Ok((rows, vec![format!("{SMALL_MASKS} masks take {} MB of graphics memory", layer.bytes() / 1_000_000)]))
}

impl Stage {
    /// Milliseconds that this thread needs for a frame; waits until it is drawn.
    fn draw(&mut self, layer: &MaskLayer, center: [f64; 2], zoom: f64) -> Result<f64, RenderError> {
        let camera = Camera { center, zoom, viewport_px: VIEW.map(|v| v as f32) };
        let ((), time) = timed(|| {
            self.renderer.prepare(self.target.device(), self.target.queue(), &camera, None);
            self.target.submit([30, 30, 30, 255], |pass| self.renderer.paint_with_masks(pass, None, &[layer], &[]));
        });
        self.target.wait()?;
        self.frames.push(time);
        Ok(time)
    }
}

fn style() -> ShapeStyle {
    ShapeStyle { fill: [60, 160, 255, 46], stroke: [60, 160, 255, 255], ..Default::default() }
}

fn disc(tiles: &mut MaskTiles, middle: [f64; 2], inside: bool) {
    disc_of(tiles, middle, BRUSH[0], inside);
}

fn disc_of(tiles: &mut MaskTiles, [x, y]: [f64; 2], radius: f64, inside: bool) {
    for column in (x - radius).max(0.0) as u32..(x + radius).max(0.0) as u32 {
        let half = (radius * radius - (f64::from(column) + 0.5 - x).powi(2)).max(0.0).sqrt();
        tiles.set_column(column, (y - half).max(0.0) as u32, (y + half).max(0.0) as u32, inside);
    }
}

/// What some work gives, and how many milliseconds of this thread it took.
fn timed<R>(work: impl FnOnce() -> R) -> (R, f64) {
    let start = thread_cpu();
    let answer = work();
    (answer, thread_cpu().saturating_sub(start).as_secs_f64() * 1e3)
}
