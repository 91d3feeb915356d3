//! Opening a project and appending to its log.

use crate::apply::{self, Applied};
use crate::error::StoreError;
use crate::identity::Identity;
use crate::lock::WriterLock;
use crate::tables;
use limn_core::log::{Change, FileSet, Gesture, Op, OpBody, UndoLink, kind};
use limn_core::looked::IN_FORCE;
use limn_core::{EventId, FileId, InstanceId, IssueId, OpId, ProjectId, Schema, SequenceId};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior, params};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What a project folder's name ends in.
pub const PROJECT_SUFFIX: &str = "limn";

/// Whether a project is opened to change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Takes the writer's lock.
    Write,
    /// Changes nothing and takes no lock, so that it works beside a writer.
    Read,
}

/// An open project.
#[derive(Debug)]
pub struct Project {
    pub(crate) dir: PathBuf,
    pub(crate) db: Connection,
    id: ProjectId,
    identity: Identity,
    head: Head,
    schema: Schema,
    access: Access,
    _lock: Option<WriterLock>,
}

/// The end of this device's chain.
#[derive(Clone, Debug, Default)]
struct Head {
    seq: u64,
    id: Option<OpId>,
    lamport: u64,
    schema: Option<[u8; 32]>,
}

/// An operation that is on the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Committed {
    /// Its number in this device's chain.
    pub seq: u64,
    /// Its name.
    pub id: OpId,
}

impl Project {
    /// Makes a project folder. The schema becomes version 1.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when something stands there; [`StoreError::Io`] when it cannot be written.
    pub fn create(dir: &Path, name: &str, schema: &Schema, identity: Identity) -> Result<Self, StoreError> {
        if dir.exists() {
            return Err(StoreError::Exists { path: dir.to_owned() });
        }
        let io = |source| StoreError::Io { action: "make the folder", path: dir.to_owned(), source };
        std::fs::create_dir_all(dir).map_err(io)?;
        let lock = WriterLock::take(dir)?;
        let mut random = [0; 10];
        getrandom::fill(&mut random).map_err(|error| io(error.into()))?;
        let id = ProjectId::from_parts(now_millis() as u64, random);
        let db = Connection::open(dir.join("project.db"))?;
        // Must come before WAL; 8 KiB pages write fewer of them for a bulk import.
        db.pragma_update(None, "page_size", 8192)?;
        tables::configure(&db, true)?;
        let tx = db.unchecked_transaction()?;
        tables::create(&tx)?;
        tx.execute("INSERT INTO meta VALUES ('project', ?1)", [id.as_bytes()])?;
        tx.commit()?;
        let mut project = Self {
            dir: dir.to_owned(),
            db,
            id,
            identity,
            head: Head::default(),
            schema: Schema::default(),
            access: Access::Write,
            _lock: Some(lock),
        };
        project.commit(Gesture {
            kind: kind::PROJECT,
            title: "Make project".into(),
            target: None,
            changes: vec![Change::ProjectName(name.to_owned())],
        })?;
        project.publish_schema(schema)?;
        Ok(project)
    }

    /// Opens a project folder.
    ///
    /// # Errors
    /// [`StoreError::NotAProject`], [`StoreError::Newer`], [`StoreError::Locked`], [`StoreError::Damaged`].
    pub fn open(dir: &Path, identity: Identity, access: Access) -> Result<Self, StoreError> {
        let path = dir.join("project.db");
        if !path.is_file() {
            return Err(StoreError::NotAProject { path: dir.to_owned() });
        }
        let lock = match access {
            Access::Write => Some(WriterLock::take(dir)?),
            Access::Read => None,
        };
        let db = open_database(&path, access)?;
        let found: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let application: i64 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
        if application != tables::APPLICATION {
            return Err(StoreError::NotAProject { path: dir.to_owned() });
        }
        // Of an older one only the views differ: they are built as they are now, in the file or, to read it only, aside.
        if !(tables::FIRST_FORMAT..=tables::FORMAT).contains(&found) {
            return Err(StoreError::Newer { found, known: tables::FORMAT });
        }
        tables::configure(&db, access == Access::Write)?;
        match access {
            _ if found == tables::FORMAT => {}
            Access::Write => crate::verify::renew_views(&db)?,
            Access::Read => crate::verify::views_aside(&db)?,
        }
        let id: Vec<u8> = db.query_row("SELECT value FROM meta WHERE key = 'project'", [], |row| row.get(0))?;
        let id = ProjectId::from_slice(&id).ok_or_else(|| StoreError::Damaged { what: "the project's id".into() })?;
        let mut project =
            Self { dir: dir.to_owned(), db, id, identity, head: Head::default(), schema: Schema::default(), access, _lock: lock };
        project.read_head()?;
        Ok(project)
    }

    /// A project over another database that holds views as of some position (see [`Self::at_snapshot`]).
    pub(crate) fn with_database(&self, db: Connection) -> Result<Self, StoreError> {
        let mut project = Self {
            dir: self.dir.clone(),
            db,
            id: self.id,
            identity: self.identity.clone(),
            head: Head::default(),
            schema: Schema::default(),
            access: Access::Read,
            _lock: None,
        };
        project.read_schema()?;
        Ok(project)
    }

    fn read_head(&mut self) -> Result<(), StoreError> {
        let head = self
            .db
            .query_row(
                "SELECT seq, id, lamport FROM op WHERE device = ?1 ORDER BY seq DESC LIMIT 1",
                [&self.identity.device.0[..]],
                |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?, row.get(2)?)),
            )
            .optional()?;
        if let Some((seq, id, lamport)) = head {
            let id = OpId::from_slice(&id).ok_or_else(|| StoreError::Damaged { what: format!("the hash of operation {seq}") })?;
            self.head = Head { seq, id: Some(id), lamport, schema: None };
        }
        self.read_schema()
    }

    fn read_schema(&mut self) -> Result<(), StoreError> {
        let document: Option<String> =
            self.db.query_row("SELECT document FROM schema ORDER BY number DESC LIMIT 1", [], |row| row.get(0)).optional()?;
        if let Some(document) = document {
            self.schema = Schema::from_document(&document).map_err(|error| StoreError::Damaged { what: format!("the schema: {error}") })?;
            self.head.schema = Some(*blake3::hash(document.as_bytes()).as_bytes());
        }
        Ok(())
    }

    /// The project folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The project's identity.
    pub fn id(&self) -> ProjectId {
        self.id
    }

    /// Whether it may be changed.
    pub fn access(&self) -> Access {
        self.access
    }

    /// Who writes here.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The schema in force.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The version of the schema before the one in force; none when it is the first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn schema_before(&self) -> Result<Option<Schema>, StoreError> {
        let sql = "SELECT document FROM schema ORDER BY number DESC LIMIT 1 OFFSET 1";
        let document: Option<String> = self.db.query_row(sql, [], |row| row.get(0)).optional()?;
        let read = |document: String| {
            Schema::from_document(&document).map_err(|error| StoreError::Damaged { what: format!("the schema before: {error}") })
        };
        document.map(read).transpose()
    }

    /// The project's name.
    pub fn name(&self) -> Result<String, StoreError> {
        Ok(self.db.query_row("SELECT name FROM project", [], |row| row.get(0)).optional()?.unwrap_or_default())
    }

    /// Number of this device's last operation.
    pub fn last_seq(&self) -> u64 {
        self.head.seq
    }

    /// Publishes a schema as the next version; nothing is written when it is the one in force.
    pub fn publish_schema(&mut self, schema: &Schema) -> Result<(), StoreError> {
        let document = schema.to_document();
        if self.head.schema == Some(schema.hash()) {
            return Ok(());
        }
        let change = Change::SchemaPublish { number: 0, document };
        self.commit(Gesture { kind: kind::SCHEMA, title: "Publish schema".into(), target: None, changes: vec![change] })?;
        Ok(())
    }

    /// Appends one gesture as one operation in one transaction. When this returns `Ok`, it is on the disk.
    ///
    /// # Errors
    /// Nothing is written on any error.
    pub fn commit(&mut self, gesture: Gesture) -> Result<Committed, StoreError> {
        let mut committed = self.commit_linked(vec![gesture], UndoLink::None)?;
        committed.pop().ok_or(StoreError::Refused("it holds nothing".into()))
    }

    /// Appends several gestures in one transaction that are undone as one step (a stretch of an import). `group` is the
    /// first sequence number of the step when earlier calls have begun it; the answer's first number begins a new one.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the step was undone meanwhile: the rest of it would have nothing to stand on.
    pub fn commit_bulk(&mut self, gestures: Vec<Gesture>, group: Option<u64>) -> Result<Vec<Committed>, StoreError> {
        if let Some(first) = group {
            let sql = "SELECT 1 FROM step WHERE device = ?1 AND first = ?2 AND state = 0";
            let step = params![&self.identity.device.0[..], first];
            if self.db.prepare_cached(sql)?.query_row(step, |_| Ok(())).optional()?.is_none() {
                return Err(StoreError::Refused("it belongs to a step that was undone while it was still being written".into()));
            }
        }
        self.commit_all(gestures, UndoLink::None, Some(group))
    }

    pub(crate) fn commit_linked(&mut self, gestures: Vec<Gesture>, link: UndoLink) -> Result<Vec<Committed>, StoreError> {
        let group = (gestures.len() > 1).then_some(None);
        self.commit_all(gestures, link, group)
    }

    fn commit_all(&mut self, gestures: Vec<Gesture>, link: UndoLink, group: Option<Option<u64>>) -> Result<Vec<Committed>, StoreError> {
        if self.access == Access::Read {
            return Err(StoreError::ReadOnly);
        }
        let mut head = self.head.clone();
        let mut committed = Vec::with_capacity(gestures.len());
        let mut schema_changed = false;
        // IMMEDIATE: the lock is taken before anything is read, so a second writer cannot slip between.
        let tx = rusqlite::Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let group = group.map(|begun| begun.unwrap_or(head.seq + 1));
        for mut gesture in gestures {
            number_schemas(&tx, &mut gesture.changes)?;
            number_complete(&tx, &mut gesture.changes)?;
            schema_changed |= gesture.changes.iter().any(|change| matches!(change, Change::SchemaPublish { .. }));
            let (base, base_lamport) = base_of(&tx, &gesture.changes)?;
            let op = Op {
                project: self.id,
                device: self.identity.device,
                seq: head.seq + 1,
                prev: head.id,
                lamport: 1 + head.lamport.max(base_lamport),
                wall: now_millis(),
                user: self.identity.user.clone(),
                kind: gesture.kind.to_owned(),
                target: gesture.target,
                base,
                schema: head.schema,
                task: None,
                claim: None,
                body: OpBody { changes: gesture.changes, title: gesture.title, group, link },
            };
            let bytes = op.to_bytes();
            let id = OpId::of(&bytes);
            append(&tx, &op, id, &bytes)?;
            let n = tx.last_insert_rowid();
            let Applied { schema } = apply::apply(&tx, &op, n)?;
            head = Head { seq: op.seq, id: Some(id), lamport: op.lamport, schema: schema.or(head.schema) };
            committed.push(Committed { seq: op.seq, id });
        }
        tx.commit()?;
        self.head = head;
        if schema_changed {
            self.read_schema()?;
        }
        Ok(committed)
    }
}

/// Gives schema versions that come without a number (0) the next one.
fn number_schemas(db: &Connection, changes: &mut [Change]) -> Result<(), StoreError> {
    for change in changes {
        if let Change::SchemaPublish { number: number @ 0, .. } = change {
            *number = db.query_row("SELECT coalesce(max(number), 0) + 1 FROM schema", [], |row| row.get(0))?;
        }
    }
    Ok(())
}

/// Gives files and stretches that are complete under the version in force (0) its number; one that comes with the same gesture is that.
fn number_complete(db: &Connection, changes: &mut [Change]) -> Result<(), StoreError> {
    let published =
        changes.iter().filter_map(|change| if let Change::SchemaPublish { number, .. } = change { Some(*number) } else { None });
    let published = published.max();
    for change in changes {
        if let Change::FileSet {
            set: FileSet::CompleteUnder(Some(number @ IN_FORCE)) | FileSet::Stretch { looked: Some((_, number @ IN_FORCE)), .. },
            ..
        } = change
        {
            *number = match published {
                Some(published) => published,
                None => db.query_row("SELECT coalesce(max(number), 0) FROM schema", [], |row| row.get(0))?,
            };
        }
    }
    Ok(())
}

fn append(db: &Connection, op: &Op, id: OpId, bytes: &[u8]) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO op (device, seq, id, lamport, wall, user, kind, title, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![&op.device.0[..], op.seq, &id.0[..], op.lamport, op.wall, op.user, op.kind, op.body.title, bytes])?;
    Ok(())
}

/// The operations that last wrote the registers which these changes write, and the largest of their lamports.
fn base_of(db: &Connection, changes: &[Change]) -> Result<(Vec<OpId>, u64), StoreError> {
    let mut base = Vec::new();
    let mut lamport = 0;
    let mut statement = db.prepare_cached(
        "SELECT op.id, op.lamport FROM op WHERE n = coalesce(
            (SELECT op FROM register WHERE entity = ?1 AND name = ?2),
            (SELECT op FROM instance WHERE id = ?1), (SELECT op FROM file WHERE id = ?1), (SELECT op FROM sequence WHERE id = ?1),
            (SELECT op FROM event WHERE id = ?1), (SELECT op FROM issue WHERE id = ?1))",
    )?;
    // What is set of a file that comes with the same operation has no writer before it.
    let added = changes.iter().filter_map(|change| if let Change::FileAdd(file) = change { Some(file.id) } else { None });
    let added: HashSet<FileId> = added.collect();
    for change in changes {
        let (entity, register): (&[u8; 16], _) = match change {
            Change::FileSet { id, .. } if added.contains(id) => continue,
            Change::InstanceSet { id, set } => (InstanceId::as_bytes(id), set.register()),
            Change::FileSet { id, set } => (FileId::as_bytes(id), set.register()),
            Change::SequenceSet { id, set } => (SequenceId::as_bytes(id), set.register()),
            Change::EventSet { id, set } => (EventId::as_bytes(id), set.register()),
            Change::IssueSet { id, set } => (IssueId::as_bytes(id), set.register()),
            _ => continue,
        };
        let found =
            statement.query_row(params![entity, register], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, u64>(1)?))).optional()?;
        let Some((id, seen)) = found else {
            return Err(StoreError::Refused(format!("nothing here has the id {}", limn_core::ids::hex(entity))));
        };
        let id = OpId::from_slice(&id).ok_or_else(|| StoreError::Damaged { what: "the hash of an operation".into() })?;
        lamport = lamport.max(seen);
        if !base.contains(&id) {
            base.push(id);
        }
    }
    base.sort_unstable();
    Ok((base, lamport))
}

fn open_database(path: &Path, access: Access) -> Result<Connection, StoreError> {
    let flags = match access {
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let readable = db.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0));
    match (readable, access) {
        (Ok(_), _) => Ok(db),
        (Err(error), Access::Read) if error.sqlite_error_code() != Some(rusqlite::ErrorCode::NotADatabase) => {
            // A WAL database needs a writable folder even to be read; on a read-only medium nobody else can be writing,
            // so it may be read as it lies.
            let text = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            let uri = format!("file:{text}?immutable=1");
            Ok(Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX)?)
        }
        (Err(error), _) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
            Err(StoreError::NotAProject { path: path.parent().unwrap_or(path).to_owned() })
        }
        (Err(error), _) => Err(error.into()),
    }
}

/// Milliseconds since 1970 by this machine's clock: shown and used in ids, never to decide.
pub fn now_millis() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
