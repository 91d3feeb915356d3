use super::*;
use crate::geometry::{Mask, Path, Polygon};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use std::f64::consts::TAU;

fn between(from: &Geometry, to: &Geometry, t: f64) -> Geometry {
    Blend::new(from, to).at(t)
}

fn turned_box(angle: f64) -> Geometry {
    Geometry::RotatedBox(RotatedBox { center: ImagePos::new(10., 10.), width: 8., height: 4., angle })
}

fn angle_between(from: f64, to: f64, t: f64) -> f64 {
    let Geometry::RotatedBox(it) = between(&turned_box(from), &turned_box(to), t) else { panic!("another kind") };
    it.angle
}

#[test]
fn boxes_go_straight_and_evenly() {
    let (a, b) = (Rect::from_xywh(100., 50., 40., 20.), Rect::from_xywh(200., 150., 80., 60.));
    assert_eq!(between(&Geometry::Box(a), &Geometry::Box(b), 0.25), Geometry::Box(Rect::from_xywh(125., 75., 50., 30.)));
}

#[test]
fn angles_take_the_shorter_way() {
    assert_eq!(angle_between(10., 50., 0.5), 30.);
    assert_eq!(angle_between(170., -170., 0.5), 180.);
    assert_eq!(angle_between(-170., 170., 0.25), -175.);
    assert_eq!(angle_between(350., 20., 0.5), 5.);
}

#[test]
fn half_a_turn_is_the_same_forwards_and_backwards() {
    assert_eq!((angle_between(0., 180., 0.5), angle_between(180., 0., 0.5)), (90., 90.));
    assert_eq!(angle_between(-90., 90., 0.25), angle_between(90., -90., 0.75));
}

#[test]
fn a_point_that_is_only_at_one_end_stays_where_it_was_seen() {
    let point = |x, sight| Keypoint { pos: ImagePos::new(x, 0.), sight };
    let list = |points: [Keypoint; 3]| Geometry::Keypoints(Keypoints { points: points.to_vec() });
    let from = list([point(0., Sight::Visible), point(0., Sight::Occluded), point(0., Sight::Absent)]);
    let to = list([point(10., Sight::Occluded), point(10., Sight::Absent), point(10., Sight::Visible)]);
    let half = list([point(5., Sight::Visible), point(0., Sight::Occluded), point(0., Sight::Absent)]);
    assert_eq!(between(&from, &to, 0.5), half);
}

#[test]
fn keyframes_of_different_kinds_are_not_mixed() {
    let from = Geometry::Point(ImagePos::new(1., 1.));
    assert_eq!(between(&from, &Geometry::Tag, 0.9), from);
}

pub(super) fn polygon(points: &[ImagePos]) -> Geometry {
    Geometry::Polygon(Polygon::simple(points.to_vec()))
}

fn pixels(geometry: &Geometry) -> Mask {
    let Geometry::Polygon(polygon) = geometry else { panic!("another kind") };
    Mask::of_polygon(polygon, 500, 500).unwrap()
}

/// Intersection over union of what two polygons cover.
pub(super) fn iou(a: &Geometry, b: &Geometry) -> f64 {
    shared(&pixels(a), &pixels(b))
}

fn shared(a: &Mask, b: &Mask) -> f64 {
    use crate::geometry::MaskTiles;
    let (mut both, mut any) = (MaskTiles::from(a), MaskTiles::from(a));
    both.intersect(&MaskTiles::from(b));
    any.union(&MaskTiles::from(b));
    if any.area() == 0 { 1.0 } else { both.area() as f64 / any.area() as f64 }
}

/// A contour that changes in a known way: it moves, turns, grows, and each of its points goes its own way besides.
#[derive(Clone, Debug)]
pub(super) struct Morph {
    /// Offsets from the middle at the beginning and, without turning and growing, at the end.
    offsets: Vec<(f64, f64, f64, f64)>,
    by: (f64, f64),
    turn: f64,
    scale: f64,
}

impl Morph {
    pub(super) fn at(&self, t: f64) -> Vec<ImagePos> {
        let (sin, cos) = (self.turn * t).sin_cos();
        let scale = mix(1.0, self.scale, t);
        let place = |offset: &(f64, f64, f64, f64)| {
            let (x, y) = (mix(offset.0, offset.2, t) * scale, mix(offset.1, offset.3, t) * scale);
            ImagePos::new(220. + self.by.0 * t + x * cos - y * sin, 220. + self.by.1 * t + x * sin + y * cos)
        };
        self.offsets.iter().map(place).collect()
    }
}

pub(super) fn morph() -> impl Strategy<Value = Morph> {
    let point = (0.6..1.4_f64, -0.3..0.3_f64, 0.9..1.1_f64);
    let points = prop::collection::vec(point, 5..14);
    (points, (-40.0..40.0_f64, -40.0..40.0_f64), -0.7..0.7_f64, 0.7..1.5_f64).prop_map(|(points, by, turn, scale)| {
        let len = points.len() as f64;
        let offset = |(at, (radius, shift, own)): (usize, (f64, f64, f64))| {
            let (sin, cos) = (TAU * (at as f64 + shift) / len).sin_cos();
            // Longer than wide, so that it has a direction.
            let (x, y) = (110. * radius * cos, 60. * radius * sin);
            (x, y, x * own, y * own)
        };
        Morph { offsets: points.into_iter().enumerate().map(offset).collect(), by, turn, scale }
    })
}

/// Another writing of the same contour: begun elsewhere, perhaps the other way round, with points added on edges.
pub(super) fn rewritten(points: &[ImagePos], start: usize, reversed: bool, added: &[(usize, f64)]) -> Vec<ImagePos> {
    let mut points = points.to_vec();
    for (at, part) in added {
        let at = at % points.len();
        let new = pos(points[at], points[(at + 1) % points.len()], *part);
        points.insert(at + 1, new);
    }
    let len = points.len();
    points.rotate_left(start % len);
    if reversed {
        points.reverse();
    }
    points
}

/// How others do it: each at the same part of its length, begun at the first point.
fn by_length(a: &[ImagePos], b: &[ImagePos], t: f64) -> Geometry {
    let along = |points: &[ImagePos], part: f64| {
        let lengths: Vec<f64> = points.iter().zip(points.iter().cycle().skip(1)).map(|(p, q)| p.distance(*q)).collect();
        let mut left = part * lengths.iter().sum::<f64>();
        for (at, length) in lengths.iter().enumerate() {
            if left <= *length {
                return pos(points[at], points[(at + 1) % points.len()], left / length);
            }
            left -= length;
        }
        points[0]
    };
    let points: Vec<ImagePos> = (0..200).map(|at| pos(along(a, f64::from(at) / 200.), along(b, f64::from(at) / 200.), t)).collect();
    polygon(&points)
}

#[test]
fn contours_written_in_any_way_follow_a_known_change() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let added = || prop::collection::vec((0_usize..40, 0.2..0.8_f64), 0..6);
    let case = (morph(), 0_usize..40, any::<bool>(), added(), added());
    let (mut ours, mut others, mut worst) = (0.0, 0.0, 1.0_f64);
    let count = 150;
    for _ in 0..count {
        let (morph, start, reversed, add_a, add_b) = case.new_tree(&mut runner).unwrap().current();
        let a = rewritten(&morph.at(0.), 0, false, &add_a);
        let b = rewritten(&morph.at(1.), start, reversed, &add_b);
        let truth = polygon(&morph.at(0.5));
        let reached = iou(&between(&polygon(&a), &polygon(&b), 0.5), &truth);
        worst = worst.min(reached);
        ours += reached;
        others += iou(&by_length(&a, &b, 0.5), &truth);
    }
    let (ours, others) = (ours / f64::from(count), others / f64::from(count));
    assert!(ours >= 0.97 && ours > others && worst > 0.85, "mean {ours:.4}, by length {others:.4}, worst {worst:.3}");
}

fn crosses_itself(ring: &[ImagePos]) -> bool {
    let side = |a: ImagePos, b: ImagePos, c: ImagePos| ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)).signum();
    let edge = |at: usize| (ring[at], ring[(at + 1) % ring.len()]);
    let cross = |i: usize, j: usize| {
        let ((a, b), (c, d)) = (edge(i), edge(j));
        side(a, b, c) * side(a, b, d) < 0. && side(c, d, a) * side(c, d, b) < 0.
    };
    (0..ring.len()).any(|i| (i + 2..ring.len()).any(|j| (j + 1) % ring.len() != i && cross(i, j)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn forwards_and_backwards_show_the_same(morph in morph(), start in 0_usize..20, t in 0.05..0.95_f64) {
        let (a, b) = (polygon(&morph.at(0.)), polygon(&rewritten(&morph.at(1.), start, false, &[(3, 0.5)])));
        let (there, back) = (between(&a, &b, t), between(&b, &a, 1. - t));
        prop_assert!(iou(&there, &back) > 0.93, "{}", iou(&there, &back));
    }

    #[test]
    fn nearly_at_a_keyframe_it_is_nearly_the_keyframe(morph in morph(), start in 0_usize..20) {
        let (a, b) = (polygon(&morph.at(0.)), polygon(&rewritten(&morph.at(1.), start, true, &[(3, 0.5)])));
        let blend = Blend::new(&a, &b);
        prop_assert!(iou(&blend.at(1e-6), &a) > 0.99);
        prop_assert!(iou(&blend.at(1. - 1e-6), &b) > 0.99);
    }

    #[test]
    fn what_only_turned_grew_and_moved_never_crosses_itself(morph in morph(), start in 0_usize..20, t in 0.0..1.0_f64) {
        let rigid = Morph { offsets: morph.offsets.iter().map(|(x, y, ..)| (*x, *y, *x, *y)).collect(), ..morph };
        let Geometry::Polygon(shown) = between(&polygon(&rigid.at(0.)), &polygon(&rewritten(&rigid.at(1.), start, false, &[])), t) else {
            return Err(TestCaseError::fail("another kind"));
        };
        prop_assert!(!crosses_itself(shown.parts[0].outer.points()), "{shown:?}");
        // About another middle, so a little aside.
        prop_assert!(iou(&Geometry::Polygon(shown), &polygon(&rigid.at(t))) > 0.9);
    }
}

#[test]
fn curves_of_the_same_points_stay_curves() {
    use crate::geometry::{Bend, Edge, Part};
    let curve = |by: f64| {
        let at = |x: f64, y: f64| ImagePos::new(x + by, y);
        let mut path = Path::from(vec![at(0., 0.), at(100., 0.), at(50., 80.)]);
        path.set_edge(0, Edge { bend: Bend::Quadratic(at(50., -40.)), inferred: true });
        Geometry::Polygon(Polygon { parts: vec![Part { outer: path, holes: Vec::new() }] })
    };
    let Geometry::Polygon(half) = between(&curve(0.), &curve(20.), 0.5) else { panic!("another kind") };
    let edge = half.parts[0].outer.edge(0);
    assert!(edge.inferred && matches!(edge.bend, Bend::Cubic(..)) && half.parts[0].outer.len() == 3, "{half:?}");
    assert!(iou(&Geometry::Polygon(half).translated((150., 150.).into_vec()), &curve(10.).translated((150., 150.).into_vec())) > 0.999);
}

trait IntoVec {
    fn into_vec(self) -> crate::geometry::ImageVec;
}

impl IntoVec for (f64, f64) {
    fn into_vec(self) -> crate::geometry::ImageVec {
        crate::geometry::ImageVec::new(self.0, self.1)
    }
}

#[test]
fn parts_without_a_partner_stay_for_half_the_time() {
    let square = |x: f64| Polygon::simple(Rect::from_xywh(x, 10., 20., 20.).corners().to_vec()).parts.remove(0);
    let two = Geometry::Polygon(Polygon { parts: vec![square(10.), square(100.)] });
    let one = Geometry::Polygon(Polygon { parts: vec![square(96.)] });
    let count = |t| match between(&two, &one, t) {
        Geometry::Polygon(polygon) => polygon.parts.len(),
        _ => 0,
    };
    assert_eq!((count(0.4), count(0.6)), (2, 1));
    let Geometry::Polygon(shown) = between(&two, &one, 0.6) else { panic!("another kind") };
    assert!(shown.parts[0].outer.points()[0].x > 90., "the nearer one is its partner: {shown:?}");
}

#[test]
fn masks_move_and_change_their_form() {
    let disc = |x: f64, radius: f64| {
        let ellipse = Ellipse { center: ImagePos::new(x, 200.), rx: radius, ry: radius, angle: 0. };
        Mask::of_polygon(&Polygon::simple(ellipse.outline(0.05)), 500, 500).unwrap()
    };
    let blend = Blend::new(&Geometry::Mask(disc(100., 40.)), &Geometry::Mask(disc(200., 80.)));
    for (t, x, radius) in [(0.001, 100., 40.), (0.5, 150., 60.), (0.999, 200., 80.)] {
        let Geometry::Mask(shown) = blend.at(t) else { panic!("another kind") };
        assert!(shared(&shown, &disc(x, radius)) > 0.97, "{t}: {}", shared(&shown, &disc(x, radius)));
    }
    let empty = Mask::from_counts(500, 500, vec![250_000]).unwrap();
    assert_eq!(between(&Geometry::Mask(disc(100., 40.)), &Geometry::Mask(empty), 0.5), Geometry::Mask(disc(100., 40.)));
}

#[test]
fn contours_of_nothing_and_of_one_point_are_taken() {
    let empty = Geometry::Polygon(Polygon::default());
    let dot = polygon(&[ImagePos::new(3., 3.)]);
    let still = polygon(&[ImagePos::new(3., 3.); 5]);
    let far = polygon(&[[0., 0.], [1e300, 0.], [0., 1e300]].map(ImagePos::from));
    let square = polygon(&Rect::from_xywh(0., 0., 9., 9.).corners());
    for a in [&empty, &dot, &still, &far, &square] {
        for b in [&empty, &dot, &still, &far, &square] {
            between(a, b, 0.5);
        }
    }
}

#[test]
fn a_smooth_path_bends_and_stays_symmetric() {
    let at = |x: f64, y: f64| Geometry::Point(ImagePos::new(x, y));
    let (before, a, b, after) = (at(-100., 100.), at(0., 0.), at(100., 0.), at(200., 100.));
    let straight = Blend::new(&a, &b);
    let bent = |t: f64| {
        let (first, last) = (Neighbour { geometry: &before, at: -1. }, Neighbour { geometry: &after, at: 2. });
        match bend_path(&a, &b, &straight, Some(first), Some(last), t) {
            Geometry::Point(pos) => pos,
            _ => ImagePos::default(),
        }
    };
    assert!(bent(0.5).y < -5. && (bent(0.5).x - 50.).abs() < 1e-9, "{:?}", bent(0.5));
    assert!((bent(0.3).y - bent(0.7).y).abs() < 1e-9);
    assert_eq!((bent(0.).y, bent(1.).y), (0., 0.));
}

#[test]
fn a_box_turns_towards_a_turned_one() {
    let turned = RotatedBox { center: ImagePos::new(15., 10.), width: 20., height: 10., angle: 30. };
    let upright = Geometry::Box(Rect::from_xywh(0., 0., 10., 20.));
    let half = RotatedBox { center: ImagePos::new(10., 10.), width: 15., height: 15., angle: 15. };
    assert_eq!(Blend::new(&upright, &Geometry::RotatedBox(turned)).at(0.5), Geometry::RotatedBox(half));
    assert_eq!(Blend::new(&Geometry::RotatedBox(turned), &upright).at(0.5), Geometry::RotatedBox(half));
}
