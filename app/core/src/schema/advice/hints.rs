//! What is allowed but will trouble the people who work with a schema: names that are easily taken for each other, labels that nobody
//! explains, questions about a part that is a thing of its own.

use super::super::Schema;
use super::super::attribute::{Attribute, Subject};
use super::super::check::Place;
use crate::ids::LabelId;
use std::collections::HashMap;

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

/// Words that annotators take for one another. Each list is one meaning.
const ALIKE: [&[&str]; 10] = [
    &["car", "auto", "automobile"],
    &["person", "people", "human", "pedestrian"],
    &["bike", "bicycle", "cycle"],
    &["motorbike", "motorcycle"],
    &["truck", "lorry"],
    &["colour", "color"],
    &["street", "road"],
    &["other", "misc", "miscellaneous", "unknown", "undefined"],
    &["background", "void"],
    &["building", "house"],
];
/// Labels up to which each is compared with each: of more that would be felt at every change.
const MOST_COMPARED: usize = 300;
/// From how many letters on a single other one is a slip of the pen.
const LONG: usize = 6;

/// What could be better.
pub fn hints(schema: &Schema) -> Vec<Hint> {
    let mut found = Vec::new();
    names(schema, &mut found);
    for (at, label) in schema.labels.iter().enumerate().filter(|(_, label)| !label.deprecated) {
        let mut add = |field, text| found.push(Hint { place: Place::Label(at), field, text });
        let name = &label.name;
        match (label.description.trim().is_empty(), label.guide.trim().is_empty(), label.guide.contains("![")) {
            (true, true, _) => add("description", format!("\"{name}\" has no description: say what belongs to it, and what does not.")),
            (false, true, _) => add("guide", format!("\"{name}\" has no guide: add examples of what belongs to it, and of what does not.")),
            (_, false, false) => add("guide", format!("The guide of \"{name}\" has no example: a picture is understood by everybody.")),
            _ => {}
        }
    }
    let mut options = HashMap::new();
    for (at, attribute) in schema.attributes.iter().enumerate().filter(|(_, attribute)| !attribute.deprecated) {
        options.clear();
        for option in attribute.offered() {
            if let Some(other) = options.insert((plain(&option.name), option.parent), &option.name) {
                let text =
                    format!("The options \"{}\" and \"{other}\" of \"{}\" are easily taken for each other.", option.name, attribute.name);
                found.push(Hint { place: Place::Attribute(at), field: "options", text });
                break;
            }
        }
    }
    parts(schema, &mut found);
    found
}

/// Labels whose names are easily taken for each other.
fn names(schema: &Schema, found: &mut Vec<Hint>) {
    let mut same: HashMap<String, &str> = HashMap::new();
    let mut meant: HashMap<usize, &str> = HashMap::new();
    let mut long: Vec<(Vec<char>, &str)> = Vec::new();
    for (at, label) in schema.labels.iter().enumerate().filter(|(_, label)| !label.deprecated) {
        let name = plain(&label.name);
        let meaning = ALIKE.iter().position(|words| words.contains(&name.as_str()));
        let letters: Vec<char> = name.chars().collect();
        let slip = || long.iter().find(|(other, _)| is_slip(&letters, other)).map(|(_, other)| *other);
        let other = same.get(&name).or_else(|| meant.get(&meaning?)).copied().or_else(slip);
        if let Some(other) = other {
            let text = format!("\"{}\" and \"{other}\" are easily taken for each other. Make them one, or tell them apart.", label.name);
            found.push(Hint { place: Place::Label(at), field: "name", text });
        }
        if let Some(meaning) = meaning {
            meant.entry(meaning).or_insert(&label.name);
        }
        if letters.len() >= LONG && schema.labels.len() <= MOST_COMPARED {
            long.push((letters, &label.name));
        }
        same.insert(name, &label.name);
    }
}

/// Whether two words differ by one letter that is another one, too many, or missing. Numbers are meant to differ.
fn is_slip(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < LONG || long.len() - short.len() > 1 {
        return false;
    }
    let start = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let end = short[start..].iter().rev().zip(long[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let differ = &long[start..long.len() - end];
    let is_one = differ.len() == 1 && short.len() - start - end <= 1;
    // A last letter alone tells kinds from each other (type a, type b).
    let is_last = start + 1 == long.len();
    is_one && !is_last && !differ[0].is_numeric()
}

/// Questions about a part: one that names another label, and several that begin with the same word.
fn parts(schema: &Schema, found: &mut Vec<Hint>) {
    let labels: HashMap<String, (LabelId, &str)> =
        schema.offered().map(|label| (plain(&label.name), (label.id, label.name.as_str()))).collect();
    let asked = schema.attributes.iter().enumerate().filter(|(_, one)| !one.deprecated && one.of == Subject::Instance);
    let mut starts: HashMap<(String, Vec<LabelId>), (&str, &Attribute)> = HashMap::new();
    for (at, attribute) in asked {
        let mut words = attribute.name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
        let (Some(first), Some(_)) = (words.next(), words.next()) else { continue };
        let word = plain(first);
        let own = |id: &LabelId| attribute.labels.is_empty() || attribute.labels.contains(id);
        let mut add = |text| found.push(Hint { place: Place::Attribute(at), field: "name", text });
        if let Some((_, part)) = labels.get(&word).filter(|(id, _)| !own(id)) {
            add(format!(
                "\"{}\" asks about \"{part}\", which is a label: draw it as an instance of its own, linked to this one.",
                attribute.name
            ));
        } else if let Some((_, other)) = starts.get(&(word.clone(), attribute.labels.clone()))
            && !labels.contains_key(&word)
        {
            add(format!(
                "\"{}\" and \"{}\" both ask about \"{first}\": it may better be a label, drawn as an instance of its own and linked.",
                attribute.name, other.name
            ));
        }
        starts.entry((word, attribute.labels.clone())).or_insert((first, attribute));
    }
}

/// A name without what people write now one way and now another: case, blanks, hyphens, the s of many.
fn plain(name: &str) -> String {
    let letters: String = name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let is_plural = letters.chars().count() > 3 && letters.ends_with('s') && !letters.ends_with("ss");
    if is_plural { letters[..letters.len() - 1].to_owned() } else { letters }
}
