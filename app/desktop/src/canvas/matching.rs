//! Vertices that are matched by hand: both keyframes, a thin line from each vertex to its partner, and the shape between.

use super::aids::AidCx;
use egui::{Color32, Painter, Pos2, Shape, Stroke};
use limn_core::geometry::DRAWN_TOLERANCE;
use limn_core::sequence::tie::{rings, vertices};
use limn_core::{Geometry, ImagePos};
use limn_editor::Matched;

/// Most links that are drawn; more are one grey area.
const MOST_LINKS: usize = 2000;

/// Draws them. `is_open`: a frame between the keyframes is open, where the shape is drawn already unless a tie is being tried.
pub fn matched(painter: &Painter, it: &Matched, is_open: bool, cx: &AidCx<'_>) {
    let colors = cx.colors;
    let (ground, plain) = (colors.label_ground.0, colors.label_text.0);
    let [earlier, later] = [colors.ok.0, colors.warn.0];
    outline(painter, &it.ends[0], None, earlier, cx);
    outline(painter, &it.ends[1], Some((6.0, 4.0)), later, cx);
    if !is_open || it.drag.is_some() {
        outline(painter, &it.between, Some((2.0, 3.0)), colors.accent.0, cx);
    }
    for [from, to] in it.links.iter().take(MOST_LINKS) {
        line(painter, [*from, *to], 1.0, plain.gamma_multiply(0.45), cx);
    }
    for (end, color) in [earlier, later].into_iter().enumerate() {
        for (_, pos) in vertices(&it.ends[end]).take(MOST_LINKS) {
            painter.circle(cx.screen(pos), 3.0, color, Stroke::new(1.0, ground));
        }
    }
    for tie in &it.ties {
        line(painter, [tie.from, tie.to], 2.0, colors.accent.0, cx);
        for pos in [tie.from, tie.to] {
            painter.circle(cx.screen(pos), 5.0, colors.accent.0, Stroke::new(1.5, ground));
        }
    }
    if let Some(current) = &it.current {
        line(painter, [current.place, current.partner], 2.0, plain, cx);
        for pos in [current.place, current.partner] {
            painter.circle_stroke(cx.screen(pos), 8.0, Stroke::new(4.0, ground));
            painter.circle_stroke(cx.screen(pos), 8.0, Stroke::new(2.0, plain));
        }
    }
    if let Some(ends) = it.drag {
        line(painter, ends, 2.5, colors.accent.0, cx);
    }
    if let Some(pos) = it.hover {
        painter.circle_stroke(cx.screen(pos), 7.0, Stroke::new(2.0, colors.accent.0));
    }
}

fn line(painter: &Painter, ends: [ImagePos; 2], width: f32, color: Color32, cx: &AidCx<'_>) {
    let ends = ends.map(|pos| cx.screen(pos));
    painter.line_segment(ends, Stroke::new(width + 2.0, cx.colors.label_ground.0.gamma_multiply(0.5)));
    painter.line_segment(ends, Stroke::new(width, color));
}

/// The rings of a shape; with lengths of dashes and gaps, dashed.
fn outline(painter: &Painter, geometry: &Geometry, dash: Option<(f32, f32)>, color: Color32, cx: &AidCx<'_>) {
    let closed = matches!(geometry, Geometry::Polygon(_));
    for (.., path) in rings(geometry) {
        let mut points: Vec<Pos2> = path.flattened(closed, DRAWN_TOLERANCE).iter().map(|pos| cx.screen(*pos)).collect();
        if closed {
            points.extend(points.first().copied());
        }
        painter.add(Shape::line(points.clone(), Stroke::new(3.5, cx.colors.label_ground.0.gamma_multiply(0.6))));
        let stroke = Stroke::new(1.5, color);
        match dash {
            Some((dash, gap)) => painter.extend(Shape::dashed_line(&points, stroke, dash, gap)),
            None => drop(painter.add(Shape::line(points, stroke))),
        }
    }
}
