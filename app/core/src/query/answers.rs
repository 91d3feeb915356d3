//! Conditions on answers: `attribute.colour = red`, `attribute."speed limit" < 50`, `attribute.plate`.

use super::{Compare, Context, QueryError, compared};
use crate::instance::Instance;
use crate::schema::attribute::Subject;
use crate::schema::questions::{About, Questions};
use crate::schema::{Answer, Attribute, AttributeType, OptionId, Schema};

/// What is wanted of the answers to every attribute of a name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AnswerCondition {
    pub name: String,
    pub ask: Ask,
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// Whether there is an answer, or none.
    Answered(bool),
    /// How an answer compares; without an answer nothing holds.
    Compare(Compare),
}

/// What the value means to one attribute.
#[derive(Debug)]
enum Wanted {
    /// Any of these options, or one below.
    Options(Vec<OptionId>),
    Number(f64),
    Bool(bool),
    /// A choice that has this text: of a catalogue, what there is to choose is not known here.
    Choice,
    Text,
}

/// A condition as one schema understands it. Attributes of several labels may share a name.
#[derive(Debug)]
pub(super) struct Resolved<'a> {
    condition: &'a AnswerCondition,
    attributes: Vec<(&'a Attribute, Wanted)>,
}

impl AnswerCondition {
    pub(super) fn resolve<'a>(&'a self, schema: &'a Schema) -> Result<Resolved<'a>, QueryError> {
        let mut attributes = Vec::new();
        let mut problem = QueryError::Attribute(self.name.clone());
        let named = schema.attributes.iter().filter(|attribute| attribute.name == self.name && !attribute.deprecated);
        for attribute in named {
            match self.wanted(attribute) {
                Ok(wanted) => attributes.push((attribute, wanted)),
                Err(why) => problem = why,
            }
        }
        if attributes.is_empty() { Err(problem) } else { Ok(Resolved { condition: self, attributes }) }
    }

    fn wanted(&self, attribute: &Attribute) -> Result<Wanted, QueryError> {
        let Ask::Compare(compare) = self.ask else { return Ok(Wanted::Text) };
        if compare == Compare::Contains {
            return Ok(Wanted::Text);
        }
        let is_order = !matches!(compare, Compare::Equal | Compare::NotEqual);
        match attribute.kind {
            AttributeType::Select | AttributeType::Multi | AttributeType::Tree | AttributeType::Boolean if is_order => {
                Err(QueryError::Order(self.name.clone()))
            }
            AttributeType::Select | AttributeType::Multi if attribute.catalogue.is_some() => Ok(Wanted::Choice),
            AttributeType::Select | AttributeType::Multi | AttributeType::Tree => {
                let named = attribute.options.iter().filter(|option| option.name == self.value).map(|option| option.id);
                let ids: Vec<OptionId> = named.collect();
                let none = || QueryError::Option(self.name.clone(), self.value.clone());
                if ids.is_empty() { Err(none()) } else { Ok(Wanted::Options(ids)) }
            }
            AttributeType::Boolean => match self.value.as_str() {
                "yes" | "true" => Ok(Wanted::Bool(true)),
                "no" | "false" => Ok(Wanted::Bool(false)),
                _ => Err(QueryError::YesOrNo(self.value.clone())),
            },
            AttributeType::Integer | AttributeType::Float | AttributeType::Direction => {
                let number = self.value.parse().map_err(|_no_number| QueryError::Number(self.value.clone()))?;
                Ok(Wanted::Number(number))
            }
            AttributeType::Text | AttributeType::Date | AttributeType::Time => Ok(Wanted::Text),
        }
    }
}

impl Resolved<'_> {
    /// Whether it holds for an instance, its frame or its file, whichever each attribute asks about. Answers to questions
    /// that are hidden now are none.
    pub(super) fn holds(&self, instance: &Instance, context: Context<'_>, schema: &Schema, questions: &Questions) -> bool {
        let answer_to = |attribute: &Attribute| {
            let of_place = |answers| About { subject: attribute.of, label: None, shape: None, answers };
            let about = match attribute.of {
                Subject::Instance => About {
                    subject: Subject::Instance,
                    label: Some(instance.label),
                    shape: Some(instance.geometry.spatial_type()),
                    answers: &instance.marks.answers,
                },
                Subject::File => of_place(&context.answers?.file),
                Subject::Frame => of_place(&context.answers?.frame),
                Subject::Event | Subject::Relation => return None,
            };
            questions.answer(schema, about, attribute.id)
        };
        match self.condition.ask {
            Ask::Answered(wanted) => self.attributes.iter().any(|(attribute, _)| answer_to(attribute).is_some()) == wanted,
            Ask::Compare(compare) => self.attributes.iter().any(|(attribute, wanted)| {
                answer_to(attribute).is_some_and(|answer| fits(attribute, answer, compare, wanted, &self.condition.value))
            }),
        }
    }
}

fn fits(attribute: &Attribute, answer: &Answer, compare: Compare, wanted: &Wanted, value: &str) -> bool {
    let is = |same: bool| same == (compare == Compare::Equal);
    match wanted {
        Wanted::Options(options) => {
            let line = |id: OptionId| std::iter::successors(Some(id), |id| attribute.option(*id)?.parent).take(attribute.options.len() + 1);
            is(answer.choices().iter().any(|choice| line(choice.option).any(|id| options.contains(&id))))
        }
        Wanted::Bool(wanted) => is(*answer == Answer::Bool(*wanted)),
        Wanted::Number(wanted) => answer.number().and_then(|number| number.partial_cmp(wanted)).is_some_and(|order| compare.allows(order)),
        Wanted::Choice => is(answer.choices().iter().any(|choice| choice.text == value)),
        Wanted::Text => compared(&answer.text(), compare, value),
    }
}
