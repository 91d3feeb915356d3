//! Which one of another camera is it? A list of those of its label that are on the screen; a click on one in its picture answers, too.

use super::corner::{Corner, corner_ui};
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, RichText, ScrollArea};

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
    let mut chosen = None;
    let title = format!("{name} is the same object as");
    let look = Corner { name: "Same object", title: &title, close: ["Close the question", "Close   Esc"], width: 320.0 };
    let is_closed = corner_ui(ctx, app.ui.adjust_offset, &look, |ui| {
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
    } else if is_closed {
        app.panes.pick = None;
        app.ui.focus_canvas = true;
    }
}
