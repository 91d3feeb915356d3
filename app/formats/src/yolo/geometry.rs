//! Shapes as YOLO has them: inside the picture, of one ring.

use crate::tracking::rounded;
use limn_core::ImagePos;
use limn_core::geometry::RotatedBox;

/// Above this, the product of two numbers of points, rings are joined at their first points.
const MAX_PAIRS: usize = 4_000_000;

/// Twice the area, with a sign for the direction.
pub(super) fn signed(ring: &[ImagePos]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum()
}

/// A ring cut to the picture of this size; empty when nothing of it is inside.
pub(super) fn cut(ring: &[ImagePos], width: f64, height: f64) -> Vec<ImagePos> {
    let sides = [(true, 0.0, 1.0), (true, width, -1.0), (false, 0.0, 1.0), (false, height, -1.0)];
    let mut ring = ring.to_vec();
    for (is_x, border, sign) in sides {
        let depth = |pos: ImagePos| (if is_x { pos.x } else { pos.y } - border) * sign;
        let mut kept = Vec::with_capacity(ring.len() + 4);
        for (at, pos) in ring.iter().enumerate() {
            let before = ring[(at + ring.len() - 1) % ring.len()];
            let (from, to) = (depth(before), depth(*pos));
            if (from < 0.0) != (to < 0.0) {
                let share = from / (from - to);
                kept.push(ImagePos::new(before.x + (pos.x - before.x) * share, before.y + (pos.y - before.y) * share));
            }
            if to >= 0.0 {
                kept.push(*pos);
            }
        }
        ring = kept;
    }
    let mut ring: Vec<ImagePos> = ring.into_iter().map(|pos| pos.clamped(width, height)).collect();
    ring.dedup();
    ring
}

/// One ring that goes around several: over and back between the points that lie nearest to each other.
pub(super) fn joined(rings: Vec<Vec<ImagePos>>) -> Vec<ImagePos> {
    let mut rings = rings.into_iter();
    let mut all = rings.next().unwrap_or_default();
    for mut ring in rings {
        // All in one direction, so that every rule of filling fills them.
        if signed(&ring) * signed(&all) < 0.0 {
            ring.reverse();
        }
        let mut best = (f64::INFINITY, 0, 0);
        if all.len().saturating_mul(ring.len()) <= MAX_PAIRS {
            for (i, a) in all.iter().enumerate() {
                for (j, b) in ring.iter().enumerate() {
                    let far = a.distance(*b);
                    if far < best.0 {
                        best = (far, i, j);
                    }
                }
            }
        }
        let (_, i, j) = best;
        if let (Some(here), Some(there)) = (all.get(i).copied(), ring.get(j).copied()) {
            let around = ring[j..].iter().chain(&ring[..j]).copied().chain([there, here]);
            all.splice(i + 1..i + 1, around.collect::<Vec<_>>());
        }
    }
    all
}

/// The turned box of four corners that follow each other, and how far, in pixels, the corners lie from it.
pub(super) fn turned(corners: [ImagePos; 4]) -> (RotatedBox, f64) {
    let [a, b, c, d] = corners;
    let mean = |pick: fn(ImagePos) -> f64| corners.into_iter().map(pick).sum::<f64>() / 4.0;
    let along = ImagePos::new((b.x - a.x + c.x - d.x) / 2.0, (b.y - a.y + c.y - d.y) / 2.0);
    let across = ImagePos::new((d.x - a.x + c.x - b.x) / 2.0, (d.y - a.y + c.y - b.y) / 2.0);
    let (width, height) = (along.x.hypot(along.y), across.x.hypot(across.y));
    // The longer side tells it best. A mirrored box, whose second axis goes the other way, has its angle from the first.
    let is_mirrored = along.x * across.y - along.y * across.x < 0.0;
    let angle = if height > width && !is_mirrored { (-across.x).atan2(across.y) } else { along.y.atan2(along.x) };
    // So fine that no corner of a picture moves; whole angles come back whole.
    let whole = (angle.to_degrees() * 1e9).round() / 1e9;
    let found = RotatedBox {
        center: ImagePos::new(rounded(mean(|pos| pos.x)), rounded(mean(|pos| pos.y))),
        width: rounded(width),
        height: rounded(height),
        angle: whole,
    };
    let near = |own: &ImagePos| found.corners().iter().map(|pos| pos.distance(*own)).fold(f64::INFINITY, f64::min);
    let off = corners.iter().map(near).fold(0.0, f64::max);
    (found, off)
}

/// The smallest turned box around points; `None` where they have no area. `hull`: convex, in order.
pub(super) fn smallest_around(hull: &[ImagePos]) -> Option<[ImagePos; 4]> {
    let mut best: Option<(f64, [ImagePos; 4])> = None;
    for (at, from) in hull.iter().enumerate() {
        let to = hull[(at + 1) % hull.len()];
        let length = from.distance(to);
        if length <= 0.0 {
            continue;
        }
        let (ux, uy) = ((to.x - from.x) / length, (to.y - from.y) / length);
        let mut bounds = [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY];
        for pos in hull {
            let (u, v) = (pos.x * ux + pos.y * uy, pos.y * ux - pos.x * uy);
            bounds = [bounds[0].min(u), bounds[1].max(u), bounds[2].min(v), bounds[3].max(v)];
        }
        let [u0, u1, v0, v1] = bounds;
        let area = (u1 - u0) * (v1 - v0);
        if area > 0.0 && best.as_ref().is_none_or(|(other, _)| area < *other) {
            let at = |u: f64, v: f64| ImagePos::new(u * ux - v * uy, u * uy + v * ux);
            best = Some((area, [at(u0, v0), at(u1, v0), at(u1, v1), at(u0, v1)]));
        }
    }
    best.map(|(_, corners)| corners)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(f64, f64)]) -> Vec<ImagePos> {
        points.iter().map(|(x, y)| ImagePos::new(*x, *y)).collect()
    }

    #[test]
    fn rings_are_cut_at_the_border() {
        let inside = ring(&[(1.0, 1.0), (4.0, 1.0), (4.0, 3.0)]);
        assert_eq!(cut(&inside, 10.0, 5.0), inside);
        let cut_off = cut(&ring(&[(-2.0, 1.0), (4.0, 1.0), (4.0, 9.0), (-2.0, 9.0)]), 10.0, 5.0);
        assert_eq!(signed(&cut_off).abs() / 2.0, 16.0);
        assert!(cut(&ring(&[(-2.0, 1.0), (-1.0, 1.0), (-1.0, 9.0)]), 10.0, 5.0).len() < 3);
    }

    #[test]
    fn rings_are_joined_where_they_are_near() {
        let (a, b) = (ring(&[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]), ring(&[(9.0, 4.0), (6.0, 4.0), (6.0, 0.0), (9.0, 0.0)]));
        let b: Vec<_> = b.into_iter().rev().collect();
        let both = joined(vec![a.clone(), b.clone()]);
        assert_eq!(both.len(), 10);
        assert_eq!(signed(&both).abs(), signed(&a).abs() + signed(&b).abs());
    }

    #[test]
    fn a_turned_box_comes_out_of_its_corners() {
        let own = RotatedBox { center: ImagePos::new(300.0, 200.0), width: 80.0, height: 20.0, angle: 30.0 };
        let (found, off) = turned(own.corners());
        assert!(off < 1e-9 && (found.width - 80.0).abs() < 1e-9 && found.angle == 30.0, "{found:?} {off}");
        let around = smallest_around(&own.corners()).unwrap();
        let (again, _) = turned(around);
        assert!((again.width * again.height - 1600.0).abs() < 1e-6);
        assert!(turned(ring(&[(0.0, 0.0), (9.0, 0.0), (5.0, 4.0), (0.0, 4.0)]).try_into().unwrap()).1 > 1.0);
        assert_eq!(smallest_around(&ring(&[(0.0, 0.0), (9.0, 0.0)])), None);
    }
}
