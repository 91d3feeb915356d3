//! How much alike two shapes on one picture are.

use crate::coverage::covered_by;
use crate::problems::common_area;
use limn_core::geometry::CURVE_TOLERANCE;
use limn_core::{Geometry, ImagePos, Rect};

/// What has no area is not alike at all from this share of its size on.
const FAR: f64 = 0.25;
/// Size in pixels that a single point is taken to have, and the least of others.
const POINT_SIZE: f64 = 64.0;
/// Places at which a line is compared.
const SAMPLES: usize = 32;

/// 1: the same. Of areas of any kind, the share of the area of both that they have in common (IoU). Of points, keypoints and lines:
/// 1 less their mean distance, counted in quarters of their size; of keypoints between those of one name that both have, of lines
/// from places along each to the other. Between an area and what has none, 0; a tag is as another tag.
pub fn likeness(a: &Geometry, b: &Geometry) -> f64 {
    let (of_a, of_b) = (covered(a), covered(b));
    if of_a > 0.0 && of_b > 0.0 {
        let apart = a.bounds().zip(b.bounds()).is_none_or(|(a, b)| !a.intersects(b));
        let common = if apart { 0.0 } else { common_area(a, b) };
        return (common / (of_a + of_b - common)).clamp(0.0, 1.0);
    }
    let distance = match (a, b) {
        (Geometry::Tag, Geometry::Tag) => return 1.0,
        (Geometry::Point(a), Geometry::Point(b)) => Some(a.distance(*b)),
        (Geometry::Keypoints(a), Geometry::Keypoints(b)) => {
            mean(a.present().filter_map(|(at, point)| Some(point.pos.distance(b.pos(at)?))))
        }
        (Geometry::Polyline(one), Geometry::Polyline(other)) => {
            let (one, other) = (one.flattened(false, CURVE_TOLERANCE), other.flattened(false, CURVE_TOLERANCE));
            mean(sampled(&one).map(|pos| b.border_distance(pos)).chain(sampled(&other).map(|pos| a.border_distance(pos))))
        }
        _ => None,
    };
    let size = size(a).max(size(b)).max(POINT_SIZE);
    distance.map_or(0.0, |distance| 1.0 - distance / (FAR * size)).clamp(0.0, 1.0)
}

/// The area that it covers, measured as what two share is: curves by many straight pieces.
fn covered(geometry: &Geometry) -> f64 {
    match geometry {
        Geometry::Box(_) | Geometry::Mask(_) => geometry.area(),
        _ => covered_by(geometry).map_or(0.0, |area| area.area()),
    }
}

fn size(geometry: &Geometry) -> f64 {
    geometry.bounds().filter(|bounds: &Rect| bounds.is_finite()).map_or(0.0, |bounds| bounds.width().hypot(bounds.height()))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u32);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}

/// Places along a line, evenly by its length, both ends among them.
fn sampled(points: &[ImagePos]) -> impl Iterator<Item = ImagePos> {
    let lengths: Vec<f64> = points.windows(2).map(|two| two[0].distance(two[1])).collect();
    let total: f64 = lengths.iter().sum();
    let at = move |points: &[ImagePos], mut way: f64| {
        for (two, length) in points.windows(2).zip(&lengths) {
            if way <= *length && *length > 0.0 {
                let t = way / length;
                return Some(ImagePos::new(two[0].x + t * (two[1].x - two[0].x), two[0].y + t * (two[1].y - two[0].y)));
            }
            way -= length;
        }
        points.last().copied()
    };
    let places: Vec<ImagePos> = (0..SAMPLES).filter_map(|n| at(points, total * n as f64 / (SAMPLES - 1) as f64)).collect();
    places.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::geometry::{Ellipse, Keypoint, Keypoints, Path, RotatedBox};
    use limn_core::{Mask, Polygon};

    fn pos(x: f64, y: f64) -> ImagePos {
        ImagePos::new(x, y)
    }

    fn near(a: &Geometry, b: &Geometry, wanted: f64) {
        let (one, other) = (likeness(a, b), likeness(b, a));
        assert!((one - wanted).abs() < 0.01 && (one - other).abs() < 1e-9, "{one} {other}, not {wanted}");
    }

    #[test]
    fn areas_of_any_kind_are_compared_by_what_they_share() {
        let rect = |x: f64| Rect::from_xywh(x, 0.0, 20.0, 10.0);
        fn ring(x: f64) -> Vec<ImagePos> {
            vec![pos(x, 0.0), pos(x + 20.0, 0.0), pos(x + 20.0, 10.0), pos(x, 10.0)]
        }
        let polygon = |x: f64| Geometry::Polygon(Polygon::simple(ring(x)));
        let mask = |x: f64| Geometry::Mask(Mask::of_polygon(&Polygon::simple(ring(x)), 100, 20).unwrap());
        let turned = |x: f64| Geometry::RotatedBox(RotatedBox { center: pos(x + 5.0, 5.0), width: 10.0, height: 10.0, angle: 90.0 });
        let ellipse = |x: f64| Geometry::Ellipse(Ellipse { center: pos(x, 5.0), rx: 10.0, ry: 5.0, angle: 0.0 });
        for at in [|x| Geometry::Box(Rect::from_xywh(x, 0.0, 20.0, 10.0)), polygon, mask] as [fn(f64) -> Geometry; 3] {
            near(&at(0.0), &at(0.0), 1.0);
            near(&at(0.0), &at(10.0), 1.0 / 3.0);
            near(&at(0.0), &at(30.0), 0.0);
            near(&at(0.0), &Geometry::Box(rect(10.0)), 1.0 / 3.0);
        }
        near(&turned(0.0), &turned(5.0), 1.0 / 3.0);
        near(&ellipse(0.0), &ellipse(0.0), 1.0);
        assert!((0.3..0.5).contains(&likeness(&ellipse(0.0), &ellipse(8.0))));
        near(&Geometry::Box(rect(0.0)), &Geometry::Point(pos(5.0, 5.0)), 0.0);
    }

    #[test]
    fn what_has_no_area_is_compared_by_distance() {
        let point = |x: f64| Geometry::Point(pos(x, 0.0));
        near(&point(0.0), &point(0.0), 1.0);
        near(&point(0.0), &point(8.0), 0.5);
        near(&point(0.0), &point(40.0), 0.0);
        let line = |y: f64| Geometry::Polyline(Path::from(vec![pos(0.0, y), pos(50.0, y), pos(200.0, y)]));
        near(&line(0.0), &line(0.0), 1.0);
        near(&line(0.0), &line(10.0), 0.8);
        let keypoints = |x: f64| {
            Geometry::Keypoints(Keypoints { points: [0.0, 100.0].map(|y| Keypoint { pos: pos(x, y), ..Keypoint::default() }).to_vec() })
        };
        near(&keypoints(0.0), &keypoints(5.0), 0.8);
        near(&Geometry::Tag, &Geometry::Tag, 1.0);
        near(&Geometry::Keypoints(Keypoints::default()), &keypoints(0.0), 0.0);
    }
}
