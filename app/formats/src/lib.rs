//! Import and export of annotations: one folder per format, streaming, without knowledge of where a project keeps them.
//!
//! An import walks a file and hands its files, labels and instances to an [`ImportSink`] one by one; an export asks an
//! [`ExportSource`] for them and writes as they come. Memory follows the number of files and labels, not of instances
//! (but for a few bytes an instance where foreign ids are not in order). What a format cannot hold, and what in a file is
//! wrong, is counted in [`Problems`]; only what makes going on senseless is a [`FormatError`]. Files are untrusted: no
//! bytes make this crate panic or allocate by a number that they hold.
//!
//! No format opens the media that its annotations lie on, and none trusts a path it reads.

mod coco;
mod convert;
mod cvat;
mod error;
mod exchange;
mod folder;
mod geometry_json;
mod guess;
mod info;
mod json;
mod jsonl;
mod kitti;
mod mot;
mod mots;
mod problems;
mod schema;
mod served;
mod table;
mod tracking;
mod yolo;

pub use convert::{ConvertReport, convert};
pub use error::{CallerError, FormatError};
pub use exchange::{
    ChoiceForm, Each, EventItem, ExportOptions, ExportProgress, ExportReport, ExportSource, FileAnswer, FileItem, Here, ImportItem,
    ImportReport, ImportSink, InstanceItem, MemberItem, Place, RleForm, RunItem, SequenceItem,
};
pub use geometry_json::{geometry_from_json, geometry_to_json, write_geometry};
pub use guess::{format_of_file, format_of_name};
pub use info::{Carries, FORMATS, FormatInfo, format_info};
pub use problems::{Effect, Problem, Problems};
pub use schema::{MAX_SCHEMA_BYTES, OptionsError, ReadSchema, SchemaFileError, SchemaFormat, read_schema, with_options, write_schema};
pub use served::{FormatServed, formats_served, holds};
pub use table::{TableError, TableReader, TableRow};

use std::path::Path;

/// Which instances an import is to give.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    /// Everything.
    All,
    /// Everything but the instances.
    NoInstances,
}

/// Reads a file of this format into the sink. `report` is filled as far as the import came, also when it fails: what the
/// sink has taken by then is its to keep.
///
/// # Errors
/// [`FormatError`]: not readable, not of this format, cut off, stopped by the sink.
pub fn import(format: &str, path: &Path, sink: &mut dyn ImportSink, report: &mut ImportReport) -> Result<(), FormatError> {
    import_wanted(format, path, sink, report, Want::All)
}

fn import_wanted(format: &str, path: &Path, sink: &mut dyn ImportSink, report: &mut ImportReport, want: Want) -> Result<(), FormatError> {
    match format {
        "coco" => coco::import(path, sink, report, want, false),
        "coco-tracks" => coco::tracks::import(path, sink, report, want),
        "cvat" => cvat::import(path, sink, report, want),
        "kitti-tracking" => kitti::import(path, sink, report, want),
        "limn" => jsonl::import(path, sink, report, want),
        "mot" => mot::import(path, sink, report, want),
        "mots" => mots::import(path, sink, report, want),
        "mots-png" => mots::png::import(path, sink, report, want),
        "youtube-vis" => coco::vis::import(path, sink, report, want),
        other => match yolo::Task::of_format(other) {
            Some(task) => yolo::import(task, path, sink, report, want),
            None => Err(FormatError::UnknownFormat(other.to_owned())),
        },
    }
}

/// Writes everything that the source gives to a file of this format. The file appears under its name only when it is
/// complete and on the disk; one that was there is replaced then. The same source gives the same bytes.
///
/// # Errors
/// [`FormatError`]: not writable, stopped, an error of the source.
pub fn export(
    format: &str,
    source: &mut dyn ExportSource,
    out: &Path,
    options: &ExportOptions,
    progress: &mut ExportProgress<'_>,
) -> Result<ExportReport, FormatError> {
    let mut report = export_shapes(format, source, out, options, progress)?;
    if format != "limn" {
        // None of the others has a place for them.
        source.for_each_event(&mut |event| {
            let (first, last) = (event.frames.first(), event.frames.last());
            report.losses.add(Effect::Left, "an event left out", || format!("frames {first} to {last} of file number {}", event.file));
            Ok(())
        })?;
    }
    Ok(report)
}

fn export_shapes(
    format: &str,
    source: &mut dyn ExportSource,
    out: &Path,
    options: &ExportOptions,
    progress: &mut ExportProgress<'_>,
) -> Result<ExportReport, FormatError> {
    match format {
        "coco" => coco::export(source, out, options, false, progress),
        "coco-tracks" => coco::tracks::export(source, out, options, progress),
        "cvat" => cvat::export(source, out, options, progress),
        "kitti-tracking" => kitti::export(source, out, progress),
        "limn" => jsonl::export(source, out, progress),
        "mot" => mot::export(source, out, progress),
        "mots" => mots::export(source, out, progress),
        "mots-png" => mots::png::export(source, out, progress),
        "youtube-vis" => coco::vis::export(source, out, options, progress),
        other => match yolo::Task::of_format(other) {
            Some(task) => yolo::export(task, source, out, options, progress),
            None => Err(FormatError::UnknownFormat(other.to_owned())),
        },
    }
}
