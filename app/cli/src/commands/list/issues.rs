//! `limn list PROJECT issues`: in the order in which they were opened.

use super::{Names, stream};
use crate::error::CliError;
use crate::output::Output;
use limn_core::issue::{Comment, Issue, Target};
use limn_core::query::Query;
use limn_core::{Frames, SequenceId};
use limn_store::Project;
use serde::Serialize;
use std::collections::HashMap;

#[derive(Serialize)]
struct Json<'a> {
    id: String,
    file: &'a str,
    file_id: String,
    frames: Frames,
    global_frames: Frames,
    target: Target,
    resolved: bool,
    comments: Vec<&'a Comment>,
}

pub(super) fn list(project: &Project, query: &Query, output: &mut Output) -> Result<(), CliError> {
    let names = Names::of(project)?;
    let chosen = super::sequences::chosen(project, query)?;
    let mut numbers: HashMap<SequenceId, u32> = HashMap::new();
    project.for_each_sequence(|sequence| {
        numbers.insert(sequence.id, sequence.number);
        Ok::<_, CliError>(())
    })?;
    let issues = project.all_issues()?;
    stream(output, |rows| {
        for issue in &issues {
            let is_chosen = |id: Option<SequenceId>| chosen.as_ref().is_none_or(|chosen| id.is_some_and(|id| chosen.contains(&id)));
            let sequence = if let Target::Sequence(id) = issue.target { Some(id) } else { None };
            if !is_chosen(sequence) {
                continue;
            }
            let global = |frame| names.global(issue.file, frame);
            let json = Json {
                id: issue.id.to_string(),
                file: names.files.get(&issue.file).map_or("", String::as_str),
                file_id: issue.file.to_string(),
                frames: issue.frames,
                global_frames: Frames::new(global(issue.frames.first()), global(issue.frames.last())),
                target: issue.target,
                resolved: issue.is_resolved,
                comments: issue.comments.values().collect(),
            };
            rows.row(&json, || line(&json, issue, &numbers, &names))?;
        }
        Ok(())
    })
}

/// "open, street.mp4, frames 10 to 40, sequence 7, drifts", with tabs between.
fn line(json: &Json<'_>, issue: &Issue, numbers: &HashMap<SequenceId, u32>, names: &Names) -> String {
    let state = if issue.is_resolved { "resolved" } else { "open" };
    let frames = match issue.frames.count() {
        1 => format!("frame {}", issue.frames.first()),
        _ => format!("frames {} to {}", issue.frames.first(), issue.frames.last()),
    };
    let frames = frames + &names.of_source(issue.file, issue.frames.first(), issue.frames.last());
    let about = match issue.target {
        Target::File => "file".to_owned(),
        Target::Place(pos) => format!("place {:.0},{:.0}", pos.x, pos.y),
        Target::Instance(id) => format!("instance {id}"),
        Target::Sequence(id) => numbers.get(&id).map_or("sequence that is gone".to_owned(), |number| format!("sequence {number}")),
    };
    format!("{state}\t{}\t{frames}\t{about}\t{}", json.file, issue.title())
}
