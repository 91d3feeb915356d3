//! Operations on areas: by hand, and at random against areas added up row by row.

use limn_core::geometry::{Bend, Edge, Path};
use limn_core::{ImagePos, Part, Polygon, Rect};
use limn_tools::area::{AreaOp, combined, curved, grown, sliced, smoothed};
use proptest::prelude::*;

/// Rows that a picture of random shapes is cut into.
const ROWS: usize = 1000;
/// Random shapes lie between 0 and this.
const SIDE: f64 = 200.0;

fn at(points: &[[f64; 2]]) -> Vec<ImagePos> {
    points.iter().map(|pos| ImagePos::from(*pos)).collect()
}

fn square(x: f64, y: f64, side: f64) -> Vec<ImagePos> {
    at(&[[x, y], [x + side, y], [x + side, y + side], [x, y + side]])
}

/// The area of what `is_in` takes of the shapes, from how long it is in each of many rows.
fn reference(shapes: &[&Polygon], is_in: impl Fn(&[bool]) -> bool) -> f64 {
    let height = SIDE / ROWS as f64;
    let mut rows: Vec<Vec<(f64, usize, usize)>> = vec![Vec::new(); ROWS];
    for (number, shape) in shapes.iter().enumerate() {
        for (ring, path) in shape.rings().enumerate() {
            for (a, b, _) in path.segments(true, 0.004) {
                let (top, bottom) = (a.y.min(b.y) / height - 0.5, a.y.max(b.y) / height - 0.5);
                let (first, end) = (top.ceil().max(0.0) as usize, (bottom.ceil().max(0.0) as usize).min(ROWS));
                for (row, crossings) in rows.iter_mut().enumerate().take(end).skip(first) {
                    let y = (row as f64 + 0.5) * height;
                    crossings.push((a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y), number, ring));
                }
            }
        }
    }
    let mut inside: Vec<Vec<bool>> = shapes.iter().map(|shape| vec![false; shape.rings().count()]).collect();
    let mut members = vec![false; shapes.len()];
    let mut area = 0.0;
    for row in &mut rows {
        row.sort_by(|a, b| a.0.total_cmp(&b.0));
        for at in 0..row.len() {
            let (x, number, ring) = row[at];
            inside[number][ring] ^= true;
            members[number] = is_member(shapes[number], &inside[number]);
            if let Some((next, ..)) = row.get(at + 1).filter(|_| is_in(&members)) {
                area += (next - x) * height;
            }
        }
    }
    area
}

fn is_member(shape: &Polygon, rings: &[bool]) -> bool {
    let mut first = 0;
    shape.parts.iter().any(|part| {
        let own = &rings[first..=first + part.holes.len()];
        first += own.len();
        own[0] && !own[1..].iter().any(|hole| *hole)
    })
}

fn rule(op: AreaOp) -> impl Fn(&[bool]) -> bool {
    move |of: &[bool]| match op {
        AreaOp::Union => of[0] || of[1],
        AreaOp::Subtract => of[0] && !of[1],
        AreaOp::Intersect => of[0] && of[1],
        AreaOp::Exclude => of[0] != of[1],
    }
}

const OPS: [AreaOp; 4] = [AreaOp::Union, AreaOp::Subtract, AreaOp::Intersect, AreaOp::Exclude];

/// Points are rounded to hundredths, which along a border makes an area of its own.
fn rounding(shape: &Polygon) -> f64 {
    let length: f64 = shape.rings().flat_map(|ring| ring.segments(true, 0.5)).map(|(a, b, _)| a.distance(b)).sum();
    0.01 * length + 0.05
}

fn check(op: AreaOp, a: &Polygon, b: &Polygon) -> Result<(), TestCaseError> {
    let got = combined(op, a, &[b]);
    let (area, want) = (reference(&[&got], |of| of[0]), reference(&[a, b], rule(op)));
    let limit = 0.001 * want + rounding(&got);
    prop_assert!((area - want).abs() <= limit, "{op:?}: {area} instead of {want}\n{a:?}\n{b:?}\n{got:?}");
    // Rings of a result do not cross: added up they are the area too.
    // A border that lies flat between two rows is seen by neither.
    let unseen = got.rings().filter_map(|ring| Rect::around(ring.points())).map(|bounds| bounds.width()).sum::<f64>() * SIDE / ROWS as f64;
    let sum = got.flattened(0.002).area();
    prop_assert!((sum - want).abs() <= limit + unseen, "{op:?} adds up to {sum} instead of {want}\n{got:?}");
    Ok(())
}

fn place() -> impl Strategy<Value = ImagePos> {
    let coarse = (0..11_i32, 0..11_i32).prop_map(|(x, y)| ImagePos::new(f64::from(x) * 20.0, f64::from(y) * 20.0));
    let fine = (0.0..SIDE, 0.0..SIDE).prop_map(|(x, y)| ImagePos::new(x, y).rounded());
    prop_oneof![1 => coarse, 2 => fine]
}

fn ring() -> impl Strategy<Value = Path> {
    let bend = prop_oneof![
        6 => Just(Bend::Straight),
        1 => place().prop_map(Bend::Quadratic),
        1 => (place(), place()).prop_map(|(a, b)| Bend::Cubic(a, b)),
    ];
    prop::collection::vec((place(), bend), 3..9).prop_map(|both| {
        let (points, bends): (Vec<_>, Vec<_>) = both.into_iter().unzip();
        Path::with_edges(points, bends.into_iter().map(|bend| Edge { bend, inferred: false }).collect())
    })
}

fn shape() -> impl Strategy<Value = Polygon> {
    let part = (ring(), prop::collection::vec(ring(), 0..2)).prop_map(|(outer, holes)| Part { outer, holes });
    prop::collection::vec(part, 1..3).prop_map(|parts| Polygon { parts })
}

fn wild() -> impl Strategy<Value = Polygon> {
    let number = prop::sample::select(vec![0.0, 1.0, 1.0, 2.0, -5.0, 1e9, -1e12, 1e300, f64::NAN, f64::INFINITY, 1e-300, 0.005]);
    let point = (number.clone(), number).prop_map(|(x, y)| ImagePos::new(x, y));
    let ring = prop::collection::vec((point.clone(), point.clone(), point, 0..3_u8), 0..7).prop_map(|points| {
        let edges = points.iter().map(|(_, a, b, kind)| Edge {
            bend: match kind {
                0 => Bend::Straight,
                1 => Bend::Quadratic(*a),
                _ => Bend::Cubic(*a, *b),
            },
            inferred: false,
        });
        let edges = edges.collect();
        Path::with_edges(points.into_iter().map(|(pos, ..)| pos).collect(), edges)
    });
    let part = (ring.clone(), prop::collection::vec(ring, 0..3)).prop_map(|(outer, holes)| Part { outer, holes });
    prop::collection::vec(part, 0..3).prop_map(|parts| Polygon { parts })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn areas_are_right(a in shape(), b in shape()) {
        for op in OPS {
            check(op, &a, &b)?;
        }
    }

    #[test]
    fn nothing_panics(a in wild(), b in wild(), by in -20.0..20.0) {
        for op in OPS {
            let got = combined(op, &a, &[&b]);
            prop_assert!(got.rings().all(|ring| ring.all_positions().all(ImagePos::is_finite)));
        }
        let _ = grown(&a, by, Rect::from_xywh(0., 0., SIDE, SIDE));
        let _ = (smoothed(&a, 3), curved(&a));
        let line: Vec<ImagePos> = b.rings().flat_map(Path::points).copied().collect();
        let _ = sliced(&a, &line);
    }

    #[test]
    fn pieces_make_the_whole(a in shape(), line in prop::collection::vec(place(), 2..6)) {
        let whole = reference(&[&a], |of| of[0]);
        if let Some(pieces) = sliced(&a, &line) {
            let refs: Vec<&Polygon> = pieces.iter().collect();
            let limit = 0.001 * whole + pieces.iter().map(rounding).sum::<f64>();
            let together = reference(&refs, |of| of.iter().any(|is_in| *is_in));
            prop_assert!((together - whole).abs() <= limit, "{together} of {whole}");
            let shared = reference(&refs, |of| of.iter().filter(|is_in| **is_in).count() > 1);
            let overlap = if a.parts.len() > 1 { whole } else { 0.0 };
            prop_assert!(shared <= limit + overlap, "{shared} of {whole} twice");
        }
    }
}

#[test]
fn what_is_not_touched_stays_bit_for_bit() {
    let mut ring = Path::from(at(&[[0.1 + 0.2, 10.], [40., 10.], [40., 50.], [10., 50.123456789]]));
    ring.set_edge(1, Edge { bend: Bend::Cubic([55., 20.].into(), [55., 40.].into()), inferred: true });
    ring.set_edge(3, Edge { bend: Bend::Quadratic([0., 30.].into()), inferred: false });
    let a = Polygon::of_ring(ring.clone());
    let far = Polygon::simple(square(100., 100., 20.));
    assert_eq!(combined(AreaOp::Subtract, &a, &[&far]), a);
    let both = combined(AreaOp::Union, &a, &[&far]);
    assert_eq!(both.parts[0].outer, ring);
    assert_eq!(both.parts.len(), 2);
    // A corner is cut off: all other edges are what they were.
    let got = combined(AreaOp::Subtract, &a, &[&Polygon::simple(square(-5., 45., 20.))]);
    let outer = &got.parts[0].outer;
    assert_eq!((outer.points()[0], outer.points()[1], outer.points()[2]), (ring.points()[0], ring.points()[1], ring.points()[2]));
    assert_eq!(outer.edge(1), ring.edge(1));
    let last = outer.edge(outer.len() - 1);
    assert!(matches!(last.bend, Bend::Quadratic(_)), "the rest of a cut curve is a curve: {got:?}");
}

#[test]
fn neighbours_join_without_a_seam() {
    let (a, b) = (Polygon::simple(square(0., 0., 10.)), Polygon::simple(square(10., 0., 10.)));
    let got = combined(AreaOp::Union, &a, &[&b]);
    assert_eq!((got.parts.len(), got.area()), (1, 200.0));
    assert_eq!(combined(AreaOp::Intersect, &a, &[&b]), Polygon { parts: vec![] });
    assert_eq!(combined(AreaOp::Subtract, &a, &[&b]), a);
}

#[test]
fn a_line_cuts_as_often_as_it_crosses() {
    let comb = at(&[
        [0., 0.],
        [100., 0.],
        [100., 50.],
        [80., 50.],
        [80., 10.],
        [60., 10.],
        [60., 50.],
        [40., 50.],
        [40., 10.],
        [20., 10.],
        [20., 50.],
        [0., 50.],
    ]);
    let comb = Polygon::simple(comb);
    let pieces = sliced(&comb, &at(&[[-10., 30.], [110., 30.]])).unwrap();
    assert_eq!(pieces.len(), 4);
    assert_eq!(pieces.iter().map(|piece| piece.area().round()).collect::<Vec<_>>(), [2200., 400., 400., 400.]);
    assert_eq!(sliced(&comb, &at(&[[-10., 30.], [10., 30.]])), None, "it ends within");
    assert_eq!(sliced(&comb, &at(&[[-10., 60.], [110., 60.]])), None, "it passes by");
    // A loop within the area cuts a hole and its filling.
    let whole = Polygon::simple(square(0., 0., 100.));
    let pieces = sliced(&whole, &at(&[[40., 40.], [60., 40.], [60., 60.], [40., 60.], [40., 40.]])).unwrap();
    assert_eq!(pieces.iter().map(Polygon::area).collect::<Vec<_>>(), [9600., 400.]);
    assert_eq!(pieces[0].parts[0].holes.len(), 1);
}

#[test]
fn growing_rounds_corners_and_shrinking_gives_back() {
    let whole = Rect::from_xywh(0., 0., 200., 200.);
    let a = Polygon::simple(square(50., 50., 50.));
    let larger = grown(&a, 10.0, whole);
    let want = 70.0 * 70.0 - (4.0 - std::f64::consts::PI) * 100.0;
    assert!((larger.area() - want).abs() < 5.0, "{} {want}", larger.area());
    assert_eq!(grown(&a, -10.0, whole).area(), 900.0);
    assert!(grown(&a, -30.0, whole).parts.is_empty());
    let ring = Polygon { parts: vec![Part { outer: square(50., 50., 50.).into(), holes: vec![square(60., 60., 30.).into()] }] };
    assert_eq!(grown(&ring, -2.0, whole).parts.len(), 1);
    assert!(grown(&ring, 20.0, whole).parts[0].holes.is_empty());
    assert!(grown(&a, 500.0, whole).bounds().unwrap().max.x <= 200.0);
}

#[test]
fn smooth_borders_keep_near() {
    let a = Polygon::simple(square(50., 50., 50.));
    let round = smoothed(&a, 3);
    assert!(round.num_points() > 8 && round.area() < 2500.0 && round.area() > 2000.0, "{}", round.area());
    let bent = curved(&a);
    assert_eq!(bent.parts[0].outer.points(), a.parts[0].outer.points());
    assert!(!bent.is_straight() && bent.area() > 2500.0);
}
