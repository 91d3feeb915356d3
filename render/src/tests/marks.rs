use super::*;
use crate::{EdgeLook, EdgeMark, FillRule, Marker, MarkerKind};

const RED: [u8; 4] = [255, 0, 0, 255];
const WHITE: [u8; 4] = [255; 4];

fn pentagram(center: [f64; 2], radius: f64) -> Vec<[f64; 2]> {
    let corner = |at: i32| {
        let (sin, cos) = (f64::from(at * 2) / 5.0 * std::f64::consts::TAU).sin_cos();
        [center[0] + radius * sin, center[1] - radius * cos]
    };
    (0..5).map(corner).collect()
}

fn share_of_red(picture: &Picture) -> f64 {
    picture.rgba.chunks(4).filter(|p| *p == RED).count() as f64 / (picture.rgba.len() / 4) as f64
}

#[test]
fn a_pentagram_is_hollow_by_one_rule_and_full_by_the_other() {
    let mut stage = Stage::new(200, 200);
    let mut shape = filled(&pentagram([100.0, 100.0], 90.0), RED);
    let camera = stage.camera([100.0, 100.0], 1.0);
    for (rule, middle) in [(FillRule::EvenOdd, BACKGROUND), (FillRule::NonZero, RED)] {
        // Both directions.
        for _ in 0..2 {
            shape.rule = rule;
            shape.rings[0].reverse();
            let layer = stage.layer(&[shape.clone()]);
            let picture = stage.draw(camera, None, &[&layer]);
            assert_eq!(picture.at(100, 100), middle, "{rule:?}");
            // In a tip, beside it, between two tips.
            assert_eq!([picture.at(100, 30), picture.at(70, 30), picture.at(100, 140)], [RED, BACKGROUND, BACKGROUND]);
            // The star's area is 1.1226 of the square of its radius; the pentagon in it a part of that.
            let star = 1.1226 * 90.0 * 90.0 / 40_000.0;
            let expected = if rule == FillRule::NonZero { star } else { star - 0.3469 * 90.0 * 90.0 / 40_000.0 };
            assert!((share_of_red(&picture) - expected).abs() < 0.01, "{rule:?}: {} {expected}", share_of_red(&picture));
        }
    }
}

#[test]
fn parts_that_overlap_are_filled_once_or_not_at_all() {
    let mut stage = Stage::new(64, 64);
    let fill = [255, 0, 0, 128];
    let mut shape = filled(&rect(10.0, 10.0, 40.0, 40.0), fill);
    shape.rings.push(rect(25.0, 25.0, 55.0, 55.0));
    let camera = stage.camera([32.0, 32.0], 1.0);
    let mut at = |shape: &Shape, x, y| {
        let layer = stage.layer(std::slice::from_ref(shape));
        stage.draw(camera, None, &[&layer]).at(x, y)
    };
    let once = at(&shape, 15, 15);
    assert_ne!(once, BACKGROUND);
    assert_eq!([at(&shape, 30, 30), at(&shape, 50, 50)], [BACKGROUND, once]);
    shape.rule = FillRule::NonZero;
    assert_eq!([at(&shape, 30, 30), at(&shape, 15, 15), at(&shape, 50, 50), at(&shape, 45, 15)], [once, once, once, BACKGROUND]);
    // The other way round it is a hole.
    shape.rings[1].reverse();
    assert_eq!([at(&shape, 30, 30), at(&shape, 50, 50)], [BACKGROUND, once]);
    // A ring in a ring, both the same way round, has no hole by this rule.
    shape.rings = vec![rect(10.0, 10.0, 50.0, 50.0), rect(20.0, 20.0, 40.0, 40.0)];
    assert_eq!(at(&shape, 30, 30), once);
    shape.rule = FillRule::EvenOdd;
    assert_eq!(at(&shape, 30, 30), BACKGROUND);
}

/// A square with nothing but a solid outline 2 px wide.
fn square(edges: Vec<EdgeMark>) -> Shape {
    let mut shape = filled(&rect(10.0, 10.0, 90.0, 90.0), [0; 4]);
    (shape.style.stroke, shape.style.stroke_px, shape.style.edge_dash_px) = (WHITE, 2.0, 5.0);
    Shape { edges, ..shape }
}

/// White px along the inner half of each edge of the square, from the corner at which it begins: top, right, bottom, left.
fn white_along(picture: &Picture) -> [usize; 4] {
    let count = |at: &dyn Fn(u32) -> [u8; 4]| (12..88).filter(|i| at(*i)[0] > 140).count();
    [count(&|i| picture.at(i, 10)), count(&|i| picture.at(89, i)), count(&|i| picture.at(i, 89)), count(&|i| picture.at(10, i))]
}

#[test]
fn single_edges_are_dashed_or_left_out() {
    let mut stage = Stage::new(100, 100);
    let camera = stage.camera([50.0, 50.0], 1.0);
    let mark = |edge, look| EdgeMark { ring: 0, edge, look };
    let marks = vec![mark(1, EdgeLook::Dashed), mark(2, EdgeLook::Invisible), mark(7, EdgeLook::Invisible)];
    let mut shape = square(marks);
    // Both directions of travel: the edges of the ring as given count.
    for way in 0..2 {
        let layer = stage.layer(&[shape.clone()]);
        let [top, right, bottom, left] = white_along(&stage.draw(camera, None, &[&layer]));
        assert_eq!((top, bottom, left), (76, 0, 76), "way {way}");
        assert!((30..48).contains(&right), "way {way}: {right}");
        shape.rings[0] = vec![[90.0, 10.0], [10.0, 10.0], [10.0, 90.0], [90.0, 90.0]];
        shape.edges = vec![mark(3, EdgeLook::Dashed), mark(2, EdgeLook::Invisible)];
    }
    // A point twice, and one that is no number, do not shift the marks.
    let mut shape = square(vec![mark(2, EdgeLook::Dashed), mark(4, EdgeLook::Invisible)]);
    shape.rings[0].insert(1, [90.0, 10.0]);
    shape.rings[0].insert(3, [f64::NAN, 10.0]);
    let layer = stage.layer(&[shape]);
    let [top, right, bottom, left] = white_along(&stage.draw(camera, None, &[&layer]));
    assert_eq!((top, bottom, left), (76, 0, 76));
    assert!((30..48).contains(&right), "{right}");
}

#[test]
fn a_line_with_a_gap_ends_round_at_it() {
    let mut stage = Stage::new(60, 20);
    let mut shape = filled(&[], [0; 4]);
    shape.rings = vec![vec![[10.0, 10.0], [20.0, 10.0], [40.0, 10.0], [50.0, 10.0]]];
    (shape.style.stroke, shape.style.stroke_px, shape.closed) = (WHITE, 6.0, false);
    shape.edges = vec![EdgeMark { ring: 0, edge: 1, look: EdgeLook::Invisible }];
    let layer = stage.layer(&[shape]);
    let picture = stage.draw(stage.camera([30.0, 10.0], 1.0), None, &[&layer]);
    assert_eq!([15, 21, 30, 38, 45].map(|x| picture.at(x, 10) == WHITE), [true, true, false, true, true]);
}

#[test]
fn markers_are_as_large_at_every_zoom() {
    let mut stage = Stage::new(60, 60);
    let mut inked = |kind: MarkerKind, zoom: f64, x: u32, y: u32| {
        let mut shape = filled(&[], [0; 4]);
        (shape.style.stroke, shape.style.stroke_px, shape.style.marker_px) = (WHITE, 2.0, 20.0);
        shape.markers = vec![Marker { pos: [500.0, 500.0], kind }, Marker { pos: [f64::NAN, 0.0], kind }];
        let layer = stage.layer(&[shape]);
        let picture = stage.draw(stage.camera([500.0, 500.0], zoom), None, &[&layer]);
        (picture.at(x, y) == WHITE, picture.rgba.chunks(4).filter(|p| p[0] > 140).count())
    };
    for zoom in [0.1, 1.0, 30.0] {
        let (middle, area) = inked(MarkerKind::Disc, zoom, 30, 30);
        assert!(middle && area.abs_diff(314) < 12, "{area}");
        let (middle, area) = inked(MarkerKind::Ring, zoom, 30, 30);
        assert!(!middle && area.abs_diff(113) < 25, "{area}");
        let (corner, area) = inked(MarkerKind::Cross, zoom, 35, 35);
        assert!(corner && (95..140).contains(&area), "{area}");
        // Behind the tip, seen from where it comes, and not ahead of it.
        let (behind, area) = inked(MarkerKind::Arrow { from: [500.0, 700.0] }, zoom, 30, 42);
        assert!(behind && (150..260).contains(&area), "{area}");
        assert!(!inked(MarkerKind::Arrow { from: [500.0, 700.0] }, zoom, 30, 20).0);
    }
}

#[test]
fn marks_and_markers_stay_when_a_layer_is_thinned() {
    let mut stage = Stage::new(100, 100);
    let ring = |at: usize| {
        let corner = move |i: usize| {
            let (sin, cos) = (i as f64 / 12.0 * std::f64::consts::TAU).sin_cos();
            [2000.0 + at as f64 + cos, 2000.0 + sin]
        };
        (0..12).map(corner).collect::<Vec<_>>()
    };
    let mut shapes: Vec<Shape> = (0..6000).map(|at| filled(&ring(at), RED)).collect();
    let mut shape = square(vec![EdgeMark { ring: 0, edge: 2, look: EdgeLook::Invisible }]);
    shape.rings[0].iter_mut().flatten().for_each(|v| *v *= 16.0);
    shape.style.marker_px = 9.0;
    shape.markers.push(Marker { pos: [800.0, 800.0], kind: MarkerKind::Disc });
    shapes.push(shape.clone());
    let (layer, alone) = (stage.layer(&shapes), stage.layer(&[shape]));
    let camera = stage.camera([800.0, 800.0], 1.0 / 16.0);
    assert!(layer.num_vertices_at(camera.zoom) < layer.num_vertices_at(1.0) / 2);
    let picture = stage.draw(camera, None, &[&layer]);
    let [top, right, bottom, left] = white_along(&picture);
    assert_eq!((top, right, bottom, left), (76, 76, 0, 76));
    assert_eq!(picture.at(50, 50), WHITE);
    let expected = stage.draw(camera, None, &[&alone]);
    assert!((0..95).all(|x| (0..95).all(|y| picture.at(x, y) == expected.at(x, y))));
}

#[test]
fn every_kind_of_dash_is_told_from_the_others_and_keeps_its_length_at_every_zoom() {
    use crate::Dash;
    let mut stage = Stage::new(200, 20);
    let mut seen: Vec<Vec<bool>> = Vec::new();
    for (dash, share) in [(Dash::Even, 0.5), (Dash::Long, 0.75), (Dash::Dots, 0.33), (Dash::DashDot, 0.62), (Dash::DashDotDot, 0.59)] {
        let style = ShapeStyle { stroke: WHITE, stroke_px: 2.0, halo: [0; 4], dash_px: 8.0, dash, ..ShapeStyle::default() };
        let mut shape = Shape { rings: vec![vec![[0.0, 10.0], [70.0, 10.0], [1000.0, 10.0]]], style, ..Shape::default() };
        let mut on = |shape: &Shape, zoom: f64| -> Vec<bool> {
            let layer = stage.layer(std::slice::from_ref(shape));
            let picture = stage.draw(stage.camera([100.0 / zoom, 10.0], zoom), None, &[&layer]);
            (0..200).map(|x| picture.at(x, 10)[0] > 140).collect()
        };
        let near = on(&shape, 1.0);
        let found = near.iter().filter(|on| **on).count() as f64 / 200.0;
        assert!((found - share).abs() < 0.07, "{dash:?}: {found} is on");
        assert_eq!(on(&shape, 0.5), near, "{dash:?} from afar");
        for other in &seen {
            let different = other.iter().zip(&near).filter(|(a, b)| a != b).count();
            assert!(different > 30, "{dash:?} looks like another: {different}");
        }
        // Edges that are dashed by themselves have even dashes.
        shape.edges = vec![EdgeMark { ring: 0, edge: 0, look: EdgeLook::Dashed }, EdgeMark { ring: 0, edge: 1, look: EdgeLook::Dashed }];
        shape.style.edge_dash_px = 8.0;
        let marked = on(&shape, 1.0);
        assert_eq!(marked, *seen.first().unwrap_or(&near));
        seen.push(near);
    }
}
