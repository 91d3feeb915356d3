//! The schema: the labels that a project may use, and what is asked about them. A published version never changes; each is
//! a canonical JSON document named by its hash.

pub mod advice;
pub mod answer;
pub mod attribute;
mod check;
mod color;
pub mod condition;
pub mod diff;
pub mod done;
mod error;
pub mod expression;
pub mod guide;
mod label;
pub mod later;
pub mod mapping;
mod places;
pub mod questions;
pub mod rule;
pub mod search;
pub mod sequence_check;
pub mod touched;
mod written;

pub use answer::{Answer, AttributeId, Choice, OptionId};
pub use attribute::{Attribute, AttributeType};
pub use check::{Place, Problem};
pub(crate) use color::optional_hex_color;
pub use error::SchemaError;
pub use label::{Label, Outside, UsedFor};
pub use rule::{Rule, RuleId, Severity};

use crate::ids::LabelId;
use crate::palette::Rgb;
use attribute::AttributeOption;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Of a label that the schema does not know.
const UNKNOWN: Rgb = [0x9a; 3];

/// A versioned set of labels and attributes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Shown name.
    #[serde(default)]
    pub name: String,
    /// What holds for all labels: Markdown, with pictures from the project's folder `guides`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub guide: String,
    /// In the order in which they are shown.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// In the order in which they are asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// What has to hold, in the order in which it is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// The mappings that old work was taken over by, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mappings: Vec<done::DoneMapping>,
    /// Fields of newer versions and of other programs, kept as they are.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, Value>,
}

impl Schema {
    /// Reads a document; what has no number or colour gets the next free ones.
    ///
    /// # Errors
    /// [`SchemaError`] with the sentence to show.
    pub fn from_document(text: &str) -> Result<Self, SchemaError> {
        // What was written by to_document is whole: it is read straight, in a fraction of the time.
        if let Ok(schema) = serde_json::from_str::<Self>(text)
            && schema.is_whole()
        {
            check::check(&schema)?;
            return Ok(schema);
        }
        Self::from_written(serde_json::from_str(text)?, &Self::default())
    }

    /// Whether nothing can be left to complete. A label without a colour reads as a black one, so that black ones may be.
    fn is_whole(&self) -> bool {
        let is_whole = |attribute: &Attribute| {
            let by_name = attribute.kind.has_options() && matches!(attribute.default, Some(Answer::Text(_)));
            let nested = |option: &AttributeOption| option.id.0 == 0 || option.extra.contains_key("attributes");
            attribute.id.0 != 0 && !by_name && !attribute.options.iter().any(nested)
        };
        self.rules.iter().all(|rule| rule.id.0 != 0)
            && self.labels.iter().all(|label| label.id.0 != 0 && label.color != Rgb::default())
            && self.attributes.iter().all(is_whole)
    }

    /// The schema that a person (or another program) wrote, over the one in force.
    ///
    /// What has no number takes that of the label, attribute or option of the same name in force, else the next one never
    /// used. Names stand for numbers wherever one refers to another, `radio`, `slider` and `checkbox` for the types and
    /// controls that they are, an option that is only a name for an option, and attributes within an option for attributes
    /// that are asked when it is taken. What is in force and not in the document stays as deprecated, so that old work keeps
    /// its meaning; so do the mappings that led to it.
    ///
    /// # Errors
    /// [`SchemaError`] with the sentence to show.
    pub fn from_written(document: Value, in_force: &Self) -> Result<Self, SchemaError> {
        let mut schema: Self = serde_json::from_value(written::complete(document, in_force)?)?;
        if schema.mappings.is_empty() {
            schema.mappings.clone_from(&in_force.mappings);
        }
        check::check(&schema)?;
        Ok(schema)
    }

    /// Gives the first nine labels the keys 1 to 9 where no label has a key: for a file that a person wrote without any.
    pub fn fill_keys(&mut self) {
        if self.labels.iter().all(|label| label.key.is_none()) {
            for (label, key) in self.labels.iter_mut().filter(|label| !label.deprecated).zip('1'..='9') {
                label.key = Some(key);
            }
        }
    }

    /// What keeps it from being used, at most so many problems: those of labels first, each in the order of the lists.
    pub fn problems(&self, most: usize) -> Vec<Problem> {
        check::problems(self, most)
    }

    /// The canonical JSON document: the same schema always gives the same bytes.
    pub fn to_document(&self) -> String {
        // Serialising strings, numbers and maps with text keys cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// BLAKE3 hash of the canonical document, which operations name.
    pub fn hash(&self) -> [u8; 32] {
        *blake3::hash(self.to_document().as_bytes()).as_bytes()
    }

    /// The label with this number. At once where labels are numbered 1, 2, 3 …
    pub fn label(&self, id: LabelId) -> Option<&Label> {
        let guess = self.labels.get((id.0 as usize).wrapping_sub(1)).filter(|label| label.id == id);
        guess.or_else(|| self.labels.iter().find(|label| label.id == id))
    }

    /// The label with this name.
    pub fn label_named(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.name == name)
    }

    /// The labels that are offered for new instances.
    pub fn offered(&self) -> impl Iterator<Item = &Label> {
        self.labels.iter().filter(|label| !label.deprecated)
    }

    /// Name and colour to show for a label number, also for one that the schema does not hold.
    pub fn shown(&self, id: LabelId) -> (String, Rgb) {
        self.label(id).map_or_else(|| (format!("label {id}"), UNKNOWN), |label| (label.name.clone(), label.color))
    }

    /// The colour of a label that need not be offered any more.
    pub fn color(&self, id: LabelId) -> Rgb {
        self.label(id).map_or(UNKNOWN, |label| label.color)
    }

    fn next_id(&self) -> u32 {
        self.labels.iter().map(|label| label.id.0).max().unwrap_or(0) + 1
    }

    /// Adds a label with the next number, colour and free key; the number of the one that has this name already.
    pub fn add_label(&mut self, name: &str) -> LabelId {
        if let Some(label) = self.label_named(name) {
            return label.id;
        }
        let id = self.next_id();
        let mut label = Label::new(LabelId(id), name);
        label.key = char::from_digit(id, 10).filter(|_| id <= 9);
        if self.labels.iter().any(|other| other.key == label.key) {
            label.key = ('1'..='9').find(|key| self.labels.iter().all(|other| other.key != Some(*key)));
        }
        self.labels.push(label);
        self.labels[self.labels.len() - 1].id
    }
}

#[cfg(test)]
mod tests;
