//! Reading Limn's own format.

use super::FORM;
use super::keyframes::{Keyframes, Odd};
use super::line::{EndLine, EventLine, FileLine, InstanceLine, Line, SequenceLine, StretchLine};
use crate::Want;
use crate::error::FormatError;
use crate::exchange::{EventItem, FileItem, ImportItem, ImportReport, ImportSink, InstanceItem, MemberItem, RunItem, SequenceItem};
use crate::json::blocks::Blocks;
use crate::json::stream::{MAX_VALUE, reason};
use crate::problems::Effect;
use limn_core::{Frames, LabelId, Looked, LookedStretch, Schema};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::path::Path;

/// Bytes between two reports of progress.
const TICK: u64 = 1 << 20;

/// Reads a file of JSON lines into the sink.
pub(crate) fn import(path: &Path, sink: &mut dyn ImportSink, report: &mut ImportReport, want: Want) -> Result<(), FormatError> {
    let file = File::open(path).map_err(|error| FormatError::read(path, error))?;
    let size = file.metadata().map_err(|error| FormatError::read(path, error))?.len();
    let mut blocks = Blocks::new(file, path);
    blocks.begin()?;
    let mut reader = Reader {
        path,
        sink,
        report,
        want,
        labels: None,
        files: HashMap::new(),
        runs: HashMap::new(),
        sequences: HashMap::new(),
        keyframes: Keyframes::default(),
        has_header: false,
        num_lines: EndLine::default(),
        ended: false,
    };
    let (mut number, mut next_tick) = (0_u64, 0);
    while blocks.peek()?.is_some() {
        number += 1;
        reader.next_line(&mut blocks, number)?;
        if blocks.position() >= next_tick {
            next_tick = blocks.position() + TICK;
            if !reader.sink.progress(blocks.position(), size) {
                return Err(FormatError::Cancelled);
            }
        }
    }
    reader.finish(blocks.position())
}

struct Reader<'a> {
    path: &'a Path,
    sink: &'a mut dyn ImportSink,
    report: &'a mut ImportReport,
    want: Want,
    /// `None` before the schema.
    labels: Option<HashSet<LabelId>>,
    /// Number in the order of giving, by the number in the file.
    files: HashMap<u64, usize>,
    runs: HashMap<u64, usize>,
    sequences: HashMap<u64, usize>,
    keyframes: Keyframes,
    has_header: bool,
    num_lines: EndLine,
    ended: bool,
}

impl Reader<'_> {
    /// Consumes a line with its end.
    fn next_line(&mut self, blocks: &mut Blocks<File>, number: u64) -> Result<(), FormatError> {
        let mut seen = 0;
        let (len, is_last) = loop {
            let rest = blocks.rest();
            match rest[seen..].iter().position(|byte| *byte == b'\n') {
                Some(at) => break (seen + at, false),
                None if rest.len() >= MAX_VALUE => return self.skip_line(blocks, number),
                None => {
                    seen = rest.len();
                    if !blocks.more()? {
                        break (seen, true);
                    }
                }
            }
        };
        let line = &blocks.rest()[..len];
        if !line.trim_ascii().is_empty() {
            match serde_json::from_slice::<Line>(line) {
                Err(error) if is_last && error.is_eof() && self.has_header => {
                    let position = blocks.position() + len as u64;
                    return Err(FormatError::Cut { path: self.path.to_owned(), position, inside: format!("line {number}") });
                }
                Err(_) if !self.has_header => return Err(self.no_header(line)),
                Err(error) => {
                    let reason = reason(line, &error);
                    self.left("a line cannot be read; left out", || format!("line {number}: {reason}"));
                    // It counts, so that the end line does not say that the file was cut off as well.
                    self.num_lines.instances += u64::from(line.starts_with(b"{\"instance\""));
                    self.num_lines.sequences += u64::from(line.starts_with(b"{\"sequence\""));
                    self.num_lines.events += u64::from(line.starts_with(b"{\"event\""));
                    self.num_lines.files += u64::from(line.starts_with(b"{\"file\""));
                }
                Ok(parsed) => {
                    if !self.has_header && !matches!(parsed, Line::Header { .. }) {
                        return Err(self.no_header(line));
                    }
                    self.line(parsed, number)?;
                }
            }
        }
        blocks.consume(len + 1);
        Ok(())
    }

    fn skip_line(&mut self, blocks: &mut Blocks<File>, number: u64) -> Result<(), FormatError> {
        self.left("a line is longer than 64 MiB; left out", || format!("line {number}"));
        self.num_lines.instances += u64::from(blocks.rest().starts_with(b"{\"instance\""));
        loop {
            match blocks.rest().iter().position(|byte| *byte == b'\n') {
                Some(at) => {
                    blocks.consume(at + 1);
                    return Ok(());
                }
                None => {
                    blocks.consume(blocks.rest().len());
                    if !blocks.more()? {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn no_header(&self, line: &[u8]) -> FormatError {
        let text = String::from_utf8_lossy(&line[..line.len().min(40)]).into_owned();
        FormatError::Syntax {
            path: self.path.to_owned(),
            format: "Limn",
            position: 0,
            found: format!("\"{}\"", text.escape_debug()),
            expected: "a first line such as {\"limn\":1,\"project\":\"…\"}",
        }
    }

    fn left(&mut self, text: &str, example: impl FnOnce() -> String) {
        self.report.problems.add(Effect::Left, text, example);
    }

    fn give(&mut self, item: ImportItem) -> Result<(), FormatError> {
        self.sink.item(item).map_err(FormatError::caller)
    }

    fn line(&mut self, line: Line, number: u64) -> Result<(), FormatError> {
        let place = || format!("line {number}");
        match line {
            Line::Header { form, .. } if form > FORM => Err(FormatError::Newer { path: self.path.to_owned(), version: form }),
            Line::Header { .. } if self.has_header => {
                self.left("a second header left out", place);
                Ok(())
            }
            Line::Header { project, .. } => {
                self.has_header = true;
                self.give(ImportItem::Project(project))
            }
            Line::Schema(_) if self.labels.is_some() => {
                self.left("a second schema left out", place);
                Ok(())
            }
            Line::Schema(document) => {
                let schema = Schema::from_document(&document.to_string())
                    .map_err(|source| FormatError::Schema { path: self.path.to_owned(), source })?;
                self.labels = Some(schema.labels.iter().map(|label| label.id).collect());
                self.report.labels += schema.labels.len() as u64;
                self.give(ImportItem::Schema(schema))
            }
            Line::File(file) => self.file(*file, number),
            Line::Run(run) if self.runs.contains_key(&run.number) => {
                self.left("two runs have one number; the first counts", place);
                Ok(())
            }
            Line::Run(run) => {
                self.runs.insert(run.number, self.runs.len());
                self.give(ImportItem::Run(RunItem { id: run.id, name: run.name }))
            }
            Line::Sequence(sequence) => self.sequence(*sequence, number),
            Line::Event(event) => self.event(*event, number),
            Line::Instance(instance) => self.instance(*instance, number),
            Line::End(said) => {
                self.ended = true;
                if said != self.num_lines {
                    let had = self.num_lines;
                    self.report.problems.add(Effect::Kept, "the file held other numbers of lines when it was written", || {
                        format!(
                            "{} files, {} sequences, {} events and {} instances, now {}, {}, {} and {}",
                            said.files, said.sequences, said.events, said.instances, had.files, had.sequences, had.events, had.instances
                        )
                    });
                }
                Ok(())
            }
            Line::Unknown(name) => {
                let name: String = name.chars().take(60).collect();
                self.left(&format!("a line is a \"{name}\", which this version does not know; left out"), place);
                Ok(())
            }
        }
    }

    fn file(&mut self, file: FileLine, number: u64) -> Result<(), FormatError> {
        let place = || format!("line {number}");
        self.num_lines.files += 1;
        if self.files.contains_key(&file.number) {
            self.left("two files have one number; the first counts", place);
            return Ok(());
        }
        for name in file.unknown.keys() {
            self.report.problems.add(
                Effect::Left,
                &format!("the field \"{name}\" of a file is not known to this version; left out"),
                place,
            );
        }
        let hash = file.hash.as_deref().map(|text| limn_core::ids::unhex(text).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()));
        if hash == Some(None) {
            self.left("the hash of a file is none; left out", place);
        }
        if let Some(extra) = &file.extra {
            let names = serde_json::from_str::<serde_json::Map<_, _>>(extra).unwrap_or_default();
            for name in names.keys() {
                self.report.file_fields.add(Effect::Left, name, place);
            }
        }
        let work_frames = file.work_frames.map(serde_json::from_value).transpose();
        if let Err(error) = &work_frames {
            self.left("the work frames of a file cannot be read; left out", || format!("line {number}: {error}"));
        }
        self.files.insert(file.number, self.files.len());
        self.keyframes.file(file.kind, file.frames);
        self.report.files += 1;
        self.give(ImportItem::File(FileItem {
            id: file.id,
            name: file.name,
            path: file.path,
            kind: file.kind,
            width: file.width,
            height: file.height,
            frames: file.frames,
            bytes: file.bytes,
            hash: hash.flatten(),
            status: file.status.unwrap_or_default(),
            looked: file.status.is_some().then(|| Looked {
                under: file.complete_under,
                absent: file.absent,
                later: file.not_looked_for,
                unanswered: file.not_answered.into_iter().map(|line| (line.attribute, line.missing)).collect(),
                stretches: file.looked_frames.into_iter().map(stretch).collect(),
            }),
            work_frames: work_frames.ok().flatten().unwrap_or_default(),
            clip: file.clip,
            camera: file.camera,
            answers: file.answers,
            extra: file.extra,
        }))
    }

    fn sequence(&mut self, line: SequenceLine, number: u64) -> Result<(), FormatError> {
        let place = || format!("line {number}");
        self.num_lines.sequences += 1;
        if self.sequences.contains_key(&line.number) {
            self.left("two sequences have one number; the first counts", place);
            return Ok(());
        }
        let Some(file) = self.files.get(&line.file).copied() else {
            self.left("a sequence lies on a file that no line before names; left out", || format!("line {number}: file {}", line.file));
            return Ok(());
        };
        if !self.labels.as_ref().is_some_and(|labels| labels.contains(&line.label)) {
            self.left("a sequence has a label that the schema does not name; left out", || format!("line {number}: label {}", line.label));
            return Ok(());
        }
        for name in line.unknown.keys() {
            self.left(&format!("the field \"{name}\" of a sequence is not known to this version; left out"), place);
        }
        self.sequences.insert(line.number, self.sequences.len());
        self.keyframes.sequence(file, number);
        self.report.sequences += 1;
        self.give(ImportItem::Sequence(SequenceItem {
            id: line.id,
            file,
            number: line.shown,
            label: line.label,
            name: line.name,
            motion: line.motion,
            exit: line.exit,
            same_as: line.same_as,
            marks: line.marks,
            extra: line.extra,
        }))
    }

    fn event(&mut self, line: EventLine, number: u64) -> Result<(), FormatError> {
        let place = || format!("line {number}");
        self.num_lines.events += 1;
        let Some(file) = self.files.get(&line.file).copied() else {
            self.left("an event lies on a file that no line before names; left out", || format!("line {number}: file {}", line.file));
            return Ok(());
        };
        if !self.labels.as_ref().is_some_and(|labels| labels.contains(&line.label)) {
            self.left("an event has a label that the schema does not name; left out", || format!("line {number}: label {}", line.label));
            return Ok(());
        }
        if line.first > line.last {
            self.left("an event ends before it begins; left out", || format!("line {number}: {} to {}", line.first, line.last));
            return Ok(());
        }
        if self.keyframes.is_beyond(file, line.last) {
            let text = "an event reaches behind the last frame of its file; kept";
            self.report.problems.add(Effect::Kept, text, || format!("line {number}: frame {}", line.last));
        }
        for name in line.unknown.keys() {
            self.left(&format!("the field \"{name}\" of an event is not known to this version; left out"), place);
        }
        let run = line.run.and_then(|run| self.runs.get(&run).copied());
        if run.is_none() && line.run.is_some() {
            self.left("an event has a run that no line before names; the run left out", place);
        }
        let mut participants: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (role, named) in line.participants {
            let known = |named: &u64| self.sequences.get(named).copied().filter(|sequence| self.keyframes.is_on(*sequence, file));
            let sequences: Vec<usize> = named.iter().filter_map(known).collect();
            if sequences.len() < named.len() {
                let text = "a sequence that takes part in an event is named by no line before, or lies on another file; left out of it";
                self.report.problems.add(Effect::Changed, text, place);
            }
            if !sequences.is_empty() {
                participants.insert(role, sequences);
            }
        }
        self.report.events += 1;
        let frames = Frames::new(line.first, line.last);
        let (id, label, marks, extra) = (line.id, line.label, line.marks, line.extra);
        self.give(ImportItem::Event(EventItem { id, file, frames, label, participants, missing: 0, marks, run, extra }))
    }

    /// The sequence of a line, where it fits. `Err`: why it is left out or taken without one.
    fn member(&mut self, line: &InstanceLine, file: usize, number: u64) -> Result<Option<MemberItem>, &'static str> {
        let Some(named) = line.sequence else { return Ok(None) };
        let sequence = self.sequences.get(&named).copied().ok_or("is of a sequence that no line before names")?;
        if !self.keyframes.is_on(sequence, file) {
            return Err("lies on another file than its sequence");
        }
        let odd = self.keyframes.keyframe(sequence, line.part, line.frame).map(|odd| match odd {
            Odd::Twice => "two keyframes of a sequence are on one frame; the one with the later id is seen",
            Odd::BeyondEnd => "a keyframe lies behind the last frame of its file; kept, but not seen",
        });
        if let Some(text) = odd {
            self.report.problems.add(Effect::Kept, text, || format!("line {number}: frame {}", line.frame));
        }
        Ok(Some(MemberItem { sequence, part: line.part }))
    }

    fn instance(&mut self, line: InstanceLine, number: u64) -> Result<(), FormatError> {
        let place = || format!("line {number}");
        self.num_lines.instances += 1;
        if self.want == Want::NoInstances {
            return Ok(());
        }
        let Some(file) = self.files.get(&line.file).copied() else {
            self.left("an instance lies on a file that no line before names; left out", || format!("line {number}: file {}", line.file));
            return Ok(());
        };
        if !self.labels.as_ref().is_some_and(|labels| labels.contains(&line.label)) {
            self.left("an instance has a label that the schema does not name; left out", || format!("line {number}: label {}", line.label));
            return Ok(());
        }
        for name in &line.unknown {
            self.left(&format!("the field \"{name}\" of an instance is not known to this version; left out"), place);
        }
        let run = line.run.and_then(|run| self.runs.get(&run).copied());
        if run.is_none() && line.run.is_some() {
            self.left("an instance has a run that no line before names; the run left out", place);
        }
        let member = match self.member(&line, file, number) {
            Ok(member) => member,
            // Without its sequence it would stand where the object is not.
            Err(why) if line.marks.outside => {
                self.left(&format!("an outside keyframe {why}; left out"), place);
                return Ok(());
            }
            Err(why) => {
                let text = format!("an instance {why}; taken as a plain one");
                self.report.problems.add(Effect::Changed, &text, place);
                None
            }
        };
        self.report.instances += 1;
        self.give(ImportItem::Instance(InstanceItem {
            id: line.id,
            file,
            frame: line.frame,
            label: line.label,
            geometry: line.geometry,
            marks: line.marks,
            run,
            confidence: line.confidence,
            author: line.author,
            created: line.created,
            extra: line.extra,
            member,
        }))
    }

    fn finish(mut self, position: u64) -> Result<(), FormatError> {
        if !self.has_header {
            return Err(self.no_header(b""));
        }
        if self.want == Want::All {
            for line in self.keyframes.empty() {
                let text = "a sequence has no keyframes, so that it is nowhere to be seen";
                self.report.problems.add(Effect::Kept, text, || format!("line {line}"));
            }
        }
        if !self.ended {
            self.left("the file has no end line; it was probably cut off, get it again", || format!("byte {position}"));
        }
        Ok(())
    }
}

fn stretch(line: StretchLine) -> LookedStretch {
    LookedStretch { first: line.first, last: line.last, under: line.version, is_behind: line.behind }
}
