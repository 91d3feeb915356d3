//! `limn validate`: the schema's rules on everything, a frame at a time.

use super::list::{Rows, stream};
use super::{open_state, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_core::query::{Context, Query, Resolution};
use limn_core::schema::Severity;
use limn_core::schema::rule::Per;
use limn_core::{FileKind, FileRecord, Instance, InstanceId, Looked, Rect};
use limn_store::Project;
use limn_tools::problems::{Counts, Frame, Problem, Problems, Rules};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

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
    instance: Option<String>,
    other: Option<String>,
    message: &'a str,
}

/// How many there are of each severity.
type Numbers = [u64; Severity::ALL.len()];

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let query = Query::parse(args.query.as_deref().unwrap_or_default())?;
    let project = open_state(&args.project, args.at.as_deref())?;
    let mut numbers = Numbers::default();
    let mut files = 0;
    stream(output, |rows| {
        project.frozen(|project| {
            let rules = Rules::new(project.schema());
            let query = query.resolve(project.schema())?;
            for row in project.files()? {
                files += 1;
                Check { project, rules: &rules, query: &query, file: &row.file, looked: &row.looked, rows, numbers: &mut numbers }
                    .file()?;
            }
            Ok(())
        })?
    })?;
    let [blocks, warns, informs] = numbers;
    if !output.is_json() {
        let rules = plural(project.schema().rules.iter().filter(|rule| !rule.off).count() as u64, "rule", "rules");
        output.message(&format!("{}, {rules}: {blocks} block, {warns} warn, {informs} inform", plural(files, "file", "files")));
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
    file: &'a FileRecord,
    looked: &'a Looked,
    rows: &'a mut Rows<'b>,
    numbers: &'a mut Numbers,
}

impl Check<'_, '_> {
    fn file(&mut self) -> Result<(), CliError> {
        let mut frames: Vec<u64> = self.project.annotated_frames(self.file.id)?.into_iter().map(|(frame, _)| frame).collect();
        // Of videos only frames that hold something are looked at; an image without anything may break a rule by that.
        if frames.is_empty() && self.file.kind == FileKind::Image {
            frames.push(0);
        }
        let picture = Rect::from_xywh(0.0, 0.0, f64::from(self.file.width), f64::from(self.file.height));
        let sequences = self.project.sequences(self.file.id)?;
        let (mut total, mut is_wanted) = (Counts::new(), self.query.is_empty());
        for at in frames {
            let mut instances = self.project.instances_at(self.file.id, at)?;
            instances.extend(sequences.at(at));
            let wanted = self.wanted(at, &instances)?;
            let document = limn_core::Document::new(instances);
            let frame = Frame { instances: document.instances(), picture, is_file: false };
            let mut problems = Problems::default();
            problems.update(self.rules, frame, None);
            problems.look_at_cover(self.rules, frame, &|| false);
            for (label, count) in problems.counts() {
                *total.entry(*label).or_default() += count;
            }
            is_wanted |= wanted.as_ref().is_some_and(|wanted| !wanted.is_empty());
            for problem in problems.list() {
                let is_told = wanted.as_ref().is_none_or(|wanted| match problem.instance {
                    Some(id) => wanted.contains(&id),
                    None => !wanted.is_empty(),
                });
                if is_told {
                    self.tell(&problem, Some(at))?;
                }
            }
        }
        if is_wanted {
            for problem in self.rules.miscounts(&total, Per::File) {
                self.tell(&problem, None)?;
            }
        }
        Ok(())
    }

    /// The instances of a frame that the query is about; `None`: all.
    fn wanted(&self, frame: u64, instances: &[Instance]) -> Result<Option<BTreeSet<InstanceId>>, CliError> {
        if self.query.is_empty() {
            return Ok(None);
        }
        let authors = self.project.authors_at(self.file.id, frame)?;
        let answers = self.project.answers_at(self.file.id, frame)?;
        let matches = |instance: &&Instance| {
            let label = self.project.schema().shown(instance.label).0;
            let author = authors.get(&instance.id).map_or("", String::as_str);
            self.query.matches(
                instance,
                Context {
                    label: &label,
                    file: &self.file.name,
                    author,
                    answers: Some(&answers),
                    looked: Some((self.file.status, self.looked)),
                },
            )
        };
        Ok(Some(instances.iter().filter(matches).map(|instance| instance.id).collect()))
    }

    fn tell(&mut self, problem: &Problem, frame: Option<u64>) -> Result<(), CliError> {
        if let Some(number) = Severity::ALL.iter().position(|severity| *severity == problem.severity) {
            self.numbers[number] += 1;
        }
        let rule = self.project.schema().rules.iter().find(|rule| rule.id == problem.rule).map_or("", |rule| &rule.name);
        let json = Json {
            rule,
            rule_id: problem.rule.0,
            severity: problem.severity.as_str(),
            file: &self.file.name,
            file_id: self.file.id.to_string(),
            frame,
            instance: problem.instance.map(|id| id.to_string()),
            other: problem.other.map(|id| id.to_string()),
            message: &problem.message,
        };
        self.rows.row(&json, || {
            let frame = frame.map_or_else(|| "-".into(), |frame| frame.to_string());
            let instance = json.instance.as_deref().unwrap_or("-");
            format!("{}\t{rule}\t{}\t{frame}\t{instance}\t{}", json.severity, json.file, json.message)
        })
    }
}
