//! Conditions: when an attribute is asked.

use super::answer::{Answer, AttributeId, OptionId};
use crate::geometry::SpatialType;
use crate::ids::LabelId;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// What is told of a condition without any word that makes one.
const NO_CONDITION: &str =
    "a condition has none of the words all, any, not, label and shape, and no attribute with is, says, between, text or answered";

/// Something that holds or not of an instance and of the other answers about it. An attribute that is not asked itself
/// counts as not answered. As JSON, an object with the one word that tells it, such as `{"attribute": 3, "is": [1, 2]}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Condition {
    /// All of them.
    All {
        /// None holds.
        all: Vec<Condition>,
    },
    /// One of them.
    Any {
        /// None does not hold.
        any: Vec<Condition>,
    },
    /// Not this.
    Not {
        /// What must not hold.
        not: Box<Condition>,
    },
    /// The label is one of these, or below one of them.
    Label {
        /// By number.
        label: Vec<LabelId>,
    },
    /// The geometry is of one of these kinds.
    Shape {
        /// By name.
        shape: Vec<SpatialType>,
    },
    /// Another attribute's answer names one of these options, or one below them in a tree.
    Is {
        /// Which attribute.
        attribute: AttributeId,
        /// By number.
        is: Vec<OptionId>,
    },
    /// Another attribute's answer is yes, or no.
    Says {
        /// Which attribute.
        attribute: AttributeId,
        /// Yes or no.
        says: bool,
    },
    /// Another attribute's answer is a number of this range, ends included.
    Between {
        /// Which attribute.
        attribute: AttributeId,
        /// From this number on, up to that one.
        between: [f64; 2],
    },
    /// Another attribute's answer is this text.
    Text {
        /// Which attribute.
        attribute: AttributeId,
        /// Letter by letter.
        text: String,
    },
    /// Another attribute is answered.
    Answered {
        /// Which attribute.
        attribute: AttributeId,
        /// Answered or not.
        answered: bool,
    },
}

/// Every word that a condition may have. Read as one and chosen from after: trying the kinds one after the other takes longer
/// than all else of a large schema.
#[derive(Deserialize)]
struct Written {
    all: Option<Vec<Condition>>,
    any: Option<Vec<Condition>>,
    not: Option<Box<Condition>>,
    label: Option<Vec<LabelId>>,
    shape: Option<Vec<SpatialType>>,
    attribute: Option<AttributeId>,
    is: Option<Vec<OptionId>>,
    says: Option<bool>,
    between: Option<[f64; 2]>,
    text: Option<String>,
    answered: Option<bool>,
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let Written { all, any, not, label, shape, attribute, is, says, between, text, answered } = written;
        let alone = all.map(|all| Self::All { all }).or(any.map(|any| Self::Any { any })).or(not.map(|not| Self::Not { not }));
        let alone = alone.or(label.map(|label| Self::Label { label })).or(shape.map(|shape| Self::Shape { shape }));
        let about = |attribute| {
            let found = is.map(|is| Self::Is { attribute, is }).or(says.map(|says| Self::Says { attribute, says }));
            let found = found.or(between.map(|between| Self::Between { attribute, between }));
            let found = found.or(text.map(|text| Self::Text { attribute, text }));
            found.or(answered.map(|answered| Self::Answered { attribute, answered }))
        };
        alone.or_else(|| attribute.and_then(about)).ok_or_else(|| D::Error::custom(NO_CONDITION))
    }
}

impl Condition {
    /// The conditions that it is made of.
    pub fn parts(&self) -> &[Condition] {
        match self {
            Self::All { all } => all,
            Self::Any { any } => any,
            Self::Not { not } => std::slice::from_ref(not),
            _ => &[],
        }
    }

    /// The attribute that it looks at itself.
    pub fn attribute(&self) -> Option<AttributeId> {
        match self {
            Self::Is { attribute, .. }
            | Self::Says { attribute, .. }
            | Self::Between { attribute, .. }
            | Self::Text { attribute, .. }
            | Self::Answered { attribute, .. } => Some(*attribute),
            _ => None,
        }
    }

    /// Every attribute that it looks at, itself and in its parts.
    pub fn attributes(&self) -> Vec<AttributeId> {
        let mut found = Vec::from_iter(self.attribute());
        found.extend(self.parts().iter().flat_map(Self::attributes));
        found
    }

    /// Whether it holds.
    pub(super) fn holds(&self, facts: &dyn Facts) -> bool {
        match self {
            Self::All { all } => all.iter().all(|one| one.holds(facts)),
            Self::Any { any } => any.iter().any(|one| one.holds(facts)),
            Self::Not { not } => !not.holds(facts),
            Self::Label { label } => facts.is_below(label),
            Self::Shape { shape } => facts.shape().is_some_and(|own| shape.contains(&own)),
            Self::Is { attribute, is } => facts.answer(*attribute).is_some_and(|answer| facts.names(*attribute, answer, is)),
            Self::Says { attribute, says } => facts.answer(*attribute) == Some(&Answer::Bool(*says)),
            Self::Between { attribute, between: [from, to] } => {
                facts.answer(*attribute).and_then(Answer::number).is_some_and(|number| (*from..=*to).contains(&number))
            }
            Self::Text { attribute, text } => matches!(facts.answer(*attribute), Some(Answer::Text(own)) if own == text),
            Self::Answered { attribute, answered } => facts.answer(*attribute).is_some() == *answered,
        }
    }
}

/// What conditions ask of whom they are about.
pub(super) trait Facts {
    /// Its label is one of these or below one of them.
    fn is_below(&self, labels: &[LabelId]) -> bool;
    /// Its kind of geometry, where it has one.
    fn shape(&self) -> Option<SpatialType>;
    /// The answer to an attribute that is asked.
    fn answer(&self, attribute: AttributeId) -> Option<&Answer>;
    /// The answer names one of these options or one below them.
    fn names(&self, attribute: AttributeId, answer: &Answer, options: &[OptionId]) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written_and_what_is_none_is_refused() {
        let says = || Condition::Says { attribute: AttributeId(3), says: false };
        let kinds = [
            Condition::All { all: vec![says(), Condition::Any { any: vec![] }] },
            Condition::Not { not: Box::new(says()) },
            Condition::Label { label: vec![LabelId(2)] },
            Condition::Shape { shape: vec![SpatialType::Box] },
            Condition::Is { attribute: AttributeId(1), is: vec![OptionId(2), OptionId(5)] },
            Condition::Between { attribute: AttributeId(1), between: [-1.5, 4.0] },
            Condition::Text { attribute: AttributeId(1), text: "x".into() },
            Condition::Answered { attribute: AttributeId(1), answered: true },
        ];
        for kind in kinds {
            assert_eq!(serde_json::from_str::<Condition>(&serde_json::to_string(&kind).unwrap()).unwrap(), kind);
            assert_eq!(serde_json::from_value::<Condition>(serde_json::to_value(&kind).unwrap()).unwrap(), kind);
        }
        // Words of newer versions are passed over; the first that is known counts.
        let read = |text: &str| serde_json::from_str::<Condition>(text);
        assert_eq!(read(r#"{"attribute":3,"answered":true,"soon":1,"says":false}"#).unwrap(), says());
        for none in ["{}", r#"{"attribute":3}"#, r#"{"is":[1]}"#, r#"{"soon":1}"#] {
            assert!(read(none).unwrap_err().to_string().contains("has none of the words"), "{none}");
        }
        for wrong in ["7", "null", r#"{"attribute":-3,"says":true}"#, r#"{"all":{}}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
