//! What is allowed in a draft but will trouble the people who work with it: keys with two meanings, names that are easily
//! taken for each other, labels that nobody explains.

use crate::keymap::{Keymap, Keys};
use limn_core::Schema;
use limn_core::schema::Place;
use std::collections::HashMap;

/// A key that means something else as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// Whose key it is.
    pub place: Place,
    /// Who has it too, as a sentence.
    pub text: String,
}

/// Something that could be better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What it is about.
    pub place: Place,
    /// The field of it.
    pub field: &'static str,
    /// What, and what to do, as a sentence.
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

/// What could be better.
pub fn hints(schema: &Schema) -> Vec<Hint> {
    let mut found = Vec::new();
    let mut names: HashMap<String, &str> = HashMap::new();
    for (at, label) in schema.labels.iter().enumerate().filter(|(_, label)| !label.deprecated) {
        let mut add = |field, text| found.push(Hint { place: Place::Label(at), field, text });
        if let Some(other) = names.insert(plain(&label.name), &label.name) {
            add("name", format!("\"{}\" and \"{other}\" are easily taken for each other. Make them one, or tell them apart.", label.name));
        }
        if label.description.trim().is_empty() {
            add("description", format!("\"{}\" has no description: say what belongs to it, and what does not.", label.name));
        }
    }
    for (at, attribute) in schema.attributes.iter().enumerate().filter(|(_, attribute)| !attribute.deprecated) {
        let mut names: HashMap<(String, Option<limn_core::schema::OptionId>), &str> = HashMap::new();
        for option in attribute.offered() {
            if let Some(other) = names.insert((plain(&option.name), option.parent), &option.name) {
                let text =
                    format!("The options \"{}\" and \"{other}\" of \"{}\" are easily taken for each other.", option.name, attribute.name);
                found.push(Hint { place: Place::Attribute(at), field: "options", text });
                break;
            }
        }
    }
    found
}

/// A name without what people write now one way and now another: case, blanks, hyphens, the s of many.
fn plain(name: &str) -> String {
    let letters: String = name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let is_plural = letters.chars().count() > 3 && letters.ends_with('s') && !letters.ends_with("ss");
    if is_plural { letters[..letters.len() - 1].to_owned() } else { letters }
}
