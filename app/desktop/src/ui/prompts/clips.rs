//! Into which clips the open video is cut.

use super::sheet;
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, Key, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo};
use limn_core::clip::cuts::{self, CutError};
use limn_core::{FileId, FileKind, FileRecord, Frames};
use limn_editor::{Command, Notice};

/// Most clips of which the preview tells the frames.
const MOST_TOLD: usize = 200;

/// How they are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Length,
    Scenes,
    List,
}

/// The sheet.
#[derive(Clone)]
pub(crate) struct CutSheet {
    file: FileId,
    way: Way,
    length: String,
    overlap: String,
    list: String,
}

impl CutSheet {
    fn new(file: FileId) -> Self {
        Self { file, way: Way::Length, length: "300".into(), overlap: "30".into(), list: String::new() }
    }

    fn cuts(&self, frames: u64) -> Result<Vec<Frames>, CutError> {
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_no_number| CutError::Text(text.trim().chars().take(40).collect()));
        match self.way {
            Way::Length => cuts::by_length(frames, number(&self.length)?, number(&self.overlap)?),
            Way::Scenes => Ok(Vec::new()),
            Way::List => cuts::listed(frames, &self.list),
        }
    }
}

impl LimnApp {
    /// Asks into which clips the open video is cut.
    pub(crate) fn open_cut_clips(&mut self) {
        self.ui.cut_clips = self.editor.place().map(|place| CutSheet::new(place.file));
    }

    /// Looks for scenes, and asks again with the clips that they make.
    fn cut_at_scenes(&mut self, sheet: CutSheet) {
        let file = sheet.file;
        let Some(frames) = self.counted_frames(file) else { return };
        self.find_scenes(file, "Nothing was cut.", move |app, name, begins| match cuts::at_scenes(frames, &begins) {
            Ok(cuts) => {
                let list = cuts.iter().map(|cut| format!("{}-{}", cut.first(), cut.last())).collect::<Vec<_>>().join(", ");
                let is_open = app.editor.file().is_some_and(|entry| entry.file.id == file);
                if is_open {
                    app.ui.cut_clips = Some(CutSheet { way: Way::List, list, ..sheet });
                } else {
                    let text = format!("{} scenes of {name} were found. Go back to it to cut them: {list}", cuts.len());
                    app.ui.toasts.add(&Notice::info(text));
                }
            }
            Err(error) => app.ui.toasts.add(&Notice::error(format!("{name}: {error}."))),
        });
    }

    /// How many frames a file has; `None` of a video whose frames are still being counted, since what a container says is an estimate.
    fn counted_frames(&self, file: FileId) -> Option<u64> {
        let file = &self.editor.files.iter().find(|entry| entry.file.id == file)?.file;
        match (file.kind, file.clip) {
            (FileKind::Video, None) => Some(self.pictures.index(&self.path_of(&file.path)?)?.frames()),
            _ => Some(file.frames),
        }
    }

    fn cut_clips(&mut self, file: FileId, cuts: Vec<Frames>) {
        let Some(frames) = self.counted_frames(file) else { return };
        self.job("Cut into clips", move |mut door, _cx| {
            let done = limn_jobs::cut_clips(&mut door, file, frames, &cuts)?;
            let clips = |count: usize| if count == 1 { "1 clip".to_owned() } else { format!("{count} clips") };
            let known = if done.known.is_empty() { String::new() } else { format!(" {} were there already.", clips(done.known.len())) };
            Ok(Notice::info(format!("{} cut. The video stays in the list with its work.{known}", clips(done.added.len())))
                .with(Command::Undo))
        });
    }
}

/// The sheet, if it is open.
pub(super) fn cut_clips_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut state) = app.ui.cut_clips.take() else { return };
    let Some(file) = app.editor.file().map(|entry| entry.file.clone()).filter(|file| file.id == state.file) else { return };
    let counted = app.counted_frames(file.id);
    let frames = counted.unwrap_or(file.frames);
    let enter = ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter));
    let (mut go, cuts) = (enter, state.cuts(frames));
    let open = sheet(ctx, "cut clips", "Cut into clips", 440.0, |ui| {
        ui.label("Each clip becomes a file of the list that can be completed by itself. Nothing is written anew, and the video stays.");
        ui.add_space(6.0);
        ways_ui(ui, &mut state, frames);
        ui.add_space(6.0);
        let is_sound = preview_ui(ui, &state, &file, &cuts, counted);
        let text = if state.way == Way::Scenes { "Find scenes" } else { "Cut" };
        go |= ui.add_enabled(is_sound, egui::Button::new(RichText::new(text).strong())).clicked();
        go &= is_sound;
    });
    match (go, open) {
        (true, _) => {
            match cuts {
                _ if state.way == Way::Scenes => app.cut_at_scenes(state),
                Ok(cuts) => app.cut_clips(file.id, cuts),
                Err(_told) => {}
            }
            app.ui.focus_canvas = true;
        }
        (false, true) => app.ui.cut_clips = Some(state),
        (false, false) => app.ui.focus_canvas = true,
    }
}

/// A line for each way; who types into its field means it.
fn ways_ui(ui: &mut Ui, state: &mut CutSheet, frames: u64) {
    let field = |ui: &mut Ui, text: &mut String, width: f32, name: &str, hint: &str| {
        let response = ui.add(TextEdit::singleline(text).desired_width(width).hint_text(hint));
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
        response.changed() || response.gained_focus()
    };
    ui.horizontal(|ui| {
        ui.radio_value(&mut state.way, Way::Length, "Of so many frames:");
        let length = field(ui, &mut state.length, 64.0, "Frames of a clip", "300");
        ui.label("of which the next one shares");
        if field(ui, &mut state.overlap, 56.0, "Frames that two clips share", "30") || length {
            state.way = Way::Length;
        }
    });
    ui.radio_value(&mut state.way, Way::Scenes, "Where another scene begins");
    ui.horizontal(|ui| {
        ui.radio_value(&mut state.way, Way::List, "These:");
        let hint = format!("Ranges up to {}, such as 0-299, 270-599", frames.saturating_sub(1));
        if field(ui, &mut state.list, ui.available_width() - 8.0, "These clips", &hint) {
            state.way = Way::List;
        }
    });
}

/// How many clips there will be, and their frames; whether they can be cut.
fn preview_ui(ui: &mut Ui, state: &CutSheet, file: &FileRecord, cuts: &Result<Vec<Frames>, CutError>, counted: Option<u64>) -> bool {
    let colors = theme::colors(ui.ctx());
    let (told, color, is_sound) = match cuts {
        _ if counted.is_none() => ("The video's frames are still being counted.".to_owned(), colors.text_weak.0, false),
        _ if state.way == Way::Scenes => (
            "Every frame is looked at once; you can go on meanwhile. The clips are shown before they are cut.".to_owned(),
            colors.text_weak.0,
            true,
        ),
        Ok(cuts) => {
            let clips = if cuts.len() == 1 { "1 clip".to_owned() } else { format!("{} clips", cuts.len()) };
            (format!("{clips} of {} frames:", counted.unwrap_or_default()), colors.text.0, true)
        }
        Err(error) => (format!("{error}."), colors.warn.0, false),
    };
    let response = ui.label(RichText::new(&told).color(color));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &told));
    if let (Ok(cuts), true) = (cuts, state.way != Way::Scenes) {
        let global = |frame| file.global_frame(frame);
        let bounds = cuts.iter().take(MOST_TOLD).map(|cut| format!("{}–{}", global(cut.first()), global(cut.last())));
        let more = if cuts.len() > MOST_TOLD { ", …" } else { "" };
        let text = bounds.collect::<Vec<_>>().join(",  ") + more;
        ScrollArea::vertical().max_height(120.0).show(ui, |ui| {
            let response = ui.label(RichText::new(&text).monospace().small());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Frames of the clips: {text}")));
        });
    }
    is_sound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_what_is_cut() {
        let sheet = CutSheet::new(FileId::from_parts(1, [1; 10]));
        let count = |sheet: CutSheet| sheet.cuts(600).map(|cuts| cuts.len());
        assert_eq!(count(sheet.clone()), Ok(3));
        assert_eq!(count(CutSheet { overlap: " 0 ".into(), ..sheet.clone() }), Ok(2));
        assert_eq!(count(CutSheet { length: "x".into(), ..sheet.clone() }), Err(CutError::Text("x".into())));
        assert_eq!(count(CutSheet { way: Way::List, list: "0-9, 5-20".into(), ..sheet }), Ok(2));
    }
}
