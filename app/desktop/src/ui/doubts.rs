//! What is likely a mistake in the sequences of the video: a list of places to look at, one key to the next.

use super::corner::{Corner, corner_ui};
use crate::app::LimnApp;
use crate::session::Message;
use crate::theme;
use egui::{Context, RichText, Role, ScrollArea, Ui, WidgetInfo};
use limn_core::sequence::checks::{Doubt, Finding, find, shown};
use limn_core::{FileId, Sequences};
use limn_editor::{Event, Notice};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Name of the work in the tray.
const TASK: &str = "Check sequences";

/// The open panel.
#[derive(Default)]
pub struct DoubtsPanel {
    /// What was looked at, or is being looked at: a copy shares what did not change.
    asked: Option<(FileId, Sequences)>,
    found: Option<Vec<Finding>>,
    at: Option<usize>,
    /// Go to this finding as soon as it is selected on its frame.
    wanted: Option<Finding>,
}

/// The small window at the canvas's top right.
pub fn doubts_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut panel) = app.ui.doubts.take() else { return };
    ask_again(app, &mut panel);
    let colors = theme::colors(ctx);
    let mut chosen = None;
    let look = Corner {
        name: "Sequences in doubt",
        title: "Sequences in doubt",
        close: ["Close the sequences in doubt", "Close   Esc"],
        width: 360.0,
    };
    let is_closed = corner_ui(ctx, app.ui.adjust_offset, &look, |ui| match &panel.found {
        None => drop(ui.label(RichText::new("Looking…").color(colors.text_weak.0))),
        Some(found) => chosen = found_ui(app, found, panel.at, ui),
    });
    if let Some(finding) = chosen.and_then(|at| panel.found.as_ref()?.get(at)) {
        app.tell(Event::GoToFrame(finding.frame));
        (panel.at, panel.wanted) = (chosen, Some(finding.clone()));
    }
    // Shapes come a moment after their frame.
    if panel.wanted.as_ref().is_some_and(|finding| app.editor.is_ready() && app.editor.frame() == finding.frame)
        && let Some(finding) = panel.wanted.take()
    {
        app.tell(Event::Follow(finding.member));
        let there: Vec<_> = shown(&finding).into_iter().filter(|id| app.editor.document().get(*id).is_some()).collect();
        let first = there.first().copied();
        if there.len() > 1 {
            app.tell(Event::Select(there));
        }
        if let Some(id) = first {
            app.tell(Event::Reveal(id));
        }
    }
    if is_closed || !app.editor.is_video() {
        app.ui.focus_canvas = true;
    } else {
        app.ui.doubts = Some(panel);
    }
}

fn found_ui(app: &LimnApp, found: &[Finding], at: Option<usize>, ui: &mut Ui) -> Option<usize> {
    let colors = theme::colors(ui.ctx());
    let text = match found.len() {
        0 => "Nothing is in doubt.".to_owned(),
        1 => "1 place to look at".to_owned(),
        count => format!("{count} places to look at"),
    };
    ui.label(RichText::new(&text)).widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    let mut chosen = None;
    let row = ui.spacing().interact_size.y;
    ScrollArea::vertical().max_height(14.0 * row).auto_shrink([false, true]).show_rows(ui, row, found.len(), |ui, rows| {
        for number in rows {
            let Some(finding) = found.get(number) else { continue };
            let name = |id| app.editor.told_of(id);
            let other = finding.other.map(|other| format!(" ({})", name(other.sequence))).unwrap_or_default();
            let text = format!("{}: {} {}{other}", finding.frame, name(finding.member.sequence), finding.doubt.title());
            if ui.selectable_label(at == Some(number), text).clicked() {
                chosen = Some(number);
            }
        }
    });
    ui.horizontal(|ui| {
        let next = |by: isize| match at {
            Some(at) => (at as isize + by).rem_euclid(found.len().max(1) as isize) as usize,
            None => 0,
        };
        for (text, by) in [("Previous", -1), ("Next", 1)] {
            if ui.add_enabled(!found.is_empty(), egui::Button::new(text)).clicked() {
                chosen = Some(next(by));
            }
        }
        let kinds = Doubt::ALL.iter().filter(|doubt| found.iter().any(|finding| finding.doubt == **doubt)).count();
        ui.label(RichText::new(if kinds > 1 { "the gravest first" } else { "" }).small().color(colors.text_weak.0));
    });
    ui.label(RichText::new("Guesses, not verdicts: look, and mend what is wrong.").small().color(colors.text_weak.0));
    chosen
}

/// Looks anew on a thread of its own when something changed; what was found stays until then.
fn ask_again(app: &mut LimnApp, panel: &mut DoubtsPanel) {
    let Some(place) = app.editor.place().filter(|_| app.editor.is_ready()) else { return };
    if app.tasks.is_running(TASK) {
        return;
    }
    let is_same = panel.asked.as_ref().is_some_and(|(file, then)| *file == place.file && then.is_same(app.editor.sequences()));
    if is_same {
        return;
    }
    if panel.asked.as_ref().is_none_or(|(file, _)| *file != place.file) {
        (panel.found, panel.at) = (None, None);
    }
    let sequences = app.editor.sequences().clone();
    panel.asked = Some((place.file, sequences.clone()));
    let (image, frames) = (app.editor.image(), app.editor.num_frames());
    let elsewhere = app.editor.in_other_cameras();
    let mailbox = app.mailbox.clone();
    app.tasks.start(TASK, Arc::new(app.mailbox.waker()), move |cx| {
        let cancel = cx.cancel.clone();
        let found = find(&sequences, &elsewhere, image, frames, || !cancel.load(Ordering::Relaxed));
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| match (found, &mut app.ui.doubts) {
            (Some(found), Some(panel)) => {
                // A finding stays chosen while it is still there.
                let chosen = panel.at.and_then(|at| panel.found.as_ref()?.get(at)).and_then(|old| found.iter().position(|new| new == old));
                (panel.found, panel.at) = (Some(found), chosen);
            }
            (None, Some(_)) => {
                app.ui.doubts = None;
                app.ui.toasts.add(&Notice::info("The sequences were not checked to the end."));
            }
            _ => {}
        })));
    });
}
