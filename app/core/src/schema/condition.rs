//! Conditions: when an attribute is asked.

use super::answer::{Answer, AttributeId, OptionId};
use crate::geometry::SpatialType;
use crate::ids::LabelId;
use serde::{Deserialize, Serialize};

/// Something that holds or not of an instance and of the other answers about it. An attribute that is not asked itself
/// counts as not answered. As JSON, an object with the one word that tells it, such as `{"attribute": 3, "is": [1, 2]}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
