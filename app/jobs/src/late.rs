//! Work that arrived after a migration and is still as the version before it had it: from another window or device that had not
//! seen it yet. It is counted, and goes the same way as one step.

use crate::cx::JobCx;
use crate::error::JobError;
use crate::migrate::{Migration, MigrationReport, Tally, write};
use limn_store::{InstanceRow, Project, StoreError};
use std::cell::RefCell;
use std::collections::HashMap;

/// Work that is still as a version had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateWork {
    /// That version.
    pub version: u64,
    /// How many instances, and the first of them.
    pub instances: Tally,
}

/// Counts what mappings that were done would change again, by the version that it is still as, the oldest first.
///
/// # Errors
/// [`JobError`].
pub fn late_work(project: &Project, cx: &mut JobCx<'_>) -> Result<Vec<LateWork>, JobError> {
    let late = project.schema().late_plan();
    if late.plan.steps.is_empty() {
        return Ok(Vec::new());
    }
    let (report, _) = Migration::again(project, &late)?.run(cx)?;
    let mut found: Vec<LateWork> = Vec::new();
    for (version, tally) in late.after.iter().zip(report.steps).filter(|(_, tally)| tally.count > 0) {
        match found.iter_mut().find(|of| of.version == *version) {
            Some(of) => of.instances.extend(tally),
            None => found.push(LateWork { version: *version, instances: tally }),
        }
    }
    found.sort_by_key(|of| of.version);
    Ok(found)
}

/// Takes it over as the mappings say: one step of undo with this title, in one transaction.
///
/// # Errors
/// [`JobError::Refused`] when there is none; nothing is written then.
pub fn take_late_over(project: &mut Project, title: &str, cx: &mut JobCx<'_>) -> Result<MigrationReport, JobError> {
    let (report, changes) = project.frozen(|project| {
        let late = project.schema().late_plan();
        Migration::again(project, &late)?.run(cx)
    })??;
    if changes.is_empty() {
        return Err(JobError::Refused("all work is as the schema in force has it already".into()));
    }
    write(project, changes, title)?;
    Ok(report)
}

/// Under which version of the schema instances were touched last.
#[derive(Debug)]
pub(crate) struct TouchedUnder<'a> {
    project: &'a Project,
    /// By the operation: one may have touched thousands.
    known: RefCell<HashMap<i64, u64>>,
}

impl<'a> TouchedUnder<'a> {
    pub(crate) fn new(project: &'a Project) -> Self {
        Self { project, known: RefCell::default() }
    }

    /// The version; 0 where nobody knows.
    pub(crate) fn version(&self, row: &InstanceRow) -> Result<u64, StoreError> {
        let sequence = row.instance.member.map(|member| member.sequence);
        let Some(op) = self.project.newest_op_of(row.instance.id, sequence)? else { return Ok(0) };
        let known = self.known.borrow().get(&op).copied();
        if let Some(version) = known {
            return Ok(version);
        }
        let version = self.project.schema_of_op(op)?.unwrap_or(0);
        self.known.borrow_mut().insert(op, version);
        Ok(version)
    }
}
