//! Reading and writing JSON in a stream: files of any size in bounded memory.

pub(crate) mod blocks;
pub(crate) mod ids;
pub(crate) mod number;
pub(crate) mod stream;
pub(crate) mod write;
