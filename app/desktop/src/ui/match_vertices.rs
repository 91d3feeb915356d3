//! The small window while vertices are matched by hand: which vertex is in hand, what it is matched to, and what can be done.

use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{Align2, Context, RichText, Role, WidgetInfo};
use limn_editor::{Command, Event, Matched};

/// At the canvas's top right.
pub fn match_vertices_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(matched) = app.editor.matching() else { return };
    let colors = theme::colors(ctx);
    let mut wanted = None;
    egui::Window::new("Match vertices")
        .id(egui::Id::unique("match-vertices"))
        .frame(egui::Frame::window(&ctx.style_of(ctx.theme())).fill(colors.panel.0))
        .title_bar(false)
        .resizable(false)
        .anchor(Align2::RIGHT_TOP, app.ui.adjust_offset)
        .show(ctx, |ui| {
            ui.set_width(300.0);
            ui.horizontal(|ui| {
                ui.heading("Match vertices");
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if icon_button(ui, icons::X, "Leave matching", "Leave   Esc", false, true).clicked() {
                        wanted = Some(Command::Cancel);
                    }
                });
            });
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                ui.label(RichText::new("—").color(colors.ok.0).strong());
                ui.label(format!("frame {}", matched.frames[0]));
                ui.label(RichText::new("- -").color(colors.warn.0).strong());
                ui.label(format!("frame {}", matched.frames[1]));
            });
            let told = told(&matched);
            ui.label(&told).widget_info(|| WidgetInfo::labeled(Role::Label, true, &told));
            ui.horizontal_wrapped(|ui| {
                let buttons = [
                    ("Next", Command::SelectNext, true),
                    ("Partner back", Command::NudgeLeft, true),
                    ("Partner on", Command::NudgeRight, true),
                    ("Tie", Command::Finish, true),
                    ("Untie", Command::Delete, matched.current.is_some_and(|it| it.is_tied)),
                    ("Reverse", Command::MatchReverse, true),
                    ("Untie all", Command::MatchClear, !matched.ties.is_empty()),
                ];
                for (name, command, is_on) in buttons {
                    let key = app.caps.first(&app.keymap, command);
                    if ui.add_enabled(is_on, egui::Button::new(name)).on_hover_text(key).clicked() {
                        wanted = Some(command);
                    }
                }
            });
            let help = "Drag from a vertex of one keyframe to one of the other to tie them. What is not tied goes by least way between.";
            ui.label(RichText::new(help).small().color(colors.text_weak.0));
        });
    if let Some(command) = wanted {
        app.tell(Event::Command(command));
        app.ui.focus_canvas = true;
    }
}

/// The vertex in hand in words.
fn told(it: &Matched) -> String {
    let ties = match it.ties.len() {
        0 => "nothing is tied".to_owned(),
        1 => "one is tied".to_owned(),
        many => format!("{many} are tied"),
    };
    let Some(current) = &it.current else { return format!("The vertex in hand has no partner; {ties}.") };
    let partner = current.partner_number.map_or("a place on the border".to_owned(), |number| format!("vertex {number}"));
    let how = if current.is_tied { "tied to" } else { "goes to" };
    format!("Vertex {} of {} {how} {partner}; {ties}.", current.number, it.num_vertices)
}
