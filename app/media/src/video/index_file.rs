//! Keeping an index in a file, so that a video is read through only once.
//!
//! Layout: magic, length of the head, head (JSON), packets of fixed length, order, BLAKE3 of all before it.
//! Numbers are little-endian. A file that does not check out is refused whole.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::index::{IndexHead, PacketEntry, VideoIndex};
use crate::error::MediaError;
use crate::info::FileStamp;
use crate::limits::MAX_PACKETS;
use crate::picture::replace_file;

const MAGIC: &[u8; 8] = b"LIMNVIX3";
/// pts, dts, hash: 8 each; size 4; flags 1.
const PACKET_BYTES: usize = 29;
const HASH_BYTES: usize = 32;
const KEY: u8 = 1;
const DISCARD: u8 = 2;
const HAS_PTS: u8 = 4;
const HAS_DTS: u8 = 8;
const CORRUPT: u8 = 16;

/// Reads an index that was kept, whatever lies at its video's place now.
fn read(cache_file: &Path) -> Result<VideoIndex, MediaError> {
    // What a full index of MAX_PACKETS takes, and a little for its head.
    const MAX_BYTES: u64 = (MAX_PACKETS * (PACKET_BYTES + 4) + (1 << 20)) as u64;
    let length = fs::metadata(cache_file).map_err(MediaError::io(cache_file))?.len();
    let refused = |reason| MediaError::IndexFile { path: cache_file.to_path_buf(), reason };
    if length > MAX_BYTES {
        return Err(refused("it is too long"));
    }
    let bytes = fs::read(cache_file).map_err(MediaError::io(cache_file))?;
    VideoIndex::from_bytes(&bytes).map_err(refused)
}

/// Keeps the index of a video that was replaced: work that was made on it can be taken over by the times of its frames.
fn keep_former(cache_file: &Path) {
    let former = read(cache_file).map(|index| former_file(cache_file, index.stamp.bytes));
    if let Err(error) = former.and_then(|former| fs::rename(cache_file, &former).map_err(MediaError::io(&former))) {
        tracing::warn!(%error, "the index of a replaced video could not be kept");
    }
}

fn former_file(cache_file: &Path, bytes: u64) -> PathBuf {
    cache_file.with_extension(format!("{bytes}.former"))
}

impl VideoIndex {
    /// Writes the index to `cache_file`. The file appears whole or not at all.
    ///
    /// # Errors
    /// `Io` or `Write` when it cannot be written.
    pub fn save(&self, cache_file: &Path) -> Result<(), MediaError> {
        let bytes = self.to_bytes().map_err(|e| MediaError::Write { path: cache_file.to_path_buf(), reason: e.to_string() })?;
        replace_file(cache_file, |file| file.write_all(&bytes).map_err(MediaError::io(cache_file)))
    }

    /// Reads an index that was kept, if it belongs to `media` as it is now.
    ///
    /// # Errors
    /// `Io`; `IndexFile` when the file is damaged; `Changed` when `media` is not the file that was indexed.
    pub fn load(cache_file: &Path, media: &Path) -> Result<VideoIndex, MediaError> {
        let index = read(cache_file)?;
        if index.stamp != FileStamp::of(media)? {
            return Err(MediaError::Changed { path: media.to_path_buf() });
        }
        Ok(index)
    }

    /// The index of `media` out of `cache_dir`, or a new one that is then kept there.
    /// That it could not be kept is only logged: the index itself is good.
    ///
    /// # Errors
    /// As [`VideoIndex::build`].
    pub fn load_or_build(
        media: &Path,
        cache_dir: &Path,
        progress: &dyn Fn(u64, u64),
        cancel: &AtomicBool,
    ) -> Result<VideoIndex, MediaError> {
        let cache_file = VideoIndex::cache_file(media, cache_dir);
        match VideoIndex::load(&cache_file, media) {
            Ok(index) => return Ok(index),
            Err(MediaError::Changed { .. }) => keep_former(&cache_file),
            Err(MediaError::Io { .. }) => {}
            Err(error) => tracing::warn!(%error, "a kept video index was refused"),
        }
        let index = VideoIndex::build(media, progress, cancel)?;
        if let Err(error) = fs::create_dir_all(cache_dir).map_err(MediaError::io(cache_dir)).and_then(|()| index.save(&cache_file)) {
            tracing::warn!(%error, "a video index could not be kept");
        }
        Ok(index)
    }

    /// Where the index of `media` is kept in `cache_dir`: named by the hash of its path.
    pub fn cache_file(media: &Path, cache_dir: &Path) -> PathBuf {
        let name = blake3::hash(media.as_os_str().as_encoded_bytes()).to_hex();
        cache_dir.join(format!("{}.vindex", &name[..32]))
    }

    /// The index of another video of so many bytes that lay at this place before, if one was made then.
    pub fn former(media: &Path, cache_dir: &Path, bytes: u64) -> Option<VideoIndex> {
        let kept = read(&former_file(&VideoIndex::cache_file(media, cache_dir), bytes)).ok()?;
        Some(kept).filter(|index| index.stamp.bytes == bytes)
    }

    /// BLAKE3 of every packet and the order of frames, and of the file's stamp.
    pub(crate) fn fingerprint(&self) -> Option<[u8; HASH_BYTES]> {
        self.to_bytes().ok()?.last_chunk().copied()
    }

    fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let head = serde_json::to_vec(&IndexHead {
            stamp: self.stamp,
            info: self.info.clone(),
            packets: self.packets.len() as u64,
            frames: self.order.len() as u64,
            reasons: self.reasons.clone(),
        })?;
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&(head.len() as u64).to_le_bytes());
        out.extend_from_slice(&head);
        for p in &self.packets {
            out.extend_from_slice(&p.pts.unwrap_or(0).to_le_bytes());
            out.extend_from_slice(&p.dts.unwrap_or(0).to_le_bytes());
            out.extend_from_slice(&p.hash.to_le_bytes());
            out.extend_from_slice(&p.size.to_le_bytes());
            let flag = |set: bool, bit: u8| if set { bit } else { 0 };
            let times = flag(p.pts.is_some(), HAS_PTS) | flag(p.dts.is_some(), HAS_DTS);
            out.push(flag(p.key, KEY) | flag(p.discard, DISCARD) | flag(p.corrupt, CORRUPT) | times);
        }
        for ordinal in &self.order {
            out.extend_from_slice(&ordinal.to_le_bytes());
        }
        let hash = blake3::hash(&out);
        out.extend_from_slice(hash.as_bytes());
        Ok(out)
    }

    /// Takes memory only by the length of `bytes`, never by a number in them.
    fn from_bytes(bytes: &[u8]) -> Result<VideoIndex, &'static str> {
        let body = bytes.len().checked_sub(HASH_BYTES).ok_or("it is cut off")?;
        let (body, hash) = bytes.split_at(body);
        let body = body.strip_prefix(MAGIC).ok_or("it is not an index of this version")?;
        if blake3::hash(&bytes[..bytes.len() - HASH_BYTES]).as_bytes() != hash {
            return Err("its content does not match its checksum");
        }
        let (length, body) = body.split_first_chunk::<8>().ok_or("it is cut off")?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_large| "it is cut off")?;
        let (head, body) = body.split_at_checked(length).ok_or("it is cut off")?;
        let head: IndexHead = serde_json::from_slice(head).map_err(|_json| "its head cannot be read")?;
        let count = |n: u64, each: usize| usize::try_from(n).ok().and_then(|n| n.checked_mul(each));
        let packet_bytes = count(head.packets, PACKET_BYTES).ok_or("it claims too many packets")?;
        let (packets, order) = body.split_at_checked(packet_bytes).ok_or("it has fewer packets than it claims")?;
        if count(head.frames, 4) != Some(order.len()) {
            return Err("it has fewer frames than it claims");
        }
        let packets = packets.as_chunks::<PACKET_BYTES>().0.iter().map(packet_from).collect();
        let order = order.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
        VideoIndex::from_parts(head.stamp, head.info, packets, order, head.reasons).ok_or("its frames do not fit its packets")
    }
}

fn packet_from(bytes: &[u8; PACKET_BYTES]) -> PacketEntry {
    let eight = |at: usize| bytes[at..].first_chunk::<8>().copied().unwrap_or_default();
    let flags = bytes[28];
    PacketEntry {
        pts: (flags & HAS_PTS != 0).then(|| i64::from_le_bytes(eight(0))),
        dts: (flags & HAS_DTS != 0).then(|| i64::from_le_bytes(eight(8))),
        hash: u64::from_le_bytes(eight(16)),
        size: u32::from_le_bytes(bytes[24..].first_chunk().copied().unwrap_or_default()),
        key: flags & KEY != 0,
        discard: flags & DISCARD != 0,
        corrupt: flags & CORRUPT != 0,
    }
}
