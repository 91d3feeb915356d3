//! The tables of a project's database.

use crate::error::StoreError;
use rusqlite::Connection;

/// Version of the tables; grows only when an old program must not touch a newer file.
pub const FORMAT: i64 = 7;
/// Of earlier versions the log is the same; only the views have other columns.
pub const FIRST_FORMAT: i64 = 1;
/// `PRAGMA application_id`: "Limn".
pub const APPLICATION: i64 = 0x4c69_6d6e;

/// The truth and what is only of this place.
const LOG: &str = "
CREATE TABLE op (
    n INTEGER PRIMARY KEY,
    device BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, lamport INTEGER NOT NULL,
    wall INTEGER NOT NULL, user TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (device, seq)
);
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) WITHOUT ROWID;
CREATE TABLE draft (file BLOB NOT NULL, frame INTEGER NOT NULL, tool TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (file, frame)) WITHOUT ROWID;
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
";

/// Views of the log, each with the order in which its rows are compared.
pub const VIEWS: [(&str, &str); 17] = [
    ("project", "name"),
    ("file", "n"),
    ("sequence", "n"),
    ("instance", "n"),
    ("event", "n"),
    ("issue", "n"),
    ("comment", "issue, id"),
    ("answer", "file, frame, attribute"),
    ("absent", "file, label"),
    ("stretch", "file, first"),
    ("register", "entity, name"),
    ("edit", "entity, op"),
    ("schema", "number"),
    ("run", "id"),
    ("snapshot", "name"),
    ("step", "device, first"),
    ("inverse", "device, seq"),
];

const VIEW_TABLES: &str = "
CREATE TABLE project (name TEXT NOT NULL);
CREATE TABLE file (
    n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, name TEXT NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL, frames INTEGER NOT NULL, bytes INTEGER NOT NULL,
    hash BLOB, status INTEGER NOT NULL, complete_under INTEGER, work_frames BLOB, deleted INTEGER NOT NULL, op INTEGER NOT NULL,
    clip_of BLOB, clip_first INTEGER, clock BLOB, clock_offset INTEGER
);
CREATE TABLE sequence (
    n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, file INTEGER NOT NULL, number INTEGER NOT NULL, label INTEGER NOT NULL,
    name TEXT, motion TEXT NOT NULL, exit INTEGER, marks BLOB, extra TEXT, op INTEGER NOT NULL, deleted INTEGER NOT NULL,
    same_as BLOB
);
CREATE INDEX sequence_file ON sequence (file);
CREATE TABLE instance (
    n INTEGER PRIMARY KEY, id BLOB NOT NULL, file INTEGER NOT NULL, frame INTEGER NOT NULL, label INTEGER NOT NULL,
    geometry BLOB NOT NULL, marks BLOB, run BLOB, confidence REAL, extra TEXT,
    op INTEGER NOT NULL, deleted INTEGER NOT NULL, sequence INTEGER, part INTEGER
);
CREATE UNIQUE INDEX instance_id ON instance (id);
CREATE INDEX instance_at ON instance (file, frame) WHERE deleted = 0;
CREATE INDEX instance_sequence ON instance (sequence) WHERE sequence IS NOT NULL;
CREATE TABLE event (
    n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, file INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    label INTEGER NOT NULL, participants BLOB, marks BLOB, run BLOB, extra TEXT, op INTEGER NOT NULL, deleted INTEGER NOT NULL
);
CREATE INDEX event_file ON event (file, first);
CREATE TABLE issue (
    n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, file INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    target BLOB NOT NULL, resolved INTEGER NOT NULL, op INTEGER NOT NULL, deleted INTEGER NOT NULL
);
CREATE INDEX issue_file ON issue (file);
CREATE TABLE comment (
    issue INTEGER NOT NULL, id BLOB NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL, PRIMARY KEY (issue, id)
) WITHOUT ROWID;
CREATE TABLE answer (
    file BLOB NOT NULL, frame INTEGER NOT NULL, attribute INTEGER NOT NULL, answer BLOB NOT NULL, PRIMARY KEY (file, frame, attribute)
) WITHOUT ROWID;
CREATE TABLE absent (file BLOB NOT NULL, label INTEGER NOT NULL, PRIMARY KEY (file, label)) WITHOUT ROWID;
CREATE TABLE stretch (
    file BLOB NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, under INTEGER NOT NULL, PRIMARY KEY (file, first)
) WITHOUT ROWID;
CREATE TABLE register (entity BLOB NOT NULL, name TEXT NOT NULL, op INTEGER NOT NULL, PRIMARY KEY (entity, name)) WITHOUT ROWID;
CREATE TABLE edit (entity BLOB NOT NULL, op INTEGER NOT NULL, PRIMARY KEY (entity, op)) WITHOUT ROWID;
CREATE TABLE schema (number INTEGER PRIMARY KEY, document TEXT NOT NULL, hash BLOB NOT NULL, op INTEGER NOT NULL);
CREATE TABLE run (id BLOB PRIMARY KEY, name TEXT NOT NULL, op INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE snapshot (name TEXT PRIMARY KEY, vector BLOB NOT NULL, op INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE step (
    device BLOB NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, title TEXT NOT NULL,
    state INTEGER NOT NULL, file BLOB, frame INTEGER, PRIMARY KEY (device, first)
) WITHOUT ROWID;
CREATE TABLE inverse (device BLOB NOT NULL, seq INTEGER NOT NULL, changes BLOB NOT NULL, PRIMARY KEY (device, seq)) WITHOUT ROWID;
";

/// Makes every table in an empty database.
pub fn create(db: &Connection) -> Result<(), StoreError> {
    db.execute_batch(LOG)?;
    create_views(db)?;
    db.pragma_update(None, "user_version", FORMAT)?;
    db.pragma_update(None, "application_id", APPLICATION)?;
    Ok(())
}

/// Makes the views, empty.
pub fn create_views(db: &Connection) -> Result<(), StoreError> {
    Ok(db.execute_batch(VIEW_TABLES)?)
}

/// Makes the views, empty, as temporary tables of the connection.
pub fn create_views_aside(db: &Connection) -> Result<(), StoreError> {
    let aside = VIEW_TABLES.replace("CREATE TABLE ", "CREATE TEMP TABLE ").replace("INDEX ", "INDEX temp.");
    Ok(db.execute_batch(&aside)?)
}

/// Removes the views.
pub fn drop_views(db: &Connection) -> Result<(), StoreError> {
    for (view, _) in VIEWS {
        db.execute_batch(&format!("DROP TABLE IF EXISTS {view}"))?;
    }
    Ok(())
}

/// Settings of every connection. `FULL`: a commit is on the disk before it returns.
pub fn configure(db: &Connection, writable: bool) -> Result<(), StoreError> {
    db.set_prepared_statement_cache_capacity(64);
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "cell_size_check", true)?;
    if writable {
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "cache_size", -32 * 1024)?;
    }
    Ok(())
}
