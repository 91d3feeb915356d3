//! COCO with the frames of videos: each frame on which something is in the picture is an image with `video_id` and `frame_id`, and
//! each annotation of a sequence has the `track_id` of that sequence, which is its number; sequences of several videos that are one
//! object have one. Frames between keyframes are marked as
//! `interpolated`. On import the annotations of one `track_id` (or `instance_id`) become a sequence again.

use super::COCO_ID;
use crate::Want;
use crate::error::{CallerError, FormatError};
use crate::exchange::{
    Each, ExportOptions, ExportProgress, ExportReport, ExportSource, FileItem, ImportItem, ImportReport, ImportSink, InstanceItem, RunItem,
};
use crate::json::ids::WholeNumber;
use crate::problems::Problems;
use crate::tracking::{Gather, Keeps, Out, Row, Video, read};
use limn_core::{FileKind, Schema};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

const TRACK: &str = "track_id";
/// What other programs call it.
const OTHER_TRACK: &str = "instance_id";
const BETWEEN_FIELD: &str = "interpolated";

/// COCO itself tells what it has no place for.
const KEEPS: Keeps = Keeps { confidence: true, extra: true, mark: |_| true, objects: true, plain: false };

/// Writes everything of the source, sequences frame by frame.
pub(crate) fn export(
    source: &mut dyn ExportSource,
    out: &Path,
    options: &ExportOptions,
    progress: &mut ExportProgress<'_>,
) -> Result<ExportReport, FormatError> {
    let mut losses = Problems::default();
    let videos = read(source, KEEPS, &mut losses, progress)?;
    let sequences = videos.iter().map(|video| video.things.len() as u64).sum();
    let mut unrolled = Unrolled { source, videos };
    let report = super::write::export(&mut unrolled, out, options, true, progress)?;
    losses.join(&report.losses);
    Ok(ExportReport { sequences, losses, ..report })
}

/// Gives the frames of sequences as instances of their own.
struct Unrolled<'a> {
    source: &'a mut dyn ExportSource,
    videos: Vec<Video>,
}

impl ExportSource for Unrolled<'_> {
    fn project(&mut self) -> Result<String, FormatError> {
        self.source.project()
    }

    fn schema(&mut self) -> Result<Schema, FormatError> {
        self.source.schema()
    }

    fn runs(&mut self) -> Result<Vec<RunItem>, FormatError> {
        self.source.runs()
    }

    fn for_each_file(&mut self, each: &mut Each<'_, FileItem>) -> Result<(), FormatError> {
        self.source.for_each_file(each)
    }

    fn written_frames(&self, file: usize) -> limn_core::WorkFrames {
        self.source.written_frames(file)
    }

    fn for_each_instance(&mut self, each: &mut Each<'_, InstanceItem>) -> Result<(), FormatError> {
        self.source.for_each_instance(&mut |item| if item.member.is_none() { each(item) } else { Ok(()) })?;
        for video in &self.videos {
            video.for_each_frame(|frame, shapes| {
                shapes.iter().try_for_each(|shape| {
                    let instance = &shape.instance;
                    let mut fields = foreign(instance.extra.as_deref().filter(|_| shape.is_keyframe));
                    fields.insert(TRACK.to_owned(), video.things[shape.thing].number.into());
                    if !shape.is_keyframe {
                        fields.insert(BETWEEN_FIELD.to_owned(), true.into());
                    }
                    each(InstanceItem {
                        id: None,
                        file: video.file,
                        frame,
                        label: instance.label,
                        geometry: instance.geometry.clone(),
                        marks: instance.marks.clone(),
                        run: None,
                        confidence: instance.confidence,
                        author: None,
                        created: None,
                        extra: Some(Value::Object(fields).to_string()),
                        member: None,
                    })
                })
            })?;
        }
        Ok(())
    }
}

/// Foreign fields; none where they are no JSON object.
fn foreign(extra: Option<&str>) -> Map<String, Value> {
    extra.and_then(|extra| serde_json::from_str(extra).ok()).unwrap_or_default()
}

/// Reads a file into the sink, annotations of one track as a sequence.
pub(crate) fn import(path: &Path, sink: &mut dyn ImportSink, report: &mut ImportReport, want: Want) -> Result<(), FormatError> {
    let mut tracks = Tracks { sink, want, files: Vec::new(), gathered: BTreeMap::new(), num_held: 0 };
    // Which sequences there are is known from the annotations alone.
    let done = super::read::import(path, &mut tracks, report, Want::All, true);
    let Tracks { gathered, files, num_held, .. } = tracks;
    report.instances -= num_held;
    done?;
    let mut out = Out { sink, report, want };
    gathered.into_iter().try_for_each(|(file, gather)| {
        let frames = files.get(file).map_or(0, |(_, frames)| *frames);
        gather.give(file, frames, &mut out)
    })
}

struct Tracks<'a> {
    sink: &'a mut dyn ImportSink,
    want: Want,
    files: Vec<(FileKind, u64)>,
    /// By the file's number.
    gathered: BTreeMap<usize, Gather>,
    /// Instances that were not handed on.
    num_held: u64,
}

impl Tracks<'_> {
    /// Takes the row of a track; anything else comes back.
    fn gather(&mut self, item: InstanceItem) -> Option<InstanceItem> {
        let is_video = self.files.get(item.file).is_some_and(|(kind, _)| *kind != FileKind::Image);
        let has_track = item.extra.as_deref().is_some_and(|extra| extra.contains(TRACK) || extra.contains(OTHER_TRACK));
        if !is_video || !has_track {
            return Some(item);
        }
        let mut fields = foreign(item.extra.as_deref());
        let number = |value: &Value| serde_json::from_value::<WholeNumber>(value.clone()).ok().and_then(|id| u64::try_from(id.0).ok());
        let Some((name, track)) = [TRACK, OTHER_TRACK].into_iter().find_map(|name| Some((name, fields.get(name).and_then(number)?))) else {
            return Some(item);
        };
        fields.remove(name);
        // Each annotation has another one.
        fields.remove(COCO_ID);
        let is_between = fields.remove(BETWEEN_FIELD) == Some(Value::Bool(true));
        let extra = (!fields.is_empty()).then(|| Value::Object(fields).to_string());
        let row = Row { frame: item.frame, geometry: item.geometry, marks: item.marks, confidence: item.confidence, extra, is_between };
        self.gathered.entry(item.file).or_default().add(track, item.label, row);
        None
    }
}

impl ImportSink for Tracks<'_> {
    fn item(&mut self, item: ImportItem) -> Result<(), CallerError> {
        let item = match item {
            ImportItem::Instance(item) => {
                let rest = self.gather(item).filter(|_| self.want == Want::All);
                self.num_held += u64::from(rest.is_none());
                let Some(rest) = rest else { return Ok(()) };
                ImportItem::Instance(rest)
            }
            ImportItem::File(file) => {
                self.files.push((file.kind, file.frames));
                ImportItem::File(file)
            }
            other => other,
        };
        self.sink.item(item)
    }

    fn progress(&mut self, done_bytes: u64, total_bytes: u64) -> bool {
        self.sink.progress(done_bytes, total_bytes)
    }
}
