//! `limn export`

use super::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use crate::records::{self, ProblemJson, problem_lines};
use limn_core::query::Query;
use limn_formats::{ChoiceForm, RleForm};
use limn_jobs::{ExportOptions, ExportedFile, JoinReport, Split};
use limn_store::Access;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// File to write; of YOLO the folder
    out: PathBuf,
    /// Its format (see: limn formats)
    #[arg(long)]
    format: String,
    /// Only instances for which this holds, such as "label = car and area > 400", and their files
    #[arg(long = "where", value_name = "QUERY")]
    query: Option<String>,
    /// The state at this snapshot
    #[arg(long, value_name = "SNAPSHOT")]
    at: Option<String>,
    /// Deal the files to several outputs, such as train=0.8,val=0.2
    #[arg(long)]
    split: Option<String>,
    /// Files that are not complete, too, marked where the format can say so; format limn always holds all
    #[arg(long)]
    incomplete: bool,
    /// Work frames alone; for formats that write frame by frame
    #[arg(long)]
    work_frames: bool,
    /// Clips of one video as that video again, with its frames; sequences that are one object become one
    #[arg(long)]
    join_clips: bool,
    /// COCO masks as lists of run lengths instead of compressed text
    #[arg(long)]
    uncompressed_rle: bool,
    /// How options that were taken are written by COCO and CVAT; format limn always holds both
    #[arg(long, value_enum, default_value_t = Choices::Text)]
    choices: Choices,
    /// The number of its object behind each line of YOLO, which training programs do not want
    #[arg(long)]
    track_ids: bool,
}

/// How options are written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Choices {
    /// By the text that they had when they were taken
    Text,
    /// By number
    Id,
    /// By number and text
    Both,
}

#[derive(Serialize)]
struct Json<'a> {
    format: &'a str,
    outputs: Vec<OutputJson<'a>>,
    left_incomplete: u64,
    partly: u64,
    behind: u64,
    /// Where the times of frames stand, of videos whose rate varies.
    times: Vec<String>,
    /// What became of clips that were joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<JoinedJson>,
}

#[derive(Serialize)]
struct JoinedJson {
    clips: u64,
    videos: u64,
    stitched: u64,
    doubled: u64,
    rough: u64,
}

#[derive(Serialize)]
struct OutputJson<'a> {
    path: String,
    split: Option<&'a str>,
    files: u64,
    sequences: u64,
    events: u64,
    instances: u64,
    bytes: u64,
    losses: Vec<ProblemJson<'a>>,
}

impl<'a> OutputJson<'a> {
    fn new(file: &'a ExportedFile) -> Self {
        let report = &file.report;
        Self {
            path: file.path.display().to_string(),
            split: file.split.as_deref(),
            files: report.files,
            sequences: report.sequences,
            events: report.events,
            instances: report.instances,
            bytes: report.bytes,
            losses: records::all(&report.losses),
        }
    }
}

impl From<JoinReport> for JoinedJson {
    fn from(joined: JoinReport) -> Self {
        let JoinReport { clips, videos, stitched, doubled, rough } = joined;
        Self { clips, videos, stitched, doubled, rough }
    }
}

/// What became of clips, in words.
fn joined_lines(joined: &JoinReport) -> Vec<String> {
    let (clips, videos) = (plural(joined.clips, "clip", "clips"), plural(joined.videos, "video", "videos"));
    let mut lines = vec![format!("  {clips} joined to {videos}")];
    let sequences = |count| plural(count, "sequence", "sequences");
    if joined.stitched > 0 {
        lines.push(format!("  {} stitched to those of other clips", sequences(joined.stitched)));
    }
    if joined.doubled > 0 {
        let things = plural(joined.doubled, "shape, answer or event", "shapes, answers and events");
        lines.push(format!("  {things} left out, on frames on which another clip counts"));
    }
    if joined.rough > 0 {
        lines.push(format!("  {} not exactly as in their clips: too long, or of other marks and names there", sequences(joined.rough)));
    }
    lines
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    super::formats::known(&args.format)?;
    let options = ExportOptions {
        query: Query::parse(args.query.as_deref().unwrap_or_default())?,
        at: args.at,
        split: args.split.as_deref().map(str::parse::<Split>).transpose().map_err(|error| CliError::Usage(error.to_string()))?,
        incomplete: args.incomplete,
        work_frames: args.work_frames,
        join_clips: args.join_clips,
        choices: match args.choices {
            Choices::Text => ChoiceForm::Text,
            Choices::Id => ChoiceForm::Id,
            Choices::Both => ChoiceForm::Both,
        },
        rle: if args.uncompressed_rle { RleForm::Uncompressed } else { RleForm::Compressed },
        track_ids: args.track_ids,
        index_dir: Some(limn_jobs::home::index_dir()),
    };
    let project = open_project(&args.project, Access::Read)?;
    let done = output.job(|cx| limn_jobs::export(&project, &args.format, &args.out, &options, cx))?;
    for line in done.files.iter().flat_map(|file| problem_lines(file.report.losses.kinds())) {
        output.message(&line);
    }
    for (count, told) in [
        (done.left_incomplete, "not complete and left out. --incomplete exports all"),
        (done.partly, "not complete; of those the frames were written that were looked through"),
        (done.behind, "complete, but not for every label and question of today. limn schema coverage says which"),
    ] {
        if count > 0 {
            let are = if count == 1 { "is" } else { "are" };
            output.message(&format!("  {} {are} {told}", plural(count, "file", "files")));
        }
    }
    let joined = args.join_clips.then_some(done.joined);
    for line in joined.iter().flat_map(joined_lines) {
        output.message(&line);
    }
    let outputs = done.files.iter().map(OutputJson::new).collect();
    let (left_incomplete, partly, behind) = (done.left_incomplete, done.partly, done.behind);
    let times: Vec<String> = done.times.iter().map(|path| path.display().to_string()).collect();
    for path in &times {
        output.message(&format!("  the rate of a video varies: the times of its frames stand in {path}"));
    }
    let json = Json { format: &args.format, outputs, left_incomplete, partly, behind, times, joined: joined.map(JoinedJson::from) };
    output.result(&json, || {
        let line = |file: &ExportedFile| {
            let (instances, files) = (plural(file.report.instances, "instance", "instances"), plural(file.report.files, "file", "files"));
            format!("{}: {instances} on {files}\n", file.path.display())
        };
        done.files.iter().map(line).collect()
    })
}
