//! What is different between two states of the file: what somebody left, a named state, or now. Drawn on the picture, and gone to
//! from frame to frame.

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
    /// The earlier state.
    chosen: Option<State>,
    /// The state that it is compared with; `None`: now.
    with: Option<State>,
    /// What was read, or is being read.
    asked: Option<Asked>,
    read: Option<Arc<Read>>,
    /// Frames outside of which nothing differed when it was read.
    ranges: Vec<Frames>,
    /// Of the frame that is shown: what stood there then, and what differs.
    frame: Option<Frame>,
}

/// Of which file, which state, with which one (`None`: now).
type Asked = (FileId, State, Option<State>);

/// The states.
struct Read {
    then: FileState,
    /// `None`: as it is now in the program.
    with: Option<FileState>,
}

struct Frame {
    place: Place,
    stamp: Stamp,
    then: BTreeMap<InstanceId, Instance>,
    found: Vec<Difference>,
    /// What stood there in the state compared with, unless that is now.
    shown: Option<Vec<Instance>>,
}

impl ComparePanel {
    /// The differences of the frame that is shown.
    pub fn drawn(&self) -> &[Difference] {
        self.frame.as_ref().map_or(&[], |frame| &frame.found)
    }

    /// What is drawn instead of what is there now, where two earlier states are compared.
    pub fn shown(&self) -> Option<&[Instance]> {
        self.frame.as_ref()?.shown.as_deref()
    }

    /// Forgets what was read.
    fn forget(&mut self) {
        (self.read, self.frame, self.asked) = (None, None, None);
        self.ranges.clear();
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
            let told = |state: &Option<State>| state.as_ref().map_or_else(|| "Now".to_owned(), State::told);
            let choice = |ui: &mut Ui, name: &str, chosen: &mut Option<State>, other: &Option<State>, is_now: bool| {
                let shown = told(chosen);
                let combo = ComboBox::from_id_salt(name).selected_text(&shown).width(ui.available_width()).show_ui(ui, |ui| {
                    let now = is_now.then_some(None);
                    for state in now.into_iter().chain(states.iter().rev().cloned().map(Some)).filter(|state| state != other) {
                        let text = told(&state);
                        ui.selectable_value(chosen, state, text);
                    }
                });
                combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("{name}: {shown}")));
            };
            choice(ui, "Earlier state", &mut panel.chosen, &panel.with, false);
            ui.horizontal(|ui| {
                ui.label("with");
                choice(ui, "Compared with", &mut panel.with, &panel.chosen, true);
            });
        }
    }
    if panel.read.is_none() {
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
    let is_past = panel.with.is_some();
    let is_there = |one: &&Difference| app.editor.document().get(one.id).is_some();
    let ids: Vec<InstanceId> = panel.drawn().iter().filter(is_there).map(|one| one.id).collect();
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
    ui.label(weak(match is_past {
        true => "Dashed: the first state; else the second. Red is in the first alone, green in the second alone, amber in both.",
        false => "Dashed: as it was then. Red is gone, amber was changed, green is new.",
    }));
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
                        (panel.chosen, panel.with) = (states.last().cloned(), None);
                        panel.forget();
                    }
                    panel.with = panel.with.take().filter(|with| states.contains(with));
                    panel.states = Some(states);
                }
                (Err(error), _) => app.ui.toasts.add(&Notice::error(error.to_string())),
                _ => {}
            })));
        })));
    }
    let Some(state) = panel.chosen.clone().filter(|chosen| panel.states.as_ref().is_some_and(|all| all.contains(chosen))) else { return };
    let with = panel.with.clone();
    let wanted = Some((file, state.clone(), with.clone()));
    if panel.asked == wanted || app.tasks.is_running(TASK) {
        return;
    }
    let Some(dir) = app.session.as_ref().map(|session| session.dir.clone()) else { return };
    panel.forget();
    panel.asked.clone_from(&wanted);
    let (frames, mailbox) = (app.editor.num_frames(), app.mailbox.clone());
    app.tasks.start(TASK, Arc::new(app.mailbox.waker()), move |cx| {
        let read = || -> Result<(Read, Vec<Frames>), limn_jobs::JobError> {
            let project = Project::open(&dir, limn_jobs::home::identity()?, Access::Read)?;
            let state_of = |state: &State| match state {
                State::Named(name) => project.at_snapshot(name)?.file_state(file),
                State::LeftBy(user) => project.at_last_step_of(user, file)?.file_state(file),
            };
            let then = state_of(&state)?;
            let with = with.as_ref().map(state_of).transpose()?;
            let ranges = match &with {
                Some(with) => different_frames(&then, with, frames),
                None => different_frames(&then, &project.file_state(file)?, frames),
            };
            Ok((Read { then, with }, ranges))
        };
        let read = read();
        // A state is folded as a whole; who cancelled meanwhile does not want it any more.
        if cx.cancel.load(Ordering::Relaxed) {
            return mailbox.send(Message::Answer(Box::new(|app: &mut LimnApp| app.ui.compare = None)));
        }
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| match (read, &mut app.ui.compare) {
            (Ok((read, ranges)), Some(panel)) if panel.asked == wanted => (panel.read, panel.ranges) = (Some(Arc::new(read)), ranges),
            (Err(error), _) => app.ui.toasts.add(&Notice::error(error.to_string())),
            _ => {}
        })));
    });
}

/// Looks at the frame when it is another one; after a change, only at what it touched.
fn look(app: &LimnApp, panel: &mut ComparePanel) {
    let (Some(read), Some(place)) = (&panel.read, app.editor.place().filter(|_| app.editor.is_ready())) else { return };
    if panel.asked.as_ref().is_none_or(|(file, ..)| *file != place.file) {
        panel.frame = None;
        return;
    }
    let document = app.editor.document();
    let stamp = document.stamp().clone();
    if let Some(frame) = panel.frame.as_mut().filter(|frame| frame.place == place) {
        if frame.stamp == stamp || read.with.is_some() {
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
    let then = read.then.at(place.frame);
    let shown = read.with.as_ref().map(|with| with.at(place.frame));
    let found = match &shown {
        Some(shown) => differences(&then, shown.iter()),
        None => differences(&then, document.instances().iter()),
    };
    panel.frame = Some(Frame { place, stamp, then: then.into_iter().map(|one| (one.id, one)).collect(), found, shown });
}
