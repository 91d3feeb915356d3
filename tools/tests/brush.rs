//! The brush, gesture by gesture. Image 200 × 100, 1 px a point unless `px` says otherwise.

mod script;

use limn_tools::{ShapeCommand, ToolEvent, ToolKind, change_shapes};
use script::{Stage, check, id_of};

const NONE: &str = "";
const SQUARE: &str = "option shape=square option size=4";

fn script(text: &str) -> String {
    format!("brush: {SQUARE} {text}")
}

fn check_square(rows: &[(&str, &str, &str)]) {
    let rows: Vec<(&str, String, &str)> = rows.iter().map(|(setup, text, want)| (*setup, script(text), *want)).collect();
    check(&rows.iter().map(|(setup, text, want)| (*setup, text.as_str(), *want)).collect::<Vec<_>>());
}

#[test]
fn strokes_paint() {
    check_square(&[
        (NONE, "click 10,10", "create mask 8,8 12,12 of 16 pixels"),
        (NONE, "drag 10,10>30,10", "create mask 8,8 32,12 of 96 pixels"),
        (NONE, "press 10,10 move 150,10 release 150,10", "create mask 8,8 152,12 of 576 pixels"),
        (NONE, "press 10,10 move 30,10 move 30,40 release 30,40", "create mask 8,8 32,42 of 216 pixels"),
        (NONE, "drag -50,10>10,10", "create mask 0,8 12,12 of 48 pixels"),
        (NONE, "drag -50,10>-10,10", ""),
        (NONE, "drag 10,10>30,10 drag 30,10>30,40", "create mask 8,8 32,12 of 96 pixels; Paint: n1 mask 8,8 32,42 of 216 pixels"),
        (NONE, "drag 10,10>30,10 enter click 50,50", "create mask 8,8 32,12 of 96 pixels; select -; create mask 48,48 52,52 of 16 pixels"),
        ("m mask 10,10 30,30", "select m click 20,20", ""),
        ("m mask 10,10 30,30", "select m drag 20,20>40,20", "Paint: m mask 10,10 42,30 of 448 pixels"),
        ("m mask 10,10 30,30", "select m lock m click 50,50", "create mask 48,48 52,52 of 16 pixels"),
        ("b box 10,10 30,30", "select b click 50,50", "create mask 48,48 52,52 of 16 pixels"),
        (NONE, "option shape=round option size=5 click 10.5,10.5", "create mask 8,8 13,13 of 21 pixels"),
        (NONE, "px 3 option size=1 click 10.9,10.1", "create mask 10,10 11,11 of 1 pixels"),
        (
            NONE,
            "pressure 0.5 drag 10,10>30,10 drag 30,50>50,50",
            "create mask 9,9 31,11 of 44 pixels; Paint: n1 mask 9,9 52,52 of 140 pixels",
        ),
    ]);
}

#[test]
fn drags_draw_sides_of_the_lasso() {
    let square = "drag 10,10>30,10 drag 30,30>10,30";
    let rows = [
        (format!("{square} enter"), "create mask 10,10 30,30 of 400 pixels"),
        ("drag 10,10>30,10 press 30,30 move 10,30 release 10,30 drag 10,30>11,11".into(), "create mask 10,10 30,30 of 400 pixels"),
        ("drag 10,10>40,10 click 40,40 drag 40,40>10,40 enter".into(), "create mask 10,10 40,40 of 900 pixels"),
        (
            format!("{square} enter drag+alt 15,15>25,15 drag+alt 25,25>15,25 enter"),
            "create mask 10,10 30,30 of 400 pixels; Erase inside a line: n1 mask 10,10 30,30 of 300 pixels",
        ),
        ("press 10,10 move 30,10 ?shapes".into(), "Drawing closed 10,10 30,10"),
        ("press 10,10 move 30,10 esc release 30,10 ?busy".into(), "idle"),
        ("press 10,10 move 30,10 backspace release 30,10 ?busy".into(), "idle"),
        ("press 10,10 move 30,10 delete release 30,10 ?busy".into(), "select -; idle"),
        ("drag 10,10>30,10 press 30,30 move 10,30 enter ?busy".into(), "create mask 11,10 30,29 of 190 pixels; idle"),
        ("press 10,10 move 30,10 lost move 50,50 click 30,30 enter".into(), "create mask 11,10 30,29 of 190 pixels"),
        // With Shift it follows the way.
        (
            "press+shift 10,10 move+shift 30,10 move+shift 30,30 move+shift 10,30 release 10,30".into(),
            "create mask 10,10 30,30 of 400 pixels",
        ),
    ];
    let rows: Vec<(&str, String, &str)> =
        rows.into_iter().map(|(text, want)| (NONE, format!("option mode=lasso option drag=side {text}"), want)).collect();
    check_square(&rows.iter().map(|(setup, text, want)| (*setup, text.as_str(), *want)).collect::<Vec<_>>());
}

#[test]
fn strokes_erase() {
    let mask = "m mask 10,10 30,30";
    check_square(&[
        (mask, "select m drag+alt 0,20>50,20", "Erase: m mask 10,10 30,30 of 320 pixels"),
        (mask, "select m option erase=on drag 0,20>50,20", "Erase: m mask 10,10 30,30 of 320 pixels"),
        (mask, "select m option erase=on drag+alt 0,20>40,20", "Paint: m mask 0,10 42,30 of 488 pixels"),
        (mask, "select m drag+alt 60,60>90,60", ""),
        (mask, "select m option size=90 click+alt 20,20", "Erase [m gone]"),
        (mask, "drag+alt 0,20>50,20", ""),
    ]);
}

#[test]
fn straight_lines_follow_with_shift() {
    check_square(&[
        (NONE, "click 10,10 click+shift 50,10", "create mask 8,8 12,12 of 16 pixels; Paint: n1 mask 8,8 52,12 of 176 pixels"),
        (NONE, "click+shift 50,10", "create mask 48,8 52,12 of 16 pixels"),
        (
            NONE,
            "click 10,10 move+shift 50,10 ?shapes",
            "create mask 8,8 12,12 of 16 pixels; Brush closed 48,8 52,8 52,12 48,12 + Guide 10,10 50,10",
        ),
    ]);
}

#[test]
fn whatever_ends_a_stroke() {
    check_square(&[
        (NONE, "press 10,10 move 30,10 ?mask ?busy", "new mask 8,8 32,12 of 96 pixels; busy"),
        (NONE, "press 10,10 move 30,10 esc release 30,10 ?busy ?mask", "idle; no mask"),
        (NONE, "press 10,10 backspace move 30,10 release 30,10 ?busy ?mask", "idle; no mask"),
        ("m mask 10,10 30,30", "select m press 10,10 delete release 30,10 ?mask", "select m; no mask"),
        (NONE, "press 10,10 lost move 60,60 ?busy", "create mask 8,8 12,12 of 16 pixels; idle"),
        (NONE, "press 10,10 leave move 30,10 release 30,10", "create mask 8,8 32,12 of 96 pixels"),
        ("m mask 10,10 30,30", "select m press 40,40 gone m release 40,40 ?busy", "idle"),
        ("m mask 10,10 30,30", "select m press 40,40 lock m release 40,40 ?busy", "idle"),
        ("m mask 10,10 30,30", "select m esc", "select -"),
        (NONE, "esc ?busy", "idle"),
        ("m mask 10,10 30,30; n mask 60,10 80,30", "click+ctrl 20,20 click+ctrl 70,20 click+ctrl 5,5", "select m; select n; select -"),
    ]);
}

#[test]
fn others_keep_their_pixels_or_lose_them() {
    let others = "a mask 10,10 20,20; b mask 40,10 44,14; c box 0,0 90,90";
    check_square(&[
        (others, "option overlap=under drag 5,12>60,12", "create mask 3,10 62,14 of 180 pixels"),
        (
            others,
            "option overlap=over drag 5,12>60,12",
            "Paint [b gone + Paint: a mask 10,14 20,20 of 60 pixels + create mask 3,10 62,14 of 236 pixels]",
        ),
        (others, "lock a,b option overlap=over drag 5,12>60,12", "create mask 3,10 62,14 of 180 pixels"),
        (others, "option overlap=over click 70,70", "create mask 68,68 72,72 of 16 pixels"),
        (others, "option overlap=over press 5,12 move 60,12 esc release 60,12 ?busy", "idle"),
        (others, "select a option overlap=over drag 5,12>60,12", "Paint [b gone + Paint: a mask 3,10 62,20 of 296 pixels]"),
        (others, "select a option overlap=under drag 5,12>60,12", "Paint: a mask 3,10 62,20 of 280 pixels"),
        (others, "drag 5,12>60,12", "create mask 3,10 62,14 of 236 pixels"),
    ]);
}

#[test]
fn lassos_paint_what_they_go_round() {
    let lasso = |text: &str| format!("option mode=lasso {text}");
    let drawn = "create mask 10,10 30,30 of 400 pixels";
    check_square(&[
        (NONE, &lasso("drag 10,10>30,10>30,30>10,30"), drawn),
        (NONE, &lasso("click 10,10 click 30,10 click 30,30 click 10,30 enter"), drawn),
        (NONE, &lasso("click 10,10 click 30,10 click 30,30 click 10,30 click 11,11"), drawn),
        (NONE, &lasso("click 10,10 click 30,10 click 30,30 double 10,30"), drawn),
        (NONE, &lasso("click 10,10 drag 30,10>30,30>10,30 enter"), drawn),
        (NONE, &lasso("click 10,10 click 90,90 backspace click 30,10 click 30,30 click 10,30 enter"), drawn),
        (NONE, &lasso("click 10,10 enter ?busy backspace ?busy"), "busy; idle"),
        (NONE, &lasso("click 10,10 click 30,10 ?shapes ?mask"), "Drawing closed 10,10 30,10 30,10; new mask 0,0 0,0 of 0 pixels"),
        (NONE, &lasso("press 10,10 move 30,10 move 30,30 esc release 10,30 ?busy"), "idle"),
        (NONE, &lasso("click 10,10 click 30,10 click 30,30 esc enter ?busy"), "idle"),
        (
            "m mask 20,20 60,60",
            &lasso("select m drag+alt 10,10>30,10>30,30>10,30"),
            "Erase inside a line: m mask 20,20 60,60 of 1500 pixels",
        ),
        ("m mask 20,20 60,60", &lasso("select m option erase=on drag 10,10>90,10>90,90>10,90"), "Erase inside a line [m gone]"),
    ]);
}

#[test]
fn clicks_fill_holes_and_remove_parts() {
    let ring = "m mask 10,10 50,50";
    let hole = "select m drag+alt 20,20>20,24 option mode=fill";
    check_square(&[
        (ring, &format!("{hole} click 20,22"), "Erase: m mask 10,10 50,50 of 1568 pixels; Fill a hole: m mask 10,10 50,50 of 1600 pixels"),
        (ring, &format!("{hole} click 30,30 click 60,60 click -3,-3"), "Erase: m mask 10,10 50,50 of 1568 pixels"),
        (
            ring,
            "select m click 70,70 option mode=fill click+alt 70,70",
            "Paint: m mask 10,10 72,72 of 1616 pixels; Remove a part: m mask 10,10 50,50 of 1600 pixels",
        ),
        (ring, "option mode=fill click 20,20 click+alt 20,20", ""),
    ]);
}

#[test]
fn keys_clean_masks_up() {
    let mut stage = Stage::new("m mask 10,10 50,50; b box 0,0 9,9", ToolKind::Brush);
    stage.play("select m option shape=square option size=4 drag+alt 20,20>20,24 drag+alt 30,30>30,34 click 70,70");
    stage.selection = vec![id_of("m"), id_of("b")];
    for command in [ShapeCommand::FillHoles, ShapeCommand::Despeckle(17), ShapeCommand::Despeckle(1601)] {
        let actions = stage.with_cx(|_, cx| change_shapes(command, cx));
        actions.iter().for_each(|action| stage.carry_out(action));
    }
    let done = "Fill holes: m mask 10,10 72,72 of 1616 pixels; Remove specks: m mask 10,10 50,50 of 1600 pixels";
    assert!(stage.log().ends_with(done), "{}", stage.log());
}

#[test]
fn the_preview_shares_tiles_between_moves() {
    let mut stage = Stage::new("m mask 0,0 200,100", ToolKind::Brush);
    stage.play("select m option shape=square option size=4 press+alt 10,10");
    let before = stage.with_cx(|tool, cx| tool.preview(cx)).mask.unwrap().tiles;
    stage.play("move+alt 20,10");
    let after = stage.with_cx(|tool, cx| tool.preview(cx)).mask.unwrap().tiles;
    let same = before.tiles().zip(after.tiles()).filter(|(a, b)| std::sync::Arc::ptr_eq(a.1, b.1)).count();
    assert_eq!((before.tiles().count(), same), (8, 7));
    assert!(stage.send(ToolEvent::Cancel).is_empty());
}
