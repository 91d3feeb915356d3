//! The editor's state and the door through which everything comes.

use crate::answers::headings_of;
use crate::appearance::Appearance;
use crate::areas::Trial;
use crate::asking::{AskFilter, Asking, Recent};
use crate::cameras::Cameras;
use crate::command::Command;
use crate::complete::Completing;
use crate::effect::{Effect, Notice};
use crate::event::Event;
use crate::issues::FileIssues;
use crate::matching::Matching;
use crate::playback::Playback;
use crate::reuse::CopiedLook;
use crate::sequence_repair::CopiedStretch;
use crate::video_events::VideoEvents;
use crate::view::View;
use limn_core::document::Stamp;
use limn_core::log::{Change, Gesture, InstanceSet};
use limn_core::schema::questions::{PlaceAnswers, Questions};
use limn_core::sequence::carry::{Carried, CarryOrder};
use limn_core::sequence::{Member, SequenceSet};
use limn_core::{
    Document, FileId, FileRecord, IdSource, ImagePos, Instance, InstanceId, LabelId, Looked, Mark, Progress, Schema, SequenceId, Sequences,
    WorkFrames,
};
use limn_tools::{Guide, Pixels, Scene, Tool, ToolCx, ToolKind, ToolOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The open project as the window names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectInfo {
    /// Shown name.
    pub name: String,
    /// Its folder.
    pub dir: String,
    /// Whether edits can be saved.
    pub read_only: bool,
}

/// A row of the list of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// The file.
    pub file: FileRecord,
    /// Live instances on all its frames.
    pub num_instances: u64,
    /// How far it was looked through.
    pub looked: Looked,
    /// Which of its frames are annotated.
    pub work_frames: WorkFrames,
}

/// A frame of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// 0-based frame.
    pub frame: u64,
}

/// What a tag is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tagged {
    /// The frame on the canvas.
    Frame,
    /// Every frame of the video.
    Video,
    /// An event that begins at a frame.
    Event {
        /// The frame.
        frame: u64,
        /// It goes on until the person ends it.
        is_open: bool,
    },
}

/// What a person may choose about drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// A new shape stays selected, so that a digit names it; else digits choose what is drawn next.
    pub select_after_drawing: bool,
    /// An answer leads to the next question by itself while questions are gone through.
    pub answers_advance: bool,
    /// Which questions are gone through.
    pub ask_filter: AskFilter,
    /// Where work frames are chosen, a step goes to the next one.
    pub steps_by_work_frames: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { select_after_drawing: true, answers_advance: true, ask_filter: AskFilter::default(), steps_by_work_frames: true }
    }
}

/// The running session.
pub struct Editor {
    /// The open project.
    pub project: Option<ProjectInfo>,
    /// Its labels.
    pub schema: Schema,
    /// Its files.
    pub files: Vec<FileEntry>,
    /// Drawing habits.
    pub preferences: Preferences,
    /// Which of the schema's attributes are asked about whom; made when the schema changes.
    pub(crate) questions: Questions,
    /// The schema that takes the place of this one when the drawing under way has ended: what was begun under a version is
    /// ended under it, so that no version that comes meanwhile keeps it from being saved.
    pub(crate) next_schema: Option<Schema>,
    /// Grows with every other schema.
    pub(crate) schema_revision: u64,
    pub(crate) current: Option<usize>,
    pub(crate) frame: u64,
    pub(crate) document: Document,
    /// What is answered about the file and the frame on the canvas.
    pub(crate) place_answers: PlaceAnswers,
    /// The same with the answers that they begin with.
    pub(crate) place_begun: PlaceAnswers,
    /// Grows with every change of them.
    pub(crate) place_revision: u64,
    pub(crate) scene: Scene,
    /// The sequences of a video, and of which one they are.
    pub(crate) sequences: Sequences,
    pub(crate) sequences_of: Option<FileId>,
    /// Its events.
    pub(crate) happening: VideoEvents,
    /// The issues of the open file.
    pub(crate) issues: FileIssues,
    /// The part of a sequence that the person looks at, also on frames where it is not in the picture.
    pub(crate) followed: Option<Member>,
    /// How far tracking disagreed with itself, by part and frame, image pixels; since the program was started.
    pub(crate) disagreements: BTreeMap<Member, Vec<(u64, f32)>>,
    /// What was tracked in videos that are not open.
    pub(crate) carried_aside: Vec<(FileId, CarryOrder, Vec<Carried>)>,
    pub(crate) cameras: Cameras,
    /// Keyframes that were copied, and the frame from which the next ones are.
    pub(crate) copied_stretch: Option<CopiedStretch>,
    pub(crate) stretch_from: Option<u64>,
    /// The label that is asked for is that of the selected sequences from this frame on.
    pub(crate) relabelling: bool,
    /// What the next one asked for is merged into.
    pub(crate) merging: Option<SequenceId>,
    /// What is drawn in a video goes on through its frames.
    pub(crate) draws_sequences: bool,
    /// Those that have, or had, relations.
    pub(crate) related: Vec<InstanceId>,
    pub(crate) loaded: Option<Place>,
    pub(crate) picture: Option<Place>,
    /// Asked for while the shapes of the frame are on their way, which they are about.
    pub(crate) ahead: Vec<Command>,
    pub(crate) image: [f64; 2],
    pub(crate) selection: Vec<InstanceId>,
    pub(crate) hidden: BTreeSet<InstanceId>,
    pub(crate) locked: BTreeSet<InstanceId>,
    /// What the person chose about the tools.
    pub(crate) options: ToolOptions,
    /// Vanishing points of files, in image pixels.
    pub(crate) vanishing: BTreeMap<FileId, ImagePos>,
    /// The label that is asked for is one of the whole frame, or of an event.
    pub(crate) tagging: Option<Tagged>,
    /// Whether points may stick: not while Ctrl is held.
    pub(crate) snaps: bool,
    /// Lines across the picture that points stick to.
    pub(crate) guides: Vec<Guide>,
    /// The picture that is on the canvas.
    pub(crate) pixels: Option<Arc<dyn Pixels + Send + Sync>>,
    /// Numbers of the files that the list shows, rising; `None`: all.
    pub(crate) shown_files: Option<Arc<[usize]>>,
    pub(crate) tool: Box<dyn Tool>,
    pub(crate) tool_kind: ToolKind,
    pub(crate) drafted: bool,
    pub(crate) last_draft: Option<Effect>,
    pub(crate) active_label: Option<LabelId>,
    pub(crate) asking_label: Option<ImagePos>,
    pub(crate) view: View,
    pub(crate) pointer: Option<ImagePos>,
    pub(crate) keyboard_cursor: Option<ImagePos>,
    pub(crate) playback: Playback,
    pub(crate) clipboard: Vec<Instance>,
    pub(crate) copied_look: Option<CopiedLook>,
    /// The tool that drew last.
    pub(crate) last_drawn: Option<ToolKind>,
    /// The instance whose shape the next drawing replaces.
    pub(crate) redrawing: Option<InstanceId>,
    /// A label refused what was to be done.
    pub(crate) refused: bool,
    /// Only the selected are shown as they are; all others are faint.
    pub(crate) isolated: bool,
    /// Which state of which frame the rules were asked of last, and how many problems block.
    pub(crate) checked: Option<(Place, Stamp, usize)>,
    /// The file that is to be complete when nothing blocks it.
    pub(crate) completing: Option<Completing>,
    /// Steps that were taken back or done again, and changes from elsewhere.
    pub(crate) num_remade: u64,
    /// The questions that are gone through.
    pub(crate) asking: Option<Asking>,
    pub(crate) recent: Recent,
    /// The vertices that are matched by hand.
    pub(crate) matching: Option<Matching>,
    /// What is being tried out on the selection.
    pub(crate) trial: Option<Trial>,
    pub(crate) ids: IdSource,
    pub(crate) now: u64,
    pub(crate) next_ticket: u64,
    pub(crate) unsaved: BTreeSet<u64>,
    /// Ticket of the last schema that was published here.
    pub(crate) schema_ticket: u64,
    pub(crate) save_problem: Option<String>,
    /// Grows when the selection, visibility or anything else that is drawn changes.
    pub(crate) look: u64,
    /// Which stored shapes look different though the document is the same.
    pub(crate) appearance: Appearance,
}

impl Editor {
    /// An editor without a project. The seed makes ids of new instances differ from everyone else's.
    pub fn new(seed: [u8; 32]) -> Self {
        Self {
            project: None,
            schema: Schema::default(),
            files: Vec::new(),
            preferences: Preferences::default(),
            questions: Questions::default(),
            next_schema: None,
            schema_revision: 0,
            current: None,
            frame: 0,
            document: Document::default(),
            place_answers: PlaceAnswers::default(),
            place_begun: PlaceAnswers::default(),
            place_revision: 0,
            scene: Scene::new(),
            sequences: Sequences::default(),
            sequences_of: None,
            happening: VideoEvents::default(),
            issues: FileIssues::default(),
            followed: None,
            disagreements: BTreeMap::new(),
            carried_aside: Vec::new(),
            cameras: Cameras::default(),
            copied_stretch: None,
            stretch_from: None,
            relabelling: false,
            merging: None,
            draws_sequences: true,
            related: Vec::new(),
            loaded: None,
            picture: None,
            ahead: Vec::new(),
            image: [1.0, 1.0],
            selection: Vec::new(),
            hidden: BTreeSet::new(),
            locked: BTreeSet::new(),
            options: ToolOptions::default(),
            vanishing: BTreeMap::new(),
            tagging: None,
            snaps: true,
            guides: Vec::new(),
            pixels: None,
            shown_files: None,
            tool: ToolKind::Select.build(),
            tool_kind: ToolKind::Select,
            drafted: false,
            last_draft: None,
            active_label: None,
            asking_label: None,
            view: View::default(),
            pointer: None,
            keyboard_cursor: None,
            playback: Playback::default(),
            clipboard: Vec::new(),
            copied_look: None,
            last_drawn: None,
            redrawing: None,
            refused: false,
            isolated: false,
            checked: None,
            completing: None,
            num_remade: 0,
            asking: None,
            recent: Recent::default(),
            matching: None,
            trial: None,
            ids: IdSource::new(seed),
            now: 0,
            next_ticket: 0,
            unsaved: BTreeSet::new(),
            schema_ticket: 0,
            save_problem: None,
            look: 0,
            appearance: Appearance::default(),
        }
    }

    /// Takes an event; the effects are to be carried out in order.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        let undone = event.undone_answers();
        self.handle(event, &mut effects);
        self.catch_up(&mut effects);
        self.follow_asking(&undone, &mut effects);
        self.follow_matching();
        self.refresh_cameras(&mut effects);
        if !self.tool.is_busy()
            && let Some(schema) = self.next_schema.take()
        {
            self.replace_schema(schema);
        }
        effects
    }

    fn handle(&mut self, event: Event, out: &mut Vec<Effect>) {
        match event {
            Event::Clock(now) => self.now = now,
            Event::ProjectOpened { info, schema, files, place } => self.open_project(info, schema, files, place, out),
            Event::FilesChanged(files) => self.replace_files(files, out),
            // While a schema of our own is on its way to the disk, this one is older.
            Event::SchemaChanged(schema) if !self.unsaved.contains(&self.schema_ticket) => self.next_schema = Some(schema),
            Event::SchemaChanged(_) => {}
            Event::InstancesChanged => {
                self.num_remade += 1;
                self.reload_all(out);
            }
            Event::Loaded { file, frame, shapes, answers, sequences, draft } => {
                if let Some((sequences, events)) = sequences.map(|both| *both) {
                    self.take_sequences(file, sequences, events);
                }
                self.take_loaded(Place { file, frame }, shapes, answers, draft, out);
                self.take_carried_aside(out);
            }
            Event::PictureShown { file, frame, size } => self.take_picture(Place { file, frame }, size),
            Event::FramesKnown { file, frames } => self.take_num_frames(file, frames, out),
            Event::Checked { place, stamp, blocking } => self.take_checked((place, stamp, blocking), out),
            Event::FileLooked { file, work, looked } => self.take_looked(file, work, *looked),
            Event::FileChecked { file, work, blocking } => self.take_file_checked(file, work, blocking, out),
            Event::Saved { ticket } => {
                self.unsaved.remove(&ticket);
                self.save_problem = None;
            }
            Event::NotSaved { ticket, text, kept } => self.take_not_saved(ticket, text, kept, out),
            Event::Undone(step) => self.take_undone(step, out),
            Event::Command(command) => self.run_command(command, out),
            Event::CatalogueFound { catalogue, typed, found } => self.take_entries(&catalogue, &typed, found, out),
            Event::CatalogueChanged(catalogue) => self.catalogue_changed(&catalogue),
            Event::Pressure(pressure) => self.tool.set_pressure(pressure),
            Event::ScaleBrush(factor) => self.scale_brush(factor),
            Event::Tool(event) => self.tool_event(&event, out),
            Event::SecondaryClick => {
                let command = if self.tool.is_busy() { Command::Cancel } else { Command::AskLabel };
                self.run_command(command, out);
            }
            Event::Resized(size) => self.resize(size),
            Event::Zoom { anchor, factor } => {
                self.view.zoom_at(anchor, factor, self.image);
                self.look += 1;
            }
            Event::Pan(by) => {
                self.view.pan(by, self.image);
                self.look += 1;
            }
            Event::Reveal(id) => self.reveal(id),
            Event::OpenFile(at) => self.open_file(at, 0, out),
            Event::GoToFrame(frame) => self.go_to_frame(frame, out),
            Event::SetWorkFrames(file, frames) => self.set_work_frames(file, frames, out),
            Event::Camera(event) => self.take_camera_event(event, out),
            Event::Follow(member) => self.follow(Some(member)),
            Event::Carried { file, order, results } => self.carried(file, &order, results, out),
            Event::NameSequence(id, name) => self.name_sequence(id, &name, out),
            Event::Repair(of, with, how) => self.repair(of, with, how, out),
            Event::MoveKeyframe(member, from, to) => self.move_keyframe(member, from, to, out),
            Event::StandInShown => self.picture = None,
            Event::Paused => self.playback.is_playing = false,
            Event::SetStops(stops) => self.playback.stops = stops,
            Event::SetSpeed(speed) => self.playback.speed = speed,
            Event::Select(ids) => self.select(ids),
            Event::ChooseLabel(label) => self.choose_label(label, out),
            Event::NameLabel(name) => self.name_label(name.trim(), out),
            Event::Answer(ids, attribute, reply) => self.answer(&ids, attribute, &reply, out),
            Event::SetAbsent(label, absent) => self.set_absent(label, absent, out),
            Event::AnswerPlace(subject, attribute, reply) => self.answer_place(subject, attribute, &reply, out),
            Event::Ask(event) => self.take_ask(event, out),
            Event::SetMark(ids, mark) => self.set_mark("Mark", &ids, &mark, out),
            Event::Accept(id, rule, note) => self.accept(id, rule, note, out),
            Event::Relate(kind) => self.relate(kind.trim(), out),
            Event::Fetched { instances, label } => self.take_fetched(instances, label, out),
            Event::Restore(then) => self.restore(&then, out),
            Event::PasteAhead(count) => self.paste_ahead(count, out),
            Event::SetGuides(guides) => {
                self.guides = guides;
                self.look += 1;
            }
            Event::LabelDismissed => {
                self.asking_label = None;
                (self.tagging, self.relabelling) = (None, false);
            }
            Event::SetHidden(ids, hidden) => self.set_hidden(&ids, hidden),
            Event::SetLocked(ids, locked) => self.set_locked(&ids, locked),
            Event::PointerAt(pos) => self.pointer = pos,
            Event::Areas(event) => self.take_areas(event, out),
            Event::EditEvent(edit) => self.take_event_edit(edit, out),
            Event::EditIssue(edit) => self.take_issue_edit(edit, out),
            Event::IssuesLoaded(file, issues) => self.take_issues(file, issues, out),
            Event::LookAt(rect) => self.look_at(rect),
            Event::SetOptions(options) => self.set_options(*options),
            Event::SetBox(id, rect) => self.set_box(id, rect, out),
            Event::PublishSchema(schema, note) => self.publish_schema(*schema, note.trim(), out),
            Event::SetTemplate(label, template) => self.set_template(label, *template, out),
        }
    }

    pub(crate) fn with_cx<T>(&self, ask: impl FnOnce(&dyn Tool, &ToolCx<'_>) -> T) -> T {
        let editable = |id: InstanceId| !self.hidden.contains(&id) && !self.locked.contains(&id);
        let hidden = |id: InstanceId| self.hidden.contains(&id);
        let cx = ToolCx {
            document: &self.document,
            scene: &self.scene,
            selection: &self.selection,
            editable: &editable,
            image: self.image,
            px: self.view.px(),
            schema: &self.schema,
            label: self.active_label,
            options: &self.options,
            snaps: self.snaps,
            hidden: &hidden,
            guides: &self.guides,
            held: None,
            headings: &|id| headings_of(&self.questions, &self.schema, self.document.get(id)),
            pixels: self.pixels.as_deref().map(|pixels| pixels as &dyn Pixels),
        };
        ask(self.tool.as_ref(), &cx)
    }

    // --- shared by the other files ---

    /// Shows changes at once and asks for them to be written, as far as the labels admit them.
    pub(crate) fn commit(&mut self, kind: &'static str, title: &str, changes: Vec<Change>, out: &mut Vec<Effect>) {
        if changes.is_empty() {
            return;
        }
        if self.project.as_ref().is_some_and(|project| project.read_only) {
            out.push(Effect::Notify(Notice::error(
                "This project can only be read, because its folder cannot be written. Copy it to another disk and open the copy to edit it.",
            )));
            return;
        }
        let Some(changes) = self.admitted(changes, out) else {
            self.refused = true;
            return;
        };
        let mut changes = self.as_keyframes(changes);
        self.begin_in_hand(&mut changes, out);
        self.add_found(&mut changes);
        self.follow_ties(&mut changes);
        self.add_not_approved(&mut changes);
        self.show_looked(&changes);
        self.show_work_frames(&changes);
        self.show(&changes);
        self.next_ticket += 1;
        self.unsaved.insert(self.next_ticket);
        if kind == limn_core::log::kind::SCHEMA {
            self.schema_ticket = self.next_ticket;
        }
        let target = self.place().map(|place| place.file.0);
        let is_of_objects = |change: &Change| match change {
            Change::SequenceAdd(sequence) => sequence.same_as.is_some(),
            Change::SequenceSet { set, .. } => matches!(set, SequenceSet::SameAs(_)),
            _ => false,
        };
        // Also what came after files were complete.
        let is_schema = kind == limn_core::log::kind::SCHEMA && self.files.iter().any(|entry| entry.progress() != Progress::Open);
        let tells_of_others = is_schema || changes.iter().any(is_of_objects);
        out.push(Effect::Commit { ticket: self.next_ticket, gesture: Gesture { kind, title: title.to_owned(), target, changes } });
        if tells_of_others {
            // Who is one object with whom in other files is read with their list.
            out.push(Effect::RefreshFiles);
        }
    }

    /// Applies changes to what is on the canvas and in the list of files.
    pub(crate) fn show(&mut self, changes: &[Change]) {
        self.show_events(changes);
        self.show_issues(changes);
        let touched = self.show_sequences(changes);
        self.show_cameras(changes);
        let Some(place) = self.loaded else { return };
        let (mut gained, mut of_place) = (touched, false);
        for change in changes {
            if self.document.apply(place.file, place.frame, change) {
                gained += growth(change);
            }
            of_place |= self.place_answers.apply(place.file, place.frame, change);
            match change {
                Change::InstanceAdd(instance) if !instance.marks.relations.is_empty() => self.related.push(instance.id),
                Change::InstanceSet { id, set: InstanceSet::Mark(Mark::Relations(_)) } if !self.related.contains(id) => {
                    self.related.push(*id)
                }
                _ => {}
            }
        }
        if of_place {
            self.begin_place();
        }
        if let Some(entry) = self.files.iter_mut().find(|entry| entry.file.id == place.file) {
            entry.num_instances = entry.num_instances.saturating_add_signed(gained);
        }
        self.scene.sync(&self.document);
        self.selection.retain(|id| self.document.get(*id).is_some());
        self.look += 1;
    }

    pub(crate) fn select(&mut self, ids: Vec<InstanceId>) {
        let ids: Vec<_> = ids.into_iter().filter(|id| self.document.get(*id).is_some()).collect();
        if let [only] = ids[..] {
            self.followed = self.sequences.member(only);
        } else if !ids.is_empty() {
            self.followed = None;
        }
        if ids != self.selection {
            self.selection = ids;
            self.look += 1;
        }
    }
}

/// How many instances more there are after a change that did something.
fn growth(change: &Change) -> i64 {
    match change {
        Change::InstanceAdd(_) => 1,
        Change::InstanceSet { set: InstanceSet::Deleted(true), .. } => -1,
        _ => 0,
    }
}
