//! A video was replaced by another one: noticed when it is opened, and to which frames the work on it goes is asked.

use super::schema::lookup::{Lookup, look_up};
use super::widgets::sheet;
use crate::app::LimnApp;
use crate::session::Message;
use crate::theme;
use egui::{Context, Key, Modifiers, RichText, Ui};
use limn_core::{FileId, FileKind, FileRecord};
use limn_editor::{Command, Notice};
use limn_jobs::{JobCx, JobError, ProjectDoor as _, Replaced, RetimeBy, RetimeReport, retimed_told};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Names of the work in the tray.
const LOOK: &str = "Look whether the video was replaced";
const COUNT: &str = "Count what moves";

/// What is known of replaced videos.
#[derive(Default)]
pub(crate) struct ReplacedVideos {
    /// Files that were looked at since the project was opened.
    asked: BTreeSet<FileId>,
    pub sheet: Option<RetimeSheet>,
}

/// The sheet.
pub(crate) struct RetimeSheet {
    video: Arc<Replaced>,
    by: RetimeBy,
    /// What was counted, by which way.
    counted: Option<(RetimeBy, Lookup<RetimeReport>)>,
}

impl LimnApp {
    /// The frames of a video are known: of the open one, it is looked at whether another one lay there.
    pub(crate) fn look_at_index_of(&mut self, path: &Path) {
        let open = self.editor.file().and_then(|entry| self.path_of(&entry.file.path));
        if open.is_some_and(|open| *open == *path) {
            self.look_for_replaced(false);
        }
    }

    /// Looks whether another video lies where the open one lay: once for each file, or because a person wants to know.
    pub(crate) fn look_for_replaced(&mut self, asked: bool) {
        let Some(file) = self.editor.file().map(|entry| entry.file.clone()).filter(|file| file.kind == FileKind::Video) else { return };
        if !self.ui.replaced.asked.insert(file.id) && !asked {
            return;
        }
        let Some(mut door) = self.session.as_ref().and_then(|session| session.jobs()) else { return };
        let Some(dir) = self.session.as_ref().map(|session| session.dir.clone()) else { return };
        let (mailbox, index_dir) = (self.mailbox.clone(), self.index_dir());
        self.tasks.start(LOOK, Arc::new(self.mailbox.waker()), move |task| {
            let found = task.job(|mut cx| {
                // What the program shows has the frames that were counted; the log says on what the work was made.
                let Some(row) = door.with(move |project| project.file(file.id))?? else { return Ok(None) };
                limn_jobs::replaced(&row.file, &dir, &index_dir, asked, &mut cx)
            });
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| app.take_replaced(&file, found, asked))));
        });
    }

    fn take_replaced(&mut self, file: &FileRecord, found: Result<Option<Replaced>, JobError>, asked: bool) {
        match found {
            Ok(Some(video)) if self.editor.file().is_some_and(|open| open.file.id == file.id) => {
                let by = if video.before.is_some() { RetimeBy::Times } else { RetimeBy::Length };
                self.ui.replaced.sheet = Some(RetimeSheet { video: Arc::new(video), by, counted: None });
            }
            // It is asked when the file is opened again.
            Ok(Some(_)) => drop(self.ui.replaced.asked.remove(&file.id)),
            Ok(None) if asked => {
                self.ui.toasts.add(&Notice::info(format!("{} is the video that its work was made on. Nothing is to be done.", file.name)));
            }
            Err(error) if asked => self.ui.toasts.add(&Notice::error(error.to_string())),
            // Who opens it is told by the canvas why it cannot be read.
            Ok(None) | Err(_) => {}
        }
    }

    fn take_over_to(&mut self, video: Arc<Replaced>, by: RetimeBy) {
        self.job("Take the work over", move |mut door, _cx| {
            let report = door.with(move |project| {
                let (mut progress, cancel) = (|_| {}, AtomicBool::new(false));
                video.take_over(project, by, &mut JobCx { progress: &mut progress, cancel: &cancel })
            })??;
            let text = match by {
                RetimeBy::Numbers => "The work stays on the frames of its numbers. This is not asked about again.".to_owned(),
                _ => format!("Taken over to the new video: {}.", retimed_told(&report)),
            };
            Ok(Notice::info(text).with(Command::Undo))
        });
    }
}

/// The sheet, if it is open.
pub(super) fn retime_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut state) = app.ui.replaced.sheet.take() else { return };
    let is_open = |open: &limn_editor::FileEntry| open.file.id == state.video.file.id;
    if !app.editor.file().is_some_and(is_open) {
        app.ui.replaced.asked.remove(&state.video.file.id);
        return;
    }
    if state.counted.as_ref().is_none_or(|(by, _)| *by != state.by) {
        count(app, &mut state);
    }
    let mut go = ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    // The sheet comes by itself: a key that was meant for the picture takes nothing over before it was told what moves.
    go &= matches!(state.counted, Some((_, Lookup::Found(_))));
    let stays = sheet(ctx, "retime", "Another video lies here now", 520.0, |ui| content_ui(ui, &mut state, &mut go));
    if go || !stays {
        app.ui.focus_canvas = true;
    }
    match (go, stays) {
        (true, _) => app.take_over_to(state.video, state.by),
        (false, true) => app.ui.replaced.sheet = Some(state),
        (false, false) => {
            let text = "The work is still on the frames of the video that was there before.";
            app.ui.toasts.add(&Notice::info(text).with(Command::Retime));
        }
    }
}

/// Counts what would move.
fn count(app: &mut LimnApp, state: &mut RetimeSheet) {
    let (video, by) = (state.video.clone(), state.by);
    let lookup = look_up(
        app,
        COUNT,
        move |project, cx| video.preview(project, by, cx),
        move |app, found| {
            let counted = app.ui.replaced.sheet.as_mut().and_then(|sheet| sheet.counted.as_mut());
            if let Some(counted) = counted.filter(|(of, _)| *of == by) {
                counted.1 = found;
            }
        },
    );
    state.counted = Some((by, lookup));
}

fn content_ui(ui: &mut Ui, state: &mut RetimeSheet, go: &mut bool) {
    let video = &state.video;
    let then = match &video.before {
        Some(before) => told_length(before),
        None => format!("{} frames, at times that are not known here", video.file.frames),
    };
    ui.label(format!("{} is not the video that was annotated.", video.file.name));
    ui.label(format!("Then: {then}.  Now: {}.", told_length(&video.now)));
    let (width, height) = video.size;
    if (width, height) != (video.file.width, video.file.height) {
        let (before, colors) = ((video.file.width, video.file.height), theme::colors(ui.ctx()));
        let text = format!("Its pictures were {} × {} and are {width} × {height}: shapes keep their pixels.", before.0, before.1);
        ui.label(RichText::new(text).color(colors.warn.0));
    }
    ui.add_space(6.0);
    ui.label("The work on it goes to the frames of:");
    ui.add_enabled_ui(video.before.is_some(), |ui| ui.radio_value(&mut state.by, RetimeBy::Times, "the same times"));
    ui.radio_value(&mut state.by, RetimeBy::Length, "the same share of the video, as if both took as long");
    ui.radio_value(&mut state.by, RetimeBy::Numbers, "the same numbers: nothing is moved");
    if video.before.is_none() {
        let colors = theme::colors(ui.ctx());
        let text = "Where the old video still lies somewhere, limn retime --from goes by its times.";
        ui.label(RichText::new(text).small().color(colors.text_weak.0));
    }
    ui.add_space(6.0);
    if let Some(report) = state.counted.as_ref().and_then(|(_, counted)| counted.found(ui)) {
        ui.label(format!("Moves: {}.", retimed_told(report)));
    }
    ui.add_space(6.0);
    let is_counted = matches!(state.counted, Some((_, Lookup::Found(_))));
    *go |= ui.add_enabled(is_counted, egui::Button::new(RichText::new("Take over").strong())).clicked();
}

/// "60 frames in 2.4 s".
fn told_length(times: &[f64]) -> String {
    let seconds = match times {
        [first, .., before, last] => last - first + (last - before),
        _ => 0.0,
    };
    format!("{} frames in {seconds:.1} s", times.len())
}
