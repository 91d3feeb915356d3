//! Expressions of rules: one total expression over an instance, without loops, names that change, or text that grows. Types
//! are known when it is read, so that nothing can go wrong when it is asked; asking takes time with the length of its text.

mod parse;

use super::answer::{Answer, AttributeId};
use super::questions::Questions;
use super::{AttributeType, Schema};
use crate::ids::LabelId;
use crate::instance::Instance;
use std::borrow::Cow;

/// Longest text of an expression, in bytes.
pub const MAX_EXPRESSION: usize = 4 << 10;

/// An expression that says yes or no of an instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    root: Node,
    /// How far it looks for neighbours, in image pixels; `None` when it looks at no other instance.
    reach: Option<f64>,
}

/// What stands around an instance, for those expressions that ask.
pub trait Surroundings {
    /// How many other instances of the label, or of one below it, lie at most so many image pixels away (between bounds).
    fn near(&self, label: LabelId, px: f64) -> usize;
    /// How much of the instance the one other of the label that covers most of it covers, 0 to 1.
    fn overlap(&self, label: LabelId) -> f64;
}

/// Whom an expression is about.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The instance.
    pub instance: &'a Instance,
    /// The schema by which the expression was read.
    pub schema: &'a Schema,
    /// Of that schema.
    pub questions: &'a Questions,
    /// What stands around it.
    pub around: &'a dyn Surroundings,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong, as the end of a sentence: what it says, a label or attribute that the schema has not, or its length.
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, String> {
        if text.len() > MAX_EXPRESSION {
            return Err(format!("is {} bytes long; {MAX_EXPRESSION} are allowed. Make several rules of it", text.len()));
        }
        let root = parse::parse(text, schema)?;
        let reach = root.reach();
        Ok(Self { root, reach })
    }

    /// How far it looks for neighbours, in image pixels; `None` when it looks at no other instance.
    pub fn reach(&self) -> Option<f64> {
        self.reach
    }

    /// Whether it holds.
    pub fn holds(&self, subject: Subject<'_>) -> bool {
        self.root.truth(subject)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Number,
    Text,
    Truth,
}

impl Type {
    fn name(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Truth => "yes or no",
        }
    }
}

/// What of an instance an expression may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Label,
    Kind,
    Role,
    Area,
    Width,
    Height,
    X,
    Y,
    Points,
    Frame,
    Confidence,
    Visible,
    Occluded,
    Truncated,
    Difficult,
    Pinned,
    Unsure,
}

const FIELDS: [(&str, Field, Type); 17] = [
    ("label", Field::Label, Type::Text),
    ("kind", Field::Kind, Type::Text),
    ("role", Field::Role, Type::Text),
    ("area", Field::Area, Type::Number),
    ("width", Field::Width, Type::Number),
    ("height", Field::Height, Type::Number),
    ("x", Field::X, Type::Number),
    ("y", Field::Y, Type::Number),
    ("points", Field::Points, Type::Number),
    ("frame", Field::Frame, Type::Number),
    ("confidence", Field::Confidence, Type::Number),
    ("visible", Field::Visible, Type::Number),
    ("occluded", Field::Occluded, Type::Truth),
    ("truncated", Field::Truncated, Type::Truth),
    ("difficult", Field::Difficult, Type::Truth),
    ("pinned", Field::Pinned, Type::Truth),
    ("unsure", Field::Unsure, Type::Truth),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compare {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// A number that is not there (an answer that nobody gave, the width of a tag) is not a number: it is neither less nor
/// greater than any, and differs from all.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Number(f64),
    Text(String),
    Truth(bool),
    Field(Field, Type),
    Is(LabelId),
    Near(LabelId, f64),
    Overlap(LabelId),
    /// Several attributes may have the name, for labels of their own.
    Answered(Vec<AttributeId>),
    NumberOf(Vec<AttributeId>),
    TextOf(Vec<AttributeId>),
    Yes(Vec<AttributeId>),
    /// The answer names the option of this name.
    Takes(Vec<AttributeId>, String),
    Not(Box<Node>),
    Negative(Box<Node>),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    Compare(Compare, Box<Node>, Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
}

impl Node {
    fn kind(&self) -> Type {
        match self {
            Self::Number(_) | Self::Near(..) | Self::Overlap(_) | Self::NumberOf(_) | Self::Negative(_) | Self::Arithmetic(..) => {
                Type::Number
            }
            Self::Text(_) | Self::TextOf(_) => Type::Text,
            Self::Field(_, kind) => *kind,
            _ => Type::Truth,
        }
    }

    fn parts(&self) -> Vec<&Node> {
        match self {
            Self::Not(one) | Self::Negative(one) => vec![one],
            Self::Arithmetic(_, a, b) | Self::Compare(_, a, b) => vec![a, b],
            Self::All(all) | Self::Any(all) => all.iter().collect(),
            _ => Vec::new(),
        }
    }

    fn reach(&self) -> Option<f64> {
        let own = match self {
            Self::Near(_, px) => Some(*px),
            Self::Overlap(_) => Some(0.0),
            _ => None,
        };
        self.parts().into_iter().filter_map(Self::reach).chain(own).reduce(f64::max)
    }

    fn truth(&self, of: Subject<'_>) -> bool {
        let marks = &of.instance.marks;
        match self {
            Self::Truth(truth) => *truth,
            Self::Field(Field::Occluded, _) => marks.occluded,
            Self::Field(Field::Truncated, _) => marks.truncated,
            Self::Field(Field::Difficult, _) => marks.difficult,
            Self::Field(Field::Pinned, _) => marks.pinned,
            Self::Field(Field::Unsure, _) => marks.unsure.is_some(),
            Self::Is(label) => of.questions.is_below(of.instance.label, &[*label]),
            Self::Answered(of_name) => answer(of_name, of).is_some(),
            Self::Yes(of_name) => answer(of_name, of) == Some(&Answer::Bool(true)),
            Self::Takes(of_name, option) => {
                answer(of_name, of).is_some_and(|answer| answer.choices().iter().any(|choice| choice.text == *option))
            }
            Self::Not(one) => !one.truth(of),
            Self::All(all) => all.iter().all(|one| one.truth(of)),
            Self::Any(all) => all.iter().any(|one| one.truth(of)),
            Self::Compare(compare, a, b) => match a.kind() {
                Type::Number => compare.holds(a.number(of).partial_cmp(&b.number(of))),
                Type::Text => compare.holds(Some(a.text(of).cmp(&b.text(of)))),
                Type::Truth => compare.holds(Some(a.truth(of).cmp(&b.truth(of)))),
            },
            _ => false,
        }
    }

    fn number(&self, of: Subject<'_>) -> f64 {
        let geometry = &of.instance.geometry;
        let bounds = || geometry.bounds();
        let there = |number: Option<f64>| number.unwrap_or(f64::NAN);
        match self {
            Self::Number(number) => *number,
            Self::Negative(one) => -one.number(of),
            Self::Arithmetic(Arithmetic::Add, a, b) => a.number(of) + b.number(of),
            Self::Arithmetic(Arithmetic::Subtract, a, b) => a.number(of) - b.number(of),
            Self::Arithmetic(Arithmetic::Multiply, a, b) => a.number(of) * b.number(of),
            Self::Arithmetic(Arithmetic::Divide, a, b) => a.number(of) / b.number(of),
            Self::Near(label, px) => of.around.near(*label, *px) as f64,
            Self::Overlap(label) => of.around.overlap(*label),
            Self::NumberOf(of_name) => there(answer(of_name, of).and_then(Answer::number)),
            Self::Field(field, _) => match field {
                Field::Area => geometry.area(),
                Field::Width => there(bounds().map(|bounds| bounds.width())),
                Field::Height => there(bounds().map(|bounds| bounds.height())),
                Field::X => there(bounds().map(|bounds| bounds.center().x)),
                Field::Y => there(bounds().map(|bounds| bounds.center().y)),
                Field::Points => geometry.num_points() as f64,
                Field::Frame => of.instance.frame as f64,
                Field::Confidence => there(of.instance.confidence.map(f64::from)),
                Field::Visible => there(of.instance.marks.visible.map(f64::from)),
                _ => f64::NAN,
            },
            _ => f64::NAN,
        }
    }

    fn text<'a>(&'a self, of: Subject<'a>) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text.into(),
            Self::TextOf(of_name) => answer(of_name, of).map_or_else(String::new, Answer::text).into(),
            Self::Field(Field::Label, _) => of.schema.label(of.instance.label).map_or("", |label| &label.name).into(),
            Self::Field(Field::Kind, _) => of.instance.geometry.spatial_type().as_str().into(),
            Self::Field(Field::Role, _) => of.instance.marks.role.as_str().into(),
            _ => "".into(),
        }
    }
}

impl Compare {
    /// `None`: one of the two is no number.
    fn holds(self, order: Option<std::cmp::Ordering>) -> bool {
        match self {
            Self::Equal => order.is_some_and(|order| order.is_eq()),
            Self::NotEqual => !order.is_some_and(|order| order.is_eq()),
            Self::Less => order.is_some_and(|order| order.is_lt()),
            Self::LessEqual => order.is_some_and(|order| order.is_le()),
            Self::Greater => order.is_some_and(|order| order.is_gt()),
            Self::GreaterEqual => order.is_some_and(|order| order.is_ge()),
        }
    }
}

fn answer<'a>(of_name: &[AttributeId], of: Subject<'a>) -> Option<&'a Answer> {
    of_name.iter().find_map(|id| of.instance.marks.answers.get(id))
}

/// What an answer of this type is in an expression.
fn type_of(kind: AttributeType) -> Type {
    match kind {
        AttributeType::Boolean => Type::Truth,
        kind if kind.is_number() => Type::Number,
        _ => Type::Text,
    }
}

#[cfg(test)]
mod tests;
