//! How far files were looked through: complete under a version, behind a label that came later, checked and absent.

use super::session::{Session, check};

#[test]
fn a_file_is_behind_a_label_that_came_after_it_was_complete() {
    check(&[
        ("?looked X ?looked X ?looked", "is new | is complete: empty and checked | is new"),
        (
            // With the new label the list is read again. Complete again with it; the file that is open asks for nothing.
            "X PageDown 1 name cyclist PageUp ?looked X ?looked ?status refresh ?looked",
            "is complete as of version 1; not looked for yet: cyclist | is complete: empty and checked | complete open open | \
             is complete: empty and checked",
        ),
        ("X name cyclist refresh ?looked restart ?looked", &format!("{BEHIND} | {BEHIND}")),
        // What is absent need not be looked for again; taken back, it has to be.
        (
            "X name cyclist refresh nothing ?looked Ctrl+Z ?looked",
            &format!("is complete: empty and checked; checked and absent: cyclist | {BEHIND}"),
        ),
    ]);
}

const BEHIND: &str = "is complete as of version 1; not looked for yet: cyclist";

#[test]
fn a_label_is_absent_until_it_is_drawn() {
    let absent = "is new; checked and absent: car";
    check(&[
        ("nothing ?looked restart ?looked", &format!("{absent} | {absent}")),
        ("nothing ?notice nothing ?looked", "Nothing of car here. | is new"),
        ("nothing Ctrl+Z ?looked Ctrl+Y ?looked", &format!("is new | {absent}")),
        // Drawn after all, and the drawing taken back: one step.
        ("nothing B drag 50,50>90,90 ?looked Ctrl+Z ?looked", &format!("is in progress | {absent}")),
        // By giving the label to another shape.
        ("nothing B 2 drag 50,50>90,90 ?looked 1 ?looked", "is in progress; checked and absent: car | is in progress"),
        ("B drag 50,50>90,90 nothing ?notice ?looked", "There is car here: it is not absent. Delete what is wrong first. | is in progress"),
        // Taken back from another file, it is shown where it was said.
        ("nothing PageDown Ctrl+Z ?place ?looked", "a.png 0 | is new"),
    ]);
}

/// Steps go through the files that the list shows, also from one that it does not show any more.
#[test]
fn steps_go_through_the_files_that_are_shown() {
    let mut session = Session::new(false);
    let mut after = |shown: &[usize], keys: &str| {
        session.editor.set_shown_files(Some(shown.into()));
        session.play(keys);
        session.editor.current()
    };
    assert_eq!(after(&[0, 2], "PageDown"), Some(2));
    assert_eq!(after(&[0, 2], "PageDown"), Some(2), "that was the last one");
    assert_eq!(after(&[0, 2], "PageUp"), Some(0));
    assert_eq!(after(&[1, 2], "PageDown"), Some(1));
    assert_eq!(after(&[0, 2], "Shift+Enter"), Some(2), "completed, it has left the list");
    assert_eq!(after(&[0, 1], "PageUp"), Some(1));
    assert_eq!(after(&[], "PageUp"), Some(1));
    session.editor.set_shown_files(None);
    session.play("PageDown");
    assert_eq!(session.editor.current(), Some(2));
}
