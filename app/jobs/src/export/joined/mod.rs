//! A project as the source of an export in which clips of one video are that video again, with its frames.
//!
//! On each frame that clip counts in which it lies farthest from an end: of two that overlap, the earlier one up to the middle.
//! Sequences of one identity become one; what lies on frames on which another clip counts is left out.

mod events;
mod group;

use super::source::{Paths, Source, file_item};
use super::{ExportOptions, JoinReport};
use crate::cx::JobCx;
use crate::error::JobError;
use events::Events;
use group::{Group, Line};
use limn_core::{FileId, InstanceId, Schema, WorkFrames};
use limn_formats::{Each, EventItem, ExportSource, FileItem, FormatError, InstanceItem, MemberItem, RunItem, SequenceItem};
use limn_store::{FileRow, Project};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What a file of the project is in the export.
#[derive(Clone, Copy)]
enum Place {
    /// A file of its own, by its number.
    Alone(usize),
    /// A member of a group, by both numbers.
    Within(usize, usize),
}

/// See the module.
pub(super) struct Joined<'a> {
    inner: Source<'a>,
    files: Vec<FileItem>,
    written: Vec<WorkFrames>,
    /// By number of the file in the project's own order.
    places: Vec<Place>,
    groups: Vec<Group>,
    /// Sequences as they are numbered in [`Self::inner`], and as they are in the export.
    sequences: HashMap<usize, usize>,
    /// Those of groups, in the order of the export behind the others.
    lines: Vec<Line>,
    /// Keyframes that stay, each with its sequence.
    kept: HashMap<InstanceId, usize>,
    pub report: JoinReport,
}

impl<'a> Joined<'a> {
    pub fn new(
        project: &'a Project,
        rows: Vec<FileRow>,
        options: &'a ExportOptions,
        format: &str,
        out: &Path,
        cx: &mut JobCx<'_>,
    ) -> Result<Self, JobError> {
        let mut inner = Source::new(project, rows.clone(), options, format, out)?;
        let paths = Paths::of(project.dir(), out, format);
        let all: HashMap<FileId, FileRow> = project.files()?.into_iter().map(|row| (row.file.id, row)).collect();
        let mut by_source: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
        for (number, row) in rows.iter().enumerate() {
            by_source.entry(row.file.clip.map_or(row.file.id, |clip| clip.of)).or_default().push(number);
        }
        let is_group = |members: &[usize]| members.iter().any(|number| rows[*number].file.clip.is_some());
        let mut items: Vec<Option<FileItem>> = Vec::new();
        inner.for_each_file(&mut |item| {
            items.push(Some(item));
            Ok(())
        })?;
        let written: Vec<WorkFrames> = (0..rows.len()).map(|number| inner.written_frames(number)).collect();
        let mut joined = Self {
            files: Vec::new(),
            written: Vec::new(),
            places: vec![Place::Alone(0); rows.len()],
            groups: Vec::new(),
            sequences: HashMap::new(),
            lines: Vec::new(),
            kept: HashMap::new(),
            report: JoinReport::default(),
            inner,
        };
        // A group stands where its first member stood.
        for (number, row) in rows.iter().enumerate() {
            let source = row.file.clip.map_or(row.file.id, |clip| clip.of);
            let Some(members) = by_source.get(&source).filter(|members| is_group(members)) else {
                joined.places[number] = Place::Alone(joined.files.len());
                joined.files.extend(items[number].take());
                joined.written.push(written[number].clone());
                continue;
            };
            if members.first() != Some(&number) {
                continue;
            }
            cx.step("joining clips", joined.groups.len() as u64, None)?;
            let of_group: Vec<&FileRow> = members.iter().map(|member| &rows[*member]).collect();
            let mut group = Group::new(joined.files.len(), source, all.get(&source), (row, &of_group));
            for (at, member) in members.iter().enumerate() {
                joined.places[*member] = Place::Within(joined.groups.len(), at);
            }
            let chosen: Vec<WorkFrames> = members.iter().map(|member| written[*member].clone()).collect();
            let members: Vec<FileItem> = members.iter().filter_map(|member| items[*member].take()).collect();
            group.set_status(&members);
            joined.report.clips += members.len() as u64;
            joined.report.videos += 1;
            let answers = group.answers(&members, &mut joined.report);
            let item = file_item(group.row.clone(), answers, &paths);
            let refused = |error| JobError::Refused(format!("{}: {error}", group.row.file.name));
            joined.written.push(group.chosen(&chosen).map_err(refused)?);
            joined.files.push(item);
            joined.groups.push(group);
        }
        joined.join_sequences(project, cx)?;
        joined.count_doubled()?;
        Ok(joined)
    }

    fn join_sequences(&mut self, project: &Project, cx: &mut JobCx<'_>) -> Result<(), JobError> {
        // First those of files of their own, as they stand.
        let (mut inner, mut next) = (0, 0);
        let Self { inner: source, places, sequences, .. } = self;
        source.for_each_sequence(&mut |item| {
            if let Some(Place::Alone(_)) = places.get(item.file) {
                sequences.insert(inner, next);
                next += 1;
            }
            inner += 1;
            Ok(())
        })?;
        for group in &self.groups {
            for line in group.lines(project, &self.inner.sequence_numbers)? {
                cx.check()?;
                self.report.stitched += line.members.len() as u64 - u64::from(line.members.len() == 1);
                self.report.rough += u64::from(line.is_rough);
                self.sequences.extend(line.members.iter().map(|member| (*member, next)));
                self.kept.extend(line.kept.iter().map(|id| (*id, next)));
                self.lines.push(line);
                next += 1;
            }
        }
        Ok(())
    }

    /// Shapes that are left out, since another clip counts where they are.
    fn count_doubled(&mut self) -> Result<(), JobError> {
        let mut doubled = 0;
        let Self { inner, places, groups, .. } = self;
        inner.for_each_instance(&mut |item| {
            if let (Some(Place::Within(group, member)), None) = (places.get(item.file), item.member) {
                doubled += u64::from(groups[*group].counts(*member, item.frame).is_none());
            }
            Ok(())
        })?;
        self.report.doubled += doubled;
        let mut events = Events::default();
        self.take_events(&mut events, &mut |_| Ok(()))?;
        self.report.doubled += events.joined().1;
        Ok(())
    }

    /// Gives events of files of their own on, and gathers those of clips.
    fn take_events(&mut self, events: &mut Events, each: &mut Each<'_, EventItem>) -> Result<(), FormatError> {
        let Self { inner, places, groups, sequences, .. } = self;
        inner.for_each_event(&mut |mut item| {
            for list in item.participants.values_mut() {
                let before = list.len();
                *list = list.iter().filter_map(|number| sequences.get(number).copied()).collect();
                item.missing += before - list.len();
            }
            item.participants.retain(|_, list| !list.is_empty());
            match places.get(item.file) {
                Some(Place::Alone(file)) => each(EventItem { file: *file, ..item }),
                Some(Place::Within(group, member)) => {
                    events.take(&groups[*group], *member, item);
                    Ok(())
                }
                None => Ok(()),
            }
        })
    }
}

impl ExportSource for Joined<'_> {
    fn project(&mut self) -> Result<String, FormatError> {
        self.inner.project()
    }

    fn schema(&mut self) -> Result<Schema, FormatError> {
        self.inner.schema()
    }

    fn runs(&mut self) -> Result<Vec<RunItem>, FormatError> {
        self.inner.runs()
    }

    fn for_each_file(&mut self, each: &mut Each<'_, FileItem>) -> Result<(), FormatError> {
        self.files.iter().cloned().try_for_each(each)
    }

    fn written_frames(&self, file: usize) -> WorkFrames {
        self.written.get(file).cloned().unwrap_or_default()
    }

    fn for_each_sequence(&mut self, each: &mut Each<'_, SequenceItem>) -> Result<(), FormatError> {
        let Self { inner, places, .. } = self;
        inner.for_each_sequence(&mut |item| match places.get(item.file) {
            Some(Place::Alone(file)) => each(SequenceItem { file: *file, ..item }),
            _ => Ok(()),
        })?;
        self.lines.iter().map(|line| line.item.clone()).try_for_each(each)
    }

    fn for_each_event(&mut self, each: &mut Each<'_, EventItem>) -> Result<(), FormatError> {
        let mut events = Events::default();
        self.take_events(&mut events, each)?;
        events.joined().0.into_iter().try_for_each(each)
    }

    fn for_each_instance(&mut self, each: &mut Each<'_, InstanceItem>) -> Result<(), FormatError> {
        let Self { inner, places, groups, sequences, kept, .. } = self;
        inner.for_each_instance(&mut |mut item| {
            let number = item.member.and_then(|member| sequences.get(&member.sequence).copied());
            match places.get(item.file) {
                Some(Place::Alone(file)) => {
                    let member = item.member.zip(number).map(|(member, sequence)| MemberItem { sequence, ..member });
                    each(InstanceItem { file: *file, member, ..item })
                }
                Some(Place::Within(group, member)) => {
                    let group = &groups[*group];
                    let counts = match (item.member, item.id.and_then(|id| kept.get(&id))) {
                        (None, _) => group.counts(*member, item.frame),
                        (Some(of), Some(sequence)) => {
                            item.member = Some(MemberItem { sequence: *sequence, ..of });
                            Some(group.global(*member, item.frame))
                        }
                        (Some(_), None) => None,
                    };
                    match counts {
                        Some(frame) => each(InstanceItem { file: group.number, frame, ..item }),
                        None => Ok(()),
                    }
                }
                None => Ok(()),
            }
        })?;
        let first = self.sequences.values().max().map_or(0, |last| last + 1) - self.lines.len();
        let frames_written = |line: &Line, frame: u64| self.written.get(line.item.file).is_none_or(|frames| frames.contains(frame));
        for (at, line) in self.lines.iter().enumerate() {
            for made in line.made(first + at) {
                // As of other keyframes: where they are written as they are, those on work frames alone.
                if !self.inner.keeps_keyframes() || frames_written(line, made.frame) {
                    each(made)?;
                }
            }
        }
        Ok(())
    }
}
