//! YOLO's data file: `names` as a list or as a map from number to name, `kpt_shape` and `kpt_names` for poses.

use super::lost::{self, Holds};
use super::{SchemaFileError, list_of, point_names, template, yaml};
use crate::{Effect, Problems};
use limn_core::Schema;
use serde_json::{Value, json};

const FORMAT: &str = "YOLO data";
/// The most keypoints that a number alone makes: what stands in the file as names is bounded by its length.
const MAX_POINTS: usize = 1000;

pub(super) fn read(text: &str, problems: &mut Problems) -> Result<Value, SchemaFileError> {
    let whole = yaml::read(text, FORMAT)?;
    let names: Vec<(u64, &Value)> = match whole.get("names") {
        Some(Value::Array(list)) => (0..).zip(list).collect(),
        Some(Value::Object(map)) => {
            let mut names = Vec::with_capacity(map.len());
            for (number, name) in map {
                let Ok(number) = number.parse() else {
                    return Err(SchemaFileError::syntax(FORMAT, format!("\"{number}\" is no number of a class")));
                };
                names.push((number, name));
            }
            names.sort_unstable_by_key(|(number, _)| *number);
            names
        }
        _ => return Err(SchemaFileError::syntax(FORMAT, "it has no \"names\"")),
    };
    if let Some(count) = whole.get("nc").and_then(Value::as_u64).filter(|count| *count != names.len() as u64) {
        problems.add(Effect::Kept, "nc is not the number of names", || format!("{count}, {} names", names.len()));
    }
    if (0..).zip(&names).any(|(at, (number, _)): (u64, _)| at != *number) {
        problems.add(Effect::Changed, "numbers of classes have gaps: labels are numbered in their order", String::new);
    }
    let points = points(&whole, problems);
    let mut labels = Vec::with_capacity(names.len());
    for (number, name) in names {
        let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
        let mut label = json!({ "name": name });
        let names_points = whole.get("kpt_names").and_then(Value::as_object);
        // Where points are named, a class without names has none.
        if !points.is_empty() && names_points.is_none_or(|names| names.contains_key(&number.to_string())) {
            let own = whole.get("kpt_names").map_or(&[][..], |names| list_of(names, &number.to_string()));
            // The names of some classes may be fewer than the number of points, which is that of the class with the most.
            let own = if (1..=points.len()).contains(&own.len()) { point_names(own) } else { points.clone() };
            label["keypoints"] = template(&own, &[]);
            label["shapes"] = json!(["keypoints", "box"]);
            problems.add(Effect::Changed, "keypoints stand on a circle without lines: YOLO tells neither", || name.clone());
        }
        labels.push(label);
    }
    Ok(json!({ "labels": labels }))
}

/// Names of the points that every label has, where the file is of poses.
fn points(whole: &Value, problems: &mut Problems) -> Vec<String> {
    let count = list_of(whole, "kpt_shape").first().and_then(Value::as_u64);
    let Some(count) = count.and_then(|count| usize::try_from(count).ok()).filter(|count| *count > 0) else { return Vec::new() };
    if count > MAX_POINTS {
        problems.add(Effect::Left, "keypoints are left out: there are more than a label can have", || count.to_string());
        return Vec::new();
    }
    (1..=count).map(|at| at.to_string()).collect()
}

pub(super) fn write(schema: &Schema, problems: &mut Problems) -> String {
    lost::tell(schema, Holds { keypoints: true, ..Holds::default() }, problems);
    let labels: Vec<_> = schema.offered().collect();
    let mut text = "names:\n".to_owned();
    if labels.is_empty() {
        text = "names: {}\n".to_owned();
    }
    for (at, label) in labels.iter().enumerate() {
        text += &format!("  {at}: {}\n", quoted(&label.name));
    }
    // One number of points holds for all classes.
    let counts: Vec<usize> = labels.iter().filter_map(|label| label.keypoints.as_ref()).map(|template| template.points.len()).collect();
    let Some(count) = counts.iter().max().copied().filter(|count| *count > 0) else { return text };
    if counts.len() < labels.len() || counts.iter().any(|other| *other != count) {
        problems.add(Effect::Changed, "every class gets the most keypoints that one has: YOLO has one number for all", String::new);
    }
    text += &format!("kpt_shape: [{count}, 3]\n");
    let templates = || labels.iter().enumerate().filter_map(|(at, label)| Some((at, label.keypoints.as_ref()?)));
    if let Some((_, template)) = templates().find(|(_, template)| !template.pairs.is_empty()) {
        let flip: Vec<String> = (0..count).map(|at| template.mirrored(at).to_string()).collect();
        text += &format!("flip_idx: [{}]\n", flip.join(", "));
    }
    text += "kpt_names:\n";
    for (at, template) in templates() {
        let names: Vec<String> = template.points.iter().map(|point| quoted(&point.name)).collect();
        text += &format!("  {at}: [{}]\n", names.join(", "));
        problems.add(Effect::Left, "places, colours and lines of keypoints are left out", || labels[at].name.clone());
    }
    text
}

/// A JSON string is a YAML string, too.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
