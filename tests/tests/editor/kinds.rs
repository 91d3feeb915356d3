//! Keypoints, cuboids, turned boxes, points and tags, from the hand to the disk.

use super::session::check;

#[test]
fn keypoints_need_a_template_first() {
    check(&[
        (
            "J click 50,50 ? ?notice template nose,left_eye,right_eye ?template click 50,50 click 60,40 click+alt 40,40 ?",
            "nothing | The label \"car\" has no keypoints yet. Say which ones it has, then place them. | nose, left eye, right eye | \
             *car points 50,50 60,40 40,40?",
        ),
        (
            "J template a,b,c drag 30,40>90,80 ? restart ?template ?",
            "*car points 30,60 50,60 70,60 | a, b, c | car points 30,60 50,60 70,60",
        ),
        ("J template a,b,c click 50,50 Backtick Ctrl+Z ?drawing Ctrl+Z ?drawing Ctrl+Z ?", "drawing | idle | nothing"),
        ("J template a,b,c click 50,50 Enter Ctrl+Z ? Ctrl+Shift+Z ?", "nothing | *car points 50,50 50,50- 50,50-"),
        (
            "J template a,b,c click 50,50 click+alt 60,50 ?draft PageDown ?draft PageUp ?tool click 70,50 ?",
            "Keypoints 50,50 60,50? | no draft | Keypoints | *car points 50,50 60,50? 70,50",
        ),
        ("J template a,b,c name dog ?template drag 30,40>90,80 ?", "none | nothing"),
    ]);
}

#[test]
fn a_template_grows_and_never_shrinks() {
    check(&[
        ("template a,b template a,b,c ?template", "a, b, c"),
        ("template a,b template head,tail ?template", "head, tail"),
        (
            "template a,b,c template a,b ?template ?notice",
            "a, b, c | The keypoints were not saved: the label \"car\" would have fewer than its 3 keypoints, which instances may have.",
        ),
        (
            "template a,a ?template ?notice",
            "none | The keypoints were not saved: the label \"car\" would have two keypoints with the name \"a\".",
        ),
    ]);
}

#[test]
fn turning_and_mirroring() {
    check(&[
        ("B drag 100,100>160,140 Alt+Period Alt+Period Period ?", "*car turned 130,120 60,40 31"),
        ("B drag 100,100>160,140 Period Comma ? Ctrl+Z Ctrl+Z ?", "*car turned 130,120 60,40 0 | *car box 100,100 160,140"),
        ("Shift+B click 100,100 click 160,100 click 130,140 ?", "*car turned 130,120 60,40 0"),
        ("J template nose,left_eye,right_eye click 50,50 click 70,40 click 40,30 Alt+M ?", "*car points 60,50 70,30 40,40"),
        ("J template nose,left_eye,right_eye click 50,50 click 70,40 click 40,30 Alt+Shift+M ?", "*car points 50,50 40,30 70,40"),
        ("U drag 100,100>160,140 click 180,80 Alt+F ?", "*car cuboid 120,80 180,80 180,120 120,120 100,100 160,100 160,140 100,140"),
        ("B drag 100,100>160,140 Ctrl+L Period ?", "*!car box 100,100 160,140"),
        ("B drag 100,100>160,140 Alt+P Period ?", "*car box 100,100 160,140"),
    ]);
}

#[test]
fn a_vanishing_point_belongs_to_its_file() {
    check(&[
        ("U vanishing click 200,20 ?vanishing PageDown ?vanishing PageUp ?vanishing", "200,20 | none | 200,20"),
        (
            "U vanishing click 200,0 drag 100,100>160,140 click 180,50 ?",
            "*car cuboid 100,100 160,100 160,140 100,140 150,50 180,50 180,70 150,70",
        ),
    ]);
}

#[test]
fn boxes_by_numbers() {
    check(&[
        ("B drag 10,10>50,40 box 20,30,60.5,40 ? Ctrl+Z ?", "*car box 20,30 80.5,70 | *car box 10,10 50,40"),
        ("B drag 10,10>50,40 box 380,30,60,40 ?", "*car box 380,30 400,70"),
        ("B drag 10,10>50,40 box 400,30,60,40 ? ?notice", "*car box 10,10 50,40 | A box needs a width and a height inside the image."),
    ]);
}

#[test]
fn tags_and_points() {
    check(&[
        ("Shift+T ?asks name night ?", "asks for a label | *night tag"),
        ("Shift+T name night Shift+T name night ?", "*night tag"),
        ("Shift+T Escape ?asks 2 ?", "does not ask | nothing"),
        ("B drag 10,10>50,40 Shift+T 2 ?", "car box 10,10 50,40; *person tag"),
        ("Shift+T name night Delete ? Ctrl+Z ?", "nothing | *night tag"),
        ("Shift+O click 30,40 ? Shift+Right ?", "*car point 30,40 | *car point 40,40"),
        ("Shift+O click 30,40 Shift+N click 70,70 ?", "*car point 70,70"),
    ]);
}
