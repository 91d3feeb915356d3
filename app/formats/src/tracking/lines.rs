//! A text file line by line.

use crate::error::FormatError;
use crate::exchange::ImportSink;
use crate::json::blocks::Blocks;
use std::fs::File;
use std::path::Path;

/// Longest line, in bytes.
const MAX_LINE: usize = 64 << 20;
/// Bytes between two reports of progress.
const TICK: u64 = 1 << 20;

/// See the module.
pub(crate) struct Lines {
    blocks: Blocks<File>,
    format: &'static str,
    total: u64,
    next_tick: u64,
    number: u64,
}

/// A line that holds something.
pub(crate) struct Line {
    /// From 1.
    pub number: u64,
    /// Position of the line in the file, in bytes.
    pub position: u64,
    /// Without white space around it; bytes that are no UTF-8 are replaced.
    pub text: String,
}

impl Lines {
    /// Opens a file of the format of this name. An empty one has no lines.
    ///
    /// # Errors
    /// [`FormatError::Read`], [`FormatError::Encoding`].
    pub fn open(path: &Path, format: &'static str) -> Result<Self, FormatError> {
        let file = File::open(path).map_err(|error| FormatError::read(path, error))?;
        let total = file.metadata().map_err(|error| FormatError::read(path, error))?.len();
        let mut blocks = Blocks::new(file, path);
        if blocks.peek()?.is_some() {
            blocks.begin()?;
        }
        Ok(Self { blocks, format, total, next_tick: 0, number: 0 })
    }

    /// The next line that is not blank.
    pub fn next(&mut self, sink: &mut dyn ImportSink) -> Result<Option<Line>, FormatError> {
        loop {
            let position = self.blocks.position();
            if position >= self.next_tick {
                self.next_tick = position + TICK;
                if !sink.progress(position, self.total) {
                    return Err(FormatError::Cancelled);
                }
            }
            let mut looked = 0;
            let len = loop {
                let rest = self.blocks.rest();
                if let Some(at) = rest[looked..].iter().position(|byte| *byte == b'\n') {
                    break looked + at + 1;
                }
                looked = rest.len();
                if looked > MAX_LINE {
                    return Err(self.wrong(position, "a line longer than 64 MiB", "shorter lines"));
                }
                if !self.blocks.more()? || self.blocks.rest().len() == looked {
                    break looked;
                }
            };
            if len == 0 {
                return Ok(None);
            }
            let text = String::from_utf8_lossy(&self.blocks.rest()[..len]).trim().to_owned();
            self.blocks.consume(len);
            self.number += 1;
            if !text.is_empty() {
                return Ok(Some(Line { number: self.number, position, text }));
            }
        }
    }

    /// The error for what is no file of the format.
    pub fn wrong(&self, position: u64, found: &str, expected: &'static str) -> FormatError {
        let found = found.chars().take(60).collect::<String>().escape_debug().to_string();
        FormatError::Syntax { path: self.blocks.path().to_owned(), format: self.format, position, found, expected }
    }
}
