//! Cuboids as they look in the picture.

use super::pos::ImagePos;
use super::rect::Rect;

/// Two faces of a cuboid, projected on the image. Corners: top left, top right, bottom right, bottom left of the front
/// face, and of the back face those that lie behind them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cuboid {
    /// The near face, in image pixels.
    pub front: [ImagePos; 4],
    /// The far face.
    pub back: [ImagePos; 4],
}

impl Cuboid {
    /// Every corner, the front ones first.
    pub fn corners(&self) -> impl Iterator<Item = ImagePos> {
        self.front.into_iter().chain(self.back)
    }

    /// Every corner changed.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(ImagePos) -> ImagePos) -> Self {
        Self { front: self.front.map(&mut change), back: self.back.map(&mut change) }
    }

    /// The faces as rings: front, back, top, right, bottom, left.
    pub fn faces(&self) -> [[ImagePos; 4]; 6] {
        let ([a, b, c, d], [e, f, g, h]) = (self.front, self.back);
        [self.front, self.back, [a, b, f, e], [b, c, g, f], [d, c, g, h], [a, d, h, e]]
    }

    /// The border of everything that it covers: the convex hull of its corners.
    pub fn silhouette(&self) -> Vec<ImagePos> {
        convex_hull(self.corners().collect())
    }

    /// The smallest upright rectangle around it.
    pub fn bounds(&self) -> Option<Rect> {
        Rect::around(self.front.iter().chain(&self.back))
    }

    /// Whether something could look so: both faces are convex and seen from the same side, and nothing is at one point.
    pub fn is_legal(&self) -> bool {
        let turn = |face: &[ImagePos; 4], at: usize| {
            let (a, b, c) = (face[at], face[(at + 1) % 4], face[(at + 2) % 4]);
            (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)
        };
        let all = |face: &[ImagePos; 4], sign: f64| (0..4).all(|at| turn(face, at) * sign > 1e-9);
        [1.0, -1.0].into_iter().any(|sign| all(&self.front, sign) && all(&self.back, sign))
    }
}

/// The corners of the smallest convex area around some points (Andrew's monotone chain), going round.
pub fn convex_hull(mut points: Vec<ImagePos>) -> Vec<ImagePos> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let half = |points: &mut dyn Iterator<Item = ImagePos>| {
        let mut hull: Vec<ImagePos> = Vec::new();
        for pos in points {
            while let [.., a, b] = hull[..]
                && (b.x - a.x) * (pos.y - a.y) - (b.y - a.y) * (pos.x - a.x) <= 0.0
            {
                hull.pop();
            }
            hull.push(pos);
        }
        hull.pop();
        hull
    };
    let mut hull = half(&mut points.iter().copied());
    hull.extend(half(&mut points.iter().rev().copied()));
    hull
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cuboid_seen_from_the_left_above() {
        let at = |x: f64, y: f64, w: f64, h: f64| Rect::from_xywh(x, y, w, h).corners();
        let cuboid = Cuboid { front: at(0., 20., 100., 60.), back: at(30., 0., 80., 50.) };
        assert!(cuboid.is_legal());
        assert_eq!(cuboid.silhouette().len(), 6);
        assert_eq!(cuboid.bounds(), Some(Rect::from_xywh(0., 0., 110., 80.)));
        let mut folded = cuboid;
        folded.front.swap(0, 1);
        assert!(!folded.is_legal());
        let mirrored = Cuboid { back: [cuboid.back[1], cuboid.back[0], cuboid.back[3], cuboid.back[2]], ..cuboid };
        assert!(!mirrored.is_legal());
        assert!(!Cuboid::default().is_legal());
    }

    #[test]
    fn hulls_of_few_points() {
        assert!(convex_hull(vec![]).is_empty());
        let line = [[0., 0.], [1., 1.], [2., 2.]].map(ImagePos::from).to_vec();
        assert_eq!(convex_hull(line).len(), 2);
    }
}
