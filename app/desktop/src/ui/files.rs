//! The list of files: small picture, name, state.

use super::files_filter::filter_ui;
use super::widgets::{focus_ring, heading};
use crate::app::LimnApp;
use crate::thumbs::Poster;
use crate::{icons, theme};
use egui::{Align2, CornerRadius, FontFamily, FontId, Rect, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};
use limn_core::{FileKind, FileStatus, Progress};
use limn_editor::{Command, Event};

/// Height of a row: two lines beside a small picture.
const ROW: f32 = 48.0;
const THUMB: Vec2 = Vec2::new(60.0, 40.0);

/// The list.
pub fn files_ui(app: &mut LimnApp, ui: &mut Ui) {
    let done = app.editor.files.iter().filter(|entry| entry.file.status == FileStatus::Complete).count();
    heading(ui, "Files", &format!("{done} of {} complete", app.editor.files.len()));
    if app.editor.files.is_empty() {
        empty_ui(app, ui);
        return;
    }
    if app.editor.files.len() > 1 {
        filter_ui(app, ui);
    } else {
        app.editor.set_shown_files(None);
    }
    let mut open = None;
    ui.spacing_mut().item_spacing.y = 2.0;
    let current = app.editor.current();
    let mut area = ScrollArea::vertical().auto_shrink(false).id_salt("files");
    // The list follows the person, not the other way round.
    // The timeline of a video takes room when it comes: the row must still be in sight.
    let height = ui.available_height();
    let scrolled_to = current.map(|at| (at, height as u32));
    if app.ui.file_scrolled_to != scrolled_to
        && let Some(at) = current.and_then(|at| match app.ui.files.places() {
            Some(places) => places.binary_search(&at).ok(),
            None => Some(at),
        })
    {
        app.ui.file_scrolled_to = scrolled_to;
        let top = at as f32 * (ROW + 2.0);
        let offset = ui.ctx().data(|data| data.get_temp::<f32>(egui::Id::unique("files-offset"))).unwrap_or(0.0);
        if top < offset || top + ROW > offset + height {
            area = area.vertical_scroll_offset((top - height / 2.0).max(0.0));
        }
    }
    let shown = app.ui.files.shown();
    let num_rows = shown.as_ref().map_or(app.editor.files.len(), |shown| shown.len());
    let output = area.show_rows(ui, ROW, num_rows, |ui, range| {
        for row in range {
            let at = shown.as_ref().map_or(Some(row), |shown| shown.get(row).copied());
            let Some(at) = at.filter(|at| *at < app.editor.files.len()) else { continue };
            if row_ui(app, ui, at, current == Some(at)) {
                open = Some(at);
            }
        }
    });
    ui.ctx().data_mut(|data| data.insert_temp(egui::Id::unique("files-offset"), output.state.unclamped_offset().y));
    if let Some(at) = open {
        app.tell(Event::OpenFile(at));
        app.ui.file_scrolled_to = Some((at, height as u32));
        app.ui.focus_canvas = true;
    }
}

fn row_ui(app: &mut LimnApp, ui: &mut Ui, at: usize, selected: bool) -> bool {
    let colors = theme::colors(ui.ctx());
    let sizes = &theme::tokens().size;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
    let entry = &app.editor.files[at];
    let (name, kind, count, progress) = (entry.file.name.clone(), entry.file.kind, entry.num_instances, entry.progress());
    let (width, height, frames) = (entry.file.width, entry.file.height, entry.file.frames);
    let first = entry.file.clip.map_or(0, |clip| clip.first);
    let state = super::looked::word(entry);
    let of = app.editor.source_name(at);
    // Made for the one row under the pointer alone.
    let told = response.hovered().then(|| format!("{name} {}", entry.looked.told(entry.file.status, count, &app.editor.schema)));
    let clip = of.as_ref().map_or(String::new(), |of| format!(", clip of {of}"));
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, selected, format!("{name}{clip}, {state}, {count} instances")));
    if at == 0 {
        app.ui.add_pane(response.id);
    }
    if selected || response.hovered() {
        let ground = if selected { colors.accent_ground.0 } else { colors.hover.0 };
        ui.painter().rect_filled(rect, CornerRadius::same(sizes.corner), ground);
    }
    focus_ring(ui, &response, rect);
    let thumb = Rect::from_min_size(rect.min + Vec2::new(4.0, 4.0), THUMB);
    ui.painter().rect_filled(thumb, CornerRadius::same(3), colors.panel_low.0);
    let poster = app.poster(at);
    let texture = poster.and_then(|of| app.thumbs.get(ui.ctx(), &of, &app.pictures).map(|texture| (texture.id(), texture.size_vec2())));
    match texture {
        Some((id, size)) => {
            let scale = (THUMB.x / size.x).min(THUMB.y / size.y);
            let place = Rect::from_center_size(thumb.center(), size * scale);
            let all = Rect::from_min_max(egui::Pos2::ZERO, egui::Pos2::new(1.0, 1.0));
            ui.painter().image(id, place, all, egui::Color32::WHITE);
        }
        None => {
            let font = FontId::new(18.0, FontFamily::Name(theme::ICON_FAMILY.into()));
            ui.painter().text(thumb.center(), Align2::CENTER_CENTER, kind_icon(kind).0, font, colors.text_weak.0);
        }
    }
    let x = thumb.right() + 8.0;
    let room = rect.right() - x - 22.0;
    let painter = ui.painter();
    let line = |y: f32, text: String, size: f32, color: egui::Color32| {
        let mut job = egui::text::LayoutJob::simple_singleline(text, FontId::new(size, FontFamily::Proportional), color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(room);
        let galley = painter.layout_job(job);
        painter.galley(egui::pos2(x, y), galley, color);
    };
    line(rect.top() + 8.0, name.clone(), sizes.body, colors.text.0);
    let what = match of {
        _ if kind == FileKind::Image => format!("{width} × {height}"),
        // The frames first: names of clips differ at their ends, which are cut off here.
        Some(of) => format!("{first}–{} of {of}", first + frames.saturating_sub(1)),
        None => format!("{frames} frames"),
    };
    let note = if count == 0 { what } else { format!("{what} · {count}") };
    line(rect.top() + 27.0, note, sizes.small, colors.text_weak.0);
    let (icon, color) = match (progress, count) {
        (Progress::Complete, _) => (icons::CIRCLE_CHECK, colors.ok.0),
        (Progress::Behind | Progress::Unknown, _) => (icons::WARN, colors.warn.0),
        (Progress::Open, 0) => (icons::CIRCLE, colors.text_weak.0.gamma_multiply(0.6)),
        (Progress::Open, _) => (icons::CIRCLE_DOT, colors.accent.0),
    };
    let font = FontId::new(14.0, FontFamily::Name(theme::ICON_FAMILY.into()));
    painter.text(egui::pos2(rect.right() - 12.0, rect.center().y), Align2::CENTER_CENTER, icon.0, font, color);
    response.on_hover_text(told.unwrap_or(name)).clicked()
}

impl LimnApp {
    /// The picture that stands for a file: of a clip, one of its own frames.
    fn poster(&self, at: usize) -> Option<Poster> {
        let file = &self.editor.files.get(at)?.file;
        let of_clip = file.clip.is_some() && file.kind == FileKind::Video;
        let key = self.picture_key(at, if file.clip.is_some() { file.frames / 10 } else { 0 })?;
        Some(if of_clip { Poster::Frame(key) } else { Poster::Whole(key.path) })
    }
}

fn kind_icon(kind: FileKind) -> icons::Icon {
    match kind {
        FileKind::Image => icons::IMAGE,
        FileKind::Video => icons::VIDEO,
        FileKind::Sequence => icons::SEQUENCE,
    }
}

fn empty_ui(app: &mut LimnApp, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    ui.add_space(16.0);
    let keys = app.caps.first(&app.keymap, Command::AddFiles);
    ui.label(egui::RichText::new(format!("Drop images, videos or folders here, or press {keys}.")).color(colors.text_weak.0));
    ui.add_space(8.0);
    let response = ui.button(Command::AddFiles.info().title);
    app.ui.add_pane(response.id);
    if response.clicked() {
        app.tell(Event::Command(Command::AddFiles));
    }
    if ui.button(Command::AddFolder.info().title).clicked() {
        app.tell(Event::Command(Command::AddFolder));
    }
}
