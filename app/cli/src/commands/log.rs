//! `limn log`

use super::list::{Rows, stream};
use super::open_project;
use crate::error::CliError;
use crate::instant::rfc3339;
use crate::output::Output;
use limn_core::event::EventSet;
use limn_core::ids::hex;
use limn_core::issue::IssueSet;
use limn_core::log::{Change, FileSet, InstanceSet, Op, UndoLink};
use limn_core::sequence::SequenceSet;
use limn_store::{Access, OpRow};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Entities named per operation; an import has a thousand.
const MAX_ENTITIES: usize = 100;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Only operations that change this instance, file or run (an id, as listed)
    #[arg(long, value_name = "ID")]
    entity: Option<String>,
}

#[derive(Serialize)]
struct Json<'a> {
    id: String,
    device: String,
    seq: u64,
    lamport: u64,
    wall: String,
    user: &'a str,
    kind: &'a str,
    title: &'a str,
    target: Option<String>,
    group: Option<u64>,
    undoes: Option<u64>,
    redoes: Option<u64>,
    prev: Option<String>,
    base: Vec<String>,
    changes: BTreeMap<&'static str, u64>,
    num_changes: usize,
    entities: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_changes: Option<Vec<ChangeJson>>,
}

/// An operation that this version cannot read.
#[derive(Serialize)]
struct Unread {
    id: String,
    unread: String,
}

#[derive(Serialize)]
struct ChangeJson {
    change: &'static str,
    value: serde_json::Value,
}

/// What a change is called, whom it concerns and what it sets.
fn parts(change: &Change) -> (&'static str, Option<String>, serde_json::Value) {
    use serde_json::json;
    match change {
        Change::ProjectName(name) => ("project_name", None, json!(name)),
        Change::FileAdd(file) => ("file_add", Some(file.id.to_string()), json!({ "name": file.name, "path": file.path })),
        Change::FileSet { id, set } => {
            let (name, value) = match set {
                FileSet::Path(path) => ("file_path", json!(path)),
                FileSet::Hash(hash) => ("file_hash", json!(hex(hash))),
                FileSet::Status(status) => ("file_status", json!(crate::records::status(*status))),
                FileSet::Media { width, height, frames } => ("file_media", json!({ "width": width, "height": height, "frames": frames })),
                FileSet::Bytes(bytes) => ("file_bytes", json!(bytes)),
                FileSet::Deleted(deleted) => ("file_deleted", json!(deleted)),
                FileSet::CompleteUnder(number) => ("file_complete_under", json!(number)),
                FileSet::WorkFrames(frames) => ("file_work_frames", json!(frames)),
                FileSet::Clip(clip) => ("file_clip", json!(clip)),
                FileSet::Camera(camera) => ("file_camera", json!(camera)),
                FileSet::Stretch { looked, .. } => ("file_stretch", json!({ (set.register()): looked })),
                FileSet::Absent { absent, .. } => ("file_absent", json!({ (set.register()): absent })),
                FileSet::Answer { answer, .. } => ("file_answer", json!({ (set.register()): answer })),
            };
            (name, Some(id.to_string()), value)
        }
        Change::InstanceAdd(instance) => {
            let value = json!({
                "file": instance.file.to_string(),
                "frame": instance.frame,
                "label": instance.label.0,
                "spatial_type": instance.geometry.spatial_type().as_str(),
                "geometry": limn_formats::geometry_to_json(&instance.geometry),
            });
            ("instance_add", Some(instance.id.to_string()), value)
        }
        Change::InstanceSet { id, set } => {
            let (name, value) = match set {
                InstanceSet::Label(label) => ("instance_label", json!(label.0)),
                InstanceSet::Geometry(geometry) => ("instance_geometry", limn_formats::geometry_to_json(geometry)),
                InstanceSet::Deleted(deleted) => ("instance_deleted", json!(deleted)),
                InstanceSet::Member(member) => ("instance_sequence", json!(member)),
                InstanceSet::Frame(frame) => ("instance_frame", json!(frame)),
                InstanceSet::Mark(mark) => ("instance_mark", json!({ (mark.register()): mark })),
            };
            (name, Some(id.to_string()), value)
        }
        Change::SequenceAdd(sequence) => {
            let value = json!({ "file": sequence.file.to_string(), "number": sequence.number, "label": sequence.label.0 });
            ("sequence_add", Some(sequence.id.to_string()), value)
        }
        Change::SequenceSet { id, set } => {
            let (name, value) = match set {
                SequenceSet::Number(number) => ("sequence_number", json!(number)),
                SequenceSet::Label(label) => ("sequence_label", json!(label.0)),
                SequenceSet::Name(name) => ("sequence_name", json!(name)),
                SequenceSet::Motion(motion) => ("sequence_motion", json!(motion)),
                SequenceSet::Exit(exit) => ("sequence_exit", json!(exit)),
                SequenceSet::SameAs(other) => ("sequence_same_as", json!(other.map(|other| other.to_string()))),
                SequenceSet::Deleted(deleted) => ("sequence_deleted", json!(deleted)),
                SequenceSet::Mark(mark) => ("sequence_mark", json!({ (mark.register()): mark })),
            };
            (name, Some(id.to_string()), value)
        }
        Change::IssueAdd(issue) => {
            let said: Vec<&str> = issue.comments.values().map(|comment| comment.text.as_str()).collect();
            let value = json!({ "file": issue.file.to_string(), "frames": issue.frames, "target": issue.target, "comments": said });
            ("issue_add", Some(issue.id.to_string()), value)
        }
        Change::IssueSet { id, set } => {
            let (name, value) = match set {
                IssueSet::Frames(frames) => ("issue_frames", json!(frames)),
                IssueSet::Resolved(on) => ("issue_resolved", json!(on)),
                IssueSet::Comment(_, comment) => ("issue_comment", json!(comment.as_ref().map(|comment| &comment.text))),
                IssueSet::Deleted(on) => ("issue_deleted", json!(on)),
            };
            (name, Some(id.to_string()), value)
        }
        Change::EventAdd(event) => {
            let value = json!({
                "file": event.file.to_string(),
                "frames": event.frames,
                "label": event.label.0,
                "participants": event.participants,
            });
            ("event_add", Some(event.id.to_string()), value)
        }
        Change::EventSet { id, set } => {
            let (name, value) = match set {
                EventSet::Frames(frames) => ("event_frames", json!(frames)),
                EventSet::Label(label) => ("event_label", json!(label.0)),
                EventSet::Participants(role, sequences) => ("event_participants", json!({ role: sequences })),
                EventSet::Deleted(deleted) => ("event_deleted", json!(deleted)),
                EventSet::Mark(mark) => ("event_mark", json!({ (mark.register()): mark })),
            };
            (name, Some(id.to_string()), value)
        }
        Change::SchemaPublish { number, .. } => ("schema_publish", None, json!(number)),
        Change::RunAdd(run) => ("run_add", Some(run.id.to_string()), json!(run.name)),
        Change::Snapshot { name, .. } => ("snapshot", None, json!(name)),
        Change::Unknown(bytes) => ("unknown", None, json!(hex(bytes))),
    }
}

/// The entity of a change, without making its text.
fn entity(change: &Change) -> Option<&[u8; 16]> {
    match change {
        Change::FileAdd(file) => Some(file.id.as_bytes()),
        Change::FileSet { id, .. } => Some(id.as_bytes()),
        Change::InstanceAdd(instance) => Some(instance.id.as_bytes()),
        Change::InstanceSet { id, .. } => Some(id.as_bytes()),
        Change::SequenceAdd(sequence) => Some(sequence.id.as_bytes()),
        Change::SequenceSet { id, .. } => Some(id.as_bytes()),
        Change::IssueAdd(issue) => Some(issue.id.as_bytes()),
        Change::IssueSet { id, .. } => Some(id.as_bytes()),
        Change::EventAdd(event) => Some(event.id.as_bytes()),
        Change::EventSet { id, .. } => Some(id.as_bytes()),
        Change::RunAdd(run) => Some(run.id.as_bytes()),
        _ => None,
    }
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let wanted = match &args.entity {
        None => None,
        Some(text) => Some(*text.parse::<limn_core::InstanceId>().map_err(|_no| no_id(text))?.as_bytes()),
    };
    let project = open_project(&args.project, Access::Read)?;
    stream(output, |rows| {
        project.for_each_op(|row| match Op::from_bytes(&row.bytes) {
            Ok(op) => show(&op, &row, wanted, rows),
            Err(error) if wanted.is_none() => {
                let json = Unread { id: row.id.to_string(), unread: error.to_string() };
                rows.row(&json, || format!("{}\t{}", &json.id[..12], json.unread))
            }
            Err(_) => Ok(()),
        })
    })
}

fn no_id(text: &str) -> CliError {
    CliError::Usage(format!("\"{text}\" is no id. Ids are listed by: limn list PROJECT instances --json"))
}

fn show(op: &Op, row: &OpRow, wanted: Option<[u8; 16]>, rows: &mut Rows<'_>) -> Result<(), CliError> {
    let changes = &op.body.changes;
    let entity_changes: Option<Vec<ChangeJson>> = wanted.map(|wanted| {
        let concerned = changes.iter().filter(|change| entity(change) == Some(&wanted));
        concerned.map(parts).map(|(change, _, value)| ChangeJson { change, value }).collect()
    });
    if entity_changes.as_ref().is_some_and(Vec::is_empty) {
        return Ok(());
    }
    let mut counts = BTreeMap::new();
    let mut entities: Vec<String> = Vec::new();
    for change in changes {
        let name = name_of(change);
        *counts.entry(name).or_insert(0) += 1;
        if entities.len() < MAX_ENTITIES
            && let Some(id) = parts_entity(change)
            && entities.last() != Some(&id)
        {
            entities.push(id);
        }
    }
    let (undoes, redoes) = match op.body.link {
        UndoLink::Undoes(first) => (Some(first), None),
        UndoLink::Redoes(first) => (None, Some(first)),
        UndoLink::None => (None, None),
    };
    let json = Json {
        id: row.id.to_string(),
        device: op.device.to_string(),
        seq: op.seq,
        lamport: op.lamport,
        wall: rfc3339(op.wall),
        user: &op.user,
        kind: &op.kind,
        title: &op.body.title,
        target: op.target.map(|target| target.to_string()),
        group: op.body.group,
        undoes,
        redoes,
        prev: op.prev.map(|prev| prev.to_string()),
        base: op.base.iter().map(ToString::to_string).collect(),
        changes: counts,
        num_changes: changes.len(),
        entities,
        entity_changes,
    };
    rows.row(&json, || {
        let counts: Vec<String> = json.changes.iter().map(|(name, count)| format!("{name} {count}")).collect();
        format!("{}\t{}\t{}\t{}\t{}\t{}", json.seq, json.wall, json.user, json.kind, json.title, counts.join(", "))
    })
}

fn name_of(change: &Change) -> &'static str {
    match change {
        // The value of these is large, and not wanted here.
        Change::InstanceAdd(_) => "instance_add",
        Change::InstanceSet { set: InstanceSet::Geometry(_), .. } => "instance_geometry",
        other => parts(other).0,
    }
}

fn parts_entity(change: &Change) -> Option<String> {
    // Every entity's id is shown alike.
    entity(change).and_then(|bytes| limn_core::InstanceId::from_slice(bytes)).map(|id| id.to_string())
}
