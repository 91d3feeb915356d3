//! Questions that came later: what has to be answered now of work that was complete under an earlier version.

use super::Schema;
use super::answer::AttributeId;
use super::attribute::{Attribute, Subject};
use super::questions::{About, Questions};

/// Finds required questions that a version asks and an earlier one did not.
#[derive(Debug)]
pub struct LaterQuestions<'a> {
    now: &'a Schema,
    questions: Questions,
    then: Schema,
    questions_then: Questions,
    /// Those that may be asked of somebody of whom they were not asked then, in order.
    may: Vec<(AttributeId, Subject)>,
}

impl<'a> LaterQuestions<'a> {
    /// Between two versions; `None` when nothing can be missing by what happened between them.
    pub fn new(then: Schema, now: &'a Schema) -> Option<Self> {
        let is_asked = |one: &&Attribute| one.required && !one.deprecated;
        // A label that went below another one is asked what that one is asked.
        let parents = |schema: &Schema| schema.labels.iter().map(|label| (label.id, label.parent)).collect::<Vec<_>>();
        let is_moved = parents(&then) != parents(now);
        let questions_then = Questions::new(&then);
        let is_same = |one: &Attribute| {
            let before = questions_then.attribute(&then, one.id).filter(is_asked);
            before.is_some_and(|before| (&before.labels, &before.when, before.of) == (&one.labels, &one.when, one.of))
        };
        let asked = now.attributes.iter().filter(is_asked);
        let mut may: Vec<_> = asked.filter(|one| is_moved || !is_same(one)).map(|one| (one.id, one.of)).collect();
        may.sort_unstable_by_key(|(id, _)| *id);
        (!may.is_empty()).then(|| Self { now, questions: Questions::new(now), then, questions_then, may })
    }

    /// Whether any of them is about this.
    pub fn are_of(&self, subject: Subject) -> bool {
        self.may.iter().any(|(_, of)| *of == subject)
    }

    /// Those that are asked now, were not asked then, and have no answer. What was left open then is not among them.
    pub fn open(&self, about: About<'_>) -> Vec<&'a Attribute> {
        let mut open = self.questions.open(self.now, about);
        open.retain(|one| self.may.binary_search_by_key(&one.id, |(id, _)| *id).is_ok());
        if !open.is_empty() {
            let before = self.questions_then.open(&self.then, about);
            open.retain(|one| before.iter().all(|before| before.id != one.id));
        }
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::LabelId;
    use crate::schema::questions::Answers;
    use crate::schema::{Answer, Choice, OptionId};
    use serde_json::{Value, json};

    fn schema(document: Value, over: &Schema) -> Schema {
        Schema::from_written(document, over).unwrap()
    }

    fn open(then: &Schema, now: &Schema, label: u32, answers: &Answers) -> Vec<String> {
        let about = About { subject: Subject::Instance, label: Some(LabelId(label)), shape: None, answers };
        let later = LaterQuestions::new(then.clone(), now);
        later.map(|later| later.open(about).iter().map(|one| one.name.clone()).collect()).unwrap_or_default()
    }

    #[test]
    fn what_is_required_now_and_was_not_asked_then_is_open() {
        let then = schema(
            json!({"labels": ["car", "bus"], "attributes": [
                {"name": "kind", "type": "select", "options": ["new", "old"]},
                {"name": "note", "type": "text"},
                {"name": "left open then", "type": "text", "required": true}]}),
            &Schema::default(),
        );
        let now = schema(
            json!({"labels": ["car", "bus"], "attributes": [
                {"name": "kind", "type": "select", "options": ["new", "old"]},
                {"name": "note", "type": "text", "required": true},
                {"name": "left open then", "type": "text", "required": true},
                {"name": "doors", "type": "integer", "required": true, "labels": ["car"]},
                {"name": "free", "type": "integer"},
                {"name": "year", "type": "integer", "required": true, "when": {"attribute": "kind", "is": ["old"]}}]}),
            &then,
        );
        let choice = |id: u32, text: &str| Answer::Choice(Choice { option: OptionId(id), text: text.into() });
        let nothing = Answers::new();
        assert_eq!(open(&then, &now, 1, &nothing), ["note", "doors"]);
        assert_eq!(open(&then, &now, 2, &nothing), ["note"]);
        let old = Answers::from([(AttributeId(1), choice(2, "old")), (AttributeId(2), Answer::Text("x".into()))]);
        assert_eq!(open(&then, &now, 1, &old), ["doors", "year"]);
        let new = Answers::from([(AttributeId(1), choice(1, "new")), (AttributeId(2), Answer::Text("x".into()))]);
        assert_eq!(open(&then, &now, 2, &new), [""; 0]);
        // Back again, nothing is asked that was not.
        assert_eq!(open(&now, &then, 1, &nothing), [""; 0]);
        assert!(LaterQuestions::new(now.clone(), &now).is_none());
    }

    #[test]
    fn a_label_that_went_below_another_is_asked_what_that_one_is_asked() {
        let attributes = json!([{"name": "doors", "type": "integer", "required": true, "labels": ["car"]}]);
        let then = schema(json!({"labels": ["car", "taxi"], "attributes": attributes}), &Schema::default());
        let now = schema(json!({"labels": ["car", {"name": "taxi", "parent": "car"}], "attributes": attributes}), &then);
        assert_eq!(open(&then, &now, 2, &Answers::new()), ["doors"]);
        assert_eq!(open(&then, &now, 1, &Answers::new()), [""; 0]);
    }
}
