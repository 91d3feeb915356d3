//! The canvas panel: one widget that takes pointer and keys, shows picture and shapes, and is named for assistive
//! technology.

use crate::app::LimnApp;
use crate::canvas::aids::{self, AidCx};
use crate::canvas::{
    CanvasGpu, CanvasPaint, CanvasPixels, InputCx, LabelLook, MasksInHand, ShapeLook, around, canvas_id, compared, ghosts, live, live_ids,
    matched, overlay_ui,
};
use crate::theme;
use egui::{Align2, CursorIcon, FontFamily, FontId, Role, Sense, Ui, WidgetInfo};
use limn_core::{Geometry, InstanceId};
use limn_editor::{Command, Event};
use limn_render::Camera;
use limn_tools::Cursor;

/// Opacity of all but the selected while they are isolated.
const ISOLATED_OPACITY: f32 = 0.15;
/// Most of the selected that are looked at for masks.
const MAX_SELECTED: usize = 100;

/// The canvas.
pub fn canvas_ui(app: &mut LimnApp, ui: &mut Ui) {
    // What a key asked of the store at the start of this frame has often come by now: the canvas is drawn last.
    app.receive();
    let whole = ui.available_rect_before_wrap();
    let (all, panes) = super::panes::divide(app, whole);
    let ruled = app.settings.rulers && app.editor.file().is_some();
    let rect = if ruled { all.with_min_x(all.left() + aids::RULER).with_min_y(all.top() + aids::RULER) } else { all };
    let response = ui.interact(rect, canvas_id(), Sense::click_and_drag());
    ui.advance_cursor_after_rect(whole);
    let name = match app.editor.file() {
        Some(entry) => format!("Canvas, {}, {} instances", entry.file.name, app.editor.document().instances().len()),
        None => "Canvas".to_owned(),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, name.clone()));
    ui.memory_mut(|memory| {
        let all = egui::EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: true };
        memory.set_focus_lock_filter(response.id, all);
        // Keys belong to the canvas unless the person went elsewhere.
        if memory.focused().is_none() {
            memory.request_focus(response.id);
        }
    });
    app.tell(Event::Resized([f64::from(rect.width()), f64::from(rect.height())]));
    app.ui.adjust_offset = rect.right_top() - ui.ctx().content_rect().right_top() + egui::vec2(-8.0, 8.0);
    ground(app, ui, rect);
    if app.editor.file().is_none() {
        empty_ui(app, ui, rect);
        return;
    }
    if response.contains_pointer() && !app.ui.is_modal() {
        let panning = app.canvas.is_panning() || ui.input(|input| input.key_down(egui::Key::Space));
        ui.ctx().set_cursor_icon(if panning { CursorIcon::Grabbing } else { cursor_icon(app.editor.cursor()) });
    }
    paint(app, ui, rect);
    super::tags::tags_ui(app, ui.ctx(), rect);
    super::event_chips::event_chips_ui(app, ui.ctx(), rect);
    super::issue_pins::issue_pins_ui(app, ui.ctx(), rect);
    problem_ui(app, ui, rect);
    super::panes::panes_ui(app, ui, whole, all, &panes);
    if ruled {
        let cx = AidCx { rect, view: app.editor.view(), colors: theme::colors(ui.ctx()) };
        if let Some(guides) = aids::rulers(ui, app.editor.guides(), app.editor.pointer(), &cx) {
            app.tell(Event::SetGuides(guides));
        }
    }
}

/// Keys and pointer in the order in which they came: "B, then press" must not become "press, then B" because both fell into
/// one frame. Taken before anything is drawn, so that every panel shows what they changed; the canvas is where the frame
/// before left it.
pub fn take_input(app: &mut LimnApp, ui: &Ui) {
    let (events, time, space, modifiers) =
        ui.input(|input| (input.events.clone(), input.time, input.key_down(egui::Key::Space), input.modifiers));
    let response = ui.ctx().read_response(canvas_id()).filter(|_| app.editor.project.is_some());
    for event in &events {
        if app.take_pick_key(event) || app.take_answer(ui.ctx(), event) || app.take_key(ui.ctx(), event) {
            continue;
        }
        let Some(response) = &response else { continue };
        let (rect, hovered) = (response.rect, response.contains_pointer() && !app.ui.is_modal());
        if matches!(event, egui::Event::PointerButton { pressed: true, pos, .. } if hovered && rect.contains(*pos)) {
            ui.memory_mut(|memory| memory.request_focus(response.id));
        }
        let cx = InputCx { rect, hovered, time, space, modifiers, view: app.editor.view(), sizes_brush: sizes_brush(app) };
        if let Some(event) = app.canvas.take(event, &cx) {
            app.tell(event);
        }
    }
    if let Some(response) = response.filter(|response| response.contains_pointer() && !app.ui.is_modal())
        && let Some(event) = app.canvas.zoom(ui, response.rect, sizes_brush(app))
    {
        app.tell(event);
    }
}

/// Whether the tool in hand has a size.
fn sizes_brush(app: &LimnApp) -> bool {
    matches!(app.editor.tool(), limn_tools::ToolKind::Brush | limn_tools::ToolKind::Wand)
}

/// The ground around the picture, and only there: what lies under the picture would be painted for nothing, which software
/// drivers feel.
fn ground(app: &LimnApp, ui: &Ui, rect: egui::Rect) {
    let color = theme::colors(ui.ctx()).canvas.0;
    let shown = app.on_canvas.as_ref().filter(|_| app.gpu.is_some() && app.editor.file().is_some());
    let picture = shown.map_or(egui::Rect::NOTHING, |(_, shown)| {
        let view = app.editor.view();
        let corner = |x: u32, y: u32| {
            let pos = view.canvas_from_image(limn_core::ImagePos::new(f64::from(x), f64::from(y)));
            rect.min + egui::vec2(pos[0] as f32, pos[1] as f32)
        };
        // A pixel inwards: the picture's edge may lie within one.
        egui::Rect::from_two_pos(corner(0, 0), corner(shown.picture.width, shown.picture.height)).shrink(1.0).intersect(rect)
    });
    if !picture.is_positive() {
        ui.painter().rect_filled(rect, 0.0, color);
        return;
    }
    let (outer, inner) = (rect, picture);
    for (min, max) in [
        (outer.min, egui::pos2(outer.max.x, inner.min.y)),
        (egui::pos2(outer.min.x, inner.max.y), outer.max),
        (egui::pos2(outer.min.x, inner.min.y), egui::pos2(inner.min.x, inner.max.y)),
        (egui::pos2(inner.max.x, inner.min.y), egui::pos2(outer.max.x, inner.max.y)),
    ] {
        let part = egui::Rect::from_min_max(min, max);
        if part.is_positive() {
            ui.painter().rect_filled(part, 0.0, color);
        }
    }
}

fn paint(app: &mut LimnApp, ui: &mut Ui, rect: egui::Rect) {
    let colors = theme::colors(ui.ctx());
    let scale = ui.ctx().pixels_per_point();
    let preview = app.editor.preview();
    let ready = app.editor.is_ready();
    let view = app.editor.view();
    // While an earlier state of the file is looked at, what is there now is not drawn.
    let mut in_past = false;
    if let Some(gpu) = app.gpu.clone() {
        let look = ShapeLook { scale, colors, patterns: app.settings.label_patterns, sequences: app.settings.sequence_colors };
        if ready {
            let ids = live_ids(&app.editor, &preview);
            let hand = MasksInHand { ids: &ids, moved: &preview.replaced };
            CanvasGpu::with_stored(&gpu, |cx| {
                app.shapes.update(&app.editor, &hand, look, cx, app.mailbox.waker());
                let painted = preview.mask.as_ref().map(|mask| (mask.id, &mask.tiles));
                if app.shapes.set_live_mask(&app.editor, painted, look, cx) {
                    ui.ctx().request_repaint();
                }
            });
            let (past, alone) = match app.ui.compare.as_ref().and_then(|panel| panel.shown()) {
                Some(shown) => (shown, true),
                None => app.ui.history.as_mut().map_or((&[][..], false), |history| history.drawn()),
            };
            let mut shapes = if alone { Vec::new() } else { live(&app.editor, &preview, &ids, look) };
            shapes.extend(ghosts(&app.editor, past, alone, look));
            if app.settings.keyframe_ghosts && !alone {
                shapes.extend(around(&app.editor, look));
            }
            let flaw = app.ui.coverage.as_ref().and_then(|panel| panel.drawn());
            shapes.extend(ghosts(&app.editor, flaw.as_slice(), false, look));
            let compare = app.ui.compare.as_ref().filter(|panel| !alone || panel.shown().is_some());
            let found = compare.map_or(&[][..], |panel| panel.drawn());
            shapes.extend(compared(&app.editor, found, look));
            in_past = alone;
            CanvasGpu::set_live(&gpu, shapes);
        }
        let shown = app.on_canvas.as_ref().map(|(_, shown)| (shown.texture.clone(), shown.table.clone()));
        let (image, table) = shown.unwrap_or_default();
        let camera = Camera {
            center: [view.center.x, view.center.y],
            zoom: view.zoom * f64::from(scale),
            viewport_px: [rect.width() * scale, rect.height() * scale],
        };
        let camera = camera.snapped();
        if let Some((_, shown)) = &app.on_canvas {
            app.pictures.look(shown, &camera);
        }
        let border = [colors.hairline.0.r(), colors.hairline.0.g(), colors.hairline.0.b(), 255];
        let is_mask =
            |id: &InstanceId| app.editor.document().get(*id).is_some_and(|instance| matches!(instance.geometry, Geometry::Mask(_)));
        let paint = CanvasPaint {
            camera,
            image,
            table,
            live: ready,
            stored: ready && app.shapes.is_shown() && !in_past,
            others_opacity: if app.editor.is_isolated() { ISOLATED_OPACITY } else { 1.0 },
            // A selected mask lies among the others.
            dim_masks: !app.editor.selection().iter().take(MAX_SELECTED).any(is_mask),
            adjust: app.adjust.view,
            border,
        };
        ui.painter().add(egui_wgpu::Callback::new_paint_callback(rect, paint));
    }
    let painter = ui.painter().with_clip_rect(rect);
    if ready {
        let picture = app.on_canvas.as_ref().map(|(_, shown)| shown.picture.as_ref());
        aids_ui(app, &painter, rect, colors);
        let look = LabelLook { names: app.settings.show_labels, patterns: app.settings.label_patterns };
        overlay_ui(&painter, rect, &app.editor, &preview, picture, look, colors);
        super::problems::outlines(app, &painter, rect, colors);
        if let Some(it) = app.editor.matching() {
            let is_open = it.frames[0] < app.editor.frame() && app.editor.frame() < it.frames[1];
            matched(&painter, &it, is_open, &AidCx { rect, view: app.editor.view(), colors });
        }
        magnifier_ui(app, &painter, rect, &preview, colors);
    }
    progress_ui(app, ui, rect);
}

/// What helps the eye, where the pointer is.
fn aids_ui(app: &LimnApp, painter: &egui::Painter, rect: egui::Rect, colors: &theme::Colors) {
    let cx = AidCx { rect, view: app.editor.view(), colors };
    aids::relations(painter, &app.editor, &cx);
    aids::guides(painter, app.editor.guides(), &cx);
    let Some(pointer) = app.editor.pointer() else { return };
    if app.settings.crosshair {
        aids::crosshair(painter, pointer, &cx);
    }
}

/// What is around the pointer, enlarged, over everything else.
fn magnifier_ui(app: &LimnApp, painter: &egui::Painter, rect: egui::Rect, preview: &limn_tools::Preview, colors: &theme::Colors) {
    let shown = app.on_canvas.as_ref().filter(|_| app.settings.magnifier);
    if let Some(((_, shown), pointer)) = shown.zip(app.editor.pointer()) {
        let cx = AidCx { rect, view: app.editor.view(), colors };
        aids::magnifier(painter, pointer, &CanvasPixels(shown.picture.clone()), preview, &cx);
    }
}

/// Whether the picture is not there, or only coarsely. A frame out of a stepping proxy is as good as another until the person
/// stays; the timeline tells of it.
fn is_late(app: &LimnApp) -> bool {
    let is_coarse = || app.on_canvas.as_ref().is_some_and(|(_, shown)| shown.picture.is_coarse());
    app.editor.waits_for_picture() || (!app.editor.is_video() && is_coarse())
}

/// A thin bar at the top while the picture is late.
fn progress_ui(app: &mut LimnApp, ui: &Ui, rect: egui::Rect) {
    if !is_late(app) || app.ui.picture_problem.is_some() {
        app.ui.waiting_since = None;
        return;
    }
    let now = ui.input(|input| input.time);
    let since = *app.ui.waiting_since.get_or_insert(now);
    let after = theme::tokens().duration.progress_after_ms as f64 / 1000.0;
    if now - since < after {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(after));
        return;
    }
    let colors = theme::colors(ui.ctx());
    let width = rect.width() * 0.2;
    let at = if app.settings.reduced_motion { 0.4 } else { ((now - since) * 0.8).fract() as f32 };
    let bar = egui::Rect::from_min_size(rect.min + egui::vec2((rect.width() + width) * at - width, 0.0), egui::vec2(width, 2.0));
    ui.painter().with_clip_rect(rect).rect_filled(bar, 0.0, colors.accent.0);
    ui.ctx().request_repaint_after(std::time::Duration::from_millis(33));
}

/// Why the picture cannot be shown, where it would stand.
fn problem_ui(app: &LimnApp, ui: &Ui, rect: egui::Rect) {
    let Some((_, problem)) = &app.ui.picture_problem else { return };
    if !is_late(app) {
        return;
    }
    let colors = theme::colors(ui.ctx());
    ui.painter().rect_filled(rect, 0.0, colors.canvas.0);
    let font = FontId::new(theme::tokens().size.body, FontFamily::Proportional);
    let mut job = egui::text::LayoutJob::simple(problem.clone(), font, colors.text.0, (rect.width() - 96.0).min(520.0));
    job.halign = egui::Align::Center;
    let galley = ui.painter().layout_job(job);
    let icon = FontId::new(32.0, FontFamily::Name(theme::ICON_FAMILY.into()));
    ui.painter().text(rect.center() - egui::vec2(0.0, 56.0), Align2::CENTER_CENTER, crate::icons::WARN.0, icon, colors.warn.0);
    ui.painter().galley(rect.center() - egui::vec2(0.0, 24.0), galley, colors.text.0);
}

fn empty_ui(app: &LimnApp, ui: &Ui, rect: egui::Rect) {
    let colors = theme::colors(ui.ctx());
    let keys = app.caps.first(&app.keymap, Command::AddFiles);
    let text = format!("Drop images, videos or folders here, or press {keys}");
    let font = FontId::new(theme::tokens().size.large, FontFamily::Proportional);
    let icon = FontId::new(40.0, FontFamily::Name(theme::ICON_FAMILY.into()));
    ui.painter().text(rect.center() - egui::vec2(0.0, 40.0), Align2::CENTER_CENTER, crate::icons::IMAGE.0, icon, colors.text_weak.0);
    ui.painter().text(rect.center() + egui::vec2(0.0, 8.0), Align2::CENTER_CENTER, text, font, colors.text_weak.0);
}

fn cursor_icon(cursor: Cursor) -> CursorIcon {
    match cursor {
        Cursor::Crosshair => CursorIcon::Crosshair,
        Cursor::Arrow => CursorIcon::Default,
        Cursor::Move => CursorIcon::Move,
        Cursor::ResizeNwSe => CursorIcon::ResizeNwSe,
        Cursor::ResizeNeSw => CursorIcon::ResizeNeSw,
        Cursor::ResizeH => CursorIcon::ResizeHorizontal,
        Cursor::ResizeV => CursorIcon::ResizeVertical,
        Cursor::Turn => CursorIcon::Grab,
        Cursor::Vertex => CursorIcon::PointingHand,
        Cursor::Add => CursorIcon::Copy,
        Cursor::Remove => CursorIcon::NoDrop,
        Cursor::Forbidden => CursorIcon::NotAllowed,
    }
}
