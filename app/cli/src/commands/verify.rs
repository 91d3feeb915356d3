//! `limn verify`

use super::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_jobs::JobError;
use limn_store::{Access, Project};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Build the tables from the log again
    #[arg(long)]
    rebuild: bool,
    /// Leave the media out: only the log and its tables
    #[arg(long)]
    no_media: bool,
}

#[derive(Default, Serialize)]
struct Json {
    ok: bool,
    operations: u64,
    newer_operations: u64,
    rebuilt: bool,
    problems: Vec<String>,
    files_checked: u64,
    files_missing: Vec<String>,
    files_changed: Vec<String>,
    files_unhashed: u64,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let access = if args.rebuild { Access::Write } else { Access::Read };
    let mut project = open_project(&args.project, access)?;
    let report = project.verify(args.rebuild)?;
    let mut json = Json {
        operations: report.num_ops,
        newer_operations: report.num_newer,
        rebuilt: report.rebuilt,
        problems: report.problems,
        ..Json::default()
    };
    if !args.no_media {
        check_media(&project, &mut json, output)?;
    }
    // A missing file is no damage: it may lie on a disk that is not there now.
    json.ok = json.files_changed.is_empty() && (json.problems.is_empty() || mended(&json));
    for problem in &json.problems {
        output.message(problem);
    }
    for (paths, what) in
        [(&json.files_changed, "changed since it was added"), (&json.files_missing, "is not where it was; add its folder to find it again")]
    {
        for path in paths {
            output.message(&format!("{path} {what}"));
        }
    }
    output.result(&json, || {
        let state = if json.ok { "The project is whole" } else { "The project has problems" };
        let media = if args.no_media { String::new() } else { format!(", {} checked", plural(json.files_checked, "file", "files")) };
        format!("{state}: {}{media}", plural(json.operations, "operation", "operations"))
    })?;
    if json.ok {
        Ok(())
    } else {
        Err(CliError::Failed("the project is not whole; the sentences above say where. Keep a copy before you go on".into()))
    }
}

/// Whether nothing is wrong but tables that were built again.
fn mended(json: &Json) -> bool {
    json.rebuilt && json.problems.iter().all(|problem| problem.ends_with("it was built again"))
}

fn check_media(project: &Project, json: &mut Json, output: &mut Output) -> Result<(), CliError> {
    let files: Vec<_> = project.files()?.into_iter().map(|row| row.file).collect();
    output.job(|cx| {
        let total = files.len() as u64;
        for (done, file) in (0..).zip(&files) {
            (cx.progress)(limn_jobs::Progress { stage: "checking media", done, total: Some(total) });
            let path = limn_store::resolve(project.dir(), &file.path);
            let shown = path.display().to_string();
            if !path.exists() {
                json.files_missing.push(shown);
                continue;
            }
            let Some(hash) = file.hash else {
                json.files_unhashed += 1;
                continue;
            };
            match limn_jobs::hash_content(&path, file.kind, cx) {
                Ok(found) if found == hash => json.files_checked += 1,
                Ok(_) => json.files_changed.push(shown),
                Err(JobError::Media(error)) => json.problems.push(error.to_string()),
                Err(other) => return Err(CliError::from(other)),
            }
        }
        Ok(())
    })
}
