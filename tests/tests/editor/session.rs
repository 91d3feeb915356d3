//! The editor with a real project behind it, played by scripts: keys as the keymap names them, pointer verbs with places
//! in image pixels (`click 10,20`, `drag+shift 1,1>5,5`), and questions that begin with `?`.
//!
//! After every word the canvas shows exactly what is stored. With `lags`, answers of the store wait for the word
//! `deliver` (one) or `settle` (all), as they do when the disk is slow.

use limn_core::looked::IN_FORCE;
use limn_core::sequence::carry::CarryOrder;
use limn_core::{FileId, Frames, ImagePos, Instance, Issues, Looked, Rect, Sequences, Template, TemplatePoint};
use limn_editor::{
    AskEvent, Command, Editor, Effect, Event, EventEdit, FileEntry, IssueEdit, KeyUse, Keymap, Keys, Press, ProjectInfo, UndoneStep,
};
use limn_store::{Access, InstanceRow, Project, StoreError, Undone};
use limn_tests::{identity, new_project};
use limn_tools::{Modifiers, ToolEvent};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};

mod told;

use told::spoken;

pub struct Session {
    pub editor: Editor,
    pub project: Project,
    keymap: Keymap,
    inbox: VecDeque<Event>,
    lags: bool,
    pressed: bool,
    clock: u64,
    starts: u8,
    answers: Vec<String>,
    /// What the editor told the person.
    pub notices: Vec<String>,
    /// What it asked to have tracked.
    pub orders: Vec<(FileId, CarryOrder)>,
    /// Files of which it asked to have all frames looked at.
    pub checks: Vec<FileId>,
    /// Searches of catalogues that were asked for.
    pub searches: Vec<(String, String)>,
    dir: PathBuf,
    _folder: tempfile::TempDir,
}

/// Plays a script in a new project; gives the answers to its questions.
pub fn replay(script: &str) -> String {
    let mut session = Session::new(false);
    session.play(script);
    session.answers.join(" | ")
}

/// Checks rows of (script, answers).
pub fn check(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(script, want)| (script, want, replay(script)))
        .filter(|(_, want, got)| *want != got)
        .map(|(script, want, got)| format!("\n  {script}\n    want {want}\n    got  {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

impl Session {
    pub fn new(lags: bool) -> Self {
        Self::over(lags, |dir| new_project(dir).unwrap().0)
    }

    /// The editor over the project that `make` makes in an empty folder.
    pub fn over(lags: bool, make: impl FnOnce(&Path) -> Project) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("p.limn");
        let project = make(&dir);
        let (keymap, warnings) = Keymap::load("limn", "");
        assert!(warnings.is_empty(), "{warnings:?}");
        let mut session = Self {
            editor: Editor::new([1; 32]),
            project,
            keymap,
            inbox: VecDeque::new(),
            lags: false,
            pressed: false,
            clock: 1_000,
            starts: 1,
            answers: Vec::new(),
            notices: Vec::new(),
            orders: Vec::new(),
            checks: Vec::new(),
            searches: Vec::new(),
            dir,
            _folder: folder,
        };
        session.open();
        session.lags = lags;
        session
    }

    /// Tells the editor of the project, as the window does, at one screen point per pixel.
    pub fn open(&mut self) {
        let info = ProjectInfo { name: "test".into(), dir: self.dir.display().to_string(), read_only: false };
        let place = self.project.setting("place").unwrap().map(|text| {
            let (file, frame) = text.split_once(' ').unwrap();
            (file.parse().unwrap(), frame.parse().unwrap())
        });
        let (schema, files) = (self.project.schema().clone(), self.files());
        self.send(Event::Resized([1000.0, 800.0]));
        self.send(Event::ProjectOpened { info, schema, files, place });
        self.settle();
        self.send(Event::Command(Command::OneToOne));
        assert_eq!(self.editor.view().px(), 1.0);
    }

    /// The process is gone and another one opens the project.
    fn restart(&mut self) {
        let lags = std::mem::replace(&mut self.lags, false);
        self.inbox.clear();
        // The old one lets the lock go first.
        self.project = Project::open(&self.dir, identity(), Access::Read).unwrap();
        self.project = Project::open(&self.dir, identity(), Access::Write).unwrap();
        self.starts += 1;
        self.editor = Editor::new([self.starts; 32]);
        self.pressed = false;
        self.open();
        self.lags = lags;
    }

    fn files(&self) -> Vec<FileEntry> {
        let rows = self.project.files().unwrap();
        rows.into_iter()
            .map(|row| FileEntry { file: row.file, num_instances: row.num_instances, looked: row.looked, work_frames: row.work_frames })
            .collect()
    }

    /// Gives an event to the editor and its effects to the project, whose answers wait or come at once.
    pub fn send(&mut self, event: Event) {
        self.clock += 1;
        self.editor.update(Event::Clock(self.clock));
        self.update(event);
        if !self.lags {
            self.settle();
        }
    }

    fn update(&mut self, event: Event) {
        for effect in self.editor.update(event) {
            self.carry_out(effect);
        }
    }

    /// All that the store has answered so far arrives, and what follows from it.
    pub fn settle(&mut self) {
        while self.deliver() {}
    }

    fn deliver(&mut self) -> bool {
        let Some(event) = self.inbox.pop_front() else { return false };
        self.update(event);
        true
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Commit { ticket, gesture } => {
                let title = gesture.title.clone();
                let done = self.project.commit(gesture);
                done.unwrap_or_else(|error| panic!("the editor asked for {title:?}, which the store refuses: {error}"));
                self.inbox.push_back(Event::Saved { ticket });
            }
            Effect::Undo => {
                let done = self.project.undo().unwrap();
                self.inbox.push_back(Event::Undone(done.map(step)));
            }
            Effect::Redo => {
                let done = self.project.redo().unwrap();
                self.inbox.push_back(Event::Undone(done.map(step)));
            }
            Effect::Load { file, frame, with_sequences } => {
                let instances = self.project.instances_at(file, frame).unwrap();
                let answers = self.project.answers_at(file, frame).unwrap();
                let draft = self.project.draft(file, frame).unwrap();
                let sequences =
                    with_sequences.then(|| Box::new((self.project.sequences(file).unwrap(), self.project.events(file).unwrap())));
                self.inbox.push_back(Event::Loaded { file, frame, shapes: instances.into(), answers, sequences, draft });
                let size = self.project.files().unwrap().into_iter().find(|row| row.file.id == file);
                let size = size.map(|row| [row.file.width, row.file.height]).unwrap().map(f64::from);
                self.inbox.push_back(Event::PictureShown { file, frame, size });
            }
            Effect::LoadIssues(file) => self.inbox.push_back(Event::IssuesLoaded(file, self.project.issues(file).unwrap())),
            Effect::RefreshFiles => self.inbox.push_back(Event::FilesChanged(self.files())),
            Effect::Fetch { file, frame, label } => {
                let instances = self.project.instances_at(file, frame).unwrap();
                self.inbox.push_back(Event::Fetched { instances, label });
            }
            Effect::SaveDraft { file, frame, tool, content } => self.project.save_draft(file, frame, tool, &content).unwrap(),
            Effect::KeepPlace { file, frame } => self.project.set_setting("place", &format!("{file} {frame}")).unwrap(),
            Effect::Carry { file, order } => self.orders.push((file, order)),
            Effect::CheckFile(file) => self.checks.push(file),
            Effect::SearchCatalogue { catalogue, typed } => self.searches.push((catalogue, typed)),
            Effect::Notify(notice) => self.notices.push(notice.text),
            _ => {}
        }
    }

    /// What is shown is what is stored; only to be asked when nothing is on its way.
    pub fn check(&self) {
        let Some(place) = self.editor.place() else { return };
        let sequences = self.project.sequences(place.file).unwrap();
        let mut stored = self.project.instances_at(place.file, place.frame).unwrap();
        stored.extend(sequences.at(place.frame));
        stored.sort_by_key(|instance| instance.id);
        assert_eq!(self.editor.document().instances(), stored);
        let told = |issues: &Issues| issues.iter().map(|issue| spoken(issue)).collect::<Vec<_>>();
        assert_eq!(told(self.editor.issues()), told(&self.project.issues(place.file).unwrap()), "the issues");
        if self.editor.is_video() {
            let live = |sequences: &Sequences| sequences.tracks().cloned().collect::<Vec<_>>();
            assert_eq!(live(self.editor.sequences()), live(&sequences));
            // Whether a deleted one came with the file or was made here, nobody sees.
            assert!(self.editor.events().iter().eq(self.project.events(place.file).unwrap().iter()), "the events");
        }
        assert_eq!(self.editor.place_answers(), &self.project.answers_at(place.file, place.frame).unwrap());
        if !self.lags {
            // What a job read of another file may be a gesture old, until the next job: only its number in the list is wrong.
            // Under which number it was called complete, the editor learns with the next list.
            let unnumbered = |mut files: Vec<FileEntry>| {
                files.iter_mut().for_each(|entry| entry.looked.under = entry.looked.under.map(|_| IN_FORCE));
                files
            };
            assert_eq!(unnumbered(self.editor.files.clone()), unnumbered(self.files()), "the list of files");
        }
        assert_eq!(&self.editor.schema, self.project.schema(), "the schema");
        assert_eq!(self.editor.num_unsaved(), 0);
        assert!(self.editor.selection().iter().all(|id| self.editor.document().get(*id).is_some()), "selected and not there");
    }

    /// Every live instance of the project.
    pub fn all(&self) -> Vec<Instance> {
        let mut all = Vec::new();
        let each = |row: InstanceRow| {
            all.push(row.instance);
            Ok::<_, StoreError>(())
        };
        self.project.for_each_instance(each).unwrap();
        all
    }

    /// What was answered so far.
    pub fn answers(&self) -> &[String] {
        &self.answers
    }

    pub fn play(&mut self, script: &str) {
        let mut words = script.split_whitespace();
        while let Some(word) = words.next() {
            let (verb, held) = word.split_once('+').unwrap_or((word, ""));
            let held = Modifiers { shift: held.contains("shift"), ctrl: held.contains("ctrl"), alt: held.contains("alt") };
            let mut next = || words.next().expect("the verb needs a word");
            match verb {
                "click" => self.click(pos(next()), held, 1),
                "click2" => self.click(pos(next()), held, 2),
                "double" => {
                    let at = pos(next());
                    self.click(at, held, 1);
                    self.click(at, held, 2);
                }
                "drag" => {
                    let path: Vec<ImagePos> = next().split('>').map(pos).collect();
                    self.tool(ToolEvent::Move { pos: path[0], modifiers: held, pressed: self.pressed });
                    self.press(path[0], held, 1);
                    for pair in path.windows(2) {
                        for step in 1..=8 {
                            let at = pair[0] + (pair[1] - pair[0]) * (f64::from(step) / 8.0);
                            self.tool(ToolEvent::Move { pos: at, modifiers: held, pressed: true });
                        }
                    }
                    self.release(path[path.len() - 1], held);
                }
                "press" => self.press(pos(next()), held, 1),
                "move" => {
                    let at = pos(next());
                    self.tool(ToolEvent::Move { pos: at, modifiers: held, pressed: self.pressed });
                }
                "release" => self.release(pos(next()), held),
                "leave" => {
                    self.tool(ToolEvent::Leave);
                    self.send(Event::PointerAt(None));
                }
                "type" => next().chars().for_each(|letter| self.letter(letter)),
                "name" => self.send(Event::NameLabel(next().to_owned())),
                "template" => self.set_template(next()),
                "box" => {
                    let numbers: Vec<f64> = next().split(',').map(|number| number.parse().unwrap()).collect();
                    let id = self.editor.selection()[0];
                    self.send(Event::SetBox(id, Rect::from_xywh(numbers[0], numbers[1], numbers[2], numbers[3])));
                }
                "square" => {
                    let mut options = self.editor.options().clone();
                    options.brush.shape = limn_tools::raster::BrushShape::Square;
                    options.brush.diameter = next().parse().unwrap();
                    self.send(Event::SetOptions(Box::new(options)));
                }
                "vanishing" => {
                    let mut options = self.editor.options().clone();
                    options.cuboid.mode = limn_tools::CuboidMode::Vanishing;
                    self.send(Event::SetOptions(Box::new(options)));
                }
                "file" => self.send(Event::OpenFile(next().parse().unwrap())),
                "frame" => self.send(Event::GoToFrame(next().parse().unwrap())),
                "keyframe" => {
                    let (from, to) = next().split_once('>').map(|(from, to)| (from.parse().unwrap(), to.parse().unwrap())).unwrap();
                    self.send(Event::MoveKeyframe(self.editor.followed().unwrap(), from, to));
                }
                "work" => {
                    let (step, offset) = next().split_once(',').map(|(a, b)| (a.parse().unwrap(), b.parse().unwrap())).unwrap();
                    let file = self.editor.place().unwrap().file;
                    self.send(Event::SetWorkFrames(file, limn_core::WorkFrames::every(step, offset).unwrap()));
                }
                // The selected event from one frame to another one.
                "range" => {
                    let (from, to) = next().split_once('>').map(|(from, to)| (from.parse().unwrap(), to.parse().unwrap())).unwrap();
                    let id = self.editor.selected_event().unwrap().id;
                    self.send(Event::EditEvent(EventEdit::SetFrames(id, Frames::new(from, to))));
                }
                // `_` for a blank.
                "issue" => {
                    self.send(Event::Command(Command::OpenIssue));
                    let frame = self.editor.frame();
                    let (frames, text) = (Frames::new(frame, frame), next().replace('_', " "));
                    self.send(Event::EditIssue(IssueEdit::Open(frames, text)));
                }
                "reply" => {
                    let id = self.editor.selected_issue().unwrap().id;
                    self.send(Event::EditIssue(IssueEdit::Reply(id, next().replace('_', " "))));
                }
                "role" => self.send(Event::EditEvent(EventEdit::AddSelected(next().to_owned()))),
                "relate" => self.send(Event::Relate(next().to_owned())),
                "ahead" => self.send(Event::PasteAhead(next().parse().unwrap())),
                "nothing" => self.send(Event::Command(Command::NothingHere)),
                "secondary" => self.send(Event::SecondaryClick),
                "restart" => self.restart(),
                // What a job tells when it is done.
                "refresh" => {
                    self.answer_later(Event::SchemaChanged(self.project.schema().clone()));
                    self.answer_later(Event::FilesChanged(self.files()));
                    self.answer_later(Event::InstancesChanged);
                }
                "deliver" => drop(self.deliver()),
                "settle" => {
                    self.settle();
                    self.check();
                }
                question if question.starts_with('?') => {
                    let answer = self.answer(question);
                    self.answers.push(answer);
                }
                _ => self.key(word),
            }
            if !self.lags {
                self.check();
            }
        }
    }

    /// How far the open file is, as the editor and the store say alike.
    fn looked(&self) -> String {
        let entry = self.editor.file().unwrap();
        let stored = self.project.file(entry.file.id).unwrap().unwrap();
        let told = |status, looked: &Looked| (looked.progress(status), looked.absent.clone(), looked.missing().collect::<Vec<_>>());
        assert_eq!(told(entry.file.status, &entry.looked), told(stored.file.status, &stored.looked));
        entry.looked.told(entry.file.status, entry.num_instances, &self.editor.schema)
    }

    /// Gives the active label points in a row with these names; a left one and a right one are a pair.
    fn set_template(&mut self, names: &str) {
        let label = self.editor.active_label().unwrap();
        let names: Vec<&str> = names.split(',').collect();
        let point = |(at, name): (usize, &&str)| TemplatePoint {
            name: name.replace('_', " "),
            x: at as f64 / names.len() as f64,
            y: 0.5,
            color: None,
        };
        let mut template = Template { points: names.iter().enumerate().map(point).collect(), ..Template::default() };
        template.pairs = template.pairs_by_name();
        self.send(Event::SetTemplate(label, Box::new(template)));
    }

    fn answer_later(&mut self, event: Event) {
        self.inbox.push_back(event);
        if !self.lags {
            self.settle();
        }
    }

    fn key(&mut self, word: &str) {
        let keys = Keys::parse(word).unwrap_or_else(|| panic!("{word:?} is neither a verb nor a key"));
        match self.editor.ask_key(&keys.0[0]) {
            Some(KeyUse::Key(key)) => return self.send(Event::Ask(AskEvent::Key(key))),
            Some(KeyUse::Writes) => return self.send(Event::Ask(AskEvent::Write(word.to_lowercase()))),
            Some(KeyUse::Command) | None => {}
        }
        match self.keymap.press(&keys.0[0]) {
            Press::Command(command) => self.send(Event::Command(command)),
            press => panic!("the key {word} means {press:?}"),
        }
    }

    /// A letter that is typed while questions are gone through.
    fn letter(&mut self, letter: char) {
        let upper = letter.to_ascii_uppercase().to_string();
        if let (true, Some(keys)) = (letter.is_ascii_digit(), Keys::parse(&upper))
            && let Some(KeyUse::Key(key)) = self.editor.ask_key(&keys.0[0])
        {
            return self.send(Event::Ask(AskEvent::Key(key)));
        }
        assert!(self.editor.asking().is_some(), "nothing takes letters");
        self.send(Event::Ask(AskEvent::Write(letter.to_string())));
    }

    fn tool(&mut self, event: ToolEvent) {
        self.send(Event::Tool(event));
    }

    fn press(&mut self, pos: ImagePos, modifiers: Modifiers, clicks: u8) {
        self.pressed = true;
        self.tool(ToolEvent::Press { pos, modifiers, clicks });
    }

    fn release(&mut self, pos: ImagePos, modifiers: Modifiers) {
        self.pressed = false;
        self.tool(ToolEvent::Release { pos, modifiers });
    }

    fn click(&mut self, pos: ImagePos, modifiers: Modifiers, clicks: u8) {
        self.tool(ToolEvent::Move { pos, modifiers, pressed: self.pressed });
        self.press(pos, modifiers, clicks);
        self.release(pos, modifiers);
    }
}

fn step(done: Undone) -> UndoneStep {
    UndoneStep { title: done.title, changes: done.changes, place: done.place }
}

fn pos(text: &str) -> ImagePos {
    let (x, y) = text.split_once(',').expect("a place is x,y");
    ImagePos::new(x.parse().expect("a number"), y.parse().expect("a number"))
}
