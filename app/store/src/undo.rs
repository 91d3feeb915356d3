//! Undo and redo: new operations with the inverse changes of an earlier step of this device. The steps are a view of the
//! log, so that undo goes on where it was after a restart.

use crate::apply::{DONE, UNDONE};
use crate::error::StoreError;
use crate::project::Project;
use limn_core::event::EventSet;
use limn_core::issue::IssueSet;
use limn_core::log::{Change, FileSet, Gesture, InstanceSet, Op, UndoLink, changes_from_bytes, kind};
use limn_core::sequence::SequenceSet;
use limn_core::{EventId, FileId, InstanceId, IssueId, SequenceId};
use rusqlite::{OptionalExtension as _, params};

/// What an undo or redo did.
#[derive(Clone, Debug, PartialEq)]
pub struct Undone {
    /// The step's title ("Draw box").
    pub title: String,
    /// What to show: restored instances come as [`Change::InstanceAdd`].
    pub changes: Vec<Change>,
    /// File and frame where it happened.
    pub place: Option<(FileId, u64)>,
    /// The new operation's number.
    pub seq: u64,
}

struct Step {
    first: u64,
    last: u64,
    title: String,
    place: Option<(FileId, u64)>,
}

impl Project {
    /// Takes back the last step of this device that is not taken back yet; `None` when there is none.
    ///
    /// # Errors
    /// As [`Project::commit`].
    pub fn undo(&mut self) -> Result<Option<Undone>, StoreError> {
        let Some(step) = self
            .step("SELECT first, last, title, file, frame FROM step WHERE device = ?1 AND state = ?2 ORDER BY first DESC LIMIT 1", DONE)?
        else {
            return Ok(None);
        };
        let mut gestures = Vec::new();
        for seq in (step.first..=step.last).rev() {
            let Some(op) = self.op_of_step(seq, &step)? else { continue };
            let changes = self.inverse_of(op)?;
            gestures.push(self.gesture(kind::UNDO, format!("Undo {}", step.title), &step, changes));
        }
        let link = UndoLink::Undoes(step.first);
        self.run_step(step, gestures, link).map(Some)
    }

    /// Does the step that was last taken back again; `None` when there is none or a new gesture came between.
    ///
    /// # Errors
    /// As [`Project::commit`].
    pub fn redo(&mut self) -> Result<Option<Undone>, StoreError> {
        let Some(step) =
            self.step("SELECT first, last, title, file, frame FROM step WHERE device = ?1 AND state = ?2 ORDER BY first LIMIT 1", UNDONE)?
        else {
            return Ok(None);
        };
        let mut gestures = Vec::new();
        for seq in step.first..=step.last {
            let Some(op) = self.op_of_step(seq, &step)? else { continue };
            let changes = op.body.changes.into_iter().filter_map(again).collect();
            gestures.push(self.gesture(kind::REDO, format!("Redo {}", step.title), &step, changes));
        }
        let link = UndoLink::Redoes(step.first);
        self.run_step(step, gestures, link).map(Some)
    }

    fn run_step(&mut self, step: Step, gestures: Vec<Gesture>, link: UndoLink) -> Result<Undone, StoreError> {
        let changes: Vec<Change> = gestures.iter().flat_map(|gesture| gesture.changes.iter().cloned()).collect();
        let committed = self.commit_linked(gestures, link)?;
        let mut shown = Vec::with_capacity(changes.len());
        for change in changes {
            let Change::InstanceSet { id, set } = &change else {
                shown.push(change);
                continue;
            };
            // What comes from somewhere else is shown whole.
            let is_restored = matches!(set, InstanceSet::Deleted(false) | InstanceSet::Frame(_));
            match self.instance(*id)? {
                // A keyframe comes whole, so that nobody has to look for the sequence that it is in.
                Some(row) if is_restored || row.instance.member.is_some() => shown.push(Change::InstanceAdd(Box::new(row.instance))),
                _ => {}
            }
            if *set != InstanceSet::Deleted(false) {
                shown.push(change);
            }
        }
        Ok(Undone { title: step.title, changes: shown, place: step.place, seq: committed.last().map_or(0, |last| last.seq) })
    }

    fn gesture(&self, kind: &'static str, title: String, step: &Step, changes: Vec<Change>) -> Gesture {
        Gesture { kind, title, target: step.place.map(|(file, _)| file.0), changes }
    }

    fn step(&self, query: &str, state: i64) -> Result<Option<Step>, StoreError> {
        let step = self.db.query_row(query, params![&self.identity().device.0[..], state], |row| {
            let file: Option<Vec<u8>> = row.get(3)?;
            let frame: Option<u64> = row.get(4)?;
            let place = file.and_then(|file| FileId::from_slice(&file)).zip(frame);
            Ok(Step { first: row.get(0)?, last: row.get(1)?, title: row.get(2)?, place })
        });
        Ok(step.optional()?)
    }

    fn own_op(&self, seq: u64) -> Result<Op, StoreError> {
        let bytes: Vec<u8> = self
            .db
            .prepare_cached("SELECT bytes FROM op WHERE device = ?1 AND seq = ?2")?
            .query_row(params![&self.identity().device.0[..], seq], |row| row.get(0))?;
        Op::from_bytes(&bytes).map_err(|error| StoreError::Damaged { what: format!("operation {seq}: {error}") })
    }

    /// An operation between a step's first and last, if it belongs to the step: gestures that a person made while an
    /// import ran stand among its operations.
    fn op_of_step(&self, seq: u64, step: &Step) -> Result<Option<Op>, StoreError> {
        let op = self.own_op(seq)?;
        let is_own = op.body.link == UndoLink::None && op.body.group.unwrap_or(op.seq) == step.first;
        Ok(is_own.then_some(op))
    }

    /// The changes that take an operation back, last change first.
    fn inverse_of(&self, op: Op) -> Result<Vec<Change>, StoreError> {
        let seq = op.seq;
        let query = "SELECT changes FROM inverse WHERE device = ?1 AND seq = ?2";
        let stored: Option<Vec<u8>> = self.db.query_row(query, params![&op.device.0[..], seq], |row| row.get(0)).optional()?;
        let damaged = |error| StoreError::Damaged { what: format!("the inverse of operation {seq}: {error}") };
        let old = stored.map_or_else(|| Ok(Vec::new()), |bytes| changes_from_bytes(&bytes).map_err(damaged))?;
        let mut inverse = old;
        for change in op.body.changes {
            match change {
                Change::InstanceAdd(instance) => inverse.push(set_deleted(instance.id, true)),
                Change::FileAdd(file) => inverse.push(Change::FileSet { id: file.id, set: FileSet::Deleted(true) }),
                Change::SequenceAdd(sequence) => inverse.push(set_sequence_deleted(sequence.id, true)),
                Change::EventAdd(event) => inverse.push(set_event_deleted(event.id, true)),
                Change::IssueAdd(issue) => inverse.push(set_issue_deleted(issue.id, true)),
                _ => {}
            }
        }
        inverse.reverse();
        Ok(inverse)
    }
}

/// A change done once more: what was added is restored, not added twice.
fn again(change: Change) -> Option<Change> {
    match change {
        Change::InstanceAdd(instance) => Some(set_deleted(instance.id, false)),
        Change::FileAdd(file) => Some(Change::FileSet { id: file.id, set: FileSet::Deleted(false) }),
        Change::SequenceAdd(sequence) => Some(set_sequence_deleted(sequence.id, false)),
        Change::EventAdd(event) => Some(set_event_deleted(event.id, false)),
        Change::IssueAdd(issue) => Some(set_issue_deleted(issue.id, false)),
        Change::SchemaPublish { document, .. } => Some(Change::SchemaPublish { number: 0, document }),
        Change::InstanceSet { .. }
        | Change::FileSet { .. }
        | Change::SequenceSet { .. }
        | Change::EventSet { .. }
        | Change::IssueSet { .. } => Some(change),
        _ => None,
    }
}

fn set_deleted(id: InstanceId, deleted: bool) -> Change {
    Change::InstanceSet { id, set: InstanceSet::Deleted(deleted) }
}

fn set_sequence_deleted(id: SequenceId, deleted: bool) -> Change {
    Change::SequenceSet { id, set: SequenceSet::Deleted(deleted) }
}

fn set_issue_deleted(id: IssueId, deleted: bool) -> Change {
    Change::IssueSet { id, set: IssueSet::Deleted(deleted) }
}

fn set_event_deleted(id: EventId, deleted: bool) -> Change {
    Change::EventSet { id, set: EventSet::Deleted(deleted) }
}
