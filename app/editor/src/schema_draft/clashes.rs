//! Keys with two meanings: allowed in a draft, and a trouble for the people who work with it.

use crate::keymap::{Keymap, Keys};
use limn_core::Schema;
use limn_core::schema::Place;

/// A key that means something else as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// Whose key it is.
    pub place: Place,
    /// Who has it too, as a sentence.
    pub text: String,
}

/// Keys of labels and attributes that another label, attribute or command has too.
pub fn clashes(schema: &Schema, keymap: &Keymap) -> Vec<Clash> {
    let mut found = Vec::new();
    let labels = || schema.labels.iter().enumerate().filter(|(_, label)| !label.deprecated);
    for (at, label) in labels() {
        let Some(key) = label.key else { continue };
        let mut add = |text| found.push(Clash { place: Place::Label(at), text });
        if let Some((_, other)) = labels().find(|(other, label)| *other != at && label.key == Some(key)) {
            add(format!("{key} is the key of \"{}\" as well; only the first of them gets it.", other.name));
        }
        let holder = Keys::parse(&key.to_string()).and_then(|keys| keymap.holder(&keys));
        if let Some(command) = holder.filter(|command| command.label_digit() != Some(key)) {
            add(format!("{key} is the key of the command \"{}\" in your key profile.", command.info().title));
        }
    }
    let attributes = || schema.attributes.iter().enumerate().filter(|(_, attribute)| !attribute.deprecated);
    for (at, attribute) in attributes() {
        let Some(key) = attribute.key else { continue };
        let mut add = |text| found.push(Clash { place: Place::Attribute(at), text });
        let meets = |labels: &[limn_core::LabelId]| {
            labels.is_empty() || attribute.labels.is_empty() || labels.iter().any(|label| attribute.labels.contains(label))
        };
        let is_same = |other: char| other.eq_ignore_ascii_case(&key);
        let twin =
            attributes().find(|(other, one)| *other != at && one.key.is_some_and(is_same) && one.of == attribute.of && meets(&one.labels));
        if let Some((_, other)) = twin {
            add(format!("{key} is the key of \"{}\" as well, which is asked at the same time.", other.name));
        }
        if let Some((_, label)) = labels().find(|(_, label)| label.key == Some(key)) {
            add(format!("{key} is the key of the label \"{}\" as well.", label.name));
        }
        let holder = Keys::parse(&key.to_ascii_uppercase().to_string()).and_then(|keys| keymap.holder(&keys));
        if let Some(command) = holder.filter(|command| command.label_digit().is_none()) {
            add(format!("{key} is the key of the command \"{}\" as well.", command.info().title));
        }
    }
    found
}
