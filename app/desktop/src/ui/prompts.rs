//! One-line questions: a frame number, a name.

mod ahead;
mod clips;
mod export;
mod work_frames;

use self::ahead::ask_ahead;
pub(crate) use self::clips::CutSheet;
pub(crate) use self::work_frames::WorkFramesSheet;
use super::widgets::sheet;
use crate::app::LimnApp;
use egui::{Context, Key, Role, TextEdit, WidgetInfo};
use limn_core::Mark;
use limn_editor::{Event, EventEdit};

/// The questions.
pub fn prompts_ui(app: &mut LimnApp, ctx: &Context) {
    let last = app.editor.num_frames().saturating_sub(1);
    if let Some(text) = app.ui.go_to_frame.take() {
        let (text, answer) = ask(ctx, "Go to frame", &format!("0 to {last}"), text);
        app.ui.go_to_frame = text;
        if let Some(frame) = answer.and_then(|answer| answer.trim().parse().ok()) {
            app.tell(Event::GoToFrame(frame));
        }
        app.ui.focus_canvas |= app.ui.go_to_frame.is_none();
    }
    if let Some(text) = app.ui.snapshot_name.take() {
        let (text, answer) = ask(ctx, "Name this state", "A name, such as delivery-3", text);
        app.ui.snapshot_name = text;
        if let Some(name) = answer.filter(|name| !name.trim().is_empty()) {
            app.snapshot(name.trim().to_owned());
        }
        app.ui.focus_canvas |= app.ui.snapshot_name.is_none();
    }
    if let Some((id, text)) = app.ui.sequence_name.take() {
        let (text, answer) = ask(ctx, "Name of the sequence", "A name beside its number, such as number 7; empty takes it away", text);
        app.ui.sequence_name = text.map(|text| (id, text));
        if let Some(name) = answer {
            app.tell(Event::NameSequence(id, name));
        }
        app.ui.focus_canvas |= app.ui.sequence_name.is_none();
    }
    export::export_ui(app, ctx);
    work_frames::work_frames_ui(app, ctx);
    clips::cut_clips_ui(app, ctx);
    edit_prompts_ui(app, ctx);
    super::issues::new_issue_ui(app, ctx);
}

/// Questions about the selected, or what was copied.
fn edit_prompts_ui(app: &mut LimnApp, ctx: &Context) {
    if let Some(text) = app.ui.paste_ahead.take() {
        let (text, count) = ask_ahead(ctx, app.editor.ahead(), app.editor.is_video(), text);
        app.ui.paste_ahead = text;
        if let Some(count) = count {
            app.tell(Event::PasteAhead(count));
        }
        app.ui.focus_canvas |= app.ui.paste_ahead.is_none();
    }
    if let Some(text) = app.ui.unsure.take() {
        let (text, answer) = ask(ctx, "Why unsure?", "A few words for the reviewer; empty takes the mark off", text);
        app.ui.unsure = text;
        if let Some(note) = answer {
            let note = Some(note.trim().to_owned()).filter(|note| !note.is_empty());
            app.tell(Event::SetMark(app.editor.selection().to_vec(), Mark::Unsure(note)));
        }
        app.ui.focus_canvas |= app.ui.unsure.is_none();
    }
    if let Some(text) = app.ui.relate.take() {
        let (text, answer) = ask(ctx, "Relate the first to the others", "What links them, such as rides, or part of", text);
        app.ui.relate = text;
        if let Some(kind) = answer {
            app.ui.relation_kind.clone_from(&kind);
            app.tell(Event::Relate(kind));
        }
        app.ui.focus_canvas |= app.ui.relate.is_none();
    }
    if let Some(text) = app.ui.role.take() {
        let roles = app.editor.selected_event().and_then(|event| app.editor.schema.label(event.label));
        let roles: Vec<&str> = roles.map(|label| label.roles().collect()).unwrap_or_else(|| limn_core::event::ROLES.to_vec());
        let (text, answer) = ask(ctx, "They take part as", &format!("{}, or another role", roles.join(", ")), text);
        app.ui.role = text;
        if let Some(role) = answer {
            app.tell(Event::EditEvent(EventEdit::AddSelected(role)));
        }
        app.ui.focus_canvas |= app.ui.role.is_none();
    }
    if let Some(text) = app.ui.visible.take() {
        let (text, answer) = ask(ctx, "Visible per cent", "0 to 100; empty when not told", text);
        app.ui.visible = text;
        if let Some(answer) = answer {
            let percent = answer.trim().trim_end_matches('%').trim().parse::<u8>().ok().filter(|percent| *percent <= 100);
            if percent.is_some() || answer.trim().is_empty() {
                app.tell(Event::SetMark(app.editor.selection().to_vec(), Mark::Visible(percent)));
            }
        }
        app.ui.focus_canvas |= app.ui.visible.is_none();
    }
}

/// Asks; the first of the answer is the text while it goes on, the second what was accepted.
fn ask(ctx: &Context, title: &str, hint: &str, mut text: String) -> (Option<String>, Option<String>) {
    let enter = ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter));
    let mut accept = enter;
    let open = sheet(ctx, title, title, 320.0, |ui| {
        let field = ui.add(TextEdit::singleline(&mut text).hint_text(hint).desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, title));
        if !field.has_focus() {
            field.request_focus();
        }
        accept |= ui.button("OK").clicked();
    });
    match (accept, open) {
        (true, _) => (None, Some(text)),
        (false, true) => (Some(text), None),
        (false, false) => (None, None),
    }
}
