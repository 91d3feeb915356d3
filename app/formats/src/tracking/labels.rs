//! Labels of formats that know no more of them than a name.

use super::Video;
use crate::problems::{Effect, Problems};
use limn_core::{Label, LabelId, Schema, palette};
use std::collections::BTreeSet;

/// The number and name of each label of a schema, in order, and of those that objects have and the schema lacks.
pub(crate) fn names(schema: &Schema, videos: &[Video], losses: &mut Problems) -> Vec<(LabelId, String)> {
    let mut labels: Vec<(LabelId, String)> = schema.labels.iter().map(|label| (label.id, label.name.clone())).collect();
    let used: BTreeSet<LabelId> = videos.iter().flat_map(|video| &video.things).map(|thing| thing.label).collect();
    for label in used.into_iter().filter(|label| schema.label(*label).is_none()) {
        let text = "objects have a label that the schema does not name; named by its number";
        losses.add(Effect::Changed, text, || format!("label {label}"));
        labels.push((label, schema.shown(label).0));
    }
    labels
}

/// Counts what is lost of a schema of which the names are written.
pub(crate) fn told_schema(schema: &Schema, losses: &mut Problems) {
    for label in &schema.labels {
        if !label.shapes.is_empty() || label.key.is_some() || label.deprecated || label.keypoints.is_some() || !label.extra.is_empty() {
            losses.add(Effect::Left, "of a label everything but the name left out", || label.name.clone());
        }
    }
    if !schema.attributes.is_empty() {
        losses.add(Effect::Left, "attributes of the schema left out", || schema.attributes.len().to_string());
    }
}

/// A label of this name behind the others, with the next colour.
pub(crate) fn add(labels: &mut Vec<Label>, id: LabelId, name: &str) {
    labels.push(Label { color: palette::label_color(labels.len()), ..Label::new(id, name) });
}

/// The text without what would end its line.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect::<String>().trim().to_owned()
}
