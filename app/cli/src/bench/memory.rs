//! The most memory that is resident with a long 4K video open, in a process of its own.

use super::clock::{peak_rss_mib, process_cpu};
use super::input::Random;
use super::media::{ffmpeg, repeated};
use super::play::{Player, Way};
use super::{Given, Measured, Row};
use crate::error::CliError;
use crate::output::Output;
use crate::window::{Window, WindowPlan};
use limn_core::log::{Change, Gesture, kind};
use limn_core::{Geometry, IdSource, Instance, LabelId, Polygon, Schema};
use limn_jobs::AddOptions;
use limn_store::{Identity, Project};
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Most that the window may take with such a video and a million instances.
const LIMIT_MIB: f64 = 1536.0;
/// Seconds of video that are encoded; the rest repeats their packets.
const ENCODED_SECONDS: u64 = 8;

/// Instances in the project.
const INSTANCES: u64 = 1_000_000;
/// Instances in one entry of the log.
const BATCH: u64 = 10_000;

/// Measures what is given, or all of it, each part in a process of its own.
pub(super) fn measure(seconds: u64, given: Option<Given>, window: &dyn Window, output: &mut Output) -> Result<Measured, CliError> {
    match given {
        Some(Given::Video(video)) => here(&video),
        Some(Given::Project(project)) => in_window(&project, window),
        None => all(seconds, output),
    }
}

/// Makes the video and a project of it, and measures with them in child processes, whose peaks nothing before has raised.
fn all(seconds: u64, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let (short, long) = (dir.path().join("short.mp4"), dir.path().join("long.mp4"));
    output.message("Making a long video of 3840 × 2160 pixels.");
    let source = format!("testsrc2=s=3840x2160:r=30:d={ENCODED_SECONDS}");
    let encoder = ["-c:v", "libx264", "-preset", "ultrafast", "-refs", "3", "-g", "240", "-bf", "2", "-b:v", "2M", "-pix_fmt", "yuv420p"];
    let before = ["-f", "lavfi", "-i", &source];
    ffmpeg("a video of 4K", before.iter().chain(&encoder).map(OsStr::new).chain([short.as_os_str()]))?;
    repeated(&short, &long, seconds)?;
    let project = dir.path().join("p.limn");
    make_project(&project, &long, output)?;
    output.message("A window opens and closes by itself now; leave mouse and keyboard alone until the figures come.");
    let parts = [
        ("4K video: index, steps, random frames, travel", "--video", &long),
        ("window: 4K video with 1,000,000 instances, frame by frame", "--project", &project),
    ];
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for (name, word, path) in parts {
        let program = std::env::current_exe()?;
        let answer = Command::new(program).args(["bench", "memory", word]).arg(path).arg("--json").stderr(Stdio::inherit()).output()?;
        let Ok(report) = serde_json::from_slice::<serde_json::Value>(&answer.stdout) else {
            notes.push(format!("not measured: {name}. The message above says why"));
            continue;
        };
        let Some(peak) = report["peak_rss_mib"].as_f64() else {
            return Err(CliError::Failed("this system does not tell how much memory a process has used".into()));
        };
        for row in report["rows"].as_array().into_iter().flatten() {
            let (what, median) = (row["what"].as_str().unwrap_or_default(), row["median"].as_f64());
            rows.push(Row::new(what, "MiB", median.into_iter().collect(), &[]));
        }
        rows.push(Row::new(name, "MiB", vec![peak], &[]).within(LIMIT_MIB));
        notes.extend(report["notes"].as_array().into_iter().flatten().filter_map(|note| Some(note.as_str()?.to_owned())));
    }
    let (gigabytes, minutes) = (long.metadata()?.len() as f64 / 1e9, seconds as f64 / 60.0);
    notes.push(format!("{minutes:.1} minutes of 3840×2160, 30 frames a second, {gigabytes:.2} GB"));
    Ok((rows, notes))
}

/// A project of the video with polygons spread evenly over its frames.
fn make_project(dir: &Path, video: &Path, output: &mut Output) -> Result<(), CliError> {
    let schema = Schema::from_document(r#"{"labels":[{"name":"car"},{"name":"person"}]}"#).map_err(limn_jobs::JobError::from)?;
    let mut project = Project::create(dir, "bench", &schema, Identity::from_seed([1; 32], "bench"))?;
    let report = output.job(|cx| limn_jobs::add_paths(&mut project, &[video.to_owned()], AddOptions::default(), cx))?;
    let (mut ids, mut random) = (IdSource::new([2; 32]), Random(17));
    for file in &report.added {
        let (width, height) = (f64::from(file.width), f64::from(file.height));
        for batch in 0..INSTANCES / BATCH {
            let polygon = |at: u64| Instance {
                id: ids.instance(2),
                file: file.id,
                frame: (batch * BATCH + at) * file.frames.max(1) / INSTANCES,
                label: LabelId(1),
                geometry: Geometry::Polygon(Polygon::simple(random.polygon(width, height, 60.0))),
                marks: limn_core::Marks::default(),
                run: None,
                confidence: None,
                extra: None,
                member: None,
            };
            let changes = (0..BATCH).map(polygon).map(|instance| Change::InstanceAdd(Box::new(instance))).collect();
            project.commit(Gesture { kind: kind::EDIT, title: "Draw polygons".into(), target: Some(file.id.0), changes })?;
        }
    }
    Ok(())
}

/// Goes through the frames of a project's first file in the window, there and back.
fn in_window(project: &Path, window: &dyn Window) -> Result<Measured, CliError> {
    const STEPS: usize = 90;
    let home = tempfile::tempdir()?;
    let plan = WindowPlan {
        home: home.path().to_owned(),
        project: project.to_owned(),
        steps: STEPS,
        by_frame: true,
        rest: Duration::from_millis(50),
        idle: Duration::ZERO,
        cpu: process_cpu,
    };
    let times = window.measure(&plan).map_err(CliError::Failed)?;
    Ok((Vec::new(), vec![format!("window: {}, what its driver holds for the GPU counted", times.driver)]))
}

/// Looks at a video in every way that the window does; the report tells the peak of this process.
fn here(video: &Path) -> Result<Measured, CliError> {
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
