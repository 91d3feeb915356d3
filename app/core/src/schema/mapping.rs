//! A mapping: how the work that was done under one version of the schema goes on under the next. Labels are merged, removed
//! and split, and shapes made another kind; a mapping is a small JSON document that a person writes.

use super::{Label, Schema};
use crate::geometry::SpatialType;
use crate::ids::LabelId;
use crate::query::{Query, QueryError};
use serde::{Deserialize, Serialize};

/// As it is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Labels that the schema has not yet and that steps lead into.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new_labels: Vec<String>,
    /// In order.
    #[serde(default)]
    pub steps: Vec<MappingStep>,
}

/// One step: `merge` with `into`, `remove`, `split` with `where` and `into`, or `convert` with `to`. Labels by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingStep {
    /// Labels that become another one and are retired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merge: Vec<String>,
    /// A label that is retired; its instances stay as they are and are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remove: Option<String>,
    /// A label of which some instances become another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Which instances, as a query: `attribute.kind = taxi`, `area < 400`.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The label that they become.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// A label whose instances become another kind of shape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub convert: Option<String>,
    /// That kind; the only one that the label may have afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<SpatialType>,
    /// Also where something is lost by it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lossy: bool,
}

/// A mapping that fits a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The version that it makes.
    pub schema: Schema,
    /// In order.
    pub steps: Vec<PlannedStep>,
}

/// One step with labels by number.
#[derive(Clone, Debug, PartialEq)]
pub enum PlannedStep {
    /// Instances of any of these labels for which the query holds, in their state before the mapping, get another one.
    Relabel {
        /// The labels.
        from: Vec<LabelId>,
        /// The new one.
        into: LabelId,
        /// Empty: all.
        query: Query,
        /// The query as it was written.
        asked: String,
    },
    /// A label is retired.
    Remove(LabelId),
    /// Instances of a label become another kind of shape.
    Convert {
        /// The label.
        label: LabelId,
        /// The kind.
        to: SpatialType,
        /// Also where something is lost by it.
        lossy: bool,
    },
}

/// Why a mapping cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Not JSON, or not of this form.
    #[error("the mapping cannot be read: {0}")]
    Form(String),
    /// Nothing would happen.
    #[error("the mapping maps nothing: it has no steps. A step is, for example, {{\"merge\": [\"bus\"], \"into\": \"vehicle\"}}")]
    Nothing,
    /// The step (from 1) is none, or more than one.
    #[error(
        "step {0} is not one thing: it has either \"merge\" and \"into\", or \"remove\", or \"split\", \"where\" and \"into\", or \"convert\" and \"to\""
    )]
    Step(usize),
    /// The step names what the schema has not.
    #[error("step {0}: the schema has no label called \"{1}\". A label that comes new is named in \"new_labels\"")]
    Label(usize, String),
    /// The step leads into a retired label.
    #[error("step {0}: \"{1}\" is retired or removed by a step before, so that nothing can become it")]
    Retired(usize, String),
    /// The step maps a label to itself.
    #[error("step {0} maps \"{1}\" to itself")]
    Itself(usize, String),
    /// The query of the step is none.
    #[error("step {0}: {1}")]
    Query(usize, QueryError),
    /// The step splits off everything.
    #[error("step {0} splits \"{1}\" by no condition; write one in \"where\", such as \"area < 400\"")]
    NoCondition(usize, String),
    /// A new label is there already.
    #[error("\"{0}\" of \"new_labels\" is in the schema already, or named twice")]
    NotNew(String),
}

impl Mapping {
    /// Reads the document.
    ///
    /// # Errors
    /// [`MappingError::Form`].
    pub fn from_document(text: &str) -> Result<Self, MappingError> {
        serde_json::from_str(text).map_err(|error| MappingError::Form(error.to_string()))
    }

    /// The mapping over a schema, which is not changed.
    ///
    /// # Errors
    /// [`MappingError`] with the sentence to show.
    pub fn plan(&self, in_force: &Schema) -> Result<Plan, MappingError> {
        if self.steps.is_empty() {
            return Err(MappingError::Nothing);
        }
        let mut schema = in_force.clone();
        for name in &self.new_labels {
            if schema.label_named(name).is_some() {
                return Err(MappingError::NotNew(name.clone()));
            }
            schema.add_label(name);
        }
        let steps = self.steps.iter().zip(1..).map(|(step, number)| step.plan(number, &mut schema)).collect::<Result<_, _>>()?;
        Ok(Plan { schema, steps })
    }
}

impl MappingStep {
    fn plan(&self, number: usize, schema: &mut Schema) -> Result<PlannedStep, MappingError> {
        match self {
            Self { merge, into: Some(into), remove: None, split: None, query: None, convert: None, to: None, lossy: false }
                if !merge.is_empty() =>
            {
                let target = offered(schema, into, number)?;
                let from = merge.iter().map(|name| known(schema, name, number)).collect::<Result<Vec<_>, _>>()?;
                if from.contains(&target) {
                    return Err(MappingError::Itself(number, into.clone()));
                }
                for label in schema.labels.iter_mut().filter(|label| from.contains(&label.id)) {
                    retire(label);
                }
                Ok(PlannedStep::Relabel { from, into: target, query: Query::default(), asked: String::new() })
            }
            Self { merge, into: None, remove: Some(name), split: None, query: None, convert: None, to: None, lossy: false }
                if merge.is_empty() =>
            {
                let id = offered(schema, name, number)?;
                schema.labels.iter_mut().filter(|label| label.id == id).for_each(retire);
                Ok(PlannedStep::Remove(id))
            }
            Self { merge, into: Some(into), remove: None, split: Some(name), query, convert: None, to: None, lossy: false }
                if merge.is_empty() =>
            {
                let (from, target) = (known(schema, name, number)?, offered(schema, into, number)?);
                if from == target {
                    return Err(MappingError::Itself(number, into.clone()));
                }
                let asked = query.clone().unwrap_or_default();
                let query = Query::parse(&asked).map_err(|error| MappingError::Query(number, error))?;
                if query.is_empty() {
                    return Err(MappingError::NoCondition(number, name.clone()));
                }
                query.resolve(schema).map_err(|error| MappingError::Query(number, error))?;
                Ok(PlannedStep::Relabel { from: vec![from], into: target, query, asked })
            }
            Self { merge, into: None, remove: None, split: None, query: None, convert: Some(name), to: Some(to), lossy }
                if merge.is_empty() =>
            {
                let id = offered(schema, name, number)?;
                for label in schema.labels.iter_mut().filter(|label| label.id == id) {
                    label.shapes = vec![*to];
                    label.default_shape = label.default_shape.map(|_| *to);
                }
                Ok(PlannedStep::Convert { label: id, to: *to, lossy: *lossy })
            }
            _ => Err(MappingError::Step(number)),
        }
    }
}

fn retire(label: &mut Label) {
    label.deprecated = true;
    label.key = None;
}

fn known(schema: &Schema, name: &str, number: usize) -> Result<LabelId, MappingError> {
    schema.label_named(name).map(|label| label.id).ok_or_else(|| MappingError::Label(number, name.to_owned()))
}

fn offered(schema: &Schema, name: &str, number: usize) -> Result<LabelId, MappingError> {
    let id = known(schema, name, number)?;
    let is_offered = schema.label(id).is_some_and(|label| !label.deprecated);
    if is_offered { Ok(id) } else { Err(MappingError::Retired(number, name.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Result<Plan, MappingError> {
        let mut schema = Schema::default();
        for name in ["car", "bus", "tram"] {
            schema.add_label(name);
        }
        Mapping::from_document(text)?.plan(&schema)
    }

    #[test]
    fn steps_retire_what_they_empty() {
        let plan = plan(
            r#"{"new_labels": ["vehicle", "small car"], "steps": [
                {"merge": ["bus", "tram"], "into": "vehicle"},
                {"split": "car", "where": "area < 400", "into": "small car"},
                {"convert": "car", "to": "box"}, {"remove": "small car"}]}"#,
        )
        .unwrap();
        let offered: Vec<&str> = plan.schema.offered().map(|label| label.name.as_str()).collect();
        assert_eq!(offered, ["car", "vehicle"]);
        assert_eq!(plan.schema.labels[0].shapes, [SpatialType::Box]);
        assert!(matches!(&plan.steps[0], PlannedStep::Relabel { from, into: LabelId(4), .. } if from == &[LabelId(2), LabelId(3)]));
    }

    #[test]
    fn what_makes_no_sense_gets_a_sentence() {
        for (text, wrong) in [
            (r#"{"steps": []}"#, MappingError::Nothing),
            ("{}", MappingError::Nothing),
            (r#"{"steps": [{"merge": ["buss"], "into": "car"}]}"#, MappingError::Label(1, "buss".into())),
            (r#"{"steps": [{"merge": ["bus"], "into": "vehicle"}]}"#, MappingError::Label(1, "vehicle".into())),
            (r#"{"steps": [{"merge": ["bus", "car"], "into": "car"}]}"#, MappingError::Itself(1, "car".into())),
            (r#"{"steps": [{"split": "car", "where": "area > 1", "into": "car"}]}"#, MappingError::Itself(1, "car".into())),
            (r#"{"steps": [{"split": "car", "into": "bus"}]}"#, MappingError::NoCondition(1, "car".into())),
            (r#"{"steps": [{"remove": "bus"}, {"merge": ["car"], "into": "bus"}]}"#, MappingError::Retired(2, "bus".into())),
            (r#"{"steps": [{"remove": "bus", "into": "car"}]}"#, MappingError::Step(1)),
            (r#"{"steps": [{}]}"#, MappingError::Step(1)),
            (r#"{"new_labels": ["car"], "steps": [{"remove": "bus"}]}"#, MappingError::NotNew("car".into())),
        ] {
            assert_eq!(plan(text).unwrap_err(), wrong, "{text}");
        }
        assert!(matches!(plan(r#"{"stepps": []}"#), Err(MappingError::Form(_))));
        let query = plan(r#"{"steps": [{"split": "car", "where": "attribute.kind = taxi", "into": "bus"}]}"#);
        assert_eq!(query.unwrap_err(), MappingError::Query(1, QueryError::Attribute("kind".into())));
    }
}
