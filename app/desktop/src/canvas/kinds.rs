//! What belongs to single kinds of shapes in hand and cannot be said by outlines: dots and coloured lines of keypoints, the
//! first side of a turned box, the front of a cuboid, single points.

use crate::theme::Colors;
use egui::{Align2, Color32, FontFamily, FontId, Painter, Pos2, Shape, Stroke, Vec2};
use limn_core::geometry::{Cuboid, ImageVec, Keypoints, RotatedBox, Sight, from_own_coordinates};
use limn_core::{Geometry, ImagePos, Label, Template};
use limn_render::Dash;

/// Left and right of a person, in every theme: told apart by those who see few colours, too.
const LEFT: Color32 = Color32::from_rgb(0x56, 0xb4, 0xe9);
const RIGHT: Color32 = Color32::from_rgb(0xe6, 0x9f, 0x00);
/// Radius of a dot in points.
const DOT: f32 = 3.5;
/// From the middle of the first side of a turned box to the tip of its tick, in points.
const TICK: f32 = 9.0;

/// What is drawn for one instance.
pub struct KindCx<'a> {
    pub painter: &'a Painter,
    pub screen: &'a dyn Fn(ImagePos) -> Pos2,
    pub colors: &'a Colors,
    /// Whether labels have dashes beside their colours: how this one's lines are dashed, and the step of that in points.
    pub dash: (Dash, f32),
    /// Whether it is selected, and so shows its handles.
    pub selected: bool,
}

impl KindCx<'_> {
    /// Whether the kind of shape has more than an outline.
    pub fn has_more(geometry: &Geometry) -> bool {
        matches!(geometry, Geometry::Keypoints(_) | Geometry::RotatedBox(_) | Geometry::Cuboid(_))
    }

    /// Draws what the kind of shape needs beside its outline.
    pub fn draw(&self, geometry: &Geometry, label: Option<&Label>) {
        let [r, g, b] = label.map_or([0x9a; 3], |label| label.color);
        let color = Color32::from_rgb(r, g, b);
        match geometry {
            Geometry::Keypoints(keypoints) => self.keypoints(keypoints, label.and_then(|label| label.keypoints.as_ref()), color),
            Geometry::RotatedBox(turned) => self.first_side(turned, color),
            Geometry::Cuboid(cuboid) => self.front(cuboid, color),
            _ => {}
        }
    }

    fn dot(&self, at: Pos2, color: Color32, hollow: bool) {
        let fill = if hollow { self.colors.label_ground.0 } else { color };
        self.painter.circle(at, DOT + 1.0, self.colors.label_ground.0, Stroke::NONE);
        self.painter.circle(at, DOT, fill, Stroke::new(1.0, color));
    }

    fn keypoints(&self, keypoints: &Keypoints, template: Option<&Template>, color: Color32) {
        let Some(template) = template else { return };
        for [a, b] in &template.edges {
            if let (Some(from), Some(to)) = (keypoints.pos(*a), keypoints.pos(*b)) {
                let line = [(self.screen)(from), (self.screen)(to)];
                let draw = |width: f32, color: Color32| self.painter.extend(dashed(line, self.dash, Stroke::new(width, color)));
                draw(3.5, self.colors.label_ground.0.gamma_multiply(0.7));
                draw(2.0, edge_color(template, *a, *b, color));
            }
        }
        // The handles of a selected one are its dots.
        if !self.selected {
            for (at, point) in keypoints.present() {
                self.dot((self.screen)(point.pos), point_color(template, at, color), point.sight == Sight::Occluded);
            }
        }
    }

    /// A tick outwards in the middle of the own top side: the side that was drawn first.
    fn first_side(&self, turned: &RotatedBox, color: Color32) {
        let at = |y: f64| (self.screen)(from_own_coordinates(ImageVec::new(0.0, y), turned.center, turned.angle));
        let (side, below) = (at(-turned.height / 2.0), at(turned.height / 2.0));
        let Some(out) = Some((side - below).normalized()).filter(|out| out.length() > 0.5) else { return };
        let across = out.rot90() * (TICK * 0.6);
        let tip = vec![side + out * TICK, side + across, side - across];
        self.painter.add(Shape::convex_polygon(tip, color, Stroke::new(1.0, self.colors.label_ground.0)));
    }

    fn front(&self, cuboid: &Cuboid, color: Color32) {
        let face = cuboid.front.map(self.screen).to_vec();
        let middle = face.iter().fold(Vec2::ZERO, |sum, pos| sum + pos.to_vec2()) / 4.0;
        self.painter.add(Shape::convex_polygon(face.clone(), color.gamma_multiply(0.28), Stroke::new(2.0, color)));
        let reach = face.iter().map(|pos| pos.to_vec2() - middle).fold(f32::INFINITY, |least, to| least.min(to.length()));
        if self.selected && reach > 28.0 {
            let font = FontId::new(crate::theme::tokens().size.small, FontFamily::Proportional);
            let galley = self.painter.layout_no_wrap("front".to_owned(), font, self.colors.label_text.0);
            let place = Align2::CENTER_CENTER.anchor_size(middle.to_pos2() + Vec2::new(0.0, 17.0), galley.size());
            self.painter.rect_filled(place.expand2(Vec2::new(3.0, 0.0)), 2.0, self.colors.label_ground.0.gamma_multiply(0.8));
            self.painter.galley(place.min, galley, self.colors.label_text.0);
        }
    }
}

/// A line as the renderer dashes it.
fn dashed(line: [Pos2; 2], (dash, step): (Dash, f32), stroke: Stroke) -> Vec<Shape> {
    let (dashes, gaps): (&[f32], &[f32]) = match dash {
        _ if step <= 0.0 => return vec![Shape::line_segment(line, stroke)],
        Dash::Even => (&[1.0], &[1.0]),
        Dash::Long => (&[3.0], &[1.0]),
        Dash::Dots => (&[0.5], &[1.0]),
        Dash::DashDot => (&[2.5, 0.6], &[0.95, 0.95]),
        Dash::DashDotDot => (&[2.5, 0.6, 0.6], &[0.95, 0.65, 0.95]),
    };
    let steps = |parts: &[f32]| parts.iter().map(|part| part * step).collect::<Vec<f32>>();
    Shape::dashed_line_with_offset(&line, stroke, &steps(dashes), &steps(gaps), 0.0)
}

/// The colour that a point of the template has, or that of its side, or the label's.
fn point_color(template: &Template, at: usize, label: Color32) -> Color32 {
    let own = template.points.get(at).and_then(|point| point.color).map(|[r, g, b]| Color32::from_rgb(r, g, b));
    own.unwrap_or_else(|| match side(template, at) {
        Some(false) => LEFT,
        Some(true) => RIGHT,
        None => label,
    })
}

/// A line to a point of one side has the colour of that side.
fn edge_color(template: &Template, a: usize, b: usize, label: Color32) -> Color32 {
    match (side(template, a), side(template, b)) {
        (Some(one), Some(other)) if one != other => label,
        (Some(_), _) => point_color(template, a, label),
        _ => point_color(template, b, label),
    }
}

/// `false` for a left point, `true` for a right one.
fn side(template: &Template, at: usize) -> Option<bool> {
    template.pairs.iter().find_map(|[left, right]| (*left == at).then_some(false).or((*right == at).then_some(true)))
}
