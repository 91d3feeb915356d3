//! Without a project: open one, make one, or go on with one of the last.

use crate::app::LimnApp;
use crate::effects::MAKE_DEMO;
use crate::theme;
use egui::{RichText, Ui, Vec2};
use limn_editor::{Command, Event};

/// The start page.
pub fn start_ui(app: &mut LimnApp, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let sizes = &theme::tokens().size;
    let mut asked = None;
    let mut open = None;
    let busy = app.tasks.running().iter().any(|task| task.title == "Open project");
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.22).max(24.0));
        ui.label(
            RichText::new("Limn").font(egui::FontId::new(44.0, egui::FontFamily::Name(theme::STRONG_FAMILY.into()))).color(colors.text.0),
        );
        ui.label(RichText::new("Images and video, annotated at the speed of the hand").size(sizes.large).color(colors.text_weak.0));
        ui.add_space(24.0);
        if busy {
            ui.label(RichText::new("Opening the project…").color(colors.text_weak.0));
            return;
        }
        let makes_demo = app.tasks.running().iter().any(|task| task.title == MAKE_DEMO);
        if makes_demo {
            ui.label(RichText::new("Painting the demo's pictures and videos. This takes a minute or two.").color(colors.text_weak.0));
            ui.add_space(8.0);
            ui.allocate_ui_with_layout(Vec2::new(280.0, 24.0), egui::Layout::left_to_right(egui::Align::Center), |ui| {
                super::status::tasks_ui(app, ui);
            });
            ui.add_space(12.0);
        }
        let commands = [Command::OpenProject, Command::NewProject, Command::OpenDemo];
        for command in commands.into_iter().filter(|command| !(makes_demo && *command == Command::OpenDemo)) {
            let title = command.info().title.trim_end_matches('…');
            let text = format!("{title}   {}", app.caps.first(&app.keymap, command));
            let text = text.trim_end();
            if ui.add(egui::Button::new(text).min_size(Vec2::new(280.0, 36.0))).clicked() {
                asked = Some(command);
            }
            ui.add_space(4.0);
        }
        if !app.settings.recent.is_empty() {
            ui.add_space(20.0);
            ui.label(RichText::new("Last projects").color(colors.text_weak.0));
            for dir in app.settings.recent.clone() {
                let name = dir.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                if ui.link(format!("{name}  —  {}", dir.display())).clicked() {
                    open = Some(dir);
                }
            }
        }
        ui.add_space(24.0);
        ui.label(RichText::new("A project can also be dropped here.").small().color(colors.text_weak.0));
    });
    if let Some(command) = asked {
        app.tell(Event::Command(command));
    }
    if let Some(dir) = open {
        app.open_project(&dir);
    }
}
