//! `limn convert`

use crate::error::CliError;
use crate::output::Output;
use crate::records::{self, ProblemJson, problem_lines};
use limn_formats::ExportOptions;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Annotation file to read
    input: PathBuf,
    /// File to write
    out: PathBuf,
    /// Format of the input (see: limn formats)
    #[arg(long)]
    from: String,
    /// Format of the output
    #[arg(long)]
    to: String,
}

#[derive(Serialize)]
struct Json<'a> {
    from: &'a str,
    to: &'a str,
    out: String,
    files: u64,
    sequences: u64,
    events: u64,
    instances: u64,
    bytes: u64,
    problems: Vec<ProblemJson<'a>>,
    losses: Vec<ProblemJson<'a>>,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    super::formats::known(&args.from)?;
    super::formats::known(&args.to)?;
    let options = ExportOptions::default();
    let done = output
        .counting("converting", |progress| limn_formats::convert(&args.from, &args.input, &args.to, &args.out, &options, progress))?;
    let (problems, losses) = (&done.import.problems, &done.export.losses);
    for line in problem_lines(problems.kinds()).into_iter().chain(problem_lines(losses.kinds())) {
        output.message(&line);
    }
    let json = Json {
        from: &args.from,
        to: &args.to,
        out: args.out.display().to_string(),
        files: done.export.files,
        sequences: done.export.sequences,
        events: done.export.events,
        instances: done.export.instances,
        bytes: done.export.bytes,
        problems: records::all(problems),
        losses: records::all(losses),
    };
    output.result(&json, || format!("{}: {} instances on {} files", args.out.display(), done.export.instances, done.export.files))
}
