//! The head of a CVAT file: labels, name and size of what was annotated.

use super::xml::{Element, escape};
use crate::schema::{SchemaFormat, read_schema, write_schema};
use crate::{Effect, Problems};
use limn_core::Schema;
use limn_core::schema::SchemaError;
use serde_json::{Value, json};

/// See the module.
#[derive(Default)]
pub(super) struct Meta {
    /// Name of the task.
    pub name: String,
    /// File name of the video; empty when it is not told.
    pub source: String,
    /// Where the stretch of the video begins that was annotated. Frames are told as the video counts them.
    pub first: u64,
    /// The frame of the video behind the last annotated one; 0: not told.
    pub end: u64,
    pub width: u32,
    pub height: u32,
    pub schema: Schema,
}

/// What stands in `<meta>`.
pub(super) fn read(meta: &Element, problems: &mut Problems) -> Result<Meta, SchemaError> {
    let of = ["task", "job", "project"].iter().find_map(|name| meta.child(name));
    let Some(of) = of else { return Ok(Meta::default()) };
    let number = |text: &str| text.parse::<u64>().unwrap_or(0);
    let size = of.child("original_size").or_else(|| meta.child("original_size"));
    let side = |name: &str| size.map_or(0, |size| size.text_of(name).parse().unwrap_or(0));
    let last = of.text_of("stop_frame").parse::<u64>().map_or(0, |last| last.saturating_add(1));
    let first = number(of.text_of("start_frame"));
    Ok(Meta {
        name: of.text_of("name").to_owned(),
        source: [meta.text_of("source"), of.text_of("source")].into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned(),
        first,
        end: number(of.text_of("size")).max(last),
        width: side("width"),
        height: side("height"),
        schema: of.child("labels").map(|list| schema(list, problems)).transpose()?.unwrap_or_default(),
    })
}

fn schema(list: &Element, problems: &mut Problems) -> Result<Schema, SchemaError> {
    let labels: Vec<&Element> = list.children.iter().filter(|label| label.name == "label").collect();
    let parent = |label: &Element| label.text_of("parent").to_owned();
    let written: Vec<Value> = labels
        .iter()
        .filter(|label| parent(label).is_empty())
        .map(|label| {
            let name = label.text_of("name");
            let below = labels.iter().filter(|other| parent(other) == name && !name.is_empty());
            let points: Vec<Value> = below.map(|point| json!({ "name": point.text_of("name") })).collect();
            let attributes = label.child("attributes").map(|list| list.children.iter().map(attribute).collect::<Vec<_>>());
            json!({
                "name": name,
                "color": label.text_of("color"),
                "type": label.text_of("type"),
                "attributes": attributes.unwrap_or_default(),
                "sublabels": points,
            })
        })
        .collect();
    let text = Value::from(written).to_string();
    let document = match read_schema(&text, Some(SchemaFormat::Cvat)) {
        Ok(read) => {
            problems.join(&read.problems);
            read.document
        }
        Err(error) => {
            problems.add(Effect::Left, "the labels cannot be read; left out", || error.to_string());
            json!({})
        }
    };
    Schema::from_written(document, &Schema::default())
}

fn attribute(theirs: &Element) -> Value {
    let text = |name: &str| theirs.child(name).map_or("", |child| child.text.as_str());
    json!({
        "name": text("name"),
        "mutable": text("mutable").trim().eq_ignore_ascii_case("true"),
        "input_type": text("input_type").trim(),
        "default_value": text("default_value"),
        "values": text("values"),
    })
}

/// Writes `<name>text</name>`.
fn tag(out: &mut Vec<u8>, name: &str, text: &str) {
    out.extend_from_slice(format!("<{name}>").as_bytes());
    escape(out, text);
    out.extend_from_slice(format!("</{name}>\n").as_bytes());
}

/// Writes `<meta>` of a video.
pub(super) fn write(out: &mut Vec<u8>, meta: &Meta, problems: &mut Problems) {
    out.extend_from_slice(b"<meta>\n<task>\n");
    tag(out, "name", &meta.name);
    tag(out, "size", &meta.end.saturating_sub(meta.first).to_string());
    tag(out, "mode", "interpolation");
    tag(out, "overlap", "0");
    tag(out, "start_frame", &meta.first.to_string());
    tag(out, "stop_frame", &meta.end.saturating_sub(1).to_string());
    let mut schema = meta.schema.clone();
    // Work with retired labels is still work.
    schema.labels.iter_mut().for_each(|label| label.deprecated = false);
    let (text, lost) = write_schema(&schema, SchemaFormat::Cvat);
    problems.join(&lost);
    out.extend_from_slice(b"<labels>\n");
    let labels: Vec<Value> = serde_json::from_str(&text).unwrap_or_default();
    labels.iter().for_each(|label| write_label(out, label));
    out.extend_from_slice(b"</labels>\n");
    out.extend_from_slice(b"<original_size>\n");
    tag(out, "width", &meta.width.to_string());
    tag(out, "height", &meta.height.to_string());
    out.extend_from_slice(b"</original_size>\n</task>\n");
    tag(out, "source", &meta.source);
    out.extend_from_slice(b"</meta>\n");
}

fn write_label(out: &mut Vec<u8>, label: &Value) {
    let text = |of: &Value, name: &str| match of.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        Some(Value::Bool(true)) => "True".to_owned(),
        Some(Value::Bool(false)) => "False".to_owned(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    out.extend_from_slice(b"<label>\n");
    for name in ["name", "color", "type"] {
        tag(out, name, &text(label, name));
    }
    out.extend_from_slice(b"<attributes>\n");
    for attribute in label.get("attributes").and_then(Value::as_array).into_iter().flatten() {
        out.extend_from_slice(b"<attribute>\n");
        for name in ["name", "mutable", "input_type", "default_value", "values"] {
            tag(out, name, &text(attribute, name));
        }
        out.extend_from_slice(b"</attribute>\n");
    }
    out.extend_from_slice(b"</attributes>\n</label>\n");
}
