//! The editor with a real project behind it, played by scripts: keys as the keymap names them, pointer verbs with places
//! in image pixels (`click 10,20`, `drag+shift 1,1>5,5`), and questions that begin with `?`.
//!
//! After every word the canvas shows exactly what is stored. With `lags`, answers of the store wait for the word
//! `deliver` (one) or `settle` (all), as they do when the disk is slow.

use limn_core::geometry::Sight;
use limn_core::looked::IN_FORCE;
use limn_core::sequence::carry::CarryOrder;
use limn_core::{FileId, Frames, Geometry, ImagePos, Instance, Issues, Looked, Part, Rect, Sequences, Template, TemplatePoint};
use limn_editor::{
    AskEvent, Command, Editor, Effect, Event, EventEdit, FileEntry, IssueEdit, KeyUse, Keymap, Keys, Press, ProjectInfo, UndoneStep, Whom,
};
use limn_store::{Access, InstanceRow, Project, StoreError, Undone};
use limn_tests::{identity, new_project};
use limn_tools::{Modifiers, ToolEvent};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};

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
            dir,
            _folder: folder,
        };
        session.open();
        session.lags = lags;
        session
    }

    /// Tells the editor of the project, as the window does, at one screen point per pixel.
    fn open(&mut self) {
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
                    let (frames, text) = (self.editor.frames_of_issue(), next().replace('_', " "));
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

    fn answer(&self, question: &str) -> String {
        let place = self.editor.place().unwrap();
        let file = |id: FileId| self.editor.files.iter().find(|entry| entry.file.id == id).map(|entry| entry.file.name.clone());
        match question {
            "?" => self.shown(),
            "?tool" => format!("{:?}", self.editor.tool()),
            "?place" => format!("{} {}", file(place.file).unwrap_or_default(), place.frame),
            "?draft" => {
                self.project.draft(place.file, place.frame).unwrap().map_or("no draft".into(), |(tool, text)| format!("{tool} {text}"))
            }
            "?drawing" => if self.editor.is_drawing() { "drawing" } else { "idle" }.into(),
            "?work" => {
                let number = self
                    .editor
                    .work_frame()
                    .map(|(number, last)| format!("{} of {last}", number.map_or("between".into(), |at| at.to_string())));
                format!("{}: {}", self.editor.work_frames().describe(), number.unwrap_or_default())
            }
            "?asks" => if self.editor.asking_label().is_some() { "asks for a label" } else { "does not ask" }.into(),
            "?notice" => self.notices.last().cloned().unwrap_or_default(),
            "?marks" => self.marks(),
            "?sequences" => self.sequences(),
            "?events" => self.events(),
            "?issues" => self.issues(),
            "?versions" => {
                let id = self.editor.selection()[0];
                let versions = match self.editor.member(id) {
                    Some(member) => self.project.versions_at(member, place.frame).unwrap(),
                    None => self.project.versions(id).unwrap(),
                };
                versions.into_iter().map(|version| version.title).collect::<Vec<_>>().join(", ")
            }
            "?relations" => {
                let place = |id| self.editor.document().instances().iter().position(|instance| instance.id == id).unwrap();
                let told =
                    self.editor.relations().map(|(from, relation, to)| format!("{} {} {}", place(from.id), relation.kind, place(to.id)));
                told.collect::<Vec<_>>().join(", ")
            }
            "?ask" => self.asked(),
            "?template" => {
                let label = self.editor.active_label().and_then(|id| self.editor.schema.label(id));
                let template = label.and_then(|label| label.keypoints.as_ref());
                template
                    .map_or("none".into(), |template| template.points.iter().map(|point| point.name.clone()).collect::<Vec<_>>().join(", "))
            }
            "?brush" => {
                let brush = self.editor.options().brush;
                format!("{} {:?}{}", brush.diameter, brush.mode, if brush.erases { " erases" } else { "" })
            }
            "?vanishing" => self.editor.options().cuboid.vanishing.map_or("none".into(), |pos| points(&[pos])),
            "?labels" => self.project.schema().labels.iter().map(|label| label.name.clone()).collect::<Vec<_>>().join(" "),
            "?counts" => self.editor.files.iter().map(|entry| entry.num_instances.to_string()).collect::<Vec<_>>().join(" "),
            "?looked" => self.looked(),
            "?status" => self
                .editor
                .files
                .iter()
                .map(|entry| entry.file.status as u8)
                .map(|status| ["open", "complete"][usize::from(status)])
                .collect::<Vec<_>>()
                .join(" "),
            other => panic!("unknown question {other}"),
        }
    }

    /// Where the person is among the questions: number of the shape, question, what is typed, options.
    fn asked(&self) -> String {
        let Some(asking) = self.editor.asking() else { return "not asking".into() };
        let Some(attribute) = self.editor.question() else { return "done".into() };
        let place = |id| self.editor.document().instances().iter().position(|instance| instance.id == id);
        let whom = match asking.whom() {
            Some(Whom::File) => "file".to_owned(),
            Some(Whom::Frame) => "frame".to_owned(),
            Some(Whom::Instance(id)) => place(id).map_or("?".into(), |at| at.to_string()),
            None => "nobody".to_owned(),
        };
        let choices = self.editor.ask_choices();
        let choice = |choice: &limn_editor::AskChoice<'_>| {
            format!("{}{}{}{}", choice.key, if choice.taken { "*" } else { " " }, choice.name, if choice.opens { ">" } else { "" })
        };
        let choices: Vec<String> = choices.iter().map(choice).collect();
        let parts =
            [whom, attribute.name.clone(), asking.typed().to_owned(), choices.join(" "), asking.problem().unwrap_or_default().to_owned()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What is marked on each shape, groups by the letter of their first member.
    fn marks(&self) -> String {
        let instances: Vec<&Instance> = self.editor.document().instances().iter().collect();
        let told = instances.iter().map(|instance| {
            let told = instance.marks.set_ones().map(|mark| match mark {
                limn_core::Mark::Group(group) => {
                    let first = instances.iter().position(|other| other.marks.group == group);
                    format!("group {}", first.unwrap_or_default())
                }
                mark => format!(
                    "{} {}",
                    mark.register(),
                    format!("{mark:?}").split_once('(').map_or("", |(_, value)| value.strip_suffix(')').unwrap_or(value))
                ),
            });
            told.collect::<Vec<_>>().join(" ")
        });
        told.map(|told| if told.is_empty() { "-".to_owned() } else { told }).collect::<Vec<_>>().join("; ")
    }

    /// Each event with its frames and participants; `*` selected, `+` without an end.
    fn events(&self) -> String {
        let told = self.editor.events().iter().map(|event| {
            let is = |on: bool, mark: &'static str| if on { mark } else { "" };
            let selected = self.editor.selected_event().is_some_and(|other| other.id == event.id);
            let open = self.editor.open_events().any(|other| other.id == event.id);
            let name = |id| self.editor.sequences().get(id).map_or("gone".into(), |track| self.editor.sequence_name(&track.sequence));
            let who: Vec<String> = event.takes_part().map(|(role, id)| format!(" {role} {}", name(id))).collect();
            let frames = self.editor.event_frames(event);
            let (label, who) = (self.editor.schema.shown(event.label).0, who.concat());
            format!("{}{label} {}-{}{}{who}", is(selected, "*"), frames.first(), frames.last(), is(open, "+"))
        });
        told.collect::<Vec<_>>().join("; ")
    }

    /// Each issue; `*` selected, `!` open.
    fn issues(&self) -> String {
        let told = self.editor.issues().iter().map(|issue| {
            let selected = if self.editor.selected_issue().is_some_and(|other| other.id == issue.id) { "*" } else { "" };
            format!("{selected}{}", spoken(issue))
        });
        told.collect::<Vec<_>>().join("; ")
    }

    /// Each sequence with the frames of its keyframes; `o` outside, `x` the exit.
    fn sequences(&self) -> String {
        let told = self.editor.sequences().tracks().map(|track| {
            let keyframes = track.parts().flat_map(|part| track.keyframes(part));
            let frames = keyframes.map(|(frame, keyframe)| format!("{frame}{}", if keyframe.marks.outside { "o" } else { "" }));
            let exit = track.sequence.exit.map(|exit| format!(" x{exit}")).unwrap_or_default();
            format!("{}: {}{exit}", self.editor.sequence_name(&track.sequence), frames.collect::<Vec<_>>().join(" "))
        });
        told.collect::<Vec<_>>().join("; ")
    }

    /// The shapes in painting order; `*` selected, `-` hidden, `!` locked.
    fn shown(&self) -> String {
        let shapes = self.editor.document().instances().iter().map(|instance| {
            let marks = [
                (self.editor.selection().contains(&instance.id), "*"),
                (self.editor.is_hidden(instance.id), "-"),
                (self.editor.is_locked(instance.id), "!"),
            ];
            let marks: String = marks.into_iter().filter(|(on, _)| *on).map(|(_, mark)| mark).collect();
            format!("{marks}{} {}", self.editor.schema.shown(instance.label).0, shape(&instance.geometry))
        });
        let shapes: Vec<String> = shapes.collect();
        if shapes.is_empty() { "nothing".into() } else { shapes.join("; ") }
    }
}

fn step(done: Undone) -> UndoneStep {
    UndoneStep { title: done.title, changes: done.changes, place: done.place }
}

fn pos(text: &str) -> ImagePos {
    let (x, y) = text.split_once(',').expect("a place is x,y");
    ImagePos::new(x.parse().expect("a number"), y.parse().expect("a number"))
}

fn points(points: &[ImagePos]) -> String {
    points.iter().map(|pos| format!("{},{}", pos.x, pos.y)).collect::<Vec<_>>().join(" ")
}

fn shape(geometry: &Geometry) -> String {
    match geometry {
        Geometry::Mask(mask) => {
            let bounds = mask.bounds().expect("a mask that is stored has pixels");
            format!("mask {} of {}", points(&[bounds.min, bounds.max]), mask.area())
        }
        Geometry::Box(rect) => format!("box {}", points(&[rect.min, rect.max])),
        Geometry::Polyline(line) => {
            let point = |(at, pos): (usize, &ImagePos)| {
                let controls = line.edge(at).bend.controls().map(|control| format!("~{}", points(&[control])));
                points(&[*pos]) + &controls.collect::<String>()
            };
            format!("line {}", line.points().iter().enumerate().map(point).collect::<Vec<_>>().join(" "))
        }
        Geometry::Polygon(polygon) => {
            let part = |part: &Part| part.rings().map(|ring| points(ring.points())).collect::<Vec<_>>().join(" hole ");
            format!("poly {}", polygon.parts.iter().map(part).collect::<Vec<_>>().join(" part "))
        }
        Geometry::RotatedBox(turned) => {
            format!("turned {} {},{} {}", points(&[turned.center]), turned.width, turned.height, turned.angle)
        }
        Geometry::Cuboid(cuboid) => format!("cuboid {}", points(&cuboid.corners().collect::<Vec<_>>())),
        Geometry::Keypoints(keypoints) => {
            let mark = |sight| match sight {
                Sight::Visible => "",
                Sight::Occluded => "?",
                Sight::Absent => "-",
            };
            let all = keypoints.points.iter().map(|point| format!("{}{}", points(&[point.pos]), mark(point.sight)));
            format!("points {}", all.collect::<Vec<_>>().join(" "))
        }
        Geometry::Point(pos) => format!("point {}", points(&[*pos])),
        Geometry::Tag => "tag".to_owned(),
        other => format!("{other:?}"),
    }
}

/// `!file 0-0: too loose / better?`
fn spoken(issue: &limn_core::Issue) -> String {
    use limn_core::issue::Target;
    let open = if issue.is_resolved { "" } else { "!" };
    let what = match issue.target {
        Target::File => "file",
        Target::Sequence(_) => "sequence",
        Target::Instance(_) => "instance",
        Target::Place(pos) => return format!("{open}{:.0},{:.0} {}: {}", pos.x, pos.y, issue.frames.first(), issue.title()),
    };
    let said: Vec<&str> = issue.comments.values().map(|comment| comment.text.as_str()).collect();
    format!("{open}{what} {}-{}: {}", issue.frames.first(), issue.frames.last(), said.join(" / "))
}
