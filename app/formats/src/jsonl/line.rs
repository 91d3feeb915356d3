//! One line, parsed.

use crate::exchange::FileAnswer;
use crate::geometry_json::JsonGeometry;
use limn_core::schema::AttributeId;
use limn_core::sequence::Motion;
use limn_core::{Camera, Clip, EventId, FileId, FileKind, FileStatus, Geometry, InstanceId, LabelId, Mark, Marks, Role, RunId, SequenceId};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// What a line is.
pub(super) enum Line {
    Header { form: u64, project: String },
    Schema(Value),
    File(Box<FileLine>),
    Run(RunLine),
    Sequence(Box<SequenceLine>),
    Event(Box<EventLine>),
    Instance(Box<InstanceLine>),
    End(EndLine),
    Unknown(String),
}

#[derive(serde::Deserialize)]
pub(super) struct FileLine {
    pub(super) number: u64,
    pub(super) id: Option<FileId>,
    pub(super) name: String,
    #[serde(default)]
    pub(super) path: String,
    pub(super) kind: FileKind,
    #[serde(default)]
    pub(super) width: u32,
    #[serde(default)]
    pub(super) height: u32,
    #[serde(default = "one")]
    pub(super) frames: u64,
    #[serde(default)]
    pub(super) bytes: u64,
    pub(super) hash: Option<String>,
    pub(super) status: Option<FileStatus>,
    pub(super) complete_under: Option<u64>,
    #[serde(default)]
    pub(super) absent: Vec<LabelId>,
    #[serde(default)]
    pub(super) not_looked_for: Vec<LabelId>,
    #[serde(default)]
    pub(super) not_answered: Vec<MissingLine>,
    #[serde(default)]
    pub(super) looked_frames: Vec<StretchLine>,
    pub(super) work_frames: Option<Value>,
    pub(super) clip: Option<Clip>,
    pub(super) camera: Option<Camera>,
    #[serde(default)]
    pub(super) answers: Vec<FileAnswer>,
    #[serde(default, deserialize_with = "extra")]
    pub(super) extra: Option<String>,
    #[serde(flatten)]
    pub(super) unknown: Map<String, Value>,
}

/// Answers that are missing to a question that came later.
#[derive(serde::Deserialize)]
pub(super) struct MissingLine {
    pub(super) attribute: AttributeId,
    pub(super) missing: u64,
}

/// A stretch that was looked through.
#[derive(serde::Deserialize)]
pub(super) struct StretchLine {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) version: u64,
    #[serde(default)]
    pub(super) behind: bool,
}

fn one() -> u64 {
    1
}

#[derive(serde::Deserialize)]
pub(super) struct RunLine {
    pub(super) number: u64,
    pub(super) id: Option<RunId>,
    pub(super) name: String,
}

#[derive(serde::Deserialize)]
pub(super) struct SequenceLine {
    pub(super) number: u64,
    pub(super) id: Option<SequenceId>,
    pub(super) file: u64,
    pub(super) shown: u32,
    pub(super) label: LabelId,
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) motion: Motion,
    pub(super) exit: Option<u64>,
    pub(super) same_as: Option<SequenceId>,
    #[serde(default)]
    pub(super) marks: Marks,
    #[serde(default, deserialize_with = "extra")]
    pub(super) extra: Option<String>,
    #[serde(flatten)]
    pub(super) unknown: Map<String, Value>,
}

#[derive(serde::Deserialize)]
pub(super) struct EventLine {
    pub(super) id: Option<EventId>,
    pub(super) file: u64,
    pub(super) first: u64,
    pub(super) last: u64,
    /// For readers: they follow from the clip.
    #[serde(default, rename = "global_first")]
    _global_first: IgnoredAny,
    #[serde(default, rename = "global_last")]
    _global_last: IgnoredAny,
    pub(super) label: LabelId,
    #[serde(default)]
    pub(super) participants: BTreeMap<String, Vec<u64>>,
    #[serde(default)]
    pub(super) marks: Marks,
    pub(super) run: Option<u64>,
    #[serde(default, deserialize_with = "extra")]
    pub(super) extra: Option<String>,
    #[serde(flatten)]
    pub(super) unknown: Map<String, Value>,
}

/// How many lines of a kind there are.
#[derive(serde::Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct EndLine {
    pub(super) files: u64,
    /// The first versions had none.
    #[serde(default)]
    pub(super) sequences: u64,
    #[serde(default)]
    pub(super) events: u64,
    pub(super) instances: u64,
}

pub(super) struct InstanceLine {
    pub(super) id: Option<InstanceId>,
    pub(super) file: u64,
    pub(super) frame: u64,
    pub(super) label: LabelId,
    pub(super) geometry: Geometry,
    pub(super) marks: Marks,
    pub(super) run: Option<u64>,
    pub(super) confidence: Option<f32>,
    pub(super) author: Option<String>,
    pub(super) created: Option<i64>,
    pub(super) extra: Option<String>,
    pub(super) sequence: Option<u64>,
    pub(super) part: u16,
    /// Names of fields of newer versions.
    pub(super) unknown: Vec<String>,
}

/// An object, or the text of one.
struct Extra(Option<String>);

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(Self(None)),
            Value::String(text) => Ok(Self(Some(text))),
            object @ Value::Object(_) => Ok(Self(Some(object.to_string()))),
            _ => Err(D::Error::custom("extra is neither an object nor a text")),
        }
    }
}

fn extra<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Extra::deserialize(deserializer).map(|extra| extra.0)
}

/// Writes `extra` as an object where that gives the same text again, else as a text.
pub(super) fn write_extra(out: &mut Vec<u8>, extra: &str) {
    let start = out.len();
    let object = serde_json::from_str::<Map<String, Value>>(extra);
    if let Ok(object) = object {
        // Writing into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut *out, &object);
        if &out[start..] == extra.as_bytes() {
            return;
        }
        out.truncate(start);
    }
    crate::json::write::text(out, extra);
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LineVisitor;
        impl<'de> Visitor<'de> for LineVisitor {
            type Value = Line;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Line, A::Error> {
                let (mut line, mut project) = (None, None);
                while let Some(name) = map.next_key::<String>()? {
                    let value = match name.as_str() {
                        "project" => {
                            project = Some(map.next_value()?);
                            continue;
                        }
                        "limn" => Line::Header { form: map.next_value()?, project: String::new() },
                        "schema" => Line::Schema(map.next_value()?),
                        "file" => Line::File(map.next_value()?),
                        "run" => Line::Run(map.next_value()?),
                        "instance" => Line::Instance(map.next_value()?),
                        "sequence" => Line::Sequence(map.next_value()?),
                        "event" => Line::Event(map.next_value()?),
                        "end" => Line::End(map.next_value()?),
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                            Line::Unknown(name)
                        }
                    };
                    // A line may gain fields beside what it is.
                    if line.is_none() || !matches!(value, Line::Unknown(_)) {
                        line = Some(value);
                    }
                }
                match (line, project) {
                    (Some(Line::Header { form, .. }), project) => Ok(Line::Header { form, project: project.unwrap_or_default() }),
                    (Some(line), _) => Ok(line),
                    (None, _) => Ok(Line::Unknown(String::new())),
                }
            }
        }
        deserializer.deserialize_map(LineVisitor)
    }
}

impl<'de> Deserialize<'de> for InstanceLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InstanceVisitor;
        impl<'de> Visitor<'de> for InstanceVisitor {
            type Value = InstanceLine;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an instance")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InstanceLine, A::Error> {
                let (mut id, mut file, mut frame, mut label, mut geometry) = (None, None, 0, None, None);
                let (mut marks, mut run, mut confidence, mut author, mut created) = (Marks::default(), None, None, None, None);
                let (mut extra, mut sequence, mut part, mut unknown) = (None, None, 0, Vec::new());
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "id" => id = map.next_value()?,
                        "file" => file = Some(map.next_value()?),
                        "frame" => frame = map.next_value()?,
                        "label" => label = Some(map.next_value()?),
                        // For readers: they follow from the rest.
                        "type" | "global_frame" => drop(map.next_value::<IgnoredAny>()?),
                        "geometry" => geometry = Some(map.next_value::<JsonGeometry>()?.0),
                        "marks" => marks = map.next_value()?,
                        // How the first versions wrote the role.
                        "crowd" if map.next_value()? => drop(marks.set(Mark::Role(Role::Crowd))),
                        "crowd" => {}
                        "run" => run = map.next_value()?,
                        "confidence" => confidence = map.next_value()?,
                        "author" => author = map.next_value()?,
                        "created" => created = map.next_value()?,
                        "extra" => extra = map.next_value::<Extra>()?.0,
                        "sequence" => sequence = map.next_value()?,
                        "part" => part = map.next_value()?,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                            unknown.push(name);
                        }
                    }
                }
                let file = file.ok_or_else(|| A::Error::missing_field("file"))?;
                let label = label.ok_or_else(|| A::Error::missing_field("label"))?;
                let geometry = geometry.ok_or_else(|| A::Error::missing_field("geometry"))?;
                Ok(InstanceLine {
                    id,
                    file,
                    frame,
                    label,
                    geometry,
                    marks,
                    run,
                    confidence,
                    author,
                    created,
                    extra,
                    sequence,
                    part,
                    unknown,
                })
            }
        }
        deserializer.deserialize_map(InstanceVisitor)
    }
}
