//! Rows of objects on frames, gathered to sequences.

use super::simplify::keyframes;
use crate::Want;
use crate::error::FormatError;
use crate::exchange::{FileItem, ImportItem, ImportReport, ImportSink, InstanceItem, MemberItem, SequenceItem};
use crate::problems::Effect;
use limn_core::sequence::Motion;
use limn_core::{FileKind, Geometry, LabelId, Marks};
use std::collections::{BTreeMap, HashSet};

/// An object on a frame.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// 0-based.
    pub frame: u64,
    pub geometry: Geometry,
    pub marks: Marks,
    pub confidence: Option<f32>,
    pub extra: Option<String>,
    /// The file says that it lies between two keyframes.
    pub is_between: bool,
}

impl Row {
    /// A row of which nothing else is known.
    pub fn new(frame: u64, geometry: Geometry) -> Self {
        Self { frame, geometry, marks: Marks::default(), confidence: None, extra: None, is_between: false }
    }
}

/// Where what is read goes.
pub(crate) struct Out<'a> {
    pub sink: &'a mut dyn ImportSink,
    pub report: &'a mut ImportReport,
    pub want: Want,
}

impl Out<'_> {
    pub fn tell(&mut self, effect: Effect, text: &str, example: impl FnOnce() -> String) {
        self.report.problems.add(effect, text, example);
    }

    pub fn left(&mut self, text: &str, example: impl FnOnce() -> String) {
        self.tell(Effect::Left, text, example);
    }

    pub fn give(&mut self, item: ImportItem) -> Result<(), FormatError> {
        self.sink.item(item).map_err(FormatError::caller)
    }

    /// Gives a file of which this is known; its number. `size`: width and height in pixels, 0 when not known.
    pub fn file(&mut self, path: &str, kind: FileKind, size: (u32, u32), frames: u64) -> Result<usize, FormatError> {
        let item = FileItem::new(path, kind, size, frames);
        let number = self.report.files as usize;
        self.report.files += 1;
        self.give(ImportItem::File(item))?;
        Ok(number)
    }

    /// Gives an instance, unless none are wanted.
    pub fn instance(&mut self, file: usize, label: LabelId, row: Row, member: Option<MemberItem>) -> Result<(), FormatError> {
        if self.want == Want::NoInstances {
            return Ok(());
        }
        self.report.instances += 1;
        self.give(ImportItem::Instance(InstanceItem {
            id: None,
            file,
            frame: row.frame,
            label,
            geometry: row.geometry,
            marks: row.marks,
            run: None,
            confidence: row.confidence,
            author: None,
            created: None,
            extra: row.extra,
            member,
        }))
    }
}

/// The rows of one video; see the module.
#[derive(Default)]
pub(crate) struct Gather {
    /// By the object's number in the file.
    objects: BTreeMap<u64, Vec<(LabelId, Row)>>,
    /// Rows of no object.
    plain: Vec<(LabelId, Row)>,
}

impl Gather {
    /// A row of the object of this number.
    pub fn add(&mut self, object: u64, label: LabelId, row: Row) {
        self.objects.entry(object).or_default().push((label, row));
    }

    /// A row that belongs to no other.
    pub fn add_plain(&mut self, label: LabelId, row: Row) {
        self.plain.push((label, row));
    }

    /// The first frame behind all rows.
    pub fn end(&self) -> u64 {
        let rows = self.objects.values().flatten().chain(&self.plain);
        rows.map(|(_, row)| row.frame.saturating_add(1)).max().unwrap_or(0)
    }

    /// Gives all of it. `frames`: of the video; 0 when not known.
    pub fn give(self, file: usize, frames: u64, out: &mut Out<'_>) -> Result<(), FormatError> {
        let frames = Some(frames).filter(|frames| *frames > 0);
        let mut numbers = Numbers { taken: HashSet::new(), next: self.objects.keys().copied().max().unwrap_or(0).saturating_add(1) };
        for (object, rows) in self.objects {
            for (at, (label, rows)) in sorted(object, rows, out).into_iter().enumerate() {
                let is_first = at == 0;
                tell_behind(&rows, frames, object, out);
                let number = numbers.choose(object);
                if is_first && u64::from(number) != object {
                    let text = "the number of an object cannot be that of a sequence, which is 1 or more; it got the next free one";
                    out.tell(Effect::Changed, text, || format!("object {object}"));
                }
                let sequence = out.report.sequences as usize;
                out.report.sequences += 1;
                out.give(ImportItem::Sequence(SequenceItem {
                    id: None,
                    file,
                    number,
                    label,
                    name: None,
                    motion: Motion::Linear,
                    exit: None,
                    same_as: None,
                    marks: Marks::default(),
                    extra: None,
                }))?;
                if out.want == Want::NoInstances {
                    continue;
                }
                for row in keyframes(rows, frames) {
                    out.instance(file, label, row, Some(MemberItem { sequence, part: 0 }))?;
                }
            }
        }
        self.plain.into_iter().try_for_each(|(label, row)| out.instance(file, label, row, None))
    }
}

/// The rows of an object by label, the one that came first in front; in order of frames, one a frame.
fn sorted(object: u64, mut rows: Vec<(LabelId, Row)>, out: &mut Out<'_>) -> Vec<(LabelId, Vec<Row>)> {
    if !rows.is_sorted_by_key(|(_, row)| row.frame) {
        out.tell(Effect::Kept, "the rows of an object are not in the order of the frames; sorted", || format!("object {object}"));
        rows.sort_by_key(|(_, row)| row.frame);
    }
    let mut by_label: Vec<(LabelId, Vec<Row>)> = Vec::new();
    let mut last = None;
    for (label, row) in rows {
        if last == Some(row.frame) {
            out.left("an object has two rows on one frame; the first is taken", || format!("object {object}, frame {}", row.frame));
            continue;
        }
        last = Some(row.frame);
        match by_label.iter_mut().find(|(other, _)| *other == label) {
            Some((_, rows)) => rows.push(row),
            None => by_label.push((label, vec![row])),
        }
    }
    if by_label.len() > 1 {
        let text = "an object changes its label on the way; it became a sequence for each of its labels";
        out.tell(Effect::Changed, text, || format!("object {object}"));
    }
    by_label
}

fn tell_behind(rows: &[Row], frames: Option<u64>, object: u64, out: &mut Out<'_>) {
    for row in rows.iter().filter(|row| frames.is_some_and(|frames| row.frame >= frames)) {
        let text = "a row lies behind the last frame; kept, but not seen";
        out.tell(Effect::Kept, text, || format!("object {object}, frame {}", row.frame));
    }
}

struct Numbers {
    taken: HashSet<u32>,
    next: u64,
}

impl Numbers {
    /// The object's own number, if that can be, else the next free one; 0, which an import changes, when there is none.
    fn choose(&mut self, own: u64) -> u32 {
        if let Some(number) = u32::try_from(own).ok().filter(|number| *number > 0 && self.taken.insert(*number)) {
            return number;
        }
        let next = u32::try_from(self.next).unwrap_or(0);
        self.next = self.next.saturating_add(1);
        self.taken.insert(next);
        next
    }
}
