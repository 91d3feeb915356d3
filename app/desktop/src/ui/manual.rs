//! The manual, inside the window and offline. Its pictures are for the pages on disk.

use super::markdown::{Page, markdown_ui};
use super::widgets::sheet;
use crate::app::LimnApp;
use egui::{Context, ScrollArea};

/// The manual.
pub fn manual_ui(app: &mut LimnApp, ctx: &Context) {
    if !app.ui.manual_open {
        return;
    }
    let pages = limn_cli::MANUAL;
    let mut page = app.ui.manual_page.min(pages.len().saturating_sub(1));
    let height = ctx.content_rect().height() - 160.0;
    let open = sheet(ctx, "manual", "Manual", 900.0, |ui| {
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(180.0);
                for (at, (name, _)) in pages.iter().enumerate() {
                    if ui.selectable_label(at == page, title_of(name)).clicked() {
                        page = at;
                    }
                }
            });
            ui.separator();
            if let Some((name, text)) = pages.get(page) {
                let area = ScrollArea::vertical().id_salt(*name).max_height(height).min_scrolled_height(height).auto_shrink([false, false]);
                area.show(ui, |ui| ui.vertical(|ui| markdown_ui(ui, text, &mut Page { picture: &mut |_, _, _| {}, scroll_to: None })));
            }
        });
    });
    app.ui.manual_page = page;
    app.ui.manual_open = open;
    app.ui.focus_canvas |= !open;
}

fn title_of(name: &str) -> String {
    let stem = name.trim_end_matches(".md").replace('-', " ");
    let mut letters = stem.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}
