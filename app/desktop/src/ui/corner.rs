//! The small window at the canvas's top right, in which something is worked on beside the picture.

use super::widgets::icon_button;
use crate::{icons, theme};
use egui::{Align2, Context, Frame, Id, Layout, Ui, Vec2, Window};

/// How one looks; each has a name of its own.
pub struct Corner<'a> {
    pub name: &'static str,
    pub title: &'a str,
    /// What assistive technology calls the button that closes it, and its tooltip.
    pub close: [&'static str; 2],
    /// Points.
    pub width: f32,
}

/// Shows it, so far from the window's corner. Says whether it was closed.
pub fn corner_ui(ctx: &Context, offset: Vec2, look: &Corner<'_>, content: impl FnOnce(&mut Ui)) -> bool {
    headed_corner_ui(ctx, offset, look, |_| {}, content)
}

/// The same with something beside its title.
pub fn headed_corner_ui(ctx: &Context, offset: Vec2, look: &Corner<'_>, head: impl FnOnce(&mut Ui), content: impl FnOnce(&mut Ui)) -> bool {
    let mut is_closed = false;
    let frame = Frame::window(&ctx.style_of(ctx.theme())).fill(theme::colors(ctx).panel.0);
    let window = Window::new(look.name).id(Id::unique(look.name)).frame(frame).title_bar(false).resizable(false);
    window.anchor(Align2::RIGHT_TOP, offset).show(ctx, |ui| {
        ui.set_width(look.width);
        ui.horizontal(|ui| {
            ui.heading(look.title);
            head(ui);
            ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
                let [name, tooltip] = look.close;
                is_closed = icon_button(ui, icons::X, name, tooltip, false, true).clicked();
            });
        });
        content(ui);
    });
    is_closed
}
