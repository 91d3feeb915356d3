//! The frame's tags, as chips over the top left of the picture: they are nowhere else to be seen.

use crate::app::LimnApp;
use crate::theme;
use egui::{Area, Button, Color32, Context, Frame, Order, Rect, RichText, Role, Vec2, WidgetInfo};
use limn_core::document::Stamp;
use limn_core::{Document, Geometry, InstanceId};
use limn_editor::Event;

/// Most chips at once.
const MAX_CHIPS: usize = 40;

/// The tags of the frame, kept in step with the document: a change looks at what it touched, not at all.
#[derive(Default)]
pub struct Tags {
    made_of: Option<Stamp>,
    ids: Vec<InstanceId>,
}

impl Tags {
    fn sync(&mut self, document: &Document) {
        if self.made_of.as_ref() == Some(document.stamp()) {
            return;
        }
        let is_tag = |id: InstanceId| document.get(id).is_some_and(|instance| instance.geometry == Geometry::Tag);
        let then = self.made_of.replace(document.stamp().clone());
        if let Some(touched) = then.and_then(|then| document.touched_since(&then)) {
            for id in touched {
                self.ids.retain(|other| *other != id);
                if is_tag(id) {
                    self.ids.push(id);
                }
            }
        } else {
            let tags = document.instances().iter().filter(|instance| instance.geometry == Geometry::Tag);
            self.ids = tags.map(|instance| instance.id).collect();
        }
        self.ids.sort_unstable();
    }
}

/// The chips.
pub fn tags_ui(app: &mut LimnApp, ctx: &Context, canvas: Rect) {
    app.ui.tags.sync(app.editor.document());
    if app.ui.tags.ids.is_empty() || !app.editor.is_ready() {
        return;
    }
    let colors = theme::colors(ctx);
    let mut chosen = None;
    // Below the canvas's other things in the foreground, over the picture.
    let area = Area::new(egui::Id::unique("tags")).order(Order::Middle).fixed_pos(canvas.min + Vec2::splat(8.0));
    area.constrain_to(canvas).show(ctx, |ui| {
        ui.set_max_width(canvas.width() - 16.0);
        Frame::NONE.show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = Vec2::splat(4.0);
                for id in app.ui.tags.ids.iter().take(MAX_CHIPS) {
                    let Some(instance) = app.editor.document().get(*id).filter(|_| !app.editor.is_hidden(*id)) else { continue };
                    let (name, [r, g, b]) = app.editor.schema.shown(instance.label);
                    let selected = app.editor.selection().contains(id);
                    let text = RichText::new(format!("{}  {name}", crate::icons::TAG.0)).color(colors.label_text.0);
                    let text = text.font(egui::FontId::new(theme::tokens().size.small, egui::FontFamily::Name(theme::ICON_FAMILY.into())));
                    let ground = if selected { colors.accent.0 } else { colors.label_ground.0.gamma_multiply(0.85) };
                    let line = egui::Stroke::new(1.5, Color32::from_rgb(r, g, b));
                    let chip = ui.add(Button::new(text).fill(ground).stroke(line).corner_radius(9));
                    chip.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, format!("Tag: {name}")));
                    if chip.on_hover_text("Select this tag of the frame").clicked() {
                        chosen = Some(*id);
                    }
                }
            });
        });
    });
    if let Some(id) = chosen {
        app.tell(Event::Select(vec![id]));
        app.ui.focus_canvas = true;
    }
}
