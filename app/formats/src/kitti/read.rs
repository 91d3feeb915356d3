//! Reading KITTI tracking.

use super::{DONT_CARE, FORMAT, Kept, UNKNOWN};
use crate::Want;
use crate::error::FormatError;
use crate::exchange::{ImportItem, ImportReport, ImportSink};
use crate::problems::Effect;
use crate::tracking::{Gather, Lines, Out, Row, from_numbers, labels, whole};
use limn_core::{FileKind, Geometry, Label, LabelId, Mark, Role, Schema};
use std::collections::HashMap;
use std::path::Path;

/// Columns without a score.
const COLUMNS: usize = 17;
/// Most types that are told apart.
const MAX_TYPES: usize = 10_000;
const EXPECTED: &str = "a row such as 0 2 Car 0 0 -1.79 296.7 161.8 455.2 292.4 2.0 1.8 4.4 -4.6 1.9 13.4 -2.1";

/// Reads a file into the sink.
pub(crate) fn import(path: &Path, sink: &mut dyn ImportSink, report: &mut ImportReport, want: Want) -> Result<(), FormatError> {
    let mut lines = Lines::open(path, FORMAT)?;
    let mut out = Out { sink, report, want };
    let mut gather = Gather::default();
    let mut types = Types::default();
    let mut is_first = true;
    while let Some(line) = lines.next(out.sink)? {
        let cells: Vec<&str> = line.text.split_whitespace().take(COLUMNS + 2).collect();
        if std::mem::take(&mut is_first) && (cells.len() < 10 || cells[0].parse::<f64>().is_err()) {
            return Err(lines.wrong(line.position, &line.text, EXPECTED));
        }
        let place = || format!("line {}", line.number);
        let read = read_row(&cells, &place, &mut out)
            .and_then(|(id, row)| Ok((id, row, types.label(cells[2]).ok_or("there are too many types; a row left out")?)));
        match read {
            Ok((Some(id), row, label)) => gather.add(id, label, row),
            Ok((None, row, label)) => gather.add_plain(label, row),
            Err(text) => out.left(text, || format!("line {}: {}", line.number, line.text)),
        }
    }
    out.report.labels = types.labels.len() as u64;
    out.give(ImportItem::Schema(Schema { labels: types.labels, ..Schema::default() }))?;
    let name = path.file_stem().map_or_else(|| "video".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let file = out.file(&name, FileKind::Sequence, (0, 0), gather.end())?;
    gather.give(file, 0, &mut out)
}

#[derive(Default)]
struct Types {
    labels: Vec<Label>,
    by_name: HashMap<String, LabelId>,
}

impl Types {
    fn label(&mut self, name: &str) -> Option<LabelId> {
        if let Some(id) = self.by_name.get(name) {
            return Some(*id);
        }
        if self.labels.len() >= MAX_TYPES {
            return None;
        }
        let id = LabelId(self.labels.len() as u32 + 1);
        labels::add(&mut self.labels, id, name);
        self.by_name.insert(name.to_owned(), id);
        Some(id)
    }
}

/// Reads a row, with the object that it is of; `Err` says why it is none.
fn read_row(cells: &[&str], place: &dyn Fn() -> String, out: &mut Out<'_>) -> Result<(Option<u64>, Row), &'static str> {
    if cells.len() < 10 {
        return Err("a row has fewer than ten columns; left out");
    }
    let frame = whole(cells[0]).ok_or("a row has no whole number as frame; left out")?;
    let mut numbers = [0.0; COLUMNS];
    for (at, number) in numbers.iter_mut().enumerate().skip(3) {
        // A row of two dimensions may end behind the box.
        *number = match cells.get(at) {
            Some(cell) => cell.parse().map_err(|_no| "a row holds what is no number; left out")?,
            None => UNKNOWN.get(at.wrapping_sub(9)).copied().unwrap_or_default(),
        };
        if !number.is_finite() {
            return Err("a row holds a number that is not finite; left out");
        }
    }
    let [_, _, _, truncated, occluded, alpha, left, top, right, bottom, space @ ..] = numbers;
    let rect = from_numbers([left, top, right - left, bottom - top], 0.0).ok_or("a box has no area; left out")?;
    let is_ignored = cells[2] == DONT_CARE;
    let id = match whole(cells[1]) {
        _ if is_ignored => None,
        Some(id) => Some(id.checked_add(1).ok_or("a row has no whole number as id; left out")?),
        None if cells[1] == "-1" => None,
        None => return Err("a row has no whole number as id; left out"),
    };
    let mut row = Row::new(frame, Geometry::Box(rect));
    row.marks.set(Mark::Role(if is_ignored { Role::Ignore } else { Role::Object }));
    row.marks.set(Mark::Truncated(truncated > 0.0));
    row.marks.set(Mark::Occluded(occluded == 1.0 || occluded == 2.0));
    if truncated.fract() != 0.0 || occluded.fract() != 0.0 {
        let text = "a share of truncation or hiding that is not a whole number; taken as yes or no";
        out.tell(Effect::Changed, text, || format!("{}: {truncated} {occluded}", place()));
    }
    let more = |value: f64, plain: &[f64]| Some(value as u8).filter(|_| value > 0.0 && value < 256.0 && !plain.contains(&value));
    let mut in_space = [alpha; 8];
    in_space[1..].copy_from_slice(&space);
    row.extra = Kept {
        truncated: more(truncated, &[1.0]).filter(|_| !is_ignored && truncated.fract() == 0.0),
        occluded: more(occluded, &[1.0]).filter(|_| !is_ignored && occluded.fract() == 0.0),
        space: Some(in_space).filter(|space| !is_ignored && *space != UNKNOWN),
    }
    .to_extra();
    if let Some(score) = cells.get(COLUMNS) {
        match score.parse::<f32>().ok().filter(|score| (0.0..=1.0).contains(score)) {
            Some(score) => row.confidence = Some(score),
            None => out.left("a score that is not between 0 and 1 left out", || format!("{}: {score}", place())),
        }
    }
    Ok((id, row))
}
