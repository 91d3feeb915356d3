//! Areas combined, cut and thinned, and borders shared, from the hand to the disk.

use super::session::check;

#[test]
fn several_out_of_one_and_one_out_of_several_are_one_step() {
    check(&[
        (
            "B drag 100,100>160,140 Shift+X drag 130,90>130,150 ? restart ? Ctrl+Z ?",
            "*car box 100,100 130,140; *car box 130,100 160,140 | car box 100,100 130,140; car box 130,100 160,140 | *car box 100,100 160,140",
        ),
        (
            "B drag 100,100>160,140 Escape 2 drag 140,100>200,140 Ctrl+A Alt+J ? Ctrl+Z ?",
            "*car poly 100,100 200,100 200,140 100,140 | *car box 100,100 160,140; *person box 140,100 200,140",
        ),
    ]);
}

#[test]
fn what_cannot_be_done_is_said() {
    check(&[
        (
            "B drag 100,100>160,140 Alt+X ? ?notice",
            "*car box 100,100 160,140 | Select two or more areas, the one that stays first; something must be left of it.",
        ),
        ("B drag 100,100>160,140 Ctrl+L Alt+Equals ?", "*!car box 100,100 160,140"),
    ]);
}

#[test]
fn a_drawing_with_curves_survives_a_restart() {
    check(&[(
        "Shift+P click 10,10 click 90,10 Semicolon ?draft PageDown PageUp ?tool Enter ?",
        "Polyline 10,10 90,10~50,30 | Polyline | *car line 10,10~50,30 90,10",
    )]);
}
