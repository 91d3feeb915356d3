//! A template is stamped as it is, or scaled and turned.

mod script;

use limn_core::{Geometry, ImagePos, Polygon, Rect};
use limn_tools::ToolKind;
use script::Stage;

fn stamped(template: Geometry, script: &str) -> String {
    let mut stage = Stage::new("", ToolKind::Stamp);
    stage.options.stamp = Some(template.into());
    stage.play(script);
    stage.log()
}

#[test]
fn a_click_puts_it_down_and_a_drag_scales_and_turns_it() {
    let triangle = || Geometry::Polygon(Polygon::simple([[0., 0.], [20., 0.], [20., 10.]].map(ImagePos::from).to_vec()));
    let rows = [
        ("click 100,50", "create poly 90,45 110,45 110,55"),
        ("drag 100,50>120,50", "create poly 80,40 120,40 120,60"),
        ("drag 100,50>100,70", "create poly 110,30 110,70 90,70"),
        ("drag+shift 100,50>121,49", "create poly 79,39.5 121,39.5 121,60.5"),
        ("press 100,50 move 130,60 esc", ""),
        // Whole: what becomes of the part outside is for the label to say.
        ("click 195,50", "create poly 185,45 205,45 205,55"),
    ];
    for (script, want) in rows {
        assert_eq!(stamped(triangle(), script), want, "{script}");
    }
    assert!(stamped(Geometry::Box(Rect::from_xywh(0., 0., 20., 10.)), "drag 100,50>110,60").ends_with(" 45"));
    let mut none = Stage::new("", ToolKind::Stamp);
    none.play("click 100,50 drag 10,10>30,30");
    assert_eq!(none.log(), "", "nothing was taken as a template");
}
