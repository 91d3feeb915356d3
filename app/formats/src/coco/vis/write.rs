//! Writing YouTube-VIS.

use super::super::names::FileNames;
use super::FORMAT;
use crate::error::FormatError;
use crate::exchange::{ExportOptions, ExportProgress, ExportReport, ExportSource, FileItem, RleForm};
use crate::geometry_json::write_list;
use crate::json::number::{difference, rounded, write_f64, write_u64};
use crate::json::write::{self, Output};
use crate::problems::{Effect, Problems};
use crate::tracking::{Keeps, PLAIN, Video, labels, read};
use limn_core::geometry::CURVE_TOLERANCE;
use limn_core::{Geometry, Mark, Mask, Part, Polygon, Rect, Role, Schema};
use std::borrow::Cow;
use std::path::Path;

const KEEPS: Keeps =
    Keeps { confidence: false, extra: false, mark: |mark| matches!(mark, Mark::Role(Role::Crowd)), objects: false, plain: true };
/// Most places in all lists together.
const MAX_PLACES: u64 = 100_000_000;

/// Writes every video of the source.
pub(crate) fn export(
    source: &mut dyn ExportSource,
    out: &Path,
    options: &ExportOptions,
    progress: &mut ExportProgress<'_>,
) -> Result<ExportReport, FormatError> {
    let mut report = ExportReport::default();
    let videos = read(source, KEEPS, &mut report.losses, progress)?;
    report.files = videos.len() as u64;
    for video in &videos {
        let places = video.on.count_before(video.frames).saturating_mul(video.things.len() as u64 + 1);
        if places > MAX_PLACES {
            return Err(FormatError::TooManyRows { file: video.item.name.clone(), rows: places, most: MAX_PLACES });
        }
    }
    let mut output = Output::create(out)?;
    output.buf.extend_from_slice(b"{\"info\":{\"description\":");
    write::text(&mut output.buf, &source.project()?);
    output.buf.extend_from_slice(b"},\n\"videos\":[");
    let mut names = FileNames::default();
    for (at, video) in videos.iter().enumerate() {
        head(&mut output.buf, at, video, names.choose(&video.item.name, &video.item.path));
        let text = "the frames of a video are called as they are when it is written as pictures";
        report.losses.add(Effect::Kept, text, || video.item.name.clone());
        output.flow()?;
    }
    output.buf.extend_from_slice(b"],\n\"categories\":[");
    categories(&mut output.buf, &source.schema()?, &videos, &mut report.losses);
    output.buf.extend_from_slice(b"],\n\"annotations\":[");
    let mut id = 0;
    for (at, video) in videos.iter().enumerate() {
        for thing in 0..video.things.len() {
            let lists = Lists::of(video, thing, options, &mut report)?;
            if lists.keyframes.is_empty() && lists.num_places == 0 {
                continue;
            }
            id += 1;
            lists.write(&mut output.buf, [id, at as u64 + 1], video, thing);
            report.sequences += u64::from(!video.things[thing].is_plain);
            if !progress(report.instances, 0) {
                return Err(FormatError::Cancelled);
            }
            output.flow()?;
        }
    }
    output.buf.extend_from_slice(b"]}\n");
    report.bytes = output.finish()?;
    Ok(report)
}

/// A comma before all but the first entry.
fn entry(out: &mut Vec<u8>, is_first: bool) {
    out.extend_from_slice(if is_first { b"\n{\"id\":" } else { b",\n{\"id\":" });
}

fn head(out: &mut Vec<u8>, at: usize, video: &Video, name: &str) {
    let item = &video.item;
    entry(out, at == 0);
    write_u64(out, at as u64 + 1);
    for (name, value) in
        [("width", u64::from(item.width)), ("height", u64::from(item.height)), ("length", video.on.count_before(video.frames))]
    {
        out.extend_from_slice(format!(",\"{name}\":{value}").as_bytes());
    }
    out.extend_from_slice(b",\"name\":");
    write::text(out, name);
    out.extend_from_slice(format!(",\"kind\":\"{}\",\"file_names\":[", item.kind.as_str()).as_bytes());
    let folder = folder(item);
    for (at, frame) in video.on.within(0..video.frames).enumerate() {
        out.extend_from_slice(if at == 0 { b"" } else { b"," });
        write::text(out, &format!("{folder}/{frame:05}.jpg"));
    }
    out.extend_from_slice(b"]}");
}

/// The folder of the frames: the name without its ending.
fn folder(item: &FileItem) -> &str {
    let name = item.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if stem.is_empty() { "video" } else { stem }
}

fn categories(out: &mut Vec<u8>, schema: &Schema, videos: &[Video], losses: &mut Problems) {
    labels::told_schema(schema, losses);
    for (at, (id, name)) in labels::names(schema, videos, losses).into_iter().enumerate() {
        entry(out, at == 0);
        write_u64(out, u64::from(id.0));
        out.extend_from_slice(b",\"name\":");
        write::text(out, &name);
        out.extend_from_slice(b",\"supercategory\":\"\",\"color\":");
        write_list(out, &schema.shown(id).1, |out, part| write_u64(out, u64::from(*part)));
        out.push(b'}');
    }
}

/// The lists of an object, as they stand in the file but for the brackets.
#[derive(Default)]
struct Lists {
    segmentations: Vec<u8>,
    bboxes: Vec<u8>,
    areas: Vec<u8>,
    keyframes: Vec<u64>,
    num_places: u64,
    is_crowd: bool,
}

impl Lists {
    fn of(video: &Video, thing: usize, options: &ExportOptions, report: &mut ExportReport) -> Result<Self, FormatError> {
        let mut lists = Self::default();
        let (mut num_crowds, mut num_shapes) = (0_u64, 0_u64);
        video.for_each_shape(thing, |frame, shape| {
            let number = video.things[thing].number;
            let place = || format!("number {number}, frame {frame}");
            let losses = &mut report.losses;
            let Some((bounds, area)) =
                shape.instance.geometry.bounds().filter(|_| shape.instance.geometry.is_sound()).zip(area(&shape.instance.geometry))
            else {
                let kind = shape.instance.geometry.spatial_type().title();
                losses.add(Effect::Left, &format!("a {kind} that has no area or no form in YouTube-VIS left out"), place);
                return Ok(());
            };
            if video.things[thing].is_plain {
                losses.add(Effect::Changed, PLAIN, place);
            }
            num_crowds += u64::from(shape.instance.marks.role == Role::Crowd);
            num_shapes += 1;
            let at = video.on.count_before(frame);
            lists.pad(at);
            let size = (video.item.width, video.item.height);
            segmentation(&mut lists.segmentations, &shape.instance.geometry, size, options, losses, &place);
            bbox(&mut lists.bboxes, bounds);
            write_f64(&mut lists.areas, rounded(area));
            lists.num_places += 1;
            if shape.is_keyframe {
                lists.keyframes.push(at);
            }
            report.instances += 1;
            Ok(())
        })?;
        lists.is_crowd = num_crowds > 0;
        if lists.is_crowd && num_crowds < num_shapes {
            let text = "an object that is a crowd on some frames written as one on all";
            report.losses.add(Effect::Changed, text, || format!("number {}", video.things[thing].number));
        }
        if lists.num_places > 0 {
            lists.pad(video.on.count_before(video.frames));
        }
        Ok(lists)
    }

    /// Fills up to a frame with places where nothing is.
    fn pad(&mut self, frame: u64) {
        let comma = |list: &mut Vec<u8>, at: u64| list.extend_from_slice(if at == 0 { b"" } else { b"," });
        let lists = [&mut self.segmentations, &mut self.bboxes, &mut self.areas];
        for list in lists {
            for at in self.num_places..frame {
                comma(list, at);
                list.extend_from_slice(b"null");
            }
            comma(list, frame);
        }
        self.num_places = frame;
    }

    fn write(&self, out: &mut Vec<u8>, [id, video_id]: [u64; 2], video: &Video, thing: usize) {
        let Video { item, things, .. } = video;
        let frames = video.on.count_before(video.frames);
        let thing = &things[thing];
        entry(out, id == 1);
        let head = format!(
            "{id},\"video_id\":{video_id},\"category_id\":{},\"track_id\":{},\"iscrowd\":{},\"width\":{},\"height\":{},\"length\":{frames}",
            thing.label.0,
            thing.number,
            u8::from(self.is_crowd),
            item.width,
            item.height
        );
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(b",\"keyframes\":");
        write_list(out, &self.keyframes, |out, frame| write_u64(out, *frame));
        for (name, list) in [("segmentations", &self.segmentations), ("bboxes", &self.bboxes), ("areas", &self.areas)] {
            out.extend_from_slice(format!(",\"{name}\":[").as_bytes());
            // Behind the last place stands a comma that nothing follows.
            out.extend_from_slice(list.strip_suffix(b",").unwrap_or(list));
            out.push(b']');
        }
        out.push(b'}');
    }
}

/// The area of what has a form in the format.
fn area(geometry: &Geometry) -> Option<f64> {
    match geometry {
        Geometry::Polyline(_) | Geometry::Point(_) | Geometry::Tag | Geometry::Keypoints(_) => None,
        geometry => Some(geometry.area()),
    }
}

fn bbox(out: &mut Vec<u8>, rect: Rect) {
    let size = [difference(rect.max.x, rect.min.x), difference(rect.max.y, rect.min.y)];
    write_list(out, &[rect.min.x, rect.min.y, size[0], size[1]], |out, value| write_f64(out, *value));
}

fn segmentation(
    out: &mut Vec<u8>,
    geometry: &Geometry,
    size: (u32, u32),
    options: &ExportOptions,
    losses: &mut Problems,
    place: &dyn Fn() -> String,
) {
    match geometry {
        Geometry::Box(_) => {
            losses.add(Effect::Kept, &format!("a box has no segmentation: programs that read {FORMAT} may want one"), place);
            out.extend_from_slice(b"null");
        }
        Geometry::Mask(of) => mask(out, of, options),
        Geometry::Polygon(polygon) => {
            let straight = if polygon.is_straight() {
                Cow::Borrowed(polygon)
            } else {
                losses.add(Effect::Changed, "curved borders written as straight ones, at most 0.05 pixels off", place);
                polygon.flattened(CURVE_TOLERANCE)
            };
            if straight.parts.iter().all(|part| part.holes.is_empty()) {
                return rings(out, &straight);
            }
            match Mask::of_polygon(&straight, size.0, size.1).filter(|mask| mask.area() > 0) {
                Some(of) => {
                    losses.add(Effect::Changed, "a polygon with holes written as a mask", place);
                    mask(out, &of, options);
                }
                None => {
                    losses.add(Effect::Left, "holes of a polygon left out, since it gives no pixels", place);
                    rings(out, &straight);
                }
            }
        }
        other => {
            losses.add(Effect::Changed, &format!("{} written as a polygon", other.spatial_type().title()), place);
            let parts = other.rings().into_iter().map(|ring| Part { outer: ring.into(), holes: Vec::new() });
            rings(out, &Polygon { parts: parts.collect() });
        }
    }
}

fn rings(out: &mut Vec<u8>, polygon: &Polygon) {
    write_list(out, &polygon.parts, |out, part| {
        let numbers: Vec<f64> = part.outer.points().iter().flat_map(|pos| [pos.x, pos.y]).collect();
        write_list(out, &numbers, |out, value| write_f64(out, *value));
    });
}

fn mask(out: &mut Vec<u8>, mask: &Mask, options: &ExportOptions) {
    out.extend_from_slice(format!("{{\"size\":[{},{}],\"counts\":", mask.height(), mask.width()).as_bytes());
    match options.rle {
        RleForm::Compressed => write::text(out, &mask.to_compressed()),
        RleForm::Uncompressed => write_list(out, mask.counts(), |out, count| write_u64(out, u64::from(*count))),
    }
    out.push(b'}');
}
