//! Cuboids, gesture by gesture. Image 200 × 100.

mod script;

use script::check;

const NONE: &str = "";
const CUBOID: &str = "u cuboid 20,40 80,40 80,90 20,90 50,20 110,20 110,70 50,70";

#[test]
fn drawing() {
    let drawn = "create cuboid 20,40 60,40 60,80 20,80 40,20 80,20 80,60 40,60";
    check(&[
        (NONE, "cuboid: drag 20,40>60,80 ?busy click 80,20", &format!("busy; {drawn}")),
        (NONE, "cuboid: click 60,80 click 20,40 click 80,20", drawn),
        (NONE, "cuboid: drag 20,40>60,80 move 80,20 enter", drawn),
        (NONE, "cuboid: drag 20,40>60,80 ?draft esc ?busy", "draft 20,40 60,80; idle"),
        (NONE, "cuboid: resume 20,40/60,80 click 80,20", drawn),
        (NONE, "cuboid: click 20,40 click+shift 60,60 click 80,20", drawn),
        (NONE, "cuboid: click 20,40 click 60,40.2 click 80,20 ?busy", "busy"),
        (
            NONE,
            "cuboid: mode four click 20,40 click 60,50 click 60,90 click 80,40",
            "create cuboid 20,40 60,50 60,90 20,80 40,30 80,40 80,80 40,70",
        ),
        // Clicked the other way round, the corners are counted as always.
        (
            NONE,
            "cuboid: mode four click 60,50 click 20,40 click 20,80 click 80,40",
            "create cuboid 20,40 60,50 60,90 20,80 40,30 80,40 80,80 40,70",
        ),
    ]);
}

#[test]
fn towards_a_vanishing_point() {
    check(&[
        (
            NONE,
            "cuboid: mode vanishing move 9,9 ?hint click 160,0 ?hint drag 20,40>60,80 click 110,20",
            "set the vanishing point of this file; vanishing 160,0; draw the front face, set its first corner; \
             create cuboid 20,40 60,40 60,80 20,80 90,20 110,20 110,40 90,40",
        ),
        (
            NONE,
            "cuboid: mode vanishing click 160,0 click 20,40 click 60,80 move 300,-200 ?busy click 300,-200",
            "vanishing 160,0; busy; create cuboid 20,40 60,40 60,80 20,80 157.2,0.8 158,0.8 158,1.6 157.2,1.6",
        ),
    ]);
}

#[test]
fn corners_edges_and_faces() {
    check(&[
        (CUBOID, "select: select u drag 20,40>30,45", "Reshape cuboid: u cuboid 30,45 80,40 80,90 20,90 50,20 110,20 110,70 50,70"),
        (CUBOID, "select: select u drag 50,40>50,50", "Reshape cuboid: u cuboid 20,50 80,50 80,90 20,90 50,20 110,20 110,70 50,70"),
        (CUBOID, "select: select u drag 50,65>60,60", "Reshape cuboid: u cuboid 30,35 90,35 90,85 30,85 50,20 110,20 110,70 50,70"),
        (CUBOID, "select: select u drag 80,45>80,55", "Reshape cuboid: u cuboid 20,40 80,40 80,90 20,90 50,30 110,30 110,80 50,80"),
        (CUBOID, "select: select u px 0.5 drag 65,30>65,20", "Reshape cuboid: u cuboid 20,30 80,30 80,90 20,90 50,10 110,10 110,70 50,70"),
        (CUBOID, "select: select u press 20,40 move 30,45 esc ?busy release 30,45", "idle"),
        (CUBOID, "select: select u drag 35,60>45,60", "Move: u cuboid 30,40 90,40 90,90 30,90 60,20 120,20 120,70 60,70"),
        (CUBOID, "select: select u move 20,40 ?hint move 50,40 ?hint move 50,65 ?hint", "move the corner; move the edge; move the face"),
    ]);
}

#[test]
fn a_corner_stops_where_the_face_would_fold() {
    let got = script::replay(CUBOID, "select: select u drag 20,40>90,95");
    let corner: Vec<f64> = got.split("cuboid ").nth(1).unwrap().split([',', ' ']).take(2).map(|n| n.parse().unwrap()).collect();
    // On the line from (80, 40) to (20, 90) three corners of the face would be one line.
    assert!(corner[0] > 40. && corner[0] < 55. && corner[1] > 55., "{got}");
}

#[test]
fn names_of_the_faces() {
    check(&[
        (CUBOID, "select: select u faces", "Swap front and back: u cuboid 50,20 110,20 110,70 50,70 20,40 80,40 80,90 20,90"),
        (
            CUBOID,
            "select: select u front front front front ?busy",
            "Turn the front: u cuboid 80,40 110,20 110,70 80,90 20,40 50,20 50,70 20,90; Turn the front: u cuboid 110,20 50,20 50,70 110,70 80,40 20,40 20,90 80,90; Turn the front: u cuboid 50,20 20,40 20,90 50,70 110,20 80,40 80,90 110,70; Turn the front: u cuboid 20,40 80,40 80,90 20,90 50,20 110,20 110,70 50,70; idle",
        ),
    ]);
}
