//! What the selected instances answer to the questions of the schema.

use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use crate::event::Reply;
use limn_core::log::{Change, FileSet, InstanceSet, kind};
use limn_core::schema::attribute::Subject;
use limn_core::schema::questions::{About, Answers, PlaceAnswers, Questions};
use limn_core::schema::{Answer, Attribute, AttributeId, AttributeType};
use limn_core::{EventId, Geometry, Instance, InstanceId, LabelId, Mark, Schema};
use limn_tools::{Headed, Heading, ToolCommand, ToolEvent, ToolKind};
use std::collections::BTreeSet;

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

fn of_place(subject: Subject, answers: &Answers) -> About<'_> {
    About { subject, label: None, shape: None, answers }
}

/// Whom questions are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The open file as a whole.
    File,
    /// The frame on the canvas.
    Frame,
    /// An instance of it.
    Instance(InstanceId),
    /// An event that happens at it.
    Event(EventId),
}

impl Whom {
    pub(crate) fn instance(self) -> Option<InstanceId> {
        match self {
            Self::Instance(id) => Some(id),
            Self::File | Self::Frame | Self::Event(_) => None,
        }
    }
}

pub(crate) fn about(instance: &Instance) -> About<'_> {
    About {
        subject: Subject::Instance,
        label: Some(instance.label),
        shape: Some(instance.geometry.spatial_type()),
        answers: &instance.marks.answers,
    }
}

/// The directions that are asked about an instance.
pub(crate) fn headings_of(questions: &Questions, schema: &Schema, instance: Option<&Instance>) -> Vec<Heading> {
    let Some(instance) = instance else { return Vec::new() };
    let answered = |attribute: &Attribute| instance.marks.answers.get(&attribute.id).and_then(Answer::number);
    let asked = questions.directions(schema, about(instance)).into_iter();
    asked.map(|attribute| Heading { attribute: attribute.id, degrees: answered(attribute) }).collect()
}

impl Editor {
    /// The directions that are asked about an instance, each with its answer.
    pub fn headings(&self, instance: &Instance) -> Vec<Heading> {
        headings_of(&self.questions, &self.schema, Some(instance))
    }

    /// Whether the schema asks for directions of instances at all.
    pub fn asks_directions(&self) -> bool {
        self.questions.has_directions()
    }

    /// Lets the next press say where the selected are heading.
    pub(crate) fn set_direction(&mut self, out: &mut Vec<Effect>) {
        let is_asked = |id: &InstanceId| self.document.get(*id).is_some_and(|instance| !self.headings(instance).is_empty());
        if !self.selection.iter().any(is_asked) {
            let text = "The selected are not asked for a direction. An attribute of the type \"direction\" in the schema asks for it.";
            out.push(Effect::Notify(Notice::info(text)));
            return;
        }
        self.take_tool(ToolKind::Select, out);
        self.ask_tool(&ToolEvent::Command(ToolCommand::Aim), out);
    }

    /// New directions, and the shapes that turned with them: one step.
    pub(crate) fn point(&mut self, title: &str, edits: Vec<(InstanceId, Geometry)>, headings: Vec<Headed>, out: &mut Vec<Effect>) {
        let geometry = |(id, geometry)| Change::InstanceSet { id, set: InstanceSet::Geometry(geometry) };
        let mut changes: Vec<Change> = edits.into_iter().map(geometry).collect();
        changes.extend(headings.into_iter().map(|(id, attribute, degrees)| set(id, attribute, Some(Answer::Float(degrees)))));
        self.commit(kind::EDIT, title, changes, out);
    }

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

    /// What is answered about the open file and the frame on the canvas.
    pub fn place_answers(&self) -> &PlaceAnswers {
        &self.place_answers
    }

    /// Grows with every change of [`Self::place_answers`].
    pub fn place_revision(&self) -> u64 {
        self.place_revision
    }

    /// Of whom, with label, kind and answers; `None` for an instance or event that is not here.
    pub(crate) fn about(&self, whom: Whom) -> Option<About<'_>> {
        match whom {
            Whom::File => Some(of_place(Subject::File, &self.place_begun.file)),
            Whom::Frame => Some(of_place(Subject::Frame, &self.place_begun.frame)),
            Whom::Instance(id) => self.document.get(id).map(about),
            Whom::Event(id) => self.events().live(id).map(|event| crate::video_events::about(event)),
        }
    }

    /// The questions about the open file as a whole, or about the frame, in the schema's order.
    pub fn asked_of_place(&self, of_file: bool) -> Vec<Asked<'_>> {
        let whom = if of_file { Whom::File } else { Whom::Frame };
        let Some(about) = self.about(whom).filter(|_| self.loaded.is_some() && !self.schema.attributes.is_empty()) else {
            return Vec::new();
        };
        self.asked_about(about)
    }

    /// The questions about one thing, in the schema's order.
    pub(crate) fn asked_about(&self, about: About<'_>) -> Vec<Asked<'_>> {
        let asked = self.questions.asked(&self.schema, about).into_iter();
        let told = asked.map(|attribute| {
            let answer = about.answers.get(&attribute.id);
            let said = answer.map_or(Said::Nothing, |answer| Said::Same(answer.clone()));
            Asked { attribute, said, is_open: attribute.required && answer.is_none() }
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
        let title = title_of(attribute, reply);
        let open = ids.iter().filter(|id| !self.locked.contains(id)).filter_map(|id| self.document.get(*id));
        let changes = open.filter_map(|instance| {
            let before = instance.marks.answers.get(&id);
            let after = reply.after(before);
            let asked = self.questions.asked(&self.schema, about(instance));
            (before != after.as_ref() && asked.iter().any(|other| other.id == id)).then(|| set(instance.id, id, after))
        });
        let changes = changes.collect();
        self.remember_choice(id, reply);
        self.commit(kind::EDIT, &title, changes, out);
    }

    /// What the open file or the frame answers, if it is asked: one step. A wrong answer changes nothing.
    pub(crate) fn answer_place(&mut self, subject: Subject, id: AttributeId, reply: &Reply, out: &mut Vec<Effect>) {
        let (Some(place), Some(attribute)) = (self.loaded, self.attribute(id)) else { return };
        let whom = match subject {
            Subject::File => Whom::File,
            Subject::Frame => Whom::Frame,
            Subject::Instance | Subject::Event | Subject::Relation => return,
        };
        if let Reply::Set(answer) = reply
            && let Some(problem) = attribute.problem_of(answer)
        {
            out.push(Effect::Notify(Notice::error(format!("{problem}."))));
            return;
        }
        let Some(about) = self.about(whom) else { return };
        if !self.questions.asked(&self.schema, about).iter().any(|other| other.id == id) {
            return;
        }
        let mut new = about.answers.clone();
        match reply.after(new.get(&id)) {
            Some(answer) => drop(new.insert(id, answer)),
            None => drop(new.remove(&id)),
        }
        // The answers that it begins with are stored with the first that is given.
        let new = self.with_defaults(subject, None, new);
        let (stored, frame) = match whom {
            Whom::File => (&self.place_answers.file, None),
            _ => (&self.place_answers.frame, Some(place.frame)),
        };
        let ids: BTreeSet<AttributeId> = stored.keys().chain(new.keys()).copied().collect();
        let differs = ids.into_iter().filter(|id| stored.get(id) != new.get(id));
        let set = |id| FileSet::Answer { frame, attribute: id, answer: new.get(&id).cloned() };
        let changes = differs.map(|id| Change::FileSet { id: place.file, set: set(id) }).collect();
        let title = title_of(attribute, reply);
        self.remember_choice(id, reply);
        self.commit(kind::EDIT, &title, changes, out);
    }

    /// Answers about a file, frame or event, with those that it begins with where there is none.
    pub(crate) fn with_defaults(&self, subject: Subject, label: Option<LabelId>, mut answers: Answers) -> Answers {
        // An answer may bring up further questions, as for instances.
        for _ in 0..=self.schema.attributes.len() {
            let asked = self.questions.asked(&self.schema, About { label, ..of_place(subject, &answers) });
            let missing = asked.into_iter().filter(|attribute| !answers.contains_key(&attribute.id));
            let new: Vec<_> = missing.filter_map(|attribute| Some((attribute.id, attribute.default.clone()?))).collect();
            if new.is_empty() {
                break;
            }
            answers.extend(new);
        }
        answers
    }

    /// After every change of what is answered about file and frame, or of the schema.
    pub(crate) fn begin_place(&mut self) {
        self.place_begun = PlaceAnswers {
            file: self.with_defaults(Subject::File, None, self.place_answers.file.clone()),
            frame: self.with_defaults(Subject::Frame, None, self.place_answers.frame.clone()),
        };
        self.place_revision += 1;
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

/// What is typed to a question without options, as a reply. Nothing takes the answer back.
///
/// # Errors
/// What is wrong with it, as a sentence without its stop.
pub fn typed_reply(attribute: &Attribute, text: &str) -> Result<Reply, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Reply::TakeBack);
    }
    let answer = match attribute.kind {
        AttributeType::Integer => Answer::Integer(trimmed.parse().ok().ok_or_else(|| "Write a whole number".to_owned())?),
        AttributeType::Float | AttributeType::Direction => {
            let number = trimmed.parse().ok().filter(|number: &f64| number.is_finite());
            number.map(Answer::Float).ok_or_else(|| "Write a number".to_owned())?
        }
        AttributeType::Text => Answer::Text(text.to_owned()),
        _ => Answer::Text(trimmed.to_owned()),
    };
    attribute.problem_of(&answer).map_or(Ok(Reply::Set(answer)), Err)
}

pub(crate) fn title_of(attribute: &Attribute, reply: &Reply) -> String {
    let name = &attribute.name;
    match reply {
        Reply::Set(answer) => format!("Answer {name}: {}", answer.text()),
        Reply::TakeBack => format!("Take back the answer to {name}"),
        Reply::Take(choice, on) => format!("{} {name}: {}", if *on { "Answer" } else { "No longer" }, choice.text),
    }
}

impl Reply {
    /// The answer that it leaves.
    pub fn after(&self, before: Option<&Answer>) -> Option<Answer> {
        match self {
            Self::Set(answer) => Some(answer.clone()),
            Self::TakeBack => None,
            Self::Take(one, on) => {
                let mut choices = before.map(Answer::choices).unwrap_or_default().to_vec();
                let is_taken = choices.iter().any(|choice| choice.option == one.option);
                match *on {
                    true if !is_taken => choices.push(one.clone()),
                    true => {}
                    false => choices.retain(|choice| choice.option != one.option),
                }
                (!choices.is_empty()).then_some(Answer::Choices(choices))
            }
        }
    }
}

fn set(id: InstanceId, attribute: AttributeId, answer: Option<Answer>) -> Change {
    Change::InstanceSet { id, set: InstanceSet::Mark(Mark::Answer(attribute, answer)) }
}
