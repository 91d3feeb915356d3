//! Turned rectangles and ellipses.

use super::pos::{ImagePos, ImageVec};
use super::rect::Rect;

/// A rectangle that may be turned about its middle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RotatedBox {
    /// Its middle, in image pixels.
    pub center: ImagePos,
    /// Pixels along its own first axis.
    pub width: f64,
    /// Pixels along its own second axis.
    pub height: f64,
    /// Degrees from the image's x axis to its first axis, clockwise as seen (y points down).
    pub angle: f64,
}

/// An ellipse that may be turned; a circle where both radii are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ellipse {
    /// Its middle, in image pixels.
    pub center: ImagePos,
    /// Pixels from the middle to the border along its own first axis.
    pub rx: f64,
    /// Pixels along its own second axis.
    pub ry: f64,
    /// Degrees from the image's x axis to its first axis, clockwise as seen.
    pub angle: f64,
}

/// The unit vectors of the axes of something turned by this many degrees. Exact at quarter turns.
pub fn axes(degrees: f64) -> (ImageVec, ImageVec) {
    let (sin, cos) = match degrees.rem_euclid(360.0) {
        0.0 => (0.0, 1.0),
        90.0 => (1.0, 0.0),
        180.0 => (0.0, -1.0),
        270.0 => (-1.0, 0.0),
        turned => turned.to_radians().sin_cos(),
    };
    (ImageVec::new(cos, sin), ImageVec::new(-sin, cos))
}

/// The same angle between -180 (exclusive) and 180 degrees, in hundredths.
pub fn rounded_angle(degrees: f64) -> f64 {
    let turned = (degrees.rem_euclid(360.0) * 100.0).round() / 100.0;
    if turned > 180.0 { ((turned - 360.0) * 100.0).round() / 100.0 } else { turned }
}

/// The coordinates of a place along the axes of something turned, from its middle.
pub fn own_coordinates(pos: ImagePos, center: ImagePos, degrees: f64) -> ImageVec {
    let ((x, y), to) = (axes(degrees), pos - center);
    ImageVec::new(to.x * x.x + to.y * x.y, to.x * y.x + to.y * y.y)
}

/// The place with these own coordinates.
pub fn from_own_coordinates(own: ImageVec, center: ImagePos, degrees: f64) -> ImagePos {
    let (x, y) = axes(degrees);
    center + x * own.x + y * own.y
}

impl From<Rect> for RotatedBox {
    fn from(rect: Rect) -> Self {
        Self { center: rect.center(), width: rect.width(), height: rect.height(), angle: 0.0 }
    }
}

impl RotatedBox {
    /// The corners: own top left, top right, bottom right, bottom left.
    pub fn corners(&self) -> [ImagePos; 4] {
        let (w, h) = (self.width / 2.0, self.height / 2.0);
        [(-w, -h), (w, -h), (w, h), (-w, h)].map(|(x, y)| from_own_coordinates(ImageVec::new(x, y), self.center, self.angle))
    }

    /// The smallest upright rectangle around it.
    pub fn bounds(&self) -> Rect {
        let (x, y) = axes(self.angle);
        let (w, h) = (self.width / 2.0, self.height / 2.0);
        let reach = ImageVec::new(x.x.abs() * w + y.x.abs() * h, x.y.abs() * w + y.y.abs() * h);
        Rect { min: self.center + -reach, max: self.center + reach }
    }

    /// Whether the place lies inside.
    pub fn contains(&self, pos: ImagePos) -> bool {
        let own = own_coordinates(pos, self.center, self.angle);
        own.x.abs() <= self.width / 2.0 && own.y.abs() <= self.height / 2.0
    }
}

impl Ellipse {
    /// The smallest upright rectangle around it.
    pub fn bounds(&self) -> Rect {
        let (x, y) = axes(self.angle);
        let reach = ImageVec::new((x.x * self.rx).hypot(y.x * self.ry), (x.y * self.rx).hypot(y.y * self.ry));
        Rect { min: self.center + -reach, max: self.center + reach }
    }

    /// Area in square pixels.
    pub fn area(&self) -> f64 {
        std::f64::consts::PI * self.rx * self.ry
    }

    /// Whether the place lies inside.
    pub fn contains(&self, pos: ImagePos) -> bool {
        let own = own_coordinates(pos, self.center, self.angle);
        let (x, y) = (own.x / self.rx, own.y / self.ry);
        x * x + y * y <= 1.0
    }

    /// The place on the border at an angle of its own, in radians from its first axis.
    pub fn at(&self, radians: f64) -> ImagePos {
        let (sin, cos) = radians.sin_cos();
        from_own_coordinates(ImageVec::new(self.rx * cos, self.ry * sin), self.center, self.angle)
    }

    /// Points on the border whose straight lines lie nowhere farther than `tolerance` pixels from it.
    pub fn outline(&self, tolerance: f64) -> Vec<ImagePos> {
        // The sagitta of a chord over an angle a on radius r is r (1 - cos (a / 2)).
        let radius = self.rx.abs().max(self.ry.abs());
        let step = 2.0 * (1.0 - (tolerance / radius).min(1.0)).acos();
        let number = if step > 0.0 { (std::f64::consts::TAU / step).ceil().clamp(12.0, 4096.0) } else { 12.0 };
        (0..number as u32).map(|at| self.at(std::f64::consts::TAU * f64::from(at) / number)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_turn_is_exact() {
        let turned = RotatedBox { center: ImagePos::new(10., 20.), width: 6., height: 2., angle: 90. };
        assert_eq!(turned.corners(), [[11., 17.], [11., 23.], [9., 23.], [9., 17.]].map(ImagePos::from));
        assert_eq!(turned.bounds(), Rect::from_xywh(9., 17., 2., 6.));
        assert!(turned.contains(ImagePos::new(10.9, 22.9)) && !turned.contains(ImagePos::new(12.9, 20.)));
    }

    #[test]
    fn angles_are_told_in_one_way() {
        let rows = [(0., 0.), (359., -1.), (-181., 179.), (180., 180.), (-180., 180.), (725.004, 5.), (179.999, 180.), (180.001, 180.)];
        for (given, want) in rows {
            assert_eq!(rounded_angle(given), want, "{given}");
        }
    }

    #[test]
    fn an_ellipse_lies_in_its_bounds_and_its_outline_on_it() {
        let ellipse = Ellipse { center: ImagePos::new(50., 40.), rx: 30., ry: 10., angle: 30. };
        let outline = ellipse.outline(0.05);
        let bounds = Rect::around(outline.iter()).unwrap();
        let exact = ellipse.bounds();
        assert!((bounds.width() - exact.width()).abs() < 0.2 && (bounds.height() - exact.height()).abs() < 0.2);
        let area = crate::geometry::Polygon::simple(outline).area();
        assert!((area / ellipse.area() - 1.0).abs() < 0.01);
        assert!(ellipse.contains(ellipse.center) && !ellipse.contains(ImagePos::new(50., 60.)));
    }
}
