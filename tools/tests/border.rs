//! Borders that are followed, drawn over and shared, gesture by gesture. Image 200 × 100, 1 px a point.

mod script;

use limn_core::geometry::{Bend, Edge, Path};
use limn_core::{Geometry, ImagePos, Part, Polygon};
use limn_tools::{Combine, PathOptions, ToolAction, ToolKind};
use proptest::prelude::*;
use script::{Stage, id_of};

fn played(setup: &str, kind: ToolKind, path: PathOptions, verbs: &str) -> String {
    let mut stage = Stage::new(setup, kind);
    stage.options.path = path;
    stage.play(verbs);
    stage.said()
}

fn follows() -> PathOptions {
    PathOptions { auto_border: true, ..PathOptions::default() }
}

fn over() -> PathOptions {
    PathOptions { draw_over: true, ..PathOptions::default() }
}

fn combining(combine: Combine) -> PathOptions {
    PathOptions { combine, ..PathOptions::default() }
}

const LEFT: &str = "p poly 20,10 80,10 80,30 90,50 80,70 80,90 20,90";

#[test]
fn two_clicks_on_a_border_take_all_between() {
    let rows = [
        ("click 150,20 click 81,11 click 81,89 click 150,80 enter", "create poly 150,20 80,10 80,30 90,50 80,70 80,90 150,80"),
        // Tab goes the other way round.
        ("click 150,20 click 81,11 move 81,89 tab click 81,89 click 150,80 enter", "create poly 150,20 80,10 20,10 20,90 80,90 150,80"),
        ("click 150,20 click 81,11 move 81,89 ?shapes", "Guide 80,90 150,20 + Drawing 150,20 80,10 80,30 90,50 80,70 80,90"),
        // Within edges: the neighbour gets the same points.
        (
            "click 150,20 click 81,20 click 81,80 click 150,80 enter",
            "Draw polygon [Draw polygon: p poly 20,10 80,10 80,20 80,30 90,50 80,70 80,80 80,90 20,90 + create poly 150,20 80,20 80,30 90,50 80,70 80,80 150,80]",
        ),
        ("click 150,20 click 120,50 click 150,80 enter", "create poly 150,20 120,50 150,80"),
        ("click 150,20 click 81,11 click 81,89 backspace ?draft", "draft 150,20 80,10 80,30 90,50 80,70"),
        ("click 150,20 click 81,11 click 81,89 esc ?busy ?draft", "idle; no draft"),
        // Of a locked one only its points are taken.
        ("lock p click 150,20 click 81,20 click 80,31 ?draft", "draft 150,20 81,20 80,30"),
    ];
    for (verbs, want) in rows {
        assert_eq!(played(LEFT, ToolKind::Polygon, follows(), verbs), want, "{verbs}");
    }
}

#[test]
fn what_is_drawn_over_others_is_cut_to_them() {
    let rows = [
        (
            "click 60,20 click 150,20 click 150,80 click 60,80 enter",
            "Draw polygon [Draw polygon: p poly 20,10 80,10 80,20 80,30 90,50 80,70 80,80 80,90 20,90 + create poly 80,20 150,20 150,80 80,80 80,70 90,50 80,30]",
        ),
        ("click 30,20 click 60,20 click 60,80 enter ?busy", "busy"),
        ("click 110,20 click 150,20 click 150,80 enter", "create poly 110,20 150,20 150,80"),
    ];
    for (verbs, want) in rows {
        assert_eq!(played(LEFT, ToolKind::Polygon, over(), verbs), want, "{verbs}");
    }
}

#[test]
fn points_in_one_place_are_moved_together() {
    let two = "a poly 10,10 50,10 50,50 10,50; b poly 50,10 90,10 90,50 50,50";
    let rows = [
        ("select a drag 50,10>55,20", "Move point: a poly 10,10 55,20 50,50 10,50, b poly 55,20 90,10 90,50 50,50"),
        ("select a drag+ctrl 50,10>55,20", "Move point: a poly 10,10 55,20 50,50 10,50"),
        ("select a drag 50,30>60,30", "Add point: a poly 10,10 50,10 60,30 50,50 10,50, b poly 50,10 90,10 90,50 50,50 60,30"),
        ("select a click+alt 50,10", "Remove point: a poly 10,10 50,50 10,50, b poly 90,10 90,50 50,50"),
        ("select a drag 10,10>15,20", "Move point: a poly 15,20 50,10 50,50 10,50"),
        ("lock b select a drag 50,10>55,20", ""),
        ("lock b select a press 50,10 move 55,20 ?cursor esc", "Forbidden"),
        ("lock b select a press 10,10 move 15,20 ?cursor esc", "Vertex"),
        ("select a drag+shift 50,30>60,30", "Bend edge: a poly 10,10 50,10~70,30 50,50 10,50, b poly 50,10 90,10 90,50 50,50~70,30"),
    ];
    for (verbs, want) in rows {
        assert_eq!(played(two, ToolKind::Select, PathOptions::default(), verbs), want, "{verbs}");
    }
    let apart = PathOptions { linked: false, ..PathOptions::default() };
    assert_eq!(played(two, ToolKind::Select, apart, "select a drag 50,10>55,20"), "Move point: a poly 10,10 55,20 50,50 10,50");
}

#[test]
fn drawn_areas_change_the_selected() {
    let square = "a poly 20,20 80,20 80,80 20,80";
    let rows = [
        (
            Combine::Add,
            "select a click 70,40 click 120,40 click 120,60 click 70,60 enter",
            "Add to polygon: a poly 20,20 80,20 80,40 120,40 120,60 80,60 80,80 20,80",
        ),
        (
            Combine::Subtract,
            "select a click 40,40 click 60,40 click 60,60 click 40,60 enter",
            "Cut out of polygon: a poly 20,20 80,20 80,80 20,80 hole 40,40 60,40 60,60 40,60",
        ),
        (
            Combine::Intersect,
            "select a click 40,10 click 90,10 click 90,90 click 40,90 enter",
            "Keep what is inside: a poly 40,20 80,20 80,80 40,80",
        ),
        (Combine::Subtract, "select a click 0,0 click 190,0 click 190,90 click 0,90 enter ?busy", "idle"),
        (Combine::Subtract, "click 40,40 click 60,40 click 60,60 enter", "create poly 40,40 60,40 60,60"),
    ];
    for (combine, verbs, want) in rows {
        assert_eq!(played(square, ToolKind::Polygon, combining(combine), verbs), want, "{verbs}");
    }
}

#[test]
fn a_line_from_border_to_border_replaces_the_stretch_between() {
    let square = "a poly 20,20 80,20 80,80 20,80; l line 20,90 60,90 100,90";
    let rows = [
        ("select a click 80,40 click 100,50 click 80,60", "Reshape border: a poly 20,20 80,20 80,40 100,50 80,60 80,80 20,80"),
        ("select a click 80,60 click 100,50 click 80,40", "Reshape border: a poly 20,20 80,20 80,40 100,50 80,60 80,80 20,80"),
        ("select a click 80,40 click 60,50 move 80,60 tab click 80,60", "Reshape border: a poly 80,60 60,50 80,40"),
        ("select a drag+shift 80,40>100,40>100,60>80,60", "Reshape border: a poly 20,20 80,20 80,40 100,40 100,60 80,60 80,80 20,80"),
        ("select a click 80,40 click 100,50 enter ?busy esc ?busy", "busy; idle"),
        ("select l click 40,90 click 60,70 click 80,90", "Reshape border: l line 20,90 40,90 60,70 80,90 100,90"),
        ("select l click 80,90 click 60,70 click 40,90", "Reshape border: l line 20,90 40,90 60,70 80,90 100,90"),
    ];
    let canonical = |text: &str| {
        let Some(points) = text.strip_prefix("Reshape border: a poly ") else { return text.to_owned() };
        let mut points: Vec<&str> = points.split(' ').collect();
        let first = points.iter().position(|pos| *pos == "20,20").or(points.iter().position(|pos| *pos == "80,60")).unwrap_or(0);
        points.rotate_left(first);
        points.join(" ")
    };
    for (verbs, want) in rows {
        let got = played(square, ToolKind::Polygon, combining(Combine::Reshape), verbs);
        assert_eq!(canonical(&got), canonical(want), "{verbs}: {got}");
    }
}

/// A neighbour with curves and a hole, and what is drawn across it.
fn neighbour() -> impl Strategy<Value = (Polygon, Vec<ImagePos>)> {
    let corner = |x: std::ops::Range<f64>, y: std::ops::Range<f64>| (x, y).prop_map(|(x, y)| ImagePos::new(x, y).rounded());
    let corners =
        (corner(5.0..25.0, 5.0..25.0), corner(80.0..110.0, 5.0..25.0), corner(80.0..110.0, 75.0..95.0), corner(5.0..25.0, 75.0..95.0));
    let bends = prop::collection::vec((-12.0..12.0, -12.0..12.0, 0..3_u8), 4);
    let drawn = (
        corner(50.0..70.0, 20.0..40.0),
        corner(140.0..190.0, 10.0..40.0),
        corner(140.0..190.0, 60.0..90.0),
        corner(50.0..70.0, 60.0..80.0),
    );
    (corners, bends, drawn).prop_map(|((a, b, c, d), bends, drawn)| {
        let points = vec![a, b, c, d];
        let edges = (0..4).map(|at| {
            let (from, to) = (points[at], points[(at + 1) % 4]);
            let (dx, dy, kind) = bends[at];
            let aside = |share: f64| (from + (to - from) * share + limn_core::geometry::ImageVec::new(dx, dy)).rounded();
            let bend = match kind {
                0 => Bend::Straight,
                1 => Bend::Quadratic(aside(0.5)),
                _ => Bend::Cubic(aside(0.3), aside(0.7)),
            };
            Edge { bend, inferred: false }
        });
        let outer = Path::with_edges(points.clone(), edges.collect());
        let hole = [[40., 40.], [75., 45.], [60., 60.]].map(ImagePos::from).to_vec();
        (Polygon { parts: vec![Part { outer, holes: vec![hole.into()] }] }, vec![drawn.0, drawn.1, drawn.2, drawn.3])
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_gap_and_no_overlap_is_left_between((neighbour, drawn) in neighbour()) {
        let mut stage = Stage::of(vec![(id_of("a"), Geometry::Polygon(neighbour.clone()))], ToolKind::Polygon);
        stage.options.path = over();
        let clicks: String = drawn.iter().map(|pos| format!("click {},{} ", pos.x, pos.y)).collect();
        stage.play(&format!("px 0.1 {clicks} enter"));
        let shape = |name: &str| match stage.document.get(id_of(name)).map(|instance| instance.geometry.clone()) {
            Some(Geometry::Polygon(polygon)) => Some(polygon),
            _ => None,
        };
        let (Some(old), Some(new)) = (shape("a"), shape("n1")) else { return Err(TestCaseError::fail("drawn")) };
        let whole = Polygon::simple(drawn);
        let (mut gaps, mut overlaps) = (0, 0);
        // Eight places in each pixel along the border of the neighbour, and some right and left of each.
        for (a, b, _) in new.rings().flat_map(|ring| ring.segments(true, 0.05)) {
            if neighbour.border_distance(a + (b - a) * 0.5) > 0.02 {
                continue;
            }
            let steps = (a.distance(b) * 8.0).ceil().max(1.0) as u32;
            for step in 0..=steps {
                let on = a + (b - a) * (f64::from(step) / f64::from(steps));
                for (dx, dy) in [(0.0, 0.0), (0.05, 0.0), (-0.05, 0.0), (0.0, 0.05), (0.0, -0.05), (0.01, 0.01), (-0.01, -0.01)] {
                    let pos = ImagePos::new(on.x + dx + 1.3e-7, on.y + dy + 0.7e-7);
                    let sides = (old.contains(pos), new.contains(pos));
                    overlaps += u32::from(sides == (true, true));
                    gaps += u32::from(sides == (false, false) && whole.contains(pos) && whole.border_distance(pos) > 0.1);
                }
            }
        }
        prop_assert_eq!((gaps, overlaps), (0, 0), "{:?} {:?}", old, new);
    }

    #[test]
    fn linked_points_stay_one(moves in prop::collection::vec((0..4_usize, 0.0..200.0, 0.0..100.0), 1..6)) {
        let mut stage = Stage::new("a poly 10,10 50,10 50,50 10,50; b poly 50,10 90,10 90,50 50,50; c poly 50,50 90,50 90,90 10,90 10,50", ToolKind::Select);
        stage.selection = vec![id_of("a")];
        for (at, x, y) in moves {
            let Some(Geometry::Polygon(a)) = stage.document.get(id_of("a")).map(|instance| instance.geometry.clone()) else { unreachable!() };
            let from = a.parts[0].outer.points()[at];
            let others = |stage: &Stage, pos: ImagePos| {
                let points = stage.document.instances().iter().filter_map(|instance| match &instance.geometry {
                    Geometry::Polygon(polygon) => Some(polygon.parts[0].outer.points().iter().filter(|other| **other == pos).count()),
                    _ => None,
                });
                points.sum::<usize>()
            };
            let before = others(&stage, from);
            stage.play(&format!("px 0.001 drag {},{}>{x:.2},{y:.2}", from.x, from.y));
            let Some(Geometry::Polygon(a)) = stage.document.get(id_of("a")).map(|instance| instance.geometry.clone()) else { unreachable!() };
            prop_assert!(others(&stage, a.parts[0].outer.points()[at]) >= before);
        }
    }
}

#[test]
fn one_step_for_all_that_share_a_point() {
    let mut stage = Stage::new(
        "a poly 10,10 50,10 50,50 10,50; b poly 50,10 90,10 90,50 50,50; c poly 50,50 90,50 90,90 10,90 10,50",
        ToolKind::Select,
    );
    stage.play("select a");
    stage.play("press 50,50 move 60,60");
    let actions = stage.send(limn_tools::ToolEvent::Release { pos: ImagePos::new(60., 60.), modifiers: Default::default() });
    let [ToolAction::Edit { edits, .. }] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(edits.len(), 3);
}
