//! The panels. Each reads the program's state, draws it, and tells what it was asked for; nothing here decodes, queries or
//! waits.

mod about;
pub mod adjust;
mod asking;
mod attributes;
mod border;
mod cameras_sheet;
mod canvas;
mod catalogue;
mod compare;
mod corner;
mod coverage;
mod doubts;
mod event_chips;
mod event_lanes;
mod event_panel;
mod files;
mod files_filter;
mod find;
mod guide;
mod history;
mod identity;
mod instances;
mod issue_pins;
mod issues;
mod keyframe_strip;
mod keys_sheet;
mod label_popup;
mod lane_filter;
mod lanes;
mod looked;
mod manual;
mod markdown;
mod mask_options;
mod match_vertices;
mod notes;
mod option_pictures;
mod options;
mod palette;
mod panes;
mod path_options;
mod path_prompt;
mod pick_object;
pub mod problems;
mod prompts;
mod rail;
mod retime;
mod same_object;
mod schema;
mod selected;
mod settings;
mod start;
mod state;
mod status;
mod stitch;
mod strip;
mod tags;
mod template;
mod timeline;
mod toasts;
mod top_bar;
mod tour;
mod widgets;

pub use panes::Made as PaneMade;
pub use state::UiState;
pub use strip::Strip;

use crate::app::LimnApp;
use crate::theme;
use egui::{CentralPanel, Frame, Margin, Panel, Ui};

/// The whole window.
pub fn window_ui(app: &mut LimnApp, ui: &mut Ui) {
    let ctx = ui.ctx().clone();
    let colors = theme::colors(&ctx);
    let sizes = &theme::tokens().size;
    // The window has their colour.
    let bar = Frame::NONE.inner_margin(Margin::symmetric(8, 4));
    let side = Frame::NONE.inner_margin(Margin::symmetric(8, 8));
    app.ui.carry_out(&ctx);
    attributes::settle(app, &ctx);
    canvas::take_input(app, ui);
    // Keys may have gone to another file, whose picture is decoded ahead: this frame shows it.
    app.show_picture();
    if app.ui.schema.is_some() {
        schema::room_ui(app, ui);
    } else if app.editor.project.is_none() {
        Panel::top("top").frame(bar).show(ui, |ui| top_bar::top_bar_ui(app, ui));
        CentralPanel::default().frame(Frame::NONE.fill(colors.panel_low.0)).show(ui, |ui| start::start_ui(app, ui));
    } else {
        if !app.ui.panels_hidden {
            Panel::top("top").frame(bar).show(ui, |ui| top_bar::top_bar_ui(app, ui));
            Panel::bottom("status").frame(bar).exact_size(sizes.row + 4.0).show(ui, |ui| status::status_ui(app, ui));
            if app.editor.is_video() {
                Panel::bottom("timeline").frame(bar).show(ui, |ui| timeline::timeline_ui(app, ui));
                if app.settings.show_lanes && event_lanes::has_lanes(app) {
                    let panel = Panel::bottom("event-lanes").frame(bar).default_size(84.0).size_range(52.0..=360.0);
                    panel.show(ui, |ui| event_lanes::event_lanes_ui(app, ui));
                }
                if app.settings.show_lanes && app.editor.sequences().tracks().next().is_some() {
                    Panel::bottom("lanes").frame(bar).default_size(124.0).size_range(64.0..=480.0).show(ui, |ui| lanes::lanes_ui(app, ui));
                }
                if app.settings.show_keyframes
                    && ui.available_height() >= keyframe_strip::ROOM
                    && let Some((member, track)) = keyframe_strip::shown(app)
                {
                    let panel = Panel::bottom("keyframes").frame(bar).exact_size(keyframe_strip::HEIGHT).resizable(false);
                    panel.show(ui, |ui| keyframe_strip::keyframe_strip_ui(app, ui, member, &track));
                }
            }
            Panel::left("rail")
                .frame(bar.inner_margin(Margin::symmetric(4, 8)))
                .exact_size(sizes.rail)
                .resizable(false)
                .show(ui, |ui| rail::rail_ui(app, ui));
            Panel::left("files").frame(side).default_size(248.0).size_range(140.0..=420.0).show(ui, |ui| files::files_ui(app, ui));
            Panel::right("instances")
                .frame(side)
                .default_size(264.0)
                .size_range(180.0..=480.0)
                .show(ui, |ui| if app.editor.asking().is_some() { asking::asking_ui(app, ui) } else { instances::instances_ui(app, ui) });
        } else if app.editor.asking().is_some() {
            Panel::right("asking").frame(side).exact_size(264.0).show(ui, |ui| asking::asking_ui(app, ui));
        }
        if app.ui.guide.is_open {
            Panel::right("guide").frame(side).default_size(320.0).size_range(200.0..=640.0).show(ui, |ui| guide::guide_ui(app, ui));
        }
        if !app.ui.panels_hidden && app.editor.file().is_some() {
            Panel::top("options").frame(bar).exact_size(sizes.row + 8.0).show(ui, |ui| options::options_ui(app, ui));
        }
        CentralPanel::default().frame(Frame::NONE).show(ui, |ui| canvas::canvas_ui(app, ui));
    }
    label_popup::label_popup_ui(app, &ctx);
    palette::palette_ui(app, &ctx);
    path_prompt::path_prompt_ui(app, &ctx);
    template::template_ui(app, &ctx);
    border::border_ui(app, &ctx);
    coverage::coverage_ui(app, &ctx);
    doubts::doubts_ui(app, &ctx);
    compare::compare_ui(app, &ctx);
    problems::problems_ui(app, &ctx);
    prompts::prompts_ui(app, &ctx);
    cameras_sheet::cameras_ui(app, &ctx);
    pick_object::pick_object_ui(app, &ctx);
    match_vertices::match_vertices_ui(app, &ctx);
    identity::identity_ui(app, &ctx);
    stitch::stitch_ui(app, &ctx);
    retime::retime_ui(app, &ctx);
    same_object::same_object_ui(app, &ctx);
    find::find_ui(app, &ctx);
    history::history_ui(app, &ctx);
    keys_sheet::keys_sheet_ui(app, &ctx);
    settings::settings_ui(app, &ctx);
    manual::manual_ui(app, &ctx);
    about::about_ui(app, &ctx);
    adjust::adjust_ui(app, &ctx);
    tour::tour_ui(app, &ctx);
    toasts::toasts_ui(app, &ctx);
    option_pictures::read_next(app, &ctx);
    app.ui.give_focus(&ctx);
}
