//! Times the formats without a project, under `/usr/bin/time -v` for CPU and memory:
//! `cargo run --release --example coco_speed -- import FORMAT IN`, `… convert FROM IN TO OUT`, and
//! `… export FROM IN TO OUT`, which holds the input in memory first and times the writing alone (Linux).

use limn_core::{Geometry, Schema};
use limn_formats::{
    CallerError, Each, ExportOptions, ExportSource, FileItem, FormatError, ImportItem, ImportReport, ImportSink, InstanceItem, Place,
    RunItem, convert, export, import,
};
use std::path::Path;

/// Counts what it takes and forgets it.
#[derive(Default)]
struct Counter {
    points: usize,
}

impl ImportSink for Counter {
    fn item(&mut self, item: ImportItem) -> Result<(), CallerError> {
        if let ImportItem::Instance(InstanceItem { geometry: Geometry::Polygon(polygon), .. }) = item {
            self.points += polygon.num_points();
        }
        Ok(())
    }
}

/// Keeps everything.
#[derive(Default)]
struct Memory {
    schema: Schema,
    files: Vec<FileItem>,
    instances: Vec<InstanceItem>,
}

impl ImportSink for Memory {
    fn item(&mut self, item: ImportItem) -> Result<(), CallerError> {
        match item {
            ImportItem::Schema(schema) => self.schema = schema,
            ImportItem::File(file) => self.files.push(file),
            ImportItem::Instance(instance) => self.instances.push(instance),
            ImportItem::Project(_) | ImportItem::Sequence(_) | ImportItem::Event(_) | ImportItem::Run(_) => {}
        }
        Ok(())
    }
}

impl ExportSource for Memory {
    fn project(&mut self) -> Result<String, FormatError> {
        Ok(String::new())
    }

    fn schema(&mut self) -> Result<Schema, FormatError> {
        Ok(self.schema.clone())
    }

    fn runs(&mut self) -> Result<Vec<RunItem>, FormatError> {
        Ok(Vec::new())
    }

    fn for_each_file(&mut self, each: &mut Each<'_, FileItem>) -> Result<(), FormatError> {
        self.files.iter().cloned().try_for_each(each)
    }

    fn for_each_instance(&mut self, each: &mut Each<'_, InstanceItem>) -> Result<(), FormatError> {
        self.instances.iter().cloned().try_for_each(each)
    }

    fn for_each_place(&mut self, each: &mut dyn FnMut(Place<'_>) -> Result<(), FormatError>) -> Result<(), FormatError> {
        let mut places =
            self.instances.iter().map(|item| Place { file: item.file, frame: item.frame, label: item.label, extra: item.extra.as_deref() });
        places.try_for_each(each)
    }
}

/// CPU time of this process so far, in seconds.
fn cpu_secs() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

fn main() -> Result<(), CallerError> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let options = ExportOptions::default();
    let mut report = ImportReport::default();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["import", format, input] => {
            let mut counter = Counter::default();
            import(format, Path::new(input), &mut counter, &mut report)?;
            println!("{} files, {} instances, {} points, {:.2} s CPU", report.files, report.instances, counter.points, cpu_secs());
            print!("{}", report.problems);
        }
        ["convert", from, input, to, output] => {
            let done = convert(from, Path::new(input), to, Path::new(output), &options, &mut |_, _| true)?;
            println!("{} instances, {} bytes, {:.2} s CPU", done.export.instances, done.export.bytes, cpu_secs());
            print!("{}{}", done.import.problems, done.export.losses);
        }
        ["export", from, input, to, output] => {
            let mut memory = Memory::default();
            import(from, Path::new(input), &mut memory, &mut report)?;
            let before = cpu_secs();
            let done = export(to, &mut memory, Path::new(output), &options, &mut |_, _| true)?;
            println!("{} instances, {} bytes, {:.2} s CPU", done.instances, done.bytes, cpu_secs() - before);
        }
        _ => eprintln!("import FORMAT IN | convert FROM IN TO OUT | export FROM IN TO OUT"),
    }
    Ok(())
}
