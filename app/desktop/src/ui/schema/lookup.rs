//! Something that is found out about the project on a thread while the room is open.

use crate::app::LimnApp;
use crate::session::Message;
use crate::theme;
use egui::{RichText, Ui};
use limn_jobs::{JobCx, JobError, ProjectDoor as _};
use limn_store::Project;
use std::sync::Arc;

/// What is known of it.
#[derive(Default)]
pub enum Lookup<T> {
    /// Nobody asked.
    #[default]
    Unknown,
    /// It is being looked for.
    Waiting,
    /// This.
    Found(T),
    /// It could not be found, as a sentence.
    Failed(String),
}

impl<T> Lookup<T> {
    /// What was found; else a line that says why there is nothing.
    pub fn found(&self, ui: &mut Ui) -> Option<&T> {
        let colors = theme::colors(ui.ctx());
        match self {
            Self::Unknown | Self::Waiting => drop(ui.label(RichText::new("Looking…").color(colors.text_weak.0))),
            Self::Failed(why) => drop(ui.label(RichText::new(why).color(colors.error.0))),
            Self::Found(found) => return Some(found),
        }
        None
    }
}

/// Finds something out on a thread, with a view of its own on the project, behind what is being written.
pub fn look_up<T: Send + 'static>(
    app: &mut LimnApp,
    title: &str,
    work: impl FnOnce(&Project, &mut JobCx<'_>) -> Result<T, JobError> + Send + 'static,
    take: impl FnOnce(&mut LimnApp, Lookup<T>) + Send + 'static,
) -> Lookup<T> {
    let session = app.session.as_ref().and_then(|session| Some((session.dir.clone(), session.jobs()?)));
    let Some((dir, mut door)) = session else { return Lookup::Failed("There is no project to look at.".into()) };
    let mailbox = app.mailbox.clone();
    app.tasks.start(title, Arc::new(app.mailbox.waker()), move |task| {
        let result = task.job(|mut cx| -> Result<T, JobError> {
            door.with(|_project| ())?;
            let project = Project::open(&dir, limn_jobs::home::identity()?, limn_store::Access::Read)?;
            project.frozen(|project| work(project, &mut cx))?
        });
        let found = match result {
            Ok(found) => Lookup::Found(found),
            Err(JobError::Cancelled) => Lookup::Failed("It was not looked at to the end.".into()),
            Err(error) => Lookup::Failed(error.to_string()),
        };
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| take(app, found))));
    });
    Lookup::Waiting
}
