//! The bar over the canvas: what can be chosen about the tool in hand, and what points stick to.

use super::mask_options;
use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{DragValue, RichText, Role, TextEdit, Ui, WidgetInfo};
use limn_editor::{Command, Event};
use limn_tools::{ToolKind, ToolOptions};

/// The bar.
pub fn options_ui(app: &mut LimnApp, ui: &mut Ui) {
    let mut options = app.editor.options().clone();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        tool_ui(app, &mut options, ui);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| snap_ui(app, &mut options, ui));
    });
    if options != *app.editor.options() {
        app.tell(Event::SetOptions(Box::new(options)));
    }
}

/// What belongs to the tool alone.
fn tool_ui(app: &LimnApp, options: &mut ToolOptions, ui: &mut Ui) {
    let (tool, colors) = (app.editor.tool(), theme::colors(ui.ctx()));
    ui.label(RichText::new(tool.name()).color(colors.text_weak.0));
    match tool {
        ToolKind::Measure => scale_ui(options, ui),
        ToolKind::Brush => mask_options::brush_ui(app, options, ui),
        ToolKind::Wand => mask_options::wand_ui(app, options, ui),
        _ => {}
    }
}

/// What a pixel is in the world.
fn scale_ui(options: &mut ToolOptions, ui: &mut Ui) {
    ui.label("1 px =");
    let value = ui.add(DragValue::new(&mut options.scale.per_pixel).range(0.0..=1e6).speed(0.01).max_decimals(5));
    value.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Units per pixel"));
    value.on_hover_text("Length of a pixel in the world; 0 when that is not known");
    let unit = ui.add(TextEdit::singleline(&mut options.scale.unit).desired_width(48.0).hint_text("mm"));
    unit.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Unit"));
}

/// What drawn and dragged points stick to, from the right.
fn snap_ui(app: &mut LimnApp, options: &mut ToolOptions, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let snap = &mut options.snap;
    let grid = ui.add(DragValue::new(&mut snap.grid).range(0.0..=1000.0).speed(0.5).suffix(" px").max_decimals(1));
    grid.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Snap to a grid of pixels"));
    grid.on_hover_text("Snap to a grid of so many pixels; 0 for none");
    ui.label(RichText::new("grid").small().color(colors.text_weak.0));
    let angles = app.caps.tooltip(&app.keymap, Command::SnapAngles);
    choice(ui, &mut snap.angles, "15°", &angles);
    choice(ui, &mut snap.image, "image", "Snap to the border of the image");
    choice(ui, &mut snap.edges, "borders", "Snap to borders of other shapes");
    choice(ui, &mut snap.vertices, "points", "Snap to points of other shapes");
    let on = snap.vertices || snap.edges || snap.image;
    let tooltip = format!("{}   hold Ctrl to suspend", app.caps.tooltip(&app.keymap, Command::Snap));
    if icon_button(ui, icons::MAGNET, "Snap", &tooltip, on, true).clicked() {
        (snap.vertices, snap.edges, snap.image) = (!on, !on, !on);
    }
}

/// A word that is on or off.
pub fn choice(ui: &mut Ui, on: &mut bool, name: &str, tooltip: &str) {
    let response = ui.add(egui::Button::selectable(*on, RichText::new(name).small()));
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, *on, name));
    if response.on_hover_text(tooltip).clicked() {
        *on = !*on;
    }
}
