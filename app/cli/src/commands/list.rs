//! `limn list`

mod events;
pub(super) mod instances;
mod issues;
mod sequences;

use super::open_state;
use crate::error::CliError;
use crate::output::Output;
use crate::records::FileJson;
use limn_core::clip::global_frame;
use limn_core::query::Query;
use limn_core::{Clip, FileId, LabelId, WorkFrames};
use limn_jobs::Selection;
use limn_store::Project;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::io::Write as _;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// What to list
    what: What,
    /// Only instances for which this holds, such as "label = car and area > 400"; of files and sequences, those that hold such;
    /// of events, those in which such a sequence takes part
    #[arg(long = "where", value_name = "QUERY")]
    query: Option<String>,
    /// The state at this snapshot
    #[arg(long, value_name = "SNAPSHOT")]
    at: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Images, videos and image sequences
    Files,
    /// Annotations
    Instances,
    /// Objects through time
    Sequences,
    /// What happens in videos
    Events,
    /// What is to be looked at again, and what was said about it
    Issues,
    /// Work to be done
    Tasks,
    /// Model runs and imports of predictions
    Runs,
    /// Concurrent edits to look at
    Conflicts,
    /// Named positions of the log
    Snapshots,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let query = Query::parse(args.query.as_deref().unwrap_or_default())?;
    let project = open_state(&args.project, args.at.as_deref())?;
    match args.what {
        What::Files => files(&project, &query, output),
        What::Instances => project.frozen(|project| instances::list(project, &query, output))?,
        What::Sequences => project.frozen(|project| sequences::list(project, &query, output))?,
        What::Events => project.frozen(|project| events::list(project, &query, output))?,
        What::Issues => project.frozen(|project| issues::list(project, &query, output))?,
        What::Runs => runs(&project, output),
        What::Snapshots => snapshots(&project, output),
        // No operation makes any of these yet, so that there are none.
        What::Tasks | What::Conflicts => stream(output, |_| Ok(())),
    }
}

/// Names to show for what instances only number.
pub(super) struct Names {
    pub labels: HashMap<LabelId, String>,
    pub files: HashMap<FileId, String>,
    /// Of files in which they were chosen.
    pub work_frames: HashMap<FileId, WorkFrames>,
    clips: HashMap<FileId, Clip>,
}

impl Names {
    fn of(project: &Project) -> Result<Self, CliError> {
        let labels = project.schema().labels.iter().map(|label| (label.id, label.name.clone())).collect();
        let (mut files, mut work_frames, mut clips) = (HashMap::new(), HashMap::new(), HashMap::new());
        for row in project.files()? {
            clips.extend(row.file.clip.map(|clip| (row.file.id, clip)));
            if !row.work_frames.is_all() {
                work_frames.insert(row.file.id, row.work_frames);
            }
            files.insert(row.file.id, row.file.name);
        }
        Ok(Self { labels, files, work_frames, clips })
    }

    /// The frame of the source video that a frame of a file is.
    fn global(&self, file: FileId, frame: u64) -> u64 {
        global_frame(self.clips.get(&file), frame)
    }

    /// What is told behind frames of a clip: which they are of its source. Nothing for other files.
    fn of_source(&self, file: FileId, first: u64, last: u64) -> String {
        match self.clips.get(&file) {
            Some(clip) if first == last => format!(" ({} of the source)", clip.global(first)),
            Some(clip) => format!(" ({} to {} of the source)", clip.global(first), clip.global(last)),
            None => String::new(),
        }
    }
}

/// Writes rows one by one: a JSON array, or lines.
pub(super) struct Rows<'a> {
    output: &'a mut Output,
    is_first: bool,
}

impl Rows<'_> {
    /// A row: the JSON of `value`, or a line.
    pub fn row(&mut self, value: &impl Serialize, line: impl FnOnce() -> String) -> Result<(), CliError> {
        if self.output.is_json() {
            let json = serde_json::to_vec(value)?;
            self.json(&json)
        } else {
            Ok(writeln!(self.output.writer(), "{}", line())?)
        }
    }

    /// A row of JSON that is written already.
    pub fn json(&mut self, json: &[u8]) -> Result<(), CliError> {
        let between: &[u8] = if std::mem::take(&mut self.is_first) { b"" } else { b",\n" };
        let writer = self.output.writer();
        writer.write_all(between)?;
        Ok(writer.write_all(json)?)
    }

    pub fn is_json(&self) -> bool {
        self.output.is_json()
    }
}

/// Runs `fill` between the brackets of an array.
pub(super) fn stream(output: &mut Output, fill: impl FnOnce(&mut Rows<'_>) -> Result<(), CliError>) -> Result<(), CliError> {
    let is_json = output.is_json();
    if is_json {
        output.writer().write_all(b"[")?;
    }
    fill(&mut Rows { output: &mut *output, is_first: true })?;
    if is_json {
        output.writer().write_all(b"]\n")?;
    }
    Ok(())
}

fn files(project: &Project, query: &Query, output: &mut Output) -> Result<(), CliError> {
    let matching = if query.is_empty() { None } else { Some(files_with(project, query)?) };
    stream(output, |rows| {
        for row in project.files()? {
            if matching.as_ref().is_some_and(|matching| !matching.contains(&row.file.id)) {
                continue;
            }
            let present = limn_store::resolve(project.dir(), &row.file.path).exists();
            let json = FileJson::new(&row, present);
            let file = &row.file;
            rows.row(&json, || {
                let missing = if present { "" } else { "\tmissing" };
                let size = format!("{}×{}", file.width, file.height);
                let clip = file.clip.map_or_else(String::new, |clip| format!("\tfrom frame {} of its source", clip.first));
                format!(
                    "{}\t{}\t{size}\t{}\t{} instances\t{}{clip}{missing}",
                    file.name,
                    file.kind.as_str(),
                    file.frames,
                    row.num_instances,
                    file.path
                )
            })?;
        }
        Ok(())
    })
}

fn files_with(project: &Project, query: &Query) -> Result<HashSet<FileId>, CliError> {
    let selection = Selection::new(project, query)?;
    let mut found = HashSet::new();
    let of_files = if query.is_of_files() { project.files()? } else { Vec::new() };
    found.extend(of_files.into_iter().map(|row| row.file.id).filter(|file| selection.holds_file(*file)));
    project.for_each_instance(|row| {
        if selection.holds(&row) {
            found.insert(row.instance.file);
        }
        Ok::<_, CliError>(())
    })?;
    Ok(found)
}

#[derive(Serialize)]
struct RunJson {
    id: String,
    name: String,
}

fn runs(project: &Project, output: &mut Output) -> Result<(), CliError> {
    stream(output, |rows| {
        for (id, name) in project.runs()? {
            let json = RunJson { id: id.to_string(), name };
            rows.row(&json, || format!("{}\t{}", json.id, json.name))?;
        }
        Ok(())
    })
}

#[derive(Serialize)]
struct SnapshotJson {
    name: String,
}

fn snapshots(project: &Project, output: &mut Output) -> Result<(), CliError> {
    stream(output, |rows| {
        for name in project.snapshots()? {
            let json = SnapshotJson { name };
            rows.row(&json, || json.name.clone())?;
        }
        Ok(())
    })
}
