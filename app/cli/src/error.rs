//! Why a subcommand failed.

use limn_formats::FormatError;
use limn_jobs::JobError;
use limn_media::MediaError;
use limn_store::StoreError;
use std::error::Error;

/// Ends a subcommand.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// A job stopped.
    #[error(transparent)]
    Job(#[from] JobError),
    /// The request makes no sense as it is written.
    #[error("{0}")]
    Usage(String),
    /// A sentence of its own.
    #[error("{0}")]
    Failed(String),
    /// stdout is closed.
    #[error("the output is closed")]
    ClosedPipe,
}

impl CliError {
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Usage(_) | Self::Job(JobError::Query(_))) { 2 } else { 1 }
    }

    /// The message and the causes that it does not name itself.
    pub fn sentence(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let words = error.to_string();
            if !text.contains(&words) {
                text = format!("{text} ({words})");
            }
            cause = error.source();
        }
        text
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Failed(format!("the output could not be written: {error}. Check that the disk is not full")),
        }
    }
}

impl From<serde_json::Error> for CliError {
    fn from(error: serde_json::Error) -> Self {
        std::io::Error::from(error).into()
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::Job(error.into())
    }
}

impl From<FormatError> for CliError {
    fn from(error: FormatError) -> Self {
        Self::Job(error.into())
    }
}

impl From<MediaError> for CliError {
    fn from(error: MediaError) -> Self {
        Self::Job(error.into())
    }
}

impl From<limn_core::query::QueryError> for CliError {
    fn from(error: limn_core::query::QueryError) -> Self {
        Self::Usage(error.to_string())
    }
}
