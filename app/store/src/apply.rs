//! The fold: what an operation does to the views. The same code serves a new operation and a rebuild, so that both give
//! the same content.

use crate::error::StoreError;
use limn_core::log::{Change, FileSet, InstanceSet, Op, UndoLink, changes_to_bytes, kind};
use limn_core::schema::{Answer, AttributeId};
use limn_core::sequence::Member;
use limn_core::{FileId, FileStatus, Instance, InstanceId, LabelId, SequenceId};
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, params};

/// What of the fold the writer has to know.
pub struct Applied {
    /// Hash of the schema that the operation published.
    pub schema: Option<[u8; 32]>,
}

/// Steps that a person can take back.
pub const DONE: i64 = 0;
pub const UNDONE: i64 = 1;
/// Undone, and a later gesture closed the way to redo it.
pub const GONE: i64 = 2;

/// Applies an operation that stands at row `n` of the log.
pub fn apply(db: &Connection, op: &Op, n: i64) -> Result<Applied, StoreError> {
    let mut applied = Applied { schema: None };
    let mut inverse = Vec::new();
    let mut place = None;
    let mut inserter = None;
    for change in &op.body.changes {
        match change {
            Change::ProjectName(name) => {
                db.execute("DELETE FROM project", [])?;
                db.execute("INSERT INTO project VALUES (?1)", [name])?;
            }
            Change::FileAdd(file) => {
                db.prepare_cached("INSERT OR IGNORE INTO file (id, name, path, kind, width, height, frames, bytes, hash, status, complete_under, deleted, op) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, ?12)")?
                    .execute(params![
                        file.id.as_bytes(), file.name, file.path, file.kind.as_str(), file.width, file.height, file.frames, file.bytes,
                        file.hash.as_ref().map(|hash| &hash[..]), file.status == FileStatus::Complete,
                        version_for(db, op, file.status)?, n
                    ])?;
            }
            Change::FileSet { id, set } => {
                if let FileSet::Answer { frame, attribute, answer } = set {
                    let old = set_answer(db, *id, *frame, *attribute, answer.as_ref())?;
                    place = place.or(Some((*id, frame.unwrap_or(0))));
                    let set = FileSet::Answer { frame: *frame, attribute: *attribute, answer: old };
                    inverse.push(Change::FileSet { id: *id, set });
                }
                if let FileSet::Absent { label, absent } = set {
                    let old = set_absent(db, *id, *label, *absent)?;
                    place = place.or(Some((*id, 0)));
                    inverse.push(Change::FileSet { id: *id, set: FileSet::Absent { label: *label, absent: old } });
                }
                if let FileSet::Media { .. } | FileSet::Bytes(_) | FileSet::Hash(_) = set {
                    inverse.extend(old_content(db, *id, set)?.map(|set| Change::FileSet { id: *id, set }));
                }
                if let FileSet::CompleteUnder(_) = set {
                    let sql = "SELECT complete_under FROM file WHERE id = ?1";
                    let old = db.prepare_cached(sql)?.query_row([id.as_bytes()], |row| row.get(0)).optional()?.flatten();
                    inverse.push(Change::FileSet { id: *id, set: FileSet::CompleteUnder(old) });
                }
                if let FileSet::WorkFrames(_) = set {
                    place = place.or(Some((*id, 0)));
                    let set = FileSet::WorkFrames(crate::read::work_frames_of(db, *id)?);
                    inverse.push(Change::FileSet { id: *id, set });
                }
                if let FileSet::Clip(_) | FileSet::Camera(_) = set {
                    let (clip, camera) = crate::read::clip_and_camera(db, *id)?;
                    let old = if let FileSet::Clip(_) = set { FileSet::Clip(clip) } else { FileSet::Camera(camera) };
                    inverse.push(Change::FileSet { id: *id, set: old });
                }
                if let FileSet::Stretch { first, looked } = set {
                    let looked = crate::looked::set_stretch(db, *id, *first, *looked)?;
                    place = place.or(Some((*id, *first)));
                    inverse.push(Change::FileSet { id: *id, set: FileSet::Stretch { first: *first, looked } });
                }
                set_file(db, *id, set, op, n)?;
            }
            Change::InstanceAdd(instance) => {
                place = place.or(Some((instance.file, instance.frame)));
                match &mut inserter {
                    Some(inserter) => Inserter::insert(inserter, instance, n)?,
                    none => none.insert(Inserter::new(db)?).insert(instance, n)?,
                }
            }
            Change::InstanceSet { id, set } => {
                let (old, at) = set_instance(db, *id, set, n)?;
                place = place.or(at);
                inverse.push(Change::InstanceSet { id: *id, set: old });
            }
            Change::SequenceAdd(sequence) => crate::sequences::add(db, sequence, n)?,
            Change::SequenceSet { id, set } => {
                let old = crate::sequences::set(db, *id, set, n)?;
                inverse.push(Change::SequenceSet { id: *id, set: old });
            }
            Change::EventAdd(event) => {
                crate::events::add(db, event, n)?;
                place = place.or(Some((event.file, event.frames.first())));
            }
            Change::EventSet { id, set } => {
                let (old, event) = crate::events::set(db, *id, set, n)?;
                place = place.or(Some((event.file, event.frames.first())));
                inverse.push(Change::EventSet { id: *id, set: old });
            }
            Change::IssueAdd(issue) => {
                crate::issues::add(db, issue, op, n)?;
                place = place.or(Some((issue.file, issue.frames.first())));
            }
            Change::IssueSet { id, set } => {
                let (old, issue) = crate::issues::set(db, *id, set, op, n)?;
                place = place.or(Some((issue.file, issue.frames.first())));
                inverse.push(Change::IssueSet { id: *id, set: old });
            }
            Change::SchemaPublish { number, document } => {
                let hash = *blake3::hash(document.as_bytes()).as_bytes();
                // A version that comes with edits goes back with them: the one before is published again.
                if op.kind == kind::EDIT {
                    let sql = "SELECT document FROM schema ORDER BY number DESC LIMIT 1";
                    let before: Option<String> = db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
                    inverse.extend(before.map(|document| Change::SchemaPublish { number: 0, document }));
                }
                db.execute("INSERT OR IGNORE INTO schema VALUES (?1, ?2, ?3, ?4)", params![number, document, &hash[..], n])?;
                applied.schema = Some(hash);
            }
            Change::RunAdd(run) => {
                db.execute("INSERT OR IGNORE INTO run VALUES (?1, ?2, ?3)", params![run.id.as_bytes(), run.name, n])?;
            }
            Change::Snapshot { name, vector } => {
                let bytes: Vec<u8> = vector.iter().flat_map(|(device, seq)| device.0.into_iter().chain(seq.to_be_bytes())).collect();
                db.execute("INSERT OR IGNORE INTO snapshot VALUES (?1, ?2, ?3)", params![name, bytes, n])?;
            }
            Change::Unknown(_) => {}
        }
    }
    record_step(db, op, &inverse, place)?;
    Ok(applied)
}

/// Adds the instances of one operation. Asking SQLite for the statement, and for the row of a file, again for each of a
/// million instances would be a quarter of an import.
struct Inserter<'db> {
    insert: CachedStatement<'db>,
    row_of_file: CachedStatement<'db>,
    row_of_sequence: CachedStatement<'db>,
    /// Instances come file by file.
    last: Option<(FileId, i64)>,
    /// And keyframes sequence by sequence.
    last_sequence: Option<(SequenceId, i64)>,
}

impl<'db> Inserter<'db> {
    fn new(db: &'db Connection) -> Result<Self, StoreError> {
        let insert = db.prepare_cached(
            "INSERT OR IGNORE INTO instance (id, file, frame, label, geometry, marks, run, confidence, extra, op, deleted, sequence, part)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12)",
        )?;
        let row_of_file = db.prepare_cached("SELECT n FROM file WHERE id = ?1")?;
        let row_of_sequence = db.prepare_cached(crate::sequences::ROW)?;
        Ok(Self { insert, row_of_file, row_of_sequence, last: None, last_sequence: None })
    }

    fn insert(&mut self, instance: &Instance, n: i64) -> Result<(), StoreError> {
        let row = match self.last.filter(|(file, _)| *file == instance.file) {
            Some((_, row)) => Some(row),
            None => self.row_of_file.query_row([instance.file.as_bytes()], |row| row.get(0)).optional()?,
        };
        self.last = row.map(|row| (instance.file, row));
        let sequence = match instance.member {
            Some(member) => Some(self.sequence(member)?),
            None => None,
        };
        let added = self.insert.execute(params![
            instance.id.as_bytes(),
            row,
            instance.frame,
            instance.label.0,
            instance.geometry.to_bytes(),
            instance.marks.to_bytes(),
            instance.run.as_ref().map(|run| run.as_bytes()),
            instance.confidence,
            instance.extra,
            n,
            sequence,
            instance.member.map(|member| member.part)
        ])?;
        if added == 0 {
            return Err(StoreError::Refused(format!("an instance {} exists already, or its file is not in the project", instance.id)));
        }
        Ok(())
    }
}

impl Inserter<'_> {
    fn sequence(&mut self, member: Member) -> Result<i64, StoreError> {
        if let Some((_, row)) = self.last_sequence.filter(|(sequence, _)| *sequence == member.sequence) {
            return Ok(row);
        }
        let row = self.row_of_sequence.query_row([member.sequence.as_bytes()], |row| row.get(0)).optional()?;
        let row = row.ok_or_else(|| crate::sequences::unknown(member.sequence))?;
        self.last_sequence = Some((member.sequence, row));
        Ok(row)
    }
}

pub(crate) fn set_register(db: &Connection, entity: &[u8; 16], name: &str, n: i64) -> Result<(), StoreError> {
    db.prepare_cached("INSERT INTO register VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET op = excluded.op")?
        .execute(params![entity, name, n])?;
    Ok(())
}

/// The version of the schema that a file is complete under when an operation says no more than that it is: the one in force
/// when it was written.
fn version_for(db: &Connection, op: &Op, status: FileStatus) -> Result<Option<i64>, StoreError> {
    let Some(hash) = op.schema.filter(|_| status == FileStatus::Complete) else { return Ok(None) };
    let mut statement = db.prepare_cached("SELECT max(number) FROM schema WHERE hash = ?1")?;
    Ok(statement.query_row([&hash[..]], |row| row.get(0))?)
}

/// Says that a label is absent from a file, or no longer; gives what was said before.
fn set_absent(db: &Connection, file: FileId, label: LabelId, absent: bool) -> Result<bool, StoreError> {
    let sql = if absent { "INSERT OR IGNORE INTO absent VALUES (?1, ?2)" } else { "DELETE FROM absent WHERE file = ?1 AND label = ?2" };
    let changed = db.prepare_cached(sql)?.execute(params![file.as_bytes(), label.0])? > 0;
    Ok(absent != changed)
}

fn set_file(db: &Connection, id: FileId, set: &FileSet, op: &Op, n: i64) -> Result<(), StoreError> {
    let key = id.as_bytes();
    match set {
        FileSet::Path(path) => db.execute("UPDATE file SET path = ?2 WHERE id = ?1", params![key, path])?,
        FileSet::Hash(hash) => db.prepare_cached("UPDATE file SET hash = ?2 WHERE id = ?1")?.execute(params![key, &hash[..]])?,
        FileSet::Status(status) => {
            let under = version_for(db, op, *status)?;
            let is_complete = *status == FileStatus::Complete;
            db.execute("UPDATE file SET status = ?2, complete_under = ?3 WHERE id = ?1", params![key, is_complete, under])?
        }
        FileSet::Media { width, height, frames } => {
            db.execute("UPDATE file SET width = ?2, height = ?3, frames = ?4 WHERE id = ?1", params![key, width, height, frames])?
        }
        FileSet::Bytes(bytes) => db.execute("UPDATE file SET bytes = ?2 WHERE id = ?1", params![key, bytes])?,
        FileSet::Deleted(deleted) => db.execute("UPDATE file SET deleted = ?2 WHERE id = ?1", params![key, deleted])?,
        FileSet::CompleteUnder(number) => db.execute("UPDATE file SET complete_under = ?2 WHERE id = ?1", params![key, number])?,
        FileSet::WorkFrames(frames) => {
            let bytes = (!frames.is_all()).then(|| frames.to_bytes());
            db.prepare_cached("UPDATE file SET work_frames = ?2 WHERE id = ?1")?.execute(params![key, bytes])?
        }
        FileSet::Clip(clip) => {
            let (of, first) = (clip.as_ref().map(|clip| clip.of.as_bytes()), clip.as_ref().map(|clip| clip.first));
            db.prepare_cached("UPDATE file SET clip_of = ?2, clip_first = ?3 WHERE id = ?1")?.execute(params![key, of, first])?
        }
        FileSet::Camera(camera) => {
            let (clock, offset) = (camera.as_ref().map(|camera| camera.clock.as_bytes()), camera.as_ref().map(|camera| camera.offset_us));
            db.prepare_cached("UPDATE file SET clock = ?2, clock_offset = ?3 WHERE id = ?1")?.execute(params![key, clock, offset])?
        }
        FileSet::Answer { .. } | FileSet::Absent { .. } | FileSet::Stretch { .. } => 0,
    };
    set_register(db, key, &set.register(), n)
}

/// What a change of what is known of a file's content takes the place of; `None`: of nothing.
fn old_content(db: &Connection, id: FileId, set: &FileSet) -> Result<Option<FileSet>, StoreError> {
    let mut statement = db.prepare_cached("SELECT width, height, frames, bytes, hash FROM file WHERE id = ?1")?;
    let old = statement.query_row([id.as_bytes()], |row| {
        Ok(match set {
            FileSet::Media { .. } => Some(FileSet::Media { width: row.get(0)?, height: row.get(1)?, frames: row.get(2)? }),
            FileSet::Bytes(_) => Some(FileSet::Bytes(row.get(3)?)),
            _ => row.get::<_, Option<[u8; 32]>>(4)?.map(FileSet::Hash),
        })
    });
    Ok(old.optional()?.flatten())
}

/// The frame of answers about a file as a whole in the table.
pub const WHOLE_FILE: i64 = -1;

/// Sets an answer about a file or frame; gives the one before.
fn set_answer(
    db: &Connection,
    file: FileId,
    frame: Option<u64>,
    attribute: AttributeId,
    answer: Option<&Answer>,
) -> Result<Option<Answer>, StoreError> {
    let frame = frame.map_or(Ok(WHOLE_FILE), i64::try_from);
    let frame = frame.map_err(|_too_large| StoreError::Refused("no file has so many frames".into()))?;
    let key = params![file.as_bytes(), frame, attribute.0];
    let before: Option<Vec<u8>> = db
        .prepare_cached("SELECT answer FROM answer WHERE file = ?1 AND frame = ?2 AND attribute = ?3")?
        .query_row(key, |row| row.get(0))
        .optional()?;
    match answer {
        Some(answer) => {
            let sql = "INSERT INTO answer VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET answer = excluded.answer";
            db.prepare_cached(sql)?.execute(params![file.as_bytes(), frame, attribute.0, answer.to_bytes()])?;
        }
        None => {
            db.prepare_cached("DELETE FROM answer WHERE file = ?1 AND frame = ?2 AND attribute = ?3")?.execute(key)?;
        }
    }
    before.map_or(Ok(None), |bytes| crate::read::answer(&bytes, file))
}

type Place = Option<(FileId, u64)>;

/// Sets a register; gives the value before and where the instance is.
fn set_instance(db: &Connection, id: InstanceId, set: &InstanceSet, n: i64) -> Result<(InstanceSet, Place), StoreError> {
    let row = db
        .prepare_cached(
            "SELECT instance.n, instance.label, geometry, instance.deleted, frame, file.id, instance.marks, sequence.id, part
             FROM instance JOIN file ON file.n = instance.file LEFT JOIN sequence ON sequence.n = instance.sequence WHERE instance.id = ?1",
        )?
        .query_row([id.as_bytes()], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, u32>(1)?,
                row.get::<_, Vec<u8>>(2)?,
                row.get::<_, bool>(3)?,
                row.get::<_, u64>(4)?,
                row.get::<_, Vec<u8>>(5)?,
                row.get::<_, Option<Vec<u8>>>(6)?,
                crate::sequences::member(row, 7)?,
            ))
        })
        .optional()?;
    let Some((row, label, geometry, deleted, frame, file, marks, member)) = row else {
        return Err(StoreError::Refused(format!("there is no instance {id}")));
    };
    let old = match set {
        InstanceSet::Label(label_now) => {
            db.prepare_cached("UPDATE instance SET label = ?2 WHERE n = ?1")?.execute(params![row, label_now.0])?;
            InstanceSet::Label(limn_core::LabelId(label))
        }
        InstanceSet::Geometry(geometry_now) => {
            db.prepare_cached("UPDATE instance SET geometry = ?2 WHERE n = ?1")?.execute(params![row, geometry_now.to_bytes()])?;
            InstanceSet::Geometry(crate::read::geometry(&geometry, id)?)
        }
        InstanceSet::Deleted(deleted_now) => {
            db.prepare_cached("UPDATE instance SET deleted = ?2 WHERE n = ?1")?.execute(params![row, deleted_now])?;
            InstanceSet::Deleted(deleted)
        }
        InstanceSet::Member(member_now) => {
            let sequence = match member_now {
                Some(member) => Some(crate::sequences::row_of(db, member.sequence)?),
                None => None,
            };
            db.prepare_cached("UPDATE instance SET sequence = ?2, part = ?3 WHERE n = ?1")?.execute(params![
                row,
                sequence,
                member_now.map(|member| member.part)
            ])?;
            InstanceSet::Member(member)
        }
        InstanceSet::Frame(frame_now) => {
            db.prepare_cached("UPDATE instance SET frame = ?2 WHERE n = ?1")?.execute(params![row, frame_now])?;
            InstanceSet::Frame(frame)
        }
        InstanceSet::Mark(mark) => {
            let mut marks = crate::read::marks(marks.as_deref(), id)?;
            let before = marks.set(mark.clone());
            db.prepare_cached("UPDATE instance SET marks = ?2 WHERE n = ?1")?.execute(params![row, marks.to_bytes()])?;
            InstanceSet::Mark(before)
        }
    };
    set_register(db, id.as_bytes(), &set.register(), n)?;
    db.prepare_cached("INSERT OR IGNORE INTO edit VALUES (?1, ?2)")?.execute(params![id.as_bytes(), n])?;
    Ok((old, FileId::from_slice(&file).map(|file| (file, frame))))
}

/// Keeps the list of each device's steps, from which undo and redo work also after a restart.
fn record_step(db: &Connection, op: &Op, inverse: &[Change], place: Place) -> Result<(), StoreError> {
    let device = &op.device.0[..];
    let set_state = |first: u64, state: i64| -> Result<(), StoreError> {
        db.execute("UPDATE step SET state = ?3 WHERE device = ?1 AND first = ?2", params![device, first, state])?;
        Ok(())
    };
    match op.body.link {
        UndoLink::Undoes(first) => set_state(first, UNDONE)?,
        UndoLink::Redoes(first) => set_state(first, DONE)?,
        UndoLink::None if op.kind == kind::EDIT || op.kind == kind::IMPORT => {
            if !inverse.is_empty() {
                let bytes = changes_to_bytes(inverse);
                db.prepare_cached("INSERT INTO inverse VALUES (?1, ?2, ?3)")?.execute(params![device, op.seq, bytes])?;
            }
            let first = op.body.group.unwrap_or(op.seq);
            let joined = db
                .prepare_cached("UPDATE step SET last = ?3 WHERE device = ?1 AND first = ?2 AND state = 0")?
                .execute(params![device, first, op.seq])?;
            if joined == 0 {
                db.prepare_cached("UPDATE step SET state = ?2 WHERE device = ?1 AND state = ?3")?.execute(params![device, GONE, UNDONE])?;
                let (file, frame) = place.unzip();
                db.prepare_cached("INSERT INTO step VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)")?.execute(params![
                    device,
                    first,
                    op.seq,
                    op.body.title,
                    file.as_ref().map(|file| file.as_bytes()),
                    frame
                ])?;
            }
        }
        UndoLink::None => {}
    }
    Ok(())
}
