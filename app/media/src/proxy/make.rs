//! Making a proxy: frame after frame of the video, as they are counted.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::codec::Encoder;
use super::file::{Head, Writer};
use super::planes::{Small, small};
use super::{Bounds, ProxyMade, file_of, level_of};
use crate::error::MediaError;
use crate::video::{VideoIndex, VideoReader};

/// Frames between two looks at the room on the disk.
const LOOK_EVERY: u64 = 32;

/// What the proxy of this video says that it is made from; `None`: the video needs none.
pub(super) fn head_of(index: &VideoIndex) -> Option<Head> {
    let (_, size) = level_of(index.size())?;
    Some(Head { stamp: index.stamp(), frames: index.frames(), index: index.fingerprint()?, size })
}

pub(super) fn make(
    media: &Path,
    index: &Arc<VideoIndex>,
    dir: &Path,
    bounds: Bounds,
    progress: &dyn Fn(u64, u64),
    cancel: &AtomicBool,
) -> Result<ProxyMade, MediaError> {
    let too_small = || MediaError::TooSmall { path: media.to_path_buf() };
    let (level, _) = level_of(index.size()).ok_or_else(too_small)?;
    let head = head_of(index).ok_or_else(too_small)?;
    let path = file_of(media, index, dir);
    // In software: what a device gives is the same, and the device is left to whoever looks at the video.
    let mut reader = VideoReader::open(media, index.clone())?;
    let mut writer = Writer::create(&path)?;
    let mut encoder = None;
    let mut missing = 0;
    for n in 0..index.frames() {
        if cancel.load(Ordering::Relaxed) {
            return Err(MediaError::Cancelled { path: media.to_path_buf() });
        }
        if n % LOOK_EVERY == 0 {
            check_room(media, dir, bounds, writer.bytes())?;
        }
        match reader.frame(n) {
            Ok(picture) => {
                let small = small(&picture, level).ok_or_else(too_small)?;
                let jpeg = packed(&mut encoder, &small).map_err(|reason| MediaError::Write { path: path.clone(), reason })?;
                writer.put(Some((&jpeg, small.look)))?;
            }
            Err(MediaError::FrameMissing { .. }) => {
                missing += 1;
                writer.put(None)?;
            }
            Err(error) => return Err(error),
        }
        progress(n + 1, index.frames());
    }
    check_room(media, dir, bounds, writer.bytes())?;
    // Written to in the middle, the video may have given frames of both.
    if !index.matches(media) {
        return Err(MediaError::Changed { path: media.to_path_buf() });
    }
    let bytes = writer.finish(&path, &head)?;
    Ok(ProxyMade { path, bytes, frames: index.frames(), missing })
}

fn packed(encoder: &mut Option<Encoder>, small: &Small) -> Result<Vec<u8>, String> {
    // Frames of a stream that changes its size are turned already, and may lie on their side beside the others.
    let encoder = match encoder {
        Some(encoder) if encoder.size() == small.size => encoder,
        other => other.insert(Encoder::new(small.size)?),
    };
    encoder.pack(small)
}

fn check_room(media: &Path, dir: &Path, bounds: Bounds, bytes: u64) -> Result<(), MediaError> {
    let no_room = |reason| Err(MediaError::NoRoom { path: media.to_path_buf(), reason });
    if bytes > bounds.max_bytes {
        return no_room(format!("it would take more than the {} GB that all of them may take", bounds.max_bytes / 1_000_000_000));
    }
    match free_bytes(dir) {
        Some(free) if free < bounds.min_free => {
            no_room(format!("less than {} GB would be left free on the disk", bounds.min_free / 1_000_000_000))
        }
        _ => Ok(()),
    }
}

/// Bytes that are free on the disk of `dir`, where the system says it.
#[cfg(target_os = "linux")]
fn free_bytes(dir: &Path) -> Option<u64> {
    let facts = rustix::fs::statvfs(dir).ok()?;
    Some(facts.f_bavail.saturating_mul(facts.f_frsize))
}

/// Elsewhere a full disk is an error when it is written to.
#[cfg(not(target_os = "linux"))]
fn free_bytes(_dir: &Path) -> Option<u64> {
    None
}
