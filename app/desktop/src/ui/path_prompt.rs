//! A path asked for inside the window, with completion, where the desktop has no file dialog.

use super::widgets::sheet;
use crate::app::LimnApp;
use crate::dialogs::{self, Purpose};
use crate::theme;
use egui::{Context, Key, RichText, Role, ScrollArea, TextEdit, WidgetInfo};
use std::path::{Path, PathBuf};

/// What is asked and typed.
pub struct PathPrompt {
    purpose: Purpose,
    text: String,
    completed_for: Option<String>,
    completions: Vec<PathBuf>,
    problem: Option<String>,
    cursor_to_end: bool,
}

impl PathPrompt {
    /// A question that begins in a folder.
    pub fn new(purpose: Purpose, folder: Option<&Path>) -> Self {
        let folder =
            folder.map(Path::to_owned).or_else(|| std::env::var_os("HOME").map(PathBuf::from)).unwrap_or_else(|| PathBuf::from("/"));
        let text = format!("{}/", folder.display().to_string().trim_end_matches('/'));
        Self { purpose, text, completed_for: None, completions: Vec::new(), problem: None, cursor_to_end: true }
    }
}

/// The question.
pub fn path_prompt_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut prompt) = app.ui.path_prompt.take() else { return };
    let colors = theme::colors(ctx);
    // Reading one folder as the person types takes no time that is felt, and is done once for each text.
    if prompt.completed_for.as_ref() != Some(&prompt.text) {
        prompt.completions = dialogs::complete(&prompt.text, 200);
        prompt.completed_for = Some(prompt.text.clone());
    }
    let (enter, tab) =
        ctx.input_mut(|input| (input.consume_key(egui::Modifiers::NONE, Key::Enter), input.consume_key(egui::Modifiers::NONE, Key::Tab)));
    let mut accept = enter;
    let mut taken = None;
    if tab {
        taken = prompt.completions.first().cloned();
    }
    let open = sheet(ctx, "path-prompt", prompt.purpose.title(), 560.0, |ui| {
        ui.label(RichText::new(prompt.purpose.hint()).color(colors.text_weak.0));
        ui.add_space(4.0);
        let output =
            TextEdit::singleline(&mut prompt.text).id_salt("path").desired_width(f32::INFINITY).font(egui::TextStyle::Monospace).show(ui);
        output.response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Path"));
        output.response.request_focus();
        if output.response.changed() {
            prompt.problem = None;
            // A path written behind the folder that stood there begins anew.
            if let Some(at) = prompt.text.rfind("//").or_else(|| prompt.text.rfind("/~")) {
                prompt.text.drain(..=at);
                prompt.cursor_to_end = true;
            }
        }
        if prompt.cursor_to_end {
            prompt.cursor_to_end = false;
            let mut state = output.state;
            let end = egui::text::CCursor::new(prompt.text.chars().count());
            state.cursor.set_char_range(Some(egui::text::CCursorRange::one(end)));
            state.store(ui.ctx(), output.response.id);
        }
        if let Some(problem) = &prompt.problem {
            ui.label(RichText::new(problem).color(colors.error.0));
        }
        ScrollArea::vertical().max_height(240.0).min_scrolled_height(240.0).auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for path in &prompt.completions {
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let name = if path.is_dir() { format!("{name}/") } else { name };
                if ui.selectable_label(false, RichText::new(name).monospace()).clicked() {
                    taken = Some(path.clone());
                }
            }
        });
        ui.horizontal(|ui| {
            accept |= ui.button("OK").clicked();
            ui.label(RichText::new("Tab completes, Enter accepts, Esc gives up").small().color(colors.text_weak.0));
        });
    });
    if let Some(path) = taken {
        let end = if path.is_dir() { "/" } else { "" };
        prompt.text = format!("{}{end}", path.display());
        prompt.cursor_to_end = true;
    }
    if accept {
        let path = dialogs::expand(prompt.text.trim().trim_end_matches('/'));
        if prompt.purpose.must_exist() && !path.exists() {
            prompt.problem = Some(format!("There is nothing at {}. Check the path; Tab completes it.", path.display()));
        } else {
            app.take_chosen(prompt.purpose, vec![path]);
            app.ui.focus_canvas = true;
            return;
        }
    }
    if open {
        app.ui.path_prompt = Some(prompt);
    } else {
        app.ui.focus_canvas = true;
    }
}
