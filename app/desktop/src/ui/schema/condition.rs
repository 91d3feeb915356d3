//! When a question is asked: rows of another question and its answer, all or one of which must hold. What a file says in a
//! deeper way is told, and can be taken away.

use super::SchemaRoom;
use super::fields::combo;
use crate::icons;
use crate::theme;
use crate::ui::options::choice as toggle;
use crate::ui::widgets::icon_button;
use egui::{DragValue, RichText, Role, TextEdit, Ui, WidgetInfo};
use limn_core::schema::condition::Condition;
use limn_core::schema::{Attribute, AttributeType};
use limn_core::{Schema, SpatialType};

/// Options that a row names.
const MOST_OPTIONS: usize = 60;

/// The rows; says whether something changed.
pub fn condition_ui(room: &mut SchemaRoom, new: &mut Attribute, ui: &mut Ui) -> bool {
    let schema = room.draft.parts().1;
    let (mut any, mut parts) = match new.when.clone() {
        None => (false, Vec::new()),
        Some(Condition::All { all }) => (false, all),
        Some(Condition::Any { any }) => (true, any),
        Some(one) => (false, vec![one]),
    };
    let before = (any, parts.clone());
    let mut removed = None;
    if parts.is_empty() {
        ui.label(RichText::new("always").color(theme::colors(ui.ctx()).text_weak.0));
    }
    if parts.len() > 1 {
        let all = [(false, "all of these hold".to_owned()), (true, "one of these holds".to_owned())];
        combo(room, ui, "How the conditions are joined", "joined", &mut any, &all);
    }
    for (at, part) in parts.iter_mut().enumerate() {
        ui.push_id(("condition", at), |ui| {
            ui.horizontal_wrapped(|ui| {
                part_ui(room, &schema, new, part, at, ui);
                let name = format!("Remove condition {}", at + 1);
                if icon_button(ui, icons::X, &name, "Remove", false, true).clicked() {
                    removed = Some(at);
                }
            });
        });
    }
    if let Some(at) = removed {
        parts.remove(at);
    }
    ui.horizontal(|ui| {
        let first =
            schema.attributes.iter().find(|other| !other.deprecated && other.id != new.id && other.of == new.of).and_then(of_answer);
        let add = ui.add_enabled(first.is_some(), egui::Button::new("Add a condition"));
        if add.on_disabled_hover_text("There is no other question that it could depend on").clicked() {
            parts.extend(first);
        }
        let has_shape = parts.iter().any(|part| matches!(part, Condition::Shape { .. }));
        if !has_shape && ui.button("On the shape").clicked() {
            parts.push(Condition::Shape { shape: vec![SpatialType::Box] });
        }
    });
    if (any, &parts) == (before.0, &before.1) {
        return false;
    }
    new.when = match (any, parts.len()) {
        (_, 0) => None,
        (_, 1) => parts.pop(),
        (true, _) => Some(Condition::Any { any: parts }),
        (false, _) => Some(Condition::All { all: parts }),
    };
    true
}

/// What a row begins with for another question.
fn of_answer(other: &Attribute) -> Option<Condition> {
    let attribute = other.id;
    Some(match other.kind {
        AttributeType::Boolean => Condition::Says { attribute, says: true },
        AttributeType::Integer | AttributeType::Float | AttributeType::Direction => {
            Condition::Between { attribute, between: [other.min.unwrap_or(0.0), other.max.unwrap_or(10.0)] }
        }
        kind if kind.has_options() => match other.offered().next() {
            Some(option) => Condition::Is { attribute, is: vec![option.id] },
            None => Condition::Answered { attribute, answered: true },
        },
        _ => Condition::Answered { attribute, answered: true },
    })
}

fn part_ui(room: &mut SchemaRoom, schema: &Schema, own: &Attribute, part: &mut Condition, at: usize, ui: &mut Ui) {
    if let Condition::Shape { shape } = part {
        ui.label("the shape is");
        for kind in SpatialType::ALL {
            let mut on = shape.contains(&kind);
            toggle(ui, &mut on, kind.title(), "");
            if on != shape.contains(&kind) {
                if on { shape.push(kind) } else { shape.retain(|other| *other != kind) }
            }
        }
        return;
    }
    let Some(mut id) = part.attribute() else {
        ui.label(RichText::new(told(schema, part)).small());
        return;
    };
    let others = schema.attributes.iter().filter(|other| (!other.deprecated && other.of == own.of && other.id != own.id) || other.id == id);
    let all: Vec<_> = others.map(|other| (other.id, other.name.clone())).collect();
    if combo(room, ui, &format!("Question of condition {}", at + 1), "depends on", &mut id, &all)
        && let Some(other) = schema.attributes.iter().find(|other| other.id == id)
    {
        *part = of_answer(other).unwrap_or(Condition::Answered { attribute: id, answered: true });
    }
    let other = schema.attributes.iter().find(|other| other.id == id);
    match part {
        Condition::Is { is, .. } => {
            ui.label("is");
            for option in other.into_iter().flat_map(Attribute::offered).take(MOST_OPTIONS) {
                let mut on = is.contains(&option.id);
                toggle(ui, &mut on, &option.name, "");
                if on != is.contains(&option.id) {
                    if on { is.push(option.id) } else { is.retain(|other| *other != option.id) }
                }
            }
        }
        Condition::Says { says, .. } => {
            let all = [(true, "is yes".to_owned()), (false, "is no".to_owned())];
            combo(room, ui, &format!("Answer of condition {}", at + 1), "says", says, &all);
        }
        Condition::Between { between, .. } => {
            for (number, name) in between.iter_mut().zip(["from", "to"]) {
                ui.label(name);
                let drag = ui.add(DragValue::new(number).speed(0.1));
                drag.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, format!("Condition {}, {name}", at + 1)));
            }
        }
        Condition::Text { text, .. } => {
            ui.label("is the text");
            let field = ui.add(TextEdit::singleline(text).desired_width(140.0));
            field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, format!("Text of condition {}", at + 1)));
        }
        Condition::Answered { answered, .. } => {
            let all = [(true, "is answered".to_owned()), (false, "is not answered".to_owned())];
            combo(room, ui, &format!("Answer of condition {}", at + 1), "answered", answered, &all);
        }
        _ => {}
    }
}

/// A condition in words, as far as a line can say it.
fn told(schema: &Schema, part: &Condition) -> String {
    match part {
        Condition::Label { label } => {
            let names: Vec<String> = label.iter().map(|id| schema.shown(*id).0).collect();
            format!("the label is {} or below", names.join(" or "))
        }
        Condition::Not { .. } => "not: a condition from a file".to_owned(),
        _ => "several conditions from a file".to_owned(),
    }
}
