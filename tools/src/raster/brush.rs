//! The pixels under a brush on its way from one place to the next.

use limn_core::geometry::{MaskTiles, convex_hull};
use limn_core::{ImagePos, Rect};

/// The form of a brush.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BrushShape {
    /// A disc.
    #[default]
    Round,
    /// An upright square.
    Square,
}

/// A brush over one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brush {
    /// Its form.
    pub shape: BrushShape,
    /// Where its middle is, in image pixels.
    pub pos: ImagePos,
    /// Width in image pixels; at least 1.
    pub diameter: f64,
}

impl Brush {
    /// A brush of a whole number of pixels (at least one, at most `most`) whose middle is where its pixels are symmetric: the
    /// middle of a pixel for an odd number, a corner for an even one. So a brush of one pixel paints the pixel under it.
    pub fn new(shape: BrushShape, pos: ImagePos, diameter: f64, most: f64) -> Self {
        let diameter = diameter.max(1.0).min(most).round().max(1.0);
        let half = if diameter % 2.0 == 0.0 { 0.0 } else { 0.5 };
        let on_pixel = |value: f64| if half == 0.0 { value.round() } else { value.floor() + half };
        Self { shape, pos: ImagePos::new(on_pixel(pos.x), on_pixel(pos.y)), diameter }
    }

    fn radius(&self) -> f64 {
        self.diameter / 2.0
    }

    /// The rectangle that it covers.
    pub fn bounds(&self) -> Rect {
        Rect { min: self.pos, max: self.pos }.grown(self.radius())
    }

    /// The border of what it covers, as a closed ring.
    pub fn outline(&self) -> Vec<ImagePos> {
        match self.shape {
            BrushShape::Square => self.bounds().corners().to_vec(),
            BrushShape::Round => (0..64)
                .map(|step| {
                    let (sin, cos) = (f64::from(step) * std::f64::consts::TAU / 64.0).sin_cos();
                    ImagePos::new(self.pos.x + cos * self.radius(), self.pos.y + sin * self.radius())
                })
                .collect(),
        }
    }

    /// The pixels of a frame whose centres lie under the brush anywhere on the straight way from here to `to`, while its width
    /// changes evenly. No gap appears, however far the way.
    pub fn swept(&self, to: &Self, width: u32, height: u32) -> MaskTiles {
        if !(self.pos.is_finite() && to.pos.is_finite() && self.diameter.is_finite() && to.diameter.is_finite()) {
            return MaskTiles::new(width, height);
        }
        let bounds = self.bounds().union(to.bounds());
        let (first, end) = (first_centre(bounds.min.x, width), behind_centre(bounds.max.x, width));
        let hull = self.hull(to);
        let stretches = (first..end).filter_map(|x| {
            let centre = f64::from(x) + 0.5;
            let mut rows = crossed(&hull, centre);
            for brush in [self, to] {
                rows = union(rows, brush.rows(centre));
            }
            let (low, high) = rows?;
            Some((x, first_centre(low, height), behind_centre(high, height)))
        });
        MaskTiles::from_stretches(width, height, stretches)
    }

    /// The rows that it covers in a column, as a closed range of coordinates.
    fn rows(&self, x: f64) -> Option<(f64, f64)> {
        let (across, radius) = ((x - self.pos.x).abs(), self.radius());
        let down = match self.shape {
            _ if across > radius => return None,
            BrushShape::Square => radius,
            BrushShape::Round => (radius * radius - across * across).max(0.0).sqrt(),
        };
        Some((self.pos.y - down, self.pos.y + down))
    }

    /// The convex ring between both places: with both brushes themselves, all that the way covers.
    fn hull(&self, to: &Self) -> Vec<ImagePos> {
        if self.shape == BrushShape::Square {
            let corners: Vec<ImagePos> = [self, to].iter().flat_map(|brush| brush.bounds().corners()).collect();
            return convex_hull(corners);
        }
        let (way, length) = (to.pos - self.pos, self.pos.distance(to.pos));
        // One disc holds the other.
        if length <= (self.radius() - to.radius()).abs() {
            return Vec::new();
        }
        let narrows = (self.radius() - to.radius()) / length;
        // Where the common tangents touch: the angle between the way and the radius there has this cosine.
        let (ux, uy) = (way.x / length, way.y / length);
        let across = (1.0 - narrows * narrows).sqrt();
        let touch = |brush: &Self, side: f64| {
            let (nx, ny) = (ux * narrows - uy * across * side, uy * narrows + ux * across * side);
            ImagePos::new(brush.pos.x + nx * brush.radius(), brush.pos.y + ny * brush.radius())
        };
        vec![touch(self, 1.0), touch(to, 1.0), touch(to, -1.0), touch(self, -1.0)]
    }
}

/// Where a vertical line crosses a convex ring, from top to bottom.
fn crossed(ring: &[ImagePos], x: f64) -> Option<(f64, f64)> {
    let edges = ring.iter().zip(ring.iter().cycle().skip(1));
    edges.fold(None, |rows, (a, b)| {
        let (left, right) = if a.x <= b.x { (a, b) } else { (b, a) };
        if x < left.x || x > right.x {
            return rows;
        }
        let here = if right.x > left.x {
            let y = left.y + (right.y - left.y) * (x - left.x) / (right.x - left.x);
            (y, y)
        } else {
            (left.y.min(right.y), left.y.max(right.y))
        };
        union(rows, Some(here))
    })
}

fn union(a: Option<(f64, f64)>, b: Option<(f64, f64)>) -> Option<(f64, f64)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (one, other) => one.or(other),
    }
}

/// Rounding must not leave out a centre that lies exactly on the border.
const ON_BORDER: f64 = 1e-9;

/// The first pixel whose centre is at or behind a coordinate, at most `len`. Conversions saturate.
fn first_centre(coordinate: f64, len: u32) -> u32 {
    ((coordinate - 0.5 - ON_BORDER).ceil() as u32).min(len)
}

/// The first pixel whose centre is behind a coordinate, at most `len`.
fn behind_centre(coordinate: f64, len: u32) -> u32 {
    ((coordinate + 0.5 + ON_BORDER).floor().max(0.0) as u32).min(len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::geometry::segment_distance;
    use proptest::prelude::*;

    const SIZE: u32 = 90;

    fn brush(shape: BrushShape) -> impl Strategy<Value = Brush> {
        (-20.0..110.0, -20.0..110.0, 0.0..40.0).prop_map(move |(x, y, diameter)| Brush::new(shape, ImagePos::new(x, y), diameter, 1e9))
    }

    /// Whether a place lies under the brush on its way, by looking at very many places of the way.
    fn is_under(from: &Brush, to: &Brush, pos: ImagePos, more: f64) -> bool {
        (0..=2000).any(|step| {
            let share = f64::from(step) / 2000.0;
            let at = from.pos + (to.pos - from.pos) * share;
            let radius = (from.diameter + (to.diameter - from.diameter) * share) / 2.0 + more;
            match from.shape {
                BrushShape::Round => at.distance(pos) <= radius,
                BrushShape::Square => (at.x - pos.x).abs() <= radius && (at.y - pos.y).abs() <= radius,
            }
        })
    }

    fn check(from: &Brush, to: &Brush) -> Result<(), TestCaseError> {
        let swept = from.swept(to, SIZE, SIZE);
        for (x, y) in (0..SIZE).step_by(3).flat_map(|x| (0..SIZE).map(move |y| (x, y))) {
            let centre = ImagePos::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
            if is_under(from, to, centre, 0.0) {
                prop_assert!(swept.contains(x, y), "{x},{y} is missing");
            } else if !is_under(from, to, centre, 0.05) {
                prop_assert!(!swept.contains(x, y), "{x},{y} is too much");
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn a_round_brush_paints_what_it_passes(from in brush(BrushShape::Round), to in brush(BrushShape::Round)) {
            check(&from, &to)?;
        }

        #[test]
        fn a_square_brush_paints_what_it_passes(from in brush(BrushShape::Square), to in brush(BrushShape::Square)) {
            check(&from, &to)?;
        }
    }

    proptest! {
        #[test]
        fn thin_strokes_have_no_gaps(x in 1.0..80.0, y in 1.0..80.0, u in 1.0..80.0, v in 1.0..80.0, width in 0.0..3.0) {
            let at = |x, y| Brush::new(BrushShape::Round, ImagePos::new(x, y), width, 1e9);
            let (from, to) = (at(x, y), at(u, v));
            let swept = from.swept(&to, SIZE, SIZE);
            let inside = |pos: ImagePos| (-1..=1).any(|dx| (-1..=1).any(|dy| {
                swept.contains((pos.x as i32 + dx).max(0) as u32, (pos.y as i32 + dy).max(0) as u32)
            }));
            for step in 0..=100 {
                let pos = from.pos + (to.pos - from.pos) * (f64::from(step) / 100.0);
                prop_assert!(inside(pos), "a gap at {pos:?}");
            }
            let pixels = swept.stretches().flat_map(|(x, top, bottom)| (top..bottom).map(move |y| (f64::from(x), f64::from(y))));
            let far = pixels.map(|(x, y)| segment_distance(ImagePos::new(x + 0.5, y + 0.5), from.pos, to.pos)).fold(0.0, f64::max);
            prop_assert!(far <= from.diameter / 2.0 + 1e-6);
        }
    }

    #[test]
    fn small_brushes_are_symmetric() {
        let area = |diameter: f64, shape| {
            let brush = Brush::new(shape, ImagePos::new(20.3, 20.6), diameter, 100.0);
            brush.swept(&brush, SIZE, SIZE).area()
        };
        assert_eq!([1.0, 2.0, 3.0, 4.0, 5.0].map(|diameter| area(diameter, BrushShape::Round)), [1, 4, 9, 12, 21]);
        assert_eq!([0.2, 2.0, 3.0, 4.4, f64::NAN].map(|diameter| area(diameter, BrushShape::Square)), [1, 4, 9, 16, 1]);
        assert_eq!(area(1e300, BrushShape::Square), 70 * 71);
        let one = Brush::new(BrushShape::Round, ImagePos::new(7.9, 3.1), 1.0, 9.0);
        assert_eq!(one.swept(&one, SIZE, SIZE).stretches().collect::<Vec<_>>(), [(7, 3, 4)]);
        let odd = Brush { pos: ImagePos::new(f64::NAN, 0.0), ..one };
        assert!(one.swept(&odd, SIZE, SIZE).is_empty());
    }
}
