//! One kind of shape made another, and what is lost by it.

use crate::raster::traced;
use limn_core::geometry::{
    Bend, CURVE_TOLERANCE, Edge, Ellipse, ImageVec, MaskTiles, Path, RotatedBox, convex_hull, from_own_coordinates, own_coordinates,
    rounded_angle,
};
use limn_core::{Geometry, ImagePos, Mask, Part, Polygon, Rect, SpatialType};

/// How far in pixels a traced border may lie from the steps of the pixels.
const TRACE_TOLERANCE: f64 = 0.7;
/// Holes and parts of fewer pixels are no area when a mask is traced.
const TRACE_LEAST: f64 = 1.0;
/// From the end of a quarter of a circle to its control point, as a part of the radius: off by at most 0.03 %.
const QUARTER: f64 = 0.552_284_75;

/// A shape of another kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    /// The new shape, sound and inside the image where the old one was.
    pub geometry: Geometry,
    /// What the new kind cannot say, as a short sentence; `None` when nothing was lost.
    pub loss: Option<&'static str>,
}

/// The shape as another kind; `None` where that makes no sense. `image`: width and height in pixels, the frame of masks.
pub fn converted(geometry: &Geometry, to: SpatialType, image: [f64; 2]) -> Option<Converted> {
    if geometry.spatial_type() == to {
        return None;
    }
    let converted = match to {
        SpatialType::Box => Converted { geometry: Geometry::Box(geometry.bounds()?), loss: Some("only the box around it is kept") },
        SpatialType::RotatedBox => to_rotated_box(geometry)?,
        SpatialType::Polygon => to_polygon(geometry)?,
        SpatialType::Polyline => to_polyline(geometry)?,
        SpatialType::Ellipse => to_ellipse(geometry)?,
        SpatialType::Mask => to_mask(geometry, image)?,
        SpatialType::Point => Converted { geometry: Geometry::Point(middle(geometry)?), loss: Some("only the middle is kept") },
        SpatialType::Keypoints | SpatialType::Cuboid | SpatialType::Tag => return None,
    };
    converted.geometry.is_sound().then_some(converted)
}

fn middle(geometry: &Geometry) -> Option<ImagePos> {
    match geometry {
        Geometry::RotatedBox(own) => Some(own.center),
        Geometry::Ellipse(own) => Some(own.center),
        other => other.bounds().map(|bounds| bounds.center().rounded()),
    }
}

fn exact(geometry: Geometry) -> Converted {
    Converted { geometry, loss: None }
}

fn to_rotated_box(geometry: &Geometry) -> Option<Converted> {
    match geometry {
        Geometry::Box(rect) => Some(exact(Geometry::RotatedBox(RotatedBox::from(*rect)))),
        Geometry::Ellipse(e) => {
            let own = RotatedBox { center: e.center, width: 2.0 * e.rx, height: 2.0 * e.ry, angle: e.angle };
            Some(Converted { geometry: Geometry::RotatedBox(own), loss: Some("only the box around it is kept") })
        }
        other => {
            let own = smallest_box(&convex_hull(points_of(other)))?;
            Some(Converted { geometry: Geometry::RotatedBox(own), loss: Some("only the smallest turned box around it is kept") })
        }
    }
}

/// Every point of a shape's borders and lines.
fn points_of(geometry: &Geometry) -> Vec<ImagePos> {
    match geometry {
        Geometry::Polyline(line) => line.flattened(false, CURVE_TOLERANCE).into_owned(),
        Geometry::Keypoints(keypoints) => keypoints.present().map(|(_, point)| point.pos).collect(),
        other => other.rings().into_iter().flatten().collect(),
    }
}

/// The turned box of the least area around a convex ring: one of its sides lies on one of the ring's.
fn smallest_box(hull: &[ImagePos]) -> Option<RotatedBox> {
    let sides = hull.iter().zip(hull.iter().cycle().skip(1)).filter(|(a, b)| a != b);
    let boxes = sides.map(|(a, b)| {
        let along = *b - *a;
        // Between -45 and 45 degrees: the first axis is the one that a person would call across.
        let degrees = along.y.atan2(along.x).to_degrees();
        let angle = degrees - (degrees / 90.0).round() * 90.0;
        let own: Vec<ImageVec> = hull.iter().map(|pos| own_coordinates(*pos, ImagePos::default(), angle)).collect();
        let range = |of: fn(&ImageVec) -> f64| {
            own.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)))
        };
        let ((left, right), (top, bottom)) = (range(|v| v.x), range(|v| v.y));
        let center = from_own_coordinates(ImageVec::new((left + right) / 2.0, (top + bottom) / 2.0), ImagePos::default(), angle);
        RotatedBox { center: center.rounded(), width: right - left, height: bottom - top, angle: rounded_angle(angle) }
    });
    boxes.min_by(|a, b| (a.width * a.height).total_cmp(&(b.width * b.height)))
}

fn to_polygon(geometry: &Geometry) -> Option<Converted> {
    let simple = |points: &[ImagePos]| Geometry::Polygon(Polygon::simple(points.to_vec()));
    Some(match geometry {
        Geometry::Box(rect) => exact(simple(&rect.corners())),
        Geometry::RotatedBox(own) => {
            let corners = own.corners().map(ImagePos::rounded);
            Converted { geometry: simple(&corners), loss: Some("its angle is no longer told") }
        }
        Geometry::Ellipse(ellipse) => Converted {
            geometry: Geometry::Polygon(Polygon::of_ring(curved(ellipse))),
            loss: Some("its radii and angle are no longer told"),
        },
        Geometry::Cuboid(cuboid) => {
            Converted { geometry: simple(&cuboid.silhouette()), loss: Some("only the border of what it covers is kept") }
        }
        Geometry::Mask(mask) => {
            let polygon = traced(&MaskTiles::from(mask), TRACE_TOLERANCE, TRACE_LEAST);
            Converted { geometry: Geometry::Polygon(polygon), loss: Some("the border is up to 0.7 pixels off, single pixels are left out") }
        }
        Geometry::Polyline(line) => exact(Geometry::Polygon(Polygon::of_ring(line.clone()))),
        Geometry::Keypoints(_) => {
            let hull = convex_hull(points_of(geometry));
            Converted { geometry: simple(&hull), loss: Some("only the border around the points is kept") }
        }
        Geometry::Polygon(_) | Geometry::Point(_) | Geometry::Tag => return None,
    })
}

/// An ellipse as four cubic curves.
fn curved(ellipse: &Ellipse) -> Path {
    let at = |x: f64, y: f64| from_own_coordinates(ImageVec::new(x * ellipse.rx, y * ellipse.ry), ellipse.center, ellipse.angle).rounded();
    let k = QUARTER;
    let points = vec![at(1.0, 0.0), at(0.0, 1.0), at(-1.0, 0.0), at(0.0, -1.0)];
    let bends = [
        Bend::Cubic(at(1.0, k), at(k, 1.0)),
        Bend::Cubic(at(-k, 1.0), at(-1.0, k)),
        Bend::Cubic(at(-1.0, -k), at(-k, -1.0)),
        Bend::Cubic(at(k, -1.0), at(1.0, -k)),
    ];
    Path::with_edges(points, bends.map(|bend| Edge { bend, inferred: false }).to_vec())
}

fn to_polyline(geometry: &Geometry) -> Option<Converted> {
    let Converted { geometry: Geometry::Polygon(polygon), .. } = (match geometry {
        Geometry::Polygon(_) => exact(geometry.clone()),
        other => to_polygon(other)?,
    }) else {
        return None;
    };
    let outer = polygon.parts.first()?.outer.clone();
    // The line comes back to where it began.
    let first = *outer.points().first()?;
    let last = outer.edge(outer.len() - 1);
    let mut line = outer;
    line.push(first, last);
    let alone = polygon.parts.len() == 1 && polygon.parts[0].holes.is_empty();
    let loss = if alone { "it is a line and no longer an area" } else { "only its first outer border is kept" };
    Some(Converted { geometry: Geometry::Polyline(line), loss: Some(loss) })
}

/// The ellipse with the same middle and second moments as the area, so that it lies and stretches like it.
fn to_ellipse(geometry: &Geometry) -> Option<Converted> {
    let inscribed = |own: RotatedBox| Ellipse { center: own.center, rx: own.width / 2.0, ry: own.height / 2.0, angle: own.angle };
    let loss = Some("only an ellipse in its place is kept");
    let ellipse = match geometry {
        Geometry::Box(rect) => inscribed(RotatedBox::from(*rect)),
        Geometry::RotatedBox(own) => inscribed(*own),
        other => alike(&other.rings())?,
    };
    Some(Converted { geometry: Geometry::Ellipse(ellipse), loss })
}

fn alike(rings: &[Vec<ImagePos>]) -> Option<Ellipse> {
    let bounds = Rect::around(rings.iter().flatten())?;
    // From the middle: sums of squares of large coordinates would lose what matters.
    let origin = bounds.center();
    let (mut area, mut x, mut y, mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    // Rings inside others count as holes, whichever way round they go.
    let areas: Vec<(Polygon, f64)> =
        rings.iter().map(|ring| Polygon::simple(ring.clone())).map(|ring| (ring.clone(), ring.area())).collect();
    for (ring, (_, own_area)) in rings.iter().zip(&areas) {
        let inside_of = |(other, area): &&(Polygon, f64)| area > own_area && ring.first().is_some_and(|pos| other.contains(*pos));
        let depth = areas.iter().filter(inside_of).count();
        let sums = ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| (*a - origin, *b - origin));
        let mut own = [0.0; 6];
        for (a, b) in sums {
            let cross = a.x * b.y - b.x * a.y;
            own[0] += cross / 2.0;
            own[1] += cross * (a.x + b.x) / 6.0;
            own[2] += cross * (a.y + b.y) / 6.0;
            own[3] += cross * (a.x * a.x + a.x * b.x + b.x * b.x) / 12.0;
            own[4] += cross * (a.x * b.y + 2.0 * a.x * a.y + 2.0 * b.x * b.y + b.x * a.y) / 24.0;
            own[5] += cross * (a.y * a.y + a.y * b.y + b.y * b.y) / 12.0;
        }
        let sign = own[0].signum() * if depth % 2 == 0 { 1.0 } else { -1.0 };
        for (sum, own) in [&mut area, &mut x, &mut y, &mut xx, &mut xy, &mut yy].into_iter().zip(own) {
            *sum += sign * own;
        }
    }
    if area <= 0.0 {
        return None;
    }
    let (cx, cy) = (x / area, y / area);
    let (xx, xy, yy) = (xx / area - cx * cx, xy / area - cx * cy, yy / area - cy * cy);
    let (mean, spread) = ((xx + yy) / 2.0, ((xx - yy) / 2.0).hypot(xy));
    // The second moment of an ellipse along an axis is a quarter of its radius squared.
    let radius = |moment: f64| 2.0 * moment.max(0.0).sqrt();
    Some(Ellipse {
        center: (origin + ImageVec::new(cx, cy)).rounded(),
        rx: radius(mean + spread),
        ry: radius(mean - spread),
        angle: rounded_angle((2.0 * xy).atan2(xx - yy).to_degrees() / 2.0),
    })
}

fn to_mask(geometry: &Geometry, [width, height]: [f64; 2]) -> Option<Converted> {
    let polygon = match geometry {
        Geometry::Polygon(polygon) => polygon.clone(),
        Geometry::Polyline(_) | Geometry::Keypoints(_) | Geometry::Point(_) | Geometry::Tag | Geometry::Mask(_) => return None,
        other => Polygon { parts: other.rings().into_iter().map(|ring| Part { outer: ring.into(), holes: Vec::new() }).collect() },
    };
    let mask = Mask::of_polygon(&polygon, width as u32, height as u32)?;
    Some(Converted {
        geometry: Geometry::Mask(mask),
        loss: Some("its border follows whole pixels, and what lay outside the image is cut off"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGE: [f64; 2] = [200.0, 100.0];

    fn iou(a: &Geometry, b: &Geometry) -> f64 {
        let (mut both, mut any) = (0_u32, 0_u32);
        for (x, y) in (0..400).flat_map(|x| (0..200).map(move |y| (x, y))) {
            let pos = ImagePos::new(f64::from(x) / 2.0 + 0.25, f64::from(y) / 2.0 + 0.25);
            let (a, b) = (a.contains(pos), b.contains(pos));
            both += u32::from(a && b);
            any += u32::from(a || b);
        }
        f64::from(both) / f64::from(any)
    }

    fn to(geometry: &Geometry, kind: SpatialType) -> Geometry {
        converted(geometry, kind, IMAGE).unwrap_or_else(|| panic!("{geometry:?} to {kind:?}")).geometry
    }

    #[test]
    fn there_and_back_is_nearly_the_same() {
        let turned = Geometry::RotatedBox(RotatedBox { center: ImagePos::new(90., 50.), width: 80., height: 40., angle: 20. });
        let ellipse = Geometry::Ellipse(Ellipse { center: ImagePos::new(90., 50.), rx: 60., ry: 25., angle: -15. });
        let upright = Geometry::Box(Rect::from_xywh(20., 20., 90., 50.));
        let rows = [
            (&turned, SpatialType::Polygon, SpatialType::RotatedBox, 0.999),
            (&turned, SpatialType::Mask, SpatialType::RotatedBox, 0.95),
            (&ellipse, SpatialType::Polygon, SpatialType::Ellipse, 0.995),
            (&ellipse, SpatialType::Mask, SpatialType::Ellipse, 0.97),
            (&ellipse, SpatialType::Mask, SpatialType::Polygon, 0.97),
            (&ellipse, SpatialType::RotatedBox, SpatialType::Ellipse, 1.0),
            (&upright, SpatialType::Polygon, SpatialType::Box, 1.0),
            (&upright, SpatialType::RotatedBox, SpatialType::Box, 1.0),
            (&upright, SpatialType::Polyline, SpatialType::Polygon, 1.0),
            (&upright, SpatialType::Mask, SpatialType::Box, 1.0),
        ];
        for (geometry, there, back, least) in rows {
            let again = to(&to(geometry, there), back);
            assert!(iou(geometry, &again) >= least, "{there:?} and {back:?}: {} {again:?}", iou(geometry, &again));
        }
    }

    #[test]
    fn what_is_lost_is_told_and_nonsense_is_refused() {
        let upright = Geometry::Box(Rect::from_xywh(20., 20., 90., 50.));
        assert_eq!(converted(&upright, SpatialType::Polygon, IMAGE).unwrap().loss, None);
        assert!(converted(&upright, SpatialType::Mask, IMAGE).unwrap().loss.is_some());
        assert_eq!(converted(&upright, SpatialType::Box, IMAGE), None, "it is one already");
        let line = Geometry::Polyline(vec![ImagePos::new(1., 1.), ImagePos::new(9., 9.)].into());
        assert_eq!(converted(&line, SpatialType::Polygon, IMAGE), None, "no area");
        for kind in SpatialType::ALL {
            assert_eq!(converted(&Geometry::Tag, kind, IMAGE), None);
        }
        let outside = Geometry::Box(Rect::from_xywh(-50., -50., 20., 20.));
        assert_eq!(converted(&outside, SpatialType::Mask, IMAGE), None, "nothing of it is in the image");
    }

    #[test]
    fn a_hole_counts_for_the_ellipse_that_lies_alike() {
        let square = |at: f64, side: f64| Geometry::Box(Rect::from_xywh(at, at, side, side)).rings().remove(0);
        let part = Part { outer: square(10., 80.).into(), holes: vec![square(10., 40.).into()] };
        let Geometry::Ellipse(ellipse) = to(&Geometry::Polygon(Polygon { parts: vec![part] }), SpatialType::Ellipse) else { panic!() };
        assert!(ellipse.center.x > 50.0 && ellipse.center.y > 50.0 && (ellipse.angle.abs() - 45.0).abs() < 1.0, "{ellipse:?}");
    }
}
