//! `limn add`

use super::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use crate::records::FileJson;
use limn_core::{FileRecord, Looked, WorkFrames};
use limn_jobs::AddOptions;
use limn_store::{Access, FileRow};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Images, videos, folders
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Copy the files into the project instead of referring to them where they lie
    #[arg(long)]
    copy: bool,
    /// Take each folder of numbered images as one image sequence
    #[arg(long)]
    sequence: bool,
}

#[derive(Serialize)]
struct Json {
    added: Vec<FileJson>,
    found: Vec<FileJson>,
    known: Vec<String>,
    skipped: Vec<Note>,
    marks: Vec<Note>,
}

#[derive(Serialize)]
struct Note {
    path: String,
    message: String,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let mut project = open_project(&args.project, Access::Write)?;
    let options = AddOptions { copy: args.copy, sequence: args.sequence };
    let report = output.job(|cx| limn_jobs::add_paths(&mut project, &args.paths, options, cx))?;
    for (_, sentence) in &report.marks {
        output.message(sentence);
    }
    for (path, sentence) in &report.skipped {
        let shown = path.display().to_string();
        output.message(&if sentence.contains(&shown) { sentence.clone() } else { format!("{shown}: {sentence}") });
    }
    let files = |files: &[FileRecord]| {
        files
            .iter()
            .map(|file| {
                FileJson::new(
                    &FileRow { file: file.clone(), num_instances: 0, looked: Looked::default(), work_frames: WorkFrames::default() },
                    true,
                )
            })
            .collect()
    };
    let notes = |notes: &[(PathBuf, String)]| notes.iter().map(|(path, message)| Note::new(path, message)).collect();
    let json = Json {
        added: files(&report.added),
        found: files(&report.found),
        known: report.known.iter().map(|path| path.display().to_string()).collect(),
        skipped: notes(&report.skipped),
        marks: notes(&report.marks),
    };
    output.result(&json, || {
        let mut text = format!("Added {}", plural(report.added.len() as u64, "file", "files"));
        for (count, what) in
            [(report.found.len(), "found again"), (report.known.len(), "there already"), (report.skipped.len(), "left out")]
        {
            if count > 0 {
                text += &format!(", {count} {what}");
            }
        }
        text
    })?;
    // A file in a folder that cannot be read is told; one that the person named is a failure.
    let failed = report.skipped.iter().filter(|(path, _)| args.paths.contains(path)).count();
    match failed {
        0 => Ok(()),
        _ => Err(CliError::Failed(format!(
            "{failed} of the paths given could not be added; the sentences above say why. The rest was added"
        ))),
    }
}

impl Note {
    fn new(path: &Path, message: &str) -> Self {
        Self { path: path.display().to_string(), message: message.to_owned() }
    }
}
