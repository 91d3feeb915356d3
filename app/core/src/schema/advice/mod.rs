//! What a schema asks of the people who work with it, and what it is good for: how many questions an instance costs, how long that
//! takes by what was measured, which tasks of machine learning its labels serve.

mod hints;
mod tasks;

pub use hints::{Hint, hints};
pub use tasks::{Served, Task, TaskServed, tasks};

use super::attribute::{Attribute, AttributeType, Subject};
use super::condition::Condition;
use super::questions::Questions;
use super::{AttributeId, OptionId, Schema};
use crate::geometry::SpatialType;
use crate::ids::LabelId;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many questions an instance of a label asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// The label.
    pub label: LabelId,
    /// Questions that are asked whatever is answered.
    pub least: usize,
    /// The most that can be asked of one instance.
    pub most: usize,
    /// Those of the most that have to be answered.
    pub required: usize,
}

/// Of each label that is offered, in order.
pub fn effort(schema: &Schema) -> Vec<Effort> {
    let questions = Questions::new(schema);
    schema.offered().map(|label| effort_of(schema, &questions, label.id)).collect()
}

fn effort_of(schema: &Schema, questions: &Questions, label: LabelId) -> Effort {
    let facts = Known { questions, label };
    let possible = questions.possible(schema, Subject::Instance, Some(label));
    let asked: Vec<&Attribute> =
        possible.filter(|attribute| attribute.when.as_ref().is_none_or(|when| facts.holds(when) != Some(false))).collect();
    let least = asked.iter().filter(|attribute| attribute.when.as_ref().is_none_or(|when| facts.holds(when) == Some(true))).count();
    Effort { label, least, most: Tree::new(&asked, &facts).most(|_| true), required: Tree::new(&asked, &facts).most(|one| one.required) }
}

/// What is known of an instance before anything is answered: its label.
struct Known<'a> {
    questions: &'a Questions,
    label: LabelId,
}

impl Known<'_> {
    /// Whether a condition holds for all instances of the label, or for none; `None`: that depends.
    fn holds(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::All { all } => {
                let parts: Vec<Option<bool>> = all.iter().map(|part| self.holds(part)).collect();
                if parts.contains(&Some(false)) { Some(false) } else { parts.iter().all(|part| *part == Some(true)).then_some(true) }
            }
            Condition::Any { any } => {
                let parts: Vec<Option<bool>> = any.iter().map(|part| self.holds(part)).collect();
                if parts.contains(&Some(true)) { Some(true) } else { parts.iter().all(|part| *part == Some(false)).then_some(false) }
            }
            Condition::Not { not } => self.holds(not).map(|holds| !holds),
            Condition::Label { label } => Some(self.questions.is_below(self.label, label)),
            _ => None,
        }
    }
}

/// Questions below the options that open them: of one answer, only one option's questions are asked.
struct Tree<'a> {
    /// Those that hang below no single option.
    roots: Vec<&'a Attribute>,
    below: HashMap<AttributeId, Vec<(&'a [OptionId], &'a Attribute)>>,
}

impl<'a> Tree<'a> {
    fn new(asked: &[&'a Attribute], facts: &Known<'_>) -> Self {
        let ids: HashMap<AttributeId, &Attribute> = asked.iter().map(|attribute| (attribute.id, *attribute)).collect();
        let mut tree = Self { roots: Vec::new(), below: HashMap::new() };
        for attribute in asked {
            let opened_by = attribute.when.as_ref().and_then(|when| opened_by(when, facts));
            match opened_by.filter(|(by, _)| ids.get(by).is_some_and(|by| by.kind == AttributeType::Select)) {
                Some((by, options)) => tree.below.entry(by).or_default().push((options, attribute)),
                None => tree.roots.push(attribute),
            }
        }
        tree
    }

    /// The most that can be asked of those that count.
    fn most(&self, counts: impl Fn(&Attribute) -> bool + Copy) -> usize {
        self.roots.iter().map(|root| self.most_of(root, counts, &mut HashSet::new())).sum()
    }

    fn most_of(&self, attribute: &Attribute, counts: impl Fn(&Attribute) -> bool + Copy, way: &mut HashSet<AttributeId>) -> usize {
        // A circle is refused when the document is read; a draft may have one for a moment.
        if !way.insert(attribute.id) {
            return 0;
        }
        let mut by_option: BTreeMap<OptionId, usize> = BTreeMap::new();
        for (options, below) in self.below.get(&attribute.id).into_iter().flatten() {
            let number = self.most_of(below, counts, way);
            options.iter().for_each(|option| *by_option.entry(*option).or_default() += number);
        }
        way.remove(&attribute.id);
        usize::from(counts(attribute)) + by_option.into_values().max().unwrap_or(0)
    }
}

/// The question of which one answer opens this one, and the options that do.
fn opened_by<'a>(when: &'a Condition, facts: &Known<'_>) -> Option<(AttributeId, &'a [OptionId])> {
    match when {
        Condition::Is { attribute, is } => Some((*attribute, is)),
        // What is known of the label says nothing more.
        Condition::All { all } => {
            let mut open = all.iter().filter(|part| facts.holds(part) != Some(true));
            let first = open.next()?;
            if open.next().is_some() { None } else { opened_by(first, facts) }
        }
        _ => None,
    }
}

/// How long things took people, by the wall clock: medians of the time from one gesture of a person to the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pace {
    /// Seconds for an answer, and of how many that is the middle.
    pub answer: Option<Middle>,
    /// The same for a new shape of a kind.
    pub shapes: BTreeMap<SpatialType, Middle>,
}

/// The middle one of many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Middle {
    /// Seconds.
    pub seconds: f64,
    /// Of how many.
    pub of: usize,
}

impl Middle {
    /// Of these times, in milliseconds; `None` without any.
    pub fn new(mut times: Vec<u32>) -> Option<Self> {
        let of = times.len();
        let (_, middle, _) = (of > 0).then(|| times.select_nth_unstable(of / 2))?;
        Some(Self { seconds: f64::from(*middle) / 1e3, of })
    }
}

impl Pace {
    /// Seconds that an instance of a label may take, least and most; `None` where nothing of it was measured.
    pub fn seconds(&self, schema: &Schema, effort: &Effort) -> Option<[f64; 2]> {
        let label = schema.label(effort.label)?;
        let drawn: Vec<f64> = self
            .shapes
            .iter()
            .filter(|(shape, _)| label.takes(**shape) && label.default_shape.is_none_or(|own| own == **shape))
            .map(|(_, middle)| middle.seconds)
            .collect();
        let (fast, slow) = drawn.iter().fold((f64::INFINITY, 0.0_f64), |(fast, slow), seconds| (seconds.min(fast), seconds.max(slow)));
        let answer = match (self.answer, effort.most) {
            (_, 0) => 0.0,
            (Some(middle), _) => middle.seconds,
            (None, _) => return None,
        };
        (!drawn.is_empty()).then_some([fast + answer * effort.least as f64, slow + answer * effort.most as f64])
    }
}

#[cfg(test)]
mod tests;
