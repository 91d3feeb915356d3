//! Polygons with holes and several parts.

use super::pos::ImagePos;
use super::rect::Rect;

/// One connected area: an outer ring and its holes. Rings are closed without repeating the first point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// The outer border.
    pub outer: Vec<ImagePos>,
    /// Borders of what is left out.
    pub holes: Vec<Vec<ImagePos>>,
}

/// An area of one or more parts; a point inside several parts is inside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polygon {
    /// At least one for anything that can be seen.
    pub parts: Vec<Part>,
}

impl Polygon {
    /// A polygon of one part without holes.
    pub fn simple(outer: Vec<ImagePos>) -> Self {
        Self { parts: vec![Part { outer, holes: Vec::new() }] }
    }

    /// Every ring: of each part the outer one, then its holes.
    pub fn rings(&self) -> impl Iterator<Item = &Vec<ImagePos>> {
        self.parts.iter().flat_map(|part| std::iter::once(&part.outer).chain(&part.holes))
    }

    /// Every ring, in the order of [`Self::rings`].
    pub fn rings_mut(&mut self) -> impl Iterator<Item = &mut Vec<ImagePos>> {
        self.parts.iter_mut().flat_map(|part| std::iter::once(&mut part.outer).chain(&mut part.holes))
    }

    /// Number of points in all rings.
    pub fn num_points(&self) -> usize {
        self.rings().map(Vec::len).sum()
    }

    /// The smallest rectangle around it.
    pub fn bounds(&self) -> Option<Rect> {
        Rect::around(self.rings().flatten())
    }

    /// Area in square pixels; parts are added up, holes taken off (the shoelace formula).
    pub fn area(&self) -> f64 {
        let part_area = |part: &Part| ring_area(&part.outer) - part.holes.iter().map(|hole| ring_area(hole)).sum::<f64>();
        self.parts.iter().map(part_area).sum::<f64>().max(0.0)
    }

    /// Whether the point lies inside a part and in none of its holes (even-odd rule in each ring).
    pub fn contains(&self, pos: ImagePos) -> bool {
        self.parts.iter().any(|part| ring_contains(&part.outer, pos) && !part.holes.iter().any(|hole| ring_contains(hole, pos)))
    }

    /// Distance in pixels to the nearest border.
    pub fn border_distance(&self, pos: ImagePos) -> f64 {
        self.rings()
            .flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)))
            .map(|(a, b)| segment_distance(pos, *a, *b))
            .fold(f64::INFINITY, f64::min)
    }

    /// The same with every point replaced.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(ImagePos) -> ImagePos) -> Self {
        let mut polygon = self.clone();
        for pos in polygon.rings_mut().flatten() {
            *pos = change(*pos);
        }
        polygon
    }
}

/// Distance in pixels from `pos` to the segment from `a` to `b`.
pub fn segment_distance(pos: ImagePos, a: ImagePos, b: ImagePos) -> f64 {
    let along = b - a;
    let length_squared = along.x * along.x + along.y * along.y;
    if length_squared == 0.0 {
        return pos.distance(a);
    }
    let to = pos - a;
    let at = ((to.x * along.x + to.y * along.y) / length_squared).clamp(0.0, 1.0);
    pos.distance(a + along * at)
}

fn ring_area(ring: &[ImagePos]) -> f64 {
    let cross = |(a, b): (&ImagePos, &ImagePos)| a.x * b.y - b.x * a.y;
    (ring.iter().zip(ring.iter().cycle().skip(1)).map(cross).sum::<f64>() / 2.0).abs()
}

fn ring_contains(ring: &[ImagePos], pos: ImagePos) -> bool {
    ring.iter().zip(ring.iter().cycle().skip(1)).fold(false, |inside, (a, b)| {
        let crosses = (a.y > pos.y) != (b.y > pos.y) && pos.x < (b.x - a.x) * (pos.y - a.y) / (b.y - a.y) + a.x;
        inside != crosses
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[[f64; 2]]) -> Vec<ImagePos> {
        points.iter().map(|point| ImagePos::from(*point)).collect()
    }

    #[test]
    fn a_hole_is_outside_and_takes_its_area_off() {
        let polygon = Polygon {
            parts: vec![Part {
                outer: ring(&[[0., 0.], [10., 0.], [10., 10.], [0., 10.]]),
                holes: vec![ring(&[[4., 4.], [6., 4.], [6., 6.], [4., 6.]])],
            }],
        };
        assert_eq!(polygon.area(), 96.0);
        assert!(polygon.contains(ImagePos::new(1., 1.)));
        assert!(!polygon.contains(ImagePos::new(5., 5.)));
        assert_eq!(polygon.border_distance(ImagePos::new(5., 5.)), 1.0);
    }

    #[test]
    fn distance_ends_at_the_segment() {
        let (a, b) = (ImagePos::new(0., 0.), ImagePos::new(10., 0.));
        assert_eq!(segment_distance(ImagePos::new(5., 3.), a, b), 3.0);
        assert_eq!(segment_distance(ImagePos::new(13., 4.), a, b), 5.0);
        assert_eq!(segment_distance(ImagePos::new(3., 4.), a, a), 5.0);
    }
}
