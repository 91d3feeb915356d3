//! The select tool, gesture by gesture. Image 200 × 100, 1 px a point unless `px` says otherwise.

mod script;

use script::check;

/// A large box with a small one and a polygon in it.
const NESTED: &str = "a box 10,10 190,90; b box 60,30 120,70; c poly 80,40 100,40 100,60 80,60";
const APART: &str = "a box 10,10 50,40; b box 100,10 140,40; c box 150,60 190,90";

#[test]
fn clicks_select_the_smallest_and_go_on() {
    check(&[
        (NESTED, "select: click 90,50", "select c"),
        (NESTED, "select: click 70,50", "select b"),
        (NESTED, "select: click 20,20", "select a"),
        (NESTED, "select: click 90,50 click 90,50 click 91,51 click 90,50", "select c; select b; select a; select c"),
        (NESTED, "select: click 90,50 click 96,50", "select c"),
        (NESTED, "select: click 90,50 click 70,50 click 90,50", "select c; select b; select c"),
        (NESTED, "select: click 20,20 click 90,50", "select a; select c"),
        (NESTED, "select: click 5,5", ""),
        (NESTED, "select: select a click 5,5", "select -"),
        (NESTED, "select: click 7,50 esc px 0.25 click 7,50", "select a; select -"),
        (NESTED, "select: lock c click 90,50", "select b"),
        (NESTED, "select: lock a,b,c click 90,50", ""),
        ("m mask 20,20 40,40", "select: click 30,30", "select m"),
        ("m mask 20,20 40,40", "select: click 18,18", ""),
        ("a box 10,10 50,50; b box 10,10 50,50", "select: click 30,30", "select b"),
    ]);
}

#[test]
fn keys_walk_through_what_is_under_the_pointer() {
    check(&[
        (NESTED, "select: move 90,50 tab tab tab tab", "select c; select b; select a; select c"),
        (NESTED, "select: move 90,50 backtab backtab", "select a; select b"),
        (NESTED, "select: tab", ""),
        (NESTED, "select: move 90,50 leave tab", ""),
        (NESTED, "select: move 5,5 tab", ""),
        (NESTED, "select: move 90,50 tab tab drag 90,50>100,50", "select c; select b; Move: b box 70,30 130,70"),
        (NESTED, "select: press 90,50 tab", "select c"),
    ]);
}

#[test]
fn shift_and_ctrl_toggle() {
    check(&[
        (APART, "select: click 20,20 click+shift 110,20 click+ctrl 160,70", "select a; select a b; select a b c"),
        (APART, "select: select a,b click+shift 20,20", "select b"),
        (APART, "select: select a,b click+shift 90,90", ""),
        (APART, "select: select a,b click 20,20", "select a"),
        (APART, "select: click+ctrl 20,20 click2+ctrl 20,20", "select a; select -"),
        (APART, "select: select a,b move 160,70 esc", "select -"),
        (APART, "select: esc", ""),
    ]);
}

#[test]
fn a_loop_with_ctrl_or_alt_selects_what_it_touches() {
    check(&[
        // Around the lower right of the first and the left of the second, past the third.
        (APART, "select: press+alt 45,35 move+alt 105,35 move+alt 105,60 move+alt 45,60 release+alt 45,60", "select a b"),
        // A bent loop takes what a rectangle around it would not leave out.
        (APART, "select: press+alt 5,5 move+alt 145,5 move+alt 145,45 move+alt 142,45 move+alt 142,8 move+alt 5,8 release 5,8", ""),
        // It begins on a shape and moves nothing; with Shift, what was selected stays.
        (APART, "select: select c press+alt+shift 20,20 move+alt 25,35 move+alt 15,30 release 15,30", "select c a"),
        (APART, "select: press+alt 45,35 move+alt 105,35 esc", ""),
        (APART, "select: click+alt 20,20", "select a"),
        (APART, "select: select c press+ctrl 20,20 move+ctrl 25,35 move+ctrl 15,30 release 15,30", "select c a"),
    ]);
}

#[test]
fn a_rubber_band_selects_what_it_touches() {
    check(&[
        (APART, "select: drag 60,5>145,50", "select b"),
        (APART, "select: drag 45,50>145,5", "select a b"),
        (APART, "select: select c drag 60,5>145,50", "select b"),
        (APART, "select: select c drag+shift 60,5>145,50", "select c b"),
        (APART, "select: select c drag+shift 20,20>145,50", "select c a b"),
        (APART, "select: select b drag+ctrl 60,5>145,50", ""),
        (APART, "select: select b drag 60,5>90,90", "select -"),
        (APART, "select: lock a drag 5,5>145,50", "select b"),
        ("p poly 10,10 90,10 10,90", "select: drag 60,60>90,90", ""),
        ("p poly 10,10 90,10 10,90", "select: drag 90,90>45,45", "select p"),
        (APART, "select: select c press 60,5 move 145,50 esc release 145,50 ?busy", "idle"),
        (APART, "select: press 60,5 move 62,6 release 62,6", ""),
        (APART, "select: press 60,5 move 145,50 ?shapes", "RubberBand closed 60,5 145,5 145,50 60,50"),
        (APART, "select: press 60,5 move 80,20 px 3 move 145,50 lost move 0,0 ?busy", "select b; idle"),
    ]);
}

#[test]
fn drags_move() {
    check(&[
        (APART, "select: select a drag 30,25>40,30", "Move: a box 20,15 60,45"),
        (APART, "select: drag 30,25>40,30", "select a; Move: a box 20,15 60,45"),
        (APART, "select: select a,b drag 30,25>40,30", "Move: a box 20,15 60,45, b box 110,15 150,45"),
        (APART, "select: select a,b lock b drag 30,25>40,30", "Move: a box 20,15 60,45"),
        (APART, "select: select b drag 30,25>40,30", "select a; Move: a box 20,15 60,45"),
        (NESTED, "select: select a drag 90,50>95,52", "Move: a box 15,12 195,92"),
        (APART, "select: select a drag 30,25>-90,200", "Move: a box 0,70 40,100"),
        (APART, "select: select a,c drag 30,25>90,25", "Move: a box 20,10 60,40, c box 160,60 200,90"),
        (APART, "select: select a drag 30,25>40.123,30.456", "Move: a box 20.12,15.46 60.12,45.46"),
        (APART, "select: select a press 30,25 move 32,26 release 32,26", ""),
        (APART, "select: select a press 30,25 move 60,60 move 30,25 release 30,25", ""),
        (APART, "select: select a press 30,25 move 60,60 esc release 60,60 ?busy", "idle"),
        (APART, "select: select a press 30,25 move 60,60 gone a release 60,60 ?busy", "idle"),
        (APART, "select: select a press 30,25 move 60,30 px 9 move 50,30 release 50,30", "Move: a box 30,15 70,45"),
        (APART, "select: select a press 30,25 move 60,30 lost move 0,0", "Move: a box 40,15 80,45"),
        (APART, "select: select a press 30,25 move 60,30 leave release 50,30", "Move: a box 30,15 70,45"),
        (APART, "select: select a press 30,25 move 40,30 ?replaced ?cursor", "shows a box 20,15 60,45; Move"),
        ("p poly 20,20 60,20 20,60", "select: drag 25,25>35,20", "select p; Move: p poly 30,15 70,15 30,55"),
        ("a box -20,10 50,40", "select: drag 30,25>10,30", "select a; Move: a box -20,15 50,45"),
        ("a box 0.331,1 0.334,9", "select: drag 0.332,5>9.332,5", "select a; Move: a box 9.331,1 9.334,9"),
    ]);
}

#[test]
fn masks_move_by_whole_pixels_and_lose_nothing() {
    let mask = "m mask 20,20 40,30";
    check(&[
        (mask, "select: drag 30,25>40.4,25", "select m; Move: m mask 30,20 50,30 of 200 pixels"),
        (mask, "select: drag 30,25>-90,25", "select m; Move: m mask 0,20 20,30 of 200 pixels"),
        (mask, "select: drag 30,25>900,900", "select m; Move: m mask 180,90 200,100 of 200 pixels"),
        (mask, "select: select m nudge 0.2,0", ""),
        (mask, "select: select m drag 41,31>60,50 ?handles", "select -; 0 handles"),
        (
            "a box 100.5,50 120,60; m mask 20,20 40,30",
            "select: select a,m nudge 1.4,0",
            "Move: a box 101.5,50 121,60, m mask 21,20 41,30 of 200 pixels",
        ),
        ("a box 100,50 199.5,60; m mask 20,20 40,30", "select: select a,m nudge 9,0", ""),
    ]);
}

#[test]
fn keys_nudge() {
    check(&[
        (APART, "select: select a nudge 1,0 nudge 0,-10", "Move: a box 11,10 51,40; Move: a box 11,0 51,30"),
        (APART, "select: select a,b nudge 1,0", "Move: a box 11,10 51,40, b box 101,10 141,40"),
        (APART, "select: select c nudge 10,0 nudge 10,0", "Move: c box 160,60 200,90"),
        (APART, "select: nudge 1,0", ""),
        (APART, "select: select a lock a nudge 1,0", ""),
        (APART, "select: select a press 30,25 move 60,30 nudge 1,0 release 60,30", "Move: a box 40,15 80,45"),
    ]);
}

#[test]
fn box_handles_resize() {
    let one = "a box 50,20 150,60";
    check(&[
        (one, "select: select a drag 150,60>160,70", "Resize box: a box 50,20 160,70"),
        (one, "select: select a drag 153,63>163,73", "Resize box: a box 50,20 160,70"),
        (one, "select: select a drag 50,20>40,30", "Resize box: a box 40,30 150,60"),
        (one, "select: select a drag 150,20>160,10", "Resize box: a box 50,10 160,60"),
        (one, "select: select a drag 50,60>60,70", "Resize box: a box 60,20 150,70"),
        (one, "select: select a drag 150,40>170,90", "Resize box: a box 50,20 170,60"),
        (one, "select: select a drag 80,20>99,10", "Resize box: a box 50,10 150,60"),
        (one, "select: select a drag 150,60>20,10", "Resize box: a box 20,10 50,20"),
        (one, "select: select a drag 150,40>30,40", "Resize box: a box 30,20 50,60"),
        (one, "select: select a drag 150,60>900,900", "Resize box: a box 50,20 200,100"),
        (one, "select: select a drag 150,40>50,40", "Resize box: a box 50,20 51,60"),
        (one, "select: select a drag 150,60>160.123,70.456", "Resize box: a box 50,20 160.12,70.46"),
        (one, "select: select a press 150,60 move 152,60 release 152,60", "Resize box: a box 50,20 152,60"),
        (one, "select: select a press 150,60 move 160,70 move 150,60 release 150,60", ""),
        (one, "select: select a press 150,60 move 160,70 esc release 160,70 ?busy", "idle"),
        (one, "select: select a press 150,60 move 160,70 lost move 0,0", "Resize box: a box 50,20 160,70"),
        (one, "select: select a lock a drag 150,60>160,70", "select -"),
        ("a box 0,20 50,60", "select: select a drag 50,40>-20,40", "Resize box: a box 0,20 1,60"),
        ("a box 0.5,20 50,60", "select: select a drag 50,40>-20,40", "Resize box: a box 0.5,20 1.5,60"),
        ("a box 50.333,20.333 150.333,60.333", "select: select a drag 150.333,40>160,40", "Resize box: a box 50.333,20.333 160,60.333"),
    ]);
}

#[test]
fn shift_keeps_the_proportions_and_alt_the_centre() {
    let one = "a box 50,20 150,60";
    check(&[
        (one, "select: select a drag+shift 150,60>170,60", "Resize box: a box 50,20 170,68"),
        (one, "select: select a drag+shift 150,60>150,80", "Resize box: a box 50,20 200,80"),
        (one, "select: select a drag+shift 150,60>199,99", "Resize box: a box 50,20 200,80"),
        (one, "select: select a drag+shift 150,40>170,40", "Resize box: a box 50,16 170,64"),
        (one, "select: select a drag+shift 150,60>0,10", "Resize box: a box 0,0 50,20"),
        (one, "select: select a drag+alt 150,60>160,65", "Resize box: a box 40,15 160,65"),
        (one, "select: select a drag+alt 150,40>160,40", "Resize box: a box 40,20 160,60"),
        (one, "select: select a drag+alt 150,60>200,100", "Resize box: a box 0,0 200,80"),
        (one, "select: select a drag+alt 150,60>90,30", "Resize box: a box 90,30 110,50"),
        (one, "select: select a drag+alt+shift 150,60>160,60", "Resize box: a box 40,16 160,64"),
        (one, "select: select a drag+alt 150,40>100,40", "Resize box: a box 99.5,20 100.5,60"),
        (one, "select: select a press 150,60 move+shift 170,60 move 170,60 release 170,60", "Resize box: a box 50,20 170,60"),
    ]);
}

#[test]
fn polygon_points_move_come_and_go() {
    let square = "p poly 20,20 120,20 120,80 20,80";
    let holed = "p poly 20,20 120,20 120,80 20,80 hole 50,40 80,40 80,60";
    check(&[
        (square, "select: select p drag 120,20>130,10", "Move point: p poly 20,20 130,10 120,80 20,80"),
        (square, "select: select p drag 125,24>135,14", "Move point: p poly 20,20 130,10 120,80 20,80"),
        (square, "select: select p drag 120,20>900,-5", "Move point: p poly 20,20 200,0 120,80 20,80"),
        (square, "select: drag 120,20>130,10", "select p; Move point: p poly 20,20 130,10 120,80 20,80"),
        (square, "select: select p drag 70,20>70,5", "Add point: p poly 20,20 70,5 120,20 120,80 20,80"),
        (square, "select: select p drag 20,50>10,50", "Add point: p poly 20,20 120,20 120,80 20,80 10,50"),
        (square, "select: select p drag 95,20>95,30", "Move: p poly 20,30 120,30 120,90 20,90"),
        (square, "select: select p drag+alt 95,20>95,30", "Add point: p poly 20,20 95,30 120,20 120,80 20,80"),
        (square, "select: select p click+alt 95,18", "Add point: p poly 20,20 95,20 120,20 120,80 20,80"),
        (square, "select: select p click+alt 120,20", "Remove point: p poly 20,20 120,80 20,80"),
        (square, "select: select p click+alt 120,20 click2+alt 120,80", "Remove point: p poly 20,20 120,80 20,80"),
        (square, "select: select p move 120,20 delete", "Remove point: p poly 20,20 120,80 20,80"),
        (square, "select: select p move 120,20 delete move 120,80 delete", "Remove point: p poly 20,20 120,80 20,80; select p"),
        (square, "select: select p move 70,50 delete", ""),
        (square, "select: move 120,20 delete", ""),
        (holed, "select: select p drag 80,60>85,65", "Move point: p poly 20,20 120,20 120,80 20,80 hole 50,40 80,40 85,65"),
        (holed, "select: select p click+alt 80,60", "Remove point: p poly 20,20 120,20 120,80 20,80"),
        (square, "select: select p press 120,20 move 130,10 esc release 130,10 ?busy", "idle"),
        (square, "select: select p press+alt 95,20 move 95,30 esc release 95,30 ?busy", "idle"),
        (square, "select: select p press 120,20 move 130,10 gone p release 130,10 ?busy", "idle"),
        (
            square,
            "select: select p press 120,20 px 20 move 130,10 px 1 move 130,10 release 130,10",
            "Move point: p poly 20,20 130,10 120,80 20,80",
        ),
    ]);
}

#[test]
fn a_click_on_a_handle_is_a_click() {
    check(&[
        ("a box 10,10 100,90; b box 90,80 110,99", "select: select a click 98,88", "select b"),
        ("a box 10,10 100,90", "select: select a click 100,90", ""),
        ("a box 10,10 100,90", "select: select a click+shift 100,90", "select -"),
    ]);
}

#[test]
fn double_clicks_ask_for_the_label() {
    check(&[
        (NESTED, "select: double 90,50", "select c; ask 90,50"),
        (NESTED, "select: click 90,50 click 90,50 double 90,50", "select c; select b; select a; select b; ask 90,50"),
        (NESTED, "select: click 20,20 double 20,20", "select a; ask 20,20"),
        (NESTED, "select: double 5,5", ""),
        (NESTED, "select: click 70,50 click2 90,50", "select b; select c"),
        (APART, "select: click 20,20 click2 110,20", "select a; select b"),
    ]);
}

#[test]
fn what_is_shown() {
    let square = "p poly 20,20 120,20 120,80 20,80";
    check(&[
        (NESTED, "select: move 90,50 ?hovered ?cursor", "c; Arrow"),
        (NESTED, "select: move 5,5 ?hovered", "-"),
        (NESTED, "select: move 90,50 leave ?hovered", "-"),
        (NESTED, "select: select a move 90,50 ?cursor", "Move"),
        (NESTED, "select: move+shift 90,50 ?cursor", "Add"),
        (NESTED, "select: select b move 60,30 ?cursor ?hot", "ResizeNwSe; Corner 60,30"),
        (NESTED, "select: select b move 120,30 ?cursor", "ResizeNeSw"),
        (NESTED, "select: select b move 90,30 ?cursor", "ResizeV"),
        (NESTED, "select: select b move 120,45 ?cursor ?hot", "ResizeH; Edge 120,50"),
        (NESTED, "select: select b press 120,70 move 130,20 ?cursor ?hot", "ResizeNeSw; Corner 130,20"),
        (NESTED, "select: select b ?handles px 2 ?handles", "9 handles; 4 handles"),
        (NESTED, "select: select a,b ?handles", "0 handles"),
        (NESTED, "select: select b press 120,70 move 130,80 ?replaced ?readout", "shows b box 60,30 130,80; 70 × 50"),
        (square, "select: select p ?handles px 3 ?handles", "8 handles; 6 handles"),
        (square, "select: select p move 118,20 ?cursor ?hot", "Vertex; Vertex 120,20"),
        (square, "select: select p move+alt 118,20 ?cursor", "Remove"),
        (square, "select: select p move+alt 95,20 ?cursor", "Add"),
        ("p poly 20,20 120,20 120,80", "select: select p move+alt 118,20 ?cursor", "Forbidden"),
        (square, "select: select p move 70,20 ?cursor ?hot", "Add; Midpoint 70,20"),
        (square, "select: select p press 70,20 move 70,5 ?hot ?replaced", "Vertex 70,5; shows p poly 20,20 70,5 120,20 120,80 20,80"),
        (square, "select: select p move 118,20 ?hint", "move the point, remove the point, remove the point"),
    ]);
}

/// A square with room around its corners, a line, a comb of close teeth, and a face.
const LOOSE: &str = "a poly 20,20 80,20 80,80 20,80; b line 100,10 150,10 190,40; c poly 100,60 105,70 110,60 115,70 120,60 110,95; \
                     d points 150,60 180,60 150,90- 165,95";

#[test]
fn points_of_shapes_that_are_not_selected_can_be_dragged() {
    check(&[
        (LOOSE, "select: drag 80,20>90,10", "select a; Move point: a poly 20,20 90,10 80,80 20,80"),
        // What is taken beside the point stays beside the pointer.
        (LOOSE, "select: drag 82,22>92,12", "select a; Move point: a poly 20,20 90,10 80,80 20,80"),
        (LOOSE, "select: drag 150,10>150,30", "select b; Move point: b line 100,10 150,30 190,40"),
        (LOOSE, "select: drag 180,60>190,70", "select d; Move point: d points 150,60 190,70 150,90- 165,95"),
        // Also of another shape than the selected one.
        (LOOSE, "select: select a drag 150,10>150,30", "select b; Move point: b line 100,10 150,30 190,40"),
        // Beside the points all is as ever.
        (LOOSE, "select: drag 50,50>60,60", "select a; Move: a poly 30,30 90,30 90,90 30,90"),
        (LOOSE, "select: drag 50,20>50,30", "select a; Move: a poly 20,30 80,30 80,90 20,90"),
        (LOOSE, "select: drag 86,14>94,6", ""),
        // Points that stand close are taken of a selected shape only.
        (LOOSE, "select: drag 105,70>105,75", "select c; Move: c poly 100,65 105,75 110,65 115,75 120,65 110,100"),
        (LOOSE, "select: px 0.2 drag 105,70>105,75", "select c; Move point: c poly 100,60 105,75 110,60 115,70 120,60 110,95"),
        (LOOSE, "select: px 3.1 drag 80,20>95,20", "select a; Move: a poly 35,20 95,20 95,80 35,80"),
        // A click selects, and a slip of the hand is one.
        (LOOSE, "select: click 80,20 ?busy", "select a; idle"),
        (LOOSE, "select: press 80,20 move 81,20 release 81,20", "select a"),
        (LOOSE, "select: press 80,20 move 90,10 esc release 90,10 ?busy", "select a; idle"),
        (LOOSE, "select: press 80,20 move 90,10 lost move 95,10", "select a; Move point: a poly 20,20 90,10 80,80 20,80"),
        (
            LOOSE,
            "select: press 80,20 move 90,10 ?replaced release 90,10 ?replaced",
            "select a; shows a poly 20,20 90,10 80,80 20,80; Move point: a poly 20,20 90,10 80,80 20,80; shows ",
        ),
        // Locked, pinned, or with a key that means something else.
        (LOOSE, "select: lock a drag 80,20>90,10", ""),
        (LOOSE, "select: lock a move 80,20 ?hot ?cursor", "-; Arrow"),
        (LOOSE, "select: pin a drag 80,20>90,10", "select a"),
        (LOOSE, "select: pin a move 80,20 ?hot", "-"),
        (LOOSE, "select: drag+shift 80,20>90,10", "select a"),
        (LOOSE, "select: click+shift 80,20", "select a"),
        // Several are selected: they are moved.
        (LOOSE, "select: select a,b drag 150,10>150,20", "Move: a poly 20,30 80,30 80,90 20,90, b line 100,20 150,20 190,50"),
    ]);
}

#[test]
fn a_point_that_can_be_dragged_is_shown() {
    check(&[
        (
            LOOSE,
            "select: move 82,21 ?hot ?cursor ?handles ?hovered ?hint",
            "Vertex 80,20; Vertex; 1 handles; a; move the point, select the shape",
        ),
        (LOOSE, "select: move 50,50 ?hot ?cursor ?handles", "-; Arrow; 0 handles"),
        (LOOSE, "select: move 150,10 ?hot", "Vertex 150,10"),
        (LOOSE, "select: move 105,70 ?hot", "-"),
        (LOOSE, "select: move+shift 80,20 ?hot ?cursor", "-; Add"),
        (LOOSE, "select: move 80,20 leave ?hot", "-"),
        // Inside something smaller, that is what a press means.
        ("a poly 20,20 80,20 80,80 20,80; b box 70,10 90,30", "select: move 80,20 ?hot ?hovered", "-; b"),
    ]);
}

#[test]
fn a_point_that_others_share_is_dragged_with_them() {
    let pair = "a poly 20,20 60,20 60,80 20,80; b poly 60,20 100,20 100,80 60,80";
    check(&[(pair, "select: drag 60,20>60,30", "select b; Move point: b poly 60,30 100,20 100,80 60,80, a poly 20,20 60,30 60,80 20,80")]);
}
