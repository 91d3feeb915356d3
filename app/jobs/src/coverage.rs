//! For each label and each version of the schema: how many files were looked through.

use limn_core::{FileStatus, LabelId, Progress};
use limn_store::{Project, StoreError};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How far the files of a project were looked through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaCoverage {
    /// The version in force.
    pub version: u64,
    /// Files in all.
    pub files: u64,
    /// Files that nobody called complete.
    pub open: u64,
    /// Files that are complete for every label of the version in force.
    pub complete: u64,
    /// Files that are complete, but labels came later.
    pub behind: u64,
    /// Files that are complete under a version that nobody knows.
    pub unknown: u64,
    /// By version, oldest first: those under which files are complete.
    pub versions: Vec<VersionCoverage>,
    /// Every label that is offered, in the schema's order.
    pub labels: Vec<LabelCoverage>,
}

/// Files that are complete under one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionCoverage {
    /// Its number.
    pub version: u64,
    /// How many.
    pub files: u64,
    /// Labels that are offered now and were not then.
    pub missing: Vec<LabelId>,
}

/// Files by one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelCoverage {
    /// The label.
    pub label: LabelId,
    /// Files that were looked through for it.
    pub complete_for: u64,
    /// Files that hold instances of it, looked through or not.
    pub with_instances: u64,
    /// Files that were looked through for it and hold none.
    pub absent: u64,
    /// Files that are complete but were not looked through for it: what it takes a second look at.
    pub not_looked_for: u64,
    /// Files that are said to lack it and hold instances of it: one of both is wrong.
    pub contradicted: u64,
}

/// Looks through all files and instances.
///
/// # Errors
/// The database cannot be read, or is damaged.
pub fn schema_coverage(project: &Project) -> Result<SchemaCoverage, StoreError> {
    let rows = project.files()?;
    let numbers: HashMap<_, _> = rows.iter().enumerate().map(|(at, row)| (row.file.id, at)).collect();
    let mut there: HashSet<(usize, LabelId)> = HashSet::new();
    project.for_each_place(|place| {
        there.extend(numbers.get(&place.file).map(|at| (*at, place.label)));
        Ok::<_, StoreError>(())
    })?;
    let mut coverage = SchemaCoverage { version: project.schema_number()?, files: rows.len() as u64, ..SchemaCoverage::default() };
    let mut versions: BTreeMap<u64, u64> = BTreeMap::new();
    for row in &rows {
        let count = match row.looked.progress(row.file.status) {
            Progress::Open => &mut coverage.open,
            Progress::Complete => &mut coverage.complete,
            Progress::Behind => &mut coverage.behind,
            Progress::Unknown => &mut coverage.unknown,
        };
        *count += 1;
        if let Some(under) = row.looked.under.filter(|_| row.file.status == FileStatus::Complete) {
            *versions.entry(under).or_default() += 1;
        }
    }
    for (version, files) in versions {
        coverage.versions.push(VersionCoverage { version, files, missing: project.labels_since(version)?.unwrap_or_default() });
    }
    for label in project.schema().offered() {
        let mut of = LabelCoverage { label: label.id, complete_for: 0, with_instances: 0, absent: 0, not_looked_for: 0, contradicted: 0 };
        for (at, row) in rows.iter().enumerate() {
            let (status, looked) = (row.file.status, &row.looked);
            let (is_there, is_looked_for) = (there.contains(&(at, label.id)), looked.has_looked_for(status, label.id));
            of.complete_for += u64::from(is_looked_for);
            of.with_instances += u64::from(is_there);
            of.absent += u64::from(is_looked_for && !is_there);
            of.not_looked_for += u64::from(status == FileStatus::Complete && !is_looked_for);
            of.contradicted += u64::from(is_there && looked.absent.contains(&label.id));
        }
        coverage.labels.push(of);
    }
    Ok(coverage)
}
