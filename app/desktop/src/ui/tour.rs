//! The first start: which keys the person is used to, then five steps. Everything can be skipped.

use super::widgets::sheet;
use crate::app::LimnApp;
use crate::theme;
use egui::{Align2, Area, Context, Frame, RichText, Vec2};
use limn_editor::{Command, PROFILES};

/// A step: title, text, the commands whose keys it names.
struct Step {
    title: &'static str,
    text: &'static str,
    commands: &'static [Command],
}

const STEPS: [Step; 5] = [
    Step {
        title: "Draw",
        text: "Take a tool and click two corners, or drag. The polygon takes a click for each point; with Shift it follows the hand.",
        commands: &[Command::ToolBox, Command::ToolPolygon, Command::Finish],
    },
    Step {
        title: "Name it",
        text: "The new shape is selected: a digit names it. The label that you used last stays for the next shape.",
        commands: &[Command::Label1, Command::Label2, Command::AskLabel],
    },
    Step {
        title: "Look closer",
        text: "The wheel zooms at the pointer; hold Space to move the picture, also while drawing.",
        commands: &[Command::Fit, Command::OneToOne, Command::FitSelection],
    },
    Step {
        title: "Go on",
        text: "Everything is saved at once; there is no save button. Undo goes back as far as you like, also tomorrow.",
        commands: &[Command::Next, Command::Previous, Command::Undo],
    },
    Step {
        title: "Find anything",
        text: "The palette finds every command by name; the key sheet shows all keys, and Settings changes them.",
        commands: &[Command::Palette, Command::Keys, Command::Settings],
    },
];

/// The tour.
pub fn tour_ui(app: &mut LimnApp, ctx: &Context) {
    if app.ui.choosing_profile {
        profile_ui(app, ctx);
        return;
    }
    let Some(at) = app.ui.tour else { return };
    let Some(step) = STEPS.get(at).filter(|_| app.editor.project.is_some()) else { return };
    let colors = theme::colors(ctx);
    let mut next = Some(at);
    Area::new(egui::Id::unique("tour")).anchor(Align2::CENTER_BOTTOM, Vec2::new(0.0, -72.0)).show(ctx, |ui| {
        Frame::popup(ui.style()).fill(colors.panel.0).inner_margin(14.0).show(ui, |ui| {
            ui.set_width(420.0);
            ui.horizontal(|ui| {
                ui.heading(step.title);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    ui.label(RichText::new(format!("{} of {}", at + 1, STEPS.len())).color(colors.text_weak.0));
                });
            });
            ui.label(step.text);
            ui.add_space(6.0);
            for command in step.commands {
                ui.horizontal(|ui| {
                    super::widgets::key_cap(ui, &app.caps.first(&app.keymap, *command));
                    ui.label(RichText::new(command.info().title).color(colors.text_weak.0));
                });
            }
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                let last = at + 1 == STEPS.len();
                if ui.button(if last { "Done" } else { "Next" }).clicked() {
                    next = (!last).then_some(at + 1);
                }
                if !last && ui.button("Skip the tour").clicked() {
                    next = None;
                }
            });
        });
    });
    app.ui.tour = next;
    if next.is_none() {
        app.ui.focus_canvas = true;
    }
}

fn profile_ui(app: &mut LimnApp, ctx: &Context) {
    let colors = theme::colors(ctx);
    let mut chosen = None;
    let open = sheet(ctx, "profile", "Which keys are you used to?", 520.0, |ui| {
        ui.label(RichText::new("You can change this, and every single key, in Settings.").color(colors.text_weak.0));
        ui.add_space(6.0);
        for (number, profile) in PROFILES.iter().enumerate() {
            let button = egui::Button::new(profile.title).min_size(Vec2::new(140.0, 32.0));
            ui.horizontal(|ui| {
                let button = ui.add(button);
                // Enter takes the first.
                if number == 0 && ui.memory(|memory| memory.focused().is_none()) {
                    button.request_focus();
                }
                if button.clicked() {
                    chosen = Some(profile.id);
                }
                ui.label(RichText::new(profile.about).color(colors.text_weak.0));
            });
        }
    });
    if chosen.is_none() && open {
        return;
    }
    if let Some(id) = chosen {
        app.settings.profile = id.to_owned();
        // CVAT's users choose the label first and then draw.
        app.settings.select_after_drawing = id != "cvat";
        app.editor.preferences.select_after_drawing = app.settings.select_after_drawing;
        app.load_keymap();
    }
    app.settings.welcomed = true;
    app.settings.save(&app.home);
    app.ui.choosing_profile = false;
    app.ui.tour = Some(0);
    app.ui.focus_canvas = true;
}
