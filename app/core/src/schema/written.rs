//! From what a person writes to a whole document: numbers for what has none, numbers for names, and long for short forms.

use super::attribute::AttributeOption;
use super::{Schema, SchemaError};
use crate::ids::hex;
use crate::palette;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

type Object = Map<String, Value>;

/// How deep attributes may stand within options.
const MAX_NESTED: usize = 32;

/// The same document in its whole form.
pub(super) fn complete(mut document: Value, in_force: &Schema) -> Result<Value, SchemaError> {
    // Anything else is refused, with the place, when the whole is read.
    let Some(schema) = document.as_object_mut() else { return Ok(document) };
    let is_list = |key: &str| schema.get(key).is_none_or(Value::is_array);
    if !schema.contains_key("labels") {
        return Err(SchemaError::NoLabels);
    }
    if !(is_list("labels") && is_list("attributes") && is_list("rules")) {
        return Ok(document);
    }
    let mut labels = list(schema, "labels");
    let known = in_force.labels.iter().map(|label| (label.name.clone(), u64::from(label.id.0))).collect();
    objects(&mut labels);
    number(&mut labels, &known);
    for (at, label) in labels.iter_mut().filter_map(Value::as_object_mut).enumerate() {
        label.entry("color").or_insert_with(|| json!(format!("#{}", hex(&palette::label_color(at)))));
    }
    keep(&mut labels, in_force.labels.iter().map(|label| (label.id.0, label)), true)?;
    let names = numbers_by_name(&labels);
    for label in labels.iter_mut().filter_map(Value::as_object_mut) {
        to_number(label.get_mut("parent"), &names);
    }

    let mut attributes = list(schema, "attributes");
    objects(&mut attributes);
    unnest(&mut attributes)?;
    let known = in_force.attributes.iter().map(|attribute| (attribute.name.clone(), u64::from(attribute.id.0))).collect();
    number(&mut attributes, &known);
    let before: HashMap<u64, &[AttributeOption]> =
        in_force.attributes.iter().map(|attribute| (u64::from(attribute.id.0), attribute.options.as_slice())).collect();
    for attribute in attributes.iter_mut().filter_map(Value::as_object_mut) {
        for label in attribute.get_mut("labels").and_then(Value::as_array_mut).into_iter().flatten() {
            to_number(Some(label), &names);
        }
        plain_type(attribute);
        let own = attribute.get("id").and_then(Value::as_u64).and_then(|id| before.get(&id).copied());
        options(attribute, own.unwrap_or_default())?;
    }
    keep(&mut attributes, in_force.attributes.iter().map(|attribute| (attribute.id.0, attribute)), false)?;
    let by_name = numbers_by_name(&attributes);
    let option_names: HashMap<u64, HashMap<String, u64>> = attributes.iter().filter_map(option_names).collect();
    for attribute in attributes.iter_mut().filter_map(Value::as_object_mut) {
        if let Some(when) = attribute.get_mut("when") {
            condition(when, &names, &by_name, &option_names);
        }
        let own = attribute.get("id").and_then(Value::as_u64).and_then(|id| option_names.get(&id));
        if let (Some(own), Some(default)) = (own, attribute.get_mut("default")) {
            default_answer(default, own);
        }
    }
    let mut rules = list(schema, "rules");
    let known = in_force.rules.iter().map(|rule| (rule.name.clone(), u64::from(rule.id.0))).collect();
    number(&mut rules, &known);
    for rule in rules.iter_mut().filter_map(Value::as_object_mut) {
        for label in rule.get_mut("labels").and_then(Value::as_array_mut).into_iter().flatten() {
            to_number(Some(label), &names);
        }
        let with = rule.get_mut("check").and_then(|check| check.get_mut("overlap")?.get_mut("with"));
        for label in with.and_then(Value::as_array_mut).into_iter().flatten() {
            to_number(Some(label), &names);
        }
        named_labels(rule, &names)?;
    }
    if !rules.is_empty() {
        schema.insert("rules".into(), rules.into());
    }
    schema.insert("labels".into(), labels.into());
    if !attributes.is_empty() {
        schema.insert("attributes".into(), attributes.into());
    }
    Ok(document)
}

/// Takes a list out.
fn list(object: &mut Object, key: &str) -> Vec<Value> {
    match object.get_mut(key) {
        Some(Value::Array(list)) => std::mem::take(list),
        _ => Vec::new(),
    }
}

/// A name alone stands for an object with that name.
fn objects(list: &mut [Value]) {
    for one in list {
        if let Value::String(name) = one {
            *one = json!({ "name": name });
        }
    }
}

fn id_of(object: &Object) -> Option<u64> {
    object.get("id").and_then(Value::as_u64).filter(|id| *id != 0)
}

fn name_of(object: &Object) -> &str {
    object.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// Gives numbers to those that have none: what is known under the name, else the next one never used.
fn number(list: &mut [Value], known: &HashMap<String, u64>) {
    let mut used: HashSet<u64> = list.iter().filter_map(Value::as_object).filter_map(id_of).collect();
    let mut last = used.iter().chain(known.values()).copied().max().unwrap_or(0);
    for one in list.iter_mut().filter_map(Value::as_object_mut) {
        let has_other = one.get("id").is_some_and(|id| !id.is_u64());
        if id_of(one).is_some() || has_other {
            continue;
        }
        let own = known.get(name_of(one)).copied().filter(|id| used.insert(*id));
        let id = own.unwrap_or_else(|| {
            last += 1;
            last
        });
        one.insert("id".into(), id.into());
    }
}

/// Adds those in force (by number) that the list leaves out, as deprecated ones.
fn keep<'a, T: Serialize + 'a>(
    list: &mut Vec<Value>,
    in_force: impl Iterator<Item = (u32, &'a T)>,
    renames: bool,
) -> Result<(), SchemaError> {
    let there: HashSet<u64> = list.iter().filter_map(Value::as_object).filter_map(id_of).collect();
    let mut missing = in_force.filter(|(id, _)| *id != 0 && !there.contains(&u64::from(*id))).peekable();
    if missing.peek().is_none() {
        return Ok(());
    }
    let names: HashSet<String> = list.iter().filter_map(Value::as_object).map(|one| name_of(one).to_owned()).collect();
    for (id, before) in missing {
        let mut before = serde_json::to_value(before)?;
        let Some(object) = before.as_object_mut() else { continue };
        if renames && names.contains(name_of(object)) {
            let name = format!("{} (label {id})", name_of(object));
            object.insert("name".into(), name.into());
        }
        object.remove("key");
        object.insert("deprecated".into(), true.into());
        list.push(before);
    }
    Ok(())
}

fn numbers_by_name(list: &[Value]) -> HashMap<String, u64> {
    let mut names = HashMap::new();
    for one in list.iter().filter_map(Value::as_object) {
        if let Some(id) = id_of(one) {
            names.entry(name_of(one).to_owned()).or_insert(id);
        }
    }
    names
}

fn to_number(value: Option<&mut Value>, names: &HashMap<String, u64>) {
    if let Some(value) = value
        && let Some(id) = value.as_str().and_then(|name| names.get(name))
    {
        *value = (*id).into();
    }
}

/// Says which label of a rule is none: what is left of names would be told as a wrong form of JSON.
fn named_labels(rule: &Object, names: &HashMap<String, u64>) -> Result<(), SchemaError> {
    let with = rule.get("check").and_then(|check| check.get("overlap")?.get("with"));
    let lists = [rule.get("labels"), with].into_iter().flatten().filter_map(Value::as_array).flatten();
    match lists.filter_map(Value::as_str).find(|name| !names.contains_key(*name)) {
        Some(name) => {
            let why = format!("is about the label \"{name}\", which the schema has not. Correct it, or add the label");
            Err(SchemaError::Rule(name_of(rule).to_owned(), why))
        }
        None => Ok(()),
    }
}

/// Attributes that stand within options become attributes of their own, asked when that option is taken.
fn unnest(attributes: &mut Vec<Value>) -> Result<(), SchemaError> {
    for _ in 0..MAX_NESTED {
        let mut flat = Vec::with_capacity(attributes.len());
        let mut found = false;
        for mut attribute in attributes.drain(..) {
            let children = attribute.as_object_mut().map(children).unwrap_or_default();
            found |= !children.is_empty();
            flat.push(attribute);
            flat.extend(children);
        }
        *attributes = flat;
        if !found {
            return Ok(());
        }
    }
    let name = attributes
        .iter()
        .filter_map(Value::as_object)
        .find_map(|one| Some(name_of(one).to_owned()).filter(|_| one.contains_key("options")));
    Err(SchemaError::Attribute(name.unwrap_or_default(), format!("has attributes within options more than {MAX_NESTED} deep")))
}

fn children(attribute: &mut Object) -> Vec<Value> {
    let name = name_of(attribute).to_owned();
    let reference = attribute.get("id").filter(|id| id.as_u64().is_some_and(|id| id != 0)).cloned().unwrap_or(json!(name));
    let inherited: Vec<(String, Value)> =
        ["labels", "of", "per_frame"].iter().filter_map(|key| Some(((*key).to_owned(), attribute.get(*key)?.clone()))).collect();
    let mut children = Vec::new();
    for option in attribute.get_mut("options").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
        let option_name = option.get("id").filter(|id| id.is_u64()).cloned().unwrap_or_else(|| json!(name_of(option)));
        let Some(Value::Array(mut own)) = option.remove("attributes") else { continue };
        objects(&mut own);
        for child in &mut own {
            let Some(child) = child.as_object_mut() else { continue };
            for (key, value) in &inherited {
                child.entry(key.clone()).or_insert_with(|| value.clone());
            }
            let taken = json!({ "attribute": reference, "is": [option_name] });
            let when = match child.remove("when") {
                Some(own) => json!({ "all": [taken, own] }),
                None => taken,
            };
            child.insert("when".into(), when);
        }
        children.append(&mut own);
    }
    children
}

/// Types by the names that people and other tools have for them.
fn plain_type(attribute: &mut Object) {
    let (kind, control) = match attribute.get("type").and_then(Value::as_str) {
        Some("radio") => ("select", Some("buttons")),
        Some("slider") => ("float", Some("slider")),
        Some("checkbox" | "bool") => ("boolean", None),
        Some("multi-select" | "multiselect") => ("multi", None),
        Some("number") => ("float", None),
        _ => return,
    };
    attribute.insert("type".into(), kind.into());
    if let Some(control) = control {
        attribute.entry("control").or_insert_with(|| control.into());
    }
}

/// Numbers an attribute's options, keeps those in force, and has parents by number.
fn options(attribute: &mut Object, before: &[AttributeOption]) -> Result<(), SchemaError> {
    match attribute.get("options") {
        None if before.is_empty() => return Ok(()),
        // Refused, with its place, when the whole is read.
        Some(other) if !other.is_array() => return Ok(()),
        _ => {}
    }
    let mut options = list(attribute, "options");
    objects(&mut options);
    let known = before.iter().map(|option| (option.name.clone(), u64::from(option.id.0))).collect();
    number(&mut options, &known);
    keep(&mut options, before.iter().map(|option| (option.id.0, option)), false)?;
    let names = numbers_by_name(&options);
    for option in options.iter_mut().filter_map(Value::as_object_mut) {
        to_number(option.get_mut("parent"), &names);
    }
    attribute.insert("options".into(), options.into());
    Ok(())
}

fn option_names(attribute: &Value) -> Option<(u64, HashMap<String, u64>)> {
    let attribute = attribute.as_object()?;
    Some((id_of(attribute)?, numbers_by_name(attribute.get("options")?.as_array()?)))
}

/// Numbers for the names in a condition. What is not found stays, and is refused when the whole is read.
fn condition(
    when: &mut Value,
    labels: &HashMap<String, u64>,
    attributes: &HashMap<String, u64>,
    options: &HashMap<u64, HashMap<String, u64>>,
) {
    let Some(when) = when.as_object_mut() else { return };
    for key in ["all", "any"] {
        for part in when.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
            condition(part, labels, attributes, options);
        }
    }
    if let Some(part) = when.get_mut("not") {
        condition(part, labels, attributes, options);
    }
    for label in when.get_mut("label").and_then(Value::as_array_mut).into_iter().flatten() {
        to_number(Some(label), labels);
    }
    to_number(when.get_mut("attribute"), attributes);
    let own = when.get("attribute").and_then(Value::as_u64).and_then(|id| options.get(&id));
    for option in when.get_mut("is").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(own) = own {
            to_number(Some(option), own);
        }
    }
}

/// An answer written as the name of an option, or as a list of names.
fn default_answer(default: &mut Value, options: &HashMap<String, u64>) {
    let choice = |value: &Value| {
        let name = value.as_str()?;
        options.get(name).map(|id| json!({ "option": id, "text": name }))
    };
    if let Some(whole) = choice(default) {
        *default = whole;
    }
    for one in default.as_array_mut().into_iter().flatten() {
        if let Some(whole) = choice(one) {
            *one = whole;
        }
    }
}
