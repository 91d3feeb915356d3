//! Every n-th frame is annotated: steps, what is made on which frames, and what stays when that changes.

use super::session::Session;
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_store::Project;
use limn_tests::new_project;
use std::path::Path;

/// The project of the other tests, with a video of 100 frames.
fn long(dir: &Path) -> Project {
    let mut project = new_project(dir).unwrap().0;
    let video = project.files().unwrap().into_iter().find(|row| row.file.frames > 1).unwrap().file;
    let set = FileSet::Media { width: video.width, height: video.height, frames: 100 };
    let changes = vec![Change::FileSet { id: video.id, set }];
    project.commit(Gesture { kind: kind::FILES, title: "Longer".into(), target: None, changes }).unwrap();
    project
}

fn check(script: &str, want: &str) {
    let mut session = Session::over(false, long);
    session.play(script);
    assert_eq!(session.answers().join(" | "), want, "{script}");
}

#[test]
fn steps_go_from_work_frame_to_work_frame() {
    check(
        "file 2 work 10,3 ?work D ?place D ?place A ?place ?work",
        "every 10th frame from 3 on: between of 9 | v.mp4 3 | v.mp4 13 | v.mp4 3 | every 10th frame from 3 on: 0 of 9",
    );
    // From between two, to the next.
    check("file 2 work 10,0 frame 25 D ?place frame 25 A ?place", "v.mp4 30 | v.mp4 20");
    // Ten of them; what is left when there are not so many.
    check(
        "file 2 work 4,0 E ?place Q ?place frame 90 E ?place E ?place ?notice",
        "v.mp4 40 | v.mp4 0 | v.mp4 96 | v.mp4 96 | That was the last work frame.",
    );
    // Single frames stay at hand, and the choice can be put aside.
    check("file 2 work 10,0 Ctrl+Shift+D ?place Ctrl+Shift+A ?place", "v.mp4 1 | v.mp4 0");
    check(
        "file 2 work 10,0 Ctrl+Shift+S D ?place Ctrl+Period ?place D ?place Ctrl+Comma ?place",
        "v.mp4 1 | v.mp4 10 | v.mp4 11 | v.mp4 10",
    );
    check(
        "file 2 Ctrl+Period ?notice D ?place E ?place",
        "All frames of this file are annotated: no work frames were chosen. | v.mp4 1 | v.mp4 11",
    );
}

#[test]
fn choosing_is_one_step_and_survives_a_restart() {
    let every = "every 10th frame: 0 of 9";
    check("file 2 work 10,0 ?work restart ?work Ctrl+Z ?work Ctrl+Y ?work", &format!("{every} | {every} | every frame:  | {every}"));
    // Taken back from another file.
    check("file 2 work 10,0 PageUp Ctrl+Z ?place ?work", "v.mp4 0 | every frame: ");
    // An image has no work frames.
    check("work 10,0 ?work", "every frame: ");
}

#[test]
fn going_denser_keeps_all_work() {
    check(
        "file 2 work 10,0 B drag 10,10>30,20 D D V drag 20,15>40,15 ?sequences work 5,0 ?sequences D ?place Backslash ?sequences work 50,0 ?sequences",
        "car 1: 0 20 | car 1: 0 20 | v.mp4 25 | car 1: 0 20 25 | car 1: 0 20 25",
    );
}

#[test]
fn keyframes_are_made_on_work_frames() {
    // Gone from this work frame: back on the next one, not on the next frame.
    check("file 2 work 10,0 B drag 10,10>30,20 D Delete ?sequences D ?", "car 1: 0 10o 20 | *car box 10,10 30,20");
    check("file 2 Shift+G work 10,0 B drag 10,10>30,20 frame 20 Ctrl+B ? frame 10 Ctrl+B ?", "nothing | *car box 10,10 30,20");
    // To the next so many work frames.
    check(
        "file 2 Shift+G work 30,0 B drag 10,10>30,20 ahead 9 ?notice frame 30 ? frame 31 ? frame 90 ?",
        "1 shapes pasted to 3 frames. | car box 10,10 30,20 | nothing | car box 10,10 30,20",
    );
    let mut session = Session::over(false, long);
    session.play("file 2 work 10,0 B drag 10,10>30,20 Ctrl+Shift+Right Ctrl+Shift+S Ctrl+Shift+Right");
    let on: Vec<bool> = session.orders.iter().map(|(_, order)| order.on.is_all()).collect();
    assert_eq!(on, [false, true]);
}

/// Frames are looked through stretch by stretch, under a version of the schema each.
#[test]
fn stretches_of_a_video_are_looked_through() {
    check(
        "file 2 frame 9 Ctrl+Shift+X ?notice frame 19 Ctrl+Shift+X ?notice ?looked restart file 2 ?looked Ctrl+Z ?looked Ctrl+Y ?looked",
        "Frames 0 to 9 were looked through. | Frames 10 to 19 were looked through. | is in progress; frames 0 to 19 looked through | \
         is in progress; frames 0 to 19 looked through | is in progress; frames 0 to 9 looked through | is in progress; frames 0 to 19 looked through",
    );
    check("file 2 frame 9 Ctrl+Shift+X frame 4 Ctrl+Shift+X ?notice", "These frames were looked through before.");
    check(
        "file 2 frame 50 Ctrl+Shift+X frame 31 Ctrl+Alt+X ?looked frame 80 Ctrl+PageDown ?place frame 10 Ctrl+PageDown ?place Ctrl+Alt+X ?notice",
        "is in progress; frames 0 to 30 looked through | v.mp4 80 | v.mp4 31 | Nobody said that this frame was looked through.",
    );
    check(
        "file 2 End Ctrl+Shift+X ?notice Ctrl+PageDown ?notice X ?looked Ctrl+Shift+X ?notice X ?looked",
        "All frames were looked through. Mark the file complete. | All frames were looked through. | is complete: empty and checked | \
         The whole file is complete. | is in progress; frames 0 to 99 looked through",
    );
    // A label that comes later is not looked for there yet; said to be absent, it need not be.
    check(
        "file 2 frame 50 Ctrl+Shift+X name cyclist refresh frame 9 Ctrl+Shift+X ?looked nothing ?looked Ctrl+Z ?looked",
        "is in progress; frames 0 to 9 looked through; 10 to 50 not for labels that came later | \
         is in progress; frames 0 to 50 looked through; checked and absent: cyclist | \
         is in progress; frames 0 to 9 looked through; 10 to 50 not for labels that came later",
    );
    // An image has no stretches.
    check("Ctrl+Shift+X ?looked", "is new");
}

/// What blocks elsewhere does not keep a stretch from being said, nor what is wrong between two work frames the whole.
#[test]
fn rules_block_a_stretch_by_what_is_in_it() {
    let rule = r#"{"labels":["a"],"rules":[{"name":"r","severity":"blocks","check":"inside"}]}"#;
    let over = |dir: &Path| {
        let mut project = long(dir);
        project.publish_schema(&limn_core::Schema::from_document(rule).unwrap()).unwrap();
        project
    };
    let told = |session: &mut Session, blocking: Vec<Option<(u64, u64)>>| {
        let (file, work) = (session.checks.pop().unwrap(), session.editor.work_revision());
        session.send(limn_editor::Event::FileChecked { file, work, blocking: Some(blocking) });
        session.editor.files[2].clone()
    };
    let mut session = Session::over(false, over);
    session.play("file 2 frame 20 Ctrl+Shift+X");
    let entry = told(&mut session, vec![Some((15, 17)), Some((40, 50)), None]);
    assert!(entry.looked.stretches.is_empty() && session.notices.last().unwrap().starts_with("Not complete: 1 problem blocks"));
    session.play("frame 14 Ctrl+Shift+X");
    assert_eq!(told(&mut session, vec![Some((15, 17)), None]).looked.num_looked(100), 15);
    session.play("work 10,0 X");
    let entry = told(&mut session, vec![Some((15, 17)), Some((19, 20))]);
    assert!(
        entry.file.status == limn_core::FileStatus::Open && session.notices.last().unwrap().starts_with("Not complete: 1 problem blocks")
    );
    session.play("X");
    assert!(told(&mut session, vec![Some((15, 17))]).file.status == limn_core::FileStatus::Complete);
}
