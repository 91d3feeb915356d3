//! `limn open`

use crate::WindowArgs;
use crate::error::CliError;
use limn_jobs::home;
use limn_store::StoreError;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Name or id of the file to show
    #[arg(long)]
    file: Option<String>,
    /// Frame to show, counted from 0
    #[arg(long)]
    frame: Option<u64>,
}

pub(crate) fn run(args: Args) -> Result<Option<WindowArgs>, CliError> {
    let project = home::project_dir(&args.project);
    // Said before a window appears; whatever else is wrong with the project, the window tells.
    if !project.join("project.db").is_file() {
        return Err(StoreError::NotAProject { path: args.project }.into());
    }
    Ok(Some(WindowArgs { project: Some(project), file: args.file, frame: args.frame }))
}
