//! Looking through packets for damage, on one thread, where each error is told with its own packet.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::damage::{self, Damage};
use super::decode::{Care, Output};
use super::index::VideoIndex;
use super::reader::VideoReader;
use crate::error::MediaError;

/// Packets that are fed beyond those of interest: frames near their end come out only then.
const BEYOND: u32 = 40;
/// So many looks that found nothing: the decoder complains about a video that is whole.
const MAX_IDLE_SURVEYS: u32 = 8;

/// Decodes every frame of `path` once, on one thread, and gives those that damage touches, by number. `index` must be the
/// file's own. Errors that the decoder does not notice are not found; see [`Damage`].
///
/// `progress` gets packets done and packets in all.
///
/// # Errors
/// `Changed` when the file is not the one that was indexed; `Cancelled`; otherwise as opening it.
pub fn find_damage(
    path: &Path,
    index: &Arc<VideoIndex>,
    progress: &dyn Fn(u64, u64),
    cancel: &AtomicBool,
) -> Result<Vec<(u64, Damage)>, MediaError> {
    let mut reader = VideoReader::open_with(path, index.clone(), Care::Strict, None)?;
    let total = index.packets().len() as u32;
    let go_on = |done: u32| {
        progress(u64::from(done), u64::from(total));
        if cancel.load(Ordering::Relaxed) { Err(MediaError::Cancelled { path: path.to_path_buf() }) } else { Ok(()) }
    };
    reader.survey(0, total, &go_on)?;
    Ok((0..index.frames()).filter_map(|n| Some((n, reader.damage(n)?))).collect())
}

impl VideoReader {
    /// Decodes packets `from` (a key, or 0) to `to` and notes what is damaged.
    fn survey(&mut self, from: u32, to: u32, go_on: &dyn Fn(u32) -> Result<(), MediaError>) -> Result<(), MediaError> {
        const EVERY: u32 = 32;
        self.go_to(from)?;
        let whole = self.index().packets().len() as u32;
        let enough = to.saturating_add(BEYOND);
        loop {
            match self.receive() {
                Output::Frame(ordinal, frame) => drop(self.note(ordinal, damage::is_guessed(&frame))),
                Output::Hungry => {
                    if self.next.is_some_and(|next| next >= enough) {
                        return Ok(());
                    }
                    if let Some(next) = self.next.filter(|next| next % EVERY == 0) {
                        go_on(next)?;
                    }
                    if !self.feed(0) {
                        break;
                    }
                }
                Output::Ended => break,
            }
        }
        // Where packets are left the file ended too early, or is another one.
        if self.next != Some(whole) {
            return Err(MediaError::Changed { path: self.path().to_path_buf() });
        }
        self.end_run();
        Ok(())
    }

    /// After frame `n` was given: where the decoder complained on the way, its group of pictures and the one being fed are
    /// looked through for the frames that are really damaged.
    pub(super) fn look_into_complaints(&mut self, n: u64) -> Result<(), MediaError> {
        let heard = self.complaints();
        if self.care() == Care::Strict || heard == self.heard || self.idle_surveys >= MAX_IDLE_SURVEYS {
            return Ok(());
        }
        let Some(from) = self.index().start_for(n, 0) else { return Ok(()) };
        let fed = self.next.unwrap_or(from).max(self.index().ordinal(n).unwrap_or(from).saturating_add(1));
        let to = self.index().key_from(fed).unwrap_or(self.index().packets().len() as u32);
        if self.surveyed.is_none_or(|(first, end)| from < first || to > end) {
            let mut strict = match self.strict.take() {
                Some(strict) => strict,
                None => Box::new(self.open_strict()?),
            };
            let answer = strict.survey(from, to, &|_| self.check_abort());
            let found = self.take_damage_of(&strict);
            self.idle_surveys = if found { 0 } else { self.idle_surveys + 1 };
            self.strict = Some(strict);
            match answer {
                Err(error @ MediaError::Cancelled { .. }) => return Err(error),
                // That marks may be missing is no reason to keep the picture back.
                Err(error) => tracing::debug!(%error, "a damaged part of a video could not be looked through"),
                Ok(()) => {}
            }
            self.surveyed = Some((from, to));
        }
        self.heard = heard;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_before_an_open_key_are_no_reason_to_look() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.mkv");
        let x264 = "open-gop=1:bframes=3:b-adapt=0:keyint=15:min-keyint=15:scenecut=0:log-level=none";
        let made = std::process::Command::new("ffmpeg")
            .args(["-y", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=160x120:r=25:d=4", "-c:v", "libx264", "-x264-params", x264])
            .arg(&path)
            .status();
        let is_made = made.is_ok_and(|status| status.success());
        assert!(is_made || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
        if !is_made {
            return;
        }
        let index = Arc::new(VideoIndex::build(&path, &|_, _| {}, &AtomicBool::new(false)).unwrap());
        assert!((1..100).any(|n| index.ordinal(n).is_some_and(|ordinal| index.leads_pictures(ordinal))), "the clip should have open keys");
        let mut reader = VideoReader::open(&path, index).unwrap();
        for n in (0..100).map(|n| n * 37 % 100) {
            reader.frame(n).unwrap();
            assert_eq!(reader.idle_surveys, 0, "at {n} the decoder complained {} times", reader.complaints());
        }
    }
}
