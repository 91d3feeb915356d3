//! The rules of the schema asked of the frame on the canvas and of the sequences around it, on a thread: the window gets the list
//! when it is there, and keeps the one before until then. Of all frames of a video they are asked when somebody wants to know.

mod file;

use crate::app::LimnApp;
use crate::session::Message;
pub use file::Reach;
use file::WholeFile;
use limn_core::document::Stamp;
use limn_core::schema::Severity;
use limn_core::{FileId, InstanceId, Rect, Sequences};
use limn_editor::{Editor, Event, Place};
use limn_tools::problems::{Frame, Problem, Problems, Rules, SequenceProblems, Video};
use std::sync::Arc;

/// What is known of the frame's problems, and of the file's.
#[derive(Default)]
pub struct Problematic {
    /// Of which state of the schema.
    rules: Option<(u64, Arc<Rules>)>,
    /// What was looked at, or is being looked at.
    asked: Option<Asked>,
    /// What was found of what was asked last; `None` while it is looked for.
    index: Option<Problems>,
    /// What was found in the sequences of a file under a state of the schema.
    sequences: Option<(FileId, u64, SequenceProblems)>,
    /// Whether a thread is at it.
    is_looking: bool,
    frame: List,
    file: WholeFile,
    reach: Reach,
    /// The one that is gone to as soon as its frame is on the canvas.
    wanted: Option<Arc<Problem>>,
}

/// A state that can be looked at.
#[derive(Clone)]
struct Asked {
    place: Place,
    stamp: Stamp,
    schema: u64,
    sequences: Sequences,
    frames: u64,
}

impl Asked {
    fn is(&self, other: &Self) -> bool {
        let key = |of: &Self| (of.place, of.schema, of.frames);
        key(self) == key(other) && self.stamp == other.stamp && self.sequences.is_same(&other.sequences)
    }

    /// Whether the editor is still in this state. Asked for every picture of the window, so that nothing is copied for it.
    fn is_now(&self, editor: &Editor) -> bool {
        let key = (self.place, self.schema, self.frames);
        let sequences = if editor.is_video() { self.sequences.is_same(editor.sequences()) } else { self.sequences.is_empty() };
        editor.place().is_some_and(|place| key == (place, editor.schema_revision(), editor.num_frames()))
            && self.stamp == *editor.document().stamp()
            && sequences
    }
}

/// Problems, the worst first, and where somebody is among them.
#[derive(Default)]
struct List {
    list: Vec<Arc<Problem>>,
    numbers: [usize; Severity::ALL.len()],
    /// Number in the list of the one that was gone to last.
    shown: Option<usize>,
    /// Those that somebody lets stand.
    accepted: Vec<Arc<Problem>>,
}

impl List {
    fn take(&mut self, list: Vec<Arc<Problem>>) {
        let (accepted, list): (Vec<_>, Vec<_>) = list.into_iter().partition(|problem| problem.accepted.is_some());
        self.accepted = accepted;
        self.numbers = Severity::ALL.map(|severity| list.iter().filter(|problem| problem.severity == severity).count());
        // The one that was gone to, wherever it stands now.
        let same = |a: &Problem, b: &Problem| (a.rule, a.instance, a.other, a.frames) == (b.rule, b.instance, b.other, b.frames);
        let before = self.shown.and_then(|at| self.list.get(at));
        self.shown = before.and_then(|before| list.iter().position(|problem| same(problem, before)));
        self.list = list;
    }
}

impl Problematic {
    fn at_hand(&self) -> &List {
        match self.reach {
            Reach::Frame => &self.frame,
            Reach::File => &self.file.list,
        }
    }

    fn at_hand_mut(&mut self) -> &mut List {
        match self.reach {
            Reach::Frame => &mut self.frame,
            Reach::File => &mut self.file.list,
        }
    }

    /// The worst first.
    pub fn list(&self) -> &[Arc<Problem>] {
        &self.at_hand().list
    }

    /// How many there are of each severity, the worst first.
    pub fn numbers(&self) -> [usize; Severity::ALL.len()] {
        self.at_hand().numbers
    }

    /// Number in the list of the one that was gone to last.
    pub fn shown(&self) -> Option<usize> {
        self.at_hand().shown
    }

    /// Those that somebody lets stand; not among the others.
    pub fn accepted(&self) -> &[Arc<Problem>] {
        &self.at_hand().accepted
    }

    /// Whether the schema has rules at all.
    pub fn has_rules(&self) -> bool {
        self.rules.as_ref().is_some_and(|(_, rules)| !rules.is_empty())
    }

    /// Whether the list is of an earlier state, and a newer one is on its way.
    pub fn is_late(&self) -> bool {
        match self.reach {
            Reach::Frame => self.is_looking,
            Reach::File => self.file.is_looking(),
        }
    }

    fn clear(&mut self) {
        (self.asked, self.index, self.frame) = (None, None, List::default());
    }
}

/// Asks the rules again when something changed. Only one thread is at it; what changes meanwhile is looked at after it.
pub fn ask_again(app: &mut LimnApp) {
    app.show_wanted();
    app.follow_file();
    let revision = app.editor.schema_revision();
    let state = &mut app.problems;
    if state.rules.as_ref().is_none_or(|(made_of, _)| *made_of != revision) {
        state.rules = Some((revision, Arc::new(Rules::new(&app.editor.schema))));
    }
    let Some(rules) = state.rules.as_ref().map(|(_, rules)| rules.clone()) else { return };
    let Some(place) = app.editor.place().filter(|_| !rules.is_empty()) else {
        return state.clear();
    };
    if state.asked.as_ref().is_some_and(|asked| asked.place != place) {
        state.clear();
    }
    // Frames that only pass by are not looked at.
    if state.is_looking || !app.editor.is_ready() || app.editor.is_playing() {
        return;
    }
    if state.asked.as_ref().is_some_and(|before| before.is_now(&app.editor)) {
        return;
    }
    let document = app.editor.document();
    let is_video = app.editor.is_video();
    let sequences = if is_video { app.editor.sequences().to_look_at() } else { Sequences::default() };
    let frames = app.editor.num_frames();
    let asked = Asked { place, stamp: document.stamp().clone(), schema: revision, sequences, frames };
    let same = state.asked.as_ref().filter(|before| (before.place, before.schema) == (place, revision));
    let touched: Option<Vec<InstanceId>> = same.and_then(|before| Some(document.touched_since(&before.stamp)?.collect()));
    let known = state.index.take().filter(|_| touched.is_some());
    let touched = touched.filter(|_| known.is_some());
    let of_sequences = state.sequences.take().filter(|(file, schema, _)| (*file, *schema) == (place.file, revision));
    let instances = document.instances().clone();
    let [width, height] = app.editor.image();
    let picture = Rect::from_xywh(0.0, 0.0, width, height);
    let mailbox = app.mailbox.clone();
    let (done, began) = (asked.clone(), asked);
    let work = move || {
        let frame = Frame { instances: &instances, picture, is_file: !is_video, sequences: is_video.then_some(&done.sequences) };
        let mut index = known.unwrap_or_default();
        index.update(&rules, frame, touched.as_deref());
        let mut in_sequences = of_sequences.map(|(.., found)| found).unwrap_or_default();
        if rules.asks_cover() || (is_video && rules.ask_sequences()) {
            // Those take longer than all else, which is told before.
            let (list, early) = (list_of(&index, &in_sequences), done.clone());
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| {
                if app.problems.asked.as_ref().is_some_and(|asked| asked.is(&early)) {
                    app.problems.frame.take(list);
                }
            })));
        }
        if is_video {
            in_sequences.update(&rules, Video { sequences: &done.sequences, picture, frames }, || true);
        }
        index.look_at_cover(&rules, frame, &|| false);
        let list = list_of(&index, &in_sequences);
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| {
            let state = &mut app.problems;
            state.is_looking = false;
            state.sequences = Some((done.place.file, done.schema, in_sequences));
            if state.asked.as_ref().is_some_and(|asked| asked.is(&done)) {
                state.index = Some(index);
                state.frame.take(list);
                let blocking = state.frame.numbers[0];
                app.tell(Event::Checked { place: done.place, stamp: done.stamp, blocking });
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

/// Those of the frame, then those in sequences, each the worst first.
fn list_of(index: &Problems, in_sequences: &SequenceProblems) -> Vec<Arc<Problem>> {
    let mut list = index.list();
    let mut others: Vec<Arc<Problem>> = in_sequences.list().cloned().collect();
    others.sort_by_key(|problem| (problem.severity, problem.rule, problem.frames, problem.instance, problem.other));
    list.append(&mut others);
    list
}

impl LimnApp {
    /// Goes to the next problem, or to the one before.
    pub(crate) fn step_problem(&mut self, by: isize) {
        let len = self.problems.list().len();
        if len == 0 {
            let text = if self.problems.has_rules() { "Nothing breaks a rule here." } else { "The schema has no rules." };
            return self.ui.toasts.add(&limn_editor::Notice::info(text));
        }
        let at = match self.problems.shown() {
            Some(at) => (at as isize + by).rem_euclid(len as isize) as usize,
            None if by > 0 => 0,
            None => len - 1,
        };
        self.go_to_problem(at);
    }

    /// Selects what breaks a rule, on its frame, and looks at it.
    pub(crate) fn go_to_problem(&mut self, at: usize) {
        let Some(problem) = self.problems.list().get(at).cloned() else { return };
        self.problems.at_hand_mut().shown = Some(at);
        if self.ui.problems.is_none() {
            self.ui.toasts.add(&limn_editor::Notice::info(problem.message.clone()));
        }
        if let Some((frame, _)) = problem.frames.filter(|_| self.editor.is_video()) {
            self.tell(Event::GoToFrame(frame));
        }
        self.problems.wanted = Some(problem);
        self.show_wanted();
    }

    /// Shapes come a moment after their frame.
    fn show_wanted(&mut self) {
        let is_there =
            |problem: &Arc<Problem>| problem.frames.is_none_or(|(frame, _)| !self.editor.is_video() || frame == self.editor.frame());
        if !self.problems.wanted.as_ref().is_some_and(is_there) || !self.editor.is_ready() {
            return;
        }
        let Some(problem) = self.problems.wanted.take() else { return };
        // Who is outside on this frame is looked at in the lanes.
        if let Some(member) = problem.instance.and_then(|id| self.editor.sequences().member(id)).filter(|_| self.editor.is_video()) {
            self.tell(Event::Follow(member));
        }
        let there: Vec<InstanceId> =
            problem.instance.into_iter().chain(problem.other).filter(|id| self.editor.document().get(*id).is_some()).collect();
        self.tell(Event::Select(there));
        if let Some(area) = problem.area {
            self.tell(Event::LookAt(area));
        }
    }
}
