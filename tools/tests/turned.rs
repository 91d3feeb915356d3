//! Rotated boxes and ellipses, gesture by gesture, and the other ways of drawing boxes. Image 200 × 100.

mod script;

use script::check;

const NONE: &str = "";

#[test]
fn boxes_from_the_middle_by_extremes_and_of_one_size() {
    check(&[
        (NONE, "box: drag+alt 50,50>60,70", "create box 40,30 60,70"),
        (NONE, "box: drag+alt 20,50>90,70", "create box 0,30 40,70"),
        (NONE, "box: press 50,50 move+alt+shift 60,70 release+alt+shift 60,70", "create box 30,30 70,70"),
        (NONE, "box: mode extreme click 50,10 click 20,40 click 60,80 ?busy click 90,30", "busy; create box 20,10 90,80"),
        (NONE, "box: mode extreme click 50,10 click 20,40 backspace click 60,80 click 10,9 click 90,30", "create box 10,9 90,80"),
        (NONE, "box: mode extreme click 50,10 click 50,60 ?draft leave esc ?busy", "draft 50,10 50,60; idle"),
        (NONE, "box: resume 50,10/20,40/60,80 mode extreme click 90,30", "create box 20,10 90,80"),
        (NONE, "box: mode fixed click 50,50", "create box 40,45 60,55"),
        (
            NONE,
            "box: mode fixed move 50,50 ?shapes ?readout",
            "Guide 0,50 200,50 & 50,0 50,100 + Drawing closed 40,45 60,45 60,55 40,55; 20 × 10",
        ),
        (NONE, "box: mode fixed press 2,50 move 3,51 release 3,51", "create box 0,46 20,56"),
        (NONE, "box: mode fixed press 50,50 esc release 50,50 ?busy", "idle"),
    ]);
}

#[test]
fn a_side_and_how_deep() {
    check(&[
        (NONE, "rotated_box: click 20,20 click 60,20 click 50,40", "create turned 40,30 40,20 0"),
        (NONE, "rotated_box: click 20,20 click 60,60 click 50,70", "create turned 35,45 56.57,14.14 45"),
        (NONE, "rotated_box: drag 20,60>60,60 ?busy click 50,40", "busy; create turned 40,50 40,20 180"),
        (NONE, "rotated_box: click 20,20 move+shift 60,24 click+shift 60,24 click 40,50", "create turned 40,35 40,30 0"),
        (NONE, "rotated_box: click 20,20 click 60,20 click 50,20.2 ?busy click 50,30", "busy; create turned 40,25 40,10 0"),
        (NONE, "rotated_box: click 20,20 click 60,20 backspace click 20,60 move 10,50 enter", "create turned 15,40 40,10 90"),
        (NONE, "rotated_box: click 20,20 click 60,20 move 50,40 ?readout esc ?busy", "40 × 20, 0°; idle"),
        (
            NONE,
            "rotated_box: click 20,20 click 60,20 ?draft delete ?draft delete ?busy",
            "draft 20,20 60,20; select -; draft 20,20; select -; idle",
        ),
    ]);
}

#[test]
fn turning_by_the_handle() {
    let shapes = "a box 60,40 120,80; e ellipse 100,60 30,10 0";
    check(&[
        (shapes, "select: select a drag 90,16>134,60", "Rotate: a turned 90,60 60,40 90"),
        (shapes, "select: select a press 90,16 move+shift 115,25 ?readout release+shift 115,25", "30°; Rotate: a turned 90,60 60,40 30"),
        (shapes, "select: select a press 90,16 move 134,60 esc ?busy", "idle"),
        (shapes, "box: select a drag 90,16>134,60", "Rotate: a turned 90,60 60,40 90"),
        (shapes, "select: select e drag 100,26>66,60", "Rotate: e ellipse 100,60 30,10 -90"),
        (shapes, "select: select a rotate 15 rotate 15", "Rotate: a turned 90,60 60,40 15; Rotate: a turned 90,60 60,40 30"),
        (shapes, "select: select a rotate 15 rotate -15", "Rotate: a turned 90,60 60,40 15; Rotate: a turned 90,60 60,40 0"),
        (shapes, "select: select a,e rotate 90", "Rotate: a turned 90,60 60,40 90, e ellipse 100,60 30,10 90"),
        (shapes, "select: select a lock a rotate 90", ""),
        (shapes, "select: select a move 90,16 ?cursor ?hot ?hint", "Turn; Turn 90,16; rotate, rotate in steps of 15°"),
        ("p poly 20,20 60,20 60,60", "select: select p rotate 90", "Rotate: p poly 60,6.67 60,46.67 20,46.67"),
        ("p poly 0,0 100,0 100,20 0,20", "select: select p rotate 90", ""),
        (
            "t turned 100,50 40,20 30; e ellipse 100,60 30,10 -20",
            "select: select t,e mirror",
            "Mirror: e ellipse 100,60 30,10 20, t turned 100,50 40,20 -30",
        ),
    ]);
}

#[test]
fn own_sides_and_corners() {
    let upright = "t turned 100,50 40,20 90";
    check(&[
        // Turned by a right angle, the own right side lies below.
        (upright, "select: select t drag 100,70>100,80", "Resize box: t turned 100,55 50,20 90"),
        (upright, "select: select t press 100,70 move+alt 100,80 release+alt 100,80", "Resize box: t turned 100,50 60,20 90"),
        (upright, "select: select t press 90,70 move+shift 90,90 release+shift 90,90", "Resize box: t turned 95,60 60,30 90"),
        (upright, "select: select t drag 90,70>80,80", "Resize box: t turned 95,55 50,30 90"),
        (upright, "select: select t drag 100,70>100,20", "Resize box: t turned 100,25 10,20 90"),
        (upright, "select: select t move 100,70 ?cursor move 90,70 ?cursor", "ResizeV; ResizeNeSw"),
        ("e ellipse 100,50 40,20 0", "select: select e drag 140,50>150,50", "Resize ellipse: e ellipse 105,50 45,20 0"),
        ("e ellipse 100,50 40,20 0", "select: select e drag 140,70>150,80", "Resize ellipse: e ellipse 105,55 45,25 0"),
        ("e ellipse 100,50 40,20 0", "select: select e drag 105,52>115,57", "Move: e ellipse 110,55 40,20 0"),
        ("t turned 100,50 40,20 45", "select: select t ?handles px 2 ?handles", "7 handles; 4 handles"),
    ]);
}

#[test]
fn ellipses_and_circles() {
    check(&[
        (NONE, "ellipse: drag 20,20>60,40", "create ellipse 40,30 20,10 0"),
        (NONE, "ellipse: click 20,20 click+shift 60,40", "create ellipse 40,40 20,20 0"),
        (NONE, "ellipse: drag+alt 50,50>60,55", "create ellipse 50,50 10,5 0"),
        (NONE, "ellipse: drag 20,20>20.4,40 ?busy", "idle"),
        (NONE, "ellipse: mode center drag 50,50>80,90", "create ellipse 50,50 50,50 0"),
        (NONE, "ellipse: mode three click 20,50 click 100,50 click 70,80", "create ellipse 60,50 40,30 0"),
        (NONE, "ellipse: mode three click 20,50 click 100,50 click+shift 60,90", "create ellipse 60,50 40,40 0"),
        (NONE, "ellipse: mode three click 20,50 click 100,50 click+shift 60,50 ?busy", "busy"),
        (
            NONE,
            "ellipse: drag 20,20>60,40 ?handles drag 60,40>80,60",
            "create ellipse 40,30 20,10 0; 7 handles; Resize ellipse: n1 ellipse 50,40 30,20 0",
        ),
    ]);
}

#[test]
fn points() {
    check(&[
        (NONE, "point: click 20,20 click 300,50", "create point 20,20; create point 200,50"),
        (NONE, "point: press 20,20 move 30,30 release 30,30", "create point 30,30"),
        (NONE, "point: click 20,20 click2 20,20", "create point 20,20"),
        ("d point 20,20", "select: drag 20,20>40,50", "select d; Move: d point 40,50"),
    ]);
}
