//! Why a job stopped.

use limn_demo::DemoError;
use limn_formats::FormatError;
use limn_media::MediaError;
use limn_store::StoreError;
use std::path::PathBuf;

/// Why a job stopped before its end. What it had written by then stays, and is undone as one step.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The project on disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A catalogue, or its source.
    #[error(transparent)]
    Catalogue(#[from] limn_store::catalogue::CatalogueError),
    /// The annotation file.
    #[error(transparent)]
    Format(FormatError),
    /// An image or video.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The demo's scenes.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// The schema file.
    #[error(transparent)]
    Schema(#[from] limn_core::schema::SchemaError),
    /// The query names what the schema has not.
    #[error(transparent)]
    Query(#[from] limn_core::query::QueryError),
    /// The file system refused.
    #[error("cannot {action} {}: {source}. Check that the disk is there, has room, and that you may write to it", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Something that was asked for makes no sense.
    #[error("{0}")]
    Refused(String),
    /// An export of what is complete, and nothing is.
    #[error(
        "none of the {files} files to export is complete, so that nothing was written. Call files complete when they are (X in the window), or ask for incomplete ones, too (--incomplete; in the window, its box in the question of an export): they are marked then"
    )]
    NothingComplete {
        /// Files that the export asked for.
        files: usize,
    },
    /// The person stopped it.
    #[error("stopped as asked. What was written until then is kept; undo takes it back as one step")]
    Cancelled,
    /// The project was closed meanwhile.
    #[error("the project was closed before the work was finished. Open it and start again; what was written until then is kept")]
    Closed,
}

impl JobError {
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}

impl From<FormatError> for JobError {
    fn from(error: FormatError) -> Self {
        match error {
            FormatError::Cancelled => Self::Cancelled,
            // What our own sink or source said comes back boxed.
            FormatError::Caller(inner) => match inner.downcast::<Self>() {
                Ok(own) => *own,
                Err(inner) => match inner.downcast::<StoreError>() {
                    Ok(store) => Self::Store(*store),
                    Err(inner) => Self::Format(FormatError::Caller(inner)),
                },
            },
            other => Self::Format(other),
        }
    }
}
