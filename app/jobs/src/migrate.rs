//! Takes the work of a project over into the next version of its schema: looked at first, then done as one step that is
//! taken back as a whole.

use crate::cx::JobCx;
use crate::error::JobError;
use crate::late::TouchedUnder;
use crate::selection::Selection;
use limn_core::log::{Change, FileSet, Gesture, InstanceSet, kind};
use limn_core::looked::IN_FORCE;
use limn_core::schema::attribute::Subject;
use limn_core::schema::done::LatePlan;
use limn_core::schema::mapping::{Plan, PlannedStep};
use limn_core::schema::questions::{About, Questions};
use limn_core::sequence::SequenceSet;
use limn_core::{FileId, Geometry, Instance, LabelId, Progress, SequenceId, SpatialType};
use limn_store::{InstanceRow, Project};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Changes in one operation.
const OPERATION: usize = 1000;
/// Examples of a kind.
const EXAMPLES: usize = 5;

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The file.
    pub file_id: FileId,
    /// Its name.
    pub file: String,
    /// 0-based.
    pub frame: u64,
    /// Its id.
    pub instance: String,
}

/// How many, and some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub examples: Vec<Example>,
}

/// What a migration does, or did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MigrationReport {
    /// For each step of the mapping: instances that it changes, or that keep a retired label. Keyframes count one each.
    pub steps: Vec<Tally>,
    /// What a person has to do again, by a sentence that says why.
    pub redo: BTreeMap<String, Tally>,
    /// Files that were complete and stay so under the new version.
    pub still_complete: u64,
    /// Number of the version that was published; `None` when it was only looked at.
    pub version: Option<u64>,
}

impl Tally {
    /// Adds those of another step.
    pub(crate) fn extend(&mut self, other: Self) {
        self.count += other.count;
        let room = EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.into_iter().take(room));
    }

    fn add(&mut self, example: impl FnOnce() -> Example) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(example());
        }
    }
}

/// Looks at what a plan would do to a project, which is best frozen meanwhile.
///
/// # Errors
/// [`JobError`].
pub fn preview_migration(project: &Project, plan: &Plan, cx: &mut JobCx<'_>) -> Result<MigrationReport, JobError> {
    Ok(something(Migration::new(project, plan)?.run(cx)?)?.0)
}

/// Does what a plan says: one step of undo with this title, in one transaction.
///
/// # Errors
/// [`JobError`]; nothing is written then.
pub fn migrate(project: &mut Project, plan: &Plan, title: &str, cx: &mut JobCx<'_>) -> Result<MigrationReport, JobError> {
    let (mut report, changes) = something(project.frozen(|project| Migration::new(project, plan)?.run(cx))??)?;
    write(project, changes, title)?;
    report.version = Some(project.schema_number()?);
    Ok(report)
}

/// What was found, where it is anything.
fn something((report, changes): (MigrationReport, Vec<Change>)) -> Result<(MigrationReport, Vec<Change>), JobError> {
    if changes.is_empty() {
        return Err(JobError::Refused("the mapping changes nothing: no instance fits its steps, and the schema stays the same".into()));
    }
    Ok((report, changes))
}

/// Writes changes as one step of undo, in one transaction.
pub(crate) fn write(project: &mut Project, changes: Vec<Change>, title: &str) -> Result<(), JobError> {
    let mut gestures = Vec::new();
    let mut changes = changes.into_iter().peekable();
    while changes.peek().is_some() {
        let changes = changes.by_ref().take(OPERATION).collect();
        gestures.push(Gesture { kind: kind::EDIT, title: title.to_owned(), target: None, changes });
    }
    project.commit_bulk(gestures, None)?;
    Ok(())
}

/// Of a sequence: its first frame, its label after the mapping, and the steps that it goes through.
type Fate = (u64, LabelId, Vec<usize>);

/// As another kind of shape, where nothing is lost by it or that is allowed.
fn convert(geometry: &Geometry, to: SpatialType, image: [f64; 2], lossy: bool) -> Result<Geometry, String> {
    match limn_tools::converted(geometry, to, image) {
        None => Err(format!("it cannot become {}", to.as_str())),
        Some(converted) => match converted.loss {
            Some(loss) if !lossy => Err(format!("{loss} as {}, which was not allowed (\"lossy\")", to.as_str())),
            _ => Ok(converted.geometry),
        },
    }
}

pub(crate) struct Migration<'a> {
    project: &'a Project,
    plan: &'a Plan,
    /// Of mappings that were done and are done again: nothing is published.
    late: Option<&'a LatePlan>,
    under: TouchedUnder<'a>,
    /// For each step that has a condition.
    selections: Vec<Option<Selection<'a>>>,
    questions: Questions,
    files: HashMap<FileId, (String, [f64; 2])>,
    report: MigrationReport,
    changes: Vec<Change>,
    /// Which label each file has now that may be said to be absent from it.
    found: BTreeSet<(FileId, LabelId)>,
}

impl<'a> Migration<'a> {
    fn new(project: &'a Project, plan: &'a Plan) -> Result<Self, JobError> {
        Self::of(project, plan, None)
    }

    /// Of the mappings that were done, for work that arrived after them.
    pub(crate) fn again(project: &'a Project, late: &'a LatePlan) -> Result<Self, JobError> {
        Self::of(project, &late.plan, Some(late))
    }

    fn of(project: &'a Project, plan: &'a Plan, late: Option<&'a LatePlan>) -> Result<Self, JobError> {
        let mut selections = Vec::new();
        for step in &plan.steps {
            selections.push(match step {
                PlannedStep::Relabel { query, .. } if !query.is_empty() => Some(Selection::new(project, query)?),
                _ => None,
            });
        }
        let rows = project.files()?.into_iter();
        let files = rows.map(|row| (row.file.id, (row.file.name, [f64::from(row.file.width), f64::from(row.file.height)]))).collect();
        let report = MigrationReport { steps: vec![Tally::default(); plan.steps.len()], ..MigrationReport::default() };
        let questions = Questions::new(&plan.schema);
        let under = TouchedUnder::new(project);
        Ok(Self { project, plan, late, under, selections, questions, files, report, changes: Vec::new(), found: BTreeSet::new() })
    }

    /// What is told and what is to be written, which is nothing where nothing changes.
    pub(crate) fn run(mut self, cx: &mut JobCx<'_>) -> Result<(MigrationReport, Vec<Change>), JobError> {
        let sequences = self.sequences()?;
        let mut relabelled: BTreeSet<SequenceId> = BTreeSet::new();
        let mut done = 0_u64;
        let project = self.project;
        project.for_each_instance(|row| {
            done += 1;
            if done.is_multiple_of(4096) {
                cx.step("looking at instances", done, None)?;
            }
            let instance = &row.instance;
            let of_sequence = instance.member.and_then(|member| sequences.get(&member.sequence));
            let after = match of_sequence {
                // A sequence goes as a whole, by its first keyframe.
                Some((_, after, steps)) => {
                    steps.iter().for_each(|step| self.count(*step, instance));
                    *after
                }
                None => {
                    let (after, steps) = self.label_after(&row)?;
                    steps.iter().for_each(|step| self.count(*step, instance));
                    after
                }
            };
            if after != instance.label {
                match instance.member {
                    Some(member) if relabelled.insert(member.sequence) => {
                        self.changes.push(Change::SequenceSet { id: member.sequence, set: SequenceSet::Label(after) });
                    }
                    Some(_) => {}
                    None => self.changes.push(Change::InstanceSet { id: instance.id, set: InstanceSet::Label(after) }),
                }
                self.found.insert((instance.file, after));
            }
            let geometry = self.converted(instance, after);
            self.left_over(instance, after, geometry.as_ref().unwrap_or(&instance.geometry).spatial_type());
            if let Some(geometry) = geometry {
                self.changes.push(Change::InstanceSet { id: instance.id, set: InstanceSet::Geometry(geometry) });
            }
            Ok::<_, JobError>(())
        })?;
        // The version that comes with it keeps what was done, for work that arrives after it.
        let is_new = self.late.is_none() && (self.plan.schema != *self.project.schema() || !self.changes.is_empty());
        self.files_after(is_new)?;
        if is_new {
            let document = self.plan.published(self.project.schema_number()?).to_document();
            self.changes.insert(0, Change::SchemaPublish { number: 0, document });
        }
        Ok((self.report, self.changes))
    }

    /// The label of each sequence after the mapping, decided by its first keyframe, and the steps that it goes through.
    fn sequences(&self) -> Result<HashMap<SequenceId, Fate>, JobError> {
        let mut sequences: HashMap<SequenceId, Fate> = HashMap::new();
        self.project.for_each_instance(|row| {
            let Some(member) = row.instance.member else { return Ok(()) };
            let known = sequences.get(&member.sequence);
            if known.is_none_or(|(first, ..)| row.instance.frame < *first) {
                let (after, steps) = self.label_after(&row)?;
                sequences.insert(member.sequence, (row.instance.frame, after, steps));
            }
            Ok::<_, JobError>(())
        })?;
        Ok(sequences)
    }

    fn label_after(&self, row: &InstanceRow) -> Result<(LabelId, Vec<usize>), JobError> {
        let (mut label, mut steps) = (row.instance.label, Vec::new());
        for (at, step) in self.plan.steps.iter().enumerate() {
            match step {
                PlannedStep::Relabel { from, into, .. }
                    if from.contains(&label)
                        && self.selections.get(at).and_then(Option::as_ref).is_none_or(|selection| selection.holds(row))
                        && self.is_late(at, row)? =>
                {
                    label = *into;
                    steps.push(at);
                }
                PlannedStep::Remove(removed) if *removed == label => steps.push(at),
                _ => {}
            }
        }
        Ok((label, steps))
    }

    /// Whether a step that is done again is about an instance.
    fn is_late(&self, step: usize, row: &InstanceRow) -> Result<bool, JobError> {
        match self.late.and_then(|late| late.until(step)) {
            Some(until) => Ok(self.under.version(row)? <= until),
            None => Ok(true),
        }
    }

    fn example(&self, instance: &Instance) -> Example {
        let file = self.files.get(&instance.file).map(|(name, _)| name.clone()).unwrap_or_default();
        Example { file_id: instance.file, file, frame: instance.frame, instance: instance.id.to_string() }
    }

    fn count(&mut self, step: usize, instance: &Instance) {
        let example = self.example(instance);
        if let Some(tally) = self.report.steps.get_mut(step) {
            tally.add(|| example);
        }
    }

    fn redo(&mut self, why: String, instance: &Instance) {
        let example = self.example(instance);
        self.report.redo.entry(why).or_default().add(|| example);
    }

    fn converted(&mut self, instance: &Instance, label: LabelId) -> Option<Geometry> {
        let mut now = None;
        for (at, step) in self.plan.steps.iter().enumerate() {
            let PlannedStep::Convert { label: of, to, lossy } = step else { continue };
            let geometry = now.as_ref().unwrap_or(&instance.geometry);
            if *of != label || geometry.spatial_type() == *to {
                continue;
            }
            let size = self.files.get(&instance.file).map_or([0.0; 2], |(_, size)| *size);
            match convert(geometry, *to, size, *lossy) {
                Ok(geometry) => {
                    now = Some(geometry);
                    self.count(at, instance);
                }
                Err(why) => {
                    let name = self.plan.schema.shown(label).0;
                    self.redo(format!("\"{name}\" stays {}: {why}", geometry.spatial_type().as_str()), instance);
                }
            }
        }
        now
    }

    /// What a person has to look at: instances of retired labels, shapes that a new label does not take, open questions.
    fn left_over(&mut self, instance: &Instance, label: LabelId, shape: SpatialType) {
        let schema = &self.plan.schema;
        let Some(own) = schema.label(label) else { return };
        let is_touched = label != instance.label || self.plan.steps.contains(&PlannedStep::Remove(label));
        if !is_touched {
            return;
        }
        let name = &own.name;
        let mut why = Vec::new();
        if own.deprecated {
            why.push(format!("\"{name}\" is retired and still has instances: give them another label or delete them"));
        } else {
            if !own.takes(shape) {
                why.push(format!("\"{name}\" may not be {}: draw it anew or convert it", shape.as_str()));
            }
            let about = About { subject: Subject::Instance, label: Some(label), shape: Some(shape), answers: &instance.marks.answers };
            if !schema.attributes.is_empty() && !self.questions.open(schema, about).is_empty() {
                why.push(format!("\"{name}\" has required questions without an answer"));
            }
        }
        for why in why {
            self.redo(why, instance);
        }
    }

    /// Files that are complete stay so, since nothing has to be looked for that was not; what came to be there is not absent.
    fn files_after(&mut self, is_new: bool) -> Result<(), JobError> {
        for row in self.project.files()? {
            let id = row.file.id;
            if row.looked.progress(row.file.status) == Progress::Complete {
                self.report.still_complete += 1;
                if is_new {
                    self.changes.push(Change::FileSet { id, set: FileSet::CompleteUnder(Some(IN_FORCE)) });
                }
            }
            for stretch in row.looked.covered().iter().filter(|stretch| !stretch.is_behind && is_new) {
                let set = FileSet::Stretch { first: stretch.first, looked: Some((stretch.last, IN_FORCE)) };
                self.changes.push(Change::FileSet { id, set });
            }
            for label in row.looked.absent.iter().copied().filter(|label| self.found.contains(&(id, *label))) {
                self.changes.push(Change::FileSet { id, set: FileSet::Absent { label, absent: false } });
            }
        }
        Ok(())
    }
}
