//! Changes: the words of the log. Each is a CBOR array that begins with its code; a code that this version does not know
//! is kept as its bytes, passed on, and changes nothing here.

use super::op::{definite, fixed, null};
use super::{events, issues, sequences};
use crate::camera::Camera;
use crate::clip::Clip;
use crate::event::{Event, EventSet};
use crate::file::{FileKind, FileRecord, FileStatus};
use crate::geometry::Geometry;
use crate::ids::{DeviceId, EventId, FileId, InstanceId, IssueId, LabelId, RunId, SequenceId};
use crate::instance::Instance;
use crate::issue::{Issue, IssueSet};
use crate::marks::{Mark, Role};
use crate::schema::{Answer, AttributeId};
use crate::sequence::{Member, Sequence, SequenceSet};
use crate::work_frames::WorkFrames;
use minicbor::{Decoder, Encoder};
use std::borrow::Cow;
use std::convert::Infallible;
use uuid::Uuid;

/// A register of a file, with its new value.
#[derive(Clone, Debug, PartialEq)]
pub enum FileSet {
    /// Where it lies (it was moved).
    Path(String),
    /// Its content hash became known.
    Hash([u8; 32]),
    /// Finished or not.
    Status(FileStatus),
    /// What probing found: width, height, frames.
    Media {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Frames.
        frames: u64,
    },
    /// Its size in bytes, where another one took its place.
    Bytes(u64),
    /// Taken out of the project (its instances stay in the log).
    Deleted(bool),
    /// The version of the schema that it is complete under: a gesture sets it after the status. 0 until the store gives it the
    /// number in force; `None`: nobody knows.
    CompleteUnder(Option<u64>),
    /// Which of its frames are annotated.
    WorkFrames(WorkFrames),
    /// Which stretch of a source it is.
    Clip(Option<Clip>),
    /// Which cameras it is linked with.
    Camera(Option<Camera>),
    /// A stretch of its frames was looked through, or that is no longer said.
    Stretch {
        /// Its first frame, which names it.
        first: u64,
        /// Its last frame and the version of the schema, 0 until the store gives it the number in force.
        looked: Option<(u64, u64)>,
    },
    /// A label was looked for and is not on it, or that is no longer said.
    Absent {
        /// Which label.
        label: LabelId,
        /// Whether it is said.
        absent: bool,
    },
    /// What is answered about it, or no longer.
    Answer {
        /// The frame that is asked about; `None`: the file as a whole.
        frame: Option<u64>,
        /// Which attribute.
        attribute: AttributeId,
        /// The answer.
        answer: Option<Answer>,
    },
}

/// Before the number of a frame in the name of its register.
const FRAME: &str = "frame ";
/// Between it and the number of the attribute; of the file as a whole, before that.
const ANSWER: &str = "attribute ";
/// Before the first frame of a stretch that was looked through.
const STRETCH: &str = "stretch ";
/// Before the number of a label that is said to be absent.
const ABSENT: &str = "absent ";

/// A register of an instance, with its new value.
#[derive(Clone, Debug, PartialEq)]
pub enum InstanceSet {
    /// What it is.
    Label(LabelId),
    /// Where it is.
    Geometry(Geometry),
    /// Deleted or restored.
    Deleted(bool),
    /// Which sequence it is a keyframe of.
    Member(Option<Member>),
    /// On which frame: its video was replaced by one with others.
    Frame(u64),
    /// Something marked, or no longer.
    Mark(Mark),
}

impl InstanceSet {
    /// The register's name.
    pub fn register(&self) -> Cow<'static, str> {
        match self {
            Self::Label(_) => "label".into(),
            Self::Geometry(_) => "geometry".into(),
            Self::Deleted(_) => "deleted".into(),
            Self::Member(_) => "sequence".into(),
            Self::Frame(_) => "frame".into(),
            Self::Mark(mark) => mark.register(),
        }
    }
}

impl FileSet {
    /// The register's name.
    pub fn register(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Path(_) => "path",
            Self::Hash(_) => "hash",
            Self::Status(_) => "status",
            Self::Media { .. } => "media",
            Self::Bytes(_) => "bytes",
            Self::Deleted(_) => "deleted",
            Self::CompleteUnder(_) => "complete under",
            Self::WorkFrames(_) => "work frames",
            Self::Clip(_) => "clip",
            Self::Camera(_) => "camera",
            Self::Stretch { first, .. } => return format!("{STRETCH}{first}").into(),
            Self::Absent { label, .. } => return format!("{ABSENT}{label}").into(),
            Self::Answer { frame: None, attribute, .. } => return format!("{ANSWER}{attribute}").into(),
            Self::Answer { frame: Some(frame), attribute, .. } => return format!("{FRAME}{frame} {ANSWER}{attribute}").into(),
        })
    }
}

/// A model run or an import, named by the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRun {
    /// Its identity.
    pub id: RunId,
    /// Shown name.
    pub name: String,
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The project's name.
    ProjectName(String),
    /// A file joined the project.
    FileAdd(Box<FileRecord>),
    /// A register of a file.
    FileSet {
        /// Which file.
        id: FileId,
        /// Register and value.
        set: FileSet,
    },
    /// A new annotation.
    InstanceAdd(Box<Instance>),
    /// A register of an annotation.
    InstanceSet {
        /// Which instance.
        id: InstanceId,
        /// Register and value.
        set: InstanceSet,
    },
    /// A new sequence; its keyframes are instances of their own.
    SequenceAdd(Box<Sequence>),
    /// A register of a sequence.
    SequenceSet {
        /// Which sequence.
        id: SequenceId,
        /// Register and value.
        set: SequenceSet,
    },
    /// A new event.
    EventAdd(Box<Event>),
    /// A register of an event.
    EventSet {
        /// Which event.
        id: EventId,
        /// Register and value.
        set: EventSet,
    },
    /// A new issue.
    IssueAdd(Box<Issue>),
    /// A register of an issue.
    IssueSet {
        /// Which issue.
        id: IssueId,
        /// Register and value.
        set: IssueSet,
    },
    /// A schema version: its number and its canonical JSON document.
    SchemaPublish {
        /// 1, 2, 3 …; 0 until the store gives it the next.
        number: u64,
        /// See [`crate::schema::Schema::to_document`].
        document: String,
    },
    /// A model run or import.
    RunAdd(NewRun),
    /// A name for a position of the log.
    Snapshot {
        /// Unique; the first use wins.
        name: String,
        /// Last sequence number of each device that belongs to it.
        vector: Vec<(DeviceId, u64)>,
    },
    /// Written by a newer version; its CBOR bytes.
    Unknown(Vec<u8>),
}

const PROJECT_NAME: u64 = 1;
const FILE_ADD: u64 = 2;
const FILE_SET: u64 = 3;
const INSTANCE_ADD: u64 = 4;
const INSTANCE_SET: u64 = 5;
const SCHEMA_PUBLISH: u64 = 6;
const RUN_ADD: u64 = 7;
const SNAPSHOT: u64 = 8;
pub(super) const SEQUENCE_ADD: u64 = 20;
pub(super) const SEQUENCE_SET: u64 = 21;
pub(super) const EVENT_ADD: u64 = 22;
pub(super) const EVENT_SET: u64 = 23;
pub(super) const ISSUE_ADD: u64 = 24;
pub(super) const ISSUE_SET: u64 = 25;

/// Changes as bytes: a CBOR array, without an envelope (for tables that are views of the log).
pub fn changes_to_bytes(changes: &[Change]) -> Vec<u8> {
    let mut e = Encoder::new(Vec::new());
    let written = e.array(changes.len() as u64).map(drop).and_then(|()| changes.iter().try_for_each(|change| write_change(&mut e, change)));
    match written {
        Ok(()) => e.into_writer(),
        Err(error) => match error.into_write() {
            // Writing into a Vec cannot fail.
            None => Vec::new(),
        },
    }
}

/// The changes in bytes that [`changes_to_bytes`] wrote.
///
/// # Errors
/// When the bytes are anything else.
pub fn changes_from_bytes(bytes: &[u8]) -> Result<Vec<Change>, super::OpDecodeError> {
    let mut d = Decoder::new(bytes);
    let mut changes = Vec::new();
    for _ in 0..definite(d.array()?)? {
        changes.push(read_change(&mut d)?);
    }
    Ok(changes)
}

pub(super) type EncodeError = minicbor::encode::Error<Infallible>;
pub(super) type DecodeError = minicbor::decode::Error;

pub(super) fn write_change(e: &mut Encoder<Vec<u8>>, change: &Change) -> Result<(), EncodeError> {
    match change {
        Change::ProjectName(name) => {
            e.array(2)?.u64(PROJECT_NAME)?.str(name)?;
        }
        Change::FileAdd(file) => {
            e.array(11)?.u64(FILE_ADD)?.bytes(file.id.as_bytes())?.str(&file.name)?.str(&file.path)?.str(file.kind.as_str())?;
            e.u32(file.width)?.u32(file.height)?.u64(file.frames)?.u64(file.bytes)?;
            match &file.hash {
                Some(hash) => e.bytes(hash)?,
                None => e.null()?,
            };
            e.bool(file.status == FileStatus::Complete)?;
        }
        Change::FileSet { id, set } => {
            let len = if matches!(set, FileSet::Media { .. }) { 6 } else { 4 };
            e.array(len)?.u64(FILE_SET)?.bytes(id.as_bytes())?.str(&set.register())?;
            match set {
                FileSet::Path(path) => e.str(path)?,
                FileSet::Hash(hash) => e.bytes(hash)?,
                FileSet::Status(status) => e.bool(*status == FileStatus::Complete)?,
                FileSet::Media { width, height, frames } => e.u32(*width)?.u32(*height)?.u64(*frames)?,
                FileSet::Bytes(bytes) => e.u64(*bytes)?,
                FileSet::Deleted(deleted) => e.bool(*deleted)?,
                FileSet::CompleteUnder(Some(number)) => e.u64(*number)?,
                FileSet::CompleteUnder(None) => e.null()?,
                FileSet::WorkFrames(frames) => frames.write(e)?,
                FileSet::Clip(Some(clip)) => e.array(2)?.bytes(clip.of.as_bytes())?.u64(clip.first)?,
                FileSet::Camera(Some(camera)) => e.array(2)?.bytes(camera.clock.as_bytes())?.i64(camera.offset_us)?,
                FileSet::Stretch { looked: Some((last, under)), .. } => e.array(2)?.u64(*last)?.u64(*under)?,
                FileSet::Clip(None) | FileSet::Camera(None) | FileSet::Stretch { looked: None, .. } => e.null()?,
                FileSet::Absent { absent, .. } => e.bool(*absent)?,
                FileSet::Answer { answer: Some(answer), .. } => {
                    answer.write(e)?;
                    e
                }
                FileSet::Answer { answer: None, .. } => e.null()?,
            };
        }
        Change::InstanceAdd(instance) => write_instance(e, instance)?,
        Change::InstanceSet { id, set } => {
            e.array(4)?.u64(INSTANCE_SET)?.bytes(id.as_bytes())?.str(&set.register())?;
            match set {
                InstanceSet::Label(label) => drop(e.u32(label.0)?),
                InstanceSet::Geometry(geometry) => drop(e.bytes(&geometry.to_bytes())?),
                InstanceSet::Deleted(deleted) => drop(e.bool(*deleted)?),
                InstanceSet::Member(None) => drop(e.null()?),
                InstanceSet::Member(Some(member)) => drop(e.array(2)?.bytes(member.sequence.as_bytes())?.u16(member.part)?),
                InstanceSet::Frame(frame) => drop(e.u64(*frame)?),
                InstanceSet::Mark(mark) => mark.write_value(e)?,
            }
        }
        Change::SequenceAdd(sequence) => sequences::write_add(e, sequence)?,
        Change::SequenceSet { id, set } => sequences::write_set(e, *id, set)?,
        Change::EventAdd(event) => events::write_add(e, event)?,
        Change::EventSet { id, set } => events::write_set(e, *id, set)?,
        Change::IssueAdd(issue) => issues::write_add(e, issue)?,
        Change::IssueSet { id, set } => issues::write_set(e, *id, set)?,
        Change::SchemaPublish { number, document } => {
            e.array(3)?.u64(SCHEMA_PUBLISH)?.u64(*number)?.str(document)?;
        }
        Change::RunAdd(run) => {
            e.array(3)?.u64(RUN_ADD)?.bytes(run.id.as_bytes())?.str(&run.name)?;
        }
        Change::Snapshot { name, vector } => {
            e.array(3)?.u64(SNAPSHOT)?.str(name)?.array(vector.len() as u64)?;
            for (device, seq) in vector {
                e.array(2)?.bytes(&device.0)?.u64(*seq)?;
            }
        }
        Change::Unknown(bytes) => e.writer_mut().extend_from_slice(bytes),
    }
    Ok(())
}

/// `[4, id, file, frame, label, geometry, options]`; options is a map of what is rarely there, keys in order.
fn write_instance(e: &mut Encoder<Vec<u8>>, instance: &Instance) -> Result<(), EncodeError> {
    e.array(7)?.u64(INSTANCE_ADD)?.bytes(instance.id.as_bytes())?.bytes(instance.file.as_bytes())?;
    e.u64(instance.frame)?.u32(instance.label.0)?.bytes(&instance.geometry.to_bytes())?;
    if instance.marks.is_none() {
        return write_options(e, instance, &[]);
    }
    let marks: Vec<Mark> = instance.marks.set_ones().collect();
    write_options(e, instance, &marks)
}

/// In the order of deterministic CBOR: by length of the key, then bytewise.
fn write_options(e: &mut Encoder<Vec<u8>>, instance: &Instance, marks: &[Mark]) -> Result<(), EncodeError> {
    let part = instance.member.filter(|member| member.part != 0);
    let others =
        [instance.run.is_some(), part.is_some(), instance.extra.is_some(), instance.member.is_some(), instance.confidence.is_some()];
    e.map((others.iter().filter(|there| **there).count() + marks.len()) as u64)?;
    let mut marks = marks.iter().peekable();
    let mut marks_before = |key: &str, e: &mut Encoder<Vec<u8>>| -> Result<(), EncodeError> {
        while let Some(mark) = marks.next_if(|mark| (mark.register().len(), &*mark.register()) < (key.len(), key)) {
            e.str(&mark.register())?;
            mark.write_value(e)?;
        }
        Ok(())
    };
    if let Some(run) = instance.run {
        e.str("run")?.bytes(run.as_bytes())?;
    }
    marks_before("part", e)?;
    if let Some(member) = part {
        e.str("part")?.u16(member.part)?;
    }
    marks_before("extra", e)?;
    if let Some(extra) = &instance.extra {
        e.str("extra")?.str(extra)?;
    }
    marks_before("sequence", e)?;
    if let Some(member) = instance.member {
        e.str("sequence")?.bytes(member.sequence.as_bytes())?;
    }
    marks_before("confidence", e)?;
    if let Some(confidence) = instance.confidence {
        e.str("confidence")?.f32(confidence)?;
    }
    // Longer than any name.
    marks_before("~~~~~~~~~~~~~~~~~~~~~~~~", e)
}

fn member(d: &mut Decoder<'_>) -> Result<Option<Member>, DecodeError> {
    if null(d)? {
        return Ok(None);
    }
    definite(d.array()?)?;
    Ok(Some(Member { sequence: SequenceId(uuid(d)?), part: d.u16()? }))
}

pub(super) fn read_change(d: &mut Decoder<'_>) -> Result<Change, DecodeError> {
    let start = d.position();
    let len = definite(d.array()?)?;
    let code = if len == 0 { 0 } else { d.u64()? };
    let known = match (code, len) {
        (PROJECT_NAME, 2) => Some(Change::ProjectName(d.str()?.to_owned())),
        (FILE_ADD, 11) => Some(read_file(d)?),
        (FILE_SET, 4 | 6) => read_file_set(d)?,
        (INSTANCE_ADD, 7) => Some(read_instance(d)?),
        (INSTANCE_SET, 4) => read_instance_set(d)?,
        (SEQUENCE_ADD, 6) => Some(sequences::read_add(d)?),
        (SEQUENCE_SET, 4) => sequences::read_set(d)?,
        (EVENT_ADD, 7) => events::read_add(d)?,
        (EVENT_SET, 4) => events::read_set(d)?,
        (ISSUE_ADD, 7) => issues::read_add(d)?,
        (ISSUE_SET, 4) => issues::read_set(d)?,
        (SCHEMA_PUBLISH, 3) => Some(Change::SchemaPublish { number: d.u64()?, document: d.str()?.to_owned() }),
        (RUN_ADD, 3) => Some(Change::RunAdd(NewRun { id: RunId(uuid(d)?), name: d.str()?.to_owned() })),
        (SNAPSHOT, 3) => {
            let name = d.str()?.to_owned();
            let mut vector = Vec::new();
            for _ in 0..definite(d.array()?)? {
                definite(d.array()?)?;
                vector.push((DeviceId(fixed(d.bytes()?)?), d.u64()?));
            }
            Some(Change::Snapshot { name, vector })
        }
        _ => None,
    };
    match known {
        Some(change) => Ok(change),
        None => {
            d.set_position(start);
            d.skip()?;
            Ok(Change::Unknown(d.input()[start..d.position()].to_vec()))
        }
    }
}

pub(super) fn uuid(d: &mut Decoder<'_>) -> Result<Uuid, DecodeError> {
    Ok(Uuid::from_bytes(fixed(d.bytes()?)?))
}

fn status(complete: bool) -> FileStatus {
    if complete { FileStatus::Complete } else { FileStatus::Open }
}

fn geometry(d: &mut Decoder<'_>) -> Result<Geometry, DecodeError> {
    Geometry::from_bytes(d.bytes()?).map_err(DecodeError::custom)
}

fn read_file(d: &mut Decoder<'_>) -> Result<Change, DecodeError> {
    Ok(Change::FileAdd(Box::new(FileRecord {
        id: FileId(uuid(d)?),
        name: d.str()?.to_owned(),
        path: d.str()?.to_owned(),
        kind: FileKind::from_name(d.str()?).ok_or_else(|| DecodeError::message("unknown kind of file"))?,
        width: d.u32()?,
        height: d.u32()?,
        frames: d.u64()?,
        bytes: d.u64()?,
        hash: if null(d)? { None } else { Some(fixed(d.bytes()?)?) },
        status: status(d.bool()?),
        clip: None,
        camera: None,
    })))
}

/// Frame and attribute of a file's register that holds an answer.
fn answer_register(register: &str) -> Option<(Option<u64>, AttributeId)> {
    let (frame, rest) = match register.strip_prefix(FRAME) {
        Some(rest) => {
            let (frame, rest) = rest.split_once(' ')?;
            (Some(frame.parse().ok()?), rest)
        }
        None => (None, register),
    };
    let attribute = AttributeId(rest.strip_prefix(ANSWER)?.parse().ok()?);
    Some((frame, attribute))
}

/// The inside of an array of two; `None` for null.
fn pair<'d, 'b>(d: &'d mut Decoder<'b>) -> Result<Option<&'d mut Decoder<'b>>, DecodeError> {
    if null(d)? {
        return Ok(None);
    }
    match definite(d.array()?)? {
        2 => Ok(Some(d)),
        _ => Err(DecodeError::message("two values were expected")),
    }
}

fn read_file_set(d: &mut Decoder<'_>) -> Result<Option<Change>, DecodeError> {
    let id = FileId(uuid(d)?);
    let set = match d.str()? {
        "path" => FileSet::Path(d.str()?.to_owned()),
        "hash" => FileSet::Hash(fixed(d.bytes()?)?),
        "status" => FileSet::Status(status(d.bool()?)),
        "bytes" => FileSet::Bytes(d.u64()?),
        "media" => FileSet::Media { width: d.u32()?, height: d.u32()?, frames: d.u64()? },
        "deleted" => FileSet::Deleted(d.bool()?),
        "complete under" => FileSet::CompleteUnder(if null(d)? { None } else { Some(d.u64()?) }),
        "work frames" => return Ok(WorkFrames::read(d)?.map(|frames| Change::FileSet { id, set: FileSet::WorkFrames(frames) })),
        "clip" => FileSet::Clip(pair(d)?.map(|d| Ok(Clip { of: FileId(uuid(d)?), first: d.u64()? })).transpose()?),
        "camera" => FileSet::Camera(pair(d)?.map(|d| Ok(Camera { clock: FileId(uuid(d)?), offset_us: d.i64()? })).transpose()?),
        register => {
            if let Some(first) = register.strip_prefix(STRETCH) {
                let Ok(first) = first.parse() else { return Ok(None) };
                let looked = pair(d)?.map(|d| Ok((d.u64()?, d.u64()?))).transpose()?;
                return Ok(Some(Change::FileSet { id, set: FileSet::Stretch { first, looked } }));
            }
            if let Some(label) = register.strip_prefix(ABSENT) {
                let Ok(label) = label.parse() else { return Ok(None) };
                return Ok(Some(Change::FileSet { id, set: FileSet::Absent { label: LabelId(label), absent: d.bool()? } }));
            }
            let Some((frame, attribute)) = answer_register(register) else { return Ok(None) };
            let answer = match null(d)? {
                true => None,
                // A kind of answer that this version does not know is kept as it is.
                false => match Answer::read(d)? {
                    Some(answer) => Some(answer),
                    None => return Ok(None),
                },
            };
            FileSet::Answer { frame, attribute, answer }
        }
    };
    Ok(Some(Change::FileSet { id, set }))
}

fn read_instance_set(d: &mut Decoder<'_>) -> Result<Option<Change>, DecodeError> {
    let id = InstanceId(uuid(d)?);
    let set = match d.str()? {
        "label" => InstanceSet::Label(LabelId(d.u32()?)),
        "geometry" => InstanceSet::Geometry(geometry(d)?),
        "deleted" => InstanceSet::Deleted(d.bool()?),
        "sequence" => InstanceSet::Member(member(d)?),
        "frame" => InstanceSet::Frame(d.u64()?),
        register => match Mark::read_value(register, d)? {
            Some(mark) => InstanceSet::Mark(mark),
            None => return Ok(None),
        },
    };
    Ok(Some(Change::InstanceSet { id, set }))
}

fn read_instance(d: &mut Decoder<'_>) -> Result<Change, DecodeError> {
    let (id, file) = (InstanceId(uuid(d)?), FileId(uuid(d)?));
    let (frame, label) = (d.u64()?, LabelId(d.u32()?));
    let mut instance = Instance::new(id, file, frame, label, geometry(d)?);
    let mut part = 0;
    for _ in 0..definite(d.map()?)? {
        match d.str()? {
            "run" => instance.run = Some(RunId(uuid(d)?)),
            // How the first versions wrote the role.
            "crowd" if d.bool()? => drop(instance.marks.set(Mark::Role(Role::Crowd))),
            "crowd" => {}
            "extra" => instance.extra = Some(d.str()?.to_owned()),
            "part" => part = d.u16()?,
            "sequence" => instance.member = Some(Member { sequence: SequenceId(uuid(d)?), part: 0 }),
            "confidence" => instance.confidence = Some(d.f32()?),
            register => {
                let start = d.position();
                match Mark::read_value(register, d)? {
                    Some(mark) => drop(instance.marks.set(mark)),
                    None => {
                        d.set_position(start);
                        d.skip()?;
                    }
                }
            }
        }
    }
    if let Some(member) = &mut instance.member {
        member.part = part;
    }
    Ok(Change::InstanceAdd(Box::new(instance)))
}
