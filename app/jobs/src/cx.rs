//! What every job is handed besides its work.

use crate::error::JobError;
use std::sync::atomic::{AtomicBool, Ordering};

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing, in a word or two ("hashing").
    pub stage: &'static str,
    /// Steps done: files, bytes or instances, whatever the stage counts.
    pub done: u64,
    /// Steps in all; `None` when not known.
    pub total: Option<u64>,
}

/// Progress and the wish to stop.
pub struct JobCx<'a> {
    /// Called now and then, from the job's own thread.
    pub progress: &'a mut dyn FnMut(Progress),
    /// Set from anywhere to stop the job at its next step; what is on the disk by then stays.
    pub cancel: &'a AtomicBool,
}

impl JobCx<'_> {
    /// Tells the progress, and stops when asked to.
    pub(crate) fn step(&mut self, stage: &'static str, done: u64, total: Option<u64>) -> Result<(), JobError> {
        (self.progress)(Progress { stage, done, total });
        self.check()
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    pub(crate) fn check(&self) -> Result<(), JobError> {
        if self.is_cancelled() { Err(JobError::Cancelled) } else { Ok(()) }
    }
}
