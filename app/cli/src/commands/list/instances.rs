//! `limn list PROJECT instances`: a million of them in the memory of one.

use super::{Names, stream};
use crate::error::CliError;
use crate::instant::rfc3339;
use crate::output::Output;
use limn_core::query::Query;
use limn_core::{Geometry, Marks, Role, RunId};
use limn_jobs::{Origin, Selection};
use limn_store::Project;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

#[derive(Serialize)]
struct Json<'a> {
    id: String,
    file: &'a str,
    file_id: String,
    frame: u64,
    global_frame: u64,
    work_frame: Option<u64>,
    label: &'a str,
    label_id: u32,
    spatial_type: &'static str,
    geometry: &'a RawValue,
    crowd: bool,
    marks: &'a Marks,
    author: &'a str,
    run: Option<&'a str>,
    run_id: Option<String>,
    confidence: Option<f32>,
    created: String,
    operation: String,
    extra: Option<&'a RawValue>,
}

pub(in crate::commands) fn list(project: &Project, query: &Query, output: &mut Output) -> Result<(), CliError> {
    let names = Names::of(project)?;
    let selection = Selection::new(project, query)?;
    let runs: HashMap<RunId, String> = project.runs()?.into_iter().collect();
    let mut geometry = Vec::new();
    stream(output, |rows| {
        project.for_each_instance(|row| {
            if !selection.holds(&row) {
                return Ok(());
            }
            let origin = Origin::of(&row);
            let instance = &row.instance;
            let file = names.files.get(&instance.file).map_or("", String::as_str);
            let label = names.labels.get(&instance.label).map_or("", String::as_str);
            if !rows.is_json() {
                let place = instance.geometry.bounds().map_or_else(String::new, |rect| {
                    format!("{:.1},{:.1} {:.1}×{:.1}", rect.min.x, rect.min.y, rect.width(), rect.height())
                });
                let kind = instance.geometry.spatial_type().as_str();
                let frame = format!("{}{}", instance.frame, names.of_source(instance.file, instance.frame, instance.frame));
                return rows.row(&(), || format!("{}\t{file}\t{frame}\t{label}\t{kind}\t{place}\t{}", instance.id, origin.author));
            }
            let json = Json {
                id: instance.id.to_string(),
                file,
                file_id: instance.file.to_string(),
                frame: instance.frame,
                global_frame: names.global(instance.file, instance.frame),
                work_frame: names.work_frames.get(&instance.file).and_then(|frames| frames.number_of(instance.frame)),
                label,
                label_id: instance.label.0,
                spatial_type: instance.geometry.spatial_type().as_str(),
                geometry: raw(&mut geometry, &instance.geometry)?,
                crowd: instance.marks.role == Role::Crowd,
                marks: &instance.marks,
                author: &origin.author,
                run: instance.run.and_then(|run| runs.get(&run)).map(String::as_str),
                run_id: instance.run.map(|run| run.to_string()),
                confidence: instance.confidence,
                created: rfc3339(origin.created),
                operation: row.op.to_string(),
                extra: origin.extra.as_deref().and_then(|extra| serde_json::from_str(extra).ok()),
            };
            rows.row(&json, String::new)
        })
    })
}

/// The geometry's JSON, written into a buffer that is used again.
fn raw<'a>(buffer: &'a mut Vec<u8>, geometry: &Geometry) -> Result<&'a RawValue, CliError> {
    buffer.clear();
    limn_formats::write_geometry(buffer, geometry);
    Ok(serde_json::from_slice(buffer)?)
}
