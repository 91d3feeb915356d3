//! Objects followed through a video by hand.

use super::session::{Session, check};
use limn_core::sequence::carry::{Carried, CarryEnd, FLOW_RUN};
use limn_core::{Geometry, Rect};
use limn_editor::Event;

#[test]
fn what_is_drawn_goes_on_and_what_is_changed_makes_a_keyframe() {
    check(&[
        ("file 2 B drag 10,10>30,20 ?sequences frame 5 ?", "car 1: 0 | *car box 10,10 30,20"),
        // Moved at frame 4: between, it is half way.
        ("file 2 B drag 10,10>30,20 frame 4 V drag 20,15>40,15 ?sequences frame 2 ?", "car 1: 0 4 | *car box 20,10 40,20"),
    ]);
}

#[test]
fn one_frame_only_when_asked_for() {
    check(&[
        ("file 2 Shift+G B drag 10,10>30,20 ?sequences frame 1 ?", " | nothing"),
        // An image has no frames to go on through.
        ("B drag 10,10>30,20 ?sequences ?", " | *car box 10,10 30,20"),
        (
            "file 2 Shift+G B drag 10,10>30,20 Shift+V ?sequences frame 3 ? Ctrl+Z ?sequences frame 0 ?",
            "car 1: 0 | *car box 10,10 30,20 |  | car box 10,10 30,20",
        ),
    ]);
}

#[test]
fn a_tag_is_of_the_frame_or_of_the_whole_video() {
    check(&[
        ("file 2 frame 2 Alt+Shift+T 2 ?sequences ? frame 0 ? Delete ?sequences", "person 1: 0 | *person tag | *person tag | "),
        ("file 2 frame 2 Alt+Shift+T 2 Alt+Shift+T 2 ?sequences Shift+Delete ?sequences", "person 1: 0 | "),
        ("file 2 frame 2 Shift+T 2 ?sequences ? frame 0 ?", " | *person tag | nothing"),
    ]);
}

#[test]
fn undo_and_redo_of_every_step() {
    let mut session = Session::new(false);
    session.play("file 2 B drag 10,10>30,20 frame 2 V drag 20,15>40,15 Quote frame 3 Quote frame 4 2 ?sequences");
    session.play("Ctrl+Z Ctrl+Z Ctrl+Z ?sequences Ctrl+Z Ctrl+Z ?sequences");
    session.play("Ctrl+Y Ctrl+Y Ctrl+Y Ctrl+Y Ctrl+Y ?sequences restart ?sequences Ctrl+Z Ctrl+Z ?sequences");
    let whole = "person 1: 0 2o 3";
    assert_eq!(session.answers(), [whole, "car 1: 0 2", "", whole, whole, "car 1: 0 2o"]);
}

#[test]
fn label_and_fixed_marks_are_of_the_whole_and_flags_from_here_on() {
    check(&[
        ("file 2 B drag 10,10>30,20 frame 3 2 frame 0 ?", "*person box 10,10 30,20"),
        // Occluded from frame 3 on; ignored on all.
        ("file 2 B drag 10,10>30,20 frame 3 Alt+O frame 4 ?marks frame 2 ?marks ?sequences", "occluded true | - | car 1: 0 3"),
    ]);
}

#[test]
fn deleting_says_how_far() {
    check(&[
        // Here only: the last and the next frame have it.
        (
            "file 2 B drag 10,10>30,20 frame 3 Delete ?sequences ? frame 4 ? ?notice",
            "car 1: 0 3o 4 | nothing | *car box 10,10 30,20 | Gone from this frame; on the others it stays. Alt+Delete: from here on.",
        ),
        ("file 2 B drag 10,10>30,20 frame 3 Alt+Delete ?sequences ? frame 2 ?", "car 1: 0 x3 | nothing | *car box 10,10 30,20"),
        ("file 2 B drag 10,10>30,20 frame 3 Shift+Delete ?sequences frame 0 ?", " | nothing"),
        // What was nowhere else is gone whole.
        ("file 2 B drag 10,10>30,20 Delete ?sequences", ""),
    ]);
}

#[test]
fn keyframes_are_made_removed_and_gone_to() {
    check(&[
        ("file 2 B drag 10,10>30,20 frame 3 Backslash ?sequences Backslash ?sequences", "car 1: 0 3 | car 1: 0"),
        ("file 2 B drag 10,10>30,20 Backslash ?sequences ?notice", "car 1: 0 | This is its only keyframe, and it stays."),
        (
            "file 2 B drag 10,10>30,20 frame 2 Backslash frame 4 Backslash Ctrl+Left ?place Ctrl+Left ?place Ctrl+Left ?notice",
            "v.mp4 2 | v.mp4 0 | There is no keyframe before this frame.",
        ),
        ("file 2 B drag 10,10>30,20 frame 4 Backslash frame 0 Ctrl+Right ?place", "v.mp4 4"),
    ]);
}

#[test]
fn a_keyframe_is_moved_in_time() {
    check(&[
        (
            "file 2 B drag 10,10>30,20 frame 2 V drag 20,15>40,15 keyframe 2>4 ?sequences ? Ctrl+Z ?sequences",
            "car 1: 0 4 | *car box 20,10 40,20 | car 1: 0 2",
        ),
        (
            "file 2 B drag 10,10>30,20 frame 2 Backslash keyframe 2>0 ?sequences ?notice",
            "car 1: 0 2 | There is a keyframe at that frame already.",
        ),
    ]);
}

#[test]
fn a_shape_is_put_where_it_is_at_a_keyframe_around() {
    check(&[
        // Half way it is at 20; then it goes back to where it was, then to where it will be.
        (
            "file 2 B drag 10,10>30,20 frame 4 V drag 20,15>40,15 frame 2 ? Ctrl+Up ? Ctrl+Down ? ?sequences Ctrl+Z ?",
            "*car box 20,10 40,20 | *car box 10,10 30,20 | *car box 30,10 50,20 | car 1: 0 2 4 | *car box 10,10 30,20",
        ),
        ("file 2 B drag 10,10>30,20 Ctrl+Up ?notice", "It has no keyframe before this frame."),
        // Before it begins: it begins earlier then.
        ("file 2 frame 3 B drag 10,10>30,20 frame 1 Ctrl+Down ? ?sequences", "*car box 10,10 30,20 | car 1: 1 3"),
    ]);
}

#[test]
fn out_of_the_picture_and_back() {
    check(&[
        // The one that is gone is still followed: the same key brings it back.
        (
            "file 2 B drag 10,10>30,20 frame 2 Quote ? frame 4 ? Quote ? ?sequences",
            "nothing | nothing | *car box 10,10 30,20 | car 1: 0 2o 4",
        ),
        (
            "file 2 B drag 10,10>30,20 frame 3 Shift+Quote frame 4 ? frame 3 ? Shift+Quote ?sequences",
            "nothing | *car box 10,10 30,20 | car 1: 0",
        ),
        ("file 2 B drag 10,10>30,20 frame 4 Shift+Backslash ?sequences frame 3 ?", "car 1: 4 | nothing"),
    ]);
}

#[test]
fn split_merge_and_exchange() {
    check(&[
        (
            "file 2 B drag 10,10>30,20 frame 4 Backslash frame 2 Shift+R ?sequences frame 4 ?",
            "car 1: 0 x2; car 2: 2 4 | *car box 10,10 30,20",
        ),
        // Merged again with what was cut off, though they are never seen together.
        (
            "file 2 B drag 10,10>30,20 frame 4 Backslash frame 2 Shift+R frame 1 V click 20,15 Shift+W frame 3 click 20,15 Shift+W ?sequences",
            "car 1: 0 2 4",
        ),
        // Two cars that were mixed up from frame 2 on; the frames before stay as they are.
        (
            "file 2 B drag 10,10>30,20 Escape drag 50,10>70,20 Escape frame 2 Ctrl+A Alt+Shift+Z frame 4 Ctrl+A Backslash ?sequences ?",
            "car 1: 0 1 2 4; car 2: 0 1 2 4 | *car box 50,10 70,20; *car box 10,10 30,20",
        ),
    ]);
}

#[test]
fn history_tells_what_it_was_at_this_frame() {
    check(&[
        // A keyframe far away changes this frame, too; one that is deleted and comes back is known again.
        ("file 2 B drag 10,10>30,20 frame 4 V drag 20,15>40,15 frame 2 ?versions", "Draw box, Move"),
        (
            "file 2 B drag 10,10>30,20 frame 4 V drag 20,15>40,15 Backslash Ctrl+Z frame 2 ?versions",
            "Draw box, Move, Remove keyframe, Undo Remove keyframe",
        ),
        (
            "file 2 B drag 10,10>30,20 frame 2 Quote frame 0 ?versions frame 3 Quote ?versions",
            "Draw box | Draw box, Outside from here on, Back in the picture",
        ),
    ]);
}

#[test]
fn a_slow_disk_changes_nothing() {
    let mut session = Session::new(true);
    session.play(
        "file 2 settle B drag 10,10>30,20 settle frame 4 settle V drag 20,15>40,15 Backslash Ctrl+Z settle ?sequences frame 2 settle ?",
    );
    assert_eq!(session.answers(), ["car 1: 0 4", "*car box 20,10 40,20"]);
}

#[test]
fn keys_that_come_before_the_frame_change_the_shape_that_is_on_it() {
    let mut session = Session::new(true);
    session.play("file 2 settle B drag 10,10>30,20 settle frame 4 settle V drag 20,15>40,15 settle");
    // Half way it is at 20, and what is still seen when the keys come is at 30.
    session.play("frame 2 Right Right ?sequences settle ? ?sequences");
    // Left before it is there.
    session.play("frame 0 Right frame 2 settle ? frame 0 settle ?");
    let half = "*car box 22,10 42,20";
    assert_eq!(session.answers(), ["car 1: 0 4", half, "car 1: 0 2 4", half, "*car box 10,10 30,20"]);
    assert!(session.notices.iter().any(|notice| notice.contains("left before it was there")), "{:?}", session.notices);
}

/// A tracker that answers the last order: boxes of 20 × 10 pixels at these frames, with their left border.
fn tracked(session: &mut Session, boxes: &[(u64, f64)]) {
    let (file, order) = session.orders.pop().expect("an order");
    let keyframe = |(frame, x): &(u64, f64)| (*frame, Geometry::Box(Rect::from_xywh(*x, 10.0, 20.0, 10.0)), 0.9);
    let result = Carried {
        member: order.tasks[0].member,
        keyframes: boxes.iter().map(keyframe).collect(),
        until: boxes.last().unwrap().0,
        disagreement: boxes.iter().map(|(frame, _)| (*frame, if *frame == 3 { 2.5 } else { 0.1 })).collect(),
        end: CarryEnd::Asked,
    };
    session.send(Event::Carried { file, order: Box::new(order), results: vec![result] });
}

#[test]
fn what_is_tracked_is_one_step_and_stops_before_a_persons_keyframe() {
    let mut session = Session::new(false);
    session.play("file 2 B drag 10,10>30,20 frame 4 Backslash frame 0 Ctrl+Shift+Right");
    assert_eq!(session.orders[0].1.tasks[0].barrier.as_ref().map(|it| it.0), Some(4));
    // A tracker that goes too far: the keyframe at 4 is a person's.
    tracked(&mut session, &[(2, 14.0), (3, 15.0), (4, 90.0)]);
    session.play("?sequences frame 4 ? frame 3 ? Ctrl+Shift+Down ?place Ctrl+Z ?sequences Ctrl+Y ?sequences");
    let want = ["car 1: 0 2 3 4", "*car box 10,10 30,20", "*car box 15,10 35,20", "v.mp4 3", "car 1: 0 4", "car 1: 0 2 3 4"];
    assert_eq!(session.answers(), want);
    session.check();
    let made_by = session.all().into_iter().map(|keyframe| (keyframe.frame, keyframe.run == Some(FLOW_RUN)));
    let made_by: std::collections::BTreeMap<u64, bool> = made_by.collect();
    assert_eq!(made_by.into_iter().collect::<Vec<_>>(), [(0, false), (2, true), (3, true), (4, false)]);
}

#[test]
fn what_leaves_the_picture_is_outside_from_there_on() {
    let mut session = Session::new(false);
    session.play("file 2 B drag 10,10>30,20 Ctrl+Shift+Right");
    let (file, order) = session.orders.pop().unwrap();
    let shape = Geometry::Box(Rect::from_xywh(390.0, 10.0, 20.0, 10.0));
    let member = order.tasks[0].member;
    let result = Carried { member, keyframes: vec![(2, shape, 0.9)], until: 2, disagreement: Vec::new(), end: CarryEnd::Left(3) };
    session.send(Event::Carried { file, order: Box::new(order), results: vec![result] });
    session.play("?notice ?sequences frame 3 ? Ctrl+Z ?sequences Ctrl+Y ?sequences");
    let notice = "car 1: 2 frames until it left the picture at frame 3.";
    assert_eq!(session.answers(), [notice, "car 1: 0 2 3o", "nothing", "car 1: 0", "car 1: 0 2 3o"]);
}

#[test]
fn tracking_anew_replaces_what_was_tracked_and_nothing_that_a_person_set_right() {
    let mut session = Session::new(false);
    session.play("file 2 B drag 10,10>30,20 Ctrl+Shift+Right");
    tracked(&mut session, &[(1, 12.0), (3, 15.0)]);
    session.play("?sequences frame 0 Ctrl+Shift+Right");
    tracked(&mut session, &[(2, 12.0), (3, 16.0)]);
    // Moved by hand at 2: from now on this is a person's.
    session.play("?sequences frame 2 V drag 22,15>32,15 ?sequences frame 0 Ctrl+Shift+Right");
    assert_eq!(session.orders[0].1.tasks[0].barrier.as_ref().map(|it| it.0), Some(2));
    tracked(&mut session, &[(1, 11.0), (2, 12.0), (3, 13.0)]);
    session.play("frame 2 ? ?sequences");
    let want = ["car 1: 0 1 3", "car 1: 0 2 3", "car 1: 0 2 3", "*car box 22,10 42,20", "car 1: 0 1 2 3"];
    assert_eq!(session.answers(), want);
    session.check();
    // Backwards from there: nothing to go over but what was tracked.
    session.play("Ctrl+Shift+Left");
    assert_eq!(session.orders[0].1.tasks[0].barrier.as_ref().map(|it| it.0), Some(0));
    assert_eq!(session.orders[0].1.way(5).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn what_is_tracked_waits_for_its_video() {
    let mut session = Session::new(false);
    session.play("file 2 B drag 10,10>30,20 Ctrl+Shift+Right file 1");
    tracked(&mut session, &[(2, 14.0), (3, 15.0)]);
    session.play("file 2 ?sequences frame 3 ? Ctrl+Z ?sequences");
    assert_eq!(session.answers(), ["car 1: 0 2 3", "car box 15,10 35,20", "car 1: 0"]);
}
