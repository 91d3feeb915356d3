//! The rules asked of all frames of a video: when it is to be complete, and when somebody wants to see what is left to do.

use super::List;
use crate::app::LimnApp;
use crate::renewal::State;
use crate::session::Message;
use limn_core::FileId;
use limn_core::schema::Severity;
use limn_editor::{Event, Notice};
use limn_jobs::{FileProblems, JobError, ProjectDoor as _};
use limn_tools::problems::{Problem, Rules};
use std::sync::Arc;

/// Name of the work in the tray.
const TASK: &str = "Check all frames";

/// Which problems are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Those of the frame on the canvas, and of the sequences.
    #[default]
    Frame,
    /// Those of all frames of the file.
    File,
}

/// What is known of all frames.
#[derive(Default)]
pub(super) struct WholeFile {
    pub(super) list: List,
    /// Of which file, in which state of the work and of the schema.
    asked: Option<State>,
    /// Whether that is still being looked at.
    is_looking: bool,
    /// Whether that is only because something changed: nobody asked for it.
    is_renewal: bool,
    /// The state that was not looked at to the end, because somebody stopped it or it failed.
    stopped: Option<State>,
}

impl WholeFile {
    pub(super) fn is_looking(&self) -> bool {
        self.is_looking
    }
}

impl LimnApp {
    /// Which problems are listed.
    pub fn reach_of_problems(&self) -> Reach {
        self.problems.reach
    }

    /// Lists other problems; all frames are looked at for it where that was not done yet.
    pub fn set_reach_of_problems(&mut self, reach: Reach) {
        self.problems.reach = reach;
        if let (Reach::File, Some(place)) = (reach, self.editor.place())
            && self.is_file_stale()
        {
            self.look_at_file(place.file);
        }
    }

    /// Whether something changed since all frames were looked at, or nobody did yet.
    pub fn is_file_stale(&self) -> bool {
        self.editor.place().is_some_and(|place| self.problems.file.asked != Some(self.state_of(place.file)))
    }

    /// Whether the list of all frames is open, and of an earlier state.
    pub(crate) fn wants_renewed_problems(&self) -> bool {
        let is_listed = self.ui.problems.is_some() && self.problems.reach == Reach::File;
        is_listed && !self.problems.file.is_looking && self.is_renewed_soon()
    }

    /// Whether the list of all frames is of an earlier state, and nobody stopped that it is renewed.
    pub fn is_renewed_soon(&self) -> bool {
        let now = self.editor.place().map(|place| self.state_of(place.file));
        self.is_file_stale() && self.problems.file.stopped != now
    }

    /// Looks at all frames again; who is gone to in the list stays.
    pub(crate) fn renew_problems(&mut self, file: FileId) {
        self.look_at_file(file);
        self.problems.file.is_renewal = true;
    }

    /// Stops a renewal of what is not so any more.
    pub(crate) fn give_up_overtaken(&mut self) {
        if self.problems.file.is_looking && self.problems.file.is_renewal && self.is_file_stale() {
            self.stop_looking();
        }
    }

    /// Another file begins with its frame.
    pub(super) fn follow_file(&mut self) {
        let file = self.editor.place().map(|place| place.file);
        if self.problems.file.asked.is_some_and(|asked| Some(asked.file) != file) {
            self.stop_looking();
            (self.problems.file, self.problems.reach) = (WholeFile::default(), Reach::Frame);
        }
        if !self.editor.is_video() {
            self.problems.reach = Reach::Frame;
        }
    }

    fn stop_looking(&mut self) {
        self.tasks.running().iter().filter(|task| task.title == TASK).for_each(|task| task.cancel());
    }

    /// Asks the rules for the editor, which wants to call the file complete.
    pub(crate) fn check_file(&mut self, file: FileId) {
        self.look_at_file(file);
        self.problems.file.is_renewal = false;
    }

    /// Asks the rules of all frames, on a thread with a view of its own on the project; the list before stays until then.
    pub(crate) fn look_at_file(&mut self, file: FileId) {
        let asked = self.state_of(file);
        if self.problems.file.is_looking && self.problems.file.asked == Some(asked) {
            return;
        }
        self.stop_looking();
        let entry = self.editor.files.iter().find(|entry| entry.file.id == file).map(|entry| entry.file.clone());
        let session = self.session.as_ref().and_then(|session| Some((session.dir.clone(), session.jobs()?)));
        let (Some(record), Some((dir, mut door))) = (entry, session) else {
            return self.tell(Event::FileChecked { file, work: asked.work, blocking: None });
        };
        let whole = &mut self.problems.file;
        (whole.asked, whole.is_looking, whole.is_renewal) = (Some(asked), true, false);
        let known = self.problems.rules.as_ref().filter(|(made_of, _)| *made_of == asked.schema).map(|(_, rules)| rules.clone());
        let rules = known.unwrap_or_else(|| Arc::new(Rules::new(&self.editor.schema)));
        let mailbox = self.mailbox.clone();
        self.tasks.start(TASK, Arc::new(self.mailbox.waker()), move |task| {
            let result = task.job(|mut cx| -> Result<FileProblems, JobError> {
                // What was done until now is on the disk when the store gets to this.
                door.with(|_project| ())?;
                let project = limn_store::Project::open(&dir, limn_jobs::home::identity()?, limn_store::Access::Read)?;
                project.frozen(|project| limn_jobs::file_problems(project, &rules, (&record, record.frames), None, &mut cx))?
            });
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| app.take_file_problems(asked, result))));
        });
    }

    fn take_file_problems(&mut self, asked: State, result: Result<FileProblems, JobError>) {
        let State { file, work, .. } = asked;
        if self.problems.file.asked != Some(asked) {
            return self.tell(Event::FileChecked { file, work, blocking: None });
        }
        self.problems.file.is_looking = false;
        let blocking = match result {
            Ok(FileProblems { found, .. }) => {
                let blocks = |problem: &&Arc<Problem>| problem.severity == Severity::Blocks && problem.accepted.is_none();
                let all = found.counted.iter().chain(&found.problems);
                let blocking: Vec<_> = all.filter(blocks).map(|problem| problem.frames).collect();
                let whole = &mut self.problems.file.list;
                whole.take(found.counted.into_iter().chain(found.problems).collect());
                // The next problem is the first of those, wherever it is.
                if !blocking.is_empty() && !self.problems.file.is_renewal {
                    let whole = &mut self.problems.file.list;
                    whole.shown = None;
                    self.problems.reach = Reach::File;
                }
                Some(blocking)
            }
            Err(error) => {
                (self.problems.file.asked, self.problems.file.stopped) = (None, Some(asked));
                if !matches!(error, JobError::Cancelled) {
                    self.ui.toasts.add(&Notice::error(format!("The frames were not looked at: {error}.")));
                }
                None
            }
        };
        self.tell(Event::FileChecked { file, work, blocking });
    }
}
