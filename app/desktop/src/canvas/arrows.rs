//! Where things point: an arrow for each answered direction, from the middle of its shape, as wide on the screen at any zoom.

use crate::theme::Colors;
use egui::{Color32, Painter, Pos2, Shape, Stroke, emath::Rot2};
use limn_core::schema::AttributeId;
use limn_core::{Geometry, ImagePos, Instance, InstanceId};
use limn_editor::Editor;
use limn_tools::{Preview, arrow};
use std::collections::{HashMap, HashSet};

/// Most shapes with arrows at once; more cannot be told apart.
const MAX_SHAPES: usize = 300;
/// Most shapes that are looked at for directions in one frame.
const MAX_CANDIDATES: usize = 2000;
/// Points: width of the line, and length and half the angle of its head.
const WIDTH: f32 = 2.0;
const HEAD: f32 = 10.0;
const HEAD_ANGLE: f32 = 0.45;

/// Draws the arrows of the shapes in sight, those of the selected last. `screen`: from image pixels to points.
pub fn arrows(painter: &Painter, editor: &Editor, preview: &Preview, screen: &dyn Fn(ImagePos) -> Pos2, colors: &Colors) {
    if !editor.asks_directions() {
        return;
    }
    let px = editor.view().px();
    let moved: HashMap<InstanceId, &Geometry> = preview.replaced.iter().map(|(id, geometry)| (*id, geometry)).collect();
    let turned: HashMap<(InstanceId, AttributeId), f64> = preview.headings.iter().map(|(id, own, by)| ((*id, *own), *by)).collect();
    let draw = |instance: &Instance| {
        let geometry = moved.get(&instance.id).copied().unwrap_or(&instance.geometry);
        let [r, g, b] = editor.schema.shown(instance.label).1;
        let mut drawn = false;
        for heading in editor.headings(instance) {
            let degrees = turned.get(&(instance.id, heading.attribute)).copied().or(heading.degrees);
            if let Some([from, tip]) = degrees.and_then(|degrees| arrow(geometry, degrees, px)) {
                one(painter, screen(from), screen(tip), Color32::from_rgb(r, g, b), colors);
                drawn = true;
            }
        }
        drawn
    };
    let selected: HashSet<InstanceId> = editor.selection().iter().take(MAX_SHAPES).copied().collect();
    if !editor.is_isolated() {
        let all = |_: InstanceId| true;
        let near = editor.scene().near(editor.document(), editor.view().visible(), &all).take(MAX_CANDIDATES);
        let shown = near.filter(|instance| !editor.is_hidden(instance.id) && !selected.contains(&instance.id));
        let _ = shown.filter(|instance| draw(instance)).take(MAX_SHAPES).count();
    }
    for instance in selected.iter().filter(|id| !editor.is_hidden(**id)).filter_map(|id| editor.document().get(*id)) {
        draw(instance);
    }
}

fn one(painter: &Painter, from: Pos2, tip: Pos2, color: Color32, colors: &Colors) {
    let way = (tip - from).normalized();
    let neck = tip - way * (HEAD * 0.8);
    let barb = |angle: f32| tip - Rot2::from_angle(angle) * (way * HEAD);
    painter.line_segment([from, neck], Stroke::new(WIDTH + 2.0, colors.label_ground.0));
    painter.circle(from, WIDTH + 0.5, color, Stroke::new(1.0, colors.label_ground.0));
    let head = vec![tip, barb(HEAD_ANGLE), barb(-HEAD_ANGLE)];
    painter.line_segment([from, neck], Stroke::new(WIDTH, color));
    painter.add(Shape::convex_polygon(head, color, Stroke::new(1.0, colors.label_ground.0)));
}
