//! Events in the store.

use crate::error::StoreError;
use crate::project::Project;
use limn_core::event::{Event, EventSet, participants_from_bytes, participants_to_bytes};
use limn_core::{EventId, Events, FileId, Frames, LabelId, Marks, RunId, SequenceId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// The numbers of both ends as SQLite holds them.
pub(crate) fn ends(frames: Frames) -> Result<(i64, i64), StoreError> {
    let number = |frame| i64::try_from(frame).map_err(|_too_large| StoreError::Refused("no file has so many frames".into()));
    Ok((number(frames.first())?, number(frames.last())?))
}

/// Refuses participants that are no sequences of the event's file.
fn check_participants<'a>(db: &Connection, file: FileId, sequences: impl Iterator<Item = &'a SequenceId>) -> Result<(), StoreError> {
    let mut statement =
        db.prepare_cached("SELECT 1 FROM sequence JOIN file ON file.n = sequence.file WHERE sequence.id = ?1 AND file.id = ?2")?;
    for id in sequences {
        if statement.query_row(params![id.as_bytes(), file.as_bytes()], |_| Ok(())).optional()?.is_none() {
            return Err(StoreError::Refused(format!("there is no sequence {id} in the file, so it takes part in no event")));
        }
    }
    Ok(())
}

/// Adds an event that stands at row `n` of the log.
pub(crate) fn add(db: &Connection, event: &Event, n: i64) -> Result<(), StoreError> {
    check_participants(db, event.file, event.participants.values().flatten())?;
    let (first, last) = ends(event.frames)?;
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO event (id, file, first, last, label, participants, marks, run, extra, op, deleted)
             SELECT ?1, n, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0 FROM file WHERE id = ?2",
        )?
        .execute(params![
            event.id.as_bytes(),
            event.file.as_bytes(),
            first,
            last,
            event.label.0,
            participants_to_bytes(&event.participants),
            event.marks.to_bytes(),
            event.run.as_ref().map(RunId::as_bytes),
            event.extra,
            n
        ])?;
    match added {
        0 => Err(StoreError::Refused(format!("an event {} exists already, or its file is not in the project", event.id))),
        _ => Ok(()),
    }
}

/// Sets a register; gives the value before, and the event as it is now.
pub(crate) fn set(db: &Connection, id: EventId, set: &EventSet, n: i64) -> Result<(EventSet, Event), StoreError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE event.id = ?1"))?;
    let mut rows = statement.query([id.as_bytes()])?;
    let mut event = rows.next()?.map(read).transpose()?.ok_or_else(|| StoreError::Refused(format!("there is no event {id}")))?;
    let old = event.set(set.clone());
    let key = id.as_bytes();
    match set {
        EventSet::Frames(frames) => {
            let (first, last) = ends(*frames)?;
            db.execute("UPDATE event SET first = ?2, last = ?3 WHERE id = ?1", params![key, first, last])?
        }
        EventSet::Label(label) => db.execute("UPDATE event SET label = ?2 WHERE id = ?1", params![key, label.0])?,
        EventSet::Participants(_, sequences) => {
            check_participants(db, event.file, sequences.iter())?;
            let bytes = participants_to_bytes(&event.participants);
            db.execute("UPDATE event SET participants = ?2 WHERE id = ?1", params![key, bytes])?
        }
        EventSet::Mark(_) => db.execute("UPDATE event SET marks = ?2 WHERE id = ?1", params![key, event.marks.to_bytes()])?,
        EventSet::Deleted(deleted) => db.execute("UPDATE event SET deleted = ?2 WHERE id = ?1", params![key, deleted])?,
    };
    crate::apply::set_register(db, key, &set.register(), n)?;
    db.prepare_cached("INSERT OR IGNORE INTO edit VALUES (?1, ?2)")?.execute(params![key, n])?;
    Ok((old, event))
}

const COLUMNS: &str = "SELECT event.id, file.id, first, last, label, participants, marks, run, extra, event.deleted
    FROM event JOIN file ON file.n = event.file";

fn read(row: &Row<'_>) -> Result<Event, StoreError> {
    let id = crate::read::id(row, 0, EventId::from_slice)?;
    let frames = Frames::new(row.get(2)?, row.get(3)?);
    let mut event = Event::new(id, crate::read::id(row, 1, FileId::from_slice)?, frames, LabelId(row.get(4)?));
    let damaged = |what, error| StoreError::Damaged { what: format!("the {what} of event {id}: {error}") };
    if let Ok(bytes) = row.get_ref(5)?.as_blob() {
        event.participants = participants_from_bytes(bytes).map_err(|error| damaged("participants", error))?;
    }
    if let Ok(bytes) = row.get_ref(6)?.as_blob() {
        event.marks = Marks::from_bytes(bytes).map_err(|error| damaged("marks", error))?;
    }
    event.run = row.get_ref(7)?.as_blob().ok().and_then(RunId::from_slice);
    (event.extra, event.is_deleted) = (row.get(8)?, row.get(9)?);
    Ok(event)
}

impl Project {
    /// An event, also a deleted one; `None` when the log knows none of this id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn event(&self, id: EventId) -> Result<Option<Event>, StoreError> {
        let mut statement = self.db.prepare_cached(&format!("{COLUMNS} WHERE event.id = ?1"))?;
        let mut rows = statement.query([id.as_bytes()])?;
        rows.next()?.map(read).transpose()
    }

    /// The events of a file; deleted ones among them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn events(&self, file: FileId) -> Result<Events, StoreError> {
        let mut statement = self.db.prepare_cached(&format!("{COLUMNS} WHERE file.id = ?1"))?;
        let mut rows = statement.query([file.as_bytes()])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            events.push(read(row)?);
        }
        Ok(Events::new(events))
    }

    /// How many live events live files have.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn num_events(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM event JOIN file ON file.n = event.file WHERE event.deleted = 0 AND file.deleted = 0";
        Ok(self.db.query_row(sql, [], |row| row.get(0))?)
    }

    /// Every live event of live files, file by file in the order in which they were added, by first frame. The closure may end it
    /// by an error of its own.
    pub fn for_each_event<E: From<StoreError>>(&self, mut each: impl FnMut(Event) -> Result<(), E>) -> Result<(), E> {
        let mut run = || -> Result<Result<(), E>, StoreError> {
            let sql = format!("{COLUMNS} WHERE event.deleted = 0 AND file.deleted = 0 ORDER BY event.file, first, event.id");
            let mut statement = self.db.prepare_cached(&sql)?;
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
