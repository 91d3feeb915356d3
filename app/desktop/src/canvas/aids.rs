//! What helps the eye: lines through the pointer, a magnifier beside it, rulers with guides.

use crate::theme::Colors;
use egui::{
    Align2, Color32, CornerRadius, FontFamily, FontId, Id, Painter, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
};
use limn_core::ImagePos;
use limn_editor::{Editor, View};
use limn_tools::{Guide, Pixels, Preview};

/// Most relations that are drawn.
const MAX_RELATIONS: usize = 500;
/// Points that a ruler takes.
pub const RULER: f32 = 18.0;
/// Points between two numbers of a ruler, at least.
const NUMBER_EVERY: f64 = 64.0;
/// Pixels of the picture across the magnifier.
const MAGNIFIED: u32 = 25;
/// Points that each of them takes.
const MAGNIFIED_POINTS: f32 = 6.0;

/// Where the canvas stands and looks.
#[derive(Clone, Copy)]
pub struct AidCx<'a> {
    /// Of the canvas, in points.
    pub rect: Rect,
    /// Where it looks.
    pub view: View,
    /// The theme.
    pub colors: &'a Colors,
}

impl AidCx<'_> {
    pub(super) fn screen(&self, pos: ImagePos) -> Pos2 {
        let [x, y] = self.view.canvas_from_image(pos);
        self.rect.min + Vec2::new(x as f32, y as f32)
    }

    fn lines(&self, painter: &Painter, x: Option<f32>, y: Option<f32>, color: Color32) {
        for (width, color) in [(3.0, self.colors.label_ground.0.gamma_multiply(0.35)), (1.0, color)] {
            if let Some(x) = x {
                painter.vline(x, self.rect.y_range(), Stroke::new(width, color));
            }
            if let Some(y) = y {
                painter.hline(self.rect.x_range(), y, Stroke::new(width, color));
            }
        }
    }
}

/// Lines through the pointer, across the canvas.
pub fn crosshair(painter: &Painter, pointer: ImagePos, cx: &AidCx<'_>) {
    let at = cx.screen(pointer);
    cx.lines(painter, Some(at.x), Some(at.y), cx.colors.label_text.0.gamma_multiply(0.8));
}

/// Lines where the guides are.
pub fn guides(painter: &Painter, guides: &[Guide], cx: &AidCx<'_>) {
    for guide in guides {
        match *guide {
            Guide::Standing(x) => cx.lines(painter, Some(cx.screen(ImagePos::new(x, 0.0)).x), None, cx.colors.accent.0),
            Guide::Lying(y) => cx.lines(painter, None, Some(cx.screen(ImagePos::new(0.0, y)).y), cx.colors.accent.0),
        }
    }
}

/// Arrows between instances that are related, with what links them; hidden ones left out.
pub fn relations(painter: &Painter, editor: &Editor, cx: &AidCx<'_>) {
    let middle = |instance: &limn_core::Instance| instance.geometry.bounds().map(|bounds| bounds.center());
    let seen = editor.relations().filter(|(from, _, to)| !editor.is_hidden(from.id) && !editor.is_hidden(to.id));
    for (from, relation, to) in seen.take(MAX_RELATIONS) {
        let Some((start, end)) = middle(from).zip(middle(to)) else { continue };
        let (start, end) = (cx.screen(start), cx.screen(end));
        let along = end - start;
        let head = along.normalized() * 9.0;
        for (width, color) in [(4.0, cx.colors.label_ground.0.gamma_multiply(0.7)), (1.5, cx.colors.accent.0)] {
            let line = Stroke::new(width, color);
            painter.line_segment([start, end], line);
            for side in [0.5_f32, -0.5] {
                painter.line_segment([end, end - egui::emath::Rot2::from_angle(side) * head], line);
            }
        }
        let font = FontId::new(11.0, FontFamily::Proportional);
        let galley = painter.layout_no_wrap(relation.kind.clone(), font, cx.colors.label_text.0);
        let place = Rect::from_center_size(start + along * 0.5, galley.size() + Vec2::new(8.0, 2.0));
        if along.length() > place.width() + 24.0 && !relation.kind.is_empty() {
            painter.rect_filled(place, CornerRadius::same(3), cx.colors.label_ground.0);
            painter.galley(place.min + Vec2::new(4.0, 1.0), galley, cx.colors.label_text.0);
        }
    }
}

/// What is around the pointer, each pixel a square, with what the tool draws over it.
pub fn magnifier(painter: &Painter, pointer: ImagePos, pixels: &dyn Pixels, preview: &Preview, cx: &AidCx<'_>) {
    let side = MAGNIFIED as f32 * MAGNIFIED_POINTS;
    // Beside the pointer, on the side where there is room.
    let at = cx.screen(pointer);
    let off = |at: f32, max: f32| if at + 28.0 + side > max { -28.0 - side } else { 28.0 };
    let frame = Rect::from_min_size(at + Vec2::new(off(at.x, cx.rect.right()), off(at.y, cx.rect.bottom())), Vec2::splat(side));
    painter.rect(frame, CornerRadius::same(4), cx.colors.canvas.0, Stroke::new(2.0, cx.colors.label_ground.0), StrokeKind::Outside);
    let half = i64::from(MAGNIFIED / 2);
    let (left, top) = (pointer.x.floor() as i64 - half, pointer.y.floor() as i64 - half);
    let inside = painter.with_clip_rect(frame.intersect(painter.clip_rect()));
    let mut row = [[0_u8; 3]; MAGNIFIED as usize];
    for down in 0..MAGNIFIED {
        let (Ok(y), Ok(x)) = (u32::try_from(top + i64::from(down)), u32::try_from(left.max(0))) else { continue };
        let skipped = (left.max(0) - left) as usize;
        let found = pixels.row(x, y, &mut row[skipped.min(MAGNIFIED as usize)..]);
        for (across, [r, g, b]) in row.iter().enumerate().skip(skipped).take(found) {
            let corner = frame.min + Vec2::new(across as f32, down as f32) * MAGNIFIED_POINTS;
            inside.rect_filled(Rect::from_min_size(corner, Vec2::splat(MAGNIFIED_POINTS)), 0.0, Color32::from_rgb(*r, *g, *b));
        }
    }
    let place = |pos: ImagePos| frame.min + Vec2::new((pos.x - left as f64) as f32, (pos.y - top as f64) as f32) * MAGNIFIED_POINTS;
    let line = Stroke::new(1.5, cx.colors.accent.0);
    for shape in preview.shapes.iter().filter(|shape| shape.kind != limn_tools::PreviewKind::Guide) {
        for ring in &shape.rings {
            let back = ring.last().zip(ring.first()).filter(|_| shape.closed);
            for (a, b) in ring.windows(2).map(|pair| (&pair[0], &pair[1])).chain(back) {
                inside.line_segment([place(*a), place(*b)], line);
            }
        }
    }
    let at = place(pointer);
    for (width, color) in [(3.0, cx.colors.label_ground.0.gamma_multiply(0.6)), (1.0, cx.colors.label_text.0)] {
        inside.line_segment([at - Vec2::new(9.0, 0.0), at + Vec2::new(9.0, 0.0)], Stroke::new(width, color));
        inside.line_segment([at - Vec2::new(0.0, 9.0), at + Vec2::new(0.0, 9.0)], Stroke::new(width, color));
    }
}

/// Rulers above and left of the canvas; gives other guides when the person set, moved or removed one: a click sets one, a
/// drag moves it, a double click removes it.
pub fn rulers(ui: &Ui, guides: &[Guide], pointer: Option<ImagePos>, cx: &AidCx<'_>) -> Option<Vec<Guide>> {
    let top = Rect::from_min_max(cx.rect.min - Vec2::new(0.0, RULER), egui::pos2(cx.rect.right(), cx.rect.top()));
    let left = Rect::from_min_max(cx.rect.min - Vec2::new(RULER, 0.0), egui::pos2(cx.rect.left(), cx.rect.bottom()));
    let corner = Rect::from_min_max(cx.rect.min - Vec2::splat(RULER), cx.rect.min);
    ui.painter().rect_filled(corner, 0.0, cx.colors.panel.0);
    let across = ruler(ui, top, false, guides, pointer, cx);
    let down = ruler(ui, left, true, guides, pointer, cx);
    across.or(down)
}

fn ruler(ui: &Ui, rect: Rect, is_left: bool, guides: &[Guide], pointer: Option<ImagePos>, cx: &AidCx<'_>) -> Option<Vec<Guide>> {
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 0.0, cx.colors.panel.0);
    let line = Stroke::new(1.0, cx.colors.text_weak.0);
    let along = |value: f64| match is_left {
        true => cx.screen(ImagePos::new(0.0, value)).y,
        false => cx.screen(ImagePos::new(value, 0.0)).x,
    };
    let visible = cx.view.visible();
    let (low, high) = if is_left { (visible.min.y, visible.max.y) } else { (visible.min.x, visible.max.x) };
    let step = number_step(NUMBER_EVERY / cx.view.zoom);
    let mut value = (low / step).floor() * step;
    while value <= high {
        for (part, length) in [(0, RULER * 0.6), (1, 4.0), (2, 4.0), (3, 4.0), (4, 4.0)] {
            let at = along(value + step * f64::from(part) / 5.0);
            match is_left {
                true => painter.hline(rect.right() - length..=rect.right(), at, line),
                false => painter.vline(at, rect.bottom() - length..=rect.bottom(), line),
            };
        }
        let font = FontId::new(9.0, FontFamily::Monospace);
        let text = format!("{}", (value * 100.0).round() / 100.0);
        let galley = painter.layout_no_wrap(text, font, cx.colors.text_weak.0);
        let at = along(value);
        if is_left {
            // Turned, to be read from below.
            let place = egui::pos2(rect.left() + 1.0, at - 3.0);
            let shape = egui::epaint::TextShape {
                angle: -std::f32::consts::FRAC_PI_2,
                ..egui::epaint::TextShape::new(place, galley, cx.colors.text_weak.0)
            };
            painter.add(shape);
        } else {
            painter.galley(egui::pos2(at + 3.0, rect.top() + 1.0), galley, cx.colors.text_weak.0);
        }
        value += step;
    }
    if let Some(pos) = pointer {
        let at = along(if is_left { pos.y } else { pos.x });
        let line = Stroke::new(1.0, cx.colors.accent.0);
        if is_left {
            painter.hline(rect.x_range(), at, line)
        } else {
            painter.vline(at, rect.y_range(), line)
        };
    }
    let own = |guide: &Guide| match *guide {
        Guide::Standing(x) => (!is_left).then_some(x),
        Guide::Lying(y) => is_left.then_some(y),
    };
    for value in guides.iter().filter_map(own) {
        let at = along(value);
        let place = if is_left { egui::pos2(rect.right() - 5.0, at) } else { egui::pos2(at, rect.bottom() - 5.0) };
        painter.text(place, Align2::CENTER_CENTER, "◆", FontId::new(10.0, FontFamily::Proportional), cx.colors.accent.0);
    }
    moved_guides(ui, rect, is_left, guides, cx)
}

fn moved_guides(ui: &Ui, rect: Rect, is_left: bool, guides: &[Guide], cx: &AidCx<'_>) -> Option<Vec<Guide>> {
    let id = Id::unique("ruler").with(is_left);
    let response = ui.interact(rect, id, Sense::click_and_drag());
    let name = if is_left { "Left ruler" } else { "Top ruler" };
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, name));
    let held = Id::unique("held guide").with(is_left);
    let at = response.interact_pointer_pos()? - cx.rect.min;
    let pos = cx.view.image_from_canvas([f64::from(at.x), f64::from(at.y)]);
    let new = if is_left { Guide::Lying(pos.y.round()) } else { Guide::Standing(pos.x.round()) };
    let distance = |guide: &Guide| match (guide, new) {
        (Guide::Standing(a), Guide::Standing(b)) | (Guide::Lying(a), Guide::Lying(b)) => (a - b).abs() * cx.view.zoom,
        _ => f64::INFINITY,
    };
    let under = guides.iter().position(|guide| distance(guide) <= 6.0);
    let mut guides = guides.to_vec();
    if response.double_clicked() {
        guides.remove(under?);
        return Some(guides);
    }
    if response.drag_started() {
        ui.data_mut(|data| data.insert_temp(held, under));
    }
    if response.dragged() {
        let number: Option<usize> = ui.data(|data| data.get_temp(held)).flatten();
        *guides.get_mut(number?)? = new;
        return Some(guides);
    }
    (response.clicked() && under.is_none()).then(|| {
        guides.push(new);
        guides
    })
}

/// The smallest of 1, 2, 5, 10, 20 … that is not below `least`.
fn number_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(1e-6).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= least).unwrap_or(power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::number_step;

    #[test]
    fn rulers_count_in_round_steps() {
        let rows = [(0.3, 0.5), (1.0, 1.0), (1.5, 2.0), (3.0, 5.0), (64.0, 100.0), (640.0, 1000.0)];
        for (least, want) in rows {
            assert!((number_step(least) - want).abs() < 1e-9, "{least}: {}", number_step(least));
        }
    }
}
