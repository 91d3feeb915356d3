//! `limn work-frames`

use super::probe::index_of;
use super::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::work_frames::{WorkFramesError, parse_frames};
use limn_core::{FileKind, FileRecord, WorkFrames};
use limn_jobs::Frames;
use limn_store::Access;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, clap::Args)]
#[group(id = "choice", multiple = false)]
pub(crate) struct Choice {
    /// Every n-th frame
    #[arg(long, value_name = "N")]
    every: Option<u64>,
    /// So many frames a second, by the video's own times
    #[arg(long, value_name = "PER_SECOND")]
    rate: Option<f64>,
    /// Where another scene begins
    #[arg(long)]
    scenes: bool,
    /// These frames, such as 1,5,9-20
    #[arg(long, value_name = "FRAMES")]
    list: Option<String>,
    /// All frames again
    #[arg(long)]
    all: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Names or paths of videos, as `limn list PROJECT files` tells them
    #[arg(required = true)]
    files: Vec<String>,
    #[command(flatten)]
    choice: Choice,
    /// With --every: the first of them
    #[arg(long, default_value_t = 0, value_name = "FRAME", requires = "every")]
    from: u64,
    /// List the chosen frames
    #[arg(long)]
    frames: bool,
}

#[derive(Serialize)]
struct Json {
    file: String,
    file_id: String,
    frames: u64,
    work_frames: WorkFrames,
    count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    numbers: Option<Vec<u64>>,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let choice = &args.choice;
    let is_asked = choice.every.is_none() && choice.rate.is_none() && choice.list.is_none() && !choice.scenes && !choice.all;
    let mut project = open_project(&args.project, if is_asked { Access::Read } else { Access::Write })?;
    let files = super::complete::files_named(&project, &args.files)?;
    let mut changes = Vec::new();
    let mut answers = Vec::new();
    for id in files {
        let Some(row) = project.file(id)? else { continue };
        let file = row.file;
        if file.kind == FileKind::Image {
            return Err(CliError::Failed(format!("{} is one image, so that it has no work frames. Nothing was written", file.name)));
        }
        let path = limn_store::resolve(project.dir(), &file.path);
        let frames = count(&file, &path)?;
        let chosen = if is_asked { row.work_frames } else { chosen(&args, &file, &path, frames, output)? };
        if !is_asked {
            changes.push(Change::FileSet { id, set: FileSet::WorkFrames(chosen.clone()) });
        }
        let numbers = args.frames.then(|| chosen.within(0..frames).collect());
        answers.push(Json {
            file: file.name,
            file_id: id.to_string(),
            frames,
            count: chosen.count_before(frames),
            work_frames: chosen,
            numbers,
        });
    }
    if !changes.is_empty() {
        project.commit(Gesture { kind: kind::EDIT, title: "Work frames".into(), target: None, changes })?;
    }
    output.result(&answers, || {
        let line = |answer: &Json| {
            let numbers: Vec<String> = answer.numbers.iter().flatten().map(u64::to_string).collect();
            let numbers = if numbers.is_empty() { String::new() } else { format!("\n{}", numbers.join(" ")) };
            let (count, of) = (plural(answer.count, "work frame", "work frames"), plural(answer.frames, "frame", "frames"));
            format!("{}: {count} of {of}: {}{numbers}\n", answer.file, answer.work_frames.describe())
        };
        answers.iter().map(line).collect()
    })
}

/// How many frames there are; where the file is at hand, not by the container's word.
pub(super) fn count(file: &FileRecord, path: &Path) -> Result<u64, CliError> {
    let is_estimate = file.kind == FileKind::Video && file.clip.is_none();
    Ok(if is_estimate && path.exists() { index_of(path)?.frames() } else { file.frames })
}

/// Where the frames of a file come from.
pub(super) fn frames_of(file: &FileRecord, path: &Path) -> Result<Frames, CliError> {
    let index = if file.kind == FileKind::Video { Some(Arc::new(index_of(path)?)) } else { None };
    Ok(Frames::of(file, path, index)?)
}

fn chosen(args: &Args, file: &FileRecord, path: &Path, frames: u64, output: &mut Output) -> Result<WorkFrames, CliError> {
    let refused = |error: WorkFramesError| CliError::Failed(format!("{}: {error}. Nothing was written", file.name));
    let choice = &args.choice;
    if let Some(step) = choice.every {
        if args.from >= frames {
            return Err(refused(WorkFramesError::Beyond { frame: args.from, last: frames.saturating_sub(1) }));
        }
        return WorkFrames::every(step, args.from).map_err(refused);
    }
    if let Some(text) = &choice.list {
        return parse_frames(text, Some(frames)).and_then(WorkFrames::listed).map_err(refused);
    }
    if choice.all {
        return Ok(WorkFrames::default());
    }
    let source = frames_of(file, path)?;
    if let Some(rate) = choice.rate {
        let Frames::Video(footage) = &source else {
            let text = "images in a folder have no times. Choose every n-th instead. Nothing was written";
            return Err(CliError::Failed(format!("{}: {text}", file.name)));
        };
        return WorkFrames::at_rate(rate, frames, |frame| footage.time_s(frame).unwrap_or_default()).map_err(refused);
    }
    let begins = output.job(|cx| limn_jobs::find_scenes(&source, cx))?;
    WorkFrames::at_scenes(begins).map_err(refused)
}
