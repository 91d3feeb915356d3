//! Points stick to what is near, and not while Ctrl is held.

mod script;

use limn_core::ImagePos;
use limn_tools::{SnapOptions, ToolKind, ToolOptions, on_angle};
use script::Stage;

fn snapped(snap: SnapOptions, snaps: bool, x: f64, y: f64) -> Option<[f64; 2]> {
    let mut stage = Stage::new("a box 20,20 60,50; b poly 100,20 140,20 120,60", ToolKind::Polygon);
    stage.options = ToolOptions { snap, ..ToolOptions::default() };
    stage.snaps = snaps;
    stage.with_cx(|_, cx| cx.snapped(ImagePos::new(x, y))).map(<[f64; 2]>::from)
}

#[test]
fn points_come_before_borders_and_borders_before_the_grid() {
    let all = SnapOptions { vertices: true, edges: true, image: true, angles: false, grid: 10.0 };
    let only = |change: fn(&mut SnapOptions)| {
        let mut snap = SnapOptions::default();
        change(&mut snap);
        snap
    };
    let rows = [
        (all, [22., 23.], Some([20., 20.]), "a corner, though the side is nearer"),
        (all, [40., 23.], Some([40., 20.]), "a side"),
        (all, [130., 37.], Some([131.2, 37.6]), "a slanted edge"),
        (all, [3., 70.], Some([0., 70.]), "the border of the image"),
        (all, [197., 4.], Some([200., 0.]), "its corner"),
        (all, [84., 76.], Some([80., 80.]), "the grid"),
        (only(|snap| snap.vertices = true), [40., 23.], None, "no corner near"),
        (only(|snap| snap.edges = true), [21., 22.], Some([20., 22.]), "a side, since corners do not count"),
        (only(|snap| snap.image = true), [21., 22.], None, "no border near"),
        (SnapOptions::default(), [20., 21.], None, "nothing is on"),
    ];
    for (snap, [x, y], want, what) in rows {
        let got = snapped(snap, true, x, y);
        let near = got.zip(want).is_none_or(|(a, b)| (a[0] - b[0]).abs() < 0.01 && (a[1] - b[1]).abs() < 0.01);
        assert!(near && got.is_some() == want.is_some(), "{what}: {got:?}");
        assert_eq!(snapped(snap, false, x, y), None, "suspended: {what}");
    }
}

#[test]
fn a_drawn_point_is_the_same_point_and_a_dragged_one_does_not_stick_to_its_own_shape() {
    let mut stage = Stage::new("a box 20,20 60.25,50", ToolKind::Polygon);
    stage.options.snap = SnapOptions { vertices: true, edges: true, ..SnapOptions::default() };
    stage.play("click 62,18 click 90,20 click 90,60 enter");
    stage.selection.clear();
    let mut other = Stage::new("b poly 100,20 140,20 120,60", ToolKind::Select);
    other.options.snap = stage.options.snap;
    other.play("click 120,40 drag 140,20>138,22");
    assert!(stage.log().contains("60.25,20 90,20 90,60"), "{}", stage.log());
    assert!(other.log().contains("138,22"), "{}", other.log());
}

#[test]
fn lines_at_fifteen_degrees() {
    let at = on_angle(ImagePos::new(10., 10.), ImagePos::new(20., 19.));
    assert!((at.x - 19.5).abs() < 1e-9 && (at.y - 19.5).abs() < 1e-9);
    let flat = on_angle(ImagePos::new(10., 10.), ImagePos::new(30., 11.));
    assert!((flat.y - 10.).abs() < 1e-9 && (flat.x - 30.).abs() < 0.1);
}
