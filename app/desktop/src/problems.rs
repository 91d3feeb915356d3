//! The rules of the schema asked of the frame on the canvas, on a thread: the window gets the list when it is there, and keeps
//! the one before until then.

use crate::app::LimnApp;
use crate::session::Message;
use limn_core::document::Stamp;
use limn_core::schema::Severity;
use limn_core::{InstanceId, Rect};
use limn_editor::{Event, Place};
use limn_tools::problems::{Frame, Problem, Problems, Rules};
use std::sync::Arc;

/// What is known of the frame's problems.
#[derive(Default)]
pub struct Problematic {
    /// Of which state of the schema.
    rules: Option<(u64, Arc<Rules>)>,
    /// What was looked at, or is being looked at.
    asked: Option<(Place, Stamp, u64)>,
    /// What was found of what was asked last; `None` while it is looked for.
    index: Option<Problems>,
    /// Whether a thread is at it.
    is_looking: bool,
    list: Vec<Arc<Problem>>,
    numbers: [usize; Severity::ALL.len()],
    /// Number in the list of the one that was gone to last.
    shown: Option<usize>,
}

impl Problematic {
    /// The worst first.
    pub fn list(&self) -> &[Arc<Problem>] {
        &self.list
    }

    /// How many there are of each severity, the worst first.
    pub fn numbers(&self) -> [usize; Severity::ALL.len()] {
        self.numbers
    }

    /// Number in the list of the one that was gone to last.
    pub fn shown(&self) -> Option<usize> {
        self.shown
    }

    /// Whether the schema has rules at all.
    pub fn has_rules(&self) -> bool {
        self.rules.as_ref().is_some_and(|(_, rules)| !rules.is_empty())
    }

    /// Whether the list is of an earlier state of the frame.
    pub fn is_late(&self) -> bool {
        self.is_looking
    }

    fn take(&mut self, list: Vec<Arc<Problem>>) {
        self.numbers = Severity::ALL.map(|severity| list.iter().filter(|problem| problem.severity == severity).count());
        // The one that was gone to, wherever it stands now.
        let same = |a: &Problem, b: &Problem| (a.rule, a.instance, a.other) == (b.rule, b.instance, b.other);
        let before = self.shown.and_then(|at| self.list.get(at));
        self.shown = before.and_then(|before| list.iter().position(|problem| same(problem, before)));
        self.list = list;
    }

    fn clear(&mut self) {
        (self.asked, self.index, self.shown) = (None, None, None);
        self.take(Vec::new());
    }
}

/// Asks the rules again when something changed. Only one thread is at it; what changes meanwhile is looked at after it.
pub fn ask_again(app: &mut LimnApp) {
    let revision = app.editor.schema_revision();
    let state = &mut app.problems;
    if state.rules.as_ref().is_none_or(|(made_of, _)| *made_of != revision) {
        state.rules = Some((revision, Arc::new(Rules::new(&app.editor.schema))));
    }
    let Some(rules) = state.rules.as_ref().map(|(_, rules)| rules.clone()) else { return };
    let Some(place) = app.editor.place().filter(|_| !rules.is_empty()) else {
        return state.clear();
    };
    if state.asked.as_ref().is_some_and(|(asked, ..)| *asked != place) {
        state.clear();
    }
    // Frames that only pass by are not looked at.
    if state.is_looking || !app.editor.is_ready() || app.editor.is_playing() {
        return;
    }
    let document = app.editor.document();
    let asked = (place, document.stamp().clone(), revision);
    if state.asked.as_ref() == Some(&asked) {
        return;
    }
    let same = state.asked.as_ref().filter(|(before, _, schema)| (*before, *schema) == (place, revision));
    let touched: Option<Vec<InstanceId>> = same.and_then(|(_, then, _)| Some(document.touched_since(then)?.collect()));
    let known = state.index.take().filter(|_| touched.is_some());
    let touched = touched.filter(|_| known.is_some());
    let instances = document.instances().clone();
    let [width, height] = app.editor.image();
    let picture = Rect::from_xywh(0.0, 0.0, width, height);
    let is_file = !app.editor.is_video();
    let mailbox = app.mailbox.clone();
    let (done, began) = (asked.clone(), asked);
    let work = move || {
        let frame = Frame { instances: &instances, picture, is_file };
        let mut index = known.unwrap_or_default();
        index.update(&rules, frame, touched.as_deref());
        if rules.asks_cover() {
            // That takes longer than all else, which is told before.
            let (list, early) = (index.list(), done.clone());
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| {
                if app.problems.asked.as_ref() == Some(&early) {
                    app.problems.take(list);
                }
            })));
        }
        index.look_at_cover(&rules, frame, &|| false);
        let list = index.list();
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| {
            let state = &mut app.problems;
            state.is_looking = false;
            if state.asked.as_ref() == Some(&done) {
                state.index = Some(index);
                state.take(list);
                let (place, stamp, _) = done;
                let blocking = state.numbers[0];
                app.tell(Event::Checked { place, stamp, blocking });
            }
        })));
    };
    match std::thread::Builder::new().name("limn-problems".into()).spawn(work) {
        Ok(_) => {
            let state = &mut app.problems;
            (state.asked, state.is_looking) = (Some(began), true);
        }
        Err(error) => tracing::error!("the system gives no thread to look for problems: {error}"),
    }
}

impl LimnApp {
    /// Goes to the next problem, or to the one before.
    pub(crate) fn step_problem(&mut self, by: isize) {
        let len = self.problems.list.len();
        if len == 0 {
            let text = if self.problems.has_rules() { "Nothing breaks a rule here." } else { "The schema has no rules." };
            return self.ui.toasts.add(&limn_editor::Notice::info(text));
        }
        let at = match self.problems.shown {
            Some(at) => (at as isize + by).rem_euclid(len as isize) as usize,
            None if by > 0 => 0,
            None => len - 1,
        };
        self.go_to_problem(at);
    }

    /// Selects what breaks a rule, and looks at it.
    pub(crate) fn go_to_problem(&mut self, at: usize) {
        let Some(problem) = self.problems.list.get(at).cloned() else { return };
        self.problems.shown = Some(at);
        self.tell(Event::Select(problem.instance.into_iter().chain(problem.other).collect()));
        if let Some(area) = problem.area {
            self.tell(Event::LookAt(area));
        }
        let open = self.ui.problems.is_none();
        if open {
            self.ui.toasts.add(&limn_editor::Notice::info(problem.message.clone()));
        }
    }
}
