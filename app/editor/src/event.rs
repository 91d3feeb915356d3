//! What the editor is told.

use crate::answers::Whom;
use crate::asking::AskEvent;
use crate::cameras::CameraEvent;
use crate::command::Command;
use crate::editor::{FileEntry, Place, ProjectInfo};
use crate::frame_shapes::FrameShapes;
use crate::issues::IssueEdit;
use crate::playback::{Speed, Stops};
use crate::sequence_repair::Repair;
use crate::video_events::EventEdit;
use limn_core::document::Stamp;
use limn_core::event::EventSet;
use limn_core::log::{Change, FileSet, InstanceSet};
use limn_core::schema::attribute::Subject;
use limn_core::schema::questions::PlaceAnswers;
use limn_core::schema::{Answer, AttributeId, Choice, RuleId};
use limn_core::sequence::Member;
use limn_core::sequence::carry::{Carried, CarryOrder};
use limn_core::{
    Events, FileId, ImagePos, Instance, InstanceId, Issues, LabelId, Looked, Mark, Rect, Schema, SequenceId, Sequences, Template,
    WorkFrames,
};
use limn_tools::coverage::Flaw;
use limn_tools::{AreaCommand, Guide, ToolEvent, ToolOptions};

/// What an undo or redo did.
#[derive(Clone, Debug, PartialEq)]
pub struct UndoneStep {
    /// The step's title.
    pub title: String,
    /// What to show; restored instances come whole.
    pub changes: Vec<Change>,
    /// Where it happened.
    pub place: Option<(FileId, u64)>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The time, for ids of new instances: milliseconds since 1970.
    Clock(u64),
    /// A project was opened.
    ProjectOpened {
        /// Name and folder.
        info: ProjectInfo,
        /// The schema in force.
        schema: Schema,
        /// Its files.
        files: Vec<FileEntry>,
        /// Where the person was last.
        place: Option<(FileId, u64)>,
    },
    /// The list of files changed (added, hashed, imported into).
    FilesChanged(Vec<FileEntry>),
    /// Another schema version is in force.
    SchemaChanged(Schema),
    /// Instances changed behind the editor's back (an import): read the frame again.
    InstancesChanged,
    /// The frame's instances were read.
    Loaded {
        /// The file.
        file: FileId,
        /// The frame.
        frame: u64,
        /// Its live instances.
        shapes: FrameShapes,
        /// What is answered about file and frame.
        answers: PlaceAnswers,
        /// The sequences and events of the file, if they were asked for.
        sequences: Option<Box<(Sequences, Events)>>,
        /// Tool and content of a half-drawn shape.
        draft: Option<(String, String)>,
    },
    /// The picture of this frame is on the canvas now. `size`: its width and height in pixels.
    PictureShown {
        /// The file.
        file: FileId,
        /// The frame.
        frame: u64,
        /// Width and height in pixels.
        size: [f64; 2],
    },
    /// The picture of another frame of the file is on the canvas until the right one comes: nothing may be drawn on it.
    StandInShown,
    /// A video's index is known: its true number of frames.
    FramesKnown {
        /// The file.
        file: FileId,
        /// Number of frames.
        frames: u64,
    },
    /// The schema's rules were asked of a frame.
    Checked {
        /// Where.
        place: Place,
        /// In which state of it.
        stamp: Stamp,
        /// How many problems keep the file from being complete.
        blocking: usize,
    },
    /// How far a file was looked through was read again: questions that came later were answered, or things added that have them open.
    FileLooked {
        /// Which.
        file: FileId,
        /// In which state, see [`crate::Editor::work_revision`].
        work: u64,
        /// What was read.
        looked: Box<Looked>,
    },
    /// The schema's rules were asked of all frames of a video.
    FileChecked {
        /// Which.
        file: FileId,
        /// In which state, see [`crate::Editor::work_revision`].
        work: u64,
        /// The frames of each problem that keeps it from being complete, `None` for one of the file as a whole; `None` altogether: it
        /// was not looked at to the end.
        blocking: Option<Vec<Option<(u64, u64)>>>,
    },
    /// A gesture is on the disk.
    Saved {
        /// Its ticket.
        ticket: u64,
    },
    /// A gesture is not on the disk.
    NotSaved {
        /// Its ticket.
        ticket: u64,
        /// Why, as a sentence.
        text: String,
        /// Whether the store tries again by itself.
        kept: bool,
    },
    /// A step was taken back or done again; `None`: there was none.
    Undone(Option<UndoneStep>),
    /// A command was asked for.
    Command(Command),
    /// How hard the pen is pressed from now on, 0 to 1; comes before the press.
    Pressure(f64),
    /// Make the brush this much larger (above 1) or smaller.
    ScaleBrush(f64),
    /// The pointer or a key on the canvas.
    Tool(ToolEvent),
    /// The other button was pressed on the canvas: it drops what is being drawn, else asks for a label.
    SecondaryClick,
    /// The canvas has this size in points.
    Resized([f64; 2]),
    /// Zoom at a canvas point.
    Zoom {
        /// Points from the canvas's top-left corner.
        anchor: [f64; 2],
        /// Above 1 zooms in.
        factor: f64,
    },
    /// Move the picture by screen points.
    Pan([f64; 2]),
    /// Show the instance, zoomed out if need be.
    Reveal(InstanceId),
    /// Open a file of the list.
    OpenFile(usize),
    /// Go to a frame of the open video.
    GoToFrame(u64),
    /// These frames of a file are annotated.
    SetWorkFrames(FileId, WorkFrames),
    /// About videos that go together.
    Camera(CameraEvent),
    /// Look at a part of a sequence, also where it is not in the picture.
    Follow(Member),
    /// A name of a sequence beside its number; empty takes it away.
    NameSequence(SequenceId, String),
    /// From this frame on the first sequence is to be mended with the second.
    Repair(SequenceId, SequenceId, Repair),
    /// Move the keyframe of a part of a sequence from one frame to another one.
    MoveKeyframe(Member, u64, u64),
    /// What came of carrying sequences on.
    Carried {
        /// The video.
        file: FileId,
        /// What was asked for.
        order: Box<CarryOrder>,
        /// In the order of its tasks.
        results: Vec<Carried>,
    },
    /// Playing stopped at its end, or by the person.
    Paused,
    /// Play this fast.
    SetSpeed(Speed),
    /// What playing shows.
    SetStops(Stops),
    /// Select these.
    Select(Vec<InstanceId>),
    /// The label for the selection and for what is drawn next.
    ChooseLabel(LabelId),
    /// The same by name; a new label is added to the schema.
    NameLabel(String),
    /// What these instances answer to an attribute.
    Answer(Vec<InstanceId>, AttributeId, Reply),
    /// What is answered about the open file as a whole, or about the frame.
    AnswerPlace(Subject, AttributeId, Reply),
    /// Whether it is said that a label is absent from the open file.
    SetAbsent(LabelId, bool),
    /// While questions are gone through.
    Ask(AskEvent),
    /// A mark of instances.
    SetMark(Vec<InstanceId>, Mark),
    /// That an instance, or a sequence by its id on every frame, may break a rule as it is now, and why; `None`: no longer.
    Accept(InstanceId, RuleId, Option<String>),
    /// Link the instance that was selected first to the other selected ones; the text says what the link means.
    Relate(String),
    /// The instances of another frame, to be copied here; with a label, only those that have it.
    Fetched {
        /// All of them.
        instances: Vec<Instance>,
        /// Which are wanted.
        label: Option<LabelId>,
    },
    /// Make an instance what it was.
    Restore(Box<Instance>),
    /// Paste to the next so many frames or files.
    PasteAhead(u64),
    /// Lines across the picture that points stick to.
    SetGuides(Vec<Guide>),
    /// The label pop-up was closed without an answer.
    LabelDismissed,
    /// Hide or show an instance.
    SetHidden(Vec<InstanceId>, bool),
    /// Lock or unlock an instance.
    SetLocked(Vec<InstanceId>, bool),
    /// The pointer is over this place of the picture; `None`: it left the canvas.
    PointerAt(Option<ImagePos>),
    /// A box by numbers, in image pixels.
    SetBox(InstanceId, Rect),
    /// The keypoints of a label.
    SetTemplate(LabelId, Box<Template>),
    /// The next version of the schema, and a few words about it.
    PublishSchema(Box<Schema>, String),
    /// About issues of the open file.
    EditIssue(IssueEdit),
    /// The issues of a file.
    IssuesLoaded(FileId, Issues),
    /// About events of the open video.
    EditEvent(EventEdit),
    /// For the selected areas, or for what is covered.
    Areas(AreaEvent),
    /// Look at this part of the picture, with some room around it.
    LookAt(Rect),
    /// Other options of the tools.
    SetOptions(Box<ToolOptions>),
    /// What a catalogue holds for what is typed, best first; or why it cannot be searched, as a sentence.
    CatalogueFound {
        /// Its name.
        catalogue: String,
        /// What was searched.
        typed: String,
        /// What was found.
        found: Result<Vec<Choice>, String>,
    },
    /// A catalogue of this name was made or refreshed.
    CatalogueChanged(String),
}

impl Event {
    /// The answers that it gives back to what they were.
    pub(crate) fn undone_answers(&self) -> Vec<(Whom, AttributeId)> {
        let Self::Undone(Some(step)) = self else { return Vec::new() };
        let answers = step.changes.iter().filter_map(|change| match change {
            Change::InstanceSet { id, set: InstanceSet::Mark(Mark::Answer(attribute, _)) } => Some((Whom::Instance(*id), *attribute)),
            Change::EventSet { id, set: EventSet::Mark(Mark::Answer(attribute, _)) } => Some((Whom::Event(*id), *attribute)),
            Change::FileSet { set: FileSet::Answer { frame, attribute, .. }, .. } => {
                Some((if frame.is_some() { Whom::Frame } else { Whom::File }, *attribute))
            }
            _ => None,
        });
        answers.collect()
    }
}

/// What is told about areas.
#[derive(Clone, Debug, PartialEq)]
pub enum AreaEvent {
    /// What a command would do to the selected is shown, or no longer.
    Try(Option<AreaCommand>),
    /// A command for the selected areas and lines.
    Change(AreaCommand),
    /// Places that are not covered once are mended, in one step.
    Mend(Vec<Flaw>),
    /// A place that is not covered becomes an instance of the active label.
    Fill(Box<Flaw>),
}

/// What a person says to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// This is the answer.
    Set(Answer),
    /// There is none.
    TakeBack,
    /// Of several options, this one is taken too, or no longer; each instance keeps its others.
    Take(Choice, bool),
}
