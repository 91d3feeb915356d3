//! Schemas in the files of other programs: read into the form that people write ([`limn_core::Schema::from_written`]
//! completes it), and written with what is lost on the way told. One file per format; none reads more than it is given,
//! follows a reference, or goes deeper than a bound.

mod coco;
mod cvat;
mod datumaro;
mod label_studio;
mod labelme;
mod lost;
mod options;
mod own;
#[cfg(test)]
mod tests;
mod yaml;
mod yolo;

pub use options::{OptionsError, with_options};

use crate::Problems;
use limn_core::Schema;
use serde_json::Value;

/// Longest file that is read, in bytes.
pub const MAX_SCHEMA_BYTES: usize = 64 << 20;
/// Where keypoints stand whose format tells no place: on a circle within the template's square.
const CIRCLE: f64 = 0.45;

/// The programs whose schemas are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemaFormat {
    /// Limn's own, as JSON or TOML.
    Limn,
    /// The label constructor of CVAT, in its raw form (JSON).
    Cvat,
    /// The labeling configuration of Label Studio (XML).
    LabelStudio,
    /// The data file of YOLO (YAML).
    Yolo,
    /// The categories of a COCO file (JSON).
    Coco,
    /// labelme: a list of labels as text, its configuration, or an annotation file (JSON or YAML).
    Labelme,
    /// The categories of a Datumaro file (JSON).
    Datumaro,
}

impl SchemaFormat {
    /// Every format.
    pub const ALL: [Self; 7] = [Self::Limn, Self::Cvat, Self::LabelStudio, Self::Yolo, Self::Coco, Self::Labelme, Self::Datumaro];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Limn => "limn",
            Self::Cvat => "cvat",
            Self::LabelStudio => "label-studio",
            Self::Yolo => "yolo",
            Self::Coco => "coco",
            Self::Labelme => "labelme",
            Self::Datumaro => "datumaro",
        }
    }

    /// The format of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// Why a file gives no schema.
#[derive(Debug, thiserror::Error)]
pub enum SchemaFileError {
    /// Longer than [`MAX_SCHEMA_BYTES`].
    #[error("it has {0} bytes, more than a schema can have. Check that it is the right file")]
    TooLong(usize),
    /// The content is of no format that is known.
    #[error("its content is of no known form. Name its format (limn schema … --from), or check the file")]
    Unknown,
    /// Not what the format wants.
    #[error("it is no {format} file: {why}. Check the file and the format")]
    Syntax {
        /// Name of the format.
        format: &'static str,
        /// What is wrong, and where if that is known.
        why: String,
    },
}

impl SchemaFileError {
    fn syntax(format: &'static str, why: impl ToString) -> Self {
        Self::Syntax { format, why: why.to_string() }
    }
}

/// What was read of a schema file.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadSchema {
    /// The format that it was read as.
    pub format: SchemaFormat,
    /// In the form that people write.
    pub document: Value,
    /// What could not be taken over.
    pub problems: Problems,
}

/// Reads a schema file; without a format, what its content looks like.
///
/// # Errors
/// [`SchemaFileError`]: too long, of no known form, not of the format.
pub fn read_schema(text: &str, format: Option<SchemaFormat>) -> Result<ReadSchema, SchemaFileError> {
    if text.len() > MAX_SCHEMA_BYTES {
        return Err(SchemaFileError::TooLong(text.len()));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let format = format.or_else(|| guess(text)).ok_or(SchemaFileError::Unknown)?;
    let mut problems = Problems::default();
    let document = match format {
        SchemaFormat::Limn => own::read(text)?,
        SchemaFormat::Cvat => cvat::read(text, &mut problems)?,
        SchemaFormat::LabelStudio => label_studio::read(text, &mut problems)?,
        SchemaFormat::Yolo => yolo::read(text, &mut problems)?,
        SchemaFormat::Coco => coco::read(text, &mut problems)?,
        SchemaFormat::Labelme => labelme::read(text, &mut problems)?,
        SchemaFormat::Datumaro => datumaro::read(text, &mut problems)?,
    };
    Ok(ReadSchema { format, document, problems })
}

/// Writes the labels and attributes that are offered (Limn's own form: all of them) and tells what the format cannot hold.
pub fn write_schema(schema: &Schema, format: SchemaFormat) -> (String, Problems) {
    let mut problems = Problems::default();
    let text = match format {
        SchemaFormat::Limn => schema.to_document() + "\n",
        SchemaFormat::Cvat => cvat::write(schema, &mut problems),
        SchemaFormat::LabelStudio => label_studio::write(schema, &mut problems),
        SchemaFormat::Yolo => yolo::write(schema, &mut problems),
        SchemaFormat::Coco => coco::write(schema, &mut problems),
        SchemaFormat::Labelme => labelme::write(schema, &mut problems),
        SchemaFormat::Datumaro => datumaro::write(schema, &mut problems),
    };
    if format != SchemaFormat::Limn {
        lost::tell_guides(schema, &mut problems);
    }
    (text, problems)
}

/// What the content looks like.
fn guess(text: &str) -> Option<SchemaFormat> {
    let start = text.trim_start();
    if start.starts_with('<') {
        return Some(SchemaFormat::LabelStudio);
    }
    if start.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str::<Value>(text)
    {
        return guess_json(&value);
    }
    if own::is_toml(text) {
        return Some(SchemaFormat::Limn);
    }
    // Broken JSON is Limn's own until told otherwise: its error names the place.
    if start.starts_with('{') {
        return Some(SchemaFormat::Limn);
    }
    let has_key = |key: &str| text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':')));
    if has_key("names") {
        return Some(SchemaFormat::Yolo);
    }
    if has_key("labels") || has_key("label_flags") {
        return Some(SchemaFormat::Labelme);
    }
    let is_list = !start.is_empty() && text.lines().all(|line| !line.contains([':', '=', '{', '[', '<']) && line.len() <= 200);
    is_list.then_some(SchemaFormat::Labelme)
}

fn guess_json(value: &Value) -> Option<SchemaFormat> {
    if let Some(list) = value.as_array() {
        let is_coco = |one: &Value| one.get("supercategory").is_some() || one.get("skeleton").is_some();
        return Some(if list.iter().any(is_coco) { SchemaFormat::Coco } else { SchemaFormat::Cvat });
    }
    match value.get("categories") {
        Some(Value::Array(_)) => return Some(SchemaFormat::Coco),
        Some(Value::Object(_)) => return Some(SchemaFormat::Datumaro),
        _ => {}
    }
    if ["shapes", "label_flags", "flags"].iter().any(|key| value.get(key).is_some()) {
        return Some(SchemaFormat::Labelme);
    }
    if value.get("names").is_some() {
        return Some(SchemaFormat::Yolo);
    }
    value.is_object().then_some(SchemaFormat::Limn)
}

/// YAML as a value; see [`yaml`].
pub(crate) fn read_yaml(text: &str) -> Result<Value, SchemaFileError> {
    yaml::read(text, "YAML")
}

fn json(text: &str, format: &'static str) -> Result<Value, SchemaFileError> {
    serde_json::from_str(text).map_err(|error| SchemaFileError::syntax(format, error))
}

fn pretty(value: &Value) -> String {
    // A value that was made here always has text keys.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// A text field; empty when there is none.
fn text_of<'a>(object: &'a Value, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list_of<'a>(object: &'a Value, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Keypoints of these names on a circle, with lines between these (from 0); those of points that are not there are dropped.
fn template(names: &[String], edges: &[[usize; 2]]) -> Value {
    let count = names.len().max(1) as f64;
    let place = |at: usize| {
        let angle = std::f64::consts::TAU * at as f64 / count;
        let round = |value: f64| (value * 1000.0).round() / 1000.0;
        (round(0.5 + CIRCLE * angle.sin()), round(0.5 - CIRCLE * angle.cos()))
    };
    let points: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let (x, y) = place(at);
            serde_json::json!({ "name": name, "x": x, "y": y })
        })
        .collect();
    let edges: Vec<&[usize; 2]> = edges.iter().filter(|edge| edge.iter().all(|at| *at < names.len())).collect();
    serde_json::json!({ "points": points, "edges": edges })
}

/// Pairs of numbers, counted from `first`; what is none is dropped.
fn pairs_of(list: &[Value], first: usize) -> Vec<[usize; 2]> {
    let number = |value: Option<&Value>| usize::try_from(value?.as_u64()?).ok()?.checked_sub(first);
    list.iter().filter_map(|pair| Some([number(pair.get(0))?, number(pair.get(1))?])).collect()
}

/// Names of points, each once: a second one of the same name gets its number.
fn point_names(list: &[Value]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let name = |(at, name): (usize, &Value)| {
        let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
        let name = if seen.insert(name.clone()) { name } else { format!("{name} ({})", at + 1) };
        seen.insert(name.clone());
        name
    };
    list.iter().enumerate().map(name).collect()
}

/// `#rrggbb`, or nothing for what is no such colour.
fn color_of(text: &str) -> Option<String> {
    let digits = text.strip_prefix('#')?;
    (digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())).then(|| text.to_lowercase())
}
