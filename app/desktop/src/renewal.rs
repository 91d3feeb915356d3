//! What is told of the open file as a whole, looked at again when the hand rests after a change: how far the file is, and what
//! breaks rules on any of its frames while that is listed. It is read on threads, and given up when it is overtaken.

use crate::app::LimnApp;
use crate::session::Message;
use limn_core::{FileId, Looked};
use limn_editor::Event;
use limn_jobs::{JobError, ProjectDoor as _};
use std::time::{Duration, Instant};

/// How long nothing changes before it is looked at again.
const PAUSE: Duration = Duration::from_millis(500);

/// A state of a file: of the work and of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) file: FileId,
    pub(crate) work: u64,
    pub(crate) schema: u64,
}

/// What was renewed last.
#[derive(Default)]
pub struct Renewal {
    /// The newest state that was seen, and since when.
    seen: Option<(State, Instant)>,
    /// The state of which it is known how far the file is, or that is being read for it.
    looked: Option<State>,
}

impl LimnApp {
    pub(crate) fn state_of(&self, file: FileId) -> State {
        State { file, work: self.editor.work_revision(), schema: self.editor.schema_revision() }
    }

    /// Looks again at what changed, after a pause.
    pub(crate) fn renew(&mut self, ctx: &egui::Context) {
        let Some(state) = self.editor.place().map(|place| self.state_of(place.file)) else { return };
        let before = self.renewal.seen.filter(|(before, _)| before.file == state.file);
        let since = match before {
            Some((same, since)) if same == state => since,
            _ => Instant::now(),
        };
        self.renewal.seen = Some((state, since));
        // How far a file is that was just opened is known from the list.
        if before.is_none() {
            self.renewal.looked = Some(state);
        }
        self.give_up_overtaken();
        let wants_problems = self.wants_renewed_problems();
        let wants_looked = self.renewal.looked != Some(state) && self.may_be_asked_later();
        if !wants_problems && !wants_looked {
            return;
        }
        let wait = PAUSE.saturating_sub(since.elapsed());
        if !wait.is_zero() {
            return ctx.request_repaint_after(wait);
        }
        if wants_problems {
            self.renew_problems(state.file);
        }
        if wants_looked {
            self.renewal.looked = Some(state);
            self.look_through(state);
        }
    }

    /// Whether questions may have come after the open file, or frames of it, were complete.
    fn may_be_asked_later(&self) -> bool {
        let is_claimed = self.editor.file().is_some_and(|entry| entry.looked.under.is_some() || !entry.looked.stretches.is_empty());
        is_claimed && self.editor.schema.attributes.iter().any(|attribute| attribute.required && !attribute.deprecated)
    }

    /// Reads how far a file is.
    fn look_through(&self, State { file, work, .. }: State) {
        let Some((dir, mut door)) = self.session.as_ref().and_then(|session| Some((session.dir.clone(), session.jobs()?))) else { return };
        let mailbox = self.mailbox.clone();
        let mut read = move || -> Result<Option<Looked>, JobError> {
            // What was done until now is on the disk when the store gets to this.
            door.with(|_project| ())?;
            let project = limn_store::Project::open(&dir, limn_jobs::home::identity()?, limn_store::Access::Read)?;
            Ok(project.file(file)?.map(|row| row.looked))
        };
        let work = move || match read() {
            Ok(Some(looked)) => mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| {
                app.tell(Event::FileLooked { file, work, looked: Box::new(looked) });
            }))),
            Ok(None) => {}
            // The list of files tells it when it is read the next time.
            Err(error) => tracing::warn!("how far the file is was not read: {error}"),
        };
        if let Err(error) = std::thread::Builder::new().name("limn-looked".into()).spawn(work) {
            tracing::error!("the system gives no thread to look how far the file is: {error}");
        }
    }
}
