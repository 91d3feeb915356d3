//! How a shape was moved, scaled and turned, and the shape so moved.

use limn_core::geometry::{Mask, MaskTiles};
use limn_core::{Geometry, ImagePos};

/// A movement about a middle: scaled and turned, then moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Pixels to the right.
    pub x: f64,
    /// Pixels down.
    pub y: f64,
    /// Factor, above 0.
    pub scale: f64,
    /// Clockwise, with y down.
    pub degrees: f64,
}

impl Pose {
    /// Not moved.
    pub const STILL: Self = Self { x: 0.0, y: 0.0, scale: 1.0, degrees: 0.0 };

    /// Where a place is then, both from the middle.
    pub fn place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let (sine, cosine) = self.degrees.to_radians().sin_cos();
        [self.x + self.scale * (cosine * x - sine * y), self.y + self.scale * (sine * x + cosine * y)]
    }

    /// This one, and then another one about the middle where it is by then.
    #[must_use]
    pub(crate) fn then(&self, next: &Self) -> Self {
        let degrees = self.degrees + next.degrees;
        Self { x: self.x + next.x, y: self.y + next.y, scale: self.scale * next.scale, degrees }
    }

    /// A shape of a frame of `size` pixels so moved, `middle` being the place about which. A box stays upright.
    /// `None` for what is nowhere.
    pub fn moved(&self, shape: &Geometry, middle: ImagePos, size: [u32; 2]) -> Option<Geometry> {
        let to = ImagePos::new(middle.x + self.x, middle.y + self.y);
        let degrees = if matches!(shape, Geometry::Box(_)) { 0.0 } else { self.degrees };
        match shape {
            Geometry::Mask(mask) => self.moved_mask(mask, middle, size).map(Geometry::Mask),
            other => other.similar(middle, to, self.scale, degrees),
        }
    }

    /// Each pixel asks where it was.
    fn moved_mask(&self, mask: &Mask, middle: ImagePos, [width, height]: [u32; 2]) -> Option<Mask> {
        let own = MaskTiles::of_mask(mask, mask.width(), mask.height());
        let corners = mask.bounds()?.corners().map(|corner| self.place([corner.x - middle.x, corner.y - middle.y]));
        let range = |axis: usize, middle: f64, most: u32| {
            let all = corners.map(|corner| corner[axis] + middle);
            let least = all.iter().copied().fold(f64::INFINITY, f64::min).clamp(0.0, f64::from(most));
            let last = all.iter().copied().fold(f64::NEG_INFINITY, f64::max).clamp(0.0, f64::from(most));
            least.floor() as u32..last.ceil() as u32
        };
        let (columns, rows) = (range(0, middle.x, width), range(1, middle.y, height));
        let back = Self { x: 0.0, y: 0.0, scale: 1.0 / self.scale, degrees: -self.degrees };
        let was_inside = |x: u32, y: u32| {
            let from = [f64::from(x) + 0.5 - middle.x - self.x, f64::from(y) + 0.5 - middle.y - self.y];
            let [x, y] = back.place(from);
            let (x, y) = (x + middle.x, y + middle.y);
            x >= 0.0 && y >= 0.0 && x < f64::from(mask.width()) && y < f64::from(mask.height()) && own.contains(x as u32, y as u32)
        };
        let mut moved = MaskTiles::new(width, height);
        for x in columns {
            let mut start = None;
            for y in rows.clone() {
                match (start, was_inside(x, y)) {
                    (None, true) => start = Some(y),
                    (Some(top), false) => {
                        moved.set_column(x, top, y, true);
                        start = None;
                    }
                    _ => {}
                }
            }
            if let Some(top) = start {
                moved.set_column(x, top, rows.end, true);
            }
        }
        Some(Mask::from(&moved)).filter(|mask| mask.area() > 0)
    }
}
