//! Frames of a video, and a large picture.

use super::clock::timed;
use super::input::Random;
use super::{Measured, Row};
use crate::error::CliError;
use crate::output::Output;
use limn_demo::{DemoFile, DemoOptions};
use limn_jobs::JobError;
use limn_media::{RunOrder, VideoIndex, VideoReader};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

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

pub(super) fn seek(size: u64, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let video = make_video(dir.path(), size, output)?;
    let (index, index_cpu, index_wall) = timed(|| VideoIndex::build(&video.path, &|_, _| {}, &AtomicBool::new(false)));
    let index = Arc::new(index?);
    let frames = index.frames();
    let mut reader = VideoReader::open(&video.path, index)?;
    let mut random = Random(11);
    let mut seeks = Vec::new();
    // The same frames with nothing left out on the way, in turns.
    let (mut shares, mut of_all) = (Vec::new(), (0.0, 0.0));
    for _ in 0..24 {
        let number = random.below(frames);
        reader.decode_all(true);
        let (all, all_cpu, _) = timed(|| reader.frame(number));
        reader.decode_all(false);
        reader.frame((number + frames / 2) % frames)?;
        let (picture, cpu, wall) = timed(|| reader.frame(number));
        all?;
        picture?;
        seeks.push((cpu * 1e3, wall * 1e3));
        shares.push(cpu / all_cpu.max(1e-9));
        of_all = (of_all.0 + cpu, of_all.1 + all_cpu);
        reader.frame((number + frames / 3) % frames)?;
    }
    let mut one = |number: u64| {
        let (picture, cpu, wall) = timed(|| reader.frame(number));
        picture.map(|_| (cpu * 1e3, wall * 1e3))
    };
    one(0)?;
    let mut forward = Vec::new();
    for number in 1..frames.min(100) {
        forward.push(one(number)?);
    }
    // Backward a run at a time, as the window does: each step's share of its run.
    let last = frames - 1;
    let run = last.min(15) + 1;
    let mut backward = Vec::new();
    for first in (0..frames.saturating_sub(run)).rev().step_by(run as usize).take(6) {
        let mut given = 0_u32;
        let (done, cpu, _) = timed(|| {
            reader.frames(first, first + run - 1, RunOrder::NewestFirst { step: 1 }, &mut |_, _| {
                given += 1;
                true
            })
        });
        done?;
        backward.push(cpu * 1e3 / f64::from(given.max(1)));
    }
    let split = |pairs: Vec<(f64, f64)>| pairs.into_iter().unzip::<f64, f64, Vec<_>, Vec<_>>();
    let (seek_cpu, seek_wall) = split(seeks);
    let (forward_cpu, forward_wall) = split(forward);
    // PyAV 18.1.0 with an index of its own; a noisier video of 17 Mbit/s, GOP 250.
    let mut rows = vec![
        Row::new("random frame, CPU", "ms", seek_cpu, &[("PyAV, GOP 250", 815.0)]),
        Row::new("random frame, wall", "ms", seek_wall, &[("PyAV, GOP 250", 638.0)]),
        Row::new("random frame against all from its key on, CPU, goal 0.75", "×", shares, &[]),
        Row::new("the same over all of them", "×", vec![of_all.0 / of_all.1.max(1e-9)], &[]),
        Row::new("step forward, CPU", "ms", forward_cpu, &[("PyAV", 11.0)]),
        Row::new("step forward, wall", "ms", forward_wall, &[("PyAV", 8.8)]),
        Row::new("step backward in runs, CPU", "ms", backward, &[("PyAV, GOP 250", 760.0)]),
        Row::new("index of the video, CPU", "ms", vec![index_cpu * 1e3], &[]),
        Row::new("the same, wall", "ms", vec![index_wall * 1e3], &[]),
    ];
    rows.splice(4..4, super::play::step_rows(&video.path)?);
    let megabytes = video.path.metadata()?.len() as f64 / 1e6;
    Ok((
        rows,
        vec![format!(
            "{frames} frames of {}×{}, {megabytes:.1} MB; the peers' video is noisier, so compare with care",
            video.width, video.height
        )],
    ))
}

pub(super) fn write_jpeg(path: &std::path::Path, width: u32, height: u32) -> Result<(), CliError> {
    let mut random = Random(13);
    let noise: Vec<u8> = (0..4096).map(|_| random.below(24) as u8).collect();
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        let grain = noise[(x as usize * 7 + y as usize * 131) % noise.len()];
        let wave = |scale: f64, phase: f64| ((f64::from(x) / scale + phase).sin() * (f64::from(y) / scale).cos() * 80.0 + 110.0) as u8;
        image::Rgb([wave(190.0, 0.0).saturating_add(grain), wave(310.0, 1.0).saturating_add(grain), wave(470.0, 2.0).saturating_add(grain)])
    });
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 85);
    picture.write_with_encoder(encoder).map_err(|error| CliError::Failed(format!("no picture could be made to measure with: {error}")))
}
