//! The operation log: what an operation is, its canonical bytes, and the changes that it carries.

mod change;
mod op;

pub use change::{Change, FileSet, InstanceSet, NewRun};
pub use op::{Op, OpBody, OpDecodeError, UndoLink, kind};
