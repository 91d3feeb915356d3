//! An open catalogue.

use super::error::CatalogueError;
use limn_core::schema::OptionId;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row};
use std::path::{Path, PathBuf};

/// Marks the file as a catalogue: "LCAT".
pub(super) const MAGIC: i32 = 0x4c43_4154;
/// The form of the tables.
pub(super) const VERSION: i32 = 1;
/// Memory for pages of the file, in KiB.
const CACHE_KIB: i32 = 16 << 10;

/// The tables. `list`: the entries that hold a word, by what the word is to them ([`Kind`]); `start`: those of all words that
/// begin so, where they are many. Each row holds a piece of the list from the entry `first` on.
pub(super) const TABLES: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
    CREATE TABLE entry (id INTEGER PRIMARY KEY, key TEXT NOT NULL, text TEXT NOT NULL, detail TEXT NOT NULL, retired INTEGER NOT NULL);
    CREATE TABLE list (kind INTEGER, word TEXT, first INTEGER, ids BLOB NOT NULL, PRIMARY KEY (kind, word, first)) WITHOUT ROWID;
    CREATE TABLE start (kind INTEGER, word TEXT, first INTEGER, ids BLOB NOT NULL, PRIMARY KEY (kind, word, first)) WITHOUT ROWID;";

/// What a word is to the entries of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of their words.
    Word = 0,
    /// Their first word.
    First = 1,
    /// No word: how many words they have.
    Count = 2,
}

/// One of the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number: never changed, never used again.
    pub id: OptionId,
    /// What its source calls it.
    pub key: String,
    /// What is shown, and frozen in answers.
    pub text: String,
    /// A second line about it, or nothing.
    pub detail: String,
    /// It left the source and is no longer offered.
    pub retired: bool,
}

/// What is known about a catalogue as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueInfo {
    /// Entries that are offered.
    pub offered: u64,
    /// Entries that left the source.
    pub retired: u64,
    /// Where it was taken from last, in words.
    pub source: String,
    /// When, in seconds since 1970 UTC.
    pub refreshed: i64,
}

/// A catalogue open for reading. The file does not change under it: a refresh puts another in its place.
#[derive(Debug)]
pub struct Catalogue {
    pub(super) db: Connection,
    path: PathBuf,
}

impl Catalogue {
    /// Opens a file.
    ///
    /// # Errors
    /// `Missing` when it is not there, `Newer` and `Damaged` when it is no catalogue that can be read.
    pub fn open(path: &Path) -> Result<Self, CatalogueError> {
        if !path.is_file() {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            return Err(CatalogueError::Missing(name.into_owned()));
        }
        let damaged = |why: String| CatalogueError::Damaged { path: path.to_owned(), why };
        let failed = |error: rusqlite::Error| damaged(error.to_string());
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        // Nobody writes into the file, so that SQLite need not look for those who do.
        let db = Connection::open_with_flags(uri(path, "immutable=1"), flags).map_err(failed)?;
        // Nothing that stands in a file from a stranger is run.
        db.execute_batch(&format!("PRAGMA trusted_schema = OFF; PRAGMA cache_size = -{CACHE_KIB};")).map_err(failed)?;
        let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i32>(0)).map_err(failed);
        if number("PRAGMA application_id")? != MAGIC {
            return Err(damaged("it is no catalogue".to_owned()));
        }
        if number("PRAGMA user_version")? != VERSION {
            return Err(CatalogueError::Newer(path.to_owned()));
        }
        let known = "type = 'table' AND name IN ('meta', 'entry', 'list', 'start')";
        let (tables, others) =
            (number(&format!("SELECT count(*) FROM sqlite_schema WHERE {known}"))?, number("SELECT count(*) FROM sqlite_schema")?);
        if (tables, others) != (4, 4) {
            return Err(damaged("it does not hold the tables of a catalogue".to_owned()));
        }
        Ok(Self { db, path: path.to_owned() })
    }

    /// What is known about it as a whole.
    ///
    /// # Errors
    /// `Damaged`.
    pub fn info(&self) -> Result<CatalogueInfo, CatalogueError> {
        Ok(CatalogueInfo {
            offered: self.meta("offered")?.unwrap_or_default(),
            retired: self.meta("retired")?.unwrap_or_default(),
            source: self.meta("source")?.unwrap_or_default(),
            refreshed: self.meta("refreshed")?.unwrap_or_default(),
        })
    }

    pub(super) fn meta<T: rusqlite::types::FromSql>(&self, key: &str) -> Result<Option<T>, CatalogueError> {
        self.told(self.db.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional())
    }

    /// The entry of this number, retired or not.
    ///
    /// # Errors
    /// `Damaged`.
    pub fn entry(&self, id: OptionId) -> Result<Option<Entry>, CatalogueError> {
        let sql = "SELECT id, key, text, detail, retired FROM entry WHERE id = ?1";
        let read = self.db.prepare_cached(sql).and_then(|mut one| one.query_row([id.0], entry_of).optional());
        self.told(read)
    }

    /// What SQLite says about a file that is not whole, as a sentence.
    pub(super) fn told<T>(&self, answer: rusqlite::Result<T>) -> Result<T, CatalogueError> {
        answer.map_err(|error| self.damaged(error.to_string()))
    }

    pub(super) fn damaged(&self, why: String) -> CatalogueError {
        CatalogueError::Damaged { path: self.path.clone(), why }
    }
}

/// Of a row with all columns of the table.
pub(super) fn entry_of(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry { id: OptionId(row.get(0)?), key: row.get(1)?, text: row.get(2)?, detail: row.get(3)?, retired: row.get(4)? })
}

/// The address by which SQLite opens a file with a setting.
pub(super) fn uri(path: &Path, setting: &str) -> String {
    let mut uri = "file:".to_owned();
    let path = path.to_string_lossy();
    if cfg!(windows) {
        uri.push('/');
    }
    for letter in path.chars() {
        match letter {
            '%' => uri += "%25",
            '?' => uri += "%3f",
            '#' => uri += "%23",
            '\\' if cfg!(windows) => uri.push('/'),
            letter => uri.push(letter),
        }
    }
    uri + "?" + setting
}
