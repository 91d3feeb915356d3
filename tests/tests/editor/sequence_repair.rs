//! Mending identities and using keyframes again.

use super::session::{Session, check};
use limn_core::SequenceId;
use limn_editor::{Event, Repair};

#[test]
fn another_label_from_here_on_is_one_step() {
    check(&[
        (
            "file 2 B drag 10,10>30,20 frame 4 Backslash frame 2 Alt+Shift+A ?asks 2 ?sequences ? Ctrl+Z ?sequences",
            "asks for a label | car 1: 0 x2; person 2: 2 4 | *person box 10,10 30,20 | car 1: 0 4",
        ),
        // From its first frame on it is all of it.
        ("file 2 frame 1 B drag 10,10>30,20 Alt+Shift+A 2 ?sequences", "person 1: 1"),
        // Not answered: the next label is one for all frames again.
        ("file 2 B drag 10,10>30,20 frame 2 Alt+Shift+A Escape 2 ?sequences", "person 1: 0"),
        (
            "file 2 B drag 10,10>30,20 frame 2 Alt+Shift+A 1 ?sequences ?notice",
            "car 1: 0 | It has that label from here on, or is not here any more.",
        ),
    ]);
}

#[test]
fn a_stretch_is_copied_to_another_time_and_to_another_sequence() {
    check(&[
        (
            // Keyframes at 0 and 1, put where 3 and 4 are.
            "file 2 B drag 10,10>30,20 frame 1 V drag 20,15>40,15 frame 0 Alt+Shift+K frame 1 Alt+Shift+K frame 3 Alt+Shift+V ?sequences ? frame 4 ? Ctrl+Z ?sequences",
            "car 1: 0 1 3 4 | *car box 10,10 30,20 | *car box 30,10 50,20 | car 1: 0 1",
        ),
        (
            // What would lie behind the end is told; what was there gives way.
            "file 2 B drag 10,10>30,20 frame 1 Backslash frame 0 Alt+Shift+K frame 1 Alt+Shift+K frame 4 Alt+Shift+V ?sequences ?notice",
            "car 1: 0 1 4 | Left out as they would lie behind the end of the sequence or the video: 1 of the keyframes.",
        ),
        (
            "file 2 B drag 10,10>30,20 frame 1 V drag 20,15>40,15 frame 0 Alt+Shift+K frame 1 Alt+Shift+K Escape Escape \
             frame 0 B drag 100,50>120,60 Alt+Shift+V ?sequences frame 1 ?",
            "car 1: 0 1; car 2: 0 1 | car box 30,10 50,20; *car box 30,10 50,20",
        ),
        ("file 2 B drag 10,10>30,20 Alt+Shift+V ?notice", "Copy the keyframes of a stretch first."),
        ("file 2 Alt+Shift+K ?notice", "Select a sequence first: something that was drawn in the video and goes on through its frames."),
    ]);
}

/// Two cars, the second seen from frame 2 on; the ids of both.
fn two(script: &str) -> (Session, [SequenceId; 2]) {
    let mut session = Session::new(false);
    session.play("file 2 B drag 10,10>30,20 Escape frame 2 B drag 50,10>70,20");
    session.play(script);
    let ids: Vec<SequenceId> = session.editor.sequences().tracks().map(|track| track.sequence.id).collect();
    (session, [ids[0], ids[1]])
}

#[test]
fn it_was_the_other_one_from_here_on() {
    // The first car left at frame 1; what was drawn at 2 was that very one.
    let (mut session, [first, second]) = two("frame 1 V click 20,15 Shift+Quote frame 3");
    session.send(Event::Repair(second, first, Repair::Continue));
    session.play("?sequences frame 2 ? frame 3 ?");
    // Exit at 2: gone there, and back at 3.
    assert_eq!(session.answers(), ["car 1: 0 2o 3; car 2: 2 x3", "car box 50,10 70,20", "*car box 50,10 70,20"]);
    session.play("Ctrl+Z ?sequences");
    assert_eq!(session.answers().last().unwrap(), "car 1: 0 x2; car 2: 2");
    // From its first frame on, nothing of it is left.
    session.play("frame 2");
    session.send(Event::Repair(second, first, Repair::Continue));
    session.play("?sequences frame 4 ? restart ?sequences");
    assert_eq!(session.answers()[4..], ["car 1: 0 1 2", "*car box 50,10 70,20", "car 1: 0 1 2"]);
    // With itself there is nothing to mend.
    session.send(Event::Repair(first, first, Repair::Exchange));
    session.check();
}

#[test]
fn two_that_were_mixed_up_change_places() {
    let (mut session, [first, second]) = two("frame 3");
    session.send(Event::Repair(second, first, Repair::Exchange));
    session.play("?sequences frame 2 ? frame 3 ?");
    assert_eq!(
        session.answers(),
        ["car 1: 0 2 3; car 2: 2 3", "car box 10,10 30,20; *car box 50,10 70,20", "car box 50,10 70,20; *car box 10,10 30,20"]
    );
}

#[test]
fn a_name_is_given_and_taken() {
    let (mut session, [first, _]) = two("");
    session.send(Event::NameSequence(first, " number 7 ".into()));
    session.play("?sequences");
    session.send(Event::NameSequence(first, "".into()));
    session.play("?sequences Ctrl+Z ?sequences restart ?sequences");
    let named = "car 1 \"number 7\": 0; car 2: 2";
    assert_eq!(session.answers(), [named, "car 1: 0; car 2: 2", named, named]);
}
