//! A JSON document walked value by value. A value that is wanted is parsed straight from the block where it lies; only
//! what fails or is not wanted is split by counting brackets, so that one broken value does not end an import.

use super::blocks::Blocks;
use crate::error::FormatError;
use serde::de::DeserializeOwned;
use std::io::{Read, Seek};

/// Longest value that is parsed, in bytes. Longer ones are stepped over without being held.
pub(crate) const MAX_VALUE: usize = 64 << 20;

/// What became of a value.
pub(crate) enum Parsed<T> {
    Value(T),
    /// Why it is none; it was stepped over.
    Bad(String),
}

pub(crate) struct JsonStream<R> {
    blocks: Blocks<R>,
    format: &'static str,
}

impl<R: Read + Seek> JsonStream<R> {
    pub(crate) fn new(blocks: Blocks<R>, format: &'static str) -> Self {
        Self { blocks, format }
    }

    pub(crate) fn blocks(&mut self) -> &mut Blocks<R> {
        &mut self.blocks
    }

    pub(crate) fn position(&self) -> u64 {
        self.blocks.position()
    }

    /// The next byte that is no white space, not consumed; `None` at the end.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>, FormatError> {
        loop {
            let rest = self.blocks.rest();
            match rest.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t')) {
                Some(at) => {
                    let byte = rest[at];
                    self.blocks.consume(at);
                    return Ok(Some(byte));
                }
                None => {
                    let len = rest.len();
                    self.blocks.consume(len);
                    if !self.blocks.more()? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Consumes the next byte if it is `wanted`.
    pub(crate) fn eat(&mut self, wanted: u8) -> Result<bool, FormatError> {
        let found = self.peek()? == Some(wanted);
        if found {
            self.blocks.consume(1);
        }
        Ok(found)
    }

    /// Consumes `wanted` or fails.
    pub(crate) fn expect(&mut self, wanted: u8, inside: &str, expected: &'static str) -> Result<(), FormatError> {
        if self.eat(wanted)? { Ok(()) } else { Err(self.unexpected(inside, expected)) }
    }

    /// The error for what stands here.
    pub(crate) fn unexpected(&mut self, inside: &str, expected: &'static str) -> FormatError {
        match self.peek() {
            Err(error) => error,
            Ok(None) => self.cut(inside),
            Ok(Some(_)) => {
                let text = String::from_utf8_lossy(&self.blocks.rest()[..self.blocks.rest().len().min(20)]).into_owned();
                let found = format!("\"{}\"", text.escape_debug());
                FormatError::Syntax { path: self.blocks.path().to_owned(), format: self.format, position: self.position(), found, expected }
            }
        }
    }

    fn cut(&self, inside: &str) -> FormatError {
        let position = self.position() + self.blocks.rest().len() as u64;
        FormatError::Cut { path: self.blocks.path().to_owned(), position, inside: inside.to_owned() }
    }

    /// Parses the object, list or text that begins here.
    pub(crate) fn value<T: DeserializeOwned>(&mut self, inside: &str) -> Result<Parsed<T>, FormatError> {
        self.value_by(inside, |_| None)
    }

    /// As [`Self::value`], asking `fast` first, which gives a value and its length, or `None` where it knows no better.
    pub(crate) fn value_by<T: DeserializeOwned>(
        &mut self,
        inside: &str,
        fast: impl FnOnce(&[u8]) -> Option<(T, usize)>,
    ) -> Result<Parsed<T>, FormatError> {
        if self.peek()?.is_none() {
            return Err(self.cut(inside));
        }
        if let Some((value, len)) = fast(self.blocks.rest()) {
            self.blocks.consume(len);
            return Ok(Parsed::Value(value));
        }
        let reason = loop {
            let rest = self.blocks.rest();
            let mut stream = serde_json::Deserializer::from_slice(rest).into_iter::<T>();
            match stream.next() {
                Some(Ok(value)) => {
                    let len = stream.byte_offset();
                    self.blocks.consume(len);
                    return Ok(Parsed::Value(value));
                }
                Some(Err(error)) if error.is_eof() => {
                    if rest.len() >= MAX_VALUE {
                        break format!("longer than {} MiB", MAX_VALUE >> 20);
                    }
                    if !self.blocks.more()? {
                        return Err(self.cut(inside));
                    }
                }
                Some(Err(error)) => break reason(rest, &error),
                None => return Err(self.cut(inside)),
            }
        };
        self.skip(inside, &mut |_| Ok(()))?;
        Ok(Parsed::Bad(reason))
    }

    /// Steps over the value that begins here, holding none of it; `tick` hears the position now and then.
    pub(crate) fn skip(&mut self, inside: &str, tick: &mut dyn FnMut(u64) -> Result<(), FormatError>) -> Result<(), FormatError> {
        if self.peek()?.is_none() {
            return Err(self.cut(inside));
        }
        let mut splitter = Splitter::default();
        loop {
            let rest = self.blocks.rest();
            if let Some(len) = splitter.end(rest) {
                self.blocks.consume(len);
                return Ok(());
            }
            let len = rest.len();
            self.blocks.consume(len);
            tick(self.position())?;
            if !self.blocks.more()? {
                return Err(self.cut(inside));
            }
        }
    }
}

/// What serde says, without its line and column, which count from the start of the value.
pub(crate) fn reason(value: &[u8], error: &serde_json::Error) -> String {
    let line_start = value.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1)).map(<[u8]>::len).sum::<usize>();
    let at = (line_start + error.column()).min(value.len());
    let around = &value[at.saturating_sub(10)..(at + 10).min(value.len())];
    if error.is_syntax() && around.windows(3).any(|word| word == b"NaN" || word == b"Inf") {
        return "a number is NaN or infinite".to_owned();
    }
    let text = error.to_string();
    text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]).to_owned()
}

/// Finds the end of a value over any number of blocks.
#[derive(Default)]
struct Splitter {
    depth: u64,
    in_text: bool,
    escaped: bool,
    in_scalar: bool,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Whether one of the eight bytes may be a quote or a bracket. May say yes for `y` and for bytes behind a hit.
fn has_mark(word: u64) -> bool {
    // With bit 5 set and bits 1 and 2 cleared, all of { } [ ] become 0x79.
    let brackets = ((word | (ONES * 0x20)) & (ONES * 0xf9)) ^ (ONES * 0x79);
    let quotes = word ^ (ONES * 0x22);
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    (zero(brackets) | zero(quotes)) != 0
}

impl Splitter {
    /// Length of the value's part in these bytes, if it ends in them.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_text {
                at += self.text(&bytes[at..]);
                if !self.in_text && self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            if self.depth > 0 {
                while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
                    if has_mark(u64::from_le_bytes(*word)) {
                        break;
                    }
                    at += 8;
                }
            }
            // At most one word, then a mark.
            let word_end = (at + 8).min(bytes.len());
            while at < word_end && !self.in_text {
                let byte = bytes[at];
                match byte {
                    b'"' => self.in_text = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' if self.depth == 0 => return Some(at),
                    b'}' | b']' => {
                        self.depth -= 1;
                        if self.depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    b',' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 && self.in_scalar => return Some(at),
                    // A separator where a value should stand: the value is empty, and whoever walks on sees it.
                    b',' | b':' if self.depth == 0 => return Some(at),
                    _ => self.in_scalar |= self.depth == 0,
                }
                at += 1;
            }
        }
        None
    }

    /// Goes on inside a text; the number of bytes that belong to it.
    fn text(&mut self, bytes: &[u8]) -> usize {
        for (at, byte) in bytes.iter().enumerate() {
            if self.escaped {
                self.escaped = false;
            } else if *byte == b'\\' {
                self.escaped = true;
            } else if *byte == b'"' {
                self.in_text = false;
                return at + 1;
            }
        }
        bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;
    use std::path::Path;

    fn split(text: &str, pieces: usize) -> Option<usize> {
        let mut splitter = Splitter::default();
        let mut done = 0;
        for piece in text.as_bytes().chunks(pieces) {
            if let Some(len) = splitter.end(piece) {
                return Some(done + len);
            }
            done += piece.len();
        }
        None
    }

    #[test]
    fn values_end_where_their_brackets_close() {
        let values = [
            r#"{"a":[1,2,{"b":"}]\"\\"}],"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy":{}}"#,
            r#""a text with \" and { ""#,
            "[[[[[]]]],12345678901234567890,[]]",
            "123.5e7",
            "true",
        ];
        for value in values {
            for pieces in 1..20 {
                assert_eq!(split(&format!("{value},{{"), pieces), Some(value.len()), "{value} in pieces of {pieces}");
            }
            assert_eq!(split(&value[..value.len() - 1], 3), None, "{value} without its end");
        }
    }

    #[test]
    fn a_broken_value_is_left_and_the_next_is_read() {
        let text = br#" {"a":nope} , [1,2] "#;
        let mut stream = JsonStream::new(Blocks::new(Cursor::new(&text[..]), Path::new("x")), "JSON");
        let first = stream.value::<Vec<u8>>("x").unwrap();
        assert!(matches!(first, Parsed::Bad(reason) if reason.contains("invalid type: map")));
        assert!(stream.eat(b',').unwrap());
        assert!(matches!(stream.value::<Vec<u8>>("x").unwrap(), Parsed::Value(list) if list == [1, 2]));
        assert!(matches!(stream.value::<Vec<u8>>("the list"), Err(FormatError::Cut { position: 20, .. })));
    }

    #[test]
    fn a_number_that_is_none_is_named() {
        for text in ["[1,NaN,3]", "[1,\n-Infinity]", "[Infinity]"] {
            let mut stream = JsonStream::new(Blocks::new(Cursor::new(text), Path::new("x")), "JSON");
            let parsed = stream.value::<Vec<f64>>("x").unwrap();
            assert!(matches!(parsed, Parsed::Bad(reason) if reason == "a number is NaN or infinite"), "{text}");
        }
    }
}
