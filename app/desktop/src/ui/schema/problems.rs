//! What is wrong with the draft and what could be better, each a way to its field.

use super::{Page, SchemaRoom};
use crate::{icons, theme};
use egui::{RichText, ScrollArea, Ui};
use limn_core::Schema;
use limn_core::schema::Place;

/// The lists; one line when all is well.
pub fn problems_ui(room: &mut SchemaRoom, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let mut go = None;
    let (problems, hints) = (room.found.problems.len(), room.found.hints.len());
    ui.horizontal(|ui| {
        let (icon, color, text) = match problems {
            0 => (icons::CHECK, colors.ok.0, "No problems".to_owned()),
            1 => (icons::WARN, colors.error.0, "1 problem keeps it from being published".to_owned()),
            count => (icons::WARN, colors.error.0, format!("{count} problems keep it from being published")),
        };
        ui.label(icon.text(14.0).color(color));
        ui.label(RichText::new(text).color(color));
        let clashes = room.found.clashes.len();
        if clashes > 0 {
            ui.label(
                RichText::new(format!("· {clashes} {}", if clashes == 1 { "key has two meanings" } else { "keys have two meanings" }))
                    .color(colors.warn.0),
            );
        }
        if hints > 0 {
            let menu = ui.menu_button(format!("{hints} {}", if hints == 1 { "hint" } else { "hints" }), |ui| {
                ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                    for hint in &room.found.hints {
                        if ui.button(RichText::new(&hint.text).small()).clicked() {
                            go = Some((hint.place, hint.field));
                            ui.close();
                        }
                    }
                });
            });
            menu.response.on_hover_text("What could be better; nothing of it keeps the schema from being published");
        }
    });
    if problems > 0 {
        ScrollArea::vertical().max_height(92.0).auto_shrink([false, true]).id_salt("schema-problem-rows").show(ui, |ui| {
            for problem in &room.found.problems {
                let text = sentence(&problem.error.to_string());
                let row = ui.add(egui::Button::new(RichText::new(&text).small()).frame(false).truncate());
                if row.on_hover_text(format!("{text}\nClick to go there")).clicked() {
                    go = Some((problem.place, problem.field));
                }
            }
        });
    }
    if let Some((place, field)) = go
        && let Some(page) = page_of(room.draft.schema(), place)
    {
        room.go(page, Some(field));
    }
}

/// The page of a place.
pub(super) fn page_of(schema: &Schema, place: Place) -> Option<Page> {
    match place {
        Place::Label(at) => schema.labels.get(at).map(|label| Page::Label(label.id)),
        Place::Schema => Some(Page::Schema),
        Place::Rule(at) => schema.rules.get(at).map(|rule| Page::Rule(rule.id)),
        Place::Attribute(at) => schema.attributes.get(at).map(|attribute| Page::Attribute(attribute.id)),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
