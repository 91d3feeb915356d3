//! Simplify, smooth or grow the selected, with a slider and the picture of what comes of it.

use super::corner::{Corner, headed_corner_ui};
use super::options::choice;
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, RichText, Slider, Ui, WidgetInfo};
use limn_editor::{AreaEvent, Event};
use limn_tools::AreaCommand;
use std::cell::Cell;

/// What is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Work {
    #[default]
    Simplify,
    Smooth,
    Grow,
}

/// What has been set; it stays while the panel is closed.
#[derive(Clone, Copy, Debug)]
pub struct BorderPanel {
    /// Whether it is shown.
    pub is_open: bool,
    work: Work,
    tolerance: f64,
    passes: u32,
    by: f64,
}

impl Default for BorderPanel {
    fn default() -> Self {
        Self { is_open: false, work: Work::Simplify, tolerance: 1.0, passes: 2, by: 2.0 }
    }
}

impl BorderPanel {
    fn command(&self) -> AreaCommand {
        match self.work {
            Work::Simplify => AreaCommand::Simplify(self.tolerance),
            Work::Smooth => AreaCommand::Smooth(self.passes),
            Work::Grow => AreaCommand::Grow(self.by),
        }
    }
}

/// The small window at the picture's top right.
pub fn border_ui(app: &mut LimnApp, ctx: &Context) {
    let mut panel = app.ui.border;
    if !panel.is_open {
        if app.editor.is_trying() {
            app.tell(Event::Areas(AreaEvent::Try(None)));
        }
        return;
    }
    app.tell(Event::Areas(AreaEvent::Try(Some(panel.command()))));
    let trial = app.editor.trial().filter(|trial| !trial.edits.is_empty());
    let is_empty = trial.is_none();
    let points = trial.map(|trial| format!("{} points instead of {}", trial.num_after, trial.num_before)).unwrap_or_default();
    let error = trial.map_or(0.0, |trial| trial.error);
    let colors = theme::colors(ctx);
    let (work, mut done) = (Cell::new(panel.work), false);
    let works = |ui: &mut Ui| {
        for (one, name, tooltip) in [
            (Work::Simplify, "simplify", "Leave out points"),
            (Work::Smooth, "smooth", "Cut corners off"),
            (Work::Grow, "grow", "Grow, or shrink"),
        ] {
            let mut on = work.get() == one;
            choice(ui, &mut on, name, tooltip);
            if on {
                work.set(one);
            }
        }
    };
    let look = Corner { name: "Border of the selected", title: "Border", close: ["Close without a change", "Close"], width: 300.0 };
    let is_closed = headed_corner_ui(ctx, app.ui.adjust_offset, &look, works, |ui| {
        let (slider, name, value) = match work.get() {
            Work::Simplify => {
                let range = Slider::new(&mut panel.tolerance, 0.1..=50.0).logarithmic(true).suffix(" px").fixed_decimals(1);
                (ui.add(range), "Greatest error in pixels", panel.tolerance)
            }
            Work::Smooth => (ui.add(Slider::new(&mut panel.passes, 1..=5)), "Times that corners are cut off", f64::from(panel.passes)),
            Work::Grow => {
                let range = Slider::new(&mut panel.by, -50.0..=50.0).suffix(" px").fixed_decimals(1);
                (ui.add(range), "Pixels to grow by", panel.by)
            }
        };
        slider.widget_info(|| WidgetInfo::slider(true, value, name));
        let text = match (is_empty, work.get()) {
            (true, _) if app.editor.selection().is_empty() => "Select an area or a line.".to_owned(),
            (true, _) => "This changes nothing.".to_owned(),
            (false, Work::Simplify) => format!("{points}, {error:.2} px off at most"),
            (false, _) => points.clone(),
        };
        let text = ui.label(RichText::new(text.clone()).small().color(colors.text_weak.0)).on_hover_text(text);
        text.widget_info(|| WidgetInfo::new(egui::Role::Label));
        done = ui.add_enabled(!is_empty, egui::Button::new("Apply")).clicked();
    });
    panel.work = work.get();
    if done {
        app.tell(Event::Areas(AreaEvent::Change(panel.command())));
    }
    if is_closed || done {
        panel.is_open = false;
        app.tell(Event::Areas(AreaEvent::Try(None)));
        app.ui.focus_canvas = true;
    }
    app.ui.border = panel;
}
