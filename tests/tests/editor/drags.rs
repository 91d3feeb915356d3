//! Drags that draw sides, points dragged of what is not selected, and lines that cut beside the selected, from the hand to the disk.

use super::session::check;

#[test]
fn a_drag_draws_what_was_chosen() {
    check(&[
        // A point, a side, freehand, and a point again.
        ("P Alt+Shift+D ?notice", "A drag draws a side: a point where it begins and one where it ends."),
        (
            "Alt+Shift+D Alt+Shift+D ?notice Alt+Shift+D ?notice",
            "A drag draws freehand. | A drag puts one point, which follows the pointer.",
        ),
        ("P drag 10,10>90,10 ?draft", "Polygon 90,10"),
        ("P Alt+Shift+D drag 10,10>90,10 ?draft", "Polygon 10,10 90,10"),
        // With a drawing begun, too.
        ("P click 10,10 Alt+Shift+D drag 90,10>90,90 ?draft", "Polygon 10,10 90,10 90,90"),
        ("P click 10,10 press 90,10 Alt+Shift+D move 90,90 release 90,90 ?draft", "Polygon 10,10 90,10 90,90"),
    ]);
}

#[test]
fn sides_become_one_step() {
    let triangle = "P Alt+Shift+D drag 10,10>90,10 drag 50,80>11,11";
    check(&[
        (
            &format!("{triangle} ? Ctrl+Z ? Ctrl+Y ? restart ?"),
            "*car poly 10,10 90,10 50,80 | nothing | *car poly 10,10 90,10 50,80 | car poly 10,10 90,10 50,80",
        ),
        ("P Alt+Shift+D drag 10,10>90,10 press 90,80 move 10,80 Escape release 10,80 ?drawing ?draft", "idle | no draft"),
        ("P Alt+Shift+D drag 10,10>90,10 press 90,80 move 10,80 secondary release 10,80 ?drawing ?", "idle | nothing"),
        ("P Alt+Shift+D drag 10,10>90,10 press 90,80 move 10,80 B release 10,80 ?drawing ?tool", "idle | Box"),
        ("P Alt+Shift+D drag 10,10>90,10 press 90,80 move 10,80 Ctrl+Z release 10,80 ?draft", "Polygon 10,10 90,10"),
        // Kept over a restart in the middle of a drag, as far as the points are put.
        (
            "P Alt+Shift+D drag 10,10>90,10 press 90,80 move 10,80 restart ?draft Enter ?",
            "Polygon 10,10 90,10 90,80 | *car poly 10,10 90,10 90,80",
        ),
        ("Shift+L Alt+Shift+D drag 10,10>30,10 drag 30,30>10,30 Enter ? Ctrl+Z ?", "*car mask 10,10 30,30 of 400 | nothing"),
        ("Shift+L Alt+Shift+D press 10,10 move 30,10 secondary release 30,10 ?drawing ?", "idle | nothing"),
        ("Shift+L Alt+Shift+D press 10,10 move 30,10 V release 30,10 ?drawing ?", "idle | nothing"),
    ]);
}

#[test]
fn sides_do_what_clicks_do() {
    let square = "P click 10,10 click 90,10 click 90,90 click 10,90 Enter Alt+Shift+D";
    // Add to it, cut out of it, draw over it, along its border, with points that stick, and at angles.
    check(&[
        (
            &format!("{square} Alt+E drag 50,40>130,40 drag 130,60>50,60 Enter ?"),
            "*car poly 10,10 90,10 90,40 130,40 130,60 90,60 90,90 10,90",
        ),
        (
            &format!("{square} Alt+E Alt+E drag 30,30>60,30 drag 60,60>30,60 Enter ?"),
            "*car poly 10,10 90,10 90,90 10,90 hole 30,30 60,30 60,60 30,60",
        ),
        (
            &format!("{square} Alt+E Alt+E Alt+E Alt+E drag 90,30>120,30 drag 120,60>90,60 ?"),
            "*car poly 90,30 120,30 120,60 90,60 90,90 10,90 10,10 90,10",
        ),
        (
            &format!("{square} Alt+Shift+B Escape drag 50,30>130,30 drag 130,60>50,60 Enter ?"),
            "car poly 10,10 90,10 90,30 90,60 90,90 10,90; *car poly 90,30 130,30 130,60 90,60",
        ),
        (
            &format!("{square} Alt+B Escape drag 90,30>90,60 drag 120,60>120,30 Enter ?"),
            "car poly 10,10 90,10 90,30 90,60 90,90 10,90; *car poly 90,30 90,60 120,60 120,30",
        ),
        (
            &format!("{square} Shift+S Escape drag 93,13>130,10 click 130,40 Enter ?"),
            "car poly 10,10 90,10 90,90 10,90; *car poly 90,10 130,10 130,40",
        ),
        ("P Alt+Shift+D Alt+A drag 10,10>90,14 drag 92,50>10,50 Enter ?", "*car poly 10,10 90,10 90,50 10,50"),
    ]);
}

#[test]
fn a_point_of_what_is_not_selected_is_dragged_as_one_step() {
    let square = "P click 10,10 click 90,10 click 90,90 click 10,90 Enter V";
    check(&[
        (
            &format!("{square} Escape drag 90,10>120,20 ? Ctrl+Z ? Ctrl+Z ?"),
            "*car poly 10,10 120,20 90,90 10,90 | *car poly 10,10 90,10 90,90 10,90 | nothing",
        ),
        (&format!("{square} Ctrl+L Escape drag 90,10>120,20 ?"), "!car poly 10,10 90,10 90,90 10,90"),
        (&format!("{square} H Escape drag 90,10>120,20 ?"), "-car poly 10,10 90,10 90,90 10,90"),
        (&format!("{square} Alt+P Escape drag 90,10>120,20 ?"), "*car poly 10,10 90,10 90,90 10,90"),
        (&format!("{square} Escape press 90,10 move 120,20 Escape release 120,20 ?"), "*car poly 10,10 90,10 90,90 10,90"),
        (&format!("{square} Escape press 90,10 move 120,20 secondary release 120,20 ?"), "*car poly 10,10 90,10 90,90 10,90"),
        (&format!("{square} Escape press 90,10 move 120,20 B release 120,20 ? ?tool"), "*car poly 10,10 90,10 90,90 10,90 | Box"),
        (&format!("{square} Escape press 90,10 move 120,20 PageDown PageUp ?"), "car poly 10,10 90,10 90,90 10,90"),
    ]);
}

#[test]
fn a_line_beside_the_selected_cuts_what_it_crosses() {
    let two = "B drag 10,10>50,50 drag 100,10>140,50";
    check(&[
        (
            &format!("{two} T drag 5,30>60,30 ? Ctrl+Z ?"),
            "*car box 10,10 50,30; car box 100,10 140,50; *car box 10,30 50,50 | *car box 10,10 50,50; car box 100,10 140,50",
        ),
        (&format!("{two} T drag 5,30>160,30 ?"), "car box 10,10 50,50; *car box 100,10 140,30; *car box 100,30 140,50"),
    ]);
}
