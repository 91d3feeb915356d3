//! Named positions of the log, and the project as it was there.

use crate::apply;
use crate::error::StoreError;
use crate::project::{Committed, Project};
use crate::tables;
use limn_core::log::{Change, Gesture, Op, kind};
use limn_core::{DeviceId, FileId};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeMap;

/// The operations of the steps on a file (`?1`) that are in this state (`?2`).
const STEPS_ON: &str = "FROM step JOIN op ON op.device = step.device AND op.seq BETWEEN step.first AND step.last
    WHERE step.file = ?1 AND step.state = ?2";

impl Project {
    /// Names the present position of the log.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the name is taken; a name never moves.
    pub fn snapshot(&mut self, name: &str) -> Result<Committed, StoreError> {
        let taken = self.db.query_row("SELECT 1 FROM snapshot WHERE name = ?1", [name], |_| Ok(())).optional()?;
        if taken.is_some() {
            return Err(StoreError::Refused(format!(
                "a snapshot called \"{name}\" exists already, and a snapshot never moves. Choose another name"
            )));
        }
        let mut statement = self.db.prepare("SELECT device, max(seq) FROM op GROUP BY device ORDER BY device")?;
        let vector = statement.query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?)))?.collect::<Result<Vec<_>, _>>()?;
        drop(statement);
        let vector = vector.into_iter().filter_map(|(device, seq)| Some((DeviceId(device.try_into().ok()?), seq))).collect();
        let change = Change::Snapshot { name: name.to_owned(), vector };
        self.commit(Gesture { kind: kind::SNAPSHOT, title: format!("Snapshot {name}"), target: None, changes: vec![change] })
    }

    /// The names of all snapshots.
    pub fn snapshots(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.db.prepare("SELECT name FROM snapshot ORDER BY op")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The project as it was at a snapshot, for reading: its operations folded into a database of its own.
    ///
    /// # Errors
    /// [`StoreError::NoSnapshot`].
    pub fn at_snapshot(&self, name: &str) -> Result<Self, StoreError> {
        let vector: Option<Vec<u8>> =
            self.db.query_row("SELECT vector FROM snapshot WHERE name = ?1", [name], |row| row.get(0)).optional()?;
        let Some(vector) = vector else {
            let known = self.snapshots()?.join(", ");
            return Err(StoreError::NoSnapshot { name: name.to_owned(), known: if known.is_empty() { "none".into() } else { known } });
        };
        let vector: BTreeMap<&[u8], u64> = vector
            .as_chunks::<24>()
            .0
            .iter()
            .map(|entry| {
                (&entry[..16], u64::from_be_bytes([entry[16], entry[17], entry[18], entry[19], entry[20], entry[21], entry[22], entry[23]]))
            })
            .collect();
        self.folded(|device, seq, _| vector.get(device).is_some_and(|last| seq <= *last))
    }

    /// Who worked on a file, in the order of their last steps on it; steps that were taken back do not count.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn authors(&self, file: FileId) -> Result<Vec<String>, StoreError> {
        let mut statement = self.db.prepare(&format!("SELECT op.user {STEPS_ON} GROUP BY op.user ORDER BY max(op.n)"))?;
        Ok(statement.query_map(params![file.as_bytes(), apply::DONE], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The project as somebody's last step on a file left it, for reading.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when there is no step of theirs on it.
    pub fn at_last_step_of(&self, user: &str, file: FileId) -> Result<Self, StoreError> {
        let sql = format!("SELECT max(op.n) {STEPS_ON} AND op.user = ?3");
        let last: Option<i64> = self.db.query_row(&sql, params![file.as_bytes(), apply::DONE, user], |row| row.get(0))?;
        let Some(last) = last else {
            return Err(StoreError::Refused(format!("nothing on this file is the work of {user} any more. Choose another state")));
        };
        self.folded(|_, _, n| n <= last)
    }

    /// The project of some of its operations, by device, number there, and row: folded into a database of its own.
    fn folded(&self, is_kept: impl Fn(&[u8], u64, i64) -> bool) -> Result<Self, StoreError> {
        // An empty name: a temporary file that SQLite spills to and removes by itself.
        let db = Connection::open("")?;
        tables::configure(&db, false)?;
        tables::create(&db)?;
        let tx = db.unchecked_transaction()?;
        let mut statement = self.db.prepare("SELECT device, seq, id, lamport, wall, user, kind, title, bytes, n FROM op ORDER BY n")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (device, seq): (Vec<u8>, u64) = (row.get(0)?, row.get(1)?);
            if !is_kept(&device, seq, row.get(9)?) {
                continue;
            }
            let bytes: Vec<u8> = row.get(8)?;
            let op = Op::from_bytes(&bytes).map_err(|error| StoreError::Damaged { what: format!("operation {seq}: {error}") })?;
            tx.prepare_cached(
                "INSERT INTO op (device, seq, id, lamport, wall, user, kind, title, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, x'')",
            )?
            .execute(params![
                device,
                seq,
                row.get::<_, Vec<u8>>(2)?,
                row.get::<_, u64>(3)?,
                row.get::<_, i64>(4)?,
                op.user,
                op.kind,
                op.body.title
            ])?;
            let n = tx.last_insert_rowid();
            apply::apply(&tx, &op, n)?;
        }
        tx.commit()?;
        self.with_database(db)
    }
}
