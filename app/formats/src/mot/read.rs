//! Reading MOT.

use super::FORMAT;
use crate::Want;
use crate::error::FormatError;
use crate::exchange::{ImportItem, ImportReport, ImportSink};
use crate::problems::Effect;
use crate::tracking::layout::{Layout, SeqInfo, side_file};
use crate::tracking::{Gather, Line, Lines, Out, Row, from_numbers, labels, whole};
use limn_core::{Geometry, Label, LabelId, Mark, Rect, Role, Schema};
use std::collections::BTreeSet;
use std::path::Path;

/// Largest class that is taken for one.
const MAX_CLASS: u64 = 65_535;
/// Columns of detections and results.
const DETECTION: usize = 10;
const EXPECTED: &str = "a row such as 1,1,912,484,97,109,1,1,1";

/// What the classes of the MOT Challenge are called, where no `labels.txt` says it.
const CHALLENGE: [&str; 13] = [
    "pedestrian",
    "person on vehicle",
    "car",
    "bicycle",
    "motorbike",
    "non motorized vehicle",
    "static person",
    "distractor",
    "occluder",
    "occluder on the ground",
    "occluder full",
    "reflection",
    "crowd",
];

/// Reads a sequence into the sink.
pub(crate) fn import(path: &Path, sink: &mut dyn ImportSink, report: &mut ImportReport, want: Want) -> Result<(), FormatError> {
    let layout = Layout::to_read(path);
    let mut lines = Lines::open(&layout.rows, FORMAT)?;
    let mut out = Out { sink, report, want };
    let mut gather = Gather::default();
    let mut classes = BTreeSet::new();
    let mut has_classes = false;
    let mut is_first = true;
    while let Some(line) = lines.next(out.sink)? {
        let cells: Vec<&str> = line.text.split(',').map(str::trim).collect();
        if std::mem::take(&mut is_first) && (cells.len() < 6 || cells[0].parse::<f64>().is_err()) {
            return Err(lines.wrong(line.position, &line.text, EXPECTED));
        }
        match read_row(&cells, &line, &mut out) {
            Ok(read) => {
                classes.insert(read.class);
                has_classes |= read.is_class_told;
                let label = label_id(read.class);
                match read.id {
                    Some(id) => gather.add(id, label, read.row),
                    None => gather.add_plain(label, read.row),
                }
            }
            Err(text) => out.left(text, || format!("line {}: {}", line.number, line.text)),
        }
    }

    let schema = schema(side_file(&layout.labels).as_deref(), &classes, has_classes, &mut out);
    out.report.labels = schema.labels.len() as u64;
    out.give(ImportItem::Schema(schema))?;
    let info = layout.info.iter().find_map(|path| side_file(path));
    if info.is_none() {
        out.tell(Effect::Kept, "there is no seqinfo.ini, so the name, size and length of the video are not known", String::new);
    }
    let info = SeqInfo::parse(&info.unwrap_or_default());
    let frames = if info.frames > 0 { info.frames } else { gather.end() };
    let (path, kind) = info.media(&layout.rows);
    let file = out.file(&path, kind, (info.width, info.height), frames)?;
    gather.give(file, info.frames, &mut out)
}

/// A row as it stands in the file.
struct Read {
    id: Option<u64>,
    class: u64,
    is_class_told: bool,
    row: Row,
}

/// Reads a row; `Err` says why it is none.
fn read_row(cells: &[&str], line: &Line, out: &mut Out<'_>) -> Result<Read, &'static str> {
    let place = || format!("line {}", line.number);
    let number = |at: usize| cells.get(at).map(|cell| cell.parse::<f64>().map_err(|_no| "a row holds what is no number; left out"));
    let rect = rect(cells)?;
    let frame = whole(cells[0]).ok_or("a row has no whole number as frame; left out")?;
    let frame = frame.checked_sub(1).ok_or("a row lies on frame 0, but frames count from 1; left out")?;
    let id = match number(1).transpose()? {
        Some(-1.0) => None,
        _ => Some(whole(cells[1]).ok_or("a row has no whole number as id; left out")?),
    };
    let (seventh, class, visibility) = (number(6).transpose()?, number(7).transpose()?, number(8).transpose()?);
    let mut row = Row::new(frame, Geometry::Box(rect));
    if id.is_none() || cells.len() >= DETECTION {
        match seventh {
            Some(-1.0) | None => {}
            Some(value) if (0.0..=1.0).contains(&value) => row.confidence = Some(value as f32),
            Some(value) => out.left("a confidence that is not between 0 and 1 left out", || format!("{}: {value}", place())),
        }
        return Ok(Read { id, class: 1, is_class_told: false, row });
    }
    if let Some(flag) = seventh {
        if flag != 0.0 && flag != 1.0 {
            out.tell(Effect::Changed, "a flag \"considered\" is neither 0 nor 1; taken as 1", || format!("{}: {flag}", place()));
        }
        row.marks.set(Mark::Role(if flag == 0.0 { Role::Ignore } else { Role::Object }));
    }
    let is_class_told = class.is_some_and(|class| class != -1.0);
    let class = match class {
        Some(_) if is_class_told => {
            whole(cells[7]).filter(|class| *class <= MAX_CLASS).ok_or("a row has no number of a class; left out")?
        }
        _ => 1,
    };
    match visibility {
        Some(-1.0) | None => {}
        Some(share) if (0.0..=1.0).contains(&share) => {
            let percent = (share * 100.0).round();
            if (percent / 100.0 - share).abs() > 1e-9 {
                out.tell(Effect::Changed, "a visibility rounded to whole per cent", || format!("{}: {share}", place()));
            }
            row.marks.set(Mark::Visible(Some(percent as u8).filter(|percent| *percent < 100)));
        }
        Some(share) => out.left("a visibility that is not between 0 and 1 left out", || format!("{}: {share}", place())),
    }
    Ok(Read { id, class, is_class_told, row })
}

fn rect(cells: &[&str]) -> Result<Rect, &'static str> {
    let Some([left, top, width, height]) = cells.get(2..6).and_then(|four| four.first_chunk::<4>()) else {
        return Err("a row has fewer than six columns; left out");
    };
    let number = |cell: &str| cell.parse::<f64>().map_err(|_no| "a row holds what is no number; left out");
    let numbers = [number(left)?, number(top)?, number(width)?, number(height)?];
    if numbers.iter().any(|number| !number.is_finite()) {
        return Err("a number of a box is not finite; left out");
    }
    from_numbers(numbers, 1.0).ok_or("a box has no area; left out")
}

/// Labels are numbered as the classes, and a class 0 comes behind all others.
fn label_id(class: u64) -> LabelId {
    LabelId(if class == 0 { MAX_CLASS as u32 + 1 } else { class as u32 })
}

fn schema(names: Option<&str>, classes: &BTreeSet<u64>, has_classes: bool, out: &mut Out<'_>) -> Schema {
    let told: Vec<&str> = names.into_iter().flat_map(str::lines).map(str::trim).take(MAX_CLASS as usize).collect();
    if names.is_none() && has_classes {
        out.tell(Effect::Kept, "there is no labels.txt; the classes are called as in the MOT Challenge", String::new);
    }
    let name = |class: u64| {
        let at = usize::try_from(class).ok()?.checked_sub(1)?;
        let usual = if has_classes { CHALLENGE.get(at).copied() } else { Some("object").filter(|_| at == 0) };
        if names.is_some() { told.get(at).copied() } else { usual }.filter(|name| !name.is_empty())
    };
    let mut wanted = classes.clone();
    wanted.extend((1..=told.len() as u64).filter(|class| name(*class).is_some()));
    let mut taken = BTreeSet::new();
    let mut labels: Vec<Label> = Vec::new();
    for class in wanted {
        let own = name(class);
        if own.is_none() {
            out.tell(Effect::Changed, "a class has no name; named by its number", || format!("class {class}"));
        }
        let mut text = own.map_or_else(|| format!("class {class}"), str::to_owned);
        if !taken.insert(text.clone()) {
            out.tell(Effect::Changed, "two classes have one name; the number of the second was added to it", || text.clone());
            text = format!("{text} ({class})");
            taken.insert(text.clone());
        }
        labels::add(&mut labels, label_id(class), &text);
    }
    labels.sort_by_key(|label| label.id);
    Schema { labels, ..Schema::default() }
}
