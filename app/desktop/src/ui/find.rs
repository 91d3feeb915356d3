//! Find and select: a condition is typed, how many shapes it holds for is told as it is typed, Enter selects them.

use super::widgets::sheet;
use crate::app::LimnApp;
use crate::session::Message;
use crate::theme;
use egui::{Context, Key, RichText, Role, TextEdit, WidgetInfo};
use limn_core::InstanceId;
use limn_core::query::{Context as QueryContext, Query};
use limn_editor::{Event, Notice};
use limn_store::writer::StoreRequest;
use std::collections::HashMap;

const HELP: &str = "Fields: label, type, area, width, height, points, confidence, author, role, group, occluded, truncated, difficult, approved, \
                    unsure, complete, absent.LABEL, looked.LABEL, attribute.NAME (a name with spaces in quotes). Compare with = != < <= > >= or ~ (contains); join with \
                    and. Marks are yes or no. attribute.NAME alone: it is answered.";

/// The open question.
#[derive(Default)]
pub struct Find {
    text: String,
    /// Who made which instance of the frame, once the store has told.
    authors: Option<HashMap<InstanceId, String>>,
    asked: bool,
}

/// The question.
pub fn find_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut find) = app.ui.find.take() else { return };
    if !std::mem::replace(&mut find.asked, true) {
        ask_authors(app);
    }
    let enter = ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter));
    let colors = theme::colors(ctx);
    let mut found = Ok(Vec::new());
    let open = sheet(ctx, "Find", "Find and select", 420.0, |ui| {
        let field = ui.add(TextEdit::singleline(&mut find.text).hint_text("label = car and area < 400").desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Condition"));
        if !field.has_focus() {
            field.request_focus();
        }
        found = matching(app, &find);
        let (answer, color) = match &found {
            Ok(ids) => (format!("{} of {} shapes", ids.len(), app.editor.document().instances().len()), colors.text_weak.0),
            Err(error) => (error.clone(), colors.warn.0),
        };
        ui.label(RichText::new(answer).color(color));
        ui.label(RichText::new(HELP).small().color(colors.text_weak.0));
    });
    if enter && let Ok(ids) = found {
        let first = ids.first().copied();
        app.tell(Event::Select(ids));
        if let Some(first) = first {
            app.tell(Event::Reveal(first));
        }
    } else if open {
        app.ui.find = Some(find);
    }
    app.ui.focus_canvas |= app.ui.find.is_none();
}

fn ask_authors(app: &LimnApp) {
    let Some(place) = app.editor.place() else { return };
    let mailbox = app.mailbox.clone();
    let read = move |project: &mut limn_store::Project| {
        let authors = project.authors_at(place.file, place.frame);
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| match (authors, &mut app.ui.find) {
            (Ok(authors), Some(find)) => find.authors = Some(authors),
            (Err(error), _) => app.ui.toasts.add(&Notice::error(error.to_string())),
            (Ok(_), None) => {}
        })));
    };
    app.ask_store(StoreRequest::Run(Box::new(read)));
}

/// The instances that the condition holds for, hidden and locked ones left out.
fn matching(app: &LimnApp, find: &Find) -> Result<Vec<InstanceId>, String> {
    let query = Query::parse(&find.text).map_err(|error| error.to_string())?;
    let editor = &app.editor;
    let query = query.resolve(&editor.schema).map_err(|error| error.to_string())?;
    let file = editor.file().map_or("", |entry| entry.file.name.as_str());
    let looked = editor.file().map(|entry| (entry.file.status, &entry.looked));
    let names: HashMap<_, _> = editor.schema.labels.iter().map(|label| (label.id, label.name.as_str())).collect();
    let holds = |instance: &&limn_core::Instance| {
        let label = names.get(&instance.label).copied().unwrap_or_default();
        let author = find.authors.as_ref().and_then(|authors| authors.get(&instance.id)).map_or("", String::as_str);
        let context = QueryContext { label, file, author, answers: Some(editor.place_answers()), looked };
        !editor.is_hidden(instance.id) && !editor.is_locked(instance.id) && query.matches(instance, context)
    };
    Ok(editor.document().instances().iter().filter(holds).map(|instance| instance.id).collect())
}
