//! Writing a guide: Markdown in a field, and below it what will be read.

use super::SchemaRoom;
use super::fields::{named, row};
use crate::theme;
use crate::ui::markdown::{Page, markdown_ui};
use egui::{Frame, Margin, RichText, Role, TextEdit, Ui};
use limn_editor::schema_draft::Edit;

/// The page of the guide for all labels.
pub fn schema_ui(room: &mut SchemaRoom, ui: &mut Ui) {
    ui.heading("For all labels");
    ui.add_space(6.0);
    let mut guide = room.draft.schema().guide.clone();
    if guide_ui(room, ui, &mut guide, "What holds whatever is drawn") {
        room.edit(Edit::Guide(guide));
    }
}

/// The field and what it looks like; says whether it changed.
pub fn guide_ui(room: &mut SchemaRoom, ui: &mut Ui, guide: &mut String, hint: &str) -> bool {
    let colors = theme::colors(ui.ctx());
    row(room, ui, "Guide", "guide", |room, ui| {
        let rows = guide.lines().count().clamp(3, 14);
        let field = ui.add(TextEdit::multiline(guide).hint_text(hint).desired_rows(rows).desired_width(f32::INFINITY));
        named(room, &field, Role::MultilineTextInput, "Guide", "guide");
        let help = "Markdown: # headings, - lists, ![what is seen](picture.jpg) from the project's folder guides";
        ui.label(RichText::new(help).small().color(colors.text_weak.0));
        if !guide.trim().is_empty() {
            ui.add_space(4.0);
            Frame::NONE.fill(colors.panel.0).inner_margin(Margin::same(8)).show(ui, |ui| {
                ui.set_width(ui.available_width());
                // Pictures are read for the panel beside the canvas.
                let mut picture = |ui: &mut Ui, text: &str, target: &str| {
                    ui.label(RichText::new(format!("▣ {text} ({target})")).italics().color(colors.text_weak.0));
                };
                markdown_ui(ui, guide, &mut Page { picture: &mut picture, scroll_to: None });
            });
        }
        field.changed()
    })
}
