//! What the editor asks the rest of the program to do.

use crate::cameras::CameraEffect;
use crate::command::Command;
use crate::frame_shapes::FrameShapes;
use limn_core::log::Gesture;
use limn_core::sequence::carry::CarryOrder;
use limn_core::{FileId, LabelId, Rect};

/// Something to be asked in a window of its own or in a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Where the new project shall lie.
    NewProject,
    /// Which project.
    OpenProject,
    /// How the picture is shown: brightness, channels, values.
    Adjust,
    /// The demo project, made first where there is none.
    Demo,
    /// Which images and videos.
    AddFiles,
    /// Which folder of them.
    AddFolder,
    /// Which folder of numbered images, as one file.
    AddSequence,
    /// What to import.
    Import,
    /// Where to export.
    Export,
    /// The snapshot's name.
    Snapshot,
    /// To how many frames or files what was copied is to be pasted.
    PasteAhead,
    /// Why the person is not sure about the selected.
    Unsure,
    /// What is different from a named state, or from what somebody left.
    Compare,
    /// What is to be looked at again, and on which frames.
    Issue,
    /// What links the instance that was selected first to the others.
    Relate,
    /// In which role the selected take part in the event.
    Role,
    /// How much of the selected is seen, in per cent.
    Visible,
    /// Which instances of the frame are to be selected.
    Find,
    /// What happened to the selected instance, or in the file.
    History,
    /// What the schema tells of the label at hand.
    Guide,
    /// Which keypoints the active label has.
    Template,
    /// The labels and questions of the project.
    Schema,
    /// Simplify, smooth or grow the selected.
    Border,
    /// Sequences that may be wrong.
    Doubts,
    /// Which other sequence the selected one is.
    Identity,
    /// Which sequences of clips that overlap are one object.
    Stitch,
    /// Which sequence of another file the selected one is.
    SameObject,
    /// The name of the selected sequence.
    SequenceName,
    /// A text by which lanes are found.
    FilterLanes,
    /// The check of what is covered.
    Coverage,
    /// What breaks the schema's rules.
    Problems,
    /// Settings.
    Settings,
    /// Frame number.
    GoToFrame,
    /// Which frames of the video are annotated.
    WorkFrames,
    /// Which stretches of the video become clips.
    CutClips,
    /// To which frames the work goes when the video was replaced.
    Retime,
    /// Which videos go together.
    Cameras,
    /// Command palette.
    Palette,
    /// Key sheet.
    Keys,
    /// Tour.
    Tour,
    /// Manual.
    Manual,
    /// About.
    About,
}

/// Something drawn over the picture to aim by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aid {
    /// Lines through the pointer.
    Crosshair,
    /// What is around the pointer, enlarged.
    Magnifier,
    /// Each sequence in a colour of its own.
    SequenceColors,
    /// Where the selected sequences are at the keyframes around.
    Ghosts,
    /// The lanes of sequences over the timeline.
    Lanes,
    /// Small pictures of the selected sequence at its keyframes.
    Keyframes,
    /// Scales along the borders of the canvas, from which guides are pulled.
    Rulers,
}

/// A short message to the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What, why, what next.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
    /// A command that helps, shown as a button.
    pub action: Option<Command>,
}

impl Notice {
    /// Plain information.
    pub fn info(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_error: false, action: None }
    }

    /// Something went wrong.
    pub fn error(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_error: true, action: None }
    }

    /// The same with a button.
    #[must_use]
    pub fn with(mut self, action: Command) -> Self {
        self.action = Some(action);
        self
    }
}

/// Something to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Write a gesture; answer with `Saved` or `NotSaved` and the same ticket.
    Commit {
        /// Grows by one each time.
        ticket: u64,
        /// What to write.
        gesture: Gesture,
    },
    /// Take the last step back; answer with `Undone`.
    Undo,
    /// Do it again; answer with `Undone`.
    Redo,
    /// Drop these on a thread.
    LetGo(FrameShapes),
    /// Read the issues of a file; answer with `IssuesLoaded`.
    LoadIssues(FileId),
    /// Read the instances of a frame; answer with `Loaded`.
    Load {
        /// The sequences and events of the file, too.
        with_sequences: bool,
        /// The file.
        file: FileId,
        /// The frame.
        frame: u64,
    },
    /// Read the instances of another frame, to be copied here; answer with `Fetched` and the same label.
    Fetch {
        /// The file.
        file: FileId,
        /// The frame.
        frame: u64,
        /// Which are wanted.
        label: Option<LabelId>,
    },
    /// Read the list of files again; answer with `FilesChanged`.
    RefreshFiles,
    /// Keep a half-drawn shape; empty content forgets it.
    SaveDraft {
        /// The file.
        file: FileId,
        /// The frame.
        frame: u64,
        /// The tool's name.
        tool: &'static str,
        /// The tool's own text.
        content: String,
    },
    /// Remember where the person is.
    KeepPlace {
        /// The file.
        file: FileId,
        /// The frame.
        frame: u64,
    },
    /// Search a catalogue of the project; answer with `CatalogueFound`. Only the last one matters.
    SearchCatalogue {
        /// Its name.
        catalogue: String,
        /// What is typed.
        typed: String,
    },
    /// Ask the schema's rules of all frames of a video; answer with `FileChecked`.
    CheckFile(FileId),
    /// Go so many further in the list of problems, or back.
    StepProblem(isize),
    /// Carry sequences on by what the pictures show; answer with `Carried`.
    Carry {
        /// The video.
        file: FileId,
        /// Which, from where, and in which direction.
        order: CarryOrder,
    },
    /// Something about videos that go together.
    Camera(CameraEffect),
    /// Ask something.
    Ask(Dialog),
    /// Tell something.
    Notify(Notice),
    /// Show or hide all panels.
    TogglePanels,
    /// Show or hide the thumbnails over the timeline.
    ToggleStrip,
    /// Make a second file of the video on the canvas, from which every frame is shown at once.
    MakeProxy,
    /// Take it away.
    DeleteProxy,
    /// Show or hide an aid.
    ToggleAid(Aid),
    /// Cut an instance out of the picture and add it to its label's guide.
    AddExample {
        /// The label.
        label: LabelId,
        /// Whether it shows how it is done, or how not.
        is_good: bool,
        /// What is around the instance, in image pixels.
        bounds: Rect,
        /// Where it is from.
        text: String,
    },
    /// Give the keyboard to the next panel.
    NextPane,
    /// Light or dark.
    ToggleTheme,
    /// Scale the interface by a step up or down.
    Scale(i8),
    /// Full screen or not.
    ToggleFullScreen,
    /// Open the graphics device again.
    RestartGraphics,
    /// Put text on the system's clipboard.
    CopyText(String),
    /// End the program.
    Quit,
}
