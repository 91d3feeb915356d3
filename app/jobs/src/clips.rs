//! A long video cut into clips: files of their own that lie where the video lies. Nothing is written anew.

use crate::door::ProjectDoor;
use crate::error::JobError;
use crate::ids::Ids;
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::{Clip, FileId, FileKind, FileRecord, FileStatus, Frames, WorkFrames};
use limn_store::{FileRow, Project, StoreError};

/// What [`cut_clips`] did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CutReport {
    /// New clips, in the order of the cuts.
    pub added: Vec<FileRecord>,
    /// Clips of these very frames that were there already.
    pub known: Vec<FileRecord>,
}

/// Makes clips of a video as one step that undo takes back; the video itself stays as it is. Of a clip, the cuts are clips of its
/// source. `cuts` are frames of the file, which has `frames` of them (count them by its index: what a container says is an
/// estimate).
///
/// # Errors
/// `Refused`: the file is an image, is gone, or a cut reaches behind its end. `Store`: the log cannot be written.
pub fn cut_clips(door: &mut impl ProjectDoor, file: FileId, frames: u64, cuts: &[Frames]) -> Result<CutReport, JobError> {
    let mut ids = Ids::new()?;
    let cuts = cuts.to_vec();
    door.with(move |project| {
        let Some(row) = project.file(file)? else {
            return Err(JobError::Refused("the video is not in the project any more. Add it again, then cut it".into()));
        };
        if row.file.kind == FileKind::Image {
            return Err(JobError::Refused(format!("{} is one image, which has no frames to cut. Choose a video", row.file.name)));
        }
        if let Some(cut) = cuts.iter().find(|cut| cut.last() >= frames) {
            let text = format!("{} has {frames} frames, and {} to {} reach behind its end", row.file.name, cut.first(), cut.last());
            return Err(JobError::Refused(text));
        }
        let mut report = CutReport::default();
        let mut changes = Vec::new();
        let there = project.files()?;
        let base = base_name(project, &row)?;
        for cut in cuts {
            let (clip, frames) = clip_of(&row.file, cut);
            let is_known = |other: &&FileRow| other.file.clip == Some(clip) && other.file.frames == frames;
            if let Some(known) = there.iter().find(is_known) {
                report.known.push(known.file.clone());
                continue;
            }
            let name = format!("{base} {}–{}", clip.first, clip.global(frames - 1));
            let record =
                FileRecord { id: ids.file(), name, frames, status: FileStatus::Open, clip: None, camera: None, ..row.file.clone() };
            changes.push(Change::FileAdd(Box::new(record.clone())));
            changes.push(Change::FileSet { id: record.id, set: FileSet::Clip(Some(clip)) });
            if let Some(work) = work_frames(&row.work_frames, cut) {
                changes.push(Change::FileSet { id: record.id, set: FileSet::WorkFrames(work) });
            }
            report.added.push(FileRecord { clip: Some(clip), ..record });
        }
        if !changes.is_empty() {
            let title = match report.added.len() {
                1 => format!("Cut a clip out of {}", row.file.name),
                many => format!("Cut {} into {many} clips", row.file.name),
            };
            project.commit(Gesture { kind: kind::EDIT, title, target: Some(row.file.id.0), changes })?;
        }
        Ok(report)
    })?
}

/// Which clip of its source a cut is, and its number of frames.
fn clip_of(file: &FileRecord, cut: Frames) -> (Clip, u64) {
    let clip = match &file.clip {
        Some(clip) => Clip { of: clip.of, first: clip.global(cut.first()) },
        None => Clip { of: file.id, first: cut.first() },
    };
    (clip, cut.count())
}

/// What clips are called before their frames: as the source without its ending.
fn base_name(project: &Project, row: &FileRow) -> Result<String, StoreError> {
    let source = row.file.clip.map(|clip| project.file(clip.of)).transpose()?.flatten();
    let name = match (&source, &row.file.clip) {
        (Some(source), _) => &source.file.name,
        (None, Some(_)) => row.file.path.rsplit(['/', '\\']).next().unwrap_or(&row.file.name),
        (None, None) => &row.file.name,
    };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    Ok(if stem.is_empty() { name } else { stem }.to_owned())
}

/// The work frames of a source that lie in a cut, as the clip counts them; `None`: all.
fn work_frames(of_source: &WorkFrames, cut: Frames) -> Option<WorkFrames> {
    if of_source.is_all() {
        return None;
    }
    if let Some((step, offset)) = of_source.step() {
        let next = of_source.nth(of_source.count_before(cut.first())).unwrap_or(offset);
        return WorkFrames::every(step, next.saturating_sub(cut.first())).ok();
    }
    let frames = of_source.within(cut.first()..cut.last().saturating_add(1)).map(|frame| frame - cut.first());
    WorkFrames::listed(frames.collect()).ok()
}
