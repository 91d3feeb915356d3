//! Cameras side by side: the canvas keeps its place among the others, which show their frames at the same moment.

use super::widgets::focus_ring;
use crate::app::LimnApp;
use crate::canvas::{PanePaint, PanesGpu, ShapeLook, in_pane};
use crate::theme;
use egui::{Align2, FontFamily, FontId, Pos2, Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use limn_core::camera::Moment;
use limn_core::{FileId, ImagePos, Instance};
use limn_editor::View;
use limn_render::Camera;

/// Points between two of them.
const GAP: f32 = 2.0;

/// What the shapes of a pane on the GPU were made of.
#[derive(PartialEq)]
pub struct Made {
    file: FileId,
    frame: u64,
    /// What the editor's look and the answers of the store were.
    states: (u64, u64),
    look: ShapeLook,
}

/// The place of the canvas, and of each pane in the order of [`crate::cameras::Panes::list`]; all of it without others.
pub fn divide(app: &LimnApp, all: Rect) -> (Rect, Vec<Rect>) {
    let linked = app.editor.linked();
    let here = app.editor.place().map(|place| place.file);
    let own = linked.iter().position(|(id, _)| Some(*id) == here);
    let Some(own) = own.filter(|_| app.is_side_by_side()) else { return (all, Vec::new()) };
    let cells = cells(all, linked.len());
    let place = |file: FileId| linked.iter().position(|(id, _)| *id == file).and_then(|at| cells.get(at)).copied();
    let panes = app.panes.list.iter().map(|pane| place(pane.file).unwrap_or(Rect::NOTHING)).collect();
    (cells.get(own).map_or(all, |cell| below_title(*cell)), panes)
}

/// Halves of the longer side, or quarters.
fn cells(all: Rect, count: usize) -> Vec<Rect> {
    let half = (all.size() - Vec2::splat(GAP)) / 2.0;
    let cell =
        |column: f32, row: f32, size: Vec2| Rect::from_min_size(all.min + Vec2::new(column * (half.x + GAP), row * (half.y + GAP)), size);
    match count {
        0 | 1 => vec![all],
        2 if all.width() >= all.height() => [0.0, 1.0].map(|column| cell(column, 0.0, Vec2::new(half.x, all.height()))).to_vec(),
        2 => [0.0, 1.0].map(|row| cell(0.0, row, Vec2::new(all.width(), half.y))).to_vec(),
        _ => [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(column, row)| cell(column, row, half)).to_vec(),
    }
}

fn below_title(cell: Rect) -> Rect {
    cell.with_min_y((cell.top() + theme::tokens().size.row).min(cell.bottom()))
}

/// The other cameras, and the title over the canvas.
pub fn panes_ui(app: &mut LimnApp, ui: &mut Ui, whole: Rect, own: Rect, panes: &[Rect]) {
    if panes.is_empty() {
        return;
    }
    let colors = theme::colors(ui.ctx());
    // Three leave a quarter empty.
    for cell in cells(whole, panes.len() + 1).into_iter().skip(panes.len() + 1) {
        ui.painter().rect_filled(cell, 0.0, colors.canvas.0);
    }
    ui.painter().rect_stroke(own, 0.0, egui::Stroke::new(1.0, colors.accent.0), egui::StrokeKind::Inside);
    let title = own.with_min_y(own.top() - theme::tokens().size.row).with_max_y(own.top());
    let name = app.editor.file().map_or("", |entry| &entry.file.name);
    let hand = app.editor.in_hand().map(|hand| format!(" · in hand: {}", hand.name)).unwrap_or_default();
    title_ui(ui, title, &format!("{name} · frame {}{hand}", app.editor.frame()), true);
    if let Some(gpu) = &app.gpu {
        PanesGpu::install(gpu, panes.len());
    }
    for (at, cell) in panes.iter().enumerate().filter(|(_, cell)| cell.is_positive()) {
        pane_ui(app, ui, at, *cell);
    }
}

fn title_ui(ui: &Ui, rect: Rect, text: &str, is_own: bool) {
    let colors = theme::colors(ui.ctx());
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 0.0, colors.panel.0);
    let color = if is_own { colors.accent.0 } else { colors.text_weak.0 };
    let font = FontId::new(theme::tokens().size.small, FontFamily::Proportional);
    painter.text(rect.left_center() + Vec2::new(8.0, 0.0), Align2::LEFT_CENTER, text, font, color);
}

fn pane_ui(app: &mut LimnApp, ui: &mut Ui, at: usize, cell: Rect) {
    let rect = below_title(cell);
    let pane = &app.panes.list[at];
    let file = pane.file;
    let Some(name) = app.editor.files.iter().find(|entry| entry.file.id == file).map(|entry| entry.file.name.clone()) else { return };
    let shapes = pane.frame().map(|frame| shapes_at(app, at, frame));
    let count = shapes.as_ref().map_or(0, Vec::len);
    let is_there = app.pane_picture(at).is_some();
    // Why there is no picture, where there is none.
    let told = match (&pane.problem, pane.moment) {
        (Some(problem), _) if !is_there => Some(problem.clone()),
        (_, None) => Some("its frames are being read".to_owned()),
        (_, Some(Moment::Before(us))) => Some(format!("begins {:.2} s later", us as f64 / 1e6)),
        (_, Some(Moment::After(us))) => Some(format!("ended {:.2} s ago", us as f64 / 1e6)),
        (_, Some(Moment::At(frame))) => (!is_there).then(|| format!("frame {frame} is late")),
    };
    let count_text = if count == 1 { "1 shape".to_owned() } else { format!("{count} shapes") };
    let status = match (&told, pane.frame()) {
        (Some(told), _) => told.clone(),
        (None, Some(frame)) => format!("frame {frame}, {count_text}"),
        (None, None) => String::new(),
    };
    title_ui(ui, cell.with_max_y(rect.top()), &format!("{name} · {}", status.replacen(", ", " · ", 1)), false);
    let response = ui.interact(rect, egui::Id::unique(("pane", file.to_string())), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Camera {name}, {status}")));
    app.ui.add_pane(response.id);
    let colors = theme::colors(ui.ctx());
    ui.painter().rect_filled(rect, 0.0, colors.canvas.0);
    let Some(picture) = app.pane_picture(at).cloned().filter(|_| told.is_none()) else {
        text_ui(ui, rect, &status);
        focus_ring(ui, &response, rect);
        if response.clicked() {
            app.go_to_camera(file);
        }
        return;
    };
    let image = [f64::from(picture.picture.width), f64::from(picture.picture.height)];
    let view = take_view(app, ui, at, &response, rect, image);
    if let (Some(gpu), Some(shapes), Some(frame)) = (app.gpu.clone(), &shapes, app.panes.list[at].frame()) {
        let scale = ui.ctx().pixels_per_point();
        let look = ShapeLook { scale, colors, patterns: app.settings.label_patterns, sequences: app.settings.sequence_colors };
        let states = (app.editor.look(), app.panes.list[at].single(frame).1);
        let made = Made { file, frame, states, look };
        if app.panes.made.get(at).is_none_or(|before| before.as_ref().map(|(made, _)| made) != Some(&made)) {
            let identity = |id| app.editor.camera_sequences(file).and_then(|all| all.get(id)).map(|track| track.sequence.identity());
            let drawn = in_pane(&app.editor, shapes, identity, look);
            app.panes.made.resize_with(app.panes.list.len().max(at + 1), || None);
            // What stands still through the frames goes to the GPU once.
            if app.panes.made[at].as_ref().is_none_or(|(_, before)| *before != drawn) {
                PanesGpu::set(&gpu, at, &drawn);
            }
            app.panes.made[at] = Some((made, drawn));
        }
        let camera = Camera {
            center: [view.center.x, view.center.y],
            zoom: view.zoom * f64::from(scale),
            viewport_px: [rect.width() * scale, rect.height() * scale],
        };
        let border = [colors.hairline.0.r(), colors.hairline.0.g(), colors.hairline.0.b(), 255];
        let paint = PanePaint {
            at,
            camera: camera.snapped(),
            image: picture.texture.clone(),
            table: picture.table.clone(),
            adjust: app.adjust.view,
            border,
        };
        ui.painter().add(egui_wgpu::Callback::new_paint_callback(rect, paint));
    }
    focus_ring(ui, &response, rect);
    if response.clicked() {
        let at = response.interact_pointer_pos().map(|pos| image_pos(&view, rect, pos));
        let hit = at.and_then(|pos| smallest_at(shapes.iter().flatten(), pos)).and_then(|instance| instance.member);
        match hit.filter(|_| app.panes.pick.is_some()) {
            Some(member) => app.pick(member.sequence),
            None if app.panes.pick.is_some() => {}
            None => app.go_to_camera(file),
        }
    }
}

/// What a camera has on a frame, as it is saved.
fn shapes_at(app: &LimnApp, at: usize, frame: u64) -> Vec<Instance> {
    let pane = &app.panes.list[at];
    let mut shapes = pane.single(frame).0.to_vec();
    shapes.extend(app.editor.camera_sequences(pane.file).map(|all| all.at(frame)).unwrap_or_default());
    shapes
}

fn image_pos(view: &View, rect: Rect, pos: Pos2) -> ImagePos {
    let from = pos - rect.min;
    view.image_from_canvas([f64::from(from.x), f64::from(from.y)])
}

/// The smallest shape that holds a place of the picture.
fn smallest_at<'a>(shapes: impl Iterator<Item = &'a Instance>, pos: ImagePos) -> Option<&'a Instance> {
    let holds =
        |instance: &&Instance| instance.geometry.contains(pos) || instance.geometry.bounds().is_some_and(|bounds| bounds.contains(pos));
    let area = |instance: &Instance| instance.geometry.bounds().map_or(f64::MAX, |bounds| bounds.width() * bounds.height());
    shapes.filter(holds).min_by(|a, b| area(a).total_cmp(&area(b)))
}

/// Where a pane looks: all of the picture, or where wheel and drag went.
fn take_view(app: &mut LimnApp, ui: &Ui, at: usize, response: &egui::Response, rect: Rect, image: [f64; 2]) -> View {
    let size = [f64::from(rect.width()), f64::from(rect.height())];
    let mut fitted = View { size, ..View::default() };
    fitted.fit(image);
    let mut view = app.panes.list[at].view.map_or(fitted, |view| View { size, ..view });
    if response.dragged() {
        let by = response.drag_delta();
        view.pan([f64::from(by.x), f64::from(by.y)], image);
        app.panes.list[at].view = Some(view);
    }
    if let Some(pos) = response.hover_pos() {
        let (scroll, zoom) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
        let factor = f64::from(zoom) * f64::from(scroll / 240.0).exp2();
        if factor != 1.0 {
            let anchor = pos - rect.min;
            view.zoom_at([f64::from(anchor.x), f64::from(anchor.y)], factor, image);
            // All the way out is all of it, in whatever size the pane has.
            app.panes.list[at].view = (view.zoom > fitted.zoom).then_some(view);
        }
    }
    app.panes.list[at].view.map_or(fitted, |_| view)
}

fn text_ui(ui: &Ui, rect: Rect, text: &str) {
    let colors = theme::colors(ui.ctx());
    let font = FontId::new(theme::tokens().size.body, FontFamily::Proportional);
    let mut job = egui::text::LayoutJob::simple(text.to_owned(), font, colors.text_weak.0, (rect.width() - 32.0).max(16.0));
    job.halign = egui::Align::Center;
    let galley = ui.painter().layout_job(job);
    let painter = ui.painter().with_clip_rect(rect);
    painter.galley(rect.center() - Vec2::new(0.0, galley.size().y / 2.0), galley, colors.text_weak.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_are_halves_and_more_are_quarters() {
        let wide = Rect::from_min_size(Pos2::new(10.0, 20.0), Vec2::new(802.0, 402.0));
        let two = cells(wide, 2);
        assert_eq!([two[0].size(), two[1].size()], [Vec2::new(400.0, 402.0); 2]);
        assert_eq!(two[1].right_bottom(), wide.right_bottom());
        let tall = cells(Rect::from_min_size(Pos2::ZERO, Vec2::new(402.0, 802.0)), 2);
        assert_eq!(tall[1].min, Pos2::new(0.0, 402.0));
        for count in [3, 4] {
            let cells = cells(wide, count);
            assert_eq!(cells.len(), 4);
            assert!(cells.iter().all(|cell| cell.size() == Vec2::new(400.0, 200.0) && wide.contains_rect(*cell)));
            assert!((1..4).all(|at| !cells[at].intersects(cells[at - 1])));
        }
    }
}
