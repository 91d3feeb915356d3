//! The wand and the scissors, gesture by gesture, on a picture of two boxes (see `script::Painted`).

mod script;

use limn_core::{Geometry, ImagePos};
use limn_tools::{Modifiers, Pixels, ToolAction, ToolCx, ToolEvent, ToolKind, ToolOptions};
use script::{Stage, check};

const NONE: &str = "";
const BOX: &str = "mask 40,20 80,60 of 1599 pixels";

fn check_wand(rows: &[(&str, &str, &str)]) {
    let plain = "wand: picture option smooth=0 option tolerance=10";
    let rows: Vec<(&str, String, &str)> = rows.iter().map(|(setup, text, want)| (*setup, format!("{plain} {text}"), *want)).collect();
    check(&rows.iter().map(|(setup, text, want)| (*setup, text.as_str(), *want)).collect::<Vec<_>>());
}

#[test]
fn clicks_select_an_area() {
    check_wand(&[
        (NONE, "click 60,40 ?mask ?busy", &format!("new {BOX}; busy")),
        (NONE, "click 60,40 enter ?busy", &format!("create {BOX}; idle")),
        (NONE, "click 60,40 click 70,50 ?busy", &format!("create {BOX}; idle")),
        (NONE, "click 60,40 click 140,40 ?mask enter", "new mask 120,20 160,60 of 1600 pixels; create mask 120,20 160,60 of 1600 pixels"),
        (NONE, "option smooth=1 click 60,40 enter", "create mask 40,20 80,60 of 1600 pixels"),
        (NONE, "option tolerance=40 option contiguous=off click 60,40 enter", "create mask 40,20 160,60 of 3199 pixels"),
        (NONE, "click 60,40 option tolerance=250 ?mask esc", "new mask 0,0 200,100 of 20000 pixels"),
        (NONE, "option polygon=on option smooth=1 click 60,40 enter", "create poly 40,20 80,20 80,60 40,60"),
        (NONE, "click 60,40 click+shift 140,40 enter", "create mask 40,20 160,60 of 3199 pixels"),
        (NONE, "click 60,40 click+shift 140,40 click+alt 60,40 enter", "create mask 120,20 160,60 of 1600 pixels"),
        (NONE, "click 60,40 click+shift 140,40 backspace enter", &format!("create {BOX}")),
        (NONE, "click 60,40 backspace ?busy", "idle"),
        (NONE, "click -5,40 ?busy click 500,40 ?busy", "idle; idle"),
    ]);
    check(&[(NONE, "wand: click 60,40 ?busy ?cursor", "idle; Forbidden")]);
}

#[test]
fn areas_are_added_to_and_taken_from_the_selected_mask() {
    let mask = "m mask 30,30 50,40";
    check_wand(&[
        (
            mask,
            "select m click+shift 60,40 ?mask enter",
            "m mask 30,20 80,60 of 1699 pixels; Select by colour: m mask 30,20 80,60 of 1699 pixels",
        ),
        (mask, "select m click+alt 60,40 enter", "Select by colour: m mask 30,30 40,40 of 100 pixels"),
        (mask, "select m click+ctrl 60,40 enter", "Select by colour: m mask 30,30 40,40 of 100 pixels"),
        (mask, "select m option tolerance=254 click+alt 60,40 enter", "Select by colour [m gone]"),
        (mask, "select m option polygon=on click+shift 60,40 enter", "Select by colour: m mask 30,20 80,60 of 1699 pixels"),
        (mask, "select m click 60,40 enter", &format!("create {BOX}")),
        (mask, "select m enter", "select -"),
        (mask, "option overlap=under click 60,40 enter", "create mask 40,20 80,60 of 1499 pixels"),
    ]);
}

#[test]
fn dragging_changes_the_tolerance() {
    check_wand(&[
        (NONE, "press 60,40 move 150,40 ?readout ?mask", "tolerance 40; new mask 40,20 80,60 of 1599 pixels"),
        (NONE, "press 60,40 move 150,-200 ?mask", "new mask 0,0 200,100 of 19999 pixels"),
        (NONE, "press 60,40 move 150,40 release 150,40 enter", &format!("tolerance 40; create {BOX}")),
        (NONE, "px 10 press 60,40 move 90,40 ?readout", "tolerance 10"),
        (NONE, "press 60,40 move 0,400 ?readout", "tolerance 0"),
        (NONE, "click 60,40 press 61,41 move 90,41 ?readout release 90,41 ?busy", "tolerance 20; tolerance 20; busy"),
        (NONE, "press 60,40 lost move 150,40 ?busy", "busy"),
    ]);
}

#[test]
fn nothing_is_left_of_what_was_cancelled() {
    check_wand(&[
        (NONE, "press 60,40 esc ?mask ?busy release 60,40 ?busy", "no mask; idle; idle"),
        (NONE, "click 60,40 esc ?mask ?busy", "no mask; idle"),
        (NONE, "click 60,40 press 61,41 esc ?busy release 61,41", "idle"),
        ("m mask 0,0 9,9", "select m click 60,40 delete ?busy", "select m; idle"),
        ("m mask 0,0 9,9", "select m esc", "select -"),
        (NONE, "click 60,40 leave ?mask", &format!("new {BOX}")),
    ]);
}

#[test]
fn scissors_draw_straight_without_a_picture() {
    check(&[
        (NONE, "scissors: click 10,10 click 90,10 click 50,80 enter", "create poly 10,10 90,10 50,80"),
        (NONE, "scissors: click 10,10 click 90,10 click 50,80 click 12,12", "create poly 10,10 90,10 50,80"),
        (NONE, "scissors: click 10,10 click 90,10 double 50,80", "create poly 10,10 90,10 50,80"),
        (NONE, "scissors: click 10,10 click 99,99 backspace click 90,10 click 50,80 enter", "create poly 10,10 90,10 50,80"),
        (NONE, "scissors: click 10,10 backspace ?busy backspace", "idle"),
        (NONE, "scissors: click 10,10 click 90,10 esc ?busy ?shapes ?draft", "idle; ; no draft"),
        (NONE, "scissors: click 10,10 enter ?busy", "busy"),
        (NONE, "scissors: click 10,10 click 90,10 enter ?busy ?draft", "busy; draft 10,10 90,10"),
        (NONE, "scissors: resume 10,10/90,10 click 50,80 enter", "create poly 10,10 90,10 50,80"),
        ("b box 0,0 9,9", "scissors: select b click 10,10 click 90,10 delete ?draft esc esc", "select b; draft 10,10; select -"),
        (NONE, "scissors: click 10,10 move 50,10 ?shapes leave ?shapes", "Drawing 10,10 50,10; Drawing 10,10"),
    ]);
}

#[test]
fn scissors_follow_edges() {
    let mut stage = Stage::new(NONE, ToolKind::Scissors);
    // Beside the corner; then the wire goes round the opposite corner of the bright box.
    stage.play("picture click 41,22 move 78,22 click 78,22 move 79,57 click 79,57 click 41,58 move 41,30");
    let shown = stage.with_cx(|tool, cx| tool.preview(cx));
    assert_eq!(shown.handles.len(), 4);
    let actions = stage.with_cx(|tool, cx| tool.handle(&ToolEvent::Command(limn_tools::ToolCommand::Finish), cx));
    let [ToolAction::Create { geometry: Geometry::Polygon(polygon), .. }] = actions.as_slice() else { panic!("{actions:?}") };
    let area = polygon.area();
    assert!((area - 1600.0).abs() < 100.0, "{area}");
    assert!(polygon.num_points() < 16, "{polygon:?}");
    for pos in polygon.rings().flat_map(|ring| ring.points().to_vec()) {
        let inside = |from: f64, to: f64, at: f64| (from - 2.0..=to + 2.0).contains(&at);
        assert!(inside(40.0, 80.0, pos.x) && inside(20.0, 60.0, pos.y), "{pos:?}");
        let far = [pos.x - 40.0, pos.x - 80.0, pos.y - 20.0, pos.y - 60.0].map(f64::abs).into_iter().fold(f64::INFINITY, f64::min);
        assert!(far < 2.0, "{pos:?} is not on the edge");
    }
}

#[test]
fn shift_goes_straight_and_ctrl_takes_the_place_itself() {
    let mut stage = Stage::new(NONE, ToolKind::Scissors);
    stage.play("picture click+ctrl 38.5,25 click+shift 100,90 move+shift 60,10");
    assert_eq!(stage.tool.draft().unwrap().points, [ImagePos::new(38.5, 25.0), ImagePos::new(100.0, 90.0)]);
    stage.play("move+shift 38.5,26");
    let shown = stage.with_cx(|tool, cx| tool.preview(cx));
    assert_eq!(shown.shapes.len(), 2);
}

/// One colour, farther than the wand looks.
struct Wide;

impl Pixels for Wide {
    fn size(&self) -> [u32; 2] {
        [5000, 3]
    }

    fn row(&self, x: u32, y: u32, out: &mut [[u8; 3]]) -> usize {
        let len = if y < 3 { out.len().min(5000_u32.saturating_sub(x) as usize) } else { 0 };
        out[..len].fill([90; 3]);
        len
    }
}

#[test]
fn a_part_is_called_a_part() {
    let readout = |contiguous: bool| {
        let mut stage = Stage::of(Vec::new(), ToolKind::Wand);
        stage.with_cx(|tool, cx| {
            let mut options = ToolOptions::default();
            options.wand.contiguous = contiguous;
            let cx = ToolCx { image: [5000.0, 3.0], pixels: Some(&Wide), options: &options, ..*cx };
            let (pos, modifiers) = (ImagePos::new(100.5, 1.5), Modifiers::default());
            tool.handle(&ToolEvent::Press { pos, modifiers, clicks: 1 }, &cx);
            let held = tool.preview(&cx).readout;
            tool.handle(&ToolEvent::Release { pos, modifiers }, &cx);
            [held, tool.preview(&cx).readout].map(Option::unwrap_or_default)
        })
    };
    assert_eq!(readout(false), ["tolerance 24, too large: only a part", "too large: only a part"]);
    assert_eq!(readout(true), ["tolerance 24", ""]);
}
