//! What can be said about a file without decoding it.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::error::MediaError;
use crate::kind::{self, MediaKind};
use crate::pyramid::Pyramid;
use crate::scan::detect_sequence;
use crate::still::{self, regular_file_len};
use crate::video;

/// Facts about a file, or about a folder of numbered images.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MediaInfo {
    /// Image, video or sequence.
    pub kind: MediaKind,
    /// Pixels across, after the turn that the file asks for.
    pub width: u32,
    /// Pixels down, after the turn that the file asks for.
    pub height: u32,
    /// 1 for an image. For a video what its container claims, or an estimate; its index knows exactly.
    pub frames: u64,
    /// Name of the codec or image format.
    pub codec: String,
    /// Name of the sample layout, such as `yuv420p` or `rgb16`.
    pub pixel_format: String,
    /// Bits of a sample.
    pub bit_depth: u8,
    /// Length of the file, or of all files of a sequence.
    pub bytes: u64,
    /// Average frames a second: numerator, denominator.
    pub rate: Option<(i32, i32)>,
    /// Unit of presentation times in seconds: numerator, denominator.
    pub time_base: Option<(i32, i32)>,
    /// Seconds.
    pub duration_s: Option<f64>,
    /// What the user should know, in sentences.
    pub marks: Vec<String>,
}

/// A mark of [`probe`] that an index makes untrue.
pub const FRAMES_ESTIMATED: &str = "The number of frames is an estimate until the video is indexed.";

/// Length and time of change: when both are the same, a file is taken to be unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileStamp {
    pub bytes: u64,
    /// Nanoseconds since 1970; 0 where the system does not say.
    pub modified_ns: u64,
}

impl FileStamp {
    pub fn of(path: &Path) -> Result<FileStamp, MediaError> {
        let bytes = regular_file_len(path)?;
        let modified = fs::metadata(path).and_then(|m| m.modified()).ok();
        let since = modified.and_then(|t| t.duration_since(UNIX_EPOCH).ok());
        Ok(FileStamp { bytes, modified_ns: since.map_or(0, |d| d.as_nanos() as u64) })
    }
}

/// Looks at the headers of an image or video, or at a folder of numbered images.
///
/// The kind is recognised by content; a name that says something else is noted in `marks`.
///
/// # Errors
/// `NotMedia` and the other variants of [`MediaError`], with a sentence to show.
pub fn probe(path: &Path) -> Result<MediaInfo, MediaError> {
    if path.is_dir() {
        return probe_folder(path);
    }
    let bytes = regular_file_len(path)?;
    match still::sniff(path)? {
        Some(format) => {
            // Only its header is looked at: nothing is kept anywhere.
            if let Some(large) = still::guarded(path, || Pyramid::open(path, format, Some(Path::new(""))))? {
                let [width, height] = large.size();
                let mut marks: Vec<String> = kind::extension_mark(path, Some(format), kind::format_name(format)).into_iter().collect();
                marks.extend_from_slice(large.marks());
                return Ok(MediaInfo {
                    kind: MediaKind::Image,
                    width,
                    height,
                    frames: 1,
                    codec: kind::format_name(format).to_owned(),
                    pixel_format: large.pixel_format().to_owned(),
                    bit_depth: large.bit_depth(),
                    bytes,
                    rate: None,
                    time_base: None,
                    duration_s: None,
                    marks,
                });
            }
            let header = still::read_header(path, format)?;
            let (width, height) = header.turn.size(header.width, header.height);
            Ok(MediaInfo {
                kind: MediaKind::Image,
                width,
                height,
                frames: 1,
                codec: kind::format_name(format).to_owned(),
                pixel_format: header.pixel_format.to_owned(),
                bit_depth: header.bit_depth,
                bytes,
                rate: None,
                time_base: None,
                duration_s: None,
                marks: header.marks,
            })
        }
        None => probe_video(path, bytes),
    }
}

fn probe_video(path: &Path, bytes: u64) -> Result<MediaInfo, MediaError> {
    let info = still::guarded(path, || video::stream_info(path))?;
    let mut marks = info.marks;
    marks.extend(kind::extension_mark(path, None, &info.codec));
    let estimate = || {
        let (num, den) = info.rate?;
        Some((info.duration_s? * f64::from(num) / f64::from(den)).round() as u64)
    };
    let frames = info.claimed_frames.unwrap_or_else(|| {
        marks.push(FRAMES_ESTIMATED.to_owned());
        estimate().unwrap_or(0)
    });
    Ok(MediaInfo {
        kind: MediaKind::Video,
        width: info.width,
        height: info.height,
        frames,
        codec: info.codec,
        pixel_format: info.pixel_format,
        bit_depth: info.bit_depth,
        bytes,
        rate: info.rate,
        time_base: Some(info.time_base),
        duration_s: info.duration_s,
        marks,
    })
}

fn probe_folder(path: &Path) -> Result<MediaInfo, MediaError> {
    let sequence = detect_sequence(path)?.ok_or_else(|| MediaError::NotAFile { path: path.to_path_buf() })?;
    let first = sequence.files.first().ok_or_else(|| MediaError::NotMedia { path: path.to_path_buf() })?;
    let mut info = probe(first)?;
    info.kind = MediaKind::Sequence;
    info.frames = sequence.files.len() as u64;
    info.bytes = sequence.files.iter().filter_map(|f| fs::metadata(f).ok()).map(|m| m.len()).sum();
    if !sequence.missing.is_empty() {
        let missing: u64 = sequence.missing.iter().map(|(a, b)| b - a + 1).sum();
        info.marks.push(format!("{missing} numbers are missing in the sequence; frames are counted without gaps."));
    }
    Ok(info)
}
