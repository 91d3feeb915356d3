//! The directories of a TIFF or BigTIFF: what pictures it holds, and where their chunks lie. No pixel is decoded here.
//!
//! `tiff` reads directories too, but holds each value to one megabyte, which the chunk offsets of a large picture exceed,
//! and follows no directories beneath others. Layout: TIFF 6.0, sections 2 and 15; BigTIFF as libtiff has it.

use std::io::{Read, Seek, SeekFrom};

use super::chunk::ByteOrder;

/// Most directories that are looked at.
const MAX_PAGES: usize = 64;
/// Most entries of one directory.
const MAX_ENTRIES: u64 = 4096;
/// Most bytes of one value: four million offsets.
const MAX_VALUE_BYTES: u64 = 32 << 20;

/// One picture of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Page {
    pub width: u32,
    pub height: u32,
    /// Pixels across and down of a chunk: a tile, or a strip of the picture's width.
    pub chunk: [u32; 2],
    pub bits: u16,
    pub samples: u16,
    pub compression: u16,
    pub photometric: u16,
    pub predictor: u16,
    pub planar: bool,
    pub extra_samples: Vec<u16>,
    pub sample_format: u16,
    /// Red, green and blue of each entry of the palette.
    pub palette: Vec<u16>,
    pub jpeg_tables: Vec<u8>,
    pub subsampling: Option<[u16; 2]>,
    pub orientation: u16,
    /// What the file says this picture is to the others: bit 0 a smaller copy, bit 2 a mask.
    pub subfile: u16,
    /// Colour profile; empty: none, or none that can be read.
    pub profile: Vec<u8>,
    pub is_tiled: bool,
    pub offsets: Vec<u64>,
    pub lengths: Vec<u64>,
}

/// All pictures of a file, the first one first.
#[derive(Debug, PartialEq)]
pub(super) struct Directories {
    pub order: ByteOrder,
    pub pages: Vec<Page>,
}

/// An entry before its values are read.
#[derive(Clone, Copy)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    /// Where the values lie in the file.
    at: u64,
}

struct Reader<'a, R> {
    file: &'a mut R,
    order: ByteOrder,
    is_big: bool,
    length: u64,
}

/// Reads the directories of a file of `length` bytes. `Err` says in words what is wrong with the first of them; damaged
/// ones after it are left out.
pub(super) fn read<R: Read + Seek>(file: &mut R, length: u64) -> Result<Directories, String> {
    let mut head = [0; 16];
    file.seek(SeekFrom::Start(0)).and_then(|_| file.read_exact(&mut head)).map_err(|e| e.to_string())?;
    let order = match &head[..2] {
        b"II" => ByteOrder::Little,
        b"MM" => ByteOrder::Big,
        _ => return Err("it does not begin as a TIFF".to_owned()),
    };
    let is_big = match order.u16([head[2], head[3]]) {
        42 => false,
        43 if order.u16([head[4], head[5]]) == 8 => true,
        _ => return Err("it is of an unknown version of TIFF".to_owned()),
    };
    let mut reader = Reader { file, order, is_big, length };
    let mut next = if is_big { reader.number(8, 8)? } else { reader.number(4, 4)? };
    let mut pages = Vec::new();
    for _ in 0..MAX_PAGES {
        if next == 0 {
            break;
        }
        match reader.page(next) {
            Ok((page, children, after)) => {
                pages.push(page);
                for child in children {
                    if pages.len() < MAX_PAGES
                        && let Ok((page, ..)) = reader.page(child)
                    {
                        pages.push(page);
                    }
                }
                next = after;
            }
            Err(error) if pages.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    if pages.is_empty() { Err("it holds no picture".to_owned()) } else { Ok(Directories { order, pages }) }
}

impl<R: Read + Seek> Reader<'_, R> {
    fn bytes(&mut self, at: u64, length: u64) -> Result<Vec<u8>, String> {
        if length > MAX_VALUE_BYTES || at.checked_add(length).is_none_or(|end| end > self.length) {
            return Err("a value lies outside the file".to_owned());
        }
        let mut bytes = vec![0; length as usize];
        self.file.seek(SeekFrom::Start(at)).and_then(|_| self.file.read_exact(&mut bytes)).map_err(|e| e.to_string())?;
        Ok(bytes)
    }

    fn number(&mut self, at: u64, length: u64) -> Result<u64, String> {
        let bytes = self.bytes(at, length)?;
        Ok(self.order.number(&bytes))
    }

    /// A picture, the directories beneath it, and where the next one lies (0: nowhere).
    fn page(&mut self, at: u64) -> Result<(Page, Vec<u64>, u64), String> {
        let (count_bytes, entry_bytes, word) = if self.is_big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.number(at, count_bytes)?;
        if count > MAX_ENTRIES {
            return Err("a directory claims too many entries".to_owned());
        }
        let first = at.saturating_add(count_bytes);
        let table = self.bytes(first, count * entry_bytes)?;
        let next = self.number(first.saturating_add(count * entry_bytes), word).unwrap_or(0);
        let mut entries = Vec::new();
        for (n, raw) in table.chunks_exact(entry_bytes as usize).enumerate() {
            let (tag, kind) = (self.order.u16([raw[0], raw[1]]), self.order.u16([raw[2], raw[3]]));
            let (count, value) = raw[4..].split_at(word as usize);
            let count = self.order.number(count);
            let is_inline = size_of_kind(kind).checked_mul(count).is_some_and(|bytes| bytes <= word);
            let at = if is_inline { first + (n as u64 + 1) * entry_bytes - word } else { self.order.number(value) };
            entries.push(Entry { tag, kind, count, at });
        }
        let (page, children) = self.page_of(&entries)?;
        Ok((page, children, next))
    }

    fn page_of(&mut self, entries: &[Entry]) -> Result<(Page, Vec<u64>), String> {
        let mut all = |tag: u16| match entries.iter().find(|entry| entry.tag == tag) {
            Some(entry) => self.values(*entry),
            None => Ok(Vec::new()),
        };
        let one = |values: Vec<u64>, default: u64| values.first().copied().unwrap_or(default);
        let short = |v: u64| u16::try_from(v).unwrap_or(u16::MAX);
        let side = |v: u64| u32::try_from(v).unwrap_or(0);
        let (width, height) = (side(one(all(256)?, 0)), side(one(all(257)?, 0)));
        if width == 0 || height == 0 {
            return Err("it claims to have no pixels".to_owned());
        }
        let bits = all(258)?;
        if bits.iter().any(|b| *b != bits[0]) {
            return Err("its samples are of different sizes".to_owned());
        }
        let tile = [side(one(all(322)?, 0)), side(one(all(323)?, 0))];
        let is_tiled = entries.iter().any(|entry| entry.tag == 324);
        let rows = side(one(all(278)?, u64::from(u32::MAX))).clamp(1, height);
        let subsampling = all(530)?;
        let page = Page {
            width,
            height,
            chunk: if is_tiled { tile } else { [width, rows] },
            bits: short(one(bits, 1)),
            compression: short(one(all(259)?, 1)),
            photometric: short(one(all(262)?, u64::from(u16::MAX))),
            orientation: short(one(all(274)?, 1)),
            samples: short(one(all(277)?, 1)),
            planar: one(all(284)?, 1) == 2,
            predictor: short(one(all(317)?, 1)),
            palette: all(320)?.into_iter().map(short).collect(),
            extra_samples: all(338)?.into_iter().map(short).collect(),
            sample_format: short(one(all(339)?, 1)),
            jpeg_tables: all(347)?.into_iter().map(|v| v as u8).collect(),
            subsampling: (subsampling.len() == 2).then(|| [short(subsampling[0]), short(subsampling[1])]),
            subfile: short(one(all(254)?, 0)),
            profile: all(34675).unwrap_or_default().into_iter().map(|v| v as u8).collect(),
            is_tiled,
            offsets: all(if is_tiled { 324 } else { 273 })?,
            lengths: all(if is_tiled { 325 } else { 279 })?,
        };
        Ok((page, all(330)?))
    }

    fn values(&mut self, entry: Entry) -> Result<Vec<u64>, String> {
        let each = size_of_kind(entry.kind);
        if each == 0 {
            return Err("a value is of an unknown kind".to_owned());
        }
        let length = each.checked_mul(entry.count).ok_or("a value claims to be longer than any file")?;
        let bytes = self.bytes(entry.at, length)?;
        Ok(bytes.chunks_exact(each as usize).map(|value| self.order.number(value)).collect())
    }
}

/// Bytes of a value of one of the unsigned kinds that matter here; 0 for all others.
fn size_of_kind(kind: u16) -> u64 {
    match kind {
        1 | 7 => 1,
        3 => 2,
        4 | 13 => 4,
        16 | 18 => 8,
        _ => 0,
    }
}
