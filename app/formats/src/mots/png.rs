//! MOTS as pictures: of each frame a PNG of 16-bit grey values, which are class × 1000 + the number of the object in its class.
//!
//! ```text
//! instances/000001.png
//! labels.txt, seqinfo.ini
//! ```
//!
//! 0 is background and 10000 what nobody is scored on. As in the text form frames count from 1 where there is a `seqinfo.ini`, else
//! from 0.

use super::read::schema;
use super::write::{KEEPS, ids, rows};
use super::{FORMAT, IGNORED, ROOM};
use crate::Want;
use crate::error::FormatError;
use crate::exchange::{ExportProgress, ExportReport, ExportSource, ImportItem, ImportReport, ImportSink};
use crate::folder::Folder;
use crate::problems::Effect;
use crate::tracking::labels::{self, one_line};
use crate::tracking::layout::{SeqInfo, side, side_file};
use crate::tracking::{Gather, Out, Row, read_one};
use limn_core::{Geometry, LabelId, Mark, Mask, Role};
use png::{BitDepth, ColorType, Decoder, Encoder, Limits};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// The folder of the pictures.
const PICTURES: &str = "instances";
/// Most pixels of a picture.
const MAX_PIXELS: u64 = 1 << 27;
/// Most pictures that are written: a number of frames may be told wrong.
const MAX_PICTURES: u64 = 1_000_000;

/// Writes the one video of the source into a folder.
pub(crate) fn export(source: &mut dyn ExportSource, out: &Path, progress: &mut ExportProgress<'_>) -> Result<ExportReport, FormatError> {
    let mut report = ExportReport { files: 1, ..ExportReport::default() };
    let video = read_one(source, FORMAT, KEEPS, &mut report.losses, progress)?;
    let (width, height) = (video.item.width, video.item.height);
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        return Err(FormatError::NoRoom { format: FORMAT, what: "pixels in a picture", count: pixels, most: MAX_PIXELS });
    }
    let count = video.on.count_before(video.frames);
    if count > MAX_PICTURES {
        return Err(FormatError::NoRoom { format: FORMAT, what: "frames", count, most: MAX_PICTURES });
    }
    let schema = source.schema()?;
    labels::told_schema(&schema, &mut report.losses);
    let names = labels::names(&schema, std::slice::from_ref(&video), &mut report.losses);
    let ids = ids(&video, &names)?;
    if ids.iter().any(|id| *id > u64::from(u16::MAX)) {
        let most = u64::from(u16::MAX) / ROOM;
        return Err(FormatError::NoRoom { format: FORMAT, what: "labels", count: names.len() as u64, most });
    }
    let [of_labels, of_info] = ["labels.txt", "seqinfo.ini"].map(|name| out.join(name));
    let folder = Folder::create(out.join(PICTURES), of_labels.is_file() && of_info.is_file())?;
    report.sequences = video.things.iter().filter(|thing| !thing.is_plain).count() as u64;
    let name_of = |frame: u64| folder.path().join(format!("{:06}.png", frame + 1));
    let mut next = 0;
    let mut values = vec![0_u16; pixels as usize];
    let mut done = 0_u64;
    let mut bytes = 0;
    if pixels == 0 {
        report.losses.add(Effect::Left, "pictures left out, since the size of the video is not known", || video.item.name.clone());
    }
    // Frames on which nothing is get a picture, too: each has one.
    let blanks = |from: u64, to: u64| -> Result<u64, FormatError> {
        let frames = (from..to).filter(|frame| pixels > 0 && video.on.contains(*frame));
        frames.map(|frame| write(&name_of(frame), width, height, &[])).sum()
    };
    video.for_each_frame(|frame, shapes| {
        done += shapes.len() as u64;
        if !progress(done, 0) {
            return Err(FormatError::Cancelled);
        }
        bytes += blanks(next, frame)?;
        next = frame + 1;
        values.fill(0);
        for (id, mask) in rows(frame, shapes, &video, &ids, &mut report.losses) {
            for (x, top, bottom) in mask.stretches() {
                let column = (top..bottom).map(|y| y as usize * width as usize + x as usize);
                column.for_each(|at| values.get_mut(at).into_iter().for_each(|value| *value = id as u16));
            }
            report.instances += 1;
        }
        if pixels > 0 {
            bytes += write(&name_of(frame), width, height, &values)?;
        }
        Ok(())
    })?;
    bytes += blanks(next, video.frames)?;
    report.bytes = bytes;
    folder.finish()?;
    let text: String = names.iter().map(|(_, name)| format!("{}\n", one_line(name))).collect();
    report.bytes += side(&of_labels, text)?;
    report.bytes += side(&of_info, SeqInfo::of(&video.item, video.frames).to_text())?;
    Ok(report)
}

/// Writes a picture; no values: all are 0. Its size in bytes.
fn write(path: &Path, width: u32, height: u32, values: &[u16]) -> Result<u64, FormatError> {
    let failed = |error: png::EncodingError| FormatError::write(path, std::io::Error::other(error));
    let mut file = BufWriter::new(File::create(path).map_err(|error| FormatError::write(path, error))?);
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Sixteen);
    let mut writer = encoder.write_header().map_err(failed)?;
    let mut stream = writer.stream_writer().map_err(failed)?;
    let mut row = vec![0; width as usize * 2];
    for y in 0..height as usize {
        let own = values.get(y * width as usize..(y + 1) * width as usize).unwrap_or_default();
        row.chunks_exact_mut(2).zip(own).for_each(|(bytes, value)| bytes.copy_from_slice(&value.to_be_bytes()));
        stream.write_all(&row).map_err(|error| FormatError::write(path, error))?;
    }
    stream.finish().map_err(failed)?;
    drop(writer);
    file.flush().map_err(|error| FormatError::write(path, error))?;
    file.get_ref().metadata().map(|meta| meta.len()).map_err(|error| FormatError::write(path, error))
}

/// Reads the pictures of a folder into the sink, one after the other.
pub(crate) fn import(path: &Path, sink: &mut dyn ImportSink, report: &mut ImportReport, want: Want) -> Result<(), FormatError> {
    let (folder, root) = place(path);
    let pictures = pictures(&folder);
    let beside = |name: &str| side_file(&root.join(name)).or_else(|| side_file(&folder.join(name)));
    let (told, names) = (beside("seqinfo.ini"), beside("labels.txt"));
    if pictures.is_empty() && told.is_none() {
        return Err(FormatError::NoPictures { path: path.to_owned() });
    }
    let mut out = Out { sink, report, want };
    let first_frame = u64::from(told.is_some());
    if told.is_none() {
        let text = "there is no seqinfo.ini: name and length of the video are not known, and frames count from 0 as in KITTI MOTS";
        out.tell(Effect::Kept, text, String::new);
    }
    let mut info = SeqInfo::parse(&told.unwrap_or_default());
    let mut gather = Gather::default();
    let mut classes = BTreeSet::new();
    let total = pictures.len() as u64;
    for (done, (number, picture)) in (0_u64..).zip(&pictures) {
        if !out.sink.progress(done, total) {
            return Err(FormatError::Cancelled);
        }
        let shown = || picture.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(frame) = number.checked_sub(first_frame) else {
            out.left("a picture is of frame 0, but frames count from 1; left out", shown);
            continue;
        };
        let (width, height, masks) = match read(picture) {
            Ok(read) => read,
            Err(text) => {
                out.left(text, shown);
                continue;
            }
        };
        if info.width == 0 || info.height == 0 {
            (info.width, info.height) = (width, height);
        }
        if (width, height) != (info.width, info.height) {
            out.left("a picture is of another size than the video; left out", shown);
            continue;
        }
        for (value, mask) in masks {
            let (value, class) = (u64::from(value), u64::from(value) / ROOM);
            if class == 0 {
                out.left("a value below 1000 has no class; left out", || format!("{}: {value}", shown()));
                continue;
            }
            classes.insert(class);
            let mut row = Row::new(frame, Geometry::Mask(mask));
            let label = LabelId(class as u32);
            if class == IGNORED {
                if value != IGNORED * ROOM {
                    out.tell(Effect::Kept, "a value of class 10 is another one than 10000", || format!("{}: {value}", shown()));
                }
                row.marks.set(Mark::Role(Role::Ignore));
                gather.add_plain(label, row);
            } else {
                gather.add(value, label, row);
            }
        }
    }
    let schema = schema(names.as_deref(), &classes, &mut out);
    out.report.labels = schema.labels.len() as u64;
    out.give(ImportItem::Schema(schema))?;
    let last = pictures.last().map_or(1, |(number, _)| number.saturating_add(1).saturating_sub(first_frame));
    let frames = if info.frames > 0 { info.frames } else { last };
    let (media, kind) = info.media(&root);
    let file = out.file(&media, kind, (info.width, info.height), frames)?;
    gather.give(file, frames, &mut out)
}

/// The folder of the pictures, and that of the other files, of the path of either or of a picture.
fn place(path: &Path) -> (PathBuf, PathBuf) {
    let path = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    if path.join(PICTURES).is_dir() {
        return (path.join(PICTURES), path.to_owned());
    }
    let is_named_so = path.file_name().is_some_and(|name| name == PICTURES);
    let root = path.parent().filter(|_| is_named_so).unwrap_or(path);
    (path.to_owned(), root.to_owned())
}

/// Whether there are such pictures.
pub(crate) fn is_there(path: &Path) -> bool {
    let is_deep = |path: &Path| {
        let decoder = File::open(path).ok().map(|file| Decoder::new(BufReader::new(file)).read_info());
        decoder.and_then(Result::ok).is_some_and(|reader| reader.info().bit_depth == BitDepth::Sixteen)
    };
    path.is_dir() && pictures(&place(path).0).first().is_some_and(|(_, picture)| is_deep(picture))
}

/// Those that are called by a number, in order.
fn pictures(folder: &Path) -> Vec<(u64, PathBuf)> {
    let paths = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let number = |path: &Path| {
        let is_png = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("png"));
        path.file_stem()?.to_str()?.parse().ok().filter(|_| is_png)
    };
    let mut found: Vec<(u64, PathBuf)> = paths.filter_map(|path| Some((number(&path)?, path))).collect();
    found.sort();
    found
}

/// Size and masks by value.
type Picture = (u32, u32, BTreeMap<u16, Mask>);

/// Reads a picture; `Err` says why it is none.
fn read(path: &Path) -> Result<Picture, &'static str> {
    const DAMAGED: &str = "a picture cannot be read; left out";
    let file = File::open(path).map_err(|_error| DAMAGED)?;
    let mut decoder = Decoder::new_with_limits(BufReader::new(file), Limits { bytes: 1 << 26 });
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().map_err(|_error| DAMAGED)?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    if info.color_type != ColorType::Grayscale || info.bit_depth != BitDepth::Sixteen {
        return Err("a picture is not of 16-bit grey values; left out");
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err("a picture has more pixels than any of a video; left out");
    }
    // Grows by what comes, whatever the header says.
    let mut values: Vec<u16> = Vec::new();
    while let Some(row) = reader.next_row().map_err(|_error| DAMAGED)? {
        let (pairs, _) = row.data().as_chunks::<2>();
        values.extend(pairs.iter().map(|pair| u16::from_be_bytes(*pair)));
    }
    if values.len() as u64 != u64::from(width) * u64::from(height) {
        return Err(DAMAGED);
    }
    Ok((width, height, masks(width, height, &values)))
}

/// The mask of each value but 0, of rows of values.
fn masks(width: u32, height: u32, values: &[u16]) -> BTreeMap<u16, Mask> {
    let (w, h) = (width as usize, height as usize);
    // Run lengths by column, and where they end.
    let mut runs: BTreeMap<u16, (Vec<u32>, usize)> = BTreeMap::new();
    let columns = (0..w).flat_map(|x| (0..h).map(move |y| y * w + x));
    let mut open: Option<(u16, usize)> = None;
    let mut close = |open: Option<(u16, usize)>, end: usize| {
        let Some((value, start)) = open.filter(|(value, _)| *value != 0) else { return };
        let (counts, at) = runs.entry(value).or_default();
        counts.extend([(start - *at) as u32, (end - start) as u32]);
        *at = end;
    };
    for (place, at) in columns.enumerate() {
        let value = values.get(at).copied().unwrap_or(0);
        if open.is_none_or(|(last, _)| last != value) {
            close(open.replace((value, place)), place);
        }
    }
    close(open, w * h);
    let finish = |(value, (mut counts, at)): (u16, (Vec<u32>, usize))| {
        if at < w * h {
            counts.push((w * h - at) as u32);
        }
        Some((value, Mask::from_counts(width, height, counts).ok()?))
    };
    runs.into_iter().filter_map(finish).collect()
}
