//! The rail of tools.

use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::icons::{self, Icon};
use egui::{ScrollArea, Ui, scroll_area::ScrollBarVisibility};
use limn_editor::{Command, Event, Group};
use limn_tools::ToolKind;

/// Icon and command of a tool.
fn look(kind: ToolKind) -> (Icon, Command) {
    match kind {
        ToolKind::Select => (icons::SELECT, Command::ToolSelect),
        ToolKind::Box => (icons::BOX, Command::ToolBox),
        ToolKind::RotatedBox => (icons::ROTATED_BOX, Command::ToolRotatedBox),
        ToolKind::Ellipse => (icons::ELLIPSE, Command::ToolEllipse),
        ToolKind::Cuboid => (icons::CUBOID, Command::ToolCuboid),
        ToolKind::Keypoints => (icons::KEYPOINTS, Command::ToolKeypoints),
        ToolKind::Point => (icons::POINT, Command::ToolPoint),
        ToolKind::Polygon => (icons::POLYGON, Command::ToolPolygon),
        ToolKind::Brush => (icons::MASK, Command::ToolBrush),
        ToolKind::Wand => (icons::WAND, Command::ToolWand),
        ToolKind::Scissors => (icons::SCISSORS, Command::ToolScissors),
        ToolKind::Stamp => (icons::STAMP, Command::ToolStamp),
        ToolKind::Polyline => (icons::POLYLINE, Command::ToolPolyline),
        ToolKind::Slice => (icons::SLICE, Command::ToolSlice),
        ToolKind::Measure => (icons::RULER, Command::ToolMeasure),
    }
}

/// Points that the last buttons take: settings, keys, manual.
const ROOM_FOR_LAST: f32 = 110.0;
/// Points that the buttons below the tools take.
const ROOM_FOR_ALL: f32 = 250.0;

/// The rail.
pub fn rail_ui(app: &mut LimnApp, ui: &mut Ui) {
    let mut asked = None;
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        // In a low window the tools scroll, so that the last buttons stay in sight.
        let most = (ui.available_height() - ROOM_FOR_LAST).max(ROOM_FOR_LAST);
        let tools = ScrollArea::vertical().max_height(most).scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden);
        tools.show(ui, |ui| {
            for kind in ToolKind::ALL.iter().copied() {
                let (icon, command) = look(kind);
                let tooltip = app.caps.tooltip(&app.keymap, command);
                let response = icon_button(ui, icon, &format!("Tool: {}", kind.name()), &tooltip, app.editor.tool() == kind, true);
                if kind == ToolKind::Select {
                    app.ui.add_pane(response.id);
                }
                if response.clicked() {
                    asked = Some(command);
                }
            }
        });
        // In a low window the zoom buttons go first: they have keys, and a menu.
        if ui.available_height() > ROOM_FOR_ALL {
            ui.add_space(8.0);
            ui.separator();
            for (icon, command) in [
                (icons::FIT, Command::Fit),
                (icons::ONE, Command::OneToOne),
                (icons::ZOOM_IN, Command::ZoomIn),
                (icons::ZOOM_OUT, Command::ZoomOut),
            ] {
                let tooltip = app.caps.tooltip(&app.keymap, command);
                if icon_button(ui, icon, command.info().title, &tooltip, false, app.editor.is_enabled(command)).clicked() {
                    asked = Some(command);
                }
            }
        }
        ui.with_layout(egui::Layout::bottom_up(egui::Align::Center), |ui| {
            for (icon, command) in [(icons::SETTINGS, Command::Settings), (icons::KEYBOARD, Command::Keys), (icons::HELP, Command::Manual)]
            {
                let tooltip = app.caps.tooltip(&app.keymap, command);
                if icon_button(ui, icon, command.info().title, &tooltip, false, true).clicked() {
                    asked = Some(command);
                }
            }
        });
    });
    if let Some(command) = asked {
        app.tell(Event::Command(command));
        if command.info().group == Group::Tools {
            app.ui.focus_canvas = true;
        }
    }
}
