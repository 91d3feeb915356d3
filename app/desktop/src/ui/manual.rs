//! The manual, inside the window and offline: headings, lists, code and plain text of its Markdown pages.

use super::widgets::sheet;
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, RichText, ScrollArea, Ui};

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
                area.show(ui, |ui| ui.vertical(|ui| markdown_ui(ui, text)));
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

/// The lines of a page, those of one paragraph or list item joined.
fn paragraphs(text: &str) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        in_code ^= line.starts_with("```");
        let stands_alone = |line: &str| line.is_empty() || ["#", "|", "- ", "```", "!["].iter().any(|start| line.starts_with(start));
        match joined.last_mut() {
            Some(last)
                if !in_code
                    && !stands_alone(line)
                    && !last.is_empty()
                    && !["#", "|", "```"].iter().any(|start| last.starts_with(start)) =>
            {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => joined.push(line.to_owned()),
        }
    }
    joined
}

/// Shows the part of Markdown that the manual uses.
fn markdown_ui(ui: &mut Ui, text: &str) {
    let colors = theme::colors(ui.ctx());
    let sizes = &theme::tokens().size;
    let mut in_code = false;
    for line in paragraphs(text) {
        let line = line.as_str();
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code || line.starts_with('|') {
            ui.add(egui::Label::new(RichText::new(line).monospace().color(colors.text.0)).wrap().selectable(true));
        } else if let Some(title) = line.strip_prefix("# ") {
            ui.label(RichText::new(title).size(sizes.title).color(colors.text.0));
            ui.add_space(4.0);
        } else if let Some(title) = line.strip_prefix("## ").or(line.strip_prefix("### ")) {
            ui.add_space(8.0);
            ui.label(RichText::new(title).size(sizes.large).color(colors.accent.0));
        } else if line.starts_with("![") {
            // Pictures are for the pages on disk.
        } else if line.is_empty() {
            ui.add_space(4.0);
        } else {
            let plain = line.replace("**", "").replace('`', "");
            let plain = plain.strip_prefix("- ").map_or(plain.clone(), |item| format!("•  {item}"));
            ui.add(egui::Label::new(RichText::new(plain).color(colors.text.0)).wrap().selectable(true));
        }
    }
}
