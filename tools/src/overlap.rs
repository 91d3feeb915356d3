//! Which shapes a rectangle, a loop or a line touches.

use limn_core::geometry::CURVE_TOLERANCE;
use limn_core::{Geometry, ImagePos, Mask, Part, Polygon, Rect};

/// Whether the shape and the rectangle share any point.
pub(crate) fn geometry_meets_rect(geometry: &Geometry, rect: Rect) -> bool {
    match geometry {
        Geometry::Box(own) => own.intersects(rect),
        Geometry::Polygon(polygon) => polygon_meets_rect(polygon, rect),
        Geometry::Mask(mask) => mask_meets_rect(mask, rect),
        Geometry::Polyline(line) => line.segments(false, CURVE_TOLERANCE).iter().any(|(a, b, _)| segment_meets_rect(*a, *b, rect)),
        Geometry::Keypoints(keypoints) => keypoints.present().any(|(_, point)| rect.contains(point.pos)),
        Geometry::Point(pos) => rect.contains(*pos),
        Geometry::Tag => false,
        Geometry::RotatedBox(_) | Geometry::Ellipse(_) | Geometry::Cuboid(_) => polygon_meets_rect(&outline(geometry), rect),
    }
}

/// Whether the shape and the area inside a closed loop share any point.
pub(crate) fn geometry_meets_loop(geometry: &Geometry, area: &Polygon) -> bool {
    match geometry {
        Geometry::Box(own) => polygon_meets_rect(area, *own),
        Geometry::Polygon(polygon) => polygons_meet(polygon, area),
        Geometry::Mask(mask) => mask.stretches().any(|(x, top, bottom)| {
            let stretch = Rect::from_xywh(f64::from(x), f64::from(top), 1.0, f64::from(bottom - top));
            polygon_meets_rect(area, stretch)
        }),
        Geometry::Polyline(line) => {
            let inside = line.points().first().is_some_and(|pos| area.contains(*pos));
            inside || line.segments(false, CURVE_TOLERANCE).iter().any(|(a, b, _)| edges(area).any(|other| segments_cross((*a, *b), other)))
        }
        Geometry::Keypoints(keypoints) => keypoints.present().any(|(_, point)| area.contains(point.pos)),
        Geometry::Point(pos) => area.contains(*pos),
        Geometry::Tag => false,
        Geometry::RotatedBox(_) | Geometry::Ellipse(_) | Geometry::Cuboid(_) => polygons_meet(&outline(geometry), area),
    }
}

/// Whether a line and the shape share any point. Points are not met.
pub(crate) fn geometry_meets_line(geometry: &Geometry, line: &[ImagePos]) -> bool {
    let pieces = || line.windows(2).map(|pair| (pair[0], pair[1]));
    let meets_rect = |rect: Rect| pieces().any(|(a, b)| segment_meets_rect(a, b, rect));
    let meets_area = |area: &Polygon| {
        let Some(bounds) = area.bounds().filter(|bounds| meets_rect(*bounds)) else { return false };
        let near = || pieces().filter(|(a, b)| segment_meets_rect(*a, *b, bounds));
        line.first().is_some_and(|pos| area.contains(*pos)) || edges(area).any(|edge| near().any(|piece| segments_cross(piece, edge)))
    };
    match geometry {
        Geometry::Box(own) => meets_rect(*own),
        Geometry::Polygon(polygon) => meets_area(polygon),
        Geometry::Mask(mask) => mask.stretches().any(|(x, top, bottom)| {
            let height = f64::from(bottom - top);
            meets_rect(Rect::from_xywh(f64::from(x), f64::from(top), 1.0, height))
        }),
        Geometry::Polyline(own) => {
            own.segments(false, CURVE_TOLERANCE).iter().any(|(a, b, _)| pieces().any(|piece| segments_cross(piece, (*a, *b))))
        }
        Geometry::Keypoints(_) | Geometry::Point(_) | Geometry::Tag => false,
        Geometry::RotatedBox(_) | Geometry::Ellipse(_) | Geometry::Cuboid(_) => meets_area(&outline(geometry)),
    }
}

/// The area of a shape as a polygon.
fn outline(geometry: &Geometry) -> Polygon {
    let parts = geometry.rings().into_iter().map(|ring| Part { outer: ring.into(), holes: Vec::new() });
    Polygon { parts: parts.collect() }
}

fn edges(polygon: &Polygon) -> impl Iterator<Item = (ImagePos, ImagePos)> {
    polygon.rings().flat_map(|ring| ring.segments(true, CURVE_TOLERANCE)).map(|(a, b, _)| (a, b))
}

fn polygons_meet(a: &Polygon, b: &Polygon) -> bool {
    let Some(reach) = b.bounds() else { return false };
    let inside = |a: &Polygon, b: &Polygon| a.rings().filter_map(|ring| ring.points().first()).any(|pos| b.contains(*pos));
    let crosses = |(from, to): (ImagePos, ImagePos)| {
        Rect::from_corners(from, to).intersects(reach) && edges(b).any(|other| segments_cross((from, to), other))
    };
    inside(a, b) || inside(b, a) || edges(a).any(crosses)
}

/// Whether the ends of each segment lie on different sides of the other, or on it.
fn segments_cross((a, b): (ImagePos, ImagePos), (c, d): (ImagePos, ImagePos)) -> bool {
    let side = |from: ImagePos, to: ImagePos, pos: ImagePos| (to.x - from.x) * (pos.y - from.y) - (to.y - from.y) * (pos.x - from.x);
    side(a, b, c) * side(a, b, d) <= 0.0
        && side(c, d, a) * side(c, d, b) <= 0.0
        && Rect::from_corners(a, b).intersects(Rect::from_corners(c, d))
}

fn polygon_meets_rect(polygon: &Polygon, rect: Rect) -> bool {
    // Without a border in the rectangle, it lies in the polygon with all of itself or with nothing.
    edges(polygon).any(|(a, b)| segment_meets_rect(a, b, rect)) || polygon.contains(rect.min)
}

fn mask_meets_rect(mask: &Mask, rect: Rect) -> bool {
    mask.stretches().any(|(x, top, bottom)| {
        let height = f64::from(bottom - top);
        Rect::from_xywh(f64::from(x), f64::from(top), 1.0, height).intersects(rect)
    })
}

/// Cuts the segment to each of the two slabs that make the rectangle (Liang and Barsky's clipping).
fn segment_meets_rect(a: ImagePos, b: ImagePos, rect: Rect) -> bool {
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (from, to, low, high) in [(a.x, b.x, rect.min.x, rect.max.x), (a.y, b.y, rect.min.y, rect.max.y)] {
        let along = to - from;
        if along == 0.0 {
            if from < low || from > high {
                return false;
            }
            continue;
        }
        let (first, second) = ((low - from) / along, (high - from) / along);
        enter = enter.max(first.min(second));
        leave = leave.min(first.max(second));
    }
    enter <= leave
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[[f64; 2]]) -> Vec<ImagePos> {
        points.iter().map(|point| ImagePos::from(*point)).collect()
    }

    #[test]
    fn segments_are_cut_to_the_rectangle() {
        let rect = Rect::from_xywh(10., 10., 10., 10.);
        let rows = [
            ([0., 15.], [30., 15.], true, "straight through"),
            ([0., 0.], [30., 30.], true, "through two corners"),
            ([12., 12.], [13., 13.], true, "inside"),
            ([0., 21.], [21., 0.], true, "cuts off a corner"),
            ([0., 19.], [19., 0.], false, "passes before the corner"),
            ([0., 5.], [30., 5.], false, "above"),
            ([0., 15.], [9., 15.], false, "ends before"),
            ([20., 0.], [20., 30.], true, "along a side"),
            ([15., 15.], [15., 15.], true, "a point inside"),
            ([5., 15.], [5., 15.], false, "a point outside"),
        ];
        for (a, b, want, what) in rows {
            assert_eq!(segment_meets_rect(a.into(), b.into(), rect), want, "{what}");
        }
    }

    #[test]
    fn a_rectangle_in_a_hole_touches_nothing() {
        let outer = ring(&[[0., 0.], [100., 0.], [100., 100.], [0., 100.]]);
        let hole = ring(&[[40., 40.], [60., 40.], [60., 60.], [40., 60.]]);
        let polygon = Geometry::Polygon(Polygon { parts: vec![Part { outer: outer.into(), holes: vec![hole.into()] }] });
        assert!(!geometry_meets_rect(&polygon, Rect::from_xywh(45., 45., 5., 5.)));
        assert!(geometry_meets_rect(&polygon, Rect::from_xywh(45., 45., 30., 5.)));
        assert!(geometry_meets_rect(&polygon, Rect::from_xywh(5., 5., 5., 5.)));
        assert!(geometry_meets_rect(&polygon, Rect::from_xywh(-5., -5., 300., 300.)));
    }

    #[test]
    fn a_loop_touches_what_it_crosses_surrounds_or_lies_in() {
        // A C that is open to the right.
        let c = [[0., 0.], [100., 0.], [100., 20.], [20., 20.], [20., 80.], [100., 80.], [100., 100.], [0., 100.]];
        let area = Polygon::simple(ring(&c));
        let square = |x: f64, y: f64, side: f64| ring(&[[x, y], [x + side, y], [x + side, y + side], [x, y + side]]);
        let holed = |x: f64, hole: f64| Polygon {
            parts: vec![Part { outer: square(x, -50., 200.).into(), holes: vec![square(-50., -50., hole).into()] }],
        };
        let rows = [
            (Polygon::simple(square(40., 40., 20.)), false, "in the mouth of the C"),
            (Polygon::simple(square(5., 40., 10.)), true, "inside"),
            (Polygon::simple(square(15., 40., 20.)), true, "across the border"),
            (Polygon::simple(square(-50., -50., 300.)), true, "around it"),
            (Polygon::simple(square(-50., 40., 20.)), false, "beside it"),
            (holed(-60., 190.), false, "around it, with a hole in which it lies"),
        ];
        for (polygon, want, what) in rows {
            assert_eq!(geometry_meets_loop(&Geometry::Polygon(polygon.clone()), &area), want, "{what}");
            if polygon.parts[0].holes.is_empty() {
                let bounds = polygon.bounds().unwrap();
                assert_eq!(geometry_meets_loop(&Geometry::Box(bounds), &area), want, "a box {what}");
            }
        }
        let mask = |counts| Geometry::Mask(Mask::from_counts(60, 60, counts).unwrap());
        assert!(geometry_meets_loop(&mask(vec![5, 1, 60 * 60 - 6]), &area));
        assert!(!geometry_meets_loop(&mask(vec![30 * 60 + 30, 4, 60 * 60 - 30 * 60 - 34]), &area));
    }

    #[test]
    fn a_mask_is_touched_by_its_pixels_only() {
        // 3 wide, 4 high; the last pixel alone.
        let mask = Geometry::Mask(Mask::from_counts(3, 4, vec![11, 1]).unwrap());
        assert!(geometry_meets_rect(&mask, Rect::from_xywh(2.5, 3.5, 5., 5.)));
        assert!(!geometry_meets_rect(&mask, Rect::from_xywh(0., 0., 1.5, 4.)));
    }
}
