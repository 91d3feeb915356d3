//! Whether another decoder may stand in for the one in software: comparing first frames, and remembering the answer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ffmpeg_next::frame::Video as VideoFrame;

use super::decode::{FrameDecoder, Output};
use super::demux::Demuxer;
use super::index::VideoIndex;
use crate::error::MediaError;

/// Frames that are compared; enough for pictures of all kinds.
pub(super) const FRAMES: usize = 12;
/// Packets after which a decoder that gives nothing is given up.
const MAX_PACKETS: u32 = 120;
/// Files that failed until the other decoder is left alone.
const MAX_FAILURES: u32 = 3;
/// Files that are remembered.
const MAX_FILES: usize = 4096;

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Same frames, same samples.
    Same,
    /// Another frame or other samples.
    Differs {
        /// Place among the frames that came, from 0.
        frame: usize,
    },
    /// The other decoder gave an error, or nothing.
    Failed(String),
}

/// A file from its start, through one decoder.
pub(super) struct Feed {
    demuxer: Demuxer,
    decoder: FrameDecoder,
    ordinal: u32,
}

impl Feed {
    pub fn software(path: &Path) -> Result<Feed, MediaError> {
        let demuxer = Demuxer::open(path)?;
        let decoder = FrameDecoder::open(&demuxer)?;
        Ok(Feed { demuxer, decoder, ordinal: 0 })
    }

    pub fn of(path: &Path, decoder: FrameDecoder) -> Result<Feed, MediaError> {
        Ok(Feed { demuxer: Demuxer::open(path)?, decoder, ordinal: 0 })
    }

    /// The next frame with the ordinal of its packet; `None` at the end. `Err` says what is wrong.
    fn next(&mut self) -> Result<Option<(u32, VideoFrame)>, String> {
        loop {
            match self.decoder.receive() {
                Output::Frame(ordinal, frame) => return Ok(Some((ordinal, frame))),
                Output::Ended => return Ok(None),
                Output::Hungry => match self.demuxer.read() {
                    _ if self.ordinal > MAX_PACKETS => return Err("no frame came".to_owned()),
                    Some(mut packet) => {
                        if !self.decoder.send(&mut packet, self.ordinal) {
                            return Err(format!("packet {} was refused", self.ordinal));
                        }
                        self.ordinal += 1;
                    }
                    None => self.decoder.send_end(),
                },
            }
        }
    }
}

/// Compares the first `frames` frames: same order, size, layout and samples. Nothing is forgiven.
pub(super) fn compare(ours: &mut Feed, other: &mut Feed, frames: usize) -> Verdict {
    for frame in 0..frames {
        // What software cannot decode is nothing to compare with.
        let truth = match ours.next() {
            Ok(truth) => truth,
            Err(reason) => return Verdict::Failed(format!("software: {reason}")),
        };
        match (truth, other.next()) {
            (None, Ok(None)) if frame > 0 => break,
            (Some((a, ours)), Ok(Some((b, other)))) if a == b && is_same(&ours, &other) => {}
            (_, Ok(_)) => return Verdict::Differs { frame },
            (_, Err(reason)) => return Verdict::Failed(reason),
        }
    }
    if other.decoder.num_complaints() > 0 {
        return Verdict::Failed("the decoder logged errors".to_owned());
    }
    Verdict::Same
}

/// True when all samples of both frames are the same. Frames that are not in memory have none to compare.
fn is_same(a: &VideoFrame, b: &VideoFrame) -> bool {
    if (a.format(), a.width(), a.height(), a.planes()) != (b.format(), b.width(), b.height(), b.planes()) || a.planes() == 0 {
        return false;
    }
    let Some(layout) = a.format().descriptor() else { return false };
    (0..a.planes()).all(|plane| {
        let shift = if matches!(plane, 1 | 2) { [layout.log2_chroma_w(), layout.log2_chroma_h()] } else { [0, 0] };
        let columns = (a.width() as usize).div_ceil(1 << shift[0]);
        let rows = (a.height() as usize).div_ceil(1 << shift[1]);
        // Bytes of a sample, or of all samples of a pixel where they lie together.
        let row_bytes = bytes_per_column(a, plane).map_or_else(|| a.stride(plane).min(b.stride(plane)), |bytes| columns * bytes);
        let row_of = |frame: &VideoFrame, row: usize| {
            let from = row * frame.stride(plane);
            frame.data(plane).get(from..from + row_bytes).map(<[u8]>::to_vec)
        };
        (0..rows).all(|row| row_of(a, row).is_some_and(|samples| Some(samples) == row_of(b, row)))
    })
}

/// Bytes from column to column in a plane; `None` where columns are no whole bytes.
fn bytes_per_column(frame: &VideoFrame, plane: usize) -> Option<usize> {
    #[expect(unsafe_code, reason = "no safe getter for the steps of a pixel format")]
    // SAFETY: a descriptor is static memory of FFmpeg, or null for an unknown format.
    let descriptor = unsafe { ffmpeg_next::ffi::av_pix_fmt_desc_get(frame.format().into()).as_ref() }?;
    let steps = descriptor.comp.iter().take(usize::from(descriptor.nb_components)).filter(|c| c.plane as usize == plane).map(|c| c.step);
    let bit_stream = descriptor.flags & u64::from(ffmpeg_next::ffi::AV_PIX_FMT_FLAG_BITSTREAM as u32) != 0;
    steps.max().filter(|_| !bit_stream).and_then(|step| usize::try_from(step).ok())
}

/// A file as it is now: path, bytes, time of change.
pub(super) type FileKey = (PathBuf, u64, u64);

pub(super) fn key_of(path: &Path, index: &VideoIndex) -> FileKey {
    (path.to_path_buf(), index.stamp.bytes, index.stamp.modified_ns)
}

/// What to do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// The other decoder is not to be used.
    Software,
    /// It is to be compared first.
    Try,
    /// It did well with this file.
    Use,
}

/// How files did with the other decoder since the program began.
#[derive(Debug, Default)]
pub(super) struct Record {
    files: BTreeMap<FileKey, bool>,
    failures: u32,
}

impl Record {
    pub fn decide(&self, key: &FileKey) -> Decision {
        match self.files.get(key) {
            Some(false) => Decision::Software,
            _ if self.failures >= MAX_FAILURES => Decision::Software,
            Some(true) => Decision::Use,
            None => Decision::Try,
        }
    }

    pub fn note(&mut self, key: FileKey, good: bool) {
        if self.files.len() >= MAX_FILES {
            // Those that did well are tried again; what failed counts on.
            self.files.retain(|_, good| !*good);
            if self.files.len() >= MAX_FILES {
                return;
            }
        }
        let before = self.files.insert(key, good);
        self.failures += u32::from(!good && before != Some(false));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::decode::Care;
    use std::process::Command;

    /// A clip of noise from a seed; `None` without the ffmpeg command line.
    fn clip(dir: &Path, name: &str, seed: u32, more: &str) -> Option<PathBuf> {
        let path = dir.join(name);
        let source = format!("testsrc=s=160x120:r=25:d=1,noise=alls=40:all_seed={seed}");
        let made = Command::new("ffmpeg")
            .args(["-y", "-v", "error", "-f", "lavfi", "-i", &source])
            .args(more.split_whitespace())
            .arg(&path)
            .status();
        let is_made = made.is_ok_and(|status| status.success());
        assert!(is_made || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
        is_made.then_some(path)
    }

    const X264: &str = "-c:v libx264 -preset ultrafast -bf 2 -g 12";

    fn other(path: &Path) -> Feed {
        let decoder = FrameDecoder::open_with(&Demuxer::open(path).unwrap(), Care::Strict).unwrap();
        Feed::of(path, decoder).unwrap()
    }

    #[test]
    fn a_decoder_that_works_otherwise_gives_the_same_pictures() {
        let dir = tempfile::tempdir().unwrap();
        for (name, more) in [("a.mp4", X264), ("b.mkv", "-c:v ffv1 -pix_fmt gbrp"), ("c.mp4", "-c:v libx264 -pix_fmt yuv422p10le")] {
            let Some(path) = clip(dir.path(), name, 1, more) else { return };
            assert_eq!(compare(&mut Feed::software(&path).unwrap(), &mut other(&path), FRAMES), Verdict::Same, "{name}");
            // More than there are.
            assert_eq!(compare(&mut Feed::software(&path).unwrap(), &mut other(&path), 90), Verdict::Same, "{name}");
        }
    }

    #[test]
    fn other_pictures_fewer_pictures_and_errors_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let Some(path) = clip(dir.path(), "a.mp4", 1, X264) else { return };
        let judge = |other_path: &Path| compare(&mut Feed::software(&path).unwrap(), &mut other(other_path), FRAMES);
        let noisy = clip(dir.path(), "b.mp4", 2, X264).unwrap();
        assert_eq!(judge(&noisy), Verdict::Differs { frame: 0 });
        let deep = clip(dir.path(), "deep.mp4", 1, "-c:v libx264 -preset ultrafast -bf 2 -g 12 -pix_fmt yuv422p").unwrap();
        assert_eq!(judge(&deep), Verdict::Differs { frame: 0 });
        let short = clip(dir.path(), "short.mp4", 1, &format!("{X264} -frames:v 5")).unwrap();
        assert!(matches!(judge(&short), Verdict::Differs { frame } if frame <= 5));
        // One sample of one frame.
        let (mut a, mut b) = (Feed::software(&path).unwrap(), other(&path));
        let (_, first) = a.next().unwrap().unwrap();
        let (_, mut same) = b.next().unwrap().unwrap();
        assert!(is_same(&first, &same));
        let at = same.stride(2) * 59 + 79;
        same.data_mut(2)[at] ^= 1;
        assert!(!is_same(&first, &same));
        // Damage that the decoder complains of.
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 8..bytes.len() / 2;
        bytes[middle].iter_mut().for_each(|byte| *byte ^= 0x5a);
        let broken = dir.path().join("broken.mp4");
        std::fs::write(&broken, bytes).unwrap();
        assert_ne!(judge(&broken), Verdict::Same);
        let error = compare(&mut Feed::software(&broken).unwrap(), &mut other(&broken), 20);
        assert!(matches!(error, Verdict::Failed(_)), "{error:?}");
    }

    #[test]
    fn answers_are_remembered_by_file_and_end_the_trials_after_three_failures() {
        let key = |n: u64| (PathBuf::from("v.mp4"), n, 7);
        let mut record = Record::default();
        assert_eq!(record.decide(&key(0)), Decision::Try);
        record.note(key(0), true);
        assert_eq!(record.decide(&key(0)), Decision::Use);
        // It erred later.
        record.note(key(0), false);
        record.note(key(0), false);
        assert_eq!((record.decide(&key(0)), record.decide(&key(1))), (Decision::Software, Decision::Try));
        record.note(key(2), true);
        record.note(key(1), false);
        assert_eq!(record.decide(&key(3)), Decision::Try);
        record.note(key(3), false);
        assert_eq!((record.decide(&key(4)), record.decide(&key(2))), (Decision::Software, Decision::Software));
    }
}
