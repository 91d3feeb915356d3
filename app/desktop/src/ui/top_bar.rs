//! The bar at the top: menus, where the person is, search, how far the file is, whether all is saved.

use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{Align, Layout, RichText, Role, Sense, Ui, WidgetInfo};
use limn_editor::{COMMANDS, Command, Event, Group};

/// The bar.
pub fn top_bar_ui(app: &mut LimnApp, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let mut asked = None;
    let mut retry = false;
    egui::MenuBar::new().ui(ui, |ui| {
        for group in Group::ALL.into_iter().filter(|group| group.parent().is_none()) {
            ui.menu_button(group.title(), |ui| menu_ui(app, ui, group, &mut asked));
        }
        ui.separator();
        if let Some(project) = &app.editor.project {
            ui.label(RichText::new(&project.name).color(colors.text_weak.0));
            if let Some(entry) = app.editor.file() {
                ui.label(icons::CHEVRON_RIGHT.text(12.0).color(colors.text_weak.0));
                ui.add(egui::Label::new(RichText::new(&entry.file.name).color(colors.text.0)).truncate());
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            retry = save_state_ui(app, ui);
            if let (Some(at), Some(entry)) = (app.editor.current(), app.editor.file()) {
                let status = super::looked::word(entry);
                ui.label(RichText::new(format!("{} of {} · {status}", at + 1, app.editor.files.len())).color(colors.text_weak.0));
                ui.separator();
            }
            let tooltip = app.caps.tooltip(&app.keymap, Command::Palette);
            if icon_button(ui, icons::SEARCH, "Search commands", &tooltip, false, true).clicked() {
                asked = Some(Command::Palette);
            }
            for (icon, command) in [(icons::REDO, Command::Redo), (icons::UNDO, Command::Undo)] {
                let tooltip = app.caps.tooltip(&app.keymap, command);
                if icon_button(ui, icon, command.info().title, &tooltip, false, app.editor.is_enabled(command)).clicked() {
                    asked = Some(command);
                }
            }
        });
    });
    if retry {
        app.retry_save();
    }
    if let Some(command) = asked {
        app.tell(Event::Command(command));
    }
}

fn menu_ui(app: &LimnApp, ui: &mut Ui, group: Group, asked: &mut Option<Command>) {
    ui.set_min_width(240.0);
    for info in COMMANDS.iter().filter(|info| info.group == group) {
        let mut title = info.title.to_owned();
        if let Some(digit) = info.command.label_digit() {
            match app.editor.schema.offered().find(|label| label.key == Some(digit)) {
                Some(label) => title = format!("Label {}", label.name),
                None => continue,
            }
        }
        let keys = app.caps.first(&app.keymap, info.command);
        let button = egui::Button::new(title).shortcut_text(keys);
        if ui.add_enabled(app.editor.is_enabled(info.command), button).clicked() {
            *asked = Some(info.command);
            ui.close();
        }
    }
    for child in Group::ALL.into_iter().filter(|child| child.parent() == Some(group)) {
        ui.menu_button(child.title(), |ui| menu_ui(app, ui, child, asked));
    }
    if group == Group::Project && !app.settings.recent.is_empty() {
        ui.separator();
        for dir in app.settings.recent.iter().take(5) {
            let name = dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if ui.button(name).on_hover_text(dir.to_string_lossy()).clicked() {
                app.mailbox.send(crate::session::Message::OpenProject(dir.clone()));
                ui.close();
            }
        }
    }
}

/// Whether everything is on the disk; answers whether to try again at once.
fn save_state_ui(app: &LimnApp, ui: &mut Ui) -> bool {
    let colors = theme::colors(ui.ctx());
    let Some(project) = &app.editor.project else { return false };
    let (icon, color, text, tooltip) = match (app.editor.save_problem(), app.editor.num_unsaved()) {
        _ if project.read_only => {
            (icons::LOCK, colors.warn.0, "read only".to_owned(), "This project's folder cannot be written.".to_owned())
        }
        (Some(problem), count) => (icons::WARN, colors.error.0, format!("{count} not saved — try again"), format!("Not saved: {problem}")),
        (None, 0) => (icons::CHECK, colors.ok.0, "saved here".to_owned(), "Every edit is on this computer's disk.".to_owned()),
        (None, _) => (icons::LOADER, colors.text_weak.0, "saving".to_owned(), "Being written.".to_owned()),
    };
    let problem = app.editor.save_problem().is_some();
    let response = ui.add(egui::Label::new(RichText::new(&text).color(color)).sense(if problem { Sense::click() } else { Sense::hover() }));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Save state: {text}")));
    ui.label(icon.text(14.0).color(color));
    response.on_hover_text(tooltip).clicked()
}
