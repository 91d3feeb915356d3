//! Follows keypoints through raw gray frames from the standard input, to be measured beside other trackers.
//!
//! `follow_points whole|points WIDTH HEIGHT X Y X Y …`: the points are of the first frame. Writes a line for each further frame:
//! milliseconds, disagreement in pixels, and x and y of each point.

use limn_core::geometry::{Keypoint, Keypoints};
use limn_core::{Geometry, ImagePos};
use limn_models::{FlowTracker, Gray, PointsTracker, Tracker};
use std::error::Error;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::time::Instant;

const USAGE: &str = "usage: follow_points whole|points WIDTH HEIGHT X Y … < FRAMES";

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let way = words.next().ok_or(USAGE)?;
    let numbers: Vec<f64> = words.map(|text| text.parse()).collect::<Result<_, _>>()?;
    let [width, height, places @ ..] = &numbers[..] else { return Err(USAGE.into()) };
    let (width, height) = (*width as usize, *height as usize);
    let points = places.as_chunks::<2>().0.iter().map(|[x, y]| Keypoint { pos: ImagePos::new(*x, *y), ..Keypoint::default() });
    let points = Keypoints { points: points.collect() };
    let mut input = std::io::stdin().lock();
    let mut next = || {
        let mut samples = Vec::new();
        let length = width.saturating_mul(height);
        let read = input.by_ref().take(length as u64).read_to_end(&mut samples)?;
        Ok::<_, std::io::Error>(if read == length { Gray::new(width, height, samples) } else { None })
    };
    let first = next()?.ok_or("there is no frame")?;
    let mut tracker: Box<dyn Tracker> = match way.as_str() {
        "whole" => Box::new(FlowTracker::new(&first, Geometry::Keypoints(points)).ok_or("the points are nowhere")?),
        "points" => Box::new(PointsTracker::new(&first, points).ok_or("the points cannot be followed one by one")?),
        _ => return Err(USAGE.into()),
    };
    let mut output = std::io::stdout().lock();
    while let Some(frame) = next()? {
        let start = Instant::now();
        let step = tracker.step(&frame);
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let Some(Geometry::Keypoints(points)) = tracker.shape(&step) else { return Err("the points have no place".into()) };
        let mut line = format!("{ms:.4} {:.4}", step.disagreement);
        points.points.iter().try_for_each(|point| write!(line, " {:.3} {:.3}", point.pos.x, point.pos.y))?;
        writeln!(output, "{line}")?;
    }
    Ok(())
}
