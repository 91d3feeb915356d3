//! What lies between two keyframes. One routine for the canvas, exports and scores; nothing that it gives is ever stored.
//!
//! Boxes, cuboids and points go straight from one place to the other. Angles take the shorter way round; of two ways of the same
//! length the one that begins at the smaller angle goes up, so that forwards and backwards show the same. Contours are
//! matched point by point first (see [`contour`]), and turn about their middle while they change. Masks are blended by their
//! distance to the border. Keyframes of different kinds are not blended: the earlier one stays until the later one.

mod contour;
mod mask;
mod parts;
mod smooth;
mod tied;

pub use smooth::{Neighbour, bend_path};
pub use tied::{MOST_TIES, SAME, TiedPair, carried, in_force};

use super::tie::Tie;
use crate::geometry::{Cuboid, Ellipse, ImagePos, Keypoint, Keypoints, Rect, RotatedBox, Sight};
use crate::geometry::{Geometry, rounded_angle};
use contour::ContourBlend;
use mask::MaskBlend;
use parts::PolygonBlend;

/// Two geometries, matched: asked for many moments between them, matching is done once.
#[derive(Clone, Debug)]
pub struct Blend(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Box(Rect, Rect),
    RotatedBox(RotatedBox, RotatedBox),
    Ellipse(Ellipse, Ellipse),
    Cuboid(Box<(Cuboid, Cuboid)>),
    Keypoints(Keypoints, Keypoints),
    Point(ImagePos, ImagePos),
    Polygon(PolygonBlend),
    Polyline(ContourBlend),
    Mask(Box<MaskBlend>),
    /// The earlier one stays until the later one.
    Step(Geometry),
}

impl Blend {
    /// Matches two geometries.
    pub fn new(from: &Geometry, to: &Geometry) -> Self {
        Self::tied(from, to, &[])
    }

    /// As [`Self::new`], where some vertices are known to be partners; ties that do not hold (see [`in_force`]) say nothing.
    pub fn tied(from: &Geometry, to: &Geometry, ties: &[Tie]) -> Self {
        let pairs = || -> Vec<TiedPair> { in_force(from, to, ties).into_iter().map(|(_, pair)| pair).collect() };
        Self(match (from, to) {
            (Geometry::Box(a), Geometry::Box(b)) => Kind::Box(*a, *b),
            (Geometry::RotatedBox(a), Geometry::RotatedBox(b)) => Kind::RotatedBox(*a, *b),
            // One that is turned only from some keyframe on turns there too.
            (Geometry::Box(a), Geometry::RotatedBox(b)) => Kind::RotatedBox(upright(a), *b),
            (Geometry::RotatedBox(a), Geometry::Box(b)) => Kind::RotatedBox(*a, upright(b)),
            (Geometry::Ellipse(a), Geometry::Ellipse(b)) => Kind::Ellipse(*a, *b),
            (Geometry::Cuboid(a), Geometry::Cuboid(b)) => Kind::Cuboid(Box::new((**a, **b))),
            (Geometry::Keypoints(a), Geometry::Keypoints(b)) => Kind::Keypoints(a.clone(), b.clone()),
            (Geometry::Point(a), Geometry::Point(b)) => Kind::Point(*a, *b),
            (Geometry::Polygon(a), Geometry::Polygon(b)) => Kind::Polygon(PolygonBlend::new(a, b, &pairs())),
            (Geometry::Polyline(a), Geometry::Polyline(b)) => {
                let ties: Vec<(usize, usize)> = pairs().iter().map(|(a, b)| (a.at, b.at)).collect();
                Kind::Polyline(ContourBlend::tied(a, b, false, &ties))
            }
            (Geometry::Mask(a), Geometry::Mask(b)) => match MaskBlend::new(a, b) {
                Some(blend) => Kind::Mask(Box::new(blend)),
                None => Kind::Step(from.clone()),
            },
            _ => Kind::Step(from.clone()),
        })
    }

    /// The contours that are matched point by point, each with its part and its number there, as [`Self::at`] gives them.
    fn contours(&self) -> Vec<(usize, usize, &ContourBlend)> {
        match &self.0 {
            Kind::Polygon(blend) => blend.contours().collect(),
            Kind::Polyline(contour) => vec![(0, 0, contour)],
            _ => Vec::new(),
        }
    }

    /// Which places of the two geometries are partners, contour by contour in their order, in image pixels; no more exact than
    /// [`SAME`]. Every vertex is one end at least of a link, unless its ring has no partner.
    pub fn links(&self) -> Vec<[ImagePos; 2]> {
        self.contours().into_iter().flat_map(|(.., contour)| contour.ends()).collect()
    }

    /// Whether the border through a vertex of the earlier geometry is gone along the other way on the later one, which is given.
    pub fn is_backwards(&self, vertex: ImagePos, later: &Geometry) -> bool {
        tied::is_backwards(self, vertex, later)
    }

    /// What is there at a moment: 0 is the earlier, 1 the later keyframe, both exclusive (there the keyframe itself is shown).
    pub fn at(&self, t: f64) -> Geometry {
        match &self.0 {
            Kind::Box(a, b) => Geometry::Box(rect(*a, *b, t)),
            Kind::RotatedBox(a, b) => Geometry::RotatedBox(RotatedBox {
                center: pos(a.center, b.center, t),
                width: mix(a.width, b.width, t),
                height: mix(a.height, b.height, t),
                angle: angle(a.angle, b.angle, t),
            }),
            Kind::Ellipse(a, b) => Geometry::Ellipse(Ellipse {
                center: pos(a.center, b.center, t),
                rx: mix(a.rx, b.rx, t),
                ry: mix(a.ry, b.ry, t),
                angle: angle(a.angle, b.angle, t),
            }),
            Kind::Cuboid(ends) => {
                let (a, b) = &**ends;
                let face = |a: &[ImagePos; 4], b: &[ImagePos; 4]| std::array::from_fn(|at| pos(a[at], b[at], t));
                Geometry::Cuboid(Box::new(Cuboid { front: face(&a.front, &b.front), back: face(&a.back, &b.back) }))
            }
            Kind::Keypoints(a, b) => Geometry::Keypoints(keypoints(a, b, t)),
            Kind::Point(a, b) => Geometry::Point(pos(*a, *b, t)),
            Kind::Polygon(blend) => Geometry::Polygon(blend.at(t)),
            Kind::Polyline(blend) => Geometry::Polyline(blend.at(t)),
            Kind::Mask(blend) => Geometry::Mask(blend.at(t)),
            Kind::Step(held) => held.clone(),
        }
    }
}

fn mix(a: f64, b: f64, t: f64) -> f64 {
    a * (1.0 - t) + b * t
}

fn pos(a: ImagePos, b: ImagePos, t: f64) -> ImagePos {
    ImagePos::new(mix(a.x, b.x, t), mix(a.y, b.y, t))
}

/// A box as one that is not turned.
fn upright(rect: &Rect) -> RotatedBox {
    let center = ImagePos::new((rect.min.x + rect.max.x) / 2.0, (rect.min.y + rect.max.y) / 2.0);
    RotatedBox { center, width: rect.width(), height: rect.height(), angle: 0.0 }
}

pub(super) fn rect(a: Rect, b: Rect, t: f64) -> Rect {
    Rect { min: pos(a.min, b.min, t), max: pos(a.max, b.max, t) }
}

/// From one angle to another by the shorter way: the turn in degrees, between -180 and 180.
pub(crate) fn turn(from: f64, to: f64) -> f64 {
    let turn = (to - from + 180.0).rem_euclid(360.0) - 180.0;
    // Half a turn: the same way whichever end is the first.
    if turn == -180.0 && from.rem_euclid(360.0) < to.rem_euclid(360.0) { 180.0 } else { turn }
}

/// Degrees between two angles by the shorter way.
pub(crate) fn angle(from: f64, to: f64, t: f64) -> f64 {
    rounded_angle(from + turn(from, to) * t)
}

/// Point by point. How a point is seen is that of the earlier keyframe; one that is in the picture at one end only stays at the
/// place where it was seen.
fn keypoints(a: &Keypoints, b: &Keypoints, t: f64) -> Keypoints {
    let points = a.points.iter().enumerate().map(|(at, from)| match b.points.get(at) {
        Some(to) if to.sight != Sight::Absent && from.sight != Sight::Absent => Keypoint { pos: pos(from.pos, to.pos, t), ..*from },
        _ => *from,
    });
    Keypoints { points: points.collect() }
}

#[cfg(test)]
mod tests;
