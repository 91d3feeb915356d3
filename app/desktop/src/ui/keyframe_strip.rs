//! Small pictures of the selected sequence at its keyframes, in the order of frames, over the lanes. Only those in sight are cut out.

use super::widgets::focus_ring;
use crate::app::LimnApp;
use crate::canvas::object_color;
use crate::theme;
use egui::{Align2, Color32, CornerRadius, FontId, Pos2, Rect, Role, ScrollArea, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use limn_core::geometry::CURVE_TOLERANCE;
use limn_core::sequence::{Member, Track};
use limn_core::{Geometry, ImagePos, Instance};
use limn_editor::Event;
use std::sync::Arc;

/// Side of a picture, and of the place that it takes with its frame number below, in points.
const SIDE: f32 = 48.0;
const PLACE: Vec2 = Vec2::new(54.0, 66.0);
/// Height of the strip, with the bar to scroll it.
pub const HEIGHT: f32 = PLACE.y + 10.0;
/// Height of the window's rest with which the strip is shown; in a lower one, picture and panels need it more.
pub const ROOM: f32 = 600.0;
/// Pixels of a mask up to which its outline is drawn: it is looked for in each frame of the window.
const MOST_MASK: f64 = 250_000.0;

/// Whose keyframes are shown: of the selected sequence, else of the followed one.
pub fn shown(app: &LimnApp) -> Option<(Member, Arc<Track>)> {
    let selected = app.editor.selection().iter().find_map(|id| app.editor.member(*id));
    let member = selected.or(app.editor.followed())?;
    let track = app.editor.sequences().get(member.sequence)?;
    track.keyframes(member.part).next()?;
    Some((member, track.clone()))
}

/// The strip.
pub fn keyframe_strip_ui(app: &mut LimnApp, ui: &mut Ui, member: Member, track: &Track) {
    let here = app.editor.frame();
    let count = track.keyframes(member.part).count();
    // The one that holds here: at this frame, or the last one before it.
    let holds = track.keyframes(member.part).take_while(|(frame, _)| *frame <= here).count().checked_sub(1);
    let mut go = None;
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let mut area = ScrollArea::horizontal().id_salt(("keyframes", member.sequence, member.part)).auto_shrink(false);
    // It keeps in sight what the frame leads to; else it stays where a person scrolls it.
    let now = Some((member, here));
    if app.ui.keyframes_at != now {
        app.ui.keyframes_at = now;
        let middle = holds.unwrap_or(0) as f32 * PLACE.x + PLACE.x / 2.0;
        area = area.horizontal_scroll_offset((middle - ui.available_width() / 2.0).max(0.0));
    }
    area.show_viewport(ui, |ui, seen| {
        let (whole, _) = ui.allocate_exact_size(Vec2::new(count as f32 * PLACE.x, PLACE.y), Sense::hover());
        let first = (seen.min.x / PLACE.x).max(0.0) as usize;
        let number = (seen.width() / PLACE.x).ceil() as usize + 1;
        for (at, (frame, _)) in track.keyframes(member.part).enumerate().skip(first).take(number) {
            let Some(instance) = track.state(member.part, frame).map(|shown| shown.instance) else { continue };
            let rect = Rect::from_min_size(whole.min + Vec2::new(at as f32 * PLACE.x, 0.0), PLACE);
            let is_here = frame == here;
            if keyframe_ui(app, ui, rect, &instance, is_here, holds == Some(at)) {
                go = Some(frame);
            }
        }
    });
    if let Some(frame) = go {
        app.tell(Event::Follow(member));
        app.tell(Event::GoToFrame(frame));
    }
}

/// One keyframe; whether it was chosen.
fn keyframe_ui(app: &mut LimnApp, ui: &mut Ui, rect: Rect, instance: &Instance, is_here: bool, holds: bool) -> bool {
    let colors = theme::colors(ui.ctx());
    let frame = instance.frame;
    let member = instance.member.map(|member| (member.sequence, member.part));
    let response = ui.interact(rect, ui.scope_id().with(("keyframe", member, frame)), Sense::click());
    response.widget_info(|| {
        let outside = if instance.marks.outside { ", outside" } else { "" };
        WidgetInfo::selected(Role::Button, true, is_here, format!("keyframe at frame {frame}{outside}"))
    });
    let picture = Rect::from_min_size(rect.min + Vec2::new((PLACE.x - SIDE) / 2.0, 2.0), Vec2::splat(SIDE));
    let corner = CornerRadius::same(3);
    ui.painter().rect_filled(picture, corner, if response.hovered() { colors.hover.0 } else { colors.panel_low.0 });
    if instance.marks.outside {
        let font = FontId::proportional(theme::tokens().size.small);
        ui.painter().text(picture.center(), Align2::CENTER_CENTER, "outside", font, colors.text_weak.0);
    } else {
        picture_ui(app, ui, picture, instance);
    }
    if holds {
        let color = if is_here { colors.accent.0 } else { colors.accent.0.gamma_multiply(0.5) };
        ui.painter().rect_stroke(picture, corner, Stroke::new(2.0, color), StrokeKind::Outside);
    }
    focus_ring(ui, &response, rect);
    let font = FontId::monospace(theme::tokens().size.small);
    let color = if is_here { colors.text.0 } else { colors.text_weak.0 };
    ui.painter().text(Pos2::new(rect.center().x, rect.bottom() - 1.0), Align2::CENTER_BOTTOM, frame.to_string(), font, color);
    response.clicked()
}

/// The object with its outline; an empty place until it is cut out.
fn picture_ui(app: &mut LimnApp, ui: &Ui, place: Rect, instance: &Instance) {
    let identity = instance.member.and_then(|member| app.editor.sequences().get(member.sequence)).map(|track| track.sequence.identity());
    let [r, g, b] = match identity.filter(|_| app.settings.sequence_colors) {
        Some(identity) => object_color(identity),
        None => app.editor.schema.shown(instance.label).1,
    };
    let Some(crop) = app.crop(instance) else { return };
    let area = crop.piece.area;
    let texture = crop.texture(ui.ctx());
    let size = texture.size_vec2();
    let fitted = Rect::from_center_size(place.center(), size * (SIDE / size.x.max(size.y)));
    let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
    ui.painter().image(texture.id(), fitted, whole, Color32::WHITE);
    let point = |pos: &ImagePos| {
        let share = [(pos.x - area.min.x) / area.width(), (pos.y - area.min.y) / area.height()];
        fitted.min + fitted.size() * Vec2::new(share[0] as f32, share[1] as f32)
    };
    let stroke = Stroke::new(1.5, Color32::from_rgb(r, g, b));
    let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
    let rings = match &instance.geometry {
        shape @ Geometry::Mask(_) if shape.area() > MOST_MASK => Vec::new(),
        shape => shape.rings(),
    };
    for ring in &rings {
        painter.add(Shape::closed_line(ring.iter().map(point).collect(), stroke));
    }
    match &instance.geometry {
        Geometry::Keypoints(points) => {
            for (_, it) in points.present() {
                painter.circle_filled(point(&it.pos), 2.0, stroke.color);
            }
        }
        Geometry::Polyline(path) => {
            painter.add(Shape::line(path.flattened(false, CURVE_TOLERANCE).iter().map(point).collect(), stroke));
        }
        Geometry::Point(pos) => {
            painter.circle_filled(point(pos), 3.0, stroke.color);
        }
        _ => {}
    }
}
