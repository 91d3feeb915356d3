//! What drawing costs the thread that asks for it, and what a video frame costs.

use std::time::{Duration, Instant};

use crate::camera::Camera;
use crate::error::RenderError;
use crate::headless::HeadlessTarget;
use crate::image::{YuvConverter, YuvFrame, YuvMatrix, YuvPlane};
use crate::renderer::CanvasRenderer;
use crate::shapes::{Shape, ShapeLayer, ShapeStyle};

/// Figures of [`shapes`]. Times are CPU time of the calling thread where the system tells it, else wall time:
/// software drivers rasterise in the same process, so the process's time would measure them.
#[derive(Clone, Debug)]
pub struct ShapeBench {
    /// What the driver calls the adapter.
    pub adapter: String,
    /// Number of polygons of 12 points.
    pub num_shapes: usize,
    /// Triangulating and handing over all shapes.
    pub build: Duration,
    /// Graphics memory of the geometry, in bytes.
    pub geometry_bytes: u64,
    /// Per frame while panning: prepare, encode and submit. Sorted.
    pub frames: Vec<Duration>,
    /// Changing the points of one shape. Sorted.
    pub updates: Vec<Duration>,
    /// Per frame from the first call until everything is drawn, wall time. Sorted.
    pub drawn: Vec<Duration>,
    /// Per frame, the adapter's own time; empty where it cannot tell. Sorted.
    pub gpu: Vec<Duration>,
    /// Whether the adapter is a program on the CPU.
    pub is_software: bool,
}

impl ShapeBench {
    /// The value at a fraction (0 to 1) of a sorted list; zero if it is empty.
    #[must_use]
    pub fn percentile(sorted: &[Duration], fraction: f64) -> Duration {
        let last = sorted.len().saturating_sub(1) as f64;
        let at = (last * fraction.clamp(0.0, 1.0)).round() as usize;
        sorted.get(at).copied().unwrap_or_default()
    }
}

/// Pans over `num_shapes` polygons of 12 points, spread over a 1920 x 1080 image shown at `zoom`, in a target
/// of that size, for `num_frames` frames; before each frame one shape changes.
///
/// # Errors
/// No graphics adapter or no graphics memory left.
pub fn shapes(num_shapes: usize, zoom: f64, num_frames: usize) -> Result<ShapeBench, RenderError> {
    let target = HeadlessTarget::new(1920, 1080)?;
    let (device, queue) = (target.device(), target.queue());
    let mut renderer = CanvasRenderer::new(device, target.format());
    let shapes: Vec<Shape> = (0..num_shapes).map(|i| polygon(i, num_shapes, [1920.0, 1080.0])).collect();
    let mut layer = ShapeLayer::new(device)?;
    let started = thread_time();
    layer.set(device, queue, &shapes)?;
    let build = thread_time().saturating_sub(started);

    let mut bench = ShapeBench {
        adapter: target.adapter_name().to_owned(),
        num_shapes,
        build,
        geometry_bytes: layer.geometry_bytes(),
        frames: Vec::new(),
        updates: Vec::new(),
        drawn: Vec::new(),
        gpu: Vec::new(),
        is_software: target.is_software(),
    };
    for frame in 0..num_frames {
        if num_shapes > 0 {
            let mut shape = shapes[frame % num_shapes].clone();
            shape.rings[0][0][0] += 0.5;
            let started = thread_time();
            layer.update_shape(device, queue, frame % num_shapes, &shape)?;
            bench.updates.push(thread_time().saturating_sub(started));
        }
        let camera = Camera { center: [960.0 + (frame % 100) as f64, 540.0], zoom, viewport_px: [1920.0, 1080.0] };
        let wall = Instant::now();
        let started = thread_time();
        renderer.prepare(device, queue, &camera, None);
        target.submit([30, 30, 30, 255], |pass| renderer.paint(pass, None, &[&layer]));
        bench.frames.push(thread_time().saturating_sub(started));
        target.wait()?;
        bench.drawn.push(wall.elapsed());
        // Again, since asking for its time would be part of the frame's.
        if frame % 2 == 0 {
            bench.gpu.extend(target.time([30, 30, 30, 255], |pass| renderer.paint(pass, None, &[&layer]))?);
        }
    }
    for times in [&mut bench.frames, &mut bench.updates, &mut bench.drawn, &mut bench.gpu] {
        times.sort();
    }
    Ok(bench)
}

/// Figures of [`video`], per frame and sorted.
#[derive(Clone, Debug)]
pub struct VideoBench {
    /// What the driver calls the adapter.
    pub adapter: String,
    /// CPU time of the calling thread where the system tells it, else wall time.
    pub calls: Vec<Duration>,
    /// CPU time of the whole process until the frame is drawn, the drawing of software drivers with it; else wall time.
    pub process: Vec<Duration>,
    /// From the call until the frame is drawn, wall time.
    pub drawn: Vec<Duration>,
}

/// Converts `num_frames` frames of `width` x `height`, 8 bits, chroma halved both ways.
///
/// # Errors
/// No graphics adapter, no graphics memory left, or a size that the device cannot hold.
pub fn video(width: u32, height: u32, num_frames: usize) -> Result<VideoBench, RenderError> {
    let target = HeadlessTarget::new(1, 1)?;
    let (device, queue) = (target.device(), target.queue());
    let converter = YuvConverter::new(device);
    let luma: Vec<u8> = (0..u64::from(width) * u64::from(height)).map(|i| (i * 7 + i / 1920) as u8).collect();
    let stride = width.div_ceil(2);
    let chroma = &luma[..stride as usize * height.div_ceil(2) as usize];
    let chroma = YuvPlane { bytes: chroma, stride };
    let frame = YuvFrame {
        width,
        height,
        planes: [YuvPlane { bytes: &luma, stride: width }, chroma, chroma],
        shift: [1, 1],
        bits: 8,
        matrix: YuvMatrix { kr: 0.2126, kb: 0.0722, full_range: false },
        turn: 1,
    };
    // The first one makes what the others share.
    converter.convert(device, queue, &frame)?;
    target.wait()?;
    let mut bench = VideoBench { adapter: target.adapter_name().to_owned(), calls: Vec::new(), process: Vec::new(), drawn: Vec::new() };
    for _ in 0..num_frames {
        let (wall, process, thread) = (Instant::now(), process_time(), thread_time());
        converter.convert(device, queue, &frame)?;
        bench.calls.push(thread_time().saturating_sub(thread));
        target.wait()?;
        bench.process.push(process_time().saturating_sub(process));
        bench.drawn.push(wall.elapsed());
    }
    for times in [&mut bench.calls, &mut bench.process, &mut bench.drawn] {
        times.sort();
    }
    Ok(bench)
}

/// A 12-gon at a place that looks random and is the same in every run. All together cover the image twice or
/// less: more shapes are smaller ones.
fn polygon(index: usize, num_shapes: usize, size: [f64; 2]) -> Shape {
    // Multiples of irrational numbers spread evenly.
    let fraction = |seed: f64| (index as f64 * seed).fract();
    let center = [fraction(0.754_877_666_246_693) * size[0], fraction(0.569_840_290_998_053_3) * size[1]];
    let mean = (2.0 * size[0] * size[1] / std::f64::consts::PI / num_shapes.max(1) as f64).sqrt();
    let radius = mean.min(20.0) * (0.5 + fraction(0.381_966_011_250_105));
    let ring = (0..12).map(|corner| {
        let (sin, cos) = (f64::from(corner) / 12.0 * std::f64::consts::TAU).sin_cos();
        let r = radius * (0.8 + 0.2 * fraction(0.1 + f64::from(corner) * 0.37));
        [center[0] + r * cos, center[1] + r * sin]
    });
    Shape {
        rings: vec![ring.collect()],
        closed: true,
        style: ShapeStyle { fill: [60, 160, 255, 46], stroke: [60, 160, 255, 255], ..Default::default() },
        ..Default::default()
    }
}

#[cfg(unix)]
fn thread_time() -> Duration {
    time_of(rustix::time::ClockId::ThreadCPUTime)
}

#[cfg(unix)]
fn process_time() -> Duration {
    time_of(rustix::time::ClockId::ProcessCPUTime)
}

#[cfg(unix)]
fn time_of(clock: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(clock);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

#[cfg(not(unix))]
fn thread_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

#[cfg(not(unix))]
fn process_time() -> Duration {
    thread_time()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_run_gives_figures() {
        let bench = shapes(50, 1.0, 3).unwrap();
        assert_eq!((bench.frames.len(), bench.updates.len(), bench.drawn.len()), (3, 3, 3));
        assert!(bench.gpu.is_empty() || bench.gpu.len() == 2 && bench.gpu[1] > Duration::ZERO, "{:?}", bench.gpu);
        assert!(bench.geometry_bytes > 50 * 12 * 16);
        assert!(ShapeBench::percentile(&bench.frames, 0.5) <= ShapeBench::percentile(&bench.frames, 1.0));
    }

    #[test]
    fn every_video_frame_is_timed() {
        let bench = video(33, 17, 3).unwrap();
        assert_eq!((bench.calls.len(), bench.process.len(), bench.drawn.len()), (3, 3, 3));
        assert!(bench.process.iter().all(|time| *time > Duration::ZERO));
    }

    #[test]
    fn an_empty_video_is_an_error() {
        assert!(video(0, 0, 1).is_err());
    }

    #[test]
    fn no_shapes_is_no_error() {
        assert!(shapes(0, 1.0, 1).unwrap().updates.is_empty());
    }
}
