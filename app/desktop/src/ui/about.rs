//! What this is, and what it draws with.

use super::widgets::sheet;
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, RichText};

/// The sheet.
pub fn about_ui(app: &mut LimnApp, ctx: &Context) {
    if !app.ui.about_open {
        return;
    }
    let colors = theme::colors(ctx);
    let open = sheet(ctx, "about", "Limn", 420.0, |ui| {
        ui.label(format!("Version {}", env!("CARGO_PKG_VERSION")));
        ui.label("A workstation for making training data. MIT or Apache-2.0.");
        ui.label("Fonts: Inter and JetBrains Mono (OFL), Lucide icons (ISC). Video: FFmpeg (LGPL), linked dynamically.");
        if let Some(gpu) = &app.gpu {
            let info = gpu.adapter.get_info();
            ui.label(RichText::new(format!("Draws with {} through {:?}", info.name, info.backend)).color(colors.text_weak.0));
        }
        ui.label(RichText::new(format!("Settings and log: {}", app.home.display())).color(colors.text_weak.0));
    });
    app.ui.about_open = open;
    app.ui.focus_canvas |= !open;
}
