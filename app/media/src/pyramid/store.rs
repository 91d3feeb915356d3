//! The file in the cache folder that holds the levels of a large picture as tiles.
//!
//! Layout: magic; tiles, each a PNG; index: five numbers a tile; head (JSON); the trailer: where the index begins, how many
//! tiles, length of the head, BLAKE3 of index and head, magic. Numbers are little-endian. PNG checks its own content.
//! While it is being made, the same structure serves the tiles that are there already.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use image::{ExtendedColorType, ImageEncoder};
use serde::{Deserialize, Serialize};

use super::grid::TILE_SIDE;
use crate::error::MediaError;
use crate::info::FileStamp;
use crate::mips;
use crate::picture::Level;

const MAGIC: &[u8; 8] = b"LIMNTIL1";
/// Level, column, row: 4 each; offset 8; length 4.
const ENTRY_BYTES: u64 = 24;
const TRAILER_BYTES: u64 = 8 + 8 + 8 + 32 + 8;
/// More tiles than any picture has.
const MAX_TILES: u64 = 1 << 20;
const MAX_HEAD_BYTES: u64 = 1 << 16;

/// What a cache file is made from and holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoreHead {
    pub stamp: FileStamp,
    pub tile_side: u32,
    /// The first level that is kept.
    pub first_level: u32,
    /// Sizes of the levels kept, the largest first.
    pub sizes: Vec<[u32; 2]>,
}

impl StoreHead {
    /// Every tile that belongs to it.
    fn tiles(&self) -> impl Iterator<Item = [u32; 3]> + '_ {
        let levels = (self.first_level..).zip(&self.sizes);
        levels.flat_map(|(level, size)| {
            let [columns, rows] = size.map(|side| side.div_ceil(TILE_SIDE));
            (0..rows).flat_map(move |row| (0..columns).map(move |column| [level, column, row]))
        })
    }
}

#[derive(Debug)]
struct Inner {
    file: File,
    end: u64,
    index: BTreeMap<[u32; 3], (u64, u32)>,
}

/// A cache file, finished or being made.
#[derive(Debug)]
pub(super) struct TileStore {
    path: PathBuf,
    head: StoreHead,
    inner: Mutex<Inner>,
}

impl TileStore {
    /// The file that holds the tiles of `media` in `dir`.
    pub fn file_of(media: &Path, stamp: FileStamp, dir: &Path) -> PathBuf {
        let mut hasher = blake3::Hasher::new();
        for number in [stamp.bytes, stamp.modified_ns] {
            hasher.update(&number.to_le_bytes());
        }
        hasher.update(media.as_os_str().as_encoded_bytes());
        dir.join(format!("{}.tiles", &hasher.finalize().to_hex()[..32]))
    }

    /// Opens a finished file, if it is whole and holds what `head` says.
    ///
    /// # Errors
    /// `Io`; `IndexFile` when it is damaged or belongs to another file.
    pub fn open(path: &Path, head: &StoreHead) -> Result<TileStore, MediaError> {
        let refused = |reason| MediaError::IndexFile { path: path.to_path_buf(), reason };
        let io = || MediaError::io(path);
        // Writing too, so that the time of change can be set: what was used last is pruned last.
        let mut file = File::options().read(true).write(true).open(path).map_err(io())?;
        let length = file.metadata().map_err(io())?.len();
        let at = length.checked_sub(TRAILER_BYTES).ok_or_else(|| refused("it is cut off"))?;
        let mut trailer = [0; TRAILER_BYTES as usize];
        file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut trailer)).map_err(io())?;
        let number = |n: usize| trailer[n * 8..].first_chunk::<8>().map_or(0, |b| u64::from_le_bytes(*b));
        let (index_at, count, head_bytes) = (number(0), number(1), number(2));
        if trailer[56..] != MAGIC[..] {
            return Err(refused("it is not a file of tiles of this version"));
        }
        let is_sound = count <= MAX_TILES && head_bytes <= MAX_HEAD_BYTES;
        if !is_sound || index_at.checked_add(count * ENTRY_BYTES + head_bytes) != Some(at) {
            return Err(refused("its parts do not fit together"));
        }
        let mut body = vec![0; (count * ENTRY_BYTES + head_bytes) as usize];
        file.seek(SeekFrom::Start(index_at)).and_then(|_| file.read_exact(&mut body)).map_err(io())?;
        if blake3::hash(&body).as_bytes()[..] != trailer[24..56] {
            return Err(refused("its content does not match its checksum"));
        }
        let (entries, kept) = body.split_at((count * ENTRY_BYTES) as usize);
        if serde_json::from_slice::<StoreHead>(kept).ok().as_ref() != Some(head) {
            return Err(refused("it belongs to another picture"));
        }
        let mut index = BTreeMap::new();
        for entry in entries.as_chunks::<{ ENTRY_BYTES as usize }>().0 {
            let four = |n: usize| entry[n..].first_chunk::<4>().map_or(0, |b| u32::from_le_bytes(*b));
            let offset = entry[12..].first_chunk::<8>().map_or(0, |b| u64::from_le_bytes(*b));
            if offset.checked_add(u64::from(four(20))).is_none_or(|end| end > index_at) {
                return Err(refused("a tile lies outside of it"));
            }
            index.insert([four(0), four(4), four(8)], (offset, four(20)));
        }
        if !head.tiles().all(|tile| index.contains_key(&tile)) {
            return Err(refused("it holds fewer tiles than it claims"));
        }
        // That it counts as used longer ago than it was does no harm.
        let _ = file.set_modified(SystemTime::now());
        Ok(TileStore { path: path.to_path_buf(), head: head.clone(), inner: Mutex::new(Inner { file, end: length, index }) })
    }

    /// Begins a new file beside `path`; [`Self::finish`] puts it there.
    pub fn create(path: &Path, head: StoreHead) -> Result<TileStore, MediaError> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static COUNT: AtomicU64 = AtomicU64::new(0);
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir).map_err(MediaError::io(dir))?;
        }
        let part = path.with_extension(format!("tiles-{}-{}.part", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        let mut file = File::options().read(true).write(true).create_new(true).open(&part).map_err(MediaError::io(&part))?;
        file.write_all(MAGIC).map_err(MediaError::io(&part))?;
        Ok(TileStore { path: part, head, inner: Mutex::new(Inner { file, end: MAGIC.len() as u64, index: BTreeMap::new() }) })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a tile.
    pub fn put(&self, tile: [u32; 3], pixels: &Level) -> Result<(), MediaError> {
        // Packed before the lock is taken: others read meanwhile.
        let png = packed(pixels).map_err(|reason| MediaError::Write { path: self.path.clone(), reason })?;
        let mut inner = self.lock();
        let at = inner.end;
        inner.file.seek(SeekFrom::Start(at)).and_then(|_| inner.file.write_all(&png)).map_err(MediaError::io(&self.path))?;
        inner.end += png.len() as u64;
        inner.index.insert(tile, (at, png.len() as u32));
        Ok(())
    }

    /// A tile; `None` when it is not there yet.
    ///
    /// # Errors
    /// `Io`, or `IndexFile` when the tile is damaged.
    pub fn get(&self, tile: [u32; 3]) -> Result<Option<Level>, MediaError> {
        let bytes = {
            let mut inner = self.lock();
            let Some((at, length)) = inner.index.get(&tile).copied() else { return Ok(None) };
            let mut bytes = vec![0; length as usize];
            inner.file.seek(SeekFrom::Start(at)).and_then(|_| inner.file.read_exact(&mut bytes)).map_err(MediaError::io(&self.path))?;
            bytes
        };
        let refused = || MediaError::IndexFile { path: self.path.clone(), reason: "one of its tiles is damaged" };
        unpacked(&bytes).map(Some).ok_or_else(refused)
    }

    /// Writes the index and puts the file in its place.
    pub fn finish(&self, path: &Path) -> Result<(), MediaError> {
        let io = || MediaError::io(&self.path);
        let mut inner = self.lock();
        let mut body = Vec::new();
        for ([level, column, row], (at, length)) in &inner.index {
            [level, column, row].into_iter().for_each(|v| body.extend(v.to_le_bytes()));
            body.extend(at.to_le_bytes());
            body.extend(length.to_le_bytes());
        }
        let head = serde_json::to_vec(&self.head).map_err(|e| MediaError::Write { path: self.path.clone(), reason: e.to_string() })?;
        body.extend(&head);
        let hash = blake3::hash(&body);
        let (end, count) = (inner.end, inner.index.len() as u64);
        [end, count, head.len() as u64].into_iter().for_each(|v| body.extend(v.to_le_bytes()));
        body.extend(hash.as_bytes());
        body.extend(MAGIC);
        inner.file.seek(SeekFrom::Start(end)).and_then(|_| inner.file.write_all(&body)).map_err(io())?;
        inner.end += body.len() as u64;
        fs::rename(&self.path, path).map_err(MediaError::io(path))
    }

    /// Takes an unfinished or damaged file away. What is open stays readable until it is let go.
    pub fn remove(&self, path: &Path) {
        // Left behind it is pruned later.
        let _ = fs::remove_file(path);
        let _ = fs::remove_file(&self.path);
    }
}

/// Lossless, and fast rather than small.
fn packed(pixels: &Level) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new_with_quality(
        &mut out,
        image::codecs::png::CompressionType::Fast,
        image::codecs::png::FilterType::Sub,
    );
    let done = if mips::is_opaque(&pixels.rgba) {
        let rgb: Vec<u8> = pixels.rgba.as_chunks::<4>().0.iter().flat_map(|p| [p[0], p[1], p[2]]).collect();
        encoder.write_image(&rgb, pixels.width, pixels.height, ExtendedColorType::Rgb8)
    } else {
        encoder.write_image(&pixels.rgba, pixels.width, pixels.height, ExtendedColorType::Rgba8)
    };
    done.map_err(|e| e.to_string())?;
    Ok(out)
}

fn unpacked(bytes: &[u8]) -> Option<Level> {
    let mut limits = image::Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(TILE_SIDE), Some(TILE_SIDE));
    let mut reader = image::ImageReader::with_format(Cursor::new(bytes), image::ImageFormat::Png);
    reader.limits(limits);
    let image = reader.decode().ok()?.into_rgba8();
    Some(Level { width: image.width(), height: image.height(), rgba: image.into_raw() })
}

/// Removes the files with this extension used longest ago until at most `max_bytes` are left, and parts of files left by a crash.
pub(crate) fn prune(dir: &Path, extension: &str, max_bytes: u64) {
    const OLD: Duration = Duration::from_secs(24 * 3600);
    let Ok(entries) = fs::read_dir(dir) else { return };
    let mut files = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(meta) = entry.metadata() else { continue };
        let modified = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        match path.extension().and_then(|e| e.to_str()) {
            Some(end) if end == extension => files.push((modified, meta.len(), path)),
            // Another program may be making it now.
            Some("part") if modified.elapsed().is_ok_and(|age| age > OLD) => drop(fs::remove_file(path)),
            _ => {}
        }
    }
    files.sort();
    let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, bytes, path) in files {
        if total > max_bytes && fs::remove_file(path).is_ok() {
            total -= bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(seed: u8) -> Level {
        let rgba = (0..20 * 10).flat_map(|n| [n as u8, seed, 7, if seed == 3 { 9 } else { 255 }]).collect();
        Level { width: 20, height: 10, rgba }
    }

    fn head() -> StoreHead {
        StoreHead {
            stamp: FileStamp { bytes: 5, modified_ns: 6 },
            tile_side: TILE_SIDE,
            first_level: 2,
            sizes: vec![[1000, 400], [500, 200]],
        }
    }

    fn made(path: &Path) {
        let store = TileStore::create(path, head()).unwrap();
        for (seed, id) in (1..).zip([[2, 0, 0], [2, 1, 0], [3, 0, 0]]) {
            assert_eq!(store.get(id).unwrap(), None);
            store.put(id, &tile(seed)).unwrap();
            assert_eq!(store.get(id).unwrap(), Some(tile(seed)), "served while the file is being made");
        }
        store.finish(path).unwrap();
    }

    #[test]
    fn tiles_come_back_as_they_were() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tiles");
        made(&path);
        let store = TileStore::open(&path, &head()).unwrap();
        assert_eq!(store.get([2, 1, 0]).unwrap(), Some(tile(2)));
        assert_eq!(store.get([3, 0, 0]).unwrap(), Some(tile(3)));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no part is left");
    }

    #[test]
    fn another_pictures_and_damaged_files_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tiles");
        made(&path);
        let other = StoreHead { stamp: FileStamp { bytes: 5, modified_ns: 7 }, ..head() };
        assert!(matches!(TileStore::open(&path, &other), Err(MediaError::IndexFile { .. })));
        let whole = fs::read(&path).unwrap();
        for length in (0..whole.len()).step_by(13) {
            fs::write(&path, &whole[..length]).unwrap();
            assert!(TileStore::open(&path, &head()).is_err(), "{length} bytes of it");
        }
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            fs::write(&path, &bytes).unwrap();
            // Damage in a tile is found when the tile is read.
            let tiles = TileStore::open(&path, &head())
                .and_then(|store| [[2, 0, 0], [2, 1, 0], [3, 0, 0]].into_iter().map(|id| store.get(id)).collect::<Result<Vec<_>, _>>());
            let same = |tiles: Vec<Option<Level>>| tiles == [Some(tile(1)), Some(tile(2)), Some(tile(3))];
            assert!(tiles.is_err() || tiles.is_ok_and(same), "a changed byte at {at} changed a picture");
        }
    }

    #[test]
    fn the_file_used_longest_ago_is_pruned_first() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, age: u64| {
            let path = dir.path().join(name);
            fs::write(&path, [0; 100]).unwrap();
            File::options().write(true).open(&path).unwrap().set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
            path
        };
        let (old, new, other) = (file("a.tiles", 500), file("b.tiles", 100), file("c.txt", 900));
        let (crashed, running) = (file("d.tiles-1-1.part", 200_000), file("e.tiles-1-1.part", 10));
        prune(dir.path(), "tiles", 150);
        assert_eq!([&old, &new, &other, &crashed, &running].map(|path| path.exists()), [false, true, true, false, true]);
    }
}
