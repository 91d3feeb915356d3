//! Polygons with holes and several parts.

use super::path::{CURVE_TOLERANCE, DRAWN_TOLERANCE, Path};
use super::pos::ImagePos;
use super::rect::Rect;
use std::borrow::Cow;

/// One connected area: an outer ring and its holes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// The outer border, closed.
    pub outer: Path,
    /// Borders of what is left out, closed.
    pub holes: Vec<Path>,
}

/// An area of one or more parts; a point inside several parts is inside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polygon {
    /// At least one for anything that can be seen.
    pub parts: Vec<Part>,
}

impl Part {
    /// The outer ring, then the holes.
    pub fn rings(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(&self.outer).chain(&self.holes)
    }
}

impl Polygon {
    /// A polygon of one part without holes, of straight edges.
    pub fn simple(outer: Vec<ImagePos>) -> Self {
        Self::of_ring(outer.into())
    }

    /// A polygon of one part without holes.
    pub fn of_ring(outer: Path) -> Self {
        Self { parts: vec![Part { outer, holes: Vec::new() }] }
    }

    /// Every ring: of each part the outer one, then its holes.
    pub fn rings(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().flat_map(Part::rings)
    }

    /// Every ring, in the order of [`Self::rings`].
    pub fn rings_mut(&mut self) -> impl Iterator<Item = &mut Path> {
        self.parts.iter_mut().flat_map(|part| std::iter::once(&mut part.outer).chain(&mut part.holes))
    }

    /// Number of points in all rings; control points of curves are not counted.
    pub fn num_points(&self) -> usize {
        self.rings().map(Path::len).sum()
    }

    /// Whether every edge is straight.
    pub fn is_straight(&self) -> bool {
        self.rings().all(Path::is_straight)
    }

    /// The polygon of straight edges that lies nowhere farther than `tolerance` pixels from this one.
    pub fn flattened(&self, tolerance: f64) -> Cow<'_, Self> {
        if self.is_straight() {
            return Cow::Borrowed(self);
        }
        let flat = |ring: &Path| Path::from(ring.flattened(true, tolerance).into_owned());
        let part = |part: &Part| Part { outer: flat(&part.outer), holes: part.holes.iter().map(flat).collect() };
        Cow::Owned(Self { parts: self.parts.iter().map(part).collect() })
    }

    /// The smallest rectangle around it.
    pub fn bounds(&self) -> Option<Rect> {
        let ring_bounds = |ring: &Path| Rect::around(ring.flattened(true, CURVE_TOLERANCE).iter());
        self.rings().filter_map(ring_bounds).reduce(Rect::union)
    }

    /// Area in square pixels; parts are added up, holes taken off (the shoelace formula).
    pub fn area(&self) -> f64 {
        let area = |ring: &Path| ring_area(&ring.flattened(true, CURVE_TOLERANCE));
        let part_area = |part: &Part| area(&part.outer) - part.holes.iter().map(area).sum::<f64>();
        self.parts.iter().map(part_area).sum::<f64>().max(0.0)
    }

    /// Whether the point lies inside a part and in none of its holes (even-odd rule in each ring).
    pub fn contains(&self, pos: ImagePos) -> bool {
        let inside = |ring: &Path| ring_contains(&ring.flattened(true, CURVE_TOLERANCE), pos);
        self.parts.iter().any(|part| inside(&part.outer) && !part.holes.iter().any(inside))
    }

    /// Distance in pixels to the nearest border.
    pub fn border_distance(&self, pos: ImagePos) -> f64 {
        self.rings().map(|ring| line_distance(&ring.flattened(true, DRAWN_TOLERANCE), true, pos)).fold(f64::INFINITY, f64::min)
    }

    /// The same with every point and control point replaced.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(ImagePos) -> ImagePos) -> Self {
        let mut polygon = self.clone();
        for ring in polygon.rings_mut() {
            ring.map_in_place(&mut change);
        }
        polygon
    }
}

/// Distance in pixels to a line of straight edges; infinite when it has no point.
pub(super) fn line_distance(points: &[ImagePos], closed: bool, pos: ImagePos) -> f64 {
    let back = points.last().zip(points.first()).filter(|_| closed || points.len() == 1);
    let edges = points.windows(2).map(|pair| (&pair[0], &pair[1])).chain(back);
    edges.map(|(a, b)| segment_distance(pos, *a, *b)).fold(f64::INFINITY, f64::min)
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
                outer: ring(&[[0., 0.], [10., 0.], [10., 10.], [0., 10.]]).into(),
                holes: vec![ring(&[[4., 4.], [6., 4.], [6., 6.], [4., 6.]]).into()],
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
