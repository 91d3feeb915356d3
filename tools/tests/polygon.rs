//! The polygon tool, gesture by gesture. Image 200 × 100, 1 px a point unless `px` says otherwise.

mod script;

use script::{check, replay};

const NONE: &str = "";
const TRIANGLE: &str = "click 10,10 click 90,10 click 50,80";

#[test]
fn clicks_draw() {
    check(&[
        (NONE, "polygon: click 10,10 click 90,10 click 50,80 click 10,10", "create poly 10,10 90,10 50,80"),
        (NONE, "polygon: click 10,10 click 90,10 click 50,80 click 15,14", "create poly 10,10 90,10 50,80"),
        (NONE, "polygon: click 10,10 click 90,10 click 50,80 enter", "create poly 10,10 90,10 50,80"),
        (NONE, "polygon: click 10,10 click 90,10 double 50,80", "create poly 10,10 90,10 50,80"),
        (NONE, "polygon: click 10,10 click 90,10 click 50,80 click2 52,80", "create poly 10,10 90,10 50,80"),
        (NONE, "polygon: click 10,10 click2 90,10 click2 50,80 click2 30,60 enter", "create poly 10,10 90,10 50,80 30,60"),
        (NONE, "polygon: click 10,10 click 10,10 click 90,10 click 90.3,10 click 50,80 enter", "create poly 10,10 90,10 50,80"),
        (NONE, "polygon: click -10,-10 click 300,10 click 50,800 enter", "create poly 0,0 200,10 50,100"),
        (NONE, "polygon: click 10.123,10.456 click 90,10 click 50,80 enter", "create poly 10.12,10.46 90,10 50,80"),
        (NONE, "polygon: click 10,10 press 90,10 move 90,30 release 90,30 click 50,80 enter", "create poly 10,10 90,30 50,80"),
        (NONE, "polygon: click 10,10 press 90,10 move 92,11 release 92,11 click 50,80 enter", "create poly 10,10 90,10 50,80"),
        (NONE, "polygon: px 4 click 10,10 click 90,10 click 50,80 click 35,20", "create poly 10,10 90,10 50,80"),
        (NONE, "polygon: click 10,10 px 9 click 90,10 px 0.1 click 50,80 enter", "create poly 10,10 90,10 50,80"),
    ]);
}

#[test]
fn drags_draw_sides() {
    let side = |text: &str| format!("polygon: option drag=side {text}");
    let square = "drag 10,10>90,10 drag 90,80>10,80";
    let rows = [
        (side(&format!("{square} enter")), "create poly 10,10 90,10 90,80 10,80"),
        // A drag that ends in the first point closes, and so does one that begins there.
        (side("drag 10,10>90,10 drag 50,80>12,11"), "create poly 10,10 90,10 50,80"),
        (side(&format!("{square} press 10,10 move 40,40 release 40,40 ?busy")), "create poly 10,10 90,10 90,80 10,80; idle"),
        // Clicks and drags go together; a drag that hardly moves is a click, also where the last side ended.
        (side("drag 10,10>90,10 click 50,80 enter"), "create poly 10,10 90,10 50,80"),
        (side("click 10,10 press 90,10 move 92,12 release 92,12 click 50,80 enter"), "create poly 10,10 90,10 50,80"),
        (side("drag 10,10>90,10 drag 91,11>90,80 drag 90,80>10,80 enter"), "create poly 10,10 90,10 90,80 10,80"),
        (side("drag 10,10>90,10 press 91,11 release 91,11 ?draft"), "draft 10,10 90,10"),
        (side("press 10,10 move 90,10 ?shapes ?busy"), "Drawing 10,10 90,10; busy"),
        (side("press 10,10 move 90,10 ?draft"), "draft 10,10"),
        // Two points make no polygon yet.
        (side("drag 10,10>90,10 enter ?draft"), "draft 10,10 90,10"),
        (side("press 10,10 move 90,10 esc release 90,10 ?busy"), "idle"),
        (side("drag 10,10>90,10 press 90,80 move 10,80 esc ?busy ?draft"), "idle; no draft"),
        (side("drag 10,10>90,10 press 90,80 move 10,80 backspace release 10,80 ?draft"), "draft 10,10 90,10"),
        (side("drag 10,10>90,10 press 90,80 move 10,80 delete release 10,80 ?draft"), "select -; draft 10,10 90,10"),
        (side("drag 10,10>90,10 press 90,80 move 10,80 enter"), "create poly 10,10 90,10 90,80"),
        // The button went up out of sight.
        (side("press 10,10 move 90,10 lost move 50,50 ?draft"), "draft 10,10 90,10"),
        (side("press 10,10 move 90,10 leave lost move 50,50 ?draft"), "draft 10,10"),
        (side("press 10,10 move 90,10 leave release 300,40 ?draft"), "draft 10,10 200,40"),
        (
            side("drag 10,10>90,10 ?hint"),
            "set the next point, draw a side, remove the last point, needs 3 points to close, drop the polygon",
        ),
        // Another choice with the button down.
        ("polygon: press 10,10 option drag=side move 90,10 release 90,10 ?draft".to_owned(), "draft 10,10 90,10"),
        ("polyline: option drag=side drag 10,10>90,10 drag 90,80>10,80 enter".to_owned(), "create line 10,10 90,10 90,80 10,80"),
    ];
    let rows: Vec<_> = rows.iter().map(|(script, want)| (NONE, script.as_str(), *want)).collect();
    check(&rows);
}

#[test]
fn drags_draw_freehand() {
    let way = "10,10>90,10>90,80>10,80";
    let with_shift = replay(NONE, &format!("polygon: drag+shift {way} ?draft"));
    assert_eq!(with_shift, "draft 10,10 90,10 90,80 10,80");
    for option in ["option drag=freehand drag", "option drag=side drag+shift", "option drag=freehand drag+shift"] {
        assert_eq!(replay(NONE, &format!("polygon: {option} {way} ?draft")), with_shift, "{option}");
        // Back at its start it closes and is done.
        assert_eq!(replay(NONE, &format!("polygon: {option} {way}>10,12")), "create poly 10,10 90,10 90,80 10,80", "{option}");
    }
}

#[test]
fn fewer_than_three_points_cannot_be_closed() {
    check(&[
        (NONE, "polygon: click 10,10 enter ?busy", "busy"),
        (NONE, "polygon: click 10,10 click 90,10 enter ?busy", "busy"),
        (NONE, "polygon: double 10,10 ?draft", "draft 10,10"),
        (NONE, "polygon: click 10,10 double 90,10 ?draft", "draft 10,10 90,10"),
        (NONE, "polygon: click 10,10 click 50,10 click 90,10 enter ?busy", "busy"),
        (NONE, "polygon: click 10,10 click 90,10 click 50,80 click 10,10 click2 10,10 ?busy", "create poly 10,10 90,10 50,80; idle"),
        (NONE, "polygon: click 10,10 click 90,10 click 50,80 click 10,10 click2 30,10 ?busy", "create poly 10,10 90,10 50,80; busy"),
        (
            NONE,
            "polygon: click 10,10 ?hint",
            "set the next point, draw freehand, remove the last point, needs 3 points to close, drop the polygon",
        ),
    ]);
}

#[test]
fn points_can_be_taken_back() {
    check(&[
        (NONE, "polygon: click 10,10 click 90,10 click 99,99 backspace click 50,80 enter", "create poly 10,10 90,10 50,80"),
        (NONE, "polygon: click 10,10 backspace ?busy", "idle"),
        (NONE, "polygon: backspace ?busy", "idle"),
        (NONE, "polygon: click 10,10 press 90,10 backspace move 70,70 release 70,70 ?draft", "draft 10,10"),
        (NONE, "polygon: click 10,10 click 90,10 esc ?busy ?draft", "idle; no draft"),
        (NONE, "polygon: click 10,10 press 90,10 esc release 90,10 ?busy", "idle"),
        ("a box 0,0 9,9", "polygon: select a click 20,20 click 30,30 delete ?draft esc esc", "select a; draft 20,20; select -"),
        (NONE, "polygon: press 10,10 lost move 60,60 ?draft ?busy", "draft 10,10; busy"),
    ]);
}

#[test]
fn shift_drags_freehand() {
    check(&[
        (NONE, "polygon: drag+shift 10,10>90,10>90,60 enter", "create poly 10,10 90,10 90,60"),
        (NONE, "polygon: click 10,10 drag+shift 50,10>90,10>90,60 click 10,60 enter", "create poly 10,10 50,10 90,10 90,60 10,60"),
        (NONE, "polygon: drag+shift 10,10>90,10>90,60>10,60>10,14", "create poly 10,10 90,10 90,60 10,60"),
        (NONE, "polygon: drag+shift 10,10>14,10>14,14>10,14>10,12 ?busy", "busy"),
        (NONE, "polygon: press+shift 10,10 move+shift 12,10 move+shift 14,12 move+shift 30,30 ?draft", "draft 10,10 14,12 30,30"),
        (NONE, "polygon: press 10,10 move 12,10 move+shift 40,10 move 80,20 release 80,20 ?draft", "draft 10,10 40,10 80,20"),
        (NONE, "polygon: click 5,5 press+shift 10,10 move+shift 60,10 backspace ?draft release 60,10 ?draft", "draft 5,5; draft 5,5"),
        (NONE, "polygon: press+shift 10,10 move+shift 60,10 esc move+shift 90,90 release 90,90 ?busy", "idle"),
        (NONE, "polygon: press+shift 10,10 move+shift 60,10 lost move 90,90 ?draft", "draft 10,10 60,10"),
        (NONE, "polygon: press+shift 10,10 move+shift 60,10 leave release 90,90 ?draft", "draft 10,10 60,10 90,90"),
    ]);
}

#[test]
fn a_freehand_circle_is_round_with_few_points() {
    let turn = |step: i32| f64::from(step) * std::f64::consts::TAU / 200.0;
    let at = |step: i32| format!("{},{}", 100.0 + 40.0 * turn(step).cos(), 50.0 + 40.0 * turn(step).sin());
    let path: String = (1..200).map(|step| format!("move+shift {} ", at(step))).collect();
    let done = replay(NONE, &format!("polygon: press+shift {} {path} release {}", at(0), at(199)));
    let num_points = done.matches(',').count();
    assert!(done.starts_with("create poly") && (10..30).contains(&num_points), "{num_points} points: {done}");
}

#[test]
fn drafts_go_on_where_they_were() {
    check(&[
        (NONE, "polygon: click 10,10 click 90.5,10 ?draft", "draft 10,10 90.5,10"),
        (NONE, "polygon: ?draft", "no draft"),
        (NONE, "polygon: resume 10,10/90,10 ?busy click 50,80 enter ?draft", "busy; create poly 10,10 90,10 50,80; no draft"),
        (NONE, "polygon: resume 10,10/900,10/50,80 enter", "create poly 10,10 200,10 50,80"),
    ]);
}

#[test]
fn handles_of_the_selected_shape_go_first() {
    let shapes = "p poly 20,20 180,20 100,80 60,80";
    check(&[
        (shapes, "polygon: select p drag 100,80>110,90", "Move point: p poly 20,20 180,20 110,90 60,80"),
        (shapes, "polygon: select p drag 100,20>100,5", "Add point: p poly 20,20 100,5 180,20 100,80 60,80"),
        (shapes, "polygon: select p click+alt 100,80", "Remove point: p poly 20,20 180,20 60,80"),
        (shapes, "polygon: select p move 100,80 delete", "Remove point: p poly 20,20 180,20 60,80"),
        (shapes, "polygon: select p delete", ""),
        (shapes, "polygon: select p click 100,80 ?draft", "draft 100,80"),
        (shapes, "polygon: select p drag 106,80>110,90 ?draft", "draft 110,90"),
        (shapes, "polygon: drag 100,80>110,90 ?draft", "draft 110,90"),
        (shapes, "polygon: select p nudge 0,1", "Move: p poly 20,21 180,21 100,81 60,81"),
        (shapes, "polygon: select p click 5,5 drag 100,80>120,90 nudge 0,1 ?draft", "draft 5,5 120,90"),
    ]);
}

#[test]
fn what_is_shown() {
    let drawn = |rest: &str| format!("polygon: {TRIANGLE} {rest}");
    check(&[
        (NONE, "polygon: click 10,10 move 50,50 ?shapes ?readout ?hot", "Drawing 10,10 50,50; 1 point; -"),
        (NONE, &drawn("move 30,60 ?shapes ?readout"), "Guide 30,60 10,10 + Drawing 10,10 90,10 50,80 30,60; 3 points"),
        (NONE, &drawn("move 15,15 ?shapes ?hot ?cursor"), "Drawing closed 10,10 90,10 50,80; FirstPoint 10,10; Crosshair"),
        (NONE, &drawn("move 15,15 ?hint"), "close the polygon, remove the last point, drop the polygon"),
        (NONE, &drawn("move 25,15 ?hot px 4 move 25,15 ?hot"), "-; FirstPoint 10,10"),
        (NONE, &drawn("leave ?shapes"), "Guide 50,80 10,10 + Drawing 10,10 90,10 50,80"),
        (NONE, "polygon: click 10,10 click 90,10 move 12,12 ?hot", "-"),
        (NONE, "polygon: move 10,10 ?hint", "set the first point, draw freehand, follow borders of others, or not"),
    ]);
}
