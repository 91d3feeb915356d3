//! Before an export: what is complete, and whether the rest goes with it.

use super::sheet;
use crate::app::LimnApp;
use crate::dialogs::Purpose;
use crate::theme;
use egui::{Context, Key, RichText};
use limn_core::{FileStatus, Progress};

/// The question; an answer asks for the file to write.
pub(super) fn export_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut choice) = app.ui.export.take() else { return };
    let enter = ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter));
    let files = &app.editor.files;
    let complete = files.iter().filter(|entry| entry.file.status == FileStatus::Complete).count();
    let behind = files.iter().filter(|entry| matches!(entry.progress(), Progress::Behind | Progress::Unknown)).count();
    let told = format!("{complete} of {} files are complete.", files.len());
    let has_work_frames = files.iter().any(|entry| !entry.work_frames.is_all());
    let has_clips = files.iter().any(|entry| entry.file.clip.is_some());
    let mut go = false;
    let open = sheet(ctx, "export", Purpose::Export(choice).title(), 460.0, |ui| {
        let colors = theme::colors(ui.ctx());
        ui.label(told);
        if behind > 0 {
            let text = format!(
                "{behind} of them have labels that were not looked for or questions that came later, or nobody knows which; they are marked."
            );
            ui.label(RichText::new(text).color(colors.warn.0));
        }
        ui.checkbox(&mut choice.incomplete, "Export files that are not complete, too")
            .on_hover_text("They are marked in COCO and in Limn's own format. A file of Limn's own format (.jsonl) always holds all.");
        if has_clips {
            ui.checkbox(&mut choice.join_clips, "Clips of one video as that video")
                .on_hover_text("With the frames of the video. Sequences that are one object become one; where clips overlap, the earlier one counts up to the middle.");
        }
        if has_work_frames {
            ui.checkbox(&mut choice.work_frames, "Of videos, work frames alone")
                .on_hover_text("Where the format writes frame by frame. The numbers of the frames stay those of the video.");
        }
        ui.add_space(6.0);
        go = ui.button(RichText::new("Choose the file to write…").strong()).clicked();
    });
    if go || enter {
        app.ask_path(Purpose::Export(choice));
    } else if open {
        app.ui.export = Some(choice);
    } else {
        app.ui.focus_canvas = true;
    }
}
