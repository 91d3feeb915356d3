//! Reading YOLO.

use super::Task;
use super::data::{Data, data_file};
use super::line::{Form, class_of};
use super::tree::{Found, LabelFile, Pictures, label_files};
use crate::Want;
use crate::error::FormatError;
use crate::exchange::{FileItem, ImportItem, ImportReport, ImportSink};
use crate::problems::Effect;
use crate::tracking::{Gather, Out, Row};
use limn_core::geometry::{Keypoint, Sight};
use limn_core::{FileKind, Geometry, LabelId};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Longest label file, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// Reads a folder, or that of a data file, into the sink.
pub(crate) fn import(task: Task, path: &Path, sink: &mut dyn ImportSink, report: &mut ImportReport, want: Want) -> Result<(), FormatError> {
    let is_folder = path.is_dir();
    let above = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let root = if is_folder { path } else { above };
    let data_file = if is_folder { data_file(root) } else { Some(path.to_owned()) };
    let files = label_files(root);
    if files.is_empty() && data_file.is_none() {
        return Err(FormatError::NoLabelFiles { path: path.to_owned() });
    }
    let mut out = Out { sink, report, want };
    let data = Data::read(root, data_file.as_deref(), &used_classes(&files, out.sink)?, &mut out.report.problems)?;
    out.report.labels = data.schema.labels.len() as u64;
    out.give(ImportItem::Schema(data.schema.clone()))?;
    let mut reader = Reader { task, data, videos: BTreeMap::new() };
    let mut pictures = Pictures::new(root);
    for _ in 0..pictures.bad_lines {
        out.left("a line of the list of files is damaged; read past", String::new);
    }
    let total = files.iter().map(|file| file.bytes).sum();
    let mut done = 0;
    let mut images: BTreeSet<String> = BTreeSet::new();
    for file in &files {
        done += file.bytes;
        if !out.sink.progress(done, total) {
            return Err(FormatError::Cancelled);
        }
        let Some(found) = pictures.find(file, &mut out) else {
            let text =
                "there is no picture for a label file, or its size is not known; left out. Add the pictures first, or put them into images";
            out.left(text, || name(file));
            continue;
        };
        if found.item.kind == FileKind::Image && !images.insert(found.item.path.clone()) {
            out.left("an image has two label files; the second left out", || name(file));
            continue;
        }
        reader.file(file, found, &mut out)?;
    }
    // Videos on which nothing is have no label files.
    let listed: BTreeMap<&str, FileItem> = pictures
        .entries()
        .filter(|(_, entry)| entry.kind() != FileKind::Image)
        .map(|(_, entry)| (entry.path.as_str(), FileItem::new(&entry.path, entry.kind(), (entry.width, entry.height), entry.frames)))
        .collect();
    for (path, item) in listed {
        reader.videos.entry(path.to_owned()).or_insert_with(|| (item, Gather::default()));
    }
    for (item, gather) in reader.videos.into_values() {
        // Of one whose length nobody tells it is known when it is found.
        let known = if item.frames > 1 { item.frames } else { 0 };
        let frames = if known > 0 { known } else { gather.end() };
        let file = out.file(&item.path, item.kind, (item.width, item.height), frames)?;
        gather.give(file, known, &mut out)?;
    }
    Ok(())
}

fn name(file: &LabelFile) -> String {
    if file.folder.is_empty() { format!("{}.txt", file.stem) } else { format!("{}/{}.txt", file.folder, file.stem) }
}

fn text_of(file: &LabelFile) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    File::open(&file.path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(std::io::Error::other("it is longer than 64 MiB"));
    }
    Ok(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned())
}

fn used_classes(files: &[LabelFile], sink: &mut dyn ImportSink) -> Result<BTreeSet<u64>, FormatError> {
    let mut used = BTreeSet::new();
    for file in files {
        if !sink.progress(0, 0) {
            return Err(FormatError::Cancelled);
        }
        // What cannot be read is told when its lines are.
        used.extend(text_of(file).unwrap_or_default().lines().filter_map(class_of));
    }
    Ok(used)
}

struct Reader {
    task: Task,
    data: Data,
    /// By path.
    videos: BTreeMap<String, (FileItem, Gather)>,
}

impl Reader {
    fn file(&mut self, file: &LabelFile, found: Found, out: &mut Out<'_>) -> Result<(), FormatError> {
        let Found { item, frame } = found;
        let is_frame = item.kind != FileKind::Image;
        let text = text_of(file).unwrap_or_else(|error| {
            out.left("a label file cannot be read; left out", || format!("{}: {error}", name(file)));
            String::new()
        });
        let size = (item.width, item.height);
        let number = if is_frame {
            self.videos.entry(item.path.clone()).or_insert_with(|| (item.clone(), Gather::default()));
            None
        } else {
            Some(out.file(&item.path, FileKind::Image, size, 1)?)
        };
        let form = Form { task: self.task, size, keypoints: self.data.keypoints, is_frame };
        for (at, line) in (1_u64..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let place = || format!("{}, line {at}", name(file));
            let parsed = match form.read(line) {
                Ok(parsed) => parsed,
                Err(text) => {
                    out.left(text, place);
                    continue;
                }
            };
            if let Some(text) = parsed.odd {
                out.tell(Effect::Kept, text, place);
            }
            let Some(label) = self.data.classes.get(&parsed.class).copied() else {
                out.left("a line has a class without a label; left out", place);
                continue;
            };
            let geometry = self.fitted(parsed.geometry, label);
            let row = Row { confidence: parsed.confidence, extra: parsed.extra, ..Row::new(frame, geometry) };
            match (number, parsed.track) {
                (Some(number), _) => out.instance(number, label, row, None)?,
                (None, track) => {
                    let Some((_, gather)) = self.videos.get_mut(&item.path) else { continue };
                    match track {
                        Some(track) => gather.add(track, label, row),
                        None => gather.add_plain(label, row),
                    }
                }
            }
        }
        Ok(())
    }

    /// Keypoints as many as the label has.
    fn fitted(&self, geometry: Geometry, label: LabelId) -> Geometry {
        let Geometry::Keypoints(mut keypoints) = geometry else { return geometry };
        let template = self.data.schema.label(label).and_then(|label| label.keypoints.as_ref());
        if let Some(template) = template {
            keypoints.points.resize(template.points.len(), Keypoint { sight: Sight::Absent, ..Keypoint::default() });
        }
        Geometry::Keypoints(keypoints)
    }
}
