//! F1: every command with its keys, by group.

use super::widgets::{key_cap, sheet};
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, RichText, ScrollArea};
use limn_editor::{COMMANDS, Command, Event, Group};

/// The sheet.
pub fn keys_sheet_ui(app: &mut LimnApp, ctx: &Context) {
    if !app.ui.keys_open {
        return;
    }
    let colors = theme::colors(ctx);
    let mut change = false;
    let width = 960.0;
    let open = sheet(ctx, "keys", "Keys", width, |ui| {
        ui.horizontal(|ui| {
            let text = format!(
                "Profile: {}. Hold Space or the middle button to move the picture; the wheel zooms at the pointer.",
                app.settings.profile
            );
            ui.label(RichText::new(text).color(colors.text_weak.0));
            change = ui.button("Change keys…").clicked();
        });
        ui.add_space(8.0);
        let height = ctx.content_rect().height() - 200.0;
        ScrollArea::vertical().auto_shrink([false, true]).max_height(height).min_scrolled_height(height).show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 28.0;
            // The scroll bar's place.
            ui.set_max_width(ui.available_width() - 12.0);
            ui.columns(3, |columns| {
                // Columns of about one length: the longest groups first, each into the shortest column.
                let len = |group: Group| COMMANDS.iter().filter(|info| info.group == group).count();
                let mut groups = Group::ALL;
                groups.sort_by_key(|group| std::cmp::Reverse(len(*group)));
                let mut lens = [0_usize; 3];
                for group in groups {
                    let shortest = (0..3).min_by_key(|at| lens[*at]).unwrap_or_default();
                    lens[shortest] += len(group) + 2;
                    let ui = &mut columns[shortest];
                    ui.label(RichText::new(group.title()).color(colors.accent.0));
                    for info in COMMANDS.iter().filter(|info| info.group == group) {
                        let keys = app.keymap.keys(info.command);
                        let unused = info
                            .command
                            .label_digit()
                            .is_some_and(|digit| app.editor.schema.offered().all(|label| label.key != Some(digit)));
                        if keys.is_empty() || unused {
                            continue;
                        }
                        let row = egui::vec2(ui.available_width(), ui.spacing().interact_size.y);
                        // From the right: the title takes what the keys leave.
                        ui.allocate_ui_with_layout(row, egui::Layout::right_to_left(egui::Align::Center), |ui| {
                            ui.spacing_mut().item_spacing.x = 4.0;
                            for keys in keys.iter().rev() {
                                key_cap(ui, &app.caps.shown(keys));
                            }
                            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                                ui.add(egui::Label::new(RichText::new(title(app, info.command)).color(colors.text.0)).truncate());
                            });
                        });
                    }
                    ui.add_space(10.0);
                }
            });
        });
    });
    app.ui.keys_open = open && !change;
    if change {
        app.tell(Event::Command(Command::Settings));
    } else if !open {
        app.ui.focus_canvas = true;
    }
}

fn title(app: &LimnApp, command: Command) -> String {
    let label = command.label_digit().and_then(|digit| app.editor.schema.offered().find(|label| label.key == Some(digit)));
    label.map_or_else(|| command.info().title.to_owned(), |label| format!("Label {}", label.name))
}
