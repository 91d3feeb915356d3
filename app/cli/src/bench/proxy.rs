//! Jumps and steps back in 4K with distant keys, with a stepping proxy and without.

use super::Row;
use super::clock::timed;
use super::input::Random;
use super::media::ffmpeg;
use super::play::{Player, STEP, Way};
use crate::error::CliError;
use crate::output::Output;
use limn_media::{ProxyReader, VideoReader};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Seconds of 4K at 30 frames a second, with a key every 250 frames.
const SECONDS: &str = "14";
/// Jumps.
const NUM_RANDOM: usize = 24;
/// Steps back in a row.
const NUM_STEPS: u64 = 60;

/// Milliseconds until anything of a frame can be shown.
struct Sights {
    random: Vec<f64>,
    back: Vec<f64>,
}

/// The video is made in `dir`.
pub(super) fn rows(dir: &Path, output: &mut Output) -> Result<(Vec<Row>, String), CliError> {
    let video = dir.join("4k.mp4");
    output.message("Making a video of 3840 × 2160 pixels.");
    let source = format!("testsrc2=s=3840x2160:r=30:d={SECONDS},noise=alls=12:allf=t");
    let options = "-pix_fmt yuv420p -c:v libx264 -preset superfast -b:v 40M -g 250 -keyint_min 250 -sc_threshold 0 -bf 2";
    let words = ["-f", "lavfi", "-i", &source].into_iter().chain(options.split(' ')).map(std::ffi::OsStr::new);
    ffmpeg("a video of 4K", words.chain([video.as_os_str()]))?;

    let player = Player::open_in(&video, Some(dir.join("cache")))?;
    let without = sights(&player)?;
    let index = player.index().clone();
    let proxies = player.pool().proxies().ok_or_else(|| CliError::Failed("there is no folder for a proxy".into()))?;
    let (made, cpu, wall) = timed(|| {
        output.counting("making a stepping proxy", |step| {
            let step = std::cell::RefCell::new(step);
            proxies.make(
                &video,
                &index,
                &|done, all| {
                    let _ = (step.borrow_mut())(done, all);
                },
                &AtomicBool::new(false),
            )
        })
    });
    let made = made?;
    player.pool().renew_proxies();
    let with = sights(&player)?;
    drop(player);

    // What one frame costs, without the pool and what it does beside.
    let mut proxy = ProxyReader::open(&video, &index, &dir.join("cache/proxies"))?
        .ok_or_else(|| CliError::Failed("the proxy that was made is not there".into()))?;
    let mut reader = VideoReader::open(&video, index.clone())?;
    let mut random = Random(17);
    let (mut of_proxy, mut of_video) = (Vec::new(), Vec::new());
    for _ in 0..NUM_RANDOM {
        let number = random.below(index.frames());
        let (read, cpu, _) = timed(|| proxy.frame(number));
        read?;
        of_proxy.push(cpu * 1e3);
        let (read, cpu, _) = timed(|| reader.frame(number));
        read?;
        of_video.push(cpu * 1e3);
    }
    // Sum against sum: now and then a frame is there already.
    let part = |with: &[f64], without: &[f64]| vec![with.iter().sum::<f64>() / without.iter().sum::<f64>().max(1e-6)];
    let (jumps, steps) = (part(&with.random, &without.random), part(&with.back, &without.back));
    let frames = made.frames as f64;
    let rows = vec![
        Row::new("4K, GOP 250: random frame until it is seen", "ms", without.random, &[]),
        Row::new("the same with a stepping proxy", "ms", with.random, &[]).p95_within(100.0),
        Row::new("with it against without it, over all of them", "×", jumps, &[]).within(0.2),
        Row::new("step back, ten a second, until it is seen", "ms", without.back, &[]),
        Row::new("the same with a stepping proxy", "ms", with.back, &[]).p95_within(100.0),
        Row::new("with it against without it, over all of them", "×", steps, &[]).within(0.2),
        Row::new("random frame, CPU", "ms", of_video, &[]),
        Row::new("the same out of the proxy, CPU", "ms", of_proxy, &[]),
        Row::new("making the proxy, a frame, CPU", "ms", vec![cpu * 1e3 / frames], &[]),
        Row::new("making the proxy, a frame, wall", "ms", vec![wall * 1e3 / frames], &[]),
        Row::new("size of the proxy, a frame", "kB", vec![made.bytes as f64 / 1e3 / frames], &[]),
    ];
    let megabytes = video.metadata()?.len() as f64 / 1e6;
    Ok((rows, format!("{frames} frames of 3840×2160, {megabytes:.1} MB; its proxy takes {:.1} MB", made.bytes as f64 / 1e6)))
}

fn sights(player: &Player) -> Result<Sights, CliError> {
    let mut random = Random(5);
    let mut sights = Sights { random: Vec::new(), back: Vec::new() };
    for _ in 0..NUM_RANDOM {
        sights.random.push(sight(player, random.below(player.last()), Way::Forward)?);
        std::thread::sleep(STEP);
    }
    // From a frame that was looked at for a while.
    let from = player.last() * 4 / 5;
    player.want(from, Way::Forward, 1);
    player.wait(from)?;
    for frame in (from.saturating_sub(NUM_STEPS)..from).rev() {
        let asked = Instant::now();
        sights.back.push(sight(player, frame, Way::Backward)?);
        std::thread::sleep(STEP.saturating_sub(asked.elapsed()));
    }
    Ok(sights)
}

fn sight(player: &Player, frame: u64, way: Way) -> Result<f64, CliError> {
    let asked = Instant::now();
    player.want(frame, way, 1);
    player.wait_for_sight(frame)?;
    Ok(asked.elapsed().as_secs_f64() * 1e3)
}
