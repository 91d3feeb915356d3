//! The tape measures and makes nothing.

mod script;

use limn_tools::{Scale, ToolKind};
use script::Stage;

fn readout(stage: &mut Stage) -> Option<String> {
    stage.with_cx(|tool, cx| tool.preview(cx).readout)
}

#[test]
fn two_clicks_or_a_drag_measure_and_nothing_is_made() {
    let mut stage = Stage::new("a box 10,10 50,40", ToolKind::Measure);
    stage.play("click 10,10 move 40,50");
    assert_eq!(readout(&mut stage).as_deref(), Some("50 px  -53.1°"));
    stage.play("click 40,50 move 90,90");
    assert_eq!(readout(&mut stage).as_deref(), Some("50 px  -53.1°"), "what was measured stays to be read");
    stage.options.scale = Scale { per_pixel: 0.5, unit: "mm".into() };
    stage.play("drag 10,10>10,30");
    assert_eq!(readout(&mut stage).as_deref(), Some("20 px = 10 mm  -90°"));
    stage.play("esc");
    assert_eq!(readout(&mut stage), None);
    assert_eq!(stage.log(), "");
}
