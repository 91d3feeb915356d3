//! Open issues of the frame that is shown, as pins on the picture.

use super::issues::target_text;
use crate::app::LimnApp;
use crate::theme;
use egui::{Area, Context, Order, Rect, Role, Sense, Stroke, Vec2, WidgetInfo};
use limn_core::issue::Target;
use limn_editor::{Event, IssueEdit};

/// Most pins at once.
const MAX_PINS: usize = 64;
/// Radius in points.
const RADIUS: f32 = 8.0;

/// The pins.
pub fn issue_pins_ui(app: &mut LimnApp, ctx: &Context, canvas: Rect) {
    if !app.editor.is_ready() {
        return;
    }
    let view = app.editor.view();
    let mut of_file = 0.0;
    let pins: Vec<_> = app
        .editor
        .issues_here()
        .take(MAX_PINS)
        .filter_map(|issue| {
            let [x, y] = view.canvas_from_image(app.editor.pin_of(issue)?);
            let mut at = canvas.min + Vec2::new(x as f32, y as f32);
            if issue.target == Target::File {
                // Beside each other in the corner that is left free.
                at = canvas.right_bottom() - Vec2::new(RADIUS * 2.0 + of_file, RADIUS * 2.0);
                of_file += RADIUS * 2.5;
            }
            canvas.shrink(RADIUS).contains(at).then(|| (at, issue.clone()))
        })
        .collect();
    let colors = theme::colors(ctx);
    for (at, issue) in pins {
        let selected = app.editor.selected_issue().is_some_and(|other| other.id == issue.id);
        let area = Area::new(egui::Id::unique("issue-pin").with(issue.id)).order(Order::Middle).fixed_pos(at - Vec2::splat(RADIUS));
        let response = area.show(ctx, |ui| {
            let (rect, response) = ui.allocate_exact_size(Vec2::splat(RADIUS * 2.0), Sense::click());
            let ground = if selected { colors.accent.0 } else { colors.warn.0 };
            ui.painter().circle(rect.center(), RADIUS - 1.0, ground, Stroke::new(1.5, colors.label_ground.0));
            let font = egui::FontId::new(RADIUS * 1.6, egui::FontFamily::Proportional);
            ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, "!", font, colors.label_ground.0);
            let told = format!("Issue about {}: {}", target_text(app, &issue), issue.title());
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &told));
            response.on_hover_text(told)
        });
        if response.inner.clicked() {
            app.tell(Event::EditIssue(IssueEdit::GoTo(issue.id)));
            app.ui.focus_canvas = true;
        }
    }
}

/// Frames with open issues, as short lines over the bar of a video.
pub fn marks_ui(app: &LimnApp, ui: &egui::Ui, track: Rect, x_of: impl Fn(u64) -> f32) {
    let color = theme::colors(ui.ctx()).warn.0;
    for issue in app.editor.issues().open().take(1000) {
        let (from, to) = (x_of(issue.frames.first()), x_of(issue.frames.last()));
        let rect = Rect::from_x_y_ranges(from - 1.5..=to.max(from) + 1.5, track.bottom() + 2.0..=track.bottom() + 5.0);
        ui.painter().rect_filled(rect, 1.0, color);
    }
}
