//! Writing: one labels control per kind of shape, and one control per attribute.

use super::super::lost::{self, Holds};
use super::REGIONS;
use crate::{Effect, Problems};
use limn_core::Schema;
use limn_core::geometry::SpatialType;
use limn_core::schema::Label;
use limn_core::schema::answer::{Answer, OptionId};
use limn_core::schema::attribute::{Attribute, AttributeOption, AttributeType, Control, Subject};
use limn_core::schema::condition::Condition;
use quick_xml::escape::escape;
use std::collections::{HashMap, HashSet};

/// The kinds that are offered for a label that may have any.
const USUAL: [SpatialType; 4] = [SpatialType::Box, SpatialType::Polygon, SpatialType::Ellipse, SpatialType::Mask];

pub(in super::super) fn write(schema: &Schema, problems: &mut Problems) -> String {
    let holds = Holds { colors: true, descriptions: true, shapes: true, attributes: true, keys: true, ..Holds::default() };
    lost::tell(schema, holds, problems);
    let mut xml = "<View>\n  <Image name=\"image\" value=\"$image\"/>\n".to_owned();
    let mut written = HashSet::new();
    for (tag, shape) in REGIONS.iter().filter(|(tag, _)| *tag != "BitmaskLabels") {
        let labels: Vec<&Label> = schema.offered().filter(|label| shapes(label).contains(shape)).collect();
        if labels.is_empty() {
            continue;
        }
        xml += &format!("  <{tag} name=\"{}\" toName=\"image\">\n", shape.as_str());
        for label in labels {
            written.insert(label.id);
            let key = label.key.map(|key| format!(" hotkey=\"{key}\"")).unwrap_or_default();
            let hint = text_field("hint", &label.description);
            let color = limn_core::ids::hex(&label.color);
            xml += &format!("    <Label value=\"{}\" background=\"#{color}\"{key}{hint}/>\n", escaped(&label.name));
        }
        xml += &format!("  </{tag}>\n");
    }
    for label in schema.offered() {
        if !written.contains(&label.id) {
            problems.add(Effect::Left, "labels of cuboids and tags alone are left out", || label.name.clone());
        }
        if label.shapes.is_empty() {
            problems.add(Effect::Changed, "a label of any shape is offered as box, polygon, ellipse and mask", || label.name.clone());
        } else if label.shapes.contains(&SpatialType::RotatedBox) || label.shapes.contains(&SpatialType::Keypoints) {
            problems.add(Effect::Changed, "turned boxes become rectangles, keypoints single points", || label.name.clone());
        }
    }
    for attribute in schema.attributes.iter().filter(|attribute| !attribute.deprecated) {
        control(schema, attribute, &mut xml, problems);
    }
    xml + "</View>\n"
}

/// The kinds of its controls that a label is offered in.
fn shapes(label: &Label) -> Vec<SpatialType> {
    if label.shapes.is_empty() {
        return USUAL.to_vec();
    }
    let theirs = |shape: &SpatialType| match shape {
        SpatialType::RotatedBox => SpatialType::Box,
        SpatialType::Keypoints => SpatialType::Point,
        other => *other,
    };
    label.shapes.iter().map(theirs).collect()
}

/// Ready for an attribute in quotes; line breaks as their own characters.
fn escaped(text: &str) -> String {
    escape(text).replace('\n', "&#10;").replace('\r', "&#13;").replace('\t', "&#9;")
}

fn text_field(name: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!(" {name}=\"{}\"", escaped(value)) }
}

/// A list that their commas separate; `None` when a name holds one.
fn list(names: impl Iterator<Item = String>) -> Option<String> {
    let names: Vec<String> = names.collect();
    names.iter().all(|name| !name.contains(',')).then(|| escaped(&names.join(",")))
}

fn control(schema: &Schema, attribute: &Attribute, xml: &mut String, problems: &mut Problems) {
    let name = || attribute.name.clone();
    if !matches!(attribute.of, Subject::Instance | Subject::File) {
        problems.add(Effect::Left, "attributes of frames, events and relations are left out", name);
        return;
    }
    let condition = attribute.when.as_ref().map(|when| condition(schema, when));
    lost::tell_attribute(attribute, condition.as_ref().is_none_or(Option::is_some), false, problems);
    let mut fields = format!(" name=\"{}\" toName=\"image\"", escaped(&attribute.name));
    if attribute.of == Subject::Instance {
        fields += " perRegion=\"true\"";
    }
    if attribute.required {
        fields += " required=\"true\"";
    }
    if attribute.per_frame {
        problems.add(Effect::Left, "that each frame has its own answer is left out", name);
    }
    if !attribute.labels.is_empty() {
        let names = schema.offered().filter(|label| is_of(schema, label, attribute)).map(|label| label.name.clone());
        match list(names) {
            Some(names) => fields += &format!(" whenLabelValue=\"{names}\""),
            None => problems.add(Effect::Changed, "attributes of labels with a comma in their name are asked of all", name),
        }
    }
    match condition {
        Some(Some(own)) => fields += &own,
        _ if !attribute.labels.is_empty() => fields += " visibleWhen=\"region-selected\"",
        _ => {}
    }
    let number = |key: &str, value: Option<f64>| value.map(|value| format!(" {key}=\"{value}\"")).unwrap_or_default();
    match attribute.kind {
        AttributeType::Select | AttributeType::Multi | AttributeType::Boolean => {
            let many = match attribute.kind {
                AttributeType::Multi => "multiple",
                _ if attribute.control == Control::Buttons => "single-radio",
                _ => "single",
            };
            *xml += &format!("  <Choices{fields} choice=\"{many}\">\n");
            if attribute.kind == AttributeType::Boolean {
                problems.add(Effect::Changed, "yes and no become two choices", name);
                for (yes, word) in [(true, "yes"), (false, "no")] {
                    let taken = if attribute.default == Some(Answer::Bool(yes)) { " selected=\"true\"" } else { "" };
                    *xml += &format!("    <Choice value=\"{word}\"{taken}/>\n");
                }
            } else {
                choices(attribute, xml);
            }
            *xml += "  </Choices>\n";
        }
        AttributeType::Tree => {
            *xml += &format!("  <Taxonomy{fields} maxUsages=\"1\">\n");
            choices(attribute, xml);
            *xml += "  </Taxonomy>\n";
        }
        AttributeType::Integer | AttributeType::Float | AttributeType::Direction => {
            let is_whole = attribute.kind == AttributeType::Integer;
            let (min, max) = if attribute.kind == AttributeType::Direction {
                problems.add(Effect::Changed, "a direction becomes a number of degrees", name);
                (Some(0.0), Some(360.0))
            } else {
                (attribute.min, attribute.max)
            };
            fields += &number("min", min);
            fields += &number("max", max);
            fields += &number("step", attribute.step.or(is_whole.then_some(1.0)));
            fields += &number("defaultValue", attribute.default.as_ref().and_then(Answer::number));
            *xml += &format!("  <Number{fields}/>\n");
        }
        AttributeType::Date | AttributeType::Time => {
            let only = if attribute.kind == AttributeType::Date { "date" } else { "time" };
            *xml += &format!("  <DateTime{fields} only=\"{only}\"/>\n");
        }
        AttributeType::Text => {
            if let Some(Answer::Text(text)) = &attribute.default {
                fields += &text_field("value", text);
            }
            *xml += &format!("  <TextArea{fields} maxSubmissions=\"1\"/>\n");
        }
    }
}

fn is_of(schema: &Schema, label: &Label, attribute: &Attribute) -> bool {
    let line = std::iter::successors(Some(label.id), |id| schema.label(*id)?.parent).take(schema.labels.len() + 1);
    line.into_iter().any(|id| attribute.labels.contains(&id))
}

/// The options, those of a tree within those above them.
fn choices(attribute: &Attribute, xml: &mut String) {
    let mut below: HashMap<Option<OptionId>, Vec<&AttributeOption>> = HashMap::new();
    let parents: HashSet<OptionId> = attribute.offered().map(|option| option.id).collect();
    for option in attribute.offered() {
        below.entry(option.parent.filter(|parent| parents.contains(parent))).or_default().push(option);
    }
    let taken: HashSet<OptionId> = attribute.default.iter().flat_map(Answer::choices).map(|choice| choice.option).collect();
    // What is still to be written, last first; a tree may be deeper than the stack.
    enum Step<'a> {
        Begin(&'a AttributeOption, usize),
        End(usize),
    }
    let mut steps: Vec<Step<'_>> = below.remove(&None).unwrap_or_default().into_iter().rev().map(|option| Step::Begin(option, 2)).collect();
    while let Some(step) = steps.pop() {
        match step {
            Step::Begin(option, depth) => {
                let selected = if taken.contains(&option.id) { " selected=\"true\"" } else { "" };
                // A very deep tree is not pushed out of the page.
                let indent = "  ".repeat(depth.min(20));
                *xml += &format!("{indent}<Choice value=\"{}\"{selected}", escaped(&option.name));
                let Some(own) = below.remove(&Some(option.id)) else {
                    *xml += "/>\n";
                    continue;
                };
                *xml += ">\n";
                steps.push(Step::End(depth));
                steps.extend(own.into_iter().rev().map(|option| Step::Begin(option, depth + 1)));
            }
            Step::End(depth) => *xml += &format!("{}</Choice>\n", "  ".repeat(depth.min(20))),
        }
    }
}

/// A condition as fields of a tag, where theirs can say it: one control's choices, taken or not, or that it is answered.
fn condition(schema: &Schema, when: &Condition) -> Option<String> {
    let (when, visible) = match when {
        Condition::Not { not } => (not.as_ref(), "choice-unselected"),
        other => (other, "choice-selected"),
    };
    let other = when.attribute().and_then(|id| schema.attributes.iter().find(|attribute| attribute.id == id))?;
    let values = match when {
        Condition::Is { is, .. } => {
            // An option of a tree stands for all below it.
            let line = |option: &AttributeOption| {
                let above = std::iter::successors(Some(option.id), |id| other.option(*id)?.parent);
                above.take(other.options.len()).any(|id| is.contains(&id))
            };
            list(other.options.iter().filter(|option| line(option)).map(|option| option.name.clone()))?
        }
        Condition::Says { says, .. } => if *says { "yes" } else { "no" }.to_owned(),
        Condition::Answered { answered: true, .. } if other.kind.has_options() => list(other.offered().map(|option| option.name.clone()))?,
        _ => return None,
    };
    Some(format!(" visibleWhen=\"{visible}\" whenTagName=\"{}\" whenChoiceValue=\"{values}\"", escaped(&other.name)))
}
