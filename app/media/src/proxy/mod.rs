//! Stepping proxies: a second file for a video in which every frame stands alone, so that any frame is decoded without the
//! ones before it.
//!
//! What is settled here:
//!
//! - *A proxy's frame n is the video's frame n.* It is made by [`VideoReader`], in the order of the video's index, one record a
//!   frame. The file names the stamp of the video, and count and hash of its index; each record's checksum covers its number.
//!   A file that does not match, is cut off or is damaged is not used, and taken away.
//! - *It is for moving only.* A proxy's picture is half the size or less, and coarse ([`Picture::is_coarse`]): it is shown
//!   until the frame itself comes, gives no pixel values and is never kept in place of the frame. Export, thumbnails, hashes
//!   and tools read the video.
//! - *Baseline JPEG of 8 bits, 4:2:0.* Of what FFmpeg encodes without GPL parts, for frames of 1920 × 1080 (half of 3840 ×
//!   2160) on one core of the machine of the manual's figures: MJPEG takes 13 ms to encode, 5.7 ms to decode, 174 kB a frame,
//!   at 43.2 dB; DNxHR LB 29 ms, 8 ms, 188 kB, 42.7 dB; ProRes proxy 245 ms, 10 ms, 195 kB, 38.2 dB; FFV1 56 ms, 58 ms,
//!   814 kB, without loss. At full size each costs four to five times as much.
//! - *What is lost:* size, chroma of more than 4:2:0, bits beyond 8 and what JPEG leaves out. Matrix, range and turn are kept
//!   with each frame, so colours are the same. A frame that is damaged so that it gives no picture has none here either.
//! - *The disk is never filled:* all proxies together have a bound, and some space is always left free.

mod codec;
mod file;
mod make;
mod planes;
mod reader;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::error::MediaError;
use crate::limits::{MAX_PROXY_FILE_BYTES, MIN_FREE_BYTES};
use crate::mips;
use crate::pyramid;
use crate::still;
use crate::video::VideoIndex;

#[cfg(doc)]
use crate::{picture::Picture, video::VideoReader};

pub use reader::ProxyReader;

/// Longest side of a proxy's pictures, pixels.
const MAX_SIDE: u32 = 2048;
/// Longer side of frames from which a proxy is worth its space without being asked for, pixels.
const LARGE: u32 = 3840;
/// Frames between keys from which stepping back is slow.
const FAR_APART: u64 = 30;

/// The folder in which proxies are kept.
#[derive(Clone, Debug)]
pub struct Proxies {
    dir: PathBuf,
    bounds: Bounds,
}

/// How much of the disk may be taken.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Bytes of all proxies together.
    max_bytes: u64,
    /// Bytes of the disk that are left free.
    min_free: u64,
}

/// A proxy that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyMade {
    /// Its file.
    pub path: PathBuf,
    /// Bytes on the disk.
    pub bytes: u64,
    /// Frames of the video.
    pub frames: u64,
    /// Those of them that are damaged and have no picture.
    pub missing: u64,
}

/// True for videos of 4K and more, 3840 pixels on the longer side, in which a frame may be a second or more behind its key.
pub fn wants_proxy(index: &VideoIndex) -> bool {
    let (width, height) = index.size();
    width.max(height) >= LARGE && index.longest_way_from_key() >= FAR_APART
}

impl Proxies {
    /// Proxies in `dir`, which is made when the first one is.
    pub fn new(dir: &Path) -> Proxies {
        Proxies { dir: dir.to_path_buf(), bounds: Bounds { max_bytes: MAX_PROXY_FILE_BYTES, min_free: MIN_FREE_BYTES } }
    }

    /// Makes the proxy of `media`, which must be the file that `index` was made of. `progress` gets frames done and frames in
    /// all. The file appears whole or not at all; other proxies, those used longest ago first, go when all take too much.
    ///
    /// # Errors
    /// `TooSmall` when the video needs none; `NoRoom`; `Write` when the folder cannot be written; `Cancelled` once `cancel` is
    /// set; `Changed` and others of [`MediaError`] when the video cannot be read.
    pub fn make(
        &self,
        media: &Path,
        index: &Arc<VideoIndex>,
        progress: &dyn Fn(u64, u64),
        cancel: &AtomicBool,
    ) -> Result<ProxyMade, MediaError> {
        let made = still::guarded(media, || make::make(media, index, &self.dir, self.bounds, progress, cancel))?;
        prune(&self.dir, self.bounds.max_bytes);
        Ok(made)
    }

    /// Whether there is a proxy of this video that can be used.
    pub fn has(&self, media: &Path, index: &Arc<VideoIndex>) -> bool {
        matches!(ProxyReader::open(media, index, &self.dir), Ok(Some(_)))
    }

    /// Takes the proxy of a video away. False when there was none.
    ///
    /// # Errors
    /// `Write` when it cannot be taken away.
    pub fn remove(&self, media: &Path, index: &VideoIndex) -> Result<bool, MediaError> {
        let path = file_of(media, index, &self.dir);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(MediaError::Write { path, reason: error.to_string() }),
        }
    }

    /// Takes all proxies away; answers with the bytes that they took.
    pub fn remove_all(&self) -> u64 {
        let before = self.bytes();
        prune(&self.dir, 0);
        before.saturating_sub(self.bytes())
    }

    /// Bytes of all proxies.
    pub fn bytes(&self) -> u64 {
        let files = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let ours = files.filter(|entry| entry.path().extension().is_some_and(|end| end == EXTENSION));
        ours.filter_map(|entry| Some(entry.metadata().ok()?.len())).sum()
    }
}

const EXTENSION: &str = "proxy";

/// Removes the proxies used longest ago until at most `max_bytes` are left.
pub(crate) fn prune(dir: &Path, max_bytes: u64) {
    pyramid::prune(dir, EXTENSION, max_bytes);
}

/// The file that holds the proxy of `media` in `dir`.
fn file_of(media: &Path, index: &VideoIndex, dir: &Path) -> PathBuf {
    let stamp = index.stamp();
    let mut hasher = blake3::Hasher::new();
    for number in [stamp.bytes, stamp.modified_ns] {
        hasher.update(&number.to_le_bytes());
    }
    hasher.update(media.as_os_str().as_encoded_bytes());
    dir.join(format!("{}.{EXTENSION}", &hasher.finalize().to_hex()[..32]))
}

/// How often a picture of this size is halved for its proxy, and the size that it then has; `None`: it is small enough to
/// need none.
fn level_of((width, height): (u32, u32)) -> Option<(u32, (u32, u32))> {
    let mut smaller = (1..).zip(mips::sizes(width, height).into_iter().skip(1));
    smaller.find(|(_, (width, height))| *width.max(height) <= MAX_SIDE)
}

#[cfg(test)]
mod tests;
