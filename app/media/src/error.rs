//! What can go wrong with media, in sentences a person can act on.

use std::io;
use std::path::{Path, PathBuf};

/// Why a picture, a frame or a fact about a file could not be given.
///
/// Every message says what happened, the likely cause, and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The file could not be read or written.
    #[error("{}: {source}. Check that the file is still there and that you may read it.", path.display())]
    Io {
        /// The file concerned.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// The file has no bytes.
    #[error("{} is empty (0 bytes). The copy probably never finished: copy it again.", path.display())]
    Empty {
        /// The file concerned.
        path: PathBuf,
    },
    /// The path is a folder, pipe or device.
    #[error("{} is not a regular file. Choose an image or video file.", path.display())]
    NotAFile {
        /// The path concerned.
        path: PathBuf,
    },
    /// The content is no image or video that is known here.
    #[error("{} is neither an image nor a video known here. It may be damaged, or of another kind; convert it to PNG, JPEG or MP4.", path.display())]
    NotMedia {
        /// The file concerned.
        path: PathBuf,
    },
    /// A known kind of file that uses a feature that is not handled.
    #[error("{}: {what} is not supported. Convert the file to 8 or 16 bit PNG, or to H.264 in MP4.", path.display())]
    Unsupported {
        /// The file concerned.
        path: PathBuf,
        /// The feature.
        what: String,
    },
    /// More pixels than are opened at once.
    #[error("{} is {width} x {height} pixels; at most {max_mpx} megapixels and {max_side} pixels a side can be held at once. Larger ones are only shown, in tiles, and only when they are TIFF, PNG without interlacing or JPEG that is not progressive: convert the picture to tiled TIFF, or make it smaller.", path.display(), max_mpx = crate::limits::MAX_PIXELS / 1_000_000, max_side = crate::limits::MAX_SIDE)]
    TooLarge {
        /// The file concerned.
        path: PathBuf,
        /// Width the header claims, pixels.
        width: u64,
        /// Height the header claims, pixels.
        height: u64,
    },
    /// The header claims far more than the bytes can hold.
    #[error("{} claims {width} x {height} pixels but has only {bytes} bytes, which cannot hold them. The file is cut off or made to exhaust memory: copy it again from its source.", path.display())]
    Implausible {
        /// The file concerned.
        path: PathBuf,
        /// Width the header claims, pixels.
        width: u32,
        /// Height the header claims, pixels.
        height: u32,
        /// Length of the file, bytes.
        bytes: u64,
    },
    /// An image is damaged.
    #[error("{} could not be decoded: {reason}. The file is probably damaged or cut off: copy it again from its source.", path.display())]
    BrokenImage {
        /// The file concerned.
        path: PathBuf,
        /// What the decoder said.
        reason: String,
    },
    /// A video or sound file without a video stream.
    #[error("{} has no video stream, only sound or other data. Choose a file with pictures.", path.display())]
    NoVideo {
        /// The file concerned.
        path: PathBuf,
    },
    /// No decoder for the codec in this build of FFmpeg.
    #[error("{}: there is no decoder for the codec {codec} here. Convert it, for example: ffmpeg -i IN -c:v libx264 OUT.mp4", path.display())]
    NoDecoder {
        /// The file concerned.
        path: PathBuf,
        /// FFmpeg's name of the codec.
        codec: String,
    },
    /// A video is damaged.
    #[error("{} could not be read as video: {reason}. The file is probably damaged or its recording was not finished: copy it again, or repair it with: ffmpeg -i IN -c copy OUT.mkv", path.display())]
    BrokenVideo {
        /// The file concerned.
        path: PathBuf,
        /// What the demuxer or decoder said.
        reason: String,
    },
    /// Packets, but no frame ever came out of the decoder.
    #[error("{} has video packets but no decodable frame. It was probably cut without its beginning, where the decoder's parameters are: cut it again from the original.", path.display())]
    NoDecodableFrame {
        /// The file concerned.
        path: PathBuf,
    },
    /// More packets than an index may hold.
    #[error("{} has more than {limit} video packets, more than an index may hold. Cut the video into parts.", path.display())]
    TooManyPackets {
        /// The file concerned.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },
    /// A frame number outside the video.
    #[error("frame {frame} does not exist in {}: it has {frames} frames, counted from 0.", path.display())]
    FrameOutOfRange {
        /// The file concerned.
        path: PathBuf,
        /// The frame asked for.
        frame: u64,
        /// Number of frames.
        frames: u64,
    },
    /// The decoder never gave the frame.
    #[error("frame {frame} of {} is damaged and cannot be shown; its neighbours can. Go on to another frame, or copy the file again from its source.", path.display())]
    FrameMissing {
        /// The file concerned.
        path: PathBuf,
        /// The frame asked for.
        frame: u64,
    },
    /// The file is not the one that was indexed.
    #[error("{} changed while it was open or since its index was made. Open it again, so that it is indexed anew.", path.display())]
    Changed {
        /// The file concerned.
        path: PathBuf,
    },
    /// A kept index cannot be used.
    #[error("the kept index {} cannot be used: {reason}. It will be made again.", path.display())]
    IndexFile {
        /// The index file.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
    /// A video whose frames are so small that a proxy would not help.
    #[error("{} needs no stepping proxy: its frames are small.", path.display())]
    TooSmall {
        /// The video.
        path: PathBuf,
    },
    /// A stepping proxy would take too much of the disk.
    #[error("the stepping proxy of {} was not made: {reason}. Delete files, or other proxies in the settings.", path.display())]
    NoRoom {
        /// The video.
        path: PathBuf,
        /// What there is no room for.
        reason: String,
    },
    /// The person or the program asked to stop.
    #[error("stopped as asked, before {} was finished.", path.display())]
    Cancelled {
        /// The file concerned.
        path: PathBuf,
    },
    /// A codec failed in a way it should not.
    #[error("decoding {} failed inside a codec ({reason}). This file is skipped; please report it if you can share it.", path.display())]
    Panicked {
        /// The file concerned.
        path: PathBuf,
        /// The panic's text.
        reason: String,
    },
    /// A picture could not be written.
    #[error("{} could not be written: {reason}. Check the free space and that you may write there.", path.display())]
    Write {
        /// The file concerned.
        path: PathBuf,
        /// What the encoder said.
        reason: String,
    },
    /// A worker thread could not be started.
    #[error("a decoding thread could not be started: {source}. The system is probably out of memory or threads: close other programs.")]
    Thread {
        /// The operating system's answer.
        source: io::Error,
    },
}

impl MediaError {
    /// For `map_err` after an operation on `path`.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> MediaError + '_ {
        move |source| MediaError::Io { path: path.to_path_buf(), source }
    }

    pub(crate) fn broken_video(path: &Path, reason: impl ToString) -> MediaError {
        MediaError::BrokenVideo { path: path.to_path_buf(), reason: reason.to_string() }
    }
}
