//! Which one of another camera is it? A list of those of its label that are on the screen; a click on one in its picture answers, too.

use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{Align2, Context, RichText, ScrollArea};

/// The small window at the canvas's top right.
pub fn pick_object_ui(app: &mut LimnApp, ctx: &Context) {
    let Some((of, at)) = app.panes.pick.as_ref().map(|pick| (pick.of, pick.at)) else { return };
    let Some(name) = app.editor.sequences().get(of).map(|track| app.editor.sequence_name(&track.sequence)) else {
        app.panes.pick = None;
        return;
    };
    let candidates = app.pick_candidates(of);
    let at = at.min(candidates.len().saturating_sub(1));
    let colors = theme::colors(ctx);
    let (mut is_open, mut chosen) = (true, None);
    egui::Window::new("Same object")
        .id(egui::Id::unique("same-object"))
        .frame(egui::Frame::window(&ctx.style_of(ctx.theme())).fill(colors.panel.0))
        .title_bar(false)
        .resizable(false)
        .anchor(Align2::RIGHT_TOP, app.ui.adjust_offset)
        .show(ctx, |ui| {
            ui.set_width(320.0);
            ui.horizontal(|ui| {
                ui.heading(format!("{name} is the same object as"));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    is_open &= !icon_button(ui, icons::X, "Close the question", "Close   Esc", false, true).clicked();
                });
            });
            if candidates.is_empty() {
                ui.label("No other camera shows one of its label now. Step to a moment at which one does.");
            }
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for (row, (id, text)) in candidates.iter().enumerate() {
                    let digit = if row < 9 { format!("{}  ", row + 1) } else { "    ".to_owned() };
                    if ui.selectable_label(row == at, format!("{digit}{text}")).clicked() {
                        chosen = Some(*id);
                    }
                }
            });
            ui.label(RichText::new("A digit, Up, Down and Enter, or a click on it in its picture.").small().color(colors.text_weak.0));
        });
    if let Some(other) = chosen {
        app.pick(other);
        app.ui.focus_canvas = true;
    } else if !is_open {
        app.panes.pick = None;
        app.ui.focus_canvas = true;
    }
}
