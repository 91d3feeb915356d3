//! Which frames of the open video are annotated.

use super::sheet;
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, Key, RichText, Role, TextEdit, Ui, WidgetInfo};
use limn_core::work_frames::{Made, WorkFramesError, parse_frames};
use limn_core::{FileId, FileKind, WorkFrames};
use limn_editor::Event;

/// How they are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    All,
    Every,
    Rate,
    Scenes,
    List,
}

/// What is typed.
#[derive(Clone, Debug, PartialEq)]
struct Typed {
    way: Way,
    step: String,
    from: String,
    rate: String,
    list: String,
}

/// The sheet.
pub(crate) struct WorkFramesSheet {
    file: FileId,
    typed: Typed,
    /// What came of it: worked out when something else is typed, since a rate asks for the time of every frame.
    chosen: Option<(Typed, u64, Result<WorkFrames, WorkFramesError>)>,
}

impl WorkFramesSheet {
    /// As it is now.
    pub fn new(file: FileId, now: &WorkFrames) -> Self {
        let mut typed = Typed { way: Way::Every, step: "10".into(), from: "0".into(), rate: "2".into(), list: String::new() };
        if let Some((step, offset)) = now.step() {
            (typed.step, typed.from) = (step.to_string(), offset.to_string());
        }
        if let Some(frames) = now.list().filter(|frames| frames.len() <= 1000) {
            typed.list = frames.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        }
        match now.made() {
            Made::Rate(thousandths) => (typed.way, typed.rate) = (Way::Rate, (f64::from(thousandths) / 1000.0).to_string()),
            Made::Scenes => typed.way = Way::Scenes,
            Made::ByHand if now.list().is_some() => typed.way = Way::List,
            Made::ByHand => {}
        }
        Self { file, typed, chosen: None }
    }
}

impl LimnApp {
    /// Asks which frames of the open video are annotated.
    pub(crate) fn open_work_frames(&mut self) {
        let now = self.editor.work_frames();
        self.ui.work_frames = self.editor.place().map(|place| WorkFramesSheet::new(place.file, &now));
    }
}

/// The sheet, if it is open.
pub(super) fn work_frames_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut state) = app.ui.work_frames.take() else { return };
    let Some(entry) = app.editor.file().filter(|entry| entry.file.id == state.file) else { return };
    let (frames, is_timed) = (entry.file.frames, entry.file.kind == FileKind::Video);
    let enter = ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter));
    let mut go = enter;
    let times = app.frame_times();
    let open = sheet(ctx, "work frames", "Work frames", 440.0, |ui| {
        let colors = theme::colors(ui.ctx());
        ui.label("The frames that are annotated. The video stays playable between, and what lies on other frames stays.");
        ui.add_space(6.0);
        ways_ui(ui, &mut state.typed, frames, is_timed);
        ui.add_space(6.0);
        let is_new = state.chosen.as_ref().is_none_or(|(typed, of, _)| *typed != state.typed || *of != frames);
        if is_new {
            let chosen = choose(&state.typed, frames, |frame| times.seconds(frame));
            state.chosen = Some((state.typed.clone(), frames, chosen));
        }
        let (told, color) = match state.chosen.as_ref().map(|(.., chosen)| chosen) {
            _ if state.typed.way == Way::Scenes => {
                ("Every frame is looked at once; you can go on meanwhile.".to_owned(), colors.text_weak.0)
            }
            Some(Ok(chosen)) => (format!("{} of {frames} frames", chosen.count_before(frames)), colors.text.0),
            Some(Err(error)) => (format!("{error}."), colors.warn.0),
            None => (String::new(), colors.text.0),
        };
        ui.horizontal(|ui| {
            let is_sound = state.typed.way == Way::Scenes || state.chosen.as_ref().is_some_and(|(.., chosen)| chosen.is_ok());
            let text = if state.typed.way == Way::Scenes { "Find scenes" } else { "Choose" };
            go |= ui.add_enabled(is_sound, egui::Button::new(RichText::new(text).strong())).clicked();
            go &= is_sound;
            let response = ui.label(RichText::new(&told).color(color));
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &told));
        });
    });
    match (go, open) {
        (true, _) => {
            if state.typed.way == Way::Scenes {
                app.choose_scenes(state.file);
            } else if let Some((.., Ok(chosen))) = state.chosen {
                app.tell(Event::SetWorkFrames(state.file, chosen));
            }
            app.ui.focus_canvas = true;
        }
        (false, true) => app.ui.work_frames = Some(state),
        (false, false) => app.ui.focus_canvas = true,
    }
}

/// A line for each way; who types into its field means it.
fn ways_ui(ui: &mut Ui, typed: &mut Typed, frames: u64, is_timed: bool) {
    let last = frames.saturating_sub(1);
    let field = |ui: &mut Ui, text: &mut String, width: f32, name: &str, hint: &str| {
        let response = ui.add(TextEdit::singleline(text).desired_width(width).hint_text(hint));
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
        response.changed() || response.gained_focus()
    };
    ui.radio_value(&mut typed.way, Way::All, "All frames");
    ui.horizontal(|ui| {
        ui.radio_value(&mut typed.way, Way::Every, "Every n-th, n =");
        let step = field(ui, &mut typed.step, 56.0, "Every n-th frame", "10");
        ui.label("from frame");
        if field(ui, &mut typed.from, 64.0, "From frame", "0") || step {
            typed.way = Way::Every;
        }
    });
    if is_timed {
        ui.horizontal(|ui| {
            ui.radio_value(&mut typed.way, Way::Rate, "By time, frames a second:");
            if field(ui, &mut typed.rate, 56.0, "Frames a second", "2") {
                typed.way = Way::Rate;
            }
        });
    }
    ui.radio_value(&mut typed.way, Way::Scenes, "Where another scene begins");
    ui.horizontal(|ui| {
        ui.radio_value(&mut typed.way, Way::List, "These:");
        if field(
            ui,
            &mut typed.list,
            ui.available_width() - 8.0,
            "These frames",
            &format!("Numbers and ranges up to {last}, such as 1, 5, 9-20"),
        ) {
            typed.way = Way::List;
        }
    });
}

fn choose(typed: &Typed, frames: u64, seconds: impl Fn(u64) -> f64) -> Result<WorkFrames, WorkFramesError> {
    let number = |text: &str| text.trim().parse::<u64>().map_err(|_no_number| WorkFramesError::Text(text.trim().to_owned()));
    match typed.way {
        Way::All | Way::Scenes => Ok(WorkFrames::default()),
        Way::Every => {
            let (step, from) = (number(&typed.step)?, number(&typed.from)?);
            match from < frames {
                true => WorkFrames::every(step, from),
                false => Err(WorkFramesError::Beyond { frame: from, last: frames.saturating_sub(1) }),
            }
        }
        Way::Rate => {
            let text = typed.rate.trim().replace(',', ".");
            let rate = text.parse().map_err(|_no_number| WorkFramesError::Rate(typed.rate.trim().to_owned()))?;
            WorkFrames::at_rate(rate, frames, seconds)
        }
        Way::List => parse_frames(&typed.list, Some(frames)).and_then(WorkFrames::listed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_what_is_chosen_and_shown_again() {
        let file = FileId::from_parts(1, [1; 10]);
        let open = |now: &WorkFrames| WorkFramesSheet::new(file, now).typed;
        let again = |now: WorkFrames| assert_eq!(choose(&open(&now), 100, |frame| frame as f64 / 25.0), Ok(now));
        again(WorkFrames::every(7, 3).unwrap());
        again(WorkFrames::listed(vec![2, 5, 6, 7, 90]).unwrap());
        again(WorkFrames::at_rate(2.5, 100, |frame| frame as f64 / 25.0).unwrap());
        assert_eq!(open(&WorkFrames::at_scenes(vec![9]).unwrap()).way, Way::Scenes);
        let wrong = |typed: Typed| choose(&typed, 100, |frame| frame as f64 / 25.0).unwrap_err().to_string();
        let every = open(&WorkFrames::every(7, 3).unwrap());
        assert!(wrong(Typed { step: "0".into(), ..every.clone() }).contains("every 0th"));
        assert!(wrong(Typed { step: "".into(), ..every.clone() }).contains("neither a frame"));
        assert!(wrong(Typed { from: "100".into(), ..every.clone() }).contains("the last one is 99"));
        assert!(wrong(Typed { way: Way::Rate, rate: "x".into(), ..every }).contains("\"x\""));
    }
}
