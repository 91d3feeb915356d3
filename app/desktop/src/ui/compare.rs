//! What is different now from a named state, or from what somebody left: drawn on the picture, and gone to from frame to frame.

use super::corner::{Corner, corner_ui};
use crate::app::LimnApp;
use crate::session::Message;
use crate::theme;
use egui::{ComboBox, Context, RichText, Role, Ui, WidgetInfo};
use limn_core::compare::{Difference, FileState, Kind, difference, differences, different_frames};
use limn_core::document::Stamp;
use limn_core::{FileId, Frames, Instance, InstanceId};
use limn_editor::{Event, Notice, Place};
use limn_store::writer::StoreRequest;
use limn_store::{Access, Project, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Name of the work in the tray.
const TASK: &str = "Compare";

/// A state that is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// The project as it was when this name was given.
    Named(String),
    /// The open file as this person's last step on it left it.
    LeftBy(String),
}

impl State {
    fn told(&self) -> String {
        match self {
            Self::Named(name) => name.clone(),
            Self::LeftBy(user) => format!("As {user} left it"),
        }
    }
}

/// The open panel.
#[derive(Default)]
pub struct ComparePanel {
    /// The states to choose from: what people left, then the named ones, the newest last; `None` while they are read.
    states: Option<Vec<State>>,
    /// Of which file they were asked.
    asked_states: Option<FileId>,
    chosen: Option<State>,
    /// What was read, or is being read.
    asked: Option<(FileId, State)>,
    then: Option<Arc<FileState>>,
    /// Frames outside of which nothing differed when it was read.
    ranges: Vec<Frames>,
    /// Of the frame that is shown: what stood there then, and what differs.
    frame: Option<Frame>,
}

struct Frame {
    place: Place,
    stamp: Stamp,
    then: BTreeMap<InstanceId, Instance>,
    found: Vec<Difference>,
}

impl ComparePanel {
    /// The differences of the frame that is shown.
    pub fn drawn(&self) -> &[Difference] {
        self.frame.as_ref().map_or(&[], |frame| &frame.found)
    }

    /// The nearest frame that differs on that side of one.
    pub fn next_different(&self, frame: u64, forward: bool) -> Option<u64> {
        next(&self.ranges, frame, forward)
    }
}

/// The small window at the canvas's top right.
pub fn compare_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut panel) = app.ui.compare.take() else { return };
    read(app, &mut panel);
    look(app, &mut panel);
    let mut told = Vec::new();
    let look = Corner { name: "Compare", title: "Different from", close: ["Close the comparison", "Close   Esc"], width: 320.0 };
    let is_closed = corner_ui(ctx, app.ui.adjust_offset, &look, |ui| {
        content_ui(app, &mut panel, ui, &mut told);
    });
    for event in told {
        app.tell(event);
    }
    if is_closed || app.editor.file().is_none() {
        app.ui.focus_canvas = true;
    } else {
        app.ui.compare = Some(panel);
    }
}

fn content_ui(app: &LimnApp, panel: &mut ComparePanel, ui: &mut Ui, told: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    let weak = |text: &str| RichText::new(text).small().color(colors.text_weak.0);
    match panel.states.as_deref() {
        None => return drop(ui.label(weak("Reading…"))),
        Some([]) => {
            ui.label("No state of the project has a name yet, and nobody else worked on this file.");
            return drop(ui.label(weak("The command \"Name this state…\" gives one; later work is compared with it here.")));
        }
        Some(states) => {
            let shown = panel.chosen.as_ref().map(State::told).unwrap_or_default();
            let combo = ComboBox::from_id_salt("compare-with").selected_text(&shown).width(300.0).show_ui(ui, |ui| {
                for state in states.iter().rev() {
                    ui.selectable_value(&mut panel.chosen, Some(state.clone()), state.told());
                }
            });
            combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("Compared with: {shown}")));
        }
    }
    if panel.then.is_none() {
        return drop(ui.label(weak("Reading…")));
    }
    let count = |kind| panel.drawn().iter().filter(|difference| difference.kind == kind).count();
    let here = [(Kind::Added, "added", colors.ok.0), (Kind::Removed, "removed", colors.error.0), (Kind::Changed, "changed", colors.warn.0)];
    ui.horizontal(|ui| {
        for (kind, name, color) in here {
            ui.label(RichText::new(format!("{} {name}", count(kind))).color(color));
        }
    });
    if app.editor.is_video() {
        let frames: u64 = panel.ranges.iter().map(|range| range.count()).sum();
        ui.label(weak(&format!("Differences lie within {frames} of {} frames.", app.editor.num_frames())));
    }
    let ids: Vec<InstanceId> = panel.drawn().iter().filter(|one| one.kind != Kind::Removed).map(|one| one.id).collect();
    ui.horizontal(|ui| {
        for (text, forward) in [("Previous", false), ("Next", true)] {
            let to = next(&panel.ranges, app.editor.frame(), forward);
            let enabled = app.editor.is_video() && to.is_some();
            if ui.add_enabled(enabled, egui::Button::new(text)).on_hover_text("The frames that differ").clicked() {
                told.extend(to.map(Event::GoToFrame));
            }
        }
        if ui.add_enabled(!ids.is_empty(), egui::Button::new("Select them")).clicked() {
            told.push(Event::Select(ids.clone()));
        }
    });
    ui.label(weak("Dashed: as it was then. Red is gone, amber was changed, green is new."));
}

/// The nearest frame of the ranges on that side: within one frame by frame.
fn next(ranges: &[Frames], frame: u64, forward: bool) -> Option<u64> {
    if forward {
        let range = ranges.iter().find(|range| range.last() > frame)?;
        Some(range.first().max(frame + 1))
    } else {
        let range = ranges.iter().rev().find(|range| range.first() < frame)?;
        Some(range.last().min(frame.saturating_sub(1)))
    }
}

/// What a file can be compared with. Who worked on it last left it as it is now.
fn states(project: &Project, file: FileId) -> Result<Vec<State>, StoreError> {
    let mut authors = project.authors(file)?;
    authors.pop();
    let named = project.snapshots()?.into_iter().map(State::Named);
    Ok(authors.into_iter().map(State::LeftBy).chain(named).collect())
}

/// Asks for the states to choose from when another file is open, and for the chosen one when it is another one.
fn read(app: &mut LimnApp, panel: &mut ComparePanel) {
    let Some(file) = app.editor.file().map(|entry| entry.file.id) else { return };
    if panel.asked_states.replace(file) != Some(file) {
        let mailbox = app.mailbox.clone();
        app.ask_store(StoreRequest::Run(Box::new(move |project: &mut Project| {
            let states = states(project, file);
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| match (states, &mut app.ui.compare) {
                (Ok(states), Some(panel)) if panel.asked_states == Some(file) => {
                    if panel.chosen.as_ref().is_none_or(|chosen| !states.contains(chosen)) {
                        panel.chosen = states.last().cloned();
                        (panel.then, panel.frame, panel.asked) = (None, None, None);
                        panel.ranges.clear();
                    }
                    panel.states = Some(states);
                }
                (Err(error), _) => app.ui.toasts.add(&Notice::error(error.to_string())),
                _ => {}
            })));
        })));
    }
    let Some(state) = panel.chosen.clone().filter(|chosen| panel.states.as_ref().is_some_and(|all| all.contains(chosen))) else { return };
    let wanted = Some((file, state.clone()));
    if panel.asked == wanted || app.tasks.is_running(TASK) {
        return;
    }
    let Some(dir) = app.session.as_ref().map(|session| session.dir.clone()) else { return };
    (panel.then, panel.frame, panel.asked) = (None, None, wanted.clone());
    panel.ranges.clear();
    let (frames, mailbox) = (app.editor.num_frames(), app.mailbox.clone());
    app.tasks.start(TASK, Arc::new(app.mailbox.waker()), move |cx| {
        let read = || -> Result<(FileState, Vec<Frames>), limn_jobs::JobError> {
            let project = Project::open(&dir, limn_jobs::home::identity()?, Access::Read)?;
            let now = project.file_state(file)?;
            let then = match &state {
                State::Named(name) => project.at_snapshot(name)?,
                State::LeftBy(user) => project.at_last_step_of(user, file)?,
            };
            let then = then.file_state(file)?;
            let ranges = different_frames(&then, &now, frames);
            Ok((then, ranges))
        };
        let read = read();
        // A state is folded as a whole; who cancelled meanwhile does not want it any more.
        if cx.cancel.load(Ordering::Relaxed) {
            return mailbox.send(Message::Answer(Box::new(|app: &mut LimnApp| app.ui.compare = None)));
        }
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| match (read, &mut app.ui.compare) {
            (Ok((then, ranges)), Some(panel)) if panel.asked == wanted => (panel.then, panel.ranges) = (Some(Arc::new(then)), ranges),
            (Err(error), _) => app.ui.toasts.add(&Notice::error(error.to_string())),
            _ => {}
        })));
    });
}

/// Looks at the frame when it is another one; after a change, only at what it touched.
fn look(app: &LimnApp, panel: &mut ComparePanel) {
    let (Some(state), Some(place)) = (&panel.then, app.editor.place().filter(|_| app.editor.is_ready())) else { return };
    if panel.asked.as_ref().is_none_or(|(file, _)| *file != place.file) {
        panel.frame = None;
        return;
    }
    let document = app.editor.document();
    let stamp = document.stamp().clone();
    if let Some(frame) = panel.frame.as_mut().filter(|frame| frame.place == place) {
        if frame.stamp == stamp {
            return;
        }
        if let Some(touched) = document.touched_since(&frame.stamp) {
            for id in touched {
                frame.found.retain(|one| one.id != id);
                frame.found.extend(difference(id, frame.then.get(&id), document.get(id)));
            }
            frame.stamp = stamp;
            return;
        }
    }
    let then = state.at(place.frame);
    let found = differences(&then, document.instances().iter());
    panel.frame = Some(Frame { place, stamp, then: then.into_iter().map(|one| (one.id, one)).collect(), found });
}
