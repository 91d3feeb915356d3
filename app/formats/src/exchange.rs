//! What travels between a format and the rest of the program, in both directions.

use crate::error::{CallerError, FormatError};
use crate::problems::Problems;
use limn_core::schema::Choice;
use limn_core::schema::{Answer, AttributeId};
use limn_core::sequence::Motion;
use limn_core::{
    Camera, Clip, EventId, FileId, FileKind, FileStatus, Frames, Geometry, InstanceId, LabelId, Looked, Marks, RunId, Schema, SequenceId,
    WorkFrames,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A file that annotations lie on.
#[derive(Clone, Debug, PartialEq)]
pub struct FileItem {
    /// Its identity, where the format carries one.
    pub id: Option<FileId>,
    /// Shown name.
    pub name: String,
    /// Where it lies, as the source says: an import must not trust it (it may be absolute or hold `..`).
    pub path: String,
    /// Image, video or image sequence.
    pub kind: FileKind,
    /// Width in pixels; 0 when not known.
    pub width: u32,
    /// Height in pixels; 0 when not known.
    pub height: u32,
    /// Number of frames; 1 for an image.
    pub frames: u64,
    /// Size in bytes; 0 when not known.
    pub bytes: u64,
    /// BLAKE3 hash of its content.
    pub hash: Option<[u8; 32]>,
    /// Finished or not.
    pub status: FileStatus,
    /// How far it was looked through, labels in the schema that was given; `None`: the source says nothing of it.
    pub looked: Option<Looked>,
    /// Which of its frames are annotated.
    pub work_frames: WorkFrames,
    /// Which stretch of a source it is, where the format can say so.
    pub clip: Option<Clip>,
    /// Which videos it goes with. The clock is told by its file's identity in the source.
    pub camera: Option<Camera>,
    /// What is answered about it and its frames.
    pub answers: Vec<FileAnswer>,
    /// Foreign fields as a JSON object. See [`ImportReport::file_fields`].
    pub extra: Option<String>,
}

impl FileItem {
    /// A file of which no more than this is known: width and height in pixels, 0 when not known.
    pub fn new(path: &str, kind: FileKind, size: (u32, u32), frames: u64) -> Self {
        Self {
            id: None,
            name: path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path).to_owned(),
            path: path.to_owned(),
            kind,
            width: size.0,
            height: size.1,
            frames: frames.max(1),
            bytes: 0,
            hash: None,
            status: FileStatus::Open,
            looked: None,
            work_frames: WorkFrames::default(),
            clip: None,
            camera: None,
            answers: Vec::new(),
            extra: None,
        }
    }
}

/// An answer about a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileAnswer {
    /// The 0-based frame that is asked about; `None`: the file as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u64>,
    /// The question, in the schema that was given.
    pub attribute: AttributeId,
    /// The answer.
    pub answer: Answer,
}

/// A model run or an import of predictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunItem {
    /// Its identity, where the format carries one.
    pub id: Option<RunId>,
    /// Shown name.
    pub name: String,
}

/// One object followed through a video. Its keyframes are instances that name it.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceItem {
    /// Its identity, where the format carries one.
    pub id: Option<SequenceId>,
    /// As [`InstanceItem::file`].
    pub file: usize,
    /// What people call it in its file, from 1; an import may find it taken.
    pub number: u32,
    /// As [`InstanceItem::label`]; that of its keyframes does not count.
    pub label: LabelId,
    /// A name beside the number.
    pub name: Option<String>,
    /// What happens between keyframes.
    pub motion: Motion,
    /// The first frame on which it is gone, if it does not stay to the end.
    pub exit: Option<u64>,
    /// The sequence that stands for the same object, here or in another file, by its identity in the source.
    pub same_as: Option<SequenceId>,
    /// What holds on every frame.
    pub marks: Marks,
    /// Foreign fields as a JSON object.
    pub extra: Option<String>,
}

/// Something that happens over a range of frames.
#[derive(Clone, Debug, PartialEq)]
pub struct EventItem {
    /// Its identity, where the format carries one.
    pub id: Option<EventId>,
    /// As [`InstanceItem::file`].
    pub file: usize,
    /// When.
    pub frames: Frames,
    /// As [`InstanceItem::label`].
    pub label: LabelId,
    /// By role, the numbers of the sequences that take part, as [`MemberItem::sequence`].
    pub participants: BTreeMap<String, Vec<usize>>,
    /// How many take part that are not given: deleted ones, and those that were not chosen.
    pub missing: usize,
    /// Answers, and whether the person is unsure.
    pub marks: Marks,
    /// As [`InstanceItem::run`].
    pub run: Option<usize>,
    /// Foreign fields as a JSON object.
    pub extra: Option<String>,
}

/// What a keyframe is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberItem {
    /// Number of its sequence: 0 for the first [`SequenceItem`] that was given, and so on. Both lie on the same file.
    pub sequence: usize,
    /// Which of several parts of the object that are seen apart; 0 for most.
    pub part: u16,
}

/// One annotation.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceItem {
    /// Its identity, where the format carries one.
    pub id: Option<InstanceId>,
    /// Number of its file: 0 for the first [`FileItem`] that was given, 1 for the second, and so on.
    pub file: usize,
    /// 0-based frame in presentation order; 0 for an image.
    pub frame: u64,
    /// Its label in the schema that was given (which need not be the project's: match labels by name).
    pub label: LabelId,
    /// Where it is, in image pixels; every number is finite in what an import gives.
    pub geometry: Geometry,
    /// Role, flags, order, group.
    pub marks: Marks,
    /// Number of its run: 0 for the first [`RunItem`] that was given, and so on.
    pub run: Option<usize>,
    /// The run's confidence, 0 to 1.
    pub confidence: Option<f32>,
    /// Who made it.
    pub author: Option<String>,
    /// When it was made, in milliseconds since 1970.
    pub created: Option<i64>,
    /// Foreign fields as a JSON object, so that an export can give them back.
    pub extra: Option<String>,
    /// The sequence that it is a keyframe of.
    pub member: Option<MemberItem>,
}

/// What an importer gives. The schema, the file, the run and the sequence that an item names always come before it.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportItem {
    /// The project's name, where the format carries one.
    Project(String),
    /// The labels; at most once.
    Schema(Schema),
    /// A file.
    File(FileItem),
    /// A run.
    Run(RunItem),
    /// An object followed through a video.
    Sequence(SequenceItem),
    /// Something that happens.
    Event(EventItem),
    /// An annotation.
    Instance(InstanceItem),
}

/// What is known of a file where it is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Here {
    /// Image, video or image sequence.
    pub kind: FileKind,
    /// Width in pixels; 0 when not known.
    pub width: u32,
    /// Height in pixels; 0 when not known.
    pub height: u32,
    /// Number of frames; 0 when not known.
    pub frames: u64,
    /// Of a clip the frame of its source that its first one is; else 0.
    pub first: u64,
}

/// Takes what an importer gives.
pub trait ImportSink {
    /// What is known of a file that an item would mean, of which the annotation file does not say the size. `None`: nothing.
    fn here(&mut self, item: &FileItem) -> Option<Here> {
        let _ = item;
        None
    }

    /// Takes one item.
    ///
    /// # Errors
    /// Any error stops the import and comes back as [`FormatError::Caller`].
    fn item(&mut self, item: ImportItem) -> Result<(), CallerError>;

    /// Hears how many bytes of how many are done; `false` stops the import. A file that must be read twice has its
    /// total grow once.
    fn progress(&mut self, done_bytes: u64, total_bytes: u64) -> bool {
        let _ = (done_bytes, total_bytes);
        true
    }
}

/// What an import did. It also counts when the import stopped with an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Files given to the sink.
    pub files: u64,
    /// Sequences given to the sink.
    pub sequences: u64,
    /// Events given to the sink.
    pub events: u64,
    /// Instances given to the sink.
    pub instances: u64,
    /// Labels of the schema given to the sink.
    pub labels: u64,
    /// What was not taken over, or not as it stood.
    pub problems: Problems,
    /// The fields that stand in [`FileItem::extra`], counted: a sink that has no place for them must show these as left out.
    pub file_fields: Problems,
}

/// What an instance needs before it can be written; see [`ExportSource::for_each_place`].
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// As [`InstanceItem::file`].
    pub file: usize,
    /// As [`InstanceItem::frame`].
    pub frame: u64,
    /// As [`InstanceItem::label`].
    pub label: LabelId,
    /// As [`InstanceItem::extra`].
    pub extra: Option<&'a str>,
}

/// Takes items one by one; its errors must be handed on.
pub type Each<'a, T> = dyn FnMut(T) -> Result<(), FormatError> + 'a;

/// Gives an exporter its data, of one state of the project: each method may be called several times and must give the
/// same each time, in the same order, so that the same state gives the same bytes.
pub trait ExportSource {
    /// The project's name.
    ///
    /// # Errors
    /// Those of the source, as [`FormatError::caller`].
    fn project(&mut self) -> Result<String, FormatError>;

    /// The labels.
    ///
    /// # Errors
    /// Those of the source, as [`FormatError::caller`].
    fn schema(&mut self) -> Result<Schema, FormatError>;

    /// The runs that instances name.
    ///
    /// # Errors
    /// Those of the source, as [`FormatError::caller`].
    fn runs(&mut self) -> Result<Vec<RunItem>, FormatError>;

    /// Every file, also those without instances.
    ///
    /// # Errors
    /// Those of `each` and of the source, as [`FormatError::caller`].
    fn for_each_file(&mut self, each: &mut Each<'_, FileItem>) -> Result<(), FormatError>;

    /// On which frames of a file, by its number, what goes on through the frames is written, by formats that write it frame by
    /// frame.
    fn written_frames(&self, file: usize) -> WorkFrames {
        let _ = file;
        WorkFrames::default()
    }

    /// Every sequence, best file by file. None where the source knows of none.
    ///
    /// # Errors
    /// Those of `each` and of the source, as [`FormatError::caller`].
    fn for_each_sequence(&mut self, each: &mut Each<'_, SequenceItem>) -> Result<(), FormatError> {
        let _ = each;
        Ok(())
    }

    /// Every event, best file by file. None where the source knows of none.
    ///
    /// # Errors
    /// Those of `each` and of the source, as [`FormatError::caller`].
    fn for_each_event(&mut self, each: &mut Each<'_, EventItem>) -> Result<(), FormatError> {
        let _ = each;
        Ok(())
    }

    /// Every instance, keyframes of sequences among them; best by file, frame and id.
    ///
    /// # Errors
    /// Those of `each` and of the source, as [`FormatError::caller`].
    fn for_each_instance(&mut self, each: &mut Each<'_, InstanceItem>) -> Result<(), FormatError>;

    /// The same instances in the same order, without geometry. Some formats look through all before they write; a source
    /// that can leave the geometry undecoded should do so here.
    ///
    /// # Errors
    /// Those of `each` and of the source, as [`FormatError::caller`].
    fn for_each_place(&mut self, each: &mut dyn FnMut(Place<'_>) -> Result<(), FormatError>) -> Result<(), FormatError> {
        self.for_each_instance(&mut |item| {
            each(Place { file: item.file, frame: item.frame, label: item.label, extra: item.extra.as_deref() })
        })
    }
}

/// How COCO masks are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RleForm {
    /// `counts` as COCO's compressed text: shorter.
    #[default]
    Compressed,
    /// `counts` as a list of run lengths.
    Uncompressed,
}

/// How options that were taken are written, where a format has a place for answers. The native one writes both, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChoiceForm {
    /// The text, as it was when it was taken.
    #[default]
    Text,
    /// The number of the option.
    Id,
    /// Number and text.
    Both,
}

impl ChoiceForm {
    /// A choice as a line of text.
    pub(crate) fn text(self, choice: &Choice) -> String {
        match self {
            Self::Text => choice.text.clone(),
            Self::Id => choice.option.0.to_string(),
            Self::Both => format!("{} {}", choice.option.0, choice.text),
        }
    }
}

/// Choices of an export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportOptions {
    /// How COCO masks are written.
    pub rle: RleForm,
    /// How options that were taken are written.
    pub choices: ChoiceForm,
    /// Numbers of objects behind the lines of YOLO, which training programs do not want.
    pub track_ids: bool,
    /// The part of a data set of which this is, such as `val`, where a format has several in one folder. A name for a folder.
    pub part: Option<String>,
}

/// What an export did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportReport {
    /// Files written (each video counts as one).
    pub files: u64,
    /// Sequences written as such.
    pub sequences: u64,
    /// Events written.
    pub events: u64,
    /// Instances written.
    pub instances: u64,
    /// Size of the result in bytes.
    pub bytes: u64,
    /// What the format could not hold, counted per field.
    pub losses: Problems,
}

/// Hears how many instances are done, of how many (0 when not known); `false` stops the export.
pub type ExportProgress<'a> = dyn FnMut(u64, u64) -> bool + 'a;
