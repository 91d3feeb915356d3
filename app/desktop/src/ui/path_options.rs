//! What can be chosen about drawing polygons and lines.

use super::options::choice;
use egui::{ComboBox, RichText, Role, Ui, WidgetInfo};
use limn_tools::{Combine, DragDraws, PathOptions, ToolKind};

/// What a drag draws, by the choices that the tool has.
pub fn drag_ui(drag: &mut DragDraws, choices: &[DragDraws], tooltip: &str, ui: &mut Ui) {
    let shown = |drag: DragDraws| format!("drag: {}", drag.name().to_lowercase());
    let about = drag.about();
    let list = ComboBox::from_id_salt("what a drag draws").selected_text(RichText::new(shown(*drag)).small()).width(72.0);
    let list = list.show_ui(ui, |ui| {
        for this in choices {
            ui.selectable_value(drag, *this, shown(*this)).on_hover_text(this.about());
        }
    });
    list.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, shown(*drag)));
    list.response.on_hover_text(format!("{about}\n{tooltip}"));
}

/// How polygons and lines are drawn.
pub fn path_ui(tool: ToolKind, options: &mut PathOptions, drag_tip: &str, ui: &mut Ui) {
    ui.spacing_mut().item_spacing.x = 3.0;
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
