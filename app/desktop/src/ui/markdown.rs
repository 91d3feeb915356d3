//! Markdown as the manual and guides use it: headings, lists, code, pictures and plain text. Nothing in it is run or opened.

use crate::theme;
use egui::{Align, RichText, Ui};
use limn_core::schema::guide::picture;

/// How a page is shown.
pub struct Page<'a> {
    /// Shows a picture: its text, and its target as it stands there.
    pub picture: &'a mut dyn FnMut(&mut Ui, &str, &str),
    /// The heading that is scrolled to.
    pub scroll_to: Option<&'a str>,
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
                    && !["#", "|", "```", "!["].iter().any(|start| last.starts_with(start)) =>
            {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => joined.push(line.to_owned()),
        }
    }
    joined
}

/// Shows a page.
pub fn markdown_ui(ui: &mut Ui, text: &str, page: &mut Page<'_>) {
    let colors = theme::colors(ui.ctx());
    let sizes = &theme::tokens().size;
    let mut in_code = false;
    for line in paragraphs(text) {
        let line = line.as_str();
        let shown = if line.starts_with("```") {
            in_code = !in_code;
            continue;
        } else if in_code || line.starts_with('|') {
            ui.add(egui::Label::new(RichText::new(line).monospace().color(colors.text.0)).wrap().selectable(true));
            continue;
        } else if let Some(title) = line.strip_prefix("# ") {
            let shown = ui.label(RichText::new(title).size(sizes.title).color(colors.text.0));
            ui.add_space(4.0);
            (title, shown)
        } else if let Some(title) = line.strip_prefix("## ").or(line.strip_prefix("### ")) {
            ui.add_space(8.0);
            (title, ui.label(RichText::new(title).size(sizes.large).color(colors.accent.0)))
        } else if let Some((text, target)) = picture(line) {
            (page.picture)(ui, text, target);
            continue;
        } else if line.is_empty() {
            ui.add_space(4.0);
            continue;
        } else {
            let plain = line.replace("**", "").replace('`', "");
            let plain = plain.strip_prefix("- ").map_or(plain.clone(), |item| format!("•  {item}"));
            ui.add(egui::Label::new(RichText::new(plain).color(colors.text.0)).wrap().selectable(true));
            continue;
        };
        let (title, shown) = shown;
        if page.scroll_to == Some(title.trim()) {
            shown.scroll_to_me(Some(Align::TOP));
        }
    }
}
