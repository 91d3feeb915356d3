//! The raw form of CVAT's label constructor: a list of `{"name", "color", "type", "attributes": [{"name", "input_type",
//! "mutable", "values", "default_value"}], "sublabels"}`.

use super::lost::{self, Holds};
use super::{SchemaFileError, color_of, json, list_of, point_names, pretty, template, text_of};
use crate::{Effect, Problems};
use limn_core::Schema;
use limn_core::geometry::SpatialType;
use limn_core::schema::attribute::{Attribute, AttributeType, Control, Subject};
use limn_core::schema::questions::Questions;
use limn_core::schema::{Answer, Label};
use serde_json::{Value, json};
use std::collections::HashMap;

const FORMAT: &str = "CVAT label";

/// CVAT's kinds of shapes and ours.
const SHAPES: [(&str, SpatialType); 9] = [
    ("rectangle", SpatialType::Box),
    ("polygon", SpatialType::Polygon),
    ("polyline", SpatialType::Polyline),
    ("points", SpatialType::Point),
    ("ellipse", SpatialType::Ellipse),
    ("cuboid", SpatialType::Cuboid),
    ("mask", SpatialType::Mask),
    ("tag", SpatialType::Tag),
    ("skeleton", SpatialType::Keypoints),
];

pub(super) fn read(text: &str, problems: &mut Problems) -> Result<Value, SchemaFileError> {
    let whole = json(text, FORMAT)?;
    // A task's description holds the list under "labels".
    let list = whole.as_array().or_else(|| whole.get("labels").and_then(Value::as_array));
    let list = list.ok_or_else(|| SchemaFileError::syntax(FORMAT, "it is no list of labels"))?;
    let mut labels = Vec::with_capacity(list.len());
    let mut attributes = Attributes::default();
    for label in list {
        let name = text_of(label, "name");
        let mut written = json!({ "name": name });
        if let Some(color) = color_of(text_of(label, "color")) {
            written["color"] = color.into();
        }
        let kind = text_of(label, "type");
        match SHAPES.iter().find(|(theirs, _)| *theirs == kind) {
            Some((_, ours)) => written["shapes"] = json!([ours]),
            None if matches!(kind, "" | "any") => {}
            None => problems.add(Effect::Changed, "a label of an unknown type may have any shape", || format!("{name}: {kind}")),
        }
        let points = list_of(label, "sublabels");
        if !points.is_empty() {
            let names: Vec<Value> = points.iter().map(|point| text_of(point, "name").into()).collect();
            written["keypoints"] = template(&point_names(&names), &[]);
            problems.add(Effect::Left, "places of a skeleton's points and the lines between them (svg) are left out", || name.to_owned());
            if points.iter().any(|point| !list_of(point, "attributes").is_empty()) {
                problems.add(Effect::Left, "attributes of a skeleton's points are left out", || name.to_owned());
            }
        }
        for attribute in list_of(label, "attributes") {
            attributes.take(name, attribute, problems);
        }
        labels.push(written);
    }
    Ok(json!({ "labels": labels, "attributes": attributes.list }))
}

/// Attributes of several labels that are the same become one.
#[derive(Default)]
struct Attributes {
    list: Vec<Value>,
    /// Where one of this content stands.
    known: HashMap<String, usize>,
}

impl Attributes {
    fn take(&mut self, label: &str, theirs: &Value, problems: &mut Problems) {
        let Some(ours) = attribute(theirs, problems) else { return };
        let key = ours.to_string();
        let at = *self.known.entry(key).or_insert_with(|| {
            self.list.push(ours);
            self.list.len() - 1
        });
        let one = &mut self.list[at];
        match one.get_mut("labels").and_then(Value::as_array_mut) {
            Some(labels) if labels.iter().any(|known| known == label) => {}
            Some(labels) => labels.push(label.into()),
            None => one["labels"] = json!([label]),
        }
    }
}

fn attribute(theirs: &Value, problems: &mut Problems) -> Option<Value> {
    let name = text_of(theirs, "name");
    let values: Vec<String> = match theirs.get("values") {
        // The written form of a number's limits, and of old lists.
        Some(Value::String(text)) => text.split([';', '\n']).map(str::to_owned).collect(),
        Some(Value::Array(list)) => list.iter().flat_map(|value| split_limits(value, text_of(theirs, "input_type"))).collect(),
        _ => Vec::new(),
    };
    let default = match theirs.get("default_value") {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    };
    let mut ours = json!({ "name": name });
    if theirs.get("mutable").and_then(Value::as_bool) == Some(true) {
        ours["per_frame"] = true.into();
    }
    match text_of(theirs, "input_type") {
        kind @ ("select" | "radio") => {
            ours["type"] = "select".into();
            if kind == "radio" {
                ours["control"] = "buttons".into();
            }
            let mut seen = std::collections::HashSet::new();
            let options: Vec<&String> = values.iter().filter(|value| !value.trim().is_empty() && seen.insert(*value)).collect();
            if options.len() < values.len() {
                problems.add(Effect::Left, "empty and repeated values of an attribute are left out", || name.to_owned());
            }
            if options.contains(&&default) {
                ours["default"] = default.into();
            }
            ours["options"] = json!(options);
        }
        "checkbox" => {
            ours["type"] = "boolean".into();
            if !default.is_empty() {
                ours["default"] = default.eq_ignore_ascii_case("true").into();
            }
        }
        "number" => {
            let numbers: Vec<Option<f64>> =
                values.iter().map(|value| value.trim().parse().ok().filter(|number: &f64| number.is_finite())).collect();
            let at = |at: usize| numbers.get(at).copied().flatten();
            let is_whole = numbers.iter().flatten().all(|number| number.fract() == 0.0) && at(2).is_some();
            ours["type"] = if is_whole { "integer" } else { "float" }.into();
            for (key, number) in [("min", at(0)), ("max", at(1)), ("step", at(2).filter(|step| *step > 0.0))] {
                if let Some(number) = number {
                    ours[key] = json!(number);
                }
            }
            let in_range = |number: &f64| at(0).is_none_or(|min| *number >= min) && at(1).is_none_or(|max| *number <= max);
            if let Some(number) = default.trim().parse::<f64>().ok().filter(|number| number.is_finite() && in_range(number)) {
                let is_step = at(2).is_none_or(|step| {
                    let steps = (number - at(0).unwrap_or(0.0)) / step;
                    (steps - steps.round()).abs() < 1e-6
                });
                match (is_step, is_whole) {
                    (false, _) => problems.add(Effect::Left, "a default between two steps is left out", || name.to_owned()),
                    (true, true) => ours["default"] = json!(number as i64),
                    (true, false) => ours["default"] = json!(number),
                }
            }
        }
        kind => {
            if kind != "text" {
                problems.add(Effect::Changed, "an attribute of an unknown input_type takes text", || format!("{name}: {kind}"));
            }
            ours["type"] = "text".into();
            if !default.is_empty() {
                ours["default"] = default.into();
            }
        }
    }
    Some(ours).filter(|_| {
        let is_named = !name.trim().is_empty();
        if !is_named {
            problems.add(Effect::Left, "attributes without a name are left out", String::new);
        }
        is_named
    })
}

fn split_limits(value: &Value, kind: &str) -> Vec<String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if kind == "number" { text.split(';').map(str::to_owned).collect() } else { vec![text] }
}

pub(super) fn write(schema: &Schema, problems: &mut Problems) -> String {
    lost::tell(schema, Holds { colors: true, shapes: true, attributes: true, ..Holds::default() }, problems);
    let questions = Questions::new(schema);
    for attribute in schema.attributes.iter().filter(|attribute| !attribute.deprecated) {
        if attribute.of != Subject::Instance {
            problems
                .add(Effect::Left, "attributes of files and frames are left out: CVAT asks about shapes alone", || attribute.name.clone());
        } else {
            lost::tell_attribute(attribute, false, false, problems);
            if attribute.required {
                problems.add(Effect::Left, "that an attribute must be answered is left out", || attribute.name.clone());
            }
        }
    }
    let labels: Vec<Value> = schema
        .offered()
        .map(|label| {
            let attributes: Vec<Value> =
                questions.possible(schema, Subject::Instance, Some(label.id)).filter_map(|attribute| theirs(attribute, problems)).collect();
            json!({
                "name": label.name,
                "color": format!("#{}", limn_core::ids::hex(&label.color)),
                "type": kind(label, problems),
                "attributes": attributes,
            })
        })
        .collect();
    pretty(&labels.into())
}

fn kind(label: &Label, problems: &mut Problems) -> &'static str {
    let shape = match label.shapes.as_slice() {
        [] => return "any",
        [one] => *one,
        _ => {
            problems.add(Effect::Changed, "a label of several kinds of shapes may have any in CVAT", || label.name.clone());
            return "any";
        }
    };
    match shape {
        SpatialType::RotatedBox => "rectangle",
        // A skeleton needs a drawing; the points can be drawn as points.
        SpatialType::Keypoints => "points",
        other => SHAPES.iter().find(|(_, ours)| *ours == other).map_or("any", |(theirs, _)| theirs),
    }
}

fn theirs(attribute: &Attribute, problems: &mut Problems) -> Option<Value> {
    let limits = |step: f64| {
        let number = |value: Option<f64>, other: f64| value.unwrap_or(other).to_string();
        vec![number(attribute.min, 0.0), number(attribute.max, 1e6), number(attribute.step, step)]
    };
    let names: Vec<String> = attribute.offered().map(|option| option.name.clone()).collect();
    let (input, values) = match attribute.kind {
        AttributeType::Select if attribute.control == Control::Buttons => ("radio", names),
        AttributeType::Select => ("select", names),
        AttributeType::Tree => {
            problems.add(Effect::Changed, "a tree of options becomes a list", || attribute.name.clone());
            ("select", names)
        }
        AttributeType::Multi => {
            problems.add(Effect::Left, "attributes of several answers are left out: CVAT takes one", || attribute.name.clone());
            return None;
        }
        AttributeType::Boolean => ("checkbox", vec!["false".to_owned()]),
        AttributeType::Integer => ("number", limits(1.0)),
        AttributeType::Float => ("number", limits(0.01)),
        AttributeType::Direction => {
            problems.add(Effect::Changed, "a direction becomes a number of degrees", || attribute.name.clone());
            ("number", vec!["0".into(), "360".into(), "1".into()])
        }
        AttributeType::Text | AttributeType::Date | AttributeType::Time => ("text", vec![String::new()]),
    };
    if input == "number" && (attribute.min.is_none() || attribute.max.is_none()) && attribute.kind != AttributeType::Direction {
        problems.add(Effect::Changed, "a number without limits goes from 0 to 1000000 in CVAT", || attribute.name.clone());
    }
    if matches!(attribute.kind, AttributeType::Date | AttributeType::Time) {
        problems.add(Effect::Changed, "a date or time becomes text", || attribute.name.clone());
    }
    let first = || values.first().cloned().unwrap_or_default();
    let default = match &attribute.default {
        Some(Answer::Bool(yes)) => yes.to_string(),
        Some(answer) => answer.text(),
        None => first(),
    };
    Some(json!({
        "name": attribute.name,
        "input_type": input,
        "mutable": attribute.per_frame,
        "values": values,
        "default_value": default,
    }))
}
