//! Frames of a video by number, beside their limits.

use super::clock::timed;
use super::input::Random;
use super::media::{ffmpeg, make_video, repeated};
use super::{Measured, Row};
use crate::error::CliError;
use crate::output::Output;
use limn_media::{Pixels, RunOrder, VideoIndex, VideoReader};
use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Random frames of each video.
const NUM_RANDOM: usize = 24;
/// Frames whose pictures are compared, and of how many.
const NUM_COMPARED: u32 = 100;
const MAX_COMPARED: u64 = 300;
/// Seconds of the video whose index is measured.
const INDEXED_SECONDS: u64 = 240;

pub(super) fn run(size: u64, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let video = make_video(dir.path(), size, output)?;
    let index = index_of(&video.path)?;
    let frames = index.frames();
    let long = RandomFrames::measure(&video.path, &index)?;
    // PyAV 18.1.0 with an index of its own; a noisier video of 17 Mbit/s, GOP 250.
    let mut rows = vec![
        Row::new("random frame, CPU", "ms", long.cpu, &[("PyAV, GOP 250", 815.0)]),
        Row::new("random frame, wall", "ms", long.wall, &[("PyAV, GOP 250", 638.0)]),
        Row::new("GOP 250, B-frames: random frame against all from its key, CPU", "×", long.shares, &[]).within(0.75),
        Row::new("the same over all of them", "×", vec![long.share], &[]).within(0.75),
    ];
    let short = dir.path().join("short.mp4");
    let options = ["-an", "-c:v", "libx264", "-preset", "veryfast", "-g", "30", "-keyint_min", "30", "-sc_threshold", "0", "-bf", "0"];
    ffmpeg(
        "a video without B-frames",
        [OsStr::new("-i"), video.path.as_os_str()].into_iter().chain(options.iter().map(OsStr::new)).chain([short.as_os_str()]),
    )?;
    let short = RandomFrames::measure(&short, &index_of(&short)?)?;
    rows.push(Row::new("GOP 30, no B-frames: the same, CPU", "×", short.shares, &[]).within(1.1));
    rows.push(Row::new("the same over all of them", "×", vec![short.share], &[]).within(1.1));
    rows.push(right_row(&video.path, &index)?);
    rows.extend(super::play::step_rows(&video.path)?);
    rows.extend(run_rows(&video.path, &index)?);
    rows.extend(index_rows(&video.path, dir.path())?);
    let (with_proxy, note) = super::proxy::rows(dir.path(), output)?;
    rows.extend(with_proxy);
    let megabytes = video.path.metadata()?.len() as f64 / 1e6;
    let what = format!("{frames} frames of {}×{}, {megabytes:.1} MB", video.width, video.height);
    Ok((rows, vec![format!("{what}; the peers' video is noisier, so compare with care"), note]))
}

/// Frames in random order beside those that ffmpeg gives from the start, by their planes.
fn right_row(path: &Path, index: &Arc<VideoIndex>) -> Result<Row, CliError> {
    let (width, height) = index.size();
    let frames = index.frames().min(MAX_COMPARED);
    let count = frames.to_string();
    let planar = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-"].map(OsStr::new);
    let from = ["-v", "error", "-i"].map(OsStr::new).into_iter().chain([path.as_os_str()]);
    let limit = ["-map", "0:v:0", "-frames:v", &count].map(OsStr::new);
    let mut ffmpeg = Command::new("ffmpeg").args(from.chain(limit).chain(planar)).stdout(Stdio::piped()).spawn()?;
    let mut output = ffmpeg.stdout.take().ok_or_else(|| CliError::Failed("ffmpeg gives no pictures to compare with".into()))?;
    let mut bytes = vec![0; (width * height + 2 * width.div_ceil(2) * height.div_ceil(2)) as usize];
    let mut truth = Vec::new();
    while output.read_exact(&mut bytes).is_ok() {
        truth.push(hash_of([bytes.as_slice()]));
    }
    ffmpeg.wait()?;
    let mut reader = VideoReader::open(path, index.clone())?;
    let (mut random, mut right) = (Random(23), 0);
    for _ in 0..NUM_COMPARED {
        let number = random.below(frames);
        if let Pixels::Planes(planes) = &reader.frame(number)?.pixels
            && truth.get(number as usize) == Some(&hash_of(planes.planes().map(|(bytes, _)| bytes)))
        {
            right += 1;
        }
    }
    let percent = 100.0 * f64::from(right) / f64::from(NUM_COMPARED);
    Ok(Row::new(format!("frames right, of {NUM_COMPARED} asked in random order, goal 100"), "%", vec![percent], &[]))
}

fn hash_of<const N: usize>(parts: [&[u8]; N]) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.into_iter().for_each(|part| hasher.write(part));
    hasher.finish()
}

fn index_of(path: &Path) -> Result<Arc<VideoIndex>, CliError> {
    Ok(Arc::new(VideoIndex::build(path, &|_, _| {}, &AtomicBool::new(false))?))
}

/// Frames out of order, each beside decoding every frame from the key before it, with the same number of threads.
struct RandomFrames {
    cpu: Vec<f64>,
    wall: Vec<f64>,
    shares: Vec<f64>,
    /// Sum against sum.
    share: f64,
}

impl RandomFrames {
    fn measure(path: &Path, index: &Arc<VideoIndex>) -> Result<Self, CliError> {
        let frames = index.frames();
        let mut ours = VideoReader::open(path, index.clone())?;
        let mut plain = VideoReader::open(path, index.clone())?;
        plain.decode_all(true);
        let mut random = Random(11);
        let mut measured = Self { cpu: Vec::new(), wall: Vec::new(), shares: Vec::new(), share: 0.0 };
        let (mut sum, mut sum_plain) = (0.0, 0.0);
        for _ in 0..NUM_RANDOM {
            let number = random.below(frames);
            // Each first elsewhere, so that both seek.
            let elsewhere = (number + frames / 2) % frames;
            plain.frame(elsewhere)?;
            let (all, plain_cpu, _) = timed(|| plain.frame(number));
            all?;
            ours.frame(elsewhere)?;
            let (picture, cpu, wall) = timed(|| ours.frame(number));
            picture?;
            measured.cpu.push(cpu * 1e3);
            measured.wall.push(wall * 1e3);
            measured.shares.push(cpu / plain_cpu.max(1e-9));
            (sum, sum_plain) = (sum + cpu, sum_plain + plain_cpu);
        }
        measured.share = sum / f64::max(sum_plain, 1e-9);
        Ok(measured)
    }
}

/// Going on without anything decoded ahead: what a frame costs.
fn run_rows(path: &Path, index: &Arc<VideoIndex>) -> Result<Vec<Row>, CliError> {
    let frames = index.frames();
    let mut reader = VideoReader::open(path, index.clone())?;
    reader.frame(0)?;
    let (mut forward_cpu, mut forward_wall) = (Vec::new(), Vec::new());
    for number in 1..frames.min(100) {
        let (picture, cpu, wall) = timed(|| reader.frame(number));
        picture?;
        forward_cpu.push(cpu * 1e3);
        forward_wall.push(wall * 1e3);
    }
    // Backward a run at a time, as the window does: each step's share of its run.
    let run = (frames - 1).min(15) + 1;
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
    Ok(vec![
        Row::new("step forward, nothing ahead, CPU", "ms", forward_cpu, &[("PyAV", 11.0)]),
        Row::new("step forward, nothing ahead, wall", "ms", forward_wall, &[("PyAV", 8.8)]),
        Row::new("step backward in runs, CPU", "ms", backward, &[("PyAV, GOP 250", 760.0)]),
    ])
}

/// Making the index of a file that lies in the page cache, of as many bits a second as cameras write.
fn index_rows(video: &Path, dir: &Path) -> Result<Vec<Row>, CliError> {
    let (noisy, long) = (dir.join("noisy.mp4"), dir.join("long.mp4"));
    let options = ["-t", "4", "-an", "-vf", "noise=alls=30:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-b:v", "17M"];
    ffmpeg(
        "a video of 17 Mbit/s",
        [OsStr::new("-i"), video.as_os_str()].into_iter().chain(options.iter().map(OsStr::new)).chain([noisy.as_os_str()]),
    )?;
    repeated(&noisy, &long, INDEXED_SECONDS)?;
    let gigabytes = long.metadata()?.len() as f64 / 1e9;
    let (mut cpu_seconds, mut wall_seconds) = (Vec::new(), Vec::new());
    // The first one brings the file into the cache.
    for _ in 0..4 {
        let (index, cpu, wall) = timed(|| index_of(&long));
        index?;
        cpu_seconds.push(cpu / gigabytes);
        wall_seconds.push(wall / gigabytes);
    }
    Ok(vec![
        Row::new(format!("index of {gigabytes:.2} GB in the page cache, CPU"), "s/GB", cpu_seconds.split_off(1), &[]).within(0.8),
        Row::new("the same, wall", "s/GB", wall_seconds.split_off(1), &[]),
    ])
}
