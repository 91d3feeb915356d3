//! Small pictures of a video over its timeline, made in the background one at a time while nothing else is awaited.

use crate::app::LimnApp;
use crate::theme;
use egui::{ColorImage, Context, CornerRadius, Pos2, Rect, TextureHandle, TextureOptions, Ui, Vec2};
use limn_core::{FileId, FileKind};
use limn_media::PictureKey;
use std::collections::{HashMap, HashSet};

/// Height of the strip in points.
pub const HEIGHT: f32 = 44.0;
/// Width of one picture in points.
const WIDTHS: std::ops::RangeInclusive<f32> = 28.0..=110.0;
/// Most pictures of a file that are kept; a strip shows a few dozen, and others after the window was made wider.
const MAX_KEPT: usize = 256;
/// A frame so far from the key before it is not made: its key frame is shown instead.
const MAX_FROM_KEY: u64 = 300;

/// The small pictures of the open video.
#[derive(Default)]
pub struct Strip {
    file: Option<FileId>,
    waiting: Vec<(PictureKey, ColorImage)>,
    textures: HashMap<PictureKey, TextureHandle>,
    none: HashSet<PictureKey>,
    asked: Option<PictureKey>,
}

impl Strip {
    /// Takes a small picture that was asked for, or that there is none; the list of files asks for others.
    pub fn add(&mut self, key: PictureKey, image: Option<ColorImage>) {
        if self.asked.as_ref() != Some(&key) {
            return;
        }
        self.asked = None;
        match image {
            Some(image) => self.waiting.push((key, image)),
            None => drop(self.none.insert(key)),
        }
    }

    fn turn_to(&mut self, file: FileId, ctx: &Context) {
        if self.file != Some(file) || self.textures.len() > MAX_KEPT {
            *self = Self { file: Some(file), asked: self.asked.take(), ..Self::default() };
        }
        for (key, image) in self.waiting.drain(..) {
            self.textures.insert(key, ctx.load_texture("strip", image, TextureOptions::LINEAR));
        }
    }
}

/// Draws the strip; `frame_at` tells the frame that a place of the timeline means.
pub fn strip_ui(app: &mut LimnApp, ui: &Ui, rect: Rect, frame_at: impl Fn(f32) -> u64) {
    let (Some(at), Some(place)) = (app.editor.current(), app.editor.place()) else { return };
    let Some(entry) = app.editor.file() else { return };
    app.strip.turn_to(place.file, ui.ctx());
    let aspect = entry.file.width.max(1) as f32 / entry.file.height.max(1) as f32;
    let wanted_width = (HEIGHT * aspect).clamp(*WIDTHS.start(), *WIDTHS.end());
    let num_slots = ((rect.width() / wanted_width).round() as usize).clamp(1, MAX_KEPT / 4);
    let width = rect.width() / num_slots as f32;
    let colors = theme::colors(ui.ctx());
    let mut missing = None;
    for slot in 0..num_slots {
        let left = rect.left() + width * slot as f32;
        let area = Rect::from_min_size(Pos2::new(left, rect.top()), Vec2::new(width - 1.0, rect.height()));
        ui.painter().rect_filled(area, CornerRadius::ZERO, colors.panel_low.0);
        let span = [frame_at(left), frame_at(area.center().x), frame_at(left + width)];
        let Some(key) = key_of(app, at, span) else { continue };
        match app.strip.textures.get(&key) {
            Some(texture) => {
                let uv = cover(texture.size_vec2(), area.size());
                ui.painter().image(texture.id(), area, uv, egui::Color32::WHITE);
            }
            None if !app.strip.none.contains(&key) => missing = missing.or(Some(key)),
            None => {}
        }
    }
    // The person's own picture goes before.
    let is_idle = !app.editor.is_playing() && !app.editor.waits_for_picture() && !app.scrub.is_held();
    if let Some(key) = missing.filter(|_| is_idle && app.strip.asked.is_none())
        && app.pictures.ask_thumbnail(&key)
    {
        app.strip.asked = Some(key);
    }
}

/// The picture for a part of the timeline, given by its first, middle and last frame: a key frame within it if there is
/// one, since that is decoded soonest.
fn key_of(app: &LimnApp, at: usize, [first, middle, last]: [u64; 3]) -> Option<PictureKey> {
    let file = &app.editor.files.get(at)?.file;
    let key = app.picture_key(at, middle)?;
    if file.kind != FileKind::Video {
        return Some(key);
    }
    let index = app.pictures.index(&key.path)?;
    let frames = file.media_frames();
    let last_there = frames.there(index.frames()).saturating_sub(1);
    let media = |frame: u64| frames.media(frame.min(last_there));
    // From here on in frames of the media.
    let (first, frame, last) = (media(first)?, media(middle)?, media(last)?);
    let before = index.key_frame_before(frame)?;
    let within = index.key_frame_before(last).filter(|key| *key >= first);
    let frame = match within {
        Some(_) if before >= first => before,
        Some(within) => within,
        None if frame - before <= MAX_FROM_KEY => frame,
        None => before.max(frames.media(0)?),
    };
    Some(PictureKey { frame, ..key })
}

/// The part of a picture that fills an area without being stretched.
fn cover(picture: Vec2, area: Vec2) -> Rect {
    let scale = (area.x / picture.x).max(area.y / picture.y);
    let part = area / (picture * scale);
    Rect::from_center_size(Pos2::new(0.5, 0.5), part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_fills_its_place_without_being_stretched() {
        let all = cover(Vec2::new(96.0, 54.0), Vec2::new(48.0, 27.0));
        assert_eq!((all.min, all.max), (Pos2::ZERO, Pos2::new(1.0, 1.0)));
        let wide = cover(Vec2::new(96.0, 54.0), Vec2::new(96.0, 27.0));
        assert_eq!((wide.min, wide.max), (Pos2::new(0.0, 0.25), Pos2::new(1.0, 0.75)));
        let tall = cover(Vec2::new(54.0, 96.0), Vec2::new(24.0, 96.0));
        assert!((tall.width() - 24.0 / 54.0).abs() < 1e-6 && (tall.height() - 1.0).abs() < 1e-6);
    }
}
