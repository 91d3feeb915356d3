//! Categories of COCO: `{"categories": [{"id", "name", "supercategory", "keypoints", "skeleton"}]}`, or the list alone.

use super::lost::{self, Holds};
use super::{SchemaFileError, color_of, json, list_of, pairs_of, point_names, pretty, template, text_of};
use crate::{Effect, Problems};
use limn_core::Schema;
use serde_json::{Value, json};
use std::collections::HashSet;

const FORMAT: &str = "COCO";

pub(super) fn read(text: &str, problems: &mut Problems) -> Result<Value, SchemaFileError> {
    let whole = json(text, FORMAT)?;
    let categories = if whole.is_array() { Some(&whole) } else { whole.get("categories") };
    let Some(categories) = categories.and_then(Value::as_array) else {
        return Err(SchemaFileError::syntax(FORMAT, "it has no list \"categories\""));
    };
    let mut labels = Vec::with_capacity(categories.len());
    let mut names: HashSet<&str> = HashSet::new();
    for category in categories {
        let name = text_of(category, "name");
        if name.trim().is_empty() {
            problems.add(Effect::Left, "categories without a name are left out", || category.get("id").unwrap_or(&Value::Null).to_string());
            continue;
        }
        if !names.insert(name) {
            problems.add(Effect::Left, "further categories of the same name are left out", || name.to_owned());
            continue;
        }
        let mut label = json!({ "name": name });
        // 0 is no number of a label: the label gets the next free one.
        match category.get("id").and_then(Value::as_u64).filter(|id| *id <= u64::from(u32::MAX)) {
            Some(0) | None => problems.add(Effect::Changed, "a category without a number above 0 gets a new one", || name.to_owned()),
            Some(id) => label["id"] = id.into(),
        }
        if let Some(color) = color_of(text_of(category, "color")) {
            label["color"] = color.into();
        }
        let above = text_of(category, "supercategory");
        if !above.is_empty() && above != name && above != "none" {
            label["parent"] = above.into();
        }
        let points = point_names(list_of(category, "keypoints"));
        if !points.is_empty() {
            label["keypoints"] = template(&points, &pairs_of(list_of(category, "skeleton"), 1));
            problems.add(Effect::Changed, "keypoints stand on a circle: COCO has no places for them", || name.to_owned());
        }
        labels.push(label);
    }
    let mut above = HashSet::new();
    for category in labels.clone() {
        let name = text_of(&category, "parent");
        if !name.is_empty() && !names.contains(name) && above.insert(name.to_owned()) {
            problems.add(Effect::Changed, "a supercategory becomes a label that stands above", || name.to_owned());
            labels.push(json!({ "name": name }));
        }
    }
    Ok(json!({ "labels": labels }))
}

pub(super) fn write(schema: &Schema, problems: &mut Problems) -> String {
    lost::tell(schema, Holds { colors: true, parents: true, keypoints: true, ..Holds::default() }, problems);
    let categories: Vec<Value> = schema
        .offered()
        .map(|label| {
            let above = label.parent.and_then(|id| schema.label(id)).map_or("", |above| above.name.as_str());
            let color = format!("#{}", limn_core::ids::hex(&label.color));
            let mut category = json!({ "id": label.id, "name": label.name, "supercategory": above, "color": color });
            if let Some(template) = &label.keypoints {
                let names: Vec<&str> = template.points.iter().map(|point| point.name.as_str()).collect();
                let skeleton: Vec<[usize; 2]> = template.edges.iter().map(|[a, b]| [a + 1, b + 1]).collect();
                category["keypoints"] = json!(names);
                category["skeleton"] = json!(skeleton);
                problems.add(Effect::Left, "places, colours and mirror pairs of keypoints are left out", || label.name.clone());
            }
            category
        })
        .collect();
    pretty(&json!({ "categories": categories }))
}
