//! The open project behind the window: opened on a thread, then owned by the store's writer.

use crossbeam_channel::Sender;
use limn_core::{FileId, Schema};
use limn_editor::{Event, FileEntry, ProjectInfo};
use limn_store::writer::{StoreEvent, StoreRequest, StoreThread};
use limn_store::{Access, FileRow, Identity, Project, StoreError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What the window's threads tell it.
pub enum Message {
    /// The store answers.
    Store(StoreEvent),
    /// A frame's shapes, made ready by the thread that read them.
    Loaded(Event),
    /// A project was opened, or why not.
    Opened(Result<Box<Opened>, String>),
    /// The files of the project as they are now.
    Files(Vec<FileEntry>),
    /// The schema as it is now.
    Schema(Schema),
    /// Instances were changed by a job.
    InstancesChanged,
    /// Something to tell.
    Notice(limn_editor::Notice),
    /// Paths chosen in a dialog.
    Chosen(crate::dialogs::Purpose, Vec<PathBuf>),
    /// No system dialog answers: ask for a path inside the window.
    NoDialog(crate::dialogs::Purpose),
    /// Open this project.
    OpenProject(PathBuf),
    /// What a question to the store was answered with.
    Answer(Box<dyn FnOnce(&mut crate::app::LimnApp) + Send>),
}

/// Sends to the window and wakes it.
#[derive(Clone)]
pub struct Mailbox {
    sender: Sender<Message>,
    /// Shared by all its copies: the program may move to another window.
    window: Arc<Mutex<egui::Context>>,
}

impl Mailbox {
    /// A mailbox of this window.
    pub fn new(sender: Sender<Message>, ctx: egui::Context) -> Self {
        Self { sender, window: Arc::new(Mutex::new(ctx)) }
    }

    /// The program is in this window from now on.
    pub fn move_to(&self, ctx: egui::Context) {
        *self.window.lock().unwrap_or_else(PoisonError::into_inner) = ctx;
    }

    /// Sends.
    pub fn send(&self, message: Message) {
        // The window is gone only when the program ends.
        let _ = self.sender.send(message);
        self.waker()();
    }

    /// Something that wakes the window.
    pub fn waker(&self) -> impl Fn() + Clone + Send + Sync + 'static {
        let window = self.window.clone();
        move || window.lock().unwrap_or_else(PoisonError::into_inner).request_repaint()
    }
}

/// A project that was just opened.
pub struct Opened {
    project: Project,
    /// Name and folder.
    pub info: ProjectInfo,
    /// The schema in force.
    pub schema: Schema,
    /// Its files.
    pub files: Vec<FileEntry>,
    /// Where the person was last.
    pub place: Option<(FileId, u64)>,
}

/// Opens a project as the person of this home folder; for a thread of its own.
///
/// # Errors
/// A sentence.
pub fn open(dir: &Path, home: &Path) -> Result<Opened, String> {
    let identity = Identity::of_machine(home, &limn_jobs::home::user()).map_err(|error| error.to_string())?;
    let project = match Project::open(dir, identity.clone(), Access::Write) {
        // What cannot be written can still be looked at.
        Err(StoreError::ReadOnly | StoreError::Io { .. }) => Project::open(dir, identity, Access::Read),
        opened => opened,
    };
    let read = |project: Project| -> Result<Opened, StoreError> {
        let place = project.setting("place")?.and_then(|text| {
            let (file, frame) = text.split_once(' ')?;
            Some((file.parse().ok()?, frame.parse().ok()?))
        });
        let info = ProjectInfo {
            name: project.name()?,
            dir: project.dir().to_string_lossy().into_owned(),
            read_only: project.access() == Access::Read,
        };
        Ok(Opened { info, schema: project.schema().clone(), files: entries(project.files()?), place, project })
    };
    project.and_then(read).map_err(|error| error.to_string())
}

/// Rows of the store as rows of the list.
pub fn entries(rows: Vec<FileRow>) -> Vec<FileEntry> {
    rows.into_iter()
        .map(|row| FileEntry { file: row.file, num_instances: row.num_instances, looked: row.looked, work_frames: row.work_frames })
        .collect()
}

/// The open project.
pub struct Session {
    /// Its folder.
    pub dir: PathBuf,
    store: StoreThread,
}

impl Session {
    /// Gives the project to its thread.
    ///
    /// # Errors
    /// A sentence when the system gives no thread.
    pub fn start(opened: Opened, mailbox: Mailbox) -> Result<Self, String> {
        let dir = PathBuf::from(&opened.info.dir);
        let store = StoreThread::spawn(opened.project, move |event| {
            mailbox.send(match event {
                StoreEvent::Loaded { file, frame, instances, answers, sequences, draft } => {
                    Message::Loaded(Event::Loaded { file, frame, shapes: instances.into(), answers, sequences, draft })
                }
                event => Message::Store(event),
            });
        });
        Ok(Self { dir, store: store.map_err(|error| error.to_string())? })
    }

    /// Asks the store; says whether it could be queued.
    pub fn send(&self, request: StoreRequest) -> bool {
        self.store.send(request).is_ok()
    }

    /// A door for jobs.
    pub fn jobs(&self) -> Option<Sender<StoreRequest>> {
        self.store.jobs()
    }
}

/// Reads files and schema again and tells the window.
pub fn refresh_request(mailbox: &Mailbox) -> StoreRequest {
    let mailbox = mailbox.clone();
    StoreRequest::Run(Box::new(move |project| {
        mailbox.send(Message::Schema(project.schema().clone()));
        send_linked(project, &mailbox);
        match project.files() {
            Ok(files) => mailbox.send(Message::Files(entries(files))),
            Err(error) => mailbox.send(Message::Store(StoreEvent::Failed(error))),
        }
        mailbox.send(Message::InstancesChanged);
    }))
}

/// Reads which sequences are one object with those of other files, and tells the window.
pub fn linked_request(mailbox: &Mailbox) -> StoreRequest {
    let mailbox = mailbox.clone();
    StoreRequest::Run(Box::new(move |project| send_linked(project, &mailbox)))
}

fn send_linked(project: &Project, mailbox: &Mailbox) {
    match project.linked_sequences() {
        Ok(linked) => mailbox.send(Message::Answer(Box::new(move |app| app.linked.set(linked)))),
        Err(error) => mailbox.send(Message::Store(StoreEvent::Failed(error))),
    }
}
