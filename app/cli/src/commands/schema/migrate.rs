//! `limn schema migrate`

use crate::commands::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_core::schema::mapping::{Mapping, MappingStep};
use limn_jobs::{MigrationReport, Tally};
use limn_store::Access;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Json<'a> {
    dry_run: bool,
    version: Option<u64>,
    steps: Vec<StepJson<'a>>,
    redo: Vec<RedoJson<'a>>,
    still_complete: u64,
}

#[derive(Serialize)]
struct StepJson<'a> {
    step: &'a MappingStep,
    #[serde(flatten)]
    tally: TallyJson<'a>,
}

#[derive(Serialize)]
struct RedoJson<'a> {
    why: &'a str,
    #[serde(flatten)]
    tally: TallyJson<'a>,
}

#[derive(Serialize)]
struct TallyJson<'a> {
    count: u64,
    examples: Vec<ExampleJson<'a>>,
}

#[derive(Serialize)]
struct ExampleJson<'a> {
    file: &'a str,
    frame: u64,
    instance: &'a str,
}

impl<'a> TallyJson<'a> {
    fn new(tally: &'a Tally) -> Self {
        let examples = tally.examples.iter();
        let examples = examples.map(|one| ExampleJson { file: &one.file, frame: one.frame, instance: &one.instance }).collect();
        Self { count: tally.count, examples }
    }
}

pub(super) fn run(project: &Path, mapping: &Path, dry_run: bool, output: &mut Output) -> Result<(), CliError> {
    let failed = |why: String| CliError::Failed(format!("{why}. Nothing was changed"));
    let mapping = Mapping::from_document(&super::text_of(mapping)?).map_err(|error| failed(error.to_string()))?;
    let mut project = open_project(project, if dry_run { Access::Read } else { Access::Write })?;
    let plan = mapping.plan(project.schema()).map_err(|error| failed(error.to_string()))?;
    let report = output.job(|cx| match dry_run {
        true => project.frozen(|project| limn_jobs::preview_migration(project, &plan, cx))?,
        false => limn_jobs::migrate(&mut project, &plan, "Migrate to the next schema", cx),
    })?;
    let json = Json {
        dry_run,
        version: report.version,
        steps: mapping.steps.iter().zip(&report.steps).map(|(step, tally)| StepJson { step, tally: TallyJson::new(tally) }).collect(),
        redo: report.redo.iter().map(|(why, tally)| RedoJson { why, tally: TallyJson::new(tally) }).collect(),
        still_complete: report.still_complete,
    };
    output.result(&json, || text(&mapping, &report))
}

#[derive(Serialize)]
struct LateJson<'a> {
    dry_run: bool,
    late: Vec<LateVersionJson<'a>>,
}

#[derive(Serialize)]
struct LateVersionJson<'a> {
    version: u64,
    #[serde(flatten)]
    tally: TallyJson<'a>,
}

/// Work that arrived after migrations goes the same way.
pub(super) fn late(project: &Path, dry_run: bool, output: &mut Output) -> Result<(), CliError> {
    let mut project = open_project(project, if dry_run { Access::Read } else { Access::Write })?;
    let found = output.job(|cx| {
        let found = project.frozen(|project| limn_jobs::late_work(project, cx))??;
        if !dry_run && !found.is_empty() {
            limn_jobs::take_late_over(&mut project, "Take late work over", cx)?;
        }
        Ok::<_, limn_jobs::JobError>(found)
    })?;
    let late = found.iter().map(|of| LateVersionJson { version: of.version, tally: TallyJson::new(&of.instances) }).collect();
    output.result(&LateJson { dry_run, late }, || {
        if found.is_empty() {
            return "All work is as the schema in force has it".to_owned();
        }
        let mut text = String::new();
        for of in &found {
            told(&mut text, &format!("Still as version {} had them", of.version), &of.instances);
        }
        text + if dry_run { NOTHING } else { "Done. limn undo takes it back as one step" }
    })
}

const NOTHING: &str = "Nothing was changed. Without --dry-run it is done";

fn told(text: &mut String, what: &str, tally: &Tally) {
    *text += &format!("{what}: {}\n", plural(tally.count, "instance", "instances"));
    for one in &tally.examples {
        *text += &format!("  {} {} {}\n", one.file, one.frame, one.instance);
    }
}

fn text(mapping: &Mapping, report: &MigrationReport) -> String {
    let mut text = String::new();
    for (step, tally) in mapping.steps.iter().zip(&report.steps) {
        told(&mut text, &serde_json::to_string(step).unwrap_or_default(), tally);
    }
    for (why, tally) in &report.redo {
        told(&mut text, &format!("To do: {why}"), tally);
    }
    text += &match report.version {
        Some(version) => format!("Done: version {version} is in force. limn undo takes it back as one step"),
        None => NOTHING.to_owned(),
    };
    text
}
