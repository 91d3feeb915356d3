//! `limn import`

use super::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use crate::records::{ProblemJson, problem_lines, problems_json};
use limn_jobs::{ImportOptions, LabelMap};
use limn_store::Access;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Annotation file
    path: PathBuf,
    /// Its format (see: limn formats)
    #[arg(long)]
    format: String,
    /// Folder in which the images lie; may be given several times
    #[arg(long)]
    images: Vec<PathBuf>,
    /// TOML file that maps foreign label names to those of the project
    #[arg(long)]
    map: Option<PathBuf>,
    /// Take the annotations for predictions of a new run of this name
    #[arg(long)]
    run: Option<String>,
    /// Look at everything and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Json<'a> {
    format: &'a str,
    path: String,
    dry_run: bool,
    files_known: u64,
    files_added: u64,
    files_missing: u64,
    files_skipped: u64,
    sequences: u64,
    events: u64,
    instances: u64,
    instances_skipped: u64,
    labels_added: &'a [String],
    runs_added: u64,
    operations: u64,
    problems: Vec<ProblemJson<'a>>,
    stopped_by: Option<String>,
}

/// The file of `--map`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapFile {
    /// Foreign name to name in the project; `false` leaves the instances out.
    labels: BTreeMap<String, MapTo>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum MapTo {
    Label(String),
    Keep(bool),
}

fn read_map(path: &Path) -> Result<LabelMap, CliError> {
    let failed = |why: String| {
        CliError::Failed(format!("cannot use the map {}: {why}. It is TOML such as: [labels] and below it auto = \"car\"", path.display()))
    };
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let file: MapFile = toml::from_str(&text).map_err(|error| failed(error.message().to_owned()))?;
    let entries = file.labels.into_iter().map(|(foreign, to)| {
        let own = match to {
            MapTo::Label(name) => Some(name),
            MapTo::Keep(true) => Some(foreign.clone()),
            MapTo::Keep(false) => None,
        };
        (foreign, own)
    });
    Ok(entries.collect())
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    super::formats::known(&args.format)?;
    let labels = args.map.as_deref().map(read_map).transpose()?.unwrap_or_default();
    let access = if args.dry_run { Access::Read } else { Access::Write };
    let mut project = open_project(&args.project, access)?;
    let options = ImportOptions { run: args.run, labels, images: args.images, dry_run: args.dry_run };
    let done = output.job(|cx| limn_jobs::import(&mut project, &args.format, &args.path, &options, cx))?;
    for line in problem_lines(&done.problems) {
        output.message(&line);
    }
    let stopped_by = done.stopped_by.map(|error| CliError::from(error).sentence());
    let json = Json {
        format: &args.format,
        path: args.path.display().to_string(),
        dry_run: args.dry_run,
        files_known: done.files_known,
        files_added: done.files_added,
        files_missing: done.files_missing,
        files_skipped: done.files_skipped,
        sequences: done.sequences,
        events: done.events,
        instances: done.instances,
        instances_skipped: done.instances_skipped,
        labels_added: &done.labels_added,
        runs_added: done.runs_added,
        operations: done.operations,
        problems: problems_json(&done.problems),
        stopped_by: stopped_by.clone(),
    };
    output.result(&json, || {
        format!(
            "{} {}{} on {}{}{}",
            if args.dry_run { "Would import" } else { "Imported" },
            plural(done.instances, "instance", "instances"),
            if done.events > 0 { format!(" and {}", plural(done.events, "event", "events")) } else { String::new() },
            plural(done.files_known + done.files_added, "file", "files"),
            if done.files_added > 0 { format!(", {} of them new", done.files_added) } else { String::new() },
            if done.labels_added.is_empty() { String::new() } else { format!("; new labels: {}", done.labels_added.join(", ")) },
        )
    })?;
    match stopped_by {
        None => Ok(()),
        Some(why) => {
            Err(CliError::Failed(format!("the import ended early: {why}. What came before is in the project; `limn undo` takes it back")))
        }
    }
}
