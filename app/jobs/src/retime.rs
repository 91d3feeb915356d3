//! Work on a video in whose place lies another one by now, of another length or rate: it is noticed, and the work is taken over to
//! the frames that show the same times, as one step.

use crate::cx::JobCx;
use crate::error::JobError;
use crate::hash::hash_content;
use limn_core::event::EventSet;
use limn_core::issue::IssueSet;
use limn_core::log::{Change, FileSet, Gesture, InstanceSet, kind};
use limn_core::retime::FrameMap;
use limn_core::sequence::{SequenceSet, Track};
use limn_core::work_frames::MOST_LISTED;
use limn_core::{FileId, FileKind, FileRecord, FileStatus, Frames, WorkFrames};
use limn_media::{MediaError, VideoIndex};
use limn_store::{FileRow, Project};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Changes in one operation.
const OPERATION: usize = 1000;

/// A video that lies where an annotated one lay.
#[derive(Clone, Debug, PartialEq)]
pub struct Replaced {
    /// Any file of the project that shows it, as the project knows it.
    pub file: FileRecord,
    /// Where it lies.
    pub media: PathBuf,
    /// Seconds at which the frames of the old one were shown, where they are known.
    pub before: Option<Vec<f64>>,
    /// Seconds at which its own frames are shown.
    pub now: Vec<f64>,
    /// Width and height of its frames in pixels.
    pub size: (u32, u32),
    /// Its size in bytes.
    pub bytes: u64,
    /// BLAKE3 of its content.
    pub hash: [u8; 32],
}

/// By what a frame of the old video becomes one of the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetimeBy {
    /// The times at which they are shown.
    Times,
    /// As if both took as long.
    Length,
    /// Their numbers: nothing is moved.
    Numbers,
}

/// What became of the work, or would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RetimeReport {
    /// Files of the project that show the video: itself and its clips.
    pub files: u64,
    /// Keyframes that lie on another frame.
    pub keyframes: u64,
    /// Shapes of single frames that do.
    pub shapes: u64,
    /// Events, answers about frames, frames that were looked through and issues that do.
    pub others: u64,
    /// What was left out, since something nearer lies on its frame: keyframes, shapes and answers.
    pub left: u64,
    /// Files that were complete and are in progress again, since the new video goes on behind the end of the old one.
    pub reopened: u64,
    /// Keyframes and shapes that lie behind the end of the new video: kept, but not seen.
    pub behind: u64,
}

/// What moves, is left out, or is not seen any more, in words.
pub fn retimed_told(report: &RetimeReport) -> String {
    let behind = "behind the end of the new video: kept, not seen";
    let told: Vec<String> = [
        (report.keyframes, "keyframe", "keyframes"),
        (report.shapes, "shape of single frames", "shapes of single frames"),
        (report.others, "event, answer, issue or stretch", "events, answers, issues and stretches"),
        (report.left, "left out, as another one lies nearer to its frame", "left out, as others lie nearer to their frames"),
        (report.behind, behind, behind),
        (report.reopened, "file in progress again, as the video goes on", "files in progress again, as the video goes on"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
    .collect();
    if told.is_empty() { "nothing".to_owned() } else { told.join(", ") }
}

/// Looks whether a video is still the one that was annotated: by its length in bytes, and by its content where its times of change
/// differ, or always where `thorough`. `None`: it is, or it is not there, or nothing is known to compare it with.
///
/// # Errors
/// It cannot be read, or `Cancelled`.
pub fn replaced(
    file: &FileRecord,
    project: &Path,
    index_dir: &Path,
    thorough: bool,
    cx: &mut JobCx<'_>,
) -> Result<Option<Replaced>, JobError> {
    let media = limn_store::resolve(project, &file.path);
    let Some(bytes) = std::fs::metadata(&media).ok().filter(|meta| meta.is_file()).map(|meta| meta.len()) else { return Ok(None) };
    if file.kind != FileKind::Video || file.bytes == 0 {
        return Ok(None);
    }
    let index = index(&media, index_dir, cx)?;
    let former = VideoIndex::former(&media, index_dir, file.bytes);
    let is_suspect = bytes != file.bytes || (file.hash.is_some() && (thorough || former.is_some()));
    if !is_suspect {
        return Ok(None);
    }
    let hash = hash_content(&media, file.kind, cx)?;
    if file.hash == Some(hash) {
        return Ok(None);
    }
    let before = former.map(|former| times(&former));
    Ok(Some(Replaced { file: file.clone(), media, before, now: times(&index), size: index.size(), bytes, hash }))
}

pub(crate) fn index(media: &Path, index_dir: &Path, cx: &mut JobCx<'_>) -> Result<VideoIndex, JobError> {
    match VideoIndex::load_or_build(media, index_dir, &|_, _| {}, cx.cancel) {
        Err(MediaError::Cancelled { .. }) => Err(JobError::Cancelled),
        answer => Ok(answer?),
    }
}

/// Seconds at which the frames of a video are shown, by its index.
pub(crate) fn times(index: &VideoIndex) -> Vec<f64> {
    (0..index.frames()).map_while(|frame| index.frame_time_s(frame)).collect()
}

impl Replaced {
    /// With the times of the old video, which lies there.
    ///
    /// # Errors
    /// It cannot be read, or `Cancelled`.
    pub fn with_old(mut self, old: &Path, index_dir: &Path, cx: &mut JobCx<'_>) -> Result<Self, JobError> {
        self.before = Some(times(&index(old, index_dir, cx)?));
        Ok(self)
    }

    fn map(&self, by: RetimeBy, old_frames: u64) -> Result<FrameMap, JobError> {
        let new = self.now.len() as u64;
        let map = match (by, &self.before) {
            (RetimeBy::Numbers, _) => Some(FrameMap::numbers(new)),
            (RetimeBy::Length, _) => FrameMap::evenly(old_frames, new),
            (RetimeBy::Times, Some(before)) => FrameMap::by_time(before, &self.now),
            (RetimeBy::Times, None) => {
                let text = "it is not known when the frames of the old video were shown. Say where the old video lies, or go by its length";
                return Err(JobError::Refused(text.into()));
            }
        };
        map.ok_or_else(|| JobError::Refused("one of the videos has no frames".into()))
    }

    /// Tells what [`Self::take_over`] would do to a project, which is best frozen meanwhile.
    ///
    /// # Errors
    /// As there.
    pub fn preview(&self, project: &Project, by: RetimeBy, cx: &mut JobCx<'_>) -> Result<RetimeReport, JobError> {
        Ok(Retime::run(project, self, by, cx)?.0)
    }

    /// Takes the work over, in all files that show the video: one step of undo. Each keyframe, event and so on keeps its identity.
    ///
    /// # Errors
    /// `Refused` where it is not known how; nothing is written then.
    pub fn take_over(&self, project: &mut Project, by: RetimeBy, cx: &mut JobCx<'_>) -> Result<RetimeReport, JobError> {
        let (report, mut changes, files) = project.frozen(|project| Retime::run(project, self, by, cx))??;
        changes.extend(
            files.into_iter().flat_map(|id| {
                [FileSet::Hash(self.hash), FileSet::Bytes(self.bytes)].into_iter().map(move |set| Change::FileSet { id, set })
            }),
        );
        let mut gestures = Vec::new();
        let mut changes = changes.into_iter().peekable();
        while changes.peek().is_some() {
            let changes = changes.by_ref().take(OPERATION).collect();
            let title = "Take over to the new video".to_owned();
            gestures.push(Gesture { kind: kind::EDIT, title, target: Some(self.file.id.0), changes });
        }
        project.commit_bulk(gestures, None)?;
        Ok(report)
    }
}

/// One file that shows the video.
struct Retime<'a> {
    map: &'a FrameMap,
    /// Where it begins in the old video, and in the new one.
    first: u64,
    new_first: u64,
    changes: Vec<Change>,
    report: RetimeReport,
}

impl Retime<'_> {
    fn run(
        project: &Project,
        video: &Replaced,
        by: RetimeBy,
        cx: &mut JobCx<'_>,
    ) -> Result<(RetimeReport, Vec<Change>, Vec<FileId>), JobError> {
        let rows = project.files()?;
        let shows = |file: &FileRecord| file.kind == FileKind::Video && file.path == video.file.path;
        let rows: Vec<&FileRow> = rows.iter().filter(|row| shows(&row.file)).collect();
        let files: Vec<&FileRecord> = rows.iter().map(|row| &row.file).collect();
        let end = files.iter().map(|file| file.global_frame(file.frames)).max().unwrap_or(0);
        let whole = files.iter().find(|file| file.clip.is_none()).map_or(end, |file| file.frames);
        let map = video.map(by, whole)?;
        let (mut changes, mut report) = (Vec::new(), RetimeReport::default());
        for (done, row) in rows.iter().enumerate() {
            let file = &row.file;
            cx.step("taking work over", done as u64, Some(files.len() as u64))?;
            let first = file.global_frame(0);
            let mut one = Retime { map: &map, first, new_first: map.to(first), changes, report };
            one.media(file, video);
            if by != RetimeBy::Numbers {
                one.work(project, file.id)?;
            }
            one.reopen(row, video);
            (changes, report) = (one.changes, one.report);
            report.files += 1;
        }
        Ok((report, changes, files.iter().map(|file| file.id).collect()))
    }

    /// A frame of the file, among those of it in the new video.
    fn to(&self, frame: u64) -> u64 {
        self.map.to(self.first.saturating_add(frame)).saturating_sub(self.new_first)
    }

    fn range(&self, frames: Frames) -> Frames {
        let [first, last] = [frames.first(), frames.last()].map(|frame| self.first.saturating_add(frame));
        let range = self.map.range(Frames::new(first, last));
        Frames::new(range.first().saturating_sub(self.new_first), range.last().saturating_sub(self.new_first))
    }

    fn one_each<S: PartialEq>(&self, things: Vec<(u64, S)>) -> Vec<Option<u64>> {
        let things: Vec<(u64, S)> = things.into_iter().map(|(frame, state)| (self.first.saturating_add(frame), state)).collect();
        self.map.one_each(&things).into_iter().map(|place| Some(place?.saturating_sub(self.new_first))).collect()
    }

    fn file(&mut self, id: FileId, set: FileSet) {
        self.changes.push(Change::FileSet { id, set });
    }

    /// What is known of the file itself.
    fn media(&mut self, file: &FileRecord, video: &Replaced) {
        let (width, height) = video.size;
        let frames = match &file.clip {
            None => video.now.len() as u64,
            Some(_) => self.range(Frames::new(0, file.frames.saturating_sub(1))).count(),
        };
        self.file(file.id, FileSet::Media { width, height, frames });
        if let Some(clip) = file.clip.filter(|clip| clip.first != self.new_first) {
            self.file(file.id, FileSet::Clip(Some(limn_core::Clip { first: self.new_first, ..clip })));
        }
    }

    fn work(&mut self, project: &Project, id: FileId) -> Result<(), JobError> {
        let state = project.file_state(id)?;
        state.sequences.tracks().for_each(|track| self.sequence(track));
        let frames: Vec<(u64, ())> = state.single.keys().map(|frame| (*frame, ())).collect();
        for ((frame, place), shapes) in frames.iter().map(|it| it.0).zip(self.one_each(frames.clone())).zip(state.single.values()) {
            for shape in shapes {
                self.instance(shape.id, frame, place, |report| &mut report.shapes);
            }
        }
        for event in project.events(id)?.iter() {
            let frames = self.range(event.frames);
            if frames != event.frames {
                self.report.others += 1;
                self.changes.push(Change::EventSet { id: event.id, set: EventSet::Frames(frames) });
            }
        }
        for issue in project.issues(id)?.iter().filter(|issue| !issue.is_deleted) {
            let frames = self.range(issue.frames);
            if frames != issue.frames {
                self.report.others += 1;
                self.changes.push(Change::IssueSet { id: issue.id, set: IssueSet::Frames(frames) });
            }
        }
        self.answers(project, id)?;
        self.looked(project, id)
    }

    /// Nobody has looked at what lies behind the end of the old video: up to there it was looked through.
    fn reopen(&mut self, row: &FileRow, video: &Replaced) {
        let file = &row.file;
        let old = video.before.as_ref().map_or(file.frames, |before| before.len() as u64);
        let last = self.range(Frames::new(0, old.saturating_sub(1))).last();
        // A frame more may be a matter of rounding.
        if file.clip.is_some() || file.status != FileStatus::Complete || last.saturating_add(2) >= video.now.len() as u64 {
            return;
        }
        self.report.reopened += 1;
        self.file(file.id, FileSet::Status(FileStatus::Open));
        if let Some(under) = row.looked.under {
            self.file(file.id, FileSet::Stretch { first: 0, looked: Some((last, under)) });
        }
    }

    fn instance(&mut self, id: limn_core::InstanceId, frame: u64, place: Option<u64>, counted: impl Fn(&mut RetimeReport) -> &mut u64) {
        let Some(place) = place else {
            self.report.left += 1;
            return self.changes.push(Change::InstanceSet { id, set: InstanceSet::Deleted(true) });
        };
        self.report.behind += u64::from(self.map.is_behind(self.first.saturating_add(frame)));
        if place != frame {
            *counted(&mut self.report) += 1;
            self.changes.push(Change::InstanceSet { id, set: InstanceSet::Frame(place) });
        }
    }

    fn sequence(&mut self, track: &Track) {
        let mut last = None;
        for part in track.parts() {
            let keyframes: Vec<_> = track.keyframes(part).map(|(frame, keyframe)| (frame, keyframe.id, keyframe.marks.outside)).collect();
            let places = self.one_each(keyframes.iter().map(|(frame, _, is_outside)| (*frame, *is_outside)).collect());
            last = last.max(places.iter().flatten().copied().max());
            for ((frame, id, _), place) in keyframes.into_iter().zip(places) {
                self.instance(id, frame, place, |report| &mut report.keyframes);
            }
        }
        // It is gone behind its last keyframe, not on it.
        let exit = track.sequence.exit.map(|exit| self.to(exit));
        let had_all = track.last_frame().zip(track.sequence.exit).is_none_or(|(last, exit)| last < exit);
        let exit = if had_all { exit.map(|exit| exit.max(last.map_or(0, |last| last + 1))) } else { exit };
        if exit != track.sequence.exit {
            self.changes.push(Change::SequenceSet { id: track.sequence.id, set: SequenceSet::Exit(exit) });
        }
    }

    fn answers(&mut self, project: &Project, id: FileId) -> Result<(), JobError> {
        let mut by_question: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in project.answers_of(id)? {
            by_question.entry(row.attribute).or_default().extend(row.frame.map(|frame| (frame, row.answer)));
        }
        for (attribute, mut rows) in by_question {
            rows.sort_by_key(|(frame, _)| *frame);
            let places = self.one_each(rows.iter().map(|(frame, _)| (*frame, ())).collect());
            let set = |frame, answer| FileSet::Answer { frame: Some(frame), attribute, answer };
            let moved: Vec<_> = rows.into_iter().zip(places).filter(|((frame, _), place)| *place != Some(*frame)).collect();
            for ((frame, _), _) in &moved {
                self.file(id, set(*frame, None));
            }
            for ((_, answer), place) in moved {
                match place {
                    Some(place) => {
                        self.report.others += 1;
                        self.file(id, set(place, Some(answer)));
                    }
                    None => self.report.left += 1,
                }
            }
        }
        Ok(())
    }

    /// Frames that were looked through, and those that are annotated.
    fn looked(&mut self, project: &Project, id: FileId) -> Result<(), JobError> {
        let Some(row) = project.file(id)? else { return Ok(()) };
        let moved: Vec<_> = row.looked.stretches.iter().map(|it| (it, self.range(Frames::new(it.first, it.last)))).collect();
        let moved: Vec<_> = moved.into_iter().filter(|(it, to)| (it.first, it.last) != (to.first(), to.last())).collect();
        self.report.others += moved.len() as u64;
        for (stretch, _) in &moved {
            self.file(id, FileSet::Stretch { first: stretch.first, looked: None });
        }
        for (stretch, to) in moved {
            self.file(id, FileSet::Stretch { first: to.first(), looked: Some((to.last(), stretch.under)) });
        }
        if !row.work_frames.is_all() {
            let mut listed: Vec<u64> = row.work_frames.within(0..row.file.frames).take(MOST_LISTED).map(|frame| self.to(frame)).collect();
            listed.dedup();
            let frames =
                WorkFrames::listed(listed).map_err(|error| JobError::Refused(format!("its work frames cannot be listed: {error}")))?;
            self.file(id, FileSet::WorkFrames(frames));
        }
        Ok(())
    }
}
