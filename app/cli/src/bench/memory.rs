//! The most memory that is resident with a long 4K video open, in a process of its own.

use super::clock::peak_rss_mib;
use super::input::Random;
use super::media::{ffmpeg, repeated};
use super::play::{Player, Way};
use super::{Measured, Row};
use crate::error::CliError;
use crate::output::Output;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// Most that the window may take with such a video and a million instances.
const LIMIT_MIB: f64 = 1536.0;
/// Seconds of video that are encoded; the rest repeats their packets.
const ENCODED_SECONDS: u64 = 8;

/// Makes the video and measures with it in a child process, whose peak nothing before has raised.
pub(super) fn run(seconds: u64, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let (short, long) = (dir.path().join("short.mp4"), dir.path().join("long.mp4"));
    output.message("Making a long video of 3840 × 2160 pixels.");
    let source = format!("testsrc2=s=3840x2160:r=30:d={ENCODED_SECONDS}");
    let encoder = ["-c:v", "libx264", "-preset", "ultrafast", "-refs", "3", "-g", "240", "-bf", "2", "-b:v", "2M", "-pix_fmt", "yuv420p"];
    let before = ["-f", "lavfi", "-i", &source];
    ffmpeg("a video of 4K", before.iter().chain(&encoder).map(OsStr::new).chain([short.as_os_str()]))?;
    repeated(&short, &long, seconds)?;
    let mut rows = Vec::new();
    for (name, arguments) in PARTS {
        let program = std::env::current_exe()?;
        let answer = Command::new(program).args(*arguments).arg(&long).arg("--json").stderr(Stdio::inherit()).output()?;
        let report: serde_json::Value = serde_json::from_slice(&answer.stdout)
            .map_err(|error| CliError::Failed(format!("the measuring process gave no answer ({error}). See its message above")))?;
        let Some(peak) = report["peak_rss_mib"].as_f64() else {
            return Err(CliError::Failed("this system does not tell how much memory a process has used".into()));
        };
        for row in report["rows"].as_array().into_iter().flatten() {
            let (what, median) = (row["what"].as_str().unwrap_or_default(), row["median"].as_f64());
            rows.push(Row::new(what, "MiB", median.into_iter().collect(), &[]));
        }
        rows.push(Row::new(*name, "MiB", vec![peak], &[]).within(LIMIT_MIB));
    }
    let (gigabytes, minutes) = (long.metadata()?.len() as f64 / 1e9, seconds as f64 / 60.0);
    Ok((rows, vec![format!("{minutes:.1} minutes of 3840×2160, 30 frames a second, {gigabytes:.2} GB")]))
}

/// What is measured, each in a process of its own: its name, and the words before the path of the video.
const PARTS: &[(&str, &[&str])] = &[("4K video: index, steps, random frames, travel", &["bench", "memory", "--video"])];

/// Looks at a video in every way that the window does; the report tells the peak of this process.
pub(super) fn here(video: &Path) -> Result<Measured, CliError> {
    const STEPS: u64 = 90;
    const JUMPS: u64 = 16;
    const TRAVEL: u64 = 40;
    let player = Player::open(video)?;
    let last = player.last();
    let mut rows = vec![peak("after the index")];
    let visit = |frames: &mut dyn Iterator<Item = u64>, way: Way, stride: u64| {
        for frame in frames {
            player.want(frame, way, stride);
            player.wait(frame)?;
        }
        Ok::<_, CliError>(())
    };
    let middle = last / 2;
    visit(&mut (middle..=last.min(middle + STEPS)), Way::Forward, 1)?;
    visit(&mut (middle.saturating_sub(STEPS)..=middle).rev(), Way::Backward, 1)?;
    rows.push(peak("after stepping both ways"));
    let mut random = Random(17);
    visit(&mut (0..JUMPS).map(|_| random.below(last + 1)), Way::Forward, 1)?;
    rows.push(peak("after random frames"));
    visit(&mut (0..TRAVEL).map(|step| (step * 8).min(last)), Way::Forward, 8)?;
    visit(&mut (0..TRAVEL).map(|step| last.saturating_sub(step * 8)), Way::Backward, 8)?;
    rows.push(peak("after travel at 8 times"));
    Ok((rows, vec![format!("cache {} MiB", super::play::CACHE_BYTES >> 20)]))
}

fn peak(when: &str) -> Row {
    Row::new(format!("peak {when}"), "MiB", peak_rss_mib().into_iter().collect(), &[])
}
