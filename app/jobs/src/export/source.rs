//! A project as the source of an export.

use super::ExportOptions;
use crate::error::JobError;
use crate::origin::Origin;
use crate::selection::Selection;
use limn_core::{FileId, RunId, Schema, SequenceId, WorkFrames};
use limn_formats::{
    Each, EventItem, ExportSource, FileAnswer, FileItem, FormatError, InstanceItem, MemberItem, Place, RunItem, SequenceItem,
};
use limn_store::{FileRow, InstanceRow, Project, StoreError};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// See the module.
pub(super) struct Source<'a> {
    project: &'a Project,
    files: Vec<FileItem>,
    numbers: HashMap<FileId, usize>,
    runs: Vec<RunItem>,
    run_numbers: HashMap<RunId, usize>,
    pub sequence_numbers: HashMap<SequenceId, usize>,
    selection: Selection<'a>,
    /// By number of the file.
    written: Vec<WorkFrames>,
    /// Keyframes are written as they are, not what follows from them.
    keeps_keyframes: bool,
}

impl<'a> Source<'a> {
    pub fn new(
        project: &'a Project,
        mut files: Vec<FileRow>,
        options: &'a ExportOptions,
        format: &str,
        out: &Path,
    ) -> Result<Self, JobError> {
        let runs = project.runs()?;
        let paths = Paths::of(project.dir(), out, format);
        let mut answers: HashMap<FileId, Vec<FileAnswer>> = HashMap::new();
        for row in project.answers()? {
            let answer = FileAnswer { frame: row.frame, attribute: row.attribute, answer: row.answer };
            answers.entry(row.file).or_default().push(answer);
        }
        let numbers: HashMap<FileId, usize> = files.iter().enumerate().map(|(number, row)| (row.file.id, number)).collect();
        let selection = Selection::new(project, &options.query)?;
        let is_copy = super::is_copy(format);
        let written = |row: &mut FileRow| if is_copy { Ok(WorkFrames::default()) } else { super::written(row, options) };
        let written = files.iter_mut().map(written).collect::<Result<_, _>>()?;
        Ok(Self {
            sequence_numbers: sequence_numbers(project, &numbers, &selection)?,
            numbers,
            written,
            keeps_keyframes: format == "coco",
            files: files
                .into_iter()
                .map(|row| (answers.remove(&row.file.id).unwrap_or_default(), row))
                .map(|(answers, row)| file_item(row, answers, &paths))
                .collect(),
            run_numbers: runs.iter().enumerate().map(|(number, (id, _))| (*id, number)).collect(),
            runs: runs.into_iter().map(|(id, name)| RunItem { id: Some(id), name }).collect(),
            selection,
            project,
        })
    }
}

/// The sequences that are exported, numbered. One of which a keyframe is chosen comes whole: without the others it would move
/// otherwise.
fn sequence_numbers(
    project: &Project,
    files: &HashMap<FileId, usize>,
    selection: &Selection<'_>,
) -> Result<HashMap<SequenceId, usize>, StoreError> {
    let mut chosen = HashSet::new();
    if !selection.is_all() {
        project.for_each_instance(|row| {
            chosen.extend(row.instance.member.filter(|_| selection.holds(&row)).map(|member| member.sequence));
            Ok::<_, StoreError>(())
        })?;
    }
    let mut numbers = HashMap::new();
    project.for_each_sequence(|sequence| {
        if files.contains_key(&sequence.file) && (selection.is_all() || chosen.contains(&sequence.id)) {
            numbers.insert(sequence.id, numbers.len());
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(numbers)
}

/// How the paths of files are written.
pub(super) enum Paths {
    /// As the project keeps them, so that nothing is lost.
    AsStored,
    /// Relative to the folder of the output where they lie below it, else absolute: what a training program can open.
    From { project: PathBuf, folder: PathBuf },
}

impl Paths {
    pub fn of(project: &Path, out: &Path, format: &str) -> Self {
        if format == "limn" {
            return Self::AsStored;
        }
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let full =
            |path: &Path| path.canonicalize().or_else(|_missing| std::path::absolute(path)).unwrap_or_else(|_no_cwd| path.to_owned());
        Self::From { project: full(project), folder: full(folder) }
    }

    fn of_file(&self, stored: String) -> String {
        let Self::From { project, folder } = self else { return stored };
        // As `limn_store::resolve`, without asking the disk again for each of a hundred thousand files.
        let mut path = project.clone();
        for part in Path::new(&stored).components() {
            match part {
                std::path::Component::ParentDir => drop(path.pop()),
                part => path.push(part),
            }
        }
        match path.strip_prefix(folder) {
            Ok(below) => below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"),
            Err(_elsewhere) => path.to_string_lossy().into_owned(),
        }
    }
}

pub(super) fn file_item(row: FileRow, answers: Vec<FileAnswer>, paths: &Paths) -> FileItem {
    let FileRow { file, looked, work_frames, .. } = row;
    let path = paths.of_file(if matches!(paths, Paths::AsStored) { file.path.clone() } else { file.told_path() });
    FileItem {
        answers,
        id: Some(file.id),
        name: file.name,
        path,
        kind: file.kind,
        width: file.width,
        height: file.height,
        frames: file.frames,
        bytes: file.bytes,
        hash: file.hash,
        status: file.status,
        looked: Some(looked),
        work_frames,
        clip: file.clip,
        camera: file.camera,
        extra: None,
    }
}

impl Source<'_> {
    /// Whether keyframes are written as they are.
    pub fn keeps_keyframes(&self) -> bool {
        self.keeps_keyframes
    }

    /// Whether something lies on a frame that is written. Keyframes are needed where others follow from them.
    fn is_written(&self, file: usize, row: &InstanceRow) -> bool {
        let is_needed = row.instance.member.is_some() && !self.keeps_keyframes;
        is_needed || self.written.get(file).is_none_or(|frames| frames.contains(row.instance.frame))
    }

    fn holds(&self, row: &InstanceRow) -> bool {
        let of_chosen = || row.instance.member.is_some_and(|member| self.sequence_numbers.contains_key(&member.sequence));
        self.selection.is_all() || of_chosen() || self.selection.holds(row)
    }
}

/// Carries an exporter's error out through the store's loop.
struct Stop(FormatError);

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self(FormatError::caller(error))
    }
}

impl ExportSource for Source<'_> {
    fn project(&mut self) -> Result<String, FormatError> {
        self.project.name().map_err(FormatError::caller)
    }

    fn schema(&mut self) -> Result<Schema, FormatError> {
        Ok(self.project.schema().clone())
    }

    fn runs(&mut self) -> Result<Vec<RunItem>, FormatError> {
        Ok(self.runs.clone())
    }

    fn for_each_file(&mut self, each: &mut Each<'_, FileItem>) -> Result<(), FormatError> {
        self.files.iter().cloned().try_for_each(each)
    }

    fn written_frames(&self, file: usize) -> WorkFrames {
        self.written.get(file).cloned().unwrap_or_default()
    }

    fn for_each_sequence(&mut self, each: &mut Each<'_, SequenceItem>) -> Result<(), FormatError> {
        let done = self.project.for_each_sequence(|sequence| {
            let Some(file) = self.numbers.get(&sequence.file).copied() else { return Ok(()) };
            if !self.sequence_numbers.contains_key(&sequence.id) {
                return Ok(());
            }
            let item = SequenceItem {
                id: Some(sequence.id),
                file,
                number: sequence.number,
                label: sequence.label,
                name: sequence.name,
                motion: sequence.motion,
                exit: sequence.exit,
                same_as: sequence.same_as,
                marks: sequence.marks,
                extra: sequence.extra,
            };
            each(item).map_err(Stop)
        });
        done.map_err(|Stop(error)| error)
    }

    /// Where not all is chosen: those in which a chosen sequence takes part.
    fn for_each_event(&mut self, each: &mut Each<'_, EventItem>) -> Result<(), FormatError> {
        let done = self.project.for_each_event(|event| {
            let Some(file) = self.numbers.get(&event.file).copied() else { return Ok(()) };
            let (mut participants, mut missing) = (BTreeMap::<String, Vec<usize>>::new(), 0);
            for (role, id) in event.takes_part() {
                match self.sequence_numbers.get(&id) {
                    Some(number) => participants.entry(role.to_owned()).or_default().push(*number),
                    None => missing += 1,
                }
            }
            if !self.selection.is_all() && participants.is_empty() {
                return Ok(());
            }
            let item = EventItem {
                id: Some(event.id),
                file,
                frames: event.frames,
                label: event.label,
                participants,
                missing,
                run: event.run.and_then(|run| self.run_numbers.get(&run).copied()),
                marks: event.marks,
                extra: event.extra,
            };
            each(item).map_err(Stop)
        });
        done.map_err(|Stop(error)| error)
    }

    fn for_each_instance(&mut self, each: &mut Each<'_, InstanceItem>) -> Result<(), FormatError> {
        let done = self.project.for_each_instance(|row| {
            let Some(file) = self.numbers.get(&row.instance.file).copied() else { return Ok(()) };
            if !self.holds(&row) || !self.is_written(file, &row) {
                return Ok(());
            }
            let member = row.instance.member.and_then(|member| {
                let sequence = self.sequence_numbers.get(&member.sequence).copied()?;
                Some(MemberItem { sequence, part: member.part })
            });
            let origin = Origin::of(&row);
            let instance = row.instance;
            let item = InstanceItem {
                id: Some(instance.id),
                file,
                frame: instance.frame,
                label: instance.label,
                geometry: instance.geometry,
                marks: instance.marks.clone(),
                run: instance.run.and_then(|run| self.run_numbers.get(&run).copied()),
                confidence: instance.confidence,
                author: Some(origin.author),
                created: Some(origin.created),
                extra: origin.extra,
                member,
            };
            each(item).map_err(Stop)
        });
        done.map_err(|Stop(error)| error)
    }

    fn for_each_place(&mut self, each: &mut dyn FnMut(Place<'_>) -> Result<(), FormatError>) -> Result<(), FormatError> {
        if !self.selection.is_all() || self.written.iter().any(|frames| !frames.is_all()) {
            return self.for_each_instance(&mut |item| {
                each(Place { file: item.file, frame: item.frame, label: item.label, extra: item.extra.as_deref() })
            });
        }
        let done = self.project.for_each_place(|place| {
            let Some(file) = self.numbers.get(&place.file).copied() else { return Ok(()) };
            each(Place { file, frame: place.frame, label: place.label, extra: place.extra }).map_err(Stop)
        });
        done.map_err(|Stop(error)| error)
    }
}
