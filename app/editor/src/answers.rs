//! What the selected instances answer to the questions of the schema.

use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use crate::event::Reply;
use limn_core::log::{Change, InstanceSet, kind};
use limn_core::schema::attribute::Subject;
use limn_core::schema::questions::About;
use limn_core::schema::{Answer, Attribute, AttributeId};
use limn_core::{Instance, InstanceId, LabelId, Mark};

/// Most selected instances that are looked at for what they have in common.
const MOST_LOOKED_AT: usize = 2000;

/// What several instances say to one question.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// None of them was answered.
    Nothing,
    /// All of them have this answer.
    Same(Answer),
    /// They differ, or some have no answer.
    Mixed,
}

/// A question that is asked about all that is selected.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked<'a> {
    /// The question.
    pub attribute: &'a Attribute,
    /// What is answered.
    pub said: Said,
    /// It is required, and one of the selected has no answer.
    pub is_open: bool,
}

fn about(instance: &Instance) -> About<'_> {
    About {
        subject: Subject::Instance,
        label: Some(instance.label),
        shape: Some(instance.geometry.spatial_type()),
        answers: &instance.marks.answers,
    }
}

impl Editor {
    /// The questions that are asked about every selected instance, in the schema's order; of a very large selection the
    /// first instances speak for all.
    pub fn asked(&self) -> Vec<Asked<'_>> {
        if self.schema.attributes.is_empty() {
            return Vec::new();
        }
        let chosen = || self.selection.iter().take(MOST_LOOKED_AT).filter_map(|id| self.document.get(*id));
        let mut common: Option<Vec<&Attribute>> = None;
        for instance in chosen() {
            let asked = self.questions.asked(&self.schema, about(instance));
            match &mut common {
                None => common = Some(asked),
                Some(common) => common.retain(|attribute| asked.iter().any(|other| other.id == attribute.id)),
            }
        }
        let common = common.unwrap_or_default().into_iter();
        let told = common.map(|attribute| {
            let mut answers = chosen().map(|instance| instance.marks.answers.get(&attribute.id));
            let first = answers.next().flatten();
            let (mut same, mut missing) = (true, first.is_none());
            for answer in answers {
                same &= answer == first;
                missing |= answer.is_none();
            }
            let said = match first {
                _ if !same => Said::Mixed,
                Some(answer) => Said::Same(answer.clone()),
                None => Said::Nothing,
            };
            Asked { attribute, said, is_open: attribute.required && missing }
        });
        told.collect()
    }

    /// How many required questions about an instance have no answer.
    pub fn num_open(&self, instance: &Instance) -> usize {
        if self.schema.attributes.is_empty() { 0 } else { self.questions.open(&self.schema, about(instance)).len() }
    }

    /// Grows with every other schema.
    pub fn schema_revision(&self) -> u64 {
        self.schema_revision
    }

    /// The question of this number.
    pub fn attribute(&self, id: AttributeId) -> Option<&Attribute> {
        self.questions.attribute(&self.schema, id)
    }

    /// What instances answer, as far as they are asked and not locked: one step. A wrong answer changes nothing.
    pub(crate) fn answer(&mut self, ids: &[InstanceId], id: AttributeId, reply: &Reply, out: &mut Vec<Effect>) {
        let Some(attribute) = self.attribute(id) else { return };
        if let Reply::Set(answer) = reply
            && let Some(problem) = attribute.problem_of(answer)
        {
            out.push(Effect::Notify(Notice::error(format!("{problem}."))));
            return;
        }
        let name = &attribute.name;
        let title = match reply {
            Reply::Set(answer) => format!("Answer {name}: {}", answer.text()),
            Reply::TakeBack => format!("Take back the answer to {name}"),
            Reply::Take(option, on) => {
                let option = attribute.option(*option).map_or("", |option| &option.name);
                format!("{} {name}: {option}", if *on { "Answer" } else { "No longer" })
            }
        };
        let open = ids.iter().filter(|id| !self.locked.contains(id)).filter_map(|id| self.document.get(*id));
        let changes = open.filter_map(|instance| {
            let before = instance.marks.answers.get(&id);
            let after = reply.after(attribute, before);
            let asked = self.questions.asked(&self.schema, about(instance));
            (before != after.as_ref() && asked.iter().any(|other| other.id == id)).then(|| set(instance.id, id, after))
        });
        let changes = changes.collect();
        self.commit(kind::EDIT, &title, changes, out);
    }

    /// Gives an instance that is nowhere yet the answers it begins with.
    pub(crate) fn add_defaults(&self, instance: &mut Instance) {
        // An answer may bring up further questions, which begin with answers of their own. Each round gives at least one.
        for _ in 0..=self.schema.attributes.len() {
            let asked = self.questions.asked(&self.schema, about(instance));
            let missing = asked.into_iter().filter(|attribute| !instance.marks.answers.contains_key(&attribute.id));
            let new: Vec<_> = missing.filter_map(|attribute| Some((attribute.id, attribute.default.clone()?))).collect();
            if new.is_empty() {
                return;
            }
            for (attribute, answer) in new {
                instance.marks.set(Mark::Answer(attribute, Some(answer)));
            }
        }
    }

    /// The answers that an instance lacks and begins with when it gets another label.
    pub(crate) fn defaults_after(&self, id: InstanceId, label: LabelId) -> Vec<Change> {
        let Some(instance) = self.document.get(id).filter(|_| !self.schema.attributes.is_empty()) else { return Vec::new() };
        let mut after = Instance { label, ..instance.clone() };
        self.add_defaults(&mut after);
        let new = after.marks.answers.iter().filter(|(attribute, _)| !instance.marks.answers.contains_key(attribute));
        new.map(|(attribute, answer)| set(id, *attribute, Some(answer.clone()))).collect()
    }

    /// Selects and shows the next instance of the frame with an open question, after the selected one and round again.
    pub(crate) fn next_open(&mut self, out: &mut Vec<Effect>) {
        let all = self.document.instances();
        let is_open = |instance: &&Instance| !self.hidden.contains(&instance.id) && self.num_open(instance) > 0;
        let last = self.selection.last().copied();
        let place = last.and_then(|id| all.iter().position(|instance| instance.id == id)).map_or(0, |at| at + 1);
        let next = all.iter().skip(place).find(is_open).or_else(|| all.iter().take(place).find(is_open));
        match next.map(|instance| instance.id) {
            Some(id) => {
                self.select(vec![id]);
                self.reveal(id);
            }
            None => out.push(Effect::Notify(Notice::info("No instance here has an open question."))),
        }
    }
}

impl Reply {
    /// The answer that it leaves.
    pub fn after(&self, attribute: &Attribute, before: Option<&Answer>) -> Option<Answer> {
        match self {
            Self::Set(answer) => Some(answer.clone()),
            Self::TakeBack => None,
            Self::Take(option, on) => {
                let mut choices = before.map(Answer::choices).unwrap_or_default().to_vec();
                let is_taken = choices.iter().any(|choice| choice.option == *option);
                match *on {
                    true if !is_taken => choices.extend(attribute.choice(*option)),
                    true => {}
                    false => choices.retain(|choice| choice.option != *option),
                }
                (!choices.is_empty()).then_some(Answer::Choices(choices))
            }
        }
    }
}

fn set(id: InstanceId, attribute: AttributeId, answer: Option<Answer>) -> Change {
    Change::InstanceSet { id, set: InstanceSet::Mark(Mark::Answer(attribute, answer)) }
}
