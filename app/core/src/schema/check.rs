//! What a schema must hold to before it is used.

use super::Schema;
use super::answer::{AttributeId, OptionId};
use super::attribute::{Attribute, AttributeType, Subject};
use super::condition::Condition;
use super::error::SchemaError;
use super::label::Label;
use crate::ids::LabelId;
use crate::template::Template;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Longest name, in characters.
const MAX_NAME: usize = 200;
/// Longest description, in bytes.
const MAX_DESCRIPTION: usize = 64 << 10;
/// Longest guide, in bytes.
const MAX_GUIDE: usize = 256 << 10;
/// How many attributes a condition may lead through, one depending on the next.
const MAX_CHAIN: usize = 64;

/// What a problem of a schema is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// The label that stands at this place of the list, from 0.
    Label(usize),
    /// The attribute that stands at this place of the list, from 0.
    Attribute(usize),
    /// The rule that stands at this place of the list, from 0.
    Rule(usize),
    /// The schema as a whole.
    Schema,
}

/// Something that keeps a schema from being used.
#[derive(Debug)]
pub struct Problem {
    /// What it is about.
    pub place: Place,
    /// The field of it, by its name in the file.
    pub field: &'static str,
    /// What is wrong, and what to do.
    pub error: SchemaError,
}

/// Finds the first thing that is wrong.
pub(super) fn check(schema: &Schema) -> Result<(), SchemaError> {
    problems(schema, 1).into_iter().next().map_or(Ok(()), |problem| Err(problem.error))
}

/// Finds what is wrong: the first so many problems, those of labels first.
pub(super) fn problems(schema: &Schema, most: usize) -> Vec<Problem> {
    let mut found = Found { list: Vec::new(), most };
    if let Some(problem) = problem_of_guide(&schema.guide) {
        found.add(Place::Schema, "guide", SchemaError::Guide(problem.to_owned()));
    }
    labels(schema, &mut found);
    if !found.is_full() {
        attributes(schema, &mut found);
    }
    // Rules are about labels and questions that are there.
    if found.list.is_empty() {
        super::rule::check(schema, &mut |at, field, error| found.add(Place::Rule(at), field, error));
    }
    found.list.truncate(most);
    found.list
}

struct Found {
    list: Vec<Problem>,
    most: usize,
}

impl Found {
    fn add(&mut self, place: Place, field: &'static str, error: SchemaError) {
        if !self.is_full() {
            self.list.push(Problem { place, field, error });
        }
    }

    fn is_full(&self) -> bool {
        self.list.len() >= self.most
    }
}

fn labels(schema: &Schema, found: &mut Found) {
    let (mut names, mut ids, mut parents) = (HashSet::new(), HashSet::new(), HashMap::new());
    for (at, label) in schema.labels.iter().enumerate() {
        if found.is_full() {
            return;
        }
        let mut add = |field, error| found.add(Place::Label(at), field, error);
        let wrong = |why: &str| SchemaError::Label(label.name.clone(), why.to_owned());
        if label.name.trim().is_empty() {
            add("name", SchemaError::NoName);
        } else if !names.insert(&label.name) {
            add("name", SchemaError::TwiceName(label.name.clone()));
        }
        if !ids.insert(label.id) {
            add("id", SchemaError::TwiceId(label.id.0));
        }
        if let Some(key) = label.key.filter(|key| !('1'..='9').contains(key)) {
            add("key", SchemaError::BadKey(label.name.clone(), key));
        }
        if let Some(problem) = label.keypoints.as_ref().and_then(Template::problem) {
            add("keypoints", SchemaError::BadTemplate(label.name.clone(), problem));
        }
        if let Some((field, problem)) = problem_of_text(&label.name, &label.description) {
            add(field, wrong(problem));
        }
        if let Some(problem) = problem_of_guide(&label.guide) {
            add("guide", wrong(problem));
        }
        if label.min_size.is_some_and(|size| !(size.is_finite() && size >= 0.0)) {
            add("min_size", wrong("has a least size that is no size. Write pixels, such as 4"));
        }
        if label.default_shape.is_some_and(|shape| !label.takes(shape)) {
            let why = "is drawn as a kind of shape that it may not have. Add it to its shapes, or draw it as another";
            add("default_shape", wrong(why));
        }
        let is_name = |role: &String| !role.trim().is_empty() && role.chars().count() <= MAX_NAME;
        let is_new = |at: usize| !label.roles[..at].contains(&label.roles[at]);
        if !label.roles.iter().enumerate().all(|(at, role)| is_name(role) && is_new(at)) {
            add("roles", wrong("has a role without a name, one of a very long name, or one twice. Name each once, such as who and target"));
        }
        parents.extend(label.parent.map(|parent| (label.id, parent)));
    }
    for (at, label) in schema.labels.iter().enumerate() {
        if label.parent.is_some_and(|parent| !ids.contains(&parent)) {
            let why = "stands below a label that the schema has not. Correct its parent".to_owned();
            found.add(Place::Label(at), "parent", SchemaError::Label(label.name.clone(), why));
        }
    }
    if let Some(id) = circle(schema.labels.iter().map(|label: &Label| label.id), &parents) {
        let at = schema.labels.iter().position(|label| label.id == id).unwrap_or(0);
        let why = "stands below itself. Take the circle out of the parents".to_owned();
        found.add(Place::Label(at), "parent", SchemaError::Label(schema.shown(id).0, why));
    }
}

/// One that comes back to itself on its way up.
fn circle<Id: Copy + Eq + Hash>(all: impl Iterator<Item = Id>, parents: &HashMap<Id, Id>) -> Option<Id> {
    let mut good = HashSet::new();
    let mut way = Vec::new();
    for id in all {
        let mut at = id;
        while let Some(parent) = parents.get(&at).filter(|_| !good.contains(&at)) {
            // A way up that has more steps than there are was at some place twice.
            if way.len() > parents.len() {
                return Some(at);
            }
            way.push(at);
            at = *parent;
        }
        good.extend(way.drain(..));
    }
    None
}

/// The field, and what is wrong with it.
pub(super) fn problem_of_text(name: &str, description: &str) -> Option<(&'static str, &'static str)> {
    // Nearly all names are short and plain, and there may be very many.
    let is_plain = |text: &str| text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if name.len() <= MAX_NAME && is_plain(name) && description.is_empty() {
        return None;
    }
    if name.chars().count() > MAX_NAME {
        return Some(("name", "has too long a name. Use 200 characters at most"));
    }
    if name.chars().any(char::is_control) {
        return Some(("name", "has a control character in its name. Take it out"));
    }
    if description.len() > MAX_DESCRIPTION {
        let why = "has too long a description (more than 64 KiB). Shorten it, and put the rest into a guide";
        return Some(("description", why));
    }
    let is_bad = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    let why = "has a control character in its description. Take it out";
    description.chars().any(is_bad).then_some(("description", why))
}

fn problem_of_guide(guide: &str) -> Option<&'static str> {
    if guide.len() > MAX_GUIDE {
        return Some("has too long a guide (more than 256 KiB). Shorten it");
    }
    let is_bad = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    guide.chars().any(is_bad).then_some("has a control character in its guide. Take it out")
}

fn attributes(schema: &Schema, found: &mut Found) {
    let labels: HashSet<LabelId> = schema.labels.iter().map(|label| label.id).collect();
    let mut by_id: HashMap<AttributeId, &Attribute> = HashMap::with_capacity(schema.attributes.len());
    // Of each name: whether one is asked for every label, and whether one is for some; and each label for which one is.
    let mut by_name: HashMap<(&str, Subject), (bool, bool)> = HashMap::with_capacity(schema.attributes.len());
    let mut named: HashSet<(&str, Subject, LabelId)> = HashSet::with_capacity(schema.attributes.len());
    for (at, attribute) in schema.attributes.iter().enumerate() {
        if found.is_full() {
            return;
        }
        let mut add = |field, why: String| found.add(Place::Attribute(at), field, SchemaError::Attribute(attribute.name.clone(), why));
        if attribute.name.trim().is_empty() {
            add("name", "has no name. Give each attribute a name".into());
        }
        if by_id.insert(attribute.id, attribute).is_some() {
            add("id", format!("has the id {}, as another one. Give each a number of its own, or leave the ids out", attribute.id));
        }
        if attribute.labels.iter().any(|label| !labels.contains(label)) {
            add("labels", "is asked for a label that the schema has not. Correct its labels".into());
        }
        for (field, why) in problems_of(attribute) {
            add(field, why);
        }
        let (name, of) = (attribute.name.as_str(), attribute.of);
        let (is_general, is_named) = by_name.entry((name, of)).or_default();
        let all = attribute.labels.is_empty();
        let mut meets = *is_general || (all && *is_named);
        if !attribute.deprecated {
            *is_general |= all;
            *is_named |= !all;
            meets |= attribute.labels.iter().filter(|label| !named.insert((name, of, **label))).count() > 0;
            if meets && !attribute.name.trim().is_empty() {
                add("name", "stands twice for the same label. Give each attribute of a label a name of its own".into());
            }
        }
    }
    let mut depths = HashMap::new();
    for (at, attribute) in schema.attributes.iter().enumerate() {
        let mut add = |why: String| found.add(Place::Attribute(at), "when", SchemaError::Attribute(attribute.name.clone(), why));
        if let Some(why) = attribute.when.as_ref().and_then(|when| problem_of_condition(when, &by_id, &labels)) {
            add(why);
        } else if let Err(why) = chain(attribute, &by_id, &mut depths, 0) {
            add(why);
        }
    }
}

/// Of an attribute by itself: the fields, and what is wrong with each.
fn problems_of(attribute: &Attribute) -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    let text = problem_of_text(&attribute.name, &attribute.description);
    found.extend(text.map(|(field, why)| (field, why.to_owned())));
    if let Some(catalogue) = &attribute.catalogue {
        if !matches!(attribute.kind, AttributeType::Select | AttributeType::Multi) {
            found.push(("catalogue", "chooses from a catalogue, but its type does not. Make it a select or multi".into()));
        } else if let Some(problem) = super::attribute::problem_of_catalogue(catalogue) {
            found.push(("catalogue", format!("chooses from a catalogue {problem}")));
        } else if attribute.offered().next().is_some() {
            found.push(("catalogue", "has options and a catalogue. Take one of them away".into()));
        }
    }
    if attribute.kind.has_options() {
        found.extend(problem_of_options(attribute).map(|why| ("options", why)));
    } else if !attribute.options.is_empty() {
        found.push(("options", "has options, but its type takes none. Make it a select, multi or tree".into()));
    }
    let numbers = [attribute.min, attribute.max, attribute.step];
    if numbers.iter().flatten().any(|number| !number.is_finite()) {
        found.push(("min", "has a least, greatest or step value that is no number".into()));
    }
    if attribute.step.is_some_and(|step| step <= 0.0) {
        found.push(("step", "has a step that does not go up. Write a step above 0".into()));
    }
    if let (Some(min), Some(max)) = (attribute.min, attribute.max)
        && min > max
    {
        found.push(("min", format!("has a least value ({min}) above its greatest ({max}). Change them")));
    }
    if let Err(why) = attribute.compiled_pattern() {
        found.push(("pattern", format!("has a pattern that cannot be used: {why}")));
    }
    if let Some(key) = attribute.key.filter(|key| !key.is_alphanumeric()) {
        found.push(("key", format!("has the key \"{}\"; a letter or a digit goes to an attribute", key.escape_default())));
    }
    if let Some(why) = attribute.default.as_ref().and_then(|answer| attribute.problem_of(answer)) {
        found.push(("default", format!("begins with an answer that it does not take: {why}")));
    }
    found
}

fn problem_of_options(attribute: &Attribute) -> Option<String> {
    let mut ids = Seen::new(attribute.options.len());
    let mut names = Seen::new(attribute.options.len());
    let mut parents: HashMap<OptionId, OptionId> = HashMap::new();
    for option in &attribute.options {
        let name = &option.name;
        if name.trim().is_empty() || problem_of_text(name, "").is_some() {
            return Some("has an option without a name, or with one that is too long or has control characters".into());
        }
        if let Some(problem) = problem_of_guide(&option.guide) {
            return Some(format!("has an option \"{name}\" that {problem}"));
        }
        if let Some(problem) = option.problem_of_picture() {
            return Some(format!("has an option \"{name}\" that {problem}"));
        }
        if !ids.insert(option.id) {
            return Some(format!("has two options with the id {}", option.id.0));
        }
        if !option.deprecated && !names.insert((name, option.parent)) {
            return Some(format!("has the option \"{name}\" twice"));
        }
        parents.extend(option.parent.map(|parent| (option.id, parent)));
    }
    if attribute.kind != AttributeType::Tree && !parents.is_empty() {
        return Some("has options below each other, but is no tree. Make it a tree".into());
    }
    if parents.values().any(|parent| !ids.contains(parent)) {
        return Some("has an option below one that it has not".into());
    }
    circle(attribute.options.iter().map(|option| option.id), &parents).map(|_| "has an option that stands below itself".into())
}

/// What was seen before. A few are compared one by one: most attributes have few options, and there may be very many attributes.
enum Seen<T> {
    Few(Vec<T>),
    Many(HashSet<T>),
}

impl<T: Eq + Hash> Seen<T> {
    const FEW: usize = 12;

    fn new(count: usize) -> Self {
        if count <= Self::FEW { Self::Few(Vec::with_capacity(count)) } else { Self::Many(HashSet::with_capacity(count)) }
    }

    fn contains(&self, one: &T) -> bool {
        match self {
            Self::Few(few) => few.contains(one),
            Self::Many(many) => many.contains(one),
        }
    }

    /// Says whether it is new.
    fn insert(&mut self, one: T) -> bool {
        match self {
            Self::Few(few) => {
                let is_new = !few.contains(&one);
                if is_new {
                    few.push(one);
                }
                is_new
            }
            Self::Many(many) => many.insert(one),
        }
    }
}

fn problem_of_condition(when: &Condition, by_id: &HashMap<AttributeId, &Attribute>, labels: &HashSet<LabelId>) -> Option<String> {
    if let Condition::Label { label } = when
        && label.iter().any(|label| !labels.contains(label))
    {
        return Some("depends on a label that the schema has not. Correct its condition".into());
    }
    if let Some(id) = when.attribute() {
        let Some(other) = by_id.get(&id) else {
            return Some("depends on an attribute that the schema has not. Correct its condition".into());
        };
        let fits = match when {
            Condition::Is { is, .. } => {
                if let Some(option) = is.iter().find(|option| other.option(**option).is_none()) {
                    return Some(format!("depends on the option {} of \"{}\", which has no such option", option.0, other.name));
                }
                other.kind.has_options()
            }
            Condition::Says { .. } => other.kind == AttributeType::Boolean,
            Condition::Between { .. } => other.kind.is_number(),
            Condition::Text { .. } => matches!(other.kind, AttributeType::Text | AttributeType::Date | AttributeType::Time),
            _ => true,
        };
        if !fits {
            return Some(format!("depends on \"{}\" in a way that its type does not fit", other.name));
        }
    }
    when.parts().iter().find_map(|part| problem_of_condition(part, by_id, labels))
}

/// How many attributes an attribute's condition leads through; those that were looked at are in `known`, with `None` while
/// they are being looked at, of which there are `above`.
fn chain(
    attribute: &Attribute,
    by_id: &HashMap<AttributeId, &Attribute>,
    known: &mut HashMap<AttributeId, Option<usize>>,
    above: usize,
) -> Result<usize, String> {
    match known.get(&attribute.id) {
        Some(Some(depth)) => return Ok(*depth),
        Some(None) => return Err("depends on itself, by way of its condition. Take the circle out".into()),
        None => {}
    }
    let too_long = || Err(format!("depends on more than {MAX_CHAIN} others in a row. Make the conditions simpler"));
    if above > MAX_CHAIN {
        return too_long();
    }
    known.insert(attribute.id, None);
    let mut deepest = 0;
    for id in attribute.when.as_ref().map(Condition::attributes).unwrap_or_default() {
        if let Some(other) = by_id.get(&id) {
            deepest = deepest.max(chain(other, by_id, known, above + 1)? + 1);
        }
    }
    if deepest > MAX_CHAIN {
        return too_long();
    }
    known.insert(attribute.id, Some(deepest));
    Ok(deepest)
}
