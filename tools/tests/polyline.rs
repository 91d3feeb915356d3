//! Lines, cutting and bending, gesture by gesture. Image 200 × 100, 1 px a point.

mod script;

use limn_tools::area::AreaOp;
use limn_tools::{AreaCommand, ToolKind, change_areas};
use script::{Stage, check};

const NONE: &str = "";

#[test]
fn clicks_draw_lines() {
    check(&[
        (NONE, "polyline: click 10,10 click 90,10 click 50,80 enter", "create line 10,10 90,10 50,80"),
        (NONE, "polyline: click 10,10 double 90,10", "create line 10,10 90,10"),
        (NONE, "polyline: click 10,10 enter ?busy", "busy"),
        (NONE, "polyline: click 10,10 click 90,10 click 50,80 click 11,11 ?busy", "busy"),
        (NONE, "polyline: drag+shift 10,10>90,10>90,60 enter", "create line 10,10 90,10 90,60"),
        (NONE, "polyline: click 10,10 click 90,10 esc ?busy ?draft", "idle; no draft"),
        (NONE, "polyline: resume 10,10/90,10~50,50 ?draft enter", "draft 10,10 90,10~50,50; create line 10,10~50,50 90,10"),
    ]);
}

#[test]
fn an_end_goes_on() {
    let line = "l line 20,20 80,20 80,80";
    check(&[
        (line, "polyline: select l click 80,80 click 120,80 enter", "Continue line: l line 20,20 80,20 80,80 120,80"),
        (line, "polyline: select l click 20,20 click 20,60 enter", "Continue line: l line 20,60 20,20 80,20 80,80"),
        (line, "polyline: select l click 80,20 click 120,20 enter", "create line 80,20 120,20"),
        (line, "polyline: select l drag 80,80>90,90", "Move point: l line 20,20 80,20 90,90"),
        (line, "polyline: select l click 80,80 enter ?busy esc ?busy", "busy; idle"),
    ]);
}

#[test]
fn edges_are_bent() {
    let square = "p poly 20,20 80,20 80,80 20,80";
    check(&[
        (NONE, "polygon: click 10,10 click 90,10 click 50,80 drag 50,10>50,30 enter", "create poly 10,10~50,50 90,10 50,80"),
        (NONE, "polygon: click 10,10 click 90,10 drag 50,10>50,30 enter", "create poly 10,10~50,50 90,10"),
        (NONE, "polygon: click 10,10 click 90,10 bend bend click 50,80 enter", "create poly 10,10~36.67,23.33~63.33,23.33 90,10 50,80"),
        (NONE, "polygon: click 10,10 click 90,10 click 50,80 click 50,10 ?draft", "draft 10,10 90,10 50,80 50,10"),
        (NONE, "polygon: click 10,10 click 90,10 click 50,80 press 50,10 move 50,30 esc ?busy ?draft", "idle; no draft"),
        (square, "select: select p move 50,20 bend", "Bend edge: p poly 20,20~50,35 80,20 80,80 20,80"),
        (square, "select: select p move 50,20 bend move 50,35 bend", "Bend edge: p poly 20,20~50,35 80,20 80,80 20,80"),
        (
            square,
            "select: select p move 50,20 bend drag 50,35>50,5",
            "Bend edge: p poly 20,20~50,35 80,20 80,80 20,80; Bend edge: p poly 20,20~50,5 80,20 80,80 20,80",
        ),
        (square, "select: select p drag+shift 50,20>50,10", "Bend edge: p poly 20,20~50,0 80,20 80,80 20,80"),
        (square, "select: select p move 50,20 bend move 50,35 ?hot", "Bend edge: p poly 20,20~50,35 80,20 80,80 20,80; Control 50,35"),
        (square, "select: move 50,20 bend", ""),
    ]);
}

#[test]
fn a_line_cuts_what_it_crosses() {
    let shapes = "a box 20,20 80,80; p poly 100,20 160,20 160,80 100,80; l line 10,50 190,50";
    check(&[
        (shapes, "slice: select a drag 50,10>50,90", "Slice: a box 20,20 50,80 + like a box 50,20 80,80"),
        (
            shapes,
            "slice: select p drag 90,30>170,90",
            "Slice: p poly 100,20 160,20 160,80 156.67,80 100,37.5 + like p poly 156.67,80 100,80 100,37.5",
        ),
        (shapes, "slice: select l drag 50,10>50,90", "Slice: l line 50,50 190,50 + like l line 10,50 50,50"),
        (
            shapes,
            "slice: select l,p drag 130,10>130,90",
            "Slice: l line 10,50 130,50, p poly 100,20 130,20 130,80 100,80 + like l line 130,50 190,50 + like p poly 130,20 160,20 160,80 130,80",
        ),
        (shapes, "slice: drag 95,40>170,40", "Slice: p poly 160,40 160,80 100,80 100,40 + like p poly 100,20 160,20 160,40 100,40"),
        (
            shapes,
            "slice: select p click 90,50 click 130,50 double 130,90",
            "Slice: p poly 100,20 160,20 160,80 130,80 130,50 100,50 + like p poly 130,80 100,80 100,50 130,50",
        ),
        (shapes, "slice: select p click 90,50 click 130,50 enter ?busy", "idle"),
        (shapes, "slice: select p press 90,50 move 130,50 esc release 190,50 ?busy", "idle"),
        (shapes, "slice: lock p select p drag 90,30>170,90", ""),
        (shapes, "slice: click 90,50 backspace ?busy", "select -; idle"),
    ]);
}

fn changed(setup: &str, selection: &str, command: AreaCommand) -> String {
    let mut stage = Stage::new(setup, ToolKind::Select);
    stage.play(&format!("select {selection}"));
    let actions = stage.with_cx(|_, cx| change_areas(command, cx));
    actions.iter().for_each(|action| stage.carry_out(action));
    stage.said()
}

#[test]
fn commands_change_the_selected() {
    let shapes = "a box 20,20 60,60; b poly 40,20 80,20 80,60 40,60; t poly 0,0 9,0 9,9 part 20,0 30,0 30,9; \
        l line 10,90 40,90; k line 90,90 45,90; m mask 0,0 4,4; n mask 2,0 8,4";
    let rows = [
        ("a,b", AreaCommand::Combine(AreaOp::Union), "Union: a poly 20,20 80,20 80,60 20,60 - b"),
        ("a,b", AreaCommand::Combine(AreaOp::Subtract), "Subtract: a poly 20,20 40,20 40,60 20,60"),
        ("b,a", AreaCommand::Combine(AreaOp::Intersect), "Intersect: b poly 40,20 60,20 60,60 40,60 - a"),
        ("a", AreaCommand::Combine(AreaOp::Subtract), ""),
        ("m,n", AreaCommand::Combine(AreaOp::Union), "Union: m mask 0,0 8,4 of 32 pixels - n"),
        ("m,n", AreaCommand::Combine(AreaOp::Exclude), "Exclude: m mask 0,0 8,4 of 24 pixels - n"),
        ("t", AreaCommand::SplitParts, "Split parts: t poly 20,0 30,0 30,9 + like t poly 0,0 9,0 9,9"),
        ("b,t", AreaCommand::MergeParts, "Merge as parts: b poly 40,20 80,20 80,60 40,60 part 0,0 9,0 9,9 part 20,0 30,0 30,9 - t"),
        ("l,k", AreaCommand::JoinLines, "Join lines: l line 10,90 40,90 45,90 90,90 - k"),
        ("b", AreaCommand::StartAt([79., 61.].into()), "Set start point: b poly 80,60 40,60 40,20 80,20"),
        ("b", AreaCommand::Reverse, "Reverse direction: b poly 40,20 40,60 80,60 80,20"),
        ("l", AreaCommand::Reverse, "Reverse direction: l line 40,90 10,90"),
        ("b", AreaCommand::CloseOrOpen([80., 20.].into()), "Close or open: b line 80,20 80,60 40,60 40,20 80,20"),
        ("l", AreaCommand::CloseOrOpen([80., 20.].into()), ""),
        ("b", AreaCommand::Grow(-5.0), "Shrink: b poly 45,55 45,25 75,25 75,55"),
        ("b", AreaCommand::Grow(-50.0), ""),
    ];
    for (selection, command, want) in rows {
        assert_eq!(changed(shapes, selection, command), want, "{command:?} of {selection}");
    }
    let lines = "l line 0,0 10,0 20,9 30,0";
    assert_eq!(changed(lines, "l", AreaCommand::SplitLine([19., 9.].into())), "Split line: l line 0,0 10,0 20,9 + like l line 20,9 30,0");
    assert_eq!(changed(lines, "l", AreaCommand::CloseOrOpen([0., 0.].into())), "Close or open: l poly 0,0 10,0 20,9 30,0");
    // Points that others share stay.
    let shared = "a poly 0,0 50,0.5 100,0 100,50 0,50; b poly 50,0.5 60,90 40,90";
    assert_eq!(changed(shared, "a", AreaCommand::Simplify(2.0)), "");
    assert_eq!(changed("a poly 0,0 50,0.5 100,0 100,50 0,50", "a", AreaCommand::Simplify(2.0)), "Simplify: a poly 0,0 100,0 100,50 0,50");
}
