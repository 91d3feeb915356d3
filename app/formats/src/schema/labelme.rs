//! labelme: a text with a label a line, its configuration (`labels`, `flags`, `label_flags`: flags by a pattern of labels;
//! JSON or YAML), or an annotation file, from which labels, kinds of shapes and flags are taken.

use super::lost::{self, Holds};
use super::{SchemaFileError, list_of, pretty, text_of, yaml};
use crate::{Effect, Problems};
use limn_core::Schema;
use limn_core::schema::attribute::{AttributeType, Subject};
use limn_core::schema::questions::Questions;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const FORMAT: &str = "labelme";
/// Longest compiled pattern of labels, in bytes.
const MAX_PATTERN: usize = 1 << 20;
/// The most patterns that are tried: each is tried on every label.
const MAX_PATTERNS: usize = 1000;

/// labelme's kinds of shapes and ours; a line is an open line of two points.
const SHAPES: [(&str, &str); 8] = [
    ("polygon", "polygon"),
    ("rectangle", "box"),
    ("oriented_rectangle", "rotated-box"),
    ("circle", "ellipse"),
    ("line", "polyline"),
    ("linestrip", "polyline"),
    ("point", "point"),
    ("mask", "mask"),
];

pub(super) fn read(text: &str, problems: &mut Problems) -> Result<Value, SchemaFileError> {
    let start = text.trim_start();
    if start.is_empty() {
        return Err(SchemaFileError::syntax(FORMAT, "it is empty"));
    }
    if start.starts_with('{') {
        let whole = super::json(text, FORMAT)?;
        return Ok(if whole.get("shapes").is_some_and(Value::is_array) {
            annotations(&whole, problems)
        } else {
            settings(&whole, problems)
        });
    }
    let is_yaml = text.lines().any(|line| line.trim_end().ends_with(':') || line.contains(": "));
    if is_yaml {
        return Ok(settings(&yaml::read(text, FORMAT)?, problems));
    }
    let names: Vec<Value> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Value::from).collect();
    Ok(json!({ "labels": labels(&names, problems) }))
}

/// Labels by name, each once, without those that stand for none.
fn labels(names: &[Value], problems: &mut Problems) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut labels = Vec::new();
    for name in names {
        let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
        if name == "__ignore__" || name == "_background_" {
            problems.add(Effect::Left, "names that stand for no label are left out", || name.clone());
        } else if !seen.insert(name.clone()) {
            problems.add(Effect::Left, "further labels of the same name are left out", || name.clone());
        } else {
            labels.push(name);
        }
    }
    labels
}

fn flag(name: &str, of: &str, labels: &BTreeSet<String>) -> Value {
    let mut flag = json!({ "name": name, "type": "boolean" });
    if of != "instance" {
        flag["of"] = of.into();
    }
    if !labels.is_empty() {
        flag["labels"] = json!(labels);
    }
    flag
}

fn settings(whole: &Value, problems: &mut Problems) -> Value {
    let mut labels = labels(list_of(whole, "labels"), problems);
    let mut attributes: Vec<Value> = Vec::new();
    let flags: BTreeSet<&str> = match whole.get("flags") {
        Some(Value::Object(map)) => map.keys().map(String::as_str).collect(),
        _ => list_of(whole, "flags").iter().filter_map(Value::as_str).collect(),
    };
    let nothing = BTreeSet::new();
    attributes.extend(flags.into_iter().map(|name| flag(name, "file", &nothing)));
    // The file of label flags alone is the map itself.
    let is_map = ["labels", "flags", "label_flags"].iter().all(|key| whole.get(key).is_none());
    let by_pattern = if is_map { Some(whole) } else { whole.get("label_flags") };
    let by_pattern = by_pattern.and_then(Value::as_object).filter(|map| map.values().all(Value::is_array));
    let mut of: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (at, (pattern, flags)) in by_pattern.into_iter().flatten().enumerate() {
        let names = flags.as_array().into_iter().flatten().filter_map(Value::as_str);
        let is_name = pattern.chars().all(|letter| letter.is_alphanumeric() || " _-".contains(letter));
        if is_map && is_name && !labels.contains(pattern) {
            labels.push(pattern.clone());
        }
        // Python's match: from the beginning, not to the end.
        let regex = regex::RegexBuilder::new(&format!("^(?:{pattern})")).size_limit(MAX_PATTERN).build();
        let (Ok(regex), true) = (regex, at < MAX_PATTERNS) else {
            problems.add(Effect::Left, "flags of a pattern that cannot be used are left out", || pattern.clone());
            continue;
        };
        let met: BTreeSet<String> = labels.iter().filter(|label| regex.is_match(label)).cloned().collect();
        if met.is_empty() {
            problems.add(Effect::Left, "flags of a pattern that fits no label are left out", || pattern.clone());
            continue;
        }
        for name in names {
            of.entry(name).or_default().extend(met.iter().cloned());
        }
    }
    attributes.extend(of.iter().map(|(name, labels)| flag(name, "instance", labels)));
    json!({ "labels": labels, "attributes": attributes })
}

fn annotations(whole: &Value, problems: &mut Problems) -> Value {
    let mut shapes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut flags: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for shape in list_of(whole, "shapes") {
        let name = text_of(shape, "label");
        let kinds = shapes.entry(name).or_default();
        let kind = text_of(shape, "shape_type");
        match SHAPES.iter().find(|(theirs, _)| *theirs == kind) {
            Some((_, ours)) => drop(kinds.insert(ours)),
            None => problems.add(Effect::Left, "kinds of shapes that Limn has not are left out", || format!("{name}: {kind}")),
        }
        for flag in shape.get("flags").and_then(Value::as_object).into_iter().flat_map(serde_json::Map::keys) {
            flags.entry(flag).or_default().insert(name.to_owned());
        }
    }
    let nothing = BTreeSet::new();
    let of_file = whole.get("flags").and_then(Value::as_object).into_iter().flat_map(serde_json::Map::keys);
    let mut attributes: Vec<Value> = of_file.map(|name| flag(name, "file", &nothing)).collect();
    attributes.extend(flags.iter().map(|(name, labels)| flag(name, "instance", labels)));
    let labels: Vec<Value> = shapes.iter().map(|(name, kinds)| json!({ "name": name, "shapes": kinds })).collect();
    problems.add(Effect::Kept, "labels are those of one annotation file: others may have more", String::new);
    json!({ "labels": labels, "attributes": attributes })
}

pub(super) fn write(schema: &Schema, problems: &mut Problems) -> String {
    lost::tell(schema, Holds { attributes: true, ..Holds::default() }, problems);
    let mut flags = Vec::new();
    for attribute in schema.attributes.iter().filter(|attribute| !attribute.deprecated) {
        if attribute.kind != AttributeType::Boolean {
            problems.add(Effect::Left, "attributes other than yes and no are left out: labelme has flags alone", || attribute.name.clone());
            continue;
        }
        match attribute.of {
            Subject::File => flags.push(attribute.name.as_str()),
            Subject::Instance => {}
            _ => problems.add(Effect::Left, "attributes of frames are left out", || attribute.name.clone()),
        }
        lost::tell_attribute(attribute, false, false, problems);
        if attribute.default == Some(limn_core::schema::Answer::Bool(true)) || attribute.required || attribute.per_frame {
            problems.add(Effect::Left, "defaults, answers that must be given and answers for each frame are left out", || {
                attribute.name.clone()
            });
        }
    }
    let questions = Questions::new(schema);
    let mut by_label = serde_json::Map::new();
    for label in schema.offered() {
        let names: Vec<&str> = questions
            .possible(schema, Subject::Instance, Some(label.id))
            .filter(|attribute| attribute.kind == AttributeType::Boolean)
            .map(|attribute| attribute.name.as_str())
            .collect();
        if !names.is_empty() {
            by_label.insert(format!("{}$", regex::escape(&label.name)), json!(names));
        }
    }
    let names: Vec<&str> = schema.offered().map(|label| label.name.as_str()).collect();
    pretty(&json!({ "labels": names, "flags": flags, "label_flags": by_label }))
}
