//! What can go wrong while the demo is made.

use std::path::PathBuf;

use thiserror::Error;

/// Why the demo could not be made.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The folder or a file could not be written.
    #[error("could not write {}: {source}. Is the disk full or the folder read-only? Choose another folder and try again", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A picture could not be encoded.
    #[error("could not encode {}: {reason}. The disk may be full; free some space and try again", path.display())]
    Encode {
        /// The file.
        path: PathBuf,
        /// The encoder's answer.
        reason: String,
    },
    /// A video could not be encoded.
    #[error("could not encode the video {}: {reason}. FFmpeg may lack an H.264 encoder; install a full build (libx264) or make the demo without videos", path.display())]
    Video {
        /// The file.
        path: PathBuf,
        /// libav's answer.
        reason: String,
    },
    /// A picture of this size does not fit.
    #[error("a picture of {width} x {height} pixels could not be made: the size is 0 or too large. Use a scale between 0.05 and 2")]
    Size {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// `cancel` was set.
    #[error("the demo was stopped before it was complete; run it again to make the missing files")]
    Cancelled,
}
