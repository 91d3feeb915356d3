//! Smooth paths: instead of straight lines from keyframe to keyframe, a curve through all of them (Catmull–Rom, by the times of
//! the keyframes).

use super::{Blend, mix, turn};
use crate::geometry::{Cuboid, Ellipse, Geometry, ImagePos, ImageVec, Keypoints, Rect, RotatedBox};

/// A keyframe beside the stretch, and how far away it is.
#[derive(Clone, Copy, Debug)]
pub struct Neighbour<'a> {
    /// Its geometry.
    pub geometry: &'a Geometry,
    /// In lengths of the stretch, from its beginning: negative before it, over 1 behind it.
    pub at: f64,
}

/// What is there at a moment between two keyframes (0 to 1) on a curve that goes on as the neighbours say. Everything that is a
/// fixed list of numbers bends; contours and masks change as they do on a straight path, and their middle bends.
pub fn bend_path(
    from: &Geometry,
    to: &Geometry,
    blend: &Blend,
    before: Option<Neighbour<'_>>,
    after: Option<Neighbour<'_>>,
    t: f64,
) -> Geometry {
    let straight = blend.at(t);
    let Some((mut a, mut b)) = numbers(from).zip(numbers(to)).filter(|(a, b)| a.len() == b.len()) else {
        return middles_bent(from, to, straight, before, after, t);
    };
    let outer = |neighbour: Option<Neighbour<'_>>| {
        let neighbour = neighbour?;
        let list = numbers(neighbour.geometry).filter(|list| list.len() == a.len())?;
        (neighbour.geometry.spatial_type() == from.spatial_type()).then_some((list, neighbour.at))
    };
    let (mut before, mut after) = (outer(before), outer(after));
    if let Some(at) = angle_of(from) {
        // Turns of each next by the shorter way.
        b[at] = a[at] + turn(a[at], b[at]);
        if let Some((list, _)) = &mut before {
            list[at] = a[at] - turn(list[at], a[at]);
        }
        if let Some((list, _)) = &mut after {
            list[at] = b[at] + turn(b[at], list[at]);
        }
    }
    for at in 0..a.len() {
        let number = |outer: &Option<(Vec<f64>, f64)>| outer.as_ref().map(|(list, time)| (list[at], *time));
        a[at] = through(a[at], b[at], number(&before), number(&after), t);
    }
    with_numbers(&straight, &a)
}

fn middles_bent(
    from: &Geometry,
    to: &Geometry,
    straight: Geometry,
    before: Option<Neighbour<'_>>,
    after: Option<Neighbour<'_>>,
    t: f64,
) -> Geometry {
    let middle = |geometry: &Geometry| geometry.bounds().map(Rect::center);
    let Some((a, b)) = middle(from).zip(middle(to)).filter(|_| from.spatial_type() == to.spatial_type()) else { return straight };
    let outer = |neighbour: Option<Neighbour<'_>>| neighbour.and_then(|other| Some((middle(other.geometry)?, other.at)));
    let (before, after) = (outer(before), outer(after));
    let bent = |axis: fn(ImagePos) -> f64| {
        let number = |outer: Option<(ImagePos, f64)>| outer.map(|(pos, time)| (axis(pos), time));
        through(axis(a), axis(b), number(before), number(after), t) - mix(axis(a), axis(b), t)
    };
    straight.translated(ImageVec::new(bent(|pos| pos.x), bent(|pos| pos.y)))
}

/// A number on the curve through `a` at 0 and `b` at 1.
fn through(a: f64, b: f64, before: Option<(f64, f64)>, after: Option<(f64, f64)>, t: f64) -> f64 {
    let slope_a = before.filter(|(_, at)| *at < 0.0).map_or(b - a, |(value, at)| (b - value) / (1.0 - at));
    let slope_b = after.filter(|(_, at)| *at > 1.0).map_or(b - a, |(value, at)| (value - a) / at);
    let (t2, t3) = (t * t, t * t * t);
    a * (2.0 * t3 - 3.0 * t2 + 1.0) + slope_a * (t3 - 2.0 * t2 + t) + b * (3.0 * t2 - 2.0 * t3) + slope_b * (t3 - t2)
}

fn angle_of(geometry: &Geometry) -> Option<usize> {
    matches!(geometry, Geometry::RotatedBox(_) | Geometry::Ellipse(_)).then_some(4)
}

fn flat(points: impl Iterator<Item = ImagePos>) -> Vec<f64> {
    points.flat_map(|pos| [pos.x, pos.y]).collect()
}

fn numbers(geometry: &Geometry) -> Option<Vec<f64>> {
    Some(match geometry {
        Geometry::Box(rect) => flat([rect.min, rect.max].into_iter()),
        Geometry::RotatedBox(it) => vec![it.center.x, it.center.y, it.width, it.height, it.angle],
        Geometry::Ellipse(it) => vec![it.center.x, it.center.y, it.rx, it.ry, it.angle],
        Geometry::Cuboid(it) => flat(it.corners()),
        Geometry::Keypoints(it) if it.present().count() == it.points.len() => flat(it.points.iter().map(|point| point.pos)),
        Geometry::Point(pos) => flat(std::iter::once(*pos)),
        _ => return None,
    })
}

/// The same kind of thing with these numbers. A size that would be negative is none.
fn with_numbers(like: &Geometry, list: &[f64]) -> Geometry {
    let pos = |at: usize| ImagePos::new(list[2 * at], list[2 * at + 1]);
    match like {
        Geometry::Box(_) => Geometry::Box(Rect::from_corners(pos(0), pos(1))),
        Geometry::RotatedBox(_) => Geometry::RotatedBox(RotatedBox {
            center: pos(0),
            width: list[2].max(0.0),
            height: list[3].max(0.0),
            angle: crate::geometry::rounded_angle(list[4]),
        }),
        Geometry::Ellipse(_) => Geometry::Ellipse(Ellipse {
            center: pos(0),
            rx: list[2].max(0.0),
            ry: list[3].max(0.0),
            angle: crate::geometry::rounded_angle(list[4]),
        }),
        Geometry::Cuboid(_) => {
            Geometry::Cuboid(Box::new(Cuboid { front: std::array::from_fn(pos), back: std::array::from_fn(|at| pos(at + 4)) }))
        }
        Geometry::Keypoints(it) => {
            let points = it.points.iter().enumerate();
            Geometry::Keypoints(Keypoints {
                points: points.map(|(at, point)| crate::geometry::Keypoint { pos: pos(at), ..*point }).collect(),
            })
        }
        Geometry::Point(_) => Geometry::Point(pos(0)),
        other => other.clone(),
    }
}
