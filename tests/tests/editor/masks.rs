//! Masks painted by a person, over a real project on the disk.

use super::session::check;

#[test]
fn strokes_are_steps() {
    check(&[
        ("R square 4 drag 10,10>30,10 ?", "*car mask 8,8 32,12 of 96"),
        ("R square 4 drag 10,10>30,10 drag 30,10>30,40 ?", "*car mask 8,8 32,42 of 216"),
        (
            "R square 4 drag 10,10>30,10 drag 30,10>30,40 Ctrl+Z ? Ctrl+Z ? Ctrl+Y Ctrl+Y ?",
            "*car mask 8,8 32,12 of 96 | nothing | *car mask 8,8 32,42 of 216",
        ),
        ("R square 4 drag 10,10>30,10 Enter drag 10,50>30,50 ?", "car mask 8,8 32,12 of 96; *car mask 8,48 32,52 of 96"),
        ("R square 4 drag 10,10>30,10 Shift+E drag 20,0>20,90 ?", "*car mask 8,8 32,12 of 80"),
        ("R square 4 drag 10,10>30,10 drag+alt 0,10>90,10 ? Ctrl+Z ?", "nothing | *car mask 8,8 32,12 of 96"),
        ("R square 4 drag 10,10>30,10 2 drag 10,50>30,50 ?", "*person mask 8,8 32,52 of 192"),
        ("R square 4 press 10,10 move 30,10 Escape release 30,10 ? ?drawing", "nothing | idle"),
        ("R square 4 press 10,10 move 30,10 secondary release 30,10 ? ?drawing", "nothing | idle"),
        ("R square 4 press 10,10 move 30,10 B ? ?drawing", "nothing | idle"),
        ("R square 4 press 10,10 move 30,10 PageDown PageUp ? ?drawing", "nothing | idle"),
        ("R square 4 press 10,10 move 30,10 Ctrl+Z ? ?drawing", "nothing | idle"),
    ]);
}

#[test]
fn over_and_under_are_one_step() {
    let two = "R square 4 drag 10,10>30,10 Enter drag 50,10>50,10 Enter";
    check(&[
        (&format!("{two} Shift+U drag 5,8>60,8 ?"), "car mask 8,8 32,12 of 96; car mask 48,8 52,12 of 16; *car mask 3,6 62,10 of 180"),
        (
            &format!("{two} Shift+U Shift+U drag 5,10>60,10 ? Ctrl+Z ?"),
            "*car mask 3,8 62,12 of 236 | *car mask 8,8 32,12 of 96; *car mask 48,8 52,12 of 16",
        ),
        (
            &format!("{two} Shift+U Shift+U drag 5,8>60,8 ? Ctrl+Z ?"),
            "car mask 8,10 32,12 of 48; car mask 48,10 52,12 of 8; *car mask 3,6 62,10 of 236 | *car mask 8,8 32,12 of 96; *car mask 48,8 52,12 of 16",
        ),
    ]);
}

#[test]
fn keys_choose_how_the_brush_works() {
    check(&[
        ("R ?brush CloseBracket CloseBracket ?brush OpenBracket OpenBracket OpenBracket ?brush", "40 Stroke | 58 Stroke | 33 Stroke"),
        ("Shift+E ?tool ?brush Shift+E ?brush", "Brush | 40 Stroke erases | 40 Stroke"),
        ("Shift+L ?tool ?brush Shift+F ?brush Shift+F ?brush", "Brush | 40 Lasso | 40 Fill | 40 Stroke"),
        ("Shift+L drag 10,10>30,10>30,30>10,30 ?", "*car mask 10,10 30,30 of 400"),
        (
            "R square 20 drag 20,20>80,20>80,80>20,80>20,20 Alt+H ? Ctrl+Z square 2 Enter drag 120,20>120,20 V Ctrl+A Alt+K ?",
            "*car mask 10,10 90,90 of 6400 | *car mask 10,10 90,90 of 4800; *car mask 119,19 121,21 of 4",
        ),
        ("W CloseBracket ?tool click 10,10 ?drawing", "Wand | idle"),
        ("Y click 10,10 click 50,10 click 50,40 Enter ?", "*car poly 10,10 50,10 50,40"),
        ("Y click 10,10 click 50,10 restart ?drawing Escape ?", "drawing | nothing"),
    ]);
}
