//! The file of a proxy.
//!
//! Layout: magic; one JPEG a frame, in the order of frames, without gaps; a record of fixed length a frame; head (JSON); the
//! trailer: where the records begin, how many, length of the head, BLAKE3 of records and head, magic. Numbers are
//! little-endian. A frame without a picture has a length of 0. Each record holds a checksum of the frame's number and JPEG, so
//! that damage is found when the frame is read, and no frame can stand for another.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::planes::Look;
use crate::error::MediaError;
use crate::info::FileStamp;
use crate::yuv::YuvMatrix;

const MAGIC: &[u8; 8] = b"LIMNPRX1";
/// Length 4, checksum 8, two weights of the matrix 4 each, range and turn 1.
const RECORD_BYTES: u64 = 21;
const TRAILER_BYTES: u64 = 8 + 8 + 8 + 32 + 8;
const MAX_HEAD_BYTES: u64 = 1 << 16;
const FULL_RANGE: u8 = 0x80;

/// What a proxy is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub stamp: FileStamp,
    /// Frames of the index, each with one record.
    pub frames: u64,
    /// BLAKE3 of the index: of every packet and the order of frames.
    pub index: [u8; 32],
    /// Size of the pictures after the turn, pixels.
    pub size: (u32, u32),
}

#[derive(Clone, Copy)]
struct Record {
    length: u32,
    check: u64,
    look: Look,
}

/// Of a frame's number and its JPEG.
fn checksum(frame: u64, jpeg: &[u8]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&frame.to_le_bytes());
    hasher.update(jpeg);
    hasher.finalize().as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// A proxy that is being made. Let go unfinished, it leaves nothing behind.
pub(super) struct Writer {
    part: PathBuf,
    file: Option<BufWriter<File>>,
    records: Vec<Record>,
    bytes: u64,
}

impl Writer {
    /// Begins a new file beside `path`; [`Self::finish`] puts it there.
    ///
    /// # Errors
    /// `Write`.
    pub fn create(path: &Path) -> Result<Writer, MediaError> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static COUNT: AtomicU64 = AtomicU64::new(0);
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir).map_err(not_written(dir))?;
        }
        let part = path.with_extension(format!("proxy-{}-{}.part", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        let file = File::options().write(true).create_new(true).open(&part).map_err(not_written(&part))?;
        let mut writer = Writer { part, file: Some(BufWriter::new(file)), records: Vec::new(), bytes: 0 };
        writer.write(MAGIC)?;
        Ok(writer)
    }

    /// Bytes written so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds the next frame; `None`: it has no picture.
    ///
    /// # Errors
    /// `Write`.
    pub fn put(&mut self, frame: Option<(&[u8], Look)>) -> Result<(), MediaError> {
        let none = Look { matrix: YuvMatrix { kr: 0.0, kb: 0.0, full_range: false }, orientation: 1 };
        let (jpeg, look) = frame.unwrap_or((&[], none));
        let too_long = |_| MediaError::Write { path: self.part.clone(), reason: "a frame is too long".to_owned() };
        let length = u32::try_from(jpeg.len()).map_err(too_long)?;
        self.write(jpeg)?;
        self.records.push(Record { length, check: checksum(self.records.len() as u64, jpeg), look });
        Ok(())
    }

    /// Writes what says where each frame is, and puts the file in its place.
    ///
    /// # Errors
    /// `Write`.
    pub fn finish(mut self, path: &Path, head: &Head) -> Result<u64, MediaError> {
        let mut body = Vec::with_capacity(self.records.len() * RECORD_BYTES as usize);
        for Record { length, check, look } in &self.records {
            body.extend(length.to_le_bytes());
            body.extend(check.to_le_bytes());
            body.extend(look.matrix.kr.to_le_bytes());
            body.extend(look.matrix.kb.to_le_bytes());
            body.push(look.orientation | if look.matrix.full_range { FULL_RANGE } else { 0 });
        }
        let head = serde_json::to_vec(head).map_err(|e| MediaError::Write { path: self.part.clone(), reason: e.to_string() })?;
        body.extend(&head);
        let hash = blake3::hash(&body);
        let (at, count) = (self.bytes, self.records.len() as u64);
        [at, count, head.len() as u64].into_iter().for_each(|v| body.extend(v.to_le_bytes()));
        body.extend(hash.as_bytes());
        body.extend(MAGIC);
        self.write(&body)?;
        if let Some(mut file) = self.file.take() {
            file.flush().map_err(not_written(&self.part))?;
        }
        fs::rename(&self.part, path).map_err(not_written(path))?;
        Ok(self.bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), MediaError> {
        if let Some(file) = &mut self.file {
            file.write_all(bytes).map_err(not_written(&self.part))?;
            self.bytes += bytes.len() as u64;
        }
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.file = None;
        // Put in its place it is no longer there; left behind it is pruned later.
        let _ = fs::remove_file(&self.part);
    }
}

fn not_written(path: &Path) -> impl FnOnce(std::io::Error) -> MediaError + '_ {
    move |error| MediaError::Write { path: path.to_path_buf(), reason: error.to_string() }
}

/// A finished proxy.
pub(super) struct ProxyFile {
    path: PathBuf,
    file: File,
    bytes: u64,
    records: Vec<Record>,
    /// Where each frame begins.
    offsets: Vec<u64>,
}

impl ProxyFile {
    /// Opens a finished file, if it is whole and was made from what `head` says.
    ///
    /// # Errors
    /// `Io`; `IndexFile` when it is damaged or belongs to another video.
    pub fn open(path: &Path, head: &Head) -> Result<ProxyFile, MediaError> {
        let refused = |reason| MediaError::IndexFile { path: path.to_path_buf(), reason };
        let io = || MediaError::io(path);
        // Writing too, so that the time of change can be set: what was used last is pruned last.
        let mut file = File::options().read(true).write(true).open(path).map_err(io())?;
        let length = file.metadata().map_err(io())?.len();
        let end = length.checked_sub(TRAILER_BYTES).ok_or_else(|| refused("it is cut off"))?;
        let mut trailer = [0; TRAILER_BYTES as usize];
        file.seek(SeekFrom::Start(end)).and_then(|_| file.read_exact(&mut trailer)).map_err(io())?;
        let number = |n: usize| trailer[n * 8..].first_chunk::<8>().map_or(0, |b| u64::from_le_bytes(*b));
        let (at, count, head_bytes) = (number(0), number(1), number(2));
        if trailer[56..] != MAGIC[..] {
            return Err(refused("it is not a proxy of this version"));
        }
        let record_bytes = count.checked_mul(RECORD_BYTES).filter(|_| head_bytes <= MAX_HEAD_BYTES);
        if count != head.frames || record_bytes.and_then(|bytes| at.checked_add(bytes)?.checked_add(head_bytes)) != Some(end) {
            return Err(refused("its parts do not fit together"));
        }
        // No longer than the file.
        let mut body = vec![0; (end - at) as usize];
        file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut body)).map_err(io())?;
        if blake3::hash(&body).as_bytes()[..] != trailer[24..56] {
            return Err(refused("its content does not match its checksum"));
        }
        let (records, kept) = body.split_at(body.len() - head_bytes as usize);
        if serde_json::from_slice::<Head>(kept).ok().as_ref() != Some(head) {
            return Err(refused("it belongs to another video"));
        }
        let records: Vec<Record> = records.as_chunks().0.iter().map(Record::read).collect();
        let mut next = MAGIC.len() as u64;
        let mut offsets = Vec::with_capacity(records.len());
        for record in &records {
            offsets.push(next);
            next += u64::from(record.length);
        }
        if next != at {
            return Err(refused("its frames do not fill it"));
        }
        // That it counts as used longer ago than it was does no harm.
        let _ = file.set_modified(SystemTime::now());
        Ok(ProxyFile { path: path.to_path_buf(), file, bytes: length, records, offsets })
    }

    /// JPEG of frame `n` and how it is shown; `None` when it has no picture.
    ///
    /// # Errors
    /// `Io`, or `IndexFile` when it is damaged.
    pub fn get(&mut self, n: u64) -> Result<Option<(Vec<u8>, Look)>, MediaError> {
        let at = usize::try_from(n).unwrap_or(usize::MAX);
        let (Some(record), Some(offset)) = (self.records.get(at), self.offsets.get(at)) else { return Ok(None) };
        if record.length == 0 {
            return Ok(None);
        }
        // All lengths together are that of the file.
        let mut jpeg = vec![0; record.length as usize];
        self.file.seek(SeekFrom::Start(*offset)).and_then(|_| self.file.read_exact(&mut jpeg)).map_err(MediaError::io(&self.path))?;
        if checksum(n, &jpeg) != record.check {
            return Err(MediaError::IndexFile { path: self.path.clone(), reason: "one of its frames is damaged" });
        }
        Ok(Some((jpeg, record.look)))
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Record {
    fn read(bytes: &[u8; RECORD_BYTES as usize]) -> Record {
        let four = |at: usize| bytes[at..].first_chunk::<4>().copied().unwrap_or_default();
        let check = bytes[4..].first_chunk::<8>().map_or(0, |b| u64::from_le_bytes(*b));
        let flags = bytes[20];
        let (kr, kb) = (f32::from_le_bytes(four(12)), f32::from_le_bytes(four(16)));
        let matrix = YuvMatrix { kr, kb, full_range: flags & FULL_RANGE != 0 };
        Record { length: u32::from_le_bytes(four(0)), check, look: Look { matrix, orientation: flags & !FULL_RANGE } }
    }
}
