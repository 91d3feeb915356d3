//! Review: approving, and issues with what is said about them.

use super::session::{Session, check, replay};
use limn_core::Frames;
use limn_editor::{Event, IssueEdit};

#[test]
fn an_issue_is_about_the_selected_and_is_talked_about() {
    check(&[
        ("B drag 10,10>30,20 issue too_loose reply is_it_better? ?issues", "*!instance 0-0: too loose / is it better?"),
        ("issue wrong_day ?issues Ctrl+Z ?issues Ctrl+Y ?issues", "*!file 0-0: wrong day |  | *!file 0-0: wrong day"),
        ("file 2 B drag 10,10>30,20 frame 3 issue drifts restart ?issues", "!sequence 3-3: drifts"),
        (
            "B drag 10,10>30,20 issue too_loose Ctrl+Shift+Enter ?issues Ctrl+Shift+Enter ?issues",
            "*instance 0-0: too loose | *!instance 0-0: too loose",
        ),
        // Something is missing there.
        ("V move 40,50 issue a_sign ?issues leave issue late ?issues", "*!40,50 0: a sign | !40,50 0: a sign; *!file 0-0: late"),
        // Nothing written is no issue.
        ("issue _ ?issues", ""),
    ]);
}

#[test]
fn who_steps_through_issues_sees_what_they_are_about() {
    let script = "file 2 B drag 10,10>30,20 frame 4 issue a frame 1 V Escape Escape leave issue b F5 ?place ?issues F5 ?place F5 ?place Shift+F5 ?place ?";
    assert_eq!(replay(script), "v.mp4 4 | *!sequence 4-4: a; !file 1-1: b | v.mp4 1 | v.mp4 4 | v.mp4 1 | car box 10,10 30,20");
    check(&[
        ("F5 ?notice", "No issue of this file is open."),
        // Of one frame alone, and the frame is another one.
        ("file 2 Shift+G frame 3 B drag 10,10>30,20 issue loose frame 0 V leave F5 ?place ?", "v.mp4 3 | *car box 10,10 30,20"),
    ]);
}

#[test]
fn what_is_approved_and_changed_is_not_approved_any_more() {
    check(&[
        ("B drag 10,10>30,20 Ctrl+Enter ?marks ?notice", "approved true | All on this frame is approved."),
        ("B drag 10,10>30,20 Ctrl+Enter V click 10,15 ?marks", "approved true"),
        // In the same step: taking it back gives the approval back.
        ("B drag 10,10>30,20 Ctrl+Enter V click 10,15 2 ?marks Ctrl+Z ?marks", "- | approved true"),
        ("B drag 10,10>30,20 Ctrl+Enter V click 10,15 Ctrl+Enter ?marks", "-"),
        ("B drag 10,10>30,20 Ctrl+Enter V click 10,15 Ctrl+C Ctrl+V ?marks", "approved true; -"),
        // A sequence is approved as a whole, and a keyframe changes it.
        ("file 2 B drag 10,10>30,20 Ctrl+Enter frame 3 V click 10,15 ?marks drag 20,15>40,15 ?marks", "approved true | -"),
        ("file 2 B drag 10,10>30,20 Ctrl+Enter frame 3 V click 10,15 Backslash ?marks Backslash", "-"),
    ]);
}

#[test]
fn approving_goes_on_to_the_next_and_settles_what_was_said() {
    let script = "B drag 10,10>30,20 drag 50,10>70,20 issue hm V click 10,15 Ctrl+Enter ?issues Ctrl+Enter ?issues ?notice";
    assert_eq!(replay(script), "*!instance 0-0: hm | *instance 0-0: hm | All on this frame is approved.");
}

#[test]
fn what_is_returned_is_neither_approved_nor_complete() {
    let mut session = Session::new(false);
    session.play("B drag 10,10>30,20 Ctrl+Enter X V click 10,15 issue too_loose ?marks ?looked");
    assert_eq!(session.answers(), ["-", "is in progress"]);
    session.play("Ctrl+Z ?marks ?issues");
    assert_eq!(session.answers()[2..], ["approved true", ""]);
}

#[test]
fn frames_of_an_issue_stay_within_the_video() {
    let mut session = Session::new(false);
    session.play("file 2 issue late");
    let id = session.editor.selected_issue().unwrap().id;
    session.send(Event::EditIssue(IssueEdit::SetFrames(id, Frames::new(2, 900))));
    session.play("?issues");
    session.send(Event::EditIssue(IssueEdit::Delete(id)));
    session.play("?issues Ctrl+Z ?issues");
    assert_eq!(session.answers(), ["*!file 2-4: late", "", "*!file 2-4: late"]);
}

#[test]
fn another_project_with_the_same_files_is_read_anew() {
    // A copy of a project, or one that was put back from a copy: its files have the same ids.
    let mut session = Session::new(false);
    session.play("file 2 B drag 10,10>30,20 V issue drifts Insert 2 ?sequences ?issues");
    assert!(session.answers().iter().all(|told| !told.is_empty()));
    while session.project.undo().unwrap().is_some() {}
    session.open();
    session.play("file 2 ?sequences ?issues ?events");
    assert_eq!(session.answers()[2..], ["", "", ""]);
}
