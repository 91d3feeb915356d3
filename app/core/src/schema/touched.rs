//! How much old work a narrower schema touches: instances are counted one at a time, so that a project of millions needs no
//! memory for it.

use super::attribute::{Attribute, Subject};
use super::diff::{Bearing, Difference, Happened, Piece, narrows_attribute, narrows_label};
use super::label::Label;
use super::questions::{About, Questions};
use super::{AttributeId, OptionId, Schema};
use crate::ids::LabelId;
use crate::instance::Instance;
use std::collections::HashMap;

/// Counts, for each difference that narrows, the instances that may not be right any more.
#[derive(Debug)]
pub struct Touched<'a> {
    new: &'a Schema,
    questions: Questions,
    labels: HashMap<LabelId, Tally<LabelTest<'a>>>,
    attributes: HashMap<AttributeId, Tally<AttributeTest<'a>>>,
    options: HashMap<(AttributeId, OptionId), u64>,
}

#[derive(Debug)]
struct Tally<T> {
    test: T,
    count: u64,
}

/// Which instances of a label are touched.
#[derive(Debug)]
enum LabelTest<'a> {
    All,
    /// Those that the label does not take now.
    Refused(&'a Label),
}

/// Which answers to a question are touched.
#[derive(Debug)]
struct AttributeTest<'a> {
    /// All that are there.
    all: bool,
    /// Those that it does not take now.
    refused: Option<&'a Attribute>,
    /// Those that are missing.
    missing: bool,
}

impl<'a> Touched<'a> {
    /// Counts for what [`super::diff::diff`] found between two versions.
    pub fn new(old: &'a Schema, new: &'a Schema, differences: &[Difference]) -> Self {
        let mut touched =
            Self { new, questions: Questions::new(new), labels: HashMap::new(), attributes: HashMap::new(), options: HashMap::new() };
        for one in differences.iter().filter(|one| one.bearing == Bearing::Narrowing) {
            match one.piece {
                // What breaks a rule is found by the rules themselves.
                Piece::Schema | Piece::Rule => {}
                Piece::Label => {
                    let id = LabelId(one.id);
                    let test = label_test(old, new, id).filter(|_| one.happened != Happened::Removed).unwrap_or(LabelTest::All);
                    touched.labels.entry(id).or_insert(Tally { test, count: 0 });
                }
                Piece::Attribute => {
                    let id = AttributeId(one.id);
                    let test = attribute_test(old, new, id, one.happened);
                    touched.attributes.entry(id).or_insert(Tally { test, count: 0 });
                }
                Piece::Option => {
                    touched.options.insert((AttributeId(one.attribute_id.unwrap_or_default()), OptionId(one.id)), 0);
                }
            }
        }
        touched
    }

    /// Whether nothing has to be counted.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.attributes.is_empty() && self.options.is_empty()
    }

    /// Counts an instance; says whether something of it may not be right any more.
    pub fn take(&mut self, instance: &Instance) -> bool {
        let mut is_touched = false;
        let mut add = |count: &mut u64, is_it: bool| {
            *count += u64::from(is_it);
            is_touched |= is_it;
        };
        if let Some(tally) = self.labels.get_mut(&instance.label) {
            let is_it = match &tally.test {
                LabelTest::All => true,
                LabelTest::Refused(label) => is_refused(label, instance),
            };
            add(&mut tally.count, is_it);
        }
        let answers = &instance.marks.answers;
        for (id, answer) in answers {
            if let Some(tally) = self.attributes.get_mut(id) {
                let refused = || tally.test.refused.is_some_and(|attribute| attribute.problem_of(answer).is_some());
                let is_it = tally.test.all || refused();
                add(&mut tally.count, is_it);
            }
            if !self.options.is_empty() {
                for choice in answer.choices() {
                    self.options.entry((*id, choice.option)).and_modify(|count| add(count, true));
                }
            }
        }
        if self.attributes.values().any(|tally| tally.test.missing) {
            let shape = Some(instance.geometry.spatial_type());
            let about = About { subject: Subject::Instance, label: Some(instance.label), shape, answers };
            for attribute in self.questions.open(self.new, about) {
                if let Some(tally) = self.attributes.get_mut(&attribute.id).filter(|tally| tally.test.missing) {
                    add(&mut tally.count, true);
                }
            }
        }
        is_touched
    }

    /// How many of the instances that were taken a difference touches; `None` for one that touches none by its nature.
    pub fn count(&self, one: &Difference) -> Option<u64> {
        if one.bearing != Bearing::Narrowing {
            return None;
        }
        match one.piece {
            Piece::Schema | Piece::Rule => None,
            Piece::Label => self.labels.get(&LabelId(one.id)).map(|tally| tally.count),
            Piece::Attribute => self.attributes.get(&AttributeId(one.id)).map(|tally| tally.count),
            Piece::Option => self.options.get(&(AttributeId(one.attribute_id?), OptionId(one.id))).copied(),
        }
    }
}

/// All, where something else than shapes and sizes became narrower.
fn label_test<'a>(old: &Schema, new: &'a Schema, id: LabelId) -> Option<LabelTest<'a>> {
    let (before, after) = (old.label(id)?, new.label(id)?);
    let like = Label { shapes: after.shapes.clone(), min_size: after.min_size, ..before.clone() };
    Some(if narrows_label((old, &like), (new, after)) { LabelTest::All } else { LabelTest::Refused(after) })
}

fn is_refused(label: &Label, instance: &Instance) -> bool {
    let is_small = || {
        let size = instance.geometry.bounds().map(|bounds| bounds.width().min(bounds.height()));
        label.min_size.zip(size).is_some_and(|(least, size)| size < least)
    };
    !label.takes(instance.geometry.spatial_type()) || is_small()
}

fn attribute_test<'a>(old: &Schema, new: &'a Schema, id: AttributeId, happened: Happened) -> AttributeTest<'a> {
    let of = |schema: &'a Schema| schema.attributes.iter().find(|attribute| attribute.id == id);
    let before = old.attributes.iter().find(|attribute| attribute.id == id);
    match (happened, before, of(new)) {
        (Happened::Added, _, _) => AttributeTest { all: false, refused: None, missing: true },
        (Happened::Removed, _, _) | (_, None, _) | (_, _, None) => AttributeTest { all: true, refused: None, missing: false },
        (_, Some(before), Some(after)) => {
            // What an answer can be told to break is looked at; whatever else became narrower touches all answers.
            let like = Attribute { name: before.name.clone(), required: before.required, ..after.clone() };
            let like = Attribute {
                of: before.of,
                labels: before.labels.clone(),
                when: before.when.clone(),
                per_frame: before.per_frame,
                unit: before.unit.clone(),
                ..like
            };
            AttributeTest {
                all: narrows_attribute(&like, &Attribute { required: before.required, ..after.clone() }),
                refused: Some(after),
                missing: after.required && !before.required,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Geometry, Rect};
    use crate::marks::Mark;
    use crate::schema::diff::diff;
    use crate::schema::{Answer, Choice};
    use serde_json::json;

    fn instance(number: u8, label: u32, size: f64, answers: &[(u32, Answer)]) -> Instance {
        let mut ids = crate::IdSource::new([number; 32]);
        let geometry = Geometry::Box(Rect::from_xywh(0.0, 0.0, size, size));
        let mut instance = Instance::new(ids.instance(1), ids.file(1), 0, LabelId(label), geometry);
        for (id, answer) in answers {
            instance.marks.set(Mark::Answer(AttributeId(*id), Some(answer.clone())));
        }
        instance
    }

    #[test]
    fn only_what_is_not_right_any_more_is_counted() {
        let old = json!({"labels": ["car", "bus", "tram", "bike"], "attributes": [
            {"name": "doors", "type": "integer"},
            {"name": "colour", "type": "select", "options": ["red", "blue"]},
            {"name": "note", "type": "text"}]});
        let new = json!({"labels": [{"name": "car", "shapes": ["box", "mask"], "min_size": 4}, {"name": "tram", "shapes": ["mask"]},
                {"name": "bike", "max_count": 1}], "attributes": [
            {"name": "doors", "type": "integer", "max": 4, "required": true},
            {"name": "colour", "type": "select", "options": ["red"]},
            {"name": "seen", "type": "boolean", "required": true, "labels": ["car"]}]});
        let old = Schema::from_written(old, &Schema::default()).unwrap();
        let new = Schema::from_written(new, &old).unwrap();
        let choice = |id: u32, text: &str| Answer::Choice(Choice { option: OptionId(id), text: text.into() });
        let differences = diff(&old, &new);
        let mut touched = Touched::new(&old, &new, &differences);
        assert!(!touched.is_empty());
        let mut are_touched = Vec::new();
        for one in [
            instance(1, 1, 3.0, &[(1, Answer::Integer(5))]),
            instance(2, 1, 9.0, &[(1, Answer::Integer(4)), (2, choice(2, "blue"))]),
            instance(3, 2, 9.0, &[(1, Answer::Integer(2)), (3, Answer::Text("x".into()))]),
            instance(4, 3, 9.0, &[(2, choice(1, "red"))]),
            instance(5, 4, 9.0, &[(1, Answer::Integer(0))]),
        ] {
            are_touched.push(touched.take(&one));
        }
        assert_eq!(are_touched, [true, true, true, true, true]);
        // It has all that is wanted now.
        let right = instance(7, 1, 9.0, &[(1, Answer::Integer(2)), (2, choice(1, "red")), (4, Answer::Bool(true))]);
        assert!(!Touched::new(&old, &new, &differences).take(&right));
        let counts: Vec<(&str, Option<u64>)> =
            differences.iter().filter(|one| one.bearing == Bearing::Narrowing).map(|one| (one.name.as_str(), touched.count(one))).collect();
        let want = [
            // Too small; its shapes are taken.
            ("car", Some(1)),
            ("car", Some(1)),
            ("tram", Some(1)),
            ("bike", Some(1)),
            ("bus", Some(1)),
            // One of 5, and one without an answer.
            ("doors", Some(2)),
            ("doors", Some(2)),
            ("blue", Some(1)),
            ("seen", Some(2)),
            ("note", Some(1)),
        ];
        assert_eq!(counts, want);
    }
}
