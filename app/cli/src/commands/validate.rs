//! `limn validate`: the schema's rules on everything.

use super::list::{Rows, stream};
use super::{open_state, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_core::document::Instances;
use limn_core::query::{Context, Query, Resolution};
use limn_core::schema::Severity;
use limn_core::{Instance, InstanceId, Progress, Sequences};
use limn_jobs::{Chooser, FileProblems, JobCx};
use limn_store::{FileRow, Project, StoreError};
use limn_tools::problems::{Problem, Rules};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Only problems of instances for which this holds, such as "label = car and area > 400", and of the frames and files
    /// that hold such
    #[arg(long = "where", value_name = "QUERY")]
    query: Option<String>,
    /// The state at this snapshot
    #[arg(long, value_name = "SNAPSHOT")]
    at: Option<String>,
}

#[derive(Serialize)]
struct Json<'a> {
    rule: &'a str,
    rule_id: u32,
    severity: &'static str,
    file: &'a str,
    file_id: String,
    frame: Option<u64>,
    last_frame: Option<u64>,
    instance: Option<String>,
    other: Option<String>,
    sequence: Option<u32>,
    message: &'a str,
    accepted: Option<&'a str>,
}

/// How many there are of each severity.
type Numbers = [u64; Severity::ALL.len()];

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let query = Query::parse(args.query.as_deref().unwrap_or_default())?;
    let project = open_state(&args.project, args.at.as_deref())?;
    let mut numbers = Numbers::default();
    let (mut files, mut behind, mut accepted, is_json) = (0, 0, 0, output.is_json());
    stream(output, |rows| {
        project.frozen(|project| {
            let rules = Rules::new(project.schema());
            let query = query.resolve(project.schema())?;
            for row in project.files()? {
                files += 1;
                behind += u64::from(row.looked.progress(row.file.status) == Progress::Behind);
                Check { project, rules: &rules, query: &query, row: &row, rows, numbers: &mut numbers, accepted: &mut accepted, is_json }
                    .file()?;
            }
            Ok(())
        })?
    })?;
    let [blocks, warns, informs] = numbers;
    if !output.is_json() {
        let rules = plural(project.schema().rules.iter().filter(|rule| !rule.off).count() as u64, "rule", "rules");
        let accepted = if accepted == 0 { String::new() } else { format!(", {accepted} accepted") };
        output.message(&format!("{}, {rules}: {blocks} block, {warns} warn, {informs} inform{accepted}", plural(files, "file", "files")));
    }
    if behind > 0 {
        let told = "complete as of an earlier version: labels or required questions came later. limn schema coverage says which";
        output.message(&format!("{} {} {told}", plural(behind, "file", "files"), if behind == 1 { "is" } else { "are" }));
    }
    if blocks == 0 {
        return Ok(());
    }
    Err(CliError::Failed(format!("{} must be mended before the work is complete", plural(blocks, "problem", "problems"))))
}

struct Check<'a, 'b> {
    project: &'a Project,
    rules: &'a Rules,
    query: &'a Resolution<'a>,
    row: &'a FileRow,
    rows: &'a mut Rows<'b>,
    numbers: &'a mut Numbers,
    /// How many somebody lets stand.
    accepted: &'a mut u64,
    is_json: bool,
}

impl Check<'_, '_> {
    fn file(&mut self) -> Result<(), CliError> {
        let file = &self.row.file;
        // Those of the query, on any frame.
        let mut known = BTreeSet::new();
        let mut choose = |frame: u64, shown: &Instances, problems: &mut Vec<Arc<Problem>>| {
            let wanted = self.wanted(frame, shown)?;
            problems.retain(|problem| match problem.instance {
                Some(id) => wanted.contains(&id),
                None => !wanted.is_empty(),
            });
            known.extend(wanted);
            Ok(())
        };
        let is_all = self.query.is_empty();
        let chooser = (!is_all).then_some(&mut choose as Chooser<'_>);
        let mut cx = JobCx { progress: &mut |_| {}, cancel: &AtomicBool::new(false) };
        let FileProblems { found, sequences } = limn_jobs::file_problems(self.project, self.rules, (file, file.frames), chooser, &mut cx)?;
        for problem in found.problems.iter().filter(|problem| is_all || problem.instance.is_none_or(|id| known.contains(&id))) {
            self.tell(problem, &sequences)?;
        }
        if is_all || !known.is_empty() {
            for problem in &found.counted {
                self.tell(problem, &sequences)?;
            }
        }
        Ok(())
    }

    /// The instances of a frame that the query is about.
    fn wanted(&self, frame: u64, shown: &Instances) -> Result<BTreeSet<InstanceId>, StoreError> {
        let file = &self.row.file;
        let authors = self.project.authors_at(file.id, frame)?;
        let answers = self.project.answers_at(file.id, frame)?;
        let matches = |instance: &&Instance| {
            let label = self.project.schema().shown(instance.label).0;
            let author = authors.get(&instance.id).map_or("", String::as_str);
            self.query.matches(
                instance,
                Context { label: &label, file: &file.name, author, answers: Some(&answers), looked: Some((file.status, &self.row.looked)) },
            )
        };
        Ok(shown.iter().filter(matches).map(|instance| instance.id).collect())
    }

    fn tell(&mut self, problem: &Problem, sequences: &Sequences) -> Result<(), CliError> {
        match Severity::ALL.iter().position(|severity| *severity == problem.severity) {
            _ if problem.accepted.is_some() => *self.accepted += 1,
            Some(number) => self.numbers[number] += 1,
            None => {}
        }
        if problem.accepted.is_some() && !self.is_json {
            return Ok(());
        }
        let rule = self.project.schema().rules.iter().find(|rule| rule.id == problem.rule).map_or("", |rule| &rule.name);
        let track = problem.instance.and_then(|id| sequences.get(sequences.member(id)?.sequence));
        let json = Json {
            rule,
            rule_id: problem.rule.0,
            severity: problem.severity.as_str(),
            file: &self.row.file.name,
            file_id: self.row.file.id.to_string(),
            frame: problem.frames.map(|(first, _)| first),
            last_frame: problem.frames.map(|(_, last)| last),
            instance: problem.instance.map(|id| id.to_string()),
            other: problem.other.map(|id| id.to_string()),
            sequence: track.map(|track| track.sequence.number),
            message: &problem.message,
            accepted: problem.accepted.as_deref(),
        };
        self.rows.row(&json, || {
            let frames = match problem.frames {
                None => "-".to_owned(),
                Some((first, last)) if first == last => first.to_string(),
                Some((first, last)) => format!("{first}-{last}"),
            };
            let instance = json.instance.as_deref().unwrap_or("-");
            format!("{}\t{rule}\t{}\t{frames}\t{instance}\t{}", json.severity, json.file, json.message)
        })
    }
}
