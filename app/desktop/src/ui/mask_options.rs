//! What can be chosen about brush and wand.

use super::path_options::drag_ui;
use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::icons::{self, Icon};
use egui::{DragValue, RichText, Role, Ui, WidgetInfo};
use limn_editor::Command;
use limn_tools::raster::{BrushShape, ColourArea};
use limn_tools::{BrushMode, BrushOptions, DragDraws, Overlap, ToolOptions, WandOptions};

/// Of the brush.
pub fn brush_ui(app: &LimnApp, options: &mut ToolOptions, ui: &mut Ui) {
    let tip = |command| app.caps.tooltip(&app.keymap, command);
    let brush = &mut options.brush;
    for (icon, name, erases) in [(icons::MASK, "Paint", false), (icons::ERASER, "Erase", true)] {
        if icon_button(ui, icon, name, &tip(Command::BrushErase), brush.erases == erases, true).clicked() {
            brush.erases = erases;
        }
    }
    ui.separator();
    let along = format!("Along the way; {} and {} come back to it", tip(Command::BrushLasso), tip(Command::BrushFill));
    let modes: [(Icon, &str, BrushMode, String); 3] = [
        (icons::PENCIL, "Along the way", BrushMode::Stroke, along),
        (icons::LASSO, "Inside a line", BrushMode::Lasso, tip(Command::BrushLasso)),
        (icons::FILL, "Fill", BrushMode::Fill, tip(Command::BrushFill)),
    ];
    for (icon, name, mode, tooltip) in modes {
        if icon_button(ui, icon, name, &tooltip, brush.mode == mode, true).clicked() {
            brush.mode = mode;
        }
    }
    if brush.mode == BrushMode::Stroke {
        ui.separator();
        one_of(ui, &mut brush.shape, "round", BrushShape::Round, "A round brush");
        one_of(ui, &mut brush.shape, "square", BrushShape::Square, "A square brush");
        let range = BrushOptions::LEAST..=BrushOptions::MOST;
        let size = ui.add(DragValue::new(&mut brush.diameter).range(range).speed(0.5).suffix(" px").max_decimals(0));
        size.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Size of the brush in pixels"));
        let keys = format!("{}\n{}", tip(Command::BrushSmaller), tip(Command::BrushLarger));
        size.on_hover_text(format!("Width of the brush in pixels of the picture\n{keys}\nCtrl+Alt and the wheel"));
    }
    if options.brush.mode == BrushMode::Lasso {
        ui.separator();
        // One point that follows the pointer is no choice here: it is as good as freehand.
        let mut drag = if options.path.drag == DragDraws::Side { DragDraws::Side } else { DragDraws::Freehand };
        let before = drag;
        drag_ui(&mut drag, &[DragDraws::Freehand, DragDraws::Side], &tip(Command::DragDraws), ui);
        if drag != before {
            options.path.drag = drag;
        }
    }
    overlap_ui(app, options, ui);
}

/// Of the wand.
pub fn wand_ui(app: &LimnApp, options: &mut ToolOptions, ui: &mut Ui) {
    let wand = &mut options.wand;
    ui.label("tolerance");
    let tolerance = ui.add(DragValue::new(&mut wand.tolerance).range(0..=ColourArea::MOST).speed(0.3));
    tolerance.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Tolerance of the wand"));
    tolerance.on_hover_text("How much a colour may differ, 0 to 254; drag on the picture to change it");
    super::options::choice(ui, &mut wand.contiguous, "connected", "Only what is connected with the clicked pixel");
    ui.label("smooth");
    let smooth = ui.add(DragValue::new(&mut wand.smooth).range(0..=WandOptions::MOST_SMOOTH).speed(0.05).suffix(" px"));
    smooth.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Smoothing of the wand in pixels"));
    smooth.on_hover_text("Closes pinholes and cracks up to twice so many pixels wide");
    super::options::choice(ui, &mut wand.polygon, "as polygon", "A new area becomes a polygon instead of a mask");
    overlap_ui(app, options, ui);
}

/// What happens where masks meet.
fn overlap_ui(app: &LimnApp, options: &mut ToolOptions, ui: &mut Ui) {
    ui.separator();
    let tooltip = app.caps.tooltip(&app.keymap, Command::MaskOverlap);
    for (name, overlap, about) in [
        ("free", Overlap::Free, "Masks may overlap"),
        ("under", Overlap::Under, "Nothing is painted where other masks are"),
        ("over", Overlap::Over, "Other masks lose what is painted over, unless they are locked or hidden"),
    ] {
        one_of(ui, &mut options.overlap, name, overlap, &format!("{about}\n{tooltip}"));
    }
}

/// A word that chooses one of several.
fn one_of<T: PartialEq>(ui: &mut Ui, value: &mut T, name: &str, this: T, tooltip: &str) {
    let on = *value == this;
    let response = ui.add(egui::Button::selectable(on, RichText::new(name).small()));
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, name));
    if response.on_hover_text(tooltip).clicked() {
        *value = this;
    }
}
