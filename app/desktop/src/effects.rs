//! The editor's effects carried out.

use crate::app::LimnApp;
use crate::dialogs::{self, Purpose};
use crate::session::Message;
use crate::theme::ThemeKind;
use crossbeam_channel::Sender;
use limn_editor::{Aid, Dialog, Effect, Event, Notice};
use limn_jobs::{AddOptions, ExportOptions, ImportOptions, JobCx};
use limn_store::writer::StoreRequest;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A freehand line gives a hundred drafts a second; the disk gets ten.
const DRAFT_EVERY: Duration = Duration::from_millis(100);
/// While a person runs through frames, the place is written once in a while.
const PLACE_EVERY: Duration = Duration::from_millis(1000);

/// A draft of a schema may be megabytes.
const SCHEMA_DRAFT_EVERY: Duration = Duration::from_millis(500);

/// The newest of many requests, sent at most once in a while.
#[derive(Default)]
pub(crate) struct HeldBack {
    waiting: Option<(StoreRequest, Duration)>,
    sent: Option<Instant>,
}

impl HeldBack {
    /// Takes a request; gives it back when it may go now.
    fn put(&mut self, request: StoreRequest, every: Duration) -> Option<StoreRequest> {
        self.waiting = Some((request, every));
        self.due(false)
    }

    fn due(&mut self, now: bool) -> Option<StoreRequest> {
        let waits = self.wait().is_some_and(|wait| !wait.is_zero());
        if waits && !now {
            return None;
        }
        let (request, _) = self.waiting.take()?;
        self.sent = Some(Instant::now());
        Some(request)
    }

    fn wait(&self) -> Option<Duration> {
        let (_, every) = self.waiting.as_ref()?;
        Some(self.sent.map_or(Duration::ZERO, |sent| every.saturating_sub(sent.elapsed())))
    }
}

/// The task that makes the demo project.
pub const MAKE_DEMO: &str = "Make the demo";
/// The task that adds files.
const ADD_FILES: &str = "Add files";
/// So many files are added when the list is looked at for the first time.
const FIRST_LOOK: u64 = 100;
/// Steps of the interface's scale.
const SCALE_STEP: f32 = 0.1;

impl LimnApp {
    pub(crate) fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Commit { ticket, gesture } => {
                if !self.ask_store(StoreRequest::Commit { ticket, gesture }) {
                    let text = "too much is waiting to be written. Wait a moment and do it again".to_owned();
                    self.tell(Event::NotSaved { ticket, text, kept: false });
                }
            }
            Effect::Undo => drop(self.ask_store(StoreRequest::Undo)),
            Effect::Redo => drop(self.ask_store(StoreRequest::Redo)),
            Effect::Load { file, frame, with_sequences } => {
                // The drawing of the frame that is left must be there when the person comes back.
                if let Some(draft) = self.drafts.due(true) {
                    self.ask_store(draft);
                }
                self.ask_store(StoreRequest::Load { file, frame, with_sequences });
            }
            Effect::Fetch { file, frame, label } => {
                let mailbox = self.mailbox.clone();
                let read = move |project: &mut limn_store::Project| match project.instances_at(file, frame) {
                    Ok(instances) => mailbox.send(Message::Loaded(Event::Fetched { instances, label })),
                    Err(error) => mailbox.send(Message::Notice(Notice::error(error.to_string()))),
                };
                self.ask_store(StoreRequest::Run(Box::new(read)));
            }
            Effect::LoadIssues(file) => {
                let mailbox = self.mailbox.clone();
                let read = move |project: &mut limn_store::Project| match project.issues(file) {
                    Ok(issues) => mailbox.send(Message::Loaded(Event::IssuesLoaded(file, issues))),
                    Err(error) => mailbox.send(Message::Notice(Notice::error(error.to_string()))),
                };
                self.ask_store(StoreRequest::Run(Box::new(read)));
            }
            Effect::RefreshFiles => drop(self.ask_store(crate::session::refresh_request(&self.mailbox))),
            Effect::SaveDraft { file, frame, tool, content } => {
                let wait = if content.is_empty() { Duration::ZERO } else { DRAFT_EVERY };
                let request = StoreRequest::SaveDraft { file, frame, tool: tool.to_owned(), content };
                if let Some(request) = self.drafts.put(request, wait) {
                    self.ask_store(request);
                }
            }
            Effect::KeepPlace { file, frame } => {
                let request = StoreRequest::SetSetting { key: "place".into(), value: format!("{file} {frame}") };
                if let Some(request) = self.places.put(request, PLACE_EVERY) {
                    self.ask_store(request);
                }
            }
            Effect::SearchCatalogue { catalogue, typed } => {
                self.search_catalogue(crate::catalogues::Asker::Asking, catalogue, typed, Vec::new())
            }
            Effect::StepProblem(by) => self.step_problem(by),
            Effect::CheckFile(file) => self.check_file(file),
            Effect::Carry { file, order } => self.carry(file, order),
            Effect::Camera(effect) => self.carry_out_camera(effect),
            Effect::Ask(dialog) => self.ask(dialog),
            Effect::Notify(notice) => self.ui.toasts.add(&notice),
            Effect::AddExample { label, is_good, bounds, text } => {
                self.add_example(limn_jobs::Example { label, is_good, bounds, text });
            }
            Effect::TogglePanels => self.ui.panels_hidden = !self.ui.panels_hidden,
            Effect::ToggleStrip => self.settings.show_strip = !self.settings.show_strip,
            Effect::MakeProxy => self.make_proxy(),
            Effect::DeleteProxy => self.delete_proxy(),
            Effect::ToggleAid(aid) => {
                let on = match aid {
                    Aid::Crosshair => &mut self.settings.crosshair,
                    Aid::Magnifier => &mut self.settings.magnifier,
                    Aid::SequenceColors => &mut self.settings.sequence_colors,
                    Aid::Ghosts => &mut self.settings.keyframe_ghosts,
                    Aid::Lanes => &mut self.settings.show_lanes,
                    Aid::Keyframes => &mut self.settings.show_keyframes,
                    Aid::Rulers => &mut self.settings.rulers,
                };
                *on = !*on;
            }
            Effect::NextPane => self.ui.next_pane = true,
            Effect::ToggleTheme => {
                self.settings.theme = if self.settings.theme == ThemeKind::Light { ThemeKind::Dark } else { ThemeKind::Light };
            }
            Effect::Scale(steps) => {
                self.settings.scale = (self.settings.scale + f32::from(steps) * SCALE_STEP).clamp(0.6, 3.0);
            }
            Effect::ToggleFullScreen => self.ui.toggle_full_screen = true,
            Effect::RestartGraphics => self.ui.restart_graphics = true,
            Effect::CopyText(text) => self.ui.copy_text = Some(text),
            Effect::LetGo(shapes) => drop(std::thread::Builder::new().name("limn-drop".into()).spawn(move || drop(shapes))),
            Effect::Quit => self.ui.quit = true,
        }
    }

    /// Sends what was held back and is due; without a window (at the end) all of it.
    pub(crate) fn send_held_back(&mut self, ctx: Option<&egui::Context>) {
        let now = ctx.is_none();
        for held in [self.drafts.due(now), self.places.due(now), self.schema_drafts.due(now)].into_iter().flatten() {
            self.ask_store(held);
        }
        if let Some(ctx) = ctx
            && let Some(wait) = self.drafts.wait().into_iter().chain(self.places.wait()).chain(self.schema_drafts.wait()).min()
        {
            ctx.request_repaint_after(wait);
        }
    }

    /// Keeps the draft of the schema: while a person types once in a while, at the end at once.
    pub(crate) fn hold_schema_draft(&mut self, request: StoreRequest, is_end: bool) {
        let wait = if is_end { Duration::ZERO } else { SCHEMA_DRAFT_EVERY };
        if let Some(request) = self.schema_drafts.put(request, wait) {
            self.ask_store(request);
        }
    }

    pub(crate) fn ask_store(&self, request: StoreRequest) -> bool {
        self.session.as_ref().is_some_and(|session| session.send(request))
    }

    /// Tries at once what could not be written.
    pub(crate) fn retry_save(&self) {
        self.ask_store(StoreRequest::Retry);
    }

    fn ask(&mut self, dialog: Dialog) {
        let purpose = match dialog {
            Dialog::NewProject => Purpose::NewProject,
            Dialog::OpenProject => Purpose::OpenProject,
            Dialog::Demo => return self.open_demo(),
            Dialog::AddFiles => Purpose::AddFiles,
            Dialog::AddFolder => Purpose::AddFolder,
            Dialog::AddSequence => Purpose::AddSequence,
            Dialog::Import => Purpose::Import,
            Dialog::Schema => return self.open_schema_room(),
            Dialog::Cameras => return self.open_cameras(),
            Dialog::WorkFrames => return self.open_work_frames(),
            Dialog::CutClips => return self.open_cut_clips(),
            Dialog::Retime => return self.look_for_replaced(true),
            Dialog::Stitch => return self.open_stitch(),
            Dialog::SequenceName | Dialog::Identity | Dialog::FilterLanes | Dialog::SameObject => {
                return self.ask_about_sequence(dialog);
            }
            other => return self.ui.open(other, self.editor.frame()),
        };
        self.ask_path(purpose);
    }

    /// Asks for a path with the desktop's dialog.
    pub(crate) fn ask_path(&self, purpose: Purpose) {
        dialogs::ask(purpose, self.file_dialog.clone(), self.settings.last_folder.as_deref(), self.mailbox.clone());
    }

    /// Paths came out of a dialog.
    pub(crate) fn take_chosen(&mut self, purpose: Purpose, paths: Vec<PathBuf>) {
        let Some(first) = paths.first().cloned() else { return };
        self.settings.last_folder = if first.is_dir() { Some(first.clone()) } else { first.parent().map(Path::to_owned) };
        match purpose {
            Purpose::NewProject => self.new_project(&first),
            Purpose::OpenProject => self.open_project(&first),
            Purpose::AddFiles | Purpose::AddFolder => self.add_paths(paths, AddOptions::default()),
            Purpose::AddSequence => self.add_paths(paths, AddOptions { sequence: true, ..AddOptions::default() }),
            Purpose::Import => self.import(first),
            Purpose::Export(choice) => self.export(first, choice),
            Purpose::ImportSchema => self.import_schema(first),
            Purpose::ExportSchema(format) => self.export_schema(first, format),
            Purpose::Catalogue(attribute) => self.take_catalogue(attribute, first),
            Purpose::OptionPicture(attribute, option) => self.take_option_picture(attribute, option, first),
        }
    }

    fn new_project(&mut self, dir: &Path) {
        let dir = if dir.extension().is_some_and(|end| end == limn_store::PROJECT_SUFFIX) {
            dir.to_owned()
        } else {
            let mut name = dir.as_os_str().to_owned();
            name.push(format!(".{}", limn_store::PROJECT_SUFFIX));
            PathBuf::from(name)
        };
        let mailbox = self.mailbox.clone();
        self.tasks.start("New project", Arc::new(self.mailbox.waker()), move |_cx| {
            let name = dir.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let made = limn_jobs::home::identity()
                .and_then(|identity| limn_store::Project::create(&dir, &name, &limn_core::Schema::default(), identity));
            // The maker's lock goes with it, before the window opens the project.
            match made.map(drop) {
                Ok(()) => mailbox.send(Message::OpenProject(dir)),
                Err(error) => mailbox.send(Message::Notice(Notice::error(error.to_string()))),
            }
        });
    }

    /// Opens the demo project; makes it first where there is none.
    fn open_demo(&mut self) {
        let (mailbox, dir) = (self.mailbox.clone(), self.home.join("demo.limn"));
        self.tasks.start(MAKE_DEMO, Arc::new(self.mailbox.waker()), move |task| {
            match task.job(|mut cx| limn_jobs::make_demo(&dir, &limn_jobs::DemoOptions::default(), &mut cx)) {
                Ok(made) => {
                    for warning in made.warnings {
                        mailbox.send(Message::Notice(Notice::error(warning)));
                    }
                    mailbox.send(Message::OpenProject(made.project));
                }
                Err(limn_jobs::JobError::Cancelled) => {}
                Err(error) => mailbox.send(Message::Notice(Notice::error(error.to_string()))),
            }
        });
    }

    /// Adds images, videos and folders in the background.
    pub(crate) fn add_paths(&mut self, paths: Vec<PathBuf>, options: AddOptions) {
        let mailbox = self.mailbox.clone();
        self.job(ADD_FILES, move |mut door, cx| {
            // The list shows what is in while the rest is being added: ever more at a time, since each look reads all.
            let (refresh, mut next) = (door.clone(), FIRST_LOOK);
            let mut progress = |progress: limn_jobs::Progress| {
                if progress.done > next && progress.stage == limn_jobs::ADDING {
                    next *= 4;
                    let _ = refresh.try_send(crate::session::refresh_request(&mailbox));
                }
                (cx.progress)(progress);
            };
            let mut cx = JobCx { progress: &mut progress, cancel: cx.cancel };
            let report = limn_jobs::add_paths(&mut door, &paths, options, &mut cx)?;
            let mut text = added_text(&report);
            if let Some((path, why)) = report.skipped.first() {
                let shown = path.display().to_string();
                let why = if why.contains(&shown) { why.clone() } else { format!("{shown}: {why}") };
                text = format!("{text} {} left out. The first: {why}", report.skipped.len());
                return Ok(Notice::error(text));
            }
            Ok(Notice::info(text))
        });
    }

    /// Cuts an example out of the picture on the canvas and publishes it with its label's guide.
    fn add_example(&mut self, example: limn_jobs::Example) {
        let place = self.editor.place();
        let Some((_, shown)) = self.on_canvas.as_ref().filter(|(on, _)| Some(*on) == place) else {
            return self.ui.toasts.add(&Notice::info("The picture is not there yet. Wait a moment and do it again."));
        };
        let picture = shown.picture.clone();
        let name = self.editor.schema.shown(example.label).0;
        let kind = if example.is_good { "a good" } else { "a bad" };
        self.job("Add an example", move |mut door, _cx| {
            limn_jobs::add_example(&mut door, &picture, example)?;
            Ok(Notice::info(format!("Added to the guide of \"{name}\" as {kind} example.")).with(limn_editor::Command::Guide))
        });
    }

    fn import(&mut self, path: PathBuf) {
        self.job("Import", move |mut door, mut cx| {
            let format = limn_formats::format_of_file(&path);
            let summary = limn_jobs::import(&mut door, format, &path, &ImportOptions::default(), &mut cx)?;
            let text = import_text(&summary);
            // What was taken over as it stood is worth a look, but nothing went wrong.
            let is_whole =
                summary.stopped_by.is_none() && summary.problems.iter().all(|problem| problem.effect == limn_formats::Effect::Kept);
            Ok(if is_whole { Notice::info(text) } else { Notice::error(text) })
        });
    }

    fn export(&mut self, path: PathBuf, choice: dialogs::ExportChoice) {
        let format = limn_formats::format_of_name(&path);
        let Some(dir) = self.session.as_ref().map(|session| session.dir.clone()) else { return };
        let index_dir = self.index_dir();
        self.job("Export", move |_door, mut cx| {
            // A view of its own, so that gestures go on while the export sees one state.
            let project = limn_store::Project::open(&dir, limn_jobs::home::identity()?, limn_store::Access::Read)?;
            // The sheet said: where the format writes frame by frame.
            let work_frames = choice.work_frames && limn_jobs::is_frame_by_frame(format);
            let (incomplete, join_clips) = (choice.incomplete, choice.join_clips);
            let options = ExportOptions { incomplete, work_frames, join_clips, index_dir: Some(index_dir), ..ExportOptions::default() };
            let summary = limn_jobs::export(&project, format, &path, &options, &mut cx)?;
            Ok(Notice::info(export_text(&summary)))
        });
    }

    /// Content hashes of the files that have none yet.
    pub(crate) fn hash_in_background(&mut self) {
        // Once, when all are in.
        self.ui.hash_later = self.tasks.is_running(ADD_FILES);
        if self.ui.hash_later {
            return;
        }
        let missing = self.editor.files.iter().any(|entry| entry.file.hash.is_none());
        if !missing || self.ui.hashed_for == self.editor.files.len() || self.editor.project.as_ref().is_none_or(|project| project.read_only)
        {
            return;
        }
        self.ui.hashed_for = self.editor.files.len();
        self.job("Hash files", move |mut door, mut cx| {
            limn_jobs::hash_files(&mut door, &mut cx)?;
            Ok(Notice::info(String::new()))
        });
    }

    /// Names the present state.
    pub(crate) fn snapshot(&mut self, name: String) {
        let mailbox = self.mailbox.clone();
        self.ask_store(StoreRequest::Run(Box::new(move |project| {
            let notice = match project.snapshot(&name) {
                Ok(_) => Notice::info(format!("This state is now called \"{name}\". Export it at any time with --at {name}.")),
                Err(error) => Notice::error(error.to_string()),
            };
            mailbox.send(Message::Notice(notice));
        })));
    }

    /// Runs a job over the project on a thread; its notice is shown and the window looks at the project again.
    pub(crate) fn job<F>(&mut self, title: &str, work: F)
    where
        F: FnOnce(Sender<StoreRequest>, JobCx<'_>) -> Result<Notice, limn_jobs::JobError> + Send + 'static,
    {
        let Some(door) = self.session.as_ref().and_then(|session| session.jobs()) else {
            return self.ui.toasts.add(&Notice::error("Open or make a project first.").with(limn_editor::Command::NewProject));
        };
        let mailbox = self.mailbox.clone();
        self.tasks.start(title, Arc::new(self.mailbox.waker()), move |task| {
            let refresh = door.clone();
            let result = task.job(|cx| work(door, cx));
            match result {
                Ok(notice) if notice.text.is_empty() => {}
                Ok(notice) => mailbox.send(Message::Notice(notice)),
                Err(error) => mailbox.send(Message::Notice(Notice::error(error.to_string()))),
            }
            let _ = refresh.send(crate::session::refresh_request(&mailbox));
        });
    }
}

/// Files that were added in a few words.
fn added_text(report: &limn_jobs::AddReport) -> String {
    let files = |count: usize| if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
    let (added, found, known) = (report.added.len(), report.found.len(), report.known.len());
    let mut parts = Vec::new();
    if added > 0 || (found == 0 && known == 0) {
        parts.push(format!("{} added.", files(added)));
    }
    if found > 0 {
        parts.push(format!("{} found again at a new place.", files(found)));
    }
    if known > 0 {
        parts.push(format!("{} in the project already.", files(known)));
    }
    // The window counts a video's frames as soon as it is opened.
    let marks: Vec<_> = report.marks.iter().filter(|(_, mark)| mark != limn_media::FRAMES_ESTIMATED).collect();
    if let Some((path, mark)) = marks.first() {
        let marked = marks.iter().map(|(path, _)| path).collect::<BTreeSet<_>>().len();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let first =
            if marked == 1 { "There is a note on".to_owned() } else { format!("There are notes on {marked} of them. The first, on") };
        parts.push(format!("{first} {name}: {mark}"));
    }
    parts.join(" ")
}

/// An import in a few words: what came, and what did not.
fn import_text(summary: &limn_jobs::ImportSummary) -> String {
    let mut text = format!("{} instances imported.", summary.instances);
    if summary.files_missing > 0 {
        text += &format!(" {} of their files are not on this disk; add the folder that holds them.", summary.files_missing);
    }
    if !summary.labels_added.is_empty() {
        text += &format!(" New labels: {}.", summary.labels_added.join(", "));
    }
    for problem in summary.problems.iter().take(3) {
        text += &format!(" {problem}.");
    }
    if let Some(why) = &summary.stopped_by {
        text += &format!(" It ended early: {why}");
    }
    text
}

fn export_text(summary: &limn_jobs::ExportSummary) -> String {
    let mut parts = Vec::new();
    if summary.partly > 0 {
        parts.push(format!("Of {} files that are not complete, the frames were written that were looked through.", summary.partly));
    }
    if summary.left_incomplete > 0 {
        parts.push(format!("{} files are not complete and left out.", summary.left_incomplete));
    }
    for path in &summary.times {
        parts.push(format!("The rate of a video varies; the times of its frames are in {}.", path.display()));
    }
    for file in &summary.files {
        parts.push(format!("{} instances on {} files are in {}.", file.report.instances, file.report.files, file.path.display()));
        parts.extend(file.report.losses.kinds().iter().take(3).map(|loss| format!("{loss}.")));
    }
    parts.join(" ")
}
