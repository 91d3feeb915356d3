//! Writing COCO.

use super::attributes::Asks;
use super::header::frame_name;
use super::keypoints::{PLACES, write_keypoints, write_template};
use super::names::FileNames;
use super::survey::Survey;
use super::{COCO_ID, coco_id, only_coco_id};
use crate::error::FormatError;
use crate::exchange::{ExportOptions, ExportProgress, ExportReport, ExportSource, FileItem, InstanceItem, RleForm};
use crate::geometry_json::write_list;
use crate::json::number::{difference, rounded, write_f64, write_i64, write_u64};
use crate::json::write::{self, Output};
use crate::problems::{Effect, Problems};
use limn_core::geometry::CURVE_TOLERANCE;
use limn_core::{FileKind, Geometry, Label, LabelId, Mark, Mask, Part, Polygon, Progress, Rect, Role, Schema, Template};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::Path;

const IMAGE_FIELDS: [&str; 8] =
    ["id", "file_name", "width", "height", "incomplete", "neg_category_ids", "not_looked_for_category_ids", COCO_ID];
const CATEGORY_FIELDS: [&str; 6] = ["id", "name", "color", "keypoints", "skeleton", PLACES];
const ANNOTATION_FIELDS: [&str; 8] = ["id", "image_id", "category_id", "bbox", "area", "segmentation", "iscrowd", COCO_ID];
const KEYPOINT_FIELDS: [&str; 7] = ["id", "image_id", "category_id", "keypoints", "num_keypoints", "iscrowd", COCO_ID];

/// Writes everything of the source as a COCO file. `has_videos`: videos are named, and frames say which they are of.
pub(crate) fn export(
    source: &mut dyn ExportSource,
    out: &Path,
    options: &ExportOptions,
    has_videos: bool,
    progress: &mut ExportProgress<'_>,
) -> Result<ExportReport, FormatError> {
    let mut survey = Survey::of(source, progress)?;
    let mut output = Output::create(out)?;
    let mut report = ExportReport { files: survey.files.len() as u64, ..ExportReport::default() };

    output.buf.extend_from_slice(b"{\"info\":{\"description\":");
    write::text(&mut output.buf, &source.project()?);
    output.buf.extend_from_slice(b"},\n\"licenses\":[],\n\"categories\":[");
    let schema = source.schema()?;
    let templates: HashMap<LabelId, Template> =
        schema.labels.iter().filter_map(|label| Some((label.id, label.keypoints.clone()?))).collect();
    let asks = Asks::of(&schema, options.choices);
    categories(&mut output, schema, &survey, &mut report.losses);

    if has_videos {
        output.buf.extend_from_slice(b"],\n\"videos\":[");
        videos(&mut output, source)?;
    }
    output.buf.extend_from_slice(b"],\n\"images\":[");
    let mut images = Images { names: FileNames::default(), first: true, number: 0, has_videos };
    source.for_each_file(&mut |file| {
        if !file.answers.is_empty() {
            report.losses.add(Effect::Left, "answers about files and frames left out", || file.name.clone());
        }
        images.write(&mut output, &survey, &file, &mut report.losses)
    })?;

    output.buf.extend_from_slice(b"],\n\"annotations\":[");
    let total = survey.num_instances;
    source.for_each_instance(&mut |item| {
        if report.instances.is_multiple_of(4096) && !progress(report.instances, total) {
            return Err(FormatError::Cancelled);
        }
        let image = survey.image(item.file, item.frame).ok_or(FormatError::Changed)?;
        if !item.geometry.is_sound() {
            report
                .losses
                .add(Effect::Left, "an instance has no area or a coordinate that is not finite; left out", || instance_name(&item));
            return Ok(());
        }
        let template = templates.get(&item.label);
        if has_no_form(&item.geometry, template) {
            let text = format!("an instance that is a {} left out, since COCO has no form for it", item.geometry.spatial_type().title());
            report.losses.add(Effect::Left, &text, || instance_name(&item));
            return Ok(());
        }
        output.buf.extend_from_slice(if report.instances == 0 { b"\n" } else { b",\n" });
        report.instances += 1;
        let id = survey.annotation(item.extra.as_deref());
        let form = Form { template, options, asks: &asks };
        annotation(&mut output.buf, Numbers { id, image }, item, &survey, form, &mut report.losses);
        output.flow()
    })?;
    output.buf.extend_from_slice(b"]}\n");
    report.bytes = output.finish()?;
    Ok(report)
}

/// What belongs to how an annotation is written.
#[derive(Clone, Copy)]
struct Form<'a> {
    /// The keypoints of its label.
    template: Option<&'a Template>,
    options: &'a ExportOptions,
    /// What the schema asks.
    asks: &'a Asks,
}

fn has_no_form(geometry: &Geometry, template: Option<&Template>) -> bool {
    match geometry {
        Geometry::Keypoints(_) => template.is_none(),
        Geometry::Polyline(_) | Geometry::Point(_) | Geometry::Tag => true,
        _ => false,
    }
}

fn instance_name(item: &InstanceItem) -> String {
    match (item.id, coco_id(item.extra.as_deref())) {
        (Some(id), _) => format!("instance {id}"),
        (None, Some(id)) => format!("annotation {id}"),
        (None, None) => format!("an instance of file number {}", item.file),
    }
}

fn key(out: &mut Vec<u8>, name: &str) {
    out.push(b',');
    write::text(out, name);
    out.push(b':');
}

/// Writes foreign fields but those that COCO defines, which only another program can have left there.
fn foreign(out: &mut Vec<u8>, fields: &Map<String, Value>, defined: &[&str], losses: &mut Problems) {
    for (name, value) in fields {
        if !defined.contains(&name.as_str()) {
            key(out, name);
            write::value(out, value);
        } else if name != COCO_ID {
            losses.add(Effect::Left, &format!("the foreign field \"{name}\" left out, since COCO has one of this name"), String::new);
        }
    }
}

fn categories(output: &mut Output, mut schema: Schema, survey: &Survey, losses: &mut Problems) {
    if !schema.extra.is_empty() {
        losses.add(Effect::Left, "foreign fields of the schema left out", String::new);
    }
    let missing: Vec<_> = survey.labels.iter().filter(|label| schema.label(**label).is_none()).copied().collect();
    for label in missing {
        losses
            .add(Effect::Changed, "instances have a label that the schema does not name; named by its number", || format!("label {label}"));
        let (name, color) = schema.shown(label);
        schema.labels.push(Label { color, ..Label::new(label, &name) });
    }
    let out = &mut output.buf;
    for (at, label) in schema.labels.iter().enumerate() {
        out.extend_from_slice(if at == 0 { b"\n{\"id\":" } else { b",\n{\"id\":" });
        write_u64(out, u64::from(label.id.0));
        key(out, "name");
        write::text(out, &label.name);
        key(out, "color");
        write_list(out, &label.color, |out, part| write_u64(out, u64::from(*part)));
        if !label.extra.contains_key("supercategory") {
            key(out, "supercategory");
            write::text(out, "");
        }
        foreign(out, &label.extra, &CATEGORY_FIELDS, losses);
        if let Some(template) = &label.keypoints {
            write_template(out, template, &label.name, losses);
        }
        out.push(b'}');
        if !label.shapes.is_empty() {
            losses.add(Effect::Left, "allowed shapes of a label left out", || label.name.clone());
        }
        if label.key.is_some() {
            losses.add(Effect::Left, "key of a label left out", || label.name.clone());
        }
        if label.deprecated {
            losses.add(Effect::Left, "mark of a label as deprecated left out", || label.name.clone());
        }
    }
}

/// The number of a video.
fn video_id(file: usize) -> u64 {
    file as u64 + 1
}

fn videos(output: &mut Output, source: &mut dyn ExportSource) -> Result<(), FormatError> {
    let mut names = FileNames::default();
    let (mut number, mut first) = (0, true);
    source.for_each_file(&mut |file| {
        // Each file takes its name, so that videos are called as their frames are.
        let name = names.choose(&file.name, &file.path);
        if file.kind != FileKind::Image {
            let out = &mut output.buf;
            out.extend_from_slice(if std::mem::take(&mut first) { b"\n{\"id\":" } else { b",\n{\"id\":" });
            write_u64(out, video_id(number));
            key(out, "name");
            write::text(out, name);
            for (field, value) in [("width", u64::from(file.width)), ("height", u64::from(file.height)), ("length", file.frames)] {
                key(out, field);
                write_u64(out, value);
            }
            out.push(b'}');
        }
        number += 1;
        output.flow()
    })
}

struct Images {
    names: FileNames,
    first: bool,
    number: usize,
    has_videos: bool,
}

impl Images {
    fn write(&mut self, output: &mut Output, survey: &Survey, file: &FileItem, losses: &mut Problems) -> Result<(), FormatError> {
        let number = self.number;
        self.number += 1;
        let name = self.names.choose(&file.name, &file.path);
        let mut lost = |text: &str| losses.add(Effect::Left, text, || file.name.clone());
        if file.hash.is_some() {
            lost("content hash of a file left out");
        }
        let extra = file.extra.as_deref().map(serde_json::from_str::<Map<String, Value>>);
        if matches!(extra, Some(Err(_))) {
            lost("foreign fields of a file left out, since they are no JSON object");
        }
        let extra = extra.and_then(Result::ok);
        if file.kind == FileKind::Image {
            let id = survey.image(number, 0).ok_or(FormatError::Changed)?;
            self.head(&mut output.buf, id, name, file);
            foreign(&mut output.buf, &extra.unwrap_or_default(), &IMAGE_FIELDS, losses);
            output.buf.push(b'}');
            return output.flow();
        }
        if extra.is_some_and(|extra| !extra.is_empty()) {
            lost("foreign fields of a video left out");
        }
        let mut frames = survey.frames.range((number, 0)..=(number, u64::MAX)).peekable();
        if frames.peek().is_none() {
            lost("video without annotations left out");
        }
        for ((_, frame), id) in frames {
            losses.add(Effect::Changed, "frame of a video written as an image of its own", || frame_name(name, *frame));
            let out = &mut output.buf;
            self.head(out, *id, &frame_name(name, *frame), file);
            key(out, "video");
            write::text(out, name);
            key(out, "frame");
            write_u64(out, *frame);
            key(out, "frames");
            write_u64(out, file.frames);
            if let Some(clip) = &file.clip {
                key(out, "global_frame");
                write_u64(out, clip.global(*frame));
            }
            key(out, "kind");
            write::text(out, file.kind.as_str());
            if self.has_videos {
                key(out, "video_id");
                write_u64(out, video_id(number));
                key(out, "frame_id");
                write_u64(out, *frame);
            }
            out.push(b'}');
            output.flow()?;
        }
        Ok(())
    }

    fn head(&mut self, out: &mut Vec<u8>, id: i64, name: &str, file: &FileItem) {
        out.extend_from_slice(if self.first { b"\n{\"id\":" } else { b",\n{\"id\":" });
        self.first = false;
        write_i64(out, id);
        key(out, "file_name");
        write::text(out, name);
        key(out, "width");
        write_u64(out, u64::from(file.width));
        key(out, "height");
        write_u64(out, u64::from(file.height));
        looked(out, file);
    }
}

/// What a training program must not take for background: that the image is not complete, or for which labels it is not. What
/// is absent has the name that LVIS gives it.
fn looked(out: &mut Vec<u8>, file: &FileItem) {
    let Some(looked) = &file.looked else { return };
    match looked.progress(file.status) {
        Progress::Open | Progress::Unknown => out.extend_from_slice(b",\"incomplete\":true"),
        Progress::Complete | Progress::Behind => {}
    }
    let missing = looked.missing().collect();
    for (name, labels) in [("neg_category_ids", &looked.absent), ("not_looked_for_category_ids", &missing)] {
        if !labels.is_empty() {
            key(out, name);
            write::labels(out, labels);
        }
    }
}

/// The ids that an annotation is written with.
struct Numbers {
    id: i64,
    image: i64,
}

fn annotation(out: &mut Vec<u8>, numbers: Numbers, item: InstanceItem, survey: &Survey, form: Form<'_>, losses: &mut Problems) {
    let mut answers = form.asks.answers(&item);
    told_losses(&item, answers.len(), losses);
    out.extend_from_slice(b"{\"id\":");
    write_i64(out, numbers.id);
    out.extend_from_slice(b",\"image_id\":");
    write_i64(out, numbers.image);
    out.extend_from_slice(b",\"category_id\":");
    write_u64(out, u64::from(item.label.0));
    shape(out, &item, survey, form, losses);
    out.extend_from_slice(if item.marks.role == Role::Crowd { b",\"iscrowd\":1" } else { b",\"iscrowd\":0" });
    let score = item.confidence.filter(|confidence| confidence.is_finite());
    if let Some(score) = score {
        out.extend_from_slice(b",\"score\":");
        // Shortest as an f32; writing into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut *out, &score);
    }
    if let Some(extra) = item.extra.as_deref().filter(|extra| only_coco_id(extra).is_none()) {
        match serde_json::from_str::<Map<String, Value>>(extra) {
            Ok(mut fields) => {
                answers.take_foreign(&mut fields);
                if score.is_some() && fields.remove("score").is_some() {
                    losses.add(Effect::Left, "the foreign field \"score\" left out, since COCO has one of this name", || {
                        instance_name(&item)
                    });
                }
                if matches!(item.geometry, Geometry::Keypoints(_)) {
                    // Those that are written are these.
                    ["bbox", "area", "segmentation"].iter().for_each(|name| drop(fields.remove(*name)));
                    foreign(out, &fields, &KEYPOINT_FIELDS, losses);
                } else {
                    foreign(out, &fields, &ANNOTATION_FIELDS, losses);
                }
            }
            Err(_) => losses.add(Effect::Left, "foreign fields left out, since they are no JSON object", || instance_name(&item)),
        }
    }
    answers.write(out);
    out.push(b'}');
}

fn told_losses(item: &InstanceItem, num_answers: usize, losses: &mut Problems) {
    if item.author.is_some() {
        losses.add(Effect::Left, "author left out", || instance_name(item));
    }
    if item.created.is_some() {
        losses.add(Effect::Left, "time of making left out", || instance_name(item));
    }
    if num_answers < item.marks.answers.len() {
        losses.add(Effect::Left, "answers to questions that are not asked left out", || instance_name(item));
    }
    for mark in item.marks.set_ones().filter(|mark| !matches!(mark, Mark::Role(Role::Crowd) | Mark::Answer(..))) {
        losses.add(Effect::Left, &format!("mark \"{}\" left out", mark.register()), || instance_name(item));
    }
    if item.member.is_some() {
        losses.add(Effect::Left, "which sequence a keyframe is of left out", || instance_name(item));
    }
    if item.run.is_some() {
        losses.add(Effect::Left, "run left out", || instance_name(item));
    }
    if item.confidence.is_some_and(|confidence| !confidence.is_finite()) {
        losses.add(Effect::Left, "confidence that is not finite left out", || instance_name(item));
    }
}

/// Writes bbox, area and segmentation. What COCO has no form for comes as the polygon around it.
fn shape(out: &mut Vec<u8>, item: &InstanceItem, survey: &Survey, form: Form<'_>, losses: &mut Problems) {
    let options = form.options;
    match &item.geometry {
        Geometry::Keypoints(keypoints) => {
            body(out, keypoints.bounds(), item.extra.as_deref());
            if let Some(template) = form.template {
                if keypoints.points.len() > template.points.len() {
                    losses.add(Effect::Left, "keypoints that the label does not name left out", || instance_name(item));
                }
                write_keypoints(out, keypoints, template);
            }
        }
        Geometry::Box(rect) => {
            measures(out, Some(*rect), rect.area());
            out.extend_from_slice(b"[]");
        }
        Geometry::Mask(mask) => mask_shape(out, mask, options),
        Geometry::Polygon(polygon) if polygon.is_straight() => polygon_or_mask(out, polygon, item, survey, options, losses),
        Geometry::Polygon(polygon) => {
            losses.add(Effect::Changed, "curved borders written as straight ones, at most 0.05 pixels off", || instance_name(item));
            polygon_or_mask(out, &polygon.flattened(CURVE_TOLERANCE), item, survey, options, losses);
        }
        other => {
            let kind = other.spatial_type().title();
            losses.add(Effect::Changed, &format!("{kind} written as a polygon"), || instance_name(item));
            let parts = other.rings().into_iter().map(|ring| Part { outer: ring.into(), holes: Vec::new() });
            polygon_shape(out, &Polygon { parts: parts.collect() });
        }
    }
}

/// Box, area and segmentation of an annotation with keypoints: those that an import left, else those of the points.
fn body(out: &mut Vec<u8>, bounds: Option<Rect>, extra: Option<&str>) {
    let fields = extra.and_then(|extra| serde_json::from_str::<Map<String, Value>>(extra).ok()).unwrap_or_default();
    let own = fields.get("bbox").is_some_and(Value::is_array);
    if !own {
        measures(out, bounds, bounds.map_or(0.0, Rect::area));
        return out.extend_from_slice(b"[]");
    }
    let of_bounds = || Value::from(bounds.map_or(0.0, Rect::area));
    for (name, other) in [("bbox", Value::Null), ("area", of_bounds()), ("segmentation", Value::Array(Vec::new()))] {
        key(out, name);
        numbers(out, fields.get(name).unwrap_or(&other));
    }
}

/// A value with its numbers as short as those of other annotations: 30 for 30.0.
fn numbers(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Array(values) => write_list(out, values, numbers),
        Value::Number(number) if number.is_f64() => write_f64(out, number.as_f64().unwrap_or_default()),
        other => write::value(out, other),
    }
}

fn polygon_or_mask(
    out: &mut Vec<u8>,
    polygon: &Polygon,
    item: &InstanceItem,
    survey: &Survey,
    options: &ExportOptions,
    losses: &mut Problems,
) {
    if polygon.parts.iter().all(|part| part.holes.is_empty()) {
        return polygon_shape(out, polygon);
    }
    let size = survey.files.get(item.file).map_or((0, 0), |file| (file.width, file.height));
    match Mask::of_polygon(polygon, size.0, size.1).filter(|mask| mask.area() > 0) {
        Some(mask) => {
            let text = "polygon with holes written as a mask: the pixels whose centres lie inside it and the image";
            losses.add(Effect::Changed, text, || instance_name(item));
            mask_shape(out, &mask, options);
        }
        None => {
            losses.add(Effect::Left, "holes of a polygon left out, since it gives no pixels", || instance_name(item));
            let mut polygon = polygon.clone();
            polygon.parts.iter_mut().for_each(|part| part.holes.clear());
            polygon_shape(out, &polygon);
        }
    }
}

/// Writes bbox and area, and the name of the segmentation.
fn measures(out: &mut Vec<u8>, bounds: Option<Rect>, area: f64) {
    out.extend_from_slice(b",\"bbox\":");
    let bbox = bounds.map_or([0.0; 4], |rect| {
        let size = [difference(rect.max.x, rect.min.x), difference(rect.max.y, rect.min.y)];
        [rect.min.x, rect.min.y, size[0], size[1]]
    });
    write_list(out, &bbox, |out, value| write_f64(out, *value));
    out.extend_from_slice(b",\"area\":");
    write_f64(out, rounded(area));
    out.extend_from_slice(b",\"segmentation\":");
}

fn polygon_shape(out: &mut Vec<u8>, polygon: &Polygon) {
    measures(out, polygon.bounds(), polygon.area());
    write_list(out, &polygon.parts, |out, part| {
        out.push(b'[');
        for (at, pos) in part.outer.points().iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_f64(out, pos.x);
            out.push(b',');
            write_f64(out, pos.y);
        }
        out.push(b']');
    });
}

fn mask_shape(out: &mut Vec<u8>, mask: &Mask, options: &ExportOptions) {
    measures(out, mask.bounds(), mask.area() as f64);
    out.extend_from_slice(b"{\"size\":");
    write_list(out, &[mask.height(), mask.width()], |out, len| write_u64(out, u64::from(*len)));
    out.extend_from_slice(b",\"counts\":");
    match options.rle {
        RleForm::Compressed => write::text(out, &mask.to_compressed()),
        RleForm::Uncompressed => write_list(out, mask.counts(), |out, count| write_u64(out, u64::from(*count))),
    }
    out.push(b'}');
}
