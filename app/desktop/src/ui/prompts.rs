//! One-line questions: a frame number, a name.

use super::widgets::sheet;
use crate::app::LimnApp;
use egui::{Context, Key, Role, TextEdit, WidgetInfo};
use limn_editor::Event;

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
