//! The line at the bottom: what mouse and keys do now, tasks under way, place, pixel value, zoom.

use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{Align, Layout, RichText, Role, Ui, WidgetInfo};
use limn_core::schema::Severity;
use limn_editor::Command;
use limn_tools::{Hint, Input, ToolCommandName};

/// The line.
pub fn status_ui(app: &mut LimnApp, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    ui.horizontal_centered(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            numbers_ui(app, ui);
            tasks_ui(app, ui);
            problems_note(app, ui);
            super::notes::notes_ui(app, ui);
            if app.adjust.is_on() {
                let note = egui::Button::new(RichText::new("View adjusted").small().color(colors.warn.0)).frame(false);
                if ui.add(note).on_hover_text("The picture is not shown as it is. Click to change that.").clicked() {
                    app.ui.adjust_open = true;
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let (size, text) = (theme::tokens().size.small, colors.text.0);
                let format = |color| egui::TextFormat::simple(egui::FontId::new(size, egui::FontFamily::Proportional), color);
                let mut job = egui::text::LayoutJob::default();
                let tool = if app.editor.is_matching() { "Match vertices" } else { app.editor.tool().name() };
                job.append(tool, 0.0, format(colors.accent.0));
                // What is a gap to the eye is a stop to the ear.
                let mut spoken = tool.to_owned();
                for hint in app.editor.hints() {
                    let input = input_name(app, &hint);
                    job.append(&input, 14.0, format(text));
                    job.append(hint.text, 5.0, format(colors.text_weak.0));
                    spoken += &format!("; {input}: {}", hint.text);
                }
                let response = ui.add(egui::Label::new(job).truncate());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Hints: {spoken}")));
            });
        });
    });
}

/// What the hand does, in the person's own key names.
fn input_name(app: &LimnApp, hint: &Hint) -> String {
    let key = |command: Command| app.caps.first(&app.keymap, command);
    match hint.input {
        Input::Click => "Click".into(),
        Input::ShiftClick => "Shift+click".into(),
        Input::AltClick => "Alt+click".into(),
        Input::DoubleClick => "Double click".into(),
        Input::Drag => "Drag".into(),
        Input::ShiftDrag => "Shift+drag".into(),
        Input::CtrlClick => "Ctrl+click".into(),
        Input::CtrlDrag => "Ctrl+drag".into(),
        Input::AltDrag => "Alt+drag".into(),
        Input::Cancel => key(Command::Cancel),
        Input::Command(name) => match name {
            ToolCommandName::Finish => key(Command::Finish),
            ToolCommandName::RemoveLast => key(Command::RemoveLast),
            ToolCommandName::Delete => key(Command::Delete),
            ToolCommandName::NextHit => key(Command::SelectNext),
            ToolCommandName::PreviousHit => key(Command::SelectPrevious),
            ToolCommandName::SkipPoint => key(Command::SkipPoint),
            ToolCommandName::Bend => key(Command::BendEdge),
            ToolCommandName::FollowBorders => key(Command::AutoBorder),
            ToolCommandName::Nudge => "Arrows".into(),
        },
    }
}

/// How many problems the frame has, in the colour of the worst.
fn problems_note(app: &mut LimnApp, ui: &mut Ui) {
    let numbers = app.problems.numbers();
    let worst = Severity::ALL.iter().zip(numbers).find(|(_, number)| *number > 0);
    let Some((severity, _)) = worst else { return };
    let color = super::problems::color(*severity, theme::colors(ui.ctx()));
    let text = format!("Problems: {}", super::problems::told(numbers));
    // No taller than the texts beside it.
    let note = ui.add(egui::Label::new(RichText::new(&text).small().color(color)).selectable(false).sense(egui::Sense::click()));
    note.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &text));
    if note.on_hover_text("What breaks the schema's rules. Click for the list.").clicked() {
        app.tell(limn_editor::Event::Command(Command::Problems));
    }
}

fn numbers_ui(app: &LimnApp, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let zoom = app.editor.view().zoom * f64::from(ui.ctx().pixels_per_point());
    let mono = |text: String| RichText::new(text).monospace().size(theme::tokens().size.small).color(colors.text_weak.0);
    let text = if zoom < 0.1 { format!("{:.1} %", zoom * 100.0) } else { format!("{:.0} %", zoom * 100.0) };
    let response = ui.label(mono(text.clone()));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Zoom: {text}")));
    if let Some((number, last)) = app.editor.work_frame() {
        let number = number.map_or("–".to_owned(), |number| number.to_string());
        ui.label(mono("·".into()));
        ui.label(mono(format!("frame {}, work frame {number} of {last}", app.editor.frame())));
        ui.label(mono("·".into()));
    }
    if let Some(clip) = app.editor.file().and_then(|entry| entry.file.clip) {
        let frame = app.editor.frame();
        ui.label(mono("·".into()));
        ui.label(mono(format!("frame {frame} · {} of the source", clip.global(frame))));
        ui.label(mono("·".into()));
    }
    let Some(pos) = app.editor.pointer() else { return };
    // What is there until the frame comes has other values than the frame.
    let on_canvas = app.on_canvas.as_ref().filter(|(on, _)| Some(*on) == app.editor.place());
    let value = on_canvas.filter(|_| pos.x >= 0.0 && pos.y >= 0.0).and_then(|(_, shown)| {
        let value = shown.picture.value_at(pos.x as u32, pos.y as u32)?;
        Some(value.to_string())
    });
    if let Some(value) = value {
        ui.label(mono(value));
        ui.label(mono("·".into()));
    }
    ui.label(mono(format!("x {:.1}  y {:.1}", pos.x, pos.y)));
}

/// Work under way, each with a bar and a way to stop it.
pub fn tasks_ui(app: &mut LimnApp, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    if let Some((what, done, total)) = &app.ui.reading {
        let part = if *total > 0 { *done as f32 / *total as f32 } else { 0.0 };
        ui.add(egui::ProgressBar::new(part).desired_width(80.0).desired_height(6.0));
        ui.label(RichText::new(*what).small().color(colors.text_weak.0));
    }
    for task in app.tasks.running().to_vec() {
        let progress = task.progress();
        if icon_button(ui, icons::X, &format!("Cancel: {}", task.title), "Cancel", false, true).clicked() {
            task.cancel();
        }
        if progress.total > 0 {
            ui.add(egui::ProgressBar::new(progress.done as f32 / progress.total as f32).desired_width(80.0).desired_height(6.0));
        }
        let text = if progress.stage.is_empty() { task.title.clone() } else { format!("{}: {}", task.title, progress.stage) };
        ui.label(RichText::new(text).small().color(colors.text_weak.0));
    }
}
