//! Writing CVAT XML of a video.

use super::meta::{self, Meta};
use super::shape;
use super::xml::escape;
use crate::error::FormatError;
use crate::exchange::{
    ChoiceForm, ExportOptions, ExportProgress, ExportReport, ExportSource, FileItem, InstanceItem, MemberItem, SequenceItem,
};
use crate::json::write::Output;
use crate::problems::{Effect, Problems};
use crate::tracking::{Keeps, told_file, told_instance, told_object};
use limn_core::clip::global_frame;
use limn_core::schema::Answer;
use limn_core::schema::attribute::Subject;
use limn_core::schema::questions::{About, Questions};
use limn_core::sequence::{Member, Motion, SequencesBuilder, Track};
use limn_core::{FileId, FileKind, Instance, InstanceId, LabelId, Mark, Schema, Sequence, SequenceId, Sequences};
use std::collections::HashMap;
use std::path::Path;

/// Marks are told where they are written.
const KEEPS: Keeps = Keeps { confidence: false, extra: false, mark: |_| true, objects: false, plain: true };

/// Writes the one video of the source.
pub(crate) fn export(
    source: &mut dyn ExportSource,
    out: &Path,
    options: &ExportOptions,
    progress: &mut ExportProgress<'_>,
) -> Result<ExportReport, FormatError> {
    let mut files: Vec<FileItem> = Vec::new();
    let mut num_files = 0_u64;
    source.for_each_file(&mut |file| {
        num_files += 1;
        files.truncate(1);
        files.push(file);
        Ok(())
    })?;
    let [file] = files.as_slice() else { return Err(FormatError::NotOneVideo { format: "CVAT for video", files: num_files }) };
    if file.kind == FileKind::Image {
        return Err(FormatError::NotOneVideo { format: "CVAT for video", files: 0 });
    }
    let mut output = Output::create(out)?;
    let mut report = ExportReport { files: 1, ..ExportReport::default() };
    let schema = source.schema()?;
    told_file(file, &mut report.losses);

    let first = global_frame(file.clip.as_ref(), 0);
    let meta = Meta {
        name: source.project()?,
        source: file.path.clone(),
        first,
        end: first.saturating_add(file.frames),
        width: file.width,
        height: file.height,
        schema: schema.clone(),
    };
    output.buf.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations>\n<version>1.1</version>\n");
    meta::write(&mut output.buf, &meta, &mut report.losses);

    let (sequences, first_free) = read_sequences(source, &mut report.losses, progress)?;
    let mut writer = Writer {
        output,
        report,
        labels: schema.labels.iter().map(|label| (label.id, label.name.clone())).collect(),
        choices: options.choices,
        questions: Questions::new(&schema),
        schema,
        // One that was never counted is 1.
        frames: Some(file.frames).filter(|frames| *frames > 1),
        first,
        next_id: first_free,
    };
    for track in sequences.tracks() {
        writer.sequence(track)?;
    }
    let mut done = writer.report.instances;
    source.for_each_instance(&mut |item| {
        if item.member.is_some() {
            return Ok(());
        }
        done += 1;
        if done.is_multiple_of(4096) && !progress(done, 0) {
            return Err(FormatError::Cancelled);
        }
        writer.plain(item)
    })?;
    writer.output.buf.extend_from_slice(b"</annotations>\n");
    writer.report.bytes = writer.output.finish()?;
    Ok(writer.report)
}

/// The sequences with their keyframes, and the first id that no number of them takes.
fn read_sequences(
    source: &mut dyn ExportSource,
    losses: &mut Problems,
    progress: &mut ExportProgress<'_>,
) -> Result<(Sequences, u64), FormatError> {
    let mut list = Vec::new();
    let mut first_free = 0;
    source.for_each_sequence(&mut |item| {
        told_sequence(&item, losses);
        first_free = first_free.max(u64::from(item.number));
        list.push(own_sequence(list.len(), item));
        Ok(())
    })?;
    let mut builder = Sequences::builder(list);
    let mut done = 0;
    source.for_each_instance(&mut |item| {
        let Some(member) = item.member else { return Ok(()) };
        if done % 4096 == 0 && !progress(done, 0) {
            return Err(FormatError::Cancelled);
        }
        keyframe(&mut builder, done, member, item, losses);
        done += 1;
        Ok(())
    })?;
    Ok((builder.build(), first_free))
}

/// Ids that sort as the source gave its items.
fn sequence_id(number: usize) -> SequenceId {
    SequenceId::from_parts(number as u64, [0; 10])
}

fn own_sequence(number: usize, item: SequenceItem) -> Sequence {
    let file = FileId::from_parts(0, [0; 10]);
    let sequence = Sequence::new(sequence_id(number), file, item.number, item.label);
    Sequence { motion: item.motion, exit: item.exit, marks: item.marks, ..sequence }
}

fn keyframe(builder: &mut SequencesBuilder, done: u64, member: MemberItem, item: InstanceItem, losses: &mut Problems) {
    told_instance(&item, KEEPS, losses);
    let id = InstanceId::from_parts(done, [0; 10]);
    let file = FileId::from_parts(0, [0; 10]);
    let member = Some(Member { sequence: sequence_id(member.sequence), part: member.part });
    builder.keyframe(Instance { marks: item.marks, member, ..Instance::new(id, file, item.frame, item.label, item.geometry) });
}

fn told_sequence(item: &SequenceItem, losses: &mut Problems) {
    told_object(item, losses);
    let place = || format!("number {}", item.number);
    if item.name.is_some() {
        losses.add(Effect::Left, "name of a sequence left out", place);
    }
    if item.extra.is_some() {
        losses.add(Effect::Left, "foreign fields of a sequence left out", place);
    }
    match item.motion {
        Motion::Linear => {}
        Motion::Smooth => losses.add(Effect::Changed, "a sequence of smooth motion goes in straight lines in CVAT", place),
        Motion::Still => losses.add(Effect::Changed, "a sequence that stands still between keyframes moves in CVAT", place),
    }
}

/// `frame` and flags of an element.
#[derive(Clone, Copy)]
struct At {
    frame: u64,
    is_outside: bool,
}

struct Writer {
    output: Output,
    report: ExportReport,
    labels: HashMap<LabelId, String>,
    questions: Questions,
    choices: ChoiceForm,
    schema: Schema,
    frames: Option<u64>,
    /// What is added to a frame of a clip: CVAT counts as the source of a task does.
    first: u64,
    next_id: u64,
}

impl Writer {
    fn free_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id - 1
    }

    fn sequence(&mut self, track: &Track) -> Result<(), FormatError> {
        let number = track.sequence.number;
        let place = || format!("number {number}");
        if track.num_keyframes() == 0 {
            self.report.losses.add(Effect::Left, "a sequence without keyframes left out", place);
            return Ok(());
        }
        let parts: Vec<u16> = track.parts().collect();
        if parts.len() > 1 {
            self.report.losses.add(Effect::Changed, "the parts of a sequence written as tracks of their own", place);
        }
        self.report.sequences += 1;
        for (at, part) in parts.into_iter().enumerate() {
            let id = match u64::from(number).checked_sub(1) {
                Some(id) if at == 0 => id,
                _ => self.free_id(),
            };
            let start = self.open(id, track.sequence.label);
            let num_written = self.keyframes(track, part);
            self.close(start, num_written);
            self.output.flow()?;
        }
        Ok(())
    }

    /// Writes the keyframes of a part; how many there are.
    fn keyframes(&mut self, track: &Track, part: u16) -> u64 {
        let exit = track.sequence.exit;
        let mut last: Option<At> = None;
        let mut num_written = 0;
        for (frame, _) in track.keyframes(part) {
            if last.is_some_and(|last| last.frame == frame) {
                self.report.losses.add(Effect::Left, "a second keyframe on one frame left out", || format!("frame {frame}"));
                continue;
            }
            let Some(state) = track.state(part, frame) else {
                let text = "keyframes behind the exit of their sequence left out";
                self.report.losses.add(Effect::Left, text, || format!("frame {frame}"));
                continue;
            };
            let at = At { frame, is_outside: state.instance.marks.outside };
            if self.element(&state.instance, at) {
                num_written += 1;
                self.report.instances += 1;
                last = Some(at);
            }
        }
        // What is gone from a frame on is outside there.
        if let (Some(exit), Some(last)) = (exit, last)
            && !last.is_outside
            && self.frames.is_none_or(|frames| exit < frames)
            && let Some(state) = exit.checked_sub(1).and_then(|before| track.state(part, before))
        {
            self.element(&state.instance, At { frame: exit, is_outside: true });
        }
        num_written
    }

    /// A shape of one frame: a track that is outside on the next.
    fn plain(&mut self, item: InstanceItem) -> Result<(), FormatError> {
        told_instance(&item, KEEPS, &mut self.report.losses);
        self.report
            .losses
            .add(Effect::Changed, "what is on one frame alone written as a track of one frame", || format!("frame {}", item.frame));
        let id = self.free_id();
        let start = self.open(id, item.label);
        let frame = item.frame;
        let file = FileId::from_parts(0, [0; 10]);
        let instance =
            Instance { marks: item.marks, ..Instance::new(InstanceId::from_parts(0, [0; 10]), file, frame, item.label, item.geometry) };
        let is_written = self.element(&instance, At { frame, is_outside: false });
        let next = frame.saturating_add(1);
        if is_written && self.frames.is_none_or(|frames| next < frames) {
            self.element(&instance, At { frame: next, is_outside: true });
        }
        self.report.instances += u64::from(is_written);
        self.close(start, u64::from(is_written));
        self.output.flow()
    }

    /// Begins a track; where it begins.
    fn open(&mut self, id: u64, label: LabelId) -> usize {
        let start = self.output.buf.len();
        if !self.labels.contains_key(&label) {
            let text = "a label that the schema does not name; an import will leave it out";
            self.report.losses.add(Effect::Kept, text, || format!("label {label}"));
        }
        let out = &mut self.output.buf;
        out.extend_from_slice(format!("<track id=\"{id}\" label=\"").as_bytes());
        match self.labels.get(&label) {
            Some(name) => escape(out, name),
            None => out.extend_from_slice(format!("label {label}").as_bytes()),
        }
        out.extend_from_slice(b"\" source=\"manual\">\n");
        start
    }

    /// Ends a track; one without elements never was.
    fn close(&mut self, start: usize, num_written: u64) {
        match num_written {
            0 => self.output.buf.truncate(start),
            _ => self.output.buf.extend_from_slice(b"</track>\n"),
        }
    }

    /// Writes a shape; whether it has a form in CVAT.
    fn element(&mut self, instance: &Instance, at: At) -> bool {
        let place = || format!("frame {}", at.frame);
        if !instance.geometry.is_finite() {
            self.report.losses.add(Effect::Left, "an instance has a coordinate that is not finite; left out", place);
            return false;
        }
        let Some(shape) = shape::write(&instance.geometry, place, &mut self.report.losses) else { return false };
        if shape.name == "mask" {
            let text = "masks of tracks are written, but CVAT takes the first of each track alone";
            self.report.losses.add(Effect::Changed, text, place);
        }
        let marks = &instance.marks;
        for mark in marks.set_ones() {
            if !matches!(mark, Mark::Occluded(_) | Mark::Outside(_) | Mark::Order(_) | Mark::Answer(..)) {
                self.report.losses.add(Effect::Left, &format!("mark \"{}\" left out", mark.register()), place);
            }
        }
        let flag = u8::from;
        let out = &mut self.output.buf;
        out.extend_from_slice(
            format!(
                "<{} frame=\"{}\" keyframe=\"1\" outside=\"{}\" occluded=\"{}\"",
                shape.name,
                self.first.saturating_add(at.frame),
                flag(at.is_outside),
                flag(marks.occluded)
            )
            .as_bytes(),
        );
        out.extend_from_slice(&shape.fields);
        out.extend_from_slice(format!(" z_order=\"{}\">\n", marks.order).as_bytes());
        self.answers(instance, &place);
        self.output.buf.extend_from_slice(format!("</{}>\n", shape.name).as_bytes());
        true
    }

    fn answers(&mut self, instance: &Instance, place: &dyn Fn() -> String) {
        let answers = &instance.marks.answers;
        if answers.is_empty() {
            return;
        }
        let shape = Some(instance.geometry.spatial_type());
        let about = About { subject: Subject::Instance, label: Some(instance.label), shape, answers };
        let in_force = self.questions.in_force(&self.schema, about);
        if in_force.len() < answers.len() {
            self.report.losses.add(Effect::Left, "answers to questions that are not asked left out", place);
        }
        for (id, answer) in &in_force {
            let Some(attribute) = self.questions.attribute(&self.schema, *id) else { continue };
            let text = match answer {
                Answer::Bool(on) => on.to_string(),
                Answer::Choices(_) => {
                    self.report.losses.add(Effect::Left, "answers of several options left out: CVAT takes one", place);
                    continue;
                }
                Answer::Choice(choice) => self.choices.text(choice),
                other => other.text(),
            };
            let out = &mut self.output.buf;
            out.extend_from_slice(b"<attribute name=\"");
            escape(out, &attribute.name);
            out.extend_from_slice(b"\">");
            escape(out, &text);
            out.extend_from_slice(b"</attribute>\n");
        }
    }
}
