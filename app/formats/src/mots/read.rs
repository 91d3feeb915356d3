//! Reading MOTS.

use super::{FORMAT, IGNORED, ROOM};
use crate::Want;
use crate::error::FormatError;
use crate::exchange::{ImportItem, ImportReport, ImportSink};
use crate::problems::Effect;
use crate::tracking::layout::{Layout, SeqInfo, side_file};
use crate::tracking::{Gather, Lines, Out, Row, labels, whole};
use limn_core::{Geometry, LabelId, Mark, Mask, Role, Schema};
use std::collections::BTreeSet;
use std::path::Path;

/// Largest class that is taken for one.
const MAX_CLASS: u64 = 65_535;
const EXPECTED: &str = "a row such as 52 1005 1 375 1242 and run lengths";

/// Reads a sequence into the sink.
pub(crate) fn import(path: &Path, sink: &mut dyn ImportSink, report: &mut ImportReport, want: Want) -> Result<(), FormatError> {
    let layout = Layout::to_read(path);
    let mut lines = Lines::open(&layout.rows, FORMAT)?;
    let mut out = Out { sink, report, want };
    let info = layout.info.iter().find_map(|path| side_file(path));
    let first_frame = u64::from(info.is_some());
    if info.is_none() {
        let text = "there is no seqinfo.ini: name and length of the video are not known, and frames count from 0 as in KITTI MOTS";
        out.tell(Effect::Kept, text, String::new);
    }
    let mut info = SeqInfo::parse(&info.unwrap_or_default());
    let mut gather = Gather::default();
    let mut classes = BTreeSet::new();
    let mut is_first = true;
    while let Some(line) = lines.next(out.sink)? {
        let cells: Vec<&str> = line.text.splitn(6, char::is_whitespace).collect();
        if std::mem::take(&mut is_first) && (cells.len() < 6 || whole(cells[0]).is_none()) {
            return Err(lines.wrong(line.position, &line.text, EXPECTED));
        }
        match read_row(&cells, first_frame, &mut info) {
            Ok((id, class, row)) if class == IGNORED => {
                classes.insert(class);
                if id != IGNORED * ROOM {
                    out.tell(Effect::Kept, "a row of class 10 has another id than 10000", || format!("line {}", line.number));
                }
                gather.add_plain(LabelId(class as u32), row);
            }
            Ok((id, class, row)) => {
                classes.insert(class);
                if id / ROOM != class {
                    let text = "an id is not class times 1000 and a number below 1000; the class is taken as the row says it";
                    out.tell(Effect::Kept, text, || format!("line {}: {id}", line.number));
                }
                gather.add(id, LabelId(class as u32), row);
            }
            Err(text) => out.left(text, || format!("line {}", line.number)),
        }
    }
    let schema = schema(side_file(&layout.labels).as_deref(), &classes, &mut out);
    out.report.labels = schema.labels.len() as u64;
    out.give(ImportItem::Schema(schema))?;
    let frames = if info.frames > 0 { info.frames } else { gather.end() };
    let (path, kind) = info.media(&layout.rows);
    let file = out.file(&path, kind, (info.width, info.height), frames)?;
    gather.give(file, info.frames, &mut out)
}

/// Id, class and what is there; `Err` says why it is none. The size of the picture is that of the first row, where nothing else says it.
fn read_row(cells: &[&str], first_frame: u64, info: &mut SeqInfo) -> Result<(u64, u64, Row), &'static str> {
    let [frame, id, class, height, width, rle] = cells else { return Err("a row has fewer than six columns; left out") };
    let frame = whole(frame).ok_or("a row has no whole number as frame; left out")?;
    let frame = frame.checked_sub(first_frame).ok_or("a row lies on frame 0, but frames count from 1; left out")?;
    let id = whole(id).ok_or("a row has no whole number as id; left out")?;
    let class = whole(class).filter(|class| (1..=MAX_CLASS).contains(class)).ok_or("a row has no number of a class; left out")?;
    let side = |text: &str| whole(text).and_then(|side| u32::try_from(side).ok()).filter(|side| *side > 0);
    let (Some(height), Some(width)) = (side(height), side(width)) else { return Err("a row has no size of the picture; left out") };
    if info.width == 0 || info.height == 0 {
        (info.width, info.height) = (width, height);
    }
    if (width, height) != (info.width, info.height) {
        return Err("a mask is of another size than the picture; left out");
    }
    let mask = Mask::from_compressed(width, height, rle.trim()).map_err(|_wrong| "the run lengths are wrong; left out")?;
    if mask.area() == 0 {
        return Err("a mask has no pixels; left out");
    }
    let mut row = Row::new(frame, Geometry::Mask(mask));
    row.marks.set(Mark::Role(if class == IGNORED { Role::Ignore } else { Role::Object }));
    Ok((id, class, row))
}

/// The labels of these classes, by their names, a line each.
pub(super) fn schema(names: Option<&str>, classes: &BTreeSet<u64>, out: &mut Out<'_>) -> Schema {
    let told: Vec<&str> = names.into_iter().flat_map(str::lines).map(str::trim).take(MAX_CLASS as usize).collect();
    let mut wanted = classes.clone();
    // The ignored class has no line.
    let class_of_line = |at: u64| if at < IGNORED { at } else { at + 1 };
    wanted.extend((1..=told.len() as u64).map(class_of_line));
    let mut labels = Vec::new();
    let mut taken = BTreeSet::new();
    for class in wanted {
        let line = if class < IGNORED { class } else { class - 1 };
        let own = told.get(line as usize - 1).copied().filter(|name| !name.is_empty());
        let mut name = match (own, class) {
            (_, IGNORED) => "ignore".to_owned(),
            (Some(name), _) => name.to_owned(),
            (None, 1) if names.is_none() => "car".to_owned(),
            (None, 2) if names.is_none() => "pedestrian".to_owned(),
            _ => {
                out.tell(Effect::Changed, "a class has no name; named by its number", || format!("class {class}"));
                format!("class {class}")
            }
        };
        if !taken.insert(name.clone()) {
            out.tell(Effect::Changed, "two classes have one name; the number of the second was added to it", || name.clone());
            name = format!("{name} ({class})");
            taken.insert(name.clone());
        }
        labels::add(&mut labels, LabelId(class as u32), &name);
    }
    Schema { labels, ..Schema::default() }
}
