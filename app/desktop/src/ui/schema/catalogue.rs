//! From where a question's choices come: its own options, or a catalogue of the project, which is made and refreshed here.

use super::SchemaRoom;
use super::fields::{self, note, row};
use super::lookup::Lookup;
use crate::app::LimnApp;
use crate::catalogues::described;
use crate::dialogs::Purpose;
use crate::session::Message;
use crate::theme;
use egui::{Button, Role, TextEdit, Ui, WidgetInfo};
use limn_core::schema::attribute::problem_of_catalogue;
use limn_core::schema::{Attribute, AttributeId};
use limn_editor::Notice;
use limn_jobs::CatalogueSource;
use std::path::PathBuf;
use std::sync::Arc;

/// The name that a new one begins with.
const FIRST_NAME: &str = "list";

/// The rows; says whether the attribute changed.
pub fn catalogue_ui(app: &mut LimnApp, room: &mut SchemaRoom, new: &mut Attribute, ui: &mut Ui) -> bool {
    let mut is_on = new.catalogue.is_some();
    let all = [(false, "options of the schema".to_owned()), (true, "a catalogue of the project".to_owned())];
    let mut changed = fields::choice(room, ui, "Choices from", "catalogue", &mut is_on, &all);
    if changed {
        new.catalogue = is_on.then(|| FIRST_NAME.to_owned());
    }
    let Some(mut name) = new.catalogue.clone() else { return changed };
    if fields::text(room, ui, "Catalogue", "catalogue", &mut name, "parts") {
        new.catalogue = Some(name.clone());
        changed = true;
    }
    let is_name = problem_of_catalogue(&name).is_none();
    if is_name && new.offered().next().is_none() {
        look_up(app, room, &name);
        if let Some((of, Lookup::Found(text))) = &room.catalogue_info
            && *of == name
        {
            note(ui, text, theme::colors(ui.ctx()).text_weak.0);
        }
    }
    row(room, ui, "Query", "catalogue query", |room, ui| {
        let hint = "of a SQLite file: SELECT id, name FROM products; of a table nothing";
        let field = ui.add(TextEdit::singleline(&mut room.catalogue_query).hint_text(hint).desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Query"));
    });
    let can = is_name && app.editor.project.as_ref().is_some_and(|project| !project.read_only);
    row(room, ui, "", "catalogue source", |_room, ui| {
        ui.horizontal(|ui| {
            let mut button = |text: &str, why: &str| {
                let button = ui.add_enabled(can, Button::new(text));
                button.widget_info(|| WidgetInfo::labeled(Role::Button, can, text));
                button.on_hover_text(why).clicked()
            };
            if button("Refresh from…", "A table or a SQLite file; entries keep their numbers, what has left is retired") {
                app.ask_path(Purpose::Catalogue(new.id));
            }
            if button("Refresh", "From where it was taken last") {
                app.refresh_catalogue(name.clone(), None);
            }
        });
    });
    changed
}

/// Finds out what is known of the catalogue, on a thread, once for each name.
fn look_up(app: &mut LimnApp, room: &mut SchemaRoom, name: &str) {
    if room.catalogue_info.as_ref().is_some_and(|(of, _)| of == name) {
        return;
    }
    let Some(dir) = app.session.as_ref().map(|session| session.dir.clone()) else { return };
    room.catalogue_info = Some((name.to_owned(), Lookup::Waiting));
    let (name, mailbox) = (name.to_owned(), app.mailbox.clone());
    app.tasks.start("Look at the catalogue", Arc::new(app.mailbox.waker()), move |_task| {
        let text = described(&dir, &name);
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| {
            if let Some(info) = app.ui.schema.as_mut().and_then(|room| room.catalogue_info.as_mut())
                && info.0 == name
            {
                info.1 = Lookup::Found(text);
            }
        })));
    });
}

impl LimnApp {
    /// Makes or refreshes the catalogue of a question of the draft from a file.
    pub(crate) fn take_catalogue(&mut self, attribute: AttributeId, file: PathBuf) {
        let Some(room) = &self.ui.schema else { return };
        let named = room.draft.schema().attributes.iter().find(|one| one.id == attribute).and_then(|one| one.catalogue.clone());
        let query = Some(room.catalogue_query.trim().to_owned()).filter(|query| !query.is_empty());
        match named {
            Some(name) => self.refresh_catalogue(name, Some(CatalogueSource { file, query, ..CatalogueSource::default() })),
            None => self.ui.toasts.add(&Notice::info("The question has no catalogue any more.")),
        }
    }
}
