//! `limn complete`

use super::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::looked::IN_FORCE;
use limn_core::{FileId, FileKind, FileStatus, LabelId};
use limn_store::{Access, Project};
use serde::Serialize;
use std::collections::HashSet;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Names or paths of files, as `limn list PROJECT files` tells them
    #[arg(required = true)]
    files: Vec<String>,
    /// They are not complete any more
    #[arg(long, conflicts_with_all = ["absent", "not_absent"])]
    reopen: bool,
    /// Only these frames of videos were looked through, such as 0-299
    #[arg(long, value_name = "FIRST-LAST", value_parser = reach, conflicts_with_all = ["absent", "not_absent"])]
    frames: Option<(u64, u64)>,
    /// Say instead that this label was looked for and is not there
    #[arg(long, value_name = "LABEL")]
    absent: Vec<String>,
    /// Say that no more
    #[arg(long, value_name = "LABEL")]
    not_absent: Vec<String>,
}

#[derive(Serialize)]
struct Json {
    files: usize,
    version: u64,
}

/// `0-299`.
fn reach(text: &str) -> Result<(u64, u64), String> {
    let numbers = text.split_once('-').and_then(|(first, last)| Some((first.trim().parse().ok()?, last.trim().parse().ok()?)));
    let numbers = numbers.ok_or("write the first and the last frame, such as 0-299")?;
    if numbers.0 <= numbers.1 { Ok(numbers) } else { Err("the last frame comes before the first".into()) }
}

/// What says that frames of videos were looked through, or no longer.
fn stretches(project: &Project, files: &[FileId], (first, last): (u64, u64), reopen: bool) -> Result<Vec<Change>, CliError> {
    let mut changes = Vec::new();
    for id in files {
        let Some(row) = project.file(*id)? else { continue };
        if row.file.kind == FileKind::Image || first >= row.file.frames {
            let text = format!("{} has no frame {first}. limn list PROJECT files tells how many frames files have", row.file.name);
            return Err(CliError::Failed(text));
        }
        let last = last.min(row.file.frames - 1);
        let sets = if reopen { row.looked.unsay(first, last) } else { row.looked.say(first, last) };
        changes.extend(sets.into_iter().map(|set| Change::FileSet { id: *id, set }));
    }
    Ok(changes)
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let mut project = open_project(&args.project, Access::Write)?;
    let files = files_named(&project, &args.files)?;
    let (absent, not_absent) = (labels_named(&project, &args.absent)?, labels_named(&project, &args.not_absent)?);
    let is_said = !absent.is_empty() || !not_absent.is_empty();
    if !absent.is_empty() {
        refuse_present(&project, &files, &absent)?;
    }
    let change = |id: &FileId, set| Change::FileSet { id: *id, set };
    let changes = files.iter().flat_map(|id| {
        let say = |labels: &[LabelId], absent| labels.iter().map(|label| FileSet::Absent { label: *label, absent }).collect::<Vec<_>>();
        let mut sets = say(&absent, true);
        sets.extend(say(&not_absent, false));
        match (is_said, args.reopen) {
            (true, _) => {}
            (false, true) => sets.push(FileSet::Status(FileStatus::Open)),
            (false, false) => sets.extend([FileSet::Status(FileStatus::Complete), FileSet::CompleteUnder(Some(IN_FORCE))]),
        }
        sets.into_iter().map(move |set| change(id, set)).collect::<Vec<_>>()
    });
    let (kind, title) = match (is_said, args.reopen) {
        (true, _) => (kind::EDIT, "Labels that are absent"),
        (false, true) => (kind::FILES, "Open again"),
        (false, false) => (kind::FILES, "Mark complete"),
    };
    let (kind, title, changes) = match args.frames {
        None => (kind, title, changes.collect()),
        Some(reach) => {
            let title = if args.reopen { "Frames to be looked through again" } else { "Frames looked through" };
            (kind::EDIT, title, stretches(&project, &files, reach, args.reopen)?)
        }
    };
    project.commit(Gesture { kind, title: title.into(), target: None, changes })?;
    let json = Json { files: files.len(), version: project.schema_number()? };
    output.result(&json, || format!("{title}: {}, version {} of the schema", plural(json.files as u64, "file", "files"), json.version))
}

pub(super) fn files_named(project: &Project, names: &[String]) -> Result<Vec<FileId>, CliError> {
    let rows = project.files()?;
    let mut found = Vec::new();
    for name in names {
        let mut named = rows.iter().map(|row| &row.file).filter(|file| file.name == *name || file.path == *name).peekable();
        if named.peek().is_none() {
            return Err(CliError::Failed(format!("no file is called \"{name}\". limn list PROJECT files tells their names")));
        }
        found.extend(named.map(|file| file.id));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn labels_named(project: &Project, names: &[String]) -> Result<Vec<LabelId>, CliError> {
    let label = |name: &String| project.schema().label_named(name).map(|label| label.id).ok_or_else(|| name.clone());
    let labels: Result<Vec<LabelId>, String> = names.iter().map(label).collect();
    labels.map_err(|name| CliError::Failed(format!("the schema has no label called \"{name}\". limn schema show PROJECT lists them")))
}

/// What is there is not absent.
fn refuse_present(project: &Project, files: &[FileId], absent: &[LabelId]) -> Result<(), CliError> {
    let files: HashSet<FileId> = files.iter().copied().collect();
    project.for_each_place(|place| {
        if files.contains(&place.file) && absent.contains(&place.label) {
            let file = project.file(place.file)?.map(|row| row.file.name).unwrap_or_default();
            let label = project.schema().shown(place.label).0;
            return Err(CliError::Failed(format!("\"{label}\" is on {file}, so that it is not absent from it. Nothing was written")));
        }
        Ok(())
    })
}
