//! What lies over the picture and its shapes: handles, label names, pixel values, readouts.

use super::arrows::arrows;
use super::kinds::KindCx;
use super::shapes::label_dash;
use crate::theme::{self, Colors};
use egui::{CornerRadius, FontFamily, FontId, Painter, Pos2, Rect, Stroke, Vec2};
use limn_core::{Geometry, ImagePos, Instance, InstanceId};
use limn_editor::{Editor, View};
use limn_media::Picture;
use limn_tools::{HandleKind, Preview};
use std::collections::{HashMap, HashSet};

/// Most label names on the picture at once; more cannot be read.
const MAX_NAMES: usize = 150;
/// Most shapes that are looked at for a name in one frame.
const MAX_CANDIDATES: usize = 2000;
/// Most shapes that get more than an outline in one frame.
const MAX_KINDS: usize = 200;
/// Points between handles below which they are crowded, and their size then.
const CROWDED: f32 = 14.0;
const CROWDED_SIDE: f32 = 4.0;
/// Points that a letter takes, more or less.
const NAME_WIDTH_A_LETTER: f32 = 6.2;
/// Points that a shape must span for its name to be shown.
const MIN_NAMED: f64 = 40.0;
/// Zoom from which single pixel values are written.
const VALUES_FROM_ZOOM: f64 = 56.0;

/// What of the labels is shown.
#[derive(Clone, Copy)]
pub struct LabelLook {
    /// Names at the shapes.
    pub names: bool,
    /// Dashes of their lines.
    pub patterns: bool,
}

/// Draws everything over the shapes.
pub fn overlay_ui(
    painter: &Painter,
    rect: Rect,
    editor: &Editor,
    preview: &Preview,
    picture: Option<&Picture>,
    look: LabelLook,
    colors: &Colors,
) {
    let view = editor.view();
    let screen = |pos: ImagePos| to_screen(&view, rect, pos);
    if let Some(picture) = picture
        && view.zoom >= VALUES_FROM_ZOOM
    {
        pixel_values(painter, rect, &view, picture, colors);
    }
    kinds(painter, rect, editor, preview, look, colors);
    arrows(painter, editor, preview, &screen, colors);
    if look.names {
        for name in names(rect, editor, preview) {
            tag(painter, name.ground.min, &name.text, Some(name.color), colors);
        }
    }
    let places: Vec<Pos2> = preview.handles.iter().map(|handle| screen(handle.pos)).collect();
    let steps: f32 = places.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
    // Handles that would cover one another, and the shape with them, are dots.
    let is_crowded = places.len() > 8 && steps / (places.len() as f32) < CROWDED;
    let side = if is_crowded { CROWDED_SIDE } else { theme::tokens().size.handle };
    for (handle, center) in preview.handles.iter().zip(places) {
        if is_crowded && handle.kind == HandleKind::Midpoint && !handle.hot {
            continue;
        }
        let side = if handle.hot { theme::tokens().size.handle + 3.0 } else { side };
        let ground = if handle.hot { colors.accent.0 } else { colors.label_text.0 };
        let line = Stroke::new(1.0, colors.label_ground.0);
        match handle.kind {
            HandleKind::Corner | HandleKind::Edge => {
                let side = if handle.kind == HandleKind::Edge && !handle.hot { side - 2.0 } else { side };
                painter.rect(
                    Rect::from_center_size(center, Vec2::splat(side)),
                    CornerRadius::same(1),
                    ground,
                    line,
                    egui::StrokeKind::Outside,
                );
            }
            HandleKind::Vertex | HandleKind::FirstPoint => {
                painter.circle(center, side / 2.0, ground, line);
            }
            HandleKind::Turn => {
                painter.circle(center, side / 2.0 + 1.0, colors.label_ground.0, Stroke::new(1.5, ground));
                painter.circle_filled(center, 1.5, ground);
            }
            HandleKind::Direction => {
                // Open, so that the head of the arrow is seen in it.
                painter.circle_stroke(center, side / 2.0 + 2.0, Stroke::new(3.0, colors.label_ground.0));
                painter.circle_stroke(center, side / 2.0 + 2.0, Stroke::new(1.5, ground));
            }
            HandleKind::Face => {
                let by = side / 2.0 + 1.0;
                let corners = [Vec2::new(0.0, -by), Vec2::new(by, 0.0), Vec2::new(0.0, by), Vec2::new(-by, 0.0)];
                painter.add(egui::Shape::convex_polygon(corners.map(|to| center + to).to_vec(), ground, line));
            }
            HandleKind::Occluded => {
                painter.circle(center, side / 2.0, colors.label_ground.0, Stroke::new(1.5, ground));
            }
            HandleKind::Absent => {
                let by = Vec2::splat(side / 2.0 - 1.0);
                let faint = ground.gamma_multiply(if handle.hot { 1.0 } else { 0.7 });
                for (width, color) in [(3.5, colors.label_ground.0), (1.5, faint)] {
                    painter.line_segment([center - by, center + by], Stroke::new(width, color));
                    painter.line_segment([center + Vec2::new(by.x, -by.y), center + Vec2::new(-by.x, by.y)], Stroke::new(width, color));
                }
            }
            HandleKind::Snap => {
                painter.circle_stroke(center, 7.0, Stroke::new(3.0, colors.label_ground.0));
                painter.circle_stroke(center, 7.0, Stroke::new(1.5, colors.accent.0));
            }
            HandleKind::Control => {
                let side = side - if handle.hot { 1.0 } else { 2.0 };
                painter.rect(
                    Rect::from_center_size(center, Vec2::splat(side)),
                    CornerRadius::same(1),
                    if handle.hot { ground } else { colors.label_ground.0 },
                    Stroke::new(1.5, if handle.hot { colors.label_ground.0 } else { colors.label_text.0 }),
                    egui::StrokeKind::Middle,
                );
            }
            HandleKind::Midpoint => {
                let radius = if handle.hot { side / 2.0 } else { side / 2.0 - 1.5 };
                painter.circle(center, radius, ground.gamma_multiply(if handle.hot { 1.0 } else { 0.6 }), line);
            }
        }
    }
    if let (Some(text), Some(pointer)) = (&preview.readout, editor.pointer()) {
        tag(painter, screen(pointer) + Vec2::new(14.0, 14.0), text, None, colors);
    }
    if let Some(cursor) = editor.keyboard_cursor() {
        let at = screen(cursor);
        for (width, color) in [(3.0, colors.label_ground.0), (1.0, colors.label_text.0)] {
            let line = Stroke::new(width, color);
            painter.line_segment([at - Vec2::new(9.0, 0.0), at + Vec2::new(9.0, 0.0)], line);
            painter.line_segment([at - Vec2::new(0.0, 9.0), at + Vec2::new(0.0, 9.0)], line);
        }
    }
}

/// What shapes in hand, and few others, have beside their outlines.
fn kinds(painter: &Painter, rect: Rect, editor: &Editor, preview: &Preview, look: LabelLook, colors: &Colors) {
    let view = editor.view();
    let screen = |pos: ImagePos| to_screen(&view, rect, pos);
    let moved: HashMap<InstanceId, &Geometry> = preview.replaced.iter().map(|(id, geometry)| (*id, geometry)).collect();
    let draw = |instance: &Instance, selected: bool| {
        let geometry = moved.get(&instance.id).copied().unwrap_or(&instance.geometry);
        let dash = label_dash(&editor.schema, instance.label, look.patterns);
        let cx = KindCx { painter, screen: &screen, colors, dash, selected };
        cx.draw(geometry, editor.schema.label(instance.label));
    };
    let selected: HashSet<InstanceId> = editor.selection().iter().take(MAX_KINDS).copied().collect();
    let all = |_: InstanceId| true;
    let near = editor.scene().near(editor.document(), view.visible(), &all).take(MAX_CANDIDATES);
    let shown =
        |instance: &&Instance| KindCx::has_more(&instance.geometry) && !editor.is_hidden(instance.id) && !selected.contains(&instance.id);
    near.filter(shown).take(MAX_KINDS).for_each(|instance| draw(instance, false));
    selected.iter().filter_map(|id| editor.document().get(*id)).for_each(|instance| draw(instance, true));
}

fn to_screen(view: &View, rect: Rect, pos: ImagePos) -> Pos2 {
    let [x, y] = view.canvas_from_image(pos);
    rect.min + Vec2::new(x as f32, y as f32)
}

/// A name and where it is written.
struct Name {
    ground: Rect,
    text: String,
    color: [u8; 3],
}

/// Names at their shapes: the ones in hand first, then the larger ones, and none over another.
fn names(rect: Rect, editor: &Editor, preview: &Preview) -> Vec<Name> {
    let view = editor.view();
    let in_hand: Vec<InstanceId> = editor.selection().first().copied().into_iter().chain(preview.hovered).collect();
    let mut placed: Vec<Name> = Vec::new();
    let mut place = |id: InstanceId, corner: ImagePos| {
        let Some(instance) = editor.document().get(id).filter(|_| placed.len() < MAX_NAMES && !editor.is_hidden(id)) else { return };
        // On the top edge, kept inside the canvas.
        let at = (to_screen(&view, rect, corner) - Vec2::new(0.0, 17.0)).max(rect.min + Vec2::splat(2.0));
        let is_free = |ground: Rect| placed.iter().all(|other| !other.ground.intersects(ground));
        if !is_free(Rect::from_min_size(at, Vec2::new(NAME_WIDTH_A_LETTER + 12.0, 17.0))) {
            return;
        }
        let (mut text, color) = editor.schema.shown(instance.label);
        if let Some(track) = instance.member.and_then(|member| editor.sequences().get(member.sequence)) {
            text = editor.sequence_name(&track.sequence);
        }
        if let Some(confidence) = instance.confidence {
            text = format!("{text} {:.0} %", confidence * 100.0);
        }
        let width = NAME_WIDTH_A_LETTER * text.chars().count() as f32 + 12.0;
        let ground = Rect::from_min_size(at, Vec2::new(width, 17.0));
        if is_free(ground) {
            placed.push(Name { ground, text, color });
        }
    };
    let moved: HashMap<InstanceId, &Geometry> = preview.replaced.iter().map(|(id, geometry)| (*id, geometry)).collect();
    for id in &in_hand {
        let geometry = moved.get(id).copied().or_else(|| Some(&editor.document().get(*id)?.geometry));
        let bounds = geometry.and_then(|geometry| geometry.bounds()).filter(|bounds| bounds.intersects(view.visible()));
        if let Some(bounds) = bounds {
            place(*id, bounds.min);
        }
    }
    let mut others = named(editor, &view);
    others.sort_by(|a, b| b.1.area().total_cmp(&a.1.area()).then(a.0.cmp(&b.0)));
    for (id, bounds) in others.into_iter().filter(|(id, _)| !in_hand.contains(id)) {
        let moved = moved.get(&id).and_then(|geometry| geometry.bounds());
        place(id, moved.unwrap_or(bounds).min);
    }
    placed
}

/// Shapes in sight that are large enough for a name. Among very many only the largest, and none where even these would cover
/// one another.
fn named(editor: &Editor, view: &View) -> Vec<(InstanceId, limn_core::Rect)> {
    let sizes = (0..3).map(|doubled| MIN_NAMED * f64::from(1 << doubled) / view.zoom);
    let found = sizes.map(|side| editor.scene().large_in(view.visible(), side));
    found.flatten().find(|found| found.len() <= MAX_CANDIDATES).unwrap_or_default()
}

/// A few words on a dark ground, with a stripe of the label's colour.
fn tag(painter: &Painter, at: Pos2, text: &str, color: Option<[u8; 3]>, colors: &Colors) {
    let font = FontId::new(theme::tokens().size.small, FontFamily::Proportional);
    let galley = painter.layout_no_wrap(text.to_owned(), font, colors.label_text.0);
    let stripe = if color.is_some() { 4.0 } else { 0.0 };
    let ground = Rect::from_min_size(at, galley.size() + Vec2::new(8.0 + stripe, 3.0));
    painter.rect_filled(ground, CornerRadius::same(2), colors.label_ground.0.gamma_multiply(0.82));
    if let Some([r, g, b]) = color {
        let mark = Rect::from_min_size(at, Vec2::new(stripe, ground.height()));
        painter.rect_filled(mark, CornerRadius { nw: 2, sw: 2, ne: 0, se: 0 }, egui::Color32::from_rgb(r, g, b));
    }
    painter.galley(at + Vec2::new(4.0 + stripe, 1.5), galley, colors.label_text.0);
}

/// The value of each pixel in sight, written into it.
fn pixel_values(painter: &Painter, rect: Rect, view: &View, picture: &Picture, colors: &Colors) {
    let visible = view.visible();
    let (x0, y0) = (visible.min.x.max(0.0) as u32, visible.min.y.max(0.0) as u32);
    let (x1, y1) = ((visible.max.x.max(0.0) as u32 + 1).min(picture.width), (visible.max.y.max(0.0) as u32 + 1).min(picture.height));
    let font = FontId::new((view.zoom / 8.0).clamp(7.0, 12.0) as f32, FontFamily::Monospace);
    for y in y0..y1 {
        for x in x0..x1 {
            let Some(value) = picture.value_at(x, y) else { continue };
            let center = to_screen(view, rect, ImagePos::new(f64::from(x) + 0.5, f64::from(y) + 0.5));
            let lines = value.to_string().replace(", ", "\n");
            let bright = picture.rgba_at(x, y).is_some_and(|[_, green, ..]| green > 130);
            let shade = if bright { colors.label_ground.0 } else { colors.label_text.0 };
            let job = egui::text::LayoutJob {
                halign: egui::Align::Center,
                ..egui::text::LayoutJob::simple(lines, font.clone(), shade, f32::INFINITY)
            };
            let galley = painter.layout_job(job);
            painter.galley(center - Vec2::new(0.0, galley.size().y / 2.0), galley, shade);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::{FileId, FileKind, FileRecord, FileStatus, LabelId, Schema};
    use limn_editor::{Event, FileEntry, ProjectInfo};

    const CANVAS: Rect = Rect { min: Pos2::ZERO, max: Pos2::new(1000.0, 1000.0) };

    fn id(at: usize) -> InstanceId {
        InstanceId::from_parts(at as u64 + 1, [0; 10])
    }

    /// A picture of 1000 × 1000 with these boxes, one point to a pixel.
    fn editor(boxes: &[limn_core::Rect]) -> Editor {
        let mut editor = Editor::new([1; 32]);
        let id_of_file = FileId::from_parts(1, [0; 10]);
        let file = FileRecord {
            id: id_of_file,
            path: "a.png".into(),
            name: "a.png".into(),
            kind: FileKind::Image,
            width: 1000,
            height: 1000,
            frames: 1,
            bytes: 1,
            hash: None,
            status: FileStatus::Open,
            clip: None,
            camera: None,
        };
        let files =
            vec![FileEntry { file, num_instances: 0, looked: limn_core::Looked::default(), work_frames: limn_core::WorkFrames::default() }];
        let schema = Schema::from_document(r#"{"labels":[{"name":"car"},{"name":"person"}]}"#).unwrap();
        editor.update(Event::ProjectOpened { info: ProjectInfo::default(), schema, files, place: None });
        editor.update(Event::Resized([1000.0, 1000.0]));
        let instance = |(at, rect): (usize, &limn_core::Rect)| Instance::new(id(at), id_of_file, 0, LabelId(1), Geometry::Box(*rect));
        let shapes = boxes.iter().enumerate().map(instance).collect::<Vec<_>>().into();
        editor.update(Event::Loaded { file: id_of_file, frame: 0, shapes, answers: Default::default(), sequences: None, draft: None });
        editor.update(Event::PictureShown { file: id_of_file, frame: 0, size: [1000.0, 1000.0] });
        let factor = 1.0 / editor.view().zoom;
        editor.update(Event::Zoom { anchor: [500.0, 500.0], factor });
        editor
    }

    fn named_at(editor: &Editor) -> Vec<Rect> {
        names(CANVAS, editor, &Preview::default()).into_iter().map(|name| name.ground).collect()
    }

    fn grid(step: f64, side: f64) -> Vec<limn_core::Rect> {
        let cells = (1000.0 / step) as usize;
        (0..cells * cells)
            .map(|at| limn_core::Rect::from_xywh((at % cells) as f64 * step, (at / cells) as f64 * step, side, side))
            .collect()
    }

    #[test]
    fn small_shapes_have_no_names_until_they_are_near() {
        let mut editor =
            editor(&[limn_core::Rect::from_xywh(480.0, 480.0, 20.0, 30.0), limn_core::Rect::from_xywh(600.0, 600.0, 90.0, 41.0)]);
        assert_eq!(named_at(&editor).len(), 1);
        editor.update(Event::Zoom { anchor: [490.0, 490.0], factor: 1.9 });
        assert_eq!(named_at(&editor).len(), 2);
    }

    #[test]
    fn no_name_lies_on_another_and_the_larger_shape_has_its_own() {
        let at = |x: f64, side: f64| limn_core::Rect::from_xywh(x, 300.0, side, side);
        let found = named_at(&editor(&[at(300.0, 60.0), at(305.0, 200.0), at(420.0, 50.0)]));
        assert_eq!(found.iter().map(|name| name.min.x).collect::<Vec<_>>(), [305.0, 420.0]);
        for (step, side) in [(30.0, 45.0), (50.0, 49.0), (35.0, 300.0)] {
            let found = named_at(&editor(&grid(step, side)));
            assert!(found.len() > 20, "{step}: {} names", found.len());
            let apart = |at: usize| found[..at].iter().all(|other| !other.intersects(found[at]));
            assert!((0..found.len()).all(apart), "names cover one another, {step}");
        }
    }

    #[test]
    fn very_many_names_are_not_written() {
        let found = named_at(&editor(&grid(50.0, 49.0)));
        assert_eq!(found.len(), MAX_NAMES);
        // More than can be looked at: only the largest, here none.
        assert!(named_at(&editor(&grid(10.0, 41.0))).is_empty());
    }

    #[test]
    fn what_is_selected_or_hidden_comes_first_or_not_at_all() {
        let at = |x: f64, side: f64| limn_core::Rect::from_xywh(x, 300.0, side, side);
        let mut editor = editor(&[at(300.0, 60.0), at(305.0, 200.0)]);
        editor.update(Event::Select(vec![id(0)]));
        assert_eq!(named_at(&editor).iter().map(|name| name.min.x).collect::<Vec<_>>(), [300.0]);
        editor.update(Event::SetHidden(vec![id(0)], true));
        assert_eq!(named_at(&editor).iter().map(|name| name.min.x).collect::<Vec<_>>(), [305.0]);
        // At the upper edge the name is kept on the canvas.
        let found = named_at(&self::editor(&[limn_core::Rect::from_xywh(-30.0, -40.0, 200.0, 200.0)]));
        assert_eq!(found[0].min, Pos2::new(2.0, 2.0));
    }
}
