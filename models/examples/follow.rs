//! Follows boxes through raw gray frames from the standard input, to be measured beside other trackers.
//!
//! `follow WIDTH HEIGHT X Y W H`: the box is of the first frame. Writes a line for each further frame: x, y, width, height, how
//! it was seen (0 surely, 1 guessed, 2 lost), disagreement in pixels, milliseconds.

use limn_core::{Geometry, Rect};
use limn_models::{FlowTracker, Gray, Seen, Tracker};
use std::error::Error;
use std::io::{Read, Write};
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<f64> = std::env::args().skip(1).map(|text| text.parse()).collect::<Result<_, _>>()?;
    let [width, height, x, y, w, h] = numbers[..] else { return Err("usage: follow WIDTH HEIGHT X Y W H < FRAMES".into()) };
    let (width, height) = (width as usize, height as usize);
    let mut input = std::io::stdin().lock();
    let mut next = || {
        let mut samples = Vec::new();
        let length = width.saturating_mul(height);
        let read = input.by_ref().take(length as u64).read_to_end(&mut samples)?;
        Ok::<_, std::io::Error>(if read == length { Gray::new(width, height, samples) } else { None })
    };
    let first = next()?.ok_or("there is no frame")?;
    let mut tracker = FlowTracker::new(&first, Geometry::Box(Rect::from_xywh(x, y, w, h))).ok_or("the box is nowhere")?;
    let mut output = std::io::stdout().lock();
    while let Some(frame) = next()? {
        let start = Instant::now();
        let step = tracker.step(&frame);
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let rect = tracker.shape(&step).and_then(|shape| shape.bounds()).ok_or("the box has no bounds")?;
        let seen = match step.seen {
            Seen::Surely => 0,
            Seen::Guessed => 1,
            Seen::Left | Seen::Lost => 2,
        };
        let (x, y, w, h) = (rect.min.x, rect.min.y, rect.width(), rect.height());
        writeln!(output, "{x:.3} {y:.3} {w:.3} {h:.3} {seen} {:.4} {ms:.4}", step.disagreement)?;
    }
    Ok(())
}
