//! What decoding costs: `cargo run --release -p limn-media --example cost -- VIDEO IMAGE`.
//! Prints wall time and the CPU time of the whole process, decoder threads included.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use limn_media::{RunOrder, VideoIndex, VideoReader, decode_image};

/// CPU seconds of this process so far (Linux; 0 elsewhere).
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
    ticks as f64 / 100.0
}

fn measure<T>(what: &str, times: u64, work: impl FnOnce() -> T) -> T {
    let (wall, cpu) = (Instant::now(), cpu_s());
    let out = work();
    let per = |seconds: f64| seconds * 1e3 / times as f64;
    println!("{what:40} wall {:8.1} ms   CPU {:8.1} ms", per(wall.elapsed().as_secs_f64()), per(cpu_s() - cpu));
    out
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(video), Some(image)) = (args.next(), args.next()) else { return Err("usage: cost VIDEO IMAGE".into()) };
    let path = Path::new(&video);
    let index = measure("index", 1, || VideoIndex::build(path, &|_, _| {}, &AtomicBool::new(false)))?;
    let frames = index.frames();
    let mut reader = VideoReader::open(path, Arc::new(index))?;
    let steps = frames.min(200);
    measure("step forward, per frame", steps, || (0..steps).try_for_each(|n| reader.frame(n).map(drop)))?;
    let shown = reader.frame(steps / 2)?;
    measure("frame to RGBA with its smaller levels", 20, || (0..20).for_each(|_| drop(shown.clone().into_levels())));
    let jumps: Vec<u64> = (0..30).map(|i| (i * 7919 + 101) % frames).collect();
    measure("jump to a random frame", 30, || jumps.iter().try_for_each(|&n| reader.frame(n).map(drop)))?;
    let last = frames.min(250) - 1;
    measure("run of 32 frames back from the GOP's end", 1, || {
        reader.frames(last.saturating_sub(31), last, RunOrder::NewestFirst { step: 1 }, &mut |_, _| true)
    })?;
    let picture = measure("image, first time", 1, || decode_image(Path::new(&image)))?;
    measure("image, again", 5, || (0..5).try_for_each(|_| decode_image(Path::new(&image)).map(drop)))?;
    println!("{} x {}, {} MiB", picture.width, picture.height, picture.bytes() >> 20);
    Ok(())
}
