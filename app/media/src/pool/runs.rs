//! Runs of a decoder over the frames of a video: which reader makes them, which frames they take, and when they end.

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use super::PictureKey;
use super::state::State;
use crate::video::{RunOrder, VideoIndex, VideoReader};

/// Video files that stay open while others are shown.
const MAX_READERS: usize = 4;
/// Bytes that the decoders of files that stay open may hold between them; one may always stay.
const MAX_READER_BYTES: u64 = 160 << 20;
/// Most frames of one run of a decoder.
const MAX_RUN: u64 = 64;
/// Decoders that one video has at a time: one goes on forward while the other was sent back. Large videos have one.
const READERS_OF_FILE: usize = 2;

impl State {
    /// The open reader that is best placed for `key`: one that goes on to it, else the one not used for longest; none
    /// while there may be another one.
    pub(super) fn take_reader(&mut self, key: &PictureKey, index: &Arc<VideoIndex>) -> Option<Box<VideoReader>> {
        // A reader of an index made before the file was forgotten is of no use.
        self.readers.retain(|(path, reader)| *path != key.path || Arc::ptr_eq(reader.index(), index));
        let of_file: Vec<usize> = (0..self.readers.len()).filter(|i| self.readers[*i].0 == key.path).collect();
        let going_on = of_file.iter().copied().find(|i| self.readers[*i].1.continues_to(key.frame));
        let fits_two = of_file.first().is_none_or(|i| self.readers[*i].1.held_bytes() * 2 <= MAX_READER_BYTES);
        let most = if fits_two { READERS_OF_FILE } else { 1 };
        let at = going_on.or_else(|| of_file.first().copied().filter(|_| of_file.len() >= most))?;
        Some(self.readers.remove(at).1)
    }

    /// Which frames to decode together with `key`.
    pub(super) fn plan_run(&self, key: &PictureKey, index: &VideoIndex, reader: Option<&VideoReader>) -> (u64, u64, RunOrder) {
        let n = key.frame;
        let at = |frame| PictureKey { path: key.path.clone(), frame };
        let continues = reader.is_some_and(|reader| reader.continues_to(n));
        if !continues && let Some(step) = self.step_back(key) {
            let (width, height) = index.size();
            // A quarter of the cache is for such runs. Half as many chroma samples as luma is what most videos have.
            let sample_bytes = if index.info().bit_depth > 8 { 2 } else { 1 };
            let bytes = self.typical_bytes.max(u64::from(width) * u64::from(height) * 3 / 2 * sample_bytes).max(1);
            let length = (self.cache.max_bytes() / 4 / bytes).clamp(1, MAX_RUN);
            // Before the key another seek is needed anyway.
            let first = n.saturating_sub((length - 1).saturating_mul(step)).max(index.key_frame_before(n).unwrap_or(0)).min(n);
            return (first, n, RunOrder::NewestFirst { step });
        }
        let is_next = |frame: &u64| self.wanted.contains(&at(*frame)) && self.is_open(&at(*frame));
        let last = (n + 1..n + MAX_RUN).take_while(is_next).last().unwrap_or(n);
        (n, last.min(index.frames().saturating_sub(1)).max(n), RunOrder::Forward)
    }

    /// How many frames back the frame wanted after `key` lies, where the wanted ones of its file lead back; the list is in
    /// the order in which they will be shown.
    fn step_back(&self, key: &PictureKey) -> Option<u64> {
        let of_file: Vec<u64> = self.wanted.iter().filter(|k| k.path == key.path).map(|k| k.frame).collect();
        let n = key.frame;
        let place = of_file.iter().position(|frame| *frame == n);
        let before = place.and_then(|place| place.checked_sub(1)).map(|place| of_file[place]);
        let after = place.and_then(|place| of_file.get(place + 1).copied());
        let leads_back = match (before, after) {
            (Some(before), _) => before > n,
            (None, Some(after)) => after < n,
            // Nothing but this one is wanted, and the one after it was seen.
            (None, None) => self.cache.contains(&PictureKey { path: key.path.clone(), frame: n + 1 }),
        };
        if n == 0 || !leads_back {
            return None;
        }
        let below = of_file.iter().filter(|frame| **frame < n).max().map(|frame| n - frame);
        let above = of_file.iter().filter(|frame| **frame > n).min().map(|frame| frame - n);
        Some(below.or(above).unwrap_or(1))
    }

    /// After a frame of a run: true when the rest of the run is still the best thing to do for this file.
    pub fn goes_on(&mut self, job_path: &Arc<Path>, rest: Option<RangeInclusive<u64>>, order: RunOrder) -> bool {
        self.proxies.set_flowing(job_path, rest.clone().map(|rest| (rest, order)));
        let Some(rest) = rest.filter(|_| !self.stopping) else { return false };
        let of_file = || self.wanted.iter().filter(|key| key.path == *job_path);
        match of_file().find(|key| self.is_open(key)) {
            // Frames for stepping back are decoded already and only need converting; going forward
            // the next one must be the one most needed.
            Some(next) if order == RunOrder::Forward => next.frame == *rest.start(),
            Some(next) => rest.contains(&next.frame),
            None => order != RunOrder::Forward && of_file().next().is_some(),
        }
    }

    /// A thread is done with a run, whatever came of it.
    pub fn run_ended(&mut self, path: &Arc<Path>, target: u64, reader: Option<Box<VideoReader>>) {
        self.busy.remove(path);
        self.proxies.set_flowing(path, None);
        self.in_work.remove(&PictureKey { path: path.clone(), frame: target });
        if let Some(reader) = reader {
            self.readers.push((path.clone(), reader));
            while self.readers.len() > 1 && (self.readers.len() > MAX_READERS || self.reader_bytes() > MAX_READER_BYTES) {
                self.readers.remove(0);
            }
        }
    }

    /// About what the decoders of the open files hold.
    fn reader_bytes(&self) -> u64 {
        self.readers.iter().map(|(_, reader)| reader.held_bytes()).sum()
    }
}
