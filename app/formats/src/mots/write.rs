//! Writing MOTS.

use super::cover::Cover;
use super::{FORMAT, IGNORED, ROOM};
use crate::error::FormatError;
use crate::exchange::{ExportProgress, ExportReport, ExportSource};
use crate::json::write::Output;
use crate::problems::{Effect, Problems};
use crate::tracking::labels::{self, one_line};
use crate::tracking::layout::{Layout, SeqInfo, side};
use crate::tracking::{BETWEEN, Keeps, PLAIN, Shape, Video, read_one};
use limn_core::{Geometry, LabelId, Mark, Mask, Polygon, Role};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

pub(super) const KEEPS: Keeps =
    Keeps { confidence: false, extra: false, mark: |mark| matches!(mark, Mark::Role(_) | Mark::Order(_)), objects: false, plain: true };

/// Writes the one video of the source.
pub(crate) fn export(source: &mut dyn ExportSource, out: &Path, progress: &mut ExportProgress<'_>) -> Result<ExportReport, FormatError> {
    let mut report = ExportReport { files: 1, ..ExportReport::default() };
    let video = read_one(source, FORMAT, KEEPS, &mut report.losses, progress)?;
    let schema = source.schema()?;
    labels::told_schema(&schema, &mut report.losses);
    let names = labels::names(&schema, std::slice::from_ref(&video), &mut report.losses);
    let ids = ids(&video, &names)?;
    let layout = Layout::to_write(out).map_err(|error| FormatError::write(out, error))?;
    let mut output = Output::create(&layout.rows)?;
    report.sequences = video.things.iter().filter(|thing| !thing.is_plain).count() as u64;
    let mut done = 0_u64;
    video.for_each_frame(|frame, shapes| {
        done += shapes.len() as u64;
        if !progress(done, 0) {
            return Err(FormatError::Cancelled);
        }
        for (id, mask) in rows(frame, shapes, &video, &ids, &mut report.losses) {
            let (height, width) = (mask.height(), mask.width());
            let row = format!("{} {id} {} {height} {width} {}\n", frame + 1, id / ROOM, mask.to_compressed());
            output.buf.extend_from_slice(row.as_bytes());
            report.instances += 1;
            output.flow()?;
        }
        Ok(())
    })?;
    let text: String = names.iter().map(|(_, name)| format!("{}\n", one_line(name))).collect();
    report.bytes += side(&layout.labels, text)?;
    if let Some(path) = layout.info.first() {
        report.bytes += side(path, SeqInfo::of(&video.item, video.frames).to_text())?;
    }
    report.bytes += output.finish()?;
    Ok(report)
}

/// The id of each thing: its class and its number there.
pub(super) fn ids(video: &Video, names: &[(LabelId, String)]) -> Result<Vec<u64>, FormatError> {
    let classes: HashMap<LabelId, u64> = names.iter().map(|(label, _)| *label).zip((1..).filter(|class| *class != IGNORED)).collect();
    let mut taken: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    let mut ids = Vec::with_capacity(video.things.len());
    for thing in &video.things {
        let class = classes.get(&thing.label).copied().unwrap_or(1);
        let taken = taken.entry(class).or_default();
        let own = thing.number % ROOM;
        let number = if taken.contains(&own) { (0..ROOM).find(|number| !taken.contains(number)) } else { Some(own) };
        let Some(number) = number else {
            let count = video.things.iter().filter(|other| other.label == thing.label).count() as u64;
            return Err(FormatError::NoRoom { format: FORMAT, what: "objects of one label", count, most: ROOM });
        };
        taken.insert(number);
        ids.push(class * ROOM + number);
    }
    Ok(ids)
}

/// The rows of a frame, none of which lies on another: what is painted above comes first to its pixels.
pub(super) fn rows(frame: u64, shapes: &[Shape], video: &Video, ids: &[u64], losses: &mut Problems) -> Vec<(u64, Mask)> {
    let mut order: Vec<&Shape> = shapes.iter().collect();
    order.sort_by_key(|shape| std::cmp::Reverse((shape.instance.marks.order, shape.thing)));
    let mut covered = Cover::default();
    let mut ignored = Cover::default();
    let mut rows = Vec::new();
    for shape in order {
        let thing = &video.things[shape.thing];
        let place = || format!("number {}, frame {frame}", thing.number);
        let Some(mask) = pixels(shape, video, losses, &place) else { continue };
        if shape.instance.marks.role == Role::Ignore {
            losses.add(Effect::Changed, "an area to be ignored written as class 10, without its label and number", place);
            ignored.take(&mask);
            continue;
        }
        if shape.instance.marks.role == Role::Crowd {
            losses.add(Effect::Left, "mark \"role\" left out", place);
        }
        let Some(free) = covered.take(&mask) else {
            losses.add(Effect::Left, "what lies wholly under other objects left out, since objects may not overlap", place);
            continue;
        };
        if free.area() < mask.area() {
            losses.add(Effect::Changed, "what lies under another object cut off, since objects may not overlap", place);
        }
        if !shape.is_keyframe {
            losses.add(Effect::Changed, BETWEEN, place);
        }
        if thing.is_plain {
            losses.add(Effect::Changed, PLAIN, place);
        }
        rows.extend(ids.get(shape.thing).map(|id| (*id, free)));
    }
    // What is ignored lies under everything else.
    let ignored = ignored.into_mask(video.item.width, video.item.height);
    rows.extend(ignored.and_then(|mask| covered.take(&mask)).map(|mask| (IGNORED * ROOM, mask)));
    rows.sort_by_key(|(id, _)| *id);
    rows
}

/// The pixels of a shape.
fn pixels(shape: &Shape, video: &Video, losses: &mut Problems, place: &dyn Fn() -> String) -> Option<Mask> {
    let (width, height) = (video.item.width, video.item.height);
    let geometry = &shape.instance.geometry;
    let kind = geometry.spatial_type().title();
    let mask = match geometry {
        Geometry::Mask(mask) if (mask.width(), mask.height()) == (width, height) => Some(mask.clone()),
        Geometry::Mask(_) => None,
        Geometry::Polyline(_) | Geometry::Keypoints(_) | Geometry::Point(_) | Geometry::Tag => None,
        Geometry::Polygon(polygon) => Mask::of_polygon(polygon, width, height),
        other => {
            let parts = other.rings().into_iter().flat_map(|ring| Polygon::simple(ring).parts);
            Mask::of_polygon(&Polygon { parts: parts.collect() }, width, height)
        }
    };
    let mask = mask.filter(|mask| mask.area() > 0);
    match mask {
        None => losses.add(Effect::Left, &format!("a {kind} that gives no pixels of the picture left out"), place),
        Some(_) if matches!(geometry, Geometry::Mask(_)) => {}
        Some(_) => losses.add(Effect::Changed, &format!("a {kind} written as the pixels whose centres lie inside"), place),
    }
    mask
}
