//! Sequences carried on by what the pictures show, on a thread of its own.

use crate::app::LimnApp;
use crate::session::Message;
use limn_core::sequence::carry::CarryOrder;
use limn_core::{FileId, FileKind};
use limn_editor::{Event, Notice};
use limn_jobs::{Frames, JobError};
use std::sync::Arc;

/// Name of the work in the tray; one at a time, since the next one begins where this one ends.
const TASK: &str = "Track";

impl LimnApp {
    /// Tracks, and tells the editor what came of it. Stopped, nothing is kept.
    pub(crate) fn carry(&mut self, file: FileId, order: CarryOrder) {
        if self.tasks.is_running(TASK) {
            return self.ui.toasts.add(&Notice::info("Something is being tracked. Wait for it, or stop it in the line at the bottom."));
        }
        let Some(record) = self.editor.files.iter().find(|entry| entry.file.id == file).map(|entry| entry.file.clone()) else { return };
        let Some(path) = self.path_of(&record.path) else { return };
        let index = self.pictures.index(&path);
        if record.kind == FileKind::Video && index.is_none() {
            return self.ui.toasts.add(&Notice::info("The video's frames are still being read. Ask again in a moment."));
        }
        let mailbox = self.mailbox.clone();
        self.tasks.start(TASK, Arc::new(self.mailbox.waker()), move |task| {
            limn_media::go_behind_others();
            let frames = Frames::of(&record, &path, index);
            let done = frames.and_then(|frames| task.job(|mut cx| limn_jobs::track(&frames, &order, &mut cx)));
            let answer = move |app: &mut LimnApp| match done {
                Ok(results) => app.tell(Event::Carried { file, order: Box::new(order), results }),
                Err(JobError::Cancelled) => app.ui.toasts.add(&Notice::info("Tracking was stopped. Nothing of it is kept.")),
                Err(error) => app.ui.toasts.add(&Notice::error(format!("Tracking stopped, and nothing of it is kept: {error}."))),
            };
            mailbox.send(Message::Answer(Box::new(answer)));
        });
    }
}
