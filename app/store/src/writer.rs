//! The store on its own thread: the window never waits for the disk.
//!
//! Requests go in over a bounded channel and are done in order, so that whoever asks after a commit sees it. A gesture
//! that cannot be written (a full disk, say) is kept and tried again; nothing behind it overtakes it.

use crate::error::StoreError;
use crate::project::{Committed, Project};
use crate::undo::Undone;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError};
use limn_core::log::Gesture;
use limn_core::schema::questions::PlaceAnswers;
use limn_core::{Events, FileId, Instance, Sequences};
use std::collections::VecDeque;
use std::time::Duration;

/// Work that any part of the program hands to the store's thread; it sends its own answer.
pub type Job = Box<dyn FnOnce(&mut Project) + Send>;

/// What the store can be asked.
pub enum StoreRequest {
    /// Write a gesture. `ticket` comes back in [`StoreEvent::Saved`].
    Commit {
        /// Grows by one with each request.
        ticket: u64,
        /// What to write.
        gesture: Gesture,
    },
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// The instances of a frame, and its draft.
    Load {
        /// The file.
        file: FileId,
        /// The frame.
        frame: u64,
        /// Whether the file's sequences and events are wanted, too.
        with_sequences: bool,
    },
    /// Keep a half-drawn shape; empty content forgets it.
    SaveDraft {
        /// The file.
        file: FileId,
        /// The frame.
        frame: u64,
        /// The tool's name.
        tool: String,
        /// The tool's own text.
        content: String,
    },
    /// Keep a setting of this project.
    SetSetting {
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
    /// Anything else.
    Run(Job),
    /// Try what could not be written again now.
    Retry,
}

/// What the store answers.
#[derive(Debug)]
pub enum StoreEvent {
    /// The gesture is on the disk.
    Saved {
        /// The request's ticket.
        ticket: u64,
        /// Its operation.
        committed: Committed,
    },
    /// The gesture could not be written; it is kept and tried again when `kept`, else it is refused.
    NotSaved {
        /// The request's ticket.
        ticket: u64,
        /// Why.
        error: StoreError,
        /// Whether it will be tried again.
        kept: bool,
    },
    /// A step was taken back; `None`: there was nothing to undo.
    Undone(Option<Undone>),
    /// A step was done again; `None`: there was nothing to redo.
    Redone(Option<Undone>),
    /// The instances of a frame.
    Loaded {
        /// The file.
        file: FileId,
        /// The frame.
        frame: u64,
        /// Live instances, oldest first.
        instances: Vec<Instance>,
        /// What is answered about file and frame.
        answers: PlaceAnswers,
        /// The sequences and events of the file, if they were wanted.
        sequences: Option<Box<(Sequences, Events)>>,
        /// Tool and content of a half-drawn shape.
        draft: Option<(String, String)>,
    },
    /// Something other than a gesture failed.
    Failed(StoreError),
}

/// How long a gesture that could not be written waits before the next try.
const RETRY_AFTER: Duration = Duration::from_secs(3);

/// Requests that may wait; a hand makes a few in a second.
const QUEUE: usize = 4096;

/// A project owned by its own thread. Dropping it writes what is still queued and ends the thread.
pub struct StoreThread {
    requests: Option<Sender<StoreRequest>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl StoreThread {
    /// Moves the project to a thread; `on_event` is called there for each answer.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the system gives no thread.
    pub fn spawn(project: Project, on_event: impl FnMut(StoreEvent) + Send + 'static) -> Result<Self, StoreError> {
        let (requests, inbox) = crossbeam_channel::bounded(QUEUE);
        let path = project.dir().to_owned();
        let thread = std::thread::Builder::new().name("store-writer".into()).spawn(move || run(project, &inbox, on_event));
        let thread = thread.map_err(|source| StoreError::Io { action: "start the writer of", path, source })?;
        Ok(Self { requests: Some(requests), thread: Some(thread) })
    }

    /// Queues a request without waiting; gives it back when too many are waiting already.
    pub fn send(&self, request: StoreRequest) -> Result<(), Box<StoreRequest>> {
        let Some(requests) = &self.requests else { return Err(Box::new(request)) };
        requests.try_send(request).map_err(|error| match error {
            TrySendError::Full(request) | TrySendError::Disconnected(request) => Box::new(request),
        })
    }

    /// A door for background jobs (imports, hashing), which may wait for room.
    pub fn jobs(&self) -> Option<Sender<StoreRequest>> {
        self.requests.clone()
    }

    /// Writes what is queued and waits for the thread.
    pub fn close(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for StoreThread {
    fn drop(&mut self) {
        self.close();
    }
}

fn run(mut project: Project, inbox: &Receiver<StoreRequest>, mut on_event: impl FnMut(StoreEvent)) {
    // What came in while a gesture could not be written; it goes before what is still in the channel.
    let mut behind = VecDeque::new();
    while let Some(request) = behind.pop_front().or_else(|| inbox.recv().ok()) {
        match request {
            StoreRequest::Commit { ticket, gesture } => commit(&mut project, ticket, &gesture, inbox, &mut behind, &mut on_event),
            other => answer(&mut project, other, &mut on_event),
        }
    }
}

/// Writes a gesture, however long it takes. While it cannot be written nothing else is, so that order is kept.
fn commit(
    project: &mut Project,
    ticket: u64,
    gesture: &Gesture,
    inbox: &Receiver<StoreRequest>,
    behind: &mut VecDeque<StoreRequest>,
    on_event: &mut impl FnMut(StoreEvent),
) {
    let mut open = true;
    loop {
        match project.commit(gesture.clone()) {
            Ok(committed) => return on_event(StoreEvent::Saved { ticket, committed }),
            Err(error) => {
                // When the program is closing there is no later.
                let kept = error.may_pass() && open;
                on_event(StoreEvent::NotSaved { ticket, error, kept });
                if !kept {
                    return;
                }
            }
        }
        if behind.len() >= QUEUE {
            std::thread::sleep(RETRY_AFTER);
            continue;
        }
        match inbox.recv_timeout(RETRY_AFTER) {
            Ok(StoreRequest::Retry) | Err(RecvTimeoutError::Timeout) => {}
            Ok(request) => behind.push_back(request),
            Err(RecvTimeoutError::Disconnected) => open = false,
        }
    }
}

fn answer(project: &mut Project, request: StoreRequest, on_event: &mut impl FnMut(StoreEvent)) {
    let event = match request {
        StoreRequest::Undo => project.undo().map(|done| Some(StoreEvent::Undone(done))),
        StoreRequest::Redo => project.redo().map(|done| Some(StoreEvent::Redone(done))),
        StoreRequest::Load { file, frame, with_sequences } => load(project, file, frame, with_sequences).map(Some),
        StoreRequest::SaveDraft { file, frame, tool, content } => project.save_draft(file, frame, &tool, &content).map(|()| None),
        StoreRequest::SetSetting { key, value } => project.set_setting(&key, &value).map(|()| None),
        StoreRequest::Run(job) => {
            job(project);
            Ok(None)
        }
        StoreRequest::Retry | StoreRequest::Commit { .. } => Ok(None),
    };
    match event {
        Ok(None) => {}
        Ok(Some(event)) => on_event(event),
        Err(error) => on_event(StoreEvent::Failed(error)),
    }
}

fn load(project: &Project, file: FileId, frame: u64, with_sequences: bool) -> Result<StoreEvent, StoreError> {
    let instances = project.instances_at(file, frame)?;
    let answers = project.answers_at(file, frame)?;
    let draft = project.draft(file, frame)?;
    let sequences = if with_sequences { Some(Box::new((project.sequences(file)?, project.events(file)?))) } else { None };
    Ok(StoreEvent::Loaded { file, frame, instances, answers, sequences, draft })
}
