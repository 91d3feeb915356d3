//! XML element by element, with bounds.

use crate::error::FormatError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Longest tag or text, and most text in one element that is read whole, in bytes.
const MAX_BYTES: usize = 64 << 20;
/// How deep tags may lie in each other.
const MAX_DEPTH: usize = 32;
/// What an element costs beside its text, in bytes: a file of nothing but tags is bounded as well.
const ELEMENT_COST: usize = 128;

/// A reader that gives up after a number of bytes, until it is given more.
struct Capped<R> {
    inner: R,
    left: usize,
}

impl<R: BufRead> Read for Capped<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let from = self.fill_buf()?;
        let len = from.len().min(to.len());
        to[..len].copy_from_slice(&from[..len]);
        self.consume(len);
        Ok(len)
    }
}

impl<R: BufRead> BufRead for Capped<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other("a tag or text of more than 64 MiB"));
        }
        let buf = self.inner.fill_buf()?;
        Ok(&buf[..buf.len().min(self.left)])
    }

    fn consume(&mut self, len: usize) {
        self.left = self.left.saturating_sub(len);
        self.inner.consume(len);
    }
}

/// Attributes of a tag.
pub(super) type Fields = Vec<(String, String)>;

/// What comes next.
pub(super) enum Node {
    Open(String, Fields),
    /// With the text since the last tag.
    Close(String),
}

/// An element that is read whole.
pub(super) struct Element {
    pub name: String,
    pub fields: Fields,
    pub text: String,
    pub children: Vec<Element>,
}

pub(super) fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

impl Element {
    pub fn get(&self, name: &str) -> Option<&str> {
        field(&self.fields, name)
    }

    /// Whether a field is 1.
    pub fn is(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true"))
    }

    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Text of a child; empty when there is none.
    pub fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }
}

pub(super) struct Xml<'a> {
    path: &'a Path,
    reader: Reader<Capped<BufReader<File>>>,
    buf: Vec<u8>,
    text: String,
    depth: usize,
    size: u64,
}

impl<'a> Xml<'a> {
    pub fn open(path: &'a Path) -> Result<Self, FormatError> {
        let file = File::open(path).map_err(|error| FormatError::read(path, error))?;
        let size = file.metadata().map_err(|error| FormatError::read(path, error))?.len();
        if size == 0 {
            return Err(FormatError::Empty { path: path.to_owned() });
        }
        let mut reader = Reader::from_reader(Capped { inner: BufReader::with_capacity(1 << 16, file), left: MAX_BYTES });
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { path, reader, buf: Vec::new(), text: String::new(), depth: 0, size })
    }

    /// Bytes read, of how many.
    pub fn progress(&self) -> (u64, u64) {
        (self.reader.buffer_position(), self.size)
    }

    pub fn wrong(&self, found: impl Into<String>, expected: &'static str) -> FormatError {
        let position = self.reader.buffer_position();
        FormatError::Syntax { path: self.path.to_owned(), format: "CVAT", position, found: found.into(), expected }
    }

    fn cut(&self) -> FormatError {
        FormatError::Cut { path: self.path.to_owned(), position: self.size, inside: "an element".to_owned() }
    }

    /// The next tag; `None` at the end of the file.
    pub fn next(&mut self) -> Result<Option<Node>, FormatError> {
        self.text.clear();
        loop {
            let mut buf = std::mem::take(&mut self.buf);
            buf.clear();
            self.reader.get_mut().left = MAX_BYTES;
            let step = match self.reader.read_event_into(&mut buf) {
                Ok(event) => step(&event),
                Err(quick_xml::Error::Io(error)) => {
                    return Err(match error.kind() {
                        io::ErrorKind::Other => self.wrong(error.to_string(), "shorter ones"),
                        kind => FormatError::read(self.path, io::Error::from(kind)),
                    });
                }
                Err(_) if self.reader.buffer_position() >= self.size => return Err(self.cut()),
                Err(error) => return Err(self.wrong(error.to_string(), "well-formed XML")),
            };
            self.buf = buf;
            match step {
                Step::Open(name, fields) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(self.wrong("tags that lie more than 32 deep", "fewer"));
                    }
                    return Ok(Some(Node::Open(name, fields)));
                }
                Step::Close => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Node::Close(std::mem::take(&mut self.text))));
                }
                Step::Text(text) => self.text.push_str(&text),
                Step::Wrong(why) => return Err(self.wrong(why, "well-formed XML in UTF-8 without entities of its own")),
                Step::DocType => return Err(self.wrong("a document type", "none: take it out")),
                Step::End if self.depth > 0 => return Err(self.cut()),
                Step::End => return Ok(None),
                Step::Nothing => {}
            }
            if self.text.len() > MAX_BYTES {
                return Err(self.wrong("a text of more than 64 MiB", "shorter ones"));
            }
        }
    }

    /// The rest of an element whose tag was just read.
    pub fn element(&mut self, name: String, fields: Fields) -> Result<Element, FormatError> {
        let mut left = MAX_BYTES;
        self.rest(name, fields, &mut left)
    }

    fn rest(&mut self, name: String, fields: Fields, left: &mut usize) -> Result<Element, FormatError> {
        let cost = ELEMENT_COST + fields.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
        let mut element = Element { name, fields, text: String::new(), children: Vec::new() };
        *left = left.checked_sub(cost).ok_or_else(|| self.wrong("an element of more than 64 MiB", "smaller ones"))?;
        loop {
            match self.next()? {
                Some(Node::Open(name, fields)) => {
                    let child = self.rest(name, fields, left)?;
                    element.children.push(child);
                }
                Some(Node::Close(text)) => {
                    *left = left.checked_sub(text.len()).ok_or_else(|| self.wrong("an element of more than 64 MiB", "smaller ones"))?;
                    element.text = text;
                    return Ok(element);
                }
                None => return Err(self.cut()),
            }
        }
    }

    /// Passes over the rest of an element whose tag was just read.
    pub fn skip(&mut self) -> Result<(), FormatError> {
        let depth = self.depth;
        while self.depth >= depth {
            if self.next()?.is_none() {
                return Err(self.cut());
            }
        }
        Ok(())
    }
}

/// An event without what it borrows.
enum Step {
    Open(String, Fields),
    Close,
    Text(String),
    Wrong(String),
    DocType,
    End,
    Nothing,
}

fn step(event: &Event<'_>) -> Step {
    let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => Step::Text(text.to_owned()),
        Err(error) => Step::Wrong(error.to_string()),
    };
    match event {
        Event::Start(tag) | Event::Empty(tag) => match parts(tag) {
            Ok((name, fields)) => Step::Open(name, fields),
            Err(why) => Step::Wrong(why),
        },
        Event::End(_) => Step::Close,
        Event::Text(part) => text(part),
        Event::CData(part) => text(part),
        Event::GeneralRef(entity) => {
            let whole = format!("&{};", String::from_utf8_lossy(entity));
            match quick_xml::escape::unescape(&whole) {
                Ok(letter) => Step::Text(letter.into_owned()),
                Err(_unknown) => Step::Wrong(format!("the entity {whole}")),
            }
        }
        Event::DocType(_) => Step::DocType,
        Event::Eof => Step::End,
        Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Step::Nothing,
    }
}

/// Name and attributes of a tag; only the five entities that XML has itself are replaced.
fn parts(tag: &BytesStart<'_>) -> Result<(String, Fields), String> {
    let name = std::str::from_utf8(tag.name().as_ref()).map_err(|error| error.to_string())?.to_owned();
    let mut fields = Fields::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let raw = std::str::from_utf8(&attribute.value).map_err(|error| error.to_string())?;
        let value = quick_xml::escape::unescape(raw).map_err(|error| error.to_string())?;
        fields.push((String::from_utf8_lossy(attribute.key.as_ref()).into_owned(), value.into_owned()));
    }
    Ok((name, fields))
}

/// Writes a text so that it comes back as it was, in an attribute and between tags. What XML cannot hold becomes U+FFFD.
pub(super) fn escape(out: &mut Vec<u8>, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\t' | '\n' | '\r' => out.extend_from_slice(format!("&#{};", u32::from(letter)).as_bytes()),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.extend_from_slice("\u{fffd}".as_bytes()),
            letter => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}
