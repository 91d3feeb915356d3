//! `limn bench`

use crate::bench;
use crate::error::CliError;
use crate::output::Output;
use crate::window::Window;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to measure
    name: bench::Name,
    /// Number of instances, gestures, frames, megapixels or windows, whatever is measured
    #[arg(long)]
    size: Option<u64>,
    /// For `memory`: measure in this process with a video that is there already
    #[arg(long)]
    video: Option<PathBuf>,
    /// For `memory`: measure in this process with a window on a project that is there already
    #[arg(long, conflicts_with = "video")]
    project: Option<PathBuf>,
}

pub(crate) fn run(args: Args, window: &dyn Window, output: &mut Output) -> Result<(), CliError> {
    let given = args.video.map(bench::Given::Video).or(args.project.map(bench::Given::Project));
    let report = bench::run(args.name, args.size, given, window, output)?;
    output.result(&report, || report.text())
}
