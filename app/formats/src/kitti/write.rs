//! Writing KITTI tracking.

use super::{DONT_CARE, FORMAT, Kept, UNKNOWN};
use crate::error::FormatError;
use crate::exchange::{ExportProgress, ExportReport, ExportSource};
use crate::json::number::{write_f64, write_u64};
use crate::json::write::Output;
use crate::problems::{Effect, Problems};
use crate::tracking::{BETWEEN, Keeps, PLAIN, Shape, Thing, boxed, labels, read_one, rounded};
use limn_core::{LabelId, Mark, Role};
use std::collections::HashMap;
use std::path::Path;

const KEEPS: Keeps = Keeps {
    confidence: true,
    extra: true,
    mark: |mark| matches!(mark, Mark::Role(_) | Mark::Truncated(_) | Mark::Occluded(_)),
    objects: false,
    plain: true,
};

/// Writes the one video of the source.
pub(crate) fn export(source: &mut dyn ExportSource, out: &Path, progress: &mut ExportProgress<'_>) -> Result<ExportReport, FormatError> {
    let mut report = ExportReport { files: 1, ..ExportReport::default() };
    let video = read_one(source, FORMAT, KEEPS, &mut report.losses, progress)?;
    let mut output = Output::create(out)?;
    let schema = source.schema()?;
    labels::told_schema(&schema, &mut report.losses);
    let types = types(labels::names(&schema, std::slice::from_ref(&video), &mut report.losses), &mut report.losses);
    report.losses.add(Effect::Left, "name, size and length of the video left out", || video.item.name.clone());
    report.sequences = video.things.iter().filter(|thing| !thing.is_plain).count() as u64;
    video.for_each_frame(|frame, shapes| {
        for shape in shapes {
            let thing = &video.things[shape.thing];
            if row(&mut output.buf, frame, thing, shape, &types, &mut report.losses) {
                report.instances += 1;
            }
            if report.instances.is_multiple_of(4096) && !progress(report.instances, 0) {
                return Err(FormatError::Cancelled);
            }
        }
        output.flow()
    })?;
    report.bytes = output.finish()?;
    Ok(report)
}

/// The type of each label: its name, which must not hold white space.
fn types(names: Vec<(LabelId, String)>, losses: &mut Problems) -> HashMap<LabelId, String> {
    let word = |name: String| {
        let word = name.split_whitespace().collect::<Vec<_>>().join("_");
        if word != name {
            losses.add(Effect::Changed, "white space in the name of a label written as _", || name);
        }
        if word.is_empty() { "_".to_owned() } else { word }
    };
    let (ids, names): (Vec<_>, Vec<_>) = names.into_iter().unzip();
    ids.into_iter().zip(names.into_iter().map(word)).collect()
}

/// Writes a row; whether the shape has a box.
fn row(out: &mut Vec<u8>, frame: u64, thing: &Thing, shape: &Shape, types: &HashMap<LabelId, String>, losses: &mut Problems) -> bool {
    let place = || format!("number {}, frame {frame}", thing.number);
    let Some(rect) = boxed(&shape.instance, losses, place) else { return false };
    if !shape.is_keyframe {
        losses.add(Effect::Changed, BETWEEN, place);
    }
    let marks = &shape.instance.marks;
    let own = types.get(&thing.label).map_or("_", String::as_str);
    let is_ignored = marks.role == Role::Ignore;
    if is_ignored && own != DONT_CARE {
        losses.add(Effect::Changed, "an area to be ignored written as DontCare, without its label and number", place);
    }
    if marks.role == Role::Crowd {
        losses.add(Effect::Left, "mark \"role\" left out", place);
    }
    let (kept, is_ours) = Kept::from_extra(shape.instance.extra.as_deref());
    // What holds in space is that of the keyframe alone.
    let kept = if shape.is_keyframe { kept } else { Kept { space: None, ..kept } };
    if shape.is_keyframe && !is_ours {
        losses.add(Effect::Left, "foreign fields left out", place);
    }
    write_u64(out, frame);
    if is_ignored {
        out.extend_from_slice(format!(" -1 {DONT_CARE} -1 -1 ").as_bytes());
    } else {
        if thing.is_plain {
            losses.add(Effect::Changed, PLAIN, place);
        }
        let truncated = kept.truncated.filter(|_| marks.truncated).unwrap_or(u8::from(marks.truncated));
        let occluded = kept.occluded.filter(|degree| marks.occluded == (*degree == 2)).unwrap_or(u8::from(marks.occluded));
        // Sequences count from 1.
        out.extend_from_slice(format!(" {} {own} {truncated} {occluded} ", thing.number.saturating_sub(1)).as_bytes());
    }
    let [alpha, space @ ..] = kept.space.filter(|space| space.iter().all(|number| number.is_finite())).unwrap_or(UNKNOWN);
    let sides = [rect.min.x, rect.min.y, rect.max.x, rect.max.y].map(rounded);
    write_f64(out, alpha);
    for number in sides.into_iter().chain(space) {
        out.push(b' ');
        write_f64(out, number);
    }
    if let Some(score) = shape.instance.confidence.filter(|score| score.is_finite()) {
        // Shortest as an f32; writing into a Vec cannot fail.
        let _ = std::io::Write::write_fmt(out, format_args!(" {score}"));
    }
    out.push(b'\n');
    true
}
