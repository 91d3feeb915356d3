//! What `--where` understands: conditions on instances joined by `and`, such as
//! `label = car and area > 400 and attribute.colour = red`.

mod absent;
mod answers;
mod text;

use crate::file::FileStatus;
use crate::geometry::SpatialType;
use crate::instance::Instance;
use crate::looked::Looked;
use crate::schema::Schema;
use crate::schema::questions::{PlaceAnswers, Questions};
use absent::AbsentCondition;
use answers::{AnswerCondition, Resolved};
use std::cmp::Ordering;

/// Conditions that must all hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    conditions: Vec<Condition>,
    answers: Vec<AnswerCondition>,
    absent: Vec<AbsentCondition>,
}

/// A query with its attributes and options found in a schema.
#[derive(Debug)]
pub struct Resolution<'a> {
    query: &'a Query,
    answers: Vec<Resolved<'a>>,
    absent: Vec<absent::Resolved>,
    schema: &'a Schema,
    questions: Questions,
}

#[derive(Clone, Debug, PartialEq)]
struct Condition {
    field: Field,
    compare: Compare,
    value: String,
    number: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Field {
    Label,
    File,
    Complete,
    Frame,
    Area,
    Width,
    Height,
    Type,
    Confidence,
    Author,
    Points,
    Role,
    Group,
    Occluded,
    Truncated,
    Difficult,
    Approved,
    Unsure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compare {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Contains,
}

/// What `complete` is compared with.
const STATES: [&str; 4] = ["yes", "no", "behind", "unknown"];

/// What of an instance's surroundings a query may ask about.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Name of the label.
    pub label: &'a str,
    /// Name of the file.
    pub file: &'a str,
    /// Who drew it.
    pub author: &'a str,
    /// What is answered about its file and its frame; `None`: nothing.
    pub answers: Option<&'a PlaceAnswers>,
    /// How far its file is; `None`: nothing is known.
    pub looked: Option<(FileStatus, &'a Looked)>,
}

/// Why a text is no query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Not `field operator value`.
    #[error("\"{0}\" is no condition. Write field operator value, such as: label = car")]
    Form(String),
    /// No such field.
    #[error(
        "nothing is called \"{0}\". Fields: label file frame area width height points type confidence author role group occluded truncated difficult approved unsure complete attribute.NAME absent.LABEL looked.LABEL"
    )]
    Field(String),
    /// The field is a number and the value is none.
    #[error("\"{0}\" is no number")]
    Number(String),
    /// No attribute of this name.
    #[error("the schema has no attribute called \"{0}\"")]
    Attribute(String),
    /// No label of this name.
    #[error("the schema has no label called \"{0}\"")]
    Label(String),
    /// Not one of the states of a file.
    #[error("\"{0}\" is no state of a file. Write yes, no, behind or unknown")]
    State(String),
    /// The attribute (first) has no such option (second).
    #[error("\"{0}\" has no option called \"{1}\"")]
    Option(String, String),
    /// An attribute that is yes or no is compared with something else.
    #[error("\"{0}\" is neither yes nor no")]
    YesOrNo(String),
    /// Options, and yes and no, are not more or less than others.
    #[error("answers to \"{0}\" have no order. Compare them with = != or ~")]
    Order(String),
}

impl Query {
    /// Reads a query; an empty text holds for everything. What it says of attributes is understood by [`Self::resolve`].
    ///
    /// # Errors
    /// [`QueryError`] with the sentence to show.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut query = Self::default();
        for part in text::parts(text).map(str::trim).filter(|part| !part.is_empty()) {
            if let Some(condition) = AbsentCondition::parse(part)? {
                query.absent.push(condition);
            } else if let Some(condition) = text::answer_condition(part)? {
                query.answers.push(condition);
            } else {
                query.conditions.push(Condition::parse(part)?);
            }
        }
        Ok(query)
    }

    /// Whether it holds for everything.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty() && self.answers.is_empty() && self.absent.is_empty()
    }

    /// Whether it says anything of attributes: then it needs [`Context::answers`].
    pub fn asks_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    /// Whether it says anything of how far files are: then it needs [`Context::looked`].
    pub fn asks_looked(&self) -> bool {
        !self.absent.is_empty() || self.conditions.iter().any(|condition| condition.field == Field::Complete)
    }

    /// Whether it speaks of files alone, so that it may hold for one without instances, too.
    pub fn is_of_files(&self) -> bool {
        let is_of_files = |condition: &Condition| matches!(condition.field, Field::File | Field::Complete);
        !self.is_empty() && self.answers.is_empty() && self.conditions.iter().all(is_of_files)
    }

    /// Finds its attributes, options and labels.
    ///
    /// # Errors
    /// [`QueryError`] when the schema has not what it names, or takes no such answer.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> Result<Resolution<'a>, QueryError> {
        let answers = self.answers.iter().map(|condition| condition.resolve(schema)).collect::<Result<Vec<_>, _>>()?;
        let questions = if answers.is_empty() { Questions::default() } else { Questions::new(schema) };
        let absent = self.absent.iter().map(|condition| condition.resolve(schema)).collect::<Result<Vec<_>, _>>()?;
        Ok(Resolution { query: self, answers, absent, schema, questions })
    }
}

impl Resolution<'_> {
    /// Whether it holds for everything.
    pub fn is_empty(&self) -> bool {
        self.query.is_empty()
    }

    /// Whether every condition holds for the instance.
    pub fn matches(&self, instance: &Instance, context: Context<'_>) -> bool {
        self.query.conditions.iter().all(|condition| condition.holds(instance, context))
            && self.answers.iter().all(|answer| answer.holds(instance, context, self.schema, &self.questions))
            && self.absent.iter().all(|absent| absent.holds(context))
    }

    /// Whether it speaks of files alone and holds for the one of the context, whatever lies on it.
    pub fn matches_file(&self, context: Context<'_>) -> bool {
        let holds = |condition: &Condition| condition.of_file(context).is_some_and(|text| condition.text_holds(text));
        self.query.is_of_files() && self.query.conditions.iter().all(holds) && self.absent.iter().all(|absent| absent.holds(context))
    }
}

impl Condition {
    fn parse(text: &str) -> Result<Self, QueryError> {
        let at = text::operator_at(text).ok_or_else(|| QueryError::Form(text.to_owned()))?;
        let (name, rest) = text.split_at(at);
        let name = name.trim();
        let (compare, value) = text::comparison(rest).ok_or_else(|| QueryError::Form(text.to_owned()))?;
        let field = match name {
            "label" => Field::Label,
            "file" => Field::File,
            "complete" => Field::Complete,
            "frame" => Field::Frame,
            "area" => Field::Area,
            "width" => Field::Width,
            "height" => Field::Height,
            "type" => Field::Type,
            "confidence" => Field::Confidence,
            "author" => Field::Author,
            "points" => Field::Points,
            "role" => Field::Role,
            "group" => Field::Group,
            "occluded" => Field::Occluded,
            "truncated" => Field::Truncated,
            "difficult" => Field::Difficult,
            "approved" => Field::Approved,
            "unsure" => Field::Unsure,
            _ => return Err(QueryError::Field(name.to_owned())),
        };
        if field == Field::Complete && compare != Compare::Contains && !STATES.contains(&value.as_str()) {
            return Err(QueryError::State(value));
        }
        let is_number = matches!(field, Field::Frame | Field::Area | Field::Width | Field::Height | Field::Points | Field::Confidence);
        let is_text = !is_number;
        let number = value.parse().ok();
        if !is_text && number.is_none() {
            return Err(QueryError::Number(value));
        }
        Ok(Self { field, compare, value, number: number.filter(|_| !is_text) })
    }

    /// What it asks of the file, if that is all it asks.
    fn of_file<'a>(&self, context: Context<'a>) -> Option<&'a str> {
        match self.field {
            Field::File => Some(context.file),
            Field::Complete => context.looked.map(|(status, looked)| looked.progress(status).as_str()),
            _ => None,
        }
    }

    fn holds(&self, instance: &Instance, context: Context<'_>) -> bool {
        let (size, marks) = (|| instance.geometry.bounds(), &instance.marks);
        let number = match self.field {
            Field::Label => return self.text_holds(context.label),
            Field::File | Field::Complete => return self.of_file(context).is_some_and(|text| self.text_holds(text)),
            Field::Author => return self.text_holds(context.author),
            Field::Type => return self.text_holds(SpatialType::as_str(instance.geometry.spatial_type())),
            Field::Role => return self.text_holds(marks.role.as_str()),
            Field::Group => return self.text_holds(&marks.group.map_or_else(String::new, |group| group.to_string())),
            Field::Occluded => return self.text_holds(yes_or_no(marks.occluded)),
            Field::Truncated => return self.text_holds(yes_or_no(marks.truncated)),
            Field::Difficult => return self.text_holds(yes_or_no(marks.difficult)),
            Field::Approved => return self.text_holds(yes_or_no(marks.approved)),
            Field::Unsure => return self.text_holds(yes_or_no(marks.unsure.is_some())),
            Field::Points => Some(instance.geometry.num_points() as f64),
            Field::Frame => Some(instance.frame as f64),
            Field::Area => Some(instance.geometry.area()),
            Field::Width => size().map(|rect| rect.width()),
            Field::Height => size().map(|rect| rect.height()),
            Field::Confidence => instance.confidence.map(f64::from),
        };
        let (Some(number), Some(wanted)) = (number, self.number) else { return false };
        match self.compare {
            Compare::Contains => number.to_string().contains(&self.value),
            compare => number.partial_cmp(&wanted).is_some_and(|order| compare.allows(order)),
        }
    }

    fn text_holds(&self, text: &str) -> bool {
        compared(text, self.compare, &self.value)
    }
}

impl Compare {
    /// Whether something that stands so to the value is wanted.
    fn allows(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterEqual => order.is_ge(),
            Self::Contains => false,
        }
    }
}

fn compared(text: &str, compare: Compare, value: &str) -> bool {
    match compare {
        Compare::Contains => text.to_lowercase().contains(&value.to_lowercase()),
        compare => compare.allows(text.cmp(value)),
    }
}

fn yes_or_no(mark: bool) -> &'static str {
    if mark { "yes" } else { "no" }
}

#[cfg(test)]
mod tests;
