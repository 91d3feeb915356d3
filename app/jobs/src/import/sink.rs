//! Takes what an importer gives and writes it in operations of a thousand changes.

use super::answers::AnswerMap;
use super::sequences::SequenceTargets;
use super::{ImportOptions, ImportSummary};
use crate::cx::JobCx;
use crate::door::ProjectDoor;
use crate::error::JobError;
use crate::ids::Ids;
use crate::labels;
use crate::locate::{Located, Locator, Match};
use crate::origin;
use limn_core::log::{Change, FileSet, Gesture, InstanceSet, NewRun, kind};
use limn_core::looked::IN_FORCE;
use limn_core::schema::attribute::Subject;
use limn_core::{
    Camera, Clip, EventId, FileId, FileKind, FileRecord, FileStatus, Geometry, Instance, InstanceId, LabelId, Looked, RunId, Schema,
    Sequence, WorkFrames,
};
use limn_formats::{
    CallerError, Effect, FileAnswer, FileItem, Here, ImportItem, ImportSink, InstanceItem, Problems, RunItem, SequenceItem,
};
use limn_store::{Project, StoreError};
use std::collections::{HashMap, HashSet};

/// Changes in one operation.
const OPERATION: usize = 1000;
/// Operations in one transaction: some 30 ms, so that a person's gesture gets in between.
const BATCH: usize = 10;

/// See the module.
pub(super) struct Sink<'a, 'b, D> {
    pub(super) door: &'a mut D,
    cx: &'a mut JobCx<'b>,
    options: &'a ImportOptions,
    locator: Locator,
    pub(super) ids: Ids,
    title: String,
    schema: Schema,
    /// Files that were in the project once.
    deleted: HashSet<FileId>,
    /// Label of the annotation file to label of the project; `None`: left out.
    pub(super) labels: HashMap<LabelId, Option<LabelId>>,
    /// Where the keypoints of labels of the annotation file stand in those of the project, where they differ.
    keypoints: HashMap<LabelId, Vec<usize>>,
    /// The annotation file knows every label that the project offers: what is complete there is complete here.
    covers: bool,
    /// Ids of files there and here.
    pub(super) file_ids: HashMap<FileId, FileId>,
    /// By number in the annotation file; `None`: not taken.
    pub(super) files: Vec<Option<Target>>,
    pub(super) runs: Vec<RunId>,
    pub(super) sequences: SequenceTargets,
    pub(super) cameras: Vec<(Target, Camera)>,
    /// Ids of the events that came.
    pub(super) events: HashSet<EventId>,
    pub(super) answers: AnswerMap,
    pub(super) own_run: Option<RunId>,
    changes: Vec<Change>,
    gestures: Vec<Gesture>,
    /// First number of the step, once something is written.
    group: Option<u64>,
    /// Instances came with identities, which the project may know.
    has_own_ids: bool,
    pub(super) problems: Problems,
    pub(super) summary: ImportSummary,
}

#[derive(Clone, Copy)]
pub(super) struct Target {
    pub(super) id: FileId,
    pub(super) kind: FileKind,
}

impl<'a, 'b, D: ProjectDoor> Sink<'a, 'b, D> {
    pub fn new(
        door: &'a mut D,
        cx: &'a mut JobCx<'b>,
        options: &'a ImportOptions,
        locator: Locator,
        schema: Schema,
        deleted: HashSet<FileId>,
        title: String,
    ) -> Result<Self, JobError> {
        let mut sink = Self {
            door,
            cx,
            options,
            locator,
            ids: Ids::new()?,
            title,
            schema,
            deleted,
            labels: HashMap::new(),
            keypoints: HashMap::new(),
            covers: false,
            file_ids: HashMap::new(),
            files: Vec::new(),
            runs: Vec::new(),
            sequences: SequenceTargets::default(),
            cameras: Vec::new(),
            events: HashSet::new(),
            answers: AnswerMap::default(),
            own_run: None,
            changes: Vec::new(),
            gestures: Vec::new(),
            group: None,
            has_own_ids: false,
            problems: Problems::default(),
            summary: ImportSummary::default(),
        };
        if let Some(name) = &options.run {
            let id = sink.ids.run();
            sink.own_run = Some(id);
            sink.summary.runs_added += 1;
            sink.push(Change::RunAdd(NewRun { id, name: name.clone() }))?;
        }
        Ok(sink)
    }

    pub fn into_summary(self) -> ImportSummary {
        ImportSummary { problems: self.problems.kinds().to_vec(), ..self.summary }
    }

    /// Writes what is still held.
    pub fn finish(&mut self) -> Result<(), JobError> {
        self.link_cameras()?;
        // A run of which nothing came is no run.
        let is_empty =
            self.group.is_none() && self.gestures.is_empty() && self.changes.iter().all(|change| matches!(change, Change::RunAdd(_)));
        if is_empty && self.summary.files_added == 0 && self.files.is_empty() {
            self.changes.clear();
            return Ok(());
        }
        let same = self.sequences.same_as();
        if !same.is_empty() {
            // What is set of a sequence stands in a later operation than the sequence itself.
            self.close_operation();
        }
        same.into_iter().try_for_each(|change| self.push(change))?;
        self.close_operation();
        self.write()
    }

    pub(super) fn push(&mut self, change: Change) -> Result<(), JobError> {
        if self.options.dry_run {
            return Ok(());
        }
        self.changes.push(change);
        if self.changes.len() >= OPERATION {
            self.close_operation();
            if self.gestures.len() >= BATCH {
                self.write()?;
            }
        }
        Ok(())
    }

    pub(super) fn close_operation(&mut self) {
        if !self.changes.is_empty() {
            let changes = std::mem::replace(&mut self.changes, Vec::with_capacity(OPERATION));
            self.gestures.push(Gesture { kind: kind::IMPORT, title: self.title.clone(), target: None, changes });
        }
    }

    fn write(&mut self) -> Result<(), JobError> {
        let mut gestures = std::mem::take(&mut self.gestures);
        if gestures.is_empty() {
            return Ok(());
        }
        let (group, has_own_ids) = (self.group, self.has_own_ids);
        let (committed, known) = self.door.with(move |project| {
            let known = if has_own_ids { reconcile(project, &mut gestures)? } else { 0 };
            gestures.retain(|gesture| !gesture.changes.is_empty());
            let committed = if gestures.is_empty() { Vec::new() } else { project.commit_bulk(gestures, group)? };
            Ok::<_, StoreError>((committed, known))
        })??;
        self.group = self.group.or(committed.first().map(|first| first.seq));
        self.summary.operations += committed.len() as u64;
        for _ in 0..known {
            self.problems.add(Effect::Left, "the instance is in the project already; left as it is there", String::new);
        }
        self.summary.instances -= known;
        self.summary.instances_skipped += known;
        Ok(())
    }

    fn take_schema(&mut self, given: Schema) -> Result<(), JobError> {
        let mut schema = self.schema.clone();
        if schema.labels.is_empty() && schema.extra.is_empty() {
            schema.extra.clone_from(&given.extra);
        }
        for label in &given.labels {
            let wanted = self.options.labels.get(&label.name);
            let own = match wanted {
                Some(None) => None,
                Some(Some(name)) => Some(limn_core::Label { name: name.clone(), ..label.clone() }),
                None => Some(label.clone()),
            };
            let before = schema.labels.len();
            let id = own.map(|own| labels::adopt(&mut schema, &own));
            if schema.labels.len() > before {
                self.summary.labels_added.extend(schema.labels.last().map(|label| label.name.clone()));
            }
            if let (Some(id), Some(template)) = (id, &label.keypoints)
                && let Some(order) = labels::join_keypoints(&mut schema, id, template)
            {
                self.keypoints.insert(label.id, order);
            }
            self.labels.insert(label.id, id);
        }
        if schema.attributes.is_empty() && !given.attributes.is_empty() {
            // Attributes name labels by number, in conditions too: they are those of the project where none was renumbered.
            if given.labels.iter().all(|label| self.labels.get(&label.id) == Some(&Some(label.id))) {
                schema.attributes.clone_from(&given.attributes);
            } else {
                let text =
                    "the attributes are left out, since the project numbers its labels otherwise; import them with `limn schema import`";
                self.problems.add(Effect::Left, text, String::new);
            }
        }
        self.answers = AnswerMap::new(&given, &schema);
        let known: HashSet<LabelId> = given.offered().filter_map(|label| self.labels.get(&label.id).copied().flatten()).collect();
        self.covers = schema.offered().all(|label| known.contains(&label.id));
        if schema != self.schema {
            self.schema = schema.clone();
            if !self.options.dry_run {
                self.door.with(move |project| project.publish_schema(&schema))??;
            }
        }
        Ok(())
    }

    fn take_file(&mut self, mut item: FileItem) -> Result<(), JobError> {
        let answers = std::mem::take(&mut item.answers);
        let looked = item.looked.take();
        let work_frames = std::mem::take(&mut item.work_frames);
        let camera = item.camera.take();
        let (name, before, given) = (item.name.clone(), self.summary.files_added, item.id);
        let is_complete = item.status == FileStatus::Complete;
        let target = match self.locator.locate(&item) {
            Located::Known(at, how) => {
                self.note_known(at, how, &item);
                let known = self.locator.known(at);
                Some(Target { id: known.id, kind: known.kind })
            }
            Located::OnDisk { path, stored } => match limn_media::probe(&path) {
                Ok(info) => {
                    self.note_size(&item, (info.width, info.height));
                    let frames = if item.clip.is_some() { item.frames } else { info.frames };
                    let probed = FileItem { width: info.width, height: info.height, frames, bytes: info.bytes, ..item };
                    Some(self.add_file(probed, stored)?)
                }
                Err(error) => {
                    let text = "the file cannot be read as an image or video; left out with its instances";
                    self.problems.add(Effect::Left, text, || error.to_string());
                    None
                }
            },
            Located::Nowhere { .. } if item.width == 0 || item.height == 0 => {
                let text = "the file is neither in the project nor on the disk and its size is not known; left out with its instances. Add it first, or say where it lies with --images";
                self.problems.add(Effect::Left, text, || item.path.clone());
                None
            }
            Located::Nowhere { stored } => {
                let text = "the file is neither in the project nor on the disk; added as missing. Add its folder later, or say where it lies with --images";
                self.problems.add(Effect::Kept, text, || item.path.clone());
                self.summary.files_missing += 1;
                Some(self.add_file(item, stored)?)
            }
        };
        self.summary.files_skipped += u64::from(target.is_none());
        self.file_ids.extend(given.zip(target.map(|target| target.id)));
        if let Some(target) = target.as_ref() {
            let is_new = self.summary.files_added > before;
            if is_new && is_complete {
                self.complete(target.id, &name, looked.as_ref())?;
            }
            self.take_stretches(target.id, looked.as_ref())?;
            self.take_absent(target.id, looked.map(|looked| looked.absent).unwrap_or_default())?;
        }
        if let Some(target) = target.as_ref().filter(|_| !work_frames.is_all()) {
            self.take_work_frames(target.id, work_frames)?;
        }
        if let Some(target) = target.as_ref().filter(|_| !answers.is_empty()) {
            self.take_answers(target.id, answers)?;
        }
        self.cameras.extend(target.zip(camera));
        self.files.push(target);
        Ok(())
    }

    /// Under which version a file is complete that came complete: the version in force when it was looked through for all that
    /// the project asks for, else one that nobody knows.
    fn complete(&mut self, file: FileId, name: &str, looked: Option<&Looked>) -> Result<(), JobError> {
        let is_known = looked.is_some_and(|looked| looked.progress(FileStatus::Complete) == limn_core::Progress::Complete);
        let under = (is_known && self.covers).then_some(IN_FORCE);
        if under.is_none() {
            let text = "a file is complete, but not for every label and question of the project, or nobody knows for which; it has to be looked at again";
            self.problems.add(Effect::Changed, text, || name.to_owned());
        }
        self.push(Change::FileSet { id: file, set: FileSet::CompleteUnder(under) })
    }

    /// Stretches that were looked through for all that the project asks for.
    fn take_stretches(&mut self, file: FileId, looked: Option<&Looked>) -> Result<(), JobError> {
        let covered = looked.map(Looked::covered).unwrap_or_default();
        let (taken, left): (Vec<_>, Vec<_>) = covered.into_iter().partition(|stretch| self.covers && !stretch.is_behind);
        if !left.is_empty() {
            let text = "frames were looked through, but not for every label of the project; they have to be looked at again";
            self.problems.add(Effect::Left, text, || format!("{} stretches", left.len()));
        }
        if taken.is_empty() {
            return Ok(());
        }
        let mut known = self.door.with(move |project| project.file(file))??.map(|row| row.looked).unwrap_or_default();
        for stretch in taken {
            for set in known.say(stretch.first, stretch.last) {
                if let FileSet::Stretch { first, looked } = set {
                    known.take_stretch(first, looked);
                }
                self.push(Change::FileSet { id: file, set })?;
            }
        }
        Ok(())
    }

    /// Which frames are annotated, where nobody has chosen any yet.
    fn take_work_frames(&mut self, file: FileId, frames: WorkFrames) -> Result<(), JobError> {
        let known = self.door.with(move |project| project.file(file))??.map(|row| row.work_frames);
        if known.as_ref().is_some_and(|known| !known.is_all() && *known != frames) {
            let text = "other work frames are chosen already; those of the import left out";
            self.problems.add(Effect::Left, text, || frames.describe());
            return Ok(());
        }
        if known.as_ref() == Some(&frames) { Ok(()) } else { self.push(Change::FileSet { id: file, set: FileSet::WorkFrames(frames) }) }
    }

    /// Labels that are absent from a file, as far as the project has them.
    fn take_absent(&mut self, file: FileId, absent: Vec<LabelId>) -> Result<(), JobError> {
        for label in absent {
            let Some(label) = self.labels.get(&label).copied().flatten() else { continue };
            self.push(Change::FileSet { id: file, set: FileSet::Absent { label, absent: true } })?;
        }
        Ok(())
    }

    /// Answers about a file and its frames, as far as the schema asks and nothing is answered yet.
    fn take_answers(&mut self, file: FileId, answers: Vec<FileAnswer>) -> Result<(), JobError> {
        let known = self.door.with(move |project| project.answers_of(file))??;
        let known: HashSet<_> = known.into_iter().map(|row| (row.frame, row.attribute)).collect();
        for FileAnswer { frame, attribute, answer } in answers {
            let wanted = self.schema.attributes.iter().find(|own| own.id == attribute);
            let of = if frame.is_some() { Subject::Frame } else { Subject::File };
            let problem = match wanted.filter(|own| own.of == of) {
                Some(own) => own.problem_of(&answer),
                None => Some("the schema asks nothing of this number about it".to_owned()),
            };
            if let Some(problem) = problem {
                self.problems.add(Effect::Left, "an answer about a file or frame does not fit the schema; left out", || problem);
            } else if !known.contains(&(frame, attribute)) {
                self.push(Change::FileSet { id: file, set: FileSet::Answer { frame, attribute, answer: Some(answer) } })?;
            }
        }
        Ok(())
    }

    fn note_known(&mut self, at: usize, how: Match, item: &FileItem) {
        self.summary.files_known += 1;
        let known = self.locator.known(at);
        let size = (known.width, known.height);
        match how {
            Match::Sure => {}
            Match::Name => self
                .problems
                .add(Effect::Kept, "the file was recognised by its name alone; its folder is another one", || item.path.clone()),
            Match::Stem => {
                self.problems.add(Effect::Kept, "the file was recognised by its name without the ending", || item.path.clone());
            }
        }
        self.note_size(item, size);
    }

    fn note_size(&mut self, item: &FileItem, found: (u32, u32)) {
        let said = (item.width, item.height);
        if said.0 != 0 && said.1 != 0 && found.0 != 0 && said != found {
            let text = "the annotation file says another size than the file has; coordinates were taken as they stand";
            self.problems.add(Effect::Kept, text, || format!("{}: {}×{}, not {}×{}", item.path, found.0, found.1, said.0, said.1));
        }
    }

    fn add_file(&mut self, item: FileItem, stored: String) -> Result<Target, JobError> {
        let id = item.id.unwrap_or_else(|| self.ids.file());
        let record = FileRecord {
            id,
            name: item.name,
            path: stored,
            kind: item.kind,
            width: item.width,
            height: item.height,
            frames: item.frames.max(1),
            bytes: item.bytes,
            hash: item.hash,
            status: item.status,
            // Of the source as it is called here.
            clip: item.clip.map(|clip| Clip { of: self.file_ids.get(&clip.of).copied().unwrap_or(clip.of), ..clip }),
            camera: None,
        };
        let clip = record.clip;
        self.locator.note(&record);
        let target = Target { id, kind: record.kind };
        self.summary.files_added += 1;
        if self.deleted.contains(&id) {
            // It was in the project once: an addition would not bring it back.
            self.push(Change::FileSet { id, set: FileSet::Deleted(false) })?;
            self.push(Change::FileSet { id, set: FileSet::Path(record.path) })?;
            self.push(Change::FileSet { id, set: FileSet::Status(record.status) })?;
        } else {
            self.push(Change::FileAdd(Box::new(record)))?;
        }
        if clip.is_some() {
            self.push(Change::FileSet { id, set: FileSet::Clip(clip) })?;
        }
        Ok(target)
    }

    fn take_run(&mut self, item: RunItem) -> Result<(), JobError> {
        let id = item.id.unwrap_or_else(|| self.ids.run());
        self.runs.push(id);
        let wanted = item.id;
        let is_known = match wanted {
            Some(wanted) => self.door.with(move |project| project.runs())??.iter().any(|(id, _)| *id == wanted),
            None => false,
        };
        if !is_known {
            self.summary.runs_added += 1;
            self.push(Change::RunAdd(NewRun { id, name: item.name }))?;
        }
        Ok(())
    }

    fn take_sequence(&mut self, item: SequenceItem) -> Result<(), JobError> {
        let target = self.files.get(item.file).copied().flatten();
        let label = self.labels.get(&item.label).copied().flatten();
        let refused = match (target, label) {
            (None, _) => Some("a sequence lies on a file that was left out"),
            (_, None) => Some("a sequence has a label that the map leaves out"),
            (Some(target), _) if target.kind == FileKind::Image => Some("a sequence lies on an image; left out"),
            _ => None,
        };
        let (Some(target), Some(label), None) = (target, label, refused) else {
            self.sequences.none();
            self.problems.add(Effect::Left, refused.unwrap_or_default(), || format!("number {}", item.number));
            return Ok(());
        };
        let (wanted, file) = (item.id, target.id);
        let is_first = !self.sequences.has_numbers(file);
        let (known, numbers) = self.door.with(move |project| {
            let known = wanted.map(|id| project.sequence(id)).transpose()?.flatten();
            Ok::<_, StoreError>((known, if is_first { Some(project.sequence_numbers(file)?) } else { None }))
        })??;
        if let Some(numbers) = numbers {
            self.sequences.set_numbers(file, numbers);
        }
        let mut sequence = Sequence {
            name: item.name,
            motion: item.motion,
            exit: item.exit,
            same_as: item.same_as,
            marks: self.answers.translate(item.marks, &mut self.problems),
            extra: item.extra,
            ..Sequence::new(self.ids.sequence(), file, item.number, label)
        };
        let changes = self.sequences.add(&mut sequence, wanted, known, &mut self.problems);
        self.summary.sequences += u64::from(!changes.is_empty());
        changes.into_iter().try_for_each(|change| self.push(change))
    }

    fn take_instance(&mut self, item: InstanceItem) -> Result<(), JobError> {
        let target = self.files.get(item.file).copied().flatten();
        let Some(target) = target else {
            self.summary.instances_skipped += 1;
            self.problems.add(Effect::Left, "the instance lies on a file that was left out", String::new);
            return Ok(());
        };
        let Some(label) = self.labels.get(&item.label).copied().flatten() else {
            self.summary.instances_skipped += 1;
            self.problems.add(Effect::Left, "the instance has a label that the map leaves out", String::new);
            return Ok(());
        };
        if target.kind == FileKind::Image && item.frame != 0 {
            self.summary.instances_skipped += 1;
            self.problems.add(Effect::Left, "the instance lies on a frame other than 0 of an image", || format!("frame {}", item.frame));
            return Ok(());
        }
        let member = match item.member {
            Some(member) => match self.sequences.member(member, target.id) {
                Some(member) => Some(member),
                None if item.marks.outside => {
                    self.summary.instances_skipped += 1;
                    self.problems.add(
                        Effect::Left,
                        "the sequence of an outside keyframe was left out, and the keyframe with it",
                        String::new,
                    );
                    return Ok(());
                }
                None => {
                    self.problems.add(Effect::Changed, "the sequence of a keyframe was left out; taken as a plain instance", String::new);
                    None
                }
            },
            None => None,
        };
        self.has_own_ids |= item.id.is_some();
        let instance = Instance {
            id: item.id.unwrap_or_else(|| self.ids.instance()),
            file: target.id,
            frame: item.frame,
            label,
            geometry: match (item.geometry, self.keypoints.get(&item.label)) {
                (Geometry::Keypoints(keypoints), Some(order)) => Geometry::Keypoints(labels::reordered(&keypoints, order)),
                (geometry, _) => geometry,
            },
            marks: self.answers.translate(item.marks, &mut self.problems),
            run: item.run.and_then(|number| self.runs.get(number).copied()).or(self.own_run),
            confidence: item.confidence,
            extra: origin::carry(item.extra, item.author, item.created),
            member,
        };
        self.summary.instances += 1;
        self.push(Change::InstanceAdd(Box::new(instance)))
    }
}

impl<D: ProjectDoor> ImportSink for Sink<'_, '_, D> {
    fn item(&mut self, item: ImportItem) -> Result<(), CallerError> {
        match item {
            // The project keeps the name that its person gave it.
            ImportItem::Project(_) => {}
            ImportItem::Schema(schema) => self.take_schema(schema)?,
            ImportItem::File(file) => self.take_file(file)?,
            ImportItem::Run(run) => self.take_run(run)?,
            ImportItem::Sequence(sequence) => self.take_sequence(sequence)?,
            ImportItem::Event(event) => self.take_event(event)?,
            ImportItem::Instance(instance) => self.take_instance(instance)?,
        }
        Ok(())
    }

    fn here(&mut self, item: &FileItem) -> Option<Here> {
        match self.locator.locate(item) {
            Located::Known(at, _) => {
                let known = self.locator.known(at);
                Some(Here { kind: known.kind, width: known.width, height: known.height, frames: known.frames, first: known.first })
            }
            Located::OnDisk { path, .. } => {
                let info = limn_media::probe(&path).ok()?;
                Some(Here { kind: item.kind, width: info.width, height: info.height, frames: info.frames, first: 0 })
            }
            Located::Nowhere { .. } => None,
        }
    }

    fn progress(&mut self, done_bytes: u64, total_bytes: u64) -> bool {
        self.cx.step("importing", done_bytes, Some(total_bytes)).is_ok()
    }
}

/// Instances that came with an identity which the log knows: live ones stay as they are and are counted, deleted ones
/// come back with what the file says.
fn reconcile(project: &Project, gestures: &mut [Gesture]) -> Result<u64, StoreError> {
    let mut known = 0;
    let mut here: HashSet<InstanceId> = HashSet::new();
    for gesture in gestures {
        let mut kept = Vec::with_capacity(gesture.changes.len());
        for change in std::mem::take(&mut gesture.changes) {
            let Change::InstanceAdd(instance) = change else {
                kept.push(change);
                continue;
            };
            let id = instance.id;
            match project.is_deleted(id)? {
                None if here.insert(id) => kept.push(Change::InstanceAdd(instance)),
                Some(true) if here.insert(id) => {
                    let mut sets =
                        vec![InstanceSet::Deleted(false), InstanceSet::Label(instance.label), InstanceSet::Geometry(instance.geometry)];
                    if instance.member.is_some() {
                        sets.push(InstanceSet::Member(instance.member));
                    }
                    kept.extend(sets.into_iter().map(|set| Change::InstanceSet { id, set }));
                }
                _ => known += 1,
            }
        }
        gesture.changes = kept;
    }
    Ok(known)
}
