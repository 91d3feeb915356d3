//! What of the picture is covered: gaps, overlaps and what is left, each shown on the picture and mended by a button.

use super::corner::{Corner, corner_ui};
use crate::app::LimnApp;
use crate::session::Message;
use crate::theme;
use egui::{Context, RichText, Role, ScrollArea, Ui, WidgetInfo};
use limn_core::document::Stamp;
use limn_core::{Geometry, Instance, InstanceId, LabelId, Rect};
use limn_editor::{AreaEvent, Event, Notice, Place};
use limn_tools::coverage::{Coverage, Flaw, FlawKind, coverage};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Name of the work in the tray.
const TASK: &str = "Check coverage";

/// The open panel.
#[derive(Default)]
pub struct CoveragePanel {
    /// What was looked at, or is being looked at.
    asked: Option<(Place, Stamp)>,
    found: Option<Coverage>,
    /// Number of the flaw that is shown on the picture.
    shown: Option<usize>,
}

impl CoveragePanel {
    /// The flaw that is shown, as an instance to draw over the picture.
    pub fn drawn(&self) -> Option<Instance> {
        let (place, _) = self.asked.as_ref()?;
        let flaw = self.found.as_ref()?.flaws.get(self.shown?)?;
        let id = InstanceId::from_parts(0, [0; 10]);
        Some(Instance::new(id, place.file, place.frame, LabelId(0), Geometry::Polygon(flaw.area.clone())))
    }
}

/// What a button asks for.
enum Asked {
    Close,
    Mend(Vec<Flaw>),
    Fill(Flaw),
    Show(usize),
}

/// The small window at the canvas's top right.
pub fn coverage_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut panel) = app.ui.coverage.take() else { return };
    ask_again(app, &mut panel);
    let colors = theme::colors(ctx);
    let mut asked = app.editor.file().is_none().then_some(Asked::Close);
    let look = Corner { name: "Coverage", title: "Coverage", close: ["Close the coverage", "Close   Esc"], width: 340.0 };
    let is_closed = corner_ui(ctx, app.ui.adjust_offset, &look, |ui| match &panel.found {
        None => drop(ui.label(RichText::new("Looking…").color(colors.text_weak.0))),
        Some(found) => asked = found_ui(found, panel.shown, ui).or(asked.take()),
    });
    match is_closed.then_some(Asked::Close).or(asked) {
        Some(Asked::Close) => {
            app.ui.focus_canvas = true;
            return;
        }
        Some(Asked::Show(at)) => {
            panel.shown = Some(at);
            let flaw = panel.found.as_ref().and_then(|found| found.flaws.get(at));
            if let Some(bounds) = flaw.and_then(|flaw| flaw.area.bounds()) {
                app.tell(Event::LookAt(bounds));
            }
        }
        Some(Asked::Mend(flaws)) => app.tell(Event::Areas(AreaEvent::Mend(flaws))),
        Some(Asked::Fill(flaw)) => app.tell(Event::Areas(AreaEvent::Fill(Box::new(flaw)))),
        None => {}
    }
    app.ui.coverage = Some(panel);
}

fn found_ui(found: &Coverage, shown: Option<usize>, ui: &mut Ui) -> Option<Asked> {
    let colors = theme::colors(ui.ctx());
    let mut asked = None;
    // 99.996 % is not all.
    let percent = (found.share * 10_000.0).floor() / 100.0;
    let text = if found.flaws.is_empty() {
        "All of the picture is covered, and nothing twice.".to_owned()
    } else {
        let more = if found.is_cut { " or more" } else { "" };
        let places = if found.flaws.len() == 1 { "place" } else { "places" };
        format!("{percent} % covered, {}{more} {places} to look at", found.flaws.len())
    };
    ui.label(RichText::new(&text)).widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    let row = ui.spacing().interact_size.y;
    ScrollArea::vertical().max_height(12.0 * row).auto_shrink([false, true]).show_rows(ui, row, found.flaws.len(), |ui, rows| {
        for at in rows {
            let Some(flaw) = found.flaws.get(at) else { continue };
            let what = match flaw.kind {
                FlawKind::Gap => "gap",
                FlawKind::Uncovered => "uncovered",
                FlawKind::Overlap => "overlap",
            };
            let text = format!("{what}, {}", size_text(flaw.size));
            if ui.selectable_label(shown == Some(at), text).clicked() {
                asked = Some(Asked::Show(at));
            }
        }
    });
    let one = shown.and_then(|at| found.flaws.get(at));
    ui.horizontal_wrapped(|ui| {
        let button = |ui: &mut Ui, text: &str, tooltip: &str, enabled: bool| {
            ui.add_enabled(enabled, egui::Button::new(text)).on_hover_text(tooltip).clicked()
        };
        let mend = match one.map(|flaw| flaw.kind) {
            Some(FlawKind::Overlap) => "Cut from the lower",
            _ => "Give to neighbour",
        };
        if button(ui, mend, "Mend the chosen place", one.is_some()) {
            asked = one.map(|flaw| Asked::Mend(vec![flaw.clone()]));
        }
        let open = one.filter(|flaw| flaw.kind != FlawKind::Overlap);
        if button(ui, "Fill with the active label", "Make the chosen place an instance of its own", open.is_some()) {
            asked = open.map(|flaw| Asked::Fill(flaw.clone()));
        }
        let narrow: Vec<&Flaw> = found.flaws.iter().filter(|flaw| flaw.kind != FlawKind::Uncovered).collect();
        let tooltip = "Gaps go to the neighbour with the longest common border, overlaps are cut from the lower: one step";
        if button(ui, "Mend all gaps and overlaps", tooltip, !narrow.is_empty()) {
            asked = Some(Asked::Mend(narrow.into_iter().cloned().collect()));
        }
    });
    ui.label(RichText::new("Areas to ignore, and crowds, need no cover.").small().color(colors.text_weak.0));
    asked
}

fn size_text(size: f64) -> String {
    if size < 10.0 { format!("{size:.2} px²") } else { format!("{size:.0} px²") }
}

/// Looks anew on a thread of its own when something changed; what was found stays until then.
fn ask_again(app: &mut LimnApp, panel: &mut CoveragePanel) {
    let Some(place) = app.editor.place().filter(|_| app.editor.is_ready()) else { return };
    let asked = (place, app.editor.document().stamp().clone());
    if panel.asked.as_ref() == Some(&asked) || app.tasks.is_running(TASK) {
        return;
    }
    if panel.asked.as_ref().is_none_or(|(before, _)| *before != place) {
        (panel.found, panel.shown) = (None, None);
    }
    panel.asked = Some(asked.clone());
    let instances = app.editor.document().instances().clone();
    let [width, height] = app.editor.image();
    let mailbox = app.mailbox.clone();
    app.tasks.start(TASK, Arc::new(app.mailbox.waker()), move |cx| {
        let cancel = cx.cancel.clone();
        let found = coverage(instances.iter(), Rect::from_xywh(0.0, 0.0, width, height), &|| cancel.load(Ordering::Relaxed));
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| match (found, &mut app.ui.coverage) {
            (Some(found), Some(panel)) if panel.asked.as_ref() == Some(&asked) => {
                panel.shown = panel.shown.filter(|at| *at < found.flaws.len());
                panel.found = Some(found);
            }
            (None, Some(_)) => {
                app.ui.coverage = None;
                app.ui.toasts.add(&Notice::info("The coverage was not checked to the end."));
            }
            _ => {}
        })));
    });
}
