//! Annotations from a file into a project, as one step of undo.

mod answers;
mod cameras;
mod events;
mod sequences;
mod sink;

use crate::cx::JobCx;
use crate::door::ProjectDoor;
use crate::error::JobError;
use crate::locate::Locator;
use limn_formats::{ImportReport, Problem};
use sink::Sink;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Which label of the project a foreign label becomes; `None` leaves its instances out. Labels that are not named keep
/// their name.
pub type LabelMap = BTreeMap<String, Option<String>>;

/// Choices of an import.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportOptions {
    /// Take the instances for predictions of a new run of this name.
    pub run: Option<String>,
    /// Foreign labels that are called otherwise here.
    pub labels: LabelMap,
    /// Folders to look for the media in, before those near the annotation file.
    pub images: Vec<PathBuf>,
    /// Look at everything and write nothing.
    pub dry_run: bool,
}

/// What an import did, or would do.
#[derive(Debug, Default)]
pub struct ImportSummary {
    /// Files that were in the project already.
    pub files_known: u64,
    /// Files that joined the project, the missing ones too.
    pub files_added: u64,
    /// Of those, the ones that are nowhere on the disk.
    pub files_missing: u64,
    /// Files that could not be taken; their instances are in [`Self::instances_skipped`].
    pub files_skipped: u64,
    /// Sequences written.
    pub sequences: u64,
    /// Events written.
    pub events: u64,
    /// Instances written.
    pub instances: u64,
    /// Instances that the annotation file holds and that were not written (see [`Self::problems`]).
    pub instances_skipped: u64,
    /// Names of the labels that joined the schema.
    pub labels_added: Vec<String>,
    /// Runs that joined the project.
    pub runs_added: u64,
    /// Operations written.
    pub operations: u64,
    /// What was not taken over, or not as it stood, or is worth a look.
    pub problems: Vec<Problem>,
    /// Why it ended before the end of the file; what came before is written.
    pub stopped_by: Option<JobError>,
}

/// Reads an annotation file of a format into the project: labels that the schema lacks are added to it, the files that
/// it names are matched to those of the project, found on the disk, or added as missing with the size that it says.
/// Nothing is dropped silently: see [`ImportSummary::problems`].
///
/// # Errors
/// [`JobError`] when nothing could be read or written; an error after that is in [`ImportSummary::stopped_by`].
pub fn import(
    door: &mut impl ProjectDoor,
    format: &str,
    path: &Path,
    options: &ImportOptions,
    cx: &mut JobCx<'_>,
) -> Result<ImportSummary, JobError> {
    let (dir, files, deleted, schema) = door.with(|project| {
        let files = project.files()?;
        Ok::<_, limn_store::StoreError>((project.dir().to_owned(), files, project.deleted_files()?, project.schema().clone()))
    })??;
    let locator = Locator::new(&dir, files.into_iter().map(|row| row.file), path, &options.images);
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let mut sink = Sink::new(door, cx, options, locator, schema, deleted.into_iter().collect(), format!("Import {name}"))?;
    let mut report = ImportReport::default();
    let read = limn_formats::import(format, path, &mut sink, &mut report).map_err(JobError::from);
    let written = sink.finish();
    let mut summary = sink.into_summary();
    let mut problems = report.problems.kinds().to_vec();
    problems.extend(
        report
            .file_fields
            .kinds()
            .iter()
            .map(|kind| Problem { text: format!("the field \"{}\" of files has no place here; left out", kind.text), ..kind.clone() }),
    );
    problems.append(&mut summary.problems);
    summary.problems = problems;
    match read.and(written) {
        Ok(()) => Ok(summary),
        Err(error) if summary.operations == 0 => Err(error),
        Err(error) => Ok(ImportSummary { stopped_by: Some(error), ..summary }),
    }
}
