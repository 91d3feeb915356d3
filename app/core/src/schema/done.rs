//! Mappings that were done: the schema that came with one keeps it, so that work which arrives later, still as the version before
//! had it, can go the same way.

use super::Schema;
use super::mapping::{Plan, PlannedStep};
use crate::geometry::SpatialType;
use crate::ids::LabelId;
use crate::query::Query;
use serde::{Deserialize, Serialize};

/// Mappings that are kept, the newest; nobody has work that is older.
const MOST: usize = 200;

/// A mapping that was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DoneMapping {
    /// The version of the schema that the work was under before.
    pub after: u64,
    /// In order, labels by number. What a version of Limn does not know is passed over.
    pub steps: Vec<DoneStep>,
}

/// One step of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DoneStep {
    /// Labels became another one.
    Relabel {
        /// The labels.
        from: Vec<LabelId>,
        /// That one.
        into: LabelId,
        /// For which instances, as a query over the schema that came with it; empty: all.
        #[serde(default, rename = "where", skip_serializing_if = "String::is_empty")]
        query: String,
    },
    /// Shapes of a label became another kind.
    Convert {
        /// The label.
        convert: LabelId,
        /// The kind.
        to: SpatialType,
        /// Also where something was lost by it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        lossy: bool,
    },
    /// Of a newer version.
    Unknown(serde_json::Value),
}

/// What the mappings that were done make of work that arrived after them.
#[derive(Clone, Debug, PartialEq)]
pub struct LatePlan {
    /// The schema in force, and the steps of all of them in order.
    pub plan: Plan,
    /// For each step the version that the work was under before.
    pub after: Vec<u64>,
}

impl LatePlan {
    /// Only instances that nobody touched under a later version than this take part in a step: others are what somebody meant them
    /// to be. `None`: all do, since nothing can be meant to have a retired label, or a shape that its label does not take.
    pub fn until(&self, step: usize) -> Option<u64> {
        let is_split = matches!(self.plan.steps.get(step), Some(PlannedStep::Relabel { asked, .. }) if !asked.is_empty());
        self.after.get(step).copied().filter(|_| is_split)
    }
}

impl Plan {
    /// What is kept of it when it is done; `None` when it changes no instance.
    fn done(&self, after: u64) -> Option<DoneMapping> {
        let kept = |step: &PlannedStep| match step {
            PlannedStep::Relabel { from, into, asked, .. } => {
                Some(DoneStep::Relabel { from: from.clone(), into: *into, query: asked.clone() })
            }
            PlannedStep::Convert { label, to, lossy } => Some(DoneStep::Convert { convert: *label, to: *to, lossy: *lossy }),
            PlannedStep::Remove(_) => None,
        };
        let steps: Vec<DoneStep> = self.steps.iter().filter_map(kept).collect();
        (!steps.is_empty()).then_some(DoneMapping { after, steps })
    }

    /// The schema that it makes, with what is kept of it. `after`: the version in force before.
    pub fn published(&self, after: u64) -> Schema {
        let mut schema = self.schema.clone();
        schema.mappings.extend(self.done(after));
        let too_many = schema.mappings.len().saturating_sub(MOST);
        schema.mappings.drain(..too_many);
        schema
    }
}

impl Schema {
    /// What the mappings that led to it make of work that arrives now. Steps that the schema contradicts by now are left out: labels
    /// that are offered again, or that take other shapes again.
    pub fn late_plan(&self) -> LatePlan {
        let (mut steps, mut after) = (Vec::new(), Vec::new());
        for done in &self.mappings {
            for step in done.steps.iter().filter_map(|step| self.late_step(step)) {
                steps.push(step);
                after.push(done.after);
            }
        }
        LatePlan { plan: Plan { schema: self.clone(), steps }, after }
    }

    fn late_step(&self, step: &DoneStep) -> Option<PlannedStep> {
        match step {
            DoneStep::Relabel { from, into, query } => {
                let is_split = !query.is_empty();
                let is_gone = |label: &&LabelId| is_split || self.label(**label).is_some_and(|label| label.deprecated);
                let from: Vec<LabelId> = from.iter().filter(is_gone).copied().collect();
                let asked = query.clone();
                let query = Query::parse(query).ok()?;
                let can_be = self.label(*into).is_some() && query.resolve(self).is_ok() && !from.is_empty();
                can_be.then_some(PlannedStep::Relabel { from, into: *into, query, asked })
            }
            DoneStep::Convert { convert, to, lossy } => {
                let takes_only = self.label(*convert).is_some_and(|label| label.shapes == [*to]);
                takes_only.then_some(PlannedStep::Convert { label: *convert, to: *to, lossy: *lossy })
            }
            DoneStep::Unknown(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::mapping::Mapping;

    fn migrated() -> Schema {
        let mut schema = Schema::default();
        for name in ["car", "bus", "tram"] {
            schema.add_label(name);
        }
        let text = r#"{"new_labels": ["small car"], "steps": [{"split": "car", "where": "area < 400", "into": "small car"},
            {"merge": ["bus"], "into": "tram"}, {"convert": "tram", "to": "box"}, {"remove": "small car"}]}"#;
        Mapping::from_document(text).unwrap().plan(&schema).unwrap().published(7)
    }

    #[test]
    fn the_schema_keeps_what_was_done_and_does_it_again() {
        let schema = Schema::from_document(&migrated().to_document()).unwrap();
        assert_eq!(schema, migrated());
        let late = schema.late_plan();
        assert_eq!((late.plan.steps.len(), late.after.as_slice()), (3, [7, 7, 7].as_slice()));
        // Whoever has a condition counts only if nobody touched it since.
        assert_eq!([late.until(0), late.until(1), late.until(2)], [Some(7), None, None]);
        assert_eq!(late.plan.schema, schema);
    }

    #[test]
    fn what_a_person_writes_over_it_keeps_it() {
        let schema = migrated();
        let written = serde_json::json!({"labels": ["car", "tram", "bike"]});
        assert_eq!(Schema::from_written(written, &schema).unwrap().mappings, schema.mappings);
    }

    #[test]
    fn what_the_schema_contradicts_by_now_is_left_out() {
        let mut schema = migrated();
        // Buses are offered again, and trams may be polygons.
        schema.labels[1].deprecated = false;
        schema.labels[2].shapes.push(SpatialType::Polygon);
        let late = schema.late_plan();
        assert!(matches!(late.plan.steps.as_slice(), [PlannedStep::Relabel { from, .. }] if from == &[LabelId(1)]));
        let odd = r#"[{"after": 1, "steps": [{"into": 3}, {"from": [1], "into": 99}, {"from": [1], "into": 2, "where": "area <"}, 7]}]"#;
        schema.mappings = serde_json::from_str(odd).unwrap();
        assert!(schema.late_plan().plan.steps.is_empty());
        for at in 0..1000 {
            schema.mappings.push(DoneMapping { after: at, steps: vec![] });
        }
        let kept = Plan { schema, steps: vec![] }.published(9).mappings;
        assert_eq!((kept.len(), kept[199].after), (200, 999));
    }
}
