//! Vertices of keyframes that are matched by hand.

use super::session::{Session, check, replay};
use limn_core::Geometry;

/// A square at frame 0 that is 100 pixels further right at frame 4.
const SQUARE: &str = "file 2 P click 10,10 click 50,10 click 50,50 click 10,50 Enter V frame 4 drag 30,30>130,30 frame 2 ";

fn checked(rows: &[(&str, &str)]) {
    let rows: Vec<(String, &str)> = rows.iter().map(|(script, want)| (format!("{SQUARE}{script}"), *want)).collect();
    check(&rows.iter().map(|(script, want)| (script.as_str(), *want)).collect::<Vec<_>>());
}

#[test]
fn by_keys_alone() {
    checked(&[
        ("Ctrl+M ?matched Tab ?matched Shift+Tab Shift+Tab ?matched", "1>1 of 0-4 | 2>2 of 0-4 | 4>4 of 0-4"),
        (
            "Ctrl+M Right ?matched ?ties Left ?matched Left ?matched Delete ?matched ?ties",
            "1=2 of 0-4 | 0: 10,10>150,10 | 1=1 of 0-4 | 1=4 of 0-4 | 1>1 of 0-4 | ",
        ),
        ("Ctrl+M Tab Enter ?matched ?ties", "2=2 of 0-4 | 0: 50,10>150,10"),
        ("Ctrl+M Delete ?notice", "This vertex is not tied."),
        ("Ctrl+M Right Tab Tab Enter ?ties Ctrl+Alt+Shift+M ?ties ?matched", "0: 10,10>150,10 50,50>110,50 |  | 3>3 of 0-4"),
        ("Ctrl+M Escape ?matched ?sequences ?", "not matching | car 1: 0 4 | *car poly 60,10 100,10 100,50 60,50"),
        ("Ctrl+M Ctrl+M ?matched Ctrl+M B ?matched ?tool", "not matching | not matching | Box"),
        // The next stretch is matched where the frame goes.
        ("frame 4 Ctrl+M ?matched", "1>1 of 0-4"),
        ("Backslash frame 4 Ctrl+M ?matched frame 1 ?matched", "1>1 of 2-4 | 1>1 of 0-2"),
    ]);
}

#[test]
fn by_the_pointer() {
    checked(&[
        ("Ctrl+M drag 10,10>150,50 ?ties ?matched", "0: 10,10>150,50 | 1=3 of 0-4"),
        // From the later one to the earlier one is the same.
        ("Ctrl+M drag 151,51>50,10 ?ties ?matched", "0: 50,10>150,50 | 2=3 of 0-4"),
        ("Ctrl+M drag 10,10>80,30 ?ties drag 10,10>50,50 ?ties click 50,50 ?matched ?ties", " |  | 3>3 of 0-4 | "),
        // A second partner takes the place of the first.
        ("Ctrl+M drag 10,10>150,50 drag 10,10>110,50 ?ties Ctrl+Z ?ties", "0: 10,10>110,50 | 0: 10,10>150,50"),
        ("Ctrl+M press 10,10 move 150,50 Escape ?matched release 150,50 ?ties", "1>1 of 0-4 | "),
    ]);
}

#[test]
fn a_click_ties_nothing_where_both_keyframes_have_a_vertex() {
    let still = "file 2 P click 10,10 click 50,10 click 50,50 click 10,50 Enter V frame 4 Backslash frame 2 Ctrl+M";
    assert_eq!(replay(&format!("{still} click 50,10 ?ties ?matched")), " | 2>2 of 0-4");
    assert_eq!(replay(&format!("{still} press 50,10 move 70,30 move 51,10 release 51,10 ?ties")), "0: 50,10>50,10");
}

#[test]
fn a_tie_turns_the_shape_between() {
    let mut session = Session::new(false);
    session.play(&format!("{SQUARE}Ctrl+M Right Escape"));
    let Some(Geometry::Polygon(polygon)) = session.editor.document().instances().iter().next().map(|it| &it.geometry) else {
        panic!("another kind")
    };
    let first = polygon.parts[0].outer.points()[0];
    // An eighth of a turn about the middle.
    assert!((first.x - 80.).abs() < 1e-9 && (first.y - (30. - 800_f64.sqrt())).abs() < 1e-9, "{first:?}");
}

#[test]
fn the_other_way_round() {
    checked(&[
        (
            "Ctrl+Shift+M ?ties ?matched Tab ?matched Tab ?matched Tab ?matched",
            "0: 10,10>110,10 50,50>150,50 10,50>150,10 | 1=1 of 0-4 | 2>4 of 0-4 | 3=3 of 0-4 | 4=2 of 0-4",
        ),
        ("Ctrl+Shift+M Ctrl+Shift+M Tab ?matched Tab Tab ?matched", "2>2 of 0-4 | 4=4 of 0-4"),
    ]);
    let line = "file 2 Shift+P click 10,10 click 50,10 click 90,20 Enter V frame 4 drag 50,10>50,60 frame 2 Ctrl+M ";
    assert_eq!(replay(&format!("{line} Alt+Y ?ties Alt+Y ?ties")).split(" | ").count(), 2);
}

#[test]
fn undo_redo_and_another_day() {
    let mut session = Session::new(false);
    session.play(SQUARE);
    session.play("Ctrl+M Right ?ties Ctrl+Z ?ties Ctrl+Y ?ties restart ?ties Ctrl+Z ?ties ?sequences");
    let tied = "0: 10,10>150,10";
    assert_eq!(session.answers(), [tied, "", tied, tied, "", "car 1: 0 4"]);
}

#[test]
fn ties_follow_vertices_that_are_moved_added_and_removed() {
    checked(&[
        // Both ends, and each is one step with its tie.
        (
            "Ctrl+M Right Escape frame 0 drag 10,10>4,6 ?ties Ctrl+Z ?ties ?",
            "0: 4,6>150,10 | 0: 10,10>150,10 | *car poly 10,10 50,10 50,50 10,50",
        ),
        ("Ctrl+M Right Escape frame 4 drag 150,10>160,4 ?ties Ctrl+Z ?ties", "0: 10,10>160,4 | 0: 10,10>150,10"),
        ("Ctrl+M Right Escape frame 4 drag 130,30>130,70 ?ties", "0: 10,10>150,50"),
        ("Ctrl+M Right Escape frame 4 drag 130,10>130,4 ?ties ?", "0: 10,10>150,10 | *car poly 110,10 130,4 150,10 150,50 110,50"),
        ("Ctrl+M Right Escape frame 4 move 110,10 Delete ? ?ties", "*car poly 150,10 150,50 110,50 | 0: 10,10>150,10"),
        // The tied one itself.
        ("Ctrl+M Right Escape frame 4 move 150,10 Delete ?ties Ctrl+Z ?ties", " | 0: 10,10>150,10"),
        ("Ctrl+M Right Escape frame 4 Alt+Y ?ties", "0: 10,10>150,10"),
    ]);
}

#[test]
fn what_is_drawn_anew_is_not_tied() {
    checked(&[
        (
            "Ctrl+M Right Escape frame 4 Shift+N click 111,12 click 149,8 click 153,52 click 108,47 Enter ?ties Ctrl+Z ?ties",
            " | 0: 10,10>150,10",
        ),
        ("Ctrl+M Right Escape frame 4 Ctrl+Alt+B ?ties Ctrl+Z ?ties", " | 0: 10,10>150,10"),
    ]);
}

#[test]
fn a_keyframe_between_divides_ties_and_they_are_whole_again_without_it() {
    checked(&[
        ("Ctrl+M Enter Escape Backslash ?ties Backslash ?ties", "0: 10,10>60,10; 2: 60,10>110,10 | 0: 10,10>110,10"),
        // A corner of the shape between is dragged, the tied one.
        ("Ctrl+M Enter Escape drag 60,10>60,0 ?ties Ctrl+Z ?ties", "0: 10,10>60,0; 2: 60,0>110,10 | 0: 10,10>110,10"),
        ("Ctrl+M Enter Escape drag 80,30>80,40 ?ties", "0: 10,10>60,20; 2: 60,20>110,10"),
    ]);
}

#[test]
fn ties_stay_while_a_keyframe_is_moved_in_time_between_its_neighbours() {
    checked(&[
        ("Ctrl+M Right Escape keyframe 4>3 ?ties ?sequences Ctrl+Z ?ties", "0: 10,10>150,10 | car 1: 0 3 | 0: 10,10>150,10"),
        ("Ctrl+M Right Escape frame 0 keyframe 0>1 ?ties", "1: 10,10>150,10"),
    ]);
}

#[test]
fn where_there_is_nothing_to_match_it_is_told() {
    check(&[
        ("file 2 Ctrl+M ?notice ?matched", "Select one sequence to match the vertices of its keyframes. | not matching"),
        (
            "file 2 B drag 10,10>30,20 frame 3 Backslash Ctrl+M ?notice",
            "There is nothing to match here: it takes two keyframes that are both polygons or both lines. Make one with Keyframe here, or \
             convert.",
        ),
    ]);
    checked(&[("Ctrl+M Shift+Delete ?matched ?sequences", "not matching | "), ("Ctrl+M file 0 ?matched", "not matching")]);
}
