//! Which files the list shows: all, or those of a query that speaks of files alone.

use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{RichText, Role, TextEdit, Ui, WidgetInfo};
use limn_core::FileStatus;
use limn_core::query::{Context, Query};
use limn_editor::Editor;
use std::sync::Arc;

/// The state of the filter.
#[derive(Default)]
pub struct FilesFilter {
    text: String,
    /// What `places` is of.
    of: Option<Of>,
    /// Which rows of the list; `None`: all.
    places: Option<Arc<[usize]>>,
    problem: Option<String>,
}

#[derive(PartialEq)]
struct Of {
    text: String,
    files: usize,
    complete: usize,
    work: u64,
    schema: u64,
}

impl FilesFilter {
    /// Shows the files of this query.
    pub fn show(&mut self, query: String) {
        self.text = query;
    }

    /// Which files are shown; `None`: all.
    pub fn places(&self) -> Option<&[usize]> {
        self.places.as_deref()
    }

    /// The same, to keep.
    pub fn shown(&self) -> Option<Arc<[usize]>> {
        self.places.clone()
    }

    /// Looks again where something changed.
    fn follow(&mut self, editor: &Editor) {
        if self.text.trim().is_empty() {
            (self.of, self.places, self.problem) = (None, None, None);
            return;
        }
        let complete = editor.files.iter().filter(|entry| entry.file.status == FileStatus::Complete).count();
        let (work, schema) = (editor.work_revision(), editor.schema_revision());
        let of = Of { text: self.text.clone(), files: editor.files.len(), complete, work, schema };
        if self.of.as_ref() == Some(&of) {
            return;
        }
        self.of = Some(of);
        match places(&self.text, editor) {
            Ok(places) => (self.places, self.problem) = (Some(places.into()), None),
            // What is half typed shows what was shown before.
            Err(why) => self.problem = Some(why),
        }
    }
}

fn places(text: &str, editor: &Editor) -> Result<Vec<usize>, String> {
    let query = Query::parse(text).map_err(|error| error.to_string())?;
    if !query.is_of_files() {
        return Err("The list of files knows file, complete, absent.LABEL and looked.LABEL.".to_owned());
    }
    let query = query.resolve(&editor.schema).map_err(|error| error.to_string())?;
    let holds = |at: &usize| {
        let entry = &editor.files[*at];
        let looked = Some((entry.file.status, &entry.looked));
        query.matches_file(Context { label: "", file: &entry.file.name, author: "", answers: None, looked })
    };
    Ok((0..editor.files.len()).filter(holds).collect())
}

/// The line over the list.
pub fn filter_ui(app: &mut LimnApp, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    ui.horizontal(|ui| {
        let has_text = !app.ui.files.text.is_empty();
        // A field that asked for all of it would push the panel's border with its button.
        let width = if has_text { (ui.available_width() - 48.0).max(40.0) } else { f32::INFINITY };
        let field = TextEdit::singleline(&mut app.ui.files.text).hint_text("Filter: complete = behind").desired_width(width);
        let response = ui.add(field);
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Filter files"));
        response.on_hover_text("file, complete, absent.LABEL and looked.LABEL, with =, != and ~, joined by \"and\", such as file ~ night");
        if has_text && super::widgets::icon_button(ui, icons::X, "Show all files", "Show all files", false, true).clicked() {
            app.ui.files.text.clear();
        }
    });
    app.ui.files.follow(&app.editor);
    app.editor.set_shown_files(app.ui.files.places.clone());
    let told = match (&app.ui.files.problem, app.ui.files.places()) {
        (Some(why), _) => Some((why.clone(), colors.warn.0)),
        (None, Some(places)) => Some((format!("{} of {} shown", places.len(), app.editor.files.len()), colors.text_weak.0)),
        (None, None) => None,
    };
    if let Some((text, color)) = told {
        ui.label(RichText::new(&text).small().color(color)).widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    }
}
