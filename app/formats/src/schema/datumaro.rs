//! Categories of Datumaro: `{"categories": {"label": {"labels": [{"name", "parent", "attributes"}]}, "points": {"items"},
//! "mask": {"colormap"}}}`. A label is known by its place in the list, from 0.

use super::lost::{self, Holds};
use super::{SchemaFileError, json, list_of, pairs_of, point_names, pretty, template, text_of};
use crate::{Effect, Problems};
use limn_core::Schema;
use limn_core::schema::attribute::{AttributeType, Subject};
use limn_core::schema::questions::Questions;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

const FORMAT: &str = "Datumaro";

pub(super) fn read(text: &str, problems: &mut Problems) -> Result<Value, SchemaFileError> {
    let whole = json(text, FORMAT)?;
    let Some(categories) = whole.get("categories").filter(|categories| categories.is_object()) else {
        return Err(SchemaFileError::syntax(FORMAT, "it has no \"categories\""));
    };
    let nothing = Value::Null;
    let part = |key: &str| categories.get(key).unwrap_or(&nothing);
    let list = list_of(part("label"), "labels");
    let names: HashSet<&str> = list.iter().map(|label| text_of(label, "name")).collect();
    let mut labels: Vec<Value> = Vec::with_capacity(list.len());
    // Attributes have a name alone, so that they take text; the same name of several labels is one attribute.
    let mut attributes: Vec<Value> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for label in list {
        let name = text_of(label, "name");
        let mut written = json!({ "name": name });
        let above = text_of(label, "parent");
        if names.contains(above) && above != name {
            written["parent"] = above.into();
        } else if !above.is_empty() {
            problems.add(Effect::Left, "a parent that is no label is left out", || format!("{name}: {above}"));
        }
        for attribute in list_of(label, "attributes").iter().filter_map(Value::as_str) {
            let at = *places.entry(attribute).or_insert_with(|| {
                attributes.push(json!({ "name": attribute, "type": "text", "labels": [] }));
                attributes.len() - 1
            });
            if let Some(of) = attributes[at]["labels"].as_array_mut()
                && of.last().is_none_or(|last| last != name)
            {
                of.push(name.into());
            }
        }
        labels.push(written);
    }
    for attribute in list_of(part("label"), "attributes").iter().filter_map(Value::as_str) {
        match places.get(attribute) {
            Some(at) => attributes[*at]["labels"] = json!([]),
            None => attributes.push(json!({ "name": attribute, "type": "text" })),
        }
        places.entry(attribute).or_insert(attributes.len() - 1);
    }
    for attribute in &attributes {
        problems.add(Effect::Changed, "an attribute takes text: Datumaro tells its name alone", || text_of(attribute, "name").to_owned());
    }
    let place = |item: &Value| usize::try_from(item.get("label_id")?.as_u64()?).ok();
    for item in list_of(part("points"), "items") {
        let Some(label) = place(item).and_then(|at| labels.get_mut(at)) else {
            problems.add(Effect::Left, "points of a label that is not there are left out", || {
                item.get("label_id").unwrap_or(&nothing).to_string()
            });
            continue;
        };
        let joints = list_of(item, "joints");
        let from_zero = joints.iter().any(|pair| pair.as_array().is_some_and(|pair| pair.iter().any(|end| end == 0)));
        label["keypoints"] = template(&point_names(list_of(item, "labels")), &pairs_of(joints, usize::from(!from_zero)));
        problems.add(Effect::Changed, "keypoints stand on a circle: Datumaro has no places for them", || text_of(label, "name").to_owned());
    }
    for color in list_of(part("mask"), "colormap") {
        let channel = |key: &str| color.get(key).and_then(Value::as_u64).and_then(|value| u8::try_from(value).ok());
        if let (Some(label), Some(r), Some(g), Some(b)) =
            (place(color).and_then(|at| labels.get_mut(at)), channel("r"), channel("g"), channel("b"))
        {
            label["color"] = format!("#{}", limn_core::ids::hex(&[r, g, b])).into();
        }
    }
    Ok(json!({ "labels": labels, "attributes": attributes }))
}

pub(super) fn write(schema: &Schema, problems: &mut Problems) -> String {
    lost::tell(schema, Holds { colors: true, parents: true, keypoints: true, attributes: true, ..Holds::default() }, problems);
    for attribute in schema.attributes.iter().filter(|attribute| !attribute.deprecated) {
        if attribute.of == Subject::Instance {
            let named = "of an attribute only the name is kept";
            let bare = attribute.kind == AttributeType::Text && attribute.when.is_none() && !attribute.required;
            if !bare {
                problems.add(Effect::Changed, named, || attribute.name.clone());
            }
        } else {
            problems.add(Effect::Left, "attributes of files and frames are left out", || attribute.name.clone());
        }
    }
    let questions = Questions::new(schema);
    let (mut labels, mut points, mut colors) = (Vec::new(), Vec::new(), Vec::new());
    for (at, label) in schema.offered().enumerate() {
        let names: Vec<&str> =
            questions.possible(schema, Subject::Instance, Some(label.id)).map(|attribute| attribute.name.as_str()).collect();
        let above = label.parent.and_then(|id| schema.label(id)).filter(|above| !above.deprecated);
        labels.push(json!({ "name": label.name, "parent": above.map_or("", |above| above.name.as_str()), "attributes": names }));
        if let Some(template) = &label.keypoints {
            let names: Vec<&str> = template.points.iter().map(|point| point.name.as_str()).collect();
            let joints: Vec<[usize; 2]> = template.edges.iter().map(|[a, b]| [a + 1, b + 1]).collect();
            points.push(json!({ "label_id": at, "labels": names, "joints": joints }));
            problems.add(Effect::Left, "places, colours and mirror pairs of keypoints are left out", || label.name.clone());
        }
        let [r, g, b] = label.color;
        colors.push(json!({ "label_id": at, "r": r, "g": g, "b": b }));
    }
    let mut categories = json!({ "label": { "labels": labels, "attributes": [] }, "mask": { "colormap": colors } });
    if !points.is_empty() {
        categories["points"] = json!({ "items": points });
    }
    pretty(&json!({ "info": {}, "categories": categories, "items": [] }))
}
