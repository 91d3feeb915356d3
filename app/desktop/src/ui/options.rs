//! The bar over the canvas: what can be chosen about the tool in hand, and what points stick to.

use super::widgets::icon_button;
use super::{mask_options, path_options};
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::scroll_area::ScrollBarVisibility;
use egui::{DragValue, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo};
use limn_core::{Geometry, Rect};
use limn_editor::{Command, Event};
use limn_tools::{BoxMode, CuboidMode, EllipseMode, ToolKind, ToolOptions};

/// The bar.
pub fn options_ui(app: &mut LimnApp, ui: &mut Ui) {
    let mut options = app.editor.options().clone();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        // In a narrow window the words of the tool are scrolled by the wheel, and never lie under those at the right.
        let snap_id = ui.scope_id().with("width of the snaps");
        let snap_width = ui.data(|data| data.get_temp(snap_id)).unwrap_or(0.0);
        ui.style_mut().always_scroll_the_only_direction = true;
        let area = ScrollArea::horizontal().max_width((ui.available_width() - snap_width - 12.0).max(0.0));
        area.scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden).show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                tool_ui(app, &mut options, ui);
                keypoints_ui(app, ui);
                numbers_ui(app, ui);
            });
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let right = ui.max_rect().right();
            snap_ui(app, &mut options, ui);
            let width = right - ui.cursor().right();
            ui.data_mut(|data| data.insert_temp(snap_id, width));
        });
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
        ToolKind::Box => box_ui(options, ui),
        ToolKind::Ellipse => {
            let modes = [
                (EllipseMode::Bounds, "box around it", "Drag the box around the ellipse; Shift makes a circle, Alt draws from the middle"),
                (EllipseMode::Center, "middle and radius", "A circle from its middle"),
                (
                    EllipseMode::ThreePoints,
                    "three points",
                    "Both ends of an axis and how wide it is; with Shift a circle through three points",
                ),
            ];
            modes_ui(&mut options.ellipse, &modes, ui);
        }
        ToolKind::Cuboid => cuboid_ui(options, ui),
        ToolKind::Polygon | ToolKind::Polyline => {
            let tip = app.caps.tooltip(&app.keymap, Command::DragDraws);
            path_options::path_ui(tool, &mut options.path, &tip, ui);
        }
        _ => {}
    }
}

/// One of several words is chosen.
fn modes_ui<T: PartialEq + Copy>(mode: &mut T, modes: &[(T, &str, &str)], ui: &mut Ui) {
    for (value, name, tooltip) in modes {
        let mut on = *mode == *value;
        choice(ui, &mut on, name, tooltip);
        if on {
            *mode = *value;
        }
    }
}

fn box_ui(options: &mut ToolOptions, ui: &mut Ui) {
    let modes = [
        (BoxMode::Corners, "corners", "Drag, or click two corners; Shift makes a square, Alt draws from the middle"),
        (BoxMode::Extreme, "four points", "Click the outermost points of the thing"),
        (BoxMode::Fixed, "one size", "A click puts a box of this size"),
    ];
    modes_ui(&mut options.bbox.mode, &modes, ui);
    if options.bbox.mode == BoxMode::Fixed {
        for (value, name) in options.bbox.size.iter_mut().zip(["Width", "Height"]) {
            let drag = ui.add(DragValue::new(value).range(1.0..=100_000.0).speed(0.5).max_decimals(2));
            drag.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, format!("{name} of new boxes")));
            drag.on_hover_text(format!("{name} of new boxes in pixels"));
        }
    }
}

fn cuboid_ui(options: &mut ToolOptions, ui: &mut Ui) {
    let modes = [
        (CuboidMode::FrontAndDepth, "front and depth", "The front face as a box, then a corner behind"),
        (CuboidMode::FourCorners, "four corners", "Three corners of a slanted front face, then a corner behind"),
        (CuboidMode::Vanishing, "vanishing point", "The back face is the front one, drawn together towards the file's vanishing point"),
    ];
    modes_ui(&mut options.cuboid.mode, &modes, ui);
    if options.cuboid.mode == CuboidMode::Vanishing {
        let is_set = options.cuboid.vanishing.is_some();
        let tooltip = "Forget the vanishing point of this file: the next click sets it anew";
        if ui.add_enabled(is_set, egui::Button::new("Set anew")).on_hover_text(tooltip).clicked() {
            options.cuboid.vanishing = None;
        }
    }
}

/// The selected box by numbers. What is typed counts with Enter or when the field is left: one step.
fn numbers_ui(app: &mut LimnApp, ui: &mut Ui) {
    let [id] = app.editor.selection() else { return };
    let id = *id;
    let Some(Geometry::Box(rect)) = app.editor.document().get(id).map(|instance| &instance.geometry) else { return };
    let rect = *rect;
    let enabled = !app.editor.is_locked(id) && !app.editor.is_drawing();
    let [width, height] = app.editor.image();
    let mut numbers = [rect.min.x, rect.min.y, rect.width(), rect.height()];
    let before = numbers;
    let mut done = false;
    ui.separator();
    for (at, name) in ["x", "y", "w", "h"].into_iter().enumerate() {
        let limit = if at % 2 == 0 { width } else { height };
        // Dragging the number would be many steps: it is typed.
        let field = DragValue::new(&mut numbers[at]).range(0.0..=limit.max(1.0)).speed(0.0).max_decimals(2).update_while_editing(false);
        let response = ui.add_enabled(enabled, field.prefix(format!("{name} ")));
        response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, enabled, format!("Box {name}")));
        done |= response.changed();
        response.on_hover_text("Click and type; in pixels of the image");
    }
    if done && numbers != before {
        let [x, y, w, h] = numbers;
        app.tell(Event::SetBox(id, Rect::from_xywh(x, y, w, h)));
    }
}

/// What the keypoints tool places, and the way to change that.
fn keypoints_ui(app: &mut LimnApp, ui: &mut Ui) {
    if app.editor.tool() != ToolKind::Keypoints {
        return;
    }
    let label = app.editor.active_label().and_then(|id| app.editor.schema.label(id));
    let count = label.and_then(|label| label.keypoints.as_ref()).map_or(0, |template| template.points.len());
    let name = label.map_or("the label", |label| label.name.as_str());
    ui.label(RichText::new(format!("{count} keypoints of {name}")).small());
    let tooltip = app.caps.tooltip(&app.keymap, Command::EditTemplate);
    if ui.button(if count == 0 { "Say which…" } else { "Change…" }).on_hover_text(tooltip).clicked() {
        app.tell(Event::Command(Command::EditTemplate));
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

/// A word that is on or off; an empty tooltip is none.
pub fn choice(ui: &mut Ui, on: &mut bool, name: &str, tooltip: &str) {
    let response = ui.add(egui::Button::selectable(*on, RichText::new(name).small()));
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, *on, name));
    let response = if tooltip.is_empty() { response } else { response.on_hover_text(tooltip) };
    if response.clicked() {
        *on = !*on;
    }
}
