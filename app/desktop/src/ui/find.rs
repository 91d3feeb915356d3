//! Find and select: a condition typed, what it holds for selected as it is typed.

use super::widgets::sheet;
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, Key, RichText, Role, TextEdit, WidgetInfo};
use limn_core::InstanceId;
use limn_core::query::{Context as QueryContext, Query};
use limn_editor::Event;

/// The question.
pub fn find_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut text) = app.ui.find.take() else { return };
    let enter = ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter));
    let colors = theme::colors(ctx);
    let found = found(app, &text);
    let open = sheet(ctx, "Find", "Find and select", 420.0, |ui| {
        let hint = "label = car and area < 400";
        let field = ui.add(TextEdit::singleline(&mut text).hint_text(hint).desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Condition"));
        if !field.has_focus() {
            field.request_focus();
        }
        let (answer, color) = match &found {
            Ok(ids) => (format!("{} of {} shapes", ids.len(), app.editor.document().instances().len()), colors.text_weak.0),
            Err(error) => (error.clone(), colors.warn.0),
        };
        ui.label(RichText::new(answer).color(color));
        let fields = "Fields: label, type, area, width, height, points, confidence, author, role, occluded, truncated, difficult, unsure, group. \
                      Compare with = != < <= > >= ~ (contains) and join with and.";
        ui.label(RichText::new(fields).small().color(colors.text_weak.0));
    });
    if enter {
        if let Ok(ids) = found {
            let first = ids.first().copied();
            app.tell(Event::Select(ids));
            if let Some(first) = first {
                app.tell(Event::Reveal(first));
            }
        }
        app.ui.focus_canvas = true;
    } else if open {
        app.ui.find = Some(text);
    } else {
        app.ui.focus_canvas = true;
    }
}

/// The instances that the condition holds for, hidden and locked ones left out.
fn found(app: &LimnApp, text: &str) -> Result<Vec<InstanceId>, String> {
    let query = Query::parse(text).map_err(|error| error.to_string())?;
    let editor = &app.editor;
    let file = editor.file().map_or("", |entry| entry.file.name.as_str());
    let names: std::collections::HashMap<_, _> = editor.schema.labels.iter().map(|label| (label.id, label.name.as_str())).collect();
    let holds = |instance: &&limn_core::Instance| {
        let label = names.get(&instance.label).copied().unwrap_or_default();
        query.matches(instance, QueryContext { label, file, author: "" })
            && !editor.is_hidden(instance.id)
            && !editor.is_locked(instance.id)
    };
    Ok(editor.document().instances().iter().filter(holds).map(|instance| instance.id).collect())
}
