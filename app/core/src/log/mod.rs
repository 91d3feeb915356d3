//! The operation log: what an operation is, its canonical bytes, and the changes that it carries.

mod change;
mod events;
mod issues;
mod op;
mod sequences;

pub use change::{Change, FileSet, InstanceSet, NewRun, changes_from_bytes, changes_to_bytes};
pub(crate) use events::{read_sequences, write_sequences};
pub(crate) use issues::{read_target, write_target};
pub(crate) use op::definite;
pub use op::{Gesture, Op, OpBody, OpDecodeError, UndoLink, kind};
