//! The clips of one video, and the sequences that they become.

use super::JoinReport;
use crate::error::JobError;
use limn_core::clip::join::{Joined, Made, Piece, join};
use limn_core::clip::zones::{Zone, zones};
use limn_core::sequence::Track;
use limn_core::work_frames::{MOST_LISTED, WorkFramesError};
use limn_core::{FileId, FileStatus, Frames, InstanceId, LabelId, Looked, Marks, SequenceId, Sequences, WorkFrames};
use limn_formats::{FileAnswer, FileItem, InstanceItem, MemberItem, SequenceItem};
use limn_store::{FileRow, Project};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Clips of one video, and perhaps that video itself.
pub(super) struct Group {
    /// Number of the file that they become.
    pub number: usize,
    /// That file.
    pub row: FileRow,
    members: Vec<FileId>,
    clips: Vec<Frames>,
    zones: Vec<Zone>,
}

/// A sequence of the video.
pub(super) struct Line {
    pub item: SequenceItem,
    /// Numbers of those that it was made of, as the project's own source numbers them.
    pub members: Vec<usize>,
    /// Keyframes that stay.
    pub kept: BTreeSet<InstanceId>,
    made: Vec<Made>,
    pub is_rough: bool,
}

impl Group {
    /// `known`: the video, where it is in the project; `rows`: those that are exported, and the first of them.
    pub fn new(number: usize, source: FileId, known: Option<&FileRow>, (first, rows): (&FileRow, &[&FileRow])) -> Self {
        let frames_of = |row: &FileRow| Frames::new(row.file.global_frame(0), row.file.global_frame(row.file.frames.saturating_sub(1)));
        let clips: Vec<Frames> = rows.iter().map(|row| frames_of(row)).collect();
        let end = clips.iter().map(|clip| clip.last().saturating_add(1)).max().unwrap_or(0);
        let mut row = known.unwrap_or(first).clone();
        if known.is_none() {
            row.file.name = row.file.path.rsplit(['/', '\\']).next().unwrap_or(&row.file.path).to_owned();
        }
        row.file.id = source;
        row.file.frames = if known.is_some() { row.file.frames.max(end) } else { end };
        row.file.clip = None;
        // The video itself counts where no clip is: as one that begins and ends with them it would cut into them.
        let zones = with_source(&clips, rows, row.file.frames);
        row.looked = looked(rows);
        let mut group = Self { number, row, members: rows.iter().map(|row| row.file.id).collect(), clips, zones };
        let chosen: Vec<WorkFrames> = rows.iter().map(|row| row.work_frames.clone()).collect();
        group.row.work_frames = group.chosen(&chosen).unwrap_or_default();
        group
    }

    /// Frames of the video that are chosen in each member where it counts.
    ///
    /// # Errors
    /// They are too many to be listed, or none.
    pub fn chosen(&self, each: &[WorkFrames]) -> Result<WorkFrames, WorkFramesError> {
        if each.iter().all(WorkFrames::is_all) {
            return Ok(WorkFrames::default());
        }
        let mut found = Vec::new();
        for zone in &self.zones {
            let Some((frames, clip)) = zone.clip.and_then(|member| each.get(member).zip(self.clips.get(member))) else { continue };
            // A clip counts on frames of its own alone.
            let first = clip.first();
            let own = zone.frames.start.saturating_sub(first)..zone.frames.end.saturating_sub(first);
            found.extend(frames.within(own).map(|frame| frame + first).take(MOST_LISTED + 1));
            if found.len() > MOST_LISTED {
                return Err(WorkFramesError::TooMany);
            }
        }
        WorkFrames::listed(found)
    }

    /// Says whether it is complete: where all are that are in it, and they hold all of its frames.
    pub fn set_status(&mut self, items: &[FileItem]) {
        let is_complete = items.iter().all(|item| item.status == FileStatus::Complete) && self.zones.iter().all(|zone| zone.clip.is_some());
        self.row.file.status = if is_complete { FileStatus::Complete } else { FileStatus::Open };
    }

    /// The frame of the video that a frame of a member is.
    pub fn global(&self, member: usize, frame: u64) -> u64 {
        self.clips.get(member).map_or(frame, |clip| clip.first().saturating_add(frame))
    }

    /// The same where the member counts there.
    pub fn counts(&self, member: usize, frame: u64) -> Option<u64> {
        let frame = self.global(member, frame);
        let zone = self.zones.get(self.zones.partition_point(|zone| zone.frames.end <= frame));
        zone.filter(|zone| zone.clip == Some(member)).map(|_| frame)
    }

    /// The frames of the video that a member shows.
    pub fn clip(&self, member: usize) -> Option<Frames> {
        self.clips.get(member).copied()
    }

    /// Whether a member counts on any of these frames of the video.
    pub fn counts_within(&self, member: usize, frames: Frames) -> bool {
        let meets = |zone: &&Zone| zone.frames.start <= frames.last() && frames.first() < zone.frames.end;
        self.zones.iter().filter(meets).any(|zone| zone.clip == Some(member))
    }

    /// Answers about the video: of the video as a whole, those of the first that has any.
    pub fn answers(&self, items: &[FileItem], report: &mut JoinReport) -> Vec<FileAnswer> {
        let mut found: Vec<FileAnswer> = Vec::new();
        for (member, item) in items.iter().enumerate() {
            for answer in &item.answers {
                let frame = match answer.frame {
                    Some(frame) => self.counts(member, frame).map(Some),
                    None => Some(None),
                };
                let is_there = |frame| found.iter().any(|other: &FileAnswer| other.frame == frame && other.attribute == answer.attribute);
                match frame.filter(|frame| !is_there(*frame)) {
                    Some(frame) => found.push(FileAnswer { frame, ..answer.clone() }),
                    None => report.doubled += 1,
                }
            }
        }
        found
    }

    /// Its sequences; `numbers`: those that are exported.
    pub fn lines(&self, project: &Project, numbers: &HashMap<SequenceId, usize>) -> Result<Vec<Line>, JobError> {
        let clips: Vec<Sequences> = self.members.iter().map(|id| project.sequences(*id)).collect::<Result<_, _>>()?;
        // The members in the order of their frames: who comes first names the sequence.
        let mut order: Vec<usize> = (0..clips.len()).collect();
        order.sort_by_key(|at| (self.clips[*at].first(), *at));
        let mut lines: Vec<Vec<Option<&Track>>> = Vec::new();
        let mut open: BTreeMap<(SequenceId, LabelId), usize> = BTreeMap::new();
        for at in order {
            for track in clips[at].tracks().filter(|track| numbers.contains_key(&track.sequence.id)) {
                let key = (track.sequence.identity(), track.sequence.label);
                // A second one of the same clip is one of its own.
                match open.get(&key).filter(|line| lines[**line][at].is_none()) {
                    Some(line) => lines[*line][at] = Some(track),
                    None => {
                        open.insert(key, lines.len());
                        let mut line = vec![None; clips.len()];
                        line[at] = Some(&**track);
                        lines.push(line);
                    }
                }
            }
        }
        let mut taken = BTreeSet::new();
        Ok(lines.into_iter().filter_map(|line| self.line(&line, numbers, &mut taken)).collect())
    }

    fn line(&self, tracks: &[Option<&Track>], numbers: &HashMap<SequenceId, usize>, taken: &mut BTreeSet<u32>) -> Option<Line> {
        let there = || tracks.iter().flatten().map(|track| &track.sequence);
        let first =
            tracks.iter().zip(&self.clips).filter_map(|(track, clip)| Some((clip.first(), (*track)?))).min_by_key(|(first, _)| *first)?;
        let sequence = &first.1.sequence;
        let is_said_alike = there().all(|other| other.marks == sequence.marks && other.name == sequence.name);
        // What holds on every frame is said of the whole; what is said of some only, there.
        let bare: Vec<Option<Track>> = tracks
            .iter()
            .map(|track| {
                let mut track = (*track)?.clone();
                track.sequence.marks = Marks::default();
                Some(track)
            })
            .collect();
        let pieces: Vec<Option<Piece<'_>>> =
            bare.iter().zip(&self.clips).map(|(track, clip)| Some(Piece { track: track.as_ref()?, first: clip.first() })).collect();
        let Joined { kept, made, motion, exit, is_rough } = join(&pieces, &self.zones);
        // Nothing of it is where its clip counts.
        if kept.is_empty() && made.is_empty() {
            return None;
        }
        let number = if taken.contains(&sequence.number) { taken.last().map_or(1, |last| last.saturating_add(1)) } else { sequence.number };
        taken.insert(number);
        let is_within = |id: &SequenceId| there().any(|other| other.id == *id);
        let item = SequenceItem {
            id: Some(sequence.id),
            file: self.number,
            number,
            label: sequence.label,
            name: sequence.name.clone(),
            motion,
            exit,
            same_as: sequence.same_as.filter(|other| !is_within(other)),
            marks: sequence.marks.clone(),
            extra: sequence.extra.clone(),
        };
        let members = there().filter_map(|other| numbers.get(&other.id).copied()).collect();
        Some(Line { item, members, kept, made, is_rough: is_rough || !is_said_alike })
    }
}

impl Line {
    /// Keyframes beside those that stay; `number`: of the sequence.
    pub fn made(&self, number: usize) -> impl Iterator<Item = InstanceItem> + '_ {
        self.made.iter().map(move |made| InstanceItem {
            id: None,
            file: self.item.file,
            frame: made.frame,
            label: self.item.label,
            geometry: made.geometry.clone(),
            marks: made.marks.clone(),
            run: None,
            confidence: None,
            author: None,
            created: None,
            extra: None,
            member: Some(MemberItem { sequence: number, part: made.part }),
        })
    }
}

/// The zones of the clips; where none is, the video itself counts, if it is exported, too.
fn with_source(clips: &[Frames], rows: &[&FileRow], frames: u64) -> Vec<Zone> {
    let source = rows.iter().position(|row| row.file.clip.is_none());
    let (numbers, cut): (Vec<usize>, Vec<Frames>) = clips.iter().copied().enumerate().filter(|(at, _)| Some(*at) != source).unzip();
    let mut found = zones(&cut, frames);
    for zone in &mut found {
        zone.clip = zone.clip.map(|at| numbers[at]).or(source);
    }
    found
}

/// What all of them were looked through for.
fn looked(rows: &[&FileRow]) -> Looked {
    let mut all = rows.iter().map(|row| &row.looked);
    let Some(first) = all.next().cloned() else { return Looked::default() };
    let mut together = all.fold(first, |mut together, other| {
        together.under = together.under.zip(other.under).map(|(a, b)| a.min(b));
        together.absent.retain(|label| other.absent.contains(label));
        together.later.extend(other.later.iter().copied());
        together
    });
    let mut seen = BTreeSet::new();
    together.later.retain(|label| seen.insert(*label));
    together.stretches.clear();
    together
}
