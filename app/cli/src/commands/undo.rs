//! `limn undo` and `limn redo`

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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Back,
    Again,
}

#[derive(Serialize)]
struct Json<'a> {
    done: bool,
    title: Option<&'a str>,
    seq: Option<u64>,
    changes: usize,
}

pub(crate) fn run(args: Args, output: &mut Output, direction: Direction) -> Result<(), CliError> {
    let mut project = open_project(&args.project, Access::Write)?;
    let (step, did, nothing) = match direction {
        Direction::Back => (project.undo()?, "Undone", "There is nothing to undo"),
        Direction::Again => (project.redo()?, "Done again", "There is nothing to do again"),
    };
    let json = Json {
        done: step.is_some(),
        title: step.as_ref().map(|step| step.title.as_str()),
        seq: step.as_ref().map(|step| step.seq),
        changes: step.as_ref().map_or(0, |step| step.changes.len()),
    };
    output.result(&json, || step.as_ref().map_or_else(|| nothing.to_owned(), |step| format!("{did}: {}", step.title)))
}
