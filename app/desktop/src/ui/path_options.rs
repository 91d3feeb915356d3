//! What can be chosen about drawing polygons and lines.

use super::options::choice;
use egui::Ui;
use limn_tools::{Combine, PathOptions, ToolKind};

/// How polygons and lines are drawn.
pub fn path_ui(tool: ToolKind, options: &mut PathOptions, ui: &mut Ui) {
    let all = Combine::ALL.into_iter();
    for combine in all.filter(|combine| tool == ToolKind::Polygon || matches!(combine, Combine::New | Combine::Reshape)) {
        let mut on = options.combine == combine;
        choice(ui, &mut on, &combine.name().to_lowercase(), combine.about());
        if on {
            options.combine = combine;
        }
    }
    ui.separator();
    choice(ui, &mut options.auto_border, "follow borders", "Clicks on borders of others follow them; Tab goes the other way round");
    if tool == ToolKind::Polygon {
        choice(ui, &mut options.draw_over, "draw over", "What is drawn across others is cut to their borders");
    }
    choice(ui, &mut options.linked, "shared points", "Points that shapes share are moved, added and removed together");
}
