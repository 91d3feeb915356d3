//! Whether a project is whole: the chain of the log, and the views against a fresh fold of it.

use crate::apply;
use crate::error::StoreError;
use crate::project::{Access, Project};
use crate::tables;
use limn_core::OpId;
use limn_core::log::{Op, OpDecodeError};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::BTreeMap;

/// What [`Project::verify`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Operations read.
    pub num_ops: u64,
    /// Each a sentence; empty when all is well.
    pub problems: Vec<String>,
    /// Operations of a newer version: kept, not applied.
    pub num_newer: u64,
    /// The views were replaced by those built from the log.
    pub rebuilt: bool,
}

impl Project {
    /// Checks every operation's hash, the gapless chain of each device and SQLite's own structure, then folds the whole
    /// log again and compares the result with the views. With `rebuild` the views are replaced by the fresh ones.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read or written at all; what is wrong inside it is in the report.
    pub fn verify(&mut self, rebuild: bool) -> Result<VerifyReport, StoreError> {
        if rebuild && self.access() == Access::Read {
            return Err(StoreError::ReadOnly);
        }
        let mut report = VerifyReport::default();
        let structure: String = self.db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if structure != "ok" {
            report.problems.push(format!("the database file is damaged: {structure}"));
        }
        let before = views_digest(&self.db)?;
        let tx = rusqlite::Transaction::new_unchecked(
            &self.db,
            if rebuild { TransactionBehavior::Immediate } else { TransactionBehavior::Deferred },
        )?;
        let after = if rebuild {
            tables::drop_views(&tx)?;
            tables::create_views(&tx)?;
            fold(&tx, &tx, &mut report)?;
            views_digest(&tx)?
        } else {
            let fresh = Connection::open("")?;
            tables::configure(&fresh, false)?;
            tables::create_views(&fresh)?;
            let fresh_tx = fresh.unchecked_transaction()?;
            fold(&tx, &fresh_tx, &mut report)?;
            views_digest(&fresh_tx)?
        };
        // A project of the first format that is only read has its steps in the form of then.
        let format: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let is_comparable = |view: &str| format == tables::FORMAT || !["step", "inverse"].contains(&view);
        for (view, digest) in after.iter().filter(|(view, _)| is_comparable(view)) {
            if before.get(view) != Some(digest) {
                report.problems.push(format!(
                    "the table \"{view}\" differs from what the log says{}",
                    if rebuild { "; it was built again" } else { ". `limn verify --rebuild` builds it again" }
                ));
            }
        }
        tx.commit()?;
        report.rebuilt = rebuild;
        Ok(report)
    }
}

/// Builds all views from the log, in the form of this version.
pub(crate) fn renew_views(db: &Connection) -> Result<(), StoreError> {
    let tx = rusqlite::Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
    tables::drop_views(&tx)?;
    tables::create_views(&tx)?;
    fold(&tx, &tx, &mut VerifyReport::default())?;
    tx.pragma_update(None, "user_version", tables::FORMAT)?;
    Ok(tx.commit()?)
}

/// Builds all views from the log beside the file, which stays as it is: tables of this connection alone, which stand before
/// those of the file.
pub(crate) fn views_aside(db: &Connection) -> Result<(), StoreError> {
    tables::create_views_aside(db)?;
    let tx = db.unchecked_transaction()?;
    fold(&tx, &tx, &mut VerifyReport::default())?;
    Ok(tx.commit()?)
}

/// Reads the log from one database and applies it to the views of another (or the same).
fn fold(log: &Connection, views: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    let mut heads: BTreeMap<Vec<u8>, (u64, OpId)> = BTreeMap::new();
    let mut statement = log.prepare("SELECT n, device, seq, id, bytes FROM op ORDER BY n")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (n, seq): (i64, u64) = (row.get(0)?, row.get(2)?);
        let (device, id, bytes) = (blob(row.get_ref(1)?), blob(row.get_ref(3)?), blob(row.get_ref(4)?));
        report.num_ops += 1;
        let mut problem = |text: &str| {
            if report.problems.len() < 100 {
                report.problems.push(format!("operation {seq} of device {}: {text}", limn_core::ids::hex(&device)));
            }
        };
        let named = OpId::of(&bytes);
        if named.0[..] != id[..] {
            problem("its bytes do not match its hash");
        }
        let (last_seq, last_id) = heads.get(&device).map_or((0, None), |(seq, id)| (*seq, Some(*id)));
        if seq != last_seq + 1 {
            problem("an operation before it is missing");
        }
        match Op::from_bytes(&bytes) {
            Ok(op) => {
                if op.prev != last_id || op.seq != seq || op.device.0[..] != device[..] {
                    problem("it does not continue the chain");
                }
                if let Err(error) = apply::apply(views, &op, n) {
                    problem(&error.to_string());
                }
            }
            Err(OpDecodeError::Newer(_)) => report.num_newer += 1,
            Err(error) => problem(&error.to_string()),
        }
        heads.insert(device, (seq, named));
    }
    Ok(())
}

/// The bytes of a value, also where damage changed its type.
fn blob(value: ValueRef<'_>) -> Vec<u8> {
    match value {
        ValueRef::Blob(bytes) | ValueRef::Text(bytes) => bytes.to_vec(),
        _ => Vec::new(),
    }
}

/// A hash of each view's content in a fixed order.
fn views_digest(db: &Connection) -> Result<BTreeMap<&'static str, [u8; 32]>, StoreError> {
    let mut digests = BTreeMap::new();
    for (view, order) in tables::VIEWS {
        let mut hasher = blake3::Hasher::new();
        // A missing table is reported like a wrong one.
        if let Ok(mut statement) = db.prepare(&format!("SELECT * FROM {view} ORDER BY {order}")) {
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                for column in 0..columns {
                    hash_value(&mut hasher, row.get_ref(column)?);
                }
            }
        }
        digests.insert(view, *hasher.finalize().as_bytes());
    }
    Ok(digests)
}

fn hash_value(hasher: &mut blake3::Hasher, value: ValueRef<'_>) {
    let (tag, bytes): (u8, &[u8]) = match value {
        ValueRef::Null => (0, &[]),
        ValueRef::Integer(number) => {
            hasher.update(&[1]).update(&number.to_le_bytes());
            return;
        }
        ValueRef::Real(number) => {
            hasher.update(&[2]).update(&number.to_le_bytes());
            return;
        }
        ValueRef::Text(bytes) => (3, bytes),
        ValueRef::Blob(bytes) => (4, bytes),
    };
    hasher.update(&[tag]).update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
}
