//! Which shapes a rectangle touches.

use limn_core::{Geometry, ImagePos, Mask, Polygon, Rect};

/// Whether the shape and the rectangle share any point.
pub(crate) fn geometry_meets_rect(geometry: &Geometry, rect: Rect) -> bool {
    match geometry {
        Geometry::Box(own) => own.intersects(rect),
        Geometry::Polygon(polygon) => polygon_meets_rect(polygon, rect),
        Geometry::Mask(mask) => mask_meets_rect(mask, rect),
    }
}

fn polygon_meets_rect(polygon: &Polygon, rect: Rect) -> bool {
    let edges = polygon.rings().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
    // Without a border in the rectangle, it lies in the polygon with all of itself or with nothing.
    edges.into_iter().any(|(a, b)| segment_meets_rect(*a, *b, rect)) || polygon.contains(rect.min)
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
    use limn_core::Part;

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
        let polygon = Geometry::Polygon(Polygon { parts: vec![Part { outer, holes: vec![hole] }] });
        assert!(!geometry_meets_rect(&polygon, Rect::from_xywh(45., 45., 5., 5.)));
        assert!(geometry_meets_rect(&polygon, Rect::from_xywh(45., 45., 30., 5.)));
        assert!(geometry_meets_rect(&polygon, Rect::from_xywh(5., 5., 5., 5.)));
        assert!(geometry_meets_rect(&polygon, Rect::from_xywh(-5., -5., 300., 300.)));
    }

    #[test]
    fn a_mask_is_touched_by_its_pixels_only() {
        // 3 wide, 4 high; the last pixel alone.
        let mask = Geometry::Mask(Mask::from_counts(3, 4, vec![11, 1]).unwrap());
        assert!(geometry_meets_rect(&mask, Rect::from_xywh(2.5, 3.5, 5., 5.)));
        assert!(!geometry_meets_rect(&mask, Rect::from_xywh(0., 0., 1.5, 4.)));
    }
}
