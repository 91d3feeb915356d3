//! What happens at the frame that is shown, as chips over the bottom left of the picture.

use super::event_panel::{frames_text, participants_text};
use crate::app::LimnApp;
use crate::theme;
use egui::{Align2, Area, Button, Color32, Context, Frame, Order, Rect, RichText, Role, Vec2, WidgetInfo};
use limn_editor::{Event, EventEdit};

/// Most chips at once.
const MAX_CHIPS: usize = 24;

/// The chips.
pub fn event_chips_ui(app: &mut LimnApp, ctx: &Context, canvas: Rect) {
    if !app.editor.is_video() || (app.editor.events().is_empty() && app.editor.open_events().next().is_none()) {
        return;
    }
    let mut here = app.editor.events_here();
    if here.len() > MAX_CHIPS {
        // Those in the hand are not among what is left out.
        let is_meant = |id| app.editor.selected_event().into_iter().chain(app.editor.open_events()).any(|event| event.id == id);
        here.sort_by_key(|event| !is_meant(event.id));
    }
    if here.is_empty() {
        return;
    }
    let colors = theme::colors(ctx);
    let mut chosen = None;
    let area = Area::new(egui::Id::unique("event-chips")).order(Order::Middle).pivot(Align2::LEFT_BOTTOM);
    area.fixed_pos(canvas.left_bottom() + Vec2::new(8.0, -8.0)).constrain_to(canvas).show(ctx, |ui| {
        ui.set_max_width(canvas.width() - 16.0);
        Frame::NONE.show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = Vec2::splat(4.0);
                for event in here.iter().take(MAX_CHIPS) {
                    let (name, [r, g, b]) = app.editor.schema.shown(event.label);
                    let selected = app.editor.selected_event().is_some_and(|other| other.id == event.id);
                    let is_open = app.editor.open_events().any(|other| other.id == event.id);
                    let who = participants_text(app, event);
                    let open = if is_open { " …" } else { "" };
                    let text = if who.is_empty() { format!("{name}{open}") } else { format!("{name}{open}  {who}") };
                    let text = RichText::new(text).small().color(colors.label_text.0);
                    let ground = if selected { colors.accent.0 } else { colors.label_ground.0.gamma_multiply(0.85) };
                    let line = egui::Stroke::new(1.5, Color32::from_rgb(r, g, b));
                    let chip = ui.add(Button::new(text).fill(ground).stroke(line).corner_radius(3));
                    let frames = frames_text(app.editor.event_frames(event));
                    chip.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, format!("Event: {name}, {frames}")));
                    if chip.on_hover_text(format!("{frames}. Click selects the event")).clicked() {
                        chosen = Some(event.id);
                    }
                }
                if here.len() > MAX_CHIPS {
                    ui.label(RichText::new(format!("and {} more", here.len() - MAX_CHIPS)).small().color(colors.label_text.0));
                }
            });
        });
    });
    if let Some(id) = chosen {
        app.tell(Event::EditEvent(EventEdit::Select(Some(id))));
        app.ui.focus_canvas = true;
    }
}
