//! What is known of damaged data, frame by frame.
//!
//! A frame is marked when the decoder says that it could not read all of it, when its packet gives no frame, or when the
//! container says that bytes may be lost (as MPEG-TS does where two recordings meet, too). Pictures are built from earlier ones, so damage goes on to later
//! frames until decoding can begin anew: those are marked as well, though they may look right. What neither container nor
//! decoder notices (a few changed bytes that still can be read as a picture) cannot be marked.

use std::collections::{BTreeMap, BTreeSet};

use ffmpeg_next::ffi;
use ffmpeg_next::frame::Video as VideoFrame;
use serde::Serialize;

use super::index::VideoIndex;

/// How damage in the file touches a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Damage {
    /// Its data gives no picture at all.
    Missing,
    /// Its own data is damaged; the decoder filled in what it could not read.
    Own,
    /// The container says that bytes may be lost at it; the decoder found nothing wrong.
    Doubtful,
    /// A picture that it may be built on is damaged or missing; it may be whole or not.
    Inherited {
        /// The nearest such frame, by the order in which pictures are stored.
        from: u64,
    },
}

impl Damage {
    /// For the user, to stand beside the picture.
    pub fn sentence(self) -> String {
        match self {
            Damage::Missing => "The data of this frame is damaged and gives no picture. The frames around it can be used.".to_owned(),
            Damage::Own => "The data of this frame is damaged: parts of the picture are guessed.".to_owned(),
            Damage::Doubtful => "The container says that bytes may be lost at this frame; its decoder found nothing wrong.".to_owned(),
            Damage::Inherited { from } => {
                format!("Frame {from}, which this one may be built on, is damaged: parts of this picture may be wrong.")
            }
        }
    }
}

/// True when the decoder says that it had to guess.
pub(super) fn is_guessed(frame: &VideoFrame) -> bool {
    #[expect(unsafe_code, reason = "no safe getter for a frame's error flags")]
    // SAFETY: the frame owns a valid AVFrame; plain fields are read.
    let (flags, errors) = unsafe { ((*frame.as_ptr()).flags, (*frame.as_ptr()).decode_error_flags) };
    flags & ffi::AV_FRAME_FLAG_CORRUPT != 0 || errors != 0
}

#[derive(Clone, Copy)]
struct Found {
    missing: bool,
    /// No other picture is built on it.
    disposable: bool,
}

/// Damaged packets of one video, as far as they were met.
#[derive(Default)]
pub(super) struct DamageMap {
    found: BTreeMap<u32, Found>,
    /// Frames that were looked for in every way and do not come.
    given_up: BTreeSet<u64>,
}

/// Frames that an unbroken feed owes: their packets were sent, and every one must come out before a later one does.
#[derive(Default)]
pub(super) struct Owed(BTreeMap<u64, bool>);

impl DamageMap {
    pub fn give_up(&mut self, frame: u64) {
        self.given_up.insert(frame);
    }

    pub fn is_given_up(&self, frame: u64) -> bool {
        self.given_up.contains(&frame)
    }

    /// What is known about frame `n`.
    pub fn damage(&self, index: &VideoIndex, n: u64) -> Option<Damage> {
        if self.is_given_up(n) {
            return Some(Damage::Missing);
        }
        let ordinal = index.ordinal(n)?;
        if let Some(own) = self.found.get(&ordinal) {
            return Some(if own.missing { Damage::Missing } else { Damage::Own });
        }
        let start = index.start_for(n, 0)?.min(ordinal);
        let before = self.found.range(start..ordinal).rev().find(|(_, found)| !found.disposable);
        if before.is_none() && index.packets().get(ordinal as usize).is_some_and(|packet| packet.corrupt) {
            return Some(Damage::Doubtful);
        }
        // A packet that is not shown has no number: the frame decoding began with stands for it.
        before.map(|(at, _)| Damage::Inherited { from: index.position(*at).or_else(|| index.key_frame_before(n)).unwrap_or(0) })
    }

    /// Frame `at` came out of a feed that began at packet `start`. `guessed`: the decoder says so.
    pub fn came(&mut self, index: &VideoIndex, owed: &mut Owed, start: u32, at: u64, guessed: bool) {
        // Only a feed from the frame's own key says something about it: frames before an open key lack what they build on.
        let covered = |n: u64| index.start_for(n, 0).is_some_and(|key| start <= key);
        while let Some((n, disposable)) = owed.0.first_key_value().map(|(n, d)| (*n, *d)).filter(|(n, _)| *n <= at) {
            owed.0.remove(&n);
            let Some(ordinal) = index.ordinal(n).filter(|_| covered(n)) else { continue };
            if n < at || guessed {
                self.found.entry(ordinal).or_insert(Found { missing: false, disposable }).missing |= n < at;
            }
        }
        // It came after all.
        if let Some(ordinal) = index.ordinal(at)
            && self.found.get(&ordinal).is_some_and(|found| found.missing)
        {
            self.found.remove(&ordinal);
        }
    }

    /// Takes over what `other` knows; true when it is more.
    pub fn merge(&mut self, other: &DamageMap) -> bool {
        let before = self.found.len();
        for (ordinal, found) in &other.found {
            self.found.entry(*ordinal).or_insert(*found);
        }
        self.found.len() > before
    }

    /// The decoder refused the packet of this ordinal, or said that it could not read all of it.
    pub fn refused(&mut self, ordinal: u32, disposable: bool) {
        self.found.entry(ordinal).or_insert(Found { missing: false, disposable });
    }

    /// The feed came to the end of the file: what is still owed does not come.
    pub fn ended(&mut self, index: &VideoIndex, owed: &mut Owed, start: u32) {
        if let Some(last) = owed.0.last_key_value().map(|(n, _)| *n) {
            self.came(index, owed, start, last + 1, false);
        }
    }
}

impl Owed {
    /// The packet of frame `n` was sent and is to be decoded.
    pub fn sent(&mut self, n: u64, disposable: bool) {
        self.0.insert(n, disposable);
    }
}
