//! `limn retime`

use super::clips::file_named;
use super::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_jobs::{RetimeBy, home, replaced};
use limn_store::Access;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum By {
    /// The frames that are shown at the same times
    Time,
    /// As if both videos took as long
    Length,
    /// The frames of the same numbers: nothing is moved
    Number,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Name or path of the video, as `limn list PROJECT files` tells it
    file: String,
    /// To which frames of the new video the work goes
    #[arg(long, value_enum, default_value = "time")]
    by: By,
    /// Where the old video lies, if its times are not known here
    #[arg(long, value_name = "VIDEO")]
    from: Option<PathBuf>,
    /// Tell what would be done and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Default, Serialize)]
struct Json {
    /// It is another video than the one that was annotated; else nothing was done.
    replaced: bool,
    frames: u64,
    files: u64,
    keyframes: u64,
    shapes: u64,
    others: u64,
    left_out: u64,
    reopened: u64,
    behind_the_end: u64,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let mut project = open_project(&args.project, if args.dry_run { Access::Read } else { Access::Write })?;
    let file = file_named(&project, &args.file)?;
    let (dir, index_dir) = (project.dir().to_owned(), home::index_dir());
    let found = output.job(|cx| replaced(&file, &dir, &index_dir, true, cx))?;
    let Some(mut video) = found else {
        let json = Json { frames: file.frames, ..Json::default() };
        return output.result(&json, || format!("{} is the video that was annotated, or is not there: nothing was done\n", file.name));
    };
    if let Some(old) = &args.from {
        video = output.job(|cx| video.with_old(old, &index_dir, cx))?;
    }
    let by = match args.by {
        By::Time => RetimeBy::Times,
        By::Length => RetimeBy::Length,
        By::Number => RetimeBy::Numbers,
    };
    let report = match args.dry_run {
        true => output.job(|cx| video.preview(&project, by, cx))?,
        false => output.job(|cx| video.take_over(&mut project, by, cx))?,
    };
    let json = Json {
        replaced: true,
        frames: video.now.len() as u64,
        files: report.files,
        keyframes: report.keyframes,
        shapes: report.shapes,
        others: report.others,
        left_out: report.left,
        reopened: report.reopened,
        behind_the_end: report.behind,
    };
    output.result(&json, || {
        let would = if args.dry_run { "would be moved" } else { "moved" };
        let name = &file.name;
        let files = plural(report.files, "file", "files");
        let mut text = format!("{name} has {} frames now. In {files} {would}: {}\n", json.frames, limn_jobs::retimed_told(&report));
        if !args.dry_run {
            text += "limn undo takes it back\n";
        }
        text
    })
}
