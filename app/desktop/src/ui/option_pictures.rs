//! Small pictures of options, from the project's guides: read one after the other on a thread, those in sight alone.

use super::guide::read_picture;
use crate::app::LimnApp;
use crate::theme;
use egui::{Atom, Context, CornerRadius, Painter, Rect, TextureHandle, TextureId, Ui, Vec2};
use std::collections::HashMap;

/// Longest side that is kept, in pixels.
const MAX_SIDE: u32 = 96;
/// Pictures that are kept.
const MAX_KEPT: usize = 256;

/// What was read.
#[derive(Default)]
pub struct OptionPictures {
    known: HashMap<String, Known>,
    /// One that is in sight and not read yet.
    wanted: Option<String>,
    /// Grows when all are forgotten: what was read before counts for nothing.
    generation: u64,
    is_reading: bool,
    /// The schema of which was read.
    schema: u64,
}

struct Known {
    /// `None`: there is no such picture.
    picture: Option<TextureHandle>,
    /// The pass in which it was looked at last.
    seen: u64,
}

/// What stands in the place of a picture.
#[derive(Clone, Copy)]
pub enum Look {
    /// Nothing: there is no picture.
    Nothing,
    /// It is still to be read.
    Waiting,
    /// It, and its size.
    Ready(TextureId, Vec2),
}

impl OptionPictures {
    /// Another project, or another window: nothing that was read is there any more.
    pub fn forget(&mut self) {
        *self = Self { generation: self.generation + 1, ..Self::default() };
    }

    /// What is known of a picture.
    pub fn look(&mut self, ctx: &Context, path: &str) -> Look {
        if path.is_empty() {
            return Look::Nothing;
        }
        let Some(known) = self.known.get_mut(path) else { return Look::Waiting };
        known.seen = ctx.cumulative_pass_nr();
        known.picture.as_ref().map_or(Look::Nothing, |picture| Look::Ready(picture.id(), picture.size_vec2()))
    }

    /// The picture is at this place: it is read when that is in sight.
    pub fn want(&mut self, ui: &Ui, rect: Rect, path: &str, look: Look) {
        if matches!(look, Look::Waiting) && ui.is_rect_visible(rect) && self.wanted.is_none() {
            self.wanted = Some(path.to_owned());
        }
    }

    /// The picture, fitted into a place.
    pub fn paint(&mut self, ui: &Ui, rect: Rect, path: &str) {
        let look = self.look(ui.ctx(), path);
        look.paint(ui.painter(), rect);
        self.want(ui, rect, path, look);
    }

    fn take(&mut self, now: u64, path: String, picture: Option<TextureHandle>) {
        self.is_reading = false;
        if self.known.len() >= MAX_KEPT {
            self.known.retain(|_, known| known.seen + 2 >= now);
        }
        self.known.insert(path, Known { picture, seen: now });
    }
}

impl Look {
    /// As a part of a button, in a square; `None` where there is no picture.
    pub fn atom<'a>(self, side: f32) -> Option<Atom<'a>> {
        let atom = Atom::paint(Vec2::splat(side), move |ui, place| self.paint(ui.painter(), place.rect));
        (!matches!(self, Self::Nothing)).then_some(atom)
    }

    fn paint(self, painter: &Painter, rect: Rect) {
        let corner = CornerRadius::same(theme::tokens().size.corner / 2);
        match self {
            Self::Nothing => {}
            Self::Waiting => drop(painter.rect_filled(rect, corner, theme::colors(painter.ctx()).hover.0)),
            Self::Ready(picture, size) => {
                let scale = (rect.size() / size.max(Vec2::splat(1.0))).min_elem();
                let place = Rect::from_center_size(rect.center(), size * scale);
                let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
                painter.image(picture, place, whole, egui::Color32::WHITE);
            }
        }
    }
}

/// When all is laid out: begins to read the next picture that is in sight.
pub fn read_next(app: &mut LimnApp, ctx: &Context) {
    let schema = app.editor.schema_revision();
    let pictures = &mut app.ui.option_pictures;
    if std::mem::replace(&mut pictures.schema, schema) != schema {
        // One that could not be read may be there now.
        pictures.known.retain(|_, known| known.picture.is_some());
    }
    let wanted = pictures.wanted.take().filter(|_| !pictures.is_reading);
    // So many in sight at once are not read any more: they would take turns for ever.
    let now = ctx.cumulative_pass_nr();
    let is_full = pictures.known.len() >= MAX_KEPT && pictures.known.values().all(|known| known.seen + 2 >= now);
    let Some(path) = wanted.filter(|_| !is_full) else { return };
    let generation = pictures.generation;
    let (taken, seen) = (path.clone(), ctx.clone());
    let is_reading = read_picture(app, ctx, path, MAX_SIDE, move |app, picture| {
        let pictures = &mut app.ui.option_pictures;
        if pictures.generation == generation {
            pictures.take(seen.cumulative_pass_nr(), taken, picture.ok());
        }
    });
    app.ui.option_pictures.is_reading = is_reading;
}
