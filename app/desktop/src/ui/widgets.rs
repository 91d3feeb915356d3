//! Small widgets that several panels share.

use crate::icons::Icon;
use crate::theme;
use egui::{Align2, CornerRadius, FontFamily, FontId, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

/// A square button with an icon; `name` is what assistive technology says and the first line of the tooltip.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str, tooltip: &str, selected: bool, enabled: bool) -> Response {
    icon_button_turned(ui, icon, 0.0, name, tooltip, selected, enabled)
}

/// The same with the icon turned clockwise by an angle in radians.
pub fn icon_button_turned(ui: &mut Ui, icon: Icon, angle: f32, name: &str, tooltip: &str, selected: bool, enabled: bool) -> Response {
    let colors = theme::colors(ui.ctx());
    let side = theme::tokens().size.row + 4.0;
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), sense);
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, selected, name));
    let ground = match () {
        () if selected => colors.accent_ground.0,
        () if response.is_pointer_button_down_on() => colors.pressed.0,
        () if response.hovered() && enabled => colors.hover.0,
        () => egui::Color32::TRANSPARENT,
    };
    let corner = CornerRadius::same(theme::tokens().size.corner);
    ui.painter().rect_filled(rect, corner, ground);
    focus_ring(ui, &response, rect);
    let color = match () {
        () if !enabled => colors.text_weak.0.gamma_multiply(0.5),
        () if selected => colors.accent.0,
        () if response.hovered() => colors.text.0,
        () => colors.text_weak.0,
    };
    let font = FontId::new(17.0, FontFamily::Name(theme::ICON_FAMILY.into()));
    let galley = ui.painter().layout_no_wrap(icon.0.to_string(), font, color);
    // Turned about the middle of the ink, not of the line.
    let middle = galley.mesh_bounds.center().to_vec2();
    let place =
        Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size()).min + middle - egui::emath::Rot2::from_angle(angle) * middle;
    let shape = egui::epaint::TextShape { angle, ..egui::epaint::TextShape::new(place, galley, color) };
    ui.painter().add(shape);
    if tooltip.is_empty() { response } else { response.on_hover_text(tooltip) }
}

/// The frame around what the keyboard stands on.
pub fn focus_ring(ui: &Ui, response: &Response, rect: Rect) {
    if response.has_focus() {
        let colors = theme::colors(ui.ctx());
        let corner = CornerRadius::same(theme::tokens().size.corner);
        ui.painter().rect_stroke(rect.shrink(1.0), corner, Stroke::new(1.5, colors.accent.0), StrokeKind::Inside);
    }
}

/// A panel's heading with a weak note to its right.
pub fn heading(ui: &mut Ui, title: &str, note: &str) {
    let colors = theme::colors(ui.ctx());
    ui.horizontal(|ui| {
        let font = FontId::new(theme::tokens().size.body, FontFamily::Name(theme::STRONG_FAMILY.into()));
        ui.label(egui::RichText::new(title).font(font).color(colors.text.0));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(egui::RichText::new(note).small().color(colors.text_weak.0));
        });
    });
}

/// A key as it stands on a cap.
pub fn key_cap(ui: &mut Ui, keys: &str) {
    if keys.is_empty() {
        return;
    }
    let colors = theme::colors(ui.ctx());
    let font = FontId::new(theme::tokens().size.small, FontFamily::Monospace);
    let galley = ui.painter().layout_no_wrap(keys.to_owned(), font, colors.text.0);
    let (rect, response) = ui.allocate_exact_size(galley.size() + Vec2::new(10.0, 4.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, keys));
    ui.painter().rect(rect, CornerRadius::same(3), colors.panel_low.0, Stroke::new(1.0, colors.hairline.0), StrokeKind::Inside);
    ui.painter().galley(rect.min + Vec2::new(5.0, 2.0), galley, colors.text.0);
}

/// A window in the middle with a heading and a way to close it; answers whether it stays open.
pub fn sheet(ctx: &egui::Context, id: &str, title: &str, width: f32, content: impl FnOnce(&mut Ui)) -> bool {
    let colors = theme::colors(ctx);
    let frame = egui::Frame::window(&ctx.style_of(ctx.theme())).fill(colors.panel.0);
    let mut close = false;
    let modal = egui::Modal::new(egui::Id::unique(id)).frame(frame).backdrop_color(colors.shadow.0.gamma_multiply(0.45)).show(ctx, |ui| {
        ui.set_width(width.min(ctx.content_rect().width() - 64.0));
        ui.horizontal(|ui| {
            ui.heading(title);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                close = icon_button(ui, crate::icons::X, "Close", "Close   Esc", false, true).clicked();
            });
        });
        ui.add_space(4.0);
        content(ui);
    });
    !(close || modal.should_close())
}
