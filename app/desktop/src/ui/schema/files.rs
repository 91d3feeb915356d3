//! A schema from a starter or a file into the draft, and the draft into a file.

use super::SchemaRoom;
use crate::app::LimnApp;
use crate::dialogs::{self, Purpose};
use crate::session::Message;
use egui::Ui;
use limn_core::Schema;
use limn_editor::Notice;
use limn_editor::schema_draft::Edit;
use limn_formats::{MAX_SCHEMA_BYTES, SchemaFormat, read_schema, write_schema};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The menu of files.
pub fn menu_ui(app: &mut LimnApp, room: &mut SchemaRoom, ui: &mut Ui) {
    let mut ask = None;
    ui.menu_button("File", |ui| {
        ui.menu_button("Start from", |ui| {
            for starter in limn_cli::STARTERS {
                if ui.button(starter.name).on_hover_text(starter.purpose).clicked() {
                    take_starter(app, room, starter.text);
                    ui.close();
                }
            }
        });
        if ui.button("Import a schema…").clicked() {
            ask = Some(Purpose::ImportSchema);
            ui.close();
        }
        ui.menu_button("Export as", |ui| {
            for (at, format) in SchemaFormat::ALL.into_iter().enumerate() {
                if ui.button(title(format)).clicked() {
                    ask = Some(Purpose::ExportSchema(at as u8));
                    ui.close();
                }
            }
        });
    });
    if let Some(purpose) = ask {
        dialogs::ask(purpose, app.file_dialog.clone(), app.settings.last_folder.as_deref(), app.mailbox.clone());
    }
}

/// The format with the ending that its files have.
fn title(format: SchemaFormat) -> &'static str {
    match format {
        SchemaFormat::Limn => "Limn (.json)",
        SchemaFormat::Cvat => "CVAT labels (.json)",
        SchemaFormat::LabelStudio => "Label Studio (.xml)",
        SchemaFormat::Yolo => "YOLO (.yaml)",
        SchemaFormat::Coco => "COCO categories (.json)",
        SchemaFormat::Labelme => "labelme list (.txt)",
        SchemaFormat::Datumaro => "Datumaro categories (.json)",
    }
}

fn take_starter(app: &mut LimnApp, room: &mut SchemaRoom, text: &str) {
    let document = read_schema(text, Some(SchemaFormat::Limn)).map_err(|error| error.to_string());
    let schema =
        document.and_then(|read| limn_jobs::schema_from_written(read.document, room.draft.base()).map_err(|error| error.to_string()));
    match schema {
        Ok(schema) => room.edit(Edit::Replace(Box::new(schema))),
        Err(error) => app.ui.toasts.add(&Notice::error(format!("The starter was not taken: {error}"))),
    }
}

fn read(path: &Path, in_force: &Schema) -> Result<(Schema, Vec<String>), String> {
    let failed = |why: String| format!("{} was not read: {why}", path.display());
    let size = path.metadata().map_err(|error| failed(error.to_string()))?.len();
    if size > MAX_SCHEMA_BYTES as u64 {
        return Err(failed(format!("it has {size} bytes, more than a schema can have")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let read = read_schema(&text, None).map_err(|error| failed(error.to_string()))?;
    let schema = limn_jobs::schema_from_written(read.document, in_force).map_err(|error| failed(error.to_string()))?;
    Ok((schema, read.problems.kinds().iter().map(ToString::to_string).collect()))
}

impl LimnApp {
    /// Takes a schema file into the draft; read on a thread.
    pub(crate) fn import_schema(&mut self, path: PathBuf) {
        let Some(base) = self.ui.schema.as_ref().map(|room| room.draft.parts().0) else { return };
        let mailbox = self.mailbox.clone();
        self.tasks.start("Read the schema", Arc::new(self.mailbox.waker()), move |_task| {
            let answer = read(&path, &base);
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| match (answer, app.ui.schema.as_mut()) {
                (Ok((schema, told)), Some(room)) => {
                    room.edit(Edit::Replace(Box::new(schema)));
                    let told = told.iter().take(3).map(|line| format!(" {line}.")).collect::<String>();
                    app.ui.toasts.add(&Notice::info(format!("The file is in the draft now; undo takes it back.{told}")));
                }
                (Err(error), _) => app.ui.toasts.add(&Notice::error(error)),
                (Ok(_), None) => {}
            })));
        });
    }

    /// Writes the draft to a file; on a thread.
    pub(crate) fn export_schema(&mut self, path: PathBuf, format: u8) {
        let Some(schema) = self.ui.schema.as_ref().map(|room| room.draft.parts().1) else { return };
        let Some(format) = SchemaFormat::ALL.get(usize::from(format)).copied() else { return };
        let mailbox = self.mailbox.clone();
        self.tasks.start("Write the schema", Arc::new(self.mailbox.waker()), move |_task| {
            let (text, problems) = write_schema(&schema, format);
            let told: String = problems.kinds().iter().take(3).map(|problem| format!(" {problem}.")).collect();
            let notice = match std::fs::write(&path, text) {
                Ok(()) => Notice::info(format!("The draft is in {}.{told}", path.display())),
                Err(error) => Notice::error(format!("{} was not written: {error}", path.display())),
            };
            mailbox.send(Message::Notice(notice));
        });
    }
}
