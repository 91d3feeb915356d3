//! Rows of a page: a name on the left, what it is changed with on the right, and what is wrong with it below.

use super::SchemaRoom;
use crate::theme;
use egui::{DragValue, Response, RichText, Role, TextEdit, Ui, WidgetInfo};

/// Width of the names, in points.
const NAMES: f32 = 132.0;

/// A row with a name; the problem of its field stands below.
pub fn row<R>(room: &mut SchemaRoom, ui: &mut Ui, name: &str, field: &str, content: impl FnOnce(&mut SchemaRoom, &mut Ui) -> R) -> R {
    let colors = theme::colors(ui.ctx());
    let answer = ui
        .horizontal_top(|ui| {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(NAMES, theme::tokens().size.row), egui::Sense::hover());
            let font = egui::FontId::new(theme::tokens().size.body, egui::FontFamily::Proportional);
            ui.painter().text(rect.left_center(), egui::Align2::LEFT_CENTER, name, font, colors.text_weak.0);
            ui.vertical(|ui| content(room, ui)).inner
        })
        .inner;
    if let Some(problem) = room.problem_of(field) {
        note(ui, &problem, colors.error.0);
    }
    ui.add_space(4.0);
    answer
}

/// A sentence under a field.
pub fn note(ui: &mut Ui, text: &str, color: egui::Color32) {
    ui.horizontal(|ui| {
        ui.add_space(NAMES + theme::tokens().size.grid);
        ui.add(egui::Label::new(RichText::new(text).small().color(color)).wrap());
    });
}

/// A line of text; says whether it changed.
pub fn text(room: &mut SchemaRoom, ui: &mut Ui, name: &str, field: &str, value: &mut String, hint: &str) -> bool {
    row(room, ui, name, field, |room, ui| {
        let response = ui.add(TextEdit::singleline(value).hint_text(hint).desired_width(f32::INFINITY));
        named(room, &response, Role::TextInput, name, field);
        response.changed()
    })
}

/// Several lines of text; says whether it changed.
pub fn long_text(room: &mut SchemaRoom, ui: &mut Ui, name: &str, field: &str, value: &mut String, hint: &str) -> bool {
    row(room, ui, name, field, |room, ui| {
        let response = ui.add(TextEdit::multiline(value).hint_text(hint).desired_rows(2).desired_width(f32::INFINITY));
        named(room, &response, Role::MultilineTextInput, name, field);
        response.changed()
    })
}

/// A number that may be absent; says whether it changed. `first`: what it begins with.
pub fn number(room: &mut SchemaRoom, ui: &mut Ui, name: &str, field: &str, value: &mut Option<f64>, first: f64, unit: &str) -> bool {
    row(room, ui, name, field, |room, ui| number_ui(room, ui, name, field, value, first, unit))
}

/// The number alone, for rows that hold several.
pub fn number_ui(room: &mut SchemaRoom, ui: &mut Ui, name: &str, field: &str, value: &mut Option<f64>, first: f64, unit: &str) -> bool {
    ui.horizontal(|ui| {
        let mut on = value.is_some();
        let check = ui.checkbox(&mut on, "");
        check.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, format!("{name}: set")));
        let mut changed = check.changed();
        if changed {
            *value = on.then_some(first);
        }
        match value {
            Some(number) => {
                let drag = ui.add(DragValue::new(number).speed(0.1).suffix(unit));
                named(room, &drag, Role::SpinButton, name, field);
                changed |= drag.changed();
            }
            None => drop(ui.label(RichText::new("any").color(theme::colors(ui.ctx()).text_weak.0))),
        }
        changed
    })
    .inner
}

/// A switch; says whether it changed.
pub fn switch(room: &mut SchemaRoom, ui: &mut Ui, name: &str, field: &str, value: &mut bool, text: &str) -> bool {
    row(room, ui, name, field, |room, ui| {
        let response = ui.checkbox(value, text);
        let on = *value;
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, format!("{name}: {text}")));
        if room.takes_focus(field) {
            response.request_focus();
        }
        response.changed()
    })
}

/// One of several; says whether it changed.
pub fn choice<T: PartialEq + Copy>(
    room: &mut SchemaRoom,
    ui: &mut Ui,
    name: &str,
    field: &str,
    value: &mut T,
    all: &[(T, String)],
) -> bool {
    row(room, ui, name, field, |room, ui| combo(room, ui, name, field, value, all))
}

/// The choice alone, for rows that hold several.
pub fn combo<T: PartialEq + Copy>(room: &mut SchemaRoom, ui: &mut Ui, name: &str, field: &str, value: &mut T, all: &[(T, String)]) -> bool {
    let before = *value;
    let shown = all.iter().find(|(one, _)| *one == before).map_or("", |(_, name)| name.as_str());
    let combo = egui::ComboBox::from_id_salt((name, field)).selected_text(shown).width(180.0).show_ui(ui, |ui| {
        for (one, name) in all {
            if ui.selectable_label(*one == before, name).clicked() {
                *value = *one;
                ui.close();
            }
        }
    });
    let response = combo.response;
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("{name}: {shown}")));
    if room.takes_focus(field) {
        response.request_focus();
    }
    *value != before
}

/// Gives a control its name, and the keyboard when a problem led here.
pub fn named(room: &mut SchemaRoom, response: &Response, role: Role, name: &str, field: &str) {
    response.widget_info(|| WidgetInfo::labeled(role, true, name));
    if room.takes_focus(field) {
        response.request_focus();
    }
}
