//! The command palette: every command by name.

use super::widgets::key_cap;
use crate::app::LimnApp;
use crate::theme;
use egui::{Align2, Context, CornerRadius, Key, RichText, Role, ScrollArea, Sense, TextEdit, Ui, Vec2, WidgetInfo};
use limn_editor::{COMMANDS, Command, CommandInfo, Event};

/// What is typed and which row is marked.
#[derive(Default)]
pub struct Palette {
    text: String,
    marked: usize,
    /// The command that was chosen and cannot be done now.
    refused: Option<Command>,
}

/// How well a text answers to what is typed: every letter in order; fewer gaps and earlier is better. `None`: not at all.
pub fn score(text: &str, typed: &str) -> Option<i32> {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let mut at = 0;
    let mut score = 0;
    let mut last = None;
    for wanted in typed.to_lowercase().chars().filter(|c| !c.is_whitespace()) {
        let found = (at..text.len()).find(|place| text[*place] == wanted)?;
        let starts_word = found == 0 || !text[found - 1].is_alphanumeric();
        score += match last {
            Some(before) if before + 1 == found => 4,
            _ if starts_word => 3,
            _ => 0,
        };
        last = Some(found);
        at = found + 1;
    }
    Some(score * 8 - text.len() as i32 / 4)
}

/// The palette.
pub fn palette_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut palette) = app.ui.palette.take() else { return };
    let found = found(&palette.text);
    let (mut open, mut chosen) = (true, None);
    let (down, up, enter) = ctx.input_mut(|input| {
        let mut take = |key| input.consume_key(egui::Modifiers::NONE, key);
        (take(Key::ArrowDown), take(Key::ArrowUp), take(Key::Enter))
    });
    let count = found.len().max(1);
    palette.marked = match (down, up) {
        (true, _) => (palette.marked + 1) % count,
        (_, true) => (palette.marked + count - 1) % count,
        _ => palette.marked.min(count - 1),
    };
    let area =
        egui::Area::new(egui::Id::unique("palette-area")).anchor(Align2::CENTER_TOP, Vec2::new(0.0, 80.0)).order(egui::Order::Foreground);
    let modal = egui::Modal::new(egui::Id::unique("palette")).area(area).show(ctx, |ui| {
        ui.set_width(520.0);
        let field = ui.add(TextEdit::singleline(&mut palette.text).hint_text("Type a command").desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Command palette"));
        field.request_focus();
        if field.changed() {
            (palette.marked, palette.refused) = (0, None);
        }
        if let Some(info) = palette.refused.map(Command::info) {
            let text = format!("\"{}\" cannot be done now: {}.", info.title, info.when.wants());
            let told = ui.label(RichText::new(&text).color(theme::colors(ui.ctx()).warn.0));
            told.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
        }
        ui.add_space(4.0);
        ScrollArea::vertical().max_height(360.0).min_scrolled_height(360.0).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (at, info) in found.iter().enumerate() {
                if row_ui(app, ui, info, at == palette.marked, down || up) {
                    chosen = Some(info.command);
                }
            }
            if found.is_empty() {
                ui.label(RichText::new("No command has such a name.").color(theme::colors(ui.ctx()).text_weak.0));
            }
        });
    });
    if enter {
        // Letters that came in the same frame count.
        chosen = self::found(&palette.text).get(palette.marked).map(|info| info.command);
    } else if down || up {
        palette.refused = None;
    }
    if let Some(command) = chosen.filter(|command| !app.editor.is_enabled(*command)) {
        (chosen, palette.refused) = (None, Some(command));
    }
    open &= !modal.should_close() && chosen.is_none();
    if open {
        app.ui.palette = Some(palette);
    } else {
        app.ui.focus_canvas = true;
    }
    if let Some(command) = chosen {
        app.tell(Event::Command(command));
    }
}

/// The commands that what is typed may mean, the likeliest first.
fn found(text: &str) -> Vec<&'static CommandInfo> {
    let mut found: Vec<(i32, &CommandInfo)> = COMMANDS
        .iter()
        .filter(|info| info.command.label_digit().is_none())
        .filter_map(|info| score(&format!("{} {}", info.group.title(), info.title), text).map(|score| (score, info)))
        .collect();
    if !text.is_empty() {
        found.sort_by_key(|(score, info)| (std::cmp::Reverse(*score), info.command));
    }
    found.into_iter().map(|(_, info)| info).collect()
}

fn row_ui(app: &LimnApp, ui: &mut Ui, info: &CommandInfo, marked: bool, scroll: bool) -> bool {
    let colors = theme::colors(ui.ctx());
    let enabled = app.editor.is_enabled(info.command);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 28.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, marked, info.title));
    if marked || response.hovered() {
        let ground = if marked { colors.accent_ground.0 } else { colors.hover.0 };
        ui.painter().rect_filled(rect, CornerRadius::same(theme::tokens().size.corner), ground);
    }
    if marked && scroll {
        response.scroll_to_me(None);
    }
    let mut row = ui.new_child(
        egui::UiBuilder::new().max_rect(rect.shrink2(Vec2::new(8.0, 2.0))).layout(egui::Layout::left_to_right(egui::Align::Center)),
    );
    let color = if enabled { colors.text.0 } else { colors.text_weak.0 };
    row.label(RichText::new(info.title).color(color));
    row.label(RichText::new(info.group.title()).small().color(colors.text_weak.0));
    row.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| key_cap(ui, &app.caps.first(&app.keymap, info.command)));
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn words_are_found_by_their_beginnings() {
        assert!(score("Next file", "nf") > score("Next frame, or next file", "nf").map(|score| score - 100));
        assert!(score("Zoom in", "zoom") > score("Freeze room", "zoom"));
        assert_eq!(score("Undo", "redo"), None);
        assert!(score("Undo", "").is_some());
    }
}
