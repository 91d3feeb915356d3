//! Reading: tag by tag, with the controls that are open.

use super::super::{SchemaFileError, color_of};
use super::REGIONS;
use crate::{Effect, Problems};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

const FORMAT: &str = "Label Studio";
/// How deep tags may lie in each other.
const MAX_DEPTH: usize = 64;
/// The most stars of a rating.
const MAX_STARS: u32 = 1000;
/// Tags that arrange and show, and ask nothing.
const LAYOUT: &[&str] = &["View", "Header", "Style", "Image", "Video", "Text", "HyperText", "Collapse", "Panel", "Filter", "Repeater"];

type Fields = HashMap<String, String>;

pub(in super::super) fn read(text: &str, problems: &mut Problems) -> Result<Value, SchemaFileError> {
    let wrong = |why: String| SchemaFileError::Syntax { format: FORMAT, why };
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = Vec::new();
    let mut config = Config::default();
    loop {
        let position = reader.buffer_position();
        let at = |why: &dyn std::fmt::Display| wrong(format!("at byte {position}: {why}"));
        match reader.read_event().map_err(|error| at(&error))? {
            Event::Start(_) if open.len() >= MAX_DEPTH => return Err(at(&format!("tags lie more than {MAX_DEPTH} deep"))),
            Event::Start(tag) => {
                let (name, fields) = parts(&tag).map_err(|why| at(&why))?;
                open.push(config.begin(&name, fields, &open, problems));
            }
            Event::Empty(tag) => {
                let (name, fields) = parts(&tag).map_err(|why| at(&why))?;
                config.begin(&name, fields, &open, problems);
            }
            Event::End(_) => drop(open.pop()),
            Event::DocType(_) => return Err(at(&"it has a document type, which no configuration needs. Take it out")),
            Event::Eof if !open.is_empty() => return Err(at(&"it ends within a tag")),
            Event::Eof => break,
            _ => {}
        }
    }
    if config.tags == 0 {
        return Err(wrong("it has no tags".to_owned()));
    }
    Ok(config.finish(problems))
}

/// Name and attributes of a tag; only the five entities that XML has itself are replaced.
fn parts(tag: &BytesStart<'_>) -> Result<(String, Fields), String> {
    let name = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
    let mut fields = Fields::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let raw = std::str::from_utf8(&attribute.value).map_err(|error| error.to_string())?;
        let value = quick_xml::escape::unescape(raw).map_err(|error| error.to_string())?;
        fields.insert(String::from_utf8_lossy(attribute.key.as_ref()).into_owned(), value.into_owned());
    }
    Ok((name, fields))
}

/// A tag that is open, as far as what lies in it needs to know.
#[derive(Clone, PartialEq)]
enum Open {
    /// Labels of this kind of shape.
    Region(&'static str),
    /// Labels of a kind of shape that Limn has not.
    Foreign,
    /// Options of the attribute at this place.
    Options(usize),
    /// An option of the attribute at this place, by its number.
    Option(usize, u64),
    /// Nothing that matters.
    Other,
}

#[derive(Default)]
struct Config {
    tags: usize,
    labels: Vec<Value>,
    /// Where the label of this name stands.
    by_label: HashMap<String, usize>,
    attributes: Vec<Value>,
    /// What each attribute depends on, as it stands in its tag.
    conditions: Vec<Fields>,
}

impl Config {
    fn begin(&mut self, tag: &str, fields: Fields, open: &[Open], problems: &mut Problems) -> Open {
        self.tags += 1;
        // Views between a control and its options do not matter.
        let within = open.iter().rev().find(|one| **one != Open::Other);
        if let Some((_, shape)) = REGIONS.iter().find(|(name, _)| *name == tag) {
            return Open::Region(shape.as_str());
        }
        match tag {
            "Label" => {
                self.label(&fields, within, problems);
                Open::Other
            }
            "Choice" => self.choice(&fields, within, problems),
            "Choices" | "Taxonomy" | "Rating" | "Number" | "TextArea" | "DateTime" => {
                self.attribute(tag, fields, problems);
                Open::Options(self.attributes.len() - 1)
            }
            "Labels" | "HyperTextLabels" | "ParagraphLabels" | "TimeSeriesLabels" | "TimelineLabels" | "OcrLabels" => {
                problems.add(Effect::Changed, "labels of a control that draws no shape may have any", || tag.to_owned());
                Open::Foreign
            }
            _ if LAYOUT.contains(&tag) => {
                problems.add(Effect::Left, "what arranges and shows (View, Image, Header …) is left out", || tag.to_owned());
                Open::Other
            }
            _ => {
                problems.add(Effect::Left, "tags that Limn has nothing for are left out", || tag.to_owned());
                Open::Other
            }
        }
    }

    fn label(&mut self, fields: &Fields, within: Option<&Open>, problems: &mut Problems) {
        let Some(name) = fields.get("value").filter(|name| !name.trim().is_empty()) else {
            problems.add(Effect::Left, "labels without a value are left out", String::new);
            return;
        };
        let at = *self.by_label.entry(name.clone()).or_insert_with(|| {
            self.labels.push(json!({ "name": name, "shapes": [] }));
            self.labels.len() - 1
        });
        let label = &mut self.labels[at];
        if let Some(Open::Region(shape)) = within
            && let Some(shapes) = label["shapes"].as_array_mut()
            && !shapes.iter().any(|known| known == shape)
        {
            shapes.push((*shape).into());
        }
        if let Some(background) = fields.get("background") {
            match color_of(background) {
                Some(color) => label["color"] = color.into(),
                None => problems.add(Effect::Left, "colours by name are left out", || format!("{name}: {background}")),
            }
        }
        if let Some(hint) = fields.get("hint").filter(|hint| !hint.is_empty()) {
            label["description"] = hint.clone().into();
        }
        // Only digits choose labels here.
        match fields.get("hotkey").and_then(|key| key.parse::<char>().ok()) {
            Some(key @ '1'..='9') => label["key"] = key.to_string().into(),
            Some(_) => problems.add(Effect::Left, "keys of labels other than 1 to 9 are left out", || name.clone()),
            None => {}
        }
        if fields.contains_key("alias") {
            problems.add(Effect::Left, "aliases are left out", || name.clone());
        }
    }

    fn choice(&mut self, fields: &Fields, within: Option<&Open>, problems: &mut Problems) -> Open {
        let name = fields.get("value").filter(|name| !name.trim().is_empty());
        let (Some(name), Some(Open::Options(at) | Open::Option(at, _))) = (name, within) else {
            problems.add(Effect::Left, "choices without a value or a control are left out", String::new);
            return Open::Other;
        };
        let attribute = &mut self.attributes[*at];
        let Some(options) = attribute.get_mut("options").and_then(Value::as_array_mut) else {
            problems.add(Effect::Left, "choices without a value or a control are left out", || name.clone());
            return Open::Other;
        };
        let id = options.len() as u64 + 1;
        let mut option = json!({ "id": id, "name": name });
        if let Some(Open::Option(_, above)) = within {
            option["parent"] = (*above).into();
        }
        options.push(option);
        if let Some(Open::Option(..)) = within {
            attribute["type"] = "tree".into();
        }
        if fields.get("selected").is_some_and(|yes| yes == "true") {
            let taken = json!({ "option": id, "text": name });
            if attribute["type"] == "multi" {
                match attribute.get_mut("default").and_then(Value::as_array_mut) {
                    Some(list) => list.push(taken),
                    None => attribute["default"] = json!([taken]),
                }
            } else {
                attribute["default"] = taken;
            }
        }
        if fields.contains_key("alias") {
            problems.add(Effect::Left, "aliases are left out", || name.clone());
        }
        Open::Option(*at, id)
    }

    fn attribute(&mut self, tag: &str, fields: Fields, problems: &mut Problems) {
        let get = |key: &str| fields.get(key).map(String::as_str).unwrap_or_default();
        let number = |key: &str| get(key).trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let name = if get("name").trim().is_empty() { format!("{tag} {}", self.attributes.len() + 1) } else { get("name").to_owned() };
        let mut one = json!({ "name": name });
        match tag {
            "Choices" => {
                let several = get("choice") == "multiple";
                one["type"] = if several { "multi" } else { "select" }.into();
                one["options"] = json!([]);
                if get("choice") == "single-radio" || get("layout") == "inline" {
                    one["control"] = "buttons".into();
                }
            }
            "Taxonomy" => {
                one["type"] = "tree".into();
                one["options"] = json!([]);
                if get("maxUsages") != "1" {
                    problems.add(Effect::Changed, "a taxonomy takes one answer", || name.clone());
                }
            }
            "Rating" => {
                let stars = get("maxRating").parse::<u32>().ok().filter(|stars| (1..=MAX_STARS).contains(stars)).unwrap_or(5);
                one["type"] = "integer".into();
                one["min"] = json!(1.0);
                one["max"] = json!(f64::from(stars));
                one["control"] = "slider".into();
                problems.add(Effect::Changed, "stars become a whole number", || name.clone());
            }
            "Number" => {
                let (min, max, step) = (number("min"), number("max"), number("step").filter(|step| *step > 0.0));
                let is_whole = step.is_some_and(|step| step.fract() == 0.0) && min.is_none_or(|min| min.fract() == 0.0);
                one["type"] = if is_whole { "integer" } else { "float" }.into();
                for (key, value) in [("min", min), ("max", max), ("step", step)] {
                    if let Some(value) = value {
                        one[key] = json!(value);
                    }
                }
                if let Some(default) = number("defaultValue") {
                    let fits = min.is_none_or(|min| default >= min)
                        && max.is_none_or(|max| default <= max)
                        && (!is_whole || default.fract() == 0.0);
                    match (fits, is_whole) {
                        (false, _) => problems.add(Effect::Left, "defaults that the control does not take are left out", || name.clone()),
                        (true, true) => one["default"] = json!(default as i64),
                        (true, false) => one["default"] = json!(default),
                    }
                }
            }
            "DateTime" => {
                let only: Vec<&str> = get("only").split(',').map(str::trim).collect();
                one["type"] = match (only.contains(&"date"), only.contains(&"time")) {
                    (true, false) => "date",
                    (false, true) => "time",
                    _ => {
                        problems.add(Effect::Changed, "a date with a time, or a part of a date, becomes text", || name.clone());
                        "text"
                    }
                }
                .into();
            }
            _ => {
                one["type"] = "text".into();
                if !get("value").is_empty() && !get("value").starts_with('$') {
                    one["default"] = get("value").into();
                }
            }
        }
        if get("required") == "true" {
            one["required"] = true.into();
        }
        let is_region = get("perRegion") == "true";
        if !is_region {
            one["of"] = "file".into();
        }
        let labels: Vec<&str> = get("whenLabelValue").split(',').map(str::trim).filter(|label| !label.is_empty()).collect();
        if is_region && !labels.is_empty() {
            one["labels"] = json!(labels);
        } else if !labels.is_empty() {
            problems.add(Effect::Left, "conditions on labels of what is asked of whole files are left out", || name.clone());
        }
        self.attributes.push(one);
        self.conditions.push(fields);
    }

    /// Conditions, once every control is known; what refers to nothing is left out.
    fn finish(mut self, problems: &mut Problems) -> Value {
        for at in 0..self.attributes.len() {
            let name = self.attributes[at]["name"].as_str().unwrap_or_default().to_owned();
            let labels = self.attributes[at].get("labels").and_then(Value::as_array).cloned().unwrap_or_default();
            let known: Vec<Value> =
                labels.iter().filter(|label| label.as_str().is_some_and(|label| self.by_label.contains_key(label))).cloned().collect();
            if known.len() < labels.len() {
                problems.add(Effect::Left, "labels in conditions that no control has are left out", || name.clone());
            }
            if !labels.is_empty() {
                self.attributes[at]["labels"] = known.into();
            }
            if let Some(when) = self.condition(at, problems) {
                self.attributes[at]["when"] = when;
            }
            self.without_twins(at, &name, problems);
        }
        let labels: Vec<Value> = self
            .labels
            .into_iter()
            .map(|mut label| {
                let is_any = label["shapes"].as_array().is_some_and(Vec::is_empty);
                if let Some(fields) = label.as_object_mut().filter(|_| is_any) {
                    fields.remove("shapes");
                }
                label
            })
            .collect();
        // Numbers now, so that the names in conditions could not mean another control.
        for (at, one) in self.attributes.iter_mut().enumerate() {
            one["id"] = (at as u64 + 1).into();
        }
        Value::Object(Map::from_iter([("labels".to_owned(), labels.into()), ("attributes".to_owned(), self.attributes.into())]))
    }

    fn condition(&self, at: usize, problems: &mut Problems) -> Option<Value> {
        let fields = &self.conditions[at];
        let get = |key: &str| fields.get(key).map(String::as_str).unwrap_or_default();
        let name = || self.attributes[at]["name"].as_str().unwrap_or_default().to_owned();
        let left = |problems: &mut Problems| {
            problems.add(Effect::Left, "conditions that refer to nothing here are left out", name);
            None
        };
        let visible = get("visibleWhen");
        // A region that is chosen is what an answer about an instance is about.
        if get("whenTagName").is_empty() || matches!(visible, "region-selected" | "no-region-selected") {
            return if visible == "no-region-selected" || !get("whenChoiceValue").is_empty() { left(problems) } else { None };
        }
        let other = self.attributes.iter().position(|one| one["name"] == get("whenTagName"));
        let Some(other) = other.filter(|other| *other != at && self.attributes[*other].get("of") == self.attributes[at].get("of")) else {
            // The name of a labels control: whenLabelValue says the rest.
            return if get("whenLabelValue").is_empty() { left(problems) } else { None };
        };
        let number = other as u64 + 1;
        let values: Vec<&str> = get("whenChoiceValue").split(',').map(str::trim).filter(|value| !value.is_empty()).collect();
        let when = match self.attributes[other].get("options").and_then(Value::as_array) {
            Some(options) if !values.is_empty() => {
                let ids: Vec<&Value> = options
                    .iter()
                    .filter(|option| values.iter().any(|value| option["name"] == *value))
                    .map(|option| &option["id"])
                    .collect();
                if ids.is_empty() {
                    return left(problems);
                }
                json!({ "attribute": number, "is": ids })
            }
            _ => json!({ "attribute": number, "answered": true }),
        };
        Some(if visible == "choice-unselected" { json!({ "not": when }) } else { when })
    }

    /// An option that stands twice under the same one cannot be told apart; a control's name that stands twice gets a number.
    fn without_twins(&mut self, at: usize, name: &str, problems: &mut Problems) {
        let mut seen = std::collections::HashSet::new();
        if let Some(options) = self.attributes[at].get_mut("options").and_then(Value::as_array_mut) {
            for option in options {
                if !seen.insert((option["name"].to_string(), option["parent"].to_string())) {
                    let again = format!("{} ({})", option["name"].as_str().unwrap_or_default(), option["id"]);
                    option["name"] = again.into();
                    problems.add(Effect::Changed, "a choice that stands twice gets a number behind its name", || name.to_owned());
                }
            }
        }
        if self.attributes[..at].iter().any(|other| other["name"] == name) {
            self.attributes[at]["name"] = format!("{name} ({})", at + 1).into();
            problems.add(Effect::Changed, "a control whose name stands twice gets a number behind it", || name.to_owned());
        }
    }
}
