//! A sink that keeps everything, and a source that gives it back.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod given;
pub mod tracks;

use limn_core::{Label, LabelId, Schema};
use limn_formats::{
    CallerError, Each, Effect, EventItem, ExportOptions, ExportReport, ExportSource, FileItem, FormatError, ImportItem, ImportReport,
    ImportSink, InstanceItem, Problems, RunItem, SequenceItem,
};
use std::path::Path;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    pub project: String,
    pub schema: Schema,
    pub files: Vec<FileItem>,
    pub runs: Vec<RunItem>,
    pub sequences: Vec<SequenceItem>,
    pub events: Vec<EventItem>,
    pub instances: Vec<InstanceItem>,
}

impl ImportSink for Memory {
    fn item(&mut self, item: ImportItem) -> Result<(), CallerError> {
        match item {
            ImportItem::Project(name) => self.project = name,
            ImportItem::Schema(schema) => self.schema = schema,
            ImportItem::File(file) => self.files.push(file),
            ImportItem::Run(run) => self.runs.push(run),
            ImportItem::Sequence(sequence) => self.sequences.push(sequence),
            ImportItem::Event(event) => self.events.push(event),
            ImportItem::Instance(instance) => self.instances.push(instance),
        }
        Ok(())
    }
}

impl ExportSource for Memory {
    fn project(&mut self) -> Result<String, FormatError> {
        Ok(self.project.clone())
    }
    fn schema(&mut self) -> Result<Schema, FormatError> {
        Ok(self.schema.clone())
    }
    fn runs(&mut self) -> Result<Vec<RunItem>, FormatError> {
        Ok(self.runs.clone())
    }
    fn for_each_file(&mut self, each: &mut Each<'_, FileItem>) -> Result<(), FormatError> {
        self.files.iter().cloned().try_for_each(each)
    }
    fn for_each_sequence(&mut self, each: &mut Each<'_, SequenceItem>) -> Result<(), FormatError> {
        self.sequences.iter().cloned().try_for_each(each)
    }
    fn for_each_event(&mut self, each: &mut Each<'_, EventItem>) -> Result<(), FormatError> {
        self.events.iter().cloned().try_for_each(each)
    }
    fn for_each_instance(&mut self, each: &mut Each<'_, InstanceItem>) -> Result<(), FormatError> {
        self.instances.iter().cloned().try_for_each(each)
    }
}

pub fn label(id: u32, name: &str) -> Label {
    Label { color: [1, 2, 3], ..Label::new(LabelId(id), name) }
}

pub fn import_bytes(format: &str, bytes: &[u8]) -> (Memory, ImportReport, Result<(), FormatError>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("in.json");
    std::fs::write(&path, bytes).unwrap();
    let (mut memory, mut report) = (Memory::default(), ImportReport::default());
    let done = limn_formats::import(format, &path, &mut memory, &mut report);
    assert_eq!(report.instances, memory.instances.len() as u64);
    assert_eq!(report.sequences, memory.sequences.len() as u64);
    assert_eq!(report.events, memory.events.len() as u64);
    assert_eq!(report.files, memory.files.len() as u64);
    (memory, report, done)
}

pub fn export_bytes(format: &str, source: &mut Memory, options: &ExportOptions) -> (Vec<u8>, ExportReport) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.json");
    let report = limn_formats::export(format, source, &path, options, &mut |_, _| true).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(report.bytes, bytes.len() as u64);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    (bytes, report)
}

/// Count and effect of the kind of problem whose sentence holds this text.
pub fn problem(problems: &Problems, text: &str) -> (u64, Effect) {
    let found: Vec<_> = problems.kinds().iter().filter(|kind| kind.text.contains(text)).collect();
    assert_eq!(found.len(), 1, "\"{text}\" in:\n{problems}");
    (found[0].count, found[0].effect)
}

pub fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}
