//! The envelope of an operation and its canonical bytes.
//!
//! One operation is one gesture: a list of changes that happen together or not at all. Its bytes are deterministic CBOR
//! (RFC 8949, 4.2.1: definite lengths, shortest integers, map keys in bytewise order of their encoding), and their
//! BLAKE3 hash is its name. `prev` chains a device's operations; `base` names what the editor had seen of each register
//! that it sets; `lamport` = 1 + max(lamport of `prev` and of every `base`) orders; `wall` is only shown.

use super::change::{Change, read_change, write_change};
use crate::ids::{DeviceId, OpId, ProjectId};
use minicbor::{Decoder, Encoder};
use std::convert::Infallible;
use uuid::Uuid;

/// Version of the envelope that this program writes.
const VERSION: u8 = 1;

/// The kinds of operations that this version writes. Others are kept, shown and passed on.
pub mod kind {
    /// A person's gesture on instances.
    pub const EDIT: &str = "edit";
    /// A stretch of a bulk import.
    pub const IMPORT: &str = "import";
    /// The inverse of an earlier operation of the same device.
    pub const UNDO: &str = "undo";
    /// An undone operation done again.
    pub const REDO: &str = "redo";
    /// Files added, found again, hashed, finished.
    pub const FILES: &str = "files";
    /// A schema version published.
    pub const SCHEMA: &str = "schema";
    /// A position of the log named.
    pub const SNAPSHOT: &str = "snapshot";
    /// The project made or renamed.
    pub const PROJECT: &str = "project";
}

/// What a person or a program asks to have written: one operation without its envelope.
#[derive(Clone, Debug, PartialEq)]
pub struct Gesture {
    /// See [`kind`].
    pub kind: &'static str,
    /// What was done, in English ("Draw box").
    pub title: String,
    /// The entity that it is mostly about.
    pub target: Option<Uuid>,
    /// In order; all or none.
    pub changes: Vec<Change>,
}

/// How an operation stands to an earlier one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UndoLink {
    /// A change of its own.
    #[default]
    None,
    /// Takes back the step that began with this sequence number of the same device.
    Undoes(u64),
    /// Does again the step that began with this sequence number of the same device.
    Redoes(u64),
}

/// What an operation does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpBody {
    /// In order; all or none.
    pub changes: Vec<Change>,
    /// What the person did, for undo and history ("Draw box"); English, translated when shown.
    pub title: String,
    /// First sequence number of the step that this operation belongs to, for steps of several operations (imports).
    pub group: Option<u64>,
    /// Undo and redo.
    pub link: UndoLink,
}

/// An operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Op {
    /// The project.
    pub project: ProjectId,
    /// The device that wrote it.
    pub device: DeviceId,
    /// 1, 2, 3 … for each device without gaps.
    pub seq: u64,
    /// The device's operation before this one; `None` for the first.
    pub prev: Option<OpId>,
    /// Logical time (see the module).
    pub lamport: u64,
    /// Milliseconds since 1970 by the device's clock; shown, never used to decide.
    pub wall: i64,
    /// Who.
    pub user: String,
    /// See [`kind`].
    pub kind: String,
    /// The entity that it is mostly about: a file, a run.
    pub target: Option<Uuid>,
    /// What the editor had seen of the registers that it sets.
    pub base: Vec<OpId>,
    /// Hash of the schema document in force.
    pub schema: Option<[u8; 32]>,
    /// The task that it was made in.
    pub task: Option<Uuid>,
    /// Lease epoch or provisional claim under which it was made.
    pub claim: Option<u64>,
    /// What it does.
    pub body: OpBody,
}

/// Bytes that are no operation.
#[derive(Debug, thiserror::Error)]
pub enum OpDecodeError {
    /// Not CBOR, or a field is missing or of the wrong type.
    #[error("the operation is damaged ({0})")]
    Damaged(#[from] minicbor::decode::Error),
    /// The envelope is of a later version.
    #[error("the operation was written by a newer version of Limn (envelope {0})")]
    Newer(u8),
}

impl Op {
    /// The canonical bytes (see the module).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut e = Encoder::new(Vec::with_capacity(256));
        match self.encode(&mut e) {
            Ok(()) => e.into_writer(),
            Err(error) => match error.into_write() {
                // Writing into a Vec cannot fail, and `encode` raises no error of its own.
                None => Vec::new(),
            },
        }
    }

    fn encode(&self, e: &mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<Infallible>> {
        e.map(15)?;
        e.str("v")?.u8(VERSION)?;
        e.str("seq")?.u64(self.seq)?;
        e.str("base")?.array(self.base.len() as u64)?;
        for id in &self.base {
            e.bytes(&id.0)?;
        }
        e.str("body")?;
        self.encode_body(e)?;
        e.str("kind")?.str(&self.kind)?;
        e.str("prev")?;
        optional_bytes(e, self.prev.as_ref().map(|id| &id.0[..]))?;
        e.str("task")?;
        optional_bytes(e, self.task.as_ref().map(|id| &id.as_bytes()[..]))?;
        e.str("user")?.str(&self.user)?;
        e.str("wall")?.i64(self.wall)?;
        e.str("claim")?;
        match self.claim {
            Some(claim) => e.u64(claim)?,
            None => e.null()?,
        };
        e.str("device")?.bytes(&self.device.0)?;
        e.str("schema")?;
        optional_bytes(e, self.schema.as_ref().map(|hash| &hash[..]))?;
        e.str("target")?;
        optional_bytes(e, self.target.as_ref().map(|id| &id.as_bytes()[..]))?;
        e.str("lamport")?.u64(self.lamport)?;
        e.str("project")?.bytes(self.project.as_bytes())?;
        Ok(())
    }

    fn encode_body(&self, e: &mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<Infallible>> {
        let body = &self.body;
        let fields = 2 + u64::from(body.group.is_some()) + u64::from(body.link != UndoLink::None);
        e.map(fields)?;
        if let Some(group) = body.group {
            e.str("group")?.u64(group)?;
        }
        e.str("title")?.str(&body.title)?;
        match body.link {
            UndoLink::None => {}
            UndoLink::Redoes(seq) => {
                e.str("redoes")?.u64(seq)?;
            }
            UndoLink::Undoes(seq) => {
                e.str("undoes")?.u64(seq)?;
            }
        }
        e.str("changes")?.array(body.changes.len() as u64)?;
        for change in &body.changes {
            write_change(e, change)?;
        }
        Ok(())
    }

    /// The operation in these bytes.
    ///
    /// # Errors
    /// [`OpDecodeError`] when they are damaged or of a later envelope version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OpDecodeError> {
        let mut d = Decoder::new(bytes);
        let mut op = Self {
            project: ProjectId(Uuid::nil()),
            device: DeviceId([0; 16]),
            seq: 0,
            prev: None,
            lamport: 0,
            wall: 0,
            user: String::new(),
            kind: String::new(),
            target: None,
            base: Vec::new(),
            schema: None,
            task: None,
            claim: None,
            body: OpBody::default(),
        };
        for _ in 0..definite(d.map()?)? {
            match d.str()? {
                "v" => match d.u8()? {
                    VERSION => {}
                    newer => return Err(OpDecodeError::Newer(newer)),
                },
                "seq" => op.seq = d.u64()?,
                "base" => {
                    for _ in 0..definite(d.array()?)? {
                        op.base.push(OpId(fixed(d.bytes()?)?));
                    }
                }
                "body" => op.body = decode_body(&mut d)?,
                "kind" => op.kind = d.str()?.to_owned(),
                "prev" => op.prev = optional(&mut d)?.map(OpId),
                "task" => op.task = optional(&mut d)?.map(Uuid::from_bytes),
                "user" => op.user = d.str()?.to_owned(),
                "wall" => op.wall = d.i64()?,
                "claim" => op.claim = if null(&mut d)? { None } else { Some(d.u64()?) },
                "device" => op.device = DeviceId(fixed(d.bytes()?)?),
                "schema" => op.schema = optional(&mut d)?,
                "target" => op.target = optional(&mut d)?.map(Uuid::from_bytes),
                "lamport" => op.lamport = d.u64()?,
                "project" => op.project = ProjectId(Uuid::from_bytes(fixed(d.bytes()?)?)),
                _ => d.skip()?,
            }
        }
        Ok(op)
    }
}

fn decode_body(d: &mut Decoder<'_>) -> Result<OpBody, minicbor::decode::Error> {
    let mut body = OpBody::default();
    for _ in 0..definite(d.map()?)? {
        match d.str()? {
            "group" => body.group = Some(d.u64()?),
            "title" => body.title = d.str()?.to_owned(),
            "redoes" => body.link = UndoLink::Redoes(d.u64()?),
            "undoes" => body.link = UndoLink::Undoes(d.u64()?),
            "changes" => {
                for _ in 0..definite(d.array()?)? {
                    body.changes.push(read_change(d)?);
                }
            }
            _ => d.skip()?,
        }
    }
    Ok(body)
}

fn optional_bytes(e: &mut Encoder<Vec<u8>>, bytes: Option<&[u8]>) -> Result<(), minicbor::encode::Error<Infallible>> {
    match bytes {
        Some(bytes) => e.bytes(bytes)?,
        None => e.null()?,
    };
    Ok(())
}

pub(crate) fn definite(len: Option<u64>) -> Result<u64, minicbor::decode::Error> {
    len.ok_or_else(|| minicbor::decode::Error::message("indefinite length"))
}

pub(super) fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], minicbor::decode::Error> {
    bytes.try_into().ok().ok_or_else(|| minicbor::decode::Error::message("wrong length of an id or hash"))
}

pub(super) fn null(d: &mut Decoder<'_>) -> Result<bool, minicbor::decode::Error> {
    let is_null = d.datatype()? == minicbor::data::Type::Null;
    if is_null {
        d.null()?;
    }
    Ok(is_null)
}

fn optional<const N: usize>(d: &mut Decoder<'_>) -> Result<Option<[u8; N]>, minicbor::decode::Error> {
    if null(d)? { Ok(None) } else { fixed(d.bytes()?).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Geometry, Rect};
    use crate::ids::{FileId, InstanceId, LabelId};
    use crate::instance::Instance;
    use crate::log::InstanceSet;

    fn op() -> Op {
        let instance = Instance {
            id: InstanceId::from_parts(1, [1; 10]),
            file: FileId::from_parts(2, [2; 10]),
            frame: 374,
            label: LabelId(3),
            geometry: Geometry::Box(Rect::from_xywh(1.5, 2.0, 3.0, 4.0)),
            marks: crate::marks::Marks::one(crate::marks::Mark::Role(crate::marks::Role::Crowd)),
            run: None,
            confidence: Some(0.25),
            extra: Some(r#"{"a":1}"#.into()),
            member: None,
        };
        Op {
            project: ProjectId::from_parts(3, [3; 10]),
            device: DeviceId([7; 16]),
            seq: 12,
            prev: Some(OpId([9; 32])),
            lamport: 30,
            wall: -5,
            user: "ada".into(),
            kind: kind::EDIT.into(),
            target: Some(Uuid::from_bytes([4; 16])),
            base: vec![OpId([8; 32])],
            schema: Some([5; 32]),
            task: None,
            claim: Some(2),
            body: OpBody {
                changes: vec![
                    Change::InstanceAdd(Box::new(instance.clone())),
                    Change::InstanceSet { id: instance.id, set: InstanceSet::Deleted(true) },
                    Change::Unknown(vec![0x82, 0x18, 0xc8, 0x61, 0x78]),
                ],
                title: "Draw box".into(),
                group: Some(11),
                link: UndoLink::Undoes(4),
            },
        }
    }

    #[test]
    fn bytes_come_back_and_are_canonical() {
        let bytes = op().to_bytes();
        let again = Op::from_bytes(&bytes).unwrap();
        assert_eq!(again, op());
        assert_eq!(again.to_bytes(), bytes);
        assert_eq!(OpId::of(&bytes), OpId::of(&op().to_bytes()));
    }

    #[test]
    fn answers_about_files_and_frames_come_back_and_other_ones_are_kept() {
        use crate::log::{FileSet, changes_from_bytes, changes_to_bytes};
        use crate::schema::{Answer, AttributeId};
        let id = FileId::from_parts(2, [2; 10]);
        let set = |frame, answer| Change::FileSet { id, set: FileSet::Answer { frame, attribute: AttributeId(3), answer } };
        let changes = [set(None, Some(Answer::Bool(true))), set(Some(700), Some(Answer::Text("x".into()))), set(Some(0), None)];
        let bytes = changes_to_bytes(&changes);
        assert_eq!(changes_from_bytes(&bytes).unwrap(), changes);
        // Another kind of answer, and a register of a newer version.
        for (register, value) in [("attribute 3", [0x81, 0x18, 0x63].as_slice()), ("frame x attribute 3", &[0xf6]), ("frame 3", &[0xf6])] {
            let mut e = Encoder::new(Vec::new());
            e.array(1).unwrap().array(4).unwrap().u64(3).unwrap().bytes(id.as_bytes()).unwrap().str(register).unwrap();
            e.writer_mut().extend_from_slice(value);
            let bytes = e.into_writer();
            let read = changes_from_bytes(&bytes).unwrap();
            assert!(matches!(read.as_slice(), [Change::Unknown(_)]), "{register}: {read:?}");
            assert_eq!(changes_to_bytes(&read), bytes);
        }
    }

    #[test]
    fn how_far_a_file_was_looked_through_comes_back() {
        use crate::LabelId;
        use crate::log::{FileSet, changes_from_bytes, changes_to_bytes};
        let id = FileId::from_parts(2, [2; 10]);
        let absent = |label, absent| FileSet::Absent { label: LabelId(label), absent };
        let sets = [FileSet::CompleteUnder(Some(7)), FileSet::CompleteUnder(None), absent(3, true), absent(u32::MAX, false)];
        let changes = sets.map(|set| Change::FileSet { id, set });
        assert_eq!(changes_from_bytes(&changes_to_bytes(&changes)).unwrap(), changes);
        let registers =
            changes.map(|change| if let Change::FileSet { set, .. } = change { set.register().into_owned() } else { String::new() });
        assert_eq!(registers, ["complete under", "complete under", "absent 3", "absent 4294967295"]);
    }

    #[test]
    fn clips_cameras_and_stretches_come_back_and_damaged_ones_are_refused() {
        use crate::log::{FileSet, changes_from_bytes, changes_to_bytes};
        use crate::{Camera, Clip};
        let id = FileId::from_parts(2, [2; 10]);
        let of = FileId::from_parts(3, [3; 10]);
        let sets = [
            FileSet::Clip(Some(Clip { of, first: 270 })),
            FileSet::Clip(None),
            FileSet::Camera(Some(Camera { clock: of, offset_us: -1_500_000 })),
            FileSet::Camera(None),
            FileSet::Stretch { first: 100, looked: Some((199, 3)) },
            FileSet::Stretch { first: u64::MAX, looked: None },
        ];
        let changes = sets.map(|set| Change::FileSet { id, set });
        assert_eq!(changes_from_bytes(&changes_to_bytes(&changes)).unwrap(), changes);
        let damaged = |register: &str, value: &[u8]| {
            let mut e = Encoder::new(Vec::new());
            e.array(1).unwrap().array(4).unwrap().u64(3).unwrap().bytes(id.as_bytes()).unwrap().str(register).unwrap();
            e.writer_mut().extend_from_slice(value);
            changes_from_bytes(&e.into_writer())
        };
        assert!(damaged("clip", &[0x81, 0x00]).is_err(), "one value of two");
        assert!(damaged("stretch 5", &[0x82, 0x20, 0x00]).is_err(), "a negative frame");
        assert!(matches!(damaged("stretch x", &[0xf6]).unwrap().as_slice(), [Change::Unknown(_)]));
    }

    #[test]
    fn work_frames_come_back_and_other_forms_are_kept() {
        use crate::WorkFrames;
        use crate::log::{FileSet, changes_from_bytes, changes_to_bytes};
        let id = FileId::from_parts(2, [2; 10]);
        let all = [WorkFrames::default(), WorkFrames::every(10, 3).unwrap(), WorkFrames::at_scenes(vec![700, 12]).unwrap()];
        let changes = all.map(|frames| Change::FileSet { id, set: FileSet::WorkFrames(frames) });
        let mut bytes = changes_to_bytes(&changes);
        assert_eq!(changes_from_bytes(&bytes).unwrap(), changes);
        // What a newer version may write.
        bytes = changes_to_bytes(&changes[..1]);
        *bytes.last_mut().unwrap() = 0x81;
        bytes.push(0x18);
        bytes.push(99);
        let read = changes_from_bytes(&bytes).unwrap();
        assert!(matches!(read.as_slice(), [Change::Unknown(_)]), "{read:?}");
        assert_eq!(changes_to_bytes(&read), bytes);
    }

    #[test]
    fn keys_stand_in_the_order_of_deterministic_cbor() {
        let bytes = op().to_bytes();
        let mut d = Decoder::new(&bytes);
        let mut keys = Vec::new();
        for _ in 0..d.map().unwrap().unwrap() {
            let key = d.str().unwrap();
            keys.push((key.len(), key.to_owned()));
            d.skip().unwrap();
        }
        assert_eq!(keys.len(), 15);
        assert!(keys.is_sorted());
    }

    #[test]
    fn damage_is_an_error() {
        let bytes = op().to_bytes();
        for len in 0..bytes.len() {
            assert!(Op::from_bytes(&bytes[..len]).is_err(), "cut at {len}");
        }
        let mut newer = bytes;
        newer[3] = 2;
        assert!(matches!(Op::from_bytes(&newer), Err(OpDecodeError::Newer(2))));
    }
}
