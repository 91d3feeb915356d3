//! The page that tells what the schema costs and what it is good for: questions and seconds for an instance of each label, tasks of
//! machine learning, formats.

use super::lookup::{Lookup, look_up};
use super::problems::page_of;
use super::{Page, SchemaRoom};
use crate::app::LimnApp;
use crate::theme;
use egui::{CollapsingHeader, Grid, RichText, Ui};
use limn_core::schema::advice::{Effort, Pace, Served, TaskServed, effort, tasks};
use limn_formats::{FormatServed, formats_served};

/// Name of the work in the tray.
const TASK: &str = "Measure how long things take";
/// Labels that are listed: of more, nobody reads all.
const MOST: usize = 200;

/// What is said of a state of the draft.
#[derive(Default)]
pub struct Advice {
    of: Option<u64>,
    effort: Vec<Effort>,
    tasks: Vec<TaskServed>,
    formats: Vec<FormatServed>,
}

/// The page.
pub fn advice_ui(app: &mut LimnApp, room: &mut SchemaRoom, ui: &mut Ui) {
    if matches!(room.pace, Lookup::Unknown) {
        room.pace = look_up(app, TASK, limn_jobs::pace, |app, found| {
            if let Some(room) = app.ui.schema.as_mut() {
                room.pace = found;
            }
        });
    }
    if room.advice.of != Some(room.draft.revision()) {
        let schema = room.draft.schema();
        room.advice =
            Advice { of: Some(room.draft.revision()), effort: effort(schema), tasks: tasks(schema), formats: formats_served(schema) };
    }
    ui.heading("Advice");
    fold(ui, "What an instance costs", |ui| effort_ui(room, ui));
    fold(ui, "What models can learn from it", |ui| tasks_ui(&room.advice, ui));
    fold(ui, "Formats that hold it", |ui| formats_ui(&room.advice, ui));
    if let Some((page, field)) = fold(ui, "What could be better", |ui| hints_ui(room, ui)) {
        room.go(page, Some(field));
    }
}

fn fold<R: Default>(ui: &mut Ui, title: &str, add: impl FnOnce(&mut Ui) -> R) -> R {
    CollapsingHeader::new(RichText::new(title).strong()).default_open(true).show(ui, add).body_returned.unwrap_or_default()
}

fn effort_ui(room: &SchemaRoom, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let weak = |text: &str| RichText::new(text).small().color(colors.text_weak.0);
    let none = Pace::default();
    let pace = match &room.pace {
        Lookup::Found(pace) => pace,
        _ => &none,
    };
    let schema = room.draft.schema();
    Grid::new("schema-effort").num_columns(4).striped(true).spacing(egui::vec2(16.0, 4.0)).show(ui, |ui| {
        for head in ["Label", "Questions", "Required", "Seconds"] {
            ui.label(weak(head));
        }
        ui.end_row();
        for of in room.advice.effort.iter().take(MOST) {
            ui.label(schema.shown(of.label).0);
            ui.label(range(of.least, of.most));
            ui.label(of.required.to_string());
            match pace.seconds(schema, of) {
                Some([fast, slow]) => ui.label(seconds(fast, slow)),
                None => ui.label(RichText::new("not measured").color(colors.text_weak.0)),
            };
            ui.end_row();
        }
    });
    if room.advice.effort.len() > MOST {
        ui.label(weak(&format!("And {} more.", room.advice.effort.len() - MOST)));
    }
    let told = match &room.pace {
        Lookup::Found(pace) => measured(pace),
        Lookup::Failed(why) => why.clone(),
        Lookup::Unknown | Lookup::Waiting => "Measuring…".to_owned(),
    };
    ui.label(weak(&told));
}

/// From one number to another.
fn range(least: usize, most: usize) -> String {
    if least == most { least.to_string() } else { format!("{least} to {most}") }
}

fn seconds(fast: f64, slow: f64) -> String {
    let (fast, slow) = (format!("{fast:.1}"), format!("{slow:.1}"));
    if fast == slow { fast } else { format!("{fast} to {slow}") }
}

/// What the seconds are reckoned from.
fn measured(pace: &Pace) -> String {
    let mut parts: Vec<String> =
        pace.shapes.iter().map(|(shape, middle)| format!("{} {:.1} s ({})", shape.title(), middle.seconds, middle.of)).collect();
    parts.extend(pace.answer.map(|middle| format!("an answer {:.1} s ({})", middle.seconds, middle.of)));
    if parts.is_empty() {
        return "Nothing was measured yet: seconds are told when something was drawn and answered in this project.".to_owned();
    }
    format!("Measured in this project, in the middle: {}. Pauses of more than a minute are left out.", parts.join(", "))
}

fn served_color(served: Served, colors: &theme::Colors) -> egui::Color32 {
    match served {
        Served::Directly => colors.ok.0,
        Served::Converted => colors.text.0,
        Served::Not => colors.text_weak.0,
    }
}

/// How many do, and how.
fn numbers(directly: usize, converted: usize, of: usize) -> String {
    match (directly, converted) {
        (0, 0) => String::new(),
        (0, converted) => format!("{converted} of {of}"),
        (directly, 0) => format!("{directly} of {of}"),
        (directly, converted) => format!("{directly} of {of}, {converted} more by conversion"),
    }
}

fn tasks_ui(advice: &Advice, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    Grid::new("schema-tasks").num_columns(3).striped(true).spacing(egui::vec2(16.0, 4.0)).show(ui, |ui| {
        for of in &advice.tasks {
            ui.label(of.task.title());
            ui.label(RichText::new(of.served().as_str()).color(served_color(of.served(), colors)));
            ui.label(RichText::new(numbers(of.directly, of.converted, of.of)).color(colors.text_weak.0));
            ui.end_row();
        }
    });
    ui.label(
        RichText::new("By the kinds of shape that labels may have (all, where a label names none), and by the questions.")
            .small()
            .color(colors.text_weak.0),
    );
}

fn formats_ui(advice: &Advice, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    Grid::new("schema-formats").num_columns(3).striped(true).spacing(egui::vec2(16.0, 4.0)).show(ui, |ui| {
        for of in &advice.formats {
            ui.label(of.format.title);
            ui.label(RichText::new(of.served().as_str()).color(served_color(of.served(), colors)));
            let all = of.directly + of.converted + of.lost;
            ui.label(RichText::new(numbers(of.directly, of.converted, all)).color(colors.text_weak.0));
            ui.end_row();
        }
    });
    ui.label(
        RichText::new("By shapes alone; what else a format leaves out is counted when it is written.").small().color(colors.text_weak.0),
    );
}

fn hints_ui(room: &SchemaRoom, ui: &mut Ui) -> Option<(Page, &'static str)> {
    if room.found.hints.is_empty() {
        ui.label("Nothing comes to mind.");
    }
    let mut go = None;
    for hint in &room.found.hints {
        if ui.link(&hint.text).clicked() {
            go = page_of(room.draft.schema(), hint.place).map(|page| (page, hint.field));
        }
    }
    go
}
