//! The page of a question.

use super::fields::{self, choice, long_text, note, number, row, switch, text};
use super::{SchemaRoom, catalogue, condition, labels_ui, options};
use crate::app::LimnApp;
use crate::theme;
use egui::{RichText, Role, TextEdit, Ui};
use limn_core::schema::attribute::{Control, Subject};
use limn_core::schema::{Answer, Attribute, AttributeId, AttributeType};
use limn_editor::Reply;
use limn_editor::schema_draft::Edit;

const KINDS: [(AttributeType, &str); 10] = [
    (AttributeType::Select, "one of its options"),
    (AttributeType::Multi, "any of its options"),
    (AttributeType::Tree, "one of a tree of options"),
    (AttributeType::Boolean, "yes or no"),
    (AttributeType::Text, "text"),
    (AttributeType::Integer, "whole number"),
    (AttributeType::Float, "number"),
    (AttributeType::Date, "date"),
    (AttributeType::Time, "time"),
    (AttributeType::Direction, "direction in degrees"),
];
const SUBJECTS: [(Subject, &str); 5] = [
    (Subject::Instance, "each instance"),
    (Subject::File, "the file"),
    (Subject::Frame, "each frame"),
    (Subject::Event, "each event"),
    (Subject::Relation, "each relation"),
];

/// The page.
pub fn attribute_ui(app: &mut LimnApp, room: &mut SchemaRoom, id: AttributeId, ui: &mut Ui) {
    let Some(old) = room.draft.schema().attributes.iter().find(|attribute| attribute.id == id).cloned() else { return };
    let mut new = old.clone();
    let colors = theme::colors(ui.ctx());
    ui.heading(if old.name.is_empty() { "Question" } else { &old.name });
    ui.add_space(6.0);
    if old.deprecated {
        ui.label("This question is retired: it is not asked any more, and its old answers stay readable.");
        if ui.button("Ask it again").clicked() {
            room.edit(Edit::RestoreAttribute(id));
        }
        return;
    }
    let mut changed = text(room, ui, "Name", "name", &mut new.name, "colour");
    changed |= choice(room, ui, "Answer", "type", &mut new.kind, &KINDS.map(|(kind, name)| (kind, name.to_owned())));
    changed |= choice(room, ui, "Shown as", "control", &mut new.control, &controls(new.kind));
    changed |= choice(room, ui, "Asked about", "of", &mut new.of, &SUBJECTS.map(|(one, name)| (one, name.to_owned())));
    if matches!(new.of, Subject::Instance | Subject::Event) {
        changed |= row(room, ui, "For labels", "labels", |room, ui| labels_ui(room, &mut new.labels, Some("all labels"), ui));
    }
    changed |= switch(room, ui, "Required", "required", &mut new.required, "work is not complete without an answer");
    if new.of == Subject::Instance {
        changed |= switch(room, ui, "In sequences", "per_frame", &mut new.per_frame, "each frame has its own answer");
    }
    changed |= row(room, ui, "Key", "key", |room, ui| {
        let mut key = new.key.map_or_else(String::new, String::from);
        let field = ui.add(TextEdit::singleline(&mut key).desired_width(40.0));
        fields::named(room, &field, Role::TextInput, "Key", "key");
        if field.changed() {
            new.key = key.trim().chars().last();
        }
        field.changed()
    });
    if let Some(clash) = room.clash().map(str::to_owned) {
        note(ui, &clash, colors.warn.0);
    }
    changed |= long_text(room, ui, "Description", "description", &mut new.description, "What is meant");
    if matches!(new.kind, AttributeType::Select | AttributeType::Multi) {
        changed |= catalogue::catalogue_ui(app, room, &mut new, ui);
    }
    changed |= of_kind_ui(room, ui, &mut new);
    changed |= row(room, ui, "Begins with", "default", |room, ui| default_ui(room, &mut new, ui));
    changed |= row(room, ui, "Asked when", "when", |room, ui| condition::condition_ui(room, &mut new, ui));
    if changed {
        room.edit(Edit::SetAttribute(Box::new(new)));
    }
    if old.kind.has_options() && (old.catalogue.is_none() || old.offered().next().is_some()) {
        ui.separator();
        options::options_ui(app, room, &old, ui);
    }
    ui.separator();
    if ui.button("Remove the question").on_hover_text("A question that may have answers is retired: they stay readable").clicked() {
        room.edit(Edit::RemoveAttribute(id));
    }
}

fn controls(kind: AttributeType) -> Vec<(Control, String)> {
    let named = |controls: &[(Control, &str)]| controls.iter().map(|(one, name)| (*one, (*name).to_owned())).collect::<Vec<_>>();
    let mut all = named(&[(Control::Auto, "what suits it")]);
    all.extend(match kind {
        AttributeType::Select | AttributeType::Multi => named(&[(Control::Buttons, "buttons"), (Control::List, "list to search")]),
        AttributeType::Integer | AttributeType::Float => named(&[(Control::Field, "field"), (Control::Slider, "slider")]),
        _ => Vec::new(),
    });
    all
}

/// What only some kinds have.
fn of_kind_ui(room: &mut SchemaRoom, ui: &mut Ui, new: &mut Attribute) -> bool {
    let mut changed = false;
    if matches!(new.kind, AttributeType::Integer | AttributeType::Float) {
        changed |= number(room, ui, "Least", "min", &mut new.min, 0.0, "");
        changed |= number(room, ui, "Greatest", "max", &mut new.max, 10.0, "");
        changed |= number(room, ui, "Step", "step", &mut new.step, 1.0, "");
        changed |= text(room, ui, "Unit", "unit", &mut new.unit, "m");
    }
    if new.kind == AttributeType::Text {
        let mut pattern = new.pattern.clone().unwrap_or_default();
        if text(room, ui, "Form", "pattern", &mut pattern, "a regular expression for the whole text, such as [A-Z]{2}[0-9]+") {
            new.pattern = Some(pattern).filter(|pattern| !pattern.is_empty());
            changed = true;
        }
        let mut most = new.max_length.map(f64::from);
        if number(room, ui, "Most characters", "max_length", &mut most, 80.0, "") {
            new.max_length = most.map(|most| most.clamp(1.0, 1e6).round() as u32);
            changed = true;
        }
        let mut tried = room.tried.clone();
        text(room, ui, "Try a text", "tried", &mut tried, "type what somebody may write");
        if !tried.is_empty() {
            let colors = theme::colors(ui.ctx());
            let (said, color) = match new.problem_of(&Answer::Text(tried.clone())) {
                Some(problem) => (problem, colors.warn.0),
                None => ("It is taken.".to_owned(), colors.ok.0),
            };
            note(ui, &said, color);
        }
        room.tried = tried;
    }
    changed
}

fn default_ui(room: &mut SchemaRoom, new: &mut Attribute, ui: &mut Ui) -> bool {
    let before = new.default.clone();
    match new.kind {
        AttributeType::Boolean => {
            let mut value = match new.default {
                Some(Answer::Bool(value)) => Some(value),
                _ => None,
            };
            let all = [(None, "no answer"), (Some(true), "yes"), (Some(false), "no")].map(|(one, name)| (one, name.to_owned()));
            if fields::combo(room, ui, "Begins with", "default", &mut value, &all) {
                new.default = value.map(Answer::Bool);
            }
        }
        AttributeType::Multi | AttributeType::Select if new.kind == AttributeType::Multi || new.catalogue.is_some() => {
            ui.label(RichText::new("no answer").color(theme::colors(ui.ctx()).text_weak.0));
        }
        AttributeType::Select | AttributeType::Tree => {
            let mut value = new.default.as_ref().and_then(|answer| answer.choices().first()).map(|choice| choice.option);
            let mut all = vec![(None, "no answer".to_owned())];
            all.extend(new.offered().take(200).map(|option| (Some(option.id), option.name.clone())));
            if fields::combo(room, ui, "Begins with", "default", &mut value, &all) {
                new.default = value.and_then(|id| new.choice(id)).map(Answer::Choice);
            }
        }
        _ => {
            let id = ui.scope_id().with(("default", new.id.0));
            let stored = new.default.as_ref().map(Answer::text).unwrap_or_default();
            let mut typed: String = ui.data(|data| data.get_temp(id)).unwrap_or_else(|| stored.clone());
            let field = ui.add(TextEdit::singleline(&mut typed).hint_text("no answer").desired_width(180.0));
            fields::named(room, &field, Role::TextInput, "Begins with", "default");
            if field.changed() {
                match limn_editor::typed_reply(new, &typed) {
                    Ok(Reply::Set(answer)) => new.default = Some(answer),
                    Ok(_) => new.default = None,
                    Err(problem) => drop(ui.label(RichText::new(problem).small().color(theme::colors(ui.ctx()).warn.0))),
                }
            }
            // What is no answer yet stays in the field while the person is there.
            ui.data_mut(|data| {
                if field.has_focus() {
                    data.insert_temp(id, typed);
                } else {
                    data.remove::<String>(id);
                }
            });
        }
    }
    new.default != before
}
