//! What a person does and what is then on the canvas and on the disk.

use super::session::{Session, check};
use limn_editor::{Command, Event};

#[test]
fn boxes() {
    check(&[
        ("B click 10,10 click 50,40 ?", "*car box 10,10 50,40"),
        ("B drag 10,10>50,40 ?", "*car box 10,10 50,40"),
        ("B drag+shift 10,10>50,40 ?", "*car box 10,10 50,50"),
        ("B drag 390,290>500,500 ?", "*car box 390,290 400,300"),
        ("B move 10,10 C Right Right Right Down Down C ?", "*car box 10,10 22,18"),
        ("B click 10,10 Escape ? ?drawing", "nothing | idle"),
        ("B click 10,10 Backspace ?drawing click 20,20 click 30,30 ?", "idle | *car box 20,20 30,30"),
        ("B drag 10,10>50,40 drag 100,10>150,40 ?", "car box 10,10 50,40; *car box 100,10 150,40"),
    ]);
}

#[test]
fn polygons() {
    check(&[
        ("P click 10,10 click 50,10 click 50,40 Enter ?", "*car poly 10,10 50,10 50,40"),
        ("P click 10,10 click 50,10 click 50,40 click 11,11 ?", "*car poly 10,10 50,10 50,40"),
        ("P click 10,10 click 50,10 double 50,40 ?", "*car poly 10,10 50,10 50,40"),
        ("P click 10,10 click 50,10 click 90,90 Backspace click 50,40 Enter ?", "*car poly 10,10 50,10 50,40"),
        ("P click 10,10 click 50,10 click 90,90 Ctrl+Z click 50,40 Enter ?", "*car poly 10,10 50,10 50,40"),
        ("P drag+shift 10,10>90,10>90,90 Enter ?", "*car poly 10,10 90,10 90,90"),
        ("P click 10,10 click 50,10 Enter ? ?drawing", "nothing | drawing"),
        ("P move 10,10 C Right C Down C Enter ?", "*car poly 10,10 14,10 14,14"),
    ]);
}

#[test]
fn select_and_change() {
    check(&[
        ("B drag 10,10>50,40 V click 200,200 ? click 30,25 ?", "car box 10,10 50,40 | *car box 10,10 50,40"),
        ("B drag 10,10>50,40 V drag 30,25>40,35 ?", "*car box 20,20 60,50"),
        ("B drag 10,10>50,40 V drag 50,40>80,70 ?", "*car box 10,10 80,70"),
        ("B drag 10,10>50,40 Right Down Shift+Right ?", "*car box 21,11 61,41"),
        ("B drag 10,10>50,40 drag 100,10>150,40 V Ctrl+A Delete ?", "nothing"),
        ("B drag 10,10>50,40 drag 100,10>150,40 V click 30,25 Delete ?", "car box 100,10 150,40"),
        ("P click 10,10 click 50,10 click 50,40 Enter V drag 50,40>60,60 ?", "*car poly 10,10 50,10 60,60"),
        ("P click 10,10 click 50,10 click 50,50 Enter V drag 50,30>70,30 ?", "*car poly 10,10 50,10 70,30 50,50"),
        ("P click 10,10 click 50,10 click 50,50 click 10,50 Enter V move 50,50 Delete ?", "*car poly 10,10 50,10 10,50"),
        ("B drag 10,10>90,90 drag 20,20>40,40 V click 200,200 click 30,30 Tab ?", "*car box 10,10 90,90; car box 20,20 40,40"),
    ]);
}

#[test]
fn copies() {
    check(&[
        ("B drag 10,10>50,40 Ctrl+C Ctrl+Shift+V ?", "car box 10,10 50,40; *car box 10,10 50,40"),
        ("B drag 10,10>50,40 Ctrl+C move 200,100 Ctrl+V ?", "car box 10,10 50,40; *car box 180,85 220,115"),
        ("B drag 10,10>50,40 Ctrl+D ?", "car box 10,10 50,40; *car box 18,18 58,48"),
        ("B drag 10,10>50,40 Ctrl+C PageDown Ctrl+Shift+V ? PageUp ?", "*car box 10,10 50,40 | car box 10,10 50,40"),
    ]);
}

#[test]
fn labels() {
    check(&[
        ("B drag 10,10>50,40 2 ? drag 100,10>150,40 ?", "*person box 10,10 50,40 | person box 10,10 50,40; *person box 100,10 150,40"),
        (
            "B drag 10,10>50,40 L ?asks name tree ? ?labels ?asks",
            "asks for a label | *tree box 10,10 50,40 | car person tree | does not ask",
        ),
        ("B drag 10,10>50,40 9 ?notice ?", "No label has the key 9. | *car box 10,10 50,40"),
        ("B drag 10,10>50,40 L Escape ?asks ?", "does not ask | *car box 10,10 50,40"),
        ("B drag 10,10>50,40 L name tree Ctrl+Z ? Ctrl+Z ? ?labels", "*car box 10,10 50,40 | nothing | car person tree"),
        ("B drag 10,10>50,40 2 Ctrl+Z ? Ctrl+Shift+Z ?", "*car box 10,10 50,40 | *person box 10,10 50,40"),
    ]);
}

#[test]
fn hidden_and_locked() {
    check(&[
        ("B drag 10,10>50,40 V H ? click 30,25 ?", "-car box 10,10 50,40 | -car box 10,10 50,40"),
        ("B drag 10,10>50,40 V H Shift+H ?", "car box 10,10 50,40"),
        ("B drag 10,10>50,40 V Ctrl+L ? Delete 2 drag 30,25>60,60 ?", "*!car box 10,10 50,40 | !car box 10,10 50,40"),
        ("B drag 10,10>50,40 V Ctrl+L Ctrl+Shift+L Delete ?", "nothing"),
    ]);
}

#[test]
fn files_and_frames() {
    check(&[
        ("B drag 10,10>50,40 PageDown ? ?place PageUp ?", "nothing | b.png 0 | car box 10,10 50,40"),
        ("file 2 Shift+G B drag 10,10>50,40 D ? ?place A ?", "nothing | v.mp4 1 | car box 10,10 50,40"),
        ("file 2 End ?place Home ?place E ?place frame 3 ?place", "v.mp4 4 | v.mp4 0 | v.mp4 4 | v.mp4 3"),
        ("B drag 10,10>50,40 PageDown B drag 1,1>9,9 drag 100,1>109,9 ?counts", "1 2 0"),
        ("X ?status Shift+Enter ?status ?place", "complete open open | complete open open | b.png 0"),
        ("X Ctrl+Z ?status X ?status", "complete open open | open open open"),
    ]);
}

#[test]
fn undo_goes_where_it_was() {
    check(&[
        ("B drag 10,10>50,40 Ctrl+Z ? Ctrl+Shift+Z ?", "nothing | *car box 10,10 50,40"),
        ("B drag 10,10>50,40 Delete Ctrl+Z ?", "*car box 10,10 50,40"),
        ("B drag 10,10>50,40 PageDown drag 1,1>9,9 Ctrl+Z ? Ctrl+Z ?place ? ?counts", "nothing | a.png 0 | nothing | 0 0 0"),
        ("B drag 10,10>50,40 Right Right Ctrl+Z Ctrl+Z Ctrl+Z Ctrl+Z ?notice ?", "There is nothing more to undo or redo. | nothing"),
        ("file 2 frame 3 B drag 10,10>50,40 file 0 Ctrl+Z ?place ?", "v.mp4 3 | nothing"),
    ]);
}

#[test]
fn a_restart_changes_nothing() {
    check(&[
        ("B drag 10,10>50,40 Right restart ? Ctrl+Z ? Ctrl+Z ?", "car box 11,10 51,40 | *car box 10,10 50,40 | nothing"),
        ("file 2 frame 3 restart ?place", "v.mp4 3"),
        (
            "P click 10,10 click 50,10 ?draft restart ?draft ?drawing ?tool click 50,40 Enter ? ?draft",
            "Polygon 10,10 50,10 | Polygon 10,10 50,10 | drawing | Polygon | *car poly 10,10 50,10 50,40 | no draft",
        ),
        ("P click 10,10 click 50,10 Escape ?draft restart ?drawing", "no draft | idle"),
        (
            "P click 10,10 click 50,10 PageDown ?drawing ?draft PageUp ?drawing click 50,40 Enter ?",
            "idle | no draft | drawing | *car poly 10,10 50,10 50,40",
        ),
    ]);
}

#[test]
fn escape_loses_nothing_that_is_committed() {
    check(&[
        ("B drag 10,10>50,40 Escape ? Escape ?", "car box 10,10 50,40 | car box 10,10 50,40"),
        ("B drag 10,10>50,40 V press 30,25 move 60,60 Escape release 60,60 ?", "*car box 10,10 50,40"),
        ("B drag 10,10>50,40 P click 100,100 click 150,100 Escape ? Escape Escape ?", "*car box 10,10 50,40 | car box 10,10 50,40"),
        ("B drag 10,10>50,40 press 100,100 move 150,150 V ?", "*car box 10,10 50,40"),
    ]);
}

/// What is done while the store has not answered yet.
#[test]
fn a_hand_quicker_than_the_disk() {
    for script in [
        "B drag 10,10>50,40 Right settle Ctrl+Z Right settle",
        "B drag 10,10>50,40 Right settle Ctrl+Z Ctrl+Z Right settle",
        "B drag 10,10>50,40 2 settle Ctrl+Z 2 settle",
        "B drag 10,10>50,40 2 settle Ctrl+Z Ctrl+Shift+Z settle",
        "B drag 10,10>50,40 settle Ctrl+Z Delete settle",
        "B drag 10,10>50,40 PageDown Ctrl+Z PageDown settle",
        "B drag 10,10>50,40 settle refresh Ctrl+D settle",
        "settle refresh name tree settle name dog settle",
        "B drag 10,10>50,40 settle refresh deliver deliver deliver Delete settle",
    ] {
        println!("{script}");
        Session::new(true).play(script);
    }
}

#[test]
fn a_picture_that_is_seen_whole_stays_whole_when_the_canvas_changes_its_size() {
    let mut session = Session::new(false);
    let zoom = |session: &Session| session.editor.view().zoom;
    // Somebody's own view stays; the picture has 400 by 300 pixels.
    session.send(Event::Resized([1200.0, 900.0]));
    assert_eq!(zoom(&session), 1.0);
    session.send(Event::Command(Command::Fit));
    let fitted = zoom(&session);
    session.send(Event::Resized([600.0, 900.0]));
    assert!((zoom(&session) / fitted - 0.5).abs() < 1e-9, "{} after {fitted}", zoom(&session));
    session.send(Event::Pan([3.0, 0.0]));
    let own = zoom(&session);
    session.send(Event::Resized([1200.0, 900.0]));
    assert_eq!(zoom(&session), own);
}

#[test]
fn marks_by_one_key_on_all_that_is_selected() {
    let two = "B drag 10,10>50,40 drag 100,10>150,40 Ctrl+A ";
    check(&[
        (&format!("{two} Alt+O ?marks Alt+O ?marks Ctrl+Z ?marks"), "occluded true; occluded true | -; - | occluded true; occluded true"),
        (&format!("{two} V click 30,25 Alt+I Ctrl+A Alt+I ?marks"), "role Ignore; role Ignore"),
        (&format!("{two} Alt+I Alt+C ?marks"), "role Crowd; role Crowd"),
        (&format!("{two} V click 30,25 Ctrl+L Ctrl+A Alt+T ?marks"), "-; truncated true"),
        (&format!("{two} Ctrl+G ?marks Escape V click 30,25 Alt+G Delete ?"), "group 0; group 0 | nothing"),
        (&format!("{two} Ctrl+G Ctrl+Shift+G ?marks"), "-; -"),
        (&format!("{two} V click 30,25 Alt+Home ?marks click 120,25 Alt+End ?marks"), "order 1; - | order 1; order -1"),
        (&format!("{two} Alt+P V drag 30,25>40,35 ?"), "*car box 10,10 50,40; *car box 100,10 150,40"),
        (&format!("{two} Alt+U ?marks restart ?marks"), "unsure Some(\"\"); unsure Some(\"\") | unsure Some(\"\"); unsure Some(\"\")"),
    ]);
}

#[test]
fn arranging_is_one_step() {
    let three = "B drag 10,10>50,40 drag 100,20>150,60 drag 300,100>310,110 Ctrl+A ";
    check(&[
        (&format!("{three} Alt+Left ?"), "*car box 10,10 50,40; *car box 10,20 60,60; *car box 10,100 20,110"),
        (&format!("{three} Alt+Down ?"), "*car box 10,80 50,110; *car box 100,70 150,110; *car box 300,100 310,110"),
        (&format!("{three} Alt+Shift+Right ?"), "*car box 10,10 50,40; *car box 150,20 200,60; *car box 300,100 310,110"),
        (&format!("{three} Alt+Up Ctrl+Z ?"), "car box 10,10 50,40; *car box 100,20 150,60; *car box 300,100 310,110"),
    ]);
}

#[test]
fn what_is_there_is_used_again() {
    let one = "B drag 10,10>50,40 ";
    check(&[
        (
            &format!("{one} 2 Alt+O Ctrl+Shift+C drag 100,10>150,40 1 Ctrl+Alt+C ? ?marks"),
            "person box 10,10 50,40; *person box 100,10 150,40 | occluded true; occluded true",
        ),
        (&format!("{one} PageDown Ctrl+B ? Ctrl+Z ? ?counts"), "*car box 10,10 50,40 | nothing | 1 0 0"),
        (&format!("{one} 2 drag 100,10>150,40 1 PageDown Ctrl+Shift+B ?"), "*car box 100,10 150,40"),
        ("Ctrl+B ?notice", "There is no file before this one."),
        (&format!("{one} ahead 2 ?counts ?notice Ctrl+Z ?counts"), "1 1 0 | 1 shapes pasted to 1 files. | 1 0 0"),
        // With nothing selected it is what was copied, else all that is neither hidden nor locked.
        (&format!("{one} B drag 200,10>240,40 V Escape ahead 1 ?counts Ctrl+Z ?counts"), "2 2 0 | 2 0 0"),
        (&format!("{one} B drag 200,10>240,40 Ctrl+C V Escape ahead 1 ?counts"), "2 1 0"),
        (&format!("{one} B drag 200,10>240,40 Ctrl+L V Escape ahead 1 ?counts ?notice"), "2 1 0 | 1 shapes pasted to 1 files."),
        (&format!("{one} B drag 200,10>240,40 H V Escape ahead 1 ?counts"), "2 1 0"),
        (
            "ahead 1 ?counts ?notice",
            "0 0 0 | There must be shapes here, or copied ones, and files of the same size or frames after this one.",
        ),
        (&format!("{one} 2 Shift+N drag 200,100>250,150 ? ?versions"), "*person box 200,100 250,150 | Draw box, Label person, Redraw"),
        (&format!("{one} Shift+N Escape drag 200,100>250,150 ?"), "car box 10,10 50,40; *car box 200,100 250,150"),
        ("P click 10,10 click 50,10 click 50,40 Enter V N click 100,10 click 150,10 secondary ?drawing ?tool", "idle | Polygon"),
        (&format!("{one} V secondary ?asks"), "asks for a label"),
    ]);
}

#[test]
fn relations_go_with_copies_and_with_their_ends() {
    let two = "B drag 10,10>50,40 drag 100,10>150,40 V click 30,25 click+shift 120,25 relate rides ";
    check(&[
        (&format!("{two} ?relations restart ?relations"), "0 rides 1 | 0 rides 1"),
        (&format!("{two} relate rides ?relations Ctrl+Z ?relations"), "0 rides 1 | "),
        (&format!("{two} Ctrl+D ?relations"), "0 rides 1, 2 rides 3"),
        (&format!("{two} Alt+Shift+R Ctrl+G Ctrl+D ?marks"), "group 0; group 0; group 2; group 2"),
        (&format!("{two} click 120,25 Delete ?relations Ctrl+Z ?relations"), " | 0 rides 1"),
        (&format!("{two} click 120,25 Alt+Shift+R ?relations"), ""),
    ]);
}

#[test]
fn shapes_become_other_kinds_and_what_is_lost_is_told() {
    let one = "B drag 10,10>50,40 ";
    check(&[
        (
            &format!("{one} Ctrl+Alt+P ? ?notice Ctrl+Z ?"),
            "*car poly 10,10 50,10 50,40 10,40 | 1 converted to polygon. | *car box 10,10 50,40",
        ),
        (&format!("{one} Ctrl+Alt+M ? ?versions"), "*car mask 10,10 50,40 of 1200 | Draw box, Convert to mask"),
        (
            &format!("{one} Ctrl+Alt+M Ctrl+Alt+P Ctrl+Alt+B ? ?notice"),
            "*car box 10,10 50,40 | 1 converted to box. Lost: only the box around it is kept.",
        ),
        (&format!("{one} Ctrl+L Ctrl+Alt+P ?"), "*!car box 10,10 50,40"),
    ]);
}
