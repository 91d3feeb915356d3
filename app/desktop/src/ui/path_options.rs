//! What can be chosen about drawing polygons and lines.

use super::options::choice;
use egui::{RichText, Ui};
use limn_tools::{Combine, DragDraws, PathOptions, ToolKind};

/// What a drag draws, by the choices that the tool has.
pub fn drag_ui(drag: &mut DragDraws, choices: &[DragDraws], tooltip: &str, ui: &mut Ui) {
    ui.label(RichText::new("drag").small().weak());
    for choice_of in choices {
        let mut on = *drag == *choice_of;
        choice(ui, &mut on, &choice_of.name().to_lowercase(), &format!("{}\n{tooltip}", choice_of.about()));
        if on {
            *drag = *choice_of;
        }
    }
}

/// How polygons and lines are drawn.
pub fn path_ui(tool: ToolKind, options: &mut PathOptions, drag_tip: &str, ui: &mut Ui) {
    let all = Combine::ALL.into_iter();
    for combine in all.filter(|combine| tool == ToolKind::Polygon || matches!(combine, Combine::New | Combine::Reshape)) {
        let mut on = options.combine == combine;
        choice(ui, &mut on, &combine.name().to_lowercase(), combine.about());
        if on {
            options.combine = combine;
        }
    }
    ui.separator();
    drag_ui(&mut options.drag, &DragDraws::ALL, drag_tip, ui);
    ui.separator();
    choice(ui, &mut options.auto_border, "follow borders", "Clicks on borders of others follow them; Tab goes the other way round");
    if tool == ToolKind::Polygon {
        choice(ui, &mut options.draw_over, "draw over", "What is drawn across others is cut to their borders");
    }
    choice(ui, &mut options.linked, "shared points", "Points that shapes share are moved, added and removed together");
}
