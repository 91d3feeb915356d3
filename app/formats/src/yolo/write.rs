//! Writing YOLO.

use super::Task;
use super::data::Classes;
use super::files::{Entry, Stems, frame_name, list_name};
use super::shape::From;
use crate::error::FormatError;
use crate::exchange::{ExportOptions, ExportProgress, ExportReport, ExportSource};
use crate::folder::Folder;
use crate::json::write::Output;
use crate::problems::Effect;
use crate::tracking::{BETWEEN, Keeps, Video, read, told_file, told_instance};
use limn_core::{FileKind, Instance, InstanceId, LabelId, Role};
use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

const KEEPS: Keeps = Keeps { confidence: false, extra: false, mark: |_| false, objects: false, plain: false };
/// Keypoints come with their box as a foreign field, as in COCO.
const KEEPS_OF_POSE: Keeps = Keeps { extra: true, ..KEEPS };
/// The part of an export that is not dealt to several.
const WHOLE: &str = "train";

/// Writes everything of the source into a folder.
pub(crate) fn export(
    task: Task,
    source: &mut dyn ExportSource,
    out: &Path,
    options: &ExportOptions,
    progress: &mut ExportProgress<'_>,
) -> Result<ExportReport, FormatError> {
    let mut report = ExportReport::default();
    let keeps = if task == Task::Pose { KEEPS_OF_POSE } else { KEEPS };
    let videos = read(source, keeps, &mut report.losses, progress)?;
    let mut used: BTreeSet<LabelId> = videos.iter().flat_map(|video| &video.things).map(|thing| thing.label).collect();
    source.for_each_instance(&mut |item| {
        if item.member.is_none() {
            used.insert(item.label);
        }
        Ok(())
    })?;
    let classes = Classes::new(task, &source.schema()?, &used, &mut report.losses);
    let part = options.part.as_deref().unwrap_or(WHOLE);
    let targets = targets(source, &videos, &mut report)?;
    let mut tree = Tree::create(out, part)?;
    for target in targets.iter().flatten().filter(|target| target.entry.kind() == FileKind::Image) {
        // A file without lines says that nothing is on the image.
        tree.put(&target.entry.labels, "")?;
    }
    let mut writer = Writer { task, classes, is_tracked: options.track_ids, tree, report };
    let mut done = 0_u64;
    let mut step = |report: &ExportReport| {
        done += 1;
        if done.is_multiple_of(1024) && !progress(report.instances, 0) { Err(FormatError::Cancelled) } else { Ok(()) }
    };
    source.for_each_instance(&mut |item| {
        let Some(target) = targets.get(item.file).and_then(Option::as_ref).filter(|_| item.member.is_none()) else { return Ok(()) };
        step(&writer.report)?;
        told_instance(&item, keeps, &mut writer.report.losses);
        let (file, frame) = (item.file, item.frame);
        let instance = Instance {
            marks: item.marks,
            extra: item.extra,
            ..Instance::new(InstanceId::from_parts(0, [0; 10]), limn_core::FileId::from_parts(0, [0; 10]), frame, item.label, item.geometry)
        };
        let name = target.name_of(frame);
        let place = || item.id.map_or_else(|| format!("file number {file}, frame {frame}"), |id| format!("instance {id}"));
        match writer.line(&instance, target, None, &place) {
            Some(line) => writer.tree.put(&name, &line),
            None => Ok(()),
        }
    })?;
    for video in &videos {
        let Some(target) = targets.get(video.file).and_then(Option::as_ref) else { continue };
        writer.video(video, target, &mut step)?;
    }
    writer.finish(targets.iter().flatten(), part)
}

/// A file that is written.
struct Target {
    entry: Entry,
}

impl Target {
    /// The name of the label file of a frame.
    fn name_of(&self, frame: u64) -> String {
        if self.entry.kind() == FileKind::Image {
            return self.entry.labels.clone();
        }
        frame_name(&self.entry.labels, frame, self.entry.frames)
    }
}

/// By file; `None` for one of which nothing can be written.
fn targets(source: &mut dyn ExportSource, videos: &[Video], report: &mut ExportReport) -> Result<Vec<Option<Target>>, FormatError> {
    let mut stems = Stems::default();
    let mut targets = Vec::new();
    source.for_each_file(&mut |item| {
        told_file(&item, &mut report.losses);
        if item.width == 0 || item.height == 0 {
            let text = "a file left out with what is on it, since its size is not known";
            report.losses.add(Effect::Left, text, || item.name.clone());
            targets.push(None);
            return Ok(());
        }
        report.files += 1;
        let (stem, is_own) = stems.choose(&item);
        if !is_own {
            let text = "the labels of a file are called otherwise than the file, since another has that name or it holds odd letters";
            report.losses.add(Effect::Changed, text, || format!("{}: {stem}", item.path));
        }
        let number = targets.len();
        let frames = videos.iter().find(|video| video.file == number).map_or(item.frames, |video| video.frames);
        targets.push(Some(Target { entry: Entry::new(&stem, &item, frames) }));
        Ok(())
    })?;
    Ok(targets)
}

struct Writer {
    task: Task,
    classes: Classes,
    /// Numbers of objects stand behind the lines.
    is_tracked: bool,
    tree: Tree,
    report: ExportReport,
}

impl Writer {
    fn line(&mut self, instance: &Instance, target: &Target, track: Option<u64>, place: &dyn Fn() -> String) -> Option<String> {
        let losses = &mut self.report.losses;
        if instance.marks.role == Role::Ignore {
            losses.add(Effect::Left, "an area to be ignored left out", place);
            return None;
        }
        let Some(class) = self.classes.of.get(&instance.label).copied() else {
            losses.add(Effect::Left, "what has a label that is not offered left out", place);
            return None;
        };
        let size = (target.entry.width, target.entry.height);
        let from = From { task: self.task, size, keypoints: self.classes.keypoints, place };
        let numbers = from.numbers(instance, losses)?;
        self.report.instances += 1;
        let track = track.map(|track| format!(" {track}")).unwrap_or_default();
        Some(format!("{class}{numbers}{track}\n"))
    }

    fn video(
        &mut self,
        video: &Video,
        target: &Target,
        step: &mut dyn FnMut(&ExportReport) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        self.report.sequences += video.things.len() as u64;
        if !self.is_tracked {
            for thing in &video.things {
                let text = "which lines are the same object is not told; --track-ids writes its number behind them";
                self.report.losses.add(Effect::Left, text, || format!("number {}", thing.number));
            }
        }
        video.for_each_frame(|frame, shapes| {
            let mut lines = String::new();
            for shape in shapes {
                step(&self.report)?;
                let Some(thing) = video.things.get(shape.thing) else { continue };
                let place = || format!("number {}, frame {frame}", thing.number);
                let mut instance = shape.instance.clone();
                instance.label = thing.label;
                if !shape.is_keyframe {
                    self.report.losses.add(Effect::Changed, BETWEEN, place);
                    // What came with a keyframe holds there alone.
                    instance.extra = None;
                }
                let track = Some(thing.number).filter(|_| self.is_tracked);
                lines.extend(self.line(&instance, target, track, &place));
            }
            if lines.is_empty() { Ok(()) } else { self.tree.put(&target.name_of(frame), &lines) }
        })
    }

    fn finish<'a>(self, targets: impl Iterator<Item = &'a Target>, part: &str) -> Result<ExportReport, FormatError> {
        let Self { task, classes, tree, mut report, .. } = self;
        let root = tree.root.clone();
        let mut list = Output::create(&root.join(list_name(part)))?;
        for target in targets {
            list.buf.extend(serde_json::to_vec(&target.entry).unwrap_or_default());
            list.buf.push(b'\n');
            list.flow()?;
        }
        report.bytes += tree.bytes;
        let parts = tree.finish()?;
        report.bytes += list.finish()?;
        let mut data = Output::create(&root.join("data.yaml"))?;
        data.buf.extend_from_slice(classes.to_text(task, &parts).as_bytes());
        report.bytes += data.finish()?;
        report.losses.add(
            Effect::Kept,
            "pictures are not copied: training programs look for each in images, called as its labels are",
            || format!("images/{part}"),
        );
        Ok(report)
    }
}

/// The label files in the making.
struct Tree {
    root: PathBuf,
    folder: Folder,
    bytes: u64,
}

impl Tree {
    fn create(root: &Path, part: &str) -> Result<Self, FormatError> {
        let is_ours = root.join(list_name(part)).is_file();
        Ok(Self { root: root.to_owned(), folder: Folder::create(root.join("labels").join(part), is_ours)?, bytes: 0 })
    }

    /// Adds lines to a label file.
    fn put(&mut self, name: &str, lines: &str) -> Result<(), FormatError> {
        let path = self.folder.path().join(format!("{name}.txt"));
        let file = OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| file.write_all(lines.as_bytes())).map_err(|error| FormatError::write(&path, error))?;
        self.bytes += lines.len() as u64;
        Ok(())
    }

    /// Takes the place; the parts that are there then.
    fn finish(self) -> Result<BTreeSet<String>, FormatError> {
        self.folder.finish()?;
        let parts = || -> io::Result<BTreeSet<String>> {
            let mut parts = BTreeSet::new();
            for entry in fs::read_dir(self.root.join("labels"))? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if entry.file_type()?.is_dir() && !name.starts_with('.') {
                    parts.insert(name);
                }
            }
            Ok(parts)
        };
        parts().map_err(|error| FormatError::write(&self.root, error))
    }
}
