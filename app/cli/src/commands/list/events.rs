//! `limn list PROJECT events`: file by file, by first frame.

use super::{Names, stream};
use crate::error::CliError;
use crate::output::Output;
use limn_core::event::Event;
use limn_core::query::Query;
use limn_core::{Marks, RunId, SequenceId};
use limn_store::Project;
use serde::Serialize;
use std::collections::HashMap;

#[derive(Serialize)]
struct Json<'a> {
    id: String,
    label: &'a str,
    label_id: u32,
    file: &'a str,
    file_id: String,
    first: u64,
    last: u64,
    global_first: u64,
    global_last: u64,
    frames: u64,
    participants: Vec<Participant<'a>>,
    marks: &'a Marks,
    run_id: Option<String>,
}

#[derive(Serialize)]
struct Participant<'a> {
    role: &'a str,
    sequence_id: String,
    /// None of a sequence that was deleted.
    number: Option<u32>,
    label: Option<&'a str>,
}

pub(super) fn list(project: &Project, query: &Query, output: &mut Output) -> Result<(), CliError> {
    let names = Names::of(project)?;
    let chosen = super::sequences::chosen(project, query)?;
    let mut sequences: HashMap<SequenceId, (u32, limn_core::LabelId)> = HashMap::new();
    project.for_each_sequence(|sequence| {
        sequences.insert(sequence.id, (sequence.number, sequence.label));
        Ok::<_, CliError>(())
    })?;
    stream(output, |rows| {
        project.for_each_event(|event| {
            if chosen.as_ref().is_some_and(|chosen| !event.takes_part().any(|(_, id)| chosen.contains(&id))) {
                return Ok(());
            }
            let participant = |(role, id)| {
                let known = sequences.get(&id);
                let label = known.and_then(|(_, label)| names.labels.get(label)).map(String::as_str);
                Participant { role, sequence_id: SequenceId::to_string(&id), number: known.map(|(number, _)| *number), label }
            };
            let json = Json {
                id: event.id.to_string(),
                label: names.labels.get(&event.label).map_or("", String::as_str),
                label_id: event.label.0,
                file: names.files.get(&event.file).map_or("", String::as_str),
                file_id: event.file.to_string(),
                first: event.frames.first(),
                last: event.frames.last(),
                global_first: names.global(event.file, event.frames.first()),
                global_last: names.global(event.file, event.frames.last()),
                frames: event.frames.count(),
                participants: event.takes_part().map(participant).collect(),
                marks: &event.marks,
                run_id: event.run.as_ref().map(RunId::to_string),
            };
            rows.row(&json, || line(&json, &event, &names))
        })
    })
}

/// Label, file, frames and who takes part.
fn line(json: &Json<'_>, event: &Event, names: &Names) -> String {
    let frames =
        if event.frames.count() == 1 { format!("frame {}", json.first) } else { format!("frames {} to {}", json.first, json.last) };
    let frames = frames + &names.of_source(event.file, json.first, json.last);
    let who = json.participants.iter().map(|one| match (one.label, one.number) {
        (Some(label), Some(number)) => format!("{} {label} {number}", one.role),
        _ => format!("{} one that is gone", one.role),
    });
    let who: Vec<String> = who.collect();
    format!("{}\t{}\t{frames}\t{}", json.label, json.file, who.join(", "))
}
