//! What is covered, and how it is mended. Image 200 × 100.

mod script;

use limn_core::{Geometry, ImagePos, Instance, Polygon, Rect, Role};
use limn_tools::ToolKind;
use limn_tools::coverage::{Coverage, FlawKind, coverage, mended};
use proptest::prelude::*;
use script::{Stage, id_of};

fn looked_at(stage: &Stage) -> Coverage {
    coverage(stage.document.instances().iter(), Rect::from_xywh(0.0, 0.0, 200.0, 100.0), &|| false).expect("nobody cancels")
}

/// Kind, square pixels, and between whom.
fn told(coverage: &Coverage) -> Vec<(FlawKind, f64, usize)> {
    coverage.flaws.iter().map(|flaw| (flaw.kind, (flaw.size * 100.0).round() / 100.0, flaw.between.len())).collect()
}

fn mend(stage: &mut Stage, kinds: &[FlawKind]) -> usize {
    let flaws: Vec<_> = looked_at(stage).flaws.into_iter().filter(|flaw| kinds.contains(&flaw.kind)).collect();
    let actions = stage.with_cx(|_, cx| mended(&flaws, cx));
    actions.iter().for_each(|action| stage.carry_out(action));
    actions.len()
}

const ALL: [FlawKind; 3] = [FlawKind::Gap, FlawKind::Uncovered, FlawKind::Overlap];

#[test]
fn gaps_overlaps_and_what_is_left_are_told() {
    let stage =
        Stage::new("a poly 0,0 80,0 80,100 0,100; b poly 81,0 150,0 150,100 81,100; c poly 140,0 150,0 150,100 140,100", ToolKind::Select);
    let found = looked_at(&stage);
    assert_eq!(told(&found), [(FlawKind::Uncovered, 5000.0, 2), (FlawKind::Overlap, 1000.0, 2), (FlawKind::Gap, 100.0, 2)]);
    assert!((found.share - 0.745).abs() < 1e-9, "{}", found.share);
    // A strip of 200 by 3 is a gap, one of 200 by 5 is a place that nobody drew on.
    for (height, kind) in [(3, FlawKind::Gap), (5, FlawKind::Uncovered)] {
        let stage = Stage::new(&format!("a box 0,0 200,50; b box 0,{} 200,100", 50 + height), ToolKind::Select);
        assert_eq!(told(&looked_at(&stage)), [(kind, 200.0 * f64::from(height), 2)]);
    }
    // Boxes, masks and ellipses cover, points and lines do not.
    let stage = Stage::new("a box 0,0 200,60; l line 0,80 200,80", ToolKind::Select);
    assert_eq!(told(&looked_at(&stage)), [(FlawKind::Uncovered, 8000.0, 1)]);
}

#[test]
fn what_is_to_be_ignored_needs_no_cover() {
    let whole = Geometry::Polygon(Polygon::simple([[0., 0.], [200., 0.], [200., 100.], [0., 100.]].map(ImagePos::from).to_vec()));
    let half = Geometry::Polygon(Polygon::simple([[0., 0.], [120., 0.], [120., 100.], [0., 100.]].map(ImagePos::from).to_vec()));
    let instance = |name: &str, geometry: &Geometry, role: Role| {
        let stage = Stage::of(vec![(id_of(name), geometry.clone())], ToolKind::Select);
        let mut instance: Instance = stage.document.instances().iter().next().unwrap().clone();
        instance.marks.set(limn_core::Mark::Role(role));
        instance
    };
    for role in [Role::Ignore, Role::Crowd] {
        let instances = [instance("a", &whole, role), instance("b", &half, Role::Object)];
        let found = coverage(instances.iter(), Rect::from_xywh(0.0, 0.0, 200.0, 100.0), &|| false).unwrap();
        assert_eq!((found.flaws.len(), found.share), (0, 1.0));
    }
    assert!(coverage([instance("a", &half, Role::Object)].iter(), Rect::from_xywh(0.0, 0.0, 200.0, 100.0), &|| true).is_none());
}

#[test]
fn a_gap_goes_to_the_longer_neighbour_and_an_overlap_from_the_lower() {
    let setup =
        "a poly 0,0 80,0 80,100 0,100; b poly 81,0 200,0 200,50 81,50; c poly 81,50 200,50 200,100 81,100; d poly 60,20 70,20 70,30 60,30";
    let mut stage = Stage::new(setup, ToolKind::Select);
    assert_eq!(mend(&mut stage, &[FlawKind::Gap, FlawKind::Overlap]), 1);
    let found = looked_at(&stage);
    assert_eq!((told(&found), found.share), (Vec::new(), 1.0));
    let area = |name: &str| stage.document.get(id_of(name)).unwrap().geometry.area();
    assert_eq!((area("a"), area("b"), area("d")), (8100.0 - 100.0, 5950.0, 100.0));
    // Nothing would be left of the lower one: the upper gets a hole.
    let mut stage = Stage::new("a poly 60,20 70,20 70,30 60,30; b poly 0,0 200,0 200,100 0,100", ToolKind::Select);
    assert_eq!(mend(&mut stage, &ALL), 1);
    assert_eq!(told(&looked_at(&stage)), []);
    assert_eq!(stage.document.get(id_of("a")).unwrap().geometry.area(), 100.0);
    // Locked ones and boxes stay as they are.
    let mut stage = Stage::new("a box 0,0 80,100; b poly 81,0 200,0 200,100 81,100", ToolKind::Select);
    stage.locked.push(id_of("b"));
    assert_eq!(mend(&mut stage, &ALL), 0);
    stage.locked.clear();
    assert_eq!(mend(&mut stage, &ALL), 1);
    assert_eq!(stage.document.get(id_of("b")).unwrap().geometry.area(), 12_000.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever lies about, three rounds leave a picture that is covered once everywhere.
    #[test]
    fn mending_ends_at_full_coverage(corners in prop::collection::vec((0.0..160.0_f64, 0.0..70.0_f64, prop::array::uniform8(2.0..38.0_f64)), 1..7)) {
        let shapes = corners.iter().enumerate().map(|(at, (x, y, to))| {
            let [a, b, c, d, e, f, g, h]: [f64; 8] = *to;
            // A quadrilateral around its middle, so that it does not cross itself.
            let points = [(-a, -b), (c, -d), (e, f), (-g, h)].map(|(dx, dy): (f64, f64)| {
                ImagePos::new((x + 20.0 + dx).clamp(0.0, 200.0), (y + 15.0 + dy).clamp(0.0, 100.0)).rounded()
            });
            (id_of(&format!("n{at}")), Geometry::Polygon(Polygon::simple(points.to_vec())))
        });
        let mut stage = Stage::of(shapes.collect(), ToolKind::Select);
        for _ in 0..3 {
            mend(&mut stage, &ALL);
        }
        let found = looked_at(&stage);
        prop_assert!(found.flaws.is_empty() && found.share > 0.999, "{:?} {}", told(&found), found.share);
    }

    /// Also where areas cross themselves.
    #[test]
    fn mending_ends_wherever_areas_cross_themselves(shapes in prop::collection::vec(prop::collection::vec((0.0..200.0_f64, 0.0..100.0_f64), 3..8), 1..7)) {
        let shapes = shapes.iter().enumerate().map(|(at, points)| {
            let points = points.iter().map(|(x, y)| ImagePos::new(*x, *y).rounded()).collect();
            (id_of(&format!("n{at}")), Geometry::Polygon(Polygon::simple(points)))
        });
        let mut stage = Stage::of(shapes.collect(), ToolKind::Select);
        for _ in 0..3 {
            mend(&mut stage, &ALL);
        }
        let found = looked_at(&stage);
        prop_assert!(found.flaws.is_empty() && found.share > 0.999, "{:?} {}", told(&found), found.share);
    }
}
