//! `limn bench`

use crate::bench;
use crate::error::CliError;
use crate::output::Output;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to measure
    name: bench::Name,
    /// Number of instances, gestures, frames or megapixels, whatever is measured
    #[arg(long)]
    size: Option<u64>,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let report = bench::run(args.name, args.size, output)?;
    output.result(&report, || report.text())
}
