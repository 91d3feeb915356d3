//! What can go wrong with a catalogue, in sentences for the person in front of it.

use std::path::PathBuf;

/// A failure of a catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The name cannot be that of a file everywhere.
    #[error("\"{0}\" cannot be the name of a catalogue. Use up to 60 letters a to z, digits, - and _")]
    Name(String),
    /// The project has none of this name.
    #[error("the project has no catalogue \"{0}\". Make it with: limn catalogue PROJECT {0} --from list.csv")]
    Missing(String),
    /// The file is something else, or broken.
    #[error(
        "the catalogue {path} cannot be read: {why}. Restore a copy of the file; or move it away and make it again, which gives its entries new numbers"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Written by a later version.
    #[error("the catalogue {0} was made by a newer version of Limn. Update Limn to use it")]
    Newer(PathBuf),
    /// The source has too many rows.
    #[error("the source has more than {0} rows. Take a part of it, such as by a query with a condition")]
    TooMany(u64),
    /// No number is left for new entries.
    #[error("the catalogue has used up its numbers. Begin a new one under another name")]
    Full,
    /// Another one makes or refreshes a catalogue of this project.
    #[error("another Limn refreshes a catalogue of this project at this moment. Wait until it is done")]
    Busy,
    /// No space left.
    #[error("the disk is full. Free some space and refresh again; the catalogue is what it was")]
    DiskFull,
    /// The new file cannot be written.
    #[error("cannot {action} {path}: {source}. Check that the disk is there and that you may write to it; the catalogue is what it was")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The query is not one that only reads.
    #[error("{0}")]
    Query(String),
    /// The person stopped it.
    #[error("stopped as asked; the catalogue is what it was")]
    Cancelled,
}

impl CatalogueError {
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull,
            _ => Self::Io { action, path, source },
        }
    }
}
