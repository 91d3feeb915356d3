//! Writing MOT.

use super::FORMAT;
use crate::error::FormatError;
use crate::exchange::{ExportProgress, ExportReport, ExportSource};
use crate::json::number::{write_f64, write_u64};
use crate::json::write::Output;
use crate::problems::{Effect, Problems};
use crate::tracking::labels::{self, one_line};
use crate::tracking::layout::{Layout, SeqInfo, side};
use crate::tracking::{BETWEEN, Keeps, PLAIN, Video, boxed, read_one, to_numbers};
use limn_core::{LabelId, Mark, Role, Schema};
use std::collections::HashMap;
use std::path::Path;

const KEEPS: Keeps =
    Keeps { confidence: false, extra: false, mark: |mark| matches!(mark, Mark::Role(_) | Mark::Visible(_)), objects: false, plain: true };

/// Writes the one video of the source.
pub(crate) fn export(source: &mut dyn ExportSource, out: &Path, progress: &mut ExportProgress<'_>) -> Result<ExportReport, FormatError> {
    let mut report = ExportReport { files: 1, ..ExportReport::default() };
    let video = read_one(source, FORMAT, KEEPS, &mut report.losses, progress)?;
    let layout = Layout::to_write(out).map_err(|error| FormatError::write(out, error))?;
    let mut output = Output::create(&layout.rows)?;
    let (classes, names) = classes(&source.schema()?, &video, &mut report.losses);
    report.sequences = video.things.iter().filter(|thing| !thing.is_plain).count() as u64;
    video.for_each_frame(|frame, shapes| {
        for shape in shapes {
            let thing = &video.things[shape.thing];
            let place = || format!("number {}, frame {frame}", thing.number);
            let Some(rect) = boxed(&shape.instance, &mut report.losses, place) else { continue };
            if !shape.is_keyframe {
                report.losses.add(Effect::Changed, BETWEEN, place);
            }
            if thing.is_plain {
                report.losses.add(Effect::Changed, PLAIN, place);
            }
            let marks = &shape.instance.marks;
            if marks.role == Role::Crowd {
                report.losses.add(Effect::Changed, "a crowd written as one that is not considered", place);
            }
            let out = &mut output.buf;
            write_u64(out, frame + 1);
            out.push(b',');
            write_u64(out, thing.number);
            for number in to_numbers(rect, 1.0) {
                out.push(b',');
                write_f64(out, number);
            }
            out.extend_from_slice(if marks.role == Role::Object { b",1," } else { b",0," });
            write_u64(out, classes.get(&thing.label).copied().unwrap_or(1));
            out.push(b',');
            write_f64(out, f64::from(marks.visible.unwrap_or(100)) / 100.0);
            out.push(b'\n');
            report.instances += 1;
            if report.instances.is_multiple_of(4096) && !progress(report.instances, 0) {
                return Err(FormatError::Cancelled);
            }
        }
        output.flow()
    })?;
    report
        .losses
        .add(Effect::Left, "the rate of the frames left out of seqinfo.ini, since a project does not know it", || video.item.name.clone());
    let info = SeqInfo::of(&video.item, video.frames);
    report.bytes += side(&layout.labels, names)?;
    if let Some(path) = layout.info.first() {
        report.bytes += side(path, info.to_text())?;
    }
    report.bytes += output.finish()?;
    Ok(report)
}

/// The class of each label, and `labels.txt`.
fn classes(schema: &Schema, video: &Video, losses: &mut Problems) -> (HashMap<LabelId, u64>, String) {
    let list = labels::names(schema, std::slice::from_ref(video), losses);
    labels::told_schema(schema, losses);
    let mut text = String::new();
    for (_, name) in &list {
        let line = one_line(name);
        if line != *name {
            losses.add(Effect::Changed, "a label has a name that is not one line; changed", || name.clone());
        }
        text.push_str(&line);
        text.push('\n');
    }
    (list.iter().zip(1..).map(|((id, _), class)| (*id, class)).collect(), text)
}
