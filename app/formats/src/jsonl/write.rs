//! Writing Limn's own format.

use super::FORM;
use super::line::write_extra;
use crate::error::FormatError;
use crate::exchange::{EventItem, ExportProgress, ExportReport, ExportSource, FileItem, InstanceItem, RunItem, SequenceItem};
use crate::geometry_json::write_geometry;
use crate::json::number::{write_i64, write_u64};
use crate::json::write::{self, Output};
use crate::problems::Effect;
use limn_core::{Clip, FileStatus, LabelId, Marks, SpatialType};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use uuid::Uuid;

/// Writes everything of the source.
pub(crate) fn export(source: &mut dyn ExportSource, out: &Path, progress: &mut ExportProgress<'_>) -> Result<ExportReport, FormatError> {
    let mut output = Output::create(out)?;
    let mut report = ExportReport::default();

    output.buf.extend_from_slice(b"{\"limn\":");
    write_u64(&mut output.buf, FORM);
    output.buf.extend_from_slice(b",\"project\":");
    write::text(&mut output.buf, &source.project()?);
    output.buf.extend_from_slice(b"}\n{\"schema\":");
    let schema = source.schema()?;
    let labels: HashSet<LabelId> = schema.labels.iter().map(|label| label.id).collect();
    // Serialising strings, numbers and maps with text keys into a Vec cannot fail.
    let _ = serde_json::to_writer(&mut output.buf, &schema);
    output.buf.extend_from_slice(b"}\n");

    let mut clips: HashMap<usize, Clip> = HashMap::new();
    source.for_each_file(&mut |item| {
        clips.extend(item.clip.map(|clip| (report.files as usize, clip)));
        file(&mut output.buf, report.files, &item);
        report.files += 1;
        output.flow()
    })?;
    let runs = source.runs()?;
    for (number, item) in runs.iter().enumerate() {
        run(&mut output.buf, number as u64, item);
    }
    source.for_each_sequence(&mut |item| {
        if item.file as u64 >= report.files {
            return Err(FormatError::Changed);
        }
        sequence(&mut output.buf, report.sequences, &item);
        report.sequences += 1;
        output.flow()
    })?;
    source.for_each_event(&mut |item| {
        let is_strange = item.participants.values().flatten().any(|number| *number as u64 >= report.sequences);
        if is_strange || item.file as u64 >= report.files || item.run.is_some_and(|run| run >= runs.len()) {
            return Err(FormatError::Changed);
        }
        let place = || format!("frames {} to {} of file number {}", item.frames.first(), item.frames.last(), item.file);
        for _ in 0..item.missing {
            report.losses.add(Effect::Left, "a sequence that takes part in an event is gone or not chosen; left out of it", place);
        }
        if !labels.contains(&item.label) {
            let text = "an event has a label that the schema does not name; an import will leave it out";
            report.losses.add(Effect::Kept, text, || format!("label {}", item.label));
        }
        event(&mut output.buf, &item, clips.get(&item.file));
        report.events += 1;
        output.flow()
    })?;
    source.for_each_instance(&mut |item| {
        if report.instances.is_multiple_of(4096) && !progress(report.instances, 0) {
            return Err(FormatError::Cancelled);
        }
        if item.member.is_some_and(|member| member.sequence as u64 >= report.sequences) {
            return Err(FormatError::Changed);
        }
        if item.file as u64 >= report.files || item.run.is_some_and(|run| run >= runs.len()) {
            return Err(FormatError::Changed);
        }
        if !item.geometry.is_finite() {
            report.losses.add(Effect::Left, "an instance has a coordinate that is not finite; left out", || {
                item.id.map_or_else(|| format!("an instance of file number {}", item.file), |id| format!("instance {id}"))
            });
            return Ok(());
        }
        report.instances += 1;
        if !labels.contains(&item.label) {
            let text = "an instance has a label that the schema does not name; an import will leave it out";
            report.losses.add(Effect::Kept, text, || format!("label {}", item.label));
        }
        if item.confidence.is_some_and(|confidence| !confidence.is_finite()) {
            report.losses.add(Effect::Left, "confidence that is not finite left out", String::new);
        }
        instance(&mut output.buf, &item, clips.get(&item.file));
        output.flow()
    })?;
    output.buf.extend_from_slice(b"{\"end\":{\"files\":");
    write_u64(&mut output.buf, report.files);
    output.buf.extend_from_slice(b",\"sequences\":");
    write_u64(&mut output.buf, report.sequences);
    output.buf.extend_from_slice(b",\"events\":");
    write_u64(&mut output.buf, report.events);
    output.buf.extend_from_slice(b",\"instances\":");
    write_u64(&mut output.buf, report.instances);
    output.buf.extend_from_slice(b"}}\n");
    report.bytes = output.finish()?;
    Ok(report)
}

fn number(out: &mut Vec<u8>, name: &str, value: u64) {
    out.extend_from_slice(name.as_bytes());
    write_u64(out, value);
}

fn id(out: &mut Vec<u8>, id: Option<Uuid>) {
    if let Some(id) = id {
        out.extend_from_slice(b"\"id\":\"");
        out.extend_from_slice(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
        out.extend_from_slice(b"\",");
    }
}

fn text(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(name.as_bytes());
    write::text(out, value);
}

fn extra(out: &mut Vec<u8>, extra: Option<&str>) {
    if let Some(extra) = extra {
        out.extend_from_slice(b",\"extra\":");
        write_extra(out, extra);
    }
}

fn file(out: &mut Vec<u8>, at: u64, file: &FileItem) {
    out.extend_from_slice(b"{\"file\":{");
    id(out, file.id.map(|id| id.0));
    number(out, "\"number\":", at);
    text(out, ",\"name\":", &file.name);
    text(out, ",\"path\":", &file.path);
    text(out, ",\"kind\":", file.kind.as_str());
    number(out, ",\"width\":", u64::from(file.width));
    number(out, ",\"height\":", u64::from(file.height));
    number(out, ",\"frames\":", file.frames);
    number(out, ",\"bytes\":", file.bytes);
    if let Some(hash) = &file.hash {
        text(out, ",\"hash\":", &limn_core::ids::hex(hash));
    }
    looked(out, file);
    if let Some(clip) = &file.clip {
        out.extend_from_slice(b",\"clip\":");
        // Writing into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut *out, clip);
    }
    if !file.work_frames.is_all() {
        out.extend_from_slice(b",\"work_frames\":");
        // Writing into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut *out, &file.work_frames);
    }
    if let Some(camera) = &file.camera {
        out.extend_from_slice(b",\"camera\":");
        // Writing into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut *out, camera);
    }
    if !file.answers.is_empty() {
        out.extend_from_slice(b",\"answers\":");
        // Writing into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut *out, &file.answers);
    }
    extra(out, file.extra.as_deref());
    out.extend_from_slice(b"}}\n");
}

/// How far it was looked through, where the source says.
fn looked(out: &mut Vec<u8>, file: &FileItem) {
    match file.status {
        FileStatus::Complete => text(out, ",\"status\":", "complete"),
        FileStatus::Open if file.looked.is_some() => text(out, ",\"status\":", "open"),
        FileStatus::Open => {}
    }
    let Some(looked) = &file.looked else { return };
    if let Some(under) = looked.under {
        number(out, ",\"complete_under\":", under);
    }
    for (name, labels) in [(",\"absent\":", &looked.absent), (",\"not_looked_for\":", &looked.later)] {
        if !labels.is_empty() {
            out.extend_from_slice(name.as_bytes());
            write::labels(out, labels);
        }
    }
    for (at, (attribute, missing)) in looked.unanswered.iter().enumerate() {
        out.extend_from_slice(if at == 0 { b",\"not_answered\":[" } else { b"," });
        number(out, "{\"attribute\":", u64::from(attribute.0));
        number(out, ",\"missing\":", *missing);
        out.push(b'}');
    }
    if !looked.unanswered.is_empty() {
        out.push(b']');
    }
    for (at, stretch) in looked.stretches.iter().enumerate() {
        out.extend_from_slice(if at == 0 { b",\"looked_frames\":[" } else { b"," });
        number(out, "{\"first\":", stretch.first);
        number(out, ",\"last\":", stretch.last);
        number(out, ",\"version\":", stretch.under);
        out.extend_from_slice(if stretch.is_behind { b",\"behind\":true}" } else { b"}" });
    }
    if !looked.stretches.is_empty() {
        out.push(b']');
    }
}

fn run(out: &mut Vec<u8>, at: u64, run: &RunItem) {
    out.extend_from_slice(b"{\"run\":{");
    id(out, run.id.map(|id| id.0));
    number(out, "\"number\":", at);
    text(out, ",\"name\":", &run.name);
    out.extend_from_slice(b"}}\n");
}

fn sequence(out: &mut Vec<u8>, at: u64, sequence: &SequenceItem) {
    out.extend_from_slice(b"{\"sequence\":{");
    id(out, sequence.id.map(|id| id.0));
    number(out, "\"number\":", at);
    number(out, ",\"file\":", sequence.file as u64);
    number(out, ",\"shown\":", u64::from(sequence.number));
    number(out, ",\"label\":", u64::from(sequence.label.0));
    if let Some(name) = &sequence.name {
        text(out, ",\"name\":", name);
    }
    text(out, ",\"motion\":", sequence.motion.as_str());
    if let Some(exit) = sequence.exit {
        number(out, ",\"exit\":", exit);
    }
    if let Some(other) = sequence.same_as {
        text(out, ",\"same_as\":", &other.to_string());
    }
    marks(out, &sequence.marks);
    extra(out, sequence.extra.as_deref());
    out.extend_from_slice(b"}}\n");
}

fn event(out: &mut Vec<u8>, event: &EventItem, clip: Option<&Clip>) {
    out.extend_from_slice(b"{\"event\":{");
    id(out, event.id.map(|id| id.0));
    number(out, "\"file\":", event.file as u64);
    number(out, ",\"first\":", event.frames.first());
    number(out, ",\"last\":", event.frames.last());
    if let Some(clip) = clip {
        number(out, ",\"global_first\":", clip.global(event.frames.first()));
        number(out, ",\"global_last\":", clip.global(event.frames.last()));
    }
    number(out, ",\"label\":", u64::from(event.label.0));
    if !event.participants.is_empty() {
        out.extend_from_slice(b",\"participants\":");
        // Writing into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut *out, &event.participants);
    }
    marks(out, &event.marks);
    if let Some(run) = event.run {
        number(out, ",\"run\":", run as u64);
    }
    extra(out, event.extra.as_deref());
    out.extend_from_slice(b"}}\n");
}

fn marks(out: &mut Vec<u8>, marks: &Marks) {
    if !marks.is_none() {
        out.extend_from_slice(b",\"marks\":");
        // Writing into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut *out, marks);
    }
}

fn instance(out: &mut Vec<u8>, item: &InstanceItem, clip: Option<&Clip>) {
    out.extend_from_slice(b"{\"instance\":{");
    id(out, item.id.map(|id| id.0));
    number(out, "\"file\":", item.file as u64);
    number(out, ",\"frame\":", item.frame);
    if let Some(clip) = clip {
        number(out, ",\"global_frame\":", clip.global(item.frame));
    }
    number(out, ",\"label\":", u64::from(item.label.0));
    text(out, ",\"type\":", SpatialType::as_str(item.geometry.spatial_type()));
    out.extend_from_slice(b",\"geometry\":");
    write_geometry(out, &item.geometry);
    marks(out, &item.marks);
    if let Some(run) = item.run {
        number(out, ",\"run\":", run as u64);
    }
    if let Some(confidence) = item.confidence.filter(|confidence| confidence.is_finite()) {
        out.extend_from_slice(b",\"confidence\":");
        // Shortest as an f32; writing into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut *out, &confidence);
    }
    if let Some(author) = &item.author {
        text(out, ",\"author\":", author);
    }
    if let Some(created) = item.created {
        out.extend_from_slice(b",\"created\":");
        write_i64(out, created);
    }
    if let Some(member) = item.member {
        number(out, ",\"sequence\":", member.sequence as u64);
        if member.part > 0 {
            number(out, ",\"part\":", u64::from(member.part));
        }
    }
    extra(out, item.extra.as_deref());
    out.extend_from_slice(b"}}\n");
}
