//! Scene changes, found on a thread of its own: for work frames, and to cut clips.

use crate::app::LimnApp;
use crate::session::Message;
use limn_core::{FileId, FileKind, WorkFrames};
use limn_editor::{Event, Notice};
use limn_jobs::{Frames, JobError};
use std::sync::Arc;

/// Name of the work in the tray.
const TASK: &str = "Find scenes";

impl LimnApp {
    /// Looks at every frame of a file, and makes the first frame of each scene a work frame.
    pub(crate) fn choose_scenes(&mut self, file: FileId) {
        self.find_scenes(file, "The work frames are as they were.", move |app, name, begins| match WorkFrames::at_scenes(begins) {
            Ok(frames) => app.tell(Event::SetWorkFrames(file, frames)),
            Err(error) => app.ui.toasts.add(&Notice::error(format!("{name}: {error}."))),
        });
    }

    /// Looks at every frame of a file for the first of each scene. `stopped`: what to say beside that it was stopped.
    pub(crate) fn find_scenes(
        &mut self,
        file: FileId,
        stopped: &'static str,
        then: impl FnOnce(&mut Self, &str, Vec<u64>) + Send + 'static,
    ) {
        if self.tasks.is_running(TASK) {
            return self.ui.toasts.add(&Notice::info("Scenes are being looked for. Wait for it, or stop it in the line at the bottom."));
        }
        let Some(file) = self.editor.files.iter().find(|entry| entry.file.id == file).map(|entry| entry.file.clone()) else { return };
        let Some(path) = self.path_of(&file.path) else { return };
        let index = self.pictures.index(&path);
        if file.kind == FileKind::Video && index.is_none() {
            return self.ui.toasts.add(&Notice::info("The video's frames are still being read. Ask again in a moment."));
        }
        let mailbox = self.mailbox.clone();
        self.tasks.start(TASK, Arc::new(self.mailbox.waker()), move |task| {
            limn_media::go_behind_others();
            let frames = Frames::of(&file, &path, index);
            let done = frames.and_then(|frames| task.job(|mut cx| limn_jobs::find_scenes(&frames, &mut cx)));
            let answer = move |app: &mut LimnApp| match done {
                Ok(begins) => then(app, &file.name, begins),
                Err(JobError::Cancelled) => app.ui.toasts.add(&Notice::info(format!("Looking for scenes was stopped. {stopped}"))),
                Err(error) => app.ui.toasts.add(&Notice::error(format!("No scenes of {} were found: {error}", file.name))),
            };
            mailbox.send(Message::Answer(Box::new(answer)));
        });
    }
}
