//! Long work on threads of its own: progress is shown in the tasks tray, each can be cancelled, and its answer comes back
//! as an event.

use limn_jobs::JobCx;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How far a task is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskProgress {
    /// What it does now.
    pub stage: String,
    /// Done so far.
    pub done: u64,
    /// In all; 0 when unknown.
    pub total: u64,
}

/// A task under way.
#[derive(Clone)]
pub struct Task {
    /// What the person asked for.
    pub title: String,
    progress: Arc<Mutex<TaskProgress>>,
    cancel: Arc<AtomicBool>,
    finished: Arc<AtomicBool>,
}

/// What a task's work gets.
pub struct TaskCx {
    progress: Arc<Mutex<TaskProgress>>,
    /// Set when the person cancels.
    pub cancel: Arc<AtomicBool>,
    wake: Arc<dyn Fn() + Send + Sync>,
    last_wake: std::time::Instant,
}

impl TaskCx {
    /// Does a job that tells its progress here and stops when the person cancels.
    pub fn job<R>(&mut self, work: impl FnOnce(JobCx<'_>) -> R) -> R {
        let cancel = self.cancel.clone();
        let mut progress = |progress: limn_jobs::Progress| self.report(progress.stage, progress.done, progress.total.unwrap_or(0));
        work(JobCx { progress: &mut progress, cancel: &cancel })
    }

    /// Tells how far the work is.
    pub fn report(&mut self, stage: &str, done: u64, total: u64) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = TaskProgress { stage: stage.to_owned(), done, total };
        // Ten looks a second are enough for a bar.
        if self.last_wake.elapsed().as_millis() > 100 {
            self.last_wake = std::time::Instant::now();
            (self.wake)();
        }
    }
}

impl Task {
    /// How far it is.
    pub fn progress(&self) -> TaskProgress {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks it to stop.
    pub fn cancel(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }
}

/// The tasks under way.
#[derive(Default)]
pub struct Tasks {
    running: Vec<Task>,
}

impl Tasks {
    /// Starts work on a named thread. What it returns is its own business: it sends it where it belongs.
    pub fn start(&mut self, title: &str, wake: Arc<dyn Fn() + Send + Sync>, work: impl FnOnce(&mut TaskCx) + Send + 'static) {
        let task = Task { title: title.to_owned(), progress: Arc::default(), cancel: Arc::default(), finished: Arc::default() };
        let mut cx = TaskCx {
            progress: task.progress.clone(),
            cancel: task.cancel.clone(),
            wake: wake.clone(),
            last_wake: std::time::Instant::now(),
        };
        let finished = task.finished.clone();
        let run = move || {
            work(&mut cx);
            finished.store(true, Ordering::Relaxed);
            wake();
        };
        match std::thread::Builder::new().name(format!("task: {title}")).spawn(run) {
            Ok(_) => self.running.push(task),
            Err(error) => tracing::error!("the system gives no thread for \"{title}\": {error}"),
        }
    }

    /// Those that are still under way.
    pub fn running(&mut self) -> &[Task] {
        self.running.retain(|task| !task.finished.load(Ordering::Relaxed));
        &self.running
    }

    /// Whether one of this title is under way.
    pub fn is_running(&mut self, title: &str) -> bool {
        self.running().iter().any(|task| task.title == title)
    }

    /// Asks all to stop.
    pub fn cancel_all(&self) {
        self.running.iter().for_each(Task::cancel);
    }
}
