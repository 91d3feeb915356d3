//! The index of a video: every packet of its stream, and the order in which frames are shown.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::info::StreamInfo;
use crate::error::MediaError;
use crate::info::FileStamp;

/// One packet, in file order. Its place in that order is its *ordinal*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketEntry {
    /// Presentation time in units of the time base, where the file says it.
    pub pts: Option<i64>,
    /// Decoding time in units of the time base, where the file says it.
    pub dts: Option<i64>,
    /// Bytes.
    pub size: u32,
    /// Part of the BLAKE3 of the data; with time and size it identifies the packet after a seek.
    pub hash: u64,
    /// Decoding can begin here.
    pub key: bool,
    /// Decoded but not shown (outside an edit list, or a hidden reference frame).
    pub discard: bool,
    /// The container says that some of its bytes are lost.
    pub corrupt: bool,
}

/// Packets and presentation order of one video, made once and kept.
///
/// Frames are counted from 0 in the order in which they are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoIndex {
    pub(super) stamp: FileStamp,
    pub(super) info: StreamInfo,
    pub(super) packets: Vec<PacketEntry>,
    /// Ordinal of each frame.
    pub(super) order: Vec<u32>,
    /// Ordinals of usable keys with the frame number at which each stands or would stand.
    keys: Vec<(u32, u32)>,
    /// Frame of each ordinal; `NOT_SHOWN` where there is none.
    position: Vec<u32>,
    pub(super) reasons: Vec<String>,
}

const NOT_SHOWN: u32 = u32::MAX;

/// What is kept of an index besides its packets and order.
#[derive(Serialize, Deserialize)]
pub(super) struct IndexHead {
    pub stamp: FileStamp,
    pub info: StreamInfo,
    pub packets: u64,
    pub frames: u64,
    pub reasons: Vec<String>,
}

impl VideoIndex {
    /// Reads every packet of the video stream once. Where the file's times do not give the order of
    /// frames, the whole stream is decoded once as well, and the index is marked.
    ///
    /// `progress` gets bytes done and bytes in all; the total doubles when decoding turns out to be needed.
    ///
    /// # Errors
    /// Any of the video variants of [`MediaError`], or `Cancelled` once `cancel` is set.
    pub fn build(path: &Path, progress: &dyn Fn(u64, u64), cancel: &AtomicBool) -> Result<VideoIndex, MediaError> {
        super::build::build(path, progress, cancel)
    }

    /// Puts the parts together. `order` must hold ordinals of `packets`; each at most once.
    pub(super) fn from_parts(
        stamp: FileStamp,
        info: StreamInfo,
        packets: Vec<PacketEntry>,
        order: Vec<u32>,
        reasons: Vec<String>,
    ) -> Option<VideoIndex> {
        let mut position = vec![NOT_SHOWN; packets.len()];
        for (frame, &ordinal) in order.iter().enumerate() {
            let slot = position.get_mut(ordinal as usize)?;
            if *slot != NOT_SHOWN {
                return None;
            }
            *slot = u32::try_from(frame).ok()?;
        }
        let keys = keys(&packets, &order, &position);
        Some(VideoIndex { stamp, info, packets, order, keys, position, reasons })
    }

    /// Number of frames shown.
    pub fn frames(&self) -> u64 {
        self.order.len() as u64
    }

    /// Presentation time of frame `n` in units of [`Self::time_base`]; `None` outside the video or
    /// where the file has no times.
    pub fn frame_pts(&self, n: u64) -> Option<i64> {
        self.packets[self.ordinal(n)? as usize].pts
    }

    /// Seconds from the first frame to frame `n`, by the file's times, or by its rate where it has none.
    pub fn frame_time_s(&self, n: u64) -> Option<f64> {
        self.ordinal(n)?;
        let (num, den) = self.info.time_base;
        if let (Some(first), Some(pts)) = (self.frame_pts(0), self.frame_pts(n))
            && den > 0
        {
            return Some(pts.saturating_sub(first) as f64 * f64::from(num) / f64::from(den));
        }
        let (num, den) = self.info.rate.unwrap_or((25, 1));
        Some(n as f64 * f64::from(den) / f64::from(num.max(1)))
    }

    /// True when decoding can begin at frame `n`.
    pub fn is_key(&self, n: u64) -> bool {
        self.ordinal(n).is_some_and(|ordinal| self.packets[ordinal as usize].key)
    }

    /// True when the container says that bytes may be lost at frame `n`.
    pub fn is_doubtful(&self, n: u64) -> bool {
        self.ordinal(n).is_some_and(|ordinal| self.packets[ordinal as usize].corrupt)
    }

    /// First frame that needs no picture before the key from which frame `n` is decoded.
    pub fn key_frame_before(&self, n: u64) -> Option<u64> {
        let start = self.start_for(n, 0)?;
        let at = self.keys.binary_search_by_key(&start, |(ordinal, _)| *ordinal);
        Some(at.map_or(0, |at| u64::from(self.keys[at].1)))
    }

    /// Units of times: numerator and denominator in seconds.
    pub fn time_base(&self) -> (i32, i32) {
        self.info.time_base
    }

    /// Average frames a second as a rational, where known.
    pub fn rate(&self) -> Option<(i32, i32)> {
        self.info.rate
    }

    /// Width and height in pixels, after the turn that the file asks for.
    pub fn size(&self) -> (u32, u32) {
        (self.info.width, self.info.height)
    }

    /// FFmpeg's name of the codec.
    pub fn codec(&self) -> &str {
        &self.info.codec
    }

    /// True when the frames' order is the decoder's, because the file's own times do not give it.
    pub fn is_marked(&self) -> bool {
        !self.reasons.is_empty()
    }

    /// Why the index is marked, in sentences.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// What the user should know about the video, in sentences.
    pub fn marks(&self) -> &[String] {
        &self.info.marks
    }

    /// All packets in file order.
    pub fn packets(&self) -> &[PacketEntry] {
        &self.packets
    }

    pub(crate) fn stamp(&self) -> FileStamp {
        self.stamp
    }

    /// Most frames that may have to be decoded to come from a key to the last frame before the next one.
    pub fn longest_way_from_key(&self) -> u64 {
        let mut at: Vec<u64> = self.keys.iter().map(|(_, at)| u64::from(*at)).chain([0, self.frames()]).collect();
        at.sort_unstable();
        at.windows(2).map(|two| two[1] - two[0]).max().unwrap_or(0)
    }

    pub(crate) fn info(&self) -> &StreamInfo {
        &self.info
    }

    /// True when `path` still has the length and time of change that it had when it was indexed.
    pub fn matches(&self, path: &Path) -> bool {
        FileStamp::of(path).is_ok_and(|stamp| stamp == self.stamp)
    }

    pub(super) fn ordinal(&self, n: u64) -> Option<u32> {
        self.order.get(usize::try_from(n).ok()?).copied()
    }

    pub(super) fn position(&self, ordinal: u32) -> Option<u64> {
        self.position.get(ordinal as usize).filter(|at| **at != NOT_SHOWN).map(|at| u64::from(*at))
    }

    /// Ordinal at which decoding for frame `n` begins: the last key at or before the frame's packet
    /// that is itself shown at or before the frame, or one of those further back.
    ///
    /// The second condition is what makes open GOPs exact: pictures shown before the key that
    /// precedes them in the file also refer to the key before that one.
    pub(super) fn start_for(&self, n: u64, keys_back: usize) -> Option<u32> {
        let ordinal = self.ordinal(n)?;
        let upto = self.keys.partition_point(|(key, _)| *key <= ordinal);
        let mut usable = self.keys[..upto].iter().rev().filter(|(_, at)| u64::from(*at) <= n);
        Some(usable.nth(keys_back).map_or(0, |(key, _)| *key))
    }

    /// The key before ordinal `key`, for a seek that landed too late.
    pub(super) fn key_before(&self, key: u32) -> Option<u32> {
        let at = self.keys.partition_point(|(k, _)| *k < key);
        at.checked_sub(1).map(|i| self.keys[i].0)
    }

    /// The first key at or after ordinal `from`.
    pub(super) fn key_from(&self, from: u32) -> Option<u32> {
        self.keys.get(self.keys.partition_point(|(key, _)| *key < from)).map(|(key, _)| *key)
    }

    /// True when pictures that follow the key at ordinal `key` in the file are shown before it.
    pub(super) fn leads_pictures(&self, key: u32) -> bool {
        const REORDERED: u32 = 16;
        let Some(at) = self.position(key) else { return false };
        (key.saturating_add(1)..=key.saturating_add(REORDERED)).any(|ordinal| self.position(ordinal).is_some_and(|shown| shown < at))
    }

    /// True when every frame has a key from which it can be decoded.
    pub(super) fn all_frames_have_keys(&self) -> bool {
        // The first key bounds all others: a frame without a key lies before it in the file or in the order.
        let Some(&(key, at)) = self.keys.first() else { return false };
        self.order.iter().enumerate().all(|(n, &ordinal)| ordinal >= key && n >= at as usize)
    }
}

/// Keys with the frame number at which they stand. A key that is not shown (before an edit list's
/// beginning) stands where its time would put it.
fn keys(packets: &[PacketEntry], order: &[u32], position: &[u32]) -> Vec<(u32, u32)> {
    let mut keys = Vec::new();
    for (ordinal, packet) in packets.iter().enumerate().filter(|(_, p)| p.key) {
        let at = match (position[ordinal], packet.discard, packet.pts) {
            (NOT_SHOWN, true, Some(pts)) => order.partition_point(|&o| packets[o as usize].pts.is_some_and(|p| p < pts)) as u32,
            // Not shown although it should be: the decoder could not use it.
            (NOT_SHOWN, _, _) => continue,
            (at, _, _) => at,
        };
        keys.push((ordinal as u32, at));
    }
    keys
}
