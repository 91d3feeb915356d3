//! Keypoints, gesture by gesture. The template: nose, left eye, right eye, mouth. Image 200 × 100.

mod script;

use script::check;

const NONE: &str = "";
const FACE: &str = "k points 100,50 120,30? 80,30 0,0-";

#[test]
fn all_by_one_drag() {
    check(&[
        (NONE, "keypoints: drag 20,10>60,90", "create points 40,50 50,30 30,30 40,90"),
        // From right to left it is seen in a mirror, and left is still the one named left.
        (NONE, "keypoints: drag 60,10>20,90", "create points 40,50 50,30 30,30 40,90"),
        (NONE, "keypoints: drag 20,10>300,300", "create points 110,55 155,32.5 65,32.5 110,100"),
        (NONE, "keypoints: press 20,10 move 60,90 ?busy esc ?busy release 60,90", "busy; idle"),
        (NONE, "keypoints: press 20,10 move 60,90 lost move 90,90", "create points 40,50 50,30 30,30 40,90"),
    ]);
}

#[test]
fn one_after_the_other() {
    check(&[
        (
            NONE,
            "keypoints: move 9,9 ?readout click 50,50 ?readout click 60,40 click 40,40 ?readout click 50,70",
            "; 2 / 4 left eye; 4 / 4 mouth; create points 50,50 60,40 40,40 50,70",
        ),
        (NONE, "keypoints: click 50,50 click+alt 60,40 space ?readout click 50,70", "4 / 4 mouth; create points 50,50 60,40? 40,40- 50,70"),
        (NONE, "keypoints: click 50,50 click 70,40 enter", "create points 50,50 70,40 36.28,37.09- 52.09,84.53-"),
        (NONE, "keypoints: space space click 40,40 enter ?busy", "create points 40,40- 40,40- 40,40 40,40-; idle"),
        (NONE, "keypoints: space enter ?busy space space space ?busy click 50,70", "busy; busy; create points 50,70- 50,70- 50,70- 50,70"),
        (NONE, "keypoints: click 50,50 click 60,40 backspace ?readout backspace ?busy", "2 / 4 left eye; idle"),
        (NONE, "keypoints: click 50,50 click+shift 60,40 space ?draft", "draft 50,50 60,40? 60,40-"),
        (NONE, "keypoints: resume 50,50/60,40?/60,40- ?readout click 50,70", "4 / 4 mouth; create points 50,50 60,40? 40,40- 50,70"),
        (NONE, "keypoints: click 50,50 click2 50,50 ?readout", "2 / 4 left eye"),
        (NONE, "keypoints: press 50,50 move 51,51 release 51,51 press 60,40 move 62,42 release 62,42 ?draft", "draft 50,50 62,42"),
    ]);
}

#[test]
fn without_a_template_it_says_what_is_missing() {
    check(&[
        (
            NONE,
            "keypoints: untemplate click 50,50 ?busy ?cursor ?hint",
            "ask for keypoints; idle; Forbidden; give the label its keypoints: it has none yet",
        ),
        (NONE, "keypoints: untemplate space enter drag 10,10>50,50 ?busy", "ask for keypoints; idle"),
        // Handles work all the same.
        (FACE, "keypoints: untemplate select k drag 100,50>105,55", "Move point: k points 105,55 120,30? 80,30 0,0-"),
    ]);
}

#[test]
fn editing() {
    check(&[
        (FACE, "select: select k drag 80,30>70,20", "Move point: k points 100,50 120,30? 70,20 0,0-"),
        (FACE, "select: select k drag 120,30>130,20", "Move point: k points 100,50 130,20? 80,30 0,0-"),
        // The absent one waits below the others; dragging it brings it back.
        (
            FACE,
            "select: select k move 80,68 ?hot ?readout drag 80,68>100,70",
            "Absent 80,68; mouth, absent; Move point: k points 100,50 120,30? 80,30 100,70",
        ),
        (FACE, "select: select k click+shift 80,30", "Change how a point is seen: k points 100,50 120,30? 80,30? 0,0-"),
        (FACE, "select: select k click+alt 120,30", "Change how a point is seen: k points 100,50 120,30- 80,30 0,0-"),
        (FACE, "select: select k click+alt 80,68", "Change how a point is seen: k points 100,50 120,30? 80,30 80,68"),
        (FACE, "select: select k move 100,50 delete", "Change how a point is seen: k points 100,50- 120,30? 80,30 0,0-"),
        (FACE, "select: select k move 80,68 delete", "Change how a point is seen: k points 100,50 120,30? 80,30 80,68"),
        // The last one stays.
        (
            "k points 100,50 0,0-",
            "select: select k move 100,50 delete click+alt 100,50 click+alt 100,50 click+alt 100,50",
            "select k; Change how a point is seen: k points 100,50? 0,0-; Change how a point is seen: k points 100,50 0,0-; Change how a point is seen: k points 100,50? 0,0-",
        ),
        (
            FACE,
            "select: select k move 120,30 ?readout ?hint ?hot",
            "left eye, occluded; move the point, visible, occluded, absent, absent, or back; Occluded 120,30",
        ),
        (FACE, "select: select k mirror", "Mirror: k points 100,50 120,30 80,30? 200,0-"),
        (FACE, "select: select k swap", "Swap left and right: k points 100,50 80,30 120,30? 0,0-"),
        (FACE, "select: select k lock k swap", ""),
        // Drawn before the label got its last two points.
        ("k points 100,50 120,30?", "select: select k complete", "Add missing keypoints: k points 100,50 120,30? 80,30- 100,90-"),
        (FACE, "select: select k complete", ""),
    ]);
}

#[test]
fn a_drag_from_right_to_left_mirrors_what_is_not_alike() {
    let drawn = |script: &str| {
        let mut stage = script::Stage::new("", limn_tools::ToolKind::Keypoints);
        let template = stage.schema.labels[0].keypoints.as_mut().unwrap();
        (template.points[1].y, template.points[3].x) = (0.0, 0.75);
        stage.play(script);
        stage.log()
    };
    assert_eq!(drawn("drag 20,10>60,90"), "create points 40,50 50,10 30,30 50,90");
    assert_eq!(drawn("drag 60,10>20,90"), "create points 40,50 50,30 30,10 30,90");
}
