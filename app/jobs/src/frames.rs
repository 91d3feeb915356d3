//! The frames of a video or of a folder of images, one after another.

use crate::JobError;
use limn_media::{MediaError, Picture, RunOrder, VideoIndex, VideoReader, decode_image};
use std::path::PathBuf;
use std::sync::Arc;

/// Where frames come from.
#[derive(Clone, Debug)]
pub enum Frames {
    /// A video.
    Video {
        /// Its path.
        path: PathBuf,
        /// Of this very file.
        index: Arc<VideoIndex>,
    },
    /// Numbered images, in order.
    Images(Arc<[PathBuf]>),
}

impl Frames {
    /// How many there are.
    pub fn count(&self) -> u64 {
        match self {
            Self::Video { index, .. } => index.frames(),
            Self::Images(files) => files.len() as u64,
        }
    }

    /// Gives each frame with its number until `sink` says no. What is damaged is left out.
    ///
    /// # Errors
    /// `Media`: the file cannot be read at all.
    pub fn each(&self, sink: &mut dyn FnMut(u64, Picture) -> bool) -> Result<(), JobError> {
        match self {
            Self::Video { path, index } => {
                let mut reader = VideoReader::open(path, index.clone())?;
                let (mut next, mut goes_on) = (0, true);
                while goes_on && next < index.frames() {
                    let first = next;
                    let mut see = |number: u64, picture: Picture| {
                        next = number + 1;
                        goes_on = sink(number, picture);
                        goes_on
                    };
                    let done = reader.frames(first, index.frames() - 1, RunOrder::Forward, &mut see);
                    match done {
                        Ok(()) => {}
                        Err(MediaError::FrameMissing { frame, .. }) => next = frame.max(next) + 1,
                        Err(error) => return Err(error.into()),
                    }
                }
                Ok(())
            }
            Self::Images(files) => {
                for (number, file) in (0..).zip(files.iter()) {
                    if let Ok(picture) = decode_image(file)
                        && !sink(number, picture)
                    {
                        break;
                    }
                }
                Ok(())
            }
        }
    }
}
