//! `limn new`

use crate::error::CliError;
use crate::output::Output;
use limn_core::Schema;
use limn_jobs::{JobError, home};
use limn_store::Project;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder to make, usually ending in .limn
    project: PathBuf,
    /// Shown name; by default the folder's
    #[arg(long)]
    name: Option<String>,
    /// Labels to begin with, from a file (see: limn manual schema)
    #[arg(long)]
    schema: Option<PathBuf>,
    /// Labels to begin with, from one of the schemas that Limn brings (limn schema new lists them)
    #[arg(long, conflicts_with = "schema")]
    starter: Option<String>,
}

#[derive(Serialize)]
struct Json {
    project: String,
    id: String,
    name: String,
    labels: usize,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let schema = match (&args.schema, &args.starter) {
        (Some(path), _) => super::schema::read(path, None, &Schema::default(), output)?,
        (None, Some(starter)) => super::schema::starters::schema(starter)?,
        (None, None) => Schema::default(),
    };
    let stem = args.project.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = args.name.or(stem).unwrap_or_else(|| "project".into());
    let project = Project::create(&args.project, &name, &schema, home::identity().map_err(JobError::from)?)?;
    let json = Json {
        project: args.project.display().to_string(),
        id: project.id().to_string(),
        name: name.clone(),
        labels: project.schema().labels.len(),
    };
    output.result(&json, || format!("Made the project \"{name}\" at {}", args.project.display()))
}
