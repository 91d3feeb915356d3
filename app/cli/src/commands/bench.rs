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
}

pub(crate) fn run(args: Args, window: &dyn Window, output: &mut Output) -> Result<(), CliError> {
    let report = bench::run(args.name, args.size, args.video.as_deref(), window, output)?;
    output.result(&report, || report.text())
}
