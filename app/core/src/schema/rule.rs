//! Rules: what has to hold of instances, frames and files beyond what each label says of itself. A rule never changes what a
//! person draws; it tells what is wrong, and may keep a file from being called complete.

use super::Schema;
use super::error::SchemaError;
use super::expression::Expression;
use super::sequence_check::SequenceCheck;
use crate::ids::LabelId;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A rule's number in its schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(pub u32);

/// How bad it is when a rule is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be called complete.
    Blocks,
    /// It should be looked at.
    #[default]
    Warns,
    /// It is worth knowing.
    Informs,
}

impl Severity {
    /// The worst first.
    pub const ALL: [Self; 3] = [Self::Blocks, Self::Warns, Self::Informs];

    /// The name in schemas and listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Warns => "warns",
            Self::Informs => "informs",
        }
    }
}

/// What has to hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Its number; 0 or absent in a file that a person wrote means: give it one.
    #[serde(default)]
    pub id: RuleId,
    /// Shown name; unique in the schema.
    pub name: String,
    /// How bad it is when it is broken.
    #[serde(default)]
    pub severity: Severity,
    /// The labels that it is about, with those below them; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<LabelId>,
    /// What is looked at.
    pub check: Check,
    /// What is told, with [`PLACEHOLDERS`]; empty means what suits the check.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// It is not asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
    /// Fields of newer versions and of other programs, kept as they are.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// What in braces stands in a message: the broken rule, the instance that breaks it, what was found and wanted, and the number of
/// its sequence.
pub const PLACEHOLDERS: [&str; 13] =
    ["rule", "label", "kind", "width", "height", "area", "x", "y", "points", "found", "wanted", "other", "sequence"];

/// What a rule looks at. As JSON, a word or an object with one word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Check {
    /// Every required question is answered.
    Answered,
    /// It lies inside the picture.
    Inside,
    /// No polygon crosses itself.
    Simple,
    /// How many there are of the labels, together.
    Count(Count),
    /// How large each is.
    Size(Size),
    /// No two of the same label are nearly the same.
    Duplicates {
        /// From which share of what both cover together on they are, 0 to 1.
        iou: f64,
    },
    /// How much of it one instance of other labels may cover.
    Overlap(Overlap),
    /// How much of the picture they cover together.
    Covered {
        /// The least share, 0 to 1.
        least: f64,
    },
    /// This holds of each.
    Expression(String),
    /// How objects go through a video.
    Sequence(SequenceCheck),
}

/// On what is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// On each frame.
    #[default]
    Frame,
    /// In each file; a sequence is one, on however many frames it is.
    File,
}

/// How many there are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The fewest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u64>,
    /// The most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// On what.
    #[serde(default)]
    pub per: Per,
}

/// How large one is. Tags, points and keypoints have no size.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// The least width and height of its bounds, in image pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_side: Option<f64>,
    /// The greatest width and height of its bounds, in image pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_side: Option<f64>,
    /// The least area, in square image pixels; lines have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_area: Option<f64>,
    /// The greatest area, in square image pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_area: Option<f64>,
}

/// How much may be covered by another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlap {
    /// The labels of the others, with those below them.
    pub with: Vec<LabelId>,
    /// The greatest share of its area, 0 to 1.
    pub most: f64,
}

/// Longest message, in bytes.
const MAX_MESSAGE: usize = 1000;
/// Each is asked at every change.
const MAX_RULES: usize = 1000;

/// Finds what is wrong with rules: `add` takes which rule of the list it is, the field of it, and what.
pub(super) fn check(schema: &Schema, add: &mut dyn FnMut(usize, &'static str, SchemaError)) {
    let labels: HashSet<LabelId> = schema.labels.iter().map(|label| label.id).collect();
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    for (at, rule) in schema.rules.iter().enumerate() {
        let mut wrong = |field, why: &str| add(at, field, SchemaError::Rule(rule.name.clone(), why.to_owned()));
        if at >= MAX_RULES {
            return wrong("name", "is one too many: a schema has at most 1000 rules");
        }
        if rule.name.trim().is_empty() {
            wrong("name", "has no name. Give each rule a name");
        } else if !names.insert(&rule.name) {
            wrong("name", "stands twice. Give each rule a name of its own");
        }
        if let Some((field, problem)) = super::check::problem_of_text(&rule.name, &rule.message) {
            wrong(if field == "name" { field } else { "message" }, problem);
        }
        if rule.message.len() > MAX_MESSAGE {
            wrong("message", "has too long a message (more than 1000 bytes). Shorten it");
        }
        if !ids.insert(rule.id) {
            wrong("id", "has the id of another one. Give each a number of its own, or leave the ids out");
        }
        if rule.labels.iter().any(|label| !labels.contains(label)) {
            wrong("labels", "is about a label that the schema has not. Correct its labels");
        }
        if let Some(unknown) = placeholders(&rule.message).find(|name| !PLACEHOLDERS.contains(name)) {
            let all = PLACEHOLDERS.map(|name| format!("{{{name}}}")).join(" ");
            wrong("message", &format!("has {{{unknown}}} in its message, which stands for nothing. There are: {all}"));
        }
        if let Some(why) = problem(&rule.check, &labels, schema) {
            wrong("check", &why);
        }
    }
}

fn problem(check: &Check, labels: &HashSet<LabelId>, schema: &Schema) -> Option<String> {
    let share = |share: f64| (!(0.0..=1.0).contains(&share)).then(|| format!("has the share {share}. Write one from 0 to 1"));
    match check {
        Check::Answered | Check::Inside | Check::Simple => None,
        Check::Count(Count { min: None, max: None, .. }) => Some("counts without a least or greatest number. Write min or max".into()),
        Check::Count(Count { min: Some(min), max: Some(max), .. }) if min > max => {
            Some(format!("wants at least {min} and at most {max}. Change them"))
        }
        Check::Count(_) => None,
        Check::Size(size) => {
            let all = [size.min_side, size.max_side, size.min_area, size.max_area];
            if all.iter().all(Option::is_none) {
                return Some("has no size. Write min_side, max_side, min_area or max_area".into());
            }
            if all.iter().flatten().any(|size| !(size.is_finite() && *size >= 0.0)) {
                return Some("has a size that is none. Write pixels, such as 4".into());
            }
            let crossed = |min: Option<f64>, max: Option<f64>| min.zip(max).is_some_and(|(min, max)| min > max);
            let is_crossed = crossed(size.min_side, size.max_side) || crossed(size.min_area, size.max_area);
            is_crossed.then(|| "has a least size above its greatest. Change them".into())
        }
        Check::Duplicates { iou } => {
            share(*iou).or_else(|| (*iou == 0.0).then(|| "takes all for duplicates (iou 0). Write a share such as 0.9".into()))
        }
        Check::Overlap(Overlap { with, most }) => {
            if with.is_empty() {
                return Some("has no labels in \"with\". Write those that may not cover it".into());
            }
            if with.iter().any(|label| !labels.contains(label)) {
                return Some("looks for a label that the schema has not. Correct its \"with\"".into());
            }
            share(*most)
        }
        Check::Covered { least } => share(*least),
        Check::Expression(text) => {
            let why = Expression::parse(text, schema).err()?;
            Some(format!("has an expression that {why}"))
        }
        Check::Sequence(check) => super::sequence_check::problem(check),
    }
}

/// The names in braces of a message.
fn placeholders(message: &str) -> impl Iterator<Item = &str> {
    message.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

impl Rule {
    /// A rule that warns, about all labels.
    pub fn new(id: RuleId, name: &str, check: Check) -> Self {
        let (severity, labels, message, extra) = (Severity::default(), Vec::new(), String::new(), serde_json::Map::new());
        Self { id, name: name.to_owned(), severity, labels, check, message, off: false, extra }
    }

    /// The message with its placeholders filled; `value` gives what stands for a name. `usual` is taken when the rule has
    /// no message of its own.
    pub fn told(&self, usual: &str, value: impl Fn(&str) -> String) -> String {
        let message = if self.message.is_empty() { usual } else { &self.message };
        let mut pieces = message.split('{');
        let mut told = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            match piece.split_once('}') {
                Some((name, rest)) if PLACEHOLDERS.contains(&name) => {
                    told += &value(name);
                    told += rest;
                }
                _ => {
                    told.push('{');
                    told += piece;
                }
            }
        }
        told
    }
}
