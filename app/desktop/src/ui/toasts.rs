//! Short messages at the bottom right. Information goes by itself; what went wrong stays until it is read.

use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{Align2, Area, Context, Frame, Margin, RichText, Stroke, Vec2};
use limn_editor::{Event, Notice};

/// Most messages at once; older ones go.
const MAX_SHOWN: usize = 4;

/// The messages.
#[derive(Default)]
pub struct Toasts {
    shown: Vec<(Notice, Option<f64>)>,
}

impl Toasts {
    /// Takes all messages away: they were about something that is no longer open.
    pub fn clear(&mut self) {
        self.shown.clear();
    }

    /// Shows a message; the same one is not shown twice.
    pub fn add(&mut self, notice: &Notice) {
        if notice.is_error {
            tracing::warn!("{}", notice.text);
        }
        self.shown.retain(|(other, _)| other != notice);
        self.shown.push((notice.clone(), None));
        if self.shown.len() > MAX_SHOWN {
            self.shown.remove(0);
        }
    }
}

/// The messages, lowest the newest.
pub fn toasts_ui(app: &mut LimnApp, ctx: &Context) {
    let now = ctx.input(|input| input.time);
    let stay = theme::tokens().duration.toast_ms as f64 / 1000.0;
    for (notice, until) in &mut app.ui.toasts.shown {
        if until.is_none() && !notice.is_error {
            *until = Some(now + stay);
        }
    }
    app.ui.toasts.shown.retain(|(_, until)| until.is_none_or(|until| until > now));
    let next = app.ui.toasts.shown.iter().filter_map(|(_, until)| *until).fold(f64::INFINITY, f64::min);
    if next.is_finite() {
        ctx.request_repaint_after(std::time::Duration::from_secs_f64((next - now).max(0.01)));
    }
    let (mut dismissed, mut command) = (None, None);
    let colors = theme::colors(ctx);
    Area::new(egui::Id::unique("toasts")).anchor(Align2::RIGHT_BOTTOM, Vec2::new(-16.0, -48.0)).interactable(true).show(ctx, |ui| {
        for (at, (notice, _)) in app.ui.toasts.shown.iter().enumerate() {
            let (icon, color) = if notice.is_error { (icons::WARN, colors.warn.0) } else { (icons::INFO, colors.accent.0) };
            Frame::popup(ui.style()).fill(colors.panel.0).stroke(Stroke::new(1.0, colors.hairline.0)).inner_margin(Margin::same(10)).show(
                ui,
                |ui| {
                    ui.set_width(360.0);
                    ui.horizontal_top(|ui| {
                        ui.label(icon.text(16.0).color(color));
                        ui.vertical(|ui| {
                            ui.set_width(296.0);
                            ui.add(egui::Label::new(RichText::new(&notice.text).color(colors.text.0)).wrap());
                            if let Some(action) = notice.action
                                && ui.button(action.info().title).clicked()
                            {
                                command = Some(action);
                                dismissed = Some(at);
                            }
                        });
                        if icon_button(ui, icons::X, "Dismiss", "Dismiss", false, true).clicked() {
                            dismissed = Some(at);
                        }
                    });
                },
            );
            ui.add_space(6.0);
        }
    });
    if let Some(at) = dismissed {
        app.ui.toasts.shown.remove(at);
    }
    if let Some(command) = command {
        app.tell(Event::Command(command));
    }
}
