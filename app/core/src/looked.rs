//! How far a file was looked through: under which version of the schema it was called complete, and which labels were
//! looked for and are not there.

use crate::file::FileStatus;
use crate::ids::LabelId;
use crate::schema::{AttributeId, Label, Schema, UsedFor};
use std::collections::HashSet;

mod stretches;
pub use stretches::LookedStretch;

/// The version in force, whatever its number: the store puts the number in its place.
pub const IN_FORCE: u64 = 0;

/// What is known of a file beside its instances. Without meaning for one that is not complete, but for `absent`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// The version of the schema that it was called complete under, [`IN_FORCE`] for the newest; `None`: nobody knows.
    pub under: Option<u64>,
    /// Labels that were looked for and are not on it, in order.
    pub absent: Vec<LabelId>,
    /// Labels that are offered now and were not then, in the schema's order. See [`Self::missing`].
    pub later: Vec<LabelId>,
    /// Required questions that came later, by number, each with how many answers to it are missing; see
    /// [`crate::schema::later::LaterQuestions`].
    pub unanswered: Vec<(AttributeId, u64)>,
    /// Stretches of a video that were looked through before all of it was, by their first frames; they may overlap.
    pub stretches: Vec<LookedStretch>,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nobody has called it complete.
    Open,
    /// Every label that is offered now was looked for, and nothing is left open that was asked later.
    Complete,
    /// It was complete, but labels or required questions came later.
    Behind,
    /// It is complete, but under which version nobody knows.
    Unknown,
}

impl Progress {
    /// The name in listings and queries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "no",
            Self::Complete => "yes",
            Self::Behind => "behind",
            Self::Unknown => "unknown",
        }
    }
}

impl Looked {
    /// Of a file that is called complete now.
    pub fn complete_now(absent: Vec<LabelId>) -> Self {
        Self { under: Some(IN_FORCE), absent, ..Self::default() }
    }

    /// The labels that it was not looked through for, though it is complete: those that came later and are not said to be absent.
    pub fn missing(&self) -> impl Iterator<Item = LabelId> {
        self.later.iter().copied().filter(|label| !self.absent.contains(label))
    }

    /// How far a file of this status is.
    pub fn progress(&self, status: FileStatus) -> Progress {
        match (status, self.under) {
            (FileStatus::Open, _) => Progress::Open,
            (FileStatus::Complete, None) => Progress::Unknown,
            (FileStatus::Complete, Some(_)) if self.missing().next().is_none() && self.unanswered.is_empty() => Progress::Complete,
            (FileStatus::Complete, Some(_)) => Progress::Behind,
        }
    }

    /// Whether a label that is offered was looked for all over a file of this status.
    pub fn has_looked_for(&self, status: FileStatus, label: LabelId) -> bool {
        let by_status = matches!(self.progress(status), Progress::Complete | Progress::Behind) && !self.later.contains(&label);
        by_status || self.absent.contains(&label)
    }

    /// How far it is as the end of a sentence that begins with the file, such as "is complete as of version 2; not looked for
    /// yet: cyclist". `num_instances`: those on it.
    pub fn told(&self, status: FileStatus, num_instances: u64, schema: &Schema) -> String {
        let names = |labels: &mut dyn Iterator<Item = LabelId>| labels.map(|label| schema.shown(label).0).collect::<Vec<_>>().join(", ");
        let mut text = match (self.progress(status), num_instances) {
            (Progress::Open, 0) if self.stretches.is_empty() => "is new".to_owned(),
            (Progress::Open, _) if self.stretches.is_empty() => "is in progress".to_owned(),
            (Progress::Open, _) => format!("is in progress; {}", stretches::told(&self.covered())),
            (Progress::Complete, 0) => "is complete: empty and checked".to_owned(),
            (Progress::Complete, _) => "is complete".to_owned(),
            (Progress::Unknown, _) => "is complete, but under which version of the schema nobody knows".to_owned(),
            (Progress::Behind, _) => {
                let version = self.under.filter(|under| *under != IN_FORCE);
                let version = version.map_or_else(|| "an earlier version".to_owned(), |version| format!("version {version}"));
                format!("is complete as of {version}")
            }
        };
        if self.progress(status) == Progress::Behind {
            if self.missing().next().is_some() {
                text += &format!("; not looked for yet: {}", names(&mut self.missing()));
            }
            text.extend((!self.unanswered.is_empty()).then(|| format!("; not answered yet: {}", self.told_unanswered(schema))));
        }
        if !self.absent.is_empty() {
            text += &format!("; checked and absent: {}", names(&mut self.absent.iter().copied()));
        }
        text
    }

    /// The questions that came later, each with how many answers are missing, such as "colour (12), side (3)".
    pub fn told_unanswered(&self, schema: &Schema) -> String {
        let name =
            |id: AttributeId| schema.attributes.iter().find(|one| one.id == id).map_or_else(|| id.to_string(), |one| one.name.clone());
        self.unanswered.iter().map(|(id, missing)| format!("{} ({missing})", name(*id))).collect::<Vec<_>>().join(", ")
    }
}

/// The labels that `now` offers for shapes and `then` did not, in the order of `now`. Those that are for events alone ask nobody to
/// look at pictures again.
pub fn labels_since(then: &Schema, now: &Schema) -> Vec<LabelId> {
    let for_shapes = |label: &&Label| label.used_for != UsedFor::Events;
    let offered: HashSet<LabelId> = then.offered().filter(for_shapes).map(|label| label.id).collect();
    now.offered().filter(for_shapes).map(|label| label.id).filter(|id| !offered.contains(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(names: &[&str]) -> Schema {
        let mut schema = Schema::default();
        for name in names {
            schema.add_label(name);
        }
        schema
    }

    #[test]
    fn a_label_that_came_later_was_not_looked_for() {
        let (then, mut now) = (schema(&["car", "bus"]), schema(&["car", "bus", "cyclist", "tram", "turns"]));
        now.labels[3].deprecated = true;
        now.labels[4].used_for = UsedFor::Events;
        assert_eq!(labels_since(&then, &now), [LabelId(3)]);
        let looked = Looked { under: Some(1), absent: vec![], later: labels_since(&then, &now), ..Looked::default() };
        assert_eq!(looked.progress(FileStatus::Complete), Progress::Behind);
        assert!(looked.has_looked_for(FileStatus::Complete, LabelId(1)));
        assert!(!looked.has_looked_for(FileStatus::Complete, LabelId(3)));
        assert_eq!(looked.told(FileStatus::Complete, 2, &now), "is complete as of version 1; not looked for yet: cyclist");
    }

    #[test]
    fn a_required_question_that_came_later_leaves_a_file_behind() {
        let mut now = schema(&["car"]);
        now.attributes.push(crate::schema::Attribute::new(AttributeId(4), "colour", crate::schema::AttributeType::Text));
        let looked = Looked { under: Some(1), unanswered: vec![(AttributeId(4), 12)], ..Looked::default() };
        assert_eq!(looked.progress(FileStatus::Complete), Progress::Behind);
        assert_eq!(looked.told(FileStatus::Complete, 12, &now), "is complete as of version 1; not answered yet: colour (12)");
        assert!(looked.has_looked_for(FileStatus::Complete, LabelId(1)));
        assert_eq!(looked.progress(FileStatus::Open), Progress::Open);
    }

    #[test]
    fn what_is_stated_absent_was_looked_for_whatever_the_status() {
        let looked = Looked { absent: vec![LabelId(2)], ..Looked::default() };
        assert!(looked.has_looked_for(FileStatus::Open, LabelId(2)));
        assert!(!looked.has_looked_for(FileStatus::Open, LabelId(1)));
        // Complete, but nobody knows under which version: it says nothing of a label.
        assert_eq!(looked.progress(FileStatus::Complete), Progress::Unknown);
        assert!(!looked.has_looked_for(FileStatus::Complete, LabelId(1)));
    }

    #[test]
    fn a_label_that_was_retired_and_is_offered_again_was_not_looked_for() {
        let (mut then, now) = (schema(&["car", "bus"]), schema(&["car", "bus"]));
        then.labels[1].deprecated = true;
        assert_eq!(labels_since(&then, &now), [LabelId(2)]);
    }
}
