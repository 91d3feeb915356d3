//! Sequences and their keyframes in the store.

use crate::error::StoreError;
use crate::project::Project;
use limn_core::sequence::{Member, Motion, SequenceSet};
use limn_core::{FileId, LabelId, Marks, Sequence, SequenceId, Sequences};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::collections::HashSet;

/// The row of a sequence's id.
pub(crate) const ROW: &str = "SELECT n FROM sequence WHERE id = ?1";

pub(crate) fn unknown(id: SequenceId) -> StoreError {
    StoreError::Refused(format!("there is no sequence {id}"))
}

pub(crate) fn row_of(db: &Connection, id: SequenceId) -> Result<i64, StoreError> {
    let row = db.prepare_cached(ROW)?.query_row([id.as_bytes()], |row| row.get(0)).optional()?;
    row.ok_or_else(|| unknown(id))
}

/// The sequence whose id stands in this column, and the part in the next one.
pub(crate) fn member(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Member>> {
    let Some(sequence) = row.get_ref(column)?.as_blob().ok().and_then(SequenceId::from_slice) else { return Ok(None) };
    Ok(Some(Member { sequence, part: row.get::<_, Option<u16>>(column + 1)?.unwrap_or(0) }))
}

/// Adds a sequence that stands at row `n` of the log.
pub(crate) fn add(db: &Connection, sequence: &Sequence, n: i64) -> Result<(), StoreError> {
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO sequence (id, file, number, label, name, motion, exit, marks, extra, op, deleted, same_as)
             SELECT ?1, n, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11 FROM file WHERE id = ?2",
        )?
        .execute(params![
            sequence.id.as_bytes(),
            sequence.file.as_bytes(),
            sequence.number,
            sequence.label.0,
            sequence.name,
            sequence.motion.as_str(),
            sequence.exit,
            sequence.marks.to_bytes(),
            sequence.extra,
            n,
            sequence.same_as.as_ref().map(|other| other.as_bytes())
        ])?;
    match added {
        0 => Err(StoreError::Refused(format!("a sequence {} exists already, or its file is not in the project", sequence.id))),
        _ => Ok(()),
    }
}

/// Sets a register; gives the value before.
pub(crate) fn set(db: &Connection, id: SequenceId, set: &SequenceSet, n: i64) -> Result<SequenceSet, StoreError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE sequence.id = ?1"))?;
    let mut rows = statement.query([id.as_bytes()])?;
    let mut sequence = rows.next()?.map(read).transpose()?.ok_or_else(|| unknown(id))?;
    let old = sequence.set(set.clone());
    let key = id.as_bytes();
    match set {
        SequenceSet::Number(number) => db.execute("UPDATE sequence SET number = ?2 WHERE id = ?1", params![key, number])?,
        SequenceSet::Label(label) => db.execute("UPDATE sequence SET label = ?2 WHERE id = ?1", params![key, label.0])?,
        SequenceSet::Name(name) => db.execute("UPDATE sequence SET name = ?2 WHERE id = ?1", params![key, name])?,
        SequenceSet::Motion(motion) => db.execute("UPDATE sequence SET motion = ?2 WHERE id = ?1", params![key, motion.as_str()])?,
        SequenceSet::Exit(exit) => db.execute("UPDATE sequence SET exit = ?2 WHERE id = ?1", params![key, exit])?,
        SequenceSet::SameAs(other) => {
            let other = other.as_ref().map(|other| other.as_bytes());
            db.execute("UPDATE sequence SET same_as = ?2 WHERE id = ?1", params![key, other])?
        }
        SequenceSet::Deleted(deleted) => db.execute("UPDATE sequence SET deleted = ?2 WHERE id = ?1", params![key, deleted])?,
        SequenceSet::Mark(_) => db.execute("UPDATE sequence SET marks = ?2 WHERE id = ?1", params![key, sequence.marks.to_bytes()])?,
    };
    crate::apply::set_register(db, key, &set.register(), n)?;
    db.prepare_cached("INSERT OR IGNORE INTO edit VALUES (?1, ?2)")?.execute(params![key, n])?;
    Ok(old)
}

const COLUMNS: &str = "SELECT sequence.id, file.id, number, label, sequence.name, motion, exit, marks, extra, sequence.deleted, same_as
    FROM sequence JOIN file ON file.n = sequence.file";

fn read(row: &Row<'_>) -> Result<Sequence, StoreError> {
    let id = crate::read::id(row, 0, SequenceId::from_slice)?;
    let mut sequence = Sequence::new(id, crate::read::id(row, 1, FileId::from_slice)?, row.get(2)?, LabelId(row.get(3)?));
    (sequence.name, sequence.exit, sequence.extra, sequence.is_deleted) = (row.get(4)?, row.get(6)?, row.get(8)?, row.get(9)?);
    sequence.motion = Motion::from_name(row.get_ref(5)?.as_str().unwrap_or_default()).unwrap_or_default();
    sequence.same_as = row.get_ref(10)?.as_blob().ok().and_then(SequenceId::from_slice);
    if let Ok(bytes) = row.get_ref(7)?.as_blob() {
        sequence.marks =
            Marks::from_bytes(bytes).map_err(|error| StoreError::Damaged { what: format!("the marks of sequence {id}: {error}") })?;
    }
    Ok(sequence)
}

impl Project {
    /// A sequence without its keyframes, also a deleted one; `None` when the log knows none of this id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sequence(&self, id: SequenceId) -> Result<Option<Sequence>, StoreError> {
        let mut statement = self.db.prepare_cached(&format!("{COLUMNS} WHERE sequence.id = ?1"))?;
        let mut rows = statement.query([id.as_bytes()])?;
        rows.next()?.map(read).transpose()
    }

    /// Sequences that are one object with others, or stand for such, in all files; deleted ones among them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn linked_sequences(&self) -> Result<Vec<Sequence>, StoreError> {
        let sql = format!("{COLUMNS} WHERE same_as IS NOT NULL OR sequence.id IN (SELECT same_as FROM sequence WHERE same_as IS NOT NULL)");
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }

    /// Every sequence of these objects, in all files, deleted ones among them. Each object is told by its identity, see
    /// [`Sequence::identity`].
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sequences_of_objects(&self, objects: &[SequenceId]) -> Result<Vec<Sequence>, StoreError> {
        let mut statement = self.db.prepare_cached(&format!("{COLUMNS} WHERE same_as = ?1 OR sequence.id = ?1 ORDER BY sequence.n"))?;
        let mut found: Vec<Sequence> = Vec::new();
        for object in objects {
            let mut rows = statement.query([object.as_bytes()])?;
            while let Some(row) = rows.next()? {
                let sequence = read(row)?;
                if sequence.identity() == *object && !found.iter().any(|known| known.id == sequence.id) {
                    found.push(sequence);
                }
            }
        }
        Ok(found)
    }

    /// The numbers that the sequences of a file have, or had until they were deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sequence_numbers(&self, file: FileId) -> Result<HashSet<u32>, StoreError> {
        let query = "SELECT number FROM sequence WHERE file = (SELECT n FROM file WHERE id = ?1)";
        let mut statement = self.db.prepare_cached(query)?;
        let numbers = statement.query_map([file.as_bytes()], |row| row.get(0))?;
        Ok(numbers.collect::<Result<_, _>>()?)
    }

    /// The sequences of a file with all their keyframes; deleted ones among them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sequences(&self, file: FileId) -> Result<Sequences, StoreError> {
        let mut statement = self.db.prepare_cached(&format!("{COLUMNS} WHERE file.id = ?1 ORDER BY sequence.n"))?;
        let mut rows = statement.query([file.as_bytes()])?;
        let mut sequences = Vec::new();
        while let Some(row) = rows.next()? {
            sequences.push(read(row)?);
        }
        if sequences.is_empty() {
            return Ok(Sequences::default());
        }
        let mut builder = Sequences::builder(sequences);
        let mut statement = self.db.prepare_cached(
            "SELECT instance.id, frame, instance.label, geometry, instance.marks, run, confidence, instance.extra, sequence.id, part
             FROM sequence JOIN instance ON instance.sequence = sequence.n
             WHERE sequence.file = (SELECT n FROM file WHERE id = ?1) AND instance.deleted = 0",
        )?;
        let mut rows = statement.query([file.as_bytes()])?;
        while let Some(row) = rows.next()? {
            builder.keyframe(crate::read::keyframe(row, file)?);
        }
        Ok(builder.build())
    }

    /// Every live sequence of live files, file by file in the order in which they were added, each with its keyframes. The
    /// closure may end it by an error of its own.
    pub fn for_each_sequence<E: From<StoreError>>(&self, mut each: impl FnMut(Sequence) -> Result<(), E>) -> Result<(), E> {
        let mut run = || -> Result<Result<(), E>, StoreError> {
            let mut statement =
                self.db.prepare_cached(&format!("{COLUMNS} WHERE sequence.deleted = 0 AND file.deleted = 0 ORDER BY sequence.n"))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if let Err(error) = each(read(row)?) {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        };
        run()?
    }
}
