//! What explains an option: its guide and its picture.

use super::SchemaRoom;
use super::fields::row;
use super::guide::guide_ui;
use crate::app::LimnApp;
use crate::dialogs::Purpose;
use crate::session::Message;
use crate::theme;
use egui::{Button, Frame, Margin, RichText, Role, Sense, Ui, Vec2, WidgetInfo};
use limn_core::schema::attribute::AttributeOption;
use limn_core::schema::{AttributeId, OptionId};
use limn_editor::Notice;
use limn_editor::schema_draft::Edit;
use limn_jobs::JobError;
use std::path::PathBuf;
use std::sync::Arc;

/// Side of the picture, in points.
const SIDE: f32 = 72.0;

/// The fields below the list.
pub fn option_ui(app: &mut LimnApp, room: &mut SchemaRoom, attribute: AttributeId, option: &AttributeOption, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let frame = Frame::NONE.fill(colors.panel.0).inner_margin(Margin::same(10)).corner_radius(theme::tokens().size.corner);
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let title = ui.label(RichText::new(&option.name).strong());
        title.widget_info(|| WidgetInfo::labeled(Role::Heading, true, format!("Option {}", option.name)));
        ui.add_space(4.0);
        row(room, ui, "Picture", "picture", |room, ui| picture_ui(app, room, attribute, option, ui));
        let mut guide = option.guide.clone();
        if guide_ui(room, ui, &mut guide, "When it is taken, with examples; shown beside the canvas (F10)") {
            room.edit(Edit::GuideOption(attribute, option.id, guide));
        }
    });
    if std::mem::take(&mut room.shows_option) {
        shown.response.scroll_to_me(None);
    }
}

fn picture_ui(app: &mut LimnApp, room: &mut SchemaRoom, attribute: AttributeId, option: &AttributeOption, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let can_write = app.editor.project.as_ref().is_some_and(|project| !project.read_only);
    ui.horizontal(|ui| {
        if !option.picture.is_empty() {
            let (rect, response) = ui.allocate_exact_size(Vec2::splat(SIDE), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Picture of {}", option.name)));
            app.ui.option_pictures.paint(ui, rect, &option.picture);
        }
        ui.vertical(|ui| {
            let mut button = |text: &str, name: &str, can: bool, why: &str| {
                let button = ui.add_enabled(can && can_write, Button::new(text));
                button.widget_info(|| WidgetInfo::labeled(Role::Button, can && can_write, name));
                let why = if can_write { why } else { "This project can only be read" };
                button.on_disabled_hover_text(why).clicked()
            };
            if button("Choose a file…", "Choose a file as the picture", true, "") {
                app.ask_path(Purpose::OptionPicture(attribute, option.id));
            }
            let can_cut = app.editor.selected_bounds().is_some();
            if button("Cut out the selected shape", "Cut out the selected shape as the picture", can_cut, "Select one shape on the picture")
            {
                app.cut_option_picture(attribute, option.id);
            }
            if !option.picture.is_empty() {
                if button("Without a picture", "Without a picture", true, "") {
                    room.edit(Edit::PictureOption(attribute, option.id, String::new()));
                }
                ui.label(RichText::new(&option.picture).small().color(colors.text_weak.0));
            }
        });
    });
}

impl LimnApp {
    /// Copies a file into the project's guides as the picture of an option of the draft; on a thread.
    pub(crate) fn take_option_picture(&mut self, attribute: AttributeId, option: OptionId, file: PathBuf) {
        let Some(dir) = self.session.as_ref().map(|session| session.dir.clone()) else { return };
        self.find_option_picture(attribute, option, move || limn_jobs::copy_option_picture(&dir, &file));
    }

    /// Cuts the selected shape out of the picture on the canvas, likewise.
    fn cut_option_picture(&mut self, attribute: AttributeId, option: OptionId) {
        let place = self.editor.place();
        let shown = self.on_canvas.as_ref().filter(|(on, _)| Some(*on) == place).map(|(_, shown)| shown.picture.clone());
        let Some(picture) = shown else {
            return self.ui.toasts.add(&Notice::info("The picture is not there yet. Wait a moment and do it again."));
        };
        let dir = self.session.as_ref().map(|session| session.dir.clone());
        let (Some(dir), Some((_, bounds))) = (dir, self.editor.selected_bounds()) else { return };
        self.find_option_picture(attribute, option, move || limn_jobs::cut_option_picture(&dir, &picture, bounds));
    }

    fn find_option_picture(
        &mut self,
        attribute: AttributeId,
        option: OptionId,
        work: impl FnOnce() -> Result<String, JobError> + Send + 'static,
    ) {
        let mailbox = self.mailbox.clone();
        self.tasks.start("Take a picture", Arc::new(self.mailbox.waker()), move |_task| {
            let found = work();
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| match (found, app.ui.schema.as_mut()) {
                (Ok(path), Some(room)) => room.edit(Edit::PictureOption(attribute, option, path)),
                (Ok(_), None) => {}
                (Err(error), _) => app.ui.toasts.add(&Notice::error(format!("No picture was taken: {error}"))),
            })));
        });
    }
}
