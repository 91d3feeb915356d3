//! The frames of a video or of a folder of images, one after another.

use crate::JobError;
use limn_core::clip::MediaFrames;
use limn_core::{FileKind, FileRecord};
use limn_media::{MediaError, Picture, RunOrder, VideoIndex, VideoReader, decode_image};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A video, or the stretch of it that a clip is. All frames here are those of the file, counted from the first of its stretch.
#[derive(Clone, Debug)]
pub struct Footage {
    path: PathBuf,
    index: Arc<VideoIndex>,
    frames: MediaFrames,
}

impl Footage {
    /// `index` is that of this very file, `frames` what [`FileRecord::media_frames`] says.
    pub fn new(path: impl Into<PathBuf>, index: Arc<VideoIndex>, frames: MediaFrames) -> Self {
        Self { path: path.into(), index, frames }
    }

    /// How many frames there are: fewer than a clip should have, where its source was cut shorter.
    pub fn count(&self) -> u64 {
        self.frames.there(self.index.frames())
    }

    /// Seconds from the first frame to this one; `None` where there is none.
    pub fn time_s(&self, frame: u64) -> Option<f64> {
        time_s(&self.index, self.frames, frame)
    }

    /// The unit of its times in seconds, as a fraction.
    pub(crate) fn time_base(&self) -> (i32, i32) {
        self.index.time_base()
    }

    /// Opens it to read frames.
    ///
    /// # Errors
    /// `Media`: the file cannot be read.
    pub fn open(&self) -> Result<FootageReader, MediaError> {
        Ok(FootageReader { reader: VideoReader::open(&self.path, self.index.clone())?, of: self.clone() })
    }
}

/// Seconds from the first frame of a file to one of its frames; `None` where there is none.
pub fn time_s(index: &VideoIndex, frames: MediaFrames, frame: u64) -> Option<f64> {
    Some(index.frame_time_s(frames.media(frame)?)? - index.frame_time_s(frames.media(0)?)?)
}

/// Reads the frames of a [`Footage`], and none beside them.
pub struct FootageReader {
    reader: VideoReader,
    of: Footage,
}

impl FootageReader {
    fn media(&self, frame: u64) -> Result<u64, MediaError> {
        let beyond = || MediaError::FrameOutOfRange { path: self.of.path.clone(), frame, frames: self.of.count() };
        self.of.frames.media(frame).ok_or_else(beyond)
    }

    /// One frame.
    ///
    /// # Errors
    /// It is damaged, or there is none.
    pub fn frame(&mut self, frame: u64) -> Result<Picture, MediaError> {
        let media = self.media(frame)?;
        self.reader.frame(media)
    }

    /// As [`VideoReader::frames`].
    ///
    /// # Errors
    /// The first frame that is damaged or not there.
    pub fn frames(&mut self, first: u64, last: u64, order: RunOrder, sink: &mut dyn FnMut(u64, Picture) -> bool) -> Result<(), MediaError> {
        let (from, to) = (self.media(first)?, self.media(last)?);
        let frames = self.of.frames;
        let done = self.reader.frames(from, to, order, &mut |media, picture| frames.own(media).is_none_or(|frame| sink(frame, picture)));
        done.map_err(|error| match error {
            MediaError::FrameMissing { path, frame } => MediaError::FrameMissing { path, frame: frames.own(frame).unwrap_or(frame) },
            other => other,
        })
    }
}

/// Where frames come from.
#[derive(Clone, Debug)]
pub enum Frames {
    /// A video or a clip of one.
    Video(Footage),
    /// Numbered images, in order.
    Images(Arc<[PathBuf]>),
}

impl Frames {
    /// Those of a file at this place; `index`: of a video.
    ///
    /// # Errors
    /// `Media`: the folder of the images cannot be read. `Refused`: it is a video without an index.
    pub fn of(file: &FileRecord, path: &Path, index: Option<Arc<VideoIndex>>) -> Result<Self, JobError> {
        let frames = file.media_frames();
        if file.kind == FileKind::Video {
            let index = index.ok_or_else(|| JobError::Refused(format!("the frames of {} are not known yet", file.name)))?;
            return Ok(Self::Video(Footage::new(path, index, frames)));
        }
        let images = limn_media::detect_sequence(path)?.map(|sequence| sequence.files).unwrap_or_default();
        Ok(Self::Images((0..).zip(images).filter(|(at, _)| frames.own(*at).is_some()).map(|(_, image)| image).collect()))
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        match self {
            Self::Video(footage) => footage.count(),
            Self::Images(files) => files.len() as u64,
        }
    }

    /// Opens them to be read in any order.
    ///
    /// # Errors
    /// `Media`: the file cannot be read.
    pub fn open(&self) -> Result<FramesReader, MediaError> {
        Ok(match self {
            Self::Video(footage) => FramesReader::Video(Box::new(footage.open()?)),
            Self::Images(files) => FramesReader::Images(files.clone()),
        })
    }

    /// Gives each frame with its number until `sink` says no. What is damaged is left out.
    ///
    /// # Errors
    /// `Media`: the file cannot be read at all.
    pub fn each(&self, sink: &mut dyn FnMut(u64, Picture) -> bool) -> Result<(), JobError> {
        match self {
            Self::Video(footage) => {
                let (mut reader, count) = (footage.open()?, footage.count());
                let (mut next, mut goes_on) = (0, true);
                while goes_on && next < count {
                    let first = next;
                    let mut see = |number: u64, picture: Picture| {
                        next = number + 1;
                        goes_on = sink(number, picture);
                        goes_on
                    };
                    let done = reader.frames(first, count - 1, RunOrder::Forward, &mut see);
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

/// Reads frames.
pub enum FramesReader {
    /// Of a video or a clip.
    Video(Box<FootageReader>),
    /// Of a folder of images.
    Images(Arc<[PathBuf]>),
}

impl FramesReader {
    /// One frame.
    ///
    /// # Errors
    /// It is damaged, or there is none.
    pub fn frame(&mut self, frame: u64) -> Result<Picture, MediaError> {
        match self {
            Self::Video(reader) => reader.frame(frame),
            Self::Images(files) => decode_image(image_at(files, frame)?),
        }
    }

    /// The frames from one to another, as [`VideoReader::frames`] gives them, until `sink` says no.
    ///
    /// # Errors
    /// The first frame that is damaged or not there.
    pub fn frames(&mut self, first: u64, last: u64, order: RunOrder, sink: &mut dyn FnMut(u64, Picture) -> bool) -> Result<(), MediaError> {
        let files = match self {
            Self::Video(reader) => return reader.frames(first, last, order, sink),
            Self::Images(files) => files,
        };
        let mut see = |frame: u64| Ok(sink(frame, decode_image(image_at(files, frame)?)?));
        match order {
            RunOrder::Forward => (first..=last).try_fold(true, |goes_on, frame| if goes_on { see(frame) } else { Ok(false) }),
            RunOrder::NewestFirst { step } => {
                let step = usize::try_from(step).unwrap_or(usize::MAX).max(1);
                (first..=last).rev().step_by(step).try_fold(true, |goes_on, frame| if goes_on { see(frame) } else { Ok(false) })
            }
        }
        .map(drop)
    }
}

fn image_at(files: &[PathBuf], frame: u64) -> Result<&Path, MediaError> {
    let file = usize::try_from(frame).ok().and_then(|at| files.get(at));
    let folder = || files.first().and_then(|file| file.parent()).unwrap_or(Path::new("")).to_owned();
    file.map(PathBuf::as_path).ok_or_else(|| MediaError::FrameOutOfRange { path: folder(), frame, frames: files.len() as u64 })
}
