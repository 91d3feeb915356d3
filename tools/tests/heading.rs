//! Arrows of directions: turning them by their tips, pointing them anew, and what turns them along.

mod script;

use script::check;

/// A box 100 wide and 80 high about 100,50: its arrow is 24 long.
const BOX: &str = "a box 50,10 150,90";

#[test]
fn the_tip_turns_the_arrow() {
    check(&[
        (BOX, "select: asks a=0 select a drag 124,50>100,74", "Set direction: a 90°"),
        (BOX, "select: asks a=0 select a drag+shift 124,50>124,58", "Set direction: a 15°"),
        (BOX, "select: asks a=0 select a press 124,50 move 100,30 ?headings ?readout esc ?busy", "a 270°; 270°; idle"),
        (BOX, "select: asks a=0 select a move 124,50 ?hot ?cursor", "Direction 124,50; Turn"),
        // A click on the tip changes nothing.
        (BOX, "select: asks a=0 select a press 124,50 release 124,50 ?busy", "idle"),
        // In the drawing tools, too.
        (BOX, "box: asks a=0 select a drag 124,50>100,74", "Set direction: a 90°"),
        // Not without an answer, of others, or of what is locked.
        (BOX, "select: asks a=? select a drag 124,50>100,74", "Move: a box 26,20 126,100"),
        (BOX, "select: asks a=0 select a lock a drag 124,50>100,74 ?headings", "select -; "),
    ]);
}

#[test]
fn directions_are_pointed_from_the_middle() {
    let two = "a box 50,10 150,90; b box 10,10 30,30";
    check(&[
        (BOX, "select: asks a=? select a aim move 100,80 ?readout ?busy click 100,80 ?busy", "90°; busy; Set direction: a 90°; idle"),
        (BOX, "select: asks a=? select a aim drag 104,50>50,50", "Set direction: a 180°"),
        (BOX, "select: asks a=? select a aim esc ?busy", "idle"),
        // Over the middle there is no direction: it goes on.
        (BOX, "select: asks a=? select a aim click 101,50 ?busy esc ?busy", "busy; idle"),
        (two, "select: asks a=? asks b=10 select a,b aim click+shift 120,51", "Set direction: a 0°, b 0°"),
        // Of several it is said which one.
        (BOX, "select: asks a=0 asks a=? select a aim move 100,80 ?readout", "gaze 90°"),
        // What points there already stays.
        (two, "select: asks a=? asks b=90 select a,b aim click 100,80", "Set direction: a 90°"),
        // The first question that is open.
        (BOX, "select: asks a=30 asks a=? select a aim click 100,80", "Set direction: a 90°"),
        (BOX, "select: select a aim ?busy", "idle"),
    ]);
}

#[test]
fn what_is_turned_or_mirrored_takes_its_direction_along() {
    check(&[
        ("a turned 100,50 60,40 10", "select: asks a=350 select a rotate 30", "Rotate: a turned 100,50 60,40 40, a 20°"),
        (BOX, "select: asks a=30 select a mirror", "Mirror: a 150°"),
        ("a point 20,20", "select: asks a=30 select a rotate 15", "Rotate: a 45°"),
        ("a turned 100,50 60,40 10", "select: asks a=0 select a mirror", "Mirror: a turned 100,50 60,40 -10, a 180°"),
        // Pinned or locked: neither.
        (BOX, "select: asks a=30 pin a select a mirror rotate 10", ""),
        (BOX, "select: asks a=30 lock a select a mirror rotate 10", ""),
        // By the handle: 30 above the middle of the top side.
        (
            "a box 80,40 120,60",
            "select: asks a=90 select a press 100,16 move 134,50 ?headings release 134,50",
            "a 180°; Rotate: a turned 100,50 40,20 90, a 180°",
        ),
        // Moving does not.
        (BOX, "select: asks a=30 select a nudge 1,0", "Move: a box 51,10 151,90"),
    ]);
}

#[test]
fn a_turn_ends_at_the_border_and_its_directions_with_it() {
    check(&[
        // 100 long, 6 below the upper border: its end comes there at asin(6 / 50).
        ("a line 50,6 150,6", "select: asks a=0 select a rotate 30", "Rotate up to the border: a line 50.36,0 149.64,12, a 6.89°"),
        ("a line 50,6 150,6", "select: select a rotate 30 rotate 30", "Rotate up to the border: a line 50.36,0 149.64,12"),
        ("a line 50,6 150,6", "select: select a rotate 180", "Rotate: a line 150,6 50,6"),
        // The other one goes all the way.
        (
            "a line 50,6 150,6; b line 90,50 110,50",
            "select: select a,b rotate 90",
            "Rotate up to the border: a line 50.36,0 149.64,12, b line 100,40 100,60",
        ),
        ("a line 50,6 150,6", "select: pin a select a rotate 30", ""),
    ]);
}
