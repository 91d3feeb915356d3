//! Videos to measure with, and a large picture.

use super::input::Random;
use crate::error::CliError;
use crate::output::Output;
use limn_demo::{DemoFile, DemoOptions};
use limn_jobs::JobError;
use std::path::Path;

/// A street of 1920 × 1080 pixels and so many frames, GOP 250 with B-frames where the encoder has them.
pub(super) fn make_video(dir: &Path, size: u64, output: &mut Output) -> Result<DemoFile, CliError> {
    let options = DemoOptions { images: 0, videos: 1, seconds: size.min(9000) as f32 / 30.0, ..DemoOptions::default() };
    let made = output.job(|cx| {
        let progress = &mut *cx.progress;
        let mut step = |_: &str, done: usize, total: usize| {
            progress(limn_jobs::Progress { stage: "drawing a video", done: done as u64, total: Some(total as u64) });
        };
        limn_demo::generate(dir, &options, &mut step, cx.cancel).map_err(JobError::from)
    })?;
    let video = made.into_iter().find(|file| file.video);
    video.ok_or_else(|| CliError::Failed("no video could be made to measure with. Is FFmpeg there?".into()))
}

/// Runs the ffmpeg command line, which makes what the demo does not.
pub(super) fn ffmpeg(what: &str, arguments: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>) -> Result<(), CliError> {
    let done = std::process::Command::new("ffmpeg").args(["-y", "-v", "error"]).args(arguments).status();
    match done {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(CliError::Failed(format!("ffmpeg could not make {what}. Does it have libx264, and is there room on the disk?"))),
        Err(error) => Err(CliError::Failed(format!("{what} could not be made: ffmpeg does not run ({error}). Install it to measure"))),
    }
}

/// The packets of `from` over and over until so many seconds are full.
pub(super) fn repeated(from: &Path, to: &Path, seconds: u64) -> Result<(), CliError> {
    let seconds = seconds.to_string();
    let words = ["-stream_loop", "-1", "-i"].map(std::ffi::OsStr::new);
    let rest = ["-t", &seconds, "-an", "-c", "copy"].map(std::ffi::OsStr::new);
    ffmpeg("a long video", words.into_iter().chain([from.as_os_str()]).chain(rest).chain([to.as_os_str()]))
}

pub(super) fn write_jpeg(path: &std::path::Path, width: u32, height: u32) -> Result<(), CliError> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 85);
    let written = waves(width, height).write_with_encoder(encoder);
    written.map_err(|error| CliError::Failed(format!("no picture could be made to measure with: {error}")))
}

/// A picture of soft waves with a grain.
pub(super) fn waves(width: u32, height: u32) -> image::RgbImage {
    let mut random = Random(13);
    let noise: Vec<u8> = (0..4096).map(|_| random.below(24) as u8).collect();
    image::RgbImage::from_fn(width, height, |x, y| {
        let grain = noise[(x as usize * 7 + y as usize * 131) % noise.len()];
        let wave = |scale: f64, phase: f64| ((f64::from(x) / scale + phase).sin() * (f64::from(y) / scale).cos() * 80.0 + 110.0) as u8;
        image::Rgb([wave(190.0, 0.0).saturating_add(grain), wave(310.0, 1.0).saturating_add(grain), wave(470.0, 2.0).saturating_add(grain)])
    })
}
