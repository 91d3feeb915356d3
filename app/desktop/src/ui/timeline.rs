//! Below the canvas for what has frames: play, step, go to a frame, scrub.

use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{CornerRadius, DragValue, Rect, RichText, Role, Sense, Ui, Vec2, WidgetInfo};
use limn_editor::{Command, Event};

/// The timeline.
pub fn timeline_ui(app: &mut LimnApp, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let last = app.editor.num_frames().saturating_sub(1);
    let mut events = Vec::new();
    ui.horizontal(|ui| {
        let play = if app.editor.is_playing() { icons::PAUSE } else { icons::PLAY };
        let buttons = [
            (icons::FIRST, Command::FirstFrame),
            (icons::STEP_BACK, Command::Previous),
            (play, Command::Play),
            (icons::STEP_FORWARD, Command::Next),
            (icons::LAST, Command::LastFrame),
        ];
        for (icon, command) in buttons {
            let name = if command == Command::Play && app.editor.is_playing() { "Pause" } else { command.info().title };
            let tooltip = app.caps.tooltip(&app.keymap, command);
            let response = icon_button(ui, icon, name, &tooltip, false, true);
            if command == Command::FirstFrame {
                app.ui.add_pane(response.id);
            }
            if response.clicked() {
                events.push(Event::Command(command));
            }
        }
        let seconds = app.frame_time(app.editor.frame()).unwrap_or(0.0);
        let time = format!("{:02}:{:05.2}", (seconds / 60.0) as u64, seconds % 60.0);
        ui.label(RichText::new(time).monospace().color(colors.text_weak.0));
        let mut frame = app.editor.frame();
        let response = ui.add(DragValue::new(&mut frame).range(0..=last).speed(0.2));
        response.widget_info(|| WidgetInfo { value: Some(frame as f64), ..WidgetInfo::labeled(Role::SpinButton, true, "Frame number") });
        if response.changed() {
            events.push(Event::GoToFrame(frame));
        }
        ui.label(RichText::new(format!("/ {last}")).monospace().color(colors.text_weak.0));
        if let Some(frame) = scrub_ui(app, ui, last) {
            events.push(Event::GoToFrame(frame));
        }
    });
    for event in events {
        app.tell(event);
    }
}

/// The bar; answers the frame that the person pointed at.
fn scrub_ui(app: &LimnApp, ui: &mut Ui, last: u64) -> Option<u64> {
    let colors = theme::colors(ui.ctx());
    let size = Vec2::new(ui.available_width().max(40.0), theme::tokens().size.row);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let frame = app.editor.frame();
    response.widget_info(|| WidgetInfo::slider(true, frame as f64, "Timeline"));
    super::widgets::focus_ring(ui, &response, rect);
    let track = Rect::from_center_size(rect.center(), Vec2::new(rect.width() - 16.0, 4.0));
    let x_of = |frame: u64| track.left() + track.width() * (frame as f32 / last.max(1) as f32);
    ui.painter().rect_filled(track, CornerRadius::same(2), colors.hairline.0);
    let done = Rect::from_min_max(track.min, egui::pos2(x_of(frame), track.bottom()));
    ui.painter().rect_filled(done, CornerRadius::same(2), colors.accent.0.gamma_multiply(0.6));
    ui.painter().circle(egui::pos2(x_of(frame), track.center().y), 6.0, colors.accent.0, egui::Stroke::new(1.5, colors.panel.0));
    let pointed = |x: f32| ((((x - track.left()) / track.width()).clamp(0.0, 1.0)) * last as f32).round() as u64;
    if let Some(pos) = response.hover_pos() {
        ui.painter().vline(pos.x, track.y_range().expand(5.0), egui::Stroke::new(1.0, colors.text_weak.0));
        response.clone().on_hover_text_at_pointer(format!("frame {}", pointed(pos.x)));
    }
    let pressed = response.dragged() || response.clicked();
    let pos = response.interact_pointer_pos().filter(|_| pressed)?;
    Some(pointed(pos.x)).filter(|wanted| *wanted != frame)
}
