//! `limn snapshot`

use super::open_project;
use crate::error::CliError;
use crate::output::Output;
use limn_store::Access;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Name of the snapshot; never used twice
    name: String,
}

#[derive(Serialize)]
struct Json<'a> {
    snapshot: &'a str,
    operation: String,
    seq: u64,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    if args.name.trim().is_empty() {
        return Err(CliError::Usage("a snapshot needs a name".into()));
    }
    let mut project = open_project(&args.project, Access::Write)?;
    let committed = project.snapshot(&args.name)?;
    let json = Json { snapshot: &args.name, operation: committed.id.to_string(), seq: committed.seq };
    output.result(&json, || format!("Snapshot \"{}\" stands at operation {}. Use it with --at", args.name, committed.seq))
}
