//! A project on disk: `NAME.limn/project.db`, SQLite in WAL mode with `synchronous=FULL`.
//!
//! The operation log (table `op`) is the truth and only grows. Every other table but the local ones (drafts, settings) is
//! a view of it, written in the same transaction, and can be dropped and built again to the same content
//! ([`Project::verify`]). A gesture is one transaction; whoever hears that it is saved may rely on it after a power cut.
//!
//! [`Project`] is the plain, blocking door, for the command line and for tests. [`writer::StoreThread`] owns a project on
//! its own thread for the window: requests go in over a bounded channel, answers come back as events.

mod apply;
pub mod catalogue;
mod drafts;
mod error;
mod events;
mod history;
mod identity;
mod issues;
mod lock;
mod looked;
mod media_path;
mod project;
mod read;
mod sequences;
mod snapshot;
mod tables;
mod undo;
mod verify;
pub mod writer;

pub use error::StoreError;
pub use history::{StepRow, Version};
pub use identity::Identity;
pub use media_path::{resolve, stored_path};
pub use project::{Access, Committed, PROJECT_SUFFIX, Project};
pub use read::{AnswerRow, FileRow, InstanceRow, OpRow, PlaceRow};
pub use undo::Undone;
pub use verify::VerifyReport;
