//! Shapes scaled, turned and moved as a whole.

use super::turned::{axes, rounded_angle};
use super::{Ellipse, Geometry, ImagePos, RotatedBox};

impl Geometry {
    /// The same shape, its place `about` moved to `to`, scaled by a factor above 0 and turned clockwise by degrees about it.
    /// An upright box that is turned becomes a rotated one. `None` for masks and tags.
    #[must_use]
    pub fn similar(&self, about: ImagePos, to: ImagePos, scale: f64, degrees: f64) -> Option<Self> {
        let (x, y) = axes(degrees);
        let place = |pos: ImagePos| {
            let by = pos - about;
            to + (x * by.x + y * by.y) * scale
        };
        Some(match self {
            Self::Mask(_) | Self::Tag => return None,
            Self::Box(rect) if degrees.rem_euclid(360.0) != 0.0 => Self::RotatedBox(turned(RotatedBox::from(*rect), place, scale, degrees)),
            Self::RotatedBox(own) => Self::RotatedBox(turned(*own, place, scale, degrees)),
            Self::Ellipse(own) => Self::Ellipse(Ellipse {
                center: place(own.center),
                rx: own.rx * scale,
                ry: own.ry * scale,
                angle: rounded_angle(own.angle + degrees),
            }),
            other => other.map(place),
        })
    }
}

fn turned(own: RotatedBox, place: impl Fn(ImagePos) -> ImagePos, scale: f64, degrees: f64) -> RotatedBox {
    RotatedBox {
        center: place(own.center),
        width: own.width * scale,
        height: own.height * scale,
        angle: rounded_angle(own.angle + degrees),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Bend, Edge, Keypoint, Keypoints, Path, Polygon, Rect, Sight};

    #[test]
    fn every_vector_shape_is_scaled_and_turned() {
        let ring = Path::with_edges(
            [[0., 0.], [40., 0.], [40., 20.]].map(ImagePos::from).to_vec(),
            vec![Edge { bend: Bend::Quadratic(ImagePos::new(20., -10.)), inferred: false }],
        );
        let shapes = [
            Geometry::Box(Rect::from_xywh(0., 0., 40., 20.)),
            Geometry::RotatedBox(RotatedBox { center: ImagePos::new(20., 10.), width: 40., height: 20., angle: 30. }),
            Geometry::Ellipse(Ellipse { center: ImagePos::new(20., 10.), rx: 20., ry: 10., angle: 0. }),
            Geometry::Polygon(Polygon::of_ring(ring.clone())),
        ];
        let (about, to) = (ImagePos::new(20., 10.), ImagePos::new(100., 200.));
        for shape in shapes {
            let larger = shape.similar(about, to, 2.0, 90.0).unwrap();
            assert!((larger.area() / shape.area() - 4.0).abs() < 0.01, "{shape:?} {larger:?}");
            let back = larger.similar(to, about, 0.5, -90.0).unwrap();
            let (now, then) = (back.bounds().unwrap(), shape.bounds().unwrap());
            assert!(now.min.distance(then.min) < 0.01 && now.max.distance(then.max) < 0.01, "{shape:?} {back:?}");
        }
        let corner = Geometry::Point(ImagePos::new(40., 10.)).similar(about, to, 2.0, 90.0);
        assert_eq!(corner, Some(Geometry::Point(ImagePos::new(100., 240.))), "clockwise, as seen with y down");
        let points = Keypoints { points: vec![Keypoint { pos: about, sight: Sight::Occluded }] };
        assert_eq!(Geometry::Keypoints(points).similar(about, to, 3.0, 10.0).unwrap().bounds().unwrap().min, to);
        assert_eq!(Geometry::Tag.similar(about, to, 1.0, 0.0), None);
        let upright = Geometry::Box(Rect::from_xywh(0., 0., 40., 20.));
        assert_eq!(upright.similar(about, about, 1.0, 360.0), Some(upright.clone()));
    }
}
