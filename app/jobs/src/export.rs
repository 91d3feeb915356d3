//! A project's annotations into files of a format: one state of the log, the same bytes each time.

mod joined;
mod source;
mod split;
mod times;

use crate::cx::JobCx;
use crate::error::JobError;
use crate::selection::Selection;
use joined::Joined;
use limn_core::query::Query;
use limn_core::work_frames;
use limn_core::{FileId, FileKind, FileStatus, LookedStretch, Progress, WorkFrames};
use limn_formats::{ChoiceForm, ExportReport, ExportSource, RleForm};
use limn_store::{FileRow, Project};
use source::Source;
pub use split::Split;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Choices of an export.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExportOptions {
    /// Only instances for which this holds, and the files on which they lie.
    pub query: Query,
    /// The state at this snapshot instead of the present one.
    pub at: Option<String>,
    /// Files dealt to several outputs: `out.json` becomes `out.train.json`, `out.val.json`.
    pub split: Option<Split>,
    /// Files that are not complete, too; they are marked where the format can say so. Limn's own format, which copies a project,
    /// always holds all of them.
    pub incomplete: bool,
    /// On work frames alone, where the format writes frame by frame.
    pub work_frames: bool,
    /// Clips of one video as that video, with its frames: see [`limn_core::clip`].
    pub join_clips: bool,
    /// How COCO masks are written.
    pub rle: RleForm,
    /// How options that were taken are written, other than by Limn's own format.
    pub choices: ChoiceForm,
    /// The number of its object behind each line of YOLO.
    pub track_ids: bool,
    /// Where indexes of videos are kept, to tell the times of frames of those whose rate varies; `None`: they are not told.
    pub index_dir: Option<PathBuf>,
}

/// One file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedFile {
    /// Where.
    pub path: PathBuf,
    /// Which part of the split it is.
    pub split: Option<String>,
    /// What it holds and what the format could not hold.
    pub report: ExportReport,
}

/// What an export did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportSummary {
    /// One file, or one for each part of the split.
    pub files: Vec<ExportedFile>,
    /// Files that were left out, since they are not complete.
    pub left_incomplete: u64,
    /// Files that are not complete, of which the frames were written that were looked through.
    pub partly: u64,
    /// What became of clips that were joined.
    pub joined: JoinReport,
    /// Where the times of frames stand, of videos whose rate varies.
    pub times: Vec<PathBuf>,
    /// Files that were written though labels came after they were called complete, or nobody knows under which version.
    pub behind: u64,
}

/// What became of clips that were joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JoinReport {
    /// Clips, and files with them of which they are clips.
    pub clips: u64,
    /// Videos that they became.
    pub videos: u64,
    /// Sequences that are one with that of another clip.
    pub stitched: u64,
    /// Shapes of single frames, answers and events on frames on which another clip counts: left out.
    pub doubled: u64,
    /// Sequences that are not exactly what they are in their clips, or of which not all that holds on every frame is the same.
    pub rough: u64,
}

impl JoinReport {
    fn add(&mut self, other: Self) {
        self.clips += other.clips;
        self.videos += other.videos;
        self.stitched += other.stitched;
        self.doubled += other.doubled;
        self.rough += other.rough;
    }
}

/// Whether an export of this format copies a project, so that it holds what is not complete, too.
pub fn is_copy(format: &str) -> bool {
    format == "limn"
}

/// Whether a format writes what is on each frame, so that it can leave out those that are no work frames.
pub fn is_frame_by_frame(format: &str) -> bool {
    !matches!(format, "cvat" | "limn")
}

fn is_yolo(format: &str) -> bool {
    format == "yolo" || format.starts_with("yolo-")
}

/// Writes the annotations of a project. In the window, give a project of its own opened for reading, so that the
/// person's gestures go on meanwhile: the export sees the state at its beginning.
///
/// # Errors
/// [`JobError`]: nothing is written under the name of an output that could not be finished.
pub fn export(project: &Project, format: &str, out: &Path, options: &ExportOptions, cx: &mut JobCx<'_>) -> Result<ExportSummary, JobError> {
    if options.track_ids && !is_yolo(format) {
        return Err(JobError::Refused(format!(
            "the format {format} has no choice of numbers of objects behind its lines, which only YOLO has. Export without that choice"
        )));
    }
    if options.work_frames && !is_frame_by_frame(format) {
        return Err(JobError::Refused(format!(
            "the format {format} holds keyframes, which cannot be left out, so that it has no choice of work frames. Export without that choice"
        )));
    }
    let past = options.at.as_deref().map(|name| project.at_snapshot(name)).transpose()?;
    let project = past.as_ref().unwrap_or(project);
    project.frozen(|project| export_state(project, format, out, options, cx))?
}

fn export_state(
    project: &Project,
    format: &str,
    out: &Path,
    options: &ExportOptions,
    cx: &mut JobCx<'_>,
) -> Result<ExportSummary, JobError> {
    let mut summary = ExportSummary::default();
    let wanted = if options.query.is_empty() { None } else { Some(files_with_matches(project, &options.query, cx)?) };
    let mut rows = project.files()?;
    rows.retain(|row| wanted.as_ref().is_none_or(|wanted| wanted.contains(&row.file.id)));
    if !options.incomplete && !is_copy(format) {
        let before = rows.len();
        let is_partly =
            |row: &FileRow| is_frame_by_frame(format) && row.file.kind != FileKind::Image && row.looked.num_looked(row.file.frames) > 0;
        rows.retain(|row| row.file.status == FileStatus::Complete || is_partly(row));
        summary.partly = rows.iter().filter(|row| row.file.status == FileStatus::Open).count() as u64;
        summary.left_incomplete = (before - rows.len()) as u64;
        if rows.is_empty() && before > 0 {
            return Err(JobError::NothingComplete { files: before });
        }
    }
    let is_behind = |row: &&FileRow| matches!(row.looked.progress(row.file.status), Progress::Behind | Progress::Unknown);
    summary.behind = rows.iter().filter(is_behind).count() as u64;
    let sources: HashMap<FileId, String> = project.files()?.into_iter().map(|row| (row.file.id, row.file.name)).collect();
    let mut write = |path: PathBuf, part: Option<&str>| {
        let is_in_part = |name: &str| options.split.as_ref().is_none_or(|split| part == Some(split.part_of(name)));
        // Clips of one video go with it: they show the same pictures.
        let name = |row: &FileRow| sources.get(&row.file.clip.map_or(row.file.id, |clip| clip.of)).unwrap_or(&row.file.name).clone();
        let files: Vec<FileRow> = rows.iter().filter(|row| is_in_part(&name(row))).cloned().collect();
        let videos: Vec<FileRow> = files.iter().filter(|row| row.file.kind == FileKind::Video).cloned().collect();
        let mut plain;
        let mut whole;
        let source: &mut dyn ExportSource = if options.join_clips {
            whole = Joined::new(project, files, options, format, &path, cx)?;
            summary.joined.add(whole.report);
            &mut whole
        } else {
            plain = Source::new(project, files, options, format, &path)?;
            &mut plain
        };
        let cancel = cx.cancel;
        let mut progress = |done, total| {
            (cx.progress)(crate::Progress { stage: "exporting", done, total: Some(total).filter(|total| *total > 0) });
            !cancel.load(std::sync::atomic::Ordering::Relaxed)
        };
        let (rle, choices, track_ids) = (options.rle, options.choices, options.track_ids);
        let choices = limn_formats::ExportOptions { rle, choices, track_ids, part: part.map(str::to_owned) };
        let report = limn_formats::export(format, source, &path, &choices, &mut progress)?;
        if let Some(index_dir) = options.index_dir.as_deref().filter(|_| !is_copy(format)) {
            let joined = options.join_clips.then_some(&sources);
            let beside = part.filter(|_| is_yolo(format)).map_or_else(|| path.clone(), |part| part_path(&path, part));
            summary.times.extend(times::write(project.dir(), &videos, joined, index_dir, &beside, cx)?);
        }
        summary.files.push(ExportedFile { path, split: part.map(str::to_owned), report });
        Ok::<_, JobError>(())
    };
    match &options.split {
        None => write(out.to_owned(), None)?,
        // YOLO has its parts in one folder.
        Some(split) if is_yolo(format) => split.names().try_for_each(|name| write(out.to_owned(), Some(name)))?,
        Some(split) => split.names().try_for_each(|name| write(part_path(out, name), Some(name)))?,
    }
    Ok(summary)
}

/// The frames of a file that are written: of one that is not complete those that were looked through, which are complete then.
fn written(row: &mut FileRow, options: &ExportOptions) -> Result<WorkFrames, JobError> {
    let work = if options.work_frames { row.work_frames.clone() } else { WorkFrames::default() };
    if options.incomplete || row.file.status == FileStatus::Complete || row.file.kind == FileKind::Image {
        return Ok(work);
    }
    let stretches: Vec<_> = row.looked.covered().into_iter().filter(|stretch| !stretch.is_behind).collect();
    let frames = |stretch: &LookedStretch| stretch.first..stretch.last.saturating_add(1).min(row.file.frames);
    let listed = stretches.iter().map(frames).flat_map(|frames| work.within(frames)).take(work_frames::MOST_LISTED + 1).collect();
    let chosen = WorkFrames::listed(listed).map_err(|error| JobError::Refused(format!("{}: {error}", row.file.name)))?;
    row.file.status = FileStatus::Complete;
    row.looked.under = stretches.iter().map(|stretch| stretch.under).min();
    Ok(chosen)
}

/// `out.json` and `val` give `out.val.json`.
fn part_path(out: &Path, part: &str) -> PathBuf {
    let mut name = out.file_stem().unwrap_or_default().to_owned();
    name.push(".");
    name.push(part);
    if let Some(extension) = out.extension() {
        name.push(".");
        name.push(extension);
    }
    out.with_file_name(name)
}

fn files_with_matches(project: &Project, query: &Query, cx: &mut JobCx<'_>) -> Result<HashSet<FileId>, JobError> {
    let selection = Selection::new(project, query)?;
    let mut found = HashSet::new();
    let mut done = 0_u64;
    let of_files = if query.is_of_files() { project.files()? } else { Vec::new() };
    found.extend(of_files.into_iter().map(|row| row.file.id).filter(|file| selection.holds_file(*file)));
    project.for_each_instance(|row| {
        done += 1;
        if done.is_multiple_of(4096) {
            cx.step("selecting", done, None)?;
        }
        if selection.holds(&row) {
            found.insert(row.instance.file);
        }
        Ok::<_, JobError>(())
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_before_the_ending() {
        assert_eq!(part_path(Path::new("a/out.json"), "val"), Path::new("a/out.val.json"));
        assert_eq!(part_path(Path::new("out"), "val"), Path::new("out.val"));
    }
}
