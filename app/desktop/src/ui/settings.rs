//! Settings: looks, drawing habits, key profile and every single key, with a check for clashes.

use super::widgets::{key_cap, sheet};
use crate::app::LimnApp;
use crate::theme::{self, ThemeKind};
use egui::{Context, RichText, ScrollArea, Slider, Ui};
use limn_editor::{COMMANDS, Command, Keymap, Keys, PROFILES};

/// The sheet.
pub fn settings_ui(app: &mut LimnApp, ctx: &Context) {
    if !app.ui.settings_open {
        return;
    }
    let before = app.settings.clone();
    let open = sheet(ctx, "settings", "Settings", 680.0, |ui| {
        egui::Grid::new("settings-grid").num_columns(2).spacing([24.0, 8.0]).show(ui, |ui| {
            ui.label("Colours");
            ui.horizontal(|ui| {
                for (kind, name) in ThemeKind::ALL {
                    ui.radio_value(&mut app.settings.theme, kind, name);
                }
            });
            ui.end_row();
            ui.label("Size of the interface");
            let slider = ui.add(Slider::new(&mut app.settings.scale, 0.6..=3.0).step_by(0.1).fixed_decimals(1));
            slider.widget_info(|| egui::WidgetInfo::slider(true, f64::from(app.settings.scale), "Size of the interface"));
            ui.end_row();
            ui.label("Pictures");
            ui.checkbox(&mut app.settings.show_labels, "Names of labels at the shapes");
            ui.end_row();
            ui.label("");
            ui.checkbox(&mut app.settings.label_patterns, "Patterns beside the colours of labels");
            ui.end_row();
            ui.label("Video");
            ui.horizontal(|ui| {
                ui.checkbox(&mut app.settings.auto_proxy, "Stepping proxies for 4K with distant key frames")
                    .on_hover_text("Made in the background when such a video is opened. All together take at most 32 GB.");
                if ui.button("Delete all").on_hover_text("Delete the stepping proxies of all videos").clicked() {
                    app.delete_all_proxies();
                }
            });
            ui.end_row();
            ui.label("Motion");
            ui.checkbox(&mut app.settings.reduced_motion, "No motion that is not needed");
            ui.end_row();
            ui.label("After drawing");
            ui.checkbox(&mut app.settings.select_after_drawing, "Keep the new shape selected: 1–9 then name it, not the next one");
            ui.end_row();
            ui.label("Work frames");
            ui.checkbox(&mut app.settings.steps_by_work_frames, "Where they are chosen, a step goes to the next one");
            ui.end_row();
            ui.label("Questions");
            ui.checkbox(&mut app.settings.answers_advance, "An answer leads to the next question");
            ui.end_row();
            ui.label("Key profile");
            ui.horizontal(|ui| {
                for profile in PROFILES {
                    ui.radio_value(&mut app.settings.profile, profile.id.to_owned(), profile.title).on_hover_text(profile.about);
                }
            });
            ui.end_row();
        });
        ui.separator();
        keys_ui(app, ui);
    });
    app.ui.settings_open = open;
    app.editor.preferences.select_after_drawing = app.settings.select_after_drawing;
    app.editor.preferences.answers_advance = app.settings.answers_advance;
    app.editor.preferences.steps_by_work_frames = app.settings.steps_by_work_frames;
    if before.profile != app.settings.profile {
        app.load_keymap();
    }
    if !open {
        app.ui.rebinding = None;
        app.ui.focus_canvas = true;
    }
    if before != app.settings {
        app.settings.save(&app.home);
    }
}

fn keys_ui(app: &mut LimnApp, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    ui.label(RichText::new("Keys").color(colors.accent.0));
    let mut bind: Option<(Command, Vec<Keys>)> = None;
    let mut start = None;
    rebind_ui(app, ui, &mut bind);
    let height = (ui.ctx().content_rect().height() - 440.0).max(160.0);
    ScrollArea::vertical().max_height(height).min_scrolled_height(height).auto_shrink([false, false]).show(ui, |ui| {
        for info in COMMANDS {
            ui.horizontal(|ui| {
                ui.set_min_height(theme::tokens().size.row);
                ui.label(RichText::new(info.title).color(colors.text.0));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if ui.small_button("None").on_hover_text(format!("Take the keys from \"{}\"", info.title)).clicked() {
                        bind = Some((info.command, Vec::new()));
                    }
                    if ui.small_button("Set…").on_hover_text(format!("A new key for \"{}\"", info.title)).clicked() {
                        start = Some(info.command);
                    }
                    for keys in app.keymap.keys(info.command).iter().rev() {
                        key_cap(ui, &app.caps.shown(keys));
                    }
                });
            });
        }
    });
    if let Some(command) = start {
        app.ui.rebinding = Some((command, Vec::new()));
    }
    if let Some((command, keys)) = bind {
        app.keymap.bind(command, keys);
        app.save_keymap();
    }
}

/// The question for a new key, and who has it already.
fn rebind_ui(app: &mut LimnApp, ui: &mut Ui, bind: &mut Option<(Command, Vec<Keys>)>) {
    let Some((command, pressed)) = app.ui.rebinding.clone() else { return };
    let colors = theme::colors(ui.ctx());
    let mut done = false;
    egui::Frame::NONE.fill(colors.panel_low.0).inner_margin(8.0).corner_radius(4.0).show(ui, |ui| {
        ui.horizontal(|ui| {
            if pressed.is_empty() {
                ui.label(format!("Press the new key for \"{}\" (a second one makes a sequence). Esc gives up.", command.info().title));
                return;
            }
            let keys = Keys(pressed);
            key_cap(ui, &app.caps.shown(&keys));
            match app.keymap.holder(&keys).filter(|holder| *holder != command) {
                Some(holder) => ui
                    .label(RichText::new(format!("is the key of \"{}\" now; it would lose it.", holder.info().title)).color(colors.warn.0)),
                None => ui.label(RichText::new("is free.").color(colors.ok.0)),
            };
            if ui.button("Use it").clicked() {
                *bind = Some((command, vec![keys]));
                done = true;
            }
            done |= ui.button("Give up").clicked();
        });
    });
    if done {
        app.ui.rebinding = None;
    }
}

impl LimnApp {
    /// Reads the profile and the person's own keys again.
    pub(crate) fn load_keymap(&mut self) {
        let own = std::fs::read_to_string(self.home.join("keymap.toml")).unwrap_or_default();
        let (keymap, warnings) = Keymap::load(&self.settings.profile, &own);
        self.keymap = keymap;
        for warning in warnings {
            self.ui.toasts.add(&limn_editor::Notice::error(warning));
        }
    }

    fn save_keymap(&mut self) {
        let text = self.keymap.to_own_file(&self.settings.profile);
        if let Err(error) = std::fs::create_dir_all(&self.home).and_then(|()| std::fs::write(self.home.join("keymap.toml"), text)) {
            self.ui
                .toasts
                .add(&limn_editor::Notice::error(format!("Your keys cannot be saved: {error}. They count until Limn is closed.")));
        }
    }
}
