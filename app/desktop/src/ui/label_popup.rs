//! The label pop-up at the cursor: type to search, Enter to choose, a new name makes a new label.

use super::palette::score;
use crate::app::LimnApp;
use crate::theme;
use egui::{Area, Context, CornerRadius, Frame, Key, Order, RichText, Role, ScrollArea, Sense, TextEdit, Vec2, WidgetInfo};
use limn_core::schema::UsedFor;
use limn_core::{Label, LabelId};
use limn_editor::Event;

/// What is typed and which row is marked.
#[derive(Default)]
pub struct LabelPopup {
    text: String,
    marked: usize,
}

const SIZE: Vec2 = Vec2::new(240.0, 300.0);

/// Number, name, colour and key of a label.
type Found = (LabelId, String, [u8; 3], Option<char>);

/// The labels to choose from that what is typed may mean, the likeliest first.
fn found(app: &LimnApp, text: &str) -> Vec<Found> {
    let offered = app.editor.schema.offered().filter(|label| app.editor.may_choose(label));
    let mut found: Vec<(_, &Label)> = offered.filter_map(|label| score(&label.name, text).map(|score| (score, label))).collect();
    if !text.is_empty() {
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    } else if app.editor.names_event() {
        // Those that are for nothing else come first.
        found.sort_by_key(|(_, label)| label.used_for != UsedFor::Events);
    }
    found.into_iter().map(|(_, label)| (label.id, label.name.clone(), label.color, label.key)).collect()
}

/// The pop-up.
pub fn label_popup_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(at) = app.editor.asking_label() else {
        app.ui.label_popup = None;
        return;
    };
    let mut popup = app.ui.label_popup.take().unwrap_or_default();
    let was_empty = popup.text.is_empty();
    let found = found(app, &popup.text);
    let typed = popup.text.trim().to_owned();
    let is_new = !typed.is_empty() && app.editor.schema.label_named(&typed).is_none();
    let count = (found.len() + usize::from(is_new)).max(1);
    let (down, up, enter, escape) = ctx.input_mut(|input| {
        let mut take = |key| input.consume_key(egui::Modifiers::NONE, key);
        (take(Key::ArrowDown), take(Key::ArrowUp), take(Key::Enter), take(Key::Escape))
    });
    popup.marked = match (down, up) {
        (true, _) => (popup.marked + 1) % count,
        (_, true) => (popup.marked + count - 1) % count,
        _ => popup.marked.min(count - 1),
    };
    let mut event = escape.then_some(Event::LabelDismissed);
    let canvas = ctx.read_response(crate::canvas::canvas_id()).map_or(ctx.content_rect(), |response| response.rect);
    let [x, y] = app.editor.view().canvas_from_image(at);
    let room = ctx.content_rect().shrink(8.0);
    let at = canvas.min + Vec2::new(x as f32 + 12.0, y as f32 + 12.0);
    let at = at.clamp(room.min, (room.max - SIZE).max(room.min));
    let colors = theme::colors(ctx);
    let area = Area::new(egui::Id::unique("label-popup")).order(Order::Foreground).fixed_pos(at).show(ctx, |ui| {
        Frame::popup(ui.style()).fill(colors.panel.0).show(ui, |ui| {
            ui.set_width(SIZE.x);
            let hint = if app.editor.relabels_from_here() { "Label from this frame on" } else { "Label" };
            let field = ui.add(TextEdit::singleline(&mut popup.text).hint_text(hint).desired_width(f32::INFINITY));
            field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search labels"));
            field.request_focus();
            if field.changed() {
                popup.marked = 0;
            }
            ScrollArea::vertical().max_height(SIZE.y - 60.0).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for (at, (id, name, [r, g, b], key)) in found.iter().enumerate() {
                    let (rect, response) =
                        ui.allocate_exact_size(Vec2::new(ui.available_width(), theme::tokens().size.row), Sense::click());
                    response.widget_info(|| WidgetInfo::selected(Role::Button, true, at == popup.marked, format!("Choose {name}")));
                    if at == popup.marked || response.hovered() {
                        let ground = if at == popup.marked { colors.accent_ground.0 } else { colors.hover.0 };
                        ui.painter().rect_filled(rect, CornerRadius::same(4), ground);
                    }
                    if at == popup.marked && (down || up) {
                        response.scroll_to_me(None);
                    }
                    let mark = egui::Rect::from_center_size(rect.left_center() + Vec2::new(12.0, 0.0), Vec2::splat(10.0));
                    ui.painter().rect_filled(mark, CornerRadius::same(3), egui::Color32::from_rgb(*r, *g, *b));
                    let font = egui::FontId::new(theme::tokens().size.body, egui::FontFamily::Proportional);
                    ui.painter().text(
                        rect.left_center() + Vec2::new(26.0, 0.0),
                        egui::Align2::LEFT_CENTER,
                        name,
                        font.clone(),
                        colors.text.0,
                    );
                    if let Some(key) = key {
                        ui.painter().text(
                            rect.right_center() - Vec2::new(8.0, 0.0),
                            egui::Align2::RIGHT_CENTER,
                            key,
                            font,
                            colors.text_weak.0,
                        );
                    }
                    if response.clicked() {
                        event = Some(Event::ChooseLabel(*id));
                    }
                }
                if is_new {
                    let marked = popup.marked == found.len();
                    let text = RichText::new(format!("New label \"{typed}\"")).color(if marked { colors.accent.0 } else { colors.text.0 });
                    if ui.selectable_label(marked, text).clicked() {
                        event = Some(Event::NameLabel(typed.clone()));
                    }
                }
            });
        });
    });
    // The key that stands beside a name takes it, as everywhere; a name that begins with a digit is written after a space.
    let mut letters = popup.text.chars();
    if let (true, Some(first), None) = (was_empty, letters.next(), letters.next())
        && let Some((id, ..)) = found.iter().find(|(.., key)| *key == Some(first))
    {
        event = Some(Event::ChooseLabel(*id));
    }
    if enter {
        // Letters that came in the same frame count: who types fast on a slow machine means the whole name.
        let found = self::found(app, &popup.text);
        let typed = popup.text.trim().to_owned();
        event = match found.get(popup.marked) {
            Some((id, ..)) => Some(Event::ChooseLabel(*id)),
            None if !typed.is_empty() => Some(Event::NameLabel(typed)),
            None => Some(Event::LabelDismissed),
        };
    }
    // A press anywhere else closes it.
    let outside =
        ctx.input(|input| input.pointer.any_pressed() && input.pointer.interact_pos().is_some_and(|pos| !area.response.rect.contains(pos)));
    if outside {
        event = event.or(Some(Event::LabelDismissed));
    }
    match event {
        Some(event) => {
            app.tell(event);
            app.ui.focus_canvas = true;
        }
        None => app.ui.label_popup = Some(popup),
    }
}
