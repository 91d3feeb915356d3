//! The JSON of what a project holds. Fields are documented in the manual and stay.

use limn_core::ids::hex;
use limn_core::{FileStatus, LabelId, LookedStretch, WorkFrames};
use limn_formats::{Effect, Problem, Problems};
use limn_store::FileRow;
use serde::Serialize;
use std::collections::BTreeMap;

/// A file.
#[derive(Serialize)]
pub(crate) struct FileJson {
    id: String,
    name: String,
    path: String,
    kind: &'static str,
    width: u32,
    height: u32,
    frames: u64,
    /// The file that it is a clip of, and its first frame there.
    clip_of: Option<String>,
    clip_first: Option<u64>,
    bytes: u64,
    hash: Option<String>,
    status: &'static str,
    complete: &'static str,
    complete_under: Option<u64>,
    absent: Vec<u32>,
    not_looked_for: Vec<u32>,
    /// Answers that are missing to questions that came later, by the question's number.
    not_answered: BTreeMap<u32, u64>,
    looked_frames: Vec<StretchJson>,
    work_frames: WorkFrames,
    work_frame_count: u64,
    instances: u64,
    present: bool,
}

impl FileJson {
    pub fn new(row: &FileRow, present: bool) -> Self {
        let FileRow { file, num_instances, looked, work_frames } = row;
        let ids = |labels: &mut dyn Iterator<Item = LabelId>| labels.map(|label| label.0).collect();
        Self {
            id: file.id.to_string(),
            name: file.name.clone(),
            path: file.path.clone(),
            kind: file.kind.as_str(),
            width: file.width,
            height: file.height,
            frames: file.frames,
            clip_of: file.clip.map(|clip| clip.of.to_string()),
            clip_first: file.clip.map(|clip| clip.first),
            bytes: file.bytes,
            hash: file.hash.map(|hash| hex(&hash)),
            status: status(file.status),
            complete: looked.progress(file.status).as_str(),
            complete_under: looked.under,
            absent: ids(&mut looked.absent.iter().copied()),
            not_looked_for: ids(&mut looked.missing()),
            not_answered: looked.unanswered.iter().map(|(id, missing)| (id.0, *missing)).collect(),
            looked_frames: looked.covered().iter().map(StretchJson::new).collect(),
            work_frames: work_frames.clone(),
            work_frame_count: work_frames.count_before(file.frames),
            instances: *num_instances,
            present,
        }
    }
}

/// Frames that were looked through.
#[derive(Serialize)]
struct StretchJson {
    first: u64,
    last: u64,
    version: u64,
    behind: bool,
}

impl StretchJson {
    fn new(stretch: &LookedStretch) -> Self {
        Self { first: stretch.first, last: stretch.last, version: stretch.under, behind: stretch.is_behind }
    }
}

/// The name of a status.
pub(crate) fn status(status: FileStatus) -> &'static str {
    match status {
        FileStatus::Open => "open",
        FileStatus::Complete => "complete",
    }
}

/// What could not be taken over, or not as it stood.
#[derive(Serialize)]
pub(crate) struct ProblemJson<'a> {
    text: &'a str,
    effect: &'static str,
    count: u64,
    examples: &'a [String],
}

/// The JSON of some problems.
pub(crate) fn problems_json(problems: &[Problem]) -> Vec<ProblemJson<'_>> {
    let effect = |effect| match effect {
        Effect::Left => "left",
        Effect::Changed => "changed",
        Effect::Kept => "kept",
    };
    problems
        .iter()
        .map(|problem| ProblemJson {
            text: &problem.text,
            effect: effect(problem.effect),
            count: problem.count,
            examples: &problem.examples,
        })
        .collect()
}

/// A line for each problem, to be told on stderr.
pub(crate) fn problem_lines(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|problem| format!("  {problem}")).collect()
}

/// As [`problems_json`].
pub(crate) fn all(problems: &Problems) -> Vec<ProblemJson<'_>> {
    problems_json(problems.kinds())
}
