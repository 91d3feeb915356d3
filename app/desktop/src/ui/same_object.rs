//! By hand: which sequence of another file the selected one is.

use super::widgets::sheet;
use crate::app::LimnApp;
use crate::session::Message;
use crate::theme;
use egui::{Context, Key, Modifiers, RichText, Role, ScrollArea, TextEdit, WidgetInfo};
use limn_core::Sequence;
use limn_editor::Notice;
use limn_store::StoreError;
use limn_store::writer::StoreRequest;

/// Most that are listed; a text narrows them down.
const MOST: usize = 100;

/// The sheet.
pub(crate) struct SameSheet {
    of: Sequence,
    /// Sequences of its label in other files, with what they are called; `None`: they are being read.
    found: Option<Vec<(Sequence, String)>>,
    text: String,
    at: usize,
}

impl LimnApp {
    /// Asks which sequence of another file this one is.
    pub(crate) fn open_same_object(&mut self, of: &Sequence) {
        let (label, file, mailbox) = (of.label, of.file, self.mailbox.clone());
        let read = move |project: &mut limn_store::Project| {
            let mut found = Vec::new();
            let done = project.for_each_sequence(|sequence| {
                if sequence.label == label && sequence.file != file {
                    found.push(sequence);
                }
                Ok::<_, StoreError>(())
            });
            match done {
                Ok(()) => mailbox.send(Message::Answer(Box::new(move |app| app.take_same_objects(found)))),
                Err(error) => mailbox.send(Message::Notice(Notice::error(error.to_string()))),
            }
        };
        if self.ask_store(StoreRequest::Run(Box::new(read))) {
            self.ui.same_object = Some(SameSheet { of: of.clone(), found: None, text: String::new(), at: 0 });
        }
    }

    fn take_same_objects(&mut self, found: Vec<Sequence>) {
        let name = |sequence: Sequence| {
            let entry = self.editor.files.iter().find(|entry| entry.file.id == sequence.file)?;
            let told = format!("{} of {}", self.editor.sequence_name(&sequence), entry.file.name);
            Some((sequence, told))
        };
        let named = found.into_iter().filter_map(name).collect();
        if let Some(sheet) = &mut self.ui.same_object {
            sheet.found = Some(named);
        }
    }
}

/// The sheet, if it is open.
pub(super) fn same_object_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut state) = app.ui.same_object.take() else { return };
    let wanted = state.text.to_lowercase();
    let all = state.found.as_deref().unwrap_or_default();
    let shown: Vec<(Sequence, String)> = all.iter().filter(|(_, told)| told.to_lowercase().contains(&wanted)).take(MOST).cloned().collect();
    let mut chosen = None;
    ctx.input_mut(|input| {
        if input.consume_key(Modifiers::NONE, Key::ArrowDown) {
            state.at += 1;
        }
        if input.consume_key(Modifiers::NONE, Key::ArrowUp) {
            state.at = state.at.saturating_sub(1);
        }
        state.at = state.at.min(shown.len().saturating_sub(1));
        if input.consume_key(Modifiers::NONE, Key::Enter) {
            chosen = shown.get(state.at).map(|(sequence, _)| sequence.id);
        }
    });
    let title = format!("Which one is {} in another file?", app.editor.sequence_name(&state.of));
    let open = sheet(ctx, "same object", &title, 420.0, |ui| {
        let colors = theme::colors(ui.ctx());
        let field = ui.add(TextEdit::singleline(&mut state.text).hint_text("Number, name or file").desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Find a sequence"));
        if ui.memory(|memory| memory.focused().is_none()) {
            field.request_focus();
        }
        let told = match (&state.found, shown.len()) {
            (None, _) => "Reading…".to_owned(),
            (Some(_), 0) => "No sequence of its label in another file.".to_owned(),
            (Some(_), MOST) => format!("The first {MOST}. Type to find others. Enter: this one."),
            (Some(_), _) => "Enter: this one. Both are one object then, and all that are one with either.".to_owned(),
        };
        ui.label(RichText::new(told).small().color(colors.text_weak.0));
        let height = (shown.len() as f32 * 26.0).min(ui.ctx().content_rect().height() * 0.5);
        ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            for (at, (sequence, told)) in shown.iter().enumerate() {
                if ui.selectable_label(at == state.at, told).clicked() {
                    chosen = Some(sequence.id);
                }
            }
        });
    });
    match (chosen, open) {
        (Some(other), _) => {
            app.join_sequences(vec![(other, state.of.id)]);
            app.ui.focus_canvas = true;
        }
        (None, true) => app.ui.same_object = Some(state),
        (None, false) => app.ui.focus_canvas = true,
    }
}
