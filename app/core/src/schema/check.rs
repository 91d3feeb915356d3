//! What a schema must hold to before it is used.

use super::Schema;
use super::answer::{AttributeId, OptionId};
use super::attribute::{Attribute, AttributeOption, AttributeType, Subject};
use super::condition::Condition;
use super::error::SchemaError;
use super::places::Places;
use crate::ids::LabelId;
use crate::template::Template;
use foldhash::quality::RandomState;
use std::collections::{BTreeMap, HashSet};

/// There may be some hundred thousand names, from anybody: hashed fast, with a seed that nobody knows.
type Names<T> = HashSet<T, RandomState>;

/// Longest name, in characters.
const MAX_NAME: usize = 200;
/// Longest description, in bytes.
const MAX_DESCRIPTION: usize = 64 << 10;
/// Longest guide, in bytes.
const MAX_GUIDE: usize = 256 << 10;
/// How many attributes a condition may lead through, one depending on the next.
const MAX_CHAIN: usize = 64;
/// So many are compared one by one.
const FEW: usize = 12;

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
    let places = Places::new(schema.labels.iter().map(|label| label.id.0));
    let twice = places.twice();
    let mut names: Names<&str> = Names::default();
    for (at, label) in schema.labels.iter().enumerate() {
        if found.is_full() {
            return;
        }
        let mut add = |field, error| found.add(Place::Label(at), field, error);
        let wrong = |why: &str| SchemaError::Label(label.name.clone(), why.to_owned());
        if label.name.trim().is_empty() {
            add("name", SchemaError::NoName);
        } else if !names.insert(label.name.as_str()) {
            add("name", SchemaError::TwiceName(label.name.clone()));
        }
        if twice.binary_search(&at).is_ok() {
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
    }
    for (at, label) in schema.labels.iter().enumerate() {
        if label.parent.is_some_and(|parent| places.at(parent.0).is_none()) {
            let why = "stands below a label that the schema has not. Correct its parent".to_owned();
            found.add(Place::Label(at), "parent", SchemaError::Label(label.name.clone(), why));
        }
    }
    if let Some(at) = circle(schema.labels.len(), |at| places.at(schema.labels[at].parent?.0)) {
        let why = "stands below itself. Take the circle out of the parents".to_owned();
        found.add(Place::Label(at), "parent", SchemaError::Label(schema.labels[at].name.clone(), why));
    }
}

/// Of so many, one that comes back to itself on its way up. `above`: where the one above stands.
fn circle(count: usize, above: impl Fn(usize) -> Option<usize>) -> Option<usize> {
    let mut is_good = vec![false; count];
    let mut way = Vec::new();
    for one in 0..count {
        let mut at = one;
        while let Some(parent) = above(at).filter(|_| !is_good[at]) {
            // A way up that has more steps than there are was at some place twice.
            if way.len() > count {
                return Some(at);
            }
            way.push(at);
            at = parent;
        }
        way.drain(..).for_each(|at| is_good[at] = true);
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
    let mut known = Known {
        attributes: &schema.attributes,
        places: Places::new(schema.attributes.iter().map(|attribute| attribute.id.0)),
        labels: Places::new(schema.labels.iter().map(|label| label.id.0)),
        options: BTreeMap::new(),
    };
    let twice = known.places.twice();
    let (mut general, mut named) = (Names::default(), Names::default());
    let in_force = || schema.attributes.iter().filter(|attribute| !attribute.deprecated);
    named.reserve(in_force().map(|attribute| attribute.labels.len()).sum());
    let of_all: Names<(&str, Subject)> =
        in_force().filter(|attribute| attribute.labels.is_empty()).map(|attribute| (attribute.name.as_str(), attribute.of)).collect();
    for (at, attribute) in schema.attributes.iter().enumerate() {
        if found.is_full() {
            return;
        }
        let mut add = |field, why: String| found.add(Place::Attribute(at), field, SchemaError::Attribute(attribute.name.clone(), why));
        if attribute.name.trim().is_empty() {
            add("name", "has no name. Give each attribute a name".into());
        }
        if twice.binary_search(&at).is_ok() {
            add("id", format!("has the id {}, as another one. Give each a number of its own, or leave the ids out", attribute.id));
        }
        if !known.has_labels(&attribute.labels) {
            add("labels", "is asked for a label that the schema has not. Correct its labels".into());
        }
        for (field, why) in problems_of(attribute) {
            add(field, why);
        }
        let (name, of) = (attribute.name.as_str(), attribute.of);
        let is_twice = !attribute.deprecated
            && match attribute.labels.as_slice() {
                [] => !general.insert((name, of)),
                labels => of_all.contains(&(name, of)) || labels.iter().filter(|label| !named.insert((name, of, **label))).count() > 0,
            };
        if is_twice && !name.trim().is_empty() {
            add("name", "stands twice for the same label. Give each attribute of a label a name of its own".into());
        }
    }
    let mut depths = vec![Depth::Unknown; schema.attributes.len()];
    for (at, attribute) in schema.attributes.iter().enumerate() {
        let mut add = |why: String| found.add(Place::Attribute(at), "when", SchemaError::Attribute(attribute.name.clone(), why));
        if let Some(why) = attribute.when.as_ref().and_then(|when| known.problem_of_condition(when)) {
            add(why);
        } else if let Err(why) = known.chain(at, &mut depths, 0) {
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
    let options = &attribute.options;
    let places = || Places::new(options.iter().map(|option| option.id.0));
    // Most attributes have few options, and there may be very many attributes: those are compared one by one.
    let is_few = options.len() <= FEW;
    let twice = if is_few { Vec::new() } else { places().twice() };
    let mut names = Names::default();
    for (at, option) in options.iter().enumerate() {
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
        let is_id_twice = if is_few { options[..at].iter().any(|other| other.id == option.id) } else { twice.binary_search(&at).is_ok() };
        if is_id_twice {
            return Some(format!("has two options with the id {}", option.id.0));
        }
        let is_like = |other: &AttributeOption| !other.deprecated && other.name == *name && other.parent == option.parent;
        let is_twice =
            !option.deprecated && if is_few { options[..at].iter().any(is_like) } else { !names.insert((name.as_str(), option.parent)) };
        if is_twice {
            return Some(format!("has the option \"{name}\" twice"));
        }
    }
    let mut parents = options.iter().filter_map(|option| option.parent).peekable();
    parents.peek()?;
    if attribute.kind != AttributeType::Tree {
        return Some("has options below each other, but is no tree. Make it a tree".into());
    }
    let places = places();
    if parents.any(|parent| places.at(parent.0).is_none()) {
        return Some("has an option below one that it has not".into());
    }
    let circle = circle(options.len(), |at| places.at(options[at].parent?.0));
    circle.map(|_| "has an option that stands below itself".into())
}

/// What conditions may be about.
struct Known<'a> {
    attributes: &'a [Attribute],
    /// Of the attributes.
    places: Places,
    labels: Places,
    /// Of the options of those attributes that have many, once they were asked for: these need not stand in their order.
    options: BTreeMap<usize, Places>,
}

/// How many others an attribute's condition leads through.
#[derive(Clone, Copy)]
enum Depth {
    Unknown,
    /// It is being looked at.
    Open,
    Of(usize),
}

impl Known<'_> {
    fn has_labels(&self, labels: &[LabelId]) -> bool {
        labels.iter().all(|label| self.labels.at(label.0).is_some())
    }

    fn has_option(&mut self, at: usize, option: OptionId) -> bool {
        let attribute = &self.attributes[at];
        if attribute.options.len() <= FEW {
            return attribute.option(option).is_some();
        }
        let places = self.options.entry(at).or_insert_with(|| Places::new(attribute.options.iter().map(|option| option.id.0)));
        places.at(option.0).is_some()
    }

    fn problem_of_condition(&mut self, when: &Condition) -> Option<String> {
        if let Condition::Label { label } = when
            && !self.has_labels(label)
        {
            return Some("depends on a label that the schema has not. Correct its condition".into());
        }
        if let Some(AttributeId(id)) = when.attribute() {
            let Some(at) = self.places.at(id) else {
                return Some("depends on an attribute that the schema has not. Correct its condition".into());
            };
            let other = &self.attributes[at];
            let fits = match when {
                Condition::Is { is, .. } => {
                    if let Some(option) = is.iter().find(|option| !self.has_option(at, **option)) {
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
        when.parts().iter().find_map(|part| self.problem_of_condition(part))
    }

    /// How many attributes the condition of the one at a place leads through; `above` of them are being looked at.
    fn chain(&self, at: usize, depths: &mut [Depth], above: usize) -> Result<usize, String> {
        match depths[at] {
            Depth::Of(depth) => return Ok(depth),
            Depth::Open => return Err("depends on itself, by way of its condition. Take the circle out".into()),
            Depth::Unknown => {}
        }
        let too_long = || Err(format!("depends on more than {MAX_CHAIN} others in a row. Make the conditions simpler"));
        if above > MAX_CHAIN {
            return too_long();
        }
        depths[at] = Depth::Open;
        let mut deepest = 0;
        for AttributeId(id) in self.attributes[at].when.as_ref().map(Condition::attributes).unwrap_or_default() {
            if let Some(other) = self.places.at(id) {
                deepest = deepest.max(self.chain(other, depths, above + 1)? + 1);
            }
        }
        if deepest > MAX_CHAIN {
            return too_long();
        }
        depths[at] = Depth::Of(deepest);
        Ok(deepest)
    }
}
