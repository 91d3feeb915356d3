//! A file read in blocks, of which the reader sees the bytes that it has not consumed yet.

use crate::error::FormatError;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Bytes read at once.
pub(crate) const BLOCK: usize = 4 << 20;

/// See the module. Reading, not mapping: a mapped file that shrinks while it is read kills the process.
pub(crate) struct Blocks<R> {
    source: R,
    path: PathBuf,
    buf: Vec<u8>,
    start: usize,
    end: usize,
    /// Position in the file of `buf[0]`.
    offset: u64,
    at_end: bool,
}

impl<R: Read + Seek> Blocks<R> {
    pub(crate) fn new(source: R, path: &Path) -> Self {
        Self { source, path: path.to_owned(), buf: vec![0; BLOCK], start: 0, end: 0, offset: 0, at_end: false }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Position in the file of the first byte that is not consumed.
    pub(crate) fn position(&self) -> u64 {
        self.offset + self.start as u64
    }

    /// What is read and not consumed.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.buf[self.start..self.end]
    }

    pub(crate) fn consume(&mut self, len: usize) {
        self.start = (self.start + len).min(self.end);
    }

    /// Makes [`Self::rest`] longer; `false` at the end of the file. Memory grows only when the rest fills it: whoever
    /// calls again and again without consuming sets the limit.
    pub(crate) fn more(&mut self) -> Result<bool, FormatError> {
        if self.at_end {
            return Ok(false);
        }
        if self.start > 0 {
            self.buf.copy_within(self.start..self.end, 0);
            self.offset += self.start as u64;
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buf.len() {
            self.buf.resize(self.buf.len() * 2, 0);
        } else if self.buf.len() > BLOCK && self.end < BLOCK / 2 {
            self.buf.truncate(BLOCK);
            self.buf.shrink_to_fit();
        }
        // Whole blocks: a value that is parsed anew after each call must not be parsed once per short read.
        while self.end < self.buf.len() {
            match self.source.read(&mut self.buf[self.end..]) {
                Ok(0) => {
                    self.at_end = true;
                    break;
                }
                Ok(len) => self.end += len,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(FormatError::read(&self.path, error)),
            }
        }
        Ok(self.start < self.end)
    }

    /// Goes on at a position in the file.
    pub(crate) fn seek(&mut self, position: u64) -> Result<(), FormatError> {
        self.source.seek(SeekFrom::Start(position)).map_err(|error| FormatError::read(&self.path, error))?;
        (self.start, self.end, self.offset, self.at_end) = (0, 0, position, false);
        Ok(())
    }

    /// The next byte, not consumed; `None` at the end.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>, FormatError> {
        while self.start == self.end {
            if !self.more()? {
                return Ok(None);
            }
        }
        Ok(Some(self.buf[self.start]))
    }

    /// Steps over a UTF-8 mark at the beginning.
    ///
    /// # Errors
    /// [`FormatError::Empty`] and [`FormatError::Encoding`].
    pub(crate) fn begin(&mut self) -> Result<(), FormatError> {
        if self.peek()?.is_none() {
            return Err(FormatError::Empty { path: self.path.clone() });
        }
        match self.rest() {
            [0xef, 0xbb, 0xbf, ..] => self.consume(3),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, ..] | [_, 0, ..] => return Err(FormatError::Encoding { path: self.path.clone() }),
            _ => {}
        }
        Ok(())
    }
}
