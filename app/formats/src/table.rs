//! Tables as spreadsheets save them, read row by row: fields between commas, semicolons or tabs, in quotes where they hold any
//! of those. Nothing is kept but the row at hand.

use std::io::{self, BufRead};

/// Longest field that is kept, in bytes; of a longer one the beginning.
const MOST_FIELD: usize = 1 << 20;
/// Most fields of a row that are kept.
const MOST_FIELDS: usize = 4096;

/// Why a table cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}. Check that the disk is there")]
    Io(#[from] io::Error),
    /// It holds text of another encoding; the line, from 1.
    #[error("line {0} is not UTF-8. Save the table as UTF-8 and use it again")]
    Encoding(usize),
    /// A quote has no end; the line where it begins, from 1.
    #[error("line {0}: a quote is not closed")]
    Quote(usize),
}

/// A row of a table.
#[derive(Debug, Default)]
pub struct TableRow {
    /// Where it begins in the file, from 1.
    pub line: usize,
    /// Its fields.
    pub fields: Vec<String>,
    /// A field was too long, and only its beginning was kept.
    pub is_cut: bool,
}

/// Reads rows from anything.
pub struct TableReader<R> {
    input: R,
    separator: u8,
    line: usize,
    bytes: u64,
    row: TableRow,
}

impl<R: BufRead> TableReader<R> {
    /// Of an input; what separates the fields is what the first line has most of.
    ///
    /// # Errors
    /// `Io`; `Encoding` when it begins as UTF-16 does.
    pub fn new(mut input: R) -> Result<Self, TableError> {
        let begin = input.fill_buf()?;
        if begin.starts_with(&[0xff, 0xfe]) || begin.starts_with(&[0xfe, 0xff]) {
            return Err(TableError::Encoding(1));
        }
        let mark = if begin.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        let head = begin.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let count = |separator: u8| head.iter().filter(|byte| **byte == separator).count();
        // The last of equals would win: the comma stands last.
        let separator = [b';', b'\t', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',');
        input.consume(mark);
        Ok(Self { input, separator, line: 1, bytes: mark as u64, row: TableRow::default() })
    }

    /// Bytes that were read so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next row; an empty line is one without fields of any letter. `None` at the end.
    ///
    /// # Errors
    /// `Io`, `Encoding`, `Quote`.
    pub fn next_row(&mut self) -> Result<Option<&TableRow>, TableError> {
        let mut row = Row { begun: self.line, num: 0, field: Vec::new(), is_cut: false, quoted_since: None, after_quote: false };
        self.row.is_cut = false;
        let mut is_begun = false;
        loop {
            let bytes = self.input.fill_buf()?;
            if bytes.is_empty() {
                break;
            }
            let mut used = 0;
            let mut ends = false;
            for byte in bytes {
                used += 1;
                self.line += usize::from(*byte == b'\n');
                is_begun = true;
                match byte {
                    b'"' if std::mem::take(&mut row.after_quote) => {
                        // Two quotes in a quoted field are one.
                        row.push(b'"');
                        row.quoted_since = Some(self.line);
                    }
                    b'"' if row.quoted_since.is_some() => {
                        row.quoted_since = None;
                        row.after_quote = true;
                    }
                    byte if row.quoted_since.is_some() => row.push(*byte),
                    b'"' if row.field.is_empty() => row.quoted_since = Some(self.line),
                    b'\n' => {
                        ends = true;
                        break;
                    }
                    byte if *byte == self.separator => row.end_field(&mut self.row)?,
                    b'\r' => row.after_quote = false,
                    byte => {
                        row.after_quote = false;
                        row.push(*byte);
                    }
                }
            }
            self.input.consume(used);
            self.bytes += used as u64;
            if ends {
                break;
            }
        }
        if let Some(line) = row.quoted_since {
            return Err(TableError::Quote(line));
        }
        if !is_begun {
            return Ok(None);
        }
        row.end_field(&mut self.row)?;
        self.row.fields.truncate(row.num);
        self.row.line = row.begun;
        self.row.is_cut |= row.is_cut;
        Ok(Some(&self.row))
    }
}

/// A row that is being read.
struct Row {
    begun: usize,
    num: usize,
    field: Vec<u8>,
    is_cut: bool,
    quoted_since: Option<usize>,
    /// A quote has just been closed; another one belongs to the field.
    after_quote: bool,
}

impl Row {
    fn push(&mut self, byte: u8) {
        if self.field.len() < MOST_FIELD {
            self.field.push(byte);
        } else {
            self.is_cut = true;
        }
    }

    fn end_field(&mut self, row: &mut TableRow) -> Result<(), TableError> {
        self.after_quote = false;
        let text = match str::from_utf8(&self.field) {
            Ok(text) => text,
            // Cut within a letter.
            Err(error) if self.is_cut && error.error_len().is_none() => {
                str::from_utf8(&self.field[..error.valid_up_to()]).unwrap_or_default()
            }
            Err(_) => return Err(TableError::Encoding(self.begun)),
        };
        if self.num >= MOST_FIELDS {
            self.is_cut = true;
        } else {
            match row.fields.get_mut(self.num) {
                Some(field) => {
                    field.clear();
                    field.push_str(text);
                }
                None => row.fields.push(text.to_owned()),
            }
            self.num += 1;
        }
        self.field.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn rows(bytes: &[u8], buffer: usize) -> Result<Vec<(usize, String)>, TableError> {
        let mut table = TableReader::new(BufReader::with_capacity(buffer, bytes))?;
        let mut rows = Vec::new();
        while let Some(row) = table.next_row()? {
            rows.push((row.line, row.fields.join("|")));
        }
        assert_eq!(table.bytes(), bytes.len() as u64);
        Ok(rows)
    }

    #[test]
    fn quotes_hold_separators_breaks_and_quotes() {
        let told = |text: &str| rows(text.as_bytes(), 64).unwrap();
        let want = [(1, "a|b"), (2, "x, \"y\"\nz|2"), (4, "3|"), (5, "|")].map(|(line, text)| (line, text.to_owned()));
        assert_eq!(told("\u{feff}a,b\r\n\"x, \"\"y\"\"\nz\",2\r\n3,\n,"), want);
        assert_eq!(told("a;b,c;d\n1;2"), [(1, "a|b,c|d".to_owned()), (2, "1|2".to_owned())]);
        assert_eq!(told("a"), [(1, "a".to_owned())]);
        assert_eq!(told("a\n\nb\n"), [(1, "a".to_owned()), (2, String::new()), (3, "b".to_owned())]);
        assert!(told("").is_empty());
        assert!(matches!(rows(b"a\n\n\"b", 64), Err(TableError::Quote(3))));
        assert!(matches!(rows(b"a\nb\xe9\n", 64), Err(TableError::Encoding(2))));
        assert!(matches!(rows(b"\xff\xfea\0", 64), Err(TableError::Encoding(1))));
    }

    #[test]
    fn of_what_is_too_long_the_beginning_is_kept() {
        let mut text = "é".repeat(5 << 20).into_bytes();
        text.extend_from_slice(b",b\nc\n");
        let mut table = TableReader::new(text.as_slice()).unwrap();
        let row = table.next_row().unwrap().unwrap();
        assert!(row.is_cut && row.fields.len() == 2 && row.fields[0].len() == MOST_FIELD && row.fields[1] == "b");
        assert!(!table.next_row().unwrap().unwrap().is_cut);
        let mut table = TableReader::new(&b",\n"[..]).unwrap();
        assert_eq!(table.next_row().unwrap().unwrap().fields.len(), 2);
        let commas = vec![b','; 10_000];
        assert_eq!(TableReader::new(commas.as_slice()).unwrap().next_row().unwrap().unwrap().fields.len(), MOST_FIELDS);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_in_which_pieces_the_bytes_come(text in "[,;\"\n\ra-cé]{0,60}", buffer in 1usize..9) {
            // The separator is looked for in the first piece.
            let text = format!("a,b,c\n{text}");
            let (whole, pieces) = (rows(text.as_bytes(), 1 << 12), rows(text.as_bytes(), buffer + 6));
            prop_assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = rows(&bytes, 16);
        }
    }
}
