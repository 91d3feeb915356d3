//! How far files were looked through: what is said to be absent, and which labels and questions came after a file was called complete.

mod unanswered;

use crate::error::StoreError;
use crate::project::Project;
use crate::read::FileRow;
use limn_core::looked::labels_since;
use limn_core::schema::later::LaterQuestions;
use limn_core::{FileId, LabelId, LookedStretch, Schema};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

impl Project {
    /// A version of the schema; `None` when there is none of this number.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn schema_version(&self, number: u64) -> Result<Option<Schema>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT document FROM schema WHERE number = ?1")?;
        let document: Option<String> = statement.query_row([number], |row| row.get(0)).optional()?;
        let read = |document: String| {
            Schema::from_document(&document)
                .map_err(|error| StoreError::Damaged { what: format!("version {number} of the schema: {error}") })
        };
        document.map(read).transpose()
    }

    /// The number of the version in force; 0 when there is none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn schema_number(&self) -> Result<u64, StoreError> {
        Ok(self.db.query_row("SELECT coalesce(max(number), 0) FROM schema", [], |row| row.get(0))?)
    }

    /// The labels that are offered now and were not in a version; `None` when that version is not known.
    ///
    /// # Errors
    /// As [`Self::schema_version`].
    pub fn labels_since(&self, number: u64) -> Result<Option<Vec<LabelId>>, StoreError> {
        if number == self.schema_number()? {
            return Ok(Some(Vec::new()));
        }
        Ok(self.schema_version(number)?.map(|then| labels_since(&then, self.schema())))
    }

    /// Adds to files what is absent from them and what came after they were complete. `only`: they are this one.
    pub(crate) fn add_looked(&self, files: &mut [FileRow], only: Option<FileId>) -> Result<(), StoreError> {
        let mut absent = self.absent(only)?;
        let mut stretches = self.stretches(only)?;
        let (mut since, mut asked) = (HashMap::new(), HashMap::new());
        let now = self.schema_number()?;
        let mut later = |under: u64| -> Result<Option<Vec<LabelId>>, StoreError> {
            let of = match since.entry(under) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) if under == now => new.insert(Some(Vec::new())),
                Entry::Vacant(new) => {
                    let then = self.schema_version(under)?;
                    let labels = then.as_ref().map(|then| labels_since(then, self.schema()));
                    asked.extend(then.and_then(|then| LaterQuestions::new(then, self.schema())).map(|later| (under, later)));
                    new.insert(labels)
                }
            };
            Ok(of.clone())
        };
        for row in files.iter_mut() {
            row.looked.absent = absent.remove(&row.file.id).unwrap_or_default();
            row.looked.stretches = stretches.remove(&row.file.id).unwrap_or_default();
            for stretch in &mut row.looked.stretches {
                let is_missing = |label: &LabelId| !row.looked.absent.contains(label);
                stretch.is_behind = later(stretch.under)?.as_ref().is_none_or(|labels| labels.iter().any(is_missing));
            }
            let Some(under) = row.looked.under else { continue };
            match later(under)? {
                Some(labels) => row.looked.later = labels,
                None => row.looked.under = None,
            }
        }
        if asked.is_empty() { Ok(()) } else { self.add_unanswered(files, only, &asked) }
    }

    fn absent(&self, only: Option<FileId>) -> Result<HashMap<FileId, Vec<LabelId>>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT file, label FROM absent WHERE ?1 IS NULL OR file = ?1 ORDER BY file, label")?;
        let mut rows = statement.query(params![only.as_ref().map(|file| file.as_bytes())])?;
        let mut absent: HashMap<FileId, Vec<LabelId>> = HashMap::new();
        while let Some(row) = rows.next()? {
            absent.entry(crate::read::id(row, 0, FileId::from_slice)?).or_default().push(LabelId(row.get(1)?));
        }
        Ok(absent)
    }

    fn stretches(&self, only: Option<FileId>) -> Result<HashMap<FileId, Vec<LookedStretch>>, StoreError> {
        let sql = "SELECT file, first, last, under FROM stretch WHERE ?1 IS NULL OR file = ?1 ORDER BY file, first";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params![only.as_ref().map(|file| file.as_bytes())])?;
        let mut stretches: HashMap<FileId, Vec<LookedStretch>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let stretch = LookedStretch { first: row.get(1)?, last: row.get(2)?, under: row.get(3)?, is_behind: false };
            stretches.entry(crate::read::id(row, 0, FileId::from_slice)?).or_default().push(stretch);
        }
        Ok(stretches)
    }
}

/// Says that a stretch of a file was looked through up to a last frame and under a version, or no longer; gives what was said before.
pub(crate) fn set_stretch(db: &Connection, file: FileId, first: u64, looked: Option<(u64, u64)>) -> Result<Option<(u64, u64)>, StoreError> {
    let too_large = |_| StoreError::Refused("no file has so many frames".into());
    let key = params![file.as_bytes(), i64::try_from(first).map_err(too_large)?];
    let sql = "SELECT last, under FROM stretch WHERE file = ?1 AND first = ?2";
    let before = db.prepare_cached(sql)?.query_row(key, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match looked {
        Some((last, under)) => {
            let last = i64::try_from(last).map_err(too_large)?;
            db.prepare_cached("INSERT OR REPLACE INTO stretch VALUES (?1, ?2, ?3, ?4)")?.execute(params![key[0], key[1], last, under])?
        }
        None => db.prepare_cached("DELETE FROM stretch WHERE file = ?1 AND first = ?2")?.execute(key)?,
    };
    Ok(before)
}
