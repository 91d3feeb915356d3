//! What happened: every version of an instance, and every step on a file.

use crate::error::StoreError;
use crate::project::Project;
use limn_core::log::{Change, InstanceSet, Op};
use limn_core::sequence::Member;
use limn_core::{FileId, Instance, InstanceId, RunId, SequenceId, Sequences};
use rusqlite::{OptionalExtension as _, params};
use std::borrow::Cow;

/// An instance as one operation left it.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// What was done ("Move", "Undo Move").
    pub title: String,
    /// Who did it.
    pub user: String,
    /// When, in milliseconds since 1970 by that person's clock.
    pub wall: i64,
    /// The model run or import that it came from.
    pub run: Option<RunId>,
    /// Names of the registers that it set; none for the first version.
    pub registers: Vec<Cow<'static, str>>,
    /// The instance after it.
    pub instance: Instance,
    /// Whether the instance was deleted after it.
    pub deleted: bool,
}

/// A step on a file: what one undo takes back.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRow {
    /// What was done.
    pub title: String,
    /// Who did it.
    pub user: String,
    /// When, in milliseconds since 1970 by that person's clock.
    pub wall: i64,
    /// 0-based frame.
    pub frame: u64,
    /// Whether it was taken back.
    pub undone: bool,
    /// Changes of its first operation.
    pub changes: Vec<Change>,
}

impl Project {
    /// The versions of an instance, oldest first; none when the log does not know it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn versions(&self, id: InstanceId) -> Result<Vec<Version>, StoreError> {
        let sql = "SELECT op.bytes FROM op WHERE n IN (SELECT op FROM instance WHERE id = ?1 UNION SELECT op FROM edit WHERE entity = ?1) ORDER BY n";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([id.as_bytes()])?;
        let mut versions: Vec<Version> = Vec::new();
        while let Some(row) = rows.next()? {
            let Ok(op) = Op::from_bytes(row.get_ref(0)?.as_blob().unwrap_or_default()) else { continue };
            if let Some(next) = next_version(versions.last(), id, op) {
                versions.push(next);
            }
        }
        Ok(versions)
    }

    /// The row in the log of the operation that touched an instance last, or the sequence that it is part of.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn newest_op_of(&self, id: InstanceId, sequence: Option<SequenceId>) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT max(op) FROM (SELECT op FROM instance WHERE id = ?1 UNION ALL SELECT op FROM edit WHERE entity IN (?1, ?2)
            UNION ALL SELECT op FROM sequence WHERE id = ?2)";
        let key = params![id.as_bytes(), sequence.as_ref().map(|sequence| sequence.as_bytes())];
        Ok(self.db.prepare_cached(sql)?.query_row(key, |row| row.get(0))?)
    }

    /// The version of the schema that was in force where an operation was made; `None` when nobody knows.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn schema_of_op(&self, row: i64) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT bytes FROM op WHERE n = ?1";
        let bytes: Option<Vec<u8>> = self.db.prepare_cached(sql)?.query_row([row], |row| row.get(0)).optional()?;
        let Some(hash) = bytes.and_then(|bytes| Op::from_bytes(&bytes).ok()?.schema) else { return Ok(None) };
        Ok(self.db.prepare_cached("SELECT min(number) FROM schema WHERE hash = ?1")?.query_row([&hash[..]], |row| row.get(0))?)
    }

    /// What a part of a sequence was at a frame after each operation that touched it, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn versions_at(&self, member: Member, frame: u64) -> Result<Vec<Version>, StoreError> {
        let sql = "SELECT op.bytes FROM op WHERE n IN (
            SELECT op FROM sequence WHERE id = ?1 UNION SELECT op FROM edit WHERE entity = ?1
            UNION SELECT instance.op FROM instance JOIN sequence ON sequence.n = instance.sequence WHERE sequence.id = ?1
            UNION SELECT edit.op FROM edit JOIN instance ON instance.id = edit.entity JOIN sequence ON sequence.n = instance.sequence
                WHERE sequence.id = ?1) ORDER BY n";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([member.sequence.as_bytes()])?;
        let (mut past, mut file, mut versions) = (Sequences::default(), None, Vec::<Version>::new());
        let mut gone: Vec<Instance> = Vec::new();
        while let Some(row) = rows.next()? {
            let Ok(op) = Op::from_bytes(row.get_ref(0)?.as_blob().unwrap_or_default()) else { continue };
            let mut registers = Vec::new();
            for change in op.body.changes {
                match &change {
                    Change::SequenceAdd(sequence) if sequence.id == member.sequence => file = Some(sequence.file),
                    Change::SequenceAdd(_) => continue,
                    Change::SequenceSet { id, set } if *id == member.sequence => registers.push(set.register()),
                    Change::InstanceSet { id, set } => {
                        // The fold forgets a deleted keyframe, and it may come back.
                        let keyframe = past.get(member.sequence).and_then(|track| track.instance(*id));
                        let is_back = *set == InstanceSet::Deleted(false);
                        if let Some(at) = gone.iter().position(|other| other.id == *id).filter(|_| is_back) {
                            let again = Change::InstanceAdd(Box::new(gone.swap_remove(at)));
                            file.map(|file| past.apply(file, &again));
                        } else if keyframe.is_some() {
                            registers.push(set.register());
                            gone.extend(keyframe.filter(|_| *set == InstanceSet::Deleted(true)));
                        }
                    }
                    _ => {}
                }
                if let Some(file) = file {
                    past.apply(file, &change);
                }
            }
            let now = past.state(member, frame).map(|shown| shown.instance);
            let deleted = now.as_ref().is_none_or(|instance| instance.marks.outside);
            let Some(instance) = now.or_else(|| versions.last().map(|version| version.instance.clone())) else { continue };
            let is_same = versions.last().is_some_and(|last| last.instance == instance && last.deleted == deleted);
            if !is_same {
                let run = instance.run;
                versions.push(Version { title: op.body.title, user: op.user, wall: op.wall, run, registers, instance, deleted });
            }
        }
        Ok(versions)
    }

    /// The last `limit` steps on a file, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn steps_on(&self, file: FileId, limit: u32) -> Result<Vec<StepRow>, StoreError> {
        let sql = "SELECT step.title, op.user, op.wall, step.frame, step.state, op.bytes FROM step
            JOIN op ON op.device = step.device AND op.seq = step.first WHERE step.file = ?1 ORDER BY op.n DESC LIMIT ?2";
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(params![file.as_bytes(), limit], |row| {
            let op = Op::from_bytes(row.get_ref(5)?.as_blob().unwrap_or_default());
            Ok(StepRow {
                title: row.get(0)?,
                user: row.get(1)?,
                wall: row.get(2)?,
                frame: row.get::<_, Option<u64>>(3)?.unwrap_or(0),
                undone: row.get::<_, i64>(4)? != crate::apply::DONE,
                changes: op.map(|op| op.body.changes).unwrap_or_default(),
            })
        })?;
        let mut steps: Vec<StepRow> = rows.collect::<Result<_, _>>()?;
        steps.reverse();
        Ok(steps)
    }
}

/// The version that an operation makes of the one before.
fn next_version(before: Option<&Version>, id: InstanceId, op: Op) -> Option<Version> {
    let mut version = before.cloned();
    let mut registers = Vec::new();
    for change in op.body.changes {
        match change {
            Change::InstanceAdd(instance) if instance.id == id && version.is_none() => {
                let (title, user, run) = (op.body.title.clone(), op.user.clone(), instance.run);
                version = Some(Version { title, user, wall: op.wall, run, registers: Vec::new(), instance: *instance, deleted: false });
            }
            Change::InstanceSet { id: other, set } if other == id => {
                let version = version.as_mut()?;
                registers.push(set.register());
                match set {
                    InstanceSet::Label(label) => version.instance.label = label,
                    InstanceSet::Geometry(geometry) => version.instance.geometry = geometry,
                    InstanceSet::Mark(mark) => drop(version.instance.marks.set(mark)),
                    InstanceSet::Member(member) => version.instance.member = member,
                    InstanceSet::Frame(frame) => version.instance.frame = frame,
                    InstanceSet::Deleted(deleted) => version.deleted = deleted,
                }
            }
            _ => {}
        }
    }
    let mut version = version?;
    (version.title, version.user, version.wall, version.registers) = (op.body.title, op.user, op.wall, registers);
    Some(version)
}
