//! What there is to know about the file in front of the person, such as that it is cut off: sentences behind a word in the
//! bottom line.

use crate::app::LimnApp;
use crate::theme;
use egui::{RichText, Role, Ui, WidgetInfo};
use limn_core::FileKind;

/// Points across of the sentences.
const WIDTH: f32 = 420.0;

/// A word that is there where there is something to know; the pointer over it or a click tells what.
pub fn notes_ui(app: &mut LimnApp, ui: &mut Ui) {
    let notes = notes_of(app);
    if notes.is_empty() {
        return;
    }
    let text = if notes.len() == 1 { "1 note".to_owned() } else { format!("{} notes", notes.len()) };
    let button = egui::Button::new(RichText::new(text).small().color(theme::colors(ui.ctx()).warn.0)).frame(false);
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_width(WIDTH);
        for note in &notes {
            ui.label(note);
        }
    });
    app.ui.add_pane(response.id);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("About this file: {}", notes.join(" "))));
    response.on_hover_ui(|ui| {
        ui.set_max_width(WIDTH);
        for note in &notes {
            ui.label(note);
        }
    });
}

/// What its reader found, in sentences. A frame's own notes stand beside its number.
fn notes_of(app: &LimnApp) -> Vec<String> {
    let Some(file) = app.editor.file().map(|entry| &entry.file) else { return Vec::new() };
    match file.kind {
        FileKind::Image => {
            let shown = app.on_canvas.as_ref().filter(|(on, _)| Some(*on) == app.editor.place());
            shown.map(|(_, shown)| shown.picture.marks.clone()).unwrap_or_default()
        }
        FileKind::Video => {
            let index = app.path_of(&file.path).and_then(|path| app.pictures.index(&path));
            index.map(|index| index.marks().iter().chain(index.reasons()).cloned().collect()).unwrap_or_default()
        }
        FileKind::Sequence => Vec::new(),
    }
}
