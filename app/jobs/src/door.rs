//! The way to a project, whoever owns it.

use crate::error::JobError;
use crossbeam_channel::Sender;
use limn_store::Project;
use limn_store::writer::StoreRequest;

/// Runs short pieces of work on a project. Between two pieces others may change it.
pub trait ProjectDoor {
    /// Runs `work` on the project and gives its answer.
    ///
    /// # Errors
    /// [`JobError::Closed`] when the project is no longer there.
    fn with<R: Send + 'static>(&mut self, work: impl FnOnce(&mut Project) -> R + Send + 'static) -> Result<R, JobError>;
}

impl ProjectDoor for Project {
    fn with<R: Send + 'static>(&mut self, work: impl FnOnce(&mut Project) -> R + Send + 'static) -> Result<R, JobError> {
        Ok(work(self))
    }
}

/// The store's thread, by [`limn_store::writer::StoreThread::jobs`]. Waits for its turn behind the person's gestures.
impl ProjectDoor for Sender<StoreRequest> {
    fn with<R: Send + 'static>(&mut self, work: impl FnOnce(&mut Project) -> R + Send + 'static) -> Result<R, JobError> {
        let (answer, answered) = crossbeam_channel::bounded(1);
        let job = move |project: &mut Project| {
            // Nobody waits any more: the work is done all the same.
            let _ = answer.send(work(project));
        };
        self.send(StoreRequest::Run(Box::new(job))).map_err(|_gone| JobError::Closed)?;
        answered.recv().map_err(|_gone| JobError::Closed)
    }
}
