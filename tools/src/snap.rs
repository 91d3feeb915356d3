//! Points that stick to what is near.

use crate::consts::SNAP_DISTANCE;
use crate::event::ToolCx;
use crate::grips::nearest_on;
use limn_core::geometry::{CURVE_TOLERANCE, ImageVec, Path};
use limn_core::{Geometry, ImagePos, InstanceId, Rect};

/// Steps of the angles that a line sticks to, in degrees.
const ANGLE_STEP: f64 = 15.0;

impl ToolCx<'_> {
    /// Where a point drawn or dragged to `pos` sticks, if it sticks to anything: points first, then whatever border is
    /// nearest. The shape whose handle is held does not count.
    pub fn snapped(&self, pos: ImagePos) -> Option<ImagePos> {
        let snap = &self.options.snap;
        let is_on = snap.is_on() || !self.guides.is_empty();
        if !(self.snaps && is_on && pos.is_finite()) {
            return None;
        }
        let reach = SNAP_DISTANCE * self.px;
        let mut nearest = Nearest { pos, points: None, borders: None, reach };
        if snap.vertices || snap.edges {
            let near = Rect { min: pos, max: pos }.grown(reach);
            let shown = |id: InstanceId| Some(id) != self.held && !(self.hidden)(id);
            for instance in self.scene.near(self.document, near, &shown) {
                if snap.vertices {
                    each_point(&instance.geometry, |point| nearest.point(point));
                }
                if snap.edges {
                    each_segment(&instance.geometry, near, |a, b| nearest.border(nearest_on(pos, a, b)));
                }
            }
        }
        let [width, height] = self.image;
        if snap.image {
            let (x, y) = (pos.x.clamp(0.0, width), pos.y.clamp(0.0, height));
            for corner in (Rect { min: ImagePos::default(), max: ImagePos::new(width, height) }).corners() {
                nearest.point(corner);
            }
            for on in [ImagePos::new(0.0, y), ImagePos::new(width, y), ImagePos::new(x, 0.0), ImagePos::new(x, height)] {
                nearest.border(on);
            }
        }
        for guide in self.guides {
            nearest.border(guide.nearest(pos));
        }
        let found = nearest.points.or(nearest.borders).map(|(at, _)| at);
        let on_grid = (snap.grid > 0.0).then(|| ImagePos::new(rounded_to(pos.x, snap.grid), rounded_to(pos.y, snap.grid)));
        found.or(on_grid)
    }

    /// The nearest place to `pos` on a line from `from` at a multiple of fifteen degrees, when that is wanted.
    pub fn at_angle(&self, from: ImagePos, pos: ImagePos) -> ImagePos {
        if !(self.snaps && self.options.snap.angles) {
            return pos;
        }
        on_angle(from, pos)
    }
}

/// The nearest place to `pos` on a line from `from` at a multiple of fifteen degrees.
pub fn on_angle(from: ImagePos, pos: ImagePos) -> ImagePos {
    let to = pos - from;
    let step = ANGLE_STEP.to_radians();
    let angle = (to.y.atan2(to.x) / step).round() * step;
    let (sin, cos) = angle.sin_cos();
    from + ImageVec::new(cos, sin) * (to.x * cos + to.y * sin)
}

fn rounded_to(value: f64, step: f64) -> f64 {
    (value / step).round() * step
}

/// A straight line across the image that points stick to, put there by the person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Guide {
    /// At this y, in image pixels.
    Lying(f64),
    /// At this x.
    Standing(f64),
}

impl Guide {
    /// The place on it that is nearest.
    pub fn nearest(self, pos: ImagePos) -> ImagePos {
        match self {
            Self::Lying(y) => ImagePos::new(pos.x, y),
            Self::Standing(x) => ImagePos::new(x, pos.y),
        }
    }
}

/// The nearest point and the nearest place on a border, each with its distance.
struct Nearest {
    pos: ImagePos,
    reach: f64,
    points: Option<(ImagePos, f64)>,
    borders: Option<(ImagePos, f64)>,
}

impl Nearest {
    fn point(&mut self, at: ImagePos) {
        let distance = at.distance(self.pos);
        if distance <= self.reach && self.points.is_none_or(|(_, least)| distance < least) {
            self.points = Some((at, distance));
        }
    }

    fn border(&mut self, at: ImagePos) {
        let distance = at.distance(self.pos);
        if distance <= self.reach && self.borders.is_none_or(|(_, least)| distance < least) {
            self.borders = Some((at, distance));
        }
    }
}

fn each_point(geometry: &Geometry, mut take: impl FnMut(ImagePos)) {
    match geometry {
        Geometry::Box(rect) => rect.corners().into_iter().for_each(take),
        Geometry::RotatedBox(turned) => turned.corners().into_iter().for_each(take),
        Geometry::Polygon(polygon) => polygon.rings().flat_map(Path::points).for_each(|pos| take(*pos)),
        Geometry::Polyline(line) => line.points().iter().for_each(|pos| take(*pos)),
        Geometry::Keypoints(keypoints) => keypoints.present().for_each(|(_, point)| take(point.pos)),
        Geometry::Ellipse(ellipse) => {
            take(ellipse.center);
            (0..4).for_each(|quarter| take(ellipse.at(f64::from(quarter) * std::f64::consts::FRAC_PI_2)));
        }
        Geometry::Cuboid(cuboid) => cuboid.corners().for_each(take),
        Geometry::Point(pos) => take(*pos),
        Geometry::Mask(_) | Geometry::Tag => {}
    }
}

/// Straight pieces of the borders that may meet `near`.
fn each_segment(geometry: &Geometry, near: Rect, mut take: impl FnMut(ImagePos, ImagePos)) {
    let mut give = |path: &Path, closed: bool| {
        for (a, b, _) in path.segments(closed, CURVE_TOLERANCE) {
            if Rect::from_corners(a, b).intersects(near) {
                take(a, b);
            }
        }
    };
    match geometry {
        Geometry::Polygon(polygon) => polygon.rings().for_each(|ring| give(ring, true)),
        Geometry::Polyline(line) => give(line, false),
        Geometry::Box(_) | Geometry::RotatedBox(_) | Geometry::Ellipse(_) | Geometry::Cuboid(_) => {
            geometry.rings().into_iter().for_each(|ring| give(&ring.into(), true));
        }
        Geometry::Keypoints(_) | Geometry::Mask(_) | Geometry::Point(_) | Geometry::Tag => {}
    }
}
