//! For each label and each version of the schema: how many files were looked through.

use crate::cx::JobCx;
use crate::error::JobError;
use crate::late::{LateWork, late_work};
use limn_core::schema::AttributeId;
use limn_core::schema::diff::{Bearing, Difference, Happened, Piece, diff};
use limn_core::schema::touched::Touched;
use limn_core::{FileId, FileStatus, Instance, LabelId, Marks, Progress, Schema, SequenceId};
use limn_store::{FileRow, Project, StoreError};
use std::collections::hash_map::Entry;
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
    /// Files that are complete, but labels or required questions came later.
    pub behind: u64,
    /// Files that are complete under a version that nobody knows.
    pub unknown: u64,
    /// By version, oldest first: those under which files are complete.
    pub versions: Vec<VersionCoverage>,
    /// Every label that is offered, in the schema's order.
    pub labels: Vec<LabelCoverage>,
    /// Instances that arrived after a migration and are still as the version before it had them, by that version.
    pub late: Vec<LateWork>,
    /// Required questions that came after files were complete and are open on them, in the schema's order.
    pub questions: Vec<QuestionCoverage>,
}

/// Complete files by a question that came later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionCoverage {
    /// The question.
    pub attribute: AttributeId,
    /// Complete files that miss answers to it.
    pub files: u64,
    /// How many answers are missing.
    pub missing: u64,
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
    /// What became narrower since then but for those labels and for rules, as ends of sentences that begin with a name: a question that has to
    /// be answered now, a kind of shape that is not taken any more.
    pub narrower: Vec<String>,
    /// Those of the files that hold an instance that is not right any more by that. What breaks rules is not among them.
    pub touched_files: u64,
    /// How many such instances.
    pub touched: u64,
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
/// The database cannot be read, or is damaged; the person stopped it.
pub fn schema_coverage(project: &Project, cx: &mut JobCx<'_>) -> Result<SchemaCoverage, JobError> {
    let rows = project.files()?;
    let numbers: HashMap<_, _> = rows.iter().enumerate().map(|(at, row)| (row.file.id, at)).collect();
    let mut there: HashSet<(usize, LabelId)> = HashSet::new();
    project.for_each_place(|place| {
        there.extend(numbers.get(&place.file).map(|at| (*at, place.label)));
        Ok::<_, StoreError>(())
    })?;
    let mut coverage = SchemaCoverage { version: project.schema_number()?, files: rows.len() as u64, ..SchemaCoverage::default() };
    let mut versions: BTreeMap<u64, u64> = BTreeMap::new();
    let mut questions: HashMap<AttributeId, (u64, u64)> = HashMap::new();
    for row in &rows {
        let count = match row.looked.progress(row.file.status) {
            Progress::Open => &mut coverage.open,
            Progress::Complete => &mut coverage.complete,
            Progress::Behind => &mut coverage.behind,
            Progress::Unknown => &mut coverage.unknown,
        };
        *count += 1;
        for (attribute, missing) in &row.looked.unanswered {
            let (files, answers) = questions.entry(*attribute).or_default();
            (*files, *answers) = (*files + 1, *answers + missing);
        }
        if let Some(under) = row.looked.under.filter(|_| row.file.status == FileStatus::Complete) {
            *versions.entry(under).or_default() += 1;
        }
    }
    for (version, files) in versions {
        let missing = project.labels_since(version)?.unwrap_or_default();
        coverage.versions.push(VersionCoverage { version, files, missing, narrower: Vec::new(), touched_files: 0, touched: 0 });
    }
    narrowed(project, &rows, &mut coverage.versions)?;
    coverage.late = late_work(project, cx)?;
    let known = project.schema().attributes.iter().filter_map(|one| Some((one.id, questions.get(&one.id)?)));
    coverage.questions =
        known.map(|(attribute, (files, missing))| QuestionCoverage { attribute, files: *files, missing: *missing }).collect();
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

/// Finds for each version what became narrower since, and which of its files hold something that is not right any more.
fn narrowed(project: &Project, rows: &[FileRow], versions: &mut [VersionCoverage]) -> Result<(), StoreError> {
    let now = project.schema();
    let mut found: Vec<(Schema, Vec<Difference>)> = Vec::new();
    for of in versions.iter_mut() {
        let then = project.schema_version(of.version)?.unwrap_or_else(|| now.clone());
        // A new label makes a file fall behind by itself, and what breaks rules is found by them.
        let is_new_label = |one: &Difference| one.piece == Piece::Label && one.happened == Happened::Added;
        let is_rule = |one: &Difference| one.piece == Piece::Rule;
        let narrower: Vec<Difference> =
            diff(&then, now).into_iter().filter(|one| one.bearing == Bearing::Narrowing && !is_new_label(one) && !is_rule(one)).collect();
        of.narrower = narrower.iter().map(|one| format!("{} {}", one.name, one.detail)).collect();
        found.push((then, narrower));
    }
    let mut tests: Vec<Touched<'_>> = found.iter().map(|(then, narrower)| Touched::new(then, now, narrower)).collect();
    if tests.iter().all(Touched::is_empty) {
        return Ok(());
    }
    let under = |row: &FileRow| {
        let under = row.looked.under.filter(|_| row.file.status == FileStatus::Complete)?;
        Some((row.file.id, versions.iter().position(|of| of.version == under)?))
    };
    let of_file: HashMap<FileId, usize> = rows.iter().filter_map(under).collect();
    let mut fixed: HashMap<SequenceId, Marks> = HashMap::new();
    let mut touched: Vec<(u64, HashSet<FileId>)> = vec![(0, HashSet::new()); tests.len()];
    project.for_each_instance(|row| -> Result<(), StoreError> {
        let mut instance: Instance = row.instance;
        let Some(at) = of_file.get(&instance.file) else { return Ok(()) };
        // What is answered once for a whole sequence is answered on each of its keyframes.
        if let Some(member) = instance.member {
            let marks = match fixed.entry(member.sequence) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(free) => free.insert(project.sequence(member.sequence)?.map(|sequence| sequence.marks).unwrap_or_default()),
            };
            marks.set_ones().for_each(|mark| drop(instance.marks.set(mark)));
        }
        if tests[*at].take(&instance) {
            touched[*at].0 += 1;
            touched[*at].1.insert(instance.file);
        }
        Ok(())
    })?;
    for (of, (count, files)) in versions.iter_mut().zip(touched) {
        (of.touched, of.touched_files) = (count, files.len() as u64);
    }
    Ok(())
}
