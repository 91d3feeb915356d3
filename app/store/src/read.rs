//! What is in the project: files, instances, operations.

use crate::error::StoreError;
use crate::project::Project;
use limn_core::compare::FileState;
use limn_core::schema::questions::PlaceAnswers;
use limn_core::schema::{Answer, AttributeId};
use limn_core::{
    Camera, Clip, FileId, FileKind, FileRecord, FileStatus, Geometry, Instance, InstanceId, LabelId, Looked, Marks, OpId, RunId, WorkFrames,
};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::collections::HashMap;

/// A file and how many live instances it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct FileRow {
    /// The file.
    pub file: FileRecord,
    /// Live instances on all its frames.
    pub num_instances: u64,
    /// How far it was looked through.
    pub looked: Looked,
    /// Which of its frames are annotated.
    pub work_frames: WorkFrames,
}

/// An instance with who made it and when.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceRow {
    /// The instance.
    pub instance: Instance,
    /// Who made it.
    pub author: String,
    /// When it was made: milliseconds since 1970 by the author's clock.
    pub created: i64,
    /// The operation that made it.
    pub op: OpId,
}

/// An answer about a file or a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerRow {
    /// The file.
    pub file: FileId,
    /// The frame that is asked about; `None`: the file as a whole.
    pub frame: Option<u64>,
    /// The question.
    pub attribute: AttributeId,
    /// The answer.
    pub answer: Answer,
}

/// An operation as the history shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpRow {
    /// Its bytes; [`limn_core::log::Op::from_bytes`] reads them.
    pub bytes: Vec<u8>,
    /// Its name.
    pub id: OpId,
}

/// An instance without its geometry.
#[derive(Clone, Copy, Debug)]
pub struct PlaceRow<'a> {
    /// The file that it lies on.
    pub file: FileId,
    /// 0-based.
    pub frame: u64,
    /// What it is.
    pub label: LabelId,
    /// Foreign fields.
    pub extra: Option<&'a str>,
}

const FILE_COLUMNS: &str = "SELECT id, name, path, kind, width, height, frames, bytes, hash, status, complete_under,
    (SELECT count(*) FROM instance WHERE instance.file = file.n AND instance.deleted = 0)
    - (SELECT count(*) FROM sequence JOIN instance ON instance.sequence = sequence.n
       WHERE sequence.file = file.n AND sequence.deleted = 1 AND instance.deleted = 0), work_frames,
    clip_of, clip_first, clock, clock_offset FROM file WHERE deleted = 0";

/// What a keyframe is, its sequence says.
const INSTANCE_COLUMNS: &str =
    "SELECT instance.id, file.id, frame, coalesce(sequence.label, instance.label), geometry, instance.marks, run,
    confidence, instance.extra, op.user, op.wall, op.id, sequence.id, part
    FROM instance JOIN file ON file.n = instance.file JOIN op ON op.n = instance.op LEFT JOIN sequence ON sequence.n = instance.sequence";

impl Project {
    /// The files in the order in which they were added.
    pub fn files(&self) -> Result<Vec<FileRow>, StoreError> {
        let mut statement = self.db.prepare_cached(&format!("{FILE_COLUMNS} ORDER BY n"))?;
        let mut rows = statement.query([])?;
        let mut files = Vec::new();
        while let Some(row) = rows.next()? {
            files.push(file_row(row)?);
        }
        self.add_looked(&mut files, None)?;
        Ok(files)
    }

    /// What stands on all frames of a file.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn file_state(&self, file: FileId) -> Result<FileState, StoreError> {
        let mut state = FileState { sequences: self.sequences(file)?, ..FileState::default() };
        let sql = format!(
            "{INSTANCE_COLUMNS} WHERE instance.file = (SELECT n FROM file WHERE id = ?1) AND instance.deleted = 0
             AND instance.sequence IS NULL ORDER BY instance.id"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query([file.as_bytes()])?;
        while let Some(row) = rows.next()? {
            let instance = instance_row(row)?.instance;
            state.single.entry(instance.frame).or_default().push(instance);
        }
        Ok(state)
    }

    /// One file.
    pub fn file(&self, id: FileId) -> Result<Option<FileRow>, StoreError> {
        let mut statement = self.db.prepare_cached(&format!("{FILE_COLUMNS} AND id = ?1"))?;
        let mut rows = statement.query([id.as_bytes()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let mut files = [file_row(row)?];
        self.add_looked(&mut files, Some(id))?;
        let [row] = files;
        Ok(Some(row))
    }

    /// The live instances of one frame, oldest first; keyframes of sequences are not among them, see [`Self::sequences`].
    pub fn instances_at(&self, file: FileId, frame: u64) -> Result<Vec<Instance>, StoreError> {
        let sql = format!(
            "{INSTANCE_COLUMNS} WHERE instance.file = (SELECT n FROM file WHERE id = ?1) AND frame = ?2 AND instance.deleted = 0
             AND instance.sequence IS NULL"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query(params![file.as_bytes(), frame])?;
        let mut instances = Vec::new();
        while let Some(row) = rows.next()? {
            instances.push(instance_row(row)?.instance);
        }
        instances.sort_by_key(|instance| instance.id);
        Ok(instances)
    }

    /// What is answered about a file and about one of its frames.
    ///
    /// # Errors
    /// The database cannot be read, or is damaged.
    pub fn answers_at(&self, file: FileId, frame: u64) -> Result<PlaceAnswers, StoreError> {
        let mut answers = PlaceAnswers::default();
        self.for_each_answer("WHERE file = ?1 AND frame IN (-1, ?2)", params![file.as_bytes(), frame], |row| {
            if row.frame.is_some() { &mut answers.frame } else { &mut answers.file }.insert(row.attribute, row.answer);
        })?;
        Ok(answers)
    }

    /// All answers about files and frames, those of a file together, the file as a whole first.
    ///
    /// # Errors
    /// The database cannot be read, or is damaged.
    pub fn answers(&self) -> Result<Vec<AnswerRow>, StoreError> {
        let mut answers = Vec::new();
        self.for_each_answer("ORDER BY file, frame, attribute", [], |row| answers.push(row))?;
        Ok(answers)
    }

    /// All answers about one file and its frames.
    ///
    /// # Errors
    /// The database cannot be read, or is damaged.
    pub fn answers_of(&self, file: FileId) -> Result<Vec<AnswerRow>, StoreError> {
        let mut answers = Vec::new();
        self.for_each_answer("WHERE file = ?1 ORDER BY frame, attribute", [file.as_bytes()], |row| answers.push(row))?;
        Ok(answers)
    }

    fn for_each_answer(&self, end: &str, key: impl rusqlite::Params, mut each: impl FnMut(AnswerRow)) -> Result<(), StoreError> {
        let mut statement = self.db.prepare_cached(&format!("SELECT file, frame, attribute, answer FROM answer {end}"))?;
        let mut rows = statement.query(key)?;
        while let Some(row) = rows.next()? {
            let file = id(row, 0, FileId::from_slice)?;
            let frame: i64 = row.get(1)?;
            let attribute = AttributeId(row.get(2)?);
            if let Some(answer) = answer(row.get_ref(3)?.as_blob().unwrap_or_default(), file)? {
                each(AnswerRow { file, frame: u64::try_from(frame).ok(), attribute, answer });
            }
        }
        Ok(())
    }

    /// Who made the live instances of one frame and the sequences of the file, by the ids under which they are shown.
    pub fn authors_at(&self, file: FileId, frame: u64) -> Result<HashMap<InstanceId, String>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT instance.id, op.user FROM instance JOIN op ON op.n = instance.op
             WHERE file = (SELECT n FROM file WHERE id = ?1) AND frame = ?2 AND deleted = 0 AND sequence IS NULL
             UNION ALL SELECT sequence.id, op.user FROM sequence JOIN op ON op.n = sequence.op
             WHERE file = (SELECT n FROM file WHERE id = ?1) AND deleted = 0",
        )?;
        let mut rows = statement.query(params![file.as_bytes(), frame])?;
        let mut authors = HashMap::new();
        while let Some(row) = rows.next()? {
            authors.insert(id(row, 0, InstanceId::from_slice)?, row.get(1)?);
        }
        Ok(authors)
    }

    /// Frames of a file that hold live instances, with their number.
    pub fn annotated_frames(&self, file: FileId) -> Result<Vec<(u64, u64)>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT frame, count(*) FROM instance WHERE file = (SELECT n FROM file WHERE id = ?1) AND deleted = 0 GROUP BY frame ORDER BY frame",
        )?;
        let frames = statement.query_map([file.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(frames.collect::<Result<_, _>>()?)
    }

    /// Frames of a file with live instances that are in no sequence, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn own_frames(&self, file: FileId) -> Result<Vec<u64>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT frame FROM instance WHERE file = (SELECT n FROM file WHERE id = ?1) AND deleted = 0 AND sequence IS NULL
             ORDER BY frame",
        )?;
        let frames = statement.query_map([file.as_bytes()], |row| row.get(0))?;
        Ok(frames.collect::<Result<_, _>>()?)
    }

    /// One instance, also a deleted one.
    pub fn instance(&self, id: InstanceId) -> Result<Option<InstanceRow>, StoreError> {
        let mut statement = self.db.prepare_cached(&format!("{INSTANCE_COLUMNS} WHERE instance.id = ?1"))?;
        let mut rows = statement.query([id.as_bytes()])?;
        rows.next()?.map(instance_row).transpose()
    }

    /// Whether an instance is deleted; `None` when the log knows none of this id.
    pub fn is_deleted(&self, id: InstanceId) -> Result<Option<bool>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT deleted FROM instance WHERE id = ?1")?;
        Ok(statement.query_row([id.as_bytes()], |row| row.get(0)).optional()?)
    }

    /// Files that were taken out of the project.
    pub fn deleted_files(&self) -> Result<Vec<FileId>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT id FROM file WHERE deleted = 1 ORDER BY n")?;
        let mut rows = statement.query([])?;
        let mut files = Vec::new();
        while let Some(row) = rows.next()? {
            files.push(id(row, 0, FileId::from_slice)?);
        }
        Ok(files)
    }

    /// Every live instance of live files in the order in which they were made, one at a time, so that memory does not
    /// grow with their number. The closure may end it by an error of its own.
    pub fn for_each_instance<E: From<StoreError>>(&self, mut each: impl FnMut(InstanceRow) -> Result<(), E>) -> Result<(), E> {
        let mut run = || -> Result<Result<(), E>, StoreError> {
            let mut statement = self
                .db
                .prepare_cached(&format!("{INSTANCE_COLUMNS} WHERE instance.deleted = 0 AND file.deleted = 0 AND coalesce(sequence.deleted, 0) = 0 ORDER BY instance.n"))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if let Err(error) = each(instance_row(row)?) {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        };
        run()?
    }

    /// As [`Self::for_each_instance`] in the same order, without geometry and author.
    pub fn for_each_place<E: From<StoreError>>(&self, mut each: impl FnMut(PlaceRow<'_>) -> Result<(), E>) -> Result<(), E> {
        let mut run = || -> Result<Result<(), E>, StoreError> {
            let mut statement = self.db.prepare_cached(
                "SELECT file.id, frame, coalesce(sequence.label, instance.label), instance.extra FROM instance JOIN file ON file.n = instance.file
                 LEFT JOIN sequence ON sequence.n = instance.sequence
                 WHERE instance.deleted = 0 AND file.deleted = 0 AND coalesce(sequence.deleted, 0) = 0 ORDER BY instance.n",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let extra = row.get_ref(3)?.as_str_or_null().unwrap_or_default();
                let place = PlaceRow { file: id(row, 0, FileId::from_slice)?, frame: row.get(1)?, label: LabelId(row.get(2)?), extra };
                if let Err(error) = each(place) {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        };
        run()?
    }

    /// Runs `work` on one state of the project: what others write meanwhile is not seen.
    ///
    /// # Errors
    /// [`StoreError::Database`] when reading cannot begin.
    pub fn frozen<R>(&self, work: impl FnOnce(&Self) -> R) -> Result<R, StoreError> {
        let tx = self.db.unchecked_transaction()?;
        // A deferred transaction begins with its first reading.
        tx.query_row("SELECT count(*) FROM meta", [], |row| row.get::<_, i64>(0))?;
        let answer = work(self);
        tx.commit()?;
        Ok(answer)
    }

    /// Model runs and imports.
    pub fn runs(&self) -> Result<Vec<(RunId, String)>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT id, name FROM run ORDER BY op")?;
        let mut rows = statement.query([])?;
        let mut runs = Vec::new();
        while let Some(row) = rows.next()? {
            runs.push((id(row, 0, RunId::from_slice)?, row.get(1)?));
        }
        Ok(runs)
    }

    /// The log in order, one operation at a time. The closure may end it by an error of its own.
    pub fn for_each_op<E: From<StoreError>>(&self, mut each: impl FnMut(OpRow) -> Result<(), E>) -> Result<(), E> {
        let mut run = || -> Result<Result<(), E>, StoreError> {
            let mut statement = self.db.prepare_cached("SELECT bytes, id FROM op ORDER BY n")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if let Err(error) = each(OpRow { bytes: row.get(0)?, id: id(row, 1, OpId::from_slice)? }) {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        };
        run()?
    }

    /// Number of live instances of live files.
    pub fn num_instances(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM instance JOIN file ON file.n = instance.file WHERE instance.deleted = 0 AND file.deleted = 0";
        Ok(self.db.query_row(sql, [], |row| row.get(0))?)
    }
}

pub(crate) fn id<T>(row: &Row<'_>, column: usize, read: impl Fn(&[u8]) -> Option<T>) -> Result<T, StoreError> {
    let bytes = row.get_ref(column)?.as_blob().unwrap_or_default();
    read(bytes).ok_or_else(|| StoreError::Damaged { what: "an id has the wrong length".into() })
}

/// Stored geometry of an instance.
pub fn geometry(bytes: &[u8], id: InstanceId) -> Result<Geometry, StoreError> {
    Geometry::from_bytes(bytes).map_err(|error| StoreError::Damaged { what: format!("instance {id}: {error}") })
}

/// A stored answer about a file or frame.
pub fn answer(bytes: &[u8], file: FileId) -> Result<Option<Answer>, StoreError> {
    Answer::from_bytes(bytes).map_err(|error| StoreError::Damaged { what: format!("an answer about file {file}: {error}") })
}

/// Stored marks of an instance.
pub fn marks(bytes: Option<&[u8]>, id: InstanceId) -> Result<Marks, StoreError> {
    let damaged = |error| StoreError::Damaged { what: format!("the marks of instance {id}: {error}") };
    bytes.map_or_else(|| Ok(Marks::default()), |bytes| Marks::from_bytes(bytes).map_err(damaged))
}

fn file_row(row: &Row<'_>) -> Result<FileRow, StoreError> {
    let kind: String = row.get(3)?;
    let hash: Option<Vec<u8>> = row.get(8)?;
    let file = FileRecord {
        id: id(row, 0, FileId::from_slice)?,
        name: row.get(1)?,
        path: row.get(2)?,
        kind: FileKind::from_name(&kind).ok_or_else(|| StoreError::Damaged { what: format!("kind of file \"{kind}\"") })?,
        width: row.get(4)?,
        height: row.get(5)?,
        frames: row.get(6)?,
        bytes: row.get(7)?,
        hash: hash.and_then(|hash| hash.try_into().ok()),
        status: if row.get(9)? { FileStatus::Complete } else { FileStatus::Open },
        clip: clip(row, 13)?,
        camera: camera(row, 15)?,
    };
    let looked = Looked { under: row.get(10)?, ..Looked::default() };
    let work_frames = work_frames(row.get_ref(12)?.as_blob().ok(), file.id)?;
    Ok(FileRow { file, num_instances: row.get(11)?, looked, work_frames })
}

fn clip(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Clip>> {
    let Some(of) = row.get_ref(column)?.as_blob().ok().and_then(FileId::from_slice) else { return Ok(None) };
    Ok(Some(Clip { of, first: row.get(column + 1)? }))
}

fn camera(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Camera>> {
    let Some(clock) = row.get_ref(column)?.as_blob().ok().and_then(FileId::from_slice) else { return Ok(None) };
    Ok(Some(Camera { clock, offset_us: row.get(column + 1)? }))
}

/// The clip and the cameras that a file is part of; of an unknown file, none.
pub(crate) fn clip_and_camera(db: &Connection, file: FileId) -> Result<(Option<Clip>, Option<Camera>), StoreError> {
    let mut statement = db.prepare_cached("SELECT clip_of, clip_first, clock, clock_offset FROM file WHERE id = ?1")?;
    Ok(statement.query_row([file.as_bytes()], |row| Ok((clip(row, 0)?, camera(row, 2)?))).optional()?.unwrap_or_default())
}

fn work_frames(bytes: Option<&[u8]>, file: FileId) -> Result<WorkFrames, StoreError> {
    let damaged = |error| StoreError::Damaged { what: format!("the work frames of file {file}: {error}") };
    let read = bytes.map(|bytes| WorkFrames::from_bytes(bytes).map_err(damaged)).transpose()?;
    Ok(read.flatten().unwrap_or_default())
}

/// Which frames of a file are annotated.
pub(crate) fn work_frames_of(db: &Connection, file: FileId) -> Result<WorkFrames, StoreError> {
    let mut statement = db.prepare_cached("SELECT work_frames FROM file WHERE id = ?1")?;
    let bytes: Option<Vec<u8>> = statement.query_row([file.as_bytes()], |row| row.get(0)).optional()?.flatten();
    work_frames(bytes.as_deref(), file)
}

/// A keyframe out of the columns of [`Project::sequences`].
pub(crate) fn keyframe(row: &Row<'_>, file: FileId) -> Result<Instance, StoreError> {
    let instance_id = id(row, 0, InstanceId::from_slice)?;
    let run: Option<Vec<u8>> = row.get(5)?;
    Ok(Instance {
        id: instance_id,
        file,
        frame: row.get(1)?,
        label: LabelId(row.get(2)?),
        geometry: geometry(row.get_ref(3)?.as_blob().unwrap_or_default(), instance_id)?,
        marks: marks(row.get_ref(4)?.as_blob().ok(), instance_id)?,
        run: run.and_then(|run| RunId::from_slice(&run)),
        confidence: row.get(6)?,
        extra: row.get(7)?,
        member: crate::sequences::member(row, 8)?,
    })
}

fn instance_row(row: &Row<'_>) -> Result<InstanceRow, StoreError> {
    let instance_id = id(row, 0, InstanceId::from_slice)?;
    let run: Option<Vec<u8>> = row.get(6)?;
    let instance = Instance {
        id: instance_id,
        file: id(row, 1, FileId::from_slice)?,
        frame: row.get(2)?,
        label: LabelId(row.get(3)?),
        geometry: geometry(row.get_ref(4)?.as_blob().unwrap_or_default(), instance_id)?,
        marks: marks(row.get_ref(5)?.as_blob().ok(), instance_id)?,
        run: run.and_then(|run| RunId::from_slice(&run)),
        confidence: row.get(7)?,
        extra: row.get(8)?,
        member: crate::sequences::member(row, 12)?,
    };
    Ok(InstanceRow { instance, author: row.get(9)?, created: row.get(10)?, op: id(row, 11, OpId::from_slice)? })
}

impl Project {
    /// A file with this content hash, if there is one.
    pub fn file_with_hash(&self, hash: &[u8; 32]) -> Result<Option<FileId>, StoreError> {
        let found: Option<Vec<u8>> =
            self.db.query_row("SELECT id FROM file WHERE hash = ?1 AND deleted = 0 LIMIT 1", [&hash[..]], |row| row.get(0)).optional()?;
        Ok(found.and_then(|id| FileId::from_slice(&id)))
    }
}
