//! The window's program: events in, effects out, panels in between. Every frame reads the state and draws it; whatever a
//! panel or a key asks for is an [`Event`] that the editor takes after the layout.

use crate::ahead::Wanted;
use crate::background::Tasks;
use crate::canvas::{CanvasGpu, CanvasInput, CanvasPixels, StoredShapes};
use crate::keys::KeyCaps;
use crate::pictures::{PictureNews, Pictures};
use crate::session::{Mailbox, Message, Session};
use crate::settings::Settings;
use crate::theme;
use crate::thumbs::{Poster, Thumbs};
use crate::ui::UiState;
use crossbeam_channel::Receiver;
use limn_core::clip::MediaFrames;
use limn_core::{FileKind, FileRecord};
use limn_editor::{Chord, Editor, Event, Keymap, Notice, Place, Press, UndoneStep};
use limn_media::PictureKey;
use limn_store::writer::StoreEvent;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Errors of a graphics device that go to the log.
const MOST_DRIVER_ERRORS: usize = 20;
/// Changes from which an undone step may be an import, which touches files that are not on the canvas.
const BULK: usize = 8;

/// What the command line asks the window to show.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Project folder.
    pub project: Option<PathBuf>,
    /// Name of the file to open in it.
    pub file: Option<String>,
    /// Frame of that file.
    pub frame: Option<u64>,
}

/// The program.
pub struct LimnApp {
    pub(crate) editor: Editor,
    pub(crate) keymap: Keymap,
    pub(crate) caps: KeyCaps,
    pub(crate) settings: Settings,
    pub(crate) home: PathBuf,
    pub(crate) session: Option<Session>,
    pub(crate) pictures: Pictures,
    pub(crate) thumbs: Thumbs,
    pub(crate) tasks: Tasks,
    pub(crate) mailbox: Mailbox,
    /// What file dialogs begin with: they belong to the window.
    pub(crate) file_dialog: rfd::FileDialog,
    pub(crate) ui: UiState,
    pub(crate) canvas: CanvasInput,
    pub(crate) shapes: StoredShapes,
    pub(crate) gpu: Option<egui_wgpu::RenderState>,
    pub(crate) player: crate::player::Player,
    pub(crate) heading: crate::ahead::Heading,
    pub(crate) scrub: crate::scrub::Scrub,
    pub(crate) strip: crate::ui::Strip,
    pub(crate) crops: crate::crops::Crops,
    pub(crate) linked: crate::stitch::Linked,
    pub(crate) panes: crate::cameras::Panes,
    pub(crate) catalogues: crate::catalogues::Catalogues,
    pub(crate) adjust: crate::ui::adjust::Adjust,
    pub(crate) problems: crate::problems::Problematic,
    pub(crate) renewal: crate::renewal::Renewal,
    pub(crate) drafts: crate::effects::HeldBack,
    pub(crate) places: crate::effects::HeldBack,
    pub(crate) schema_drafts: crate::effects::HeldBack,
    /// The picture on the canvas, kept until the next one can be shown.
    pub(crate) on_canvas: Option<(Place, crate::pictures::Shown)>,
    inbox: Receiver<Message>,
    start: Start,
    applied_look: Option<(theme::ThemeKind, bool, u32)>,
    started: Instant,
    /// The place whose picture is awaited, and since when.
    awaited: Option<(Place, Instant)>,
    shown_once: bool,
    frames: u8,
}

impl LimnApp {
    /// The program for a window.
    ///
    /// # Errors
    /// A sentence when the system gives no threads.
    pub fn new(cc: &eframe::CreationContext<'_>, home: &Path, start: Start) -> Result<Self, String> {
        let gpu = prepare_window(cc);
        let (sender, inbox) = crossbeam_channel::bounded(1024);
        let mailbox = Mailbox::new(sender, cc.egui_ctx.clone());
        let settings = Settings::load(home);
        let own_keys = std::fs::read_to_string(home.join("keymap.toml")).unwrap_or_default();
        let (keymap, warnings) = Keymap::load(&settings.profile, &own_keys);
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| format!("the system gives no random numbers: {error}"))?;
        let mut editor = Editor::new(seed);
        editor.preferences.select_after_drawing = settings.select_after_drawing;
        editor.preferences.answers_advance = settings.answers_advance;
        editor.preferences.steps_by_work_frames = settings.steps_by_work_frames;
        editor.update(Event::SetOptions(Box::new(settings.tool_options())));
        let pictures = Pictures::new(home, gpu.as_ref(), mailbox.waker())?;
        let mut app = Self {
            editor,
            keymap,
            caps: KeyCaps::default(),
            home: home.to_owned(),
            session: None,
            pictures,
            thumbs: Thumbs::default(),
            tasks: Tasks::default(),
            ui: UiState::new(&settings),
            settings,
            mailbox,
            file_dialog: rfd::FileDialog::new().set_parent(cc),
            canvas: CanvasInput::default(),
            shapes: StoredShapes::default(),
            gpu,
            player: crate::player::Player::default(),
            heading: crate::ahead::Heading::default(),
            scrub: crate::scrub::Scrub::default(),
            strip: crate::ui::Strip::default(),
            crops: crate::crops::Crops::default(),
            linked: crate::stitch::Linked::default(),
            panes: crate::cameras::Panes::default(),
            catalogues: crate::catalogues::Catalogues::default(),
            adjust: crate::ui::adjust::Adjust::default(),
            problems: crate::problems::Problematic::default(),
            renewal: crate::renewal::Renewal::default(),
            drafts: crate::effects::HeldBack::default(),
            places: crate::effects::HeldBack::default(),
            schema_drafts: crate::effects::HeldBack::default(),
            on_canvas: None,
            inbox,
            start,
            applied_look: None,
            started: Instant::now(),
            awaited: None,
            shown_once: false,
            frames: 0,
        };
        for warning in warnings {
            app.ui.toasts.add(&Notice::error(warning));
        }
        if let Some(project) = app.start.project.clone() {
            app.open_project(&project);
        }
        Ok(app)
    }

    /// Goes on in another window, with another graphics device: what was on the old one is made again, all else stays.
    ///
    /// # Errors
    /// A sentence when the system gives no threads.
    pub(crate) fn move_to(&mut self, cc: &eframe::CreationContext<'_>) -> Result<(), String> {
        self.gpu = prepare_window(cc);
        self.mailbox.move_to(cc.egui_ctx.clone());
        let pictures = Pictures::new(&self.home, self.gpu.as_ref(), self.mailbox.waker())?;
        let old = std::mem::replace(&mut self.pictures, pictures);
        // Its threads end when they have decoded what they are at.
        let _ = std::thread::Builder::new().name("limn-old-pictures".into()).spawn(move || drop(old));
        self.file_dialog = rfd::FileDialog::new().set_parent(cc);
        self.thumbs = Thumbs::default();
        self.strip = crate::ui::Strip::default();
        self.ui.guide.forget();
        self.ui.replaced = Default::default();
        self.ui.option_pictures.forget();
        self.shapes = StoredShapes::default();
        self.panes.made.clear();
        (self.on_canvas, self.applied_look, self.frames) = (None, None, 0);
        self.ui.window_title.clear();
        Ok(())
    }

    /// Opens a project in the background.
    pub(crate) fn open_project(&mut self, dir: &Path) {
        let dir = limn_jobs::home::project_dir(dir);
        let (mailbox, home) = (self.mailbox.clone(), self.home.clone());
        let held = self.session.as_ref().is_some_and(|session| session.dir == dir);
        if held {
            return;
        }
        self.tasks.start("Open project", Arc::new(self.mailbox.waker()), move |_cx| {
            mailbox.send(Message::Opened(crate::session::open(&dir, &home).map(Box::new)));
        });
    }

    fn take_opened(&mut self, opened: Box<crate::session::Opened>) {
        self.ui.toasts.clear();
        let (info, schema, files, mut place) = (opened.info.clone(), opened.schema.clone(), opened.files.clone(), opened.place);
        if let Some(name) = self.start.file.take() {
            match files.iter().find(|entry| entry.file.name == name || entry.file.path == name) {
                Some(entry) => place = Some((entry.file.id, self.start.frame.take().unwrap_or(0))),
                None => self.ui.toasts.add(&Notice::error(format!("The project has no file called \"{name}\"."))),
            }
        }
        self.send_held_back(None);
        // The old project's writer finishes what is queued before the new one starts.
        self.session = None;
        match Session::start(*opened, self.mailbox.clone()) {
            Ok(session) => {
                self.settings.remember(&session.dir);
                self.settings.save(&self.home);
                self.session = Some(session);
            }
            Err(error) => return self.ui.toasts.add(&Notice::error(error)),
        }
        self.thumbs = Thumbs::default();
        self.strip = crate::ui::Strip::default();
        self.ui.guide.forget();
        self.ui.option_pictures.forget();
        (self.on_canvas, self.ui.schema) = (None, None);
        if info.read_only {
            self.ui.toasts.add(&Notice::info("This project can only be read, because its folder cannot be written."));
        }
        self.tell(Event::ProjectOpened { info, schema, files, place });
        self.ask_store(crate::session::linked_request(&self.mailbox));
        self.hash_in_background();
    }

    /// Gives an event to the editor and carries out what it asks for.
    pub(crate) fn tell(&mut self, event: Event) {
        let effects = self.editor.update(event);
        for effect in effects {
            self.carry_out(effect);
        }
        let by_work = self.editor.preferences.steps_by_work_frames;
        let is_new = std::mem::replace(&mut self.settings.steps_by_work_frames, by_work) != by_work;
        if self.settings.keep_options(self.editor.options()) || is_new {
            self.settings.save(&self.home);
        }
    }

    /// Where indexes of videos are kept.
    pub(crate) fn index_dir(&self) -> PathBuf {
        self.home.join("cache").join("index")
    }

    /// Where a file of the project lies.
    pub(crate) fn path_of(&self, stored: &str) -> Option<Arc<Path>> {
        let session = self.session.as_ref()?;
        Some(limn_store::resolve(&session.dir, stored).into())
    }

    /// The key of a frame's picture: an image sequence's frames are images of their own, and a clip's are those of its source, so
    /// that what is decoded serves both. `None` for what is no frame of a clip.
    pub(crate) fn picture_key(&self, at: usize, frame: u64) -> Option<PictureKey> {
        let file = &self.editor.files.get(at)?.file;
        let path = self.path_of(&file.path)?;
        let media = file.media_frames().media(frame)?;
        if file.kind == FileKind::Sequence {
            let list = || crate::thumbs::list_sequence(path.clone(), self.mailbox.clone());
            return self.thumbs.sequence_frame(&path, media, list).map(|image| PictureKey::new(image, 0));
        }
        Some(PictureKey::new(path, media))
    }

    /// Which frames of its media the open file shows.
    pub(crate) fn media_frames(&self) -> MediaFrames {
        self.editor.file().map(|entry| entry.file.media_frames()).unwrap_or_default()
    }

    pub(crate) fn receive(&mut self) {
        while let Ok(message) = self.inbox.try_recv() {
            match message {
                Message::Store(event) => self.take_store_event(event),
                Message::Loaded(event) => self.tell(event),
                Message::Opened(Ok(opened)) => self.take_opened(opened),
                Message::Opened(Err(error)) => self.ui.toasts.add(&Notice::error(error).with(limn_editor::Command::OpenProject)),
                Message::Files(files) => {
                    self.tell(Event::FilesChanged(files));
                    self.hash_in_background();
                }
                Message::Schema(schema) => self.tell(Event::SchemaChanged(schema)),
                Message::InstancesChanged => self.tell(Event::InstancesChanged),
                Message::Notice(notice) => self.ui.toasts.add(&notice),
                Message::Chosen(purpose, paths) => self.take_chosen(purpose, paths),
                Message::NoDialog(purpose) => self.ui.ask_path(purpose, self.settings.last_folder.as_deref()),
                Message::OpenProject(dir) => self.open_project(&dir),
                Message::Answer(take) => take(self),
            }
        }
        if self.ui.hash_later {
            self.hash_in_background();
        }
        for news in self.pictures.receive() {
            match news {
                PictureNews::Failed(key, error) if self.take_pane_problem(&key, &error) => {}
                PictureNews::Failed(key, error) => self.ui.picture_problem = Some((key, error)),
                PictureNews::Index(path, index) => {
                    self.ui.reading = None;
                    self.take_index(&path, &index);
                    self.look_at_index_of(&path);
                    self.make_proxy_unasked(&path, &index);
                }
                PictureNews::IndexProgress(done, total) => self.ui.reading = Some(("Reading the video's frames", done, total)),
                PictureNews::TilesProgress(done, total) => self.ui.reading = Some(("Making tiles of the picture", done, total)),
                PictureNews::TilesMade(problem) => {
                    self.ui.reading = None;
                    if let Some(problem) = problem {
                        self.ui.toasts.add(&Notice::error(problem));
                    }
                }
                PictureNews::Thumbnail(key, image) => {
                    self.thumbs.take(Poster::Frame(key.clone()), image.clone());
                    self.strip.add(key, image);
                }
                PictureNews::Poster(path, image) => self.thumbs.take(Poster::Whole(path), image),
            }
        }
    }

    /// The frames of a video are counted: of every file that lies there.
    fn take_index(&mut self, path: &Path, index: &limn_media::VideoIndex) {
        let Some(dir) = self.session.as_ref().map(|session| session.dir.clone()) else { return };
        let is_there = |file: &FileRecord| file.kind == FileKind::Video && limn_store::resolve(&dir, &file.path) == path;
        let found: Vec<FileRecord> = self.editor.files.iter().map(|entry| &entry.file).filter(|file| is_there(file)).cloned().collect();
        let mut short = Vec::new();
        for file in found {
            let there = file.media_frames().there(index.frames());
            match &file.clip {
                // How long a clip is was said when it was cut, and what was drawn on it stays.
                Some(_) if there < file.frames => short.push(file.name),
                Some(_) => {}
                None => self.tell(Event::FramesKnown { file: file.id, frames: there }),
            }
        }
        if let Some(first) = short.first() {
            let more = if short.len() > 1 { format!(" and {} more", short.len() - 1) } else { String::new() };
            let text = format!(
                "The video has {} frames, which is less than the clip {first}{more} was cut from. What was drawn on frames that are missing stays. Bring the whole video back, or leave those frames out.",
                index.frames()
            );
            self.ui.toasts.add(&Notice::error(text));
        }
    }

    fn take_store_event(&mut self, event: StoreEvent) {
        match event {
            StoreEvent::Saved { ticket, .. } => self.tell(Event::Saved { ticket }),
            StoreEvent::NotSaved { ticket, error, kept } => self.tell(Event::NotSaved { ticket, text: error.to_string(), kept }),
            StoreEvent::Undone(done) | StoreEvent::Redone(done) => {
                let step = done.map(|done| UndoneStep { title: done.title, changes: done.changes, place: done.place });
                // A step of an import touches many files: count them all again.
                let is_bulk = step.as_ref().is_some_and(|step| step.changes.len() > BULK);
                self.tell(Event::Undone(step));
                if is_bulk && let Some(session) = &self.session {
                    session.send(crate::session::refresh_request(&self.mailbox));
                }
            }
            // Comes as a message of its own.
            StoreEvent::Loaded { file, frame, instances, answers, sequences, draft } => {
                self.tell(Event::Loaded { file, frame, shapes: instances.into(), answers, sequences, draft });
            }
            StoreEvent::Failed(error) => self.ui.toasts.add(&Notice::error(error.to_string())),
        }
    }

    /// Says which pictures are wanted and puts the one that has come on the canvas.
    pub(crate) fn show_picture(&mut self) {
        let (Some(at), Some(place)) = (self.editor.current(), self.editor.place()) else {
            self.on_canvas = None;
            self.editor.set_pixels(None);
            return;
        };
        if self.awaited.is_none_or(|(awaited, _)| awaited != place) {
            self.awaited = Some((place, Instant::now()));
        }
        let Some(mut wanted) = self.wanted_pictures(at, place) else {
            let folder = self.editor.file().and_then(|entry| self.path_of(&entry.file.path));
            let problem = folder.and_then(|folder| Some((PictureKey::new(folder.clone(), 0), self.thumbs.sequence_problem(&folder)?)));
            self.ui.picture_problem = problem.or(self.ui.picture_problem.take());
            return self.pictures.want(Vec::new(), Vec::new(), 0);
        };
        self.want_panes(place, &mut wanted);
        let Wanted { shown: key, stand_in, keys, gpu, awaited } = wanted;
        self.pictures.want(keys, gpu, awaited);
        if let Some(stand_in) = stand_in {
            self.show_stand_in(place, &stand_in);
        }
        if let Some((_, on)) = self.on_canvas.as_mut().filter(|(on, _)| *on == place)
            && let Some(picture) =
                self.pictures.get(&key).filter(|picture| picture.tone != on.tone || !Arc::ptr_eq(&picture.picture, &on.picture))
        {
            let is_other = !Arc::ptr_eq(&picture.picture, &on.picture);
            *on = picture.clone();
            if is_other {
                self.editor.set_pixels(Some(Arc::new(CanvasPixels(picture.picture.clone()))));
            }
        }
        if let Some(picture) = self.pictures.get(&key)
            && self.on_canvas.as_ref().is_none_or(|(on, _)| *on != place)
        {
            let size = [f64::from(picture.picture.width), f64::from(picture.picture.height)];
            self.on_canvas = Some((place, picture.clone()));
            self.editor.set_pixels(Some(Arc::new(CanvasPixels(picture.picture.clone()))));
            self.ui.picture_problem = None;
            self.log_shown();
            self.tell(Event::PictureShown { file: place.file, frame: place.frame, size });
        }
        if self.ui.picture_problem.as_ref().is_some_and(|(failed, _)| failed.path != key.path) {
            self.ui.picture_problem = None;
        }
    }

    /// How long the person waited for a picture, in the log: the figures that people feel.
    fn log_shown(&mut self) {
        if !std::mem::replace(&mut self.shown_once, true) {
            tracing::info!("first picture {} ms after the window's program began", self.started.elapsed().as_millis());
        } else if let Some((_, since)) = self.awaited.filter(|_| !self.editor.is_playing()) {
            tracing::info!("picture shown after {:.1} ms", since.elapsed().as_secs_f64() * 1000.0);
        }
    }

    /// Takes an event if it is a key that means something here; says whether it was one.
    pub(crate) fn take_key(&mut self, ctx: &egui::Context, event: &egui::Event) -> bool {
        let (chord, repeat) = match event {
            egui::Event::Key { key, physical_key, pressed: true, repeat, modifiers } => {
                (self.caps.chord(*key, *physical_key, *modifiers), *repeat)
            }
            // These come as events of their own, not as keys.
            egui::Event::Copy => (Chord::ctrl("C"), false),
            egui::Event::Cut => (Chord::ctrl("X"), false),
            egui::Event::Paste(_) | egui::Event::PasteImage(_) => (Chord::ctrl("V"), false),
            _ => return false,
        };
        if self.ui.take_rebind(&chord) {
            return true;
        }
        let focused = ctx.memory(|memory| memory.focused());
        let on_canvas = focused.is_none() || focused == Some(crate::canvas::canvas_id());
        // Where a person types, or stands on a button, keys that mean something there are no commands.
        let elsewhere = (ctx.text_edit_focused() && crate::keys::is_for_text(&chord)) || (!on_canvas && crate::keys::moves_focus(&chord));
        if self.ui.is_modal() || elsewhere {
            return true;
        }
        if let Press::Command(command) = self.keymap.press(&chord)
            && (!repeat || command.info().repeats)
            && !(command == limn_editor::Command::Cancel && !self.editor.is_drawing() && self.ui.close_panel())
        {
            self.tell(Event::Command(command));
        }
        true
    }

    fn take_drops(&mut self, ctx: &egui::Context) {
        let dropped: Vec<PathBuf> = ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
        if dropped.is_empty() {
            return;
        }
        if let Some(project) = dropped.iter().find(|path| path.extension().is_some_and(|end| end == limn_store::PROJECT_SUFFIX)) {
            self.open_project(&project.clone());
        } else if self.session.is_some() {
            self.add_paths(dropped, limn_jobs::AddOptions::default());
        } else {
            self.ui
                .toasts
                .add(&Notice::error("Open or make a project first; then drop the files again.").with(limn_editor::Command::NewProject));
        }
    }

    fn apply_look(&mut self, ctx: &egui::Context) {
        let look = (self.settings.theme, self.settings.reduced_motion, self.settings.scale.to_bits());
        if self.applied_look != Some(look) {
            theme::apply(ctx, self.settings.theme, self.settings.reduced_motion);
            ctx.set_zoom_factor(self.settings.scale);
            self.applied_look = Some(look);
        }
    }

    /// Window managers of X11 do not hear a window that asks for the whole screen before it is on it: it asks again when it
    /// has been drawn.
    fn fill_screen(&mut self, ctx: &egui::Context) {
        const DRAWN: u8 = 2;
        if self.frames > DRAWN {
            return;
        }
        self.frames += 1;
        if self.frames > DRAWN {
            ctx.send_viewport_cmd(egui::ViewportCommand::Maximized(true));
        }
        ctx.request_repaint();
    }

    /// Closing the window while something could not be written asks once more.
    fn guard_close(&mut self, ctx: &egui::Context) {
        let Some(problem) = self.editor.save_problem().map(str::to_owned) else { return };
        if ctx.input(|input| input.viewport().close_requested()) && !std::mem::replace(&mut self.ui.warned_of_loss, true) {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            let count = self.editor.num_unsaved();
            self.ui.toasts.add(&Notice::error(format!("{count} changes are not saved: {problem}. Closing again loses them.")));
        }
    }

    fn title(&self) -> String {
        let parts =
            [self.editor.project.as_ref().map(|project| project.name.clone()), self.editor.file().map(|entry| entry.file.name.clone())];
        ["Limn".to_owned()].into_iter().chain(parts.into_iter().flatten()).collect::<Vec<_>>().join(" — ")
    }
}

impl eframe::App for LimnApp {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.fill_screen(ctx);
        self.apply_look(ctx);
        self.guard_close(ctx);
        self.editor.update(Event::Clock(now_millis()));
        self.receive();
        self.take_drops(ctx);
        self.play();
        self.follow_cameras();
        self.show_picture();
        self.await_next_frame(ctx);
        self.await_rest(ctx);
        self.send_held_back(Some(ctx));
        crate::problems::ask_again(self);
        self.renew(ctx);
        let title = self.title();
        if self.ui.window_title != title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.ui.window_title = title;
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        crate::ui::window_ui(self, ui);
    }

    fn on_exit(&mut self) {
        self.tasks.cancel_all();
        self.settings.save(&self.home);
        self.send_held_back(None);
        // Dropping the session writes what is queued and waits for it.
        self.session = None;
    }
}

/// Fonts, and the canvas's things on the graphics device.
fn prepare_window(cc: &eframe::CreationContext<'_>) -> Option<egui_wgpu::RenderState> {
    theme::install_fonts(&cc.egui_ctx);
    let gpu = cc.wgpu_render_state.clone()?;
    CanvasGpu::install(&gpu);
    // The default is to panic; a frame that could not be drawn is no reason to end. What is wrong in every frame is told a
    // few times only.
    let told = AtomicUsize::new(0);
    gpu.device.on_uncaptured_error(Arc::new(move |error| {
        if told.fetch_add(1, Ordering::Relaxed) < MOST_DRIVER_ERRORS {
            tracing::error!("the graphics driver: {error}");
        }
    }));
    let info = gpu.adapter.get_info();
    tracing::info!("drawing with {} ({:?}, {:?})", info.name, info.device_type, info.backend);
    Some(gpu)
}

fn now_millis() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
