//! From one format to another without a project.

use crate::error::{CallerError, FormatError};
use crate::exchange::{
    Each, EventItem, ExportOptions, ExportProgress, ExportReport, ExportSource, FileItem, ImportItem, ImportReport, ImportSink,
    InstanceItem, RunItem, SequenceItem,
};
use crate::{Want, import_wanted};
use limn_core::Schema;
use std::path::{Path, PathBuf};

/// What a conversion did on each side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConvertReport {
    /// Of the reading. Its `file_fields` are handed to the export, which counts what it cannot hold.
    pub import: ImportReport,
    /// Of the writing.
    pub export: ExportReport,
}

/// Converts a file, streaming: the input is read as often as the output format needs (two or three times), no instances
/// are held and no project is made.
///
/// # Errors
/// Those of [`crate::import`] and [`crate::export`]; nothing is written then.
pub fn convert(
    from: &str,
    input: &Path,
    to: &str,
    out: &Path,
    options: &ExportOptions,
    progress: &mut ExportProgress<'_>,
) -> Result<ConvertReport, FormatError> {
    let mut head = Head::default();
    import_wanted(from, input, &mut head, &mut ImportReport::default(), Want::NoInstances)?;
    let mut source = FileSource { format: from.to_owned(), path: input.to_owned(), head, report: ImportReport::default() };
    let export = crate::export(to, &mut source, out, options, progress)?;
    Ok(ConvertReport { import: source.report, export })
}

/// Everything of a file but its instances.
#[derive(Default)]
struct Head {
    project: String,
    schema: Schema,
    files: Vec<FileItem>,
    runs: Vec<RunItem>,
    sequences: Vec<SequenceItem>,
    events: Vec<EventItem>,
}

impl ImportSink for Head {
    fn item(&mut self, item: ImportItem) -> Result<(), CallerError> {
        match item {
            ImportItem::Project(name) => self.project = name,
            ImportItem::Schema(schema) => self.schema = schema,
            ImportItem::File(file) => self.files.push(file),
            ImportItem::Run(run) => self.runs.push(run),
            ImportItem::Sequence(sequence) => self.sequences.push(sequence),
            ImportItem::Event(event) => self.events.push(event),
            ImportItem::Instance(_) => {}
        }
        Ok(())
    }
}

struct FileSource {
    format: String,
    path: PathBuf,
    head: Head,
    /// Of the last whole reading, so that nothing counts twice.
    report: ImportReport,
}

impl ExportSource for FileSource {
    fn project(&mut self) -> Result<String, FormatError> {
        Ok(self.head.project.clone())
    }

    fn schema(&mut self) -> Result<Schema, FormatError> {
        Ok(self.head.schema.clone())
    }

    fn runs(&mut self) -> Result<Vec<RunItem>, FormatError> {
        Ok(self.head.runs.clone())
    }

    fn for_each_file(&mut self, each: &mut Each<'_, FileItem>) -> Result<(), FormatError> {
        self.head.files.iter().cloned().try_for_each(each)
    }

    fn for_each_sequence(&mut self, each: &mut Each<'_, SequenceItem>) -> Result<(), FormatError> {
        self.head.sequences.iter().cloned().try_for_each(each)
    }

    fn for_each_event(&mut self, each: &mut Each<'_, EventItem>) -> Result<(), FormatError> {
        self.head.events.iter().cloned().try_for_each(each)
    }

    fn for_each_instance(&mut self, each: &mut Each<'_, InstanceItem>) -> Result<(), FormatError> {
        let mut report = ImportReport::default();
        let done = import_wanted(&self.format, &self.path, &mut Instances { each }, &mut report, Want::All);
        self.report = report;
        done
    }
}

/// Hands on the instances alone.
struct Instances<'a, 'b> {
    each: &'a mut Each<'b, InstanceItem>,
}

impl ImportSink for Instances<'_, '_> {
    fn item(&mut self, item: ImportItem) -> Result<(), CallerError> {
        match item {
            ImportItem::Instance(instance) => Ok((self.each)(instance)?),
            _ => Ok(()),
        }
    }
}
