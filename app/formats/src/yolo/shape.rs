//! A shape as the numbers of a line, and what is lost on the way.

use super::Task;
use super::geometry::{cut, joined, signed, smallest_around};
use crate::problems::{Effect, Problems};
use crate::tracking::{boxed, rounded};
use limn_core::geometry::{CURVE_TOLERANCE, Keypoints, Path, RotatedBox, Sight, convex_hull};
use limn_core::{Geometry, ImagePos, Instance, Polygon, Rect};
use std::fmt::Write as _;

/// Told of everything that reaches over the border, since shares lie between 0 and 1.
const CUT: &str = "what lies outside the picture cut off";

/// Where a line comes from.
pub(super) struct From<'a> {
    pub task: Task,
    pub size: (u32, u32),
    /// Keypoints of every class.
    pub keypoints: usize,
    pub place: &'a dyn Fn() -> String,
}

impl From<'_> {
    /// What stands behind the class; `None`, and told, when nothing of the shape can be written.
    pub fn numbers(&self, instance: &Instance, losses: &mut Problems) -> Option<String> {
        if !instance.geometry.is_finite() {
            return self.left("a shape with a number that is not finite left out", losses);
        }
        match self.task {
            Task::Detect => self.centred(boxed(instance, losses, self.place)?, losses),
            Task::Segment => self.segment(&instance.geometry, losses),
            Task::Obb => self.corners(instance, losses),
            Task::Pose => self.pose(instance, losses),
        }
    }

    fn left<T>(&self, text: &str, losses: &mut Problems) -> Option<T> {
        losses.add(Effect::Left, text, self.place);
        None
    }

    fn changed(&self, text: &str, losses: &mut Problems) {
        losses.add(Effect::Changed, text, self.place);
    }

    fn extent(&self) -> (f64, f64) {
        (f64::from(self.size.0), f64::from(self.size.1))
    }

    fn points(&self, points: impl IntoIterator<Item = ImagePos>) -> String {
        let (width, height) = self.extent();
        // Of turned boxes the corners are derived: rounded, they would tell the angle of a narrow one badly.
        let exact = |value: f64| if self.task == Task::Obb { value } else { rounded(value) };
        points.into_iter().fold(String::new(), |text, pos| text + &share(exact(pos.x) / width) + &share(exact(pos.y) / height))
    }

    /// Centre and size of a box.
    fn centred(&self, rect: Rect, losses: &mut Problems) -> Option<String> {
        let (width, height) = self.extent();
        let inside = Rect { min: rect.min.clamped(width, height), max: rect.max.clamped(width, height) };
        if inside.width() <= 0.0 || inside.height() <= 0.0 {
            return self.left("what lies wholly outside the picture left out", losses);
        }
        if inside != rect {
            self.changed(CUT, losses);
        }
        let [x0, y0, x1, y1] = [inside.min.x, inside.min.y, inside.max.x, inside.max.y].map(rounded);
        let [x, y, w, h] = [(x0 + x1) / 2.0 / width, (y0 + y1) / 2.0 / height, (x1 - x0) / width, (y1 - y0) / height];
        Some([x, y, w, h].map(share).concat())
    }

    fn segment(&self, geometry: &Geometry, losses: &mut Problems) -> Option<String> {
        let kind = geometry.spatial_type().title();
        let rings = match geometry {
            Geometry::Polygon(polygon) => self.outer_rings(polygon, losses),
            Geometry::Mask(mask) => {
                self.changed("a mask written as the polygon around its pixels", losses);
                self.without_holes(mask.outline(), losses)
            }
            Geometry::Box(_) | Geometry::RotatedBox(_) | Geometry::Ellipse(_) | Geometry::Cuboid(_) => {
                self.changed(&format!("a {kind} written as a polygon"), losses);
                geometry.rings()
            }
            Geometry::Polyline(_) | Geometry::Keypoints(_) | Geometry::Point(_) | Geometry::Tag => {
                return self.left(&format!("a {kind}, which has no area, left out"), losses);
            }
        };
        let (width, height) = self.extent();
        let is_inside = |pos: &ImagePos| pos.clamped(width, height) == *pos;
        let mut kept: Vec<Vec<ImagePos>> = Vec::new();
        for ring in rings {
            if ring.iter().all(is_inside) {
                kept.push(ring);
            } else {
                self.changed(CUT, losses);
                kept.push(cut(&ring, width, height));
            }
        }
        kept.retain(|ring| ring.len() >= 3);
        match kept.len() {
            0 => return self.left("what has no area inside the picture left out", losses),
            1 => {}
            _ => self.changed("several parts written as one ring that goes over and back between them", losses),
        }
        Some(self.points(joined(kept)))
    }

    fn outer_rings(&self, polygon: &Polygon, losses: &mut Problems) -> Vec<Vec<ImagePos>> {
        if polygon.parts.iter().any(|part| !part.holes.is_empty()) {
            self.changed("holes of an area filled", losses);
        }
        if !polygon.is_straight() {
            self.changed("curves written as short straight lines", losses);
        }
        let flat = |ring: &Path| ring.flattened(true, CURVE_TOLERANCE).into_owned();
        polygon.parts.iter().map(|part| flat(&part.outer)).collect()
    }

    /// The rings that go around as the largest does: the others are holes.
    fn without_holes(&self, mut rings: Vec<Vec<ImagePos>>, losses: &mut Problems) -> Vec<Vec<ImagePos>> {
        let areas: Vec<f64> = rings.iter().map(|ring| signed(ring)).collect();
        let largest = areas.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(1.0);
        let before = rings.len();
        let mut areas = areas.iter();
        rings.retain(|_| areas.next().is_some_and(|area| area * largest > 0.0));
        if rings.len() < before {
            self.changed("holes of an area filled", losses);
        }
        rings
    }

    fn corners(&self, instance: &Instance, losses: &mut Problems) -> Option<String> {
        let kind = instance.geometry.spatial_type().title();
        let corners = match &instance.geometry {
            Geometry::RotatedBox(turned) if instance.geometry.is_sound() => turned.corners(),
            Geometry::Box(rect) if instance.geometry.is_sound() => {
                self.changed("a box written as a turned one", losses);
                rect.corners()
            }
            Geometry::Ellipse(e) if instance.geometry.is_sound() => {
                self.changed("an ellipse written as the turned box around it", losses);
                RotatedBox { center: e.center, width: e.rx * 2.0, height: e.ry * 2.0, angle: e.angle }.corners()
            }
            Geometry::Keypoints(keypoints) => {
                let points = keypoints.present().map(|(_, point)| point.pos).collect();
                self.around(points, kind, losses)?
            }
            Geometry::Polyline(line) => self.around(line.flattened(false, CURVE_TOLERANCE).into_owned(), kind, losses)?,
            other => self.around(other.rings().concat(), kind, losses)?,
        };
        let (width, height) = self.extent();
        let inside = corners.map(|pos| pos.clamped(width, height));
        // Rounding alone moves no corner that can be seen.
        if inside.iter().zip(&corners).any(|(inside, corner)| inside.distance(*corner) > 1e-6) {
            if signed(&inside).abs() <= 0.0 {
                return self.left("what lies wholly outside the picture left out", losses);
            }
            self.changed("corners outside the picture moved to its border", losses);
        }
        Some(self.points(inside))
    }

    fn around(&self, points: Vec<ImagePos>, kind: &str, losses: &mut Problems) -> Option<[ImagePos; 4]> {
        match smallest_around(&convex_hull(points)) {
            Some(corners) => {
                self.changed(&format!("a {kind} written as the smallest turned box around it"), losses);
                Some(corners)
            }
            None => self.left(&format!("a {kind}, which has no area, left out"), losses),
        }
    }

    fn pose(&self, instance: &Instance, losses: &mut Problems) -> Option<String> {
        let Geometry::Keypoints(keypoints) = &instance.geometry else {
            // An object of which no keypoint is seen.
            let text = self.centred(boxed(instance, losses, self.place)?, losses)?;
            return Some(text + &" 0 0 0".repeat(self.keypoints));
        };
        let told = told_box(instance.extra.as_deref());
        let rect = match told.or_else(|| keypoints.bounds()) {
            None => return self.left("keypoints of which none is in the picture left out", losses),
            Some(rect) if told.is_some() => rect,
            Some(rect) => {
                self.changed("keypoints without a box of their own got the box around them", losses);
                // Points on one line have no area.
                let grow = |low: f64, high: f64| if high - low < 1.0 { (low - 0.5, high + 0.5) } else { (low, high) };
                let ((x0, x1), (y0, y1)) = (grow(rect.min.x, rect.max.x), grow(rect.min.y, rect.max.y));
                Rect { min: ImagePos::new(x0, y0), max: ImagePos::new(x1, y1) }
            }
        };
        let text = self.centred(rect, losses)?;
        Some(text + &self.triples(keypoints, losses))
    }

    fn triples(&self, keypoints: &Keypoints, losses: &mut Problems) -> String {
        let (width, height) = self.extent();
        let mut text = String::new();
        let mut is_cut = false;
        for at in 0..self.keypoints {
            let Some(point) = keypoints.points.get(at).filter(|point| point.sight != Sight::Absent) else {
                text += " 0 0 0";
                continue;
            };
            let inside = point.pos.clamped(width, height);
            is_cut |= inside != point.pos;
            text += &self.points([inside]);
            text += if point.sight == Sight::Occluded { " 1" } else { " 2" };
        }
        if is_cut {
            self.changed("keypoints outside the picture moved to its border", losses);
        }
        text
    }
}

/// The box that came with keypoints, as COCO and YOLO have it.
pub(super) fn told_box(extra: Option<&str>) -> Option<Rect> {
    #[derive(serde::Deserialize)]
    struct Fields {
        bbox: [f64; 4],
    }
    let extra = extra.filter(|extra| extra.contains("bbox"))?;
    let [x, y, width, height] = serde_json::from_str::<Fields>(extra).ok()?.bbox;
    let rect = Rect { min: ImagePos::new(x, y), max: ImagePos::new(rounded(x + width), rounded(y + height)) };
    (rect.is_finite() && rect.width() > 0.0 && rect.height() > 0.0).then_some(rect)
}

/// A share of the picture with a space before it, to a millionth of a millionth: a millionth of a pixel of any picture.
fn share(value: f64) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = write!(text, " {:.12}", value.clamp(0.0, 1.0));
    let short = text.trim_end_matches('0').trim_end_matches('.').len();
    text.truncate(short);
    if text == " " { " 0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_short_where_they_can_be() {
        assert_eq!([0.5, 0.0, 1.0, 1.0 / 3.0, -1.0, 1e-9].map(share), [" 0.5", " 0", " 1", " 0.333333333333", " 0", " 0.000000001"]);
    }
}
