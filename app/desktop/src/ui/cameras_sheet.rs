//! Which videos go with the open one, and how much later each begins.

use super::widgets::sheet;
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, Key, RichText, Role, ScrollArea, TextEdit, WidgetInfo};
use limn_core::camera::MAX_LINKED;
use limn_core::{FileId, FileKind};
use limn_editor::{CameraEvent, Command, Event};

/// What is typed.
pub(crate) struct CamerasSheet {
    of: FileId,
    rows: Vec<Row>,
    problem: Option<String>,
}

struct Row {
    file: FileId,
    name: String,
    is_chosen: bool,
    /// How much later it begins than the open one.
    offset: String,
}

/// How much later a video begins.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Later {
    Seconds(f64),
    /// So many frames of the open video; negative: of the other one, which begins before it.
    Frames(i64),
}

impl LimnApp {
    /// Asks which videos go with the open one.
    pub(crate) fn open_cameras(&mut self) {
        let Some(of) = self.editor.place().map(|place| place.file).filter(|_| self.editor.is_video()) else { return };
        let company = self.editor.company(of);
        let offset = |file: FileId| company.iter().find(|(id, _)| *id == file).map(|(_, offset)| *offset);
        let own = offset(of).unwrap_or(0);
        let others = self.editor.files.iter().filter(|entry| entry.file.kind == FileKind::Video && entry.file.id != of);
        let mut rows: Vec<Row> = others
            .map(|entry| {
                let later = offset(entry.file.id).map(|offset| offset.saturating_sub(own));
                let text = later.map_or_else(|| "0".to_owned(), |later| (later as f64 / 1e6).to_string());
                Row { file: entry.file.id, name: entry.file.name.clone(), is_chosen: later.is_some(), offset: text }
            })
            .collect();
        rows.sort_by_key(|row| !row.is_chosen);
        self.ui.cameras = Some(CamerasSheet { of, rows, problem: None });
    }

    /// What the common clock shows at the beginning of each, the open video's first.
    fn group_of(&self, sheet: &CamerasSheet) -> Result<Vec<(FileId, i64)>, String> {
        let mut group = vec![(sheet.of, 0)];
        let reads = || "The videos' frames are still being read. Ask again in a moment, or say seconds.".to_owned();
        for row in sheet.rows.iter().filter(|row| row.is_chosen) {
            let later = match parse(&row.offset)
                .ok_or_else(|| format!("\"{}\" is no time: say 1.5 for seconds, or 45 f for frames.", row.offset))?
            {
                Later::Seconds(seconds) => (seconds * 1e6).round() as i64,
                Later::Frames(frames) => {
                    let counted = self.footage_of(if frames < 0 { row.file } else { sheet.of }).ok_or_else(reads)?;
                    if frames.unsigned_abs() >= counted.count() {
                        return Err(format!(
                            "There is no frame {}: the last one is {}.",
                            frames.unsigned_abs(),
                            counted.count().saturating_sub(1)
                        ));
                    }
                    limn_jobs::frame_time_us(&counted, frames.unsigned_abs()) * frames.signum()
                }
            };
            group.push((row.file, later));
        }
        if group.len() > MAX_LINKED {
            return Err(format!("At most {MAX_LINKED} videos go together; {} are chosen with this one.", group.len() - 1));
        }
        Ok(group)
    }
}

/// "1.5", "-0,2 s", "45 f".
fn parse(text: &str) -> Option<Later> {
    let text = text.trim().replace(',', ".");
    if let Some(frames) = text.strip_suffix("frames").or(text.strip_suffix('f')) {
        return frames.trim().parse().ok().map(Later::Frames);
    }
    let seconds: f64 = text.strip_suffix('s').unwrap_or(&text).trim().parse().ok()?;
    seconds.is_finite().then_some(Later::Seconds(seconds))
}

/// The sheet, if it is open.
pub fn cameras_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut asked) = app.ui.cameras.take() else { return };
    let enter = ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter));
    let (mut link, mut unlink) = (enter, false);
    let name = app.editor.file().map_or(String::new(), |entry| entry.file.name.clone());
    let key = app.caps.first(&app.keymap, Command::SameMoment);
    let open = sheet(ctx, "cameras", &format!("Cameras that go with {name}"), 480.0, |ui| {
        let colors = theme::colors(ui.ctx());
        let weak = |text: &str| RichText::new(text.to_owned()).color(colors.text_weak.0);
        if asked.rows.is_empty() {
            ui.label("The project has no other video. Add those that the other cameras took at the same time.");
        }
        let (height, count) = (ui.spacing().interact_size.y, asked.rows.len());
        ScrollArea::vertical().max_height(ui.ctx().content_rect().height() * 0.5).show_rows(ui, height, count, |ui, shown| {
            for row in asked.rows.iter_mut().take(shown.end).skip(shown.start) {
                ui.horizontal(|ui| {
                    ui.checkbox(&mut row.is_chosen, &row.name);
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        ui.label(weak("later"));
                        let field = ui.add(TextEdit::singleline(&mut row.offset).desired_width(80.0));
                        row.is_chosen |= field.changed();
                        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, format!("{} begins so much later", row.name)));
                    });
                });
            }
        });
        ui.add(egui::Label::new(weak("How much later each begins: 1.5 for seconds, 45 f for frames; with a minus, earlier.")).wrap());
        ui.add(
            egui::Label::new(weak(&format!(
                "Not known? Close this, step to a moment that both show, and press {key} in one and then in the other."
            )))
            .wrap(),
        );
        if let Some(problem) = &asked.problem {
            ui.label(RichText::new(problem).color(colors.error.0));
        }
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            link |= ui.add_enabled(!asked.rows.is_empty(), egui::Button::new(RichText::new("Link").strong())).clicked();
            unlink = ui.add_enabled(!app.editor.linked().is_empty(), egui::Button::new("Unlink this video")).clicked();
        });
    });
    let group = match (link, unlink) {
        (_, true) => Some(Ok(vec![(asked.of, 0)])),
        (true, false) => Some(app.group_of(&asked)),
        (false, false) => None,
    };
    match group {
        Some(Err(problem)) => app.ui.cameras = Some(CamerasSheet { problem: Some(problem), ..asked }),
        Some(Ok(group)) => {
            app.settings.side_by_side |= group.len() > 1;
            app.tell(Event::Camera(CameraEvent::Link(group)));
            app.ui.focus_canvas = true;
        }
        None if open => app.ui.cameras = Some(asked),
        None => app.ui.focus_canvas = true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_frames_are_told_apart() {
        let of = |text: &str| parse(text);
        assert_eq!([of("1.5"), of(" -0,25 s"), of("0")], [1.5, -0.25, 0.0].map(|seconds| Some(Later::Seconds(seconds))));
        assert_eq!([of("45 f"), of("-3f"), of("2 frames")], [45, -3, 2].map(|frames| Some(Later::Frames(frames))));
        assert_eq!(["", "x", "1.5 f", "nan", "inf", "f", "99999999999999999999f"].map(of), [None; 7]);
    }
}
