//! Makes the demo in a folder: `cargo run --release --example preview -- FOLDER [SCALE IMAGES VIDEOS SECONDS]`.

use std::sync::atomic::AtomicBool;

fn main() -> Result<(), limn_demo::DemoError> {
    let args: Vec<String> = std::env::args().collect();
    let number = |i: usize, default: f32| args.get(i).and_then(|a| a.parse().ok()).unwrap_or(default);
    let options = limn_demo::DemoOptions {
        scale: number(2, 1.0),
        images: number(3, 12.0) as usize,
        videos: number(4, 2.0) as usize,
        seconds: number(5, 20.0),
        ..limn_demo::DemoOptions::default()
    };
    let dir = args.get(1).map_or("demo", String::as_str);
    let start = std::time::Instant::now();
    let files = limn_demo::generate(
        dir.as_ref(),
        &options,
        &mut |name, done, total| eprintln!("{:6.1} s {done:4}/{total} {name}", start.elapsed().as_secs_f32()),
        &AtomicBool::new(false),
    )?;
    for f in &files {
        println!("{} {}x{} frames {} objects {} {:?}", f.name, f.width, f.height, f.frames, f.truth.len(), f.warning);
    }
    Ok(())
}
