//! How far the open file was looked through, below the list of instances: which labels are absent, which came later.

use super::widgets::heading;
use crate::app::LimnApp;
use crate::theme;
use egui::{Button, Color32, RichText, Role, ScrollArea, Stroke, Ui, WidgetInfo};
use limn_core::{FileStatus, LabelId, Progress};
use limn_editor::{Command, Event, FileEntry};

/// Labels that are shown of each kind.
const MOST: usize = 60;

/// Whether there is anything to tell: a file on the canvas, nothing selected.
pub fn tells_of_file(app: &LimnApp) -> bool {
    app.editor.selection().is_empty() && app.editor.file().is_some() && app.editor.is_ready()
}

/// In a word, for lists and the bar at the top.
pub fn word(entry: &FileEntry) -> &'static str {
    match (entry.progress(), entry.num_instances) {
        (Progress::Complete, 0) => "empty and checked",
        (Progress::Complete, _) => "complete",
        (Progress::Behind, _) if entry.looked.missing().next().is_some() => "complete, with labels to look for",
        (Progress::Behind, _) => "complete, questions open",
        (Progress::Unknown, _) => "complete, version not known",
        (Progress::Open, 0) if entry.looked.stretches.is_empty() => "new",
        (Progress::Open, _) => "in progress",
    }
}

/// The lines: what was not looked for yet, what is absent, and the label in the hand.
pub fn looked_ui(app: &mut LimnApp, ui: &mut Ui) {
    let Some(entry) = app.editor.file() else { return };
    let (missing, absent): (Vec<LabelId>, Vec<LabelId>) = match entry.progress() {
        Progress::Behind => (entry.looked.missing().collect(), entry.looked.absent.clone()),
        _ => (Vec::new(), entry.looked.absent.clone()),
    };
    let is_asked_later = entry.progress() == Progress::Behind && !entry.looked.unanswered.is_empty();
    let unanswered = is_asked_later.then(|| format!("Not answered yet: {}", entry.looked.told_unanswered(&app.editor.schema)));
    let frames = frames_told(app);
    let active = app.editor.active_label().filter(|label| !absent.contains(label) && !missing.contains(label));
    heading(ui, "Looked for", word(entry));
    let colors = theme::colors(ui.ctx());
    let mut said = None;
    if let Some(text) = frames {
        frames_ui(app, ui, &text);
    }
    ScrollArea::vertical().id_salt("looked").max_height(130.0).min_scrolled_height(130.0).show(ui, |ui| {
        if !missing.is_empty() {
            ui.label(RichText::new("Not looked for yet. Draw it, or say that there is none:").small().color(colors.warn.0));
            chips_ui(
                app,
                ui,
                &missing,
                &mut |label| said = Some((label, true)),
                ("None of", "Say that the file was looked through and has none"),
            );
        }
        if let Some(text) = &unanswered {
            ui.label(RichText::new(text).small().color(colors.warn.0)).widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
        }
        if !absent.is_empty() {
            ui.label(RichText::new("Checked and absent:").small().color(colors.text_weak.0));
            chips_ui(app, ui, &absent, &mut |label| said = Some((label, false)), ("Absent:", "Click to say so no longer"));
        }
        if let Some(label) = active {
            chips_ui(
                app,
                ui,
                &[label],
                &mut |label| said = Some((label, true)),
                ("None of", "Say that the file was looked through and has none"),
            );
        }
    });
    if let Some((label, absent)) = said {
        app.tell(Event::SetAbsent(label, absent));
        app.ui.focus_canvas = true;
    }
}

/// How many frames of an open video were looked through.
fn frames_told(app: &LimnApp) -> Option<String> {
    let entry = app.editor.file().filter(|entry| app.editor.is_video() && entry.file.status == FileStatus::Open)?;
    Some(format!("{} of {} frames looked through", entry.looked.num_looked(entry.file.frames), entry.file.frames))
}

/// That, and what can be said next.
fn frames_ui(app: &mut LimnApp, ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).small());
    ui.horizontal_wrapped(|ui| {
        for (command, short) in
            [(Command::LookedToHere, "Up to here"), (Command::NotLookedFromHere, "Not from here on"), (Command::NextUnlooked, "Next to do")]
        {
            let tooltip = app.caps.tooltip(&app.keymap, command);
            let button = ui.small_button(short);
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, command.info().title));
            if button.on_hover_text(tooltip).clicked() {
                app.tell(Event::Command(command));
                app.ui.focus_canvas = true;
            }
        }
    });
}

/// A button for each label, with a few words before its name.
fn chips_ui(app: &LimnApp, ui: &mut Ui, labels: &[LabelId], said: &mut dyn FnMut(LabelId), (before, tooltip): (&str, &str)) {
    ui.horizontal_wrapped(|ui| {
        for label in labels.iter().take(MOST) {
            let (name, [r, g, b]) = app.editor.schema.shown(*label);
            let text = format!("{before} {name}");
            let chip = ui.add(Button::new(RichText::new(&text).small()).stroke(Stroke::new(1.0, Color32::from_rgb(r, g, b))));
            chip.widget_info(|| WidgetInfo::labeled(Role::Button, true, text.clone()));
            if chip.on_hover_text(tooltip).clicked() {
                said(*label);
            }
        }
        if labels.len() > MOST {
            ui.label(format!("… and {} more", labels.len() - MOST));
        }
    });
}
