//! Which attributes are asked about whom.

use super::Schema;
use super::answer::{Answer, AttributeId, OptionId};
use super::attribute::{Attribute, AttributeType, Subject};
use super::condition::Facts;
use crate::geometry::SpatialType;
use crate::ids::{FileId, LabelId};
use crate::log::{Change, FileSet};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

/// The answers about one instance, frame or file.
pub type Answers = BTreeMap<AttributeId, Answer>;

/// What is answered about a file, and about one of its frames.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaceAnswers {
    /// About the file as a whole.
    pub file: Answers,
    /// About the frame.
    pub frame: Answers,
}

impl PlaceAnswers {
    /// Applies a change as far as it concerns this file and frame; says whether anything here changed.
    pub fn apply(&mut self, file: FileId, frame: u64, change: &Change) -> bool {
        let Change::FileSet { id, set: FileSet::Answer { frame: of, attribute, answer } } = change else { return false };
        if *id != file || of.is_some_and(|of| of != frame) {
            return false;
        }
        let answers = if of.is_some() { &mut self.frame } else { &mut self.file };
        let before = match answer {
            Some(answer) => answers.insert(*attribute, answer.clone()),
            None => answers.remove(attribute),
        };
        before != *answer
    }
}

/// Whom the questions are about.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// An instance, a file …
    pub subject: Subject,
    /// Its label, where it has one.
    pub label: Option<LabelId>,
    /// Its kind of geometry, where it has one.
    pub shape: Option<SpatialType>,
    /// What is answered.
    pub answers: &'a Answers,
}

/// A schema's attributes by number and label, so that asking about one instance does not walk through all of them.
#[derive(Clone, Debug, Default)]
pub struct Questions {
    /// Where each attribute stands.
    by_id: HashMap<AttributeId, usize>,
    /// For each label, where its attributes stand, in order; those for every label stand in each.
    by_label: HashMap<LabelId, Vec<usize>>,
    /// Those that name no label.
    general: Vec<usize>,
    /// Whether any of those about instances is a direction.
    has_directions: bool,
    parents: HashMap<LabelId, LabelId>,
}

impl Questions {
    /// Of a schema.
    pub fn new(schema: &Schema) -> Self {
        let mut questions = Self {
            by_id: schema.attributes.iter().enumerate().map(|(at, attribute)| (attribute.id, at)).collect(),
            parents: schema.labels.iter().filter_map(|label| Some((label.id, label.parent?))).collect(),
            has_directions: schema.attributes.iter().any(is_direction),
            ..Self::default()
        };
        let mut named: HashMap<LabelId, Vec<usize>> = HashMap::new();
        for (at, attribute) in schema.attributes.iter().enumerate().filter(|(_, attribute)| !attribute.deprecated) {
            if attribute.labels.is_empty() {
                questions.general.push(at);
            }
            for label in &attribute.labels {
                named.entry(*label).or_default().push(at);
            }
        }
        for label in &schema.labels {
            let mut all = questions.general.clone();
            all.extend(questions.line(label.id).flat_map(|above| named.get(&above).into_iter().flatten()));
            all.sort_unstable();
            all.dedup();
            questions.by_label.insert(label.id, all);
        }
        questions
    }

    /// A label and all above it.
    fn line(&self, label: LabelId) -> impl Iterator<Item = LabelId> + '_ {
        // A circle is refused when the document is read; nothing here may hang on one.
        std::iter::successors(Some(label), |label| self.parents.get(label).copied()).take(self.parents.len() + 1)
    }

    /// Whether a label is one of these or below one of them.
    pub fn is_below(&self, label: LabelId, labels: &[LabelId]) -> bool {
        self.line(label).any(|above| labels.contains(&above))
    }

    /// The attributes that are asked, in order.
    pub fn asked<'s>(&self, schema: &'s Schema, about: About<'_>) -> Vec<&'s Attribute> {
        let asker = Asker { questions: self, schema, about, known: &RefCell::default() };
        self.possible(schema, about.subject, about.label).filter(|attribute| asker.holds(attribute)).collect()
    }

    /// Whether the schema asks for directions of instances at all.
    pub fn has_directions(&self) -> bool {
        self.has_directions
    }

    /// The directions that are asked about an instance, in order; at once where the schema asks for none.
    pub fn directions<'s>(&self, schema: &'s Schema, about: About<'_>) -> Vec<&'s Attribute> {
        if !self.has_directions {
            return Vec::new();
        }
        let asker = Asker { questions: self, schema, about, known: &RefCell::default() };
        let possible = self.possible(schema, Subject::Instance, about.label).filter(|attribute| is_direction(attribute));
        possible.filter(|attribute| asker.holds(attribute)).collect()
    }

    /// The attributes that are asked under some condition, in order.
    pub fn possible<'s>(&self, schema: &'s Schema, subject: Subject, label: Option<LabelId>) -> impl Iterator<Item = &'s Attribute> {
        let places = label.and_then(|label| self.by_label.get(&label)).unwrap_or(&self.general);
        places.iter().filter_map(|at| schema.attributes.get(*at)).filter(move |attribute| attribute.of == subject)
    }

    /// The required attributes that are asked and not answered.
    pub fn open<'s>(&self, schema: &'s Schema, about: About<'_>) -> Vec<&'s Attribute> {
        let mut asked = self.asked(schema, about);
        asked.retain(|attribute| attribute.required && !about.answers.contains_key(&attribute.id));
        asked
    }

    /// The answers to what is asked: those to questions that are hidden now are left out.
    pub fn in_force(&self, schema: &Schema, about: About<'_>) -> Answers {
        let asked = self.asked(schema, about);
        asked.iter().filter_map(|attribute| Some((attribute.id, about.answers.get(&attribute.id)?.clone()))).collect()
    }

    /// The answer to one attribute, if it is asked.
    pub fn answer<'a>(&self, schema: &Schema, about: About<'a>, id: AttributeId) -> Option<&'a Answer> {
        let answer = about.answers.get(&id)?;
        let asker = Asker { questions: self, schema, about, known: &RefCell::default() };
        asker.answer(id).is_some().then_some(answer)
    }

    /// The attribute of this number.
    pub fn attribute<'s>(&self, schema: &'s Schema, id: AttributeId) -> Option<&'s Attribute> {
        self.by_id.get(&id).and_then(|at| schema.attributes.get(*at)).filter(|attribute| attribute.id == id)
    }
}

fn is_direction(attribute: &Attribute) -> bool {
    attribute.kind == AttributeType::Direction && attribute.of == Subject::Instance && !attribute.deprecated
}

struct Asker<'a> {
    questions: &'a Questions,
    schema: &'a Schema,
    about: About<'a>,
    /// Whether an attribute's condition holds, once it was looked at: conditions may lead to the same one in many ways.
    known: &'a RefCell<HashMap<AttributeId, bool>>,
}

impl Asker<'_> {
    fn holds(&self, attribute: &Attribute) -> bool {
        let Some(when) = &attribute.when else { return true };
        let known = self.known.borrow().get(&attribute.id).copied();
        known.unwrap_or_else(|| {
            // Whoever asks for it again on the way (a circle, which is refused when the document is read) gets a no.
            self.known.borrow_mut().insert(attribute.id, false);
            let holds = when.holds(self);
            self.known.borrow_mut().insert(attribute.id, holds);
            holds
        })
    }
}

impl Facts for Asker<'_> {
    fn is_below(&self, labels: &[LabelId]) -> bool {
        self.about.label.is_some_and(|label| self.questions.is_below(label, labels))
    }

    fn shape(&self) -> Option<SpatialType> {
        self.about.shape
    }

    fn answer(&self, id: AttributeId) -> Option<&Answer> {
        let attribute = self.questions.attribute(self.schema, id)?;
        let answer = self.about.answers.get(&id)?;
        let for_label = attribute.labels.is_empty() || self.is_below(&attribute.labels);
        (!attribute.deprecated && attribute.of == self.about.subject && for_label && self.holds(attribute)).then_some(answer)
    }

    fn names(&self, id: AttributeId, answer: &Answer, options: &[OptionId]) -> bool {
        let Some(attribute) = self.questions.attribute(self.schema, id) else { return false };
        let line = |option: OptionId| {
            std::iter::successors(Some(option), |option| attribute.option(*option)?.parent).take(attribute.options.len() + 1)
        };
        answer.choices().iter().any(|choice| line(choice.option).any(|above| options.contains(&above)))
    }
}
