//! Work frames at scene changes: found on a thread of its own.

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
        if self.tasks.is_running(TASK) {
            return self.ui.toasts.add(&Notice::info("Scenes are being looked for. Wait for it, or stop it in the line at the bottom."));
        }
        let Some(entry) = self.editor.files.iter().find(|entry| entry.file.id == file) else { return };
        let (kind, name) = (entry.file.kind, entry.file.name.clone());
        let Some(path) = self.path_of(&entry.file.path) else { return };
        let index = self.pictures.index(&path);
        if kind == FileKind::Video && index.is_none() {
            return self.ui.toasts.add(&Notice::info("The video's frames are still being read. Ask again in a moment."));
        }
        let mailbox = self.mailbox.clone();
        self.tasks.start(TASK, Arc::new(self.mailbox.waker()), move |task| {
            limn_media::go_behind_others();
            let frames = match index {
                Some(index) => Ok(Frames::Video { path: path.to_path_buf(), index }),
                None => limn_media::detect_sequence(&path).map(|found| Frames::Images(found.map(|it| it.files).unwrap_or_default().into())),
            };
            let done = frames.map_err(JobError::from).and_then(|frames| task.job(|mut cx| limn_jobs::find_scenes(&frames, &mut cx)));
            let answer = move |app: &mut LimnApp| match done.map(WorkFrames::at_scenes) {
                Ok(Ok(frames)) => app.tell(Event::SetWorkFrames(file, frames)),
                Ok(Err(error)) => app.ui.toasts.add(&Notice::error(format!("{name}: {error}."))),
                Err(JobError::Cancelled) => {
                    app.ui.toasts.add(&Notice::info("Looking for scenes was stopped. The work frames are as they were."))
                }
                Err(error) => app.ui.toasts.add(&Notice::error(format!("No scenes of {name} were found: {error}"))),
            };
            mailbox.send(Message::Answer(Box::new(answer)));
        });
    }
}
