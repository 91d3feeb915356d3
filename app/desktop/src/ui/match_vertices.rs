//! The small window while vertices are matched by hand: which vertex is in hand, what it is matched to, and what can be done.

use super::corner::{Corner, corner_ui};
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, RichText, Role, WidgetInfo};
use limn_editor::{Command, Event, Matched};

/// At the canvas's top right.
pub fn match_vertices_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(matched) = app.editor.matching() else { return };
    let colors = theme::colors(ctx);
    let mut wanted = None;
    let look = Corner { name: "Match vertices", title: "Match vertices", close: ["Leave matching", "Leave   Esc"], width: 300.0 };
    let is_closed = corner_ui(ctx, app.ui.adjust_offset, &look, |ui| {
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
    if let Some(command) = is_closed.then_some(Command::Cancel).or(wanted) {
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
