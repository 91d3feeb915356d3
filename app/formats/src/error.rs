//! Why an import or export stopped. What merely could not be taken over is a [`crate::Problems`] instead.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

/// An error of the caller's side: of an import's sink or an export's source.
pub type CallerError = Box<dyn Error + Send + Sync>;

/// Why an import or export stopped before its end.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// No format has this id.
    #[error("there is no format called \"{0}\". `limn formats` lists the formats")]
    UnknownFormat(String),
    /// The file cannot be opened or read.
    #[error("cannot read {path}. Check that the file is there and that you may read it")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file cannot be made or written.
    #[error("cannot write {path}. Check that the folder is there, that you may write to it and that the disk is not full")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nothing in it.
    #[error("{path} is empty. It was probably not written to its end; get it again")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// UTF-16 or UTF-32.
    #[error("{path} is not written in UTF-8. Save it as UTF-8 and import it again")]
    Encoding {
        /// The file.
        path: PathBuf,
    },
    /// Not of the format, from its outer structure.
    #[error("{path} is no {format} file: at byte {position} stands {found}, expected {expected}. Check the file and the format")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Name of the format.
        format: &'static str,
        /// Byte position in the file, 0-based.
        position: u64,
        /// What stands there.
        found: String,
        /// What the format wants there.
        expected: &'static str,
    },
    /// Ends too early.
    #[error(
        "{path} ends at byte {position} in the middle of {inside}. It was probably cut off while it was copied or written; get it again"
    )]
    Cut {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        position: u64,
        /// What is incomplete.
        inside: String,
    },
    /// A COCO file without images.
    #[error("{path} has no list \"images\", so its annotations belong to nothing. Take a COCO annotation file (instances_….json)")]
    NoImages {
        /// The file.
        path: PathBuf,
    },
    /// A YouTube-VIS file without videos.
    #[error(
        "{path} has no list \"videos\", so its annotations belong to nothing. Take an annotation file of YouTube-VIS; COCO is another format"
    )]
    NoVideos {
        /// The file.
        path: PathBuf,
    },
    /// A COCO result file.
    #[error(
        "{path} is a list of COCO results, which names no images and categories. Put the list as \"annotations\" beside the \"images\" and \"categories\" of the ground truth, and import that file"
    )]
    Results {
        /// The file.
        path: PathBuf,
    },
    /// A format of one video, and other files than that.
    #[error(
        "{format} holds one video, and {files} files that are none or more than one were to be written. Choose the video, such as --where 'file = a.mp4'"
    )]
    NotOneVideo {
        /// Name of the format.
        format: &'static str,
        /// How many there are; 0: an image.
        files: u64,
    },
    /// A row for each frame would be more than anybody has.
    #[error(
        "the objects of {file} would be {rows} rows, one for each frame on which they are; at most {most} are written. Check how many frames the video has, or end the objects where they leave the picture"
    )]
    TooManyRows {
        /// Name of the video.
        file: String,
        /// How many there would be.
        rows: u64,
        /// How many are written.
        most: u64,
    },
    /// Numbers that a format has no room for.
    #[error("{format} has room for at most {most} {what}, and there are {count}. Export a part of them, such as with --where")]
    NoRoom {
        /// Name of the format.
        format: &'static str,
        /// Of what.
        what: &'static str,
        /// How many there are.
        count: u64,
        /// How many it holds.
        most: u64,
    },
    /// Written by a later version.
    #[error("{path} was written by a newer version of Limn (form {version}). Update Limn and import it again")]
    Newer {
        /// The file.
        path: PathBuf,
        /// The form that it names.
        version: u64,
    },
    /// The schema in the file is not valid.
    #[error("{path} holds a schema that cannot be used")]
    Schema {
        /// The file.
        path: PathBuf,
        /// Why.
        source: limn_core::schema::SchemaError,
    },
    /// A data file of YOLO that cannot be used.
    #[error("{path} cannot be used as the data file")]
    Data {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<crate::SchemaFileError>,
    },
    /// A folder without anything of YOLO.
    #[error(
        "{path} holds no label files (.txt) and no data file (.yaml). Take the folder of a YOLO data set, in which the folder labels lies"
    )]
    NoLabelFiles {
        /// The folder.
        path: PathBuf,
    },
    /// A folder without pictures of masks.
    #[error(
        "{path} holds no numbered pictures such as 000000.png. Take the folder of one video, in which they or the folder instances lie"
    )]
    NoPictures {
        /// The folder.
        path: PathBuf,
    },
    /// A folder of files that an export did not write.
    #[error("{path} holds files that no export has written, and an export would replace them. Choose another folder")]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// The source gave other instances in the second pass than in the first.
    #[error("the annotations changed while they were exported. Export again")]
    Changed,
    /// The person stopped it.
    #[error("stopped")]
    Cancelled,
    /// Whoever takes or gives the data failed.
    #[error(transparent)]
    Caller(CallerError),
}

impl FormatError {
    /// An error of the sink or source. One that came from this crate keeps its kind.
    pub fn caller(error: impl Into<CallerError>) -> Self {
        match error.into().downcast::<Self>() {
            Ok(own) => *own,
            Err(error) => Self::Caller(error),
        }
    }

    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        Self::Read { path: path.to_owned(), source }
    }

    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }
}
