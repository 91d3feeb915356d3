//! Answers about instances as the object `attributes` of an annotation: by the attribute's name, as other programs write and
//! read them. Options stand by name; of a multiple choice, a list.

use crate::exchange::{ChoiceForm, InstanceItem};
use limn_core::Schema;
use limn_core::schema::attribute::Subject;
use limn_core::schema::questions::{About, Questions};
use limn_core::schema::{Answer, Choice};
use serde_json::{Map, Value, json};

/// The field.
const ATTRIBUTES: &str = "attributes";

/// What a schema asks about instances.
pub(super) struct Asks {
    choices: ChoiceForm,
    schema: Schema,
    questions: Questions,
}

/// What an annotation is written with.
pub(super) struct Attributes {
    values: Map<String, Value>,
    num_answers: usize,
}

impl Asks {
    pub fn of(schema: &Schema, choices: ChoiceForm) -> Self {
        Self { choices, questions: Questions::new(schema), schema: schema.clone() }
    }

    /// The answers to what is asked about an instance: one to a question whose condition does not hold is none.
    pub fn answers(&self, item: &InstanceItem) -> Attributes {
        let mut values = Map::new();
        if item.marks.answers.is_empty() {
            return Attributes { values, num_answers: 0 };
        }
        let shape = Some(item.geometry.spatial_type());
        let about = About { subject: Subject::Instance, label: Some(item.label), shape, answers: &item.marks.answers };
        let in_force = self.questions.in_force(&self.schema, about);
        for (id, answer) in &in_force {
            if let Some(attribute) = self.questions.attribute(&self.schema, *id) {
                values.insert(attribute.name.clone(), value(answer, self.choices));
            }
        }
        Attributes { values, num_answers: in_force.len() }
    }
}

impl Attributes {
    /// How many answers are written.
    pub fn len(&self) -> usize {
        self.num_answers
    }

    /// Takes what another program wrote there, where nothing is answered to a question of that name.
    pub fn take_foreign(&mut self, fields: &mut Map<String, Value>) {
        if self.values.is_empty() {
            return;
        }
        if let Some(Value::Object(foreign)) = fields.get(ATTRIBUTES) {
            for (name, value) in foreign {
                self.values.entry(name.clone()).or_insert_with(|| value.clone());
            }
            fields.remove(ATTRIBUTES);
        }
    }

    /// `,"attributes":{…}`, or nothing.
    pub fn write(&self, out: &mut Vec<u8>) {
        if !self.values.is_empty() {
            out.extend_from_slice(b",\"attributes\":");
            // Writing into a Vec cannot fail.
            let _ = serde_json::to_writer(out, &self.values);
        }
    }
}

fn value(answer: &Answer, form: ChoiceForm) -> Value {
    let choice = |choice: &Choice| match form {
        ChoiceForm::Text => Value::from(choice.text.as_str()),
        ChoiceForm::Id => Value::from(choice.option.0),
        ChoiceForm::Both => json!({ "id": choice.option.0, "text": choice.text }),
    };
    match answer {
        Answer::Bool(on) => Value::from(*on),
        Answer::Integer(number) => Value::from(*number),
        Answer::Float(number) => Value::from(*number),
        Answer::Text(text) => Value::from(text.as_str()),
        Answer::Choice(one) => choice(one),
        Answer::Choices(choices) => choices.iter().map(choice).collect(),
    }
}
