//! What can go wrong with a project on disk, in sentences for the person in front of it.

use std::path::PathBuf;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no project in this folder.
    #[error("there is no Limn project at {path}. Choose a folder that ends in .limn, or make one with: limn new {path}")]
    NotAProject {
        /// The folder that was asked for.
        path: PathBuf,
    },
    /// A project stands there already.
    #[error("{path} exists already. Open it, or choose another name")]
    Exists {
        /// The folder that was asked for.
        path: PathBuf,
    },
    /// The database was written by a later version.
    #[error(
        "this project was made by a newer version of Limn (format {found}, this program knows {known}). Update Limn to open it; nothing was changed"
    )]
    Newer {
        /// Version in the file.
        found: i64,
        /// Version that this program writes.
        known: i64,
    },
    /// Another process has it open for writing.
    #[error("the project is open in another Limn (process {holder}). Close it there first, or open a copy of the folder")]
    Locked {
        /// Process id as the other wrote it, or "unknown".
        holder: String,
    },
    /// It was opened for reading only.
    #[error("the project is open for reading only, because its folder cannot be written. Copy it to a disk that can, and open the copy")]
    ReadOnly,
    /// No space left.
    #[error("the disk is full. Free some space; edits that wait are tried again by themselves, anything else has to be asked for again")]
    DiskFull,
    /// The file system refused.
    #[error("cannot {action} {path}: {source}. Check that the disk is there and that you may write to it")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error(
        "the project's database answered: {0}. Run `limn verify` on the project; if the disk is at fault, copy the project to another one first"
    )]
    Database(rusqlite::Error),
    /// The log holds something that cannot be right.
    #[error("the project's log is damaged: {what}. Nothing was changed; restore a copy, or run `limn verify` to see how far it is whole")]
    Damaged {
        /// What is wrong, and where.
        what: String,
    },
    /// A change names something that the project does not have.
    #[error("the change cannot be made: {0}")]
    Refused(String),
    /// No snapshot of this name.
    #[error("there is no snapshot called \"{name}\". Snapshots: {known}")]
    NoSnapshot {
        /// What was asked for.
        name: String,
        /// Those that exist, for the sentence.
        known: String,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            Some(rusqlite::ErrorCode::ReadOnly) => Self::ReadOnly,
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    /// Whether trying again later can help without anybody changing the request.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::DiskFull | Self::Io { .. } => true,
            Self::Database(error) => matches!(
                error.sqlite_error_code(),
                Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked | rusqlite::ErrorCode::SystemIoFailure)
            ),
            _ => false,
        }
    }
}
