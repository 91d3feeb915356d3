//! Masks as polygons.

use crate::simplify::simplified;
use limn_core::geometry::{MaskTiles, Path};
use limn_core::{ImagePos, Part, Polygon, Rect};

/// A polygon along the border of a mask, from which it strays by at most `tolerance` pixels. Parts and holes with an area below
/// `least` square pixels are left out.
pub fn traced(mask: &MaskTiles, tolerance: f64, least: f64) -> Polygon {
    let mut outer: Vec<Ring> = Vec::new();
    let mut holes: Vec<Ring> = Vec::new();
    for points in mask.outline() {
        let Some(ring) = Ring::new(points).filter(|ring| ring.area.abs() >= least) else { continue };
        // Pixels lie on the right hand of their border, so holes go round the other way.
        if ring.area > 0.0 { outer.push(ring) } else { holes.push(ring) }
    }
    outer.sort_by(|a, b| a.area.total_cmp(&b.area));
    let mut parts: Vec<Part> = outer.iter().map(|ring| Part { outer: ring.simpler(tolerance), holes: Vec::new() }).collect();
    for hole in holes {
        // The smallest around it, since parts may lie in holes of others.
        let beside = hole.pixel_beside();
        let owner = outer.iter().position(|ring| ring.holds(beside));
        if let (Some(part), path) = (owner.and_then(|at| parts.get_mut(at)), hole.simpler(tolerance))
            && path.len() >= 3
        {
            part.holes.push(path);
        }
    }
    parts.retain(|part| part.outer.len() >= 3);
    parts.reverse();
    Polygon { parts }
}

struct Ring {
    points: Vec<ImagePos>,
    /// Negative when it goes round a hole.
    area: f64,
    bounds: Rect,
}

impl Ring {
    fn new(points: Vec<ImagePos>) -> Option<Self> {
        let bounds = Rect::around(&points)?;
        let next = points.iter().cycle().skip(1);
        let area = points.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>() / 2.0;
        Some(Self { points, area, bounds })
    }

    /// The middle of a pixel of the mask that touches the first edge.
    fn pixel_beside(&self) -> ImagePos {
        let (a, b) = (self.points[0], self.points[1 % self.points.len()]);
        let (dx, dy) = ((b.x - a.x).signum() * f64::from(a.x != b.x), (b.y - a.y).signum() * f64::from(a.y != b.y));
        ImagePos::new(a.x + (dx - dy) / 2.0, a.y + (dy + dx) / 2.0)
    }

    fn holds(&self, pos: ImagePos) -> bool {
        self.bounds.contains(pos) && Polygon::simple(self.points.clone()).contains(pos)
    }

    /// With fewer points. The two that lie farthest apart, or nearly, stay.
    fn simpler(&self, tolerance: f64) -> Path {
        let Some(first) = self.points.first() else { return Path::default() };
        let far = |pos: &ImagePos| pos.distance(*first);
        let middle = self.points.iter().enumerate().max_by(|a, b| far(a.1).total_cmp(&far(b.1))).map_or(0, |(at, _)| at);
        let mut back = self.points[middle..].to_vec();
        back.push(*first);
        let (mut there, mut back) = (simplified(&self.points[..=middle], tolerance), simplified(&back, tolerance));
        there.pop();
        back.pop();
        there.extend(back);
        there.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn square(left: u32, right: u32) -> MaskTiles {
        MaskTiles::from_stretches(90, 90, (left..right).map(|x| (x, left, right)))
    }

    #[test]
    fn rings_in_rings_belong_together() {
        let mut mask = square(5, 80);
        mask.subtract(&square(20, 60));
        mask.union(&square(30, 50));
        mask.subtract(&square(35, 40));
        mask.set_column(85, 3, 4, true);
        let polygon = traced(&mask, 0.5, 2.0);
        assert_eq!(polygon.parts.len(), 2);
        assert_eq!(polygon.parts.iter().map(|part| part.holes.len()).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(polygon.num_points(), 16);
        mask.set_column(85, 3, 4, false);
        assert_eq!(MaskTiles::of_polygon(&polygon, 90, 90), Some(mask));
        assert_eq!(traced(&MaskTiles::new(5, 5), 1.0, 1.0), Polygon::default());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn without_tolerance_nothing_is_lost(bits in prop::collection::vec(any::<bool>(), 20 * 20)) {
            let set = (0..400).filter(|at| bits[*at as usize]).map(|at| (at / 20, at % 20, at % 20 + 1));
            let mask = MaskTiles::from_stretches(20, 20, set);
            let polygon = traced(&mask, 0.0, 0.0);
            prop_assert_eq!(MaskTiles::of_polygon(&polygon, 20, 20).unwrap(), mask);
        }

        #[test]
        fn simpler_borders_stay_near(radius in 3.0..40.0_f64) {
            let centre = ImagePos::new(45.0, 45.0);
            let inside = |x: u32, y: u32| ImagePos::new(f64::from(x) + 0.5, f64::from(y) + 0.5).distance(centre) < radius;
            let pixels = (0..90).flat_map(|x| (0..90).map(move |y| (x, y))).filter(|(x, y)| inside(*x, *y));
            let mask = MaskTiles::from_stretches(90, 90, pixels.map(|(x, y)| (x, y, y + 1)));
            let polygon = traced(&mask, 0.8, 1.0);
            prop_assert!(polygon.num_points() < 90);
            for pos in polygon.rings().flat_map(|ring| ring.points().to_vec()) {
                prop_assert!((pos.distance(centre) - radius).abs() < 1.6);
            }
        }
    }
}
