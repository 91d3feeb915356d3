//! `limn list PROJECT sequences`: file by file, so that the keyframes of one alone are in memory.

use super::{Names, stream};
use crate::error::CliError;
use crate::output::Output;
use limn_core::query::Query;
use limn_core::{FileId, SequenceId};
use limn_jobs::Selection;
use limn_store::Project;
use serde::Serialize;
use std::collections::HashSet;

#[derive(Serialize)]
struct Json<'a> {
    id: String,
    /// That of the object, the same for all sequences which are one object.
    identity: String,
    same_as: Option<String>,
    number: u32,
    name: Option<&'a str>,
    label: &'a str,
    label_id: u32,
    file: &'a str,
    file_id: String,
    first: Option<u64>,
    last: Option<u64>,
    global_first: Option<u64>,
    global_last: Option<u64>,
    exit: Option<u64>,
    motion: &'static str,
    parts: usize,
    keyframes: usize,
}

pub(super) fn list(project: &Project, query: &Query, output: &mut Output) -> Result<(), CliError> {
    let names = Names::of(project)?;
    let chosen = chosen(project, query)?;
    stream(output, |rows| {
        for row in project.files()? {
            let sequences = project.sequences(row.file.id)?;
            for track in sequences.tracks() {
                let sequence = &track.sequence;
                if chosen.as_ref().is_some_and(|chosen| !chosen.contains(&sequence.id)) {
                    continue;
                }
                let global = |frame: Option<u64>| frame.map(|frame| names.global(sequence.file, frame));
                let json = Json {
                    id: sequence.id.to_string(),
                    identity: sequence.identity().to_string(),
                    same_as: sequence.same_as.map(|other| other.to_string()),
                    number: sequence.number,
                    name: sequence.name.as_deref(),
                    label: names.labels.get(&sequence.label).map_or("", String::as_str),
                    label_id: sequence.label.0,
                    file: names.files.get(&sequence.file).map_or("", String::as_str),
                    file_id: sequence.file.to_string(),
                    first: track.first_frame(),
                    last: track.last_frame(),
                    global_first: global(track.first_frame()),
                    global_last: global(track.last_frame()),
                    exit: sequence.exit,
                    motion: sequence.motion.as_str(),
                    parts: track.parts().count(),
                    keyframes: track.num_keyframes(),
                };
                rows.row(&json, || line(&json, &names, sequence.file))?;
            }
        }
        Ok(())
    })
}

/// Those that hold a keyframe for which the query holds; `None`: all.
pub(super) fn chosen(project: &Project, query: &Query) -> Result<Option<HashSet<SequenceId>>, CliError> {
    let selection = Selection::new(project, query)?;
    if selection.is_all() {
        return Ok(None);
    }
    let mut chosen = HashSet::new();
    project.for_each_instance(|row| {
        chosen.extend(row.instance.member.filter(|_| selection.holds(&row)).map(|member| member.sequence));
        Ok::<_, CliError>(())
    })?;
    Ok(Some(chosen))
}

fn line(json: &Json<'_>, names: &Names, file: FileId) -> String {
    let frames = match (json.first, json.last) {
        (Some(first), Some(last)) => format!("frames {first} to {last}{}", names.of_source(file, first, last)),
        _ => "no frames".to_owned(),
    };
    let exit = json.exit.map_or_else(String::new, |exit| format!(", gone from {exit}"));
    let name = json.name.unwrap_or_default();
    let keyframes = if json.keyframes == 1 { "1 keyframe".to_owned() } else { format!("{} keyframes", json.keyframes) };
    format!("{}\t{name}\t{}\t{}\t{frames}{exit}\t{keyframes}", json.number, json.label, json.file)
}
