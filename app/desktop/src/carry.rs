//! Sequences carried on by what the pictures show, on a thread of its own.

use crate::app::LimnApp;
use crate::session::Message;
use limn_core::FileId;
use limn_core::sequence::carry::CarryOrder;
use limn_editor::{Event, Notice};
use limn_jobs::{Footage, JobError};
use std::sync::Arc;

/// Name of the work in the tray; one at a time, since the next one begins where this one ends.
const TASK: &str = "Track";

impl LimnApp {
    /// Tracks, and tells the editor what came of it. Stopped, nothing is kept.
    pub(crate) fn carry(&mut self, file: FileId, order: CarryOrder) {
        if self.tasks.is_running(TASK) {
            return self.ui.toasts.add(&Notice::info("Something is being tracked. Wait for it, or stop it in the line at the bottom."));
        }
        let Some(entry) = self.editor.files.iter().find(|entry| entry.file.id == file) else { return };
        let (Some(path), frames) = (self.path_of(&entry.file.path), entry.file.media_frames()) else { return };
        let Some(index) = self.pictures.index(&path) else {
            return self.ui.toasts.add(&Notice::info("The video's frames are still being read. Ask again in a moment."));
        };
        let footage = Footage::new(&*path, index, frames);
        let mailbox = self.mailbox.clone();
        self.tasks.start(TASK, Arc::new(self.mailbox.waker()), move |task| {
            limn_media::go_behind_others();
            let done = task.job(|mut cx| limn_jobs::track(&footage, &order, &mut cx));
            let answer = move |app: &mut LimnApp| match done {
                Ok(results) => app.tell(Event::Carried { file, order: Box::new(order), results }),
                Err(JobError::Cancelled) => app.ui.toasts.add(&Notice::info("Tracking was stopped. Nothing of it is kept.")),
                Err(error) => app.ui.toasts.add(&Notice::error(format!("Tracking stopped, and nothing of it is kept: {error}."))),
            };
            mailbox.send(Message::Answer(Box::new(answer)));
        });
    }
}
