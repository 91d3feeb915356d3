//! The page that tells how far the files of the project were looked through, by version and by label, and what the labels of the
//! draft would make somebody look at again.

use super::SchemaRoom;
use super::lookup::{Lookup, look_up};
use crate::app::LimnApp;
use crate::theme;
use egui::{Grid, RichText, Role, Ui, WidgetInfo};
use limn_core::LabelId;
use limn_core::looked::labels_since;
use limn_jobs::{MigrationExample, SchemaCoverage};

/// Name of the work in the tray.
const TASK: &str = "Coverage of the schema";

/// The page.
pub fn coverage_ui(app: &mut LimnApp, room: &mut SchemaRoom, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    ui.horizontal(|ui| {
        ui.heading("Coverage");
        let is_waiting = matches!(room.coverage, Lookup::Waiting);
        let again = ui.add_enabled(!is_waiting, egui::Button::new("Look again"));
        if again.clicked() || matches!(room.coverage, Lookup::Unknown) {
            room.coverage = look_up(app, TASK, limn_jobs::schema_coverage, |app, found| {
                if let Some(room) = app.ui.schema.as_mut() {
                    room.coverage = found;
                }
            });
        }
    });
    let Some(found) = room.coverage.found(ui) else { return };
    let (mut shown, mut gone_to): (Option<String>, Option<MigrationExample>) = (None, None);
    let SchemaCoverage { version, files, open, complete, behind, unknown, .. } = found;
    ui.label(format!("Version {version} is in force. Of {}:", plural(*files, "file", "files")));
    ui.horizontal_wrapped(|ui| {
        let states =
            [(complete, "complete", "yes"), (behind, "behind", "behind"), (unknown, "of unknown version", "unknown"), (open, "open", "no")];
        for (count, name, state) in states {
            if link(ui, *count, &format!("{count} {name}")) {
                shown = Some(format!("complete = {state}"));
            }
        }
    });
    let name = |id: LabelId| app.editor.schema.shown(id).0;
    let names = |ids: &[LabelId]| ids.iter().map(|id| name(*id)).collect::<Vec<_>>().join(", ");
    for of in &found.versions {
        let missing = if of.missing.is_empty() { String::new() } else { format!("; not looked for then: {}", names(&of.missing)) };
        ui.label(RichText::new(format!("Version {}: {} complete{missing}", of.version, of.files)).color(colors.text_weak.0));
        if of.touched > 0 {
            let (instances, files) = (plural(of.touched, "instance", "instances"), plural(of.touched_files, "file", "files"));
            let text = format!("{instances} on {files} of these may not be right any more: {}", of.narrower.join("; "));
            ui.label(RichText::new(text).color(colors.warn.0));
        }
    }
    ui.add_space(8.0);
    // What is new in the draft was looked for nowhere.
    let new = labels_since(room.draft.base(), room.draft.schema());
    if !new.is_empty() {
        let count = complete + behind + unknown;
        let new: Vec<String> = new.iter().map(|id| room.draft.schema().shown(*id).0).collect();
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(format!("New in this draft: {}.", new.join(", "))).strong());
            ui.label(match count {
                0 => "No file is complete yet, so none needs a second look.".to_owned(),
                1 => "1 complete file would need a second look.".to_owned(),
                count => format!("{count} complete files would need a second look."),
            });
            if count > 0 && ui.link("Show them").clicked() {
                shown = Some("complete != no".to_owned());
            }
        });
        ui.add_space(8.0);
    }
    let mut takes_over = false;
    for of in &found.late {
        ui.horizontal_wrapped(|ui| {
            let text = match of.instances.count {
                1 => format!("1 instance is still as version {} had it: it arrived after the work was taken over.", of.version),
                count => {
                    format!("{count} instances are still as version {} had them: they arrived after the work was taken over.", of.version)
                }
            };
            ui.label(RichText::new(&text).color(colors.warn.0)).widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
            for example in &of.instances.examples {
                if ui.link(RichText::new(format!("{} · {}", example.file, example.frame)).small()).on_hover_text("Show it").clicked() {
                    gone_to = Some(example.clone());
                }
            }
        });
    }
    if !found.late.is_empty() {
        let button = ui.button(RichText::new("Take them over").strong());
        takes_over = button.on_hover_text("As the migration did with all the others; one step, which undo takes back").clicked();
        ui.add_space(8.0);
    }
    for of in &found.questions {
        let asked = app.editor.schema.attributes.iter().find(|one| one.id == of.attribute);
        let (answers, files) = (plural(of.missing, "answer", "answers"), plural(of.files, "complete file", "complete files"));
        ui.horizontal_wrapped(|ui| {
            let name = asked.map(|one| one.name.as_str()).unwrap_or_default();
            let text = format!("\"{name}\" came later: {answers} missing on {files}.");
            ui.label(RichText::new(text).color(colors.warn.0));
            if ui.link("Show them").clicked() {
                shown = Some("complete = behind".to_owned());
            }
        });
    }
    if !found.questions.is_empty() {
        ui.add_space(8.0);
    }
    Grid::new("schema-coverage").num_columns(5).striped(true).spacing(egui::vec2(16.0, 4.0)).show(ui, |ui| {
        for head in ["Label", "Looked for in", "Found in", "Absent in", "Needs a second look"] {
            ui.label(RichText::new(head).small().color(colors.text_weak.0));
        }
        ui.end_row();
        for of in &found.labels {
            let name = name(of.label);
            ui.label(&name);
            ui.label(of.complete_for.to_string());
            ui.label(of.with_instances.to_string());
            ui.label(of.absent.to_string());
            ui.horizontal(|ui| {
                let text = if of.not_looked_for == 0 { "none".to_owned() } else { plural(of.not_looked_for, "file", "files") };
                if link(ui, of.not_looked_for, &text) {
                    shown = Some(format!("complete != no and not looked.{}", quoted(&name)));
                }
                if of.contradicted > 0 {
                    let tip = "Said to be absent, but there: one of both is wrong";
                    ui.label(RichText::new(format!("{} contradicted", of.contradicted)).color(colors.warn.0)).on_hover_text(tip);
                }
            });
            ui.end_row();
        }
    });
    if let Some(example) = gone_to {
        room.close |= app.go_to_example(&example);
    }
    if takes_over {
        room.coverage = Lookup::Waiting;
        app.take_late_over();
    }
    if let Some(query) = shown {
        app.ui.files.show(query);
        app.ui.panels_hidden = false;
        room.close = true;
    }
}

/// A name as a query takes it. One with a quote in it cannot be written with others around it.
fn quoted(name: &str) -> String {
    if name.contains('"') { name.to_owned() } else { format!("\"{name}\"") }
}

fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Text that leads to the files, where there are any.
fn link(ui: &mut Ui, count: u64, text: &str) -> bool {
    if count == 0 {
        ui.label(text);
        return false;
    }
    ui.link(text).on_hover_text("Show these files in the list").clicked()
}
