//! `limn schema coverage`

use crate::commands::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_core::LabelId;
use limn_jobs::{LabelCoverage, QuestionCoverage};
use limn_store::Access;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Json {
    version: u64,
    files: u64,
    open: u64,
    complete: u64,
    behind: u64,
    unknown: u64,
    versions: Vec<VersionJson>,
    labels: Vec<LabelJson>,
    questions: Vec<QuestionJson>,
    /// Instances that arrived after a migration, by the version that they are still as.
    late: Vec<LateJson>,
}

#[derive(Serialize)]
struct LateJson {
    version: u64,
    instances: u64,
}

#[derive(Serialize)]
struct QuestionJson {
    id: u32,
    question: String,
    files: u64,
    missing: u64,
}

#[derive(Serialize)]
struct VersionJson {
    version: u64,
    files: u64,
    missing: Vec<String>,
    narrower: Vec<String>,
    touched_files: u64,
    touched: u64,
}

#[derive(Serialize)]
struct LabelJson {
    id: u32,
    label: String,
    complete_for: u64,
    with_instances: u64,
    absent: u64,
    not_looked_for: u64,
    contradicted: u64,
}

pub(super) fn show(project: &Path, output: &mut Output) -> Result<(), CliError> {
    let project = open_project(project, Access::Read)?;
    let coverage = output.job(|cx| project.frozen(|project| limn_jobs::schema_coverage(project, cx))?)?;
    let name = |label: &LabelId| project.schema().shown(*label).0;
    let label = |of: &LabelCoverage| LabelJson {
        id: of.label.0,
        label: name(&of.label),
        complete_for: of.complete_for,
        with_instances: of.with_instances,
        absent: of.absent,
        not_looked_for: of.not_looked_for,
        contradicted: of.contradicted,
    };
    let question = |of: &QuestionCoverage| {
        let asked = project.schema().attributes.iter().find(|one| one.id == of.attribute);
        let name = asked.map(|one| one.name.clone()).unwrap_or_default();
        QuestionJson { id: of.attribute.0, question: name, files: of.files, missing: of.missing }
    };
    let versions = coverage.versions.iter();
    let json = Json {
        version: coverage.version,
        files: coverage.files,
        open: coverage.open,
        complete: coverage.complete,
        behind: coverage.behind,
        unknown: coverage.unknown,
        versions: versions
            .map(|of| VersionJson {
                version: of.version,
                files: of.files,
                missing: of.missing.iter().map(name).collect(),
                narrower: of.narrower.clone(),
                touched_files: of.touched_files,
                touched: of.touched,
            })
            .collect(),
        labels: coverage.labels.iter().map(label).collect(),
        questions: coverage.questions.iter().map(question).collect(),
        late: coverage.late.iter().map(|of| LateJson { version: of.version, instances: of.instances.count }).collect(),
    };
    output.result(&json, || text(&json))
}

fn text(json: &Json) -> String {
    let Json { version, files, open, complete, behind, unknown, .. } = json;
    let files = plural(*files, "file", "files");
    let mut text = format!("Version {version}, {files}: {complete} complete, {behind} behind, {unknown} unknown, {open} open\n");
    for of in &json.versions {
        let missing = if of.missing.is_empty() { String::new() } else { format!("; not looked for: {}", of.missing.join(", ")) };
        text += &format!("version {}\t{} complete{missing}\n", of.version, of.files);
        if of.touched > 0 {
            let (instances, files) = (plural(of.touched, "instance", "instances"), plural(of.touched_files, "file", "files"));
            text += &format!("\tnot right any more: {instances} on {files}, since {}\n", of.narrower.join("; "));
        }
    }
    for of in &json.labels {
        let LabelJson { label, complete_for, with_instances, absent, not_looked_for, .. } = of;
        text += &format!(
            "{label}\tcomplete for {complete_for}\twith instances {with_instances}\tchecked and absent {absent}\tnot looked for {not_looked_for}"
        );
        if of.contradicted > 0 {
            text += &format!("\tsaid to be absent, but there: {}", of.contradicted);
        }
        text.push('\n');
    }
    for LateJson { version, instances } in &json.late {
        let are = if *instances == 1 { "is" } else { "are" };
        let instances = plural(*instances, "instance", "instances");
        text += &format!("{instances} {are} still as version {version} had them. To take them over: limn schema migrate PROJECT --late\n");
    }
    for QuestionJson { question, files, missing, .. } in &json.questions {
        let (answers, files) = (plural(*missing, "answer", "answers"), plural(*files, "complete file", "complete files"));
        text += &format!("{question}\tcame later: {answers} missing on {files}\n");
    }
    text
}
