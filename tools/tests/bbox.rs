//! The box tool, gesture by gesture. Image 200 × 100, 1 px a point unless `px` says otherwise.

mod script;

use script::check;

const NONE: &str = "";

#[test]
fn dragging_draws() {
    check(&[
        (NONE, "box: press 10,10 move 50,40 release 50,40", "create box 10,10 50,40"),
        (NONE, "box: drag 50,40>10,10", "create box 10,10 50,40"),
        (NONE, "box: drag 10.004,10.126>50.5,40.999", "create box 10,10.13 50.5,41"),
        (NONE, "box: drag 10,10>50,40 drag 60,10>80,40", "create box 10,10 50,40; create box 60,10 80,40"),
        (NONE, "box: drag 10,10>30,10.5", ""),
        (NONE, "box: drag 10,10>30,10.5 ?busy", "idle"),
        (NONE, "box: drag 150,50>900,900", "create box 150,50 200,100"),
        (NONE, "box: drag -50,-50>20,30", "create box 0,0 20,30"),
        (NONE, "box: press 10,10 move 30,30 px 0.1 move 20,20 release 20,20", "create box 10,10 20,20"),
        (NONE, "box: px 0.1 drag 10,10>12,13", "create box 10,10 12,13"),
    ]);
}

#[test]
fn two_clicks_draw() {
    check(&[
        (NONE, "box: click 10,10 click 50,40", "create box 10,10 50,40"),
        (NONE, "box: press 10,10 move 12,12 release 12,12 click 50,40", "create box 10,10 50,40"),
        (NONE, "box: click 10,10 press 50,40 move 55,45 release 55,45", "create box 10,10 55,45"),
        (NONE, "box: click 10,10 move 30,30 ?busy leave click2 50,40", "busy; create box 10,10 50,40"),
        (NONE, "box: click 10,10 click2 10,10 ?busy click 50,40", "busy; create box 10,10 50,40"),
        (NONE, "box: click 10,10 move 50,40 enter ?busy", "create box 10,10 50,40; idle"),
        (NONE, "box: click 10,10 px 8 move 20,20 px 0.5 click 50,40", "create box 10,10 50,40"),
        (NONE, "box: click 10,10 click 50,40 click2 50,40 ?busy", "create box 10,10 50,40; idle"),
        (NONE, "box: click 10,10 click 50,40 click2 90,40 ?busy", "create box 10,10 50,40; busy"),
        (NONE, "box: click 300,-10 click 150,50", "create box 150,0 200,50"),
    ]);
}

#[test]
fn shift_makes_squares_inside_the_image() {
    check(&[
        (NONE, "box: drag+shift 10,10>50,40", "create box 10,10 50,50"),
        (NONE, "box: drag+shift 50,50>40,10", "create box 10,10 50,50"),
        (NONE, "box: drag+shift 10,60>100,70", "create box 10,60 50,100"),
        (NONE, "box: click 10,10 click+shift 50,40", "create box 10,10 50,50"),
        (NONE, "box: press 10,10 move 50,40 move+shift 50,40 release 50,40", "create box 10,10 50,40"),
    ]);
}

#[test]
fn leaving_drops_the_box() {
    check(&[
        (NONE, "box: click 10,10 esc ?busy click 60,60 click 70,70", "idle; create box 60,60 70,70"),
        (NONE, "box: press 10,10 move 50,40 esc move 60,60 release 60,60 ?busy", "idle"),
        (NONE, "box: click 10,10 backspace ?busy", "idle"),
        ("a box 0,0 9,9", "box: select a click 50,50 delete ?busy", "select a; idle"),
        ("a box 0,0 9,9", "box: select a click 50,50 esc esc", "select -"),
        (NONE, "box: esc", ""),
        (NONE, "box: press 10,10 move 50,40 lost move 80,80 ?busy", "create box 10,10 50,40; idle"),
        (NONE, "box: press 10,10 move 50,40 press 90,90 ?busy", "create box 10,10 50,40; idle"),
    ]);
}

#[test]
fn handles_of_the_selected_shape_go_first() {
    let shapes = "a box 20,20 80,80; p poly 100,20 180,20 140,80";
    check(&[
        (shapes, "box: select a drag 80,80>90,90", "Resize box: a box 20,20 90,90"),
        (shapes, "box: select a drag 82,82>92,92", "Resize box: a box 20,20 90,90"),
        (shapes, "box: select a drag 86,86>96,96", "create box 86,86 96,96"),
        (shapes, "box: select a drag 65,80>75,95", "create box 65,80 75,95"),
        (shapes, "box: select a drag 50,80>75,95", "Resize box: a box 20,20 80,95"),
        (shapes, "box: drag 80,80>90,90", "create box 80,80 90,90"),
        (shapes, "box: select a,p drag 80,80>90,90", "create box 80,80 90,90"),
        (shapes, "box: select a lock a drag 80,80>90,90", "create box 80,80 90,90"),
        (shapes, "box: select a click 80,80 click 95,95", "create box 80,80 95,95"),
        (shapes, "box: select p drag 100,20>90,10", "Move point: p poly 90,10 180,20 140,80"),
        (shapes, "box: select p move 140,80 delete", "select p"),
        (shapes, "box: select a nudge 1,0", "Move: a box 21,20 81,80"),
        (shapes, "box: select a click 10,10 drag 80,80>90,90", "create box 10,10 90,90"),
        (shapes, "box: select a press 80,80 move 90,90 esc ?busy release 90,90", "idle"),
    ]);
}

#[test]
fn what_is_shown() {
    check(&[
        (NONE, "box: move 30,40 ?shapes", "Guide 0,40 200,40 & 30,0 30,100"),
        (NONE, "box: move 300,40 ?shapes", "Guide 0,40 200,40 & 200,0 200,100"),
        (NONE, "box: move 30,40 leave ?shapes", ""),
        (
            NONE,
            "box: click 10,10 move 30,40 ?shapes ?readout",
            "Guide 0,40 200,40 & 30,0 30,100 + Drawing closed 10,10 30,10 30,40 10,40; 20 × 30",
        ),
        (NONE, "box: click 10,10 move 14.5,98 ?readout", "4.5 × 88"),
        (NONE, "box: move 30,40 ?cursor", "Crosshair"),
        ("a box 20,20 80,80", "box: select a move 80,80 ?cursor ?shapes ?hot", "ResizeNwSe; Guide 50,80 50,104; Corner 80,80"),
        ("a box 20,20 80,80", "box: select a press 80,80 move 90,85 ?replaced ?readout", "shows a box 20,20 90,85; 70 × 65"),
        (NONE, "box: click 10,10 ?hint", "set the opposite corner, make it a square, drop the corner, drop the corner"),
        ("a box 20,20 80,80", "box: select a move 80,80 ?hint", "resize, keep the proportions, keep the centre, start a box here"),
    ]);
}
