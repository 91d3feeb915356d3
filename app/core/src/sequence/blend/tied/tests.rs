use super::super::Blend;
use super::super::tests::{Morph, iou, morph, polygon, rewritten};
use super::*;
use crate::geometry::{Bend, Edge, Part, Polygon, Rect};
use crate::sequence::tie::vertices;
use proptest::prelude::*;

fn tie(from: ImagePos, to: ImagePos) -> Tie {
    Tie { from, to }
}

fn line(points: &[[f64; 2]]) -> Geometry {
    Geometry::Polyline(Path::from(points.iter().map(|pos| ImagePos::from(*pos)).collect::<Vec<_>>()))
}

/// The place at the other end of the link that begins at a vertex.
fn partners(blend: &Blend, from: ImagePos) -> Vec<ImagePos> {
    blend.links().into_iter().filter(|[one, _]| one.distance(from) < SAME).map(|[_, other]| other).collect()
}

fn are_partners(blend: &Blend, tie: &Tie) -> bool {
    partners(blend, tie.from).iter().any(|to| to.distance(tie.to) < SAME)
}

/// The farthest that a vertex of either lies from the nearest of the other.
fn apart(a: &Geometry, b: &Geometry) -> f64 {
    let one_way = |a: &Geometry, b: &Geometry| {
        let far = |pos: ImagePos| vertices(b).map(|(_, other)| other.distance(pos)).fold(f64::INFINITY, f64::min);
        vertices(a).map(|(_, pos)| far(pos)).fold(0.0, f64::max)
    };
    one_way(a, b).max(one_way(b, a))
}

/// Both ends of a change, and ties of some of its points, which are known on both sides.
fn tied_case() -> impl Strategy<Value = (Geometry, Geometry, Vec<Tie>)> {
    let added = || prop::collection::vec((0_usize..40, 0.2..0.8_f64), 0..6);
    (morph(), 0_usize..40, any::<bool>(), added(), added(), prop::collection::btree_set(0_usize..5, 1..5)).prop_map(
        |(morph, start, reversed, add_a, add_b, tied): (Morph, _, _, Vec<_>, Vec<_>, _)| {
            let (first, last) = (morph.at(0.), morph.at(1.));
            let a = polygon(&rewritten(&first, 0, false, &add_a));
            let b = polygon(&rewritten(&last, start, reversed, &add_b));
            (a, b, tied.into_iter().map(|at| tie(first[at], last[at])).collect())
        },
    )
}

#[test]
fn a_line_that_is_matched_from_its_end_is_known() {
    let points = [[0., 0.], [10., 0.], [20., 5.], [28., 20.]];
    let mut back = points.map(|[x, y]| [x + 3., y + 1.]);
    let there = line(&back);
    assert!(!Blend::new(&line(&points), &there).is_backwards(points[1].into(), &there));
    back.reverse();
    let there = line(&back);
    assert!(Blend::new(&line(&points), &there).is_backwards(points[1].into(), &there));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_ring_that_is_gone_round_the_other_way_is_known(
        (morph, start, reversed, at) in (morph(), 0_usize..40, any::<bool>(), 0_usize..5),
    ) {
        let (first, last) = (morph.at(0.), morph.at(1.));
        let (a, b) = (polygon(&rewritten(&first, 0, false, &[])), polygon(&rewritten(&last, start, reversed, &[])));
        prop_assert_eq!(Blend::new(&a, &b).is_backwards(first[at], &b), reversed);
    }

    #[test]
    fn tied_vertices_are_partners_and_go_where_they_are_told((a, b, ties) in tied_case(), t in 0.01..0.99_f64) {
        let blend = Blend::tied(&a, &b, &ties);
        prop_assert_eq!(in_force(&a, &b, &ties).len(), ties.len());
        let shown = blend.at(t);
        for tie in &ties {
            prop_assert!(are_partners(&blend, tie), "{tie:?}");
            let place = carried(&blend, tie, &shown);
            prop_assert!(place.is_some_and(|place| vertices(&shown).any(|(_, pos)| pos == place)), "{tie:?}");
        }
        // Every vertex of either end has a partner.
        let links = blend.links();
        for (end, geometry) in [&a, &b].into_iter().enumerate() {
            for (_, pos) in vertices(geometry) {
                prop_assert!(links.iter().any(|link| link[end].distance(pos) < SAME), "{pos:?} of {end}");
            }
        }
    }

    #[test]
    fn nearly_at_a_keyframe_it_is_nearly_the_keyframe((a, b, ties) in tied_case()) {
        let blend = Blend::tied(&a, &b, &ties);
        prop_assert!(iou(&blend.at(1e-6), &a) > 0.99);
        prop_assert!(iou(&blend.at(1. - 1e-6), &b) > 0.99);
    }

    #[test]
    fn it_goes_on_without_a_jump((a, b, ties) in tied_case(), t in 0.0..0.99_f64) {
        let blend = Blend::tied(&a, &b, &ties);
        prop_assert!(apart(&blend.at(t), &blend.at(t + 1e-4)) < 0.5);
    }

    #[test]
    fn forwards_and_backwards_show_the_same((a, b, ties) in tied_case(), t in 0.0..1.0_f64) {
        let back: Vec<Tie> = ties.iter().map(|it| tie(it.to, it.from)).collect();
        let (there, back) = (Blend::tied(&a, &b, &ties).at(t), Blend::tied(&b, &a, &back).at(1. - t));
        prop_assert!(apart(&there, &back) < 1e-6, "{} apart", apart(&there, &back));
    }

    #[test]
    fn ties_that_do_not_hold_change_nothing((a, b, ties) in tied_case(), by in 0.5..3.0_f64) {
        let beside: Vec<Tie> = ties.iter().map(|it| tie(ImagePos::new(it.from.x + by, it.from.y), it.to)).collect();
        let (plain, none, other) = (Blend::new(&a, &b), Blend::tied(&a, &b, &[]), Blend::tied(&a, &b, &beside));
        prop_assert_eq!(plain.at(0.37), none.at(0.37));
        prop_assert_eq!(plain.at(0.37), other.at(0.37));
    }

    #[test]
    fn any_ties_are_taken_and_those_that_hold_agree(
        (a, b, _) in tied_case(),
        picks in prop::collection::vec((0_usize..20, 0_usize..20), 0..8),
        t in 0.0..1.0_f64,
    ) {
        let place = |geometry: &Geometry, at: usize| {
            let all: Vec<_> = vertices(geometry).collect();
            all[at % all.len()].1
        };
        let ties: Vec<Tie> = picks.iter().map(|(i, j)| tie(place(&a, *i), place(&b, *j))).collect();
        let held: Vec<Tie> = in_force(&a, &b, &ties).into_iter().map(|(at, _)| ties[at]).collect();
        prop_assert_eq!(held.is_empty(), ties.is_empty(), "the one made last holds");
        prop_assert!(ties.last().is_none_or(|last| held.contains(last)));
        let blend = Blend::tied(&a, &b, &held);
        prop_assert_eq!(in_force(&a, &b, &held).len(), held.len(), "what held holds still");
        prop_assert!(held.iter().all(|tie| are_partners(&blend, tie)));
        prop_assert_eq!(blend.at(t), Blend::tied(&a, &b, &ties).at(t));
    }

    #[test]
    fn lines_go_by_their_ties(
        xs in prop::collection::vec(5.0..40.0_f64, 3..9),
        ys in prop::collection::vec(5.0..40.0_f64, 3..9),
        at in (0_usize..9, 0_usize..9),
        t in 0.01..0.99_f64,
    ) {
        let wave = |steps: &[f64], y: f64| {
            let mut x = 0.0;
            let points = steps.iter().enumerate().map(|(at, step)| {
                x += step;
                [x, y + if at % 2 == 0 { 9. } else { 0. }]
            });
            line(&points.collect::<Vec<_>>())
        };
        let (a, b) = (wave(&xs, 0.), wave(&ys, 60.));
        let place = |geometry: &Geometry, at: usize| vertices(geometry).nth(at).unwrap().1;
        let one = tie(place(&a, at.0 % xs.len()), place(&b, at.1 % ys.len()));
        let blend = Blend::tied(&a, &b, &[one]);
        prop_assert!(are_partners(&blend, &one));
        let back = Blend::tied(&b, &a, &[tie(one.to, one.from)]);
        prop_assert!(apart(&blend.at(t), &back.at(1. - t)) < 1e-6);
    }
}

fn square(x: f64, y: f64, side: f64) -> Vec<ImagePos> {
    Rect::from_xywh(x, y, side, side).corners().to_vec()
}

#[test]
fn one_tie_turns_a_square_and_three_turn_it_over() {
    let (a, b) = (square(0., 0., 10.), square(100., 0., 10.));
    let plain = Blend::new(&polygon(&a), &polygon(&b));
    assert!((0..4).all(|at| are_partners(&plain, &tie(a[at], b[at]))));
    let turned = Blend::tied(&polygon(&a), &polygon(&b), &[tie(a[0], b[1])]);
    assert!((0..4).all(|at| are_partners(&turned, &tie(a[at], b[(at + 1) % 4]))), "{:?}", turned.links());
    let over: Vec<Tie> = [(0, 0), (1, 3), (3, 1)].map(|(i, j)| tie(a[i], b[j])).to_vec();
    let over = Blend::tied(&polygon(&a), &polygon(&b), &over);
    assert!(are_partners(&over, &tie(a[2], b[2])) && are_partners(&over, &tie(a[1], b[3])), "{:?}", over.links());
    // It begins where the earlier one begins.
    let Geometry::Polygon(shown) = turned.at(1e-9) else { panic!("another kind") };
    assert!(shown.parts[0].outer.points()[0].distance(a[0]) < 1e-3);
}

#[test]
fn the_tie_made_last_goes_before_those_that_it_contradicts() {
    let (a, b) = (polygon(&square(0., 0., 10.)), polygon(&square(100., 0., 10.)));
    let (from, to) = (square(0., 0., 10.), square(100., 0., 10.));
    let held = |ties: &[Tie]| in_force(&a, &b, ties).into_iter().map(|(at, _)| at).collect::<Vec<_>>();
    assert_eq!(held(&[tie(from[0], to[0]), tie(from[0], to[1])]), [1], "one vertex, two partners");
    assert_eq!(held(&[tie(from[0], to[0]), tie(from[1], to[0])]), [1], "two vertices, one partner");
    let crossing = [tie(from[0], to[0]), tie(from[1], to[1]), tie(from[2], to[2]), tie(from[3], to[1])];
    assert_eq!(held(&crossing), [0, 2, 3], "both ways round cannot be");
    assert_eq!(held(&[tie(from[0], ImagePos::new(0., 0.)), tie(from[1], to[2])]), [1], "of a vertex that is not there");
    let lines = (line(&[[0., 0.], [1., 0.], [2., 0.]]), line(&[[0., 9.], [1., 9.], [2., 9.]]));
    let at = |x: f64, y: f64| ImagePos::new(x, y);
    let ties = [tie(at(0., 0.), at(0., 9.)), tie(at(1., 0.), at(2., 9.)), tie(at(2., 0.), at(1., 9.))];
    assert_eq!(in_force(&lines.0, &lines.1, &ties).len(), 2);
}

#[test]
fn two_ties_turn_a_line_round() {
    let (a, b) = (line(&[[0., 0.], [40., 0.], [100., 0.]]), line(&[[0., 50.], [60., 50.], [90., 50.], [100., 50.]]));
    let at = |x: f64, y: f64| ImagePos::new(x, y);
    let ties = [tie(at(0., 0.), at(100., 50.)), tie(at(100., 0.), at(0., 50.))];
    let blend = Blend::tied(&a, &b, &ties);
    assert!(ties.iter().all(|tie| are_partners(&blend, tie)));
    assert!(!are_partners(&Blend::new(&a, &b), &ties[0]), "by itself it goes straight");
}

#[test]
fn ties_say_which_part_and_which_hole_is_which() {
    let ring = |x: f64, y: f64, side: f64| Path::from(square(x, y, side));
    let part = |x: f64, holes: &[f64]| Part { outer: ring(x, 0., 60.), holes: holes.iter().map(|at| ring(x + at, 20., 9.)).collect() };
    let of = |parts: Vec<Part>| Geometry::Polygon(Polygon { parts });
    let (a, b) = (of(vec![part(0., &[5., 40.]), part(200., &[])]), of(vec![part(0., &[]), part(200., &[5., 40.])]));
    let corner = |x: f64| ImagePos::new(x, 0.);
    let far = Blend::tied(&a, &b, &[tie(corner(0.), corner(200.))]);
    assert!(are_partners(&far, &tie(corner(0.), corner(200.))) && are_partners(&far, &tie(corner(200.), corner(0.))));
    let hole = |x: f64| ImagePos::new(x, 20.);
    let crossed = [tie(hole(5.), hole(240.)), tie(hole(40.), hole(205.))];
    let blend = Blend::tied(&a, &b, &crossed);
    assert!(crossed.iter().all(|tie| are_partners(&blend, tie)), "holes pair, and their parts with them: {:?}", blend.links());
    assert!(in_force(&a, &b, &[tie(corner(0.), hole(205.))]).is_empty(), "a border is no hole");
    for t in [0.25, 0.75] {
        let shown = blend.at(t);
        assert!(crossed.iter().all(|tie| carried(&blend, tie, &shown).is_some()));
    }
}

#[test]
fn curves_stay_curves_between_ties_where_the_points_are_as_many() {
    let curve = |by: f64| {
        let at = |x: f64, y: f64| ImagePos::new(x + by, y);
        let mut path = Path::from(vec![at(0., 0.), at(100., 0.), at(50., 80.)]);
        path.set_edge(0, Edge { bend: Bend::Quadratic(at(50., -40.)), inferred: true });
        Geometry::Polygon(Polygon::of_ring(path))
    };
    let one = tie(ImagePos::new(100., 0.), ImagePos::new(120., 0.));
    let Geometry::Polygon(half) = Blend::tied(&curve(0.), &curve(20.), &[one]).at(0.5) else { panic!("another kind") };
    let edge = half.parts[0].outer.edge(0);
    assert!(edge.inferred && matches!(edge.bend, Bend::Cubic(..)) && half.parts[0].outer.len() == 3, "{half:?}");
}

#[test]
fn contours_of_nothing_and_of_one_point_are_taken() {
    let dot = polygon(&[ImagePos::new(3., 3.)]);
    let still = polygon(&[ImagePos::new(3., 3.); 5]);
    let far = polygon(&[[0., 0.], [1e300, 0.], [0., 1e300]].map(ImagePos::from));
    let plain = polygon(&square(0., 0., 9.));
    let spot = line(&[[3., 3.]]);
    let all = [&dot, &still, &far, &plain, &spot, &line(&[[3., 3.], [0., 0.]])];
    for a in all {
        for b in all {
            let ends = |geometry: &Geometry| vertices(geometry).map(|(_, pos)| pos).collect::<Vec<_>>();
            for from in ends(a) {
                let ties: Vec<Tie> = ends(b).into_iter().map(|to| tie(from, to)).collect();
                Blend::tied(a, b, &ties).at(0.5);
            }
        }
    }
}
